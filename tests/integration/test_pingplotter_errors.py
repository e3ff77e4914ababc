# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What PingPlotter Cloud's modules do when options, keys, networks and servers are not what they should be."""

from __future__ import annotations

import time
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, writes
from sandbox.client import Sandbox

LAPTOP = {"name": "laptop"}
ANNA = {"email_address": "anna@example.com", "name": "Anna", "roles": ["TargetManagement"]}
RUNNING, PAUSED = {"Description": "www.example.com"}, {"Description": "db.example.com", "Status": "Paused"}
CLOSED = {"Description": "old.example.com", "Status": "Closed"}


def methods(requests: list[dict[str, Any]]) -> list[str]:
    """Requests as words, without the prefix of the path."""
    return [f"{request['method']} {request['path'].removeprefix('/api')}" for request in requests]


# -- options -----------------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("pingplotter_agent", {}, "needs name, or unique_id"),
    ("pingplotter_agent", {"name": ""}, "name must not be empty"),
    ("pingplotter_agent", {"name": None}, "name cannot be null: the service does not allow it to be empty"),
    ("pingplotter_agent", {"unique_id": " ", "sessions": "paused"}, "unique_id must not be empty"),
    ("pingplotter_agent", {**LAPTOP, "is_template": "perhaps"}, "is_template must be true or false, not 'perhaps'"),
    ("pingplotter_agent", {**LAPTOP, "is_template": None}, "is_template cannot be null"),
    ("pingplotter_agent", {**LAPTOP, "is_sidekick": None}, "is_sidekick cannot be null"),
    ("pingplotter_agent", {**LAPTOP, "sessions": "closed"}, "sessions must be one of running, paused, not 'closed'"),
    ("pingplotter_agent", {**LAPTOP, "sessions": None}, "sessions cannot be null"),
    ("pingplotter_agent", {**LAPTOP, "state": "gone"}, "state"),
    ("pingplotter_user", {"roles": []}, "needs email_address, or user_id"),
    ("pingplotter_user", {**ANNA, "email_address": ""}, "email_address must not be empty"),
    ("pingplotter_user", {**ANNA, "user_id": ""}, "user_id must not be empty"),
    ("pingplotter_user", {**ANNA, "name": None}, "name cannot be null"),
    ("pingplotter_user", {**ANNA, "recreate": True}, "recreate"),
    ("pingplotter_agent", {**LAPTOP, "api_timeout": 0}, "api_timeout must be from 0.001 to 86400, not 0"),
    ("pingplotter_agent_info", {"include": ["everything"]}, "include"),
]


@pytest.mark.parametrize(("module", "options", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_bad_options_are_refused_before_any_request(
    sandbox: Sandbox, pingplotter: Account, module: str, options: dict[str, Any], words: str, check: bool
) -> None:
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, module, options, check)
    assert result["failed"], result
    assert words in result["msg"]
    assert not requests


@pytest.mark.parametrize("option", ["api_key", "api_url"])
def test_a_missing_connection_option_is_named_with_its_variable(pingplotter: Account, option: str) -> None:
    variable = f"PINGPLOTTER_{option}".upper()
    environment = {name: value for name, value in pingplotter.environment.items() if name != variable}
    result = run_module(Account("pingplotter", environment), "pingplotter_agent", LAPTOP)
    assert result["msg"] == f"{option} is missing: set the option or the environment variable {variable}"


# -- where the API is --------------------------------------------------------------------------------------------------


def test_a_tenant_without_api_in_its_paths_is_found_by_the_first_get(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.switches("pingplotter", prefix="none")
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_config", {"agents": [LAPTOP], "users": [ANNA]})["changed"]
    assert [(request["method"], request["path"], request["status"]) for request in requests[:3]] == [
        ("GET", "/api/agents", 404), ("GET", "/agents", 200), ("GET", "/users", 200),
    ]  # fmt: skip
    assert {(request["method"], request["path"]) for request in requests[3:]} == {
        ("POST", "/agents"), ("POST", "/users"),
    }  # fmt: skip


def test_a_url_that_is_wrong_altogether_is_an_error_after_two_gets(sandbox: Sandbox) -> None:
    url = f"{sandbox.services['pingplotter']}/elsewhere/api/"
    user = account(sandbox, "pingplotter", api_key="sandbox-key", api_url=url)
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(user, "pingplotter_agent", LAPTOP)
    assert "GET /agents: refused: " in result["msg"]
    assert "(HTTP 404)" in result["msg"]
    assert [request["method"] for request in requests] == ["GET", "GET"]


def test_a_url_without_api_at_its_end_is_taken_as_it_is(sandbox: Sandbox) -> None:
    url = sandbox.services["pingplotter"].removesuffix("/api")
    user = account(sandbox, "pingplotter", api_key="sandbox-key", api_url=url)
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(user, "pingplotter_agent", LAPTOP)["failed"]
    assert len(requests) == 1
    sandbox.switches("pingplotter", prefix="none")
    assert run_module(user, "pingplotter_agent", LAPTOP)["changed"]


def test_a_wrong_key_is_said_wherever_the_api_is(sandbox: Sandbox) -> None:
    user = account(sandbox, "pingplotter", api_key="wrong-key")
    for prefix, status in (("api", 401), ("none", 403)):
        sandbox.switches("pingplotter", prefix=prefix, bad_key=status)
        result = run_module(user, "pingplotter_agent", LAPTOP)
        assert f"no valid key. (HTTP {status})" in result["msg"]


# -- agents ------------------------------------------------------------------------------------------------------------


def test_a_new_agent_is_returned_with_its_download_url(sandbox: Sandbox, pingplotter: Account) -> None:
    with requests_of(sandbox, "pingplotter") as requests:
        created = run_module(pingplotter, "pingplotter_agent", LAPTOP)["agent"]
    assert methods(requests) == ["GET /agents", "POST /agents"]
    (agent,) = sandbox.state("pingplotter")["agents"]
    assert (created["unique_id"], created["download_url"]) == (agent["UniqueId"], agent["DownloadUrl"])
    with requests_of(sandbox, "pingplotter") as requests:
        again = run_module(pingplotter, "pingplotter_agent", LAPTOP)
    assert methods(requests) == ["GET /agents"]
    assert again["agent"]["download_url"] == agent["DownloadUrl"]
    assert again["agent"]["is_online"] is False


def test_a_deleted_agent_does_not_exist_unless_it_is_asked_for(sandbox: Sandbox, pingplotter: Account) -> None:
    (old,) = sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop", "Deleted": True}]})["agents"]
    assert run_module(pingplotter, "pingplotter_agent_info", {})["agents"] == []
    found = run_module(pingplotter, "pingplotter_agent_info", {"include": ["deleted"]})["agents"]
    assert [(agent["unique_id"], agent["deleted"]) for agent in found] == [(old["UniqueId"], True)]
    assert not run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "state": "absent"})["changed"]
    by_id = run_module(pingplotter, "pingplotter_agent", {"unique_id": old["UniqueId"], "sessions": "paused"})
    assert f"there is no agent with unique_id {old['UniqueId']}" in by_id["msg"]
    assert run_module(pingplotter, "pingplotter_agent", LAPTOP)["agent"]["unique_id"] != old["UniqueId"]


@pytest.mark.parametrize("uninstall", [False, True])
def test_deleting_sends_the_id_in_a_body_and_reads_again(
    sandbox: Sandbox, pingplotter: Account, uninstall: bool
) -> None:
    (agent,) = sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})["agents"]
    options = {**LAPTOP, "state": "absent", "should_uninstall": uninstall}
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_agent", options)["changed"]
    ident = agent["UniqueId"]
    assert methods(requests) == ["GET /agents", "DELETE /agents", f"GET /agents/{ident}"]
    assert requests[1]["body"] == {"UniqueId": ident, "ShouldUninstall": uninstall}
    assert sandbox.state("pingplotter")["agents"][0]["ShouldUninstall"] is uninstall


def test_a_deletion_whose_body_gets_lost_is_not_taken_for_done(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})
    sandbox.switches("pingplotter", agent_delete_body="dropped")
    refused = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "state": "absent"})
    assert "cannot delete agent laptop: refused: A body is required. (HTTP 400)" in refused["msg"]
    # The same, but from a server that takes an empty deletion for done.
    sandbox.fault(service="pingplotter", method="DELETE", kind="status", status=200, times=-1)
    for detail in ("works", "missing"):
        sandbox.switches("pingplotter", agent_detail=detail)
        result = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "state": "absent"})
        assert "the agent still exists; a proxy may have dropped the body of the DELETE" in result["msg"]
        assert not result["changed"]


def test_a_deletion_that_shows_late_is_waited_for(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})
    sandbox.switches("pingplotter", lag=1.2)
    started = time.monotonic()
    assert run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "state": "absent"})["changed"]
    assert time.monotonic() - started > 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "standard", "is_template": False}, "is_template is True and cannot become False once it exists"),
        ({"unique_id": "t1", "name": "other"}, "name is standard and cannot become other once it exists"),
    ],
)
def test_what_an_agent_cannot_change_is_refused_unless_it_is_recreated(
    sandbox: Sandbox, pingplotter: Account, options: dict[str, Any], words: str
) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "standard", "UniqueId": "t1", "IsTemplate": True}]})
    for check in (True, False):
        with requests_of(sandbox, "pingplotter") as requests:
            result = run_module(pingplotter, "pingplotter_agent", options, check)
        assert words in result["msg"]
        assert "recreate: true" in result["msg"]
        assert not writes(requests)
    recreated = {**options, "recreate": True, "should_uninstall": True}
    predicted = run_module(pingplotter, "pingplotter_agent", recreated, check=True)
    done = run_module(pingplotter, "pingplotter_agent", recreated)
    assert predicted["diff"] == done["diff"]
    old, new = sandbox.state("pingplotter")["agents"]
    assert (old["UniqueId"], old["Deleted"], old["ShouldUninstall"]) == ("t1", True, True)
    assert (new["UniqueId"], new["DownloadUrl"]) == (done["agent"]["unique_id"], done["agent"]["download_url"])
    assert (new["Name"], new["IsTemplate"]) == (options["name"], options.get("is_template", True))
    assert not run_module(pingplotter, "pingplotter_agent", {"name": options["name"]})["changed"]


def test_two_agents_of_one_name_are_refused_with_both_ids(sandbox: Sandbox, pingplotter: Account) -> None:
    two = [{"Name": "laptop", "UniqueId": name, "Sessions": [RUNNING]} for name in ("first", "second")]
    sandbox.set_state("pingplotter", {"agents": [*two, {"Name": "laptop", "UniqueId": "third", "Deleted": True}]})
    result = run_module(pingplotter, "pingplotter_agent", LAPTOP)
    assert "there are 2 agents named laptop: set unique_id to one of first, second" in result["msg"]
    assert run_module(pingplotter, "pingplotter_agent", {"unique_id": "second", "sessions": "paused"})["changed"]
    assert [agent["OpenSessions"] for agent in sandbox.state("pingplotter")["agents"]] == [1, 0, 0]


def test_templates_are_looked_up_only_if_they_are_included(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}, {"Name": "standard", "IsTemplate": True}]})
    for include, names in (([], ["laptop"]), (["templates"], ["laptop", "standard"])):
        found = run_module(pingplotter, "pingplotter_agent_info", {"include": include})["agents"]
        assert [agent["name"] for agent in found] == names
    options = {"name": "standard", "include": ["templates"]}
    assert len(run_module(pingplotter, "pingplotter_agent_info", options)["agents"]) == 1
    assert run_module(pingplotter, "pingplotter_agent_info", {"unique_id": "nowhere"})["agents"] == []


# -- sessions ----------------------------------------------------------------------------------------------------------

# The sessions of an agent, and whether declaring them as running, or as paused, changes anything; None with a warning.
DECIDED: list[tuple[list[dict[str, Any]], bool | None, bool | None]] = [
    ([RUNNING], False, True),
    ([PAUSED], True, False),
    ([RUNNING, PAUSED], True, True),
    ([PAUSED, CLOSED], True, False),
    ([CLOSED], None, None),
    ([], False, False),
]


@pytest.mark.parametrize(("sessions", "running", "paused"), DECIDED)
def test_sessions_are_changed_only_where_they_differ(
    sandbox: Sandbox, pingplotter: Account, sessions: list[dict[str, Any]], running: bool, paused: bool
) -> None:
    laptop = {"Name": "laptop", "UniqueId": "a1", "Sessions": sessions}
    state = {"agents": [laptop, {"Name": "other", "Sessions": [RUNNING]}]}
    for word, action, changed in (("running", "Resume", running), ("paused", "Pause", paused)):
        sandbox.set_state("pingplotter", state)
        with requests_of(sandbox, "pingplotter") as requests:
            result = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "sessions": word})
        assert result["changed"] is bool(changed), result
        reads = ["GET /agents", *(["GET /sessions"] if sessions else [])]
        assert methods(requests) == [*reads, *(["PUT /agents/a1/sessions"] if changed else [])]
        if sessions:
            assert requests[1]["query"] == {"agentUniqueId": ["a1"]}
        if changed:
            assert requests[2]["query"] == {"action": [action]}
        assert ("does not show sessions of 1 of the agents" in str(result.get("warnings"))) is (changed is None)
        assert sandbox.state("pingplotter")["agents"][1]["OpenSessions"] == 1


@pytest.mark.parametrize("status", ["Tracing", None])
@pytest.mark.parametrize("word", ["running", "paused"])
def test_a_status_that_nobody_has_described_is_not_known(
    sandbox: Sandbox, pingplotter: Account, status: str | None, word: str
) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop", "UniqueId": "a1", "Sessions": [RUNNING]}]})
    rows = [{"AgentUniqueId": "a1", "SessionId": "s1", "Status": status}]
    sandbox.fault(service="pingplotter", path="^/api/sessions$", kind="status", status=200, answer=rows, times=-1)
    for check in (True, False, False):
        result = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "sessions": word}, check)
        assert result["changed"]
        assert "sent in each run, and counts as a change: laptop" in str(result["warnings"])


@pytest.mark.parametrize("reading", ["running", "not_closed"])
@pytest.mark.parametrize("endpoint", ["works", "missing"])
def test_open_sessions_are_not_taken_for_running_ones(
    sandbox: Sandbox, pingplotter: Account, reading: str, endpoint: str
) -> None:
    """An agent with paused sessions only, which are open in the words of the vendor, is resumed."""
    names = ("desk", "night", "lobby")
    agents = [{"Name": name, "Sessions": [PAUSED]} for name in names]
    sandbox.switches("pingplotter", open_sessions=reading, sessions_endpoint=endpoint)
    sandbox.set_state("pingplotter", {"agents": [*agents, {"Name": "idle"}]})
    tasks: dict[str, dict[str, Any]] = {
        "pingplotter_agent": {"name": "desk", "sessions": "running"},
        "pingplotter_config": {"agents": [{"name": name, "sessions": "running"} for name in names[1:]]},
    }
    for flags, changed in ((("--check",), True), ((), True), ((), endpoint == "missing")):
        play = [task(module, options, "--check" in flags) for module, options in tasks.items()]
        with requests_of(sandbox, "pingplotter") as requests:
            run = run_playbook([pingplotter], play, *flags, "--diff")
        assert [result["changed"] for result in run.ours] == [changed, changed], run.output
        for result, named in zip(run.ours, ("desk.", "night, lobby."), strict=True):
            assert (f"counts as a change: {named}" in str(result.get("warnings"))) is (endpoint == "missing")
        assert bool(writes(requests)) is (changed and not flags)
    rows = sandbox.state("pingplotter")["agents"]
    statuses = {row["Name"]: [session["Status"] for session in row["Sessions"]] for row in rows}
    assert statuses == {**{name: ["Active"] for name in names}, "idle": []}


def test_an_agent_without_sessions_is_not_set_where_they_are_not_listed(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})
    sandbox.switches("pingplotter", sessions_endpoint="missing", open_sessions="not_closed")
    result = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "sessions": "running"})
    assert not result["changed"]
    assert not result.get("warnings")


def test_a_list_of_sessions_that_does_not_say_whose_they_are_is_refused(sandbox: Sandbox, pingplotter: Account) -> None:
    two = [{"Name": name, "Sessions": [RUNNING]} for name in ("laptop", "other")]
    sandbox.set_state("pingplotter", {"agents": two})
    rows = [{"SessionId": "s1", "Status": "Paused"}]
    sandbox.fault(service="pingplotter", path="^/api/sessions$", kind="status", status=200, answer=rows, times=-1)
    declaration = {"agents": [{"name": name, "sessions": "paused"} for name in ("laptop", "other")]}
    result = run_module(pingplotter, "pingplotter_config", declaration)
    assert "the list of sessions does not say which agents they belong to" in result["msg"]


def test_a_key_that_may_not_read_sessions_is_an_error(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop", "Sessions": [RUNNING]}]})
    sandbox.fault(service="pingplotter", path="^/api/sessions$", kind="status", status=403, answer={"error": "No."})
    result = run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "sessions": "paused"})
    assert "No. (HTTP 403)" in result["msg"]
    assert not writes(sandbox.requests("pingplotter"))


# -- users -------------------------------------------------------------------------------------------------------------


def test_a_user_is_found_in_any_case_and_roles_are_a_set(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state(
        "pingplotter", {"users": [{"EmailAddress": "Anna@Example.com", "Roles": ["AgentManagement", "UserManagement"]}]}
    )
    options = {"email_address": "anna@example.COM", "roles": ["UserManagement", "AgentManagement"]}
    with requests_of(sandbox, "pingplotter") as requests:
        assert not run_module(pingplotter, "pingplotter_user", options)["changed"]
    assert methods(requests) == ["GET /users"]
    added = {**options, "roles": ["SessionManagement"], "purge_roles": False}
    assert run_module(pingplotter, "pingplotter_user", added)["changed"]
    assert len(sandbox.state("pingplotter")["users"][0]["Roles"]) == 3
    assert run_module(pingplotter, "pingplotter_user", {**options, "roles": None})["changed"]
    assert sandbox.state("pingplotter")["users"][0]["Roles"] == []
    assert not run_module(pingplotter, "pingplotter_user", {**options, "roles": None})["changed"]
    assert not run_module(pingplotter, "pingplotter_user", {**options, "roles": []})["changed"]


def test_the_name_of_a_user_is_sent_once_and_never_compared(sandbox: Sandbox, pingplotter: Account) -> None:
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_user", ANNA)["changed"]
    assert methods(requests) == ["GET /users", "POST /users"]
    assert sandbox.state("pingplotter")["users"][0]["Name"] == "Anna"
    result = run_module(pingplotter, "pingplotter_user", {**ANNA, "name": "Anne"})
    assert not result["changed"]
    assert not result.get("warnings")


def test_another_address_by_id_is_refused_and_not_recreated(sandbox: Sandbox, pingplotter: Account) -> None:
    (user,) = sandbox.set_state("pingplotter", {"users": [{"EmailAddress": "anna@example.com"}]})["users"]
    result = run_module(pingplotter, "pingplotter_user", {"user_id": user["Id"], "email_address": "anne@example.com"})
    assert "email_address is anna@example.com and cannot become anne@example.com once it exists" in result["msg"]
    assert "recreate" not in result["msg"]
    again = run_module(pingplotter, "pingplotter_user", {"user_id": user["Id"], "email_address": "ANNA@example.com"})
    assert not again["changed"]


@pytest.mark.parametrize(("role_update", "status"), [("missing", 404), ("not_allowed", 405)])
def test_a_deployment_without_role_update_is_named_and_nobody_is_deleted(
    sandbox: Sandbox, pingplotter: Account, role_update: str, status: int
) -> None:
    run_module(pingplotter, "pingplotter_user", ANNA)
    before = sandbox.state("pingplotter")
    sandbox.switches("pingplotter", role_update=role_update)
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_user", {**ANNA, "roles": []})
    assert "cannot update user anna@example.com: this deployment has no request for roles" in result["msg"]
    assert result["failure"]["status"] == status
    assert len(writes(requests)) == 1
    assert sandbox.state("pingplotter") == before
    assert not run_module(pingplotter, "pingplotter_user", ANNA)["changed"]


def test_roles_are_sent_with_commas_once_a_list_is_refused(sandbox: Sandbox, pingplotter: Account) -> None:
    state = {"users": [{"EmailAddress": f"u{number}@example.com", "Roles": ["UserManagement"]} for number in range(3)]}
    sandbox.set_state("pingplotter", state)
    sandbox.switches("pingplotter", roles_format="comma")
    roles = ["AgentManagement", "SessionManagement"]
    users = [{"email_address": f"u{number}@example.com", "roles": roles} for number in range(3)]
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_config", {"users": users, "concurrency": 1})["changed"]
    assert [request["body"]["Roles"] for request in requests if request["method"] == "PUT"] == [
        roles, *[",".join(roles)] * 3,
    ]  # fmt: skip
    assert [user["Roles"] for user in sandbox.state("pingplotter")["users"]] == [roles] * 3


def test_a_role_that_does_not_exist_is_refused_in_the_words_of_the_server(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    run_module(pingplotter, "pingplotter_user", ANNA)
    with requests_of(sandbox, "pingplotter") as requests:
        result = run_module(pingplotter, "pingplotter_user", {**ANNA, "roles": ["Everything"]})
    assert "Invalid Roles: 'Everything' is none of TargetManagement" in result["msg"]
    assert len(writes(requests)) == 2


def test_a_user_who_may_own_the_account_is_deleted_by_id_alone(sandbox: Sandbox, pingplotter: Account) -> None:
    (owner,) = sandbox.set_state("pingplotter", {"users": [{"EmailAddress": "owner@example.com"}]})["users"]
    for check in (True, False):
        result = run_module(
            pingplotter, "pingplotter_user", {"email_address": "owner@example.com", "state": "absent"}, check
        )
        assert "user owner@example.com may own the account" in result["msg"]
        assert f"user_id: {owner['Id']} deletes it anyway" in result["msg"]
    assert not writes(sandbox.requests("pingplotter"))
    with requests_of(sandbox, "pingplotter") as requests:
        assert run_module(pingplotter, "pingplotter_user", {"user_id": owner["Id"], "state": "absent"})["changed"]
    # The colon of a user's id is not quoted.
    assert methods(requests) == ["GET /users", f"DELETE /users/{owner['Id']}"]
    assert not run_module(pingplotter, "pingplotter_user", {"user_id": owner["Id"], "state": "absent"})["changed"]


@pytest.mark.parametrize("users_filter", ["works", "contains", "case_sensitive", "ignored"])
def test_the_filter_of_users_is_not_relied_on(sandbox: Sandbox, pingplotter: Account, users_filter: str) -> None:
    addresses = ["anna@example.com", "joanna@example.com", "bert@example.com"]
    sandbox.set_state("pingplotter", {"users": [{"EmailAddress": address} for address in addresses]})
    sandbox.switches("pingplotter", users_filter=users_filter)
    for spelling, count in (("anna@example.com", 1), ("ANNA@example.com", 1 + (users_filter == "case_sensitive"))):
        with requests_of(sandbox, "pingplotter") as requests:
            found = run_module(pingplotter, "pingplotter_user_info", {"email_address": spelling})["users"]
        assert [user["email_address"] for user in found] == ["anna@example.com"]
        assert [request["query"] for request in requests] == [{"filter": [spelling]}, {}][:count]
    assert run_module(pingplotter, "pingplotter_user_info", {"email_address": "nobody@example.com"})["users"] == []


# -- servers and networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "truncate_json", "empty", "html_after"])
@pytest.mark.parametrize(("module", "options"), [("pingplotter_agent", LAPTOP), ("pingplotter_user", ANNA)])
def test_a_create_whose_answer_is_lost_makes_one_object(
    sandbox: Sandbox, pingplotter: Account, kind: str, module: str, options: dict[str, Any]
) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop", "Deleted": True}]})
    sandbox.fault(service="pingplotter", method="POST", kind=kind)
    result = run_module(pingplotter, module, options)
    assert result["changed"], result
    assert not result.get("failed")
    state = sandbox.state("pingplotter")
    if module == "pingplotter_user":
        assert [user["Id"] for user in state["users"]] == [result["user"]["user_id"]]
    else:
        (agent,) = [agent for agent in state["agents"] if not agent["Deleted"]]
        shown = result["agent"]
        assert (shown["unique_id"], shown["download_url"]) == (agent["UniqueId"], agent["DownloadUrl"])


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 502}, {"kind": "drop_before"}])
@pytest.mark.parametrize("path", ["^/api/agents$", "^/api/agents/a1$", "^/api/agents/a1/sessions$"])
def test_what_may_be_repeated_is_repeated(
    sandbox: Sandbox, pingplotter: Account, fault: dict[str, Any], path: str
) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop", "UniqueId": "a1", "Sessions": [RUNNING]}]})
    sandbox.fault(service="pingplotter", path=path, **fault)
    assert run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "sessions": "paused"})["changed"]
    assert run_module(pingplotter, "pingplotter_agent", {**LAPTOP, "state": "absent"})["changed"]
    assert [one["hits"] for one in sandbox.faults()] == [1]


@pytest.mark.parametrize("headers", ["yes", "no"])
def test_too_many_requests_are_answered_with_the_pause_that_is_asked_for(
    sandbox: Sandbox, pingplotter: Account, headers: str
) -> None:
    answer = {"error": "Rate limit exceeded", "limit": 240, "remaining": 0, "cost": 2, "retryAfterSeconds": 2}
    extra = {"retry_after": "2"} if headers == "yes" else {}
    sandbox.fault(service="pingplotter", method="POST", kind="status", status=429, answer=answer, **extra)
    started = time.monotonic()
    assert run_module(pingplotter, "pingplotter_agent", LAPTOP)["changed"]
    assert 2 <= time.monotonic() - started < 10


def test_a_limit_that_lasts_longer_than_allowed_is_not_waited_for(sandbox: Sandbox) -> None:
    impatient = account(sandbox, "pingplotter", api_key="sandbox-key", api_max_wait="3")
    sandbox.switches("pingplotter", rate_limit=1, rate_window=60)
    started = time.monotonic()
    result = run_module(impatient, "pingplotter_agent", LAPTOP)
    assert time.monotonic() - started < 10
    assert "the server limits the rate: Rate limit exceeded (HTTP 429)" in result["msg"]
    assert "but only 3 s of api_max_wait are left" in result["msg"]
    assert not sandbox.state("pingplotter")["agents"]


@pytest.mark.parametrize("error_style", ["error", "problem_details", "text"])
@pytest.mark.parametrize("check", [False, True])
def test_a_key_without_permission_is_refused_in_the_words_of_the_server(
    sandbox: Sandbox, error_style: str, check: bool
) -> None:
    reader = account(sandbox, "pingplotter", api_key="sandbox-readonly")
    sandbox.switches("pingplotter", error_style=error_style)
    result = run_module(reader, "pingplotter_agent", LAPTOP, check)
    if check:
        assert result["changed"]
    else:
        words = "refused: The key lacks the permission AgentManagement. (HTTP 403)"
        assert result["msg"] == f"PingPlotter Cloud: cannot create agent laptop: {words}"
        assert result["failure"] == {
            "service": "PingPlotter Cloud", "method": "POST", "path": "/agents", "status": 403, "code": None,
            "message": words, "attempts": 1, "waited_s": result["failure"]["waited_s"],
        }  # fmt: skip
