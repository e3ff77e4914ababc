# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup plugin that reads folders of declarations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from unit.plugins.finder import collections

EMPTY: dict[str, Any] = {"declared": {}, "places": {}, "prune": {}, "prune_only": {}}


def read(*folders: Path, **options: Any) -> list[dict[str, Any]]:
    """What the lookup returns for these folders."""
    with collections():
        loader = DataLoader()
        lookup = lookup_loader.get("declarative.monitoring.declarations", loader=loader, templar=Templar(loader))
        found: list[dict[str, Any]] = lookup.run([str(folder) for folder in folders], {}, **options)
    return found


def write(folder: Path, text: str) -> Path:
    """A folder with one declaration."""
    folder.mkdir()
    (folder / "all.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("options", [{}, {"report": True}])
def test_each_folder_is_one_declaration(tmp_path: Path, options: dict[str, Any]) -> None:
    tags = write(tmp_path / "a", "---\nalertra:\n  tags:\n    - name: web\n  prune: [tags]\n")
    groups = write(tmp_path / "b", "---\nportmonitor:\n  groups:\n    - name: Web\n")
    problem = {"problem": ""} if options else {}
    first, second = read(tags, groups, **options)
    assert first.keys() == second.keys() == {*EMPTY, *problem}
    assert (first["declared"], first["prune"]) == ({"alertra": {"tags": [{"name": "web"}]}}, {"alertra": ["tags"]})
    assert (second["declared"], second["prune"]) == ({"portmonitor": {"groups": [{"name": "Web"}]}}, {})
    (place,) = first["places"]["alertra"]
    assert "all.yml:4" in str(place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\nalertra:\n  tag:\n    - name: web\n", "all.yml:3"),
        ("---\nalertra:\n  tags:\n    - name: '{{ gone }}'\n", "all.yml:4"),
        ("---\nalertra: [\n", "all.yml"),
    ],
)
def test_a_folder_that_cannot_be_used_is_an_error_or_a_problem_to_report(tmp_path: Path, text: str, words: str) -> None:
    wrong = write(tmp_path / "a", text)
    with pytest.raises(AnsibleError) as caught:
        read(wrong)
    assert words in str(caught.value)
    good = write(tmp_path / "b", "---\nportmonitor:\n  groups:\n    - name: Web\n")
    reported, other = read(wrong, good, report=True)
    assert words in reported.pop("problem")
    assert reported == EMPTY
    assert other["problem"] == ""
