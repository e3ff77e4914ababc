#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage the properties of a machine group at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_machine_group
short_description: Manage the properties of a machine group at SimpleHelp
description:
  - Sets properties of a machine group. The groups and machines in it inherit them.
  - This module can neither create nor delete machine groups. The API has no query to remove a property from a machine
    group.
  - The vendor does not document the query that sets a property. Every change is therefore read back, and the task fails
    if the change is not visible.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  groups:
    description:
      - The path of the group, from the outermost group to the group itself. Required.
    type: list
    elements: str
  properties:
    description:
      - The properties of the group, as a dictionary of strings. Properties that are not given are not changed. A
        property cannot be C(null), because it cannot be removed.
    type: dict
seealso:
  - module: declarative.monitoring.simplehelp_machine_group_info
  - module: declarative.monitoring.simplehelp_machine
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Set a property of the group London, which is in the group United Kingdom
  declarative.monitoring.simplehelp_machine_group:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    groups:
      - United Kingdom
      - London
    properties:
      city: London
"""

RETURN = r"""
---
machine_group:
  description: The machine group, with the declared properties. In check mode, the machine group as it would be.
  returned: success
  type: dict
  contains:
    groups:
      description: The path of the group.
      type: list
      elements: str
    properties:
      description: The declared properties.
      type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Manage a machine group."""
    run_object_module(SimpleHelp, "machine_group")


if __name__ == "__main__":
    main()
