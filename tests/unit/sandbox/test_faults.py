# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of fault, and which requests it meets."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.client import Sandbox, SandboxError
from sandbox.faults import KINDS
from unit.sandbox.sandbox_api import Api

TAG = {"Name": "prod"}


def add(sandbox: Sandbox, kind: str, **fields: Any) -> None:
    """Add a fault for creating a tag."""
    sandbox.fault(**{"service": "alertra", "method": "POST", "path": "^/tags$", "kind": kind, **fields})


def tags(sandbox: Sandbox) -> int:
    """The number of tags, independent of the response."""
    return len(sandbox.state("alertra")["tags"])


def last(sandbox: Sandbox) -> tuple[Any, Any]:
    """Fault and status of the last request in the log."""
    request = sandbox.requests()[-1]
    return request["fault"], request["status"]


@pytest.mark.parametrize(("kind", "acted"), [("status", 0), ("status_after", 1)])
def test_status(sandbox: Sandbox, api: Api, kind: str, acted: int) -> None:
    add(sandbox, kind, status=429, retry_after="2", answer={"error": "slow down"}, headers={"X-Left": "0"})
    response = api.call("POST", "/tags", TAG)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "2"
    assert response.headers["X-Left"] == "0"
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"error": "slow down"}
    assert tags(sandbox) == acted
    assert last(sandbox) == (kind, 429)
    api.new_tag()
    assert last(sandbox) == (None, 200)


def test_status_with_text_and_without_a_body(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "status", status=502, answer="bad gateway")
    add(sandbox, "status", status=503)
    assert api.call("POST", "/tags", TAG).text == "bad gateway"
    assert api.call("POST", "/tags", TAG).content == b""


@pytest.mark.parametrize(("kind", "acted"), [("drop_before", 0), ("drop_after", 1)])
def test_drop(sandbox: Sandbox, api: Api, kind: str, acted: int) -> None:
    add(sandbox, kind)
    with pytest.raises(requests.ConnectionError):
        api.call("POST", "/tags", TAG)
    assert tags(sandbox) == acted
    assert last(sandbox) == (kind, None)
    api.new_tag()
    assert tags(sandbox) == acted + 1


def test_delay(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "delay", seconds=0.2)
    begin = time.monotonic()
    api.new_tag()
    assert time.monotonic() - begin >= 0.2
    assert tags(sandbox) == 1


def test_delay_acts_even_if_the_client_is_gone(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "delay", seconds=0.5)
    with pytest.raises(requests.Timeout):
        api.session.post(f"{api.base}/tags", json=TAG, timeout=0.05)
    assert tags(sandbox) == 0
    deadline = time.monotonic() + 2
    while tags(sandbox) == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert tags(sandbox) == 1


@pytest.mark.parametrize("create_answer", ["full", "empty"])
def test_truncate(sandbox: Sandbox, api: Api, create_answer: str) -> None:
    sandbox.switches("alertra", create_answer=create_answer)
    add(sandbox, "truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.call("POST", "/tags", TAG)
    assert tags(sandbox) == 1


def test_truncate_json(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "truncate_json")
    response = api.call("POST", "/tags", TAG)
    assert response.text.startswith('{"tag_id"')
    assert int(response.headers["Content-Length"]) == len(response.content)
    with pytest.raises(ValueError, match=r".+"):
        response.json()
    assert tags(sandbox) == 1


@pytest.mark.parametrize(("kind", "acted"), [("html", 0), ("html_after", 1)])
def test_html(sandbox: Sandbox, api: Api, kind: str, acted: int) -> None:
    add(sandbox, kind)
    response = api.call("POST", "/tags", TAG)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert "<html>" in response.text
    assert tags(sandbox) == acted


def test_empty(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "empty")
    response = api.call("POST", "/tags", TAG)
    assert (response.status_code, response.content) == (200, b"")
    assert tags(sandbox) == 1


def test_nested_json(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "nested_json")
    response = api.call("POST", "/tags", TAG)
    assert (response.status_code, response.content) == (200, b"[" * 100_000)
    assert tags(sandbox) == 1


def test_two_lengths(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "two_lengths")
    with pytest.raises(requests.exceptions.InvalidHeader, match="Content-Length"):
        api.call("POST", "/tags", TAG)
    assert tags(sandbox) == 1


def test_odd_gzip(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "odd_gzip")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        api.call("POST", "/tags", TAG)
    assert tags(sandbox) == 1


def test_odd_charset(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "odd_charset")
    with api.session.post(f"{api.base}/tags", json=TAG) as response:
        assert response.headers["Content-Type"] == "text/plain; charset=idna"
        with pytest.raises(UnicodeError):
            response.json()
    assert tags(sandbox) == 1


def test_gzip_bomb(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "gzip_bomb")
    with api.session.post(f"{api.base}/tags", json=TAG, stream=True) as response:
        assert int(response.headers["Content-Length"]) < 2**21
        assert sum(len(part) for part in response.iter_content(2**20)) == 2**30
    assert tags(sandbox) == 1


def test_drip(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "drip", seconds=0.01)
    with api.session.post(f"{api.base}/tags", json=TAG, stream=True) as response:
        assert response.raw.read(8) == b'{"tag_id'
    assert tags(sandbox) == 1


def test_half_of_a_character(sandbox: Sandbox, api: Api) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "pc \ud83d"}, {"Name": "ü"}]})
    response = api.call("GET", "/tags")
    assert b'"pc \\ud83d"' in response.content
    assert [tag["Name"] for tag in response.json()] == ["pc \ud83d", "ü"]


def test_redirect(sandbox: Sandbox, api: Api) -> None:
    add(sandbox, "redirect", location="http://other.example.com/")
    add(sandbox, "redirect", location="http://other.example.com/", status=308)
    for status in (302, 308):
        response = api.call("POST", "/tags", TAG)
        assert (response.status_code, response.headers["Location"]) == (status, "http://other.example.com/")
    assert tags(sandbox) == 0


def test_repeat_page(sandbox: Sandbox, api: Api) -> None:
    first = api.new_device()
    api.new_device()
    sandbox.fault(service="alertra", path="^/devices$", times=-1, kind="repeat_page")
    for offset in (0, 1, 5):
        assert api.get("/devices", Offset=offset, Limit=1)[0]["device_id"] == first


def test_endless_page(sandbox: Sandbox, api: Api) -> None:
    device = f"/devices/{api.new_device()}"
    sandbox.fault(service="alertra", method="GET", times=-1, kind="endless_page")
    for path, key in [
        ("/devices", "device_id"),
        ("/tags", "tag_id"),
        (f"{device}/checks", "check_id"),
        (f"{device}/events", "event_id"),
    ]:
        ids = [row[key] for offset in range(0, 75, 25) for row in api.get(path, Offset=offset, Limit=25)]
        assert len(set(ids)) == 75
    sandbox.clear_faults()
    assert len(api.get("/devices")) == 1


def test_matching(sandbox: Sandbox, api: Api) -> None:
    sandbox.fault(service="alertra", method="post", path="^/tags$", body="special", kind="status", status=503)
    api.new_device(FullName="special")
    api.new_tag()
    api.get("/tags")
    assert api.call("POST", "/tags", {"Name": "special"}).status_code == 503
    api.new_tag("special")
    assert [(fault["hits"], fault["times"]) for fault in sandbox.faults()] == [(1, 0)]


def test_skip_times_and_order(sandbox: Sandbox, api: Api) -> None:
    sandbox.fault(service="alertra", kind="status", status=503, skip=1, times=2)
    sandbox.fault(service="alertra", kind="status", status=500, times=-1, skip=2)
    statuses = [api.call("GET", "/tags").status_code for _turn in range(7)]
    assert statuses == [200, 503, 503, 200, 500, 500, 500]
    sandbox.clear_faults()
    assert api.get("/tags") == []


def test_faults_come_before_the_account(sandbox: Sandbox, api: Api) -> None:
    sandbox.fault(service="alertra", kind="status", status=503)
    api.session.headers.clear()
    assert api.call("GET", "/tags").status_code == 503


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"kind": "explode"}, "drop_before"),
        ({}, "drop_before"),
        ({"kind": "status"}, "status"),
        ({"kind": "delay"}, "seconds"),
        ({"kind": "redirect"}, "location"),
        ({"kind": "html", "service": "other"}, "alertra"),
        ({"kind": "html", "service": None}, "service"),
        ({"kind": "html", "seconds": 1}, "seconds"),
        ({"kind": "html", "pth": "^/tags$"}, "pth"),
        ({"kind": "html", "path": "("}, "path"),
        ({"kind": "html", "body": "["}, "body"),
        ({"kind": "html", "times": "1"}, "times"),
        ({"kind": "html", "skip": True}, "skip"),
        ({"kind": "status", "status": 99}, "status"),
        ({"kind": "status", "status": 500, "headers": {"X": 1}}, "headers"),
    ],
)
def test_refused_faults(sandbox: Sandbox, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(SandboxError, match=word):
        sandbox.fault(**{"service": "alertra", **fields})
    assert sandbox.faults() == []


def test_every_kind_is_tested() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'"{kind}"' not in source] == []
