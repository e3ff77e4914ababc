# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format the monitors of an uptime report for a table."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: uptime_report_lines
short_description: Format the monitors of an uptime report for a table
description:
  - Returns the monitors of a report with their figures as texts, for P(declarative.monitoring.text_table#filter).
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description: The report, as P(declarative.monitoring.uptime_report#filter) returns it.
    type: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Show the availability of the monitors
  ansible.builtin.debug:
    msg: "{{ report | declarative.monitoring.uptime_report_lines | declarative.monitoring.text_table(columns) }}"
  vars:
    columns:
      name: monitor
      availability: availability
"""

RETURN = r"""
---
_value:
  description: The monitors, by name.
  type: list
  elements: dict
  sample:
    - name: WWW
      service: Alertra
      availability: 99.950 %
      target: met
      outages: "1"
      down: 22 min 20 s
"""

from collections.abc import Callable, Mapping
from typing import Any


def uptime_report_lines(report: Mapping[str, Any]) -> list[dict[str, str]]:
    """The monitors of a report with their figures as texts."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _uptime_files

    return _uptime_files.uptime_report_lines(report)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"uptime_report_lines": uptime_report_lines}
