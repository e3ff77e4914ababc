# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that can be recognised wherever they turn up, however they are written."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote, quote_plus

_CORE = b"canary"
# The word in base64, for each of the three places where it may begin; elsewhere its letters stay readable.
_ENCODED = [b64encode(_CORE), b64encode(b"." + _CORE)[2:9], b64encode(b".." + _CORE)[3:10]]
_PATTERN = re.compile(f"{_CORE.decode()}|{'|'.join(f'(?-i:{text.decode()})' for text in _ENCODED)}", re.IGNORECASE)
_numbers = count(1)


def canary(letters: str = "ö") -> str:
    """A new secret, with letters that are written differently in URLs, in JSON, and in the repr of bytes."""
    return f'canary/{next(_numbers)}+a=b&c"d\\{letters}%'


def spellings(secret: str) -> list[str]:
    """The ways to write a secret."""
    raw = secret.encode()
    return [
        secret,
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(raw)[2:-1],
        b64encode(raw).decode(),
        urlsafe_b64encode(raw).decode(),
    ]


def found(*texts: Any) -> list[str]:
    """Where any canary shows in texts, or in values as JSON: some words around each."""
    return [_around(text, match) for text in map(_text, texts) for match in _PATTERN.finditer(text)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 60) : match.end() + 60]


def secrets_in(options: Any) -> Iterator[str]:
    """The canaries among options, at any depth."""
    if isinstance(options, dict):
        for value in options.values():
            yield from secrets_in(value)
    elif isinstance(options, list):
        for value in options:
            yield from secrets_in(value)
    elif isinstance(options, str) and options.startswith(_CORE.decode()):
        yield options
