# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A requests session that depends on the options alone: for trust, redirects, proxies and cookies."""

from __future__ import annotations

import ipaddress
import logging
import ssl
import traceback
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from .._core.errors import InputError

REQUESTS_IMPORT_ERROR: str | None = None
try:
    from requests import Response, Session
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies, select_proxy
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = Session = object  # type: ignore[assignment,misc]

# urllib3 logs whole URLs, which may contain credentials. Some of our processes write to the log of the controller.
logging.getLogger("urllib3").propagate = False

_REDIRECTS = 3
_PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


def is_loopback(host: str) -> bool:
    """Whether a host name or address always means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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


def _tls_context(validate: bool, ca_path: str | None) -> ssl.SSLContext:
    """The TLS context of a run: it trusts the authorities of the system, or if ``ca_path`` is set those alone.

    :param ca_path: a file or a directory with certificates
    :raises InputError: if there are none that can be read
    """
    if ca_path and not Path(ca_path).exists():
        raise InputError(f"ca_path {ca_path!r} does not exist")
    is_directory = bool(ca_path) and Path(ca_path or "").is_dir()
    ca_file, ca_directory = (None, ca_path) if is_directory else (ca_path, None)
    try:
        context = ssl.create_default_context(cafile=ca_file, capath=ca_directory)
    except ssl.SSLError as exc:
        raise InputError(f"ca_path {ca_path!r} holds no certificate that can be read: {exc.reason}") from exc
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Adapter(HTTPAdapter):
    """Uses one TLS context for all connections. By default requests would add its own authorities to it."""

    def __init__(self, context: ssl.SSLContext | None, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=connections, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing, as the TLS context verifies the certificate."""


class _Session(Session):
    """Follows a redirect only for a GET to the same origin."""

    def get_redirect_target(self, resp: Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None or resp.request.method != "GET" or resp.url is None:
            return None
        return target if _origin(urljoin(resp.url, target)) == _origin(resp.url) else None


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


def proxy_of(session: Session, url: str) -> str:
    """Host and port of the proxy that a session uses for a URL; empty if it uses none."""
    return urlsplit(select_proxy(url, session.proxies) or "").netloc.rpartition("@")[2]


def make_session(options: Mapping[str, Any], concurrency: int) -> Session:
    """A session for one service.

    ``REQUESTS_CA_BUNDLE`` and ``.netrc`` are ignored. Proxies of the environment are used, except for this machine.
    Cookies are not kept.

    :param options: the connection options
    :param concurrency: how many requests are in flight at once
    :raises InputError: for a proxy or a ``ca_path`` that cannot be used
    """
    session = _Session()
    session.trust_env = False
    session.max_redirects = _REDIRECTS
    session.verify = options["validate_certs"]
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    scheme = urlsplit(options["api_url"]).scheme
    session.proxies.update(_proxies(options["api_url"]))
    context = _tls_context(options["validate_certs"], options["ca_path"]) if scheme == "https" else None
    session.mount(f"{scheme}://", _Adapter(context, concurrency))
    return session
