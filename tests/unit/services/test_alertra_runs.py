# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Alertra: what they send, and what the account then holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE, TAG
from sandbox.service import Call, Reply
from unit.core.fake import want
from unit.services.account import Account

DEVICE_A: Mapping[str, Any] = {"ShortName": "A", "Method": "HTTP", "URL": "http://a.example.com"}


def tags_of(account: Account, short_name: str) -> list[str]:
    """The names of the tags of a device."""
    state = account.state()
    names = {tag["tag_id"]: tag["Name"] for tag in state["tags"]}
    (tags,) = [device["Tags"] for device in state["devices"] if device["ShortName"] == short_name]
    return sorted(names[tag] for tag in tags)


@pytest.mark.parametrize("tags", [{}, {"tags": ["new"]}, {"tags": ["one"]}])
def test_a_recreated_device_keeps_the_tags_that_purge_tags_protects(
    monkeypatch: pytest.MonkeyPatch, tags: dict[str, list[str]]
) -> None:
    tag_names = ("one", "two", "new", "other")
    state = {"tags": [{"Name": name} for name in tag_names], "devices": [{**DEVICE_A, "Tags": ["one", "two"]}]}
    account = Account(monkeypatch, "alertra", state)
    device = want(DEVICE, short_name="A", method="PING", url="a.example.com", recreate=True, purge_tags=False, **tags)
    planned = account.run(device, check=True)
    done = account.run(device)
    assert done.summary()["recreate"] == 1
    assert planned.changes() == [{**one, "id": planned.changes()[0]["id"]} for one in done.changes()]
    assert tags_of(account, "A") == sorted({"one", "two", *tags.get("tags", ())})


def test_only_the_added_tags_are_read_where_nothing_else_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"tags": [{"Name": name} for name in ("one", "two", "new")], "devices": [{**DEVICE_A, "Tags": ["one"]}]}
    account = Account(monkeypatch, "alertra", state, tag_devices="absent")
    account.run(want(DEVICE, short_name="A", tags=["new"], purge_tags=False))
    new = next(tag["tag_id"] for tag in account.state()["tags"] if tag["Name"] == "new")
    assert [one for one in account.requests if one.startswith("GET /tags/")] == [f"GET /tags/{new}"]
    assert tags_of(account, "A") == ["new", "one"]


@pytest.mark.parametrize(("number", "pages"), [(24, 1), (25, 2), (99, 2), (100, 2), (101, 2), (200, 3)])
def test_a_listing_that_need_not_be_whole_may_end_with_a_short_first_page(
    monkeypatch: pytest.MonkeyPatch, number: int, pages: int
) -> None:
    """A first page of fewer than 25 devices, the default limit of the vendor, is taken for the only one."""
    devices = [{**DEVICE_A, "ShortName": f"D{index}"} for index in range(number)]
    account = Account(monkeypatch, "alertra", {"devices": devices})
    assert len(account.service().list_objects(DEVICE, whole=False)) == number
    assert len(account.calls) == pages


@pytest.mark.parametrize(
    ("user", "password", "sent"), [("u", "p", b"u:p"), ("u", None, b"u:"), (None, "p", b":p"), (None, None, None)]
)
def test_a_login_is_sent_along_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, user: str | None, password: str | None, sent: bytes | None
) -> None:
    account = Account(monkeypatch, "alertra", {})
    account.service(login_user=user, login_password=password).list_objects(TAG)
    basic = account.calls[-1].headers.get("Authorization")
    assert basic == (None if sent is None else f"Basic {base64.b64encode(sent).decode()}")
    assert account.calls[-1].headers["Alertra-API-Key"] == "sandbox-key"


def test_tags_that_cannot_be_read_concern_the_devices_whose_tags_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"tags": [{"Name": "one", "tag_id": "a" * 48}], "devices": [DEVICE_A, {**DEVICE_A, "ShortName": "B"}]}
    account = Account(monkeypatch, "alertra", state, tag_devices="absent")
    account.refuse(f"GET /tags/{'a' * 48}", status=500)
    with_tags, without = want(DEVICE, short_name="A", tags=["one"]), want(DEVICE, short_name="B", timeout=31)
    report = account.run(with_tags, without)
    assert [(one["name"], one["failure"]["status"]) for one in report.failures()] == [("A", 500)]
    assert [one["name"] for one in report.changes()] == ["B"]


def test_devices_of_a_tag_in_no_list_are_read_by_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"tags": [{"Name": "one", "tag_id": "a" * 48}], "devices": [{**DEVICE_A, "Tags": ["one"]}]}
    account = Account(monkeypatch, "alertra", state)
    account.show("tags", Devices={"count": 1})
    assert account.run(want(TAG, name="one", devices=["A"])).changes() == []
    assert account.run(want(TAG, name="one", devices=[])).summary()["update"] == 1


@pytest.mark.parametrize("in_list", [False, True])
def test_an_id_alone_tells_which_device_was_created(monkeypatch: pytest.MonkeyPatch, in_list: bool) -> None:
    account = Account(monkeypatch, "alertra", {}, create_answer="id_object")

    def answer(call: Call, reply: Reply) -> Reply:
        if call.method != "POST":
            return reply
        (ident,) = json.loads(reply.body).values()
        return Reply.of_json([ident] if in_list else ident)

    account.spoil(answer)
    report = account.run(want(DEVICE, short_name="A", method="PING", url="a.example.com"))
    assert report.outcome.ident(0) == account.state()["devices"][0]["device_id"]
    assert account.requests[-1] == "POST /devices", "no listing is needed to find its id"


@pytest.mark.parametrize("known", [0, 2])
def test_an_answer_that_does_not_tell_which_device_was_created_is_no_error(
    monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    account = Account(monkeypatch, "alertra", {})
    idents = ["f" * 32, "e" * 32][:known]
    account.spoil(lambda call, reply: Reply.of_json(idents) if call.method == "POST" else reply)
    report = account.run(want(DEVICE, short_name="A", method="PING", url="a.example.com"))
    assert report.failures() == []
    assert report.outcome.ident(0) == account.state()["devices"][0]["device_id"]


def test_links_of_a_device_that_is_recreated_are_gone_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"tags": [{"Name": "one"}], "devices": [{**DEVICE_A, "Tags": ["one"]}]})
    device = want(DEVICE, short_name="A", method="PING", url="a.example.com", recreate=True)
    report = account.run(device, want(TAG, name="one", devices=["A"]))
    assert report.failures() == []
    assert [one.split("/")[1] for one in account.requests if one.startswith("DELETE")] == ["devices"]
    assert tags_of(account, "A") == ["one"]


def test_no_device_is_its_own_master(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [DEVICE_A, {**DEVICE_A, "ShortName": "B"}]})
    with pytest.raises(InputError, match=r"^devices None: device A cannot be its own master_device$"):
        account.run(want(DEVICE, short_name="A", master_device="A"))
    assert account.run(want(DEVICE, short_name="A", master_device="B")).failures() == []


# -- what only reads ---------------------------------------------------------------------------------------------------

EVENTS = [
    {"Timestamp": f"2026-01-{day:02}T{hour:02}:00:00+00:00", "Event": "Up"}
    for day in range(1, 13)
    for hour in range(24)
]


def events_of(account: Account, **filters: Any) -> list[str]:
    """The times of the events of the only device."""
    service = account.service()
    (device,) = service.list_objects(DEVICE)
    account.forget_requests()
    found = service.fetch_include(device, "events", filters)
    return [str(one.get("timestamp")) for one in found]


@pytest.mark.parametrize(
    ("since", "pages"),
    [
        ("2026-01-12T00:00:00Z", 1),
        ("2026-01-10T00:00:00Z", 1),
        ("2026-01-08T00:00:00Z", 2),
        ("2025-01-01T00:00:00Z", 3),
    ],
)
def test_events_are_read_back_to_the_beginning_of_the_period_and_no_further(
    monkeypatch: pytest.MonkeyPatch, since: str, pages: int
) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [{**DEVICE_A, "Events": EVENTS}]})
    times = events_of(account, since=since)
    assert sorted(times) == [one["Timestamp"] for one in EVENTS if one["Timestamp"] >= since[:19]]
    assert len(account.calls) == pages


def test_without_a_period_only_the_latest_events_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [{**DEVICE_A, "Events": EVENTS}]})
    assert sorted(events_of(account)) == [one["Timestamp"] for one in EVENTS[-100:]]
    assert len(account.calls) == 1


def test_a_server_that_ignores_the_end_of_the_period_returns_no_other_events(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [{**DEVICE_A, "Events": EVENTS[:4]}]})
    account.ignore("Timestamp")
    assert sorted(events_of(account, until="2026-01-01T02:00:00Z")) == [one["Timestamp"] for one in EVENTS[:2]]


def test_an_event_whose_time_cannot_be_read_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [DEVICE_A]})
    account.spoil(
        lambda call, reply: Reply.of_json([{"Timestamp": "soon"}]) if call.segments[-1] == "events" else reply
    )
    assert events_of(account, since="2026-01-01T00:00:00Z") == ["soon"]


ONE_OF_EACH_STATUS = [
    {**DEVICE_A, "ShortName": "OK"},
    {**DEVICE_A, "ShortName": "DOWN", "Status": "Down"},
    {**DEVICE_A, "ShortName": "MAINT", "in_maintenance": True},
]


@pytest.mark.parametrize("status", ["ok", "down", "maint"])
def test_devices_with_a_status_are_found_though_the_service_ignores_all_filters(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    account = Account(monkeypatch, "alertra", {"devices": ONE_OF_EACH_STATUS})
    account.ignore("Filter")
    service = account.service()
    found = service.filter_objects(DEVICE, service.list_objects(DEVICE), {"status": status})
    assert [device.label for device in found] == [status.upper()]


@pytest.mark.parametrize(("status", "shown"), [("ok", "Fine"), ("down", "Fine"), ("maint", "Up")])
def test_the_filter_tells_the_status_of_a_device_that_shows_another_word(
    monkeypatch: pytest.MonkeyPatch, status: str, shown: str
) -> None:
    account = Account(monkeypatch, "alertra", {"devices": ONE_OF_EACH_STATUS})
    account.show("devices", Status=shown)
    service = account.service()
    found = service.filter_objects(DEVICE, service.list_objects(DEVICE), {"status": status})
    assert [device.label for device in found] == [status.upper()]


@pytest.mark.parametrize("name", ["check", "checks"])
@pytest.mark.parametrize("ident", ["check_id", "id"])
def test_a_check_is_understood_under_each_name(monkeypatch: pytest.MonkeyPatch, name: str, ident: str) -> None:
    account = Account(monkeypatch, "alertra", {})
    account.spoil(lambda call, reply: Reply.of_json({name: {ident: "c", "Result": "200 OK", "data": {"x": 1}}}))
    service: Any = account.service()
    assert service.checks("c", False) == [{ident: "c", "result": "200 OK", "data": {"x": 1}}]
    assert account.requests == ["GET /checks/c"]


def test_a_check_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {})
    account.refuse("GET /checks/c", status=403)
    service: Any = account.service()
    with pytest.raises(ApiError):
        service.checks("c", False)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Key type: API\nAuth level: UW\nHTTP Auth: Yes", ("API", "UW", True, True)),
        ("Hello\nKey type:\tAPI\nAuth level:   R\nHTTP Auth: true\n", ("API", "R", True, False)),
        ("Auth level: R\nHTTP Auth: no", (None, "R", False, False)),
        ("Key type: API", ("API", None, None, None)),
    ],
)
def test_the_key_is_described_as_far_as_the_service_says(
    monkeypatch: pytest.MonkeyPatch, text: str, facts: tuple[Any, ...]
) -> None:
    account = Account(monkeypatch, "alertra", {})
    account.spoil(lambda call, reply: replace(reply, body=text.encode(), content_type="text/plain"))
    service: Any = account.service()
    assert tuple(service.key().values()) == facts


@pytest.mark.parametrize("text", ["Hello", "The Key type: API", "Key type: "])
def test_an_answer_without_facts_about_the_key_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    account = Account(monkeypatch, "alertra", {})
    account.spoil(lambda call, reply: replace(reply, body=text.encode(), content_type="text/plain"))
    service: Any = account.service()
    with pytest.raises(ApiError, match=r"^the response does not describe the key"):
        service.key()
