#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole Port Monitor account as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_config_info
short_description: Look up a whole Port Monitor account as a declaration
description:
  - Returns all groups and targets and the profile of an account in the format of
    M(declarative.monitoring.portmonitor_config). If the result is passed to that module, nothing changes.
  - Objects are returned without ids, so that the declaration can be used for another account. Only an object whose name
    is not unique is returned with its id. Options that are not set are omitted.
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
- name: Export the account
  declarative.monitoring.portmonitor_config_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: portmonitor.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.portmonitor_config:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    groups: "{{ account.config.groups }}"
    targets: "{{ account.config.targets }}"
    profile: "{{ account.config.profile }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the account, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    groups:
      description: The groups, with the options of M(declarative.monitoring.portmonitor_group) that are set.
      type: list
      elements: dict
      contains:
        group_id:
          description: The id of the group. Only returned if no name identifies it.
          type: str
        name:
          description: The name of the group.
          type: str
    targets:
      description: The targets, with the options of M(declarative.monitoring.portmonitor_target) that are set.
      type: list
      elements: dict
      contains:
        target_id:
          description: The id of the target. Only returned if no name identifies it.
          type: str
        group:
          description: The name or id of the group of the target.
          type: str
        name:
          description: The name of the target.
          type: str
        type:
          description: What is checked.
          type: str
        url:
          description: The URL to check.
          type: str
        host:
          description: The host to check.
          type: str
        port_number:
          description: The port to check, from 1 to 65535.
          type: int
        seconds_between_checks:
          description: How often the target is checked, in seconds, at least 1.
          type: int
        timeout:
          description: How long a check waits for a response, in seconds, at least 1.
          type: int
        retries_per_check:
          description: How often a failed check is repeated before the target counts as down, at least 0.
          type: int
    profile:
      description: The profile, with the options of M(declarative.monitoring.portmonitor_profile) that are set.
      type: dict
      contains:
        language:
          description: The code of the language.
          type: str
        country:
          description: The country.
          type: str
        time_zone:
          description: The code of the time zone.
          type: str
    # END kinds
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Look up an account."""
    run_export_module(PortMonitor)


if __name__ == "__main__":
    main()
