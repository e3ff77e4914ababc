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
  - Returns the devices that match all of the given filters, with their settings and tags.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  device_id:
    description: Only the device with this id.
    type: str
  short_name:
    description: Only devices of this name.
    type: str
  status:
    description: Only devices in this state, one of C(ok), C(down) and C(maint), in upper or lower case.
    type: str
  tag:
    description: Only devices that have the tag of this name or id.
    type: str
  include:
    description:
      - What to add to each device, with further requests for each.
      - V(checks) are the latest checks, 100 at the most if O(since) is not set.
      - V(events) are the latest events, 100 at the most if O(since) is not set.
      - V(uptime) are sums for the time from O(since), which it requires, to O(until).
    type: list
    elements: str
    choices: [checks, events, uptime]
    default: []
  since:
    description: Where the time to look at begins, in ISO 8601 with a time zone, such as C(2026-01-31T00:00:00Z).
    type: str
  until:
    description: Where the time to look at ends, in the same form. The present by default.
    type: str
"""

EXAMPLES = r"""
---
- name: All devices
  declarative.monitoring.alertra_device_info:
    api_key: "{{ alertra_api_key }}"
  register: all_devices

- name: What happened to the devices of a tag
  declarative.monitoring.alertra_device_info:
    api_key: "{{ alertra_api_key }}"
    tag: production
    include:
      - events
      - uptime
    since: "2026-01-01T00:00:00Z"
  register: production
"""

RETURN = r"""
---
devices:
  description:
    - The devices that match, in the order of the service, each with the options of
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
      description: The state of the device in the service's own words, for a device that existed before.
      type: str
    status_since:
      description: Since when it has been in that state.
      type: str
    last_check_result:
      description: The result of the last check.
      type: str
    checks:
      description: The latest checks, with the service's fields in lower case.
      type: list
      elements: dict
      returned: if included
    events:
      description: The latest events, with the service's fields in lower case.
      type: list
      elements: dict
      returned: if included
    uptime:
      description: Seconds up, down and in maintenance, and the number of outages.
      type: dict
      returned: if included
      sample: {up_seconds: 3600941, down_seconds: 386, maintenance_seconds: 0, outages: 1}
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

from ansible_collections.declarative.monitoring.plugins.module_utils._alertra import DEVICE_FILTERS, Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up


def main() -> None:
    """Look up devices."""
    look_up(Alertra, "device", DEVICE_FILTERS, {"checks": "", "events": "", "uptime": "since"})


if __name__ == "__main__":
    main()
