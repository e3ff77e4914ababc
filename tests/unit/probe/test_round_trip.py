# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Round trips: with the profile that a probe returns, the sandbox answers as the account did that was probed.

The environment variable C(PROBE_ROUND_TRIPS) is the number of random settings of all switches. If it is set, each
switch is also tested alone. Without it, the tests take a sample.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.export import export
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from sandbox.service import Service
from sandbox.switches import Choice
from unit.probe.accounts import ACCOUNTS, Account
from unit.probe.in_process import FakeTime, InProcess, connect
from unit.probe.test_probe import UNKNOWN, all_positions, make_sandbox
from unit.probe.test_write import probe

IS_SAMPLE = "PROBE_ROUND_TRIPS" not in os.environ
COUNT = int(os.environ.get("PROBE_ROUND_TRIPS", "4"))

Switches = Mapping[str, Any]
Said = list[tuple[Any, ...]]

TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"]*")
# Switches whose positions depend on the clock of the machine. Each of their positions is tested alone.
TIMED = ("rate_limit", "rate_window")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Time that passes by itself, so that no test waits."""
    return FakeTime(monkeypatch)


def random_switches(account: Account, random: Random) -> Switches:
    """A random position of each switch."""
    switches = {
        switch: random.choice(
            [value for value in kind.values if value != UNKNOWN]
            if isinstance(kind, Choice)
            else list(account.numbers.get(switch, (kind.default,)))
        )
        for switch, kind in account.sandbox().switches._switches.items()
        if switch not in TIMED
    }
    if switches.get("page_param") == "ignored":
        # Without pages, no listing would be whole. Then the probe writes nothing, see test_write.py.
        switches["page_cap"] = 100
    return switches


def conversations(account: Account, switches: Switches, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Said]:
    """The result of a probe with write requests, and all that it and the modules say and hear."""
    sandbox = make_sandbox(account, **switches)
    sent = connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    said = conversation(sent)
    count = len(sent.calls)
    read_account(account, sandbox)
    # A module sends some of its requests in several threads.
    return result, [*said, *sorted(conversation(sent, count), key=repr)]


def conversation(sent: InProcess, start: int = 0) -> Said:
    """The requests with their replies, without logins, tokens and times."""
    return [
        (
            call.method,
            call.path,
            {**call.query, "auth_token": None},
            without_token(call.body),
            reply.status,
            TIME.sub(b"TIME", reply.body),
        )
        for call, reply in list(zip(sent.calls, sent.replies, strict=True))[start:]
        if call.path != "/users/login"
    ]


def without_token(body: bytes) -> bytes:
    """The body of a request without the token of a login, which is another one each time."""
    return b"&".join(part for part in body.split(b"&") if not part.startswith(b"auth_token="))


def read_account(account: Account, sandbox: Service) -> None:
    """Read all that the modules read of an account."""
    service = account.service(account.options(sandbox), 1)
    try:
        export(service)
    except MonitoringError:
        pass
    finally:
        service.close()


def assert_round_trip(
    account: Account, switches: Switches, monkeypatch: pytest.MonkeyPatch, *, is_single: bool = False
) -> None:
    """Check that the profile of an account with these switches makes the sandbox answer as the account.

    :param is_single: whether only one switch is not in its default position; then the probe tells it
    """
    result, said = conversations(account, switches, monkeypatch)
    for finding in result["findings"]:
        assert "write: true" not in finding["seen"], finding
        assert finding["answer"] != "unknown_shape", finding
    # Several switches together may hide another one. The report says so, and the test adds it.
    unseen = {one["switch"] for one in result["findings"] if one["answer"] == "not_seen"} & set(switches)
    profile = {**result["profile"], **({} if is_single else {switch: switches[switch] for switch in unseen})}
    again, repeated = conversations(account, profile, monkeypatch)
    assert len(repeated) == len(said)
    for number, (one, other) in enumerate(zip(repeated, said, strict=True)):
        assert one == other, f"request {number + 1}"
    assert again == result


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_random_account(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS[name]
    for seed in range(COUNT):
        switches = random_switches(account, Random(seed))
        try:
            assert_round_trip(account, switches, monkeypatch)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {switches}: {error}") from error


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_single_switch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS[name]
    for switches in list(single_switches(name))[:: 12 if IS_SAMPLE else 1]:
        try:
            assert_round_trip(account, switches, monkeypatch, is_single=True)
        except AssertionError as error:
            raise AssertionError(f"{switches}: {error}") from error


def single_switches(name: str) -> Iterator[Switches]:
    """Each position of each switch of an account alone, with those that the switch needs to be seen."""
    for one, switch, position in all_positions():
        switches = {**ACCOUNTS[name].with_switches.get(switch, {}), switch: position}
        if one == name and position != UNKNOWN and not set(TIMED) & set(switches):
            yield switches
