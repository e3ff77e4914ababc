# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SimpleHelp machines as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: simplehelp
short_description: SimpleHelp machines as inventory hosts
description:
  - Adds a host for each machine with a remote access service. All hosts are in the group C(simplehelp). The machine
    groups are nested child groups, as on the server. Each is named after its whole path, such as
    C(simplehelp_Sweden_Lund) in C(simplehelp_Sweden).
  - Reads files named C(simplehelp.yml) or C(simplehelp.yaml), and files whose names end with C(.simplehelp.yml) or
    C(.simplehelp.yaml).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.connection.simplehelp_env
  - declarative.monitoring.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [declarative.monitoring.simplehelp]
  filters:
    description:
      - Add only machines that match all of these filters.
      - The keys are C(machine_id), C(name), C(groups) and C(online). C(groups) is the path of a machine group and does
        not include its subgroups.
      - C(online) is C(true) for machines that are online, and C(false) for machines that are offline.
    type: dict
    default: {}
  include:
    description:
      - Additional data for the variables of each host. Each value takes one more request per hundred machines.
      - V(notes) adds C(simplehelp_notes) and C(simplehelp_warnings).
      - V(properties) adds the machine's own properties as C(simplehelp_properties). If they contain secrets, do not
        include them in a cached inventory.
    type: list
    elements: str
    choices: [notes, properties]
    default: []
notes:
  - The host variables are the options of M(declarative.monitoring.simplehelp_machine) and the results of
    M(declarative.monitoring.simplehelp_machine_info), with the prefix C(simplehelp_), such as C(simplehelp_machine_id),
    C(simplehelp_hostname), C(simplehelp_online) and C(simplehelp_os).
seealso:
  - module: declarative.monitoring.simplehelp_machine_info
"""

EXAMPLES = r"""
---
# machines.simplehelp.yml: all machines, with SIMPLEHELP_API_URL and SIMPLEHELP_API_TOKEN from the environment
# plugin: declarative.monitoring.simplehelp

# online.simplehelp.yml: the machines that are online, grouped by a property
plugin: declarative.monitoring.simplehelp
api_url: "{{ lookup('ansible.builtin.env', 'SIMPLEHELP_API_URL') }}"
api_token: "{{ lookup('ansible.builtin.env', 'SIMPLEHELP_API_TOKEN') }}"
filters:
  online: true
include: [properties]
compose:
  ansible_host: simplehelp_ip_addresses[0].ip
keyed_groups:
  - key: simplehelp_properties.License | default('')
    prefix: license
    default_value: none
groups:
  windows: "'Windows' in (simplehelp_os | default('', true))"
"""

from collections.abc import Mapping
from typing import ClassVar

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import MACHINE_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Machines as hosts, grouped as on the server."""

    NAME = "declarative.monitoring.simplehelp"
    service = SimpleHelp
    kinds = ("machine",)
    filters = MACHINE_FILTERS
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = {"notes": ("notes", "warnings"), "properties": ("properties",)}

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """The path of the machine group."""
        return [values.get("groups") or []]
