# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events that follow from what is known and what was read."""

from __future__ import annotations

from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import (
    Memory,
    Origin,
    Reading,
    Sighting,
    Watch,
    after_delivery,
    after_failure,
    after_reading,
)

ORIGIN = Origin("alertra", {"api_url": "https://api.example.com"})
WATCHES = (Watch("device"), Watch("alert", "reset"), Watch("record", ""))
EARLY, LATE = "2026-01-31T00:00:00+00:00", "2026-01-31T00:01:00+00:00"


def device(ident: str, state: str) -> Sighting:
    return Sighting("device", ident, state, {"device_id": ident, "status": state})


def read(memory: Memory, *sightings: Sighting, now: str = LATE, doubtful: tuple[str, ...] = ()) -> Memory:
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
        "at": LATE,
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
    known = read(Memory(), Sighting("record", "1", "down", {}, EARLY))
    memory = read(known, Sighting("record", "1", "down", {}, EARLY), Sighting("record", "2", "up", {}, EARLY))
    assert [(event["type"], event["at"]) for event in memory.pending] == [("up", EARLY)]
    assert said(read(memory, Sighting("record", "2", "up", {}, EARLY))) == [("record", "up", None, "up")]


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


def test_a_delivered_event_is_no_longer_pending() -> None:
    memory = read(read(Memory(), device("1", "up"), device("2", "up")), device("1", "down"), device("2", "down"))
    assert after_delivery(memory).pending == memory.pending[1:]
