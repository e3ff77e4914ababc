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
  - Returns the server resources of a service that match all of the given filters, with their settings.
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
      - Only the server resource with this id, in whichever service it is.
    type: str
  name:
    description:
      - Only server resources of this name.
    type: str
  include:
    description:
      - What to add to each, with further requests for each.
      - V(metrics) are the metrics of the O(type), which it requires, from O(since) to O(until).
    type: list
    elements: str
    choices: [metrics]
    default: []
  since:
    description: Where the time to look at begins, in ISO 8601 with a time zone, such as C(2026-01-31T00:00:00Z).
    type: str
  until:
    description: Where the time to look at ends, in the same form. The present by default.
    type: str
  limit:
    description: How many records to return at the most, from 1.
    type: int
  interval:
    description: The interval of the metrics, in the words of the service, such as C(on-demand).
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
- name: The memory usage of a server
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
    - The server resources that match, in the order of the service, each with the options of
      M(declarative.monitoring.pinghome_server_resource).
  returned: success
  type: list
  elements: dict
  contains:
    server_resource_id:
      description: The id of the server resource.
      type: str
    service_id:
      description: The id of the service that it is in.
      type: str
    name:
      description: The name of the server resource.
      type: str
    metrics:
      description: The metrics, as the service shows them.
      type: list
      elements: dict
      returned: if included
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import SERVER_RESOURCE_FILTERS, Pinghome


def main() -> None:
    """Look up server resources."""
    look_up(Pinghome, "server_resource", SERVER_RESOURCE_FILTERS, {"metrics": "type"})


if __name__ == "__main__":
    main()
