# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize the results of modules that manage whole accounts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: config_outcome
short_description: Summarize the results of modules that manage whole accounts
description:
  - Takes the registered results of C(_config) tasks by service. Returns the changes and the failures of each task.
    Results of skipped tasks are omitted.
  - A location in a message, such as C(devices[3]), is replaced by the file, the line and the key of the declaration.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, places
options:
  _input:
    description:
      - The registered results, by service.
    type: dict
    required: true
  places:
    description:
      - The locations of the declared objects in the files, as returned by
        P(declarative.monitoring.declarations#lookup).
    type: dict
    default: {}
seealso:
  - plugin: declarative.monitoring.config_report
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Apply the declaration for Alertra
  declarative.monitoring.alertra_config:
    devices: "{{ monitoring.declared.alertra.devices }}"
  register: alertra_result
  ignore_errors: true

- name: Register the outcome
  ansible.builtin.set_fact:
    outcome: "{{ {'alertra': alertra_result} | declarative.monitoring.config_outcome(monitoring.places) }}"
"""

RETURN = r"""
---
_value:
  description: The outcome of each account.
  type: dict
  sample:
    alertra:
      changed: true
      failed: false
      msg: ""
      changes:
        - {kind: device, name: WWW, id: "17", action: update, fields: [frequency]}
      summary: {create: 0, update: 1, delete: 0, recreate: 0, unchanged: 30, failed: 0, skipped: 0}
      failures: []
"""

from collections.abc import Callable, Mapping
from typing import Any


def config_outcome(results: Mapping[str, Any], places: dict[str, Any] | None = None) -> dict[str, Any]:
    """The outcome of each account."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import outcome

    return outcome(results, places or {})


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"config_outcome": config_outcome}
