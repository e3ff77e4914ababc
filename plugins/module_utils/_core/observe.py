# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there: listings always, details only where a managed field is not in the listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, InputError, Problem
from .kind import Field, Kind
from .objects import PRUNE, Desired, PendingId, Record, Step, by_key
from .progress import progress
from .service import Service
from .values import Values, join_names

Records = dict[str, list[Record]]
"""The listings, by the name of the kind."""


class ReferenceIndex:
    """What each object can be referred to by: its id, and its name as it will be."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._by_id: dict[tuple[str, str], Step] = {}
        self._by_name: dict[tuple[str, Any], list[Step]] = {}

    def add(self, step: Step) -> None:
        """Make an object known."""
        kind = step.desired.kind
        if step.record is not None:
            self._by_id[kind.name, step.record.id] = step
        self._by_name.setdefault((kind.name, kind.normalize_name(step.label)), []).append(step)

    def find(self, item: Field, value: Any, other: Mapping[str, Any]) -> list[Step]:
        """The objects that a reference can mean, in an object with the values ``other``."""
        kind = self._kinds[item.reference]
        if (kind.name, str(value)) in self._by_id:
            return [self._by_id[kind.name, str(value)]]
        named = self._by_name.get((kind.name, kind.normalize_name(str(value))), ())
        return [step for step in named if kind.in_same_scope(step.values, other)]

    def now(self, item: Field, value: Any, anew: bool = False) -> Any:
        """What becomes of the objects referred to by id: themselves, the new ones in their place, or nothing.

        :param anew: an object that is created anew has no such link, where the other end says itself which it has
        """
        if not item.reference:
            return value
        if isinstance(value, list):
            return [target for target in (self.now(item, one, anew) for one in value) if target is not None]
        step = self._by_id.get((item.reference, value))
        decided = anew and step and item.inverse in step.desired.values.keys() - step.desired.append_only
        return value if step is None else step.target if step.desired.present and not decided else None

    def resolve(self, item: Field, value: Any, other: Mapping[str, Any]) -> Any:
        """The objects that a reference means, by their ids, or by their promises.

        :raises InputError: where there is none, several, or only one that is to be deleted
        """
        if not item.reference or value in (None, ""):
            return value
        if isinstance(value, list):
            return list(dict.fromkeys(self.resolve(item, one, other) for one in value))
        found = [step.target for step in self.find(item, value, other) if step.desired.present]
        if len(found) > 1:
            ids = join_names(target.label if isinstance(target, PendingId) else target for target in found)
            several = f"there are {len(found)} {self._kinds[item.reference].noun}s of that name"
            raise InputError(f"{item.name} names {value}, but {several}: use one of the ids {ids}")
        if not found:
            none = f"there is no such {self._kinds[item.reference].noun}, or it is to be deleted"
            raise InputError(f"{item.name} names {value}, but {none}")
        return found[0]


@dataclass
class Snapshot:
    """What an account held when it was looked at.

    :param steps: the declared objects in the order of the declaration, then those to be pruned
    :param protected: those that would be pruned, but must not
    """

    records: Records
    steps: list[Step]
    directory: ReferenceIndex
    protected: list[Record] = field(default_factory=list)


def observe(service: Service, desired: Sequence[Desired], prune: Collection[str], concurrency: int) -> Snapshot:
    """Read as much of an account as the declaration is about.

    :raises InputError: where a desired object cannot be told from others
    :raises ApiError: where a listing cannot be read
    """
    records = list_kinds(service, _concerned(service.kinds, desired, prune), desired, bool(prune))
    snapshot = match(service.kinds, desired, records, prune)
    complete(service, snapshot.steps, concurrency, lambda step: step.desired.values if step.desired.present else ())
    complete(
        service, snapshot.steps, concurrency, lambda step: step.desired.kind.by_name if step.needs_replacement else ()
    )
    return snapshot


def _concerned(kinds: Mapping[str, Kind], desired: Sequence[Desired], prune: Collection[str]) -> set[str]:
    """The kinds that have to be listed: those declared, and those that they refer to or hold."""
    going = {*prune, *(wanted.kind.name for wanted in desired if not wanted.present)}
    found = {*prune, *(wanted.kind.name for wanted in desired), *(kinds[name].child_kind for name in going)}
    for wanted in (one for one in desired if one.present):
        for name, value in wanted.values.items():
            item = wanted.kind.by_name[name]
            if item.inverse or value not in (None, "", []):
                found.add(item.reference)
    # A listing may go by what the keys of its objects refer to.
    return found | {kind.by_name[part].reference for kind in kinds.values() if kind.name in found for part in kind.key}


def list_kinds(
    service: Service, kinds: Collection[str], desired: Sequence[Desired] = (), whole: bool = True
) -> Records:
    """The listings of these kinds: of the objects that are declared, and if ``whole`` of all the others."""
    return {name: service.list_objects(kind, desired, whole) for name, kind in service.kinds.items() if name in kinds}


def match(
    kinds: Mapping[str, Kind], desired: Sequence[Desired], records: Records, prune: Collection[str] = ()
) -> Snapshot:
    """The record of each desired object: by its id if that is given, else by its natural key.

    :param prune: the kinds whose other records are to be deleted
    :raises InputError: where several records bear the key, and where one is declared twice
    """
    steps = [Step(wanted, index=index) for index, wanted in enumerate(desired)]
    snapshot = Snapshot(records, steps, ReferenceIndex(kinds))
    problems: list[Problem] = []
    first: dict[Any, Desired] = {}
    referred = {wanted.kind.by_name[name].reference for wanted in desired for name in wanted.values}
    for kind in kinds.values():
        listed = records.get(kind.name, [])
        ids, keys = {record.id: record for record in listed}, by_key(listed)
        others = dict(ids)
        for step in (one for one in steps if one.desired.kind is kind):
            wanted = step.desired
            try:
                key = _key(wanted, snapshot.directory)
                found = keys.get(key, []) if key is not None else []
                if kind.singleton or wanted.id is not None:
                    found = listed if kind.singleton else [ids[str(wanted.id)]] if wanted.id in ids else []
                if len(found) > 1:
                    several = f"there are {len(found)} {kind.noun}s named {wanted.label}"
                    raise InputError(f"{several}: set {kind.id_option} to one of {join_names(r.id for r in found)}")
                step.record = others.pop(found[0].id, found[0]) if found else None
                problems += _twice(step, key or kind.key_of(wanted.values), first)
            except InputError as exc:
                problems.append(wanted.with_location(exc))
            snapshot.directory.add(step)
        for record in others.values():
            pruned = kind.name in prune and not record.out_of_scope
            goes = pruned and not record.protected
            snapshot.protected += [record] if pruned and not goes else []
            if goes or kind.name in referred:
                other = Step(Desired(kind, {}, record.id, not goes, PRUNE if goes else ""), record)
                snapshot.directory.add(other)
                steps += [other] if goes else []
    if problems:
        raise InputError(*problems)
    return snapshot


def _twice(step: Step, key: Any, first: dict[Any, Desired]) -> list[Problem]:
    """The problem of an object that is declared already, naming both places.

    :param first: the first declaration of each id and name
    """
    wanted, kind = step.desired, step.desired.kind
    ident = step.record.id if step.record is not None else wanted.id
    twins = [] if ident is None else [first.setdefault((kind.name, ident), wanted)]
    if key is not None:
        twin = first.setdefault((kind.name, key, wanted.values.get(kind.scope)), wanted)
        # Two objects of one name are told apart only where both are declared by their ids.
        twins += [twin] if None in (twin.id, wanted.id) else []
    others = {twin.location: twin for twin in twins if twin is not wanted}
    return [_declared_twice(wanted, other) for other in others.values()]


def _declared_twice(wanted: Desired, first: Desired) -> Problem:
    both = f"{first.described_location} and {wanted.described_location}"
    sentence = f"{wanted.kind.noun} {wanted.label} is declared twice: {both}"
    return Problem(sentence, wanted.location, (first.location,))


def _key(wanted: Desired, directory: ReferenceIndex) -> tuple[Any, ...] | None:
    """The natural key, references by id; None where a part is not known, or not there yet.

    :raises InputError: for an object to be deleted, where a reference may mean several
    """
    parts: Values = {}
    for name in wanted.kind.key:
        item, value = wanted.kind.by_name[name], wanted.values.get(name)
        if item.reference and value is not None:
            found = [one.record.id for one in directory.find(item, value, wanted.values) if one.record is not None]
            if len(found) > 1 and wanted.id is None and not wanted.present:
                raise InputError(f"{name} {value} may be any of {join_names(found)}")
            value = found[0] if len(found) == 1 else None
        parts[name] = value
    return wanted.kind.key_of(parts)


def complete(
    service: Service, steps: Sequence[Step], concurrency: int, managed: Callable[[Step], Collection[str]]
) -> None:
    """Read what is managed and not known yet; an object that cannot be read keeps its error."""
    reads: list[tuple[Step, Record, set[str]]] = []
    for step in steps:
        record, fields = step.record, managed(step)
        if record is not None and fields:
            unknown = [one for one in record.kind.options if one.name in fields and one.name not in record.values]
            missing = {one.name for one in unknown if not one.write_only and one.applies_to(record.values)}
            reads += [(step, record, missing)] if missing else []

    def read(step: Step, record: Record, missing: set[str]) -> None:
        try:
            if missing - record.values.keys():
                record.values.update(service.read(record, missing - record.values.keys()))
        except ApiError as exc:
            step.error = exc

    service.prefetch([(record, missing, step.desired) for step, record, missing in reads])
    with ThreadPoolExecutor(concurrency) as pool:
        # One alone needs no thread.
        each = pool.map if len(reads) > 1 else map
        for number, _done in enumerate(each(lambda one: read(*one), reads), 1):
            progress("read", number, len(reads), steps)
