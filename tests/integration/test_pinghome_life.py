# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, update, rename and delete objects at Pinghome, with each reading of the vendor's document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integration.harness import Account, assert_life, live, run_module, run_playbook, stages, task
from sandbox.client import Sandbox

RESOURCE = stages(
    {"name": "Shop & Käse"},
    {
        "type": "http",
        "url": "https://www.example.com/",
        "port": "8443",
        "data": "welcome",
        "grace_period": 5,
        "recovery_period": 0,
        "maintenance_cron_expression": "*/8 * * * *",
        "maintenance_duration": 5,
        "skip_ssl_error": True,
        "not_follow_redirect": True,
        "method": "POST",
        "body": "a=1&b=2",
        "is_advanced": True,
        "headers": {"Authorization": "Bearer canary-one", "X-Trace": "canary-two"},
        "conditions": [
            {"type": "response-json-check", "key": "groups.user[0].name", "operator": "equal", "values": ["anna", 7]},
            {"type": "status-code", "operator": "contains", "values": [200]},
        ],
        "regions": ["eu-central-1", "us-east-1"],
        "enabled": False,
        "ssl_reminder_days": [7, 1],
        "tld_reminder_days": [30],
    },
    {
        "data": None,
        "port": "8443",
        "grace_period": 0,
        "recovery_period": 9,
        "maintenance_cron_expression": None,
        "maintenance_duration": None,
        "skip_ssl_error": False,
        "method": "GET",
        "body": "",
        "headers": None,
        "conditions": [{"type": "status-code", "operator": "contains", "values": [201, 200]}],
        "regions": ["us-east-1", "ap-south-1"],
        "enabled": True,
        "ssl_reminder_days": [1, 3, 7],
        "tld_reminder_days": [],
    },
)
SERVER_RESOURCE = stages(
    {"name": "db1"},
    {
        "description": "Datenbank für Käse",
        "timezone": "Europe/Berlin",
        "chart_type_default": "bar",
        "os": "ubuntu",
        "metric_types_basic": ["cpu-total-usage", "memory-usage"],
        "metric_types_advanced": ["disk-io-unified"],
        "metric_types_complex": ["processes-unified"],
        "interval": 120,
        "enabled": False,
    },
    {
        "description": None,
        "os": "",
        "metric_types_basic": ["memory-usage", "swap-usage"],
        "metric_types_advanced": [],
        "interval": 60,
        "enabled": True,
    },
)
HEARTBEAT = stages({"name": "backup"}, {"interval": 300, "enabled": False}, {"interval": 60, "enabled": True})
INTEGRATION = stages(
    {"resource": "web", "integration": "r276xxt51c23"},
    {
        "type": "statuspageIo",
        "name": "Störung",
        "status": "investigating",
        "message": "We look into it.",
        "items": ["b", "a"],
    },
    {"name": "Outage", "message": None, "items": ["a", "c"]},
)
LIVES = {"resource": RESOURCE, "server_resource": SERVER_RESOURCE, "heartbeat": HEARTBEAT, "integration": INTEGRATION}
IDS = ["resource_id", "server_resource_id", "heartbeat_id"]
SEED: dict[str, Any] = {
    "resources": [
        {"name": "web", "integrations": [{"integration": "other", "items": ["z"]}], "headers": {"Accept": "text/html"}},
        {"name": "mail", "type": "smtp", "host": "mail.example.com", "port": "25", "ssl_reminder": [5]},
        {"name": "dns", "regions": ["eu-central-1"], "enabled": False},
    ],
    "server_resources": [{"name": "web1"}, {"name": "web2", "os": "debian"}, {"name": "web3"}],
    "heartbeats": [{"name": "cron"}, {"name": "mirror", "interval": 3600}, {"name": "report"}],
}
# Every value of every switch by itself, and all that make the service as odd as it can be together.
SWITCHES: list[dict[str, Any]] = [
    {},
    {"lag": 1},
    *({"list_envelope": value} for value in ("named", "camel", "data", "items")),
    *({"detail_envelope": value} for value in ("named", "camel", "data", "list")),
    *({"create_answer": value} for value in ("id", "object", "named", "kind_id", "empty")),
    {"create_status": 200},
    *({"write_answer": value} for value in ("message", "empty")),
    *({"error_answer": value} for value in ("errors", "error", "text")),
    *({"id_key": value} for value in ("kind_id", "uuid", "monitor_id")),
    {"numbers": "string"},
    *({"empty_value": value} for value in ("empty", "absent")),
    {"required": "few"},
    {"put_semantics": "merge"},
    *({"url_on_put": value} for value in ("required", "refused_when_changed", "ignored")),
    *({"headers_type": value} for value in ("string_only", "object_only")),
    {"headers_shown": "object"},
    *({"enabled_shown": value} for value in ("is_enabled", "status")),
    *({"regions_shown": value} for value in ("separate_strings", "separate_objects")),
    {"conditions_ids": "added"},
    *({"reminder_absent": value} for value in (204, "null", "empty_object", "null_reminder", "empty_days")),
    {"reminder_post_when_exists": "replaces"},
    {"reminder_urls": "sample_form"},
    {"heartbeat_methods_on_put": "required"},
    {"heartbeat_methods_shown": "no"},
    {"listing": "thin"},
    {"page_param": "ignored", "total_shown": "yes", "list_envelope": "named"},
    {"page_cap": 2},
    {"total_shown": "yes", "list_envelope": "named"},
    {"duplicate_names": "refused"},
    {"bulk_unknown_id": "ignored"},
    {"unknown_fields": "some"},
    {
        "lag": 1,
        "list_envelope": "camel",
        "detail_envelope": "camel",
        "create_answer": "empty",
        "create_status": 200,
        "write_answer": "empty",
        "error_answer": "errors",
        "id_key": "monitor_id",
        "numbers": "string",
        "empty_value": "absent",
        "url_on_put": "required",
        "headers_type": "object_only",
        "headers_shown": "object",
        "enabled_shown": "status",
        "regions_shown": "separate_objects",
        "conditions_ids": "added",
        "reminder_absent": "null_reminder",
        "reminder_urls": "sample_form",
        "heartbeat_methods_on_put": "required",
        "heartbeat_methods_shown": "no",
        "listing": "thin",
        "page_cap": 2,
        "total_shown": "yes",
        "duplicate_names": "refused",
        "unknown_fields": "some",
    },
]


def _name(switches: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in switches.items())[:60] or "default"


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
@pytest.mark.parametrize("kind", LIVES)
def test_an_object_lives_under_every_switch(
    sandbox: Sandbox, pinghome: Account, switches: dict[str, Any], kind: str
) -> None:
    before = sandbox.set_state("pinghome", SEED)
    sandbox.switches("pinghome", **switches)
    life = LIVES[kind]
    if kind == "heartbeat" and switches.get("heartbeat_methods_shown") == "no":
        # A change would lose the methods that it does not declare.
        life = [replace(stage, options={"methods": ["POST"], **stage.options}) for stage in life]
    results = live(sandbox, pinghome, f"pinghome_{kind}", life)
    if life is not LIVES[kind]:
        warned = [result for result in results if "not show methods of" in str(result.pop("warnings", ""))]
        # They cannot be compared once the heartbeat exists.
        assert len(warned) == 6
    assert_life(life, results, kind, IDS)
    # What else there is, is as it was.
    assert sandbox.state("pinghome") == before


@pytest.mark.parametrize(("kind", "switches"), [*((kind, SWITCHES[0]) for kind in LIVES), ("resource", SWITCHES[-1])])
def test_lives_through_ansible_playbook(
    sandbox: Sandbox, pinghome: Account, kind: str, switches: dict[str, Any]
) -> None:
    sandbox.set_state("pinghome", SEED)
    sandbox.switches("pinghome", **switches)
    life = LIVES[kind]
    run = run_playbook([pinghome], [task(f"pinghome_{kind}", stage.options, stage.check) for stage in life], "--diff")
    assert run.code == 0, run.output
    assert_life(life, run.of(f"pinghome_{kind}"), kind, IDS)


@pytest.mark.parametrize(
    ("switch", "option", "value"),
    [("headers_shown", "headers", {"X-Trace": "canary"}), ("enabled_shown", "enabled", False)],
)
def test_settings_that_are_not_shown_are_not_compared_but_warned_of(
    sandbox: Sandbox, pinghome: Account, switch: str, option: str, value: Any
) -> None:
    sandbox.switches("pinghome", **{switch: "hidden"})
    options = {"name": "web", "type": "http", "url": "https://www.example.com", option: value}
    life = stages({"name": "web"}, options, None)[:4]
    created, *others = live(sandbox, pinghome, "pinghome_resource", life)[1:]
    assert created["changed"]
    assert sandbox.state("pinghome")["resources"][0][option] == value
    for result in others:
        assert not result["changed"]
        assert [line for line in result["warnings"] if f"does not show {option} of 1 of the resources" in str(line)]


@pytest.mark.parametrize(
    ("module", "options", "name", "have", "give", "both"),
    [
        (
            "pinghome_resource",
            {"name": "r", "type": "http", "url": "https://r.example.com"},
            *("regions", ["eu-central-1", "us-east-1"], ["ap-south-1", "us-east-1"]),
            ["eu-central-1", "us-east-1", "ap-south-1"],
        ),
        (
            "pinghome_resource",
            {"name": "r", "type": "http", "url": "https://r.example.com"},
            *("ssl_reminder_days", [7, 1], [30, 7], [7, 1, 30]),
        ),
        ("pinghome_server_resource", {"name": "s"}, "metric_types_basic", ["a", "b"], ["c"], ["a", "b", "c"]),
        ("pinghome_heartbeat", {"name": "h", "interval": 5}, "methods", ["GET"], ["POST"], ["GET", "POST"]),
    ],
)
def test_a_list_can_be_added_to(
    sandbox: Sandbox,
    pinghome: Account,
    module: str,
    options: dict[str, Any],
    name: str,
    have: list[Any],
    give: list[Any],
    both: list[Any],
) -> None:
    assert run_module(pinghome, module, {**options, name: have})["changed"]
    more = {**options, name: give, f"purge_{name}": False}
    predicted, done = (run_module(pinghome, module, more, check=check) for check in (True, False))
    assert done["changed"], done
    assert predicted["diff"] == done["diff"]
    assert sorted(done[module.removeprefix("pinghome_")][name]) == sorted(both)
    assert not run_module(pinghome, module, more)["changed"]
    assert run_module(pinghome, module, {**options, name: give})["diff"]["after"][name] == give


def test_words_among_secrets_are_masked_where_they_stand_and_nowhere_else(sandbox: Sandbox, pinghome: Account) -> None:
    headers = {
        "DNT": "1",
        "X-Debug": "True",
        "Accept-Language": "de",
        "X-Forwarded-Proto": "https",
        "X-Key": "canary-key",
    }
    options = {"name": "R1", "type": "http", "url": "https://r.example.com/1", "headers": headers, "enabled": True}
    run = run_playbook([pinghome], [task("pinghome_resource", options)], "-vvvv", "--diff")
    assert run.code == 0, run.output
    (done,) = run.of("pinghome_resource")
    (stored,) = sandbox.state("pinghome")["resources"]
    shown = {"resource_id": stored["id"], "name": "R1", "url": "https://r.example.com/1", "headers": "********"}
    assert {name: done["resource"][name] for name in shown} == shown
    assert done["changed"] is True
    assert "X-Forwarded-Proto" not in run.output
    assert "canary" not in run.output
    declared = run_module(pinghome, "pinghome_config", {"resources": [{**options, "name": "R2"}]})
    assert declared["summary"] == {
        **dict.fromkeys(("update", "delete", "recreate", "unchanged", "failed", "skipped", "undeclared"), 0),
        "create": 1,
        "undeclared": 1,
    }


def test_methods_are_written_right_after_the_creation(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", SEED)
    life = stages({"name": "backup"}, {"interval": 300, "methods": ["POST", "GET"]}, {"methods": ["POST"]})
    assert_life(life, live(sandbox, pinghome, "pinghome_heartbeat", life), "heartbeat", IDS)


def test_an_update_keeps_the_methods_that_a_heartbeat_has(sandbox: Sandbox, pinghome: Account) -> None:
    for switches in ({}, {"listing": "thin", "heartbeat_methods_on_put": "required"}):
        sandbox.set_state("pinghome", {"heartbeats": [{"name": "backup", "methods": ["POST"]}]})
        sandbox.switches("pinghome", **switches)
        assert run_module(pinghome, "pinghome_heartbeat", {"name": "backup", "interval": 61})["changed"]
        assert sandbox.state("pinghome")["heartbeats"][0]["methods"] == ["POST"]
