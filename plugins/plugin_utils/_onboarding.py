# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles for technicians, agents and sites ask of each service."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.options import object_spec, parse_options
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import MAINTENANCE
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, config_kinds, wanted

Item = Mapping[str, Any]
Step = dict[str, list[dict[str, Any]]]

_PINGHOME = ("resources", "server_resources", "heartbeats", "integrations")


class Plan:
    """The declarations of all services, the place in the role's variables of each object, and what is wrong there.

    What C(groups) of Port Monitor and C(tags) of Alertra hold has to be known for it. Where they hold nothing, that is
    C(missing), by service.
    """

    def __init__(self) -> None:
        self.groups: list[str] = []
        self.tags: list[str] = []
        self.declarations: dict[str, Step] = {}
        self.places: dict[str, list[dict[str, str]]] = {}
        self.problems: list[str] = []
        self.missing: dict[str, list[str]] = {}
        self._seen: dict[tuple[Any, ...], str] = {}

    def add(self, service: str, config_key: str, item: Item, where: str, shared: bool = False) -> None:
        """Declare an object; one that is ``shared`` may be declared again in the same words."""
        kind = config_kinds(service)[config_key]
        items = self.declarations.setdefault(service, {}).setdefault(config_key, [])
        if shared and item in items:
            return
        known = object_spec(kind)
        # Ansible lets no module have an option of that name, but the modules take it.
        unknown = [name for name in item if name not in known and name != "message"]
        label = str(kind.label(item, item.get(kind.id_option)))
        self.problems += [f"{where} ({label}): there is no option {name}" for name in unknown]
        try:
            identity = _identity(service, wanted(service, kind, item, where))
        except InputError as exc:
            self.problems.append(str(exc))
        else:
            first = self._seen.setdefault(identity, where)
            if first != where:
                self.problems.append(f"{kind.noun} {label} is declared twice: {first} and {where}")
        place = {"place": f"{config_key}[{len(items)}]", "where": where, "kind": kind.name, "name": label}
        self.places.setdefault(service, []).append(place)
        items.append(dict(item))

    def as_dict(self) -> dict[str, Any]:
        """The plan for a role."""
        return {
            "declarations": self.declarations,
            "places": self.places,
            "problems": self.problems,
            "missing": self.missing,
            "groups": list(dict.fromkeys(self.groups)),
            "tags": list(dict.fromkeys(self.tags)),
        }


def _identity(service: str, wanted: Desired) -> tuple[Any, ...]:
    kind = wanted.kind
    if wanted.id is not None:
        return service, kind.name, wanted.id
    scope = wanted.values.get(kind.scope) if kind.scope else None
    return (service, kind.name, scope, *(kind.by_name[name].normalize(wanted.values.get(name)) for name in kind.key))


def _given(one: Item, **options: str) -> dict[str, Any]:
    """Options of that name which another key of an item fills, if that has a value."""
    return {option: one[key] for option, key in options.items() if one.get(key)}


# -- onboarding --------------------------------------------------------------------------------------------------------


def onboarding(technicians: Sequence[Item], agents: Sequence[Item], sites: Sequence[Item]) -> Plan:
    """What there is to be for new technicians, agents and sites."""
    plan = Plan()
    for index, one in enumerate(technicians or ()):
        where = f"onboarding_technicians[{index}]"
        accounts = {
            ("simplehelp", "technicians"): _given(one, display_name="name", email_address="email_address"),
            ("pingplotter", "users"): _given(one, name="name", email_address="email_address"),
        }
        wanted = [place for place in accounts if one.get(place[0]) is not None]
        for service, config_key in wanted:
            item = {**accounts[service, config_key], **one[service]}
            plan.add(service, config_key, item, f"{where}.{service}")
        if not wanted:
            plan.problems.append(f"{where} asks for no account: set simplehelp or pingplotter, which may be empty")
    for index, one in enumerate(agents or ()):
        plan.add("pingplotter", "agents", one, f"onboarding_agents[{index}]")
    for index, one in enumerate(sites or ()):
        where = f"onboarding_sites[{index}]"
        _require_services(plan, one, where)
        if one.get("portmonitor") is not None:
            _add_targets(plan, one, f"{where}.portmonitor")
        for config_key, item, place in _monitors(one, f"{where}.pinghome"):
            plan.add("pinghome", config_key, item, place)
        if one.get("alertra") is not None:
            _add_devices(plan, one, f"{where}.alertra")
    return plan


def _require_services(plan: Plan, site: Item, where: str) -> None:
    if all(site.get(service) is None for service in ("portmonitor", "pinghome", "alertra")):
        plan.problems.append(f"{where} ({site.get('name')}) has none of portmonitor, pinghome and alertra")


def _add_targets(plan: Plan, site: Item, where: str) -> None:
    group, targets = _group(site)
    if group is not None:
        plan.add("portmonitor", "groups", group, f"{where}.group", shared=True)
    for index, target in enumerate(targets):
        plan.add("portmonitor", "targets", {**_in_group(group), **target}, f"{where}.targets[{index}]")


def _group(site: Item) -> tuple[dict[str, Any] | None, Sequence[Item]]:
    """The group of a site, which is named like it unless it says otherwise, and its targets.

    There is no such group if every target names another one.
    """
    one = site["portmonitor"]
    given, targets = one.get("group") or {}, one.get("targets") or ()
    if not given and targets and all(target.get("group") for target in targets):
        return None, targets
    return {**({} if given.get("group_id") else {"name": site["name"]}), **given}, targets


def _in_group(group: Item | None) -> dict[str, Any]:
    return {} if group is None else {"group": group.get("name") or group.get("group_id")}


def _monitors(site: Item, where: str) -> Iterable[tuple[str, dict[str, Any], str]]:
    """What a site has at Pinghome: the kind, the object, and its place."""
    one = site.get("pinghome") or {}
    for config_key in _PINGHOME:
        ident = config_kinds("pinghome")[config_key].id_option
        for index, item in enumerate(one.get(config_key) or ()):
            # With its id, a service would move the object there.
            common = {} if ident and item.get(ident) else _given(one, service_id="service_id")
            yield config_key, {**common, **item}, f"{where}.{config_key}[{index}]"


def _add_devices(plan: Plan, site: Item, where: str) -> None:
    one, name = site["alertra"], site["name"]
    tags = one.get("tags") or ()
    if all(tag.get("name") != name for tag in tags):
        plan.add("alertra", "tags", {"name": name}, f"{where}.tags", shared=True)
    for index, tag in enumerate(tags):
        plan.add("alertra", "tags", tag, f"{where}.tags[{index}]", shared=True)
    for index, device in enumerate(one.get("devices") or ()):
        tags = device.get("tags") or []
        # Tags that a device does not declare are none of the site's business.
        more = {} if "tags" in device else {"purge_tags": False}
        tagged = {**more, **device, "tags": [*tags, *([] if name in tags else [name])]}
        plan.add("alertra", "devices", tagged, f"{where}.devices[{index}]")


# -- offboarding -------------------------------------------------------------------------------------------------------


def offboarding(
    technicians: Sequence[Item],
    agents: Sequence[Any],
    sites: Sequence[Item],
    remove: bool,
    seen: Mapping[str, Sequence[Item]],
    duration: Any = None,
) -> Plan:
    """All that belongs to leaving technicians, agents and sites, declared as absent.

    :param remove: whether it is also to be deleted
    :param seen: the C(users) of PingPlotter Cloud, the C(technicians) of SimpleHelp, the C(tags) of Alertra and the
        C(targets) of Port Monitor, as far as they had to be looked up
    :param duration: how long the devices of Alertra are to be in maintenance
    """
    plan = Plan()
    try:
        if duration is not None:
            parse_options(
                {"duration": MAINTENANCE.by_name["duration"]}, {"duration": duration}, "offboarding_maintenance_"
            )
    except InputError as exc:
        plan.problems.append(str(exc))
    for index, one in enumerate(technicians or ()):
        where = f"offboarding_technicians[{index}]"
        if not one.get("username") and not one.get("email_address"):
            plan.problems.append(f"{where} needs username, for SimpleHelp, or email_address, for PingPlotter Cloud")
        if one.get("username"):
            _add_absent(plan, "simplehelp", "technicians", one, f"{where}.username")
        if one.get("email_address"):
            _add_user(plan, one, f"{where}.email_address", seen.get("users") or ())
        for number, group in enumerate((one.get("groups") or ()) if remove else ()):
            _add_absent(plan, "simplehelp", "groups", {"name": group}, f"{where}.groups[{number}]", shared=True)
    for index, agent in enumerate(agents or ()):
        item = agent if isinstance(agent, Mapping) else {"name": agent}
        _add_absent(plan, "pingplotter", "agents", item, f"offboarding_agents[{index}]", more=("should_uninstall",))
    for index, one in enumerate(sites or ()):
        where = f"offboarding_sites[{index}]"
        _require_services(plan, one, where)
        if one.get("portmonitor") is not None:
            _end_targets(plan, one, remove, seen.get("targets") or (), f"{where}.portmonitor")
        if one.get("pinghome") is not None and not any(one["pinghome"].get(name) for name in _PINGHOME):
            plan.problems.append(f"{where}.pinghome names no monitors, and Pinghome does not know which are a site's")
        for config_key, item, place in _monitors(one, f"{where}.pinghome"):
            if remove or config_key != "integrations":
                _add_absent(plan, "pinghome", config_key, item, place)
        if one.get("alertra") is not None:
            _end_devices(plan, one, remove, seen.get("tags") or (), f"{where}.alertra")
    if remove:
        plan.problems += _members_left(plan, seen.get("technicians") or ())
    return plan


def _add_absent(
    plan: Plan, service: str, config_key: str, item: Item, where: str, shared: bool = False, more: Sequence[str] = ()
) -> None:
    """Declare an object as absent, by its id if that is given, else by its key."""
    kind = config_kinds(service)[config_key]
    keys = [kind.id_option] if kind.id_option and item.get(kind.id_option) else [*kind.key, kind.scope]
    # An integration is told from others by its resource, which may be meant in a service.
    keys += ["service_id"] if config_key == "integrations" else []
    picked = {name: item[name] for name in (*keys, *more) if name and item.get(name) is not None}
    plan.add(service, config_key, {**picked, "state": "absent"}, where, shared)


def _add_user(plan: Plan, technician: Item, where: str, users: Sequence[Item]) -> None:
    address = str(technician["email_address"])
    found = [user for user in users if str(user.get("email_address")).casefold() == address.casefold()]
    # A user without roles, as a disabled one is, is deleted by id alone: by its address it might be the owner's.
    item = {"user_id": found[0]["user_id"]} if len(found) == 1 else {"email_address": address}
    _add_absent(plan, "pingplotter", "users", item, where)


def _end_targets(plan: Plan, site: Item, remove: bool, seen: Sequence[Item], where: str) -> None:
    group, given = _group(site)
    name = group.get("name") if group is not None else None
    if group is not None and not name:
        plan.problems.append(f"{where}.group needs name: a group that goes is found by its name")
        return
    inside = [target for target in seen if target.get("group") == name]
    if name and (remove or not given):
        plan.groups.append(name)
    targets = [{**_in_group(group), **target} for target in given] or inside
    if not targets:
        plan.missing.setdefault("portmonitor", []).append(f"targets of the group {name}")
    for index, target in enumerate(targets):
        _add_absent(plan, "portmonitor", "targets", target, f"{where}.targets[{index}]")
    if not remove or group is None:
        return
    ids = {str(target.get("target_id")) for target in targets}
    keys = {(target.get("group"), target.get("name")) for target in targets}
    left = [one["name"] for one in inside if one["target_id"] not in ids and (one["group"], one["name"]) not in keys]
    if left:
        plan.problems.append(f"{where}: the group {name} is still used by {', '.join(left)}, which this does not name")
    _add_absent(plan, "portmonitor", "groups", group, f"{where}.group", shared=True)


def _end_devices(plan: Plan, site: Item, remove: bool, seen: Sequence[Item], where: str) -> None:
    one, name = site["alertra"], site["name"]
    tagged = [device for tag in seen if tag.get("name") == name for device in tag.get("devices") or ()]
    devices = one.get("devices") or [{_device_option(device): device} for device in tagged]
    if not devices:
        plan.missing.setdefault("alertra", []).append(f"devices with the tag {name}")
    for index, device in enumerate(devices):
        _add_absent(plan, "alertra", "devices", device, f"{where}.devices[{index}]", shared=True)
    others = [tag for tag in one.get("tags") or () if tag.get("name") != name]
    plan.tags += [name] if remove or not one.get("devices") else []
    for index, tag in enumerate([{"name": name}, *others] if remove else ()):
        plan.tags += [tag["name"]] if tag.get("name") else []
        _add_absent(plan, "alertra", "tags", tag, f"{where}.tags[{index}]" if index else f"{where}.tags", shared=True)


def _device_option(label: str) -> str:
    """A tag names its devices, but those by their ids whose names are not unique."""
    return "short_name" if re.fullmatch(r"[A-Za-z0-9-]{1,8}", label) else "device_id"


def _members_left(plan: Plan, technicians: Sequence[Item]) -> list[str]:
    """A sentence for each group of technicians that is to go and still has others in it."""
    declared = plan.declarations.get("simplehelp", {})
    going = {one.get("username") for one in declared.get("technicians", ())}
    found = []
    for group in declared.get("groups", ()):
        left = [one["username"] for one in technicians if group["name"] in (one.get("groups") or ())]
        left = [username for username in left if username not in going]
        if left:
            found.append(f"the group {group['name']} of SimpleHelp is still used by {', '.join(left)}")
    return found


def steps(
    plan: Mapping[str, Any],
    found: Mapping[str, Mapping[str, Any]],
    remove: bool,
    named: Collection[str],
    tags: Sequence[Item],
) -> dict[str, Any]:
    """What to do about that which was found.

    :param plan: all that belongs to what leaves, as :func:`offboarding` has it
    :param found: what deleting it all would do, by service: the results of the modules in check mode
    :param named: what may be deleted
    :param tags: the tags of Alertra
    """
    there = {
        service: result["changes"]
        for service, result in found.items()
        if not result.get("failed") and not result.get("skipped")
    }
    allowed = {str(name).casefold() for name in named or ()}
    going = {str(one["name"]): None for changes in there.values() for one in changes} if remove else {}
    doomed = {one[key] for one in there.get("alertra", ()) if one["kind"] == "device" for key in ("name", "id")}
    problems = []
    for one in there.get("alertra", ()) if remove else ():
        devices = next((tag["devices"] for tag in tags or () if one["id"] == tag["tag_id"]), ())
        left = [device for device in devices if device not in doomed]
        if one["kind"] == "tag" and left:
            problems.append(f"the tag {one['name']} of Alertra is still used by {', '.join(left)}")
    return {
        "steps": {
            service: plan["declarations"][service] if remove else _disabled(service, changes)
            for service, changes in there.items()
            if changes
        },
        "problems": problems,
        "unnamed": [name for name in going if name.casefold() not in allowed],
        "named": list(going),
        "not_found": [
            *(text for service, changes in there.items() for text in _not_found(service, plan, changes)),
            *(text for name, texts in plan["missing"].items() if not found[name].get("failed") for text in texts),
        ],
        "kept": sorted(one["name"] for one in there.get("portmonitor", ())) if not remove else [],
    }


def _disabled(service: str, changes: Sequence[Item]) -> Step:
    """How objects are put out of use, by their ids; nothing where the service cannot do that."""
    how: dict[tuple[str, str], Item] = {
        ("simplehelp", "technician"): {"enabled": False},
        ("pingplotter", "user"): {"roles": []},
        ("pingplotter", "agent"): {"sessions": "paused"},
        ("pinghome", "resource"): {"enabled": False},
        ("pinghome", "server_resource"): {"enabled": False},
        ("pinghome", "heartbeat"): {"enabled": False},
        ("alertra", "device"): {},
    }
    kinds = SERVICES[service].kinds
    step: Step = {}
    for one in changes:
        kind = kinds[one["kind"]]
        if (service, kind.name) in how:
            item = {kind.id_option: one["id"], **how[service, kind.name]}
            step.setdefault(kind.config_key, []).append(item)
    return step


def _not_found(service: str, plan: Mapping[str, Any], changes: Sequence[Item]) -> list[str]:
    """The declared objects that are not there, as a noun and a name each."""
    kinds: dict[str, Kind] = config_kinds(service)
    there = {(one["kind"], str(one[key]).casefold()) for one in changes for key in ("name", "id")}
    return [
        f"{kind.noun} {kind.label(item, item.get(kind.id_option))}"
        for config_key, items in plan["declarations"][service].items()
        for kind, item in ((kinds[config_key], item) for item in items)
        if (kind.name, str(kind.label(item, item.get(kind.id_option))).casefold()) not in there
        and (kind.name, str(item.get(kind.id_option)).casefold()) not in there
    ]
