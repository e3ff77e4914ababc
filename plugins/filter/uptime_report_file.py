# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format an uptime report as a file."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: uptime_report_file
short_description: Format an uptime report as a file
description:
  - Returns the text of a file of an uptime report.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, kind, template
options:
  _input:
    description: The report, as P(declarative.monitoring.uptime_report#filter) returns it.
    type: dict
    required: true
  kind:
    description:
      - V(html) is a page that loads nothing, V(csv) a table of the monitors, V(outages.csv) a table of the outages, and
        V(json) the report as data.
    type: str
    choices: [html, csv, outages.csv, json]
    required: true
  template:
    description:
      - The path of another template of the page, on the controller. By default that of the role
        P(declarative.monitoring.uptime_report#role).
    type: path
"""

EXAMPLES = r"""
---
- name: Write the page
  ansible.builtin.copy:
    content: "{{ report | declarative.monitoring.uptime_report_file('html') }}"
    dest: report.html
    mode: "0600"
"""

RETURN = r"""
---
_value:
  description: The text of the file.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def uptime_report_file(report: Mapping[str, Any], kind: str, template: str = "") -> str:
    """The content of a file of a report."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _uptime_files

    return _uptime_files.uptime_report_file(report, kind, template)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"uptime_report_file": uptime_report_file}
