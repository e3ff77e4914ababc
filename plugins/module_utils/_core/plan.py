# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done: a pure function of the desired and the current state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .altered import resent_texts
from .errors import InputError, Problem
from .hints import rename_hints
from .kind import Field, Kind
from .match import Records, Snapshot
from .objects import Observed, Record, Step
from .order import dependencies, report_order, with_deletion_dependencies
from .references import ReferenceIndex
from .values import MASK, Values, entries, join_names


@dataclass(frozen=True)
class Plan:
    """What has to be done.

    :param steps: a step for each declared object in the order of the declaration, then those that prune
    :param order: the indexes of the steps in the order in which they are reported
    :param records: the listings, by the name of the kind
    :param warnings: a sentence for each object that is not pruned, or could be renamed instead of created
    :param undeclared: the objects of the declared kinds that are not declared
    """

    steps: tuple[Step, ...]
    order: tuple[int, ...]
    records: Records
    warnings: tuple[str, ...] = ()
    undeclared: tuple[Record, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything is written."""
        return any(step.action not in ("unchanged", "read") for step in self.steps)


def plan(kinds: Mapping[str, Kind], snapshot: Snapshot, prune_limit: int) -> Plan:
    """What has to be done.

    :param kinds: the kinds of the service, in the order in which they are created
    :param prune_limit: how many objects may be pruned at most
    :raises InputError: if the declaration cannot be met: a reference to nothing, a change that the service does not
        allow, a contradiction, more objects to prune than allowed
    """
    steps: list[Step] = []
    problems: list[Problem] = []
    for observed in snapshot.objects:
        try:
            steps.append(_plan_object(observed, snapshot.references))
        except InputError as exc:
            problems.append(observed.desired.with_location(exc))
    _check_prune_limit(snapshot.objects, prune_limit)
    if problems:
        raise InputError(*problems)
    steps = with_deletion_dependencies(steps)
    warnings = (
        *map(_not_pruned, snapshot.protected),
        *snapshot.warnings,
        *rename_hints(steps, snapshot.undeclared),
        *resent_texts(steps, snapshot.records),
    )
    return Plan(tuple(steps), report_order(kinds, steps), snapshot.records, warnings, snapshot.undeclared)


def _check_prune_limit(objects: Sequence[Observed], prune_limit: int) -> None:
    pruned = [f"{one.title} ({one.record.id})" for one in objects if one.desired.pruned and one.record is not None]
    if len(pruned) > prune_limit:
        raise InputError(
            f"prune would delete {len(pruned)} objects, but prune_limit is {prune_limit}: {join_names(pruned)}"
        )


def _not_pruned(record: Record) -> str:
    return f"Not pruned: {record.kind.noun} {record.label} ({record.id}), which {record.protected}."


def _plan_object(observed: Observed, references: ReferenceIndex) -> Step:
    """The step for one object. Of the others it depends only on those that it refers to."""
    record = observed.record
    if observed.error is not None:
        return _step(observed, "read")
    if not observed.desired.present:
        return _step(observed, "unchanged") if record is None else _plan_deletion(observed, record)
    if record is None:
        return _plan_creation(observed, references)
    if observed.needs_replacement:
        return _plan_replacement(observed, record, references)
    if observed.immutable_changes:
        raise InputError(_immutable(observed, record))
    return _plan_update(observed, record, references)


def _step(observed: Observed, action: str, **plan: Any) -> Step:
    return Step(observed.desired, observed.record, observed.index, observed.error, action, **plan)


# -- deletions ---------------------------------------------------------------------------------------------------------


def _plan_deletion(observed: Observed, record: Record) -> Step:
    if record.protected and observed.desired.id is None:
        kind = record.kind
        hint = f"{kind.id_option}: {record.id} deletes it anyway"
        raise InputError(f"{kind.noun} {record.label} {record.protected}; {hint}")
    return _step(observed, "delete", before=_options(record))


def _immutable(observed: Observed, record: Record) -> str:
    """The sentence about options that cannot be changed, with their values."""
    kind, desired = record.kind, observed.desired.values
    changes = join_names(
        f"{item.name} is {_shown(item, record.values[item.name])} and cannot become {_shown(item, desired[item.name])}"
        for item in observed.immutable_changes
    )
    hint = "; recreate: true deletes the object and creates it again" if kind.creatable and kind.recreatable else ""
    return f"{kind.noun} {record.label} ({record.id}): {changes} once it exists{hint}"


def _shown(item: Field, value: Any) -> str:
    return MASK if item.secret else str(value)


# -- new objects -------------------------------------------------------------------------------------------------------


def _plan_creation(observed: Observed, references: ReferenceIndex) -> Step:
    desired, kind = observed.desired, observed.desired.kind
    if desired.id is not None:
        raise InputError(f"there is no {kind.noun} with {kind.id_option} {desired.id}")
    after = _values_of_new(observed, references, kept={})
    return _new_object(observed, "create", after, fields=tuple(desired.values))


def _plan_replacement(observed: Observed, record: Record, references: ReferenceIndex) -> Step:
    """Delete the object, and create one that also has what is not declared of the old one."""
    fields = record.kind.by_name
    before = {name: value for name, value in _options(record).items() if not _is_empty(value)}
    after = _values_of_new(observed, references, before)
    changed = tuple(name for name, value in after.items() if not fields[name].same(before.get(name), value))
    return _new_object(observed, "recreate", after, fields=changed, before=before)


def _new_object(observed: Observed, action: str, after: Values, **plan: Any) -> Step:
    fields = observed.desired.kind.by_name
    # Subresources of a new object are empty.
    payload = {
        name: value
        for name, value in after.items()
        if value is not None and not (fields[name].subresource and value in ([], {}))
    }
    needed = dependencies(observed.desired.kind, payload)
    return _step(observed, action, after=after, payload=payload, depends_on=needed, **plan)


def _values_of_new(observed: Observed, references: ReferenceIndex, kept: Values) -> Values:
    """The options of a new object.

    :param kept: those of the object that it replaces
    :raises InputError: if it cannot be created, or an option is missing for that
    """
    desired, kind, fields = observed.desired, observed.desired.kind, observed.desired.kind.by_name
    if not kind.creatable:
        raise InputError(f"there is no {kind.noun} {desired.label}, and this module cannot create one")
    kept = {name: references.targets_of_recreated(fields[name], value) for name, value in kept.items()}
    values = {**kept, **desired.values}
    values = {name: value for name, value in values.items() if fields[name].applies_to(desired.values)}
    after: Values = {}
    for name, value in values.items():
        item = fields[name]
        after[name] = references.resolve(item, value, values) if name in desired.values else value
        if name in desired.append_only and kept.get(name):
            after[name] = _union(item, kept[name], after[name])
    # References are resolved first: the message about a wrong one is more useful.
    _check_required(observed, values)
    return after


def _check_required(observed: Observed, values: Values) -> None:
    kind = observed.desired.kind
    missing = [item for item in kind.options if item.required_for(values) and _is_empty(values.get(item.name))]
    if missing:
        needed = " and ".join(_or_alternative(item) for item in missing)
        raise InputError(f"there is no {kind.noun} {observed.desired.label} yet, and creating it requires {needed}")


def _or_alternative(item: Field) -> str:
    return f"{item.name} or {item.exclusive_with}" if item.exclusive_with else item.name


# -- objects that exist ------------------------------------------------------------------------------------------------


@dataclass
class _Comparison:
    """The desired options of an object, compared with its current ones.

    :param after: the values that the options will have
    :param changed: the options that change
    :param unknown: the options that could not be compared
    """

    after: Values
    changed: list[str]
    unknown: list[str]


def _plan_update(observed: Observed, record: Record, references: ReferenceIndex) -> Step:
    desired, kind = observed.desired, record.kind
    kind.validate_applicability(desired.values, observed.values)
    before = {name: record.values[name] for name in desired.values if name in record.values}
    compared = _compare(observed, before, references)
    plan: dict[str, Any] = {
        "before": before,
        "after": compared.after,
        "not_comparable": tuple(name for name in compared.unknown if not kind.by_name[name].write_only),
    }
    if not compared.changed:
        return _step(observed, "unchanged", **plan)
    payload = _update_payload(observed, compared)
    needed = dependencies(kind, payload)
    return _step(observed, "update", payload=payload, fields=tuple(compared.changed), depends_on=needed, **plan)


def _compare(observed: Observed, before: Values, references: ReferenceIndex) -> _Comparison:
    desired, values, fields = observed.desired, observed.values, observed.desired.kind.by_name
    compared = _Comparison({}, [], [])
    for name, value in desired.values.items():
        item = fields[name]
        if not item.applies_to(values):
            continue
        after = references.resolve(item, value, values)
        if item.write_only or name not in before:
            (compared.changed if name in desired.force_send else compared.unknown).append(name)
            compared.after[name] = after
            continue
        if name in desired.append_only:
            after = _union(item, references.current_targets(item, before[name]), after)
        if item.same(before[name], after):
            # As the server writes it, or a diff would show a change.
            compared.after[name] = before[name]
            continue
        compared.changed.append(name)
        compared.after[name] = _union(item, before[name], after) if item.compare == "merge" else after
    return compared


def _update_payload(observed: Observed, compared: _Comparison) -> Values:
    """What an update sends: what changes, and what could not be compared if its endpoint is called anyway."""
    desired, fields = observed.desired, observed.desired.kind.by_name
    endpoints = {fields[name].subresource for name in compared.changed}
    along = [name for name in compared.unknown if fields[name].subresource in endpoints and not fields[name].immutable]
    # A list that only adds to one that is not shown would replace it.
    along = sorted(set(along) - desired.append_only)
    payload = {name: compared.after[name] for name in (*compared.changed, *along)}
    # Of a merged dictionary only the declared keys are sent.
    merged = {name: desired.values[name] for name in compared.changed if fields[name].compare == "merge"}
    return {**payload, **merged}


# -- values ------------------------------------------------------------------------------------------------------------


def _options(record: Record) -> Values:
    return {name: value for name, value in record.values.items() if not record.kind.by_name[name].read_only}


def _is_empty(value: Any) -> bool:
    """Whether an option has no value: it is None, an empty text or an empty list. An empty dictionary is a value."""
    return value is None or value == "" or value == []


def _union(item: Field, before: Any, after: Any) -> Any:
    """The current and the added entries of a list or dictionary; a key that is null is removed."""
    if item.type == "dict":
        merged = {**entries(before), **(after or {})}
        return {key: value for key, value in merged.items() if value is not None}
    known = set(map(str, before or ()))
    return [*(before or ()), *(value for value in after or () if str(value) not in known)]
