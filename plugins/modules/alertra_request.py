#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a request to Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_request
short_description: Send a request to Alertra
description:
  - Sends one request to the API, for what no other module of this collection does. The connection, the retries and the
    masking of secrets are those of the other modules.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.request
options:
  body_format:
    description:
      - How O(body) is sent. The default is V(json).
    type: str
    choices: [json, form]
seealso:
  - module: declarative.monitoring.alertra_config
  - module: declarative.monitoring.alertra_device_info
"""

EXAMPLES = r"""
---
- name: Get the devices that are down
  declarative.monitoring.alertra_request:
    api_key: "{{ alertra_api_key }}"
    path: /devices
    query:
      Filter: Down
      Limit: 100
  register: down

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ down.json | map(attribute='ShortName') }}"

- name: Create a tag
  declarative.monitoring.alertra_request:
    api_key: "{{ alertra_api_key }}"
    method: POST
    path: /tags
    body:
      Name: web
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
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.request import run_request_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Send the request."""
    run_request_module(Alertra)


if __name__ == "__main__":
    main()
