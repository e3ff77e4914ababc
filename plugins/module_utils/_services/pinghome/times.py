# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times as the API takes them."""

from __future__ import annotations

from datetime import timezone

from ..common import parse_time


def utc(time: str | None) -> str | None:
    """A time in UTC, to the second. None stays None."""
    if time is None:
        return None
    return parse_time(time).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
