# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers do with texts before they store them, and what that means for names.

A server may trim a text, collapse blanks, escape it as HTML, compose its accents (NFC), cut it, or lower its case. A
name that comes back in another form is not found by the next run, which would create the object again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence

# Python does not take the byte order mark for white space, but servers in other languages trim it.
_BLANK_ENDS = re.compile(r"\A[\s\ufeff]|[\s\ufeff]\Z")
# Control characters, line and paragraph separators, and halves of a character, which no encoding can send.
_CONTROLS = frozenset({"Cc", "Zl", "Zp", "Cs"})
# White space inside of a line. Line breaks in notes have a meaning.
_BLANKS = re.compile(r"[^\S\r\n]+")

# Shorter limits are implausible for names, and objects with short names are often numbered.
_SHORTEST_LIMIT = 20
# The limits that servers have for texts. A name of another length is hardly the beginning of one that was cut.
_LIMITS = frozenset(
    {
        *(20, 24, 25, 28),
        *(30, 31, 32, 35, 36, 40, 45, 48, 50, 60, 62, 63, 64, 70, 72, 75, 80, 90, 96, 99, 100, 120, 127, 128),
        *(140, 150, 160, 180, 190, 191, 199, 200, 250, 254, 255, 256, 500, 511, 512, 1000, 1023, 1024),
    }
)


# -- names -------------------------------------------------------------------------------------------------------------


def name_fault(name: str) -> str:
    """Why a text is refused as a name, as the end of a sentence; empty if it is not."""
    if _BLANK_ENDS.search(name):
        return "must not begin or end with a blank"
    if has_control_character(name):
        return "must not contain a line break or another control character"
    return ""


def has_control_character(text: str) -> bool:
    """Whether a text contains a control character, a line break among them, or half of a character."""
    return any(unicodedata.category(char) in _CONTROLS for char in text)


def may_be_altered(name: str) -> bool:
    """Whether a server may store a name in another form that the next run would not recognise or has to refuse.

    The case is left out: nearly every name has capitals, and the next run recognises a name in lower case.
    """
    return len(name) >= _SHORTEST_LIMIT or len(_stored_forms(name)) > 1


def folded_name(name: str) -> str:
    """A name without all that a person does not see, and in lower case."""
    return _folded(name, *_ASPECTS)


def difference(name: str, other: str) -> str:
    """In what two names differ if they mean the same to a person; empty if they are equal or differ in more.

    :returns: such as C(white space and upper and lower case)
    """
    if name == other or folded_name(name) != folded_name(other):
        return ""
    return " and ".join(aspect for aspect in _ASPECTS if _differs_in(aspect, name, other))


def is_cut(name: str, stored: str, others: Sequence[str], *, at_any_length: bool = False) -> bool:
    """Whether a stored name may be the beginning of a name that was too long for the server.

    :param others: all stored names; a longer one shows that the server does not cut there
    :param at_any_length: also consider lengths at which servers hardly cut
    """
    if len(stored) < _SHORTEST_LIMIT - 1 or len(stored) >= len(name) or not name.startswith(stored):
        return False
    is_limit = len(stored) in _LIMITS or len(stored.encode()) in _LIMITS or at_any_length
    # A blank at the end of what is left is trimmed.
    is_limit = is_limit or (name[len(stored)].isspace() and len(stored) + 1 in _LIMITS)
    return is_limit and all(len(other) <= len(stored) for other in others)


_ASPECTS: dict[str, Callable[[str], str]] = {
    "HTML entities": html.unescape,
    "its Unicode form": lambda text: unicodedata.normalize("NFC", text),
    "white space": lambda text: " ".join(text.replace("\ufeff", "").split()),
    "upper and lower case": str.casefold,
}
"""In what two names may differ that mean the same to a person, each with the function that removes the difference."""


def _folded(name: str, *aspects: str) -> str:
    for aspect in aspects:
        name = _ASPECTS[aspect](name)
    return name


def _differs_in(aspect: str, name: str, other: str) -> bool:
    """Whether two names differ although all other differences are removed."""
    others = [one for one in _ASPECTS if one != aspect]
    return _folded(name, *others) != _folded(other, *others)


# -- other texts -------------------------------------------------------------------------------------------------------


def is_stored_form(stored: str, text: str) -> bool:
    """Whether a server may have made the stored text of this one: trimmed, collapsed, escaped, or composed.

    This has a direction: two blanks may become one, but one blank does not become two.
    """
    if _folded_text(stored) != _folded_text(text):
        return False
    return stored in _stored_forms(text)


def loss(text: str, stored: str, others: Sequence[str]) -> str:
    """What a server may have done to a text that loses some of its meaning, as the end of a sentence; empty if nothing.

    :param others: other stored texts; one of them may show that the server does not do that
    """
    for words, alter in _CASES.items():
        is_altered = alter(stored) == stored and is_stored_form(stored, alter(text))
        if is_altered and all(alter(other) == other for other in others):
            return words
    is_short = (
        len(stored) in _SHORT_LIMITS and text.startswith(stored) and all(len(one) <= len(stored) for one in others)
    )
    if is_short or is_cut(text, stored, others, at_any_length=True):
        return f"cut after {len(stored)} characters"
    return ""


_CASES: dict[str, Callable[[str], str]] = {"in lower case": str.lower, "in upper case": str.upper}
_SHORT_LIMITS = frozenset({8, 10, 12, 15, 16})
"""The limits that servers have for short texts."""


def _folded_text(text: str) -> str:
    text = html.unescape(text).replace("\r\n", "\n").strip()
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text))


_ALTERATIONS: tuple[Callable[[str], str], ...] = (
    str.strip,
    lambda text: text if "\r" in text else text.replace("\n", "\r\n"),
    lambda text: _BLANKS.sub(" ", text),
    lambda text: unicodedata.normalize("NFC", text),
)
"""What servers do with the characters of a text; each may be left out."""

_ESCAPES: tuple[Callable[[str], str], ...] = (
    lambda text: html.escape(text, quote=False),
    lambda text: html.escape(text).replace("&#x27;", "'"),
    html.escape,
    lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    lambda text: html.escape(text).replace("&#x27;", "&#039;"),
)
"""How servers escape a text as HTML; at most one of them."""


def _stored_forms(text: str) -> set[str]:
    """The forms in which a server may store a text, the text itself among them."""
    forms = {text}
    for alter in _ALTERATIONS:
        forms |= {alter(form) for form in forms}
    return forms | {escape(form) for escape in _ESCAPES for form in forms}
