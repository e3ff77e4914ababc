# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the other integration tests rely on."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from integration.forkserver import ForkServer
from integration.harness import ROOT, Account, Run, run_group, run_playbook, task
from sandbox.client import Sandbox

REPORT = """
import atexit, json, os, signal, sys
atexit.register(lambda: print("at the end", file=sys.stderr))
atexit.register(lambda: print("at the end"))
print(json.dumps({
    "arguments": sys.argv,
    "environment": dict(os.environ),
    "folder": os.getcwd(),
    "name": __name__,
    "path": sys.path,
    "flags": repr(sys.flags),
    "interpreter": sys.executable,
    "streams": [repr((one.encoding, one.errors, one.isatty(), one.line_buffering)) for one in (sys.stdout, sys.stderr)],
    "input": sys.stdin.read(),
    "files": sorted(os.listdir("/proc/self/fd")),
    "leads its session": os.getsid(0) == os.getpid(),
    "signals": [repr(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGPIPE, signal.SIGTERM)],
    "mask": os.umask(0),
    "configured": [name for name in sys.modules if name in ("ansible.constants", "ansible.utils.display")],
}))
print("a problem", file=sys.stderr)
"""
HANG = """
import os, subprocess, sys
with open(sys.argv[1], "w") as held:
    print("started", file=held, flush=True)
    # Both hold the other end as long as they live.
    subprocess.run(["sleep", "60"], pass_fds=[held.fileno()])
"""


@pytest.fixture
def forks() -> Iterator[ForkServer]:
    """A server of its own, which ends with the test."""
    server = ForkServer()
    yield server
    server.stop()


# A script is forked from the server. A program of Ansible is forked from a prepared process.
NAMES = ("script", "ansible-playbook")


def script(folder: Path, text: str, name: str = "script") -> str:
    """The path of a Python script with that text, as the scripts of the environment are."""
    path, interpreter = folder / name, str(Path(sys.executable).with_name("python"))
    start = f"#!{interpreter}"
    if " " in interpreter:
        # The first line of a script has no path with a space. For Python, the next lines are a text. A shell sets PWD.
        start = f"#!/bin/sh\n'''exec' env -u PWD \"{interpreter}\" \"$0\" \"$@\"\n' '''"
    path.write_text(f"{start}\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_program_that_takes_too_long_leaves_no_worker_behind() -> None:
    """A worker that went on would write to the sandbox of the next test."""
    reader, writer = os.pipe()
    with pytest.raises(subprocess.TimeoutExpired):
        run_group(["sh", "-c", "sleep 60 & wait"], 0.5, pass_fds=[writer])
    os.close(writer)
    # Whoever was started holds the other end as long as it lives.
    ended = select.select([reader], [], [], 10)[0]
    os.close(reader)
    assert ended


@pytest.mark.parametrize("name", NAMES)
def test_a_fork_that_takes_too_long_leaves_no_worker_behind(forks: ForkServer, tmp_path: Path, name: str) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run([script(tmp_path, HANG, name), str(held)], 5, os.environ, str(tmp_path))
    assert os.read(reader, 100) == b"started\n"
    assert select.select([reader], [], [], 10)[0]
    assert os.read(reader, 100) == b""
    os.close(reader)
    # The next run has another server.
    done = forks.run([script(tmp_path, "print('again')", name)], 10, os.environ, str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "again\n", "")


@pytest.mark.parametrize("name", NAMES)
def test_forks_end_with_the_process_that_has_started_them(tmp_path: Path, name: str) -> None:
    """So does whoever runs the tests, if it is killed."""
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    run = f"ForkServer().run({[script(tmp_path, HANG, name), str(held)]!r}, 60, os.environ, {str(tmp_path)!r})"
    code = f"import os; from integration.forkserver import ForkServer; {run}"
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": "tests"}, cwd=ROOT) as process:
        assert select.select([reader], [], [], 30)[0]
        assert os.read(reader, 100) == b"started\n"
        process.kill()
    assert select.select([reader], [], [], 10)[0]
    assert os.read(reader, 100) == b""
    os.close(reader)


THREAD = """
import threading, time
threading.Thread(target=lambda: (time.sleep(0.1), print("in a thread"))).start()
"""


@pytest.mark.parametrize(
    "end", ["", "sys.exit(3)", "sys.exit('wrong')", "1 / 0", "os.kill(os.getpid(), signal.SIGKILL)", THREAD]
)
def test_a_fork_finds_what_a_new_process_finds(forks: ForkServer, tmp_path: Path, end: str) -> None:
    environment = {**forks.at_start, "PATH": os.environ["PATH"], "COLOR": "grün"}
    (tmp_path / "here").mkdir()
    command = [script(tmp_path, REPORT + end), "one", "two words"]
    forked = forks.run(command, 20, environment, str(tmp_path / "here"))
    started = run_group(command, 20, env=environment, cwd=tmp_path / "here")
    assert forked.returncode == started.returncode
    assert forked.stdout.splitlines()[1:] == started.stdout.splitlines()[1:]
    assert _last(forked.stderr) == _last(started.stderr)
    found, expected = (json.loads(done.stdout.splitlines()[0]) for done in (forked, started))
    assert found == expected
    assert found["environment"] == environment


def _last(text: str) -> list[str]:
    """What was printed, with the last line of a traceback only: the others name what has run the script."""
    return re.sub(r"(?m)^Traceback.*\n(?:  .*\n)*", "", text).splitlines()


def test_another_start_of_python_is_not_forked(forks: ForkServer) -> None:
    assert forks.suits({**forks.at_start, "ALERTRA_API_KEY": "x"})
    assert not forks.suits({**forks.at_start, "PYTHONPATH": "/tmp"})
    assert not forks.suits({**forks.at_start, "LC_ALL": "C"})
    assert not forks.suits({name: value for name, value in forks.at_start.items() if name != "LC_ALL"})


SETTING: dict[str, Any] = {"ansible.builtin.debug": {"msg": "{{ lookup('ansible.builtin.config', 'DEFAULT_FORKS') }}"}}
TASKS: Sequence[dict[str, Any]] = [
    {"ansible.builtin.debug": {"msg": "{{ ansible_playbook_python }} {{ lookup('ansible.builtin.env', 'MARK') }}"}},
    {"ansible.builtin.command": "pwd"},
    SETTING,
    task("alertra_tag", {"name": "{{ item }}"}, check=True, loop=["one", "two"]),
    task("alertra_tag", {"name": "three"}),
    task("alertra_tag", {"nmae": "four"}, ignore_errors=True),
    task("alertra_device_info", {}, vars={"declarative_monitoring_direct_execution": False}),
    {"ansible.builtin.file": {"path": "made", "state": "directory"}},
    {"ansible.builtin.copy": {"src": __file__, "dest": "made/"}},
    {"ansible.builtin.slurp": {"src": "no/such"}, "ignore_errors": True},
    {"ansible.builtin.stat": {"pth": "made"}, "ignore_errors": True},
    {"ansible.builtin.debug": {"msg": "{{ nothing }}"}},
]


def _in_both_ways(request: pytest.FixtureRequest, run: Callable[[], Run]) -> Run:
    """Run a playbook in a fork and in a new process, and check that nobody can tell the difference."""
    forked = run()
    request.getfixturevalue("no_forks")
    started = run()
    assert forked.code == started.code
    assert _same(forked.output) == _same(started.output)
    assert _same(json.dumps(forked.results, sort_keys=True)) == _same(json.dumps(started.results, sort_keys=True))
    return forked


def test_a_forked_playbook_prints_and_returns_what_a_new_process_does(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def run() -> Run:
        sandbox.reset()
        return run_playbook(accounts, TASKS, "--diff", "-v", cwd=tmp_path, MARK="given", ANSIBLE_FORKS="3")

    assert _in_both_ways(request, run).code == 2


@pytest.mark.parametrize("where", ["environment", "file", "folder"])
def test_a_forked_playbook_finds_the_settings_of_ansible_where_a_new_process_does(
    tmp_path: Path, request: pytest.FixtureRequest, where: str
) -> None:
    settings = tmp_path / ("settings.cfg" if where == "file" else "ansible.cfg")
    if where != "environment":
        settings.write_text("[defaults]\nforks = 3\n", encoding="utf-8")
    given = {"environment": {"ANSIBLE_FORKS": "3"}, "file": {"ANSIBLE_CONFIG": str(settings)}, "folder": {}}[where]
    run = _in_both_ways(request, lambda: run_playbook([], [SETTING], cwd=tmp_path, **given))
    # A string before ansible-core 2.19.
    assert str(run.results[0]["result"]["msg"]) == "3"


def _same(text: str) -> str:
    """Leave out what is random in each run: its folder, ids, and times."""
    text = re.sub(r"(?<=/playbook-)\w+|(?<=/ansible-tmp-)[\d.-]+", "", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:[\d:.]+|\d:\d\d:\d\d\.\d+|\b[0-9a-f]{48}\b", "CHANCE", text)
