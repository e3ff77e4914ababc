# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creations that the server gets to only after the task has given up waiting, on a real clock and a real connection."""

from __future__ import annotations

import time
from typing import Any

import pytest

from faults.scenarios import SITE, WEB, Scenario
from integration.conftest import CREDENTIALS
from integration.harness import account, run_module
from sandbox.client import Sandbox

TIMEOUT_S, RETRIES, MAX_WAIT_S, DELAY_S = 0.5, 2, 2, 1.5
LOOKING_S = 6.0
"""For how long a service that may lag is asked whether a creation has happened."""
SLACK_S = 20.0
"""What a machine that is busy with other things may add."""
CREATIONS: dict[str, dict[str, Any]] = {
    "alertra_device": {"short_name": "SHOP", **WEB},
    "pinghome_heartbeat": {"name": "hourly", "interval": 60, "enabled": True},
    "pingplotter_agent": {"name": "desktop"},
    "portmonitor_target": {"group": "Web", "name": "Blog", **SITE},
    "simplehelp_technician": {"username": "anna"},
}


@pytest.mark.parametrize("module", CREATIONS)
def test_a_creation_that_happens_after_the_timeout_is_said_to_be_open_and_found_by_the_next_run(
    sandbox: Sandbox, module: str
) -> None:
    scenario = Scenario(module, "creates", CREATIONS[module])
    scenario.prepare(sandbox)
    limits = {"api_timeout": str(TIMEOUT_S), "api_retries": str(RETRIES), "api_max_wait": str(MAX_WAIT_S)}
    user = account(sandbox, scenario.service, **limits, **CREDENTIALS[scenario.service])
    path = "/new$" if scenario.service == "simplehelp" else ""
    sandbox.fault(service=scenario.service, method="POST", path=path, kind="delay", seconds=DELAY_S)
    started = time.monotonic()
    result = run_module(user, module, CREATIONS[module])
    assert time.monotonic() - started < MAX_WAIT_S + TIMEOUT_S + LOOKING_S + SLACK_S
    if result.get("failed"):
        assert f"no answer within {TIMEOUT_S:g} s" in result["msg"]
        assert "the object does not exist yet but may still appear; run again" in result["msg"]
        assert result["failure"]["status"] is None
    else:
        assert result["changed"], result
    while any(one["status"] is None for one in sandbox.requests(scenario.service)):
        assert time.monotonic() - started < SLACK_S, "the server has not acted"
        time.sleep(0.05)
    patient = scenario.user(sandbox)
    again = run_module(patient, module, CREATIONS[module])
    assert not again.get("failed"), again
    assert not again["changed"], again
    assert len([one for one in sandbox.requests(scenario.service) if one["method"] == "POST"]) == 1
