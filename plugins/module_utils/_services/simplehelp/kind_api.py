# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queries for the objects of one kind: the base class of the parts of this service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from ..._core.kind import Kind
from ..._core.objects import Desired, Record
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import identifier

Reader = Callable[[Record], Values]
Writer = Callable[[Record, Values], None]


class KindApi(ABC):
    """Lists, reads and updates the objects of one kind. May be used by several threads; methods raise ApiError.

    :cvar kind: the kind of the objects
    :ivar readers: for each subresource, the function that reads its fields
    :ivar writers: for each subresource, the function that writes options of it
    """

    kind: ClassVar[Kind]
    readers: Mapping[str, Reader]
    writers: Mapping[str, Writer]

    def __init__(self, client: Client) -> None:
        self._client = client

    @abstractmethod
    def list_records(self, desired: Sequence[Desired]) -> list[Record]:
        """All objects; of a kind that cannot be listed, those that are declared.

        :param desired: the declared objects of this kind
        """

    def _list_all(self) -> list[Record]:
        """The objects that the list query returns."""
        rows = self._client.read_list((self.kind.plural, "list"), self.kind.envelope_keys, self.kind.id_keys)
        return [
            Record(self.kind, str(identifier(row, self.kind.id_keys)), self.decode(row, complete=False), row)
            for row in rows
        ]

    def decode(self, row: Mapping[str, Any], *, complete: bool) -> Values:
        """The values in an answer about an object, by option name.

        :param complete: whether the answer shows all fields, so that a missing one is empty
        """
        return self.kind.decode(row, complete)

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields C(missing), and all others that the same queries return."""
        subresources = {self.kind.by_name[name].subresource for name in missing}
        values: Values = {}
        for subresource in sorted(subresources):
            values.update(self.readers[subresource](record))
        return values

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Write options, all of one subresource."""
        self.writers[subresource](record, values)

    def fetch_include(self, record: Record, name: str) -> Any:
        """What an info module returns on demand: data that is not among the fields of the kind."""
        raise NotImplementedError

    def filter_records(self, records: Sequence[Record], filters: Values) -> list[Record]:
        """The records that match the filters of an info module: the id, and values of fields."""
        ident = filters.get(self.kind.id_option)
        given = self._field_filters(filters)
        return [record for record in records if ident in (None, record.id) and self._has_values(record, given)]

    def _has_values(self, record: Record, values: Values) -> bool:
        fields = self.kind.by_name
        return all(fields[name].same(record.values.get(name), value) for name, value in values.items())

    def _field_filters(self, filters: Values) -> Values:
        """The filters that are set and name a field of the kind."""
        return {name: value for name, value in filters.items() if name in self.kind.by_name and value is not None}
