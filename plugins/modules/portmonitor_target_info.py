#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up targets at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_target_info
short_description: Look up targets at Port Monitor
description:
  - Returns the targets that match all given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  target_id:
    description: Return only the target with this id.
    type: str
  name:
    description: Return only targets with this name.
    type: str
  group:
    description: Return only targets of the group with this name or id. The targets of other groups are then not
      requested.
    type: str
  type:
    description: Return only targets with this type.
    type: str
    choices: [url, custom_port, ping]
  include:
    description:
      - Additional data to return for each target. This takes one more request per target.
      - V(details) returns all fields that the service has for a target.
      - V(events), V(uptime) and V(response_times) return data from O(since) to O(until). Without O(since), they return
        the data of the current day.
    type: list
    elements: str
    choices: [details, events, uptime, response_times]
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
- name: List all targets
  declarative.monitoring.portmonitor_target_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: all_targets

- name: Get the events and the uptime of the targets of a group
  declarative.monitoring.portmonitor_target_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    group: Web
    include:
      - events
      - uptime
    since: "2026-01-01T00:00:00Z"
  register: web
"""

RETURN = r"""
---
targets:
  description:
    - The matching targets, group by group, in the order in which the service lists them, with the options of
      M(declarative.monitoring.portmonitor_target).
  returned: success
  type: list
  elements: dict
  contains:
    target_id:
      description: The id of the target.
      type: str
    group:
      description: The name of the group of the target, or its id if the name is not unique.
      type: str
    name:
      description: The name of the target.
      type: str
    type:
      description: What is checked.
      type: str
    status:
      description: The status of the target, as reported by the service.
      type: str
    details:
      description: The target, with the field names of the service.
      type: dict
      returned: if included
      sample:
        group_id: 101
        id: 1001
        name: Shop
        url: http://www.example.com/
        host: null
        port_number: null
        seconds_between_checks: 300
        timeout: 30
        retries_per_check: 2
        status: up
        type: TargetUrl
    events:
      description: The events, with the field names of the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - id: 10001
          target_id: 1001
          status: up
          created_at: '2025-06-01T12:00:00+00:00'
    uptime:
      description: The rows of the uptime report, with the field names of the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - target_id: 1001
          from: '2025-06-01T00:00:00+00:00'
          to: '2025-06-02T00:00:00+00:00'
          uptime: 99.95
    response_times:
      description: The rows of the report of response times, with the field names of the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - target_id: 1001
          from: '2025-06-01T00:00:00+00:00'
          to: '2025-06-02T00:00:00+00:00'
          response_time: 120.5
    # BEGIN returned options: written by tests/tools/sync_docs.py
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
    # END returned options
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import TARGET_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Look up targets."""
    run_list_module(
        PortMonitor, "target", TARGET_FILTERS, dict.fromkeys(("details", "events", "uptime", "response_times"), "")
    )


if __name__ == "__main__":
    main()
