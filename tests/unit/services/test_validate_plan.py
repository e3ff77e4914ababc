# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What speaks against a plan, although each of its steps is possible by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import Problem
from ansible_collections.declarative.monitoring.plugins.module_utils._core.match import match
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan import plan
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE, TAG, Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import GROUP, TARGET
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from unit.core.fake import want
from unit.http.clients import OPTIONS

ALERTRA = Alertra({**OPTIONS, "api_url": "https://x", "api_key": "k", "login_user": None, "login_password": None}, 1)
PORTMONITOR = PortMonitor(
    {
        **OPTIONS,
        "api_url": "https://x",
        "app_key": "k",
        "auth_token": "t",
        "login_email": None,
        "login_password": None,
        "log_out": False,
    },
    1,
)
NEW: Mapping[str, Any] = {"method": "HTTP", "url": "http://n.example.com"}


def validate_plan(service: Service, records: dict[str, list[Record]], *wanted: Desired, prune: str = "") -> list[str]:
    """What speaks against the plan for these objects."""
    snapshot = match(service.kinds, wanted, records, (prune,) if prune else ())
    return [str(problem) for problem in service.validate_plan(plan(service.kinds, snapshot, 10).steps, records)]


def alertra() -> dict[str, list[Record]]:
    """The devices A (1) and B (2), and the tags T (11) of A and U (12)."""
    return {
        "device": [
            Record(DEVICE, "1", {"short_name": "A", "tags": ["11"]}),
            Record(DEVICE, "2", {"short_name": "B", "tags": []}),
        ],
        "tag": [Record(TAG, "11", {"name": "T", "devices": ["1"]}), Record(TAG, "12", {"name": "U", "devices": []})],
    }


def test_two_ends_of_a_link_that_contradict_each_other_are_both_named() -> None:
    (message,) = validate_plan(
        ALERTRA, alertra(), want(TAG, name="T", devices=["A"]), want(DEVICE, short_name="A", tags=[])
    )
    assert message == "tags T refers to A, but devices None does not list T in tags"
    new = want(DEVICE, short_name="N", tags=["T"], location="devices N", **NEW)
    (message,) = validate_plan(ALERTRA, alertra(), want(TAG, name="new", devices=["N"]), new)
    assert message == "tags new refers to N, but devices N does not list new in tags"


def test_a_contradiction_says_where_both_ends_are() -> None:
    tag = want(TAG, name="T", devices=["A"], location="tags[0]")
    device = want(DEVICE, short_name="A", tags=[], location="devices[0]")
    records = alertra()
    snapshot = match(ALERTRA.kinds, (tag, device), records, ())
    (problem,) = ALERTRA.validate_plan(plan(ALERTRA.kinds, snapshot, 10).steps, records)
    assert isinstance(problem, Problem)
    assert (problem.location, problem.other_locations) == ("tags[0]", ("devices[0]",))


def test_an_end_that_only_adds_contradicts_nothing() -> None:
    adds = want(DEVICE, short_name="A", tags=["T"], purge_tags=False)
    assert validate_plan(ALERTRA, alertra(), want(TAG, name="U", devices=["A"]), adds) == []
    assert validate_plan(ALERTRA, alertra(), want(TAG, name="T"), want(DEVICE, short_name="A", tags=[])) == []


def portmonitor() -> dict[str, list[Record]]:
    """The groups G (1) and H (2); in G the targets A (11) and B (12)."""
    return {
        "group": [Record(GROUP, "1", {"name": "G"}), Record(GROUP, "2", {"name": "H"})],
        "target": [
            Record(TARGET, ident, {"group": "1", "name": name, "type": "ping", "host": "x.example.com"})
            for ident, name in (("11", "A"), ("12", "B"))
        ],
    }


def test_a_group_that_still_holds_something_is_deleted_only_by_force() -> None:
    gone = want(GROUP, name="G", state="absent")
    held = "group G still contains A, B; force: true deletes it anyway"
    assert validate_plan(PORTMONITOR, portmonitor(), gone) == [held]
    assert validate_plan(PORTMONITOR, portmonitor(), want(GROUP, name="G", state="absent", force=True)) == []
    pruned = "group G still contains A, B; prune targets, too, or declare the group"
    assert validate_plan(PORTMONITOR, portmonitor(), prune="group") == [pruned]
    left = [want(TARGET, target_id="11", group="H"), want(TARGET, group="G", name="B", state="absent")]
    assert validate_plan(PORTMONITOR, portmonitor(), gone, *left) == []
    assert "still contains B;" in validate_plan(PORTMONITOR, portmonitor(), gone, left[0])[0]
