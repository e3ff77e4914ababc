#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up server resources at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_server_resource_info
short_description: Look up server resources at Pinghome
description:
  - Returns the server resources of a service that match all given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  server_resource_id:
    description:
      - Return only the server resource with this id, regardless of its service.
    type: str
  name:
    description:
      - Return only server resources with this name.
    type: str
  include:
    description:
      - Additional data to return for each server resource. This takes additional requests per server resource.
      - V(metrics) returns the metrics of the type O(type) from O(since) to O(until). It requires O(type).
    type: list
    elements: str
    choices: [metrics]
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
    description: The interval of the metrics, as the service names it, such as C(on-demand).
    type: str
  type:
    description: The type of the metrics.
    type: str
    choices:
      - cpu-total-usage
      - memory-usage
      - disk-io-unified
      - disk-usage-unified
      - system-load-unified
      - swap-usage
      - network-usage-unified
seealso:
  - module: declarative.monitoring.pinghome_server_resource
"""

EXAMPLES = r"""
---
- name: Get the memory usage of a server
  declarative.monitoring.pinghome_server_resource_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: db1
    include:
      - metrics
    type: memory-usage
    since: "2025-01-01T00:00:00Z"
    limit: 100
  register: db1
"""

RETURN = r"""
---
server_resources:
  description:
    - The matching server resources, in the order in which the service lists them, with the options of
      M(declarative.monitoring.pinghome_server_resource).
  returned: success
  type: list
  elements: dict
  contains:
    server_resource_id:
      description: The id of the server resource.
      type: str
    service_id:
      description: The id of the service of the server resource.
      type: str
    name:
      description: The name of the server resource.
      type: str
    metrics:
      description: The metrics, as returned by the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - created_at: '2025-06-01T12:00:00Z'
          type: memory-usage
          value: 12.5
    # BEGIN returned options: written by tests/tools/sync_docs.py
    description:
      description: A description of the server resource.
      type: str
    timezone:
      description: The time zone, such as C(Europe/Berlin).
      type: str
    chart_type_default:
      description: The type of the charts.
      type: str
    os:
      description: The operating system, such as C(ubuntu).
      type: str
    metric_types_basic:
      description: The types of all basic metrics, such as C(cpu-total-usage).
      type: list
      elements: str
    metric_types_advanced:
      description: The types of all advanced metrics, such as C(disk-io-unified).
      type: list
      elements: str
    metric_types_complex:
      description: The types of all complex metrics, such as C(processes-unified).
      type: list
      elements: str
    interval:
      description: How often metrics are collected, at least 1.
      type: int
    enabled:
      description: Whether the server is monitored.
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
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import (
    SERVER_RESOURCE_FILTERS,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Look up server resources."""
    run_list_module(Pinghome, "server_resource", SERVER_RESOURCE_FILTERS, {"metrics": "type"})


if __name__ == "__main__":
    main()
