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
    declared state in one task, with as few requests as possible.
  - Objects that are not declared are not changed, unless O(prune) is set. To protect an object from pruning without
    changing it, declare its name only.
  - The whole declaration is validated before anything is changed. If an object is declared twice or a referenced object
    does not exist, the task fails and reports the locations.
  - If an object fails, the objects that depend on it are skipped and all others are still processed. The task then
    fails. It still returns the changes it has made, and the next run makes the remaining ones.
  - The service may take some seconds to show a change. After a change, the task waits for that, up to six seconds.
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
      - The id of the service of all objects that have neither an id nor a service id of their own.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  resources:
    description:
      - The resources. Each item has the options of M(declarative.monitoring.pinghome_resource).
    type: list
    elements: dict
    suboptions:
      resource_id:
        description:
          - The id of an existing resource. If set, every other option can be changed, including the name and the
            service.
          - If not set, the resource is identified by its O(resources[].name) in the service O(resources[].service_id).
            If several resources have that name, the task fails.
        type: str
      service_id:
        description:
          - The id of the service of the resource. Required if O(resources[].resource_id) is not set.
          - If O(resources[].resource_id) is set, the resource is moved to this service.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable
            never moves a resource.
        type: str
      name:
        description:
          - The name of the resource. Required if O(resources[].resource_id) is not set, and to create a resource.
        type: str
      renamed_from:
        description:
          - Former names of the resource. If no resource in the same service has the name O(resources[].name), but
            exactly one has one of these former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several resources have a former name, the task
            fails and lists their ids.
          - Ignored if O(resources[].resource_id) is set or O(resources[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      type:
        description:
          - How the resource is checked, as the service names it, such as C(http). Required to create a resource.
          - The service does not allow changing this later. See O(resources[].recreate).
        type: str
      url:
        description:
          - The URL to check. Either O(resources[].url) or O(resources[].host) is required to create a resource. They
            are mutually exclusive.
          - The service may reject later changes of O(resources[].url), O(resources[].host) or O(resources[].port). The
            task then fails.
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
          - The recovery period, at least 0. The vendor does not document the unit. The default for new resources is
            V(0).
        type: int
      maintenance_cron_expression:
        description:
          - When the maintenance starts, as a cron expression. Can be C(null).
        type: str
      maintenance_duration:
        description:
          - How long the maintenance lasts, at least 0. The vendor does not document the unit. C(null) is the same as
            C(0).
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
          - The body of the request. Can be C(null). Unlike O(resources[].headers), it is shown in results.
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
          - Only the given keys of each condition are compared. The order of the conditions is ignored. The keys are
            those of the API, such as C(type), C(key), C(operator) and C(values).
        type: list
        elements: dict
      regions:
        description:
          - All regions from which the resource is checked. The order is ignored. Can be C(null) or empty.
        type: list
        elements: str
      purge_regions:
        description:
          - Whether values that are not in O(resources[].regions) are removed. Without O(resources[].regions) nothing is
            removed.
        type: bool
        default: true
        version_added: 0.2.0
      enabled:
        description:
          - Whether the resource is checked. If the service does not return this setting, it cannot be compared. The
            task then issues a warning, and the option is only used to create the resource.
        type: bool
      ssl_reminder_days:
        description:
          - When to send reminders, in days before the certificate expires. C(null) or an empty list removes the
            reminders.
        type: list
        elements: int
      purge_ssl_reminder_days:
        description:
          - Whether values that are not in O(resources[].ssl_reminder_days) are removed. Without
            O(resources[].ssl_reminder_days) nothing is removed.
        type: bool
        default: true
        version_added: 0.2.0
      tld_reminder_days:
        description:
          - When to send reminders, in days before the registration of the domain expires. C(null) or an empty list
            removes the reminders.
        type: list
        elements: int
      purge_tld_reminder_days:
        description:
          - Whether values that are not in O(resources[].tld_reminder_days) are removed. Without
            O(resources[].tld_reminder_days) nothing is removed.
        type: bool
        default: true
        version_added: 0.2.0
      state:
        description:
          - Whether the resource should exist.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete and recreate the resource if O(resources[].type) must change. Settings that the service
            returns are kept. The history and the integrations are lost.
        type: bool
        default: false
  server_resources:
    description:
      - The server resources. Each item has the options of M(declarative.monitoring.pinghome_server_resource).
    type: list
    elements: dict
    suboptions:
      server_resource_id:
        description:
          - The id of an existing server resource. If set, every other option can be changed, including the name and the
            service.
          - If not set, the server resource is identified by its O(server_resources[].name) in the service
            O(server_resources[].service_id). If several server resources have that name, the task fails.
        type: str
      service_id:
        description:
          - The id of the service of the server resource. Required if O(server_resources[].server_resource_id) is not
            set.
          - If O(server_resources[].server_resource_id) is set, the server resource is moved to this service.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable
            never moves a server resource.
        type: str
      name:
        description:
          - The name of the server resource. Required if O(server_resources[].server_resource_id) is not set, and to
            create a server resource.
        type: str
      renamed_from:
        description:
          - Former names of the server resource. If no server resource in the same service has the name
            O(server_resources[].name), but exactly one has one of these former names, that one is renamed. It keeps its
            id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several server resources have a former name,
            the task fails and lists their ids.
          - Ignored if O(server_resources[].server_resource_id) is set or O(server_resources[].state=absent).
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
          - Whether values that are not in O(server_resources[].metric_types_basic) are removed. Without
            O(server_resources[].metric_types_basic) nothing is removed.
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
          - Whether values that are not in O(server_resources[].metric_types_advanced) are removed. Without
            O(server_resources[].metric_types_advanced) nothing is removed.
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
          - Whether values that are not in O(server_resources[].metric_types_complex) are removed. Without
            O(server_resources[].metric_types_complex) nothing is removed.
        type: bool
        default: true
        version_added: 0.2.0
      interval:
        description:
          - How often metrics are collected, at least 1. The vendor does not document the unit. The default for new
            server resources is V(60), as in the vendor's example.
        type: int
      enabled:
        description:
          - Whether the server is monitored. The default for new server resources is V(true).
        type: bool
      state:
        description:
          - Whether the server resource should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  heartbeats:
    description:
      - The heartbeats. Each item has the options of M(declarative.monitoring.pinghome_heartbeat).
    type: list
    elements: dict
    suboptions:
      heartbeat_id:
        description:
          - The id of an existing heartbeat. If set, every other option can be changed, including the name and the
            service.
          - If not set, the heartbeat is identified by its O(heartbeats[].name) in the service
            O(heartbeats[].service_id). If several heartbeats have that name, the task fails.
        type: str
      service_id:
        description:
          - The id of the service of the heartbeat. Required if O(heartbeats[].heartbeat_id) is not set.
          - If O(heartbeats[].heartbeat_id) is set, the heartbeat is moved to this service.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used. The environment variable
            never moves a heartbeat.
        type: str
      name:
        description:
          - The name of the heartbeat. Required if O(heartbeats[].heartbeat_id) is not set, and to create a heartbeat.
        type: str
      renamed_from:
        description:
          - Former names of the heartbeat. If no heartbeat in the same service has the name O(heartbeats[].name), but
            exactly one has one of these former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several heartbeats have a former name, the task
            fails and lists their ids.
          - Ignored if O(heartbeats[].heartbeat_id) is set or O(heartbeats[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      interval:
        description:
          - The interval at which events must arrive, at least 1. The vendor does not document the unit. Required to
            create a heartbeat.
        type: int
      methods:
        description:
          - All request methods that are accepted, such as C(GET). The order is ignored. For a new heartbeat, they are
            set with a second request.
        type: list
        elements: str
      purge_methods:
        description:
          - Whether values that are not in O(heartbeats[].methods) are removed. Without O(heartbeats[].methods) nothing
            is removed.
        type: bool
        default: true
        version_added: 0.2.0
      enabled:
        description:
          - Whether the heartbeat is monitored. The default for new heartbeats is V(true).
        type: bool
      state:
        description:
          - Whether the heartbeat should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  integrations:
    description:
      - The integrations. Each item has the options of M(declarative.monitoring.pinghome_integration).
    type: list
    elements: dict
    suboptions:
      resource:
        description:
          - The name of the resource in the service O(integrations[].service_id), or its id. Required.
        type: str
      service_id:
        description:
          - The id of the service of the resource. Not needed if O(integrations[].resource) is an id.
          - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
        type: str
      integration:
        description:
          - The id of the integration at the external platform. Required. Together with O(integrations[].resource), it
            identifies the integration.
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
          - Whether values that are not in O(integrations[].items) are removed. Without O(integrations[].items) nothing
            is removed.
        type: bool
        default: true
        version_added: 0.2.0
      state:
        description:
          - Whether the integration should exist.
        type: str
        choices:
          - present
          - absent
        default: present
# END options of the objects
  prune:
    description:
      - The kinds of objects to prune. Objects of these kinds that are not declared are deleted. Only objects in the
        service O(service_id) are pruned. If it is not set, objects in the services of the declared objects are pruned.
      - The list of each kind must be declared. If the list is empty, all objects of the kind are deleted.
      - An object that has a former name of a declared object, see C(renamed_from), is not deleted in that run.
    type: list
    elements: str
    # BEGIN choices of prune: written by tests/tools/sync_docs.py
    choices:
      - resources
      - server_resources
      - heartbeats
      - integrations
    # END choices of prune
    default: []
seealso:
  # BEGIN seealso: written by tests/tools/sync_docs.py
  - module: declarative.monitoring.pinghome_resource
  - module: declarative.monitoring.pinghome_server_resource
  - module: declarative.monitoring.pinghome_heartbeat
  - module: declarative.monitoring.pinghome_integration
  - module: declarative.monitoring.pinghome_config_info
  # END seealso
"""

EXAMPLES = r"""
---
- name: Bring a service to the declared state
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

- name: Declare the heartbeats, and delete all others
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
plan_id:
  description:
    - The id of the plan. Two plans have the same id if they make the same changes to the same account in the same
      order, with the same current and new values. Check mode and a run return the same id.
    - It is a digest of O(api_url), the connection options that are not secret, and the changes. The values of secret
      options are not part of it. See O(expect_plan).
  returned: always
  type: str
  sample: fnebmdmhlemfkimdmjflnelboekfpangpalhnbpfkgnjobmcldkejfighhgifjea
changes:
  description: The changes, in the order of the plan. In check mode, the changes that would be made.
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
      description: The id of the object. V(null) if it does not exist yet.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(recreate).
      type: str
    fields:
      description: The options that changed.
      type: list
      elements: str
    before:
      description:
        - The values of these options before the change, if the service shows them. For a deleted object, all options
          that are set and that the service shows. For a dictionary, only the keys that change.
        - Secrets are shown as C(********).
      type: dict
    after:
      description:
        - The values of these options after the change. Empty for a deleted object.
        - Secrets are shown as C(********), or as C(******** (changed\)) if the object existed before.
      type: dict
    renamed_from:
      description: The former name of an object that is renamed. V(null) for other objects.
      type: str
undeclared:
  description:
    - The objects of the declared kinds that exist and are not declared, including those that O(prune) deletes.
    - No additional requests are sent for this list. A kind that is declared as an empty list and not pruned is not
      read, so its objects are not listed. Kinds whose objects cannot be created, such as the settings of an account,
      are omitted.
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
    id:
      description: The id of the object.
      type: str
summary:
  description: The number of objects per outcome, and the number of undeclared objects.
  returned: always
  type: dict
  sample: {create: 2, update: 1, delete: 0, recreate: 0, unchanged: 247, failed: 0, skipped: 0, undeclared: 0}
undo:
  description:
    - The options with which this module undoes the run. These are the former values of changed objects, V(absent) for
      created objects, and all options of deleted objects. It contains only changes that were made. In check mode, it
      contains the changes that would be made.
    - It contains no secrets. RV(undo_notes) says what cannot be restored.
  returned: always
  type: dict
undo_notes:
  description: A sentence for each object that cannot be restored completely, for example because of a secret or its
    history.
  returned: always
  type: list
  elements: str
failures:
  description: The objects that failed, and the objects that were skipped because they depend on a failed object.
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
    location:
      description: The place of the object in the options, such as C(resources[3]). V(null) if it is not declared.
      type: str
    action:
      description: The planned action.
      type: str
    msg:
      description: The error message.
      type: str
    failure:
      description: The failed request, if a request caused the failure.
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
problems:
  description: The reasons why the options were refused.
  returned: if the options are invalid
  type: list
  elements: dict
  contains:
    location:
      description: The place of the object in the options, such as C(resources[3]). V(null) if there is none.
      type: str
    other_locations:
      description: The places of other objects that the message names, such as the first declaration of an object.
      type: list
      elements: str
    msg:
      description: The error message.
      type: str
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_config_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome


def main() -> None:
    """Manage a service."""
    run_config_module(Pinghome)


if __name__ == "__main__":
    main()
