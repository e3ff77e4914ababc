#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up technician accounts at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_technician_info
short_description: Look up technician accounts at SimpleHelp
description:
  - Returns the technicians that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  unique_id:
    description: Return only the technician with this id.
    type: str
  username:
    description: Return only the technician with this username.
    type: str
  group:
    description: Return only technicians in the group with this name or id.
    type: str
seealso:
  - module: declarative.monitoring.simplehelp_technician
"""

EXAMPLES = r"""
---
- name: List all technicians
  declarative.monitoring.simplehelp_technician_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
  register: all_technicians

- name: List the technicians of a group
  declarative.monitoring.simplehelp_technician_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    group: First line
  register: first_line
"""

RETURN = r"""
---
technicians:
  description:
    - The matching technicians, in the order in which the service lists them, with the options of
      M(declarative.monitoring.simplehelp_technician), but without the password.
  returned: success
  type: list
  elements: dict
  contains:
    unique_id:
      description: The id of the technician.
      type: str
    username:
      description: The username.
      type: str
    groups:
      description: The names of the groups. A group whose name is not unique is returned by its id.
      type: list
      elements: str
    is_anonymous:
      description: Whether the server created the account for an anonymous login through a group.
      type: bool
    app_profiles_user:
      description: Whether the account was created for preconfigured applications.
      type: bool
    # BEGIN returned options: written by tests/tools/sync_docs.py
    display_name:
      description: The name that is shown to customers and colleagues.
      type: str
    email_address:
      description: The e-mail address of the technician.
      type: str
    allow_locally_authenticated_logins:
      description: Whether the technician can log in with the password of the account.
      type: bool
    enabled:
      description: Whether the account can be used.
      type: bool
    password:
      description: The password of the account.
      type: str
    reset_totp:
      description: V(true) removes the key of the authenticator app.
      type: bool
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
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import (
    TECHNICIAN_FILTERS,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up technicians."""
    run_list_module(SimpleHelp, "technician", TECHNICIAN_FILTERS)


if __name__ == "__main__":
    main()
