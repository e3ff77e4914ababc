# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs modules against the sandbox: through ansible-playbook, and in this process where hundreds of runs are needed.

In this process a module is the same module: only the way of its options in and of its results out is replaced.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings

from integration.forkserver import ForkServer
from sandbox.client import Sandbox

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "declarative.monitoring"
PLAYBOOK_SECONDS = int(os.environ.get("PLAYBOOK_SECONDS", "240"))
"""How long a playbook may take."""
FORKS = ForkServer()
FOLDER = tempfile.TemporaryDirectory(prefix="playbook-")
"""The working directory of playbooks, and with the folder ``home`` below it their home: the fork server needs fewer."""
Result = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """What a module needs to reach one service of the sandbox, as environment variables."""

    service: str
    environment: Mapping[str, str]


def account(sandbox: Sandbox, service: str, **credentials: str) -> Account:
    """An account of the sandbox, with short waits; ``credentials`` by option."""
    options = {"api_url": sandbox.services[service], "api_max_wait": "20", "api_timeout": "10", **credentials}
    return Account(service, {f"{service}_{name}".upper(): value for name, value in options.items()})


def run_module(user: Account, module: str, options: Mapping[str, Any], check: bool = False) -> Result:
    """Run a module in this process, and return its result."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_no_log": False}
    source = importlib.import_module(f"ansible_collections.declarative.monitoring.plugins.modules.{module}")
    packed = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    output = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(basic, "_ANSIBLE_ARGS", packed))
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            stack.enter_context(mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"))
        stack.enter_context(mock.patch.object(ansible_warnings, "_global_warnings", type(_warnings())()))
        if hasattr(ansible_warnings, "_internal"):
            # Since 2.19 a process that has imported anything of the controller does not collect its warnings.
            stack.enter_context(mock.patch.object(ansible_warnings._internal, "is_controller", False))
        stack.enter_context(mock.patch.dict(os.environ, user.environment))
        stack.enter_context(contextlib.redirect_stdout(output))
        stack.enter_context(contextlib.suppress(SystemExit))
        source.main()
    result: Result = json.loads(output.getvalue())
    return result


def _warnings() -> Any:
    return ansible_warnings._global_warnings


@dataclass
class Run:
    """What an ansible-playbook run did: its exit code, what it printed, and the result of each task."""

    code: int
    output: str
    results: list[Result] = field(default_factory=list)

    def of(self, module: str) -> list[Result]:
        """The results of the tasks that ran a module."""
        return [line["result"] for line in self.results if line["action"] == f"{COLLECTION}.{module}"]

    @property
    def ours(self) -> list[Result]:
        """The results of the tasks that ran any module of the collection."""
        return [line["result"] for line in self.results if line["action"].startswith(f"{COLLECTION}.")]


def run_group(command: Sequence[str], seconds: float, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; if that does not come in time, or nobody waits for it, end all that it has started.

    Workers of Ansible that went on would write to the sandbox of the next test.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    ) as process:
        try:
            output, errors = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def run_program(name: str, *arguments: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of Ansible to its end: in a fork of a process that has its libraries, or as a user starts it."""
    command = [str(Path(sys.executable).with_name(name)), *arguments]
    if FORKS.suits(env):
        return FORKS.run(command, PLAYBOOK_SECONDS, env, str(cwd))
    return run_group(command, PLAYBOOK_SECONDS, env=env, cwd=cwd)


def run_playbook(
    users: Sequence[Account],
    play: Sequence[Mapping[str, Any]] | Path,
    *arguments: str,
    cwd: Path | str | None = None,
    **env: str,
) -> Run:
    """Run a playbook: tasks, for which a play on localhost is made, or a file."""
    with tempfile.TemporaryDirectory(prefix="playbook-") as folder:
        path = Path(folder, "play.yml")
        if isinstance(play, Path):
            path = play
        else:
            content = [{"hosts": "localhost", "gather_facts": False, "tasks": list(play)}]
            path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        results = Path(folder, "results.jsonl")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "integration" / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_HOME": str(Path(FOLDER.name, "home")),
            "RESULTS_FILE": str(results),
            **{name: value for user in users for name, value in user.environment.items()},
            **env,
        }
        command = ("ansible-playbook", str(path), *arguments)
        done = run_program(*command, env=environment, cwd=Path(cwd or FOLDER.name))
        lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return Run(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines])


def task(module: str, options: Mapping[str, Any], check: bool = False, **keywords: Any) -> dict[str, Any]:
    """A task that runs a module of the collection."""
    return {f"{COLLECTION}.{module}": dict(options), "check_mode": check, **keywords}


@contextlib.contextmanager
def seconds_of(length: float) -> Iterator[None]:
    """In this process a second lasts this many seconds.

    A server whose windows are shorter than a second has to say 1 s, so that is how long a client waits for one.
    """
    sleep, monotonic = time.sleep, time.monotonic

    def now() -> float:
        return monotonic() / length

    with (
        mock.patch.object(time, "sleep", lambda seconds: sleep(seconds * length)),
        mock.patch.object(time, "monotonic", now),
    ):
        yield


@contextlib.contextmanager
def requests_of(sandbox: Sandbox, service: str) -> Iterator[list[dict[str, Any]]]:
    """The requests that a service got meanwhile, filled in at the end."""
    before = sandbox.count_requests()
    found: list[dict[str, Any]] = []
    yield found
    found += sandbox.requests(service, before)


def writes(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """The requests that were not GETs, as words for a message; SimpleHelp also reads by POSTs, which say so."""
    found = [request for request in requests if request["method"] != "GET"]
    return [f"{one['method']} {one['path']}" for one in found if not one["path"].endswith(("/get", "/list"))]


@dataclass(frozen=True)
class Stage:
    """One step in the life of an object: what is declared, and whether that changes anything."""

    title: str
    options: Mapping[str, Any]
    changed: bool
    check: bool


def stages(key: Mapping[str, Any], create: Mapping[str, Any], update: Mapping[str, Any] | None) -> list[Stage]:
    """The life of an object, each change predicted first, then made, then found made."""
    life = [("create", {**key, **create})]
    if update is not None:
        life.append(("update", {**key, **update}))
    life.append(("delete", {**key, "state": "absent"}))
    return [
        Stage(title, options, changed, check)
        for title, options in life
        for changed, check in ((True, True), (True, False), (False, False), (False, True))
    ]


def without_ids(value: Any, ids: Sequence[str]) -> Any:
    """A result without the ids that a prediction cannot know."""
    if isinstance(value, dict):
        return {key: without_ids(inner, ids) for key, inner in value.items() if key not in ids}
    return [without_ids(inner, ids) for inner in value] if isinstance(value, list) else value


def assert_life(stage_list: Sequence[Stage], results: Sequence[Result], noun: str, ids: Sequence[str]) -> None:
    """Check the results of a life: what changed, that predictions came true, and that nobody was warned.

    :param ids: the results that a prediction cannot know
    """
    assert len(results) == len(stage_list), results
    predicted: Result = {}
    for stage, result in zip(stage_list, results, strict=True):
        where = f"{stage.title}, {'check' if stage.check else 'run'}"
        assert not result.get("failed"), (where, result)
        assert result["changed"] is stage.changed, (where, result)
        assert not result.get("warnings"), (where, result["warnings"])
        if stage.check:
            predicted = result if stage.changed else {}
        elif predicted:
            assert without_ids(result["diff"], ids) == without_ids(predicted["diff"], ids), where
            assert without_ids(result[noun], ids) == without_ids(predicted[noun], ids), where
            predicted = {}


def live(sandbox: Sandbox, user: Account, module: str, stage_list: Sequence[Stage]) -> list[Result]:
    """Live through the stages in this process; no stage that should not write may write."""
    results = []
    for stage in stage_list:
        with requests_of(sandbox, user.service) as requests:
            results.append(run_module(user, module, stage.options, stage.check))
        if stage.check or not stage.changed:
            assert not writes(requests), (stage.title, stage.check, writes(requests))
    return results
