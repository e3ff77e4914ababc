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
  - Creates, changes and deletes a device, which is what Alertra calls anything that it checks, such as a web site or
    a mail server.
  - An option that is left out is left alone. An option that is C(null) is cleared, where the service allows it to be
    empty.
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
      - The id of an existing device. With it, every other option may change, the name included.
      - Without it, the device is found by its O(short_name). It is an error if several devices bear that name.
    type: str
  short_name:
    description:
      - The name of the device, of 1 to 8 letters, digits or hyphens.
      - Required if O(device_id) is not set, and to create a device.
    type: str
  full_name:
    description:
      - A description of the device. Can be C(null).
    type: str
  method:
    description:
      - How the device is checked. Required to create a device.
      - The service does not allow it to be changed afterwards, see O(recreate).
    type: str
    choices: [HTTP, PING, SMTP, POP3, MySQL, IMAP4, FTP, TELNET, SSH, NNTP, TCP, DNS, Script]
  url:
    description:
      - The URL or host to check, or with O(method=Script) the name of the script. Required to create a device.
    type: str
  frequency:
    description:
      - How often the device is checked, in minutes.
    type: int
    choices: [1, 2, 5, 10, 20, 30, 60]
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
      - The name or id of the device without which this one cannot be up. No alerts are sent for this device while the
        master is down. Can be C(null).
    type: str
  tags:
    description:
      - The names or ids of the tags of the device. A tag that does not exist is an error.
    type: list
    elements: str
  purge_tags:
    description:
      - Whether tags that are not in O(tags) are removed from the device. Without O(tags) nothing is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the device exists.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete the device and create it anew when O(method) has to change. All of its settings and tags
        that are known are kept; its history is lost, and so is what other devices say of it as their master.
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

- name: Wait longer for its answer, and leave everything else alone
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    timeout: 60

- name: Add a tag to those that the device has
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    tags:
      - critical
    purge_tags: false

- name: Check that it answers to a ping instead, which takes a new device
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    method: PING
    url: www.example.com
    recreate: true

- name: Stop checking it
  declarative.monitoring.alertra_device:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    state: absent
"""

RETURN = r"""
---
device:
  description:
    - The device, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
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
      description: The state of the device in the service's own words, for a device that existed before.
      type: str
    status_since:
      description: Since when it has been in that state.
      type: str
    last_check_result:
      description: The result of the last check.
      type: str
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
from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage


def main() -> None:
    """Manage a device."""
    manage(Alertra, "device")


if __name__ == "__main__":
    main()
