# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Technicians and groups: what their queries have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import Problem
from ..._core.objects import Record, Step
from ..._core.values import Values
from ..common import created_object
from .answers import require_id
from .kind_api import KindApi
from .queries import encode_id, write


class Accounts(KindApi):
    """Objects with a unique id and a password, which can be created and deleted."""

    def read_details(self, record: Record) -> Values:
        """The fields that the C(get) query returns."""
        path = (self.kind.plural, "get")
        row = self._client.read_object(
            path, self.kind.envelope_keys, self.kind.id_keys, method="POST", json={"uniqueID": encode_id(record.id)}
        )
        return self._client.parse_answer(
            path, lambda: self.decode(require_id(self.kind, record.id, row), complete=True), "POST"
        )

    def encode(self, values: Values) -> dict[str, Any]:
        """The body that sets these options."""
        return self.kind.encode(values)

    def create(self, values: Values) -> Record | str | None:
        """Create an object and return it, or its id; None if the answer does not show the id."""
        return self._send_new(self.encode(values))

    def _send_new(self, body: Values) -> Record | str | None:
        answer = self._client.request("POST", (self.kind.plural, "new"), json={self.kind.name: body})
        return created_object(self.kind, answer, self.kind.envelope_keys)

    def set_password(self, record: Record, values: Values) -> None:
        """Set the password, which no query returns."""
        body = {"uniqueID": encode_id(record.id), "password": values["password"]}
        write(self._client, (self.kind.plural, "password", "set"), body)

    def delete(self, record: Record) -> None:
        """Delete an object."""
        write(self._client, (self.kind.plural, "remove"), {"uniqueID": encode_id(record.id)})


def find_rename_conflicts(steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
    """Problems with new names that another object has, even if the same run renames or deletes that object.

    The server finds objects by their names, so the order of the writes would decide which object is changed.

    :param records: the current objects, by the name of the kind
    """
    owners = {
        (record.kind.name, record.kind.normalize_name(record.label)): record
        for listed in records.values()
        for record in listed
    }
    problems = []
    for step in steps:
        kind, record = step.desired.kind, step.record
        if not kind.unique_names or record is None or step.action != "update" or kind.name_option not in step.fields:
            continue
        owner = owners.get((kind.name, kind.normalize_name(step.label)))
        if owner is not None and owner.id != record.id:
            problem = (
                f"{kind.noun} {record.label} cannot be renamed to {step.label} while {owner.id} has that name: "
                "rename or delete that one first, in another run"
            )
            problems.append(step.desired.with_location(problem))
    return problems
