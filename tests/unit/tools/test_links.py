# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All links between pages lead somewhere, on a Git host and in the tarball; `make build` checks the tarball itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tools import links
from tools.checkout import ROOT


def test_the_links_of_all_pages_lead_somewhere() -> None:
    found = links.pages(ROOT)
    assert {"README.md", "CONTRIBUTING.md", "guide_first_steps.rst", "faults.md"} <= {page.name for page in found}
    assert links.broken(ROOT, found) == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("README.md", "[a](there.md#a-title)", ""),
        ("README.md", "[a](gone.md)", "does not exist"),
        ("README.md", "[a](there.md#other)", "has no such section"),
        ("README.md", "[a](../outside.md)", "is outside"),
        ("README.md", "`[a](gone.md)`", ""),
        ("README.md", "![a](gone.svg)", "does not exist"),
        ("README.md", "[a](https://github.com/declarative/monitoring/blob/main/Makefile)", ""),
        ("README.md", "[a](https://github.com/declarative/monitoring/blob/main/gone)", "does not exist"),
        ("docs/page.rst", "`a\n<../there.md>`__", ""),
        ("docs/page.rst", "`a <gone.rst>`__", "does not exist"),
        ("docs/page.rst", ".. image:: images/gone.svg", "does not exist"),
    ],
)
def test_a_link_to_nothing_is_found(tmp_path: Path, name: str, text: str, problem: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "there.md").write_text("# A title\n", encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = links.broken(tmp_path, links.pages(tmp_path))
    assert [one.rpartition(" ")[0] != "" for one in found] == [True] * bool(problem)
    assert all(one.endswith(problem) for one in found)


TREE = "https://github.com/declarative/monitoring"


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("README.md", "[a](docs/b.md#c)", f"[a]({TREE}/blob/VERSION/docs/b.md#c)"),
        ("README.md", "[`a`](docs/b.md)", f"[`a`]({TREE}/blob/VERSION/docs/b.md)"),
        ("README.md", "![a](docs/b.svg)", f"![a]({TREE}/raw/VERSION/docs/b.svg)"),
        ("README.md", "[a](#c)", f"[a]({TREE}/blob/VERSION/README.md#c)"),
        ("roles/a/README.md", "[b](../b/README.md)", f"[b]({TREE}/blob/VERSION/roles/b/README.md)"),
        ("README.md", "[a](https://www.example.com/) `[a](b.md)`", "[a](https://www.example.com/) `[a](b.md)`"),
        ("README.md", "```yaml\n[a](b.md)\n```", "```yaml\n[a](b.md)\n```"),
    ],
)
def test_a_page_that_is_shown_alone_has_links_to_the_repository(page: str, text: str, expected: str) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert links.absolute(text, Path(page)) == expected.replace("VERSION", version)


def test_the_links_of_such_a_page_are_checked(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        links.absolute("[a](Makefile) [b](gone.md)", Path("README.md")), encoding="utf-8"
    )
    (found,) = links.broken(tmp_path, links.pages(tmp_path))
    assert found.endswith("gone.md does not exist")


def test_the_guides_use_no_role_that_a_git_host_shows_as_it_is() -> None:
    guides = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
    assert guides
    assert [guide.name for guide in guides if ":ref:`" in guide.read_text(encoding="utf-8")] == []


def test_the_text_above_a_file_names_it() -> None:
    """Git hosts do not show captions."""
    files = [
        (guide.name, match[2], match[1])
        for guide in (ROOT / "docs" / "docsite" / "rst").glob("*.rst")
        for match in re.finditer(
            r"((?:^.+\n)+)\n^\.\. code-block:: \S+\n   :caption: (\S+)", guide.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert len(files) > 20
    assert [(guide, name) for guide, name, above in files if f"``{name}``" not in above] == []
