#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a target at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_target
short_description: Manage a target at Port Monitor
description:
  - Creates, changes, moves and deletes a target, which is what Port Monitor also calls a monitor. It checks a URL, a
    port of a host, or whether a host answers to a ping.
  - An option that is left out is left alone.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  target_id:
    description:
      - The id of an existing target. With it, every other option may change, the O(name) included, and another O(group)
        moves the target there.
      - Without it, the target is found by its O(name) in its O(group). It is an error if several targets of a group
        bear that name.
    type: str
  group:
    description:
      - The name or id of the group of the target. The group has to exist.
      - Required if O(target_id) is not set, and to create a target.
    type: str
  name:
    description:
      - The name of the target. Required if O(target_id) is not set, and to create a target.
    type: str
  type:
    description:
      - What is checked. Required to create a target.
      - Unless O(target_id) or O(recreate) is set, V(url) needs O(url), V(custom_port) needs O(host) and
        O(port_number), and V(ping) needs O(host).
      - The service does not allow it to be changed afterwards, see O(recreate).
    type: str
    choices: [url, custom_port, ping]
  url:
    description:
      - The URL to check, for a target of O(type=url) only.
    type: str
  host:
    description:
      - The host to check, for a target of O(type=custom_port) or O(type=ping) only.
    type: str
  port_number:
    description:
      - The port to check, from 1 to 65535, for a target of O(type=custom_port) only.
    type: int
  seconds_between_checks:
    description:
      - How often the target is checked, in seconds, at least 1. Which values are allowed depends on the plan of the
        account.
    type: int
  timeout:
    description:
      - How long a check waits for an answer, in seconds, at least 1.
    type: int
  retries_per_check:
    description:
      - How often a failed check is repeated before the target counts as down, at least 0.
    type: int
  state:
    description:
      - Whether the target exists.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete the target and create it anew when O(type) has to change. Settings that are known and that the
        new type has, too, are kept; its history is lost.
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.portmonitor_group
  - module: declarative.monitoring.portmonitor_config
"""

EXAMPLES = r"""
---
- name: Check a web site every five minutes
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    type: url
    url: https://www.example.com/
    seconds_between_checks: 300

- name: Check a port of a host
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: SMTP
    type: custom_port
    host: mail.example.com
    port_number: 25
  register: smtp

- name: Move it to another group, and leave everything else alone
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    target_id: "{{ smtp.target.target_id }}"
    group: Mail

- name: Check whether the host of the web site answers to a ping instead, which takes a new target
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    type: ping
    host: www.example.com
    recreate: true

- name: Stop checking it
  declarative.monitoring.portmonitor_target:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    name: Shop
    state: absent
"""

RETURN = r"""
---
target:
  description:
    - The target, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    target_id:
      description: The id of the target.
      type: str
    group:
      description: The group of the target by name, or by id where the name is not unique.
      type: str
    name:
      description: The name of the target.
      type: str
    type:
      description: What is checked.
      type: str
    status:
      description: The state of the target in the service's own words, as far as it is known.
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
    """Manage a target."""
    manage(PortMonitor, "target")


if __name__ == "__main__":
    main()
