# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that are found by a former name, because no object has their new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .errors import Problem
from .kind import Kind
from .objects import Desired, Record
from .values import join_names

Key = tuple[Any, ...]


class Match(NamedTuple):
    """A desired object, and the current object that has its key or its id.

    :ivar place: the index of the desired object
    :ivar key: its natural key; None if a part of it is not known or does not exist yet
    """

    place: int
    desired: Desired
    key: Key | None
    record: Record | None


class Renames:
    """The objects of a kind that are found by former names.

    :param matches: all desired objects of the kind
    :param by_key: the current objects by natural key
    :ivar records: the objects to rename, by the index of the desired one
    :ivar kept: the ids of objects that have a former name, although another object has the new one; never pruned
    :ivar warnings: a sentence for each of them, and for each former name that is declared again
    :ivar problems: a problem for each desired object that may be several, or that another one also is
    """

    def __init__(self, kind: Kind, matches: Sequence[Match], by_key: Mapping[Key, Sequence[Record]]) -> None:
        self.records: dict[int, Record] = {}
        self.kept: set[str] = set()
        self.warnings: list[str] = []
        self.problems: list[Problem] = []
        self._kind, self._by_key = kind, by_key
        self._owners = {match.record.id: match.desired for match in matches if match.record is not None}
        self._declared = {match.key: match.desired for match in matches if match.desired.present}
        for match in matches:
            if match.desired.renamed_from and match.desired.present and match.desired.id is None:
                self._follow(match)

    def _follow(self, match: Match) -> None:
        """Look for the objects with the former names of a desired one."""
        former = dict(self._former_keys(match))
        found = [record for key in former for record in self._by_key.get(key, ())]
        again = {key: self._declared[key] for key in former if key in self._declared}
        if match.record is not None:
            self._keep(match, [record for record in found if record.id not in self._owners])
        elif len(found) > 1:
            self.problems.append(match.desired.with_location(_several(match.desired, found)))
            return
        elif found:
            self._rename(match, found[0])
            again = {key: other for key, other in again.items() if key not in self._by_key}
        self.warnings += [_declared_again(match.desired, other) for other in again.values()]

    def _former_keys(self, match: Match) -> Iterator[tuple[Key, str]]:
        """The natural keys that the object had, with the name in each."""
        if match.key is None:
            return
        for name in match.desired.renamed_from:
            key = (*match.key[:-1], self._kind.normalize_name(name))
            if key != match.key:
                yield key, name

    def _keep(self, match: Match, found: Sequence[Record]) -> None:
        for record in found:
            self.kept.add(record.id)
            self.warnings.append(
                f"{_title(record)} has a former name of {self._kind.noun} {match.desired.label}, which exists, too: it "
                "is neither renamed nor pruned in this run."
            )

    def _rename(self, match: Match, record: Record) -> None:
        owner = self._owners.setdefault(record.id, match.desired)
        if owner is match.desired:
            self.records[match.place] = record
        else:
            self.problems.append(_claimed_twice(match.desired, owner, record))


def _title(record: Record) -> str:
    return f"{record.kind.noun} {record.label} ({record.id})"


def _several(desired: Desired, found: Sequence[Record]) -> str:
    kind = desired.kind
    names = join_names(f"{record.label} ({record.id})" for record in found)
    return (
        f"{kind.noun} {desired.label} does not exist, and {len(found)} {kind.noun}s have its former names: {names}; "
        + (f"set {kind.id_option} to the id of the one to rename")
    )


def _claimed_twice(desired: Desired, owner: Desired, record: Record) -> Problem:
    """The problem of an object that would be renamed, but is also declared by itself, or renamed by another one."""
    both = f"{owner.described_location} and {desired.described_location}"
    sentence = (
        f"{_title(record)} is declared twice, by its name and as a former name, or by two former names: {both}; "
        "rename it in one run, and declare its former name for another object in the next one"
    )
    return Problem(sentence, desired.location, (owner.location,))


def _declared_again(desired: Desired, other: Desired) -> str:
    where = f" at {desired.described_location}" if desired.location else ""
    return (
        f"{other.kind.noun} {other.label} is declared, and is a former name of {desired.kind.noun} {desired.label}: "
        f"remove it from renamed_from{where}."
    )
