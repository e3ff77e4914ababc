# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servers of the benchmarks have in common: they read requests, and stop when their standard input is closed.

They wait without CPU load, and stop after an hour at the latest.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import ssl
import sys
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

CONTROL = "/control"
"""The path for the benchmark itself, which is not counted."""
LIFETIME_S = 3600.0
_END = b"\r\n\r\n"


class Request(NamedTuple):
    """A request, with the names of its headers in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """A connection, on which several requests may follow each other."""

    def __init__(self) -> None:
        """Wait for the first request."""
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what the answers are written to."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            line, *fields = self._buffer[:end].decode("latin-1").split("\r\n")
            pairs = (field.partition(":") for field in fields)
            headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
            whole = end + len(_END) + int(headers.get("content-length", "0"))
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + len(_END) : whole], self._buffer[whole:]
            method, target, _version = line.split(" ")
            self.answer(Request(method, target, headers, body))

    @abstractmethod
    def answer(self, request: Request) -> None:
        """Answer a request, at once or later."""

    def write(self, answer: bytes, *, close: bool = False) -> None:
        """Write an answer, unless the client has left.

        :param close: close the connection after it
        """
        if self._transport.is_closing():
            return
        self._transport.write(answer)
        if close:
            self._transport.close()


async def serve(
    connect: Callable[[], Connection], context: ssl.SSLContext | None = None, addresses: Sequence[str] = ("127.0.0.1",)
) -> None:
    """Print the port, which is the same at all addresses, and serve until the standard input is closed.

    :param connect: makes a connection
    :param context: for TLS; without one, the server speaks plain HTTP
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    listeners: list[asyncio.Server] = []
    port = 0
    for address in addresses:
        listeners.append(await loop.create_server(connect, address, port, backlog=256, ssl=context))
        port = listeners[0].sockets[0].getsockname()[1]
    loop.add_reader(sys.stdin.fileno(), ended.set)
    loop.call_later(LIFETIME_S, ended.set)
    print(port, flush=True)
    await ended.wait()
    for listener in listeners:
        listener.close()


def run(server: Coroutine[Any, Any, None]) -> None:
    """Run a server to its end."""
    # epoll would round a latency up to the next millisecond.
    with contextlib.closing(asyncio.SelectorEventLoop(selectors.SelectSelector())) as precise:
        precise.run_until_complete(server)
