#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a resource at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_resource
short_description: Manage a resource at Pinghome
description:
  - Creates, changes and deletes a resource, which is what Pinghome calls anything whose uptime it monitors, such as a
    web site or a port.
  - An option that is left out is left alone. An option that is C(null) is cleared, where the service allows it to be
    empty.
  - The service replaces a resource as a whole, so each change is sent with everything that the service shows of it. If
    it does not show the headers, there is a warning, and they have to be declared with each change.
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
  resource_id:
    description:
      - The id of an existing resource. With it, every other option may change, the name and the service included.
      - Without it, the resource is found by its O(name) in the service O(service_id). It is an error if several bear
        that name.
    type: str
  service_id:
    description:
      - The id of the service that the resource is in. Required if O(resource_id) is not set.
      - With O(resource_id), it moves the resource there.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
    type: str
  name:
    description:
      - The name of the resource. Required if O(resource_id) is not set, and to create a resource.
    type: str
  type:
    description:
      - How the resource is checked, in the words of the service, such as C(http). Required to create a resource.
      - The service does not allow it to be changed afterwards, see O(recreate).
    type: str
  url:
    description:
      - The URL to check. One of O(url) and O(host) is required to create a resource, and it never has both.
      - The service may refuse to change it afterwards, or the O(host) or O(port). That is an error.
    type: str
  host:
    description:
      - The host to check.
    type: str
  port:
    description:
      - The port to check, in quotes or not. Can be C(null).
    type: str
  data:
    description:
      - The data to send, or the keyword to look for, as the type has it. Can be C(null).
    type: str
  grace_period:
    description:
      - The grace period, from 0. The vendor names no unit. A new resource has 0.
    type: int
  recovery_period:
    description:
      - The recovery period, from 0. The vendor names no unit. A new resource has 0.
    type: int
  maintenance_cron_expression:
    description:
      - When maintenance begins, as a cron expression. Can be C(null).
    type: str
  maintenance_duration:
    description:
      - How long maintenance lasts, from 0. The vendor names no unit. C(null) is the same as C(0).
    type: int
  skip_ssl_error:
    description:
      - Whether a certificate that is not valid is no error. A new resource has C(false).
    type: bool
  not_follow_redirect:
    description:
      - Whether redirects are not followed. A new resource has C(false).
    type: bool
  method:
    description:
      - The method of the request, such as C(GET), which a new resource has.
    type: str
  body:
    description:
      - The body of the request. Can be C(null). It shows in results, unlike the O(headers).
    type: str
  is_advanced:
    description:
      - Whether the resource has advanced settings. A new resource has C(false).
    type: bool
  headers:
    description:
      - The headers of the request, all of them. Can be C(null).
      - They are treated as a secret, and are masked in results and diffs.
    type: dict
  conditions:
    description:
      - The conditions that an answer has to meet, all of them, for the type C(http). Can be C(null) or empty.
      - Each is compared by the keys that it is given, in any order. The keys are the vendor's, such as C(type), C(key),
        C(operator) and C(values).
    type: list
    elements: dict
  regions:
    description:
      - The regions from which the resource is checked, all of them, in any order. Can be C(null) or empty.
    type: list
    elements: str
  purge_regions:
    description:
      - If O(regions) is set, whether everything else is removed.
    type: bool
    default: true
  enabled:
    description:
      - Whether the resource is checked. If the service does not show that, it cannot be compared, which a warning says,
        and it is sent only when the resource is created.
    type: bool
  ssl_reminder_days:
    description:
      - How many days before its certificate expires a reminder is sent, for each reminder. C(null) or an empty list
        removes the reminders.
    type: list
    elements: int
  purge_ssl_reminder_days:
    description:
      - If O(ssl_reminder_days) is set, whether everything else is removed.
    type: bool
    default: true
  tld_reminder_days:
    description:
      - The same for the registration of the domain.
    type: list
    elements: int
  purge_tld_reminder_days:
    description:
      - If O(tld_reminder_days) is set, whether everything else is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the resource exists.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete the resource and create it anew when O(type) has to change. What the service shows of its
        settings is kept; its history and its integrations are lost.
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.pinghome_resource_info
  - module: declarative.monitoring.pinghome_integration
  - module: declarative.monitoring.pinghome_config
"""

EXAMPLES = r"""
---
- name: Check a web site from two regions
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    type: http
    url: https://www.example.com/
    regions:
      - eu-central-1
      - us-east-1
    ssl_reminder_days: [1, 7, 30]

- name: Expect something of its answer, and leave everything else alone
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    headers:
      Accept: application/json
    conditions:
      - type: response-json-check
        key: status
        operator: equal
        values: [ok]

- name: Pause it
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    enabled: false

- name: Check a port instead, which takes a new resource
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    type: tcp
    host: www.example.com
    port: 443
    conditions: []
    recreate: true

- name: Stop checking it
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    state: absent
"""

RETURN = r"""
---
resource:
  description:
    - The resource, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    resource_id:
      description: The id of the resource.
      type: str
    service_id:
      description: The id of the service that it is in.
      type: str
    name:
      description: The name of the resource.
      type: str
    type:
      description: How it is checked.
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
    """Manage a resource."""
    manage(Pinghome, "resource")


if __name__ == "__main__":
    main()
