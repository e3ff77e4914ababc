#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a target at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_target
short_description: Manage a target at Port Monitor
description:
  - Creates, changes, moves and deletes a target. Port Monitor also calls targets monitors. A target checks a URL, a
    port of a host, or whether a host responds to a ping.
  - Options that are not set are not changed.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  target_id:
    description:
      - The id of an existing target. If set, every other option can be changed, including the O(name). If O(group)
        differs, the target is moved to that group.
      - If not set, the target is identified by its O(name) in its O(group). If several targets of a group have that
        name, the task fails.
    type: str
  group:
    description:
      - The name or id of the group of the target. The group must exist.
      - Required if O(target_id) is not set, and to create a target.
    type: str
  name:
    description:
      - The name of the target. Required if O(target_id) is not set, and to create a target.
    type: str
  renamed_from:
    description:
      - Former names of the target. If no target in the same group has the name O(name), but exactly one has one of
        these former names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several targets have a former name, the task fails and
        lists their ids.
      - Ignored if O(target_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  type:
    description:
      - What is checked. Required to create a target.
      - V(url) requires O(url), V(custom_port) requires O(host) and O(port_number), and V(ping) requires O(host). They
        are not required if O(target_id) or O(recreate) is set.
      - The service does not allow changing this later. See O(recreate).
    type: str
    choices: [url, custom_port, ping]
  url:
    description:
      - The URL to check. Only for a target with O(type=url).
    type: str
  host:
    description:
      - The host to check. Only for a target with O(type=custom_port) or O(type=ping).
    type: str
  port_number:
    description:
      - The port to check, from 1 to 65535. Only for a target with O(type=custom_port).
    type: int
  seconds_between_checks:
    description:
      - How often the target is checked, in seconds, at least 1. Which values are allowed depends on the plan of the
        account.
    type: int
  timeout:
    description:
      - How long a check waits for a response, in seconds, at least 1.
    type: int
  retries_per_check:
    description:
      - How often a failed check is repeated before the target counts as down, at least 0.
    type: int
  state:
    description:
      - Whether the target should exist.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete and recreate the target if O(type) must change. Known settings that the new type also has are
        kept. The history is lost.
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.portmonitor_group
  - module: declarative.monitoring.portmonitor_config
"""

EXAMPLES = r"""
---
- name: Check a web site every five minutes
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    type: url
    url: https://www.example.com/
    seconds_between_checks: 300

- name: Check a port of a host
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: SMTP
    type: custom_port
    host: mail.example.com
    port_number: 25
  register: smtp

- name: Move a target to another group, and change nothing else
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    target_id: "{{ smtp.target.target_id }}"
    group: Mail

- name: Check the host of the web site by ping instead, which requires a new target
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    type: ping
    host: www.example.com
    recreate: true

- name: Delete the target
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    state: absent
"""

RETURN = r"""
---
target:
  description:
    - The target, with all options whose values are known. In check mode, the target as it would be. A new target then
      has an id such as V(predicted:target:1), or none.
    - With O(state=absent), the target before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    target_id:
      description: The id of the target.
      type: str
    group:
      description: The name of the group of the target, or its id if the name is not unique.
      type: str
    name:
      description: The name of the target.
      type: str
    type:
      description: What is checked.
      type: str
    status:
      description: The status of the target, as reported by the service, if it is known.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    url:
      description: The URL to check.
      type: str
    host:
      description: The host to check.
      type: str
    port_number:
      description: The port to check, from 1 to 65535.
      type: int
    seconds_between_checks:
      description: How often the target is checked, in seconds, at least 1.
      type: int
    timeout:
      description: How long a check waits for a response, in seconds, at least 1.
      type: int
    retries_per_check:
      description: How often a failed check is repeated before the target counts as down, at least 0.
      type: int
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: Port Monitor
    method: PUT
    path: /groups/101
    status: 422
    code: null
    message: "refused: group[name] can't be blank (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Manage a target."""
    run_object_module(PortMonitor, "target")


if __name__ == "__main__":
    main()
