# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole Port Monitor account in one task: what it costs, what it prunes, what it refuses, what it survives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, without_ids, writes
from sandbox.client import Sandbox


def target(group: str, number: int, **options: Any) -> dict[str, Any]:
    """The declaration of one target."""
    url = f"https://t{number}.example.com"
    return {"group": group, "name": f"T{number}", "type": "url", "url": url, **options}


def seed(groups: int, targets: int) -> dict[str, Any]:
    """The groups G0 and so on, each with the targets T0 and so on, as the sandbox keeps them."""
    return {
        "groups": [{"name": f"G{n}"} for n in range(groups)],
        "targets": [
            {"group": f"G{n}", "name": f"T{m}", "url": f"https://t{m}.example.com"}
            for n in range(groups)
            for m in range(targets)
        ],
    }


def declared(groups: int, targets: int, **options: Any) -> dict[str, Any]:
    """The same as a declaration."""
    return {
        "groups": [{"name": f"G{n}"} for n in range(groups)],
        "targets": [target(f"G{n}", m, **options) for n in range(groups) for m in range(targets)],
    }


def paths(requests: list[dict[str, Any]]) -> list[str]:
    """The requests as words."""
    return sorted(f"{request['method']} {request['path']}" for request in requests)


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_an_account_with_nothing_to_do_takes_one_listing_a_group(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(5, 40))
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(
            portmonitor, "portmonitor_config", {**declared(5, 40, timeout=30), "profile": {"language": "en"}}
        )
    assert result["summary"]["unchanged"] == 5 + 200 + 1, result
    ids = [group["id"] for group in sandbox.state("portmonitor")["groups"]]
    assert paths(requests) == sorted(["GET /groups", "GET /profile", *(f"GET /groups/{n}/targets" for n in ids)])


def test_each_change_takes_one_write(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(3, 20))
    declaration = declared(3, 21)
    for one in declaration["targets"][::21]:
        one["timeout"] = 7
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", declaration)
    assert result["summary"] == {
        "create": 3, "update": 3, "delete": 0, "recreate": 0, "unchanged": 60, "failed": 0, "skipped": 0,
        "undeclared": 0,
    }  # fmt: skip
    assert len(requests) == 1 + 3 + 6
    assert len(writes(requests)) == 6
    # The connections are kept alive, one for each request that may be under way.
    assert len({request["connection"] for request in requests}) <= 4


def test_only_groups_with_declared_targets_are_looked_into(sandbox: Sandbox, portmonitor: Account) -> None:
    ids = [group["id"] for group in sandbox.set_state("portmonitor", seed(6, 3))["groups"]]
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(
            portmonitor, "portmonitor_config", {"targets": [target("G1", 0), target(str(ids[4]), 2, timeout=9)]}
        )
    assert result["summary"]["update"] == 1
    assert [line for line in paths(requests) if "targets" in line] == [
        f"GET /groups/{ids[1]}/targets",
        f"GET /groups/{ids[4]}/targets",
    ]


def test_pruning_looks_into_all_groups(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(3, 2))
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", {"targets": [target("G0", 0)], "prune": ["targets"]})
    assert result["summary"]["delete"] == 5
    assert len(requests) == 1 + 3 + 5
    assert [one["name"] for one in sandbox.state("portmonitor")["targets"]] == ["T0"]


def test_groups_alone_need_no_targets(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(3, 2))
    with requests_of(sandbox, "portmonitor") as requests:
        run_module(portmonitor, "portmonitor_config", {"groups": [{"name": "G0"}, {"name": "new"}]})
    assert paths(requests) == ["GET /groups", "POST /groups"]


def test_an_account_without_ids_in_its_answers_is_listed_once_more(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.switches("portmonitor", create_answer="empty")
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", declared(2, 10))
    assert all(change["id"] for change in result["changes"])
    # Before: the groups, of which there are none. Then the groups, twice if the first target came before the second
    # group; and in the end the targets of each group.
    assert 1 + 2 + 20 + 1 + 2 <= len(requests) <= 1 + 2 + 20 + 2 + 2
    assert not run_module(portmonitor, "portmonitor_config", declared(2, 10))["changed"]


# -- order and prediction ----------------------------------------------------------------------------------------------

FULL: dict[str, Any] = {
    "targets": [
        target("New", 1, seconds_between_checks=60),
        {"group": "Old", "name": "SMTP", "type": "custom_port", "host": "mx.example.com", "port_number": 587},
        {"group": "Old", "name": "Gone", "state": "absent"},
        {"group": "Empty", "name": "Router", "type": "ping", "host": "192.0.2.1"},
    ],
    "groups": [{"name": "New"}, {"name": "Empty"}],
    "profile": {"language": "es", "time_zone": "Europe/London"},
}
FULL_SEED: dict[str, Any] = {
    "groups": [{"name": "Old"}, {"name": "Empty"}],
    "targets": [
        {"group": "Old", "name": "SMTP", "host": "mx.example.com", "port_number": 25},
        {"group": "Old", "name": "Gone", "type": "pings", "host": "192.0.2.3"},
    ],
}
ODD: dict[str, Any] = {
    "list_envelope": "named",
    "create_answer": "success",
    "write_answer": "null",
    "id_key": "_id",
    "type_word": "urls",
    "numbers": "string",
    "untyped_listing": "missing",
    "empty_value": "absent",
    "unknown_fields": "some",
}


@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_a_declaration_is_predicted_applied_and_then_settled(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("portmonitor", FULL_SEED)
    sandbox.switches("portmonitor", **switches)
    with requests_of(sandbox, "portmonitor") as requests:
        predicted = run_module(portmonitor, "portmonitor_config", FULL, check=True)
    assert not writes(requests)
    done = run_module(portmonitor, "portmonitor_config", FULL)
    assert not done.get("failed"), done
    for key in ("changed", "changes", "summary", "diff", "failures"):
        assert without_ids(predicted[key], ["id"]) == without_ids(done[key], ["id"])
    assert [(change["kind"], change["name"], change["action"]) for change in done["changes"]] == [
        ("group", "New", "create"),
        ("target", "SMTP", "update"),
        ("target", "Router", "create"),
        ("target", "T1", "create"),
        ("profile", "profile", "update"),
        ("target", "Gone", "delete"),
    ]
    state = sandbox.state("portmonitor")
    groups = {group["id"]: group["name"] for group in state["groups"]}
    assert {one["name"]: groups[one["group_id"]] for one in state["targets"]} == {
        "SMTP": "Old", "T1": "New", "Router": "Empty",
    }  # fmt: skip
    for check in (False, True):
        with requests_of(sandbox, "portmonitor") as requests:
            again = run_module(portmonitor, "portmonitor_config", FULL, check)
        assert not again["changed"], again["changes"]
        assert not writes(requests)


def test_a_declaration_through_ansible_playbook(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", FULL_SEED)
    tasks = [task("portmonitor_config", FULL, check) for check in (True, False, False, True)]
    run = run_playbook([portmonitor], tasks, "--diff")
    assert run.code == 0, run.output
    predicted, done, again, still = run.ours
    assert without_ids(predicted["changes"], ["id"]) == without_ids(done["changes"], ["id"])
    assert predicted["diff"] == done["diff"]
    assert [result["changed"] for result in (predicted, done, again, still)] == [True, True, False, False]


# -- groups that hold targets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [False, True])
def test_a_group_with_targets_is_deleted_only_by_force(sandbox: Sandbox, portmonitor: Account, check: bool) -> None:
    state = sandbox.set_state("portmonitor", seed(3, 2))
    ident = state["groups"][1]["id"]
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_group", {"name": "G1", "state": "absent"}, check)
    assert "group G1 still contains T0, T1; force: true deletes it anyway" in result["msg"]
    assert paths(requests) == ["GET /groups", f"GET /groups/{ident}/targets"]
    declaration = {"groups": [{"group_id": str(ident), "state": "absent"}], "targets": [target("G0", 0)]}
    assert "G1 still contains" in run_module(portmonitor, "portmonitor_config", declaration, check)["msg"]
    assert sandbox.state("portmonitor") == state


@pytest.mark.parametrize("switches", [{}, {"group_delete": "refused"}, ODD | {"group_delete": "refused"}], ids=str)
@pytest.mark.parametrize("style", ["error", "success_false_info"])
def test_force_deletes_a_group_with_its_targets_whatever_the_service_does_by_itself(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any], style: str
) -> None:
    sandbox.set_state("portmonitor", seed(3, 2))
    sandbox.switches("portmonitor", error_style=style, **switches)
    options = {"name": "G1", "state": "absent", "force": True}
    assert run_module(portmonitor, "portmonitor_group", options, check=True)["changed"]
    result = run_module(portmonitor, "portmonitor_group", options)
    assert result["changed"], result
    state = sandbox.state("portmonitor")
    assert [group["name"] for group in state["groups"]] == ["G0", "G2"]
    assert len(state["targets"]) == 4
    assert not run_module(portmonitor, "portmonitor_group", options)["changed"]


def test_a_group_whose_targets_are_deleted_or_move_away_needs_no_force(sandbox: Sandbox, portmonitor: Account) -> None:
    state = sandbox.set_state("portmonitor", seed(2, 2))
    sandbox.switches("portmonitor", group_delete="refused")
    moving = next(one for one in state["targets"] if one["group_id"] == state["groups"][1]["id"])
    declaration = {
        "groups": [{"name": "G1", "state": "absent"}],
        "targets": [
            {"target_id": moving["id"], "group": "G0", "name": "Moved"},
            {"group": "G1", "name": "T1", "state": "absent"},
        ],
    }
    predicted = run_module(portmonitor, "portmonitor_config", declaration, check=True)
    done = run_module(portmonitor, "portmonitor_config", declaration)
    assert not done.get("failed"), done
    assert predicted["changes"] == done["changes"]
    assert [change["action"] for change in done["changes"]] == ["update", "delete", "delete"]
    state = sandbox.state("portmonitor")
    assert [group["name"] for group in state["groups"]] == ["G0"]
    assert sorted(one["name"] for one in state["targets"]) == ["Moved", "T0", "T1"]
    # The other way round, a target cannot move to a group that will be deleted.
    declaration = {"groups": [{"name": "G0", "state": "absent", "force": True}], "targets": [target("G0", 5)]}
    assert "or it will be deleted" in run_module(portmonitor, "portmonitor_config", declaration)["msg"]


@pytest.mark.parametrize("answer", ["full", "empty"])
def test_a_group_that_gets_another_name_is_the_group_of_its_targets_under_that_name(
    sandbox: Sandbox, portmonitor: Account, answer: str
) -> None:
    ident = sandbox.set_state("portmonitor", seed(2, 2))["groups"][0]["id"]
    sandbox.switches("portmonitor", create_answer=answer)
    declaration = {
        "groups": [{"group_id": ident, "name": "Renamed"}],
        "targets": [target("Renamed", 0, timeout=9), target("Renamed", 7)],
    }
    predicted = run_module(portmonitor, "portmonitor_config", declaration, check=True)
    done = run_module(portmonitor, "portmonitor_config", declaration)
    assert not done.get("failed"), done
    assert without_ids(predicted["changes"], ["id"]) == without_ids(done["changes"], ["id"])
    assert [change["action"] for change in done["changes"]] == ["update", "update", "create"]
    assert all(change["id"] for change in done["changes"])
    inside = [one["name"] for one in sandbox.state("portmonitor")["targets"] if one["group_id"] == ident]
    assert sorted(inside) == ["T0", "T1", "T7"]
    assert not run_module(portmonitor, "portmonitor_config", declaration)["changed"]


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_pruning_over_its_limit_names_what_would_go_and_writes_nothing(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(2, 6))
    declaration = {"groups": [{"name": "G0"}], "targets": [], "prune": ["groups", "targets"]}
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", declaration)
    assert "13 objects, but prune_limit is 10" in result["msg"]
    assert "group G1" in result["msg"]
    assert not writes(requests)
    done = run_module(portmonitor, "portmonitor_config", {**declaration, "prune_limit": 13})
    assert done["summary"]["delete"] == 13
    assert done["changes"][-1]["kind"] == "group"
    state = sandbox.state("portmonitor")
    assert [group["name"] for group in state["groups"]] == ["G0"]
    assert state["targets"] == []


def test_pruning_groups_spares_one_whose_targets_stay(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(2, 1))
    declaration = {"groups": [{"name": "G0"}], "prune": ["groups"]}
    result = run_module(portmonitor, "portmonitor_config", declaration)
    assert "group G1 still contains T0" in result["msg"]
    # An item that only holds its key keeps its object.
    declaration = {
        "groups": [{"name": "G0"}, {"name": "G1"}],
        "targets": [{"group": "G1", "name": "T0"}],
        "prune": ["groups", "targets"],
    }
    done = run_module(portmonitor, "portmonitor_config", declaration)
    assert [(change["name"], change["action"]) for change in done["changes"]] == [("T0", "delete")]
    assert not run_module(portmonitor, "portmonitor_config", declaration)["changed"]


# -- what is refused before anything is written ------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"targets": [target("G0", 1), target("G0", 2), target("G0", 1)]},
        ["T1 is declared twice", "targets[0] (T1)", "targets[2] (T1)"],
    ),
    ({"targets": [target("G0", 7), target("GID", 7)]}, ["T7 is declared twice", "targets[0] (T7)", "targets[1] (T7)"]),
    ({"groups": [{"name": "x"}, {"name": "x"}]}, ["x is declared twice", "groups[0] (x)", "groups[1] (x)"]),
    ({"targets": [target("Nowhere", 1)]}, ["targets[0] (T1)", "group names Nowhere", "no such group"]),
    ({"targets": [target("Twin", 1)]}, ["targets[0] (T1)", "group names Twin", "2 groups of that name"]),
    (
        {"targets": [{"group": "Twin", "name": "T1", "state": "absent"}]},
        ["targets[0] (T1)", "group Twin may be any of"],
    ),
    (
        {"targets": [target("G0", 1)], "groups": [{"name": "G0", "state": "absent", "force": True}]},
        ["group names G0", "will be deleted"],
    ),
    ({"targets": [target("G0", 1), {"group": "G0", "name": "T2", "url": "x"}]}, ["targets[1] (T2)", "requires type"]),
    ({"targets": [{"group": "G0", "name": "T0", "host": "x"}]}, ["targets[0] (T0)", "of type url has no host"]),
    ({"targets": [target("G0", 1, host="x")]}, ["targets[0] (T1): a target of type url has no host"]),
    ({"targets": [{"name": "T0"}]}, ["targets[0] (T0): needs group, or target_id"]),
    ({"targets": [target("G0", 1, url=None)]}, ["targets[0] (T1): url cannot be null"]),
    (
        {"targets": [target("G0", 0) | {"type": "ping", "host": "h", "url": None}]},
        ["targets[0] (T0): url cannot be null"],
    ),
    (
        {"targets": [{"group": "G0", "name": "T0", "type": "ping", "host": "h"}]},
        ["targets[0] (T0)", "type is url and cannot become ping", "recreate"],
    ),
    ({"targets": [target("G0", 1)], "concurrency": 0}, ["concurrency must be from 1 to 32, not 0"]),
    ({"targets": [target("G0", 1)], "prune": ["profile"]}, ["prune"]),
    ({"profile": {"language": None}}, ["profile: language cannot be null"]),
]


@pytest.mark.parametrize(("declaration", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_a_declaration_that_cannot_be_is_refused_before_any_write(
    sandbox: Sandbox, portmonitor: Account, declaration: dict[str, Any], words: list[str], check: bool
) -> None:
    state = seed(1, 1)
    state["groups"] += [{"name": "Twin"}, {"name": "Twin"}]
    ident = sandbox.set_state("portmonitor", state)["groups"][0]["id"]
    declaration = copy.deepcopy(declaration)
    for one in declaration.get("targets", ()):
        one.update({"group": str(ident)} if one.get("group") == "GID" else {})
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", declaration, check)
    assert result.get("failed"), result
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    assert not writes(requests)


# -- failures ----------------------------------------------------------------------------------------------------------


def test_one_item_that_fails_among_50_stops_no_other(sandbox: Sandbox, portmonitor: Account) -> None:
    declaration = declared(2, 25)
    sandbox.fault(
        service="portmonitor", method="POST", path="/target/urls$", body="name%5D=T17&", kind="status", status=422,
        times=1, answer={"errors": {"name": ["is not liked today"]}},
    )  # fmt: skip
    result = run_module(portmonitor, "portmonitor_config", declaration)
    assert result["failed"]
    assert result["changed"]
    assert result["summary"]["create"] == 51
    assert result["summary"]["failed"] == 1
    assert [failure["name"] for failure in result["failures"]] == ["T17"]
    assert "cannot create target T17: refused: name: is not liked today (HTTP 422)" in result["msg"]
    again = run_module(portmonitor, "portmonitor_config", declaration)
    assert [change["name"] for change in again["changes"]] == ["T17"]


def test_what_needs_a_group_that_failed_is_skipped(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.fault(service="portmonitor", method="POST", path="^/groups$", body="G1", kind="status", status=422)
    declaration = declared(2, 2)
    result = run_module(portmonitor, "portmonitor_config", declaration)
    assert result["failed"]
    assert result["summary"]["create"] == 3
    assert result["summary"]["skipped"] == 2
    assert "group G1, which it depends on, failed" in result["failures"][1]["msg"]
    again = run_module(portmonitor, "portmonitor_config", declaration)
    assert not again.get("failed"), again
    assert again["summary"]["create"] == 3


def test_a_server_that_dies_in_the_middle_is_not_asked_for_ever(sandbox: Sandbox) -> None:
    impatient = account(
        sandbox, "portmonitor", app_key="sandbox-app", auth_token="sandbox-auth-token", api_max_wait="1"
    )
    sandbox.set_state("portmonitor", seed(1, 0))
    sandbox.fault(service="portmonitor", method="POST", skip=5, times=-1, kind="status", status=503)
    declaration = {"targets": [target("G0", n) for n in range(30)], "concurrency": 2}
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(impatient, "portmonitor_config", declaration)
    assert result["failed"]
    assert result["summary"]["create"] == 5
    assert result["summary"]["failed"] == 25
    assert len(writes(requests)) <= 30


# -- export ------------------------------------------------------------------------------------------------------------

ACCOUNT: dict[str, Any] = {
    "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}, {"id": 3, "name": "Mail"}, {"id": 4, "name": "-"}],
    "targets": [
        {"group_id": 1, "name": "Shop", "url": "https://shop.example.com/", "timeout": 5},
        {"group_id": 1, "name": "Twin", "type": "pings", "host": "192.0.2.1"},
        {"group_id": 1, "name": "Twin", "type": "pings", "host": "192.0.2.2", "status": "down"},
        {"group_id": 2, "name": "Twin", "host": "mx.example.com", "port_number": 25},
        {"group_id": 3, "name": "Shop", "host": "mx.example.com", "port_number": 587, "retries_per_check": 0},
    ],
    "profile": {"language": "es", "country": "", "time_zone": "Europe/Madrid"},
}


@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_an_exported_account_applied_changes_nothing(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("portmonitor", ACCOUNT)
    sandbox.switches("portmonitor", **switches)
    before = sandbox.state("portmonitor")
    with requests_of(sandbox, "portmonitor") as requests:
        config = run_module(portmonitor, "portmonitor_config_info", {})["config"]
    # A service that has no listing of all types is asked for it at most once by each of four threads.
    assert len(requests) == 1 + 4 + 1 if not switches else len(requests) <= 1 + 4 + 4 * 3 + 1
    declaration = {**config, "prune": ["groups", "targets"], "prune_limit": 0}
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_config", declaration)
    assert not result.get("failed"), result
    assert not result["changed"], result["changes"]
    assert not result.get("warnings")
    assert not writes(requests)
    assert sandbox.state("portmonitor") == before
    # The names tell the objects apart, but for the two pairs that share one.
    assert [one["name"] for one in config["groups"] if "group_id" in one] == ["Mail", "Mail"]
    assert [one["name"] for one in config["targets"] if "target_id" in one] == ["Twin", "Twin"]
    assert config["profile"] == {"language": "es", "time_zone": "Europe/Madrid"}


def test_an_exported_account_fits_an_empty_one(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", seed(3, 4))
    config = run_module(portmonitor, "portmonitor_config_info", {})["config"]
    sandbox.add_account("portmonitor", email="o@example.com", password="x", auth_token="other-token")
    other = account(sandbox, "portmonitor", app_key="sandbox-app", auth_token="other-token")
    assert run_module(other, "portmonitor_config", config)["summary"]["create"] == 15
    assert run_module(other, "portmonitor_config_info", {})["config"] == config
