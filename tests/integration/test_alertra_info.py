# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alertra's maintenance, and what the info modules find."""

from __future__ import annotations

from typing import Any

import pytest

from integration.harness import Account, requests_of, run_module, writes
from sandbox.client import Sandbox

SEED: dict[str, Any] = {
    "tags": [{"Name": "web"}],
    "devices": [
        {"ShortName": name, "Method": "HTTP", "URL": f"https://{name.lower()}.example.com", "Tags": tags}
        for name, tags in (("A", ["web"]), ("B", ["web"]), ("C", []))
    ],
}
ODD: list[dict[str, Any]] = [
    {},
    {"status_words": "letters", "list_envelope": "element", "id_key": "id", "write_answer": "text"},
    {"maint_filter": "ignored", "tag_devices": "absent", "numbers": "string"},
]


def busy(sandbox: Sandbox) -> list[str]:
    """The names of the devices in maintenance."""
    return [one["ShortName"] for one in sandbox.state("alertra")["devices"] if one["in_maintenance"]]


@pytest.mark.parametrize("switches", ODD)
def test_maintenance_starts_once_and_stops_once(sandbox: Sandbox, alertra: Account, switches: dict[str, Any]) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", **switches)
    for state, expected in (("started", ["A", "B"]), ("stopped", [])):
        options = {"tag": "web", "duration": "02:00" if state == "started" else "01:00", "state": state}
        predicted = run_module(alertra, "alertra_maintenance", options, check=True)
        assert predicted["changed"], predicted
        done = run_module(alertra, "alertra_maintenance", options)
        assert {key: done[key] for key in ("changed", "diff", "devices")} == {
            key: predicted[key] for key in ("changed", "diff", "devices")
        }
        assert busy(sandbox) == expected
        assert not run_module(alertra, "alertra_maintenance", options)["changed"]
        assert [one["in_maintenance"] for one in done["devices"]] == [state == "started"] * 2


def test_extend_starts_a_running_maintenance_again(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", SEED)
    run_module(alertra, "alertra_maintenance", {"devices": ["C"]})
    with requests_of(sandbox, "alertra") as requests:
        options = {"devices": ["C"], "duration": "03:00", "extend": True}
        assert run_module(alertra, "alertra_maintenance", options, check=True)["changed"]
        assert run_module(alertra, "alertra_maintenance", options)["changed"]
    assert len(writes(requests)) == 1
    assert requests[-1]["body"] == {"Duration": "03:00"}


def test_a_device_named_twice_is_put_into_maintenance_once(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", SEED)
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_maintenance", {"tag": "web", "devices": ["B", "C"]})
    assert [one["short_name"] for one in result["devices"]] == ["A", "B", "C"]
    assert len(writes(requests)) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [({"devices": ["NOBODY"]}, "there is no device named NOBODY"), ({"tag": "none"}, "there is no tag named none")],
)
def test_maintenance_of_nothing_is_an_error_that_names_it(
    sandbox: Sandbox, alertra: Account, options: dict[str, Any], words: str
) -> None:
    sandbox.set_state("alertra", SEED)
    assert words in run_module(alertra, "alertra_maintenance", options)["msg"]


def test_one_device_that_cannot_start_stops_no_other(sandbox: Sandbox, alertra: Account) -> None:
    ids = [one["device_id"] for one in sandbox.set_state("alertra", SEED)["devices"]]
    sandbox.fault(service="alertra", path=f"/devices/{ids[0]}/start", kind="status", status=400)
    result = run_module(alertra, "alertra_maintenance", {"devices": ["A", "B"]})
    assert result["failed"]
    assert result["changed"]
    assert busy(sandbox) == ["B"]
    assert [failure["name"] for failure in result["failures"]] == ["A"]
    assert [one["in_maintenance"] for one in result["devices"]] == [False, True]


@pytest.mark.parametrize("switches", ODD)
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["A", "B", "C"]),
        ({"short_name": "B"}, ["B"]),
        ({"tag": "web"}, ["A", "B"]),
        ({"status": "Maint"}, ["B", "C"]),
        ({"status": "ok"}, ["A"]),
        ({"status": "down"}, []),
        ({"status": "maint", "tag": "web"}, ["B"]),
        ({"device_id": "0" * 48}, []),
        ({"tag": "none"}, []),
    ],
)
def test_devices_are_found_by_all_filters_together(
    sandbox: Sandbox, alertra: Account, switches: dict[str, Any], filters: dict[str, Any], expected: list[str]
) -> None:
    sandbox.set_state("alertra", SEED)
    sandbox.switches("alertra", **switches)
    run_module(alertra, "alertra_maintenance", {"devices": ["B", "C"]})
    found = run_module(alertra, "alertra_device_info", filters)["devices"]
    assert [one["short_name"] for one in found] == expected
    for one in found:
        assert {"device_id", "url", "method", "frequency", "timeout", "tags", "status"} <= one.keys()


def test_history_is_as_long_as_the_time_that_is_asked_for(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", SEED)
    options = {"short_name": "A", "include": ["checks", "events", "uptime"], "since": "2000-01-01T00:00:00Z"}
    everything = run_module(alertra, "alertra_device_info", options)["devices"][0]
    assert everything["checks"]
    assert everything["events"]
    assert everything["uptime"].keys() == {"up_seconds", "down_seconds", "maintenance_seconds", "outages"}
    moments = sorted(event["timestamp"] for event in everything["events"])
    late = run_module(alertra, "alertra_device_info", {**options, "since": moments[-1]})["devices"][0]
    assert [event["timestamp"] for event in late["events"]] == [moments[-1]]
    early = run_module(alertra, "alertra_device_info", {**options, "until": moments[-1]})["devices"][0]
    assert [event["timestamp"] for event in early["events"]] == moments[:-1][::-1]


def test_a_check_that_is_not_found(sandbox: Sandbox, alertra: Account) -> None:
    refused = run_module(alertra, "alertra_check_info", {"check_id": "nothing"})
    assert "GET /checks/nothing: refused:" in refused["msg"]
    sandbox.switches("alertra", not_found=404)
    assert run_module(alertra, "alertra_check_info", {"check_id": "nothing"})["checks"] == []


def test_a_read_only_key_says_so(sandbox: Sandbox, alertra: Account) -> None:
    key = run_module(alertra, "alertra_key_info", {"api_key": "sandbox-readonly"})["key"]
    assert key == {"type": "API", "authorization_level": "UR", "writable": False, "http_auth": False}
