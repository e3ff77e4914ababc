# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks in the real ansible-rulebook, started with the files and commands of the guide, against the sandbox."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.chat import chat
from integration.harness import ROOT, Account
from integration.test_events import change
from integration.test_guides import Command, File, steps
from sandbox.client import Sandbox

GUIDE = [*steps("guide_events")]
FILES = {step.name: step.text for step in GUIDE if isinstance(step, File)}
FIRST, OF_THE_COLLECTION = (shlex.split(step.line) for step in GUIDE if isinstance(step, Command))
SECONDS = 90
"""How long a rulebook may take to do something."""
JAVA = shutil.which("java")


@pytest.fixture(autouse=True)
def _java() -> None:
    """The rule engine is written in Java."""
    assert JAVA, "these tests need Java 17 or newer: apt-get install openjdk-17-jre-headless"


class Rulebook:
    """An ansible-rulebook process in a folder with the files of the guide.

    :param name: the rulebook of the collection; ``down`` is the first one of the guide
    :param hosts: the hosts of the inventory; without them, the inventory of the guide
    :param variables: what differs from the variables of the guide
    """

    def __init__(
        self, name: str, user: Account, folder: Path, hosts: dict[str, Any] | None = None, **variables: Any
    ) -> None:
        self.name, self.user, self.folder = name, user, folder
        self.state_file = folder / ("alertra.json" if name == "down" else f"{name}.json")
        folder.mkdir()
        inventory = yaml.safe_load(FILES["inventory.yml"]) if hosts is None else {"all": {"hosts": hosts}}
        settings = {**yaml.safe_load(FILES["variables.yml"]), "state_folder": str(folder), "poll_interval": 1}
        rulebook = FILES["down.yml"].replace("/var/lib/eda", str(folder)).replace("interval: 60", "interval: 1")
        (folder / "inventory.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
        (folder / "variables.yml").write_text(yaml.safe_dump({**settings, **variables}), encoding="utf-8")
        (folder / "down.yml").write_text(rulebook, encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        words = FIRST if self.name == "down" else OF_THE_COLLECTION
        program, *arguments = [word.replace("device_down", self.name) for word in words]
        command = [str(Path(sys.executable).with_name(program)), *arguments, "--print-events"]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            **self.user.environment,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_NOCOLOR": "1",
            "JAVA_HOME": os.environ.get("JAVA_HOME") or str(Path(str(JAVA)).resolve().parents[1]),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            # What is printed is written, also if the process is killed.
            "PYTHONUNBUFFERED": "1",
        }
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill the process and all that it has started with SIGKILL."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def log(self) -> str:
        """What the process has written."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that the rule engine received, including repeated ones."""
        printed = re.findall(r"^Event:\n((?:(?!\*\*).*\n)+?)\*{20,}$", self.log, re.MULTILINE)
        return [dict(ast.literal_eval(text)) for text in printed]

    @property
    def state(self) -> dict[str, Any]:
        """The content of the state file; empty before the first poll."""
        if not self.state_file.exists():
            return {}
        return dict(json.loads(self.state_file.read_text(encoding="utf-8")))

    def wait_for_baseline(self) -> None:
        """Wait until the first poll is stored."""
        self.wait_for(lambda: self.state)

    def wait_for(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition is true."""
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)


CHANGES = int(os.environ.get("EVENT_CHANGES", "8"))
KILLS = int(os.environ.get("EVENT_KILLS", "1"))


def test_the_engine_receives_every_change_once_and_in_order_although_it_is_killed(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    """An event that is received twice, at most one for each kill, has the same id."""
    chance = random.Random(CHANGES)
    device = {"URL": "http://www.example.com", "Method": "HTTP", "Status": "Up"}
    devices = [{"ShortName": f"D{number}", **device} for number in range(5)]
    sandbox.set_state("alertra", {"devices": devices})
    expected: list[tuple[str, str]] = []
    kills = 0
    with contextlib.ExitStack() as stack:
        engine = Rulebook("down", alertra, tmp_path / "1")
        stack.callback(engine.kill)
        engine.start()
        engine.wait_for_baseline()
        while len(expected) < CHANGES:
            for one in sorted(chance.sample(devices, chance.randint(1, 5)), key=devices.index):
                one["Status"] = "Down" if one["Status"] == "Up" else "Up"
                expected.append((one["ShortName"], one["Status"].lower()))
            change(
                sandbox, "alertra", lambda state: [old.update(devices[at]) for at, old in enumerate(state["devices"])]
            )
            if kills < KILLS and len(expected) > kills * CHANGES / KILLS:
                kills += 1
                time.sleep(chance.random() * 1.2)
                engine.kill()
                engine.start()
            # Another change of a device is only another event if a poll has seen this one.
            engine.wait_for(lambda: len({event["id"] for event in engine.events}) >= len(expected))
        received = {event["id"]: (event["object"]["short_name"], event["type"]) for event in engine.events}
        assert kills == KILLS
        assert list(received.values()) == expected
        assert len(engine.events) <= len(expected) + KILLS
        shown = re.findall(r"(D\d) is down since \d{4}-\d\d-\d\dT", engine.log)
        assert shown
        assert set(shown) <= {name for name, status in expected if status == "down"}


LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
SHIFT = {"agents": ["day"], "sessions": "running"}
NO_SHIFT = {"agents": ["night"], "sessions": "paused"}


def test_the_rulebooks_do_what_they_say(
    sandbox: Sandbox, alertra: Account, pingplotter: Account, simplehelp: Account, tmp_path: Path
) -> None:
    """All three run at the same time. One of them is killed, and misses no change while it does not run."""
    device = {"URL": "http://www.example.com", "Method": "HTTP"}
    sandbox.set_state("alertra", {"devices": [{"ShortName": name, **device} for name in ("WWW", "MAIL", "DB")]})
    agents = [{"Name": name, "IsOnline": True} for name in ("day", "night")]
    sandbox.set_state("pingplotter", {"agents": agents})
    alert = {"name": "{{ 1 + 1 }} disk", "reason": "almost full"}
    sandbox.set_state("simplehelp", {"machines": [{"machineID": "SG_1", "name": "db"}], "alerts": [alert]})
    tickets = tmp_path / "tickets"
    tickets.mkdir()
    with contextlib.ExitStack() as stack:
        url, messages = stack.enter_context(chat())
        own = {
            "device_down": Rulebook("device_down", alertra, tmp_path / "1", ticket_folder=str(tickets)),
            "agent_offline": Rulebook(
                "agent_offline", pingplotter, tmp_path / "2", agent_shifts=[SHIFT, NO_SHIFT], message_url=url
            ),
            "alert_on_host": Rulebook(
                "alert_on_host",
                simplehelp,
                tmp_path / "3",
                {"db": LOCAL, "other": LOCAL},
                alert_playbook="declarative.monitoring.alert_on_host",
            ),
        }
        for rulebook in own.values():
            stack.callback(rulebook.kill)
            rulebook.start()
        for rulebook in own.values():
            rulebook.wait_for_baseline()

        down, offline, alerts = own.values()
        change(sandbox, "alertra", lambda state: state["devices"][0].update(Status="Down"))
        change(sandbox, "alertra", lambda state: state["devices"][2].update(in_maintenance=True, Status="Down"))
        change(sandbox, "pingplotter", lambda state: [one.update(IsOnline=False) for one in state["agents"]])
        triggered = {"triggered": True, "triggeredMachineIDs": ["SG_1"]}
        change(sandbox, "simplehelp", lambda state: state["alerts"][0].update(triggered))

        down.wait_for(lambda: [*tickets.iterdir()])
        (ticket,) = tickets.iterdir()
        text = ticket.read_text(encoding="utf-8")
        assert text.startswith("Subject: WWW is down\n")
        assert "URL: http://www.example.com" in text
        assert "Down since: 2025-06-01T12:00:00+00:00\n" in text, "the time of the service, not that of the poll"
        offline.wait_for(lambda: messages and "night is not in its shift" in offline.log)
        assert messages == [{"text": "The agent day is offline during its shift."}]
        assert "secret-hook" not in offline.log
        alerts.wait_for(lambda: "on db: almost full" in alerts.log)
        assert "Alert { { 1 + 1 }} disk on db" in alerts.log, "a name at the server is no template"
        assert "on other" not in alerts.log

        down.kill()
        change(sandbox, "alertra", lambda state: state["devices"][1].update(Status="Down"))
        down.start()
        down.wait_for(lambda: len([*tickets.iterdir()]) > 1)
        subjects = sorted(path.read_text(encoding="utf-8").splitlines()[0] for path in tickets.iterdir())
        assert subjects == ["Subject: MAIL is down", "Subject: WWW is down"]
        for rulebook in own.values():
            for secret in ("sandbox-key", "sandbox-token"):
                assert secret not in rulebook.log
