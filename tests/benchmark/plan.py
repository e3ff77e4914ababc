# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, and how often: the cells that tell something, not all that there could be."""

from __future__ import annotations

from collections.abc import Iterator

from .rivals import APPLY, BARE, CONFIG, DATA, MODULE, ONE_MODULE, ONE_URI, ORDINARY, START, URI
from .runner import Cell
from .work import CHANGE, CREATE, NOTHING, Work

SIZES = (1, 10, 100, 1000, 10000)
LATENCIES = (0.0, 0.02, 0.1)
CONCURRENCIES = (1, 4, 16)
DEFAULT = 4
"""The default of the option concurrency."""

WORKS = ((NOTHING, False), (NOTHING, True), (CREATE, False), (CHANGE, False))
"""Each state, and for nothing to do also where each device has to be read."""

ONE = Work(NOTHING, 1)
MANY = 1000
"""The size at which latency and concurrency are looked at."""

Plan = Iterator[tuple[Cell, int]]


def full() -> dict[Cell, int]:
    """The cells of `make bench`, with the number of runs of each."""
    # What a thousand objects take is the start and half a second; it takes many runs to tell the two apart.
    return most((*_alone(15), *_accounts(dict(zip(SIZES, (3, 3, 3, 15, 5), strict=True))), *_loops(), *_waiting(30)))


def quick() -> dict[Cell, int]:
    """Those of `make bench ARGS=--quick`: few sizes, once or twice."""
    loops = ((cell, 1) for cell, _runs in _loops() if cell.work.size <= 10)
    ours = [(Cell(MODULE, Work(CREATE, 100)), 1), (Cell(MODULE, Work(NOTHING, 100, details=True)), 1)]
    cells = most((*_alone(2), *_accounts({10: 1, MANY: 2}), *loops, *ours, *_waiting(2)))
    return {cell: min(runs, 2) for cell, runs in cells.items()}


def most(plan: tuple[tuple[Cell, int], ...]) -> dict[Cell, int]:
    """Each cell once, with the most runs that it is to have."""
    cells: dict[Cell, int] = {}
    for cell, runs in plan:
        cells[cell] = max(runs, cells.get(cell, 0))
    return cells


def _alone(runs: int) -> Plan:
    """One task, and the start that is in all others."""
    for rival in (START, ONE_URI, ONE_MODULE):
        yield Cell(rival, ONE), runs


def _accounts(sizes: dict[int, int]) -> Plan:
    """The whole account and the limit, for each kind of work."""
    for size, runs in sizes.items():
        yield Cell(DATA, Work(NOTHING, size)), runs
        yield Cell(APPLY, Work(NOTHING, size)), runs
        for state, details in WORKS:
            for rival in (CONFIG, BARE):
                yield Cell(rival, Work(state, size, details)), runs


def _loops() -> Plan:
    """Loops up to a size at which they take less than a minute; what many items take is computed."""
    for size in (1, 10, 100):
        for state, details in WORKS:
            yield Cell(URI, Work(state, size, details)), 1
            yield Cell(MODULE, Work(state, size, details)), 3
        yield Cell(ORDINARY, Work(NOTHING, size)), 1
    # Each item lists the account, so this cannot be computed.
    yield Cell(MODULE, Work(NOTHING, 1000)), 1


def _waiting(longest: float) -> Plan:
    """Many creations, at one latency also many reads, unless waiting alone takes longer than some seconds."""
    for latency in LATENCIES:
        for concurrency in CONCURRENCIES:
            seconds = MANY * latency / concurrency
            for work in (Work(CREATE, MANY), Work(NOTHING, MANY, details=True)):
                if seconds < longest and (work.state == CREATE or latency == LATENCIES[1]):
                    for rival in (CONFIG, BARE):
                        yield Cell(rival, work, latency, concurrency), 9 if seconds < 2 else 1
