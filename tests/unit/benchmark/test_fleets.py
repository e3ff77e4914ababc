# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of many customers: what it refuses, and its verdicts."""

from __future__ import annotations

import pytest

from benchmark.fleet_page import page
from benchmark.fleet_work import APPLY, DEBUG, ONE, START, VALIDATE, Cell, Run
from benchmark.fleets import check
from benchmark.runner import BenchmarkError

PATHS = {"alertra": ["alertra/v1.1/tags", "alertra/v1.1/devices"]}
MIB = 2**20


@pytest.mark.parametrize("requests", [{}, {"GET": 3}, {"GET": 5}, {"GET": 4, "POST": 1}])
def test_a_run_with_other_requests_than_necessary_does_not_count(requests: dict[str, int]) -> None:
    check(Cell(APPLY, 2, ONE), PATHS, {"GET": 4})
    with pytest.raises(BenchmarkError, match="not 4 reads and 0 writes"):
        check(Cell(APPLY, 2, ONE), PATHS, requests)


def test_one_customer_in_a_hundred_is_changed() -> None:
    changed = Cell(APPLY, 200, ONE, changed=True)
    check(changed, PATHS, {"GET": 402, "PUT": 2})
    with pytest.raises(BenchmarkError, match="not 400 reads and 2 writes"):
        check(changed, PATHS, {"GET": 402, "PUT": 3})


def test_the_time_per_customer_is_without_the_startup() -> None:
    def run(wall: float, cpu: float = 1.0, memory: float = 100.0) -> Run:
        return Run(wall, cpu, memory * MIB, {}, 0)

    found = {
        Cell(START, 1): run(1.0),
        Cell(DEBUG, 100): run(1.5, 2.0),
        Cell(VALIDATE, 100): run(2.0, 3.0),
        Cell(APPLY, 100): run(6.0, 9.0),
        Cell(APPLY, 100, ONE): run(4.5, 5.0),
        Cell(APPLY, 1000): run(46.0, memory=201),
    }
    text = page(found, ["2 cores"])
    assert "| apply, 100 customers, five services: ms per customer | 50 | ≤ 50 | met |" in text
    assert "| apply, 100 customers, one service: ms per customer | 35 | ≤ 25 | **missed** |" in text
    assert "| apply, per customer, 1,000 customers ÷ 100 customers | 0.9 | ≤ 1.1 | met |" in text
    assert "| apply, 1,000 customers: MiB of the largest process | 201 | ≤ 200 | **missed** |" in text
    assert "| apply, five services | 80.0 |" in text
