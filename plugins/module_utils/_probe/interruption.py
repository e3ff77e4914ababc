# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signals that end a process, such as that of Ctrl+C, wait until the process has cleaned up."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .._core import lifeline

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProbeInterrupted(KeyboardInterrupt):
    """The run was interrupted. Not an Exception, so that the code between does not take it for a failed request."""


class Interruptions:
    """While this is entered, signals do not end the process. They interrupt only what C(run) does.

    :ivar seen: whether there was one
    """

    def __init__(self) -> None:
        self.seen = False
        self._is_allowed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold signals back. The end of the process that reads the result counts as a signal, too."""
        if threading.current_thread() is not threading.main_thread():
            # Only the main thread gets signals.
            yield
            return
        former = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            with lifeline.postponed(lambda: os.kill(os.getpid(), signal.SIGTERM)):
                yield
        finally:
            for number, handler in former.items():
                # None is a handler that Python does not know.
                signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def run(self, work: Callable[[], None]) -> None:
        """Do something that a signal interrupts, or prevents if it has come before."""
        self._is_allowed = True
        try:
            if not self.seen:
                work()
        except KeyboardInterrupt:
            self.seen = True
        finally:
            self._is_allowed = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.seen = True
        if self._is_allowed:
            self._is_allowed = False
            raise ProbeInterrupted
