# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The monitors of an uptime report, from the results of the info modules of three services.

The vendors' documents name few of the fields of events and reports. Where they say nothing, the plausible names are
read. What cannot be read is said in a note, and never taken for a time up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from ..module_utils._services.health import UNKNOWN, UP, health_of_word
from ._uptime_history import Change, percentage
from ._uptime_period import Period

Row = Mapping[str, Any]
HISTORY_LIMIT = 1000
"""How many records of a Pinghome resource are requested. An answer with as many may be cut off."""

TOLERANCE = 60
"""How many seconds the figures of a service may differ from its events: the length of a check."""

_WORDS = ("event", "state", "status", "new_state", "current_state", "to", "type")
_TIMES = ("timestamp", "created_at", "changed_at", "received_at", "time", "date", "from", "begin", "start")
_ENDS = ("until", "to", "end")
_UPTIMES = ("uptime", "availability", "uptime_percentage", "percentage", "percent", "value")
_RESPONSES = ("response_time", "request_time", "average_response_time", "avg_response_time", "latency", "value")


@dataclass(frozen=True)
class Response:
    """A response time, in the unit of the service.

    :ivar at: when it was measured; None if the service shows no time with a time zone
    """

    at: datetime | None
    value: Decimal


@dataclass(frozen=True)
class Seconds:
    """What a service counts for a period: seconds, and outages.

    :ivar outages: None if the service does not say it
    """

    up: Decimal
    down: Decimal
    maintenance: Decimal
    outages: int | None


@dataclass(frozen=True)
class Monitor:
    """A monitor and its history.

    :ivar address: what is checked
    :ivar labels: the customers that it may belong to: its tags, its group or its service
    :ivar changes: its changes of health, the oldest first
    :ivar counted: what the service counts, if it does
    :ivar uptime: the availability in percent, if the service says that
    :ivar responses: its response times
    :ivar notes: what a reader has to know, as sentences
    """

    service: str
    id: str
    name: str
    description: str
    address: str
    labels: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    counted: Seconds | None = None
    uptime: float | None = None
    responses: tuple[Response, ...] = ()
    notes: tuple[str, ...] = ()


class _UnreadableError(Exception):
    """Records that cannot be read. The text is a sentence."""


# -- services ----------------------------------------------------------------------------------------------------------


def read_device(device: Row, period: Period) -> Monitor:
    """A device at Alertra, with C(history) and C(uptime), and possibly C(checks)."""
    changes, notes = _read_changes(device.get("history") or ())
    counted = _read_seconds(device.get("uptime"))
    if not notes:
        changes = (*_listed_status(device, changes, counted, period), *changes)
    if not changes and counted is not None and _was_up(counted, period):
        changes = (Change(period.begin, UP),)
    return Monitor(
        "alertra",
        str(device["device_id"]),
        _text(device, "short_name") or str(device["device_id"]),
        _text(device, "full_name"),
        _text(device, "url"),
        tuple(str(tag) for tag in device.get("tags") or ()),
        changes,
        counted,
        responses=_read_responses(device.get("checks") or (), period),
        notes=notes,
    )


def read_target(target: Row, period: Period) -> Monitor:
    """A target at Port Monitor, with C(events) and C(uptime), and possibly C(response_times)."""
    changes, notes = _read_changes(target.get("events") or ())
    host, port = _text(target, "host"), _text(target, "port_number")
    return Monitor(
        "portmonitor",
        str(target["target_id"]),
        _text(target, "name") or str(target["target_id"]),
        "",
        _text(target, "url") or (f"{host}:{port}" if port else host),
        (_text(target, "group"),) if target.get("group") else (),
        changes,
        uptime=_read_uptime(target.get("uptime") or ()),
        responses=_read_responses(target.get("response_times") or (), period),
        notes=notes,
    )


def read_resource(resource: Row, period: Period) -> Monitor:
    """A resource at Pinghome, with C(state_changes), and possibly C(statistics)."""
    rows = resource.get("state_changes") or ()
    changes, notes = _read_changes(rows)
    if len(rows) >= HISTORY_LIMIT:
        changes, notes = (), (f"The service has {HISTORY_LIMIT} changes or more, so its history may be incomplete.",)
    statistics = resource.get("statistics") or ()
    if len(statistics) >= HISTORY_LIMIT:
        notes += (f"The response times are those of {HISTORY_LIMIT} records; there may be more.",)
    if resource.get("enabled") is False:
        notes += ("The monitor is disabled now.",)
    return Monitor(
        "pinghome",
        str(resource["resource_id"]),
        _text(resource, "name") or str(resource["resource_id"]),
        "",
        _text(resource, "url") or _text(resource, "host"),
        (_text(resource, "service_id"),) if resource.get("service_id") else (),
        changes,
        responses=_read_responses(statistics, period),
        notes=notes,
    )


READERS: Mapping[str, tuple[str, str, Callable[[Row, Period], Monitor]]] = {
    "alertra": ("devices", "device_id", read_device),
    "pinghome": ("resources", "resource_id", read_resource),
    "portmonitor": ("targets", "target_id", read_target),
}
"""By service: the list in the result of its info module, the id of an item of it, and the function that reads it."""


def _listed_status(
    device: Row, changes: Sequence[Change], counted: Seconds | None, period: Period
) -> tuple[Change, ...]:
    """The present status of a device, if it is older than all of its events, or if there are none.

    It is not used if the service counts less than the time since then: the device was not checked all the time.
    """
    since = _time(device.get("status_since"))
    health = health_of_word(device.get("status"))
    if since is None or health == UNKNOWN or any(change.at <= since for change in changes):
        return ()
    length = (period.end - max(since, period.begin)).total_seconds()
    if counted is not None and counted.up + counted.down + counted.maintenance + TOLERANCE < length:
        return ()
    return (Change(since, health),)


def _was_up(counted: Seconds, period: Period) -> bool:
    """Whether a device was up for the whole period, as the service counts it."""
    length = Decimal((period.end - period.begin) // timedelta(seconds=1))
    return not counted.down and not counted.maintenance and counted.up >= length


# -- records -----------------------------------------------------------------------------------------------------------


def _read_changes(rows: Sequence[Row]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes of health, the oldest first, and notes about what could not be read."""
    try:
        changes = [_change(row) for row in rows]
    except _UnreadableError as exc:
        return (), (str(exc),)
    if len(changes) > 1 and changes[0].at > changes[-1].at:
        changes.reverse()
    unknown = sorted({str(_first(row, _WORDS)) for row in rows if _health(row) == UNKNOWN})
    notes = (f"What the service calls {', '.join(unknown)} is shown as no data.",) if unknown else ()
    return tuple(changes), notes


def _change(row: Row) -> Change:
    at = _time(_first(row, _TIMES))
    if at is None:
        raise _UnreadableError("The service shows events without a time or without a time zone.")
    return Change(at, _health(row))


def _health(row: Row) -> str:
    return health_of_word(_first(row, _WORDS))


def _read_seconds(row: Any) -> Seconds | None:
    """What Alertra counts for the period; None if it does not."""
    if not isinstance(row, Mapping):
        return None
    up, down = _number(row.get("up_seconds")), _number(row.get("down_seconds"))
    if up is None or down is None:
        return None
    outages = _number(row.get("outages"))
    maintenance = _number(row.get("maintenance_seconds")) or Decimal(0)
    return Seconds(up, down, maintenance, None if outages is None else int(outages))


def _read_uptime(rows: Sequence[Row]) -> float | None:
    """The availability in the rows of a report. Rows of several periods are weighted with their lengths.

    None if a row shows no percentage, or if there are several rows and one does not show its period.
    """
    found = [_number(_first(row, _UPTIMES)) for row in rows]
    known = [value for value in found if value is not None and 0 <= value <= 100]
    if not known or len(known) < len(rows):
        return None
    if len(known) == 1:
        return float(known[0])
    lengths = [_length(row) for row in rows]
    weights = [length for length in lengths if length is not None]
    if len(weights) < len(known) or not sum(weights):
        return None
    up = sum((value * weight / 100 for value, weight in zip(known, weights)), Decimal(0))
    return percentage(up, sum(weights) - up)


def _length(row: Row) -> Decimal | None:
    """The seconds of the period of a row; None if it does not show them."""
    begin, end = _time(_first(row, _TIMES)), _time(_first(row, _ENDS))
    if begin is None or end is None or end < begin:
        return None
    return Decimal((end - begin) // timedelta(microseconds=1)) / 1_000_000


def _read_responses(rows: Iterable[Row], period: Period) -> tuple[Response, ...]:
    """The response times of a period."""
    found = []
    for row in rows:
        value, at = _number(_first(row, _RESPONSES)), _time(_first(row, _TIMES))
        if value is not None and value >= 0 and (at is None or period.begin <= at < period.end):
            found.append(Response(at, value))
    return tuple(found)


# -- values ------------------------------------------------------------------------------------------------------------


def _first(row: Row, names: Iterable[str]) -> Any:
    """The value of the first of these keys that a record has."""
    return next((row[name] for name in names if row.get(name) is not None), None)


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(value: Any) -> Decimal | None:
    """A number, also one in quotes or with a percent sign; None if it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip().rstrip("%").rstrip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _time(value: Any) -> datetime | None:
    """A time with its zone, in UTC; None if it is none."""
    # Python before 3.11 reads neither Z nor a fraction of a second of any length.
    text = re.sub(r"[zZ]$", "+00:00", str(value or "").strip())
    text = re.sub(r"\.(\d+)", lambda found: f".{found[1][:6]:0<6}", text)
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(timezone.utc) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
