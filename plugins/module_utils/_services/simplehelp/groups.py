# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of technicians, with their settings and permissions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..._core.errors import ApiError, InputError
from ..._core.objects import Desired, Record
from ..._core.values import Values, entries
from ..._http.client import Client
from .accounts import Accounts
from .answers import parse_permissions
from .effective_path import EffectivePaths
from .kinds import GROUP
from .queries import Path, encode_id, query, write
from .verification import Verification, shows

# The vendor's document shows the second path. The first is what its other queries suggest.
_SET_PATHS: tuple[Path, ...] = (("groups", "set"), ("groups", "get"))
_SUPPORT_LIMIT, _ACCESS_LIMIT = "max_userShSessions", "max_userSgSessions"


class Groups(Accounts):
    """Lists, reads, creates, updates and deletes groups."""

    kind = GROUP

    def __init__(self, client: Client, paths: EffectivePaths) -> None:
        super().__init__(client)
        self._paths = paths
        self.readers = {"": self.read_details, "permissions": self._read_permissions}
        self.writers = {"": self._set, "password": self.set_password, "permissions": self._set_permissions}

    def list_records(self, desired: Sequence[Desired] = ()) -> list[Record]:
        """All groups."""
        records = self._list_all()
        if any("video_password" in record.values for record in records):
            # The server does not hide the video password, so a group without it has none.
            for record in records:
                record.values.setdefault("video_password", None)
        return records

    def find_ids(self, names: Collection[str]) -> dict[str, list[str]]:
        """For each of these names or ids, the ids of the groups that have it."""
        records = self.list_records()
        return {name: [record.id for record in records if name in (record.id, record.label)] for name in names}

    def create(self, values: Values) -> Record | str | None:
        """Create a group and return it, or its id; None if the answer does not show the id.

        A server that refuses the limit for access sessions may know the one limit of the vendor's document only.
        """
        body = self.encode(values)
        try:
            return self._send_new(body)
        except ApiError as refusal:
            single_limit = with_single_limit(body)
            if refusal.ambiguous or single_limit is None:
                raise
            try:
                return self._send_new(single_limit)
            except ApiError as second:
                raise second if second.ambiguous else refusal from None

    # -- settings ------------------------------------------------------------------------------------------------

    def _set(self, record: Record, values: Values) -> None:
        current = self._send_settings(record, values)
        # A server may replace a dict such as ldap_settings by the given keys, and reset all others.
        whole = {name: _merge(record.values.get(name), value) for name, value in values.items()}
        lost = {name: value for name, value in whole.items() if not shows(GROUP, current, name, value)}
        if lost:
            self._send_settings(record, lost)

    def _send_settings(self, record: Record, values: Values) -> Values:
        """Write settings of a group, and return its current values."""
        body = {"uniqueID": encode_id(record.id), "group": _adapt_limits(record, self.encode(values))}
        verification = Verification(GROUP, values, lambda: self.read_details(record))
        return self._paths.write(_SET_PATHS, body, verification)

    # -- permissions ---------------------------------------------------------------------------------------------

    def _read_permissions(self, record: Record) -> Values:
        path = ("groups", "permissions", "get")
        return {"permissions": query(self._client, path, {"uniqueID": encode_id(record.id)}, parse_permissions)}

    def _set_permissions(self, record: Record, values: Values) -> None:
        current = record.values.get("permissions") or {}
        changed = {name: value for name, value in values["permissions"].items() if current.get(name) is not value}
        ident = encode_id(record.id)
        # The vendor's table has the id beside the group, the example has it inside the group.
        body = {"uniqueID": ident, "group": {"uniqueID": ident, "permissions": changed}}
        write(self._client, ("groups", "permissions", "set"), body)
        Verification(GROUP, {"permissions": changed}, lambda: self._read_permissions(record)).confirm()


def _merge(current: Any, value: Any) -> Any:
    """A value as it must be after a write: the given keys of a dict together with its current ones."""
    if not isinstance(value, dict):
        return value
    kept = {key: inner for key, inner in entries(current).items() if inner is not None}
    return {**kept, **value}


def _adapt_limits(record: Record, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the name that this server has for the limit for access sessions.

    :raises InputError: if the server has one limit for both kinds of sessions, and the body two different ones
    """
    has_single_limit = _SUPPORT_LIMIT in record.raw and _ACCESS_LIMIT not in record.raw
    if not has_single_limit or _ACCESS_LIMIT not in body:
        return body
    single_limit = with_single_limit(body)
    if single_limit is None:
        raise InputError(
            "the server has a single limit for support and access sessions of a technician, so "
            "max_user_sh_sessions and max_user_sg_sessions must be the same"
        )
    return single_limit


def with_single_limit(body: dict[str, Any]) -> dict[str, Any] | None:
    """The body for a server with one limit for support and access sessions, as in the vendor's document.

    None if the body has no limit for access sessions, or two different limits.
    """
    limit = body.get(_ACCESS_LIMIT)
    if limit is None or body.get(_SUPPORT_LIMIT, limit) != limit:
        return None
    others = {name: value for name, value in body.items() if name != _ACCESS_LIMIT}
    return {**others, _SUPPORT_LIMIT: limit}
