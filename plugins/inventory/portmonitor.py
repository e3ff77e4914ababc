# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets at Port Monitor as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: portmonitor
short_description: Targets at Port Monitor as hosts
description:
  - Makes a host of each target. All are in the group C(portmonitor), and inside of it in C(portmonitor_GROUP) after
    their group.
  - Reads files named C(portmonitor.yml), C(portmonitor.yaml), or anything that ends with C(.portmonitor.yml) or
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
      - Only the targets that match all of these.
      - C(target_id) is the id, C(name) the name, C(group) the name or the id of a group, which saves requests.
      - C(type) is one of C(url), C(custom_port) and C(ping).
    type: dict
    default: {}
notes:
  - The variables are the options of M(declarative.monitoring.portmonitor_target) and the results of
    M(declarative.monitoring.portmonitor_target_info), with the prefix C(portmonitor_), such as C(portmonitor_name),
    C(portmonitor_group), C(portmonitor_type) and C(portmonitor_url).
  - The targets of each group take a request of their own.
seealso:
  - module: declarative.monitoring.portmonitor_target_info
"""

EXAMPLES = r"""
---
# targets.portmonitor.yml: all targets, with the account from PORTMONITOR_APP_KEY and PORTMONITOR_AUTH_TOKEN (one line)
# plugin: declarative.monitoring.portmonitor

# web.portmonitor.yml: the targets of a group, with the group in their names
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

from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import TARGET_FILTERS, PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._resource import Kind, Values
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Targets, in groups by group."""

    NAME = "declarative.monitoring.portmonitor"
    service = PortMonitor
    kinds = ("target",)
    filters = tuple(item for item in TARGET_FILTERS if item.name not in ("since", "until"))

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """The group of the target."""
        return [[values["group"]]]
