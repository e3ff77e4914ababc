# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server for the accounts of many customers: `python -m benchmark.fleet_server SANDBOX LATENCY CERTIFICATE`.

The sandbox is too slow for this. It gets each request once, and this server repeats its answer for all customers, whose
accounts are equal. It waits without CPU load, and counts. It stops when its standard input is closed, or after an hour.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
import ssl
import sys
from collections import Counter
from typing import Any

import urllib3

LIFETIME_S = 3600.0
CONTROL = "/control"
_END = b"\r\n\r\n"
_OWN_HEADERS = ("connection", "content-length", "date", "server", "transfer-encoding")


class Answers:
    """The answers of the sandbox, each asked for once."""

    def __init__(self, sandbox: str) -> None:
        """Know none yet."""
        self.requests: Counter[str] = Counter()
        self.paths: dict[str, None] = {}
        self.connections = 0
        self._sandbox = sandbox
        self._pool = urllib3.PoolManager(retries=False, timeout=30)
        self._known: dict[tuple[str, str, bytes], bytes] = {}

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        """The whole answer to a request of a customer, whose name is the first part of the path."""
        _empty, _customer, path = target.split("/", 2)
        self.requests[method] += 1
        if method == "GET":
            self.paths[path] = None
        key = (method, path, body)
        if key not in self._known:
            self._known[key] = self._ask(method, path, headers, body)
        return self._known[key]

    def report(self) -> bytes:
        """What was asked since the last report: the numbers of requests and connections, and what was read."""
        found = {"requests": dict(self.requests), "connections": self.connections, "paths": list(self.paths)}
        self.requests.clear()
        self.paths.clear()
        self.connections = 0
        return json.dumps(found).encode()

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        own = {name: value for name, value in headers.items() if name not in (*_OWN_HEADERS, "accept-encoding", "host")}
        reply = self._pool.request(method, f"{self._sandbox}/{path}", body=body or None, headers=own)
        lines = [f"HTTP/1.1 {reply.status} {reply.reason}", f"Content-Length: {len(reply.data)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() not in _OWN_HEADERS]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + reply.data


class Connection(asyncio.Protocol):
    """One connection: requests in, answers out, in their order."""

    def __init__(self, answers: Answers, latency: float) -> None:
        """Wait for the first request."""
        self._answers, self._latency = answers, latency
        self._buffer, self._asked = b"", False
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            line, *fields = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _colon, value in (one.partition(":") for one in fields)
            }
            whole = end + len(_END) + int(headers.get("content-length", "0"))
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + len(_END) : whole], self._buffer[whole:]
            method, target, _version = line.split(" ")
            self._answer(method, target, headers, body)

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        if target == CONTROL:
            report = self._answers.report()
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(report), report))
            return
        self._answers.connections += not self._asked
        self._asked = True
        answer = self._answers.answer(method, target, headers, body)
        asyncio.get_running_loop().call_later(self._latency, self._write, answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def serve(sandbox: str, latency: float, certificate: str) -> None:
    """Say the port, and serve until the input ends.

    :param sandbox: its URL
    :param latency: seconds
    :param certificate: a file with a key and a certificate; without one, the server speaks plain HTTP
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    answers = Answers(sandbox)
    listener = await loop.create_server(lambda: Connection(answers, latency), "127.0.0.1", 0, backlog=256, ssl=context)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    loop.call_later(LIFETIME_S, ended.set)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    listener.close()


if __name__ == "__main__":
    # epoll would round the latency up to the next millisecond.
    with contextlib.closing(asyncio.SelectorEventLoop(selectors.SelectSelector())) as precise:
        precise.run_until_complete(serve(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
