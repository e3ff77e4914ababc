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
  - Brings the devices and tags of an account to the declared state in one task, with as few requests as that takes.
  - What is not declared is left alone, unless O(prune) says otherwise. An object that is declared by its name alone
    is kept as it is.
  - All of the declaration is checked before anything is written. An object that is declared twice, a reference to
    nothing, or a tag that has a device which does not have the tag, is an error that names the places.
  - An object that fails does not stop the others, but those that need it. The task then fails, and returns what it
    has done all the same; the next run does the rest.
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
  tags:
    description:
      - The tags, each with the options of M(declarative.monitoring.alertra_tag).
    type: list
    elements: dict
    suboptions:
      tag_id:
        description:
          - The id of an existing tag. With it, the name may change.
          - Without it, the tag is found by its O(tags[].name). It is an error if several tags bear that name.
        type: str
      name:
        description:
          - The name of the tag. Required if O(tags[].tag_id) is not set, and to create a tag.
        type: str
      devices:
        description:
          - The names or ids of the devices that have the tag. A device that does not exist is an error.
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
          - Whether the tag exists.
        type: str
        choices:
          - present
          - absent
        default: present
  devices:
    description:
      - The devices, each with the options of M(declarative.monitoring.alertra_device).
    type: list
    elements: dict
    suboptions:
      device_id:
        description:
          - The id of an existing device. With it, every other option may change, the name included.
          - Without it, the device is found by its O(devices[].short_name). It is an error if several devices bear
            that name.
        type: str
      short_name:
        description:
          - The name of the device, of 1 to 8 letters, digits or hyphens.
          - Required if O(devices[].device_id) is not set, and to create a device.
        type: str
      full_name:
        description:
          - A description of the device. Can be C(null).
        type: str
      method:
        description:
          - How the device is checked. Required to create a device.
          - The service does not allow it to be changed afterwards, see O(devices[].recreate).
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
          - The URL or host to check, or with O(devices[].method=Script) the name of the script. Required to create
            a device.
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
          - How long a check waits for an answer, in seconds, from 1 to 120.
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
          - The name or id of the device without which this one cannot be up. No alerts are sent for this device while
            the master is down. Can be C(null).
        type: str
      tags:
        description:
          - The names or ids of the tags of the device. A tag that does not exist is an error.
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
          - Whether the device exists.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete the device and create it anew when O(devices[].method) has to change. All of its settings
            and tags that are known are kept; its history is lost, and so is what other devices say of it as their
            master.
        type: bool
        default: false
# END options of the objects
  prune:
    description:
      - The kinds of which every object that is not declared is deleted.
      - A kind that is not declared at all is refused here; one whose list is empty is emptied.
    type: list
    elements: str
    choices: [devices, tags]
    default: []
seealso:
  - module: declarative.monitoring.alertra_device
  - module: declarative.monitoring.alertra_tag
  - module: declarative.monitoring.alertra_config_info
"""

EXAMPLES = r"""
---
- name: An account as a list, changed only where it differs
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

- name: The same, and nothing else may exist
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
changes:
  description: What was changed, or in check mode would be, in the order of the plan.
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
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._module import configure


def main() -> None:
    """Manage an account."""
    configure(Alertra)


if __name__ == "__main__":
    main()
