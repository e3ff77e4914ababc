# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Alertra: what they send, and what the account then holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE
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
