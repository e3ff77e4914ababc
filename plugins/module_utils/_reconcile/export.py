# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there, in the words of the options: for info modules, and as a declaration that changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._resource import Kind, Record, Service, Values, by_key
from .apply import show
from .observe import labels, observe_kinds, read_all


def inform(service: Service, kind: Kind, filters: Values, include: Collection[str], concurrency: int) -> list[Values]:
    """The objects of a kind that match, with all that the server shows, in the order of its listing.

    :param include: what else to add to each object, as the service names it
    :raises ApiError: where it cannot be read
    """
    everything = observe_kinds(service, {kind.name}, ())
    selected = {kind.name: service.select(kind, everything[kind.name], filters)}
    read_all(service, selected, kind, concurrency)
    called = labels({**selected, **everything})

    def describe(record: Record) -> Values:
        shown = {name: show(kind.by_name[name], value, called) for name, value in record.values.items()}
        extra = {name: service.extra(record, name, filters) for name in include}
        ident = {kind.id_option: record.id} if kind.id_option else {}
        return {**ident, **shown, **extra}

    with ThreadPoolExecutor(concurrency) as pool:
        return list(pool.map(describe, selected[kind.name]))


def export(service: Service, concurrency: int) -> dict[str, Any]:
    """The whole account as a declaration: by plural, in a stable order, each object with the options that are set.

    An object goes without its id where its name tells it from the others, so that the declaration can be applied to
    another account. A link that two kinds hold is exported once.

    :raises ApiError: where it cannot be read
    """
    kinds = [service.kinds[name] for name in service.config]
    records = observe_kinds(service, {kind.name for kind in kinds}, ())
    for kind in kinds:
        read_all(service, records, kind, concurrency)
    called = labels(records)
    named = {
        (kind.name, alone[0].id) for kind in kinds for alone in by_key(records[kind.name]).values() if len(alone) == 1
    }
    twice = {(item.reference, item.inverse) for kind in kinds for item in kind.options if item.inverse}

    def describe(record: Record) -> Values:
        kind = record.kind
        ident = kind.id_option and (kind.name, record.id) not in named
        values: dict[str, Any] = {kind.id_option: record.id} if ident else {}
        for item in kind.options:
            value = record.values.get(item.name)
            if value not in (None, "", [], {}) and (kind.name, item.name) not in twice and not item.write_only:
                values[item.name] = show(item, value, called)
        return values

    described = {
        kind.name: [describe(record) for record in sorted(records[kind.name], key=lambda r: (r.label, r.id))]
        for kind in kinds
    }
    return {
        kind.name if kind.singleton else kind.plural: described[kind.name][0]
        if kind.singleton
        else described[kind.name]
        for kind in kinds
    }
