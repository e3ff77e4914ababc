# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each filter of an info module finds the objects that it names, and no others; each extra is that of its object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.describe import describe_objects
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field
from ansible_collections.declarative.monitoring.plugins.module_utils._services import alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome import kinds as pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.heartbeat_gateway import (
    HeartbeatGateway,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor import kinds as portmonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.profile import read_choices
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp import kinds as simplehelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.http.clients import make
from unit.http.conftest import Serve, serve
from unit.http.scripted import ok
from unit.services.account import Account

__all__ = ["serve"]

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
    "pinghome": {
        "resources": [
            {
                "name": "web",
                "url": "https://www.example.com",
                "regions": ["eu-1"],
                "integrations": [{"integration": "i1", "name": "Chat", "type": "slack", "status": "active"}],
                "state_changes": [
                    {"state": "up", "created_at": "2026-01-01T00:00:00Z"},
                    {"state": "down", "created_at": "2026-01-02T00:00:00Z"},
                ],
            },
            {"name": "mail", "type": "icmp", "host": "mail.example.com", "enabled": False, "state_changes": []},
        ],
        "server_resources": [{"name": "db"}, {"name": "web"}],
        "heartbeats": [
            {
                "name": "backup",
                "interval": 300,
                "events": [
                    {"result": "tick", "received_at": "2026-01-01T00:00:00Z"},
                    {"result": "fail", "received_at": "2026-01-02T00:00:00Z"},
                ],
            },
            {"name": "sync", "interval": 60},
        ],
    },
    "pingplotter": {
        "agents": [
            {
                "Name": "laptop",
                "UniqueId": "a1",
                "IsOnline": True,
                "CustomFieldsJSON": '{"Site": "Lund"}',
                "CurrentNetworkInterface": {"MacAddress": "00-00"},
                "Sessions": [{"SessionId": "s1", "Status": "Active", "Description": "www.example.com"}],
            },
            {
                "Name": "desk",
                "UniqueId": "a2",
                "IsOnline": False,
                "Sessions": [{"Status": "Paused", "Description": "x"}, {"Status": "Closed", "Description": "y"}],
            },
            {"Name": "mixed", "UniqueId": "a5", "Sessions": [{"Status": "Paused"}, {"Status": "Active"}]},
            {"Name": "template", "UniqueId": "a3", "IsTemplate": True},
            {"Name": "old", "UniqueId": "a4", "Deleted": True},
        ],
        "users": [
            {"EmailAddress": "a@example.com", "Roles": ["TargetManagement"], "LastLogin": "2026-01-01T00:00:00Z"},
            {"EmailAddress": "b@example.com", "Id": "u2"},
        ],
    },
    "portmonitor": {
        "events": [
            {"target_id": 3, "status": "down", "created_at": "2026-01-01T00:00:00Z"},
            {"target_id": 4, "status": "down", "created_at": "2026-01-02T00:00:00Z"},
            {"target_id": 3, "status": "up", "created_at": "2026-01-03T00:00:00Z"},
        ],
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
            {"machineID": "SG_1", "name": "db", "groups": ["Lund"], "notes": "Main", "properties": {"License": "12"}},
            {"machineID": "SG_2", "name": "web", "groups": ["Lund", "Lab"]},
        ],
        "machine_groups": [{"groups": ["Lund"], "properties": {"City": "Lund"}}],
    },
}
FILTERS: Mapping[tuple[str, str], tuple[Field, ...]] = {
    ("alertra", "device"): alertra.DEVICE_FILTERS,
    ("alertra", "tag"): alertra.TAG_FILTERS,
    ("pinghome", "resource"): pinghome.RESOURCE_FILTERS,
    ("pinghome", "server_resource"): pinghome.SERVER_RESOURCE_FILTERS,
    ("pinghome", "heartbeat"): pinghome.HEARTBEAT_FILTERS,
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
    ("pinghome", "resource"): [({}, ["web", "mail"]), ({"name": "mail"}, ["mail"]), ({"name": "gone"}, [])],
    ("pinghome", "server_resource"): [({"name": "db"}, ["db"])],
    ("pinghome", "heartbeat"): [({"name": "sync"}, ["sync"])],
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

# Kinds without filters, and those of PingPlotter Cloud, whose service lists them itself; the tests below look them up.
OTHERS = {
    ("alertra", "maintenance"),
    ("pinghome", "integration"),
    ("pingplotter", "agent"),
    ("pingplotter", "user"),
    ("portmonitor", "account"),
    ("portmonitor", "profile"),
    ("simplehelp", "server"),
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


@pytest.mark.parametrize(
    ("service", "kind"), [(name, kind) for name, service in SERVICES.items() for kind in service.kinds]
)
def test_each_kind_is_looked_up(service: str, kind: str) -> None:
    """A new kind needs an entry in LOOKUPS or in OTHERS."""
    assert ((service, kind) in LOOKUPS) != ((service, kind) in OTHERS)


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


def test_the_uptime_of_a_device_is_that_of_the_period_and_a_check_is_found_by_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, "alertra", STATES["alertra"])
    period = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-05T00:00:00Z"}
    (device,) = found(account, "alertra", "device", {"short_name": "UP", **period}, "uptime", "checks")
    # Up for the second half of the first day, for the third day, and not after that.
    assert (device["uptime"]["up_seconds"], device["uptime"]["outages"]) == (172800, 2)
    assert device["checks"] == []
    (device,) = found(account, "alertra", "device", {"short_name": "UP"}, "checks")
    check = device["checks"][0]
    service: Any = account.service()
    assert service.checks(check["check_id"], False) == [check]
    (extended,) = service.checks(check["check_id"], True)
    assert extended == {**check, "extended": {"check_id": check["check_id"], "extra_data": "HTTP/1.1 200 OK"}}


def test_an_unknown_check_is_no_error_and_the_key_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = Account(monkeypatch, "alertra", STATES["alertra"], not_found=404).service()
    assert service.checks("f" * 48, False) == []
    assert service.key() == {"type": "API", "authorization_level": "UW", "http_auth": False, "writable": True}


# -- Pinghome ----------------------------------------------------------------------------------------------------------


def test_what_belongs_to_a_resource_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", STATES["pinghome"])
    web, mail = found(account, "pinghome", "resource", {}, "health", "regions", "integrations", "state_changes")
    assert (web["health"], mail["health"]) == ("down", "disabled")
    assert (web["regions"], mail["regions"]) == (["eu-1"], [])
    assert [(one["integration"], one["name"]) for one in web["integrations"]] == [("i1", "Chat")]
    assert (mail["integrations"], mail["state_changes"]) == ([], [])
    assert sorted(one["state"] for one in web["state_changes"]) == ["down", "up"]


def test_the_certificate_and_the_domain_of_a_resource_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", STATES["pinghome"])
    (web,) = found(account, "pinghome", "resource", {"name": "web"}, "ssl", "tld", "statistics")
    assert (web["ssl"]["issuer"], web["tld"]["registrar"]) == ("Example CA", "Example Registrar")
    assert web["statistics"]


def test_a_period_and_a_limit_of_records_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", STATES["pinghome"])
    for filters, states in (
        ({"since": "2026-01-01T12:00:00Z"}, ["down"]),
        ({"until": "2026-01-01T13:00:00+01:00", "since": "2025-12-31T00:00:00Z"}, ["up"]),
        ({"limit": 1}, None),
    ):
        (web,) = found(account, "pinghome", "resource", {"name": "web", **filters}, "state_changes")
        if states is None:
            assert len(web["state_changes"]) == 1
        else:
            assert [one["state"] for one in web["state_changes"]] == states
    (backup,) = found(account, "pinghome", "heartbeat", {"name": "backup", "since": "2026-01-01T12:00:00Z"}, "events")
    assert [one["result"] for one in backup["events"]] == ["fail"]


def test_an_event_is_sent_to_the_heartbeat_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", STATES["pinghome"])
    gateway = HeartbeatGateway(account.options, 1)
    gateway.send(gateway.heartbeat_id("sync"), "fail", "No space left")
    (_backup, sync) = account.state()["heartbeats"]
    assert [(one["result"], one["message"]) for one in sync["events"]] == [("fail", "No space left")]
    with pytest.raises(InputError, match="there is no heartbeat named gone in service 11111111"):
        gateway.heartbeat_id("gone")


# -- PingPlotter -------------------------------------------------------------------------------------------------------


def agents(account: Account, *include: str, **filters: Any) -> dict[str, Mapping[str, Any]]:
    """What the info module returns for agents, by name."""
    service: Any = account.service()
    listed = service.agents({"unique_id": None, "name": None, **filters, "include": include})
    return {one["name"]: one for one in listed}


def test_agents_are_listed_with_templates_and_deleted_ones_only_if_they_are_included(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, "pingplotter", STATES["pingplotter"])
    assert list(agents(account)) == ["laptop", "desk", "mixed"]
    assert list(agents(account, "templates")) == ["laptop", "desk", "mixed", "template"]
    assert list(agents(account, "deleted")) == ["laptop", "desk", "mixed", "old"]
    assert list(agents(account, name="desk")) == list(agents(account, unique_id="a2")) == ["desk"]


def test_the_sessions_and_the_health_of_an_agent_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pingplotter", STATES["pingplotter"])
    listed = agents(account, "sessions", "health")
    assert [one["sessions"] for one in listed.values()] == ["running", "paused", None]
    assert [listed[name]["health"] for name in ("laptop", "desk")] == ["up", "down"]
    (session,) = listed["laptop"]["session_list"]
    assert (session["session_id"], session["status"], session["description"]) == ("s1", "Active", "www.example.com")
    assert "id" not in session
    assert agents(account, "sessions", name="desk")["desk"]["sessions"] == "paused"
    assert listed["laptop"]["custom_fields"] == {"Site": "Lund"}
    assert listed["laptop"]["current_network_interface"] == {"mac_address": "00-00"}


def test_a_user_is_found_by_address_in_any_case_or_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = Account(monkeypatch, "pingplotter", STATES["pingplotter"]).service()
    everyone = service.users({"user_id": None, "email_address": None})
    assert [(one["email_address"], one["roles"], one["last_login"]) for one in everyone] == [
        ("a@example.com", ["TargetManagement"], "2026-01-01T00:00:00Z"),
        ("b@example.com", [], None),
    ]
    assert service.users({"user_id": None, "email_address": "A@example.com"}) == everyone[:1]
    assert service.users({"user_id": "u2", "email_address": None}) == everyone[1:]
    assert service.users({"user_id": None, "email_address": "c@example.com"}) == []


# -- Port Monitor ------------------------------------------------------------------------------------------------------


def test_the_events_of_a_target_are_its_own_and_of_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATES["portmonitor"])
    period = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-04T00:00:00Z"}
    (site,) = found(account, "portmonitor", "target", {"name": "site", **period}, "events", "details")
    assert [one["status"] for one in sorted(site["events"], key=lambda one: str(one["created_at"]))] == ["down", "up"]
    assert (site["details"]["name"], site["details"]["url"]) == ("site", "http://www.example.com")
    (site,) = found(
        account, "portmonitor", "target", {**period, "name": "site", "since": "2026-01-02T00:00:00Z"}, "events"
    )
    assert [one["status"] for one in site["events"]] == ["up"]
    (web,) = found(account, "portmonitor", "group", {"name": "Web"}, "details")
    assert web["details"]["name"] == "Web"
    service: Any = account.service()
    assert len(service.events("2026-01-02T00:00:00Z")) == 2


def test_the_profile_comes_with_the_values_that_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = Account(monkeypatch, "portmonitor", {"profile": {"language": "es"}}).service()
    shown = service.profile()
    assert shown["profile"]["language"] == "es"
    assert "es" in [one["code"] for one in shown["languages"]]
    assert "Europe/Madrid" in [one["code"] for one in shown["time_zones"]]


@pytest.mark.parametrize(
    ("row", "code", "name"),
    [
        ("es", "es", None),
        ({"language": "es"}, "es", None),
        (["Spanish", "es"], "es", "Spanish"),
        ({"code": "es", "name": "Spanish"}, "es", "Spanish"),
        ({"key": "es", "title": "Spanish"}, "es", "Spanish"),
        ({"language": "es", "label": "Spanish"}, "es", "Spanish"),
        ({"name": "Spanish"}, "Spanish", "Spanish"),
    ],
)
def test_a_value_of_the_profile_is_understood_in_each_form(serve: Serve, row: Any, code: str, name: str | None) -> None:
    assert read_choices(make(serve(ok([row])).url), "language") == [{"code": code, "name": name}]


@pytest.mark.parametrize("row", [7, {"x": 1}, ["a"]])
def test_a_value_of_the_profile_in_another_form_is_an_error(serve: Serve, row: Any) -> None:
    with pytest.raises(ApiError, match="one of the languages is neither a text nor an object with a code or a name"):
        read_choices(make(serve(ok([row])).url), "language")


# -- SimpleHelp --------------------------------------------------------------------------------------------------------


def test_what_belongs_to_a_machine_is_read_if_it_is_included(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", STATES["simplehelp"])
    includes = ("notes", "properties", "inherited_properties", "hardware", "monitoring")
    kind = SERVICES["simplehelp"].kinds["machine"]
    filters = dict.fromkeys((item.name for item in simplehelp.MACHINE_FILTERS), None)
    plain, _web = describe_objects(account.service(), kind, filters, (), includes)
    assert not {"notes", "properties", "hardware"} & plain.keys()
    db, web = describe_objects(account.service(), kind, filters, includes, includes)
    assert (db["notes"], db["properties"]) == ("Main", {"License": "12"})
    assert (db["inherited_properties"], web["inherited_properties"]) == (
        {"City": "Lund", "License": "12"},
        {"City": "Lund"},
    )
    assert isinstance(db["hardware"], dict)
    assert isinstance(db["monitoring"], dict)
    assert "machine_id" not in {**db["hardware"], **db["monitoring"]}


def test_alerts_are_found_by_each_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    alerts = [
        {"name": "disk", "severity": "warning"},
        {"name": "cpu", "triggered": True},
        {"name": "old", "active": False, "severity": "critical"},
    ]
    service: Any = Account(monkeypatch, "simplehelp", {"alerts": alerts}).service()
    for filters, names in (
        ({}, ["disk", "cpu", "old"]),
        ({"name": "disk"}, ["disk"]),
        ({"triggered": True}, ["cpu"]),
        ({"active": False}, ["old"]),
        ({"severity": "critical"}, ["old"]),
        ({"severity": "critical", "active": True}, []),
    ):
        assert [one["name"] for one in service.alerts(filters)] == names, filters


def test_a_machine_group_without_machines_is_found_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"machines": [], "machine_groups": [{"groups": ["Oslo"], "properties": {"City": "Oslo"}}]}
    account = Account(monkeypatch, "simplehelp", state)
    (group,) = found(account, "simplehelp", "machine_group", {"groups": ["Oslo"]})
    assert (group["groups"], group["properties"]) == (["Oslo"], {"City": "Oslo"})
    assert found(account, "simplehelp", "machine_group", {"groups": ["Rome"]}) == []
