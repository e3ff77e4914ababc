# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the body of an answer contains: JSON as Python values that are safe to pass on, other text, or nothing."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

MAX_PARTS = 1_000_000
"""How many objects and arrays JSON may have. Python needs up to a hundred times the memory of their text."""

MAX_VALUES = 5_000_000
"""How many values JSON may have. Python needs up to fifteen times the memory of their text."""

MAX_DEPTH = 64
"""How many levels JSON may have. Whoever passes it on calls itself once or several times for each level."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Content(NamedTuple):
    """What a body contains.

    :param data: the data of JSON; other text as a string; None for an empty body and for what cannot be used
    :param is_json: whether it is JSON
    :param title: what it is otherwise, for a message
    :param is_usable: whether it may be the answer to a write: anything but a web page, and JSON that is nested too deep
    """

    data: Any
    is_json: bool = False
    title: str = "something that is not JSON"
    is_usable: bool = True


_TOO_DEEP = Content(None, title=f"JSON with more than {MAX_DEPTH} levels", is_usable=False)
_TOO_MANY_PARTS = Content(None, title=f"JSON with more than {MAX_PARTS:,} objects and arrays", is_usable=False)
_TOO_MANY_VALUES = Content(None, title=f"JSON with more than {MAX_VALUES:,} values", is_usable=False)


def parse(body: bytes) -> Content:
    """The content of a body. A lone surrogate, which no UTF-8 can contain, is replaced by U+FFFD."""
    if not body.strip():
        return Content(None, title="nothing")
    too_large = _too_large(body)
    if too_large is not None:
        return too_large
    try:
        data = json.loads(body)
    except RecursionError:
        return _TOO_DEEP
    except ValueError:
        return _as_text(body)
    if not _is_flat(data):
        return _TOO_DEEP
    return Content(_replace_surrogates(data) if _may_have_surrogates(body) else data, is_json=True)


def _too_large(body: bytes) -> Content | None:
    """What is wrong with JSON that would take too much memory; None if it would not, or is not JSON.

    Commas in texts count, too.
    """
    if body.lstrip()[:1] not in (b"{", b"["):
        return None
    if body.count(b"{") + body.count(b"[") > MAX_PARTS:
        return _TOO_MANY_PARTS
    return _TOO_MANY_VALUES if body.count(b",") > MAX_VALUES else None


def _as_text(body: bytes) -> Content:
    """Text in UTF-8, as most is, or else in the encoding in which any bytes are text. What headers say is ignored."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    text = text.strip()
    if text.startswith("<"):
        return Content(text, title="a web page", is_usable=False)
    return Content(text)


def _is_flat(data: Any) -> bool:
    """Whether data has no more levels than are allowed. Does not call itself."""
    level = [data]
    for _depth in range(MAX_DEPTH):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, (dict, list))]
        if not level:
            return True
    return False


def _inside(data: Any) -> Any:
    if isinstance(data, dict):
        return data.values()
    return data if isinstance(data, list) else ()


def _may_have_surrogates(body: bytes) -> bool:
    """Whether some bytes look like it. Any body that is not in UTF-8 does."""
    if b"\\ud" in body or b"\\uD" in body:
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in body


def _replace_surrogates(data: Any) -> Any:
    if isinstance(data, str):
        return _SURROGATE.sub(_REPLACEMENT, data)
    if isinstance(data, list):
        return [_replace_surrogates(value) for value in data]
    if isinstance(data, dict):
        return {_replace_surrogates(key): _replace_surrogates(value) for key, value in data.items()}
    return data
