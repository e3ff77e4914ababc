# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The delivery of events: what a queue gets if the service changes and fails, and if the source is killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _event_source
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    Poller,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_state import StateFile
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Memory, Reading, Sighting

SOURCE = EventSource(
    Alertra,
    (EventKind("device", "removed", lambda client, period: ()), EventKind("tag", "", lambda client, period: ())),
)
ARGS = {"api_key": "secret-key-of-a-test", "api_url": "https://api.example.com"}
States = dict[str, str]


class Killed(BaseException):
    """The process has got SIGKILL."""


class Crashes:
    """Kills the source before the next put, after it, or before or after the next save."""

    def __init__(self) -> None:
        self.place = ""

    def at(self, place: str) -> None:
        """Kill the source if this is the place to do so."""
        if self.place == place:
            self.place = ""
            raise Killed


class Service:
    """A service with devices that change and polls that fail. It registers which changes a poll could see."""

    def __init__(self, crashes: Crashes) -> None:
        self.states: States = {}
        self.fails = False
        self.crashes = crashes
        self.delivered: list[dict[str, Any]] = []
        self.expected: list[tuple[str, str | None, str | None]] = []
        self.seen: States | None = None
        self.outage = False
        self._read: States | None = None

    def read(self) -> Reading | str:
        """What a poll reads."""
        self._read = None if self.fails else dict(self.states)
        if self.fails:
            return "the service is not reachable"
        return Reading([Sighting("device", ident, state, {"id": ident}) for ident, state in self.states.items()])

    def poll_is_stored(self) -> None:
        """From now on, the changes of the last poll must become events."""
        if self._read is None:
            if not self.outage:
                self.expected.append(("api", "available", "outage"))
            self.outage = True
            return
        if self.outage:
            self.expected.append(("api", "outage", "available"))
        self.outage = False
        before, self.seen = self.seen, self._read
        if before is None:
            return
        self.expected += [(ident, before[ident], None) for ident in before if ident not in self.seen]
        changed = [ident for ident, state in self.seen.items() if before.get(ident) != state]
        self.expected += [(ident, before.get(ident), self.seen[ident]) for ident in changed]

    async def put(self, event: dict[str, Any]) -> None:
        """Take an event, as the queue of ansible-rulebook does."""
        self.crashes.at("before put")
        self.delivered.append(event)
        self.crashes.at("after put")


class State(StateFile):
    """A state file whose process may be killed."""

    service: Service

    def save(self, memory: Memory) -> None:
        """Write the file."""
        delivered = len(memory.pending) < len(self.load().pending)
        self.service.crashes.at("before save")
        super().save(memory)
        if not delivered:
            self.service.poll_is_stored()
        self.service.crashes.at("after save")


def run_once(service: Service, path: str) -> None:
    """Start the source, let it poll once, and end it."""
    State.service = service
    client = mock.Mock(credentials=Alertra.credentials)
    # A process that is killed leaves to the system what it has written.
    with (
        mock.patch.object(_event_source, "StateFile", State),
        mock.patch.object(_event_source, "connect_on_controller", return_value=client),
        mock.patch.object(os, "fsync"),
    ):
        poller = Poller(SOURCE, {**ARGS, "state_file": path})
        poller._read = lambda period: service.read()  # type: ignore[method-assign]

        async def run() -> None:
            memory = await poller._deliver(poller.state.load(), service)
            await poller._deliver(await poller._poll(memory), service)

        asyncio.run(run())


PLACES = ["", "", "before put", "after put", "before save", "after save"]
STEPS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["up", "down", "maintenance", "gone"]), max_size=3),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(PLACES),
    ),
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_every_change_that_a_poll_could_see_is_one_event_in_order(steps: list[tuple[States, bool, str]]) -> None:
    crashes = Crashes()
    service, kills = Service(crashes), 0
    with TemporaryDirectory() as folder:
        path = str(Path(folder, "state.json"))
        for changes, fails, crashes.place in [*steps, ({}, False, "")]:
            service.states = {ident: state for ident, state in {**service.states, **changes}.items() if state != "gone"}
            service.fails = fails
            try:
                run_once(service, path)
            except Killed:
                kills += 1
    by_id = {event["id"]: event for event in service.delivered}
    assert [_short(event) for event in by_id.values()] == service.expected
    assert len(service.delivered) - len(by_id) <= kills
    again = [two["id"] for one, two in zip(service.delivered, service.delivered[1:], strict=False) if one == two]
    assert len(again) == len(service.delivered) - len(by_id), "an event is repeated only right after itself"


def _short(event: dict[str, Any]) -> tuple[str, str | None, str | None]:
    return event["object"].get("id", event["kind"]), event["before"], event["after"]


# -- the loop ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Pauses between polls do not last."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def short(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", short)
    return iter([pauses])


def poll_until(answers: list[Any], args: dict[str, Any], queue: Any) -> None:
    """Run the source with these answers of the service, and cancel it after the last one."""
    left = iter(answers)

    def read(self: Poller, period: Any) -> Any:
        answer = next(left, None)
        if answer is None:
            raise Killed
        return answer

    with mock.patch.object(Poller, "_read", read), pytest.raises(Killed):
        asyncio.run(watch(SOURCE, queue, args))


def reading(state: str) -> Reading:
    return Reading([Sighting("device", "1", state, {"device_id": "1"})])


class Queue(list[dict[str, Any]]):
    """A queue that is taken at once."""

    async def put(self, event: dict[str, Any]) -> None:
        """Take an event."""
        self.append(event)


def test_the_source_waits_between_two_polls(no_pause: Iterator[list[float]]) -> None:
    queue = Queue()
    poll_until([reading("up"), reading("down")], {**ARGS, "interval": "90"}, queue)
    assert [event["type"] for event in queue] == ["down"]
    assert next(no_pause) == [90.0, 90.0]


def test_an_outage_is_said_once(no_pause: Iterator[list[float]], caplog: pytest.LogCaptureFixture) -> None:
    queue = Queue()
    with caplog.at_level(logging.WARNING):
        poll_until([reading("up"), "no answer", "no answer", "no answer", reading("up")], ARGS, queue)
    assert [event["type"] for event in queue] == ["outage", "recovered"]
    assert [record.message for record in caplog.records] == ["no answer"]


def test_without_a_state_file_each_start_has_a_new_baseline(no_pause: Iterator[list[float]]) -> None:
    queue = Queue()
    poll_until([reading("up")], ARGS, queue)
    poll_until([reading("down")], ARGS, queue)
    assert queue == []


def test_with_a_state_file_changes_during_a_restart_are_said(no_pause: Iterator[list[float]], tmp_path: Path) -> None:
    queue, args = Queue(), {**ARGS, "state_file": str(tmp_path / "state.json")}
    poll_until([reading("up")], args, queue)
    poll_until([reading("down")], args, queue)
    assert [event["type"] for event in queue] == ["down"]


class Filtered:
    """The queue of ansible-rulebook, in an object with the event filters; its first filter makes two events of one."""

    def __init__(self, room: int) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue(room)

    async def put(self, event: Any) -> None:
        """Put copies of an event into the queue."""
        for part in "ab":
            await self.queue.put({**event, "part": part})


def undelivered(path: str) -> list[str]:
    """The ids of the events that the state file says were not delivered yet."""
    stored = json.loads(Path(path).read_text(encoding="utf-8"))
    return [event["id"] for event in stored["pending"]]


def with_two_events(path: str) -> Poller:
    """A source that has two events to deliver."""
    poller = Poller(SOURCE, {**ARGS, "state_file": path})
    poller.state.save(Memory(pending=({"id": "1"}, {"id": "2"})))
    return poller


@pytest.mark.parametrize("room", [1, 10])
def test_the_next_event_waits_until_the_rule_engine_has_taken_the_one_before(tmp_path: Path, room: int) -> None:
    path = str(tmp_path / "state.json")
    poller = with_two_events(path)

    async def run() -> list[tuple[str, str, list[str]]]:
        filtered, found = Filtered(room), []
        task = asyncio.create_task(poller.run(filtered))
        for _turn in range(4):
            await asyncio.sleep(0.05)
            left = undelivered(path)
            event = filtered.queue.get_nowait()
            found.append((event["id"], event["part"], left))
        task.cancel()
        return found

    both, second = ["1", "2"], ["2"]
    assert asyncio.run(run()) == [("1", "a", both), ("1", "b", both), ("2", "a", second), ("2", "b", second)]


def test_an_event_that_the_rule_engine_does_not_take_is_never_stored_as_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule engine takes no events while many actions wait, which may last for hours."""
    path = str(tmp_path / "state.json")
    poller = with_two_events(path)

    async def run() -> list[list[str]]:
        loop, queue, sleep = asyncio.get_running_loop(), asyncio.Queue[Any](1), asyncio.sleep
        ahead, time = 0.0, loop.time

        async def skip(seconds: float) -> None:
            nonlocal ahead
            ahead += seconds
            await sleep(0)

        monkeypatch.setattr(loop, "time", lambda: time() + ahead)
        monkeypatch.setattr(asyncio, "sleep", skip)
        task = asyncio.create_task(poller.run(queue))
        found = []
        for _event in range(2):
            for _turn in range(5000):
                await sleep(0)
            found.append(undelivered(path))
            queue.get_nowait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert ahead > 90, "both have waited in the queue for a long time"
        return found

    assert asyncio.run(run()) == [["1", "2"], ["2"]]


def test_events_of_other_sources_do_not_delay_the_next_one(tmp_path: Path) -> None:
    """Another source fills the queue whenever there is room, so it is never empty."""
    path = str(tmp_path / "state.json")
    poller = with_two_events(path)

    async def run() -> list[str]:
        queue: asyncio.Queue[Any] = asyncio.Queue(3)
        task = asyncio.create_task(poller.run(queue))
        taken: list[str] = []
        while "2" not in taken:
            await queue.put({"id": "other"})
            await asyncio.sleep(0.02)
            taken.append((await queue.get())["id"])
        task.cancel()
        return taken

    taken = asyncio.run(asyncio.wait_for(run(), 5))
    assert [one for one in taken if one != "other"] == ["1", "2"]
    assert "other" in taken


def test_records_are_read_since_the_time_that_is_stored(tmp_path: Path) -> None:
    """It does not depend on the clock of this machine."""
    poller = Poller(SOURCE, {**ARGS, "state_file": str(tmp_path / "state.json")})
    periods: list[Period] = []

    def read(period: Period) -> Reading:
        periods.append(period)
        return Reading([Sighting("tag", "1", "new", {}, "2026-02-02T02:00:00Z")])

    poller._read = read  # type: ignore[method-assign]
    poller.state.save(Memory(since="2026-01-31T00:00:00+00:00"))
    asyncio.run(poller._poll(poller.state.load()))
    asyncio.run(poller._poll(poller.state.load()))
    assert [one.since.isoformat() for one in periods] == ["2026-01-31T00:00:00+00:00", "2026-02-01T00:00:00+00:00"]


def test_a_name_of_the_service_is_never_a_template(no_pause: Iterator[list[float]]) -> None:
    queue = Queue()
    names = {"name": "{{ lookup('pipe', 'id') }}", "more": ["{{{%", {"{#": "{{{{"}], "number": 1}
    poll_until([Reading([]), Reading([Sighting("device", "1", "up", names)])], ARGS, queue)
    assert queue[0]["object"] == {
        "name": "{ { lookup('pipe', 'id') }}",
        "more": ["{ { { %", {"{ #": "{ { { {"}],
        "number": 1,
    }


# -- options -----------------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"intervall": 5}, "there is no option intervall; did you mean interval?"),
    "interval": ({"interval": 0}, "interval must be from 1 to 86400, not 0"),
    "interval is a word": ({"interval": "often"}, "interval must be a number, not 'often'"),
    "interval is null": ({"interval": None}, "interval cannot be null: leave it out instead"),
    "include": ({"include": ["devices"]}, "include[0] must be one of device, tag, not 'devices'"),
    "include nothing": ({"include": []}, "include must name at least one of device, tag"),
    "no key": ({"api_key": None}, "api_key is missing: set the option or the environment variable ALERTRA_API_KEY"),
    "key is a number": ({"api_key": 12345.6}, "api_key must be a string in quotes"),
    "url": ({"api_url": "example.com"}, "api_url must be a URL such as https://host/path"),
    "retries": ({"api_retries": -1}, "api_retries must be at least 0, not -1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_option_is_refused_before_the_first_request(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALERTRA_API_KEY", raising=False)
    args, sentence = REFUSED[name]
    with pytest.raises(InputError) as caught:
        Poller(SOURCE, {**ARGS, **args})
    assert str(caught.value).startswith(sentence)
    assert "12345" not in str(caught.value)


def test_a_source_may_need_more_options_than_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    source = EventSource(Pinghome, SOURCE.kinds, ("service_id",))
    with pytest.raises(InputError, match="service_id is missing: set the option or the environment variable PINGHOME_"):
        Poller(source, {"api_token": "secret-token"})
    monkeypatch.setenv("PINGHOME_SERVICE_ID", "11111111-1111-4111-8111-111111111111")
    Poller(source, {"api_token": "secret-token"})
