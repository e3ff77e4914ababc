# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing monitors: resources, server resources and heartbeats, the kinds with a path of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._core.errors import ApiError
from ..._core.kind import Kind
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from ..._http.client import Client
from .answers import new_object
from .bodies import create_body, put_body
from .headers import BodySender
from .kinds import COMMAND, PATHS

_METHOD_NOT_ALLOWED = 405


class MonitorWriter:
    """Creates, changes and deletes monitors. All methods raise ApiError if the service refuses."""

    def __init__(self, client: Client, sender: BodySender) -> None:
        self._client, self._sender = client, sender
        self._delete_by_kind: Mapping[str, Callable[[Record], None]] = {
            "resource": self._delete_single_or_bulk,
            # The API has no request that deletes a single server resource.
            "server_resource": self._delete_bulk,
            "heartbeat": self._delete_single_or_bulk,
        }

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create a monitor and return it, or its id. None if the answer has no id."""
        return new_object(kind, self._sender.send("POST", (for_kind(PATHS, kind),), create_body(kind, values)))

    def replace(self, whole: Record, values: Values) -> Any:
        """Send all options of a monitor with these changes, and return the answer.

        :param whole: the monitor with all options that it keeps
        """
        return self._sender.send("PUT", (for_kind(PATHS, whole.kind), whole.id), put_body(whole, values))

    def set_status(self, resource_id: str, values: Values) -> None:
        """Enable or disable a resource."""
        self._sender.send("PUT", ("resource", resource_id, "status"), {"enabled": values["enabled"]})

    def delete(self, record: Record) -> None:
        """Delete one monitor."""
        for_kind(self._delete_by_kind, record.kind)(record)

    def _delete_single_or_bulk(self, record: Record) -> None:
        try:
            self._client.request("DELETE", (for_kind(PATHS, record.kind), record.id), host=COMMAND)
        except ApiError as exc:
            if exc.failure.status != _METHOD_NOT_ALLOWED:
                raise
            self._delete_bulk(record)

    def _delete_bulk(self, record: Record) -> None:
        """Delete exactly this monitor with the request for several.

        The effect of that request without an id is not documented. It may delete all.
        """
        if record.id:
            self._client.request("DELETE", (for_kind(PATHS, record.kind),), params={"id": [record.id]}, host=COMMAND)
