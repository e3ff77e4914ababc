#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a whole SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_config
short_description: Manage a whole SimpleHelp server
description:
  - Brings the technicians, groups, machines, machine groups and settings of a server to the declared state in one
    task, with as few requests as that takes.
  - What is not declared is left alone, unless O(prune) says otherwise. An object that is declared by its name alone
    is kept as it is.
  - All of the declaration is checked before anything is written. An object that is declared twice, or a reference to
    nothing, is an error that names the places.
  - An object that fails does not stop the others, but those that need it. The task then fails, and returns what it
    has done all the same; the next run does the rest.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.config
  - declarative.monitoring.attributes.manages
attributes:
  idempotent:
    support: partial
    details:
      - With C(update_password=always) or C(reset_totp=true) in an item every run acts, and reports a change.
options:
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  technicians:
    description:
      - The technicians, each with the options of M(declarative.monitoring.simplehelp_technician).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing technician, a number. With it, every other option may change, the username included.
          - Without it, the technician is found by its O(technicians[].username).
        type: str
      username:
        description:
          - The name with which the technician logs in, which must be unique.
          - It is told apart from others exactly. If another username differs from it in upper and lower case alone,
            that is an error, unless O(technicians[].unique_id) is set.
          - Required if O(technicians[].unique_id) is not set, and to create a technician.
        type: str
      display_name:
        description:
          - The name that customers and colleagues see. Can be C(null).
        type: str
      email_address:
        description:
          - The e-mail address of the technician, compared without regard to upper and lower case. Can be C(null).
        type: str
      allow_locally_authenticated_logins:
        description:
          - Whether the technician can log in with the password of the account.
        type: bool
      enabled:
        description:
          - Whether the account can be used.
        type: bool
      groups:
        description:
          - The names or ids of the technician groups that the technician is in. A group that does not exist is an
            error.
        type: list
        elements: str
      purge_groups:
        description:
          - Whether the technician leaves groups that are not in O(technicians[].groups). If that is not set, nothing
            is changed.
        type: bool
        default: true
      password:
        description:
          - The password of the account. The service never shows it, so it cannot be compared.
          - See O(technicians[].update_password) for when it is set. For a new technician that is right after the
            creation; should it fail there, V(always) sets it later.
        type: str
      update_password:
        description:
          - V(on_create) sets O(technicians[].password) for a new technician only.
          - V(always) sets it in every run, which then reports a change.
        type: str
        choices:
          - on_create
          - always
        default: on_create
      reset_totp:
        description:
          - V(true) removes the key of the authenticator app, so that the technician sets it up anew at the next login.
            This is done in every run, which then reports a change.
        type: bool
      state:
        description:
          - Whether the technician exists.
        type: str
        choices:
          - present
          - absent
        default: present
  groups:
    description:
      - The technician groups, each with the options of M(declarative.monitoring.simplehelp_group).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing group, a number. With it, every other option may change, the name included.
          - Without it, the group is found by its O(groups[].name). It is an error if several groups bear that name.
        type: str
      name:
        description:
          - The name of the group. Required if O(groups[].unique_id) is not set, and to create a group.
        type: str
      allow_anonymous_logins:
        description:
          - Whether technicians without an account of their own can log in as members of this group.
        type: bool
      max_group_sh_sessions:
        description:
          - How many support sessions the group can have at once.
        type: int
      max_group_sg_sessions:
        description:
          - How many access sessions the group can have at once.
        type: int
      max_user_sh_sessions:
        description:
          - How many support sessions one technician of the group can have at once.
        type: int
      max_user_sg_sessions:
        description:
          - How many access sessions one technician of the group can have at once.
          - The vendor's document gives this limit the name of O(groups[].max_user_sh_sessions). On a server that
            has just that one name, the two cannot differ.
        type: int
      max_file_size:
        description:
          - The size of the largest file that can be transferred, in bytes, 0 or more.
        type: int
      request_access_timeout:
        description:
          - How long a request for access waits for an answer, in milliseconds, 0 or more. With 0 it waits for ever.
        type: int
      group_specific_hostname:
        description:
          - The host name of the server that is given to technicians of this group. Can be C(null).
        type: str
      default_sg_service_name:
        description:
          - The default name of remote access services for technicians of this group. Can be C(null).
        type: str
      video_password:
        description:
          - The password that is needed for recordings made by technicians of this group. Can be C(null).
          - On a server that does not show it, it cannot be compared. It is then sent when something else changes,
            and with O(groups[].update_password=always).
        type: str
      session_speed_limit_kbps:
        description:
          - The bandwidth that technicians of this group may use, in kilobits a second, 0 or more. With 0 there is
            no limit.
        type: int
      fps_delay:
        description:
          - The delay between two pictures of a screen, in milliseconds, 0 or more. The rate is 1000 divided by it.
        type: int
      ldap_settings:
        description:
          - How technicians of this group are authenticated by LDAP. Only the keys that are given are compared and
            set.
          - The keys are C(enabled) and C(advanced), which are true or false; C(base_dn) and C(filter), which can
            be C(null); and C(member_of_groups), a list of directory groups. The vendor's spelling is accepted too.
        type: dict
      mfa_settings:
        description:
          - The second factor of this group's logins. Only the keys that are given are compared and set.
          - The keys are C(email), C(app) and C(remember_machine), which are true or false; C(email_code_length),
            a number of 1 or more; C(email_subject) and C(email_body), which can be C(null). The vendor's spelling
            is accepted too.
        type: dict
      password_settings:
        description:
          - Whether technicians can log in with the password of the group. Only the keys that are given are compared
            and set.
          - The vendor's document does not name the keys. They are passed on as they are written.
        type: dict
      permissions:
        description:
          - What technicians of this group may do, as a dictionary of C(true) and C(false) by the vendor's names,
            such as C(canRunTools). Permissions that are not given are left alone.
          - A permission that the server does not know is an error.
        type: dict
      password:
        description:
          - The password of the group. The service never shows it, so it cannot be compared.
          - See O(groups[].update_password) for when it is set. For a new group that is right after the creation;
            should it fail there, V(always) sets it later.
        type: str
      update_password:
        description:
          - V(on_create) sets O(groups[].password) for a new group only.
          - V(always) sets it, and a given O(groups[].video_password), in every run, which then reports a change.
        type: str
        choices:
          - on_create
          - always
        default: on_create
      state:
        description:
          - Whether the group exists.
        type: str
        choices:
          - present
          - absent
        default: present
  machines:
    description:
      - The machines, each with the options of M(declarative.monitoring.simplehelp_machine).
    type: list
    elements: dict
    suboptions:
      machine_id:
        description:
          - The id of the machine, such as C(SG_1234). Required.
        type: str
      name:
        description:
          - The name of the machine.
        type: str
      monitor:
        description:
          - Whether the machine is monitored. SimpleHelp before 5.2.12 cannot change it, which is an error then.
        type: bool
      notes:
        description:
          - The notes on the machine. Can be C(null).
        type: str
      warnings:
        description:
          - The warning that is shown to technicians. Can be C(null).
        type: str
      properties:
        description:
          - The properties of the machine as a dictionary of texts. One that is C(null) is removed. V(null) in place
            of the dictionary removes nothing, unless O(machines[].purge_properties) is true.
        type: dict
      purge_properties:
        description:
          - Whether properties that are not in O(machines[].properties) are removed. Without O(machines[].properties)
            nothing is removed.
        type: bool
        default: false
  machine_groups:
    description:
      - The machine groups, each with the options of M(declarative.monitoring.simplehelp_machine_group).
    type: list
    elements: dict
    suboptions:
      groups:
        description:
          - The path of the group, from the outermost group to the group itself. Required.
        type: list
        elements: str
      properties:
        description:
          - The properties of the group as a dictionary of texts. Properties that are not given are left alone. A
            property cannot be C(null), as it cannot be removed.
        type: dict
  server:
    description:
      - The settings of the server, with the options of M(declarative.monitoring.simplehelp_server).
    type: dict
    suboptions:
      hostname:
        description:
          - The host name of the server, as in the network settings of its Administration tab.
        type: str
      technician_restrictions:
        description:
          - The addresses from which technicians can log in, each a regular expression. In these a dot stands for
            any character, so write C(192\.0\.2\.1) for one address. Can be C(null) or empty, for no restrictions.
          - They are compared letter by letter, in any order.
        type: list
        elements: str
      purge_technician_restrictions:
        description:
          - Whether restrictions that are not in O(server.technician_restrictions) are removed. If that is not set,
            nothing is.
        type: bool
        default: true
# END options of the objects
  prune:
    description:
      - The kinds of which every object that is not declared is deleted. Accounts that the server made for itself,
        such as those of anonymous logins, are spared.
      - A kind that is not declared at all is refused here; one whose list is empty is emptied.
    type: list
    elements: str
    choices: [technicians, groups]
    default: []
seealso:
  - module: declarative.monitoring.simplehelp_technician
  - module: declarative.monitoring.simplehelp_group
  - module: declarative.monitoring.simplehelp_machine
  - module: declarative.monitoring.simplehelp_machine_group
  - module: declarative.monitoring.simplehelp_server
  - module: declarative.monitoring.simplehelp_config_info
"""

EXAMPLES = r"""
---
- name: A server as a list, changed only where it differs
  declarative.monitoring.simplehelp_config:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    groups:
      - name: First line
        max_group_sh_sessions: 10
        permissions:
          canRunTools: true
    technicians:
      - username: anna
        email_address: anna@example.com
        password: "{{ anna_password }}"
        groups:
          - First line
      - username: ben
        state: absent
    machines:
      - machine_id: SG_1234
        warnings: Ask before a restart
    machine_groups:
      - groups:
          - United Kingdom
          - London
        properties:
          city: London
    server:
      hostname: help.example.com
      technician_restrictions: []

- name: Technicians from a variable, and no others
  declarative.monitoring.simplehelp_config:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    technicians: "{{ simplehelp_technicians }}"
    prune:
      - technicians
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
      sample: technician
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
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import configure
from ansible_collections.declarative.monitoring.plugins.module_utils._simplehelp import SimpleHelp


def main() -> None:
    """Manage a server."""
    configure(SimpleHelp)


if __name__ == "__main__":
    main()
