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
  - Creates and deletes an agent or a template of agents, and runs or pauses the sessions of an agent.
  - The service cannot change the name or the kind of an agent that exists. It keeps deleted agents, which do not exist
    for this module.
  - An option that is left out is left alone.
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
      - Without it, the agent is found by its O(name). It is an error if several agents bear that name.
    type: str
  name:
    description:
      - The name of the agent. Required if O(unique_id) is not set, and to create an agent.
      - The service does not allow it to be changed afterwards, see O(recreate).
    type: str
  is_template:
    description:
      - Whether it is a template. A new one is none by default.
      - The service does not allow it to be changed afterwards, see O(recreate).
    type: bool
  is_sidekick:
    description:
      - Whether a new agent is a Sidekick agent. It is none by default.
      - The service does not show it, so that for an agent that exists it is neither compared nor changed.
    type: bool
  sessions:
    description:
      - Whether the sessions of the agent, which are its traces, run or are paused. Closed ones do not count. If some
        run and others are paused, that is changed either way.
      - An agent without sessions has nothing to run or to pause. It is left as it is, with a warning.
      - Where the API does not list sessions, the agent is taken to run if it has open sessions, and to be paused if it
        has none open.
    type: str
    choices: [running, paused]
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
    choices: [present, absent]
    default: present
  recreate:
    description:
      - Whether to delete the agent and create it anew when O(name) or O(is_template) has to change.
      - The new one has another id and another download URL, and none of the history and the sessions of the old one,
        which is uninstalled if O(should_uninstall=true).
    type: bool
    default: false
seealso:
  - module: declarative.monitoring.pingplotter_agent_info
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: An agent for a new laptop
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    name: laptop-17
  register: laptop
  # The download URL in the result is as good as a password.
  no_log: true

- name: Pause its traces at the end of the shift
  declarative.monitoring.pingplotter_agent:
    api_url: "{{ pingplotter_api_url }}"
    api_key: "{{ pingplotter_api_key }}"
    name: laptop-17
    sessions: paused

- name: Run them again
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
    - The agent, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
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
      description: Whether it is a template.
      type: bool
    sessions:
      description: V(running) or V(paused), if that was asked for and is known.
      type: str
    download_url:
      description:
        - Where the agent is downloaded. Whoever has it can install the agent, so use C(no_log) for tasks that return it
          where logs are not private.
        - In check mode not known of a new agent.
      type: str
      sample: https://pingplotter.cloud/monitor?configLinkId=n9n6tb3bugwruyfr5y6g4qywha
    is_online:
      description: Whether the agent is connected, for one that existed before, as all that follows.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage
from ansible_collections.declarative.monitoring.plugins.module_utils._pingplotter import PingPlotter


def main() -> None:
    """Manage an agent."""
    manage(PingPlotter, "agent")


if __name__ == "__main__":
    main()
