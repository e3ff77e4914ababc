# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format the outcome of whole accounts as lines of text."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: config_report
short_description: Format the outcome of whole accounts as lines of text
description:
  - Returns a table of the services, and a line for each change and each failure, for use with M(ansible.builtin.debug).
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The outcome of each account, as returned by P(declarative.monitoring.config_outcome#filter).
    type: dict
    required: true
  errors_only:
    description:
      - Whether to return only the failures.
    type: bool
    default: false
"""

EXAMPLES = r"""
---
- name: Show the changes
  ansible.builtin.debug:
    msg: "{{ outcome | declarative.monitoring.config_report }}"

- name: Fail with the reasons
  ansible.builtin.fail:
    msg: "{{ outcome | declarative.monitoring.config_report(errors_only=true) | join(' ') }}"
  when: outcome.values() | selectattr('failed') | length > 0
"""

RETURN = r"""
---
_value:
  description: The lines.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def config_report(outcomes: Mapping[str, Any], errors_only: bool = False) -> list[str]:
    """The outcome, or only its failures, as lines of text."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import errors, report

    return errors(outcomes) if errors_only else report(outcomes)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"config_report": config_report}
