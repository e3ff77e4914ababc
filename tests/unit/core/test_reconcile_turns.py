# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that write to one account at once: nothing is created twice, and nothing is read twice without a reason."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.outcome import Outcome
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile

from .fake import GROUP, Fake, World


class Account(Fake):
    """A fake account that other runs can write to; ``meanwhile`` happens once, after the first read."""

    def __init__(self, world: World, meanwhile: Callable[[], Any] | None = None) -> None:
        super().__init__({"world": world})
        self.account, self._meanwhile, self.forgotten = "an-account", meanwhile, 0

    def validate_plan(self, steps: Sequence[Any], records: Any) -> list[Any]:
        self.warnings.append(f"{len(steps)} steps")
        if self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return []

    def forget(self) -> None:
        self.forgotten += 1


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home directory in which no run has been."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def world() -> World:
    """An empty account."""
    return World()


def declare(service: Account, *names: str, check: bool = False) -> Outcome:
    """Declare groups."""
    return reconcile(service, [Desired(GROUP, {"name": name}) for name in names], check=check)


def actions(outcome: Outcome) -> list[str | None]:
    """What was done."""
    return [result.action for result in outcome.results]


def test_what_another_run_created_meanwhile_is_not_created_again(world: World) -> None:
    service = Account(world, meanwhile=lambda: declare(Account(world), "a", "b"))
    outcome = declare(service, "b", "c")
    assert actions(outcome) == [None, "create"]
    assert sorted(row["Name"] for row in world.state["group"].values()) == ["a", "b", "c"]
    assert service.forgotten == 1
    assert service.warnings == ["2 steps"]


def test_where_nobody_wrote_in_between_nothing_is_read_twice(world: World) -> None:
    for name in "abc":
        world.reads.clear()
        service = Account(world, meanwhile=lambda: declare(Account(world), "x", check=True))
        declare(service, name)
        assert world.reads == ["groups", "groups"], "one of them is the other's, in check mode"
        assert not service.forgotten


def test_a_run_that_writes_nothing_waits_for_nobody(world: World) -> None:
    declare(Account(world), "a")

    def run_another() -> None:
        done = [declare(Account(world), "a"), declare(Account(world), "new", check=True)]
        assert [actions(outcome) for outcome in done] == [[None], ["create"]]

    class Slow(Account):
        def create(self, kind: Any, values: Any) -> str | None:
            other = threading.Thread(target=run_another)
            other.start()
            other.join(5)
            assert not other.is_alive()
            return super().create(kind, values)

    assert actions(declare(Slow(world), "b")) == ["create"]


def test_the_turn_ends_when_all_is_written(world: World) -> None:
    noted: list[Any] = []

    class Watched(Account):
        def wait_for_consistency(self) -> None:
            from ansible_collections.declarative.monitoring.plugins.module_utils._core.turns import Turns

            noted.append(Turns(self.account, 0.0, print).note())

    declare(Watched(world), "a")
    assert noted == [None], "others read again while a run waits until its writes can be read"


def test_a_run_that_fails_ends_its_turn(world: World) -> None:
    class Broken(Account):
        def wait_for_consistency(self) -> None:
            raise MonitoringError("oops")

    with pytest.raises(MonitoringError, match="oops"):
        declare(Broken(world), "a")
    service = Account(world)
    assert actions(declare(service, "a", "b")) == [None, "create"]
    assert not service.forgotten
