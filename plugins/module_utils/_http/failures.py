# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an exception of requests means, and how a failed attempt becomes an error for the user."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.errors import ApiError, Failure
from . import transport
from .attempt import AttemptError, Request
from .messages import root_cause
from .redact import Redactor
from .retry import TRANSIENT_STATUSES

if transport.REQUESTS_IMPORT_ERROR is None:
    from requests import exceptions
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

# How the standard library begins the text for a proxy that refuses to connect to the server.
_TUNNEL = "Tunnel connection failed: "


def classify_exception(exc: Exception, request: Request, *, server: str, proxy: str, timeout_s: float) -> AttemptError:
    """Why an attempt failed that ended with an exception of requests or a ValueError.

    :param server: host and port of the server
    :param proxy: host and port of the proxy; empty if none is used
    """
    if isinstance(exc, exceptions.TooManyRedirects):
        return AttemptError("the server redirects in a loop")
    if isinstance(exc, exceptions.SSLError):
        return AttemptError(f"no secure connection to {server}: {root_cause(exc)}")
    if isinstance(exc, exceptions.InvalidSchema):
        return AttemptError(f"the proxy in the environment cannot be used: {root_cause(exc)}")
    if isinstance(exc, ValueError):
        return AttemptError(f"a header to be sent, or a redirect in the answer, is malformed: {root_cause(exc)}")
    if _was_never_sent(exc):
        return _no_connection(exc, server, proxy)
    return _no_answer(exc, request, timeout_s)


def to_api_error(
    service: str,
    method: str,
    path: Sequence[str],
    error: AttemptError,
    redactor: Redactor,
    *,
    attempts: int = 1,
    waited_s: float = 0,
    limit: str = "",
) -> ApiError:
    """The error for the user, in which all secrets are masked.

    :param service: the title of the service
    :param attempts: how often the request was sent
    :param waited_s: the seconds that failed attempts and the pauses after them took
    :param limit: the limit that prevents another attempt, if only a limit does
    """
    times = "once" if attempts == 1 else f"{attempts} times"
    tried = f" (tried {times} in {waited_s:.1f} s, {limit})" if limit else ""
    mask = redactor.text
    failure = Failure(
        service=service,
        method=method,
        path=mask("/" + "/".join(map(str, path))),
        status=error.status,
        code=mask(error.code) if error.code else None,
        message=mask(error.reason),
        attempts=attempts,
        waited_s=round(waited_s, 3),
    )
    return ApiError(mask(error.reason + tried), failure, ambiguous=error.ambiguous, refused=error.refused)


def _was_never_sent(exc: Exception) -> bool:
    """Whether no connection was made, so that the server cannot have executed the request."""
    reason = exc.args[0] if exc.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    # A proxy can also close the connection later, so the error inside decides.
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError)) or str(reason).startswith(_TUNNEL)


def _no_connection(exc: Exception, server: str, proxy: str) -> AttemptError:
    cause = root_cause(exc)
    if _TUNNEL in cause:
        status = cause.partition(_TUNNEL)[2]
        reason = f"no connection to {server}: the proxy {proxy} answers {status}"
        return AttemptError(reason, retryable=status[:3] in map(str, TRANSIENT_STATUSES))
    through = f"the proxy {proxy} cannot be reached: " if proxy else ""
    return AttemptError(f"no connection to {server}: {through}{cause}", retryable=True)


def _no_answer(exc: Exception, request: Request, timeout_s: float) -> AttemptError:
    if isinstance(exc, exceptions.Timeout):
        reason = f"no answer within {timeout_s:g} s"
    else:
        reason = f"the connection was closed before the response was complete: {root_cause(exc)}"
    return AttemptError(reason, retryable=request.repeat, ambiguous=request.writes)
