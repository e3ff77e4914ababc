# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which agents are stale, and which of them are deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.declarative.monitoring.plugins.plugin_utils._stale_agents import agents_to_delete, stale_agents

NOW = "2026-03-31T12:00:00+00:00"
AGENTS: list[dict[str, Any]] = [
    {"unique_id": "a1", "name": "old", "last_message_time": "2026-03-01T12:00:00Z", "download_url": "secret"},
    {"unique_id": "a2", "name": "older", "last_message_time": "2026-01-01T13:00:00.42+01:00", "is_online": False},
    {"unique_id": "a3", "name": "recent", "last_message_time": "2026-03-01T12:00:01Z"},
    {"unique_id": "a4", "name": "online", "last_message_time": "2020-01-01T00:00:00Z", "is_online": True},
    {"unique_id": "a5", "name": "template", "last_message_time": "2020-01-01T00:00:00Z", "is_template": True},
    {"unique_id": "a6", "name": "deleted", "last_message_time": "2020-01-01T00:00:00Z", "deleted": True},
    {"unique_id": "a7", "name": "never", "last_message_time": None, "creation_date": "2025-12-31T12:00:00Z"},
    {"unique_id": "a8", "name": "new", "last_message_time": None, "creation_date": "2026-03-30T12:00:00Z"},
    {"unique_id": "a9", "name": "unknown", "last_message_time": "0001-01-01T00:00:00+00:00"},
]
STALE = stale_agents(AGENTS, 30, NOW)


def test_agents_without_a_message_for_that_long_are_stale_the_longest_silence_first() -> None:
    assert [(one["name"], one["days"]) for one in STALE] == [
        ("never", 90),
        ("older", 89),
        ("old", 30),
        ("unknown", None),
    ]
    assert [one["name"] for one in stale_agents(AGENTS, 90, NOW)] == ["never", "unknown"]


def test_by_default_agents_are_stale_after_30_days_from_now() -> None:
    now = datetime.now(UTC)
    seen = {days: (now - timedelta(days=days, minutes=1)).isoformat() for days in (31, 30, 29, 1)}
    agents = [{"unique_id": str(days), "name": str(days), "last_message_time": at} for days, at in seen.items()]
    assert [one["days"] for one in stale_agents(agents)] == [31, 30]
    assert [one["days"] for one in stale_agents(agents, 1)] == [31, 30, 29, 1]


def test_agents_of_the_same_day_are_in_the_order_of_their_names() -> None:
    agents = [{**AGENTS[index], "name": name} for name in ("c", "b", "a") for index in (8, 0, 1)]
    order = [(one["days"], one["name"]) for one in stale_agents(agents, 30, NOW)]
    assert order == [(days, name) for days in (89, 30, None) for name in ("a", "b", "c")]


def test_an_agent_is_told_with_what_a_person_knows_it_by() -> None:
    agent = {
        "unique_id": 7,
        "name": "",
        "machine_name": "LAPTOP",
        "platform": "Windows",
        "last_message_time": "2026-03-01T12:00:00z",
        "creation_date": "2025-01-01T00:00:00",
    }
    assert stale_agents([agent], 30, NOW) == [
        {
            "unique_id": "7",
            "name": "7",
            "machine_name": "LAPTOP",
            "platform": "Windows",
            "last_message_time": "2026-03-01T12:00:00+00:00",
            "creation_date": "2025-01-01T00:00:00+00:00",
            "days": 30,
        }
    ]


def test_the_times_are_told_and_the_download_url_is_not() -> None:
    assert STALE[1]["last_message_time"] == "2026-01-01T13:00:00+01:00"
    assert STALE[0]["creation_date"] == "2025-12-31T12:00:00+00:00"
    assert STALE[3]["last_message_time"] is None
    assert "secret" not in str(STALE)


def test_without_names_and_limit_nothing_is_deleted() -> None:
    assert agents_to_delete(STALE, [], None, AGENTS) == []


def test_named_agents_are_deleted_also_those_of_which_little_is_known() -> None:
    chosen = agents_to_delete(STALE, ["old", "a9", "a1"], None, AGENTS)
    assert chosen == [{"unique_id": "a1", "state": "absent"}, {"unique_id": "a9", "state": "absent"}]


def test_with_a_limit_all_are_deleted_of_which_it_is_known_when_they_were_seen() -> None:
    assert [one["unique_id"] for one in agents_to_delete(STALE, [], 3, AGENTS)] == ["a7", "a2", "a1"]


@pytest.mark.parametrize(
    ("names", "limit", "sentence"),
    [
        ([], 2, "3 agents would be deleted, but the limit is 2: never, older, old"),
        ([], 0, "3 agents would be deleted, but the limit is 0"),
        (["recnt"], None, "there is no agent recnt; did you mean recent?"),
        (["recent"], None, "agent recent is not stale, so it is not deleted"),
        (["online"], None, "agent online is not stale, so it is not deleted"),
        (["old"], 2, "set the names of the agents to delete, or a limit, not both"),
        (["twice"], None, "there are 2 agents named twice: name one of their ids, b1, b2"),
    ],
)
def test_what_must_not_be_deleted_is_refused(names: list[str], limit: int | None, sentence: str) -> None:
    twice = [{**AGENTS[0], "unique_id": ident, "name": "twice"} for ident in ("b1", "b2")]
    with pytest.raises(AnsibleFilterError, match=sentence.replace("?", r"\?")):
        agents_to_delete(STALE, names, limit, [*AGENTS, *twice])


@pytest.mark.parametrize(
    ("days", "at", "sentence"),
    [
        (True, NOW, "days must be a whole number of at least 1, not True"),
        (0, NOW, "days must be a whole number of at least 1, not 0"),
        ("many", NOW, "days must be a whole number of at least 1, not 'many'"),
        (30, "tomorrow", "at must be a time in ISO 8601, not 'tomorrow'"),
    ],
)
def test_a_wrong_parameter_is_named(days: Any, at: str, sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=sentence):
        stale_agents(AGENTS, days, at)
