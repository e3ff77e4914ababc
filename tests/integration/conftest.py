# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox for each worker, as new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.harness import Account, account
from sandbox.client import Sandbox


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """A sandbox for all tests of this worker."""
    with Sandbox.start(lifetime=3600) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A sandbox as it is at the start."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def alertra(sandbox: Sandbox) -> Account:
    """An account at Alertra that may write."""
    return account(sandbox, "alertra", api_key="sandbox-key")


@pytest.fixture
def accounts(alertra: Account) -> list[Account]:
    """An account at each service."""
    return [alertra]
