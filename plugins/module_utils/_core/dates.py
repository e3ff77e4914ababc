# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds dates in the options of a task. A module would get a string, and could not tell it from one in quotes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

_ALLOWED = frozenset({"since", "until", "body", "query"})
"""The options that may be a time or may have any content."""


def date_problem(options: Mapping[str, Any]) -> str:
    """A sentence that names the first option with a date; empty if none has one.

    It does not show the date, which may be a password.
    """
    for name, value in options.items():
        place = None if name in _ALLOWED else _date_in(value)
        if place is not None:
            return f"{name}{place} must be a string in quotes, because YAML reads it as a date"
    return ""


def _date_in(value: Any) -> str | None:
    """The place of the first date in a value, such as C(.devices[3]); empty if it is a date, None if it has none."""
    if isinstance(value, datetime.date):
        return ""
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, (list, tuple)):
        parts = enumerate(value)
    for key, inner in parts:
        place = _date_in(inner)
        if place is not None:
            return f"[{key}]{place}" if isinstance(value, (list, tuple)) else f".{key}{place}"
    return None
