# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the result of every task to the file named by RESULTS_FILE, one JSON object a line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: Task results as JSON lines
description: Writes the result of every task to the file named by RESULTS_FILE.
options: {}
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """One line for each task, and for each item of a loop."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"

    def _write(self, result: Any, *, failed: bool = False) -> None:
        # The attributes have underscores before ansible-core 2.19.
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        data = getattr(result, "result", None) or result._result
        line = {
            "task": task.get_name(),
            "action": task.action,
            "host": host.get_name(),
            "result": data,
            "failed": failed,
        }
        with Path(os.environ["RESULTS_FILE"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Keep the result of a task that ended well."""
        self._write(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Keep the result of a task that failed."""
        self._write(result, failed=True)
