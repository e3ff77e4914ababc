#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a whole Alertra account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_config
short_description: Manage a whole Alertra account
description:
  - Brings the devices and tags of an account to the declared state in one task, with as few requests as possible.
  - Objects that are not declared are not changed, unless O(prune) is set. To protect an object from pruning without
    changing it, declare its name only.
  - The whole declaration is validated before anything is changed. If an object is declared twice, a referenced object
    does not exist, or a tag lists a device that is declared without the tag, the task fails and reports the locations.
  - If an object fails, the objects that depend on it are skipped and all others are still processed. The task then
    fails. It still returns the changes it has made, and the next run makes the remaining ones.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.config
  - declarative.monitoring.attributes.manages
options:
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  devices:
    description:
      - The devices. Each item has the options of M(declarative.monitoring.alertra_device).
    type: list
    elements: dict
    suboptions:
      device_id:
        description:
          - The id of an existing device. If set, every other option can be changed, including the name.
          - If not set, the device is identified by its O(devices[].short_name). If several devices have that name, the
            task fails.
        type: str
      short_name:
        description:
          - The name of the device, of 1 to 8 letters, digits or hyphens.
          - Required if O(devices[].device_id) is not set, and to create a device.
        type: str
      renamed_from:
        description:
          - Former names of the device. If no device has the name O(devices[].short_name), but exactly one has one of
            these former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several devices have a former name, the task
            fails and lists their ids.
          - Ignored if O(devices[].device_id) is set or O(devices[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      full_name:
        description:
          - A description of the device. Can be C(null).
        type: str
      method:
        description:
          - How the device is checked. Required to create a device.
          - The service does not allow changing this later. See O(devices[].recreate).
        type: str
        choices:
          - HTTP
          - PING
          - SMTP
          - POP3
          - MySQL
          - IMAP4
          - FTP
          - TELNET
          - SSH
          - NNTP
          - TCP
          - DNS
          - Script
      url:
        description:
          - The URL or host to check. With O(devices[].method=Script), the name of the script. Required to create a
            device.
        type: str
      frequency:
        description:
          - How often the device is checked, in minutes.
        type: int
        choices:
          - 1
          - 2
          - 5
          - 10
          - 20
          - 30
          - 60
      timeout:
        description:
          - How long a check waits for a response, in seconds, from 1 to 120.
        type: int
      retries:
        description:
          - How often a failed check is repeated before an alert is sent, from 2 to 10.
        type: int
      retry_delay:
        description:
          - How long to wait before a failed check is repeated, in seconds, from 1 to 300.
        type: int
      nschedule_id:
        description:
          - The id of the notification schedule. The API does not list these schedules. Can be C(null).
        type: str
      mschedule_id:
        description:
          - The id of the maintenance schedule. The API does not list these schedules. Can be C(null).
        type: str
      master_device:
        description:
          - The name or id of the device that this device depends on. While that device is down, no alerts are sent for
            this one. Can be C(null).
        type: str
      tags:
        description:
          - The names or ids of the tags of the device. If a tag does not exist, the task fails.
        type: list
        elements: str
      purge_tags:
        description:
          - Whether tags that are not in O(devices[].tags) are removed from the device. Without O(devices[].tags)
            nothing is removed.
        type: bool
        default: true
      state:
        description:
          - Whether the device should exist.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete and recreate the device if O(devices[].method) must change. All known settings and tags
            are kept. The history is lost, and other devices lose their O(devices[].master_device) if it is this device.
        type: bool
        default: false
  tags:
    description:
      - The tags. Each item has the options of M(declarative.monitoring.alertra_tag).
    type: list
    elements: dict
    suboptions:
      tag_id:
        description:
          - The id of an existing tag. If set, the name can be changed.
          - If not set, the tag is identified by its O(tags[].name). If several tags have that name, the task fails.
        type: str
      name:
        description:
          - The name of the tag. Required if O(tags[].tag_id) is not set, and to create a tag.
        type: str
      renamed_from:
        description:
          - Former names of the tag. If no tag has the name O(tags[].name), but exactly one has one of these former
            names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several tags have a former name, the task fails
            and lists their ids.
          - Ignored if O(tags[].tag_id) is set or O(tags[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      devices:
        description:
          - The names or ids of the devices that have the tag. If a device does not exist, the task fails.
        type: list
        elements: str
      purge_devices:
        description:
          - Whether the tag is removed from devices that are not in O(tags[].devices). Without O(tags[].devices) nothing
            is removed.
        type: bool
        default: true
      state:
        description:
          - Whether the tag should exist.
        type: str
        choices:
          - present
          - absent
        default: present
# END options of the objects
  prune:
    description:
      - The kinds of objects to prune. Objects of these kinds that are not declared are deleted.
      - The list of each kind must be declared. If the list is empty, all objects of the kind are deleted.
      - An object that has a former name of a declared object, see C(renamed_from), is not deleted in that run.
    type: list
    elements: str
    # BEGIN choices of prune: written by tests/tools/sync_docs.py
    choices:
      - devices
      - tags
    # END choices of prune
    default: []
seealso:
  # BEGIN seealso: written by tests/tools/sync_docs.py
  - module: declarative.monitoring.alertra_device
  - module: declarative.monitoring.alertra_tag
  - module: declarative.monitoring.alertra_config_info
  # END seealso
"""

EXAMPLES = r"""
---
- name: Bring an account to the declared state
  declarative.monitoring.alertra_config:
    api_key: "{{ alertra_api_key }}"
    tags:
      - name: production
    devices:
      - short_name: ROUTER
        method: PING
        url: router.example.com
      - short_name: WWW
        method: HTTP
        url: https://www.example.com/
        frequency: 1
        master_device: ROUTER
        tags:
          - production

- name: Bring an account to the declared state, and delete everything else
  declarative.monitoring.alertra_config:
    api_key: "{{ alertra_api_key }}"
    devices: "{{ alertra_devices }}"
    tags: "{{ alertra_tags }}"
    prune:
      - devices
      - tags
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
      sample: device
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
      description: The place of the object in the options, such as C(devices[3]). V(null) if it is not declared.
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
        service: Alertra
        method: PUT
        path: /devices/4bf5
        status: 400
        code: "1002"
        message: Access denied.
        attempts: 1
        waited_s: 0.0
problems:
  description: The reasons why the options were refused.
  returned: if the options are invalid
  type: list
  elements: dict
  contains:
    location:
      description: The place of the object in the options, such as C(devices[3]). V(null) if there is none.
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
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_config_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Manage an account."""
    run_config_module(Alertra)


if __name__ == "__main__":
    main()
