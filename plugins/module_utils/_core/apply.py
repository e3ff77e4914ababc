# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that writes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any

from .errors import ApiError, MonitoringError, SkippedError
from .objects import PRUNE, PendingId, Record, Step, by_key
from .observe import Snapshot
from .outcome import Outcome
from .plan import Plan
from .progress import progress
from .service import Service
from .values import Values, join_names

_PATIENCE_S = 5.0
_STEP_S = 0.5


def apply(plan: Plan, service: Service, snapshot: Snapshot, concurrency: int) -> Outcome:
    """Carry out a plan: objects first, then what other endpoints write of them, then deletions.

    A step that fails does not stop the others, but those that need it.
    """
    steps = dict(enumerate(plan.steps))
    new = {index for index, step in steps.items() if step.action in ("create", "recreate")}
    run = _Run(plan, service, snapshot, concurrency)
    run.phase("written", {i: s.depends_on for i, s in steps.items() if s.payload}, run.write)
    # These may need any object, and so wait for all of them; not for each other.
    run.phase("completed", {i: set() for i in steps if run.parts.get(i)}, run.write_parts)
    run.phase("deleted", {i: s.depends_on for i, s in steps.items() if s.action == "delete"}, run.delete)
    # Where the server did not say the id of a new object, it is looked up.
    lost = {i: set[int]() for i in new if run.outcome.results[i].ident is None}
    run.phase("identified", lost, lambda index, step: run.ident(PendingId(index, step.label)))
    service.wait_for_consistency()
    return run.outcome


class _Run:
    """One pass over a plan."""

    def __init__(self, plan: Plan, service: Service, snapshot: Snapshot, concurrency: int) -> None:
        self.outcome, self._concurrency = Outcome(plan), concurrency
        self._steps, self._done, self._service = plan.steps, self.outcome.results, service
        self.parts: dict[int, dict[str, Values]] = {}
        self._known = {(name, record.id) for name, records in snapshot.records.items() for record in records}
        self._lock, self._listed = threading.Lock(), dict[str, dict[tuple[Any, ...], list[Record]]]()

    def phase(self, words: str, nodes: Mapping[int, set[int]], work: Callable[[int, Step], Any]) -> None:
        """Do the work for each node as soon as the nodes that it needs are done.

        :param words: what has then been done to the objects
        """
        sorter = TopologicalSorter({index: needs & nodes.keys() for index, needs in nodes.items()})
        sorter.prepare()
        threads, numbers = max(1, min(self._concurrency, len(nodes))), iter(range(1, len(nodes) + 1))
        lock, ready = threading.Lock(), SimpleQueue[Any]()

        def hand_out() -> None:
            for index in sorter.get_ready() if sorter.is_active() else [None] * threads:
                ready.put(index)

        def work_off(_thread: int = 0) -> None:
            for index in iter(ready.get, None):
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
                    with lock:
                        sorter.done(index)
                        hand_out()
                        progress(words, next(numbers), len(nodes), self._done)

        hand_out()
        with ThreadPoolExecutor(threads) as pool:
            pool.map(work_off, range(1, threads))
            try:
                # This thread takes part, so that one object, or one at a time, needs no other.
                work_off()
            except BaseException:
                # Such as Ctrl-C: what is under way ends, and nothing else begins.
                for done in self._done:
                    done.error = done.error or MonitoringError("interrupted")
                raise

    def _require(self, need: int) -> None:
        """Stop here unless another step has succeeded so far.

        :raises SkippedError: naming its object
        """
        if self._done[need].error is not None:
            step = self._steps[need]
            raise SkippedError(f"not tried, as {step.title}, which it needs, failed")

    # -- objects -------------------------------------------------------------------------------------------------

    def write(self, index: int, step: Step) -> None:
        """Create, recreate or update one object by its own endpoint; the rest of it is left for later."""
        done, kind = self._done[index], step.desired.kind
        parts = self.parts[index] = kind.by_subresource(step.payload)
        own = parts.pop("", {})
        if step.action == "update":
            self._update(index, step, "", own)
            return
        if step.action == "recreate":
            self.delete(index, step)
        late = {name: own.pop(name) for name in list(own) if kind.by_name[name].set_after_create}
        if late:
            self.parts[index] = {"": late, **parts}
        values = {name: self._resolved(value) for name, value in own.items()}
        done.made(self._create(step, values), values)
        later = step.payload.keys() - own.keys()
        done.note(step.action, (name for name in step.fields if name not in later))

    def write_parts(self, index: int, step: Step) -> None:
        """Write what is left of one object."""
        for subresource, part in self.parts[index].items():
            self._update(index, step, subresource, part)

    def _update(self, index: int, step: Step, subresource: str, values: Values) -> None:
        if not values:
            return
        record, done = step.record, self._done[index]
        if record is None or step.action == "recreate":
            record = Record(step.desired.kind, self.ident(PendingId(index, step.label)), done.sent)
        fields, before = [name for name in step.fields if name in values], self._service.write_count()
        try:
            self._service.update(record, {name: self._resolved(value) for name, value in values.items()}, subresource)
        except ApiError:
            # What was found to have had no effect is no change.
            if self._service.write_count() > before:
                done.note("update", fields)
            raise
        done.note("update", fields)
        done.sent.update(values)

    def _create(self, step: Step, values: Values) -> Record | str | None:
        try:
            return self._service.create(step.desired.kind, values)
        except ApiError as exc:
            with contextlib.suppress(ApiError):
                if exc.ambiguous and (found := self._new(step, self._service.read_lag_s)):
                    return found
            raise

    def delete(self, index: int, step: Step) -> None:
        """Delete one object; one that is not there any more is deleted too."""
        record, before = step.record, self._service.write_count()
        try:
            if record is not None:
                self._service.delete(record, step.desired.controls)
        except MonitoringError as exc:
            if record is not None and not self._gone(record, exc):
                if isinstance(exc, ApiError) and self._service.write_count() > before:
                    self._done[index].note("delete")
                raise
        self._done[index].note("delete")

    def _gone(self, record: Record, exc: MonitoringError) -> bool:
        """Whether an object is not there, although its deletion ended in an error."""
        status = exc.failure.status if isinstance(exc, ApiError) else None
        if status in (404, 410):
            return True
        with contextlib.suppress(ApiError):
            refused = status is not None and 200 <= status < 500 and status not in (401, 403)
            if isinstance(exc, ApiError) and (exc.ambiguous or refused):
                return all(one.id != record.id for one in self._list(record.kind.name))
        return False

    # -- ids -----------------------------------------------------------------------------------------------------

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(one) for one in value]
        return self.ident(value) if isinstance(value, PendingId) else value

    def ident(self, target: PendingId) -> str:
        """The id of another object, looked up in a new listing if the server did not say it on creation.

        :raises MonitoringError: where there is none
        """
        done = self._done[target.step]
        if done.ident is None:
            self._require(target.step)
            done.made(self._new(self._steps[target.step], _PATIENCE_S, fresh=False), done.sent)
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
                    rows = [record for record in self._list(kind.name) if (kind.name, record.id) not in self._known]
                    self._listed[kind.name] = by_key(rows)
                new = self._listed[kind.name].get(key, []) if key is not None else []
            if len(new) > 1:
                ids = join_names(record.id for record in new)
                raise MonitoringError(f"there are {len(new)} new {kind.noun}s named {step.label}: {ids}")
            if new or (fresh and time.monotonic() >= deadline):
                return new[0] if new else None
            if fresh:
                time.sleep(_STEP_S)
            fresh = True

    def _list(self, kind: str) -> list[Record]:
        """A kind as it is now."""
        declared = [step.desired for step in self._steps if step.desired.location != PRUNE]
        return self._service.list_objects(self._service.kinds[kind], declared, len(declared) < len(self._steps))
