# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the benchmark: `python -m benchmark`. Writes docs/benchmark.md; with --quick it shows the page instead."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from . import plan, runner
from .figures import Figures
from .page import page
from .runner import Cell, Run

PAGE = runner.ROOT / "docs" / "benchmark.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sizes and few runs, for development")
    options = parser.parse_args(arguments)
    try:
        with runner.server() as url:
            ceiling = runner.ceiling(url)
            found = measure(plan.quick() if options.quick else plan.full(), url)
    except (runner.BenchmarkError, subprocess.TimeoutExpired) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    text = page(Figures(found), runner.machine(), ceiling)
    if options.quick:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def measure(cells: Mapping[Cell, int], url: str) -> dict[Cell, list[Run]]:
    """Run the cells in turns, so that a slow moment of the machine affects all of them."""
    found: dict[Cell, list[Run]] = {cell: [] for cell in cells}
    turns = [cell for turn in range(max(cells.values())) for cell, runs in cells.items() if turn < runs]
    start = time.monotonic()
    for done, cell in enumerate(turns, 1):
        run = runner.run(cell, url)
        found[cell].append(run)
        print(f"{time.monotonic() - start:6.0f} s  {done}/{len(turns)}  {run.wall:8.2f} s  {cell}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
