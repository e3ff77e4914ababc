# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for a whole account that ends after any request, and another one: the same account, and nothing in it twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from faults.account import changed, without_passwords
from faults.network import Cut
from faults.proof import ideal, run
from faults.scenarios import SCENARIOS, Scenario
from integration.harness import ROOT
from sandbox.client import Sandbox

WHOLE = [scenario for scenario in SCENARIOS if scenario.many]
RUN = """
import json, sys
from integration.harness import Account, run_module
service, environment, module, options = json.load(sys.stdin)
run_module(Account(service, environment), module, options)
"""
DELAY_S = 1.0
GRACE_S = 60.0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take all runs for a whole account, or those that build one up."""
    scenarios = WHOLE if metafunc.config.getoption("--all-faults") else WHOLE[::2]
    metafunc.parametrize("scenario", scenarios, ids=lambda scenario: scenario.name)


def test_a_run_that_ends_after_any_request_is_completed_by_the_next(sandbox: Sandbox, scenario: Scenario) -> None:
    perfect = ideal(sandbox, scenario)
    problems = []
    for number in range(len(perfect.requests)):
        scenario.prepare(sandbox)
        # What is never sent is the same to the server, whether nobody is there to send it or nothing carries it.
        run(sandbox, scenario, perfect.options, Cut("refused", number, -1))
        again = run(sandbox, scenario, perfect.options)
        where = f"cut off before request {number + 1}"
        if again.result.get("failed"):
            problems.append(f"{where}, the next run fails: {again.result['msg']}")
        elif (now := without_passwords(again.after)) != (wanted := without_passwords(perfect.after)):
            wrong = {key: (wanted.get(key), now.get(key)) for key in changed(now, wanted)}
            problems.append(f"{where}, the next run ends with {wrong}")
        elif run(sandbox, scenario, perfect.options).result["changed"]:
            problems.append(f"{where}, the run after the next one still changes something")
    assert not problems, "\n".join(problems)


def test_a_process_that_is_killed_while_it_writes_leaves_what_the_next_run_completes(
    sandbox: Sandbox, scenario: Scenario
) -> None:
    perfect = ideal(sandbox, scenario)
    scenario.prepare(sandbox)
    user = scenario.user(sandbox)
    deletes = scenario.title == "clears up"
    if scenario.service == "simplehelp":
        request = {"method": "POST", "path": "/remove$" if deletes else "/new$"}
    else:
        request = {"method": "DELETE" if deletes else "POST", "path": "^(?!.*/login$)"}
    sandbox.fault(service=scenario.service, kind="delay", seconds=DELAY_S, **request)
    paths = [str(ROOT / "tests"), str(ROOT / "build" / "collections")]
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        text=True,
    ) as process:
        assert process.stdin is not None
        json.dump([user.service, dict(user.environment), scenario.module, dict(perfect.options)], process.stdin)
        process.stdin.close()
        wait(sandbox, scenario, under_way=True)
        process.kill()
    wait(sandbox, scenario, under_way=False)
    assert changed(perfect.before, scenario.holdings(sandbox)), (
        "the server was to act on the request of a process that is gone"
    )
    again = run(sandbox, scenario, perfect.options)
    assert not again.result.get("failed"), again.result
    assert again.after == perfect.after, changed(again.after, perfect.after)


def wait(sandbox: Sandbox, scenario: Scenario, under_way: bool) -> None:
    """Wait until the delayed request is under way, or done."""
    deadline = time.monotonic() + GRACE_S
    while True:
        delayed = [request for request in sandbox.requests(scenario.service) if request["fault"] == "delay"]
        if delayed and (delayed[0]["status"] is None) is under_way:
            return
        assert time.monotonic() < deadline, f"the delayed request is not {'under way' if under_way else 'done'}"
        time.sleep(0.05)
