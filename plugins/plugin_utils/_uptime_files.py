# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an uptime report: a page, two tables for a spreadsheet, and the data.

The page is rendered by an environment of Jinja of its own. That of Ansible does not escape HTML, and reads the native
types of texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleFilterError
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from ..module_utils._core.display import visible
from ._uptime_period import PeriodError, find_zone

Values = Mapping[str, Any]
_TEMPLATE = Path(__file__).parents[2] / "roles" / "uptime_report" / "templates" / "uptime_report.html.j2"
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
# What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asia.
_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Python's own names of months are in the language of the controller.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_COLUMNS = (
    "customer",
    "service_title",
    "name",
    "description",
    "address",
    "id",
    "availability",
    "availability_source",
    "target",
    "target_met",
    "outage_count",
    "down_seconds",
    "longest_outage_seconds",
    "up_seconds",
    "maintenance_seconds",
    "unknown_seconds",
    "average_response_time",
    "maximum_response_time",
    "notes",
)
_OUTAGE_COLUMNS = ("customer", "service_title", "name", "id", "begin", "end", "seconds", "began_before", "lasted_on")


def uptime_report_file(report: Values, kind: str, template: str = "") -> str:
    """The content of a file of a report.

    :param kind: C(html), C(csv), C(outages.csv) or C(json)
    :param template: the path of another template of the page, on the controller
    :raises AnsibleFilterError: if there is no such kind, or if the template cannot be read or rendered
    """
    writers: Mapping[str, Callable[[], str]] = {
        "html": lambda: _page(report, Path(template) if template else _TEMPLATE),
        "csv": lambda: _table(_COLUMNS, _monitor_lines(report)),
        "outages.csv": lambda: _table(_OUTAGE_COLUMNS, _outage_lines(report)),
        "json": lambda: json.dumps(report, indent=1, ensure_ascii=False) + "\n",
    }
    if kind not in writers:
        raise AnsibleFilterError(f"there is no file {kind}: the files are {', '.join(writers)}")
    return writers[kind]()


def uptime_report_lines(report: Values) -> list[dict[str, str]]:
    """The monitors of a report with their figures as texts, for a table on the screen."""
    return [
        {
            "name": row["name"],
            "service": row["service_title"],
            "availability": percent(row["availability"]),
            "target": target_word(row["target_met"]),
            "outages": "no data" if row["outage_count"] is None else str(row["outage_count"]),
            "down": duration(row["down_seconds"]),
        }
        for row in report["monitors"]
    ]


# -- tables ------------------------------------------------------------------------------------------------------------


def _table(columns: Sequence[str], lines: Iterable[Values]) -> str:
    """A table as CSV, all values in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    for line in lines:
        writer.writerow([_cell(line.get(column)) for column in columns])
    return text.getvalue()


def _cell(value: Any) -> str:
    """A value of a table. A text never begins a formula, and has no characters that a program obeys."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return json.dumps(value)
    text = visible(str(value))
    return f"'{text}" if text.lstrip().startswith(_FORMULAS) else text


def _members(report: Values) -> Iterable[tuple[str, Values]]:
    """The monitors of each customer."""
    rows = _by_ident(report)
    for customer in report["customers"]:
        for ident in customer["monitors"]:
            yield customer["name"], rows[ident]


def _by_ident(report: Values) -> dict[str, Values]:
    return {f"{row['service']}:{row['id']}": row for row in report["monitors"]}


def _monitor_lines(report: Values) -> Iterable[Values]:
    for customer, row in _members(report):
        responses = row["response_times"] or {}
        yield {
            **row,
            "customer": customer,
            "target": report["target"],
            "longest_outage_seconds": longest(row),
            "average_response_time": responses.get("average"),
            "maximum_response_time": responses.get("maximum"),
            "notes": " ".join(row["notes"]),
        }


def _outage_lines(report: Values) -> Iterable[Values]:
    for customer, row in _members(report):
        about = {name: row[name] for name in ("service_title", "name", "id")}
        for outage in row["outages"]:
            yield {"customer": customer, **about, **outage}


# -- page --------------------------------------------------------------------------------------------------------------


def _page(report: Values, template: Path) -> str:
    # Everything that is not marked in the template as HTML is escaped.
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    clock = _Clock(report["period"]["time_zone"])
    environment.filters.update(
        # No line break between a number and its unit.
        percent=lambda value: _unbroken(percent(value)),
        duration=lambda seconds: _unbroken(duration(seconds)),
        number=number,
        visible=lambda text: visible(str(text)),
        moment=clock.moment,
        day=clock.day,
        short_day=clock.short_day,
        month=clock.month,
    )
    rows = _by_ident(report)
    customers = [
        {"name": one["name"], "rows": [rows[ident] for ident in one["monitors"]]} for one in report["customers"]
    ]
    try:
        page = environment.from_string(template.read_text(encoding="utf-8"))
        return page.render(
            report=report, customers=customers, strip=_strip, line=_line, target_word=target_word, longest=longest
        )
    except OSError as exc:
        raise AnsibleFilterError(f"the template {template} cannot be read: {exc.strerror}") from None
    except (TemplateError, UnicodeDecodeError) as exc:
        raise AnsibleFilterError(f"the template {template} cannot be used: {exc}") from None


def _unbroken(text: str) -> str:
    return re.sub(r"(?<=\d) ", "\N{NO-BREAK SPACE}", text)


class _Clock:
    """Times as a reader of the page sees them, in the time zone of the report."""

    def __init__(self, zone_name: str) -> None:
        try:
            self._zone = find_zone(zone_name)
        except PeriodError as exc:
            raise AnsibleFilterError(f"{exc}.") from None

    def moment(self, text: str) -> str:
        """A time with its zone, such as 5 Oct 2026 14:03:10 CEST."""
        found = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(self._zone)
        return f"{found.day} {_MONTHS[found.month - 1][:3]} {found:%Y %H:%M:%S %Z}"

    def day(self, text: str) -> str:
        """A date, such as 5 Oct 2026."""
        found = datetime.fromisoformat(text)
        return f"{found.day} {_MONTHS[found.month - 1][:3]} {found.year}"

    def short_day(self, text: str) -> str:
        """A date without its year, such as 5 Oct."""
        found = datetime.fromisoformat(text)
        return f"{found.day} {_MONTHS[found.month - 1][:3]}"

    def month(self, text: str) -> str:
        """A month, such as October 2026."""
        year, number = text.split("-")
        return f"{_MONTHS[int(number) - 1]} {year}"


def percent(value: float | None) -> str:
    """An availability with three decimals, rounded down: what is below a target or below 100 % stays below it."""
    if value is None:
        return "no data"
    return f"{Decimal(str(value)).quantize(Decimal('0.001'), ROUND_DOWN)} %"


def number(value: float | None) -> str:
    """A number with one decimal."""
    return "" if value is None else f"{value:,.1f}"


def duration(seconds: float | None) -> str:
    """A length of time in whole seconds, such as 1 h 2 min 3 s. Fractions of a second are left out."""
    if seconds is None:
        return "no data"
    if 0 < seconds < 1:
        return "less than 1 s"
    rest, parts = int(seconds), []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


def longest(row: Values) -> int | float:
    """The seconds of the longest outage of a monitor."""
    return max((one["seconds"] for one in row["outages"]), default=0)


def target_word(met: bool | None) -> str:
    """Whether a target is met, in words."""
    words = {True: "met", False: "missed", None: "no data"}
    return words[met]


# -- charts ------------------------------------------------------------------------------------------------------------

_STRIP_HEIGHT = 28
_SMALLEST = 4


def _strip(row: Values, days: Sequence[Values]) -> list[dict[str, Any]]:
    """The bars of the days of a monitor: what each is, its text, and how high its part in maintenance and down is."""
    return [_bar(day, length["seconds"]) for day, length in zip(row["days"], days)]


def _bar(day: Values, seconds: float) -> dict[str, Any]:
    known = seconds - day["unknown_seconds"]
    parts = {name: day[f"{name}_seconds"] for name in ("unknown", "maintenance", "down")}
    heights = dict.fromkeys(parts, 0) if known <= 0 else _heights(parts, seconds)
    return {"date": day["date"], "kind": "x" if known <= 0 else "u", **heights, "text": _bar_text(day, known)}


def _heights(parts: Mapping[str, float], whole: float) -> dict[str, int]:
    """The heights of the parts of a bar; what is left is up. Even the smallest part can be seen.

    The largest part makes room for the others, and takes what rounding leaves of a bar that is never up.
    """
    heights = {
        name: max(_SMALLEST, round(_STRIP_HEIGHT * part / whole)) if part > 0 else 0 for name, part in parts.items()
    }
    left = _STRIP_HEIGHT - sum(heights.values())
    if left < 0 or sum(parts.values()) >= whole:
        heights[max(heights, key=lambda name: heights[name])] += left
    return heights


def _bar_text(day: Values, known: float) -> str:
    if known <= 0:
        return "no data"
    texts = [percent(day["availability"]) if day["availability"] is not None else "in maintenance"]
    for name, word in (
        ("down_seconds", "down"),
        ("maintenance_seconds", "maintenance"),
        ("unknown_seconds", "no data"),
    ):
        if day[name] > 0:
            texts.append(f"{word} {duration(day[name])}")
    return ", ".join(texts)


def _line(row: Values, width: int, height: int) -> list[str]:
    """The response times by day as lines of a chart: the points of each stretch of days that have data."""
    means = row["response_times"]["days"] if row["response_times"] else []
    known = [mean for mean in means if mean is not None]
    if len(known) < 2:
        return []
    top, step = max(known) or 1, width / max(len(means) - 1, 1)
    stretches: list[list[str]] = [[]]
    for index, mean in enumerate(means):
        if mean is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{index * step:.1f},{height - 1 - (height - 2) * mean / top:.1f}")
    return [" ".join(points) for points in stretches if points]
