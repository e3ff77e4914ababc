# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert the answer of a survey to a list."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: survey_list
short_description: Convert the answer of a survey to a list
description:
  - Surveys return strings. This filter splits a string into a list, at commas and newlines.
  - A string in brackets is parsed as YAML, such as C(['Ada, Ben', Eve]). Its items can contain commas.
  - Strings in a list are trimmed. V(none) and an empty string become an empty list.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - A list, a string, or V(none).
    type: raw
    required: true
"""

EXAMPLES = r"""
---
- name: Convert the services of a survey
  ansible.builtin.debug:
    msg: "{{ 'alertra, pinghome' | declarative.monitoring.survey_list }}"
  # => ["alertra", "pinghome"]
"""

RETURN = r"""
---
_value:
  description: The list.
  type: list
  elements: raw
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError


def survey_list(value: str | Sequence[Any] | None) -> list[Any]:
    """The answer of a survey as a list."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _survey
    from ansible_collections.declarative.monitoring.plugins.plugin_utils._bounded_yaml import TooLargeError

    try:
        return _survey.survey_list(value)
    except TooLargeError as exc:
        raise AnsibleFilterError(f"the list {exc}") from None


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"survey_list": survey_list}
