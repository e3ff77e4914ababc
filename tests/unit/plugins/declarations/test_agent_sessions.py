# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which agents are traced when, by shift."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.declarative.monitoring.plugins.plugin_utils._agent_sessions import agent_sessions

AGENTS = [
    {"name": "reception", "unique_id": "a1", "total_sessions": 2},
    {"name": "desk", "unique_id": "a2", "total_sessions": 1},
    {"name": "idle", "unique_id": "a3", "total_sessions": 0},
]
OFFICE = {
    "agents": ["reception"],
    "days": "mon, tue, wed, thu, fri",
    "start": "08:00",
    "end": "18:00",
    "time_zone": "Europe/Berlin",
}
NIGHT = {"agents": "reception", "days": ["fri"], "start": "22:00", "end": "06:00", "time_zone": "Europe/Berlin"}


def sessions(shifts: Any, at: str) -> dict[str, str]:
    """What the sessions of the agents should be, by id."""
    return {one["unique_id"]: one["sessions"] for one in agent_sessions(AGENTS, shifts, at)}


@pytest.mark.parametrize(
    ("shift", "at", "expected"),
    [
        (OFFICE, "2026-05-04T07:59+02:00", "paused"),
        (OFFICE, "2026-05-04T08:00+02:00", "running"),
        (OFFICE, "2026-05-04T17:59+02:00", "running"),
        (OFFICE, "2026-05-04T18:00+02:00", "paused"),
        (OFFICE, "2026-05-03T12:00+02:00", "paused"),  # a Sunday
        (OFFICE, "2026-05-04T06:30Z", "running"),  # half past eight in Berlin
        (OFFICE, "2026-12-07T06:30+00:00", "paused"),  # half past seven, in winter
        ({**OFFICE, "start": 480, "end": 1080}, "2026-05-04T17:59+02:00", "running"),  # 8:00 and 18:00 without quotes
        (NIGHT, "2026-05-08T21:59+02:00", "paused"),
        (NIGHT, "2026-05-08T22:00+02:00", "running"),
        (NIGHT, "2026-05-09T05:59+02:00", "running"),  # still the shift of Friday
        (NIGHT, "2026-05-09T06:00+02:00", "paused"),
        (NIGHT, "2026-05-08T05:00+02:00", "paused"),  # that of Thursday, which there is not
    ],
)
def test_an_agent_is_traced_during_its_shift(shift: dict[str, Any], at: str, expected: str) -> None:
    assert sessions([shift], at) == {"a1": expected}


def test_an_agent_of_several_shifts_is_traced_during_each() -> None:
    late = {**OFFICE, "agents": "", "start": "18:00", "end": "20:00"}
    assert sessions([late, OFFICE], "2026-05-04T12:00+02:00") == {"a1": "running", "a2": "paused"}
    assert sessions([OFFICE, late], "2026-05-04T19:00+02:00") == {"a1": "running", "a2": "running"}


def test_without_hours_it_is_said_outright_and_agents_without_sessions_are_left_alone() -> None:
    assert sessions([{"sessions": "paused"}], "2026-05-04T12:00") == {"a1": "paused", "a2": "paused"}
    assert sessions("[{agents: [a2], sessions: running}]", "2026-05-04T12:00") == {"a2": "running"}


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        ({**OFFICE, "agents": ["recption"]}, "there is no agent recption"),
        ({**OFFICE, "days": ["monday"]}, "days must be of mon, tue, wed, thu, fri, sat, sun, not monday"),
        ({**OFFICE, "start": "8 am"}, "start cannot be 8 am"),
        ({**OFFICE, "end": None}, "end cannot be None"),
        ({**OFFICE, "time_zone": "Europe/Berln"}, "time_zone cannot be Europe/Berln"),
        (
            {**OFFICE, "from": "08:00"},
            "there is no option from; there are agents, days, start, end, time_zone, sessions",
        ),
        ({"sessions": "stopped"}, "sessions must be running or paused, not stopped"),
        ("reception", "must be a dictionary of agents, days, start, end, time_zone, sessions"),
        ({**OFFICE, "time_zone": "/etc"}, "time_zone cannot be /etc"),
        ({**OFFICE, "time_zone": "Europe"}, "time_zone cannot be Europe"),
        ({**OFFICE, "time_zone": "x" * 300}, "time_zone cannot be xxx"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(shift: Any, sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^shifts\[0\]: ") as caught:
        sessions([shift], "2026-05-04T12:00")
    assert sentence in str(caught.value)


def test_a_shift_may_name_every_day_and_a_wrong_time_is_named() -> None:
    every = {**OFFICE, "days": "Mon, Tue, Wed, Thu, Fri, Sat, Sun"}
    assert sessions([every], "2026-05-03T12:00+02:00") == {"a1": "running"}
    with pytest.raises(AnsibleFilterError, match=r"^at cannot be noon$"):
        sessions([every], "noon")
