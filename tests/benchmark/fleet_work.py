# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many customers: their accounts, and what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

START, DEBUG, VALIDATE, APPLY, ROLE, URI, BARE, LOOP, LOOP_BARE = RIVALS = (
    "startup",
    "debug task",
    "validate",
    "apply",
    "role",
    "uri tasks",
    "bare requests",
    "loop",
    "bare requests of the loop",
)
ONE, ALL = ("alertra",), ("alertra", "pinghome", "pingplotter", "portmonitor", "simplehelp")
ITEMS = 100
"""How many items the loop over a single module has."""
_SERVICE_ID = "11111111-1111-4111-8111-111111111111"
_CREDENTIALS = {
    "alertra": {"api_key": "sandbox-key"},
    "pinghome": {"api_token": "sandbox-token", "service_id": _SERVICE_ID},
    "pingplotter": {"api_key": "sandbox-key"},
    "portmonitor": {"app_key": "sandbox-app", "auth_token": "sandbox-auth-token"},
    "simplehelp": {"api_token": "sandbox-token"},
}
_ROOTS = {
    "alertra": "alertra/v1.1",
    "pinghome": "pinghome/{host}/v1",
    "pingplotter": "pingplotter/api",
    "portmonitor": "portmonitor/api",
    "simplehelp": "simplehelp",
}
ADDRESSES = {service: f"127.0.0.{number}" for number, service in enumerate(ALL, 1)}
"""Where each service is: as services have servers of their own, no connection is for two of them."""
HEADERS = {"Alertra-API-Key": "sandbox-key", "Authorization": "Bearer sandbox-token", "X-API-Key": "sandbox-key"}


@dataclass(frozen=True)
class Cell:
    """A case of the benchmark.

    :param changed: whether one customer in a hundred has an object that is not as declared
    :param latency: seconds; with latency, the server speaks TLS
    :param slices: the number of processes that share the customers
    """

    rival: str
    customers: int
    services: tuple[str, ...] = ALL
    changed: bool = False
    forks: int = 5
    latency: float = 0.0
    slices: int = 1


@dataclass(frozen=True)
class Run:
    """The measurements of a run: wall and CPU seconds, bytes of the largest process, requests and connections."""

    wall: float
    cpu: float
    memory: float
    requests: Mapping[str, int]
    connections: int


def cells() -> dict[Cell, int]:
    """The cases, with the number of runs of each."""
    hundred = Cell(APPLY, 100)
    found = {Cell(START, 1): 5, replace(hundred, changed=True): 2, replace(hundred, rival=ROLE): 2}
    found |= {Cell(URI, 10): 1, replace(hundred, slices=2): 2}
    for size, runs in ((10, 3), (100, 3), (1000, 1)):
        found |= {Cell(rival, size): runs for rival in (DEBUG, VALIDATE, APPLY, BARE)}
        found |= {Cell(rival, size, ONE): runs for rival in (APPLY, BARE)}
    # How much more a customer takes with many customers is a small difference.
    found |= {Cell(rival, 1000): 3 for rival in (DEBUG, APPLY)}
    found |= {replace(hundred, forks=forks): 2 for forks in (2, 20)}
    for latency in (0.02, 0.1):
        found |= {Cell(rival, 100, forks=forks, latency=latency): 2 for forks in (5, 20) for rival in (APPLY, BARE)}
    return found | {Cell(rival, 1, ONE, latency=0.02): 3 for rival in (LOOP, LOOP_BARE)}


def quick() -> dict[Cell, int]:
    """A few cases, to try the benchmark."""
    sizes = {Cell(rival, 10): 1 for rival in RIVALS if rival not in (START, LOOP, LOOP_BARE)}
    loops = {Cell(rival, 1, ONE, latency=0.02): 1 for rival in (LOOP, LOOP_BARE)}
    return {Cell(START, 1): 1, **sizes, **loops, Cell(APPLY, 10, latency=0.02, slices=2): 1, Cell(APPLY, 10, ONE): 1}


def declaration(changed: bool = False) -> dict[str, Any]:
    """The objects of a customer."""
    site = {"short_name": "WEB", "url": "http://www.example.com", "method": "HTTP", "tags": ["critical"]}
    return {
        "alertra": {"tags": [{"name": "critical"}], "devices": [{**site, "frequency": 10 if changed else 5}]},
        "pinghome": {"heartbeats": [{"name": "backup", "interval": 60}]},
        "pingplotter": {"users": [{"email_address": "support@example.com", "name": "Support"}]},
        "portmonitor": {"groups": [{"name": "Production"}]},
        "simplehelp": {"groups": [{"name": "Support"}]},
    }


def at_services(url: str) -> dict[str, str]:
    """The URL of each service at a server that is at all their addresses."""
    return {service: url.replace(ADDRESSES[ALL[0]], address) for service, address in ADDRESSES.items()}


def connections(urls: Mapping[str, str], folder: str = "") -> dict[str, dict[str, Any]]:
    """The connection options of a customer.

    :param urls: the URL of each service
    :param folder: the part of a path that belongs to the customer, with a slash in front
    """
    return {name: {"api_url": f"{urls[name]}{folder}/{root}", **_CREDENTIALS[name]} for name, root in _ROOTS.items()}
