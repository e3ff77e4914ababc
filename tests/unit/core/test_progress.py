# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run tells of its progress, and when."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core import progress as progress_module


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The time that progress sees; whoever watches stops at the end."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(progress_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    yield clock
    progress_module._watches.clear()


def test_it_is_told_once_in_an_interval_beginning_with_the_first(clock: SimpleNamespace) -> None:
    told: list[str] = []
    progress_module.watch(told.append, 5.0)
    for number, now in enumerate((1.0, 4.9, 5.1, 6.0, 10.0, 10.2), 1):
        clock.now = now
        progress_module.progress("written", number, 9, [])
    assert told == ["3 of 9 objects written", "6 of 9 objects written"]


def test_failures_so_far_are_counted(clock: SimpleNamespace) -> None:
    told: list[str] = []
    progress_module.watch(told.append, 0.0)
    progress_module.progress("deleted", 3, 9, [SimpleNamespace(error=error) for error in (None, ValueError(), None)])
    assert told == ["3 of 9 objects deleted, 1 failed"]


def test_what_a_run_waits_for_is_told_as_seldom(clock: SimpleNamespace) -> None:
    told: list[str] = []
    progress_module.watch(told.append, 5.0)
    for now in (1.0, 5.0, 6.0, 11.0):
        clock.now = now
        progress_module.announce(f"waits at {now:g}")
    assert told == ["waits at 5", "waits at 11"]
