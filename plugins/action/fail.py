# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fails with a message."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._failure import failure


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of the task."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        return {**result, **failure(self, str(self._task.args.get("msg", "")))}
