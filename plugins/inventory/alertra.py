# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices at Alertra as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alertra
short_description: Devices at Alertra as hosts
description:
  - Makes a host of each device. All are in the group C(alertra), and inside of it in the groups C(alertra_TAG) after
    their tags.
  - Reads files named C(alertra.yml), C(alertra.yaml), or anything that ends with C(.alertra.yml) or C(.alertra.yaml).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.connection.alertra_env
  - declarative.monitoring.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [declarative.monitoring.alertra]
  filters:
    description:
      - Only the devices that match all of these.
      - C(device_id) is the id, C(short_name) the name, C(tag) the name or the id of a tag.
      - C(status) is one of C(ok), C(down) and C(maint), in upper or lower case.
    type: dict
    default: {}
  include:
    description:
      - What to add to the variables of each host.
      - V(settings) are the options of M(declarative.monitoring.alertra_device) that the list of devices does not show,
        such as C(alertra_timeout). That takes one request for each device.
    type: list
    elements: str
    choices: [settings]
    default: []
notes:
  - The variables are the options of M(declarative.monitoring.alertra_device) and the results of
    M(declarative.monitoring.alertra_device_info), with the prefix C(alertra_), such as C(alertra_short_name),
    C(alertra_url), C(alertra_tags) and C(alertra_status).
seealso:
  - module: declarative.monitoring.alertra_device_info
"""

EXAMPLES = r"""
---
# devices.alertra.yml: all devices, with the account from ALERTRA_API_KEY (one line)
# plugin: declarative.monitoring.alertra

# production.alertra.yml: the devices of a tag, grouped by what they check
plugin: declarative.monitoring.alertra
api_key: "{{ lookup('ansible.builtin.env', 'ALERTRA_API_KEY') }}"
filters:
  tag: production
compose:
  # The address of an HTTP device is in its URL.
  ansible_host: alertra_url | urlsplit('hostname') or alertra_url
keyed_groups:
  - key: alertra_method | lower
    prefix: method
groups:
  failing: alertra_status == 'Down'
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: inventory_cache
cache_timeout: 600
"""

from collections.abc import Mapping
from typing import ClassVar

from ansible_collections.declarative.monitoring.plugins.module_utils._alertra import DEVICE, DEVICE_FILTERS, Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._resource import Kind, Values
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Devices, in groups by tag."""

    NAME = "declarative.monitoring.alertra"
    service = Alertra
    kinds = ("device",)
    filters = tuple(item for item in DEVICE_FILTERS if item.name not in ("since", "until"))
    needed = ("tags",)
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = {"settings": tuple(item.name for item in DEVICE.options)}

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """One for each tag."""
        return [[tag] for tag in values.get("tags") or ()]
