#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage an agent at PingPlotter Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_agent
short_description: Manage an agent at PingPlotter Cloud
description:
  - Creates and deletes an agent or an agent template, and resumes or pauses the sessions of an agent.
  - The service cannot change the name of an existing agent, or turn an agent into a template or back. It keeps deleted
    agents, but this module ignores them.
  - Options that are not set are not changed.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  unique_id:
    description:
      - The id of an existing agent.
      - If not set, the agent is identified by its O(name). If several agents have that name, the task fails.
    type: str
  name:
    description:
      - The name of the agent. Required if O(unique_id) is not set, and to create an agent.
      - The service does not allow changing this later. See O(recreate).
    type: str
  is_template:
    description:
      - Whether the agent is a template. The default for new agents is V(false).
      - The service does not allow changing this later. See O(recreate).
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
      - If the API does not list sessions, or returns an unknown status, their state is not known. The request is then
        sent in each run and counts as a change, and the task issues a warning.
    type: str
    choices: [running, paused]
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
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete and recreate the agent if O(name) or O(is_template) must change.
      - The new agent has another id and another download URL. The history and the sessions of the old agent are lost.
        The old agent is uninstalled if O(should_uninstall=true).
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.pingplotter_agent_info
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: Create an agent for a new laptop
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    name: laptop-17
  register: laptop
  # Treat the download URL in the result like a password.
  no_log: true

- name: Pause its traces at the end of the shift
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    name: laptop-17
    sessions: paused

- name: Resume its traces
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    unique_id: "{{ laptop.agent.unique_id }}"
    sessions: running

- name: Delete the agent and uninstall it
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    name: laptop-17
    should_uninstall: true
    state: absent
"""

RETURN = r"""
---
agent:
  description:
    - The agent, with all options whose values are known. In check mode, the agent as it would be. A new agent then has
      an id such as V(predicted:agent:1), or none.
    - With O(state=absent), the agent before it was deleted, or V(null) if it did not exist.
  returned: success
  type: dict
  contains:
    unique_id:
      description: The id of the agent.
      type: str
    name:
      description: The name of the agent.
      type: str
    is_template:
      description: Whether the agent is a template.
      type: bool
    sessions:
      description: V(running) or V(paused), if O(sessions) is set and the state is known.
      type: str
    download_url:
      description:
        - The URL to download the agent. Anyone who has it can install the agent. If your logs are not private, use
          C(no_log) for tasks that return it.
        - In check mode, it is not known for a new agent.
      type: str
      sample: https://pingplotter.cloud/monitor?configLinkId=n9n6tb3bugwruyfr5y6g4qywha
    is_online:
      description: Whether the agent is connected. This and all values below are not returned for a new agent.
      type: bool
    open_sessions:
      description: The number of open sessions when the agent was read.
      type: int
    total_sessions:
      description: The number of all sessions.
      type: int
    configured:
      description: Whether the agent is configured.
      type: bool
    last_message_time:
      description: The time of the last message from the agent.
      type: str
    platform:
      description: The platform of the machine of the agent.
      type: str
    machine_name:
      description: The name of the machine of the agent.
      type: str
    machine_id:
      description: The id of the machine of the agent.
      type: str
    most_recent_ip_address:
      description: The most recent IP address of the agent.
      type: str
    current_network_interface:
      description: The network interface in use, with the field names of the service in lower case. V(null) if there is
        none.
      type: dict
      sample: {name: eth0, type: Ethernet, ip: 192.0.2.7, status: Up}
    custom_fields:
      description: The custom fields by name, converted from any format that the service uses. V(null) if there are
        none.
      type: dict
      sample: {Region: North}
    template_unique_id:
      description: The id of the template from which the agent was created.
      type: str
    deleted:
      description: Whether the agent was deleted.
      type: bool
    deletion_date:
      description: When the agent was deleted. V(null) if it was not deleted.
      type: str
    service_running:
      description: Whether the PingPlotter service runs on the machine, as reported by the service.
      type: bool
    has_synced_servers:
      description: The field C(HasSyncedServers) of the service, which it does not explain.
      type: bool
    servers:
      description: The field C(Servers) of the service, which it does not explain.
      type: str
    on_wifi:
      description: Whether the machine uses a wireless network. V(null) if the service does not know it.
      type: bool
    on_vpn:
      description: Whether the machine uses a VPN. V(null) if the service does not know it.
      type: bool
    connection_type:
      description: The type of the connection. Only newer deployments return it.
      type: str
    expected_quality:
      description: The expected quality, with the field names of the service in lower case. Only newer deployments
        return it.
      type: dict
    auto_approve:
      description: The field C(AutoApprove) of the service, which it does not explain.
      type: bool
    is_borrowed:
      description: The field C(IsBorrowed) of the service, which it does not explain. Only newer deployments return it.
      type: bool
    creation_date:
      description: When the agent was created. Only newer deployments return it.
      type: str
    client_details:
      description: The field C(ClientDetails) of the service, which it does not explain.
      type: str
    notes:
      description: The notes about the agent.
      type: str
    user_attributes_json:
      description: The field C(UserAttributesJson) of the service, which it does not explain.
      type: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    is_sidekick:
      description: Whether a new agent is a Sidekick agent.
      type: bool
    # END returned options
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter


def main() -> None:
    """Manage an agent."""
    run_object_module(PingPlotter, "agent")


if __name__ == "__main__":
    main()
