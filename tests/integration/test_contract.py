# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as a contract: renaming, pruning what is one's own, applying the approved plan only, and taking it back."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration import test_alertra_config, test_pinghome_config, test_portmonitor_config, test_simplehelp_config
from integration.canaries import canary, found
from integration.harness import Account, Result, requests_of, run_module, run_playbook, task, without_ids, writes
from integration.test_simplehelp_life import SEED as SIMPLEHELP
from sandbox.client import Sandbox

device = test_alertra_config.device
# The ids that a service gives to new objects: where results have them, and those of each kind.
_KINDS = [kind for service in SERVICES.values() for kind in service.kinds.values()]
IDS = ("id", *sorted({kind.id_option for kind in _KINDS if kind.creatable and kind.id_option.endswith("_id")}))


def user_of(service: str, accounts: Sequence[Account]) -> Account:
    """The account at a service."""
    return next(one for one in accounts if one.service == service)


def told(result: Result) -> Any:
    """What a run says of its plan, but for the ids that check mode cannot know."""
    names = ("changed", "plan_id", "changes", "undeclared", "summary", "undo", "undo_notes", "diff")
    return without_ids({name: result[name] for name in names}, IDS)


def planned_and_done(users: Sequence[Account], module: str, options: Mapping[str, Any]) -> Result:
    """Run a task in check mode, and then for good, with the plan that check mode has shown."""
    plan, done = run_playbook(
        users,
        [
            task(module, options, check=True, register="plan"),
            task(module, {**options, "expect_plan": "{{ plan.plan_id }}"}),
        ],
    ).of(module)
    assert not plan.get("failed"), plan
    assert not done.get("failed"), done
    assert told(plan) == told(done)
    return done


# -- renaming ----------------------------------------------------------------------------------------------------------


def test_three_devices_two_groups_and_a_technician_are_renamed_in_git_alone(
    sandbox: Sandbox, accounts: Sequence[Account]
) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(4))
    sandbox.set_state("portmonitor", test_portmonitor_config.seed(3, 2))
    sandbox.set_state("simplehelp", {"technicians": [{"username": "anna"}, {"username": "ben"}], "groups": []})
    before = {name: sandbox.state(name) for name in ("alertra", "portmonitor", "simplehelp")}
    declarations: dict[str, dict[str, Any]] = {
        "alertra": {
            "devices": [
                *({**device(n), "short_name": f"NEW{n}", "renamed_from": ["OLDER", f"D{n}"]} for n in range(3)),
                device(3),
            ],
            "prune": ["devices"],
        },
        "portmonitor": {
            "groups": [*({"name": f"New {n}", "renamed_from": [f"G{n}"]} for n in range(2)), {"name": "G2"}],
            "targets": [
                {**one, "group": {"G0": "New 0", "G1": "New 1"}.get(one["group"], one["group"])}
                for one in test_portmonitor_config.declared(3, 2)["targets"]
            ],
            "prune": ["groups", "targets"],
        },
        "simplehelp": {
            "technicians": [{"username": "anna.berg", "renamed_from": ["anna"]}, {"username": "ben"}],
            "prune": ["technicians"],
        },
    }
    actions = []
    for service, declaration in declarations.items():
        done = planned_and_done(accounts, f"{service}_config", declaration)
        actions += [(one["action"], one["fields"], one["renamed_from"]) for one in done["changes"]]
        assert "former" not in str(done.get("warnings", ""))
        again = run_module(user_of(service, accounts), f"{service}_config", declaration)
        assert (again["changed"], again["undeclared"]) == (False, []), again
    assert [action for action, _fields, _former in actions] == ["update"] * 6
    assert [former for _action, _fields, former in actions] == ["D0", "D1", "D2", "G0", "G1", "anna"]
    for service, place, key in (
        ("alertra", "devices", "device_id"),
        ("portmonitor", "groups", "id"),
        ("portmonitor", "targets", "id"),
        ("simplehelp", "technicians", "uniqueID"),
    ):
        now = sandbox.state(service)[place]
        assert [one[key] for one in now] == [one[key] for one in before[service][place]], place
    names = [one["ShortName"] for one in sandbox.state("alertra")["devices"]]
    assert names == ["NEW0", "NEW1", "NEW2", "D3"]


def test_old_names_that_are_used_again_are_a_warning_and_nothing_is_lost(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(1))
    new = {**device(0), "short_name": "NEW", "renamed_from": ["D0"]}
    (first,) = run_playbook([alertra], [task("alertra_config", {"devices": [new]})]).of("alertra_config")
    assert first["summary"]["update"] == 1, first
    (old,) = sandbox.state("alertra")["devices"]
    options = {"devices": [new, device(0)], "prune": ["devices"]}
    for summary in ({"create": 1, "unchanged": 1}, {"create": 0, "unchanged": 2}):
        result = run_module(alertra, "alertra_config", options)
        assert {name: result["summary"][name] for name in summary} == summary
        assert "device D0 is declared, and is a former name of device NEW" in str(result["warnings"])
    # Somebody has made it by hand.
    by_hand = run_module(alertra, "alertra_config", {**options, "devices": [new]})
    assert "it is neither renamed nor pruned in this run" in str(by_hand["warnings"])
    assert not by_hand["changed"]
    assert sandbox.state("alertra")["devices"][0]["device_id"] == old["device_id"]
    assert len(sandbox.state("alertra")["devices"]) == 2


SINGLE: list[tuple[str, str, dict[str, Any], str]] = [
    ("alertra_device", "short_name", {"short_name": "OLD", "method": "HTTP", "url": "https://x.example.com"}, "NEW"),
    ("alertra_tag", "name", {"name": "old"}, "new"),
    ("portmonitor_group", "name", {"name": "old"}, "new"),
    ("pinghome_resource", "name", {"name": "old", "type": "http", "url": "https://x.example.com"}, "new"),
    ("pinghome_server_resource", "name", {"name": "old"}, "new"),
    ("pinghome_heartbeat", "name", {"name": "old", "interval": 60}, "new"),
    ("simplehelp_technician", "username", {"username": "old"}, "new"),
    ("simplehelp_group", "name", {"name": "old"}, "new"),
    ("portmonitor_target", "name", {"name": "old", "group": "G", "type": "ping", "host": "x.example.com"}, "new"),
]


@pytest.mark.parametrize(("module", "option", "options", "new"), SINGLE, ids=lambda value: str(value)[:24])
def test_a_single_object_is_renamed_and_keeps_its_id(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, option: str, options: dict[str, Any], new: str
) -> None:
    user = user_of(module.split("_")[0], accounts)
    sandbox.set_state("portmonitor", {"groups": [{"name": "G"}]})
    noun = module.partition("_")[2]
    made = run_module(user, module, options)
    assert made["changed"], made
    again = {**options, option: new, "renamed_from": [options[option]]}
    plan = run_module(user, module, again, check=True)
    done = run_module(user, module, again)
    assert done["changed"], done
    assert plan[noun] == done[noun]
    ident = next(name for name in IDS if name in made[noun])
    assert (done[noun][option], done[noun][ident]) == (new, made[noun][ident])
    assert not run_module(user, module, again)["changed"]
    refused = run_module(user, module, {**options, "renamed_from": [None]})
    assert "renamed_from[0] cannot be null" in refused["msg"]


def test_two_objects_with_former_names_are_refused_before_any_write(sandbox: Sandbox, alertra: Account) -> None:
    stored = sandbox.set_state("alertra", test_alertra_config.seed(2))["devices"]
    options = {"devices": [{**device(9), "renamed_from": ["D0", "D1"]}]}
    with requests_of(sandbox, "alertra") as requests:
        run = run_playbook([alertra], [task("alertra_config", options)])
    (result,) = run.of("alertra_config")
    assert all(one["device_id"] in result["msg"] for one in stored), result["msg"]
    assert "devices[0] (D9)" in result["msg"]
    assert not writes(requests)


def test_a_new_device_that_differs_only_by_name_is_pointed_out(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(2))
    options = {"devices": [device(0), {**device(1), "short_name": "NEW"}], "prune": ["devices"]}
    result = run_module(alertra, "alertra_config", options, check=True)
    assert [one["action"] for one in result["changes"]] == ["create", "delete"]
    assert "renamed_from: [D1] keeps its id and its history" in str(result["warnings"])


# -- ownership ---------------------------------------------------------------------------------------------------------


def test_two_teams_share_an_account_and_neither_prunes_what_is_the_others(sandbox: Sandbox, alertra: Account) -> None:
    state = test_alertra_config.seed(66)
    state["tags"] = [{"Name": "berlin"}, {"Name": "munich"}]
    for number, one in enumerate(state["devices"]):
        one["Tags"] = ["berlin" if number < 6 else "munich"]
    state["devices"][5]["Tags"] = []
    sandbox.set_state("alertra", state)
    berlin = {
        "devices": [device(n, tags=["berlin"]) for n in range(3)],
        "prune": ["devices"],
        "prune_only": {"devices": {"tags": "berlin"}},
    }
    done = planned_and_done([alertra], "alertra_config", berlin)
    assert [(one["action"], one["name"]) for one in done["changes"]] == [("delete", "D3"), ("delete", "D4")]
    assert [one["name"] for one in done["undeclared"]] == ["D3", "D4"]
    munich = {
        "devices": [device(n) for n in range(6, 60)],
        "prune": ["devices"],
        "prune_only": {"devices": {"tags": ["munich", "hamburg"], "url": "https://d6*"}},
    }
    run_module(alertra, "alertra_config", munich)
    left = {one["ShortName"] for one in sandbox.state("alertra")["devices"]}
    assert left == {"D0", "D1", "D2", "D5", *(f"D{n}" for n in range(6, 60))}
    for declaration in (berlin, munich):
        again = run_module(alertra, "alertra_config", declaration)
        assert (again["changed"], again["undeclared"], again["summary"]["undeclared"]) == (False, [], 0)


def test_targets_of_other_groups_are_not_pruned(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", test_portmonitor_config.seed(3, 2))
    options = {
        "groups": [{"name": "G0"}],
        "targets": [],
        "prune": ["targets", "groups"],
        "prune_only": {"targets": {"group": "G[01]"}, "groups": {"name": "G1"}},
    }
    done = planned_and_done([portmonitor], "portmonitor_config", options)
    assert done["summary"]["delete"] == 5
    state = sandbox.state("portmonitor")
    assert [one["name"] for one in state["groups"]] == ["G0", "G2"]
    assert {one["group_id"] for one in state["targets"]} == {state["groups"][1]["id"]}


@pytest.mark.parametrize(
    ("only", "words"),
    [
        ({"devices": {"tag": "x"}}, "did you mean tags?"),
        ({"tags": {"name": "x"}}, "prune does not"),
        ({"devices": {"timeout": "5"}}, "which the list of devices does not show"),
        ({}, "prune_only is empty"),
        (None, "prune_only cannot be null"),
    ],
)
def test_a_wrong_restriction_is_refused_before_any_request(
    sandbox: Sandbox, alertra: Account, only: Any, words: str
) -> None:
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": [], "prune": ["devices"], "prune_only": only})
    assert words in result["msg"], result
    assert not requests


# -- the approved plan -------------------------------------------------------------------------------------------------


def test_a_plan_that_is_stale_is_refused_before_any_write(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(3))
    options = {"devices": [device(0, frequency=10), device(1)]}
    plan = run_module(alertra, "alertra_config", options, check=True)["plan_id"]
    state = sandbox.state("alertra")
    state["devices"][0]["Frequency"] = 30
    sandbox.set_state("alertra", state)
    approved = {**options, "expect_plan": plan}
    with requests_of(sandbox, "alertra") as requests:
        (refused,) = run_playbook([alertra], [task("alertra_config", approved)]).of("alertra_config")
    assert f"expect_plan is {plan}" in refused["msg"]
    assert not writes(requests)
    state["devices"][0]["Frequency"] = 5
    state["devices"][2]["Frequency"] = 60
    sandbox.set_state("alertra", state)
    done = run_module(alertra, "alertra_config", approved)
    assert (done["changed"], done["plan_id"]) == (True, plan)
    assert sandbox.state("alertra")["devices"][0]["Frequency"] == 10


@pytest.mark.parametrize("plan", ["", "abc", None, "A" * 64])
def test_a_plan_id_that_is_none_is_refused_before_any_request(sandbox: Sandbox, alertra: Account, plan: Any) -> None:
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": [device(0)], "expect_plan": plan})
    assert "expect_plan" in result["msg"], result
    assert not requests


def test_another_account_has_another_plan(sandbox: Sandbox, pinghome: Account) -> None:
    options = {"heartbeats": [{"name": "a", "interval": 60}]}
    plans = [
        run_module(pinghome, "pinghome_config", {**options, "service_id": service}, check=True)["plan_id"]
        for service in ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
    ]
    assert plans[0] != plans[1]


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_no_secret_is_in_a_plan_or_an_undo(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    sandbox.set_state("simplehelp", {"technicians": [{"username": "anna"}], "groups": [{"name": "G"}]})
    technician = {"update_password": "always", "password": canary()}
    declarations: dict[str, dict[str, Any]] = {
        "simplehelp_config": {
            "technicians": [{"username": "anna", **technician}, {"username": "new", **technician}],
            "groups": [{"name": "G", "video_password": canary()}, {"name": "H", "video_password": canary()}],
        },
        "pinghome_config": {
            "resources": [
                {"name": "R", "type": "http", "url": "https://x.example.com", "headers": {"Authorization": canary()}}
            ]
        },
    }
    for module, declaration in declarations.items():
        run = run_playbook(
            [user_of(module.partition("_")[0], accounts)],
            [task(module, declaration, check=True), task(module, declaration), task(module, declaration)],
            "-vvv",
        )
        plan, done, _again = run.of(module)
        assert done["changed"], done
        assert told(plan) == told(done)
        results = [{name: one[name] for name in ("plan_id", "changes", "undo", "undo_notes")} for one in run.of(module)]
        assert found(json.dumps(results)) == []


def test_no_pin_can_be_guessed_from_a_plan(sandbox: Sandbox, simplehelp: Account) -> None:
    seen = set()
    port = simplehelp.environment["SIMPLEHELP_API_URL"].rpartition(":")[2].partition("/")[0]
    # Ids and the URL have digits, too. They are not masked before the digest is made.
    for pin, stored in (("4711", "0815"), ("0815", "4711"), ("1001", "1002"), (port, "0000")):
        state = {"technicians": [{"username": "anna"}], "groups": [{"name": "G", "videoPassword": stored}]}
        sandbox.reset()
        sandbox.set_state("simplehelp", state)
        declaration = {
            "technicians": [
                {"username": "anna", "password": pin, "update_password": "always"},
                {"username": "new", "password": pin},
            ],
            "groups": [{"name": "G", "video_password": pin}],
        }
        result = run_module(simplehelp, "simplehelp_config", declaration, check=True)
        seen.add(result["plan_id"])
        assert len(result["plan_id"]) == 64
    assert len(seen) == 1


# -- undo --------------------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "alertra": (
        {**test_alertra_config.seed(4), "tags": [{"Name": "a"}, {"Name": "b"}]},
        {
            "devices": [
                device(0, frequency=60, full_name="Zero", tags=["a", "new"]),
                {**device(1), "short_name": "R1", "renamed_from": ["D1"], "timeout": 77},
                {"short_name": "D2", "state": "absent"},
                device(7, master_device="D0"),
            ],
            "tags": [{"name": "new"}, {"name": "a"}],
            "prune": ["devices", "tags"],
        },
    ),
    "portmonitor": (
        test_portmonitor_config.seed(3, 2),
        {
            "groups": [
                {"name": "G0"},
                {"name": "N1", "renamed_from": ["G1"]},
                {"name": "G2", "state": "absent", "force": True},
            ],
            "targets": [
                test_portmonitor_config.target("G0", 0, timeout=7),
                test_portmonitor_config.target("N1", 1),
                {"group": "N1", "name": "P", "type": "ping", "host": "p.example.com"},
                {"group": "G0", "name": "T1", "type": "ping", "host": "p.example.com", "recreate": True},
            ],
            "profile": {"country": "SE"},
            "prune": ["targets"],
        },
    ),
    "pinghome": (
        test_pinghome_config.seed(3, port="81"),
        {
            **copy.deepcopy(test_pinghome_config.ALL),
            "resources": [
                test_pinghome_config.resource(0, ssl_reminder_days=[7], enabled=False, port=None),
                {**test_pinghome_config.resource(1, regions=["eu-central-1"]), "name": "X", "renamed_from": ["R001"]},
            ],
            "integrations": [test_pinghome_config.integration(0, message="We look into it.")],
            "prune": ["resources"],
        },
    ),
    "pingplotter": (
        {
            "agents": [{"Name": "a"}, {"Name": "b", "IsTemplate": True}],
            "users": [{"EmailAddress": f"{name}@example.com", "Roles": ["AgentManagement"]} for name in "ab"],
        },
        {
            "agents": [{"name": "a"}, {"name": "c"}],
            "users": [{"email_address": "a@example.com", "roles": ["UserManagement"]}],
            "prune": ["agents"],
        },
    ),
    "simplehelp": (
        copy.deepcopy(SIMPLEHELP),
        {
            **copy.deepcopy(test_simplehelp_config.DECLARATION),
            "technicians": [{"username": "anna", "password": "secret-3"}, {"username": "ben", "groups": []}],
        },
    ),
}


@pytest.mark.parametrize("service", CASES)
def test_a_run_that_is_taken_back_leaves_the_account_as_it_was(
    sandbox: Sandbox, accounts: Sequence[Account], service: str
) -> None:
    state, declaration = CASES[service]
    sandbox.set_state(service, copy.deepcopy(state))
    user = user_of(service, accounts)
    before = run_module(user, f"{service}_config_info", {})["config"]
    done = planned_and_done([user], f"{service}_config", declaration)
    assert done["changed"]
    assert run_module(user, f"{service}_config_info", {})["config"] != before
    back = planned_and_done([user], f"{service}_config", done["undo"])
    assert back["changed"]
    after = run_module(user, f"{service}_config_info", {})["config"]
    assert unexplained(before, after, done["undo_notes"]) == []
    assert not [note for note in done["undo_notes"] if "not one that this module accepts" in note]


def test_what_is_inside_of_a_resource_is_taken_back_in_its_service(sandbox: Sandbox, pinghome: Account) -> None:
    second = test_pinghome_config.SECOND
    hook = test_pinghome_config.integration(0, service_id=second)
    seeded = test_pinghome_config.seed(1)["resources"]
    sandbox.set_state("pinghome", {"resources": [*seeded, {**seeded[0], "service_id": second}]})
    done = run_module(pinghome, "pinghome_config", {"integrations": [hook]})
    assert done["summary"]["create"] == 1
    back = run_module(pinghome, "pinghome_config", done["undo"])
    assert back["summary"]["delete"] == 1, back
    assert [one["integrations"] for one in sandbox.state("pinghome")["resources"]] == [[], []]


def test_what_a_recreated_resource_may_lose_unread_is_a_note(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", test_pinghome_config.seed(2, integrations=[{"integration": "abc"}]))
    other = {"name": "R000", "type": "tcp", "url": "r0.example.com", "port": "80", "recreate": True}
    # The integrations of the other resource are read.
    hook = test_pinghome_config.integration(1, integration="new")
    done = run_module(pinghome, "pinghome_config", {"resources": [other], "integrations": [hook]})
    (note,) = done["undo_notes"]
    assert "its integrations, if it had any, were not read, and cannot be restored" in note


def unexplained(before: Mapping[str, Any], after: Mapping[str, Any], notes: Sequence[str]) -> list[Any]:
    """What differs between two exports, and no note about its object names."""
    differing = []
    for option in before:
        old, new = (_by_key(config[option]) for config in (before, after))
        for key in old.keys() | new.keys():
            was, now = old.get(key, {}), new.get(key, {})
            names = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
            about = " ".join(note for note in notes if key[-1] in note)
            differing += [(option, key, name) for name in names if name not in about]
    return differing


_KEYS = ("group", "resource", "short_name", "username", "email_address", "integration", "machine_id", "groups", "name")


def _by_key(items: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    """The objects of an export by what identifies them, the name last."""
    if isinstance(items, dict):
        return {("",): items}
    keys = [key for key in _KEYS if key != "groups" or "username" not in items[0]] if items else []
    return {tuple(str(one[key]) for key in keys if key in one): one for one in items}
