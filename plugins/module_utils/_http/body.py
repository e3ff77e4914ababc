# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of an answer as bytes: received and decompressed piece by piece, up to a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from http.client import IncompleteRead
from typing import Any

from .exchange import ExchangeError

ACCEPTED_ENCODING = "gzip"
"""What requests say in C(Accept-Encoding)."""

MAX_BYTES = 64 * 2**20
"""How large an answer may be, compressed and decompressed, and all pages of a listing together.

Ten thousand objects of six thousand bytes fit into it.
"""

_CHUNK = 2**16
_GZIP = 16 + zlib.MAX_WBITS


def too_large(what: str) -> str:
    """The clause about something that exceeds the limit."""
    return f"{what} is larger than {MAX_BYTES // 2**20} MB"


def read_body(raw: Any, headers: Mapping[str, str]) -> bytes:
    """The decompressed body of an answer.

    :param raw: the response of urllib3, before anything was read from it
    :raises ExchangeError: if the body is too large, or compressed in a way that was not asked for
    :raises zlib.error: if it cannot be decompressed
    :raises IncompleteRead: if the connection ends before the body does
    """
    encoding = headers.get("Content-Encoding", "").strip().lower()
    received = _limited(_receive(raw))
    if encoding in ("", "identity"):
        return b"".join(received)
    if encoding in ("gzip", "x-gzip"):
        return b"".join(_limited(_decompress(received)))
    raise ExchangeError(f"the server compressed the response with {encoding[:40]}, which was not requested")


def _receive(raw: Any) -> Iterator[bytes]:
    """The parts of the body as they were sent."""
    while part := raw.read(_CHUNK, decode_content=False):
        yield part
    missing = getattr(raw, "length_remaining", None)
    if missing:
        # From version 2 on, urllib3 sees that itself.
        raise IncompleteRead(b"", missing)


def _limited(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts, up to the limit."""
    total = 0
    for part in parts:
        total += len(part)
        if total > MAX_BYTES:
            raise ExchangeError(too_large("the response"))
        yield part


def _decompress(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The decompressed content in small parts, however large the content of one part is."""
    inflate = None
    for part in parts:
        rest = part
        while rest:
            if inflate is None or inflate.eof:
                inflate = zlib.decompressobj(_GZIP)
            yield inflate.decompress(rest, _CHUNK)
            rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    if inflate is not None and not inflate.eof:
        raise ExchangeError("the compressed response is incomplete")
