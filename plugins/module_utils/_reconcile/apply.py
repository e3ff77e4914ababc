# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that writes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any

from .._errors import ApiError, MonitoringError
from .._resource import Kind, Record, Service, Values, by_key, names
from .observe import Snapshot, wanted_of
from .outcome import Outcome, SkippedError
from .plan import Pending, Plan, Step, Target
from .settle import Written, settle

_SETTLE_S = 5.0
_SETTLE_STEP_S = 0.5
_SWEEP = 50


def apply(plan: Plan, service: Service, snapshot: Snapshot, concurrency: int) -> Outcome:
    """Carry out a plan: objects first, then the links between them, then deletions.

    A step that fails does not stop the others, but those that need it.
    """
    run = _Run(plan, service, snapshot)
    steps = dict(enumerate(plan.steps))
    new = ("create", "recreate")
    with ThreadPoolExecutor(concurrency) as pool:
        run.phase(pool, {i: s.needs for i, s in steps.items() if s.payload or s.action in new}, run.write)
        # Links wait for objects alone, and those are done; not for the links of the objects at their other ends.
        run.phase(pool, {i: set() for i, s in steps.items() if s.attach or s.detach}, run.relink)
        run.sweep()
        run.phase(pool, {i: s.needs for i, s in steps.items() if s.action == "delete"}, run.delete)
        run.phase(pool, {i: set() for i, s in steps.items() if s.action in new}, run.identify)
    run.settle()
    return run.outcome


class _Run:
    """One pass over a plan."""

    def __init__(self, plan: Plan, service: Service, snapshot: Snapshot) -> None:
        self.outcome = Outcome(plan)
        self._steps = plan.steps
        self._done = self.outcome.done
        self._service = service
        self._snapshot = snapshot
        self._known = {(name, record.id) for name, records in snapshot.records.items() for record in records}
        self._listed: dict[str, dict[tuple[Any, ...], list[Record]]] = {}
        self._swept: set[int] = set()
        self._links: dict[frozenset[tuple[str, str]], Future[None]] = {}
        self._lock = threading.Lock()

    def phase(self, pool: ThreadPoolExecutor, nodes: Mapping[int, set[int]], work: Callable[[int, Step], None]) -> None:
        """Do the work for each node as soon as the nodes that it needs are done."""
        sorter = TopologicalSorter({index: needs & nodes.keys() for index, needs in nodes.items()})
        sorter.prepare()
        finished: SimpleQueue[int] = SimpleQueue()

        def attempt(index: int) -> None:
            try:
                if self._done[index].error is None:
                    for need in sorted(nodes[index]):
                        self._require(need)
                    work(index, self._steps[index])
            except MonitoringError as exc:
                self._done[index].error = exc
            except Exception as exc:  # one odd object must not cost the report of a thousand others
                self._done[index].error = MonitoringError(f"an unexpected {type(exc).__name__}: {exc}")
            finally:
                finished.put(index)

        while sorter.is_active():
            for index in sorter.get_ready():
                pool.submit(attempt, index)
            sorter.done(finished.get())

    def _require(self, need: int) -> None:
        """Stop here unless another step has succeeded so far.

        :raises SkippedError: naming its object
        """
        if self._done[need].error is not None:
            step = self._steps[need]
            raise SkippedError(f"not tried, as {step.title}, which it needs, failed")

    # -- objects -------------------------------------------------------------------------------------------------

    def write(self, index: int, step: Step) -> None:
        """Create, recreate or update one object, but for its links."""
        done, kind, record = self._done[index], step.desired.kind, step.record
        aspects = kind.aspects({name: self._resolved(value) for name, value in step.payload.items()})
        if step.action != "update":
            if step.action == "recreate" and record is not None:
                self._delete(record, step.desired.flags)
                done.note("delete")
            values = aspects.pop("", {})
            late = {name: values.pop(name) for name in list(values) if kind.by_name[name].late}
            aspects = {"": late, **aspects} if late else aspects
            done.made(self._create(step, values))
            later = {*step.payload, *dict(step.attach)}.difference(values)
            done.note(step.action, (name for name in step.fields if name not in later))
            if aspects:
                record = Record(kind, self._ident(Pending(index, step.label)), values)
        for aspect, part in aspects.items():
            if record is not None:
                self._service.update(record, part, aspect)
                done.note("update", (name for name in step.fields if name in part))

    def _create(self, step: Step, values: Values) -> Record | str | None:
        try:
            return self._service.create(step.desired.kind, values)
        except ApiError as exc:
            found = self._new(step, self._service.settle_s) if exc.ambiguous else None
            if found is None and exc.ambiguous:
                raise ApiError(f"{exc}; it was not created, or not yet: run again", exc.failure) from exc
            if found is None:
                raise
            return found

    def sweep(self) -> None:
        """Delete several objects at once, where that is possible; what is refused so is tried one by one."""
        groups: dict[Kind, list[tuple[int, Record]]] = {}
        for index, step in enumerate(self._steps):
            if step.action == "delete" and step.record is not None and step.record.kind.bulk and not step.needs:
                groups.setdefault(step.record.kind, []).append((index, step.record))
        for group in groups.values():
            for part in (group[start : start + _SWEEP] for start in range(0, len(group), _SWEEP)):
                if len(part) > 1:
                    with contextlib.suppress(ApiError):
                        self._service.delete_all([record for _index, record in part])
                        self._swept.update(index for index, _record in part)

    def delete(self, index: int, step: Step) -> None:
        """Delete one object."""
        if step.record is not None and index not in self._swept:
            self._delete(step.record, step.desired.flags)
        self._done[index].note("delete")

    def _delete(self, record: Record, flags: Values) -> None:
        try:
            self._service.delete(record, flags)
        except ApiError as exc:
            status = exc.failure.status
            if status in (404, 410):
                return
            if not exc.ambiguous and (status is None or not 200 <= status < 500):
                raise
            if any(other.id == record.id for other in self._list(record.kind)):
                raise

    # -- ids -----------------------------------------------------------------------------------------------------

    def identify(self, index: int, step: Step) -> None:
        """Look up the id of a new object, where the server did not say it."""
        self._ident(Pending(index, step.label))

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(one) for one in value]
        return self._ident(value) if isinstance(value, Pending) else value

    def _ident(self, target: Target) -> str:
        """The id of another object, looked up in a new listing if the server did not say it on creation.

        :raises MonitoringError: where there is none
        """
        if not isinstance(target, Pending):
            return target
        done = self._done[target.step]
        if done.ident is None:
            self._require(target.step)
            done.made(self._new(self._steps[target.step], _SETTLE_S, fresh=False))
            if done.ident is None:
                raise MonitoringError(f"{target.label} was created but is not in the list")
        return done.ident

    def _new(self, step: Step, patience: float, fresh: bool = True) -> Record | None:
        """The one object of the step's key that was not there before; None if it does not show up.

        :param patience: for how many seconds to look again, as lists may lag
        :param fresh: whether a listing from before is of no use
        :raises MonitoringError: where there are several
        """
        kind = step.desired.kind
        key = kind.key_of({name: self._resolved(value) for name, value in step.after.items() if name in kind.key})
        deadline = time.monotonic() + patience
        while True:
            with self._lock:
                if fresh or kind.name not in self._listed:
                    rows = [record for record in self._list(kind) if (kind.name, record.id) not in self._known]
                    self._listed[kind.name] = by_key(rows)
                new = self._listed[kind.name].get(key, []) if key is not None else []
            if len(new) > 1:
                ids = names(record.id for record in new)
                raise MonitoringError(f"there are {len(new)} new {kind.plural} named {step.label}: {ids}")
            if new or (fresh and time.monotonic() >= deadline):
                return new[0] if new else None
            if fresh:
                time.sleep(_SETTLE_STEP_S)
            fresh = True

    def _list(self, kind: Kind) -> list[Record]:
        """A kind as it is now, the kinds before it with what has become of them."""
        declared = [step.desired for step in self._steps if not step.pruned]
        wanted = wanted_of(kind, declared, len(declared) < len(self._steps))
        ours = {id(step.record) for step in self._steps}
        known = {name: [r for r in records if id(r) not in ours] for name, records in self._snapshot.records.items()}
        for index, step in enumerate(self._steps):
            ident, before = self.outcome.ident(index), step.record.values if step.record is not None else {}
            if ident is not None and self._done[index].action != "delete":
                known[step.desired.kind.name].append(Record(step.desired.kind, ident, {**before, **step.after}))
        return self._service.listing(kind, wanted, known)

    def settle(self) -> None:
        """Wait until what was written can be read, where the service is not quick about it."""
        written = []
        for index, step in enumerate(self._steps if self._service.settle_s else ()):
            ident = self.outcome.ident(index)
            if step.action != "unchanged" and ident is not None and self._done[index].error is None:
                fields = step.desired.kind.by_name
                shown = [name for name in step.fields if not (fields[name].write_only or fields[name].link)]
                values = {name: self._resolved(step.after[name]) for name in shown}
                written.append(Written(step.desired.kind, ident, None if step.action == "delete" else values))
        try:
            late = settle(self._service, written, self._list)
        except MonitoringError as exc:
            self._service.notes.append(f"What was written could not be read back: {exc}.")
            return
        for item in late:
            what = f"{item.kind.noun} {item.kind.label(item.values or {}, item.id)}"
            after = f"After {self._service.settle_s:g} s the service does not show"
            self._service.notes.append(f"{after} what was written of {what}: it is late, or has not taken all of it.")

    # -- links ---------------------------------------------------------------------------------------------------

    def relink(self, index: int, step: Step) -> None:
        """Add and remove the links of one object; a link that both of its ends declare is written once."""
        kind = step.desired.kind
        new = step.record is None or step.action == "recreate"
        ident = self._ident(Pending(index, step.label) if step.record is None or new else step.record.id)
        changes = [(name, target, True) for name, target in step.attach]
        for name, target, present in [*changes, *((name, target, False) for name, target in step.detach)]:
            other = self._ident(target)
            mark = frozenset({(kind.name, ident), (kind.by_name[name].reference, other)})
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
            if name not in self._done[index].fields:
                self._done[index].note("update", (name,))
