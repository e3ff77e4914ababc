# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a folder of declarations.

Nothing is skipped without a word: with pruning, what a skipped file declares would be deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_MOST_FILES = 10_000
_MOST_FOLDERS = 10_000
"""Links to folders that have links to folders could lead to billions of them."""
_SUFFIXES = (".yml", ".yaml")


def declaration_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The YAML files of a folder and of the folders in it, and a sentence for each entry that cannot be used.

    Symbolic links are followed. Names that begin with a dot are ignored.

    :returns: paths relative to the folder, in the order of their names
    """
    found: list[Path] = []
    problems: list[str] = []
    for path, problem in _entries(folder, (os.path.realpath(folder),), iter(range(_MOST_FOLDERS))):
        name = path.relative_to(folder)
        if problem:
            problems.append(f"{name} {problem}")
        elif path.suffix in _SUFFIXES:
            found.append(name)
        if len(found) > _MOST_FILES:
            return [], [f"there are more than {_MOST_FILES} files"]
    return sorted(found), problems


def _entries(folder: Path, parents: tuple[str, ...], folders: Iterator[int]) -> Iterator[tuple[Path, str]]:
    """The files below a folder, each with the reason why it cannot be used, or an empty text.

    :param parents: the true paths of the folder and of those that lead to it
    :param folders: has an item for each folder that may still be read
    """
    if next(folders, None) is None:
        yield folder, f"is one of more than {_MOST_FOLDERS} folders"
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError as exc:
        yield folder, f"cannot be read: {exc.strerror}"
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            yield path, _why_no_file(path)
            continue
        true_path = os.path.realpath(path)
        if true_path in parents:
            yield path, "is a link to a folder that contains it"
        else:
            yield from _entries(path, (*parents, true_path), folders)


def _why_no_file(path: Path) -> str:
    """Why a path cannot be read as a file; empty if it can, or if it is ignored because of its name."""
    if path.is_symlink() and not path.exists():
        return f"is a link to {path.readlink()}, which does not exist"
    if path.suffix in _SUFFIXES and not path.is_file():
        return "is not a regular file"
    return ""
