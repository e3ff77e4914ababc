# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format the results of probes as a profile for the sandbox."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: probe_profile
short_description: Format the results of probes as a profile for the sandbox
description:
  - Returns the values of the sandbox switches with which the sandbox behaves like the accounts.
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
- name: Write the profile
  ansible.builtin.copy:
    content: "{{ results | declarative.monitoring.probe_profile | to_nice_json }}"
    dest: profile.json
    mode: "0644"
  vars:
    results:
      alertra: "{{ alertra_result }}"
"""

RETURN = r"""
---
_value:
  description: The values of the switches, by service.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def probe_profile(results: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the sandbox switches by service."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _probe_report

    return _probe_report.probe_profile(results)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"probe_profile": probe_profile}
