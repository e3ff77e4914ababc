# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a text from a service fit for one line of a screen or a ticket."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: one_line
short_description: Make a text from a service fit for one line of a screen or a ticket
description:
  - Escapes line breaks, other control characters and invisible characters. A name could otherwise forge or hide a line
    of a ticket, or of what a terminal shows.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  _input:
    description: The text. Other values are converted to text. The items of a list are joined with commas. V(none) is an
      empty string.
    type: raw
    required: true
seealso:
  - plugin: declarative.monitoring.text_table
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Show the name of a device
  ansible.builtin.debug:
    msg: "{{ device.full_name | declarative.monitoring.one_line }} is down."
"""

RETURN = r"""
---
_value:
  description: The text in one line.
  type: str
  sample: WWW\nMaintenance yes
"""

from collections.abc import Callable
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var


def one_line(value: Any) -> str:
    """A value in one line. It is marked as no template: ansible-core before 2.19 could evaluate it."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _tables

    text: str = wrap_var(_tables.one_line(value))
    return text


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"one_line": one_line}
