# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of PingPlotter Cloud: what they send, and what the tenant then holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import AGENT, USER
from sandbox.service import Call, Reply
from unit.core.fake import want
from unit.probe.in_process import FakeTime
from unit.services.account import Account

ACTIVE = [{"Status": "Active", "Description": "x"}]
STATE: Mapping[str, Any] = {
    "agents": [{"Name": name, "UniqueId": name, "IsOnline": True, "Sessions": ACTIVE} for name in ("a", "b")]
    + [{"Name": "idle", "UniqueId": "idle"}, {"Name": "old", "UniqueId": "old", "Deleted": True}],
    "users": [{"EmailAddress": "a@example.com", "Id": "u1"}, {"EmailAddress": "b@example.com", "Id": "u2"}],
}


@pytest.mark.parametrize("end", ["/api", "/api/", "/api//"])
@pytest.mark.parametrize("prefix", ["api", "none"])
def test_an_api_is_found_with_and_without_its_prefix(monkeypatch: pytest.MonkeyPatch, prefix: str, end: str) -> None:
    account = Account(monkeypatch, "pingplotter", STATE, prefix=prefix)
    account.set_options(api_url=account.options["api_url"].removesuffix("/api") + end)
    assert account.run(want(AGENT, name="a", sessions="paused")).summary()["update"] == 1
    assert account.run(want(AGENT, name="a", sessions="paused")).changes() == []


@pytest.mark.parametrize(
    ("names", "requests"),
    [
        ("a", ["GET /api/sessions?agentUniqueId=a"]),
        (["a", "idle"], ["GET /api/sessions?agentUniqueId=a"]),
        (["a", "b"], ["GET /api/sessions"]),
        (["idle"], []),
    ],
)
def test_the_sessions_of_several_agents_are_read_by_one_request(
    monkeypatch: pytest.MonkeyPatch, names: list[str], requests: list[str]
) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.run(*(want(AGENT, name=name, sessions="running") for name in names), check=True)
    sent = [f"{call.path}?{'&'.join(f'{k}={v[0]}' for k, v in call.query.items())}" for call in account.calls]
    assert [f"GET {one.rstrip('?')}" for one in sent if "sessions" in one] == requests


@pytest.mark.parametrize("sessions", ["running", "paused"])
def test_an_agent_without_sessions_has_none_to_resume_or_pause(monkeypatch: pytest.MonkeyPatch, sessions: str) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    assert account.run(want(AGENT, name="idle", sessions=sessions)).changes() == []
    assert account.requests == ["GET /api/agents"]


def test_sessions_whose_state_is_not_shown_are_set_in_each_run_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE, sessions_endpoint="missing")
    declared = [want(AGENT, name=name, sessions="running") for name in ("a", "b", "idle")]
    for _run in range(2):
        report = account.run(*declared)
        assert [one["name"] for one in report.changes()] == ["a", "b"]
        (warning,) = account.warnings
        assert "counts as a change: a, b." in warning
    account = Account(monkeypatch, "pingplotter", STATE)
    account.run(want(AGENT, name="a", sessions="paused"))
    assert account.warnings == []


def test_an_agent_that_still_exists_after_its_deletion_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "pingplotter", STATE)
    handle = account.sandbox.handle

    def drop(call: Call) -> Reply:
        return Reply.of_json({}) if call.method == "DELETE" else handle(call)

    monkeypatch.setattr(account.sandbox, "handle", drop)
    (failure,) = account.run(want(AGENT, name="a", state="absent")).failures()
    assert "the service accepted the request, but the agent still exists" in failure["msg"]
    assert account.requests.count("GET /api/agents/a") == 11


@pytest.mark.parametrize("status", [404, 405, 410])
def test_an_agent_is_deleted_where_the_service_does_not_show_single_agents(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.refuse("GET /api/agents/a", status=status)
    assert account.run(want(AGENT, name="a", state="absent")).failures() == []
    assert [one["Name"] for one in account.state()["agents"] if not one.get("Deleted")] == ["b", "idle"]


def test_whether_an_agent_is_deleted_may_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.refuse("GET /api/agents/a", status=403)
    (failure,) = account.run(want(AGENT, name="a", state="absent")).failures()
    assert failure["failure"]["status"] == 403


@pytest.mark.parametrize(("status", "bodies"), [(422, [["X"], "X"]), (403, [["X"]]), (500, [["X"]])])
def test_roles_are_sent_in_another_form_only_if_the_service_does_not_understand_the_first(
    monkeypatch: pytest.MonkeyPatch, status: int, bodies: list[Any]
) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.refuse("PUT /api/users/u1", status=status)
    (failure,) = account.run(want(USER, email_address="a@example.com", roles=["X"])).failures()
    assert failure["failure"]["status"] == status
    assert [call.json()["Roles"] for call in account.calls if call.method == "PUT"] == bodies


def test_roles_that_are_refused_in_the_form_that_the_service_takes_are_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, "pingplotter", STATE, roles_format="comma")
    handle = account.sandbox.handle

    def answer(call: Call) -> Reply:
        return Reply.of_json({}, 422) if call.path.endswith("u2") and call.method == "PUT" else handle(call)

    monkeypatch.setattr(account.sandbox, "handle", answer)
    account.run(*(want(USER, email_address=f"{name}@example.com", roles=["TargetManagement"]) for name in "ab"))
    assert [call.json()["Roles"] for call in account.calls if call.path.endswith("u2") and call.body] == [
        "TargetManagement"
    ]


# -- what only reads ---------------------------------------------------------------------------------------------------


def agents(account: Account, *include: str, **filters: Any) -> list[dict[str, Any]]:
    """What the info module returns for agents."""
    service: Any = account.service()
    found: list[dict[str, Any]] = service.agents({"unique_id": None, "name": None, **filters, "include": include})
    return found


def test_agents_have_what_is_included_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    for include, options in (((), set()), (("health",), {"health"}), (("sessions",), {"sessions", "session_list"})):
        (agent,) = agents(account, *include, name="a")
        assert agent.keys() & {"health", "sessions", "session_list"} == options
    (idle,) = agents(account, "sessions", name="idle")
    assert ("sessions" in idle, idle["session_list"]) == (False, [])
    account.forget_requests()
    assert agents(account, "sessions", name="gone") == []
    assert account.requests == ["GET /api/agents"]


def test_a_server_that_ignores_its_parameters_shows_no_other_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(
        monkeypatch,
        "pingplotter",
        {"agents": [*STATE["agents"], {"Name": "t", "IsTemplate": True}]},
        deleted_in_listing="shown",
    )
    account.ignore(includeTemplates="true", includeDeleted="true")
    assert [one["name"] for one in agents(account)] == ["a", "b", "idle"]
    assert [one["name"] for one in agents(account, "templates")] == ["a", "b", "idle", "t"]
    assert [one["name"] for one in agents(account, "deleted")] == ["a", "b", "idle", "old"]


def test_agents_are_listed_though_the_service_does_not_list_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE, sessions_endpoint="missing")
    found = {one["name"]: one for one in agents(account, "sessions")}
    assert [found[name].get("sessions", "none") for name in ("a", "b", "idle")] == [None, None, "none"]
    assert not any("session_list" in one for one in found.values())


def test_the_sessions_of_one_agent_need_not_say_whose_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.spoil(
        lambda call, reply: Reply.of_json([{"Id": "s", "Status": "Paused"}]) if "sessions" in call.segments else reply
    )
    (agent,) = agents(account, "sessions", name="a")
    assert (agent["sessions"], len(agent["session_list"])) == ("paused", 1)
    with pytest.raises(ApiError, match="the list of sessions does not say which agents they belong to"):
        agents(account, "sessions")


@pytest.mark.parametrize(
    ("filters", "parameters"),
    [
        ({"email_address": "a@example.com"}, [{"filter": ["a@example.com"]}]),
        ({"user_id": "u1"}, [{}]),
        ({"user_id": "u1", "email_address": "a@example.com"}, [{}]),
        ({}, [{}]),
    ],
)
def test_only_an_address_alone_is_a_filter_of_the_service(
    monkeypatch: pytest.MonkeyPatch, filters: dict[str, str], parameters: list[dict[str, list[str]]]
) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    service: Any = account.service()
    service.users({"user_id": None, "email_address": None, **filters})
    assert [call.query for call in account.calls] == parameters


def test_users_may_be_listed_without_their_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.spoil(lambda call, reply: Reply.of_json([{"Id": "u1", "EmailAddress": "a@example.com"}]))
    service: Any = account.service()
    assert service.users({"user_id": "u1", "email_address": None}) == [
        {"user_id": "u1", "email_address": "a@example.com"}
    ]


@pytest.mark.parametrize("users_filter", ["works", "contains", "case_sensitive", "ignored"])
def test_users_are_found_with_their_ids_however_the_service_filters(
    monkeypatch: pytest.MonkeyPatch, users_filter: str
) -> None:
    service: Any = Account(monkeypatch, "pingplotter", STATE, users_filter=users_filter).service()
    everyone = service.users({"user_id": None, "email_address": None})
    assert [(one["user_id"], one["email_address"]) for one in everyone] == [
        ("u1", "a@example.com"),
        ("u2", "b@example.com"),
    ]
    for filters, found in (
        ({"user_id": "u2", "email_address": None}, everyone[1:]),
        ({"user_id": None, "email_address": "B@EXAMPLE.com"}, everyone[1:]),
        ({"user_id": "u2", "email_address": "a@example.com"}, []),
        ({"user_id": "u3", "email_address": None}, []),
    ):
        assert service.users(filters) == found


@pytest.mark.parametrize(
    ("login", "shown"), [("0001-01-01T00:00:00", None), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
)
def test_a_login_that_never_was_is_none(monkeypatch: pytest.MonkeyPatch, login: str, shown: str | None) -> None:
    account = Account(monkeypatch, "pingplotter", {"users": [{"EmailAddress": "a@example.com", "LastLogin": login}]})
    (user,) = account.service().list_objects(USER)
    assert user.values["last_login"] == shown


@pytest.mark.parametrize("name", ["CurrentNetworkInterface", "ExpectedQuality"])
def test_the_parts_of_an_agent_have_names_like_options(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    account = Account(monkeypatch, "pingplotter", STATE)
    account.show("agents", **{name: {"PacketLoss": 2, "DNSName": "x"}})
    (agent,) = agents(account, name="a")
    assert {"packet_loss": 2, "dns_name": "x"} in agent.values()


@pytest.mark.parametrize("custom_fields", ["json", "list"])
def test_custom_fields_are_a_dictionary_in_each_form(monkeypatch: pytest.MonkeyPatch, custom_fields: str) -> None:
    agent = {"Name": "a", "CustomFieldsJSON": '{"Site": "Lund", "Floor": "2"}'}
    account = Account(monkeypatch, "pingplotter", {"agents": [agent]}, custom_fields=custom_fields)
    assert agents(account)[0]["custom_fields"] == {"Site": "Lund", "Floor": "2"}


def test_a_user_whose_roles_are_not_shown_is_not_pruned(monkeypatch: pytest.MonkeyPatch) -> None:
    users = [
        {"EmailAddress": f"{name}@example.com", "Roles": roles}
        for name, roles in (("a", ["UserManagement"]), ("owner", []))
    ]
    account = Account(monkeypatch, "pingplotter", {"users": [*users, {**users[0], "EmailAddress": "c@example.com"}]})
    report = account.run(want(USER, email_address="a@example.com"), prune=["user"])
    assert [one["EmailAddress"] for one in account.state()["users"]] == ["a@example.com", "owner@example.com"]
    assert "may own the account, since the service does not show its roles" in report.warnings()[0]
