# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that starts the sandbox of an installed collection: what it needs, and which server it becomes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox import rehearsal, start


def test_what_is_missing_is_named_with_the_command_that_installs_it() -> None:
    assert list(start.missing(start.SERVER)) == []
    packages = {"no_such_module": "no-such-package", "json": "json"}
    assert list(start.missing(packages)) == [
        f"Install what the sandbox needs: {sys.executable} -m pip install no-such-package"
    ]


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    (sentence,) = start.missing(start.SERVER)
    assert sentence.startswith("The sandbox needs Python 3.11 or newer.")


def test_it_starts_the_sandbox_or_a_copy_of_an_account() -> None:
    assert start.command(start.parse_arguments([]))[1:] == ["-m", "sandbox", "--port", "8765"]
    copied = start.command(start.parse_arguments(["--port", "1", "--profile", "p.json", "--seed", ""]))
    assert copied[1:] == ["-m", "sandbox.rehearsal", "--port", "1", "--profile", "p.json", "--seed", ""]


def test_the_collection_is_the_one_that_the_sandbox_is_part_of(tmp_path: Path) -> None:
    here = tmp_path / "ansible_collections" / "declarative" / "monitoring" / "tests" / "sandbox" / "rehearsal.py"
    assert rehearsal.collections(here) == tmp_path
    clone = tmp_path / "clone" / "tests" / "sandbox" / "rehearsal.py"
    assert rehearsal.collections(clone) == tmp_path / "clone" / "build" / "collections"
