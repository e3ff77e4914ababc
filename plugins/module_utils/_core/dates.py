# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds dates in the options of a task. A module would get a string, and could not tell it from one in quotes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

_ALLOWED = frozenset({"since", "until", "body", "query"})
"""The options that may be a time or may have any content."""


def date_problem(options: Mapping[str, Any]) -> str:
    """A sentence that names the first option with a date; empty if none has one.

    It does not show the date, which may be a password.
    """
    found = (place for name, value in options.items() if name not in _ALLOWED for place in _dates(value, str(name)))
    place = next(found, "")
    return f"{place} must be a string in quotes, because YAML reads it as a date" if place else ""


def _dates(value: Any, place: str) -> Iterator[str]:
    """The places of dates in a value."""
    if isinstance(value, datetime.date):
        yield place
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _dates(inner, f"{place}.{name}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _dates(inner, f"{place}[{index}]")
