# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole account as a declaration that a C(_config) module accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.kind import Field, Kind
from .._core.match import Records
from .._core.objects import Record, by_key
from .._core.observe import list_kinds, read_records
from .._core.service import CONCURRENCY, Service
from .._core.texts import name_fault
from .._core.values import UNSET, Values, is_empty
from .describe import labels, show


def export(service: Service, concurrency: int = CONCURRENCY) -> dict[str, Any]:
    """The whole account as a declaration: by option, in a stable order, each object with the options that are set.

    An object is exported without its id if its key is unique and its name can be declared without it, so that the
    declaration can be applied to another account. A link that is an option of both kinds is exported with one of them.
    Options with the value that a new object gets without them are left out. So the declaration does not enable again
    what somebody disables later.

    :raises ApiError: if the account cannot be read
    """
    records = list_kinds(service, service.config)
    kinds = [service.kinds[name] for name in service.config]
    everything = [record for kind in kinds for record in records[kind.name]]
    read_records(service, everything, concurrency, {name for kind in kinds for name in kind.by_name})
    exporter = _Exporter(service, records)
    return {kind.config_key: exporter.describe_kind(kind) for kind in kinds}


class _Exporter:
    """Describes records as declared objects."""

    def __init__(self, service: Service, records: Records) -> None:
        self._records = records
        self._values_of_new = {name: service.values_of_new(service.kinds[name]) for name in service.config}
        self._rank = {name: rank for rank, name in enumerate(service.config)}
        self._labels: Mapping[tuple[str, str], str] = labels(records)
        self._ids_with_unique_key = {
            (record.kind.name, record.id)
            for found in records.values()
            for several in by_key(found).values()
            for record in several
            if len(several) == 1
        }

    def describe_kind(self, kind: Kind) -> Any:
        """The objects of a kind, sorted by their keys; for a singleton the only one."""
        described = [self._object(record) for record in sorted(self._records[kind.name], key=self._sort_key)]
        return described[0] if kind.singleton else described

    def _object(self, record: Record) -> Values:
        kind = record.kind
        values: Values = {}
        if kind.id_option and not self._is_found_by_name(record):
            values[kind.id_option] = record.id
        for item in kind.options:
            value = record.values.get(item.name)
            if not self._is_given_to_new(kind, item, value) and self._is_exported(kind, item):
                values[item.name] = show(item, value, self._labels)
        return values

    def _is_given_to_new(self, kind: Kind, item: Field, value: Any) -> bool:
        """Whether a new object has this value of an option without setting it."""
        if is_empty(value):
            return True
        known = [one for one in (item.active, self._values_of_new[kind.name].get(item.name, UNSET)) if one is not UNSET]
        return any(item.same(value, one) for one in known)

    def _is_found_by_name(self, record: Record) -> bool:
        """Whether a declaration can do without the id: no other object has the key, and the name is one to declare."""
        name = record.values.get(record.kind.name_option)
        is_allowed = not isinstance(name, str) or not name_fault(name)
        return is_allowed and (record.kind.name, record.id) in self._ids_with_unique_key

    def _is_exported(self, kind: Kind, item: Field) -> bool:
        """Whether an option can be read back, and is not the second end of a link."""
        if item.write_only or item.secret:
            return False
        return not (item.inverse and self._rank[item.reference] < self._rank[kind.name])

    def _sort_key(self, record: Record) -> tuple[str, ...]:
        fields = record.kind.by_name
        parts = [show(fields[name], record.values.get(name), self._labels) for name in record.kind.key]
        return (*map(str, parts), record.id)
