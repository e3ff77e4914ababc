#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up what an Alertra API key may do."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_key_info
short_description: Look up what an Alertra API key may do
description:
  - Returns what the service reports about the API key in use. With it, a playbook can check early whether the key has
    write permission.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
"""

EXAMPLES = r"""
---
- name: Get the permissions of the key
  declarative.monitoring.alertra_key_info:
    api_key: "{{ alertra_api_key }}"
  register: found

- name: Fail if the key has no write permission
  ansible.builtin.assert:
    that: found.key.writable
"""

RETURN = r"""
---
key:
  description: What the service reports about the key. Values that it does not report are V(null).
  returned: success
  type: dict
  contains:
    type:
      description: The type of the key.
      type: str
      sample: API
    authorization_level:
      description: C(UW) for a key with write permission, C(UR) for a key with read permission only.
      type: str
      sample: UW
    writable:
      description: Whether the key has write permission.
      type: bool
    http_auth:
      description: Whether the key also requires O(login_user) and O(login_password).
      type: bool
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Look up the key."""
    run_info_module(Alertra, (), lambda client, params: {"key": client.key()})


if __name__ == "__main__":
    main()
