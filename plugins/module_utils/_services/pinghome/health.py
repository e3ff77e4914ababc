# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of a resource. The service shows it in no field, only in the log of its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..._core.values import Values
from ..common import parse_time
from ..health import DISABLED, UNKNOWN, health_of_word

# The document names no field of the log. These are the plausible ones.
STATES = ("state", "status", "new_state", "current_state", "to")
_TIMES = ("created_at", "changed_at", "received_at", "timestamp", "date", "time")


def resource_health(values: Values, changes: Sequence[Mapping[str, Any]]) -> str:
    """The health of a resource.

    :param values: the options of the resource
    :param changes: its changes of state, in any order
    """
    if values.get("enabled") is False:
        return DISABLED
    if len(changes) == 1:
        return _state(changes[0])
    log = state_log(changes)
    return log[-1][1] if log else UNKNOWN


def state_log(changes: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, str]]:
    """The times in UTC and the states of the changes of a resource, the oldest first.

    It is empty if a change shows no time, because it cannot be told then which of them is the newest.

    :param changes: in any order; of several at the same time the first one counts
    """
    states: dict[datetime, str] = {}
    for change in changes:
        time = _time(change)
        if time is None:
            return []
        states.setdefault(time.astimezone(timezone.utc), _state(change))
    return sorted(states.items())


def _state(change: Mapping[str, Any]) -> str:
    word = next((change[name] for name in STATES if change.get(name) is not None), None)
    return UNKNOWN if word is None else health_of_word(word)


def _time(change: Mapping[str, Any]) -> datetime | None:
    """The time of a change; None if it shows none with a zone."""
    for name in _TIMES:
        try:
            found = parse_time(str(change.get(name)))
        except ValueError:
            continue
        if found.tzinfo is not None:
            return found
    return None
