# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave out parts of data, one at a time, and list those that no unit test misses.

The data are the tasks and variables of the roles, with each option of a module, condition and keyword, and the tables
in the code of the services and of HTTP, with each word, status and name. Mutation tests of functions leave them alone.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tools import checkout

# A sample: a part of the paths of files, one of how many changes to make in them, and the tests if not all of them.
_SAMPLE: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("roles/monitoring_config", 10, ()),
    ("_services/health", 6, ("services/test_health.py", "services/test_words.py")),
)
_ROLE_TESTS = ("plugins/test_role_tasks.py", "plugins/test_roles.py")
# By role: the tests of its tasks, if it has a file of its own.
_OWN_TESTS = {
    "maintenance": ("plugins/test_role_maintenance.py", "plugins/test_roles.py"),
    "uptime_report": ("plugins/test_role_uptime_report.py", "plugins/test_roles.py"),
}
# By the folder of the code: the tests beside it, those that compare the choices of options with the documentation, and
# those of requests that users write.
_TABLES = {"_http": ("http",), "_services": ("services", "plugins/test_kinds.py", "plugins/test_request.py")}
_SECONDS = 300


@dataclass(frozen=True)
class Score:
    """How many changes of a part the tests have noticed."""

    name: str
    noticed: int
    total: int

    @property
    def percentage(self) -> float:
        """The score; all, if there was nothing to notice."""
        return 100.0 * self.noticed / self.total if self.total else 100.0


@dataclass(frozen=True)
class Change:
    """A file without one of its parts.

    :ivar what: what is left out, for a person
    :ivar text: the content of the changed file
    :ivar tests: below C(tests/unit)
    """

    file: Path
    what: str
    text: str
    tests: tuple[str, ...]


def run(only: str = "", *, sample: bool = False) -> Score:
    """Make the changes one after the other, and list those that the tests do not notice.

    :param only: only files whose path contains this text
    :param sample: make only a few
    """
    folder = checkout.ROOT / "build" / "mutants" / "data"
    root = checkout.collection_dir(folder)
    shutil.rmtree(root, ignore_errors=True)
    checkout.copy_to(root)
    link = checkout.collection_dir(root / "build" / "collections")
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(root)
    changes = [
        replace(change, tests=tests or change.tests)
        for text, every, tests in (_SAMPLE if sample else ((only, 1, ()),))
        for change in [one for one in all_changes(checkout.ROOT) if text in one.file.as_posix()][::every]
    ]
    survivors = [change for change in changes if not _is_noticed(root, change)]
    for change in survivors:
        print(f"    {change.file}: without {change.what}: survived", flush=True)
    return Score("data", len(changes) - len(survivors), len(changes))


def all_changes(root: Path) -> Iterator[Change]:
    """All changes of the data of the project."""
    for path in sorted((root / "roles").glob("*/*/main.yml")) + sorted((root / "roles").glob("*/tasks/[!m]*.yml")):
        if path.parent.name in ("tasks", "vars"):
            yield from role_changes(path.relative_to(root), path.read_text(encoding="utf-8"))
    for folder, tests in _TABLES.items():
        for path in sorted((root / "plugins" / "module_utils" / folder).rglob("*.py")):
            for what, text in table_changes(path.read_text(encoding="utf-8")):
                yield Change(path.relative_to(root), what, text, tests)


def role_changes(file: Path, text: str) -> Iterator[Change]:
    """A file of a role without each key and each element, except for the names of tasks."""
    content = yaml.safe_load(text)
    for place in _places(content):
        if place[-1] in ("name", "quiet", "fail_msg"):
            continue
        changed = copy.deepcopy(content)
        inner = changed
        for step in place[:-1]:
            inner = inner[step]
        del inner[place[-1]]
        tests = _OWN_TESTS.get(file.parts[1], _ROLE_TESTS)
        yield Change(file, _title(content, place), yaml.safe_dump(changed, sort_keys=False), tests)


def _places(data: Any, prefix: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all keys and elements in data."""
    steps: Sequence[Any] = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for step in steps:
        yield (*prefix, step)
        yield from _places(data[step], (*prefix, step))


def _title(content: Any, place: tuple[Any, ...]) -> str:
    """A place, with the name of the innermost task around it."""
    name, inner = "", content
    for step in place:
        inner = inner[step]
        name = inner.get("name", name) if isinstance(inner, dict) else name
    return f"{' / '.join(map(str, place))} ({name})" if name else " / ".join(map(str, place))


def table_changes(source: str) -> Iterator[tuple[str, str]]:
    """Python code without each constant of its tables: what is left out, and the new code.

    A table is a tuple, list, set or dict of constants outside of functions that has two elements or more.
    """
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()

    def position(line: int, column: int) -> int:
        return starts[line - 1] + column

    for table in _tables(ast.parse(source)):
        spans = [
            (position(first.lineno, first.col_offset), position(last.end_lineno or 0, last.end_col_offset or 0))
            for first, last in _elements(table)
        ]
        for index, (begin, end) in enumerate(spans):
            is_last = index == len(spans) - 1
            cut = (spans[index - 1][1], end) if is_last else (begin, spans[index + 1][0])
            # A tuple of one needs its comma.
            comma = b"," if isinstance(table, ast.Tuple) and len(spans) == 2 and is_last else b""
            changed = data[: cut[0]] + comma + data[cut[1] :]
            if isinstance(table, ast.Tuple) and len(spans) == 2 and not is_last:
                changed = data[:begin] + data[spans[1][0] : spans[1][1]] + b"," + _after(data, spans[1][1])
            number = data[:begin].count(b"\n") + 1
            yield f"{data[begin:end].decode()} (line {number})", changed.decode()


def _after(data: bytes, end: int) -> bytes:
    """The code after an element, without its comma."""
    rest = data[end:]
    stripped = rest.lstrip()
    return stripped[1:] if stripped.startswith(b",") else rest


def _tables(module: ast.Module) -> Iterator[ast.Tuple | ast.List | ast.Set | ast.Dict]:
    """The tables outside of functions."""
    waiting: list[ast.AST] = list(module.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)):
            elements = _elements(node)
            if len(elements) > 1 and all(isinstance(one, ast.Constant) for pair in elements for one in pair):
                yield node
        waiting.extend(ast.iter_child_nodes(node))


def _elements(table: ast.Tuple | ast.List | ast.Set | ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
    """The first and the last expression of each element."""
    if isinstance(table, ast.Dict):
        return [(key, value) for key, value in zip(table.keys, table.values, strict=True) if key is not None]
    return [(one, one) for one in table.elts]


def _is_noticed(root: Path, change: Change) -> bool:
    """Whether a test fails while a file is changed."""
    file = root / change.file
    original = file.read_text(encoding="utf-8")
    file.write_text(change.text, encoding="utf-8")
    tests = [f"tests/unit/{test}" for test in change.tests]
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = {**os.environ, "PYTHONPATH": "tests", "ANSIBLE_COLLECTIONS_PATH": str(root / "build" / "collections")}
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(original, encoding="utf-8")
    return done.returncode != 0
