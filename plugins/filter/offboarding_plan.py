# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the objects to remove in an offboarding."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: offboarding_plan
short_description: Find the objects to remove in an offboarding
description:
  - Turns the variables of the role P(declarative.monitoring.offboarding#role) and the current state of the services
    into declarations of absent objects, and validates them.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - A dictionary with the variables C(technicians), C(agents), C(sites) and C(maintenance_duration), and with the
        current objects in C(seen_users), C(seen_technicians), C(seen_tags) and C(seen_targets).
    type: dict
    required: true
  remove:
    description:
      - Whether to delete the objects, together with the groups and tags that contain them.
    type: bool
    default: false
seealso:
  - plugin: declarative.monitoring.offboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: Find the objects of an agent
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
      description: The absent objects, by service and kind.
      type: dict
      sample: {pingplotter: {agents: [{name: laptop-17, state: absent}]}}
    places:
      description: The locations of the objects in the variables, for P(declarative.monitoring.ticket#filter).
      type: dict
    groups:
      description: The Port Monitor groups whose contents must be read first.
      type: list
      elements: str
    tags:
      description: The Alertra tags whose devices must be read first.
      type: list
      elements: str
    missing:
      description: Objects that are expected for a site but do not exist, by service.
      type: dict
      sample: {alertra: [devices with the tag Berlin]}
    problems:
      description: Errors in the variables, and objects that are still in use elsewhere. Each item is a sentence.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def offboarding_plan(variables: Mapping[str, Any], remove: bool = False) -> dict[str, Any]:
    """The declarations of absent objects."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _offboarding

    observed = _offboarding.Observed(
        users=variables.get("seen_users") or (),
        technicians=variables.get("seen_technicians") or (),
        targets=variables.get("seen_targets") or (),
        tags=variables.get("seen_tags") or (),
    )
    technicians, agents, sites = (variables.get(name) or () for name in ("technicians", "agents", "sites"))
    duration = variables.get("maintenance_duration")
    plan = _offboarding.plan_offboarding(
        technicians, agents, sites, remove=remove, observed=observed, duration=duration
    )
    return plan.as_dict()


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"offboarding_plan": offboarding_plan}
