# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Port Monitor: what they send, and what the account then holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import GROUP, TARGET
from sandbox.service import Call, Reply
from unit.core.fake import want
from unit.services.account import Account

TARGETS: Mapping[str, Mapping[str, Any]] = {
    "url": {"url": "http://shop.example.com"},
    "custom_port": {"host": "mail.example.com", "port_number": 25},
    "ping": {"host": "router.example.com"},
}
STATE: Mapping[str, Any] = {
    "groups": [{"id": 1, "name": "Web"}],
    "targets": [{"name": name, "group": "Web", **own} for name, own in TARGETS.items()],
}
LISTING = "GET /groups/1/targets"
DECLARED = [want(TARGET, group="Web", name=name, type=name, **own) for name, own in TARGETS.items()]


def hide_types(call: Call, reply: Reply) -> Reply:
    """A reply to a listing of all types that shows ids and names alone."""
    if f"{call.method} {call.path}" != LISTING:
        return reply
    return Reply.of_json([{name: row[name] for name in ("id", "name", "group_id")} for row in _rows(reply)])


def _rows(reply: Reply) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Call("", (), {}, {}, reply.body, "").json()
    return rows


def test_targets_that_are_listed_without_their_types_are_not_created_again(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.spoil(hide_types)
    assert account.run(*DECLARED).changes() == []
    assert account.state()["targets"] == Account(monkeypatch, "portmonitor", STATE).state()["targets"]


def test_the_type_of_a_target_is_known_by_the_fields_that_it_alone_has(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, type_word="absent")
    assert account.run(*DECLARED).changes() == []
    assert account.requests[-1:] == [LISTING]


@pytest.mark.parametrize("status", [200, 400, 404, 405, 422])
def test_without_a_listing_of_all_types_each_type_is_listed(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.refuse(LISTING, status=status)
    assert account.run(*DECLARED).changes() == []


@pytest.mark.parametrize("status", [403, 409, 500])
def test_any_other_refusal_of_a_listing_is_an_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.refuse(LISTING, status=status)
    with pytest.raises(ApiError):
        account.run(*DECLARED)


@pytest.mark.parametrize("status", [200, 400, 403, 405, 409, 422])
def test_a_group_that_holds_targets_is_deleted_with_them_by_force(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, group_delete="refused")

    def refuse_otherwise(call: Call, reply: Reply) -> Reply:
        refused = f"{call.method} {call.path}" == "DELETE /groups/1" and account.state()["targets"]
        return Reply.of_json({"success": False, "message": "No."}, status) if refused else reply

    account.spoil(refuse_otherwise)
    report = account.run(want(GROUP, name="Web", state="absent", force=True))
    assert report.failures() == []
    assert (account.state()["groups"], account.state()["targets"]) == ([], [])


@pytest.mark.parametrize("status", [401, 500])
def test_another_refusal_to_delete_a_group_deletes_no_target(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.refuse("DELETE /groups/1", status=status)
    report = account.run(want(GROUP, name="Web", state="absent", force=True))
    assert len(report.failures()) == 1
    assert len(account.state()["targets"]) == len(TARGETS)


@pytest.mark.parametrize("status", [404, 410])
def test_a_target_that_has_gone_meanwhile_does_not_stop_the_deletion_of_its_group(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, group_delete="refused")
    ident = next(str(one["id"]) for one in account.state()["targets"] if one["type"] == "pings")

    def gone(call: Call, reply: Reply) -> Reply:
        is_gone = f"{call.method} {call.path}" == f"DELETE /groups/1/target/pings/{ident}"
        return Reply.of_json({"error": "gone"}, status) if is_gone else reply

    account.spoil(gone)
    assert account.run(want(GROUP, name="Web", state="absent", force=True)).failures() == []
    assert account.state()["groups"] == []


@pytest.mark.parametrize("status", [200, 400, 401, 403, 422])
def test_an_account_whose_login_is_refused_does_not_exist(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    account = Account(monkeypatch, "portmonitor", {})
    account.refuse("POST /users/login", status=status)
    kind = account.service().kinds["account"]
    declared = want(kind, new_email="other@example.com", new_password="secret")
    assert [one["action"] for one in account.run(declared, check=True).changes()] == ["create"]


@pytest.mark.parametrize("status", [404, 409, 500])
def test_a_login_that_fails_otherwise_does_not_mean_that_there_is_no_account(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    account = Account(monkeypatch, "portmonitor", {})
    account.refuse("POST /users/login", status=status)
    kind = account.service().kinds["account"]
    with pytest.raises(ApiError):
        account.run(want(kind, new_email="other@example.com", new_password="secret"), check=True)


@pytest.mark.parametrize("place", ["auth_token", "authentication_token", "token", "data", "user", "session"])
def test_the_token_of_a_login_is_found_wherever_the_answer_has_it(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, login_answer=place)
    assert len(account.service().list_objects(GROUP)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Invalid token",
        "No session",
        "It has expired",
        "Unauthorized",
        "Please log in",
        "You must sign in",
        "Not logged in",
        "Login needed",
        "Please signin",
    ],
)
def test_a_token_that_is_refused_in_words_is_renewed(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    refused: list[str] = []

    def refuse_once(call: Call, reply: Reply) -> Reply:
        if call.segments[:1] != ("groups",) or refused:
            return reply
        refused.append(call.path)
        return Reply.of_json({"success": False, "message": words})

    account.spoil(refuse_once)
    assert len(account.service().list_objects(GROUP)) == 1
    assert account.requests == ["POST /users/login", "GET /groups", "POST /users/login", "GET /groups"]


def test_a_refusal_in_other_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.spoil(lambda call, reply: Reply.of_json({"success": False, "message": "Too many groups"}))
    service = account.service(auth_token="given")
    with pytest.raises(ApiError, match="Too many groups"):
        service.list_objects(GROUP)
    assert account.requests == ["GET /groups"]


@pytest.mark.parametrize(("log_out", "requests"), [(True, ["DELETE /users/logout"]), (False, [])])
def test_a_login_ends_where_the_user_says_so(
    monkeypatch: pytest.MonkeyPatch, log_out: bool, requests: list[str]
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    service = account.service(log_out=log_out)
    service.list_objects(GROUP)
    account.forget_requests()
    service.close()
    assert account.requests == requests
    assert account.state()["login_tokens"] == (0 if log_out else 1)
