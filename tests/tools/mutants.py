# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change what plans, applies and reports in small ways, one at a time, and list the changes that no unit test notices.

mutmut knows the code of a function by the name of its module, so it runs in a folder that holds `ansible_collections`.
To what it changes by itself (operators, numbers, strings, arguments, assignments) this adds what it leaves alone:
statements, conditions, filters, and the elements of dicts, lists and sets are left out. What counts are the
tests below alone; the random ones of test_properties.py, which notice more but take longer, are not among them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import libcst as cst
from mutmut.mutation import mutators

from tools import checkout

_CODE = (
    *("_core/observe", "_core/match", "_core/references", "_core/plan", "_core/order"),
    *("_core/apply", "_core/workers", "_core/ids", "_core/outcome", "_ansible/report", "_ansible/failures"),
)
_TESTS = ("core/test_plan", "core/test_apply", "core/test_observe", "core/test_report", "services/test_validate_plan")
_SETTINGS = """\
[tool.pytest]
pythonpath = ["{root}/tests"]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist"]
timeout = "8"

[tool.mutmut]
source_paths = ["{root}/plugins/module_utils"]
only_mutate = {code}
also_copy = ["ansible_collections"]
pytest_add_cli_args_test_selection = {tests}
track_dependencies = false
use_git_change_detection = false
timeout_multiplier = 3.0
timeout_constant = 4.0
"""


def main() -> None:
    """Run mutmut in build/mutants, where it leaves its results for `mutmut show`."""
    folder = checkout.ROOT / "build" / "mutants"
    checkout.copy_to(checkout.collection_dir(folder))
    root = checkout.collection_dir(folder).relative_to(folder).as_posix()
    code = [f"*/module_utils/{name}.py" for name in _CODE]
    tests = [f"{root}/tests/unit/{name}.py" for name in _TESTS]
    (folder / "pyproject.toml").write_text(_SETTINGS.format(root=root, code=code, tests=tests), encoding="utf-8")
    mutators.mutation_operators.extend(_MORE)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(folder)
    # It reads its settings as soon as it is imported.
    from mutmut.__main__ import cli

    cli(["run", "--max-children", "2", *sys.argv[1:]])


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


def _no_element(node: cst.Dict | cst.List | cst.Set) -> Iterator[cst.CSTNode]:
    for index in range(len(node.elements)):
        yield node.with_changes(elements=[*node.elements[:index], *node.elements[index + 1 :]])


_MORE = [
    (cst.SimpleStatementLine, _no_statement),
    (cst.If, _no_condition),
    (cst.CompFor, _no_filter),
    (cst.BooleanOperation, _no_operand),
    *((kind, _no_element) for kind in (cst.Dict, cst.List, cst.Set)),
]


if __name__ == "__main__":
    main()
