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
  - Returns the profile of an account, and which languages and time zones it may have.
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
- name: The profile
  declarative.monitoring.portmonitor_profile_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: found

- name: Stop unless there is such a time zone
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
languages:
  description: The languages that the service offers.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description: What the option C(language) is set to.
      type: str
    name:
      description: The name for people, or V(null) where the service does not tell it.
      type: str
time_zones:
  description: The time zones that the service offers.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description: What the option C(time_zone) is set to.
      type: str
    name:
      description: The name for people, or V(null) where the service does not tell it.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import ask
from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import PortMonitor


def main() -> None:
    """Look up the profile."""
    ask(PortMonitor, (), lambda client, params: client.profile())


if __name__ == "__main__":
    main()
