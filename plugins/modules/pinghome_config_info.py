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
    server_resources:
      description: The server resources, with the options of M(declarative.monitoring.pinghome_server_resource) that are
        set.
      type: list
      elements: dict
    heartbeats:
      description: The heartbeats, with the options of M(declarative.monitoring.pinghome_heartbeat) that are set.
      type: list
      elements: dict
    integrations:
      description: The integrations, with the options of M(declarative.monitoring.pinghome_integration) that are set.
      type: list
      elements: dict
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
