# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Monitors at Pinghome as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pinghome
short_description: Monitors at Pinghome as hosts
description:
  - Makes a host of each resource, server resource and heartbeat of one or several services. All are in the group
    C(pinghome), and inside of it in C(pinghome_resources), C(pinghome_server_resources) or C(pinghome_heartbeats), and
    in C(pinghome_service_ID) after the id of their service.
  - Reads files named C(pinghome.yml), C(pinghome.yaml), or anything that ends with C(.pinghome.yml) or
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
      - The ids of the services at Pinghome, where there are several. If not set, the one of O(service_id) is meant.
    type: list
    elements: str
    default: []
  kinds:
    description: Which monitors are hosts.
    type: list
    elements: str
    choices: [resource, server_resource, heartbeat]
    default: [resource, server_resource, heartbeat]
  filters:
    description:
      - Only the monitors that match all of these.
      - C(name) is the name.
    type: dict
    default: {}
notes:
  - The variables are the options of M(declarative.monitoring.pinghome_resource),
    M(declarative.monitoring.pinghome_server_resource) and M(declarative.monitoring.pinghome_heartbeat), with the prefix
    C(pinghome_), such as C(pinghome_resource_id), C(pinghome_name), C(pinghome_url) and C(pinghome_enabled). Headers
    may hold secrets, so they are left out.
  - Monitors that would have the same name get their kind and id added to it, such as
    C(backup-heartbeat-6b3f2c1e-9c1d-4a55-8f0e-2d7c4b9a1e33).
seealso:
  - module: declarative.monitoring.pinghome_resource_info
  - module: declarative.monitoring.pinghome_server_resource_info
  - module: declarative.monitoring.pinghome_heartbeat_info
"""

EXAMPLES = r"""
---
# pinghome.yml: all monitors of a service, with the account from PINGHOME_API_TOKEN and PINGHOME_SERVICE_ID (one line)
# plugin: declarative.monitoring.pinghome

# uptime.pinghome.yml: the resources of two services, grouped by their regions
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

from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._resource import (
    Desired,
    Field,
    Kind,
    Service,
    Values,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Monitors, in groups by kind and by service."""

    NAME = "declarative.monitoring.pinghome"
    service = Pinghome
    kinds = ("resource", "server_resource", "heartbeat")
    filters = (Field("name"),)
    needed = ("url", "host")

    def sought(self, client: Service, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The monitors of the given services."""
        return [Desired(kind, {"service_id": ident}) for ident in self.get_option("service_ids")]

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """One for the kind, one for the service."""
        return [[kind.plural], [f"service_{values['service_id']}"]]
