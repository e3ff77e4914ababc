# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the requests that the services received, without their secrets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from .service import Call

MASK = "***"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Entry:
    """One request; `status` stays None while it is under way and when the connection was dropped."""

    n: int
    service: str
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    account: str | None
    connection: int
    fault: str | None = None
    status: int | None = None


class RequestLog:
    """All requests since the start, or since the log was cleared."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[Entry] = []

    def open(self, service: str, call: Call, *, secrets: Sequence[str], account: str | None, connection: int) -> Entry:
        """Note a request that has arrived."""
        entry = Entry(
            n=len(self._entries) + 1,
            service=service,
            method=call.method,
            path=mask(call.path, secrets),
            query=mask(dict(call.query), secrets),
            body=mask(read_body(call), secrets),
            account=account,
            connection=connection,
        )
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget all requests."""
        self._entries = []

    @property
    def count(self) -> int:
        """The number of requests, which is also that of the last one."""
        return len(self._entries)

    def as_json(self, service: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """Return the requests, or those of one service.

        :param after: the number of the request before the first one
        """
        return [asdict(entry) for entry in self._entries[after:] if service in (None, entry.service)]


def read_body(call: Call) -> Any:
    """Return a body as the JSON or the form that it holds, else as text, and None if there is none."""
    if not call.body:
        return None
    text = call.body.decode(errors="replace")
    if call.headers.get("Content-Type", "").startswith(FORM):
        return parse_qs(text, keep_blank_values=True)
    try:
        return json.loads(text)
    except ValueError:
        return text


def mask(value: Any, secrets: Sequence[str]) -> Any:
    """Replace secrets wherever they occur in a JSON value."""
    if isinstance(value, dict):
        return {mask(key, secrets): mask(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, secrets) for item in value]
    if isinstance(value, str):
        for secret in filter(None, secrets):
            value = value.replace(secret, MASK)
    return value
