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
  sanitize_hostnames:
    description:
      - Whether to replace characters in host names, including those from O(hostname). Letters, digits, dots, hyphens
        and underscores stay. Each series of other characters becomes an underscore, such as C(mail.example.com_25) for
        C(mail.example.com:25). Leading dots and hyphens are removed.
      - Other characters have a meaning for Ansible, in patterns and in the paths of C(host_vars), and for AWX, which
        cuts a name at a colon. Anyone who can name an object at the service could use them.
      - If V(false), only invisible characters and braces are replaced, and leading hyphens are removed.
      - The original name is in the variables of the host.
    type: bool
    default: true
  merge_hosts:
    description:
      - Whether to merge an object with the host of the same name from another inventory source. The host then has the
        variables of both.
      - If V(false), the name of the service and a hyphen are put in front of such a name, as in C(alertra-web), and a
        warning is issued. Otherwise, anyone who can name an object at the service could change the variables of other
        hosts. Only hosts of sources that Ansible has read before are known, so list this source last.
      - A name of a group or of the local host, such as C(localhost), is never used for an object.
    type: bool
    default: false
notes:
  - If several hosts would have the same name, the id is appended to each of them, as in C(WEB-4bf5) and C(WEB-4c01).
    They remain separate hosts, regardless of the order in which the service lists them.
  - The name of a group is the prefix and the name at the service. Characters that Ansible does not allow are replaced
    by underscores. If two groups get the same name, they are merged, and a warning is issued. If a group would have the
    name of a host, the name of the service is put in front of the name of the group. Give each entry of O(keyed_groups)
    a prefix, so that values of the service cannot be names of your own groups.
  - C(ansible_host) is not set, because not every monitored object is a machine that Ansible can connect to. To set it,
    use O(compose) as in the examples.
  - All options except O(hostname), O(compose), O(groups) and O(keyed_groups) can be templates with lookups and extra
    variables, and can be encrypted with Ansible Vault.
  - Data from the service is never evaluated as a template. Secrets are neither added to the variables nor cached.
  - The cache keeps separate entries for different accounts, O(filters) and URLs.
"""
