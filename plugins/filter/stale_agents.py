# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find agents that have not been seen for a long time."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: stale_agents
short_description: Find agents that have not been seen for a long time
description:
  - Returns the agents of PingPlotter Cloud that have sent nothing for at least O(days) days, those of the longest
    silence first. Agents that are online, templates and deleted agents are left out.
  - For an agent that has never sent anything, the days count from its creation.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, days
options:
  _input:
    description:
      - The agents, as M(declarative.monitoring.pingplotter_agent_info) returns them.
    type: list
    elements: dict
    required: true
  days:
    description: The number of days, at least 1.
    type: int
    default: 30
  at:
    description: The time to use instead of the current time, in ISO 8601. Without a time zone, it is in UTC.
    type: str
seealso:
  - plugin: declarative.monitoring.agents_to_delete
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Get the agents
  declarative.monitoring.pingplotter_agent_info:
  register: found
  # Treat the download URLs in the result like passwords.
  no_log: true

- name: Show the agents that have not been seen for 90 days
  ansible.builtin.debug:
    msg: "{{ found.agents | declarative.monitoring.stale_agents(90) | map(attribute='name') }}"
"""

RETURN = r"""
---
_value:
  description:
    - The agents. C(days) is C(null) for an agent of which the service shows neither the last message nor the creation.
      Download URLs are not returned.
  type: list
  elements: dict
  sample:
    - unique_id: jksoihf0i2309lkjsdf
      name: laptop-17
      machine_name: LAPTOP-17
      platform: Windows
      last_message_time: "2026-05-04T12:00:00+00:00"
      creation_date: "2025-01-07T09:30:00+00:00"
      days: 97
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def stale_agents(agents: Sequence[Mapping[str, Any]], days: Any = 30, at: str | None = None) -> list[dict[str, Any]]:
    """The agents that have sent nothing for so many days."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _stale_agents

    return _stale_agents.stale_agents(agents, days, at)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"stale_agents": stale_agents}
