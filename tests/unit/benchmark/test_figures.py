# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page of the benchmark says of figures: medians, verdicts, and what was computed rather than measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from benchmark import plan
from benchmark.figures import Figures, Target, number
from benchmark.page import page
from benchmark.rivals import APPLY, BARE, CONFIG, MODULE, ONE_MODULE, ONE_URI, START, URI
from benchmark.runner import Cell, Run
from benchmark.work import CREATE, NOTHING, Work

NOWHERE = ["2 cores"]


def run(wall: float, memory: float = 0.0, requests: int = 1) -> Run:
    """A run that took some seconds."""
    return Run(wall, wall, memory, wall, {"GET": requests}, 1)


def target(figures: Figures, what: str) -> Target:
    """The target of that name, or what is said of it by another rule."""
    return next(one for one in (*figures.targets(), *figures.comparisons()) if one.what == what)


def once(cells: Iterable[tuple[Cell, float]]) -> Figures:
    """Figures with one run of each cell."""
    return Figures({cell: [run(wall)] for cell, wall in cells})


def some(cells: Iterable[Cell]) -> Figures:
    """Figures with one run of each cell, in which the whole account takes a little more than the rest."""
    size = {cell: cell.work.size + (2.0 if cell.rival == CONFIG else 1.0) for cell in cells}
    return Figures({cell: [run(size[cell], size[cell])] for cell in size})


def test_every_target_is_measured_by_the_whole_benchmark() -> None:
    """A target without figures would seem to be none."""
    figures = some(plan.full())
    assert [one.what for one in (*figures.targets(), *figures.comparisons()) if one.met is None] == []


def test_the_quick_benchmark_says_what_it_does_not_measure() -> None:
    """Without 10,000 objects nothing is said of them."""
    figures = some(plan.quick())
    unknown = [one.what for one in figures.targets() if one.met is None]
    assert unknown
    assert all("10,000" in what for what in unknown)
    assert "not known" in page(figures, NOWHERE, 1.0)


def test_a_cell_that_is_planned_twice_gets_the_most_runs() -> None:
    """Many creations are part of the sizes, and of the latencies."""
    one, two = Cell(CONFIG, Work(CREATE, 1000)), Cell(BARE, Work(CREATE, 1000))
    assert plan.most(((one, 1), (two, 1), (one, 3), (one, 2))) == {one: 3, two: 1}


@pytest.mark.parametrize(("took", "met"), [(1.49, True), (1.51, False)])
def test_the_account_is_held_against_the_bare_requests_and_the_start(took: float, met: bool) -> None:
    """The verdict follows from the figures."""
    work = Work(NOTHING, 1000)
    figures = once([(Cell(CONFIG, work), took), (Cell(BARE, work), 0.25), (Cell(START, plan.ONE), 0.75)])
    found = target(figures, "`_config`, 1,000 objects, nothing to do")
    assert found.met is met
    assert found.ratio == pytest.approx(took)


@pytest.mark.parametrize(("seconds", "met"), [(10.0, True), (9.0, False)])
def test_the_loop_has_to_be_slower_by_far(seconds: float, met: bool) -> None:
    """This target is a least ratio, and its long loop is computed from shorter ones."""
    cells = [(Cell(URI, Work(CREATE, size)), seconds * size / 1000) for size in (1, 100)]
    found = target(once([*cells, (Cell(CONFIG, Work(CREATE, 1000)), 0.1)]), "`uri` loop, 1,000 objects, create all")
    assert found.met is met
    assert found.formula == f"≈ {number(seconds)} ÷ 0.10"


def test_the_start_is_no_part_of_what_is_held_against_latency() -> None:
    """A thousand creations and one listing, 20 ms each, 16 at a time, take 1.25 s."""
    cells = [(Cell(CONFIG, Work(CREATE, 1000), 0.02, 16), 3.25125), (Cell(START, plan.ONE), 2.0)]
    what = "`_config`, 1,000 objects, create all, 20 ms, concurrency 16"
    assert target(once(cells), f"{what}, without startup").ratio == pytest.approx(1.0)


def test_the_exchange_alone_is_held_against_latency() -> None:
    """What comes before the first request is no part of it."""
    cell = Cell(CONFIG, Work(CREATE, 1000), 0.02, 16)
    figures = Figures({cell: [replace(run(9.0), exchange=2.5025)]})
    what = "`_config`, 1,000 objects, create all, 20 ms, concurrency 16, request phase"
    assert target(figures, what).ratio == pytest.approx(2.0)


def test_an_object_may_not_cost_more_in_a_larger_account() -> None:
    """The time and memory per object do not include the startup."""
    runs = {Cell(START, plan.ONE): [run(1.0, 50e6)]}
    runs |= {
        Cell(CONFIG, Work(NOTHING, 1000)): [run(2.0, 60e6)],
        Cell(CONFIG, Work(NOTHING, 10000)): [run(11.0, 200e6)],
    }
    figures = Figures(runs)
    time, memory = (
        target(figures, f"`_config`, 10,000 objects, nothing to do: {what} per object") for what in ("time", "memory")
    )
    assert time.met
    assert time.ratio == pytest.approx(1.0)
    assert memory.met is False
    assert memory.ratio == pytest.approx(1.5)


@pytest.mark.parametrize(("seconds", "met"), [(5.1, True), (5.3, False)])
def test_a_declaration_in_a_file_is_held_against_the_module(seconds: float, met: bool) -> None:
    """The playbook reads the file, and ansible-core reads the variables of the module."""
    work = Work(NOTHING, 10000)
    found = target(
        once([(Cell(APPLY, work), seconds), (Cell(CONFIG, work), 4.0)]), "`apply`, 10,000 objects, nothing to do"
    )
    assert found.met is met


def test_noise_meets_no_target() -> None:
    """A startup that took longer than the whole run says nothing about an object."""
    cells = {
        Cell(START, plan.ONE): 9.0,
        Cell(CONFIG, Work(NOTHING, 1000)): 2.0,
        Cell(CONFIG, Work(NOTHING, 10000)): 8.0,
    }
    assert target(once(cells.items()), "`_config`, 10,000 objects, nothing to do: time per object").met is None


def test_a_loop_is_not_computed_where_its_items_do_not_cost_the_same() -> None:
    """Each item of a module loop lists the account."""
    figures = once((Cell(MODULE, Work(NOTHING, size)), float(size)) for size in (1, 100))
    assert figures.loop(MODULE, Work(NOTHING, 10000)) == (None, False)


def test_a_loop_is_not_computed_from_noise() -> None:
    """Ten items cannot take less time than one."""
    figures = once([(Cell(URI, Work(NOTHING, 1)), 2.0), (Cell(URI, Work(NOTHING, 10)), 1.9)])
    assert figures.loop(URI, Work(NOTHING, 1000)) == (None, False)


def test_medians_are_taken() -> None:
    """One slow run does not make a figure."""
    runs = {Cell(ONE_MODULE, plan.ONE): [run(1.0), run(9.0), run(1.2)], Cell(ONE_URI, plan.ONE): [run(1.2)]}
    found = target(Figures(runs), "one module task")
    assert (found.formula, found.met) == ("1.20 ÷ 1.20", True)


def test_the_page_says_how_many_targets_are_missed() -> None:
    """All verdicts are on it."""
    figures = once([(Cell(ONE_MODULE, plan.ONE), 2.0), (Cell(ONE_URI, plan.ONE), 1.0)])
    text = page(figures, NOWHERE, 12345.0)
    count = len(figures.targets())
    assert f"Of {count} targets, 1 is **missed**, {count - 1} are not known." in text
    assert "| one module task | one `uri` task | 2.00 ÷ 1.00 | 2.00 | ≤ 1 | **missed** |" in text
    assert "12,345 requests a second" in text
