# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the failure of an object is described, and what it leaves undone or uncertain."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .._core.errors import ApiError, MonitoringError
from .._core.objects import Step
from .._core.outcome import StepResult
from .._core.values import join_names


def declared_location(step: Step) -> str | None:
    """The place of an object in the declaration, such as C(devices[3]); None if it is not declared there."""
    return step.desired.location or None


def describe_failure(step: Step, done: StepResult, error: MonitoringError) -> dict[str, Any]:
    """The message and the failed request, if a request caused the failure."""
    sentences = [f"cannot {step.action} {step.title}: {error}", *_consequences(step, done)]
    return {"msg": "; ".join(sentences), "failure": asdict(error.failure) if isinstance(error, ApiError) else None}


def _consequences(step: Step, done: StepResult) -> list[str]:
    """What is uncertain after a failure, and what is undone in a way that the next run does not find out."""
    found = (_uncertainty(step, done), _loss_of_old_object(step, done), _values_not_written(step, done))
    return [sentence for sentence in found if sentence]


def _uncertainty(step: Step, done: StepResult) -> str:
    """That the server may have executed the request although it failed."""
    if not _is_ambiguous(done):
        return ""
    if _failed_to_create(step, done):
        if done.unknown:
            return f"the object may exist, because looking for it failed: {done.unknown}; run again"
        return "the object does not exist yet but may still appear; run again"
    return "the request may still have been executed; run again"


def _loss_of_old_object(step: Step, done: StepResult) -> str:
    """That an object to be recreated was deleted, with values that are not declared."""
    undeclared = sorted(step.before.keys() - step.desired.values.keys())
    if undeclared and step.action == "recreate" and done.action == "delete":
        return f"the old object is deleted, with its {join_names(undeclared)}, which the diff shows"
    return ""


def _values_not_written(step: Step, done: StepResult) -> str:
    """That a new object lacks values which are written after its creation, and which the next run does not write."""
    late = _late_values(step, done)
    if not late:
        return ""
    lost = join_names(late)
    if _was_created(step, done):
        return f"it was created without its {lost}: set this in a separate task"
    if _failed_to_create(step, done) and _is_ambiguous(done):
        return f"if it exists, it lacks its {lost}: set this in a separate task"
    return ""


def _late_values(step: Step, done: StepResult) -> list[str]:
    """The options that were not written yet because that takes a second request.

    Without those that the next run compares, and writes then: they are declared, and the service shows them.
    """
    fields = step.desired.kind.by_name
    late = {name for name in step.payload if fields[name].set_after_create or fields[name].subresource}
    comparable = {name for name in step.desired.values if not fields[name].write_only}
    return sorted(late - comparable - done.sent.keys())


def _is_ambiguous(done: StepResult) -> bool:
    return isinstance(done.error, ApiError) and done.error.ambiguous


def _was_created(step: Step, done: StepResult) -> bool:
    """Whether the new object exists, so that a later request for it failed."""
    return step.action in ("create", "recreate") and done.action == step.action


def _failed_to_create(step: Step, done: StepResult) -> bool:
    """Whether the request failed that creates the object; to recreate one, the old one is deleted first."""
    if step.action == "recreate":
        return done.action == "delete"
    return step.action == "create" and done.action != "create"
