# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox for all tests, reset before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.client import Sandbox
from unit.sandbox.sandbox_api import Api


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """Start the sandbox once."""
    with Sandbox.start(lifetime=300) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """Return the sandbox as at its start."""
    running.reset()
    return running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Api]:
    """Return a client of Alertra."""
    client = Api(sandbox.services["alertra"])
    with client.session:
        yield client
