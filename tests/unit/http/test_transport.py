# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session trusts, follows and remembers only what the options say."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import transport
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Credentials
from ansible_collections.declarative.monitoring.plugins.module_utils._http.version import VERSION
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.scripted import ok

ROOT = Path(__file__).resolve().parents[3]


def certificate(path: Path, host: str = "127.0.0.1") -> str:
    """Write a key and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now().astimezone()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


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


# -- TLS ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_a_server_is_believed_by_the_authority_that_the_user_names(serve: Serve, tmp_path: Path, scheme: str) -> None:
    pem = certificate(tmp_path / "a.pem")
    server = serve(ok([1]), tls=pem)
    assert make(server.url.replace("https", scheme), ca_path=pem).read(()) == [1]


def test_a_server_is_not_believed_by_itself_and_the_error_is_not_tried_again(serve: Serve, tmp_path: Path) -> None:
    server = serve(tls=certificate(tmp_path / "a.pem"))
    with pytest.raises(ApiError, match=r"^no secure connection to 127\.0\.0\.1:\d+: self.signed certificate$") as error:
        make(server.url).read(())
    assert error.value.failure.attempts == 1


def test_a_server_of_another_name_is_not_believed(serve: Serve, tmp_path: Path) -> None:
    pem = certificate(tmp_path / "a.pem", host="127.0.0.2")
    # Before version 2, urllib3 compares the certificate with an address itself.
    with pytest.raises(ApiError, match=r"IP address mismatch|hostname '127\.0\.0\.1' doesn't match '127\.0\.0\.2'"):
        make(serve(tls=pem).url, ca_path=pem).read(())


def test_the_environment_adds_no_authorities(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path / "a.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", pem)
    monkeypatch.setenv("CURL_CA_BUNDLE", pem)
    with pytest.raises(ApiError, match="no secure connection"):
        make(serve(tls=pem).url).read(())


def test_the_environment_takes_away_no_authorities(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path / "a.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate(tmp_path / "other.pem"))
    assert make(serve(ok([1]), tls=pem).url, ca_path=pem).read(()) == [1]


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_any_server_is_believed_where_the_user_says_so(serve: Serve, tmp_path: Path) -> None:
    server = serve(ok([1]), tls=certificate(tmp_path / "a.pem", host="127.0.0.2"))
    assert make(server.url, validate_certs=False).read(()) == [1]


def plain_authority(folder: Path) -> tuple[str, str]:
    """A server's key and certificate, and that of its authority; none says what its key is for, or names another."""
    now = datetime.datetime.now().astimezone()
    keys = [ec.generate_private_key(ec.SECP256R1()) for _number in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "server")]
    extensions: list[x509.ExtensionType] = [
        x509.BasicConstraints(True, None),
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
    ]
    made = [
        x509.CertificateBuilder()
        .subject_name(names[index])
        .issuer_name(names[0])
        .public_key(keys[index].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(extension, False)
        .sign(keys[0], hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        for index, extension in enumerate(extensions)
    ]
    key = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "authority.pem").write_bytes(made[0])
    (folder / "server.pem").write_bytes(key + made[1])
    return str(folder / "server.pem"), str(folder / "authority.pem")


@pytest.fixture
def strict_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the TLS contexts of any Python be as strict as those of Python 3.13."""
    create = ssl.create_default_context

    def create_strict(**options: Any) -> ssl.SSLContext:
        context = create(**options)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", create_strict)


def test_an_authority_without_key_usage_is_believed_where_the_user_names_it(
    serve: Serve, tmp_path: Path, strict_python: None
) -> None:
    server, authority = plain_authority(tmp_path)
    assert make(serve(ok([1]), tls=server).url, ca_path=authority).read(()) == [1]


def test_an_authority_of_the_system_without_key_usage_is_refused_with_a_hint(
    serve: Serve, tmp_path: Path, strict_python: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = plain_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    with pytest.raises(ApiError, match=r"no secure connection .*: .*\(set ca_path to the certificate of the CA, for"):
        make(serve(tls=server).url).read(())


def test_the_user_agent_names_the_collection_and_its_version(serve: Serve) -> None:
    server = serve(ok([]))
    make(server.url).read(())
    assert server.requests[0].headers["user-agent"].startswith(f"declarative.monitoring/{VERSION} ")


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == VERSION


def test_authorities_that_cannot_be_read_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "odd.pem").write_text("odd", encoding="utf-8")
    with pytest.raises(InputError, match=r"ca_path '.*gone\.pem' does not exist"):
        make("https://example.com", ca_path=str(tmp_path / "gone.pem"))
    with pytest.raises(InputError, match=r"ca_path '.*odd\.pem' holds no certificate"):
        make("https://example.com", ca_path=str(tmp_path / "odd.pem"))


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


def test_a_connection_that_nobody_has_used_for_a_while_is_not_trusted(
    keep: None, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(*[ok([1])] * 3)
    now = time.monotonic()
    for seconds in (0.0, 1.9, 4.0):
        monkeypatch.setattr(time, "monotonic", functools.partial(float, now + seconds))
        make(server.url).read(())
    assert server.connections == 2


def test_connections_are_kept_for_modules_of_one_task_only(serve: Serve) -> None:
    server = serve(*[ok([1])] * 4)
    for task in range(2):
        with transport.kept_connections():
            for _client in range(2):
                make(server.url).read(())
        assert server.connections == task + 1


def test_a_process_with_one_module_keeps_no_connection(serve: Serve) -> None:
    server = serve(*[ok([1])] * 2)
    for _client in range(2):
        make(server.url).read(())
    assert server.connections == 2
