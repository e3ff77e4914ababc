# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plans of the hosts of a play, which run in processes of their own, and private files."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ansible import constants


class PlanFiles(NamedTuple):
    """The files that plans are written to. Hosts with the same ones share them.

    :param play: identifies the play; the hosts of all its batches share the files
    :param sources: the folders and files with the declarations
    """

    play: str
    plan_file: str | None
    plan_markdown: str | None
    mode: str
    time: str
    sources: tuple[str, ...]

    @property
    def key(self) -> str:
        """Identifies the files in this run of Ansible."""
        return _digest(json.dumps([self.play, self.plan_file, self.plan_markdown]))


class HostPlan(NamedTuple):
    """The plan of one host, the file that takes it back, and the files that it is written to."""

    plan: Mapping[str, Any]
    undo_file: str | None = None
    files: PlanFiles | None = None


class HostPlans:
    """The plans that the hosts of a task have made. No other host uses them at the same time, see C(plans_of).

    :param run: the folder of what belongs to all tasks of this run
    :param task: the folder of the task
    """

    def __init__(self, run: Path, task: Path) -> None:
        self._unseen, self._seen = task / "unseen", task / "seen"
        self._without, self._written = _without(run), run / "written"
        for folder in (self._unseen, self._seen, self._written):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, host: str, one: HostPlan) -> None:
        """Add the plan of a host. It has not been shown yet."""
        write_private(self._unseen / _file_of(host), json.dumps([host, *one], default=str))

    def take_unseen(self, hosts: Collection[str] = ()) -> dict[str, HostPlan]:
        """The plans that have not been shown yet; from now on, they have.

        :param hosts: if one of these may still make a plan, nothing is taken
        """
        # With many hosts, this is called for each. Only the last one reads the plans. Hosts usually run in their order:
        # the last ones are looked at first, because these are not ready while others are.
        if not all(map(self._is_ready, reversed(list(hosts)))):
            return {}
        found = _read(self._unseen)
        for path in self._unseen.glob("*.json"):
            path.replace(self._seen / path.name)
        return found

    def _is_ready(self, host: str) -> bool:
        name = _file_of(host)
        return any((folder / name).exists() for folder in (self._unseen, self._seen, self._without))

    def has_written(self, files: PlanFiles) -> bool:
        """Whether plans have been written to files."""
        return self._memory_of(files).exists()

    def written(self, files: PlanFiles) -> dict[str, Any]:
        """The plans by host that are in files."""
        found: dict[str, Any] = {}
        if self.has_written(files):
            found = json.loads(self._memory_of(files).read_text(encoding="utf-8"))
        return found

    def remember(self, files: PlanFiles, plans: Mapping[str, Any]) -> None:
        """Note which plans are in files, so that those of another batch of hosts are added to them."""
        write_private(self._memory_of(files), json.dumps(plans, default=str))

    def _memory_of(self, files: PlanFiles) -> Path:
        return self._written / _file_of(files.key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _file_of(name: str) -> str:
    return f"{_digest(name)}.json"


def _read(folder: Path) -> dict[str, HostPlan]:
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    return {
        host: HostPlan(plan, undo_file, PlanFiles(*files) if files else None)
        for host, plan, undo_file, files in sorted(contents, key=itemgetter(0))
    }


@contextmanager
def plans_of(task: str) -> Iterator[HostPlans]:
    """The plans of the hosts of a task, while no other host of this run uses plans.

    :param task: identifies the task
    """
    with _alone() as run:
        yield HostPlans(run, _tasks(run) / _digest(task))


@contextmanager
def plans_without(host: str) -> Iterator[list[HostPlans]]:
    """The plans of the hosts of each task of this run, while no other host of this run uses plans.

    :param host: failed, so that from now on nobody waits for its plan
    """
    with _alone() as run:
        _without(run).mkdir(mode=0o700, exist_ok=True)
        (_without(run) / _file_of(host)).touch()
        yield [HostPlans(run, task) for task in _tasks(run).iterdir()]


def keep_result(host: str, result: Mapping[str, Any]) -> None:
    """Keep the result of a task of a host, which a later task of that host returns, see C(take_result)."""
    with _alone() as run:
        write_private(run / f"result-{_file_of(host)}", json.dumps(result, default=str))


def take_result(host: str) -> dict[str, Any]:
    """The result that was kept last; from now on, it is no more. Empty if there is none."""
    with _alone() as run:
        path = run / f"result-{_file_of(host)}"
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        return found


@contextmanager
def _alone() -> Iterator[Path]:
    """A folder that only this run of Ansible uses, and that Ansible removes, while no other host uses it."""
    folder = Path(constants.DEFAULT_LOCAL_TMP, "declarative_monitoring_plans")
    _tasks(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _tasks(run: Path) -> Path:
    return run / "tasks"


def _without(run: Path) -> Path:
    return run / "without"


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read; one of that name is replaced as a whole.

    :raises OSError: if it cannot be written
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def why_unwritable(path: Path) -> str:
    """Why a file could not be written, so that this is known before anything is changed; empty if it could."""
    if path.is_dir():
        return f"{path} is a folder"
    if not path.parent.is_dir():
        return f"the folder {path.parent} does not exist"
    return "" if os.access(path.parent, os.W_OK) else f"the folder {path.parent} is not writable"
