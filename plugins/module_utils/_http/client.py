# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to one service: authenticated, retried where that is safe, and never twice where it is not."""

from __future__ import annotations

import functools
import json as jsonlib
import math
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from .._core.errors import ApiError, Failure, MissingLibraryError, ShapeError
from . import transport
from .envelope import ApiObject, extract_list, extract_object, identifier
from .redact import Redactor

if transport.REQUESTS_IMPORT_ERROR is None:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, MaxRetryError, NewConnectionError, ProxyError
    from urllib3.util.retry import Retry

_Answer = TypeVar("_Answer")
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_TURN_S = 0.02
_EXCERPT = 200
_TUNNEL = "Tunnel connection failed: "
# What OpenSSL says to an answer in plain text, from one version to the next.
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})
_MAX_PAGES = 1000
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_TRANSIENT = frozenset({502, 503, 504})
_WORDS = ("message", "reason", "error", "detail", "errors", "title", "info", "error_description")
_SECONDS = ("retryAfterSeconds", "retry_after", "retryAfter")


@dataclass(frozen=True)
class Credentials:
    """How a service knows who asks: any combination of the ways that the five services use.

    ``headers`` carry a key or a bearer token, ``basic`` a user and a password, ``path`` segments that go between the
    base URL and each path.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    path: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paging:
    """How a listing is asked for in pages.

    :param position: the parameter that says where a page begins: the rows to skip, or if ``numbered`` its number
    :param limit: the parameter that says how many rows a page may have; ``size`` is how many we ask for
    :param floor: a first page with fewer rows than this is taken to be the only one
    """

    position: str
    limit: str
    size: int
    floor: int = 0
    numbered: bool = False

    def query(self, number: int, received: int) -> dict[str, int]:
        """The parameters of page ``number`` (from 0), after ``received`` rows."""
        return {self.position: number + 1 if self.numbered else received, self.limit: self.size}


class _Request(NamedTuple):
    """What is asked of a server.

    :param json: the body as JSON; or ``form``: the body as a form
    :param host: what stands for ``{host}`` in the base URL of a service with several
    :param read: the answer has to be JSON
    :param repeat: whether it does no harm to send it twice
    """

    method: str
    path: Sequence[str]
    params: Mapping[str, Any] | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    host: str = ""
    read: bool = False
    repeat: bool = False


class _Trouble(NamedTuple):
    """One attempt that did not succeed; ``repeat`` where another may, ``after`` the pause in seconds asked for."""

    reason: str
    repeat: bool = False
    ambiguous: bool = False
    status: int | None = None
    code: str | None = None
    after: float | None = None
    refused: bool = False


class Client:
    """The requests of one run to one service. May be used by several threads.

    :param title: what a sentence calls the service
    :param options: the connection options
    :param concurrency: how many requests will be in flight at once
    :raises InputError: for a URL that must not be used, or certificates that cannot be read
    """

    def __init__(self, title: str, options: Mapping[str, Any], credentials: Credentials, concurrency: int = 1) -> None:
        if transport.REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibraryError("requests", transport.REQUESTS_IMPORT_ERROR)
        transport.check_url(options["api_url"], options["api_allow_http"])
        secrets = (*credentials.secrets, *options.get("secrets", ()), ":".join(credentials.basic or ()))
        self.redact = Redactor(secrets)
        self._service, self._options, self._credentials = title, options, credentials
        self._max_wait: float = options["api_max_wait"]
        self._session = transport.make_session(options, concurrency)
        # As bytes, because requests would encode a str as latin-1 and fail on other letters.
        keys = {name: value.encode() for name, value in credentials.headers.items()}
        headers: Mapping[str, Any] = {**self._session.headers, "Accept": "application/json", **keys}
        auth = credentials.basic and tuple(part.encode() for part in credentials.basic)
        self._common: Mapping[str, Any] = {"headers": headers, "auth": auth}
        self._lock, self._thread = threading.Lock(), threading.local()
        self._failing = False
        self._lost_s = self._lost_until = self._quiet_until = 0.0
        self._flying, self._room = 0, math.inf

    @property
    def writes(self) -> int:
        """How many requests of this thread, of those that change something, have succeeded so far."""
        return int(getattr(self._thread, "writes", 0))

    # -- requests ------------------------------------------------------------------------------------------------

    def read(
        self,
        path: Sequence[str],
        params: Mapping[str, Any] | None = None,
        host: str = "",
        method: str = "GET",
        json: Any = None,
    ) -> Any:
        """The JSON answer to a request that only reads.

        :param path: the segments of the path below the base URL; each is quoted
        :param host: what stands for ``{host}`` in the base URL of a service with several
        :param method: C(POST) where the service takes a question as ``json``
        :raises ApiError: where it cannot be had
        """
        return self.request(method, path, params=params, json=json, host=host, read=True, repeat=True)

    def read_object(self, path: Sequence[str], names: Sequence[str], ids: Sequence[str], **options: Any) -> ApiObject:
        """One object; ``options`` are those of C(get).

        :raises ApiError: where it is refused, or of an unknown shape
        """
        return self.parse_answer(path, lambda: extract_object(self.read(path, **options), names, ids))

    def read_list(
        self,
        path: Sequence[str],
        names: Sequence[str],
        ids: Sequence[str],
        paging: Paging | None = None,
        params: Mapping[str, Any] | None = None,
        enough: Callable[[list[ApiObject]], bool] = lambda page: False,
        **options: Any,
    ) -> list[ApiObject]:
        """All objects of a listing, each once, over all of its pages.

        The end is an empty page, a page shorter than one before it (a server that caps its pages does so evenly), or
        one that shows nothing new.

        :param ids: the names under which the id of an object may stand; empty for records that have none
        :param enough: whether a page is the last that is wanted
        :raises ApiError: for an unknown shape, an object without an id, and a listing that has no end or repeats a
            full page: what it hides cannot be known
        """
        rows: dict[str, ApiObject] = {}
        received = longest = 0
        for number in range(_MAX_PAGES):
            query = {**(params or {}), **(paging.query(number, received) if paging else {})}
            answer = self.read(path, query, **options)
            page = self.parse_answer(path, functools.partial(extract_list, answer, names))
            known = len(rows)
            for row in page:
                ident = identifier(row, ids) if ids else jsonlib.dumps(row, sort_keys=True)
                if ident is None:
                    raise self._error("GET", path, f"one of the {names[-1]} listed has no id ({' or '.join(ids)})")
                rows.setdefault(ident, row)
            received += len(page)
            if paging is None or enough(page):
                return list(rows.values())
            if len(rows) == known and len(page) == paging.size:
                raise self._error("GET", path, f"the server repeats a full page of {names[-1]}, so some stay hidden")
            if len(rows) == known or len(page) < max(longest, 0 if number else paging.floor):
                return list(rows.values())
            longest = max(longest, len(page))
        raise self._error("GET", path, f"the list of {names[-1]} has no end: gave up after {_MAX_PAGES} pages")

    def parse_answer(self, path: Sequence[str], read: Callable[[], _Answer], method: str = "GET") -> _Answer:
        """What ``read`` makes of an answer.

        :raises ApiError: where it raises ShapeError
        """
        try:
            return read()
        except ShapeError as exc:
            raise self._error(method, path, str(exc)) from exc

    def request(self, method: str, path: Sequence[str], **options: Any) -> Any:
        """The answer to a request: JSON as Python values, other text as a string, None where the body is empty.

        :param options: as in _Request; it is repeated by default if it is a GET, PUT or DELETE
        :raises ApiError: after the last attempt
        """
        request = _Request(method, path, **{"repeat": method in _REPEATABLE, **options})
        acts = not request.read and (method != "GET" or not request.repeat)
        attempts, limited, lost, doubt = 0, 0, 0.0, False
        while True:
            self._hold(request, attempts)
            started = time.monotonic()
            attempts += 1
            result = self._attempt(request, acts)
            if not isinstance(result, _Trouble):
                self._thread.writes, self._failing = self.writes + acts, False
                return result
            # Whoever waits for its turn has not failed: only api_max_wait bounds that.
            limited += result.status == 429 and bool(result.after)
            end, pause = self._spend(started, attempts - limited, result)
            lost += time.monotonic() - started + pause
            # What one attempt may have done, no refusal of a later one undoes.
            doubt = doubt or result.ambiguous
            if end:
                raise self._error(method, path, result._replace(ambiguous=doubt), attempts, lost, end)
            time.sleep(pause)

    # -- one attempt ---------------------------------------------------------------------------------------------

    def _attempt(self, request: _Request, acts: bool) -> Any:
        response = None
        try:
            url = self._url(request.path, request.host)
            # Not by Session.request, which merges the settings of the session, always the same, anew for each request.
            asked = requests.Request(
                request.method, url, params=request.params, json=request.json, data=request.form, **self._common
            )
            response = self._session.send(asked.prepare(), timeout=self._options["api_timeout"])
            return self._judge(request, response, acts)
        except requests.exceptions.TooManyRedirects:
            return _Trouble("the server redirects in a circle")
        except requests.exceptions.SSLError as exc:
            return _Trouble(f"no secure connection to {urlsplit(url).netloc}: {_cause(exc)}")
        except requests.exceptions.InvalidSchema as exc:
            return _Trouble(f"the proxy that the environment names cannot be used: {_cause(exc)}")
        except ValueError as exc:
            return _Trouble(f"a header to be sent, or a redirect in the answer, is malformed: {_cause(exc)}")
        except requests.exceptions.RequestException as exc:
            if _never_sent(exc):
                cause, tunnel, answer = _cause(exc).partition(_TUNNEL)
                server, proxy = urlsplit(url).netloc, transport.proxy_of(self._session, url)
                if tunnel:
                    reason = f"no connection to {server}: the proxy {proxy} answers {answer}"
                    return _Trouble(reason, repeat=answer[:3] in map(str, _TRANSIENT))
                through = f"the proxy {proxy} cannot be reached: " if proxy else ""
                return _Trouble(f"no connection to {server}: {through}{cause}", repeat=True)
            reason = f"the connection broke before the whole answer came: {_cause(exc)}"
            if isinstance(exc, requests.exceptions.Timeout):
                reason = f"no answer within {self._options['api_timeout']:g} s"
            return _Trouble(reason, request.repeat, ambiguous=acts)
        finally:
            self._heed(response)

    def _judge(self, request: _Request, response: requests.Response, wrote: bool) -> Any:
        """What an answer means: its data, or what is wrong with it."""
        status = response.status_code
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", "")).hostname or "another path"
            return _Trouble(f"the server redirects to {target}, which is not followed", False, wrote, status)
        data, parsed = _parse(response)
        denied = isinstance(data, dict) and data.get("success") is False
        if 200 <= status < 300 and not denied:
            html = not parsed and isinstance(data, str) and data.startswith("<")
            if html or (request.read and not parsed):
                kind = "a web page" if html else "something that is not JSON" if data else "nothing"
                return _Trouble(f"the server answered {kind} (HTTP {status})", False, wrote, status)
            return data
        # Before any words are cut, or the beginning of a secret could be left.
        hidden = self.redact.data(data)
        code = _code(hidden)
        what = _words(hidden) or (status >= 300 and response.reason) or "no reason given"
        words = what if status < 300 else f"{what} (HTTP {status}{f', code {code}' if code else ''})"
        after = _retry_after(response, data)
        if status == 429:
            after = after or max(0.0, (_limits(response) or (0, 0, 0))[2]) or None
            return _Trouble(f"the server limits the rate: {words}", True, False, status, code, after)
        if status == 407:
            return _Trouble(f"the proxy on the way asks for a login: {words}", status=status, code=code)
        if status < 500:
            return _Trouble(f"refused: {words}", status=status, code=code, refused=True)
        untouched = status == 503 and after is not None
        again = status in _TRANSIENT and (request.repeat or untouched)
        return _Trouble(f"the server failed: {words}", again, wrote and not untouched, status, code, after)

    # -- patience ------------------------------------------------------------------------------------------------

    def _heed(self, response: requests.Response | None) -> None:
        """Note how many more requests the server takes, besides those that are under way, as far as it says so."""
        limits = None if response is None else _limits(response)
        with self._lock:
            self._flying -= 1
            if limits is None:
                return
            limit, left, pause = limits
            now, free = time.monotonic(), left - self._flying
            # Answers may overtake each other, so only one that nothing is under way after can tell of more room.
            self._room = min(self._room, free) if self._flying else free
            if free <= 0 < pause < self._max_wait - self._lost_s:
                # From then on there is room for as many as the limit.
                self._room = limit
                self._lose(now, now + pause)
                self._quiet_until = max(self._quiet_until, now + pause)

    def _hold(self, request: _Request, attempts: int) -> None:
        """Wait while the server wants to be left alone, and refuse to start once the patience is used up."""
        with self._lock:
            spent = self._failing and 0 < self._lost_s >= self._max_wait
        if spent and not attempts:
            reason = f"not sent, as {self._max_wait:g} s (api_max_wait) have been lost to failures already"
            raise self._error(request.method, request.path, reason, tries=0)
        while True:
            with self._lock:
                wait = self._quiet_until - time.monotonic()
                if wait <= 0 and (self._room > 0 or not self._flying):
                    self._room -= 1
                    self._flying += 1
                    return
            time.sleep(max(wait, _TURN_S))

    def _spend(self, started: float, attempts: int, trouble: _Trouble) -> tuple[str, float]:
        """Whether this was the last attempt (and why, in words), else the pause in seconds before the next."""
        now = time.monotonic()
        pause = min(_FIRST_PAUSE_S * 2 ** (attempts - 1), _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)
        if not (trouble.repeat or trouble.ambiguous):
            return "refused", 0.0
        with self._lock:
            self._failing = True
            self._lose(started, now)
            left = self._max_wait - self._lost_s
            if not trouble.repeat:
                return "not repeated", 0.0
            if attempts > self._options["api_retries"]:
                return f"api_retries being {self._options['api_retries']}", 0.0
            if left <= 0:
                return f"api_max_wait being {self._max_wait:g} s", 0.0
            if trouble.after is not None and trouble.after > left:
                return f"the server asks for {trouble.after:g} s more, of api_max_wait {left:.0f} s are left", 0.0
            pause = min(pause, left) if trouble.after is None else trouble.after
            self._lose(now, now + pause)
            if trouble.after is not None:
                self._quiet_until = max(self._quiet_until, now + pause)
        return "", pause

    def _lose(self, start: float, end: float) -> None:
        """Count time as lost; once, however many threads lose it, so that api_max_wait bounds what a user waits."""
        self._lost_s += max(0.0, end - max(start, self._lost_until))
        self._lost_until = max(self._lost_until, end)

    # -- odds and ends -------------------------------------------------------------------------------------------

    def _url(self, path: Sequence[str], host: str) -> str:
        if any(str(segment) in ("", ".", "..") for segment in path):
            # Whatever normalises the URL would take it for another path.
            raise self._error("GET", path, "an id is empty or consists of dots")
        base = self._options["api_url"].replace("{host}", host).rstrip("/")
        # A colon is part of PingPlotter's user ids and is legal in a path.
        return "/".join([base, *(quote(str(segment), safe=":") for segment in (*self._credentials.path, *path))])

    def _error(
        self, method: str, path: Sequence[str], trouble: _Trouble | str, tries: int = 1, lost: float = 0, end: str = ""
    ) -> ApiError:
        trouble = _Trouble(trouble) if isinstance(trouble, str) else trouble
        hide = self.redact.text
        times = "once" if tries == 1 else f"{tries} times"
        tried = f" (tried {times} in {lost:.1f} s, {end})" if trouble.repeat else ""
        where, code = hide("/" + "/".join(map(str, path))), hide(trouble.code) if trouble.code else None
        failure = Failure(
            self._service, method, where, trouble.status, code, hide(trouble.reason), tries, waited_s=round(lost, 3)
        )
        return ApiError(hide(trouble.reason + tried), failure, ambiguous=trouble.ambiguous, refused=trouble.refused)


def _never_sent(exc: Exception) -> bool:
    """Whether the connection was never made, so that the server surely did not act."""
    reason = exc.args[0] if exc.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    # A proxy may also hang up later, so it depends on what happened to it.
    reason = reason.original_error if isinstance(reason, ProxyError) else reason
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError)) or str(reason).startswith(_TUNNEL)


def _cause(exc: BaseException) -> str:
    """The innermost reason of an exception in a few words, without the URL that the outer ones print."""
    inner: BaseException | None = exc
    while inner is not None:
        exc = inner
        nested = [getattr(exc, "reason", None), *exc.args, exc.__cause__]
        inner = next((one for one in nested if isinstance(one, BaseException)), None)
    if isinstance(exc, ssl.SSLError) and exc.reason in _NO_TLS:
        return "the server does not speak TLS there"
    words = getattr(exc, "verify_message", "") or getattr(exc, "strerror", "") or str(exc)
    return str(words).splitlines()[0] if words else type(exc).__name__


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
        words = next((words for key in _WORDS if (words := _words(data.get(key), inner=True))), "")
        if words or not inner:
            return words
        return ", ".join(f"{key}: {_words(value, inner=True)}" for key, value in data.items())
    if isinstance(data, list):
        return ", ".join(filter(None, (_words(value, inner=True) for value in data)))
    if isinstance(data, str) and data.startswith("<"):
        return "a web page"
    return " ".join(str(data).split())[:_EXCERPT] if data not in (None, True, False) else ""


def _code(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    nested = data["error"].get("code") if isinstance(data.get("error"), dict) else None
    code = data.get("code", data.get("error_code", nested))
    return str(code) if isinstance(code, (str, int)) else None


def _retry_after(response: requests.Response, data: Any = None) -> float | None:
    """The pause in seconds that the server asks for, whether it gives seconds or a date, in a header or the body."""
    value = response.headers.get("Retry-After")
    if not value and isinstance(data, dict):
        value = next((str(data[name]) for name in _SECONDS if data.get(name) is not None), None)
    try:
        return Retry().parse_retry_after(value.strip()) if value else None
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _limits(response: requests.Response) -> tuple[float, float, float] | None:
    """How many requests the server takes in a window, how many more in this one, and for how many seconds it lasts."""
    try:
        limit = float(response.headers.get("X-RateLimit-Limit", "inf"))
        left, reset = (float(response.headers[f"X-RateLimit-{name}"]) for name in ("Remaining", "Reset"))
        # The clocks of the two ends may differ, so the server's own is asked.
        return limit, left, reset - parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return None
