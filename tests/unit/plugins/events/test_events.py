# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events that follow from what is known and what was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import (
    Memory,
    Origin,
    Reading,
    Sighting,
    Watch,
    after_delivery,
    after_failure,
    after_reading,
    records_since,
)

ORIGIN = Origin("alertra", {"api_url": "https://api.example.com"})
WATCHES = (Watch("device"), Watch("alert", "reset"), Watch("record", ""))
EARLY = datetime(2026, 1, 31, tzinfo=UTC)
LATE = EARLY + timedelta(minutes=1)


def device(ident: str, state: str) -> Sighting:
    return Sighting("device", ident, state, {"device_id": ident, "status": state})


def read(memory: Memory, *sightings: Sighting, now: datetime = LATE, doubtful: tuple[str, ...] = ()) -> Memory:
    return after_reading(memory, Reading(sightings, doubtful), WATCHES, ORIGIN, now)


def said(memory: Memory) -> list[tuple[Any, ...]]:
    """The pending events, in short."""
    return [(event["kind"], event["type"], event["before"], event["after"]) for event in memory.pending]


def test_the_first_reading_is_the_baseline() -> None:
    assert said(read(Memory(), device("1", "down"), now=EARLY)) == []


def test_a_change_is_an_event_with_everything_about_it() -> None:
    memory = read(read(Memory(), device("1", "up"), now=EARLY), device("1", "down"))
    (event,) = memory.pending
    assert len(event.pop("id")) == 32
    assert event == {
        "service": "alertra",
        "kind": "device",
        "type": "down",
        "object": {"device_id": "1", "status": "down"},
        "before": "up",
        "after": "down",
        "at": "2026-01-31T00:01:00+00:00",
    }


def test_events_have_the_order_of_the_listing() -> None:
    known = read(Memory(), *(device(ident, "up") for ident in "abc"))
    memory = read(known, *(device(ident, "down") for ident in "cab"))
    assert [event["object"]["device_id"] for event in memory.pending] == ["c", "a", "b"]


def test_an_unchanged_object_is_no_event() -> None:
    known = read(Memory(), device("1", "up"))
    assert read(known, device("1", "up")).pending == ()


def test_a_new_object_and_one_that_is_gone_are_events() -> None:
    known = read(Memory(), device("1", "up"))
    memory = read(known, device("2", "down"))
    assert said(memory) == [("device", "removed", "up", None), ("device", "down", None, "down")]
    assert memory.pending[0]["object"] == {"device_id": "1", "status": "up"}


def test_the_word_for_what_is_gone_belongs_to_the_kind() -> None:
    known = read(Memory(), Sighting("alert", "disk", "triggered", {}))
    assert said(read(known)) == [("alert", "reset", "triggered", None)]


def test_a_record_is_an_event_with_its_own_time_and_goes_silently() -> None:
    time = "Sat, 31 Jan 2026 00:00 CET"
    known = read(Memory(), Sighting("record", "1", "down", {}, time))
    memory = read(known, Sighting("record", "1", "down", {}, time), Sighting("record", "2", "up", {}, time))
    assert [(event["type"], event["at"]) for event in memory.pending] == [("up", time)]
    assert said(read(memory, Sighting("record", "2", "up", {}, time))) == [("record", "up", None, "up")]


def test_an_object_that_a_doubtful_listing_lacks_is_not_gone() -> None:
    known = read(Memory(), device("1", "up"), device("2", "up"))
    memory = read(known, device("1", "down"), doubtful=("device",))
    assert said(memory) == [("device", "down", "up", "down")]
    assert said(read(memory, device("1", "down"), device("2", "down")))[1:] == [("device", "down", "up", "down")]


def test_a_series_of_failures_is_one_event_and_the_changes_during_it_come_after_its_end() -> None:
    memory = read(Memory(), device("1", "up"))
    for number in range(3):
        memory = after_failure(memory, f"reason {number}", ORIGIN, LATE)
    assert said(memory) == [("api", "outage", "available", "outage")]
    assert memory.pending[0]["object"] == {"reason": "reason 0"}
    memory = read(memory, device("1", "down"))
    assert said(memory)[1:] == [("api", "recovered", "outage", "available"), ("device", "down", "up", "down")]
    assert said(after_failure(memory, "again", ORIGIN, LATE))[-1] == ("api", "outage", "available", "outage")


def test_a_failure_before_the_first_reading_leaves_the_baseline_open() -> None:
    memory = read(after_failure(Memory(), "reason", ORIGIN, EARLY), device("1", "down"))
    assert [event["kind"] for event in memory.pending] == ["api", "api"]


def test_a_kind_that_was_not_watched_before_has_a_baseline_of_its_own() -> None:
    known = after_reading(Memory(), Reading([device("1", "up")]), WATCHES[:1], ORIGIN, EARLY)
    memory = read(known, device("1", "down"), Sighting("alert", "disk", "triggered", {}))
    assert said(memory) == [("device", "down", "up", "down")]


def test_the_same_change_has_the_same_id_and_another_one_has_another() -> None:
    known = read(Memory(), device("1", "up"), device("2", "up"))
    first, again = (read(known, device("1", "down"), device("2", "down")).pending for _time in range(2))
    assert first == again
    later = read(known, device("1", "down"), device("2", "down"), now=EARLY).pending
    assert len({event["id"] for event in (*first, *later)}) == 4
    (other,) = read(known, device("1", "unknown"), device("2", "up")).pending
    assert other["id"] not in {event["id"] for event in first}


def test_a_delivered_event_is_no_longer_pending() -> None:
    memory = read(read(Memory(), device("1", "up"), device("2", "up")), device("1", "down"), device("2", "down"))
    assert after_delivery(memory).pending == memory.pending[1:]


# -- records -----------------------------------------------------------------------------------------------------------

HOURS = st.integers(-400, 400)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans(), HOURS), max_size=20),
    st.sampled_from([timedelta(0), timedelta(hours=-12), timedelta(hours=14)]),
)
@example([(0, True, 0), (1, False, -100), (1, False, 0)], timedelta(0))
@example([(30, False, 0), (1, False, -100), (1, False, 0)], timedelta(0))
@example([(0, True, 100), (50, True, 100), (50, False, 0)], timedelta(0))
def test_every_record_is_one_event_although_the_clock_is_set(
    steps: list[tuple[int, bool, int]], zone: timedelta
) -> None:
    """The clock of the service goes on; that of the client is set to another time before polls.

    The service shows its times without their zone, and there were records before the first poll.

    :param steps: the hours until each poll, whether there is a record shortly before it, and how many hours the clock
        is ahead then
    """
    time, memory = EARLY, Memory()
    records = {f"old{number}": EARLY - timedelta(hours=number) for number in range(0, 300, 20)}
    for number, (hours, has_record, ahead) in enumerate([(0, False, 0), *steps]):
        time += timedelta(hours=hours, minutes=1)
        if has_record:
            records[f"new{number}"] = time - timedelta(seconds=1)
        now = time + timedelta(hours=ahead)
        since = records_since(memory, now)
        listed = [
            Sighting("record", ident, "down", {"id": ident}, (at + zone).strftime("%Y-%m-%dT%H:%M:%S"))
            for ident, at in records.items()
            if at >= since
        ]
        memory = read(memory, *listed, now=now)
    assert [event["object"]["id"] for event in memory.pending] == [one for one in records if one.startswith("new")]


def test_records_without_a_time_do_not_let_the_period_grow() -> None:
    memory = read(Memory(), Sighting("record", "1", "down", {}, "today"), now=EARLY)
    memory = read(memory, Sighting("record", "1", "down", {}), now=EARLY + timedelta(days=10))
    assert records_since(memory, LATE) == EARLY + timedelta(days=10, hours=-26)


def test_a_record_with_a_time_in_the_future_lets_later_records_be_read() -> None:
    memory = read(Memory(), Sighting("record", "1", "down", {}, "2126-01-31T00:00:00Z"), now=EARLY)
    assert records_since(memory, LATE) == EARLY - timedelta(hours=26)


def test_the_time_of_a_change_of_an_object_does_not_end_the_period_of_the_records() -> None:
    """A service may show records later than changes."""
    memory = read(Memory(), Sighting("record", "1", "down", {}, EARLY.isoformat()), now=EARLY)
    now = EARLY + timedelta(days=10)
    memory = read(memory, Sighting("device", "1", "down", {}, now.isoformat()), now=now)
    assert records_since(memory, now) == EARLY - timedelta(hours=26)


# -- logs --------------------------------------------------------------------------------------------------------------


def logged(*log: tuple[datetime, str], state: str = "") -> Sighting:
    """An object whose changes the service keeps."""
    return Sighting("device", "1", state or log[-1][1], {"id": "1"}, log=log)


@given(st.lists(st.tuples(st.integers(1, 100), st.sampled_from(["up", "down", "maintenance"]), st.booleans())))
def test_every_change_in_a_log_is_one_event_in_order_with_its_time(steps: list[tuple[int, str, bool]]) -> None:
    """A step is the seconds until a change, the new state, and whether there is a poll after it."""
    log = [(EARLY, "up")]
    expected: list[tuple[str, str, str]] = []
    memory = read(Memory(), logged(*log))
    for seconds, state, polls in [*steps, (1, "down", True)]:
        time, before = log[-1][0] + timedelta(seconds=seconds), log[-1][1]
        log.append((time, state))
        if state != before:
            expected.append((before, state, time.isoformat()))
        if polls:
            memory = read(memory, logged(*log[-50:]))
    assert [(event["before"], event["after"], event["at"]) for event in memory.pending] == expected
    assert len({event["id"] for event in memory.pending}) == len(expected)


def test_a_state_that_is_in_no_log_has_the_time_of_the_poll() -> None:
    first, second = (EARLY, "up"), (EARLY + timedelta(seconds=10), "down")
    memory = read(Memory(), logged(first), now=EARLY)
    memory = read(memory, logged(first, second, state="disabled"))
    memory = read(memory, logged(first, second))
    times = [(event["after"], event["at"]) for event in memory.pending]
    assert times == [("down", second[0].isoformat()), ("disabled", LATE.isoformat()), ("down", LATE.isoformat())]


def test_the_first_change_in_a_log_is_an_event_but_the_log_of_a_new_object_is_none() -> None:
    first, second = (EARLY, "down"), (EARLY + timedelta(seconds=1), "up")
    known = read(Memory(), logged(state="unknown"), now=EARLY)
    assert [one[2:] for one in said(read(known, logged(first, second)))] == [("unknown", "down"), ("down", "up")]
    assert said(read(read(Memory()), logged(first, second))) == [("device", "up", None, "up")]


def test_a_log_that_lacks_its_newest_changes_for_a_while_leads_to_nothing_twice() -> None:
    log = [(EARLY + timedelta(seconds=number), state) for number, state in enumerate(["up", "down", "up"])]
    memory = read(read(Memory(), logged(*log[:1])), logged(*log))
    assert len(memory.pending) == 2
    for part in ([], log[:1], log):
        memory = read(memory, logged(*part, state="up"))
    assert len(memory.pending) == 2
