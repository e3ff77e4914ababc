# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request of every module fails in every way: a clear sentence or success, and never two objects.

Each test fails the requests of one scenario in one way. With --all-faults these are all requests of all scenarios, and
what comes of them is noted for docs/faults.md; else it is one request of one scenario for each module, in a third of
the ways, and what comes of it has to be what that page says.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from faults.proof import Ideal, Proof, acts, ideal, numbers, prove
from faults.scenarios import SCENARIOS, Scenario
from faults.ways import ON, WAYS, Way
from sandbox.client import Sandbox
from tools import checkout
from tools.fault_matrix import Notes

LIKE_503 = ("502", "504")
"""What the small set leaves out."""
MODULES = set(checkout.modules())


class Ideals:
    """What the scenarios do when nothing fails, found out once; of the last one the account is known, too."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Know nothing yet."""
        self._sandbox = sandbox
        self._found: dict[tuple[str, bool], Ideal] = {}
        self._last: Ideal | None = None

    def of(self, scenario: Scenario, pages: bool) -> Ideal:
        """That of a scenario."""
        key = scenario.name, pages
        if key not in self._found:
            self._found[key] = ideal(self._sandbox, scenario, pages)
        if self._last is not None and self._last is not self._found[key]:
            self._last.fresh = False
        self._last = self._found[key]
        return self._last


@pytest.fixture(scope="module")
def ideals(sandbox: Sandbox) -> Ideals:
    """What the scenarios do when nothing fails."""
    return Ideals(sandbox)


def chosen(ideal: Ideal, way: Way, mode: str, everything: bool) -> list[int]:
    """The requests to fail: all that it matters to, or the last one that changes something, or else the first one."""
    found = list(numbers(ideal, way, mode))
    if everything:
        return found
    if mode == ON and not (way.fault == "dropped after" or (way.paged and ideal.scenario.reads)):
        return []
    acting = [number for number in found if acts(ideal.requests[number])]
    return acting[-1:] or found[:1]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take all scenarios in all ways, or the first one of each module in a third of the ways that are not alike."""
    if "scenario" in metafunc.fixturenames:
        cases = [*itertools.product(SCENARIOS, WAYS)]
        if not metafunc.config.getoption("--all-faults"):
            first = {scenario.module: scenario for scenario in reversed(SCENARIOS)}
            scenarios = [*first.values()][::-1]
            ways = [way for way in WAYS if way.fault not in LIKE_503]
            cases = [
                (scenario, way)
                for number, scenario in enumerate(scenarios)
                # The next module gets other ways.
                for way in ways[number % 3 :: 3]
            ]
        metafunc.parametrize(
            ("scenario", "way"), cases, ids=[f"{scenario.name}-{way.title}" for scenario, way in cases]
        )


def test_every_module_has_a_scenario() -> None:
    assert {scenario.module for scenario in SCENARIOS} == MODULES


def test_a_request_fails(
    sandbox: Sandbox, ideals: Ideals, notes: Notes, everything: bool, scenario: Scenario, way: Way
) -> None:
    problems = []
    for proof in _proofs(sandbox, ideals.of(scenario, way.paged), way, everything):
        problems += [f"{proof.title}: {problem}" for problem in proof.problems]
        if everything:
            notes.add(scenario.module, proof.mode, way.fault, proof.outcome)
        elif proof.outcome not in notes.cells.get((scenario.module, proof.mode, way.fault), ()):
            problems.append(
                f"{proof.title}: the outcome is {proof.outcome!r}, which make faults has not written to docs/faults.md"
            )
    assert not problems, "\n".join(problems)


def _proofs(sandbox: Sandbox, ideal: Ideal, way: Way, everything: bool) -> Iterator[Proof]:
    for mode in way.modes:
        for number in chosen(ideal, way, mode, everything):
            yield prove(sandbox, ideal, way, mode, number)
