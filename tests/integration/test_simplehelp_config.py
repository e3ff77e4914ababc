# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole SimpleHelp server in one task, and what is looked up there."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest

from integration.harness import Account, requests_of, run_module, without_ids, writes
from integration.test_simplehelp_life import ODD, SEED
from sandbox.client import Sandbox

DECLARATION: dict[str, Any] = {
    "technicians": [
        {"username": "anna", "groups": ["First line"], "password": "secret"},
        {"username": "ben", "groups": ["First line", "Night"], "enabled": False},
    ],
    "groups": [{"name": "First line", "permissions": {"canRunTools": True}}, {"name": "Night", "fps_delay": 40}],
    "machines": [{"machine_id": "SG_1", "notes": "New", "properties": {"Site": "C"}}, {"machine_id": "SG_2"}],
    "machine_groups": [{"groups": ["Sweden", "Lund"], "properties": {"city": "Lund"}}],
    "server": {"hostname": "desk.example.com", "technician_restrictions": ["a"]},
}


def technicians(count: int) -> dict[str, Any]:
    """The technicians t0 and so on as the sandbox keeps them."""
    return {"technicians": [{"username": f"t{n}"} for n in range(count)]}


def queries(requests: list[dict[str, Any]]) -> Counter[str]:
    """How often each query was sent."""
    return Counter(request["path"].removeprefix("/api/v1/***/") for request in requests)


@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_a_server_is_brought_to_its_declaration(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", **switches)
    predicted = run_module(simplehelp, "simplehelp_config", DECLARATION, check=True)
    with requests_of(sandbox, "simplehelp") as requests:
        done = run_module(simplehelp, "simplehelp_config", DECLARATION)
    assert not done.get("failed"), done
    for key in ("changed", "changes", "summary", "diff", "failures"):
        assert without_ids(predicted[key], ["id"]) == without_ids(done[key], ["id"]), key
    ends = {(change["kind"], change["name"]): change["action"] for change in done["changes"]}
    assert ends == {
        ("group", "First line"): "create",
        ("group", "Night"): "update",
        ("technician", "anna"): "create",
        ("technician", "ben"): "update",
        ("machine", "SG_1"): "update",
        ("machine_group", "Sweden / Lund"): "update",
        ("server", "server"): "update",
    }
    assert queries(requests)["technicians/password/set"] == 1
    state = sandbox.state("simplehelp")
    groups = {group["uniqueID"]: group["name"] for group in state["groups"]}
    members = {one["username"]: sorted(groups[ident] for ident in one["groupIDs"]) for one in state["technicians"]}
    assert members == {"ben": ["First line", "Night"], "guest": [], "anna": ["First line"]}
    with requests_of(sandbox, "simplehelp") as requests:
        again = run_module(simplehelp, "simplehelp_config", DECLARATION)
    assert not again["changed"], again["changes"]
    assert not writes(requests)


@pytest.mark.parametrize("switches", [{}, ODD, {"empty_value": "empty"}], ids=["default", "odd", "empty"])
def test_an_exported_server_applied_changes_nothing(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]
) -> None:
    seed = copy.deepcopy(SEED)
    seed["groups"] += [{"name": "Desk", "videoPassword": "secret", "ldapSettings": {"enabled": True, "baseDN": "x"}}]
    seed["technicians"] += [{"username": f"t{n}", "groupIDs": ["Night"], "displayName": f"T {n}"} for n in range(12)]
    seed["technicians"][0]["groupIDs"] = []
    sandbox.switches("simplehelp", **switches)
    before = sandbox.set_state("simplehelp", seed)
    config = run_module(simplehelp, "simplehelp_config_info", {})["config"]
    kinds = ["technicians", "groups"]
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", {**config, "prune": kinds, "prune_limit": 0})
    assert not result.get("failed"), result
    assert not result["changed"], result["changes"]
    assert not writes(requests)
    assert sandbox.state("simplehelp") == before
    assert sum("unique_id" in one for one in config["groups"]) == 2
    assert not [one for one in config["technicians"] if "unique_id" in one]
    assert "secret" not in str(config)
    assert config["machines"][0]["properties"] == {"License": "old", "Site": "B"}


def test_what_an_info_module_returns_can_be_fed_back(sandbox: Sandbox, simplehelp: Account) -> None:
    seed = copy.deepcopy(SEED)
    seed["groups"][0]["videoPassword"] = "secret"
    sandbox.set_state("simplehelp", seed)
    read_only = {"is_anonymous", "app_profiles_user", "online", "state", "protocol", "last_registration_time"}
    read_only |= {"session_count", "os", "hostname", "wan_ip", "ip_addresses"}
    for kind in ("technician", "group", "machine"):
        include = {"group": ["permissions"], "machine": ["notes", "properties"]}.get(kind)
        found = run_module(simplehelp, f"simplehelp_{kind}_info", {"include": include} if include else {})
        for one in found[f"{kind}s"]:
            skip = read_only | {name for name, value in one.items() if value is None}
            skip |= {"groups"} if kind == "machine" else set()
            options = {name: value for name, value in one.items() if name not in skip}
            result = run_module(simplehelp, f"simplehelp_{kind}", options)
            assert not result.get("failed"), result
            assert not result["changed"], result["diff"]
    assert sandbox.state("simplehelp")["groups"][0]["videoPassword"] == "secret"


def test_100_unchanged_machines_take_three_requests(sandbox: Sandbox, simplehelp: Account) -> None:
    machines = [
        {"machineID": f"SG_{n}", "name": f"m{n}", "notes": "n", "properties": {"a": str(n)}} for n in range(100)
    ]
    sandbox.set_state("simplehelp", {"machines": machines})
    wanted = [{"machine_id": f"SG_{n}", "name": f"m{n}", "notes": "n", "properties": {"a": n}} for n in range(100)]
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", {"machines": wanted})
    assert not result.get("failed"), result
    assert not result["changed"]
    assert queries(requests) == {"machines/list": 1, "machines/notes/get": 1, "machines/properties/get": 1}
    for number in range(0, 100, 20):
        wanted[number]["properties"] = {"a": "changed"}
    with requests_of(sandbox, "simplehelp") as requests:
        assert run_module(simplehelp, "simplehelp_config", {"machines": wanted})["summary"]["update"] == 5
    assert len(requests) == 3 + 5
    assert len({request["connection"] for request in requests}) <= 4


@pytest.mark.parametrize("answer", [[], [{"machineID": "SG_2", "notes": "N"}], {"foo": 1}])
def test_machines_that_one_answer_leaves_out_are_read_by_themselves(
    sandbox: Sandbox, simplehelp: Account, answer: Any
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.fault(service="simplehelp", path="notes/get$", body="machineIDs", kind="status", status=200, answer=answer)
    wanted = [{"machine_id": "SG_2", "notes": "N"}, {"machine_id": "SG_1", "notes": "Some notes"}]
    result = run_module(simplehelp, "simplehelp_config", {"machines": wanted})
    assert not result.get("failed"), result
    assert not result["changed"]


def test_each_change_among_200_technicians_takes_one_write(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", technicians(200))
    wanted = [{"username": f"t{n}", "enabled": n % 50 > 0} for n in range(201)]
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", {"technicians": wanted})
    assert result["summary"] == {
        "create": 1, "update": 4, "delete": 0, "recreate": 0, "unchanged": 196, "failed": 0, "skipped": 0,
        "undeclared": 0,
    }  # fmt: skip
    # The creation answers no id, so there is a second listing.
    assert queries(requests) == {"technicians/list": 2, "technicians/new": 1, "technicians/set": 4}


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_pruning_over_its_limit_names_what_would_go_and_writes_nothing(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", technicians(15))
    declaration = {"technicians": [{"username": "t0"}], "prune": ["technicians"]}
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", declaration)
    assert "14 objects" in result["msg"]
    assert [n for n in range(1, 15) if f"technician t{n} (" in result["msg"]] == [1, 2, 3, 4, 5, 10, 11, 12, 13, 14]
    assert result["msg"].endswith(" and 4 more")
    assert not writes(requests)
    assert run_module(simplehelp, "simplehelp_config", {**declaration, "prune_limit": 14})["summary"]["delete"] == 14
    assert [one["username"] for one in sandbox.state("simplehelp")["technicians"]] == ["t0"]


def test_pruning_spares_what_the_server_made_and_keeps_other_kinds(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    declaration = {
        "technicians": [{"username": "anna", "groups": ["Night"]}],
        "machine_groups": [{"groups": ["Sweden", "Lund"], "properties": {"city": "?"}}],
        "machines": [{"machine_id": "SG_1", "notes": "Some notes"}],
        "prune": ["technicians", "groups"],
    }
    result = run_module(simplehelp, "simplehelp_config", {**declaration, "groups": [{"name": "Night"}]})
    assert not result.get("failed"), result
    deleted = {(change["kind"], change["name"]) for change in result["changes"] if change["action"] == "delete"}
    assert deleted == {("technician", "ben"), ("group", "Desk")}
    assert any("guest" in str(warning) for warning in result["warnings"])
    state = sandbox.state("simplehelp")
    assert [one["username"] for one in state["technicians"]] == ["guest", "anna"]
    assert len(state["machines"]) == 2
    by_name = run_module(simplehelp, "simplehelp_technician", {"username": "guest", "state": "absent"})
    assert "the server made for itself" in by_name["msg"]


# -- what is refused before anything is written ------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"technicians": [{"username": "a"}, {"username": "b"}, {"username": "a"}]},
        ["a is declared twice", "technicians[0] (a)", "technicians[2] (a)"],
    ),
    (
        {"machine_groups": [{"groups": ["A", "B"]}, {"groups": ["A", "B"]}]},
        ["A / B is declared twice", "machine_groups[0]", "machine_groups[1]"],
    ),
    ({"machines": [{"machine_id": "SG_1"}, {"machine_id": "SG_1"}]}, ["SG_1 is declared twice"]),
    ({"technicians": [{"username": "a", "groups": ["x"]}]}, ["technicians[0] (a)", "groups names x", "no such group"]),
    (
        {"technicians": [{"username": "a", "groups": ["Desk"]}], "groups": [{"name": "Desk", "state": "absent"}]},
        ["groups names Desk", "will be deleted"],
    ),
    ({"machines": [{"machine_id": "SG_9", "name": "x"}]}, ["machines[0]", "no machine with machine_id SG_9"]),
    ({"groups": [{"name": "a"}, {"fps_delay": 1}]}, ["groups[1]: needs name, or unique_id"]),
    ({"machine_groups": [{"groups": ["A"], "properties": {"k": None}}]}, ["machine_groups[0]", "k cannot be null"]),
    ({"server": {"hostname": "a b"}}, ["server: hostname must be a host name"]),
    ({"technicians": [{"username": "a"}], "concurrency": 33}, ["concurrency must be from 1 to 32, not 33"]),
    ({"technicians": [{"username": "a"}], "prune": ["machines"]}, ["prune"]),
]


@pytest.mark.parametrize(("declaration", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_a_declaration_that_cannot_be_is_refused_before_any_write(
    sandbox: Sandbox, simplehelp: Account, declaration: dict[str, Any], words: list[str], check: bool
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", copy.deepcopy(declaration), check)
    assert result["failed"], result
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    assert not writes(requests)


# -- failures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
def test_a_name_that_another_object_has_is_refused_before_any_write(
    sandbox: Sandbox, simplehelp: Account, check: bool
) -> None:
    state = {**technicians(3), "groups": [{"name": "g0"}, {"name": "g1"}]}
    made = sandbox.set_state("simplehelp", state)
    ids = [one["uniqueID"] for one in made["technicians"]]
    chain = [{"unique_id": ids[0], "username": "t1"}, {"unique_id": ids[1], "username": "free"}]
    refused = run_module(simplehelp, "simplehelp_config", {"technicians": chain}, check=check)
    words = (
        f"technician t0 cannot be renamed to t1 while {ids[1]} has that name: "
        "rename or delete that one first, in another run"
    )
    assert refused["msg"] == f"SimpleHelp: technicians[0] (t1): {words}"
    group = {"unique_id": made["groups"][0]["uniqueID"], "name": "g1"}
    assert "cannot be renamed to g1" in run_module(simplehelp, "simplehelp_group", group, check=check)["msg"]
    assert not writes(sandbox.requests())
    for step in reversed(chain):
        assert run_module(simplehelp, "simplehelp_technician", step)["changed"]


def test_one_item_that_fails_stops_only_what_needs_it(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.fault(
        service="simplehelp", path="groups/new$", body='"First line"', kind="status", status=200, times=1,
        answer={"success": False, "reason": "Not today."},
    )  # fmt: skip
    declaration = {
        "groups": [{"name": "First line"}, {"name": "Night"}],
        "technicians": [{"username": "anna", "groups": ["First line"]}, {"username": "ben", "groups": ["Night"]}],
    }
    result = run_module(simplehelp, "simplehelp_config", declaration)
    assert result["failed"]
    assert result["changed"]
    assert "cannot create group First line: refused: Not today." in result["msg"]
    ends = {failure["name"]: failure["msg"] for failure in result["failures"]}
    assert "group First line, which it depends on, failed" in ends["anna"]
    assert {change["name"] for change in result["changes"]} == {"Night", "ben"}
    assert result["summary"]["skipped"] == 1
    again = run_module(simplehelp, "simplehelp_config", declaration)
    assert not again.get("failed"), again
    assert [change["name"] for change in again["changes"]] == ["First line", "anna"]


def test_a_server_setting_that_fails_leaves_the_rest_done(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.fault(service="simplehelp", path="tech-restrictions/new$", kind="status", status=400, times=1)
    declaration = {"server": DECLARATION["server"], "groups": [{"name": "Night"}]}
    result = run_module(simplehelp, "simplehelp_config", declaration)
    assert "cannot update server: refused" in result["msg"]
    assert {change["name"]: change["fields"] for change in result["changes"]} == {
        "Night": ["name"], "server": ["hostname"],
    }  # fmt: skip
    assert not run_module(simplehelp, "simplehelp_config", declaration).get("failed")


# -- information -------------------------------------------------------------------------------------------------------


def look(user: Account, module: str, **options: Any) -> Any:
    """What an info module returns under its only result."""
    result = run_module(user, f"simplehelp_{module}_info", options)
    assert not result.get("failed"), result
    assert result["changed"] is False
    (found,) = [value for name, value in result.items() if name not in ("changed", "invocation", "failed")]
    return found


@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_filters_of_objects(sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]) -> None:
    seed = copy.deepcopy(SEED)
    seed["machines"][1]["online"] = False
    state = sandbox.set_state("simplehelp", seed)
    sandbox.switches("simplehelp", **switches)
    desk = str(state["groups"][0]["uniqueID"])
    assert [one["username"] for one in look(simplehelp, "technician")] == ["ben", "guest"]
    for options in ({"username": "ben"}, {"group": "Desk"}, {"group": desk}):
        assert [one["username"] for one in look(simplehelp, "technician", **options)] == ["ben"]
    assert look(simplehelp, "technician", group="Nowhere") == []
    assert look(simplehelp, "technician", username="Ben") == []
    assert [one["name"] for one in look(simplehelp, "group", unique_id=desk)] == ["Desk"]
    (night,) = look(simplehelp, "group", name="Night", include=["permissions"])
    assert night["permissions"] == {"canRunTools": True, "canFly": False}
    assert "permissions" not in look(simplehelp, "group", name="Night")[0]
    assert len(look(simplehelp, "machine", name="db")) == 2
    one_machine: list[dict[str, Any]] = [{"machine_id": "SG_2"}, {"groups": ["Sweden"]}, {"online": False}]
    for options in one_machine:
        assert [one["machine_id"] for one in look(simplehelp, "machine", **options)] == ["SG_2"]
    assert look(simplehelp, "server") == [{"hostname": "help.example.com", "technician_restrictions": ["c"]}]


@pytest.mark.parametrize("switches", [{}, ODD, {"numbers": "string"}], ids=["default", "odd", "numbers"])
def test_what_is_included_of_machines(sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", **switches)
    with requests_of(sandbox, "simplehelp") as requests:
        plain = look(simplehelp, "machine")
    assert queries(requests) == {"machines/list": 1}
    assert not {"notes", "properties", "hardware"} & plain[0].keys()
    include = ["hardware", "monitoring", "notes", "properties", "inherited_properties"]
    one, other = look(simplehelp, "machine", include=include)
    assert one["notes"] == "Some notes"
    assert other["warnings"] == "W"
    assert one["properties"] == {"License": "old", "Site": "B"}
    assert one["inherited_properties"] == {"License": "old", "Site": "B", "city": "?", "country": "SE"}
    assert one["hardware"]["memory"][0]["status"] == "OK"
    assert str(one["hardware"]["total_memory"]) == "17179869184"
    assert [str(load) for load in one["monitoring"]["cpu_load_averages"]] == ["12", "10", "8"]
    assert one["session_count"] == 0


@pytest.mark.parametrize("switches", [{}, ODD, {"property_answer": "text"}], ids=["default", "odd", "text"])
def test_machine_groups_are_found_by_their_machines_or_by_their_path(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]
) -> None:
    seed = copy.deepcopy(SEED)
    seed["machine_groups"] += [{"groups": ["Norway"], "properties": {"code": "007", "flag": "true", "number": "12"}}]
    sandbox.set_state("simplehelp", seed)
    sandbox.switches("simplehelp", **switches)
    sweden, lund = look(simplehelp, "machine_group", include=["inherited_properties"])
    assert sweden == {
        "groups": ["Sweden"], "properties": {"country": "SE"}, "inherited_properties": {"country": "SE"},
    }  # fmt: skip
    assert lund["inherited_properties"] == {"city": "?", "country": "SE"}
    assert look(simplehelp, "machine_group", groups=["Sweden", "Lund"])[0]["properties"] == {"city": "?"}
    assert look(simplehelp, "machine_group", groups=["Norway"]) == [
        {"groups": ["Norway"], "properties": {"code": "007", "flag": "true", "number": "12"}}
    ]
    assert look(simplehelp, "machine_group", groups=["Denmark"]) == []


HISTORY = [
    ({"max_results": 1}, ["history-3"]),
    ({"text_filter": "printer"}, ["history-2"]),
    ({"technician_name_filters": ["bob"]}, ["history-2"]),
    ({"machine_id_filters": ["SG_1234"]}, ["history-1"]),
    ({"include_support_sessions": False, "include_access_sessions": False}, ["history-3"]),
    ({"include_presentation_sessions": False, "range_end": 1748779200001}, ["history-1"]),
    ({"range_start": 1748779860000, "range_last_modified": True}, ["history-3", "history-2"]),
    ({"search_until_session_id": "history-2"}, ["history-3"]),
    ({"group_filters": ["Desk"]}, ["history-2"]),
    ({"text_filter": "nothing like it"}, []),
]


@pytest.mark.parametrize(("filters", "expected"), HISTORY)
@pytest.mark.parametrize("envelope", ["bare", "element"])
def test_filters_of_the_history(
    sandbox: Sandbox, simplehelp: Account, filters: dict[str, Any], expected: list[str], envelope: str
) -> None:
    start = sandbox.state("simplehelp")
    start |= {"groups": [{"name": "Desk"}], "technicians": [{"username": "bob", "groupIDs": ["Desk"]}]}
    sandbox.set_state("simplehelp", start)
    sandbox.switches("simplehelp", list_envelope=envelope)
    found = look(simplehelp, "session", include=["history"], **filters)
    assert [one["session_id"] for one in found] == expected


@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_sessions_and_alerts(sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]) -> None:
    sandbox.switches("simplehelp", **switches)
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_session_info", {})
    assert len(requests) == 4
    ids = {name: [one["session_id"] for one in result[name]] for name in ("history", "queue", "support", "access")}
    assert ids == {
        "history": ["history-3", "history-2", "history-1"],
        "queue": ["queue-1"],
        "support": ["support-1"],
        "access": ["access-1"],
    }
    # The words of a customer stay as they are.
    assert result["history"][1]["customer"]["details"] == {"Name": "Carol"}
    assert result["access"][0]["machine"]["machine_id"] == "SG_1235"
    (alert,) = look(simplehelp, "alert", triggered=True, severity="critical")
    assert alert["triggered_machine_ids"] == ["SG_1234"]
    assert look(simplehelp, "alert", name="Other") == []
    assert look(simplehelp, "alert", active=False) == []
    unknown = run_module(simplehelp, "simplehelp_session_info", {"group_filters": ["Nowhere"]})
    assert "group_filters names Nowhere, but there is no such group" in unknown["msg"]


@pytest.mark.parametrize("envelope", ["bare", "list", "named", "data"], ids=["bare", "list", "named", "data"])
def test_a_single_alert_in_any_envelope(sandbox: Sandbox, simplehelp: Account, envelope: str) -> None:
    sandbox.switches("simplehelp", alerts_answer="single", detail_envelope=envelope)
    assert [one["name"] for one in look(simplehelp, "alert")] == ["Disk almost full"]
    sandbox.set_state("simplehelp", {})
    assert look(simplehelp, "alert") == []
