#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole Pinghome service as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_config_info
short_description: Look up a whole Pinghome service as a declaration
description:
  - Returns all resources, server resources, heartbeats and integrations of a service in the format of
    M(declarative.monitoring.pinghome_config). If the result is passed to that module, nothing changes.
  - Objects are returned without ids. Only an object whose name is not unique is returned with its id. Options that are
    not set are omitted.
  - The headers of resources are secrets and are omitted.
  - Since 0.9.0, options that have the default value of a new object are omitted, such as C(enabled) with the value
    V(true). So applying the result later does not enable objects that were disabled in the meantime.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
seealso:
  - module: declarative.monitoring.pinghome_config
"""

EXAMPLES = r"""
---
- name: Export the service
  declarative.monitoring.pinghome_config_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: pinghome.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.pinghome_config:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    resources: "{{ account.config.resources }}"
    server_resources: "{{ account.config.server_resources }}"
    heartbeats: "{{ account.config.heartbeats }}"
    integrations: "{{ account.config.integrations }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the service, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    resources:
      description: The resources, with the options of M(declarative.monitoring.pinghome_resource) that are set.
      type: list
      elements: dict
      contains:
        resource_id:
          description: The id of the resource. Only returned if no name identifies it.
          type: str
        service_id:
          description: The id of the service of the resource.
          type: str
        name:
          description: The name of the resource.
          type: str
        type:
          description: How the resource is checked, as the service names it, such as C(http).
          type: str
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
    server_resources:
      description: The server resources, with the options of M(declarative.monitoring.pinghome_server_resource) that are
        set.
      type: list
      elements: dict
      contains:
        server_resource_id:
          description: The id of the server resource. Only returned if no name identifies it.
          type: str
        service_id:
          description: The id of the service of the server resource.
          type: str
        name:
          description: The name of the server resource.
          type: str
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
    heartbeats:
      description: The heartbeats, with the options of M(declarative.monitoring.pinghome_heartbeat) that are set.
      type: list
      elements: dict
      contains:
        heartbeat_id:
          description: The id of the heartbeat. Only returned if no name identifies it.
          type: str
        service_id:
          description: The id of the service of the heartbeat.
          type: str
        name:
          description: The name of the heartbeat.
          type: str
        interval:
          description: The interval at which events must arrive, at least 1.
          type: int
        methods:
          description: All request methods that are accepted, such as C(GET).
          type: list
          elements: str
        enabled:
          description: Whether the heartbeat is monitored.
          type: bool
    integrations:
      description: The integrations, with the options of M(declarative.monitoring.pinghome_integration) that are set.
        They include C(items).
      type: list
      elements: dict
      contains:
        resource:
          description: The name of the resource in the service
            O(declarative.monitoring.pinghome_integration#module:service_id), or its id.
          type: str
        service_id:
          description: The id of the service of the resource.
          type: str
        integration:
          description: The id of the integration at the external platform.
          type: str
        type:
          description: The type of the integration, such as C(statuspageIo).
          type: str
        name:
          description: The name of the incident that is reported.
          type: str
        status:
          description: The status of the incident that is reported.
          type: str
        message_text:
          description: The message of the incident.
          type: str
    # END kinds
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Look up a service."""
    run_export_module(Pinghome)


if __name__ == "__main__":
    main()
