# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What info modules include on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..._core.errors import ApiError
from ..._core.objects import Record
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import extract_object
from ..common import snake_keys
from .events import list_events
from .health import resource_health
from .integrations import Integrations
from .kinds import QUERY
from .monitor_reader import MonitorReader
from .statistics import read_statistics

_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Includes:
    """Reads what belongs to a monitor, by the name that the option C(include) has for it."""

    def __init__(self, client: Client, monitors: MonitorReader, integrations: Integrations) -> None:
        self._client, self._monitors, self._integrations = client, monitors, integrations
        self._by_name: Mapping[str, Callable[[Record, Values], Any]] = {
            "regions": self._regions,
            "ssl": partial(self._expiry, "ssl"),
            "tld": partial(self._expiry, "tld"),
            "integrations": self._list_integrations,
            "events": self._events,
            "health": self._health,
            **{name: partial(self._statistics, name) for name in ("statistics", "state_changes", "metrics")},
        }

    def fetch(self, record: Record, name: str, filters: Values) -> Any:
        """What belongs to a monitor.

        :param filters: the options of the info module, such as C(since)
        :raises ApiError: if it cannot be read
        """
        return self._by_name[name](record, filters)

    def _regions(self, record: Record, filters: Values) -> list[str]:
        return self._monitors.read_regions(record.id)

    def _expiry(self, subject: str, record: Record, filters: Values) -> Values | None:
        """What the service knows about the certificate (ssl) or the domain (tld). None if it knows nothing."""
        path = ("resource", record.id, subject)
        try:
            data = self._client.request("GET", path, host=QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return None
            raise
        if data in _EMPTY:
            return None
        row = self._client.parse_answer(path, lambda: extract_object(data, (subject,), ("id",)))
        found: Values = snake_keys(row)
        return found

    def _list_integrations(self, record: Record, filters: Values) -> list[Values]:
        """The integrations of a resource, without the resource."""
        return [
            {name: value for name, value in one.values.items() if name != "resource"}
            for one in self._integrations.list_of(record)
        ]

    def _events(self, record: Record, filters: Values) -> list[Values]:
        return list_events(self._client, record.id, filters)

    def _health(self, record: Record, filters: Values) -> str:
        # The newest change counts, so there is neither an end of the period nor a limit.
        period = {"since": filters.get("since")}
        return resource_health(record.values, read_statistics(self._client, record, "state_changes", period))

    def _statistics(self, name: str, record: Record, filters: Values) -> list[Values]:
        return read_statistics(self._client, record, name, filters)
