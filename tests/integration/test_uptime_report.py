# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The uptime report, as a customer gets it: made by the playbook, and read in a browser.

The figures are compared with those that are counted here, minute by minute, from the same random histories.
"""

from __future__ import annotations

import csv
import functools
import json
import random
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.browser import Browser
from integration.harness import Account, run_playbook
from integration.roles import role, run_playbooks, run_tasks, sentences, stats, writes_in
from sandbox.client import Sandbox

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 10, 1, tzinfo=BERLIN).astimezone(UTC)
HOURS = 745
MINUTES = HOURS * 60
SERVICE = "11111111-1111-4111-8111-111111111111"
OCTOBER = {"report_month": "2026-10", "report_time_zone": "Europe/Berlin"}
# A name that is an element, an expression of Jinja, a formula, and that a terminal obeys.
NASTY = "=<img src=http://x.example.com/>{{ 7 * 7 }}\x1b[31m"
# A title is a variable of the user, in which an expression is one.
TITLE = NASTY.replace("{{ 7 * 7 }}", "")
WORDS = {"up": "Up", "down": "Down", "maintenance": "Maint"}


@dataclass(frozen=True)
class History:
    """A monitor, and its states from minutes of October on; before the first one nothing is known."""

    service: str
    name: str
    events: tuple[tuple[int, str], ...]
    uptime: str = ""

    @functools.cached_property
    def minutes(self) -> list[str]:
        """The state in each minute of October."""
        found = ["unknown"] * MINUTES
        for at, state in self.events:
            first = min(max(at, 0), MINUTES)
            found[first:] = [state] * (MINUTES - first)
        return found

    def rows(self, time: str, word: str, words: Mapping[str, str]) -> list[dict[str, str]]:
        """The events as a service has them, the newest first."""
        return [
            {time: (BEGIN + timedelta(minutes=at)).strftime("%Y-%m-%dT%H:%M:%SZ"), word: words.get(state, state)}
            for at, state in reversed(self.events)
        ]


def histories(number: int) -> list[History]:
    """Random histories, a third of them at each service."""
    rng = random.Random(20261001)
    found = []
    for index in range(number):
        service = ("alertra", "pinghome", "portmonitor")[index % 3]
        states = ("up", "down", "maintenance") if service == "alertra" else ("up", "down")
        begins = {rng.randint(-9000, MINUTES + 3000) for _event in range(rng.choice((0, 1, 2, 3, 8, 25)))}
        # Most monitors have been up for long.
        first = [] if index % 5 == 4 else [(-20000, "up")]
        events = (*first, *((at, rng.choice(states)) for at in sorted(begins)))
        found.append(History(service, f"M{index:03}", events, str(rng.randint(99000, 100000) / 1000)))
    return found


def fill(sandbox: Sandbox, monitors: Sequence[History]) -> None:
    """Fill the accounts."""
    by_service = {name: [one for one in monitors if one.service == name] for name in sandbox.services}
    devices = [
        {
            "ShortName": one.name,
            "FullName": NASTY,
            "Method": "HTTP",
            "URL": "http://www.example.com",
            "Tags": ["Vienna" if number % 2 else "Example"],
            "Events": one.rows("Timestamp", "Event", WORDS),
        }
        for number, one in enumerate(by_service["alertra"])
    ]
    resources = [
        {
            "name": one.name,
            "url": "https://www.example.com/",
            "state_changes": one.rows("created_at", "state", {}),
            "statistics": [
                {"created_at": f"2026-10-{day:02}T12:00:00Z", "response_time": 100 + day, "uptime": 100}
                for day in range(1, 29)
            ],
        }
        for one in by_service["pinghome"]
    ]
    targets = [
        {"name": one.name, "group": "Vienna", "url": "http://a.example.com", "uptime": float(one.uptime)}
        for one in by_service["portmonitor"]
    ]
    events = [
        {"target": one.name, **row} for one in by_service["portmonitor"] for row in one.rows("created_at", "status", {})
    ]
    sandbox.set_state("alertra", {"tags": [{"Name": "Vienna"}, {"Name": "Example"}], "devices": devices})
    sandbox.set_state("pinghome", {"resources": resources})
    sandbox.set_state("portmonitor", {"groups": [{"name": "Vienna"}], "targets": targets, "events": events})


def shown_percent(value: Fraction) -> str:
    """A percentage as a page shows it: three decimals, rounded down."""
    thousandths = int(value * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03} %"


def shown_length(minutes: int) -> str:
    """A number of minutes as a page shows it."""
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def percent_of(states: Sequence[str]) -> str:
    """The availability in some minutes, without those in maintenance."""
    up, down = states.count("up"), states.count("down")
    return shown_percent(Fraction(100 * up, up + down)) if up + down else "no data"


def expected_row(history: History) -> dict[str, Any]:
    """What the page has to show of a monitor."""
    states = history.minutes
    known = set(states) != {"unknown"}
    availability = percent_of(states)
    if history.service == "portmonitor":
        availability = shown_percent(Fraction(history.uptime))
    outages = sum(one == "down" and (at == 0 or states[at - 1] != "down") for at, one in enumerate(states))
    lengths = {name: states.count(name) for name in ("down", "maintenance", "unknown")}
    return {
        "name": history.name,
        "availability": availability,
        "target": expected_target(availability),
        "outages": str(outages) if known or history.service == "alertra" else "no data",
        "down": shown_length(lengths["down"]) if known or history.service == "alertra" else "no data",
        "maintenance": shown_length(lengths["maintenance"]) if lengths["maintenance"] else None,
        "unknown": shown_length(lengths["unknown"]) if lengths["unknown"] else None,
        "days": expected_days(states),
    }


def expected_target(availability: str) -> str:
    """Whether the page says that the target of 99.9 % is met."""
    if availability == "no data":
        return availability
    return "met" if float(availability.split()[0]) >= 99.9 else "missed"


def expected_days(states: Sequence[str]) -> list[str]:
    """What the bars of the days say. The 25th has an hour more."""
    found, begin = [], 0
    for day in range(1, 32):
        length = 25 * 60 if day == 25 else 24 * 60
        part = states[begin : begin + length]
        begin += length
        said = ["no data"] if set(part) == {"unknown"} else [percent_of(part)]
        if said == ["no data"] and "maintenance" in part:
            said = ["in maintenance"]
        if set(part) != {"unknown"}:
            words = {"down": "down", "maintenance": "maintenance", "unknown": "no data"}
            said += [f"{word} {shown_length(part.count(name))}" for name, word in words.items() if name in part]
        found.append(f"{day} Oct: {', '.join(said)}")
    return found


@pytest.mark.timeout(300)
def test_the_page_shows_the_figures_of_fifty_random_histories(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    monitors = histories(50)
    fill(sandbox, monitors)
    folder = tmp_path / "reports"
    call = ("uptime_report", {**OCTOBER, "report_directory": str(folder), "report_title": TITLE})
    predicted = run_playbooks(accounts, [call], tmp_path, "--check")
    assert predicted.code == 0, predicted.output
    assert not folder.exists()
    done = run_playbooks(accounts, [call], tmp_path)
    assert done.code == 0, done.output
    assert writes_in(sandbox.requests()) == []
    (result,) = stats(done, "uptime_report_result")
    assert stats(predicted, "uptime_report_result") == [result]
    files = {path.name: path for path in folder.iterdir()}
    assert sorted(result["changed"]) == sorted(files)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "\x1b[31m" not in done.output

    browser = Browser(tmp_path)
    page = files["uptime-2026-10.html"].read_text(encoding="utf-8")
    shown = browser.read(page)
    expected = {one.name: expected_row(one) for one in monitors}
    rows = {row["name"]: row for row in shown["rows"]}
    assert rows.keys() == expected.keys()
    for name, row in expected.items():
        assert {key: rows[name][key] for key in row} == row, name
        assert rows[name]["red"] == sum("down" in text for text in row["days"])
        assert rows[name]["gray"] == sum("no data" in text for text in row["days"])
    assert {row["customer"] for row in shown["rows"]} == {"Vienna", "Example", SERVICE}
    # The response times of the 28 days.
    assert {rows[one.name]["response"] for one in monitors if one.service == "pinghome"} == {"114.5"}
    targets = [row["target"] for row in expected.values()]
    assert shown["tiles"]["t-monitors"] == "50"
    assert (shown["tiles"]["t-met"], shown["tiles"]["t-missed"]) == (
        str(targets.count("met")),
        str(targets.count("missed")),
    )
    check_outages(shown["outages"], monitors)
    check_page(browser, page, shown, files["uptime-2026-10.html"])
    check_tables(files, monitors, expected)


def check_outages(shown: Sequence[Sequence[str]], monitors: Sequence[History]) -> None:
    """Check the begin and the length of each outage."""
    found = sorted(
        (monitor.split()[0], begin.removeprefix("before "), length) for monitor, begin, _end, length in shown
    )
    expected = []
    for one in monitors:
        states = one.minutes
        for at, state in enumerate(states):
            if state == "down" and (at == 0 or states[at - 1] != "down"):
                last = next((end for end in range(at, MINUTES) if states[end] != "down"), MINUTES)
                cut = at == 0 or states[at - 1] == "unknown" or last == MINUTES
                time = (BEGIN + timedelta(minutes=at)).astimezone(BERLIN)
                begin = f"{time.day} Oct {time:%Y %H:%M:%S %Z}"
                expected.append((one.name, begin, ("at least " if cut else "") + shown_length(last - at)))
    assert found == sorted(expected)


def check_page(browser: Browser, page: str, shown: Mapping[str, Any], path: Path) -> None:
    """Check that the page fits on a phone, can be printed, has a dark form, and loads nothing."""
    assert shown["widths"] == {"390": 390, "768": 768, "1280": 1280}
    assert (shown["loads"], shown["scripts"]) == ([], 0)
    assert shown["headings"][0] == TITLE.replace("\x1b", "\\x1b")
    assert "31 d 1 h, time zone Europe/Berlin" in shown["lead"]
    dark = browser.read(page, dark=True)
    assert dark["rows"] == shown["rows"]
    assert luminance(dark["background"]) < 60 < 200 < luminance(dark["color"])
    assert luminance(shown["color"]) < 60 < 200 < luminance(shown["background"])
    pdf = browser.print(path)
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf


def luminance(color: str) -> float:
    """How bright a color is, from 0 to 255."""
    return sum(map(int, color.removeprefix("rgb(").removesuffix(")").split(","))) / 3


def check_tables(files: Mapping[str, Path], monitors: Sequence[History], expected: Mapping[str, Any]) -> None:
    """Check that the tables and the data have the same figures, and no formulas."""
    with files["uptime-2026-10.csv"].open(encoding="utf-8", newline="") as text:
        lines = {line["name"]: line for line in csv.DictReader(text)}
    data = {row["name"]: row for row in json.loads(files["uptime-2026-10.json"].read_text("utf-8"))["monitors"]}
    assert lines.keys() == data.keys() == expected.keys()
    for one in monitors:
        line, row, states = lines[one.name], data[one.name], one.minutes
        known = one.service == "alertra" or set(states) != {"unknown"}
        assert line["down_seconds"] == (str(60 * states.count("down")) if known else "")
        assert row["unknown_seconds"] == 60 * states.count("unknown")
        shown = "no data" if row["availability"] is None else shown_percent(Fraction(str(row["availability"])))
        assert shown == expected[one.name]["availability"]
        assert line["availability"] == ("" if row["availability"] is None else str(row["availability"]))
        if one.service == "alertra":
            assert row["description"] == NASTY
            assert line["description"] == "'" + NASTY.replace("\x1b", "\\x1b")
    with files["uptime-2026-10.outages.csv"].open(encoding="utf-8", newline="") as text:
        seconds = sum(float(line["seconds"]) for line in csv.DictReader(text))
    assert seconds == sum(60 * one.minutes.count("down") for one in monitors)


def test_a_report_has_the_selected_monitors_only_and_bad_variables_are_refused_before_any_request(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    fill(sandbox, histories(12))
    base = {"uptime_report_directory": str(tmp_path / "reports"), "uptime_report_month": "2026-10"}
    refused: dict[str, dict[str, Any]] = {
        "The period of the report is not possible: the month must be": {"uptime_report_month": "2026-10-01"},
        "uptime_report_target must be more than 0 and at most 100": {"uptime_report_target": 101},
        "uptime_report_file_name must consist of letters": {"uptime_report_file_name": "../x"},
        "has no variable uptime_report_mnth": {"uptime_report_mnth": "2026-10"},
    }
    run = run_tasks(
        accounts, [role("uptime_report", {**base, **one}, check=True) for one in refused.values()], tmp_path
    )
    assert run.code == 0, run.output
    for said, expected in zip(sentences(run), refused, strict=True):
        assert expected in said
    assert sandbox.requests() == []

    selections: Sequence[tuple[dict[str, Any], list[str]]] = (
        (
            {"uptime_report_tags": ["Vienna"], "uptime_report_groups": "Vienna", "uptime_report_names": ["m00*"]},
            ["M002", "M003", "M005", "M008", "M009"],
        ),
        ({"uptime_report_services": [f"Example={SERVICE}"]}, ["M001", "M004", "M007", "M010"]),
        ({"uptime_report_tags": "vienna", "uptime_report_names": ["M003", "nothing*"]}, []),
    )
    tasks = [role("uptime_report", {**base, **one}, check=True) for one, _names in selections]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    found = [[row["name"] for row in one["monitors"]] for one in stats(run, "uptime_report_result")]
    assert found == [names for _one, names in selections if names]
    (said,) = sentences(run)
    assert said == "There is no monitor with the tag vienna, nor with the name M003, nor with the name nothing*."


def test_a_source_that_cannot_be_read_is_a_failure_and_no_report_without_it(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    fill(sandbox, histories(3))
    variables = json.dumps({**OCTOBER, "report_directory": str(tmp_path / "reports")})
    run = run_playbook(
        accounts, Path("declarative.monitoring.uptime_report"), "-e", variables, PORTMONITOR_AUTH_TOKEN="wrong"
    )
    assert run.code == 2
    assert "Port Monitor" in run.output
    assert not (tmp_path / "reports").exists()
