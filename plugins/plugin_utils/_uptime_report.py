# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An uptime report as data: the figures of each monitor, and the monitors of each customer."""

from __future__ import annotations

import bisect
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._services.health import DOWN, IN_MAINTENANCE, UNKNOWN, UP
from ._uptime_history import Outage, Span, Totals, find_outages, find_spans, find_totals, percentage
from ._uptime_monitors import READERS, TOLERANCE, Monitor, Response
from ._uptime_period import Day, Period, PeriodError, as_utc, period_of

Values = dict[str, Any]
_TITLES = {"alertra": "Alertra", "pinghome": "Pinghome", "portmonitor": "Port Monitor"}
_LABELS = {"alertra": "tag", "portmonitor": "group", "pinghome": "service"}


@dataclass(frozen=True)
class Selection:
    """The monitors of a report.

    If any labels are set, only monitors with one of them are in it. The names narrow that down.

    :ivar labels: by service, the tags, groups or services by their names or ids, with the names that the report shows
    :ivar names: patterns for names and descriptions, such as web-*
    """

    labels: Mapping[str, Mapping[str, str]]
    names: Sequence[str]

    @property
    def by_label(self) -> bool:
        """Whether only monitors with certain labels are in the report."""
        return any(self.labels.values())

    def customers(self, monitor: Monitor) -> list[str]:
        """The names of the customers of a monitor; empty if it has none."""
        known = self.labels.get(monitor.service, {})
        if self.by_label:
            return [known[label] for label in monitor.labels if label in known]
        return list(monitor.labels)

    def has(self, monitor: Monitor) -> bool:
        """Whether a monitor is in the report."""
        if self.by_label and not self.customers(monitor):
            return False
        return not self.names or any(_matches(monitor, pattern) for pattern in self.names)


def uptime_selection(
    tags: Sequence[str] = (), groups: Sequence[str] = (), services: Sequence[str] = (), names: Sequence[str] = ()
) -> dict[str, Any]:
    """The selection of a report as data, for templates.

    :param services: ids of services at Pinghome; C(NAME=ID) gives one a name
    :returns: by service, the C(labels) to read; and C(names), the patterns
    """
    labels = {
        "alertra": {str(tag): str(tag) for tag in tags},
        "portmonitor": {str(group): str(group) for group in groups},
        "pinghome": dict(_named_service(str(service)) for service in services),
    }
    return {"labels": labels, "names": [str(name) for name in names], "by_label": any(labels.values())}


def _named_service(text: str) -> tuple[str, str]:
    """The id and the name of a service in a text such as NAME=ID, or ID."""
    name, _equals, ident = text.rpartition("=")
    return ident.strip(), name.strip() or ident.strip()


def uptime_report(
    results: Mapping[str, Any], period: Mapping[str, Any], selection: Mapping[str, Any], target: Any, title: str = ""
) -> Values:
    """The report as data.

    :param results: by service, the results of its info module
    :param period: the result of C(uptime_period)
    :param selection: the result of C(uptime_selection)
    :param target: the availability that must be reached, in percent
    :raises AnsibleFilterError: if the period or the target is invalid
    """
    try:
        found = period_of(period)
    except PeriodError as exc:
        raise AnsibleFilterError(f"{exc}.") from None
    chosen = Selection(selection["labels"], selection["names"])
    monitors = [one for one in _read(results, found) if chosen.has(one)]
    days = found.days()
    rows = [_row(monitor, found, days, float(target)) for monitor in sorted(monitors, key=_order)]
    customers = _customers(monitors, chosen)
    return {
        "title": title,
        "period": _describe_period(found, days),
        "target": float(target),
        "summary": _summary(rows),
        "customers": customers,
        "monitors": rows,
        "unmatched": _unmatched(monitors, chosen),
    }


def _read(results: Mapping[str, Any], period: Period) -> list[Monitor]:
    """The monitors in the results, each once. A monitor may be in several results with different parts of its data."""
    found = []
    for service, (plural, id_option, read) in READERS.items():
        items: dict[str, Values] = {}
        for result in results.get(service) or ():
            for item in result.get(plural) or ():
                items.setdefault(str(item[id_option]), {}).update(item)
        found += [read(item, period) for item in items.values()]
    return found


def _order(monitor: Monitor) -> tuple[str, str, str]:
    return (monitor.name.casefold(), monitor.service, monitor.id)


def _matches(monitor: Monitor, pattern: str) -> bool:
    texts = (monitor.name.casefold(), monitor.description.casefold())
    return any(fnmatch.fnmatchcase(text, pattern.casefold()) for text in texts)


def _unmatched(monitors: Sequence[Monitor], selection: Selection) -> list[str]:
    """The parts of a selection that no monitor of the report matches. They are probably misspelt."""
    found = [
        f"the {_LABELS[service]} {label}"
        for service, labels in selection.labels.items()
        for label in labels
        if not any(monitor.service == service and label in monitor.labels for monitor in monitors)
    ]
    names = [name for name in selection.names if not any(_matches(monitor, name) for monitor in monitors)]
    return [*found, *(f"the name {name}" for name in names)]


# -- the figures of a monitor ------------------------------------------------------------------------------------------


def _row(monitor: Monitor, period: Period, days: Sequence[Day], target: float) -> Values:
    """The figures of a monitor."""
    spans = find_spans(monitor.changes, period.begin, period.end)
    history = find_totals(spans, period.begin, period.end)
    seconds = _seconds(monitor, history, _length(period))
    availability, source = _availability(monitor, history)
    outages = find_outages(spans)
    return {
        "service": monitor.service,
        "service_title": _TITLES[monitor.service],
        "id": monitor.id,
        "name": monitor.name,
        "description": monitor.description,
        "address": monitor.address,
        "labels": list(monitor.labels),
        "availability": availability,
        "availability_source": source,
        "target_met": None if availability is None else availability >= target,
        **seconds,
        "outage_count": _outage_count(monitor, history, outages),
        "outages": [_describe_outage(one) for one in outages],
        "response_times": _responses(monitor.responses, days),
        "days": [_day(day, spans) for day in days],
        "notes": [*monitor.notes, *_doubts(monitor, history, outages)],
    }


def _outage_count(monitor: Monitor, history: Totals, outages: Sequence[Outage]) -> int | None:
    """The number of outages: that of the service if it says one. None if nothing is known."""
    if monitor.counted is not None and monitor.counted.outages is not None:
        return monitor.counted.outages
    return len(outages) if history.is_known else None


def _length(period: Period) -> int:
    return int((period.end - period.begin).total_seconds())


def _availability(monitor: Monitor, history: Totals) -> tuple[float | None, str | None]:
    """The availability of a monitor, and where it comes from: the service, or the history if the service has none."""
    if monitor.uptime is not None:
        return monitor.uptime, "service"
    if monitor.counted is not None:
        return percentage(monitor.counted.up, monitor.counted.down), "service"
    found = history.availability()
    return found, None if found is None else "history"


def _seconds(monitor: Monitor, history: Totals, length: int) -> Values:
    """How long a monitor was up, down and in maintenance, None if nothing is known; and how long nothing is known."""
    counted = monitor.counted
    if counted is None:
        names = {"up_seconds": UP, "down_seconds": DOWN, "maintenance_seconds": IN_MAINTENANCE}
        known = {name: history.seconds(health) if history.is_known else None for name, health in names.items()}
        return {**known, "unknown_seconds": history.seconds(UNKNOWN)}
    rest = Decimal(length) - counted.up - counted.down - counted.maintenance
    return {
        "up_seconds": _plain(counted.up),
        "down_seconds": _plain(counted.down),
        "maintenance_seconds": _plain(counted.maintenance),
        "unknown_seconds": _plain(max(rest, Decimal(0))),
    }


def _plain(number: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _doubts(monitor: Monitor, history: Totals, outages: Sequence[Outage]) -> list[str]:
    """What does not fit together, as sentences."""
    counted = monitor.counted
    if counted is None or history.seconds(UNKNOWN):
        return []
    found = []
    if abs(float(counted.down) - history.seconds(DOWN)) > TOLERANCE:
        down = f"{_plain(counted.down)} s down, but its events show {history.seconds(DOWN)} s"
        found.append(f"The service counts {down}.")
    if counted.outages is not None and counted.outages != len(outages):
        found.append(f"The service counts {counted.outages} outages, but its events show {len(outages)}.")
    return found


def _describe_outage(outage: Outage) -> Values:
    return {
        "begin": as_utc(outage.begin),
        "end": as_utc(outage.end),
        "seconds": _difference(outage.begin, outage.end),
        "began_before": outage.began_before,
        "lasted_on": outage.lasted_on,
    }


def _difference(begin: datetime, end: datetime) -> int | float:
    seconds = (end - begin).total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _day(day: Day, spans: Sequence[Span]) -> Values:
    totals = find_totals(spans, day.begin, day.end)
    return {
        "date": day.date,
        "availability": totals.availability(),
        "down_seconds": totals.seconds(DOWN),
        "maintenance_seconds": totals.seconds(IN_MAINTENANCE),
        "unknown_seconds": totals.seconds(UNKNOWN),
    }


def _responses(responses: Sequence[Response], days: Sequence[Day]) -> Values | None:
    """The response times of a monitor, also by day; None if there are none."""
    if not responses:
        return None
    values = [one.value for one in responses]
    by_day: list[list[Decimal]] = [[] for _day in days]
    begins = [day.begin for day in days]
    for one in responses:
        number = -1 if one.at is None else bisect.bisect_right(begins, one.at) - 1
        if number >= 0:
            by_day[number].append(one.value)
    means = [_mean(found) for found in by_day]
    return {"average": _mean(values), "maximum": float(max(values)), "count": len(values), "days": means}


def _mean(values: Sequence[Decimal]) -> float | None:
    return round(float(sum(values, Decimal(0)) / len(values)), 3) if values else None


# -- the report as a whole ---------------------------------------------------------------------------------------------


def _describe_period(period: Period, days: Sequence[Day]) -> Values:
    return {
        "since": as_utc(period.begin),
        "until": as_utc(period.end),
        "time_zone": period.zone_name,
        "month": period.month,
        "is_over": period.is_over,
        "seconds": _length(period),
        "days": [{"date": day.date, "seconds": _difference(day.begin, day.end)} for day in days],
    }


def _summary(rows: Sequence[Values]) -> Values:
    """Counts of all monitors. There is no availability of all: the monitors need not have the same weight."""
    return {
        "monitors": len(rows),
        "met": sum(row["target_met"] is True for row in rows),
        "missed": sum(row["target_met"] is False for row in rows),
        "no_data": sum(row["target_met"] is None for row in rows),
        "outages": sum(row["outage_count"] or 0 for row in rows),
        "down_seconds": _plain(sum((Decimal(str(row["down_seconds"] or 0)) for row in rows), Decimal(0))),
    }


def _customers(monitors: Iterable[Monitor], selection: Selection) -> list[Values]:
    """The customers by name, each with the monitors that it has. A name in upper and in lower case is one customer."""
    names: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for monitor in sorted(monitors, key=_order):
        for name in selection.customers(monitor) or [""]:
            key = name.casefold()
            names.setdefault(key, name)
            ident = f"{monitor.service}:{monitor.id}"
            if ident not in members.setdefault(key, []):
                members[key].append(ident)
    # Those without a customer come last.
    ordered = sorted(members, key=lambda key: (not key, key))
    return [{"name": names[key], "monitors": members[key]} for key in ordered]
