# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the monitors of an uptime report."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: uptime_selection
short_description: Select the monitors of an uptime report
description:
  - Returns the selection as data for the filter P(declarative.monitoring.uptime_report#filter).
  - If there are tags, groups or services, only monitors with one of them are selected. Names narrow the selection down.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, groups, services, names
options:
  _input:
    description: Names of tags at Alertra.
    type: list
    elements: str
    required: true
  groups:
    description: Names of groups at Port Monitor.
    type: list
    elements: str
    default: []
  services:
    description: Ids of services at Pinghome. V(NAME=ID) gives a service a name.
    type: list
    elements: str
    default: []
  names:
    description: Patterns for the names of monitors, such as V(web-*).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
- name: Select the monitors of a customer
  ansible.builtin.set_fact:
    selection: "{{ ['vienna'] | declarative.monitoring.uptime_selection(['VIENNA']) }}"
"""

RETURN = r"""
---
_value:
  description:
    - C(labels) has the tags, groups and services by the service that has them, C(names) the patterns. C(by_label) says
      whether there are any labels.
  type: dict
  sample:
    labels:
      alertra: {vienna: vienna}
      pinghome: {}
      portmonitor: {VIENNA: VIENNA}
    names: []
    by_label: true
"""

from collections.abc import Callable, Sequence
from typing import Any


def uptime_selection(
    tags: Sequence[str] = (), groups: Sequence[str] = (), services: Sequence[str] = (), names: Sequence[str] = ()
) -> dict[str, Any]:
    """The selection of a report."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _uptime_report

    return _uptime_report.uptime_selection(tags, groups, services, names)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"uptime_selection": uptime_selection}
