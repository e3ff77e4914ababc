#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a machine at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_machine
short_description: Manage a machine at SimpleHelp
description:
  - Changes the name, the monitoring, the notes and the properties of a machine with a remote access service.
  - Machines register themselves. This module can neither create nor delete them. If the id is not known, the task
    fails.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  machine_id:
    description:
      - The id of the machine, such as C(SG_1234). Required.
    type: str
  name:
    description:
      - The name of the machine.
    type: str
  monitor:
    description:
      - Whether the machine is monitored. SimpleHelp before 5.2.12 cannot change this, and the task fails.
    type: bool
  notes:
    description:
      - The notes on the machine. Can be C(null).
    type: str
  warnings:
    description:
      - The warning that is shown to technicians. Can be C(null).
    type: str
  properties:
    description:
      - The properties of the machine, as a dictionary of strings. A property that is C(null) is removed. If the whole
        option is V(null), nothing is removed unless O(purge_properties=true).
    type: dict
  purge_properties:
    description:
      - Whether properties that are not in O(properties) are removed. Without O(properties) nothing is removed.
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.simplehelp_machine_info
  - module: declarative.monitoring.simplehelp_machine_group
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Set the name and the warning of a machine
  declarative.monitoring.simplehelp_machine:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    machine_id: SG_1234
    name: London web server
    monitor: true
    warnings: Ask before a restart

- name: Set one property, remove another, and keep the rest
  declarative.monitoring.simplehelp_machine:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    machine_id: SG_1234
    properties:
      Owner: web team
      License: null

- name: Set the properties, and remove all others
  declarative.monitoring.simplehelp_machine:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    machine_id: SG_1234
    properties:
      Owner: web team
    purge_properties: true
"""

RETURN = r"""
---
machine:
  description: The machine, with all options whose values are known. In check mode, the machine as it would be.
  returned: success
  type: dict
  contains:
    machine_id:
      description: The id of the machine.
      type: str
    name:
      description: The name of the machine.
      type: str
    groups:
      description: The path of the machine group of the machine.
      type: list
      elements: str
    online:
      description: Whether the machine is online.
      type: bool
    state:
      description: C(In Use), C(Not In Use), C(Headless) or C(Unknown).
      type: str
    protocol:
      description: The polling protocol.
      type: str
    last_registration_time:
      description: When the machine last registered, in milliseconds since 1970.
      type: int
    session_count:
      description: The number of active sessions.
      type: int
    os:
      description: The operating system.
      type: str
    hostname:
      description: The host name of the machine.
      type: str
    wan_ip:
      description: The public address of the machine.
      type: str
    ip_addresses:
      description: The local network adapters, each with C(ip), C(mac) and C(name).
      type: list
      elements: dict
      sample:
        - ip: 192.168.0.49
          mac: 02:00:00:00:00:31
          name: eth0
    # BEGIN returned options: written by tests/tools/sync_docs.py
    monitor:
      description: Whether the machine is monitored.
      type: bool
    notes:
      description: The notes on the machine.
      type: str
    warnings:
      description: The warning that is shown to technicians.
      type: str
    properties:
      description: The properties of the machine, as a dictionary of strings.
      type: dict
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Manage a machine."""
    run_object_module(SimpleHelp, "machine")


if __name__ == "__main__":
    main()
