# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Describes data by its form: types, and the names of fields. No value is in a description.

A name of a field may be a value, too: an object may be keyed by names of hosts. So C(known) limits which names are
shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

_FIELD_NAME = re.compile(r"[^\W\d]\w{0,39}")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
_SHORTEST_WORD = 5
"""The least letters of a word of a value by which a longer name is taken for one. Shorter words are also those of APIs,
such as HTTP and Up."""
_WORD_FORMS = (("[A-Z]+", "in capitals"), ("[a-z]+", "in lower case"), ("[A-Z][a-z]+", "with a capital first"))

# The names in envelopes, which no account chooses.
ENVELOPE_WORDS = frozenset(
    {
        *("data", "result", "results", "item", "items", "records", "list", "meta", "pagination", "paging"),
        *("total", "count", "page", "limit", "offset", "next", "previous", "links"),
        *("success", "message", "error", "errors", "reason", "info", "detail", "title", "type", "status", "code"),
    }
)


def several(count: int) -> str:
    """A count that says nothing about an account: no, one or several."""
    return {0: "no", 1: "one"}.get(count, "several")


def type_of(value: Any) -> str:
    """The type of a value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return _type_of_text(value)
    if isinstance(value, list):
        return f"a list of {_elements(value)}"
    return f"an object with {several(len(value))} field{'' if len(value) == 1 else 's'}"


def form(data: Any, known: Collection[str] = ENVELOPE_WORDS) -> str:
    """The form of a reply: its type, and the names of its fields that are known.

    :param known: the names that may be shown
    """
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return f"a list of {several(len(data))}: {form(data[0], known)}"
    if not isinstance(data, dict) or not data:
        return type_of(data)
    shown = [f"{name} ({type_of(data[name])})" for name in sorted(data, key=str) if name in known]
    others = len(data) - len(shown)
    if others:
        shown.append(f"{several(others)} other field{'' if others == 1 else 's'}")
    return f"an object with {', '.join(shown)}"


def form_of_word(word: str) -> str:
    """The form of a word, such as an unknown status."""
    for pattern, description in _WORD_FORMS:
        if re.fullmatch(pattern, word):
            return f"a word of {len(word)} letters {description}"
    return "a text that is not one word"


def texts_in(data: Iterable[Any]) -> Iterator[str]:
    """All texts in data, also numbers; the keys of objects are left out."""
    rest = list(data)
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
        elif isinstance(value, str):
            yield value


class FieldNames:
    """Decides which names of fields may be shown: those that look like names and contain no value of the account.

    A name contains a value if it is one, or if a long word of a value is one of its words.

    :param data: all that the account has shown
    """

    def __init__(self, data: Iterable[Any]) -> None:
        texts = set(texts_in(data))
        self._values = {text.casefold() for text in texts}
        self._words = {word for text in texts for word in _words_of(text) if len(word) >= _SHORTEST_WORD}

    def show(self, name: str) -> str:
        """A name of a field, or what stands for one that may be a value."""
        is_value = name.casefold() in self._values or self._words & _words_of(name)
        return "(a name that may be a value)" if is_value or not _FIELD_NAME.fullmatch(name) else name


def _words_of(text: str) -> set[str]:
    """The words of a text, those of names in camelCase too."""
    words = {*re.split(r"[\W_]+", text), *_WORD.findall(text)}
    return {word.casefold() for word in words}


def _type_of_text(value: str) -> str:
    if not value:
        return "an empty text"
    return "a number as text" if re.fullmatch(r"-?\d+(\.\d+)?", value) else "a text"


def _elements(values: list[Any]) -> str:
    if not values:
        return "nothing"
    types = sorted({"objects" if isinstance(value, dict) else type_of(value).split(" ", 1)[-1] for value in values})
    return f"{several(len(values))}: {' and '.join(types)}"
