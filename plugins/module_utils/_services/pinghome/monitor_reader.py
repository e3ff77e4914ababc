# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading monitors: resources, server resources and heartbeats, the kinds with a path of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..._core.errors import ApiError, ShapeError
from ..._core.kind import Kind
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import extract_list, identifier
from ..common import ListingDoubts
from .answers import decode, region_name
from .kinds import PAGING, PATHS, QUERY, WRAPS

_NOT_FOUND = (404, 410)


class MonitorReader:
    """Lists and reads monitors.

    :param service_id: the service that the task manages. Monitors of other services are out of scope.
    :param doubts: where it is registered that a listing may lack monitors
    """

    def __init__(self, client: Client, service_id: str | None, doubts: ListingDoubts) -> None:
        self._client, self._service_id, self._doubts = client, service_id, doubts

    def list_service(self, kind: Kind, service_id: str) -> list[Record]:
        """The monitors of one service, as the listing shows them.

        :raises ApiError: if the service cannot be read
        """
        path = ("service", service_id, f"{for_kind(PATHS, kind)}s")
        on_doubt = partial(self._doubts.add, kind)
        rows = self._client.read_list(path, for_kind(WRAPS, kind), kind.id_keys, PAGING, on_doubt=on_doubt, host=QUERY)
        return [self._listed(kind, row, service_id) for row in rows]

    def _listed(self, kind: Kind, row: Mapping[str, Any], service_id: str) -> Record:
        values = decode(kind, row)
        values["service_id"] = values.get("service_id") or service_id
        return Record(
            kind,
            str(identifier(row, kind.id_keys)),
            values,
            raw={"seen": True},
            out_of_scope=self._service_id not in (None, values["service_id"]),
        )

    def find(self, kind: Kind, ident: str) -> Record | None:
        """The monitor with this id in any service. None if it does not exist.

        :raises ApiError: if it cannot be read
        """
        record = Record(kind, ident, {})
        try:
            record.values = self.read_detail(record)
        except ApiError as exc:
            if exc.failure.status in _NOT_FOUND:
                return None
            raise
        record.out_of_scope = record.values.get("service_id") != self._service_id
        return record

    def read_detail(self, record: Record) -> Values:
        """What the service shows of one monitor. The record is marked as read completely.

        :raises ApiError: if it cannot be read, or the answer has no id
        """
        kind, path = record.kind, (for_kind(PATHS, record.kind), record.id)
        row = self._client.read_object(path, for_kind(WRAPS, kind), kind.id_keys, host=QUERY)
        self._client.parse_answer(path, lambda: _require_id(kind, row))
        record.raw.update(seen=True, whole=True)
        return decode(kind, row, complete=True)

    def read_regions(self, resource_id: str) -> list[str]:
        """The regions of a resource, from their own endpoint.

        :raises ApiError: if they cannot be read
        """
        path = ("resource", resource_id, "regions")
        data = _with_objects(self._client.read(path, host=QUERY))
        rows = self._client.parse_answer(path, lambda: extract_list(data, ("region", "regions")))
        return [str(region_name(row)) for row in rows]


def _require_id(kind: Kind, row: Mapping[str, Any]) -> None:
    """Check that an answer about one object has an id.

    :raises ShapeError: naming the keys that it has instead
    """
    if identifier(row, kind.id_keys) is None:
        keys = ", ".join(sorted(row)) or "(none)"
        raise ShapeError(f"the {kind.noun} has no id, but the keys {keys}")


def _with_objects(data: Any) -> Any:
    """The answer with each text in a list as an object, because regions come in both forms."""
    if isinstance(data, dict):
        return {key: _with_objects(value) for key, value in data.items()}
    if isinstance(data, list):
        return [{"code": one} if isinstance(one, str) else one for one in data]
    return data
