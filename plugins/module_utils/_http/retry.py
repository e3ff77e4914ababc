# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retries: which requests are safe to repeat, how often, and how long a run waits for them in total."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

from .attempt import AttemptError

REPEATABLE_METHODS = frozenset({"GET", "PUT", "DELETE"})
"""The methods that have the same effect if the server executes them twice."""

TRANSIENT_STATUSES = frozenset({502, 503, 504})
"""The server errors that may be over soon."""

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True)
class Retry:
    """Send the request again, after a pause in seconds."""

    delay_s: float


@dataclass(frozen=True)
class GiveUp:
    """Do not send the request again.

    :param reason: the limit that was reached; empty if the request must not be repeated
    """

    reason: str = ""


Decision = Union[Retry, GiveUp]


@dataclass(frozen=True)
class RetryPolicy:
    """The limits that the user sets.

    :param retries: how often one request is repeated (``api_retries``)
    :param max_wait_s: the seconds that all requests of a run together may lose to failures (``api_max_wait``)
    """

    retries: int
    max_wait_s: float

    @staticmethod
    def backoff_s(failed_attempts: int) -> float:
        """The pause in seconds after that many failed attempts: it doubles each time, up to a limit."""
        return min(_FIRST_PAUSE_S * 2.0 ** (failed_attempts - 1), _LONGEST_PAUSE_S)


def random_jitter() -> float:
    """A random factor, so that threads that failed together do not all repeat their requests together."""
    return random.uniform(0.5, 1.0)


class RetryBudget:
    """The time that a run may lose to failures. All threads of the run share it.

    Time that several threads lose at once counts once. So the budget limits how long a user waits, however many
    threads are waiting.
    """

    def __init__(self, max_wait_s: float) -> None:
        self.max_wait_s = max_wait_s
        # Guards the two below: a decision and the time it costs are one step.
        self._lock = threading.Lock()
        self._lost_s = 0.0
        self._counted_until = 0.0
        # Each access to it stands alone, and so needs no lock.
        self._failing = False

    @property
    def lost_s(self) -> float:
        """The seconds lost so far."""
        return self._lost_s

    def is_exhausted(self) -> bool:
        """Whether no request should start: all time is lost, and the last request failed."""
        if not self._failing:
            return False
        # Before anything is lost, requests are sent even with api_max_wait 0.
        return self._lost_s > 0 and self._lost_s >= self.max_wait_s

    def record_success(self) -> None:
        """Note that a request succeeded: the next ones are sent, even if all time is lost."""
        self._failing = False

    def record_failure(self, started: float, now: float) -> None:
        """Count the time of an attempt that failed and is not repeated."""
        with self._lock:
            self._count_failure(started, now)

    def request_retry(self, started: float, now: float, backoff_s: float, retry_after_s: float | None) -> Decision:
        """Count the time of an attempt that failed, and the pause after it if one is left for it.

        :param backoff_s: the pause to make; it is shortened to what is left
        :param retry_after_s: the pause that the server asks for instead; it cannot be shortened
        """
        with self._lock:
            self._count_failure(started, now)
            decision = self._decide(backoff_s, retry_after_s)
            if isinstance(decision, Retry):
                self._count(now, now + decision.delay_s)
            return decision

    def reserve(self, now: float, pause_s: float) -> bool:
        """Count a pause that begins now, unless it would use up all that is left.

        :returns: whether the pause was counted
        """
        with self._lock:
            if pause_s >= self._left_s:
                return False
            self._count(now, now + pause_s)
            return True

    @property
    def _left_s(self) -> float:
        return self.max_wait_s - self._lost_s

    def _decide(self, backoff_s: float, retry_after_s: float | None) -> Decision:
        left_s = self._left_s
        if left_s <= 0:
            return GiveUp(f"api_max_wait is {self.max_wait_s:g} s")
        if retry_after_s is None:
            return Retry(min(backoff_s, left_s))
        if retry_after_s > left_s:
            return GiveUp(
                f"the server asks to wait {retry_after_s:g} s, but only {left_s:.0f} s of api_max_wait are left"
            )
        return Retry(retry_after_s)

    def _count_failure(self, started: float, now: float) -> None:
        self._failing = True
        self._count(started, now)

    def _count(self, start: float, end: float) -> None:
        """Count a span of time, except for the part of it that is counted already."""
        self._lost_s += max(0.0, end - max(start, self._counted_until))
        self._counted_until = max(self._counted_until, end)


class RetryState:
    """The attempts of one request. Used by one thread.

    :ivar attempts: how often the request was sent
    :ivar waited_s: the seconds that failed attempts and the pauses after them took
    :ivar ambiguous: the server may have executed an earlier attempt, even if it refused a later one
    """

    def __init__(self, policy: RetryPolicy, budget: RetryBudget, jitter: Callable[[], float] = random_jitter) -> None:
        self._policy, self._budget, self._jitter = policy, budget, jitter
        self.attempts = 0
        self.waited_s = 0.0
        self.ambiguous = False
        self._postponed = 0

    def record_failure(self, error: AttemptError, started: float, now: float) -> Decision:
        """Whether to send the request again after an attempt that lasted from ``started`` until ``now``."""
        self.attempts += 1
        if error.postponed:
            self._postponed += 1
        self.ambiguous = self.ambiguous or error.ambiguous
        self.waited_s += now - started
        decision = self._decide(error, started, now)
        if isinstance(decision, Retry):
            self.waited_s += decision.delay_s
        return decision

    def _decide(self, error: AttemptError, started: float, now: float) -> Decision:
        if not (error.retryable or error.ambiguous):
            # The server works and refuses the request: that time is not lost.
            return GiveUp()
        if not error.retryable:
            self._budget.record_failure(started, now)
            return GiveUp()
        # A server that only postpones the request is limited by api_max_wait alone.
        failed_attempts = self.attempts - self._postponed
        if failed_attempts > self._policy.retries:
            self._budget.record_failure(started, now)
            return GiveUp(f"api_retries is {self._policy.retries}")
        backoff_s = self._policy.backoff_s(failed_attempts) * self._jitter()
        return self._budget.request_retry(started, now, backoff_s, error.retry_after_s)
