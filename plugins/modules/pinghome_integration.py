#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage an integration of a resource at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_integration
short_description: Manage an integration of a resource at Pinghome
description:
  - Creates, changes and deletes an integration. An integration reports the incidents of a resource to an external
    platform.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
  - The service replaces an integration as a whole. If it does not return a setting, such as O(items), a change of
    another option would reset it. The task therefore fails before it changes anything, unless the setting is declared
    too, or the same run has created the integration and never set it.
  - The service may take some seconds to show a change. After a change, the task waits for that, up to six seconds.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  resource:
    description:
      - The name of the resource in the service O(service_id), or its id. Required.
    type: str
  service_id:
    description:
      - The id of the service of the resource. Not needed if O(resource) is an id.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
  integration:
    description:
      - The id of the integration at the external platform. Required. Together with O(resource), it identifies the
        integration.
    type: str
  type:
    description:
      - The type of the integration, such as C(statuspageIo). Required to create an integration.
      - The service does not allow changing this later.
    type: str
  name:
    description:
      - The name of the incident that is reported. Required to create an integration.
    type: str
  status:
    description:
      - The status of the incident that is reported. Required to create an integration.
    type: str
  message_text:
    description:
      - The message of the incident. Can be C(null). For a new integration, it is set with a second request.
      - C(message), the name that the service uses, is accepted as an alias.
    type: str
  items:
    description:
      - The ids of all affected external items. The order is ignored. Can be C(null) or empty.
    type: list
    elements: str
  purge_items:
    description:
      - Whether values that are not in O(items) are removed. Without O(items) nothing is removed.
    type: bool
    default: true
    version_added: 0.2.0
  state:
    description:
      - Whether the integration should exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.pinghome_resource
  - module: declarative.monitoring.pinghome_config
"""

EXAMPLES = r"""
---
- name: Report incidents of the web site
  declarative.monitoring.pinghome_integration:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    resource: www
    integration: r276xxt51c23
    type: statuspageIo
    name: Web site down
    status: investigating
    message_text: We are looking into it.
    items:
      - ggs24084vt79

- name: Stop reporting incidents of the web site
  declarative.monitoring.pinghome_integration:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    resource: www
    integration: r276xxt51c23
    state: absent
"""

RETURN = r"""
---
integration:
  description:
    - The integration, with all options whose values are known. In check mode, the integration as it would be.
    - It has the option C(items), too. In a template, write C(integration['items']).
    - With O(state=absent), the integration before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    resource:
      description: The name of the resource, or its id if the name is not unique.
      type: str
    integration:
      description: The id of the integration.
      type: str
    type:
      description: The type of the integration.
      type: str
    name:
      description: The name of the incident.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    service_id:
      description: The id of the service of the resource.
      type: str
    status:
      description: The status of the incident that is reported.
      type: str
    message_text:
      description: The message of the incident.
      type: str
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
    """Manage an integration."""
    run_object_module(Pinghome, "integration")


if __name__ == "__main__":
    main()
