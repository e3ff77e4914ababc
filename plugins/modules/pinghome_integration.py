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
  - Creates, changes and deletes the connection of a resource with an external platform, to which its incidents are
    reported.
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
  resource:
    description:
      - The name of the resource in the service O(service_id), or its id. Required.
    type: str
  service_id:
    description:
      - The id of the service that the resource is in. Not needed if O(resource) is an id.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
  integration:
    description:
      - The id of the integration, as the external platform has it. Required. With O(resource) it tells the integration
        from others.
    type: str
  type:
    description:
      - The type of the integration, such as C(statuspageIo). Required to create an integration.
      - The service does not allow it to be changed afterwards.
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
      - The message of the incident. Can be C(null). It is not part of the creation, but written right after it.
      - The service calls it C(message), and that name is taken too, though Ansible lets no module declare it.
    type: str
  items:
    description:
      - The ids of the external items that are concerned, all of them, in any order. Can be C(null) or empty.
    type: list
    elements: str
  purge_items:
    description:
      - If O(items) is set, whether everything else is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the integration exists.
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

- name: Report them no longer
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
    - The integration, with the options as they are known. In check mode as it would be.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    resource:
      description: The name of the resource, or its id where the name is not unique.
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
    """Manage an integration."""
    manage(Pinghome, "integration")


if __name__ == "__main__":
    main()
