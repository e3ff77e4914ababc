#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole SimpleHelp server as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_config_info
short_description: Look up a whole SimpleHelp server as a declaration
description:
  - Returns the technicians, groups, machines, machine groups and settings of a server in the format of
    M(declarative.monitoring.simplehelp_config). If the result is passed to that module, nothing changes.
  - Technicians and groups are returned without ids, so that the declaration can be used for another server. Only those
    whose names are not unique are returned with their ids. Machines are identified by their ids only.
  - Passwords are not returned. Options that are not set are omitted.
  - The API does not list machine groups. The groups that contain machines, and their parent groups, are returned.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
seealso:
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Export the server
  declarative.monitoring.simplehelp_config_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: simplehelp.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.simplehelp_config:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    technicians: "{{ account.config.technicians }}"
    groups: "{{ account.config.groups }}"
    machines: "{{ account.config.machines }}"
    machine_groups: "{{ account.config.machine_groups }}"
    server: "{{ account.config.server }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the server, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    technicians:
      description: The technicians, with the options of M(declarative.monitoring.simplehelp_technician) that are set.
      type: list
      elements: dict
    groups:
      description: The technician groups, with the options of M(declarative.monitoring.simplehelp_group) that are set.
      type: list
      elements: dict
    machines:
      description: The machines, with the options of M(declarative.monitoring.simplehelp_machine) that are set.
      type: list
      elements: dict
    machine_groups:
      description: The machine groups, with the options of M(declarative.monitoring.simplehelp_machine_group) that are
        set.
      type: list
      elements: dict
    server:
      description: The settings of the server, with the options of M(declarative.monitoring.simplehelp_server) that are
        set.
      type: dict
    # END kinds
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up a server."""
    run_export_module(SimpleHelp)


if __name__ == "__main__":
    main()
