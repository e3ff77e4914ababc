# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Format a list of dictionaries as a table in plain text."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: text_table
short_description: Format a list of dictionaries as a table in plain text
description:
  - Returns the lines of a table that a person can read on a screen or in a ticket. The columns are aligned.
  - Characters that a terminal would obey are escaped.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, columns
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description:
      - The heading of each column, by the key of its values, in the order of the columns. A value that a row lacks is
        empty.
    type: dict
    required: true
  limit:
    description: The number of rows to show. A last line says how many others there are. V(0) shows all rows.
    type: int
    default: 0
"""

EXAMPLES = r"""
---
- name: Show the devices that are down
  ansible.builtin.debug:
    msg: "{{ found.devices | declarative.monitoring.text_table({'short_name': 'device', 'status_since': 'since'}) }}"
"""

RETURN = r"""
---
_value:
  description: The lines. Empty without rows.
  type: list
  elements: str
  sample:
    - device  since
    - WWW     2026-10-01T12:00:00+00:00
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def text_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], limit: int = 0) -> list[str]:
    """The lines of a table."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _tables

    return _tables.text_table(rows, columns, limit)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"text_table": text_table}
