# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents of PingPlotter Cloud that have not been seen for a long time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._core.display import visible
from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.values import join_names

# The service writes this year for a time that is not known.
_NEVER = "0001-"

Agent = Mapping[str, Any]


def stale_agents(agents: Sequence[Agent], days: Any = 30, at: str | None = None) -> list[dict[str, Any]]:
    """The agents that have sent nothing for at least so many days, those of the longest silence first.

    Agents that are online, templates and deleted agents are left out. For an agent that has never sent anything, the
    days count from its creation. If the service shows neither time, the days are not known, and None.

    :param at: the time to use instead of the current time, in ISO 8601
    :raises AnsibleFilterError: if a parameter is invalid
    """
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise AnsibleFilterError(f"days must be a whole number of at least 1, not {days!r}")
    now = datetime.now(timezone.utc) if at is None else _time(at)
    if now is None:
        raise AnsibleFilterError(f"at must be a time in ISO 8601, not {at!r}")
    candidates = (one for one in agents if not (one.get("is_online") or one.get("is_template") or one.get("deleted")))
    rows = [_row(agent, now) for agent in candidates]
    stale = [row for row in rows if row["days"] is None or row["days"] >= days]
    return sorted(stale, key=lambda row: (row["days"] is None, -(row["days"] or 0), row["name"]))


def agents_to_delete(
    stale: Sequence[Agent], names: Sequence[str], limit: int | None, agents: Sequence[Agent]
) -> list[dict[str, str]]:
    """The declaration that deletes stale agents: the named ones, or all if a limit is set; else none.

    With a limit, agents of which it is not known when they were seen are left out.

    :param names: names or ids
    :param limit: how many agents may be deleted without being named; None if none may
    :param agents: all agents, to tell names that are wrong from agents that are not stale
    :raises AnsibleFilterError: if a name is not that of exactly one stale agent, or there are too many agents
    """
    if names and limit is not None:
        raise AnsibleFilterError("set the names of the agents to delete, or a limit, not both")
    if names:
        return _absent(_named(name, stale, agents) for name in map(str, names))
    if limit is None:
        return []
    known = [one for one in stale if one["days"] is not None]
    if len(known) > limit:
        shown = join_names(visible(str(one["name"])) for one in known)
        raise AnsibleFilterError(f"{len(known)} agents would be deleted, but the limit is {limit}: {shown}")
    return _absent(one["unique_id"] for one in known)


def _absent(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"unique_id": ident, "state": "absent"} for ident in dict.fromkeys(ids)]


def _row(agent: Agent, now: datetime) -> dict[str, Any]:
    """What is told about an agent. Its download URL is not: anyone who has it can install an agent."""
    last, created = _time(agent.get("last_message_time")), _time(agent.get("creation_date"))
    seen = last or created
    return {
        "unique_id": str(agent["unique_id"]),
        "name": str(agent.get("name") or agent["unique_id"]),
        "machine_name": agent.get("machine_name"),
        "platform": agent.get("platform"),
        "last_message_time": last.isoformat(timespec="seconds") if last else None,
        "creation_date": created.isoformat(timespec="seconds") if created else None,
        "days": (now - seen).days if seen else None,
    }


def _time(value: Any) -> datetime | None:
    """A time in ISO 8601, in UTC if it names no zone; None if it is none, or the one that means never."""
    text = str(value or "").strip()
    if not text or text.startswith(_NEVER):
        return None
    # Python before 3.11 reads neither Z nor a fraction of two digits.
    text = re.sub(r"[zZ]$", "+00:00", re.sub(r"\.\d+", "", text))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _named(name: str, stale: Sequence[Agent], agents: Sequence[Agent]) -> str:
    """The id of the stale agent with a name or an id.

    :raises AnsibleFilterError: if there is none, or if there are several agents of that name
    """
    by_id = [one for one in agents if one["unique_id"] == name]
    found = by_id or [one for one in agents if one.get("name") == name]
    if not found:
        known = (str(one.get("name")) for one in agents)
        raise AnsibleFilterError(f"there is no agent {name}{did_you_mean(name, known)}")
    if len(found) > 1:
        ids = join_names(one["unique_id"] for one in found)
        raise AnsibleFilterError(f"there are {len(found)} agents named {name}: name one of their ids, {ids}")
    ident = str(found[0]["unique_id"])
    if all(one["unique_id"] != ident for one in stale):
        raise AnsibleFilterError(f"agent {name} is not stale, so it is not deleted")
    return ident
