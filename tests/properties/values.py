# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values for options, made from what a kind says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import UNSET

Hints = Mapping[tuple[str, str], st.SearchStrategy[Any]]
"""What only the service knows, by the kind and the option."""

TRICKY = (
    *(
        "größe ☃ 監視",
        " between spaces ",
        "12",
        "007",
        "1e3",
        "true",
        "null",
        "None",
        "a, b",
        'said "so"',
        "back\\slash",
    ),
    *("two\nlines", "x/y?z=1&w#%41", "<b>&amp;</b>", "https://www.example.com/", "e\u0301", "{{ braces }}", "[]", "'"),
)
WORDS = st.sampled_from(("plain", "other")) | st.sampled_from(TRICKY)
TEXTS = WORDS | st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=6)
NAMES = st.sampled_from(("first", "First", "größe ☃", "12", "true", "a, b / c"))
# Few, so that a slash at the end is often tried.
ADDRESSES = st.sampled_from(
    (
        *("https://www.example.com", "https://www.example.com/", "http://a.example/b/?c=1&d", "http://a.example/b/"),
        *("größe ☃", "12", 'said "so"', "x/y?z=1&w#%41"),
    )
)
SECRETS = st.sampled_from(("first-secret-ü", "second secret"))
"""Long enough that what they are masked by in results does not meet other values."""


def value(kind: str, item: Field, hints: Hints) -> st.SearchStrategy[Any]:
    """What an option may be, null aside."""
    known = hints.get((kind, item.name))
    if known is not None:
        return known
    if item.choices:
        return st.sampled_from(item.choices)
    if item.type == "bool":
        return st.booleans()
    if item.type == "int":
        return _numbers(item)
    if item.type == "list":
        each = replace(item, type=item.elements, clear_value=UNSET, compare="value")
        return st.lists(
            value(kind, each, hints), max_size=3, unique_by=str, min_size=0 if item.clear_value == [] else 1
        )
    if item.type == "dict":
        return _dictionaries(kind, item, hints)
    if item.pattern:
        return st.from_regex(item.pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    if item.secret:
        return SECRETS
    return TEXTS | st.just("") if item.clear_value is not UNSET else TEXTS


def clearable(item: Field) -> bool:
    """Whether the service lets a value be cleared."""
    return item.clear_value is not UNSET and not item.required


def _numbers(item: Field) -> st.SearchStrategy[int]:
    low = 0 if item.minimum is None else int(item.minimum)
    high = low + 500 if item.maximum is None else int(item.maximum)
    return st.sampled_from((low, low + 1, (low + high) // 2, high))


def _dictionaries(kind: str, item: Field, hints: Hints) -> st.SearchStrategy[dict[str, Any]]:
    keys: tuple[Field, ...] = getattr(item, "keys", ())
    named = {one.name: value(kind, one, hints) for one in keys if one.name}
    if named:
        return st.fixed_dictionaries({}, optional=named)
    (other,) = keys or (Field("", clear_value=""),)
    inner = value(kind, replace(other, secret=item.secret), hints)
    inner = inner | st.none() if clearable(other) and keys else inner
    return st.dictionaries(st.sampled_from(("Owner", "größe ☃", "a.b/c")), inner, max_size=3)


def loosely(given: Any) -> Any:
    """A value as it comes out of a template: numbers and truths as texts."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given) if isinstance(given, int) else given
