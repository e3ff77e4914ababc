#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a user at PingPlotter Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_user
short_description: Manage a user at PingPlotter Cloud
description:
  - Creates and deletes a user, and sets the roles of a user.
  - Some deployments have no API call to change the roles of an existing user. There, the task fails with a message that
    says so. The user is never deleted and recreated, because the login and the second factor would be lost.
  - If the service does not return the roles of a user, the user may be the owner of the account. An empty list of roles
    does not have this meaning. Such a user is only deleted if O(user_id) is set. Some deployments do not return the
    roles of any user without roles.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  user_id:
    description:
      - The id of an existing user.
      - If not set, the user is identified by the O(email_address). If several users have that address, the task fails.
    type: str
  email_address:
    description:
      - The e-mail address of the user. Case is ignored. Required if O(user_id) is not set, and to create a user.
      - The service does not allow changing this later.
    type: str
  name:
    description:
      - The name of a new user.
      - The service does not allow changing this later and may not return it. For an existing user, it is neither
        compared nor changed.
    type: str
  roles:
    description:
      - The roles of the user, which allow changes. A user without roles has read-only access. V(null) means no roles.
      - The vendor documents C(TargetManagement), C(AgentManagement), C(SessionManagement), C(SidekickManagement) and
        C(SummaryManagement) for monitoring.
      - It also documents C(AlertsManagement), C(UserManagement), C(SettingsManagement) and C(LiveShareManagement).
    type: list
    elements: str
  purge_roles:
    description:
      - Whether roles that are not in O(roles) are removed from the user. Without O(roles) nothing is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the user should exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.pingplotter_user_info
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: Create a user who manages targets and alerts
  declarative.monitoring.pingplotter_user:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    email_address: anna@example.com
    name: Anna
    roles:
      - TargetManagement
      - AlertsManagement

- name: Add the role for agents, and keep the other roles
  declarative.monitoring.pingplotter_user:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    email_address: anna@example.com
    roles:
      - AgentManagement
    purge_roles: false

- name: Delete the user
  declarative.monitoring.pingplotter_user:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    email_address: anna@example.com
    state: absent
"""

RETURN = r"""
---
user:
  description:
    - The user, with all options whose values are known. In check mode, the user as it would be. A new user then has an
      id such as V(predicted:user:1), or none.
    - With O(state=absent), the user before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    user_id:
      description: The id of the user.
      type: str
    email_address:
      description: The e-mail address of the user.
      type: str
    roles:
      description: The roles of the user.
      type: list
      elements: str
    last_login:
      description: When the user last logged in. V(null) if never. Not returned for a new user.
      type: str
    two_factor_enabled:
      description: Whether two-factor authentication is enabled. Not returned for a new user.
      type: bool
    # BEGIN returned options: written by tests/tools/sync_docs.py
    name:
      description: The name of a new user.
      type: str
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter


def main() -> None:
    """Manage a user."""
    run_object_module(PingPlotter, "user")


if __name__ == "__main__":
    main()
