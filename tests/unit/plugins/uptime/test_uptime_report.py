# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of an uptime report, from the records of three services; its page and its tables."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_files import (
    _bar,
    duration,
    percent,
    uptime_report_file,
    uptime_report_lines,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_period import uptime_period
from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_report import (
    uptime_report,
    uptime_selection,
)

OCTOBER = uptime_period("2026-10", at="2026-11-28T00:00:00Z")
LENGTH = 31 * 86400
UP = {"up_seconds": LENGTH, "down_seconds": 0, "maintenance_seconds": 0, "outages": 0}
ALL = uptime_selection()
Row = dict[str, Any]


def device(**values: Any) -> Row:
    """A device at Alertra that was up all month."""
    return {
        "device_id": "d1",
        "short_name": "WWW",
        "url": "http://a.example.com",
        "history": [],
        "uptime": UP,
        **values,
    }


def resource(*changes: tuple[str, str], **values: Any) -> Row:
    """A resource at Pinghome with changes of state."""
    rows = [{"created_at": at, "state": state} for at, state in changes]
    return {"resource_id": "r1", "name": "Shop", "url": "https://b.example.com", "state_changes": rows, **values}


def target(*events: tuple[str, str], **values: Any) -> Row:
    """A target at Port Monitor with events."""
    rows = [{"created_at": at, "status": status} for at, status in events]
    return {"target_id": 7, "name": "VPN", "host": "c.example.com", "port_number": 443, "events": rows, **values}


def report(*items: Row, selection: Row | None = None, period: Row | None = None, goal: float = 99.9) -> Row:
    """The report about some monitors."""
    results: dict[str, Any] = {"alertra": [], "pinghome": [{"skipped": True}], "portmonitor": []}
    for item in items:
        if "device_id" in item:
            results["alertra"].append({"devices": [item]})
        elif "resource_id" in item:
            results["pinghome"].append({"resources": [item]})
        else:
            results["portmonitor"].append({"targets": [item]})
    return uptime_report(results, period or OCTOBER, selection or ALL, goal)


def only(*items: Row, **options: Any) -> Row:
    """The figures of the only monitor."""
    (row,) = report(*items, **options)["monitors"]
    found: Row = row
    return found


# -- Alertra -----------------------------------------------------------------------------------------------------------


def test_the_figures_of_alertra_are_those_that_it_counts() -> None:
    counted = {"up_seconds": "3600941", "down_seconds": 386, "maintenance_seconds": 0, "outages": 1}
    row = only(device(uptime=counted))
    assert (row["availability"], row["availability_source"]) == (99.989281, "service")
    assert (row["up_seconds"], row["down_seconds"], row["outage_count"], row["target_met"]) == (3600941, 386, 1, True)


def test_time_in_maintenance_does_not_count() -> None:
    row = only(device(uptime={"up_seconds": 990, "down_seconds": 10, "maintenance_seconds": LENGTH - 1000}))
    assert (row["availability"], row["target_met"], row["unknown_seconds"]) == (99.0, False, 0)
    row = only(device(uptime={"up_seconds": 0, "down_seconds": 0, "maintenance_seconds": LENGTH}))
    assert (row["availability"], row["target_met"]) == (None, None)


def test_outages_and_days_of_alertra_come_from_its_events_the_newest_first() -> None:
    events = [
        {"timestamp": "2026-10-06T00:00:00Z", "event": "Up"},
        {"timestamp": "2026-10-05T23:00:00+00:00", "event": "Maint"},
        {"timestamp": "2026-10-05T22:00:00+00:00", "event": "Down"},
        {"timestamp": "2026-09-01T22:00:00+02:00", "event": "Up"},
    ]
    counted = {"up_seconds": LENGTH - 7200, "down_seconds": 3600, "maintenance_seconds": 3600, "outages": 1}
    row = only(device(history=events, uptime=counted))
    assert row["outages"] == [
        {
            "begin": "2026-10-05T22:00:00Z",
            "end": "2026-10-05T23:00:00Z",
            "seconds": 3600,
            "began_before": False,
            "lasted_on": False,
        }
    ]
    assert row["days"][4] == {
        "date": "2026-10-05",
        "availability": 95.652173,
        "down_seconds": 3600,
        "maintenance_seconds": 3600,
        "unknown_seconds": 0,
    }
    assert row["notes"] == []


def test_the_status_of_the_listing_is_not_used_if_the_events_are_newer_or_as_old() -> None:
    events = [
        {"timestamp": "2026-10-10T00:00:00Z", "event": "Down"},
        {"timestamp": "2026-10-12T00:00:00Z", "event": "Up"},
    ]
    row = only(device(history=events, uptime=None))
    assert row == only(device(history=events, uptime=None, status="Down", status_since="2026-10-12T00:00:00Z"))
    assert row == only(device(history=events, uptime=None, status="Down", status_since="2026-10-20T00:00:00Z"))
    assert row["down_seconds"] == 2 * 86400


def test_events_that_do_not_fit_what_alertra_counts_are_said() -> None:
    events = [
        {"timestamp": "2026-10-05T22:00:00Z", "event": "Up"},
        {"timestamp": "2026-09-05T22:00:00Z", "event": "Down"},
    ]
    notes = only(device(history=events))["notes"]
    assert notes == [
        "The service counts 0 s down, but its events show 424800 s.",
        "The service counts 0 outages, but its events show 1.",
    ]


@pytest.mark.parametrize(
    ("values", "known_days"),
    [
        # It was up all month, says the service.
        ({}, 31),
        # It has been up since before the month, says the listing.
        ({"status": "Up", "status_since": "2026-01-01T00:00:00Z"}, 31),
        # It was checked for a day, but not which one.
        ({"uptime": {**UP, "up_seconds": 86400}, "status": "Up", "status_since": "2026-01-01T00:00:00Z"}, 0),
        ({"uptime": {**UP, "up_seconds": 86400}, "status": "Up", "status_since": "2026-10-31T00:00:00Z"}, 1),
        ({"uptime": None, "status": "Up", "status_since": "2026-10-31T00:00:00Z"}, 1),
        ({"uptime": None, "status": "Up"}, 0),
        # It was not checked, whatever its status.
        ({"uptime": {**UP, "up_seconds": 0}, "status": "Up", "status_since": "2026-01-01T00:00:00Z"}, 0),
        ({"uptime": None, "status": "Inactive", "status_since": "2026-01-01T00:00:00Z"}, 0),
    ],
)
def test_days_without_data_are_never_up(values: Row, known_days: int) -> None:
    row = only(device(**values))
    assert sum(day["availability"] is not None for day in row["days"]) == known_days


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            device(full_name="Web server", tags=["Vienna", 7]),
            ("alertra", "Alertra", "d1", "WWW", "Web server", "http://a.example.com", ["Vienna", "7"]),
        ),
        ({"device_id": 5, "uptime": UP}, ("alertra", "Alertra", "5", "5", "", "", [])),
        (target(group="Vienna"), ("portmonitor", "Port Monitor", "7", "VPN", "", "c.example.com:443", ["Vienna"])),
        (
            target(name=None, url="https://c.example.com/login", port_number=None),
            ("portmonitor", "Port Monitor", "7", "7", "", "https://c.example.com/login", []),
        ),
        (target(port_number=None), ("portmonitor", "Port Monitor", "7", "VPN", "", "c.example.com", [])),
        (resource(service_id="s1"), ("pinghome", "Pinghome", "r1", "Shop", "", "https://b.example.com", ["s1"])),
        (
            {"resource_id": 3, "name": "", "host": "b.example.com"},
            ("pinghome", "Pinghome", "3", "3", "", "b.example.com", []),
        ),
    ],
)
def test_a_monitor_is_described_by_what_its_service_shows(item: Row, expected: tuple[Any, ...]) -> None:
    row = only(item)
    names = ("service", "service_title", "id", "name", "description", "address", "labels")
    assert tuple(row[name] for name in names) == expected
    assert row["notes"] == []


# -- Pinghome, Port Monitor --------------------------------------------------------------------------------------------


def test_the_availability_at_pinghome_is_computed_from_its_changes() -> None:
    row = only(resource(("2026-10-11T00:00:00Z", "down"), ("2026-10-01T12:00:00Z", "up")), goal=30)
    assert row["unknown_seconds"] == 43200
    assert (row["up_seconds"], row["down_seconds"]) == (820800, 21 * 86400)
    assert (row["availability"], row["availability_source"]) == (31.147540, "history")
    assert row["target_met"] is True
    assert (row["outages"][0]["lasted_on"], row["outages"][0]["began_before"]) == (True, False)
    assert [day["unknown_seconds"] for day in row["days"]][:2] == [43200, 0]


def test_without_any_change_there_is_no_data() -> None:
    row = only(resource())
    assert (row["availability"], row["availability_source"], row["target_met"]) == (None, None, None)
    assert (row["outage_count"], row["down_seconds"], row["unknown_seconds"]) == (None, None, LENGTH)
    assert report(resource())["summary"]["no_data"] == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"uptime": 99.95}], 99.95),
        ([{"uptime": "99.95 %", "target_id": 7}], 99.95),
        ([{"availability": 100}], 100.0),
        # Days are weighted with their lengths.
        (
            [
                {"uptime": 100, "from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z"},
                {"uptime": 50, "from": "2026-10-02T00:00:00Z", "to": "2026-10-02T12:00:00Z"},
            ],
            83.333333,
        ),
        # Of unknown lengths, no mean is right.
        ([{"uptime": 100}, {"uptime": 50}], None),
        ([{"uptime": 100}, {"uptime": 50, "from": "2026-10-02T00:00:00Z", "to": "2026-10-02T12:00:00Z"}], None),
        ([{"uptime": 100}, {"uptime": 50, "to": "2026-10-02T12:00:00Z"}], None),
        ([{"uptime": 100, "from": "2026-10-02T00:00:00Z", "to": "2026-10-01T00:00:00Z"}] * 2, None),
        ([{"uptime": 0}], 0.0),
        ([{"uptime": True}], None),
        ([{"uptime": -1}], None),
        ([{"uptime": None}], None),
        ([{"uptime": 101}], None),
        ([{"uptime": "NaN"}], None),
        ([], None),
    ],
)
def test_the_availability_at_port_monitor_is_that_of_its_report(rows: list[Row], expected: float | None) -> None:
    row = only(target(uptime=rows))
    assert row["availability"] == expected
    assert row["address"] == "c.example.com:443"


def test_without_a_report_the_availability_at_port_monitor_is_computed_from_its_events() -> None:
    row = only(target(("2026-09-01T00:00:00Z", "up"), ("2026-10-31T00:00:00Z", "down"), uptime=[]))
    assert (row["availability"], row["availability_source"]) == (96.774193, "history")


@pytest.mark.parametrize(
    ("event", "note"),
    [
        (("2026-10-05T22:00:00", "down"), "The service shows events without a time or without a time zone."),
        (("yesterday", "down"), "The service shows events without a time or without a time zone."),
        (("2026-10-05T22:00:00Z", "flapping"), "What the service calls flapping is shown as no data."),
    ],
)
def test_what_cannot_be_read_is_no_data_and_said(event: tuple[str, str], note: str) -> None:
    row = only(target(("2026-09-01T00:00:00Z", "up"), event))
    assert row["notes"] == [note]
    assert row["days"][20]["availability"] is None


def test_a_history_that_may_be_cut_off_is_not_used() -> None:
    changes = [("2026-10-05T22:00:00Z", "up")] * 1000
    row = only(resource(*changes, enabled=False))
    assert row["availability"] is None
    assert row["notes"] == [
        "The service has 1000 changes or more, so its history may be incomplete.",
        "The monitor is disabled now.",
    ]


def test_response_times_that_may_be_cut_off_are_said() -> None:
    row = only(resource(statistics=[{"response_time": 0}] * 1000))
    assert row["notes"] == ["The response times are those of 1000 records; there may be more."]
    assert row["response_times"]["average"] == 0.0
    assert only(resource(statistics=[{"response_time": 0}] * 999))["notes"] == []


def test_a_status_is_not_used_if_the_events_cannot_be_read() -> None:
    """They may say something else."""
    status = {"status": "Up", "status_since": "2026-01-01T00:00:00Z", "uptime": None}
    row = only(device(history=[{"timestamp": "yesterday", "event": "Down"}], **status))
    assert {day["availability"] for day in row["days"]} == {None}
    # With less counted than the time since then, it was not checked all the time.
    for down, known in ((LENGTH - 3600, 31), (3600, 0)):
        counted = {"up_seconds": 3600, "down_seconds": down, "maintenance_seconds": 0}
        row = only(device(**{**status, "uptime": counted}))
        assert sum(day["availability"] is not None for day in row["days"]) == known


def test_half_a_count_is_none() -> None:
    for counted in ({"up_seconds": 5}, {"down_seconds": 5}, {"up_seconds": "?", "down_seconds": 5}, "x"):
        row = only(device(uptime=counted))
        assert (row["availability"], row["up_seconds"]) == (None, None)


def test_response_times_are_averages_also_by_day() -> None:
    statistics = [
        {"created_at": "2026-10-01T10:00:00Z", "response_time": 100},
        {"created_at": "2026-10-01T11:00:00.25Z", "response_time": "50.5"},
        {"created_at": "2026-10-03T11:00:00Z", "response_time": 200.5},
        {"created_at": "2026-11-01T00:00:00Z", "response_time": 9999},
        {"created_at": "2026-10-03T11:00:00Z", "response_time": None},
    ]
    times = only(resource(statistics=statistics))["response_times"]
    assert (times["average"], times["maximum"], times["count"]) == (117.0, 200.5, 3)
    assert times["days"][:4] == [75.25, None, 200.5, None]
    thirds = [{"created_at": f"2026-10-01T1{hour}:00:00Z", "response_time": hour % 2} for hour in range(3)]
    times = only(resource(statistics=thirds))["response_times"]
    assert (times["average"], times["days"][0]) == (0.333, 0.333)
    assert only(resource())["response_times"] is None
    assert only(resource(statistics=[{"response_time": -1}, {"response_time": "?"}]))["response_times"] is None
    assert (
        only(device(checks=[{"timestamp": "2026-10-01T10:00:00Z", "request_time": 3.5}]))["response_times"]["count"]
        == 1
    )
    assert only(target(response_times=[{"response_time": 120.5}]))["response_times"]["days"] == [None] * 31


def test_counts_are_not_compared_with_events_that_begin_later() -> None:
    events = [{"timestamp": "2026-10-10T00:00:00Z", "event": "Up"}]
    counted = {**UP, "down_seconds": 7200, "outages": 3}
    notes = " ".join(only(device(history=events, uptime=counted))["notes"])
    assert "The service counts" not in notes
    earlier = [*events, {"timestamp": "2026-09-10T00:00:00Z", "event": "Up"}]
    notes = " ".join(only(device(history=earlier, uptime=counted))["notes"])
    assert notes.count("The service counts") == 2


def test_fractions_of_seconds_count() -> None:
    times = {"up": "2026-10-05T09:00:00Z", "down": "2026-10-05T10:00:00Z", "healthy": "2026-10-05T10:00:00.250000000Z"}
    assert only(resource(*((at, state) for state, at in times.items())))["down_seconds"] == 0.25
    assert only(device(uptime={"up_seconds": 99.5, "down_seconds": "0.5"}))["down_seconds"] == 0.5


def test_changes_are_in_the_order_of_the_service_also_if_the_newest_have_one_time() -> None:
    rows = [
        {"timestamp": "2026-10-05T10:00:00Z", "event": "Down"},
        {"timestamp": "2026-10-05T12:00:00Z", "event": "Up"},
        {"timestamp": "2026-10-05T12:00:00Z", "event": "Down"},
    ]
    assert only(device(history=rows, uptime=None)) == only(device(history=rows[::-1], uptime=None))


# -- customers ---------------------------------------------------------------------------------------------------------

ACCOUNT = (
    device(tags=["Vienna", "web"]),
    device(device_id="d2", short_name="MAIL", full_name="Mail gateway", tags=["web"]),
    device(device_id="d3", short_name="OLD", tags=[]),
    target(group="vienna", uptime=[{"uptime": 100}]),
    resource(service_id="s1"),
)


def members(selection: Row) -> dict[str, list[str]]:
    """The names of the monitors by customer."""
    found = report(*ACCOUNT, selection=selection)
    names = {f"{row['service']}:{row['id']}": row["name"] for row in found["monitors"]}
    assert found["summary"]["monitors"] == len(names)
    return {one["name"]: [names[ident] for ident in one["monitors"]] for one in found["customers"]}


def test_customers_are_tags_groups_and_services_of_the_same_name() -> None:
    found = members(ALL)
    assert found == {"vienna": ["VPN", "WWW"], "s1": ["Shop"], "web": ["MAIL", "WWW"], "": ["OLD"]}
    # In the order of their names; what belongs to no customer comes last.
    assert list(found) == ["s1", "vienna", "web", ""]


def test_a_report_about_a_customer_has_no_monitors_of_others() -> None:
    assert members(uptime_selection(["Vienna"])) == {"Vienna": ["WWW"]}
    assert members(uptime_selection(["Vienna"], ["vienna"])) == {"vienna": ["VPN", "WWW"]}
    assert members(uptime_selection([], [], [" Example Ltd = s1"])) == {"Example Ltd": ["Shop"]}
    assert members(uptime_selection(["web"], names=["*GATEWAY"])) == {"web": ["MAIL"]}
    assert members(uptime_selection(names=["vpn", "o*"])) == {"vienna": ["VPN"], "": ["OLD"]}


def test_what_no_monitor_matches_is_named() -> None:
    found = report(*ACCOUNT, selection=uptime_selection(["Vienna", "x"], ["y"], ["z"], ["w*", "n"]))
    assert found["unmatched"] == ["the tag x", "the group y", "the service z", "the name n"]


def test_a_monitor_in_several_results_is_one() -> None:
    found = report(
        target(("2026-09-01T00:00:00Z", "up")), {"target_id": 7, "name": "VPN", "uptime": [{"uptime": 99.5}]}
    )
    (row,) = found["monitors"]
    assert (row["availability"], row["up_seconds"]) == (99.5, LENGTH)


def test_a_wrong_period_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^the month must be a year and a month"):
        report(period=uptime_period("october"))


# -- files -------------------------------------------------------------------------------------------------------------

NASTY = "<script>alert('x')</script>{{ 7 * 7 }}\"&\x1b[31m\u202e"


def test_no_text_of_a_service_is_html_in_the_page() -> None:
    nasty = device(short_name=NASTY, full_name=NASTY, url=NASTY, tags=[NASTY], device_id=NASTY)
    found = report(nasty, target(("2026-10-01T00:00:00Z", NASTY), name=NASTY))
    page = uptime_report_file({**found, "title": NASTY}, "html")
    assert "<script" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", page)
    assert "{{ 7 * 7 }}" in page
    assert not re.search(r"""(?:src|href|action|srcset|data)\s*=|@import|url\(|<link|<img|<iframe""", page)


def test_a_table_has_no_formulas() -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "plain", 'quoted "x", y']
    found = report(*(device(device_id=str(number), short_name=name) for number, name in enumerate(names)))
    lines = list(csv.DictReader(uptime_report_file(found, "csv").splitlines()))
    shown = {line["id"]: line["name"] for line in lines}
    assert [shown[str(number)] for number in range(len(names))] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "\\t=1",
        "' =1",
        "'\uff1d1",
        "plain",
        'quoted "x", y',
    ]
    assert {line["availability"] for line in lines} == {"100.0"}
    assert {line["target_met"] for line in lines} == {"true"}


def test_the_data_are_the_report() -> None:
    found = report(*ACCOUNT)
    assert json.loads(uptime_report_file(found, "json")) == found


def test_the_lines_on_the_screen_have_the_figures() -> None:
    shown = {line["name"]: line for line in uptime_report_lines(report(*ACCOUNT))}
    assert shown["WWW"] == {
        "name": "WWW",
        "service": "Alertra",
        "availability": "100.000 %",
        "target": "met",
        "outages": "0",
        "down": "0 s",
    }
    assert shown["Shop"]["outages"] == shown["Shop"]["down"] == shown["Shop"]["target"] == "no data"


HOUR = 3600


@pytest.mark.parametrize(
    ("unknown", "maintenance", "down", "heights"),
    [
        (0, 0, 12 * HOUR, (0, 0, 14)),
        (0, 12 * HOUR, 6 * HOUR, (0, 14, 7)),
        (6 * HOUR, 6 * HOUR, 6 * HOUR, (7, 7, 7)),
        # The smallest part can be seen, and the largest one makes room for it.
        (0, 0, 1, (0, 0, 4)),
        (0, 60, 24 * HOUR - 60, (0, 4, 24)),
        (60, 24 * HOUR - 120, 60, (4, 20, 4)),
        # A day that was never up has no part that looks so.
        (8 * HOUR, 8 * HOUR, 8 * HOUR, (10, 9, 9)),
        (24 * HOUR, 0, 0, (0, 0, 0)),
    ],
)
def test_the_parts_of_the_bar_of_a_day_fill_it(
    unknown: int, maintenance: int, down: int, heights: tuple[int, int, int]
) -> None:
    parts = {"unknown_seconds": unknown, "maintenance_seconds": maintenance, "down_seconds": down}
    day = _bar({"date": "2026-10-01", "availability": 1.0, **parts}, 24 * HOUR)
    assert (day["unknown"], day["maintenance"], day["down"]) == heights
    assert day["kind"] == ("x" if unknown == 24 * HOUR else "u")


def test_an_empty_report_is_a_page() -> None:
    page = uptime_report_file(report(), "html")
    assert "There are no monitors." in page
    # As files of text do.
    assert page.endswith("</html>\n")


def test_another_template_is_used_and_its_mistakes_are_said(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_text("{{ report.monitors[0].name }}", encoding="utf-8")
    assert uptime_report_file(report(device(short_name="<b>")), "html", str(template)) == "&lt;b&gt;"
    template.write_text("{{ report.monitors[0].nmae }}", encoding="utf-8")
    with pytest.raises(AnsibleFilterError, match=r"the template \S+ cannot be used: .*nmae"):
        uptime_report_file(report(device()), "html", str(template))
    template.write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    with pytest.raises(AnsibleFilterError, match="cannot be used"):
        uptime_report_file(report(device()), "html", str(template))
    with pytest.raises(AnsibleFilterError, match=r"the template \S+ cannot be read: No such file"):
        uptime_report_file(report(device()), "html", str(tmp_path / "none.j2"))
    with pytest.raises(AnsibleFilterError, match=r"^there is no file pdf: the files are html, csv, outages.csv, json"):
        uptime_report_file(report(), "pdf")


def test_a_page_about_200_monitors_has_less_than_2_mb() -> None:
    """Each of them with an outage on every second day."""
    changes = [
        (f"2026-10-{day:02}T{hour}:00:00Z", state)
        for day in range(1, 31, 2)
        for hour, state in ((10, "down"), (11, "up"))
    ]
    found = report(*(resource(*changes, resource_id=str(number), name=f"Monitor {number}") for number in range(200)))
    assert found["summary"]["outages"] == 3000
    assert len(uptime_report_file(found, "html").encode()) < 2_000_000


OUTAGES = (("2026-09-01T00:00:00Z", "down"), ("2026-10-02T00:00:00Z", "up"), ("2026-10-05T12:03:10Z", "down"))
RESPONSES = [
    {"created_at": f"2026-10-{day:02}T10:00:00Z", "response_time": value}
    for day, value in ((1, 1000), (2, 2000), (4, 500), (31, 1234.56))
]
RICH = report(
    resource(*OUTAGES, ("2026-10-05T13:03:10.5Z", "up"), statistics=RESPONSES, service_id="s1", enabled=False),
    target(uptime=[{"uptime": 99.5}], group="Vienna"),
    device(uptime={**UP, "up_seconds": LENGTH + 3600}),
    period=uptime_period("2026-10", time_zone="Europe/Vienna", at="2026-11-28T00:00:00Z"),
)


def test_the_table_has_all_figures_of_each_monitor() -> None:
    lines = {line["name"]: line for line in csv.DictReader(uptime_report_file(RICH, "csv").splitlines())}
    assert lines["Shop"] == {
        "customer": "s1",
        "service_title": "Pinghome",
        "name": "Shop",
        "description": "",
        "address": "https://b.example.com",
        "id": "r1",
        "availability": "96.37582",
        "availability_source": "history",
        "target": "99.9",
        "target_met": "false",
        "outage_count": "2",
        "down_seconds": "97200.5",
        "longest_outage_seconds": "93600",
        "up_seconds": "2584799.5",
        "maintenance_seconds": "0",
        "unknown_seconds": "0",
        "average_response_time": "1183.64",
        "maximum_response_time": "2000.0",
        "notes": "The monitor is disabled now.",
    }
    vpn = {name: text for name, text in lines["VPN"].items() if text}
    assert vpn == {
        "customer": "Vienna",
        "service_title": "Port Monitor",
        "name": "VPN",
        "address": "c.example.com:443",
        "id": "7",
        "availability": "99.5",
        "availability_source": "service",
        "target": "99.9",
        "target_met": "false",
        "longest_outage_seconds": "0",
        "unknown_seconds": "2682000",
    }


def test_the_table_of_outages_says_which_began_before_and_which_lasted_on() -> None:
    text = uptime_report_file(RICH, "outages.csv")
    assert text.splitlines() == [
        '"customer","service_title","name","id","begin","end","seconds","began_before","lasted_on"',
        '"s1","Pinghome","Shop","r1","2026-09-30T22:00:00Z","2026-10-02T00:00:00Z","93600","true","false"',
        '"s1","Pinghome","Shop","r1","2026-10-05T12:03:10Z","2026-10-05T13:03:10Z","3600.5","false","false"',
    ]


def test_the_data_have_the_period_in_its_time_zone() -> None:
    period = RICH["period"]
    assert (period["since"], period["until"]) == ("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")
    assert (period["month"], period["time_zone"], period["is_over"]) == ("2026-10", "Europe/Vienna", True)
    assert period["days"][0] == {"date": "2026-10-01", "seconds": 86400}
    assert repr(period["days"][24]) == repr({"date": "2026-10-25", "seconds": 90000})
    now = uptime_period("2026-11", at="2026-11-28T00:00:00Z")
    assert report(period=now)["period"]["is_over"] is False


def test_monitors_of_one_name_have_the_order_of_their_ids() -> None:
    found = report(resource(resource_id="b"), resource(resource_id="a"), resource(resource_id="c", name="Later"))
    assert [row["id"] for row in found["monitors"]] == ["c", "a", "b"]


def test_the_page_shows_the_figures_as_a_person_reads_them() -> None:
    page = uptime_report_file(RICH, "html")
    # There is no line break between a number and its unit.
    assert "96.375\N{NO-BREAK SPACE}%" in page
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    for part in (
        "Uptime report, October 2026",
        "1 Oct 2026 00:00:00 CEST \N{EN DASH} 1 Nov 2026 00:00:00 CET, 31 d 1 h, time zone Europe/Vienna.",
        "One bar per day, from 1 Oct to 31 Oct",
        "before 1 Oct 2026 00:00:00 CEST",
        "5 Oct 2026 14:03:10 CEST",
        '<span class="response">1,183.6</span><span class="sub">max. 2,000.0</span>',
        "96.375 %",
        "The monitor is disabled now.",
    ):
        assert part in page, part
    assert "The period is not over" not in page


def test_the_bars_and_lines_of_the_charts_are_those_of_the_days(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_text(
        "{% for customer in customers %}\n{% for row in customer.rows %}\n"
        "{{ customer.name }}: {{ row.name }}: {{ line(row, 300, 22) | join(' / ') }}: {{ longest(row) | duration }}\n"
        "{% for bar in strip(row, report.period.days)[:5] %}\n{{ bar.date | day }}: {{ bar.text }}\n"
        "{% endfor %}\n{% endfor %}\n{% endfor %}\n",
        encoding="utf-8",
    )
    text = uptime_report_file(RICH, "html", str(template)).replace("\N{NO-BREAK SPACE}", " ")
    assert text.splitlines() == [
        # Days without data interrupt the line. Its highest point is the slowest day.
        "s1: Shop: 0.0,11.0 10.0,1.0 / 30.0,16.0 / 300.0,8.7: 1 d 2 h",
        "1 Oct 2026: 0.000 %, down 1 d",
        "2 Oct 2026: 91.666 %, down 2 h",
        "3 Oct 2026: 100.000 %",
        "4 Oct 2026: 100.000 %",
        "5 Oct 2026: 95.832 %, down 1 h",
        "Vienna: VPN: : 0 s",
        *(f"{day} Oct 2026: no data" for day in range(1, 6)),
        ": WWW: : 0 s",
        *(f"{day} Oct 2026: 100.000 %" for day in range(1, 6)),
    ]


def test_two_days_with_data_are_a_line_and_one_is_none(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_text("{{ line(report.monitors[0], 300, 22) | join(' / ') }}", encoding="utf-8")
    rows = [{"created_at": f"2026-10-0{day}T10:00:00Z", "response_time": 10 * day} for day in (1, 2)]
    assert uptime_report_file(report(resource(statistics=rows)), "html", str(template)) == "0.0,11.0 10.0,1.0"
    assert uptime_report_file(report(resource(statistics=rows[:1])), "html", str(template)) == ""


def test_less_than_a_second_is_said(tmp_path: Path) -> None:
    day = {"date": "2026-10-01", "availability": 99.9, "maintenance_seconds": 0, "unknown_seconds": 0}
    shown = _bar({**day, "down_seconds": 0.5}, 24 * HOUR)
    assert (shown["text"], shown["down"]) == ("99.900 %, down less than 1 s", 4)


def test_a_day_in_maintenance_or_without_data_for_a_while_says_so(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_text(
        "{% for bar in strip(report.monitors[0], report.period.days)[:3] %}{{ bar.text }}; {% endfor %}",
        encoding="utf-8",
    )
    events = [
        {"timestamp": "2026-10-01T06:00:00Z", "event": "Up"},
        {"timestamp": "2026-10-01T12:00:00Z", "event": "Maint"},
        {"timestamp": "2026-10-02T18:00:00Z", "event": "Up"},
    ]
    text = uptime_report_file(report(device(history=events, uptime=None)), "html", str(template))
    assert text == "100.000 %, maintenance 12 h, no data 6 h; 100.000 %, maintenance 18 h; 100.000 %; "


def test_a_template_that_is_no_text_and_a_zone_that_is_none_are_refused(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_bytes(b"\xff")
    with pytest.raises(AnsibleFilterError, match=r"the template \S+ cannot be used: "):
        uptime_report_file(RICH, "html", str(template))
    wrong = {**RICH, "period": {**RICH["period"], "time_zone": "Europe/Nowhere"}}
    with pytest.raises(AnsibleFilterError, match="Europe/Nowhere"):
        uptime_report_file(wrong, "html")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "no data"), (100.0, "100.000 %"), (99.999999, "99.999 %"), (0.0, "0.000 %"), (99.9, "99.900 %")],
)
def test_a_percentage_is_never_rounded_up(value: float | None, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "no data"),
        (0, "0 s"),
        (0.5, "less than 1 s"),
        (59.9, "59 s"),
        (3600, "1 h"),
        (90061, "1 d 1 h 1 min 1 s"),
        (2682000, "31 d 1 h"),
    ],
)
def test_a_length_of_time_has_units(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text
