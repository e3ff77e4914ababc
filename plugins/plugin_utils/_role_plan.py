# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of the roles onboarding and offboarding: which objects they declare at each service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._core.display import visible
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import config_kinds, parse_declared

Item = Mapping[str, Any]
"""An object, a site or a technician, as a dictionary of options."""

Declaration = dict[str, list[dict[str, Any]]]
"""The objects of one service, by kind, as its C(_config) module takes them."""

SITE_SERVICES = ("portmonitor", "pinghome", "alertra")
"""The services that a site can have a section for, in the order in which they are read."""


class Plan:
    """The declarations of all services, collected from the variables of a role.

    :ivar declarations: the objects, by service and kind
    :ivar places: the location of each object in the variables of the role, by service
    :ivar problems: a sentence for each error in the variables
    :ivar groups: the groups of Port Monitor whose targets have to be read
    :ivar tags: the tags of Alertra whose devices have to be read
    :ivar missing: what a site has no objects of, by service
    """

    def __init__(self) -> None:
        self.declarations: dict[str, Declaration] = {}
        self.places: dict[str, list[dict[str, str]]] = {}
        self.problems: list[str] = []
        self.groups: list[str] = []
        self.tags: list[str] = []
        self.missing: dict[str, list[str]] = {}
        self._locations: dict[tuple[Any, ...], str] = {}

    def add(self, service: str, option: str, item: Item, location: str, *, shared: bool = False) -> None:
        """Declare an object, and record what is wrong with it.

        :param option: the option of the C(_config) module that lists such objects, such as C(devices)
        :param location: the location of the object in the variables of the role
        :param shared: several sites may declare the same object with the same options
        """
        items = self.declarations.setdefault(service, {}).setdefault(option, [])
        if shared and item in items:
            return
        kind = config_kinds(service)[option]
        label = str(kind.label(item, item.get(kind.id_option)))
        self._check(service, option, item, label, location)
        place = {"place": f"{option}[{len(items)}]", "where": location, "kind": kind.name, "name": label}
        self.places.setdefault(service, []).append(place)
        items.append(dict(item))

    def _check(self, service: str, option: str, item: Item, label: str, location: str) -> None:
        kind = config_kinds(service)[option]
        # Ansible reserves the name message for itself, but the modules accept it as an alias.
        known = {*object_spec(kind), "message"}
        self.problems += [f"{location} ({label}): there is no option {name}" for name in item if name not in known]
        try:
            desired = parse_declared(service, kind, item, location)
        except InputError as exc:
            self.problems.append(str(exc))
            return
        first = self._locations.setdefault(_identity(service, desired), location)
        if first != location:
            self.problems.append(f"{kind.noun} {label} is declared twice: {first} and {location}")

    def as_dict(self) -> dict[str, Any]:
        """The plan as the filters return it."""
        return {
            "declarations": self.declarations,
            "places": self.places,
            "problems": [visible(problem) for problem in self.problems],
            "missing": self.missing,
            "groups": list(dict.fromkeys(self.groups)),
            "tags": list(dict.fromkeys(self.tags)),
        }


def _identity(service: str, desired: Desired) -> tuple[Any, ...]:
    """What only one declaration may have: the id of the object, or else its key."""
    kind = desired.kind
    if desired.id is not None:
        return service, kind.name, desired.id
    scope = desired.values.get(kind.scope) if kind.scope else None
    return (service, kind.name, scope, *(kind.by_name[name].normalize(desired.values.get(name)) for name in kind.key))


# -- sites -------------------------------------------------------------------------------------------------------------


def site_kinds(service: str) -> list[str]:
    """The options of a site that list objects of a service: every kind that can have several objects.

    The group at Port Monitor is missing here: a site has only one, so that its option is no list.
    """
    several = [option for option, kind in config_kinds(service).items() if not kind.singleton]
    return [option for option in several if (service, option) != ("portmonitor", "groups")]


def site_objects(site: Item, service: str, location: str) -> Iterator[tuple[str, Item, str]]:
    """The objects that a site lists at a service: the option of each, the object, and its location."""
    section = site.get(service) or {}
    for option in site_kinds(service):
        for index, item in enumerate(section.get(option) or ()):
            yield option, item, f"{location}.{option}[{index}]"


def check_site(plan: Plan, site: Item, location: str) -> None:
    """Record a site that has no section for any service."""
    if all(site.get(service) is None for service in SITE_SERVICES):
        plan.problems.append(f"{location} ({site.get('name')}) has none of portmonitor, pinghome and alertra")


def site_group(site: Item) -> dict[str, Any] | None:
    """The group of a site at Port Monitor, which is named like the site unless the site says otherwise.

    There is no group if every target of the site names another one.
    """
    section = site["portmonitor"]
    group, targets = section.get("group") or {}, section.get("targets") or ()
    if not group and targets and all(target.get("group") for target in targets):
        return None
    return dict(group) if group.get("group_id") else {"name": site["name"], **group}


def in_group(target: Item, group: Item | None) -> dict[str, Any]:
    """A target of a site: it is in the group of the site, unless it names another one."""
    if group is None:
        return dict(target)
    return {"group": group.get("name") or group.get("group_id"), **target}


def in_pinghome_service(site: Item, option: str, item: Item) -> dict[str, Any]:
    """An object of a site at Pinghome: it is in the service of the site, unless it names another one.

    An object that is declared by its id stays in its service: with C(service_id) it would be moved.
    """
    id_option = config_kinds("pinghome")[option].id_option
    if id_option and item.get(id_option):
        return dict(item)
    return {**renamed(site["pinghome"], service_id="service_id"), **item}


def renamed(item: Item, **names: str) -> dict[str, Any]:
    """Some options of an item under other names, those without a value left out.

    :param names: the new name of each, and the option of the item
    """
    return {new: item[old] for new, old in names.items() if item.get(old)}


def as_sequence(value: Any) -> Sequence[Any]:
    """A list, from all that Ansible accepts as one: a text with commas, and a single value. Empty for null."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if value is None or isinstance(value, (list, tuple)):
        return value or ()
    return (value,)
