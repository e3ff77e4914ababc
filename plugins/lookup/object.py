# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up one object of a service, or a field of it."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: object
short_description: Look up one object of a service, or a field of it
description:
  - Returns the object of a service that has a given name or id, or one field of it.
  - The values are those of the C(_info) module of the kind. Secrets are never returned.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.any_service
options:
  _terms:
    description:
      - The names or ids of the objects. An object with such an id has precedence over objects with such a name.
      - The name of a machine group at SimpleHelp is its path, such as V(Sweden/Lund).
      - Leave this out for the kinds V(profile) and V(server), of which there is one object.
    type: list
    elements: str
  service:
    description: The service.
    type: str
    required: true
    choices: [alertra, pinghome, pingplotter, portmonitor, simplehelp]
  kind:
    description:
      - The kind of the object. It is the name of the module without the service, such as V(device) for
        M(declarative.monitoring.alertra_device).
      - "At Alertra: V(device), V(tag). At Pinghome: V(resource), V(server_resource), V(heartbeat), V(integration). At
        PingPlotter Cloud: V(agent), V(user). At Port Monitor: V(group), V(target), V(profile). At SimpleHelp:
        V(technician), V(group), V(machine), V(machine_group), V(server)."
    type: str
    required: true
  field:
    description:
      - The field to return, such as V(device_id). If not set, the whole object is returned as a dictionary.
      - If the service does not show the field, the result is V(null).
    type: str
  within:
    description:
      - "The name or id of the object that contains it: the group of a target at Port Monitor, or the resource of an
        integration at Pinghome."
    type: str
notes:
  - The lookup runs on the controller. Each lookup lists the objects of the kind. To use several objects, name all of
    them in one lookup, or use the C(_info) module.
  - Credentials are options of the lookup, or come from the environment variables of the modules.
    C(module_defaults) has no effect.
  - In check mode, the lookup returns the current state, without what earlier tasks of the run would have changed.
  - Ansible evaluates a template each time it is used. To look up an object only once, store it with C(set_fact).
seealso:
  - module: declarative.monitoring.alertra_device_info
  - module: declarative.monitoring.pinghome_resource_info
  - module: declarative.monitoring.pingplotter_agent_info
  - module: declarative.monitoring.portmonitor_target_info
  - module: declarative.monitoring.simplehelp_machine_info
"""

EXAMPLES = r"""
---
- name: Show the status of a device, with ALERTRA_API_KEY from the environment
  ansible.builtin.debug:
    msg: "{{ lookup('declarative.monitoring.object', 'WWW', service='alertra', kind='device', field='status') }}"

- name: Get two devices
  ansible.builtin.set_fact:
    devices: "{{ query('declarative.monitoring.object', 'WWW', 'MAIL', service='alertra', kind='device') }}"

- name: Show the id of a target in a group
  ansible.builtin.debug:
    msg: "{{ lookup('declarative.monitoring.object', 'FTP', within='Outdated', field='target_id', **portmonitor) }}"
  vars:
    portmonitor:
      service: portmonitor
      kind: target
      app_key: "{{ portmonitor_app_key }}"
      auth_token: "{{ portmonitor_auth_token }}"
"""

RETURN = r"""
---
_raw:
  description: For each name the object, as a dictionary of its fields; with O(field), the value of this field.
  type: list
  elements: raw
  sample:
    - device_id: 4bf5
      short_name: WWW
      method: HTTP
      url: https://www.example.com
"""

from collections.abc import Sequence
from typing import Any

from ansible.plugins.lookup import LookupBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._objects import look_up


class LookupModule(LookupBase):  # type: ignore[misc]
    """Looks up objects."""

    def run(self, terms: Sequence[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """An object for each name, or a field of each."""
        return look_up(kwargs, [str(term) for term in terms])
