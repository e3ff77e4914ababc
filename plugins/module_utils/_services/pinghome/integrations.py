# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The integrations of a resource. Their paths begin with that of the resource, and they have no ids of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import ApiError
from ..._core.objects import Record
from ..._core.values import Values
from ..._http.client import Client
from .answers import decode
from .bodies import create_body, put_body
from .headers import BodySender
from .kinds import COMMAND, INTEGRATION, QUERY, WRAPS


class Integrations:
    """Lists, creates, changes and deletes integrations."""

    def __init__(self, client: Client, sender: BodySender) -> None:
        self._client, self._sender = client, sender

    def list_of(self, resource: Record) -> list[Record]:
        """The integrations of a resource. Empty if the resource does not exist.

        :raises ApiError: if they cannot be read
        """
        path = ("resource", resource.id, "integrations")
        try:
            rows = self._client.read_list(path, WRAPS["integration"], INTEGRATION.id_keys, host=QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return []
            raise
        return [_record(resource, row) for row in rows]

    def create(self, values: Values) -> str:
        """Add an integration to its resource and return the id that this collection uses for it.

        :raises ApiError: if the service refuses
        """
        path = ("resource", values["resource"], "integration")
        self._sender.send("POST", path, create_body(INTEGRATION, values))
        return _id(values)

    def update(self, record: Record, values: Values) -> None:
        """Change an integration that stays at its resource.

        :raises ApiError: if the service refuses
        """
        self._sender.send("PUT", _path(record), put_body(record, values))

    def delete(self, record: Record) -> None:
        """Remove an integration from its resource.

        :raises ApiError: if the service refuses
        """
        self._client.request("DELETE", _path(record), host=COMMAND)


def changes_resource(record: Record, values: Values) -> bool:
    """Whether an integration moves to another resource with this change."""
    return "resource" in values and bool(values["resource"] != record.values["resource"])


def _record(resource: Record, row: Mapping[str, Any]) -> Record:
    values = {**decode(INTEGRATION, row, complete=True), "resource": resource.id}
    return Record(INTEGRATION, _id(values), values, raw={"seen": True}, out_of_scope=resource.out_of_scope)


def _id(values: Values) -> str:
    return f"{values['resource']}/{values['integration']}"


def _path(record: Record) -> tuple[str, ...]:
    return ("resource", record.values["resource"], "integration", record.values["integration"])
