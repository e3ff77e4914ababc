# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options and notes of all inventory plugins."""

from __future__ import annotations


class ModuleDocFragment:
    """Names of hosts and notes for all plugins."""

    DOCUMENTATION = r"""
options:
  hostname:
    description:
      - A Jinja2 expression for the host name. It can use the variables of the host, as in O(compose).
      - If not set, or if it has no value for a host, the name at the service is used, or the id if there is no name.
    type: str
notes:
  - If several hosts would have the same name, the id is appended to each of them, as in C(WEB-4bf5) and C(WEB-4c01).
    They remain separate hosts, regardless of the order in which the service lists them. For Ansible, hosts with the
    same name in different inventory files are one host. See O(hostname).
  - The name of a group is the prefix and the name at the service. Characters that Ansible does not allow are replaced
    by underscores. If two groups get the same name, they are merged, and a warning is issued.
  - C(ansible_host) is not set, because not every monitored object is a machine that Ansible can connect to. To set it,
    use O(compose) as in the examples.
  - All options except O(hostname), O(compose), O(groups) and O(keyed_groups) can be templates with lookups and extra
    variables, and can be encrypted with Ansible Vault.
  - Data from the service is never evaluated as a template. Secrets are neither added to the variables nor cached.
  - The cache keeps separate entries for different accounts, O(filters) and URLs.
"""
