# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was done, in the words of the options: changes, failures, diffs and results, without secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

from .._core.errors import ApiError, SkippedError
from .._core.kind import Field
from .._core.objects import PendingId, Record, Step
from .._core.outcome import Outcome, StepResult
from .._core.values import MASK, Values, join_names

_ENDS = ("create", "update", "delete", "recreate", "unchanged", "failed", "skipped")


def labels(records: Mapping[str, Sequence[Record]]) -> dict[tuple[str, str], str]:
    """The name of each object that is alone in bearing it, by kind and id; others are called by their ids.

    A name that is the id of another object of the kind would be taken for that one.
    """
    everyone = [record for several in records.values() for record in several]
    ids = {(record.kind.name, record.id) for record in everyone}
    found: dict[tuple[str, Any], list[Record]] = {}
    for record in everyone:
        found.setdefault((record.kind.name, record.kind.normalize_name(record.label)), []).append(record)
    alone = [several[0] for several in found.values() if len(several) == 1]
    return {(one.kind.name, one.id): one.label for one in alone if (one.kind.name, one.label) not in ids}


class Report:
    """What a user is told of an outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self._plan, self._done = outcome, outcome.plan, outcome.results
        self._report = [(outcome.plan.steps[index], outcome.results[index], index) for index in outcome.plan.order]

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], str]:
        return labels(self._plan.records)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(done.action for done in self._done)

    def changes(self) -> list[dict[str, Any]]:
        """What was done, in plan order."""
        return [
            {
                **_what(step),
                "id": self.outcome.ident(index),
                "action": done.action,
                "fields": [name for name in step.fields if name in done.fields],
            }
            for step, done, index in self._report
            if done.action
        ]

    def summary(self) -> dict[str, int]:
        """How many objects met which end."""
        ends = Counter(
            step.action if done.error is None else "skipped" if isinstance(done.error, SkippedError) else "failed"
            for step, done, _index in self._report
        )
        return {end: ends[end] for end in _ENDS}

    def failures(self) -> list[dict[str, Any]]:
        """What failed or was skipped, and why, in plan order."""
        return [
            {
                **_what(step),
                "action": step.action,
                "msg": f"cannot {step.action} {step.title}: {done.error}{_consequences(step, done)}",
                "failure": asdict(done.error.failure) if isinstance(done.error, ApiError) else None,
            }
            for step, done, _index in self._report
            if done.error is not None
        ]

    def warnings(self) -> list[str]:
        """What could not be compared or kept, one sentence for each kind and set of options, or for each object."""
        lost = [
            f"The new {step.title} has the defaults for {join_names(lacking)}, which the server does not show."
            for step, done, _index in self._report
            if done.action == "recreate" and (lacking := _lacking(step))
        ]
        hidden = Counter(
            (step.desired.kind.plural, step.not_comparable) for step in self._plan.steps if step.not_comparable
        )
        return [*self._plan.warnings, *lost] + [
            f"The server does not show {', '.join(fields)} of {number} of the {kind}: not compared, and sent only when "
            "another option changes."
            for (kind, fields), number in hidden.items()
        ]

    def diff(self, index: int) -> dict[str, Any]:
        """One object before and after, in option names, as far as it was declared."""
        step, done = self._plan.steps[index], self._done[index]
        before, after = self._shown(step, step.before), self._shown(step, step.after)
        if done.action != "recreate":
            changed = {name: value for name, value in after.items() if name in done.fields}
            after = {} if done.action == "delete" else {**before, **changed}
        return {"before_header": step.title, "after_header": step.title, "before": before, "after": after}

    def diffs(self) -> list[dict[str, Any]]:
        """The diffs of all objects that changed, in plan order."""
        return [self.diff(index) for _step, done, index in self._report if done.action]

    def result(self, index: int) -> Values | None:
        """One object as it is now, in option names; one that was deleted as it was; None where there was none."""
        step, known = self._plan.steps[index], {}
        kind, record, done = step.desired.kind, step.record, self._done[index]
        if record is not None:
            known = record.values
        if not step.desired.present or done.error is not None:
            return self._object(step, record.id, known) if record is not None else None
        if step.action == "recreate":
            known = {name: value for name, value in known.items() if not kind.by_name[name].read_only}
        known = {
            **known,
            **{name: value for name, value in done.shown.items() if kind.by_name[name].returned_on_create},
        }
        known = {name: value for name, value in known.items() if kind.by_name[name].applies_to(step.after)}
        # What could not be compared and was not sent either is not known to be so.
        unknown = step.not_comparable if step.action == "unchanged" else ()
        after = {name: value for name, value in step.after.items() if name not in unknown}
        return self._object(step, self.outcome.ident(index), {**known, **after})

    def _object(self, step: Step, ident: str | None, values: Values) -> Values:
        kind = step.desired.kind
        fields = [kind.by_name[name] for name in values]
        shown = {item.name: values[item.name] for item in fields if not item.write_only and item.applies_to(values)}
        return {**({kind.id_option: ident} if kind.id_option else {}), **self._shown(step, shown)}

    def _shown(self, step: Step, values: Values) -> Values:
        fields = step.desired.kind.by_name
        return {n: show(fields[n], v, self._labels if v and fields[n].reference else {}) for n, v in values.items()}


def _what(step: Step) -> dict[str, str]:
    return {"kind": step.desired.kind.name, "name": step.label}


def _lacking(step: Step) -> list[str]:
    """The options of an object that is replaced that nobody knows."""
    known = step.desired.values.keys() | (step.record.values.keys() if step.record is not None else set())
    options = (item for item in step.desired.kind.options if not item.trigger and item.applies_to(step.after))
    return [item.name for item in options if item.name not in known]


def _consequences(step: Step, done: StepResult) -> str:
    """What a failure leaves open, or undone in a way that the next run would not find out."""
    kind, desired = step.desired.kind, step.desired.values
    doubt = isinstance(done.error, ApiError) and done.error.ambiguous
    new, made = step.action in ("create", "recreate"), done.action == step.action
    making = not made and (step.action == "create" or done.action == "delete")
    words = []
    if doubt:
        words.append(f"it {'was not created, or not yet' if making else 'may have been done all the same'}: run again")
    kept = sorted(step.before.keys() - desired.keys())
    if kept and step.action == "recreate" and done.action == "delete":
        words.append(f"the old one is gone, with its {join_names(kept)}, which the diff shows")
    # What is declared and shown is compared by the next run.
    known = {name for name in desired if not kind.by_name[name].write_only}
    later = {name for name in step.payload if kind.by_name[name].set_after_create or kind.by_name[name].subresource}
    lost = sorted(later - known - done.sent.keys())
    if lost and ((new and made) or (making and doubt)):
        there = "it was created" if made else "if it is there, it is"
        words.append(f"{there} without its {join_names(lost)}: set that by itself")
    return "".join(f"; {word}" for word in words)


def show(item: Field, value: Any, labels: Mapping[tuple[str, str], str]) -> Any:
    """A value as people see it: other objects by name where that is unique, secrets masked."""
    if item.secret and value not in (None, ""):
        return MASK
    if isinstance(value, list) and item.reference:
        shown = [show(item, one, labels) for one in value]
        return sorted(shown) if item.compare == "set" else shown
    if isinstance(value, PendingId):
        return value.label
    return labels.get((item.reference, str(value)), value)
