# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes with C(write: true) against the sandbox: what they find out, and that nothing of them stays."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any
from zlib import crc32

import pytest
from requests import ConnectionError, ReadTimeout
from requests.structures import CaseInsensitiveDict

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import transport
from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import Answer
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.question import Position
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.run import MAX_REQUESTS, run_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.writer import MAX_WRITING_REQUESTS
from sandbox.service import Call, Reply, Service
from unit.probe.accounts import ACCOUNTS, Account
from unit.probe.in_process import READING, FakeTime, InProcess, connect
from unit.probe.test_probe import UNKNOWN, all_positions, finding, make_sandbox, odd_reply, shown_values

Result = dict[str, Any]
Fail = Callable[[], Answer | None]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Time that passes by itself, so that no test waits."""
    return FakeTime(monkeypatch)


@pytest.fixture(params=ACCOUNTS)
def account(request: pytest.FixtureRequest) -> Account:
    """Each account."""
    return ACCOUNTS[request.param]


def probe(account: Account, sandbox: Service, *, check: bool = False, **options: Any) -> Result:
    """Run the probe of an account with write requests."""
    given = {**READING, **account.options(sandbox), "write": True, **options}
    service = account.service(given, 1)
    try:
        return dict(run_probe(account.probe, service, given, check=check))
    finally:
        service.close()


def holdings(sandbox: Service) -> dict[str, Any]:
    """What an account contains, without what logins leave."""
    return {**sandbox.export_state(None), "login_tokens": None}


def positions_to_write() -> Iterator[tuple[str, str, Position]]:
    """Each position that reading cannot tell."""
    for name, switch, position in all_positions():
        account = ACCOUNTS[name]
        (question,) = (one for one in account.probe.questions if one.switch == switch)
        is_read = question.steps and position not in account.untold.get(switch, ())
        if position != UNKNOWN and not is_read:
            yield name, switch, position


@pytest.mark.parametrize(("name", "switch", "position"), list(positions_to_write()))
def test_writing_finds_what_reading_cannot(
    name: str, switch: str, position: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account, **{**account.with_switches.get(switch, {}), switch: position})
    before = holdings(sandbox)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    question = next(one for one in account.probe.questions if one.switch == switch)
    found = finding(result, switch)
    if question.written is None:
        # More objects may fill more than one page.
        assert found["answer"] == "not_seen" or result["profile"][switch] == position
        assert "write: true" not in found["seen"]
    else:
        assert result["profile"].get(switch) == position, found["seen"]
        assert found["answer"] == ("confirmed" if position == question.expected else "differs")
    assert holdings(sandbox) == before
    assert (result["leftovers"], result["changed"]) == ([], False)
    assert_no_value(result, sandbox, account)


def assert_no_value(result: Result, sandbox: Service, account: Account) -> None:
    """Check that a result contains no value of the account."""
    assert shown_values(result, sandbox, account) == []
    assert "canary" not in json.dumps(result, ensure_ascii=False).casefold()


def test_without_write_the_reason_names_the_option(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox, write=False)
    assert finding(result, "text_storage")["seen"] == "only write requests show this; write: true sends them"


def test_what_stays_open_has_a_reason(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    for question in account.probe.questions:
        if not question.steps and question.written is None:
            found = finding(result, question.switch)
            assert found["answer"] == "not_seen"
            assert "write" not in found["seen"]
            assert len(found["seen"]) > 20


def test_check_mode_sends_no_write_request(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    sent = connect(monkeypatch, sandbox)
    before = holdings(sandbox)
    probe(account, sandbox, write=False)
    reads = {(call.method, call.path) for call in sent.calls}
    result = probe(account, sandbox, check=True)
    assert {(call.method, call.path) for call in sent.calls if call.method != "GET"} <= reads
    assert holdings(sandbox) == before
    assert finding(result, "text_storage")["seen"] == "check mode sends no write requests"
    assert result["changed"] is False


def test_a_report_contains_no_value_of_the_account(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account, unknown_fields="some")
    connect(monkeypatch, sandbox)
    assert_no_value(probe(account, sandbox), sandbox, account)


# -- nothing stays -----------------------------------------------------------------------------------------------------


class Failing:
    """Fails at a request, before or after the sandbox has handled it.

    :param number: the number of the request, from 0
    :param fail: raises an error, sends a signal, or returns an answer that comes instead of that of the sandbox
    """

    def __init__(self, sent: InProcess, number: int, fail: Fail, *, first: bool) -> None:
        self._sent, self._number, self._fail, self._is_first = sent, number, fail, first
        self.count = 0

    def send(self, *given: Any) -> Any:
        """What replaces the function that sends requests."""
        number, self.count = self.count, self.count + 1
        if self._is_first and self._fails(number):
            answer = self._fail()
            return answer or self._sent.send(*given)
        answer = self._sent.send(*given)
        return (self._fail() or answer) if self._fails(number) else answer

    def _fails(self, number: int) -> bool:
        return number == self._number


class FailingFromThere(Failing):
    """Fails at a request and at all after it, as if the process had ended."""

    def _fails(self, number: int) -> bool:
        return number >= self._number


class Killed(BaseException):
    """Ends a probe without any of its cleaning."""


def interrupt() -> None:
    """Ctrl+C."""
    signal.raise_signal(signal.SIGINT)


def lose() -> None:
    """A lost answer."""
    raise ReadTimeout


def disconnect() -> None:
    """No connection."""
    raise ConnectionError


def kill() -> None:
    """The end of the process: nothing of the probe runs any more."""
    raise Killed


def answer_error(status: int) -> Answer:
    """An error of the service."""
    body = b'{"success": false, "message": "Canary."}'
    return Answer(status, "", CaseInsensitiveDict({"Content-Type": "application/json"}), body)


error_400, error_500 = partial(answer_error, 400), partial(answer_error, 500)


def merged(state: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """A state with more objects."""
    return {**state, **{kind: [*state.get(kind, []), *objects] for kind, objects in more.items()}}


def without_reading(account: Account) -> Account:
    """An account with a probe that only sends its write requests, and lists what it needs to clean up."""
    return replace(account, probe=replace(account.probe, steps=()))


def run_to_its_end(account: Account, sandbox: Service) -> Result | None:
    """Run a probe. None if it fails."""
    try:
        return probe(account, sandbox)
    except (MonitoringError, KeyboardInterrupt, Killed):
        return None


EACH = int(os.environ.get("PROBE_EACH", "0"))
"""Let each request fail in each way; without it, only a part of the requests fails."""
BLOCKS = 10 if EACH else 1
"""In how many tests the requests of a probe fail, so that each test ends in time."""


@dataclass(frozen=True)
class Way:
    """How a request fails.

    :param stride: how far apart the requests that fail are, unless each does
    :param first: whether it fails before the service has handled it
    :param lag: by how many seconds reads lag behind writes
    :param again: whether all later requests fail, too
    """

    fail: Fail
    stride: int
    first: bool = False
    lag: int = 0
    again: bool = False

    def sender(self, sent: InProcess, number: int) -> Failing:
        """What sends requests, and fails at this one."""
        return (FailingFromThere if self.again else Failing)(sent, number, self.fail, first=self.first)


WAYS: dict[str, Way] = {
    "a signal after the request": Way(interrupt, 4),
    "a signal before the request": Way(interrupt, 12, first=True),
    "a signal after the request, and reads that lag": Way(interrupt, 20, lag=2),
    "signals after the request and each later one": Way(interrupt, 12, again=True),
    "a lost answer": Way(lose, 4),
    "a lost answer, and reads that lag": Way(lose, 20, lag=2),
    "no connection": Way(disconnect, 12, first=True),
    "an error 500 after the request": Way(error_500, 12),
    "an error 500 after the request, and reads that lag": Way(error_500, 20, lag=2),
    "an error 500 instead of the request": Way(error_500, 12, first=True),
    "an error 400 although the request was executed": Way(error_400, 12),
    "an error 400 instead of the request": Way(error_400, 12, first=True),
}


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("way", WAYS)
def test_after_a_failure_at_any_request_the_account_is_as_before(
    account: Account, way: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, chosen = without_reading(account), WAYS[way]
    sandbox = make_sandbox(account, lag=chosen.lag)
    before = holdings(sandbox)
    sent = connect(monkeypatch, sandbox)
    probe(account, sandbox)
    for number in range(block, len(sent.calls), BLOCKS if EACH else chosen.stride):
        monkeypatch.setattr(transport.Transport, "send", chosen.sender(sent, number).send)
        result = run_to_its_end(account, sandbox)
        assert holdings(sandbox) == before, f"request {number + 1}: {way}"
        if result is not None and result["leftovers"]:
            # Nobody knows whether a request was executed that fails like this. What it created may appear later.
            assert chosen.fail in (error_500, lose)
            monkeypatch.setattr(transport.Transport, "send", sent.send)
            assert probe(account, sandbox)["leftovers"] == []
            assert holdings(sandbox) == before


def test_what_an_interrupted_request_leaves_of_its_client_is_not_used_to_clean_up(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal may come between any two lines, such as those that count the requests in flight."""
    account = without_reading(account)
    sandbox = make_sandbox(account)
    before = holdings(sandbox)
    connect(monkeypatch, sandbox)
    request = Client.request
    interrupted: list[Client] = []

    def interrupt_once_something_exists(client: Client, *given: Any, **options: Any) -> Any:
        assert client not in interrupted
        answer = request(client, *given, **options)
        if not interrupted and holdings(sandbox) != before:
            interrupted.append(client)
            interrupt()
        return answer

    monkeypatch.setattr(Client, "request", interrupt_once_something_exists)
    assert run_to_its_end(account, sandbox) is None
    assert interrupted
    assert holdings(sandbox) == before


@pytest.mark.parametrize("lag", [0, 2])
@pytest.mark.parametrize("is_killed", [False, True], ids=["no connection", "killed"])
def test_what_a_run_that_ends_at_any_request_leaves_is_deleted_by_the_next(
    account: Account, is_killed: bool, lag: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run begins at once, so that its first reads may not show what is left."""
    account = without_reading(account)
    sandbox = make_sandbox(account, lag=lag)
    before = holdings(sandbox)
    sent = connect(monkeypatch, sandbox)
    probe(account, sandbox)
    left = 0
    fail = kill if is_killed else disconnect
    for number in range(0, len(sent.calls), 1 if EACH or not lag else 3):
        monkeypatch.setattr(transport.Transport, "send", FailingFromThere(sent, number, fail, first=False).send)
        result = run_to_its_end(account, sandbox)
        is_left = holdings(sandbox) != before
        left += is_left
        # What is left is named.
        assert not is_left or is_killed or (result is not None and result["leftovers"] and result["changed"])
        monkeypatch.setattr(transport.Transport, "send", sent.send)
        again = probe(account, sandbox)
        assert holdings(sandbox) == before, f"request {number + 1}"
        assert again["leftovers"] == []
        assert again["changed"] == is_left or (is_killed and lag)
    assert left


def test_check_mode_predicts_that_leftovers_are_deleted(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    sent = connect(monkeypatch, sandbox)
    leave(account, sandbox, sent, monkeypatch)
    assert probe(account, sandbox, check=True)["changed"] is True
    assert probe(account, sandbox)["changed"] is True
    assert probe(account, sandbox, check=True)["changed"] is False


def leave(account: Account, sandbox: Service, sent: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """End a run in the middle of its changes."""
    account = without_reading(account)
    before = holdings(sandbox)
    number = 0
    while holdings(sandbox) == before:
        number += 1
        monkeypatch.setattr(transport.Transport, "send", FailingFromThere(sent, number, disconnect, first=False).send)
        run_to_its_end(account, sandbox)
    monkeypatch.setattr(transport.Transport, "send", sent.send)


def test_objects_that_are_only_named_alike_stay(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    sandbox.import_state(None, merged(account.state, account.alike))
    before = holdings(sandbox)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    assert holdings(sandbox) == before
    assert (result["leftovers"], result["changed"]) == ([], False)


def test_a_scratch_group_that_contains_an_object_of_somebody_else_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS["portmonitor"]
    sandbox = make_sandbox(account)
    group = "zzprobe made by a probe 1"
    targets = [{"name": "mine", "group": group, "url": "https://www.example.com/"}]
    sandbox.import_state(None, merged(account.state, {"groups": [{"name": group}], "targets": targets}))
    before = holdings(sandbox)
    connect(monkeypatch, sandbox)
    assert probe(account, sandbox, check=True)["changed"] is False
    result = probe(account, sandbox)
    assert holdings(sandbox) == before
    assert (result["leftovers"], result["changed"]) == ([f"group {group}"], False)
    reason = "no object was created, because those of an earlier run cannot be deleted"
    assert finding(result, "text_storage")["seen"] == reason


def test_a_listing_that_cannot_be_read_prevents_all_write_requests(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = make_sandbox(account, list_envelope="unknown")
    sent = connect(monkeypatch, sandbox)
    before = holdings(sandbox)
    result = probe(account, sandbox)
    assert holdings(sandbox) == before
    assert finding(result, "text_storage")["seen"] == "no object was created, because a listing cannot be read"
    assert len(sent.calls) < 60


def test_after_an_object_that_no_listing_shows_no_other_is_created(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    sandbox.switches.update({"lag": 600})
    before = holdings(sandbox)
    result = probe(account, sandbox)
    after = holdings(sandbox)
    assert sum(len(after[kind]) - len(before[kind]) for kind in after if isinstance(after[kind], list)) == 1
    assert len(result["leftovers"]) == 1
    assert result["changed"] is True
    sandbox.switches.update({"lag": 0})
    assert probe(account, sandbox)["leftovers"] == []
    assert holdings(sandbox) == before


def test_without_the_permission_to_write_only_reading_is_answered(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = make_sandbox(account)
    sent = connect(monkeypatch, sandbox)
    before = holdings(sandbox)
    handle = sandbox.handle

    def forbid(call: Call) -> Reply:
        is_allowed = call.method == "GET" or call.path.endswith(("/get", "/login"))
        return handle(call) if is_allowed else Reply(403)

    monkeypatch.setattr(sandbox, "handle", forbid)
    result = probe(account, sandbox)
    assert holdings(sandbox) == before
    assert len(sent.calls) < MAX_REQUESTS + MAX_WRITING_REQUESTS
    for question in account.probe.questions:
        if question.written is not None and not question.steps:
            assert finding(result, question.switch)["answer"] == "not_seen"
    assert finding(result, "list_envelope")["answer"] == "confirmed"


@pytest.mark.parametrize("seed", range(8))
def test_odd_answers_and_half_of_the_permissions_touch_nothing(
    account: Account, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    sandbox = make_sandbox(account, unknown_fields="some")
    sandbox.import_state(None, merged(account.state, account.alike))
    before = holdings(sandbox)
    connect(monkeypatch, sandbox, lambda reply: odd_reply(reply, random) if random.random() < 0.3 else reply)
    handle = sandbox.handle
    monkeypatch.setattr(sandbox, "handle", lambda call: Reply(403) if is_denied(call, seed) else handle(call))
    result = run_to_its_end(account, sandbox)
    after = holdings(sandbox)
    for kind, rows in before.items():
        if isinstance(rows, list):
            assert [row for row in rows if row not in after[kind]] == [], kind
    if result is not None:
        assert len(result["findings"]) == len(account.probe.questions)
        assert "canary" not in json.dumps(result, ensure_ascii=False).casefold()


def is_denied(call: Call, seed: int) -> bool:
    """Whether half of the permissions do not allow a request; which half depends on the seed."""
    words = [word for word in call.segments if word.isalpha()]
    return crc32(f"{seed} {call.method} {words}".encode()) % 2 == 0 and "login" not in words


def test_a_refused_deletion_is_named(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    handle = sandbox.handle

    def forbid(call: Call) -> Reply:
        return Reply(403) if call.method == "DELETE" or call.path.endswith("/remove") else handle(call)

    monkeypatch.setattr(sandbox, "handle", forbid)
    result = probe(account, sandbox)
    assert result["changed"] is True
    assert result["leftovers"]
    assert all("zzprobe" in one for one in result["leftovers"])
    monkeypatch.setattr(sandbox, "handle", handle)
    assert probe(account, sandbox)["leftovers"] == []
