#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole Alertra account as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_config_info
short_description: Look up a whole Alertra account as a declaration
description:
  - Returns all devices and tags of an account in the format of M(declarative.monitoring.alertra_config). If the result
    is passed to that module, nothing changes.
  - Objects are returned without ids, so that the declaration can be used for another account. Only an object whose name
    is not unique is returned with its id.
  - Tags are returned with the names of their devices. Devices are returned without tags. Options that are not set are
    omitted.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
"""

EXAMPLES = r"""
---
- name: Export the account
  declarative.monitoring.alertra_config_info:
    api_key: "{{ alertra_api_key }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: alertra.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.alertra_config:
    api_key: "{{ alertra_api_key }}"
    devices: "{{ account.config.devices }}"
    tags: "{{ account.config.tags }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the account, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    devices:
      description: The devices, with the options of M(declarative.monitoring.alertra_device) that are set.
      type: list
      elements: dict
      contains:
        device_id:
          description: The id of the device. Only returned if no name identifies it.
          type: str
        short_name:
          description: The name of the device, of 1 to 8 letters, digits or hyphens.
          type: str
        full_name:
          description: A description of the device.
          type: str
        method:
          description: How the device is checked.
          type: str
        url:
          description: The URL or host to check.
          type: str
        frequency:
          description: How often the device is checked, in minutes.
          type: int
        timeout:
          description: How long a check waits for a response, in seconds, from 1 to 120.
          type: int
        retries:
          description: How often a failed check is repeated before an alert is sent, from 2 to 10.
          type: int
        retry_delay:
          description: How long to wait before a failed check is repeated, in seconds, from 1 to 300.
          type: int
        nschedule_id:
          description: The id of the notification schedule.
          type: str
        mschedule_id:
          description: The id of the maintenance schedule.
          type: str
        master_device:
          description: The name or id of the device that this device depends on.
          type: str
        tags:
          description: The names or ids of the tags of the device.
          type: list
          elements: str
    tags:
      description: The tags, with the options of M(declarative.monitoring.alertra_tag) that are set.
      type: list
      elements: dict
      contains:
        tag_id:
          description: The id of the tag. Only returned if no name identifies it.
          type: str
        name:
          description: The name of the tag.
          type: str
        devices:
          description: The names or ids of the devices that have the tag.
          type: list
          elements: str
    # END kinds
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Look up an account."""
    run_export_module(Alertra)


if __name__ == "__main__":
    main()
