# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done: a pure function of what is desired and what was observed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, Union

from .._errors import ApiError, InputError
from .._resource import MASK, Desired, Field, Kind, Record, Values, names
from .observe import Snapshot, Subject, labels, normal_name


@dataclass(frozen=True)
class Pending:
    """The id that an object will have once the step at ``step`` has created it."""

    step: int
    label: str


Target = Union[str, Pending]

_PRUNE = "prune"


@dataclass
class Step:
    """What has to be done about one object; C(unchanged) where that is nothing, C(read) where ``error`` is in the way.

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
    detach: list[tuple[str, Target]] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    needs: set[int] = field(default_factory=set)
    error: ApiError | None = None

    @property
    def pruned(self) -> bool:
        """Whether nobody declared the object, so that it goes."""
        return self.desired.place == _PRUNE

    @property
    def label(self) -> str:
        """What a sentence calls the object, by its new name if it gets one."""
        return _label(self.desired, self.record)

    @property
    def title(self) -> str:
        """The noun and the name of the object; for one that has no name the noun alone."""
        noun = self.desired.kind.noun
        return noun if self.label == noun else f"{noun} {self.label}"


@dataclass
class Plan:
    """All steps, the declared ones first, in the order of the declaration; and the order in which they are reported."""

    steps: list[Step]
    order: list[int]
    labels: Mapping[tuple[str, str], str]
    notes: list[str] = field(default_factory=list)


def plan(kinds: Mapping[str, Kind], snapshot: Snapshot, prune: Collection[str] = (), prune_limit: int = 0) -> Plan:
    """What has to be done.

    :param kinds: the kinds of the service, in the order in which they are created
    :param prune: the kinds whose undeclared objects are deleted, ``prune_limit`` at the most
    :raises InputError: where the declaration cannot be met: a reference to nothing, a change that the service does not
        allow, a contradiction, more to prune than is allowed
    """
    declared = {id(subject.record) for subject in snapshot.subjects}
    others = [r for name, found in snapshot.records.items() if name in prune for r in found if id(r) not in declared]
    others = [record for record in others if not record.apart]
    surplus = [record for record in others if not record.spared]
    notes = [f"Not pruned: {r.kind.noun} {r.label} ({r.id}), which {r.spared}." for r in others if r.spared]
    if len(surplus) > prune_limit:
        gone = names(f"{record.kind.noun} {record.label} ({record.id})" for record in surplus)
        raise InputError(f"prune would delete {len(surplus)} objects, prune_limit being {prune_limit}: {gone}")
    pruned = [Subject(Desired(r.kind, {}, r.id, present=False, place=_PRUNE), r) for r in surplus]
    subjects = [*snapshot.subjects, *pruned]
    targets = _Targets(kinds, subjects, snapshot)
    steps: list[Step] = []
    problems: list[str] = []
    for subject in subjects:
        try:
            steps.append(_step(subject, targets))
        except InputError as exc:
            problems.append(f"{subject.wanted.place}: {exc}" if subject.wanted.place else str(exc))
    problems = problems or [*_contradictions(steps), *_still_held(steps, snapshot)]
    if problems:
        raise InputError("; ".join(problems))
    return Plan(steps, _order(kinds, steps), labels(snapshot.records), notes)


def _label(wanted: Desired, record: Record | None) -> str:
    named = wanted.values.get(wanted.kind.name_option) not in (None, "", [])
    return wanted.label if named or record is None else record.label


class _Targets:
    """What each object can be referred to by: its id, and its name as it will be."""

    def __init__(self, kinds: Mapping[str, Kind], subjects: Sequence[Subject], snapshot: Snapshot) -> None:
        self._kinds = kinds
        self._by_id: dict[tuple[str, str], list[Target]] = {}
        self._by_name: dict[tuple[str, Any], list[tuple[Values, Target]]] = {}
        spoken_of = set()
        for index, subject in enumerate(subjects):
            wanted, record = subject.wanted, subject.record
            label = _label(wanted, record)
            new = record is None or subject.replaced
            values = {**(record.values if record is not None else {}), **wanted.values}
            self._add(wanted.kind, record, label, Pending(index, label) if new else None, wanted.present, values)
            spoken_of.add(id(record))
        for record in (record for found in snapshot.records.values() for record in found):
            if id(record) not in spoken_of:
                self._add(record.kind, record, record.label, None, True, record.values)

    def _add(
        self, kind: Kind, record: Record | None, label: str, pending: Pending | None, present: bool, values: Values
    ) -> None:
        target: Target = pending or (record.id if record is not None else "")
        if record is not None:
            self._by_id[kind.name, record.id] = [target] if present else []
        if present:
            self._by_name.setdefault((kind.name, normal_name(kind, label)), []).append((values, target))

    def now(self, item: Field, value: Any) -> Any:
        """What becomes of the objects referred to by id: themselves, the new ones in their place, or nothing."""
        if not item.reference or value in (None, ""):
            return value
        if isinstance(value, list):
            return [target for one in value for target in self._by_id.get((item.reference, one), [one])]
        return next(iter(self._by_id.get((item.reference, value), [value])), None)

    def resolve(self, item: Field, value: Any, other: Values) -> Any:
        """The objects that a reference means, by their ids, or by their promises.

        :param other: the values of the object that refers to them
        :raises InputError: where there is none, several, or only one that is to be deleted
        """
        if not item.reference or value in (None, ""):
            return value
        if isinstance(value, list):
            return list(dict.fromkeys(self.resolve(item, one, other) for one in value))
        kind, text = self._kinds[item.reference], str(value)
        found = self._by_id.get((kind.name, text))
        if found is None:
            named = self._by_name.get((kind.name, normal_name(kind, text)), [])
            found = [target for values, target in named if kind.near(values, other)]
        if len(found) > 1:
            ids = names(target.label if isinstance(target, Pending) else target for target in found)
            several = f"there are {len(found)} {kind.plural} of that name: use one of the ids {ids}"
            raise InputError(f"{item.name} names {text}, but {several}")
        if not found:
            raise InputError(f"{item.name} names {text}, but there is no such {kind.noun}, or it is to be deleted")
        return found[0]


def _step(subject: Subject, targets: _Targets) -> Step:
    """The step for one object, without regard to the others but for what it refers to."""
    wanted, record, kind = subject.wanted, subject.record, subject.wanted.kind
    if subject.error is not None:
        return Step(wanted, record, "read", error=subject.error)
    if not wanted.present:
        if record is not None and record.spared and wanted.id is None:
            hint = f"{kind.id_option}: {record.id} deletes it all the same"
            raise InputError(f"{kind.noun} {record.label} {record.spared}; {hint}")
        return Step(wanted, record, "delete", before=_options(record)) if record is not None else Step(wanted, None)
    if record is None:
        return _creation(wanted, targets, {})
    if subject.replaced:
        kept = {name: value for name, value in _options(record).items() if value not in (None, "", [])}
        step = _creation(wanted, targets, kept)
        changed = tuple(n for n, value in step.after.items() if not _same(kind.by_name[n], kept.get(n), value))
        return replace(step, record=record, action="recreate", before=kept, fields=changed)
    if subject.fixed:
        changes = names(
            f"{item.name} is {_shown(item, record.values[item.name])} and cannot become "
            f"{_shown(item, wanted.values[item.name])}"
            for item in subject.fixed
        )
        hint = "; recreate: true deletes the object and creates it anew" if kind.creatable and kind.recreatable else ""
        raise InputError(f"{kind.noun} {record.label} ({record.id}): {changes} once it exists{hint}")
    kind.fits(wanted.values, {**record.values, **wanted.values})
    return _update(wanted, record, targets)


def _creation(wanted: Desired, targets: _Targets, kept: Values) -> Step:
    """The step for an object that does not exist, or not any more; ``kept`` is what it had before."""
    kind = wanted.kind
    if wanted.id is not None and not kept:
        raise InputError(f"there is no {kind.noun} with {kind.id_option} {wanted.id}")
    if not kind.creatable:
        raise InputError(f"there is no {kind.noun} {wanted.label}, and none can be created this way")
    others = set(kind.either).difference(wanted.values) if not wanted.values.keys().isdisjoint(kind.either) else ()
    values = {**{name: value for name, value in kept.items() if name not in others}, **wanted.values}
    values = {name: value for name, value in values.items() if kind.by_name[name].applies(values)}
    lacking = [item.name for item in kind.options if item.needed(values) and values.get(item.name) in (None, "", [])]
    if kind.either and values.keys().isdisjoint(kind.either):
        lacking.append(" or ".join(kind.either))
    if lacking:
        raise InputError(f"there is no {kind.noun} {wanted.label} yet, and creating it takes {' and '.join(lacking)}")
    step = Step(wanted, None, "create", fields=tuple(wanted.values))
    for name, value in values.items():
        item = kind.by_name[name]
        after = targets.resolve(item, value, values) if name in wanted.values else targets.now(item, value)
        if name in wanted.add_only and kept.get(name):
            after = _union(item, kept[name], after)
        step.after[name] = after
        if item.link:
            step.attach += [(name, target) for target in after or ()]
        elif after is not None:
            step.payload[name] = after
    return _with_needs(step)


def _update(wanted: Desired, record: Record, targets: _Targets) -> Step:
    """The step for an object that exists."""
    kind = wanted.kind
    step = Step(wanted, record, before={name: record.values[name] for name in wanted.values if name in record.values})
    changed: list[str] = []
    hidden: list[str] = []
    for name, value in wanted.values.items():
        item = kind.by_name[name]
        step.after[name] = after = targets.resolve(item, value, {**record.values, **wanted.values})
        if item.write_only or name not in record.values:
            if name in wanted.always:
                changed.append(name)
            elif not (item.write_only and item.immutable):
                hidden.append(name)
            continue
        before = record.values[name]
        if name in wanted.add_only:
            step.after[name] = after = _union(item, before, after)
        if _same(item, before, after):
            # Shown as the server writes it, or a diff would show what does not change.
            step.after[name] = before
            continue
        changed.append(name)
        if item.compare == "merge" and item.type == "dict":
            step.after[name] = _union(item, before, after)
        if item.link:
            have, want = list(before or ()), list(after or ())
            step.attach += [(name, target) for target in want if target not in have]
            step.detach += [
                (name, ident) for ident in have if ident not in want and not _pendings(targets.now(item, ident))
            ]
    step.hidden = tuple(name for name in hidden if not kind.by_name[name].write_only)
    if changed:
        own = [name for name in changed if not kind.by_name[name].link]
        # What cannot be compared is sent along, but is no reason to call an endpoint that needs no call.
        aspects = {kind.by_name[name].aspect for name in own}
        along = [n for n in hidden if kind.by_name[n].aspect in aspects and not kind.by_name[n].immutable]
        merged = {name: wanted.values[name] for name in own if kind.by_name[name].compare == "merge"}
        step.payload = {**{name: step.after[name] for name in (*own, *along)}, **merged}
        step.action, step.fields = "update", tuple(changed)
    return _with_needs(step)


def _with_needs(step: Step) -> Step:
    """Note which steps have to come first."""
    step.needs = {target.step for value in step.payload.values() for target in _pendings(value)}
    return step


def _options(record: Record) -> Values:
    return {name: value for name, value in record.values.items() if not record.kind.by_name[name].read_only}


def _union(item: Field, before: Any, after: Any) -> Any:
    if item.type == "dict":
        return {key: value for key, value in {**(before or {}), **(after or {})}.items() if value is not None}
    have = set(map(str, before or ()))
    return [*(before or ()), *(value for value in after or () if isinstance(value, Pending) or str(value) not in have)]


def _same(item: Field, before: Any, after: Any) -> bool:
    return not _pendings(after) and item.same(before, after)


def _pendings(value: Any) -> list[Pending]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Pending)]


def _shown(item: Field, value: Any) -> str:
    return MASK if item.secret else str(value)


def _contradictions(steps: Sequence[Step]) -> list[str]:
    """Links that one end wants and the other, in an exact list of its own, does not; a sentence for each."""
    wanted: dict[tuple[str, Target], dict[Target, Step]] = {}
    idents: list[Target] = [
        step.record.id if step.record is not None and step.action != "recreate" else Pending(index, step.label)
        for index, step in enumerate(steps)
    ]
    links = [
        (ident, step, item)
        for ident, step in zip(idents, steps)
        for item in step.desired.kind.options
        if item.link and item.name in step.desired.values
    ]
    for ident, step, item in links:
        for other in step.after.get(item.name) or ():
            wanted.setdefault((item.reference, other), {})[ident] = step
    return [
        f"{other.desired.place} wants to be linked with {step.label}, but {step.desired.place} does not have "
        f"{other.label} among its {item.name}"
        for ident, step, item in links
        if item.name not in step.desired.add_only
        for target, other in wanted.get((step.desired.kind.name, ident), {}).items()
        if item.reference == other.desired.kind.name and target not in (step.after.get(item.name) or ())
    ]


def _still_held(steps: Sequence[Step], snapshot: Snapshot) -> list[str]:
    """Deletions, not forced, of objects that still hold others; a sentence for each."""
    leaving = {
        (id(step.record), name)
        for step in steps
        for name in (step.before if step.action == "delete" else step.fields)
        if step.record is not None
    }
    problems = []
    for step in steps:
        for kind, name in step.desired.kind.holds if step.action == "delete" else ():
            held = [
                record.label
                for record in snapshot.records.get(kind, ())
                if step.record is not None and record.values.get(name) == step.record.id
                if (id(record), name) not in leaving
            ]
            if held and not step.desired.flags.get("force"):
                problems.append(f"{step.title} still holds {names(held)}; force: true deletes it all the same")
    return problems


def _order(kinds: Mapping[str, Kind], steps: Sequence[Step]) -> list[int]:
    """The order in which the steps are reported: creations and changes by what they need, then deletions, reversed.

    Deletions are told here to wait for the changes and deletions of the objects that refer to them.

    :raises InputError: where objects need each other in a circle
    """
    deletions = {(s.record.kind.name, s.record.id): s for s in steps if s.action == "delete" and s.record is not None}
    for index, step in enumerate(steps):
        for item in step.desired.kind.options:
            used = deletions.get((item.reference, str(step.before.get(item.name))))
            if used is not None and not item.link:
                used.needs.add(index)
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
        depth += 1
        sorter.done(*ready)
    rank = {name: number for number, name in enumerate(kinds)}

    def place(index: int) -> tuple[bool, int, int, int]:
        deleted = steps[index].action == "delete"
        number = rank[steps[index].desired.kind.name]
        return deleted, -number if deleted else number, level[index], index

    return sorted(range(len(steps)), key=place)
