# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the data out of answers.

The vendor's document leaves open how many answers look. Every plausible shape is accepted; any other raises ShapeError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._core.errors import ShapeError
from ..._core.kind import Kind
from ..._core.values import Values
from ..._http.envelope import extract_list, extract_object, identifier
from ..common import snake_case

_BOOLEANS = {"true": True, "false": False}


def require_id(kind: Kind, ident: str, row: Values) -> Values:
    """The object in an answer, if it is the requested one.

    :raises ShapeError: if the object has another id, or none
    """
    if identifier(row, kind.id_keys) != ident:
        raise ShapeError(f"the response should be about {kind.noun} {ident} but is not")
    return row


def parse_rows(data: Any, kind: Kind) -> list[Values]:
    """The objects in an answer. A single object may stand without a list around it.

    :raises ShapeError: if there is neither a list nor an object with an id
    """
    try:
        return extract_list(data, kind.envelope_keys)
    except ShapeError:
        row = extract_object(data, kind.envelope_keys, kind.id_keys)
        if identifier(row, kind.id_keys) is None:
            raise
        return [row]


def parse_permissions(data: Any) -> dict[str, bool]:
    """A map of permissions, bare or inside the group.

    :raises ShapeError: if a value is neither true nor false
    """
    for name in ("data", "result", "group", "permissions"):
        if isinstance(data, dict) and isinstance(data.get(name), dict):
            data = data[name]
    if not isinstance(data, dict) or not all(str(value).lower() in _BOOLEANS for value in data.values()):
        raise ShapeError("the response should contain permissions that are true or false")
    return {name: _BOOLEANS[str(value).lower()] for name, value in data.items()}


def parse_texts(data: Any, name: str) -> list[str]:
    """A list of strings, bare or as the value of a key.

    :param name: what is listed, which is also the name of the key
    :raises ShapeError: for any other shape
    """
    if isinstance(data, dict):
        data = next((data[key] for key in (name, "data", "items", "list") if isinstance(data.get(key), list)), None)
    if not isinstance(data, list) or any(isinstance(item, (dict, list)) for item in data):
        raise ShapeError(f"the response should contain a list of {name}")
    return [str(item) for item in data]


def parse_text(data: Any, name: str) -> str | None:
    """A string, bare or as the value of the key C(name); None for null.

    :raises ShapeError: for any other shape
    """
    named = isinstance(data, dict) and name in data
    value = data[name] if named else data
    if isinstance(value, (dict, list)) or (not named and _is_cut_off(value)):
        raise ShapeError(f"the response should contain one {name}")
    if value is None or isinstance(value, str):
        return value
    # The client parses a bare text such as 1234 or true as JSON. This restores the text.
    return json.dumps(value)


def _is_cut_off(value: Any) -> bool:
    """Whether a text is the beginning of a JSON string: the client could not parse it, so the rest is missing."""
    return isinstance(value, str) and value.startswith('"') and (len(value) == 1 or not value.endswith('"'))


def parse_properties(row: Mapping[str, Any]) -> dict[str, str | None]:
    """The properties of a machine: a list of objects with key and value, or a map.

    :raises ShapeError: for any other shape
    """
    properties = row.get("properties")
    if isinstance(properties, list) and all(isinstance(item, dict) and "key" in item for item in properties):
        properties = {str(item["key"]): item.get("value") for item in properties}
    if not isinstance(properties, dict):
        raise ShapeError("the response should contain a list of properties with key and value")
    return {key: parse_text({"value": value}, "value") for key, value in properties.items()}


def parse_property_keys(data: Any) -> list[str]:
    """The keys of the properties of a machine group: a list of keys, or of objects with key and value.

    :raises ShapeError: for any other shape
    """
    rows = data
    if isinstance(data, dict):
        rows = next((data[name] for name in ("keys", "properties", "data") if name in data), None)
    if isinstance(rows, list):
        rows = [row["key"] if isinstance(row, dict) and "key" in row else row for row in rows]
    return parse_texts(rows, "keys")


def to_result(data: Any) -> Any:
    """Data of the server as a module returns it: with keys in snake case, except inside C(details).

    The keys in C(details) are data that users entered, not names of the API.
    """
    if isinstance(data, dict):
        return {_snake_case(key): _value_to_result(key, value) for key, value in data.items()}
    if isinstance(data, list):
        return [to_result(item) for item in data]
    return data


def _value_to_result(key: str, value: Any) -> Any:
    return value if key == "details" and isinstance(value, dict) else to_result(value)


def _snake_case(key: str) -> str:
    # IDs becomes ids, not i_ds.
    return snake_case(key.replace("IDs", "Ids"))
