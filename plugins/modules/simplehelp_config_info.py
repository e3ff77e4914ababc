#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up a whole SimpleHelp server as a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_config_info
short_description: Look up a whole SimpleHelp server as a declaration
description:
  - Returns the technicians, groups, machines, machine groups and settings of a server in the format of
    M(declarative.monitoring.simplehelp_config). If the result is passed to that module, nothing changes.
  - Technicians and groups are returned without ids, so that the declaration can be used for another server. Only those
    whose names are not unique are returned with their ids. Machines are identified by their ids only.
  - Passwords are not returned. Options that are not set are omitted.
  - The API does not list machine groups. The groups that contain machines, and their parent groups, are returned.
  - Since 0.9.0, options that have the default value of a new object are omitted, such as C(enabled) with the value
    V(true). So applying the result later does not enable objects that were disabled in the meantime.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
seealso:
  - module: declarative.monitoring.simplehelp_config
"""

EXAMPLES = r"""
---
- name: Export the server
  declarative.monitoring.simplehelp_config_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
  register: account

- name: Save the result to a file
  ansible.builtin.copy:
    content: "{{ account.config | to_nice_yaml(sort_keys=false) }}"
    dest: simplehelp.yml
    mode: "0644"

- name: Apply the result, which changes nothing
  declarative.monitoring.simplehelp_config:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    technicians: "{{ account.config.technicians }}"
    groups: "{{ account.config.groups }}"
    machines: "{{ account.config.machines }}"
    machine_groups: "{{ account.config.machine_groups }}"
    server: "{{ account.config.server }}"
"""

RETURN = r"""
---
config:
  description: The configuration of the server, in a stable order.
  returned: success
  type: dict
  contains:
    # BEGIN kinds: written by tests/tools/sync_docs.py
    technicians:
      description: The technicians, with the options of M(declarative.monitoring.simplehelp_technician) that are set.
      type: list
      elements: dict
      contains:
        unique_id:
          description: The id of the technician. Only returned if no name identifies it.
          type: str
        username:
          description: The name with which the technician logs in.
          type: str
        display_name:
          description: The name that is shown to customers and colleagues.
          type: str
        email_address:
          description: The e-mail address of the technician.
          type: str
        allow_locally_authenticated_logins:
          description: Whether the technician can log in with the password of the account.
          type: bool
        enabled:
          description: Whether the account can be used.
          type: bool
        groups:
          description: The names or ids of the technician groups of the technician.
          type: list
          elements: str
        password:
          description: The password of the account.
          type: str
        reset_totp:
          description: V(true) removes the key of the authenticator app.
          type: bool
    groups:
      description: The technician groups, with the options of M(declarative.monitoring.simplehelp_group) that are set.
      type: list
      elements: dict
      contains:
        unique_id:
          description: The id of the group. Only returned if no name identifies it.
          type: str
        name:
          description: The name of the group.
          type: str
        allow_anonymous_logins:
          description: Whether technicians without an account of their own can log in as members of this group.
          type: bool
        max_group_sh_sessions:
          description: How many support sessions the group can have at once.
          type: int
        max_group_sg_sessions:
          description: How many access sessions the group can have at once.
          type: int
        max_user_sh_sessions:
          description: How many support sessions one technician of the group can have at once.
          type: int
        max_user_sg_sessions:
          description: How many access sessions one technician of the group can have at once.
          type: int
        max_file_size:
          description: The size of the largest file that can be transferred, in bytes, at least 0.
          type: int
        request_access_timeout:
          description: How long a request for access waits for an answer, in milliseconds, at least 0.
          type: int
        group_specific_hostname:
          description: The host name under which technicians of this group reach the server.
          type: str
        default_sg_service_name:
          description: The default name of remote access services for technicians of this group.
          type: str
        video_password:
          description: The password that is needed for recordings made by technicians of this group.
          type: str
        session_speed_limit_kbps:
          description: The bandwidth that technicians of this group may use, in kilobits per second, at least 0.
          type: int
        fps_delay:
          description: The delay between two frames of a screen, in milliseconds, at least 0.
          type: int
        ldap_settings:
          description: How technicians of this group are authenticated by LDAP.
          type: dict
          sample:
            enabled: false
            advanced: false
            member_of_groups: []
        mfa_settings:
          description: The second factor for logins of this group.
          type: dict
          sample:
            email: true
            app: false
            email_code_length: 8
            remember_machine: false
        password_settings:
          description: Whether technicians can log in with the password of the group.
          type: dict
        permissions:
          description: The permissions of technicians of this group, as a dictionary.
          type: dict
        password:
          description: The password of the group.
          type: str
    machines:
      description: The machines, with the options of M(declarative.monitoring.simplehelp_machine) that are set.
      type: list
      elements: dict
      contains:
        machine_id:
          description: The id of the machine. Only returned if no name identifies it.
          type: str
        name:
          description: The name of the machine.
          type: str
        monitor:
          description: Whether the machine is monitored.
          type: bool
        notes:
          description: The notes on the machine.
          type: str
        warnings:
          description: The warning that is shown to technicians.
          type: str
        properties:
          description: The properties of the machine, as a dictionary of strings.
          type: dict
    machine_groups:
      description: The machine groups, with the options of M(declarative.monitoring.simplehelp_machine_group) that are
        set.
      type: list
      elements: dict
      contains:
        groups:
          description: The path of the group, from the outermost group to the group itself.
          type: list
          elements: str
        properties:
          description: The properties of the group, as a dictionary of strings.
          type: dict
    server:
      description: The settings of the server, with the options of M(declarative.monitoring.simplehelp_server) that are
        set.
      type: dict
      contains:
        hostname:
          description: The host name of the server, as shown in the network settings of its Administration tab.
          type: str
        technician_restrictions:
          description: Regular expressions for the addresses from which technicians can log in.
          type: list
          elements: str
    # END kinds
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_export_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up a server."""
    run_export_module(SimpleHelp)


if __name__ == "__main__":
    main()
