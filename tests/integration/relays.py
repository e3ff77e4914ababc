# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may stand between a module and a service: an end of TLS, and a forward proxy. On loopback only."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

Address = tuple[str, int]
_SECONDS = 20
_CHUNK = 65536


def address_of(url: str) -> Address:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


class Relay:
    """Takes connections on a free port, each in a thread of its own, and hands them on; remembers what came in."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address: Address = self._socket.getsockname()[:2]
        self.received = b""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.address[1]

    def handle(self, client: socket.socket) -> None:
        """Serve one connection."""
        raise NotImplementedError

    def stop(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def remember(self, data: bytes) -> None:
        """Keep what a client sent."""
        with self._lock:
            self.received += data

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            client.settimeout(_SECONDS)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            self.handle(client)

    def join(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on what each side says, until one has no more to say."""
        client_data = getattr(client, "pending", int)
        while True:
            ready = [client] if client_data() else select.select([client, server], [], [], _SECONDS)[0]
            if not ready:
                return
            for source in ready:
                data = source.recv(_CHUNK)
                if not data:
                    return
                if source is client:
                    self.remember(data)
                (server if source is client else client).sendall(data)


class TlsFront(Relay):
    """Ends TLS before a server that does not speak it."""

    def __init__(self, target: Address, context: ssl.SSLContext) -> None:
        self._target, self._context = target, context
        super().__init__()

    def handle(self, client: socket.socket) -> None:
        """Shake hands, then pass on."""
        with (
            self._context.wrap_socket(client, server_side=True) as inner,
            socket.create_connection(self._target, _SECONDS) as server,
        ):
            self.join(inner, server)


class Proxy(Relay):
    """A forward proxy that knows only the names it is told: for CONNECT, and for http with the whole URL.

    :param names: where the hosts are
    :param login: user and password that it asks for
    :param status: a status line to answer everything with
    """

    def __init__(self, names: Mapping[str, Address], login: tuple[str, str] | None = None, status: str = "") -> None:
        self._names, self._login, self._status = names, login, status
        self.targets: list[str] = []
        super().__init__()

    @property
    def url(self) -> str:
        """What goes into an environment variable."""
        return f"http://127.0.0.1:{self.port}"

    def handle(self, client: socket.socket) -> None:
        """Read the head of the first request, then pass on the rest to the same server."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(_CHUNK)
            if not data:
                return
            head += data
        self.remember(head)
        line, _end, rest = head.partition(b"\r\n")
        method, target, version = line.split(b" ")
        self.targets.append(f"{method.decode()} {target.decode()}")
        host = urlsplit(target.decode() if method != b"CONNECT" else f"//{target.decode()}").hostname or ""
        refusal = self._refusal(rest, host)
        if refusal:
            page = b"<html><body>No.</body></html>"
            client.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (refusal.encode(), len(page), page))
            return
        with socket.create_connection(self._names[host], _SECONDS) as server:
            if method == b"CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                parts = urlsplit(target)
                path = parts.path + (b"?" + parts.query if parts.query else b"")
                # One request a connection, so that there is no second URL to take apart.
                server.sendall(b"%s %s %s\r\nConnection: close\r\n%s" % (method, path, version, rest))
            self.join(client, server)

    def _refusal(self, rest: bytes, host: str) -> str:
        if self._status:
            return self._status
        if self._login is not None:
            expected = base64.b64encode(":".join(self._login).encode())
            if b"Proxy-Authorization: Basic " + expected not in rest:
                return "407 Proxy Authentication Required"
        return "" if host in self._names else "502 Bad Gateway"


@contextmanager
def running(relay: Any) -> Iterator[Any]:
    """A relay for as long as it is needed."""
    try:
        yield relay
    finally:
        relay.stop()
