# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers whose pages are small: no module leaves out an object, or takes it for absent, if it is on a later page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE, MAINTENANCE, TAG
from faults.scenarios import SCENARIOS, STATES, Scenario
from unit.core.fake import want
from unit.probe.accounts import ACCOUNTS
from unit.probe.in_process import FakeTime, connect
from unit.probe.test_probe import make_sandbox
from unit.probe.test_round_trip import alone, run_scenario, without_times
from unit.services.account import Account

__all__ = ["alone"]

PAGED = [name for name, one in ACCOUNTS.items() if "page_cap" in one.sandbox().own_switches]
CASES = [one for one in SCENARIOS if one.service in PAGED and not one.module.endswith("_probe")]


def lived(scenario: Scenario, page_cap: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str]:
    """What a module returns, and what the account holds then, both without times."""
    FakeTime(monkeypatch)
    account = ACCOUNTS[scenario.service]
    sandbox = make_sandbox(account, **{**scenario.switches, "page_cap": page_cap})
    sandbox.import_state(None, deepcopy(STATES[scenario.service]))
    connect(monkeypatch, sandbox)
    result = run_scenario(account, sandbox, scenario)
    return result, without_times(sandbox.export_state(None))


@pytest.mark.parametrize("page_cap", [1, 2])
@pytest.mark.parametrize("scenario", CASES, ids=lambda scenario: scenario.name)
def test_a_module_does_the_same_however_small_the_pages_are(
    scenario: Scenario, page_cap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lived(scenario, page_cap, monkeypatch) == lived(scenario, 100, monkeypatch)


STATE: Mapping[str, Any] = {
    "tags": [{"Name": "berlin"}],
    "devices": [
        {"ShortName": name, "Method": "HTTP", "URL": f"http://{name}.example.com", "Tags": ["berlin"]}
        for name in ("A", "B", "C")
    ],
}
LINKED = want(TAG, name="berlin", devices=["A", "C"])


@pytest.mark.parametrize(
    ("desired", "changed"),
    [
        (want(DEVICE, short_name="A", master_device="C"), True),
        (LINKED, True),
        (want(DEVICE, short_name="C", state="absent"), True),
        (want(MAINTENANCE, short_name="C", in_maintenance=False), False),
    ],
    ids=["a reference", "links", "absence", "maintenance"],
)
def test_an_object_on_a_later_page_is_no_stranger(
    desired: Desired, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account(monkeypatch, "alertra", STATE, page_cap=1, tag_devices="absent")
    assert account.run(desired).changed is changed
    assert account.run(desired).changed is False


def test_the_undeclared_devices_on_later_pages_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although nothing is created or pruned, and each declared device is on the first page."""
    FakeTime(monkeypatch)
    account = ACCOUNTS["alertra"]
    sandbox = make_sandbox(account, page_cap=1)
    sandbox.import_state(None, dict(STATE))
    connect(monkeypatch, sandbox)
    scenario = Scenario("alertra_config", "keeps one", {"devices": [{"short_name": "A"}]})
    predicted, done = map(json.loads, run_scenario(account, sandbox, scenario))
    for result in (predicted, done):
        assert not result["changed"]
        assert [one["name"] for one in result["undeclared"]] == ["B", "C"]
        assert result["summary"]["undeclared"] == 2


def test_a_page_that_is_repeated_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may return all rows at once, and ignore from where it was asked to begin. Nothing tells that."""
    account = Account(monkeypatch, "alertra", STATE)
    account.repeat_pages()
    service = account.service()
    (device, *_others) = service.list_objects(DEVICE)
    service.fetch_include(device, "events", {"since": "2000-01-01T00:00:00Z"})
    assert service.warnings == [
        "The list of devices may be incomplete: the server repeats a page of devices, so others may stay hidden.",
        "The list of events of device A may be incomplete: the server repeats a page of events, "
        "so others may stay hidden.",
    ]


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 2), (24, 2), (100, 2), (101, 2), (200, 3)])
def test_a_whole_listing_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch, number: int, pages: int) -> None:
    devices = [{**STATE["devices"][0], "Tags": [], "ShortName": f"D{index}"} for index in range(number)]
    account = Account(monkeypatch, "alertra", {"devices": devices})
    assert len(account.service().list_objects(DEVICE)) == number
    assert len(account.calls) == pages
