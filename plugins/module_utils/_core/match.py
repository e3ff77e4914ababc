# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which current object is which desired one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import InputError, Problem
from .kind import Kind
from .objects import Desired, Observed, Record, by_key
from .ownership import EVERYTHING, Labels, Ownership
from .references import ReferenceIndex
from .renames import Match, Renames
from .similar import SimilarNames, refuse_similar
from .values import Values, join_names

Records = dict[str, list[Record]]
"""The listings, by the name of the kind."""


@dataclass(frozen=True)
class Snapshot:
    """The current state of an account, next to the declaration.

    :param records: the listings
    :param objects: the declared objects in the order of the declaration, then those to prune; the index of each is its
        place
    :param references: all objects that others may refer to
    :param protected: objects that pruning would delete, but must not
    :param undeclared: the objects of the declared kinds that are not declared, and that belong to the declaration
    :param warnings: a sentence for each former name that leads to no change, and for what patterns cannot tell
    """

    records: Records
    objects: tuple[Observed, ...]
    references: ReferenceIndex
    protected: tuple[Record, ...] = ()
    undeclared: tuple[Record, ...] = ()
    warnings: tuple[str, ...] = ()


def match(
    kinds: Mapping[str, Kind],
    desired: Sequence[Desired],
    records: Records,
    prune: Collection[str] = (),
    ownership: Ownership = EVERYTHING,
) -> Snapshot:
    """The current object of each desired one: by its id if that is given, else by its natural key.

    :param kinds: in an order in which the keys of a kind refer to earlier kinds only
    :param prune: the names of the kinds whose undeclared objects are deleted
    :param ownership: which undeclared objects belong to the declaration
    :raises InputError: if several objects have the key, or an object is declared twice; with all problems at once
    """
    matcher = _Matcher(kinds, desired, prune)
    matcher.undeclared = _Undeclared(ownership, _labels(records) if ownership.only else {})
    for kind in kinds.values():
        matcher.match_kind(kind, records.get(kind.name, []))
    if matcher.problems:
        raise InputError(*matcher.problems)
    declared = (matcher.declared[index] for index in range(len(desired)))
    return Snapshot(
        records,
        (*declared, *matcher.pruned),
        matcher.references,
        tuple(matcher.protected),
        tuple(matcher.undeclared.records),
        (*matcher.warnings, *matcher.undeclared.warnings()),
    )


def declared_twice(desired: Sequence[Desired]) -> list[Problem]:
    """The problems of objects that are declared twice in the same words, which is known without any request."""
    first = _FirstDeclarations()
    return [problem for one in desired for problem in first.declared_twice(one, None, one.kind.key_of(one.values))]


class _Matcher:
    """Matches one kind after the other."""

    def __init__(self, kinds: Mapping[str, Kind], desired: Sequence[Desired], prune: Collection[str]) -> None:
        self.references = ReferenceIndex(kinds)
        self.declared: dict[int, Observed] = {}
        self.pruned: list[Observed] = []
        self.protected: list[Record] = []
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.undeclared = _Undeclared(EVERYTHING, {})
        self._kept: set[str] = set()
        self._desired, self._prune = desired, prune
        self._referred = {one.kind.by_name[name].reference for one in desired for name in one.values}
        self._first = _FirstDeclarations()

    def match_kind(self, kind: Kind, records: Sequence[Record]) -> None:
        """Match the desired objects of a kind with its listing; what is left over is undeclared."""
        listing = _Listing(kind, records)
        matches = [
            self._find(index, desired, listing) for index, desired in enumerate(self._desired) if desired.kind is kind
        ]
        renamed = self._find_renamed(kind, matches, listing)
        for index, desired, _key, record in matches:
            observed = Observed(desired, renamed.get(index, record), index)
            self.declared[index] = observed
            self.references.add(observed)
        self._refuse_similar(kind, listing)
        for record in listing.left_over():
            self._add_undeclared(kind, record)

    def _find(self, index: int, desired: Desired, listing: _Listing) -> Match:
        try:
            key = _key_by_id(desired, self.references)
            record = listing.take(desired, key)
        except InputError as exc:
            self.problems.append(desired.with_location(exc))
            return Match(index, desired, None, None)
        self.problems += self._first.declared_twice(desired, record, key or desired.kind.key_of(desired.values))
        return Match(index, desired, key, record)

    def _find_renamed(self, kind: Kind, matches: Sequence[Match], listing: _Listing) -> Mapping[int, Record]:
        """The objects that are found by a former name, by the index of the desired object."""
        renames = Renames(kind, matches, listing.by_key)
        for record in renames.records.values():
            listing.claim(record)
        self._kept = renames.kept
        self.problems += renames.problems
        self.warnings += renames.warnings
        return renames.records

    def _refuse_similar(self, kind: Kind, listing: _Listing) -> None:
        """Refuse new objects whose names the server may have stored in another form.

        Only undeclared objects count, so that objects with similar names can be declared together.
        """
        new = [one for one in self.declared.values() if one.desired.kind is kind and _is_new(one)]
        for observed in new:
            key = _key_by_id(observed.desired, self.references)
            try:
                refuse_similar(observed.desired, listing.similar(observed, key, pruned=kind.name in self._prune))
            except InputError as exc:
                self.problems.append(observed.desired.with_location(exc))

    def _add_undeclared(self, kind: Kind, record: Record) -> None:
        owned = not record.out_of_scope and self.undeclared.add(record)
        prunable = kind.name in self._prune and owned and record.id not in self._kept
        if prunable and record.protected:
            self.protected.append(record)
        if prunable and not record.protected:
            desired = Desired(kind, {}, record.id, present=False, pruned=True)
            observed = Observed(desired, record, len(self._desired) + len(self.pruned))
            self.pruned.append(observed)
            self.references.add(observed)
        elif kind.name in self._referred:
            self.references.add(Observed(Desired(kind, {}, record.id), record))


class _Listing:
    """The current objects of a kind, from which each desired object takes its own."""

    def __init__(self, kind: Kind, records: Sequence[Record]) -> None:
        self._kind, self._records = kind, records
        self._by_id = {record.id: record for record in records}
        self.by_key = by_key(records)
        self._left_over = dict(self._by_id)
        # Made when all desired objects have taken theirs.
        self._similar: SimilarNames | None = None

    def take(self, desired: Desired, key: tuple[Any, ...] | None) -> Record | None:
        """The current object of a desired one; None if there is none.

        :raises InputError: if there are several
        """
        found = self._candidates(desired, key)
        if len(found) > 1:
            several = f"there are {len(found)} {self._kind.noun}s named {desired.label}"
            ids = join_names(record.id for record in found)
            cause = "runs on different machines may have created them at the same moment"
            raise InputError(f"{several}: set {self._kind.id_option} to one of {ids} ({cause})")
        if not found:
            return None
        self.claim(found[0])
        return found[0]

    def claim(self, record: Record) -> None:
        """Note that a desired object has taken this one."""
        self._left_over.pop(record.id, None)

    def similar(self, new: Observed, key: tuple[Any, ...] | None, *, pruned: bool) -> list[Record]:
        """The objects not taken so far whose names may be the name of a new object, altered by the server."""
        name = new.desired.values.get(self._kind.name_option)
        if key is None or key in self.by_key or not isinstance(name, str) or not self._left_over:
            return []
        if self._similar is None:
            self._similar = SimilarNames(self._kind, self._records, self._left_over.values())
        return self._similar.find(key, name, cut_at_any_length=pruned)

    def left_over(self) -> Iterator[Record]:
        """The objects that no desired object has taken, by name: a listing may have them in another order each time."""
        return iter(sorted(self._left_over.values(), key=lambda record: (record.label, record.id)))

    def _candidates(self, desired: Desired, key: tuple[Any, ...] | None) -> Sequence[Record]:
        if self._kind.singleton:
            return self._records
        if desired.id is not None:
            return [self._by_id[str(desired.id)]] if str(desired.id) in self._by_id else []
        return self.by_key.get(key, []) if key is not None else []


class _Undeclared:
    """The undeclared objects that belong to the declaration.

    :ivar records: those of the declared kinds that can be created
    """

    def __init__(self, ownership: Ownership, labels: Labels) -> None:
        self.records: list[Record] = []
        self._ownership, self._labels = ownership, labels
        self._unknown: Counter[tuple[str, str]] = Counter()

    def add(self, record: Record) -> bool:
        """Add an object that is not declared, and return whether it belongs to the declaration."""
        if not self._ownership.covers(record, self._labels):
            self._unknown.update((record.kind.plural, name) for name in self._ownership.unknown_fields(record))
            return False
        if record.kind.creatable and record.kind.name in self._ownership.declared:
            self.records.append(record)
        return True

    def warnings(self) -> list[str]:
        """A sentence for each kind and field with a pattern that the server does not show."""
        return [
            f"Not pruned: {number} of the {plural}, because prune_only names {name}, which the server does not show."
            for (plural, name), number in self._unknown.items()
        ]


def _labels(records: Records) -> Labels:
    return {(record.kind.name, record.id): record.label for several in records.values() for record in several}


class _FirstDeclarations:
    """The first declaration of each id and of each key, to find those that declare an object again."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[str, str], Desired] = {}
        self._by_key: dict[Any, Desired] = {}

    def declared_twice(self, desired: Desired, record: Record | None, key: Any) -> list[Problem]:
        """The problems of an object that is declared already: one for each other place."""
        twins = [*self._same_id(desired, record), *self._same_key(desired, key)]
        others = {twin.location: twin for twin in twins if twin is not desired}
        return [_declared_twice(desired, other) for other in others.values()]

    def _same_id(self, desired: Desired, record: Record | None) -> list[Desired]:
        ident = record.id if record is not None else desired.id
        if ident is None:
            return []
        return [self._by_id.setdefault((desired.kind.name, ident), desired)]

    def _same_key(self, desired: Desired, key: Any) -> list[Desired]:
        if key is None:
            return []
        kind = desired.kind
        twin = self._by_key.setdefault((kind.name, key, desired.values.get(kind.scope)), desired)
        # Two declarations with the same name are two objects only if both have an id.
        both_by_id = twin.id is not None and desired.id is not None
        return [] if both_by_id else [twin]


def _is_new(observed: Observed) -> bool:
    """Whether an object is found by its name, does not exist, and will be created.

    Objects of a kind without ids of its own, such as integrations, are found by the id of another one.
    """
    desired = observed.desired
    is_found_by_name = desired.id is None and desired.kind.creatable and bool(desired.kind.id_option)
    return observed.record is None and desired.present and is_found_by_name


def _declared_twice(desired: Desired, first: Desired) -> Problem:
    both = f"{first.described_location} and {desired.described_location}"
    sentence = f"{desired.kind.noun} {desired.label} is declared twice: {both}"
    return Problem(sentence, desired.location, (first.location,))


def _key_by_id(desired: Desired, references: ReferenceIndex) -> tuple[Any, ...] | None:
    """The natural key with references by id; None if a part is not known or does not exist yet.

    :raises InputError: for an object to delete, if a reference may mean several objects
    """
    parts: Values = {}
    for name in desired.kind.key:
        item, value = desired.kind.by_name[name], desired.values.get(name)
        if item.reference and value is not None:
            found = [one.record.id for one in references.find(item, value, desired.values) if one.record is not None]
            if len(found) > 1 and desired.id is None and not desired.present:
                raise InputError(f"{name} {value} may be any of {join_names(found)}")
            value = found[0] if len(found) == 1 else None
        parts[name] = value
    return desired.kind.key_of(parts)
