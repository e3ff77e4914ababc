# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run parts of the tests, each a target of the Makefile, and end with a table of their results and times.

All parts run, even after one has failed. A part whose pytest ran no test has failed, also if its exit status is 0.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.checkout import ROOT

REPORTS = ROOT / "build" / "reports"


@dataclass(frozen=True)
class Counts:
    """How many tests of a part passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add the counts of two parts."""
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        """Say it in the words of pytest."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True)
class Result:
    """The outcome of a part; `counts` is set if it ran pytest."""

    part: str
    problem: str
    seconds: float
    counts: Counts | None


def main(parts: list[str]) -> int:
    """Run the parts, print the table, and return 1 if one of them failed."""
    if not parts:
        print("No parts to run.", file=sys.stderr)
        return 2
    results = [run(part) for part in parts]
    print()
    print(table(results))
    counted = [result.counts for result in results if result.counts]
    if counted:
        print()
        print(sum(counted, Counts()), flush=True)
    return int(any(result.problem for result in results))


def run(part: str) -> Result:
    """Run one part with everything it prints shown."""
    print(f"\n===== {part} =====", flush=True)
    report = REPORTS / f"{part}.xml"
    report.unlink(missing_ok=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "PYTHONPATH")}
    start = time.monotonic()
    command = [os.environ.get("MAKE", "make"), "--no-print-directory", part]
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    seconds = time.monotonic() - start
    counts = read_report(report) if report.exists() else None
    problem = ""
    if status:
        problem = f"failed ({status})"
    elif counts and not counts.passed:
        problem = "ran no test"
    return Result(part, problem, seconds, counts)


def read_report(report: Path) -> Counts:
    """Read the counts from a report that pytest wrote."""
    counts = Counts()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts += Counts(total - skipped - failed, failed, skipped)
    return counts


def table(results: list[Result]) -> str:
    """Lay the results out as text, one line a part."""
    lines = [f"{'part':<12} {'result':<14} {'seconds':>8}  tests"]
    for result in results:
        counts = str(result.counts) if result.counts else ""
        lines.append(f"{result.part:<12} {result.problem or 'ok':<14} {result.seconds:>8.1f}  {counts}".rstrip())
    total = sum(result.seconds for result in results)
    lines.append(f"{'all':<12} {'':<14} {total:>8.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
