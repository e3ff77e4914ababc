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
  - Signs up for an account if it does not exist, changes the e-mail address and the password of an account, or cancels
    an account.
  - The API does not show whether an account exists. The module therefore logs in as O(new_email) with O(new_password),
    in check mode too. If the login is rejected, the module assumes that the account does not exist.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
options:
  new_email:
    description:
      - The e-mail address of the account. Required. With O(change_login=true), the default is the value of
        O(login_email).
    type: str
  new_password:
    description:
      - The password of the account. Required. With O(change_login=true), the default is the value of O(login_password).
    type: str
  change_login:
    description:
      - Whether to change the login of an existing account to O(new_email) and O(new_password), instead of signing up
        for a new account. The existing account is that of O(login_email) and O(login_password), or else that of
        O(auth_token).
    type: bool
    default: false
  force:
    description:
      - Must be V(true) to cancel an account, because all of its contents are deleted too.
    type: bool
    default: false
  state:
    description:
      - Whether the account should exist.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
    details:
      - Logs in, which changes nothing. Apart from that, check mode runs the same code but sends no write requests.
      - A task that logs in to an account that an earlier task would create, or with a password that an earlier task
        would set, fails in check mode, because the service refuses the login.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A rejected login cannot be distinguished from an account that does not exist. With O(state=absent) and a wrong
        password, nothing is changed although the account exists.
      - Without O(change_login), the module tries to sign up if the password is wrong. The service rejects this because
        the e-mail address is already in use.
seealso:
  - module: declarative.monitoring.portmonitor_profile
"""

EXAMPLES = r"""
---
- name: Sign up if the account does not exist
  declarative.monitoring.portmonitor_account:
    app_key: "{{ portmonitor_app_key }}"
    new_email: new@example.com
    new_password: "{{ portmonitor_new_password }}"

- name: Change the password of the account
  declarative.monitoring.portmonitor_account:
    app_key: "{{ portmonitor_app_key }}"
    login_email: new@example.com
    login_password: "{{ portmonitor_new_password }}"
    new_password: "{{ portmonitor_next_password }}"
    change_login: true

- name: Cancel the account
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
    - With O(state=absent), the account before it was canceled, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    new_email:
      description: The e-mail address.
      type: str
    new_password:
      description: The password, masked. If passed back, the masked value is ignored.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Manage an account."""
    run_object_module(PortMonitor, "account")


if __name__ == "__main__":
    main()
