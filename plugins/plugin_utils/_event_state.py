# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file in which an event source stores what it knows, and which events it has delivered."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ..module_utils._core.errors import InputError
from ._events import Memory, Origin

_VERSION = 1
_LOG = logging.getLogger(__name__)


class StateFile:
    """A state file of one source. Without a path, nothing is stored."""

    def __init__(self, path: str, origin: Origin) -> None:
        self._path = Path(path) if path else None
        self._owner = {"service": origin.service, "account": dict(origin.account)}

    def load(self) -> Memory:
        """What was stored; an empty memory if there is no file, or if the file is damaged.

        :raises InputError: if the file cannot be read, or belongs to another account
        """
        if self._path is None:
            return Memory()
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Memory()
        except UnicodeDecodeError as exc:
            return _after_damage(self._path, str(exc))
        except OSError as exc:
            raise InputError(f"state_file {self._path} cannot be read: {exc.strerror}") from None
        try:
            stored = json.loads(text)
            memory = _memory(stored)
        except (ValueError, TypeError, KeyError, AttributeError) as exc:
            return _after_damage(self._path, str(exc))
        if stored["owner"] != self._owner:
            raise InputError(
                f"state_file {self._path} was written for another account, {_described(stored['owner'])}: use a file of"
                " its own for each account"
            )
        return memory

    def save(self, memory: Memory) -> None:
        """Replace the file as a whole. After a crash it has either the old or the new content.

        :raises InputError: if the file cannot be written
        """
        if self._path is None:
            return
        text = json.dumps({"version": _VERSION, "owner": self._owner, **asdict(memory)})
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as exc:
            raise InputError(f"state_file {self._path} cannot be written: {exc.strerror}") from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other source use the file meanwhile. The lock ends with the process.

        :raises InputError: if another source uses the file, or if its folder cannot be written
        """
        if self._path is None:
            yield
            return
        try:
            descriptor = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as exc:
            raise InputError(f"state_file {self._path} cannot be written: {exc.strerror}") from None
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"state_file {self._path} is in use by another event source: use a file of its own for each source"
            ) from None


def _after_damage(path: Path, reason: str) -> Memory:
    """Keep a damaged file under another name, and begin with an empty memory."""
    kept = path.with_name(f"{path.name}.damaged")
    with contextlib.suppress(OSError):
        path.replace(kept)
    _LOG.warning(
        "state_file %s is damaged (%s). It is kept as %s. What has changed since the last poll is not reported.",
        path,
        reason,
        kept,
    )
    return Memory()


def _memory(stored: Any) -> Memory:
    """The memory in the content of a file.

    :raises ValueError: if it has another shape. Other exceptions have the same meaning.
    """
    if stored["version"] != _VERSION or not isinstance(stored["owner"], dict):
        raise ValueError("it is not a state file of this version")
    for objects in stored["known"].values():
        for one in objects.values():
            _require(isinstance(one["state"], str) and isinstance(one["object"], dict))
            _require(_is_time(one["logged"]))
    _require(isinstance(stored["pending"], list))
    for event in stored["pending"]:
        _require(isinstance(event, dict) and isinstance(event["id"], str))
    _require(isinstance(stored["outage"], bool))
    _require(_is_time(stored["since"]))
    return Memory(stored["known"], tuple(stored["pending"]), stored["outage"], stored["since"])


def _is_time(text: str) -> bool:
    """Whether a text is a time with its zone, or empty."""
    return text == "" or datetime.fromisoformat(text).tzinfo is not None


def _require(is_right: bool) -> None:
    if not is_right:
        raise ValueError("a value in it has the wrong type")


def _described(owner: Any) -> str:
    """An owner as text."""
    account = owner.get("account")
    words = account.values() if isinstance(account, dict) else ()
    return " ".join([str(owner.get("service")), *map(str, words)])
