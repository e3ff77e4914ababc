# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people answer in surveys, as the roles take it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import yaml


def survey_list(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, and a text as a list of its parts between commas and new lines.

    A text in brackets is a list as YAML has it.
    """
    if value is None:
        return []
    if not isinstance(value, str):
        return list(value)
    if value.strip().startswith("["):
        with contextlib.suppress(yaml.YAMLError):
            # Of this loader every item is a text: NO is a name here, and no truth.
            return list(yaml.load(value, Loader=yaml.BaseLoader))
    return [part.strip() for part in re.split(r"[,\n]", value) if part.strip()]


def site_definition(
    definition: Mapping[str, Any] | None,
    name: str,
    urls: Sequence[str],
    hosts: Sequence[str],
    services: Collection[str],
) -> dict[str, Any]:
    """A site as the role for onboarding takes it, from lists of what is to be monitored.

    :param definition: what is laid over it
    :param urls: the URLs, each with a short name and C(=) in front of it, or without; ``hosts`` the same of hosts,
        which may have a port
    :param services: those that are to monitor them
    """
    made: dict[str, Any] = {"name": name, **{service: {} for service in services}}
    for entry in [*urls, *hosts]:
        given, address = _named(entry)
        is_url = entry in urls
        host, port = _host_and_port(address)
        label = given or address
        if "alertra" in made:
            method = "HTTP" if is_url else "TCP" if port else "PING"
            device = {
                "short_name": given or _short_name(name, address),
                "full_name": f"{name} {label}",
                "method": method,
                "url": address,
            }
            made["alertra"].setdefault("devices", []).append(device)
        if "portmonitor" in made:
            check: dict[str, Any] = {"type": "ping", "host": host}
            if is_url:
                check = {"type": "url", "url": address}
            elif port:
                check = {"type": "custom_port", "host": host, "port_number": int(port)}
            made["portmonitor"].setdefault("targets", []).append({"name": label, **check})
        # How Pinghome spells other types than http is not documented.
        if "pinghome" in made and is_url:
            resource = {"name": f"{name} {label}", "type": "http", "url": address}
            made["pinghome"].setdefault("resources", []).append(resource)
    laid: dict[str, Any] = _laid_over(made, definition or {})
    if not laid.get("pinghome", True):
        del laid["pinghome"]
    return laid


def _named(entry: str) -> tuple[str, str]:
    """The short name, if there is one, and the address."""
    found = re.fullmatch(r"([A-Za-z0-9-]{1,8})=(.+)", entry)
    return (found[1], found[2]) if found else ("", entry)


def _host_and_port(address: str) -> tuple[str, str]:
    found = re.fullmatch(r"([^:]+|\[[^\]]+\]):(\d{1,5})", address)
    return (found[1].strip("[]"), found[2]) if found else (address.strip("[]"), "")


def _short_name(site: str, address: str) -> str:
    """A name of the eight characters that Alertra allows: the beginning of the host, and a digest to tell it apart."""
    host = re.sub(r"^[a-z]+://(www\.)?", "", address.lower())
    begin = re.sub(r"[^a-z0-9]", "", host)[:2]
    digest = base64.b32encode(hashlib.sha256(f"{site}\n{address}".encode()).digest()).decode()
    return f"{begin}{digest[: 8 - len(begin)]}".upper()


def _laid_over(below: Any, above: Any) -> Any:
    """Two definitions as one: dictionaries by key, lists of objects by name, of everything else the upper one."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        both = {key: _laid_over(below[key], above[key]) for key in below if key in above}
        return {**below, **above, **both}
    if isinstance(below, list) and isinstance(above, list):
        rest = list(above)
        found = []
        for one in below:
            match = next((other for other in rest if _same_name(one, other)), None)
            if match is not None:
                rest.remove(match)
            found.append(one if match is None else _laid_over(one, match))
        return [*found, *rest]
    return above


def _same_name(one: Any, other: Any) -> bool:
    return (
        isinstance(one, Mapping)
        and isinstance(other, Mapping)
        and any(one.get(key) is not None and one.get(key) == other.get(key) for key in ("name", "short_name"))
    )
