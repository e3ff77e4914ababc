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
  - Brings the groups, the targets and the profile of an account to the declared state in one task, with as few requests
    as possible.
  - Objects that are not declared are not changed, unless O(prune) is set. To protect an object from pruning without
    changing it, declare its name only.
  - The whole declaration is validated before anything is changed. If an object is declared twice, a referenced object
    does not exist, or a group to delete still has targets, the task fails and reports the locations.
  - If an object fails, the objects that depend on it are skipped and all others are still processed. The task then
    fails. It still returns the changes it has made, and the next run makes the remaining ones.
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
      - The groups. Each item has the options of M(declarative.monitoring.portmonitor_group).
    type: list
    elements: dict
    suboptions:
      group_id:
        description:
          - The id of an existing group. If set, the name can be changed.
          - If not set, the group is identified by its O(groups[].name). If several groups have that name, the task
            fails.
        type: str
      name:
        description:
          - The name of the group. Required if O(groups[].group_id) is not set, and to create a group.
        type: str
      renamed_from:
        description:
          - Former names of the group. If no group has the name O(groups[].name), but exactly one has one of these
            former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several groups have a former name, the task
            fails and lists their ids.
          - Ignored if O(groups[].group_id) is set or O(groups[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      force:
        description:
          - Whether to delete a group that still has targets, together with these targets. If V(false), the task fails
            instead.
        type: bool
        default: false
      state:
        description:
          - Whether the group should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  targets:
    description:
      - The targets. Each item has the options of M(declarative.monitoring.portmonitor_target).
    type: list
    elements: dict
    suboptions:
      target_id:
        description:
          - The id of an existing target. If set, every other option can be changed, including the O(targets[].name). If
            O(targets[].group) differs, the target is moved to that group.
          - If not set, the target is identified by its O(targets[].name) in its O(targets[].group). If several targets
            of a group have that name, the task fails.
        type: str
      group:
        description:
          - The name or id of the group of the target. The group must exist.
          - Required if O(targets[].target_id) is not set, and to create a target.
        type: str
      name:
        description:
          - The name of the target. Required if O(targets[].target_id) is not set, and to create a target.
        type: str
      renamed_from:
        description:
          - Former names of the target. If no target in the same group has the name O(targets[].name), but exactly one
            has one of these former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several targets have a former name, the task
            fails and lists their ids.
          - Ignored if O(targets[].target_id) is set or O(targets[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      type:
        description:
          - What is checked. Required to create a target.
          - V(url) requires O(targets[].url), V(custom_port) requires O(targets[].host) and O(targets[].port_number),
            and V(ping) requires O(targets[].host). They are not required if O(targets[].target_id) or
            O(targets[].recreate) is set.
          - The service does not allow changing this later. See O(targets[].recreate).
        type: str
        choices:
          - url
          - custom_port
          - ping
      url:
        description:
          - The URL to check. Only for a target with O(targets[].type=url).
        type: str
      host:
        description:
          - The host to check. Only for a target with O(targets[].type=custom_port) or O(targets[].type=ping).
        type: str
      port_number:
        description:
          - The port to check, from 1 to 65535. Only for a target with O(targets[].type=custom_port).
        type: int
      seconds_between_checks:
        description:
          - How often the target is checked, in seconds, at least 1. Which values are allowed depends on the plan of the
            account.
        type: int
      timeout:
        description:
          - How long a check waits for a response, in seconds, at least 1.
        type: int
      retries_per_check:
        description:
          - How often a failed check is repeated before the target counts as down, at least 0.
        type: int
      state:
        description:
          - Whether the target should exist.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete and recreate the target if O(targets[].type) must change. Known settings that the new type
            also has are kept. The history is lost.
        type: bool
        default: false
  profile:
    description:
      - The profile. The options are those of M(declarative.monitoring.portmonitor_profile).
    type: dict
    suboptions:
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
# END options of the objects
  prune:
    description:
      - The kinds of objects to prune. Objects of these kinds that are not declared are deleted. A group that is not
        declared is only deleted if its targets are deleted or moved too.
      - The list of each kind must be declared. If the list is empty, all objects of the kind are deleted.
      - An object that has a former name of a declared object, see C(renamed_from), is not deleted in that run.
    type: list
    elements: str
    # BEGIN choices of prune: written by tests/tools/sync_docs.py
    choices:
      - groups
      - targets
    # END choices of prune
    default: []
seealso:
  # BEGIN seealso: written by tests/tools/sync_docs.py
  - module: declarative.monitoring.portmonitor_group
  - module: declarative.monitoring.portmonitor_target
  - module: declarative.monitoring.portmonitor_profile
  - module: declarative.monitoring.portmonitor_config_info
  # END seealso
"""

EXAMPLES = r"""
---
- name: Bring an account to the declared state
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

- name: Bring an account to the declared state, and delete everything else
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
plan_id:
  description:
    - The id of the plan. Two plans have the same id if they make the same changes to the same account in the same
      order, with the same current and new values. Check mode and a run return the same id.
    - It is a digest of O(api_url), the connection options that are not secret, and the changes. The values of secret
      options are not part of it. See O(expect_plan).
  returned: always
  type: str
  sample: fnebmdmhlemfkimdmjflnelboekfpangpalhnbpfkgnjobmcldkejfighhgifjea
changes:
  description: The changes, in the order of the plan. In check mode, the changes that would be made.
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
      description: The id of the object. V(null) if it does not exist yet.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(recreate).
      type: str
    fields:
      description: The options that changed.
      type: list
      elements: str
    before:
      description:
        - The values of these options before the change, if the service shows them. For a deleted object, all options
          that are set and that the service shows. For a dictionary, only the keys that change.
        - Secrets are shown as C(********).
      type: dict
    after:
      description:
        - The values of these options after the change. Empty for a deleted object.
        - Secrets are shown as C(********), or as C(******** (changed\)) if the object existed before.
      type: dict
    renamed_from:
      description: The former name of an object that is renamed. V(null) for other objects.
      type: str
undeclared:
  description:
    - The objects of the declared kinds that exist and are not declared, including those that O(prune) deletes.
    - No additional requests are sent for this list. A kind that is declared as an empty list and not pruned is not
      read, so its objects are not listed. Kinds whose objects cannot be created, such as the settings of an account,
      are omitted.
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
    id:
      description: The id of the object.
      type: str
summary:
  description: The number of objects per outcome, and the number of undeclared objects.
  returned: always
  type: dict
  sample: {create: 2, update: 1, delete: 0, recreate: 0, unchanged: 247, failed: 0, skipped: 0, undeclared: 0}
undo:
  description:
    - The options with which this module undoes the run. These are the former values of changed objects, V(absent) for
      created objects, and all options of deleted objects. It contains only changes that were made. In check mode, it
      contains the changes that would be made.
    - It contains no secrets. RV(undo_notes) says what cannot be restored.
  returned: always
  type: dict
undo_notes:
  description: A sentence for each object that cannot be restored completely, for example because of a secret or its
    history.
  returned: always
  type: list
  elements: str
failures:
  description: The objects that failed, and the objects that were skipped because they depend on a failed object.
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
    location:
      description: The place of the object in the options, such as C(targets[3]). V(null) if it is not declared.
      type: str
    action:
      description: The planned action.
      type: str
    msg:
      description: The error message.
      type: str
    failure:
      description: The failed request, if a request caused the failure.
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
problems:
  description: The reasons why the options were refused.
  returned: if the options are invalid
  type: list
  elements: dict
  contains:
    location:
      description: The place of the object in the options, such as C(targets[3]). V(null) if there is none.
      type: str
    other_locations:
      description: The places of other objects that the message names, such as the first declaration of an object.
      type: list
      elements: str
    msg:
      description: The error message.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_config_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Manage an account."""
    run_config_module(PortMonitor)


if __name__ == "__main__":
    main()
