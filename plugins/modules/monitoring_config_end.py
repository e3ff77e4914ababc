#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of this name: ansible-doc finds no page of an action plugin elsewhere."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: monitoring_config_end
short_description: Show the plans of several hosts, and fail if a service has failed
description:
  - The task after M(declarative.monitoring.monitoring_config). The role
    P(declarative.monitoring.monitoring_config#role) and the playbooks of this collection use it. Use them instead.
  - Shows one table with the plans of all hosts, and writes the plan files, if the task before could not know that it
    ran for the last one. This is so if some hosts of the play skip that task.
  - Fails with O(problem). Unlike with M(ansible.builtin.fail), ansible-core 2.19 and newer do not show the message a
    second time, nor the lines of the playbook.
  - It is an action plugin.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  plans:
    description: The value RV(declarative.monitoring.monitoring_config#module:plans) of the task before.
    type: str
    required: true
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
"""

RETURN = r"""{}"""
