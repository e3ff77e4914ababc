#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a whole Pinghome service."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_config
short_description: Manage a whole Pinghome service
description:
  - Brings the resources, server resources, heartbeats and integrations of one or more services at Pinghome to the
    declared state in one task, with as few requests as that takes.
  - What is not declared is left alone, unless O(prune) says otherwise. An object that is declared by its name alone is
    kept as it is.
  - All of the declaration is checked before anything is written. An object that is declared twice, or a reference to
    nothing, is an error that names the places.
  - An object that fails does not stop the others, but those that need it. The task then fails, and returns what it has
    done all the same; the next run does the rest.
  - The service may need seconds until it shows what was written. A task that has written something waits for that, for
    six seconds at the most.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.config
  - declarative.monitoring.attributes.manages
options:
  service_id:
    description:
      - The id of the service that each object is in that has neither an id nor a service of its own.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  resources:
    description:
      - The resources, each with the options of M(declarative.monitoring.pinghome_resource).
    type: list
    elements: dict
    suboptions:
      resource_id:
        description:
          - The id of an existing resource. With it, every other option may change, the name and the service included.
          - Without it, the resource is found by its O(resources[].name) in the service O(resources[].service_id).
            It is an error if several bear that name.
        type: str
      service_id:
        description:
          - The id of the service that the resource is in. Required if O(resources[].resource_id) is not set.
          - With O(resources[].resource_id), it moves the resource there.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
        type: str
      name:
        description:
          - The name of the resource. Required if O(resources[].resource_id) is not set, and to create a resource.
        type: str
      type:
        description:
          - How the resource is checked, in the words of the service, such as C(http). Required to create a resource.
          - The service does not allow it to be changed afterwards, see O(resources[].recreate).
        type: str
      url:
        description:
          - The URL to check. One of O(resources[].url) and O(resources[].host) is required to create a resource,
            and it never has both.
          - The service may refuse to change it afterwards, or the O(resources[].host) or O(resources[].port). That
            is an error.
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
          - The body of the request. Can be C(null). It shows in results, unlike the O(resources[].headers).
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
          - Each is compared by the keys that it is given, in any order. The keys are the vendor's, such as C(type),
            C(key), C(operator) and C(values).
        type: list
        elements: dict
      regions:
        description:
          - The regions from which the resource is checked, all of them, in any order. Can be C(null) or empty.
        type: list
        elements: str
      purge_regions:
        description:
          - If O(resources[].regions) is set, whether everything else is removed.
        type: bool
        default: true
      enabled:
        description:
          - Whether the resource is checked. If the service does not show that, it cannot be compared, which a warning
            says, and it is sent only when the resource is created.
        type: bool
      ssl_reminder_days:
        description:
          - How many days before its certificate expires a reminder is sent, for each reminder. C(null) or an empty
            list removes the reminders.
        type: list
        elements: int
      purge_ssl_reminder_days:
        description:
          - If O(resources[].ssl_reminder_days) is set, whether everything else is removed.
        type: bool
        default: true
      tld_reminder_days:
        description:
          - The same for the registration of the domain.
        type: list
        elements: int
      purge_tld_reminder_days:
        description:
          - If O(resources[].tld_reminder_days) is set, whether everything else is removed.
        type: bool
        default: true
      state:
        description:
          - Whether the resource exists.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete the resource and create it anew when O(resources[].type) has to change. What the service
            shows of its settings is kept; its history and its integrations are lost.
        type: bool
        default: false
  server_resources:
    description:
      - The server resources, each with the options of M(declarative.monitoring.pinghome_server_resource).
    type: list
    elements: dict
    suboptions:
      server_resource_id:
        description:
          - The id of an existing server resource. With it, every other option may change, the name and the service
            included.
          - Without it, the server resource is found by its O(server_resources[].name) in its service. It is an error
            if several bear that name.
        type: str
      service_id:
        description:
          - The id of the service that the server resource is in. Required if O(server_resources[].server_resource_id)
            is not set.
          - With O(server_resources[].server_resource_id), it moves the server resource there.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
        type: str
      name:
        description:
          - The name of the server resource. Required if O(server_resources[].server_resource_id) is not set, and
            to create a server resource.
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
          - If O(server_resources[].metric_types_basic) is set, whether everything else is removed.
        type: bool
        default: true
      metric_types_advanced:
        description:
          - The types of the advanced metrics, all of them, such as C(disk-io-unified). Can be C(null) or empty.
        type: list
        elements: str
      purge_metric_types_advanced:
        description:
          - If O(server_resources[].metric_types_advanced) is set, whether everything else is removed.
        type: bool
        default: true
      metric_types_complex:
        description:
          - The types of the complex metrics, all of them, such as C(processes-unified). Can be C(null) or empty.
        type: list
        elements: str
      purge_metric_types_complex:
        description:
          - If O(server_resources[].metric_types_complex) is set, whether everything else is removed.
        type: bool
        default: true
      interval:
        description:
          - How often metrics are taken, from 1. The vendor names no unit. A new server resource has 60, as in the
            vendor's sample.
        type: int
      enabled:
        description:
          - Whether the server is monitored. A new server resource is.
        type: bool
      state:
        description:
          - Whether the server resource exists.
        type: str
        choices:
          - present
          - absent
        default: present
  heartbeats:
    description:
      - The heartbeats, each with the options of M(declarative.monitoring.pinghome_heartbeat).
    type: list
    elements: dict
    suboptions:
      heartbeat_id:
        description:
          - The id of an existing heartbeat. With it, every other option may change, the name and the service included.
          - Without it, the heartbeat is found by its O(heartbeats[].name) in the service O(heartbeats[].service_id).
            It is an error if several bear that name.
        type: str
      service_id:
        description:
          - The id of the service that the heartbeat is in. Required if O(heartbeats[].heartbeat_id) is not set.
          - With O(heartbeats[].heartbeat_id), it moves the heartbeat there.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used; that moves nothing.
        type: str
      name:
        description:
          - The name of the heartbeat. Required if O(heartbeats[].heartbeat_id) is not set, and to create a heartbeat.
        type: str
      interval:
        description:
          - How often something has to come, from 1. The vendor names no unit. Required to create a heartbeat.
        type: int
      methods:
        description:
          - The methods of the requests that are taken, all of them, in any order, such as C(GET). They are not part
            of the creation, but written right after it.
        type: list
        elements: str
      purge_methods:
        description:
          - If O(heartbeats[].methods) is set, whether everything else is removed.
        type: bool
        default: true
      enabled:
        description:
          - Whether the heartbeat is monitored. A new one is.
        type: bool
      state:
        description:
          - Whether the heartbeat exists.
        type: str
        choices:
          - present
          - absent
        default: present
  integrations:
    description:
      - The integrations, each with the options of M(declarative.monitoring.pinghome_integration).
    type: list
    elements: dict
    suboptions:
      resource:
        description:
          - The name of the resource in the service O(integrations[].service_id), or its id. Required.
        type: str
      service_id:
        description:
          - The id of the service that the resource is in. Not needed if O(integrations[].resource) is an id.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
        type: str
      integration:
        description:
          - The id of the integration, as the external platform has it. Required. With O(integrations[].resource)
            it tells the integration from others.
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
          - If O(integrations[].items) is set, whether everything else is removed.
        type: bool
        default: true
      state:
        description:
          - Whether the integration exists.
        type: str
        choices:
          - present
          - absent
        default: present
# END options of the objects
  prune:
    description:
      - The kinds of which every object that is not declared is deleted. Only the service O(service_id) is pruned, or if
        that is not set, those of the objects that are declared.
      - A kind that is not declared at all is refused here; one whose list is empty is emptied.
    type: list
    elements: str
    choices: [resources, server_resources, heartbeats, integrations]
    default: []
seealso:
  - module: declarative.monitoring.pinghome_resource
  - module: declarative.monitoring.pinghome_server_resource
  - module: declarative.monitoring.pinghome_heartbeat
  - module: declarative.monitoring.pinghome_integration
  - module: declarative.monitoring.pinghome_config_info
"""

EXAMPLES = r"""
---
- name: A service as a list, changed only where it differs
  declarative.monitoring.pinghome_config:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    resources:
      - name: www
        type: http
        url: https://www.example.com/
        regions: [eu-central-1]
        ssl_reminder_days: [7, 30]
      - name: mail
        type: smtp
        host: mail.example.com
        port: 25
        regions: [eu-central-1]
    heartbeats:
      - name: backup
        interval: 60
    server_resources:
      - name: db1
        timezone: Europe/Berlin
    integrations:
      - resource: www
        integration: r276xxt51c23
        type: statuspageIo
        name: Web site down
        status: investigating

- name: Only these heartbeats may exist
  declarative.monitoring.pinghome_config:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    heartbeats:
      - name: backup
    prune:
      - heartbeats
    prune_limit: 3
"""

RETURN = r"""
---
changes:
  description: What was changed, or in check mode would be, in the order of the plan.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
      sample: resource
    name:
      description: The name of the object.
      type: str
    id:
      description: The id of the object; V(null) for one that does not exist yet.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(recreate).
      type: str
    fields:
      description: The options that changed.
      type: list
      elements: str
summary:
  description: How many of the objects met which end.
  returned: always
  type: dict
  sample: {create: 2, update: 1, delete: 0, recreate: 0, unchanged: 247, failed: 0, skipped: 0}
failures:
  description: What failed, or was skipped because it needs something that failed.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
    name:
      description: The name of the object.
      type: str
    action:
      description: What was to be done.
      type: str
    msg:
      description: What went wrong.
      type: str
    failure:
      description: The request that failed, if one did.
      type: dict
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import configure
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import Pinghome


def main() -> None:
    """Manage a service."""
    configure(Pinghome)


if __name__ == "__main__":
    main()
