# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer means, without a server: its data, or an error that says whether the request may be repeated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._http.answer import judge
from ansible_collections.declarative.monitoring.plugins.module_utils._http.attempt import Answer, AttemptError, Request
from ansible_collections.declarative.monitoring.plugins.module_utils._http.redact import Redactor

READ = Request("GET", ("things",), read=True, repeat=True)
POST = Request("POST", ("things",))
PUT = Request("PUT", ("things",), repeat=True)
NOW = 1_700_000_000


def judged(
    request: Request,
    status: int,
    body: Any = b"",
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> Any:
    """The meaning of an answer; ``body`` is JSON unless it is bytes."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge(request, Answer(status, "Odd", headers or {}, payload), Redactor(secrets))


def test_a_request_that_only_reads_writes_nothing() -> None:
    requests_ = [READ, POST, PUT, Request("GET", ()), Request("GET", (), repeat=True), Request("POST", (), read=True)]
    assert [request.writes for request in requests_] == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("request_", "body", "data"),
    [
        (READ, [1], [1]),
        (READ, b"null", None),
        (POST, b"", None),
        (POST, b" Done. \n", "Done."),
        (POST, {"a": 1}, {"a": 1}),
    ],
)
def test_a_success_is_its_data(request_: Request, body: Any, data: Any) -> None:
    assert judged(request_, 200, body) == data


@pytest.mark.parametrize("request_", [READ, POST])
def test_a_redirect_leaves_open_whether_a_write_was_executed(request_: Request) -> None:
    assert judged(request_, 302, headers={"Location": "https://else.example/x?key=1"}) == AttemptError(
        "the server redirects to else.example, which is not followed", ambiguous=request_.writes, status=302
    )


@pytest.mark.parametrize("headers", [{}, {"Location": "/login?key=1"}])
def test_a_redirect_on_the_same_server_does_not_show_its_path(headers: dict[str, str]) -> None:
    assert judged(READ, 302, headers=headers).reason == "the server redirects to another path, which is not followed"


@pytest.mark.parametrize("request_", [READ, POST])
def test_a_web_page_leaves_open_whether_a_write_was_executed(request_: Request) -> None:
    assert judged(request_, 200, b"<html>") == AttemptError(
        "the server returned a web page (HTTP 200)", ambiguous=request_.writes, status=200
    )


@pytest.mark.parametrize(("body", "words"), [(b"", "nothing"), (b"{", "something that is not JSON")])
def test_a_read_needs_json(body: bytes, words: str) -> None:
    assert judged(READ, 200, body) == AttemptError(f"the server returned {words} (HTTP 200)", status=200)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 499])
def test_a_refusal_executes_nothing(status: int) -> None:
    assert judged(POST, status, {"message": "No.", "code": 7}) == AttemptError(
        f"refused: No. (HTTP {status}, code 7)", refused=True, status=status, code="7"
    )


def test_success_false_is_a_refusal() -> None:
    assert judged(POST, 200, {"success": False}) == AttemptError("refused: no reason given", refused=True, status=200)


def test_an_answer_without_a_message_is_described_by_its_status() -> None:
    assert judged(POST, 400).reason == "refused: Odd (HTTP 400)"
    without_words = Answer(400, "", {}, b"")
    assert judge(POST, without_words, Redactor()).reason == "refused: no reason given (HTTP 400)"


@pytest.mark.parametrize("request_", [READ, POST, PUT])
@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
def test_a_server_error_is_retried_if_it_is_transient_and_the_request_is_repeatable(
    status: int, request_: Request
) -> None:
    assert judged(request_, status) == AttemptError(
        f"the server failed: Odd (HTTP {status})",
        retryable=status in (502, 503, 504) and request_ is not POST,
        ambiguous=request_ is not READ,
        status=status,
    )


def test_a_503_with_retry_after_was_not_executed_and_any_request_is_retried() -> None:
    assert judged(POST, 503, headers={"Retry-After": "3"}) == AttemptError(
        "the server failed: Odd (HTTP 503)", retryable=True, status=503, retry_after_s=3.0
    )


@pytest.mark.parametrize("status", [500, 502, 504])
def test_any_other_server_error_may_have_been_executed_even_with_retry_after(status: int) -> None:
    error = judged(POST, status, headers={"Retry-After": "3"})
    assert (error.retryable, error.ambiguous, error.retry_after_s) == (False, True, 3.0)


def limits(reset_s: int) -> dict[str, str]:
    """The headers of a rate limit that is used up."""
    shown = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + reset_s)}
    return {"Date": formatdate(NOW, usegmt=True), **shown}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        (limits(7), 7.0),
        (limits(1), 1.0),
        (limits(0), None),
        (limits(-7), None),
        ({**limits(7), "Retry-After": "3"}, 3.0),
        ({**limits(7), "Retry-After": "0"}, 7.0),
        ({"Retry-After": "0"}, None),
    ],
)
def test_a_rate_limit_is_waited_for_as_long_as_the_server_says(headers: dict[str, str], seconds: float | None) -> None:
    error = judged(POST, 429, headers=headers)
    assert error == AttemptError(
        "the server limits the rate: Odd (HTTP 429)", retryable=True, status=429, retry_after_s=seconds
    )
    assert error.postponed is (seconds is not None)


def test_a_rate_limit_in_the_body_is_waited_for_and_keeps_its_code() -> None:
    assert judged(POST, 429, {"retryAfterSeconds": 5, "code": 9}) == AttemptError(
        "the server limits the rate: Odd (HTTP 429, code 9)", retryable=True, status=429, code="9", retry_after_s=5.0
    )


def test_a_login_at_the_proxy_is_no_refusal_of_the_server() -> None:
    assert judged(POST, 407) == AttemptError("the proxy requires a login: Odd (HTTP 407)", status=407)
    assert judged(POST, 407, {"code": 9}).code == "9"


def test_a_secret_is_masked_before_the_message_is_cut() -> None:
    error = judged(POST, 400, {"message": "x" * 195 + "s3cret-key", "code": "s3cret-key"}, secrets=("s3cret-key",))
    assert "s3" not in error.reason
    assert error.code == "********"


# -- hostile answers ---------------------------------------------------------------------------------------------------


def nested(levels: int) -> bytes:
    """JSON of that many levels."""
    return b'{"message":' * (levels - 1) + b"[]" + b"}" * (levels - 1)


def test_json_may_have_64_levels() -> None:
    assert isinstance(judged(POST, 200, nested(64)), dict)


@pytest.mark.parametrize("request_", [READ, POST])
@pytest.mark.parametrize("body", [nested(65), nested(900), b"[" * 100_000, nested(100_000)])
def test_json_that_is_nested_too_deep_leaves_open_whether_a_write_was_executed(request_: Request, body: bytes) -> None:
    error = judged(request_, 200, body)
    assert error.reason.startswith("the server returned ")
    assert error.reason.endswith("JSON with more than 64 levels (HTTP 200)")
    assert (error.ambiguous, error.retryable) == (request_.writes, False)


def test_an_error_that_is_nested_too_deep_is_described_by_its_status() -> None:
    assert judged(POST, 400, nested(900)) == AttemptError("refused: Odd (HTTP 400)", refused=True, status=400)


@pytest.mark.parametrize(
    "body",
    [
        b'["pc \\ud83d", {"\\uDE00": "x\\ud83d\\ude00"}]',
        b'["pc \\uD83D", {"\\uDE00": "x\\uD83D\\uDE00"}]',
        b'["pc \xed\xa0\xbd", {"\xed\xb8\x80": "x\\ud83d\\ude00"}]',
        '["pc \ud83d", {"\ude00": "x\U0001f600"}]'.encode("utf-16-le", "surrogatepass"),
    ],
    ids=["escaped", "escaped in capitals", "raw", "utf-16"],
)
def test_a_lone_surrogate_is_replaced(body: bytes) -> None:
    assert judged(READ, 200, body) == ["pc \ufffd", {"\ufffd": "x\U0001f600"}]


@pytest.mark.parametrize("text", ["Zürich", "Zürich 😀", "\ufffd", "\\ud83d"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert judged(READ, 200, [text]) == [text]
    assert judged(READ, 200, json.dumps([text], ensure_ascii=False).encode()) == [text]


@pytest.mark.parametrize("charset", ["idna", "unknown", "utf-16", "zip", "punycode"])
def test_no_declared_encoding_can_break_a_text(charset: str) -> None:
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    assert judged(POST, 200, "Erledigt, Zürich. \x80".encode(), headers) == "Erledigt, Zürich. \x80"
    assert judged(POST, 200, b"Z\xfcrich", headers) == "Zürich"


def host_in_brackets() -> str:
    """What Python takes for the host of http://[x]/: older versions do not require an address in brackets."""
    try:
        return urlsplit("http://[x]/").hostname or ""
    except ValueError:
        return "an invalid URL"


@pytest.mark.parametrize(
    ("location", "named"),
    [("http://[::1", "an invalid URL"), ("http://[x]/", host_in_brackets()), ("//[", "an invalid URL")],
)
def test_a_redirect_to_an_invalid_url_leaves_open_whether_a_write_was_executed(location: str, named: str) -> None:
    reason = f"the server redirects to {named}, which is not followed"
    assert judged(POST, 303, headers={"Location": location}) == AttemptError(reason, ambiguous=True, status=303)


@pytest.mark.parametrize(
    "data",
    [
        {"message": ["x" * 99] * 40_000},
        {"errors": {f"field {number}": "is bad" for number in range(40_000)}},
        {"message": "x" * 4_000_000, "code": "y" * 4_000_000},
        {"code": int("9" * 4000)},
        "x" * 4_000_000,
    ],
    ids=["list", "object", "text", "number", "plain"],
)
def test_a_message_and_a_code_are_cut_whatever_their_shape(data: Any) -> None:
    error = judged(POST, 400, data)
    assert len(error.reason) < 400
    assert len(error.code or "") <= 60
