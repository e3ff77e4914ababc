# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert an account to the text of a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: to_declaration
short_description: Convert an account to the text of a declaration
description:
  - Converts the result of a C(_config_info) module to the text of a YAML file, in the format of
    P(declarative.monitoring.declarations#lookup).
  - The text is stable. The same account always results in the same text, even if the service lists objects in another
    order. If an object changes, only its own lines change.
  - Options that the service does not return, such as passwords, are listed in a comment at each kind.
  - The first line names C(declarations.schema.json) in the same folder, a JSON Schema for editors. The role
    P(declarative.monitoring.monitoring_export#role) writes it.
  - Strings that look like templates are written with C(!unsafe). This prevents anyone who can name an object at the
    service from making Ansible run code.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, service
options:
  _input:
    description:
      - The account, as C(config) in the result of a C(_config_info) module.
    type: dict
    required: true
  service:
    description:
      - The service of the account.
    type: str
    choices:
      - alertra
      - pinghome
      - pingplotter
      - portmonitor
      - simplehelp
    required: true
"""

EXAMPLES = r"""
---
- name: Export an account
  declarative.monitoring.alertra_config_info:
  register: account

- name: Save the account to a file
  ansible.builtin.copy:
    content: "{{ account.config | declarative.monitoring.to_declaration('alertra') }}"
    dest: /etc/monitoring/alertra.yml
    mode: "0644"
"""

RETURN = r"""
---
_value:
  description: The text of the file.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def to_declaration(config: Mapping[str, Any], service: str) -> str:
    """The text of a file."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, dump

    if service not in SERVICES:
        raise AnsibleFilterError(f"there is no service {service}; there are {', '.join(sorted(SERVICES))}")
    if not isinstance(config, Mapping):
        raise AnsibleFilterError("the account must be a dictionary of kinds")
    return dump(service, config)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"to_declaration": to_declaration}
