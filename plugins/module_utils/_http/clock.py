# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time, as an object that a test can replace."""

from __future__ import annotations

import time


class Clock:
    """A clock that never goes backwards. Its zero point has no meaning."""

    def now(self) -> float:
        """The time in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)
