# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The period of an uptime report: months and days of time zones."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_period import period_of, uptime_period

NOW = "2026-11-28T07:00:00Z"
BERLIN = "Europe/Berlin"


def hours(found: dict[str, Any]) -> list[float]:
    """The hours of each day."""
    return [(day.end - day.begin).total_seconds() / 3600 for day in period_of(found).days()]


@pytest.mark.parametrize(
    ("month", "zone", "since", "until", "other_hours"),
    [
        # The clocks go back.
        ("2026-10", BERLIN, "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", {25: 25}),
        ("2026-03", BERLIN, "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", {29: 23}),
        ("2026-10", "UTC", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", {}),
        ("2026-02", "Asia/Kathmandu", "2026-01-31T18:15:00Z", "2026-02-28T18:15:00Z", {}),
        ("2024-02", "America/New_York", "2024-02-01T05:00:00Z", "2024-03-01T05:00:00Z", {}),
        # The clocks change at midnight, so that a day begins at one o'clock.
        ("2018-11", "America/Sao_Paulo", "2018-11-01T03:00:00Z", "2018-12-01T02:00:00Z", {4: 23}),
    ],
)
def test_a_month_has_the_hours_of_its_time_zone(
    month: str, zone: str, since: str, until: str, other_hours: dict[int, float]
) -> None:
    found = uptime_period(month, time_zone=zone, at=NOW)
    assert (found["problem"], found["since"], found["until"], found["is_over"]) == ("", since, until, True)
    assert (found["month"], found["name"], found["time_zone"]) == (month, month, zone)
    assert hours(found) == [other_hours.get(day, 24) for day in range(1, len(hours(found)) + 1)]
    days = period_of(found).days()
    assert days[0].begin == period_of(found).begin
    assert days[-1].end == period_of(found).end
    assert [one.end for one in days[:-1]] == [one.begin for one in days[1:]]


def test_october_in_berlin_has_31_days_and_an_hour_more() -> None:
    found = hours(uptime_period("2026-10", time_zone=BERLIN, at=NOW))
    assert (len(found), sum(found)) == (31, 745)


def test_a_day_that_a_time_zone_has_skipped_is_left_out() -> None:
    found = uptime_period("2011-12", time_zone="Pacific/Apia", at=NOW)
    assert [day.date for day in period_of(found).days()][-3:] == ["2011-12-28", "2011-12-29", "2011-12-31"]
    assert set(hours(found)) == {24}


def test_the_default_is_the_last_month_that_is_over_in_the_time_zone() -> None:
    assert uptime_period(at="2026-11-30T23:30:00Z")["month"] == "2026-10"
    assert uptime_period(time_zone=BERLIN, at="2026-11-30T23:30:00Z")["month"] == "2026-11"
    assert uptime_period(at="2027-01-01T00:00:00Z")["month"] == "2026-12"


def test_a_period_that_is_not_over_ends_now() -> None:
    found = uptime_period("2026-11", time_zone=BERLIN, at=NOW)
    assert (found["until"], found["is_over"]) == (NOW, False)
    assert hours(found)[-1] == 8
    found = uptime_period(since="2026-11-27", at=NOW)
    assert (found["since"], found["until"], found["is_over"]) == ("2026-11-27T00:00:00Z", NOW, True)
    assert found["name"] == "2026-11-27_2026-11-28"


@pytest.mark.parametrize(
    ("since", "until", "begin", "end", "days"),
    [
        ("2026-10-24", "2026-10-26", "2026-10-23T22:00:00Z", "2026-10-25T23:00:00Z", [24, 25]),
        ("2026-10-24T18:00:00", "2026-10-25T12:00", "2026-10-24T16:00:00Z", "2026-10-25T11:00:00Z", [6, 13]),
        ("2026-10-24T18:00:00Z", "2026-10-24T20:00:00+02:00", "", "", None),
        ("2026-10-24T16:00:00.5Z", "2026-10-24T20:00:00+02:00", "2026-10-24T16:00:00Z", "2026-10-24T18:00:00Z", [2]),
        # As YAML reads them without quotes.
        (date(2026, 10, 1), date(2026, 10, 2), "2026-09-30T22:00:00Z", "2026-10-01T22:00:00Z", [24]),
    ],
)
def test_a_period_is_dates_or_times(since: Any, until: Any, begin: str, end: str, days: list[float] | None) -> None:
    found = uptime_period("", since, until, BERLIN, at=NOW)
    if days is None:
        assert found["problem"].startswith("until must be after since, but 2026-10-24T18:00:00Z is not after ")
        return
    assert (found["problem"], found["since"], found["until"]) == ("", begin, end)
    assert hours(found) == days


def test_the_history_begins_before_the_period() -> None:
    found = uptime_period("2026-10", lookback_days=31, at=NOW)
    assert found["history_since"] == "2026-08-31T00:00:00Z"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"month": "2026-13"}, "the month must be a year and a month, such as 2026-10, not 2026-13."),
        ({"month": date(2026, 10, 1)}, "the month must be a year and a month, such as 2026-10, not 2026-10-01."),
        ({"month": "2026-10\n"}, "the month must be a year and a month"),
        ({"month": "2026-12"}, "the period must have begun, but 2026-12-01T00:00:00Z is in the future."),
        ({"month": "2026-10", "since": "2026-10-01"}, "set either the month, or since and until, not both."),
        ({"until": "2026-10-01"}, "until needs since, the beginning of the period."),
        ({"since": "1.10.2026"}, "since must be a date such as 2026-10-01, or a time in ISO 8601"),
        ({"since": "2026-10-01", "until": "soon"}, "until must be a date such as 2026-10-01"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "until must be after since"),
        ({"since": "2024-01-01"}, "the period must be a year at most, not "),
        ({"time_zone": "Europe/Berln"}, "there is no time zone Europe/Berln; did you mean Europe/Berlin?"),
        ({"time_zone": "Europe"}, "there is no time zone Europe"),
        ({"time_zone": "../../etc/passwd"}, "there is no time zone ../../etc/passwd"),
        ({"at": "now"}, "at must be a date"),
    ],
)
def test_another_period_is_refused_in_one_sentence(options: dict[str, Any], problem: str) -> None:
    found = uptime_period(**{"at": NOW, **options})
    assert found["problem"].startswith(problem)
    assert found.keys() == {"problem"}


def test_without_data_about_time_zones_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    found = uptime_period("2026-10", time_zone=BERLIN, at=NOW)
    assert "this machine has no data about time zones: install the Python package tzdata" in found["problem"]
    assert uptime_period("2026-10", at=NOW)["problem"] == ""


def test_a_report_without_an_own_history_begins_with_its_period() -> None:
    found = uptime_period("2026-10", time_zone="America/New_York", at=NOW)
    assert found["history_since"] == found["since"]
    assert len(hours(found)) == 31


@pytest.mark.parametrize(
    "options",
    [
        {"month": "9999-12"},
        {"since": "0001-01-01T00:00:00+23:59"},
        {"since": "2026-10-01", "until": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_a_time_that_no_clock_shows_is_refused(options: dict[str, Any]) -> None:
    assert uptime_period(**options, at=NOW)["problem"]
