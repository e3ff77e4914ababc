# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declaration that takes a run back: a pure function of its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.changes import Change, done_change
from .._core.errors import ApiError, OptionError
from .._core.kind import Field, Kind
from .._core.objects import Record
from .._core.outcome import Outcome
from .._core.values import UNSET, Values, is_empty, join_names
from .describe import labels, show
from .validate import parse_value

Redact = Callable[[Any], Any]
_Key = tuple[str, str]


@dataclass(frozen=True)
class Undo:
    """How a run is taken back.

    :param declaration: the options of the C(_config) module that do it
    :param notes: a sentence for each object of which something cannot come back
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


class _Notes:
    """Why parts of one object cannot come back, as clauses of a sentence."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._clauses: list[str] = []
        self._fields: dict[str, list[str]] = {}

    def add(self, clause: str) -> None:
        self._clauses.append(clause)

    def add_field(self, reason: str, name: str) -> None:
        self._fields.setdefault(reason, []).append(name)

    def sentence(self) -> str:
        """The sentence; empty if everything comes back."""
        clauses = [*self._clauses, *(f"{join_names(names)} {reason}" for reason, names in self._fields.items())]
        return f"{self._title}: {'; '.join(clauses)}." if clauses else ""


_SECRET = "must be set again (secret)"
_UNKNOWN = "cannot be restored (the service did not show it)"
_SENT_ALONG = "cannot be restored (sent with the other options; the service did not show its former value)"
_ACTION = "cannot be taken back (an action)"
_NOT_CLEARED = "cannot be restored (it had no value, which the service does not allow to set)"
_REFUSED = "cannot be restored (its former value is not one that this module accepts)"
_REDACTED = "cannot be restored (its former value contains a secret)"
_GONE = "cannot be restored (it refers to an object that cannot be told from others by its name)"


class _Undoing:
    """Collects the items of the declaration."""

    def __init__(self, kinds: Sequence[Kind], outcome: Outcome, redact: Redact) -> None:
        self._kinds, self._outcome, self._redact = {kind.name: kind for kind in kinds}, outcome, redact
        self._records = outcome.plan.records
        self._labels = labels(self._records)
        self._items: dict[_Key, Values] = {}
        self._notes: dict[_Key, _Notes] = {}
        self._gone: dict[_Key, Record] = {}
        for step, done in zip(outcome.plan.steps, outcome.results):
            if step.record is not None and done.action in ("delete", "recreate"):
                self._gone[step.record.kind.name, step.record.id] = step.record

    def declaration(self) -> dict[str, Any]:
        """The items by option, those of a singleton as the only one."""
        found: dict[str, Any] = {}
        for kind in self._kinds.values():
            items = [item for (name, _place), item in self._items.items() if name == kind.name]
            if items:
                found[kind.config_key] = items[0] if kind.singleton else items
        return found

    def notes(self) -> Iterator[str]:
        """The sentences about what cannot come back."""
        yield from filter(None, (notes.sentence() for notes in self._notes.values()))

    # -- steps -----------------------------------------------------------------------------------------------------

    def take_back(self, index: int) -> None:
        """Add what takes back one step."""
        step, done = self._outcome.plan.steps[index], self._outcome.results[index]
        ident = step.record.id if step.record is not None else f"new {index}"
        key = (step.desired.kind.name, ident)
        notes = self._notes.setdefault(key, _Notes(step.title if step.record is None else _title(step.record)))
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
        key = {name: self._shown(kind.by_name[name], values[name]) for name in kind.key if name in values}
        return {kind.id_option: ident, **key} if kind.id_option and ident is not None else key

    def _former_values(self, change: Change, record: Record, notes: _Notes) -> Values:
        """The options that change an object back."""
        kind = record.kind
        item: Values = {kind.id_option: record.id} if kind.id_option else {}
        for name in kind.key:
            if name in record.values:
                item[name] = self._shown(kind.by_name[name], record.values[name])
        for name in sorted(change.step.payload.keys() - set(change.step.fields)):
            # An option that cannot be compared is sent along with others, and may change unseen.
            notes.add_field(_SENT_ALONG, name)
        for name in change.fields:
            item.update(self._former_value(kind.by_name[name], change, record, notes))
            if kind.by_name[name].purge is False and kind.by_name[name].type == "list":
                item[f"purge_{name}"] = True
        return item

    def _former_value(self, field: Field, change: Change, record: Record, notes: _Notes) -> Values:
        """The former value of one option by its name, or by that of the option that the object had instead."""
        other = field.exclusive_with
        if other and not is_empty(record.values.get(other)):
            return self._usable(record.kind.by_name[other], record.values[other], notes)
        if field.trigger:
            notes.add_field(_ACTION, field.name)
        elif field.secret and not _was_empty(field.name, change.before):
            notes.add_field(_SECRET, field.name)
        elif field.name not in change.before:
            notes.add_field(_UNKNOWN, field.name)
        elif field.type == "dict" and isinstance(change.after.get(field.name), dict):
            return self._former_keys(field, change.before[field.name], change.after[field.name], notes)
        else:
            return self._usable(field, change.before[field.name], notes)
        return {}

    def _former_keys(self, field: Field, before: Any, after: Mapping[str, Any], notes: _Notes) -> Values:
        """The former values of the keys of a dictionary; a key that is new is removed by null."""
        former = dict.fromkeys(after) | (before or {})
        for name in [name for name, value in former.items() if is_empty(value)]:
            key = field.key_field(name)
            if key is not None and key.clear_value is UNSET:
                notes.add_field(_NOT_CLEARED, f"{field.name} {name}")
                del former[name]
            else:
                former[name] = None
        return self._usable(field, former, notes) if former else {}

    def _restore(self, record: Record, notes: _Notes, recreated: Change | None = None) -> None:
        """Add what creates an object again that was deleted, or deletes the new one and creates the old one again."""
        kind = record.kind
        notes.add(f"it gets a new id, and its history is lost (the id was {record.id})")
        missing = self._why_not_created(record, recreated)
        if missing:
            notes.add(missing)
            return
        item = self._whole(record, notes)
        if recreated is not None:
            item.update(self._cleared(recreated, record, notes))
            item["recreate"] = True
        self._items[kind.name, record.id] = item
        for inside in self._inside(record, notes):
            self._restore(inside, self._notes.setdefault((inside.kind.name, inside.id), _Notes(_title(inside))))

    def _why_not_created(self, record: Record, recreated: Change | None) -> str:
        """Why an object cannot be created again, as a clause; empty if it can."""
        kind = record.kind
        needed = [item.name for item in kind.options if item.required_for(record.values)]
        unknown = [name for name in needed if is_empty(record.values.get(name)) or kind.by_name[name].secret]
        if unknown:
            return f"it cannot be created again, because its {join_names(unknown)} is not known"
        twins = [one for one in self._records.get(kind.name, ()) if self._same_key(one, record)]
        if len(twins) > 1 or (recreated is None and self._key_is_taken(record)):
            return "it cannot be created again while another object has its name"
        return ""

    def _same_key(self, one: Record, other: Record) -> bool:
        key = other.kind.key_of(other.values)
        return key is not None and one.kind.key_of(one.values) == key

    def _key_is_taken(self, record: Record) -> bool:
        """Whether this run has given the key of a deleted object to another one."""
        kind, key = record.kind, record.kind.key_of(record.values)
        for step, done in zip(self._outcome.plan.steps, self._outcome.results):
            if step.desired.kind is kind and done.action in ("create", "update") and kind.key_of(step.after) == key:
                return True
        return False

    def _whole(self, record: Record, notes: _Notes) -> Values:
        """All options of an object that are set."""
        item: Values = {}
        for field in record.kind.options:
            value = record.values.get(field.name)
            if field.trigger or not field.applies_to(record.values):
                continue
            if field.secret:
                if field.write_only or field.name not in record.values or not is_empty(value):
                    notes.add_field(_SECRET, field.name)
            elif field.name not in record.values:
                if not field.exclusive_with:
                    notes.add_field(_UNKNOWN, field.name)
            elif not is_empty(value):
                item.update(self._usable(field, value, notes))
        return item

    def _cleared(self, change: Change, record: Record, notes: _Notes) -> Values:
        """What clears the options that only the recreated object has."""
        cleared: Values = {}
        for name in change.fields:
            field = record.kind.by_name[name]
            if _was_empty(name, record.values) and field.applies_to(record.values):
                cleared.update(self._usable(field, record.values.get(name), notes))
        return cleared

    def _inside(self, record: Record, notes: _Notes) -> list[Record]:
        """The objects that went with a deleted one because they were inside of it."""
        found: list[Record] = []
        for kind in self._kinds.values():
            home = next((name for name in kind.key if kind.by_name[name].reference == record.kind.name), None)
            if home is not None and kind.name not in self._records:
                notes.add(f"its {kind.plural} were not read, and cannot be restored")
            elif home is not None:
                inside = [one for one in self._records[kind.name] if one.values.get(home) == record.id]
                found += [one for one in inside if (kind.name, one.id) not in self._gone]
        return found

    # -- links -----------------------------------------------------------------------------------------------------

    def restore_links(self) -> None:
        """Add what puts the deleted objects back where others referred to them."""
        for (kind_name, ident), record in list(self._gone.items()):
            for kind in self._kinds.values():
                for field in kind.options:
                    if field.reference == kind_name and field.name not in kind.key:
                        self._restore_links_of(record, kind, field, self._notes[kind_name, ident])

    def _restore_links_of(self, gone: Record, kind: Kind, field: Field, notes: _Notes) -> None:
        """Restore one field of all objects of a kind that referred to a deleted object."""
        if field.inverse and field.inverse in gone.values:
            # The deleted object has the links itself.
            return
        listed = self._records.get(kind.name)
        if listed is None or any(self._may_refer(one, field) for one in listed if one.id != gone.id):
            notes.add(f"which {kind.plural} had it in {field.name} is not known")
        for one in listed or ():
            if gone.id in _elements(one.values.get(field.name)) and (kind.name, one.id) not in self._gone:
                item = self._items.setdefault((kind.name, one.id), {kind.id_option: one.id})
                if field.name not in item and item.get("state") != "absent":
                    item.update(self._usable(field, one.values[field.name], notes))

    @staticmethod
    def _may_refer(one: Record, field: Field) -> bool:
        return field.name not in one.values and field.applies_to(one.values)

    # -- values ----------------------------------------------------------------------------------------------------

    def _shown(self, field: Field, value: Any) -> Any:
        return show(field, value, self._labels)

    def _usable(self, field: Field, value: Any, notes: _Notes) -> Values:
        """An option with a value that the module accepts; nothing, and a note, if there is none."""
        shown = [] if field.type == "list" and is_empty(value) else self._shown(field, value)
        shown = None if field.type != "list" and is_empty(shown) else shown
        reason = self._why_not_usable(field, value, shown)
        if reason:
            notes.add_field(reason, field.name)
            return {}
        return {field.name: shown}

    def _why_not_usable(self, field: Field, value: Any, shown: Any) -> str:
        if shown is None and field.clear_value is UNSET:
            return _NOT_CLEARED
        if self._redact(shown) != shown:
            return _REDACTED
        gone = [one for one in _elements(value) if (field.reference, str(one)) in self._gone]
        if any((field.reference, str(one)) not in self._labels for one in gone):
            return _GONE
        try:
            parse_value(field, shown)
        except OptionError:
            return _REFUSED
        return ""


def _was_empty(name: str, values: Values) -> bool:
    """Whether an option is known to have had no value."""
    return name in values and is_empty(values[name])


def _title(record: Record) -> str:
    noun, label = record.kind.noun, record.label
    return noun if noun == label else f"{noun} {label}"


def _elements(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)
