# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a request is sent and its answer received, with proxies and redirects. It depends on the options alone."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import ssl
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from .._core.errors import InputError
from .attempt import Answer, Request
from .body import read_body
from .exchange import Exchange, limited_pools
from .tls import is_address, tls_context

REQUESTS_IMPORT_ERROR: str | None = None
try:
    from requests import PreparedRequest, Response
    from requests.adapters import HTTPAdapter
    from requests.exceptions import TooManyRedirects
    from requests.utils import get_environ_proxies, requote_uri, select_proxy
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[assignment,misc]

# urllib3 logs whole URLs, which may contain credentials. Some of our processes write to the log of the controller.
logging.getLogger("urllib3").propagate = False

_REDIRECTS = 3
# For how long after their last use connections are kept for the next module: shorter than servers keep them.
_KEPT_S = 2.0
_PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


def is_loopback(host: str) -> bool:
    """Whether a host name or address always means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and ipaddress.ip_address(host).is_loopback


def check_url(url: str, allow_http: bool) -> None:
    """Refuse a base URL to which no secret should be sent.

    :raises InputError: for anything but https, unless the host is this machine or ``allow_http`` is set
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        # Handled below, as a URL without a scheme and a host.
        parts, host = urlsplit(""), ""
    if parts.username or parts.password:
        raise InputError("api_url must not contain a user or a password; use the options for credentials")
    if parts.query or parts.fragment:
        raise InputError("api_url must end with its path, without a query or a fragment")
    if parts.scheme not in ("http", "https") or not host:
        # The value is not shown: even if it is no valid URL, it may contain a password.
        raise InputError("api_url must be a URL such as https://host/path")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        hint = "use https, or set api_allow_http to true"
        raise InputError(f"api_url {url!r} would send the credentials unencrypted: {hint}")


class _Adapter(HTTPAdapter):
    """Uses one TLS context for all connections, to which requests would add its own authorities, and limits them."""

    def __init__(self, context: ssl.SSLContext | None, connections: int) -> None:
        self._context = context
        self.last_used_s = time.monotonic()
        super().__init__(pool_connections=connections, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = limited_pools(self.poolmanager.pool_classes_by_scheme)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        if is_new:
            manager.pool_classes_by_scheme = limited_pools(manager.pool_classes_by_scheme)
        return manager

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing, as the TLS context verifies the certificate."""


class _Adapters:
    """The adapters of this process.

    :ivar are_kept: whether an adapter and its connections outlive the client that they were made for
    """

    def __init__(self) -> None:
        self.are_kept = False
        self._kept: dict[Any, _Adapter] = {}

    def get(self, key: Any, make: Callable[[], _Adapter]) -> _Adapter:
        """An adapter that was used a moment ago with the same key, or a new one."""
        oldest_s = time.monotonic() - _KEPT_S
        for unused in [one for one, adapter in self._kept.items() if adapter.last_used_s < oldest_s]:
            self._kept.pop(unused).close()
        adapter = self._kept.get(key) or make()
        if self.are_kept:
            self._kept[key] = adapter
        return adapter

    def forget(self) -> None:
        """Close all connections, and keep none from here on."""
        self.are_kept = False
        while self._kept:
            self._kept.popitem()[1].close()


_adapters = _Adapters()


@contextlib.contextmanager
def kept_connections() -> Iterator[None]:
    """Let the modules that run inside of this context, one after the other, share their connections.

    A connection knows no credentials: each request brings its own. So accounts at the same server share one, too.
    """
    _adapters.are_kept = True
    try:
        yield
    finally:
        _adapters.forget()


def prepare(
    request: Request, url: str, headers: Mapping[str, str | bytes], basic: tuple[str, str] | None
) -> PreparedRequest:
    """A request as requests sends it, without cookies.

    :param basic: a user and a password
    """
    prepared = PreparedRequest()
    prepared.prepare_method(request.method)
    prepared.prepare_url(url, request.params)
    prepared.prepare_headers(headers)
    prepared.prepare_body(request.form, None, request.json)
    # As bytes, because requests would encode a str as latin-1 and fail on other letters.
    prepared.prepare_auth(basic and tuple(part.encode() for part in basic))
    return prepared


class Transport:
    """Sends requests to one service. Several threads may use it.

    ``REQUESTS_CA_BUNDLE`` and ``.netrc`` are ignored. Proxies of the environment are used, except for this machine.
    Cookies are not kept. For these rules, and for speed, an adapter of requests is used without a session.

    :param options: the connection options
    :param concurrency: how many requests are in flight at once
    :raises InputError: for a proxy or a ``ca_path`` that cannot be used
    """

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        url, ca_path, self._verify = options["api_url"], options["ca_path"], options["validate_certs"]
        self._proxies = _proxies(url)

        def make_adapter() -> _Adapter:
            parts = urlsplit(url)
            is_tls = parts.scheme == "https"
            return _Adapter(tls_context(parts.hostname or "", self._verify, ca_path) if is_tls else None, concurrency)

        key = (_origin(url), ca_path, self._verify, concurrency, *sorted(self._proxies.items()))
        self._adapter = _adapters.get(key, make_adapter)

    def send(self, prepared: PreparedRequest, exchange: Exchange) -> Answer:
        """Send a request, and receive the answer. Only a GET follows redirects, and only on the same server.

        :raises ExchangeError: for an answer that is not accepted
        :raises Exception: of requests, urllib3 or the standard library, if anything else fails
        """
        with exchange.running():
            for _redirect in range(_REDIRECTS + 1):
                response = self._adapter.send(
                    prepared, stream=True, timeout=exchange.remaining_s(), verify=self._verify, proxies=self._proxies
                )
                exchange.answering = True
                # Closing it ends the connection, unless the whole answer was read.
                with contextlib.closing(response):
                    target = _redirect_target(response)
                    if target is None:
                        body = read_body(response.raw, response.headers)
                        self._adapter.last_used_s = time.monotonic()
                        return Answer(response.status_code, response.reason or "", response.headers, body)
                prepared = prepared.copy()
                prepared.prepare_url(target, None)
        raise TooManyRedirects

    def proxy_of(self, url: str) -> str:
        """Host and port of the proxy that is used for a URL; empty if none is."""
        return urlsplit(select_proxy(url, self._proxies) or "").netloc.rpartition("@")[2]


def _redirect_target(response: Response) -> str | None:
    """The URL to which a GET is redirected on the same server; None if nothing is to be followed."""
    if not response.is_redirect or response.request.method != "GET":
        return None
    base = str(response.url)
    try:
        target = urljoin(base, response.headers["Location"].encode("latin-1").decode())
        return requote_uri(target) if _origin(target) == _origin(base) else None
    except ValueError:
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _proxies(url: str) -> dict[str, str]:
    """The proxies of the environment for a URL; none if the host is this machine.

    :raises InputError: if the proxy is not a valid URL
    """
    if is_loopback(urlsplit(url).hostname or ""):
        return {}
    found: dict[str, str] = get_environ_proxies(url)
    proxy = select_proxy(url, found)
    if proxy and not _is_proxy_url(proxy):
        # The value is not shown, as it may contain a password.
        raise InputError("the proxy in the environment must be a URL such as http://host:port")
    return found


def _is_proxy_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and has_port
