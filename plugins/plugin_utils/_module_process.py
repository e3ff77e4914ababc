# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes in which modules of the collection run one after the other.

A worker forks such a process for its first module, and sends it all of its calls: those of all items of a loop, and of
all services of a host. When the worker ends, the process waits for another worker of the same run, which then needs no
fork. To start a process takes longer than most modules, because it copies the memory that it writes to, and imports the
modules. So there are as many processes as workers at the same time, until the run ends. Modules that a process runs one
soon after the other share connections.

Each module begins with the same environment, working directory, search path of Python, umask, output, warnings and
handling of Ctrl+C. If a module does not end as modules do, the process ends with it, and the next module runs in a new
one. A process ends at once if its worker is killed while a module runs.

The worker sends a line of JSON: a call, or the name of a module to import. The process answers with lines that have a
C(type):

- C(progress) with a C(text),
- C(result) with the exit C(code), the C(stdout) and the C(stderr) of a module, and whether it C(ended) as modules do,
- C(imported) with the C(problem), if there is one.

Each process that is free listens at a socket, for a while. Its name, which is that of no file, has a number: the lowest
that is not taken. Workers try the numbers. There are as many as workers at the same time. If the system has no such
sockets, or does not tell when the main process ends, a process ends with its worker.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import importlib
import io
import json
import multiprocessing
import os
import runpy
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ansible import constants, context
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
_DESCRIPTORS = Path("/proc/self/fd")
"""The file descriptors of a process, on Linux."""
_IS_SHARED = sys.platform == "linux" and _DESCRIPTORS.is_dir()
"""Whether workers can use processes that others have started."""
_FREE_S = 10.0
"""For how long a process waits for another worker."""
if PROFILE is not None:
    # Import what each worker would import.
    ansible_json.get_module_encoder(PROFILE, ansible_json.Direction.CONTROLLER_TO_MODULE)
    ansible_json.get_module_decoder(PROFILE, ansible_json.Direction.MODULE_TO_CONTROLLER)

_READY = b"\n"
"""What a process that was free says once it serves a worker."""
_READY_S = 1.0
"""For how long a worker waits for that."""
_CREDENTIALS = struct.Struct("3i")
"""What the system says of the process at the other end of a socket: its id, its user and its group."""


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
    """The process of a worker: one that another worker has left, or a new one."""

    def __init__(self) -> None:
        self.pid, self._connection = _free_process() or _new_process()
        self._answers = self._connection.makefile("rb")

    def run(self, call: ModuleCall, show_progress: Callable[[str], None]) -> tuple[int, str, str]:
        """Run a module, and return its exit code, its output and its errors.

        :param show_progress: is called with each line of text about the progress of the module
        """
        result = self._answer(show_progress, **call._asdict())
        if result is None:
            return self._end(), "", "The process in which the module ran has ended."
        if not result["ended"]:
            self._end()
        return result["code"], result["stdout"], result["stderr"]

    def why_not_imported(self, module: str) -> str | None:
        """Let the process import a module; if that is not possible, return why."""
        answer = self._answer(lambda text: None, imports=module)
        if answer is None:
            self._end()
            return "its process has ended"
        problem: str | None = answer["problem"]
        return problem

    def _answer(self, show_progress: Callable[[str], None], **message: Any) -> Mapping[str, Any] | None:
        """Send a message, and return the answer; None if the process ended without one."""
        try:
            with contextlib.suppress(ConnectionError):  # the process was killed
                _send(self._connection, **message)
                return self._read_answer(show_progress)
        except KeyboardInterrupt:
            # A probe deletes what it has created, and then ends. Any other module ends once nobody reads its result.
            self.close()
            raise
        except BaseException:
            # The time of the task is over. A signal that can be handled might reach the handler of the worker.
            os.kill(self.pid, signal.SIGKILL)
            self._end()
            raise
        return None

    def _read_answer(self, show_progress: Callable[[str], None]) -> Mapping[str, Any] | None:
        for line in self._answers:
            try:
                answer: dict[str, Any] = json.loads(line)
            except ValueError:  # a module that is killed may leave half a line
                continue
            if answer["type"] != "progress":
                return answer
            show_progress(answer["text"])
        return None

    def close(self) -> None:
        """Let another worker use the process. The end of this process does that, too."""
        module_process.cache_clear()
        self._answers.close()
        self._connection.close()

    def _end(self) -> int:
        """Wait until the process has ended, and return its exit code; 1 if another worker has started it."""
        with contextlib.suppress(ConnectionError):
            self._answers.read()
        self.close()
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            return 1
        # As a shell reports a signal.
        return 128 - code if code < 0 else code


@functools.lru_cache(maxsize=1)
def module_process(worker: int) -> ModuleProcess:
    """The process of this worker.

    :param worker: its process id, as workers inherit what the main process has cached
    """
    return ModuleProcess()


def _new_process() -> tuple[int, socket.socket]:
    """The id of a new process, and a connection to it."""
    ours, theirs = socket.socketpair()
    controller = _end_of_controller()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(theirs, controller)
    theirs.close()
    if controller is not None:
        os.close(controller)
    return pid, ours


def _end_of_controller() -> int | None:
    """A file descriptor that tells when the main process of Ansible has ended.

    None if there is none on this system, or if this is no worker. A process then ends with its worker.
    """
    controller = multiprocessing.parent_process()
    if controller is None or controller.pid is None or not _IS_SHARED:
        return None
    try:
        descriptor = os.pidfd_open(controller.pid)
    except OSError:
        return None
    # Only now is it certain that this is the main process, and not another one that got its number.
    if os.getppid() == controller.pid:
        return descriptor
    os.close(descriptor)
    return None


def _free_process() -> tuple[int, socket.socket] | None:
    """The id of a process that no worker uses any more, and a connection to it; None if there is none."""
    if not _IS_SHARED:
        return None
    for name in _names():
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_READY_S)
        try:
            connection.connect(name)
            pid, user = _process_of(connection)
            # If two workers connect at the same time, the process serves one of them, and hangs up on the other.
            if user == os.getuid() and connection.recv(1):
                connection.settimeout(None)
                return pid, connection
        except OSError:  # it is not free
            pass
        connection.close()
    return None


def _process_of(connection: socket.socket) -> tuple[int, int]:
    """The id and the user of the process at the other end."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, user, _group = _CREDENTIALS.unpack(told)
    return pid, user


def _names() -> Iterator[bytes]:
    """The names that the sockets of this run can have. No other run has the same folder for temporary files."""
    run = hashlib.sha256(os.fsencode(constants.DEFAULT_LOCAL_TMP)).hexdigest()
    for number in range(context.CLIARGS.get("forks") or constants.DEFAULT_FORKS):
        yield f"\0declarative.monitoring.{run}.{number}".encode()


# -- in the process ----------------------------------------------------------------------------------------------------


def _serve(connection: socket.socket, controller: int | None) -> NoReturn:
    """Run modules until one does not end as it should, or no worker sends calls any more.

    :param controller: a descriptor that tells of the end of the main process; None if there is only one worker
    """
    try:
        _leave_controller()
        with transport.kept_connections():
            if controller is None:
                _serve_worker(connection)
            else:
                _leave_files(connection.fileno(), controller)
                _serve_workers(connection, controller)
    finally:
        # Nothing of the worker may run twice: neither its code, nor its exit handlers.
        os._exit(1)


def _serve_workers(connection: socket.socket, controller: int) -> None:
    """Serve one worker after the other until none comes, or the main process ends."""
    _serve_worker(connection)
    while True:
        with _door() as door:
            poll = select.poll()
            for descriptor in (door.fileno(), controller):
                poll.register(descriptor, select.POLLIN)
            if [descriptor for descriptor, event in poll.poll(_FREE_S * 1000)] != [door.fileno()]:
                return
            connection = door.accept()[0]
        if _process_of(connection)[1] != os.getuid():
            connection.close()
            continue
        _serve_worker(connection, _READY)


def _door() -> socket.socket:
    """A socket at which workers find this process while it is free.

    :raises OSError: if there are enough free processes
    """
    door = socket.socket(socket.AF_UNIX)
    for name in _names():
        try:
            door.bind(name)
        except OSError:  # another process that is free has this name
            continue
        break
    door.listen(0)
    return door


def _serve_worker(connection: socket.socket, greeting: bytes = b"") -> None:
    """Run the modules of a worker until it ends.

    :param greeting: what the worker waits for
    """
    # The worker may end without having read everything.
    with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as lines:
        connection.sendall(greeting)
        for line in lines:
            message = json.loads(line)
            if "imports" in message:
                _send(connection, type="imported", problem=_import_problem(message["imports"]))
                continue
            with lifeline.watching(connection.fileno()):
                result = _run(ModuleCall(**message), connection)
            _send(connection, type="result", **result)
            if not result["ended"]:
                sys.exit()


def _leave_files(*used: int) -> None:
    """Let go of the files that other processes of the run read, write or lock, so that nobody waits for this process.

    The descriptors stay in use, because objects of the worker still have their numbers.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in [int(path.name) for path in _DESCRIPTORS.iterdir()]:
        # One was open only to list them.
        if descriptor not in (nothing, *used):
            os.dup2(nothing, descriptor, inheritable=False)


def _import_problem(module: str) -> str | None:
    """Import all that a module imports, once for all of its runs; return why that is not possible."""
    noise = io.StringIO()
    try:
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            importlib.import_module("requests")
            importlib.import_module(module)
    except Exception as exc:
        return f"importing it failed: {exc}"
    return None


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


def _run(call: ModuleCall, connection: socket.socket) -> dict[str, Any]:
    """Run a module, and return what the message about its result says."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(buffer, "utf-8", "surrogateescape") for buffer in (out, err)]
    with _own_state():
        sys.stdout, sys.stderr = streams
        code, ended = _exit_code_of(call, functools.partial(_send_progress, connection))
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
    # It is imported, but not as __main__.
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


def _send_progress(connection: socket.socket, text: str) -> None:
    _send(connection, type="progress", text=text)


def _send(connection: socket.socket, **message: Any) -> None:
    """Send a message as a line of JSON."""
    connection.sendall(json.dumps(message).encode() + b"\n")
