# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of agents by shift: which should be running at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ansible.errors import AnsibleFilterError

from ._bounded_yaml import TooLargeError, load

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = ("agents", "days", "start", "end", "time_zone", "sessions")


def agent_sessions(
    agents: Sequence[Mapping[str, Any]], shifts: Sequence[Mapping[str, Any]] | str, at: str | None = None
) -> list[dict[str, str]]:
    """The agents, each with the desired state of its sessions."""
    now = _parse(at, "at", _moment) if at else datetime.now().astimezone()
    desired: dict[str, str] = {}
    for number, shift in enumerate(_list(_read(shifts) if isinstance(shifts, str) else shifts)):
        location = f"shifts[{number}]"
        sessions = _sessions(shift, now, location)
        for ident in _selected(agents, _list(shift.get("agents")), location):
            # An agent of several shifts runs during each of them.
            desired[ident] = "running" if "running" in (sessions, desired.get(ident)) else "paused"
    return [{"unique_id": ident, "sessions": sessions} for ident, sessions in desired.items()]


def _read(shifts: str) -> Any:
    """Shifts from their text in YAML.

    :raises AnsibleFilterError: if the text stands for too many values
    """
    try:
        return load(shifts)
    except TooLargeError as exc:
        raise AnsibleFilterError(f"shifts: the text {exc}") from None


def _sessions(shift: Any, now: datetime, location: str) -> str:
    """Whether the sessions of a shift are running or paused.

    :raises AnsibleFilterError: if the shift is invalid
    """
    if not isinstance(shift, Mapping):
        raise AnsibleFilterError(f"{location}: must be a dictionary of {', '.join(_KEYS)}")
    unknown = sorted(map(str, set(shift) - set(_KEYS)))
    if unknown:
        raise AnsibleFilterError(f"{location}: there is no option {unknown[0]}; there are {', '.join(_KEYS)}")
    sessions: str = shift.get("sessions") or ("running" if _is_on(shift, now, location) else "paused")
    if sessions not in ("running", "paused"):
        raise AnsibleFilterError(f"{location}: sessions must be running or paused, not {sessions}")
    return sessions


def _selected(agents: Sequence[Mapping[str, Any]], names: Sequence[str], location: str) -> list[str]:
    """The ids of the agents that have sessions: those with the given names or ids, or all if none is given."""
    known = {name for agent in agents for name in (agent["name"], agent["unique_id"])}
    unknown = sorted(set(map(str, names)) - known)
    if unknown:
        raise AnsibleFilterError(f"{location}: there is no agent {', '.join(unknown)}")
    chosen = [agent for agent in agents if not names or {agent["name"], agent["unique_id"]} & set(names)]
    return [agent["unique_id"] for agent in chosen if agent.get("total_sessions") != 0]


def _is_on(shift: Mapping[str, Any], now: datetime, location: str) -> bool:
    """Whether a shift is in progress. A shift that goes past midnight belongs to the day on which it began."""
    days = [str(day).lower() for day in _list(shift.get("days"))] or _DAYS
    if not set(days) <= set(_DAYS):
        raise AnsibleFilterError(f"{location}: days must be of {', '.join(_DAYS)}, not {', '.join(days)}")
    zone = shift.get("time_zone")
    if zone:
        now = now.astimezone(_parse(zone, f"{location}: time_zone", ZoneInfo))
    start = _parse(shift.get("start"), f"{location}: start", _time_of_day)
    end = _parse(shift.get("end"), f"{location}: end", _time_of_day)
    clock = now.time()
    begins_today = _DAYS[now.weekday()] in days
    began_yesterday = _DAYS[(now - timedelta(days=1)).weekday()] in days
    if start < end:
        return begins_today and start <= clock < end
    return (begins_today and start <= clock) or (began_yesterday and clock < end)


def _moment(value: str) -> datetime:
    # Python 3.10 does not parse the suffix Z.
    return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone()


def _time_of_day(value: Any) -> time:
    # YAML reads 18:00 without quotes as a number of minutes.
    return time(*divmod(value, 60)) if isinstance(value, int) else datetime.strptime(value, "%H:%M").time()


def _parse(value: Any, name: str, parser: Callable[[Any], Any]) -> Any:
    try:
        return parser(value)
    except (LookupError, TypeError, ValueError, OSError):
        raise AnsibleFilterError(f"{name} cannot be {value}") from None


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]
    return list(value or ())
