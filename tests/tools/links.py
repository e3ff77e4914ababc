# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The links between the pages of the project, in Markdown and in reStructuredText."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from tools import checkout

_PAGES = ("*.md", ".github/*.md", "docs/**/*.md", "docs/**/*.rst", "extensions/**/*.md", "roles/*/*.md", "tests/*/*.md")
# A link or picture: [text](target), `text <target>`_, .. image:: target
_MARKDOWN = re.compile(r"\]\(([^)\s]+)\)")
_RST = re.compile(r"`[^`<]*?<([^`>\s]+)>`_|^\.\. (?:image|figure):: (\S+)", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_PICTURES = {".gif", ".jpg", ".png", ".svg"}
_HEADINGS = {".md": re.compile(r"^#+ (.+)$", re.MULTILINE), ".rst": re.compile(r"^(.+)\n[-=~^]{3,}$", re.MULTILINE)}


def pages(root: Path) -> list[Path]:
    """The pages below a folder that are written for readers."""
    return sorted(path for pattern in _PAGES for path in root.glob(pattern))


def broken(root: Path, found: Iterable[Path]) -> list[str]:
    """The links of pages to files or sections that do not exist.

    A relative link must stay below the root. A link to the repository must name a file of this checkout.
    """
    galaxy = _galaxy()
    versions = f"main|{re.escape(galaxy['version'])}"
    in_repository = re.compile(rf"{re.escape(galaxy['repository'])}/(?:blob|tree|raw)/(?:{versions})/(.+)")
    problems = []
    for page in found:
        for link in links(page):
            source = in_repository.fullmatch(link)
            if source:
                problem = _problem(checkout.ROOT, checkout.ROOT / "README.md", source[1])
            elif re.match(r"[a-z]+:", link):
                continue
            else:
                problem = _problem(root, page, link)
            if problem:
                problems.append(f"{page.relative_to(root)}: {link} {problem}")
    return problems


def links(page: Path) -> Iterator[str]:
    """The targets of the links of a page."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        yield from _MARKDOWN.findall(_CODE.sub("", text))
    else:
        for target, picture in _RST.findall(text):
            yield target or picture


def absolute(text: str, page: Path) -> str:
    """A page in Markdown whose links lead to the repository, for a place that shows this page alone, such as Galaxy.

    :param page: the path of the page in the repository
    """
    galaxy = _galaxy()

    def address(found: re.Match[str]) -> str:
        link = found[1]
        if re.match(r"[a-z]+:", link):
            return found[0]
        path, mark, section = link.partition("#")
        target = os.path.normpath(page.parent / path) if path else str(page)
        kind = "raw" if Path(target).suffix in _PICTURES else "blob"
        return f"]({galaxy['repository']}/{kind}/{galaxy['version']}/{target}{mark}{section})"

    # Every second part is code, in which nothing is a link.
    parts = re.split(f"({_CODE.pattern})", text, flags=_CODE.flags)
    return "".join(part if number % 2 else _MARKDOWN.sub(address, part) for number, part in enumerate(parts))


def anchors(page: Path) -> set[str]:
    """The anchors that a Git host gives the sections of a page."""
    pattern = _HEADINGS.get(page.suffix)
    return {anchor(title) for title in pattern.findall(page.read_text(encoding="utf-8"))} if pattern else set()


def anchor(title: str) -> str:
    """The anchor of a section, from its title."""
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())


def _galaxy() -> dict[str, str]:
    """The description of the collection: its version and its repository."""
    found: dict[str, str] = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    return found


def _problem(root: Path, page: Path, link: str) -> str:
    """What is wrong with a relative link; empty if nothing is."""
    path, _hash, section = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(root.resolve()):
        return "is outside"
    if not target.exists():
        return "does not exist"
    if section and section not in anchors(target):
        return "has no such section"
    return ""
