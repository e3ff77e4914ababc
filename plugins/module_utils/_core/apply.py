# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that writes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .altered import altered_texts
from .errors import ApiError, MonitoringError, SkippedError
from .ids import Key, NewObjects
from .kind import Field
from .match import Snapshot
from .objects import PendingId, Record, Step
from .outcome import Outcome, StepResult
from .plan import Plan
from .service import Service
from .similar import altered_name, altered_name_error, must_be_shown
from .values import UNSET, Values
from .workers import Phase

_LOOKUP_S = 5.0
"""How long to look for a new object that the server says it has created, in seconds."""

_EXISTS = re.compile(r"\balready\b|\bexists\b|\btaken\b|duplicate|in use|unique", re.IGNORECASE)
"""The words with which a server refuses an object that exists, if the status does not say so."""


def apply(plan: Plan, service: Service, snapshot: Snapshot, concurrency: int) -> Outcome:
    """Carry out a plan: the objects, then their subresources, then deletions.

    A step that fails does not stop the others, except those that depend on it.
    """
    run = _Run(plan, service, snapshot)

    def run_phase(name: str, depends_on: Mapping[int, Collection[int]], work: Any) -> None:
        Phase(name, depends_on, work, run.outcome.results).run(concurrency)

    steps = plan.steps
    run_phase("written", {step.index: step.depends_on for step in steps if step.payload}, run.write)
    run_phase("verified", dict.fromkeys(run.unverified(), ()), run.verify)
    # Subresources may refer to any object, so they are written after all of them, in any order.
    run_phase("completed", dict.fromkeys(run.incomplete(), ()), run.complete)
    deletions = {step.index: step.depends_on for step in steps if step.action == "delete"}
    run_phase("deleted", deletions, run.delete)
    run_phase("identified", dict.fromkeys(run.unidentified(), ()), run.identify)
    service.wait_for_consistency()
    run.compare_names()
    results = run.outcome.results
    service.warnings += altered_texts((step, one.sent, one.shown) for step, one in zip(steps, results))
    return run.outcome


@dataclass(frozen=True)
class _Writes:
    """What is written of an object.

    :param own: the options that its own endpoint takes at once
    :param later: the options that are written when all objects exist, by subresource; by C("") those that its own
        endpoint does not take with the creation
    """

    own: Values
    later: Mapping[str, Values]


def _writes(step: Step) -> _Writes:
    """The payload of a step by the endpoints that take it."""
    later = step.desired.kind.by_subresource(step.payload)
    own = later.pop("", {})
    if step.action == "update":
        return _Writes(own, later)
    fields = step.desired.kind.by_name
    at_once = {name: value for name, value in own.items() if not fields[name].set_after_create}
    after_creation = {name: value for name, value in own.items() if fields[name].set_after_create}
    return _Writes(at_once, {"": after_creation, **later} if after_creation else later)


def _declared_names(steps: Sequence[Step]) -> set[tuple[str, Any]]:
    """The names of all objects after the run that are declared, each with its kind."""
    present = (step for step in steps if step.desired.present)
    return {(step.desired.kind.name, step.desired.kind.normalize_name(step.label)) for step in present}


class _Run:
    """One pass over a plan. Its methods are called by several threads, with the index of a step."""

    def __init__(self, plan: Plan, service: Service, snapshot: Snapshot) -> None:
        self.outcome = Outcome(plan)
        self._steps, self._service = plan.steps, service
        self._writes = {step.index: _writes(step) for step in plan.steps if step.payload}
        self._new_objects = NewObjects(snapshot.records, self._list_kind, _declared_names(plan.steps))

    # -- phases ------------------------------------------------------------------------------------------------------

    def write(self, index: int) -> None:
        """Create, recreate or update an object by its own endpoint."""
        step = self._steps[index]
        self._require(step.depends_on)
        if step.action == "update":
            self._update(step, "", self._writes[index].own)
            return
        if step.action == "recreate":
            self.delete(index)
        self._create(step, self._writes[index].own)

    def unverified(self) -> list[int]:
        """The steps that created an object whose name the answer did not show, and the server may have altered."""
        return [step.index for step in self._steps if self._is_unverified(step)]

    def _is_unverified(self, step: Step) -> bool:
        kind, result = step.desired.kind, self.outcome.results[step.index]
        is_shown = kind.name_option in result.shown or result.ident is None
        return not is_shown and must_be_shown(kind, result.sent.get(kind.name_option))

    def verify(self, index: int) -> None:
        """Read the name of a new object back.

        :raises MonitoringError: if the server has stored another one
        """
        step, result = self._steps[index], self.outcome.results[index]
        found = self._new_objects.wait_for_id(step.desired.kind.name, str(result.ident), self._service.read_lag_s)
        if found is not None:
            result.shown = found.values
        self._require_name(step)

    def incomplete(self) -> list[int]:
        """The steps with something left to write after the first phase."""
        results = self.outcome.results
        return [index for index, writes in self._writes.items() if writes.later and results[index].error is None]

    def complete(self, index: int) -> None:
        """Write what is left of an object."""
        for subresource, values in self._writes[index].later.items():
            self._update(self._steps[index], subresource, values)

    def delete(self, index: int) -> None:
        """Delete an object. If it does not exist any more, that is a success."""
        step, result = self._steps[index], self.outcome.results[index]
        self._require(step.depends_on)
        if step.record is not None:
            self._delete_referred(step, step.record, result)
        result.record_action("delete")

    def unidentified(self) -> list[int]:
        """The steps that created an object whose id the server did not say."""
        return [index for index in self.created() if not self.outcome.results[index].answered_id]

    def created(self) -> list[int]:
        """The steps that created an object."""
        return [step.index for step in self._steps if step.action in ("create", "recreate")]

    def compare_names(self) -> None:
        """Compare the names of new objects with what reads have shown anyway; another name is an error of its step."""
        for index in self.created():
            step, result = self._steps[index], self.outcome.results[index]
            if result.error is not None or result.ident is None:
                continue
            result.shown = {**self._service.read_back(step.desired.kind, result.ident), **result.shown}
            try:
                self._require_name(step)
            except MonitoringError as exc:
                result.error = exc

    def identify(self, index: int) -> None:
        """Find the id of a new object.

        :raises MonitoringError: if it is not there, or the server has stored another name
        """
        step = self._steps[index]
        self._ident(step)
        self._require_name(step)

    def _require(self, needed: Collection[int]) -> None:
        """Check that other steps have succeeded so far.

        :raises SkippedError: naming the first object whose step has failed
        """
        for index in sorted(needed):
            if self.outcome.results[index].error is not None:
                raise SkippedError(f"skipped: {self._steps[index].title}, which it depends on, failed")

    # -- objects -----------------------------------------------------------------------------------------------------

    def _create(self, step: Step, own: Values) -> None:
        values = {name: self._resolve(value) for name, value in own.items()}
        result = self.outcome.results[step.index]
        new: Record | str | None
        try:
            new = self._service.create(step.desired.kind, values)
        except ApiError as exc:
            new = self._find_created(step, exc)
            if new is None:
                raise
            if not exc.ambiguous:
                self._adopt(step, new, values)
                return
        result.record_new(new, values)
        result.answered_id = result.ident is not None
        later = step.payload.keys() - own.keys()
        result.record_action(step.action, (name for name in step.fields if name not in later))
        self._require_name(step)

    def _require_name(self, step: Step) -> None:
        """Check that the server has stored the name of a new object as it was sent, if the server shows it.

        :raises MonitoringError: naming both names and the id
        """
        kind, result = step.desired.kind, self.outcome.results[step.index]
        sent, shown = result.sent.get(kind.name_option), result.shown.get(kind.name_option)
        if result.ident is not None and altered_name(kind, sent, shown):
            raise altered_name_error(kind, str(sent), str(shown), result.ident)

    def _find_created(self, step: Step, exc: ApiError) -> Record | None:
        """The object that could not be created, if it exists now.

        The answer to its creation was lost; or the service refused to create it, because somebody else had done so
        since this run read the account.
        """
        if not (exc.ambiguous or says_that_it_exists(exc)):
            return None
        result = self.outcome.results[step.index]
        try:
            found = self._new_objects.wait_for(step, self._key(step), self._service.read_lag_s)
        except ApiError as unread:
            result.unknown = str(unread)
            return None
        if found is None:
            result.unknown = self._service.listing_doubts().get(step.desired.kind.name, "")
        return found

    def _adopt(self, step: Step, record: Record, values: Values) -> None:
        """Go on with an object that somebody else has created: change the options that differ."""
        fields, result = step.desired.kind.by_name, self.outcome.results[step.index]
        missing = {name for name in values if name not in record.values and not fields[name].write_only}
        if missing:
            record.values.update(self._service.read(record, missing))
        result.record_new(record.id, {**record.values, **values})
        # What others have set, and the server does not show, is not known: the object is not a new one.
        result.adopted = record
        current = record.values
        different = {name: values[name] for name in values if name in current}
        different = {name: one for name, one in different.items() if not fields[name].same(current[name], one)}
        if different:
            self._service.update(record, different, "")
            result.record_action("update", different)

    def _update(self, step: Step, subresource: str, values: Values) -> None:
        if not values:
            return
        result = self.outcome.results[step.index]
        record = self._written_record(step, result)
        resolved = {name: self._resolve(value) for name, value in values.items()}
        fields = [name for name in step.fields if name in values]
        writes_before = self._service.write_count()
        try:
            self._service.update(record, resolved, subresource)
        except ApiError:
            if self._service.write_count() > writes_before:
                result.record_action("update", fields)
            raise
        result.record_action("update", fields)
        result.sent.update(values)

    def _written_record(self, step: Step, result: StepResult) -> Record:
        """The object to update: the current one, or the one that this run or somebody else has created."""
        if step.record is not None and step.action != "recreate":
            return step.record
        ident = self._ident(step)
        self._require_name(step)
        if result.adopted is not None:
            return replace(result.adopted, values=result.sent)
        return Record(step.desired.kind, ident, result.sent)

    def _delete_referred(self, step: Step, record: Record, result: StepResult) -> None:
        """Delete an object. If that is refused, clear the references of objects that will also be deleted, and repeat.

        Objects that refer to each other cannot all be deleted before those that they refer to.
        """
        try:
            self._delete(record, step.desired.controls, result)
        except ApiError as exc:
            if not exc.refused or not self._clear_references(record):
                raise
            self._delete(record, step.desired.controls, result)

    def _clear_references(self, record: Record) -> bool:
        """Clear the references that other objects to be deleted have to this one.

        :return: whether its deletion may succeed now
        """
        cleared = [
            self._clear_reference(step, step.record, item, record.id)
            for step in self._steps
            if step.action == "delete" and step.record is not None and step.record is not record
            for item in step.record.kind.options
            if item.reference == record.kind.name and _can_be_cleared(item)
        ]
        return any(cleared)

    def _clear_reference(self, step: Step, referrer: Record, item: Field, ident: str) -> bool:
        """Clear an option of an object to be deleted if it refers to this id; whether it may have done so."""
        try:
            if item.name not in referrer.values:
                referrer.values.update(self._service.read(referrer, {item.name}))
            if referrer.values.get(item.name) != ident:
                return False
            self._service.update(referrer, {item.name: None}, item.subresource)
        except ApiError:
            # Another thread may have deleted the referrer since the refusal, and its reference with it.
            return True
        self.outcome.results[step.index].record_action("update", (item.name,))
        return True

    def _delete(self, record: Record, controls: Values, result: StepResult) -> None:
        writes_before = self._service.write_count()
        try:
            self._service.delete(record, controls)
        except MonitoringError as exc:
            if self._is_gone(record, exc):
                return
            if isinstance(exc, ApiError) and self._service.write_count() > writes_before:
                result.record_action("delete")
            raise

    def _is_gone(self, record: Record, exc: MonitoringError) -> bool:
        """Whether an object does not exist, although its deletion failed."""
        if not isinstance(exc, ApiError):
            return False
        status = exc.failure.status
        if status in (404, 410):
            return True
        refused = status is not None and 200 <= status < 500 and status not in (401, 403)
        if not (exc.ambiguous or refused):
            return False
        with contextlib.suppress(ApiError):
            listed = self._list_kind(record.kind.name)
            return record.kind.name not in self._service.listing_doubts() and all(one.id != record.id for one in listed)
        return False

    # -- ids ---------------------------------------------------------------------------------------------------------

    def _resolve(self, value: Any) -> Any:
        """A value with the ids of objects that have been created by now."""
        if isinstance(value, list):
            return [self._resolve(one) for one in value]
        return self._ident_for_others(self._steps[value.step]) if isinstance(value, PendingId) else value

    def _ident_for_others(self, step: Step) -> str:
        """The id of a new object to which another one refers.

        :raises SkippedError: if the server has stored another name
        """
        ident = self._ident(step)
        try:
            self._require_name(step)
        except MonitoringError:
            raise SkippedError(f"skipped: {step.title}, which it depends on, is stored with another name") from None
        return ident

    def _ident(self, step: Step) -> str:
        """The id of a new object. If the server did not say it, the object is looked for in a new listing.

        :raises MonitoringError: if it is not there, or the step that creates it has failed
        """
        result = self.outcome.results[step.index]
        if result.ident is None:
            self._require([step.index])
            key = self._key(step)
            found = self._new_objects.find(step, key) or self._new_objects.wait_for(step, key, _LOOKUP_S)
            result.record_new(found, result.sent)
        if result.ident is None:
            raise MonitoringError(f"{step.label} was created but is not in the list")
        return result.ident

    def _key(self, step: Step) -> Key | None:
        kind = step.desired.kind
        return kind.key_of({name: self._resolve(value) for name, value in step.after.items() if name in kind.key})

    def _list_kind(self, kind: str) -> list[Record]:
        declared = [step.desired for step in self._steps if not step.desired.pruned]
        is_pruning = len(declared) < len(self._steps)
        return self._service.list_objects(self._service.kinds[kind], declared, is_pruning)


def says_that_it_exists(exc: ApiError) -> bool:
    """Whether a server refuses to create an object because there is one."""
    return exc.refused and (exc.failure.status == 409 or _EXISTS.search(exc.failure.message) is not None)


def _can_be_cleared(item: Field) -> bool:
    """Whether an option holds one reference that can be removed. Links with two ends need not be."""
    return item.type != "list" and not item.inverse and item.clear_value is not UNSET
