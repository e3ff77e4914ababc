#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up groups of targets at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_group_info
short_description: Look up groups of targets at Port Monitor
description:
  - Returns the groups that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  group_id:
    description: Return only the group with this id.
    type: str
  name:
    description: Return only groups with this name.
    type: str
  include:
    description:
      - Additional data to return for each group. This takes one more request per group.
      - V(details) returns all fields that the service has for a group.
    type: list
    elements: str
    choices: [details]
    default: []
"""

EXAMPLES = r"""
---
- name: List all groups
  declarative.monitoring.portmonitor_group_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: all_groups
"""

RETURN = r"""
---
groups:
  description:
    - The matching groups, in the order in which the service lists them, with the options of
      M(declarative.monitoring.portmonitor_group).
  returned: success
  type: list
  elements: dict
  contains:
    group_id:
      description: The id of the group.
      type: str
    name:
      description: The name of the group.
      type: str
    details:
      description: The group, with the field names of the service.
      type: dict
      returned: if included
      sample:
        id: 101
        name: Web
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import GROUP_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Look up groups."""
    run_list_module(PortMonitor, "group", GROUP_FILTERS, {"details": ""})


if __name__ == "__main__":
    main()
