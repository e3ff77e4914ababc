# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the server, runs a rival, and measures it."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import rivals
from .http_server import CONTROL
from .work import CREATE, Work

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900.0
_CEILING_S = 1.0
_IN_FLIGHT = 16
_EXACT = (rivals.CONFIG, rivals.APPLY, rivals.BARE)
_WORKERS = (rivals.URI, rivals.ORDINARY, rivals.MODULE, *_EXACT)


class BenchmarkError(Exception):
    """A rival did not reach the declared state, so its time is meaningless."""


@dataclass(frozen=True)
class Run:
    """The measurements of a run.

    :param wall: seconds
    :param cpu: seconds, of all processes together
    :param memory: bytes, of the largest process
    :param exchange: seconds from the first request to the last answer
    :param requests: number of requests at the server, by method
    :param connections: number of connections at the server
    """

    wall: float
    cpu: float
    memory: float
    exchange: float
    requests: Mapping[str, int]
    connections: int


@dataclass(frozen=True)
class Cell:
    """A case of the benchmark: a rival, the work, and the latency of the server in seconds."""

    rival: str
    work: Work
    latency: float = 0.0
    concurrency: int = 4


@contextmanager
def server() -> Iterator[str]:
    """Run a server; yields its URL."""
    command = [sys.executable, "-m", "benchmark.server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=user_environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()


def run(cell: Cell, url: str) -> Run:
    """Run a rival.

    :raises BenchmarkError: if it does not reach the declared state, or sends other requests than necessary
    """
    _control(url, work=cell.work.as_dict(), latency=cell.latency)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        command = rivals.command(cell.rival, cell.work, url, cell.concurrency, folder)
        wall, cpu, memory = measure(command, folder, {**user_environment(folder), **rivals.environment(url)})
    report = _control(url)
    found = Run(wall, cpu, memory, report["exchange"], report["requests"], report["connections"])
    check(cell, found, report["done"])
    return found


def check(cell: Cell, found: Run, done: bool) -> None:
    """Check that a rival has reached the declared state with the necessary requests.

    :raises BenchmarkError: if it has not
    """
    wanted = cell.work.counts() if cell.rival in _WORKERS else {}
    if cell.rival not in _EXACT:
        # Rivals may send any number of read requests.
        wanted["GET"] = found.requests.get("GET", 0)
    if {"GET": 0, **found.requests} != wanted or not (done or cell.rival not in _WORKERS):
        state = "as declared" if done else "in another state than declared"
        raise BenchmarkError(f"{cell} left the account {state}, after {dict(found.requests)}, not {wanted}")


def ceiling(url: str) -> float:
    """A lower bound of the requests that the server answers in a second, measured with a minimal client."""
    _control(url, work=Work(CREATE, 0).as_dict(), latency=0)
    host, port = url.removeprefix("http://").split(":")
    request = f"GET /devices HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    answered = 0
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection((host, int(port)), 10)) for _number in range(_IN_FLIGHT)]
        start = time.monotonic()
        while (elapsed := time.monotonic() - start) < _CEILING_S:
            for line in lines:
                line.sendall(request)
            for line in lines:
                line.recv(65536)
            answered += len(lines)
    return answered / elapsed


def machine() -> list[str]:
    """The hardware and the versions of the software."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{len(os.sched_getaffinity(0))} cores ({models[0] if models else platform.machine()})",
        f"{memory:.0f} GiB of memory",
        f"Linux {platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("ansible-core", "requests")),
    ]


def _control(url: str, **wanted: Any) -> Any:
    """Reset the server to a state, or only read its counters."""
    data = json.dumps(wanted).encode() if wanted else None
    request = urllib.request.Request(url + CONTROL, data, method="PUT" if wanted else "GET")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def measure(command: list[str], folder: Path, env: Mapping[str, str]) -> tuple[float, float, float]:
    """The wall seconds, CPU seconds and bytes of memory of a program.

    :raises BenchmarkError: if it fails
    """
    output, usage = folder / "output", folder / "usage"
    launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("usage.py")), str(usage)]
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*launcher, *command], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    if code:
        raise BenchmarkError(f"{' '.join(command)} ended with {code}:\n{output.read_text(encoding='utf-8')[-2000:]}")
    wall, cpu, memory = map(float, usage.read_text(encoding="utf-8").split())
    return wall, cpu, memory


def user_environment(home: Path | None = None) -> dict[str, str]:
    """The environment of a user without settings."""
    return {
        **{name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ},
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "tests"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_NOCOLOR": "1",
        **({"ANSIBLE_HOME": str(home / "home")} if home else {}),
    }
