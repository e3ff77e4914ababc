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
  - Creates, changes and deletes a heartbeat. A heartbeat monitors something that reports to Pinghome regularly, such as
    a backup.
  - Options that are not set are not changed.
  - The service replaces a heartbeat as a whole. If it does not return a setting, such as O(methods) or O(enabled), a
    change of another option would reset it. The task therefore fails before it changes anything, unless the setting is
    declared too, or the same run has created the heartbeat and never set it.
  - The service may take some seconds to show a change. After a change, the task waits for that, up to six seconds.
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
      - The id of an existing heartbeat. If set, every other option can be changed, including the name and the service.
      - If not set, the heartbeat is identified by its O(name) in the service O(service_id). If several heartbeats have
        that name, the task fails.
    type: str
  service_id:
    description:
      - The id of the service of the heartbeat. Required if O(heartbeat_id) is not set.
      - If O(heartbeat_id) is set, the heartbeat is moved to this service.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable never
        moves a heartbeat.
    type: str
  name:
    description:
      - The name of the heartbeat. Required if O(heartbeat_id) is not set, and to create a heartbeat.
    type: str
  renamed_from:
    description:
      - Former names of the heartbeat. If no heartbeat in the same service has the name O(name), but exactly one has one
        of these former names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several heartbeats have a former name, the task fails and
        lists their ids.
      - Ignored if O(heartbeat_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  interval:
    description:
      - The interval at which events must arrive, at least 1. The vendor does not document the unit. Required to create
        a heartbeat.
    type: int
  methods:
    description:
      - All request methods that are accepted, such as C(GET). The order is ignored. For a new heartbeat, they are set
        with a second request.
    type: list
    elements: str
  purge_methods:
    description:
      - Whether values that are not in O(methods) are removed. Without O(methods) nothing is removed.
    type: bool
    default: true
    version_added: 0.2.0
  enabled:
    description:
      - Whether the heartbeat is monitored. The default for new heartbeats is V(true).
    type: bool
  state:
    description:
      - Whether the heartbeat should exist.
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
- name: Create a heartbeat for the backup
  declarative.monitoring.pinghome_heartbeat:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    interval: 60

- name: Pause the heartbeat
  declarative.monitoring.pinghome_heartbeat:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    enabled: false

- name: Delete the heartbeat
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
    - The heartbeat, with all options whose values are known. In check mode, the heartbeat as it would be. A new
      heartbeat then has an id such as V(predicted:heartbeat:1), or none.
    - With O(state=absent), the heartbeat before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    heartbeat_id:
      description: The id of the heartbeat.
      type: str
    service_id:
      description: The id of the service of the heartbeat.
      type: str
    name:
      description: The name of the heartbeat.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    interval:
      description: The interval at which events must arrive, at least 1.
      type: int
    methods:
      description: All request methods that are accepted, such as C(GET).
      type: list
      elements: str
    enabled:
      description: Whether the heartbeat is monitored.
      type: bool
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Manage a heartbeat."""
    run_object_module(Pinghome, "heartbeat")


if __name__ == "__main__":
    main()
