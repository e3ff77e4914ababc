# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for a screen. Results keep the true values; what is only displayed passes through here."""

from __future__ import annotations

import unicodedata
from typing import Any

# Control characters, invisible ones such as those that reverse the order of letters, and line breaks.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
# They change how letters of some scripts are joined, and nothing else.
_JOINERS = "\u200c\u200d"


def visible(text: str, keep: str = "") -> str:
    """The text with each character escaped that a terminal obeys instead of showing it.

    A name with an escape sequence or a line break could otherwise hide or forge lines of a plan.

    :param keep: characters that stay, such as a line break in a value that is shown as a block
    """
    if text.isprintable():
        return text
    return "".join(char if char in keep else _visible_char(char) for char in text)


def visible_diff(diff: Any) -> Any:
    """A diff, or a list of them, with the names and values of objects made visible. It is displayed, and no data."""
    if isinstance(diff, list):
        return [visible_diff(one) for one in diff]
    return {name: visible(value) if name.endswith("_header") else visible_data(value) for name, value in diff.items()}


def visible_data(data: Any) -> Any:
    """JSON-like data with all strings and keys made visible. Line breaks stay: a diff shows them inside of a value."""
    if isinstance(data, str):
        return visible(data, keep="\n\t")
    if isinstance(data, dict):
        return {visible_data(key): visible_data(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [visible_data(value) for value in data]
    return data


def _visible_char(char: str) -> str:
    if unicodedata.category(char) not in _HIDDEN or char in _JOINERS:
        return char
    return char.encode("unicode_escape").decode()
