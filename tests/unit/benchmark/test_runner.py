# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server of the benchmark, and the work that it takes to be done."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmark import rivals, runner
from benchmark.runner import BenchmarkError, Cell, Run
from benchmark.server import Account
from benchmark.work import CHANGE, CREATE, NOTHING, STATES, Work

WORKS = [Work(state, size, details) for state in STATES for size in (1, 250) for details in (False, True)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A running server."""
    with runner.server() as found:
        yield found


def begin(url: str, work: Work, latency: float = 0.0) -> http.client.HTTPConnection:
    """A connection to an account with work to be done."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("PUT", "/control", json.dumps({"work": work.as_dict(), "latency": latency}))
    connection.getresponse().read()
    return connection


@pytest.mark.parametrize("work", WORKS, ids=str)
def test_the_requests_do_the_work(work: Work) -> None:
    """Sent to the account, they bring it to the declared state, and not before the last one."""
    account = Account(work, 0.0)
    requests = [request for phase in work.requests() for request in phase]
    for method, path, body in requests:
        assert account.report()["done"] is (work.state == NOTHING)
        status, answer = account.answer(method, path, json.dumps(body).encode())
        assert status == 200, answer
    assert account.report() == {"requests": work.counts(), "connections": 0, "exchange": 0.0, "done": True}


@pytest.mark.parametrize(("size", "changes"), [(1, 1), (100, 1), (1000, 10)])
def test_one_device_of_a_hundred_is_to_be_changed(size: int, changes: int) -> None:
    """And at the least one."""
    assert Work(CHANGE, size).counts()["PUT"] == changes


def test_what_takes_a_read_of_its_own_is_not_in_the_listing() -> None:
    """Otherwise nobody would have to read each device."""
    account = Account(Work(NOTHING, 1, details=True), 0.0)
    (row,) = json.loads(account.answer("GET", "/devices?Offset=0&Limit=100", b"")[1])
    assert "Timeout" not in row
    assert json.loads(account.answer("GET", f"/devices/{row['device_id']}?WithConfig=Y", b"")[1])["Timeout"] == 30


def test_a_listing_has_pages() -> None:
    """As many devices as were asked for, but at the most a hundred."""
    account = Account(Work(NOTHING, 250), 0.0)
    pages = [
        json.loads(account.answer("GET", f"/devices?Offset={start}&Limit=999", b"")[1]) for start in (0, 100, 200, 300)
    ]
    assert [len(rows) for rows in pages] == [100, 100, 50, 0]
    assert len({row["device_id"] for rows in pages for row in rows}) == 250


def test_requests_and_connections_are_counted(url: str) -> None:
    """Those of the account, and not those that only control."""
    first = begin(url, Work(CREATE, 2))
    for _turn in range(2):
        first.request("GET", "/devices")
        first.getresponse().read()
    second = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    second.request("POST", "/devices", json.dumps(Work(CREATE, 2).declared()[0]), {"Connection": "close"})
    answer = second.getresponse()
    assert answer.read()
    assert answer.will_close
    first.request("GET", "/control")
    report = json.load(first.getresponse())
    assert 0 < report.pop("exchange") < 10
    assert report == {"requests": {"GET": 2, "POST": 1}, "connections": 2, "done": False}
    first.close()
    second.close()


def test_a_request_may_come_in_pieces(url: str) -> None:
    """As a long body does."""
    begin(url, Work(CREATE, 1)).close()
    body = json.dumps(Work(CREATE, 1).declared()[0]).encode()
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        for piece in (b"POST /devices HT", b"TP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body), body[:9], body[9:]):
            line.sendall(piece)
            time.sleep(0.01)
        assert line.recv(9999).startswith(b"HTTP/1.1 200 ")


def test_latency_is_added_to_each_answer_and_not_to_the_sum(url: str) -> None:
    """Requests that wait do so together."""
    begin(url, Work(CREATE, 1), latency=0.2).close()
    host, port = url.removeprefix("http://").split(":")
    lines = [socket.create_connection((host, int(port)), timeout=10) for _number in range(8)]
    start = time.monotonic()
    for line in lines:
        line.sendall(b"GET /devices HTTP/1.1\r\n\r\n")
    for line in lines:
        assert line.recv(9999)
        line.close()
    assert 0.2 <= time.monotonic() - start < 0.8


@pytest.mark.parametrize("rival", [rivals.URI, rivals.MODULE, rivals.CONFIG, rivals.APPLY, rivals.BARE])
def test_a_rival_does_the_work(url: str, rival: str) -> None:
    """The playbooks are right, and what they took is found."""
    found = runner.run(Cell(rival, Work(CHANGE, 1, details=True)), url)
    # These two ask whether there are other devices, too.
    assert found.requests == {"GET": 3 if rival in (rivals.CONFIG, rivals.APPLY, rivals.BARE) else 2, "PUT": 1}
    assert found.cpu > 0
    assert 0 < found.exchange < found.wall < runner.SECONDS
    assert 2**20 < found.memory < 2**30


def test_work_that_is_not_done_is_no_measurement() -> None:
    """Neither with less requests, nor with more than it takes, nor with the account as it was."""
    cell, right = Cell(rivals.CONFIG, Work(CREATE, 3)), Run(1.0, 1.0, 1.0, 1.0, {"GET": 1, "POST": 3}, 1)
    runner.check(cell, right, done=True)
    for requests, done in (
        ({"GET": 1, "POST": 2}, True),
        ({"GET": 2, "POST": 3}, True),
        ({"GET": 1, "POST": 3}, False),
    ):
        with pytest.raises(BenchmarkError, match="left the account"):
            runner.check(cell, replace(right, requests=requests), done)


def test_how_a_loop_reads_is_its_own_affair_but_not_what_it_writes() -> None:
    """A module in a loop lists the account for each item."""
    cell, run = Cell(rivals.MODULE, Work(CREATE, 3)), Run(1.0, 1.0, 1.0, 1.0, {"GET": 3, "POST": 3}, 3)
    runner.check(cell, run, done=True)
    with pytest.raises(BenchmarkError):
        runner.check(cell, replace(run, requests={"GET": 3, "POST": 3, "PUT": 1}), done=True)
