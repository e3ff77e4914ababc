# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a request is repeated, after which pause, and when the run gives up. No server and no clock is needed."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import AttemptError
from ansible_collections.declarative.monitoring.plugins.module_utils._http.retry import (
    GiveUp,
    Retry,
    RetryBudget,
    RetryPolicy,
    RetryState,
    random_jitter,
)

BUSY = AttemptError("busy", retryable=True, status=503)
LOST = AttemptError("lost", ambiguous=True)
REFUSED = AttemptError("no", refused=True, status=403)


def postponed(seconds: float) -> AttemptError:
    """The server asks to send the request later."""
    return AttemptError("later", retryable=True, status=429, retry_after_s=seconds)


def new_state(retries: int = 5, budget: RetryBudget | None = None) -> RetryState:
    """The state of a new request, whose pauses are not shortened."""
    budget = budget or RetryBudget(120.0)
    return RetryState(RetryPolicy(retries, budget.max_wait_s), budget, jitter=lambda: 1.0)


# -- one request -------------------------------------------------------------------------------------------------------


def test_a_policy_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        RetryPolicy(5, 120.0).retries = 6  # type: ignore[misc]


def test_pauses_double_up_to_a_limit() -> None:
    pauses = [RetryPolicy.backoff_s(number) for number in range(1, 10)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_pauses_are_shortened_by_the_jitter() -> None:
    state = RetryState(RetryPolicy(5, 120.0), RetryBudget(120.0), jitter=lambda: 0.5)
    assert [state.record_failure(BUSY, 0.0, 0.0) for _attempt in range(3)] == [Retry(0.25), Retry(0.5), Retry(1.0)]


def test_the_random_jitter_shortens_a_pause_to_no_less_than_half() -> None:
    factors = [random_jitter() for _pause in range(200)]
    assert 0.5 <= min(factors) < 0.6
    assert 0.9 < max(factors) <= 1.0


def test_retries_are_limited() -> None:
    state = new_state(retries=2)
    decisions = [state.record_failure(BUSY, 0.0, 0.0) for _attempt in range(3)]
    assert decisions == [Retry(0.5), Retry(1.0), GiveUp("api_retries is 2")]
    assert state.attempts == 3


def test_a_postponed_attempt_is_no_retry() -> None:
    state = new_state(retries=1)
    decisions = [state.record_failure(postponed(2.0), 0.0, 0.0) for _attempt in range(4)]
    assert decisions == [Retry(2.0)] * 4
    assert state.record_failure(BUSY, 0.0, 0.0) == Retry(0.5)
    assert state.record_failure(BUSY, 0.0, 0.0) == GiveUp("api_retries is 1")
    assert state.attempts == 6


@pytest.mark.parametrize("seconds", [None, 0.0])
def test_a_rate_limit_without_a_time_is_a_failed_attempt(seconds: float | None) -> None:
    limited = AttemptError("later", retryable=True, status=429, retry_after_s=seconds)
    state = new_state(retries=1)
    assert state.record_failure(limited, 0.0, 0.0) == Retry(0.5 if seconds is None else 0.0)
    assert state.record_failure(limited, 0.0, 0.0) == GiveUp("api_retries is 1")


@pytest.mark.parametrize("error", [LOST, REFUSED])
def test_what_must_not_be_repeated_is_given_up_without_naming_a_limit(error: AttemptError) -> None:
    assert new_state().record_failure(error, 0.0, 1.0) == GiveUp()


def test_what_one_attempt_may_have_done_is_not_undone_by_the_refusal_of_a_later_one() -> None:
    state = new_state()
    state.record_failure(AttemptError("lost", retryable=True, ambiguous=True), 0.0, 0.0)
    state.record_failure(REFUSED, 0.0, 0.0)
    assert state.ambiguous


def test_the_time_of_failed_attempts_and_of_the_pauses_is_added_up() -> None:
    state = new_state()
    state.record_failure(BUSY, 10.0, 12.0)
    state.record_failure(BUSY, 12.5, 13.0)
    state.record_failure(REFUSED, 14.0, 14.25)
    assert state.waited_s == 2.0 + 0.5 + 0.5 + 1.0 + 0.25


# -- the budget of a run -----------------------------------------------------------------------------------------------


def test_a_pause_is_shortened_to_what_is_left_and_then_the_run_gives_up() -> None:
    state = new_state(budget=RetryBudget(0.75))
    assert state.record_failure(BUSY, 0.0, 0.0) == Retry(0.5)
    assert state.record_failure(BUSY, 0.5, 0.5) == Retry(0.25)
    assert state.record_failure(BUSY, 0.75, 0.75) == GiveUp("api_max_wait is 0.75 s")


def test_a_pause_that_the_server_asks_for_is_not_shortened() -> None:
    budget = RetryBudget(10.0)
    assert new_state(budget=budget).record_failure(postponed(10.0), 0.0, 0.0) == Retry(10.0)
    budget = RetryBudget(10.0)
    assert new_state(budget=budget).record_failure(postponed(11.0), 0.0, 1.0) == GiveUp(
        "the server asks to wait 11 s, but only 9 s of api_max_wait are left"
    )
    assert budget.lost_s == 1.0


def test_the_time_of_a_refusal_is_not_lost() -> None:
    budget = RetryBudget(10.0)
    new_state(budget=budget).record_failure(REFUSED, 0.0, 5.0)
    assert budget.lost_s == 0.0


def test_the_time_of_an_attempt_that_must_not_be_repeated_is_lost() -> None:
    budget = RetryBudget(10.0)
    new_state(budget=budget).record_failure(LOST, 0.0, 5.0)
    assert budget.lost_s == 5.0


def test_time_that_several_requests_lose_at_once_counts_once() -> None:
    budget = RetryBudget(10.0)
    budget.record_failure(0.0, 2.0)
    budget.record_failure(1.0, 3.0)
    budget.record_failure(0.5, 2.5)
    assert budget.lost_s == 3.0
    budget.record_failure(5.0, 6.0)
    assert budget.lost_s == 4.0


@given(
    spans=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)).map(lambda span: (span[0], sum(span))), max_size=9)
)
def test_lost_time_is_never_counted_twice(spans: list[tuple[int, int]]) -> None:
    budget = RetryBudget(1000.0)
    for start, end in sorted(spans):
        budget.record_failure(float(start), float(end))
    assert budget.lost_s == len({second for span in spans for second in range(*span)})


def test_a_pause_of_all_threads_is_reserved_only_if_something_is_left_after_it() -> None:
    budget = RetryBudget(10.0)
    assert budget.reserve(0.0, 6.0)
    assert not budget.reserve(6.0, 4.0)
    assert budget.reserve(6.0, 3.5)
    assert budget.lost_s == 9.5


def test_no_request_starts_once_all_time_is_lost_until_one_succeeds() -> None:
    budget = RetryBudget(2.0)
    budget.record_failure(0.0, 1.0)
    assert not budget.is_exhausted()
    budget.record_failure(1.0, 2.0)
    assert budget.is_exhausted()
    budget.record_success()
    assert not budget.is_exhausted()
    budget.record_failure(3.0, 3.0)
    assert budget.is_exhausted()


def test_without_any_budget_requests_start_until_time_is_lost() -> None:
    budget = RetryBudget(0.0)
    assert not budget.is_exhausted()
    assert new_state(budget=budget).record_failure(BUSY, 0.0, 0.0) == GiveUp("api_max_wait is 0 s")
    assert not budget.is_exhausted()
    budget.record_failure(0.0, 0.5)
    assert budget.is_exhausted()


def test_threads_that_fail_together_never_get_more_pauses_than_the_budget_has() -> None:
    budget = RetryBudget(10.0)
    barrier = threading.Barrier(16)
    granted: list[float] = []

    def fail(number: int) -> None:
        state = new_state(retries=1000, budget=budget)
        barrier.wait(5)
        # Each thread fails in seconds of its own, so that no pause is counted with another.
        for attempt in range(5):
            time = 1000.0 * (number + 16 * attempt)
            decision = state.record_failure(BUSY, time, time)
            if isinstance(decision, Retry):
                granted.append(decision.delay_s)

    threads = [threading.Thread(target=fail, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert granted
    assert budget.lost_s <= 10.0
