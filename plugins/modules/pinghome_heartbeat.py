#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a heartbeat at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_heartbeat
short_description: Manage a heartbeat at Pinghome
description:
  - Creates, changes and deletes a heartbeat, which is a monitor of something that reports to Pinghome regularly, such
    as a backup.
  - An option that is left out is left alone.
  - The service may need seconds until it shows what was written. A task that has written something waits for that, for
    six seconds at the most.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  heartbeat_id:
    description:
      - The id of an existing heartbeat. With it, every other option may change, the name and the service included.
      - Without it, the heartbeat is found by its O(name) in the service O(service_id). It is an error if several bear
        that name.
    type: str
  service_id:
    description:
      - The id of the service that the heartbeat is in. Required if O(heartbeat_id) is not set.
      - With O(heartbeat_id), it moves the heartbeat there.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
    type: str
  name:
    description:
      - The name of the heartbeat. Required if O(heartbeat_id) is not set, and to create a heartbeat.
    type: str
  interval:
    description:
      - How often something has to come, from 1. The vendor names no unit. Required to create a heartbeat.
    type: int
  methods:
    description:
      - The methods of the requests that are taken, all of them, in any order, such as C(GET). They are not part of the
        creation, but written right after it.
    type: list
    elements: str
  purge_methods:
    description:
      - If O(methods) is set, whether everything else is removed.
    type: bool
    default: true
  enabled:
    description:
      - Whether the heartbeat is monitored. A new one is.
    type: bool
  state:
    description:
      - Whether the heartbeat exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.pinghome_heartbeat_event
  - module: declarative.monitoring.pinghome_heartbeat_info
  - module: declarative.monitoring.pinghome_config
"""

EXAMPLES = r"""
---
- name: Expect a sign of life of the backup
  declarative.monitoring.pinghome_heartbeat:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    interval: 60

- name: Pause that
  declarative.monitoring.pinghome_heartbeat:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    enabled: false

- name: End it
  declarative.monitoring.pinghome_heartbeat:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    state: absent
"""

RETURN = r"""
---
heartbeat:
  description:
    - The heartbeat, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    heartbeat_id:
      description: The id of the heartbeat.
      type: str
    service_id:
      description: The id of the service that it is in.
      type: str
    name:
      description: The name of the heartbeat.
      type: str
failure:
  description: The request that failed, where the service refused one or did not answer.
  returned: on failure
  type: dict
  sample:
    service: Pinghome
    method: PUT
    path: /resource/c03b02ec-244f-4d2c-8f68-3910071ed5c8
    status: 422
    code: null
    message: "refused: Invalid regions (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import Pinghome


def main() -> None:
    """Manage a heartbeat."""
    manage(Pinghome, "heartbeat")


if __name__ == "__main__":
    main()
