#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up technician groups at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_group_info
short_description: Look up technician groups at SimpleHelp
description:
  - Returns the technician groups that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  unique_id:
    description: Return only the group with this id.
    type: str
  name:
    description: Return only groups with this name.
    type: str
  include:
    description:
      - Additional data to return for each group. This takes one more request per group.
      - V(permissions) returns the permissions of its technicians.
    type: list
    elements: str
    choices: [permissions]
    default: []
seealso:
  - module: declarative.monitoring.simplehelp_group
"""

EXAMPLES = r"""
---
- name: Get the permissions of the technicians of a group
  declarative.monitoring.simplehelp_group_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    name: First line
    include:
      - permissions
  register: found
"""

RETURN = r"""
---
groups:
  description:
    - The matching groups, in the order in which the service lists them, with the options of
      M(declarative.monitoring.simplehelp_group), but without passwords. A video password that is set is masked.
  returned: success
  type: list
  elements: dict
  contains:
    unique_id:
      description: The id of the group.
      type: str
    name:
      description: The name of the group.
      type: str
    permissions:
      description: The permissions by name, each V(true) or V(false).
      type: dict
      returned: if included
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
    ldap_settings:
      description: How technicians of this group are authenticated by LDAP.
      type: dict
      sample:
        enabled: false
        advanced: false
        member_of_groups: []
    mfa_settings:
      description: The second factor for logins of this group.
      type: dict
      sample:
        email: true
        app: false
        email_code_length: 8
        remember_machine: false
    password_settings:
      description: Whether technicians can log in with the password of the group.
      type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import GROUP_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up technician groups."""
    run_list_module(SimpleHelp, "group", GROUP_FILTERS, {"permissions": ""})


if __name__ == "__main__":
    main()
