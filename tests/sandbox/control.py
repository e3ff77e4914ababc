# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control endpoint, with which tests prepare, watch and stop the sandbox."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from .errors import RefusedError
from .faults import Faults
from .request_log import RequestLog
from .service import Service

PREFIX = "/_control"
Handler = Callable[[web.Request], Awaitable[Any]]


class Control:
    """The calls below `/_control`."""

    def __init__(
        self, services: Mapping[str, Service], log: RequestLog, faults: Faults, stop: Callable[[], None]
    ) -> None:
        """Control these services, this log and these faults."""
        self._services = services
        self._log = log
        self._faults = faults
        self._stop = stop

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all calls."""
        calls: list[tuple[str, str, Handler]] = [
            ("GET", "/health", self._health),
            ("POST", "/reset", self._reset),
            ("POST", "/stop", self._end),
            ("GET", "/requests", self._requests),
            ("GET", "/requests/count", self._count_requests),
            ("DELETE", "/requests", self._clear_requests),
            ("GET", "/switches/{service}", self._switches),
            ("PATCH", "/switches/{service}", self._set_switches),
            ("POST", "/switches/{service}/reset", self._reset_switches),
            ("GET", "/faults", self._list_faults),
            ("POST", "/faults", self._add_faults),
            ("DELETE", "/faults", self._clear_faults),
            ("GET", "/state/{service}", self._state),
            ("PUT", "/state/{service}", self._set_state),
            ("POST", "/accounts/{service}", self._add_account),
        ]
        routes = [web.route(method, PREFIX + path, answering(handler)) for method, path, handler in calls]
        return [*routes, web.route("*", PREFIX + "{path:(/.*)?}", answering(self._unknown))]

    async def _health(self, _request: web.Request) -> Any:
        return {"status": "ok", "services": list(self._services)}

    async def _unknown(self, request: web.Request) -> Any:
        raise RefusedError(f"There is no control call {request.method} {request.path}.")

    async def _reset(self, _request: web.Request) -> Any:
        for service in self._services.values():
            service.reset()
        self._faults.clear()
        self._log.clear()
        return {}

    async def _end(self, _request: web.Request) -> Any:
        self._stop()
        return {}

    async def _requests(self, request: web.Request) -> Any:
        return self._log.as_json(request.query.get("service"), int(request.query.get("after", 0)))

    async def _count_requests(self, _request: web.Request) -> Any:
        return {"count": self._log.count}

    async def _clear_requests(self, _request: web.Request) -> Any:
        self._log.clear()
        return {}

    async def _switches(self, request: web.Request) -> Any:
        return self._service(request).switches.as_json()

    async def _set_switches(self, request: web.Request) -> Any:
        switches = self._service(request).switches
        switches.update(await read_object(request))
        return switches.as_json()

    async def _reset_switches(self, request: web.Request) -> Any:
        switches = self._service(request).switches
        switches.reset()
        return switches.as_json()

    async def _list_faults(self, _request: web.Request) -> Any:
        return self._faults.as_json()

    async def _add_faults(self, request: web.Request) -> Any:
        faults = await read_json(request)
        return self._faults.add(faults if isinstance(faults, list) else [faults])

    async def _clear_faults(self, _request: web.Request) -> Any:
        self._faults.clear()
        return {}

    async def _state(self, request: web.Request) -> Any:
        return self._service(request).export_state(request.query.get("account"))

    async def _set_state(self, request: web.Request) -> Any:
        service, account = self._service(request), request.query.get("account")
        service.import_state(account, await read_object(request))
        return service.export_state(account)

    async def _add_account(self, request: web.Request) -> Any:
        return {"name": self._service(request).add_account(await read_object(request))}

    def _service(self, request: web.Request) -> Service:
        name = request.match_info["service"]
        service = self._services.get(name)
        if service is None:
            raise RefusedError(f"There is no service {name!r}; there are {', '.join(self._services)}.")
        return service


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Let a handler return plain values, and answer 400 with a sentence to what is refused."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await handler(request))
        except RefusedError as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


async def read_json(request: web.Request) -> Any:
    """Return the JSON body of a request."""
    try:
        return json.loads(await request.text())
    except ValueError:
        raise RefusedError("The body is not JSON.") from None


async def read_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in the body of a request."""
    value = await read_json(request)
    if not isinstance(value, dict):
        raise RefusedError("The body is not a JSON object.")
    return value
