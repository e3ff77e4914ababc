# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there: listings always, details only where a managed field is not in the listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .._errors import ApiError, InputError
from .._resource import Desired, Field, Kind, Record, Service, by_key, names

Records = dict[str, list[Record]]
"""The listings, by the name of the kind."""


@dataclass
class Subject:
    """An object as it is wanted, as it is there (if it is), and why it could not be read in full (if so)."""

    wanted: Desired
    record: Record | None
    error: ApiError | None = None

    @property
    def fixed(self) -> list[Field]:
        """The fields that would have to change, but cannot once the object exists."""
        if self.record is None or not self.wanted.present:
            return []
        have, fields = self.record.values, self.wanted.kind.by_name
        return [
            fields[name]
            for name, value in self.wanted.values.items()
            if fields[name].immutable and not (fields[name].write_only or fields[name].reference)
            if name in have and not fields[name].same(have[name], value)
        ]

    @property
    def replaced(self) -> bool:
        """Whether the object is deleted and created anew."""
        return self.wanted.recreate and bool(self.fixed)


@dataclass
class Snapshot:
    """What an account held when it was looked at; the subjects in the order of the declaration."""

    records: Records
    subjects: list[Subject]


def observe(service: Service, desired: Sequence[Desired], prune: Collection[str], concurrency: int) -> Snapshot:
    """Read as much of an account as the declaration is about.

    :raises InputError: where a desired object cannot be told from others
    :raises ApiError: where a listing cannot be read
    """
    going = [*(wanted.kind for wanted in desired if not wanted.present), *(service.kinds[name] for name in prune)]
    kinds = {wanted.kind.name for wanted in desired} | set(prune) | {name for kind in going for name, _field in kind.holds}
    for wanted in desired:
        for name, value in wanted.values.items():
            item = wanted.kind.by_name[name]
            if (wanted.present or name in wanted.kind.key) and (item.inverse or value not in (None, "", [])):
                kinds.add(item.reference)
    records = list_kinds(service, kinds, () if prune else desired)
    snapshot = Snapshot(records, match(desired, records))
    complete(service, snapshot, concurrency, lambda subject: subject.wanted.values if subject.wanted.present else ())
    complete(service, snapshot, concurrency, lambda subject: subject.wanted.kind.by_name if subject.replaced else ())
    return snapshot


def list_kinds(service: Service, kinds: Collection[str], desired: Sequence[Desired]) -> Records:
    """The listings of these kinds; with ``desired`` at least of those objects, else of all that there are."""
    records: Records = {}
    for name, kind in service.kinds.items():
        if name in kinds:
            records[name] = service.listing(kind, [wanted for wanted in desired if wanted.kind is kind], records)
    return records


def match(desired: Sequence[Desired], records: Records) -> list[Subject]:
    """The record of each desired object: by its id if that is given, else by its natural key.

    :raises InputError: where several records bear the key, and where one is declared twice
    """
    ids = {name: {record.id: record for record in found} for name, found in records.items()}
    keys = {name: by_key(found) for name, found in records.items()}
    subjects: list[Subject] = []
    problems: list[str] = []
    by_id: dict[tuple[str, str | None], str] = {}
    by_name: dict[tuple[str, Any], Desired] = {}
    for wanted in desired:
        kind = wanted.kind
        key = kind.key_of({name: _key_part(kind.by_name[name], wanted, ids, keys) for name in kind.key})
        found = keys[kind.name].get(key, []) if key is not None else []
        if kind.singleton:
            found = records[kind.name]
        elif wanted.id is not None:
            found = [ids[kind.name][wanted.id]] if wanted.id in ids[kind.name] else []
        if len(found) > 1:
            problems.append(
                f"{f'{wanted.place}: ' if wanted.place else ''}there are {len(found)} {kind.plural} named "
                f"{wanted.label}: set {kind.id_option} to one of {names(record.id for record in found)}"
            )
        record = found[0] if len(found) == 1 else None
        subjects.append(Subject(wanted, record))
        ident, name = record.id if record is not None else wanted.id, kind.key_of(wanted.values)
        twin = by_name.setdefault((kind.name, name), wanted) if name else wanted
        place = by_id.setdefault((kind.name, ident), wanted.place) if ident is not None else wanted.place
        # Two objects of one name are told apart only where both are declared by their ids.
        if twin is not wanted and None in (twin.id, wanted.id):
            place = twin.place
        if place != wanted.place:
            problems.append(f"{kind.noun} {wanted.label} is declared twice: {place} and {wanted.place}")
    if problems:
        raise InputError("; ".join(problems))
    return subjects


def _key_part(item: Field, wanted: Desired, ids: dict[str, Any], keys: dict[str, Any]) -> Any:
    """The value of a key field, a reference by name turned into the id."""
    value = wanted.values.get(item.name)
    if not item.reference or value is None or value in ids[item.reference]:
        return value
    found = [record for key, group in keys[item.reference].items() if key[-1] == item.normal(value) for record in group]
    return found[0].id if len(found) == 1 else None


def complete(
    service: Service, snapshot: Snapshot, concurrency: int, managed: Callable[[Subject], Collection[str]]
) -> None:
    """Read what is managed and not known yet: details of the objects themselves, and of those that hold their links.

    An object that cannot be read leaves its error with the subjects that it concerns.
    """
    reads: dict[int, tuple[Record, set[str]]] = {}

    def need(record: Record, name: str) -> None:
        if name not in record.values:
            reads.setdefault(id(record), (record, set()))[1].add(name)

    links: list[tuple[Subject, Record, Field]] = []
    for subject in snapshot.subjects:
        record, fields = subject.record, managed(subject)
        for item in record.kind.options if record is not None else ():
            if record is not None and item.name in fields and item.name not in record.values and not item.write_only:
                if item.inverse:
                    links.append((subject, record, item))
                else:
                    need(record, item.name)
    for reference in {item.reference for _subject, _record, item in links} - snapshot.records.keys():
        snapshot.records.update(list_kinds(service, {reference}, ()))
    whole = {(item.reference, item.inverse) for subject, _record, item in links if item.name not in subject.wanted.add_only}
    for reference, name in whole:
        for other in snapshot.records[reference]:
            need(other, name)
    for subject, _record, item in links:
        if (item.reference, item.inverse) not in whole:
            named = set(map(str, subject.wanted.values[item.name] or ()))
            for other in snapshot.records[item.reference]:
                if named & {other.id, other.label}:
                    need(other, item.inverse)

    def read(mark: int) -> ApiError | None:
        record, missing = reads[mark]
        try:
            record.values.update(service.read(record, missing))
        except ApiError as exc:
            return exc
        return None

    with ThreadPoolExecutor(concurrency) as pool:
        errors = {mark: error for mark, error in zip(reads, pool.map(read, reads)) if error is not None}
    for subject in snapshot.subjects:
        subject.error = subject.error or errors.get(id(subject.record))
    ends: dict[tuple[str, str], dict[str, list[str]]] = {}
    for subject, record, item in links:
        others = snapshot.records[item.reference]
        if (item.reference, item.inverse) not in ends:
            index = ends[item.reference, item.inverse] = {}
            for other in others:
                for member in other.values.get(item.inverse) or ():
                    index.setdefault(member, []).append(other.id)
        record.values[item.name] = list(ends[item.reference, item.inverse].get(record.id, ()))
        subject.error = subject.error or next((errors[id(other)] for other in others if id(other) in errors), None)


def normal_name(kind: Kind, name: Any) -> Any:
    """The name of an object in a comparable form."""
    return kind.by_name[kind.name_option].normal(name) if kind.name_option else name


def labels(records: Records) -> dict[tuple[str, str], str]:
    """The name of each object that is alone in bearing it, by kind and id; others are called by their ids."""
    found: dict[tuple[str, Any], list[Record]] = {}
    for record in (record for several in records.values() for record in several):
        found.setdefault((record.kind.name, normal_name(record.kind, record.label)), []).append(record)
    return {(alone[0].kind.name, alone[0].id): alone[0].label for alone in found.values() if len(alone) == 1}
