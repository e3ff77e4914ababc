# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the modules of the collection on the controller without starting a new Python for each.

``meta/runtime.yml`` routes the modules to this plugin. Everything before and after the run of a module is left to
ansible-core: its arguments, its interpreter, its environment, and the processing of its output. If ansible-core would
run C(python < module) on the controller, with the same interpreter that runs the worker, a fork of a worker runs the
module instead, see C(_module_process).
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import multiprocessing
import os
import re
import select
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml
from ansible import constants, context
from ansible.executor import module_common
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins import action as action_base
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.release import __version__ as core_version
from ansible.utils.sentinel import Sentinel

from ansible_collections.declarative.monitoring.plugins.module_utils._core.dates import date_problem
from ansible_collections.declarative.monitoring.plugins.plugin_utils._module_process import (
    PROFILE,
    ModuleCall,
    module_process,
    pack_arguments,
)

DOCUMENTATION = r"""
name: direct_execution
short_description: Run modules on the controller without starting a new Python
description:
  - See the page of the module C(declarative.monitoring.direct_execution).
options:
  direct_execution:
    description: Whether modules are run in a fork of a worker where that is safe.
    type: bool
    default: true
    env:
      - name: DECLARATIVE_MONITORING_DIRECT_EXECUTION
    ini:
      - section: declarative_monitoring
        key: direct_execution
    vars:
      - name: declarative_monitoring_direct_execution
  progress_interval:
    description:
      - The interval, in seconds, at which a module in a fork reports its progress. With 0, it reports no progress.
    type: float
    default: 5
    env:
      - name: DECLARATIVE_MONITORING_PROGRESS_INTERVAL
    ini:
      - section: declarative_monitoring
        key: progress_interval
    vars:
      - name: declarative_monitoring_progress_interval
"""

_NAME = "declarative.monitoring.direct_execution"
_MODULES = Path(__file__).resolve().parents[1] / "modules"
_PACKAGE = "ansible_collections.declarative.monitoring.plugins"
# The first line of all modules. ansible-core replaces it by the interpreter that is configured or discovered.
_INTERPRETER = "/usr/bin/python"
# The tags that ansible-core 2.19 and newer attach to values.
_TAGS: Any = PROFILE and importlib.import_module("ansible.module_utils._internal._datatag").AnsibleTagHelper

# The option in which a module is told of the run, see module_utils/_ansible/predictions.py.
_RUN = "_declarative_monitoring_run"
# The parts of ansible-core that are used here are private. Check them before you add a version.
_CORES = ((2, 16), (2, 21))
# The variables that a module reads when it runs. Python and system libraries may read others when they start.
_VARIABLES = re.compile(
    r"(ALERTRA|PINGHOME|PINGPLOTTER|PORTMONITOR|SIMPLEHELP)_[A-Z0-9_]+"
    r"|(http|https|all|no)_proxy|(HTTP|HTTPS|ALL|NO)_PROXY"
)
# The thread of a worker that waits for the end of the main process.
_WATCHER = "wait-for-end-of-controller"
# How long it may take to find out that the main process has ended, where the system does not tell.
_PARENT_POLL_S = 0.2
# With these set, ansible-core measures the coverage of modules, or debugs them, in their own process.
_INSTRUMENTED = ("_ANSIBLE_COVERAGE_", "_ANSIBLE_ANSIBALLZ_")

# In ansible-core, action plugins have no options, but its configuration can read options of any plugin.
_OPTIONS = yaml.safe_load(DOCUMENTATION)["options"]
constants.config.initialize_plugin_configuration_definitions("action", _NAME, _OPTIONS)


def _option(name: str, action: ActionModule | None = None, task_vars: Mapping[str, Any] | None = None) -> Any:
    """The value of an option of this plugin, for a task if there is one."""
    given = {}
    for variable in (one["name"] for one in _OPTIONS[name]["vars"]):
        if action is not None and task_vars and variable in task_vars:
            given[variable] = action._templar.template(task_vars[variable])
    return constants.config.get_config_value(name, plugin_type="action", plugin_name=_NAME, variables=given)


class ActionModule(NormalAction):  # type: ignore[misc]
    """The action of all modules. It runs them in a fork if the result is the same."""

    _direct = False
    _environment: Mapping[str, Any] = {}
    _progress_interval = 0.0
    _host = ""
    _call: ModuleCall | None = None

    shebang = ""
    """The first line of the module with the interpreter, if it is known from another module of the same task."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        # Exclude inherited objects from garbage collection, which would copy their memory here and in the fork.
        gc.freeze()
        problem = date_problem(self._task.args)
        if problem:
            return {"failed": True, "msg": problem}
        if _TAGS is not None:
            self._task.args = _untagged(self._task.args)
        # This is called again for each retry.
        self._call = None
        self._direct = self._is_allowed(_reason_not_direct_task(self, task_vars or {}))
        self._progress_interval = _option("progress_interval", self, task_vars)
        self._host = (task_vars or {}).get("inventory_hostname", "")
        result: dict[str, Any] = super().run(tmp, task_vars)
        return result

    def _is_allowed(self, reason_not_direct: str | None) -> bool:
        if reason_not_direct is not None:
            self._display.vvv(f"A new Python runs {self._task.action}: {reason_not_direct}")
        return reason_not_direct is None

    def _is_pipelining_enabled(self, *args: Any, **kwargs: Any) -> bool:
        # Neither a folder nor a file is needed for a module that is not started.
        return self._direct or bool(super()._is_pipelining_enabled(*args, **kwargs))

    def _compute_environment_string(self, raw_environment_out: dict[str, Any] | None = None) -> str:
        environment: dict[str, Any] = {} if raw_environment_out is None else raw_environment_out
        text: str = super()._compute_environment_string(environment)
        self._environment = dict(environment)
        return text

    def _configure_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> Any:
        run = _about_run(self, task_vars)
        if run is not None:
            module_args = {**module_args, _RUN: run}
        if not self._direct:
            return super()._configure_module(module_name, module_args, task_vars)
        # It finds the module and the interpreter, and packs the module for a new Python. Only the packing is replaced.
        pack = action_base.modify_module
        action_base.modify_module = functools.partial(self._unpacked, pack)
        try:
            return super()._configure_module(module_name, module_args, task_vars)
        finally:
            action_base.modify_module = pack

    def _unpacked(self, pack: Callable[..., Any], *positional: Any, **given: Any) -> Any:
        """What ansible-core needs to know of a module. The module is packed only if a new Python runs it."""
        given.update(zip(("module_name", "module_path", "module_args", "templar"), positional))
        path, arguments = Path(given["module_path"]), given["module_args"]
        if not self.shebang:
            self.shebang, _interpreter = module_common._get_shebang(
                _INTERPRETER, given["task_vars"], given["templar"], remote_is_local=given["remote_is_local"]
            )
        shebang = self.shebang
        module = f"{_PACKAGE}.modules.{path.stem}"
        reason = _reason_not_direct_module(path, shebang, arguments, self._environment)
        self._direct = self._is_allowed(reason or module_process(os.getpid()).why_not_imported(module))
        if not self._direct:
            return pack(**given)
        self._call = ModuleCall(
            module=module,
            arguments=pack_arguments(arguments),
            environment={name: str(value) for name, value in self._environment.items()},
            folder=self._loader.get_basedir(),
            progress_interval=self._progress_interval,
        )
        if PROFILE is None:
            return b"", "new", shebang
        return module_common._BuiltModule(
            b_module_data=b"", module_style="new", shebang=shebang, serialization_profile=PROFILE
        )

    def _low_level_execute_command(self, cmd: str, *args: Any, **kwargs: Any) -> Any:
        # Without a call this is a command of ansible-core itself, or a module that a new Python runs.
        if self._call is None:
            _end_with_controller(os.getpid())
            return super()._low_level_execute_command(cmd, *args, **kwargs)
        self._display.vvv(f"A fork of a worker runs {self._task.action}")
        process = module_process(os.getpid())
        # After the fork, which inherits no thread.
        _end_with_controller(os.getpid())
        code, out, err = process.run(self._call, self._show_progress)
        return {
            "rc": code,
            "stdout": out,
            "stdout_lines": out.splitlines(),
            "stderr": err,
            "stderr_lines": err.splitlines(),
        }

    def _show_progress(self, progress: str) -> None:
        # Not to the standard output, which callbacks such as ansible.posix.json write for programs.
        self._display.display(f"[{self._host}] {self._task.action}: {progress}", stderr=True)


# -- what modules are told of the run ----------------------------------------------------------------------------------


def _about_run(action: ActionModule, task_vars: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a module is told of the run, so that it knows what earlier tasks have created, or would have changed.

    None if there is nothing to tell. A single task in check mode says what it would change at that moment. The tasks
    around it really write, so nothing that it predicts is passed on.
    """
    is_here = _reason_not_direct_connection(action) is None
    is_check = bool(context.CLIARGS.get("check") and action._task.check_mode)
    if not is_here and not is_check:
        return None
    return {
        # Private to the user and to this run. The main process removes it at its end.
        "folder": str(Path(constants.DEFAULT_LOCAL_TMP, "declarative_monitoring")) if is_here else None,
        "is_check": is_check,
        "is_kept": is_check and not _is_always_in_check_mode(action, task_vars),
    }


def _is_always_in_check_mode(action: ActionModule, task_vars: Mapping[str, Any]) -> bool:
    """Whether a task would be in check mode in a run without it, too: it would change nothing there."""
    setting = _check_mode_setting(action._task)
    if not isinstance(setting, str):
        return setting is True
    templar = action._templar
    variables = templar.available_variables
    try:
        templar.available_variables = {**task_vars, "ansible_check_mode": False}
        return bool(boolean(templar.template(setting), strict=False))
    except Exception:  # a template that only works in check mode; the task counts as one that writes
        return False
    finally:
        templar.available_variables = variables


def _check_mode_setting(task: Any) -> Any:
    """The keyword check_mode of a task, or of the block, role or play that it is in, as it is written; None if none is.

    ansible-core sets the keyword of the task and of the play to that of the run if they have none.
    """
    own = (getattr(task, "_ds", None) or {}).get("check_mode")
    if own is not None:
        return own
    play = task.get_play()
    shown = getattr(play, "_check_mode", Sentinel)
    try:
        play._check_mode = (getattr(play, "_ds", None) or {}).get("check_mode", Sentinel)
        inherited = task._get_parent_attribute("check_mode", omit=True)
    finally:
        play._check_mode = shown
    return None if inherited is Sentinel else inherited


# -- which modules run in a fork ---------------------------------------------------------------------------------------


def _reason_not_direct_task(action: ActionModule, task_vars: Mapping[str, Any]) -> str | None:
    """Why the module cannot run in a fork, judged before the task begins; None if it can."""
    if not _option("direct_execution", action, task_vars):
        return "direct_execution is off"
    return (
        _reason_not_direct_worker()
        or _reason_not_direct_connection(action)
        or _reason_not_direct_settings(action, task_vars)
    )


def _reason_not_direct_worker() -> str | None:
    """Why no module can run in a fork of this process."""
    core = tuple(int(part) for part in core_version.split(".")[:2])
    if not _CORES[0] <= core <= _CORES[1]:
        return f"not verified with ansible-core {core_version}"
    if sys.platform == "darwin":
        return "the system's network libraries do not work in a fork"
    if threading.active_count() - sum(thread.name == _WATCHER for thread in threading.enumerate()) > 1:
        return "the worker has threads"
    if any(name.startswith(_INSTRUMENTED) for name in os.environ):
        return "its coverage is measured, or it is debugged"
    return None


def _reason_not_direct_connection(action: ActionModule) -> str | None:
    """Why a fork of the worker would run on another host, or as another user."""
    connection = action._connection
    if connection.transport != "local":
        return f"the connection is {connection.transport}"
    if connection.become:
        return "the task runs as another user"
    return None


def _reason_not_direct_settings(action: ActionModule, task_vars: Mapping[str, Any]) -> str | None:
    """Which setting only has an effect on a new Python."""
    file_limit = constants.config.get_config_value("PYTHON_MODULE_RLIMIT_NOFILE", variables=task_vars)
    if action._task.async_val:
        return "the task is asynchronous"
    if action._play_context.executable != "/bin/sh":
        return "the shell is not /bin/sh"
    if constants.DEFAULT_KEEP_REMOTE_FILES:
        return "remote files are kept"
    if str(file_limit) != "0":
        return "the number of open files is limited"
    return None


def _reason_not_direct_module(
    path: Path, shebang: str, module_args: Mapping[str, Any], environment: Mapping[str, Any]
) -> str | None:
    """Why a module needs a new Python."""
    if path.resolve().parent != _MODULES:
        return f"{path} is not in this collection"
    if not _same_python(shebang.removeprefix("#!").strip()):
        return f"the interpreter is another one, {shebang}"
    if module_args.get("_ansible_tracebacks_for"):
        return "tracebacks are requested"
    foreign = [str(name) for name in environment if not _VARIABLES.fullmatch(str(name))]
    if foreign:
        return f"its environment has {', '.join(sorted(foreign))}"
    return None


@functools.cache
def _same_python(path: str) -> bool:
    """Whether a path leads to the interpreter of this process, in the same folder, which determines its packages."""
    ours, theirs = Path(sys.executable), Path(path)
    return ours.resolve() == theirs.resolve() and ours.parent.resolve() == theirs.parent.resolve()


def _untagged(value: Any) -> Any:
    """A value without the tags of its parts, such as the line of the file that each comes from.

    Nothing uses the tags once a task has its arguments. To send them to the main process with the result takes several
    times as long as to send the arguments.
    """
    if isinstance(value, dict):
        return {_untagged(key): _untagged(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_untagged(one) for one in value]
    return _TAGS.as_native_type(value)


# -- the end of the controller -----------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1)
def _end_with_controller(worker: int) -> None:
    """End this worker as soon as the main process of Ansible has ended, which a worker does not do after C(kill -9).

    The module that it runs ends with it, because nobody reads its result any more. So does the worker if it could not
    send its result: the queue has no reader, but is not closed either.
    """
    controller = multiprocessing.parent_process()
    if controller is not None:
        threading.Thread(target=_wait_for_end_of, args=(controller.pid,), name=_WATCHER, daemon=True).start()


def _wait_for_end_of(parent: int) -> NoReturn:
    """Wait until the parent of this process has ended, and end this process."""
    with contextlib.suppress(AttributeError, OSError):  # a system that cannot tell
        ended = select.poll()
        ended.register(os.pidfd_open(parent), select.POLLIN)
        # Only now is it certain that this is the parent, and not another process that got its number.
        if os.getppid() == parent:
            ended.poll()
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL_S)
    os._exit(1)
