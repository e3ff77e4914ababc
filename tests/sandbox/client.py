# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small synchronous helper that starts, prepares and watches the sandbox, for tests and the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import urllib3

READY_SECONDS = 20.0
STOP_SECONDS = 10.0
CALL_SECONDS = 30.0


class SandboxError(Exception):
    """The sandbox did not start, or refused what it was asked."""


class Sandbox:
    """A running sandbox; as a context manager it is stopped at the end."""

    def __init__(self, url: str, services: dict[str, str], process: subprocess.Popen[bytes] | None = None) -> None:
        """Take over a sandbox that is already running."""
        self.url = url
        self.services = services
        self.process = process
        # Without the proxies of the environment, which could not reach the loopback address.
        self._connections = urllib3.PoolManager(retries=False, timeout=CALL_SECONDS)

    @classmethod
    def start(cls, lifetime: float = 3600, python: str = sys.executable) -> Sandbox:
        """Start a sandbox that ends with this process, and wait until it is ready."""
        with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
            ready, errors = Path(folder, "ready.json"), Path(folder, "stderr.txt")
            process = launch(python, lifetime, ready, errors)
            try:
                wait_for(ready, process)
                found = json.loads(ready.read_text(encoding="utf-8"))
            except BaseException as error:
                process.kill()
                process.wait()
                if isinstance(error, SandboxError):
                    raise SandboxError(f"{error}: {errors.read_text(encoding='utf-8').strip()}") from None
                raise
        return cls(found["url"], found["services"], process)

    def __enter__(self) -> Sandbox:
        """Use the sandbox."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the sandbox."""
        self.stop()

    def reset(self) -> None:
        """Put state, accounts, log, switches and faults back to the start."""
        self._call("POST", "reset")

    def requests(self, service: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """Return the logged requests, or those of one service.

        :param after: the number of the request before the first one
        """
        parameters = {"service": service, "after": str(after)}
        found: list[dict[str, Any]] = self._call("GET", "requests", parameters=parameters)
        return found

    def count_requests(self) -> int:
        """Return how many requests are logged; this is also the number of the last one."""
        return int(self._call("GET", "requests/count")["count"])

    def clear_requests(self) -> None:
        """Empty the request log."""
        self._call("DELETE", "requests")

    def switches(self, service: str, **values: str | float) -> dict[str, str | float]:
        """Set switches of a service, and return all of them."""
        found: dict[str, str | float] = self._call("PATCH", f"switches/{service}", values)
        return found

    def reset_switches(self, service: str) -> None:
        """Put the switches of a service back to their defaults."""
        self._call("POST", f"switches/{service}/reset")

    def fault(self, **fields: Any) -> dict[str, Any]:
        """Add a fault after those that are there."""
        added: list[dict[str, Any]] = self._call("POST", "faults", fields)
        return added[0]

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults, with how often each was met."""
        found: list[dict[str, Any]] = self._call("GET", "faults")
        return found

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._call("DELETE", "faults")

    def state(self, service: str, account: str | None = None) -> dict[str, Any]:
        """Return all that an account holds."""
        found: dict[str, Any] = self._call("GET", f"state/{service}", parameters={"account": account})
        return found

    def set_state(self, service: str, state: dict[str, Any], account: str | None = None) -> dict[str, Any]:
        """Replace all that an account holds, and return it with its ids."""
        found: dict[str, Any] = self._call("PUT", f"state/{service}", state, {"account": account})
        return found

    def add_account(self, service: str, **fields: Any) -> str:
        """Add an account and return its name."""
        return str(self._call("POST", f"accounts/{service}", fields)["name"])

    def stop(self) -> None:
        """Stop the sandbox, and wait for its end if it was started here."""
        try:
            if self.process is None or self.process.poll() is None:
                self._call("POST", "stop")
        except urllib3.exceptions.HTTPError:
            pass  # It ended on its own in the meantime.
        finally:
            self._connections.clear()
            if self.process is not None:
                end(self.process)

    def _call(self, method: str, path: str, body: Any = None, parameters: dict[str, str | None] | None = None) -> Any:
        query = urlencode({name: value for name, value in (parameters or {}).items() if value is not None})
        response = self._connections.request(
            method, f"{self.url}/_control/{path}?{query}", body=None if body is None else json.dumps(body)
        )
        answer = json.loads(response.data)
        if response.status >= 400:
            raise SandboxError(answer["error"])
        return answer


def launch(python: str, lifetime: float, ready: Path, errors: Path) -> subprocess.Popen[bytes]:
    """Start the server as a process of its own."""
    folder = str(Path(__file__).resolve().parents[1])
    paths = [folder, os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else [folder]
    command = [python, "-m", "sandbox", "--port", "0", "--parent", str(os.getpid())]
    command += ["--lifetime", str(lifetime), "--ready-file", str(ready)]
    with errors.open("wb") as stderr:
        return subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )


def wait_for(ready: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server has written its ready file."""
    deadline = time.monotonic() + READY_SECONDS
    while not ready.exists():
        if process.poll() is not None:
            raise SandboxError(f"the sandbox ended with code {process.returncode} before it was ready")
        if time.monotonic() > deadline:
            raise SandboxError(f"the sandbox was not ready within {READY_SECONDS:.0f} seconds")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process, and see to it if it does not come."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
