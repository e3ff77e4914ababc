# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State that can be read as it was a while ago, as behind a read replica."""

from __future__ import annotations

import time
from typing import Generic, Protocol, TypeVar


class Copyable(Protocol):
    """A state whose copy stays as it is when the original changes."""

    def copy(self: StateT) -> StateT:
        """Return an independent copy."""


StateT = TypeVar("StateT", bound=Copyable)


class Store(Generic[StateT]):
    """The present state of an account, and its past for as long as the lag reaches."""

    def __init__(self, state: StateT) -> None:
        """Hold a state that has no past."""
        self.current = state
        self._past: list[tuple[float, StateT]] = []

    def read(self, lag: float) -> StateT:
        """Return the state as it was `lag` seconds ago; not to be changed."""
        horizon = time.monotonic() - lag
        return next((state for until, state in self._past if until > horizon), self.current)

    def change(self, lag: float) -> StateT:
        """Return the present state for a change, after keeping a copy for readers that lag behind."""
        now = time.monotonic()
        self._past = [(until, state) for until, state in self._past if until > now - lag]
        if lag > 0:
            self._past.append((now, self.current.copy()))
        return self.current

    def replace(self, state: StateT) -> None:
        """Put another state in place at once, visible to every reader."""
        self.current = state
        self._past.clear()
