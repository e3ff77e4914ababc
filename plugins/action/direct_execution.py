# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the modules of the collection on the controller without starting a new Python for each.

``meta/runtime.yml`` routes the modules to this plugin. Everything before and after the run of a module is left to
ansible-core: its arguments, its interpreter, its environment, and what becomes of its output. Only where ansible-core
would run C(python < module) on the controller, with the interpreter that runs the worker already, a fork of the worker
runs the module instead. What the module does to its process (C(sys.exit), environment, globals of C(AnsibleModule),
working directory, locale) ends with the fork, as it would end with the process of a module.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import io
import json
import os
import re
import runpy
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml
from ansible import constants
from ansible.executor import module_common
from ansible.module_utils import basic
from ansible.module_utils.common import json as ansible_json
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins import action as action_base
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.release import __version__ as core_version

from ansible_collections.declarative.monitoring.plugins.module_utils._core import progress

DOCUMENTATION = r"""
name: direct_execution
short_description: Run modules on the controller without starting a new Python
description:
  - See the page of the module C(declarative.monitoring.direct_execution).
options:
  direct_execution:
    description: Whether modules are run in a fork of the worker where that is safe.
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
      - After how many seconds, again and again, a module that runs in a fork tells how far it is. Never, if it is 0.
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
# What all modules begin with; ansible-core replaces it by the interpreter that is configured or discovered.
_INTERPRETER = "/usr/bin/python"
# How values are written between controller and module, of which there is a choice since ansible-core 2.19.
_PROFILE = "legacy" if hasattr(module_common, "_BuiltModule") else None
# What is noted of values there.
_TAGS: Any = _PROFILE and importlib.import_module("ansible.module_utils._internal._datatag").AnsibleTagHelper

# The parts of ansible-core that are used here are private: another version has to be looked at before it is added.
_CORES = ((2, 16), (2, 21))
# What a module reads when it runs. Others may be read by Python or by a library of the system when they start.
_VARIABLES = re.compile(
    r"(ALERTRA|PINGHOME|PINGPLOTTER|PORTMONITOR|SIMPLEHELP)_[A-Z0-9_]+"
    r"|(http|https|all|no)_proxy|(HTTP|HTTPS|ALL|NO)_PROXY"
)
# With these set, ansible-core measures the coverage of modules, or debugs them, in their own process.
_INSTRUMENTED = ("_ANSIBLE_COVERAGE_", "_ANSIBLE_ANSIBALLZ_")

# Action plugins have no options of their own in ansible-core, but its configuration can read theirs like any other's.
_OPTIONS = yaml.safe_load(DOCUMENTATION)["options"]
constants.config.initialize_plugin_configuration_definitions("action", _NAME, _OPTIONS)


def _option(name: str, action: ActionModule | None = None, task_vars: Mapping[str, Any] | None = None) -> Any:
    """One of the options of this plugin, for a task if there is one."""
    given = {}
    for variable in (one["name"] for one in _OPTIONS[name]["vars"]):
        if action is not None and task_vars and variable in task_vars:
            given[variable] = action._templar.template(task_vars[variable])
    return constants.config.get_config_value(name, plugin_type="action", plugin_name=_NAME, variables=given)


class _Call(NamedTuple):
    """A module and what it is to be run with."""

    module: str
    arguments: str
    environment: Mapping[str, str]
    folder: str
    progress_interval: float


class ActionModule(NormalAction):  # type: ignore[misc]
    """The action of all modules, with another way to run them where that makes no difference."""

    _direct = False
    _environment: Mapping[str, Any] = {}
    _progress_interval = 0.0
    _host = ""
    _call: _Call | None = None

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        # What this process has inherited is not to be looked through for garbage, nor copied for that, nor by the fork.
        gc.freeze()
        if _TAGS is not None:
            self._task.args = _untagged(self._task.args)
        # This is called again for each retry.
        self._call = None
        self._direct = self._allows(_obstacle_of_task(self, task_vars or {}))
        self._progress_interval = _option("progress_interval", self, task_vars)
        self._host = (task_vars or {}).get("inventory_hostname", "")
        result: dict[str, Any] = super().run(tmp, task_vars)
        return result

    def _allows(self, obstacle: str | None) -> bool:
        if obstacle is not None:
            self._display.vvv(f"A new Python runs {self._task.action}: {obstacle}")
        return obstacle is None

    def _is_pipelining_enabled(self, *args: Any, **kwargs: Any) -> bool:
        # Neither a folder nor a file is needed for a module that is not started.
        return self._direct or bool(super()._is_pipelining_enabled(*args, **kwargs))

    def _compute_environment_string(self, raw_environment_out: dict[str, Any] | None = None) -> str:
        environment: dict[str, Any] = {} if raw_environment_out is None else raw_environment_out
        text: str = super()._compute_environment_string(environment)
        self._environment = dict(environment)
        return text

    def _configure_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> Any:
        if not self._direct:
            return super()._configure_module(module_name, module_args, task_vars)
        # It finds the module and its interpreter, discovering that if need be, and packs the module for a new Python.
        pack = action_base.modify_module
        action_base.modify_module = functools.partial(self._unpacked, pack)
        try:
            return super()._configure_module(module_name, module_args, task_vars)
        finally:
            action_base.modify_module = pack

    def _unpacked(self, pack: Callable[..., Any], *positional: Any, **given: Any) -> Any:
        """What ansible-core is to know of a module; it is packed only if a new Python has to run it."""
        given.update(zip(("module_name", "module_path", "module_args", "templar"), positional))
        path, arguments = Path(given["module_path"]), given["module_args"]
        shebang, _interpreter = module_common._get_shebang(
            _INTERPRETER, given["task_vars"], given["templar"], remote_is_local=given["remote_is_local"]
        )
        module = f"{_PACKAGE}.modules.{path.stem}"
        obstacle = _obstacle_of_module(path, shebang, arguments, self._environment) or _obstacle_of_import(module)
        self._direct = self._allows(obstacle)
        if not self._direct:
            return pack(**given)
        self._call = _Call(
            module=module,
            arguments=_pack(arguments),
            environment={name: str(value) for name, value in self._environment.items()},
            folder=self._loader.get_basedir(),
            progress_interval=self._progress_interval,
        )
        if _PROFILE is None:
            return b"", "new", shebang
        return module_common._BuiltModule(
            b_module_data=b"", module_style="new", shebang=shebang, serialization_profile=_PROFILE
        )

    def _low_level_execute_command(self, cmd: str, *args: Any, **kwargs: Any) -> Any:
        # Without a call this is a command of ansible-core's own, or an ordinary module.
        if self._call is None:
            return super()._low_level_execute_command(cmd, *args, **kwargs)
        self._display.vvv(f"A fork of the worker runs {self._task.action}")
        code, out, err = _nursery(os.getpid(), self._call.module).run(self._call, self._tell)
        return {
            "rc": code,
            "stdout": out,
            "stdout_lines": out.splitlines(),
            "stderr": err,
            "stderr_lines": err.splitlines(),
        }

    def _tell(self, progress: str) -> None:
        # Not on the standard output, which callbacks such as ansible.posix.json write for programs.
        self._display.display(f"[{self._host}] {self._task.action}: {progress}", stderr=True)


# -- may it? -----------------------------------------------------------------------------------------------------------


def _obstacle_of_task(action: ActionModule, task_vars: Mapping[str, Any]) -> str | None:
    """Tell what about a task asks for a process of its own, before anything has been done for it."""
    task, connection, config = action._task, action._connection, constants.config
    core = tuple(int(part) for part in core_version.split(".")[:2])
    if not _option("direct_execution", action, task_vars):
        return "direct_execution is off"
    if not _CORES[0] <= core <= _CORES[1]:
        return f"not verified with ansible-core {core_version}"
    if sys.platform == "darwin":
        return "the system's network libraries do not work in a fork"
    if threading.active_count() > 1:
        return "the worker has threads"
    if connection.transport != "local":
        return f"the connection is {connection.transport}"
    if connection.become:
        return "another user is to run it"
    if task.async_val:
        return "it is asynchronous"
    if action._play_context.executable != "/bin/sh":
        return "another shell is to start it"
    if constants.DEFAULT_KEEP_REMOTE_FILES:
        return "its files are to be kept"
    if str(config.get_config_value("PYTHON_MODULE_RLIMIT_NOFILE", variables=task_vars)) != "0":
        return "its open files are limited"
    if any(name.startswith(_INSTRUMENTED) for name in os.environ):
        return "it is measured or debugged"
    return None


def _obstacle_of_module(
    path: Path, shebang: str, module_args: Mapping[str, Any], environment: Mapping[str, Any]
) -> str | None:
    """Tell what about a module asks for a process of its own."""
    if path.resolve().parent != _MODULES:
        return f"{path} is not of this collection"
    if not _same_python(shebang.removeprefix("#!").strip()):
        return f"another interpreter is to run it, {shebang}"
    if module_args.get("_ansible_tracebacks_for"):
        return "its tracebacks are to be shown"
    foreign = [str(name) for name in environment if not _VARIABLES.fullmatch(str(name))]
    if foreign:
        return f"its environment has {', '.join(sorted(foreign))}"
    return None


@functools.cache
def _same_python(path: str) -> bool:
    """Tell whether a path leads to the interpreter of this process, and from the same folder, as that has packages."""
    ours, theirs = Path(sys.executable), Path(path)
    return ours.resolve() == theirs.resolve() and ours.parent.resolve() == theirs.parent.resolve()


def _obstacle_of_import(module: str) -> str | None:
    """Import all that a module imports, once for all items of a loop; a fork inherits it."""
    noise = io.StringIO()
    try:
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            importlib.import_module("requests")
            importlib.import_module(module)
    except Exception as exc:
        return f"importing it failed: {exc}"
    return None


def _untagged(value: Any) -> Any:
    """A value without what ansible-core has noted of each part of it, such as the line of a file where that stands.

    Once a task has its arguments, nobody asks for that any more; but to carry it to the main process with the result
    takes several times as long as to carry the arguments.
    """
    if isinstance(value, dict):
        return {_untagged(key): _untagged(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_untagged(one) for one in value]
    return _TAGS.as_native_type(value)


# -- the fork ----------------------------------------------------------------------------------------------------------


def _pack(module_args: Mapping[str, Any]) -> str:
    """The arguments of a module as ansible-core sends them."""
    if _PROFILE is None:
        options: dict[str, Any] = {"cls": ansible_json.AnsibleJSONEncoder, "vault_to_text": True}
    else:
        way = ansible_json.Direction.CONTROLLER_TO_MODULE
        options = {"cls": ansible_json.get_module_encoder(_PROFILE, way)}
    return json.dumps({"ANSIBLE_MODULE_ARGS": module_args}, **options)


class _Nursery:
    """A process beside the worker that keeps a fork ready, which waits for a module to run.

    Copying a process and clearing it away takes longer than most modules. This way both are done while the worker
    prepares the next item of a loop.
    """

    def __init__(self) -> None:
        calls, self._calls = os.pipe()
        reader, answers = os.pipe()
        self._tender = os.fork()
        if self._tender == 0:
            os.close(self._calls)
            os.close(reader)
            _tend(calls, answers)
        os.close(calls)
        os.close(answers)
        self._answers = os.fdopen(reader, "rb")

    def run(self, call: _Call, tell: Callable[[str], None]) -> tuple[int, str, str]:
        """Let the fork that waits run a module, and return its exit code, its output and its errors.

        :param tell: is called with what the module tells of its progress
        """
        child, code = None, 1
        try:
            child = json.loads(self._answers.readline())
            _say(self._calls, call._asdict())
            for line in self._answers:
                # A module that is killed may leave half a line.
                with contextlib.suppress(ValueError):
                    said = json.loads(line)
                    if isinstance(said, list):
                        return said[0], said[1], said[2]
                    if isinstance(said, str):
                        tell(said)
                    else:
                        code = said
        except BaseException:
            # The time of the task is up. A signal that can be handled might find the worker's handler, which ends all.
            if child is not None:
                os.kill(child, signal.SIGKILL)
            self.close()
            raise
        self.close()
        return code, "", ""

    def close(self) -> None:
        """Wait until the processes have ended, which they do once nobody can ask for more."""
        _nursery.cache_clear()
        os.close(self._calls)
        with self._answers:
            self._answers.read()
        os.waitpid(self._tender, 0)


@functools.lru_cache(maxsize=1)
def _nursery(worker: int, module: str) -> _Nursery:
    """The one of this worker, made when everything is imported that the module needs."""
    return _Nursery()


def _tend(calls: int, answers: int) -> NoReturn:
    """Keep a fork waiting in this process, until one does not end as it should, or nobody listens any more."""
    try:
        _leave_controller()
        status = 0
        while status == 0:
            child = os.fork()
            if child == 0:
                _run(calls, answers)
            _say(answers, child)
            status = os.waitpid(child, 0)[1]
        code = os.waitstatus_to_exitcode(status)
        os.write(answers, b"\n")
        _say(answers, 128 - code if code < 0 else code)
    finally:
        # Nothing of the worker may run twice: neither its code, nor what it does at its end.
        os._exit(1)


def _run(calls: int, answers: int) -> NoReturn:
    """Wait for a module, run it in this process, write what came of it, and end the process whatever happens."""
    end = 1
    try:
        with os.fdopen(calls, "rb") as pipe:
            call = _Call(**json.loads(pipe.readline()))
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for name in ("out", "err"))
        sys.stdout, sys.stderr = out, err
        code = 1
        try:
            os.chdir(call.folder)
            os.environ.update(call.environment)
            if call.progress_interval > 0:
                progress.watch(functools.partial(_say, answers), call.progress_interval)
            _execute(call)
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
        except BaseException:
            traceback.print_exc()
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(to_text(stream.buffer.getvalue(), errors="surrogate_then_replace"))
        _say(answers, [code, *texts])
        end = 0
    finally:
        os._exit(end)


def _say(pipe: int, what: Any) -> None:
    """Write a line to another process: what to run, a text about progress, or what came of the run."""
    with os.fdopen(pipe, "wb", closefd=False) as lines:
        lines.write(json.dumps(what).encode() + b"\n")


def _leave_controller() -> None:
    """Take on what a new process has, and leave behind what only the controller has."""
    gc.freeze()
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ansible_warnings._global_warnings.clear()
    ansible_warnings._global_deprecations.clear()
    if _PROFILE is not None:
        from ansible.module_utils import _internal
        from ansible.module_utils._internal import _traceback

        # In the controller, warnings go to the display instead of the result, and other settings are asked for.
        _internal.is_controller = False
        _internal.import_controller_module = lambda name, /: None
        _internal.get_controller_serialize_map = dict
        _traceback._is_traceback_enabled = _traceback._is_module_traceback_enabled
        _traceback._module_tracebacks_enabled_events = None
        # What all forks would import.
        ansible_json.get_module_encoder(_PROFILE, ansible_json.Direction.MODULE_TO_CONTROLLER)


def _execute(call: _Call) -> None:
    """Run a module as the wrapper does in which ansible-core sends modules."""
    # An import of the worker is not a run of the module.
    sys.modules.pop(call.module, None)
    arguments = call.arguments.encode()
    if _PROFILE is not None:
        from ansible.module_utils._internal._ansiballz import _loader

        _loader.run_module(
            json_params=arguments, profile=_PROFILE, module_fqn=call.module, modlib_path="", extensions={}
        )
    basic._ANSIBLE_ARGS = arguments
    names = {"_module_fqn": call.module, "_modlib_path": ""}
    runpy.run_module(call.module, init_globals=names, run_name="__main__", alter_sys=True)
    print('{"msg": "New-style module did not handle its own exit", "failed": true}')
    sys.exit(1)
