# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit of a server: how many more requests it accepts, and until when it accepts none."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from .._core.clock import Clock
from . import transport
from .retry import RetryBudget

if transport.REQUESTS_IMPORT_ERROR is None:
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry as HeaderParser

_POLL_S = 0.02
_RETRY_AFTER_KEYS = ("retryAfterSeconds", "retry_after", "retryAfter")


class RateLimit(NamedTuple):
    """The state of a rate limit, from the headers of an answer.

    :param limit: how many requests the server accepts in a window of time
    :param remaining: how many more it accepts in this window
    :param reset_s: in how many seconds the next window begins; may be negative
    """

    limit: float
    remaining: float
    reset_s: float


def parse_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The rate limit in the X-RateLimit headers; None if they are missing or malformed."""
    try:
        limit = float(headers.get("X-RateLimit-Limit", "inf"))
        remaining = float(headers["X-RateLimit-Remaining"])
        reset = float(headers["X-RateLimit-Reset"])
        # The clock of the server may differ from ours, so its own time counts.
        return RateLimit(limit, remaining, reset - parsedate_to_datetime(headers["Date"]).timestamp())
    except (KeyError, ValueError, TypeError):
        return None


def parse_retry_after(headers: Mapping[str, str], data: Any = None) -> float | None:
    """The pause in seconds that a server asks for, in seconds or as a date; None if it asks for none.

    :param data: the body of the answer, which is searched if there is no such header
    """
    value = headers.get("Retry-After")
    if not value and isinstance(data, dict):
        value = next((str(data[key]) for key in _RETRY_AFTER_KEYS if data.get(key) is not None), None)
    if not value:
        return None
    try:
        return HeaderParser().parse_retry_after(value.strip())
    except (InvalidHeader, ValueError, OverflowError):
        return None


class RateLimiter:
    """Holds requests back while the server accepts none. All threads of a run share it.

    Each request takes a slot before it is sent and frees it after its answer.
    """

    def __init__(self, budget: RetryBudget, clock: Clock) -> None:
        self._budget, self._clock = budget, clock
        # Guards the three below. While it is held, the lock of the budget may be taken, but never the other way round.
        self._lock = threading.Lock()
        self._in_flight = 0
        self._free_slots = math.inf
        self._quiet_until = 0.0

    def take_over(self, former: RateLimiter) -> None:
        """Begin with what a limiter whose requests have all ended knows of the same server."""
        with former._lock:
            free_slots, quiet_until = former._free_slots, former._quiet_until
        with self._lock:
            self._free_slots, self._quiet_until = free_slots, quiet_until

    def wait_for_slot(self) -> None:
        """Block until the server accepts one more request, and count that request as in flight."""
        while True:
            with self._lock:
                quiet_s = self._quiet_until - self._clock.now()
                # With nothing in flight no answer can free a slot, so one request finds out.
                has_slot = self._free_slots > 0 or not self._in_flight
                if quiet_s <= 0 and has_slot:
                    self._free_slots -= 1
                    self._in_flight += 1
                    return
            self._clock.sleep(max(quiet_s, _POLL_S))

    def update(self, headers: Mapping[str, str] | None) -> None:
        """Count a request as finished, and note what the headers of its answer say about the rate limit.

        :param headers: None if no answer came
        """
        rate_limit = None if headers is None else parse_rate_limit(headers)
        with self._lock:
            self._in_flight -= 1
            if rate_limit is not None:
                self._apply(rate_limit)

    def pause_until(self, time: float) -> None:
        """Send no request before that time of the clock."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, time)

    def _apply(self, rate_limit: RateLimit) -> None:
        now = self._clock.now()
        free_slots = rate_limit.remaining - self._in_flight
        # Answers may overtake each other, so an older one may arrive last and show more slots than are left.
        # Only with nothing in flight is it the newest.
        self._free_slots = min(self._free_slots, free_slots) if self._in_flight else free_slots
        window_is_used_up = free_slots <= 0 and rate_limit.reset_s > 0
        if window_is_used_up and self._budget.reserve(now, rate_limit.reset_s):
            # The next window has as many slots as the limit says.
            self._free_slots = rate_limit.limit
            self._quiet_until = max(self._quiet_until, now + rate_limit.reset_s)
