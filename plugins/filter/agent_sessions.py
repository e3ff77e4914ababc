# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute the desired state of agent sessions from shifts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: agent_sessions
short_description: Compute the desired state of agent sessions from shifts
description:
  - Takes the agents of PingPlotter Cloud and a list of shifts. Returns the desired state of the agents for
    M(declarative.monitoring.pingplotter_config). The sessions of an agent should be running during its shifts, and
    paused otherwise.
  - Agents without a shift and agents without sessions are omitted.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input, shifts, at
options:
  _input:
    description:
      - The agents, as M(declarative.monitoring.pingplotter_agent_info) returns them.
    type: list
    elements: dict
    required: true
  shifts:
    description:
      - The shifts. A string is parsed as YAML.
    type: list
    elements: dict
    required: true
    suboptions:
      agents:
        description:
          - The names or ids of the agents, as a list, or as a string separated by commas or newlines. If empty, all
            agents are selected.
        type: raw
      days:
        description:
          - The days on which the shift begins, as a list or as a comma-separated string. The days are V(mon), V(tue),
            V(wed), V(thu), V(fri), V(sat) and V(sun). If empty, the shift begins on every day.
        type: raw
      start:
        description:
          - When the shift begins, as C("HH:MM").
        type: str
      end:
        description:
          - When the shift ends, as C("HH:MM"). If this is not later than O(shifts[].start), the shift ends on the next
            day.
        type: str
      time_zone:
        description:
          - The time zone of O(shifts[].start) and O(shifts[].end), such as V(Europe/Berlin). The default is the time
            zone of the controller.
          - It requires the time zone database of the controller's system, or the Python library C(tzdata).
        type: str
      sessions:
        description:
          - Sets the sessions to V(running) or V(paused) at any time. Use this instead of O(shifts[].start) and
            O(shifts[].end).
        type: str
        choices: [running, paused]
  at:
    description:
      - The time to use instead of the current time, in ISO 8601. Without a time zone, it is in the time zone of the
        controller.
    type: str
seealso:
  - module: declarative.monitoring.pingplotter_config
"""

EXAMPLES = r"""
---
- name: Get the agents
  declarative.monitoring.pingplotter_agent_info:
  register: found
  # Treat the download URLs in the result like passwords.
  no_log: true

- name: Run the sessions during the shifts only
  declarative.monitoring.pingplotter_config:
    agents: "{{ found.agents | declarative.monitoring.agent_sessions(shifts) }}"
  vars:
    shifts:
      - agents: [reception]
        days: [mon, tue, wed, thu, fri]
        start: "08:00"
        end: "18:00"
        time_zone: Europe/Berlin
      - agents: [night-desk]
        start: "22:00"
        end: "06:00"
"""

RETURN = r"""
---
_value:
  description: The agents with the desired state of their sessions.
  type: list
  elements: dict
  sample:
    - unique_id: jksoihf0i2309lkjsdf
      sessions: paused
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ansible.errors import AnsibleFilterError

from ansible_collections.declarative.monitoring.plugins.plugin_utils._bounded_yaml import TooLargeError, load

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


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"agent_sessions": agent_sessions}
