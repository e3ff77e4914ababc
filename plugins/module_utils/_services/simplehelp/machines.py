# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Machines with the SimpleHelp service: settings, notes and properties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ..._core.errors import ApiError, ShapeError
from ..._core.kind import VALUE
from ..._core.objects import Desired, Record
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import identifier
from .answers import parse_properties, parse_rows, require_id, to_result
from .kind_api import KindApi
from .kinds import MACHINE
from .queries import Path, query, write
from .verification import Verification

_MACHINES_PER_QUERY = 100
_NOTES = ("notes", "warnings")


class Machines(KindApi):
    """Lists, reads and updates machines. They register themselves, so they are neither created nor deleted."""

    kind = MACHINE

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._last_listing: list[Record] | None = None
        self.readers = {
            "": lambda record: self._read_subresource(record, ""),
            "notes": lambda record: self._read_subresource(record, "notes"),
            "properties": lambda record: self._read_subresource(record, "properties"),
        }
        self.writers = {"": self._set, "notes": self._set_notes, "properties": self._set_properties}

    def list_records(self, desired: Sequence[Desired] = ()) -> list[Record]:
        """All machines."""
        self._last_listing = self._list_all()
        return self._last_listing

    def known_records(self) -> list[Record]:
        """All machines as last listed; lists them if that has not been done yet."""
        return self.list_records() if self._last_listing is None else self._last_listing

    def forget(self) -> None:
        """Forget the machines as last listed."""
        self._last_listing = None

    # -- reading -------------------------------------------------------------------------------------------------

    def _read_subresource(self, record: Record, subresource: str) -> Values:
        """The values of a machine that one query returns."""
        parse = _PARSERS[subresource]
        return self._query(record, subresource, lambda data: parse(_row(data, record.id)))

    def _query(self, record: Record, subresource: str, parse: Callable[[Any], Values], **parameters: Any) -> Values:
        return query(self._client, _path(subresource), {"machineID": record.id, **parameters}, parse)

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """Read the notes and properties of many machines with one query."""
        for subresource in ("notes", "properties"):
            records = [record for record, missing, _desired in reads if _lacks(record, missing, subresource)]
            if len(records) > 1:
                for chunk in _chunks(records, _MACHINES_PER_QUERY):
                    self._read_together(chunk, subresource)

    def _read_together(self, records: Sequence[Record], subresource: str) -> None:
        """Add the values of a subresource to these machines, if the server returns all of them in a known shape."""
        by_id = {record.id: record for record in records}
        ids = list(by_id)
        parameters: Values = {"machineIDs": ids} if len(ids) > 1 else {"machineID": ids[0]}
        parse = _PARSERS[subresource]
        try:
            rows = query(self._client, _path(subresource), parameters, _rows_by_id)
            values = {ident: parse(row) for ident, row in rows.items() if ident in by_id}
        except (ApiError, ShapeError):
            # One machine may cause the failure of the whole query. The machines are then read one by one.
            return
        for ident, found in values.items():
            by_id[ident].values.update(found)

    def fetch_include(self, record: Record, name: str) -> Any:
        """The C(hardware), C(monitoring) data or C(inherited_properties) of a machine."""
        fetch = {
            "hardware": self._fetch_data,
            "monitoring": self._fetch_data,
            "inherited_properties": self._fetch_inherited_properties,
        }
        return fetch[name](record, name)

    def _fetch_data(self, record: Record, name: str) -> Values:
        row: Values = self._query(record, name, lambda data: to_result(_row(data, record.id)))
        return {key: value for key, value in row.items() if key != "machine_id"}

    def _fetch_inherited_properties(self, record: Record, name: str) -> Values:
        """The properties of a machine together with those of the machine groups above it."""
        return self._query(
            record, "properties", lambda data: parse_properties(_row(data, record.id)), includeInherited=True
        )

    # -- writing -------------------------------------------------------------------------------------------------

    def _set(self, record: Record, values: Values) -> None:
        write(self._client, ("machines", "set"), {"machineID": record.id, **MACHINE.encode(values)})
        hint = "; SimpleHelp before 5.2.12 ignores monitor" if "monitor" in values else ""
        Verification(MACHINE, values, lambda: self._read_subresource(record, "")).confirm(hint)

    def _set_notes(self, record: Record, values: Values) -> None:
        # Both texts are sent: a server may clear the one that is left out.
        texts = {**{name: record.values.get(name) for name in _NOTES}, **values}
        body = {"machineID": record.id, **MACHINE.encode(texts)}
        path = ("machines", "notes", "set")
        verification = Verification(MACHINE, values, lambda: self._read_subresource(record, "notes"))
        write(self._client, path, body)
        if verification.read_back().unconfirmed:
            # The vendor's example has "warning" where the table has "warnings".
            body["warning"] = body.pop("warnings")
            write(self._client, path, body)
            verification.confirm()

    def _set_properties(self, record: Record, values: Values) -> None:
        current, desired = record.values.get("properties") or {}, values["properties"] or {}
        for key, value in desired.items():
            if value is not None and not VALUE.same(current.get(key), value):
                body = {"machineID": record.id, "key": key, "value": value}
                write(self._client, ("machines", "properties", "set"), body)
        for key in current:
            if desired.get(key) is None:
                self._remove_property(record, key)

    def _remove_property(self, record: Record, key: str) -> None:
        """Remove a property; one that does not exist any more is not an error."""
        try:
            write(self._client, ("machines", "properties", "remove"), {"machineID": record.id, "key": key})
        except ApiError:
            if key in self._read_subresource(record, "properties")["properties"]:
                raise


def _path(subresource: str) -> Path:
    """The path of the query that reads a subresource; the machine itself has none."""
    return ("machines", subresource, "get") if subresource else ("machines", "get")


def _lacks(record: Record, missing: Collection[str], subresource: str) -> bool:
    """Whether the missing fields of an object include some of this subresource of a machine."""
    return record.kind is MACHINE and any(MACHINE.by_name[name].subresource == subresource for name in missing)


def _chunks(records: Sequence[Record], size: int) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), size):
        yield records[start : start + size]


def _rows_by_id(data: Any) -> dict[str, Values]:
    """The machines in an answer by id: an answer may leave out some, or have another order than the query."""
    return {str(identifier(row, MACHINE.id_keys)): row for row in parse_rows(data, MACHINE)}


def _row(data: Any, ident: str) -> Values:
    """The machine of this id in an answer.

    :raises ShapeError: if the answer does not show it
    """
    return require_id(MACHINE, ident, _rows_by_id(data).get(ident, {}))


def _parse_notes(row: Mapping[str, Any]) -> Values:
    """The notes and warnings; one that the answer does not show is empty."""
    values = MACHINE.decode(row)
    return {name: values.get(name) for name in _NOTES}


_PARSERS: Mapping[str, Callable[[Mapping[str, Any]], Values]] = {
    "": MACHINE.decode,
    "notes": _parse_notes,
    "properties": lambda row: {"properties": parse_properties(row)},
}
