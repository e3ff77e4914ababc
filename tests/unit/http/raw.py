# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers with any bytes, at any pace."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

Behaviour = Callable[[socket.socket], None]
"""What it does after it has read a request."""


def read_request(connection: socket.socket) -> bytes:
    """The head and the body of a request; empty if the client hangs up."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _end, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", 0)):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class RawServer:
    """Accepts connections, reads one request of each, and then behaves.

    :param greet: what it does with a new connection, before it reads anything, such as a TLS handshake
    """

    def __init__(
        self, behave: Behaviour, greet: Callable[[socket.socket], socket.socket] = lambda connection: connection
    ) -> None:
        self._behave, self._greet = behave, greet
        self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Accept no more connections."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        with connection, contextlib.suppress(OSError), self._greet(connection) as greeted:
            if read_request(greeted):
                self.requests += 1
                self._behave(greeted)


def tls(pem: str) -> Callable[[socket.socket], socket.socket]:
    """A TLS handshake with the key and the certificate of a file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return lambda connection: context.wrap_socket(connection, server_side=True)
