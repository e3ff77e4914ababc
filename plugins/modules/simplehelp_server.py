#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage the settings of a SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_server
short_description: Manage the settings of a SimpleHelp server
description:
  - Sets the host name of the server, and the addresses from which technicians can log in.
  - The vendor does not document the query that sets the host name. A change of the host name is therefore read back,
    and the task fails if the change is not visible.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  hostname:
    description:
      - The host name of the server, as shown in the network settings of its Administration tab.
    type: str
  technician_restrictions:
    description:
      - Regular expressions for the addresses from which technicians can log in. Escape dots, as in C(192\.0\.2\.1),
        because an unescaped dot matches any character. Can be C(null) or empty, for no restrictions.
      - They are compared as strings. The order is ignored.
    type: list
    elements: str
  purge_technician_restrictions:
    description:
      - Whether restrictions that are not in O(technician_restrictions) are removed. Without O(technician_restrictions)
        nothing is removed.
    type: bool
    default: true
seealso:
  - module: declarative.monitoring.simplehelp_server_info
  - module: declarative.monitoring.simplehelp_server_backup
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Set the host name, and allow logins from the office only
  declarative.monitoring.simplehelp_server:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    hostname: help.example.com
    technician_restrictions:
      - 192\.0\.2\.\d+

- name: Allow logins from one more address
  declarative.monitoring.simplehelp_server:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    technician_restrictions:
      - 198\.51\.100\.7
    purge_technician_restrictions: false
"""

RETURN = r"""
---
server:
  description: The declared settings of the server. In check mode, the settings as they would be.
  returned: success
  type: dict
  contains:
    hostname:
      description: The host name of the server.
      type: str
    technician_restrictions:
      description: The regular expressions for the addresses from which technicians can log in.
      type: list
      elements: str
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
    """Manage the server."""
    run_object_module(SimpleHelp, "server")


if __name__ == "__main__":
    main()
