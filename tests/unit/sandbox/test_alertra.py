# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alertra as its document has it: every endpoint, every rule."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.client import Sandbox
from unit.sandbox.sandbox_api import WEB, Api

NOBODY = "0" * 48

LIST_FIELDS = {
    "Status",
    "URL",
    "Method",
    "Frequency",
    "LastCheckResult",
    "StatusSince",
    "ShortName",
    "FullName",
    "device_id",
}
DETAIL: dict[str, Any] = {
    **WEB,
    "Status": "Up",
    "LastCheckResult": "200 OK",
    "FullName": None,
    "Frequency": 5,
    "Timeout": 30,
    "Retries": 2,
    "RetryDelay": 1,
    "nschedule_id": None,
    "mschedule_id": None,
    "device_master_id": None,
    "HostData": {"headers": {}},
}


# --- access


@pytest.mark.parametrize("header", ["Alertra-API-Key", "ALERTRA-API-KEY", "alertra-api-key"])
def test_key_in_header(api: Api, header: str) -> None:
    api.session.headers.clear()
    api.session.headers[header] = "sandbox-key"
    assert api.get("/devices") == []


def test_key_in_query(api: Api) -> None:
    api.session.headers.clear()
    assert api.get("/devices", api_key="sandbox-key") == []


@pytest.mark.parametrize("headers", [{}, {"Alertra-API-Key": "wrong"}, {"Alertra-API-Key": ""}])
def test_wrong_key(api: Api, headers: dict[str, str]) -> None:
    api.session.headers.clear()
    api.session.headers.update(headers)
    assert api.error("GET", "/devices") == (1002, "Access denied.")


def test_read_only_key_reads_the_same_data(api: Api) -> None:
    device_id = api.new_device()
    api.session.headers["Alertra-API-Key"] = "sandbox-readonly"
    assert api.get("/devices")[0]["device_id"] == device_id
    for method, path in [("POST", "/devices"), ("PUT", f"/devices/{device_id}"), ("DELETE", f"/devices/{device_id}")]:
        assert api.error(method, path, WEB) == (1002, "Access denied.")


def test_basic_key_needs_basic_and_has_its_own_data(api: Api) -> None:
    api.new_device()
    api.session.headers["Alertra-API-Key"] = "sandbox-basic"
    assert api.error("GET", "/devices") == (1002, "Access denied.")
    api.session.auth = ("sandbox", "wrong")
    assert api.error("GET", "/devices") == (1002, "Access denied.")
    api.session.auth = ("sandbox", "sandbox-password")
    assert api.get("/devices") == []


def test_hello(api: Api) -> None:
    response = api.call("GET", "/hello")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert lines[:6] == [
        "Hello 127.0.0.1",
        "",
        "Using key:  sandbox-key",
        "Key type:   API",
        "Auth level: UW",
        "HTTP Auth:  No",
    ]
    assert re.fullmatch(r"The time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.", lines[7])
    assert lines[8] == "Have a splendid day."


def test_hello_without_a_key(api: Api) -> None:
    api.session.headers.clear()
    assert api.call("GET", "/hello").status_code == 200
    assert api.error("GET", "/hello?api_key=wrong") == (1002, "Access denied.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/devices/"),
        ("PATCH", "/devices"),
        ("POST", "/hello"),
        ("PUT", "/tags"),
        ("POST", f"/devices/{NOBODY}/start-maintenance"),
    ],
)
def test_unknown_path(api: Api, method: str, path: str) -> None:
    assert api.error(method, path)[0] == 1005


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/devices/{NOBODY}"),
        ("PUT", f"/devices/{NOBODY}"),
        ("DELETE", f"/devices/{NOBODY}"),
        ("GET", f"/devices/{NOBODY}/checks"),
        ("GET", f"/devices/{NOBODY}/events"),
        ("GET", f"/devices/{NOBODY}/uptime"),
        ("PUT", f"/devices/{NOBODY}/start-maintenance"),
        ("PUT", f"/devices/{NOBODY}/stop-maintenance"),
        ("GET", f"/tags/{NOBODY}"),
        ("PUT", f"/tags/{NOBODY}"),
        ("DELETE", f"/tags/{NOBODY}"),
        ("PUT", f"/tags/{NOBODY}/devices/{NOBODY}"),
        ("DELETE", f"/tags/{NOBODY}/devices/{NOBODY}"),
        ("GET", f"/checks/{NOBODY}00"),
        ("GET", f"/checks/{NOBODY}00/extended"),
    ],
)
def test_unknown_id(api: Api, method: str, path: str) -> None:
    assert api.error(method, path)[0] == 1004


@pytest.mark.parametrize("parameter", ["fmt", "filename"])
@pytest.mark.parametrize("path", ["/devices", "/hello"])
def test_other_formats_are_refused(api: Api, path: str, parameter: str) -> None:
    code, message = api.error("GET", f"{path}?{parameter}=csv")
    assert code == 1003
    assert parameter in message


# --- devices


def test_create_and_read_a_device(api: Api) -> None:
    response = api.write("POST", "/devices", WEB)
    assert response.headers["Content-Type"] == "application/json"
    assert list(response.json()) == ["device_id"]
    device_id = response.json()["device_id"]
    assert re.fullmatch(r"[0-9a-f]{48}", device_id)
    for path in (f"/devices/{device_id}", f"/devices/{device_id}?WithConfig=Y"):
        detail = api.get(path)
        assert datetime.fromisoformat(detail.pop("StatusSince")).tzinfo is not None
        assert detail == {**DETAIL, "device_id": device_id}
    assert [set(row) for row in api.get("/devices")] == [LIST_FIELDS]


def test_ids_repeat_from_run_to_run(sandbox: Sandbox, api: Api) -> None:
    first = [api.new_device(), api.new_tag(), api.new_device()]
    sandbox.reset()
    assert [api.new_device(), api.new_tag(), api.new_device()] == first
    assert len(set(first)) == 3


def test_ids_are_not_used_again(api: Api) -> None:
    first = api.new_device()
    api.write("DELETE", f"/devices/{first}")
    assert api.new_device() != first


def test_short_names_need_not_be_unique(api: Api) -> None:
    assert api.new_device() != api.new_device()


GOOD: list[tuple[str, Any]] = [
    ("URL", "custom-script"),
    ("ShortName", "a"),
    ("ShortName", "Ab-12345"),
    ("FullName", "Größe"),
    *[("Frequency", value) for value in (1, 2, 5, 10, 20, 30, 60)],
    ("Timeout", 1),
    ("Timeout", 120),
    ("Retries", 2),
    ("Retries", 10),
    ("RetryDelay", 1),
    ("RetryDelay", 300),
    ("nschedule_id", "n-1"),
    ("mschedule_id", "m-1"),
]
CLEARED = [
    (name, value) for name in ("FullName", "nschedule_id", "mschedule_id", "device_master_id") for value in ("", None)
]
BAD: list[tuple[str, Any]] = [
    *[("URL", value) for value in ("", "  ", None, 5)],
    *[("ShortName", value) for value in ("", "123456789", "a b", "a_b", "ä", "WEB\n", None, 5)],
    ("FullName", 5),
    *[("Frequency", value) for value in (0, 3, 15, "5", 5.0, True, None)],
    *[("Timeout", value) for value in (0, 121, "30", 30.5, None)],
    *[("Retries", value) for value in (1, 11, "2", True)],
    *[("RetryDelay", value) for value in (0, 301, "1", True)],
    ("nschedule_id", 5),
    ("mschedule_id", []),
    ("device_master_id", NOBODY),
    ("device_master_id", 5),
    ("device_id", NOBODY),
    ("Tags", []),
    ("shortname", "WEB-1"),
    ("HostData", {"headers": {}}),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_allowed_settings(api: Api, name: str, value: Any) -> None:
    created, updated = api.new_device(**{name: value}), api.new_device()
    api.write("PUT", f"/devices/{updated}", {name: value})
    for device_id in (created, updated):
        assert api.get(f"/devices/{device_id}")[name] == value


@pytest.mark.parametrize(("name", "value"), CLEARED)
def test_cleared_settings(api: Api, name: str, value: Any) -> None:
    first = api.new_device(**{name: value})
    filled = first if name == "device_master_id" else "text"
    second = api.new_device(**{name: filled})
    assert api.get(f"/devices/{second}")[name] == filled
    api.write("PUT", f"/devices/{second}", {name: value})
    for device_id in (first, second):
        assert api.get(f"/devices/{device_id}")[name] is None


@pytest.mark.parametrize(("name", "value"), BAD)
def test_refused_settings(sandbox: Sandbox, api: Api, name: str, value: Any) -> None:
    code, message = api.error("POST", "/devices", {**WEB, name: value})
    assert (code, name in message) == (1003, True)
    device_id = api.new_device()
    before = sandbox.state("alertra")
    code, message = api.error("PUT", f"/devices/{device_id}", {"FullName": "new", name: value})
    assert (code, name in message) == (1003, True)
    assert sandbox.state("alertra") == before


@pytest.mark.parametrize("name", ["Method", "URL", "ShortName"])
def test_required_settings(api: Api, name: str) -> None:
    code, message = api.error("POST", "/devices", {key: value for key, value in WEB.items() if key != name})
    assert (code, name in message) == (1003, True)


@pytest.mark.parametrize(
    "method", ["HTTP", "PING", "SMTP", "POP3", "MySQL", "IMAP4", "FTP", "TELNET", "SSH", "NNTP", "TCP", "DNS", "Script"]
)
def test_methods(api: Api, method: str) -> None:
    assert api.get(f"/devices/{api.new_device(Method=method)}")["Method"] == method


@pytest.mark.parametrize("method", ["http", "HTTPS", "", None, 5])
def test_refused_methods(api: Api, method: Any) -> None:
    assert api.error("POST", "/devices", {**WEB, "Method": method})[0] == 1003


def test_method_cannot_be_changed(api: Api) -> None:
    device_id = api.new_device()
    for method in ("PING", "HTTP"):
        code, message = api.error("PUT", f"/devices/{device_id}", {"Method": method})
        assert (code, "Method" in message) == (1003, True)


def test_update_merges(api: Api) -> None:
    device_id = api.new_device(FullName="Shop", Timeout=60)
    before = api.get(f"/devices/{device_id}")
    after = {**before, "Timeout": 10}
    assert api.write("PUT", f"/devices/{device_id}", {"Timeout": 10}).json() == after
    assert api.write("PUT", f"/devices/{device_id}", {}).json() == after
    assert api.get(f"/devices/{device_id}") == after


def test_master(api: Api) -> None:
    master = api.new_device()
    device_id = api.new_device(device_master_id=master)
    assert api.get(f"/devices/{device_id}")["device_master_id"] == master
    code, message = api.error("PUT", f"/devices/{device_id}", {"device_master_id": device_id})
    assert (code, "device_master_id" in message) == (1003, True)


def test_delete_a_device(api: Api) -> None:
    master, tag_id = api.new_device(), api.new_tag()
    device_id = api.new_device(device_master_id=master)
    api.write("PUT", f"/tags/{tag_id}/devices/{master}")
    assert api.write("DELETE", f"/devices/{master}").json() == {}
    assert [row["device_id"] for row in api.get("/devices")] == [device_id]
    assert api.get(f"/devices/{device_id}")["device_master_id"] is None
    assert api.get(f"/tags/{tag_id}")["Devices"] == []
    assert api.error("DELETE", f"/devices/{master}")[0] == 1004


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_body_needs_its_content_type(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = b'{"Method": "HTTP", "ShortName": "WEB-1", "URL": "http://www.example.com"}'
    code, message = api.error("POST", "/devices", data=body, headers=headers)
    assert (code, "Content-Type" in message) == (1003, True)
    tag_id = api.new_tag()
    assert api.error("DELETE", f"/tags/{tag_id}", data=b"{}", headers=headers)[0] == 1003


def test_content_type_with_a_charset(api: Api) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert api.call("POST", "/tags", data=b'{"Name": "prod"}', headers=headers).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff"])
def test_body_must_be_an_object(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in [("POST", "/devices"), ("POST", "/tags"), ("PUT", f"/devices/{api.new_device()}")]:
        assert api.error(method, path, data=body, headers=headers)[0] == 1003


def test_paging(api: Api) -> None:
    ids = [api.new_device() for _turn in range(103)]

    def page(**parameters: int) -> list[str]:
        return [row["device_id"] for row in api.get("/devices", **parameters)]

    assert page() == ids[:25]
    assert page(Limit=100) == page(Limit=200) == ids[:100]
    assert page(Limit=100, Offset=100) == ids[100:]
    assert page(Limit=2, Offset=3) == ids[3:5]
    assert page(Offset=103) == []


@pytest.mark.parametrize(
    "query",
    ["Limit=0", "Limit=-1", "Limit=x", "Limit=", "Offset=-1", "Offset=1.5", "Limit=٣", "Filter=Nothing", "Filter=ok"],
)
def test_refused_parameters_of_a_list(api: Api, query: str) -> None:
    code, message = api.error("GET", f"/devices?{query}")
    assert (code, query.partition("=")[0] in message) == (1003, True)


def test_filter(sandbox: Sandbox, api: Api) -> None:
    state = sandbox.set_state(
        "alertra",
        {
            "devices": [
                {**WEB, "Tags": ["prod"]},
                {**WEB, "Status": "Down"},
                {**WEB, "in_maintenance": True, "Tags": ["prod"]},
            ],
            "tags": [{"Name": "prod"}, {"Name": "none"}],
        },
    )
    ids = [device["device_id"] for device in state["devices"]]
    prod, none = (tag["tag_id"] for tag in state["tags"])
    expected = {"All": ids, "Ok": ids[:1], "Down": ids[1:2], "Maint": ids[2:], prod: [ids[0], ids[2]], none: []}
    for wanted, found in expected.items():
        assert [row["device_id"] for row in api.get("/devices", Filter=wanted)] == found
    assert [row["Status"] for row in api.get("/devices")] == ["Up", "Down", "Maint"]


# --- maintenance


def maintenance_left(sandbox: Sandbox) -> timedelta:
    return datetime.fromisoformat(sandbox.state("alertra")["devices"][0]["maintenance_until"]) - datetime.now(UTC)


def test_maintenance(sandbox: Sandbox, api: Api) -> None:
    path = f"/devices/{api.new_device()}"
    api.write("PUT", f"{path}/stop-maintenance")
    assert api.write("PUT", f"{path}/start-maintenance").json()["Status"] == "Maint"
    assert api.get(path)["Status"] == "Maint"
    assert timedelta(minutes=59) < maintenance_left(sandbox) <= timedelta(hours=1)
    api.write("PUT", f"{path}/start-maintenance", {"Duration": "2:30"})
    assert timedelta(minutes=149) < maintenance_left(sandbox) <= timedelta(minutes=150)
    api.write("PUT", f"{path}/start-maintenance", {"Duration": "00:10"})
    assert maintenance_left(sandbox) > timedelta(minutes=149)
    assert api.write("PUT", f"{path}/stop-maintenance").json()["Status"] == "Up"
    assert sandbox.state("alertra")["devices"][0]["in_maintenance"] is False


def test_maintenance_ends_on_its_own(sandbox: Sandbox, api: Api) -> None:
    over = {**WEB, "in_maintenance": True, "maintenance_until": "2025-01-01T00:00:00Z"}
    sandbox.set_state("alertra", {"devices": [over]})
    assert api.get("/devices")[0]["Status"] == "Up"


@pytest.mark.parametrize("duration", ["1", "1:60", "100:00", "1:5", "", 90, None, "01:00\n"])
def test_refused_durations(api: Api, duration: Any) -> None:
    code, message = api.error("PUT", f"/devices/{api.new_device()}/start-maintenance", {"Duration": duration})
    assert (code, "Duration" in message) == (1003, True)


def test_maintenance_takes_no_other_fields(api: Api) -> None:
    device_id = api.new_device()
    assert api.error("PUT", f"/devices/{device_id}/start-maintenance", {"duration": "01:00"})[0] == 1003
    assert api.error("PUT", f"/devices/{device_id}/stop-maintenance", {"Duration": "01:00"})[0] == 1003


# --- tags


def test_tags(api: Api) -> None:
    tag_id, twin = api.new_tag(), api.new_tag()
    assert re.fullmatch(r"[0-9a-f]{48}", tag_id)
    tag = {"tag_id": tag_id, "Name": "prod"}
    assert api.get("/tags") == [tag, {"tag_id": twin, "Name": "prod"}]
    assert api.get(f"/tags/{tag_id}") == {**tag, "Devices": []}
    renamed = {**tag, "Name": "live", "Devices": []}
    assert api.write("PUT", f"/tags/{tag_id}", {"Name": "live"}).json() == renamed
    assert api.get(f"/tags/{tag_id}") == renamed
    assert api.write("DELETE", f"/tags/{tag_id}").json() == {}
    assert [row["tag_id"] for row in api.get("/tags")] == [twin]


@pytest.mark.parametrize("body", [{}, {"Name": ""}, {"Name": " "}, {"Name": None}, {"Name": 5}, {"name": "prod"}])
def test_refused_tags(api: Api, body: dict[str, Any]) -> None:
    tag_id = api.new_tag()
    for method, path in [("POST", "/tags"), ("PUT", f"/tags/{tag_id}")]:
        code, message = api.error(method, path, body)
        assert (code, "ame" in message) == (1003, True)
    assert api.error("PUT", f"/tags/{tag_id}", {"Name": "live", "Devices": []})[0] == 1003


def test_attach_and_detach(sandbox: Sandbox, api: Api) -> None:
    device_id, other, tag_id = api.new_device(), api.new_device(), api.new_tag()
    for member in (device_id, other, device_id):
        api.write("PUT", f"/tags/{tag_id}/devices/{member}")
    assert sorted(api.get(f"/tags/{tag_id}")["Devices"]) == sorted([device_id, other])
    for _turn in range(2):
        assert api.write("DELETE", f"/tags/{tag_id}/devices/{device_id}").json() == {}
    assert api.get(f"/tags/{tag_id}")["Devices"] == [other]
    api.write("DELETE", f"/tags/{tag_id}")
    assert [device["Tags"] for device in sandbox.state("alertra")["devices"]] == [[], []]


# --- checks, events, uptime


def test_checks(api: Api) -> None:
    path = f"/devices/{api.new_device()}/checks"
    checks = api.get(path)
    assert len(checks) == 5
    assert list(checks[0]) == [
        "check_id",
        "Location",
        "Timestamp",
        "BlockTime",
        "ConnectTime",
        "DNSTime",
        "SSLTime",
        "TTFB",
        "TTLB",
        "RequestTime",
        "Kbps",
        "PerfStat",
        "ResultCode",
        "DataSize",
    ]
    assert api.get(path, Offset=1, Limit=2) == checks[1:3]
    check_id = checks[1]["check_id"]
    assert api.get(f"/checks/{check_id}") == checks[1]
    assert set(api.get(f"/checks/{check_id}/extended")) == {"check_id", "ExtraData"}


def test_events(api: Api) -> None:
    path = f"/devices/{api.new_device()}/events"
    events = api.get(path)
    assert len(events) == 4
    assert set(events[0]) == {"event_id", "Timestamp", "Event", "Description"}
    assert [event["Timestamp"] for event in events] == sorted((e["Timestamp"] for e in events), reverse=True)
    assert api.get(path, Offset=1, Limit=2) == events[1:3]
    assert api.get(path, Timestamp=events[1]["Timestamp"]) == events[2:]


def test_uptime(api: Api) -> None:
    path = f"/devices/{api.new_device()}/uptime"
    uptime = api.get(path, Timestamp1="2014-01-01T00:00:00")["Uptime"]
    assert set(uptime) == {"UpSeconds", "DownSeconds", "MaintenanceSeconds", "Outages"}
    period = {"Timestamp1": "2014-01-01T00:00:00Z", "Timestamp2": "2014-02-01T00:00:00-05:00"}
    assert api.get(path, **period)["Uptime"] == uptime


@pytest.mark.parametrize(
    "query",
    [
        "events?Timestamp=2013-01-01+00:00:00+EST-500",
        "events?Timestamp=2013-01-01T00:00:00+01:00",
        "events?Timestamp=2013-01-01",
        "events?Timestamp=",
        "events?Timestamp=2013-13-01T00:00:00Z",
        "uptime?Timestamp1=yesterday",
        "uptime?Timestamp1=2014-01-01T00:00:00&Timestamp2=now",
        "uptime?Timestamp1=2014-01-01T00:00:00&Timestamp2=2013-01-01T00:00:00",
        "uptime",
        "checks?Limit=0",
    ],
)
def test_refused_times(api: Api, query: str) -> None:
    assert api.error("GET", f"/devices/{api.new_device()}/{query}")[0] == 1003
