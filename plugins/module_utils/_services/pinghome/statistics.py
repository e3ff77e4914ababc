# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records that the service keeps of a monitor: statistics, changes of state, metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core.errors import ShapeError
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import ApiObject, extract_list, extract_object
from ..common import snake_keys
from .kinds import PATHS, RECORD_QUERIES, STATISTIC
from .times import utc


def read_statistics(client: Client, record: Record, name: str, filters: Values) -> list[Values]:
    """The records C(name) of a monitor, from C(since) to C(until), at most C(limit) of them.

    :raises ApiError: if they cannot be read
    """
    query = for_kind(RECORD_QUERIES, record.kind)[name]
    path = (for_kind(PATHS, record.kind), record.id, query.path)
    params = {
        "start_date": utc(filters.get("since")),
        "end_date": utc(filters.get("until")),
        **{parameter: filters.get(parameter) for parameter in query.parameters},
    }
    data = client.read(path, {key: value for key, value in params.items() if value}, STATISTIC)
    records: list[Values] = snake_keys(client.parse_answer(path, lambda: _records(data, query.wraps)))
    return records[: filters.get("limit")]


def _records(data: Any, wraps: Sequence[str]) -> list[ApiObject]:
    """The records in an answer. An answer that is not a list is a single record.

    :raises ShapeError: if it is neither
    """
    try:
        return extract_list(data, wraps)
    except ShapeError:
        return [extract_object(data, wraps, ())]
