# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server in front of the services: request log, faults and replies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain, count, repeat
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from aiohttp import web

from .alertra import Alertra
from .control import Control
from .faults import Fault, Faults
from .pinghome import Pinghome
from .pingplotter import PingPlotter
from .portmonitor import PortMonitor
from .request_log import Entry, RequestLog
from .service import Call, Paging, Reply, Service
from .simplehelp import SimpleHelp
from .text_storage import store_texts

LARGEST_BODY = 16 * 1024 * 1024
BLANKS = 10_000
LOGGER = logging.getLogger("sandbox")


def all_services() -> list[Service]:
    """Return the services of the sandbox, each as at its start."""
    return [Alertra(), Pinghome(), PingPlotter(), PortMonitor(), SimpleHelp()]


def build_app(services: Iterable[Service], stop: Callable[[], None]) -> web.Application:
    """Put services and the control endpoint together; `stop` is called when the server is asked to end."""
    by_name = {service.name: service for service in services}
    log, faults = RequestLog(), Faults(by_name)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(Control(by_name, log, faults, stop).routes())
    connections = Connections()
    for service in by_name.values():
        gate = Gate(service, log, faults, connections)
        app.router.add_route("*", service.prefix + "{path:(/.*)?}", gate.handle)
    return app


class Connections:
    """Gives every TCP connection a small number."""

    def __init__(self) -> None:
        """Start at 1."""
        self._numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._next = count(1)

    def number(self, request: web.Request) -> int:
        """Return the number of a request's connection; 0 if it is gone already."""
        if request.transport is None:
            return 0
        if request.transport not in self._numbers:
            self._numbers[request.transport] = next(self._next)
        return self._numbers[request.transport]


class Gate:
    """Stands before one service: logs each request, and lets faults have their way."""

    def __init__(self, service: Service, log: RequestLog, faults: Faults, connections: Connections) -> None:
        """Guard a service."""
        self._service = service
        self._log = log
        self._faults = faults
        self._connections = connections

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take a request to the service and its reply back, unless a fault is in the way."""
        call = await self._read(request)
        entry = self._log.open(
            self._service.name,
            call,
            secrets=self._service.credentials(call),
            account=self._service.account_name(call),
            connection=self._connections.number(request),
        )
        fault = self._faults.pick(entry.service, entry.method, entry.path, call.body.decode(errors="replace"))
        entry.fault = fault.kind if fault else None
        reply = await self._act(call, fault)
        if fault and fault.drops:
            note(entry)
            return drop(request)
        entry.status = reply.status
        note(entry)
        if fault and fault.kind in SENDERS:
            return await SENDERS[fault.kind](request, reply, fault)
        return web.Response(status=reply.status, body=reply.body, headers=headers_of(reply))

    async def _read(self, request: web.Request) -> Call:
        # The raw path keeps an encoded slash inside its segment.
        below = request.rel_url.raw_path.removeprefix(self._service.prefix)
        query = {name: request.query.getall(name) for name in request.query}
        return Call(
            method=request.method,
            segments=tuple(unquote(segment) for segment in below.split("/")[1:]),
            query=query,
            headers=request.headers,
            body=await request.read(),
            peer=request.remote or "",
        )

    async def _act(self, call: Call, fault: Fault | None) -> Reply:
        call = store_texts(call, str(self._service.switches["text_storage"]))
        if fault is None:
            return self._service.handle(call)
        if not fault.acts:
            return fault.spoil(Reply())
        if fault.kind != "drip":
            await asyncio.sleep(fault.seconds)
        if fault.kind in (Paging.REPEAT.value, Paging.ENDLESS.value):
            call = replace(call, paging=Paging(fault.kind))
        return fault.spoil(self._service.handle(call))


def note(entry: Entry) -> None:
    """Write a request to the server's own log."""
    outcome = "dropped" if entry.status is None else entry.status
    LOGGER.info("%s %s %s: %s, fault: %s", entry.service, entry.method, entry.path, outcome, entry.fault)


def headers_of(reply: Reply) -> dict[str, str]:
    """Return the headers of a reply."""
    return {"Content-Type": reply.content_type, **reply.headers}


def drop(request: web.Request) -> web.Response:
    """End the connection; the response is for the framework only and never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def send_truncated(request: web.Request, reply: Reply, fault: Fault) -> web.StreamResponse:
    """Announce the whole body, send half of it, and end the connection."""
    response = web.StreamResponse(status=reply.status, headers=headers_of(reply))
    # An empty body has no half to leave out, so a byte is announced that never comes.
    response.content_length = max(len(reply.body), 1)
    response.force_close()
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def send_with_two_lengths(request: web.Request, reply: Reply, fault: Fault) -> web.StreamResponse:
    """Announce two different lengths, and end the connection."""
    if request.transport is not None:
        head = f"HTTP/1.1 {reply.status} OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n"
        request.transport.write(head.encode() + reply.body)
        request.transport.close()
    return web.Response()


async def send_drop_by_drop(request: web.Request, reply: Reply, fault: Fault) -> web.StreamResponse:
    """Send the body byte by byte, with that pause after each, and blanks when it is over, until the client hangs up."""
    response = web.StreamResponse(status=reply.status, headers=headers_of(reply))
    response.force_close()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for byte in chain(reply.body, repeat(ord(" "), BLANKS)):
            await response.write(bytes([byte]))
            await asyncio.sleep(fault.seconds)
    return response


SENDERS: Mapping[str, Callable[[web.Request, Reply, Fault], Awaitable[web.StreamResponse]]] = {
    "truncate": send_truncated,
    "two_lengths": send_with_two_lengths,
    "drip": send_drop_by_drop,
}
"""How the reply of a fault is sent that no framework would send like that."""
