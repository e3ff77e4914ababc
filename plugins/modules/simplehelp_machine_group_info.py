#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up machine groups at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_machine_group_info
short_description: Look up machine groups at SimpleHelp
description:
  - Returns the machine groups with their properties.
  - The API does not list machine groups. The groups that contain machines, and their parent groups, are returned. With
    O(groups), the group with that path is returned, even if it contains no machine.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  groups:
    description: Return only the group with this path, from the outermost group to the group itself.
    type: list
    elements: str
  include:
    description:
      - Additional data to return for each group. This takes additional requests per group.
      - V(inherited_properties) returns its own properties and those that it inherits from its parent groups.
    type: list
    elements: str
    choices: [inherited_properties]
    default: []
seealso:
  - module: declarative.monitoring.simplehelp_machine_group
"""

EXAMPLES = r"""
---
- name: Get the properties of the group London in the group United Kingdom
  declarative.monitoring.simplehelp_machine_group_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    groups:
      - United Kingdom
      - London
    include:
      - inherited_properties
  register: found
"""

RETURN = r"""
---
machine_groups:
  description: The matching machine groups, in the order in which their machines are listed.
  returned: success
  type: list
  elements: dict
  contains:
    groups:
      description: The path of the group.
      type: list
      elements: str
    properties:
      description: The group's own properties.
      type: dict
    inherited_properties:
      description: The properties of the group, including inherited ones.
      type: dict
      returned: if included
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
    MACHINE_GROUP_FILTERS,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up machine groups."""
    run_list_module(SimpleHelp, "machine_group", MACHINE_GROUP_FILTERS, {"inherited_properties": ""})


if __name__ == "__main__":
    main()
