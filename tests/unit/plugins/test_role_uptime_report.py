# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the role uptime_report: what it reads of each service, which files it writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from unit.plugins.role_player import Answer, RolePlayer
from unit.plugins.test_role_tasks import failed, play_to_the_failure

SERVICES = ("alertra", "pinghome", "portmonitor")
CONNECTIONS = {service: {"api_url": f"https://{service}.example.com"} for service in SERVICES}
VARIABLES = {"alertra": "ALERTRA_API_KEY", "pinghome": "PINGHOME_API_TOKEN", "portmonitor": "PORTMONITOR_APP_KEY"}
MODULES = {
    "alertra": "alertra_device_info",
    "pinghome": "pinghome_resource_info",
    "portmonitor": "portmonitor_target_info",
}
OCTOBER = {"since": "2026-10-01T00:00:00Z", "until": "2026-11-01T00:00:00Z"}
# With the days before that say how each monitor was at the beginning.
HISTORY = {"since": "2025-09-30T00:00:00Z", "until": "2026-11-01T00:00:00Z"}
LENGTH = 31 * 86400
COUNTED = {"up_seconds": LENGTH, "down_seconds": 0, "maintenance_seconds": 0, "outages": 0}
DEVICE = {"device_id": "d1", "short_name": "WWW", "tags": ["berlin"], "history": [], "uptime": COUNTED}
CHANGES = [{"created_at": "2026-09-01T00:00:00Z", "state": "up"}]
RESOURCE = {"resource_id": "r1", "name": "shop", "service_id": "s1", "state_changes": CHANGES}
TARGET = {"target_id": 7, "name": "vpn", "group": "berlin", "events": [], "uptime": [{"uptime": 99.5}]}
ANSWERS: Mapping[str, Answer] = {
    "alertra_device_info": lambda options: {"devices": [DEVICE]},
    "pinghome_resource_info": lambda options: {"resources": [RESOURCE]},
    "portmonitor_target_info": lambda options: {"targets": [TARGET]},
    "template": lambda options: {"changed": options["dest"].endswith(".csv")},
}
KINDS = ["html", "csv", "outages.csv", "json"]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """No account is chosen by the environment."""
    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)


def report(folder: Any, answers: Mapping[str, Answer] | None = None, **variables: Any) -> RolePlayer:
    """The role, not played yet."""
    given = {"directory": str(folder), "month": "2026-10", "connections": CONNECTIONS, **variables}
    named = {f"uptime_report_{name}" if not name.startswith("ansible_") else name: one for name, one in given.items()}
    return RolePlayer("uptime_report", named, {**ANSWERS, **(answers or {})})


def read(role: RolePlayer) -> set[str]:
    """The services that were read."""
    return {service for service in SERVICES if role.calls(MODULES[service])}


def test_a_report_reads_the_history_of_each_account_with_its_connection(tmp_path: Path) -> None:
    role = report(tmp_path).play()
    assert role.calls("alertra_device_info") == [
        {**CONNECTIONS["alertra"], "include": ["history", "uptime"], **OCTOBER}
    ]
    pinghome = {**CONNECTIONS["pinghome"], "limit": 1000}
    assert role.calls("pinghome_resource_info") == [
        {**pinghome, "include": ["state_changes"], **HISTORY},
        {**pinghome, "include": ["statistics"], **OCTOBER},
    ]
    assert role.calls("portmonitor_target_info") == [
        {**CONNECTIONS["portmonitor"], "include": ["events"], **HISTORY},
        {**CONNECTIONS["portmonitor"], "include": ["uptime", "response_times"], **OCTOBER},
    ]


def test_response_times_are_read_where_the_user_says_so(tmp_path: Path) -> None:
    role = report(tmp_path, response_times=["alertra"]).play()
    assert [one["include"] for one in role.calls("alertra_device_info")] == [["history", "uptime", "checks"]]
    assert [one["include"] for one in role.calls("pinghome_resource_info")] == [["state_changes"]]
    assert [one["include"] for one in role.calls("portmonitor_target_info")] == [["events"], ["uptime"]]


def test_a_report_is_four_private_files_on_the_controller(tmp_path: Path) -> None:
    role = report(tmp_path / "new").play()
    assert role.calls("file") == [{"path": str(tmp_path / "new"), "state": "directory", "mode": "0700"}]
    assert role.calls("template") == [
        {"src": "uptime_report_file.j2", "dest": f"{tmp_path}/new/uptime-2026-10.{kind}", "mode": "0600"}
        for kind in KINDS
    ]
    written = [one for one in role.called if one.name in ("file", "template")]
    assert {one.keywords.get("delegate_to") for one in written} == {"localhost"}
    assert [one.keywords.get("diff") for one in written[1:]] == [False] * 4
    role = report(tmp_path, file_name="berlin").play()
    assert role.calls("file") == []
    assert role.calls("template")[0]["dest"] == f"{tmp_path}/berlin.html"


def test_a_relative_folder_is_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    role = report("reports").play()
    assert role.calls("file")[0]["path"] == f"{tmp_path}/reports"


def test_the_result_has_the_figures_and_says_which_files_changed(tmp_path: Path) -> None:
    role = report(tmp_path, target=99.8, title="Berlin").play()
    result = role.facts["uptime_report_result"]
    assert result["directory"] == str(tmp_path)
    assert (result["changed"], result["unchanged"]) == (
        ["uptime-2026-10.csv", "uptime-2026-10.outages.csv"],
        ["uptime-2026-10.html", "uptime-2026-10.json"],
    )
    assert result["target"] == 99.8
    assert result["period"] == {**OCTOBER, "time_zone": "UTC", "month": "2026-10", "is_over": True, "seconds": LENGTH}
    numbers = {"monitors": 3, "met": 2, "missed": 1, "no_data": 0, "outages": 0, "down_seconds": 0}
    assert result["summary"] == numbers
    assert [(one["name"], one["availability"], one["target"]) for one in result["monitors"]] == [
        ("shop", "100.000 %", "met"),
        ("vpn", "99.500 %", "missed"),
        ("WWW", "100.000 %", "met"),
    ]
    assert role.calls("set_stats") == [{"data": {"uptime_report_result": result}}]
    assert role.facts["__uptime_report_report"]["title"] == "Berlin"
    role = report(tmp_path, ansible_play_hosts_all=["host", "other"]).play()
    published = {"host": role.facts["uptime_report_result"]}
    assert role.calls("set_stats") == [{"data": {"uptime_report_result": published}}]


@pytest.mark.parametrize("service", SERVICES)
def test_the_accounts_with_credentials_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    assert read(report(tmp_path, connections={service: {}}).play()) == {service}
    monkeypatch.setenv(VARIABLES[service], "secret")
    assert read(report(tmp_path, connections="").play()) == {service}
    assert read(report(tmp_path, connections="", sources=["alertra", service]).play()) == {"alertra", service}


def test_without_any_credentials_all_services_are_asked_and_say_what_is_missing(tmp_path: Path) -> None:
    assert read(report(tmp_path, connections={}).play()) == set(SERVICES)


@pytest.mark.parametrize(
    ("service", "variable", "option"),
    [("alertra", "tags", "tag"), ("portmonitor", "groups", "group"), ("pinghome", "services", "service_id")],
)
def test_a_customer_is_read_alone(tmp_path: Path, service: str, variable: str, option: str) -> None:
    labels = {"alertra": "berlin", "portmonitor": "berlin", "pinghome": "s1"}
    other: Mapping[str, Answer] = {
        "alertra_device_info": lambda options: {"devices": [{**DEVICE, "tags": [options["tag"]]}]},
        "pinghome_resource_info": lambda options: {"resources": [{**RESOURCE, "service_id": options["service_id"]}]},
        "portmonitor_target_info": lambda options: {"targets": [{**TARGET, "group": options["group"]}]},
    }
    role = report(tmp_path, {MODULES[service]: other[MODULES[service]]}, **{variable: labels[service]}).play()
    assert read(role) == {service}
    assert {one[option] for one in role.calls(MODULES[service])} == {labels[service]}
    assert len(role.facts["uptime_report_result"]["monitors"]) == 1


def test_several_labels_are_read_one_by_one(tmp_path: Path) -> None:
    named: Mapping[str, Answer] = {
        "alertra_device_info": lambda options: {
            "devices": [{**DEVICE, "device_id": options["tag"], "tags": [options["tag"]]}]
        }
    }
    role = report(tmp_path, named, tags=["berlin", "vienna"]).play()
    assert [one["tag"] for one in role.calls("alertra_device_info")] == ["berlin", "vienna"]
    assert role.facts["uptime_report_result"]["summary"]["monitors"] == 2
    # With sources, those of them are read that have labels.
    role = report(tmp_path, tags=["berlin"], groups=["berlin"], sources=["portmonitor"])
    assert "There is no monitor with the tag berlin." in play_to_the_failure(role)
    assert read(role) == {"portmonitor"}


def test_monitors_are_chosen_by_their_names(tmp_path: Path) -> None:
    role = report(tmp_path, names="v*, WW?").play()
    assert [one["name"] for one in role.facts["uptime_report_result"]["monitors"]] == ["vpn", "WWW"]
    role = report(tmp_path, names=["v*", "x", "y"])
    assert play_to_the_failure(role) == "There is no monitor with the name x, nor with the name y."
    assert role.calls("template") == []


def test_the_period_may_have_a_begin_an_end_and_a_time_zone(tmp_path: Path) -> None:
    role = report(
        tmp_path,
        month="",
        since="2026-10-05",
        until="2026-10-07",
        time_zone="Europe/Berlin",
        lookback_days=1,
        sources=["portmonitor"],
    ).play()
    events, figures = role.calls("portmonitor_target_info")
    assert (events["since"], events["until"]) == ("2026-10-03T22:00:00Z", "2026-10-06T22:00:00Z")
    assert (figures["since"], figures["until"]) == ("2026-10-04T22:00:00Z", "2026-10-06T22:00:00Z")
    assert role.facts["uptime_report_result"]["period"]["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize("service", SERVICES)
def test_an_account_that_cannot_be_read_is_no_report(tmp_path: Path, service: str) -> None:
    """It would look as if its monitors did not exist."""
    role = report(tmp_path, {MODULES[service]: failed})
    assert play_to_the_failure(role) == "One or more items failed"
    assert role.calls("template") == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("moth", "x", "The role uptime_report has no variable uptime_report_moth; it has uptime_report_connections, "),
        ("create_directory", "x", "Nothing was changed. uptime_report_create_directory must be true or false"),
        ("directory", 5, "Nothing was changed. uptime_report_directory must be a text"),
        ("file_name", 5, "Nothing was changed. uptime_report_file_name must be a text"),
        ("groups", 5, "Nothing was changed. uptime_report_groups must be a list of texts"),
        ("lookback_days", "x", "Nothing was changed. uptime_report_lookback_days must be a whole number"),
        ("month", 5, "Nothing was changed. uptime_report_month must be a text"),
        ("names", 5, "Nothing was changed. uptime_report_names must be a list of texts"),
        (
            "response_times",
            ["simplehelp"],
            "Nothing was changed. uptime_report_response_times must be some of alertra, ",
        ),
        ("response_times", 5, "Nothing was changed. uptime_report_response_times must be a list of texts"),
        ("services", 5, "Nothing was changed. uptime_report_services must be a list of texts"),
        ("since", 5, "Nothing was changed. uptime_report_since must be a text"),
        (
            "sources",
            ["simplehelp"],
            "Nothing was changed. uptime_report_sources must be some of alertra, pinghome and p",
        ),
        ("sources", 5, "Nothing was changed. uptime_report_sources must be a list of texts"),
        ("tags", 5, "Nothing was changed. uptime_report_tags must be a list of texts"),
        ("target", "x", "Nothing was changed. uptime_report_target must be a number"),
        ("page", 5, "Nothing was changed. uptime_report_page must be a text"),
        ("time_zone", 5, "Nothing was changed. uptime_report_time_zone must be a text"),
        ("title", 5, "Nothing was changed. uptime_report_title must be a text"),
        ("until", 5, "Nothing was changed. uptime_report_until must be a text"),
        ("directory", " ", "uptime_report_directory is empty; set it to the folder of the files."),
        ("target", 0, "uptime_report_target must be more than 0 and at most 100, in percent, not 0"),
        ("target", 100.1, "uptime_report_target must be more than 0 and at most 100, in percent, not 100.1"),
        ("lookback_days", -1, "uptime_report_lookback_days must be from 0 to 3660, not -1"),
        ("lookback_days", 3661, "uptime_report_lookback_days must be from 0 to 3660, not 3661"),
        ("month", "october", "The period of the report is not possible: the month must be a year and a month"),
        ("time_zone", "Europe/Nowhere", "The period of the report is not possible: "),
        (
            "file_name",
            "../x",
            "uptime_report_file_name must consist of letters, digits, dots, hyphens and underscores, ",
        ),
        ("file_name", "x\ny", "uptime_report_file_name must consist of"),
    ],
)
def test_wrong_variables_are_refused_before_any_request(tmp_path: Path, name: str, value: Any, message: str) -> None:
    role = report(tmp_path, **{name: value})
    assert play_to_the_failure(role).startswith(message)
    assert role.called == []


def test_a_folder_that_must_exist_is_not_created(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    role = report(folder, create_directory=False)
    message = play_to_the_failure(role)
    assert message.startswith(f"The folder {folder} does not exist, and uptime_report_create_directory is false.")
    assert role.called == []
    report(tmp_path, create_directory=False).play()
    # Extreme values are allowed.
    report(tmp_path, target=100, lookback_days=3660, sources="alertra").play()
    report(tmp_path, target=0.001, lookback_days=0, sources="alertra").play()


def test_a_survey_that_is_left_empty_has_the_defaults(tmp_path: Path) -> None:
    names = ("create_directory", "file_name", "groups", "lookback_days", "names", "response_times", "services", "since")
    others = ("sources", "tags", "target", "page", "time_zone", "title", "until", "connections")
    given: dict[str, Any] = dict.fromkeys((*names, *others), "")
    empty = report(tmp_path, **given).play()
    assert read(empty) == set(SERVICES)
    plain = report(tmp_path).play()
    assert empty.facts["uptime_report_result"] == plain.facts["uptime_report_result"]
    # Only the connections differ.
    without = [
        [{name: one for name, one in call.items() if name != "api_url"} for call in plain.calls(MODULES[service])]
        for service in SERVICES
    ]
    assert [empty.calls(MODULES[service]) for service in SERVICES] == without
