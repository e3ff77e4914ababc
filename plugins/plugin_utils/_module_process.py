# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fork of a worker, in which modules of the collection run one after the other.

All items of a loop, and all services of a host, share the process and its connections. Each begins with the same
environment, working directory, search path of Python, umask, output, warnings and handling of Ctrl+C. If a module does
not end as modules do, the process ends with it, and the next module runs in a new one.

The worker sends a call as a line of JSON. The process answers with lines that have a C(type):

- C(progress) with a C(text),
- C(result) with the exit C(code), the C(stdout) and the C(stderr) of a module, and whether it C(ended) as modules do.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import json
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from ansible.executor import module_common
from ansible.module_utils import basic
from ansible.module_utils.common import json as ansible_json
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.module_utils.common.text.converters import to_text

from ..module_utils._core import lifeline, progress
from ..module_utils._http import transport

# How controller and module serialize values. Since ansible-core 2.19 there are several ways.
PROFILE = "legacy" if hasattr(module_common, "_BuiltModule") else None
"""The name of the way, or None."""


class ModuleCall(NamedTuple):
    """A module and all that it needs to run.

    :param module: the name for Python
    :param arguments: the options, see C(pack_arguments)
    :param environment: the variables that the task sets
    :param folder: the working directory
    :param progress_interval: after how many seconds its progress is told again; with 0 never
    """

    module: str
    arguments: str
    environment: Mapping[str, str]
    folder: str
    progress_interval: float


def pack_arguments(module_args: Mapping[str, Any]) -> str:
    """The options of a module as ansible-core sends them."""
    if PROFILE is None:
        options: dict[str, Any] = {"cls": ansible_json.AnsibleJSONEncoder, "vault_to_text": True}
    else:
        way = ansible_json.Direction.CONTROLLER_TO_MODULE
        options = {"cls": ansible_json.get_module_encoder(PROFILE, way)}
    return json.dumps({"ANSIBLE_MODULE_ARGS": module_args}, **options)


# -- in the worker -----------------------------------------------------------------------------------------------------


class ModuleProcess:
    """The process of a worker, started once everything is imported that its first module needs."""

    def __init__(self) -> None:
        calls, self._calls = os.pipe()
        reader, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._calls)
            os.close(reader)
            _serve(calls, answers)
        os.close(calls)
        os.close(answers)
        self._answers = os.fdopen(reader, "rb")

    def run(self, call: ModuleCall, show_progress: Callable[[str], None]) -> tuple[int, str, str]:
        """Run a module, and return its exit code, its output and its errors.

        :param show_progress: is called with each line of text about the progress of the module
        """
        try:
            with contextlib.suppress(BrokenPipeError):  # the process was killed while it waited
                _send(self._calls, **call._asdict())
            result = self._receive(show_progress)
        except KeyboardInterrupt:
            # A probe deletes what it has created, and then ends. Any other module ends once nobody reads its result.
            self._abandon()
            raise
        except BaseException:
            # The time of the task is over. A signal that can be handled might reach the handler of the worker.
            os.kill(self._pid, signal.SIGKILL)
            self.close()
            raise
        if result is None:
            return self.close(), "", ""
        if not result["ended"]:
            self.close()
        return result["code"], result["stdout"], result["stderr"]

    def _receive(self, show_progress: Callable[[str], None]) -> Mapping[str, Any] | None:
        """Read messages up to the result of the module; None if the process ended without one."""
        for line in self._answers:
            try:
                message: dict[str, Any] = json.loads(line)
            except ValueError:  # a module that is killed may leave half a line
                continue
            if message["type"] == "result":
                return message
            show_progress(message["text"])
        return None

    def _abandon(self) -> None:
        """Do not wait for the process any more. It notices that nobody reads its result, see C(lifeline)."""
        module_process.cache_clear()
        os.close(self._calls)
        self._answers.close()

    def close(self) -> int:
        """Wait until the process has ended, which it does once nobody can send calls. Return its exit code."""
        module_process.cache_clear()
        os.close(self._calls)
        with self._answers:
            self._answers.read()
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        # As a shell reports a signal.
        return 128 - code if code < 0 else code


@functools.lru_cache(maxsize=1)
def module_process(worker: int) -> ModuleProcess:
    """The process of this worker.

    :param worker: its process id, as workers inherit what the main process has cached
    """
    return ModuleProcess()


# -- in the process ----------------------------------------------------------------------------------------------------


def _serve(calls: int, answers: int) -> NoReturn:
    """Run modules until one does not end as it should, or nobody sends calls any more."""
    try:
        _leave_controller()
        lifeline.watch(answers)
        transport.keep_connections()
        with os.fdopen(calls, "rb") as lines:
            for line in lines:
                result = _run(ModuleCall(**json.loads(line)), answers)
                _send(answers, type="result", **result)
                if not result["ended"]:
                    break
    finally:
        # Nothing of the worker may run twice: neither its code, nor its exit handlers.
        os._exit(1)


def _leave_controller() -> None:
    """Reset what differs between the controller and a new process: signals, and the mode of ansible-core."""
    # Exclude inherited objects from garbage collection, which would copy their memory.
    gc.freeze()
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    if PROFILE is not None:
        from ansible.module_utils import _internal
        from ansible.module_utils._internal import _traceback

        # In the controller, warnings are displayed instead of returned, and other settings apply.
        _internal.is_controller = False
        _internal.import_controller_module = lambda name, /: None
        _internal.get_controller_serialize_map = dict
        _traceback._is_traceback_enabled = _traceback._is_module_traceback_enabled


def _run(call: ModuleCall, answers: int) -> dict[str, Any]:
    """Run a module, and return what the message about its result says."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(buffer, "utf-8", "surrogateescape") for buffer in (out, err)]
    with _own_state():
        sys.stdout, sys.stderr = streams
        code, ended = _exit_code_of(call, functools.partial(_send_progress, answers))
        for stream in streams:
            stream.flush()
    return {"code": code, "stdout": _text_of(out), "stderr": _text_of(err), "ended": ended}


@contextlib.contextmanager
def _own_state() -> Iterator[None]:
    """Begin like a new process, and put back what a module may change."""
    ansible_warnings._global_warnings.clear()
    ansible_warnings._global_deprecations.clear()
    progress.unwatch()
    environment, path, streams = dict(os.environ), list(sys.path), (sys.stdout, sys.stderr)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    umask = os.umask(0)
    os.umask(umask)
    try:
        yield
    finally:
        os.umask(umask)
        sys.stdout, sys.stderr = streams
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)


def _exit_code_of(call: ModuleCall, show_progress: Callable[[str], None]) -> tuple[int, bool]:
    """Run a module, and return its exit code, and whether it ended as modules do."""
    try:
        os.chdir(call.folder)
        os.environ.update(call.environment)
        if call.progress_interval > 0:
            progress.watch(show_progress, call.progress_interval)
        _execute(call)
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None), True
    except BaseException:
        traceback.print_exc()
    return 1, False


def _execute(call: ModuleCall) -> None:
    """Run a module like the wrapper in which ansible-core sends modules."""
    # The worker has imported the module, but not as __main__.
    sys.modules.pop(call.module, None)
    arguments = call.arguments.encode()
    if PROFILE is not None:
        from ansible.module_utils._internal import _traceback
        from ansible.module_utils._internal._ansiballz import _loader

        _traceback._module_tracebacks_enabled_events = None
        _loader.run_module(
            json_params=arguments, profile=PROFILE, module_fqn=call.module, modlib_path="", extensions={}
        )
    basic._ANSIBLE_ARGS = arguments
    names = {"_module_fqn": call.module, "_modlib_path": ""}
    runpy.run_module(call.module, init_globals=names, run_name="__main__", alter_sys=True)
    print('{"msg": "New-style module did not handle its own exit", "failed": true}')
    sys.exit(1)


def _text_of(stream: io.BytesIO) -> str:
    """What was written to a stream in memory."""
    text: str = to_text(stream.getvalue(), errors="surrogate_then_replace")
    return text


def _send_progress(pipe: int, text: str) -> None:
    _send(pipe, type="progress", text=text)


def _send(pipe: int, **message: Any) -> None:
    """Write a message as a line of JSON."""
    with os.fdopen(pipe, "wb", closefd=False) as lines:
        lines.write(json.dumps(message).encode() + b"\n")
