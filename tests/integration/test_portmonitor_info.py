# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Port Monitor's modules look up, and what they make of lists that they do not know."""

from __future__ import annotations

from typing import Any

import pytest

from integration.harness import Account, requests_of, run_module
from sandbox.client import Sandbox

STATE: dict[str, Any] = {
    "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}, {"id": 3, "name": "Mail"}],
    "targets": [
        {"id": 11, "group_id": 1, "name": "Shop", "url": "https://shop.example.com"},
        {"id": 12, "group_id": 1, "name": "SMTP", "host": "mx.example.com", "port_number": 25, "status": "down"},
        {"id": 13, "group_id": 2, "name": "SMTP", "type": "pings", "host": "192.0.2.1"},
    ],
    "events": [
        {"target": "Shop", "status": "down", "created_at": "2025-06-01T12:00:00Z"},
        {"target": "Shop", "status": "up", "created_at": "2025-06-02T12:00:00+02:00"},
        {"target_id": 12, "status": "down", "created_at": "2025-06-01T12:00:00Z"},
    ],
    "profile": {"language": "en", "country": "", "time_zone": "UTC"},
}
SHAPES = [
    {},
    *({"list_envelope": value} for value in ("named", "data", "element")),
    *({"detail_envelope": value} for value in ("named", "typed", "success_data")),
    {"numbers": "string", "id_key": "kind_id", "unknown_fields": "some", "empty_value": "absent"},
    {"untyped_listing": "missing", "type_word": "absent", "empty_value": "empty"},
]


@pytest.mark.parametrize("switches", SHAPES, ids=str)
def test_targets_are_found_by_each_filter(sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("portmonitor", STATE)
    sandbox.switches("portmonitor", **switches)
    for filters, idents in (
        ({}, ["11", "12", "13"]),
        ({"target_id": "12"}, ["12"]),
        ({"target_id": 99}, []),
        ({"name": "SMTP"}, ["12", "13"]),
        ({"name": "nobody"}, []),
        ({"group": "Web"}, ["11", "12"]),
        ({"group": "2"}, ["13"]),
        ({"group": "nobody"}, []),
        ({"group": "Mail", "target_id": 11}, []),
        ({"type": "ping"}, ["13"]),
        ({"type": "custom_port", "group": "Web", "name": "SMTP"}, ["12"]),
    ):
        result = run_module(portmonitor, "portmonitor_target_info", filters)
        assert not result["changed"]
        assert [one["target_id"] for one in result["targets"]] == idents, filters
    assert run_module(portmonitor, "portmonitor_target_info", {"target_id": 12})["targets"] == [
        {
            "target_id": "12", "group": "Web", "name": "SMTP", "type": "custom_port", "host": "mx.example.com",
            "port_number": 25, "seconds_between_checks": 300, "timeout": 30, "retries_per_check": 2, "status": "down",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("switches", SHAPES, ids=str)
def test_groups_are_found_by_each_filter(sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("portmonitor", STATE)
    sandbox.switches("portmonitor", **switches)
    for filters, idents in (
        ({}, ["1", "2", "3"]),
        ({"group_id": 2}, ["2"]),
        ({"name": "Mail"}, ["2", "3"]),
        ({"name": "nobody"}, []),
    ):
        result = run_module(portmonitor, "portmonitor_group_info", filters)
        assert [one["group_id"] for one in result["groups"]] == idents, filters
    (found,) = run_module(portmonitor, "portmonitor_group_info", {"group_id": 1, "include": ["details"]})["groups"]
    assert found["details"]["name"] == "Web"


@pytest.mark.parametrize("switches", SHAPES, ids=str)
def test_what_is_included_covers_the_time_asked_for(
    sandbox: Sandbox, portmonitor: Account, switches: dict[str, Any]
) -> None:
    sandbox.set_state("portmonitor", STATE)
    sandbox.switches("portmonitor", **switches)
    include = ["details", "events", "uptime", "response_times"]
    options = {"group": "Web", "include": include, "since": "2025-06-01T00:00:00Z", "until": "2025-06-02T23:59:59.5Z"}
    shop, smtp = run_module(portmonitor, "portmonitor_target_info", options)["targets"]
    assert [one["status"] for one in shop["events"]] == ["down", "up"]
    assert [one["status"] for one in smtp["events"]] == ["down"]
    assert [float(one["uptime"]) for one in (*shop["uptime"], *smtp["uptime"])] == [99.95, 87.5]
    assert [float(one["response_time"]) for one in shop["response_times"]] == [120.5]
    assert shop["details"]["url"] == "https://shop.example.com"
    part = {"target_id": 11, "include": ["events"], "since": "2025-06-02T00:00:00+02:00"}
    (shop,) = run_module(portmonitor, "portmonitor_target_info", part)["targets"]
    assert [one["status"] for one in shop["events"]] == ["up"]
    (shop,) = run_module(portmonitor, "portmonitor_target_info", {"target_id": 11, "include": ["events"]})["targets"]
    assert shop["events"] == []


def test_only_the_groups_asked_for_are_looked_into(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", STATE)
    for filters, count in (({}, 3), ({"group": "Web"}, 1), ({"group": "Mail"}, 2), ({"group": "nobody"}, 0)):
        with requests_of(sandbox, "portmonitor") as requests:
            run_module(portmonitor, "portmonitor_target_info", filters)
        assert len(requests) == 1 + count, filters


@pytest.mark.parametrize("options", ["texts", "objects", "pairs"])
@pytest.mark.parametrize("envelope", ["bare", "named", "data", "element"])
def test_the_profile_comes_with_what_it_may_be(
    sandbox: Sandbox, portmonitor: Account, options: str, envelope: str
) -> None:
    sandbox.switches("portmonitor", options=options, list_envelope=envelope, detail_envelope="success_data")
    result = run_module(portmonitor, "portmonitor_profile_info", {})
    assert result["profile"] == {"language": "en", "country": None, "time_zone": "UTC"}
    named = options != "texts"
    assert result["languages"] == [
        {"code": "en", "name": "English" if named else None},
        {"code": "es", "name": "Español" if named else None},
    ]
    assert [one["code"] for one in result["time_zones"]] == [
        "UTC", "Europe/London", "Europe/Madrid", "America/New_York",
    ]  # fmt: skip


@pytest.mark.parametrize("module", ["group", "target", "group_info", "target_info", "profile_info", "config_info"])
def test_an_unknown_list_is_an_error_that_names_its_keys(sandbox: Sandbox, portmonitor: Account, module: str) -> None:
    sandbox.set_state("portmonitor", STATE)
    sandbox.switches("portmonitor", list_envelope="unknown")
    options = {
        "group": {"name": "Web"},
        "target": {"group": "Web", "name": "Shop", "type": "url", "url": "https://shop.example.com"},
    }
    result = run_module(portmonitor, f"portmonitor_{module}", options.get(module, {}))
    assert result["failed"]
    assert "should contain a list of" in result["msg"]
    assert "foo" in result["msg"]
    assert len(sandbox.state("portmonitor")["groups"]) == 3


def test_an_unknown_list_of_targets_alone_creates_no_target(sandbox: Sandbox, portmonitor: Account) -> None:
    sandbox.set_state("portmonitor", STATE)
    shop = {"group": "Web", "name": "Shop", "type": "url", "url": "https://shop.example.com"}
    answers: list[Any] = [
        {"urls": [], "custom_ports": [], "pings": []},
        {"total": 0},
        None,
        "none",
        ["11"],
        [{"name": "Shop", "url": "https://shop.example.com"}],
        {"success": True},
    ]
    for answer in answers:
        sandbox.clear_faults()
        sandbox.fault(
            service="portmonitor", method="GET", path="/targets?", kind="status", status=200, times=-1, answer=answer
        )
        result = run_module(portmonitor, "portmonitor_target", shop)
        assert result.get("failed"), (answer, result)
    assert len(sandbox.state("portmonitor")["targets"]) == 3
