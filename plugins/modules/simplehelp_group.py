#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a technician group at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_group
short_description: Manage a technician group at SimpleHelp
description:
  - Creates, changes and removes a group of technicians, with its limits, its ways of logging in, its permissions and
    its password.
  - An option that is left out is left alone. An option that is C(null) is cleared, where the service allows it to be
    empty.
  - The vendor's document does not show the query that changes a group. Every change is therefore read back, and
    fails unless it shows.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_password=always) every run sets the passwords that are given, and reports a change.
options:
  unique_id:
    description:
      - The id of an existing group, a number. With it, every other option may change, the name included.
      - Without it, the group is found by its O(name). It is an error if several groups bear that name.
    type: str
  name:
    description:
      - The name of the group. Required if O(unique_id) is not set, and to create a group.
    type: str
  allow_anonymous_logins:
    description:
      - Whether technicians without an account of their own can log in as members of this group.
    type: bool
  max_group_sh_sessions:
    description:
      - How many support sessions the group can have at once.
    type: int
  max_group_sg_sessions:
    description:
      - How many access sessions the group can have at once.
    type: int
  max_user_sh_sessions:
    description:
      - How many support sessions one technician of the group can have at once.
    type: int
  max_user_sg_sessions:
    description:
      - How many access sessions one technician of the group can have at once.
      - The vendor's document gives this limit the name of O(max_user_sh_sessions). On a server that has just that one
        name, the two cannot differ.
    type: int
  max_file_size:
    description:
      - The size of the largest file that can be transferred, in bytes, 0 or more.
    type: int
  request_access_timeout:
    description:
      - How long a request for access waits for an answer, in milliseconds, 0 or more. With 0 it waits for ever.
    type: int
  group_specific_hostname:
    description:
      - The host name of the server that is given to technicians of this group. Can be C(null).
    type: str
  default_sg_service_name:
    description:
      - The default name of remote access services for technicians of this group. Can be C(null).
    type: str
  video_password:
    description:
      - The password that is needed for recordings made by technicians of this group. Can be C(null).
      - On a server that does not show it, it cannot be compared. It is then sent when something else changes, and
        with O(update_password=always).
    type: str
  session_speed_limit_kbps:
    description:
      - The bandwidth that technicians of this group may use, in kilobits a second, 0 or more. With 0 there is no limit.
    type: int
  fps_delay:
    description:
      - The delay between two pictures of a screen, in milliseconds, 0 or more. The rate is 1000 divided by it.
    type: int
  ldap_settings:
    description:
      - How technicians of this group are authenticated by LDAP. Only the keys that are given are compared and set.
      - The keys are C(enabled) and C(advanced), which are true or false; C(base_dn) and C(filter), which can be
        C(null); and C(member_of_groups), a list of directory groups. The vendor's spelling is accepted too.
    type: dict
  mfa_settings:
    description:
      - The second factor of this group's logins. Only the keys that are given are compared and set.
      - The keys are C(email), C(app) and C(remember_machine), which are true or false; C(email_code_length), a number
        of 1 or more; C(email_subject) and C(email_body), which can be C(null). The vendor's spelling is accepted too.
    type: dict
  password_settings:
    description:
      - Whether technicians can log in with the password of the group. Only the keys that are given are compared and
        set.
      - The vendor's document does not name the keys. They are passed on as they are written.
    type: dict
  permissions:
    description:
      - What technicians of this group may do, as a dictionary of C(true) and C(false) by the vendor's names, such as
        C(canRunTools). Permissions that are not given are left alone.
      - A permission that the server does not know is an error.
    type: dict
  password:
    description:
      - The password of the group. The service never shows it, so it cannot be compared.
      - See O(update_password) for when it is set. For a new group that is right after the creation; should it fail
        there, V(always) sets it later.
    type: str
  update_password:
    description:
      - V(on_create) sets O(password) for a new group only.
      - V(always) sets it, and a given O(video_password), in every run, which then reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
  state:
    description:
      - Whether the group exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.simplehelp_technician
  - module: declarative.monitoring.simplehelp_group_info
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: A group that logs in by LDAP and a code by e-mail
  declarative.monitoring.simplehelp_group:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    name: First line
    max_group_sh_sessions: 10
    max_group_sg_sessions: 5
    session_speed_limit_kbps: 0
    ldap_settings:
      enabled: true
      base_dn: dc=example,dc=com
      member_of_groups:
        - cn=support,dc=example,dc=com
    mfa_settings:
      email: true
      email_code_length: 8
    permissions:
      canRunTools: true

- name: Take one permission away, and leave everything else alone
  declarative.monitoring.simplehelp_group:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    name: First line
    permissions:
      canRunTools: false

- name: Set a new group password
  declarative.monitoring.simplehelp_group:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    name: First line
    password: "{{ group_password }}"
    update_password: always

- name: Remove the group, and leave its technicians
  declarative.monitoring.simplehelp_group:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    name: First line
    state: absent
"""

RETURN = r"""
---
group:
  description:
    - The group, with the options as they are known, never with the password. In check mode as it would be, a new one
      without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    unique_id:
      description: The id of the group.
      type: str
    name:
      description: The name of the group.
      type: str
    ldap_settings:
      description: All LDAP settings that are known.
      type: dict
    mfa_settings:
      description: All settings of the second factor that are known.
      type: dict
    password_settings:
      description: All settings of the group password that are known.
      type: dict
    permissions:
      description: All permissions that are known, if O(permissions) is set.
      type: dict
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
    """Manage a technician group."""
    manage(SimpleHelp, "group")


if __name__ == "__main__":
    main()
