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
    """What became of a step: the id of a new object, what was written to create it and what the server showed of it,
    what was done to which of its options, and what went wrong.
    """

    ident: str | None = None
    sent: Values = field(default_factory=dict)
    shown: Values = field(default_factory=dict)
    action: str | None = None
    fields: tuple[str, ...] = ()
    error: MonitoringError | None = None

    def made(self, new: Record | str | None, sent: Values) -> None:
        """Keep what is known of a new object: its id, or all that the server shows."""
        self.ident, self.sent = new.id if isinstance(new, Record) else new, sent
        self.shown = new.values if isinstance(new, Record) else {}

    def note(self, action: str, fields: Iterable[str] = ()) -> None:
        """Add what was done, after what was done before; a new object stays one when more of it is written."""
        self.action = self.action if action == "update" and self.action else action
        self.fields = (*self.fields, *fields)


class Outcome:
    """What a run did to each step of a plan; in check mode, what it would do if nothing failed."""

    def __init__(self, plan: Plan, check: bool = False) -> None:
        self.plan = plan
        self.results = [StepResult(error=step.error) for step in plan.steps]
        for step, done in zip(plan.steps, self.results):
            if check and step.action not in ("unchanged", "read"):
                done.note(step.action, step.fields)

    def ident(self, index: int) -> str | None:
        """The id of the object of a step as far as it is known, that of the new one after a recreation."""
        step = self.plan.steps[index]
        return step.record.id if step.record is not None and step.action != "recreate" else self.results[index].ident
