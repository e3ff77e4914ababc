# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a service: sends requests, and repeats them where that is safe."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from .._core.clock import Clock
from .._core.errors import ApiError, MissingLibraryError, ShapeError
from .._core.lifeline import end_if_abandoned
from .._core.raw import RawAnswer
from . import transport
from .answer import judge
from .attempt import Answer, AttemptError, Request
from .body import ACCEPTED_ENCODING
from .envelope import ApiObject, extract_object
from .exchange import Exchange, ExchangeError
from .failures import classify_exception, to_api_error
from .paging import Listing, Paging
from .rate_limit import RateLimiter
from .redact import Redactor
from .retry import REPEATABLE_METHODS, GiveUp, RetryBudget, RetryPolicy, RetryState, random_jitter
from .version import VERSION

if transport.REQUESTS_IMPORT_ERROR is None:
    import requests

__all__ = ["Client", "Credentials", "Paging"]

_Parsed = TypeVar("_Parsed")

_LISTING_TIMEOUTS = 20
"""How many times C(api_timeout) all pages of a listing together may take."""


@dataclass(frozen=True)
class Credentials:
    """How requests authenticate. The services use different ways, which can be combined.

    :param headers: headers with a key or a bearer token
    :param basic: a user and a password
    :param path: segments between the base URL and each path
    :param secrets: what must be masked in all texts
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    path: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


class Client:
    """Sends the requests of one run to one service. Several threads may use it.

    :param title: the name of the service in messages
    :param options: the connection options
    :param concurrency: how many requests are in flight at once
    :param clock: replaced in tests
    :param jitter: gives the factor by which a pause is shortened at random; replaced in tests
    :ivar redact: masks the secrets
    :raises InputError: for a URL that must not be used, or certificates that cannot be read
    :raises MissingLibraryError: if requests is not installed
    """

    def __init__(
        self,
        title: str,
        options: Mapping[str, Any],
        credentials: Credentials,
        concurrency: int = 1,
        *,
        clock: Clock | None = None,
        jitter: Callable[[], float] = random_jitter,
    ) -> None:
        if transport.REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibraryError("requests", transport.REQUESTS_IMPORT_ERROR)
        transport.check_url(options["api_url"], options["api_allow_http"])
        self.redact = Redactor((*credentials.secrets, *options.get("secrets", ()), ":".join(credentials.basic or ())))
        self._title, self._options, self._credentials = title, options, credentials
        self._clock, self._jitter = clock or Clock(), jitter
        self._policy = RetryPolicy(options["api_retries"], options["api_max_wait"])
        self._budget = RetryBudget(self._policy.max_wait_s)
        self._rate_limiter = RateLimiter(self._budget, self._clock)
        self._transport = transport.Transport(options, concurrency)
        self._headers = _headers(credentials)
        self._per_thread = threading.local()
        self._may_send: Callable[[], bool] = lambda: True
        self._on_answer: Callable[[Request, Answer], None] = lambda request, answer: None

    def observe(self, may_send: Callable[[], bool], on_answer: Callable[[Request, Answer], None]) -> None:
        """Let somebody see each answer as it came, and limit the requests.

        :param may_send: called before each attempt to send a request; whether to send it
        :param on_answer: called with each answer, also with errors
        """
        self._may_send, self._on_answer = may_send, on_answer

    def take_over(self, former: Client) -> None:
        """Begin with what another client knows of the rate limit of this account. Its requests have all ended."""
        self._rate_limiter.take_over(former._rate_limiter)

    def share_budget(self, other: Client) -> None:
        """Let C(api_max_wait) limit what both clients lose to failures together. Called before the first request."""
        if self._budget is not other._budget:
            self._budget = other._budget
            self._rate_limiter = RateLimiter(self._budget, self._clock)

    @property
    def writes(self) -> int:
        """How many write requests of this thread have succeeded so far."""
        return int(getattr(self._per_thread, "writes", 0))

    @property
    def _received(self) -> int:
        """How many bytes the answers to this thread have had so far."""
        return int(getattr(self._per_thread, "received", 0))

    # -- reading ---------------------------------------------------------------------------------------------------

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
        :param host: replaces ``{host}`` in the base URL of a service with several hosts
        :param method: C(POST) if the service expects a query as ``json``
        :raises ApiError: if the request fails
        """
        return self.request(method, path, params=params, json=json, host=host, read=True, repeat=True)

    def read_object(self, path: Sequence[str], names: Sequence[str], ids: Sequence[str], **options: Any) -> ApiObject:
        """One object; ``options`` are those of C(read).

        :param names: the names of the kind in answers
        :param ids: the keys that may contain the id of the object
        :raises ApiError: if the request fails, or its answer does not contain exactly one object
        """
        method = options.get("method", "GET")
        return self.parse_answer(path, lambda: extract_object(self.read(path, **options), names, ids), method)

    def read_list(
        self,
        path: Sequence[str],
        names: Sequence[str],
        ids: Sequence[str],
        paging: Paging | None = None,
        params: Mapping[str, Any] | None = None,
        enough: Callable[[list[ApiObject]], bool] = lambda page: False,
        on_doubt: Callable[[str], None] | None = None,
        on_assumption: Callable[[list[ApiObject]], None] | None = None,
        first_page: Sequence[ApiObject] = (),
        **options: Any,
    ) -> list[ApiObject]:
        """All objects of a listing, each once, from all of its pages. See C(Listing) for the end of a listing.

        :param names: the names of the kind in answers, the plural last
        :param ids: the keys that may contain the id of an object; empty for records without an id
        :param enough: whether no page after this one is needed
        :param on_doubt: called with the reason if the listing may lack objects; without it, that is an error
        :param on_assumption: called with the objects if a short first page was taken for the only one
        :param first_page: the objects of the first page, if it has been read
        :param options: as for C(read)
        :raises ApiError: if a request fails, an answer contains no list of objects, an object has no id, or the listing
            repeats a full page, does not end, is too large or takes too long
        """
        max_s = _LISTING_TIMEOUTS * self._options["api_timeout"]
        listing = Listing(paging, names, ids, enough, max_s=max_s, first_page=first_page)
        method = options.get("method", "GET")
        started, received = self._clock.now(), self._received
        is_last = False
        while not is_last:
            answer = self.read(path, {**(params or {}), **listing.query()}, **options)
            size, elapsed_s = self._received - received, self._clock.now() - started
            is_last = self.parse_answer(path, functools.partial(listing.add, answer, size, elapsed_s), method)
        if listing.doubt:
            if on_doubt is None:
                raise self._error(method, path, AttemptError(listing.doubt))
            on_doubt(listing.doubt)
        if listing.is_assumed_whole and on_assumption is not None:
            on_assumption(listing.objects)
        return listing.objects

    def parse_answer(self, path: Sequence[str], read: Callable[[], _Parsed], method: str = "GET") -> _Parsed:
        """The result of ``read``, which parses an answer.

        :raises ApiError: if ``read`` raises ShapeError
        """
        try:
            return read()
        except ShapeError as exc:
            raise self._error(method, path, AttemptError(str(exc))) from exc

    # -- sending ---------------------------------------------------------------------------------------------------

    def request(self, method: str, path: Sequence[str], **options: Any) -> Any:
        """The answer to a request: JSON as Python values, other text as a string, None for an empty body.

        :param options: the fields of C(Request); by default ``repeat`` is true for GET, PUT and DELETE
        :raises ApiError: if the last attempt fails
        """
        request = Request(method, path, **{"repeat": method in REPEATABLE_METHODS, **options})
        self._refuse_if_budget_is_exhausted(request)
        state = RetryState(self._policy, self._budget, self._jitter)
        while True:
            self._rate_limiter.wait_for_slot()
            if not self._may_send():
                reason = "not sent, because the limit of requests is reached"
                raise self._error(method, path, AttemptError(reason), attempts=state.attempts)
            started = self._clock.now()
            result = self._attempt(request)
            if not isinstance(result, AttemptError):
                self._record_success(request)
                return result
            self._pause_or_raise(request, result, state, started)

    def _attempt(self, request: Request) -> Any:
        """Send a request once.

        :returns: the data of the answer, or an AttemptError
        """
        exchange = Exchange(self._clock, self._options["api_timeout"])
        answer = None
        url = ""
        try:
            url = self._url(request)
            if request.writes:
                end_if_abandoned()
            answer = self._send(request, url, exchange)
            return _result(request, answer, judge(request, answer, self.redact))
        except Exception as exc:  # An answer can be odd in more ways than anybody has listed.
            proxy = self._transport.proxy_of(url)
            return classify_exception(exc, request, exchange, server=urlsplit(url).netloc, proxy=proxy)
        finally:
            self._rate_limiter.update(None if answer is None else answer.headers)

    def _send(self, request: Request, url: str, exchange: Exchange) -> Answer:
        prepared = transport.prepare(request, url, self._headers, self._credentials.basic)
        answer = self._transport.send(prepared, exchange)
        self._per_thread.received = self._received + len(answer.body)
        self._on_answer(request, answer)
        return answer

    def _url(self, request: Request) -> str:
        segments = [str(segment) for segment in request.path]
        if any(segment in ("", ".", "..") for segment in segments):
            # Software that normalises the URL would change the path.
            raise ExchangeError("an id is empty or consists of dots")
        base = self._options["api_url"].replace("{host}", request.host).rstrip("/")
        # A colon is legal in a path, and is part of PingPlotter's user ids.
        return "/".join([base, *(quote(segment, safe=":") for segment in (*self._credentials.path, *segments))])

    # -- failures --------------------------------------------------------------------------------------------------

    def _refuse_if_budget_is_exhausted(self, request: Request) -> None:
        if self._budget.is_exhausted():
            reason = f"not sent, because failures have used up api_max_wait ({self._budget.max_wait_s:g} s)"
            raise self._error(request.method, request.path, AttemptError(reason), attempts=0)

    def _record_success(self, request: Request) -> None:
        if request.writes:
            self._per_thread.writes = self.writes + 1
        self._budget.record_success()

    def _pause_or_raise(self, request: Request, error: AttemptError, state: RetryState, started: float) -> None:
        """Wait until the request may be sent again.

        :raises ApiError: if it may not
        """
        now = self._clock.now()
        decision = state.record_failure(error, started, now)
        if isinstance(decision, GiveUp):
            raise self._error(
                request.method,
                request.path,
                dataclasses.replace(error, ambiguous=state.ambiguous),
                attempts=state.attempts,
                waited_s=state.waited_s,
                limit=decision.reason,
            )
        if error.retry_after_s is not None:
            # The server asks one thread, but means all.
            self._rate_limiter.pause_until(now + decision.delay_s)
        self._clock.sleep(decision.delay_s)

    def _error(self, method: str, path: Sequence[str], error: AttemptError, **tries: Any) -> ApiError:
        return to_api_error(self._title, method, path, error, self.redact, **tries)


def _result(request: Request, answer: Answer, data: Any) -> Any:
    """What a request returns: an AttemptError as it is, else the data, or the whole answer."""
    if isinstance(data, AttemptError) or not request.whole:
        return data
    return RawAnswer(answer.status, dict(answer.headers), data)


def _headers(credentials: Credentials) -> Mapping[str, str | bytes]:
    """The headers of all requests."""
    # As bytes, because requests would encode a str as latin-1 and fail on other letters.
    keys = {name: value.encode() for name, value in credentials.headers.items()}
    return {"User-Agent": _user_agent(), "Accept": "application/json", "Accept-Encoding": ACCEPTED_ENCODING, **keys}


def _user_agent() -> str:
    return f"declarative.monitoring/{VERSION} (Ansible collection) python-requests/{requests.__version__}"
