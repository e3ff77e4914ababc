# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alertra devices as inventory hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alertra
short_description: Alertra devices as inventory hosts
description:
  - Adds a host for each device. All hosts are in the group C(alertra). Its child groups C(alertra_TAG) contain the
    devices of each tag.
  - Reads files named C(alertra.yml) or C(alertra.yaml), and files whose names end with C(.alertra.yml) or
    C(.alertra.yaml).
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
      - Add only devices that match all of these filters.
      - The keys are C(device_id), C(short_name), C(tag) and C(status). C(tag) is the name or id of a tag.
      - C(status) is one of C(ok), C(down) and C(maint). Case is ignored.
    type: dict
    default: {}
  include:
    description:
      - Additional data for the variables of each host.
      - V(settings) adds the options of M(declarative.monitoring.alertra_device) that the list of devices does not
        contain, such as C(alertra_timeout). This takes one request per device.
    type: list
    elements: str
    choices: [settings]
    default: []
notes:
  - The host variables are the options of M(declarative.monitoring.alertra_device) and the results of
    M(declarative.monitoring.alertra_device_info), with the prefix C(alertra_), such as C(alertra_short_name),
    C(alertra_url), C(alertra_tags) and C(alertra_status).
seealso:
  - module: declarative.monitoring.alertra_device_info
"""

EXAMPLES = r"""
---
# devices.alertra.yml: all devices, with ALERTRA_API_KEY from the environment
# plugin: declarative.monitoring.alertra

# production.alertra.yml: the devices of a tag, grouped by method
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

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import (
    DEVICE,
    DEVICE_FILTERS,
    Alertra,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory


class InventoryModule(ServiceInventory):
    """Devices as hosts, grouped by tag."""

    NAME = "declarative.monitoring.alertra"
    service = Alertra
    kinds = ("device",)
    filters = tuple(item for item in DEVICE_FILTERS if item.name not in ("since", "until"))
    needed = ("tags",)
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = {"settings": tuple(item.name for item in DEVICE.options)}

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """One group per tag."""
        return [[tag] for tag in values.get("tags") or ()]
