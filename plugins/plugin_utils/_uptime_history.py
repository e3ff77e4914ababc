# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of a monitor: how long it was up and down in a period, and its outages. Pure functions of its changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from ..module_utils._services.health import DOWN, UNKNOWN, UP

_MICROSECOND = timedelta(microseconds=1)
_MILLION = 1_000_000
# Six decimals of a percentage: a second of a year has 0.000003 %.
_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class Change:
    """A moment at which a monitor got a health."""

    at: datetime
    health: str


@dataclass(frozen=True)
class Span:
    """A time with one health."""

    begin: datetime
    end: datetime
    health: str


@dataclass(frozen=True)
class Outage:
    """A time in which a monitor was down.

    :ivar began_before: whether it may have begun before the period, so that its whole length is not known
    :ivar lasted_on: whether it lasted until the end of the period, so that its whole length is not known
    """

    begin: datetime
    end: datetime
    began_before: bool
    lasted_on: bool


@dataclass(frozen=True)
class Totals:
    """How long a monitor had each health, in microseconds."""

    by_health: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether anything is known about the time."""
        return any(length for health, length in self.by_health.items() if health != UNKNOWN)

    def seconds(self, health: str) -> int | float:
        """The seconds with a health; a whole number if there are no fractions."""
        found = self.by_health.get(health, 0)
        return found // _MILLION if found % _MILLION == 0 else found / _MILLION

    def availability(self) -> float | None:
        """The share of the time up in the time up or down, in percent. None if it was neither."""
        return percentage(self.by_health.get(UP, 0), self.by_health.get(DOWN, 0))


def percentage(up: Decimal | int, down: Decimal | int) -> float | None:
    """The share of the time up, in percent, without the time in maintenance, rounded down to six decimals.

    It is rounded down so that it is only 100 without any time down, and so that a target is not met by rounding.

    :returns: None if both are zero
    """
    total = Decimal(up) + Decimal(down)
    if not total:
        return None
    return float((Decimal(up) * 100 / total).quantize(_STEP, ROUND_DOWN))


def find_spans(changes: Iterable[Change], begin: datetime, end: datetime) -> list[Span]:
    """The health from the first to the last moment of a period, without gaps. Neighbours have different healths.

    :param changes: the changes in the order in which they happened; those outside of the period are also used. Of
        several at the same moment, the last one counts. The time before the first one is unknown
    """
    spans: list[Span] = []
    at, health = begin, UNKNOWN
    for change in sorted(changes, key=lambda one: one.at):
        moment = min(max(change.at, begin), end)
        _append(spans, Span(at, moment, health))
        if change.at < end:
            at, health = moment, change.health
    _append(spans, Span(at, end, health))
    return spans


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, or make the last one longer if it has the same health."""
    if span.begin >= span.end:
        return
    if spans and spans[-1].health == span.health:
        spans[-1] = Span(spans[-1].begin, span.end, span.health)
    else:
        spans.append(span)


def find_totals(spans: Iterable[Span], begin: datetime, end: datetime) -> Totals:
    """How long a monitor had each health from one moment to another."""
    found: dict[str, int] = {}
    for span in spans:
        length = (min(span.end, end) - max(span.begin, begin)) // _MICROSECOND
        if length > 0:
            found[span.health] = found.get(span.health, 0) + length
    return Totals(found)


def find_outages(spans: Sequence[Span]) -> list[Outage]:
    """The outages, in order. An outage that is interrupted by maintenance is two."""
    return [
        Outage(
            span.begin,
            span.end,
            began_before=number == 0 or spans[number - 1].health == UNKNOWN,
            lasted_on=number == len(spans) - 1,
        )
        for number, span in enumerate(spans)
        if span.health == DOWN
    ]
