# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A requests session that trusts, follows and remembers only what the options say."""

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
    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies, select_proxy
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[assignment,misc]

# It logs whole URLs, which may hold credentials, and here in processes whose log is the controller's.
logging.getLogger("urllib3").propagate = False

_REDIRECTS = 3
_PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str, allow_http: bool) -> None:
    """Refuse a base URL to which no secret should be sent.

    :raises InputError: for anything but https, unless it is loopback or plain http is allowed
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.username or parts.password:
        raise InputError("api_url must not contain a user or a password; use the options made for them")
    if parts.query or parts.fragment:
        raise InputError("api_url must end with its path, and goes on after it")
    if parts.scheme not in ("http", "https") or not host:
        # Not shown, as what is no URL may hold a password all the same.
        raise InputError("api_url must be a URL such as https://host/path")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        hint = "use https, or set api_allow_http to true"
        raise InputError(f"api_url {url!r} would send the credentials unencrypted: {hint}")


def _tls_context(validate: bool, ca_path: str | None) -> ssl.SSLContext:
    """The one TLS context of a run: the system's authorities, or those of ``ca_path`` alone."""
    if ca_path and not Path(ca_path).exists():
        raise InputError(f"ca_path {ca_path!r} does not exist")
    folder = bool(ca_path) and Path(ca_path or "").is_dir()
    try:
        context = ssl.create_default_context(cafile=None if folder else ca_path, capath=ca_path if folder else None)
    except ssl.SSLError as exc:
        raise InputError(f"ca_path {ca_path!r} holds no certificate that can be read: {exc.reason}") from exc
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Adapter(HTTPAdapter):
    """Keeps one TLS context, where requests would add its own bundle of authorities to every connection."""

    def __init__(self, context: ssl.SSLContext | None, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=connections, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """The context has decided already."""


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _proxies(url: str) -> dict[str, str]:
    """The proxies of the environment for a URL; none for this machine.

    :raises InputError: for one that could not be used
    """
    if is_loopback(urlsplit(url).hostname or ""):
        return {}
    found: dict[str, str] = get_environ_proxies(url)
    try:
        parts = urlsplit(select_proxy(url, found) or "http://none")
        usable = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        # Not shown, as it may hold a password.
        raise InputError("the proxy that the environment names must be a URL such as http://host:port")
    return found


def proxy_of(session: requests.Session, url: str) -> str:
    """Host and port of the proxy that a session uses for a URL; empty without one."""
    return urlsplit(select_proxy(url, session.proxies) or "").netloc.rpartition("@")[2]


def make_session(options: Mapping[str, Any], concurrency: int) -> requests.Session:
    """A session for one service.

    The environment is not trusted: ``REQUESTS_CA_BUNDLE`` and ``.netrc`` change nothing. Proxies of the environment are
    used, except for loopback. Cookies are not kept. A redirect is followed for a GET to the same origin only.

    :param options: the connection options
    :param concurrency: how many requests will be in flight at once
    """

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> str | None:
            target = super().get_redirect_target(resp)
            if target is None or resp.request.method != "GET" or resp.url is None:
                return None
            return target if _origin(urljoin(resp.url, target)) == _origin(resp.url) else None

    session = Session()
    session.trust_env = False
    session.max_redirects = _REDIRECTS
    session.verify = options["validate_certs"]
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    scheme = urlsplit(options["api_url"]).scheme
    session.proxies.update(_proxies(options["api_url"]))
    context = _tls_context(options["validate_certs"], options["ca_path"]) if scheme == "https" else None
    session.mount(f"{scheme}://", _Adapter(context, concurrency))
    return session
