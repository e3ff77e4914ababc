# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The id of a plan: two plans that would do the same to the same account have the same id, and no others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from .changes import Change, planned_change
from .errors import InputError
from .kind import Field
from .objects import PendingId
from .plan import Plan
from .values import Values

Redact = Callable[[Any], Any]
"""Masks the secrets of a run in any value."""

PATTERN = "[a-p]{64}"
"""What a plan id looks like."""

# Ansible masks each secret wherever it occurs in a result. A PIN that happened to be a part of the digest would be
# missing in it, so that the digest would show the PIN. Letters have no PINs in them.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def plan_id(service: str, account: Mapping[str, Any], plan: Plan, redact: Redact) -> str:
    """A digest of all that a plan changes, with the current and the new values.

    Of a secret option only its name is in it. Names and other values are in it as users are shown them, so that nothing
    can be guessed from the digest that is not shown anyway. What cannot hold a secret, such as an id, is in it
    unmasked: the mask would show which secret is a part of it.

    :param account: what identifies the account; no secrets
    :param redact: masks the secrets of this run in any value
    """
    changes = [planned_change(plan.steps[index]) for index in plan.order]
    content = {
        "service": service,
        "account": dict(account),
        "changes": [_described(change, redact) for change in changes if change is not None],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest().translate(_LETTERS)


def require_plan(expected: str | None, actual: str) -> None:
    """Check that a plan is the one that somebody expects.

    :raises InputError: if it is another one
    """
    if expected is not None and expected != actual:
        raise InputError(
            f"the plan of this run is {actual}, but expect_plan is {expected}: the account, the declaration or the "
            "options have changed since that plan was made. Nothing was changed. Check mode shows the new plan"
        )


def _described(change: Change, redact: Redact) -> Values:
    step = change.step
    described: Values = {
        "kind": step.desired.kind.name,
        "name": redact(step.label),
        "id": step.record.id if step.record is not None else None,
        "action": change.action,
        "fields": list(change.fields),
        "before": _plain_values(change, change.before, redact),
        "after": _plain_values(change, change.after, redact),
    }
    if change.action in ("delete", "recreate"):
        # Such as whether an agent is uninstalled.
        described["controls"] = dict(step.desired.controls)
    return described


def _plain_values(change: Change, values: Values, redact: Redact) -> Values:
    fields = change.step.desired.kind.by_name
    return {name: _plain(fields[name], value, redact) for name, value in values.items() if not fields[name].secret}


def _plain(item: Field, value: Any, redact: Redact) -> Any:
    """A value in one form: servers list sets in any order, and new objects have no ids yet."""
    if isinstance(value, PendingId):
        return {"new": redact(value.label)}
    if isinstance(value, list):
        plain = [_plain(item, one, redact) for one in value]
        return sorted(plain, key=str) if item.compare == "set" else plain
    return value if item.reference else redact(value)
