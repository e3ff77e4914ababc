# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sum up the results of a role for a ticket."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: ticket
short_description: Sum up the results of a role for a ticket
description:
  - Takes the registered results of modules by service, and returns what they changed and what failed, with a summary
    that a person can paste into a ticket. It holds no secrets.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, places
options:
  _input:
    description:
      - The registered results, by service. Those of skipped tasks are left out.
    type: dict
    required: true
  places:
    description:
      - Where in the variables of the role the declarations stand.
    type: dict
    default: {}
  title:
    description:
      - What was done.
    type: str
    default: Monitoring
  check:
    description:
      - Whether it was only planned.
    type: bool
    default: false
  notes:
    description:
      - More lines for the summary.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
- name: Paste this into the ticket
  ansible.builtin.debug:
    msg: "{{ ({'alertra': alertra_result} | declarative.monitoring.ticket(title='Move of the shop')).summary }}"
"""

RETURN = r"""
---
_value:
  description: What became of it.
  type: dict
  contains:
    changed:
      description: Whether anything was changed, or in check mode would be.
      type: bool
    failed:
      description: Whether anything failed.
      type: bool
    services:
      description: What P(declarative.monitoring.config_outcome#filter) returns.
      type: dict
    failures:
      description: What failed, a sentence each.
      type: list
      elements: str
    summary:
      description: The lines for the ticket.
      type: list
      elements: str
      sample:
        - "Onboarding: done"
        - "SimpleHelp: created: technician anna"
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _outcome


def ticket(
    results: Mapping[str, Any],
    places: Mapping[str, Any] | None = None,
    title: str = "Monitoring",
    check: bool = False,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """What became of it."""
    return _outcome.ticket(results, places or {}, title, check, notes)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"ticket": ticket}
