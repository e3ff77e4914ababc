# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends this process when nobody reads its result any more.

If its parent is killed by C(kill -9), a process would continue, and make changes that nobody learns of. The reader of
its output is the process that waits for it. When the reader has ended, the kernel closes the other end of the pipe.
This process notices that at once, also through a shell or an SSH connection. The id of the parent would not show it.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_GONE = select.POLLERR | select.POLLHUP
_watched: list[int] = []
_postponements: list[Callable[[], None]] = []


def watch(descriptor: int) -> None:
    """End this process as soon as nobody reads what it writes to this file descriptor. Only the first call counts.

    A descriptor that has no reader, such as that of a file, never ends the process.
    """
    if not _watched:
        _watched.append(descriptor)
        _start_watching(descriptor)


@contextmanager
def watching(descriptor: int) -> Iterator[None]:
    """Do the same inside of this context only: whoever reads from this process may end before the process does."""
    over, end = os.pipe()
    _watched.append(descriptor)
    thread = _start_watching(descriptor, over)
    try:
        yield
    finally:
        _watched.remove(descriptor)
        os.close(end)
        thread.join()
        os.close(over)


def end_if_abandoned() -> None:
    """End this process if nobody reads its result any more. Called before each write request."""
    if _watched and not _postponements and _events(0, _watched[0]).get(_watched[0], 0) & _GONE:
        _end()


@contextmanager
def postponed(when_abandoned: Callable[[], None]) -> Iterator[None]:
    """Do not end this process inside of this context, but at its end: it must clean up first.

    :param when_abandoned: called in another thread as soon as nobody reads the result any more
    """
    _postponements.append(when_abandoned)
    try:
        yield
    finally:
        _postponements.pop()
        end_if_abandoned()


def _start_watching(*descriptors: int) -> threading.Thread:
    thread = threading.Thread(target=_end_when_abandoned, args=descriptors, name="lifeline", daemon=True)
    thread.start()
    return thread


def _end_when_abandoned(descriptor: int, *others: int) -> None:
    """Wait until nobody reads what is written to a descriptor, or until something happens at one of the others."""
    if _events(None, descriptor, *others).get(descriptor, 0) & _GONE:
        if _postponements:
            _postponements[-1]()
        else:
            _end()


def _events(timeout_ms: int | None, *descriptors: int) -> dict[int, int]:
    """What has happened at the other ends of descriptors. Waits for it up to the timeout, without one for ever."""
    poll = select.poll()
    for descriptor in descriptors:
        # Errors and hang-ups are always reported.
        poll.register(descriptor, 0)
    return dict(poll.poll(timeout_ms))


def _end() -> None:
    # Not sys.exit: other threads may wait for an answer, and must not write after it.
    os._exit(1)
