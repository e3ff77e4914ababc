# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugins have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Names of hosts, and what holds for all plugins."""

    DOCUMENTATION = r"""
options:
  hostname:
    description:
      - A Jinja2 expression for the name of a host, made of its variables as in O(compose).
      - If not set, or if it has no value for a host, the host has the name that the service knows, or else the id.
    type: str
notes:
  - Hosts that would have the same name get the id added to it, each of them, such as C(WEB-4bf5) and C(WEB-4c01). So no
    two become one, and it does not matter which one the service lists first. Hosts of the same name in different
    inventory files are one host to Ansible; see O(hostname).
  - The names of groups are those of the service after its prefix, with an underscore in place of each character that
    Ansible does not allow there. Where two groups get the same name that way, they become one, with a warning.
  - C(ansible_host) is not set, since what a monitor looks at is not always a machine to log in to. See the examples for
    O(compose).
  - All options but O(hostname), O(compose), O(groups) and O(keyed_groups) may be templates, with lookups and with extra
    variables, and may be encrypted by Ansible Vault.
  - What the service says is never taken for a template. Secrets are neither variables nor cached.
  - The cache keeps the answers of different accounts, O(filters) and URLs apart.
"""
