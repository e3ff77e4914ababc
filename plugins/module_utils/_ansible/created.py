# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task tells later tasks of the run what it has created: by a file beside the predictions."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from .._core.created import CreatedObjects
from .._core.errors import MonitoringError
from .._core.outcome import Outcome
from .predictions import locked, replace_file


class FileCreatedObjects:
    """What this run has created in one account, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> CreatedObjects:
        """What earlier tasks have created."""
        try:
            return CreatedObjects(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return CreatedObjects()

    def add(self, outcome: Outcome) -> None:
        """Add what this task has done. If that fails, later tasks ask for options that they could know."""
        if not any(result.action for result in outcome.results):
            return
        with contextlib.suppress(OSError, MonitoringError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            with locked(self._path):
                created = self.read()
                if created.add(outcome):
                    replace_file(self._path, created.to_data())
