# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about what leaves."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: offboarding_steps
short_description: Decide what to do about what leaves
description:
  - Takes what deleting everything would do, and decides what is done to it instead, or whether it may be deleted.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The results of the C(_config) modules in check mode, by service.
    type: dict
    required: true
  plan:
    description:
      - What P(declarative.monitoring.offboarding_plan#filter) returned.
    type: dict
    required: true
  remove:
    description:
      - Whether to delete.
    type: bool
    default: false
  named:
    description:
      - The names of what may be deleted, in upper or lower case.
    type: list
    elements: str
    default: []
  tags:
    description:
      - The tags of Alertra with their devices.
    type: list
    elements: dict
    default: []
seealso:
  - plugin: declarative.monitoring.offboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: How to put things out of use
  ansible.builtin.debug:
    msg: "{{ {'simplehelp': would_go} | declarative.monitoring.offboarding_steps(plan=plan) }}"
"""

RETURN = r"""
---
_value:
  description: The decision.
  type: dict
  contains:
    steps:
      description: The declarations to apply, by service and kind.
      type: dict
      sample: {simplehelp: {technicians: [{unique_id: "7", enabled: false}]}}
    problems:
      description: What others still use, a sentence each.
      type: list
      elements: str
    unnamed:
      description: The names of what would be deleted and is not among O(named).
      type: list
      elements: str
    named:
      description: The names of all that would be deleted.
      type: list
      elements: str
    not_found:
      description: What was declared and is not there.
      type: list
      elements: str
    kept:
      description: What the service cannot put out of use.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def offboarding_steps(
    found: Mapping[str, Any],
    plan: Mapping[str, Any],
    remove: bool = False,
    named: Sequence[str] = (),
    tags: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The decision."""
    # Here, as Ansible imports this file on its way to other filters too, and importing the services takes long.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _onboarding

    return _onboarding.steps(plan, found, remove, named, tags)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"offboarding_steps": offboarding_steps}
