# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events of an account, from what is known of it and what was read. Nothing here sends requests or opens files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ..module_utils._core.values import Values
from ..module_utils._services.common import parse_time

API = "api"
"""The kind of the events about the API itself."""
AVAILABLE, OUTAGE, RECOVERED = "available", "outage", "recovered"

# The overlap of the periods of two polls: more than the clocks of the client and of the service can differ, even if one
# of them has another time zone.
_OVERLAP = timedelta(hours=26)


@dataclass(frozen=True)
class Watch:
    """A kind of objects that a source watches.

    :ivar gone: the type of the event of an object that is no longer listed; empty for records, of which only those of a
        period are listed
    """

    kind: str
    gone: str = "removed"


@dataclass(frozen=True)
class Sighting:
    """One object as it was read.

    :ivar id: an id that no other object of the kind has, and that stays the same
    :ivar state: the word for its state; another word is a change
    :ivar object: its values, for the event
    :ivar at: the time of the change, if the service says it; empty otherwise
    :ivar log: the times and the states of the changes that the service keeps of the object, the oldest first
    """

    kind: str
    id: str
    state: str
    object: Values
    at: str = ""
    log: Sequence[tuple[datetime, str]] = ()


@dataclass(frozen=True)
class Reading:
    """The objects that one poll has read.

    :ivar doubtful: the kinds whose listing may lack objects, so that a missing one may still exist
    """

    sightings: Sequence[Sighting]
    doubtful: Collection[str] = ()


@dataclass(frozen=True)
class Origin:
    """Where events come from.

    :ivar service: the name of the service
    :ivar account: what tells accounts apart, without secrets
    """

    service: str
    account: Mapping[str, str]


@dataclass(frozen=True)
class Memory:
    """What is known of an account, and the events that were not delivered yet.

    It is JSON-like, so that it can be stored as it is.

    :ivar known: by kind and id, the state and the values of each object, and the time of the newest change in its log;
        a kind that was never read is missing
    :ivar pending: the events that must still be delivered, in order
    :ivar outage: whether the last poll failed
    :ivar since: the time since which the next poll reads records; empty if there was no successful poll
    """

    known: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    pending: tuple[Values, ...] = ()
    outage: bool = False
    since: str = ""


def records_since(memory: Memory, now: datetime) -> datetime:
    """The time since which a poll reads records."""
    return datetime.fromisoformat(memory.since) if memory.since else now - _OVERLAP


def after_reading(memory: Memory, reading: Reading, watches: Sequence[Watch], origin: Origin, now: datetime) -> Memory:
    """The memory after a successful poll.

    A kind that was never read before has no events: its objects are the state that later changes refer to.

    :param watches: the watched kinds, in the order of their events
    :param now: the time of the poll
    """
    events: list[Values] = []
    if memory.outage:
        events.append(_event(origin, API, "", {}, (RECOVERED, OUTAGE, AVAILABLE), now))
    known = {}
    for watch in watches:
        found = {one.id: one for one in reading.sightings if one.kind == watch.kind}
        former = memory.known.get(watch.kind)
        kept = _unlisted(former or {}, found) if watch.kind in reading.doubtful else {}
        known[watch.kind] = {**kept, **{one.id: _entry(one, former) for one in found.values()}}
        if former is not None:
            gone = {} if kept or not watch.gone else _unlisted(former, found)
            events += [_gone(origin, watch, ident, one, now) for ident, one in gone.items()]
            events += _changes(origin, former, found, now)
    records = {watch.kind for watch in watches if not watch.gone}
    times = [_time_of(one, now) for one in reading.sightings if one.kind in records]
    since = _next_since(records_since(memory, now), times, now)
    return Memory(known, (*memory.pending, *events), outage=False, since=since.isoformat())


def after_failure(memory: Memory, reason: str, origin: Origin, now: datetime) -> Memory:
    """The memory after a poll that failed. Only the first of several failures in a row is an event.

    :param reason: one sentence, without secrets
    """
    if memory.outage:
        return memory
    event = _event(origin, API, "", {"reason": reason}, (OUTAGE, AVAILABLE, OUTAGE), now)
    return replace(memory, pending=(*memory.pending, event), outage=True)


def after_delivery(memory: Memory) -> Memory:
    """The memory after the delivery of the first pending event."""
    return replace(memory, pending=memory.pending[1:])


# -- records -----------------------------------------------------------------------------------------------------------


def _next_since(since: datetime, times: Sequence[datetime], now: datetime) -> datetime:
    """Where the period of the next poll begins: before the newest record, and never earlier than that of this poll.

    So the next poll lists no record that this one has not listed, except for new ones. The clock of the service
    decides: that of the client may be set back or forward.

    :param since: where the period of this poll begins
    :param times: the times of its records
    """
    newest = max(times, default=since)
    return max(since, min(newest, now) - _OVERLAP)


def _time_of(record: Sighting, now: datetime) -> datetime:
    """The time of a record; that of the poll if the service shows none that can be read."""
    try:
        time = parse_time(record.at)
    except ValueError:
        return now
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)


# -- what is known -----------------------------------------------------------------------------------------------------


def _entry(one: Sighting, former: Mapping[str, Values] | None) -> Values:
    """What is known of an object after it was read.

    :param former: what was known of the objects of its kind
    """
    logged = [at.isoformat() for at, _state in one.log[-1:]]
    if former and one.id in former:
        logged.append(former[one.id]["logged"])
    return {"state": one.state, "object": one.object, "logged": max(logged, default="", key=_log_order)}


def _log_order(logged: str) -> datetime:
    """The time of a change in a log; a change of which nothing is known comes before all others."""
    return datetime.fromisoformat(logged) if logged else datetime.min.replace(tzinfo=timezone.utc)


def _unlisted(former: Mapping[str, Values], found: Mapping[str, Sighting]) -> dict[str, Values]:
    """The known objects that were not found."""
    return {ident: one for ident, one in former.items() if ident not in found}


# -- events ------------------------------------------------------------------------------------------------------------


def _gone(origin: Origin, watch: Watch, ident: str, one: Values, now: datetime) -> Values:
    return _event(origin, watch.kind, ident, one["object"], (watch.gone, one["state"], None), now)


def _changes(
    origin: Origin, former: Mapping[str, Values], found: Mapping[str, Sighting], now: datetime
) -> list[Values]:
    """The events of new objects, and of objects whose state has changed, also of those that have changed back."""
    events = []
    for one in found.values():
        known = former.get(one.id)
        before = None if known is None else known["state"]
        steps: list[tuple[datetime | str, str]] = [*_new_in_log(one, known), (one.at or now, one.state)]
        for at, state in steps:
            if state != before:
                events.append(_event(origin, one.kind, one.id, one.object, (state, before, state), at))
                before = state
    return events


def _new_in_log(one: Sighting, known: Values | None) -> list[tuple[datetime, str]]:
    """The changes in the log of an object since it was read last; none of an object that is new."""
    if known is None:
        return []
    last = _log_order(known["logged"])
    return [(at, state) for at, state in one.log if at > last]


def _event(
    origin: Origin,
    kind: str,
    ident: str,
    values: Values,
    change: tuple[str, str | None, str | None],
    at: datetime | str,
) -> Values:
    """An event. The same change of the same object at the same time has the same id.

    :param ident: the id of the object
    :param values: the values of the object
    :param change: the type of the event, and the states before and after it
    """
    type_, before, after = change
    at = at.isoformat() if isinstance(at, datetime) else at
    identity: list[Any] = [origin.service, dict(origin.account), kind, ident, type_, before, after, at]
    return {
        "service": origin.service,
        "kind": kind,
        "type": type_,
        "object": values,
        "before": before,
        "after": after,
        "at": at,
        "id": hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32],
    }
