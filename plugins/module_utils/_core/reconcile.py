# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run: reads the current state, compares it with the desired one, and applies the difference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from .apply import apply
from .errors import InputError
from .match import Snapshot
from .objects import Desired
from .observe import observe
from .outcome import Outcome
from .ownership import EVERYTHING, Ownership
from .plan import Plan, plan
from .service import CONCURRENCY, Service
from .turns import Turns


def turns_of(service: Service) -> Turns:
    """The turns at the account of a service."""
    return Turns(service.account, service.read_lag_s, service.warnings.append, service.request_timeout_s)


def _approve_any(plan: Plan) -> None:
    """Refuse nothing."""


def reconcile(
    service: Service,
    desired: Sequence[Desired],
    *,
    check: bool,
    prune: Collection[str] = (),
    prune_limit: int = 0,
    concurrency: int = CONCURRENCY,
    ownership: Ownership = EVERYTHING,
    approve: Callable[[Plan], None] = _approve_any,
) -> Outcome:
    """Bring the objects of an account to their desired state. All modules use it, for one object and for a thousand.

    :param check: stop before anything is written; the outcome is what a run would report
    :param prune: the names of the kinds whose undeclared objects are deleted, at most ``prune_limit`` of them
    :param concurrency: how many requests may be in flight at once
    :param ownership: which undeclared objects belong to the declaration
    :param approve: called with the plan before anything is written; raises InputError to refuse it
    :raises InputError: for a declaration that cannot be, before anything is written
    :raises ApiError: where the account cannot be read
    :raises MonitoringError: where another process on this machine does not stop writing to the account
    """

    def prepare() -> tuple[Snapshot, Plan]:
        snapshot = observe(service, desired, prune, concurrency, ownership)
        planned = plan(service.kinds, snapshot, prune_limit)
        if problems := service.validate_plan(planned.steps, snapshot.records):
            raise InputError(*problems)
        approve(planned)
        return snapshot, planned

    if check:
        return Outcome(prepare()[1], check=True)
    turns = turns_of(service)
    noted, warnings = turns.note(), list(service.warnings)
    snapshot, planned = prepare()
    if not planned.writes:
        return apply(planned, service, snapshot, concurrency)
    with turns.take(noted) as turn:
        if turn.outdated:
            service.forget()
            # What the first plan warned of may no longer be so.
            service.warnings[:] = warnings
            snapshot, planned = prepare()
        if planned.writes:
            turn.begin()
        return apply(planned, service, snapshot, concurrency)
