# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role onboarding: what it declares for technicians, agents and sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import (
    SITE_SERVICES,
    Item,
    Plan,
    as_sequence,
    check_site,
    in_group,
    in_pinghome_service,
    renamed,
    site_group,
    site_objects,
)


def plan_onboarding(technicians: Sequence[Item], agents: Sequence[Item], sites: Sequence[Item]) -> Plan:
    """The desired state of new technicians, agents and sites."""
    plan = Plan()
    for index, technician in enumerate(as_sequence(technicians)):
        _add_technician(plan, technician, f"onboarding_technicians[{index}]")
    for index, agent in enumerate(as_sequence(agents)):
        plan.add("pingplotter", "agents", agent, f"onboarding_agents[{index}]")
    for index, site in enumerate(as_sequence(sites)):
        _add_site(plan, site, f"onboarding_sites[{index}]")
    return plan


def _add_technician(plan: Plan, technician: Item, location: str) -> None:
    simplehelp, pingplotter = technician.get("simplehelp"), technician.get("pingplotter")
    if simplehelp is not None:
        common = renamed(technician, display_name="name", email_address="email_address")
        plan.add("simplehelp", "technicians", {**common, **simplehelp}, f"{location}.simplehelp")
    if pingplotter is not None:
        common = renamed(technician, name="name", email_address="email_address")
        plan.add("pingplotter", "users", {**common, **pingplotter}, f"{location}.pingplotter")
    if simplehelp is None and pingplotter is None:
        plan.problems.append(f"{location} has no account: set simplehelp or pingplotter, which may be empty")


def _add_site(plan: Plan, site: Item, location: str) -> None:
    check_site(plan, site, location)
    add_section = {"portmonitor": _add_portmonitor, "pinghome": _add_pinghome, "alertra": _add_alertra}
    for service in SITE_SERVICES:
        if site.get(service) is not None:
            add_section[service](plan, site, f"{location}.{service}")


def _add_portmonitor(plan: Plan, site: Item, location: str) -> None:
    group = site_group(site)
    if group is not None:
        plan.add("portmonitor", "groups", group, f"{location}.group", shared=True)
    for option, item, item_location in site_objects(site, "portmonitor", location):
        complete = in_group(item, group) if option == "targets" else item
        plan.add("portmonitor", option, complete, item_location)


def _add_pinghome(plan: Plan, site: Item, location: str) -> None:
    for option, item, item_location in site_objects(site, "pinghome", location):
        plan.add("pinghome", option, in_pinghome_service(site, option, item), item_location)


def _add_alertra(plan: Plan, site: Item, location: str) -> None:
    _add_tags(plan, site, location)
    for option, item, item_location in site_objects(site, "alertra", location):
        if option == "devices":
            plan.add("alertra", option, _tagged(item, site["name"]), item_location)
        elif option != "tags":
            plan.add("alertra", option, item, item_location)


def _add_tags(plan: Plan, site: Item, location: str) -> None:
    """Declare the tag that is named like the site, and the tags that the site lists. Sites may share them."""
    tags = site["alertra"].get("tags") or ()
    if all(tag.get("name") != site["name"] for tag in tags):
        plan.add("alertra", "tags", {"name": site["name"]}, f"{location}.tags", shared=True)
    for index, tag in enumerate(tags):
        plan.add("alertra", "tags", tag, f"{location}.tags[{index}]", shared=True)


def _tagged(device: Item, name: str) -> dict[str, Any]:
    """A device with the tag of its site. A device that declares no tags keeps those that it has."""
    tags = list(device.get("tags") or ())
    if name not in tags:
        tags.append(name)
    if "tags" in device:
        return {**device, "tags": tags}
    return {"purge_tags": False, **device, "tags": tags}
