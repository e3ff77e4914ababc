# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there: listings always, details only where a managed field is not in the listing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from .._errors import ApiError, InputError
from .._resource import Desired, Field, Kind, Record, Service, by_key, names


@dataclass
class Snapshot:
    """What an account held when it was looked at.

    ``matched`` has the record of each desired object, or None, in the order of the declaration; ``unread`` the error of
    each desired object whose details could not be read, by its position there.
    """

    records: dict[str, list[Record]]
    matched: list[Record | None] = field(default_factory=list)
    unread: dict[int, ApiError] = field(default_factory=dict)


def observe(service: Service, desired: Sequence[Desired], prune: Collection[str], concurrency: int) -> Snapshot:
    """Read as much of an account as the declaration is about.

    :raises InputError: where a desired object cannot be told from others
    :raises ApiError: where a listing cannot be read
    """
    needed = {wanted.kind.name for wanted in desired} | set(prune) | _referenced(desired)
    needed |= {kind for wanted in desired if not wanted.present for kind, _field in wanted.kind.holds}
    needed |= {kind for name in prune for kind, _field in service.kinds[name].holds}
    snapshot = Snapshot(observe_kinds(service, needed, [] if prune else desired))
    snapshot.matched = match(desired, snapshot.records)
    managed = [set(wanted.values) if wanted.present else set() for wanted in desired]
    _complete(service, desired, snapshot, managed, concurrency)
    for index, (wanted, record) in enumerate(zip(desired, snapshot.matched)):
        if record is not None and replaced(wanted, record):
            managed[index] = {item.name for item in record.kind.options}
        else:
            managed[index] = set()
    _list_inverse(service, desired, snapshot, managed)
    _complete(service, desired, snapshot, managed, concurrency)
    return snapshot


def observe_kinds(service: Service, kinds: Collection[str], desired: Sequence[Desired]) -> dict[str, list[Record]]:
    """The listings of these kinds, by name.

    :param desired: the objects that have to be found; empty for all that there are
    """
    records: dict[str, list[Record]] = {}
    for name, kind in service.kinds.items():
        if name in kinds:
            records[name] = service.listing(kind, [wanted for wanted in desired if wanted.kind is kind], records)
    return records


def read_all(service: Service, records: dict[str, list[Record]], kind: Kind, concurrency: int) -> None:
    """Complete the records of a kind with every field that the server shows.

    :param records: the listings so far, by the name of their kind; what else is needed is added
    :raises ApiError: for the first object that cannot be read
    """
    fields = {item.name for item in kind.options}
    desired = [Desired(kind, {}, record.id) for record in records[kind.name]]
    snapshot = Snapshot(records, list(records[kind.name]))
    _list_inverse(service, desired, snapshot, [fields] * len(desired))
    _complete(service, desired, snapshot, [fields] * len(desired), concurrency)
    for error in snapshot.unread.values():
        raise error


def normal_name(kind: Kind, name: Any) -> Any:
    """The name of an object in a comparable form."""
    return kind.by_name[kind.name_option].normal(name) if kind.name_option else name


def labels(records: dict[str, list[Record]]) -> dict[tuple[str, str], str]:
    """The name of each object that is alone in bearing it, by kind and id; others are called by their ids."""
    found: dict[tuple[str, Any], list[Record]] = {}
    for record in (record for several in records.values() for record in several):
        found.setdefault((record.kind.name, normal_name(record.kind, record.label)), []).append(record)
    return {(alone[0].kind.name, alone[0].id): alone[0].label for alone in found.values() if len(alone) == 1}


def match(desired: Sequence[Desired], records: dict[str, list[Record]]) -> list[Record | None]:
    """The record of each desired object: by its id if that is given, else by its natural key.

    :raises InputError: where several records bear the key, and where one is declared twice
    """
    ids = {name: {record.id: record for record in found} for name, found in records.items()}
    keys = {name: by_key(found) for name, found in records.items()}
    matched: list[Record | None] = []
    problems: list[str] = []
    by_id: dict[tuple[str, str], str] = {}
    by_name: dict[tuple[str, Any], Desired] = {}
    for wanted in desired:
        kind = wanted.kind
        key = kind.key_of({name: _target(kind.by_name[name], wanted, ids, keys) for name in kind.key})
        found = [ids[kind.name][wanted.id]] if wanted.id in ids[kind.name] else []
        if wanted.id is None and key is not None:
            found = keys[kind.name].get(key, [])
        if kind.singleton:
            found = records[kind.name]
        if len(found) > 1:
            problems.append(
                f"{_where(wanted)}there are {len(found)} {kind.plural} named {wanted.label}: set {kind.id_option} to "
                f"one of {names(record.id for record in found)}"
            )
        record = found[0] if len(found) == 1 else None
        matched.append(record)
        ident = record.id if record is not None else wanted.id
        name = kind.key_of(wanted.values)
        twin = by_name.get((kind.name, name)) if name else None
        # Two objects of one name are told apart only where both are declared by their ids.
        place = twin.place if twin is not None and None in (twin.id, wanted.id) else by_id.get((kind.name, str(ident)))
        if place is not None:
            problems.append(f"{kind.noun} {wanted.label} is declared twice: {place} and {wanted.place}")
        if name:
            by_name.setdefault((kind.name, name), wanted)
        if ident is not None:
            by_id.setdefault((kind.name, ident), wanted.place)
    if problems:
        raise InputError("; ".join(problems))
    return matched


def replaced(wanted: Desired, record: Record) -> bool:
    """Whether the object has to be deleted and created anew, and the user allows it."""
    return wanted.present and wanted.recreate and bool(immutable_differences(wanted, record))


def immutable_differences(wanted: Desired, record: Record) -> list[Field]:
    """The fields that would have to change but cannot."""
    return [
        item
        for name, value in wanted.values.items()
        if (item := wanted.kind.by_name[name]).immutable
        and not item.reference
        and not item.write_only
        and name in record.values
        and not item.same(record.values[name], value)
    ]


def _where(wanted: Desired) -> str:
    return f"{wanted.place}: " if wanted.place else ""


def _target(item: Field, wanted: Desired, ids: dict[str, dict[str, Record]], keys: dict[str, Any]) -> Any:
    """The value of a key field, a reference by name turned into the id."""
    value = wanted.values.get(item.name)
    if not item.reference or value is None or value in ids[item.reference]:
        return value
    found = [record for key, group in keys[item.reference].items() if key[-1] == item.normal(value) for record in group]
    return found[0].id if len(found) == 1 else None


def _referenced(desired: Iterable[Desired]) -> set[str]:
    """The kinds that have to be listed because a managed value names, or is read from, one of their objects."""
    return {
        item.reference
        for wanted in desired
        for name, value in wanted.values.items()
        if (item := wanted.kind.by_name[name]).reference and (wanted.present or name in wanted.kind.key)
        if item.inverse or value not in (None, "", [])
    }


def _list_inverse(
    service: Service, desired: Sequence[Desired], snapshot: Snapshot, managed: Sequence[set[str]]
) -> None:
    """List the kinds from which managed links are read and that nobody has named so far."""
    for wanted, fields in zip(desired, managed):
        for item in wanted.kind.fields:
            if item.name in fields and item.inverse and item.reference not in snapshot.records:
                snapshot.records.update(observe_kinds(service, {item.reference}, ()))


def _complete(
    service: Service, desired: Sequence[Desired], snapshot: Snapshot, managed: Sequence[set[str]], concurrency: int
) -> None:
    """Read what is managed and not known yet: details of the objects themselves, and of those that hold their links."""
    wanted_of: dict[tuple[str, str], tuple[Record, set[str]]] = {}
    needs: list[set[tuple[str, str]]] = []
    for wanted, record, fields in zip(desired, snapshot.matched, managed):
        mine: set[tuple[str, str]] = set()
        for item in wanted.kind.options if record is not None else ():
            if record is None or item.name not in fields or item.name in record.values or item.write_only:
                continue
            sources = _sources(item, wanted, snapshot) if item.inverse else [record]
            name = item.inverse or item.name
            for source in sources:
                if name not in source.values:
                    mark = (source.kind.name, source.id)
                    wanted_of.setdefault(mark, (source, set()))[1].add(name)
                    mine.add(mark)
        needs.append(mine)
    errors = _read(service, list(wanted_of.values()), concurrency)
    links = _Links(snapshot)
    for index, (record, fields) in enumerate(zip(snapshot.matched, managed)):
        failed = [errors[mark] for mark in sorted(needs[index]) if mark in errors]
        if failed:
            snapshot.unread.setdefault(index, failed[0])
        elif record is not None:
            for item in record.kind.options:
                if item.inverse and item.name in fields and item.name not in record.values:
                    record.values[item.name] = links.of(item, record.id)


class _Links:
    """The links of objects, looked up from the other side."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._index: dict[tuple[str, str], dict[str, list[str]]] = {}

    def of(self, item: Field, ident: str) -> list[str]:
        mark = (item.reference, item.inverse)
        if mark not in self._index:
            index = self._index[mark] = {}
            for other in self._snapshot.records[item.reference]:
                for member in other.values.get(item.inverse) or ():
                    index.setdefault(member, []).append(other.id)
        return list(self._index[mark].get(ident, ()))


def _sources(item: Field, wanted: Desired, snapshot: Snapshot) -> list[Record]:
    """The objects that hold a link of the desired one: those named, or all of them where the list is exact."""
    records = snapshot.records[item.reference]
    if item.name not in wanted.add_only:
        return records
    named = {item.normal([value]) for value in wanted.values[item.name] or ()}
    return [record for record in records if {item.normal([record.id]), item.normal([record.label])} & named]


def _read(
    service: Service, wanted: Sequence[tuple[Record, set[str]]], concurrency: int
) -> dict[tuple[str, str], ApiError]:
    def read(pair: tuple[Record, set[str]]) -> ApiError | None:
        record, missing = pair
        try:
            record.values.update(service.read(record, missing))
        except ApiError as exc:
            return exc
        return None

    with ThreadPoolExecutor(concurrency) as pool:
        results = list(pool.map(read, wanted))
    return {(record.kind.name, record.id): error for (record, _missing), error in zip(wanted, results) if error}
