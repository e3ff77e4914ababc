# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object in the stages of a run: current, desired, observed, planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, Problem
from .kind import Field, Kind
from .values import Values, is_empty


@dataclass
class Record:
    """A current object: one that the server shows.

    :param id: its id
    :param values: the options that are known so far
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
        """Its name in messages."""
        return self.kind.label(self.values, self.id)


def describe_location(location: str, label: Any) -> str:
    """A place in a declaration with the name of the object there, such as C(devices[3] (WWW))."""
    return f"{location} ({label})" if location and label else location


@dataclass
class Desired:
    """A desired object: one that the user declares.

    :param values: the declared options, validated; None clears one
    :param id: the declared id; None if the object is found by its key
    :param present: false if the object must not exist
    :param location: the place of the object in the declaration, such as ``devices[3]``; empty for the object of a
        module that manages one
    :param recreate: delete and create the object if an option has changed that is immutable
    :param append_only: lists whose entries are only added
    :param force_send: write-only options that are sent, and count as a change, although they cannot be compared
    :param controls: options that do not describe the object, but how it is changed, such as C(force)
    :param pruned: nobody declared the object, so it is deleted
    :param location_label: the name that sentences add to the location; empty if the user gave none
    :param renamed_from: former names; if no object has the declared name, one with a former name is renamed
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
    pruned: bool = False
    renamed_from: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name in messages."""
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


@dataclass(frozen=True)
class Observed:
    """A desired object, and the current object that it is about.

    :param desired: the desired object
    :param record: the current object; None if there is none
    :param index: the place of the step of this object in the plan; -1 for an object that others only refer to
    :param error: why the current object could not be read in full
    """

    desired: Desired
    record: Record | None = None
    index: int = -1
    error: ApiError | None = None

    @property
    def label(self) -> str:
        """The name of the object in messages; the new one if it is renamed."""
        named = not is_empty(self.desired.values.get(self.desired.kind.name_option))
        if named or self.record is None:
            return self.desired.label
        return self.record.label

    @property
    def title(self) -> str:
        """The noun and the name of the object; the noun alone if it has no name."""
        noun, label = self.desired.kind.noun, self.label
        return noun if label == noun else f"{noun} {label}"

    @property
    def values(self) -> Values:
        """The known options after the step."""
        known = self.record.values if self.record is not None else {}
        fields, desired = self.desired.kind.by_name, self.desired.values
        kept = {name: value for name, value in known.items() if fields[name].applies_to(desired)}
        return {**kept, **desired}

    @property
    def immutable_changes(self) -> list[Field]:
        """The fields that differ, but cannot be changed once the object exists."""
        if self.record is None or not self.desired.present:
            return []
        current, fields = self.record.values, self.desired.kind.by_name
        return [
            fields[name]
            for name, value in self.desired.values.items()
            if fields[name].immutable and not fields[name].write_only and not fields[name].reference
            if name in current and not fields[name].same(current[name], value)
        ]

    @property
    def needs_replacement(self) -> bool:
        """Whether the object is deleted and created again."""
        return self.desired.recreate and bool(self.immutable_changes)

    @property
    def target(self) -> str | PendingId:
        """How others refer to the object after the run: by its id, or by the id that it will get."""
        if self.record is None or self.needs_replacement:
            return PendingId(self.index, self.label)
        return self.record.id


@dataclass(frozen=True)
class Step(Observed):
    """What the plan does about one object.

    :param action: ``create``, ``update``, ``delete``, ``recreate`` or ``unchanged``; ``read`` if ``error`` prevents all
        of them
    :param before: the declared options as they are
    :param after: the declared options as they will be; other objects by their ids, or a PendingId
    :param payload: the options to send
    :param fields: the options that change
    :param not_comparable: the options that could not be compared, as the server does not show them
    :param depends_on: the indexes of the steps that must succeed before this one can start
    """

    action: str = "unchanged"
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    payload: Values = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    not_comparable: tuple[str, ...] = ()
    depends_on: frozenset[int] = frozenset()


def by_key(records: Sequence[Record]) -> dict[tuple[Any, ...], list[Record]]:
    """The objects by natural key."""
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        key = record.kind.key_of(record.values)
        if key is not None:
            found.setdefault(key, []).append(record)
    return found
