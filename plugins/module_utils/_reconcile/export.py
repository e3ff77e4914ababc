# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there, in the words of the options: for info modules, and as a declaration that changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._reconcile.apply import show
from ansible_collections.declarative.monitoring.plugins.module_utils._reconcile.observe import labels, read_all
from ansible_collections.declarative.monitoring.plugins.module_utils._resource import Kind, Record, Service, Values


def inform(service: Service, kind: Kind, filters: Values, include: Collection[str], concurrency: int) -> list[Values]:
    """The objects of a kind that match, with all that the server shows, in the order of its listing.

    :param include: what else to add to each object, as the service names it
    :raises ApiError: where it cannot be read
    """
    everything = {kind.name: service.listing(kind)}
    selected = {kind.name: service.select(kind, everything[kind.name], filters)}
    read_all(service, selected, kind, concurrency)
    called = labels({**selected, **everything})

    def describe(record: Record) -> Values:
        shown = {name: show(kind.by_name[name], value, called) for name, value in record.values.items()}
        extra = {name: service.extra(record, name, filters) for name in include}
        return {kind.id_option: record.id, **shown, **extra}

    with ThreadPoolExecutor(concurrency) as pool:
        return list(pool.map(describe, selected[kind.name]))


def export(service: Service, concurrency: int) -> dict[str, list[Values]]:
    """The whole account as a declaration: by plural, in a stable order, each object with the options that are set.

    An object goes without its id where its name tells it from the others, so that the declaration can be applied to
    another account. A link that two kinds hold is exported once.

    :raises ApiError: where it cannot be read
    """
    kinds = [service.kinds[name] for name in service.config]
    records = {kind.name: service.listing(kind) for kind in kinds}
    for kind in kinds:
        read_all(service, records, kind, concurrency)
    called = labels(records)
    twice = {(item.reference, item.inverse) for kind in kinds for item in kind.options if item.inverse}

    def describe(record: Record) -> Values:
        kind = record.kind
        values: dict[str, Any] = {} if (kind.name, record.id) in called else {kind.id_option: record.id}
        for item in kind.options:
            value = record.values.get(item.name)
            if value not in (None, "", [], {}) and (kind.name, item.name) not in twice and not item.write_only:
                values[item.name] = show(item, value, called)
        return values

    return {
        kind.plural: [describe(record) for record in sorted(records[kind.name], key=lambda r: (r.label, r.id))]
        for kind in kinds
    }
