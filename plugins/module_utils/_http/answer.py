# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of a server means: the data of a success, or why the attempt failed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .attempt import Answer, AttemptError, Request
from .content import parse
from .messages import error_code, server_message, shorten
from .rate_limit import parse_rate_limit, parse_retry_after
from .redact import Redactor
from .retry import TRANSIENT_STATUSES


def judge(request: Request, answer: Answer, redactor: Redactor) -> Any:
    """What an answer means.

    :returns: the data of a success (JSON as Python values, other text as a string, None for an empty body), or an
        AttemptError
    """
    status = answer.status
    if 300 <= status < 400:
        return _redirect(request, answer)
    content = parse(answer.body)
    denied = isinstance(content.data, dict) and content.data.get("success") is False
    if denied or not 200 <= status < 300:
        return _failure(request, answer, content.data, redactor)
    must_be_json = request.read and not request.text
    if not content.is_json and (must_be_json or not content.is_usable):
        reason = f"the server returned {content.title} (HTTP {status})"
        return AttemptError(reason, ambiguous=request.writes, status=status)
    return content.data


def _redirect(request: Request, answer: Answer) -> AttemptError:
    reason = f"the server redirects to {_redirect_target(answer)}, which is not followed"
    return AttemptError(reason, ambiguous=request.writes, status=answer.status)


def _redirect_target(answer: Answer) -> str:
    """Where an answer redirects to, without a path, which may contain secrets."""
    try:
        return urlsplit(answer.headers.get("Location", "")).hostname or "another path"
    except ValueError:
        return "an invalid URL"


def _failure(request: Request, answer: Answer, data: Any, redactor: Redactor) -> AttemptError:
    """Why a request failed that the server answered with an error."""
    status = answer.status
    # Masked first: the message is cut, and a secret that is cut would no longer be found.
    masked = redactor.data(data)
    code = error_code(masked)
    words = _describe(status, server_message(masked), shorten(redactor.text(answer.reason)), code)
    retry_after_s = parse_retry_after(answer.headers, data)
    if status == 429:
        reason = f"the server limits the rate: {words}"
        retry_after_s = retry_after_s or _seconds_to_reset(answer)
        return AttemptError(reason, retryable=True, status=status, code=code, retry_after_s=retry_after_s)
    if status == 407:
        return AttemptError(f"the proxy requires a login: {words}", status=status, code=code)
    if status < 500:
        return AttemptError(f"refused: {words}", refused=True, status=status, code=code)
    # A 503 with Retry-After is assumed not to have been executed.
    not_executed = status == 503 and retry_after_s is not None
    return AttemptError(
        f"the server failed: {words}",
        retryable=status in TRANSIENT_STATUSES and (request.repeat or not_executed),
        ambiguous=request.writes and not not_executed,
        status=status,
        code=code,
        retry_after_s=retry_after_s,
    )


def _describe(status: int, message: str, reason: str, code: str | None) -> str:
    """The server's message with the HTTP status, unless that is a success, and the error code.

    :param reason: the words of the status, which stand for a message that is missing
    """
    if status < 300:
        return message or "no reason given"
    message = message or reason or "no reason given"
    if code:
        return f"{message} (HTTP {status}, code {code})"
    return f"{message} (HTTP {status})"


def _seconds_to_reset(answer: Answer) -> float | None:
    """In how many seconds the next window of the rate limit begins; None if it has begun or nothing says so."""
    rate_limit = parse_rate_limit(answer.headers)
    if rate_limit is not None and rate_limit.reset_s > 0:
        return rate_limit.reset_s
    return None
