#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a whole PingPlotter Cloud account."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_config
short_description: Manage a whole PingPlotter Cloud account
description:
  - Brings the agents and users of an account to the declared state in one task, with as few requests as that takes.
  - What is not declared is left alone, unless O(prune) says otherwise. An object that is declared by its name alone
    is kept as it is.
  - All of the declaration is checked before anything is written. An object that is declared twice is an error that
    names both places.
  - An object that fails does not stop the others. The task then fails, and returns what it has done all the same; the
    next run does the rest.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.config
  - declarative.monitoring.attributes.manages
options:
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  agents:
    description:
      - The agents, each with the options of M(declarative.monitoring.pingplotter_agent).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing agent.
          - Without it, the agent is found by its O(agents[].name). It is an error if several agents bear that name.
        type: str
      name:
        description:
          - The name of the agent. Required if O(agents[].unique_id) is not set, and to create an agent.
          - The service does not allow it to be changed afterwards, see O(agents[].recreate).
        type: str
      is_template:
        description:
          - Whether it is a template. A new one is none by default.
          - The service does not allow it to be changed afterwards, see O(agents[].recreate).
        type: bool
      is_sidekick:
        description:
          - Whether a new agent is a Sidekick agent. It is none by default.
          - The service does not show it, so that for an agent that exists it is neither compared nor changed.
        type: bool
      sessions:
        description:
          - Whether the sessions of the agent, which are its traces, run or are paused. Closed ones do not count.
            If some run and others are paused, that is changed either way.
          - An agent without sessions has nothing to run or to pause. It is left as it is, with a warning.
          - Where the API does not list sessions, the agent is taken to run if it has open sessions, and to be paused
            if it has none open.
        type: str
        choices:
          - running
          - paused
      should_uninstall:
        description:
          - Whether the agent is also uninstalled from its machine when it is deleted.
        type: bool
        default: false
      state:
        description:
          - Whether the agent exists.
          - After deleting an agent it is read again, to be sure that it is gone.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete the agent and create it anew when O(agents[].name) or O(agents[].is_template) has to
            change.
          - The new one has another id and another download URL, and none of the history and the sessions of the old
            one, which is uninstalled if O(agents[].should_uninstall=true).
        type: bool
        default: false
  users:
    description:
      - The users, each with the options of M(declarative.monitoring.pingplotter_user).
    type: list
    elements: dict
    suboptions:
      user_id:
        description:
          - The id of an existing user.
          - Without it, the user is found by the O(users[].email_address). It is an error if several users have that
            address.
        type: str
      email_address:
        description:
          - The address of the user, in upper or lower case. Required if O(users[].user_id) is not set, and to create
            a user.
          - The service does not allow it to be changed afterwards.
        type: str
      name:
        description:
          - The name of a new user.
          - The service does not allow it to be changed afterwards, and may not show it, so that for a user that exists
            it is neither compared nor changed.
        type: str
      roles:
        description:
          - What the user may change. A user without roles may only read, which is also what V(null) means.
          - The vendor names C(TargetManagement), C(AgentManagement), C(SessionManagement), C(SidekickManagement)
            and C(SummaryManagement) for what is monitored.
          - It also names C(AlertsManagement), C(UserManagement), C(SettingsManagement) and C(LiveShareManagement).
        type: list
        elements: str
      purge_roles:
        description:
          - Whether roles that are not in O(users[].roles) are taken from the user. Without O(users[].roles) nothing
            is taken.
        type: bool
        default: true
      state:
        description:
          - Whether the user exists.
        type: str
        choices:
          - present
          - absent
        default: present
# END options of the objects
  prune:
    description:
      - The kinds of which every object that is not declared is deleted.
      - Agents include templates; pruned agents are not uninstalled from their machines. A user who may own the account
        is left out, with a warning, see M(declarative.monitoring.pingplotter_user).
      - A kind that is not declared at all is refused here; one whose list is empty is emptied.
    type: list
    elements: str
    choices: [agents, users]
    default: []
seealso:
  - module: declarative.monitoring.pingplotter_agent
  - module: declarative.monitoring.pingplotter_user
  - module: declarative.monitoring.pingplotter_config_info
"""

EXAMPLES = r"""
---
- name: An account as a list, changed only where it differs
  declarative.monitoring.pingplotter_config:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    agents:
      - name: laptop-17
      - name: standard
        is_template: true
    users:
      - email_address: anna@example.com
        name: Anna
        roles:
          - TargetManagement

- name: The same, and no other agents may exist
  declarative.monitoring.pingplotter_config:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    agents: "{{ pingplotter_agents }}"
    users: "{{ pingplotter_users }}"
    prune:
      - agents
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
      sample: agent
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
    service: PingPlotter Cloud
    method: PUT
    path: /users/u1:FpeVIOlPMulPbX1OyvA
    status: 403
    code: null
    message: "refused: The key lacks the permission UserManagement. (HTTP 403)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import configure
from ansible_collections.declarative.monitoring.plugins.module_utils._pingplotter import PingPlotter


def main() -> None:
    """Manage an account."""
    configure(PingPlotter)


if __name__ == "__main__":
    main()
