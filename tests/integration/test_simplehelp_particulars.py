# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is peculiar to SimpleHelp: passwords, doubtful queries, names, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from integration.harness import Account, Result, account, requests_of, run_module, writes
from sandbox.client import Sandbox

ANNA = {"username": "anna"}
DESK = {"name": "Desk"}


def queries(requests: Sequence[dict[str, Any]]) -> list[str]:
    """The queries of requests, without the token and what is before it."""
    return [request["path"].removeprefix("/api/v1/***/") for request in requests]


def asked(sandbox: Sandbox, user: Account, module: str, options: dict[str, Any]) -> tuple[Result, list[str]]:
    """Run a module: its result and its queries."""
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(user, module, options)
    assert not result.get("failed"), result
    return result, queries(requests)


# -- bad input ---------------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("simplehelp_technician", {"display_name": "Anna"}, "needs username, or unique_id"),
    ("simplehelp_technician", {"username": " "}, "username must not be empty"),
    ("simplehelp_technician", {"unique_id": ""}, "unique_id must not be empty"),
    ("simplehelp_technician", {**ANNA, "enabled": "perhaps"}, "enabled must be true or false, not 'perhaps'"),
    ("simplehelp_technician", {**ANNA, "enabled": None}, "enabled cannot be null"),
    ("simplehelp_technician", {**ANNA, "password": None}, "password cannot be null"),
    ("simplehelp_technician", {**ANNA, "password": ""}, "password must not be empty"),
    ("simplehelp_technician", {**ANNA, "update_password": "never"}, "update_password must be one of"),
    ("simplehelp_group", {"fps_delay": 40}, "needs name, or unique_id"),
    ("simplehelp_group", {**DESK, "max_file_size": -1}, "max_file_size must be at least 0, not -1"),
    ("simplehelp_group", {**DESK, "fps_delay": "fast"}, "fps_delay must be a whole number, not 'fast'"),
    ("simplehelp_group", {**DESK, "max_group_sh_sessions": None}, "max_group_sh_sessions cannot be null"),
    ("simplehelp_group", {**DESK, "ldap_settings": None}, "ldap_settings cannot be null"),
    ("simplehelp_group", {**DESK, "ldap_settings": {"enabled": 5}}, "ldap_settings enabled must be true or false"),
    ("simplehelp_group", {**DESK, "mfa_settings": {"emailCodeLength": 0}}, "emailCodeLength must be at least 1"),
    ("simplehelp_group", {**DESK, "mfa_settings": "email"}, "mfa_settings must be a dictionary"),
    ("simplehelp_group", {**DESK, "permissions": {"canRunTools": "maybe"}}, "canRunTools must be true or false"),
    ("simplehelp_group", {**DESK, "permissions": {"canRunTools": None}}, "canRunTools cannot be null"),
    ("simplehelp_machine", {"name": "db"}, "needs machine_id"),
    ("simplehelp_machine", {"machine_id": "SG_1234", "name": None}, "name cannot be null"),
    ("simplehelp_machine", {"machine_id": "SG_1234", "properties": {"a": {"b": 1}}}, "properties a must be a string"),
    ("simplehelp_machine_group", {"properties": {"a": "b"}}, "needs groups"),
    ("simplehelp_machine_group", {"groups": [], "properties": {"a": "b"}}, "needs groups"),
    (
        "simplehelp_machine_group",
        {"groups": ["Sweden"], "properties": {"a": None}},
        "properties a cannot be null: the service does not allow it to be empty",
    ),
    ("simplehelp_server", {"hostname": "a/b"}, "hostname must be a host name without spaces and slashes, not 'a/b'"),
    ("simplehelp_server", {"hostname": None}, "hostname cannot be null"),
    ("simplehelp_server_backup", {"query": "../server/backup"}, "query must be a path such as server/backup"),
    ("simplehelp_session_info", {"max_results": 0}, "max_results must be at least 1, not 0"),
    ("simplehelp_session_info", {"include": ["future"]}, "include"),
    ("simplehelp_session_info", {"range_start": "yesterday"}, "range_start must be a whole number"),
    ("simplehelp_alert_info", {"severity": "bad"}, "severity must be one of"),
]


@pytest.mark.parametrize(("module", "options", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_bad_options_are_refused_before_any_request(
    sandbox: Sandbox, simplehelp: Account, module: str, options: dict[str, Any], words: str, check: bool
) -> None:
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, module, options, check)
    assert result["failed"], result
    assert words in result["msg"]
    assert not requests


@pytest.mark.parametrize(
    ("missing", "variable"), [("api_url", "SIMPLEHELP_API_URL"), ("api_token", "SIMPLEHELP_API_TOKEN")]
)
def test_what_is_missing_names_the_option_and_the_variable(
    sandbox: Sandbox, simplehelp: Account, missing: str, variable: str
) -> None:
    environment = {name: value for name, value in simplehelp.environment.items() if name != variable}
    result = run_module(Account("simplehelp", environment), "simplehelp_server_info", {})
    assert result["msg"] == f"{missing} is missing: set the option or the environment variable {variable}"


def test_plain_http_to_another_machine_is_refused(sandbox: Sandbox) -> None:
    user = account(sandbox, "simplehelp", api_token="sandbox-token", api_url="http://help.example.com")
    assert "would send the credentials unencrypted" in run_module(user, "simplehelp_server_info", {})["msg"]


@pytest.mark.parametrize("style", ["reason", "success_false", "html", "text"])
def test_a_wrong_token_is_refused_and_not_repeated(sandbox: Sandbox, style: str) -> None:
    sandbox.switches("simplehelp", failure_style=style)
    user = account(sandbox, "simplehelp", api_token="wrong/token")
    for module in ("simplehelp_technician_info", "simplehelp_machine_group_info"):
        result = run_module(user, module, {"groups": ["Sweden"]} if "machine" in module else {})
        assert "refused" in result["msg"]
        assert result["failure"]["status"] == 403
        assert "wrong" not in str(result)


@pytest.mark.parametrize("module", ["technician", "group", "machine"])
def test_an_unknown_shape_of_a_listing_creates_nothing(sandbox: Sandbox, simplehelp: Account, module: str) -> None:
    sandbox.switches("simplehelp", list_envelope="unknown")
    options = {"technician": ANNA, "group": DESK, "machine": {"machine_id": "SG_1234", "notes": "x"}}[module]
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, f"simplehelp_{module}", options)
    assert "but is an object with the keys foo" in result["msg"]
    assert not writes(requests)


@pytest.mark.parametrize("include", ["history", "queue", "support", "access"])
def test_an_unknown_shape_of_sessions_is_an_error(sandbox: Sandbox, simplehelp: Account, include: str) -> None:
    sandbox.switches("simplehelp", list_envelope="unknown")
    assert "the keys foo" in run_module(simplehelp, "simplehelp_session_info", {"include": [include]})["msg"]
    assert "the keys foo" in run_module(simplehelp, "simplehelp_alert_info", {})["msg"]


@pytest.mark.parametrize(
    ("path", "answer", "module", "options"),
    [
        ("server/hostname/get$", {"host": "x"}, "simplehelp_server", {"hostname": "help.example.com"}),
        ("server/tech-restrictions/get$", {"x": 1}, "simplehelp_server", {"technician_restrictions": ["a"]}),
        ("groups/permissions/get$", {"x": [1]}, "simplehelp_group", {**DESK, "permissions": {"canRunTools": True}}),
        ("groups/get$", {"uniqueID": 7}, "simplehelp_group", {**DESK, "group_specific_hostname": "a.example.com"}),
        (
            "machines/notes/get$",
            [{"machineID": "SG_1235"}],
            "simplehelp_machine",
            {"machine_id": "SG_1234", "notes": "x"},
        ),
        ("machines/notes/get$", [], "simplehelp_machine", {"machine_id": "SG_1234", "notes": "x"}),
        (
            "machines/properties/get$",
            [{"machineID": "SG_1234", "foo": []}],
            "simplehelp_machine",
            {"machine_id": "SG_1234", "properties": {"a": "b"}},
        ),
        (
            "machinegroups/properties/get$",
            {"x": 1},
            "simplehelp_machine_group",
            {"groups": ["United Kingdom"], "properties": {"a": "b"}},
        ),
    ],
)  # fmt: skip
def test_an_unknown_shape_of_a_detail_changes_nothing(
    sandbox: Sandbox, simplehelp: Account, path: str, answer: Any, module: str, options: dict[str, Any]
) -> None:
    sandbox.set_state("simplehelp", {**sandbox.state("simplehelp"), "groups": [DESK]})
    sandbox.fault(service="simplehelp", path=path, kind="status", status=200, answer=answer, times=-1)
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, module, options)
    assert "the response should" in result["msg"], result
    assert result["failure"]["path"].endswith("/get")
    assert not writes(requests)


# -- requests ----------------------------------------------------------------------------------------------------------


def test_no_more_requests_than_it_takes(sandbox: Sandbox, simplehelp: Account) -> None:
    desk = {**DESK, "fps_delay": 40}
    assert asked(sandbox, simplehelp, "simplehelp_group", desk)[1] == ["groups/list", "groups/new", "groups/list"]
    assert asked(sandbox, simplehelp, "simplehelp_group", desk)[1] == ["groups/list"]
    changed = {**DESK, "fps_delay": 20}
    assert asked(sandbox, simplehelp, "simplehelp_group", changed)[1] == ["groups/list", "groups/set", "groups/get"]
    anna = {**ANNA, "enabled": True, "groups": ["Desk"]}
    sandbox.switches("simplehelp", create_answer="uniqueID")
    lists = ["groups/list", "technicians/list"]
    assert asked(sandbox, simplehelp, "simplehelp_technician", anna)[1] == [*lists, "technicians/new"]
    assert asked(sandbox, simplehelp, "simplehelp_technician", anna)[1] == lists
    disabled = {**ANNA, "enabled": False}
    assert asked(sandbox, simplehelp, "simplehelp_technician", disabled)[1] == ["technicians/list", "technicians/set"]
    gone = {**ANNA, "state": "absent"}
    assert asked(sandbox, simplehelp, "simplehelp_technician", gone)[1] == ["technicians/list", "technicians/remove"]
    assert asked(sandbox, simplehelp, "simplehelp_technician", gone)[1] == ["technicians/list"]
    machine = {"machine_id": "SG_1234", "monitor": True}
    assert asked(sandbox, simplehelp, "simplehelp_machine", machine)[1] == ["machines/list"]
    notes = {**machine, "notes": "Behind the load balancer"}
    assert asked(sandbox, simplehelp, "simplehelp_machine", notes)[1] == ["machines/list", "machines/notes/get"]


def test_a_field_that_the_listing_leaves_out_takes_one_read(sandbox: Sandbox, simplehelp: Account) -> None:
    run_module(simplehelp, "simplehelp_technician", ANNA)
    result, found = asked(sandbox, simplehelp, "simplehelp_technician", {**ANNA, "display_name": None})
    assert not result["changed"]
    assert found == ["technicians/list", "technicians/get"]


# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("module", "key", "plural"), [("technician", ANNA, "technicians"), ("group", DESK, "groups")])
def test_a_password_is_set_once_or_always(
    sandbox: Sandbox, simplehelp: Account, module: str, key: dict[str, Any], plural: str
) -> None:
    name = f"simplehelp_{module}"
    query = f"{plural}/password/set"
    created, found = asked(sandbox, simplehelp, name, {**key, "password": "canary one"})
    assert found.count(query) == 1
    again, found = asked(sandbox, simplehelp, name, {**key, "password": "canary two"})
    assert not again["changed"]
    assert query not in found
    forced = {**key, "password": "canary three", "update_password": "always"}
    predicted = run_module(simplehelp, name, forced, check=True)
    assert predicted["changed"]
    assert sandbox.state("simplehelp")[plural][0]["password"] == "canary one"
    done, found = asked(sandbox, simplehelp, name, forced)
    assert found.count(query) == 1
    assert done["changed"]
    assert done["diff"] == predicted["diff"]
    assert done["diff"]["after"]["password"] == "********"
    assert "password" not in done[module]
    assert sandbox.state("simplehelp")[plural][0]["password"] == "canary three"
    shown = [{k: v for k, v in result.items() if k != "invocation"} for result in (created, again, predicted, done)]
    assert "canary" not in str(shown)


def test_a_password_that_could_not_be_set_leaves_the_technician_and_says_so(
    sandbox: Sandbox, simplehelp: Account
) -> None:
    sandbox.fault(
        service="simplehelp", path="password/set$", kind="status", status=400,
        answer={"success": False, "reason": "too short"},
    )  # fmt: skip
    result = run_module(simplehelp, "simplehelp_technician", {**ANNA, "password": "canary"})
    assert result["failed"]
    assert result["changed"]
    assert "cannot create technician anna: refused: too short" in result["msg"]
    forced = {**ANNA, "password": "canary", "update_password": "always"}
    assert asked(sandbox, simplehelp, "simplehelp_technician", forced)[0]["changed"]
    assert sandbox.state("simplehelp")["technicians"][0]["password"] == "canary"


def test_a_totp_key_is_removed_whenever_that_is_asked_for(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", {"technicians": [{**ANNA, "totp": "KEY"}]})
    reset = {**ANNA, "reset_totp": True}
    assert run_module(simplehelp, "simplehelp_technician", reset, check=True)["changed"]
    assert sandbox.state("simplehelp")["technicians"][0]["totp"] == "KEY"
    for _turn in range(2):
        result, found = asked(sandbox, simplehelp, "simplehelp_technician", reset)
        assert result["changed"]
        assert found == ["technicians/list", "technicians/totp/remove"]
    assert sandbox.state("simplehelp")["technicians"][0]["totp"] is None
    assert not asked(sandbox, simplehelp, "simplehelp_technician", {**ANNA, "reset_totp": False})[0]["changed"]


# -- names and ids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_usernames_that_differ_in_case_alone_are_refused(
    sandbox: Sandbox, simplehelp: Account, check: bool, state: str
) -> None:
    ident = str(sandbox.set_state("simplehelp", {"technicians": [ANNA]})["technicians"][0]["uniqueID"])
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_technician", {"username": "Anna", "state": state}, check)
    assert "Anna and anna differ only in upper and lower case" in result["msg"]
    assert not writes(requests)
    twice = {"technicians": [{"username": "Ben"}, {"username": "BEN"}]}
    assert "Ben and BEN differ only" in run_module(simplehelp, "simplehelp_config", twice, check)["msg"]
    assert run_module(simplehelp, "simplehelp_technician", {"unique_id": ident, "username": "Anna"}, check)["changed"]


def test_an_id_renames_a_technician_and_that_is_verified(sandbox: Sandbox, simplehelp: Account) -> None:
    ident = str(sandbox.set_state("simplehelp", {"technicians": [ANNA]})["technicians"][0]["uniqueID"])
    renamed = {"unique_id": ident, "username": "anne", "display_name": "Anne"}
    result, found = asked(sandbox, simplehelp, "simplehelp_technician", renamed)
    assert result["changed"]
    assert found[-2:] == ["technicians/set", "technicians/get"]
    assert not asked(sandbox, simplehelp, "simplehelp_technician", renamed)[0]["changed"]
    sandbox.fault(service="simplehelp", path="technicians/set$", kind="status", status=200, answer={"success": True})
    ignored = run_module(simplehelp, "simplehelp_technician", {"unique_id": ident, "username": "annette"})
    assert ignored["msg"] == (
        "SimpleHelp: cannot update technician annette: "
        "the server accepts username but still shows the old value"
    )  # fmt: skip
    sandbox.switches("simplehelp", username_rename="refused")
    refused = run_module(simplehelp, "simplehelp_technician", {"unique_id": ident, "username": "annette"})
    assert "it cannot be changed" in refused["msg"]
    missing = run_module(simplehelp, "simplehelp_technician", {"unique_id": "4711", "username": "x"})
    assert "there is no technician with unique_id 4711" in missing["msg"]


def test_two_groups_of_one_name_are_refused_with_both_ids(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.switches("simplehelp", group_names="free")
    state = sandbox.set_state("simplehelp", {"groups": [DESK, {**DESK, "fpsDelay": 1}]})
    ids = [str(group["uniqueID"]) for group in state["groups"]]
    result = run_module(simplehelp, "simplehelp_group", {**DESK, "fps_delay": 40})
    assert all(ident in result["msg"] for ident in ids)
    named = run_module(simplehelp, "simplehelp_technician", {**ANNA, "groups": ["Desk"]})
    assert all(ident in named["msg"] for ident in ids)
    assert asked(sandbox, simplehelp, "simplehelp_group", {"unique_id": ids[1], "name": "Night"})[0]["changed"]
    by_id = asked(sandbox, simplehelp, "simplehelp_technician", {**ANNA, "groups": [ids[1], "Desk"]})[0]
    assert by_id["technician"]["groups"] == ["Desk", "Night"]
    assert sorted(sandbox.state("simplehelp")["technicians"][0]["groupIDs"]) == sorted(map(int, ids))
    more = {**ANNA, "groups": [], "purge_groups": False}
    assert not asked(sandbox, simplehelp, "simplehelp_technician", more)[0]["changed"]
    unknown = run_module(simplehelp, "simplehelp_technician", {**ANNA, "groups": ["Nowhere"]})
    assert "groups names Nowhere, but there is no such group" in unknown["msg"]


def test_an_unknown_machine_is_an_error(sandbox: Sandbox, simplehelp: Account) -> None:
    result = run_module(simplehelp, "simplehelp_machine", {"machine_id": "SG_9", "name": "x"})
    assert "there is no machine with machine_id SG_9" in result["msg"]
    assert "state" in run_module(simplehelp, "simplehelp_machine", {"machine_id": "SG_1", "state": "absent"})["msg"]


def test_an_unknown_machine_group_is_an_error_in_the_words_of_the_server(simplehelp: Account) -> None:
    result = run_module(simplehelp, "simplehelp_machine_group", {"groups": ["Nowhere"], "properties": {"a": "b"}})
    assert "cannot read machine group Nowhere: refused: There is no machine group Nowhere." in result["msg"]


# -- queries that the document shows as reads --------------------------------------------------------------------------

DOUBTFUL: list[tuple[str, dict[str, Any], str]] = [
    ("simplehelp_group", {**DESK, "fps_delay": 40}, "groups"),
    ("simplehelp_machine_group", {"groups": ["United Kingdom"], "properties": {"x": "y"}}, "machinegroups/properties"),
    ("simplehelp_server", {"hostname": "desk.example.com"}, "server/hostname"),
]


@pytest.mark.parametrize(("module", "options", "path"), DOUBTFUL)
def test_a_write_without_effect_is_tried_at_the_documented_path_and_fails_saying_so(
    sandbox: Sandbox, simplehelp: Account, module: str, options: dict[str, Any], path: str
) -> None:
    run_module(simplehelp, "simplehelp_group", DESK)
    sandbox.fault(service="simplehelp", path=f"{path}/set$", kind="status", status=200, answer={"success": True})
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, module, options)
    assert "but still shows the old value" in result["msg"]
    assert not result["changed"]
    bodies = [request["body"] for request in requests if request["path"].endswith((f"{path}/set", f"{path}/get"))]
    sent = next(request["body"] for request in requests if request["path"].endswith("/set"))
    assert bodies.count(sent) == 2


@pytest.mark.parametrize(("module", "options", "path"), DOUBTFUL)
def test_a_server_that_wants_the_documented_path_gets_it(
    sandbox: Sandbox, simplehelp: Account, module: str, options: dict[str, Any], path: str
) -> None:
    run_module(simplehelp, "simplehelp_group", DESK)
    sandbox.switches(
        "simplehelp", group_update_query="groups/get", machinegroup_set_query="get", hostname_set_query="get"
    )
    sandbox.fault(service="simplehelp", path=f"{path}/set$", kind="status", status=200, answer={"success": True})
    assert asked(sandbox, simplehelp, module, options)[0]["changed"]
    assert not asked(sandbox, simplehelp, module, options)[0]["changed"]


def test_the_path_that_worked_is_used_for_the_other_groups(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.switches("simplehelp", group_update_query="groups/get")
    sandbox.set_state("simplehelp", {"groups": [{"name": f"g{n}"} for n in range(5)]})
    groups = [{"name": f"g{n}", "fps_delay": 40} for n in range(5)]
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_config", {"groups": groups, "concurrency": 1})
    assert result["summary"]["update"] == 5, result
    assert queries(requests).count("groups/set") == 1


@pytest.mark.parametrize("switches", [{}, {"group_update_query": "groups/get"}])
def test_a_refusal_is_told_in_the_words_of_the_server(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any]
) -> None:
    state = sandbox.set_state("simplehelp", {"groups": [DESK, {"name": "Night"}]})
    sandbox.switches("simplehelp", **switches)
    words = {"success": False, "message": "no group is called like this"}
    sandbox.fault(service="simplehelp", path="groups/(set|get)$", times=-1, kind="status", status=400, answer=words)
    renamed = {"unique_id": str(state["groups"][0]["uniqueID"]), "name": "Day"}
    result = run_module(simplehelp, "simplehelp_group", renamed)
    assert "no group is called like this" in result["msg"]
    assert result["failure"]["status"] == 400


def test_a_server_that_resets_nested_settings_gets_them_whole(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.switches("simplehelp", nested_settings="replace")
    ldap = {"enabled": True, "baseDN": "dc=x", "memberOfGroups": ["a"]}
    sandbox.set_state("simplehelp", {"groups": [{**DESK, "ldapSettings": ldap, "passwordSettings": {"enabled": True}}]})
    changed = {**DESK, "ldap_settings": {"filter": "(x)"}, "password_settings": {"minimum": 8}}
    assert asked(sandbox, simplehelp, "simplehelp_group", changed)[0]["changed"]
    (group,) = sandbox.state("simplehelp")["groups"]
    assert group["ldapSettings"] == {**ldap, "advanced": False, "filter": "(x)"}
    assert group["passwordSettings"] == {"enabled": True, "minimum": 8}
    assert not asked(sandbox, simplehelp, "simplehelp_group", changed)[0]["changed"]


def test_two_limits_that_differ_on_a_server_with_one_are_refused(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.switches("simplehelp", access_session_key="max_userShSessions")
    assert "max_userSgSessions" in run_module(
        simplehelp, "simplehelp_group", {**DESK, "max_user_sh_sessions": 1, "max_user_sg_sessions": 2}
    )["msg"]  # fmt: skip
    assert asked(sandbox, simplehelp, "simplehelp_group", {**DESK, "max_user_sg_sessions": 2})[0]["changed"]
    result = run_module(simplehelp, "simplehelp_group", {**DESK, "max_user_sh_sessions": 1, "max_user_sg_sessions": 3})
    assert "must be the same" in result["msg"]
    assert asked(sandbox, simplehelp, "simplehelp_group", {**DESK, "max_user_sg_sessions": 3})[0]["changed"]


# -- permissions, notes, monitoring ------------------------------------------------------------------------------------


def test_only_permissions_that_change_are_sent(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", {"groups": [{**DESK, "permissions": {"canFly": False, "canSwim": True}}]})
    with requests_of(sandbox, "simplehelp") as requests:
        result = run_module(simplehelp, "simplehelp_group", {**DESK, "permissions": {"canFly": "yes", "canSwim": True}})
    assert result["group"]["permissions"] == {"canRunTools": False, "canFly": True, "canSwim": True}
    sent = next(request["body"] for request in requests if request["path"].endswith("permissions/set"))
    assert sent["group"] == {"uniqueID": sent["uniqueID"], "permissions": {"canFly": True}}


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("ignored", "the server accepts permissions (canFly) but still shows the old value"),
        ("refused", "there is no such permission"),
    ],
)
def test_a_permission_that_the_server_does_not_know_is_an_error(
    sandbox: Sandbox, simplehelp: Account, switch: str, words: str
) -> None:
    sandbox.set_state("simplehelp", {"groups": [DESK]})
    sandbox.switches("simplehelp", unknown_permission=switch)
    result = run_module(simplehelp, "simplehelp_group", {**DESK, "permissions": {"canFly": True}})
    assert words in result["msg"]


def test_warnings_are_sent_as_documented_and_then_as_in_the_example(sandbox: Sandbox, simplehelp: Account) -> None:
    machine = {"machine_id": "SG_1234", "warnings": "Ask"}
    _result, found = asked(sandbox, simplehelp, "simplehelp_machine", machine)
    assert found.count("machines/notes/set") == 1
    sandbox.switches("simplehelp", notes_key="warning")
    with requests_of(sandbox, "simplehelp") as requests:
        assert run_module(simplehelp, "simplehelp_machine", {**machine, "warnings": "Ask twice"})["changed"]
    sent = [request["body"] for request in requests if request["path"].endswith("notes/set")]
    # The notes go along as they are, since a server may take what is left out for empty.
    assert sent == [
        {"machineID": "SG_1234", "notes": "Behind the load balancer", key: "Ask twice"}
        for key in ("warnings", "warning")
    ]
    sandbox.fault(
        service="simplehelp", path="notes/set$", kind="status", status=200, answer={"success": True}, times=-1
    )
    result = run_module(simplehelp, "simplehelp_machine", {**machine, "warnings": "Never"})
    assert "the server accepts warnings but still shows the old value" in result["msg"]


def test_monitoring_that_an_older_server_ignores_is_an_error_that_says_so(
    sandbox: Sandbox, simplehelp: Account
) -> None:
    sandbox.switches("simplehelp", monitor_supported="silently_ignored")
    result = run_module(simplehelp, "simplehelp_machine", {"machine_id": "SG_1234", "monitor": False})
    assert result["msg"] == (
        "SimpleHelp: cannot update machine SG_1234: the server accepts monitor but still shows the old value; "
        "SimpleHelp before 5.2.12 ignores monitor"
    )
    assert not asked(sandbox, simplehelp, "simplehelp_machine", {"machine_id": "SG_1234", "monitor": True})[0][
        "changed"
    ]


def test_properties_are_merged_unless_they_are_purged(sandbox: Sandbox, simplehelp: Account) -> None:
    key = {"machine_id": "SG_1234"}
    merged = asked(sandbox, simplehelp, "simplehelp_machine", {**key, "properties": {"a": "1", "b": 2}})[0]
    assert merged["machine"]["properties"] == {"License": "License Value", "a": "1", "b": "2"}
    assert not asked(sandbox, simplehelp, "simplehelp_machine", {**key, "properties": {"zzz": None, "b": "2"}})[0][
        "changed"
    ]
    assert asked(sandbox, simplehelp, "simplehelp_machine", {**key, "properties": {"a": None}})[0]["changed"]
    assert sandbox.state("simplehelp")["machines"][0]["properties"] == {"License": "License Value", "b": "2"}
    purged = {**key, "properties": {"c": "3", "b": None}, "purge_properties": True}
    assert asked(sandbox, simplehelp, "simplehelp_machine", purged)[0]["changed"]
    assert sandbox.state("simplehelp")["machines"][0]["properties"] == {"c": "3"}
    assert not asked(sandbox, simplehelp, "simplehelp_machine", purged)[0]["changed"]
    cleared = {**key, "properties": None, "purge_properties": True}
    assert asked(sandbox, simplehelp, "simplehelp_machine", cleared)[0]["changed"]
    assert not sandbox.state("simplehelp")["machines"][0]["properties"]


def test_restrictions_are_added_before_others_are_removed(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", {"restrictions": ["a", "b"]})
    with requests_of(sandbox, "simplehelp") as requests:
        run_module(simplehelp, "simplehelp_server", {"technician_restrictions": ["c", "b"]})
    assert [(path, request["body"]) for path, request in zip(queries(requests), requests, strict=True)][1:] == [
        ("server/tech-restrictions/new", {"restrictions": ["c"]}),
        ("server/tech-restrictions/remove", {"restrictions": ["a"]}),
    ]
    assert not asked(sandbox, simplehelp, "simplehelp_server", {"technician_restrictions": ["c", "b"]})[0]["changed"]


# -- backups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("query", ["server/backup", "server/configuration/backup"])
def test_a_backup_is_made_once_by_whichever_query_and_method(
    sandbox: Sandbox, simplehelp: Account, query: str, method: str
) -> None:
    sandbox.switches("simplehelp", backup_query=query, backup_method=method)
    options = {"query": f"/{query}/"} if query != "server/backup" else {}
    with requests_of(sandbox, "simplehelp") as requests:
        predicted = run_module(simplehelp, "simplehelp_server_backup", options, check=True)
    assert not requests
    done = run_module(simplehelp, "simplehelp_server_backup", options)
    assert sandbox.state("simplehelp")["backups"] == 1
    assert done["changed"] is predicted["changed"] is True
    assert done["query"] == predicted["query"] == query


def test_a_backup_whose_answer_is_lost_is_not_made_twice(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.fault(service="simplehelp", path="server/backup$", kind="drop_after")
    assert run_module(simplehelp, "simplehelp_server_backup", {})["failed"]
    assert sandbox.state("simplehelp")["backups"] == 1
    unknown = run_module(simplehelp, "simplehelp_server_backup", {"query": "server/unknown"})
    assert "Unknown query" in unknown["msg"]


# -- servers and networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "empty", "html_after"])
@pytest.mark.parametrize(("module", "key", "plural"), [("technician", ANNA, "technicians"), ("group", DESK, "groups")])
def test_a_create_whose_answer_is_lost_makes_one_object(
    sandbox: Sandbox, simplehelp: Account, kind: str, module: str, key: dict[str, Any], plural: str
) -> None:
    sandbox.fault(service="simplehelp", path=f"{plural}/new$", kind=kind)
    result, _found = asked(sandbox, simplehelp, f"simplehelp_{module}", {**key, "password": "x"})
    (made,) = sandbox.state("simplehelp")[plural]
    assert str(made["uniqueID"]) == result[module]["unique_id"]
    assert made["password"] == "x"


@pytest.mark.parametrize(
    ("path", "module", "options"),
    [
        ("groups/list$", "group", DESK),
        ("groups/permissions/get$", "group", {**DESK, "permissions": {"canRunTools": True}}),
        ("groups/set$", "group", {**DESK, "fps_delay": 40}),
        ("groups/password/set$", "group", {**DESK, "password": "x", "update_password": "always"}),
        ("groups/remove$", "group", {**DESK, "state": "absent"}),
        ("machines/properties/remove$", "machine", {"machine_id": "SG_1234", "properties": {"License": None}}),
    ],
)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_what_can_be_repeated_is_repeated(
    sandbox: Sandbox, simplehelp: Account, path: str, module: str, options: dict[str, Any], kind: str
) -> None:
    sandbox.set_state("simplehelp", {**sandbox.state("simplehelp"), "groups": [DESK]})
    sandbox.fault(service="simplehelp", path=path, kind=kind)
    asked(sandbox, simplehelp, f"simplehelp_{module}", options)
    after = run_module(simplehelp, f"simplehelp_{module}", options)
    assert after["changed"] is ("password" in options)
