# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find answers of a survey that are no longer text."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: survey_problems
short_description: Find answers of a survey that are no longer text
description:
  - AWX passes the answers of a survey as variables. ansible-core 2.19 and newer read them like YAML without quotes. The
    password C(01234567) becomes the number 342391, and the user name C(0123) becomes 83.
  - The text cannot be recovered from the number. This filter finds such answers, so that a playbook can refuse them.
  - Strings, lists and V(none) are accepted. No value is shown.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - The answers, by the name of the variable.
    type: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Check the answers
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ {'agent_name': agent_name} | declarative.monitoring.survey_problems }}"
"""

RETURN = r"""
---
_value:
  description: The sentences about the answers that are no longer text.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _survey


def survey_problems(answers: Mapping[str, Any]) -> list[str]:
    """A sentence about the answers that are no longer text."""
    return _survey.survey_problems(answers)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"survey_problems": survey_problems}
