# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request that is refused because of a missing permission answers no question: the probe sees less, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from sandbox.service import Call, Reply, Service
from unit.probe.accounts import ACCOUNTS, Account
from unit.probe.in_process import FakeTime, InProcess, connect
from unit.probe.test_probe import finding, make_sandbox, random_switches
from unit.probe.test_probe import probe as read
from unit.probe.test_write import EACH, holdings, is_denied, merged, run_to_its_end
from unit.probe.test_write import probe as write

Key = tuple[str, ...]

# The status with which a service refuses a request, and what is in the response.
ALERTRA = Reply.of_json({"code": 1002, "message": "Access denied."}, 400)
SIMPLEHELP = Reply.of_json({"success": False, "reason": "The token does not have this permission."}, 400)
WAYS: Mapping[str, tuple[Reply, tuple[str, ...]]] = {
    "401": (Reply.of_json({"error": "Unauthorized"}, 401), tuple(ACCOUNTS)),
    "402": (Reply.of_json({"error": "Payment required"}, 402), tuple(ACCOUNTS)),
    "403": (Reply.of_text("Forbidden", 403), tuple(ACCOUNTS)),
    "400 of Alertra": (ALERTRA, ("alertra",)),
    "400 of SimpleHelp": (SIMPLEHELP, ("simplehelp",)),
}
CASES = [(way, name) for way, (_refusal, names) in WAYS.items() for name in names]
# How far apart the requests are that are refused while the probe writes, unless each is.
STRIDE = 7
NO_QUERY = "zzprobe-no-such-name"
# A refusal of the request with the wrong key is the answer.
ABOUT_REFUSALS = ("bad_key",)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Time that passes by itself, so that no test waits."""
    return FakeTime(monkeypatch)


def query_of(call: Call) -> Key:
    """What a permission is about: the query at SimpleHelp."""
    return (call.method, *call.segments[3:])


def refuse(sandbox: Service, refusal: Reply, is_refused: Callable[[Call], bool]) -> None:
    """Let a service refuse some requests."""
    handle = sandbox.handle

    def answer(call: Call) -> Reply:
        return refusal if is_refused(call) and call.path != "/users/login" else handle(call)

    sandbox.handle = answer  # type: ignore[method-assign]


def in_turn(number: int) -> Callable[[Call], bool]:
    """Whether a request is the one with this number."""
    count = iter(range(10**6))
    return lambda call: next(count) == number


def refusals(sent: InProcess, way: str, *, every: int) -> list[Callable[[], Callable[[Call], bool]]]:
    """What is refused in each run: one request, or at SimpleHelp all requests of one query."""
    if way == "400 of SimpleHelp":
        # No permission is about a query that does not exist.
        queries = [query for query in dict.fromkeys(map(query_of, sent.calls)) if NO_QUERY not in query]
        return [lambda query=query: lambda call: query_of(call) == query for query in queries]  # type: ignore[misc]
    return [lambda number=number: in_turn(number) for number in range(0, len(sent.calls), every)]  # type: ignore[misc]


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize(("way", "name"), CASES)
def test_a_refused_request_answers_no_question(
    way: str, name: str, seed: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    switches = {} if seed is None else random_switches(account, Random(seed))
    assert_less(account, way, switches, read, monkeypatch, every=1)


# Accounts in which no answer is an error with the status 400, so that a refusal would be another answer.
WITHOUT_ERRORS: Mapping[str, Mapping[str, Any]] = {
    "alertra": {"not_found": 404, "over_limit": "cap", "master_delete": "resets"},
    "simplehelp": {"get_missing": "object", "unknown_machine": "shorter_list", "property_missing": "empty"},
}


@pytest.mark.parametrize("name", WITHOUT_ERRORS)
def test_a_refused_request_is_no_error_about_an_object(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (way,) = (way for way, (_refusal, names) in WAYS.items() if names == (name,))
    assert_less(ACCOUNTS[name], way, WITHOUT_ERRORS[name], read, monkeypatch, every=1)


@pytest.mark.parametrize(("way", "name"), CASES)
def test_a_refused_request_of_a_probe_that_writes_answers_no_question(
    way: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_less(ACCOUNTS[name], way, {}, write, monkeypatch, every=1 if EACH else STRIDE)


def assert_less(
    account: Account,
    way: str,
    switches: Mapping[str, Any],
    run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    *,
    every: int,
) -> None:
    """Refuse requests in turn, and check that the profile never has another answer than without that."""
    sandbox = make_sandbox(account, **switches)
    sent = connect(monkeypatch, sandbox)
    whole = run(account, sandbox)["profile"]
    refusal, _names = WAYS[way]
    for number, make in enumerate(refusals(sent, way, every=every)):
        sandbox = make_sandbox(account, **switches)
        refuse(sandbox, refusal, make())
        connect(monkeypatch, sandbox)
        before = holdings(sandbox)
        result = run_to_its_end(account, sandbox) if run is write else run_safely(account, sandbox)
        # A query that deletes may be refused.
        assert holdings(sandbox) == before or (result is not None and result["leftovers"])
        if result is not None:
            wrong = {switch: one for switch, one in result["profile"].items() if one != whole.get(switch)}
            assert {switch: one for switch, one in wrong.items() if switch not in ABOUT_REFUSALS} == {}, number


def run_safely(account: Account, sandbox: Service) -> Any:
    """Run a probe that reads. None if nothing could be read."""
    try:
        return read(account, sandbox)
    except ApiError:
        return None


def test_a_refused_creation_does_not_make_the_second_attempt_a_second_object(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS["simplehelp"]
    sandbox = make_sandbox(account)
    refused = iter([True])
    refuse(
        sandbox, Reply(403), lambda call: b"made by a probe 1" in call.body and "groups" in call.path and any(refused)
    )
    connect(monkeypatch, sandbox)
    result = write(account, sandbox)
    assert "group_names" not in result["profile"]
    assert finding(result, "group_names")["seen"] == "no scratch group could be created"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ACCOUNTS)
def test_half_of_the_permissions_give_a_part_of_the_answers(
    name: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an account with undocumented fields, and with objects of others whose names begin like those of a probe."""
    account = ACCOUNTS[name]
    profiles: list[dict[str, Any]] = []
    readable: set[str] = set()
    for is_restricted in (False, True):
        sandbox = make_sandbox(account, unknown_fields="some")
        sandbox.import_state(None, merged(account.state, account.alike))
        sent = connect(monkeypatch, sandbox)
        before = holdings(sandbox)
        if is_restricted:
            refuse(sandbox, Reply(403), lambda call: is_denied(call, seed))
        result = run_to_its_end(account, sandbox)
        # A deletion may be refused.
        assert holdings(sandbox) == before or (is_restricted and result is not None and result["leftovers"])
        profiles.append({} if result is None else result["profile"])
        calls = zip(sent.calls, sent.replies, strict=True)
        readable = {call.path for call, reply in calls if reply.status == 200 and call.path != "/users/login"}
    whole, part = profiles
    assert {switch: one for switch, one in part.items() if whole.get(switch) != one and switch != "bad_key"} == {}
    # One listing alone may be that of objects that no question is about.
    assert part or len(readable) < 2


@pytest.mark.parametrize("name", ["alertra", "pingplotter"])
def test_a_key_that_may_only_read_gets_the_answers_of_reading(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    whole = read(account, sandbox)
    before = holdings(sandbox)
    found = write(account, sandbox, api_key="sandbox-readonly")
    assert holdings(sandbox) == before
    assert found["profile"] == whole["profile"]
    assert (found["leftovers"], found["changed"]) == ([], False)
    assert "refused the request" in json.dumps(finding(found, "create_answer"))
