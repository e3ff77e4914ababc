# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole PingPlotter Cloud account in one task: what it costs, what it prunes, what it refuses, what it survives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, without_ids, writes
from sandbox.client import Sandbox

UNKNOWN = ["id"]


def agents(count: int, **options: Any) -> list[dict[str, Any]]:
    """The declarations of the agents a0 and so on."""
    return [{"name": f"a{number}", **options} for number in range(count)]


def users(count: int, **options: Any) -> list[dict[str, Any]]:
    """The declarations of the users u0@example.com and so on."""
    return [{"email_address": f"u{number}@example.com", **options} for number in range(count)]


def seed(count: int, **fields: Any) -> dict[str, Any]:
    """As many agents and users as the sandbox keeps them."""
    return {
        "agents": [{"Name": f"a{number}", **fields} for number in range(count)],
        "users": [
            {"EmailAddress": f"u{number}@example.com", "Name": f"U{number}", "Roles": ["AgentManagement"]}
            for number in range(count)
        ],
    }


# -- requests ----------------------------------------------------------------------------------------------------------


def test_an_unchanged_account_takes_one_request_for_each_kind(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", seed(250))
    declaration = {"agents": agents(250), "users": users(250, roles=["AgentManagement"])}
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", declaration)
    assert not result["changed"], result
    assert result["summary"]["unchanged"] == 500
    assert [(request["method"], request["path"]) for request in requests] == [
        ("GET", "/api/agents"), ("GET", "/api/users"),
    ]  # fmt: skip


def test_each_change_takes_one_write(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", seed(50))
    declaration = {
        "agents": agents(52),
        "users": [*users(3, roles=["UserManagement"]), *users(51, roles=["AgentManagement"])[3:]],
    }
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", declaration)
    assert result["summary"] == {
        "create": 3, "update": 3, "delete": 0, "recreate": 0, "unchanged": 97, "failed": 0, "skipped": 0,
        "undeclared": 0,
    }  # fmt: skip
    assert len(requests) == 2 + 6
    assert len({request["connection"] for request in requests}) <= 4


def test_the_sessions_of_many_agents_are_listed_once(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", seed(30, Sessions=[{"Description": "www.example.com"}]))
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", {"agents": agents(30, sessions="running")})
    assert not result["changed"]
    assert [(request["path"], request["query"]) for request in requests][1:] == [("/api/sessions", {})]
    paused = {"agents": agents(30, sessions="paused")}
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_config", paused)["summary"]["update"] == 30
    assert len(requests) == 2 + 30
    assert not run_module(pingplotter, "pingplotter_config", paused)["changed"]


def test_sessions_that_are_listed_for_one_agent_only_are_asked_for_one_by_one(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    sandbox.set_state("pingplotter", seed(5, Sessions=[{"Description": "www.example.com"}]))
    sandbox.fault(service="pingplotter", method="GET", path="^/api/sessions$", kind="status", status=400, times=1)
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", {"agents": agents(5, sessions="running")})
    assert not result["changed"], result
    assert len([request for request in requests if "agentUniqueId" in request["query"]]) == 5


def test_a_rate_limit_is_waited_for_and_not_run_into(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.switches("pingplotter", rate_limit=6, rate_window=1)
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", {"agents": agents(10), "concurrency": 1})
    assert result["summary"]["create"] == 10
    assert [request["status"] for request in requests if request["status"] == 429] == []


def test_a_rate_limit_that_several_run_into_fails_none(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.switches("pingplotter", rate_limit=6, rate_window=1)
    result = run_module(pingplotter, "pingplotter_config", {"agents": agents(14), "concurrency": 8})
    assert result["summary"]["create"] == 14
    assert len(sandbox.state("pingplotter")["agents"]) == 14


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_pruning_over_its_limit_names_what_would_go_and_writes_nothing(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", seed(15))
    declaration = {"agents": agents(1), "prune": ["agents"]}
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", declaration)
    assert result["failed"]
    assert "14 objects" in result["msg"]
    named = [number for number in range(1, 15) if f"agent a{number} " in result["msg"]]
    assert named == [1, 2, 3, 4, 5, 10, 11, 12, 13, 14]
    assert result["msg"].endswith(" and 4 more")
    assert not writes(requests)
    assert run_module(pingplotter, "pingplotter_config", {**declaration, "prune_limit": 14})["summary"]["delete"] == 14
    assert [agent["Deleted"] for agent in sandbox.state("pingplotter")["agents"]] == [False] + [True] * 14


def test_pruning_deletes_what_is_not_declared_templates_too(sandbox: Sandbox, pingplotter: Account) -> None:
    state = seed(3)
    state["agents"] += [{"Name": "standard", "IsTemplate": True}, {"Name": "gone", "Deleted": True}]
    sandbox.set_state("pingplotter", state)
    declaration = {"agents": agents(2), "users": users(2), "prune": ["agents", "users"]}
    predicted = run_module(pingplotter, "pingplotter_config", declaration, check=True)
    done = run_module(pingplotter, "pingplotter_config", declaration)
    assert predicted["changes"] == done["changes"]
    assert {(change["name"], change["action"]) for change in done["changes"]} == {
        ("a2", "delete"), ("standard", "delete"), ("u2@example.com", "delete"),
    }  # fmt: skip
    assert [agent["ShouldUninstall"] for agent in sandbox.state("pingplotter")["agents"]][2:] == [False, False, None]
    assert not run_module(pingplotter, "pingplotter_config", declaration)["changed"]


def test_a_user_who_may_own_the_account_is_not_pruned_and_that_is_said(sandbox: Sandbox, pingplotter: Account) -> None:
    state = seed(2)
    state["users"].append({"EmailAddress": "owner@example.com"})
    sandbox.set_state("pingplotter", state)
    declaration = {"users": users(1), "prune": ["users"], "prune_limit": 1}
    for check in (True, False):
        result = run_module(pingplotter, "pingplotter_config", declaration, check)
        assert [change["name"] for change in result["changes"]] == ["u1@example.com"]
        (warning,) = result["warnings"]
        assert "Not pruned: user owner@example.com" in str(warning)
    assert [user["EmailAddress"] for user in sandbox.state("pingplotter")["users"]] == [
        "u0@example.com", "owner@example.com",
    ]  # fmt: skip
    # Where those without roles are shown with an empty list, nobody is taken for an owner.
    sandbox.switches("pingplotter", roles_empty="list")
    assert run_module(pingplotter, "pingplotter_config", declaration)["summary"]["delete"] == 1


# -- what is refused before anything is written ------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"agents": [*agents(2), {"name": "a1"}]}, ["a1 is declared twice", "agents[1] (a1)", "agents[2] (a1)"]),
    (
        {"users": [*users(1), {"email_address": "U0@Example.com"}]},
        ["is declared twice", "users[0] (u0@example.com)", "users[1] (U0@Example.com)"],
    ),
    ({"agents": [{"name": "standard", "is_template": False}]}, ["agents[0] (standard)", "is_template is True"]),
    ({"agents": [{"is_template": True}]}, ["agents[0]: needs name, or unique_id"]),
    ({"agents": [{"unique_id": "nowhere"}]}, ["agents[0]", "there is no agent with unique_id nowhere"]),
    ({"users": [{"user_id": "nowhere", "roles": []}]}, ["users[0]", "there is no user with user_id nowhere"]),
    ({"users": [{"name": "Anna"}]}, ["users[0]: needs email_address, or user_id"]),
    ({"users": [{"email_address": "owner@example.com", "state": "absent"}]}, ["may own the account", "user_id: "]),
    ({"agents": [{"name": "a0", "sessions": "stopped"}]}, ["agents[0] (a0): sessions must be one of running, paused"]),
    ({"agents": agents(1), "concurrency": 0}, ["concurrency must be from 1 to 32, not 0"]),
    ({"agents": agents(1), "prune": ["sessions"]}, ["prune"]),
]


@pytest.mark.parametrize(("declaration", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_a_declaration_that_cannot_be_is_refused_before_any_write(
    sandbox: Sandbox, pingplotter: Account, declaration: dict[str, Any], words: list[str], check: bool
) -> None:
    state = {"agents": [{"Name": "standard", "IsTemplate": True}], "users": [{"EmailAddress": "owner@example.com"}]}
    sandbox.set_state("pingplotter", state)
    # Something to do beside what is refused.
    whole = {**copy.deepcopy(declaration), "users": [*declaration.get("users", []), *users(10)[9:]]}
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_config", whole, check)
    assert result["failed"], result
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    assert not writes(requests)


# -- failures ----------------------------------------------------------------------------------------------------------


def test_one_item_that_fails_among_50_stops_no_other(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.fault(
        service="pingplotter", method="POST", path="^/api/agents$", body='"a17"', kind="status", status=400, times=1,
        answer={"title": "One or more validation errors occurred.", "errors": {"Name": ["Not today."]}},
    )  # fmt: skip
    result = run_module(pingplotter, "pingplotter_config", {"agents": agents(50)})
    assert result["failed"]
    assert result["changed"]
    assert (result["summary"]["create"], result["summary"]["failed"]) == (49, 1)
    assert "cannot create agent a17: refused: Name: Not today. (HTTP 400)" in result["msg"]
    again = run_module(pingplotter, "pingplotter_config", {"agents": agents(50)})
    assert [change["name"] for change in again["changes"]] == ["a17"]


def test_agents_that_are_created_but_cannot_be_paused_are_reported_as_created(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    sandbox.fault(service="pingplotter", method="PUT", path="/sessions$", kind="status", status=403, times=-1)
    result = run_module(pingplotter, "pingplotter_config", {"agents": agents(2, sessions="paused")})
    assert result["failed"]
    assert [(change["action"], change["fields"]) for change in result["changes"]] == [("create", ["name"])] * 2
    assert result["failures"][0]["failure"]["path"].endswith("/sessions")


def test_an_unknown_shape_is_an_error_that_names_its_keys_and_creates_nothing(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    sandbox.set_state("pingplotter", seed(2))
    sandbox.switches("pingplotter", list_envelope="unknown")
    for declaration in ({"agents": agents(3)}, {"users": users(3)}):
        with requests_of(sandbox, "pingplotter") as requests:
            result = run_module(pingplotter, "pingplotter_config", declaration)
        assert result["failed"]
        assert "foo" in result["msg"]
        assert not writes(requests)


# -- export ------------------------------------------------------------------------------------------------------------


def account_state() -> dict[str, Any]:
    """An account with some of everything."""
    state = seed(6)
    state["agents"][1]["Sessions"] = [{"Description": "www.example.com"}]
    state["agents"][2]["Sessions"] = [{"Description": "www.example.com", "Status": "Paused"}]
    state["agents"][3]["Sessions"] = [{"Description": "a.example.com"}, {"Description": "b", "Status": "Paused"}]
    state["agents"] += [{"Name": "a0"}, {"Name": "standard", "IsTemplate": True}, {"Name": "gone", "Deleted": True}]
    state["users"].append({"EmailAddress": "owner@example.com"})
    return state


def test_an_exported_account_applied_changes_nothing(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", account_state())
    before = sandbox.state("pingplotter")
    with requests_of(sandbox, "pingplotter") as requests:
        config = run_module(pingplotter, "pingplotter_config_info", {})["config"]
    assert [request["path"] for request in requests] == ["/api/agents", "/api/users", "/api/sessions"]
    with requests_of(sandbox, "pingplotter") as requests:
        declaration = {**config, "prune": ["agents", "users"], "prune_limit": 0}
        result = run_module(pingplotter, "pingplotter_config", declaration)
    assert not result.get("failed"), result
    assert not result["changed"], result["changes"]
    assert not writes(requests)
    assert sandbox.state("pingplotter") == before
    assert sum("unique_id" in agent for agent in config["agents"]) == 2
    # The first is running, as a new one would be. The last is neither running nor paused as a whole.
    assert [agent.get("sessions") for agent in config["agents"] if agent["name"] in ("a1", "a2", "a3")] == [
        None, "paused", None,
    ]  # fmt: skip


def test_an_exported_account_fits_an_empty_one(sandbox: Sandbox, pingplotter: Account) -> None:
    state = seed(5)
    state["agents"].append({"Name": "standard", "IsTemplate": True})
    sandbox.set_state("pingplotter", state)
    config = run_module(pingplotter, "pingplotter_config_info", {})["config"]
    sandbox.add_account("pingplotter", key="other-key")
    other = account(sandbox, "pingplotter", api_key="other-key")
    assert run_module(other, "pingplotter_config", config)["summary"]["create"] == 11
    assert run_module(other, "pingplotter_config_info", {})["config"] == config


def test_a_declaration_through_ansible_playbook_predicts_applies_and_settles(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    sandbox.set_state("pingplotter", seed(2, Sessions=[{"Description": "www.example.com"}]))
    declaration = {
        "agents": [*agents(2, sessions="paused"), {"name": "new", "is_template": True}],
        "users": users(4, roles=["SessionManagement"]),
    }
    tasks = [task("pingplotter_config", declaration, check) for check in (True, False, False, True)]
    run = run_playbook([pingplotter], tasks, "--diff")
    assert run.code == 0, run.output
    predicted, done, again, still = run.ours
    assert without_ids(predicted["changes"], UNKNOWN) == without_ids(done["changes"], UNKNOWN)
    assert predicted["diff"] == done["diff"]
    assert [result["changed"] for result in (predicted, done, again, still)] == [True, True, False, False]
