#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up devices at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_device_info
short_description: Look up devices at Alertra
description:
  - Returns the devices that match all given filters, with their settings and tags.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  device_id:
    description: Return only the device with this id.
    type: str
  short_name:
    description: Return only devices with this name.
    type: str
  status:
    description: Return only devices with this status, one of C(ok), C(down) and C(maint), in upper or lower case.
    type: str
  tag:
    description: Return only devices that have the tag with this name or id.
    type: str
  include:
    description:
      - Additional data to return for each device. This takes additional requests per device.
      - V(checks) returns the latest checks, at most 100 if O(since) is not set.
      - V(events) returns the latest events, at most 100 if O(since) is not set.
      - V(history) returns the events from O(since) to O(until), and the last event before O(since), which tells the
        status at that time. It requires O(since).
      - V(uptime) returns totals for the time from O(since) to O(until). It requires O(since).
      - V(health) returns whether the device is up, see RV(devices[].health). This takes two more listings in total.
    type: list
    elements: str
    choices: [checks, events, health, history, uptime]
    default: []
  since:
    description: The start of the time range, in ISO 8601 with a time zone, such as C(2026-01-31T00:00:00Z).
    type: str
  until:
    description: The end of the time range, in the same format. The default is the current time.
    type: str
"""

EXAMPLES = r"""
---
- name: List all devices
  declarative.monitoring.alertra_device_info:
    api_key: "{{ alertra_api_key }}"
  register: all_devices

- name: Get the events and the uptime of the devices of a tag
  declarative.monitoring.alertra_device_info:
    api_key: "{{ alertra_api_key }}"
    tag: production
    include:
      - events
      - uptime
    since: "2026-01-01T00:00:00Z"
  register: production

- name: Wait until a device is up, at most ten minutes
  declarative.monitoring.alertra_device_info:
    api_key: "{{ alertra_api_key }}"
    short_name: WWW
    include:
      - health
  register: www
  # In check mode nothing is deployed that could come up.
  until: ansible_check_mode or www.devices | default([]) | map(attribute='health') | list == ['up']
  retries: 20
  delay: 30
"""

RETURN = r"""
---
devices:
  description:
    - The matching devices, in the order in which the service lists them, with the options of
      M(declarative.monitoring.alertra_device).
  returned: success
  type: list
  elements: dict
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
    checks:
      description: The latest checks, with the field names of the service in lower case.
      type: list
      elements: dict
      returned: if included
      sample:
        - check_id: 2edeaa765761825d4e45686c520b5f9f24b8fd896830791d00
          location: Stockholm SWE
          timestamp: "2025-06-01T12:00:00+00:00"
          result_code: 1
          perf_stat: Ok
          request_time: 120.53125
    events:
      description: The latest events, with the field names of the service in lower case.
      type: list
      elements: dict
      returned: if included
      sample:
        - event_id: 6d0b0f4c
          timestamp: "2025-06-01T12:00:00+00:00"
          event: Up
          description: 200 OK
    history:
      description:
        - The events of the time range, and the last event before it, with the field names of the service in lower case.
          The newest event is the first one.
      type: list
      elements: dict
      returned: if included
      version_added: 0.9.0
      sample:
        - event_id: 6d0b0f4c
          timestamp: "2025-06-01T12:00:00+00:00"
          event: Up
          description: 200 OK
    uptime:
      description: Seconds up, down and in maintenance, and the number of outages.
      type: dict
      returned: if included
      sample: {up_seconds: 3600941, down_seconds: 386, maintenance_seconds: 0, outages: 1}
    health:
      description:
        - Whether the device is up, V(up), V(down), V(maintenance) or V(unknown). The words are those of
          M(declarative.monitoring.pinghome_resource_info) and M(declarative.monitoring.pingplotter_agent_info).
        - It is V(unknown) if the service uses another word for the status.
      type: str
      returned: if included
      sample: up
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE_FILTERS, Alertra

# What can be included, and the option that it needs.
_INCLUDES = {"checks": "", "events": "", "health": "", "history": "since", "uptime": "since"}


def main() -> None:
    """Look up devices."""
    run_list_module(Alertra, "device", DEVICE_FILTERS, _INCLUDES)


if __name__ == "__main__":
    main()
