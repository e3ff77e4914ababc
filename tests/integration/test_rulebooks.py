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
from dataclasses import dataclass, field
from functools import partial
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
SECONDS = 150
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
        self.started_at = 0

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
            self.started_at = log.tell()
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
    def last_log(self) -> str:
        """What the process has written since the last start."""
        return (self.folder / "log.txt").read_bytes()[self.started_at :].decode()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that the rule engine received, including repeated ones."""
        return events_in(self.log)

    @property
    def state(self) -> dict[str, Any]:
        """The content of the state file; empty before the first poll."""
        if not self.state_file.exists():
            return {}
        return dict(json.loads(self.state_file.read_text(encoding="utf-8")))

    def wait_for_baseline(self) -> None:
        """Wait until the first poll is stored."""
        self.wait_for(lambda: self.state)

    def wait_for_events(self, count: int) -> None:
        """Wait until the rule engine has received this many different events."""
        self.wait_for(lambda: len({event["id"] for event in self.events}) >= count)

    def wait_for(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition is true."""
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)


def events_in(log: str) -> list[dict[str, Any]]:
    """The events in the output of --print-events. Lines of a playbook may come right before and after them."""
    return [dict(ast.literal_eval(text)) for text in re.findall(r"\{'after': (?:.*\n)+? 'type': '\w+'\}", log)]


LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
CHANGES = int(os.environ.get("EVENT_CHANGES", "8"))
KILLS = int(os.environ.get("EVENT_KILLS", "1"))
NAMES = [f"D{number}" for number in range(5)]


@dataclass(frozen=True)
class Watched:
    """Objects that a rulebook watches, each of which has one of two states.

    :ivar account: the other objects of the account
    :ivar objects: the key of the objects in the state of the sandbox
    :ivar name_field: the name of an object, in the state and in an event
    :ivar states: what the state of an object has, by the type of the event; the rule is for events of the second one
    :ivar action: what the action of the rule shows, with the name of the object
    :ivar hosts: the hosts of the inventory; without them, the inventory of the guide
    :ivar unlisted: the type of the events of objects that are not listed any more. They precede the others of a poll.
    """

    service: str
    objects: str
    name_field: tuple[str, str]
    states: Callable[[str], dict[str, dict[str, Any]]]
    action: str
    account: dict[str, Any] = field(default_factory=dict)
    hosts: dict[str, Any] | None = None
    unlisted: str = ""


def device(name: str) -> dict[str, dict[str, Any]]:
    """A device at Alertra."""
    settings = {"URL": "http://www.example.com", "Method": "HTTP"}
    return {"up": {**settings, "Status": "Up"}, "down": {**settings, "Status": "Down"}}


def agent(name: str) -> dict[str, dict[str, Any]]:
    """An agent at PingPlotter Cloud."""
    return {"online": {"IsOnline": True}, "offline": {"IsOnline": False}}


def alert(name: str) -> dict[str, dict[str, Any]]:
    """An alert at SimpleHelp without a reason, for a machine that has the same name."""
    return {
        "reset": {"triggered": False, "triggeredMachineIDs": []},
        "triggered": {"triggered": True, "triggeredMachineIDs": [f"SG_{name}"]},
    }


# The playbooks look at the object again. It may have changed back.
WATCHED = {
    "down": Watched("alertra", "devices", ("ShortName", "short_name"), device, r"(D\d) is down since \d{4}-\d\d-\d\dT"),
    "device_down": Watched(
        "alertra", "devices", ("ShortName", "short_name"), device, r"(?:Subject:|No ticket: the status of) (D\d) is"
    ),
    "agent_offline": Watched(
        "pingplotter",
        "agents",
        ("Name", "name"),
        agent,
        r"(?:The agent|No message:) (D\d) is (?:offline during its shift|not offline now)",
    ),
    "alert_on_host": Watched(
        "simplehelp",
        "alerts",
        ("name", "name"),
        alert,
        r"Alert (D\d) on \1:",
        {"machines": [{"machineID": f"SG_{name}", "name": name} for name in NAMES]},
        hosts=dict.fromkeys(NAMES, LOCAL),
        unlisted="reset",
    ),
}


# Each start of an engine takes five seconds of processor time. `make races` kills all rulebooks.
KILLED = WATCHED if "EVENT_KILLS" in os.environ else ("down",)


@pytest.mark.parametrize("name", KILLED)
def test_the_engine_receives_every_change_once_and_in_order_although_it_is_killed(
    sandbox: Sandbox, accounts: list[Account], tmp_path: Path, name: str
) -> None:
    """An event that is received twice, at most one for each kill, has the same id. Each has its action, in order."""
    watched = WATCHED[name]
    chance = random.Random(CHANGES)
    stored_name, event_name = watched.name_field
    calm, alarm = watched.states("")
    objects = {one: {stored_name: one, **watched.states(one)[calm]} for one in NAMES}
    sandbox.set_state(watched.service, {**watched.account, watched.objects: [*objects.values()]})
    expected: list[tuple[str, str]] = []
    kills = 0
    with contextlib.ExitStack() as stack:
        user = next(one for one in accounts if one.service == watched.service)
        settings = {"ticket_folder": "", "message_url": "", "agent_shifts": []}
        engine = Rulebook(name, user, tmp_path / "1", watched.hosts, **settings)
        stack.callback(engine.kill)
        engine.start()
        engine.wait_for_baseline()
        while len(expected) < CHANGES or expected[-1][1] != alarm:
            changes = []
            for one in sorted(chance.sample(NAMES, chance.randint(1, 5))):
                states = watched.states(one)
                new = alarm if objects[one].items() >= states[calm].items() else calm
                objects[one].update(states[new])
                changes.append((one, new))
            expected += sorted(changes, key=lambda one: one[1] != watched.unlisted)
            change(sandbox, watched.service, partial(update, watched.objects, [*objects.values()]))
            if kills < KILLS and len(expected) > kills * CHANGES / KILLS:
                kills += 1
                time.sleep(chance.random() * 1.2)
                engine.kill()
                engine.start()
            # Another change of an object is only another event if a poll has seen this one.
            engine.wait_for_events(len(expected))
        received = {event["id"]: (event["object"][event_name], event["type"]) for event in engine.events}
        assert kills == KILLS
        assert list(received.values()) == expected
        assert len(engine.events) <= len(expected) + KILLS
        alarms = [event["object"][event_name] for event in events_in(engine.last_log) if event["type"] == alarm]
        engine.wait_for(lambda: re.findall(watched.action, engine.last_log)[len(alarms) - 1 :])
        assert re.findall(watched.action, engine.last_log) == alarms


def update(key: str, values: list[dict[str, Any]], state: dict[str, Any]) -> None:
    """Set values of the objects of an account."""
    for old, new in zip(state[key], values, strict=True):
        old.update(new)


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
