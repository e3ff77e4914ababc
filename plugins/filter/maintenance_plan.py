# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the start or the end of a maintenance."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: maintenance_plan
short_description: Plan the start or the end of a maintenance
description:
  - Takes the variables of the role P(declarative.monitoring.maintenance#role). Returns what the role has to list, and
    the declarations that start or end the maintenance.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, host, listings
options:
  _input:
    description:
      - The variables of the role.
    type: dict
    required: true
  host:
    description:
      - The name of the host on which the role runs.
    type: str
    required: true
  listings:
    description:
      - The registered results of the C(_info) modules, by the name of the list in them. Without them, the plan is a
        draft.
    type: dict
"""

EXAMPLES = r"""
---
- name: Show what has to be listed
  ansible.builtin.debug:
    msg: "{{ (variables | declarative.monitoring.maintenance_plan(inventory_hostname)).reads }}"
"""

RETURN = r"""
---
_value:
  description: The plan.
  type: dict
  contains:
    problems:
      description: Why the plan must not be carried out. Each item is a part of a sentence.
      type: list
      elements: str
    reads:
      description: The names of the lists that are needed.
      type: list
      elements: str
      sample: [resources, agents]
    declarations:
      description: The options of the modules, by service. In a draft, without what has to be listed first.
      type: dict
    began:
      description: The objects that an earlier run has begun, and that may still have to be ended.
      type: list
      elements: dict
    until:
      description: The time at which a maintenance at Alertra that is started now ends by itself.
      type: str
    notes:
      description: What a user should know.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def maintenance_plan(
    variables: Mapping[str, Any], host: str, listings: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a run does, and why it must not."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _maintenance

    return _maintenance.plan_maintenance(variables, host, listings)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"maintenance_plan": maintenance_plan}
