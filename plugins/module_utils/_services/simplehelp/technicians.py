# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Technicians: people who log in to the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import InputError
from ..._core.objects import Desired, Record
from ..._core.values import Values, join_names
from ..._http.client import Client
from ..._http.envelope import identifier
from .accounts import Accounts
from .groups import Groups
from .kinds import GROUP, TECHNICIAN
from .queries import encode_id, write
from .verification import Verification


class Technicians(Accounts):
    """Lists, reads, creates, updates and deletes technicians."""

    kind = TECHNICIAN

    def __init__(self, client: Client, groups: Groups) -> None:
        super().__init__(client)
        self._groups = groups
        self.readers = {"": self.read_details}
        self.writers = {"": self._set, "password": self.set_password, "totp": self._remove_totp}

    def list_records(self, desired: Sequence[Desired]) -> list[Record]:
        """All technicians."""
        records = self._list_all()
        for record in records:
            if record.values.get("is_anonymous") or record.values.get("app_profiles_user"):
                record.protected = "the server made for itself"
        return records

    def decode(self, row: Mapping[str, Any], *, complete: bool) -> Values:
        """The values in an answer, with the groups as a list of ids, even if the answer has whole groups."""
        values = super().decode(row, complete=complete)
        groups = values.get("groups")
        if isinstance(groups, list):
            values["groups"] = [_group_id(group) for group in groups]
        return values

    def encode(self, values: Values) -> dict[str, Any]:
        """The body that sets these options."""
        body = super().encode(values)
        if "groupIDs" in body:
            body["groupIDs"] = [encode_id(str(ident)) for ident in body["groupIDs"]]
        return body

    def filter_records(self, records: Sequence[Record], filters: Values) -> list[Record]:
        """The technicians that match the filters, C(group) among them: the name or id of a group they are in."""
        found = super().filter_records(records, filters)
        group = filters.get("group")
        if group is None:
            return found
        ids = set(self._groups.find_ids([group])[group])
        return [record for record in found if not ids.isdisjoint(record.values.get("groups") or ())]

    def _set(self, record: Record, values: Values) -> None:
        body = {"uniqueID": encode_id(record.id), "technician": self.encode(values)}
        write(self._client, ("technicians", "set"), body)
        if "username" in values:
            # The query also accepts a username to find the technician, so a server may not take it as the new name.
            written = {"username": values["username"]}
            Verification(TECHNICIAN, written, lambda: self.read_details(record)).confirm()

    def _remove_totp(self, record: Record, values: Values) -> None:
        write(self._client, ("technicians", "totp", "remove"), {"uniqueID": encode_id(record.id)})


def _group_id(group: Any) -> str:
    return str(identifier(group, GROUP.id_keys) if isinstance(group, dict) else group)


def check_usernames(records: Sequence[Record], desired: Sequence[Desired]) -> None:
    """Check that no declared username differs from another one in case only.

    The vendor's document does not say whether such usernames belong to different technicians.

    :raises InputError: naming both spellings
    """
    usernames = [*(record.label for record in records), *(technician.label for technician in desired)]
    spellings: dict[str, set[str]] = {}
    for username in usernames:
        spellings.setdefault(username.casefold(), set()).add(username)
    problems = []
    for technician in desired:
        others = spellings[technician.label.casefold()] - {technician.label, *technician.renamed_from}
        if others and technician.id is None:
            hint = "differ only in upper and lower case: correct the spelling, or set unique_id"
            problems.append(technician.with_location(f"{technician.label} and {join_names(sorted(others))} {hint}"))
    if problems:
        raise InputError(*problems)
