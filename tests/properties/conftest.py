# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox for each worker, and how many examples are tried."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from sandbox.client import Sandbox

EXAMPLES = 30
"""As many as there is time for after each change."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let more be tried than after each change."""
    parser.addoption("--examples", type=int, help="try that many new examples of each service, and reduce what fails")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox for all tests of this worker; on another Python where SANDBOX_PYTHON says so, as it needs 3.11."""
    with Sandbox.start(lifetime=8 * 3600, python=os.environ.get("SANDBOX_PYTHON", sys.executable)) as running:
        yield running


@pytest.fixture(scope="session")
def effort(request: pytest.FixtureRequest) -> settings:
    """The same examples each time, or as many new ones as were asked for."""
    examples = request.config.getoption("--examples")
    return settings(
        max_examples=examples or EXAMPLES,
        derandomize=not examples,
        phases=[Phase.generate, Phase.shrink] if examples else [Phase.generate],
        report_multiple_bugs=False,
        stateful_step_count=6,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
