# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(kill -9) of ansible-playbook while a module writes: nothing is written after it, and nothing of it stays."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from integration.harness import COLLECTION, PLAYBOOK_SECONDS, ROOT, Account, writes
from sandbox.client import Sandbox

KILLS = int(os.environ.get("KILLS", "2"))
CHANGES = int(os.environ.get("KILL_CHANGES", "40"))
"""How often a run of how many changes is killed; the numbers can be set."""
END_SECONDS = 5.0
START_SECONDS = 3.0
"""How long a run takes, about, until it sends its first request."""
DELAY = 0.1
"""How long the service takes for a change, in seconds."""
CREATED, UPDATED, DELETED = (
    [f"{word} {number}" for number in range(place, CHANGES, 3)] for place, word in enumerate(("new", "kept", "old"))
)
WANTED = sorted((name, 5) for name in (*CREATED, *UPDATED))
TARGET = {"type": "url", "url": "https://www.example.com/"}
TARGETS = [{**TARGET, "group": "Web", "name": name, "timeout": 5} for name in (*CREATED, *UPDATED)]
MODULE = {f"{COLLECTION}.portmonitor_config": {"targets": TARGETS, "prune": ["targets"], "prune_limit": CHANGES}}

Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = pytest.mark.timeout(60 + KILLS * PLAYBOOK_SECONDS)


def with_module(folder: Path) -> list[str]:
    """The arguments for a playbook with a module that makes the changes."""
    playbook = folder / "play.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [MODULE]}]))
    return [str(playbook)]


def apply(folder: Path) -> list[str]:
    """The arguments for the playbook that applies files of declarations, as the role does."""
    declarations = folder / "declarations"
    declarations.mkdir()
    (declarations / "targets.yml").write_text(yaml.safe_dump({"portmonitor": {"targets": TARGETS}}))
    options = {"config_directory": str(declarations), "config_prune": "portmonitor.targets"}
    variables = json.dumps({**options, "config_prune_limit": CHANGES})
    return [f"{COLLECTION}.apply", "--extra-vars", variables]


WAYS: dict[str, tuple[Callable[[Path], list[str]], str]] = {
    "in a fork": (with_module, "true"),
    "in a process of its own": (with_module, "false"),
    "playbook apply": (apply, "true"),
}


@pytest.fixture(params=WAYS)
def start(request: pytest.FixtureRequest, sandbox: Sandbox, portmonitor: Account, tmp_path: Path) -> Iterator[Start]:
    """Starts a playbook with many changes, in each way of running modules; all of it ends with the test."""
    put_back(sandbox)
    for method in ("POST", "PUT", "DELETE"):
        sandbox.fault(service="portmonitor", kind="delay", seconds=DELAY, times=-1, method=method)
    arguments, direct = WAYS[request.param]
    command = [str(Path(sys.executable).with_name("ansible-playbook")), *arguments(tmp_path)]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        **portmonitor.environment,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "DECLARATIVE_MONITORING_DIRECT_EXECUTION": direct,
        "STARTED_BY": str(tmp_path),
    }

    def run() -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)

    yield run
    for process in left_over(tmp_path):
        os.kill(process, signal.SIGKILL)


def left_over(started_by: Path) -> list[int]:
    """The processes that a test has started, whoever their parent is."""
    mark, found = f"STARTED_BY={started_by}".encode(), []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
        except OSError:  # it has ended, or is another user's
            continue
    return found


def assert_nothing_stays(started_by: Path) -> None:
    """Check that all processes that a test has started end soon."""
    deadline = time.monotonic() + END_SECONDS
    while left_over(started_by) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left_over(started_by)


def put_back(sandbox: Sandbox) -> None:
    """Let the account be as it was before the run, and forget its requests."""
    targets = [{"name": name, "group": "Web", "url": TARGET["url"]} for name in (*UPDATED, *DELETED)]
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}], "targets": targets})
    sandbox.clear_requests()


def found(sandbox: Sandbox) -> list[tuple[str, int]]:
    """The names of all targets, with what the run changes of them."""
    return sorted((target["name"], target["timeout"]) for target in sandbox.state("portmonitor")["targets"])


def written(sandbox: Sandbox, method: str = "") -> int:
    """How many requests, with a method or with any, were to change something."""
    return sum(write.startswith(method) for write in writes(sandbox.requests("portmonitor")))


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process."""
    process.kill()
    process.wait()


def kill_when(process: subprocess.Popen[bytes], reached: Callable[[], bool], pause: float = 0.0) -> None:
    """Kill a process when it has come to somewhere, and this number of seconds have passed since."""
    while not reached():
        assert process.poll() is None, "it ended too early"
        time.sleep(0.01)
    time.sleep(pause)
    kill(process)


def kill_at_random(sandbox: Sandbox, process: subprocess.Popen[bytes], chance: random.Random) -> None:
    """Kill a process at a random moment: in one of five cases at its start, else between any two of its changes."""
    pause, requests = chance.uniform(0, DELAY), chance.randrange(1, CHANGES - 5)
    if chance.random() < 0.2:
        time.sleep(chance.uniform(0, START_SECONDS))
        kill(process)
    else:
        kill_when(process, lambda: written(sandbox) >= requests, pause)


@pytest.mark.parametrize("method", ["", "POST", "PUT", "DELETE"], ids=["before", "creating", "updating", "deleting"])
def test_after_a_kill_nothing_is_written_and_no_process_stays(
    sandbox: Sandbox, start: Start, tmp_path: Path, method: str
) -> None:
    if method:
        kill_when(start(), lambda: written(sandbox, method) >= 5)
    else:
        sandbox.fault(service="portmonitor", kind="delay", seconds=0.3, times=-1, method="GET")
        kill_when(start(), lambda: bool(sandbox.requests("portmonitor")))
    time.sleep(0.5)
    sent = written(sandbox)
    assert_nothing_stays(tmp_path)
    assert written(sandbox) == sent
    assert sent < CHANGES if method else sent == 0


def test_a_rerun_at_once_reaches_the_desired_state(sandbox: Sandbox, start: Start, tmp_path: Path) -> None:
    chance = random.Random(15)
    for number in range(KILLS):
        put_back(sandbox)
        kill_at_random(sandbox, start(), chance)
        sent = written(sandbox)
        assert start().wait(PLAYBOOK_SECONDS) == 0
        assert found(sandbox) == WANTED, f"kill {number + 1}, after {sent} changes"
        assert_nothing_stays(tmp_path)
