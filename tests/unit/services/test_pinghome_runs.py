# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Pinghome: which differences are changes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.undo import undo
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import (
    HEARTBEAT,
    INTEGRATION,
    KINDS,
    RESOURCE,
)
from unit.clock import FakeClock
from unit.core.fake import want
from unit.services.account import Account

# That of the account of the sandbox.
SERVICE = "11111111-1111-4111-8111-111111111111"
STATUS = {"type": "status_code", "operator": "equal", "values": ["200"]}
WORDS = {"type": "json", "operator": "equal", "values": ["ok", "yes"], "key": "$.status"}
OTHER = {"type": "json", "operator": "equal", "values": ["ok"], "key": "$.other"}
# A condition that says less, and so matches two of these.
ANY_JSON = {"type": "json", "operator": "equal"}


def run(monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]) -> list[str]:
    """What a run that declares conditions changes in a resource with these."""
    resource = {"name": "web", "type": "http", "url": "https://www.example.com"}
    account = Account(monkeypatch, "pinghome", {"resources": [{**resource, "conditions": current}]})
    report = account.run(want(RESOURCE, name="web", service_id=SERVICE, conditions=declared), check=True)
    return [name for change in report.changes() for name in change["fields"]]


@pytest.mark.parametrize(
    ("current", "declared"),
    [
        ([STATUS, WORDS], [STATUS, WORDS]),
        ([STATUS, WORDS], [WORDS, STATUS]),
        ([STATUS, WORDS, OTHER], [OTHER, WORDS, STATUS]),
        ([STATUS, STATUS], [STATUS, STATUS]),
        ([WORDS, OTHER], [ANY_JSON, WORDS]),
        ([OTHER, WORDS], [WORDS, ANY_JSON]),
        ([{**STATUS, "values": [200]}], [STATUS]),
        ([], []),
    ],
)
def test_the_order_of_conditions_is_no_change(
    monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]
) -> None:
    assert run(monkeypatch, current, declared) == []


@pytest.mark.parametrize(
    ("current", "declared"),
    [
        ([STATUS, WORDS], [STATUS]),
        ([STATUS], [STATUS, WORDS]),
        ([STATUS, WORDS], [STATUS, STATUS]),
        ([STATUS], []),
        ([], [STATUS]),
        ([WORDS], [OTHER]),
        ([WORDS], [{**WORDS, "values": ["yes", "ok"]}]),
        ([WORDS], [{**WORDS, "values": ["ok"]}]),
    ],
)
def test_other_conditions_are_a_change(
    monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]
) -> None:
    assert run(monkeypatch, current, declared) == ["conditions"]


@pytest.mark.parametrize(
    ("current", "declared", "same"),
    [
        ({"a": 1, "b": 2}, {"a": "1"}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([{"a": 1, "b": 2}], [{"a": 1}], True),
        (["a", "b"], ["a"], False),
        (["a"], ["a", "b"], False),
        (["b", "a"], ["a", "b"], False),
        ({"a": 1}, "a", False),
        ("a", {"a": 1}, False),
        (["a"], "a", False),
        ("a", ["a"], False),
        ({"a": 1}, ["a"], False),
        (["a"], {"a": 1}, False),
    ],
)
def test_a_value_inside_of_a_condition_is_compared_by_the_keys_that_are_declared(
    current: Any, declared: Any, same: bool
) -> None:
    conditions = RESOURCE.by_name["conditions"]
    assert conditions.same([{"type": "json", "inside": current}], [{"inside": declared}]) is same


# -- reads that lag behind writes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0, 1, 5])
def test_a_run_ends_once_reads_show_what_it_wrote(monkeypatch: pytest.MonkeyPatch, lag: int) -> None:
    clock = FakeClock()
    monkeypatch.setattr(time, "monotonic", clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    account = Account(monkeypatch, "pinghome", {}, lag=lag)
    declared = want(HEARTBEAT, name="backup", service_id=SERVICE, interval=60)
    assert [change["action"] for change in account.run(declared).changes()] == ["create"]
    assert lag <= sum(clock.slept) <= lag + 1
    assert account.run(declared).changes() == []
    changed = want(HEARTBEAT, name="backup", service_id=SERVICE, interval=120)
    assert account.run(changed).summary()["update"] == 1
    assert account.run(changed).changes() == []
    assert account.run(want(HEARTBEAT, name="backup", service_id=SERVICE, state="absent")).summary()["delete"] == 1
    assert account.run(want(HEARTBEAT, name="backup", service_id=SERVICE, state="absent")).changes() == []
    assert account.state()["heartbeats"] == []


@pytest.mark.parametrize("twins", [0, 1])
def test_the_undo_of_an_integration_names_the_service_of_its_resource(
    monkeypatch: pytest.MonkeyPatch, twins: int
) -> None:
    """Without it, the resource would be searched in the service of the connection options.

    :param twins: how many resources of another service have the same name
    """
    other = "22222222-2222-4222-8222-222222222222"
    chat = {"integration": "i1", "name": "Chat", "type": "slack", "status": "active"}
    resource = {"name": "web", "type": "icmp", "host": "a.example", "service_id": other, "integrations": [chat]}
    named = {"resource": "web", "service_id": other, "integration": "i1"}
    changed, deleted = want(INTEGRATION, **named, name="Talk"), want(INTEGRATION, **named, state="absent")
    replaced = want(RESOURCE, name="web", service_id=other, type="tcp", port="25", recreate=True)
    twin = {**resource, "service_id": SERVICE, "integrations": []}
    for declared in ([changed], [deleted], [replaced, want(INTEGRATION, **named, name="Talk")]):
        account = Account(
            monkeypatch, "pinghome", {"services": [SERVICE, other], "resources": [resource, *twins * [twin]]}
        )
        others = twins * [want(RESOURCE, name="web", service_id=SERVICE)]
        found = undo(list(KINDS.values()), account.run(*declared, *others).outcome, lambda value: value)
        (former,) = found.declaration["integrations"]
        assert (former["service_id"], former["name"]) == (other, "Chat")
        assert "service_id" not in str(found.notes)
        resources = [want(RESOURCE, **one) for one in found.declaration.get("resources", ())]
        assert account.run(*resources, want(INTEGRATION, **former), *others).failures() == []
        (web,) = [one for one in account.state()["resources"] if one["service_id"] == other]
        assert [one["name"] for one in web["integrations"]] == ["Chat"]
