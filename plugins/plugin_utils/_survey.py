# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers to surveys, converted to variables of the roles."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ._bounded_yaml import load


def survey_list(value: Any) -> list[Any]:
    """A survey answer as a list.

    A text is split at commas and line breaks, or read as YAML if it begins with a bracket. Texts in a list are trimmed.
    Null and an empty text are an empty list. Any other single value is the only item of a list.

    :raises TooLargeError: if aliases in the YAML repeat too many values, or it is nested too deeply
    """
    if value is None:
        return []
    if not isinstance(value, str):
        return _trimmed(value) if isinstance(value, Iterable) else [value]
    if value.strip().startswith("["):
        with contextlib.suppress(yaml.YAMLError):
            # This loader reads every item as text: NO is a name here, not a boolean.
            return _trimmed(load(value, yaml.BaseLoader))
    return [part.strip() for part in re.split(r"[,\n]", value) if part.strip()]


def _trimmed(items: Iterable[Any]) -> list[Any]:
    return [item.strip() if isinstance(item, str) else item for item in items]


# -- sites -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Check:
    """A URL or host that is monitored.

    :ivar short_name: the name that the user gave it; empty for none
    :ivar address: the URL, or the host with its port
    """

    short_name: str
    address: str
    is_url: bool

    @property
    def label(self) -> str:
        """What people call it."""
        return self.short_name or self.address


def site_definition(
    definition: Mapping[str, Any] | None,
    name: str,
    urls: Sequence[str],
    hosts: Sequence[str],
    services: Collection[str],
) -> dict[str, Any]:
    """A site for the role onboarding, from lists of URLs and hosts.

    :param definition: options that are merged into the result, and take precedence
    :param urls: the URLs, each optionally with a short name in front, as C(NAME=URL)
    :param hosts: the hosts, optionally with a short name, as C(NAME=HOST), and a port
    :param services: the services that monitor them
    """
    checks = [_check(entry, is_url=entry in urls) for entry in [*urls, *hosts]]
    site: dict[str, Any] = {"name": name, **{service: {} for service in services}}
    if checks and "alertra" in site:
        site["alertra"]["devices"] = [_device(name, check) for check in checks]
    if checks and "portmonitor" in site:
        site["portmonitor"]["targets"] = [_target(check) for check in checks]
    # The names of other types than http are not documented by Pinghome.
    resources = [_resource(name, check) for check in checks if check.is_url]
    if resources and "pinghome" in site:
        site["pinghome"]["resources"] = resources
    merged: dict[str, Any] = _merged(site, definition or {})
    # Pinghome cannot tell which monitors belong to a site: an empty section would have no meaning.
    if not merged.get("pinghome", True):
        del merged["pinghome"]
    return merged


def _check(entry: str, *, is_url: bool) -> _Check:
    found = re.fullmatch(r"([A-Za-z0-9-]{1,8})=(.+)", entry)
    if found:
        return _Check(found[1], found[2], is_url)
    return _Check("", entry, is_url)


def _device(site: str, check: _Check) -> dict[str, Any]:
    """A device of Alertra."""
    return {
        "short_name": check.short_name or _short_name(site, check.address),
        "full_name": f"{site} {check.label}",
        "method": _method(check),
        "url": check.address,
    }


def _method(check: _Check) -> str:
    if check.is_url:
        return "HTTP"
    _host, port = _host_and_port(check.address)
    return "TCP" if port else "PING"


def _target(check: _Check) -> dict[str, Any]:
    """A target of Port Monitor."""
    if check.is_url:
        return {"name": check.label, "type": "url", "url": check.address}
    host, port = _host_and_port(check.address)
    if port:
        return {"name": check.label, "type": "custom_port", "host": host, "port_number": int(port)}
    return {"name": check.label, "type": "ping", "host": host}


def _resource(site: str, check: _Check) -> dict[str, Any]:
    """A resource of Pinghome."""
    return {"name": f"{site} {check.label}", "type": "http", "url": check.address}


def _host_and_port(address: str) -> tuple[str, str]:
    """The host of an address, without the brackets of an IPv6 address, and its port; empty for none."""
    found = re.fullmatch(r"([^:]+|\[[^\]]+\]):(\d{1,5})", address)
    return (found[1].strip("[]"), found[2]) if found else (address.strip("[]"), "")


def _short_name(site: str, address: str) -> str:
    """A name of eight characters, which Alertra allows: the beginning of the host, and a digest to make it unique."""
    host = re.sub(r"^[a-z]+://(www\.)?", "", address.lower())
    begin = re.sub(r"[^a-z0-9]", "", host)[:2]
    digest = base64.b32encode(hashlib.sha256(f"{site}\n{address}".encode()).digest()).decode()
    return f"{begin}{digest[: 8 - len(begin)]}".upper()


def _merged(lower: Any, upper: Any) -> Any:
    """Two definitions merged: dictionaries by key, lists of objects by name. Otherwise the upper value is used."""
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        common = {key: _merged(lower[key], upper[key]) for key in lower if key in upper}
        return {**lower, **upper, **common}
    if isinstance(lower, list) and isinstance(upper, list):
        return _merged_list(lower, upper)
    return upper


def _merged_list(lower: list[Any], upper: list[Any]) -> list[Any]:
    """The objects of the lower list, each merged with the one of the same name, then the rest of the upper list."""
    rest = list(upper)
    merged = []
    for item in lower:
        match = next((other for other in rest if _same_name(item, other)), None)
        if match is None:
            merged.append(item)
        else:
            rest.remove(match)
            merged.append(_merged(item, match))
    return [*merged, *rest]


def _same_name(item: Any, other: Any) -> bool:
    if not isinstance(item, Mapping) or not isinstance(other, Mapping):
        return False
    return any(item.get(key) is not None and item.get(key) == other.get(key) for key in ("name", "short_name"))
