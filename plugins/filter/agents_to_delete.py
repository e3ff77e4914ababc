# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose which stale agents to delete."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: agents_to_delete
short_description: Choose which stale agents to delete
description:
  - Returns the declaration for M(declarative.monitoring.pingplotter_config) that deletes stale agents. These are the
    named ones or, with O(limit), all agents of which it is known when they were last seen.
  - Fails if a name is not that of exactly one stale agent, or if more agents than O(limit) would be deleted.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, names, limit, agents
options:
  _input:
    description:
      - The stale agents, as P(declarative.monitoring.stale_agents#filter) returns them.
    type: list
    elements: dict
    required: true
  names:
    description: The names or ids of agents. If empty, O(limit) decides.
    type: list
    elements: str
    required: true
  limit:
    description: The maximum number of agents to delete without names. If V(none), no agent is deleted without its name.
    type: int
    required: true
  agents:
    description:
      - All agents, as M(declarative.monitoring.pingplotter_agent_info) returns them.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: declarative.monitoring.stale_agents
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Get the agents
  declarative.monitoring.pingplotter_agent_info:
  register: found
  # Treat the download URLs in the result like passwords.
  no_log: true

- name: Delete stale agents, at most five
  declarative.monitoring.pingplotter_config:
    agents: "{{ stale | declarative.monitoring.agents_to_delete([], 5, found.agents) }}"
  vars:
    stale: "{{ found.agents | declarative.monitoring.stale_agents(90) }}"
"""

RETURN = r"""
---
_value:
  description: The agents, with their ids.
  type: list
  elements: dict
  sample:
    - unique_id: jksoihf0i2309lkjsdf
      state: absent
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def agents_to_delete(
    stale: Sequence[Mapping[str, Any]], names: Sequence[str], limit: int | None, agents: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """The declaration that deletes stale agents."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _stale_agents

    return _stale_agents.agents_to_delete(stale, names, limit, agents)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"agents_to_delete": agents_to_delete}
