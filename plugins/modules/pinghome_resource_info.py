#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up resources at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_resource_info
short_description: Look up resources at Pinghome
description:
  - Returns the resources of a service that match all given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  resource_id:
    description:
      - Return only the resource with this id, regardless of its service.
    type: str
  name:
    description:
      - Return only resources with this name.
    type: str
  include:
    description:
      - Additional data to return for each resource. This takes additional requests per resource.
      - V(regions) returns the regions from a request of their own.
      - V(ssl) returns data about the certificate.
      - V(tld) returns data about the registration of the domain.
      - V(reminders) returns RV(resources[].ssl_reminder_days) and RV(resources[].tld_reminder_days).
      - V(integrations) returns the integrations.
      - V(statistics) returns the records of uptime and performance from O(since) to O(until).
      - V(state_changes) returns the changes of state from O(since) to O(until).
      - V(health) returns whether the resource is up, see RV(resources[].health). This takes a request per resource.
    type: list
    elements: str
    choices: [regions, ssl, tld, reminders, integrations, statistics, state_changes, health]
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
    description: The interval of the statistics, as the service names it, such as C(minute).
    type: str
seealso:
  - module: declarative.monitoring.pinghome_resource
"""

EXAMPLES = r"""
---
- name: List all resources of a service
  declarative.monitoring.pinghome_resource_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
  register: all_resources

- name: Get the certificate and the changes of state of one resource
  declarative.monitoring.pinghome_resource_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    include:
      - ssl
      - state_changes
    since: "2025-01-01T00:00:00Z"
  register: www
"""

RETURN = r"""
---
resources:
  description:
    - The matching resources, in the order in which the service lists them, with the options of
      M(declarative.monitoring.pinghome_resource).
  returned: success
  type: list
  elements: dict
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
    ssl_reminder_days:
      description: When reminders are sent, in days before the certificate expires. V(null) if there are no reminders.
      type: list
      elements: int
      returned: if reminders are included
    tld_reminder_days:
      description: When reminders are sent, in days before the registration of the domain expires. V(null) if there are
        no reminders.
      type: list
      elements: int
      returned: if reminders are included
    ssl:
      description: Data about the certificate. V(null) if nothing is known.
      type: dict
      returned: if included
      sample:
        issuer: Example CA
        issued_at: '2025-06-01T12:00:00Z'
        expires_at: '2025-08-30T12:00:00Z'
        days_left: 90
    tld:
      description: Data about the registration of the domain. V(null) if nothing is known.
      type: dict
      returned: if included
      sample:
        domain: www.example.com
        registrar: Example Registrar
        expires_at: '2025-08-30T12:00:00Z'
        days_left: 90
    integrations:
      description: The integrations, each with the options of M(declarative.monitoring.pinghome_integration).
      type: list
      elements: dict
      returned: if included
      sample:
        - integration: first
          type: statuspageIo
          name: Down
          status: investigating
          message_text: null
          items: []
    statistics:
      description: The records of uptime and performance, as returned by the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - created_at: '2025-06-01T12:00:00Z'
          response_time: 120.5
          uptime: 100
    state_changes:
      description: The changes of state, as returned by the service.
      type: list
      elements: dict
      returned: if included
      sample:
        - created_at: '2025-06-01T12:00:00Z'
          state: up
    health:
      description:
        - Whether the resource is up, V(up), V(down), V(maintenance), V(disabled) or V(unknown). The words are those of
          M(declarative.monitoring.alertra_device_info) and M(declarative.monitoring.pingplotter_agent_info).
        - It is the last change of state since O(since). It is V(unknown) if there is none, or if the service uses other
          words. The vendor does not document a change of state to maintenance. If the service shows one, it is
          V(maintenance).
      type: str
      returned: if included
      sample: up
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
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import RESOURCE_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Look up resources."""
    names = ("regions", "ssl", "tld", "reminders", "integrations", "statistics", "state_changes", "health")
    run_list_module(Pinghome, "resource", RESOURCE_FILTERS, dict.fromkeys(names, ""))


if __name__ == "__main__":
    main()
