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
  - Creates, renames and deletes a group. Each target, which is what Port Monitor also calls a monitor, is in one group.
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
      - The id of an existing group. With it, the name may change.
      - Without it, the group is found by its O(name). It is an error if several groups bear that name.
    type: str
  name:
    description:
      - The name of the group. Required if O(group_id) is not set, and to create a group.
    type: str
  force:
    description:
      - Whether to delete a group that still has targets, and them with it. Without it, that is refused.
    type: bool
    default: false
  state:
    description:
      - Whether the group exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.portmonitor_target
  - module: declarative.monitoring.portmonitor_config
"""

EXAMPLES = r"""
---
- name: A group
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
    - The group, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    group_id:
      description: The id of the group.
      type: str
    name:
      description: The name of the group.
      type: str
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import PortMonitor


def main() -> None:
    """Manage a group."""
    manage(PortMonitor, "group")


if __name__ == "__main__":
    main()
