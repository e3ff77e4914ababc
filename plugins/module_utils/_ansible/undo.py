# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declaration that takes a run back: a pure function of its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._core.changes import Change, done_change
from .._core.errors import ApiError
from .._core.kind import Field, Kind
from .._core.objects import Record
from .._core.outcome import Outcome
from .._core.similar import SimilarNames
from .._core.values import Values, is_empty, join_names
from .describe import labels
from .former_values import SENT_ALONG, FormerValues, Notes, Redact, elements

_Key = tuple[str, str]


@dataclass(frozen=True)
class Undo:
    """How a run is taken back.

    :param declaration: the options of the C(_config) module that do it
    :param notes: a sentence for each object that cannot be restored completely
    """

    declaration: dict[str, Any]
    notes: tuple[str, ...]


def undo(kinds: Sequence[Kind], outcome: Outcome, redact: Redact) -> Undo:
    """How to take back what a run has really done.

    :param kinds: the kinds of the declaration
    :param redact: masks the secrets of this run in any value
    """
    undoing = _Undoing(kinds, outcome, redact)
    for index in outcome.plan.order:
        undoing.take_back(index)
    undoing.restore_links()
    return Undo(undoing.declaration(), tuple(undoing.notes()))


class _Undoing:
    """Collects the items of the declaration."""

    def __init__(self, kinds: Sequence[Kind], outcome: Outcome, redact: Redact) -> None:
        self._kinds, self._outcome = {kind.name: kind for kind in kinds}, outcome
        self._records = outcome.plan.records
        self._items: dict[_Key, Values] = {}
        self._notes: dict[_Key, Notes] = {}
        self._gone: dict[_Key, Record] = {}
        self._similar: dict[str, SimilarNames] = {}
        for step, done in zip(outcome.plan.steps, outcome.results):
            if step.record is not None and done.action in ("delete", "recreate"):
                self._gone[step.record.kind.name, step.record.id] = step.record
        self._values = FormerValues({**labels(self._records), **self._names_in_scope()}, self._gone, redact)

    def declaration(self) -> dict[str, Any]:
        """The items by option, those of a singleton as the only one."""
        found: dict[str, Any] = {}
        for kind in self._kinds.values():
            items = [item for (name, _place), item in self._items.items() if name == kind.name]
            if items:
                found[kind.config_key] = items[0] if kind.singleton else items
        return found

    def notes(self) -> Iterator[str]:
        """The sentences about what cannot be restored."""
        yield from filter(None, (notes.sentence() for notes in self._notes.values()))

    def _names_in_scope(self) -> dict[tuple[str, str], str]:
        """The names of the deleted objects that are unique in their part of the account, by kind and id.

        What refers to such an object names the part, and its id means nothing any more.
        """
        found: dict[tuple[str, str], str] = {}
        for place, gone in self._gone.items():
            kind = gone.kind
            name = kind.normalize_name(gone.label)
            others = [one for one in self._records.get(kind.name, ()) if kind.normalize_name(one.label) == name]
            if kind.scope and sum(kind.in_same_scope(one.values, gone.values) for one in others) == 1:
                found[place] = gone.label
        return found

    # -- steps -----------------------------------------------------------------------------------------------------

    def take_back(self, index: int) -> None:
        """Add what takes back one step."""
        step, done = self._outcome.plan.steps[index], self._outcome.results[index]
        ident = step.record.id if step.record is not None else f"new {index}"
        key = (step.desired.kind.name, ident)
        notes = self._notes.setdefault(key, Notes(step.title if step.record is None else _title(step.record)))
        if isinstance(done.error, ApiError) and done.error.ambiguous:
            notes.add("a request may have been executed although it failed; what it changed is not taken back")
        change = done_change(step, done)
        if change is None:
            return
        if change.action == "create":
            self._items[key] = {**self._identity(change, index), "state": "absent"}
        elif step.record is None:
            notes.add("somebody else created it at the same moment; what this run changed of it is not taken back")
        elif change.action == "update":
            self._items[key] = self._former_values(change, step.record, notes)
        else:
            self._restore(step.record, notes, recreated=change if change.action == "recreate" else None)

    def _identity(self, change: Change, index: int) -> Values:
        """The options that identify a new object."""
        kind, ident = change.step.desired.kind, self._outcome.ident(index)
        values = {**change.step.desired.values, **change.after}
        key = {
            name: self._values.shown(kind.by_name[name], values[name]) for name in _key_options(kind) if name in values
        }
        return {kind.id_option: ident, **key} if kind.id_option and ident is not None else key

    def _former_values(self, change: Change, record: Record, notes: Notes) -> Values:
        """The options that change an object back."""
        kind = record.kind
        item: Values = {kind.id_option: record.id} if kind.id_option else {}
        known = self._with_scope(record).values
        for name in _key_options(kind):
            if name in known:
                item[name] = self._values.shown(kind.by_name[name], known[name])
        for name in sorted(change.step.payload.keys() - set(change.step.fields)):
            # An option that cannot be compared is sent along with others, and may change unseen.
            notes.add_field(SENT_ALONG, name)
        restored = change.fields
        is_taken = self._has_twin(record) or self._key_is_taken(record)
        if kind.unique_names and kind.name_option in restored and is_taken:
            restored = tuple(name for name in restored if name != kind.name_option)
            del item[kind.name_option]
            notes.add(
                f"its {kind.name_option} stays {change.step.label}, because the former one cannot be restored while "
                f"another {kind.noun} has it"
            )
        for name in restored:
            item.update(self._values.of_option(kind.by_name[name], change, record, notes))
            if kind.by_name[name].purge is False and kind.by_name[name].type == "list":
                item[f"purge_{name}"] = True
        return item

    def _restore(self, record: Record, notes: Notes, recreated: Change | None = None) -> None:
        """Add what creates an object again that was deleted, or deletes the new one and creates the old one again."""
        kind = record.kind
        notes.add(f"it gets a new id, and its history is lost (the id was {record.id})")
        missing = self._why_not_created(record, recreated)
        if missing:
            notes.add(missing)
            return
        item = self._values.of_object(self._with_scope(record), notes)
        if recreated is not None:
            item.update(self._values.cleared(recreated, record, notes))
            item["recreate"] = True
        self._items[kind.name, record.id] = item
        self._keep_similar(record)
        for inside in self._inside(record, notes):
            self._restore(inside, self._notes.setdefault((inside.kind.name, inside.id), Notes(_title(inside))))

    def _with_scope(self, record: Record) -> Record:
        """An object with the part of the account that it is in, which only the object that contains it may show."""
        kind = record.kind
        if not kind.scope or not kind.listed_by or kind.scope in record.values:
            return record
        homes = self._records.get(kind.by_name[kind.listed_by].reference, ())
        home = next((one for one in homes if one.id == record.values.get(kind.listed_by)), None)
        if home is None or kind.scope not in home.values:
            return record
        return replace(record, values={**record.values, kind.scope: home.values[kind.scope]})

    def _keep_similar(self, record: Record) -> None:
        """Declare the objects with nearly the name of a restored one, because it is not created beside others."""
        kind, key = record.kind, record.kind.key_of(record.values)
        if key is None or kind.name not in self._records:
            return
        if kind.name not in self._similar:
            listed = self._records[kind.name]
            kept = [one for one in listed if (kind.name, one.id) not in self._gone]
            self._similar[kind.name] = SimilarNames(kind, listed, kept)
        for one in self._similar[kind.name].find(
            key, str(record.values.get(kind.name_option) or key[-1]), cut_at_any_length=False
        ):
            self._items.setdefault((kind.name, one.id), {kind.id_option: one.id})

    def _why_not_created(self, record: Record, recreated: Change | None) -> str:
        """Why an object cannot be created again, as a clause; empty if it can."""
        kind = record.kind
        needed = [item.name for item in kind.options if item.required_for(record.values)]
        unknown = [name for name in needed if is_empty(record.values.get(name)) or kind.by_name[name].secret]
        if unknown:
            return f"it cannot be created again, because its {join_names(unknown)} is not known"
        if self._has_twin(record) or (recreated is None and self._key_is_taken(record)):
            return "it cannot be created again while another object has its name"
        return ""

    def _has_twin(self, record: Record) -> bool:
        """Whether two objects had the key of this one before the run."""
        kind, key = record.kind, record.kind.key_of(record.values)
        return key is not None and [kind.key_of(one.values) for one in self._records.get(kind.name, ())].count(key) > 1

    def _key_is_taken(self, record: Record) -> bool:
        """Whether this run has given the key of a deleted object to another one."""
        kind, key = record.kind, record.kind.key_of(record.values)
        for step, done in zip(self._outcome.plan.steps, self._outcome.results):
            if step.desired.kind is kind and done.action in ("create", "update") and kind.key_of(step.after) == key:
                return True
        return False

    def _inside(self, record: Record, notes: Notes) -> list[Record]:
        """The objects that went with a deleted one because they were inside of it."""
        found: list[Record] = []
        for kind in self._kinds.values():
            home = next((name for name in kind.key if kind.by_name[name].reference == record.kind.name), None)
            if home is not None and self._is_read(kind, home, record):
                inside = [one for one in self._records[kind.name] if one.values.get(home) == record.id]
                found += [one for one in inside if (kind.name, one.id) not in self._gone]
            elif home is not None:
                notes.add(f"its {kind.plural}, if it had any, were not read, and cannot be restored")
        return found

    def _is_read(self, kind: Kind, home: str, record: Record) -> bool:
        """Whether the objects of a kind inside of an object were listed."""
        if kind.name not in self._records:
            return False
        if kind.listed_by != home:
            return True
        steps = [step for step in self._outcome.plan.steps if step.desired.kind is kind]
        return any(record.id in (step.before.get(home), step.after.get(home)) for step in steps) or any(
            one.values.get(home) == record.id for one in self._records[kind.name]
        )

    # -- links -----------------------------------------------------------------------------------------------------

    def restore_links(self) -> None:
        """Add what puts the deleted objects back where others referred to them."""
        for (kind_name, ident), record in list(self._gone.items()):
            for kind in self._kinds.values():
                for field in kind.options:
                    if field.reference == kind_name and field.name not in kind.key:
                        self._restore_links_of(record, kind, field, self._notes[kind_name, ident])

    def _restore_links_of(self, gone: Record, kind: Kind, field: Field, notes: Notes) -> None:
        """Restore one field of all objects of a kind that referred to a deleted object."""
        if field.inverse and field.inverse in gone.values:
            # The deleted object has the links itself.
            return
        listed = self._records.get(kind.name)
        if listed is None or any(self._may_refer(one, field) for one in listed if one.id != gone.id):
            notes.add(f"which {kind.plural} had it in {field.name} is not known")
        for one in listed or ():
            if gone.id in elements(one.values.get(field.name)) and (kind.name, one.id) not in self._gone:
                item = self._items.setdefault((kind.name, one.id), {kind.id_option: one.id})
                if field.name not in item and item.get("state") != "absent":
                    item.update(self._values.usable(field, one.values[field.name], notes))

    @staticmethod
    def _may_refer(one: Record, field: Field) -> bool:
        return field.name not in one.values and field.applies_to(one.values)


def _key_options(kind: Kind) -> tuple[str, ...]:
    """The options by which a declaration finds an object, with the part of the account that it is in."""
    return tuple(dict.fromkeys((*kind.key, *filter(None, [kind.scope]))))


def _title(record: Record) -> str:
    noun, label = record.kind.noun, record.label
    return noun if noun == label else f"{noun} {label}"
