# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alerts. They are only listed."""

from __future__ import annotations

from ..._core.values import Values
from ..._http.client import Client
from .answers import parse_rows, to_result
from .kinds import ALERT, ALERT_FILTERS
from .queries import Path

_LIST: Path = ("alerts", "list")


def list_alerts(client: Client, filters: Values) -> list[Values]:
    """The alerts that match the filters: values of ALERT_FILTERS.

    :raises ApiError: if they cannot be listed
    """
    answer = client.read(_LIST)
    rows = client.parse_answer(_LIST, lambda: parse_rows(answer, ALERT))
    return [alert for alert in map(to_result, rows) if _matches(alert, filters)]


def _matches(alert: Values, filters: Values) -> bool:
    given = [item for item in ALERT_FILTERS if filters.get(item.name) is not None]
    return all(item.same(alert.get(item.name), filters[item.name]) for item in given)
