# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is desired and what is there to what has to be done, and to its being done."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .apply import apply
from .errors import InputError
from .objects import Desired
from .observe import observe
from .outcome import Outcome
from .plan import plan
from .service import CONCURRENCY, Service


def reconcile(
    service: Service,
    desired: Sequence[Desired],
    *,
    check: bool,
    prune: Collection[str] = (),
    prune_limit: int = 0,
    concurrency: int = CONCURRENCY,
) -> Outcome:
    """Bring the objects of an account to their desired state; the one way through, for one object and for a thousand.

    :param check: stop before anything is written; the outcome is what a run would report
    :param prune: the names of the kinds whose undeclared objects are deleted, at most ``prune_limit`` of them
    :param concurrency: how many requests may be in flight at once
    :raises InputError: for a declaration that cannot be, before anything is written
    :raises ApiError: where the account cannot be read
    """
    snapshot = observe(service, desired, prune, concurrency)
    planned = plan(service.kinds, snapshot, prune_limit)
    if problems := service.validate_plan(planned.steps, snapshot.records):
        raise InputError(*problems)
    return Outcome(planned, check=True) if check else apply(planned, service, snapshot, concurrency)
