# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the period of an uptime report."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: uptime_period
short_description: Find the period of an uptime report
description:
  - Returns the first moment of a month or of another period, and the first moment after it, in UTC. The days of the
    period are those of a time zone, so that a month can have an hour more or less.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description: A month, such as V(2026-10). If it is empty, the last month that is over.
    type: str
    required: true
  since:
    description:
      - Instead of a month, the first moment. A date such as V(2026-10-01), or a time in ISO 8601. It is in the time
        zone O(time_zone) if it names none.
    type: str
  until:
    description: The first moment after the period, in the same format. The default is the current time.
    type: str
  time_zone:
    description: The time zone of the days, a name of the IANA database such as V(Europe/Berlin).
    type: str
    default: UTC
  lookback_days:
    description: The number of days between C(history_since) and the period.
    type: int
    default: 0
  at:
    description: The time to use instead of the current time, in ISO 8601 with its time zone.
    type: str
seealso:
  - plugin: declarative.monitoring.uptime_report
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Show when October begins in Berlin
  ansible.builtin.debug:
    msg: "{{ ('2026-10' | declarative.monitoring.uptime_period(time_zone='Europe/Berlin')).since }}"
"""

RETURN = r"""
---
_value:
  description:
    - The period. C(problem) is a sentence if there is no such period, and an empty text otherwise. C(is_over) is false
      if the period ends later than now. C(until) is the current time then.
  type: dict
  sample:
    problem: ""
    since: "2026-09-30T22:00:00Z"
    until: "2026-10-31T23:00:00Z"
    history_since: "2026-09-30T22:00:00Z"
    time_zone: Europe/Berlin
    month: "2026-10"
    is_over: true
    name: "2026-10"
"""

from collections.abc import Callable
from typing import Any


def uptime_period(
    month: Any = "",
    since: Any = "",
    until: Any = "",
    time_zone: Any = "",
    lookback_days: int = 0,
    at: str | None = None,
) -> dict[str, Any]:
    """The period of a report."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _uptime_period

    return _uptime_period.uptime_period(month, since, until, time_zone, lookback_days, at)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"uptime_period": uptime_period}
