# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in data of which only the names of the keys are known, such as the body of a request that a user writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._core.values import MASK

_SECRET_NAMES = (
    "accesskey",
    "apikey",
    "appkey",
    "authorization",
    "cookie",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "token",
)
_HEADERS = "headers"
_SHORTEST_HEADER = 8
"""The length from which the value of a header is treated as a secret and not as a word."""


def mask_named_secrets(data: Any) -> Any:
    """The data with the values masked that are secrets by their names."""
    if isinstance(data, dict):
        return {key: _mask_value(str(key), value) for key, value in data.items()}
    return [mask_named_secrets(value) for value in data] if isinstance(data, list) else data


def named_secrets(data: Any) -> Iterator[str]:
    """The values that are secrets by their names, as texts."""
    if isinstance(data, dict):
        for key, value in data.items():
            if _is_secret(str(key), value):
                yield str(value)
            else:
                yield from _header_values(value) if _normal(str(key)).endswith(_HEADERS) else named_secrets(value)
    elif isinstance(data, list):
        for value in data:
            yield from named_secrets(value)


def _mask_value(name: str, value: Any) -> Any:
    if _is_secret(name, value):
        return MASK
    return _mask_headers(value) if _normal(name).endswith(_HEADERS) else mask_named_secrets(value)


def _is_secret(name: str, value: Any) -> bool:
    is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""
    return is_text and _normal(name).endswith(_SECRET_NAMES)


def _normal(name: str) -> str:
    """A name without case and separators: C(user[api_key]) as C(userapikey)."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _mask_headers(headers: Any) -> Any:
    """Headers, in any shape, with all values masked that can be secrets."""
    if isinstance(headers, dict):
        return {key: _mask_headers(value) for key, value in headers.items()}
    if isinstance(headers, list):
        return [_mask_headers(value) for value in headers]
    return MASK if len(str(headers or "")) >= _SHORTEST_HEADER else headers


def _header_values(headers: Any) -> Iterator[str]:
    if isinstance(headers, (dict, list)):
        for value in headers.values() if isinstance(headers, dict) else headers:
            yield from _header_values(value)
    elif len(str(headers or "")) >= _SHORTEST_HEADER:
        yield str(headers)
