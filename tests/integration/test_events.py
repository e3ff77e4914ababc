# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event sources against the sandbox, without the rule engine of ansible-rulebook."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integration.conftest import CREDENTIALS
from integration.harness import ROOT
from sandbox.client import Sandbox

SOURCES = ROOT / "build/collections/ansible_collections/declarative/monitoring/extensions/eda/plugins/event_source"
CONSUMER = ROOT / "tests" / "integration" / "event_consumer.py"
SECOND = 0.05
"""How long a second lasts for a source, in seconds."""
Event = dict[str, Any]


class Source:
    """An event source of a service that runs as a process."""

    def __init__(self, sandbox: Sandbox, service: str, folder: Path, **options: Any) -> None:
        self.service = service
        self.events_path, self.log_path = folder / "events.jsonl", folder / "log.txt"
        self.options = {
            "api_url": sandbox.services[service],
            **CREDENTIALS[service],
            "interval": 1,
            "state_file": str(folder / "state.json"),
            **options,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        command = [str(SOURCES / f"{self.service}.py"), json.dumps(self.options), str(self.events_path), str(SECOND)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, str(CONSUMER), *command], stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill the process with SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        """What the process has written to stdout and stderr."""
        return self.log_path.read_text(encoding="utf-8")

    @property
    def events(self) -> list[Event]:
        """The events, including repeated ones."""
        text = self.events_path.read_text(encoding="utf-8") if self.events_path.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    @property
    def said(self) -> list[tuple[str, str, str | None, str | None]]:
        """The events in short."""
        return [(event["kind"], event["type"], event["before"], event["after"]) for event in self.events]

    @property
    def polls(self) -> int:
        """How many polls have ended, with the delivery of their events."""
        path = self.events_path.with_name(f"{self.events_path.name}.polls")
        return path.stat().st_size if path.exists() else 0

    def wait_for_polls(self, count: int = 1) -> None:
        """Wait until this many polls that begin after this call have ended."""
        # The first poll to end may have begun before.
        last = self.polls + count + 1
        self.wait_for(lambda: self.polls >= last)

    def wait_for(self, condition: Callable[[], Any], seconds: float = 20) -> None:
        """Wait until a condition is true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.01)


@contextlib.contextmanager
def running(source: Source) -> Iterator[Source]:
    """A source that runs, and has read the baseline."""
    source.start()
    try:
        source.wait_for_polls()
        yield source
    finally:
        source.kill()


def change(sandbox: Sandbox, service: str, edit: Callable[[dict[str, Any]], Any]) -> None:
    """Change the objects of an account."""
    state = sandbox.state(service)
    edit(state)
    sandbox.set_state(service, state)


# -- each service ------------------------------------------------------------------------------------------------------


def test_devices_at_alertra(sandbox: Sandbox, tmp_path: Path) -> None:
    device = {"URL": "http://www.example.com", "Method": "HTTP"}
    sandbox.set_state("alertra", {"devices": [{"ShortName": name, **device} for name in ("WWW", "MAIL", "DB")]})
    with running(Source(sandbox, "alertra", tmp_path)) as source:
        change(sandbox, "alertra", lambda state: state["devices"][0].update(Status="Down"))
        source.wait_for_polls()
        change(sandbox, "alertra", lambda state: state["devices"][1].update(in_maintenance=True))
        source.wait_for_polls()
        change(sandbox, "alertra", lambda state: state["devices"].pop(2))
        source.wait_for_polls()
        change(sandbox, "alertra", lambda state: state["devices"][0].update(Status="Up"))
        source.wait_for_polls()
        assert source.said == [
            ("device", "down", "up", "down"),
            ("device", "maintenance", "up", "maintenance"),
            ("device", "removed", "up", None),
            ("device", "up", "down", "up"),
        ]
        first = source.events[0]
        assert first["service"] == "alertra"
        assert first["object"]["short_name"] == "WWW"
        assert first["object"]["status"] == "Down"
        assert abs(datetime.fromisoformat(first["at"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_agents_at_pingplotter(sandbox: Sandbox, tmp_path: Path) -> None:
    agents = [{"Name": "Berlin", "IsOnline": True}, {"Name": "Wien", "IsOnline": True, "IsTemplate": True}]
    sandbox.set_state("pingplotter", {"agents": agents})
    with running(Source(sandbox, "pingplotter", tmp_path)) as source:
        change(sandbox, "pingplotter", lambda state: [one.update(IsOnline=False) for one in state["agents"]])
        source.wait_for_polls()
        change(sandbox, "pingplotter", lambda state: [one.update(IsOnline=True) for one in state["agents"]])
        source.wait_for_polls()
        assert source.said == [("agent", "offline", "online", "offline"), ("agent", "online", "offline", "online")]
        assert source.events[0]["object"]["name"] == "Berlin"
        assert "configLinkId" not in json.dumps(source.events)


@pytest.mark.parametrize("prefix", ["api", "none"])
def test_a_rate_limit_is_obeyed_over_polls(sandbox: Sandbox, tmp_path: Path, prefix: str) -> None:
    """Two polls use up a window of a second, and a poll takes a twentieth of it.

    Without the prefix, the first request of each poll finds out where the API is.
    """
    sandbox.set_state("pingplotter", {"agents": [{"Name": "Berlin", "IsOnline": True}]})
    sandbox.switches("pingplotter", rate_limit=2, rate_window=1, rate_headers="limits", prefix=prefix)
    source = Source(sandbox, "pingplotter", tmp_path)
    source.start()
    try:
        source.wait_for(lambda: [one["status"] for one in sandbox.requests("pingplotter")].count(200) > 6)
    finally:
        source.kill()
    assert [one["status"] for one in sandbox.requests("pingplotter")].count(429) < 2
    assert source.events == []


def test_targets_at_port_monitor(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each event of the service is one event, although the target has changed back before the next poll."""
    begin = datetime.now(UTC) - timedelta(minutes=5)
    times = [(begin + timedelta(minutes=number)).isoformat() for number in range(4)]
    state = {
        "groups": [{"name": "Web"}],
        "targets": [{"name": "Shop", "group": "Web", "url": "http://www.example.com"}],
        "events": [{"target": "Shop", "status": "up", "created_at": times[0]}],
    }
    sandbox.set_state("portmonitor", state)

    def go_on(state: dict[str, Any]) -> None:
        target = state["targets"][0]["id"]
        for status, at in (("down", times[1]), ("up", times[2]), ("down", times[3])):
            state["events"].append({"target_id": target, "status": status, "created_at": at})

    with running(Source(sandbox, "portmonitor", tmp_path)) as source:
        change(sandbox, "portmonitor", go_on)
        source.wait_for_polls()
        assert source.said == [("target", word, None, word) for word in ("down", "up", "down")]
        assert [event["at"] for event in source.events] == times[1:]
        assert (source.events[0]["object"]["name"], source.events[0]["object"]["group"]) == ("Shop", "Web")


def test_monitors_at_pinghome(sandbox: Sandbox, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    recent, long_ago = (time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in (now, now - timedelta(hours=1)))
    changes = [{"state": "up", "created_at": long_ago}]
    state = {
        "resources": [{"name": "web", "url": "https://www.example.com", "state_changes": changes}],
        "heartbeats": [{"name": "backup", "interval": 300, "events": [{"result": "tick", "received_at": recent}]}],
    }
    sandbox.set_state("pinghome", state)
    with running(Source(sandbox, "pinghome", tmp_path)) as source:
        down = {"state": "down", "created_at": recent}
        change(sandbox, "pinghome", lambda state: state["resources"][0]["state_changes"].insert(0, down))
        source.wait_for_polls()
        change(sandbox, "pinghome", lambda state: state["heartbeats"][0]["events"][0].update(received_at=long_ago))
        source.wait_for_polls()
        change(sandbox, "pinghome", lambda state: state["resources"][0].update(enabled=False))
        source.wait_for_polls()
        assert source.said == [
            ("resource", "down", "up", "down"),
            ("heartbeat", "missed", "received", "missed"),
            ("resource", "disabled", "down", "disabled"),
        ]
        assert source.events[1]["object"]["name"] == "backup"


def test_a_monitor_at_pinghome_that_changes_back_before_the_next_poll(sandbox: Sandbox, tmp_path: Path) -> None:
    times = [f"2026-10-01T12:0{number}:00Z" for number in range(3)]
    first, *more = ({"state": state, "created_at": at} for state, at in zip(("up", "down", "up"), times, strict=True))
    resource = {"name": "web", "url": "https://www.example.com", "state_changes": [first]}
    sandbox.set_state("pinghome", {"resources": [resource]})
    with running(Source(sandbox, "pinghome", tmp_path)) as source:
        change(sandbox, "pinghome", lambda state: state["resources"][0].update(state_changes=[*more, first]))
        source.wait_for_polls()
        assert source.said == [("resource", "down", "up", "down"), ("resource", "up", "down", "up")]
        assert [event["at"] for event in source.events] == ["2026-10-01T12:01:00+00:00", "2026-10-01T12:02:00+00:00"]


def test_alerts_and_waiting_customers_at_simplehelp(sandbox: Sandbox, tmp_path: Path) -> None:
    machines = [{"machineID": "SG_1", "name": "db"}, {"machineID": "SG_2", "name": "all"}]
    alert = {"name": "Disk", "triggered": False, "severity": "critical", "reason": "almost full"}
    sandbox.set_state("simplehelp", {"machines": machines, "alerts": [alert]})
    with running(Source(sandbox, "simplehelp", tmp_path)) as source:
        triggered = {"triggered": True, "triggeredMachineIDs": ["SG_1"]}
        change(sandbox, "simplehelp", lambda state: state["alerts"][0].update(triggered))
        source.wait_for_polls()
        both = {"triggered": True, "triggeredMachineIDs": ["SG_1", "SG_2"]}
        change(sandbox, "simplehelp", lambda state: state["alerts"][0].update(both))
        source.wait_for_polls()
        change(sandbox, "simplehelp", lambda state: state["alerts"][0].update(alert, triggeredMachineIDs=[]))
        change(sandbox, "simplehelp", lambda state: state["support_queue"].append({"customer": {"username": "carol"}}))
        source.wait_for_polls()
        change(sandbox, "simplehelp", lambda state: state["support_queue"].clear())
        source.wait_for_polls()
        assert source.said == [
            ("alert", "triggered", None, "triggered"),
            ("alert", "triggered", None, "triggered"),
            ("alert", "reset", "triggered", None),
            ("alert", "reset", "triggered", None),
            ("support_session", "waiting", None, "waiting"),
            ("support_session", "left", "waiting", None),
        ]
        hosts = [event["object"]["host"] for event in source.events[:2]]
        assert hosts == ["db", "simplehelp-all"], "a machine that is named all is not every host"
        assert source.events[4]["object"]["customer"]["username"] == "carol"


# -- outages -----------------------------------------------------------------------------------------------------------


def test_an_outage_is_one_event_and_shows_no_secret(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_state("simplehelp", {"alerts": [{"name": "Disk"}]})
    with running(Source(sandbox, "simplehelp", tmp_path, api_retries=0, include=["alert"])) as source:
        sandbox.fault(service="simplehelp", path="alerts/list", kind="status", status=503, times=-1)
        source.wait_for_polls(6)
        change(sandbox, "simplehelp", lambda state: state["alerts"][0].update(triggered=True, triggeredMachineIDs=[]))
        sandbox.clear_faults()
        source.wait_for_polls()
        assert [event["type"] for event in source.events] == ["outage", "recovered", "triggered"]
        assert "503" in source.events[0]["object"]["reason"]
        assert "sandbox-token" not in json.dumps(source.events) + source.log
        assert source.log.count("503") == 1


def test_an_outage_over_a_restart_is_one_event(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_state("alertra", {"devices": []})
    source = Source(sandbox, "alertra", tmp_path, api_retries=0)
    sandbox.fault(service="alertra", path="/devices", kind="status", status=500, times=-1)
    for _start in range(2):
        source.start()
        source.wait_for(lambda: len(sandbox.requests("alertra")) > 3)
        source.kill()
        sandbox.clear_requests()
    assert source.said == [("api", "outage", "available", "outage")]


# -- kill -9 -----------------------------------------------------------------------------------------------------------

CHANGES, KILLS, DEVICES = 200, 5, 8


@pytest.mark.parametrize("seed", [1])
def test_every_change_is_one_event_in_order_although_the_source_is_killed(
    seed: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The source is killed at random times. What it says twice has the same id, and is said at most once per kill."""
    chance = random.Random(seed)
    device = {"URL": "http://www.example.com", "Method": "HTTP", "Status": "Up"}
    sandbox.set_state("alertra", {"devices": [{"ShortName": f"D{number}", **device} for number in range(DEVICES)]})
    states, kills = dict.fromkeys(range(DEVICES), "Up"), 0
    expected: list[tuple[str, str]] = []
    with running(Source(sandbox, "alertra", tmp_path)) as source:
        while len(expected) < CHANGES:
            changed = sorted(chance.sample(range(DEVICES), chance.randint(1, DEVICES)))
            for number in changed:
                states[number] = "Down" if states[number] == "Up" else "Up"
                expected.append((f"D{number}", states[number].lower()))
            change(
                sandbox,
                "alertra",
                lambda state: [one.update(Status=states[at]) for at, one in enumerate(state["devices"])],
            )
            if kills < KILLS and len(expected) > kills * CHANGES / KILLS:
                kills += 1
                time.sleep(chance.random() * 0.15)
                source.kill()
                source.start()
            source.wait_for_polls()
    found = {event["id"]: (event["object"]["short_name"], event["type"]) for event in source.events}
    assert kills == KILLS
    assert list(found.values()) == expected
    assert len(source.events) <= len(expected) + KILLS


def test_a_damaged_state_file_is_said_and_not_fatal(sandbox: Sandbox, tmp_path: Path) -> None:
    device = {"ShortName": "WWW", "URL": "http://www.example.com", "Method": "HTTP"}
    sandbox.set_state("alertra", {"devices": [device]})
    (tmp_path / "state.json").write_text('{"version": 1, "known"', encoding="utf-8")
    with running(Source(sandbox, "alertra", tmp_path)) as source:
        assert "is damaged" in source.log
        assert (tmp_path / "state.json.damaged").exists()
        assert source.events == []
