# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The targets of Port Monitor: which groups to list, and which type a target has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..._core.errors import ApiError
from ..._core.objects import Desired, Record
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import ApiObject, identifier
from ..common import find_named
from .kinds import ENVELOPE_KEYS, TARGET, TYPES

_TYPE_WORDS = {"url": "url", "customport": "custom_port", "ping": "ping"}
# The fields that only targets of one type have. A host comes last: targets of the type custom_port have one, too.
_OWN_FIELDS = (("url", "url"), ("port_number", "custom_port"), ("host", "ping"))
# The statuses with which a server may answer to a path that it does not have; 200 comes with "success": false.
_NO_SUCH_LISTING = frozenset({200, 400, 404, 405, 422})


class Targets:
    """The listings of targets. The service lists the targets of one group at a time."""

    def __init__(self, client: Client, concurrency: int) -> None:
        self._client, self._concurrency = client, concurrency
        self._lists_all_types = True

    def find(self, groups: Sequence[Record], desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The targets of the groups that the declaration is about, or if ``whole`` of all groups.

        :param groups: all groups
        :param desired: the declaration; a target that it names by its id alone, or that has moved, is also looked for
            in the other groups
        :raises ApiError: if a listing cannot be read
        """
        if whole:
            return self.in_groups(groups)
        first = declared_groups(groups, desired)
        found = self.in_groups(first)
        ids = {one.id for one in desired if one.kind is TARGET and one.id is not None}
        if ids - {record.id for record in found}:
            found += self.in_groups([group for group in groups if group not in first])
        return found

    def in_groups(self, groups: Sequence[Record]) -> list[Record]:
        """The targets of several groups."""
        with ThreadPoolExecutor(self._concurrency) as pool:
            return [record for records in pool.map(self.in_group, groups) for record in records]

    def in_group(self, group: Record) -> list[Record]:
        """The targets of a group: from the listing of all types if the service has one that shows the types."""
        if self._lists_all_types:
            found = self._list_all_types(group)
            if found is not None:
                return found
        found = self._list_each_type(group)
        self._lists_all_types = False
        return found

    def _list_all_types(self, group: Record) -> list[Record] | None:
        """The targets of a group by one request; None if there is no such listing, or it does not show the types."""
        path = ("groups", group.id, "targets")
        try:
            rows = self._client.read_list(path, ENVELOPE_KEYS["target"], TARGET.id_keys)
        except ApiError as exc:
            if exc.failure.status in _NO_SUCH_LISTING:
                return None
            raise
        found = []
        for row in rows:
            target_type = _type_of(row)
            if target_type is None:
                return None
            found.append(_target(group, target_type, row))
        return found

    def _list_each_type(self, group: Record) -> list[Record]:
        """The targets of a group by one request for each type."""
        found = []
        for target_type, names in TYPES.items():
            path = ("groups", group.id, "target", names.path)
            envelope_keys = (names.form_key, *ENVELOPE_KEYS["target"], names.path)
            rows = self._client.read_list(path, envelope_keys, TARGET.id_keys)
            found += [_target(group, target_type, row) for row in rows]
        return found


def typed_path(values: Values) -> tuple[str, ...]:
    """The path below which targets of a group and a type are written."""
    return "groups", values["group"], "target", TYPES[values["type"]].path


def declared_groups(groups: Sequence[Record], desired: Sequence[Desired]) -> list[Record]:
    """The groups of the declared targets, and those that will be deleted: they may hold targets."""
    of_targets = [one.values.get("group") for one in desired if one.kind is TARGET]
    deleted = [one.id or one.label for one in desired if one.kind.name == "group" and not one.present]
    return find_named(groups, desired, [*deleted, *of_targets])


def _type_of(row: ApiObject) -> str | None:
    """The type of a target, by its word for it or else by the fields that only this type has; None if neither tells."""
    word = re.sub(r"^target|_|s$", "", str(row.get("type")).lower())
    if word in _TYPE_WORDS:
        return _TYPE_WORDS[word]
    return next((target_type for name, target_type in _OWN_FIELDS if row.get(name)), None)


def _target(group: Record, target_type: str, row: Mapping[str, Any]) -> Record:
    values = {**TARGET.decode(row), "group": group.id, "type": target_type}
    own = {name: value for name, value in values.items() if TARGET.by_name[name].applies_to(values)}
    return Record(TARGET, str(identifier(row, TARGET.id_keys)), own)
