#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the profile of a Port Monitor account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_profile_info
short_description: Look up the profile of a Port Monitor account
description:
  - Returns the profile of an account, and the available languages and time zones.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
"""

EXAMPLES = r"""
---
- name: Get the profile
  declarative.monitoring.portmonitor_profile_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: found

- name: Fail if the time zone does not exist
  ansible.builtin.assert:
    that: "'Europe/Madrid' in found.time_zones | map(attribute='code')"
"""

RETURN = r"""
---
profile:
  description: The profile, with the options of M(declarative.monitoring.portmonitor_profile).
  returned: success
  type: dict
  contains:
    language:
      description: The language.
      type: str
    country:
      description: The country.
      type: str
    time_zone:
      description: The time zone.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    # END returned options
languages:
  description: The languages that the service offers.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description: The code of the language, for O(declarative.monitoring.portmonitor_profile#module:language).
      type: str
    name:
      description: The display name. V(null) if the service does not return it.
      type: str
time_zones:
  description: The time zones that the service offers.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description: The code of the time zone, for O(declarative.monitoring.portmonitor_profile#module:time_zone).
      type: str
    name:
      description: The display name. V(null) if the service does not return it.
      type: str
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Look up the profile."""
    run_info_module(PortMonitor, (), lambda client, params: client.profile())


if __name__ == "__main__":
    main()
