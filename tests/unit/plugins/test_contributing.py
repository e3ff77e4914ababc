# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CONTRIBUTING.md describes the layout as it is: each file that it names exists, and it names every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
UTILS = ROOT / "plugins" / "module_utils"


def section(title: str) -> str:
    """The text below a heading."""
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of all tables in a section, without the lines below their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "---"]


def code(text: str) -> list[str]:
    """The words in backticks."""
    return re.findall(r"`([^`]+)`", text)


def defined(path: str) -> set[str]:
    """The functions, classes and methods in a file; methods also with the class in front."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found.update(f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))
    return found


def journeys() -> Iterator[tuple[str, list[str], list[str]]]:
    """Each step and each behaviour, with its files and functions."""
    for step, files, functions in rows("How a request travels"):
        if code(files):
            yield step, code(files), code(functions)


@pytest.mark.parametrize(("step", "files", "functions"), list(journeys()))
def test_a_step_names_functions_of_its_files(step: str, files: list[str], functions: list[str]) -> None:
    known = set().union(*map(defined, files))
    assert [name for name in functions if name not in known] == []


def test_the_steps_are_found() -> None:
    """The other test would pass if there were none."""
    assert len(list(journeys())) > 30


@pytest.mark.parametrize("folder", ["_core", "_http", "_ansible", "_services", "_probe", "plugin_utils"])
def test_the_layout_names_each_file_of_a_folder(folder: str) -> None:
    path = ROOT / "plugins" / folder if folder == "plugin_utils" else UTILS / folder
    title = f"plugins/{folder}/" if folder == "plugin_utils" else f"{folder}/"
    text = section("Layout").split(f"\n### `{title}`\n")[1].split("\n### ")[0]
    files = {one.name if one.is_file() else f"{one.name}/" for one in path.iterdir() if one.name[:2] != "__"}
    parts = {"kinds.py", "service.py"} if folder == "_services" else set()
    assert set(code(text)) - parts == files


def test_the_layout_names_each_folder() -> None:
    """Of plugins, extensions and tests."""
    named = {name.rstrip("/") for row in rows("Layout") for name in code(row[0])}
    folders = [one for top in ("plugins", "extensions", "tests") for one in (ROOT / top).iterdir() if one.is_dir()]
    found = {str(one.relative_to(ROOT)) for one in folders if one.name != "__pycache__"}
    assert found - named == {"plugins/module_utils"}


def test_the_rows_of_a_table_have_the_cells_of_its_head() -> None:
    tables = re.findall(r"(?:^\|.*\n)+", TEXT, re.MULTILINE)
    assert tables
    for table in tables:
        head, *others = table.splitlines()
        assert [line for line in others if line.count(" | ") != head.count(" | ")] == []


def recipe_files() -> list[str]:
    """The files in the recipe for a new service."""
    return [path for row in rows("Add a service") for path in code(row[-1])]


@pytest.mark.parametrize("path", recipe_files())
@pytest.mark.parametrize("service", SERVICES)
def test_the_recipe_for_a_service_was_followed(service: str, path: str) -> None:
    file = ROOT / path.replace("SERVICE", service)
    if "SERVICE" in path:
        assert file.exists() or file.with_suffix("").is_dir(), f"{file} is missing"
    else:
        # Also as "Port Monitor" or "port-monitor".
        is_named = service in re.sub(r"[\s-]", "", file.read_text(encoding="utf-8").lower())
        assert is_named, f"{path} does not name {service}"


@pytest.mark.parametrize("title", ["Add a field", "Add a kind"])
def test_a_recipe_names_files_and_tests_that_exist(title: str) -> None:
    paths = [name for row in rows(title) for name in code(row[1]) if "/" in name]
    missing = [name for name in paths if not list(ROOT.glob(name.replace("SERVICE", "*").replace("KIND", "*")))]
    tests = [name for row in rows(title) for name in code(row[2]) if name.startswith("test_")]
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert missing + [name for name in tests if f"def {name}(" not in known] == []


def test_the_make_targets_exist_and_are_described() -> None:
    described = {name.removeprefix("make ") for row in rows("Make targets") for name in code(row[0])}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    existing = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert existing - described == {"help", "env", "changelog", "clean", "distclean"}
    assert described <= existing
