# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of a service by option name: how each value is shown, and lists for info modules and inventory plugins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .._core.changes import Change
from .._core.kind import Field, Kind
from .._core.objects import Desired, PendingId, Record
from .._core.observe import list_kinds, read_records
from .._core.service import CONCURRENCY, Service
from .._core.values import MASK, Values, is_empty

MASK_CHANGED = f"{MASK} (changed)"
"""What is shown instead of a new secret that differs from the current one."""

# -- values ------------------------------------------------------------------------------------------------------------


def show(item: Field, value: Any, labels: Mapping[tuple[str, str], str]) -> Any:
    """A value as users see it: other objects by their unique names, secrets masked.

    :param labels: the unique name of each object, by kind and id
    """
    if item.secret and value not in (None, ""):
        return MASK
    if isinstance(value, list) and item.reference:
        shown = [show(item, one, labels) for one in value]
        return sorted(shown) if item.compare == "set" else shown
    if isinstance(value, PendingId):
        return value.label
    return labels.get((item.reference, str(value)), value)


def labels(records: Mapping[str, Sequence[Record]]) -> dict[tuple[str, str], str]:
    """The name of each object whose name is unique, by kind and id. Other objects are shown by their ids.

    A name that is the id of another object of the kind is left out, because it would be taken for that id.
    """
    everything = [record for several in records.values() for record in several]
    ids = {(record.kind.name, record.id) for record in everything}
    by_name: dict[tuple[str, Any], list[Record]] = {}
    for record in everything:
        by_name.setdefault((record.kind.name, record.kind.normalize_name(record.label)), []).append(record)
    unique = [several[0] for several in by_name.values() if len(several) == 1]
    return {
        (record.kind.name, record.id): record.label for record in unique if (record.kind.name, record.label) not in ids
    }


def changed_secrets(change: Change) -> Values:
    """The secrets of an existing object that change, with a mark that says so."""
    fields = change.step.desired.kind.by_name
    if change.action == "create":
        return {}
    return {name: MASK_CHANGED for name, value in change.after.items() if fields[name].secret and not is_empty(value)}


# -- objects -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listing:
    """Some objects of a kind, and the names of the objects that they refer to.

    :param records: the objects, in the order in which the service lists them
    :param labels: the unique name of each object, by kind and id
    """

    records: Sequence[Record]
    labels: Mapping[tuple[str, str], str]

    def describe(self, record: Record) -> Values:
        """The known values of an object by option name, with references as names and secrets masked."""
        fields = record.kind.by_name
        return {name: show(fields[name], value, self.labels) for name, value in record.values.items()}


def list_records(
    service: Service,
    kind: Kind,
    filters: Values,
    fields: Collection[str],
    listing_scope: Sequence[Desired] | None = None,
    selects: Callable[[Record], bool] | None = None,
) -> Listing:
    """The objects of a kind that match the filters, with the values of these fields.

    :param fields: what is read object by object if the listing lacks it
    :param listing_scope: what is listed; default: what the filters say
    :param selects: whether an object that matches the filters is returned; default: all are
    :raises ApiError: if a listing or an object cannot be read
    """
    kinds = {kind.name, *(item.reference for item in kind.options)}
    scope = service.listing_scope(kind, filters) if listing_scope is None else listing_scope
    listed = list_kinds(service, kinds, scope, not scope)
    selected = service.filter_objects(kind, listed[kind.name], filters)
    if selects is not None:
        selected = [record for record in selected if selects(record)]
    read_records(service, selected, CONCURRENCY, fields)
    return Listing(selected, labels(listed))


def describe_objects(
    service: Service, kind: Kind, filters: Values, include: Collection[str], choices: Collection[str] = ()
) -> list[Values]:
    """The objects of a kind that match the filters, in the order in which the service lists them.

    :param include: what to add to each object: the fields of a subresource, or an extra of the service
    :param choices: what could be added; subresources among them are not read unless they are included
    :raises ApiError: if a listing or an object cannot be read
    """
    subresources = {item.subresource for item in kind.options if item.subresource}
    left_out = subresources & set(choices) - set(include)
    extras = [name for name in include if name not in subresources]
    fields = [item.name for item in kind.options if item.subresource not in left_out]
    listing = list_records(service, kind, filters, fields)

    def describe(record: Record) -> Values:
        described: Values = {kind.id_option: record.id} if kind.id_option else {}
        described.update(listing.describe(record))
        for name in extras:
            described[name] = service.fetch_include(record, name, filters)
        return described

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return list(pool.map(describe, listing.records))
