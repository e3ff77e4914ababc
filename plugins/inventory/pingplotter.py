# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PingPlotter Cloud agents as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pingplotter
short_description: PingPlotter Cloud agents as inventory hosts
description:
  - Adds a host for each agent. All hosts are in the group C(pingplotter). Templates and deleted agents are omitted.
  - Reads files named C(pingplotter.yml) or C(pingplotter.yaml), and files whose names end with C(.pingplotter.yml) or
    C(.pingplotter.yaml).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.connection.pingplotter_env
  - declarative.monitoring.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [declarative.monitoring.pingplotter]
  filters:
    description:
      - Add only agents that match all of these filters.
      - The keys are C(unique_id) and C(name).
    type: dict
    default: {}
  include:
    description:
      - Additional data for the variables of each host.
      - V(sessions) sets C(pingplotter_sessions) to C(running) or C(paused). This takes one more request in total, or
        one per agent if the deployment does not list sessions.
    type: list
    elements: str
    choices: [sessions]
    default: []
notes:
  - The host variables are the options of M(declarative.monitoring.pingplotter_agent) and the results of
    M(declarative.monitoring.pingplotter_agent_info), with the prefix C(pingplotter_), such as C(pingplotter_name),
    C(pingplotter_is_online) and C(pingplotter_platform). The download URL of an agent is omitted because anyone who has
    it can use it.
seealso:
  - module: declarative.monitoring.pingplotter_agent_info
"""

EXAMPLES = r"""
---
# agents.pingplotter.yml: all agents, with PINGPLOTTER_API_URL and PINGPLOTTER_API_KEY from the environment
# plugin: declarative.monitoring.pingplotter

# offices.pingplotter.yml: agents grouped by platform and by a custom field, and a group of offline agents
plugin: declarative.monitoring.pingplotter
api_url: "{{ lookup('ansible.builtin.env', 'PINGPLOTTER_API_URL') }}"
api_key: "{{ lookup('ansible.builtin.env', 'PINGPLOTTER_API_KEY') }}"
include: [sessions]
compose:
  ansible_host: pingplotter_most_recent_ip_address
keyed_groups:
  - key: pingplotter_platform
    prefix: platform
    default_value: unknown
  - key: (pingplotter_custom_fields | default({}, true)).get('Region', '')
    prefix: region
    default_value: none
groups:
  offline: not pingplotter_is_online
"""

from collections.abc import Mapping
from typing import ClassVar

from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import (
    AGENT_FILTERS,
    PingPlotter,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Agents as hosts."""

    NAME = "declarative.monitoring.pingplotter"
    service = PingPlotter
    kinds = ("agent",)
    filters = tuple(item for item in AGENT_FILTERS if item.name != "include")
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = {"sessions": ("sessions",)}
    hidden = frozenset({"download_url"})

    def is_host(self, record: Record) -> bool:
        """Whether the agent is not a template."""
        return not record.values.get("is_template")
