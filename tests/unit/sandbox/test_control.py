# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control endpoint: request log, switches, state, accounts, reset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

import sandbox as package
from sandbox.alertra import Alertra
from sandbox.app import all_services
from sandbox.client import Sandbox, SandboxError
from sandbox.faults import KINDS, MATCHING, OPTIONAL
from sandbox.switches import COMMON_SWITCHES, Choice
from unit.sandbox.sandbox_api import WEB, Api


def control(sandbox: Sandbox, method: str, path: str, **options: Any) -> requests.Response:
    """Call the control endpoint without the helper."""
    return requests.request(method, f"{sandbox.url}/_control{path}", timeout=10, **options)


def test_health(sandbox: Sandbox) -> None:
    names = [service.name for service in all_services()]
    assert control(sandbox, "GET", "/health").json() == {"status": "ok", "services": names}


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("PUT", "/health"), ("GET", "/switches")])
def test_unknown_call(sandbox: Sandbox, method: str, path: str) -> None:
    response = control(sandbox, method, path)
    assert response.status_code == 400
    assert path in response.json()["error"]


def test_outside_of_all_services(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.url}/alertra/v2/devices", timeout=10).status_code == 404
    assert sandbox.requests() == []


# --- request log


def test_request_log(sandbox: Sandbox, api: Api) -> None:
    api.call("POST", "/tags", {"Name": "prod"})
    api.call("GET", "/devices?Filter=All&Filter=Ok&Limit=2")
    api.call("PUT", "/a%2Fb/%C3%A4", data="not JSON")
    first, second, third = sandbox.requests()
    assert first == {
        "n": 1,
        "service": "alertra",
        "method": "POST",
        "path": "/tags",
        "query": {},
        "body": {"Name": "prod"},
        "account": "default",
        "connection": first["connection"],
        "fault": None,
        "status": 200,
    }
    assert (second["n"], second["query"], second["body"]) == (2, {"Filter": ["All", "Ok"], "Limit": ["2"]}, None)
    assert second["connection"] == first["connection"]
    assert (third["path"], third["body"], third["status"]) == ("/a/b/ä", "not JSON", 400)
    assert sandbox.requests("alertra") == sandbox.requests()
    assert sandbox.requests("other") == []
    sandbox.clear_requests()
    assert sandbox.requests() == []


def test_log_numbers_connections(sandbox: Sandbox, api: Api) -> None:
    api.get("/tags")
    api.session.close()
    api.get("/tags")
    one, two = (request["connection"] for request in sandbox.requests())
    assert 0 < one < two


@pytest.mark.parametrize(
    ("key", "name"),
    [("sandbox-key", "default"), ("sandbox-readonly", "readonly"), ("sandbox-basic", None), ("secret", None)],
)
def test_log_names_accounts_and_hides_keys(sandbox: Sandbox, api: Api, key: str, name: str | None) -> None:
    api.session.headers["Alertra-API-Key"] = key
    api.call("POST", f"/{key}?x={key}", {"Name": f"my {key}"})
    api.session.headers.clear()
    api.call("GET", f"/tags?api_key={key}")
    text = control(sandbox, "GET", "/requests").text
    assert key not in text
    assert [request["account"] for request in sandbox.requests()] == [name, name]
    assert sandbox.requests()[1]["query"] == {"api_key": ["***"]}


# --- switches


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("list_envelop", "bare", "list_envelope"),
        ("list_envelope", "bar", "named"),
        ("page_cap", 0, "whole number"),
        ("page_cap", 1.5, "whole number"),
        ("page_cap", "5", "whole number"),
        ("lag", -1, "0 or more"),
        ("lag", True, "0 or more"),
        ("not_found", 500, "404"),
    ],
)
def test_refused_switches(sandbox: Sandbox, name: str, value: Any, word: str) -> None:
    before = sandbox.switches("alertra")
    with pytest.raises(SandboxError, match=word):
        sandbox.switches("alertra", **{"numbers": "string", name: value})
    assert sandbox.switches("alertra") == before


def test_switches(sandbox: Sandbox) -> None:
    changed = sandbox.switches("alertra", numbers="string", lag=0.5)
    assert (changed["numbers"], changed["lag"]) == ("string", 0.5)
    assert control(sandbox, "GET", "/switches/alertra").json() == changed
    sandbox.reset_switches("alertra")
    assert sandbox.switches("alertra")["numbers"] == "number"


def test_unknown_service(sandbox: Sandbox) -> None:
    for method, path in [("GET", "/switches/other"), ("GET", "/state/other"), ("PUT", "/state/other")]:
        response = control(sandbox, method, path, json={})
        assert response.status_code == 400
        assert "alertra" in response.json()["error"]


def test_readme_names_everything() -> None:
    text = Path(next(iter(package.__path__)), "README.md").read_text(encoding="utf-8")
    for name, switch in {**Alertra.own_switches, **COMMON_SWITCHES}.items():
        values = ", ".join(str(value) for value in switch.values) if isinstance(switch, Choice) else str(switch.default)
        assert f"| `{name}` | {values}" in text
    for kind, needed in KINDS.items():
        assert f"| `{kind}` | {', '.join(f'`{name}`' for name in needed)}" in text
    for name in (*MATCHING, *(name for names in OPTIONAL.values() for name in names)):
        assert f"`{name}`" in text or name == "kind"


# --- state


def test_state_can_be_put_back(sandbox: Sandbox, api: Api) -> None:
    seed = {
        "devices": [
            {**WEB, "Tags": ["prod", "web"], "Timeout": 60, "in_maintenance": True},
            {**WEB, "device_id": "a" * 48, "Method": "PING", "FullName": None, "Status": "Down"},
            {**WEB, "device_master_id": "a" * 48},
        ],
        "tags": [{"Name": "prod"}, {"Name": "web", "tag_id": "b" * 48}],
    }
    state = sandbox.set_state("alertra", seed)
    assert sandbox.state("alertra") == state
    assert state["devices"][0] == {
        **WEB,
        "device_id": state["devices"][0]["device_id"],
        "FullName": "",
        "Frequency": 5,
        "Timeout": 60,
        "Retries": 2,
        "RetryDelay": 1,
        "nschedule_id": "",
        "mschedule_id": "",
        "device_master_id": "",
        "Status": "Up",
        "Tags": [tag["tag_id"] for tag in state["tags"]],
        "in_maintenance": True,
        "maintenance_until": state["devices"][0]["maintenance_until"],
    }
    assert len({device["device_id"] for device in state["devices"]}) == 3
    assert sandbox.set_state("alertra", state) == state
    assert len(api.get("/devices")) == 3
    assert sandbox.set_state("alertra", {}) == {"devices": [], "tags": []}
    assert api.get("/devices") == []


@pytest.mark.parametrize(
    ("seed", "word"),
    [
        ({"device": []}, "device"),
        ({"devices": {}}, "devices"),
        ({"devices": [5]}, "devices"),
        ({"devices": [{"ShortName": "A", "URL": "x"}]}, "Method"),
        ({"devices": [{**WEB, "Timeout": 0}]}, "Timeout"),
        ({"devices": [{**WEB, "shortname": "A"}]}, "shortname"),
        ({"devices": [{**WEB, "Tags": ["prod"]}]}, "prod"),
        ({"devices": [{**WEB, "Tags": "prod"}]}, "Tags"),
        ({"devices": [{**WEB, "Tags": ["prod"]}], "tags": [{"Name": "prod"}, {"Name": "prod"}]}, "2 tags"),
        ({"devices": [{**WEB, "device_id": "x"}]}, "device_id"),
        ({"devices": [{**WEB, "device_id": "a" * 48}] * 2}, "device_id"),
        ({"devices": [{**WEB, "device_master_id": "a" * 48}]}, "device_master_id"),
        ({"devices": [{**WEB, "Status": "Maint"}]}, "Status"),
        ({"devices": [{**WEB, "in_maintenance": "yes"}]}, "in_maintenance"),
        ({"devices": [{**WEB, "in_maintenance": True, "maintenance_until": "soon"}]}, "maintenance_until"),
        ({"tags": [{}]}, "Name"),
    ],
)
def test_refused_states(sandbox: Sandbox, api: Api, seed: dict[str, Any], word: str) -> None:
    api.new_tag()
    before = sandbox.state("alertra")
    with pytest.raises(SandboxError, match=word):
        sandbox.set_state("alertra", seed)
    assert sandbox.state("alertra") == before


def test_state_of_other_accounts(sandbox: Sandbox) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "prod"}]}, account="sandbox-basic")
    assert sandbox.state("alertra")["tags"] == []
    assert len(sandbox.state("alertra", account="sandbox-basic")["tags"]) == 1
    with pytest.raises(SandboxError, match="no account"):
        sandbox.state("alertra", account="other")


def test_bodies_of_control_calls(sandbox: Sandbox) -> None:
    for body, word in [(b"{", "JSON"), (b"[]", "object")]:
        response = control(sandbox, "PUT", "/state/alertra", data=body)
        assert response.status_code == 400
        assert word in response.json()["error"]


def test_a_list_of_faults(sandbox: Sandbox) -> None:
    faults = [{"service": "alertra", "kind": "html"}, {"service": "alertra", "kind": "empty"}]
    assert [fault["kind"] for fault in control(sandbox, "POST", "/faults", json=faults).json()] == ["html", "empty"]
    assert len(sandbox.faults()) == 2


# --- accounts


def test_accounts(sandbox: Sandbox, api: Api) -> None:
    assert sandbox.add_account("alertra", key="own") == "account-4"
    twin = {"key": "twin", "level": "UR", "name": "reader", "user": "u", "password": "p", "same_data_as": "own"}
    assert sandbox.add_account("alertra", **twin) == "reader"
    api.session.headers["Alertra-API-Key"] = "own"
    tag_id = api.new_tag()
    api.session.headers["Alertra-API-Key"] = "twin"
    assert api.error("GET", "/tags")[0] == 1002
    api.session.auth = ("u", "p")
    assert [tag["tag_id"] for tag in api.get("/tags")] == [tag_id]
    assert api.error("POST", "/tags", {"Name": "x"})[0] == 1002
    assert sandbox.state("alertra")["tags"] == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "key"),
        ({"key": ""}, "key"),
        ({"key": 5}, "key"),
        ({"key": "new", "level": "XX"}, "UW"),
        ({"key": "new", "user": "u"}, "password"),
        ({"key": "new", "colour": "red"}, "colour"),
        ({"key": "new", "same_data_as": "other"}, "no account"),
        ({"key": "sandbox-key"}, "already"),
        ({"key": "new", "name": "default"}, "already"),
    ],
)
def test_refused_accounts(sandbox: Sandbox, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(SandboxError, match=word):
        sandbox.add_account("alertra", **fields)


def test_reset(sandbox: Sandbox, api: Api) -> None:
    api.new_tag()
    sandbox.add_account("alertra", key="own")
    sandbox.switches("alertra", numbers="string", lag=5)
    sandbox.fault(service="alertra", kind="html")
    sandbox.reset()
    assert sandbox.requests() == []
    assert sandbox.faults() == []
    assert sandbox.switches("alertra")["numbers"] == "number"
    assert api.get("/tags") == []
    assert api.error("GET", "/tags?api_key=own", headers={"Alertra-API-Key": None})[0] == 1002
