# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the role maintenance: what a start and an end read and change, and what they do after a failure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pytest

from unit.plugins.role_player import Answer, RolePlayer
from unit.plugins.test_role_tasks import failed, play_to_the_failure

SERVICES = ("alertra", "pinghome", "pingplotter")
CONNECTIONS = {service: {"api_url": f"https://{service}.example.com"} for service in SERVICES}
ALL: dict[str, Any] = {
    "maintenance_tag": "berlin",
    "maintenance_devices": ["WWW"],
    "maintenance_duration": "02:30",
    "maintenance_extend": True,
    "maintenance_resources": ["shop"],
    "maintenance_server_resources": ["db"],
    "maintenance_heartbeats": ["backup"],
    "maintenance_agents": ["office"],
    "maintenance_connections": CONNECTIONS,
}
LISTINGS: Mapping[str, Any] = {
    "alertra_device_info": {"devices": [{"device_id": "d1", "short_name": "WWW"}]},
    "pinghome_resource_info": {"resources": [{"resource_id": "r1", "name": "shop"}]},
    "pinghome_server_resource_info": {"server_resources": [{"server_resource_id": "s1", "name": "db"}]},
    "pinghome_heartbeat_info": {"heartbeats": [{"heartbeat_id": "h1", "name": "backup"}]},
    "pingplotter_agent_info": {"agents": [{"unique_id": "a1", "name": "office"}]},
}
READS = [name for name in LISTINGS if name != "alertra_device_info"]
WRITES = ("alertra_maintenance", "pinghome_config", "pingplotter_config")


def listed(name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer of a module that lists objects."""
    found: Mapping[str, Any] = LISTINGS[name]
    return found


def changed(*objects: tuple[str, str, str], **values: Any) -> Answer:
    """The answer of a module that has changed a field of objects: their kinds, names and ids."""
    field = values.pop("field", "enabled")
    changes = [
        {"kind": kind, "name": name, "id": ident, "action": "update", "fields": [field], "before": {field: "x"}}
        for kind, name, ident in objects
    ]
    return lambda options: {"changed": True, "changes": changes, **values}


ANSWERS: Mapping[str, Answer] = {
    **{name: functools.partial(listed, name) for name in LISTINGS},
    "alertra_maintenance": changed(("device", "WWW", "d1"), field="in_maintenance"),
    "pinghome_config": changed(
        ("resource", "shop", "r1"), ("server_resource", "db", "s1"), ("heartbeat", "backup", "h1")
    ),
    "pingplotter_config": changed(("agent", "office", "a1"), field="sessions"),
}
BEGAN = [
    {"service": "alertra", "kind": "device", "id": "d1", "name": "WWW"},
    {"service": "pinghome", "kind": "resource", "id": "r1", "name": "shop"},
    {"service": "pinghome", "kind": "server_resource", "id": "s1", "name": "db"},
    {"service": "pinghome", "kind": "heartbeat", "id": "h1", "name": "backup"},
    {"service": "pingplotter", "kind": "agent", "id": "a1", "name": "office"},
]
RESULT = {"began": BEGAN}
END: dict[str, Any] = {
    "maintenance_state": "stopped",
    "maintenance_result": RESULT,
    "maintenance_connections": CONNECTIONS,
}


def maintain(answers: Mapping[str, Answer] | None = None, *, check: bool = False, **variables: Any) -> RolePlayer:
    """The role, not played yet."""
    return RolePlayer("maintenance", variables, {**ANSWERS, **(answers or {})}, check=check)


def declared(enabled: bool) -> dict[str, Any]:
    """What is declared at Pinghome."""
    return {
        "resources": [{"resource_id": "r1", "enabled": enabled}],
        "server_resources": [{"server_resource_id": "s1", "enabled": enabled}],
        "heartbeats": [{"heartbeat_id": "h1", "enabled": enabled}],
    }


def without_times(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects without the times at which their maintenance ends by itself."""
    return [{name: value for name, value in one.items() if name != "until"} for one in objects]


def test_a_start_reads_what_is_named_and_changes_each_service() -> None:
    role = maintain(**ALL).play()
    for name in READS:
        assert role.calls(name) == [CONNECTIONS[name.split("_")[0]]], name
    # The module of Alertra finds devices by their names itself.
    assert role.calls("alertra_device_info") == []
    alertra = {"state": "started", "duration": "02:30", "extend": True, "tag": "berlin", "devices": ["WWW"]}
    assert role.calls("alertra_maintenance") == [{**CONNECTIONS["alertra"], **alertra}]
    assert role.calls("pinghome_config") == [{**CONNECTIONS["pinghome"], **declared(enabled=False)}]
    agents = [{"unique_id": "a1", "sessions": "paused"}]
    assert role.calls("pingplotter_config") == [{**CONNECTIONS["pingplotter"], "agents": agents}]
    assert [one.name for one in role.called] == [*READS, *WRITES, "debug", "set_stats"]


def test_the_result_of_a_start_says_what_has_begun() -> None:
    role = maintain(**ALL).play()
    result = role.facts["maintenance_result"]
    assert (result["state"], result["changed"], result["failed"]) == ("started", True, False)
    assert without_times(result["began"]) == BEGAN
    assert ["until" in one for one in result["began"]] == [True, False, False, False, False]
    assert result["summary"] == [
        "Start of the maintenance: done",
        "PingPlotter Cloud: sessions paused: agent office",
        "Pinghome: disabled: resource shop, server resource db, heartbeat backup",
        "Alertra: maintenance started: device WWW",
    ]
    assert role.calls("debug") == [{"msg": result["summary"]}]
    assert role.calls("set_stats") == [{"data": {"maintenance_result": result}}]


def test_the_result_is_published_for_each_of_several_hosts() -> None:
    role = maintain(**ALL, ansible_play_hosts_all=["host", "other"]).play()
    published = {"data": {"maintenance_result": {"host": role.facts["maintenance_result"]}}}
    assert role.calls("set_stats") == [published]


def test_what_was_in_maintenance_before_is_noted_and_not_begun() -> None:
    device = LISTINGS["alertra_device_info"]["devices"]
    answers: Mapping[str, Answer] = {
        "alertra_maintenance": lambda options: {"changes": [], "devices": device},
        "pinghome_config": lambda options: {"changes": []},
        "pingplotter_config": lambda options: {"changes": []},
    }
    role = maintain(answers, **{**ALL, "maintenance_extend": False}).play()
    result = role.facts["maintenance_result"]
    assert (result["began"], without_times(result["unchanged"])) == ([], BEGAN)
    assert result["summary"][0] == "Start of the maintenance: nothing to do"
    assert any(line.startswith("Already in maintenance at Alertra") and "02:30" in line for line in result["summary"])
    assert "Already disabled at Pinghome; this run does not enable it: resource shop" in result["summary"][2]


def test_in_check_mode_the_result_is_a_plan() -> None:
    role = maintain(**ALL, check=True).play()
    assert role.facts["maintenance_result"]["summary"][0] == "Start of the maintenance: a plan, nothing was changed"
    assert {one.check for one in role.called if one.name in WRITES} == {True}


def test_only_the_services_of_what_is_named_are_called() -> None:
    role = maintain(maintenance_agents="office", maintenance_connections="").play()
    assert [one.name for one in role.called] == ["pingplotter_agent_info", "pingplotter_config", "debug", "set_stats"]
    assert role.calls("pingplotter_agent_info") == [{}]
    role = maintain(maintenance_tag="berlin").play()
    assert [one.name for one in role.called] == ["alertra_maintenance", "debug", "set_stats"]
    # Without other variables, a maintenance lasts an hour, and one that runs is left alone.
    assert role.calls("alertra_maintenance") == [
        {"state": "started", "duration": "01:00", "extend": False, "tag": "berlin"}
    ]


@pytest.mark.parametrize(("service", "called"), [("alertra", 1), ("pinghome", 2), ("pingplotter", 3)])
def test_a_start_stops_at_the_first_failure_and_says_what_has_begun(service: str, called: int) -> None:
    role = maintain({WRITES[called - 1]: failed}, **ALL)
    assert play_to_the_failure(role) == "No connection."
    assert [one.name for one in role.called if one.name in WRITES] == list(WRITES[:called])
    result = role.facts["maintenance_result"]
    assert {one["service"] for one in result["began"]} == set(SERVICES[: called - 1])
    assert result["services"][service]["failed"]
    assert result["failures"] == ["No connection."]
    assert role.calls("debug") == [{"msg": result["summary"]}]


@pytest.mark.parametrize("read", READS)
def test_nothing_is_started_if_a_listing_cannot_be_read(read: str) -> None:
    role = maintain({read: failed}, **ALL)
    assert play_to_the_failure(role) == "No connection."
    assert [one.name for one in role.called] == [*READS, "debug", "set_stats"]
    result = role.facts["maintenance_result"]
    assert result["services"][read.split("_")[0]]["failed"]
    assert result["began"] == []


def test_an_end_changes_back_what_has_begun() -> None:
    role = maintain(**END).play()
    for name in LISTINGS:
        assert role.calls(name) == [CONNECTIONS[name.split("_")[0]]], name
    alertra = {"state": "stopped", "duration": "01:00", "extend": False, "devices": ["d1"]}
    assert role.calls("alertra_maintenance") == [{**CONNECTIONS["alertra"], **alertra}]
    assert role.calls("pinghome_config") == [{**CONNECTIONS["pinghome"], **declared(enabled=True)}]
    agents = [{"unique_id": "a1", "sessions": "running"}]
    assert role.calls("pingplotter_config") == [{**CONNECTIONS["pingplotter"], "agents": agents}]
    result = role.facts["maintenance_result"]
    assert (result["state"], result["began"], result["ended"]) == ("stopped", [], BEGAN)
    assert result["summary"] == [
        "End of the maintenance: done",
        "PingPlotter Cloud: sessions resumed: agent office",
        "Pinghome: enabled: resource shop, server resource db, heartbeat backup",
        "Alertra: maintenance ended: device WWW",
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_an_end_goes_on_after_a_failure_and_says_what_has_not_ended(service: str) -> None:
    write = WRITES[SERVICES.index(service)]
    role = maintain({write: failed}, **END)
    assert play_to_the_failure(role) == "No connection."
    assert [one.name for one in role.called if one.name in WRITES] == list(WRITES)
    result = role.facts["maintenance_result"]
    assert {one["service"] for one in result["began"]} == {service}


@pytest.mark.parametrize("read", LISTINGS)
def test_an_end_leaves_out_a_service_that_cannot_be_read(read: str) -> None:
    role = maintain({read: failed}, **END)
    assert play_to_the_failure(role) == "No connection."
    service = read.split("_")[0]
    left = [name for name in WRITES if not name.startswith(service)]
    assert [one.name for one in role.called if one.name in WRITES] == left
    assert {one["service"] for one in role.facts["maintenance_result"]["began"]} == {service}


def test_an_end_may_select_objects_itself() -> None:
    role = maintain(maintenance_state="stopped", maintenance_stop_selected=True, maintenance_agents=["office"]).play()
    assert role.calls("pingplotter_config") == [{"agents": [{"unique_id": "a1", "sessions": "running"}]}]


def test_a_start_that_fails_leaves_no_result_of_an_earlier_one() -> None:
    """What that has begun would be ended twice."""
    role = maintain(maintenance_resources=["gone"])
    role.facts["maintenance_result"] = RESULT
    assert play_to_the_failure(role) == "Nothing was changed: there is no resource gone."
    assert role.facts["maintenance_result"] == {}
    # An end keeps it: nothing has ended.
    role = maintain(maintenance_state="stopped", maintenance_stop_selected=True, maintenance_resources=["gone"])
    role.facts["maintenance_result"] = RESULT
    assert "there is no resource gone" in play_to_the_failure(role)
    assert role.facts["maintenance_result"] == RESULT


LIST = "must be a list of texts"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"maintenance_tags": "x"},
            "The role maintenance has no variable maintenance_tags; it has maintenance_agents, ",
        ),
        ({"maintenance_agents": 5}, f"Nothing was changed. maintenance_agents {LIST}"),
        ({"maintenance_devices": 5}, f"Nothing was changed. maintenance_devices {LIST}"),
        ({"maintenance_heartbeats": 5}, f"Nothing was changed. maintenance_heartbeats {LIST}"),
        ({"maintenance_resources": 5}, f"Nothing was changed. maintenance_resources {LIST}"),
        ({"maintenance_server_resources": 5}, f"Nothing was changed. maintenance_server_resources {LIST}"),
        ({"maintenance_duration": 5}, "Nothing was changed. maintenance_duration must be hours and minutes as HH:MM"),
        ({"maintenance_extend": "x"}, "Nothing was changed. maintenance_extend must be true or false, not x"),
        ({"maintenance_result": "x"}, "Nothing was changed. maintenance_result must be a dictionary"),
        ({"maintenance_state": "x"}, "Nothing was changed. maintenance_state must be started or stopped, not x"),
        ({"maintenance_stop_selected": "x"}, "Nothing was changed. maintenance_stop_selected must be true or false"),
        ({"maintenance_tag": 5}, "Nothing was changed. maintenance_tag must be a text"),
        ({"maintenance_tag": ""}, "Nothing was changed: set maintenance_tag or one of "),
        ({"maintenance_duration": "90"}, "Nothing was changed: maintenance_duration must be hours and minutes"),
        ({"maintenance_extend": "x", "maintenance_state": "y"}, "Nothing was changed. maintenance_extend must be"),
    ],
)
def test_wrong_variables_are_refused_before_any_request(variables: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"maintenance_tag": "berlin", **variables}
    role = maintain(**given)
    assert play_to_the_failure(role).startswith(message)
    assert role.called == []


def test_links_to_install_agents_are_not_shown() -> None:
    role = maintain(**ALL).play()
    hidden = [one.name for one in role.called if one.keywords.get("no_log")]
    assert hidden == ["pingplotter_agent_info"]


def test_the_variables_of_a_survey_are_texts() -> None:
    role = maintain(
        maintenance_resources="shop, r1",
        maintenance_duration=150,
        maintenance_tag="",
        maintenance_devices="",
        maintenance_agents=" ",
        maintenance_extend="",
        maintenance_result="",
        maintenance_stop_selected="no",
        maintenance_state="",
        maintenance_heartbeats="",
        maintenance_server_resources="",
    ).play()
    assert role.calls("pinghome_config") == [{"resources": [{"resource_id": "r1", "enabled": False}]}]
