# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server does to texts before it stores them."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .service import JSON, Call

CUT_AT = 40

ALTERATIONS: Mapping[str, Callable[[str], str]] = {
    "as_given": lambda text: text,
    "trim": str.strip,
    "collapse": lambda text: re.sub(r"[^\S\n]+", " ", text),
    "entities": lambda text: html.escape(text, quote=False),
    "nfc": lambda text: unicodedata.normalize("NFC", text),
    "cut": lambda text: text[:CUT_AT],
    "lower": str.lower,
}
"""By the position of the switch `text_storage`: how a text is stored."""

TEXTS = frozenset(
    {*("name", "Name", "ShortName", "FullName", "EmailAddress"), *("username", "displayName", "description", "notes")}
)
"""The fields that hold names and other texts, in all services. Ids and words with a meaning stay as they are."""


def alteration(position: str) -> Callable[[str], str]:
    """Return how a text is stored in a position of the switch; `cut_20` is to 20 characters."""
    name, _separator, limit = position.partition("_")
    return (lambda text: text[: int(limit)]) if name == "cut" and limit else ALTERATIONS[position]


def store_texts(call: Call, position: str) -> Call:
    """Return a call with its texts as the service stores them."""
    if position == "as_given" or call.method not in ("POST", "PUT") or not call.body:
        return call
    alter = alteration(position)
    if call.headers.get("Content-Type", "").partition(";")[0].strip().lower() == JSON:
        value = call.json()
        return call if value is None else replace(call, body=json.dumps(alter_json(value, alter)).encode())
    return replace(call, body=alter_form(call.body, alter))


def alter_json(value: Any, alter: Callable[[str], str], name: str = "") -> Any:
    """Return a JSON value with its texts altered."""
    if isinstance(value, dict):
        return {key: alter_json(inner, alter, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [alter_json(inner, alter) for inner in value]
    return alter(value) if isinstance(value, str) and name in TEXTS else value


def alter_form(body: bytes, alter: Callable[[str], str]) -> bytes:
    """Return a form with its texts altered; a field is named like `group[name]`."""
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    found = [(key, alter(text) if key.rpartition("[")[2].rstrip("]") in TEXTS else text) for key, text in fields]
    return urlencode(found).encode()
