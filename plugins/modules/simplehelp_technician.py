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
  - Creates, changes and removes the account of a technician, sets its password, and resets its authenticator app.
  - An option that is left out is left alone. An option that is C(null) is cleared, where the service allows it to be
    empty.
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
      - With O(update_password=always) or O(reset_totp=true) every run acts, and reports a change.
options:
  unique_id:
    description:
      - The id of an existing technician, a number. With it, every other option may change, the username included.
      - Without it, the technician is found by its O(username).
    type: str
  username:
    description:
      - The name with which the technician logs in, which must be unique.
      - It is told apart from others exactly. If another username differs from it in upper and lower case alone, that
        is an error, unless O(unique_id) is set.
      - Required if O(unique_id) is not set, and to create a technician.
    type: str
  display_name:
    description:
      - The name that customers and colleagues see. Can be C(null).
    type: str
  email_address:
    description:
      - The e-mail address of the technician, compared without regard to upper and lower case. Can be C(null).
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
      - The names or ids of the technician groups that the technician is in. A group that does not exist is an error.
    type: list
    elements: str
  purge_groups:
    description:
      - Whether the technician leaves groups that are not in O(groups). If that is not set, nothing is changed.
    type: bool
    default: true
  password:
    description:
      - The password of the account. The service never shows it, so it cannot be compared.
      - See O(update_password) for when it is set. For a new technician that is right after the creation; should it
        fail there, V(always) sets it later.
    type: str
  update_password:
    description:
      - V(on_create) sets O(password) for a new technician only.
      - V(always) sets it in every run, which then reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
  reset_totp:
    description:
      - V(true) removes the key of the authenticator app, so that the technician sets it up anew at the next login.
        This is done in every run, which then reports a change.
    type: bool
  state:
    description:
      - Whether the technician exists.
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
- name: A technician of the first line
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    display_name: Anna Example
    email_address: anna@example.com
    groups:
      - First line
    password: "{{ anna_password }}"

- name: Move her to the second line, and leave everything else alone
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    groups:
      - Second line

- name: Set a new password, and let her set up her authenticator app anew
  declarative.monitoring.simplehelp_technician:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    username: anna
    password: "{{ anna_password }}"
    update_password: always
    reset_totp: true

- name: Remove her account
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
    - The technician, with the options as they are known, never with the password. In check mode as it would be, a new
      one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
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
      description: The groups by name, or by id where a name is not unique or not known.
      type: list
      elements: str
    is_anonymous:
      description: Whether the server made the account for an anonymous login by a group, if it is known.
      type: bool
    app_profiles_user:
      description: Whether the account was made for preconfigured applications, if it is known.
      type: bool
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
    """Manage a technician."""
    manage(SimpleHelp, "technician")


if __name__ == "__main__":
    main()
