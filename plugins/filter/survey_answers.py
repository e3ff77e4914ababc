# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert the answers of a survey to the types that they must have."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: survey_answers
short_description: Convert the answers of a survey to the types that they must have
description:
  - JSON, YAML and AWX may send a variable as another type than it must have. For example, YAML reads C(10:00) without
    quotes as a number. ansible-core 2.19 and newer do this also with the answers of AWX surveys. The password
    C(01234567) becomes the number 342391.
  - This filter converts what can be converted without loss. For other values, it returns a message that says what is
    allowed.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, variables
options:
  _input:
    description:
      - The values of the variables by name. V(none) and a blank string mean that a variable is not set.
    type: dict
    required: true
  variables:
    description:
      - The description of each variable by name. It is a dictionary with C(type), C(choices) and C(default). Either
        C(type) or C(choices) is required.
      - C(type) is one of the following. V(bool), V(int) and V(number) are booleans, integers and numbers. V(text) is a
        string, without blanks at its ends. V(secret) is a string that no message shows. V(reference) is a string or an
        integer. V(list) is a list of strings, or a string with commas or newlines. V(duration) is C(HH:MM). V(time) is
        a time in ISO 8601. V(dict) is a dictionary, or a string in YAML. V(shifts) is a value for the filter
        P(declarative.monitoring.agent_sessions#filter).
      - C(choices) are the allowed strings. With V(list), they are the allowed items.
      - C(default) is the value of a variable that is not set. Without it, the value is empty, or V(none) if the type
        has no empty value.
    type: dict
    required: true
seealso:
  - plugin: declarative.monitoring.survey_list
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Fail if the duration of a survey is not valid
  ansible.builtin.assert:
    that: survey.problems | length == 0
    fail_msg: "{{ survey.problems | join(' ') }}"
  vars:
    variables:
      pause: {type: duration}
      wait: {type: bool, default: true}
    survey: "{{ {'pause': 90, 'wait': ''} | declarative.monitoring.survey_answers(variables) }}"
    # => {"answers": {"pause": "01:30", "wait": true}, "problems": []}
"""

RETURN = r"""
---
_value:
  description: The converted variables, and the problems.
  type: dict
  contains:
    answers:
      description: The variables by name.
      type: dict
    problems:
      description: A message for each value that is not allowed. The variable then has its default in C(answers).
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any


def survey_answers(values: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The answers of a survey in their types, and the problems."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _answers

    return _answers.survey_answers(values, variables)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"survey_answers": survey_answers}
