# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create the declarations of an onboarding."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: onboarding_plan
short_description: Create the declarations of an onboarding
description:
  - Turns the variables of the role P(declarative.monitoring.onboarding#role) into declarations for the C(_config)
    modules. Validates them like the modules do, but without requests.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - A dictionary with the keys C(technicians), C(agents) and C(sites).
    type: dict
    required: true
seealso:
  - plugin: declarative.monitoring.onboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: Show the declarations for an agent
  ansible.builtin.debug:
    msg: "{{ {'agents': [{'name': 'laptop-17'}]} | declarative.monitoring.onboarding_plan }}"
"""

RETURN = r"""
---
_value:
  description: The declarations.
  type: dict
  contains:
    declarations:
      description: The declared objects, by service and kind. They contain the passwords from the variables.
      type: dict
      sample: {pingplotter: {agents: [{name: laptop-17}]}}
    places:
      description: The locations of the objects in the variables, for P(declarative.monitoring.ticket#filter).
      type: dict
    problems:
      description: Errors in the variables. Each item is a sentence.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def onboarding_plan(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The declarations of technicians, agents and sites."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _onboarding

    technicians, agents, sites = (variables.get(name) or () for name in ("technicians", "agents", "sites"))
    return _onboarding.plan_onboarding(technicians, agents, sites).as_dict()


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"onboarding_plan": onboarding_plan}
