#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of this name: ansible-doc finds no page of an action plugin elsewhere."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: monitoring_config_end
short_description: Show the plans of several hosts, publish results, and fail if a service has failed
description:
  - The task after M(declarative.monitoring.monitoring_config). The role
    P(declarative.monitoring.monitoring_config#role) and the playbooks of this collection use it. Use them instead.
  - Shows one table with the plans of all hosts, and writes the plan files, if the task before could not know that it
    ran for the last one. This is so if some hosts of the play skip that task.
  - Without any option, it is the first task in the section C(rescue) of a block whose task
    M(declarative.monitoring.monitoring_config) has failed because of
    O(declarative.monitoring.monitoring_config#module:fail_on_problem). It does not fail, but returns what that task
    would have returned, and publishes its statistics, which a task that fails cannot do. It also shows and writes the
    plans of hosts that have waited for the plan of this one.
  - Otherwise it fails with O(problem). Unlike with M(ansible.builtin.fail), ansible-core 2.19 and newer do not show the
    message a second time, nor the lines of the playbook.
  - It is an action plugin.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  plans:
    description: The value RV(declarative.monitoring.monitoring_config#module:plans) of the task before.
    type: str
  problem:
    description:
      - The value RV(declarative.monitoring.monitoring_config#module:problem) of the task before. If it is empty, this
        task does not fail.
    type: str
    default: ""
seealso:
  - module: declarative.monitoring.monitoring_config
"""

EXAMPLES = r"""
---
- name: Fail if a service has failed
  declarative.monitoring.monitoring_config_end:
    plans: "{{ applied.plans }}"
    problem: "{{ applied.problem }}"

- name: Publish the result, in the section rescue
  declarative.monitoring.monitoring_config_end:
  register: published
"""

RETURN = r"""
---
problem:
  description:
    - A sentence for O(problem) of the next task, which has to fail. It says that the failure before says why, and which
      file could not be written.
    - The other values are those that M(declarative.monitoring.monitoring_config) has not returned, if there are any.
  type: str
  returned: if neither O(plans) nor O(problem) is set
"""
