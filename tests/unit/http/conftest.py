# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers with a script, and clients that do not really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.declarative.monitoring.plugins.module_utils._http import client as client_module
from unit.clock import FakeClock
from unit.http.scripted import Answer, Server

# A busy machine is no failure, and these tests find errors with few examples.
settings.register_profile("http", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("http")
Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, and checks in the end that each played its whole script."""
    servers: list[Server] = []

    def start(*script: Answer, **options: Any) -> Server:
        servers.append(Server(*script, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
    assert [server.unplayed for server in servers] == [0] * len(servers)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The clock of the client, whose pauses are without jitter."""
    made = FakeClock()
    monkeypatch.setattr(client_module, "Clock", lambda: made)
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    return made
