# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(kill -9) of ansible-playbook while a module writes: nothing is written after it, and nothing of it stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
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
ALL = [f"group {number}" for number in range(CHANGES)]

Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = pytest.mark.timeout(60 + KILLS * PLAYBOOK_SECONDS)


@pytest.fixture(params=["true", "false"], ids=["in a fork", "in a process of its own"])
def start(request: pytest.FixtureRequest, sandbox: Sandbox, portmonitor: Account, tmp_path: Path) -> Iterator[Start]:
    """Starts a playbook that creates many groups, in either way of running modules; all of it ends with the test."""
    sandbox.set_state("portmonitor", {**sandbox.state("portmonitor"), "groups": [], "targets": []})
    sandbox.fault(service="portmonitor", kind="delay", seconds=0.1, times=-1, method="POST")
    playbook = tmp_path / "play.yml"
    tasks = [{f"{COLLECTION}.portmonitor_config": {"groups": [{"name": name} for name in ALL]}}]
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        **portmonitor.environment,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "DECLARATIVE_MONITORING_DIRECT_EXECUTION": request.param,
        "STARTED_BY": str(tmp_path),
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))

    def run() -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([program, str(playbook)], env=environment, stdin=quiet, stdout=quiet, stderr=quiet)

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


def created(sandbox: Sandbox) -> Counter[str]:
    """How many groups of each name there are."""
    return Counter(row["name"] for row in sandbox.state("portmonitor")["groups"])


def kill_after(sandbox: Sandbox, process: subprocess.Popen[bytes], requests: int) -> None:
    """Kill a process when it has caused this number of write requests."""
    while len(writes(sandbox.requests("portmonitor"))) < requests:
        assert process.poll() is None, "it ended too early"
        time.sleep(0.01)
    process.kill()
    process.wait()


def test_after_a_kill_nothing_is_written_and_no_process_stays(sandbox: Sandbox, start: Start, tmp_path: Path) -> None:
    kill_after(sandbox, start(), 5)
    time.sleep(0.5)
    sent = len(writes(sandbox.requests("portmonitor")))
    deadline = time.monotonic() + END_SECONDS
    while left_over(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left_over(tmp_path)
    assert len(writes(sandbox.requests("portmonitor"))) == sent < CHANGES


def test_a_rerun_at_once_reaches_the_desired_state(sandbox: Sandbox, start: Start, tmp_path: Path) -> None:
    for number in range(KILLS):
        sandbox.set_state("portmonitor", {**sandbox.state("portmonitor"), "groups": []})
        sandbox.clear_requests()
        kill_after(sandbox, start(), random.Random(number).randrange(1, CHANGES - 5))
        again = start()
        assert again.wait(PLAYBOOK_SECONDS) == 0
        assert created(sandbox) == Counter(ALL), f"kill {number + 1}"
        assert not left_over(tmp_path)
