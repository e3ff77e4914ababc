# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects and lists, taken out of whatever a server wraps around them.

The vendors' documents seldom show an answer, so every plausible wrapping is accepted, and everything else is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import ShapeError

ApiObject = dict[str, Any]

_ONE = ("data", "result", "item")
_MANY = ("data", "items", "results", "records", "list")
_DEPTH = 2


def identifier(row: Mapping[str, Any], ids: Sequence[str]) -> str | None:
    """The id of an object under the first of the names ``ids`` that holds one, as a string; None without any."""
    for name in ids:
        value = row.get(name)
        if value not in (None, "") and not isinstance(value, (dict, list, bool)):
            return str(value)
    return None


def _describe(data: Any) -> str:
    if isinstance(data, dict):
        return f"an object with the keys {', '.join(sorted(map(str, data))) or '(none)'}"
    if isinstance(data, list):
        return f"a list of {len(data)}"
    return "nothing" if data is None else f"a {type(data).__name__}"


def extract_object(data: Any, names: Sequence[str], ids: Sequence[str]) -> ApiObject:
    """The single object in an answer: bare, in a list of exactly one, or under a name of its kind.

    :param names: what the kind is called by the server, such as ``("device", "devices")``
    :param ids: the names under which an id may stand; an object that has one of its own is not searched further
    :raises ShapeError: where no single object can be told
    """
    found = data
    for _level in range(_DEPTH + 1):
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, dict):
            break
        inner = next((found[name] for name in (*names, *_ONE) if isinstance(found.get(name), (dict, list))), None)
        if inner is None or identifier(found, ids) is not None:
            return found
        found = inner
    raise ShapeError(f"the answer should hold one {names[0]} but is {_describe(data)}")


def extract_list(data: Any, names: Sequence[str]) -> list[ApiObject]:
    """The list of objects in an answer: bare, under a name of its kind, or each element wrapped by itself.

    :raises ShapeError: where no list, or something other than objects in it, is found
    """
    rows = [_unwrap(row, names) for row in extract_elements(data, names)]
    if not all(isinstance(row, dict) for row in rows):
        raise ShapeError(f"the list of {names[-1]} holds something other than objects")
    return rows


def extract_elements(data: Any, names: Sequence[str]) -> list[Any]:
    """The list in an answer, of whatever it is a list.

    :raises ShapeError: where none is found
    """
    rows = data
    if isinstance(data, dict):
        places = [data, *(data[name] for name in ("data", "result") if isinstance(data.get(name), dict))]
        found = (place[name] for place in places for name in (*names, *_MANY) if isinstance(place.get(name), list))
        rows = next(found, None)
    if not isinstance(rows, list):
        raise ShapeError(f"the answer should hold a list of {names[-1]} but is {_describe(data)}")
    return rows


def _unwrap(row: Any, names: Sequence[str]) -> Any:
    inner = [row[name] for name in names if isinstance(row, dict) and len(row) == 1 and isinstance(row.get(name), dict)]
    return inner[0] if inner else row
