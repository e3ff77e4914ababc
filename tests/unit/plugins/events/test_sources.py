# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event source makes of objects that the sandbox does not show so."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import ansible_collections
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _event_source

FOLDER = Path(_event_source.__file__).parents[2] / "extensions" / "eda" / "plugins" / "event_source"


@pytest.fixture(autouse=True)
def _paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source changes where Python looks for modules."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(ansible_collections, "__path__", [*ansible_collections.__path__])


def waiting(*sessions: dict[str, Any]) -> list[str]:
    """The ids that the source for SimpleHelp gives to sessions in the support queue."""
    source = runpy.run_path(str(FOLDER / "simplehelp.py"))
    client = mock.Mock()
    client.sessions.return_value = list(sessions)
    return [one.id for one in source["_waiting"](client, None)]


def test_a_session_has_its_own_id_or_that_of_its_customer() -> None:
    customer = {"customer_id": "c1", "username": "carol"}
    assert waiting({"session_id": "s1", "customer": customer}, {"customer": customer}) == ["s1", "c1"]


def test_a_session_without_an_id_stays_the_same_while_its_customer_waits() -> None:
    def session(username: str, seconds: int) -> dict[str, Any]:
        return {"elapsed_time": seconds, "customer": {"username": username, "time_in_queue": seconds}}

    first, later, other = waiting(session("carol", 1), session("carol", 2), session("dan", 1))
    assert first == later != other
