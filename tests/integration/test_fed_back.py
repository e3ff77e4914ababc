# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns can be given to it again, whole: with its id, its masks, and what only the service sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.bad_input import GOOD
from integration.harness import Account, run_module
from sandbox.client import Sandbox

SERVICE = "11111111-1111-4111-8111-111111111111"
# Kinds whose result is not fed back: one manages several devices at once, the others always exist or have a test of
# their own, or a reference that has to exist.
NOT_FED_BACK = {
    "alertra_maintenance",
    "pinghome_integration",
    "portmonitor_account",
    "portmonitor_profile",
    "portmonitor_target",
    "simplehelp_machine",
    "simplehelp_machine_group",
    "simplehelp_server",
}
# Options of the objects besides those that each of them needs.
MORE: dict[str, dict[str, Any]] = {
    "pinghome_resource": {"headers": {"Authorization": "Bearer canary"}},
    "pinghome_server_resource": {"os": "linux"},
    "pingplotter_user": {"name": "A", "roles": ["AgentManagement"]},
    "simplehelp_technician": {"password": "canary-password"},
}
# By module: the name of the object in the result, and the options of a new object.
OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    module: (kind, {**GOOD.get(module, {}), **MORE.get(module, {})})
    for service in SERVICES.values()
    for kind in service.kinds
    if (module := f"{service.name}_{kind}") not in NOT_FED_BACK
}


def user_of(module: str, accounts: Sequence[Account]) -> Account:
    """The account at the service of a module."""
    return next(one for one in accounts if one.service == module.split("_")[0])


@pytest.mark.parametrize("module", OBJECTS)
def test_a_result_fed_back_changes_nothing(sandbox: Sandbox, accounts: Sequence[Account], module: str) -> None:
    (noun, options), user = OBJECTS[module], user_of(module, accounts)
    made = run_module(user, module, options)
    assert made["changed"], made
    for result in (made, run_module(user, module, options)):
        again = run_module(user, module, result[noun])
        assert not again.get("failed"), again["msg"]
        assert not again["changed"], again["diff"]


def test_what_only_the_service_sets_is_ignored_and_that_is_said(alertra: Account) -> None:
    device = {**OBJECTS["alertra_device"][1], "status": "Down"}
    one = run_module(alertra, "alertra_device", device)
    words = "Only the service sets status: ignored."
    assert [words in str(warning) for warning in one["warnings"]] == [True]
    several = run_module(alertra, "alertra_config", {"devices": [device, {**device, "short_name": "B"}]})
    assert [words in str(warning) for warning in several["warnings"]] == [True]
    assert several["summary"]["create"] == 1


def test_a_message_is_not_declared_under_two_names(sandbox: Sandbox, pinghome: Account) -> None:
    options = {"heartbeat_id": SERVICE, "message": "a", "message_text": "b"}
    refused = run_module(pinghome, "pinghome_heartbeat_event", options)
    assert "message" in refused["msg"]
    assert refused["failed"]
    assert not sandbox.requests()
