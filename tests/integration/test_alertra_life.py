# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, update, rename and delete objects at Alertra, with each reading of the vendor's document."""

from __future__ import annotations

from typing import Any

import pytest

from integration.harness import Account, assert_life, live, run_playbook, stages, task
from sandbox.client import Sandbox

DEVICE = stages(
    {"short_name": "WEB-1"},
    {
        "method": "HTTP",
        "url": "https://www.example.com",
        "full_name": "Schaufenster & Käse",
        "frequency": 10,
        "timeout": 60,
        "retries": 3,
        "retry_delay": 20,
        "nschedule_id": "17",
        "master_device": "ROUTER",
        "tags": ["production", "web"],
    },
    {
        "url": "https://www.example.com/health",
        "full_name": None,
        "frequency": 5,
        "timeout": 30,
        "nschedule_id": None,
        "mschedule_id": "4",
        "master_device": None,
        "tags": ["web", "critical"],
    },
)
TAG = stages({"name": "group"}, {"devices": ["ROUTER", "MAIL"]}, {"devices": ["MAIL", "SHOP"]})
SEED = {
    "tags": [{"Name": "production"}, {"Name": "web"}, {"Name": "critical"}, {"Name": "other"}],
    "devices": [
        {"ShortName": "ROUTER", "Method": "PING", "URL": "router.example.com", "Tags": ["other"]},
        {"ShortName": "MAIL", "Method": "SMTP", "URL": "mail.example.com", "Tags": ["production"]},
        {"ShortName": "SHOP", "Method": "HTTP", "URL": "shop.example.com"},
    ],
}
# Every value of every switch by itself, and all that make the service as odd as it can be together.
SWITCHES: list[dict[str, Any]] = [
    {},
    *({"list_envelope": value} for value in ("named", "data", "results", "element")),
    *({"detail_envelope": value} for value in ("list", "named", "data")),
    *(
        {"create_answer": value}
        for value in ("id_object", "full", "named", "list", "json_string", "text", "empty", "message")
    ),
    *({"write_answer": value} for value in ("empty", "null", "text")),
    {"id_key": "id"},
    {"tag_name_key": "name"},
    *({"tag_devices": value} for value in ("objects", "absent")),
    *({"tag_devices_key": value} for value in ("devices", "device_ids")),
    {"listing": "full"},
    {"numbers": "string"},
    *({"config_place": value} for value in ("HostData", "Config", "Settings")),
    *({"empty_value": value} for value in ("empty", "absent")),
    {"page_cap": 30},
    {"over_limit": "refuse"},
    {"not_found": 404},
    {"status_words": "letters"},
    {"maint_filter": "ignored"},
    {"url_style": "trailing_slash"},
    {"unknown_fields": "some"},
    {
        "list_envelope": "element",
        "detail_envelope": "list",
        "create_answer": "empty",
        "write_answer": "text",
        "id_key": "id",
        "tag_name_key": "name",
        "tag_devices": "objects",
        "tag_devices_key": "device_ids",
        "numbers": "string",
        "config_place": "Settings",
        "empty_value": "absent",
        "page_cap": 30,
        "over_limit": "refuse",
        "not_found": 404,
        "status_words": "letters",
        "url_style": "trailing_slash",
        "unknown_fields": "some",
    },
]


def _name(switches: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in switches.items())[:60] or "default"


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_a_device_lives_under_every_switch(sandbox: Sandbox, alertra: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", **switches)
    others = sandbox.state("alertra")["devices"]
    assert_life(DEVICE, live(sandbox, alertra, "alertra_device", DEVICE), "device", ["device_id"])
    assert sandbox.state("alertra")["devices"] == others


@pytest.mark.parametrize("switches", SWITCHES, ids=_name)
def test_a_tag_lives_under_every_switch(sandbox: Sandbox, alertra: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", **switches)
    assert_life(TAG, live(sandbox, alertra, "alertra_tag", TAG), "tag", ["tag_id"])
    tags = {device["ShortName"]: len(device["Tags"]) for device in sandbox.state("alertra")["devices"]}
    assert tags == {"ROUTER": 1, "MAIL": 1, "SHOP": 0}


@pytest.mark.parametrize(
    ("module", "life", "noun", "ident"),
    [("alertra_device", DEVICE, "device", "device_id"), ("alertra_tag", TAG, "tag", "tag_id")],
)
@pytest.mark.parametrize("switches", [SWITCHES[0], SWITCHES[-1]], ids=["default", "odd"])
def test_lives_through_ansible_playbook(
    sandbox: Sandbox, alertra: Account, switches: dict[str, Any], module: str, life: Any, noun: str, ident: str
) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", **switches)
    run = run_playbook([alertra], [task(module, stage.options, stage.check) for stage in life], "--diff")
    assert run.code == 0, run.output
    assert_life(life, run.of(module), noun, [ident])


def test_settings_that_are_not_shown_are_sent_along_and_warned_of(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", config_place="hidden")
    life = stages({"short_name": "WEB-1"}, {"method": "HTTP", "url": "www.example.com", "timeout": 60}, None)[:4]
    created, *others = live(sandbox, alertra, "alertra_device", life)[1:]
    assert created["changed"]
    for result in others:
        assert not result["changed"]
        assert [line for line in result["warnings"] if "does not show timeout of 1 of the devices" in str(line)]
