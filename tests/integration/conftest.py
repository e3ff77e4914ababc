# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox for each worker, as new for each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from integration.harness import FORKS, ROOT, Account, account
from sandbox import rehearsal
from sandbox.client import Sandbox

CREDENTIALS = rehearsal.CREDENTIALS
"""The credentials of the default account of each service of the sandbox."""


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """A sandbox for all tests of this worker; on another Python where SANDBOX_PYTHON says so, as it needs 3.11."""
    with Sandbox.start(lifetime=3600, python=os.environ.get("SANDBOX_PYTHON", sys.executable)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def seen() -> Iterator[set[str]]:
    """The endpoints that the sandbox got a request for, noted at the end for tools/endpoints.py."""
    found: set[str] = set()
    yield found
    folder = ROOT / "build" / "reports" / "endpoints"
    folder.mkdir(parents=True, exist_ok=True)
    # Others run these tests at the same time: `make matrix-quick`.
    name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"
    (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in sorted(found)), encoding="utf-8")


@pytest.fixture
def sandbox(running_sandbox: Sandbox, seen: set[str]) -> Iterator[Sandbox]:
    """A sandbox as it is at the start."""
    running_sandbox.reset()
    yield running_sandbox
    seen.update(f"{request['service']} {request['method']} {request['path']}" for request in running_sandbox.requests())


@pytest.fixture
def no_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of Ansible run in new processes, as users start them."""
    monkeypatch.setattr(FORKS, "suits", lambda env: False)


@pytest.fixture
def alertra(sandbox: Sandbox) -> Account:
    """An account at Alertra that may write."""
    return account(sandbox, "alertra", api_key="sandbox-key")


@pytest.fixture
def pinghome(sandbox: Sandbox) -> Account:
    """An account at Pinghome, with a service that is meant where none is named."""
    return account(sandbox, "pinghome", **CREDENTIALS["pinghome"])


@pytest.fixture
def pingplotter(sandbox: Sandbox) -> Account:
    """An account at PingPlotter Cloud that may write."""
    return account(sandbox, "pingplotter", **CREDENTIALS["pingplotter"])


@pytest.fixture
def portmonitor(sandbox: Sandbox) -> Account:
    """An account at Port Monitor, with a token that is good for ever."""
    return account(sandbox, "portmonitor", **CREDENTIALS["portmonitor"])


@pytest.fixture
def accounts(sandbox: Sandbox) -> list[Account]:
    """An account at each service that the sandbox plays."""
    return [account(sandbox, service, **CREDENTIALS[service]) for service in sandbox.services]


@pytest.fixture
def simplehelp(sandbox: Sandbox) -> Account:
    """A SimpleHelp server, by a token that has to be quoted in a path."""
    return account(sandbox, "simplehelp", api_token="sandbox-token-/+1")
