# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends what the action monitoring_config has begun: publishes what it could not, and fails if a service failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._failure import failure
from ansible_collections.declarative.monitoring.plugins.plugin_utils._host_plans import (
    HostPlans,
    plans_of,
    plans_without,
    take_result,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._publish import publish

_WHERE = "The failure above says why."


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of the task."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show and write the plans that nobody has shown yet, and fail if there is a problem."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = self._task.args
        if "plans" not in given and "problem" not in given:
            return {**result, **self._rescued(task_vars or {})}
        unwritten: list[str] = []
        if "plans" in given:
            with plans_of(str(given["plans"])) as plans:
                unwritten = self._publish(plans)
        problem = "; ".join([*filter(None, [str(given.get("problem") or "")]), *unwritten])
        return {**result, **(failure(self, problem) if problem else {"changed": False})}

    def _rescued(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """The result of the task that has failed, which publishes its statistics.

        Other hosts may have waited for the plan of this one.
        """
        host, hosts = str(task_vars["inventory_hostname"]), task_vars.get("ansible_play_batch") or ()
        unwritten: list[str] = []
        with plans_without(host) as tasks:
            for plans in tasks:
                unwritten += self._publish(plans, hosts)
        return {"changed": False, **take_result(host), "problem": " ".join([_WHERE, *unwritten])}

    def _publish(self, plans: HostPlans, hosts: Collection[str] = ()) -> list[str]:
        return publish(self._display, plans, hosts, check=bool(self._task.check_mode))
