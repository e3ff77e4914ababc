# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of an authority that the tests make: which are believed, and what is said of those that are not."""

from __future__ import annotations

import datetime
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from integration.harness import Account, Result, account, run_module, run_playbook, task
from integration.relays import Relay, TlsFront, address_of, running
from sandbox.client import Sandbox

TAG = {"name": "prod"}
KEY = "sandbox-key"
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now().astimezone()


@dataclass
class Secured:
    """The sandbox behind TLS: an account there, the authority that vouches for it, and what came in after TLS."""

    user: Account
    authority: Path
    front: Relay

    def tag(self, _environment: dict[str, str] | None = None, **options: Any) -> Result:
        """Make a tag at Alertra, with these connection options."""
        user = replace(self.user, environment={**self.user.environment, **(_environment or {})})
        return run_module(user, "alertra_tag", {**TAG, "api_retries": 0, **options})


def _context(*leaves: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for leaf in leaves:
        leaf.configure_cert(context)
    return context


def _bundle(path: Path, authority: trustme.CA) -> Path:
    authority.cert_pem.write_to_path(str(path))
    return path


def _behind(sandbox: Sandbox, front: Relay, authority: Path, host: str = "localhost") -> Secured:
    path = urlsplit(sandbox.services["alertra"]).path
    user = account(sandbox, "alertra", api_key=KEY, api_url=f"https://{host}:{front.port}{path}")
    return Secured(user, authority, front)


@pytest.fixture(autouse=True)
def no_authorities_of_whoever_runs_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without variables that name certificates."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority() -> trustme.CA:
    """An authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def secured(sandbox: Sandbox, authority: trustme.CA, tmp_path: Path) -> Iterator[Secured]:
    """The sandbox with a good certificate."""
    context = _context(authority.issue_cert("localhost", "127.0.0.1"))
    with running(TlsFront(address_of(sandbox.url), context)) as front:
        yield _behind(sandbox, front, _bundle(tmp_path / "authority.pem", authority))


def _hashed_name(certificate: bytes) -> str:
    """The name by which OpenSSL finds an authority in a directory, a hash of the subject, as by `openssl rehash`."""

    def length(data: bytes) -> bytes:
        return bytes([len(data)])

    subject = x509.load_pem_x509_certificate(certificate).subject
    canonical = b""
    for attribute in subject:
        oid = x509.Name([x509.NameAttribute(attribute.oid, "x")]).public_bytes()[6:11]
        text = str(attribute.value).strip().lower().encode()
        pair = oid + b"\x0c" + length(text) + text
        pair = b"\x30" + length(pair) + pair
        canonical += b"\x31" + length(pair) + pair
    digest = hashes.Hash(hashes.SHA1())
    digest.update(canonical)
    return f"{int.from_bytes(digest.finalize()[:4], 'little'):08x}.0"


# -- believed ----------------------------------------------------------------------------------------------------------


def test_an_authority_in_a_file_is_believed(secured: Secured, sandbox: Sandbox) -> None:
    assert secured.tag(ca_path=str(secured.authority))["changed"]
    assert [tag["Name"] for tag in sandbox.state("alertra")["tags"]] == ["prod"]


def test_an_authority_in_a_directory_is_believed_by_its_hashed_name(secured: Secured, tmp_path: Path) -> None:
    directory = tmp_path / "authorities"
    directory.mkdir()
    certificate = secured.authority.read_bytes()
    (directory / "authority.pem").write_bytes(certificate)
    assert "no secure connection" in secured.tag(ca_path=str(directory))["msg"]
    (directory / _hashed_name(certificate)).write_bytes(certificate)
    assert secured.tag(ca_path=str(directory))["changed"]


def test_in_a_playbook_too_and_without_validation_nobody_is_warned(secured: Secured, sandbox: Sandbox) -> None:
    known, unknown = {"ca_path": str(secured.authority)}, {"validate_certs": False}
    tasks = [
        task("alertra_tag", {**TAG, **known}),
        task("alertra_tag", {**TAG, **unknown}),
        task("alertra_tag", {**TAG, "api_retries": 0}, ignore_errors=True),
    ]
    run = run_playbook([secured.user], tasks)
    assert run.code == 0, run.output
    good, insecure, bad = run.of("alertra_tag")
    assert good["changed"]
    assert not insecure["changed"]
    assert not insecure.get("failed")
    assert "certificate" in bad["msg"]
    assert not re.search("Unverified|InsecureRequest|Traceback", run.output)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("names", [("localhost",), ("api.example.test",)], ids=["unknown", "another"])
def test_without_validation_any_certificate_will_do(sandbox: Sandbox, tmp_path: Path, names: tuple[str, ...]) -> None:
    leaf = trustme.CA().issue_cert(*names, not_after=NOW - DAY, not_before=NOW - 2 * DAY)
    with running(TlsFront(address_of(sandbox.url), _context(leaf))) as front:
        assert _behind(sandbox, front, tmp_path).tag(validate_certs=False)["changed"]


# -- not believed ------------------------------------------------------------------------------------------------------

EXPIRED = {"not_before": NOW - 2 * DAY, "not_after": NOW - DAY}
EARLY = {"not_before": NOW + DAY, "not_after": NOW + 2 * DAY}
REASONS: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
    ("another name", ("api.example.test",), {}, "Hostname mismatch, certificate is not valid for 'localhost'."),
    ("expired", ("localhost",), EXPIRED, "certificate has expired"),
    ("not yet valid", ("localhost",), EARLY, "certificate is not yet valid"),
]


@pytest.mark.parametrize(("names", "dates", "words"), [one[1:] for one in REASONS], ids=[one[0] for one in REASONS])
def test_a_bad_certificate_of_a_known_authority_is_refused_by_its_reason(
    sandbox: Sandbox, authority: trustme.CA, tmp_path: Path, names: tuple[str, ...], dates: dict[str, Any], words: str
) -> None:
    context = _context(authority.issue_cert(*names, **dates))
    with running(TlsFront(address_of(sandbox.url), context)) as front:
        secured = _behind(sandbox, front, _bundle(tmp_path / "authority.pem", authority))
        _assert_refused(sandbox, secured, secured.tag(ca_path=str(secured.authority)), words)


def test_an_address_has_to_be_in_the_certificate(sandbox: Sandbox, authority: trustme.CA, tmp_path: Path) -> None:
    context = _context(authority.issue_cert("localhost"))
    with running(TlsFront(address_of(sandbox.url), context)) as front:
        secured = _behind(sandbox, front, _bundle(tmp_path / "authority.pem", authority), host="127.0.0.1")
        words = "IP address mismatch, certificate is not valid for '127.0.0.1'."
        _assert_refused(sandbox, secured, secured.tag(ca_path=str(secured.authority)), words)


def test_an_unknown_authority_is_refused(secured: Secured, sandbox: Sandbox) -> None:
    _assert_refused(sandbox, secured, secured.tag(), "(self.signed certificate in certificate chain|unable to get.*)")


def test_another_authority_is_refused(secured: Secured, sandbox: Sandbox, tmp_path: Path) -> None:
    other = _bundle(tmp_path / "other.pem", trustme.CA())
    _assert_refused(sandbox, secured, secured.tag(ca_path=str(other)), "unable to get local issuer certificate|self.*")


def test_the_system_is_not_believed_where_the_user_names_an_authority(
    secured: Secured, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Otherwise a certificate that any authority of the system gave would do."""
    other = _bundle(tmp_path / "other.pem", trustme.CA())
    system = {"SSL_CERT_FILE": str(secured.authority)}
    _assert_refused(sandbox, secured, secured.tag(system, ca_path=str(other)), "unable to get.*|self.signed.*")


def _assert_refused(sandbox: Sandbox, secured: Secured, result: Result, words: str) -> None:
    """One sentence that names the server and the reason, after one attempt, with nothing said to the server."""
    port = secured.front.port
    pattern = rf"Alertra: GET /tags: no secure connection to (localhost|127\.0\.0\.1):{port}: ({words})"
    assert re.fullmatch(pattern, result["msg"]), result["msg"]
    assert result["failure"]["attempts"] == 1
    assert not secured.front.received
    assert not sandbox.requests("alertra")


# -- confused ----------------------------------------------------------------------------------------------------------


def test_https_to_a_server_of_http_is_said_to_be_that(sandbox: Sandbox) -> None:
    url = sandbox.services["alertra"].replace("http://", "https://")
    result = run_module(account(sandbox, "alertra", api_key=KEY, api_url=url), "alertra_tag", {**TAG, "api_retries": 0})
    pattern = r"Alertra: GET /tags: no secure connection to 127\.0\.0\.1:\d+: the server does not use TLS on this port"
    assert re.fullmatch(pattern, result["msg"]), result["msg"]


def test_http_to_a_server_of_https_is_one_sentence(secured: Secured, sandbox: Sandbox) -> None:
    url = secured.user.environment["ALERTRA_API_URL"].replace("https://", "http://")
    result = secured.tag(api_url=url)
    assert re.fullmatch(
        r"Alertra: GET /tags: the connection was closed before the response was complete: .*", result["msg"]
    )
    assert not sandbox.requests("alertra")


# -- the environment ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_bundles_of_other_programs_add_no_authority(secured: Secured, sandbox: Sandbox, variable: str) -> None:
    words = "self.signed certificate in certificate chain|unable to get.*"
    _assert_refused(sandbox, secured, secured.tag({variable: str(secured.authority)}), words)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("name", ["other.pem", "gone.pem"])
def test_the_bundles_of_other_programs_take_none_away(
    secured: Secured, tmp_path: Path, variable: str, name: str
) -> None:
    _bundle(tmp_path / "other.pem", trustme.CA())
    assert secured.tag({variable: str(tmp_path / name)}, ca_path=str(secured.authority))["changed"]


def test_the_file_of_openssl_holds_the_authorities_of_the_system(secured: Secured) -> None:
    """OpenSSL's own variables say where the system's authorities are, for every program on the machine."""
    assert secured.tag({"SSL_CERT_FILE": str(secured.authority)})["changed"]


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_netrc_adds_no_credentials(secured: Secured, tmp_path: Path, validate: bool) -> None:
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("machine localhost login anna password s3cret\n", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    environment = {"HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc")}
    result = secured.tag(environment, ca_path=str(secured.authority), validate_certs=validate)
    assert result["changed"]
    assert b"Alertra-API-Key: sandbox-key" in secured.front.received
    assert b"authorization" not in secured.front.received.lower()
