# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal server that emulates the part of Alertra which the benchmark needs: `python -m benchmark.server`.

The sandbox validates and logs every request, which would take most of the measured time. This server prepares its
answers, and counts.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .http_server import CONTROL, Connection, Request, run, serve
from .work import DETAIL_ONLY, Row, Work, ident


class Account:
    """The devices of an account, as prepared answers."""

    def __init__(self, work: Work, latency: float) -> None:
        """Prepare the initial state; each answer is delayed by ``latency`` seconds."""
        self.latency = latency
        self.requests: Counter[str] = Counter()
        self.connections = 0
        # The times of the first request and of the last answer.
        self.first = self.last = 0.0
        self._declared = work.declared()
        self._devices: dict[str, Row] = {}
        self._shown: dict[str, bytes] = {}
        for device in work.there():
            self._put(ident(len(self._devices)), device)

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a request."""
        parts = urlsplit(target)
        segments = parts.path.strip("/").split("/")
        self.requests[method] += 1
        match method, segments:
            case "GET", ["devices"]:
                query = parse_qs(parts.query)
                start, count = (
                    int(query.get(name, [default])[0]) for name, default in (("Offset", "0"), ("Limit", "25"))
                )
                return 200, b"[%b]" % b",".join(list(self._shown.values())[start : start + min(count, 100)])
            case "GET", ["devices", device_id] if device_id in self._devices:
                return 200, json.dumps({"device_id": device_id, **self._devices[device_id]}).encode()
            case "POST", ["devices"]:
                device_id = ident(len(self._devices))
                self._put(device_id, json.loads(body))
                return 200, json.dumps({"device_id": device_id}).encode()
            case "PUT", ["devices", device_id] if device_id in self._devices:
                self._put(device_id, {**self._devices[device_id], **json.loads(body)})
                return 200, b"{}"
        return 400, json.dumps({"code": 1005, "message": f"Unknown path: {method} {parts.path}."}).encode()

    def report(self) -> Row:
        """What was asked so far, and whether the devices are as declared."""
        by_name = {device["ShortName"]: device for device in self._devices.values()}
        declared = {device["ShortName"]: device for device in self._declared}
        done = by_name == declared and len(self._devices) == len(declared)
        return {
            "requests": dict(self.requests),
            "connections": self.connections,
            "exchange": self.last - self.first if self.first else 0.0,
            "done": done,
        }

    def _put(self, device_id: str, device: Mapping[str, Any]) -> None:
        self._devices[device_id] = dict(device)
        row = {name: value for name, value in device.items() if name not in DETAIL_ONLY}
        more = {"Status": "Up", "LastCheckResult": "200 OK", "StatusSince": "2025-06-01T12:00:00+00:00"}
        self._shown[device_id] = json.dumps({**row, **more, "device_id": device_id}).encode()


class Server:
    """The account that the connections speak of."""

    def __init__(self) -> None:
        """Start with an empty one."""
        self.account = Account(Work("nothing", 0), 0.0)

    def control(self, method: str, body: bytes) -> bytes:
        """Report the requests; PUT starts with a new account."""
        if method == "PUT":
            wanted = json.loads(body)
            self.account = Account(Work(**wanted["work"]), wanted["latency"])
        return json.dumps(self.account.report()).encode()


class DeviceConnection(Connection):
    """A connection of a client."""

    def __init__(self, server: Server) -> None:
        """Wait for the first request."""
        super().__init__()
        self._server = server
        self._account: Account | None = None

    def answer(self, request: Request) -> None:
        """Answer from the account, after its latency."""
        account = self._server.account
        close = request.headers.get("connection", "").lower() == "close"
        if request.target == CONTROL:
            self._respond(200, self._server.control(request.method, request.body), close)
            return
        # Counted with its first request, for one that only controls is none of the account's.
        if self._account is not account:
            self._account = account
            account.connections += 1
        account.first = account.first or time.monotonic()
        status, text = account.answer(request.method, request.target, request.body)
        if account.latency:
            asyncio.get_running_loop().call_later(account.latency, self._respond, status, text, close)
        else:
            self._respond(status, text, close)

    def _respond(self, status: int, text: bytes, close: bool) -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n"
        self._server.account.last = time.monotonic()
        self.write(head.encode() + (b"Connection: close\r\n\r\n" if close else b"\r\n") + text, close=close)


if __name__ == "__main__":
    server = Server()
    run(serve(lambda: DeviceConnection(server)))
