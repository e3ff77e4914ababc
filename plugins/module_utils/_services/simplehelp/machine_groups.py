# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of machines and their properties.

A machine group has no id: its path in the tree of groups identifies it. No query lists the groups.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..._core.errors import ApiError
from ..._core.kind import VALUE
from ..._core.objects import Desired, Record
from ..._core.values import Values
from ..._http.client import Client
from .answers import parse_property_keys, parse_text
from .effective_path import EffectivePaths
from .kind_api import KindApi
from .kinds import MACHINE_GROUP
from .machines import Machines
from .queries import Path, query
from .verification import Verification

_GET_PROPERTIES: Path = ("machinegroups", "properties", "get")
# The vendor's document shows the second path. The first is what its other queries suggest.
_SET_PATHS: tuple[Path, ...] = (("machinegroups", "properties", "set"), _GET_PROPERTIES)


class MachineGroups(KindApi):
    """Finds machine groups, and reads and writes their properties. They exist while machines are in them."""

    kind = MACHINE_GROUP

    def __init__(self, client: Client, paths: EffectivePaths, machines: Machines) -> None:
        super().__init__(client)
        self._paths = paths
        self._machines = machines
        self.readers = {"properties": self._read}
        self.writers = {"properties": self._set_properties}

    # -- finding -------------------------------------------------------------------------------------------------

    def list_records(self, desired: Sequence[Desired]) -> list[Record]:
        """The declared groups; if none is declared, all groups that have machines in or below them."""
        declared = {group_id(group.values["groups"]): _declared_record(group) for group in desired}
        return list(declared.values()) or self._groups_of_machines()

    def _groups_of_machines(self) -> list[Record]:
        records: dict[str, Record] = {}
        for machine in self._machines.known_records():
            path = machine.values.get("groups") or []
            for depth in range(1, len(path) + 1):
                record = _record(path[:depth])
                records.setdefault(record.id, record)
        return list(records.values())

    def filter_records(self, records: Sequence[Record], filters: Values) -> list[Record]:
        """The groups that match the filters; a group of that path that has no machines is found, too."""
        found = super().filter_records(records, filters)
        given = self._field_filters(filters)
        if given and not found:
            return self._find_without_machines(given["groups"])
        return found

    def _find_without_machines(self, path: list[str]) -> list[Record]:
        """The group of this path, if the server returns its properties."""
        record = _record(path)
        try:
            record.values["properties"] = self._read_properties(path)
        except ApiError as exc:
            # About an unknown group the server answers with a refusal, or with something other than JSON (HTTP 200).
            if exc.failure.status in (200, 400, 404):
                return []
            raise
        return [record]

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self, record: Record) -> Values:
        return {"properties": self._read_properties(record.values["groups"], record.raw.get("keys"))}

    def fetch_include(self, record: Record, name: str) -> Any:
        """The C(inherited_properties) of a group."""
        fetch = {"inherited_properties": self._fetch_inherited_properties}
        return fetch[name](record)

    def _fetch_inherited_properties(self, record: Record) -> Values:
        """The properties of a group together with those of the groups above it."""
        return self._read_properties(record.values["groups"], includeInherited=True)

    def _read_properties(self, path: list[str], only: Collection[str] | None = None, **parameters: Any) -> Values:
        """The properties of a group: one query returns the keys, a further one for each key its value.

        :param only: the keys whose values are read; None for all
        :param parameters: further parameters of the queries
        """
        question = {"groups": path, **parameters}
        keys = query(self._client, _GET_PROPERTIES, question, parse_property_keys)
        return {key: self._read_property(question, key) for key in keys if only is None or key in only}

    def _read_property(self, question: Values, key: str) -> str | None:
        # A value may come as plain text instead of JSON.
        body = {**question, "key": key}
        answer = self._client.request("POST", _GET_PROPERTIES, json=body, read=True, text=True, repeat=True)
        return self._client.parse_answer(_GET_PROPERTIES, lambda: parse_text(answer, "value"), "POST")

    # -- writing -------------------------------------------------------------------------------------------------

    def _set_properties(self, record: Record, values: Values) -> None:
        current = record.values.get("properties") or {}
        for key, value in values["properties"].items():
            if not VALUE.same(current.get(key), value):
                self._set_property(record.values["groups"], key, value)

    def _set_property(self, path: list[str], key: str, value: str) -> None:
        def read() -> Values:
            return {"properties": self._read_properties(path, (key,))}

        body = {"groups": path, "key": key, "value": value}
        verification = Verification(MACHINE_GROUP, {"properties": {key: value}}, read)
        self._paths.write(_SET_PATHS, body, verification)


def group_id(path: Sequence[str]) -> str:
    """What stands for the id of a group: its path as one string, different for each path."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in path)


def _record(path: list[str]) -> Record:
    return Record(MACHINE_GROUP, group_id(path), {"groups": path})


def _declared_record(group: Desired) -> Record:
    """The record of a declared group. Only its declared properties are read."""
    record = _record(group.values["groups"])
    record.raw["keys"] = list(group.values.get("properties") or ())
    return record
