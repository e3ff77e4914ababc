#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage the profile of a Port Monitor account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_profile
short_description: Manage the profile of a Port Monitor account
description:
  - Sets the language, the country and the time zone of an account. Options that are not set are not changed.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  language:
    description:
      - The code of the language. See M(declarative.monitoring.portmonitor_profile_info) for the available codes.
    type: str
  country:
    description:
      - The country. Can be C(null).
    type: str
  time_zone:
    description:
      - The code of the time zone. See M(declarative.monitoring.portmonitor_profile_info) for the available codes.
    type: str
seealso:
  - module: declarative.monitoring.portmonitor_profile_info
  - module: declarative.monitoring.portmonitor_config
"""

EXAMPLES = r"""
---
- name: Set the language and the time zone
  declarative.monitoring.portmonitor_profile:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    language: es
    time_zone: Europe/Madrid
"""

RETURN = r"""
---
profile:
  description: The profile. In check mode, the profile as it would be.
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
    """Manage the profile."""
    run_object_module(PortMonitor, "profile")


if __name__ == "__main__":
    main()
