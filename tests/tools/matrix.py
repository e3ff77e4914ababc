# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run tests on every version of ansible-core that is supported, each on the Pythons that it runs on.

Each pair gets an environment of its own, which is kept for the next run. A Python that the machine does not have is
skipped and named. Sanity tests run on the oldest and the newest version. The results end up in docs/versions.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools import parts, sanity
from tools.checkout import ROOT

# The versions of ansible-core, and the Pythons on which each runs as a controller.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
# Pythons for which the tools of development have no current version any more.
OLD_PYTHONS = ("3.10",)
PAGE = ROOT / "docs" / "versions.md"

# ansible-core 2.16 does not quote the path of its Python, so there must be no space in it.
_OUTSIDE = Path.home() / ".cache" / "declarative.monitoring" / f"matrix-{zlib.crc32(bytes(ROOT)):x}"
FOLDER = _OUTSIDE if " " in str(ROOT) else ROOT / "build" / "matrix"
UV = str(Path(sys.executable).with_name("uv"))
# What the tests import, in the versions that the development uses, and what makes the environments of ansible-test.
NEEDED = (
    "ansible-builder",
    "ansible-runner",
    "cryptography",
    "hypothesis",
    "pip",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
    "PyYAML",
    "trustme",
)
# The action plugin uses what is private in ansible-core, so that any version may break it.
ACTION = "tests/integration/test_action.py"
# From 2.19 on, ansible-core changes the type of survey answers.
SURVEY = "tests/integration/test_survey.py"
SURVEY_TYPES = (
    f"{SURVEY}::test_durations_truth_values_lists_and_empty_answers_are_understood",
    f"{SURVEY}::test_a_name_or_password_that_is_no_longer_text_is_never_set",
)
# So does the action of the role monitoring_config: its failures, and the defaults of its modules.
PLAN = ("tests/unit/plugins/plan", "tests/integration/test_plan_file.py")
# What ansible-core and Python have changed of YAML, JSON, templates and check mode.
TEXTS = "tests/integration/test_any_text.py"
CHECK_MODE = "tests/integration/test_check_mode.py"
HOSTILE = "tests/integration/test_hostile.py::test_half_of_a_character_in_one_text_leaves_all_results_readable"
INPUT = "tests/integration/test_input.py"
INVENTORY = "tests/integration/test_inventory.py"
# Up to 2.18, encrypted texts reach plugins as they are.
VAULTS = (
    f"{INVENTORY}::test_a_secret_may_be_encrypted_by_vault",
    "tests/integration/test_roles_config.py::test_encrypted_files_and_values_are_used_and_not_shown",
    "tests/integration/test_day_two.py::test_the_key_of_the_lookup_may_be_encrypted_by_vault",
)
# How a failed start of a maintenance keeps other hosts from being patched.
MAINTENANCE = "tests/integration/test_maintenance.py"

SOME = (
    "tests/unit/core",
    "tests/unit/http",
    "tests/unit/services",
    "tests/unit/plugins/action",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "integration").glob("test_*_life.py")),
    ACTION,
    SURVEY,
    *PLAN,
    TEXTS,
    CHECK_MODE,
    "tests/integration/test_playbooks_in_check_mode.py",
    HOSTILE,
    INPUT,
    INVENTORY,
    *VAULTS[1:],
    MAINTENANCE,
)
FEW = (
    "tests/unit/core/test_resource.py",
    "tests/unit/core/test_plan.py",
    "tests/unit/plugins/action",
    "tests/integration/test_alertra_life.py",
    f"{ACTION}::test_results_are_the_same_to_the_letter",
    *SURVEY_TYPES,
    *PLAN,
    f"{CHECK_MODE}::test_a_chain_of_tasks_at_one_service",
    HOSTILE,
    f"{INPUT}::test_a_date_without_quotes_is_refused",
    f"{INVENTORY}::test_no_name_at_a_service_takes_over_another_host_or_means_something",
    *VAULTS,
)
EVERYTHING = (
    "tests/unit/core",
    "tests/unit/http",
    "tests/unit/services",
    "tests/unit/plugins/action",
    "tests/integration",
)
# The lowest versions of what modules need on a target: the oldest Python, and the libraries of older distributions.
# ansible-core is not needed there, and is not in this environment.
TARGETS = "targets"
LOWEST_PYTHON = "3.9"
LOWEST = ("requests==2.28.0", "urllib3<2")
ON_TARGETS = tuple(f"tests/unit/http/test_{name}.py" for name in ("client", "transport", "tls", "answer"))
SECONDS = 3600


@dataclass(frozen=True)
class Cell:
    """The outcome of the tests with a version of ansible-core and of Python.

    :ivar core: the version of ansible-core; C(targets) if there is none
    :ivar exact: the full version of ansible-core, or of requests if there is none
    """

    core: str
    python: str
    exact: str = ""
    problem: str = ""
    skipped: bool = False
    counts: parts.Counts | None = None
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """The result, for a table."""
        if self.skipped:
            return "skipped"
        return f"FAILED: {self.problem}" if self.problem else str(self.counts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the selected tests, print the table, write the page, and return 1 if a test failed."""
    options, more = parse(arguments)
    cells = [
        run(core, python, options, more)
        for core, python in chosen(options)
        if not options.python or python in options.python
    ]
    if not options.core and not options.only_sanity and options.python in (None, [LOWEST_PYTHON]):
        cells.append(run_lowest(more))
    checks = [] if options.quick or options.no_sanity else check_sanity(cells, options)
    print()
    print(table([] if options.only_sanity else cells, checks))
    if not any((options.quick, options.core, options.python, options.only_sanity)):
        PAGE.write_text(page(cells, checks, options, more), encoding="utf-8")
    ran = [cell for cell in cells if not cell.skipped]
    if not ran:
        print("No version ran.", file=sys.stderr)
    return int(not ran or any(cell.problem for cell in (*cells, *checks)))


def parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """Read the command line; what is not known goes to pytest."""
    parser = argparse.ArgumentParser(prog="python -m tools.matrix", description=__doc__)
    parser.add_argument(
        "--all",
        action="store_true",
        help="all tests; without, those of the core, of one object each and of the action plugin on the newest Python "
        "of each ansible-core, and a few on the others",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few tests, on the oldest and the newest pair and with the lowest versions on targets; no sanity",
    )
    parser.add_argument("--core", action="append", choices=CORES, help="only this version of ansible-core")
    parser.add_argument("--python", action="append", help="only this Python")
    parser.add_argument("--no-sanity", action="store_true", help="leave out the sanity tests")
    parser.add_argument("--only-sanity", action="store_true", help="run the sanity tests alone, on the oldest Python")
    return parser.parse_known_args(arguments)


def chosen(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The pairs to run."""
    pairs = [(core, python) for core, pythons in CORES.items() if core in (options.core or CORES) for python in pythons]
    there = [pair for pair in pairs if sanity.find_python(pair[1])] if options.quick or options.only_sanity else []
    if options.quick:
        return [there[0], there[-1]] if there else []
    if options.only_sanity:
        # The oldest Python of each version.
        return sorted(dict(reversed(there)).items())
    return pairs


def selection(core: str, python: str, options: argparse.Namespace) -> Sequence[str]:
    """The tests to run on a pair."""
    newest = [other for other in CORES[core] if sanity.find_python(other)][-1]
    return EVERYTHING if options.all else SOME if python == newest and not options.quick else FEW


def run(core: str, python: str, options: argparse.Namespace, more: Sequence[str]) -> Cell:
    """Make the environment of a pair, and run the tests in it unless only the sanity tests are to run."""
    print(f"\n===== ansible-core {core} on Python {python} =====", flush=True)
    start = time.monotonic()
    cell = prepare(core, python)
    if cell.exact and not options.only_sanity:
        cell = run_tests(cell, selection(core, python, options), more)
    return replace(cell, seconds=time.monotonic() - start)


def run_lowest(more: Sequence[str]) -> Cell:
    """Run the tests of what modules need on a target with the lowest versions of it."""
    name, python = TARGETS, LOWEST_PYTHON
    print(f"\n===== {', '.join(LOWEST)} on Python {python} =====", flush=True)
    start = time.monotonic()
    cell = prepare(name, python)
    if cell.exact:
        # Its pytest is too old to read pyproject.toml.
        settings = ["--import-mode=importlib", "-o", "pythonpath=build/collections tests"]
        cell = run_tests(cell, ON_TARGETS, [*(more or ["-n", "2"]), *settings])
    return replace(cell, seconds=time.monotonic() - start)


def prepare(core: str, python: str) -> Cell:
    """Make the environment of a pair, if the machine has its Python."""
    interpreter = sanity.find_python(python)
    if interpreter is None:
        print("skipped: this machine does not have that Python", flush=True)
        return Cell(core, python, skipped=True)
    try:
        return Cell(core, python, make_environment(core, python, interpreter), counts=parts.Counts())
    except subprocess.CalledProcessError as error:
        return Cell(core, python, problem=f"no environment ({error.returncode})")


def run_tests(cell: Cell, tests: Sequence[str], more: Sequence[str]) -> Cell:
    """Run tests in the environment of a pair."""
    core, python = cell.core, cell.python
    report = FOLDER / "reports" / f"{_name(core, python)}.xml"
    report.unlink(missing_ok=True)
    command = [str(_bin(core, python) / "python"), "-m", "pytest", *tests, "-q"]
    command += ["-p", "no:cacheprovider", f"--junit-xml={report}", *(more or ["-n", "2"])]
    status = call(command, core, python)
    counts = parts.read_report(report) if report.exists() else None
    problem = f"pytest ended with {status}" if status else "" if counts and counts.passed else "no test ran"
    if counts and counts.failed:
        problem = f"{counts.failed} of {counts.passed + counts.failed} tests"
    return replace(cell, problem=problem, counts=counts)


def make_environment(core: str, python: str, interpreter: Path) -> str:
    """Make the environment of a pair, unless there is one with the same requirements; return its exact version."""
    folder = FOLDER / _name(core, python)
    wanted = requirements(core, python)
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([UV, "venv", "--quiet", "--python", str(interpreter), str(folder)], check=True)
        listed = FOLDER / f"{folder.name}.txt"
        listed.write_text(wanted, encoding="utf-8")
        install = [
            UV,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(folder / "bin" / "python"),
            "--requirement",
            str(listed),
        ]
        subprocess.run(install, check=True)
        # Only now, so that one that was interrupted is made again.
        listed.replace(stamp)
    library = "requests" if core == TARGETS else "ansible-core"
    script = f"from importlib.metadata import version; print(version('{library}'))"
    command = [str(folder / "bin" / "python"), "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def requirements(core: str, python: str) -> str:
    """What goes into an environment; the newest of everything that runs there, on a Python that is not developed on."""
    if core == TARGETS:
        tools = [name for name in NEEDED if not name.startswith("ansible-")]
        return "".join(f"{line}\n" for line in (*LOWEST, *tools))
    pinned = {}
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if found := re.match(r"[A-Za-z][\w.-]*", line):
                pinned[found[0].lower()] = line
    known = {} if python in OLD_PYTHONS else pinned
    lines = [f"ansible-core~={core}.0", pinned["requests"], *(known.get(name.lower(), name) for name in NEEDED)]
    return "".join(f"{line}\n" for line in lines)


def call(command: Sequence[str], core: str, python: str) -> int:
    """Run a program in the environment of a pair; one that does not end has failed."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "VIRTUAL_ENV")
    }
    environment |= {
        "PATH": f"{_bin(core, python)}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "tests"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        # The sandbox is newer than the oldest of the Pythons.
        "SANDBOX_PYTHON": sys.executable,
        "LC_ALL": "C.UTF-8",
    }
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 124
    return done.returncode


def check_sanity(cells: Sequence[Cell], options: argparse.Namespace) -> list[Cell]:
    """Run the sanity tests on the oldest and the newest version that ran, or on all that were chosen for them."""
    ran = [cell for cell in cells if cell.exact and cell.core != TARGETS]
    checked = ran if options.only_sanity else (*ran[:1], *ran[-1:])
    checks = []
    for cell in {(one.core, one.python): one for one in checked}.values():
        print(f"\n===== sanity: ansible-core {cell.core} on Python {cell.python} =====", flush=True)
        start = time.monotonic()
        status = call([str(_bin(cell.core, cell.python) / "python"), "-m", "tools.sanity"], cell.core, cell.python)
        problem = f"ended with {status}" if status else ""
        checks.append(Cell(cell.core, cell.python, cell.exact, problem, seconds=time.monotonic() - start))
    return checks


def table(cells: Sequence[Cell], checks: Sequence[Cell]) -> str:
    """Lay the results out as text, one line a pair."""
    lines = [f"{'ansible-core':<14} {'Python':<8} {'seconds':>8}  result"]
    lines += [f"{_title(cell):<14} {cell.python:<8} {cell.seconds:>8.1f}  {cell.words}" for cell in cells]
    lines += [
        f"{cell.exact:<14} {cell.python:<8} {cell.seconds:>8.1f}  sanity {cell.words if cell.problem else 'ok'}"
        for cell in checks
    ]
    return "\n".join(lines)


def page(cells: Sequence[Cell], checks: Sequence[Cell], options: argparse.Namespace, more: Sequence[str]) -> str:
    """The page of the documentation: a row for each version, a column for each Python."""
    pythons = sorted({python for supported in CORES.values() for python in supported}, key=lambda text: int(text[2:]))
    by_pair = {(cell.core, cell.python): cell for cell in cells}
    rows = [["ansible-core", *(f"Python {python}" for python in pythons), "sanity"], ["---"] * (len(pythons) + 2)]
    for core in CORES:
        exact = next((cell.exact for cell in cells if cell.core == core and cell.exact), core)
        found = [by_pair.get((core, python)) for python in pythons]
        sane = ["failed" if cell.problem else "ok" for cell in checks if cell.core == core]
        rows.append([exact, *(cell.words if cell else "-" for cell in found), *(sane or [""])])
    listing = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    missing = sorted(
        {cell.python for cell in cells if cell.skipped and cell.core != TARGETS}, key=lambda text: int(text[2:])
    )
    reason = "Skipped, because the machine does not have this version of Python"
    skipped = f"\n\n{reason}: {', '.join(missing)}." if missing else ""
    lowest = next((cell.words for cell in cells if cell.core == TARGETS), "-")
    newest, others = _listed(SOME), _listed(FEW)
    some = f"on the newest Python of each version are {newest}. The tests on the other Pythons are {others}"
    tests = f"on each Python are {_listed(EVERYTHING)}" if options.all else some
    arguments = f" They ran with `{' '.join(more)}`." if more else ""
    return f"""<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Tested versions

This page shows the versions of ansible-core and Python that the collection was tested with. `make matrix` writes it. A
dash means that this version of ansible-core does not support this version of Python. Modules also run on Python 3.9:
`ansible-test sanity` compiles and imports them with Python 3.9 and newer. With Python {LOWEST_PYTHON} and the lowest
versions of the libraries (`{"`, `".join(LOWEST)}`), the result of {_listed(ON_TARGETS)} is: {lowest}.

{listing}{skipped}

The tests {tests}.{arguments}
`make matrix ARGS=--all` runs all tests on each Python.
"""


def _title(cell: Cell) -> str:
    return f"requests {cell.exact}" if cell.core == TARGETS else cell.exact or cell.core


def _listed(tests: Sequence[str]) -> str:
    return ", ".join(f"`{test}`" for test in tests)


def _name(core: str, python: str) -> str:
    return f"core-{core}-python-{python}"


def _bin(core: str, python: str) -> Path:
    return FOLDER / _name(core, python) / "bin"


if __name__ == "__main__":
    sys.exit(main())
