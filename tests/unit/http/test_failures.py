# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the exceptions of requests mean, and the error that a user gets. Nothing is sent."""

from __future__ import annotations

import socket
import ssl
import zlib
from http.client import LineTooLong

import pytest
from requests import exceptions
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as Urllib3SSLError

from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import Clock
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import Failure
from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import AttemptError, Request
from ansible_collections.declarative.monitoring.plugins.module_utils._http.exchange import Exchange, ExchangeError
from ansible_collections.declarative.monitoring.plugins.module_utils._http.failures import (
    classify_exception,
    to_api_error,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._http.messages import root_cause
from ansible_collections.declarative.monitoring.plugins.module_utils._http.redact import Redactor

READ = Request("GET", ("things",), read=True, repeat=True)
POST = Request("POST", ("things",))
PUT = Request("PUT", ("things",), repeat=True)
CONNECTION = HTTPConnection("monitor.example")


def no_connection(inner: Exception) -> exceptions.ConnectionError:
    """What requests raises if urllib3 gives up."""
    return exceptions.ConnectionError(MaxRetryError(None, "https://monitor.example/?key=s3cret", inner))  # type: ignore[arg-type]


def refused() -> NewConnectionError:
    """What urllib3 raises if nobody listens."""
    error = NewConnectionError(CONNECTION, "Failed to establish a new connection")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return error


def tunnel(status: str) -> ProxyError:
    """What urllib3 raises if the proxy refuses to connect."""
    return ProxyError("Cannot connect to proxy.", OSError(f"Tunnel connection failed: {status}"))


def classified(
    exc: Exception, request: Request = READ, proxy: str = "", *, sent: bool = False, answering: bool = False
) -> AttemptError:
    """The meaning of an exception."""
    exchange = Exchange(Clock(), 5.0)
    exchange.sent, exchange.answering = sent, answering
    return classify_exception(exc, request, exchange, server="monitor.example", proxy=proxy)


def bad_record() -> ssl.SSLError:
    """What OpenSSL raises if a record of an established connection is malformed."""
    error = ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad record mac")
    error.reason = "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"
    return error


@pytest.mark.parametrize("request_", [READ, POST, PUT])
def test_without_a_connection_any_request_may_be_sent_again(request_: Request) -> None:
    assert classified(no_connection(refused()), request_) == AttemptError(
        "no connection to monitor.example: Connection refused", retryable=True
    )
    timeout = exceptions.ConnectTimeout(MaxRetryError(None, "/", ConnectTimeoutError("timed out")))  # type: ignore[arg-type]
    assert classified(timeout, request_) == AttemptError("no connection to monitor.example: timed out", retryable=True)


def test_a_proxy_that_cannot_be_reached_is_named() -> None:
    error = classified(no_connection(ProxyError("Cannot connect to proxy.", refused())), POST, "proxy.example:3128")
    assert error == AttemptError(
        "no connection to monitor.example: the proxy proxy.example:3128 cannot be reached: Connection refused",
        retryable=True,
    )


@pytest.mark.parametrize(("status", "retryable"), [("502 Bad Gateway", True), ("403 Forbidden", False)])
def test_a_proxy_that_does_not_connect_is_quoted(status: str, retryable: bool) -> None:
    assert classified(no_connection(tunnel(status)), POST, "proxy.example:3128") == AttemptError(
        f"no connection to monitor.example: the proxy proxy.example:3128 answers {status}", retryable=retryable
    )


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (exceptions.ReadTimeout("Read timed out."), "no answer within 5 s"),
        (
            exceptions.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "Reset"))),
            "the connection was closed before the response was complete: Reset",
        ),
        (
            no_connection(ProxyError("Cannot connect to proxy.", ConnectionResetError(104, "Reset"))),
            "the connection was closed before the response was complete: Reset",
        ),
    ],
)
@pytest.mark.parametrize("request_", [READ, POST, PUT])
def test_a_connection_that_breaks_leaves_open_whether_a_write_was_executed(
    exc: Exception, reason: str, request_: Request
) -> None:
    assert classified(exc, request_, sent=True) == AttemptError(
        reason, retryable=request_ is not POST, ambiguous=request_ is not READ
    )


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (exceptions.SSLError("bad certificate"), "no secure connection to monitor.example: bad certificate"),
        (exceptions.InvalidSchema("no SOCKS"), "the proxy in the environment cannot be used: no SOCKS"),
        (exceptions.InvalidHeader("odd"), "the request cannot be sent: odd"),
        (exceptions.InvalidURL("odd"), "the request cannot be sent: odd"),
        (ValueError("odd"), "the request cannot be sent: odd"),
        (RecursionError("odd"), "the request cannot be sent: odd"),
        (ExchangeError("an id is odd"), "an id is odd"),
    ],
)
def test_what_will_not_be_over_soon_is_not_retried(exc: Exception, reason: str) -> None:
    assert classified(exc, PUT) == AttemptError(reason)


@pytest.mark.parametrize("sent", [True, False])
def test_redirects_in_a_loop_are_not_retried(sent: bool) -> None:
    error = classified(exceptions.TooManyRedirects("Exceeded 3 redirects."), sent=sent)
    assert error == AttemptError("the server redirects in a loop")


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (exceptions.InvalidHeader("odd"), "the response cannot be read: odd"),
        (UnicodeError("odd"), "the response cannot be read: odd"),
        (LookupError("odd"), "the response cannot be read: odd"),
        (RecursionError("odd"), "the response cannot be read: odd"),
        (zlib.error("odd"), "the response cannot be read: odd"),
        (MemoryError(), "the response cannot be read: MemoryError"),
        (AttributeError("odd"), "the response cannot be read: odd"),
        (ExchangeError("the response is odd"), "the response is odd"),
    ],
)
@pytest.mark.parametrize("request_", [READ, POST, PUT])
def test_an_answer_that_cannot_be_read_leaves_open_whether_a_write_was_executed(
    exc: Exception, reason: str, request_: Request
) -> None:
    assert classified(exc, request_, sent=True) == AttemptError(reason, ambiguous=request_.writes)


@pytest.mark.parametrize(
    "exc",
    [
        exceptions.SSLError(MaxRetryError(None, "/", Urllib3SSLError(bad_record()))),  # type: ignore[arg-type]
        exceptions.ConnectionError(bad_record()),
        Urllib3SSLError(bad_record()),
        bad_record(),
    ],
)
def test_tls_that_breaks_after_the_request_leaves_open_whether_a_write_was_executed(exc: Exception) -> None:
    assert classified(exc, POST, sent=True) == AttemptError(
        "the connection failed before the response was complete: decryption failed or bad record mac", ambiguous=True
    )


@pytest.mark.parametrize(
    "exc",
    [LineTooLong("header line"), ProtocolError("odd"), ConnectionResetError(104, "Reset"), socket.gaierror("odd")],
)
def test_no_exception_after_the_request_means_that_nothing_was_done(exc: Exception) -> None:
    assert classified(exc, POST, sent=True).ambiguous


@pytest.mark.parametrize(
    "exc",
    [
        exceptions.ReadTimeout(ReadTimeoutError(None, "/?key=s3cret", "Read timed out.")),  # type: ignore[arg-type]
        ReadTimeoutError(None, "/?key=s3cret", "Read timed out."),  # type: ignore[arg-type]
        socket.timeout("timed out"),
    ],
)
@pytest.mark.parametrize(
    ("sent", "answering", "reason"),
    [
        (False, False, "no connection to monitor.example: timed out"),
        (True, False, "no answer within 5 s"),
        (True, True, "no complete answer within 5 s"),
    ],
)
def test_a_timeout_says_what_was_waited_for(exc: Exception, sent: bool, answering: bool, reason: str) -> None:
    error = classified(exc, POST, sent=sent, answering=answering)
    assert error == AttemptError(reason, retryable=not sent, ambiguous=sent)


def test_the_cause_of_an_exception_is_the_innermost_one_without_the_url() -> None:
    assert root_cause(no_connection(refused())) == "Connection refused"
    assert root_cause(ValueError("first line\nsecond line")) == "first line"
    assert root_cause(ValueError()) == "ValueError"


def test_a_server_without_tls_is_told_in_words() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    assert root_cause(exceptions.SSLError(error)) == "the server does not use TLS on this port"


def test_the_error_of_a_user_has_all_facts_and_no_secret() -> None:
    error = AttemptError("failed: s3cret", ambiguous=True, status=503, code="s3cret")
    made = to_api_error(
        "Example",
        "PUT",
        ("things", "s3cret"),
        error,
        Redactor(["s3cret"]),
        attempts=3,
        waited_s=1.23456,
        limit="api_retries is 2",
    )
    assert str(made) == "failed: ******** (tried 3 times in 1.2 s, api_retries is 2)"
    assert (made.ambiguous, made.refused) == (True, False)
    assert made.failure == Failure(
        service="Example",
        method="PUT",
        path="/things/********",
        status=503,
        code="********",
        message="failed: ********",
        attempts=3,
        waited_s=1.235,
    )


def test_an_error_that_no_limit_explains_does_not_tell_how_often_it_was_tried() -> None:
    made = to_api_error("Example", "GET", (), AttemptError("refused: no", refused=True), Redactor(), attempts=2)
    assert str(made) == "refused: no"
    assert made.refused
    assert (made.failure.path, made.failure.attempts, made.failure.code) == ("/", 2, None)


def test_the_error_of_a_user_is_short_however_long_its_parts_are() -> None:
    error = AttemptError("x" * 495 + "s3cret" + "y" * 4_000_000, status=400)
    made = to_api_error("Example", "PUT", ("things", "z" * 4_000_000), error, Redactor(["s3cret"]))
    assert len(str(made)) == len(made.failure.message) == 500
    assert len(made.failure.path) == 300
    assert "s3" not in str(made)
