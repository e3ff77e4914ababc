# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets Ansible find the plugins of collections in the process of the tests."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

from ansible_collections.declarative import monitoring
from integration.harness import ROOT


@contextlib.contextmanager
def collections() -> Iterator[None]:
    """Let Ansible find the plugins of collections meanwhile."""
    # The tests have imported the collection without the finder of Ansible, which would set these.
    vars(monitoring).setdefault("_collection_meta", {})
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{monitoring.__name__}.plugins") and getattr(module, "__file__", None) is None:
            # A folder that is twice in the path of Python would be two folders.
            module.__path__ = list(dict.fromkeys(module.__path__))
            module.__file__ = str(Path(module.__path__[0], "__synthetic__"))
    _AnsibleCollectionFinder(paths=[str(ROOT / "build" / "collections")])._install()
    try:
        yield
    finally:
        _AnsibleCollectionFinder._remove()
