# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, update, rename and delete objects at SimpleHelp, with each reading of the vendor's document."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from integration.harness import Account, Stage, assert_life, live, run_module, run_playbook, stages, task
from sandbox.client import Sandbox

TECHNICIAN = stages(
    {"username": "anna"},
    {
        "display_name": "Anna Käse",
        "email_address": "Anna@example.com",
        "allow_locally_authenticated_logins": False,
        "enabled": True,
        "groups": ["Desk", "Night"],
        "password": "first password",
    },
    {
        "display_name": None,
        "email_address": "anna@example.org",
        "allow_locally_authenticated_logins": True,
        "enabled": False,
        "groups": ["Night"],
        "password": "second password",
    },
)
GROUP = stages(
    {"name": "First line"},
    {
        "allow_anonymous_logins": True,
        "max_group_sh_sessions": 10,
        "max_group_sg_sessions": 9,
        "max_user_sh_sessions": 3,
        "max_user_sg_sessions": 3,
        "max_file_size": 5_000_000_000,
        "request_access_timeout": 60_000,
        "group_specific_hostname": "desk.example.com",
        "default_sg_service_name": "Service",
        "video_password": "first video password",
        "session_speed_limit_kbps": 1000,
        "fps_delay": 40,
        "ldap_settings": {"enabled": True, "base_dn": "dc=example", "memberOfGroups": ["b", "a"]},
        "mfa_settings": {"email": True, "email_code_length": 8, "emailSubject": "Code"},
        "password_settings": {"enabled": True},
        "permissions": {"canRunTools": True},
        "password": "first password",
    },
    {
        "allow_anonymous_logins": False,
        "max_group_sh_sessions": 11,
        "max_user_sh_sessions": 4,
        "max_user_sg_sessions": 4,
        "max_file_size": 0,
        "group_specific_hostname": None,
        "default_sg_service_name": "Other",
        "video_password": "second video password",
        "fps_delay": 0,
        "ldap_settings": {"base_dn": None, "filter": "(cn=*)", "member_of_groups": ["a"]},
        "mfa_settings": {"email_code_length": 6, "email_body": "Your code"},
        "permissions": {"canRunTools": False},
    },
)


def registered(key: dict[str, Any], *lives: dict[str, Any]) -> list[Stage]:
    """The life of an object that is always there, each change predicted first, then made, then found made."""
    return [
        Stage(f"change {number}", {**key, **options}, changed, check)
        for number, options in enumerate(lives)
        for changed, check in ((True, True), (True, False), (False, False), (False, True))
    ]


MACHINE = registered(
    {"machine_id": "SG_1"},
    {"name": "Database", "monitor": False, "notes": "Käse", "properties": {"License": "new", "Rack": 7}},
    {"warnings": "Ask first", "notes": None, "properties": {"License": None, "Rack": "7"}},
    {"name": "db", "monitor": True, "warnings": None, "properties": {"Owner": "web team"}, "purge_properties": True},
)
MACHINE_GROUP = registered(
    {"groups": ["Sweden", "Lund"]},
    {"properties": {"city": "Lund", "zone": "1"}},
    {"properties": {"city": "Lund & Malmö", "new": "true"}},
)
SERVER = registered(
    {},
    {"hostname": "desk.example.com", "technician_restrictions": [r"192\.0\.2\.\d+", "a"]},
    {"hostname": "help.example.org", "technician_restrictions": ["b"], "purge_technician_restrictions": False},
    {"technician_restrictions": None},
)
SEED: dict[str, Any] = {
    "groups": [
        {"name": "Desk", "maxFileSize": 17},
        {"name": "Night", "permissions": {"canRunTools": True, "canFly": False}},
    ],
    "technicians": [
        {"username": "ben", "emailAddress": "ben@example.com", "groupIDs": ["Desk"], "password": "kept", "totp": "KEY"},
        {"username": "guest", "isAnonymous": True},
    ],
    "machines": [
        {
            "machineID": "SG_1",
            "name": "db",
            "groups": ["Sweden", "Lund"],
            "notes": "Some notes",
            "properties": {"License": "old", "Site": "B"},
        },
        {"machineID": "SG_2", "name": "db", "groups": ["Sweden"], "notes": "N", "warnings": "W"},
    ],
    "machine_groups": [
        {"groups": ["Sweden"], "properties": {"country": "SE"}},
        {"groups": ["Sweden", "Lund"], "properties": {"city": "?"}},
    ],
    "restrictions": ["c"],
}
ODD: dict[str, Any] = {
    "write_answer": "text",
    "failure_style": "success_false",
    "create_answer": "nested",
    "group_update_query": "groups/get",
    "machinegroup_set_query": "get",
    "hostname_set_query": "get",
    "notes_key": "warning",
    "permissions_set_shape": "nested",
    "permissions_set_answer": "map",
    "nested_settings": "replace",
    "group_names": "free",
    "list_envelope": "element",
    "detail_envelope": "list",
    "get_missing": "object",
    "unknown_machine": "shorter_list",
    "hostname_answer": "object",
    "property_answer": "object",
    "property_missing": 400,
    "restrictions_answer": "object",
    "alerts_answer": "single",
    "access_session_key": "max_userShSessions",
    "numbers": "string",
    "empty_value": "null",
    "unknown_fields": "some",
}
# Every value of every switch by itself, and all that make the server as odd as it can be together.
SWITCHES: list[dict[str, Any]] = [
    {},
    *({"write_answer": value} for value in ("empty", "text")),
    *({"failure_style": value} for value in ("success_false", "html", "text")),
    *({"create_answer": value} for value in ("uniqueID", "id", "nested")),
    {"group_update_query": "groups/get"},
    {"machinegroup_set_query": "get"},
    {"hostname_set_query": "get"},
    {"group_update_query": "groups/get", "hostname_set_query": "get", "failure_style": "html"},
    {"backup_query": "server/configuration/backup"},
    {"backup_method": "POST"},
    *({"notes_key": value} for value in ("warning", "both")),
    *({"permissions_set_shape": value} for value in ("nested", "top_level")),
    {"permissions_set_answer": "map"},
    *({"unknown_permission": value} for value in ("ignored", "refused")),
    {"nested_settings": "replace"},
    {"group_names": "free"},
    {"username_rename": "refused"},
    *({"list_envelope": value} for value in ("named", "data", "results", "element")),
    *({"detail_envelope": value} for value in ("list", "named", "data")),
    *({"get_missing": value} for value in ("empty", "object", "null")),
    *({"unknown_machine": value} for value in ("empty_list", "shorter_list")),
    *({"hostname_answer": value} for value in ("text", "object")),
    *({"property_answer": value} for value in ("text", "object")),
    *({"property_missing": value} for value in ("empty", 400)),
    {"restrictions_answer": "object"},
    {"alerts_answer": "single"},
    {"access_session_key": "max_userShSessions"},
    {"numbers": "string"},
    *({"empty_value": value} for value in ("null", "empty")),
    {"unknown_fields": "some"},
    ODD,
]
LIVES = [
    ("simplehelp_technician", TECHNICIAN, "technician"),
    ("simplehelp_group", GROUP, "group"),
    ("simplehelp_machine", MACHINE, "machine"),
    ("simplehelp_machine_group", MACHINE_GROUP, "machine_group"),
    ("simplehelp_server", SERVER, "server"),
]


def _name(switches: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in switches.items())[:60] or "default"


def _without(life: Sequence[Stage], option: str) -> list[Stage]:
    kept = [{name: value for name, value in stage.options.items() if name != option} for stage in life]
    return [Stage(stage.title, options, stage.changed, stage.check) for stage, options in zip(life, kept, strict=True)]


@pytest.mark.parametrize(("module", "life", "noun"), LIVES, ids=[noun for _module, _life, noun in LIVES])
@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_an_object_lives_under_every_switch(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any], module: str, life: list[Stage], noun: str
) -> None:
    before = sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", **switches)
    assert_life(life, live(sandbox, simplehelp, module, life), noun, ["unique_id"])
    after = sandbox.state("simplehelp")
    if noun in ("technician", "group"):
        assert after == before
    # What an object is not about stays as it was.
    assert after["technicians"] == before["technicians"]
    assert after["machines"][1] == before["machines"][1]
    assert after["machine_groups"][0] == before["machine_groups"][0]


@pytest.mark.parametrize(("module", "life", "noun"), LIVES, ids=[noun for _module, _life, noun in LIVES])
@pytest.mark.parametrize("switches", [{}, ODD], ids=["default", "odd"])
def test_lives_through_ansible_playbook(
    sandbox: Sandbox, simplehelp: Account, switches: dict[str, Any], module: str, life: list[Stage], noun: str
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", **switches)
    run = run_playbook([simplehelp], [task(module, stage.options, stage.check) for stage in life], "--diff")
    assert run.code == 0, run.output
    assert_life(life, run.of(module), noun, ["unique_id"])


@pytest.mark.parametrize(
    ("module", "options"),
    [(module, life[1].options) for module, life, _noun in LIVES[2:]],
    ids=["machine", "machine_group", "server"],
)
def test_what_shows_after_a_moment_is_waited_for(
    sandbox: Sandbox, simplehelp: Account, module: str, options: dict[str, Any]
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", lag=0.3)
    result = run_module(simplehelp, module, options)
    assert result["changed"], result
    assert not result.get("failed"), result


def test_a_group_is_what_its_life_says(sandbox: Sandbox, simplehelp: Account) -> None:
    live(sandbox, simplehelp, "simplehelp_group", GROUP[:4])
    (made,) = sandbox.state("simplehelp")["groups"]
    assert made["ldapSettings"] == {
        "enabled": True, "advanced": False, "baseDN": "dc=example", "filter": "", "memberOfGroups": ["b", "a"],
    }  # fmt: skip
    live(sandbox, simplehelp, "simplehelp_group", GROUP[4:8])
    (changed,) = sandbox.state("simplehelp")["groups"]
    assert changed["ldapSettings"] == {
        "enabled": True, "advanced": False, "baseDN": "", "filter": "(cn=*)", "memberOfGroups": ["a"],
    }  # fmt: skip
    assert changed["mfaSettings"] == {
        "email": True, "app": False, "emailCodeLength": 6, "emailSubject": "Code", "emailBody": "Your code",
        "rememberMachine": False,
    }  # fmt: skip
    kept = ("max_groupSgSessions", "requestAccessTimeout", "sessionSpeedLimitKbps", "passwordSettings", "password")
    assert {name: changed[name] for name in kept} == {name: made[name] for name in kept}
    assert made["password"] == "first password"
    assert made["videoPassword"] == "first video password"
    assert changed["videoPassword"] == "second video password"
    assert made["permissions"] == {"canRunTools": True}


def test_a_video_password_that_is_hidden_is_sent_along_and_warned_of(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.switches("simplehelp", video_password="hidden")
    results = live(sandbox, simplehelp, "simplehelp_group", GROUP[:8])
    assert [result["changed"] for result in results] == [stage.changed for stage in GROUP[:8]]
    warned = [
        any("does not show video_password of 1 of the groups" in str(w) for w in r.get("warnings", ())) for r in results
    ]
    assert warned == [False, False, *([True] * 6)]
    assert sandbox.state("simplehelp")["groups"][0]["videoPassword"] == "second video password"


def test_a_video_password_is_set_where_another_group_shows_that_it_is_not_hidden(
    sandbox: Sandbox, simplehelp: Account
) -> None:
    sandbox.set_state("simplehelp", {"groups": [{"name": "a", "videoPassword": "x"}, {"name": "b"}]})
    life = registered({"name": "b"}, {"video_password": "first"}, {"video_password": None})
    assert_life(life, live(sandbox, simplehelp, "simplehelp_group", life), "group", [])
    alone = registered({"name": "a"}, {"video_password": "forced", "update_password": "always"})[:2]
    assert_life(alone, live(sandbox, simplehelp, "simplehelp_group", alone), "group", [])


def test_an_older_server_that_ignores_monitor_is_an_error_and_the_rest_still_lives(
    sandbox: Sandbox, simplehelp: Account
) -> None:
    sandbox.set_state("simplehelp", copy.deepcopy(SEED))
    sandbox.switches("simplehelp", monitor_supported="silently_ignored")
    life = _without(MACHINE, "monitor")
    assert_life(life, live(sandbox, simplehelp, "simplehelp_machine", life), "machine", [])
