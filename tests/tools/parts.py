# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run parts of the tests, each a target of the Makefile, and end with a table of their results and times.

All parts run, even after one has failed. A part whose pytest ran no test has failed, also if its exit status is 0.
The parts after ``--pairs`` run two at a time, and their output is shown when they end. Put the longest first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
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
    """The outcome of a part; `cpu` is the processor time in seconds, `counts` is set if it ran pytest."""

    part: str
    problem: str
    seconds: float
    cpu: float
    counts: Counts | None


def main(arguments: list[str]) -> int:
    """Run the parts, print the table, and return 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", nargs="*", default=[], help="parts to run two at a time, before the others")
    parser.add_argument("parts", nargs="*", help="parts to run one after the other")
    chosen = parser.parse_args(arguments)
    if not chosen.pairs and not chosen.parts:
        parser.error("no parts to run")
    start = time.monotonic()
    results = run_in_pairs(chosen.pairs) + [run(part) for part in chosen.parts]
    print()
    print(table(results, time.monotonic() - start))
    counted = [result.counts for result in results if result.counts]
    if counted:
        print()
        print(sum(counted, Counts()), flush=True)
    return int(any(result.problem for result in results))


def run_in_pairs(parts: list[str]) -> list[Result]:
    """Run parts two at a time, and show what each has printed when it has ended."""
    logs = {part: REPORTS / f"{part}.log" for part in parts}
    REPORTS.mkdir(parents=True, exist_ok=True)

    def run_quietly(part: str) -> Result:
        with logs[part].open("w", encoding="utf-8") as log:
            result = run(part, log)
        print(logs[part].read_text(encoding="utf-8", errors="replace"), flush=True)
        return result

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run_quietly, parts))


def run(part: str, log: TextIO | None = None) -> Result:
    """Run one part, and show everything that it prints or write it to a log."""
    print(f"\n===== {part} =====", file=log, flush=True)
    report = REPORTS / f"{part}.xml"
    report.unlink(missing_ok=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "PYTHONPATH")}
    start = time.monotonic()
    command = [os.environ.get("MAKE", "make"), "--no-print-directory", part]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log and subprocess.STDOUT) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    counts = read_report(report) if report.exists() else None
    problem = ""
    if process.returncode:
        problem = f"failed ({process.returncode})"
    elif counts and not counts.passed:
        problem = "ran no test"
    return Result(part, problem, seconds, usage.ru_utime + usage.ru_stime, counts)


def read_report(report: Path) -> Counts:
    """Read the counts from a report that pytest wrote."""
    counts = Counts()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts += Counts(total - skipped - failed, failed, skipped)
    return counts


def table(results: list[Result], total: float) -> str:
    """Lay the results out as text, one line a part, and the seconds that all of them took."""
    lines = [f"{'part':<16} {'result':<12} {'seconds':>8} {'processor':>9}  tests"]
    for result in results:
        counts = str(result.counts) if result.counts else ""
        row = f"{result.part:<16} {result.problem or 'ok':<12} {result.seconds:>8.1f} {result.cpu:>9.1f}  {counts}"
        lines.append(row.rstrip())
    lines.append(f"{'all':<16} {'':<12} {total:>8.1f} {sum(result.cpu for result in results):>9.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
