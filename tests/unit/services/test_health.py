# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of objects, in the same words for all services."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._services.health import health_of_word
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.health import (
    resource_health,
    state_log,
)

EARLY, LATE = "2026-01-01T12:00:00Z", "2026-01-01T13:30:00+01:00"


@pytest.mark.parametrize(
    ("word", "health"),
    [
        ("Up", "up"),
        ("OK", "up"),
        ("online", "up"),
        ("D", "down"),
        (False, "down"),
        ("Maint", "maintenance"),
        ("inactive", "unknown"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_a_word_of_a_service_has_a_meaning_or_is_unknown(word: Any, health: str) -> None:
    assert health_of_word(word) == health


@pytest.mark.parametrize(
    ("changes", "health"),
    [
        ([], "unknown"),
        ([{"state": "down"}], "down"),
        ([{"created_at": EARLY, "state": "down"}, {"created_at": LATE, "state": "up"}], "up"),
        ([{"timestamp": LATE, "status": "DOWN"}, {"timestamp": EARLY, "status": "UP"}], "down"),
        ([{"state": "down"}, {"state": "up"}], "unknown"),
        ([{"created_at": EARLY, "state": "down"}, {"state": "up"}], "unknown"),
        ([{"created_at": EARLY, "state": "degraded"}], "unknown"),
        ([{"created_at": EARLY}], "unknown"),
        # Nothing tells which of two times is later if one of them has no zone.
        ([{"created_at": "2026-01-01T11:00:00", "state": "down"}, {"created_at": LATE, "state": "up"}], "unknown"),
    ],
)
def test_the_health_of_a_resource_is_its_newest_change(changes: list[dict[str, Any]], health: str) -> None:
    assert resource_health({"enabled": True}, changes) == health
    assert resource_health({}, changes) == health
    assert resource_health({"enabled": False}, changes) == "disabled"


def test_the_log_of_a_resource_has_its_changes_in_order_with_their_times() -> None:
    changes = [{"date": LATE, "state": "up"}, {"date": LATE, "state": "down"}, {"time": EARLY, "to": "Fail"}]
    assert [(at.isoformat(), state) for at, state in state_log(changes)] == [
        ("2026-01-01T12:00:00+00:00", "down"),
        ("2026-01-01T12:30:00+00:00", "up"),
    ]
    assert state_log([*changes, {"state": "up"}]) == [], "it cannot be told which is the newest"
