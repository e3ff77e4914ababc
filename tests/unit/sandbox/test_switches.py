# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every position of every switch of Alertra."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.alertra import Alertra, State, Tag
from sandbox.client import Sandbox
from sandbox.lag import Store
from sandbox.switches import Choice
from unit.sandbox.sandbox_api import WEB, Api

CONFIG = {
    "Timeout": 30,
    "Retries": 2,
    "RetryDelay": 1,
    "nschedule_id": None,
    "mschedule_id": None,
    "device_master_id": None,
}


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda rows, kind: rows),
        ("named", lambda rows, kind: {kind + "s": rows}),
        ("data", lambda rows, kind: {"data": rows}),
        ("results", lambda rows, kind: {"results": rows}),
        ("element", lambda rows, kind: [{kind: row} for row in rows]),
        ("unknown", lambda rows, kind: {"foo": {"count": len(rows)}}),
    ],
)
def test_list_envelope(sandbox: Sandbox, api: Api, envelope: str, wrap: Any) -> None:
    paths = {"device": "/devices", "tag": "/tags", "event": f"/devices/{api.new_device()}/events"}
    api.new_tag()
    rows = {kind: api.get(path) for kind, path in paths.items()}
    sandbox.switches("alertra", list_envelope=envelope)
    for kind, path in paths.items():
        assert rows[kind]
        assert api.get(path) == wrap(rows[kind], kind)


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda row, kind: row),
        ("list", lambda row, kind: [row]),
        ("named", lambda row, kind: {kind: row}),
        ("data", lambda row, kind: {"data": row}),
    ],
)
def test_detail_envelope(sandbox: Sandbox, api: Api, envelope: str, wrap: Any) -> None:
    device = f"/devices/{api.new_device()}"
    paths = {"device": device, "tag": f"/tags/{api.new_tag()}"}
    paths["check"] = "/checks/" + api.get(f"{device}/checks")[0]["check_id"]
    rows = {kind: api.get(path) for kind, path in paths.items()}
    sandbox.switches("alertra", detail_envelope=envelope)
    for kind, path in paths.items():
        assert api.get(path) == wrap(rows[kind], kind)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("device_id_object", lambda kind, row: {f"{kind}_id": row[f"{kind}_id"]}),
        ("id_object", lambda kind, row: {"id": row[f"{kind}_id"]}),
        ("full", lambda kind, row: row),
        ("named", lambda kind, row: {kind: row}),
        ("list", lambda kind, row: [row]),
        ("json_string", lambda kind, row: row[f"{kind}_id"]),
        ("message", lambda kind, row: {"message": "created"}),
    ],
)
@pytest.mark.parametrize(("kind", "body"), [("device", WEB), ("tag", {"Name": "prod"})])
def test_create_answer(sandbox: Sandbox, api: Api, kind: str, body: Any, answer: str, expected: Any) -> None:
    sandbox.switches("alertra", create_answer=answer)
    response = api.write("POST", f"/{kind}s", body)
    listed = api.get(f"/{kind}s")[0]
    assert response.json() == expected(kind, api.get(f"/{kind}s/{listed[f'{kind}_id']}"))
    assert response.headers["Content-Type"] == "application/json"


def test_create_answer_without_json(sandbox: Sandbox, api: Api) -> None:
    sandbox.switches("alertra", create_answer="text")
    response = api.write("POST", "/tags", {"Name": "prod"})
    assert response.text == api.get("/tags")[0]["tag_id"]
    assert response.headers["Content-Type"].startswith("text/plain")
    sandbox.switches("alertra", create_answer="empty")
    assert api.write("POST", "/tags", {"Name": "prod"}).content == b""
    assert len(api.get("/tags")) == 2


@pytest.mark.parametrize(("answer", "body"), [("empty", b""), ("null", b"null"), ("text", b"OK")])
def test_write_answer(sandbox: Sandbox, api: Api, answer: str, body: bytes) -> None:
    device, tag = f"/devices/{api.new_device()}", f"/tags/{api.new_tag()}"
    sandbox.switches("alertra", write_answer=answer)
    assert api.write("PUT", device, {"Timeout": 60}).content == body
    assert api.get(device)["Timeout"] == 60
    assert api.write("PUT", f"{device}/start-maintenance").content == body
    assert api.write("PUT", f"{tag}{device}").content == body
    assert api.write("DELETE", f"{tag}{device}").content == body
    assert api.write("DELETE", device).content == body
    assert api.get("/devices") == []


def test_write_answer_object(sandbox: Sandbox, api: Api) -> None:
    device, tag = f"/devices/{api.new_device()}", f"/tags/{api.new_tag()}"
    sandbox.switches("alertra", write_answer="object")
    for method, path, body, changed in [
        ("PUT", device, {"Timeout": 60}, device),
        ("PUT", f"{device}/start-maintenance", None, device),
        ("PUT", tag, {"Name": "live"}, tag),
        ("PUT", f"{tag}{device}", None, tag),
    ]:
        assert api.write(method, path, body).json() == api.get(changed)
    assert api.write("DELETE", tag).json() == {}


def test_id_key(sandbox: Sandbox, api: Api) -> None:
    device_id, tag_id = api.new_device(), api.new_tag()
    sandbox.switches("alertra", id_key="id", tag_devices="objects")
    api.write("PUT", f"/tags/{tag_id}/devices/{device_id}")
    for row in (api.get("/devices")[0], api.get(f"/devices/{device_id}")):
        assert row["id"] == device_id
        assert "device_id" not in row
    tag = api.get(f"/tags/{tag_id}")
    assert (tag["id"], tag["Devices"][0]["id"]) == (tag_id, device_id)
    assert "tag_id" not in tag


def test_tag_name_key(sandbox: Sandbox, api: Api) -> None:
    tag_id = api.new_tag()
    sandbox.switches("alertra", tag_name_key="name")
    assert api.get("/tags") == [{"tag_id": tag_id, "name": "prod"}]
    assert api.write("PUT", f"/tags/{tag_id}", {"Name": "live"}).json()["name"] == "live"


@pytest.mark.parametrize("key", ["Devices", "devices", "device_ids"])
def test_tag_devices(sandbox: Sandbox, api: Api, key: str) -> None:
    device_id, tag_id = api.new_device(), api.new_tag()
    api.write("PUT", f"/tags/{tag_id}/devices/{device_id}")
    sandbox.switches("alertra", tag_devices_key=key)
    assert api.get(f"/tags/{tag_id}")[key] == [device_id]
    sandbox.switches("alertra", tag_devices="objects")
    assert api.get(f"/tags/{tag_id}")[key] == api.get("/devices")
    sandbox.switches("alertra", tag_devices="absent")
    assert api.get(f"/tags/{tag_id}") == {"tag_id": tag_id, "Name": "prod"}


def test_listing(sandbox: Sandbox, api: Api) -> None:
    device_id, tag_id = api.new_device(), api.new_tag()
    sandbox.switches("alertra", listing="full")
    assert api.get("/devices") == [api.get(f"/devices/{device_id}")]
    assert api.get("/tags") == [api.get(f"/tags/{tag_id}")]


def test_numbers(sandbox: Sandbox, api: Api) -> None:
    device = f"/devices/{api.new_device()}"
    sandbox.switches("alertra", numbers="string")
    detail = api.get(device)
    assert [detail[name] for name in ("Frequency", "Timeout", "Retries", "RetryDelay")] == ["5", "30", "2", "1"]
    assert api.get(f"{device}/checks")[0]["TTLB"] == "120.5"
    assert api.call("GET", "/nothing").json()["code"] == "1005"
    assert api.call("PUT", device, {"Timeout": "30"}).json()["code"] == "1003"


@pytest.mark.parametrize("place", ["HostData", "Config", "Settings"])
def test_config_place(sandbox: Sandbox, api: Api, place: str) -> None:
    device_id = api.new_device()
    sandbox.switches("alertra", config_place=place)
    detail = api.get(f"/devices/{device_id}")
    assert not set(CONFIG) & set(detail)
    assert {**detail["HostData"], **detail[place]} == {"headers": {}, **CONFIG}
    assert {"Frequency", "FullName"} <= set(detail)


def test_config_hidden(sandbox: Sandbox, api: Api) -> None:
    device_id = api.new_device()
    sandbox.switches("alertra", config_place="hidden")
    assert not any(name in api.call("GET", f"/devices/{device_id}").text for name in CONFIG)
    sandbox.switches("alertra", config_place="top")
    assert set(CONFIG) <= set(api.get(f"/devices/{device_id}"))


def test_empty_value(sandbox: Sandbox, api: Api) -> None:
    device_id = api.new_device()
    names = {"FullName", "nschedule_id", "mschedule_id", "device_master_id"}
    for position, value in [("null", None), ("empty", "")]:
        sandbox.switches("alertra", empty_value=position)
        detail = api.get(f"/devices/{device_id}")
        assert {name: detail[name] for name in names} == dict.fromkeys(names, value)
    sandbox.switches("alertra", empty_value="absent")
    assert not names & set(api.get(f"/devices/{device_id}"))
    assert "FullName" not in api.get("/devices")[0]


def test_page_cap(sandbox: Sandbox, api: Api) -> None:
    ids = [api.new_device() for _turn in range(4)]
    sandbox.switches("alertra", page_cap=3)
    for parameters, expected in [
        ({}, ids[:3]),
        ({"Limit": 100}, ids[:3]),
        ({"Limit": 2}, ids[:2]),
        ({"Offset": 3}, ids[3:]),
    ]:
        assert [row["device_id"] for row in api.get("/devices", **parameters)] == expected
    assert len(api.get(f"/devices/{ids[0]}/checks")) == 3


def test_over_limit(sandbox: Sandbox, api: Api) -> None:
    assert api.get("/devices", Limit=101) == []
    sandbox.switches("alertra", over_limit="refuse")
    assert api.get("/devices", Limit=100) == []
    code, message = api.error("GET", "/devices?Limit=101")
    assert (code, "Limit" in message) == (1003, True)


@pytest.mark.parametrize("position", [404, "404"], ids=["number", "text"])
def test_not_found(sandbox: Sandbox, api: Api, position: int | str) -> None:
    sandbox.switches("alertra", not_found=position)
    for path, code in [("/devices/none", 1004), ("/tags/none", 1004), ("/nothing", 1005)]:
        response = api.call("GET", path)
        assert (response.status_code, response.json()["code"]) == (404, code)
    assert api.error("GET", "/devices?Limit=0")[0] == 1003
    assert sandbox.switches("alertra", not_found="400")["not_found"] == 400


def test_status_words(sandbox: Sandbox, api: Api) -> None:
    devices = [WEB, {**WEB, "Status": "Down"}, {**WEB, "in_maintenance": True}]
    sandbox.set_state("alertra", {"devices": devices})
    sandbox.switches("alertra", status_words="letters")
    assert [row["Status"] for row in api.get("/devices")] == ["U", "D", "M"]


def test_maint_filter(sandbox: Sandbox, api: Api) -> None:
    api.new_device()
    assert api.get("/devices", Filter="Maint") == []
    sandbox.switches("alertra", maint_filter="ignored")
    assert len(api.get("/devices", Filter="Maint")) == 1


def test_url_style(sandbox: Sandbox, api: Api) -> None:
    device_id = api.new_device()
    api.new_device(URL="http://www.example.com/")
    sandbox.switches("alertra", url_style="trailing_slash")
    assert [row["URL"] for row in api.get("/devices")] == ["http://www.example.com/"] * 2
    assert api.get(f"/devices/{device_id}")["URL"] == "http://www.example.com/"


def test_unknown_fields(sandbox: Sandbox, api: Api) -> None:
    device = f"/devices/{api.new_device()}"
    paths = [device, f"/tags/{api.new_tag()}"]
    lists = ["/devices", "/tags", f"{device}/checks", f"{device}/events"]

    def read() -> list[Any]:
        return [api.get(path) for path in paths] + [api.get(path)[0] for path in lists]

    plain = read()
    sandbox.switches("alertra", unknown_fields="some")
    for before, after in zip(plain, read(), strict=True):
        assert before.items() <= after.items()
        assert set(after) - set(before) == {"x_größe", "x_flag", "x_nested"}


def test_lag(sandbox: Sandbox, api: Api) -> None:
    path = f"/devices/{api.new_device()}"
    sandbox.switches("alertra", lag=60)
    for timeout in (60, 90):
        assert api.write("PUT", path, {"Timeout": timeout}).json()["Timeout"] == timeout
    other = f"/devices/{api.new_device()}"
    assert api.get(path)["Timeout"] == 30
    assert len(api.get("/devices")) == 1
    assert api.error("GET", other)[0] == 1004
    api.write("PUT", other, {"Timeout": 60})
    assert sandbox.state("alertra")["devices"][0]["Timeout"] == 90
    sandbox.switches("alertra", lag=0)
    assert [api.get(changed)["Timeout"] for changed in (path, other)] == [90, 60]


def test_lag_passes(sandbox: Sandbox, api: Api) -> None:
    sandbox.switches("alertra", lag=0.2)
    api.new_tag()
    time.sleep(0.25)
    assert len(api.get("/tags")) == 1


def test_lag_shows_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("sandbox.lag.time", SimpleNamespace(monotonic=lambda: clock.now))
    store = Store(State())

    def write(now: float, name: str) -> None:
        clock.now = now
        store.change(15).tags[name] = Tag(name, name)

    def read(now: float, lag: float = 15) -> list[str]:
        clock.now = now
        return list(store.read(lag).tags)

    write(10, "a")
    write(20, "b")
    assert read(24.9) == []
    assert read(25) == ["a"]
    write(30, "c")
    assert read(34) == ["a"]
    assert read(35) == read(44) == ["a", "b"]
    assert read(45) == read(44, lag=0) == ["a", "b", "c"]
    store.replace(State())
    assert read(44) == []


def test_defaults(sandbox: Sandbox) -> None:
    positions = sandbox.switches("alertra")
    for name, switch in Alertra.own_switches.items():
        assert positions.pop(name) == (switch.values[0] if isinstance(switch, Choice) else 100)
    assert positions == {"lag": 0, "text_storage": "as_given"}
