# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reminders of a resource: how many days before its certificate or its domain expires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core.errors import ApiError, ShapeError
from ..._http.client import Client
from ..._http.envelope import extract_object
from .kinds import COMMAND, QUERY

_ABSENT: tuple[Any, ...] = (None, "", [], {})


class Reminders:
    """Reads and writes reminders. C(subject) is the part of the path that names one: C(ssl) or C(tld).

    The vendor's document writes the path in two forms. The form that the service accepted last is tried first.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._id_last = False

    def read(self, resource_id: str, subject: str) -> list[int] | None:
        """The days on which the service reminds. None if there is no reminder.

        :raises ApiError: if it cannot be read
        """
        path = ("resource", resource_id, subject, "reminder")
        try:
            data = self._client.request("GET", path, host=QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return None
            raise
        return self._client.parse_answer(path, lambda: _days(data))

    def write(self, resource_id: str, subject: str, *, exists: bool, days: Sequence[int] | None) -> None:
        """Create, change or delete a reminder.

        :param exists: whether the resource has this reminder, as the task has read it
        :param days: no days delete the reminder
        :raises ApiError: if the service refuses
        """
        if days:
            self._save(resource_id, subject, exists, days)
        elif exists:
            self._delete(resource_id, subject)

    def _save(self, resource_id: str, subject: str, exists: bool, days: Sequence[int]) -> None:
        """Create or change a reminder. If somebody else created or deleted it meanwhile, do the opposite."""
        method, other, refusal = ("PUT", "POST", 404) if exists else ("POST", "PUT", 409)
        try:
            self._send(method, resource_id, subject, days)
        except ApiError as exc:
            if exc.failure.status != refusal:
                raise
            self._send(other, resource_id, subject, days)

    def _delete(self, resource_id: str, subject: str) -> None:
        try:
            self._send("DELETE", resource_id, subject, None)
        except ApiError as exc:
            if exc.failure.status not in (404, 410):
                raise

    def _send(self, method: str, resource_id: str, subject: str, days: Sequence[int] | None) -> None:
        """Send a request with the path in one form, and in the other form if the service does not know the first."""
        paths = {
            False: ("resource", resource_id, subject, "reminder"),
            True: _sample_path(method, resource_id, subject),
        }
        first = self._id_last
        try:
            self._request(method, paths[first], days)
        except ApiError as exc:
            if exc.failure.status != 404:
                raise
        else:
            return
        self._request(method, paths[not first], days)
        self._id_last = not first

    def _request(self, method: str, path: Sequence[str], days: Sequence[int] | None) -> None:
        body = {"days_before": list(days)} if days else None
        # Safe to repeat, also a POST: the service refuses the second one with 409, and a PUT follows.
        self._client.request(method, path, json=body, host=COMMAND, repeat=True)


def _sample_path(method: str, resource_id: str, subject: str) -> tuple[str, ...]:
    """The path as the samples in the vendor's document write it."""
    if subject == "tld" and method != "DELETE":
        return (resource_id, subject, "reminder")
    return (subject, "reminder", resource_id)


def _days(data: Any) -> list[int] | None:
    """The days in an answer. None for each way to say that there is no reminder.

    :raises ShapeError: for an answer of another shape
    """
    if data in _ABSENT:
        return None
    row = extract_object(data, ("reminder",), ("id",))
    if "days_before" not in row and any(value is not None for value in row.values()):
        raise ShapeError(f"the reminder has no days_before, but the keys {', '.join(sorted(row))}")
    return [int(day) for day in row.get("days_before") or ()] or None
