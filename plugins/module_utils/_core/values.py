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

_LONGEST_WORD = 20
_SHORTEST_SECRET = 8

UNSET: Any = object()
"""Marks what has no value. None is a value: it clears an option."""


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


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else _text(value).replace(", ", ",").split(",")


def _truth(value: Any) -> bool:
    return _TRUTHS[str(value).lower()]


_TRUTHS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_TYPES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "int": (_whole, "a whole number"),
    "float": (float, "a number"),
    "bool": (_truth, "true or false"),
    "list": (_items, "a list"),
    "dict": (_dictionary, "a dictionary"),
    "str": (_text, "a string"),
    "path": (_text, "a string"),
}
"""How a value becomes one of a type, and what messages call the type."""


def coerce(value: Any, type_name: str) -> Any:
    """The value as one of this type.

    :raises OptionError: if it cannot be one
    """
    if type(value).__name__ == type_name:
        return value
    convert, description = _TYPES[type_name]
    try:
        return convert(value)
    except (TypeError, ValueError, KeyError):
        raise OptionError(f"must be {description}", value) from None


def is_distinctive(secret: str) -> bool:
    """Whether a secret can be told from other texts. A short one, or a word, may be a part of any name.

    If the password C(monitor) were masked everywhere, the group "Monitored web" would get another name.
    """
    is_word = secret.isalpha() and len(secret) < _LONGEST_WORD
    return len(secret) >= _SHORTEST_SECRET and not is_word


def is_empty(value: Any) -> bool:
    """Whether a value is one of the ways to say "nothing": None, an empty text, list or dictionary."""
    return value is None or value == "" or value == [] or value == {}


def entries(shown: Any) -> dict[str, Any]:
    """The entries of a dictionary; none if the server shows something else in its place."""
    return shown if isinstance(shown, dict) else {}


def canonical(value: Any) -> Any:
    """JSON data as a text that is equal for equal data; None if it is empty. 1 and "1" are equal: servers send both."""
    if is_empty(value):
        return None
    if isinstance(value, dict):
        parts: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        return str(value)
    return json.dumps({key: canonical(inner) for key, inner in parts}, sort_keys=True)


_MOST_NAMES = 10
"""How many names are shown in one line."""


def join_names(values: Iterable[Any]) -> str:
    """Names as part of a sentence: the first ten, and how many others there are."""
    names = list(map(str, values))
    others = len(names) - _MOST_NAMES
    shown = ", ".join(names[:_MOST_NAMES]) or "(none)"
    return f"{shown} and {others} more" if others > 0 else shown
