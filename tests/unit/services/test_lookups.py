# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each filter of an info module finds the objects that it names, and no others; each extra is that of its object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.describe import describe_objects
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field
from ansible_collections.declarative.monitoring.plugins.module_utils._services import alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor import kinds as portmonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp import kinds as simplehelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.services.account import Account

DEVICE = {"Method": "HTTP", "URL": "http://www.example.com"}
EVENTS = [
    {"Timestamp": f"2026-01-0{day}T12:00:00+00:00", "Event": word}
    for day, word in ((1, "Up"), (2, "Down"), (3, "Up"), (4, "Down"))
]
STATES: Mapping[str, Mapping[str, Any]] = {
    "alertra": {
        "tags": [{"Name": "web", "tag_id": "a" * 48}, {"Name": "db", "tag_id": "b" * 48}, {"Name": "none"}],
        "devices": [
            {**DEVICE, "ShortName": "UP", "device_id": "c" * 48, "Tags": ["web"], "Events": EVENTS},
            {**DEVICE, "ShortName": "DOWN", "Status": "Down", "Tags": ["web", "db"]},
            {**DEVICE, "ShortName": "MAINT", "in_maintenance": True},
        ],
    },
    "portmonitor": {
        "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}],
        "targets": [
            {"id": 3, "name": "site", "group": "Web", "url": "http://www.example.com"},
            {"id": 4, "name": "smtp", "group": "Mail", "host": "mail.example.com", "port_number": 25},
            {"id": 5, "name": "ping", "group": "Mail", "host": "mail.example.com"},
        ],
    },
    "simplehelp": {
        "groups": [{"uniqueID": 7, "name": "Desk"}, {"uniqueID": 8, "name": "Field"}],
        "technicians": [
            {"uniqueID": 1, "username": "anna", "groupIDs": [7]},
            {"uniqueID": 2, "username": "ben", "groupIDs": [7, 8]},
            {"uniqueID": 3, "username": "cem", "groupIDs": []},
        ],
        "machines": [
            {"machineID": "SG_1", "name": "db", "groups": ["Lund"]},
            {"machineID": "SG_2", "name": "web", "groups": ["Lund", "Lab"]},
        ],
    },
}
FILTERS: Mapping[tuple[str, str], tuple[Field, ...]] = {
    ("alertra", "device"): alertra.DEVICE_FILTERS,
    ("alertra", "tag"): alertra.TAG_FILTERS,
    ("portmonitor", "group"): portmonitor.GROUP_FILTERS,
    ("portmonitor", "target"): portmonitor.TARGET_FILTERS,
    ("simplehelp", "group"): simplehelp.GROUP_FILTERS,
    ("simplehelp", "technician"): simplehelp.TECHNICIAN_FILTERS,
    ("simplehelp", "machine"): simplehelp.MACHINE_FILTERS,
    ("simplehelp", "machine_group"): simplehelp.MACHINE_GROUP_FILTERS,
}
LOOKUPS: Mapping[tuple[str, str], list[tuple[dict[str, Any], list[Any]]]] = {
    ("alertra", "device"): [
        ({}, ["UP", "DOWN", "MAINT"]),
        ({"short_name": "UP"}, ["UP"]),
        ({"device_id": "c" * 48}, ["UP"]),
        ({"device_id": "d" * 48}, []),
        ({"status": "ok"}, ["UP"]),
        ({"status": "DOWN"}, ["DOWN"]),
        ({"status": "Maint"}, ["MAINT"]),
        ({"tag": "web"}, ["UP", "DOWN"]),
        ({"tag": "b" * 48}, ["DOWN"]),
        ({"tag": "none"}, []),
        ({"tag": "gone"}, []),
        ({"tag": "web", "status": "down"}, ["DOWN"]),
    ],
    ("alertra", "tag"): [({"name": "web"}, ["web"]), ({"tag_id": "b" * 48}, ["db"]), ({"name": "gone"}, [])],
    ("portmonitor", "group"): [({}, ["Web", "Mail"]), ({"name": "Mail"}, ["Mail"]), ({"group_id": "1"}, ["Web"])],
    ("portmonitor", "target"): [
        ({}, ["site", "smtp", "ping"]),
        ({"name": "smtp"}, ["smtp"]),
        ({"target_id": "5"}, ["ping"]),
        ({"group": "Mail"}, ["smtp", "ping"]),
        ({"group": "1"}, ["site"]),
        ({"group": "gone"}, []),
        ({"type": "url"}, ["site"]),
        ({"type": "custom_port"}, ["smtp"]),
        ({"group": "Mail", "type": "ping"}, ["ping"]),
    ],
    ("simplehelp", "group"): [({"name": "Desk"}, ["Desk"]), ({"unique_id": "8"}, ["Field"]), ({"name": "gone"}, [])],
    ("simplehelp", "technician"): [
        ({"username": "ben"}, ["ben"]),
        ({"unique_id": "3"}, ["cem"]),
        ({"group": "Desk"}, ["anna", "ben"]),
        ({"group": "8"}, ["ben"]),
        ({"group": "Desk", "username": "cem"}, []),
    ],
    ("simplehelp", "machine"): [
        ({"machine_id": "SG_2"}, ["web"]),
        ({"name": "db"}, ["db"]),
        ({"groups": ["Lund"]}, ["db"]),
        ({"groups": ["Lund", "Lab"]}, ["web"]),
    ],
    ("simplehelp", "machine_group"): [
        ({"groups": ["Lund"]}, [["Lund"]]),
        ({"groups": ["Lund", "Lab"]}, [["Lund", "Lab"]]),
    ],
}


def found(
    account: Account, service: str, kind_name: str, filters: Mapping[str, Any], *include: str
) -> list[dict[str, Any]]:
    """What an info module returns for these filters."""
    all_filters = {**dict.fromkeys((item.name for item in FILTERS[service, kind_name]), None), **filters}
    kind = SERVICES[service].kinds[kind_name]
    return describe_objects(account.service(), kind, all_filters, include, include)


@pytest.mark.parametrize(
    ("service", "kind", "filters", "names"),
    [
        pytest.param(*subject, filters, names, id=f"{'_'.join(subject)}-{number}")
        for subject, lookups in LOOKUPS.items()
        for number, (filters, names) in enumerate(lookups)
    ],
)
def test_a_filter_finds_the_objects_that_it_names(
    monkeypatch: pytest.MonkeyPatch, service: str, kind: str, filters: dict[str, Any], names: list[Any]
) -> None:
    account = Account(monkeypatch, service, STATES[service])
    name = SERVICES[service].kinds[kind].name_option or "name"
    assert [one[name] for one in found(account, service, kind, filters)] == names


def test_a_status_is_found_though_the_service_ignores_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", STATES["alertra"], maint_filter="ignored")
    for status, names in (("ok", ["UP"]), ("down", ["DOWN"]), ("maint", ["MAINT"])):
        assert [one["short_name"] for one in found(account, "alertra", "device", {"status": status})] == names


def test_the_health_of_a_device_is_that_of_its_status_and_its_maintenance(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", STATES["alertra"])
    devices = found(account, "alertra", "device", {}, "health")
    assert {one["short_name"]: one["health"] for one in devices} == {"UP": "up", "DOWN": "down", "MAINT": "maintenance"}


@pytest.mark.parametrize(
    ("since", "until", "events", "history"),
    [
        (None, None, [4, 3, 2, 1], None),
        ("2026-01-02T12:00:00Z", None, [4, 3, 2], [4, 3, 2, 1]),
        ("2026-01-02T13:00:00Z", "2026-01-04T12:00:00Z", [3], [3, 2]),
        ("2026-01-05T00:00:00Z", None, [], [4]),
    ],
)
def test_the_events_of_a_device_are_those_of_a_period_and_its_history_has_the_one_before(
    monkeypatch: pytest.MonkeyPatch, since: str | None, until: str | None, events: list[int], history: list[int] | None
) -> None:
    account = Account(monkeypatch, "alertra", STATES["alertra"])
    filters = {"short_name": "UP", "since": since, "until": until}
    (device,) = found(account, "alertra", "device", filters, "events", *(("history",) if history else ()))
    assert [int(one["timestamp"][8:10]) for one in device["events"]] == events
    assert [int(one["timestamp"][8:10]) for one in device.get("history", ())] == (history or [])


def test_an_unknown_check_is_no_error_and_the_key_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = Account(monkeypatch, "alertra", STATES["alertra"], not_found=404).service()
    assert service.checks("f" * 48, False) == []
    assert service.key() == {"type": "API", "authorization_level": "UW", "http_auth": False, "writable": True}
