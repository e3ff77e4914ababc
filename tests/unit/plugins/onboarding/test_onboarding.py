# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plans of the roles onboarding and offboarding, without a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import Document, merge
from ansible_collections.declarative.monitoring.plugins.plugin_utils._offboarding import (
    DISABLED,
    Observed,
    decide,
    plan_offboarding,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._onboarding import plan_onboarding
from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import ticket
from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import site_kinds
from ansible_collections.declarative.monitoring.plugins.plugin_utils._survey import site_definition, survey_list

DEVICE = {"short_name": "WWW", "method": "HTTP", "url": "https://www.example.com/"}


def declared(*sites: dict[str, Any]) -> dict[str, Any]:
    """The declarations of sites, which must be valid."""
    plan = plan_onboarding([], [], sites)
    assert plan.problems == []
    return plan.declarations


def test_a_person_has_one_name_and_address_unless_an_account_has_its_own() -> None:
    person = {"name": "Anna", "email_address": "anna@example.com"}
    own = {"display_name": "Support", "email_address": None}
    plan = plan_onboarding([{**person, "simplehelp": {"username": "anna", **own}, "pingplotter": {}}], [], [])
    assert plan.problems == []
    assert plan.declarations == {
        "simplehelp": {"technicians": [{"username": "anna", "display_name": "Support", "email_address": None}]},
        "pingplotter": {"users": [{"name": "Anna", "email_address": "anna@example.com"}]},
    }


def test_an_account_that_is_null_is_as_if_left_out() -> None:
    plan = plan_onboarding(
        [{"name": "Anna", "simplehelp": None, "pingplotter": {"email_address": "a@example.com"}}], [], []
    )
    assert plan.declarations.keys() == {"pingplotter"}


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        ({}, {"tags": ["Berlin"], "purge_tags": False}),
        ({"tags": ["web"]}, {"tags": ["web", "Berlin"]}),
        ({"tags": ["Berlin"]}, {"tags": ["Berlin"]}),
        ({"tags": None}, {"tags": ["Berlin"]}),
        ({"tags": ["web"], "purge_tags": False}, {"tags": ["web", "Berlin"], "purge_tags": False}),
    ],
)
def test_a_device_gets_the_tag_of_its_site_besides_its_own(given: dict[str, Any], tags: dict[str, Any]) -> None:
    found = declared({"name": "Berlin", "alertra": {"devices": [{**DEVICE, **given}]}})
    assert found["alertra"] == {"tags": [{"name": "Berlin"}], "devices": [{**DEVICE, **tags}]}


def test_sites_may_share_a_group_and_a_tag() -> None:
    one = {
        "portmonitor": {
            "group": {"name": "Customers"},
            "targets": [{"name": "A", "type": "ping", "host": "a.example.com"}],
        },
        "alertra": {"tags": [{"name": "web"}]},
    }
    other = {"portmonitor": {"group": {"name": "Customers"}}, "alertra": {"tags": [{"name": "web"}]}}
    found = declared({"name": "Berlin", **one}, {"name": "Vienna", **other})
    assert found["portmonitor"]["groups"] == [{"name": "Customers"}]
    assert [target["group"] for target in found["portmonitor"]["targets"]] == ["Customers"]
    assert found["alertra"]["tags"] == [{"name": "Berlin"}, {"name": "web"}, {"name": "Vienna"}]


def test_a_site_whose_targets_are_all_elsewhere_has_no_group() -> None:
    target = {"name": "A", "group": "Shared", "type": "ping", "host": "a.example.com"}
    assert declared({"name": "Berlin", "portmonitor": {"targets": [target]}}) == {"portmonitor": {"targets": [target]}}
    plan = plan_offboarding([], [], [{"name": "Berlin", "portmonitor": {"targets": [target]}}], remove=True)
    assert plan.declarations == {"portmonitor": {"targets": [{"group": "Shared", "name": "A", "state": "absent"}]}}


def test_a_group_that_is_known_by_its_id_is_not_renamed() -> None:
    target = {"name": "A", "type": "ping", "host": "a.example.com"}
    found = declared({"name": "Berlin", "portmonitor": {"group": {"group_id": "7"}, "targets": [target]}})
    assert found["portmonitor"] == {"groups": [{"group_id": "7"}], "targets": [{"group": "7", **target}]}


def test_a_site_may_set_options_of_the_tag_that_has_its_name() -> None:
    tag = {"name": "Berlin", "devices": ["WWW"]}
    assert declared({"name": "Berlin", "alertra": {"tags": [tag]}})["alertra"]["tags"] == [tag]


def test_an_object_is_declared_once_and_one_with_an_id_is_called_by_it() -> None:
    section = {"devices": [DEVICE, DEVICE]}
    (problem,) = plan_onboarding([], [], [{"name": "Berlin", "alertra": section}]).problems
    places = " and ".join(f"onboarding_sites[0].alertra.devices[{index}]" for index in range(2))
    assert problem == f"device WWW is declared twice: {places}"
    plan = plan_onboarding(
        [], [{"unique_id": "a7"}], [{"name": "Berlin", "portmonitor": {"group": {"group_id": "a7"}}}]
    )
    assert plan.problems == []
    assert [one["name"] for places in plan.places.values() for one in places] == ["a7", "a7"]


def test_a_list_of_agents_may_be_a_text_and_a_message_is_called_as_in_a_task() -> None:
    plan = plan_offboarding([], "laptop-1, laptop-2", [], remove=False)
    assert [one["name"] for one in plan.declarations["pingplotter"]["agents"]] == ["laptop-1", "laptop-2"]
    item = {"resource": "Shop", "integration": "Chat", "message": "Call first"}
    found = declared({"name": "Berlin", "pinghome": {"integrations": [item]}})
    assert found["pinghome"]["integrations"][0]["message"] == "Call first"


def test_what_is_wrong_with_a_site_is_said_with_its_place() -> None:
    sites = [
        {"name": "Berlin", "alertra": {"devices": [{**DEVICE, "frequency": 7}]}},
        {"name": "Vienna", "portmonitor": {"targets": [{"name": "A", "type": "pong"}]}},
        {"name": "Lund", "pinghome": {"heartbeats": [{"name": "Backup", "interval": "x"}]}},
    ]
    assert [problem.split(" ")[0].rstrip(":") for problem in plan_onboarding([], [], sites).problems] == [
        "onboarding_sites[0].alertra.devices[0]",
        "onboarding_sites[1].portmonitor.targets[0]",
        "onboarding_sites[2].pinghome.heartbeats[0]",
    ]


def test_offboarding_that_disables_leaves_alone_what_cannot_be_disabled() -> None:
    pinghome = {
        "service_id": "11111111-1111-4111-8111-111111111111",
        "heartbeats": [{"name": "Backup"}],
        "integrations": [{"resource": "Shop", "integration": "Chat"}],
    }
    kept = plan_offboarding([], [], [{"name": "Berlin", "pinghome": pinghome}], remove=False).declarations["pinghome"]
    gone = plan_offboarding([], [], [{"name": "Berlin", "pinghome": pinghome}], remove=True).declarations["pinghome"]
    # The heartbeat of another service may have the same name.
    beat = {"service_id": pinghome["service_id"], "name": "Backup", "state": "absent"}
    assert kept == {"heartbeats": [beat]}
    assert gone["heartbeats"] == [beat]
    assert [one["integration"] for one in gone["integrations"]] == ["Chat"]


def test_the_service_of_a_site_moves_no_monitor() -> None:
    pinghome = {"service_id": "s-1", "heartbeats": [{"heartbeat_id": "h-1"}, {"name": "Backup", "interval": 60}]}
    found = declared({"name": "Berlin", "pinghome": pinghome})
    assert found["pinghome"]["heartbeats"] == [
        {"heartbeat_id": "h-1"},
        {"service_id": "s-1", "name": "Backup", "interval": 60},
    ]


def test_every_object_that_a_site_lists_is_declared_and_taken_away_again() -> None:
    """No kind of objects is left out, neither when the site comes nor when it goes."""
    resource = {"name": "Shop", "type": "ping", "host": "shop.example.com"}
    lists: dict[str, dict[str, Any]] = {
        "portmonitor": {"targets": [{"name": "Router", "type": "ping", "host": "router.example.com"}]},
        "pinghome": {
            "resources": [resource],
            "server_resources": [{"name": "Disk"}],
            "heartbeats": [{"name": "Backup", "interval": 60}],
            "integrations": [{"resource": "Shop", "integration": "Chat"}],
        },
        "alertra": {"devices": [DEVICE], "tags": [{"name": "Berlin"}]},
    }
    assert {service: set(site_kinds(service)) for service in lists} == {
        service: set(kinds) for service, kinds in lists.items()
    }
    wanted = {(service, option): len(items) for service, kinds in lists.items() for option, items in kinds.items()}
    wanted["portmonitor", "groups"] = 1
    site = {"name": "Berlin", **lists}
    for plan in (plan_onboarding([], [], [site]), plan_offboarding([], [], [site], remove=True)):
        assert plan.problems == []
        assert {
            (service, option): len(items)
            for service, kinds in plan.declarations.items()
            for option, items in kinds.items()
        } == wanted


def test_offboarding_uses_only_the_options_that_identify_an_object() -> None:
    site = {
        "name": "Berlin",
        "alertra": {"devices": [{**DEVICE, "device_id": "ab12"}, {**DEVICE, "short_name": "SHOP"}]},
    }
    agents = ["laptop-17", {"unique_id": "u1", "name": "renamed", "should_uninstall": True}]
    plan = plan_offboarding([], agents, [site], remove=False)
    assert plan.problems == []
    assert plan.declarations["alertra"]["devices"] == [
        {"device_id": "ab12", "state": "absent"},
        {"short_name": "SHOP", "state": "absent"},
    ]
    assert plan.declarations["pingplotter"]["agents"] == [
        {"name": "laptop-17", "state": "absent"},
        {"unique_id": "u1", "should_uninstall": True, "state": "absent"},
    ]


@pytest.mark.parametrize(
    ("technician", "services"),
    [
        ({"username": "anna"}, ["simplehelp"]),
        ({"email_address": "anna@example.com"}, ["pingplotter"]),
        ({"username": "anna", "email_address": "anna@example.com"}, ["simplehelp", "pingplotter"]),
    ],
)
def test_a_person_may_have_one_account_or_two(technician: dict[str, Any], services: list[str]) -> None:
    plan = plan_offboarding([technician], [], [], remove=True)
    assert (plan.problems, list(plan.declarations)) == ([], services)


def test_the_user_of_a_person_is_found_among_others() -> None:
    others: list[dict[str, Any]] = [
        {"user_id": "1", "email_address": "eva@example.com"},
        {"user_id": "2", "email_address": None},
    ]
    anna = {"user_id": "3", "email_address": "Anna@example.com"}
    for users, found in (([*others, anna], {"user_id": "3"}), (others, {"email_address": "anna@example.com"})):
        plan = plan_offboarding(
            [{"email_address": "anna@example.com"}], [], [], remove=True, observed=Observed(users=users)
        )
        assert plan.declarations["pingplotter"]["users"] == [{**found, "state": "absent"}]


def test_groups_of_technicians_are_removed_with_the_last_member() -> None:
    technicians: list[dict[str, Any]] = [
        {"username": "anna", "groups": ["First", "Second"]},
        {"username": "eva", "groups": ["Second", "Third"]},
        {"username": "new", "groups": None},
    ]
    observed = Observed(technicians=technicians)
    anna = {"username": "anna", "groups": ["First", "Second"]}
    plan = plan_offboarding([anna], [], [], remove=True, observed=observed)
    assert plan.problems == ["the group Second of SimpleHelp is still used by eva"]
    absent = [{"name": "First", "state": "absent"}, {"name": "Second", "state": "absent"}]
    assert plan.declarations["simplehelp"]["groups"] == absent
    assert [one["where"] for one in plan.places["simplehelp"]] == [
        "offboarding_technicians[0].username",
        "offboarding_technicians[0].groups[0]",
        "offboarding_technicians[0].groups[1]",
    ]
    # To disable an account leaves its groups, and a person without groups has none to check.
    assert "groups" not in plan_offboarding([anna], [], [], remove=False, observed=observed).declarations["simplehelp"]
    assert plan_offboarding([{"username": "anna"}], [], [], remove=True, observed=observed).problems == []


SHOP, BLOG = ({"target_id": str(one), "group": "Berlin", "name": name} for one, name in ((1, "Shop"), (2, "Blog")))


@pytest.mark.parametrize(
    ("listed", "problem"),
    [
        ([{"target_id": "1"}, {"name": "Blog"}], ""),
        ([{"name": "Shop"}, {"name": "Blog"}], ""),
        ([], ""),
        ([{"name": "Shop"}], "Blog"),
        ([{"target_id": "2"}], "Shop"),
        ([{"name": "Shop", "group": "Vienna"}, {"name": "Blog"}], "Shop"),
    ],
)
def test_a_group_with_targets_that_are_not_listed_is_not_removed(listed: list[dict[str, Any]], problem: str) -> None:
    site = {"name": "Berlin", "portmonitor": {"targets": listed}}
    observed = Observed(targets=[SHOP, BLOG, {"target_id": "3", "group": "Other", "name": "Mail"}])
    plan = plan_offboarding([], [], [site], remove=True, observed=observed)
    begin = "offboarding_sites[0].portmonitor: the group Berlin is still used by targets that are not listed: "
    assert plan.problems == ([f"{begin}{problem}"] if problem else [])


def test_the_role_reads_only_what_the_variables_do_not_list() -> None:
    device = {"short_name": "WWW"}
    for remove in (False, True):
        site = {"name": "Berlin", "portmonitor": {"targets": [{"name": "Shop"}]}, "alertra": {"devices": [device]}}
        plan = plan_offboarding([], [], [site], remove=remove)
        assert (plan.groups, plan.tags) == (["Berlin"] * remove, ["Berlin"] * remove)
        site = {"name": "Berlin", "portmonitor": {}, "alertra": {}}
        plan = plan_offboarding([], [], [site], remove=remove)
        assert (plan.groups, plan.tags) == (["Berlin"], ["Berlin"])


def test_a_group_without_a_name_is_refused_and_nothing_of_it_is_removed() -> None:
    site = {"name": "Berlin", "portmonitor": {"group": {"group_id": "1"}, "targets": [{"name": "Shop"}]}}
    plan = plan_offboarding([], [], [site], remove=True)
    assert plan.problems == ["offboarding_sites[0].portmonitor.group needs name: a group is removed by its name"]
    assert plan.declarations == {}


def test_the_tags_that_a_site_lists_are_removed_with_its_own() -> None:
    tags = [{"name": "Berlin"}, {"name": "web"}, {"tag_id": "t1"}]
    site = {"name": "Berlin", "alertra": {"devices": [{"short_name": "WWW"}], "tags": tags}}
    plan = plan_offboarding([], [], [site], remove=True)
    assert plan.declarations["alertra"]["tags"] == [
        {"name": "Berlin", "state": "absent"},
        {"name": "web", "state": "absent"},
        {"tag_id": "t1", "state": "absent"},
    ]
    assert plan.tags == ["Berlin", "web"]
    assert [one["where"] for one in plan.places["alertra"]] == [
        "offboarding_sites[0].alertra.devices[0]",
        "offboarding_sites[0].alertra.tags",
        "offboarding_sites[0].alertra.tags[1]",
        "offboarding_sites[0].alertra.tags[2]",
    ]
    kept = plan_offboarding([], [], [site], remove=False)
    assert "tags" not in kept.declarations["alertra"]


def test_devices_are_found_by_the_tag_of_the_site() -> None:
    tags = [
        {"tag_id": "1", "name": "Berlin", "devices": ["WWW", "0123456789abcdef"]},
        {"tag_id": "2", "name": "Vienna", "devices": ["VIE"]},
    ]
    site = {"name": "Berlin", "alertra": {}}
    plan = plan_offboarding([], [], [site], remove=False, observed=Observed(tags=tags))
    assert plan.declarations["alertra"]["devices"] == [
        {"short_name": "WWW", "state": "absent"},
        {"device_id": "0123456789abcdef", "state": "absent"},
    ]
    none = Observed(tags=[{"tag_id": "1", "name": "Berlin", "devices": None}])
    assert plan_offboarding([], [], [site], remove=False, observed=none).declarations == {}


def test_what_two_sites_or_persons_share_is_removed_once() -> None:
    sites = [{"name": name, "alertra": {"devices": [{"short_name": "WWW"}]}} for name in ("Berlin", "Vienna")]
    people = [{"username": name, "groups": ["First"]} for name in ("anna", "eva")]
    plan = plan_offboarding(people, [], sites, remove=True)
    assert plan.problems == []
    assert plan.declarations["alertra"]["devices"] == [{"short_name": "WWW", "state": "absent"}]
    assert plan.declarations["simplehelp"]["groups"] == [{"name": "First", "state": "absent"}]


def test_a_tag_that_other_devices_have_is_not_removed() -> None:
    site = {"name": "Berlin", "alertra": {"devices": [{"short_name": "WWW"}]}}
    plan = plan_offboarding([], [], [site], remove=True).as_dict()
    changes = [
        {"kind": "device", "id": "d1", "name": "WWW", "action": "delete"},
        {"kind": "tag", "id": "t1", "name": "Berlin", "action": "delete"},
    ]
    for devices, problems in (
        (["WWW"], []),
        (["d1"], []),
        (["WWW", "MAIL", "DNS"], ["the tag Berlin of Alertra is still used by MAIL, DNS"]),
    ):
        # The id of a tag may be that of a device, too.
        tags = [{"tag_id": "t1", "devices": devices}, {"tag_id": "d1", "devices": ["VIE"]}]
        decision = decide(plan, {"alertra": {"changes": changes}}, remove=True, named=["www", "Berlin"], tags=tags)
        assert (decision["problems"], decision["unnamed"]) == (problems, [])
        assert decision["named"] == ["WWW", "Berlin"]
        assert decision["steps"] == {"alertra": plan["declarations"]["alertra"]}


def test_what_is_disabled_for_a_time_and_what_until_somebody_changes_it() -> None:
    site = {
        "name": "Berlin",
        "alertra": {"devices": [{"short_name": "WWW"}]},
        "portmonitor": {"targets": [{"name": "Shop"}]},
        "pinghome": {"service_id": "11111111-1111-4111-8111-111111111111", "heartbeats": [{"name": "Backup"}]},
    }
    technician = {"username": "anna", "email_address": "anna@example.com"}
    plan = plan_offboarding([technician], ["laptop"], [site], remove=False).as_dict()
    found: dict[str, Any] = {
        service: {
            "changes": [{"kind": kind, "name": name, "id": ident, "action": "delete"} for kind, name, ident in rows]
        }
        for service, rows in {
            "simplehelp": [("technician", "anna", "1")],
            "pingplotter": [("user", "anna@example.com", "2"), ("agent", "laptop", "3")],
            "portmonitor": [("target", "Shop", "4")],
            "pinghome": [("heartbeat", "Backup", "5")],
            "alertra": [("device", "WWW", "6")],
        }.items()
    }
    decision = decide(plan, found, remove=False, named=[], tags=[])
    assert decision["steps"] == {
        "simplehelp": {"technicians": [{"unique_id": "1", "enabled": False}]},
        "pingplotter": {"users": [{"user_id": "2", "roles": []}], "agents": [{"unique_id": "3", "sessions": "paused"}]},
        "portmonitor": {},
        "pinghome": {"heartbeats": [{"heartbeat_id": "5", "enabled": False}]},
        "alertra": {"devices": [{"device_id": "6"}]},
    }
    assert [(one["service"], one["kind"], one["name"], one["id"]) for one in decision["lasting"]] == [
        ("simplehelp", "technician", "anna", "1"),
        ("pingplotter", "user", "anna@example.com", "2"),
        ("pingplotter", "agent", "laptop", "3"),
        ("pinghome", "heartbeat", "Backup", "5"),
    ]
    assert decision["temporary"] == [{"service": "alertra", "kind": "device", "name": "WWW", "id": "6"}]
    assert (decision["kept"], decision["readers"]) == (["Shop"], ["anna@example.com"])
    assert (decision["not_found"], decision["problems"], decision["still_declared"]) == ([], [], [])


def test_without_lists_all_members_of_the_tag_and_the_group_are_offboarded() -> None:
    observed = Observed(
        tags=[{"tag_id": "t1", "name": "Berlin", "devices": ["WWW", "0123456789abcdef"]}],
        targets=[
            {"target_id": "1", "group": "Berlin", "name": "A"},
            {"target_id": "2", "group": "Vienna", "name": "B"},
        ],
    )
    plan = plan_offboarding(
        [], [], [{"name": "Berlin", "alertra": {}, "portmonitor": {}}], remove=True, observed=observed
    )
    assert plan.problems == []
    assert plan.declarations == {
        "portmonitor": {
            "targets": [{"target_id": "1", "state": "absent"}],
            "groups": [{"name": "Berlin", "state": "absent"}],
        },
        "alertra": {
            "devices": [{"short_name": "WWW", "state": "absent"}, {"device_id": "0123456789abcdef", "state": "absent"}],
            "tags": [{"name": "Berlin", "state": "absent"}],
        },
    }


def test_a_user_is_found_in_any_case_and_two_are_left_to_the_module() -> None:
    user = {"user_id": "u1", "email_address": "anna@example.com"}
    person = [{"email_address": "Anna@Example.com"}]
    alone = plan_offboarding(person, [], [], remove=True, observed=Observed(users=[user]))
    assert alone.declarations["pingplotter"]["users"] == [{"user_id": "u1", "state": "absent"}]
    two = Observed(users=[user, {**user, "user_id": "u2"}])
    several = plan_offboarding(person, [], [], remove=True, observed=two)
    assert several.declarations["pingplotter"]["users"] == [{"email_address": "Anna@Example.com", "state": "absent"}]


def test_nothing_is_changed_at_a_service_that_could_not_be_read() -> None:
    plan = plan_offboarding([{"username": "anna"}], ["laptop-17"], [], remove=True).as_dict()
    change = {"kind": "agent", "name": "laptop-17", "id": "u1", "action": "delete", "fields": []}
    found: dict[str, dict[str, Any]] = {
        "simplehelp": {"failed": True, "msg": "down"},
        "pingplotter": {"changes": [change]},
    }
    decision = decide(plan, found, remove=True, named=["LAPTOP-17"], tags=[])
    assert decision["steps"].keys() == {"pingplotter"}
    assert decision["unnamed"] == decision["not_found"] == []


def in_files(service: str, kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    """What the lookup returns for a file with these objects."""
    declared, places = merge([Document("a.yml", {service: {kind: list(items)}})], lambda value: value)
    return {"declared": declared, "places": places, "problem": ""}


@pytest.mark.parametrize(
    ("service", "kind", "item", "change"),
    [
        ("simplehelp", "technicians", {"username": "anna"}, "set enabled: false"),
        ("simplehelp", "technicians", {"username": "anna", "enabled": "yes"}, "set enabled: false"),
        ("simplehelp", "technicians", {"username": "eva", "renamed_from": ["anna"]}, "set enabled: false"),
        ("simplehelp", "technicians", {"unique_id": 7, "display_name": "Anna"}, "set enabled: false"),
        ("simplehelp", "technicians", {"unique_id": 8, "username": "anna"}, ""),
        ("simplehelp", "technicians", {"username": "anna", "enabled": False}, ""),
        ("simplehelp", "technicians", {"username": "anna", "state": "absent"}, ""),
        ("simplehelp", "technicians", {"username": "Anna"}, ""),
        ("pingplotter", "users", {"email_address": "ANNA@example.com", "roles": ["A"]}, "set roles: []"),
        ("pingplotter", "users", {"email_address": "anna@example.com"}, ""),
        ("pingplotter", "agents", {"name": "laptop-17"}, "set sessions: paused"),
        ("pingplotter", "agents", {"name": "laptop-17", "sessions": "paused"}, ""),
    ],
)
def test_files_that_would_enable_an_object_again_are_named(
    service: str, kind: str, item: dict[str, Any], change: str
) -> None:
    technician = {"username": "anna", "email_address": "anna@example.com"}
    plan = plan_offboarding([technician], ["laptop-17"], [], remove=False).as_dict()
    found: dict[str, Any] = {
        "simplehelp": {"changes": [{"kind": "technician", "id": "7", "name": "anna", "action": "delete"}]},
        "pingplotter": {"changes": []},
    }
    said = decide(plan, found, remove=False, named=[], tags=[], files=in_files(service, kind, item))["still_declared"]
    name = item.get("username") or item.get("email_address") or item.get("name") or item["unique_id"]
    assert said == ([f"a.yml {service}.{kind}[0] ({name}): {change}"] if change else [])


def test_files_that_would_create_an_object_again_are_named() -> None:
    site = {"name": "Berlin", "portmonitor": {}, "alertra": {}}
    observed = Observed(
        targets=[{"target_id": "1", "group": "Berlin", "name": "Shop"}],
        tags=[{"tag_id": "t", "name": "Berlin", "devices": ["WWW"]}],
    )
    plan = plan_offboarding([], [], [site], remove=True, observed=observed).as_dict()
    before = {"group": "Berlin", "name": "Shop"}
    changes = [{"kind": "target", "id": "1", "name": "Shop", "action": "delete", "before": before}]
    found: dict[str, Any] = {"portmonitor": {"changes": changes}, "alertra": {"changes": []}}

    def said(service: str, kind: str, *items: dict[str, Any]) -> list[str]:
        files = in_files(service, kind, *items)
        return list(decide(plan, found, remove=True, named=[], tags=[], files=files)["still_declared"])

    targets = [{"name": "Shop", "group": group} for group in ("Vienna", "Berlin")]
    assert said("portmonitor", "targets", *targets) == [
        "a.yml portmonitor.targets[1] (Shop): delete it, or set state: absent"
    ]
    assert len(said("portmonitor", "groups", {"name": "Berlin"})) == 1
    assert len(said("alertra", "devices", {"short_name": "WWW"}, {"short_name": "VIE"})) == 1
    assert said("alertra", "tags", {"name": "Berlin", "state": "absent"}) == []
    # A service that could not be read, or of which nothing leaves, is in the files all the same.
    assert said("pinghome", "heartbeats", {"name": "Backup"}) == []
    del found["portmonitor"]
    assert said("portmonitor", "targets", {"name": "Shop", "group": "Berlin"}) == []
    assert len(said("portmonitor", "targets", {"target_id": 1, "name": "Store", "group": "Lund"})) == 1


@pytest.mark.parametrize("scope", ["site", "file"])
def test_an_object_may_be_the_one_in_the_files_if_its_service_is_not_known(scope: str) -> None:
    """Only the connection names the service at Pinghome then."""
    ident = {"service_id": "11111111-1111-4111-8111-111111111111"}
    other = {"service_id": "22222222-2222-4222-8222-222222222222"}
    listed = {**(ident if scope == "site" else {}), "heartbeats": [{"name": "Backup"}]}
    plan = plan_offboarding([], [], [{"name": "Berlin", "pinghome": listed}], remove=True).as_dict()

    def said(**given: str) -> list[str]:
        files = in_files("pinghome", "heartbeats", {"name": "Backup", **given})
        return list(decide(plan, {}, remove=True, named=[], tags=[], files=files)["still_declared"])

    assert len(said()) == len(said(**ident)) == 1
    assert len(said(**other)) == (0 if scope == "site" else 1)


def test_the_ticket_has_a_word_for_each_kind_that_is_disabled() -> None:
    role = Path(__file__).parents[4] / "roles" / "offboarding"
    verbs = yaml.safe_load((role / "vars" / "main.yml").read_text(encoding="utf-8"))["offboarding__verbs"]
    assert verbs.keys() == {kind for (_service, kind), options in DISABLED.items() if options is not None}


def test_objects_that_do_not_exist_are_reported() -> None:
    plan = plan_offboarding([], ["laptop-17"], [], remove=True).as_dict()
    decision = decide(plan, {"pingplotter": {"changes": []}}, remove=True, named=["somebody"], tags=[])
    assert decision["steps"] == {}
    assert decision["not_found"] == ["agent laptop-17"]


def test_a_tag_without_devices_is_not_misspelt() -> None:
    observed = Observed(tags=[{"tag_id": "t", "name": "Berlin", "devices": []}])
    plan = plan_offboarding([], [], [{"name": "Berlin", "alertra": {}}], remove=False, observed=observed)
    assert plan.missing == {}


@pytest.mark.parametrize("remove", [False, True])
def test_a_site_without_objects_is_reported(remove: bool) -> None:
    """Its name may be misspelt."""
    sites = [{"name": "Viena", "alertra": {}, "portmonitor": {}}]
    plan = plan_offboarding([], [], sites, remove=remove).as_dict()
    looked: dict[str, Any] = {"changes": []} if remove else {"skipped": True}
    decision = decide(plan, {"alertra": looked, "portmonitor": {"failed": True}}, remove=remove, named=[], tags=[])
    assert "devices with the tag Viena" in decision["not_found"]
    assert "targets of the group Viena" not in decision["not_found"]
    decision = decide(plan, {"alertra": looked, "portmonitor": looked}, remove=remove, named=[], tags=[])
    assert {"devices with the tag Viena", "targets of the group Viena"} <= set(decision["not_found"])


def test_a_ticket_says_in_which_device_maintenance_began() -> None:
    change = {"kind": "device", "name": "B", "id": "1", "action": "update", "fields": ["in_maintenance"]}
    result = {"changed": True, "changes": [change], "summary": {"update": 1, "unchanged": 1}, "failures": []}
    found = ticket({"alertra": result, "pinghome": {"skipped": True, "changed": False}}, {}, "Leaving")
    assert found["summary"] == ["Leaving: done", "Alertra: changed: device B; 1 unchanged"]


@pytest.mark.parametrize(
    ("check", "failed", "status"),
    [
        (False, False, "done"),
        (True, False, "a plan, nothing was changed"),
        (False, True, "not finished; correct the reported errors and run it again"),
        (True, True, "not finished; correct the reported errors and run it again"),
    ],
)
def test_a_ticket_has_what_happened_at_each_service_in_the_order_of_the_roles(
    check: bool, failed: bool, status: str
) -> None:
    change = {"kind": "machine_group", "name": "Berlin", "id": "1", "action": "create", "fields": []}
    done = {"changed": True, "changes": [change], "summary": {"create": 1}, "failures": []}
    refused = {"failed": True, "msg": "devices[0]: refused", "problems": [problem("devices[0]: refused")]}
    places = {"alertra": [{"place": "devices[0]", "where": "site Berlin", "kind": "device", "name": "A"}]}
    results: dict[str, dict[str, Any]] = {
        "alertra": refused if failed else {},
        "pingplotter": {"skipped": True},
        "simplehelp": done,
    }
    found = ticket(results, places, "Arriving", check=check, notes=["written by hand"])
    failures = ["site Berlin: refused"] if failed else []
    assert list(found["services"]) == ["simplehelp", *(["alertra"] if failed else [])]
    assert found["services"]["simplehelp"]["changes"] == [change]
    assert (found["changed"], found["failed"], found["failures"]) == (True, failed, failures)
    assert found["summary"] == [
        f"Arriving: {status}",
        f"SimpleHelp: {'would be ' if check else ''}created: machine group Berlin",
        "written by hand",
        *(f"Failed: {text}" for text in failures),
    ]
    nothing = ticket({"simplehelp": {"summary": {"unchanged": 2}}}, {}, "Arriving", check=check)
    assert (nothing["changed"], nothing["failed"], nothing["failures"]) == (False, False, [])
    planned = "a plan, nothing was changed" if check else "nothing to do"
    assert nothing["summary"] == [f"Arriving: {planned}", "SimpleHelp: 2 unchanged"]


def problem(text: str) -> dict[str, Any]:
    """A problem of the first device, as modules return it."""
    return {"location": "devices[0]", "other_locations": [], "msg": text}


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (False, "roles removed: user a; disabled: technician b; changed: group c; created: user d"),
        (
            True,
            "roles would be removed: user a; would be disabled: technician b; would be changed: group c; would be "
            "created: user d",
        ),
    ],
)
def test_a_ticket_says_how_each_kind_was_disabled(check: bool, line: str) -> None:
    kinds = {"user": "a", "technician": "b", "group": "c"}
    changes = [{"kind": kind, "name": name, "action": "update"} for kind, name in kinds.items()]
    changes.append({"kind": "user", "name": "d", "action": "create"})
    result = {"changed": True, "changes": changes, "summary": {}, "failures": []}
    verbs = {"user": "roles removed", "technician": "disabled"}
    assert (
        ticket({"simplehelp": result}, {}, "Leaving", check=check, verbs=verbs)["summary"][1] == f"SimpleHelp: {line}"
    )


def test_addresses_become_what_each_service_checks() -> None:
    urls, hosts = (
        ["WWW=https://www.example.com/?a=b"],
        ["gw.example.com", "VPN=vpn.example.com:443", "[2001:db8::1]:22"],
    )
    site = site_definition({}, "Berlin", urls, hosts, ["portmonitor", "alertra", "pinghome"])
    assert site["portmonitor"]["targets"] == [
        {"name": "WWW", "type": "url", "url": "https://www.example.com/?a=b"},
        {"name": "gw.example.com", "type": "ping", "host": "gw.example.com"},
        {"name": "VPN", "type": "custom_port", "host": "vpn.example.com", "port_number": 443},
        {"name": "[2001:db8::1]:22", "type": "custom_port", "host": "2001:db8::1", "port_number": 22},
    ]
    assert [one["method"] for one in site["alertra"]["devices"]] == ["HTTP", "PING", "TCP", "TCP"]
    assert site["pinghome"]["resources"] == [
        {"name": "Berlin WWW", "type": "http", "url": "https://www.example.com/?a=b"}
    ]
    assert plan_onboarding([], [], [site]).problems == []


def test_short_names_are_made_so_that_sites_do_not_share_one() -> None:
    urls = ["https://www.example.com/", "https://www.example.org/", "https://www.example.com/shop"]
    names = [
        device["short_name"]
        for site in ("Berlin", "Vienna")
        for device in site_definition({}, site, urls, [], ["alertra"])["alertra"]["devices"]
    ]
    assert len(set(names)) == 6
    assert all(name.startswith("EX") and len(name) == 8 for name in names)
    again = site_definition({}, "Berlin", urls, [], ["alertra"])["alertra"]["devices"]
    assert [device["short_name"] for device in again] == names[:3]


def test_a_definition_is_merged_by_name() -> None:
    over = {"alertra": {"devices": [{"short_name": "WWW", "frequency": 1}, {"short_name": "DNS"}]}, "pinghome": None}
    site = site_definition(over, "Berlin", ["WWW=https://www.example.com/"], [], ["alertra", "pinghome"])
    assert site["alertra"]["devices"] == [
        {
            "short_name": "WWW",
            "full_name": "Berlin WWW",
            "method": "HTTP",
            "url": "https://www.example.com/",
            "frequency": 1,
        },
        {"short_name": "DNS"},
    ]
    assert "pinghome" not in site
    # What cannot be merged is left to the check of the role.
    devices = site_definition({"alertra": {"devices": {"a": 1}}}, "Berlin", [], ["h"], ["alertra"])["alertra"][
        "devices"
    ]
    assert devices == {"a": 1}
    for odd in ("x", 5, ["WWW"]):
        assert site_definition({"alertra": odd}, "Berlin", [], [], ["alertra"])["alertra"] == odd
    devices = site_definition({"alertra": {"devices": ["x"]}}, "Berlin", [], ["h"], ["alertra"])["alertra"]["devices"]
    assert [device if isinstance(device, str) else device["url"] for device in devices] == ["h", "x"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", []),
        (" a, b\n c \n\n", ["a", "b", "c"]),
        (["a, b"], ["a, b"]),
        ("['a, b', 'it''s', \"c\", d]", ["a, b", "it's", "c", "d"]),
        ("[a, b", ["[a", "b"]),
        ("[NO, 2024, 1:30]", ["NO", "2024", "1:30"]),
        ([{"name": "a"}], [{"name": "a"}]),
    ],
)
def test_a_survey_gives_lists_as_text(given: Any, expected: list[Any]) -> None:
    assert survey_list(given) == expected


def test_each_error_is_reported_once_with_its_location() -> None:
    agents = [{"name": "laptop-17", "state": "gone", "colour": "red"}]
    plan = plan_onboarding([], agents, [])
    assert len(plan.problems) == 2
    assert plan.problems[0] == "onboarding_agents[0] (laptop-17): there is no option colour"
    assert plan.problems[1].startswith("onboarding_agents[0] (laptop-17): state must be one of present, absent")


def test_a_time_that_yaml_reads_as_a_number_is_refused() -> None:
    plan = plan_offboarding([], [], [], remove=False, duration=90)
    assert len(plan.problems) == 1
    assert plan.problems[0].startswith("offboarding_maintenance_duration must be hours and minutes in quotes")
    assert plan_offboarding([], [], [], remove=False, duration="01:30").problems == []


@pytest.mark.parametrize(("answer", "items"), [(83, [83]), (True, [True]), (None, []), ("", []), ((), [])])
def test_any_answer_is_a_list(answer: Any, items: list[Any]) -> None:
    assert survey_list(answer) == items
