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
  - Creates and deletes a user, and sets the roles of one.
  - Some deployments have no call to change the roles of a user that exists. There a change fails, and says so; the user
    is never deleted and created anew for it, since that would cost the login and the second factor.
  - A user of whom the service shows no roles at all, which is not the same as an empty list of them, may own the
    account. Such a user is deleted only if O(user_id) is given. Some deployments show every user without roles so.
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
      - Without it, the user is found by the O(email_address). It is an error if several users have that address.
    type: str
  email_address:
    description:
      - The address of the user, in upper or lower case. Required if O(user_id) is not set, and to create a user.
      - The service does not allow it to be changed afterwards.
    type: str
  name:
    description:
      - The name of a new user.
      - The service does not allow it to be changed afterwards, and may not show it, so that for a user that exists it
        is neither compared nor changed.
    type: str
  roles:
    description:
      - What the user may change. A user without roles may only read, which is also what V(null) means.
      - The vendor names C(TargetManagement), C(AgentManagement), C(SessionManagement), C(SidekickManagement) and
        C(SummaryManagement) for what is monitored.
      - It also names C(AlertsManagement), C(UserManagement), C(SettingsManagement) and C(LiveShareManagement).
    type: list
    elements: str
  purge_roles:
    description:
      - Whether roles that are not in O(roles) are taken from the user. Without O(roles) nothing is taken.
    type: bool
    default: true
  state:
    description:
      - Whether the user exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.pingplotter_user_info
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: A user who manages targets and alerts
  declarative.monitoring.pingplotter_user:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    email_address: anna@example.com
    name: Anna
    roles:
      - TargetManagement
      - AlertsManagement

- name: And agents, too
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
    - The user, with the options as they are known. In check mode as it would be, a new one without the id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    user_id:
      description: The id of the user.
      type: str
    email_address:
      description: The address of the user.
      type: str
    roles:
      description: The roles of the user.
      type: list
      elements: str
    last_login:
      description: When the user last logged in, for one who existed before; V(null) if never.
      type: str
    two_factor_enabled:
      description: Whether the user has a second factor, for one who existed before.
      type: bool
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._pingplotter import PingPlotter


def main() -> None:
    """Manage a user."""
    manage(PingPlotter, "user")


if __name__ == "__main__":
    main()
