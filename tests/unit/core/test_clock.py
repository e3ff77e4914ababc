# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import poll
from unit.clock import FakeClock


@pytest.mark.parametrize(
    ("true_at", "timeout", "became_true", "checks", "slept"),
    [
        (0.0, 5.0, True, 1, 0.0),
        (1.0, 5.0, True, 3, 1.0),
        (5.0, 5.0, True, 11, 5.0),
        # The check runs once more when the time is over.
        (4.8, 5.0, True, 11, 5.0),
        (6.0, 5.0, False, 11, 5.0),
        (1.0, 0.0, False, 1, 0.0),
    ],
)
def test_poll_repeats_a_check_for_a_limited_time(
    true_at: float, timeout: float, became_true: bool, checks: int, slept: float
) -> None:
    clock, made = FakeClock(), []

    def check() -> bool:
        made.append(clock.time)
        return clock.time >= 1000 + true_at

    assert poll(check, timeout, 0.5, clock) is became_true
    assert (len(made), clock.time - 1000) == (checks, slept)
