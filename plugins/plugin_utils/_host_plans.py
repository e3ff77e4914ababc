# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plans of the hosts of one task, which run in processes of their own, and the files for all of them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ansible import constants


class HostPlan(NamedTuple):
    """The plan of one host, and the file that takes it back."""

    plan: dict[str, Any]
    undo_file: str | None = None


class HostPlans:
    """The plans that the hosts of a task have made. No other host uses them at the same time, see C(plans_of).

    :param folder: where they are
    """

    def __init__(self, folder: Path) -> None:
        self._all, self._unseen = folder / "all", folder / "unseen"

    def add(self, host: str, plan: Mapping[str, Any], undo_file: str | None) -> None:
        """Add the plan of a host. It has not been shown yet."""
        text = json.dumps([host, plan, undo_file], default=str)
        for folder in (self._all, self._unseen):
            folder.mkdir(mode=0o700, exist_ok=True)
            write_private(folder / _file_of(host), text)

    def all(self) -> dict[str, dict[str, Any]]:
        """The plans of all hosts up to now."""
        return {host: one.plan for host, one in _read(self._all).items()}

    def take_unseen(self, hosts: Collection[str] = ()) -> dict[str, HostPlan]:
        """The plans that have not been shown yet; from now on, they have.

        :param hosts: if one of these has no plan yet, nothing is taken
        """
        # With many hosts, this is called for each. Only the last one reads the plans.
        if not all((self._unseen / _file_of(host)).exists() for host in hosts):
            return {}
        found = _read(self._unseen)
        for path in self._unseen.glob("*.json"):
            path.unlink()
        return found


def _file_of(host: str) -> str:
    return f"{hashlib.sha256(host.encode()).hexdigest()}.json"


def _read(folder: Path) -> dict[str, HostPlan]:
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    return {host: HostPlan(plan, undo_file) for host, plan, undo_file in sorted(contents, key=itemgetter(0))}


@contextmanager
def plans_of(task: str) -> Iterator[HostPlans]:
    """The plans of the hosts of a task, while no other host uses them.

    They are in a folder that only this run of Ansible uses, and that Ansible removes.

    :param task: identifies the task
    """
    name = hashlib.sha256(task.encode()).hexdigest()
    folder = Path(constants.DEFAULT_LOCAL_TMP, "declarative_monitoring_plans", name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield HostPlans(folder)


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


def unwritable(paths: Sequence[Path]) -> list[str]:
    """Why files could not be written, in sentences, so that this is known before anything is changed."""
    found = []
    for path in paths:
        if path.is_dir():
            found.append(f"{path} is a folder")
        elif not path.parent.is_dir():
            found.append(f"the folder {path.parent} of {path.name} does not exist")
        elif not os.access(path.parent, os.W_OK):
            found.append(f"the folder {path.parent} of {path.name} is not writable")
    return found
