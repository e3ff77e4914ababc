# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that the options of the profile at Port Monitor may have."""

from __future__ import annotations

from typing import Any

from ..._core.errors import ShapeError
from ..._core.values import Values
from ..._http.client import Client
from ..._http.envelope import extract_elements

_CODE_KEYS = ("value", "key", "id")
_NAME_KEYS = ("name", "label", "title")


def read_choices(client: Client, option: str) -> list[Values]:
    """The values that an option may have: their codes, and the names that the service shows.

    :raises ApiError: if they cannot be read
    """
    path = ("profile", f"{option}s")
    answer = client.read(path)
    return client.parse_answer(path, lambda: [_choice(option, row) for row in extract_elements(answer, path[-1:])])


def _choice(option: str, row: Any) -> Values:
    """One of the values: a text, a pair of name and code, or an object with both.

    :raises ShapeError: for anything else
    """
    if isinstance(row, dict) and list(row) == [option]:
        row = row[option]
    if isinstance(row, list) and len(row) == 2:
        return {"code": row[1], "name": row[0]}
    if isinstance(row, dict):
        code = _first(row, ("code", option, *_CODE_KEYS))
        name = _first(row, _NAME_KEYS)
        if code or name:
            return {"code": code or name, "name": name}
    if not isinstance(row, str):
        raise ShapeError(f"one of the {option}s is neither a text nor an object with a code or a name")
    return {"code": row, "name": None}


def _first(row: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The value of the first of these keys that has one."""
    return next((row[key] for key in keys if row.get(key)), None)
