# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short texts in answers and exceptions: the server's own message and error code, the cause of an exception."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

_MESSAGE_KEYS = ("message", "reason", "error", "detail", "errors", "title", "info", "error_description")
_LONGEST_MESSAGE = 200
_LONGEST_CODE = 60
# What OpenSSL says about an answer in plain text. It differs between its versions.
_NO_TLS_REASONS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})


def server_message(data: Any) -> str:
    """The server's own message in the body of an answer; empty if there is none.

    :param data: the body, as parsed JSON or as text
    """
    return shorten(_message_under_known_key(data) if isinstance(data, dict) else _as_text(data))


def error_code(data: Any) -> str | None:
    """The server's own error code in the body of an answer."""
    if not isinstance(data, dict):
        return None
    error = data.get("error")
    nested = error.get("code") if isinstance(error, dict) else None
    code = data.get("code", data.get("error_code", nested))
    return shorten(str(code), _LONGEST_CODE) if isinstance(code, (str, int)) else None


def shorten(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """A text of the server, cut so that it fits into a sentence. Secrets must be masked before: half of one is not."""
    return text[:longest]


def root_cause(exc: BaseException) -> str:
    """The innermost reason of an exception, without the URL that the outer ones contain."""
    exc = innermost(exc)
    if isinstance(exc, ssl.SSLError) and exc.reason in _NO_TLS_REASONS:
        return "the server does not use TLS on this port"
    text = getattr(exc, "verify_message", "") or getattr(exc, "strerror", "") or str(exc)
    return str(text).splitlines()[0] if text else type(exc).__name__


def innermost(exc: BaseException) -> BaseException:
    """The exception that caused an exception, or that it wraps."""
    inner: BaseException | None = exc
    while inner is not None:
        exc = inner
        inner = _nested_exception(exc)
    return exc


def _message_under_known_key(data: Mapping[str, Any]) -> str:
    texts = (_as_text(data.get(key)) for key in _MESSAGE_KEYS)
    return next(filter(None, texts), "")


def _as_text(value: Any) -> str:
    """A part of a body as one line; empty for values that say nothing."""
    if isinstance(value, dict):
        return _message_under_known_key(value) or ", ".join(f"{key}: {_as_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(filter(None, map(_as_text, value)))
    if isinstance(value, str) and value.startswith("<"):
        return "a web page"
    if value in (None, True, False):
        return ""
    return shorten(" ".join(str(value).split()))


def _nested_exception(exc: BaseException) -> BaseException | None:
    candidates = (getattr(exc, "reason", None), *exc.args, exc.__cause__)
    return next((one for one in candidates if isinstance(one, BaseException)), None)
