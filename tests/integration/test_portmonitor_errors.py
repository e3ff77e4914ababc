# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Port Monitor's modules do when options, logins, networks and servers are not what they should be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, writes
from sandbox.client import Sandbox

SHOP = {"group": "Web", "name": "Shop", "type": "url", "url": "https://www.example.com"}
SMTP = {"group": "Web", "name": "SMTP", "type": "custom_port", "host": "mx.example.com", "port_number": 25}
NEW = {"new_email": "new@example.com", "new_password": "new-password"}
LOGIN = {"app_key": "sandbox-app", "login_email": "sandbox@example.com", "login_password": "sandbox-password"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("target", {**SHOP, "type": "tcp"}, "type must be one of url, custom_port, ping, not 'tcp'"),
    ("target", {"group": "Web", "name": "Shop", "type": "url"}, "type url needs url"),
    ("target", {"group": "Web", "name": "S", "type": "custom_port"}, "type custom_port needs host and port_number"),
    ("target", {"group": "Web", "name": "S", "type": "custom_port", "host": "h"}, "custom_port needs port_number"),
    ("target", {"group": "Web", "name": "S", "type": "ping"}, "type ping needs host"),
    ("target", {**SHOP, "host": "h"}, "a target of type url has no host"),
    ("target", {"group": "W", "name": "S", "type": "ping", "host": "h", "port_number": 1}, "has no port_number"),
    ("target", {**SHOP, "type": "ping", "host": "h"}, "a target of type ping has no url"),
    ("target", {**SMTP, "port_number": 0}, "port_number must be from 1 to 65535, not 0"),
    ("target", {**SMTP, "port_number": 65536}, "port_number must be from 1 to 65535, not 65536"),
    ("target", {**SMTP, "port_number": "smtp"}, "port_number must be a whole number, not 'smtp'"),
    ("target", {**SHOP, "seconds_between_checks": 0}, "seconds_between_checks must be at least 1, not 0"),
    ("target", {**SHOP, "timeout": 0}, "timeout must be at least 1, not 0"),
    ("target", {**SHOP, "retries_per_check": -1}, "retries_per_check must be at least 0, not -1"),
    ("target", {**SHOP, "url": None}, "url cannot be null: the service does not allow it to be empty"),
    ("target", {**SHOP, "timeout": None}, "timeout cannot be null"),
    ("target", {**SHOP, "name": ""}, "name must not be empty"),
    ("target", {"name": "Shop"}, "needs group, or target_id"),
    ("target", {"group": "Web", "url": "x"}, "needs name, or target_id"),
    ("target", {"target_id": " "}, "target_id must not be empty"),
    ("group", {"name": ""}, "name must not be empty"),
    ("group", {"name": None}, "name cannot be null"),
    ("group", {}, "needs name, or group_id"),
    ("profile", {"language": None}, "language cannot be null"),
    ("profile", {"time_zone": ""}, "time_zone must not be empty"),
    ("account", {**NEW, "new_email": "nobody"}, "new_email must be an e-mail address, not 'nobody'"),
    ("account", {"new_email": "new@example.com"}, "an account needs new_password"),
    ("account", {}, "an account needs new_email and new_password"),
    ("account", {"new_password": "x", "change_login": True}, "an account needs new_email"),
    (
        "account",
        {**NEW, "state": "absent"},
        "deleting account new@example.com with all its content requires force: true",
    ),
    ("target_info", {"since": "yesterday"}, "since must be a time in ISO 8601 with its zone"),
    ("target_info", {"until": "2026-01-01"}, "until must be a time in ISO 8601 with its zone"),
    ("target_info", {"type": "tcp"}, "type must be one of url, custom_port, ping, not 'tcp'"),
    ("target_info", {"include": ["everything"]}, "include"),
    ("group", {"name": "x", "api_timeout": 0}, "api_timeout must be from 0.001 to 86400, not 0"),
]


@pytest.mark.parametrize(("module", "options", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_bad_options_are_refused_before_any_request(
    sandbox: Sandbox, portmonitor: Account, module: str, options: dict[str, Any], words: str, check: bool
) -> None:
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, f"portmonitor_{module}", options, check)
    assert result.get("failed"), result
    assert words in result["msg"]
    assert not requests


def test_a_typo_in_an_option_is_named_with_what_is_supported(portmonitor: Account) -> None:
    result = run_module(portmonitor, "portmonitor_target", {**SHOP, "time_out": 5})
    assert "time_out" in result["msg"]
    assert "timeout" in result["msg"]


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({}, "app_key is missing: set the option or the environment variable PORTMONITOR_APP_KEY"),
        ({"app_key": "sandbox-app"}, "auth_token is missing: set the option or the environment variable"),
        ({"app_key": "sandbox-app", "login_email": "x@example.com"}, "login_password is missing: set the option or"),
        ({"app_key": "sandbox-app", "login_password": "x"}, "login_email is missing: set the option or"),
    ],
)
def test_missing_credentials_are_named(sandbox: Sandbox, credentials: dict[str, str], words: str) -> None:
    result = run_module(account(sandbox, "portmonitor", **credentials), "portmonitor_group", {"name": "Web"})
    assert words in result["msg"]
    assert not sandbox.requests("portmonitor")


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({"app_key": "no-such", "auth_token": "sandbox-auth-token"}, "app_key is missing or wrong (HTTP 401)"),
        ({"app_key": "sandbox-app", "auth_token": "no-such"}, "auth_token is missing, wrong or expired (HTTP 401)"),
        ({**LOGIN, "login_password": "wrong"}, "POST /users/login: refused: Invalid e-mail or password. (HTTP 401)"),
    ],
)
def test_wrong_credentials_are_refused_in_the_words_of_the_server(
    sandbox: Sandbox, credentials: dict[str, str], words: str
) -> None:
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(account(sandbox, "portmonitor", **credentials), "portmonitor_group", {"name": "Web"})
    assert words in result["msg"]
    assert len(requests) == 1


# -- sessions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["auth_token", "authentication_token", "token", "data", "user", "session"])
def test_a_login_is_made_once_a_run_and_never_ended(sandbox: Sandbox, answer: str) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": f"G{n}"} for n in range(6)]})
    sandbox.switches("portmonitor", login_answer=answer)
    user = account(sandbox, "portmonitor", **LOGIN)
    with requests_of(sandbox, "portmonitor") as requests:
        targets = [{"group": f"G{n}", "name": "T", "type": "ping", "host": "h"} for n in range(6)]
        result = run_module(user, "portmonitor_config", {"targets": targets, "concurrency": 6})
    assert result["summary"]["create"] == 6, result
    assert len(requests) == 1 + 1 + 6 + 6
    assert [request["path"] for request in requests].count("/users/login") == 1
    assert sandbox.state("portmonitor")["login_tokens"] == 1


def test_a_task_that_needs_no_request_makes_no_login(sandbox: Sandbox) -> None:
    user = account(sandbox, "portmonitor", **LOGIN)
    assert run_module(user, "portmonitor_target", {**SHOP, "timeout": 0})["failed"]
    assert not sandbox.requests("portmonitor")


@pytest.mark.parametrize("style", ["error", "errors_list", "errors_fields", "message", "success_false_info"])
@pytest.mark.parametrize("uses", [1, 2, 4, 7])
def test_a_token_that_expires_in_the_middle_costs_one_login(sandbox: Sandbox, uses: int, style: str) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": f"G{n}"} for n in range(3)]})
    user = account(sandbox, "portmonitor", **LOGIN)
    targets = [{"group": f"G{n}", "name": "T", "type": "ping", "host": "h"} for n in range(3)]
    declaration = {"targets": targets, "profile": {"country": "ES"}, "concurrency": 1}
    needed = 1 + 3 + 1 + 3 + 1
    sandbox.switches("portmonitor", token_requests=uses, error_style=style)
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(user, "portmonitor_config", declaration)
    assert not result.get("failed"), result
    assert result["summary"]["create"] == 3
    assert len(sandbox.state("portmonitor")["targets"]) == 3
    logins = [request["path"] for request in requests].count("/users/login")
    assert logins == -(-needed // uses)
    # For each token that ended, one request was refused; nothing else was sent twice.
    assert len(requests) == needed + logins + (logins - 1)


def test_a_given_token_that_is_not_taken_any_more_gives_way_to_the_login(sandbox: Sandbox) -> None:
    user = account(sandbox, "portmonitor", **LOGIN, auth_token="outdated")
    with requests_of(sandbox, "portmonitor") as requests:
        assert run_module(user, "portmonitor_group", {"name": "Web"})["changed"]
    assert [request["path"] for request in requests] == ["/groups", "/users/login", "/groups", "/groups"]
    user = account(sandbox, "portmonitor", **LOGIN, auth_token="sandbox-auth-token")
    with requests_of(sandbox, "portmonitor") as requests:
        assert not run_module(user, "portmonitor_group", {"name": "Web"})["changed"]
    assert [request["path"] for request in requests] == ["/groups"]


@pytest.mark.parametrize("fault", [None, "html", "drop_before"])
def test_a_session_is_ended_only_if_that_is_wanted(sandbox: Sandbox, fault: str | None) -> None:
    user = account(sandbox, "portmonitor", **LOGIN)
    if fault:
        sandbox.fault(service="portmonitor", path="^/users/logout$", kind=fault, times=-1)
        user = account(sandbox, "portmonitor", **LOGIN, api_retries="0")
    with requests_of(sandbox, "portmonitor") as requests:
        assert run_module(user, "portmonitor_group", {"name": "Web", "log_out": True})["changed"]
    assert writes(requests) == ["POST /users/login", "POST /groups", "DELETE /users/logout"]
    assert sandbox.state("portmonitor")["login_tokens"] == (1 if fault else 0)
    # A token that was given is not ours to end.
    given = account(sandbox, "portmonitor", app_key="sandbox-app", auth_token="sandbox-auth-token")
    with requests_of(sandbox, "portmonitor") as requests:
        run_module(given, "portmonitor_group", {"name": "Web", "log_out": True})
    assert len(requests) == 1


@pytest.mark.parametrize("answer", [{}, [], {"user": {"id": 5}}, {"success": True}, None, "sandbox", {"token": ""}])
def test_a_login_without_a_token_in_its_answer_is_an_error(sandbox: Sandbox, answer: Any) -> None:
    user = account(sandbox, "portmonitor", **LOGIN)
    sandbox.fault(service="portmonitor", path="^/users/login$", kind="status", status=200, answer=answer)
    result = run_module(user, "portmonitor_group", {"name": "Web"})
    assert result["failed"]
    assert "Port Monitor: POST /users/login: " in result["msg"]
    assert len(sandbox.requests("portmonitor")) == 1


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_account_is_signed_up_for_whoever_is_logged_in(sandbox: Sandbox, portmonitor: Account) -> None:
    assert run_module(portmonitor, "portmonitor_account", NEW)["changed"]
    assert not run_module(portmonitor, "portmonitor_account", NEW)["changed"]
    assert not run_module(portmonitor, "portmonitor_account", {**NEW, "new_email": "NEW@example.com"})["changed"]
    assert sandbox.state("portmonitor")["user"]["email"] == "sandbox@example.com"
    result = run_module(portmonitor, "portmonitor_account", {**NEW, "new_password": "wrong"})
    assert "cannot create account new@example.com: refused: user[email] has already been taken" in result["msg"]
    assert run_module(portmonitor, "portmonitor_account", {**NEW, "state": "absent", "force": True})["changed"]


def test_the_login_of_an_account_changes_one_half_at_a_time(sandbox: Sandbox) -> None:
    user = account(sandbox, "portmonitor", **LOGIN)
    change = {"change_login": True}
    result = run_module(user, "portmonitor_account", {"new_password": "other", **change})
    assert result["changed"]
    assert result["diff"]["after"] == {"new_password": "********"} | result["diff"]["after"]
    assert sandbox.state("portmonitor")["user"] == {"email": "sandbox@example.com", "password": "other"}
    assert not run_module(user, "portmonitor_account", {"new_password": "other", **change})["changed"]
    user = account(sandbox, "portmonitor", **{**LOGIN, "login_password": "other"})
    with requests_of(sandbox, "portmonitor") as requests:
        assert run_module(user, "portmonitor_account", {"new_email": "moved@example.com", **change})["changed"]
    assert next(request for request in requests if request["method"] == "PUT")["body"]["user[email]"] == [
        "moved@example.com"
    ]
    assert sandbox.state("portmonitor")["user"] == {"email": "moved@example.com", "password": "other"}


def test_a_token_alone_can_change_the_login(sandbox: Sandbox, portmonitor: Account) -> None:
    options = {**NEW, "change_login": True}
    assert run_module(portmonitor, "portmonitor_account", options, check=True)["changed"]
    assert sandbox.state("portmonitor")["user"]["email"] == "sandbox@example.com"
    assert run_module(portmonitor, "portmonitor_account", options)["changed"]
    assert sandbox.state("portmonitor")["user"] == {"email": "new@example.com", "password": "new-password"}
    assert not run_module(portmonitor, "portmonitor_account", options)["changed"]


def test_the_login_given_counts_even_with_the_token_of_another_account_around(sandbox: Sandbox) -> None:
    sandbox.add_account("portmonitor", email="b@example.com", password="pass-b")
    user = account(sandbox, "portmonitor", app_key="sandbox-app", auth_token="sandbox-auth-token")
    options = {"login_email": "b@example.com", "login_password": "pass-b", **NEW, "change_login": True}
    assert run_module(user, "portmonitor_account", options)["changed"]
    assert sandbox.state("portmonitor")["user"]["email"] == "sandbox@example.com"
    assert sandbox.state("portmonitor", "new@example.com")["user"]["password"] == "new-password"


@pytest.mark.parametrize("check", [False, True])
def test_a_login_cannot_be_changed_by_one_that_is_wrong_itself(sandbox: Sandbox, check: bool) -> None:
    user = account(sandbox, "portmonitor", **{**LOGIN, "login_password": "wrong"})
    result = run_module(user, "portmonitor_account", {**NEW, "change_login": True}, check)
    assert "Invalid e-mail or password" in result["msg"]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("status", [500, 404, 429])
def test_a_login_that_fails_is_not_taken_for_an_account_that_is_not_there(
    sandbox: Sandbox, state: str, status: int
) -> None:
    user = account(sandbox, "portmonitor", app_key="sandbox-app", api_retries="0")
    sandbox.fault(service="portmonitor", path="^/users/login$", kind="status", status=status, times=-1)
    result = run_module(user, "portmonitor_account", {**NEW, "state": state, "force": True})
    assert result["failed"]
    assert len(sandbox.requests("portmonitor")) == 1


# -- targets -----------------------------------------------------------------------------------------------------------


def test_a_target_by_name_looks_into_its_own_group_alone(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"id": n, "name": f"G{n}"} for n in range(1, 9)] + [{"name": "Web"}]})
    counts = []
    for options in (SHOP, SHOP, {**SHOP, "timeout": 7}, {**SHOP, "state": "absent"}, {**SHOP, "state": "absent"}):
        with requests_of(sandbox, "portmonitor") as requests:
            assert not run_module(portmonitor, "portmonitor_target", options).get("failed")
        counts.append(len(requests))
    assert counts == [3, 2, 3, 3, 2]


def test_an_id_renames_and_moves(sandbox: Sandbox, portmonitor: Account) -> None:
    groups = [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}, {"id": 3, "name": "Rest"}]
    sandbox.set_state(
        "portmonitor",
        {"groups": groups, "targets": [{"id": 9, "group_id": 1, "name": "A", "url": "https://a.example"}]},
    )
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_target", {"target_id": 9, "group": "Web", "timeout": 8})
    assert result["changed"]
    assert len(requests) == 3  # the groups, the targets of its own, and the write
    options = {"target_id": 9, "group": "Mail", "name": "B"}
    predicted = run_module(portmonitor, "portmonitor_target", options, check=True)
    with requests_of(sandbox, "portmonitor") as requests:
        done = run_module(portmonitor, "portmonitor_target", options)
    assert predicted["diff"] == done["diff"]
    assert predicted["target"] == done["target"]
    assert writes(requests) == ["PUT /groups/1/target/urls/9"]
    assert set(next(r for r in requests if r["method"] == "PUT")["body"]) == {
        "app_key", "auth_token", "target_url[name]", "target_url[group_id]",
    }  # fmt: skip
    (state,) = sandbox.state("portmonitor")["targets"]
    assert (state["group_id"], state["name"], state["timeout"]) == (2, "B", 8)
    assert not run_module(portmonitor, "portmonitor_target", {**options, "group": 2})["changed"]
    assert not run_module(portmonitor, "portmonitor_target", {"target_id": "9", "name": "B"})["changed"]
    missing = run_module(portmonitor, "portmonitor_target", {"target_id": 99, "name": "B"})
    assert "there is no target with target_id 99" in missing["msg"]
    assert not run_module(portmonitor, "portmonitor_target", {"target_id": 99, "state": "absent"})["changed"]
    assert run_module(portmonitor, "portmonitor_group", {"group_id": 3, "name": "Others"})["changed"]
    assert run_module(portmonitor, "portmonitor_target", {"target_id": 9, "state": "absent"})["changed"]


def test_a_type_that_differs_is_refused_with_both_values(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}]})
    run_module(portmonitor, "portmonitor_target", SHOP)
    options = {"group": "Web", "name": "Shop", "type": "ping", "host": "www.example.com"}
    with requests_of(sandbox, "portmonitor") as requests:
        result = run_module(portmonitor, "portmonitor_target", options)
    assert "type is url and cannot become ping" in result["msg"]
    assert "recreate" in result["msg"]
    assert not writes(requests)


@pytest.mark.parametrize("switches", [{}, {"other_type_fields": "refused", "create_answer": "empty"}], ids=str)
def test_recreate_replaces_the_target_and_keeps_what_the_new_type_has_too(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}]})
    sandbox.switches("portmonitor", **switches)
    old = run_module(portmonitor, "portmonitor_target", {**SMTP, "timeout": 77})["target"]
    options = {"group": "Web", "name": "SMTP", "type": "ping", "recreate": True}
    predicted = run_module(portmonitor, "portmonitor_target", options, check=True)
    done = run_module(portmonitor, "portmonitor_target", options)
    assert predicted["diff"] == done["diff"]
    assert done["target"]["target_id"] != old["target_id"]
    assert "port_number" not in done["target"]
    (new,) = sandbox.state("portmonitor")["targets"]
    assert (new["type"], new["host"], new["timeout"]) == ("pings", "mx.example.com", 77)
    assert "port_number" not in new
    assert not run_module(portmonitor, "portmonitor_target", options)["changed"]
    # What the new type lacks has to be said.
    missing = run_module(portmonitor, "portmonitor_target", {**options, "type": "url"})
    assert "requires url" in missing["msg"]
    assert len(sandbox.state("portmonitor")["targets"]) == 1


def test_two_targets_of_one_name_are_refused_with_both_ids(sandbox: Sandbox, portmonitor: Account) -> None:
    state = {"groups": [{"name": "Web"}], "targets": [{**SHOP, "type": "urls", "id": n} for n in (5, 6)]}
    sandbox.set_state("portmonitor", state)
    result = run_module(portmonitor, "portmonitor_target", {**SHOP, "timeout": 9})
    assert "there are 2 targets named Shop: set target_id to one of 5, 6" in result["msg"]
    assert run_module(portmonitor, "portmonitor_target", {"target_id": 6, "timeout": 9})["changed"]
    assert [one["timeout"] for one in sandbox.state("portmonitor")["targets"]] == [30, 9]


# -- servers and networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("error", "refused: profile[language] must be one of en, es (HTTP 422)"),
        ("errors_list", "refused: profile[language] must be one of en, es (HTTP 422)"),
        ("errors_fields", "refused: language: must be one of en, es (HTTP 422)"),
        ("message", "refused: profile[language] must be one of en, es (HTTP 422)"),
        ("success_false_info", "refused: profile[language] must be one of en, es"),
    ],
)
def test_every_style_of_error_is_one_sentence(sandbox: Sandbox, portmonitor: Account, style: str, words: str) -> None:
    sandbox.switches("portmonitor", error_style=style)
    result = run_module(portmonitor, "portmonitor_profile", {"language": "xx"})
    assert result["failed"]
    assert not result["changed"]
    assert result["msg"] == f"Port Monitor: cannot update profile: {words}"
    assert result["failure"]["status"] == (200 if style == "success_false_info" else 422)
    assert (result["failure"]["method"], result["failure"]["path"]) == ("PUT", "/profile")


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "truncate_json", "empty", "html_after"])
@pytest.mark.parametrize("module", ["group", "target", "account"])
def test_a_create_whose_answer_is_lost_makes_one_object(
    sandbox: Sandbox, portmonitor: Account, kind: str, module: str
) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}]})
    sandbox.fault(service="portmonitor", method="POST", path="(groups|urls|sign-up)$", kind=kind)
    options = {"group": {"name": "New"}, "target": SHOP, "account": NEW}[module]
    result = run_module(portmonitor, f"portmonitor_{module}", options)
    assert result["changed"], result
    assert not result.get("failed")
    assert not run_module(portmonitor, f"portmonitor_{module}", options)["changed"]
    state = sandbox.state("portmonitor")
    assert (len(state["groups"]), len(state["targets"])) == (1 + (module == "group"), int(module == "target"))


def test_a_create_that_never_arrived_is_not_sent_twice(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.fault(service="portmonitor", method="POST", kind="drop_before")
    result = run_module(portmonitor, "portmonitor_group", {"name": "Web"})
    assert "the object does not exist yet but may still appear; run again" in result["msg"]
    assert len(writes(sandbox.requests("portmonitor"))) == 1
    assert run_module(portmonitor, "portmonitor_group", {"name": "Web"})["changed"]


def test_an_endpoint_that_fails_for_good_is_not_taken_for_one_that_is_missing(
    sandbox: Sandbox, portmonitor: Account
) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}], "targets": [{**SHOP, "type": "urls"}]})
    sandbox.fault(service="portmonitor", method="GET", path="/targets?", kind="status", status=403, times=-1)
    result = run_module(portmonitor, "portmonitor_target", SHOP)
    assert "HTTP 403" in result["msg"]
    assert len(sandbox.requests("portmonitor")) == 2


# -- secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "delay", "truncate", "html", "redirect", "status"])
@pytest.mark.parametrize("path", ["/users/login", "/groups"])
def test_no_failure_of_the_network_shows_a_parameter(sandbox: Sandbox, kind: str, path: str) -> None:
    user = account(sandbox, "portmonitor", **LOGIN, api_retries="0", api_timeout="0.3")
    details: dict[str, dict[str, Any]] = {
        "delay": {"seconds": 0.6},
        "redirect": {"location": "https://elsewhere.example.com/api?app_key=sandbox-app"},
        "status": {"status": 500, "answer": "key sandbox-app, password sandbox-password"},
    }
    sandbox.fault(service="portmonitor", path=f"^{path}$", kind=kind, times=-1, **details.get(kind, {}))
    result = run_module(user, "portmonitor_group", {"name": "Web"})
    assert result["failed"]
    result.pop("invocation", None)
    text = json.dumps(result)
    assert not [word for word in ("sandbox-app", "sandbox-password", "http://", "https://", "user[") if word in text]
