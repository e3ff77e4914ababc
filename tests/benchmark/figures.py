# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluates the measurements: medians, estimates for long loops, and the targets."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .plan import DEFAULT, MANY, ONE, SIZES, WORKS
from .rivals import APPLY, BARE, CONFIG, DATA, MODULE, ONE_MODULE, ONE_URI, START, URI
from .runner import Cell, Run
from .work import CHANGE, CREATE, NOTHING, Work

STATES = {NOTHING: "nothing to do", CREATE: "create all", CHANGE: "1 % changed"}
NOISE = 1.1
"""Figures count as equal up to this ratio."""

_LATENCY_S, _CONCURRENCY = 0.02, 16


@dataclass(frozen=True)
class Target:
    """An upper limit for a ratio, or a lower limit if ``least`` is true. The ratio is None if it was not measured."""

    what: str
    against: str
    formula: str
    ratio: float | None
    limit: float
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if it was not measured."""
        if self.ratio is None:
            return None
        return self.ratio >= self.limit if self.least else self.ratio <= self.limit


class Figures:
    """The runs of each cell, and the figures computed from them."""

    def __init__(self, runs: Mapping[Cell, Sequence[Run]]) -> None:
        """Drop cells without runs."""
        self.runs = {cell: found for cell, found in runs.items() if found}

    def median(self, cell: Cell, figure: str) -> float | None:
        """The median of a figure; None if it was not measured."""
        values = [getattr(run, figure) for run in self.runs.get(cell, ())]
        return statistics.median(values) if values else None

    def wall(self, rival: str, work: Work, latency: float = 0.0, concurrency: int = DEFAULT) -> float | None:
        """The seconds that a rival took."""
        return self.median(Cell(rival, work, latency, concurrency), "wall")

    def loop(self, rival: str, work: Work) -> tuple[float | None, bool]:
        """The seconds of a loop, and whether they are extrapolated from shorter uri loops."""
        found = self.wall(rival, work)
        if found is not None or rival != URI:
            return found, False
        walls = [(size, self.wall(URI, Work(work.state, size, work.details))) for size in SIZES if size < work.size]
        known = [(size, wall) for size, wall in walls if wall is not None]
        if len(known) < 2 or known[-1][1] <= known[0][1]:
            # The cost of an item is unknown, or smaller than the noise.
            return None, False
        (few, short), (many, long) = known[0], known[-1]
        return long + (long - short) / (many - few) * (work.size - many), True

    def exchange(self, work: Work, latency: float, concurrency: int) -> float | None:
        """The seconds from the first request to the last response of the whole account."""
        return self.median(Cell(CONFIG, work, latency, concurrency), "exchange")

    def spent(self, work: Work, latency: float, concurrency: int, start: str = START) -> float | None:
        """The seconds of the whole account without the start."""
        return minus(self.wall(CONFIG, work, latency, concurrency), self._start(start, work))

    def fastest(self) -> float:
        """The highest number of requests a second of all rivals, including their startup."""
        return max((sum(run.requests.values()) / run.wall for runs in self.runs.values() for run in runs), default=0.0)

    # -- targets -------------------------------------------------------------------------------------------------

    def targets(self) -> list[Target]:
        """The targets for the collection."""
        nothing, read, create = (Work(NOTHING, MANY), Work(NOTHING, MANY, details=True), Work(CREATE, MANY))
        return [
            self._limit(nothing, START),
            self._limit(read, START),
            self._faster(read),
            self._faster(create),
            self._latency(self.exchange(create, _LATENCY_S, _CONCURRENCY), ", request phase"),
            self._loop(Work(NOTHING, 100, details=True)),
            self._loop(Work(CREATE, 100)),
            *(self._growth(figure, *work) for figure in ("wall", "memory") for work in WORKS),
            self._files(),
            self._alone(),
        ]

    def comparisons(self) -> list[Target]:
        """The same measurements evaluated by other rules, to show how much a verdict depends on them."""
        nothing, read, create = (Work(NOTHING, MANY), Work(NOTHING, MANY, details=True), Work(CREATE, MANY))
        return [
            self._limit(nothing, DATA),
            self._limit(read, DATA),
            self._faster(nothing),
            *(
                self._latency(self.spent(create, _LATENCY_S, _CONCURRENCY, begin), f", without {begin}")
                for begin in (START, DATA)
            ),
            self._latency(self.wall(CONFIG, create, _LATENCY_S, _CONCURRENCY), ", including startup"),
            self._latency(self.wall(BARE, create, _LATENCY_S, _CONCURRENCY), ", including startup", BARE),
            self._loop(Work(NOTHING, 100)),
        ]

    def _start(self, start: str, work: Work) -> float | None:
        return self.wall(start, ONE if start == START else Work(NOTHING, work.size))

    def _limit(self, work: Work, start: str) -> Target:
        took, bare, begin = self.wall(CONFIG, work), self.wall(BARE, work), self._start(start, work)
        formula = f"{number(took)} ÷ ({number(bare)} + {number(begin)})"
        least = None if bare is None or begin is None else bare + begin
        return Target(f"`_config`, {words(work)}", f"bare requests + {start}", formula, over(took, least), 1.5)

    def _faster(self, work: Work) -> Target:
        (loop, computed), took = self.loop(URI, work), self.wall(CONFIG, work)
        formula = f"{number(loop, computed)} ÷ {number(took)}"
        return Target(f"`uri` loop, {words(work)}", "`_config`", formula, over(loop, took), 100, least=True)

    def _latency(self, spent: float | None, part: str, rival: str = "`_config`") -> Target:
        work = Work(CREATE, MANY)
        least = limit(work, _LATENCY_S, _CONCURRENCY)
        what = f"{rival}, {words(work)}, {_LATENCY_S * 1000:g} ms, concurrency {_CONCURRENCY}{part}"
        formula = f"{number(spent)} ÷ {number(least)}"
        return Target(what, "requests times latency, divided by concurrency", formula, over(spent, least), 1.3)

    def _loop(self, work: Work) -> Target:
        (uri, computed), took = self.loop(URI, work), self.wall(MODULE, work)
        formula = f"{number(took)} ÷ {number(uri, computed)}"
        return Target(f"module loop, {words(work)}", "`uri` loop", formula, over(took, uri), 0.1)

    def _growth(self, figure: str, state: str, details: bool) -> Target:
        large, small = Work(state, 10000, details), Work(state, 1000, details)
        title, unit, factor = ("time", "ms", 1000.0) if figure == "wall" else ("memory", "KiB", 1 / 1024)
        begin = self.median(Cell(START, ONE), figure)
        more = [minus(self.median(Cell(CONFIG, work), figure), begin) for work in (large, small)]
        each = [
            None if one is None else one / work.size * factor for one, work in zip(more, (large, small), strict=True)
        ]
        formula = " ÷ ".join(f"{number(one)} {unit}" for one in each)
        return Target(
            f"`_config`, {words(large)}: {title} per object",
            f"with {small.size:,} objects",
            formula,
            over(*each),
            NOISE,
        )

    def _files(self) -> Target:
        work = Work(NOTHING, SIZES[-1])
        files, took = self.wall(APPLY, work), self.wall(CONFIG, work)
        formula = f"{number(files)} ÷ {number(took)}"
        return Target(f"`apply`, {words(work)}", "`_config`", formula, over(files, took), 1.3)

    def _alone(self) -> Target:
        ours, uri = self.wall(ONE_MODULE, ONE), self.wall(ONE_URI, ONE)
        return Target(ONE_MODULE, "one `uri` task", f"{number(ours)} ÷ {number(uri)}", over(ours, uri), 1.0)


def limit(work: Work, latency: float, concurrency: int) -> float:
    """The least seconds in which the requests can be sent."""
    return sum(work.counts().values()) * latency / concurrency


def words(work: Work) -> str:
    """The title of a case with its size."""
    return f"{work.size:,} {'object' if work.size == 1 else 'objects'}, {title(work.state, work.details)}"


def title(state: str, details: bool) -> str:
    """The title of a case."""
    return f"{STATES[state]}{', each device read' if details else ''}"


def minus(left: float | None, right: float | None) -> float | None:
    """A difference; None if a part is unknown."""
    return None if left is None or right is None else left - right


def over(left: float | None, right: float | None) -> float | None:
    """A ratio; None if a part is unknown or not positive."""
    return None if left is None or right is None or min(left, right) <= 0 else left / right


def number(value: float | None, computed: bool = False) -> str:
    """A number with two significant decimal places at most; ≈ marks an estimate."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{'≈ ' if computed else ''}{value:,.{digits}f}"
