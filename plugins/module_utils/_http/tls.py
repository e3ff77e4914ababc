# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificates of servers are trusted."""

from __future__ import annotations

import functools
import ipaddress
import ssl
from pathlib import Path

from .._core.errors import InputError

try:
    import urllib3
except ImportError:
    urllib3 = None  # type: ignore[assignment]

# X509_V_FLAG_PARTIAL_CHAIN of OpenSSL, which the module ssl names from Python 3.10 on.
_PARTIAL_CHAIN = getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0x80000)
# Before version 2, urllib3 does not pass an IP address to the TLS library as the name of the server.
_HIDES_ADDRESSES = str(getattr(urllib3, "__version__", "")).startswith("1.")


def is_address(host: str) -> bool:
    """Whether a host is an IP address, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def tls_context(host: str, validate: bool, ca_path: str | None) -> ssl.SSLContext:
    """The TLS context of a run. It trusts the authorities of the system, or if ``ca_path`` is set those alone.

    From Python 3.13 on, certificates must follow RFC 5280 to the letter, and an intermediate authority may be trusted
    by itself. The authorities in ``ca_path`` are the user's own, which were often made without care for that RFC. So
    they are checked as every Python before did, and may be intermediate ones with every Python.

    Reading the authorities of a system takes longer than several requests. So all services and hosts whose modules run
    in one process share a context, until the files of the authorities change. From a directory, only those are read
    that are needed.

    :param host: the name or the address of the server
    :param ca_path: a file or a directory with certificates
    :raises InputError: if there are none that can be read
    """
    if ca_path and not Path(ca_path).exists():
        raise InputError(f"ca_path {ca_path!r} does not exist")
    hides_address = _HIDES_ADDRESSES and is_address(host)
    if ca_path and Path(ca_path).is_dir():
        return _new_context(None, ca_path, validate, hides_address)
    system = ssl.get_default_verify_paths()
    versions = tuple(_version(path) for path in ([ca_path] if ca_path else [system.cafile, system.capath]) if path)
    return _shared_context(ca_path or None, validate, hides_address, versions)


def _version(path: str) -> tuple[str | int, ...]:
    """What is no longer the same after a file was written or replaced, or after a directory has got other files."""
    status = Path(path).stat()
    return path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@functools.lru_cache(maxsize=8)
def _shared_context(
    ca_file: str | None, validate: bool, hides_address: bool, versions: tuple[tuple[str | int, ...], ...]
) -> ssl.SSLContext:
    return _new_context(ca_file, None, validate, hides_address)


def _new_context(ca_file: str | None, ca_directory: str | None, validate: bool, hides_address: bool) -> ssl.SSLContext:
    ca_path = ca_file or ca_directory
    try:
        context = ssl.create_default_context(cafile=ca_file, capath=ca_directory)
    except ssl.SSLError as exc:
        raise InputError(f"ca_path {ca_path!r} holds no certificate that can be read: {exc.reason}") from exc
    if ca_path:
        context.verify_flags = context.verify_flags & ~ssl.VERIFY_X509_STRICT | _PARTIAL_CHAIN
    if hides_address:
        # The TLS library would refuse to connect. Without this, urllib3 compares the certificate with the address.
        context.check_hostname = False
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
