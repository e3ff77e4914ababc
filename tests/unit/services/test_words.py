# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every word, status and name that a service may use is understood, not only the first of each kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import MAINTENANCE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.health import health_of_word
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.answers import region_name
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.health import resource_health
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import RESOURCE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import (
    AGENT,
    USER,
    PingPlotter,
)
from sandbox.service import Call, Reply
from unit.core.fake import want
from unit.services.account import Account

EARLY, LATE = "2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"
HEALTH: Mapping[str, tuple[str, ...]] = {
    "up": ("up", "u", "ok", "online", "healthy", "success", "resolved", "true"),
    "down": ("down", "d", "offline", "unhealthy", "error", "fail", "failed", "failure", "false"),
    "maintenance": ("maint", "m", "maintenance"),
    "unknown": ("paused", "degraded", "upp"),
}


@pytest.mark.parametrize(("health", "word"), [(health, word) for health, words in HEALTH.items() for word in words])
def test_a_word_for_the_health_of_an_object_is_understood_in_any_case(health: str, word: str) -> None:
    assert [health_of_word(word), health_of_word(word.upper()), health_of_word(word.title())] == [health] * 3


# -- Alertra -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "maintained"),
    [
        *((word, []) for word in ("Up", "U", "OK", "Down", "D")),
        *((word, ["A"]) for word in ("Maint", "M", "Maintenance")),
        # The filter, which may have been ignored, is all that is left then.
        ("Odd", ["A", "B"]),
    ],
)
def test_maintenance_is_known_by_the_word_for_the_status_where_the_filter_is_ignored(
    monkeypatch: pytest.MonkeyPatch, word: str, maintained: list[str]
) -> None:
    devices = [{"ShortName": name, "Method": "PING", "URL": f"{name}.example.com"} for name in "AB"]
    account = Account(monkeypatch, "alertra", {"devices": devices}, maint_filter="ignored")

    def say(call: Call, reply: Reply) -> Reply:
        rows = json.loads(reply.body)
        return Reply.of_json([{**row, "Status": word if row["ShortName"] == "A" else "Up"} for row in rows])

    account.spoil(say)
    records = account.service().list_objects(MAINTENANCE)
    assert [record.label for record in records if record.values["in_maintenance"]] == maintained


# -- PingPlotter Cloud -------------------------------------------------------------------------------------------------

AGENTS: Mapping[str, Any] = {
    "agents": [
        {"Name": name, "UniqueId": name, "Sessions": [{"Status": "Active", "Description": "x"}]} for name in ("a", "b")
    ]
}


@pytest.mark.parametrize(
    ("word", "sessions"), [("Active", "running"), ("running", "running"), ("Paused", "paused"), ("Closed", None)]
)
def test_a_word_for_the_status_of_a_session_is_understood(
    monkeypatch: pytest.MonkeyPatch, word: str, sessions: str | None
) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)

    def say(call: Call, reply: Reply) -> Reply:
        if call.segments[-1:] != ("sessions",):
            return reply
        return Reply(reply.status, reply.body.replace(b'"Active"', json.dumps(word).encode()), reply.content_type)

    account.spoil(say)
    service = account.service()
    record = next(one for one in service.list_objects(AGENT) if one.id == "a")
    assert service.read(record, {"sessions"}).get("sessions") == sessions


@pytest.mark.parametrize(("status", "asked"), [(404, 1), (405, 1)])
def test_a_deployment_without_a_list_of_sessions_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, status: int, asked: int
) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)
    account.spoil(lambda call, reply: _error(status) if call.segments[-1:] == ("sessions",) else reply)
    service = account.service()
    records = service.list_objects(AGENT)
    assert [service.read(record, {"sessions"}) for record in records] == [{"sessions": None}] * 2
    assert len([one for one in account.requests if one.endswith("/sessions")]) == asked


@pytest.mark.parametrize("status", [400, 422])
def test_a_deployment_that_lists_the_sessions_of_one_agent_only_is_asked_for_each(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)

    def refuse_all(call: Call, reply: Reply) -> Reply:
        return _error(status) if call.segments[-1:] == ("sessions",) and "agentUniqueId" not in call.query else reply

    account.spoil(refuse_all)
    declared = [want(AGENT, name=name, sessions="running") for name in ("a", "b")]
    assert account.run(*declared, check=True).changes() == []


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_list_of_sessions_that_fails_otherwise_is_an_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)
    account.spoil(lambda call, reply: _error(status) if call.segments[-1:] == ("sessions",) else reply)
    service = account.service()
    record = service.list_objects(AGENT)[0]
    with pytest.raises(ApiError):
        service.read(record, {"sessions"})


def _error(status: int) -> Reply:
    return Reply.of_json({"error": "No."}, status)


USERS: Mapping[str, Any] = {"users": [{"EmailAddress": "a@example.com", "Roles": ["TargetManagement"]}]}


@pytest.mark.parametrize("status", [400, 415, 422])
def test_roles_are_sent_with_commas_if_a_list_is_refused(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pingplotter", USERS, roles_format="comma")
    account.spoil(lambda call, reply: _error(status) if call.method == "PUT" and reply.status >= 400 else reply)
    report = account.run(want(USER, email_address="a@example.com", roles=["TargetManagement", "UserManagement"]))
    sent = [call.json()["Roles"] for call in account.calls if call.method == "PUT"]
    assert sent == [["TargetManagement", "UserManagement"], "TargetManagement,UserManagement"]
    assert report.failures() == []


@pytest.mark.parametrize(("status", "words"), [(404, "has no request for roles"), (405, "has no request for roles")])
def test_a_deployment_without_roles_is_named(monkeypatch: pytest.MonkeyPatch, status: int, words: str) -> None:
    account = Account(monkeypatch, "pingplotter", USERS)
    account.spoil(lambda call, reply: _error(status) if call.method == "PUT" else reply)
    (failure,) = account.run(want(USER, email_address="a@example.com", roles=[])).failures()
    assert words in failure["msg"]
    assert len([call for call in account.calls if call.method == "PUT"]) == 1


@pytest.mark.parametrize("status", [404, 405, 410])
def test_an_agent_that_is_no_longer_shown_is_deleted(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)

    def hide(call: Call, reply: Reply) -> Reply:
        return _error(status) if call.method == "GET" and call.segments[-1:] == ("a",) else reply

    account.spoil(hide)
    assert account.run(want(AGENT, name="a", state="absent")).failures() == []
    assert {one["Name"]: one["Deleted"] for one in account.state()["agents"]} == {"a": True, "b": False}


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_below_another_path_is_the_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pingplotter", AGENTS)
    service = account.service()
    assert isinstance(service, PingPlotter)
    account.spoil(
        lambda call, reply: _error(404 if call.segments[:1] == ("api",) or len(account.calls) == 1 else status)
    )
    with pytest.raises(ApiError) as error:
        service.list_objects(AGENT)
    assert error.value.failure.status == status


# -- Pinghome ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["code", "region", "id", "name"])
def test_the_code_of_a_region_is_found_under_each_name(name: str) -> None:
    assert region_name({"other": "x", name: "eu-1"}) == "eu-1"


@pytest.mark.parametrize("state", ["state", "status", "new_state", "current_state", "to"])
@pytest.mark.parametrize("time", ["created_at", "changed_at", "received_at", "timestamp", "date", "time"])
def test_the_newest_change_of_a_resource_is_found_under_each_name(state: str, time: str) -> None:
    changes = [{time: LATE, state: "down"}, {time: EARLY, state: "up"}]
    assert resource_health({}, changes) == resource_health({}, changes[::-1]) == "down"


@pytest.mark.parametrize("status", [404, 410])
def test_a_resource_that_does_not_exist_any_more_is_none(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pinghome", {})
    ident = "22222222-2222-4222-8222-222222222222"
    account.spoil(lambda call, reply: _error(status) if ident in call.segments else reply)
    assert account.run(want(RESOURCE, resource_id=ident, state="absent")).changes() == []


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_resource_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pinghome", {})
    ident = "22222222-2222-4222-8222-222222222222"
    account.spoil(lambda call, reply: _error(status) if ident in call.segments else reply)
    with pytest.raises(ApiError):
        account.run(want(RESOURCE, resource_id=ident, state="absent"))


@pytest.mark.parametrize("status", [400, 422])
def test_headers_are_sent_as_an_object_if_text_is_refused(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "pinghome", {}, headers_type="object_only")
    account.spoil(lambda call, reply: _error(status) if call.method == "POST" and reply.status >= 400 else reply)
    shop = {"type": "http", "url": "https://www.example.com", "headers": {"X-Shop": "1"}, "conditions": []}
    declared = want(RESOURCE, name="shop", service_id="11111111-1111-4111-8111-111111111111", **shop)
    assert account.run(declared).failures() == []
    assert [call.json()["headers"] for call in account.calls if call.method == "POST"] == [
        '{"X-Shop": "1"}',
        {"X-Shop": "1"},
    ]
