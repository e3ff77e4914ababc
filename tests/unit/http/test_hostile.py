# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that answer with what no server should: each attempt ends in time, in little memory, and in a sentence."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import Clock
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import body as body_module
from ansible_collections.declarative.monitoring.plugins.module_utils._http import client as client_module
from ansible_collections.declarative.monitoring.plugins.module_utils._http import paging as paging_module
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Paging
from unit.clock import FakeClock
from unit.http.certificates import certificate
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.raw import Behaviour, RawServer, tls
from unit.http.scripted import Answer, Request, ok, status

Start = Callable[..., RawServer]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers that behave in a given way."""
    with contextlib.ExitStack() as stack:

        def begin(behave: Behaviour, **options: Any) -> RawServer:
            server = RawServer(behave, **options)
            stack.callback(server.stop)
            return server

        yield begin


def say(*parts: bytes, pause: float = 0.0) -> Behaviour:
    """Send these bytes, with a pause after each part."""

    def behave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return behave


def failing_post(url: str, **options: Any) -> ApiError:
    """The error of a request that creates something."""
    with pytest.raises(ApiError) as error:
        make(url, **options).request("POST", ("things",), json={"name": "x"})
    return error.value


# -- what was done must not be reported as failed ----------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
ODD = {
    "two lengths": (HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n{}   ", "the response cannot be read: "),
    "negative length": (HEAD + b"Content-Length: -5\r\n\r\n", ""),
    "nested": (HEAD + b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000, "the server returned JSON with more than 64"),
    "redirect": (
        b"HTTP/1.1 303 See Other\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        "the server redirects to an invalid URL, which is not followed",
    ),
    "no gzip": (
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "the response cannot be read: Error -3 while decompressing data",
    ),
    "half of gzip": (
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 15\r\n\r\n" + gzip.compress(b"{}")[:15],
        "the compressed response is incomplete",
    ),
    "another encoding": (
        HEAD + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        "the server compressed the response with br, which was not requested",
    ),
    "no http": (b"SSH-2.0-OpenSSH_9.6\r\n", "the connection was closed before the response was complete: "),
    "no status": (b"HTTP/1.1 abc OK\r\n\r\n", "the connection was closed before the response was complete: "),
    "long header": (
        HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
        "the connection was closed before the response was complete: ",
    ),
    "many headers": (
        HEAD + b"X: x\r\n" * 1000 + b"\r\n",
        "the connection was closed before the response was complete: ",
    ),
    "bad chunk": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "the connection was closed before the response was complete: ",
    ),
    "nothing": (b"", "the connection was closed before the response was complete: "),
}


@pytest.mark.parametrize(("answer", "words"), ODD.values(), ids=ODD)
def test_a_write_with_an_odd_answer_is_in_doubt(start: Start, answer: bytes, words: str) -> None:
    server = start(say(answer))
    if words:
        error = failing_post(f"http://127.0.0.1:{server.port}")
        assert str(error).startswith(words)
        assert "\n" not in str(error)
        assert error.ambiguous
    else:
        make(f"http://127.0.0.1:{server.port}").request("POST", ("things",), json={})
    assert server.requests == 1


@pytest.mark.parametrize("charset", ["idna", "punycode", "zip", "unknown"])
def test_an_odd_encoding_of_a_text_is_ignored(start: Start, charset: str) -> None:
    head = HEAD + f"Content-Type: text/plain; charset={charset}\r\nContent-Length: 5\r\n\r\n".encode()
    server = start(say(head + b"Done."))
    assert make(f"http://127.0.0.1:{server.port}").request("POST", ("things",), json={}) == "Done."


def below_tls(data: bytes) -> Behaviour:
    """Send bytes that are not encrypted through a TLS connection."""

    def behave(connection: socket.socket) -> None:
        with socket.socket(fileno=os.dup(connection.fileno())) as plain:
            plain.sendall(data)
            time.sleep(0.2)

    return behave


@pytest.mark.parametrize(
    "data",
    [b"\x17\x03\x03\x00\x20" + b"x" * 32, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
    ids=["bad record", "plain text"],
)
def test_a_write_after_which_tls_breaks_is_in_doubt(start: Start, tmp_path: Path, data: bytes) -> None:
    pem = certificate(tmp_path / "a.pem")
    server = start(below_tls(data), greet=tls(pem))
    error = failing_post(f"https://127.0.0.1:{server.port}", ca_path=pem)
    assert str(error).startswith("the connection failed before the response was complete: ")
    assert error.ambiguous
    assert server.requests == 1


def test_a_handshake_that_fails_is_not_in_doubt(start: Start, tmp_path: Path) -> None:
    server = start(say(b""), greet=tls(certificate(tmp_path / "a.pem")))
    error = failing_post(f"https://127.0.0.1:{server.port}")
    assert str(error).startswith("no secure connection to 127.0.0.1")
    assert not error.ambiguous
    assert server.requests == 0


def test_a_handshake_that_never_comes_is_not_in_doubt_and_is_tried_again(start: Start) -> None:
    def wait(connection: socket.socket) -> socket.socket:
        time.sleep(2)
        return connection

    server = start(say(b""), greet=wait)
    error = failing_post(f"https://127.0.0.1:{server.port}", api_timeout=0.3, api_retries=1, api_max_wait=1.0)
    assert str(error).startswith(f"no connection to 127.0.0.1:{server.port}: timed out (tried 2 times in ")
    assert not error.ambiguous


@pytest.mark.parametrize("path", [("..",), ("",), ("a", ".")])
def test_a_path_that_is_not_sent_is_not_in_doubt_and_the_error_names_the_method(
    serve: Serve, path: tuple[str, ...]
) -> None:
    with pytest.raises(ApiError, match="an id is empty or consists of dots") as error:
        make(serve().url).request("DELETE", path)
    assert not error.value.ambiguous
    assert error.value.failure.method == "DELETE"


@pytest.mark.parametrize("options", [{"read": True}, {}])
def test_a_header_that_cannot_be_sent_is_not_in_doubt(serve: Serve, options: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="the request cannot be sent: ") as error:
        make(serve().url).request("POST", ("\ud83d",), json={}, **options)
    assert not error.value.ambiguous


# -- time --------------------------------------------------------------------------------------------------------------

DRIPS = {
    "status line": [b"HTTP/1.1 200 " + b"O" * 400],
    "header": [HEAD, b"X: " + b"x" * 400],
    "headers": [HEAD, *[b"X: x\r\n"] * 90],
    "body": [HEAD + b"Content-Length: 400\r\n\r\n", b" " * 400],
    "chunks": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 400],
    "chunk head": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 400],
}


@pytest.mark.parametrize("parts", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_an_answer_that_drips_ends_after_api_timeout(
    start: Start, tmp_path: Path, parts: list[bytes], secure: bool
) -> None:
    drops = [parts[0], *(bytes([byte]) for part in parts[1:] for byte in part)] if len(parts) > 1 else [*parts]
    if len(parts) == 1:
        drops = [bytes([byte]) for byte in parts[0]]
    pem = certificate(tmp_path / "a.pem")
    server = start(say(*drops, pause=0.05), **({"greet": tls(pem)} if secure else {}))
    started = time.monotonic()
    url = f"{'https' if secure else 'http'}://127.0.0.1:{server.port}"
    error = failing_post(url, ca_path=pem if secure else None, api_timeout=0.6, api_retries=0)
    assert time.monotonic() - started < 4
    assert str(error) in ("no answer within 0.6 s", "no complete answer within 0.6 s")
    assert error.ambiguous


class TickingClock(Clock):
    """A clock that moves by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        """The time."""
        self.time += 1.0
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.time += seconds


def test_the_time_is_that_of_the_clock(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "Clock", TickingClock)
    head = HEAD + b"Content-Length: 4000\r\n\r\n"
    server = start(say(head, *[b" " * 10] * 400, pause=0.005))
    error = failing_post(f"http://127.0.0.1:{server.port}", api_timeout=60.0)
    assert str(error) == "no complete answer within 60 s"


def test_a_listing_ends_although_each_page_comes_in_time(serve: Serve, clock: FakeClock) -> None:
    def slow_page(request: Request) -> Answer:
        clock.time += 25
        offset = int(request.query["offset"])
        return ok([{"id": offset + number} for number in range(2)])

    client = make(serve(by=slow_page).url, api_timeout=30.0)
    with pytest.raises(ApiError, match=r"^the list of things takes longer than 600 s: gave up after 24 pages$"):
        client.read_list(("things",), ("thing", "things"), ("id",), Paging("offset", "limit", 2))


def test_a_listing_may_take_longer_where_an_answer_may(serve: Serve, clock: FakeClock) -> None:
    def slow_page(request: Request) -> Answer:
        clock.time += 100
        offset = int(request.query["offset"])
        return ok([{"id": offset}] if offset < 15 else [])

    client = make(serve(by=slow_page).url, api_timeout=120.0)
    assert len(client.read_list(("things",), ("thing", "things"), ("id",), Paging("offset", "limit", 1))) == 15


# -- size --------------------------------------------------------------------------------------------------------------


def endless(head: bytes, part: bytes) -> Behaviour:
    """Send the same bytes until the client hangs up."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(part)

    return behave


BOMB = gzip.compress(b" " * 2**27, 9)
"""128 MB in 128 KB."""


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (HEAD + b"Content-Length: 10000000000\r\n\r\n", b" " * 2**20),
        (HEAD + b"\r\n", b" " * 2**20),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + b" " * 2**20 + b"\r\n"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n", BOMB),
        (b"HTTP/1.1 500 Odd\r\nContent-Encoding: gzip\r\n\r\n", BOMB),
        (b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Encoding: gzip\r\n\r\n", BOMB),
    ],
    ids=["announced", "until it ends", "chunked", "bomb", "bomb of an error", "bomb of a redirect"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_without_an_end_takes_little_memory(
    start: Start, head: bytes, part: bytes, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "MAX_BYTES", 2**22)
    server = start(endless(head, part))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ApiError) as error:
        make(f"http://127.0.0.1:{server.port}").request(method, ("things",))
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert str(error.value) in ("the response is larger than 4 MB", "the server redirects in a loop")
    assert error.value.ambiguous is (method == "POST")
    assert grown_mb < 60


def test_a_compressed_answer_is_read(serve: Serve) -> None:
    body = gzip.compress(b'{"a": "' + b"x" * 500_000) + gzip.compress(b'"}')
    server = serve(ok(body, Content_Encoding="gzip"), ok(b"", Content_Encoding="gzip"))
    client = make(server.url)
    assert client.read(()) == {"a": "x" * 500_000}
    assert client.request("POST", ()) is None
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_all_pages_of_a_listing_together_are_bound(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (body_module, paging_module):
        monkeypatch.setattr(module, "MAX_BYTES", 2**20)

    def page(request: Request) -> Answer:
        offset = int(request.query["offset"])
        return ok([{"id": offset + number, "text": "x" * 1000} for number in range(100)])

    client = make(serve(by=page).url)
    with pytest.raises(ApiError, match=r"^the list of things is larger than 1 MB: gave up after 11 pages$"):
        client.read_list(("things",), ("thing", "things"), ("id",), Paging("offset", "limit", 100))


ROWS = json.dumps([{"id": number} for number in range(300_000)]).encode()
PARTS = b"[" + b"{}," * 20_000_000 + b"{}]"
TEXTS = b"[" + b'"ab",' * 12_000_000 + b"0]"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ROWS, "the list of things has more than 50,000 objects"),
        (PARTS, "the server returned JSON with more than 1,000,000 objects and arrays (HTTP 200)"),
        (TEXTS, "the server returned JSON with more than 5,000,000 values (HTTP 200)"),
    ],
    ids=["rows", "parts", "texts"],
)
def test_a_page_with_too_many_objects_takes_little_memory(serve: Serve, body: bytes, words: str) -> None:
    client = make(serve(ok(body)).url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ApiError) as error:
        client.read_list(("things",), ("thing", "things"), ("id",))
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert str(error.value) == words
    assert grown_mb < 300


def test_the_last_page_may_be_beyond_the_bound(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging_module, "MAX_BYTES", 10)
    server = serve(ok([{"id": 1, "text": "x" * 100}]))
    assert len(make(server.url).read_list(("things",), ("thing", "things"), ("id",))) == 1


# -- connections -------------------------------------------------------------------------------------------------------


def test_a_redirect_is_read_no_further_than_its_headers(serve: Serve) -> None:
    server = serve(status(302, b"x" * 1000, Location="/b"), ok([1]))
    assert make(server.url).read(("a",)) == [1]
    assert server.calls == ["GET /a", "GET /b"]


def test_threads_have_deadlines_of_their_own(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        return Answer(body=[1], delay=0.4 if request.call.endswith("slow") else 0.0)

    client = make(serve(by=answer).url, concurrency=2, api_timeout=0.8, api_retries=0)
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(client.read(("slow",)))) for _number in range(2)]
    for thread in threads:
        thread.start()
    for _number in range(30):
        assert client.read(("fast",)) == [1]
    for thread in threads:
        thread.join()
    assert results == [[1], [1]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_of_an_unknown_shape_names_the_method_that_was_used(serve: Serve, method: str) -> None:
    client = make(serve(ok({"odd": 1}), ok([])).url)
    options: Any = {"method": method, "json": None if method == "GET" else {}}
    with pytest.raises(ApiError) as listed:
        client.read_list(("things",), ("thing", "things"), ("id",), **options)
    with pytest.raises(ApiError) as shown:
        client.read_object(("things", "1"), ("thing", "things"), ("id",), **options)
    assert [error.value.failure.method for error in (listed, shown)] == [method, method]
