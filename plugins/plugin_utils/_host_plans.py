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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class HostPlans:
    """The plans that the hosts of a task have made.

    :param folder: a folder that only this run of Ansible uses, which Ansible removes
    :param task: identifies the task
    """

    def __init__(self, folder: str, task: str) -> None:
        self._folder = Path(folder, "declarative_monitoring_plans", hashlib.sha256(task.encode()).hexdigest())

    @contextmanager
    def adding(self, host: str, plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Add the plan of a host, and use the plans of all hosts up to now while no other host does."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            name = hashlib.sha256(host.encode()).hexdigest()
            write_private(self._folder / f"{name}.json", json.dumps([host, plan], default=str))
            found = [json.loads(path.read_text(encoding="utf-8")) for path in self._folder.glob("*.json")]
            yield dict(sorted(found))


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
