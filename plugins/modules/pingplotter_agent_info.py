#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up agents at PingPlotter Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pingplotter_agent_info
short_description: Look up agents at PingPlotter Cloud
description:
  - Returns the agents that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  unique_id:
    description: Return only the agent with this id.
    type: str
  name:
    description: Return only agents with this name.
    type: str
  include:
    description:
      - Additional data and agents to return.
      - V(deleted) also returns deleted agents, which the service keeps.
      - V(sessions) returns the sessions of each agent. This takes one more request.
      - V(templates) also returns templates.
      - V(health) returns whether the agent is online in the words of the other services, see RV(agents[].health).
    type: list
    elements: str
    choices: [deleted, health, sessions, templates]
    default: []
"""

EXAMPLES = r"""
---
- name: List all agents and their sessions
  declarative.monitoring.pingplotter_agent_info:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    include:
      - sessions
  register: found
  # Treat the download URLs in the result like passwords.
  no_log: true

- name: Show the names of the agents whose traces are paused
  ansible.builtin.debug:
    msg: "{{ traced | selectattr('sessions', 'eq', 'paused') | map(attribute='name') }}"
  vars:
    traced: "{{ found.agents | selectattr('sessions', 'defined') }}"
"""

RETURN = r"""
---
agents:
  description:
    - The matching agents, in the order in which the service lists them, with the options of
      M(declarative.monitoring.pingplotter_agent) and all fields that the service returns. The field names are in lower
      case.
  returned: success
  type: list
  elements: dict
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
    deleted:
      description: Whether the agent was deleted.
      type: bool
    deletion_date:
      description: When the agent was deleted. V(null) if it was not deleted.
      type: str
    sessions:
      description:
        - V(running) or V(paused). V(null) if some sessions are running and others are paused, or if the API does not
          show their state.
      type: str
      returned: if included, and the agent has sessions
    health:
      description:
        - Whether the agent is online, V(up), V(down) or V(unknown). The words are those of
          M(declarative.monitoring.alertra_device_info) and M(declarative.monitoring.pinghome_resource_info).
      type: str
      returned: if included
      sample: up
    session_list:
      description: The sessions, including closed ones, with the field names of the service in lower case.
      type: list
      elements: dict
      returned: if included, and the API lists sessions
      contains:
        session_id:
          description: The id of the session.
          type: str
        description:
          description: The description of the target.
          type: str
        ip_address:
          description: The address of the target.
          type: str
        status:
          description: The status of the session, as reported by the service.
          type: str
        agent_unique_id:
          description: The id of the agent of the session.
          type: str
        expected_quality:
          description: The expected quality, with the field names of the service in lower case. V(null) if there is
            none.
          type: dict
    download_url:
      description:
        - The URL to download the agent. Anyone who has it can install the agent. If your logs are not private, use
          C(no_log) for tasks that return it.
      type: str
      sample: https://pingplotter.cloud/monitor?configLinkId=n9n6tb3bugwruyfr5y6g4qywha
    is_online:
      description: Whether the agent is connected.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import (
    AGENT_FILTERS,
    PingPlotter,
)


def main() -> None:
    """Look up agents."""
    run_info_module(PingPlotter, AGENT_FILTERS, lambda client, params: {"agents": client.agents(params)})


if __name__ == "__main__":
    main()
