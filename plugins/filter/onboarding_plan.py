# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work out the declarations of an onboarding."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: onboarding_plan
short_description: Work out the declarations of an onboarding
description:
  - Turns the variables of the role P(declarative.monitoring.onboarding#role) into declarations for the C(_config)
    modules, and checks them as the modules do, without any request.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The technicians, agents and sites, under these keys.
    type: dict
    required: true
seealso:
  - plugin: declarative.monitoring.onboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: What an agent takes
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
      description: What is declared, by service and kind. It holds the passwords that the variables hold.
      type: dict
      sample: {pingplotter: {agents: [{name: laptop-17}]}}
    places:
      description: Where in the variables it stands, for P(declarative.monitoring.ticket#filter).
      type: dict
    problems:
      description: What is wrong with the variables, a sentence each.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def onboarding_plan(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The declarations."""
    # Here, as Ansible imports this file on its way to other filters too, and importing the services takes long.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _onboarding

    technicians, agents, sites = (variables.get(name) or () for name in ("technicians", "agents", "sites"))
    return _onboarding.onboarding(technicians, agents, sites).as_dict()


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"onboarding_plan": onboarding_plan}
