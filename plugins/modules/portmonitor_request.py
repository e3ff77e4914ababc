#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a request to Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_request
short_description: Send a request to Port Monitor
description:
  - Sends one request to the API, for what no other module of this collection does. The connection, the retries and the
    masking of secrets are those of the other modules.
  - O(app_key) and the token are added to each request. C(/users/login) and C(/users/sign-up) get no token.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.request
options:
  body_format:
    description:
      - How O(body) is sent. The default is V(form).
    type: str
    choices: [json, form]
seealso:
  - module: declarative.monitoring.portmonitor_config
  - module: declarative.monitoring.portmonitor_target_info
"""

EXAMPLES = r"""
---
- name: Get the events of last week
  declarative.monitoring.portmonitor_request:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    path: /events
    query:
      date_range:
        from: "2026-10-05"
        to: "2026-10-11"
  register: found

- name: Create a group
  declarative.monitoring.portmonitor_request:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
    method: POST
    path: /groups
    body:
      group:
        name: Database
"""

RETURN = r"""
---
sent:
  description: Whether the request was sent. In check mode, only GET requests that change nothing are sent.
  returned: success
  type: bool
  sample: true
status:
  description: The HTTP status of the response. V(null) if the request was not sent.
  returned: success
  type: int
  sample: 200
json:
  description: The body of the response as data. A body that is not JSON is a string. V(null) if it is empty or the
    request was not sent. Secrets are masked.
  returned: success
  type: raw
headers:
  description: The headers of the response. Their names are in lower case. Secrets are masked.
  returned: success
  type: dict
  sample:
    content-type: application/json
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.request import run_request_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Send the request."""
    run_request_module(PortMonitor)


if __name__ == "__main__":
    main()
