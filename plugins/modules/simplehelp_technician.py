#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a technician account at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_technician
short_description: Manage a technician account at SimpleHelp
description:
  - Creates, changes and deletes the account of a technician, sets its password, and resets its authenticator app.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
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
      - With O(update_password=always) or O(reset_totp=true), every run makes and reports a change.
options:
  unique_id:
    description:
      - The id of an existing technician, a number. If set, every other option can be changed, including the username.
      - If not set, the technician is identified by its O(username).
    type: str
  username:
    description:
      - The name with which the technician logs in. It must be unique.
      - It is case-sensitive. If another username differs only in case, the task fails, unless O(unique_id) is set.
      - Required if O(unique_id) is not set, and to create a technician.
    type: str
  renamed_from:
    description:
      - Former names of the technician. If no technician has the name O(username), but exactly one has one of these
        former names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several technicians have a former name, the task fails and
        lists their ids.
      - Ignored if O(unique_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  display_name:
    description:
      - The name that is shown to customers and colleagues. Can be C(null).
    type: str
  email_address:
    description:
      - The e-mail address of the technician. Case is ignored in comparisons. Can be C(null).
    type: str
  allow_locally_authenticated_logins:
    description:
      - Whether the technician can log in with the password of the account.
    type: bool
  enabled:
    description:
      - Whether the account can be used.
    type: bool
  groups:
    description:
      - The names or ids of the technician groups of the technician. If a group does not exist, the task fails.
    type: list
    elements: str
  purge_groups:
    description:
      - Whether the technician is removed from groups that are not in O(groups). Without O(groups) nothing is removed.
    type: bool
    default: true
  password:
    description:
      - The password of the account. The service never returns it, so it cannot be compared.
      - O(update_password) controls when it is set. For a new technician, it is set with a second request. If that
        request fails, use O(update_password=always) to set it later.
    type: str
  update_password:
    description:
      - V(on_create) sets O(password) for a new technician only.
      - V(always) sets O(password) in every run. Every run then reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
  reset_totp:
    description:
      - V(true) removes the key of the authenticator app. The technician must set up the app again at the next login.
        The key is removed in every run, and every run reports a change.
    type: bool
  state:
    description:
      - Whether the technician should exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.simplehelp_group
  - module: declarative.monitoring.simplehelp_technician_info
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Create a technician of the first line
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    display_name: Anna Example
    email_address: anna@example.com
    groups:
      - First line
    password: "{{ anna_password }}"

- name: Move a technician to the second line, and change nothing else
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    groups:
      - Second line

- name: Set a new password, and reset the authenticator app
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    password: "{{ anna_password }}"
    update_password: always
    reset_totp: true

- name: Delete the account
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    state: absent
"""

RETURN = r"""
---
technician:
  description:
    - The technician, with all options whose values are known, but without the password. In check mode, the technician
      as it would be. A new technician then has an id such as V(predicted:technician:1), or none.
    - With O(state=absent), the technician before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    unique_id:
      description: The id of the technician.
      type: str
    username:
      description: The username.
      type: str
    groups:
      description: The names of the groups. A group whose name is not unique or not known is returned by its id.
      type: list
      elements: str
    is_anonymous:
      description: Whether the server created the account for an anonymous login through a group, if this is known.
      type: bool
    app_profiles_user:
      description: Whether the account was created for preconfigured applications, if this is known.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Manage a technician."""
    run_object_module(SimpleHelp, "technician")


if __name__ == "__main__":
    main()
