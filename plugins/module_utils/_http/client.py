# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to one service: authenticated, retried where that is safe, and never twice where it is not."""

from __future__ import annotations

import functools
import json as jsonlib
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from .._errors import ApiError, Failure, MissingLibraryError, ShapeError
from . import transport
from .envelope import Row, identifier, many, one
from .redact import Redactor

if transport.REQUESTS_IMPORT_ERROR is None:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, MaxRetryError, NewConnectionError
    from urllib3.util.retry import Retry

_Answer = TypeVar("_Answer")
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_EXCERPT = 200
_MAX_PAGES = 1000
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_TRANSIENT = frozenset({502, 503, 504})


@dataclass(frozen=True)
class Connection:
    """The connection options, common to all services; times in seconds."""

    service: str
    url: str
    timeout: float = 30
    retries: int = 5
    max_wait: float = 120
    validate_certs: bool = True
    ca_path: str | None = None
    allow_http: bool = False
    concurrency: int = 4

    @classmethod
    def of(cls, service: str, options: Mapping[str, Any], concurrency: int) -> Connection:
        """The connection that the options of a module or a plugin describe."""
        return cls(
            service=service,
            url=options["api_url"],
            timeout=options["api_timeout"],
            retries=options["api_retries"],
            max_wait=options["api_max_wait"],
            validate_certs=options["validate_certs"],
            ca_path=options["ca_path"],
            allow_http=options["api_allow_http"],
            concurrency=concurrency,
        )


@dataclass(frozen=True)
class Credentials:
    """How a service knows who asks: any combination of the ways that the five services use.

    ``headers`` carry a key or a bearer token, ``basic`` a user and a password, ``path`` segments that go between the
    base URL and each path, ``parameters`` go along with the query or the form. ``login`` fetches further parameters
    (a token) when the first request needs them, and once more when the server answers 401 to them; it is given a
    function that sends a request without such parameters.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    path: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    login: Callable[[Callable[..., Any]], Mapping[str, str]] | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class OffsetPaging:
    """Pages by the number of rows to skip. A first page shorter than ``floor`` rows is taken to be the only one."""

    offset: str
    limit: str
    size: int
    floor: int = 0

    def parameters(self, number: int, received: int) -> dict[str, int]:
        """The query of page ``number`` (from 0), after ``received`` rows."""
        return {self.offset: received, self.limit: self.size}


@dataclass(frozen=True)
class NumberPaging:
    """Pages by number, from 1. A first page shorter than ``floor`` rows is taken to be the only one."""

    page: str
    limit: str
    size: int
    floor: int = 0

    def parameters(self, number: int, received: int) -> dict[str, int]:
        """The query of page ``number`` (from 0), after ``received`` rows."""
        return {self.page: number + 1, self.limit: self.size}


class _Request(NamedTuple):
    """What is to be sent."""

    method: str
    path: Sequence[str]
    params: Mapping[str, Any]
    json: Any
    form: Mapping[str, Any] | None
    host: str
    read: bool
    repeat: bool


class _Trouble(NamedTuple):
    """One attempt that did not succeed."""

    reason: str
    repeat: bool
    ambiguous: bool = False
    status: int | None = None
    code: str | None = None
    after: float | None = None


class Client:
    """The requests of one run to one service. May be used by several threads."""

    def __init__(self, connection: Connection, credentials: Credentials) -> None:
        if transport.REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibraryError("requests", transport.REQUESTS_IMPORT_ERROR)
        transport.check_url(connection.url, connection.allow_http)
        self.connection = connection
        self.redact = Redactor(credentials.secrets)
        self._credentials = credentials
        self._session = transport.make_session(
            connection.url, connection.validate_certs, connection.ca_path, connection.concurrency
        )
        self._session.headers.update({"Accept": "application/json", **credentials.headers})
        if credentials.basic:
            # As bytes, because requests would encode a str as latin-1 and fail on other letters.
            self._session.auth = tuple(part.encode() for part in credentials.basic)  # type: ignore[assignment]
        self._lock = threading.Lock()
        self._login_lock = threading.Lock()
        self._token: Mapping[str, str] | None = None
        self._lost_s = 0.0
        self._lost_until = 0.0
        self._quiet_until = 0.0

    # -- requests ------------------------------------------------------------------------------------------------

    def get(self, path: Sequence[str], params: Mapping[str, Any] | None = None, host: str = "") -> Any:
        """The JSON answer to a GET.

        :param path: the segments of the path below the base URL; each is quoted
        :param host: what stands for ``{host}`` in the base URL of a service with several
        :raises ApiError: where it cannot be had
        """
        return self.request("GET", path, params=params, host=host, read=True)

    def listing(
        self,
        path: Sequence[str],
        names: Sequence[str],
        ids: Sequence[str],
        paging: OffsetPaging | NumberPaging | None = None,
        params: Mapping[str, Any] | None = None,
        host: str = "",
        enough: Callable[[list[Row]], bool] = lambda page: False,
    ) -> list[Row]:
        """All objects of a listing, each once, over all of its pages.

        :param ids: the names under which the id of an object may stand; empty for records that have none
        :param enough: whether a page is the last that is wanted

        The end is an empty page, a page shorter than one before it (a server that caps its pages does so evenly), or
        one that shows nothing new.

        :raises ApiError: for an unknown shape, an object without an id, and a listing that has no end or repeats a
            full page: what it hides cannot be known
        """
        rows: dict[str, Row] = {}
        received = longest = 0
        for number in range(_MAX_PAGES):
            query = {**(params or {}), **(paging.parameters(number, received) if paging else {})}
            page = self._shaped(path, lambda query=query: many(self.get(path, query, host), names))  # type: ignore[misc]
            known = len(rows)
            for row in page:
                ident = identifier(row, ids) if ids else jsonlib.dumps(row, sort_keys=True)
                if ident is None:
                    reason = f"an object in the list of {names[-1]} has no id ({' or '.join(ids)})"
                    raise self._error("GET", path, reason)
                rows.setdefault(ident, row)
            received += len(page)
            if paging is None or enough(page):
                return list(rows.values())
            if page and len(rows) == known and len(page) == paging.size:
                raise self._error("GET", path, f"the server repeats a full page of {names[-1]}, so some stay hidden")
            if len(rows) == known or len(page) < max(longest, 0 if number else paging.floor):
                return list(rows.values())
            longest = max(longest, len(page))
        raise self._error("GET", path, f"the list of {names[-1]} has no end: gave up after {_MAX_PAGES} pages")

    def detail(
        self,
        path: Sequence[str],
        names: Sequence[str],
        ids: Sequence[str],
        params: Mapping[str, Any] | None = None,
        host: str = "",
    ) -> Row:
        """One object.

        :raises ApiError: where it is refused, or of an unknown shape
        """
        return self._shaped(path, lambda: one(self.get(path, params, host), names, ids))

    def request(
        self,
        method: str,
        path: Sequence[str],
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        host: str = "",
        read: bool = False,
        repeat: bool | None = None,
        anonymous: bool = False,
    ) -> Any:
        """The answer to a request: JSON as Python values, other text as a string, None where the body is empty.

        :param json: the body as JSON; or ``form``: the body as a form
        :param read: the answer has to be JSON
        :param repeat: whether it does no harm to send it twice; by default true for GET, PUT and DELETE
        :param anonymous: leave out what a login gives
        :raises ApiError: after the last attempt
        """
        may_repeat = method in _REPEATABLE if repeat is None else repeat
        request = _Request(method, path, params or {}, json, form, host, read, may_repeat)
        attempts = 0
        lost = 0.0
        renewed = anonymous
        while True:
            self._hold(request, attempts)
            started = time.monotonic()
            attempts += 1
            token = None if anonymous else self._login()
            result = self._attempt(request, token or {})
            if not isinstance(result, _Trouble):
                return result
            if result.status == 401 and token is not None and not renewed:
                renewed = True
                self._login(expired=token)
                continue
            end, pause = self._spend(started, attempts, result)
            lost += time.monotonic() - started + pause
            if end:
                tried = f" (tried {attempts} times in {lost:.1f} s{end})" if result.repeat else ""
                raise ApiError(
                    self.redact.text(result.reason + tried),
                    self._failure(method, path, result.reason, result.status, result.code, attempts, lost),
                    result.ambiguous,
                )
            time.sleep(pause)

    # -- one attempt ---------------------------------------------------------------------------------------------

    def _attempt(self, request: _Request, token: Mapping[str, str]) -> Any:
        secrets = {**self._credentials.parameters, **token}
        in_form = request.form is not None
        try:
            response = self._session.request(
                request.method,
                self._url(request.path, request.host),
                params={**request.params, **({} if in_form else secrets)},
                json=request.json,
                data={**(request.form or {}), **secrets} if in_form else None,
                timeout=self.connection.timeout,
            )
        except requests.exceptions.TooManyRedirects:
            return _Trouble("the server redirects in a circle", repeat=False)
        except requests.exceptions.SSLError as exc:
            return _Trouble(f"no secure connection to {self._server(request.host)}: {_cause(exc)}", repeat=False)
        except requests.exceptions.RequestException as exc:
            if _never_sent(exc):
                return _Trouble(f"no connection to {self._server(request.host)}: {_cause(exc)}", repeat=True)
            if isinstance(exc, requests.exceptions.Timeout):
                reason = f"no answer within {self.connection.timeout:g} s"
            else:
                reason = f"the connection broke before the whole answer came: {_cause(exc)}"
            return _Trouble(reason, repeat=request.repeat, ambiguous=request.method != "GET")
        return self._judge(request, response)

    def _judge(self, request: _Request, response: requests.Response) -> Any:
        """What an answer means: its data, or what is wrong with it."""
        status = response.status_code
        wrote = request.method != "GET"
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", "")).hostname or "another path"
            return _Trouble(f"the server redirects to {target}, which is not followed", False, status=status)
        data, parsed = _parse(response)
        if 200 <= status < 300:
            if isinstance(data, dict) and data.get("success") is False:
                return _Trouble(f"refused: {_words(data)}", False, status=status, code=_code(data))
            html = isinstance(data, str) and data.lstrip().startswith("<")
            if html or (request.read and not parsed):
                kind = "a web page" if html else "something that is not JSON" if data else "nothing"
                return _Trouble(f"the server answered {kind} (HTTP {status})", False, wrote, status)
            return data
        code = _code(data)
        words = _words(data) or response.reason or "no reason given"
        detail = f"HTTP {status}" + (f", code {code}" if code else "")
        after = _retry_after(response)
        if status == 429:
            return _Trouble(f"the server limits the rate: {words} ({detail})", True, False, status, code, after)
        if status >= 500:
            refused = status == 503 and after is not None
            again = status in _TRANSIENT and (request.repeat or refused)
            return _Trouble(f"the server failed: {words} ({detail})", again, wrote and not refused, status, code, after)
        return _Trouble(f"refused: {words} ({detail})", False, False, status, code)

    # -- patience ------------------------------------------------------------------------------------------------

    def _hold(self, request: _Request, attempts: int) -> None:
        """Wait while the server wants to be left alone, and refuse to start once the patience is used up."""
        with self._lock:
            wait = self._quiet_until - time.monotonic()
            spent = self._lost_s >= self.connection.max_wait
        if spent and not attempts:
            reason = f"not sent, for {self.connection.max_wait:g} s (api_max_wait) have been lost to failures already"
            raise ApiError(reason, self._failure(request.method, request.path, reason, attempts=0))
        if wait > 0:
            time.sleep(wait)

    def _spend(self, started: float, attempts: int, trouble: _Trouble) -> tuple[str, float]:
        """Whether this was the last attempt (and why, in words), else the pause in seconds before the next.

        Time that several threads lose together is counted once, so that api_max_wait bounds what a user waits for.
        """
        now = time.monotonic()
        pause = min(_FIRST_PAUSE_S * 2 ** (attempts - 1), _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)
        if trouble.after is not None:
            pause = trouble.after
        if not (trouble.repeat or trouble.ambiguous):
            return "refused", 0.0
        with self._lock:
            self._lose(started, now)
            left = self.connection.max_wait - self._lost_s
            if not trouble.repeat:
                return "not repeated", 0.0
            if attempts > self.connection.retries:
                return f", {self.connection.retries} retries being allowed", 0.0
            if left <= 0:
                return f", api_max_wait being {self.connection.max_wait:g} s", 0.0
            if trouble.after is not None and pause > left:
                return f"; the server asks for {pause:g} s more, of api_max_wait {left:.0f} s are left", 0.0
            pause = min(pause, left)
            self._lose(now, now + pause)
            if trouble.after is not None:
                self._quiet_until = max(self._quiet_until, now + pause)
        return "", pause

    def _lose(self, start: float, end: float) -> None:
        """Count the time between two moments as lost, once, however many threads lose it."""
        self._lost_s += max(0.0, end - max(start, self._lost_until))
        self._lost_until = max(self._lost_until, end)

    # -- odds and ends -------------------------------------------------------------------------------------------

    def _login(self, expired: Mapping[str, str] | None = None) -> Mapping[str, str] | None:
        """The parameters that a login gave, fetched when there are none yet or when they are the expired ones."""
        login = self._credentials.login
        if login is None:
            return None
        with self._login_lock:
            if self._token is None or self._token is expired:
                self._token = None
                token = login(functools.partial(self.request, anonymous=True))
                for secret in token.values():
                    self.redact.add(secret)
                self._token = token
            return self._token

    def _url(self, path: Sequence[str], host: str) -> str:
        base = self.connection.url.replace("{host}", host).rstrip("/")
        segments = [*self._credentials.path, *path]
        # A colon is part of PingPlotter's user ids and is legal in a path.
        return "/".join([base, *(quote(str(segment), safe=":") for segment in segments)])

    def _server(self, host: str) -> str:
        return urlsplit(self._url((), host)).netloc

    def _failure(
        self,
        method: str,
        path: Sequence[str],
        message: str,
        status: int | None = None,
        code: str | None = None,
        attempts: int = 1,
        lost: float = 0.0,
    ) -> Failure:
        return Failure(
            service=self.connection.service,
            method=method,
            path=self.redact.text("/" + "/".join(map(str, path))),
            status=status,
            code=self.redact.text(code) if code else None,
            message=self.redact.text(message),
            attempts=attempts,
            waited_s=round(lost, 3),
        )

    def _error(self, method: str, path: Sequence[str], reason: str) -> ApiError:
        return ApiError(self.redact.text(reason), self._failure(method, path, reason))

    def _shaped(self, path: Sequence[str], read: Callable[[], _Answer]) -> _Answer:
        try:
            return read()
        except ShapeError as exc:
            raise self._error("GET", path, str(exc)) from exc


def _never_sent(exc: Exception) -> bool:
    """Whether the connection was never made, so that the server surely did not act."""
    reason = exc.args[0] if exc.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(exc, requests.exceptions.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError)
    )


def _cause(exc: BaseException) -> str:
    """The innermost reason of an exception in a few words, without the URL that the outer ones print."""
    seen = exc
    while True:
        inner = getattr(seen, "reason", None) or next((a for a in seen.args if isinstance(a, BaseException)), None)
        inner = inner if isinstance(inner, BaseException) else seen.__cause__ or seen.__context__
        if inner is None or inner is seen:
            break
        seen = inner
    words = getattr(seen, "verify_message", "") or getattr(seen, "strerror", "") or str(seen)
    return str(words).splitlines()[0][:_EXCERPT] if words else type(seen).__name__


def _parse(response: requests.Response) -> tuple[Any, bool]:
    """The body as JSON (and true), or as text (and false); an empty body is None (and false)."""
    if not response.content.strip():
        return None, False
    try:
        return jsonlib.loads(response.content), True
    except ValueError:
        return response.text.strip(), False


def _words(data: Any, inner: bool = False) -> str:
    """The server's own words about a failure, out of whichever key it chose."""
    if isinstance(data, dict):
        keys = ("message", "reason", "error", "detail", "title", "errors", "info", "error_description")
        words = next((words for key in keys if (words := _words(data.get(key), inner=True))), "")
        if words or not inner:
            return words
        return ", ".join(f"{key}: {_words(value, inner=True)}" for key, value in data.items())
    if isinstance(data, list):
        return ", ".join(filter(None, (_words(value, inner=True) for value in data)))
    if isinstance(data, str) and data.lstrip().startswith("<"):
        return "a web page"
    return " ".join(str(data).split())[:_EXCERPT] if data not in (None, True, False) else ""


def _code(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    code = data.get("code", data.get("error_code"))
    if code is None and isinstance(data.get("error"), dict):
        code = data["error"].get("code")
    return str(code) if isinstance(code, (str, int)) else None


def _retry_after(response: requests.Response) -> float | None:
    """The pause in seconds that the server asks for, whether it gives seconds or a date."""
    value = response.headers.get("Retry-After")
    try:
        return Retry().parse_retry_after(value.strip()) if value else None
    except InvalidHeader:
        return None
