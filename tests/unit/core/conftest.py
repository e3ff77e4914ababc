# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The profile of the property tests, and a clock for tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine is no failure, and what these tests find they find soon.
settings.register_profile("core", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        if seconds:
            self.slept.append(seconds)
        self.now += seconds
