#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up sessions at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_session_info
short_description: Look up sessions at SimpleHelp
description:
  - Returns past sessions, waiting customers, and active support and access sessions.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  include:
    description:
      - The lists to return. Each list takes one request.
      - V(history) returns past sessions. All options below are filters for it.
      - V(queue) returns the support sessions that are waiting for a technician.
      - V(support) returns the active support sessions.
      - V(access) returns the active access sessions.
    type: list
    elements: str
    choices: [history, queue, support, access]
    default: [history, queue, support, access]
  range_start:
    description: Return only sessions that started at this time or later, in milliseconds since 1970.
    type: int
  range_end:
    description: Return only sessions that started before this time, in milliseconds since 1970.
    type: int
  range_last_modified:
    description: Whether O(range_start) and O(range_end) apply to the time of the last change of a session instead of
      its start.
    type: bool
  max_results:
    description: The maximum number of sessions to return, at least 1. The default of the service is 50.
    type: int
  text_filter:
    description: Return only sessions that match this text.
    type: str
  technician_name_filters:
    description: Return only sessions of technicians whose names match one of these texts.
    type: list
    elements: str
  group_filters:
    description: Return only sessions of technicians in one of these groups, by name or id. The groups must exist.
    type: list
    elements: str
  machine_id_filters:
    description: Return only sessions with the machines with these ids.
    type: list
    elements: str
  include_support_sessions:
    description: Whether to return support sessions. The service returns them by default.
    type: bool
  include_access_sessions:
    description: Whether to return access sessions. The service returns them by default.
    type: bool
  include_presentation_sessions:
    description: Whether to return presentation sessions. The service returns them by default.
    type: bool
  search_until_session_id:
    description: Return only sessions up to the one with this id. The search ends there.
    type: str
seealso:
  - module: declarative.monitoring.simplehelp_alert_info
"""

EXAMPLES = r"""
---
- name: List waiting customers and active support sessions
  declarative.monitoring.simplehelp_session_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    include:
      - queue
      - support
  register: present

- name: List the last ten access sessions with a machine
  declarative.monitoring.simplehelp_session_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    include:
      - history
    machine_id_filters:
      - SG_1234
    include_support_sessions: false
    include_presentation_sessions: false
    max_results: 10
  register: past
"""

RETURN = r"""
---
history:
  description: The matching past sessions, in the order in which the service lists them.
  returned: if included
  type: list
  elements: dict
  contains:
    session_id:
      description: The id of the session.
      type: str
    type:
      description: C(Access), C(Support) or C(Presentation).
      type: str
    technician_name:
      description: The name of the technician who started the session.
      type: str
    technician_username:
      description: The username of that technician.
      type: str
    start:
      description: When the session started, in milliseconds since 1970.
      type: int
    duration:
      description: How long the session lasted, in milliseconds.
      type: int
    machine:
      description: The machine, with the field names of the service in lower case, for access sessions.
      type: dict
      sample:
        machine_id: SG_1
        online: true
        groups:
          - Sweden
          - Lund
        name: db
        state: Not In Use
        protocol: UDP
        last_registration_time: 1748779200000
        session_count: 0
        monitoring_enabled: true
        os: Linux
        hostname: db
        wan_ip: 203.0.113.49
        ip_addresses:
          - ip: 192.168.0.49
            mac: 02:00:00:00:00:31
            name: eth0
    customer:
      description: The customer, with the field names of the service in lower case, for support sessions.
      type: dict
      sample:
        customer_id: customer
        time_in_queue: 60000
        username: carol
        country: United Kingdom
        domain: help.example.com
        url: https://help.example.com/
        os: Windows 11
        hostname: laptop
        wan_ip: 203.0.113.200
        ip_addresses:
          - 192.168.1.20
        details: {}
    has_recording:
      description: Whether there is a recording of the session.
      type: bool
    last_modified:
      description: When the record of the session last changed, in milliseconds since 1970.
      type: int
    mode:
      description: The mode of the session, as reported by the service.
      type: str
queue:
  description: The support sessions that are waiting for a technician.
  returned: if included
  type: list
  elements: dict
  contains:
    session_id:
      description: The id of the session.
      type: str
    customer:
      description: The customer, with the field names of the service in lower case, for support sessions.
      type: dict
      sample:
        customer_id: customer
        time_in_queue: 60000
        username: carol
        country: United Kingdom
        domain: help.example.com
        url: https://help.example.com/
        os: Windows 11
        hostname: laptop
        wan_ip: 203.0.113.200
        ip_addresses:
          - 192.168.1.20
        details: {}
    technician_display_name:
      description: The name of the technician.
      type: str
    technician_username:
      description: The username of the technician.
      type: str
    technician_id:
      description: The id of the technician.
      type: int
    start_time:
      description: When the session started, in milliseconds since 1970.
      type: int
    elapsed_time:
      description: How long the session has lasted, in milliseconds.
      type: int
support:
  description: The active support sessions.
  returned: if included
  type: list
  elements: dict
  contains:
    session_id:
      description: The id of the session.
      type: str
    customer:
      description: The customer, with the field names of the service in lower case, for support sessions.
      type: dict
      sample:
        customer_id: customer
        time_in_queue: 60000
        username: carol
        country: United Kingdom
        domain: help.example.com
        url: https://help.example.com/
        os: Windows 11
        hostname: laptop
        wan_ip: 203.0.113.200
        ip_addresses:
          - 192.168.1.20
        details: {}
    technician_display_name:
      description: The name of the technician.
      type: str
    technician_username:
      description: The username of the technician.
      type: str
    technician_id:
      description: The id of the technician.
      type: int
    start_time:
      description: When the session started, in milliseconds since 1970.
      type: int
    elapsed_time:
      description: How long the session has lasted, in milliseconds.
      type: int
access:
  description: The active access sessions.
  returned: if included
  type: list
  elements: dict
  contains:
    session_id:
      description: The id of the session.
      type: str
    machine:
      description: The machine, with the field names of the service in lower case.
      type: dict
      sample:
        machine_id: SG_1
        online: true
        groups:
          - Sweden
          - Lund
        name: db
        state: Not In Use
        protocol: UDP
        last_registration_time: 1748779200000
        session_count: 0
        monitoring_enabled: true
        os: Linux
        hostname: db
        wan_ip: 203.0.113.49
        ip_addresses:
          - ip: 192.168.0.49
            mac: 02:00:00:00:00:31
            name: eth0
    technician_display_name:
      description: The name of the technician.
      type: str
    technician_username:
      description: The username of the technician.
      type: str
    technician_id:
      description: The id of the technician.
      type: int
    start_time:
      description: When the session started, in milliseconds since 1970.
      type: int
    elapsed_time:
      description: How long the session has lasted, in milliseconds.
      type: int
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import Values, run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import (
    HISTORY_FILTERS,
    SESSION_OPTIONS,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up sessions."""

    def work(client: SimpleHelp, params: Values) -> Values:
        filters = {item.name: params[item.name] for item in HISTORY_FILTERS}
        return {which: client.sessions(which, filters if which == "history" else {}) for which in params["include"]}

    run_info_module(SimpleHelp, SESSION_OPTIONS, work)


if __name__ == "__main__":
    main()
