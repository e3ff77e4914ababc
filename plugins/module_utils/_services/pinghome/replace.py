# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PUT replaces the whole object. Before one, everything that it must repeat is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from ..._core.errors import ApiError, MonitoringError, OptionError, ShapeError
from ..._core.kind import Field, Kind
from ..._core.objects import Record
from ..._core.overlay import is_placeholder
from ..._core.service import for_kind
from ..._core.values import MASK, UNSET, Values, coerce, is_empty, join_names
from ..._http.envelope import extract_object
from .kinds import FIXED_FIELDS, HARMLESS_LOSSES, TARGETS, WRAPS


class Replacements:
    """Completes objects for PUT requests, and refuses a change if a PUT would reset an option.

    :param read: reads the options of a record that its listing did not show, as C(Service.read)
    :param warnings: where warnings are added
    :param never_set: whether this run has created an object without an option, as C(CreatedObjects.never_set)
    """

    def __init__(
        self,
        read: Callable[[Record, Collection[str]], Values],
        warnings: list[str],
        never_set: Callable[[Record, str], bool] = lambda record, option: False,
    ) -> None:
        self._read, self._warnings, self._never_set = read, warnings, never_set
        self._prepared: dict[tuple[str, str], Record] = {}
        # By the name of the kind, the options that the service hides. A kind is missing if nothing is known of it.
        self._hidden: dict[str, Collection[str]] = {}

    def hidden_options(self, kind: Kind, records: Sequence[Record]) -> Collection[str]:
        """The options that the service does not show of objects of a kind, as one of them tells."""
        if kind.name not in self._hidden and records:
            try:
                whole = self._complete(records[0])
            except ApiError:
                return ()
            self._hidden[kind.name] = {item.name for item in _hidden_options(whole, {})}
        return self._hidden.get(kind.name, ())

    def prepare(self, record: Record, values: Values, declared: Collection[str]) -> str:
        """Complete an object that will change, before anything is written. Check mode does this too.

        :param values: the options that will change
        :param declared: the options that the declaration has
        :returns: the reason to refuse the change; empty if there is none
        """
        try:
            whole = self._complete(record)
        except ApiError:
            # If the object cannot be read, its change fails later and says why.
            return ""
        unreadable = _unreadable_options(whole, values)
        if unreadable:
            return _refusal_of_forms(whole, values, unreadable)
        self._prepared[record.kind.name, record.id] = whole
        lost = self._unknown_options(whole, values)
        self._warnings.extend(_harmless_losses(whole, lost))
        if is_placeholder(record.id) and record.kind.name not in self._hidden:
            self._warnings.extend(_possible_losses(whole, declared))
        return _refusal(whole, values, lost)

    def forget(self) -> None:
        """Forget the objects that were prepared."""
        self._prepared.clear()
        self._hidden.clear()

    def completed(self, record: Record, values: Values) -> Record:
        """The object with all options that a PUT must repeat. The prepared one, if there is one.

        :raises ApiError: if it cannot be read
        :raises MonitoringError: if the PUT would reset an option
        """
        whole = self._prepared.get((record.kind.name, record.id)) or self._complete(record)
        refusal = _refusal(whole, values, self._unknown_options(whole, values))
        if refusal:
            raise MonitoringError(refusal)
        return whole

    def _complete(self, record: Record) -> Record:
        """The object with all options that the service shows. The record itself stays as it is."""
        if _is_new(record):
            # All its options are known, and reads may not show it yet.
            return record
        missing = {item.name for item in _put_options(record.kind)}.difference(record.values, TARGETS)
        if not missing:
            return record
        return replace(record, values={**self._read(record, missing), **record.values})

    def _unknown_options(self, whole: Record, values: Values) -> list[Field]:
        """The options that a PUT would reset: somebody may have set them, and the service does not show them."""
        return [item for item in _hidden_options(whole, values) if not self._never_set(whole, item.name)]


def _is_new(record: Record) -> bool:
    """Whether this task has created the object, or check mode has predicted it."""
    return not record.raw


def _put_options(kind: Kind) -> list[Field]:
    """The options that a PUT request sends."""
    return [item for item in kind.options if item.api and not item.subresource]


def _hidden_options(whole: Record, values: Values) -> list[Field]:
    """The options that nobody declares, and whose values the service does not show."""
    if _is_new(whole) and not is_placeholder(whole.id):
        return []
    kept = {*whole.values, *values, *TARGETS, *for_kind(FIXED_FIELDS, whole.kind)}
    return [item for item in _put_options(whole.kind) if item.name not in kept and item.applies_to(whole.values)]


def _unreadable_options(whole: Record, values: Values) -> list[Field]:
    """The options that nobody declares, and that the service shows in another type than theirs."""
    kept = {*values, *for_kind(FIXED_FIELDS, whole.kind)}
    others = [item for item in _put_options(whole.kind) if item.name not in kept and item.applies_to(whole.values)]
    return [item for item in others if not _has_type(item, whole.values.get(item.name))]


def _has_type(item: Field, value: Any) -> bool:
    """Whether a value is of the type of an option, so that it can be sent again.

    Check mode has only a mask for a secret that an earlier task would have set.
    """
    if value == MASK:
        return True
    try:
        typed = value if is_empty(value) else coerce(value, item.type)
    except OptionError:
        return False
    if item.type == "list" and item.elements == "dict":
        return all(isinstance(one, dict) for one in typed or ())
    return True


def _refusal_of_forms(whole: Record, values: Values, unreadable: Collection[Field]) -> str:
    names = join_names(item.name for item in unreadable)
    return (
        f"the service shows the {names} of {whole.kind.noun} {whole.label} in an unknown form, and a change of "
        f"{join_names(values)} would have to send it again: declare {names}, too"
    )


def _refusal(whole: Record, values: Values, unknown: Collection[Field]) -> str:
    """Why a change must be refused. Empty if the PUT resets nothing that matters."""
    kind = whole.kind
    lost = [item for item in unknown if item.name not in for_kind(HARMLESS_LOSSES, kind)]
    if not lost:
        return ""
    names = join_names(item.name for item in lost)
    clearable = join_names(f"{item.name}: null" for item in lost if item.clear_value is not UNSET)
    hint = f" ({clearable} clears it)" if clearable != join_names(()) else ""
    return (
        f"the service does not show the {names} of {kind.noun} {whole.label}, and a change of {join_names(values)} "
        f"would reset what is not declared: declare {names}, too{hint}"
    )


def _harmless_losses(whole: Record, unknown: Collection[Field]) -> list[str]:
    """A warning for each option that the PUT resets although it is not known, and why that does no harm."""
    kind, reasons = whole.kind, for_kind(HARMLESS_LOSSES, whole.kind)
    return [
        f"The service does not show the {item.name} of {kind.noun} {whole.label}, so this change sets it to the "
        f"default: {reasons[item.name]}."
        for item in unknown
        if item.name in reasons
    ]


def _possible_losses(whole: Record, declared: Collection[str]) -> list[str]:
    """A warning for each secret of an object that check mode has predicted, as no other object shows what is hidden."""
    kind = whole.kind
    return [
        f"Check mode does not know whether the service shows the {item.name} of {kind.noun} {whole.label}, because it "
        f"has no {kind.noun} yet. If it does not, the run refuses this change: declare {item.name}, too."
        for item in _put_options(kind)
        if item.secret and item.name not in declared and not is_empty(whole.values.get(item.name))
    ]


def verify_target(record: Record, values: Values, answer: Any) -> None:
    """Check that the answer to a PUT shows the new URL, host or port. Some servers accept a new one but ignore it.

    :raises MonitoringError: naming the option that did not change
    """
    try:
        row = extract_object(answer, for_kind(WRAPS, record.kind), record.kind.id_keys)
    except ShapeError:
        # The answer does not show the object.
        return
    shown = record.kind.decode(row)
    for name in (*TARGETS, "port"):
        if name in values and shown.get(name) and not record.kind.by_name[name].same(shown[name], values[name]):
            raise MonitoringError(
                f"the service keeps {name} {record.values.get(name)} and does not take {values[name]}: delete the "
                "resource and create it again"
            )
