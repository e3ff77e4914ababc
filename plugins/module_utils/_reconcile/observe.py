# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there: listings always, details only where a managed field is not in the listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
    kinds = (
        {wanted.kind.name for wanted in desired} | set(prune) | {name for kind in going for name, _field in kind.holds}
    )
    for wanted in desired:
        for name, value in wanted.values.items():
            item = wanted.kind.by_name[name]
            if (wanted.present or name in wanted.kind.key) and (item.inverse or value not in (None, "", [])):
                kinds.add(item.reference)
    # A listing may go by what the keys of its objects refer to.
    kinds |= {k.by_name[part].reference for k in service.kinds.values() if k.name in kinds for part in k.key}
    held = [
        Desired(service.kinds[name], {field: wanted.id or wanted.label})
        for wanted in desired
        for name, field in (() if wanted.present else wanted.kind.holds)
    ]
    # What is pruned, or holds something that is, has to be known as a whole; objects that cannot be created never are.
    records = list_kinds(service, kinds, [*desired, *held], bool(prune))
    snapshot = Snapshot(records, match(desired, records))
    complete(service, snapshot, concurrency, lambda subject: subject.wanted.values if subject.wanted.present else ())
    complete(service, snapshot, concurrency, lambda subject: subject.wanted.kind.by_name if subject.replaced else ())
    return snapshot


def list_kinds(service: Service, kinds: Collection[str], desired: Sequence[Desired], whole: bool = False) -> Records:
    """The listings of these kinds; with ``desired`` at least of those objects, else, or if ``whole``, of all."""
    records: Records = {}
    known: Records = {}
    new = {(wanted.kind.name, wanted.id): wanted.values.get(wanted.kind.name_option) for wanted in desired}
    for name, kind in service.kinds.items():
        if name in kinds:
            records[name] = service.listing(kind, wanted_of(kind, desired, whole), known)
            # Under the names that they will have, for under those the declaration refers to them.
            known[name] = [
                replace(record, values={**record.values, kind.name_option: new[name, record.id]})
                if new.get((name, record.id))
                else record
                for record in records[name]
            ]
    return records


def wanted_of(kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Desired]:
    """The desired objects that the listing of a kind is to show; for all that there are, see Service.listing."""
    own = [wanted for wanted in desired if wanted.kind is kind]
    if not kind.scope:
        return [] if whole and kind.creatable else own
    others = [wanted for wanted in desired if any(item.reference == kind.name for item in wanted.kind.options)]
    return [*own, *others, *([Desired(kind, {})] if whole else [])]


def match(desired: Sequence[Desired], records: Records) -> list[Subject]:
    """The record of each desired object: by its id if that is given, else by its natural key.

    :raises InputError: where several records bear the key, and where one is declared twice
    """
    ids = {name: {record.id: record for record in found} for name, found in records.items()}
    keys = {name: by_key(found) for name, found in records.items()}
    new = {(wanted.kind.name, wanted.id): wanted.values.get(wanted.kind.name_option) for wanted in desired}
    called: dict[tuple[str, Any], list[Record]] = {}
    for other in (other for found in records.values() for other in found):
        label = normal_name(other.kind, new.get((other.kind.name, other.id)) or other.label)
        called.setdefault((other.kind.name, label), []).append(other)
    spelled: dict[tuple[str, str], set[str]] = {}
    everyone: list[Record | Desired] = [*(record for found in records.values() for record in found), *desired]
    for one in everyone:
        spelled.setdefault((one.kind.name, one.label.casefold()), set()).add(one.label)
    subjects: list[Subject] = []
    problems: list[str] = []
    by_id: dict[tuple[str, str | None], str] = {}
    by_name: dict[tuple[str, Any], Desired] = {}
    for wanted in desired:
        kind = wanted.kind
        parts = {name: _key_part(kind.by_name[name], wanted, ids, called) for name in kind.key}
        vague = next(
            (name for name, part in parts.items() if isinstance(part, list) and kind.by_name[name].reference), None
        )
        if vague and wanted.id is None and not wanted.present:
            several = f"{vague} {wanted.values[vague]} may be any of {names(parts[vague])}"
            problems.append(f"{f'{wanted.place}: ' if wanted.place else ''}{several}")
        key = None if vague else kind.key_of(parts)
        found = keys[kind.name].get(key, []) if key is not None else []
        if kind.singleton:
            found = records[kind.name]
        elif wanted.id is not None:
            found = [ids[kind.name][wanted.id]] if wanted.id in ids[kind.name] else []
        problems += _clash(wanted, spelled)
        if len(found) > 1:
            problems.append(
                f"{f'{wanted.place}: ' if wanted.place else ''}there are {len(found)} {kind.plural} named "
                f"{wanted.label}: set {kind.id_option} to one of {names(record.id for record in found)}"
            )
        record = found[0] if len(found) == 1 else None
        subjects.append(Subject(wanted, record))
        ident, name = record.id if record is not None else wanted.id, key or kind.key_of(wanted.values)
        twin = by_name.setdefault((kind.name, (name, wanted.values.get(kind.scope))), wanted) if name else wanted
        place = by_id.setdefault((kind.name, ident), wanted.place) if ident is not None else wanted.place
        # Two objects of one name are told apart only where both are declared by their ids.
        if twin is not wanted and None in (twin.id, wanted.id):
            place = twin.place
        if place != wanted.place:
            problems.append(f"{kind.noun} {wanted.label} is declared twice: {place} and {wanted.place}")
    if problems:
        raise InputError("; ".join(problems))
    return subjects


def _clash(wanted: Desired, spelled: dict[tuple[str, str], set[str]]) -> list[str]:
    """The problem of a name that is spelled in another case elsewhere, if this kind does not allow that."""
    kind, others = wanted.kind, spelled[wanted.kind.name, wanted.label.casefold()] - {wanted.label}
    if not others or wanted.id is not None or not kind.key or kind.by_name[kind.name_option].compare != "case":
        return []
    where = f"{wanted.place}: " if wanted.place else ""
    hint = f"correct the spelling, or set {kind.id_option}"
    return [f"{where}{wanted.label} and {names(sorted(others))} differ only in upper and lower case: {hint}"]


def _key_part(item: Field, wanted: Desired, ids: dict[str, Any], called: dict[tuple[str, Any], list[Record]]) -> Any:
    """The value of a key field, a reference by name turned into the id, or into a list of ids if there are several.

    :param called: the objects by kind and name, which is the new one where they are declared to get one
    """
    value = wanted.values.get(item.name)
    if not item.reference or value is None or value in ids[item.reference]:
        return value
    found = called.get((item.reference, item.normal(value)), [])
    found = [record for record in found if record.kind.near(record.values, wanted.values)]
    return [record.id for record in found] if len(found) > 1 else found[0].id if found else None


def complete(
    service: Service, snapshot: Snapshot, concurrency: int, managed: Callable[[Subject], Collection[str]]
) -> None:
    """Read what is managed and not known yet: details of the objects themselves, and of those that hold their links.

    An object that cannot be read leaves its error with the subjects that it concerns.
    """
    reads: dict[int, tuple[Record, set[str]]] = {}

    def need(record: Record, name: str) -> None:
        if name not in record.values and record.kind.by_name[name].applies(record.values):
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
    whole = {
        (item.reference, item.inverse)
        for subject, _record, item in links
        if subject.wanted.recreate or item.name not in subject.wanted.add_only
    }
    for reference, name in whole:
        for other in snapshot.records[reference]:
            need(other, name)
    new = {id(subject.record): subject.wanted.label for subject in snapshot.subjects}
    for subject, _record, item in links:
        if (item.reference, item.inverse) not in whole:
            named = set(map(str, subject.wanted.values[item.name] or ()))
            for other in snapshot.records[item.reference]:
                if named & {other.id, other.label, new.get(id(other))}:
                    need(other, item.inverse)

    def read(mark: int) -> ApiError | None:
        record, missing = reads[mark]
        try:
            if missing - record.values.keys():
                record.values.update(service.read(record, missing - record.values.keys()))
        except ApiError as exc:
            return exc
        return None

    service.prefetch(list(reads.values()))
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
        if errors and subject.error is None:
            subject.error = next((errors[id(other)] for other in others if id(other) in errors), None)


def normal_name(kind: Kind, name: Any) -> Any:
    """The name of an object in a comparable form."""
    return kind.by_name[kind.name_option].normal(name) if kind.name_option else name


def labels(records: Records) -> dict[tuple[str, str], str]:
    """The name of each object that is alone in bearing it, by kind and id; others are called by their ids.

    A name that is the id of another object of the kind would be taken for that one.
    """
    ids = {(record.kind.name, record.id) for several in records.values() for record in several}
    found: dict[tuple[str, Any], list[Record]] = {}
    for record in (record for several in records.values() for record in several):
        found.setdefault((record.kind.name, normal_name(record.kind, record.label)), []).append(record)
    alone = [several[0] for several in found.values() if len(several) == 1]
    return {(one.kind.name, one.id): one.label for one in alone if (one.kind.name, one.label) not in ids}
