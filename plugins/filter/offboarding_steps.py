# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how to remove the objects of an offboarding."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: offboarding_steps
short_description: Decide how to remove the objects of an offboarding
description:
  - Takes the planned deletions of all objects. Decides for each object whether it is deleted or disabled.
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
      - The result of P(declarative.monitoring.offboarding_plan#filter).
    type: dict
    required: true
  remove:
    description:
      - Whether to delete the objects instead of disabling them.
    type: bool
    default: false
  named:
    description:
      - The names of the objects that may be deleted. Case is ignored.
    type: list
    elements: str
    default: []
  tags:
    description:
      - The Alertra tags with their devices.
    type: list
    elements: dict
    default: []
  files:
    description:
      - The result of P(declarative.monitoring.declarations#lookup) for the folder whose declarations must not take the
        offboarding back. Not set if there is no such folder.
    type: dict
    version_added: 0.9.0
seealso:
  - plugin: declarative.monitoring.offboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: Decide how to disable the objects
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
      description: Objects that are still in use elsewhere. Each item is a sentence.
      type: list
      elements: str
    unnamed:
      description: The names of objects that would be deleted but are not in O(named).
      type: list
      elements: str
    named:
      description: The names of all objects that would be deleted.
      type: list
      elements: str
    not_found:
      description: Objects that were declared but do not exist.
      type: list
      elements: str
    kept:
      description: Objects that the service cannot disable.
      type: list
      elements: str
    readers:
      description: The users of PingPlotter Cloud who lose their roles, but can still log in.
      type: list
      elements: str
    lasting:
      description: The objects that stay disabled until somebody enables them.
      type: list
      elements: dict
    temporary:
      description: The objects that are only disabled for the time of a maintenance.
      type: list
      elements: dict
    still_declared:
      description: What to change in the files. Each item is a sentence that names a file and a line.
      type: list
      elements: str
      sample: ["team.yml:3 simplehelp.technicians[0] (anna): set enabled: false"]
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def offboarding_steps(
    found: Mapping[str, Any],
    plan: Mapping[str, Any],
    remove: bool = False,
    named: Sequence[str] = (),
    tags: Sequence[Mapping[str, Any]] = (),
    files: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The declarations that disable or remove the objects."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _offboarding

    return _offboarding.decide(plan, found, remove=remove, named=named, tags=tags, files=files)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"offboarding_steps": offboarding_steps}
