# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox for each worker; how much of the matrix is run, and where its outcomes are noted."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._http import paging
from sandbox.client import Sandbox
from tools.fault_matrix import Notes


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole matrix be asked for."""
    parser.addoption(
        "--all-faults", action="store_true", help="fail every request of every module, and note what came of it"
    )


@pytest.fixture(scope="session")
def everything(request: pytest.FixtureRequest) -> bool:
    """Whether the whole matrix is run, and not the part for which there is time after each change."""
    return bool(request.config.getoption("--all-faults"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox for all tests of this worker; on another Python where SANDBOX_PYTHON says so, as it needs 3.11."""
    with Sandbox.start(lifetime=4 * 3600, python=os.environ.get("SANDBOX_PYTHON", sys.executable)) as running:
        yield running


@pytest.fixture(scope="session")
def notes(everything: bool) -> Iterator[Notes]:
    """The outcomes: those in the documentation, or in a run of the whole matrix new ones, kept for the next page."""
    found = Notes() if everything else Notes.documented()
    yield found
    if everything:
        found.keep(os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(autouse=True)
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a listing that does not end be given up after a few pages; how many, unit tests of paging say."""
    monkeypatch.setattr(paging, "_MAX_PAGES", 20)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a home directory: there a process that was killed leaves what others wait for and read again."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def no_finalizers() -> Iterator[None]:
    """Collect no garbage meanwhile: a finalizer that runs while deeply nested JSON is parsed has no stack left."""
    gc.disable()
    yield
    gc.enable()
