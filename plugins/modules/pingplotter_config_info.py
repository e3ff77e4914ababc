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
  - Returns all agents, templates and users of an account in the format of M(declarative.monitoring.pingplotter_config).
    If the result is passed to that module, nothing changes.
  - Objects are returned without ids, so that the declaration can be used for another account. Only an object whose name
    is not unique is returned with its id.
  - Options that are not set are omitted. So are options that the service does not return, such as the names of users.
  - Since 0.9.0, options that have the default value of a new object are omitted, such as C(sessions) with the value
    V(running). So applying the result later does not resume sessions that were paused in the meantime.
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
- name: Export the account
  declarative.monitoring.pingplotter_config_info:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: pingplotter.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.pingplotter_config:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    agents: "{{ account.config.agents }}"
    users: "{{ account.config.users }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the account, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    agents:
      description: The agents and templates, with the options of M(declarative.monitoring.pingplotter_agent) that are
        set.
      type: list
      elements: dict
      contains:
        unique_id:
          description: The id of the agent. Only returned if no name identifies it.
          type: str
        name:
          description: The name of the agent.
          type: str
        is_template:
          description: Whether the agent is a template.
          type: bool
        is_sidekick:
          description: Whether a new agent is a Sidekick agent.
          type: bool
        sessions:
          description: Whether the sessions (traces) of the agent should be running or paused.
          type: str
    users:
      description: The users, with the options of M(declarative.monitoring.pingplotter_user) that are set.
      type: list
      elements: dict
      contains:
        user_id:
          description: The id of the user. Only returned if no name identifies it.
          type: str
        email_address:
          description: The e-mail address of the user.
          type: str
        name:
          description: The name of a new user.
          type: str
        roles:
          description: The roles of the user, which allow changes.
          type: list
          elements: str
    # END kinds
failure:
  description: The failed request, if the service rejected a request or did not respond.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter


def main() -> None:
    """Look up an account."""
    run_export_module(PingPlotter)


if __name__ == "__main__":
    main()
