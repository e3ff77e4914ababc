# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events of a heartbeat, as info modules include them."""

from __future__ import annotations

from typing import Any

from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import ApiObject
from ..common import is_before, snake_keys
from .kinds import STATISTIC
from .times import utc

_PAGE_SIZE = 100


def list_events(client: Client, heartbeat_id: str, filters: Values) -> list[Values]:
    """The events of a heartbeat, the latest first, at most C(limit) of them.

    Without C(since), these are the events of one page. With it, all events since then are read page by page.

    :raises ApiError: if they cannot be read
    """
    since = filters.get("since")
    rows = _read_pages(client, heartbeat_id, filters)
    events = [row for row in rows if since is None or not is_before(row.get("received_at"), since)]
    return [snake_keys(row) for row in events[: filters.get("limit")]]


def _read_pages(client: Client, heartbeat_id: str, filters: Values) -> list[ApiObject]:
    """The events on all pages that are needed. A page is requested by the time of the last event before it."""
    size = min(filters.get("limit") or _PAGE_SIZE, _PAGE_SIZE)
    before = utc(filters.get("until"))
    rows: list[ApiObject] = []
    while True:
        page = _read_page(client, heartbeat_id, size, before)
        # The pages may overlap by events of the same time.
        new = [row for row in page if row not in rows[-len(page) :]]
        rows += new
        before = page[-1].get("received_at") if page else None
        if not new or not before or _is_enough(rows, before, filters):
            return rows


def _read_page(client: Client, heartbeat_id: str, size: int, before: str | None) -> list[ApiObject]:
    params: dict[str, Any] = {"limit": size}
    if before:
        params["last_received_at"] = before
    path = ("heartbeat", heartbeat_id, "events")
    return client.read_list(path, ("event", "events"), (), params=params, host=STATISTIC)


def _is_enough(rows: list[ApiObject], last: str, filters: Values) -> bool:
    """Whether no further page is needed.

    :param last: the time of the last event read
    """
    since, limit = filters.get("since"), filters.get("limit")
    if since is None or is_before(last, since):
        return True
    return limit is not None and len(rows) >= limit
