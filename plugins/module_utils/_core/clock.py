# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time, as an object that a test can replace, and waiting for something."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Clock:
    """A clock that never goes backwards. Its zero point has no meaning."""

    def now(self) -> float:
        """The time in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)


def poll(check: Callable[[], _T], timeout_s: float, interval_s: float, clock: Clock | None = None) -> _T:
    """Repeat a check until its result is true or the time is over; return its last result.

    The check runs at least once, and for the last time when the time is over.

    :param interval_s: the pause between two checks, in seconds
    :param clock: replaced in tests
    """
    clock = clock or Clock()
    deadline = clock.now() + timeout_s
    result = check()
    while not result and clock.now() < deadline:
        clock.sleep(interval_s)
        result = check()
    return result
