# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Port Monitor: what they send, and what the account then holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.describe import describe_objects
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import (
    ACCOUNT,
    GROUP,
    PROFILE,
    TARGET,
)
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


@pytest.mark.parametrize("word", ["url", "Target_URL", "custom_port", "CustomPorts", "ping", "pings"])
def test_the_type_of_a_target_is_known_by_its_word(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    account = Account(monkeypatch, "portmonitor", {"groups": [{"id": 1, "name": "Web"}]})
    row = {"id": 7, "name": "site", "type": word}
    account.spoil(lambda call, reply: Reply.of_json([row]) if call.path == "/groups/1/targets" else reply)
    service = account.service()
    service.list_objects(GROUP)
    (target,) = service.list_objects(TARGET)
    assert str(target.values["type"]).replace("_", "") in word.lower().replace("_", "")


@pytest.mark.parametrize("name", ["target_url", "targets", "monitors"])
def test_a_list_of_targets_of_one_type_is_understood_under_each_name(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    account = Account(monkeypatch, "portmonitor", {**STATE, "targets": STATE["targets"][:1]})
    account.refuse(LISTING, status=404)
    account.spoil(
        lambda call, reply: Reply.of_json({name: _rows(reply), "page": 1}) if "target" in call.segments else reply
    )
    assert account.run(DECLARED[0]).changes() == []


def test_a_group_is_not_taken_for_a_target_with_the_same_id(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(
        monkeypatch,
        "portmonitor",
        {
            "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}],
            "targets": [{"id": 2, "name": "site", "group": "Web", "host": "a.example.com"}],
        },
    )
    with pytest.raises(InputError, match="group Web still contains site"):
        account.run(want(GROUP, name="Web", state="absent"), want(GROUP, name="Mail", state="absent"))


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


def test_a_group_whose_deletion_is_refused_after_a_failure_of_the_server_is_deleted_by_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, group_delete="refused")
    account.set_options(api_retries=1, api_max_wait=10.0)
    failures = [Reply.of_json({"error": "busy"}, 503)]
    account.spoil(
        lambda call, reply: failures.pop() if failures and f"{call.method} {call.path}" == "DELETE /groups/1" else reply
    )
    assert account.run(want(GROUP, name="Web", state="absent", force=True)).failures() == []
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


def test_a_target_that_cannot_be_deleted_stops_the_deletion_of_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE, group_delete="refused")
    ident = next(str(one["id"]) for one in account.state()["targets"] if one["type"] == "pings")
    account.refuse(f"DELETE /groups/1/target/pings/{ident}", status=403)
    (failure,) = account.run(want(GROUP, name="Web", state="absent", force=True)).failures()
    assert (failure["failure"]["status"], account.requests.count("DELETE /groups/1")) == (403, 1)


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


# -- logins ------------------------------------------------------------------------------------------------------------

NO_LOGIN: Mapping[str, Any] = {"auth_token": None, "login_email": None, "login_password": None}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {},
            "auth_token is missing: set the option or the environment variable PORTMONITOR_AUTH_TOKEN, or log in with "
            "login_email and login_password",
        ),
        (
            {"login_email": "a@example.com"},
            "login_password is missing: set the option or the environment variable PORTMONITOR_LOGIN_PASSWORD",
        ),
        (
            {"login_password": "secret"},
            "login_email is missing: set the option or the environment variable PORTMONITOR_LOGIN_EMAIL",
        ),
    ],
)
def test_a_missing_part_of_a_login_is_named(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any], message: str
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    with pytest.raises(InputError, match=f"^{message}$"):
        account.service(**{**NO_LOGIN, **options}).list_objects(GROUP)
    assert account.requests == []


def test_a_given_token_is_used_until_the_service_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    given = account.service(auth_token="sandbox-auth-token")
    assert len(given.list_objects(GROUP)) == 1
    assert account.requests == ["GET /groups"]
    account.forget_requests()
    refused = account.service(auth_token="old")
    assert len(refused.list_objects(GROUP)) == 1
    assert account.requests == ["GET /groups", "POST /users/login", "GET /groups"]
    account.forget_requests()
    with pytest.raises(ApiError):
        account.service(**{**NO_LOGIN, "auth_token": "old"}).list_objects(GROUP)
    assert account.requests == ["GET /groups"]


def test_the_token_of_a_login_and_the_password_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    service = account.service(new_password="the new secret")
    service.list_objects(GROUP)
    (token,) = account.calls[-1].query["auth_token"]
    text = f"{token} sandbox-password sandbox-app the new secret"
    assert not set(text.split()) & set(service.redact_text(text).split())


@pytest.mark.parametrize("answer", [[], "token", {"success": True}, {"data": {"token": None}}, {"token": {"id": 7}}])
def test_a_login_without_a_token_in_its_answer_is_an_error(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.spoil(lambda call, reply: Reply.of_json(answer) if call.path == "/users/login" else reply)
    with pytest.raises(ApiError, match=r"login should contain a token but has|JSON") as caught:
        account.service().list_objects(GROUP)
    assert (caught.value.failure.method, caught.value.failure.path) == ("POST", "/users/login")


# -- the account -------------------------------------------------------------------------------------------------------


def held_login(account: Account, email: str) -> dict[str, str]:
    """The login of the account with this address."""
    user = account.sandbox.export_state(email)["user"]
    return {"new_email": user["email"], "new_password": user["password"]}


LOGIN: Mapping[str, Any] = {"new_email": "sandbox@example.com", "new_password": "sandbox-password"}


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        ({"new_email": "new@example.com"}, ["new_email"]),
        ({"new_password": "a new secret"}, ["new_password"]),
        ({"new_email": "new@example.com", "new_password": "a new secret"}, ["new_email", "new_password"]),
    ],
)
def test_the_login_of_a_run_is_changed_once(
    monkeypatch: pytest.MonkeyPatch, new: Mapping[str, str], fields: list[str]
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    declared = want(ACCOUNT, **new, change_login=True)
    login = {**LOGIN, **new}
    for check in (True, False):
        assert held_login(account, LOGIN["new_email"]) == LOGIN
        (change,) = account.run(declared, check=check).changes()
        assert (change["action"], sorted(change["fields"])) == ("update", fields)
    assert account.requests[-1] == "PUT /users"
    assert held_login(account, login["new_email"]) == login
    account.set_options(login_email=login["new_email"], login_password=login["new_password"])
    assert account.run(declared).changes() == []


def test_a_login_that_does_not_work_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    account.set_options(login_password="wrong", auth_token="sandbox-auth-token")
    with pytest.raises(ApiError):
        account.run(want(ACCOUNT, new_email="new@example.com", change_login=True), check=True)
    assert "PUT /users" not in account.requests


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"new_email": "a@example.com"}, "an account needs new_password"),
        ({"new_password": "secret"}, "an account needs new_email"),
        ({}, "an account needs new_email and new_password"),
        (
            {**LOGIN, "state": "absent"},
            "deleting account sandbox@example.com with all its content requires force: true",
        ),
    ],
)
def test_an_incomplete_declaration_of_an_account_is_refused(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any], message: str
) -> None:
    account = Account(monkeypatch, "portmonitor", STATE)
    with pytest.raises(InputError, match=f"^{message}$"):
        account.run(want(ACCOUNT, **options))
    assert account.requests == []


# -- which groups are read ---------------------------------------------------------------------------------------------

GROUPS: Mapping[str, Any] = {
    "groups": [{"id": number, "name": f"G{number}"} for number in (1, 2, 3)],
    "targets": [
        {"id": 10 + number, "name": "ping", "group": f"G{number}", "host": "router.example.com"} for number in (1, 2, 3)
    ],
}


@pytest.mark.parametrize(
    ("declared", "groups"),
    [
        ({"group": "G2", "name": "ping"}, [2]),
        ({"group": "3", "name": "ping"}, [3]),
        ({"group": "G2", "name": "new", "type": "ping", "host": "a.example.com"}, [2]),
        ({"target_id": "12", "group": "G2"}, [2]),
        ({"target_id": "13", "group": "G2"}, [2, 1, 3]),
        ({"target_id": "12"}, [1, 2, 3]),
    ],
)
def test_only_the_groups_that_a_declaration_is_about_are_read(
    monkeypatch: pytest.MonkeyPatch, declared: Mapping[str, Any], groups: list[int]
) -> None:
    account = Account(monkeypatch, "portmonitor", GROUPS)
    assert account.run(want(TARGET, **declared), check=True).failures() == []
    listings = [one for one in account.requests if one.endswith("/targets")]
    assert listings == [f"GET /groups/{number}/targets" for number in groups]


def test_the_targets_of_a_group_that_only_gets_another_name_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", GROUPS)
    account.run(want(GROUP, group_id="3", name="New"), want(TARGET, group="G1", name="ping"), check=True)
    assert [one for one in account.requests if one.endswith("/targets")] == ["GET /groups/1/targets"]


@pytest.mark.parametrize("empty_value", ["null", "empty", "absent"])
def test_a_country_that_is_not_set_is_empty_in_each_form(monkeypatch: pytest.MonkeyPatch, empty_value: str) -> None:
    account = Account(monkeypatch, "portmonitor", {"profile": {"country": ""}}, empty_value=empty_value)
    assert account.run(want(PROFILE, country=None)).changes() == []
    assert account.run(want(PROFILE, country="ES")).summary()["update"] == 1
    assert account.run(want(PROFILE, country=None)).summary()["update"] == 1


def test_the_targets_of_a_group_that_will_be_deleted_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", GROUPS)
    gone = [want(GROUP, name="G2", state="absent"), want(TARGET, group="G1", name="ping")]
    with pytest.raises(InputError, match="group G2 still contains ping"):
        account.run(*gone, check=True)
    assert account.run(*gone, want(TARGET, group="G2", name="ping", state="absent")).summary()["delete"] == 2


@pytest.mark.parametrize("create_answer", ["full", "id", "named", "success", "empty"])
def test_a_new_group_and_its_target_are_created_together(monkeypatch: pytest.MonkeyPatch, create_answer: str) -> None:
    account = Account(monkeypatch, "portmonitor", GROUPS, create_answer=create_answer)
    target = want(TARGET, group="New", name="ping", type="ping", host="a.example.com")
    assert account.run(want(GROUP, name="New"), target).failures() == []
    (ident,) = [group["id"] for group in account.state()["groups"] if group["name"] == "New"]
    assert account.state()["targets"][-1]["group_id"] == ident
    if create_answer in ("full", "id", "named"):
        assert account.requests[-1] == f"POST /groups/{ident}/target/pings", "no listing is needed to find the ids"


@pytest.mark.parametrize(
    ("filters", "groups"), [({"group": "G2"}, [2]), ({"target_id": "12"}, [1, 2, 3]), ({}, [1, 2, 3])]
)
def test_a_lookup_reads_only_the_groups_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, filters: Mapping[str, str], groups: list[int]
) -> None:
    account = Account(monkeypatch, "portmonitor", GROUPS)
    all_filters = {**dict.fromkeys(("target_id", "name", "group", "type", "since", "until")), **filters}
    found = describe_objects(account.service(), TARGET, all_filters, ())
    assert [one["group"] for one in found] == [f"G{number}" for number in groups if number == 2 or not filters]
    assert [one for one in account.requests if one.endswith("/targets")] == [
        f"GET /groups/{number}/targets" for number in groups
    ]
