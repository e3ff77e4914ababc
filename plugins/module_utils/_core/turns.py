# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns: processes of one user on one machine write to an account one after another.

Each account has a file. Whoever writes to the account holds a lock on the file, and before its first write request
leaves a mark there. Whoever finds another mark than before it read the account has read it too early, and reads it
again. The kernel frees the lock when a process ends, even by C(kill -9).
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .errors import MonitoringError
from .private_files import is_current, open_private
from .progress import announce

MAX_WAIT_S = 3600.0
"""For how many seconds a run waits for its turn while others write."""

STALLED_S = 60.0
"""After how many seconds without a sign of life a run that writes counts as stopped."""

MAX_IN_FLIGHT_S = 60.0
"""For how many seconds at most a request of a process that was killed may still be executed."""

_BEAT_S = 1.0
_POLL_S = 0.05
_MARK_BYTES = 48


class Turns:
    """The turns at one account.

    :param account: the name of the file of the account; empty if nobody else can write to it
    :param lag_s: the seconds by which reads lag behind writes
    :param warn: is called with a sentence if there can be no turns
    :param timeout_s: how long a request of this process may take. If the process is killed, others wait as long for the
        request that it had sent, up to C(MAX_IN_FLIGHT_S): a slow server may still execute it
    """

    def __init__(self, account: str, lag_s: float, warn: Callable[[str], None], timeout_s: float = 0.0) -> None:
        self._account, self._lag_s, self._warn = account, lag_s, warn
        self._in_flight_s = math.ceil(min(timeout_s, MAX_IN_FLIGHT_S))

    def note(self) -> str | None:
        """What C(take) compares with; call this before the account is read.

        :returns: the last turn; None if another process is writing, or was killed while it wrote
        """
        if not self._account:
            return None
        try:
            with open_private(self._account) as descriptor:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
                mark = _Mark.read(descriptor)
                return None if self._unsettled_s(descriptor, mark) else mark.turn
        except FileNotFoundError:
            return _Mark().turn
        except OSError:
            # Another process writes. Or there can be no turns, which take finds out.
            return None

    @contextlib.contextmanager
    def take(self, noted: str | None) -> Iterator[Turn]:
        """Wait for the own turn, which lasts until the end of the context.

        :param noted: what C(note) returned
        :raises MonitoringError: if the turn does not come in time
        """
        with contextlib.ExitStack() as stack:
            turn = Turn(None, self._in_flight_s, outdated=False)
            try:
                descriptor = self._locked(stack) if self._account else None
            except OSError as exc:
                descriptor = None
                self._warn(_no_turns(exc))
            if descriptor is not None:
                mark = _Mark.read(descriptor)
                time.sleep(self._unsettled_s(descriptor, mark))
                turn = stack.enter_context(Turn(descriptor, self._in_flight_s, outdated=noted != mark.turn))
            yield turn

    def _locked(self, stack: contextlib.ExitStack) -> int:
        """The descriptor of the file of the account, with the lock on it.

        :raises OSError: if there can be no lock
        """
        waiting = _Waiting()
        while True:
            with contextlib.ExitStack() as attempt:
                descriptor = attempt.enter_context(open_private(self._account, create=True))
                if _lock(descriptor):
                    if is_current(descriptor, self._account):
                        stack.push(attempt.pop_all())
                        return descriptor
                else:
                    waiting.pause(descriptor)

    def _unsettled_s(self, descriptor: int, mark: _Mark) -> float:
        """For how many more seconds writes of a process that was killed may come to light."""
        if mark.finished:
            return 0.0
        age = time.time() - os.fstat(descriptor).st_mtime
        settle_s = mark.in_flight_s + self._lag_s
        # Not more than that if the clock was set back.
        return max(0.0, min(settle_s, settle_s - age))


class Turn:
    """The turn of this process.

    :param descriptor: the file of the account, which is locked; None if there are no turns
    :param in_flight_s: how long a request of this process may take
    :ivar outdated: somebody has written since the account was read
    """

    def __init__(self, descriptor: int | None, in_flight_s: int, *, outdated: bool) -> None:
        self._descriptor, self._in_flight_s, self.outdated = descriptor, in_flight_s, outdated
        self._mark: _Mark | None = None
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="turn", daemon=True)

    def begin(self) -> None:
        """Leave a mark for others; call this before the first write request."""
        if self._descriptor is None:
            return
        self._mark = _Mark(os.urandom(8).hex(), os.getpid(), self._in_flight_s, finished=False)
        self._mark.write(self._descriptor)

    def __enter__(self) -> Turn:
        self._heart.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._ended.set()
        self._heart.join()
        if self._mark is not None and self._descriptor is not None:
            replace(self._mark, finished=True).write(self._descriptor)

    def _beat(self) -> None:
        """Show others that this process runs, and if it is killed, when that was."""
        while not self._ended.wait(_BEAT_S) and self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.utime(self._descriptor)


# -- waiting -----------------------------------------------------------------------------------------------------------


class _Waiting:
    """Waits for the turn of another process to end."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def pause(self, descriptor: int) -> None:
        """Wait a little.

        :raises MonitoringError: if the other process has stopped, or takes too long
        """
        waited_s = time.monotonic() - self._started
        mark = _Mark.read(descriptor)
        other = f"process {mark.pid}" if mark.pid else "another process"
        if waited_s > MAX_WAIT_S:
            raise MonitoringError(
                f"{other} on this machine has been writing to the same account for {MAX_WAIT_S:.0f} s; nothing was "
                "changed: run the task again when it has ended"
            )
        # The last sign of life may be that of the turn before.
        silent_s = min(waited_s, time.time() - os.fstat(descriptor).st_mtime)
        if silent_s > STALLED_S:
            raise MonitoringError(
                f"{other} on this machine is writing to the same account, but has stopped for {STALLED_S:.0f} s; "
                "nothing was changed: continue or end that process, and run the task again"
            )
        announce(f"waits for {other}, which writes to the same account")
        time.sleep(_POLL_S)


def _lock(descriptor: int) -> bool:
    """Take the lock, unless another process has it.

    :raises OSError: if the file system has no locks
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# -- files -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mark:
    """The last turn, as the file of an account describes it.

    :param turn: different for each turn; empty before the first
    :param pid: the process that wrote; 0 if unknown
    :param in_flight_s: how long a request of that process may take
    :param finished: false while it writes, and for good if it was killed
    """

    turn: str = ""
    pid: int = 0
    in_flight_s: int = 0
    finished: bool = True

    @classmethod
    def read(cls, descriptor: int) -> _Mark:
        """The mark in a file; a file that holds none is like a new one."""
        parts = os.pread(descriptor, _MARK_BYTES, 0).decode("ascii", "replace").split()
        if len(parts) != 4 or not parts[1].isdecimal() or not parts[2].isdecimal():
            return cls()
        return cls(parts[0], int(parts[1]), int(parts[2]), parts[3] == "finished")

    def write(self, descriptor: int) -> None:
        """Replace the mark in a file."""
        text = f"{self.turn} {self.pid} {self.in_flight_s} {'finished' if self.finished else 'writing'}"
        # On a full disk the lock is still there, so that runs take turns. They only do not learn of this one.
        with contextlib.suppress(OSError):
            os.pwrite(descriptor, text.ljust(_MARK_BYTES - 1).encode("ascii") + b"\n", 0)


def _no_turns(exc: OSError) -> str:
    return (
        "This run could not check whether other runs on this machine write to the same account, because no lock could "
        f"be taken: {exc}. If they create the same object at the same moment, it may exist twice."
    )
