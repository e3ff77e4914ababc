#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up users at PingPlotter Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_user_info
short_description: Look up users at PingPlotter Cloud
description:
  - Returns the users that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  user_id:
    description: Return only the user with this id.
    type: str
  email_address:
    description: Return only users with this e-mail address. Case is ignored.
    type: str
"""

EXAMPLES = r"""
---
- name: List all users
  declarative.monitoring.pingplotter_user_info:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
  register: found

- name: Show the users without two-factor authentication
  ansible.builtin.debug:
    msg: "{{ found.users | rejectattr('two_factor_enabled') | map(attribute='email_address') }}"
"""

RETURN = r"""
---
users:
  description:
    - The matching users, in the order in which the service lists them, with the options of
      M(declarative.monitoring.pingplotter_user).
  returned: success
  type: list
  elements: dict
  contains:
    user_id:
      description: The id of the user.
      type: str
    email_address:
      description: The e-mail address of the user.
      type: str
    name:
      description: The name of the user. V(null) if the service does not return it.
      type: str
    roles:
      description: The roles of the user.
      type: list
      elements: str
    last_login:
      description: When the user last logged in. V(null) if never.
      type: str
    two_factor_enabled:
      description: Whether two-factor authentication is enabled.
      type: bool
    # BEGIN returned options: written by tests/tools/sync_docs.py
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: PingPlotter Cloud
    method: PUT
    path: /users/u1:FpeVIOlPMulPbX1OyvA
    status: 403
    code: null
    message: "refused: The key lacks the permission UserManagement. (HTTP 403)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import (
    USER_FILTERS,
    PingPlotter,
)


def main() -> None:
    """Look up users."""
    run_info_module(PingPlotter, USER_FILTERS, lambda client, params: {"users": client.users(params)})


if __name__ == "__main__":
    main()
