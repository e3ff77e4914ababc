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
  - Creates, changes and deletes a server resource. A server resource is a server whose performance Pinghome monitors.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
  - The service replaces a server resource as a whole. If it does not return a setting, such as O(timezone) or
    O(enabled), a change of another option would reset it. The task therefore fails before it changes anything, unless
    the setting is declared too, or the same run has created the server resource and never set it.
  - The service may take some seconds to show a change. After a change, the task waits for that, up to six seconds.
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
      - The id of an existing server resource. If set, every other option can be changed, including the name and the
        service.
      - If not set, the server resource is identified by its O(name) in the service O(service_id). If several server
        resources have that name, the task fails.
    type: str
  service_id:
    description:
      - The id of the service of the server resource. Required if O(server_resource_id) is not set.
      - If O(server_resource_id) is set, the server resource is moved to this service.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable never
        moves a server resource.
    type: str
  name:
    description:
      - The name of the server resource. Required if O(server_resource_id) is not set, and to create a server resource.
    type: str
  renamed_from:
    description:
      - Former names of the server resource. If no server resource in the same service has the name O(name), but exactly
        one has one of these former names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several server resources have a former name, the task
        fails and lists their ids.
      - Ignored if O(server_resource_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  description:
    description:
      - A description of the server resource. Can be C(null).
    type: str
  timezone:
    description:
      - The time zone, such as C(Europe/Berlin). The default for new server resources is V(UTC).
    type: str
  chart_type_default:
    description:
      - The type of the charts. The default for new server resources is V(line).
    type: str
  os:
    description:
      - The operating system, such as C(ubuntu). Can be C(null).
    type: str
  metric_types_basic:
    description:
      - The types of all basic metrics, such as C(cpu-total-usage). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_basic:
    description:
      - Whether values that are not in O(metric_types_basic) are removed. Without O(metric_types_basic) nothing is
        removed.
    type: bool
    default: true
    version_added: 0.2.0
  metric_types_advanced:
    description:
      - The types of all advanced metrics, such as C(disk-io-unified). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_advanced:
    description:
      - Whether values that are not in O(metric_types_advanced) are removed. Without O(metric_types_advanced) nothing is
        removed.
    type: bool
    default: true
    version_added: 0.2.0
  metric_types_complex:
    description:
      - The types of all complex metrics, such as C(processes-unified). Can be C(null) or empty.
    type: list
    elements: str
  purge_metric_types_complex:
    description:
      - Whether values that are not in O(metric_types_complex) are removed. Without O(metric_types_complex) nothing is
        removed.
    type: bool
    default: true
    version_added: 0.2.0
  interval:
    description:
      - How often metrics are collected, at least 1. The vendor does not document the unit. The default for new server
        resources is V(60), as in the vendor's example.
    type: int
  enabled:
    description:
      - Whether the server is monitored. The default for new server resources is V(true).
    type: bool
  state:
    description:
      - Whether the server resource should exist.
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

- name: Pause the server resource
  declarative.monitoring.pinghome_server_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: db1
    enabled: false

- name: Delete the server resource
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
    - The server resource, with all options whose values are known. In check mode, the server resource as it would be. A
      new server resource then has an id such as V(predicted:server_resource:1), or none.
    - With O(state=absent), the server resource before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Manage a server resource."""
    run_object_module(Pinghome, "server_resource")


if __name__ == "__main__":
    main()
