# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole Pinghome service in one task: what it costs, what it prunes, what it refuses, what it survives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, without_ids, writes
from sandbox.client import Sandbox

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
IDS = ["id"]


def resource(number: int, **options: Any) -> dict[str, Any]:
    """The declaration of one resource."""
    return {"name": f"R{number:03}", "type": "http", "url": f"https://r{number}.example.com", **options}


def integration(number: int, **options: Any) -> dict[str, Any]:
    """The declaration of the integration of one resource."""
    details = {"type": "statuspageIo", "name": "Outage", "status": "investigating"}
    return {"resource": f"R{number:03}", "integration": "abc", **details, **options}


def seed(count: int, **fields: Any) -> dict[str, Any]:
    """The resources R000 and so on as the sandbox keeps them."""
    return {"resources": [{**resource(number), **fields} for number in range(count)]}


ALL: dict[str, Any] = {
    "resources": [resource(0, ssl_reminder_days=[7], enabled=False), resource(1, regions=["eu-central-1"])],
    "server_resources": [{"name": "db1", "os": "ubuntu"}, {"name": "db2"}],
    "heartbeats": [{"name": "backup", "interval": 60}, {"name": "cron", "interval": 5, "methods": ["POST"]}],
    "integrations": [integration(0, message="We look into it."), integration(1, items=["a"])],
}


# -- what it does, and what that costs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [{}, {"lag": 1, "create_answer": "empty", "listing": "thin"}])
def test_everything_is_created_found_updated_and_pruned(
    sandbox: Sandbox, pinghome: Account, switches: dict[str, Any]
) -> None:
    sandbox.switches("pinghome", **switches)
    predicted = run_module(pinghome, "pinghome_config", ALL, check=True)
    assert sandbox.state("pinghome")["resources"] == []
    done = run_module(pinghome, "pinghome_config", ALL)
    for key in ("changed", "changes", "summary", "diff", "failures"):
        assert without_ids(predicted[key], IDS) == without_ids(done[key], IDS)
    assert not done.get("warnings"), done["warnings"]
    assert done["summary"]["create"] == 8
    again = run_module(pinghome, "pinghome_config", ALL)
    assert not again["changed"], again["changes"]
    state = sandbox.state("pinghome")
    assert {one["name"]: one["ssl_reminder"] for one in state["resources"]} == {"R000": [7], "R001": None}
    assert [len(one["integrations"]) for one in state["resources"]] == [1, 1]
    fewer = {
        "resources": [resource(0, enabled=True)],
        "heartbeats": [{"name": "cron", "interval": 6}],
        "server_resources": [],
        "integrations": [],
        "prune": ["resources", "server_resources", "heartbeats", "integrations"],
    }
    predicted = run_module(pinghome, "pinghome_config", fewer, check=True)
    done = run_module(pinghome, "pinghome_config", fewer)
    assert predicted["changes"] == done["changes"]
    assert {key: count for key, count in done["summary"].items() if count} == {
        "update": 2,
        "delete": 6,
        "undeclared": 6,
    }
    state = sandbox.state("pinghome")
    assert [[one["name"] for one in state[kind]] for kind in ("resources", "server_resources", "heartbeats")] == [
        ["R000"],
        [],
        ["cron"],
    ]
    assert state["resources"][0]["integrations"] == []
    assert not run_module(pinghome, "pinghome_config", fewer)["changed"]


def test_unchanged_resources_take_the_pages_of_their_listing(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", seed(120))
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", {"resources": [resource(n) for n in range(120)]})
    assert not result["changed"], result
    assert [request["query"]["page"] for request in requests] == [["1"], ["2"], ["3"]]


def test_each_change_takes_one_write_and_all_are_read_back_at_once(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", seed(120))
    resources = [resource(n, grace_period=9 if n % 20 == 0 else 0) for n in range(121)]
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", {"resources": resources})
    assert {key: count for key, count in result["summary"].items() if count} == {
        "create": 1,
        "update": 6,
        "unchanged": 114,
    }
    assert len(writes(requests)) == 7
    # Listed before, for the id that the creation does not answer, and to read back.
    assert len(requests) == 7 + 3 * 3
    assert len({request["connection"] for request in requests}) <= 4


def test_a_creation_that_answers_an_id_is_not_looked_up(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.switches("pinghome", create_answer="named")
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", {"resources": [resource(0), resource(1)]})
    assert all(change["id"] for change in result["changes"])
    assert [request["method"] for request in requests] == ["GET", "POST", "POST", "GET", "GET"]


def test_reminders_take_one_read_for_each_resource_that_declares_them(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", seed(30, ssl_reminder=[7]))
    resources = [resource(n, **({"ssl_reminder_days": ["7"]} if n < 5 else {})) for n in range(30)]
    with requests_of(sandbox, "pinghome") as requests:
        assert not run_module(pinghome, "pinghome_config", {"resources": resources})["changed"]
    assert len(requests) == 2 + 5


@pytest.mark.parametrize("kind", ["resources", "heartbeats"])
def test_where_a_kind_has_no_call_for_one_object_it_is_deleted_through_the_list(
    sandbox: Sandbox, pinghome: Account, kind: str
) -> None:
    made = sandbox.set_state("pinghome", {**seed(2), "heartbeats": [{"name": f"H{n}"} for n in range(2)]})
    sandbox.fault(service="pinghome", method="DELETE", path=f"/{kind[:-1]}/", kind="status", status=405, times=99)
    declaration = {kind: [{"name": made[kind][0]["name"], "state": "absent"}]}
    with requests_of(sandbox, "pinghome") as requests:
        assert run_module(pinghome, "pinghome_config", declaration)["summary"]["delete"] == 1
    deletions = [
        (request["path"].split("/")[-1], request["query"]) for request in requests if request["method"] == "DELETE"
    ]
    assert deletions[-1] == (kind[:-1], {"id": [made[kind][0]["id"]]})
    assert [one["id"] for one in sandbox.state("pinghome")[kind]] == [made[kind][1]["id"]]


def test_an_item_may_be_in_another_service(sandbox: Sandbox, pinghome: Account) -> None:
    declaration = {
        "resources": [resource(0), resource(0, service_id=SECOND)],
        "heartbeats": [{"name": "h", "interval": 5, "service_id": SECOND}],
        "integrations": [integration(0), integration(0, service_id=SECOND, items=["b"])],
    }
    done = run_module(pinghome, "pinghome_config", declaration)
    assert done["summary"]["create"] == 5, done
    state = sandbox.state("pinghome")
    hooks = {one["service_id"]: one["integrations"][0]["items"] for one in state["resources"]}
    assert hooks == {FIRST: [], SECOND: ["b"]}
    assert not run_module(pinghome, "pinghome_config", declaration)["changed"]
    # Without a service for all, the one of each item is all that there is.
    alone = account(sandbox, "pinghome", api_token="sandbox-token")
    explicit = copy.deepcopy(declaration)
    for item in (item for items in explicit.values() for item in items):
        item.setdefault("service_id", FIRST)
    assert not run_module(alone, "pinghome_config", explicit)["changed"]
    said = run_module(alone, "pinghome_config", declaration)["msg"]
    assert "needs service_id (or the environment variable PINGHOME_SERVICE_ID), or resource_id" in said


def test_a_default_for_all_items_can_be_an_option(sandbox: Sandbox) -> None:
    user = account(sandbox, "pinghome", api_token="sandbox-token", service_id=FIRST)
    declaration = {"service_id": SECOND, "heartbeats": [{"name": "h", "interval": 5}]}
    assert run_module(user, "pinghome_config", declaration)["changed"]
    assert sandbox.state("pinghome")["heartbeats"][0]["service_id"] == SECOND


def test_only_the_service_of_the_task_is_pruned(sandbox: Sandbox, pinghome: Account) -> None:
    state = {"resources": [*seed(2)["resources"], *({**resource(n), "service_id": SECOND} for n in (0, 5, 6))]}
    for one in state["resources"]:
        one["integrations"] = [{"integration": "abc"}]
    ids = [one["id"] for one in sandbox.set_state("pinghome", state)["resources"]]
    declaration = {
        "resources": [resource(0), resource(0, service_id=SECOND), {"resource_id": ids[3]}],
        "integrations": [{"resource": ids[4], "integration": "abc"}],
        "prune": ["resources", "integrations"],
    }
    done = run_module(pinghome, "pinghome_config", declaration)
    assert sorted(change["name"] for change in done["changes"]) == ["R001", "abc", "abc"], done
    assert [one["id"] for one in sandbox.state("pinghome")["resources"]] == [ids[0], *ids[2:]]


def test_without_a_service_those_of_the_declared_objects_are_pruned(sandbox: Sandbox) -> None:
    user = account(sandbox, "pinghome", api_token="sandbox-token")
    state = {
        "resources": [*seed(1)["resources"], *({**resource(n), "service_id": SECOND} for n in (1, 2))],
        "heartbeats": [{"name": "a", "interval": 1}, {"name": "b", "interval": 1, "service_id": SECOND}],
    }
    sandbox.set_state("pinghome", state)
    declaration = {"resources": [resource(1, service_id=SECOND)], "heartbeats": []}
    done = run_module(user, "pinghome_config", {**declaration, "prune": ["resources", "heartbeats"]})
    assert sorted(change["name"] for change in done["changes"]) == ["R002", "b"], done
    refused = run_module(user, "pinghome_config", {"resources": [], "prune": ["resources"]})
    assert "service_id is missing" in refused["msg"]


@pytest.mark.parametrize("declared", [{}, {"resources": None}])
def test_a_kind_that_is_not_declared_is_not_pruned(
    sandbox: Sandbox, pinghome: Account, declared: dict[str, Any]
) -> None:
    sandbox.set_state("pinghome", seed(2))
    refused = run_module(pinghome, "pinghome_config", {**declared, "heartbeats": [], "prune": ["resources"]})
    words = "prune names resources, but resources is not declared: declare the objects to keep, or [] to delete all"
    assert refused["failed"]
    assert refused["msg"] == words
    assert not sandbox.requests()
    emptied = run_module(pinghome, "pinghome_config", {"resources": [], "prune": ["resources"]})
    assert emptied["summary"]["delete"] == 2


def test_an_id_moves_an_object_to_another_service(sandbox: Sandbox, pinghome: Account) -> None:
    state = {**seed(2), "server_resources": [{"name": "s"}], "heartbeats": [{"name": "h"}]}
    made = sandbox.set_state("pinghome", state)
    declaration = {
        kind: [{f"{kind[:-1]}_id": made[kind][0]["id"], "service_id": SECOND}]
        for kind in ("resources", "server_resources", "heartbeats")
    }
    declaration["resources"].append({"resource_id": made["resources"][1]["id"], "grace_period": 4})
    done = run_module(pinghome, "pinghome_config", declaration)
    assert done["summary"]["update"] == 4, done
    assert not done.get("warnings"), done["warnings"]
    moved = sandbox.state("pinghome")
    for kind in ("resources", "server_resources", "heartbeats"):
        assert moved[kind][0] == {**made[kind][0], "service_id": SECOND}
    assert moved["resources"][1]["service_id"] == FIRST
    assert not run_module(pinghome, "pinghome_config", declaration)["changed"]
    # The environment does not move anything back.
    plain = {"resource_id": made["resources"][0]["id"], "grace_period": 0}
    assert not run_module(pinghome, "pinghome_resource", plain)["changed"]


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_pruning_over_its_limit_names_what_would_go_and_writes_nothing(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", seed(15))
    declaration = {"resources": [resource(0, grace_period=3)], "prune": ["resources"]}
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", declaration)
    assert result["failed"]
    assert "14 objects" in result["msg"]
    assert [n for n in range(1, 15) if f"R{n:03}" in result["msg"]] == list(range(1, 11))
    assert result["msg"].endswith(" and 4 more")
    assert not writes(requests)
    assert run_module(pinghome, "pinghome_config", {**declaration, "prune_limit": 14})["summary"]["delete"] == 14
    assert [one["name"] for one in sandbox.state("pinghome")["resources"]] == ["R000"]


def test_what_is_only_named_is_kept_as_it_is(sandbox: Sandbox, pinghome: Account) -> None:
    before = sandbox.set_state("pinghome", {"server_resources": [{"name": "a"}, {"name": "b"}]})
    declaration = {"server_resources": [{"name": "a"}, {"name": "b"}], "prune": ["server_resources"]}
    assert not run_module(pinghome, "pinghome_config", declaration)["changed"]
    assert sandbox.state("pinghome") == before


# -- what is refused before anything is written ------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"resources": [resource(1), resource(2), resource(1)]}, ["R001 is declared twice", "resources[0] (R001)"]),
    (
        {"integrations": [integration(9)]},
        ["integrations[0] (abc)", "resource names R009, but there is no such resource"],
    ),
    (
        {"resources": [resource(3, service_id=SECOND)], "integrations": [integration(3)]},
        ["resource names R003, but there is no such resource"],
    ),
    (
        {"resources": [{"name": "R000", "state": "absent"}], "integrations": [integration(0)]},
        ["resource names R000", "will be deleted"],
    ),
    ({"resources": [resource(1), {"name": "R002", "url": "x"}]}, ["resources[1] (R002)", "creating it requires type"]),
    ({"resources": [{"name": "R002", "type": "tcp"}]}, ["resources[0] (R002)", "creating it requires url or host"]),
    ({"resources": [resource(1, host="h")]}, ["resources[0] (R001): a resource has only one of url and host"]),
    ({"resources": [resource(0, type="tcp")]}, ["type is http and cannot become tcp", "recreate"]),
    ({"heartbeats": [{"name": "h"}]}, ["heartbeats[0] (h)", "creating it requires interval"]),
    ({"resources": [resource(1), {"url": "x"}]}, ["resources[1]: needs name, or resource_id"]),
    ({"resources": [resource(1, service_id=None)]}, ["resources[0] (R001): service_id cannot be null"]),
    ({"resources": [resource(1)], "concurrency": 33}, ["concurrency must be from 1 to 32, not 33"]),
    ({"resources": [resource(1)], "prune": ["everything"]}, ["prune"]),
]


@pytest.mark.parametrize(("declaration", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_a_declaration_that_cannot_be_is_refused_before_any_write(
    sandbox: Sandbox, pinghome: Account, declaration: dict[str, Any], words: list[str], check: bool
) -> None:
    sandbox.set_state("pinghome", seed(1))
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", copy.deepcopy(declaration), check)
    assert result["failed"], result
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    assert not writes(requests)


@pytest.mark.parametrize("kind", ["resource", "server_resource", "heartbeat", "integration"])
def test_an_unknown_list_shape_creates_nothing(sandbox: Sandbox, pinghome: Account, kind: str) -> None:
    made = sandbox.set_state("pinghome", seed(1))["resources"][0]
    sandbox.switches("pinghome", list_envelope="unknown")
    options = {
        "resource": resource(0),
        "server_resource": {"name": "s"},
        "heartbeat": {"name": "h", "interval": 1},
        # By the id of its resource, or the listing of resources would fail before.
        "integration": integration(0, resource=made["id"]),
    }[kind]
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, f"pinghome_{kind}", options)
    assert result["failed"]
    assert "the keys foo" in result["msg"]
    assert not writes(requests)


def test_two_of_one_name_are_refused_with_both_ids(sandbox: Sandbox, pinghome: Account) -> None:
    state = {"resources": [resource(0), resource(0)]}
    ids = [one["id"] for one in sandbox.set_state("pinghome", state)["resources"]]
    result = run_module(pinghome, "pinghome_resource", resource(0, grace_period=3))
    assert result["failed"]
    assert all(ident in result["msg"] for ident in ids)
    assert run_module(pinghome, "pinghome_resource", {"resource_id": ids[1], "grace_period": 3})["changed"]
    assert [one["grace_period"] for one in sandbox.state("pinghome")["resources"]] == [0, 3]


# -- failures ----------------------------------------------------------------------------------------------------------


def test_one_item_that_fails_stops_no_other_but_what_needs_it(sandbox: Sandbox, pinghome: Account) -> None:
    declaration = {
        "resources": [resource(n) for n in range(20)],
        "integrations": [integration(7), integration(8)],
        "heartbeats": [{"name": "h", "interval": 1}],
    }
    sandbox.fault(
        service="pinghome", method="POST", path="/resource$", body='"R007"', kind="status", status=422, times=1,
        answer={"message": "Not today."},
    )  # fmt: skip
    result = run_module(pinghome, "pinghome_config", declaration)
    assert result["failed"]
    assert result["changed"]
    assert {key: count for key, count in result["summary"].items() if count} == {
        "create": 21,
        "failed": 1,
        "skipped": 1,
    }
    assert "cannot create resource R007: refused: Not today. (HTTP 422)" in result["msg"]
    assert result["failures"][0]["failure"]["path"] == "/resource"
    assert "resource R007, which it depends on, failed" in result["failures"][1]["msg"]
    again = run_module(pinghome, "pinghome_config", declaration)
    assert [change["name"] for change in again["changes"]] == ["R007", "abc"]


# -- export ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switches", [{}, {"empty_value": "absent", "listing": "thin", "regions_shown": "separate_objects"}]
)
def test_an_exported_service_applied_changes_nothing(
    sandbox: Sandbox, pinghome: Account, switches: dict[str, Any]
) -> None:
    sandbox.switches("pinghome", **switches)
    state = {**seed(12, regions=["eu-central-1"]), "heartbeats": [{"name": "b"}, {"name": "a", "methods": ["POST"]}]}
    state["server_resources"] = [{"name": "s", "metric_types_basic": ["memory-usage"], "description": "d"}]
    state["resources"][3].update(ssl_reminder=[1, 7], tld_reminder=[30], enabled=False, name="R004")
    state["resources"][5].update(
        headers={"Authorization": "canary-secret"}, conditions=[{"type": "t", "operator": "equal", "values": [1]}]
    )
    state["resources"][6]["integrations"] = [{"integration": "x", "items": ["b", "a"], "message": "m"}]
    state["resources"][7] = {"name": "R007", "type": "tcp", "host": "r7.example.com", "port": "25"}
    before = sandbox.set_state("pinghome", state)
    result = run_module(pinghome, "pinghome_config_info", {})
    assert "canary-secret" not in str(result)
    config = result["config"]
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_config", {**config, "prune": list(config), "prune_limit": 0})
    assert not result.get("failed"), result
    assert not result["changed"], result["changes"]
    assert not result.get("warnings"), result["warnings"]
    assert not writes(requests)
    assert sandbox.state("pinghome") == before
    assert sum("resource_id" in one for one in config["resources"]) == 2
    assert [one["name"] for one in config["heartbeats"]] == ["a", "b"]
    assert config["integrations"] == [
        {"resource": "R006", "integration": "x", "type": "statuspageIo", "name": "Incident", "status": "investigating",
         "message_text": "m", "items": ["b", "a"]}
    ]  # fmt: skip


def test_a_declaration_through_ansible_playbook_predicts_applies_and_settles(
    sandbox: Sandbox, pinghome: Account
) -> None:
    tasks = [task("pinghome_config", ALL, check) for check in (True, False, False, True)]
    run = run_playbook([pinghome], tasks, "--diff")
    assert run.code == 0, run.output
    predicted, done, again, still = run.ours
    assert without_ids(predicted["changes"], IDS) == without_ids(done["changes"], IDS)
    assert predicted["diff"] == done["diff"]
    assert [result["changed"] for result in (predicted, done, again, still)] == [True, True, False, False]


def test_a_replaced_resource_takes_its_integration_along_and_drops_what_its_new_type_cannot_have(
    sandbox: Sandbox, pinghome: Account
) -> None:
    state = seed(1)
    conditions = [{"type": "t", "operator": "equal", "values": [1]}]
    state["resources"][0].update(
        name="web", conditions=conditions, integrations=[{"integration": "x", "items": ["a"], "message": "m"}]
    )
    sandbox.set_state("pinghome", state)
    declared = {
        "resources": [{"name": "web", "type": "tcp", "recreate": True}],
        "integrations": [{"resource": "web", "integration": "x"}],
    }
    predicted, done, again = (
        run_module(pinghome, "pinghome_config", declared, check) for check in (True, False, False)
    )
    assert not done.get("failed"), done
    assert without_ids(predicted["changes"], IDS) == without_ids(done["changes"], IDS)
    assert [change["action"] for change in done["changes"]] == ["recreate", "update"]
    assert not again["changed"]
    assert not any(result.get("warnings") for result in (predicted, done, again))
    (row,) = sandbox.state("pinghome")["resources"]
    assert (row["type"], row["conditions"]) == ("tcp", [])
    assert [(one["integration"], one["message"]) for one in row["integrations"]] == [("x", "m")]
