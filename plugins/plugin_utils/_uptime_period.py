# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The period of an uptime report, and its days in a time zone."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from ..module_utils._core.nearest import did_you_mean

UTC = "UTC"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST = timedelta(days=367)
_ONE_DAY = timedelta(days=1)


class PeriodError(Exception):
    """A period that cannot be reported. The text is a sentence without the full stop."""


@dataclass(frozen=True)
class Day:
    """A day of a time zone, or the part of it that belongs to a period. It may have 23 or 25 hours.

    :ivar date: the date in ISO 8601
    :ivar begin: the first moment, in UTC
    :ivar end: the first moment after it, in UTC
    """

    date: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Period:
    """The period of a report.

    :ivar begin: the first moment, in UTC
    :ivar end: the first moment after it, in UTC
    :ivar zone: the time zone of its days
    :ivar zone_name: the name of the time zone
    :ivar month: the month, such as 2026-10; empty if it is no month
    :ivar is_over: whether the period had ended when the report was made; otherwise it ends at that moment
    """

    begin: datetime
    end: datetime
    zone: tzinfo
    zone_name: str
    month: str = ""
    is_over: bool = True

    def days(self) -> list[Day]:
        """The days, in order. Days that the time zone has skipped are left out."""
        found = []
        day = self.begin.astimezone(self.zone).date()
        while _midnight(day, self.zone) < self.end:
            begin = max(_midnight(day, self.zone), self.begin)
            end = min(_midnight(day + _ONE_DAY, self.zone), self.end)
            if begin < end:
                found.append(Day(day.isoformat(), begin, end))
            day += _ONE_DAY
        return found


def uptime_period(
    month: Any = "",
    since: Any = "",
    until: Any = "",
    time_zone: Any = "",
    lookback_days: int = 0,
    at: str | None = None,
) -> dict[str, Any]:
    """The period of a report as data, for templates.

    :param month: a month, such as 2026-10; empty for the last month that is over
    :param since: instead of a month: a date or a time in ISO 8601, in the time zone if it names none
    :param until: the end of that, exclusive; empty for the current time
    :param time_zone: a name of the IANA database, such as Europe/Berlin; empty for UTC
    :param lookback_days: how many days before the period the history begins
    :param at: the time to use instead of the current time, in ISO 8601 with its zone
    :returns: C(problem), a sentence that says why there is no such period, or an empty text; C(since) and C(until) in
        ISO 8601 in UTC; C(history_since), the beginning of the history; C(time_zone), C(month) and C(is_over);
        C(name), which can be the name of a file
    """
    try:
        now = datetime.now(timezone.utc) if at is None else _time(at, "at", timezone.utc)
        period = find_period(str(month or ""), str(since or ""), str(until or ""), str(time_zone or UTC), now)
    except PeriodError as exc:
        return {"problem": f"{exc}."}
    return {
        "problem": "",
        "since": as_utc(period.begin),
        "until": as_utc(period.end),
        "history_since": as_utc(period.begin - timedelta(days=lookback_days)),
        "time_zone": period.zone_name,
        "month": period.month,
        "is_over": period.is_over,
        "name": period.month or _dates(period),
    }


def period_of(found: Mapping[str, Any]) -> Period:
    """The period that C(uptime_period) has returned.

    :raises PeriodError: if it has returned a problem
    """
    if found.get("problem"):
        raise PeriodError(str(found["problem"]).rstrip("."))
    begin, end = (_time(str(found[name]), name, timezone.utc) for name in ("since", "until"))
    zone = find_zone(str(found["time_zone"]))
    return Period(begin, end, zone, str(found["time_zone"]), str(found["month"]), bool(found["is_over"]))


def find_period(month: str, since: str, until: str, zone_name: str, now: datetime) -> Period:
    """The period that a user means.

    :raises PeriodError: if a value is invalid, if the values contradict each other, or if the period is in the future
    """
    if month and (since or until):
        raise PeriodError("set either the month, or since and until, not both")
    if until and not since:
        raise PeriodError("until needs since, the beginning of the period")
    zone = find_zone(zone_name)
    now = now.astimezone(timezone.utc).replace(microsecond=0)
    if since:
        begin, end, name = _time(since, "since", zone), _time(until, "until", zone) if until else now, ""
    else:
        name = month or _last_month(now.astimezone(zone).date())
        begin, end = _month(name, zone)
    _check_limits(begin, end, now)
    return Period(begin, min(end, now), zone, zone_name, name, is_over=end <= now)


def find_zone(name: str) -> tzinfo:
    """The time zone with a name of the IANA database.

    :raises PeriodError: if it is not known; the data about time zones may be missing on this machine
    """
    if name == UTC:
        return timezone.utc
    try:
        return zoneinfo.ZoneInfo(name)
    # A name such as Europe is a folder. A name such as ../UTC is refused.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    known = zoneinfo.available_timezones()
    if not known:
        raise PeriodError(
            f"the time zone {name} cannot be used, because this machine has no data about time zones: install the "
            "Python package tzdata on the controller, or use UTC"
        )
    raise PeriodError(f"there is no time zone {name}{did_you_mean(name, known)}")


def as_utc(moment: datetime) -> str:
    """A time in ISO 8601 in UTC, to the second."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_limits(begin: datetime, end: datetime, now: datetime) -> None:
    if begin >= end:
        raise PeriodError(f"until must be after since, but {as_utc(end)} is not after {as_utc(begin)}")
    if begin >= now:
        raise PeriodError(f"the period must have begun, but {as_utc(begin)} is in the future")
    if end - begin > _LONGEST:
        raise PeriodError(f"the period must be a year at most, not {(end - begin).days} days")


def _last_month(today: date) -> str:
    return (today.replace(day=1) - _ONE_DAY).strftime("%Y-%m")


def _month(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first moment of a month, and that of the next one."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1970 <= int(found[1]) < 9999:
        raise PeriodError(f"the month must be a year and a month, such as 2026-10, not {text}")
    first = date(int(found[1]), int(found[2]), 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return _midnight(first, zone), _midnight(following, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, in UTC. Where clocks change at midnight, it is the moment of the change."""
    return datetime.combine(day, time(), zone).astimezone(timezone.utc)


def _time(text: str, name: str, zone: tzinfo) -> datetime:
    """A moment in UTC. Without a time it is the first moment of the day; without a time zone it is in that zone."""
    # Python before 3.11 does not read the Z of ISO 8601, nor fractions of seconds of any length.
    plain = re.sub(r"\.\d+", "", re.sub(r"[zZ]$", "+00:00", text.strip()))
    try:
        if _DATE.fullmatch(plain):
            return _midnight(date.fromisoformat(plain), zone)
        found = datetime.fromisoformat(plain)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise PeriodError(
            f"{name} must be a date such as 2026-10-01, or a time in ISO 8601 such as 2026-10-01T06:00:00, not {text}"
        ) from None


def _dates(period: Period) -> str:
    """The first and the last day, as a part of the name of a file."""
    first, last = period.begin.astimezone(period.zone), (period.end - timedelta(seconds=1)).astimezone(period.zone)
    return f"{first:%Y-%m-%d}_{last:%Y-%m-%d}"
