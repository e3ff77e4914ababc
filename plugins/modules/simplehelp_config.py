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
  - Brings the technicians, groups, machines, machine groups and settings of a server to the declared state in one task,
    with as few requests as possible.
  - Objects that are not declared are not changed, unless O(prune) is set. To protect an object from pruning without
    changing it, declare its name only.
  - The whole declaration is validated before anything is changed. If an object is declared twice or a referenced object
    does not exist, the task fails and reports the locations.
  - If an object fails, the objects that depend on it are skipped and all others are still processed. The task then
    fails. It still returns the changes it has made, and the next run makes the remaining ones.
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
      - If an item contains C(update_password=always) or C(reset_totp=true), every run makes and reports a change.
options:
# BEGIN options of the objects: written by tests/tools/sync_docs.py
  technicians:
    description:
      - The technicians. Each item has the options of M(declarative.monitoring.simplehelp_technician).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing technician, a number. If set, every other option can be changed, including the
            username.
          - If not set, the technician is identified by its O(technicians[].username).
        type: str
      username:
        description:
          - The name with which the technician logs in. It must be unique.
          - It is case-sensitive. If another username differs only in case, the task fails, unless
            O(technicians[].unique_id) is set.
          - Required if O(technicians[].unique_id) is not set, and to create a technician.
        type: str
      renamed_from:
        description:
          - Former names of the technician. If no technician has the name O(technicians[].username), but exactly one has
            one of these former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several technicians have a former name, the
            task fails and lists their ids.
          - Ignored if O(technicians[].unique_id) is set or O(technicians[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
      display_name:
        description:
          - The name that is shown to customers and colleagues. Can be C(null).
        type: str
      email_address:
        description:
          - The e-mail address of the technician. Case is ignored in comparisons. Can be C(null).
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
          - The names or ids of the technician groups of the technician. If a group does not exist, the task fails.
        type: list
        elements: str
      purge_groups:
        description:
          - Whether the technician is removed from groups that are not in O(technicians[].groups). Without
            O(technicians[].groups) nothing is removed.
        type: bool
        default: true
      password:
        description:
          - The password of the account. The service never returns it, so it cannot be compared.
          - O(technicians[].update_password) controls when it is set. For a new technician, it is set with a second
            request. If that request fails, use O(technicians[].update_password=always) to set it later.
        type: str
      update_password:
        description:
          - V(on_create) sets O(technicians[].password) for a new technician only.
          - V(always) sets O(technicians[].password) in every run. Every run then reports a change.
        type: str
        choices:
          - on_create
          - always
        default: on_create
      reset_totp:
        description:
          - V(true) removes the key of the authenticator app. The technician must set up the app again at the next
            login. The key is removed in every run, and every run reports a change.
        type: bool
      state:
        description:
          - Whether the technician should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  groups:
    description:
      - The technician groups. Each item has the options of M(declarative.monitoring.simplehelp_group).
    type: list
    elements: dict
    suboptions:
      unique_id:
        description:
          - The id of an existing group, a number. If set, every other option can be changed, including the name.
          - If not set, the group is identified by its O(groups[].name). If several groups have that name, the task
            fails.
        type: str
      name:
        description:
          - The name of the group. Required if O(groups[].unique_id) is not set, and to create a group.
        type: str
      renamed_from:
        description:
          - Former names of the group. If no group has the name O(groups[].name), but exactly one has one of these
            former names, that one is renamed. It keeps its id and its history.
          - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a
            former name still exists, too, the task issues a warning. If several groups have a former name, the task
            fails and lists their ids.
          - Ignored if O(groups[].unique_id) is set or O(groups[].state=absent).
        type: list
        elements: str
        version_added: 0.9.0
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
          - The vendor's documentation uses one field name for this limit and for O(groups[].max_user_sh_sessions). On a
            server that really has only one field, the two limits cannot differ.
        type: int
      max_file_size:
        description:
          - The size of the largest file that can be transferred, in bytes, at least 0.
        type: int
      request_access_timeout:
        description:
          - How long a request for access waits for an answer, in milliseconds, at least 0. With 0, there is no timeout.
        type: int
      group_specific_hostname:
        description:
          - The host name under which technicians of this group reach the server. Can be C(null).
        type: str
      default_sg_service_name:
        description:
          - The default name of remote access services for technicians of this group. Can be C(null).
        type: str
      video_password:
        description:
          - The password that is needed for recordings made by technicians of this group. Can be C(null).
          - If the server does not return it, it cannot be compared. It is then only sent when another option changes or
            with O(groups[].update_password=always).
        type: str
      session_speed_limit_kbps:
        description:
          - The bandwidth that technicians of this group may use, in kilobits per second, at least 0. With 0, there is
            no limit.
        type: int
      fps_delay:
        description:
          - The delay between two frames of a screen, in milliseconds, at least 0. The frame rate is 1000 divided by
            this value.
        type: int
      ldap_settings:
        description:
          - How technicians of this group are authenticated by LDAP. Only the given keys are compared and set.
          - The keys are C(enabled) and C(advanced), which are true or false; C(base_dn) and C(filter), which can be
            C(null); and C(member_of_groups), a list of directory groups. The vendor's spelling is accepted too.
        type: dict
      mfa_settings:
        description:
          - The second factor for logins of this group. Only the given keys are compared and set.
          - The keys are C(email), C(app) and C(remember_machine), which are true or false; C(email_code_length), a
            number, at least 1; C(email_subject) and C(email_body), which can be C(null). The vendor's spelling is
            accepted too.
        type: dict
      password_settings:
        description:
          - Whether technicians can log in with the password of the group. Only the given keys are compared and set.
          - The vendor does not document the keys. They are passed on unchanged.
        type: dict
      permissions:
        description:
          - The permissions of technicians of this group, as a dictionary. The keys are the names of the API, such as
            C(canRunTools). The values are C(true) or C(false). Permissions that are not given are not changed.
          - If the server does not know a permission, the task fails.
        type: dict
      password:
        description:
          - The password of the group. The service never returns it, so it cannot be compared.
          - O(groups[].update_password) controls when it is set. For a new group, it is set with a second request. If
            that request fails, use O(groups[].update_password=always) to set it later.
        type: str
      update_password:
        description:
          - V(on_create) sets O(groups[].password) for a new group only.
          - V(always) sets O(groups[].password) and O(groups[].video_password) in every run, if they are given. Every
            run then reports a change.
        type: str
        choices:
          - on_create
          - always
        default: on_create
      state:
        description:
          - Whether the group should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  machines:
    description:
      - The machines. Each item has the options of M(declarative.monitoring.simplehelp_machine).
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
          - Whether the machine is monitored. SimpleHelp before 5.2.12 cannot change this, and the task fails.
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
          - The properties of the machine, as a dictionary of strings. A property that is C(null) is removed. If the
            whole option is V(null), nothing is removed unless O(machines[].purge_properties=true).
        type: dict
      purge_properties:
        description:
          - Whether properties that are not in O(machines[].properties) are removed. Without O(machines[].properties)
            nothing is removed.
        type: bool
        default: false
  machine_groups:
    description:
      - The machine groups. Each item has the options of M(declarative.monitoring.simplehelp_machine_group).
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
          - The properties of the group, as a dictionary of strings. Properties that are not given are not changed. A
            property cannot be C(null), because it cannot be removed.
        type: dict
  server:
    description:
      - The settings of the server. The options are those of M(declarative.monitoring.simplehelp_server).
    type: dict
    suboptions:
      hostname:
        description:
          - The host name of the server, as shown in the network settings of its Administration tab.
        type: str
      technician_restrictions:
        description:
          - Regular expressions for the addresses from which technicians can log in. Escape dots, as in C(192\.0\.2\.1),
            because an unescaped dot matches any character. Can be C(null) or empty, for no restrictions.
          - They are compared as strings. The order is ignored.
        type: list
        elements: str
      purge_technician_restrictions:
        description:
          - Whether restrictions that are not in O(server.technician_restrictions) are removed. Without
            O(server.technician_restrictions) nothing is removed.
        type: bool
        default: true
# END options of the objects
  prune:
    description:
      - The kinds of objects to prune. Objects of these kinds that are not declared are deleted. Accounts that the
        server created itself, such as those of anonymous logins, are not deleted.
      - The list of each kind must be declared. If the list is empty, all objects of the kind are deleted.
      - An object that has a former name of a declared object, see C(renamed_from), is not deleted in that run.
    type: list
    elements: str
    # BEGIN choices of prune: written by tests/tools/sync_docs.py
    choices:
      - technicians
      - groups
    # END choices of prune
    default: []
seealso:
  # BEGIN seealso: written by tests/tools/sync_docs.py
  - module: declarative.monitoring.simplehelp_technician
  - module: declarative.monitoring.simplehelp_group
  - module: declarative.monitoring.simplehelp_machine
  - module: declarative.monitoring.simplehelp_machine_group
  - module: declarative.monitoring.simplehelp_server
  - module: declarative.monitoring.simplehelp_config_info
  # END seealso
"""

EXAMPLES = r"""
---
- name: Bring a server to the declared state
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

- name: Manage the technicians in a variable, and delete all others
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
      sample: technician
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
      description: The place of the object in the options, such as C(technicians[3]). V(null) if it is not declared.
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
        service: SimpleHelp
        method: POST
        path: /groups/remove
        status: 400
        code: null
        message: "refused: There is no such group. (HTTP 400)"
        attempts: 1
        waited_s: 0.0
problems:
  description: The reasons why the options were refused.
  returned: if the options are invalid
  type: list
  elements: dict
  contains:
    location:
      description: The place of the object in the options, such as C(technicians[3]). V(null) if there is none.
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
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_config_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Manage a server."""
    run_config_module(SimpleHelp)


if __name__ == "__main__":
    main()
