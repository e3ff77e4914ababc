# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of steps: what each one depends on, and in which order they are reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .errors import InputError
from .kind import Kind
from .objects import PendingId, Step
from .values import Values, join_names


def dependencies(kind: Kind, payload: Values) -> frozenset[int]:
    """The steps that create what an object refers to, if its own endpoint needs their ids.

    Subresources are written later, when all objects exist.
    """
    own = (value for name, value in payload.items() if not kind.by_name[name].subresource)
    return frozenset(one.step for value in own for one in _elements(value) if isinstance(one, PendingId))


def with_deletion_dependencies(steps: Sequence[Step]) -> list[Step]:
    """The steps, with each deletion waiting for the steps of the objects that refer to the deleted one."""
    deletions = {
        (step.record.kind.name, step.record.id): step.index
        for step in steps
        if step.action == "delete" and step.record is not None
    }
    waits: dict[int, set[int]] = {}
    for step in steps if deletions else ():
        for referred in _current_references(step):
            deletion = deletions.get(referred)
            if deletion is not None and deletion != step.index:
                waits.setdefault(deletion, set()).add(step.index)
    kept = _without_cycles(waits)
    return [
        replace(one, depends_on=one.depends_on.union(kept[one.index])) if one.index in kept else one for one in steps
    ]


def _without_cycles(waits: Mapping[int, Collection[int]]) -> Mapping[int, Collection[int]]:
    """The steps that each deletion waits for, without those that would wait for it themselves.

    Objects that refer to each other and are all deleted have no right order. Any of them is deleted first.
    """
    try:
        TopologicalSorter(waits).prepare()
    except CycleError:
        kept: dict[int, set[int]] = {}
        for index in sorted(waits):
            for needed in sorted(waits[index]):
                if not _waits_for(kept, needed, index):
                    kept.setdefault(index, set()).add(needed)
        return kept
    return waits


def _waits_for(waits: Mapping[int, Collection[int]], index: int, other: int) -> bool:
    """Whether a step waits for another one, directly or through others."""
    found, pending = {index}, [index]
    while pending:
        new = set(waits.get(pending.pop(), ())) - found
        found |= new
        pending += new
    return other in found


def _current_references(step: Step) -> Iterator[tuple[str, str]]:
    """The objects that an object refers to before the step, by kind and id.

    A link with two ends is left out: deleting either object removes it, and the ends would wait for each other.
    """
    for item in step.desired.kind.options:
        if item.reference and not item.inverse:
            for ident in _elements(step.before.get(item.name)):
                yield item.reference, str(ident)


def _elements(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def report_order(kinds: Mapping[str, Kind], steps: Sequence[Step]) -> tuple[int, ...]:
    """The indexes of the steps: creations and changes in the order of the kinds, then deletions in reverse.

    :raises InputError: if objects depend on each other in a circle
    """
    levels = _levels(steps)
    rank = {name: number for number, name in enumerate(kinds)}

    def place(step: Step) -> tuple[bool, int, int, int]:
        is_deletion = step.action == "delete"
        number = rank[step.desired.kind.name]
        return is_deletion, -number if is_deletion else number, levels[step.index], step.index

    return tuple(step.index for step in sorted(steps, key=place))


def _levels(steps: Sequence[Step]) -> dict[int, int]:
    """How many steps must come before each one, one after the other."""
    levels: dict[int, int] = {}
    try:
        for index in TopologicalSorter({step.index: step.depends_on for step in steps}).static_order():
            levels[index] = max((levels[needed] + 1 for needed in steps[index].depends_on), default=0)
    except CycleError as exc:
        circle = join_names(steps[index].label for index in exc.args[1])
        raise InputError(f"these objects refer to each other in a cycle: {circle}") from exc
    return levels
