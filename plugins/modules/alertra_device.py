#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a device at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_device
short_description: Manage a device at Alertra
description:
  - Creates, changes and deletes a device. A device is anything that Alertra checks, such as a web site or a mail
    server.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  device_id:
    description:
      - The id of an existing device. If set, every other option can be changed, including the name.
      - If not set, the device is identified by its O(short_name). If several devices have that name, the task fails.
    type: str
  short_name:
    description:
      - The name of the device, of 1 to 8 letters, digits or hyphens.
      - Required if O(device_id) is not set, and to create a device.
    type: str
  renamed_from:
    description:
      - Former names of the device. If no device has the name O(short_name), but exactly one has one of these former
        names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several devices have a former name, the task fails and
        lists their ids.
      - Ignored if O(device_id) is set or O(state=absent).
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
      - The service does not allow changing this later. See O(recreate).
    type: str
    choices: [HTTP, PING, SMTP, POP3, MySQL, IMAP4, FTP, TELNET, SSH, NNTP, TCP, DNS, Script]
  url:
    description:
      - The URL or host to check. With O(method=Script), the name of the script. Required to create a device.
    type: str
  frequency:
    description:
      - How often the device is checked, in minutes.
    type: int
    choices: [1, 2, 5, 10, 20, 30, 60]
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
      - The name or id of the device that this device depends on. While that device is down, no alerts are sent for this
        one. Can be C(null).
    type: str
  tags:
    description:
      - The names or ids of the tags of the device. If a tag does not exist, the task fails.
    type: list
    elements: str
  purge_tags:
    description:
      - Whether tags that are not in O(tags) are removed from the device. Without O(tags) nothing is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the device should exist.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete and recreate the device if O(method) must change. All known settings and tags are kept. The
        history is lost, and other devices lose their O(master_device) if it is this device.
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.alertra_config
"""

EXAMPLES = r"""
---
- name: Check a web site every five minutes
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    full_name: The web site
    method: HTTP
    url: https://www.example.com/
    frequency: 5
    tags:
      - production

- name: Wait longer for a response, and change nothing else
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    timeout: 60

- name: Add a tag, and keep the other tags of the device
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    tags:
      - critical
    purge_tags: false

- name: Check it by ping instead, which requires a new device
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    method: PING
    url: www.example.com
    recreate: true

- name: Delete the device
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    state: absent
"""

RETURN = r"""
---
device:
  description:
    - The device, with all options whose values are known. In check mode, the device as it would be. A new device then
      has an id such as V(predicted:device:1), or none.
    - With O(state=absent), the device before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    device_id:
      description: The id of the device.
      type: str
    short_name:
      description: The name of the device.
      type: str
    status:
      description: The status of the device, as reported by the service. Not returned for a new device.
      type: str
    status_since:
      description: Since when the device has had this status.
      type: str
    last_check_result:
      description: The result of the last check.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    full_name:
      description: A description of the device.
      type: str
    method:
      description: How the device is checked.
      type: str
    url:
      description: The URL or host to check.
      type: str
    frequency:
      description: How often the device is checked, in minutes.
      type: int
    timeout:
      description: How long a check waits for a response, in seconds, from 1 to 120.
      type: int
    retries:
      description: How often a failed check is repeated before an alert is sent, from 2 to 10.
      type: int
    retry_delay:
      description: How long to wait before a failed check is repeated, in seconds, from 1 to 300.
      type: int
    nschedule_id:
      description: The id of the notification schedule.
      type: str
    mschedule_id:
      description: The id of the maintenance schedule.
      type: str
    master_device:
      description: The name or id of the device that this device depends on.
      type: str
    tags:
      description: The names or ids of the tags of the device.
      type: list
      elements: str
    # END returned options
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Manage a device."""
    run_object_module(Alertra, "device")


if __name__ == "__main__":
    main()
