#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a server resource at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_server_resource
short_description: Manage a server resource at Pinghome
description:
  - Creates, changes and deletes a server resource, which is what Pinghome calls a server whose performance it monitors.
  - An option that is left out is left alone. An option that is C(null) is cleared, where the service allows it to be
    empty.
  - The service may need seconds until it shows what was written. A task that has written something waits for that, for
    six seconds at the most.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  server_resource_id:
    description:
      - The id of an existing server resource. With it, every other option may change, the name and the service
        included.
      - Without it, the server resource is found by its O(name) in its service. It is an error if several bear that
        name.
    type: str
  service_id:
    description:
      - The id of the service that the server resource is in. Required if O(server_resource_id) is not set.
      - With O(server_resource_id), it moves the server resource there.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
    type: str
  name:
    description:
      - The name of the server resource. Required if O(server_resource_id) is not set, and to create a server resource.
    type: str
  description:
    description:
      - A description. Can be C(null).
    type: str
  timezone:
    description:
      - The time zone, such as C(Europe/Berlin). A new server resource has C(UTC).
    type: str
  chart_type_default:
    description:
      - The type of its charts, such as C(line), which a new server resource has.
    type: str
  os:
    description:
      - The operating system, such as C(ubuntu). Can be C(null).
    type: str
  metric_types_basic:
    description:
      - The types of the basic metrics, all of them, such as C(cpu-total-usage). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_basic:
    description:
      - If O(metric_types_basic) is set, whether everything else is removed.
    type: bool
    default: true
  metric_types_advanced:
    description:
      - The types of the advanced metrics, all of them, such as C(disk-io-unified). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_advanced:
    description:
      - If O(metric_types_advanced) is set, whether everything else is removed.
    type: bool
    default: true
  metric_types_complex:
    description:
      - The types of the complex metrics, all of them, such as C(processes-unified). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_complex:
    description:
      - If O(metric_types_complex) is set, whether everything else is removed.
    type: bool
    default: true
  interval:
    description:
      - How often metrics are taken, from 1. The vendor names no unit. A new server resource has 60, as in the vendor's
        sample.
    type: int
  enabled:
    description:
      - Whether the server is monitored. A new server resource is.
    type: bool
  state:
    description:
      - Whether the server resource exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.pinghome_server_resource_info
  - module: declarative.monitoring.pinghome_config
"""

EXAMPLES = r"""
---
- name: Monitor a server
  declarative.monitoring.pinghome_server_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: db1
    description: The main database
    timezone: Europe/Berlin
    os: ubuntu
    metric_types_basic:
      - cpu-total-usage
      - memory-usage
    interval: 60

- name: Pause that
  declarative.monitoring.pinghome_server_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: db1
    enabled: false

- name: End it
  declarative.monitoring.pinghome_server_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: db1
    state: absent
"""

RETURN = r"""
---
server_resource:
  description:
    - The server resource, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import Pinghome


def main() -> None:
    """Manage a server resource."""
    manage(Pinghome, "server_resource")


if __name__ == "__main__":
    main()
