# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A forward proxy of the environment: used where meant, told no more than it needs, and no secret in errors."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import trustme

from integration.harness import Account, Result, account, run_module
from integration.relays import Address, Proxy, TlsFront, address_of, running
from integration.test_tls import _bundle, _context
from sandbox.client import Sandbox

# A name that only the proxy knows: without it, no connection.
HOST = "api.example.test"
KEY = "sandbox-key"
TAG = {"name": "prod", "api_retries": 0}


@pytest.fixture(autouse=True)
def no_proxies_of_whoever_runs_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without a proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def plain(sandbox: Sandbox) -> Account:
    """An account at a service that is reached by http through a proxy."""
    path = urlsplit(sandbox.services["alertra"]).path
    return account(sandbox, "alertra", api_key=KEY, api_url=f"http://{HOST}{path}")


@pytest.fixture
def names(sandbox: Sandbox) -> dict[str, Address]:
    """Where the service is."""
    return {HOST: address_of(sandbox.url)}


@pytest.fixture
def secured(sandbox: Sandbox, tmp_path: Path) -> Iterator[tuple[Account, dict[str, Address]]]:
    """An account at a service that is reached by https through a proxy, and where that service is."""
    authority = trustme.CA()
    path = urlsplit(sandbox.services["alertra"]).path
    pem = str(_bundle(tmp_path / "authority.pem", authority))
    with running(TlsFront(address_of(sandbox.url), _context(authority.issue_cert(HOST)))) as front:
        yield (
            account(sandbox, "alertra", api_key=KEY, api_url=f"https://{HOST}{path}", ca_path=pem),
            {HOST: front.address},
        )


def _tag(user: Account, environment: dict[str, str], **options: Any) -> Result:
    user = replace(user, environment={**user.environment, **environment})
    return run_module(user, "alertra_tag", {**TAG, **options})


# -- used --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_http_goes_through_the_proxy(
    sandbox: Sandbox, plain: Account, names: dict[str, Address], variable: str
) -> None:
    with running(Proxy(names)) as proxy:
        assert _tag(plain, {variable: proxy.url}, api_allow_http=True)["changed"]
    assert proxy.targets[0] == f"GET http://{HOST}/alertra/v1.1/tags"
    assert [request["method"] for request in sandbox.requests("alertra")] == ["GET", "POST"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_goes_through_the_proxy_which_sees_the_host_and_nothing_else(
    sandbox: Sandbox, secured: tuple[Account, dict[str, Address]], variable: str
) -> None:
    user, names = secured
    with running(Proxy(names)) as proxy:
        assert _tag(user, {variable: proxy.url})["changed"]
    assert set(proxy.targets) == {f"CONNECT {HOST}:443"}
    assert KEY.encode() not in proxy.received
    assert b"/tags" not in proxy.received
    assert [request["method"] for request in sandbox.requests("alertra")] == ["GET", "POST"]


def test_a_certificate_counts_behind_a_proxy_too(
    sandbox: Sandbox, secured: tuple[Account, dict[str, Address]], tmp_path: Path
) -> None:
    user, names = secured
    other = _bundle(tmp_path / "other.pem", trustme.CA())
    with running(Proxy(names)) as proxy:
        result = _tag(user, {"HTTPS_PROXY": proxy.url, "REQUESTS_CA_BUNDLE": user.environment["ALERTRA_CA_PATH"]},
                      ca_path=str(other))  # fmt: skip
    assert re.search(rf"no secure connection to {re.escape(HOST)}: .*certificate", result["msg"]), result["msg"]
    assert not sandbox.requests("alertra")


@pytest.mark.parametrize("value", [HOST, ".example.test", "*", f"localhost,{HOST}"])
def test_no_proxy_is_heeded(sandbox: Sandbox, secured: tuple[Account, dict[str, Address]], value: str) -> None:
    user, names = secured
    with running(Proxy(names)) as proxy:
        result = _tag(user, {"HTTPS_PROXY": proxy.url, "NO_PROXY": value})
    assert result["msg"].startswith(f"Alertra: GET /tags: no connection to {HOST}: "), result["msg"]
    assert not proxy.targets
    assert not sandbox.requests("alertra")


def test_the_proxy_of_the_other_scheme_is_not_used(secured: tuple[Account, dict[str, Address]]) -> None:
    user, names = secured
    with running(Proxy(names)) as proxy:
        result = _tag(user, {"HTTP_PROXY": proxy.url})
    assert result["failed"]
    assert not proxy.targets


def test_a_proxy_is_no_way_around_the_ban_of_plain_http(plain: Account, names: dict[str, Address]) -> None:
    with running(Proxy(names)) as proxy:
        result = _tag(plain, {"HTTP_PROXY": proxy.url})
    assert "would send the credentials unencrypted" in result["msg"]
    assert not proxy.targets


def test_a_netrc_tells_the_proxy_nothing(plain: Account, names: dict[str, Address], tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(
        f"machine {HOST} login anna password s3cret\nmachine 127.0.0.1 login anna password s3cret\n", encoding="utf-8"
    )
    netrc.chmod(0o600)
    with running(Proxy(names)) as proxy:
        environment = {"HTTP_PROXY": proxy.url, "HOME": str(tmp_path), "NETRC": str(netrc)}
        assert _tag(plain, environment, api_allow_http=True)["changed"]
    assert b"authorization" not in proxy.received.lower()


# -- with a login ------------------------------------------------------------------------------------------------------

LOGIN = ("proxy-user", "canary p/ss:wörd")


def _with_login(proxy: Proxy, login: tuple[str, str] = LOGIN) -> str:
    user, password = (quote(part, safe="") for part in login)
    return proxy.url.replace("http://", f"http://{user}:{password}@")


@pytest.mark.parametrize("password", ["canary-password", "canary p/ss:word"])
def test_a_proxy_gets_the_login_of_its_url_and_the_service_does_not(
    sandbox: Sandbox, secured: tuple[Account, dict[str, Address]], password: str
) -> None:
    user, names = secured
    login = ("proxy-user", password)
    with running(Proxy(names, login)) as proxy:
        assert _tag(user, {"HTTPS_PROXY": _with_login(proxy, login)})["changed"]
    assert len(sandbox.requests("alertra")) == 2


@pytest.mark.parametrize("status", ["403 Forbidden", "502 Bad Gateway"])
def test_an_answer_of_a_proxy_of_http_cannot_be_told_from_the_services(
    sandbox: Sandbox, plain: Account, names: dict[str, Address], status: str
) -> None:
    with running(Proxy(names, status=status)) as proxy:
        result = _tag(plain, {"HTTP_PROXY": _with_login(proxy)}, api_allow_http=True)
    _assert_sentence(result, rf"(refused|the server failed): a web page \(HTTP {status[:3]}\).*")
    assert not sandbox.requests("alertra")


def test_a_proxy_of_http_that_asks_for_another_login_is_one_sentence(
    sandbox: Sandbox, plain: Account, names: dict[str, Address]
) -> None:
    with running(Proxy(names, ("anna", "another"))) as proxy:
        result = _tag(plain, {"HTTP_PROXY": _with_login(proxy)}, api_allow_http=True)
    _assert_sentence(result, r"the proxy requires a login: a web page \(HTTP 407\)")
    assert not sandbox.requests("alertra")


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_proxy_that_makes_no_connection_is_one_sentence(
    sandbox: Sandbox, secured: tuple[Account, dict[str, Address]], status: str
) -> None:
    user, names = secured
    with running(Proxy(names, status=status)) as proxy:
        result = _tag(user, {"HTTPS_PROXY": _with_login(proxy)})
    _assert_sentence(result, rf"no connection to {HOST}: the proxy 127\.0\.0\.1:{proxy.port} answers {status}.*")
    assert not sandbox.requests("alertra")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_one_sentence(
    plain: Account, secured: tuple[Account, dict[str, Address]], scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://{LOGIN[0]}:{quote(LOGIN[1], safe='')}@127.0.0.1:{port}"
    user = plain if scheme == "http" else secured[0]
    result = _tag(user, {"HTTP_PROXY": url, "HTTPS_PROXY": url}, api_allow_http=True)
    _assert_sentence(
        result, rf"no connection to {HOST}: the proxy 127\.0\.0\.1:{port} cannot be reached: Connection refused .*"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://proxy-user:canary@:1",
        "http://proxy-user:canary@[::1",
        "http://proxy-user:canary@127.0.0.1:port",
        "proxy-user:canary@127.0.0.1:1",
        "ftp://proxy-user:canary@127.0.0.1:1",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_be_is_refused_before_any_request(
    plain: Account, secured: tuple[Account, dict[str, Address]], scheme: str, url: str
) -> None:
    user = plain if scheme == "http" else secured[0]
    result = _tag(user, {"HTTP_PROXY": url, "HTTPS_PROXY": url}, api_allow_http=True)
    assert result["msg"] == "the proxy in the environment must be a URL such as http://host:port"
    assert "canary" not in json.dumps(result)


def _assert_sentence(result: Result, pattern: str) -> None:
    """One sentence, and the login of the proxy nowhere."""
    assert re.fullmatch(f"Alertra: GET /tags: {pattern}", result["msg"]), result["msg"]
    text = json.dumps(result, ensure_ascii=False)
    assert not [word for word in (*LOGIN, quote(LOGIN[1], safe=""), "canary", "Traceback") if word in text], text
