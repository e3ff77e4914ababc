# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a long run is, for whoever watches it.

Ansible shows nothing of a module before it ends. Who runs modules in a process of its own can watch them from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

Tell = Callable[[str], None]


class Step(Protocol):
    """A step that may fail."""

    @property
    def error(self) -> Exception | None:
        """Why it failed, or None."""


class _Watch:
    """Who watches, and when to tell next."""

    def __init__(self, tell: Tell, interval: float) -> None:
        self._tell, self._interval = tell, interval
        self._due = time.monotonic() + interval

    def show(self, words: str, number: int, total: int, steps: Sequence[Step]) -> None:
        if self._is_due():
            failed = sum(step.error is not None for step in steps)
            self._tell(f"{number} of {total} objects {words}{f', {failed} failed' if failed else ''}")

    def announce(self, text: str) -> None:
        if self._is_due():
            self._tell(text)

    def _is_due(self) -> bool:
        """Whether it is time to tell again. If so, the next time is an interval later."""
        now = time.monotonic()
        if now < self._due:
            return False
        self._due = now + self._interval
        return True


_watches: list[_Watch] = []


def watch(tell: Tell, interval: float) -> None:
    """Call ``tell`` with a line of text about what this process is doing, every ``interval`` seconds at the most."""
    _watches[:] = [_Watch(tell, interval)]


def unwatch() -> None:
    """Tell nobody any more."""
    _watches.clear()


def progress(words: str, number: int, total: int, steps: Sequence[Step]) -> None:
    """Note that something has been done to ``number`` objects of ``total``.

    :param words: what, such as C(written)
    :param steps: all that may have failed so far
    """
    for one in _watches:
        one.show(words, number, total, steps)


def announce(text: str) -> None:
    """Note what this process is waiting for."""
    for one in _watches:
        one.announce(text)
