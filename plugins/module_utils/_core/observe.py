# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The current state of an account: listings always, details only where a managed field is not in the listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from .doubts import refuse_conclusions
from .errors import ApiError, without_trace
from .kind import Field, Kind
from .match import Records, Snapshot, match
from .objects import Desired, Observed, Record
from .ownership import EVERYTHING, Ownership
from .progress import progress
from .service import Service
from .values import is_empty


def observe(
    service: Service,
    desired: Sequence[Desired],
    prune: Collection[str],
    concurrency: int,
    ownership: Ownership = EVERYTHING,
) -> Snapshot:
    """Read the part of an account that the declaration is about.

    :param prune: the names of the kinds whose undeclared objects are deleted
    :param ownership: which undeclared objects belong to the declaration
    :raises InputError: if a desired object cannot be told from others, or may exist although no listing shows it
    :raises ApiError: if a listing cannot be read
    """
    needed = kinds_to_list(service.kinds, desired, prune) | _kinds_in_patterns(service.kinds, ownership)

    def read() -> Snapshot:
        records = list_kinds(service, needed, desired, whole=bool(prune))
        for name, listed in records.items():
            service.validate_names(service.kinds[name], listed, desired)
        _read_links_in_patterns(service, records, ownership, concurrency)
        return match(service.kinds, desired, records, prune, ownership)

    snapshot = read()
    if service.finds_more(_kinds_to_conclude(snapshot) | ownership.declared):
        snapshot = read()
    refuse_conclusions(snapshot.objects, service.listing_doubts(), prune)
    errors = _read_missing(service, snapshot.objects, concurrency, _declared_fields)
    errors.update(_read_missing(service, snapshot.objects, concurrency, _fields_to_recreate))
    if not errors:
        return snapshot
    objects = (replace(one, error=errors.get(one.index)) for one in snapshot.objects)
    return replace(snapshot, objects=tuple(objects))


def _kinds_to_conclude(snapshot: Snapshot) -> set[str]:
    """The names of the kinds of which an object is taken for absent or undeclared, because a listing lacks it.

    Such an object is created, or pruned, or its absence is what is declared; or another object refers to it.
    """
    absent = {one.desired.kind.name for one in snapshot.objects if one.desired.pruned or one.record is None}
    return absent | {item.reference for one in snapshot.objects for item in _missing_references(snapshot, one)}


def _missing_references(snapshot: Snapshot, observed: Observed) -> Iterator[Field]:
    """The declared fields that refer to an object which no listing shows."""
    desired = observed.desired
    for name, value in desired.values.items() if desired.present else ():
        item = desired.kind.by_name[name]
        if item.reference and not is_empty(value):
            targets = value if isinstance(value, list) else [value]
            if not all(snapshot.references.find(item, one, observed.values) for one in targets):
                yield item


def kinds_to_list(kinds: Mapping[str, Kind], desired: Sequence[Desired], prune: Collection[str]) -> set[str]:
    """The names of the kinds whose listings are needed."""
    declared = {one.kind.name for one in desired}
    deleted = {*prune, *(one.kind.name for one in desired if not one.present)}
    # Deleting an object may delete those inside of it, or be refused because of them.
    inside = {kinds[name].child_kind for name in deleted}
    referred = {name for one in desired if one.present for name in _referred_kinds(one)}
    needed = {*prune, *declared, *inside, *referred}
    # The keys of objects may hold references, which are names in a declaration and ids in a listing.
    in_keys = {kinds[name].by_name[part].reference for name in kinds if name in needed for part in kinds[name].key}
    return needed | in_keys


def _referred_kinds(desired: Desired) -> Iterable[str]:
    """The kinds of the objects that a desired object refers to; of links also where it has none."""
    for name, value in desired.values.items():
        item = desired.kind.by_name[name]
        if item.inverse or not is_empty(value):
            yield item.reference


def list_kinds(
    service: Service, kinds: Collection[str], desired: Sequence[Desired] = (), whole: bool = True
) -> Records:
    """The listings of these kinds.

    :param whole: all objects, not only those that are declared
    """
    return {name: service.list_objects(kind, desired, whole) for name, kind in service.kinds.items() if name in kinds}


def read_records(
    service: Service, records: Sequence[Record], concurrency: int, fields: Collection[str] | None = None
) -> None:
    """Complete listed records with these fields, or with every field that the server shows.

    :raises ApiError: for the first object that cannot be read
    """
    objects = [Observed(Desired(record.kind, {}, record.id), record, index) for index, record in enumerate(records)]

    def wanted(observed: Observed) -> Collection[str]:
        return observed.desired.kind.by_name if fields is None else fields

    errors = _read_missing(service, objects, concurrency, wanted)
    if errors:
        raise errors[min(errors)]


# -- patterns ----------------------------------------------------------------------------------------------------------


def _kinds_in_patterns(kinds: Mapping[str, Kind], ownership: Ownership) -> set[str]:
    """The kinds of the objects to whose names patterns apply."""
    fields = [kinds[kind].by_name[name] for kind, patterns in ownership.only.items() for name in patterns]
    return {item.reference for item in fields if item.reference}


def _read_links_in_patterns(service: Service, records: Records, ownership: Ownership, concurrency: int) -> None:
    """Read the links to which patterns apply: only the objects at their other ends show them.

    :raises ApiError: if they cannot be read
    """
    for name, patterns in ownership.only.items():
        fields = service.kinds[name].by_name
        links = [item for item in patterns if fields[item].inverse]
        if links:
            read_records(service, records[name], concurrency, links)


# -- reads -------------------------------------------------------------------------------------------------------------


@dataclass
class _Read:
    """One object to read: the fields that its record lacks, and the error if it cannot be read."""

    observed: Observed
    record: Record
    missing: set[str]
    error: ApiError | None = None

    def perform(self, service: Service) -> None:
        """Read the fields that are still missing."""
        missing = self.missing - self.record.values.keys()
        if not missing:
            return
        try:
            self.record.values.update(service.read(self.record, missing))
        except ApiError as exc:
            self.error = without_trace(exc)


def _declared_fields(observed: Observed) -> Collection[str]:
    return observed.desired.values if observed.desired.present else ()


def _fields_to_recreate(observed: Observed) -> Collection[str]:
    """All fields of an object that is recreated: the new one gets what the old one had."""
    return observed.desired.kind.by_name if observed.needs_replacement else ()


def _read_missing(
    service: Service, objects: Sequence[Observed], concurrency: int, wanted: Callable[[Observed], Collection[str]]
) -> dict[int, ApiError]:
    """Read the wanted fields that are not known yet into the records.

    :returns: the errors of the objects that cannot be read, by the index of the object
    """
    reads = [read for observed in objects if (read := _read_of(observed, wanted(observed))) is not None]
    service.prefetch([(read.record, read.missing, read.observed.desired) for read in reads])
    with ThreadPoolExecutor(concurrency) as pool:
        # A single read needs no thread.
        run = pool.map if len(reads) > 1 else map
        for number, _done in enumerate(run(lambda read: read.perform(service), reads), 1):
            progress("read", number, len(reads), reads)
    return {read.observed.index: read.error for read in reads if read.error is not None}


def _read_of(observed: Observed, fields: Collection[str]) -> _Read | None:
    """What to read of an object; None if nothing is missing."""
    record = observed.record
    if record is None or not fields:
        return None
    unknown = [item for item in record.kind.options if item.name in fields and item.name not in record.values]
    missing = {item.name for item in unknown if not item.write_only and item.applies_to(record.values)}
    return _Read(observed, record, missing) if missing else None
