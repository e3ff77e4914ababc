# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that plays an exact conversation, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What came in: ``target`` is the path and query as they were sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def call(self) -> str:
        """Method and path."""
        return f"{self.method} {self.target.partition('?')[0]}"

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the body."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """What to answer; ``body`` is JSON unless it is bytes.

    ``drop`` closes the connection without a word, ``cut`` in the middle of the body; ``delay`` waits in seconds before.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    cut: bool = False
    delay: float = 0.0

    @property
    def payload(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def ok(body: Any = b"", **headers: str) -> Answer:
    """Success."""
    return Answer(200, body, {name.replace("_", "-"): value for name, value in headers.items()})


def status(code: int, body: Any = b"", **headers: str) -> Answer:
    """An answer with that status."""
    return Answer(code, body, {name.replace("_", "-"): value for name, value in headers.items()})


DROP = Answer(drop=True)


class Server(ThreadingHTTPServer):
    """Gives the answers one after the other, or those that a function makes of the requests."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *script: Answer, by: Callable[[Request], Answer] | None = None, tls: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []
        self.connections = 0
        self._script, self._by, self._lock = list(script), by, threading.Lock()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def calls(self) -> list[str]:
        """Method and path of each request."""
        return [request.call for request in self.requests]

    @property
    def unplayed(self) -> int:
        """How many answers nobody asked for."""
        return len(self._script)

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        with self._lock:
            self.requests.append(request)
            if self._by is None:
                return self._script.pop(0) if self._script else Answer(418, {"message": "not in the script"})
        return self._by(request)

    def get_request(self) -> Any:
        """Accept a connection."""
        self.connections += 1
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may hang up."""

    def stop(self) -> None:
        """Stop, and wait until it has stopped."""
        self.shutdown()
        self._thread.join(5)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 20
    server: Server

    def handle_one_request(self) -> None:
        """Any method will do."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Request(self.command, self.path, headers, body))
        time.sleep(answer.delay)
        if answer.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        payload = b"" if self.command == "HEAD" else answer.payload
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('Odd',))[0]}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [f"Content-Length: {len(payload)}", "", ""]
        if answer.cut:
            payload, self.close_connection = payload[: len(payload) // 2], True
        self.wfile.write("\r\n".join(lines).encode() + payload)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
