# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the C(_config) modules of the services inside of one task, as if each had its own task."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.executor import module_common

from ._documents import reason

_ACTION = "declarative.monitoring.direct_execution"


_INTERPRETER = (
    "the Python interpreter of this host may not be usable: set ansible_python_interpreter, for a host that only "
    'stands for an account to "{{ ansible_playbook_python }}"'
)


class ConfigModules:
    """The C(_config) modules, run with the keywords of a task: connection, become, environment and so on.

    :param action: the action plugin of the task
    """

    def __init__(self, action: Any, task_vars: Mapping[str, Any]) -> None:
        self._action, self._task_vars = action, task_vars
        self._runner_class = action._shared_loader_obj.action_loader.get(_ACTION, class_only=True)
        # To find the interpreter takes as long as all else that a worker does for a module.
        self._shebang = ""

    def run(self, calls: Mapping[str, Mapping[str, Any]], *, check: bool) -> dict[str, dict[str, Any]]:
        """Run the modules of these services with these options, and with those that C(module_defaults) sets.

        :param check: whether to run them in check mode
        :return: the results by service
        :raises AnsibleConnectionFailure: if the host cannot be reached, so that no module was run
        """
        results: dict[str, dict[str, Any]] = {}
        for service, options in calls.items():
            try:
                results[service] = self._result(service, options, check=check)
            except AnsibleConnectionFailure as exc:
                if not results:
                    raise
                # What the modules before have done has to be told all the same.
                results[service] = {"failed": True, "msg": reason(exc)}
        return results

    def _result(self, service: str, options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
        try:
            result = self._run(f"declarative.monitoring.{service}_config", options, check=check)
        except AnsibleConnectionFailure:
            raise
        except AnsibleError as exc:
            return {"failed": True, "msg": reason(exc)}
        if result.get("failed") and "module_stderr" in result:
            # The module itself has said nothing.
            result["msg"] = f"{str(result.get('msg') or 'The module failed').splitlines()[0]}; {_INTERPRETER}"
        return result

    def _run(self, module: str, options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
        action = self._action
        # The method copy() of a task also copies the blocks, the role and the play around it.
        task = copy.copy(action._task)
        task.action = module
        task.check_mode = check
        task.args = {**self._defaults(module), **options}
        runner = self._runner_class(
            task=task,
            connection=action._connection,
            play_context=action._play_context,
            loader=action._loader,
            templar=action._templar,
            shared_loader_obj=action._shared_loader_obj,
        )
        runner.shebang = self._shebang
        result: dict[str, Any] = runner.run(task_vars=self._task_vars)
        self._shebang = runner.shebang
        return result

    def _defaults(self, module: str) -> dict[str, Any]:
        """The options that C(module_defaults) of the task, its blocks, its role and its play set for a module."""
        task, templar = self._action._task, self._action._templar
        found: dict[str, Any]
        if hasattr(module_common, "_get_action_arg_defaults"):  # since ansible-core 2.19
            found = module_common._get_action_arg_defaults(module, task, templar._engine)
        else:
            groups = task._parent._play._action_groups
            found = module_common.get_action_args_with_defaults(module, {}, task.module_defaults, templar, groups)
        return found
