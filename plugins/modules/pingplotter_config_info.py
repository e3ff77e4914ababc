#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole PingPlotter Cloud account as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_config_info
short_description: Look up a whole PingPlotter Cloud account as a declaration
description:
  - Returns all agents, templates and users of an account in the form that M(declarative.monitoring.pingplotter_config)
    takes. Fed back to that module, it changes nothing.
  - An object is returned without its id, unless its name is not unique, so that the declaration fits another account
    too.
  - Options that are not set are left out, and so are those that the service does not show, such as the names of users.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
"""

EXAMPLES = r"""
---
- name: The account as it is
  declarative.monitoring.pingplotter_config_info:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
  register: account

- name: Keep it in a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: pingplotter.yml
    mode: "0644"

- name: Apply it, which changes nothing
  declarative.monitoring.pingplotter_config:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    agents: "{{ account.config.agents }}"
    users: "{{ account.config.users }}"
"""

RETURN = r"""
---
config:
  description: The account, in a stable order.
  returned: success
  type: dict
  contains:
    agents:
      description:
        - The agents and templates, with the options of M(declarative.monitoring.pingplotter_agent) that are set.
      type: list
      elements: dict
    users:
      description: The users.
      type: list
      elements: dict
failure:
  description: The request that failed, where the service refused one or did not answer.
  returned: on failure
  type: dict
  sample:
    service: PingPlotter Cloud
    method: PUT
    path: /users/u1:FpeVIOlPMulPbX1OyvA
    status: 403
    code: null
    message: "refused: The key lacks the permission UserManagement. (HTTP 403)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up_config
from ansible_collections.declarative.monitoring.plugins.module_utils._pingplotter import PingPlotter


def main() -> None:
    """Look up an account."""
    look_up_config(PingPlotter)


if __name__ == "__main__":
    main()
