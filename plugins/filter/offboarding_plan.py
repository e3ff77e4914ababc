# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work out what belongs to what leaves."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: offboarding_plan
short_description: Work out what belongs to what leaves
description:
  - Turns the variables of the role P(declarative.monitoring.offboarding#role), and what was looked up, into
    declarations of absent objects, and checks them.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The C(technicians), C(agents), C(sites) and C(maintenance_duration), and of what was looked up C(seen_users),
        C(seen_technicians), C(seen_tags) and C(seen_targets).
    type: dict
    required: true
  remove:
    description:
      - Whether the objects are to be deleted, together with the groups and tags that hold them.
    type: bool
    default: false
seealso:
  - plugin: declarative.monitoring.offboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: What belongs to an agent
  ansible.builtin.debug:
    msg: "{{ {'agents': ['laptop-17']} | declarative.monitoring.offboarding_plan }}"
"""

RETURN = r"""
---
_value:
  description: The declarations.
  type: dict
  contains:
    declarations:
      description: What is declared absent, by service and kind.
      type: dict
      sample: {pingplotter: {agents: [{name: laptop-17, state: absent}]}}
    places:
      description: Where in the variables it stands, for P(declarative.monitoring.ticket#filter).
      type: dict
    groups:
      description: The groups of Port Monitor of which has to be known what they hold.
      type: list
      elements: str
    tags:
      description: The tags of Alertra of which has to be known what they hold.
      type: list
      elements: str
    missing:
      description: What a site is said to have and has nothing of, by service.
      type: dict
      sample: {alertra: [devices with the tag Berlin]}
    problems:
      description: What is wrong with the variables, and what others still use, a sentence each.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def offboarding_plan(variables: Mapping[str, Any], remove: bool = False) -> dict[str, Any]:
    """The declarations."""
    # Here, as Ansible imports this file on its way to other filters too, and importing the services takes long.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _onboarding

    seen = {name: variables.get(f"seen_{name}") or () for name in ("users", "technicians", "tags", "targets")}
    technicians, agents, sites = (variables.get(name) or () for name in ("technicians", "agents", "sites"))
    duration = variables.get("maintenance_duration")
    return _onboarding.offboarding(technicians, agents, sites, remove, seen, duration).as_dict()


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"offboarding_plan": offboarding_plan}
