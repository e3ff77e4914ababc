# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role offboarding: the objects of technicians, agents and sites, and how they are disabled or removed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.validate import parse_options
from ansible_collections.declarative.monitoring.plugins.module_utils._core.display import visible
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import MAINTENANCE
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, config_kinds
from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import (
    SITE_SERVICES,
    Declaration,
    Item,
    Plan,
    as_sequence,
    check_site,
    in_group,
    in_pinghome_service,
    site_group,
    site_kinds,
    site_objects,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._still_declared import still_declared

DISABLED: dict[tuple[str, str], Item | None] = {
    ("simplehelp", "technician"): {"enabled": False},
    ("simplehelp", "group"): None,
    ("simplehelp", "machine"): None,
    ("simplehelp", "machine_group"): None,
    ("simplehelp", "server"): None,
    ("pingplotter", "agent"): {"sessions": "paused"},
    ("pingplotter", "user"): {"roles": []},
    ("portmonitor", "group"): None,
    ("portmonitor", "target"): None,
    ("portmonitor", "profile"): None,
    ("pinghome", "resource"): {"enabled": False},
    ("pinghome", "server_resource"): {"enabled": False},
    ("pinghome", "heartbeat"): {"enabled": False},
    ("pinghome", "integration"): None,
    # Needs no option: the role starts maintenance, with the module alertra_maintenance.
    ("alertra", "device"): {},
    ("alertra", "tag"): None,
}
"""The options of a disabled object, by service and kind. C(None) marks a kind that mode C(disable) leaves unchanged."""


@dataclass(frozen=True)
class Observed:
    """What was read from the services before planning; a list is empty if it did not have to be read.

    :ivar users: the users of PingPlotter Cloud
    :ivar technicians: the technicians of SimpleHelp
    :ivar targets: the targets of Port Monitor
    :ivar tags: the tags of Alertra
    """

    users: Sequence[Item] = ()
    technicians: Sequence[Item] = ()
    targets: Sequence[Item] = ()
    tags: Sequence[Item] = ()


# -- plan --------------------------------------------------------------------------------------------------------------


def plan_offboarding(
    technicians: Sequence[Item],
    agents: Sequence[Any],
    sites: Sequence[Item],
    *,
    remove: bool,
    observed: Observed | None = None,
    duration: Any = None,
) -> Plan:
    """All objects of technicians, agents and sites, declared as absent.

    :param agents: names, or dictionaries of options
    :param remove: whether the objects are deleted, together with the groups and tags they belong to
    :param duration: the duration of the maintenance at Alertra, as C("HH:MM")
    """
    planner = _Planner(remove, observed or Observed())
    planner.check_duration(duration)
    for index, technician in enumerate(as_sequence(technicians)):
        planner.add_technician(technician, f"offboarding_technicians[{index}]")
    for index, agent in enumerate(as_sequence(agents)):
        planner.add_agent(agent, f"offboarding_agents[{index}]")
    for index, site in enumerate(as_sequence(sites)):
        planner.add_site(site, f"offboarding_sites[{index}]")
    if remove:
        planner.check_technician_groups()
    return planner.plan


class _Planner:
    """Turns the variables of the role into a plan."""

    def __init__(self, remove: bool, observed: Observed) -> None:
        self.plan = Plan()
        self._remove = remove
        self._observed = observed

    def check_duration(self, duration: Any) -> None:
        """Record a duration that is not hours and minutes."""
        if duration is None:
            return
        try:
            parse_options(
                {"duration": MAINTENANCE.by_name["duration"]}, {"duration": duration}, "offboarding_maintenance_"
            )
        except InputError as exc:
            self.plan.problems.append(str(exc))

    # -- technicians and agents --------------------------------------------------------------------------------------

    def add_technician(self, technician: Item, location: str) -> None:
        """Add the accounts of a person, and the groups that are removed with the person."""
        if not technician.get("username") and not technician.get("email_address"):
            self.plan.problems.append(
                f"{location} needs username, for SimpleHelp, or email_address, for PingPlotter Cloud"
            )
        if technician.get("username"):
            self._add_absent("simplehelp", "technicians", technician, f"{location}.username")
        if technician.get("email_address"):
            user = self._user(str(technician["email_address"]))
            self._add_absent("pingplotter", "users", user, f"{location}.email_address")
        if self._remove:
            for index, group in enumerate(technician.get("groups") or ()):
                group_location = f"{location}.groups[{index}]"
                self._add_absent("simplehelp", "groups", {"name": group}, group_location, shared=True)

    def _user(self, address: str) -> Item:
        """The user with an e-mail address, in upper or lower case."""
        users = self._observed.users
        found = [user for user in users if str(user.get("email_address")).casefold() == address.casefold()]
        # The module deletes a user without roles, such as a disabled one, by id only: the address may be the owner's.
        return {"user_id": found[0]["user_id"]} if len(found) == 1 else {"email_address": address}

    def check_technician_groups(self) -> None:
        """Record each group of technicians that would be deleted while it has other members."""
        declared = self.plan.declarations.get("simplehelp", {})
        removed = {technician.get("username") for technician in declared.get("technicians", ())}
        remaining = [one for one in self._observed.technicians if one["username"] not in removed]
        for group in declared.get("groups", ()):
            members = [one["username"] for one in remaining if group["name"] in (one.get("groups") or ())]
            if members:
                names = ", ".join(members)
                self.plan.problems.append(f"the group {group['name']} of SimpleHelp is still used by {names}")

    def add_agent(self, agent: Any, location: str) -> None:
        """Add an agent, by its name or by a dictionary of options."""
        item = dict(agent) if isinstance(agent, Mapping) else {"name": agent}
        self._add_absent("pingplotter", "agents", item, location, keep=("should_uninstall",))

    # -- sites -------------------------------------------------------------------------------------------------------

    def add_site(self, site: Item, location: str) -> None:
        """Add the objects of a site."""
        check_site(self.plan, site, location)
        add_section = {
            "portmonitor": self._add_portmonitor,
            "pinghome": self._add_pinghome,
            "alertra": self._add_alertra,
        }
        for service in SITE_SERVICES:
            if site.get(service) is not None:
                add_section[service](site, f"{location}.{service}")

    def _add_portmonitor(self, site: Item, location: str) -> None:
        group = site_group(site)
        if group is not None and not group.get("name"):
            self.plan.problems.append(f"{location}.group needs name: a group is removed by its name")
            return
        self._add_targets(site, group, location)
        self._add_other_objects(site, "portmonitor", location, handled=("targets",))

    def _add_targets(self, site: Item, group: Item | None, location: str) -> None:
        """Add the targets of a site, or all targets of its group if it lists none, and the group in mode remove."""
        listed = [in_group(target, group) for target in site["portmonitor"].get("targets") or ()]
        name = group["name"] if group is not None else None
        members = [target for target in self._observed.targets if target.get("group") == name]
        targets = listed or members
        if group is not None and (self._remove or not listed):
            self.plan.groups.append(group["name"])
        if not targets:
            self.plan.missing.setdefault("portmonitor", []).append(f"targets of the group {name}")
        for index, target in enumerate(targets):
            self._add_absent("portmonitor", "targets", target, f"{location}.targets[{index}]")
        if self._remove and group is not None:
            self._check_group(group, members, targets, location)
            self._add_absent("portmonitor", "groups", group, f"{location}.group", shared=True)

    def _check_group(self, group: Item, members: Sequence[Item], targets: Sequence[Item], location: str) -> None:
        """Record a group that would be deleted while it has other targets."""
        ids = {str(target.get("target_id")) for target in targets}
        keys = {(target.get("group"), target.get("name")) for target in targets}
        others = [
            target["name"]
            for target in members
            if target["target_id"] not in ids and (target["group"], target["name"]) not in keys
        ]
        if others:
            names = ", ".join(others)
            self.plan.problems.append(
                f"{location}: the group {group['name']} is still used by targets that are not listed: {names}"
            )

    def _add_pinghome(self, site: Item, location: str) -> None:
        if not any(site["pinghome"].get(option) for option in site_kinds("pinghome")):
            self.plan.problems.append(
                f"{location} lists no monitors, and Pinghome does not know which monitors belong to a site"
            )
        self._add_other_objects(site, "pinghome", location)

    def _add_alertra(self, site: Item, location: str) -> None:
        self._add_devices(site, location)
        self._add_tags(site, location)
        self._add_other_objects(site, "alertra", location, handled=("devices", "tags"))

    def _add_devices(self, site: Item, location: str) -> None:
        """Add the devices of a site, or all devices with its tag if it lists none."""
        tags = [tag for tag in self._observed.tags if tag.get("name") == site["name"]]
        tagged = [{_device_option(label): label} for tag in tags for label in tag.get("devices") or ()]
        devices = site["alertra"].get("devices") or tagged
        if not devices and not tags:
            self.plan.missing.setdefault("alertra", []).append(f"devices with the tag {site['name']}")
        for index, device in enumerate(devices):
            self._add_absent("alertra", "devices", device, f"{location}.devices[{index}]", shared=True)

    def _add_tags(self, site: Item, location: str) -> None:
        """In mode remove, add the tag of a site and the tags that it lists."""
        section, name = site["alertra"], site["name"]
        if self._remove or not section.get("devices"):
            self.plan.tags.append(name)
        if not self._remove:
            return
        self._add_absent("alertra", "tags", {"name": name}, f"{location}.tags", shared=True)
        others = [tag for tag in section.get("tags") or () if tag.get("name") != name]
        for number, tag in enumerate(others, start=1):
            if tag.get("name"):
                self.plan.tags.append(tag["name"])
            self._add_absent("alertra", "tags", tag, f"{location}.tags[{number}]", shared=True)

    def _add_other_objects(self, site: Item, service: str, location: str, handled: Collection[str] = ()) -> None:
        """Add what a site lists at a service, unless it is handled elsewhere or mode disable leaves it unchanged."""
        for option, item, item_location in site_objects(site, service, location):
            kind = config_kinds(service)[option]
            if option in handled or not (self._remove or DISABLED[service, kind.name] is not None):
                continue
            complete = in_pinghome_service(site, option, item) if service == "pinghome" else item
            self._add_absent(service, option, complete, item_location)

    def _add_absent(
        self, service: str, option: str, item: Item, location: str, *, shared: bool = False, keep: Sequence[str] = ()
    ) -> None:
        """Declare an object as absent, by its id if that is given, otherwise by its key.

        :param keep: further options that are kept
        """
        kind = config_kinds(service)[option]
        has_id = kind.id_option and item.get(kind.id_option)
        identifying = [kind.id_option] if has_id else [*kind.key, kind.scope]
        kept = {name: item[name] for name in (*identifying, *keep) if name and item.get(name) is not None}
        self.plan.add(service, option, {**kept, "state": "absent"}, location, shared=shared)


def _device_option(label: str) -> str:
    """The option for a device as a tag names it: by its short name, or by its id if several devices share the name."""
    return "short_name" if re.fullmatch(r"[A-Za-z0-9-]{1,8}", label) else "device_id"


# -- decision ----------------------------------------------------------------------------------------------------------


def decide(
    plan: Mapping[str, Any],
    found: Mapping[str, Mapping[str, Any]],
    *,
    remove: bool,
    named: Collection[str],
    tags: Sequence[Item],
    files: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The declarations that disable or remove the objects that exist, and what speaks against applying them.

    :param plan: what :func:`plan_offboarding` returned, as a dictionary
    :param found: the results of deleting everything in check mode, by service: their changes are the existing objects
    :param named: the names of the objects that may be deleted
    :param tags: the tags of Alertra
    :param files: what the lookup C(declarations) returned; None if there are no files
    """
    existing = {service: result["changes"] for service, result in found.items() if _was_read(result)}
    names = list(dict.fromkeys(str(one["name"]) for changes in existing.values() for one in changes))
    affected = {service: changes for service, changes in existing.items() if changes}
    common = {
        "not_found": [*_not_found(plan, existing), *_missing(plan, found)],
        "still_declared": still_declared(plan, existing, files, None if remove else DISABLED) if files else [],
    }
    if not remove:
        return {
            **common,
            "steps": {service: _disabled(service, changes) for service, changes in affected.items()},
            "problems": [],
            "unnamed": [],
            "named": [],
            "kept": sorted(one["name"] for one in existing.get("portmonitor", ())),
            "readers": sorted(one["name"] for one in existing.get("pingplotter", ()) if one["kind"] == "user"),
            "lasting": _affected(affected, lasts=True),
            "temporary": _affected(affected, lasts=False),
        }
    allowed = {str(name).casefold() for name in named or ()}
    return {
        **common,
        "steps": {service: plan["declarations"][service] for service in affected},
        "problems": _tags_in_use(existing.get("alertra", ()), tags or ()),
        "unnamed": [name for name in names if name.casefold() not in allowed],
        "named": names,
        "kept": [],
        "readers": [],
        "lasting": [],
        "temporary": [],
    }


def _was_read(result: Mapping[str, Any]) -> bool:
    return not result.get("failed") and not result.get("skipped")


def _tags_in_use(changes: Sequence[Item], tags: Sequence[Item]) -> list[str]:
    """A sentence for each tag that would be deleted while other devices have it."""
    deleted = {one[key] for one in changes if one["kind"] == "device" for key in ("name", "id")}
    devices_of = {tag["tag_id"]: tag["devices"] for tag in tags}
    problems = []
    for one in changes:
        others = [device for device in devices_of.get(one["id"], ()) if device not in deleted]
        if one["kind"] == "tag" and others:
            problems.append(visible(f"the tag {one['name']} of Alertra is still used by {', '.join(others)}"))
    return problems


def _disabled(service: str, changes: Iterable[Item]) -> Declaration:
    """The declaration that disables objects, by their ids. It leaves out what cannot be disabled."""
    declaration: Declaration = {}
    for one in changes:
        kind = SERVICES[service].kinds[one["kind"]]
        options = DISABLED[service, kind.name]
        if options is not None:
            declaration.setdefault(kind.config_key, []).append({kind.id_option: one["id"], **options})
    return declaration


def _affected(existing: Mapping[str, Sequence[Item]], *, lasts: bool) -> list[Item]:
    """The objects that are disabled: those that stay so until somebody changes them, or those in a maintenance."""
    return [
        {"service": service, "kind": one["kind"], "name": one["name"], "id": one["id"]}
        for service, changes in existing.items()
        for one in changes
        if DISABLED[service, one["kind"]] is not None and bool(DISABLED[service, one["kind"]]) == lasts
    ]


def _not_found(plan: Mapping[str, Any], existing: Mapping[str, Sequence[Item]]) -> Iterator[str]:
    """The declared objects that do not exist, each as a noun and a name."""
    for service, changes in existing.items():
        known = {(one["kind"], str(one[key]).casefold()) for one in changes for key in ("name", "id")}
        kinds = config_kinds(service)
        for option, items in plan["declarations"][service].items():
            kind = kinds[option]
            for item in items:
                ident = item.get(kind.id_option)
                label = kind.label(item, ident)
                if not known & {(kind.name, str(name).casefold()) for name in (label, ident)}:
                    yield f"{kind.noun} {label}"


def _missing(plan: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What a site has no objects of, at the services that could be read."""
    for service, sentences in plan["missing"].items():
        if not found[service].get("failed"):
            yield from sentences
