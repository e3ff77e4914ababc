# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done: a pure function of what is desired and what was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .errors import InputError, Problem
from .kind import Field, Kind
from .objects import PRUNE, PendingId, Record, Step
from .observe import Records, ReferenceIndex, Snapshot
from .values import MASK, Values, join_names


@dataclass
class Plan:
    """All steps, the declared ones first, in the order of the declaration; and the order in which they are reported."""

    steps: list[Step]
    order: list[int]
    records: Records
    warnings: list[str] = field(default_factory=list)


def plan(kinds: Mapping[str, Kind], snapshot: Snapshot, prune_limit: int) -> Plan:
    """What has to be done.

    :param kinds: the kinds of the service, in the order in which they are created
    :param prune_limit: how many objects may be pruned at the most
    :raises InputError: where the declaration cannot be met: a reference to nothing, a change that the service does not
        allow, a contradiction, more to prune than is allowed
    """
    notes = [f"Not pruned: {r.kind.noun} {r.label} ({r.id}), which {r.protected}." for r in snapshot.protected]
    steps: list[Step] = []
    problems: list[Problem] = []
    for step in snapshot.steps:
        try:
            steps.append(_step(step, snapshot.directory))
        except InputError as exc:
            problems.append(step.desired.with_location(exc))
    gone = [f"{s.title} ({s.record.id})" for s in steps if s.desired.location == PRUNE and s.record is not None]
    if len(gone) > prune_limit:
        raise InputError(f"prune would delete {len(gone)} objects, prune_limit being {prune_limit}: {join_names(gone)}")
    if problems:
        raise InputError(*problems)
    return Plan(steps, _order(kinds, steps), snapshot.records, notes)


def _step(step: Step, directory: ReferenceIndex) -> Step:
    """The step for one object, without regard to the others but for what it refers to."""
    wanted, record, kind = step.desired, step.record, step.desired.kind
    if step.error is not None:
        return replace(step, action="read")
    if not wanted.present:
        if record is not None and record.protected and wanted.id is None:
            hint = f"{kind.id_option}: {record.id} deletes it all the same"
            raise InputError(f"{kind.noun} {record.label} {record.protected}; {hint}")
        return step if record is None else replace(step, action="delete", before=_options(record))
    if record is None:
        return _creation(step, directory, {})
    if step.needs_replacement:
        kept = {name: value for name, value in _options(record).items() if value not in (None, "", [])}
        step = _creation(step, directory, kept)
        changed = tuple(n for n, value in step.after.items() if not kind.by_name[n].same(kept.get(n), value))
        return replace(step, action="recreate", before=kept, fields=changed)
    if step.immutable_changes:
        changes = join_names(
            f"{item.name} is {_shown(item, record.values[item.name])} and cannot become "
            f"{_shown(item, wanted.values[item.name])}"
            for item in step.immutable_changes
        )
        hint = "; recreate: true deletes the object and creates it anew" if kind.creatable and kind.recreatable else ""
        raise InputError(f"{kind.noun} {record.label} ({record.id}): {changes} once it exists{hint}")
    return _update(step, record, directory)


def _creation(step: Step, directory: ReferenceIndex, kept: Values) -> Step:
    """The step for an object that does not exist, or not any more; ``kept`` is what it had before."""
    wanted, kind, fields = step.desired, step.desired.kind, step.desired.kind.by_name
    if wanted.id is not None and not kept:
        raise InputError(f"there is no {kind.noun} with {kind.id_option} {wanted.id}")
    if not kind.creatable:
        raise InputError(f"there is no {kind.noun} {wanted.label}, and none can be created this way")
    kept = {n: directory.now(fields[n], v, anew=True) for n, v in kept.items()}
    values = {n: v for n, v in {**kept, **wanted.values}.items() if fields[n].applies_to(wanted.values)}
    after: Values = {}
    for name, value in values.items():
        item = fields[name]
        after[name] = directory.resolve(item, value, values) if name in wanted.values else value
        if name in wanted.append_only and kept.get(name):
            after[name] = _union(item, kept[name], after[name])
    # Not before references are found: what names a wrong one may be there, in another place.
    lacking = [item for item in kind.options if item.required_for(values) and values.get(item.name) in (None, "", [])]
    if lacking:
        # One that stands instead of another can be given as that one, too.
        what = (" or ".join(filter(None, (one.name, one.exclusive_with))) for one in lacking)
        raise InputError(f"there is no {kind.noun} {wanted.label} yet, and creating it takes {' and '.join(what)}")
    payload = {n: v for n, v in after.items() if v is not None and not (fields[n].subresource and v in ([], {}))}
    return _with_dependencies(replace(step, action="create", after=after, payload=payload, fields=tuple(wanted.values)))


def _update(step: Step, record: Record, directory: ReferenceIndex) -> Step:
    """The step for an object that exists."""
    wanted, kind, values = step.desired, step.desired.kind, step.values
    kind.validate_applicability(wanted.values, values)
    before = {name: record.values[name] for name in wanted.values if name in record.values}
    after: Values = {}
    changed: list[str] = []
    hidden: list[str] = []
    for name, value in wanted.values.items():
        item = kind.by_name[name]
        if not item.applies_to(values):
            continue
        after[name] = directory.resolve(item, value, values)
        if item.write_only or name not in before:
            (changed if name in wanted.force_send else hidden).append(name)
            continue
        if name in wanted.append_only:
            after[name] = _union(item, directory.now(item, before[name]), after[name])
        if item.same(before[name], after[name]):
            # Shown as the server writes it, or a diff would show what does not change.
            after[name] = before[name]
        else:
            changed.append(name)
            after[name] = _union(item, before[name], after[name]) if item.compare == "merge" else after[name]
    shown = tuple(name for name in hidden if not kind.by_name[name].write_only)
    step = replace(step, before=before, after=after, not_comparable=shown)
    if not changed:
        return step
    # What cannot be compared is sent along, but is no reason to call an endpoint that needs no call.
    subresources = {kind.by_name[name].subresource for name in changed}
    # Nor can be added to, so what only adds is kept back: alone it would remove the rest.
    along = {
        n for n in hidden if kind.by_name[n].subresource in subresources and not kind.by_name[n].immutable
    } - wanted.append_only
    merged = {name: wanted.values[name] for name in changed if kind.by_name[name].compare == "merge"}
    payload = {**{name: after[name] for name in (*changed, *sorted(along))}, **merged}
    return _with_dependencies(replace(step, action="update", payload=payload, fields=tuple(changed)))


def _with_dependencies(step: Step) -> Step:
    """Note which steps have to come first: those of the objects that its own endpoint needs."""
    own = [value for name, value in step.payload.items() if not step.desired.kind.by_name[name].subresource]
    step.depends_on = {target.step for value in own for target in _pendings(value)}
    return step


def _options(record: Record) -> Values:
    return {name: value for name, value in record.values.items() if not record.kind.by_name[name].read_only}


def _union(item: Field, before: Any, after: Any) -> Any:
    if item.type == "dict":
        return {key: value for key, value in {**(before or {}), **(after or {})}.items() if value is not None}
    have = set(map(str, before or ()))
    return [*(before or ()), *(value for value in after or () if str(value) not in have)]


def _pendings(value: Any) -> list[PendingId]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, PendingId)]


def _shown(item: Field, value: Any) -> str:
    return MASK if item.secret else str(value)


def _order(kinds: Mapping[str, Kind], steps: Sequence[Step]) -> list[int]:
    """The order in which the steps are reported: creations and changes by what they need, then deletions, reversed.

    Deletions are told here to wait for the changes and deletions of the objects that refer to them.

    :raises InputError: where objects need each other in a circle
    """
    deletions = {(s.record.kind.name, s.record.id): s for s in steps if s.action == "delete" and s.record is not None}
    for index, step in enumerate(steps if deletions else ()):
        for item in step.desired.kind.options:
            used = deletions.get((item.reference, str(step.before.get(item.name))))
            if used is not None:
                used.depends_on.add(index)
    level: dict[int, int] = {}
    try:
        for index in TopologicalSorter({index: step.depends_on for index, step in enumerate(steps)}).static_order():
            level[index] = max((level[need] + 1 for need in steps[index].depends_on), default=0)
    except CycleError as exc:
        circle = join_names(steps[index].label for index in exc.args[1])
        raise InputError(f"these objects refer to each other in a circle: {circle}") from exc
    rank = {name: number for number, name in enumerate(kinds)}

    def place(index: int) -> tuple[bool, int, int, int]:
        deleted = steps[index].action == "delete"
        number = rank[steps[index].desired.kind.name]
        return deleted, -number if deleted else number, level[index], index

    return sorted(range(len(steps)), key=place)
