#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a request to Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_request
short_description: Send a request to Pinghome
description:
  - Sends one request to the API, for what no other module of this collection does. The connection, the retries and the
    masking of secrets are those of the other modules.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.request
options:
  host:
    description:
      - The host of the request. It replaces C({host}) in O(api_url).
      - V(data-gateway) takes the events of heartbeats. It does not get the token. By default, GET requests to it count
        as changes.
    type: str
    choices: [resource-cmd, resource-query, statistic-query, data-gateway]
    required: true
  body_format:
    description:
      - How O(body) is sent. The default is V(json).
    type: str
    choices: [json, form]
seealso:
  - module: declarative.monitoring.pinghome_config
  - module: declarative.monitoring.pinghome_resource_info
"""

EXAMPLES = r"""
---
- name: Get the resources of a service
  declarative.monitoring.pinghome_request:
    api_token: "{{ pinghome_api_token }}"
    host: resource-query
    path: "/service/{{ pinghome_service_id }}/resources"
    query:
      limit: 50
  register: found

- name: Create a heartbeat
  declarative.monitoring.pinghome_request:
    api_token: "{{ pinghome_api_token }}"
    method: POST
    host: resource-cmd
    path: /heartbeat
    body:
      name: nightly report
      service_id: "{{ pinghome_service_id }}"
      interval: 86400
      enabled: true
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
    service: Pinghome
    method: PUT
    path: /resource/c03b02ec-244f-4d2c-8f68-3910071ed5c8
    status: 422
    code: null
    message: "refused: Invalid regions (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.request import run_request_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Send the request."""
    run_request_module(Pinghome)


if __name__ == "__main__":
    main()
