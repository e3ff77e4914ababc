# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a step changes: the values of its options before and after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .kind import VALUE, Field
from .objects import Step
from .outcome import StepResult
from .values import Values, is_empty


@dataclass(frozen=True)
class Change:
    """One object that is changed.

    :param action: ``create``, ``update``, ``delete`` or ``recreate``
    :param fields: the options that change
    :param before: their current values, where they are known; of an object to delete, all options that are set
    :param after: their new values; other objects by their ids, or a PendingId
    """

    step: Step
    action: str
    fields: tuple[str, ...]
    before: Values
    after: Values

    @property
    def renamed_from(self) -> Any:
        """The name that the object had; None if it keeps its name, is new or is deleted."""
        return self.before.get(self.step.desired.kind.name_option) if self.action in ("update", "recreate") else None


def planned_change(step: Step) -> Change | None:
    """What a step changes if nothing fails; None for nothing."""
    if step.action in ("unchanged", "read"):
        return None
    return _change(step, step.action, step.fields)


def done_change(step: Step, done: StepResult) -> Change | None:
    """What a step has changed; None for nothing."""
    return _change(step, done.action, done.fields) if done.action else None


def _change(step: Step, action: str, done: Collection[str]) -> Change:
    fields = tuple(name for name in step.fields if name in done)
    if action == "delete":
        return Change(step, action, fields, {name: one for name, one in step.before.items() if not is_empty(one)}, {})
    before: Values = {}
    after: Values = {}
    for name in fields:
        item = step.desired.kind.by_name[name]
        old, new = _differing_keys(item, step.before.get(name), step.after.get(name))
        if name in step.before:
            before[name] = old
        after[name] = new
    return Change(step, action, fields, before, after)


def _differing_keys(item: Field, before: Any, after: Any) -> tuple[Any, Any]:
    """Two values of an option; of two dictionaries only what differs."""
    if item.secret or not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    differing = {name for name in before.keys() | after.keys() if not _same_key(item, name, before, after)}
    return _only(before, differing), _only(after, differing)


def _same_key(item: Field, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return (item.key_field(name) or VALUE).same(before.get(name), after.get(name))


def _only(values: Mapping[str, Any], names: Collection[str]) -> Values:
    return {name: value for name, value in values.items() if name in names}
