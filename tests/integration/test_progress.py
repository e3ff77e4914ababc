# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that takes long shows how far it is, while it runs, to people and not to programs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import ansible_runner
import pytest
import yaml

from integration.harness import COLLECTION, ROOT, Account, run_group, task
from sandbox.client import Sandbox

INTERVAL = "DECLARATIVE_MONITORING_PROGRESS_INTERVAL"
DEVICES = [
    {"short_name": f"D{number:02}", "method": "HTTP", "url": f"https://{number}.example.com"} for number in range(20)
]
CONFIG = task("alertra_config", {"devices": DEVICES, "concurrency": 2})
LINE = re.compile(rf"^\[localhost\] {COLLECTION}\.alertra_config: (\d+) of 20 objects (\w+)(?:, (\d+) failed)?$", re.M)


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    """A playbook that creates twenty devices."""
    path = tmp_path / "play.yml"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [CONFIG]}
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


def _environment(accounts: Sequence[Account], **more: str) -> Mapping[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        **{name: value for user in accounts for name, value in user.environment.items()},
        **more,
    }


def _run(playbook: Path, accounts: Sequence[Account], *arguments: str, **env: str) -> tuple[int, str, str]:
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    done = run_group([program, str(playbook), *arguments], 60, env=_environment(accounts, **env), cwd=playbook.parent)
    return done.returncode, done.stdout, done.stderr


def test_changes_are_counted_while_they_are_made(sandbox: Sandbox, accounts: Sequence[Account], playbook: Path) -> None:
    sandbox.fault(service="alertra", method="POST", times=20, kind="delay", seconds=0.1)
    code, out, err = _run(playbook, accounts, **{INTERVAL: "0.2"})
    assert code == 0, out + err
    found = [(int(number), words) for number, words, _failed in LINE.findall(err)]
    assert len(found) >= 3
    assert {words for _number, words in found} <= {"written", "completed"}
    assert [number for number, _words in found] == sorted(number for number, _words in found)
    # A program may read what the callback prints there.
    assert "objects" not in out


def test_failures_are_counted_too(sandbox: Sandbox, accounts: Sequence[Account], playbook: Path) -> None:
    sandbox.fault(service="alertra", method="POST", times=5, kind="status", status=400)
    sandbox.fault(service="alertra", method="POST", times=20, kind="delay", seconds=0.1)
    code, out, err = _run(playbook, accounts, **{INTERVAL: "0.2"})
    assert code == 2, out + err
    assert "5" in [failed for _number, _words, failed in LINE.findall(err)]


def test_reading_is_counted_in_check_mode(sandbox: Sandbox, accounts: Sequence[Account], playbook: Path) -> None:
    shown = [{"ShortName": one["short_name"], "Method": one["method"], "URL": one["url"]} for one in DEVICES]
    sandbox.set_state("alertra", {"devices": shown})
    sandbox.fault(service="alertra", method="GET", skip=1, times=30, kind="delay", seconds=0.1)
    declared = [{**one, "timeout": 10} for one in DEVICES]
    content = [{"hosts": "localhost", "gather_facts": False, "tasks": [task("alertra_config", {"devices": declared})]}]
    playbook.write_text(yaml.safe_dump(content), encoding="utf-8")
    code, out, err = _run(playbook, accounts, "--check", **{INTERVAL: "0.2"})
    assert code == 0, out + err
    assert "read" in [words for _number, words, _failed in LINE.findall(err)]


@pytest.mark.parametrize("interval", ["0", "5"], ids=["switched off", "short"])
def test_nobody_is_bothered_otherwise(
    sandbox: Sandbox, accounts: Sequence[Account], playbook: Path, interval: str
) -> None:
    sandbox.fault(service="alertra", method="POST", times=20, kind="delay", seconds=0.1)
    code, out, err = _run(playbook, accounts, **{INTERVAL: interval})
    assert code == 0, out + err
    assert "objects" not in out + err


def test_awx_shows_it_in_the_output_of_the_job(
    sandbox: Sandbox, accounts: Sequence[Account], playbook: Path, tmp_path: Path
) -> None:
    sandbox.fault(service="alertra", method="POST", times=20, kind="delay", seconds=0.1)
    run = ansible_runner.run(
        private_data_dir=str(tmp_path),
        playbook=str(playbook),
        envvars=dict(_environment(accounts, **{INTERVAL: "0.2"})),
        quiet=True,
        settings={"job_timeout": 60},
    )
    assert run.rc == 0
    lines = [event["stdout"] for event in run.events if event["event"] == "verbose"]
    assert any(LINE.search(line.strip()) for line in lines), lines
