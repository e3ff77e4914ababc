# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events of an account, from what is known of it and what was read. Nothing here sends requests or opens files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..module_utils._core.values import Values

API = "api"
"""The kind of the events about the API itself."""
AVAILABLE, OUTAGE, RECOVERED = "available", "outage", "recovered"


@dataclass(frozen=True)
class Watch:
    """A kind of objects that a source watches.

    :ivar gone: the type of the event of an object that is no longer listed; empty if that is no event
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
    """

    kind: str
    id: str
    state: str
    object: Values
    at: str = ""


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

    :ivar known: by kind and id, the state and the values of each object; a kind that was never read is missing
    :ivar pending: the events that must still be delivered, in order
    :ivar outage: whether the last poll failed
    :ivar polled_at: the time of the last successful poll; empty if there was none
    """

    known: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    pending: tuple[Values, ...] = ()
    outage: bool = False
    polled_at: str = ""


def after_reading(memory: Memory, reading: Reading, watches: Sequence[Watch], origin: Origin, now: str) -> Memory:
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
        known[watch.kind] = {**kept, **{one.id: {"state": one.state, "object": one.object} for one in found.values()}}
        if former is not None:
            gone = {} if kept or not watch.gone else _unlisted(former, found)
            events += [_gone(origin, watch, ident, one, now) for ident, one in gone.items()]
            events += _changes(origin, former, found, now)
    return Memory(known, (*memory.pending, *events), outage=False, polled_at=now)


def after_failure(memory: Memory, reason: str, origin: Origin, now: str) -> Memory:
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


# -- events ------------------------------------------------------------------------------------------------------------


def _unlisted(former: Mapping[str, Values], found: Mapping[str, Sighting]) -> dict[str, Values]:
    """The known objects that were not found."""
    return {ident: one for ident, one in former.items() if ident not in found}


def _gone(origin: Origin, watch: Watch, ident: str, one: Values, now: str) -> Values:
    return _event(origin, watch.kind, ident, one["object"], (watch.gone, one["state"], None), now)


def _changes(origin: Origin, former: Mapping[str, Values], found: Mapping[str, Sighting], now: str) -> list[Values]:
    """The events of new objects, and of objects with another state."""
    events = []
    for one in found.values():
        before = former[one.id]["state"] if one.id in former else None
        if before != one.state:
            change = (one.state, before, one.state)
            events.append(_event(origin, one.kind, one.id, one.object, change, one.at or now))
    return events


def _event(
    origin: Origin, kind: str, ident: str, values: Values, change: tuple[str, str | None, str | None], at: str
) -> Values:
    """An event. The same change of the same object at the same time has the same id.

    :param ident: the id of the object
    :param values: the values of the object
    :param change: the type of the event, and the states before and after it
    """
    type_, before, after = change
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
