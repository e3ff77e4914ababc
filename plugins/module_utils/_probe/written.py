# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to read the answer to a question from write requests that several services share."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .evidence import Evidence, NotSeenError, Reply, UnknownFormError
from .forms import form
from .question import SILENT, Position, Question, Written, by_writing
from .read import Read
from .scratch import Scratch

FIRST = "{prefix} made by a probe 1"
SECOND = "{prefix} made by a probe 2"
TEXT = "{prefix} made by a probe with a  TEXT & an e\u0301 at the end of it "
"""A name that each known alteration of texts changes: it has two blanks, an ampersand, and an accent of its own."""

STATUSES: Mapping[Position, str] = {200: "200", 201: "201"}

_ALTERATIONS: Mapping[Position, tuple[str, Callable[[str], str]]] = {
    "as_given": ("yes", lambda text: text),
    "trim": ("without blanks at the end", str.strip),
    "collapse": ("with one blank instead of two", lambda text: re.sub(r"[^\S\n]+", " ", text)),
    "entities": ("with HTML entities", lambda text: html.escape(text, quote=False)),
    "nfc": ("in the Unicode form NFC", lambda text: unicodedata.normalize("NFC", text)),
    "lower": ("in lower case", str.lower),
}
_LONGEST_LAG_S = 10


def everywhere(text: Scratch, option: str = "") -> tuple[Question, ...]:
    """The questions about each service.

    :param text: the scratch object with the text C(TEXT)
    :param option: the option that holds the text, if it is not the name
    """

    def stored_text(evidence: Evidence) -> Position:
        return _position_of_text(
            evidence.record(text).values.get(option or text.option),
            TEXT.replace("{prefix}", evidence.options["prefix"]),
        )

    return (
        by_writing(
            "text_storage",
            "whether texts are stored as they were sent",
            SILENT,
            "as_given",
            {**{name: words for name, (words, _alter) in _ALTERATIONS.items()}, "cut": "cut at some length"},
            Written((), stored_text),
        ),
        by_writing("lag", "how many seconds a read lags behind a write", SILENT, 0, {}, Written((), _lag)),
    )


def _position_of_text(stored: Any, sent: str) -> Position:
    if not isinstance(stored, str):
        raise NotSeenError("the service does not show the text")
    for position, (_words, alter) in _ALTERATIONS.items():
        if stored == alter(sent):
            return position
    if sent.startswith(stored):
        return "cut"
    raise UnknownFormError("a text that is stored in another form")


def _lag(evidence: Evidence) -> Position:
    found = evidence.lag.whole_s
    if found is None:
        raise NotSeenError(f"no listing showed a new object within {_LONGEST_LAG_S} s")
    return found


def accepted(step: str, yes: Position, no: Position, control: str = "") -> Read:
    """Whether the service accepts a request.

    :param control: another request without the doubtful part, which it must accept if it refuses the first one
    """

    def read(evidence: Evidence) -> Position:
        if evidence.reply(step).is_success:
            return yes
        if control and not evidence.reply(control).is_success:
            raise NotSeenError(f"the service refused another request, too (HTTP {evidence.reply(control).status})")
        return no

    return read


def status(step: str, allowed: Collection[int]) -> Read:
    """The HTTP status of a request that succeeds."""

    def read(evidence: Evidence) -> Position:
        found = evidence.success(step).status
        if found not in allowed:
            raise UnknownFormError(f"HTTP {found}")
        return found

    return read


def body(step: str, forms: Mapping[Position, Callable[[Reply], bool]]) -> Read:
    """The form of the answer to a request that succeeds: the first that fits."""

    def read(evidence: Evidence) -> Position:
        reply = evidence.success(step)
        for position, fits in forms.items():
            if fits(reply):
                return position
        raise UnknownFormError(form(reply.data))

    return read


# -- forms of answers --------------------------------------------------------------------------------------------------


def is_object(reply: Reply) -> bool:
    """Whether the answer is an object."""
    return isinstance(reply.data, dict)


def has(*keys: str) -> Callable[[Reply], bool]:
    """Whether the answer is an object with one of these keys."""
    return lambda reply: isinstance(reply.data, dict) and any(key in reply.data for key in keys)


def has_only(*keys: str) -> Callable[[Reply], bool]:
    """Whether the answer is an object with exactly one key, which is one of these."""
    return lambda reply: isinstance(reply.data, dict) and len(reply.data) == 1 and set(reply.data) <= set(keys)


def has_object(*keys: str) -> Callable[[Reply], bool]:
    """Whether the answer has an object under one of these keys."""
    return lambda reply: isinstance(reply.data, dict) and any(isinstance(reply.data.get(key), dict) for key in keys)


def is_list(reply: Reply) -> bool:
    """Whether the answer is a list."""
    return isinstance(reply.data, list)


def is_text(reply: Reply) -> bool:
    """Whether the answer is plain text."""
    return isinstance(reply.data, str) and not reply.is_json


def is_json_text(reply: Reply) -> bool:
    """Whether the answer is a text in JSON."""
    return isinstance(reply.data, str) and reply.is_json


def is_null(reply: Reply) -> bool:
    """Whether the answer is null."""
    return reply.data is None and reply.is_json


def is_empty(reply: Reply) -> bool:
    """Whether the answer has no body."""
    return reply.data is None and not reply.is_json
