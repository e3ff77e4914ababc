# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there, in the words of the options: for info modules, for plugins, and as a declaration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._core.kind import Kind
from .._core.objects import Desired, Record, Step, by_key
from .._core.observe import complete, list_kinds
from .._core.service import CONCURRENCY, Service
from .._core.values import Values
from .report import labels, show


def describe_objects(
    service: Service,
    kind: Kind,
    filters: Values,
    include: Collection[str],
    choices: Collection[str] = (),
    concurrency: int = CONCURRENCY,
    fields: Collection[str] | None = None,
    listing_scope: Sequence[Desired] | None = None,
) -> list[Values]:
    """The objects of a kind that match, with all that the server shows, in the order of its listing.

    :param include: what else to add to each object, as the service names it: the fields of a subresource, or an extra
    :param choices: what could be included; of that, fields that are not are not read
    :param fields: what else is read, by default everything
    :param listing_scope: what is listed, by default what the filters say
    :raises ApiError: where it cannot be read
    """
    kinds = {kind.name} | {item.reference for item in kind.options}
    listing_scope = service.listing_scope(kind, filters) if listing_scope is None else listing_scope
    records = list_kinds(service, kinds, listing_scope, not listing_scope)
    selected = service.filter_objects(kind, records[kind.name], filters)
    subresources = {item.subresource for item in kind.options if item.subresource} & set(choices)
    wanted = kind.by_name if fields is None else fields
    names = [
        item.name
        for item in kind.options
        if item.name in wanted and item.subresource not in subresources.difference(include)
    ]
    _read(service, selected, concurrency, names)
    called = labels(records)

    def describe(record: Record) -> Values:
        ident = {kind.id_option: record.id} if kind.id_option else {}
        shown = {name: show(kind.by_name[name], value, called) for name, value in record.values.items()}
        return {
            **ident,
            **shown,
            **{name: service.fetch_include(record, name, filters) for name in include if name not in subresources},
        }

    with ThreadPoolExecutor(concurrency) as pool:
        return list(pool.map(describe, selected))


def export(service: Service, concurrency: int = CONCURRENCY) -> dict[str, Any]:
    """The whole account as a declaration: by plural, in a stable order, each object with the options that are set.

    An object goes without its id where its name tells it from the others, so that the declaration can be applied to
    another account. A link that two kinds hold is exported once.

    :raises ApiError: where it cannot be read
    """
    kinds = [service.kinds[name] for name in service.config]
    records = list_kinds(service, service.config)
    _read(service, [record for kind in kinds for record in records[kind.name]], concurrency)
    called = labels(records)
    named = {id(alone[0]) for found in records.values() for alone in by_key(found).values() if len(alone) == 1}
    place = {name: number for number, name in enumerate(service.config)}

    def describe(record: Record) -> Values:
        kind = record.kind
        values: Values = {kind.id_option: record.id} if kind.id_option and id(record) not in named else {}
        for item in kind.options:
            value = record.values.get(item.name)
            twice = item.inverse and place[item.reference] < place[kind.name]
            if value not in (None, "", [], {}) and not (twice or item.write_only or item.secret):
                values[item.name] = show(item, value, called)
        return values

    def key(record: Record) -> tuple[str, ...]:
        parts = [show(record.kind.by_name[name], record.values.get(name), called) for name in record.kind.key]
        return (*map(str, parts), record.id)

    account: dict[str, Any] = {}
    for kind in kinds:
        described = [describe(record) for record in sorted(records[kind.name], key=key)]
        account[kind.config_key] = described[0] if kind.singleton else described
    return account


def _read(service: Service, wanted: Sequence[Record], concurrency: int, fields: Collection[str] | None = None) -> None:
    """Complete some records with these fields, or with every one that the server shows.

    :raises ApiError: for the first object that cannot be read
    """
    steps = [Step(Desired(record.kind, {}, record.id), record) for record in wanted]
    complete(service, steps, concurrency, lambda step: step.desired.kind.by_name if fields is None else fields)
    for step in steps:
        if step.error is not None:
            raise step.error
