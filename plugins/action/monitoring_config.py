# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies declarations to all accounts; the role monitoring_config and the playbooks run it."""

from __future__ import annotations

import gc
from typing import Any

from ansible.plugins.action import ActionBase

# _certificates is imported for what it reads, which workers inherit.
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _certificates
from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_run import ConfigRun

__all__ = ["ActionModule", "_certificates"]


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of the task."""

    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the modules of all services."""
        # Exclude inherited objects from garbage collection, which would copy their memory.
        gc.freeze()
        result: dict[str, Any] = super().run(tmp, task_vars)
        return {**result, **ConfigRun(self, task_vars or {}).run()}
