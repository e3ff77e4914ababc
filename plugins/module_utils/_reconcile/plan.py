# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done: a pure function of what is desired and what was observed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, Union

from .._errors import ApiError, InputError
from .._resource import Desired, Field, Kind, Record, Values, names
from .observe import Snapshot, immutable_differences, labels, normal_name, replaced

MASK = "********"


@dataclass(frozen=True)
class Pending:
    """The id that an object will have once the step at ``step`` has created it."""

    step: int
    label: str


Target = Union[str, Pending]


@dataclass
class Step:
    """What has to be done about one object; C(unchanged) where that is nothing.

    :param before: the declared options as they are; ``after`` as they will be; ids of other objects, or Pending
    :param payload: the options to send; empty where only links change
    :param attach: the links to add, as (option, other object); ``detach`` those to remove
    :param fields: the options that change
    :param hidden: the options that could not be compared, since the server does not show them
    :param needs: the steps that have to succeed before this one can start
    """

    desired: Desired
    record: Record | None
    action: str = "unchanged"
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    payload: Values = field(default_factory=dict)
    attach: list[tuple[str, Target]] = field(default_factory=list)
    detach: list[tuple[str, str]] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    needs: set[int] = field(default_factory=set)
    error: ApiError | None = None

    @property
    def label(self) -> str:
        """What a sentence calls the object, by its new name if it gets one."""
        return self.record.label if self.record is not None and not self._named else self.desired.label

    @property
    def _named(self) -> bool:
        return self.desired.values.get(self.desired.kind.name_option) not in (None, "", [])


@dataclass
class Plan:
    """All steps, the declared ones first, in the order of the declaration; and the order in which they are reported."""

    steps: list[Step]
    order: list[int]
    labels: Mapping[tuple[str, str], str]


def plan(
    kinds: Mapping[str, Kind],
    desired: Sequence[Desired],
    snapshot: Snapshot,
    prune: Collection[str] = (),
    prune_limit: int = 0,
) -> Plan:
    """What has to be done.

    :param kinds: the kinds of the service, in the order in which they are created
    :param prune: the kinds whose undeclared objects are deleted, ``prune_limit`` at the most
    :raises InputError: where the declaration cannot be met: a reference to nothing, a change that the service does not
        allow, a contradiction, more to prune than is allowed
    """
    surplus = _surplus(snapshot, prune)
    if len(surplus) > prune_limit:
        gone = names(f"{record.kind.noun} {record.label} ({record.id})" for record in surplus)
        raise InputError(f"prune would delete {len(surplus)} objects, prune_limit being {prune_limit}: {gone}")
    everything = [*desired, *(Desired(r.kind, {}, r.id, present=False, place="prune") for r in surplus)]
    records = [*snapshot.matched, *surplus]
    references = _References(kinds, everything, records, snapshot)
    steps: list[Step] = []
    problems: list[str] = []
    for index, (wanted, record) in enumerate(zip(everything, records)):
        if index in snapshot.unread:
            steps.append(Step(wanted, record, "read", error=snapshot.unread[index]))
            continue
        try:
            steps.append(_step(wanted, record, references))
        except InputError as exc:
            problems.append(f"{wanted.place}: {exc}" if wanted.place else str(exc))
    if problems:
        raise InputError("; ".join(problems))
    _refuse_contradictions(steps)
    _refuse_full(steps, snapshot)
    _delete_users_first(steps)
    return Plan(steps, _order(kinds, steps), references.labels)


def _surplus(snapshot: Snapshot, prune: Collection[str]) -> list[Record]:
    """The objects of the kinds to prune that nobody has declared."""
    declared = {(record.kind.name, record.id) for record in snapshot.matched if record is not None}
    return [
        record
        for name, records in snapshot.records.items()
        if name in prune
        for record in records
        if (name, record.id) not in declared
    ]


class _References:
    """Turns the name or id of another object into its id, or into the promise of one."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        desired: Sequence[Desired],
        records: Sequence[Record | None],
        snapshot: Snapshot,
    ) -> None:
        self._kinds = kinds
        self._records = records
        self._desired = desired
        self._ids = {name: {record.id: record for record in found} for name, found in snapshot.records.items()}
        self._declared: dict[tuple[str, Any], list[int]] = {}
        self._named: dict[tuple[str, Any], list[Record]] = {}
        self._index = {(r.kind.name, r.id): index for index, r in enumerate(records) if r is not None}
        for index, wanted in enumerate(desired):
            name = self._normal(wanted.kind.name, wanted.values.get(wanted.kind.name_option))
            if wanted.present and name is not None:
                self._declared.setdefault((wanted.kind.name, name), []).append(index)
        for kind, found in snapshot.records.items():
            for record in found:
                self._named.setdefault((kind, self._normal(kind, record.label)), []).append(record)
        self.labels = labels(snapshot.records)

    def _normal(self, kind: str, name: Any) -> Any:
        return normal_name(self._kinds[kind], name)

    def resolve(self, item: Field, value: Any) -> Target:
        """The object that a reference means: one declared by that name, else the one of that id, else of that name.

        :raises InputError: where there is none, several, or only one that is to be deleted
        """
        kind = self._kinds[item.reference]
        text = str(value)
        declared = self._declared.get((kind.name, self._normal(kind.name, text)), [])
        if len(declared) == 1:
            return self._declared_target(declared[0])
        found = [self._ids[kind.name][text]] if text in self._ids[kind.name] else []
        found = found or self._named.get((kind.name, self._normal(kind.name, text)), [])
        found = [record for record in found if not self._renamed(record) or record.id == text]
        if len(found) > 1:
            ids = names(record.id for record in found)
            several = f"there are {len(found)} {kind.plural} of that name: use one of the ids {ids}"
            raise InputError(f"{item.name} names {text}, but {several}")
        if not found:
            raise InputError(f"{item.name} names {text}, but there is no such {kind.noun}")
        index = self._index.get((kind.name, found[0].id))
        if index is None:
            return found[0].id
        if not self._desired[index].present:
            raise InputError(f"{item.name} names {text}, but that {kind.noun} is to be deleted")
        return self._declared_target(index)

    def _declared_target(self, index: int) -> Target:
        record = self._records[index]
        if record is None or replaced(self._desired[index], record):
            return Pending(index, self._desired[index].label)
        return record.id

    def _renamed(self, record: Record) -> bool:
        index = self._index.get((record.kind.name, record.id))
        wanted = self._desired[index] if index is not None else None
        name = record.kind.name_option
        return (
            wanted is not None
            and wanted.present
            and name in wanted.values
            and not record.kind.by_name[name].same(record.values.get(name), wanted.values[name])
        )


def _step(wanted: Desired, record: Record | None, references: _References) -> Step:
    """The step for one object, without regard to the others but for what it refers to."""
    if not wanted.present:
        if record is None:
            return Step(wanted, None)
        return Step(wanted, record, "delete", before=_options(record))
    kind = wanted.kind
    if record is None:
        return _creation(wanted, references, {})
    if replaced(wanted, record):
        kept = {name: value for name, value in _options(record).items() if value not in (None, "", [])}
        step = _creation(wanted, references, kept)
        changed = tuple(n for n, value in step.after.items() if not _same(kind.by_name[n], kept.get(n), value))
        return replace(step, record=record, action="recreate", before=kept, fields=changed)
    fixed = immutable_differences(wanted, record)
    if fixed:
        changes = names(
            f"{item.name} is {_shown(item, record.values[item.name])} and cannot become "
            f"{_shown(item, wanted.values[item.name])}"
            for item in fixed
        )
        hint = "; recreate: true deletes the object and creates it anew" if kind.creatable else ""
        raise InputError(f"{kind.noun} {record.label} ({record.id}): {changes} once it exists{hint}")
    return _update(wanted, record, references)


def _creation(wanted: Desired, references: _References, kept: Values) -> Step:
    kind = wanted.kind
    if wanted.id is not None and not kept:
        raise InputError(f"there is no {kind.noun} with {kind.id_option} {wanted.id}")
    if not kind.creatable:
        raise InputError(f"there is no {kind.noun} {wanted.label}, and none can be created this way")
    values = {**kept, **wanted.values}
    lacking = [item.name for item in kind.options if item.required and values.get(item.name) in (None, "", [])]
    if lacking:
        raise InputError(f"there is no {kind.noun} {wanted.label} yet, and creating it takes {' and '.join(lacking)}")
    step = Step(wanted, None, "create", fields=tuple(wanted.values))
    for name, value in values.items():
        item = kind.by_name[name]
        after = _resolved(item, value, references) if name in wanted.values else value
        if name in wanted.add_only and kept.get(name):
            after = _union(item, kept[name], after)
        step.after[name] = after
        if item.link:
            step.attach += [(name, target) for target in after or ()]
        elif after is not None:
            step.payload[name] = after
    return _with_needs(step)


def _update(wanted: Desired, record: Record, references: _References) -> Step:
    kind = wanted.kind
    step = Step(wanted, record, before=_declared(wanted, record))
    changed = []
    hidden = []
    for name, value in wanted.values.items():
        item = kind.by_name[name]
        if item.write_only:
            step.after[name] = value
            if name in wanted.always:
                changed.append(name)
            elif not item.immutable:
                hidden.append(name)
            continue
        after = _resolved(item, value, references)
        if name not in record.values:
            hidden.append(name)
            step.after[name] = after
            continue
        before = record.values[name]
        if name in wanted.add_only:
            after = _union(item, before, after)
        # A value that is equal is shown as the server writes it, or a diff would show what does not change.
        same = _same(item, before, after)
        step.after[name] = before if same else after
        if same:
            continue
        changed.append(name)
        if item.link:
            have, want = list(before or ()), list(after or ())
            step.attach += [(name, target) for target in want if target not in have]
            step.detach += [(name, ident) for ident in have if ident not in want]
    step.hidden = tuple(name for name in hidden if not kind.by_name[name].write_only)
    if changed:
        own = [name for name in changed if not kind.by_name[name].link]
        # What cannot be compared is sent along, but is no reason to call an endpoint that needs no call.
        aspects = {kind.by_name[name].aspect for name in own}
        along = [name for name in hidden if kind.by_name[name].aspect in aspects]
        step.payload = {name: step.after[name] for name in (*own, *along)}
        step.action = "update"
        step.fields = tuple(changed)
    return _with_needs(step)


def _options(record: Record) -> Values:
    return {name: value for name, value in record.values.items() if not record.kind.by_name[name].read_only}


def _declared(wanted: Desired, record: Record) -> Values:
    return {name: record.values[name] for name in wanted.values if name in record.values}


def _resolved(item: Field, value: Any, references: _References) -> Any:
    if not item.reference or value in (None, ""):
        return value
    if isinstance(value, list):
        return list(dict.fromkeys(references.resolve(item, one) for one in value))
    return references.resolve(item, value)


def _union(item: Field, before: Any, after: Any) -> Any:
    if isinstance(before, dict) or isinstance(after, dict):
        return {**(before or {}), **(after or {})}
    have = {item.normal([value]) for value in before or ()}
    return [
        *(before or ()),
        *(value for value in after or () if isinstance(value, Pending) or item.normal([value]) not in have),
    ]


def _same(item: Field, before: Any, after: Any) -> bool:
    return not any(True for _pending in _pendings(after)) and item.same(before, after)


def _pendings(value: Any) -> Iterable[Pending]:
    values = value if isinstance(value, list) else [value]
    return (one for one in values if isinstance(one, Pending))


def _with_needs(step: Step) -> Step:
    """Note which steps have to come first."""
    step.needs = {target.step for value in step.payload.values() for target in _pendings(value)}
    return step


def _shown(item: Field, value: Any) -> str:
    return MASK if item.secret else str(value)


def _refuse_contradictions(steps: Sequence[Step]) -> None:
    """Refuse a link that one side wants and the other, in an exact list of its own, does not.

    :raises InputError: naming both places
    """
    idents: list[Target] = [_ident(index, step) for index, step in enumerate(steps)]
    index = {(step.desired.kind.name, ident): step for ident, step in zip(idents, steps)}
    problems = []
    for ident, step in zip(idents, steps):
        for item in step.desired.kind.options:
            wanted = step.after.get(item.name) if item.link and item.name in step.desired.values else None
            for other in filter(None, (index.get((item.reference, target)) for target in wanted or ())):
                name = item.inverse or _inverse_of(item, step, other)
                exact = name in other.desired.values and name not in other.desired.add_only
                if exact and ident not in (other.after.get(name) or ()):
                    problems.append(
                        f"{step.desired.place} has {other.label} among its {item.name}, but {other.desired.place} does "
                        f"not have {step.label} among its {name}"
                    )
    if problems:
        raise InputError("; ".join(problems))


def _ident(index: int, step: Step) -> Target:
    return step.record.id if step.record is not None and step.action != "recreate" else Pending(index, step.label)


def _inverse_of(item: Field, step: Step, other: Step) -> str:
    """The field on the other side that is read from this one."""
    kind = step.desired.kind.name
    found = (f.name for f in other.desired.kind.options if f.inverse == item.name and f.reference == kind)
    return next(found, "")


def _refuse_full(steps: Sequence[Step], snapshot: Snapshot) -> None:
    """Refuse to delete an object that still holds others, unless it is forced.

    :raises InputError: naming what it holds
    """
    leaving = {
        (step.record.kind.name, step.record.id, name)
        for step in steps
        if step.record is not None
        for name in (step.record.values if step.action == "delete" else step.fields)
    }
    problems = []
    for step in steps:
        if step.action != "delete" or step.record is None or step.desired.flags.get("force"):
            continue
        for kind, name in step.desired.kind.holds:
            held = [
                record.label
                for record in snapshot.records.get(kind, ())
                if record.values.get(name) == step.record.id and (kind, record.id, name) not in leaving
            ]
            if held:
                noun = step.desired.kind.noun
                problems.append(f"{noun} {step.label} still holds {names(held)}; force: true deletes it all the same")
    if problems:
        raise InputError("; ".join(problems))


def _delete_users_first(steps: Sequence[Step]) -> None:
    """Let each deletion wait for the deletions of the objects that refer to it."""
    deletions = {
        (step.record.kind.name, step.record.id): step
        for step in steps
        if step.action == "delete" and step.record is not None
    }
    for index, step in enumerate(steps):
        if step.action != "delete" or step.record is None:
            continue
        for item in step.desired.kind.options:
            used = deletions.get((item.reference, str(step.record.values.get(item.name))))
            if used is not None and not item.link:
                used.needs.add(index)


def _order(kinds: Mapping[str, Kind], steps: Sequence[Step]) -> list[int]:
    """The order in which the steps are reported: creations and changes by what they need, then deletions, reversed.

    :raises InputError: where objects need each other in a circle
    """
    sorter = TopologicalSorter({index: step.needs for index, step in enumerate(steps)})
    try:
        sorter.prepare()
    except CycleError as exc:
        circle = names(steps[index].label for index in exc.args[1])
        raise InputError(f"these objects refer to each other in a circle: {circle}") from exc
    level: dict[int, int] = {}
    depth = 0
    while sorter.is_active():
        ready = sorter.get_ready()
        level.update(dict.fromkeys(ready, depth))
        sorter.done(*ready)
        depth += 1
    rank = {name: number for number, name in enumerate(kinds)}

    def place(index: int) -> tuple[int, int, int, int]:
        step = steps[index]
        deleted = step.action == "delete"
        number = rank[step.desired.kind.name]
        return int(deleted), -number if deleted else number, level[index], index

    return sorted(range(len(steps)), key=place)
