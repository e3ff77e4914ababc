# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the run on all versions of ansible-core."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tools import matrix
from tools.matrix import TARGETS, Cell


def test_sanity_runs_on_the_oldest_and_the_newest_ansible_core_that_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on the environment of targets, which has no ansible-core and runs last."""
    called = []

    def call(command: Sequence[str], core: str, python: str) -> int:
        called.append((core, python))
        return int(core == "2.21")

    monkeypatch.setattr(matrix, "call", call)
    cells = [
        Cell("2.16", "3.9", skipped=True),
        Cell("2.16", "3.10", "2.16.19"),
        Cell("2.19", "3.13", "2.19.14"),
        Cell("2.21", "3.13", "2.21.5"),
        Cell("2.21", "3.14", skipped=True),
        Cell(TARGETS, "3.9", "2.28.0"),
    ]
    checks = matrix.check_sanity(cells, matrix.parse([])[0])
    assert called == [("2.16", "3.10"), ("2.21", "3.13")]
    assert [cell.problem for cell in checks] == ["", "ended with 1"]
