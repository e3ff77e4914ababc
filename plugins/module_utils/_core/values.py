# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of options: the types that an option may have, and the marks that stand for a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import OptionError

Values = dict[str, Any]
"""Values of one object by option name."""

MASK = "********"
"""What is shown instead of a secret."""

UNSET: Any = object()
"""Marks a default that None could not mark, since None is a value here: it clears."""


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _dictionary(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise TypeError
    return found


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise TypeError
    return str(value)


_WORDS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_TYPES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "int": (_whole, "a whole number"),
    "float": (float, "a number"),
    "bool": (lambda value: _WORDS[str(value).lower()], "true or false"),
    "list": (lambda value: value if isinstance(value, list) else _text(value).replace(", ", ",").split(","), "a list"),
    "dict": (_dictionary, "a dictionary"),
    "str": (_text, "a string"),
    "path": (_text, "a string"),
}


def coerce(value: Any, kind: str) -> Any:
    """The value as the type of that name.

    :raises OptionError: where it is not one
    """
    if type(value).__name__ == kind:
        return value
    convert, words = _TYPES[kind]
    try:
        return convert(value)
    except (TypeError, ValueError, KeyError):
        raise OptionError(f"must be {words}", value) from None


def is_empty(value: Any) -> bool:
    """Whether a value is one of the ways to say "nothing": None, an empty text, list or dictionary."""
    return value is None or value == "" or value == [] or value == {}


def join_names(values: Iterable[Any]) -> str:
    """Several names as part of a sentence."""
    return ", ".join(map(str, values)) or "(none)"
