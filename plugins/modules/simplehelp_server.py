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
  - Sets the host name of the server, and says from which addresses technicians can log in.
  - The vendor's document does not show the query that sets the host name. That change is therefore read back, and
    fails unless it shows.
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
      - The host name of the server, as in the network settings of its Administration tab.
    type: str
  technician_restrictions:
    description:
      - The addresses from which technicians can log in, each a regular expression. In these a dot stands for any
        character, so write C(192\.0\.2\.1) for one address. Can be C(null) or empty, for no restrictions.
      - They are compared letter by letter, in any order.
    type: list
    elements: str
  purge_technician_restrictions:
    description:
      - Whether restrictions that are not in O(technician_restrictions) are removed. If that is not set, nothing is.
    type: bool
    default: true
seealso:
  - module: declarative.monitoring.simplehelp_server_info
  - module: declarative.monitoring.simplehelp_server_backup
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Name the server, and let technicians in from the office alone
  declarative.monitoring.simplehelp_server:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    hostname: help.example.com
    technician_restrictions:
      - 192\.0\.2\.\d+

- name: Let them in from one more address
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
  description: The settings of the server that are declared. In check mode as they would be.
  returned: success
  type: dict
  contains:
    hostname:
      description: The host name of the server.
      type: str
    technician_restrictions:
      description: The regular expressions of addresses from which technicians can log in.
      type: list
      elements: str
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._simplehelp import SimpleHelp


def main() -> None:
    """Manage the server."""
    manage(SimpleHelp, "server")


if __name__ == "__main__":
    main()
