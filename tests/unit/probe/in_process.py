# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox without a server: the requests of a client go straight to a service of the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import Clock
from ansible_collections.declarative.monitoring.plugins.module_utils._http import retry, transport
from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import Answer
from ansible_collections.declarative.monitoring.plugins.module_utils._http.exchange import Exchange
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp import verification
from sandbox import lag, pingplotter
from sandbox.service import Call, Reply, Service
from sandbox.text_storage import store_texts

BASE = "http://127.0.0.1:1"
OPTIONS: dict[str, Any] = {
    "api_timeout": 5.0,
    "api_retries": 0,
    "api_max_wait": 5.0,
    "validate_certs": True,
    "ca_path": None,
    "api_allow_http": False,
}
PATIENCE: dict[str, Any] = {"api_max_wait": 3600.0, "api_retries": 9}
"""The options of a client that waits for each window of a rate limit."""
READING: dict[str, Any] = {"write": False, "prefix": "zzprobe"}
"""The options of a probe that only reads."""


class InProcess:
    """Answers the requests of clients by a service of the sandbox.

    :param change: makes another reply of each
    :ivar calls: the calls so far
    :ivar replies: the reply to each of them
    """

    def __init__(self, service: Service, change: Callable[[Reply], Reply] = lambda reply: reply) -> None:
        self.service, self.change = service, change
        self.calls: list[Call] = []
        self.replies: list[Reply] = []
        self._lock = threading.Lock()

    def send(self, request: PreparedRequest, exchange: Exchange) -> Answer:
        """What replaces the method that sends requests."""
        # What fails from here on may be a lost answer.
        exchange.sent = True
        call = self._call(request)
        with self._lock:
            self.calls.append(call)
            call = store_texts(call, str(self.service.switches["text_storage"]))
            reply = self.change(self.service.handle(call))
            self.replies.append(reply)
        headers: Mapping[str, str] = CaseInsensitiveDict({"Content-Type": reply.content_type, **reply.headers})
        return Answer(reply.status, "", headers, reply.body)

    def _call(self, request: PreparedRequest) -> Call:
        parts = urlsplit(str(request.url))
        # The client sends keys as bytes.
        given: Mapping[str, Any] = request.headers
        headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in given.items()}
        body = request.body or b""
        return Call(
            method=str(request.method),
            segments=tuple(map(unquote, parts.path.removeprefix(self.service.prefix).split("/")[1:])),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers=CaseInsensitiveDict(headers),
            body=body if isinstance(body, bytes) else body.encode(),
            peer="127.0.0.1",
        )


class FakeTime:
    """The time of clients and of the sandbox. It passes only while somebody waits, and pauses are not random."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now_s = 0.0
        monkeypatch.setattr(Clock, "now", lambda clock: self._now_s)
        monkeypatch.setattr(Clock, "sleep", lambda clock, seconds: self.sleep(seconds))
        time = SimpleNamespace(monotonic=lambda: self._now_s, time=lambda: self._now_s)
        monkeypatch.setattr(lag, "time", time)
        monkeypatch.setattr(pingplotter, "time", time)
        monkeypatch.setattr(verification, "time", SimpleNamespace(sleep=self.sleep))
        monkeypatch.setattr(retry, "random", SimpleNamespace(uniform=lambda lowest, highest: highest))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._now_s += seconds


def connect(
    monkeypatch: pytest.MonkeyPatch, service: Service, change: Callable[[Reply], Reply] = lambda reply: reply
) -> InProcess:
    """Let all clients send their requests to this service."""
    found = InProcess(service, change)
    monkeypatch.setattr(transport.Transport, "send", found.send)
    return found
