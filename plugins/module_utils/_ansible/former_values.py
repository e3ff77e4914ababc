# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The former values of objects, as options that a module accepts; and why some have none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from .._core.changes import Change
from .._core.errors import OptionError
from .._core.kind import Field
from .._core.objects import Record
from .._core.values import UNSET, Values, is_empty, join_names
from .describe import show
from .validate import parse_value

Redact = Callable[[Any], Any]
"""Masks the secrets of a run in any value."""


class Notes:
    """Why parts of one object cannot be restored, as clauses of a sentence."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._clauses: list[str] = []
        self._fields: dict[str, list[str]] = {}

    def add(self, clause: str) -> None:
        """Add a clause about the whole object."""
        self._clauses.append(clause)

    def add_field(self, reason: str, name: str) -> None:
        """Add an option that cannot be restored. The options with one reason share a clause."""
        self._fields.setdefault(reason, []).append(name)

    def sentence(self) -> str:
        """The sentence; empty if everything can be restored."""
        clauses = [*self._clauses, *(f"{join_names(names)} {reason}" for reason, names in self._fields.items())]
        return f"{self._title}: {'; '.join(clauses)}." if clauses else ""


_SECRET = "must be set again (secret)"
_UNKNOWN = "cannot be restored (the service did not show it)"
SENT_ALONG = "cannot be restored (sent with the other options; the service did not show its former value)"
_ACTION = "cannot be undone (an action)"
_NOT_CLEARED = "cannot be restored (it had no value, and the service does not allow clearing it)"
_REFUSED = "cannot be restored (its former value is not one that this module accepts)"
_REDACTED = "cannot be restored (its former value contains a secret)"
_GONE = "cannot be restored (it refers to an object whose name is not unique)"


class FormerValues:
    """Turns values that objects had into options.

    :param labels: the names of all objects, by kind and id
    :param gone: the objects that the run has deleted, by kind and id
    :param redact: masks the secrets of this run in any value
    """

    def __init__(
        self, labels: Mapping[tuple[str, str], str], gone: Collection[tuple[str, str]], redact: Redact
    ) -> None:
        self._labels, self._gone, self._redact = labels, gone, redact

    def of_option(self, field: Field, change: Change, record: Record, notes: Notes) -> Values:
        """The former value of one option by its name, or by that of the option that the object had instead."""
        other = field.exclusive_with
        if other and not is_empty(record.values.get(other)):
            return self.usable(record.kind.by_name[other], record.values[other], notes)
        if field.trigger:
            notes.add_field(_ACTION, field.name)
        elif field.secret and not _was_empty(field.name, change.before):
            notes.add_field(_SECRET, field.name)
        elif field.name not in change.before:
            notes.add_field(_UNKNOWN, field.name)
        elif field.type == "dict" and _are_dicts(change.after.get(field.name), change.before[field.name] or {}):
            return self._former_keys(field, change.before[field.name], change.after[field.name], notes)
        else:
            return self.usable(field, change.before[field.name], notes)
        return {}

    def _former_keys(self, field: Field, before: Any, after: Mapping[str, Any], notes: Notes) -> Values:
        """The former values of the keys of a dictionary; a key that is new is removed by null."""
        former = dict.fromkeys(after) | (before or {})
        for name in [name for name, value in former.items() if is_empty(value)]:
            key = field.key_field(name)
            if key is not None and key.clear_value is UNSET:
                notes.add_field(_NOT_CLEARED, f"{field.name} {name}")
                del former[name]
            else:
                former[name] = None
        return self.usable(field, former, notes) if former else {}

    def of_object(self, record: Record, notes: Notes) -> Values:
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
                item.update(self.usable(field, value, notes))
        return item

    def cleared(self, change: Change, record: Record, notes: Notes) -> Values:
        """What clears the options that only the recreated object has."""
        cleared: Values = {}
        for name in change.fields:
            field = record.kind.by_name[name]
            if _was_empty(name, record.values) and field.applies_to(record.values):
                cleared.update(self.usable(field, record.values.get(name), notes))
        return cleared

    def shown(self, field: Field, value: Any) -> Any:
        """A value as users see it."""
        return show(field, value, self._labels)

    def usable(self, field: Field, value: Any, notes: Notes) -> Values:
        """An option with a value that the module accepts; nothing, and a note, if there is none."""
        shown = [] if field.type == "list" and is_empty(value) else self.shown(field, value)
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
        gone = [one for one in elements(value) if (field.reference, str(one)) in self._gone]
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


def elements(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def _are_dicts(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)
