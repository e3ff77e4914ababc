# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the programs of Ansible in forks of a process that has already imported them.

Most of the time that ansible-playbook takes to start is the import of libraries and the parsing of documentation of
plugins, which are the same in every run. The server imports the libraries once. From it, one process is forked for
each folder with each set of settings. This prepared process reads the configuration of Ansible, and imports the
programs and the plugins of ansible-core that every run loads. For each run it forks, and the fork runs the script of
the program with its arguments, environment, output and exit status, in a session of its own.

So a run finds its configuration, plugins and collections as it does when a shell starts it. Only its parent process
and its command line in a list of processes differ. A run with a configuration file, which a test may change, is forked
from the server, where nothing that reads the configuration is imported.

The modules of ansible-core that roles run on the controller are forks of the worker. A new Python would compile all
that they import, from an archive.

The server also parses where the plugins of ansible-core are. The loader of collections does not keep that, so otherwise
each run would do it.

A fork copies each page of memory that it changes, and to count a reference is a change. So the garbage collection
leaves alone what was there before the fork, and a fork ends without freeing its memory.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from multiprocessing import Pipe, reduction
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_one
from pathlib import Path
from typing import Any, NoReturn

# What ansible.constants imports, and libraries that the programs and the collection import later. No version of
# ansible-core and of Python has all of it.
LIBRARIES = (
    "ansible._internal",
    "ansible.config.manager",
    "ansible.utils.collection_loader",
    "ansible.utils.fqcn",
    "argparse",
    "cmd",
    "cryptography.hazmat.backends.openssl.backend",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.ciphers",
    "cryptography.hazmat.primitives.hmac",
    "cryptography.hazmat.primitives.kdf.pbkdf2",
    "cryptography.hazmat.primitives.padding",
    "cryptography.hazmat.primitives.serialization",
    "ctypes.util",
    "curses",
    "difflib",
    "distro",
    "getpass",
    "importlib.metadata",
    "importlib.resources",
    "jinja2.nativetypes",
    "jinja2.sandbox",
    "logging",
    "multiprocessing.queues",
    "packaging.specifiers",
    "packaging.version",
    "pprint",
    "requests",
    "secrets",
    "syslog",
    "tarfile",
    "tty",
    "uuid",
    "yaml",
    "zipfile",
)
PROGRAMS = {"ansible-inventory": "ansible.cli.inventory", "ansible-playbook": "ansible.cli.playbook"}
PLUGINS = (
    "ansible.plugins.action.assert",
    "ansible.plugins.action.debug",
    "ansible.plugins.action.set_fact",
    "ansible.plugins.connection.local",
    "ansible.plugins.filter.core",
    "ansible.plugins.filter.encryption",
    "ansible.plugins.filter.mathstuff",
    "ansible.plugins.filter.urls",
    "ansible.plugins.filter.urlsplit",
    "ansible.plugins.test.core",
    "ansible.plugins.test.files",
    "ansible.plugins.test.mathstuff",
    "ansible.plugins.test.uri",
)
# The plugins whose documentation each run parses, or of which it loads all.
TYPES = ("become", "cache", "callback", "connection", "inventory", "shell", "strategy", "vars")
# How ansible-core starts them, without another interpreter, user or environment.
MODULE = re.compile(r"/bin/sh -c '(\S+) (\S+/AnsiballZ_(?:copy|file|slurp|stat|uri)\.py)(?: && sleep 0)?'")
# What Python, the C library and OpenSSL read when a process starts.
AT_START = ("LANG", "LC_", "LD_", "OPENSSL_", "PYTHON", "TZ")
# What the configuration of Ansible and the standard library read when they are imported.
SETTINGS = ("ANSIBLE_", "COLUMNS", "EDITOR", "HOME", "NO_COLOR", "PAGER", "PATH", "TERM", "TMP", "USER")
PREPARED = 4
"""How many prepared processes a server keeps."""
OBJECTS = 100_000
"""After how many new objects a run looks for garbage. It is over before there is much."""


class ForkServer:
    """Runs one program at a time. The server starts with the first, and again after one that was interrupted."""

    def __init__(self) -> None:
        self._server: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._prepared: dict[object, Connection] = {}
        self.at_start = _at_start(os.environ)
        atexit.register(self.stop)

    def suits(self, env: Mapping[str, str]) -> bool:
        """Whether a program with this environment can be a fork: the start of a new process would be the same."""
        return _at_start(env) == self.at_start

    def run(
        self, command: Sequence[str], seconds: float, env: Mapping[str, str], cwd: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script to its end; if that does not come in time, end its process group.

        :param command: the path of the script, and its arguments
        :param env: its environment
        :param cwd: its working directory
        :raises subprocess.TimeoutExpired: after that many seconds
        """
        if self._server is None:
            self._server = self._start()
        server = self._server[1]
        try:
            if Path(command[0]).name in PROGRAMS and not _has_configuration_file(env, cwd):
                server = self._prepare(server, env, cwd)
            return _run(server, command, seconds, env, cwd)
        except BaseException:
            # What the server says next would be about this script.
            self.stop()
            raise

    def _start(self) -> tuple[subprocess.Popen[bytes], Connection]:
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(
                # The interpreter that the scripts of the environment name.
                [Path(sys.executable).with_name("python"), __file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                # What Python knows of these streams from its start, it knows in the forks.
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if not name.startswith(AT_START)}
                | self.at_start,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return process, ours

    def _prepare(self, server: Connection, env: Mapping[str, str], cwd: str) -> Connection:
        """The prepared process for this environment and folder; the oldest one ends if there are too many."""
        settings = {name: value for name, value in env.items() if name.startswith((*AT_START, *SETTINGS))}
        key = (cwd, frozenset(settings.items()))
        if key not in self._prepared:
            ours, theirs = Pipe()
            with theirs:
                server.send((None, settings, cwd))
                reduction.send_handle(server, theirs.fileno(), 0)
            self._prepared[key] = ours
            if len(self._prepared) > PREPARED:
                self._prepared.pop(next(iter(self._prepared))).close()
        return self._prepared[key]

    def stop(self) -> None:
        """End the server and the prepared processes."""
        for connection in self._prepared.values():
            connection.close()
        self._prepared.clear()
        if self._server:
            process, connection = self._server
            self._server = None
            connection.close()
            # It may still wait for a script that was interrupted before its process was known.
            process.kill()
            process.communicate()


def _has_configuration_file(env: Mapping[str, str], cwd: str) -> bool:
    return "ANSIBLE_CONFIG" in env or Path(cwd, "ansible.cfg").exists()


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


def _run(
    server: Connection, command: Sequence[str], seconds: float, env: Mapping[str, str], cwd: str
) -> subprocess.CompletedProcess[str]:
    """Have the server run a script, and read what it prints until every process has closed its output."""
    end = time.monotonic() + seconds
    server.send((list(command), dict(env), cwd))
    with ThreadPoolExecutor(2) as threads:
        texts = [threads.submit(_text, pipe) for pipe in (_send_pipe(server), _send_pipe(server))]
        process: int = server.recv()
        try:
            if wait(texts, seconds).not_done or not server.poll(max(0.0, end - time.monotonic())):
                raise subprocess.TimeoutExpired(command, seconds)
        except BaseException:
            os.killpg(process, signal.SIGKILL)
            raise
    output, errors = (text.result() for text in texts)
    return subprocess.CompletedProcess(command, server.recv(), output, errors)


def _send_pipe(server: Connection) -> int:
    """Give the server the end of a new pipe to write to, and return the other."""
    reader, writer = os.pipe()
    reduction.send_handle(server, writer, 0)
    os.close(writer)
    return reader


def _text(pipe: int) -> str:
    with open(pipe, encoding="utf-8") as stream:
        return stream.read()


# -- the server --------------------------------------------------------------------------------------------------------


def _import_libraries() -> None:
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)


def _fill_cache() -> None:
    """Have the loader of collections find what it would parse."""
    loader = importlib.import_module("ansible.utils.collection_loader._collection_finder")
    parse_cached = functools.cache(loader._meta_yml_to_dict)
    vars(loader).update(_meta_yml_to_dict=parse_cached)
    routing = Path(importlib.import_module("ansible").__path__[0], "config", "ansible_builtin_runtime.yml")
    parse_cached(routing.read_bytes(), ("ansible.builtin", "runtime.yml"))


def _serve(client: Connection, begin: Callable[[], None] = lambda: None) -> None:
    """Fork for each script that the client asks for, and tell its process id and, at the end, its exit status.

    Instead of a script it can ask for a prepared process, and sends the connection that this process serves.

    :param begin: what a fork does before it runs its script
    """
    while True:
        try:
            command, env, cwd = client.recv()
        except EOFError:
            return
        if command is None:
            _fork_prepared(client, env, cwd)
            continue
        pipes = [reduction.recv_handle(client) for _stream in ("output", "errors")]
        process = os.fork()
        if not process:
            os.setsid()
            client.send(os.getpid())
            client.close()
            _enter(env, cwd)
            begin()
            _become(command, pipes)
        for pipe in pipes:
            os.close(pipe)
        if not _wait(process, client):
            return
        client.send(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def _fork_prepared(client: Connection, env: Mapping[str, str], cwd: str) -> None:
    """Fork a process that serves a connection of its own, after it has imported the programs of Ansible."""
    connection = reduction.recv_handle(client)
    if os.fork():
        os.close(connection)
        return
    client.close()
    _enter(env, cwd)
    for name in (*PROGRAMS.values(), *PLUGINS):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    loader = importlib.import_module("ansible.plugins.loader")
    for kind in TYPES:
        list(getattr(loader, f"{kind}_loader").all(class_only=True))
    constants: Any = importlib.import_module("ansible.constants")
    # It was made by the import. Each fork makes one of its own, and removes it at its end.
    atexit.unregister(importlib.import_module("ansible.utils.path").cleanup_tmp_file)
    Path(constants.DEFAULT_LOCAL_TMP).rmdir()
    _fork_modules()

    def begin() -> None:
        # Its default is a template of other settings.
        constants.DEFAULT_LOCAL_TMP = constants.config.get_config_value("DEFAULT_LOCAL_TMP", variables=vars(constants))

    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
    _serve(Connection(connection), begin)
    sys.exit()


def _fork_modules() -> None:
    """Have the local connection run modules in forks."""
    local: Any = importlib.import_module("ansible.plugins.connection.local")
    start = local.Connection.exec_command

    def run(connection: Any, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        found = MODULE.fullmatch(cmd)
        if found is None or found[1] != sys.executable:
            ordinary: tuple[int, bytes, bytes] = start(connection, cmd, in_data, sudoable)
            return ordinary
        local.display.vvv(f"EXEC {cmd}", host=connection._play_context.remote_addr)
        return _run_module(found[2], connection.cwd)

    local.Connection.exec_command = run


def _run_module(path: str, folder: str) -> tuple[int, bytes, bytes]:
    """Run a packed module in a fork, and return its exit status and what it prints."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = os.fork()
        if not process:
            try:
                for stream, file in enumerate((output, errors), start=1):
                    os.dup2(file.fileno(), stream)
                os.chdir(folder)
                os._exit(_exit_status(path))
            finally:
                # What fails before the module starts must not go on as another worker.
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        out, err = (os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0) for file in (output, errors))
        return status, out, err


def _exit_status(path: str) -> int:
    """Run a packed module in this process, which forgets that it is a worker."""
    atexit._clear()
    with open(1, "w", encoding="utf-8") as sys.stdout, open(2, "w", encoding="utf-8") as sys.stderr:
        package = "ansible_collections.declarative.monitoring.plugins.plugin_utils"
        importlib.import_module(f"{package}._module_process")._leave_controller()
        sys.argv = [path]
        return _run_script(path)


def _run_script(path: str) -> int:
    """Run a script and what Python does at its end, but for freeing the memory, and return its exit status."""
    status: Any = None
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as end:
        status = end.code
        if not isinstance(status, int | None):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    vars(threading)["_shutdown"]()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return status or 0


def _wait(process: int, client: Connection) -> bool:
    """Wait for the end of a script; if the client ends before, end the script, and return False."""
    ended = os.pidfd_open(process)
    wait_for_one([client, ended])
    os.close(ended)
    if not client.poll():
        return True
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    return False


def _enter(env: Mapping[str, str], cwd: str) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)


def _become(command: list[str], pipes: Sequence[int]) -> NoReturn:
    """Run a script in this process, and exit as it does."""
    for stream, pipe in enumerate(pipes, start=1):
        os.dup2(pipe, stream)
        os.close(pipe)
    sys.argv = command
    sys.path[0] = str(Path(command[0]).parent)
    os._exit(_run_script(command[0]))


if __name__ == "__main__":
    # Not the folder of this file.
    sys.path[0] = str(Path(sys.executable).parent)
    _import_libraries()
    _fill_cache()
    _serve(Connection(int(sys.argv[1])))
