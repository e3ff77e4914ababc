# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user is told of a run: the result, the changes, the failures, the warnings and the diffs, without secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from .._core.changes import Change, done_change
from .._core.errors import InputError, SkippedError
from .._core.objects import Step
from .._core.outcome import Outcome, StepResult
from .._core.overlay import is_placeholder
from .._core.values import Values, join_names
from .describe import changed_secrets, labels, show
from .failures import declared_location, describe_failure

_OUTCOMES = ("create", "update", "delete", "recreate", "unchanged", "failed", "skipped")


class Report:
    """What a user is told of an outcome. Objects are in the order of the plan."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._plan = outcome.plan
        self._results = outcome.results
        self._report = [(outcome.plan.steps[index], outcome.results[index], index) for index in outcome.plan.order]

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], str]:
        return labels(self._plan.records)

    # -- changes ---------------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(done.action for done in self._results)

    def changes(self) -> list[dict[str, Any]]:
        """The objects that were written, with the values that changed."""
        found = ((done_change(step, done), index) for step, done, index in self._report)
        return [self._described_change(change, index) for change, index in found if change is not None]

    def _described_change(self, change: Change, index: int) -> dict[str, Any]:
        step = change.step
        return {
            "kind": step.desired.kind.name,
            "name": step.label,
            "id": self.outcome.ident(index),
            "action": change.action,
            "fields": list(change.fields),
            "before": self._shown(step, change.before),
            "after": {**self._shown(step, change.after), **changed_secrets(change)},
            "renamed_from": change.renamed_from,
        }

    def undeclared(self) -> list[dict[str, Any]]:
        """The objects of the declared kinds that nobody declared, by kind and name."""
        return [{"kind": record.kind.name, "name": record.label, "id": record.id} for record in self._plan.undeclared]

    def summary(self) -> dict[str, int]:
        """The number of objects per outcome."""
        counts = Counter(_outcome(step, done) for step, done, _index in self._report)
        return {outcome: counts[outcome] for outcome in _OUTCOMES}

    # -- failures --------------------------------------------------------------------------------------------------

    def failures(self) -> list[dict[str, Any]]:
        """The objects that failed or were skipped, and why."""
        return [
            {
                "kind": step.desired.kind.name,
                "name": step.label,
                "location": declared_location(step),
                "action": step.action,
                **describe_failure(step, done, done.error),
            }
            for step, done, _index in self._report
            if done.error is not None
        ]

    # -- warnings --------------------------------------------------------------------------------------------------

    def warnings(self) -> list[str]:
        """What a user has to know although nothing failed, one sentence each."""
        return [*self._plan.warnings, *self._lost_values(), *self._values_not_compared()]

    def _lost_values(self) -> list[str]:
        """A sentence for each recreated object that has defaults in the place of values that are not known."""
        recreated = [step for step, done, _index in self._report if done.action == "recreate" and not _is_new(step)]
        return [
            f"The new {step.title} has the defaults for {join_names(unknown)}, which the server does not show."
            for step, unknown in ((step, _unknown_options(step)) for step in recreated)
            if unknown
        ]

    def _values_not_compared(self) -> list[str]:
        """A sentence for each kind and set of options that could not be compared."""
        counts = Counter(
            (step.desired.kind.plural, step.not_comparable) for step in self._plan.steps if step.not_comparable
        )
        return [
            f"The server does not show {', '.join(names)} of {number} of the {kind}: not compared, and sent only when "
            "another option changes."
            for (kind, names), number in counts.items()
        ]

    # -- diffs -----------------------------------------------------------------------------------------------------

    def diffs(self) -> list[dict[str, Any]]:
        """The diffs of all objects that were written."""
        return [self.diff(index) for _step, done, index in self._report if done.action]

    def diff(self, index: int) -> dict[str, Any]:
        """The declared options of one object before and after the run."""
        step, done = self._plan.steps[index], self._results[index]
        before, after = self._shown(step, step.before), self._shown(step, step.after)
        if done.action == "delete":
            after = {}
        elif done.action != "recreate":
            after = {**before, **{name: value for name, value in after.items() if name in done.fields}}
        after = _mark_changed_secrets(step, before, after, step.fields if done.action == "recreate" else done.fields)
        return {"before_header": step.title, "after_header": step.title, "before": before, "after": after}

    # -- results ---------------------------------------------------------------------------------------------------

    def result(self, index: int) -> Values | None:
        """One object by option name after the run; before the run if it was deleted or failed.

        None stands for an object that does not exist.
        """
        step, done = self._plan.steps[index], self._results[index]
        if step.desired.present and done.error is None:
            return self._described(step, self.outcome.ident(index), _values_after(step, done))
        if step.record is None:
            return None
        return self._described(step, step.record.id, step.record.values)

    def _described(self, step: Step, ident: str | None, values: Values) -> Values:
        """An object with its id, without options that it cannot have and options that the service never shows."""
        kind = step.desired.kind
        readable = {
            name: value
            for name, value in values.items()
            if kind.by_name[name].applies_to(values) and not kind.by_name[name].write_only
        }
        described: Values = {kind.id_option: ident} if kind.id_option else {}
        return {**described, **self._shown(step, readable)}

    def _shown(self, step: Step, values: Values) -> Values:
        """Values as users see them. The labels, which take long to collect, are only collected if needed."""
        shown: Values = {}
        for name, value in values.items():
            item = step.desired.kind.by_name[name]
            shown[name] = show(item, value, self._labels if value and item.reference else {})
        return shown


def describe_problems(error: InputError) -> list[dict[str, Any]]:
    """The reasons to refuse a declaration, as modules return them."""
    return [
        {"location": problem.location or None, "other_locations": list(problem.other_locations), "msg": problem.reason}
        for problem in error.problems
    ]


def _mark_changed_secrets(step: Step, before: Values, after: Values, changed: Collection[str]) -> Values:
    """The values after a run, with a mark at each secret that changed: the masks of both values are the same."""
    fields = step.desired.kind.by_name
    same = [name for name in changed if name in after and fields[name].secret and after[name] == before.get(name)]
    return {**after, **{name: f"{after[name]} (changed)" for name in same}}


def _outcome(step: Step, done: StepResult) -> str:
    if done.error is not None:
        return "skipped" if isinstance(done.error, SkippedError) else "failed"
    if step.action == "create" and done.action != "create":
        # Somebody else created it at the same moment.
        return done.action or "unchanged"
    return step.action


def _is_new(step: Step) -> bool:
    """Whether the object of a step does not exist yet: check mode has predicted it."""
    return step.record is not None and is_placeholder(step.record.id)


def _unknown_options(step: Step) -> list[str]:
    """The options of a recreated object whose values are neither declared nor shown by the service."""
    observed = step.record.values.keys() if step.record is not None else set()
    known = step.desired.values.keys() | observed
    options = [item for item in step.desired.kind.options if not item.trigger and item.applies_to(step.after)]
    return [item.name for item in options if item.name not in known]


def _values_after(step: Step, done: StepResult) -> Values:
    """The known values of an object after a run without failure."""
    fields = step.desired.kind.by_name
    observed = step.record.values if step.record is not None else {}
    if step.action == "recreate":
        # What only the service sets may be different for the new object.
        observed = {name: value for name, value in observed.items() if not fields[name].read_only}
    returned = {name: value for name, value in done.shown.items() if fields[name].returned_on_create}
    known = {name: value for name, value in {**observed, **returned}.items() if fields[name].applies_to(step.after)}
    # A value that was neither compared nor sent may be different at the service.
    unknown = step.not_comparable if step.action == "unchanged" else ()
    return {**known, **{name: value for name, value in step.after.items() if name not in unknown}}
