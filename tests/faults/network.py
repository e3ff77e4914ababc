# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way from a module to the sandbox: what fails before a server sees it, and a clock on which waiting costs nothing.

Faults that a server makes are the sandbox's. A connection that is refused, or an answer that does not come in time, is
made here, below the client that is tested, as what the network would do to it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as Urllib3SSLError

from ansible_collections.declarative.monitoring.plugins.module_utils._http.exchange import _LimitedInput, mark_as_sent

TLS_REASONS = {"bad_record": "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "plain_text": "WRONG_VERSION_NUMBER"}
"""What OpenSSL says of bytes that are no TLS, by what the network does."""
PIECE_BYTES, PIECE_S = 512, 1.0
"""What arrives at once of an answer that drips, and how long that takes."""


class Clock:
    """A clock that jumps where a module would sleep, and tells how long the run would have taken."""

    def __init__(self) -> None:
        """Start with the present."""
        self._monotonic = time.monotonic
        self._skipped = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """The time of the run."""
        return self._monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        with self._lock:
            self._skipped += max(0.0, seconds)


@dataclass
class Cut:
    """What the network does to some requests: from the one at ``skip`` on to ``times`` of them, for ever if -1."""

    kind: str
    skip: int = 0
    times: int = 1

    def meets(self, number: int) -> bool:
        """Whether it meets the request of that number, counted from 0."""
        return number >= self.skip and (self.times < 0 or number < self.skip + self.times)


class Memory:
    """The memory of this process; nothing where Linux does not tell it."""

    def __init__(self) -> None:
        """Forget the peak before."""
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = self._peak()

    @property
    def megabytes(self) -> float:
        """How much more there was at the most than at the start."""
        return self._peak() - self._before

    def _peak(self) -> float:
        with contextlib.suppress(OSError):
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
        return 0.0


def broken_tls(reason: str, request: requests.PreparedRequest) -> requests.exceptions.SSLError:
    """What requests raises if TLS breaks while a response is read. tests/integration/test_hostile.py has real TLS."""
    error = ssl.SSLError(1, f"[SSL: {reason}] {reason.lower().replace('_', ' ')}")
    error.reason = reason
    cause = MaxRetryError(None, str(request.url), Urllib3SSLError(error))  # type: ignore[arg-type]
    return requests.exceptions.SSLError(cause, request=request)


@dataclass
class Wire:
    """The requests of one run: where they went, how long it would have taken, and how much memory."""

    timeout: float
    cut: Cut | None = None
    hosts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0

    @contextlib.contextmanager
    def attached(self) -> Iterator[Wire]:
        """Carry the requests of what runs meanwhile."""
        clock, lock = Clock(), threading.Lock()
        send, make = requests.adapters.HTTPAdapter.send, ThreadPoolExecutor.__init__
        receive, drips = _LimitedInput.readinto, [False]
        with socket.socket() as nobody:
            # Bound but not listening, so that nothing else takes the port, and whoever knocks is refused.
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]

            def carry(adapter: Any, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
                parts = urlsplit(str(request.url))
                with lock:
                    number = len(self.hosts)
                    self.hosts.append(parts.netloc)
                    met = self.cut is not None and self.cut.meets(number)
                kind = self.cut.kind if self.cut is not None and met else ""
                drips[0] = kind == "drip"
                if kind == "refused":
                    request = request.copy()
                    request.url = parts._replace(netloc=f"127.0.0.1:{port}").geturl()
                response = None if kind == "timeout" else send(adapter, request, *args, **kwargs)
                if response is None or kind == "timeout_after":
                    mark_as_sent()
                    clock.sleep(self.timeout)
                    raise requests.exceptions.ReadTimeout(request=request)
                if kind in TLS_REASONS:
                    mark_as_sent()
                    raise broken_tls(TLS_REASONS[kind], request)
                return response

            def trickle(answer: Any, buffer: Any) -> int | None:
                if not drips[0]:
                    return receive(answer, buffer)
                clock.sleep(PIECE_S)
                return receive(answer, buffer[:PIECE_BYTES])

            def alone(pool: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> None:
                # Among several requests at once, which of them is the third would be a matter of luck.
                make(pool, max_workers=1)

            with (
                mock.patch.object(ThreadPoolExecutor, "__init__", alone),
                mock.patch.object(requests.adapters.HTTPAdapter, "send", carry),
                mock.patch.object(_LimitedInput, "readinto", trickle),
                mock.patch.object(time, "sleep", clock.sleep),
                mock.patch.object(time, "monotonic", clock.now),
            ):
                memory, started = Memory(), clock.now()
                yield self
                self.seconds, self.megabytes = clock.now() - started, memory.megabytes
