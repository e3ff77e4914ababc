# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays the tasks of a role without ansible-playbook: which modules are called with what, in milliseconds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from integration.harness import ROOT
from unit.plugins.finder import collections

Options = dict[str, Any]
Task = Mapping[str, Any]
Answer = Callable[[Options], Mapping[str, Any]]

OMIT = "__omit__"
_KEYWORDS = frozenset(
    (
        *("name", "when", "register", "vars", "module_defaults", "ignore_errors", "changed_when", "check_mode", "diff"),
        *("no_log", "delegate_to", "loop", "loop_control"),
    )
)


class RoleFailedError(Exception):
    """A task of the role failed. The text is its message."""


@dataclass
class Called:
    """A module that was called.

    :ivar name: without the name of its collection
    :ivar check: whether it must not change anything
    """

    name: str
    options: Options
    check: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)


class RolePlayer:
    """One run of a role on one host.

    :param variables: what the user sets
    :param answers: the result of a module by its name, as a function of its options; default: nothing changed
    :param check: whether the play runs in check mode
    :ivar called: the modules that were called, in order
    :ivar facts: what the role has set and registered
    """

    def __init__(
        self,
        role: str,
        variables: Mapping[str, Any],
        answers: Mapping[str, Answer] | None = None,
        *,
        check: bool = False,
    ) -> None:
        self._folder = ROOT / "roles" / role
        self._loader = DataLoader()
        self._check = check
        self._given, self._answers = variables, answers or {}
        self._role_variables = {**self._load("defaults/main.yml"), **self._load("vars/main.yml")}
        self.called: list[Called] = []
        self.facts: dict[str, Any] = {}
        self._actions: Mapping[str, Callable[[Options], Mapping[str, Any]]] = {
            "assert": self._assert,
            "fail": self._fail,
            "set_fact": self._set_fact,
        }

    def play(self) -> RolePlayer:
        """Play all tasks.

        :raises RoleFailedError: if one fails
        """
        with collections():
            self._play_all(self._load("tasks/main.yml"), {})
        return self

    def calls(self, name: str) -> list[Options]:
        """The options of each call of a module."""
        return [one.options for one in self.called if one.name == name]

    # -- tasks -----------------------------------------------------------------------------------------------------

    def _load(self, path: str) -> Any:
        return _load(self._folder / path)

    def _play_all(self, tasks: Sequence[Task], defaults: Mapping[str, Any]) -> None:
        for task in tasks:
            own = {**defaults, **task.get("module_defaults", {})}
            if "block" in task:
                self._play_all(task["block"], own)
            elif file := task.get("ansible.builtin.include_tasks") or task.get("ansible.builtin.import_tasks"):
                self._play_all(self._load(f"tasks/{file}"), own)
            else:
                self._play(task, own)

    def _play(self, task: Task, defaults: Mapping[str, Any]) -> None:
        if "loop" in task:
            name = task["loop_control"]["loop_var"]
            results = [
                {**self._run(task, defaults, {name: item}), name: item} for item in self._template(task["loop"], {})
            ]
            result: Mapping[str, Any] = {"results": results, "changed": any(one["changed"] for one in results)}
            if any(one.get("failed") for one in results):
                result = {**result, "failed": True, "msg": "One or more items failed"}
        else:
            result = self._run(task, defaults, {})
        if "register" in task:
            self.facts[task["register"]] = result
        if result.get("failed") and not task.get("ignore_errors"):
            raise RoleFailedError(result["msg"])

    def _run(self, task: Task, defaults: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
        variables = {**task.get("vars", {}), **more}
        conditions = task.get("when", [])
        for condition in conditions if isinstance(conditions, list) else [conditions]:
            if not self._template(_as_condition(condition), variables):
                return {"skipped": True, "changed": False}
        (module,) = task.keys() - _KEYWORDS
        name = module.rpartition(".")[2]
        given = {**(self._template(defaults.get(module, {}), variables) or {})}
        given.update(self._template(self._arguments(task, module, name), variables) or {})
        options = {key: value for key, value in given.items() if value != OMIT}
        if name in self._actions:
            return {"changed": False, **self._actions[name](options)}
        keywords = {key: value for key, value in task.items() if key in _KEYWORDS}
        self.called.append(Called(name, options, bool(task.get("check_mode", self._check)), keywords))
        answer = self._answers.get(name, _nothing)(options)
        result = {"changed": False, **answer}
        if task.get("changed_when") is False:
            result["changed"] = False
        return result

    @staticmethod
    def _arguments(task: Task, module: str, name: str) -> Any:
        """The arguments of a task. The conditions of an assertion are no templates."""
        arguments = task[module]
        if name != "assert":
            return arguments
        conditions = arguments["that"]
        both = " and ".join(f"({one})" for one in ([conditions] if isinstance(conditions, str) else conditions))
        return {**arguments, "that": _as_condition(both)}

    def _template(self, value: Any, variables: Mapping[str, Any]) -> Any:
        known = {
            "omit": OMIT,
            "role_path": str(self._folder),
            "inventory_hostname": "host",
            "ansible_play_hosts_all": ["host"],
            "ansible_check_mode": self._check,
            **self._role_variables,
            **self._given,
            **self.facts,
            **variables,
        }
        return Templar(loader=self._loader, variables=known).template(value)

    # -- actions that need no module -------------------------------------------------------------------------------

    def _assert(self, options: Options) -> Mapping[str, Any]:
        return {} if options["that"] else {"failed": True, "msg": options["fail_msg"]}

    def _fail(self, options: Options) -> Mapping[str, Any]:
        return {"failed": True, "msg": options["msg"]}

    def _set_fact(self, options: Options) -> Mapping[str, Any]:
        self.facts.update(options)
        return {}


def _nothing(options: Options) -> Mapping[str, Any]:
    """The result of a module that has changed nothing."""
    return {}


def _as_condition(expression: str) -> Any:
    """The template of the condition of a task."""
    return trust_as_template("{{ (" + expression + ") | bool }}")


@functools.cache
def _load(file: Path) -> Any:
    """The content of a file of a role, with texts that Ansible accepts as templates."""
    return DataLoader().load_from_file(str(file), trusted_as_template=True) if file.exists() else {}
