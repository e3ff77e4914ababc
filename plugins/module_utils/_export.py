# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there, in the words of the options: for info modules, for plugins, and as a declaration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ._reconcile.observe import Records, Snapshot, Subject, complete, labels, list_kinds
from ._reconcile.outcome import show
from ._resource import Desired, Kind, Record, Service, Values, by_key


def inform(
    service: Service,
    kind: Kind,
    filters: Values,
    include: Collection[str],
    concurrency: int,
    choices: Collection[str] = (),
) -> list[Values]:
    """The objects of a kind that match, with all that the server shows, in the order of its listing.

    :param include: what else to add to each object, as the service names it: the fields of an aspect, or an extra
    :param choices: what could be included; of that, fields that are not are not read
    :raises ApiError: where it cannot be read
    """
    kinds = {kind.name} | {item.reference for item in kind.options}
    records = list_kinds(service, kinds, service.sought(kind, filters))
    selected = service.select(kind, records[kind.name], filters)
    aspects = {item.aspect for item in kind.options if item.aspect} & set(choices)
    names = [item.name for item in kind.options if item.aspect not in aspects.difference(include)]
    _read(service, records, selected, concurrency, names)
    called = labels(records)

    def describe(record: Record) -> Values:
        ident = {kind.id_option: record.id} if kind.id_option else {}
        shown = {name: show(kind.by_name[name], value, called) for name, value in record.values.items()}
        return {
            **ident,
            **shown,
            **{name: service.extra(record, name, filters) for name in include if name not in aspects},
        }

    with ThreadPoolExecutor(concurrency) as pool:
        return list(pool.map(describe, selected))


def export(service: Service, concurrency: int) -> dict[str, Any]:
    """The whole account as a declaration: by plural, in a stable order, each object with the options that are set.

    An object goes without its id where its name tells it from the others, so that the declaration can be applied to
    another account. A link that two kinds hold is exported once.

    :raises ApiError: where it cannot be read
    """
    kinds = [service.kinds[name] for name in service.config]
    records = list_kinds(service, set(service.config), ())
    _read(service, records, [record for kind in kinds for record in records[kind.name]], concurrency)
    called = labels(records)
    named = {id(alone[0]) for found in records.values() for alone in by_key(found).values() if len(alone) == 1}
    twice = {(item.reference, item.inverse) for kind in kinds for item in kind.options if item.inverse}

    def describe(record: Record) -> Values:
        kind = record.kind
        values: Values = {kind.id_option: record.id} if kind.id_option and id(record) not in named else {}
        for item in kind.options:
            value = record.values.get(item.name)
            if (
                value not in (None, "", [], {})
                and (kind.name, item.name) not in twice
                and not (item.write_only or item.secret)
            ):
                values[item.name] = show(item, value, called)
        return values

    def place(record: Record) -> tuple[str, ...]:
        key = [show(record.kind.by_name[name], record.values.get(name), called) for name in record.kind.key]
        return (*map(str, key), record.id)

    account: dict[str, Any] = {}
    for kind in kinds:
        described = [describe(record) for record in sorted(records[kind.name], key=place)]
        account[kind.collective] = described[0] if kind.singleton else described
    return account


def _read(
    service: Service,
    records: Records,
    wanted: Sequence[Record],
    concurrency: int,
    fields: Collection[str] | None = None,
) -> None:
    """Complete some of the records with these fields, or with every one that the server shows.

    :raises ApiError: for the first object that cannot be read
    """
    snapshot = Snapshot(records, [Subject(Desired(record.kind, {}, record.id), record) for record in wanted])
    complete(service, snapshot, concurrency, lambda subject: subject.wanted.kind.by_name if fields is None else fields)
    for subject in snapshot.subjects:
        if subject.error is not None:
            raise subject.error
