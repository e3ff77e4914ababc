# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/faults.md: what is read from it is written again, and a run of some tests replaces only their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import fault_matrix
from tools.fault_matrix import PAGE, SUCCEEDS, UNKNOWN, Notes


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the page, and an empty folder for notes."""
    copy = tmp_path / "faults.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(fault_matrix, "PAGE", copy)
    monkeypatch.setattr(fault_matrix, "FOLDER", tmp_path / "notes")
    return copy


def test_the_page_is_what_its_notes_say() -> None:
    assert Notes.documented().page() == PAGE.read_text(encoding="utf-8")


def test_a_run_of_some_tests_replaces_only_what_they_found(page: Path) -> None:
    before = Notes.documented()
    assert before.cells["alertra_tag", "once", "401"] != {SUCCEEDS, UNKNOWN}
    found = Notes()
    found.add("alertra_tag", "once", "401", SUCCEEDS)
    found.add("alertra_tag", "once", "401", UNKNOWN)
    found.keep("gw0")
    assert fault_matrix.main(["--part"]) == 0
    now = Notes.documented()
    assert now.cells == {**before.cells, ("alertra_tag", "once", "401"): {SUCCEEDS, UNKNOWN}}
    assert now.two == before.two


def test_a_run_of_all_tests_writes_the_whole_page(page: Path) -> None:
    found = Notes()
    found.add("alertra_tag", "once", "401", SUCCEEDS)
    found.keep("gw0")
    assert fault_matrix.main([]) == 0
    assert {key for key, outcomes in Notes.documented().cells.items() if outcomes} == {("alertra_tag", "once", "401")}


def test_without_notes_the_page_stays_as_it_is(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fault_matrix.main(["--part"]) == 1
    assert page.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")
    assert "There are no notes" in capsys.readouterr().err
