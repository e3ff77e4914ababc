# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: past, waiting and current ones. They are only listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core.errors import InputError
from ..._core.values import Values, join_names
from ..._http.client import Client
from .answers import to_result
from .groups import Groups
from .kinds import HISTORY_FILTERS, SESSIONS
from .queries import encode_id


class Sessions:
    """Lists sessions."""

    def __init__(self, client: Client, groups: Groups) -> None:
        self._client = client
        self._groups = groups

    def list_sessions(self, which: str, filters: Values) -> list[Values]:
        """The sessions of one list.

        :param which: a key of SESSIONS
        :param filters: values of HISTORY_FILTERS, which only the history takes
        :raises ApiError: if they cannot be listed
        :raises InputError: if a filter names an unknown group, or a name that several groups have
        """
        parameters = self._parameters(filters)
        options: dict[str, Any] = {"method": "POST", "json": parameters} if parameters else {}
        rows = self._client.read_list(SESSIONS[which], ("session", "sessions", which), (), **options)
        return [to_result(row) for row in rows]

    def _parameters(self, filters: Values) -> Values:
        """The filters that are set, by vendor's name, with groups by id."""
        given = [item for item in HISTORY_FILTERS if filters.get(item.name) is not None]
        parameters = {item.api_names[0]: filters[item.name] for item in given}
        if parameters.get("groupFilters"):
            parameters["groupFilters"] = self._group_ids(parameters["groupFilters"])
        return parameters

    def _group_ids(self, names: Sequence[str]) -> list[int | str]:
        found = self._groups.find_ids(names)
        for name, ids in found.items():
            if not ids:
                raise InputError(f"group_filters names {name}, but there is no such group")
            if len(ids) > 1:
                several = f"there are {len(ids)} groups of that name or id: {join_names(ids)}"
                raise InputError(f"group_filters names {name}, but {several}")
        return [encode_id(ids[0]) for ids in found.values()]
