#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign up at Port Monitor, change a login, or cancel an account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_account
short_description: Sign up at Port Monitor, change a login, or cancel an account
description:
  - Signs up for an account unless it is there, changes the e-mail address and the password of an account, or cancels
    it.
  - Whether an account exists is known only to those who can log in to it. The module therefore logs in as O(new_email)
    with O(new_password), in check mode too, and takes it that there is no such account if that is refused.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
options:
  new_email:
    description:
      - The e-mail address of the account. Required, but with O(change_login=true) O(login_email) stands in for it.
    type: str
  new_password:
    description:
      - The password of the account. Required, but with O(change_login=true) O(login_password) stands in for it.
    type: str
  change_login:
    description:
      - Whether the account of O(login_email) and O(login_password), or else that of O(auth_token), gets O(new_email)
        and O(new_password), instead of a new account being signed up.
    type: bool
    default: false
  force:
    description:
      - Has to be set to cancel an account, for all that it holds goes with it.
    type: bool
    default: false
  state:
    description:
      - Whether the account exists.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
    details:
      - Logs in, which changes nothing. The rest is predicted by the code of the run, with the writing left out.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A refused login cannot be told from an account that is not there. With O(state=absent) and a wrong password
        nothing is changed although the account exists.
      - Without O(change_login) a wrong password makes the module sign up, which the service refuses since the e-mail
        address is taken.
seealso:
  - module: declarative.monitoring.portmonitor_profile
"""

EXAMPLES = r"""
---
- name: Sign up, unless the account is there
  declarative.monitoring.portmonitor_account:
    app_key: "{{ portmonitor_app_key }}"
    new_email: new@example.com
    new_password: "{{ portmonitor_new_password }}"

- name: Give it another password
  declarative.monitoring.portmonitor_account:
    app_key: "{{ portmonitor_app_key }}"
    login_email: new@example.com
    login_password: "{{ portmonitor_new_password }}"
    new_password: "{{ portmonitor_next_password }}"
    change_login: true

- name: Cancel it
  declarative.monitoring.portmonitor_account:
    app_key: "{{ portmonitor_app_key }}"
    new_email: new@example.com
    new_password: "{{ portmonitor_next_password }}"
    state: absent
    force: true
"""

RETURN = r"""
---
account:
  description:
    - The account.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    new_email:
      description: The e-mail address.
      type: str
    new_password:
      description: The password, masked. A module to which it is fed back takes the mask for an option that is left out.
      type: str
failure:
  description: The request that failed, where the service refused one or did not answer.
  returned: on failure
  type: dict
  sample:
    service: Port Monitor
    method: PUT
    path: /groups/101
    status: 422
    code: null
    message: "refused: group[name] can't be blank (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import PortMonitor


def main() -> None:
    """Manage an account."""
    manage(PortMonitor, "account")


if __name__ == "__main__":
    main()
