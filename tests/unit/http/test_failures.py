# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the exceptions of requests mean, and the error that a user gets. Nothing is sent."""

from __future__ import annotations

import ssl

import pytest
from requests import exceptions
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError, ProxyError

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import Failure
from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import AttemptError, Request
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


def classified(exc: Exception, request: Request = READ, proxy: str = "") -> AttemptError:
    """The meaning of an exception."""
    return classify_exception(exc, request, server="monitor.example", proxy=proxy, timeout_s=5.0)


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
    assert classified(exc, request_) == AttemptError(
        reason, retryable=request_ is not POST, ambiguous=request_ is not READ
    )


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (exceptions.TooManyRedirects("Exceeded 3 redirects."), "the server redirects in a loop"),
        (exceptions.SSLError("bad certificate"), "no secure connection to monitor.example: bad certificate"),
        (exceptions.InvalidSchema("no SOCKS"), "the proxy in the environment cannot be used: no SOCKS"),
        (exceptions.InvalidHeader("odd"), "a header to be sent, or a redirect in the answer, is malformed: odd"),
        (ValueError("odd"), "a header to be sent, or a redirect in the answer, is malformed: odd"),
    ],
)
def test_what_will_not_be_over_soon_is_not_retried(exc: Exception, reason: str) -> None:
    assert classified(exc, PUT) == AttemptError(reason)


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
