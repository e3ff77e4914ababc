# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script that writes the generated parts of files."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tools import sync_docs


def test_one_run_also_writes_what_follows_from_what_it_has_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the schema follows from the documentation of a config module, which is generated, too."""
    module, schema = tmp_path / "module.py", tmp_path / "schema.json"
    module.write_text("old", encoding="utf-8")

    def generated() -> dict[Path, str]:
        return {module: "new", schema: f"schema of {module.read_text(encoding='utf-8')}"}

    monkeypatch.setattr(sync_docs, "generated", generated)
    monkeypatch.setattr(sync_docs, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["sync_docs.py"])
    assert sync_docs.main() == 0
    assert schema.read_text(encoding="utf-8") == "schema of new"
    monkeypatch.setattr(sys, "argv", ["sync_docs.py", "--check"])
    assert sync_docs.main() == 0


def test_a_service_without_an_event_source_has_no_section_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_docs, "EVENT_SOURCES", Path("missing"))
    assert not [path for path, _topic, _section in sync_docs.sections() if path.parts[0] == "missing"]


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the modules, which the script reads."""
    copy = tmp_path / "modules"
    shutil.copytree(sync_docs.MODULES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sync_docs, "MODULES", copy)
    return copy


def test_a_kind_that_no_config_module_documents_yet_is_in_the_schema_at_once(modules: Path) -> None:
    config = modules / "alertra_config.py"
    text = config.read_text(encoding="utf-8")
    empty = re.sub(r"(# BEGIN options of the objects.*\n)(?:.*\n)*?(# END options)", r"\1\2", text)
    assert len(empty) < len(text)
    config.write_text(empty, encoding="utf-8")
    generated = sync_docs.generated()
    assert generated[config] == text
    assert generated[sync_docs.SCHEMA] == sync_docs.SCHEMA.read_text(encoding="utf-8")


def test_the_documentation_of_a_new_service_is_written_before_it_has_a_probe(modules: Path) -> None:
    (modules / "alertra_probe.py").unlink()
    written = sync_docs.generated()
    assert modules / "alertra_config.py" in written
    assert modules / "alertra_probe.py" not in written
