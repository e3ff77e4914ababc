# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of a server means: the data of a success, or why the attempt failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .attempt import AttemptError, Request
from .messages import error_code, server_message
from .rate_limit import parse_rate_limit, parse_retry_after
from .redact import Redactor
from .retry import TRANSIENT_STATUSES

if TYPE_CHECKING:
    import requests


def judge(request: Request, response: requests.Response, redactor: Redactor) -> Any:
    """What an answer means.

    :returns: the data of a success (JSON as Python values, other text as a string, None for an empty body), or an
        AttemptError
    """
    status = response.status_code
    if 300 <= status < 400:
        return _redirect(request, response)
    data, is_json = _parse_body(response)
    denied = isinstance(data, dict) and data.get("success") is False
    if denied or not 200 <= status < 300:
        return _failure(request, response, data, redactor)
    if not is_json and isinstance(data, str) and data.startswith("<"):
        return _unreadable(request, status, "a web page")
    if request.read and not is_json:
        return _unreadable(request, status, "something that is not JSON" if data else "nothing")
    return data


def _parse_body(response: requests.Response) -> tuple[Any, bool]:
    """The body, and whether it is JSON. Other text is a string; an empty body is None."""
    if not response.content.strip():
        return None, False
    try:
        return json.loads(response.content), True
    except ValueError:
        return response.text.strip(), False


def _redirect(request: Request, response: requests.Response) -> AttemptError:
    target = urlsplit(response.headers.get("Location", "")).hostname or "another path"
    reason = f"the server redirects to {target}, which is not followed"
    return AttemptError(reason, ambiguous=request.writes, status=response.status_code)


def _unreadable(request: Request, status: int, body: str) -> AttemptError:
    return AttemptError(f"the server returned {body} (HTTP {status})", ambiguous=request.writes, status=status)


def _failure(request: Request, response: requests.Response, data: Any, redactor: Redactor) -> AttemptError:
    """Why a request failed that the server answered with an error."""
    status = response.status_code
    # Masked first: the message is cut, and a secret that is cut would no longer be found.
    masked = redactor.data(data)
    code = error_code(masked)
    words = _describe(response, server_message(masked), code)
    retry_after_s = parse_retry_after(response.headers, data)
    if status == 429:
        reason = f"the server limits the rate: {words}"
        retry_after_s = retry_after_s or _seconds_to_reset(response)
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


def _describe(response: requests.Response, message: str, code: str | None) -> str:
    """The server's message with the HTTP status, unless that is a success, and the error code."""
    status = response.status_code
    if status < 300:
        return message or "no reason given"
    message = message or response.reason or "no reason given"
    if code:
        return f"{message} (HTTP {status}, code {code})"
    return f"{message} (HTTP {status})"


def _seconds_to_reset(response: requests.Response) -> float | None:
    """In how many seconds the next window of the rate limit begins; None if it has begun or nothing says so."""
    rate_limit = parse_rate_limit(response.headers)
    if rate_limit is not None and rate_limit.reset_s > 0:
        return rate_limit.reset_s
    return None
