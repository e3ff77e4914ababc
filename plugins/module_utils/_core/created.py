# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of a run have created so far. Pure data.

A service may not show an option. If this run has created the object and has never set the option, a request that resets
the option loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .kind import Kind
from .objects import PendingId, Record, Step
from .outcome import Outcome, StepResult
from .values import Values, is_empty


class CreatedObjects:
    """The objects that a run has created, with the names of the options that it has set. It contains no values.

    :param data: the objects as ``to_data`` returned them
    """

    def __init__(self, data: Mapping[str, Iterable[str]] | None = None) -> None:
        self._set_options = {key: set(names) for key, names in (data or {}).items()}

    def to_data(self) -> dict[str, list[str]]:
        """The objects as data for JSON."""
        return {key: sorted(names) for key, names in self._set_options.items()}

    def never_set(self, record: Record, option: str) -> bool:
        """Whether this run has created an object without this option, and has not set the option since."""
        set_options = self._set_options.get(_key(record.kind, record.id, record.values))
        return set_options is not None and option not in set_options

    def add(self, outcome: Outcome) -> bool:
        """Add what a task has done.

        :return: whether that changed anything here
        """
        done = [(step, result, key) for step, result, key in _written(outcome) if self._concerns(result, key)]
        for step, result, key in done:
            self._add_step(step, result, key)
        return bool(done)

    def _concerns(self, result: StepResult, key: str) -> bool:
        return _is_creation(result) or key in self._set_options

    def _add_step(self, step: Step, result: StepResult, key: str) -> None:
        before = set() if _is_creation(result) else self._set_options[key]
        filled = {name for name, value in step.payload.items() if not is_empty(value)}
        # A request that failed may have been executed, or not.
        cleared = set() if result.error is not None else step.payload.keys() - filled
        self._set_options[key] = (before | filled) - cleared


def _written(outcome: Outcome) -> Iterator[tuple[Step, StepResult, str]]:
    """The steps that created or changed an object whose id is known, each with its result and the key of the object."""
    for step, result in zip(outcome.plan.steps, outcome.results):
        ident = outcome.ident(step.index)
        if ident is not None and step.action in ("create", "recreate", "update"):
            current = step.record.values if step.record is not None else {}
            values = {name: _resolved(value, outcome) for name, value in {**current, **step.after}.items()}
            yield step, result, _key(step.desired.kind, ident, values)


def _resolved(value: Any, outcome: Outcome) -> Any:
    return outcome.results[value.step].ident if isinstance(value, PendingId) else value


def _is_creation(result: StepResult) -> bool:
    """Whether a step created its object. Somebody else may have created it at the same moment."""
    return result.action in ("create", "recreate")


def _key(kind: Kind, ident: str, values: Values) -> str:
    """What tells an object from others. The id of an integration is only unique in its container."""
    container = [str(values.get(kind.listed_by))] if kind.listed_by else []
    return ":".join([kind.name, *container, ident])
