# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance at several services: which objects it takes, and which of them a run has begun.

At Alertra, a device is in maintenance. At Pinghome, a monitor is disabled. At PingPlotter Cloud, the sessions of an agent
are paused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.values import join_names

Object = Mapping[str, Any]
Declaration = dict[str, dict[str, list[dict[str, Any]]]]
"""The options of the modules, by service."""


@dataclass(frozen=True)
class _Type:
    """One kind of objects that can be in maintenance.

    :ivar option: the option of the module that takes the objects, and the result that lists them
    :ivar kind: the kind in the changes of a module
    :ivar id: the field with the id
    :ivar name: the field with the name
    :ivar field: the field that says whether it is in maintenance; empty for devices of Alertra, which have a module
    :ivar during: the value of this field during a maintenance
    :ivar after: the value of this field after a maintenance
    """

    service: str
    option: str
    kind: str
    id: str
    name: str = "name"
    field: str = ""
    during: Any = None
    after: Any = None


_MONITOR: dict[str, Any] = {"service": "pinghome", "field": "enabled", "during": False, "after": True}
_TYPES = (
    _Type("alertra", "devices", "device", "device_id", "short_name"),
    _Type(option="resources", kind="resource", id="resource_id", **_MONITOR),
    _Type(option="server_resources", kind="server_resource", id="server_resource_id", **_MONITOR),
    _Type(option="heartbeats", kind="heartbeat", id="heartbeat_id", **_MONITOR),
    _Type("pingplotter", "agents", "agent", "unique_id", field="sessions", during="paused", after="running"),
)


def start_declaration(named: Mapping[str, Sequence[Any]], found: Mapping[str, Sequence[Object]]) -> Declaration:
    """The declaration that puts monitors and agents into maintenance.

    :param named: names and ids, by option
    :param found: the objects of the account, by option
    :raises AnsibleFilterError: if a name is not that of exactly one object
    """
    declared: Declaration = {}
    for kind in _TYPES:
        if kind.field and named.get(kind.option):
            ids = dict.fromkeys(_find(kind, str(name), found.get(kind.option, ())) for name in named[kind.option])
            _add(declared, kind, ids, kind.during)
    return declared


def stop_declaration(began: Sequence[Object], found: Mapping[str, Sequence[Object]]) -> Declaration:
    """The declaration that ends what a run has begun. Objects that no longer exist are left out.

    :param began: what a run has begun, from its result
    :param found: the objects of the account, by option
    """
    declared: Declaration = {}
    for kind in _TYPES:
        existing = {str(one[kind.id]) for one in found.get(kind.option, ())}
        ids = [one["id"] for one in began if (one["service"], one["kind"]) == (kind.service, kind.kind)]
        _add(declared, kind, [ident for ident in ids if ident in existing], kind.after)
    return declared


def _add(declared: Declaration, kind: _Type, ids: Iterable[str], value: Any) -> None:
    """Add the objects with these ids to a declaration; at Alertra by their ids alone."""
    items = [{kind.id: ident, kind.field: value} if kind.field else {kind.id: ident} for ident in ids]
    if items:
        declared.setdefault(kind.service, {})[kind.option] = items


def _find(kind: _Type, name: str, objects: Sequence[Object]) -> str:
    """The id of the object with a name or an id.

    :raises AnsibleFilterError: if there is none, or if there are several objects of that name
    """
    found = [one for one in objects if one[kind.id] == name] or [one for one in objects if one.get(kind.name) == name]
    noun = kind.kind.replace("_", " ")
    if not found:
        near = did_you_mean(name, (str(one.get(kind.name)) for one in objects))
        raise AnsibleFilterError(f"there is no {noun} {name}{near}")
    if len(found) > 1:
        ids = join_names(one[kind.id] for one in found)
        raise AnsibleFilterError(f"there are {len(found)} {noun}s named {name}: use one of their ids, {ids}")
    return str(found[0][kind.id])


# -- results -----------------------------------------------------------------------------------------------------------


def changed_objects(results: Mapping[str, Object]) -> list[dict[str, str]]:
    """The objects that entered or left maintenance, by the registered results of the modules. Also those of failed tasks.

    A device whose maintenance was only extended is not among them.
    """
    return [
        {"service": kind.service, "kind": kind.kind, "id": str(change["id"]), "name": str(change["name"])}
        for kind in _TYPES
        for change in results.get(kind.service, {}).get("changes") or ()
        if change["kind"] == kind.kind and (kind.field or "in_maintenance") in change["fields"]
    ]


def unchanged_objects(
    declared: Mapping[str, Any], results: Mapping[str, Object], found: Mapping[str, Sequence[Object]]
) -> list[dict[str, str]]:
    """The objects that already were as declared, of the services that did not fail."""
    changed = {(one["kind"], one["id"]) for one in changed_objects(results)}
    unchanged = []
    for kind in _TYPES:
        result = results.get(kind.service, {})
        if result.get("failed") or result.get("skipped"):
            continue
        listed = result.get("devices", ()) if not kind.field else declared.get(kind.service, {}).get(kind.option, ())
        names = {str(one[kind.id]): str(one.get(kind.name)) for one in (*found.get(kind.option, ()), *listed)}
        for one in listed:
            ident = str(one[kind.id])
            if (kind.kind, ident) not in changed:
                unchanged.append({"service": kind.service, "kind": kind.kind, "id": ident, "name": names[ident]})
    return unchanged
