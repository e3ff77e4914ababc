# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write an account as the text of a declaration."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: to_declaration
short_description: Write an account as the text of a declaration
description:
  - Turns what a C(_config_info) module returns into the text of a YAML file, in the form that
    P(declarative.monitoring.declarations#lookup) reads.
  - The text is stable. The same account makes the same text, whatever order the service lists things in, and an object
    that changes makes for other lines where it stands, and nowhere else.
  - What the service does not show, such as passwords, is named in a comment on the kind that has it.
  - Text that looks like a template is written with C(!unsafe), so that nobody who can name an object at the service can
    make Ansible run anything.
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
- name: Look up an account
  declarative.monitoring.alertra_config_info:
  register: account

- name: Keep it in a file
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
    # Here, as Ansible imports this file on its way to other filters too, and importing the services takes long.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, dump

    if service not in SERVICES:
        raise AnsibleFilterError(f"there is no service {service}; there are {', '.join(sorted(SERVICES))}")
    if not isinstance(config, Mapping):
        raise AnsibleFilterError("the account must be a dictionary of kinds")
    return dump(service, config)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"to_declaration": to_declaration}
