# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt to send a request: when it must be over, and whether any of it was sent.

urllib3 limits each wait for data, but not their sum, so a server that sends a byte now and then would hold a task for
ever. And its exceptions do not say whether the request was sent. So the connections here ask the current exchange
before each wait, and tell it when they begin to send.
"""

from __future__ import annotations

import contextlib
import io
import socket
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
else:
    # The real base is only known at run time: it differs for TLS and for proxies.
    HTTPConnection = object


class ExchangeError(Exception):
    """A request that must not be sent, or an answer that is not accepted. The text is one clause for the user."""


class Exchange:
    """The progress of one attempt. Used by one thread.

    :param timeout_s: the seconds that the attempt may take as a whole, to the end of the answer
    :ivar sent: whether the server may have got a part of the request
    :ivar answering: whether the answer has begun
    """

    def __init__(self, clock: Clock, timeout_s: float) -> None:
        self._clock, self._deadline = clock, clock.now() + timeout_s
        self.timeout_s = timeout_s
        self.sent = False
        self.answering = False

    def remaining_s(self) -> float:
        """The seconds that are left.

        :raises TimeoutError: if none are
        """
        left_s = self._deadline - self._clock.now()
        if left_s <= 0:
            # Before Python 3.10 this is not a TimeoutError, and urllib3 expects this one.
            raise socket.timeout("timed out")
        return left_s

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Let the connections that this thread uses meanwhile belong to this exchange."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)


_CURRENT: ContextVar[Exchange | None] = ContextVar("current exchange", default=None)


def mark_as_sent() -> None:
    """Note that the server may get the request of the current exchange from now on."""
    exchange = _CURRENT.get()
    if exchange is not None:
        exchange.sent = True


def _limit_wait(sock: Any) -> None:
    """Let the next wait of a socket end when the current exchange must be over."""
    exchange = _CURRENT.get()
    if exchange is not None:
        sock.settimeout(exchange.remaining_s())


def limited_pools(pools: Mapping[str, Any]) -> dict[str, Any]:
    """These classes of connection pools of urllib3, by scheme, with connections that belong to an exchange."""
    return {scheme: _limited_pool(pool) for scheme, pool in pools.items()}


def _limited_pool(pool: Any) -> Any:
    connection = type("LimitedConnection", (_LimitedConnection, pool.ConnectionCls), {})
    return type(f"Limited{pool.__name__}", (pool,), {"ConnectionCls": connection})


class _LimitedInput(io.RawIOBase):
    """What a socket receives, until the current exchange must be over."""

    def __init__(self, inner: Any, sock: Any) -> None:
        self._inner, self._sock = inner, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        _limit_wait(self._sock)
        count: int | None = self._inner.readinto(buffer)
        return count

    def close(self) -> None:
        self._inner.close()
        super().close()


class _LimitedResponse(HTTPResponse):
    """An answer. It waits for each part until the current exchange must be over."""

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        inner: Any = self.fp
        self.fp = io.BufferedReader(_LimitedInput(inner.detach(), sock))


class _LimitedConnection(HTTPConnection):
    """In front of the class of a connection of urllib3."""

    response_class = _LimitedResponse

    def _new_conn(self) -> Any:
        sock = super()._new_conn()
        # For the handshake of TLS, and that with a proxy.
        _limit_wait(sock)
        return sock

    def endheaders(self, *args: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        mark_as_sent()
        super().endheaders(*args, **options)
