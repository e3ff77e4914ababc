# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role maintenance declares, and which objects it has begun."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import MAINTENANCE
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import config_kinds
from ansible_collections.declarative.monitoring.plugins.plugin_utils._maintenance import (
    DURATION,
    KINDS,
    maintenance_outcome,
    plan_maintenance,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._offboarding import DISABLED
from integration.harness import ROOT

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOTHING: dict[str, Any] = {
    "maintenance_state": "started",
    "maintenance_tag": "",
    "maintenance_duration": "01:30",
    **{f"maintenance_{kind.option}": [] for kind in KINDS},
    "maintenance_result": {},
    "maintenance_stop_selected": False,
}
LISTINGS: dict[str, Any] = {
    "devices": {"devices": [{"device_id": "d1", "short_name": "WWW"}]},
    "resources": {
        "resources": [
            {"resource_id": "r1", "name": "shop"},
            {"resource_id": "r2", "name": "twin"},
            {"resource_id": "r3", "name": "twin"},
        ]
    },
    "server_resources": {"skipped": True},
    "heartbeats": {"heartbeats": [{"heartbeat_id": "h1", "name": "r1"}]},
    "agents": {"agents": [{"unique_id": "a1", "name": "office"}]},
}


def begun(service: str, kind: str, ident: str, **more: str) -> dict[str, str]:
    """An object that a run has begun."""
    return {"service": service, "kind": kind, "id": ident, "name": ident.upper(), **more}


DEVICE = begun("alertra", "device", "d1", until="2026-03-02T13:00:00Z")
RESOURCE = begun("pinghome", "resource", "r1")
AGENT = begun("pingplotter", "agent", "a1")


def plan(listings: dict[str, Any] | None = None, **variables: Any) -> dict[str, Any]:
    """The plan for variables without their prefix."""
    given = {f"maintenance_{name}": value for name, value in variables.items()}
    return plan_maintenance({**NOTHING, **given}, "web1", listings, NOW)


def end(*began: dict[str, str], **listings: Any) -> dict[str, Any]:
    """The plan to end what a run has begun."""
    return plan({**LISTINGS, **listings}, state="stopped", result={"began": list(began)})


# -- the kinds ---------------------------------------------------------------------------------------------------------


def test_all_objects_that_offboarding_can_disable_for_a_time_can_be_in_maintenance() -> None:
    kinds = {(kind.service, kind.name): {kind.field: kind.during} if kind.field else {} for kind in KINDS}
    # The accounts of people have no maintenance.
    people = {("simplehelp", "technician"), ("pingplotter", "user")}
    assert kinds == {key: values for key, values in DISABLED.items() if values is not None and key not in people}


def test_the_kinds_have_the_options_of_the_modules() -> None:
    for kind in KINDS:
        described = config_kinds(kind.service)[kind.option]
        assert (described.name, described.id_option, described.key[-1]) == (kind.name, kind.id, kind.label)


def test_the_role_selects_and_lists_each_kind() -> None:
    defaults, variables = (
        yaml.safe_load((ROOT / "roles" / "maintenance" / folder / "main.yml").read_text(encoding="utf-8"))
        for folder in ("defaults", "vars")
    )
    selecting = {f"maintenance_{kind.option}" for kind in KINDS}
    missing = {
        "roles/maintenance/defaults/main.yml": selecting - set(defaults),
        "maintenance__described": selecting - set(variables["maintenance__described"]),
        "maintenance__listings": {kind.option for kind in KINDS} - set(variables["maintenance__listings"]),
        "maintenance__results": {kind.service for kind in KINDS} - set(variables["maintenance__results"]),
    }
    assert {place: names for place, names in missing.items() if names} == {}


def test_a_duration_is_what_the_module_takes() -> None:
    assert MAINTENANCE.by_name["duration"].pattern == DURATION


# -- a start -----------------------------------------------------------------------------------------------------------


def test_an_object_that_does_not_exist_is_named_with_its_kind() -> None:
    listings = {**LISTINGS, "server_resources": {"server_resources": [{"server_resource_id": "s1", "name": "db1"}]}}
    problems = plan(listings, server_resources=["db2"], resources=["twin"])["problems"]
    assert sorted(problems) == [
        "there are 2 resources named twin: use one of their ids, r2, r3",
        "there is no server resource db2; did you mean db1?",
    ]


def test_a_draft_says_what_has_to_be_listed() -> None:
    draft = plan(tag="web", resources=["shop"], agents=["office"])
    assert draft["problems"] == []
    assert draft["reads"] == ["resources", "agents"]


def test_a_start_declares_the_selected_objects_by_their_ids_each_once() -> None:
    found = plan(LISTINGS, tag="web", devices=["WWW"], resources=["shop", "r1", "r3"], heartbeats=["r1"], agents=["a1"])
    assert found["declarations"] == {
        "alertra": {"tag": "web", "devices": ["WWW"]},
        "pinghome": {
            "resources": [{"resource_id": "r1", "enabled": False}, {"resource_id": "r3", "enabled": False}],
            "heartbeats": [{"heartbeat_id": "h1", "enabled": False}],
        },
        "pingplotter": {"agents": [{"unique_id": "a1", "sessions": "paused"}]},
    }
    assert found["until"] == "2026-03-02T13:30:00Z"


def test_a_start_that_would_be_incomplete_changes_nothing() -> None:
    found = plan({**LISTINGS, "agents": {"failed": True, "msg": "?"}}, tag="web", resources=["shop"], agents=["office"])
    assert found["declarations"] == {}


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {},
            "set maintenance_tag or one of maintenance_devices, maintenance_resources, maintenance_server_resources, ",
        ),
        ({"resources": ["shpo"]}, "there is no resource shpo; did you mean shop?"),
        ({"resources": ["twin"]}, "there are 2 resources named twin: use one of their ids, r2, r3"),
        ({"tag": "web", "duration": "00:00"}, "maintenance_duration must be hours and minutes in quotes, such as "),
        ({"tag": "web", "duration": "90"}, "maintenance_duration must be hours and minutes in quotes, such as "),
        ({"tag": "web", "result": {"began": [DEVICE]}}, "maintenance_result is set as a variable, which the result"),
        ({"state": "stopped", "stop_selected": True}, "set maintenance_tag or one of "),
        ({"state": "stopped", "result": {"ended": []}}, "maintenance_result must be the result of the run that has"),
        ({"state": "stopped", "result": {"began": "d1"}}, "maintenance_result must be the result of the run that has"),
        ({"state": "stopped", "result": {"web2": {"began": []}}}, "maintenance_result must be the result of the run"),
        ({"state": "stopped", "result": {"began": [{**DEVICE, "kind": "tag"}]}}, "maintenance_result must be "),
        ({"state": "stopped", "result": {"began": [{**DEVICE, "id": 7}]}}, "maintenance_result must be the result"),
        ({"state": "stopped", "result": {"began": [{**DEVICE, "until": "soon"}]}}, "maintenance_result must be "),
    ],
)
def test_wrong_variables_are_problems(variables: dict[str, Any], problem: str) -> None:
    (found,) = plan(LISTINGS, **variables)["problems"]
    assert found.startswith(problem)


# -- an end ------------------------------------------------------------------------------------------------------------


def test_an_end_declares_what_was_begun_and_exists() -> None:
    gone = begun("pinghome", "heartbeat", "h9")
    found = end(DEVICE, RESOURCE, gone, AGENT)
    assert found["reads"] == ["devices", "resources", "heartbeats", "agents"]
    assert found["declarations"] == {
        "alertra": {"devices": ["d1"]},
        "pinghome": {"resources": [{"resource_id": "r1", "enabled": True}]},
        "pingplotter": {"agents": [{"unique_id": "a1", "sessions": "running"}]},
    }
    assert found["notes"] == ["No longer exists: heartbeat H9"]
    assert found["began"] == [DEVICE, RESOURCE, AGENT]


@pytest.mark.parametrize("until", ["2026-03-02T12:00:00Z", "2026-03-02 11:59:59+00:00", "2026-03-02T11:00:00"])
def test_a_maintenance_whose_time_is_over_is_not_ended(until: str) -> None:
    found = end({**DEVICE, "until": until})
    assert (found["declarations"], found["began"]) == ({}, [])
    assert found["notes"] == ["The maintenance of these has ended by itself, as its time was over: device D1"]


def test_an_end_without_a_start_ends_nothing() -> None:
    results: list[dict[str, Any]] = [{}, {"began": []}, {"web1": {"began": []}}]
    for result in results:
        found = plan(LISTINGS, state="stopped", tag="web", resources=["shop"], result=result)
        assert (found["problems"], found["reads"], found["declarations"]) == ([], [], {})
        assert found["notes"] == ["Nothing was begun, so there is nothing to end"]


def test_each_host_ends_what_it_has_begun_itself() -> None:
    result = {"web1": {"began": [AGENT]}, "web2": {"began": [RESOURCE]}}
    assert plan(LISTINGS, state="stopped", result=result)["declarations"].keys() == {"pingplotter"}


def test_a_service_that_cannot_be_listed_keeps_what_was_begun() -> None:
    found = end(DEVICE, RESOURCE, heartbeats={"failed": True, "msg": "?"})
    assert found["declarations"].keys() == {"alertra"}
    results: dict[str, Any] = {"alertra": {"changes": []}, "pinghome": {"failed": True, "msg": "?"}}
    assert maintenance_outcome(results, found, LISTINGS, "stopped", "01:00")["began"] == [DEVICE, RESOURCE]


def test_the_selected_objects_are_ended_if_asked() -> None:
    found = plan(LISTINGS, state="stopped", stop_selected=True, tag="web", heartbeats=["h1"], result={"began": [AGENT]})
    assert found["declarations"] == {
        "alertra": {"tag": "web"},
        "pinghome": {"heartbeats": [{"heartbeat_id": "h1", "enabled": True}]},
    }


# -- outcomes ----------------------------------------------------------------------------------------------------------


def change(kind: str, ident: str, **before: Any) -> dict[str, Any]:
    """A change that a module returns."""
    return {"kind": kind, "name": ident.upper(), "id": ident, "fields": list(before), "before": before}


def test_a_start_has_begun_what_it_changed_but_not_what_it_extended() -> None:
    started = plan(LISTINGS, devices=["d1", "d2", "d3"], resources=["r1", "r2"], agents=["a1"])
    results = {
        "alertra": {
            "changes": [change("device", "d1", in_maintenance=False), change("device", "d2", duration=None)],
            "devices": [{"device_id": ident, "short_name": ident.upper()} for ident in ("d1", "d2", "d3")],
        },
        "pinghome": {"changes": [change("resource", "r1", enabled=True)]},
        "pingplotter": {"changes": [change("agent", "a1", sessions=None)]},
    }
    found = maintenance_outcome(results, started, LISTINGS, "started", "01:30")
    assert found["began"] == [{**DEVICE, "until": "2026-03-02T13:30:00Z"}, RESOURCE, AGENT]
    assert found["extended"] == [begun("alertra", "device", "d2")]
    assert [one["id"] for one in found["unchanged"]] == ["d3", "r2"]
    assert found["notes"] == [
        "Already in maintenance at Alertra, which may end in less than 01:30 hours, as Alertra does not show when; "
        "this run does not end it; maintenance_extend starts it again: device D3",
        "Already in maintenance at Alertra, and started again for 01:30 hours; this run does not end it: device D2",
        "Already disabled at Pinghome; this run does not enable it: resource twin",
        "Perhaps some sessions were paused before; the end of this maintenance resumes all of them: agent A1",
    ]


def test_without_former_values_it_is_not_known_whether_sessions_were_paused() -> None:
    started = plan(LISTINGS, agents=["a1"])
    for before in ({}, {"before": None}):
        one = {"kind": "agent", "name": "A1", "id": "a1", "fields": ["sessions"], **before}
        found = maintenance_outcome({"pingplotter": {"changes": [one]}}, started, LISTINGS, "started", "01:30")
        assert [note.split()[0] for note in found["notes"]] == ["Perhaps"]


@pytest.mark.parametrize("state", ["failed", "skipped"])
def test_nothing_is_said_of_the_objects_of_a_service_that_was_not_asked(state: str) -> None:
    started = plan(LISTINGS, resources=["r1"])
    found = maintenance_outcome({"pinghome": {state: True}}, started, LISTINGS, "started", "01:30")
    assert (found["began"], found["unchanged"], found["notes"]) == ([], [], [])


def test_the_time_of_a_run_is_now() -> None:
    for until, declared in (("2100-01-01T00:00:00Z", {"devices": ["d1"]}), ("2026-01-01T00:00:00Z", None)):
        given = {"maintenance_state": "stopped", "maintenance_result": {"began": [{**DEVICE, "until": until}]}}
        assert plan_maintenance({**NOTHING, **given}, "web1", LISTINGS)["declarations"].get("alertra") == declared


def test_an_object_whose_request_failed_counts_as_begun_where_maintenance_does_not_end_by_itself() -> None:
    started = plan(LISTINGS, devices=["d1"], resources=["r1", "r2"])
    lost = {"kind": "resource", "name": "R1", "location": "resources[0]"}
    other = {"kind": "device", "name": "D1", "location": None}
    results = {"alertra": {"failed": True, "failures": [other]}, "pinghome": {"failed": True, "failures": [lost]}}
    found = maintenance_outcome(results, started, LISTINGS, "started", "01:30")
    assert (found["began"], found["unchanged"]) == ([RESOURCE], [])


def test_what_could_not_be_ended_is_still_begun() -> None:
    stopped = end(DEVICE, RESOURCE, begun("pinghome", "resource", "r2"), AGENT)
    results: dict[str, Any] = {
        "alertra": {"changes": [], "devices": [{"device_id": "d1", "short_name": "D1"}]},
        "pinghome": {"failed": True, "changes": [change("resource", "r2", enabled=False)]},
        "pingplotter": {"changes": [change("agent", "a1", sessions="paused")]},
    }
    found = maintenance_outcome(results, stopped, LISTINGS, "stopped", "01:00")
    assert found["began"] == [RESOURCE]
    assert [one["id"] for one in found["ended"]] == ["r2", "a1"]
