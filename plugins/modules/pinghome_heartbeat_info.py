#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up heartbeats at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_heartbeat_info
short_description: Look up heartbeats at Pinghome
description:
  - Returns the heartbeats of a service that match all given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  heartbeat_id:
    description:
      - Return only the heartbeat with this id, regardless of its service.
    type: str
  name:
    description:
      - Return only heartbeats with this name.
    type: str
  include:
    description:
      - Additional data to return for each heartbeat. This takes additional requests per heartbeat.
      - V(statistics) returns the number of events per O(interval) from O(since) to O(until).
      - V(events) returns the events from O(since) to O(until), newest first. Without O(since), it returns the latest
        events, at most 100.
    type: list
    elements: str
    choices: [statistics, events]
    default: []
  since:
    description: The start of the time range, in ISO 8601 with a time zone, such as C(2026-01-31T00:00:00Z).
    type: str
  until:
    description: The end of the time range, in the same format. The default is the current time.
    type: str
  limit:
    description: The maximum number of records to return, at least 1.
    type: int
  interval:
    description: The interval of the statistics.
    type: str
    choices: [1h, 3h, 12h, 1d, 3d, 7d, 30d]
seealso:
  - module: declarative.monitoring.pinghome_heartbeat
  - module: declarative.monitoring.pinghome_heartbeat_event
"""

EXAMPLES = r"""
---
- name: Get the last events of the backup
  declarative.monitoring.pinghome_heartbeat_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    include:
      - events
    limit: 10
  register: backup
"""

RETURN = r"""
---
heartbeats:
  description:
    - The matching heartbeats, in the order in which the service lists them, with the options of
      M(declarative.monitoring.pinghome_heartbeat).
  returned: success
  type: list
  elements: dict
  contains:
    heartbeat_id:
      description: The id of the heartbeat.
      type: str
    service_id:
      description: The id of the service of the heartbeat.
      type: str
    name:
      description: The name of the heartbeat.
      type: str
    statistics:
      description: The numbers of events, as returned by the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - tick_count: 0
          run_count: 0
          complete_count: 1
          fail_count: 0
          received_at: '2025-06-01T00:00:00Z'
    events:
      description: The events, as returned by the service, newest first.
      type: list
      elements: dict
      returned: if included
      sample:
        - result: complete
          message: null
          received_at: "2025-06-01T12:00:00Z"
    # BEGIN returned options: written by tests/tools/sync_docs.py
    interval:
      description: The interval at which events must arrive, at least 1.
      type: int
    methods:
      description: All request methods that are accepted, such as C(GET).
      type: list
      elements: str
    enabled:
      description: Whether the heartbeat is monitored.
      type: bool
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: Pinghome
    method: PUT
    path: /resource/c03b02ec-244f-4d2c-8f68-3910071ed5c8
    status: 422
    code: null
    message: "refused: Invalid regions (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import HEARTBEAT_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Look up heartbeats."""
    run_list_module(Pinghome, "heartbeat", HEARTBEAT_FILTERS, {"statistics": "", "events": ""})


if __name__ == "__main__":
    main()
