# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The uptime report, as a customer gets it: made by the playbook, and read in a browser.

The figures are compared with those that are counted here, minute by minute, from the same random histories.
"""

from __future__ import annotations

import csv
import functools
import itertools
import json
import random
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.browser import SCREEN_HEIGHT, Browser
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

    def rows(self, begin: datetime, time: str, word: str, words: Mapping[str, str]) -> list[dict[str, str]]:
        """The events as a service has them, the newest first, for a month that begins then."""
        return [
            {time: (begin + timedelta(minutes=at)).strftime("%Y-%m-%dT%H:%M:%SZ"), word: words.get(state, state)}
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


# Two days without data, and days with several states, each of which lasts for many hours.
_DAYS = (("up", "down", "maintenance"), ("maintenance", "up", "down"), ("down", "maintenance", "up"))
MIXED = History(
    "alertra",
    "A",
    tuple(
        ((day * 24 + hour) * 60, state)
        for day, states in enumerate(_DAYS, start=2)
        for hour, state in zip((0, 5, 14), states, strict=True)
    ),
)


def fill(sandbox: Sandbox, monitors: Sequence[History], begin: datetime = BEGIN) -> None:
    """Fill the accounts for a month that begins then."""
    by_service = {name: [one for one in monitors if one.service == name] for name in sandbox.services}
    devices = [
        {
            "ShortName": one.name,
            "FullName": NASTY,
            "Method": "HTTP",
            "URL": "http://www.example.com",
            "Tags": ["Vienna" if number % 2 else "Example"],
            "Events": one.rows(begin, "Timestamp", "Event", WORDS),
        }
        for number, one in enumerate(by_service["alertra"])
    ]
    resources = [
        {
            "name": one.name,
            "url": "https://www.example.com/",
            "state_changes": one.rows(begin, "created_at", "state", {}),
            "statistics": [
                {
                    "created_at": (begin + timedelta(days=day - 1, hours=14)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "response_time": 100 + day,
                    "uptime": 100,
                }
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
        {"target": one.name, **row}
        for one in by_service["portmonitor"]
        for row in one.rows(begin, "created_at", "status", {})
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
    return {**expected_figures(history, history.minutes), "days": expected_days(history.minutes)}


def expected_figures(history: History, states: Sequence[str]) -> dict[str, Any]:
    """The figures of a monitor in a period.

    :param states: its state in each minute of the period
    """
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
    }


def expected_target(availability: str) -> str:
    """Whether the page says that the target of 99.9 % is met."""
    if availability == "no data":
        return availability
    return "met" if float(availability.split()[0]) >= 99.9 else "missed"


def expected_days(states: Sequence[str]) -> list[str]:
    """What the bars of the days say."""
    found = []
    for day, part in enumerate(by_day(states), start=1):
        said = ["no data"] if set(part) == {"unknown"} else [percent_of(part)]
        if said == ["no data"] and "maintenance" in part:
            said = ["in maintenance"]
        if set(part) != {"unknown"}:
            words = {"down": "down", "maintenance": "maintenance", "unknown": "no data"}
            said += [f"{word} {shown_length(part.count(name))}" for name, word in words.items() if name in part]
        found.append(f"{day} Oct: {', '.join(said)}")
    return found


def by_day(states: Sequence[str]) -> list[Sequence[str]]:
    """The states in the minutes of each day of October. The 25th has an hour more."""
    begins = [(day * 24 + (day >= 25)) * 60 for day in range(32)]
    return [states[begin:end] for begin, end in itertools.pairwise(begins)]


@pytest.mark.timeout(300)
def test_the_page_shows_the_figures_of_fifty_random_histories(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    monitors = [MIXED, *histories(50)]
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
    assert shown["tiles"]["t-monitors"] == "51"
    assert (shown["tiles"]["t-met"], shown["tiles"]["t-missed"]) == (
        str(targets.count("met")),
        str(targets.count("missed")),
    )
    check_outages(shown["outages"], monitors)
    check_page(browser, page, shown, files["uptime-2026-10.html"])
    check_pictures(browser, page, shown, monitors)
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


PARTS = ("down", "maintenance", "up", "unknown")
"""The parts of the bar of a day, from the bottom to the top."""
Point = tuple[float, float]


def check_pictures(browser: Browser, page: str, shown: Mapping[str, Any], monitors: Sequence[History]) -> None:
    """Check the colors of the bars in pictures of the page, where the devices at Alertra begin."""
    names = {one["id"]: one["name"] for one in shown["rows"]}
    days = {one.name: by_day(one.minutes) for one in monitors}
    for width, dark in itertools.product((390, 1280), (False, True)):
        boxes = {names[ident]: box for ident, box in shown["strips"][str(width)].items()}
        scrolled = int(min(boxes[one.name][1] for one in monitors if one.service == "alertra")) - 100
        points: list[tuple[Point, str]] = []
        cards: list[Point] = []
        for name, (left, y, wide, high) in boxes.items():
            top = y - scrolled
            if 0 < top < SCREEN_HEIGHT - high:
                points += [
                    ((left + (day + 0.4) * wide / 31, top + high * (1 - share)), kind)
                    for day, states in enumerate(days[name])
                    for share, kind in samples(states)
                ]
                # Above the bars.
                cards.append((left + wide / 2, top - 3))
        picture = browser.photograph(page, width, scrolled, dark=dark)
        pixels = browser.pixels(picture, [*(point for point, _kind in points), *cards])
        bars, around = pixels[: len(points)], pixels[len(points) :]
        assert len(cards) > 4
        assert all(pixel == around[0] for pixel in around)
        wrong = [(*one, pixel) for one, pixel in zip(points, bars, strict=True) if hue(pixel) != one[1]]
        assert not wrong, picture
        assert around[0] not in bars
        assert {kind for _point, kind in points} == set(PARTS)


def samples(states: Sequence[str]) -> Iterator[tuple[float, str]]:
    """The middles of the larger parts in the bar of a day, from 0 at the bottom to 1, and what they are."""
    end = 0.0
    for kind in PARTS:
        begin, end = end, end + states.count(kind) / len(states)
        if end - begin > 0.35:
            yield (begin + end) / 2, kind
        if end - begin == 1:
            yield from ((share, kind) for share in (0.1, 0.9))


def hue(pixel: Sequence[int]) -> str:
    """What a color stands for: green, red, blue, or a gray."""
    if max(pixel) - min(pixel) < 40:
        return "unknown"
    return ("down", "up", "maintenance")[pixel.index(max(pixel))]


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


def test_a_report_of_some_days_has_their_figures(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    """From midnight to a noon after the change to winter time."""
    monitors = histories(24)
    fill(sandbox, monitors)
    period = {"report_since": "2026-10-10", "report_until": "2026-10-25T12:00:00"}
    variables = {**period, "report_time_zone": "Europe/Berlin", "report_directory": str(tmp_path / "reports")}
    done = run_playbooks(accounts, [("uptime_report", variables)], tmp_path, "--check")
    assert done.code == 0, done.output
    (result,) = stats(done, "uptime_report_result")
    assert (result["period"]["since"], result["period"]["until"]) == ("2026-10-09T22:00:00Z", "2026-10-25T11:00:00Z")
    first, last = 9 * 24 * 60, (24 * 24 + 13) * 60
    expected = {one.name: expected_figures(one, one.minutes[first:last]) for one in monitors}
    assert len(result["monitors"]) == len(expected)
    for row in result["monitors"]:
        figures = expected[row["name"]]
        assert row == {"service": row["service"], **{name: figures[name] for name in row if name != "service"}}


@pytest.mark.timeout(300)
def test_the_page_of_two_hundred_monitors_with_response_times_is_small(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    """In June 2025, in which the devices of the sandbox have checks."""
    monitors = histories(200)
    fill(sandbox, monitors, datetime(2025, 6, 1, tzinfo=UTC))
    variables = {
        "report_month": "2025-06",
        "report_directory": str(tmp_path),
        "report_response_times": ["alertra", "pinghome", "portmonitor"],
    }
    done = run_playbooks(accounts, [("uptime_report", variables)], tmp_path)
    assert done.code == 0, done.output
    data = json.loads((tmp_path / "uptime-2025-06.json").read_text(encoding="utf-8"))
    with_times = {row["name"] for row in data["monitors"] if row["response_times"]}
    assert with_times == {one.name for one in monitors}
    assert (tmp_path / "uptime-2025-06.html").stat().st_size < 2_000_000


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
