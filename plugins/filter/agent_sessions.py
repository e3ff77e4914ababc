# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute the desired state of agent sessions from shifts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: agent_sessions
short_description: Compute the desired state of agent sessions from shifts
description:
  - Takes the agents of PingPlotter Cloud and a list of shifts. Returns the desired state of the agents for
    M(declarative.monitoring.pingplotter_config). The sessions of an agent should be running during its shifts, and
    paused otherwise.
  - Agents without a shift and agents without sessions are omitted.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, shifts, at
options:
  _input:
    description:
      - The agents, as M(declarative.monitoring.pingplotter_agent_info) returns them.
    type: list
    elements: dict
    required: true
  shifts:
    description:
      - The shifts. A string is parsed as YAML.
    type: list
    elements: dict
    required: true
    suboptions:
      agents:
        description:
          - The names or ids of the agents, as a list, or as a string separated by commas or newlines. If empty, all
            agents are selected.
        type: raw
      days:
        description:
          - The days on which the shift begins, as a list or as a comma-separated string. The days are V(mon), V(tue),
            V(wed), V(thu), V(fri), V(sat) and V(sun). If empty, the shift begins on every day.
        type: raw
      start:
        description:
          - When the shift begins, as C("HH:MM").
        type: str
      end:
        description:
          - When the shift ends, as C("HH:MM"). If this is not later than O(shifts[].start), the shift ends on the next
            day.
        type: str
      time_zone:
        description:
          - The time zone of O(shifts[].start) and O(shifts[].end), such as V(Europe/Berlin). The default is the time
            zone of the controller.
          - It requires the time zone database of the controller's system, or the Python library C(tzdata).
        type: str
      sessions:
        description:
          - Sets the sessions to V(running) or V(paused) at any time. Use this instead of O(shifts[].start) and
            O(shifts[].end).
        type: str
        choices: [running, paused]
  at:
    description:
      - The time to use instead of the current time, in ISO 8601. Without a time zone, it is in the time zone of the
        controller.
    type: str
seealso:
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: Get the agents
  declarative.monitoring.pingplotter_agent_info:
  register: found
  # Treat the download URLs in the result like passwords.
  no_log: true

- name: Run the sessions during the shifts only
  declarative.monitoring.pingplotter_config:
    agents: "{{ found.agents | declarative.monitoring.agent_sessions(shifts) }}"
  vars:
    shifts:
      - agents: [reception]
        days: [mon, tue, wed, thu, fri]
        start: "08:00"
        end: "18:00"
        time_zone: Europe/Berlin
      - agents: [night-desk]
        start: "22:00"
        end: "06:00"
"""

RETURN = r"""
---
_value:
  description: The agents with the desired state of their sessions.
  type: list
  elements: dict
  sample:
    - unique_id: jksoihf0i2309lkjsdf
      sessions: paused
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def agent_sessions(
    agents: Sequence[Mapping[str, Any]], shifts: Sequence[Mapping[str, Any]] | str, at: str | None = None
) -> list[dict[str, str]]:
    """The agents, each with the desired state of its sessions."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _agent_sessions

    return _agent_sessions.agent_sessions(agents, shifts, at)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"agent_sessions": agent_sessions}
