# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pinghome monitors as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pinghome
short_description: Pinghome monitors as inventory hosts
description:
  - Adds a host for each resource, server resource and heartbeat of one or more services. All hosts are in the group
    C(pinghome). Its child groups are C(pinghome_resources), C(pinghome_server_resources), C(pinghome_heartbeats), and
    C(pinghome_service_ID) for the id of each service.
  - Reads files named C(pinghome.yml) or C(pinghome.yaml), and files whose names end with C(.pinghome.yml) or
    C(.pinghome.yaml).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.connection.pinghome_env
  - declarative.monitoring.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [declarative.monitoring.pinghome]
  service_ids:
    description:
      - The ids of several Pinghome services. If not set, O(service_id) is used.
    type: list
    elements: str
    default: []
  kinds:
    description: The kinds of monitors to add as hosts.
    type: list
    elements: str
    choices: [resource, server_resource, heartbeat]
    default: [resource, server_resource, heartbeat]
  filters:
    description:
      - Add only monitors that match all of these filters.
      - The only key is C(name).
    type: dict
    default: {}
notes:
  - The host variables are the options of M(declarative.monitoring.pinghome_resource),
    M(declarative.monitoring.pinghome_server_resource) and M(declarative.monitoring.pinghome_heartbeat), with the prefix
    C(pinghome_), such as C(pinghome_resource_id), C(pinghome_name), C(pinghome_url) and C(pinghome_enabled). Headers
    are omitted because they may contain secrets.
  - If several monitors would have the same host name, their kinds and ids are appended, as in
    C(backup-heartbeat-6b3f2c1e-9c1d-4a55-8f0e-2d7c4b9a1e33).
seealso:
  - module: declarative.monitoring.pinghome_resource_info
  - module: declarative.monitoring.pinghome_server_resource_info
  - module: declarative.monitoring.pinghome_heartbeat_info
"""

EXAMPLES = r"""
---
# pinghome.yml: all monitors, with PINGHOME_API_TOKEN and PINGHOME_SERVICE_ID from the environment
# plugin: declarative.monitoring.pinghome

# uptime.pinghome.yml: the resources of two services, grouped by region
plugin: declarative.monitoring.pinghome
api_token: "{{ lookup('ansible.builtin.env', 'PINGHOME_API_TOKEN') }}"
service_ids:
  - 11111111-1111-4111-8111-111111111111
  - 22222222-2222-4222-8222-222222222222
kinds: [resource]
compose:
  ansible_host: pinghome_host or pinghome_url | urlsplit('hostname')
keyed_groups:
  - key: pinghome_regions
    prefix: region
groups:
  paused: not pinghome_enabled
"""

from collections.abc import Sequence

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Monitors as hosts, grouped by kind and by service."""

    NAME = "declarative.monitoring.pinghome"
    service = Pinghome
    kinds = ("resource", "server_resource", "heartbeat")
    filters = (Field("name"),)
    needed = ("url", "host")

    def listing_scope(self, client: Service, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The monitors of the given services."""
        return [Desired(kind, {"service_id": ident}) for ident in self.get_option("service_ids")]

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """One group for the kind and one for the service."""
        return [[kind.plural], [f"service_{values['service_id']}"]]
