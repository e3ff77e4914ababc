# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of a service on an account of the sandbox, without a server: what is sent, and what the account then holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from sandbox.service import Call, Paging, Reply
from unit.probe.accounts import ACCOUNTS
from unit.probe.in_process import connect

State = dict[str, Any]
# Makes another reply to a call.
Spoil = Callable[[Call, Reply], Reply]


class Account:
    """An account at a service, which starts with a state.

    :param name: the name of the service
    :param switches: of the sandbox
    :ivar warnings: what the service has warned of in the last run
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, state: Mapping[str, Any], **switches: Any) -> None:
        self._account = ACCOUNTS[name]
        self.sandbox = self._account.sandbox()
        self.sandbox.import_state(None, state)
        self.sandbox.switches.update(switches)
        self._monkeypatch = monkeypatch
        self._sent = connect(monkeypatch, self.sandbox)
        self._options: dict[str, Any] = {}
        self.warnings: list[str] = []

    def set_options(self, **options: Any) -> None:
        """Set connection options for all clients from now on."""
        self._options.update(options)

    def spoil(self, spoil: Spoil) -> None:
        """Change the replies from now on."""
        handle = self.sandbox.handle
        self._monkeypatch.setattr(self.sandbox, "handle", lambda call: spoil(call, handle(call)))

    def show(self, segment: str, **fields: Any) -> None:
        """Show these values in each object that is read at paths with this segment, instead of those that it has."""

        def show(call: Call, reply: Reply) -> Reply:
            if call.method != "GET" or segment not in call.segments or reply.status != 200:
                return reply
            data = json.loads(reply.body)
            if isinstance(data, list):
                return Reply.of_json([{**row, **fields} for row in data])
            return Reply.of_json({**data, **fields})

        self.spoil(show)

    def refuse(self, *requests: str, status: int) -> None:
        """Answer these requests with an error from now on, and do nothing. Each is a method and a path."""
        handle = self.sandbox.handle

        def refuse(call: Call) -> Reply:
            if f"{call.method} {call.path}" in requests:
                return Reply.of_json({"success": False, "message": "No."}, status)
            return handle(call)

        self._monkeypatch.setattr(self.sandbox, "handle", refuse)

    def fail_once(self, *, but: tuple[str, ...] = ()) -> None:
        """Let each request fail the first time, and do nothing. Clients repeat what they may repeat.

        :param but: how the requests begin that do not fail: a method and a path
        """
        handle, failed = self.sandbox.handle, set()
        self.set_options(api_retries=1, api_max_wait=3600.0)

        def fail(call: Call) -> Reply:
            request = (call.method, call.path, str(call.query), call.body)
            if request in failed or f"{call.method} {call.path}".startswith(but):
                return handle(call)
            failed.add(request)
            return Reply.of_json({"message": "Later."}, 503)

        self._monkeypatch.setattr(self.sandbox, "handle", fail)

    def ignore(self, *parameters: str, **instead: str) -> None:
        """Let the server ignore these parameters of the query from now on.

        :param instead: parameters for which it always takes these values
        """
        handle, forced = self.sandbox.handle, {name: [value] for name, value in instead.items()}

        def ignore(call: Call) -> Reply:
            query = {name: value for name, value in call.query.items() if name not in parameters}
            return handle(replace(call, query={**query, **forced} if call.method == "GET" else query))

        self._monkeypatch.setattr(self.sandbox, "handle", ignore)

    def repeat_pages(self) -> None:
        """Answer each page of a listing with the first one from now on."""
        handle = self.sandbox.handle
        self._monkeypatch.setattr(self.sandbox, "handle", lambda call: handle(replace(call, paging=Paging.REPEAT)))

    def service(self, **options: Any) -> Service:
        """A new client, as each task has one."""
        return self._account.service({**self.options, **options}, 1)

    @property
    def options(self) -> dict[str, Any]:
        """The connection options of the account."""
        return {**self._account.options(self.sandbox), **self._options}

    def run(self, *desired: Desired, check: bool = False, prune: Sequence[str] = ()) -> Report:
        """What a task reports that declares these objects."""
        self.forget_requests()
        service = self.service()
        self.warnings = service.warnings
        return Report(reconcile(service, desired, check=check, prune=prune, prune_limit=99, concurrency=1))

    def forget_requests(self) -> None:
        """Count requests from now on."""
        self._sent.calls.clear()

    @property
    def requests(self) -> list[str]:
        """Method and path of each request of the last run."""
        return [f"{call.method} {call.path}" for call in self._sent.calls]

    @property
    def calls(self) -> Sequence[Call]:
        """The requests of the last run."""
        return self._sent.calls

    def state(self) -> State:
        """Everything that the account holds."""
        return self.sandbox.export_state(None)
