#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of this name: ansible-doc finds no page of an action plugin elsewhere."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: direct_execution
short_description: How the modules of this collection are run on the controller
description:
  - This is not a module for use in a task. It documents the action plugin that runs all other modules of this
    collection.
  - On the controller, which means with the connection C(local), Ansible packs and unpacks an ordinary module and runs
    it in a new Python process. This takes longer than the requests that the module sends. The action plugin runs the
    module in a fork of the worker process that Ansible already has for the task. The results are the same, and a loop
    of a hundred items is more than ten times as fast.
  - On Linux, such a process does not end with its task, but runs the modules of later tasks and hosts of the same run,
    too. So there are at most as many of these processes as C(forks). If no task needs a process for ten seconds, it
    ends. Nothing of a task is left for the next one in the same process, but its connections. While such a process is
    free, it listens at a Unix socket without a file, and only serves the same user.
  - All items of a loop run in one process, one after the other, and share its connections to the service. So a loop
    needs one TLS handshake for each server, instead of one for each item. Later tasks and hosts that use the same
    server in the same process need none, either, as all accounts at a service such as Alertra have the same server. A
    connection has no credentials, as each request brings its own. One that was not used for two seconds is not used
    again. Each item reads the account again. Between two items, people, other controllers and the service itself may
    change it, so an item that relied on what an earlier item read could predict something wrong. To read the account
    once for many objects, use a C(_config) module.
  - >-
    The ordinary module runs if direct execution could make a difference. These are the cases: another connection;
    another Python interpreter than that of Ansible; C(become); C(async); another shell than C(/bin/sh); options of
    Ansible that keep module files or show tracebacks; variables in the C(environment) of the task other than connection
    options of this collection and proxies; a library that only the module finds; macOS; and versions of ansible-core
    that the action plugin has not been tested with. In the output of C(ansible-playbook -vvv), each task shows which
    way it was run, and why.
  - If a task ends because of its C(timeout), no more requests are sent. An ordinary module would continue in the
    background.
  - If C(ansible-playbook) is killed, even with C(kill -9), its modules on the controller end before they send another
    write request, and no process stays. This also holds for ordinary modules, but not for C(async) tasks.
  - To always run the ordinary module, set the variable C(declarative_monitoring_direct_execution), the environment
    variable E(DECLARATIVE_MONITORING_DIRECT_EXECUTION), or C(direct_execution) in the section
    C([declarative_monitoring]) of C(ansible.cfg) to C(false).
  - >-
    A long-running module shows its progress. Ordinary modules cannot do this. Every five seconds it writes a line such
    as V([localhost] declarative.monitoring.alertra_config: 312 of 1000 objects written, 2 failed) to standard error.
    AWX shows this line in the output of the job. To change the interval in seconds, set the variable
    C(declarative_monitoring_progress_interval), the environment variable E(DECLARATIVE_MONITORING_PROGRESS_INTERVAL),
    or C(progress_interval) in that section of C(ansible.cfg). With C(0), no such lines are written.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options: {}
seealso:
  - module: declarative.monitoring.alertra_device
"""

EXAMPLES = r"""
---
- name: Run the modules as ordinary modules
  hosts: localhost
  gather_facts: false
  vars:
    declarative_monitoring_direct_execution: false
  tasks:
    - name: Check the web site every minute
      declarative.monitoring.alertra_device:
        short_name: WWW
        method: HTTP
        url: https://www.example.com/
        frequency: 1
"""

RETURN = r"""{}"""
