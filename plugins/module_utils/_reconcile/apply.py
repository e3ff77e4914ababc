# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that writes, and the report of what was, or in check mode would be, written."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any

from .._errors import ApiError, MonitoringError
from .._resource import Field, Kind, Record, Service, Values
from .observe import Snapshot
from .plan import MASK, Pending, Plan, Step
from .settle import Written, settle

_ACTIONS = ("create", "update", "delete", "recreate", "unchanged", "failed", "skipped")
_SETTLE_S = 5.0
_SETTLE_STEP_S = 0.5


class Outcome:
    """What a run did to each step of a plan; in check mode, what it would do if nothing failed."""

    def __init__(self, plan: Plan, check: bool = False) -> None:
        self._plan = plan
        self._ids: dict[int, str] = {}
        self._errors: dict[int, MonitoringError] = {}
        self._skipped: dict[int, str] = {}
        # For each step: what was done to the object, and to which of its options.
        self._done: dict[int, tuple[str, tuple[str, ...]]] = {}
        for index, step in enumerate(plan.steps):
            if step.error is not None:
                self._errors[index] = step.error
            elif check and step.action != "unchanged":
                self._done[index] = (step.action, step.fields)

    # -- what apply records --------------------------------------------------------------------------------------

    def ident(self, target: Any) -> Any:
        """The id behind a target, once it is known; None while it is not."""
        if isinstance(target, Pending):
            return self._ids.get(target.step)
        return target

    def created(self, index: int, ident: str | None) -> None:
        """Note the id of a new object."""
        if ident is not None:
            self._ids[index] = ident

    def did(self, index: int, action: str, fields: tuple[str, ...]) -> None:
        """Note what was done to an object, after what was done to it before."""
        earlier, known = self._done.get(index, (action, ()))
        self._done[index] = (earlier if action == "update" else action, (*known, *fields))

    def fail(self, index: int, error: MonitoringError) -> None:
        """Note what went wrong with a step."""
        self._errors[index] = error

    def skip(self, index: int, because: str) -> None:
        """Note that a step was not attempted."""
        self._skipped[index] = because

    def stopped(self, index: int) -> bool:
        """Whether a step has failed or was skipped."""
        return index in self._errors or index in self._skipped

    # -- the report ----------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self._done)

    def changes(self) -> list[dict[str, Any]]:
        """What was done, in plan order."""
        report = []
        for index in self._plan.order:
            if index in self._done:
                action, fields = self._done[index]
                step = self._plan.steps[index]
                report.append(
                    {
                        "kind": step.desired.kind.name,
                        "name": step.label,
                        "id": self.ident_of(index),
                        "action": action,
                        "fields": list(fields),
                    }
                )
        return report

    def summary(self) -> dict[str, int]:
        """How many objects met which end."""
        ends = Counter(
            "failed" if index in self._errors else "skipped" if index in self._skipped else step.action
            for index, step in enumerate(self._plan.steps)
        )
        return {action: ends[action] for action in _ACTIONS}

    def failures(self) -> list[dict[str, Any]]:
        """What failed or was skipped, and why, in plan order."""
        report = []
        for index in self._plan.order:
            step = self._plan.steps[index]
            error = self._errors.get(index)
            if error is not None or index in self._skipped:
                report.append(
                    {
                        "kind": step.desired.kind.name,
                        "name": step.label,
                        "action": step.action,
                        "msg": f"cannot {step.action} {step.desired.kind.noun} {step.label}: "
                        + str(error if error is not None else self._skipped[index]),
                        "failure": error.failure.as_dict() if isinstance(error, ApiError) else None,
                    }
                )
        return report

    def warnings(self) -> list[str]:
        """What could not be compared, one sentence for each kind and set of options."""
        hidden = Counter((step.desired.kind.plural, step.hidden) for step in self._plan.steps if step.hidden)
        return [
            f"The server does not show {', '.join(fields)} of {number} of the {kind}: not compared, and sent only when "
            "another option changes."
            for (kind, fields), number in hidden.items()
        ]

    def diff(self, index: int) -> dict[str, Any]:
        """One object before and after, in option names, as far as it was declared."""
        step = self._plan.steps[index]
        kind = step.desired.kind
        done, fields = self._done.get(index, ("unchanged", ()))
        before = self._shown(step, step.before)
        after = self._shown(step, step.after)
        if done == "delete":
            after = {}
        elif done in ("unchanged", "update"):
            after = {**before, **{name: value for name, value in after.items() if name in fields}}
        header = f"{kind.noun} {step.label}"
        return {"before_header": header, "after_header": header, "before": before, "after": after}

    def diffs(self) -> list[dict[str, Any]]:
        """The diffs of all objects that changed, in plan order."""
        return [self.diff(index) for index in self._plan.order if index in self._done]

    def result(self, index: int) -> Values | None:
        """One object as it is now, in option names; one that was deleted as it was; None where there was none."""
        step = self._plan.steps[index]
        if step.action in ("delete", "read") or not step.desired.present or self.stopped(index):
            return self._object(step, step.record.id, step.record.values) if step.record is not None else None
        known = step.record.values if step.record is not None else {}
        if step.action == "recreate":
            known = {name: value for name, value in known.items() if not step.desired.kind.by_name[name].read_only}
        # What could not be compared and was not sent either is not known to be so.
        unknown = step.hidden if step.action == "unchanged" else ()
        after = {name: value for name, value in step.after.items() if name not in unknown}
        return self._object(step, self.ident_of(index), {**known, **after})

    def ident_of(self, index: int) -> str | None:
        """The id of the object of a step as far as it is known, that of the new one after a recreation."""
        step = self._plan.steps[index]
        if index in self._ids or step.action == "recreate":
            return self._ids.get(index)
        return step.record.id if step.record is not None else None

    def _object(self, step: Step, ident: str | None, values: Values) -> Values:
        option = step.desired.kind.id_option
        return {**({option: ident} if option else {}), **self._shown(step, values, result=True)}

    def _shown(self, step: Step, values: Values, result: bool = False) -> Values:
        kind = step.desired.kind
        return {
            name: self.shown(kind.by_name[name], value)
            for name, value in values.items()
            if not (result and kind.by_name[name].write_only)
        }

    def shown(self, item: Field, value: Any) -> Any:
        """A value as people see it: other objects by name, secrets masked."""
        return show(item, value, self._plan.labels)


def show(item: Field, value: Any, labels: Mapping[tuple[str, str], str]) -> Any:
    """A value as people see it: other objects by name where that is unique, secrets masked."""
    if item.secret and value not in (None, ""):
        return MASK
    if not item.reference:
        return value
    if isinstance(value, list):
        shown = [show(item, one, labels) for one in value]
        return sorted(shown) if item.compare == "set" else shown
    if isinstance(value, Pending):
        return value.label
    return labels.get((item.reference, str(value)), value)


def apply(plan: Plan, service: Service, snapshot: Snapshot, concurrency: int) -> Outcome:
    """Carry out a plan: objects first, then the links between them, then deletions.

    A step that fails does not stop the others, but those that need it.
    """
    run = _Run(plan, service, snapshot)
    steps = dict(enumerate(plan.steps))
    written = ("create", "recreate")
    with ThreadPoolExecutor(concurrency) as pool:
        run.phase(pool, {i: s.needs for i, s in steps.items() if s.payload or s.action in written}, run.write)
        # Links wait for objects alone, and those are done; not for the links of the objects at their other ends.
        run.phase(pool, {i: set() for i, s in steps.items() if s.attach or s.detach}, run.relink)
        run.phase(pool, {i: s.needs for i, s in steps.items() if s.action == "delete"}, run.delete)
        run.find_ids()
    run.settle()
    return run.outcome


class _Run:
    """One pass over a plan."""

    def __init__(self, plan: Plan, service: Service, snapshot: Snapshot) -> None:
        self.outcome = Outcome(plan)
        self._steps = plan.steps
        self._service = service
        self._snapshot = snapshot
        self._known = {(name, record.id) for name, records in snapshot.records.items() for record in records}
        self._listed: dict[str, list[Record]] = {}
        self._links: dict[tuple[str, str, str, str], Future[None]] = {}
        self._lock = threading.Lock()

    def phase(self, pool: ThreadPoolExecutor, nodes: Mapping[int, set[int]], work: Callable[[int], None]) -> None:
        """Do the work for each node as soon as the nodes that it needs are done."""
        sorter = TopologicalSorter({index: needs & nodes.keys() for index, needs in nodes.items()})
        sorter.prepare()
        finished: SimpleQueue[int] = SimpleQueue()

        def attempt(index: int) -> None:
            try:
                self._attempt(index, nodes[index], work)
            finally:
                finished.put(index)

        while sorter.is_active():
            for index in sorter.get_ready():
                pool.submit(attempt, index)
            sorter.done(finished.get())

    def _attempt(self, index: int, needs: set[int], work: Callable[[int], None]) -> None:
        if self.outcome.stopped(index):
            return
        stopped = next((need for need in sorted(needs) if self.outcome.stopped(need)), None)
        if stopped is not None:
            other = self._steps[stopped]
            self.outcome.skip(index, f"not tried, as {other.desired.kind.noun} {other.label}, which it needs, failed")
            return
        try:
            work(index)
        except MonitoringError as exc:
            self.outcome.fail(index, exc)
        except Exception as exc:
            # One odd object must not cost the report of a thousand others.
            self.outcome.fail(index, MonitoringError(f"an unexpected {type(exc).__name__}: {exc}"))

    # -- objects -------------------------------------------------------------------------------------------------

    def write(self, index: int) -> None:
        """Create, recreate or update one object, but for its links."""
        step = self._steps[index]
        kind = step.desired.kind
        values = {name: self._resolved(value) for name, value in step.payload.items()}
        own = tuple(name for name in step.fields if not kind.by_name[name].link)
        aspects = kind.aspects(values)
        record = step.record
        if step.action != "update":
            if step.action == "recreate" and record is not None:
                self._delete(record, step.desired.flags)
                self.outcome.did(index, "delete", ())
            created = aspects.pop("", {})
            self.outcome.created(index, self._create(step, created))
            self.outcome.did(index, step.action, tuple(name for name in own if name in created))
            if aspects:
                record = Record(kind, self._found(Pending(index, step.label)), created)
        for aspect, part in aspects.items():
            if record is not None:
                self._service.update(record, part, aspect)
                self.outcome.did(index, "update", tuple(name for name in own if name in part))

    def _create(self, step: Step, values: Values) -> str | None:
        try:
            return self._service.create(step.desired.kind, values)
        except ApiError as exc:
            if not exc.ambiguous:
                raise
            found = self._new(step, fresh=True)
            if found is None:
                raise ApiError(f"{exc}; it was not created, or not yet: run again", exc.failure) from exc
            return found

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(one) for one in value]
        return self._found(value) if isinstance(value, Pending) else value

    def _found(self, target: Any) -> str:
        """The id of another object, looked up in a new listing if the server did not say it on creation."""
        ident = self.outcome.ident(target)
        if ident is None:
            step = self._steps[target.step]
            if self.outcome.stopped(target.step):
                raise MonitoringError(f"{step.desired.kind.noun} {step.label}, which it needs, was not created")
            ident = self._new(step)
            if ident is None:
                raise MonitoringError(f"{step.desired.kind.noun} {step.label} was created but is not in the list")
            self.outcome.created(target.step, ident)
        return str(ident)

    def _new(self, step: Step, fresh: bool = False) -> str | None:
        """The id of the one object of the step's key that was not there before; polled for a while, as lists may lag.

        :raises MonitoringError: where there are several
        """
        kind = step.desired.kind
        key = kind.key_of({name: self._resolved(value) for name, value in step.after.items()})
        deadline = time.monotonic() + _SETTLE_S
        while True:
            with self._lock:
                if fresh or kind.name not in self._listed:
                    self._listed[kind.name] = self._list(kind)
                new = [
                    record.id
                    for record in self._listed[kind.name]
                    if kind.key_of(record.values) == key and (kind.name, record.id) not in self._known
                ]
            if len(new) > 1:
                raise MonitoringError(f"there are {len(new)} new {kind.plural} named {step.label}: {', '.join(new)}")
            if new or time.monotonic() > deadline:
                return new[0] if new else None
            if fresh:
                time.sleep(_SETTLE_STEP_S)
            fresh = True

    def find_ids(self) -> None:
        """Look up the ids that the server did not answer to a creation."""
        for index, step in enumerate(self._steps):
            created = step.action in ("create", "recreate") and not self.outcome.stopped(index)
            if created and self.outcome.ident(Pending(index, step.label)) is None:
                try:
                    self._found(Pending(index, step.label))
                except MonitoringError as exc:
                    self.outcome.fail(index, exc)

    def settle(self) -> None:
        """Wait until what was written can be read, where the service is not quick about it."""
        if not self._service.settle_s:
            return
        written = []
        for index, step in enumerate(self._steps):
            ident = self.outcome.ident_of(index)
            if step.action != "unchanged" and ident is not None and not self.outcome.stopped(index):
                kind = step.desired.kind
                shown = [name for name in step.fields if not (kind.by_name[name].write_only or kind.by_name[name].link)]
                values = {name: self._resolved(step.after[name]) for name in shown}
                written.append(Written(kind, ident, None if step.action == "delete" else values))
        for item in settle(self._service, written, self._list):
            self._service.notes.append(
                f"{item.kind.noun} {item.kind.label(item.values or {}, item.id)} was written, but what the service shows "
                f"does not agree with that after {self._service.settle_s:g} s."
            )

    # -- links ---------------------------------------------------------------------------------------------------

    def relink(self, index: int) -> None:
        """Add and remove the links of one object; a link that both of its ends declare is written once.

        :raises MonitoringError: for a link to an object that could not be created
        """
        step = self._steps[index]
        kind = step.desired.kind
        own = step.record.id if step.record is not None and step.action != "recreate" else Pending(index, step.label)
        wanted = [(name, target, True) for name, target in step.attach]
        for name, target, present in [*wanted, *((name, ident, False) for name, ident in step.detach)]:
            item = kind.by_name[name]
            ident, other = self._found(own), self._found(target)
            mark = (item.reference, item.inverse, other, ident) if item.inverse else (kind.name, name, ident, other)
            with self._lock:
                first = mark not in self._links
                written = self._links.setdefault(mark, Future())
            if first:
                try:
                    self._service.link(kind, name, ident, other, present)
                    written.set_result(None)
                except Exception as exc:
                    written.set_exception(exc)
            written.result()
        self.outcome.did(index, "update", tuple(name for name in step.fields if kind.by_name[name].link))

    # -- deletions -----------------------------------------------------------------------------------------------

    def delete(self, index: int) -> None:
        """Delete one object."""
        step = self._steps[index]
        if step.record is not None:
            self._delete(step.record, step.desired.flags)
        self.outcome.did(index, "delete", ())

    def _delete(self, record: Record, flags: Values) -> None:
        try:
            self._service.delete(record, flags)
        except ApiError as exc:
            status = exc.failure.status
            if status in (404, 410):
                return
            if not exc.ambiguous and (status is None or not 400 <= status < 500):
                raise
            if any(other.id == record.id for other in self._list(record.kind)):
                raise

    def _list(self, kind: Kind) -> list[Record]:
        """A kind as it is now, the kinds before it as they were observed."""
        wanted = [step.desired for step in self._steps if step.desired.kind is kind]
        return self._service.listing(kind, wanted, self._snapshot.records)
