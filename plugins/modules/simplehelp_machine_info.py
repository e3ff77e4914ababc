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
  - Returns the machines with a remote access service that match all of the given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  machine_id:
    description: Only the machine with this id.
    type: str
  name:
    description: Only machines of this name.
    type: str
  groups:
    description: Only machines in the machine group of this path, but not those in groups inside of it.
    type: list
    elements: str
  online:
    description: Only machines that are online, or with V(false) only those that are not.
    type: bool
  include:
    description:
      - What to add to each machine, with further requests.
      - V(hardware) is what the machine is made of.
      - V(monitoring) is how it was doing when it was last looked at.
      - V(notes) are the notes and the warning.
      - V(properties) are its own properties.
      - V(inherited_properties) are its own properties and those that it inherits from its groups.
    type: list
    elements: str
    choices: [hardware, monitoring, notes, properties, inherited_properties]
    default: []
seealso:
  - module: declarative.monitoring.simplehelp_machine
"""

EXAMPLES = r"""
---
- name: All machines that are offline
  declarative.monitoring.simplehelp_machine_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    online: false
  register: offline

- name: All about one machine
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
    - The machines that match, in the order of the service, each with the options of
      M(declarative.monitoring.simplehelp_machine) as far as they are included.
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
      description: The path of the machine group that the machine is in.
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
      description: How many sessions are active.
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
      description: The properties of the machine, with those that it inherits.
      type: dict
      returned: if included
    hardware:
      description: The memory, disks and processors, with the service's fields in lower case.
      type: dict
      returned: if included
    monitoring:
      description: Loads, disks and network adapters, with the service's fields in lower case.
      type: dict
      returned: if included
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up
from ansible_collections.declarative.monitoring.plugins.module_utils._simplehelp import (
    MACHINE_FILTERS,
    MACHINE_INCLUDES,
    SimpleHelp,
)


def main() -> None:
    """Look up machines."""
    look_up(SimpleHelp, "machine", MACHINE_FILTERS, MACHINE_INCLUDES)


if __name__ == "__main__":
    main()
