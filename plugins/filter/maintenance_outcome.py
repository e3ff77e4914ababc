# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out which objects have entered or left maintenance."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: maintenance_outcome
short_description: Find out which objects have entered or left maintenance
description:
  - Takes the registered results of the modules that the role P(declarative.monitoring.maintenance#role) has run.
    Returns which objects the run has begun, extended, ended and left unchanged.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, plan, listings, state, duration
options:
  _input:
    description:
      - The registered results, by service. Results of skipped and of failed tasks are allowed.
    type: dict
    required: true
  plan:
    description:
      - What P(declarative.monitoring.maintenance_plan#filter) has returned.
    type: dict
    required: true
  listings:
    description:
      - The registered results of the C(_info) modules, by the name of the list in them.
    type: dict
    required: true
  state:
    description:
      - Whether the maintenance was started or stopped.
    type: str
    choices: [started, stopped]
    required: true
  duration:
    description:
      - The duration of the maintenance at Alertra.
    type: str
    required: true
"""

EXAMPLES = r"""
---
- name: Show the devices that have entered maintenance
  ansible.builtin.debug:
    msg: "{{ outcome.began }}"
  vars:
    outcome: >-
      {{ {'alertra': alertra_result}
      | declarative.monitoring.maintenance_outcome(plan, {}, 'started', '01:00') }}
"""

RETURN = r"""
---
_value:
  description: The outcome. Each object has C(service), C(kind), C(id) and C(name).
  type: dict
  contains:
    began:
      description:
        - The objects that a later run has to end. After a start, these are the objects that it has put into
          maintenance, and those whose request failed. After an end, these are the objects that could not be ended.
        - Devices at Alertra also have C(until), the time at which the maintenance ends by itself.
      type: list
      elements: dict
    ended:
      description: The objects whose maintenance was ended.
      type: list
      elements: dict
    extended:
      description: The devices at Alertra that were already in maintenance, which was started again.
      type: list
      elements: dict
    unchanged:
      description: The objects that already were in the desired state.
      type: list
      elements: dict
    notes:
      description: What a user should know.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def maintenance_outcome(
    results: Mapping[str, Any], plan: Mapping[str, Any], listings: Mapping[str, Any], state: str, duration: str
) -> dict[str, Any]:
    """What a run has begun and ended."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _maintenance

    return _maintenance.maintenance_outcome(results, plan, listings, state, duration)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"maintenance_outcome": maintenance_outcome}
