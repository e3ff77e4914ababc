# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal server that emulates the part of Alertra which the benchmark needs: `python -m benchmark.server`.

The sandbox validates and logs every request, which would take most of the measured time. This server prepares its
answers, waits without CPU load, and counts. It stops when its standard input is closed, or after an hour.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .work import DETAIL_ONLY, Row, Work, ident

LIFETIME_S = 3600.0
CONTROL = "/control"
_END = b"\r\n\r\n"


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


class Connection(asyncio.Protocol):
    """One connection: requests in, answers out, in their order."""

    def __init__(self, server: Server) -> None:
        """Wait for the first request."""
        self._server = server
        self._buffer = b""
        self._account: Account | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            line, *fields = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _colon, value in (f.partition(":") for f in fields)
            }
            whole = end + len(_END) + int(headers.get("content-length", "0"))
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + len(_END) : whole], self._buffer[whole:]
            method, target, _version = line.split(" ")
            self._answer(method, target, body, headers.get("connection", "").lower() == "close")

    def _answer(self, method: str, target: str, body: bytes, close: bool) -> None:
        account = self._server.account
        if target == CONTROL:
            self._write(200, self._server.control(method, body), close)
            return
        # Counted with its first request, for one that only controls is none of the account's.
        if self._account is not account:
            self._account = account
            account.connections += 1
        account.first = account.first or time.monotonic()
        status, text = account.answer(method, target, body)
        if account.latency:
            asyncio.get_running_loop().call_later(account.latency, self._write, status, text, close)
        else:
            self._write(status, text, close)

    def _write(self, status: int, text: bytes, close: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n"
        self._server.account.last = time.monotonic()
        self._transport.write(head.encode() + (b"Connection: close\r\n\r\n" if close else b"\r\n") + text)
        if close:
            self._transport.close()


async def serve() -> None:
    """Say where the server is, and serve until the input ends."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    server = Server()
    listener = await loop.create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=256)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    loop.call_later(LIFETIME_S, ended.set)
    print(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", flush=True)
    await ended.wait()
    listener.close()


if __name__ == "__main__":
    # epoll would round the latency up to the next millisecond.
    with contextlib.closing(asyncio.SelectorEventLoop(selectors.SelectSelector())) as precise:
        precise.run_until_complete(serve())
