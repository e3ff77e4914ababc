# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role offboarding: what declaration files would take back when they are applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ansible_collections.declarative.monitoring.plugins.module_utils._core.display import visible
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import UNSET
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, config_kinds
from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import Item

Disabled = Mapping[tuple[str, str], Any]
"""The options of a disabled object, by service and kind; None for a kind that is not disabled."""


@dataclass(frozen=True)
class _Leaving:
    """An object that is disabled or removed.

    :ivar ident: its id; empty if it is not known
    :ivar values: its known options
    """

    kind: Kind
    ident: str
    values: Item

    def is_declared_by(self, item: Item) -> bool:
        """Whether an object in a file is this one: it has the same id, or else the same name and no other key."""
        kind = self.kind
        if kind.id_option and item.get(kind.id_option) is not None:
            return str(item[kind.id_option]) == self.ident
        names = (item.get(kind.name_option), *_former_names(item))
        if kind.normalize_name(self.values.get(kind.name_option)) not in map(kind.normalize_name, names):
            return False
        return all(self._may_have(name, item.get(name)) for name in kind.key if name != kind.name_option)

    def _may_have(self, name: str, value: Any) -> bool:
        """Whether a part of the key can have this value; what is not known can have any."""
        known = self.values.get(name)
        return known is None or value is None or self.kind.by_name[name].same(known, value)


def _former_names(item: Item) -> Sequence[Any]:
    names = item.get("renamed_from") or ()
    return names if isinstance(names, list) else [names]


def still_declared(
    plan: Mapping[str, Any], existing: Mapping[str, Sequence[Item]], files: Mapping[str, Any], disabled: Disabled | None
) -> list[str]:
    """A sentence for each object that the files would enable or create again: its file, its line and what to change.

    :param plan: what C(plan_offboarding) returned, as a dictionary
    :param existing: the objects that exist, as changes of the C(_config) modules, by service
    :param files: what the lookup C(declarations) returned
    :param disabled: the options of a disabled object; None if the objects are removed
    """
    sentences = []
    for service, declared in files["declared"].items():
        leaving = list(_leaving(service, plan, existing))
        where = {one["place"]: one for one in files["places"].get(service, ())}
        for place, kind, item in _items(service, declared):
            is_leaving = any(one.kind is kind and one.is_declared_by(item) for one in leaving)
            change = _change(service, kind, item, disabled) if is_leaving else ""
            if change:
                sentences.append(visible(f"{where[place]['where']} ({where[place]['name']}): {change}"))
    return sentences


def _items(service: str, declared: Mapping[str, Any]) -> Iterator[tuple[str, Kind, Item]]:
    """The objects in the files, each with its place and kind; there is nothing to offboard of a singleton."""
    for option, kind in config_kinds(service).items():
        for index, item in enumerate(() if kind.singleton else declared.get(option) or ()):
            yield f"{option}[{index}]", kind, item


def _leaving(service: str, plan: Mapping[str, Any], existing: Mapping[str, Sequence[Item]]) -> Iterator[_Leaving]:
    """The objects that exist, with the options that they have, and all objects as the role declares them."""
    kinds = SERVICES[service].kinds
    for change in existing.get(service, ()):
        kind = kinds[change["kind"]]
        yield _Leaving(kind, str(change["id"] or ""), {kind.name_option: change["name"], **change.get("before", {})})
    by_option = config_kinds(service)
    for option, items in plan["declarations"].get(service, {}).items():
        kind = by_option[option]
        for item in items:
            yield _Leaving(kind, str(item.get(kind.id_option) or ""), item)


def _change(service: str, kind: Kind, item: Item, disabled: Disabled | None) -> str:
    """What to change in the file; empty if the file already declares the object as disabled or absent."""
    if item.get("state") == "absent":
        return ""
    if disabled is None:
        return "delete it, or set state: absent"
    options = disabled[service, kind.name] or {}
    wrong = [name for name, value in options.items() if not kind.by_name[name].same(_declared(kind, item, name), value)]
    return f"set {' and '.join(f'{name}: {_as_yaml(options[name])}' for name in wrong)}" if wrong else ""


def _declared(kind: Kind, item: Item, option: str) -> Any:
    """The value that a new object gets from the file. A file that says nothing of its use makes it active."""
    active = kind.by_name[option].active
    return item.get(option, None if active is UNSET else active)


def _as_yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True)
    return text.splitlines()[0]
