# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was written, or in check mode would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import MonitoringError
from .objects import Record
from .plan import Plan
from .values import Values


@dataclass
class StepResult:
    """The result of a step.

    :ivar ident: the id of a new object
    :ivar answered_id: whether the answer to the creation showed the id, so that it needs no listing
    :ivar sent: the options of a new object that were sent
    :ivar shown: the options of a new object that the server showed
    :ivar adopted: the object that somebody else created instead of this run, as the server shows it
    :ivar action: what was done; None for nothing
    :ivar fields: the options to which it was done
    :ivar error: why the step, or a part of it, was not done
    :ivar unknown: why it is not known whether the object was created; empty if it is known
    """

    ident: str | None = None
    answered_id: bool = False
    sent: Values = field(default_factory=dict)
    shown: Values = field(default_factory=dict)
    adopted: Record | None = None
    action: str | None = None
    fields: tuple[str, ...] = ()
    error: MonitoringError | None = None
    unknown: str = ""

    def record_new(self, new: Record | str | None, sent: Values) -> None:
        """Register a new object: its id, or all that the server shows of it; None if the server says neither."""
        self.sent = sent
        if isinstance(new, Record):
            self.ident, self.shown = new.id, new.values
        else:
            self.ident, self.shown = new, {}

    def record_action(self, action: str, fields: Iterable[str] = ()) -> None:
        """Register what was done. An update after a creation does not change that the object was created."""
        if action != "update" or not self.action:
            self.action = action
        self.fields = (*self.fields, *fields)


class Outcome:
    """What a run did about each step of a plan; in check mode, what it would do if nothing failed.

    :ivar plan: the plan
    :ivar results: the result of each step
    """

    def __init__(self, plan: Plan, check: bool = False) -> None:
        self.plan = plan
        self.results = [StepResult(error=step.error) for step in plan.steps]
        if check:
            self._predict()

    def _predict(self) -> None:
        for step, result in zip(self.plan.steps, self.results):
            if step.action not in ("unchanged", "read"):
                result.record_action(step.action, step.fields)

    def ident(self, index: int) -> str | None:
        """The id of the object of a step, if it is known; of the new object after a recreation."""
        step = self.plan.steps[index]
        if step.record is not None and step.action != "recreate":
            return step.record.id
        return self.results[index].ident
