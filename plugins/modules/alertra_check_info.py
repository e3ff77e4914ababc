#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up one check at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_check_info
short_description: Look up one check at Alertra
description:
  - Returns the data of one check of a device. M(declarative.monitoring.alertra_device_info) returns the ids of checks
    if its option O(declarative.monitoring.alertra_device_info#module:include) contains V(checks).
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  check_id:
    description: The id of the check.
    type: str
    required: true
  extended:
    description: Whether to return the extra data of the check too.
    type: bool
    default: false
"""

EXAMPLES = r"""
---
- name: Get one check with its extra data
  declarative.monitoring.alertra_check_info:
    api_key: "{{ alertra_api_key }}"
    check_id: "{{ check_id }}"
    extended: true
  register: found
"""

RETURN = r"""
---
checks:
  description: A list with the check. The list is empty if the service does not find it.
  returned: success
  type: list
  elements: dict
  contains:
    check_id:
      description: The id of the check.
      type: str
    location:
      description: The location from which the check was made.
      type: str
    timestamp:
      description: The time of the check.
      type: str
    result_code:
      description: The result code of the check.
      type: int
    extended:
      description: The extra data, as returned by the service, with the field names in lower case.
      type: dict
      returned: if asked for
      sample:
        check_id: 2edeaa765761825d4e45686c520b5f9f24b8fd896830791d00
        extra_data: HTTP/1.1 200 OK
    block_time:
      description: The time that the check was blocked, as reported by the service.
      type: float
    connect_time:
      description: The time to connect, as reported by the service.
      type: float
    dns_time:
      description: The time to resolve the name, as reported by the service.
      type: float
    ssl_time:
      description: The time of the TLS handshake, as reported by the service.
      type: float
    ttfb:
      description: The time to the first byte, as reported by the service.
      type: float
    ttlb:
      description: The time to the last byte, as reported by the service.
      type: float
    request_time:
      description: The time of the whole request, as reported by the service.
      type: float
    kbps:
      description: The transfer rate, as reported by the service.
      type: float
    perf_stat:
      description: The rating of the performance, as reported by the service.
      type: str
    data_size:
      description: The size of the response, as reported by the service.
      type: int
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import Values, run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import CHECK_FILTERS, Alertra


def main() -> None:
    """Look up a check."""

    def work(client: Alertra, params: Values) -> Values:
        return {"checks": client.checks(params["check_id"], params["extended"])}

    run_info_module(Alertra, CHECK_FILTERS, work)


if __name__ == "__main__":
    main()
