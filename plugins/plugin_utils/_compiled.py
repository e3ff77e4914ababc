# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets Python keep the compiled code of this collection, as it does for other code.

The loader of collections in ansible-core compiles each file again in every process, which takes longer than the rest of
most modules. The standard loader of Python reads and writes C(__pycache__).
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

from ansible.utils.collection_loader import AnsibleCollectionConfig

_PLUGINS = __name__.rpartition(".plugin_utils.")[0]
_FOLDERS = tuple(f"{_PLUGINS}.{folder}." for folder in ("module_utils", "modules", "plugin_utils"))


class _Finder:
    """Finds what is inside of the folders that only this collection uses. ansible-core finds the folders."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The file of a module or package, with the standard loader; None if it is not of this collection."""
        if not name.startswith(_FOLDERS):
            return None
        found = (_finder_of(folder).find_spec(name, target) for folder in path or ())
        return next((spec for spec in found if spec is not None), None)


@functools.cache
def _finder_of(folder: str) -> FileFinder:
    return FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))


def keep_compiled() -> None:
    """Import the files of this collection with the standard loader from here on, and not with that of ansible-core."""
    finder = AnsibleCollectionConfig.collection_finder
    if finder in sys.meta_path:
        sys.meta_path.insert(sys.meta_path.index(finder), _Finder())
