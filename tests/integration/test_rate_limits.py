# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that takes only so many requests in a while: what it takes is written once, and the rest waits.

PingPlotter Cloud is the one whose limit is documented. What waits for it is the client, which is the same for all.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from integration.harness import Account, Result, account, requests_of, run_module, seconds_of
from sandbox.client import Sandbox

COUNT = 60
LIMIT = 20
LOW_LIMIT = 10
"""A limit that a slow machine reaches, too."""
WINDOW_S = 0.4
"""How long a window of the server is. It speaks in whole seconds, so it says 1 s."""

pytestmark = pytest.mark.usefixtures("hasty")


@pytest.fixture
def hasty() -> Iterator[None]:
    """A client whose seconds are as long as the windows of the server, so that it waits for one as it is told to."""
    with seconds_of(WINDOW_S):
        yield


def apply(sandbox: Sandbox, user: Account, concurrency: int) -> tuple[Result, list[dict[str, Any]]]:
    """Declare the agents; the result, and the requests."""
    declared = {"agents": [{"name": f"a{number}"} for number in range(COUNT)], "concurrency": concurrency}
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(user, "pingplotter_config", declared)
    return result, requests


def refusals(requests: Sequence[dict[str, Any]]) -> list[int]:
    """How many requests were refused at the end of each window in which any were."""
    runs = itertools.groupby(requests, key=lambda request: request["status"] == 429)
    return [len(list(run)) for refused, run in runs if refused]


def names(sandbox: Sandbox) -> list[str]:
    """The names of the agents that there are."""
    return sorted(agent["Name"] for agent in sandbox.state("pingplotter")["agents"])


ALL = sorted(f"a{number}" for number in range(COUNT))


@pytest.mark.parametrize(("shown", "concurrency"), [("retry_after", 4), ("retry_after", 16), ("no", 16)])
def test_a_run_that_is_told_to_wait_does_so_and_is_refused_once_by_each_thread(
    sandbox: Sandbox, pingplotter: Account, shown: str, concurrency: int
) -> None:
    """With Retry-After, or the same in the body: until a refusal, nobody knows of the limit.

    Requests that are under way then are refused too; none of their threads sends another one in that window.
    """
    sandbox.switches("pingplotter", rate_limit=LOW_LIMIT, rate_window=WINDOW_S, rate_headers=shown)
    result, requests = apply(sandbox, pingplotter, concurrency)
    assert result["summary"]["create"] == COUNT, result
    assert names(sandbox) == ALL
    assert refusals(requests)
    assert max(refusals(requests)) <= concurrency


@pytest.mark.parametrize(("shown", "concurrency"), [("limits", 4), ("limits", 16), ("yes", 16)])
def test_a_run_that_is_told_what_is_left_stops_before_the_limit(
    sandbox: Sandbox, pingplotter: Account, shown: str, concurrency: int
) -> None:
    """With X-RateLimit headers, alone or not: what is under way is counted as taken.

    Where a machine is so slow that windows end by themselves meanwhile, a few may be refused; but not in each window.
    """
    sandbox.switches("pingplotter", rate_limit=LIMIT, rate_window=WINDOW_S, rate_headers=shown)
    result, requests = apply(sandbox, pingplotter, concurrency)
    assert result["summary"]["create"] == COUNT, result
    assert names(sandbox) == ALL
    assert sum(refusals(requests)) <= concurrency


def test_a_run_that_is_told_nothing_tries_again_later_and_later(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.switches("pingplotter", rate_limit=LOW_LIMIT, rate_window=WINDOW_S, rate_headers="nothing")
    result, requests = apply(sandbox, pingplotter, 4)
    assert result["summary"]["create"] == COUNT, result
    assert names(sandbox) == ALL
    # A first pause is half of a window or less, the third at least one: no thread is refused more than three times.
    assert 0 < max(refusals(requests)) <= 3 * 4


def test_nothing_fails_where_many_more_want_in_than_there_is_room(sandbox: Sandbox, pingplotter: Account) -> None:
    """One that is refused again and again has bad luck, and has not failed: it is C(api_max_wait) that bounds this."""
    sandbox.switches("pingplotter", rate_limit=12, rate_window=WINDOW_S, rate_headers="retry_after")
    patient = account(sandbox, "pingplotter", api_key="sandbox-key", api_max_wait="60", api_retries="1")
    result, _requests = apply(sandbox, patient, 16)
    assert result["summary"]["create"] == COUNT, result
    assert names(sandbox) == ALL


@pytest.mark.parametrize("shown", ["yes", "retry_after"])
def test_a_limit_that_outlasts_the_retry_budget_fails_the_run_and_the_next_run_completes_it(
    sandbox: Sandbox, pingplotter: Account, shown: str
) -> None:
    sandbox.switches("pingplotter", rate_limit=5, rate_window=WINDOW_S, rate_headers=shown)
    impatient = account(sandbox, "pingplotter", api_key="sandbox-key", api_max_wait="1.5")
    result, _requests = apply(sandbox, impatient, 4)
    assert result["failed"]
    assert result["changed"]
    assert result["msg"].startswith("PingPlotter Cloud: cannot create agent a")
    assert "api_max_wait" in result["msg"]
    assert "\n" not in result["msg"]
    made = names(sandbox)
    assert sorted(change["name"] for change in result["changes"]) == made
    assert len(made) == result["summary"]["create"] < COUNT
    assert result["summary"]["create"] + result["summary"]["failed"] == COUNT
    assert len(result["failures"]) == result["summary"]["failed"]

    sandbox.switches("pingplotter", rate_limit=LIMIT)
    result, requests = apply(sandbox, pingplotter, 4)
    assert result["summary"]["create"] == COUNT - len(made), result
    assert names(sandbox) == ALL
    sent = Counter(one["body"]["Name"] for one in requests if one["method"] == "POST" and one["status"] == 200)
    assert set(sent) == set(ALL) - set(made)
    assert set(sent.values()) == {1}
