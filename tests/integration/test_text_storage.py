# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that store names in another form: never two objects, no change in every run, and a sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import Account, Result, requests_of, run_module, writes
from properties.worlds import WORLDS
from sandbox.client import Sandbox

NAMES = {
    "trim": "Night shift ",
    "collapse": "Night  shift",
    "entities": "R&D",
    "nfc": "Cafe\u0301",
    "cut": "The production web server of the customer in Berlin",
    "lower": "OPS",
}
"""By the position of the switch: a name that is stored in another form."""


class Named(NamedTuple):
    """A kind of objects that have names.

    :ivar options: what creating one takes besides the name
    :ivar state: what the account holds
    :ivar answers: the positions of the switch create_answer, from the answer that shows most to the one that shows least
    """

    options: Mapping[str, Any] = {}
    state: Mapping[str, Any] = {}
    answers: Sequence[str] = ()


PORTMONITOR = ("full", "id", "empty")
PINGHOME = ("object", "id", "message")
SIMPLEHELP = ("uniqueID", "no_id")
KINDS = {
    "alertra_device": Named({"method": "PING", "url": "192.0.2.1"}, {}, ("full", "device_id_object", "empty")),
    "alertra_tag": Named({}, {}, ("full", "device_id_object", "empty")),
    "pinghome_heartbeat": Named({"interval": 60}, {}, PINGHOME),
    "pinghome_resource": Named({"type": "http", "url": "https://www.example.com/"}, {}, PINGHOME),
    "pinghome_server_resource": Named({}, {}, PINGHOME),
    "pingplotter_agent": Named({}, {}, ("object",)),
    "pingplotter_user": Named({}, {}, ("object",)),
    "portmonitor_group": Named({}, {}, PORTMONITOR),
    "portmonitor_target": Named(
        {"group": "Web", "type": "ping", "host": "192.0.2.1"}, {"groups": [{"name": "Web"}]}, PORTMONITOR
    ),
    "simplehelp_group": Named({}, {}, SIMPLEHELP),
    "simplehelp_technician": Named({}, {}, SIMPLEHELP),
}
# Kinds that are not found by a name, or have no name that a user chooses.
WITHOUT_NAME = {
    "alertra_maintenance",
    "pinghome_integration",
    "portmonitor_account",
    "portmonitor_profile",
    "simplehelp_machine",
    "simplehelp_machine_group",
    "simplehelp_server",
}
CASES = [(module, way, answer) for module, named in KINDS.items() for way in NAMES for answer in named.answers]


def test_every_kind_is_here() -> None:
    kinds = {f"{service.name}_{kind}" for service in SERVICES.values() for kind in service.kinds}
    assert kinds == {*KINDS, *WITHOUT_NAME}


class Stored:
    """The objects of a kind at a service that stores their names in its own way."""

    def __init__(self, sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str, answer: str = "") -> None:
        service, _, self.kind = module.partition("_")
        self.sandbox, self.module, self.service = sandbox, module, service
        self.user = next(one for one in accounts if one.service == service)
        self.world = next(one for one in WORLDS if one.name == service)
        self.name_option = self.world.service.kinds[self.kind].name_option
        sandbox.set_state(service, dict(KINDS[module].state))
        sandbox.switches(service, text_storage=way, **({"create_answer": answer} if answer else {}))
        name = NAMES[way]
        email = f"{name.replace(' ', '.')}@example.com" if way != "trim" else "ops@example.com "
        self.options = {**KINDS[module].options, self.name_option: email if module == "pingplotter_user" else name}

    def run(self) -> Result:
        """Declare the object."""
        return run_module(self.user, self.module, self.options)

    def run_config(self) -> Result:
        """Declare the object as the only one of its kind."""
        plural = self.world.service.kinds[self.kind].plural
        return run_module(self.user, f"{self.service}_config", {plural: [self.options], "prune": [plural]})

    def ids(self) -> list[str]:
        """The ids of the objects."""
        return sorted(self.world.rows(self.sandbox.state(self.service), self.kind))


@pytest.mark.parametrize(("module", "way", "answer"), CASES)
def test_the_second_run_writes_nothing(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str, answer: str
) -> None:
    stored = Stored(sandbox, accounts, module, way, answer)
    first, made = stored.run(), stored.ids()
    assert len(made) <= 1
    with requests_of(sandbox, stored.service) as requests:
        second = stored.run()
    assert stored.ids() == made
    assert writes(requests) == []
    assert second.get("failed") or not second["changed"], (first, second)
    if way == "trim":
        assert (made, requests) == ([], [])


@pytest.mark.parametrize(("module", "way"), dict.fromkeys((module, way) for module, way, _answer in CASES))
def test_pruning_never_takes_what_the_declared_object_was_stored_as(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str
) -> None:
    stored = Stored(sandbox, accounts, module, way)
    stored.run_config()
    made = stored.ids()
    assert len(made) <= 1
    with requests_of(sandbox, stored.service) as requests:
        stored.run_config()
    assert (stored.ids(), writes(requests)) == (made, [])
