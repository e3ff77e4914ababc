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
  - Brings the agents and users of an account to the declared state in one task, with as few requests as possible.
  - Objects that are not declared are not changed, unless O(prune) is set. To protect an object from pruning without
    changing it, declare its name only.
  - The whole declaration is validated before anything is changed. If an object is declared twice, the task fails and
    reports both locations.
  - If an object fails, all others are still processed. The task then fails. It still returns the changes it has made,
    and the next run makes the remaining ones.
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
      - The agents and templates. Each item has the options of M(declarative.monitoring.pingplotter_agent).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing agent.
          - If not set, the agent is identified by its O(agents[].name). If several agents have that name, the task
            fails.
        type: str
      name:
        description:
          - The name of the agent. Required if O(agents[].unique_id) is not set, and to create an agent.
          - The service does not allow changing this later. See O(agents[].recreate).
        type: str
      is_template:
        description:
          - Whether the agent is a template. The default for new agents is V(false).
          - The service does not allow changing this later. See O(agents[].recreate).
        type: bool
      is_sidekick:
        description:
          - Whether a new agent is a Sidekick agent. The default is V(false).
          - The service does not return this setting. For an existing agent, it is neither compared nor changed.
        type: bool
      sessions:
        description:
          - Whether the sessions (traces) of the agent should be running or paused. Closed sessions are ignored. If some
            sessions are running and others are paused, either value makes a change.
          - An agent without sessions is not changed, and the task issues a warning.
          - If the API does not list sessions, or returns an unknown status, their state is not known. The request is
            then sent in each run and counts as a change, and the task issues a warning.
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
          - Whether the agent should exist.
          - After a deletion, the agent is read again to verify that it no longer exists.
        type: str
        choices:
          - present
          - absent
        default: present
      recreate:
        description:
          - Whether to delete and recreate the agent if O(agents[].name) or O(agents[].is_template) must change.
          - The new agent has another id and another download URL. The history and the sessions of the old agent are
            lost. The old agent is uninstalled if O(agents[].should_uninstall=true).
        type: bool
        default: false
  users:
    description:
      - The users. Each item has the options of M(declarative.monitoring.pingplotter_user).
    type: list
    elements: dict
    suboptions:
      user_id:
        description:
          - The id of an existing user.
          - If not set, the user is identified by the O(users[].email_address). If several users have that address, the
            task fails.
        type: str
      email_address:
        description:
          - The e-mail address of the user. Case is ignored. Required if O(users[].user_id) is not set, and to create a
            user.
          - The service does not allow changing this later.
        type: str
      name:
        description:
          - The name of a new user.
          - The service does not allow changing this later and may not return it. For an existing user, it is neither
            compared nor changed.
        type: str
      roles:
        description:
          - The roles of the user, which allow changes. A user without roles has read-only access. V(null) means no
            roles.
          - The vendor documents C(TargetManagement), C(AgentManagement), C(SessionManagement), C(SidekickManagement)
            and C(SummaryManagement) for monitoring.
          - It also documents C(AlertsManagement), C(UserManagement), C(SettingsManagement) and C(LiveShareManagement).
        type: list
        elements: str
      purge_roles:
        description:
          - Whether roles that are not in O(users[].roles) are removed from the user. Without O(users[].roles) nothing
            is removed.
        type: bool
        default: true
      state:
        description:
          - Whether the user should exist.
        type: str
        choices:
          - present
          - absent
        default: present
# END options of the objects
  prune:
    description:
      - The kinds of objects to prune. Objects of these kinds that are not declared are deleted.
      - V(agents) includes templates. Pruned agents are not uninstalled from their machines. A user who may be the owner
        of the account is not deleted, and the task issues a warning; see M(declarative.monitoring.pingplotter_user).
      - The list of each kind must be declared. If the list is empty, all objects of the kind are deleted.
    type: list
    elements: str
    # BEGIN choices of prune: written by tests/tools/sync_docs.py
    choices:
      - agents
      - users
    # END choices of prune
    default: []
seealso:
  # BEGIN seealso: written by tests/tools/sync_docs.py
  - module: declarative.monitoring.pingplotter_agent
  - module: declarative.monitoring.pingplotter_user
  - module: declarative.monitoring.pingplotter_config_info
  # END seealso
"""

EXAMPLES = r"""
---
- name: Bring an account to the declared state
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

- name: Bring an account to the declared state, and delete all other agents
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
      sample: agent
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
      description: The place of the object in the options, such as C(agents[3]). V(null) if it is not declared.
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
        service: PingPlotter Cloud
        method: PUT
        path: /users/u1:FpeVIOlPMulPbX1OyvA
        status: 403
        code: null
        message: "refused: The key lacks the permission UserManagement. (HTTP 403)"
        attempts: 1
        waited_s: 0.0
problems:
  description: The reasons why the options were refused.
  returned: if the options are invalid
  type: list
  elements: dict
  contains:
    location:
      description: The place of the object in the options, such as C(agents[3]). V(null) if there is none.
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
    service: PingPlotter Cloud
    method: PUT
    path: /users/u1:FpeVIOlPMulPbX1OyvA
    status: 403
    code: null
    message: "refused: The key lacks the permission UserManagement. (HTTP 403)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_config_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter


def main() -> None:
    """Manage an account."""
    run_config_module(PingPlotter)


if __name__ == "__main__":
    main()
