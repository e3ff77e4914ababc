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
  - Returns the targets that match all of the given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  target_id:
    description: Only the target with this id.
    type: str
  name:
    description: Only targets of this name.
    type: str
  group:
    description: Only targets of the group of this name or id. The targets of other groups are not read then.
    type: str
  type:
    description: Only targets of this type.
    type: str
    choices: [url, custom_port, ping]
  include:
    description:
      - What to add to each target, with a further request for each.
      - V(details) are all that the service shows of a target.
      - V(events), V(uptime) and V(response_times) are those from O(since) to O(until), or without O(since) those of
        today.
    type: list
    elements: str
    choices: [details, events, uptime, response_times]
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
- name: All targets
  declarative.monitoring.portmonitor_target_info:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: all_targets

- name: What happened to the targets of a group
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
    - The targets that match, in the order of the service, group by group, each with the options of
      M(declarative.monitoring.portmonitor_target).
  returned: success
  type: list
  elements: dict
  contains:
    target_id:
      description: The id of the target.
      type: str
    group:
      description: The group of the target by name, or by id where the name is not unique.
      type: str
    name:
      description: The name of the target.
      type: str
    type:
      description: What is checked.
      type: str
    status:
      description: The state of the target in the service's own words.
      type: str
    details:
      description: The target with the service's own fields.
      type: dict
      returned: if included
    events:
      description: The events, with the service's own fields.
      type: list
      elements: dict
      returned: if included
    uptime:
      description: The rows of the uptime report, with the service's own fields.
      type: list
      elements: dict
      returned: if included
    response_times:
      description: The rows of the report of response times, with the service's own fields.
      type: list
      elements: dict
      returned: if included
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up
from ansible_collections.declarative.monitoring.plugins.module_utils._portmonitor import TARGET_FILTERS, PortMonitor


def main() -> None:
    """Look up targets."""
    look_up(PortMonitor, "target", TARGET_FILTERS, dict.fromkeys(("details", "events", "uptime", "response_times"), ""))


if __name__ == "__main__":
    main()
