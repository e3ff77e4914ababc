# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes in which services are known to wrap their answers, for every service to choose from."""

from __future__ import annotations

from typing import Any

from .switches import Choice, SwitchValue

LIST_ENVELOPE = Choice(("bare", "named", "data", "results", "element", "unknown"))
DETAIL_ENVELOPE = Choice(("bare", "list", "named", "data"))
NUMBERS = Choice(("number", "string"))
UNKNOWN_FIELDS = Choice(("none", "some"))


def wrap_list(rows: list[dict[str, Any]], kind: str, envelope: SwitchValue) -> Any:
    """Wrap a listing of a kind, whose plural takes an `s`."""
    match envelope:
        case "named":
            return {f"{kind}s": rows}
        case "data" | "results" | "items":
            return {str(envelope): rows}
        case "element":
            return [{kind: row} for row in rows]
        case "unknown":
            return {"foo": {"count": len(rows)}}
    return rows


def wrap_object(value: dict[str, Any], kind: str, envelope: SwitchValue) -> Any:
    """Wrap one object of a kind."""
    match envelope:
        case "list":
            return [value]
        case "named":
            return {kind: value}
        case "data":
            return {"data": value}
    return value


def quote_numbers(value: Any) -> Any:
    """Turn every number inside a JSON value into a string."""
    if isinstance(value, dict):
        return {key: quote_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [quote_numbers(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value


def add_unknown_fields(value: dict[str, Any]) -> dict[str, Any]:
    """Add fields that no document names."""
    return {
        "x_größe": "größer ☃ 監視",
        **value,
        "x_flag": True,
        "x_nested": {"id": "not-the-id", "items": [1, None, {"name": "not-the-name"}]},
    }
