#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up machines at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_machine_info
short_description: Look up machines at SimpleHelp
description:
  - Returns the machines with a remote access service that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  machine_id:
    description: Return only the machine with this id.
    type: str
  name:
    description: Return only machines with this name.
    type: str
  groups:
    description: Return only machines in the machine group with this path, without the machines in its subgroups.
    type: list
    elements: str
  online:
    description: Return only machines that are online. If V(false), return only machines that are not.
    type: bool
  include:
    description:
      - Additional data to return for each machine. This takes additional requests.
      - V(hardware) returns the hardware of the machine.
      - V(monitoring) returns the latest monitoring data.
      - V(notes) returns the notes and the warning.
      - V(properties) returns its own properties.
      - V(inherited_properties) returns its own properties and those that it inherits from its groups.
    type: list
    elements: str
    choices: [hardware, monitoring, notes, properties, inherited_properties]
    default: []
seealso:
  - module: declarative.monitoring.simplehelp_machine
"""

EXAMPLES = r"""
---
- name: List all machines that are offline
  declarative.monitoring.simplehelp_machine_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    online: false
  register: offline

- name: Get all data of one machine
  declarative.monitoring.simplehelp_machine_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    machine_id: SG_1234
    include:
      - hardware
      - monitoring
      - notes
      - properties
  register: found
"""

RETURN = r"""
---
machines:
  description:
    - The matching machines, in the order in which the service lists them, with the options of
      M(declarative.monitoring.simplehelp_machine), if they are included.
  returned: success
  type: list
  elements: dict
  contains:
    machine_id:
      description: The id of the machine.
      type: str
    name:
      description: The name of the machine.
      type: str
    monitor:
      description: Whether the machine is monitored.
      type: bool
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
    notes:
      description: The notes on the machine.
      type: str
      returned: if included
    warnings:
      description: The warning that is shown to technicians.
      type: str
      returned: if notes are included
    properties:
      description: The machine's own properties.
      type: dict
      returned: if included
    inherited_properties:
      description: The properties of the machine, including inherited ones.
      type: dict
      returned: if included
    hardware:
      description: The memory, disks and processors, with the field names of the service in lower case.
      type: dict
      returned: if included
      sample:
        total_memory: 17179869184
        model_name: Example
        model_identifier: EX-1
        manufacturer: Example Ltd
        serial: EX000049
        ecc_memory: false
        memory:
          - capacity: 17179869184
            type: DDR4
            speed_hz: 3200000000
            status: OK
            manufacturer: Example Ltd
        disks:
          - disk: disk0
            device_name: Example SSD
            media_name: Example media
            capacity: 512000000000
            type: SSD
            protocol: NVMe
            internal: true
        processors:
          - name: Example CPU
            speed_hz: '2400000000'
            cores: 8
            is64bit: true
    monitoring:
      description: The loads, disks and network adapters, with the field names of the service in lower case.
      type: dict
      returned: if included
      sample:
        cpu_load_averages:
          - 12
          - 10
          - 8
        memory_load_averages:
          - 45
          - 44
          - 43
        is64bit: true
        os: Linux
        hostname: db
        wan_ip: 203.0.113.49
        last_restarted: 1748692800000
        disks:
          - name: disk0
            used_percentage: 41.5
        cpu_offenders:
          - name: indexer
            used_percentage: 7.25
        network_adapters:
          - ip: 192.168.0.49
            mac: 02:00:00:00:00:31
            name: eth0
    # BEGIN returned options: written by tests/tools/sync_docs.py
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import (
    MACHINE_FILTERS,
    MACHINE_INCLUDES,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up machines."""
    run_list_module(SimpleHelp, "machine", MACHINE_FILTERS, MACHINE_INCLUDES)


if __name__ == "__main__":
    main()
