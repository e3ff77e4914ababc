# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process: where it listens, how it tells so, and every way in which it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox import client
from sandbox.app import all_services
from sandbox.client import Sandbox, SandboxError

TESTS = Path(client.__file__).resolve().parents[1]
SECONDS = 10


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", *options]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TESTS)}


class Server:
    """A sandbox started without the helper."""

    def __init__(self, *options: str) -> None:
        """Start it, and wait for its line."""
        self.process = subprocess.Popen(
            command(*options), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())

    def finish(self) -> tuple[int, str, str]:
        """Return code and further output, once it has ended."""
        stdout, stderr = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, stdout, stderr


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Collect servers, so that none outlives its test."""
    found: list[Server] = []
    yield found
    for server in found:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate(timeout=SECONDS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ready_line_ready_file_and_signals(servers: list[Server], tmp_path: Path, number: signal.Signals) -> None:
    ready_file = tmp_path / "ready.json"
    servers.append(Server("--ready-file", str(ready_file), "--log-file", str(tmp_path / "log")))
    ready = servers[0].ready
    assert json.loads(ready_file.read_text(encoding="utf-8")) == ready
    assert list(ready) == ["url", "services"]
    assert ready["services"] == {service.name: ready["url"] + service.base for service in all_services()}
    assert ready["services"]["alertra"] == f"{ready['url']}/alertra/v1.1"
    with requests.Session() as session:
        # A kept-alive connection does not hold up the end.
        session.get(f"{ready['services']['alertra']}/tags?api_key=sandbox-key", timeout=SECONDS)
        servers[0].process.send_signal(number)
        assert servers[0].finish() == (0, "", "")
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "alertra GET /tags: 200" in log
    assert "sandbox-key" not in log
    assert log.rstrip().endswith("stopped")


def test_stop_by_control(servers: list[Server]) -> None:
    servers.append(Server())
    response = requests.post(f"{servers[0].ready['url']}/_control/stop", timeout=SECONDS)
    assert response.json() == {}
    assert servers[0].finish() == (0, "", "")


def test_stop_while_a_request_is_under_way(servers: list[Server]) -> None:
    servers.append(Server())
    sandbox = Sandbox(servers[0].ready["url"], servers[0].ready["services"])
    sandbox.fault(service="alertra", kind="delay", seconds=30)

    def wait() -> None:
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{sandbox.services['alertra']}/tags", timeout=SECONDS)

    thread = threading.Thread(target=wait)
    thread.start()
    while not sandbox.requests():
        time.sleep(0.01)
    sandbox.stop()
    assert servers[0].finish() == (0, "", "")
    thread.join()


def test_end_of_the_lifetime(servers: list[Server]) -> None:
    servers.append(Server("--lifetime", "0.2"))
    assert servers[0].finish() == (0, "", "")


def test_end_of_a_parent_that_started_the_server(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    script = "import os, subprocess, sys; subprocess.Popen([*sys.argv[1:], '--parent', str(os.getpid())])"
    script += "; import time, pathlib"
    script += f"\nwhile not pathlib.Path({str(ready_file)!r}).exists(): time.sleep(0.01)"
    arguments = [sys.executable, "-c", script, *command("--ready-file", str(ready_file))]
    subprocess.run(arguments, env=environment(), stdout=subprocess.DEVNULL, check=True, timeout=SECONDS)
    assert ends(json.loads(ready_file.read_text(encoding="utf-8"))["url"])


def test_end_of_another_parent(servers: list[Server]) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    servers.append(Server("--parent", str(other.pid)))
    assert servers[0].process.poll() is None
    other.communicate(b"\n", timeout=SECONDS)
    assert servers[0].finish() == (0, "", "")


def ends(url: str) -> bool:
    """Tell whether a server stops answering soon."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/_control/health", timeout=1)
        except requests.RequestException:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "www.example.com", ""])
def test_only_loopback(host: str) -> None:
    result = subprocess.run(
        command("--host", host), env=environment(), capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert result.returncode == 2
    assert "loopback" in result.stderr


def test_port_in_use(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    result = subprocess.run(
        command("--port", port), env=environment(), capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert result.returncode == 1
    assert result.stderr == f"sandbox: port {port} is in use; choose another one with --port\n"


def test_localhost(servers: list[Server]) -> None:
    servers.append(Server("--host", "localhost"))
    assert servers[0].ready["url"].startswith("http://127.0.0.1:")


def test_helper() -> None:
    with Sandbox.start(lifetime=60) as sandbox:
        process = sandbox.process
        assert process is not None
        assert process.poll() is None
    assert process.returncode == 0
    sandbox.stop()


def test_helper_stops_what_has_ended_already() -> None:
    sandbox = Sandbox.start(lifetime=0.2)
    assert sandbox.process is not None
    assert sandbox.process.wait(SECONDS) == 0
    sandbox.stop()


def test_helper_tells_why_it_did_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "aiohttp.py"
    broken.write_text("raise ImportError('there is no framework')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SandboxError, match="there is no framework"):
        Sandbox.start()


def test_requests_do_not_stall(sandbox: Sandbox) -> None:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{sandbox.services['alertra']}/tags?api_key=sandbox-key"
        session.get(url, timeout=SECONDS)
        begin = time.monotonic()
        for _turn in range(20):
            session.get(url, timeout=SECONDS)
        assert time.monotonic() - begin < 0.7
    assert len({request["connection"] for request in sandbox.requests()}) == 1
