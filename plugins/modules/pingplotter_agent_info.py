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
  - Returns the agents that match all of the given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pingplotter
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  unique_id:
    description: Only the agent with this id.
    type: str
  name:
    description: Only agents of this name.
    type: str
  include:
    description:
      - What to return besides agents as they are.
      - V(deleted) are agents that were deleted, and that the service keeps.
      - V(sessions) are the sessions of each agent, for one more request.
      - V(templates) are templates.
    type: list
    elements: str
    choices: [deleted, sessions, templates]
    default: []
"""

EXAMPLES = r"""
---
- name: All agents and what they trace
  declarative.monitoring.pingplotter_agent_info:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    include:
      - sessions
  register: found
  # The download URLs in the result are as good as passwords.
  no_log: true

- name: The names of those whose traces are paused
  ansible.builtin.debug:
    msg: "{{ traced | selectattr('sessions', 'eq', 'paused') | map(attribute='name') }}"
  vars:
    traced: "{{ found.agents | selectattr('sessions', 'defined') }}"
"""

RETURN = r"""
---
agents:
  description:
    - The agents that match, in the order of the service, with the options of
      M(declarative.monitoring.pingplotter_agent) and all that the service shows, the names of its fields in lower case.
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
      description: Whether it is a template.
      type: bool
    deleted:
      description: Whether it was deleted.
      type: bool
    deletion_date:
      description: When it was deleted; V(null) if it was not.
      type: str
    sessions:
      description: V(running) or V(paused), or V(null) if some run and others are paused.
      type: str
      returned: if included, and the agent has sessions
    session_list:
      description: The sessions, closed ones too, with the names of the service's fields in lower case.
      type: list
      elements: dict
      returned: if included, and the API lists sessions
      contains:
        session_id:
          description: The id of the session.
          type: str
        description:
          description: What is traced.
          type: str
        ip_address:
          description: The address of the target.
          type: str
        status:
          description: The state of the session in the service's own words.
          type: str
    download_url:
      description:
        - Where the agent is downloaded. Whoever has it can install the agent, so use C(no_log) for tasks that return it
          where logs are not private.
      type: str
      sample: https://pingplotter.cloud/monitor?configLinkId=n9n6tb3bugwruyfr5y6g4qywha
    is_online:
      description: Whether the agent is connected.
      type: bool
    open_sessions:
      description: How many sessions were open when the agent was read.
      type: int
    total_sessions:
      description: How many sessions it had.
      type: int
    configured:
      description: Whether it is configured.
      type: bool
    last_message_time:
      description: When it was last heard of.
      type: str
    platform:
      description: The platform of its machine.
      type: str
    machine_name:
      description: The name of its machine.
      type: str
    machine_id:
      description: The id of its machine.
      type: str
    most_recent_ip_address:
      description: Its last address.
      type: str
    current_network_interface:
      description: The network interface in use, with the service's fields in lower case; V(null) if there is none.
      type: dict
      sample: {name: eth0, type: Ethernet, ip: 192.0.2.7, status: Up}
    custom_fields:
      description: The custom fields by name, in whichever form the service shows them; V(null) if there are none.
      type: dict
      sample: {Region: North}
    template_unique_id:
      description: The id of the template from which it was made.
      type: str
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import ask
from ansible_collections.declarative.monitoring.plugins.module_utils._pingplotter import AGENT_FILTERS, PingPlotter


def main() -> None:
    """Look up agents."""
    ask(PingPlotter, AGENT_FILTERS, lambda client, params: {"agents": client.agents(params)})


if __name__ == "__main__":
    main()
