# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server for the accounts of many customers: `python -m benchmark.fleet_server SANDBOX LATENCY CERTIFICATE`.

The sandbox is too slow for this. It gets each request once, and this server repeats its answer for all customers, whose
accounts are equal. It also counts.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections import Counter

import urllib3

from .fleet_work import ADDRESSES
from .http_server import CONTROL, Connection, Request, run, serve

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

    def answer(self, request: Request) -> bytes:
        """The whole answer to a request of a customer, whose name is the first part of the path."""
        _empty, _customer, path = request.target.split("/", 2)
        self.requests[request.method] += 1
        if request.method == "GET":
            self.paths[path] = None
        key = (request.method, path, request.body)
        if key not in self._known:
            self._known[key] = self._ask(path, request)
        return self._known[key]

    def report(self) -> bytes:
        """What was asked since the last report: the numbers of requests and connections, and what was read."""
        found = {"requests": dict(self.requests), "connections": self.connections, "paths": list(self.paths)}
        self.requests.clear()
        self.paths.clear()
        self.connections = 0
        return json.dumps(found).encode()

    def _ask(self, path: str, request: Request) -> bytes:
        left_out = (*_OWN_HEADERS, "accept-encoding", "host")
        own = {name: value for name, value in request.headers.items() if name not in left_out}
        reply = self._pool.request(request.method, f"{self._sandbox}/{path}", body=request.body or None, headers=own)
        lines = [f"HTTP/1.1 {reply.status} {reply.reason}", f"Content-Length: {len(reply.data)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() not in _OWN_HEADERS]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + reply.data


class CustomerConnection(Connection):
    """A connection of a client."""

    def __init__(self, answers: Answers, latency: float) -> None:
        """Wait for the first request.

        :param latency: seconds
        """
        super().__init__()
        self._answers, self._latency = answers, latency
        self._is_counted = False

    def answer(self, request: Request) -> None:
        """Answer as the sandbox does, after the latency."""
        if request.target == CONTROL:
            report = self._answers.report()
            self.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(report), report))
            return
        self._answers.connections += not self._is_counted
        self._is_counted = True
        asyncio.get_running_loop().call_later(self._latency, self.write, self._answers.answer(request))


def tls(certificate: str) -> ssl.SSLContext | None:
    """The settings of TLS with a file with a key and a certificate; None without one."""
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


if __name__ == "__main__":
    answers, latency = Answers(sys.argv[1]), float(sys.argv[2])
    run(serve(lambda: CustomerConnection(answers, latency), tls(sys.argv[3]), [*ADDRESSES.values()]))
