# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers are believed, and how often the certificates for that are read."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from unit.http.certificates import certificate, plain_authority
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.scripted import ok


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


def test_authorities_that_cannot_be_read_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "odd.pem").write_text("odd", encoding="utf-8")
    with pytest.raises(InputError, match=r"ca_path '.*gone\.pem' does not exist"):
        make("https://example.com", ca_path=str(tmp_path / "gone.pem"))
    with pytest.raises(InputError, match=r"ca_path '.*odd\.pem' holds no certificate"):
        make("https://example.com", ca_path=str(tmp_path / "odd.pem"))


# -- reading the certificates ------------------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The files that were read, each time anew."""
    create, made = ssl.create_default_context, []

    def create_and_note(**options: Any) -> ssl.SSLContext:
        made.append(options)
        return create(**options)

    monkeypatch.setattr(ssl, "create_default_context", create_and_note)
    return made


@pytest.fixture(params=["ca_path", "system"])
def trusting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Makes a file the authorities of a client or of the system; returns the options of the client."""

    def trust(path: str) -> dict[str, Any]:
        if request.param == "ca_path":
            return {"ca_path": path}
        monkeypatch.setenv("SSL_CERT_FILE", path)
        return {}

    return trust


def test_the_authorities_are_read_once_for_all_services_of_a_process(
    serve: Serve, tmp_path: Path, trusting: Callable[[str], dict[str, Any]], reads: list[dict[str, Any]]
) -> None:
    pem = certificate(tmp_path / "a.pem")
    options = trusting(pem)
    for number in range(3):
        assert make(serve(ok([number]), tls=pem).url, **options).read(()) == [number]
    assert len(reads) == 1


def test_an_authority_that_is_installed_during_a_run_is_believed_from_then_on(
    serve: Serve, tmp_path: Path, trusting: Callable[[str], dict[str, Any]]
) -> None:
    new = certificate(tmp_path / "new.pem")
    options = trusting(certificate(tmp_path / "a.pem"))
    with pytest.raises(ApiError, match="no secure connection"):
        make(serve(tls=new).url, **options).read(())
    (tmp_path / "a.pem").write_bytes((tmp_path / "new.pem").read_bytes())
    assert make(serve(ok([1]), tls=new).url, **options).read(()) == [1]


def test_an_authority_that_was_replaced_during_a_run_is_not_believed_any_more(
    serve: Serve, tmp_path: Path, trusting: Callable[[str], dict[str, Any]]
) -> None:
    old = certificate(tmp_path / "old.pem")
    (tmp_path / "a.pem").write_bytes((tmp_path / "old.pem").read_bytes())
    options = trusting(str(tmp_path / "a.pem"))
    assert make(serve(ok([1]), tls=old).url, **options).read(()) == [1]
    certificate(tmp_path / "other.pem")
    (tmp_path / "other.pem").replace(tmp_path / "a.pem")
    with pytest.raises(ApiError, match="no secure connection"):
        make(serve(tls=old).url, **options).read(())


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_client_that_does_not_check_certificates_changes_nothing_for_others(serve: Serve, tmp_path: Path) -> None:
    authority, other = certificate(tmp_path / "a.pem"), certificate(tmp_path / "b.pem")
    assert make(serve(ok([1]), tls=other).url, ca_path=authority, validate_certs=False).read(()) == [1]
    with pytest.raises(ApiError, match="no secure connection"):
        make(serve(tls=other).url, ca_path=authority).read(())


def test_the_certificates_of_a_directory_are_looked_up_for_each_client(serve: Serve, tmp_path: Path) -> None:
    server, authority = plain_authority(tmp_path)
    directory = tmp_path / "authorities"
    directory.mkdir()
    with pytest.raises(ApiError, match="no secure connection"):
        make(serve(tls=server).url, ca_path=str(directory)).read(())
    # OpenSSL finds a certificate by the hash of its name: `openssl x509 -subject_hash`.
    (directory / "aabdaf6b.0").write_bytes(Path(authority).read_bytes())
    assert make(serve(ok([1]), tls=server).url, ca_path=str(directory)).read(()) == [1]
