# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of this checkout, and temporary places outside of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

NAMESPACE = "declarative"
NAME = "monitoring"
ROOT = Path(__file__).resolve().parents[2]

# What a checkout without git leaves out; git knows it from .gitignore.
_NOT_OURS = {".ansible", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__"}


class ToolError(Exception):
    """A part of the tests failed; the message says why."""


def collection_dir(collections: Path) -> Path:
    """Return where Ansible looks for this collection below a folder of collections."""
    return collections / "ansible_collections" / NAMESPACE / NAME


def files() -> list[Path]:
    """List the files of the project, relative to its root: all that git tracks or would take with `git add`."""
    listing = _git_files() or _walk()
    return sorted(path for path in listing if (ROOT / path).is_file())


def published() -> list[Path]:
    """List the files that the tarball has, and hidden ones: those outside of the folders that galaxy.yml leaves out."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    return [path for path in files() if not any(path.is_relative_to(folder) for folder in ignored)]


def modules(collection: Path = ROOT) -> list[str]:
    """The names of the modules. A file without a function is the page of an action plugin."""
    paths = (collection / "plugins" / "modules").glob("[!_]*.py")
    return sorted(path.stem for path in paths if "\ndef main(" in path.read_text(encoding="utf-8"))


def copy_to(target: Path, paths: Sequence[Path] | None = None) -> None:
    """Copy the files of the project, or some of them, into a folder."""
    for path in files() if paths is None else paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path, follow_symlinks=False)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a new folder outside the checkout, and remove it at the end, also when the program is told to stop."""
    previous = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        with tempfile.TemporaryDirectory(prefix=f"{NAMESPACE}-{NAME}-") as folder:
            yield Path(folder).resolve()
    finally:
        signal.signal(signal.SIGTERM, previous)


def _git_files() -> list[Path]:
    """Ask git; an empty list when this is not a git checkout, or lies ignored inside another one."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [Path(os.fsdecode(name)) for name in output.split(b"\0") if name]


def _walk() -> list[Path]:
    found = []
    for folder, names, leaves in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        names[:] = [name for name in names if name not in _NOT_OURS and here / name != Path("build")]
        found += [here / leaf for leaf in leaves]
    return found
