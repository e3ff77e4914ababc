# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services share: ids of new objects, and polling."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import created_id, poll


@pytest.mark.parametrize(
    ("answer", "ident"),
    [
        ({"tag_id": 7}, "7"),
        ({"id": "7", "name": "a"}, "7"),
        ({"tag": {"id": 7}}, "7"),
        ([{"id": 7}], "7"),
        ({"tag": {"name": "a"}}, None),
        ({"message": "created"}, None),
        ([{"id": 7}, {"id": 8}], None),
        ([], None),
        ("created", None),
        (None, None),
    ],
)
def test_the_id_in_the_answer_to_a_creation(answer: Any, ident: str | None) -> None:
    assert created_id(answer, ("tag", "tags"), ("tag_id", "id")) == ident


class FakeClock:
    """A clock on which only sleeping takes time."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """The time of this clock."""
        return self.now

    def sleep(self, seconds: float, /) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.mark.parametrize(
    ("true_at", "timeout", "became_true", "checks", "slept"),
    [
        (0.0, 5.0, True, 1, 0.0),
        (1.0, 5.0, True, 3, 1.0),
        (5.0, 5.0, True, 11, 5.0),
        # The check runs once more after the time limit.
        (5.5, 5.0, True, 12, 5.5),
        (6.0, 5.0, False, 12, 5.5),
        (1.0, 0.0, False, 2, 0.5),
    ],
)
def test_poll_repeats_a_check_for_a_limited_time(
    true_at: float, timeout: float, became_true: bool, checks: int, slept: float
) -> None:
    clock, made = FakeClock(), []

    def check() -> bool:
        made.append(clock.now)
        return clock.now >= 100 + true_at

    assert poll(check, timeout, 0.5, clock) is became_true
    assert (len(made), clock.now - 100) == (checks, slept)
