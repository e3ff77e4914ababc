# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of each module of awx.awx in the tests of the AWX kit: runs the module in a fork, like a module of ours.

A new Python takes a second to import what a module of awx.awx needs, and the kit has about 60 objects.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from ansible_collections.declarative.monitoring.plugins.action import direct_execution

_PACKAGE = "ansible_collections.awx.awx.plugins"


class ActionModule(direct_execution.ActionModule):
    """The action of our modules, for the modules of another collection, which are not told of the run."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        folder = importlib.import_module(f"{_PACKAGE}.modules").__path__[0]
        ours = {"_PACKAGE": _PACKAGE, "_MODULES": Path(folder).resolve(), "_about_run": lambda *about: None}
        vars(direct_execution).update(ours)
        return super().run(tmp, task_vars)
