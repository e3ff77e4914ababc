# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extracts objects and lists from the envelopes that servers put around them.

The documentation of the vendors seldom shows an answer. So every plausible envelope is accepted, and any other is an
error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import ShapeError

ApiObject = dict[str, Any]

_ONE = ("data", "result", "item")
_MANY = ("data", "items", "results", "records", "list")
_NESTED = ("data", "result")
_TOTALS = ("total", "total_count", "totalCount", "total_items", "totalItems")
_DEPTH = 2


def identifier(row: Mapping[str, Any], ids: Sequence[str]) -> str | None:
    """The id of an object as a string: the value of the first key of ``ids`` that contains one. None if none does."""
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
    """The single object in an answer: without an envelope, in a list of exactly one, or under a name of its kind.

    :param names: the names of the kind in answers, such as ``("device", "devices")``
    :param ids: the keys that may contain an id; an object with an id is not searched further
    :raises ShapeError: if the answer does not contain exactly one object
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
    raise ShapeError(f"the response should contain one {names[0]} but is {_describe(data)}")


def extract_list(data: Any, names: Sequence[str]) -> list[ApiObject]:
    """The list of objects in an answer: without an envelope, under a name of its kind, or with one envelope an object.

    :raises ShapeError: if there is no list, or if it contains something other than objects
    """
    rows = [_unwrap(row, names) for row in extract_elements(data, names)]
    if not all(isinstance(row, dict) for row in rows):
        raise ShapeError(f"the list of {names[-1]} holds something other than objects")
    return rows


def extract_total(data: Any) -> int | None:
    """How many objects the whole listing has, as the envelope of a page says; None if it does not say so.

    A mere count is not read: it may be that of the page.
    """
    envelopes = [data, *(data.get(key) for key in _NESTED)] if isinstance(data, dict) else []
    totals = (one.get(key) for one in envelopes if isinstance(one, dict) for key in _TOTALS)
    return next((int(total) for total in totals if isinstance(total, (int, str)) and str(total).isdecimal()), None)


def extract_elements(data: Any, names: Sequence[str]) -> list[Any]:
    """The list in an answer, with elements of any type.

    :raises ShapeError: if there is none
    """
    rows = _find_list(data, names) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise ShapeError(f"the response should contain a list of {names[-1]} but is {_describe(data)}")
    return rows


def _find_list(data: ApiObject, names: Sequence[str]) -> list[Any] | None:
    """The first list under a known key, in an object or in the inner envelope of it."""
    inner = [data[key] for key in _NESTED if isinstance(data.get(key), dict)]
    for envelope in (data, *inner):
        for key in (*names, *_MANY):
            if isinstance(envelope.get(key), list):
                found: list[Any] = envelope[key]
                return found
    return None


def _unwrap(row: Any, names: Sequence[str]) -> Any:
    """The object inside an element that has no other key."""
    if isinstance(row, dict) and len(row) == 1:
        for name in names:
            if isinstance(row.get(name), dict):
                return row[name]
    return row
