# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations in the variables of inventory hosts, as declarations in files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager

from ._declarations import Document
from ._unresolved import resolver

_VARIABLE = "monitoring"


def host_documents(pattern: str, task_vars: Mapping[str, Any], loader: Any, templar: Any) -> list[Document]:
    """What the variable C(monitoring) of each host declares. Its templates have the variables of that host.

    :param pattern: the hosts, as in C(hosts) of a play
    :raises AnsibleError: if no host has that name, or if none of the hosts has the variable
    """
    names = _hosts(pattern, task_vars["groups"], loader)
    if not names:
        raise AnsibleError(f"No host of the inventory matches {pattern}.")
    documents = []
    for name in names:
        variables = task_vars["hostvars"].raw_get(name)
        if _VARIABLE in variables:
            template = resolver(templar.copy_with_new_env(available_variables=variables))
            documents.append(Document(f"host {name}", _resolved(variables[_VARIABLE], template, name), {}, template))
    if not documents:
        raise AnsibleError(f"None of the hosts that match {pattern} has the variable {_VARIABLE}.")
    return documents


def _hosts(pattern: str, groups: Mapping[str, Any], loader: Any) -> list[str]:
    manager = InventoryManager(loader, parse=False)
    for group, hosts in groups.items():
        manager.add_group(group)
        for host in hosts:
            manager.add_host(host, group=group)
    return [host.name for host in manager.get_hosts(pattern=pattern)]


def _resolved(value: Any, template: Any, host: str) -> Any:
    """The variable; a template for it as a whole is resolved, those inside of it are left to the reader."""
    if not isinstance(value, str):
        return value
    try:
        return template(value)
    except AnsibleError as exc:
        raise AnsibleError(f"host {host} {_VARIABLE}: {getattr(exc, 'message', None) or exc}") from None
