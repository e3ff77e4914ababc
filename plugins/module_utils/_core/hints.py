# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New objects that look like undeclared ones: a renamed object keeps its history, a new one has none."""

from __future__ import annotations

from collections.abc import Sequence

from .kind import Kind
from .objects import Record, Step
from .values import Values, is_empty, join_names

_MOST_CANDIDATES = 3
"""If a new object looks like more objects than this, its settings say nothing about which one it was."""


def rename_hints(steps: Sequence[Step], undeclared: Sequence[Record]) -> list[str]:
    """A sentence for each object to create that is like undeclared ones in all but the name."""
    hints = []
    for step in steps:
        if step.action == "create" and step.desired.kind.renamable:
            found = [record for record in undeclared if record.kind is step.desired.kind and _is_like(record, step)]
            if 0 < len(found) <= _MOST_CANDIDATES:
                hints.append(_hint(step, found))
    return hints


def _hint(step: Step, found: Sequence[Record]) -> str:
    names = join_names(f"{record.label} ({record.id})" for record in found)
    return (
        f"{step.title} is new, and differs only by name from {names}, which is not declared: if it is the same "
        f"{step.desired.kind.noun}, renamed_from: [{found[0].label}] keeps its id and its history."
    )


def _is_like(record: Record, step: Step) -> bool:
    """Whether an object has the declared values of a new one, and shows enough of them to tell."""
    kind, values = step.desired.kind, _comparable(step.desired.kind, step.after)
    needed = {item.name for item in kind.options if item.required_for(step.after)} - {kind.name_option}
    compared = values.keys() & record.values.keys()
    if not compared or not needed <= compared:
        return False
    return all(kind.by_name[name].same(record.values[name], values[name]) for name in compared)


def _comparable(kind: Kind, after: Values) -> Values:
    """The values by which an object can be recognized."""
    return {
        name: value
        for name, value in after.items()
        if name not in (kind.name_option, kind.scope) and not is_empty(value)
        if not (kind.by_name[name].secret or kind.by_name[name].write_only)
    }
