# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of a resource. The service shows it in no field, only in the log of its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
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
    newest = _newest(changes)
    word = next((newest[name] for name in STATES if newest.get(name) is not None), None)
    return UNKNOWN if word is None else health_of_word(word)


def _newest(changes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The newest change; empty if there is none, or if it cannot be told which of several is the newest."""
    if len(changes) == 1:
        return changes[0]
    times = [_time(change) for change in changes]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times):
        return {}
    return changes[times.index(max(known))]


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
