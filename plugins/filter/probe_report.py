# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format the results of probes as a report."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: probe_report
short_description: Format the results of probes as a report in Markdown
description:
  - Returns a report to read and to publish in an issue tracker. It contains no values from an account.
  - If the probe of a service failed, the report says so, but does not contain the message, which may contain values.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The registered results of C(_probe) modules, such as M(declarative.monitoring.alertra_probe), by service.
        Results of skipped tasks are left out.
    type: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Write the report
  ansible.builtin.copy:
    content: "{{ results | declarative.monitoring.probe_report }}"
    dest: report.md
    mode: "0644"
  vars:
    results:
      alertra: "{{ alertra_result }}"
"""

RETURN = r"""
---
_value:
  description: The report.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def probe_report(results: Mapping[str, Any]) -> str:
    """The report in Markdown."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _probe_report

    return _probe_report.probe_report(results)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"probe_report": probe_report}
