# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport sends credentials where the options say, and remembers nothing else."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from requests.adapters import HTTPAdapter

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import transport
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Credentials
from ansible_collections.declarative.monitoring.plugins.module_utils._http.version import VERSION
from unit.http.certificates import certificate
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.scripted import ok

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without the proxies of whoever runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


# -- where credentials may go ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://monitor.example",
        "http://10.0.0.1/api",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[2001:db8::1]/",
    ],
)
def test_plain_http_is_refused_beyond_this_machine(url: str) -> None:
    with pytest.raises(InputError, match="would send the credentials unencrypted: use https, or set api_allow_http"):
        make(url)
    make(url, api_allow_http=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1:8080", "localhost:1", "a.localhost", "[::1]:80", "LOCALHOST"])
def test_plain_http_is_allowed_on_this_machine(host: str) -> None:
    make(f"http://{host}/api")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://anna:s3cret@example.com", "must not contain a user or a password"),
        ("https://s3cret@example.com", "must not contain a user or a password"),
        ("https://anna:s3cret/4@example.com", "must be a URL such as https://host/path"),
        ("http://localhost:s3cret@example.com", "must not contain a user or a password"),
        ("https://example.com/api?key=s3cret", "must end with its path"),
        ("https://example.com/api#x", "must end with its path"),
        ("example.com/api", "must be a URL such as https://host/path"),
        ("ftp://example.com", "must be a URL such as https://host/path"),
        ("https:///api", "must be a URL such as https://host/path"),
        ("https://[example/api", "must be a URL such as https://host/path"),
        ("https://example.com:port/api", "must be a URL such as https://host/path"),
        ("", "must be a URL such as https://host/path"),
    ],
)
def test_a_url_that_cannot_be_a_base_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        make(url)
    assert "s3cret" not in str(error.value)


# -- what is remembered and believed -----------------------------------------------------------------------------------


def test_cookies_are_not_kept(serve: Serve) -> None:
    server = serve(ok([], Set_Cookie="session=1; Path=/"), ok([]))
    client = make(server.url)
    client.read(())
    client.read(())
    assert "cookie" not in server.requests[1].headers


def test_a_netrc_adds_no_credentials(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login anna password s3cret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(ok([]))
    make(server.url, Credentials(headers={"X-Key": "k"})).read(())
    assert "authorization" not in server.requests[0].headers


def test_a_proxy_of_the_environment_is_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(ok(["by proxy"]))
    monkeypatch.setenv("http_proxy", proxy.url)
    assert make("http://monitor.example/api", api_allow_http=True).read(("x",)) == ["by proxy"]
    assert proxy.requests[0].target == "http://monitor.example/api/x"


@pytest.mark.parametrize(
    "proxy",
    [
        "http://proxy.example:0",
        "http://proxy.example:port",
        "http://:3128",
        "ftp://proxy.example",
        "gopher:s3cret@x",
        "//",
    ],
)
def test_a_proxy_that_is_no_url_is_refused_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(InputError, match=r"the proxy in the environment must be a URL such as http://host:port$"):
        make("https://monitor.example")


@pytest.mark.parametrize(
    "proxy", ["http://proxy.example", "http://proxy.example:1", "https://anna:pw@[::1]:3128", "socks5h://proxy.example"]
)
def test_a_proxy_that_is_a_url_is_accepted(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    make("https://monitor.example")


def test_the_connection_to_a_proxy_is_used_again(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(ok([1]), ok([2]))
    monkeypatch.setenv("http_proxy", proxy.url)
    client = make("http://monitor.example/api", api_allow_http=True)
    assert [client.read(("x",)), client.read(("y",))] == [[1], [2]]
    assert proxy.connections == 1


def test_no_proxy_of_the_environment_is_used_where_it_says_so(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", serve().url)
    monkeypatch.setenv("no_proxy", ".invalid")
    with pytest.raises(ApiError, match=r"no connection to monitor\.invalid"):
        make("http://monitor.invalid/api", api_allow_http=True, api_retries=0).read(("x",))


def test_no_proxy_is_used_for_this_machine(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", serve().url)
    monkeypatch.setenv("all_proxy", serve().url)
    server = serve(ok(["direct"]))
    assert make(server.url).read(()) == ["direct"]


# -- what the service gets to know -------------------------------------------------------------------------------------


def test_answers_in_json_are_asked_for(serve: Serve) -> None:
    server = serve(ok([]))
    make(server.url).read(())
    assert server.requests[0].headers["accept"] == "application/json"


def test_the_user_agent_names_the_collection_and_its_version(serve: Serve) -> None:
    server = serve(ok([]))
    make(server.url).read(())
    assert server.requests[0].headers["user-agent"].startswith(f"declarative.monitoring/{VERSION} ")


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == VERSION


# -- connections of several modules in one process ---------------------------------------------------------------------


@pytest.fixture
def keep() -> Iterator[None]:
    """Have this process keep connections until the end of the test."""
    with transport.kept_connections():
        yield


def test_a_client_uses_the_connection_of_the_one_before(keep: None, serve: Serve, tmp_path: Path) -> None:
    path = certificate(tmp_path / "server.pem")
    server = serve(*[ok([1])] * 4, tls=path)
    for key in ("one", "two"):
        assert make(server.url, Credentials({"X-Key": key}), ca_path=path).read(()) == [1]
    assert [request.headers["x-key"] for request in server.requests] == ["one", "two"]
    assert server.connections == 1
    make(server.url, ca_path=path, concurrency=2).read(())
    make(server.url, validate_certs=False).read(())
    assert server.connections == 3


def test_accounts_at_the_same_server_share_a_connection(keep: None, serve: Serve) -> None:
    server = serve(*[ok([1])] * 2)
    for path in ("/one", "/two"):
        make(server.url + path).read(())
    assert [request.target for request in server.requests] == ["/one", "/two"]
    assert server.connections == 1


def test_a_connection_that_nobody_has_used_for_a_while_is_not_trusted(
    keep: None, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(*[ok([1])] * 3)
    now = time.monotonic()
    for seconds in (0.0, 1.9, 4.0):
        monkeypatch.setattr(time, "monotonic", functools.partial(float, now + seconds))
        make(server.url).read(())
    assert server.connections == 2


def test_connections_to_servers_that_are_not_asked_any_more_are_closed(
    keep: None, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[HTTPAdapter] = []
    close = HTTPAdapter.close

    def remember(adapter: HTTPAdapter) -> None:
        closed.append(adapter)
        close(adapter)

    monkeypatch.setattr(HTTPAdapter, "close", remember)
    now = time.monotonic()
    for seconds in (0.0, 4.0, 8.0):
        monkeypatch.setattr(time, "monotonic", functools.partial(float, now + seconds))
        make(serve(ok([1])).url).read(())
    assert len(closed) == 2


def test_connections_are_kept_until_no_module_can_come_any_more(serve: Serve) -> None:
    server = serve(*[ok([1])] * 4)
    for process in range(2):
        with transport.kept_connections():
            for _client in range(2):
                make(server.url).read(())
        assert server.connections == process + 1


def test_a_process_with_one_module_keeps_no_connection(serve: Serve) -> None:
    server = serve(*[ok([1])] * 2)
    for _client in range(2):
        make(server.url).read(())
    assert server.connections == 2
