# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, update and delete objects at PingPlotter Cloud, with each reading of the vendor's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from integration.harness import (
    Account,
    Result,
    Stage,
    assert_life,
    live,
    run_module,
    run_playbook,
    seconds_of,
    stages,
    task,
)
from sandbox.client import Sandbox

UNKNOWN = ["unique_id", "user_id", "download_url"]
AGENT = stages({"name": "laptop"}, {"is_template": False, "is_sidekick": True}, None)
TEMPLATE = stages({"name": "standard"}, {"is_template": True}, None)
USER = stages(
    {"email_address": "anna@example.com"},
    {"name": "Anna", "roles": ["TargetManagement", "AgentManagement"]},
    {"email_address": "Anna@Example.com", "roles": ["AgentManagement", "SessionManagement"]},
)
# The sessions of an agent that exists: paused, run again, and each found so.
SESSIONS = [
    Stage(word, {"name": "traced", "sessions": word}, changed, check)
    for word in ("paused", "running")
    for changed, check in ((True, True), (True, False), (False, False), (False, True))
]
LIVES = {"agent": AGENT, "template": TEMPLATE, "user": USER, "sessions": SESSIONS}
SEED: dict[str, Any] = {
    "agents": [
        {
            "Name": "traced",
            "CustomFieldsJSON": '{"Region": "North"}',
            "CurrentNetworkInterface": {"Name": "eth0", "IP": "192.0.2.7"},
            "Sessions": [
                {"Description": "www.example.com"},
                {"Description": "db.example.com"},
                {"Description": "old.example.com", "Status": "Closed"},
            ],
        },
        {"Name": "idle"},
        {"Name": "other", "IsTemplate": True},
        # Deleted agents have the names of the agents that the test creates.
        {"Name": "laptop", "Deleted": True},
        {"Name": "standard", "IsTemplate": True, "Deleted": True},
    ],
    "users": [{"EmailAddress": "owner@example.com"}, {"EmailAddress": "bert@example.com", "Roles": ["UserManagement"]}],
}
# Every value of every switch by itself, and all that make the service as odd as it can be together.
SWITCHES: list[dict[str, Any]] = [
    {},
    {"prefix": "none"},
    {"bad_key": 403},
    *({"error_style": value} for value in ("problem_details", "text")),
    *({"list_envelope": value} for value in ("data", "items")),
    *({"detail_envelope": value} for value in ("list", "named", "data")),
    {"create_answer": "list"},
    {"create_status": 201},
    {"role_update_answer": "object"},
    {"action_answer": "object"},
    *({"delete_answer": value} for value in ("object", "text")),
    {"empty_status": 204},
    {"id_key": "lower"},
    {"unknown_fields": "some"},
    {"agent_fields": "newer"},
    {"custom_fields": "list"},
    {"agent_detail": "missing"},
    {"missing_flags": "false"},
    {"deleted_in_listing": "shown"},
    {"deleted_by_id": "missing"},
    {"sessions_endpoint": "missing"},
    {"open_sessions": "not_closed"},
    {"sessions_endpoint": "missing", "open_sessions": "not_closed"},
    *({"session_status": value} for value in ("lower", "running")),
    *({"users_filter": value} for value in ("contains", "case_sensitive", "ignored")),
    {"duplicate_email": "allowed"},
    *({"created_name": value} for value in ("shown", "never")),
    {"roles_format": "comma"},
    {"roles_read": "comma"},
    {"roles_empty": "list"},
    {"rate_limit": 3, "rate_window": 0.2},
    {"rate_limit": 3, "rate_window": 0.2, "rate_headers": "no"},
    {
        "prefix": "none",
        "error_style": "text",
        "list_envelope": "items",
        "detail_envelope": "list",
        "create_answer": "list",
        "create_status": 201,
        "role_update_answer": "object",
        "action_answer": "object",
        "delete_answer": "text",
        "empty_status": 204,
        "id_key": "lower",
        "unknown_fields": "some",
        "agent_fields": "newer",
        "custom_fields": "list",
        "agent_detail": "missing",
        "missing_flags": "false",
        "deleted_in_listing": "shown",
        "deleted_by_id": "missing",
        "session_status": "lower",
        "users_filter": "ignored",
        "created_name": "never",
        "roles_format": "comma",
        "roles_read": "comma",
        "roles_empty": "list",
    },
]


def _name(switches: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in switches.items())[:60] or "default"


def _module(life: str) -> tuple[str, str]:
    """The module of a life, and the noun of its result."""
    noun = "user" if life == "user" else "agent"
    return f"pingplotter_{noun}", noun


def _stages(life: str, switches: Mapping[str, Any]) -> list[Stage]:
    """The stages of a life. Where sessions are not listed, each run sets them."""
    blind = life == "sessions" and switches.get("sessions_endpoint") == "missing"
    return [replace(stage, changed=True) for stage in LIVES[life]] if blind else LIVES[life]


def _take_notes(results: Sequence[Result], switches: Mapping[str, Any], life: str) -> None:
    """Check that each run which sets unknown sessions says so, and leave out this warning."""
    if life == "sessions" and switches.get("sessions_endpoint") == "missing":
        for result in results:
            (note,) = result.pop("warnings")
            assert "sent in each run, and counts as a change: traced" in str(note)


def _check(life: Sequence[Stage], results: Sequence[Result], noun: str) -> None:
    assert_life(life, results, noun, UNKNOWN)


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_everything_lives_under_every_switch(
    sandbox: Sandbox, pingplotter: Account, switches: dict[str, Any], life: str
) -> None:
    sandbox.set_state("pingplotter", SEED)
    sandbox.switches("pingplotter", **switches)
    before = sandbox.state("pingplotter")
    module, noun = _module(life)
    stage_list = _stages(life, switches)
    with seconds_of(switches.get("rate_window", 1)):
        results = live(sandbox, pingplotter, module, stage_list)
    _take_notes(results, switches, life)
    _check(stage_list, results, noun)
    after = sandbox.state("pingplotter")
    # What was made is deleted again, and nothing else was touched; deleted agents are kept.
    assert after["agents"][: len(before["agents"])] == before["agents"]
    assert all(agent["Deleted"] for agent in after["agents"][len(before["agents"]) :])
    assert after["users"] == before["users"]


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("switches", [SWITCHES[0], SWITCHES[-1]], ids=["default", "odd"])
def test_lives_through_ansible_playbook(
    sandbox: Sandbox, pingplotter: Account, switches: dict[str, Any], life: str
) -> None:
    sandbox.set_state("pingplotter", SEED)
    sandbox.switches("pingplotter", **switches)
    module, noun = _module(life)
    run = run_playbook([pingplotter], [task(module, stage.options, stage.check) for stage in LIVES[life]], "--diff")
    assert run.code == 0, run.output
    _check(LIVES[life], run.of(module), noun)


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_looking_up_shows_the_same_under_every_switch(
    sandbox: Sandbox, pingplotter: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("pingplotter", SEED)
    sandbox.switches("pingplotter", **switches)
    options = {"include": ["sessions", "templates"]}
    agents = {agent["name"]: agent for agent in run_module(pingplotter, "pingplotter_agent_info", options)["agents"]}
    assert list(agents) == ["traced", "idle", "other"]
    traced = agents["traced"]
    assert traced["custom_fields"] == {"Region": "North"}
    interface = traced["current_network_interface"]
    assert interface["adapter_ip" if switches.get("agent_fields") == "newer" else "ip"] == "192.0.2.7"
    blind = switches.get("sessions_endpoint") == "missing"
    assert traced["sessions"] == (None if blind else "running")
    assert traced["is_template"] is False
    assert "sessions" not in agents["idle"]
    if not blind:
        assert [session["description"] for session in traced["session_list"]] == [
            "www.example.com", "db.example.com", "old.example.com",
        ]  # fmt: skip
        assert all(session["session_id"] for session in traced["session_list"])
    users = run_module(pingplotter, "pingplotter_user_info", {})["users"]
    assert [(user["email_address"], user["roles"], user["last_login"]) for user in users] == [
        ("owner@example.com", [], None), ("bert@example.com", ["UserManagement"], None),
    ]  # fmt: skip
    found = run_module(pingplotter, "pingplotter_user_info", {"email_address": "BERT@example.com"})["users"]
    assert [user["user_id"] for user in found] == [users[1]["user_id"]]
    config = run_module(pingplotter, "pingplotter_config_info", {})["config"]
    # What a new agent has by itself is left out.
    assert config["agents"] == [{"name": "idle"}, {"name": "other", "is_template": True}, {"name": "traced"}]
