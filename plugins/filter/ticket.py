# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize the results of a role for a ticket."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: ticket
short_description: Summarize the results of a role for a ticket
description:
  - Takes the registered results of modules by service. Returns the changes and the failures, with a summary to paste
    into a ticket. The summary contains no secrets.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, places
options:
  _input:
    description:
      - The registered results, by service. Results of skipped tasks are omitted.
    type: dict
    required: true
  places:
    description:
      - The locations of the declared objects in the variables of the role.
    type: dict
    default: {}
  title:
    description:
      - The title of the summary.
    type: str
    default: Monitoring
  check:
    description:
      - Whether the changes were only planned.
    type: bool
    default: false
  notes:
    description:
      - Additional lines for the summary.
    type: list
    elements: str
    default: []
  verbs:
    description:
      - The words that the summary uses for a change, by kind of object, such as C(disabled) or C(roles removed). The
        default is C(changed). The last word must be a participle.
    type: dict
    default: {}
    version_added: 0.9.0
"""

EXAMPLES = r"""
---
- name: Show the lines for the ticket
  ansible.builtin.debug:
    msg: "{{ ({'alertra': alertra_result} | declarative.monitoring.ticket(title='Move of the shop')).summary }}"
"""

RETURN = r"""
---
_value:
  description: The outcome.
  type: dict
  contains:
    changed:
      description: Whether anything was changed. In check mode, whether anything would be changed.
      type: bool
    failed:
      description: Whether anything failed.
      type: bool
    services:
      description: The outcome of each service, as returned by P(declarative.monitoring.config_outcome#filter).
      type: dict
    failures:
      description: The failures. Each item is a sentence.
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


def ticket(
    results: Mapping[str, Any],
    places: Mapping[str, Any] | None = None,
    title: str = "Monitoring",
    check: bool = False,
    notes: Sequence[str] = (),
    verbs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The outcome of the role, with a summary for a ticket."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _outcome

    return _outcome.ticket(results, places or {}, title, check, notes, verbs or {})


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"ticket": ticket}
