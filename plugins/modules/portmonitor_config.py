#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a whole Port Monitor account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_config
short_description: Manage a whole Port Monitor account
description:
  - Brings the groups, the targets and the profile of an account to the declared state in one task, with as few
    requests as that takes.
  - What is not declared is left alone, unless O(prune) says otherwise. An object that is declared by its name alone
    is kept as it is.
  - All of the declaration is checked before anything is written. An object that is declared twice, a reference to
    nothing, or the deletion of a group that still has targets, is an error that names the places.
  - An object that fails does not stop the others, but those that need it. The task then fails, and returns what it
    has done all the same; the next run does the rest.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.config
  - declarative.monitoring.attributes.manages
options:
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  groups:
    description:
      - The groups, each with the options of M(declarative.monitoring.portmonitor_group).
    type: list
    elements: dict
    suboptions:
      group_id:
        description:
          - The id of an existing group. With it, the name may change.
          - Without it, the group is found by its O(groups[].name). It is an error if several groups bear that name.
        type: str
      name:
        description:
          - The name of the group. Required if O(groups[].group_id) is not set, and to create a group.
        type: str
      force:
        description:
          - Whether to delete a group that still has targets, and them with it. Without it, that is refused.
        type: bool
        default: false
      state:
        description:
          - Whether the group exists.
        type: str
        choices:
          - present
          - absent
        default: present
  targets:
    description:
      - The targets, each with the options of M(declarative.monitoring.portmonitor_target).
    type: list
    elements: dict
    suboptions:
      target_id:
        description:
          - The id of an existing target. With it, every other option may change, the O(targets[].name) included,
            and another O(targets[].group) moves the target there.
          - Without it, the target is found by its O(targets[].name) in its O(targets[].group). It is an error if
            several targets of a group bear that name.
        type: str
      group:
        description:
          - The name or id of the group of the target. The group has to exist.
          - Required if O(targets[].target_id) is not set, and to create a target.
        type: str
      name:
        description:
          - The name of the target. Required if O(targets[].target_id) is not set, and to create a target.
        type: str
      type:
        description:
          - What is checked. Required to create a target.
          - Unless O(targets[].target_id) or O(targets[].recreate) is set, V(url) needs O(targets[].url), V(custom_port)
            needs O(targets[].host) and O(targets[].port_number), and V(ping) needs O(targets[].host).
          - The service does not allow it to be changed afterwards, see O(targets[].recreate).
        type: str
        choices:
          - url
          - custom_port
          - ping
      url:
        description:
          - The URL to check, for a target of O(targets[].type=url) only.
        type: str
      host:
        description:
          - The host to check, for a target of O(targets[].type=custom_port) or O(targets[].type=ping) only.
        type: str
      port_number:
        description:
          - The port to check, from 1 to 65535, for a target of O(targets[].type=custom_port) only.
        type: int
      seconds_between_checks:
        description:
          - How often the target is checked, in seconds, at least 1. Which values are allowed depends on the plan
            of the account.
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
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete the target and create it anew when O(targets[].type) has to change. Settings that are
            known and that the new type has, too, are kept; its history is lost.
        type: bool
        default: false
  profile:
    description:
      - The profile, with the options of M(declarative.monitoring.portmonitor_profile).
    type: dict
    suboptions:
      language:
        description:
          - The language, as one of the codes that M(declarative.monitoring.portmonitor_profile_info) returns.
        type: str
      country:
        description:
          - The country. Can be C(null).
        type: str
      time_zone:
        description:
          - The time zone, as one of the codes that M(declarative.monitoring.portmonitor_profile_info) returns.
        type: str
# END options of the objects
  prune:
    description:
      - The kinds of which every object that is not declared is deleted. A group that is not declared is deleted only if
        its targets are too, or move elsewhere.
      - A kind that is not declared at all is refused here; one whose list is empty is emptied.
    type: list
    elements: str
    choices: [groups, targets]
    default: []
seealso:
  - module: declarative.monitoring.portmonitor_group
  - module: declarative.monitoring.portmonitor_target
  - module: declarative.monitoring.portmonitor_profile
  - module: declarative.monitoring.portmonitor_config_info
"""

EXAMPLES = r"""
---
- name: An account as lists, changed only where it differs
  declarative.monitoring.portmonitor_config:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    groups:
      - name: Web
      - name: Mail
    targets:
      - group: Web
        name: Shop
        type: url
        url: https://www.example.com/
        seconds_between_checks: 60
      - group: Mail
        name: SMTP
        type: custom_port
        host: mail.example.com
        port_number: 25
    profile:
      time_zone: Europe/Madrid

- name: The same, and nothing else may exist
  declarative.monitoring.portmonitor_config:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    groups: "{{ portmonitor_groups }}"
    targets: "{{ portmonitor_targets }}"
    prune:
      - groups
      - targets
    prune_limit: 3
"""

RETURN = r"""
---
changes:
  description: What was changed, or in check mode would be, in the order of the plan.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
      sample: target
    name:
      description: The name of the object.
      type: str
    id:
      description: The id of the object; V(null) for one that does not exist yet.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(recreate).
      type: str
    fields:
      description: The options that changed.
      type: list
      elements: str
summary:
  description: How many of the objects met which end.
  returned: always
  type: dict
  sample: {create: 2, update: 1, delete: 0, recreate: 0, unchanged: 247, failed: 0, skipped: 0}
failures:
  description: What failed, or was skipped because it needs something that failed.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
    name:
      description: The name of the object.
      type: str
    action:
      description: What was to be done.
      type: str
    msg:
      description: What went wrong.
      type: str
    failure:
      description: The request that failed, if one did.
      type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import configure
from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import PortMonitor


def main() -> None:
    """Manage an account."""
    configure(PortMonitor)


if __name__ == "__main__":
    main()
