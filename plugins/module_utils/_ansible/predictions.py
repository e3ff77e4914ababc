# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the tasks of a run in check mode tell later tasks what they would change: by a file for each account.

The action plugin names the folder. It is private to the user, and ansible-core removes it at the end of the run. The
files hold no secrets, only digests of them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core.clock import poll
from .._core.errors import InputError, MonitoringError
from .._core.overlay import Overlay, is_placeholder
from .._core.service import Service
from .._core.values import Values
from .connection import normalized_url

_OPTION = "_declarative_monitoring_run"
"""The option in which the action plugin passes what is known of the run. Users cannot see it."""

_LOCK_TIMEOUT_S = 600.0
_PAUSE_S = 0.05


def take_run(params: Values) -> Mapping[str, Any] | None:
    """Remove from the options what the action plugin says of the run; None if it says nothing.

    The keys: ``folder``, in which tasks leave what later ones need, None if this host cannot read it; ``is_check``,
    whether the run and the task are in check mode; ``is_kept``, whether the task would change anything in a run without
    check mode.
    """
    run: Mapping[str, Any] | None = params.pop(_OPTION, None)
    return run


class FilePredictions:
    """The predictions about one account in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Overlay:
        """What earlier tasks would change."""
        try:
            return Overlay(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Overlay(salt=secrets.token_hex(16))

    @contextmanager
    def lock(self) -> Iterator[FileDraft]:
        """Exclude the tasks of other hosts. The lock of a process that is killed ends with it.

        :raises MonitoringError: if another task holds the lock for too long
        """
        with locked(self._path):
            yield FileDraft(self._path, self.read())


class FileDraft:
    """The latest predictions, while nobody else can change them."""

    def __init__(self, path: Path, overlay: Overlay) -> None:
        self._path, self.overlay = path, overlay

    def save(self) -> None:
        """Let later tasks know the overlay."""
        replace_file(self._path, self.overlay.to_data())


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Exclude the other tasks that change a file.

    :raises MonitoringError: if another task holds the lock for too long
    """
    descriptor = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _wait_for_lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: Any) -> None:
    """Replace a file at once, so that nobody reads a part of it.

    :param data: the new content, for JSON
    """
    draft = Path(f"{path}.new")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(data, file)
    draft.replace(path)


def _wait_for_lock(descriptor: int) -> None:
    if not poll(lambda: _lock(descriptor), _LOCK_TIMEOUT_S, _PAUSE_S):
        raise MonitoringError(
            f"another host is still in check mode at this task after {_LOCK_TIMEOUT_S:g} s, and this host needs its "
            "predictions"
        )


def _lock(descriptor: int) -> bool:
    """Lock a file, unless another process has locked it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def predictions_of(service: type[Service], params: Mapping[str, Any], folder: str) -> FilePredictions:
    """The predictions about the account that these connection options lead to.

    :raises MonitoringError: if the folder of the run does not exist any more
    """
    path = account_file(service, params, folder)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as exc:
        raise MonitoringError(f"check mode cannot store what this run would change: {exc}") from None
    return FilePredictions(path)


def account_file(service: type[Service], params: Mapping[str, Any], folder: str, prefix: str = "") -> Path:
    """The file about the account that these connection options lead to."""
    account = json.dumps([normalized_url(params), *(params.get(name) for name in _identity(service))], default=str)
    name = hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Path(folder, f"{prefix}{service.title.split()[0].lower()}-{name}.json")


def _identity(service: type[Service]) -> list[str]:
    """The credentials that decide which account it is: the secrets, and the names that go with them."""
    return sorted(item.name for item in service.credentials if item.secret or item.name.startswith("login_"))


def refuse_placeholders(params: Mapping[str, Any]) -> None:
    """Check that no option has the id of an object that was only predicted.

    :raises InputError: naming the option
    """
    for name, value in params.items():
        found = _placeholder_in(value)
        if found is not None:
            raise InputError(
                f"{name} has {found}, which stands for an object that a task in check mode would have created: "
                "that object does not exist"
            )


def _placeholder_in(value: Any) -> str | None:
    """A placeholder in the value of an option."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    elif is_placeholder(value):
        return str(value)
    return next((found for found in map(_placeholder_in, inner) if found is not None), None)
