#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of this name: ansible-doc finds no page of an action plugin elsewhere."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: monitoring_config
short_description: Apply declarations to the accounts at all services
description:
  - Reads declaration files, and runs the C(_config) module of each service that they declare. The role
    P(declarative.monitoring.monitoring_config#role) and the playbooks of this collection use it. Use them instead.
  - It is an action plugin. The modules run with the keywords of the task, such as C(environment), and have the options
    that C(module_defaults) sets for them.
  - The plan is shown as text on the standard output. If the callback for the standard output is not one for people,
    such as C(ansible.posix.json), the text is written to the standard error.
  - If a module fails, the task does not fail, so that it can publish the job statistic C(monitoring_config_result).
    RV(problem) then says why the next task has to fail. With O(fail_on_problem), the task fails itself, and a task in
    the section C(rescue) of its block publishes the result. So a host that does not fail needs one task only, which is
    faster with many hosts.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  directory:
    description:
      - The folders and files with the declarations, a list or a text with commas.
      - P(declarative.monitoring.declarations#lookup) documents the format of the files. Required, unless O(hosts) is
        set.
    type: raw
  services:
    description: Only these services, a list or a text with commas. The default is all services that are declared.
    type: raw
  hosts:
    description: A pattern of inventory hosts whose variable C(monitoring) is declared, too.
    type: str
  prune:
    description:
      - The kinds to prune by service, or a list or a text of services and kinds such as V(alertra.devices).
      - A service that is named here is pruned like this, and not as its files say.
    type: raw
  prune_only:
    description: The option C(prune_only) of the modules by service, also as YAML text.
    type: raw
  prune_limit:
    description: The option C(prune_limit) of the modules.
    type: raw
    default: 10
  concurrency:
    description: The option C(concurrency) of the modules.
    type: raw
    default: 4
  connections:
    description: The connection options of the modules, by service.
    type: dict
  plan_file:
    description:
      - A file that the plan is written to as JSON. Only the user can read it.
      - With several hosts, it has the plans of all of them, and is written after the last host of each batch. Before
        that, it has the plan of the first host, and C(failures) says that the others are missing.
    type: str
  plan_markdown:
    description: A file that the plan is written to as Markdown.
    type: str
  approved_plan:
    description: A plan file. If the plan of this run differs from it, the task fails before it changes anything.
    type: str
  approved_artifact:
    description:
      - Whether the approved plan of the host is the one that an earlier job of the same workflow has published, see
        O(artifact). If the plan of this run differs from it, or there is none, the task fails before it changes
        anything.
      - It is read from the extra variables, which is where AWX puts the artifacts of earlier jobs.
    type: raw
    default: false
  artifact:
    description:
      - Whether the plan is also published as a job statistic, an artifact in AWX, for O(approved_artifact). Each host
        has a statistic of its own, so that those of the slices of a job do not replace each other.
    type: raw
    default: false
  undo_directory:
    description: A folder for a file that takes back this run.
    type: str
  undo_create_directory:
    description:
      - Whether O(undo_directory) is created if it does not exist. If it must not be created, the task fails before any
        change. Use V(false) where files in a new folder would be lost, such as in a container of AWX.
    type: raw
    default: true
  validate_only:
    description:
      - Whether to check the declarations only, without credentials and requests. Templates are not evaluated, and
        encrypted values are not decrypted.
    type: raw
    default: false
  fail_on_problem:
    description:
      - Whether the task fails with RV(problem) if there is one. It then returns nothing else.
        M(declarative.monitoring.monitoring_config_end) returns the other values, and publishes the statistics.
    type: raw
    default: false
  fail_on_undeclared:
    description: Whether RV(problem) says that objects are not declared.
    type: raw
    default: false
  fail_on_drift:
    description: Whether RV(problem) names the accounts that are not as declared.
    type: raw
    default: false
  variables:
    description:
      - The options that are taken from variables. An option that the task sets, too, is the default of its variable.
      - The name of the variable is O(prefix) with the option. Options such as O(plan_file), which several playbooks
        have, have a variable of the same name.
    type: list
    elements: str
    default: []
  prefix:
    description: What the names of the variables begin with, also in messages.
    type: str
    default: monitoring_config_
"""

EXAMPLES = r"""
---
- name: Apply the declarations
  declarative.monitoring.monitoring_config:
    directory: declarations
  register: applied

- name: Fail if a service has failed
  declarative.monitoring.monitoring_config_end:
    plans: "{{ applied.plans }}"
    problem: "{{ applied.problem }}"

- name: Apply the declarations with one task, unless it fails
  block:
    - name: Apply the declarations
      declarative.monitoring.monitoring_config:
        directory: declarations
        fail_on_problem: true
  rescue:
    - name: Publish the result
      declarative.monitoring.monitoring_config_end:
      register: published

    - name: Fail
      declarative.monitoring.monitoring_config_end:
        problem: "{{ published.problem }}"
"""

RETURN = r"""
---
services:
  description:
    - The results of the modules by service. RV(services) has C(changed), C(failed), C(msg), C(changes), C(summary),
      C(failures), C(plan_id), C(undeclared), C(undo) and C(undo_notes) of each, with the locations in the files.
  type: dict
  returned: success
problem:
  description: Why the play has to fail, in sentences. Empty if it does not.
  type: str
  returned: success
plans:
  description: Identifies the plans of all hosts that run this task. M(declarative.monitoring.monitoring_config_end)
    needs it.
  type: str
  returned: success
undo_file:
  description: The file that takes back this run. It is null if there is nothing to take back.
  type: str
  returned: success
report:
  description: The lines of the plan.
  type: list
  elements: str
  returned: success
"""
