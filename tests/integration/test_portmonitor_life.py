# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, update, rename and delete objects at Port Monitor, with each reading of the vendor's document."""

from __future__ import annotations

from typing import Any

import pytest

from integration.harness import (
    Account,
    Stage,
    account,
    assert_life,
    live,
    requests_of,
    run_module,
    run_playbook,
    stages,
    task,
    writes,
)
from sandbox.client import Sandbox

GROUP = stages({"name": "Mail & Käse"}, {}, None)
TARGETS = {
    "url": stages(
        {"group": "Web", "name": "Schaufenster & Käse"},
        {
            "type": "url",
            "url": "https://www.example.com/a?b=c&d=%20e",
            "seconds_between_checks": 60,
            "timeout": 10,
            "retries_per_check": 0,
        },
        {"type": "url", "url": "https://www.example.com", "seconds_between_checks": "600", "retries_per_check": 3},
    ),
    "custom_port": stages(
        {"group": "Web", "name": "SMTP"},
        {"type": "custom_port", "host": "mail.example.com", "port_number": 25},
        {"host": "192.0.2.7", "port_number": "587", "timeout": 5},
    ),
    "ping": stages({"group": "Web", "name": "Router"}, {"type": "ping", "host": "192.0.2.1"}, {"host": "192.0.2.2"}),
}
PROFILE = [
    Stage(str(options), options, changed, check)
    for options in ({"language": "es", "country": "ES", "time_zone": "Europe/Madrid"}, {"country": None})
    for changed, check in ((True, True), (True, False), (False, False), (False, True))
]
SEED: dict[str, Any] = {
    "groups": [{"name": "Web"}, {"name": "Other"}],
    "targets": [
        {"name": "SMTP", "group": "Other", "host": "mx.example.com", "port_number": 25},
        {"name": "Schaufenster & Käse", "group": "Other", "url": "https://other.example.com"},
        {"name": "Neighbour", "group": "Web", "type": "pings", "host": "192.0.2.9", "status": "down"},
    ],
    "profile": {"language": "en", "country": "", "time_zone": "UTC"},
}
# Every value of every switch by itself, and all that make the service as odd as it can be together.
SWITCHES: list[dict[str, Any]] = [
    {},
    {"accept_json": "yes"},
    *({"list_envelope": value} for value in ("named", "data", "element")),
    *({"detail_envelope": value} for value in ("named", "typed", "success_data")),
    *({"create_answer": value} for value in ("id", "named", "success", "empty")),
    {"create_status": 201},
    *({"write_answer": value} for value in ("success", "empty", "null", "no_content")),
    *({"login_answer": value} for value in ("authentication_token", "token", "data", "user", "session")),
    {"logout_kills": "all"},
    *({"id_key": value} for value in ("_id", "kind_id")),
    *({"type_word": value} for value in ("target_url", "url", "urls", "absent")),
    {"numbers": "string"},
    *({"error_style": value} for value in ("errors_list", "errors_fields", "message", "success_false_info")),
    {"group_delete": "refused"},
    {"untyped_listing": "missing"},
    {"other_type_fields": "refused"},
    *({"options": value} for value in ("objects", "pairs")),
    *({"empty_value": value} for value in ("empty", "absent")),
    {"url_style": "trailing_slash"},
    {"unknown_fields": "some"},
    {
        "list_envelope": "element",
        "detail_envelope": "typed",
        "create_answer": "success",
        "create_status": 201,
        "write_answer": "no_content",
        "login_answer": "session",
        "logout_kills": "all",
        "id_key": "kind_id",
        "type_word": "absent",
        "numbers": "string",
        "error_style": "success_false_info",
        "group_delete": "refused",
        "untyped_listing": "missing",
        "other_type_fields": "refused",
        "options": "pairs",
        "empty_value": "absent",
        "url_style": "trailing_slash",
        "unknown_fields": "some",
    },
]


def _name(switches: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in switches.items())[:60] or "default"


def _prepare(sandbox: Sandbox, switches: dict[str, Any]) -> dict[str, Any]:
    state = sandbox.set_state("portmonitor", SEED)
    sandbox.switches("portmonitor", **switches)
    return state


def _rest(sandbox: Sandbox) -> dict[str, Any]:
    state = sandbox.state("portmonitor")
    return {key: state[key] for key in ("groups", "targets")}


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_a_group_lives_under_every_switch(sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]) -> None:
    before = _prepare(sandbox, switches)
    assert_life(GROUP, live(sandbox, portmonitor, "portmonitor_group", GROUP), "group", ["group_id"])
    assert _rest(sandbox) == {key: before[key] for key in ("groups", "targets")}


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
@pytest.mark.parametrize("life", TARGETS.values(), ids=TARGETS)
def test_a_target_lives_under_every_switch(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any], life: list[Stage]
) -> None:
    before = _prepare(sandbox, switches)
    assert_life(life, live(sandbox, portmonitor, "portmonitor_target", life), "target", ["target_id"])
    assert _rest(sandbox) == {key: before[key] for key in ("groups", "targets")}


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_a_profile_lives_under_every_switch(sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]) -> None:
    _prepare(sandbox, switches)
    assert_life(PROFILE, live(sandbox, portmonitor, "portmonitor_profile", PROFILE), "profile", [])
    assert sandbox.state("portmonitor")["profile"] == {"language": "es", "country": "", "time_zone": "Europe/Madrid"}


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_an_account_lives_under_every_switch(sandbox: Sandbox, switches: dict[str, Any]) -> None:
    sandbox.switches("portmonitor", **switches)
    user = account(sandbox, "portmonitor", app_key="sandbox-app")
    first = {"new_email": "new@example.com", "new_password": "first-password"}
    current = {"login_email": "new@example.com", "login_password": "first-password"}
    second = {"new_email": "newer@example.com", "new_password": "second-password"}
    life: list[tuple[dict[str, Any], str]] = [
        (first, "POST /users/sign-up"),
        ({**current, **second, "change_login": True}, "PUT /users"),
        ({**second, "state": "absent", "force": True}, "DELETE /users"),
    ]
    for options, write in life:
        predicted: dict[str, Any] = {}
        for changed, check in ((True, True), (True, False), (False, False), (False, True)):
            with requests_of(sandbox, "portmonitor") as requests:
                result = run_module(user, "portmonitor_account", options, check)
            assert not result.get("failed"), (write, check, result)
            assert not result.get("warnings")
            assert result["changed"] is changed, (write, check, result)
            written = [line for line in writes(requests) if line != "POST /users/login"]
            assert written == ([write] if changed and not check else []), (write, check)
            assert not predicted or predicted["account"] == result["account"]
            predicted = result if check and changed else {}
    assert not run_module(user, "portmonitor_account", {**first, "state": "absent", "force": True})["changed"]


@pytest.mark.parametrize(
    ("module", "life", "noun", "idents"),
    [
        ("portmonitor_group", GROUP, "group", ["group_id"]),
        ("portmonitor_target", TARGETS["custom_port"], "target", ["target_id"]),
        ("portmonitor_profile", PROFILE, "profile", []),
    ],
)
@pytest.mark.parametrize("switches", [SWITCHES[0], SWITCHES[-1]], ids=["default", "odd"])
def test_lives_through_ansible_playbook(
    sandbox: Sandbox,
    portmonitor: Account,
    switches: dict[str, Any],
    module: str,
    life: list[Stage],
    noun: str,
    idents: list[str],
) -> None:
    _prepare(sandbox, switches)
    run = run_playbook([portmonitor], [task(module, stage.options, stage.check) for stage in life], "--diff")
    assert run.code == 0, run.output
    assert_life(life, run.of(module), noun, idents)


def test_what_a_module_returns_can_be_fed_back(sandbox: Sandbox, portmonitor: Account) -> None:
    _prepare(sandbox, {})
    read_only = ("status", "details")
    for module, noun in (("target", "targets"), ("group", "groups")):
        for found in run_module(portmonitor, f"portmonitor_{module}_info", {})[noun]:
            options = {name: value for name, value in found.items() if name not in read_only}
            result = run_module(portmonitor, f"portmonitor_{module}", options)
            assert not result.get("failed"), result
            assert not result["changed"], result
            assert result[module] == found


@pytest.mark.parametrize("kind", ["group", "target"])
def test_a_new_object_that_shows_up_late_in_the_list_is_waited_for(
    sandbox: Sandbox, portmonitor: Account, kind: str
) -> None:
    _prepare(sandbox, {"create_answer": "empty", "lag": 1})
    options = {"name": "New"} if kind == "group" else {"group": "Web", "name": "New", "type": "ping", "host": "h"}
    result = run_module(portmonitor, f"portmonitor_{kind}", options)
    assert result["changed"], result
    state = sandbox.state("portmonitor")[f"{kind}s"]
    assert [one["id"] for one in state if one["name"] == "New"] == [int(result[kind][f"{kind}_id"])]
