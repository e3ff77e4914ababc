# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that answer in forms that nobody has thought of: the report names them, and the modules refuse to guess."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.run import run_probe
from faults.scenarios import SCENARIOS, Scenario
from integration.harness import Account as User
from integration.harness import run_module
from sandbox.service import Call
from unit.probe.accounts import ACCOUNTS
from unit.probe.in_process import BASE, OPTIONS, READING, FakeTime, InProcess, connect
from unit.probe.strangers import CHANGED, STRANGERS, Stranger


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Time that passes by itself, so that no test waits."""
    return FakeTime(monkeypatch)


def options_of(name: str, stranger: Stranger, *, write: bool = False) -> dict[str, Any]:
    """The options of the module."""
    credentials = {**ACCOUNTS[name].credentials, **stranger.credentials}
    host = "/{host}" if name == "pinghome" else ""
    return {**OPTIONS, **READING, **credentials, "write": write, "api_url": f"{BASE}{stranger.prefix}{host}/api"}


def writes(sent: InProcess) -> list[str]:
    """The write requests that were sent."""
    changes = [call for call in sent.calls if call.method != "GET" and not call.path.endswith(("/get", "/login"))]
    return [f"{call.method} {call.path}" for call in changes]


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("name", STRANGERS)
def test_a_report_names_unknown_forms(name: str, write: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger, account = STRANGERS[name], ACCOUNTS[name]
    sent = connect(monkeypatch, stranger)  # type: ignore[arg-type]
    options = options_of(name, stranger, write=write)
    result = run_probe(account.probe, account.service(options, 1), options)
    seen = {one["switch"]: one["seen"] for one in result["findings"] if one["answer"] == "unknown_shape"}
    assert {switch: part in seen.get(switch, "") for switch, part in stranger.unknown.items()} == dict.fromkeys(
        stranger.unknown, True
    ), seen
    assert not set(stranger.unknown) & set(result["profile"])
    assert "canary" not in json.dumps(result).casefold()
    assert write or writes(sent) == []
    assert (result["leftovers"], result["changed"]) == ([], False)


@pytest.mark.parametrize("name", STRANGERS)
def test_modules_refuse_rather_than_guess(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger, account = STRANGERS[name], ACCOUNTS[name]
    sent = connect(monkeypatch, stranger)  # type: ignore[arg-type]
    service = account.service(options_of(name, stranger), 1)
    with pytest.raises(MonitoringError):
        reconcile(service, [Desired(service.kinds[stranger.kind], dict(stranger.values))], check=False)
    assert sent.calls
    assert writes(sent) == []


@pytest.mark.parametrize(
    "scenario",
    [one for one in SCENARIOS if not one.module.endswith("_probe") and not callable(one.options)],
    ids=lambda scenario: scenario.name,
)
def test_no_module_says_that_it_changed_a_strange_account(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = STRANGERS[scenario.service]
    connect(monkeypatch, stranger)  # type: ignore[arg-type]
    options = {**options_of(scenario.service, stranger), "api_timeout": 5.0}
    given = {name: str(value) for name, value in options.items() if value and name not in ("write", "prefix")}
    user = User(scenario.service, {f"{scenario.service}_{name}".upper(): value for name, value in given.items()})
    assert not callable(scenario.options)
    result = run_module(user, scenario.module, scenario.options)
    assert not result["changed"] if "changed" in result else result["failed"]
    assert "exception" not in result
    assert "bug" not in result.get("msg", "")


def leaves(value: Any) -> set[str]:
    """The texts and numbers in data, as texts."""
    if isinstance(value, dict):
        return {leaf for inner in value.values() for leaf in leaves(inner)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner)}
    return {str(value)}


def sent_values(call: Call) -> set[str]:
    """The values in the body of a request, JSON or a form. A text may be JSON itself."""
    data = call.json()
    if data is None:
        data = parse_qs(call.body.decode())
    found = leaves(data)
    for text in list(found):
        try:
            found |= leaves(json.loads(text)) if text[:1] in ("{", "[") else set()
        except ValueError:
            continue
        found -= {text} if text[:1] in ("{", "[") else set()
    return found


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_of_an_object_in_strange_forms_sends_nothing_that_was_neither_declared_nor_shown(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, account = CHANGED[name], ACCOUNTS[name]
    sent = connect(monkeypatch, stranger)  # type: ignore[arg-type]
    service = account.service(options_of(name, stranger), 1)
    desired = Desired(service.kinds[stranger.kind], dict(stranger.values))
    with contextlib.suppress(MonitoringError):
        reconcile(service, [desired], check=False)
    known = leaves(dict(stranger.answers)) | leaves(dict(stranger.values))
    known |= leaves({**account.credentials, **stranger.credentials}) | {""}
    changes = [call for call in sent.calls if call.method != "GET" and not call.path.endswith(("/get", "/login"))]
    for call in changes:
        assert sent_values(call) <= known, call.path
        assert call.method != "POST" or name in ("simplehelp",), call.path
