# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find weaknesses in the accounts of a SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: simplehelp_audit
short_description: Find weaknesses in the accounts of a SimpleHelp server
description:
  - "Takes what the server shows of its technicians, its technician groups and its settings, and returns findings of
    these checks."
  - V(anonymous_technician) finds technicians that were made by a login through a group.
  - V(anonymous_logins) finds groups through which technicians without an account can log in.
  - V(no_restrictions) finds a server on which technicians can log in from every address. V(open_restriction) finds
    restrictions that allow every address.
  - V(no_mfa) finds groups that require no second factor. The text names the enabled technicians that need one in no
    other group, either.
  - V(disabled_in_group) finds disabled technicians that are still in a group.
  - What the server does not show is returned as not checked. It is not a finding.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, ignored
options:
  _input:
    description:
      - The registered results of M(declarative.monitoring.simplehelp_technician_info),
        M(declarative.monitoring.simplehelp_group_info) and M(declarative.monitoring.simplehelp_server_info), with the
        keys C(technicians), C(groups) and C(servers). One that failed makes its checks not checked.
    type: dict
    required: true
  ignored:
    description:
      - Findings to leave out. These are names of checks, or a check and the name of an object, such as
        V(no_mfa:Trainees).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
- name: Get the technicians
  declarative.monitoring.simplehelp_technician_info:
  register: technicians

- name: Get the technician groups
  declarative.monitoring.simplehelp_group_info:
  register: groups

- name: Get the settings of the server
  declarative.monitoring.simplehelp_server_info:
  register: servers

- name: Show the findings
  ansible.builtin.debug:
    msg: "{{ (results | declarative.monitoring.simplehelp_audit).findings }}"
  vars:
    results:
      technicians: "{{ technicians }}"
      groups: "{{ groups }}"
      servers: "{{ servers }}"
"""

RETURN = r"""
---
_value:
  description: The findings and what could not be checked.
  type: dict
  contains:
    findings:
      description: The findings, ordered by check, the most serious checks first.
      type: list
      elements: dict
      sample:
        - check: anonymous_technician
          kind: technician
          name: "kb2971"
          id: "1234"
          text: made by a login through a group, in First line, enabled
    not_checked:
      description: The checks that were not possible, in the same format. The text is the reason.
      type: list
      elements: dict
      sample: []
    ignored:
      description: How many findings were left out.
      type: int
      sample: 0
    summary:
      description: The number of findings of each check.
      type: dict
      sample:
        anonymous_technician: 1
        anonymous_logins: 0
        no_restrictions: 0
        open_restriction: 0
        no_mfa: 0
        disabled_in_group: 0
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def simplehelp_audit(results: Mapping[str, Any], ignored: Sequence[str] = ()) -> dict[str, Any]:
    """The findings, and what could not be checked."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _simplehelp_audit

    return _simplehelp_audit.audit(results, ignored)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"simplehelp_audit": simplehelp_audit}
