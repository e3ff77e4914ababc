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
  - Creates, changes and removes a group of technicians, including its limits, login methods, permissions and password.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
  - The vendor does not document the query that changes a group. Every change is therefore read back, and the task fails
    if the change is not visible.
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
      - With O(update_password=always), every run sets the given passwords and reports a change.
options:
  unique_id:
    description:
      - The id of an existing group, a number. If set, every other option can be changed, including the name.
      - If not set, the group is identified by its O(name). If several groups have that name, the task fails.
    type: str
  name:
    description:
      - The name of the group. Required if O(unique_id) is not set, and to create a group.
    type: str
  renamed_from:
    description:
      - Former names of the group. If no group has the name O(name), but exactly one has one of these former names, that
        one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several groups have a former name, the task fails and
        lists their ids.
      - Ignored if O(unique_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
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
      - The vendor's documentation uses one field name for this limit and for O(max_user_sh_sessions). On a server that
        really has only one field, the two limits cannot differ.
    type: int
  max_file_size:
    description:
      - The size of the largest file that can be transferred, in bytes, at least 0.
    type: int
  request_access_timeout:
    description:
      - How long a request for access waits for an answer, in milliseconds, at least 0. With 0, there is no timeout.
    type: int
  group_specific_hostname:
    description:
      - The host name under which technicians of this group reach the server. Can be C(null).
    type: str
  default_sg_service_name:
    description:
      - The default name of remote access services for technicians of this group. Can be C(null).
    type: str
  video_password:
    description:
      - The password that is needed for recordings made by technicians of this group. Can be C(null).
      - If the server does not return it, it cannot be compared. It is then only sent when another option changes or
        with O(update_password=always).
    type: str
  session_speed_limit_kbps:
    description:
      - The bandwidth that technicians of this group may use, in kilobits per second, at least 0. With 0, there is no
        limit.
    type: int
  fps_delay:
    description:
      - The delay between two frames of a screen, in milliseconds, at least 0. The frame rate is 1000 divided by this
        value.
    type: int
  ldap_settings:
    description:
      - How technicians of this group are authenticated by LDAP. Only the given keys are compared and set.
      - The keys are C(enabled) and C(advanced), which are true or false; C(base_dn) and C(filter), which can be
        C(null); and C(member_of_groups), a list of directory groups. The vendor's spelling is accepted too.
    type: dict
  mfa_settings:
    description:
      - The second factor for logins of this group. Only the given keys are compared and set.
      - The keys are C(email), C(app) and C(remember_machine), which are true or false; C(email_code_length), a number,
        at least 1; C(email_subject) and C(email_body), which can be C(null). The vendor's spelling is accepted too.
    type: dict
  password_settings:
    description:
      - Whether technicians can log in with the password of the group. Only the given keys are compared and set.
      - The vendor does not document the keys. They are passed on unchanged.
    type: dict
  permissions:
    description:
      - The permissions of technicians of this group, as a dictionary. The keys are the names of the API, such as
        C(canRunTools). The values are C(true) or C(false). Permissions that are not given are not changed.
      - If the server does not know a permission, the task fails.
    type: dict
  password:
    description:
      - The password of the group. The service never returns it, so it cannot be compared.
      - O(update_password) controls when it is set. For a new group, it is set with a second request. If that request
        fails, use O(update_password=always) to set it later.
    type: str
  update_password:
    description:
      - V(on_create) sets O(password) for a new group only.
      - V(always) sets O(password) and O(video_password) in every run, if they are given. Every run then reports a
        change.
    type: str
    choices: [on_create, always]
    default: on_create
  state:
    description:
      - Whether the group should exist.
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
- name: Create a group with LDAP logins and e-mail codes
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

- name: Remove one permission, and change nothing else
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

- name: Delete the group, and keep its technicians
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
    - The group, with all options whose values are known, but without the password. In check mode, the group as it would
      be. A new group then has an id such as V(predicted:group:1), or none.
    - With O(state=absent), the group before it was deleted, or V(null) if it did not exist.
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
      description: All known LDAP settings.
      type: dict
      sample:
        enabled: false
        advanced: false
        member_of_groups: []
    mfa_settings:
      description: All known settings of the second factor.
      type: dict
      sample:
        email: true
        app: false
        email_code_length: 8
        remember_machine: false
    password_settings:
      description: All known settings of the group password.
      type: dict
    permissions:
      description: All known permissions, if O(permissions) is set.
      type: dict
    # BEGIN returned options: written by tests/tools/sync_docs.py
    allow_anonymous_logins:
      description: Whether technicians without an account of their own can log in as members of this group.
      type: bool
    max_group_sh_sessions:
      description: How many support sessions the group can have at once.
      type: int
    max_group_sg_sessions:
      description: How many access sessions the group can have at once.
      type: int
    max_user_sh_sessions:
      description: How many support sessions one technician of the group can have at once.
      type: int
    max_user_sg_sessions:
      description: How many access sessions one technician of the group can have at once.
      type: int
    max_file_size:
      description: The size of the largest file that can be transferred, in bytes, at least 0.
      type: int
    request_access_timeout:
      description: How long a request for access waits for an answer, in milliseconds, at least 0.
      type: int
    group_specific_hostname:
      description: The host name under which technicians of this group reach the server.
      type: str
    default_sg_service_name:
      description: The default name of remote access services for technicians of this group.
      type: str
    video_password:
      description: The password that is needed for recordings made by technicians of this group.
      type: str
    session_speed_limit_kbps:
      description: The bandwidth that technicians of this group may use, in kilobits per second, at least 0.
      type: int
    fps_delay:
      description: The delay between two frames of a screen, in milliseconds, at least 0.
      type: int
    password:
      description: The password of the group.
      type: str
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
    """Manage a technician group."""
    run_object_module(SimpleHelp, "group")


if __name__ == "__main__":
    main()
