# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute the figures of an uptime report."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: uptime_report
short_description: Compute the figures of an uptime report
description:
  - Returns the availability, the outages and the response times of the monitors in the results of
    M(declarative.monitoring.alertra_device_info), M(declarative.monitoring.pinghome_resource_info) and
    M(declarative.monitoring.portmonitor_target_info).
  - The role P(declarative.monitoring.uptime_report#role) uses it.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, period, selection, target, title
options:
  _input:
    description:
      - The results of the modules, a list for each of V(alertra), V(pinghome) and V(portmonitor). If a monitor is in
        several results, they are merged.
    type: dict
    required: true
  period:
    description: The result of P(declarative.monitoring.uptime_period#filter).
    type: dict
    required: true
  selection:
    description: The result of P(declarative.monitoring.uptime_selection#filter).
    type: dict
    required: true
  target:
    description: The availability that must be reached, in percent.
    type: float
    required: true
  title:
    description: The title of the report.
    type: str
    default: ""
"""

EXAMPLES = r"""
---
- name: Compute the figures
  ansible.builtin.set_fact:
    report: "{{ {'alertra': [devices]} | declarative.monitoring.uptime_report(period, selection, 99.9) }}"
  vars:
    period: "{{ '2026-10' | declarative.monitoring.uptime_period }}"
    selection: "{{ [] | declarative.monitoring.uptime_selection }}"
"""

RETURN = r"""
---
_value:
  description:
    - The report. C(monitors) has the figures, C(customers) the monitors of each customer, C(unmatched) the parts of the
      selection that no monitor matches.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def uptime_report(
    results: Mapping[str, Any], period: Mapping[str, Any], selection: Mapping[str, Any], target: Any, title: str = ""
) -> dict[str, Any]:
    """The report as data."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _uptime_report

    return _uptime_report.uptime_report(results, period, selection, target, title)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"uptime_report": uptime_report}
