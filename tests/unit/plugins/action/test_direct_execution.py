# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which modules are run without a new Python, and what becomes of one that ends in an unusual way."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.action import direct_execution as direct

ROOT = Path(__file__).resolve().parents[4]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def test_every_module_is_routed_to_the_action() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    action = {"action_plugin": "declarative.monitoring.direct_execution"}
    assert runtime["plugin_routing"]["modules"] == dict.fromkeys(MODULES, action)


@pytest.mark.parametrize("service", sorted({module.split("_")[0] for module in MODULES}))
def test_the_connection_options_of_every_service_may_be_in_the_environment(service: str) -> None:
    environment = {f"{service.upper()}_API_URL": "x", "https_proxy": "y", "NO_PROXY": "z"}
    path = ROOT / "plugins" / "modules" / f"{service}_config.py"
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", {}, environment) is None


@pytest.mark.parametrize("name", ["PYTHONPATH", "TZ", "LD_PRELOAD", "SSL_CERT_FILE", "XALERTRA_API_URL", "ALERTRA_"])
def test_other_variables_may_not(name: str) -> None:
    path = ROOT / "plugins" / "modules" / "alertra_tag.py"
    found = direct._reason_not_direct_module(
        path, f"#!{sys.executable}", {}, {"ALERTRA_API_KEY": "secret", name: "secret"}
    )
    assert found == f"its environment has {name}"


def test_a_link_in_another_folder_is_another_interpreter(tmp_path: Path) -> None:
    beside = Path(sys.executable).with_name("python3")
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    assert direct._same_python(sys.executable)
    assert direct._same_python(str(beside)) is (beside.resolve() == Path(sys.executable).resolve())
    assert not direct._same_python(str(link))
    assert not direct._same_python("/usr/bin/env python")
    assert not direct._same_python(f"{sys.executable} -I")


def test_a_module_of_somebody_else_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "alertra_tag.py"
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", {}, {}) == f"{path} is not in this collection"


def test_tracebacks_that_are_to_be_shown_are_those_of_an_ordinary_module() -> None:
    path = ROOT / "plugins" / "modules" / "alertra_tag.py"
    arguments = {"_ansible_tracebacks_for": ["error"]}
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", arguments, {}) == "tracebacks are requested"


def test_a_library_that_is_missing_here_is_left_to_the_ordinary_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    found = direct._reason_not_direct_import(f"{direct._PACKAGE}.modules.alertra_tag")
    assert found is not None
    assert found.startswith("importing it failed: ")


def _action(**changes: Any) -> Any:
    parts: dict[str, Any] = {
        "_task": SimpleNamespace(async_val=0),
        "_connection": SimpleNamespace(transport="local", become=None),
        "_play_context": SimpleNamespace(executable="/bin/sh"),
    }
    return SimpleNamespace(**{**parts, **changes})


@pytest.mark.parametrize(
    ("core", "platform", "transport", "reason"),
    [
        ("2.16.0", "linux", "local", None),
        ("2.21.5", "linux", "local", None),
        ("2.15.13", "linux", "local", "not verified with ansible-core 2.15.13"),
        ("2.22.0b1", "linux", "local", "not verified with ansible-core 2.22.0b1"),
        ("2.21.0", "darwin", "local", "the system's network libraries do not work in a fork"),
        ("2.21.0", "linux", "ssh", "the connection is ssh"),
    ],
)
def test_only_what_was_verified_is_trusted(
    monkeypatch: pytest.MonkeyPatch, core: str, platform: str, transport: str, reason: str | None
) -> None:
    monkeypatch.setattr(direct, "core_version", core)
    monkeypatch.setattr(sys, "platform", platform)
    # Test runners have threads of their own.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    action = _action(_connection=SimpleNamespace(transport=transport, become=None))
    assert direct._reason_not_direct_task(action, {}) == reason


@pytest.mark.skipif(direct._TAGS is None, reason="this ansible-core notes nothing of values; 2.19 and newer do")
def test_arguments_go_without_what_is_noted_of_them_and_are_the_same() -> None:
    origin = importlib.import_module("ansible._internal._datatag._tags").Origin(path="/play.yml", line_num=7)
    plain = {"devices": [{"short_name": "A", "frequency": 5, "tags": ["T", None]}], "prune": [], 3: (True, 1.5)}

    def note(value: Any) -> Any:
        if isinstance(value, dict):
            value = {note(key): note(one) for key, one in value.items()}
        elif isinstance(value, list):
            value = [note(one) for one in value]
        return origin.try_tag(value)

    noted = note(plain)
    untagged = direct._untagged(noted)
    assert untagged == plain
    assert repr(untagged) == repr(plain)
    assert pickle.dumps(untagged) == pickle.dumps(plain)
    assert pickle.dumps(noted) != pickle.dumps(plain)


def test_a_worker_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert direct._reason_not_direct_task(_action(), {}) == "the worker has threads"


@pytest.mark.parametrize("name", ["_ANSIBLE_COVERAGE_CONFIG", "_ANSIBLE_ANSIBALLZ_DEBUGPY_CONFIG"])
def test_a_module_that_is_measured_or_debugged_is_an_ordinary_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setenv(name, "x")
    assert direct._reason_not_direct_task(_action(), {}) == "its coverage is measured, or it is debugged"


# -- the fork ----------------------------------------------------------------------------------------------------------

LINES = """
import os, signal, sys
from ansible.module_utils.basic import AnsibleModule
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs lines as a module, in a fork, and returns its exit code, output and errors."""
    monkeypatch.syspath_prepend(tmp_path)
    # Or lines of the same length, written in the same second, would be taken for those before.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def call(lines: str, told: list[str] | None = None, **environment: str) -> tuple[int, str, str]:
        (tmp_path / "some_module.py").write_text(LINES + lines, encoding="utf-8")
        packed = direct._pack({"_ansible_check_mode": False, "name": "x"})
        kept: list[str] = [] if told is None else told
        one = direct._Call("some_module", packed, environment, str(tmp_path), 1e-9)
        return direct._fork_server(os.getpid()).run(one, kept.append)

    yield call
    if direct._fork_server.cache_info().currsize:
        direct._fork_server(os.getpid()).close()
    # Nothing runs on.
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_module_has_its_arguments_its_environment_and_its_folder(run: Any, tmp_path: Path) -> None:
    code, out, err = run(
        """
if __name__ == "__main__":
    module = AnsibleModule({"name": {"type": "str"}})
    module.warn("A warning.")
    module.exit_json(**module.params, variable=os.environ["SOME_VARIABLE"], folder=os.getcwd(), pid=os.getpid())
""",
        SOME_VARIABLE="v",
    )
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert (result["name"], result["variable"], result["folder"]) == ("x", "v", str(tmp_path))
    assert "A warning." in str(result["warnings"])
    assert result["pid"] != os.getpid()
    assert "SOME_VARIABLE" not in os.environ
    assert Path.cwd() != tmp_path


def test_what_a_module_does_to_its_process_ends_with_it(run: Any) -> None:
    handler = signal.getsignal(signal.SIGINT)
    umask = os.umask(0o022)
    try:
        code, out, err = run(
            "os.umask(0o777); os.environ['LEFT'] = 'x'; sys.path.clear()\n"
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "print('words'); print('words', file=sys.stderr); sys.exit(7)"
        )
        assert (code, out, err) == (7, "words\n", "words\n")
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(umask)
    assert "LEFT" not in os.environ
    assert sys.path
    assert signal.getsignal(signal.SIGINT) is handler
    assert "some_module" not in sys.modules


TELLS = f"""
from {direct._PACKAGE}.module_utils._core.progress import progress
progress("written", 1, 3, []); print("words")
progress("written", 2, 3, [])
"""


def test_what_a_module_tells_of_its_progress_is_told_and_is_no_output(run: Any) -> None:
    told: list[str] = []
    assert run(f"{TELLS}sys.exit()", told) == (0, "words\n", "")
    assert told == ["1 of 3 objects written", "2 of 3 objects written"]


def test_a_module_that_dies_has_told_its_progress(run: Any) -> None:
    told: list[str] = []
    assert run(f"{TELLS}os._exit(3)", told) == (3, "", "")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("lines", "code"), [("os._exit(3)", 3), ("os.kill(os.getpid(), signal.SIGKILL)", 137)], ids=["exit", "killed"]
)
def test_a_module_that_dies_is_reported_as_the_shell_would(run: Any, lines: str, code: int) -> None:
    assert run(lines) == (code, "", "")


@pytest.mark.parametrize("lines", ["raise ValueError('out of order')", "pass"], ids=["raises", "returns"])
def test_a_module_that_does_not_end_itself_fails(run: Any, lines: str) -> None:
    code, out, err = run(lines)
    assert code == 1
    assert ("out of order" if "raise" in lines else "did not handle its own exit") in out + err


def test_one_after_another_knows_nothing_of_the_one_before(run: Any) -> None:
    lines = "print(os.environ.get('LEFT', os.environ.get('GIVEN'))); os.environ['LEFT'] = 'x'; sys.exit()"
    assert [run(lines, GIVEN=given)[1] for given in ("a", "b")] == ["a\n", "b\n"]
    assert run("print(os.environ.get('GIVEN')); sys.exit()") == (0, "None\n", "")


def test_after_one_that_died_others_run(run: Any) -> None:
    assert [run(lines)[0] for lines in ("sys.exit()", "os._exit(3)", "sys.exit(4)")] == [0, 3, 4]


def test_nothing_is_left_of_a_worker_that_is_killed(run: Any, tmp_path: Path) -> None:
    worker = os.fork()
    if worker == 0:
        run("open('tender', 'w').write(str(os.getppid())); sys.exit()")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)
    status = Path("/proc") / (tmp_path / "tender").read_text(encoding="utf-8") / "stat"
    deadline = time.monotonic() + 10
    # An ended process may remain a zombie until its parent reaps it.
    while status.exists() and status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_great_answer_is_read_whole(run: Any) -> None:
    code, out, err = run("print('x' * 5_000_000); sys.exit()")
    assert (code, len(out), err) == (0, 5_000_001, "")


def test_the_end_of_the_time_ends_the_module(run: Any, tmp_path: Path) -> None:
    class TimeIsUpError(BaseException):
        """As ansible-core raises from its handler."""

    def handler(number: int, frame: Any) -> None:
        raise TimeIsUpError

    previous = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(TimeIsUpError):
            run("import time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
