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
  - Creates, changes and deletes a resource. A resource is anything whose uptime Pinghome monitors, such as a web site
    or a port.
  - Options that are not set are not changed. An option that is C(null) is cleared if the service allows it to be empty.
  - The service replaces a resource as a whole. Each change is therefore sent together with all current settings that
    the service returns. If the service does not return a setting, such as the headers, the change would reset it. The
    task therefore fails before it changes anything, unless the setting is declared too, or is C(null) to clear it,
    or the same run has created the resource and never set it.
  - The service may take some seconds to show a change. After a change, the task waits for that, up to six seconds.
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
      - The id of an existing resource. If set, every other option can be changed, including the name and the service.
      - If not set, the resource is identified by its O(name) in the service O(service_id). If several resources have
        that name, the task fails.
    type: str
  service_id:
    description:
      - The id of the service of the resource. Required if O(resource_id) is not set.
      - If O(resource_id) is set, the resource is moved to this service.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable never
        moves a resource.
    type: str
  name:
    description:
      - The name of the resource. Required if O(resource_id) is not set, and to create a resource.
    type: str
  renamed_from:
    description:
      - Former names of the resource. If no resource in the same service has the name O(name), but exactly one has one
        of these former names, that one is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several resources have a former name, the task fails and
        lists their ids.
      - Ignored if O(resource_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  type:
    description:
      - How the resource is checked, as the service names it, such as C(http). Required to create a resource.
      - The service does not allow changing this later. See O(recreate).
    type: str
  url:
    description:
      - The URL to check. Either O(url) or O(host) is required to create a resource. They are mutually exclusive.
      - The service may reject later changes of O(url), O(host) or O(port). The task then fails.
    type: str
  host:
    description:
      - The host to check.
    type: str
  port:
    description:
      - The port to check, with or without quotes. Can be C(null).
    type: str
  data:
    description:
      - The data to send or the keyword to search for, depending on the type. Can be C(null).
    type: str
  grace_period:
    description:
      - The grace period, at least 0. The vendor does not document the unit. The default for new resources is V(0).
    type: int
  recovery_period:
    description:
      - The recovery period, at least 0. The vendor does not document the unit. The default for new resources is V(0).
    type: int
  maintenance_cron_expression:
    description:
      - When the maintenance starts, as a cron expression. Can be C(null).
    type: str
  maintenance_duration:
    description:
      - How long the maintenance lasts, at least 0. The vendor does not document the unit. C(null) is the same as C(0).
    type: int
  skip_ssl_error:
    description:
      - Whether to ignore an invalid certificate. The default for new resources is V(false).
    type: bool
  not_follow_redirect:
    description:
      - Whether not to follow redirects. The default for new resources is V(false).
    type: bool
  method:
    description:
      - The method of the request. The default for new resources is V(GET).
    type: str
  body:
    description:
      - The body of the request. Can be C(null). Unlike O(headers), it is shown in results.
    type: str
  is_advanced:
    description:
      - Whether the resource has advanced settings. The default for new resources is V(false).
    type: bool
  headers:
    description:
      - All headers of the request. Can be C(null). Upper and lower case are the same in their names.
      - Each value is a string, which may be empty. Whole numbers need no quotes.
      - They are treated as secrets and are masked in results and diffs.
    type: dict
  conditions:
    description:
      - All conditions that a response must meet, for the type C(http). Can be C(null) or empty.
      - Only the given keys of each condition are compared. The order of the conditions is ignored. The keys are those
        of the API, such as C(type), C(key), C(operator) and C(values).
    type: list
    elements: dict
  regions:
    description:
      - All regions from which the resource is checked. The order is ignored. Can be C(null) or empty.
    type: list
    elements: str
  purge_regions:
    description:
      - Whether values that are not in O(regions) are removed. Without O(regions) nothing is removed.
    type: bool
    default: true
    version_added: 0.2.0
  enabled:
    description:
      - Whether the resource is checked. If the service does not return this setting, it cannot be compared. The task
        then issues a warning, and the option is only used to create the resource.
    type: bool
  ssl_reminder_days:
    description:
      - When to send reminders, in days before the certificate expires. C(null) or an empty list removes the reminders.
    type: list
    elements: int
  purge_ssl_reminder_days:
    description:
      - Whether values that are not in O(ssl_reminder_days) are removed. Without O(ssl_reminder_days) nothing is
        removed.
    type: bool
    default: true
    version_added: 0.2.0
  tld_reminder_days:
    description:
      - When to send reminders, in days before the registration of the domain expires. C(null) or an empty list removes
        the reminders.
    type: list
    elements: int
  purge_tld_reminder_days:
    description:
      - Whether values that are not in O(tld_reminder_days) are removed. Without O(tld_reminder_days) nothing is
        removed.
    type: bool
    default: true
    version_added: 0.2.0
  state:
    description:
      - Whether the resource should exist.
    type: str
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete and recreate the resource if O(type) must change. Settings that the service returns are kept.
        The history and the integrations are lost.
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

- name: Add a header and a condition for the response, and change nothing else
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

- name: Pause the resource
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    enabled: false

- name: Check a port instead, which requires a new resource
  declarative.monitoring.pinghome_resource:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    type: tcp
    host: www.example.com
    port: 443
    conditions: []
    recreate: true

- name: Delete the resource
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
    - The resource, with all options whose values are known. In check mode, the resource as it would be. A new resource
      then has an id such as V(predicted:resource:1), or none.
    - With O(state=absent), the resource before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    resource_id:
      description: The id of the resource.
      type: str
    service_id:
      description: The id of the service of the resource.
      type: str
    name:
      description: The name of the resource.
      type: str
    type:
      description: How the resource is checked.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    url:
      description: The URL to check.
      type: str
    host:
      description: The host to check.
      type: str
    port:
      description: The port to check, with or without quotes.
      type: str
    data:
      description: The data to send or the keyword to search for, depending on the type.
      type: str
    grace_period:
      description: The grace period, at least 0.
      type: int
    recovery_period:
      description: The recovery period, at least 0.
      type: int
    maintenance_cron_expression:
      description: When the maintenance starts, as a cron expression.
      type: str
    maintenance_duration:
      description: How long the maintenance lasts, at least 0.
      type: int
    skip_ssl_error:
      description: Whether to ignore an invalid certificate.
      type: bool
    not_follow_redirect:
      description: Whether not to follow redirects.
      type: bool
    method:
      description: The method of the request.
      type: str
    body:
      description: The body of the request.
      type: str
    is_advanced:
      description: Whether the resource has advanced settings.
      type: bool
    headers:
      description: All headers of the request.
      type: dict
    conditions:
      description: All conditions that a response must meet, for the type C(http).
      type: list
      elements: dict
    regions:
      description: All regions from which the resource is checked.
      type: list
      elements: str
    enabled:
      description: Whether the resource is checked.
      type: bool
    ssl_reminder_days:
      description: When to send reminders, in days before the certificate expires.
      type: list
      elements: int
    tld_reminder_days:
      description: When to send reminders, in days before the registration of the domain expires.
      type: list
      elements: int
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
    """Manage a resource."""
    run_object_module(Pinghome, "resource")


if __name__ == "__main__":
    main()
