# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Round trips: with the profile that a probe returns, the sandbox answers as the account did that was probed.

It is asked what the probe asks, what an export asks, and what each module asks in each scenario of the tests with
faults: it creates, changes, recreates and deletes an object of each kind, and builds and clears whole accounts, both in
check mode and for real. The requests, the responses, and the results are compared.

The environment variable C(PROBE_ROUND_TRIPS) is the number of random settings of all switches. If it is set, each
position of each switch is also tested alone. Without it, the tests take a sample.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from copy import deepcopy
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible import describe
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.export import export
from ansible_collections.declarative.monitoring.plugins.module_utils._core import observe, workers
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._services import alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome import service as pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor import targets
from faults.scenarios import SCENARIOS, STATES, Scenario
from integration.harness import ROOT, Result, run_module
from integration.harness import Account as User
from sandbox.service import Service
from sandbox.switches import Choice
from unit.probe.accounts import ACCOUNTS, Account
from unit.probe.in_process import PATIENCE, FakeTime, InProcess, connect
from unit.probe.test_probe import UNKNOWN, all_positions, make_sandbox
from unit.probe.test_write import probe

IS_SAMPLE = "PROBE_ROUND_TRIPS" not in os.environ
COUNT = int(os.environ.get("PROBE_ROUND_TRIPS", "4"))
BLOCK = 10
"""How many random settings one test has, so that it ends in time."""
STRIDE = 12
"""How far apart the positions of a sample are."""

Switches = Mapping[str, Any]
Said = list[tuple[Any, ...]]

TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"\n]*")
TIME_IN_TEXT = re.compile(TIME.pattern.decode())
# Why a question may have no answer in an account that shows as much as it can: another switch hides its objects, or
# makes answers alike.
REASONS = frozenset(
    {
        "a listing does not show an object that the probe has created",
        "a refusal does not say how long to wait",
        "a tag does not show its devices",
        "all devices are on one page",
        "all optional fields of these objects are set",
        "all resources are on one page",
        "no object was created, because a listing may lack objects",
        "no resource that was read has conditions",
        "no resource that was read has headers",
        "the account has too few agents with sessions",
        "the group that was read may have no videoPassword",
        "the probe did not reach the rate limit",
        "the probe did not reach the rate limit twice",
        "the rate limit did not allow to read a listing often enough",
        "the refused requests fit windows of several lengths, or of none",
        "the response is empty, which may mean an empty text or no text",
        "the response to DELETE is not empty, and the probe sends no other request without a response",
        "the service did not change the roles of a user",
        "the service does not show empty fields, and a field that is not shown may be empty",
        "the service does not show the text",
        "the service refused the request (HTTP 404)",
        "the service shows no agent by its id",
        "the token of the login did not expire after the same number of requests several times",
    }
)


class InTurn(Executor):
    """Does all work at once, so that requests always have the same order."""

    def __init__(self, threads: int) -> None:
        """Start no threads."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Do something. Its error is raised by the result."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Modules send their requests one after the other, and wait for no run of another process on the same account."""
    monkeypatch.setenv("HOME", str(tmp_path))
    run = workers.Phase.run
    monkeypatch.setattr(workers.Phase, "run", lambda phase, concurrency: run(phase, 1))
    for module in (alertra, describe, observe, pinghome, targets):
        monkeypatch.setattr(module, "ThreadPoolExecutor", InTurn)


def random_switches(account: Account, random: Random) -> Switches:
    """A random position of each switch."""
    switches = {
        switch: random.choice(
            [value for value in kind.values if value != UNKNOWN]
            if isinstance(kind, Choice)
            else list(account.numbers.get(switch, (kind.default,)))
        )
        for switch, kind in account.sandbox().switches._switches.items()
    }
    if switches.get("page_param") == "ignored":
        # Without pages, no listing would be whole. Then the probe writes nothing, see test_write.py.
        switches["page_cap"] = 100
    return switches


def conversations(name: str, switches: Switches, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Said, list[Any]]:
    """The result of a probe with write requests, all that it and the modules say and hear, and what these return."""
    # Both begin at the same time, so that they wait as often for a read that lags.
    FakeTime(monkeypatch)
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account, **switches)
    sent = connect(monkeypatch, sandbox)
    result = probe(account, sandbox, **PATIENCE)
    results: list[Any] = [export_account(account, sandbox)]
    for scenario in SCENARIOS:
        if scenario.service == name and scenario.module != f"{name}_probe":
            sandbox.import_state(None, deepcopy(STATES[name]))
            results.append(run_scenario(account, sandbox, scenario))
    return result, conversation(sent), results


def conversation(sent: InProcess) -> Said:
    """The requests with their replies, without logins, tokens and times."""
    return [
        (
            call.method,
            call.path,
            {**call.query, "auth_token": None},
            without_token(call.body),
            reply.status,
            sorted(reply.headers.items()),
            TIME.sub(b"TIME", reply.body),
        )
        for call, reply in zip(sent.calls, sent.replies, strict=True)
        if call.path != "/users/login"
    ]


def without_token(body: bytes) -> bytes:
    """The body of a request without the token of a login, which is another one each time."""
    return b"&".join(part for part in body.split(b"&") if not part.startswith(b"auth_token="))


def export_account(account: Account, sandbox: Service) -> Any:
    """All that an export reads of the account that was probed; None if it cannot be read."""
    service = account.service({**account.options(sandbox), **PATIENCE}, 1)
    try:
        return export(service)
    except MonitoringError:
        return None
    finally:
        service.close()


def run_scenario(account: Account, sandbox: Service, scenario: Scenario) -> Any:
    """Run the module of a scenario, in check mode first if it changes something. The results are without times."""
    given = {**account.options(sandbox), **PATIENCE}
    environment = {f"{scenario.service}_{name}".upper(): str(value) for name, value in given.items() if value}
    user = User(scenario.service, environment)
    options = scenario.options
    try:
        found = options(lambda module, more: run_module(user, module, more)) if callable(options) else options
    except IndexError:
        # The account does not show the object that it is about.
        return {}
    modes = (False,) if scenario.reads or scenario.action else (True, False)
    return [without_times(run_module(user, scenario.module, found, check)) for check in modes]


def without_times(result: Result) -> str:
    """A result as a text, without the times in it."""
    return TIME_IN_TEXT.sub("TIME", json.dumps(result, sort_keys=True))


def assert_round_trip(
    name: str, switches: Switches, monkeypatch: pytest.MonkeyPatch, *, told: tuple[str, ...] | None = None
) -> None:
    """Check that the profile of an account with these switches makes the sandbox answer as the account.

    :param told: the switches that the profile must tell; None if it may leave out any for a known reason
    """
    result, said, results = conversations(name, switches, monkeypatch)
    for finding in result["findings"]:
        assert "write: true" not in finding["seen"], finding
        assert finding["answer"] != "unknown_shape", finding
    # Several switches together may hide another one. The report says so, and the test adds it.
    unseen = {one["switch"]: one["seen"] for one in result["findings"] if one["answer"] == "not_seen" and one["switch"]}
    if told is None:
        assert {switch: seen for switch, seen in unseen.items() if not is_known(name, switch, seen)} == {}
    added = {switch: one for switch, one in switches.items() if switch in unseen and switch not in (told or ())}
    again, repeated, results_again = conversations(name, {**result["profile"], **added}, monkeypatch)
    assert len(repeated) == len(said)
    for number, (one, other) in enumerate(zip(repeated, said, strict=True)):
        assert one == other, f"request {number + 1}"
    assert again == result
    assert results_again == results


@pytest.mark.parametrize("name", ACCOUNTS)
def test_each_module_of_a_service_asks(name: str) -> None:
    """Each is in a scenario, so that a round trip compares what it asks and hears."""
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob(f"{name}_*.py")}
    assert {scenario.module for scenario in SCENARIOS if scenario.service == name} == modules


def is_known(name: str, switch: str, reason: str) -> bool:
    """Whether it is known that an account may hide the answer to a question for this reason."""
    return reason in REASONS or not can_be_told(name, switch)


def can_be_told(name: str, switch: str) -> bool:
    """Whether there are requests that answer a question."""
    (question,) = (one for one in ACCOUNTS[name].probe.questions if one.switch == switch)
    return bool(question.steps or question.written)


def blocks() -> Iterator[tuple[str, range]]:
    """The random accounts of each service, a few in each test."""
    for name in ACCOUNTS:
        for start in range(0, COUNT, BLOCK):
            yield name, range(start, min(start + BLOCK, COUNT))


@pytest.mark.parametrize(("name", "seeds"), list(blocks()), ids=lambda value: str(value).replace("range", ""))
def test_a_random_account(name: str, seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in seeds:
        switches = random_switches(ACCOUNTS[name], Random(seed))
        try:
            assert_round_trip(name, switches, monkeypatch)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {switches}: {error}") from error


def single_switches() -> Iterator[tuple[str, str, Any]]:
    """Each position of each switch, or a sample of them."""
    every = ((name, switch, position) for name, switch, position in all_positions() if position != UNKNOWN)
    return islice(every, None, None, STRIDE if IS_SAMPLE else 1)


@pytest.mark.parametrize(("name", "switch", "position"), list(single_switches()))
def test_a_single_switch(name: str, switch: str, position: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other switches are in their default positions, but for those that this one needs to be seen."""
    switches = {**ACCOUNTS[name].with_switches.get(switch, {}), switch: position}
    assert_round_trip(name, switches, monkeypatch, told=(switch,) if can_be_told(name, switch) else ())
