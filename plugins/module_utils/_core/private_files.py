# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that only this user can read and write, in a folder that all runs of this user share."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def open_private(name: str, *, create: bool = False) -> Iterator[int]:
    """A file in the private folder of this user, which is opened and closed.

    :raises OSError: if that cannot be done safely
    """
    with _folder() as folder:
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    _open_files.add(descriptor)
    try:
        yield descriptor
    finally:
        _open_files.discard(descriptor)
        os.close(descriptor)


_open_files: set[int] = set()


def _close_files() -> None:
    """Close the files in a fork, which would keep the lock after the end of this process."""
    while _open_files:
        os.close(_open_files.pop())


os.register_at_fork(after_in_child=_close_files)


def is_current(descriptor: int, name: str) -> bool:
    """Whether an open file still has its name, and was not deleted to make place."""
    with _folder() as folder, contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.stat(name, dir_fd=folder, follow_symlinks=False))
    return False


@contextlib.contextmanager
def _folder() -> Iterator[int]:
    """The private folder of this user: in the home directory, or where that is not possible, for temporary files.

    :raises OSError: if neither is possible
    """
    try:
        descriptor = _open_folder(_own_home() / ".ansible", "declarative_monitoring")
    except (OSError, RuntimeError):  # RuntimeError: the user has no home directory
        descriptor = _open_folder(Path(tempfile.gettempdir()), f"declarative_monitoring-{os.geteuid()}")
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _own_home() -> Path:
    """The home directory of this user, with the folder C(.ansible).

    :raises OSError: if it belongs to somebody else, such as the user who called sudo
    """
    home = Path.home()
    if home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{home} belongs to another user")
    (home / ".ansible").mkdir(mode=0o700, exist_ok=True)
    return home


def _open_folder(parent: Path, name: str) -> int:
    """Open a folder that only this user can enter, and make it if there is none.

    :raises OSError: if it belongs to somebody else, is a symbolic link, or cannot be made
    """
    path = parent / name
    # Not exist_ok, because it accepts a link to a folder.
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            raise PermissionError(f"{path} belongs to another user")
        if status.st_mode & 0o077:
            os.fchmod(descriptor, 0o700)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
