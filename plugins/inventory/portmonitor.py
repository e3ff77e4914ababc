# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Port Monitor targets as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: portmonitor
short_description: Port Monitor targets as inventory hosts
description:
  - Adds a host for each target. All hosts are in the group C(portmonitor). Its child groups C(portmonitor_GROUP)
    contain the targets of each group.
  - Reads files named C(portmonitor.yml) or C(portmonitor.yaml), and files whose names end with C(.portmonitor.yml) or
    C(.portmonitor.yaml).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.connection.portmonitor_env
  - declarative.monitoring.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [declarative.monitoring.portmonitor]
  filters:
    description:
      - Add only targets that match all of these filters.
      - The keys are C(target_id), C(name), C(group) and C(type).
      - C(group) is the name or id of a group. With it, fewer requests are sent.
      - C(type) is one of C(url), C(custom_port) and C(ping).
    type: dict
    default: {}
notes:
  - The host variables are the options of M(declarative.monitoring.portmonitor_target) and the results of
    M(declarative.monitoring.portmonitor_target_info), with the prefix C(portmonitor_), such as C(portmonitor_name),
    C(portmonitor_group), C(portmonitor_type) and C(portmonitor_url).
  - The targets of each group take one request.
seealso:
  - module: declarative.monitoring.portmonitor_target_info
"""

EXAMPLES = r"""
---
# targets.portmonitor.yml: all targets, with PORTMONITOR_APP_KEY and PORTMONITOR_AUTH_TOKEN from the environment
# plugin: declarative.monitoring.portmonitor

# web.portmonitor.yml: the targets of a group, with the group in the host names
plugin: declarative.monitoring.portmonitor
app_key: "{{ lookup('ansible.builtin.env', 'PORTMONITOR_APP_KEY') }}"
auth_token: "{{ lookup('ansible.builtin.env', 'PORTMONITOR_AUTH_TOKEN') }}"
filters:
  group: Web
hostname: portmonitor_group ~ '-' ~ portmonitor_name
compose:
  ansible_host: portmonitor_host | default(portmonitor_url | default('') | urlsplit('hostname'), true)
keyed_groups:
  - key: portmonitor_type
    prefix: type
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import TARGET_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Targets as hosts, grouped by their groups."""

    NAME = "declarative.monitoring.portmonitor"
    service = PortMonitor
    kinds = ("target",)
    filters = tuple(item for item in TARGET_FILTERS if item.name not in ("since", "until"))

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """The group of the target."""
        return [[values["group"]]]
