# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the code in small ways, one at a time, and list the changes that no unit test notices.

The code is mutated part by part, each with the tests beside it. mutmut knows the code of a function by the name of its
module, so it runs in a folder that holds `ansible_collections`. To what it changes by itself (operators, numbers,
strings, arguments, assignments) this adds what it leaves alone: statements, conditions, filters, and the elements of
dicts, lists, sets and tuples are left out. It changes functions alone: tools.data_mutants changes tasks of the roles
and the tables of words and statuses. The random tests of test_properties.py, which notice more but take longer, are not
among the tests.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from mutmut.mutation import mutators

from tools import checkout, data_mutants

LOWEST_SCORE = 90.0
"""The percentage of the changes of a sample that the tests must notice."""

# The exit codes that mutmut notes if all tests pass, and if no test runs the changed function.
_UNNOTICED = (0, 33)


@dataclass(frozen=True)
class Part:
    """A part of the code, and the tests beside it.

    :ivar code: patterns of files below C(plugins)
    :ivar tests: files or folders below C(tests/unit)
    :ivar changes: patterns of the names that mutmut gives its changes; all changes, if there are none
    """

    code: tuple[str, ...]
    tests: tuple[str, ...]
    changes: tuple[str, ...] = ()


_ENGINE = (
    *("_core/observe", "_core/match", "_core/references", "_core/plan", "_core/order"),
    *("_core/apply", "_core/workers", "_core/ids", "_core/outcome", "_ansible/report", "_ansible/failures"),
)
PARTS = {
    "engine": Part(
        tuple(f"module_utils/{name}.py" for name in _ENGINE),
        (
            *("core/test_plan.py", "core/test_apply.py", "core/test_observe.py", "core/test_report.py"),
            *("core/test_changes.py", "core/test_ownership.py", "core/test_renames.py", "core/test_stored_names.py"),
            "services/test_validate_plan.py",
        ),
    ),
    "http": Part(("module_utils/_http/*.py",), ("http",)),
    "services": Part(("module_utils/_services/*.py",), ("services", "plugins/test_request.py")),
    "plugins": Part(
        ("plugin_utils/*.py", "filter/*.py", "inventory/*.py", "lookup/*.py"),
        (
            "probe/test_report.py",
            *(
                f"plugins/{name}"
                for name in (
                    *("action/test_module_process.py", "declarations", "events"),
                    *("inventory/test_fetching.py", "inventory/test_hosts.py", "onboarding", "plan"),
                    *("test_filters.py", "test_maintenance.py", "test_objects.py", "test_roles.py"),
                    *("test_role_maintenance.py", "test_role_tasks.py", "test_role_uptime_report.py"),
                    *("test_simplehelp_audit.py", "test_stale_agents.py", "test_tables.py", "uptime"),
                )
            ),
        ),
    ),
}
# Three of ten changes of a few functions of each part, whose tests take no second.
SAMPLE = {
    "functions": Part(
        (
            *("module_utils/_core/plan.py", "module_utils/_http/rate_limit.py"),
            *("module_utils/_services/pinghome/conditions.py", "plugin_utils/_stale_agents.py"),
        ),
        (
            *("core/test_plan.py", "http/test_rate_limit.py", "services/test_pinghome_runs.py"),
            "plugins/test_stale_agents.py",
        ),
        tuple(
            f"*.{function}__mutmut_*[147]"
            for function in (
                *("plan.x__immutable", "plan.x__union", "rate_limit.x_parse_retry_after"),
                *("conditions.x__same_items", "conditions.x__holds", "_stale_agents.x_stale_agents"),
            )
        ),
    )
}
_SETTINGS = """\
[tool.pytest]
pythonpath = ["{root}/tests"]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist"]
timeout = "8"

[tool.mutmut]
source_paths = ["{root}/plugins"]
only_mutate = {code}
also_copy = ["ansible_collections"]
pytest_add_cli_args_test_selection = {tests}
track_dependencies = false
use_git_change_detection = false
timeout_multiplier = 3.0
timeout_constant = 4.0
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen parts, and return 1 if the tests notice too few of the changes of a sample."""
    options = _parse(arguments)
    if options.inside:
        return _run_mutmut(Path(options.inside[0]), options.inside[1:])
    scores = [_score(name, part) for name, part in _chosen(options).items()]
    if options.sample or not options.part or "data" in options.part:
        scores.append(data_mutants.run(options.only, sample=options.sample))
    print()
    for score in scores:
        print(f"{score.name:<10} {score.noticed:>6} of {score.total:<6} {score.percentage:>6.1f} %")
    return int(options.sample and any(score.percentage < LOWEST_SCORE for score in scores))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--part", action="append", choices=[*PARTS, "data"], help="only this part; default: all")
    parser.add_argument("--only", default="", help="only files whose path contains this text, such as _http/retry")
    parser.add_argument(
        "--ending", default="", help="only the changes whose number ends so: a tenth of them with a digit"
    )
    parser.add_argument("--tests", nargs="*", help="other tests than those beside the part, below tests/unit")
    parser.add_argument("--sample", action="store_true", help="a fixed small sample, which must have a high score")
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _chosen(options: argparse.Namespace) -> dict[str, Part]:
    """The parts to run, with the files that are chosen."""
    if options.sample:
        return SAMPLE
    chosen = {name: part for name, part in PARTS.items() if not options.part or name in options.part}
    changes = (f"*__mutmut_*{options.ending}",) if options.ending else ()
    found = {
        name: Part(_files(part, options.only), tuple(options.tests or part.tests), changes)
        for name, part in chosen.items()
    }
    return {name: part for name, part in found.items() if part.code}


def _files(part: Part, only: str) -> tuple[str, ...]:
    """The patterns of a part, or if ``only`` is set its files whose path contains that."""
    if not only:
        return part.code
    plugins = checkout.ROOT / "plugins"
    names = (path.relative_to(plugins).as_posix() for path in sorted(plugins.rglob("*.py")))
    return tuple(name for name in names if only in name and any(fnmatch.fnmatch(name, one) for one in part.code))


def _score(name: str, part: Part) -> data_mutants.Score:
    """Mutate one part in a folder of its own, build/mutants/NAME, where the results stay for `mutmut show`."""
    folder = checkout.ROOT / "build" / "mutants" / name
    # It would keep the results of the last run, although the tests have changed.
    shutil.rmtree(folder, ignore_errors=True)
    checkout.copy_to(checkout.collection_dir(folder))
    root = checkout.collection_dir(folder).relative_to(folder).as_posix()
    code = [f"*/plugins/{pattern}" for pattern in part.code]
    tests = [f"{root}/tests/unit/{test}" for test in part.tests]
    (folder / "pyproject.toml").write_text(_SETTINGS.format(root=root, code=code, tests=tests), encoding="utf-8")
    log = folder / "mutmut.log"
    print(f"{name}: the progress is in {log.relative_to(checkout.ROOT)}", flush=True)
    # It can run only once in a process. It draws its progress thousands of times.
    command = [sys.executable, "-m", "tools.mutants", "--inside", str(folder), *part.changes]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut failed:\n{log.read_text(encoding='utf-8')[-2000:]}")
    exits = _exit_codes(folder / "mutants")
    survivors = sorted(change for change, code in exits.items() if code in _UNNOTICED)
    for change in survivors:
        print(f"    {change.rpartition('.plugins.')[2]}: survived", flush=True)
    return data_mutants.Score(name, len(exits) - len(survivors), len(exits))


def _exit_codes(folder: Path) -> dict[str, int]:
    """The exit codes of the tests for each change that was tried."""
    files = (json.loads(path.read_text(encoding="utf-8")) for path in folder.rglob("*.meta"))
    codes = {change: code for file in files for change, code in file["exit_code_by_key"].items()}
    return {change: code for change, code in codes.items() if code is not None}


def _run_mutmut(folder: Path, changes: Sequence[str]) -> int:
    """Run mutmut in a folder."""
    mutators.mutation_operators.extend(_MORE)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(folder)
    # It reads its settings as soon as it is imported.
    from mutmut.__main__ import cli

    cli(["run", "--max-children", "2", *changes], standalone_mode=False)
    return 0


def _no_statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    (first, *more) = node.body
    text = isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString)
    if isinstance(first, (cst.Expr, cst.Raise)) and not more and not text:
        yield node.with_changes(body=[cst.Pass()])


def _no_condition(node: cst.If) -> Iterator[cst.CSTNode]:
    test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    for operator, value in ((cst.And(), "False"), (cst.Or(), "True")):
        yield node.with_changes(test=cst.BooleanOperation(test, operator, cst.Name(value)))


def _no_filter(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    for index in range(len(node.ifs)):
        yield node.with_changes(ifs=[*node.ifs[:index], *node.ifs[index + 1 :]])


def _no_operand(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    yield from (node.left, node.right)


def _no_element(node: cst.Dict | cst.List | cst.Set | cst.Tuple) -> Iterator[cst.CSTNode]:
    if isinstance(node, (cst.Tuple, cst.Set)) and len(node.elements) < 2:
        # An empty tuple needs parentheses, and an empty set has no literal.
        return
    for index in range(len(node.elements)):
        yield node.with_changes(elements=[*node.elements[:index], *node.elements[index + 1 :]])


_MORE = [
    (cst.SimpleStatementLine, _no_statement),
    (cst.If, _no_condition),
    (cst.CompFor, _no_filter),
    (cst.BooleanOperation, _no_operand),
    *((kind, _no_element) for kind in (cst.Dict, cst.List, cst.Set, cst.Tuple)),
]


if __name__ == "__main__":
    sys.exit(main())
