# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends what the action monitoring_config has begun: publishes the plans of all hosts, and fails if a service failed."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._failure import failure
from ansible_collections.declarative.monitoring.plugins.plugin_utils._host_plans import plans_of
from ansible_collections.declarative.monitoring.plugins.plugin_utils._publish import publish


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of the task."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show and write the plans that nobody has shown yet, and fail if there is a problem."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = self._task.args
        with plans_of(str(given.get("plans", ""))) as plans:
            unwritten = publish(self._display, plans, check=bool(self._task.check_mode))
        problem = "; ".join([*filter(None, [str(given.get("problem") or "")]), *unwritten])
        return {**result, **(failure(self, problem) if problem else {"changed": False})}
