# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object on its way through a run: as the server shows it, as the user declares it, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, Problem
from .kind import Field, Kind
from .values import Values


@dataclass
class Record:
    """One object as the server shows it: its id, and the values of the options known so far.

    :param raw: what the service needs later to write the object
    :param protected: why the object is never pruned, as the end of a sentence; only a declaration by id deletes it
    :param out_of_scope: the object was asked for, but is outside of the part of the account that is managed as a whole;
        it is never pruned
    """

    kind: Kind
    id: str
    values: Values
    raw: dict[str, Any] = field(default_factory=dict)
    protected: str = ""
    out_of_scope: bool = False

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return self.kind.label(self.values, self.id)


def describe_location(location: str, label: Any) -> str:
    """A place in a declaration with the name of the object there, such as C(devices[3] (WWW))."""
    return f"{location} ({label})" if location and label else location


@dataclass
class Desired:
    """One object as the user wants it.

    :param values: the options given, checked; None clears
    :param location: the place of the object in the declaration, such as ``devices[3]``; empty for the object of a
        module that manages one
    :param append_only: list options that only add to what is there
    :param force_send: write-only options that are sent, and count as a change, even though they cannot be compared
    :param controls: how to do it, such as C(force)
    :param location_label: the name that sentences add to the location; empty if the user gave none
    """

    kind: Kind
    values: Values
    id: str | None = None
    present: bool = True
    location: str = ""
    recreate: bool = False
    append_only: frozenset[str] = frozenset()
    force_send: frozenset[str] = frozenset()
    controls: Values = field(default_factory=dict)
    location_label: str = ""

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return self.kind.label(self.values, self.id)

    @property
    def described_location(self) -> str:
        """The location as sentences name it, such as C(devices[3] (WWW))."""
        return describe_location(self.location, self.location_label)

    def with_location(self, problem: object) -> Problem:
        """A problem of this object as a sentence that names its location."""
        return Problem(f"{self.described_location}: {problem}" if self.location else str(problem), self.location)


@dataclass(frozen=True)
class PendingId:
    """The id that an object will have once the step at ``step`` has created it."""

    step: int
    label: str


PRUNE = "prune"
"""Where an object is declared absent that nobody declared."""


@dataclass
class Step:
    """What has to be done about one object; C(unchanged) where that is nothing, C(read) where ``error`` is in the way.

    :param desired: the object as it is wanted; ``record`` as it is there, if it is
    :param index: the place of the step in the plan; ``error`` why the object could not be read in full
    :param before: the declared options as they are; ``after`` as they will be; ids of other objects, or PendingId
    :param payload: the options to send
    :param fields: the options that change
    :param not_comparable: the options that could not be compared, since the server does not show them
    :param depends_on: the steps that have to succeed before this one can start
    """

    desired: Desired
    record: Record | None = None
    index: int = -1
    error: ApiError | None = None
    action: str = "unchanged"
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    payload: Values = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    not_comparable: tuple[str, ...] = ()
    depends_on: set[int] = field(default_factory=set)

    @property
    def label(self) -> str:
        """What a sentence calls the object, by its new name if it gets one."""
        named = self.desired.values.get(self.desired.kind.name_option) not in (None, "", [])
        return self.desired.label if named or self.record is None else self.record.label

    @property
    def title(self) -> str:
        """The noun and the name of the object; for one that has no name the noun alone."""
        noun = self.desired.kind.noun
        return noun if self.label == noun else f"{noun} {self.label}"

    @property
    def values(self) -> Values:
        """The options as they will be, as far as they are known."""
        known = self.record.values if self.record is not None else {}
        fields, wanted = self.desired.kind.by_name, self.desired.values
        return {**{name: value for name, value in known.items() if fields[name].applies_to(wanted)}, **wanted}

    @property
    def immutable_changes(self) -> list[Field]:
        """The fields that would have to change, but cannot once the object exists."""
        have = self.record.values if self.record is not None and self.desired.present else {}
        fields = self.desired.kind.by_name
        return [
            fields[name]
            for name, value in self.desired.values.items()
            if fields[name].immutable and not (fields[name].write_only or fields[name].reference)
            if name in have and not fields[name].same(have[name], value)
        ]

    @property
    def needs_replacement(self) -> bool:
        """Whether the object is deleted and created anew."""
        return self.desired.recreate and bool(self.immutable_changes)

    @property
    def target(self) -> str | PendingId:
        """What refers to the object from then on: its id, or the promise of one."""
        return PendingId(self.index, self.label) if self.record is None or self.needs_replacement else self.record.id


def by_key(records: Sequence[Record]) -> dict[tuple[Any, ...], list[Record]]:
    """The records by natural key."""
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        key = record.kind.key_of(record.values)
        if key is not None:
            found.setdefault(key, []).append(record)
    return found
