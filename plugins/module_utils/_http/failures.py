# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an exception means that ended an attempt, and how a failed attempt becomes an error for the user."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPException

from .._core.errors import ApiError, Failure
from . import transport
from .attempt import AttemptError, Request
from .exchange import Exchange, ExchangeError
from .messages import innermost, root_cause, shorten
from .redact import Redactor
from .retry import TRANSIENT_STATUSES

if transport.REQUESTS_IMPORT_ERROR is None:
    from requests import exceptions
    from urllib3.exceptions import NewConnectionError, ProtocolError, SSLError
    from urllib3.exceptions import TimeoutError as Urllib3Timeout

    # Before Python 3.10 that of a socket is no TimeoutError.
    _TIMEOUTS = (exceptions.Timeout, Urllib3Timeout, socket.timeout)
    # OSError is a base of all exceptions of requests, so it is none of these.
    _CONNECTION_ERRORS = (
        exceptions.ConnectionError,
        exceptions.ChunkedEncodingError,
        ProtocolError,
        SSLError,
        HTTPException,
        ssl.SSLError,
        ConnectionError,
    )

# How the standard library begins the text for a proxy that refuses to connect to the server.
_TUNNEL = "Tunnel connection failed: "
# The X509_V_ERR codes of OpenSSL for what only VERIFY_X509_STRICT forbids.
_STRICT_CODES = range(80, 94)
_LONGEST_REASON = 500
_LONGEST_PATH = 300


def classify_exception(
    exc: Exception, request: Request, exchange: Exchange, *, server: str, proxy: str
) -> AttemptError:
    """Why an attempt failed that ended with an exception.

    Only if nothing was sent, it is known that the server has not executed the request.

    :param exchange: the attempt
    :param server: host and port of the server
    :param proxy: host and port of the proxy; empty if none is used
    """
    if isinstance(exc, exceptions.TooManyRedirects):
        return AttemptError("the server redirects in a loop")
    if not exchange.sent:
        return _not_sent(exc, server, proxy)
    if isinstance(exc, _TIMEOUTS):
        answer = "complete answer" if exchange.answering else "answer"
        return _no_answer(f"no {answer} within {exchange.timeout_s:g} s", request)
    if isinstance(exc, _CONNECTION_ERRORS):
        return _no_answer(_broken_connection(exc), request)
    reason = str(exc) if isinstance(exc, ExchangeError) else f"the response cannot be read: {root_cause(exc)}"
    return AttemptError(reason, ambiguous=request.writes)


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
    # Masked before it is cut: half of a secret would not be found.
    reason = shorten(redactor.text(error.reason), _LONGEST_REASON)
    failure = Failure(
        service=service,
        method=method,
        path=shorten(redactor.text("/" + "/".join(map(str, path))), _LONGEST_PATH),
        status=error.status,
        code=redactor.text(error.code) if error.code else None,
        message=reason,
        attempts=attempts,
        waited_s=round(waited_s, 3),
    )
    return ApiError(reason + tried, failure, ambiguous=error.ambiguous, refused=error.refused)


def _not_sent(exc: Exception, server: str, proxy: str) -> AttemptError:
    """Why nothing was sent. A connection that failed may be possible soon; everything else stays as it is."""
    if isinstance(exc, ExchangeError):
        return AttemptError(str(exc))
    if isinstance(exc, exceptions.SSLError):
        return AttemptError(f"no secure connection to {server}: {root_cause(exc)}{_strictness_hint(exc)}")
    if isinstance(exc, exceptions.InvalidSchema):
        return AttemptError(f"the proxy in the environment cannot be used: {root_cause(exc)}")
    if isinstance(exc, (*_TIMEOUTS, *_CONNECTION_ERRORS)):
        return _no_connection(exc, server, proxy)
    return AttemptError(f"the request cannot be sent: {root_cause(exc)}")


def _strictness_hint(exc: Exception) -> str:
    """What to do about a certificate that only Python 3.13 and newer refuse."""
    if getattr(innermost(exc), "verify_code", None) not in _STRICT_CODES:
        return ""
    return " (set ca_path to the certificate of the CA, for which this rule does not apply)"


def _is_timeout(exc: BaseException) -> bool:
    # Before urllib3 2, a refused connection is a timeout by its class.
    return isinstance(exc, _TIMEOUTS) and not isinstance(exc, NewConnectionError)


def _no_connection(exc: Exception, server: str, proxy: str) -> AttemptError:
    # urllib3 says more of a timeout, such as the whole URL.
    cause = "timed out" if _is_timeout(innermost(exc)) else root_cause(exc)
    if _TUNNEL in cause:
        status = cause.partition(_TUNNEL)[2]
        reason = f"no connection to {server}: the proxy {proxy} answers {status}"
        return AttemptError(reason, retryable=status[:3] in map(str, TRANSIENT_STATUSES))
    through = f"the proxy {proxy} cannot be reached: " if proxy else ""
    return AttemptError(f"no connection to {server}: {through}{cause}", retryable=True)


def _no_answer(reason: str, request: Request) -> AttemptError:
    return AttemptError(reason, retryable=request.repeat, ambiguous=request.writes)


def _broken_connection(exc: Exception) -> str:
    cause = innermost(exc)
    if isinstance(cause, ssl.SSLError) and cause.reason:
        # Its text about the TLS of a server only applies before a connection is made.
        return f"the connection failed before the response was complete: {cause.reason.lower().replace('_', ' ')}"
    return f"the connection was closed before the response was complete: {root_cause(exc)}"
