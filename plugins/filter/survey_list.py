# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a list out of what a survey returns."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: survey_list
short_description: Read a list out of what a survey returns
description:
  - Surveys return text. This filter makes a list of it, whose items stand between commas or on lines of their own.
  - A text in brackets is read as YAML, such as C(['Ada, Ben', Eve]), so that items may have commas in them.
  - A list stays as it is. Nothing, and an empty text, are an empty list.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - A list, a text, or V(none).
    type: raw
    required: true
"""

EXAMPLES = r"""
---
- name: The services of a survey
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

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _survey


def survey_list(value: str | Sequence[Any] | None) -> list[Any]:
    """The list."""
    return _survey.survey_list(value)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"survey_list": survey_list}
