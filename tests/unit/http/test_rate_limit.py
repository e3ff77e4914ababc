# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit: what its headers say, and how requests wait for it. Only the clock of the test moves."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._http.rate_limit import (
    RateLimit,
    RateLimiter,
    parse_rate_limit,
    parse_retry_after,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._http.retry import RetryBudget
from unit.clock import FakeClock

NOW = 1_700_000_000
# A reset that is over: the server says nothing about when slots are free again.
NO_RESET = 0


def headers(remaining: float | str, reset_s: float | str, limit: float | str = 10) -> dict[str, str]:
    """The headers of an answer."""
    reset = NOW + reset_s if isinstance(reset_s, (int, float)) else reset_s
    return {
        "Date": formatdate(NOW, usegmt=True),
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset),
    }


class Limiter:
    """A rate limiter with the clock of the test."""

    def __init__(self, max_wait_s: float = 120.0, clock: FakeClock | None = None) -> None:
        self.clock, self.budget = clock or FakeClock(), RetryBudget(max_wait_s)
        self.limiter = RateLimiter(self.budget, self.clock)

    def start(self, count: int = 1) -> None:
        """Take slots."""
        for _request in range(count):
            self.limiter.wait_for_slot()

    def finish(self, answer: dict[str, str] | None = None) -> None:
        """Free a slot after an answer."""
        self.limiter.update(answer or {})


# -- headers -----------------------------------------------------------------------------------------------------------


def test_the_reset_is_relative_to_the_clock_of_the_server() -> None:
    assert parse_rate_limit(headers(3, 7)) == RateLimit(10, 3, 7)
    assert parse_rate_limit(headers(3, -7)) == RateLimit(10, 3, -7)


def test_a_limit_that_is_not_said_is_infinite() -> None:
    shown = headers(3, 7)
    del shown["X-RateLimit-Limit"]
    assert parse_rate_limit(shown) == RateLimit(float("inf"), 3, 7)


@pytest.mark.parametrize("missing", ["Date", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
def test_headers_that_are_incomplete_say_nothing(missing: str) -> None:
    assert parse_rate_limit({name: value for name, value in headers(3, 7).items() if name != missing}) is None


@pytest.mark.parametrize("name", ["Date", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
def test_headers_that_are_malformed_say_nothing(name: str) -> None:
    assert parse_rate_limit({**headers(3, 7), name: "soon"}) is None


@pytest.mark.parametrize(
    ("value", "data", "expected"),
    [
        ("3", None, 3),
        (" 3 ", None, 3),
        ("0", None, 0),
        ("soon", None, None),
        ("1.5", None, None),
        ("Wed, 21 Oct 99999999 07:28:00 GMT", None, None),
        (None, None, None),
        (None, "3", None),
        (None, {"retryAfterSeconds": 4}, 4),
        (None, {"retry_after": "5"}, 5),
        (None, {"retryAfter": 6}, 6),
        (None, {"retryAfter": None}, None),
        ("3", {"retryAfter": 6}, 3),
        ("", {"retryAfter": 6}, 6),
    ],
)
def test_a_pause_is_asked_for_in_the_header_or_else_in_the_body(
    value: str | None, data: object, expected: float | None
) -> None:
    shown = {} if value is None else {"Retry-After": value}
    assert parse_retry_after(shown, data) == expected


@given(remaining=st.text(max_size=9), reset=st.text(max_size=9), limit=st.text(max_size=9))
def test_no_header_can_break_a_run(remaining: str, reset: str, limit: str) -> None:
    made = Limiter()
    made.start()
    made.finish(headers(remaining, reset, limit))
    made.start()


@pytest.mark.parametrize("name", ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_number_can_stop_a_run(name: str, value: str) -> None:
    made = Limiter()
    made.start()
    made.finish({**headers(0, 7), name: value})
    made.start()
    assert sum(made.clock.slept) <= 7


# -- waiting -----------------------------------------------------------------------------------------------------------


def test_nothing_waits_for_a_server_without_a_limit() -> None:
    made = Limiter()
    made.start(50)
    assert not made.clock.slept


def test_the_next_request_waits_for_the_reset_if_none_remains() -> None:
    made = Limiter()
    made.start()
    made.finish(headers(0, 7))
    made.start()
    assert sum(made.clock.slept) == pytest.approx(7)
    assert made.budget.lost_s == 7


def test_after_the_reset_as_many_requests_start_as_the_limit_allows() -> None:
    made = Limiter()
    made.start()
    made.finish(headers(0, 7, limit=3))
    made.start(3)
    assert sum(made.clock.slept) == pytest.approx(7)
    assert _is_held_back(made)


def test_requests_in_flight_count_against_what_remains() -> None:
    made = Limiter()
    made.start(3)
    made.finish(headers(4, 60))
    made.start(2)
    assert not made.clock.slept
    assert _is_held_back(made)


def test_an_answer_that_was_overtaken_frees_no_slots() -> None:
    made = Limiter()
    made.start(3)
    made.finish(headers(2, NO_RESET))
    made.finish(headers(9, NO_RESET))
    # The first answer left slots for the two requests in flight and for no other.
    assert _is_held_back(made)


def test_the_answer_to_the_only_request_is_the_newest() -> None:
    made = Limiter()
    made.start(2)
    made.finish(headers(1, NO_RESET))
    made.finish(headers(9, NO_RESET))
    made.start(9)
    assert not made.clock.slept
    assert _is_held_back(made)


def test_with_nothing_in_flight_one_request_finds_out_whether_the_limit_is_over() -> None:
    made = Limiter()
    made.start()
    made.finish(headers(0, 0))
    made.start()
    assert not made.clock.slept


def test_a_reset_that_is_further_away_than_the_budget_is_not_waited_for() -> None:
    made = Limiter(max_wait_s=7.0)
    made.start()
    made.finish(headers(0, 7))
    made.start()
    assert not made.clock.slept
    assert made.budget.lost_s == 0


def test_a_limiter_that_takes_over_waits_for_the_window_of_the_former_one() -> None:
    former = Limiter()
    former.start()
    former.finish(headers(0, 7, limit=3))
    made = Limiter(clock=former.clock)
    made.limiter.take_over(former.limiter)
    made.start(3)
    assert sum(made.clock.slept) == pytest.approx(7)
    assert made.budget.lost_s == 0, "the former one has counted the pause"
    assert _is_held_back(made)


def test_a_request_without_an_answer_frees_its_slot_and_says_nothing() -> None:
    made = Limiter()
    made.start()
    made.finish(headers(1, 60))
    made.start()
    made.limiter.update(None)
    made.start()
    assert not made.clock.slept


def test_a_pause_holds_all_requests_back_and_is_never_shortened() -> None:
    made = Limiter()
    made.limiter.pause_until(made.clock.now() + 5)
    made.limiter.pause_until(made.clock.now() + 2)
    made.start()
    assert sum(made.clock.slept) == pytest.approx(5)


def test_a_thread_that_waits_starts_once_another_request_has_finished() -> None:
    made = Limiter()
    made.start(2)
    made.finish(headers(1, NO_RESET))
    started = threading.Event()

    def wait_and_start() -> None:
        made.start()
        started.set()

    made.clock.sleep = lambda seconds: time.sleep(0.001)  # type: ignore[method-assign]
    thread = threading.Thread(target=wait_and_start, daemon=True)
    thread.start()
    assert not started.wait(0.05)
    made.finish(headers(5, NO_RESET))
    assert started.wait(5)
    thread.join(5)


class _HeldBackError(Exception):
    pass


def _is_held_back(made: Limiter) -> bool:
    """Whether the next request has to wait for a slot."""

    def refuse(seconds: float) -> None:
        raise _HeldBackError

    made.clock.sleep = refuse  # type: ignore[method-assign]
    try:
        made.start()
    except _HeldBackError:
        return True
    return False
