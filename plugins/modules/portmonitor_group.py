#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a group of targets at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_group
short_description: Manage a group of targets at Port Monitor
description:
  - Creates, renames and deletes a group. Each target is in exactly one group. Port Monitor also calls targets monitors.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  group_id:
    description:
      - The id of an existing group. If set, the name can be changed.
      - If not set, the group is identified by its O(name). If several groups have that name, the task fails.
    type: str
  name:
    description:
      - The name of the group. Required if O(group_id) is not set, and to create a group.
    type: str
  renamed_from:
    description:
      - Former names of the group. If no group has the name O(name), but exactly one has one of these former names, that
        one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several groups have a former name, the task fails and
        lists their ids.
      - Ignored if O(group_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  force:
    description:
      - Whether to delete a group that still has targets, together with these targets. If V(false), the task fails
        instead.
    type: bool
    default: false
  state:
    description:
      - Whether the group should exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.portmonitor_target
  - module: declarative.monitoring.portmonitor_config
"""

EXAMPLES = r"""
---
- name: Create a group
  declarative.monitoring.portmonitor_group:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    name: Web

- name: Delete a group with all of its targets
  declarative.monitoring.portmonitor_group:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    name: Outdated
    state: absent
    force: true
"""

RETURN = r"""
---
group:
  description:
    - The group, with all options whose values are known. In check mode, the group as it would be. A new group then has
      an id such as V(predicted:group:1), or none.
    - With O(state=absent), the group before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    group_id:
      description: The id of the group.
      type: str
    name:
      description: The name of the group.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
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
    """Manage a group."""
    run_object_module(PortMonitor, "group")


if __name__ == "__main__":
    main()
