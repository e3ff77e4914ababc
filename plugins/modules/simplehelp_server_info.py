#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the settings of a SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_server_info
short_description: Look up the settings of a SimpleHelp server
description:
  - Returns the host name of the server, and the addresses from which technicians can log in.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
seealso:
  - module: declarative.monitoring.simplehelp_server
"""

EXAMPLES = r"""
---
- name: Get the settings of the server
  declarative.monitoring.simplehelp_server_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
  register: found
"""

RETURN = r"""
---
servers:
  description: A list with the server, with the options of M(declarative.monitoring.simplehelp_server).
  returned: success
  type: list
  elements: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up the server."""
    run_list_module(SimpleHelp, "server")


if __name__ == "__main__":
    main()
