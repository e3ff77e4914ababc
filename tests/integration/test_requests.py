# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the API calls of each task, and checks that docs/requests.md shows the same numbers.

If the environment variable WRITE_DOCS is set, the page is written instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from integration.harness import ROOT, Account, requests_of, run_module, writes
from sandbox.client import Sandbox

PAGE = ROOT / "docs" / "requests.md"
MANY, CHANGED = 40, 3
SERVICE_ID = "11111111-1111-4111-8111-111111111111"
RESOURCE = {
    "type": "http", "port": "", "method": "GET", "grace_period": 0, "recovery_period": 0, "skip_ssl_error": False,
    "not_follow_redirect": False, "is_advanced": False, "conditions": [], "regions": ["eu-central-1"],
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A kind of object: how to declare one, and many, and what of it can change."""

    title: str
    module: str
    key: str
    create: dict[str, Any]
    update: dict[str, Any] | None
    plural: str
    state: dict[str, Any] = field(default_factory=dict)
    name: Callable[[int], str] = lambda number: f"N{number}"

    def one(self, number: int, **more: Any) -> dict[str, Any]:
        """The declaration of one object."""
        return {self.key: self.name(number), **self.create, **more}


CASES = [
    Case(
        "Alertra device", "alertra_device", "short_name", {"method": "PING", "url": "www.example.com"},
        {"frequency": 30}, "devices",
    ),
    Case(
        "Alertra device, with a setting that the listing lacks", "alertra_device", "short_name",
        {"method": "PING", "url": "www.example.com", "timeout": 30}, {"timeout": 60}, "devices",
    ),
    Case("Alertra tag", "alertra_tag", "name", {}, None, "tags"),
    Case(
        "Pinghome resource", "pinghome_resource", "name", {**RESOURCE, "url": "https://www.example.com"},
        {"grace_period": 60}, "resources",
    ),
    Case("Pinghome heartbeat", "pinghome_heartbeat", "name", {"interval": 60, "enabled": True}, {"interval": 300},
         "heartbeats"),
    Case("PingPlotter agent", "pingplotter_agent", "name", {}, None, "agents"),
    Case(
        "PingPlotter user", "pingplotter_user", "email_address", {"roles": ["TargetManagement"]},
        {"roles": ["AgentManagement"]}, "users", name=lambda number: f"n{number}@example.com",
    ),
    Case("Port Monitor group", "portmonitor_group", "name", {}, None, "groups"),
    Case(
        "Port Monitor target", "portmonitor_target", "name", {"group": "Web", "type": "ping", "host": "192.0.2.1"},
        {"timeout": 5}, "targets", {"groups": [{"name": "Web"}]},
    ),
    Case("SimpleHelp technician", "simplehelp_technician", "username", {"display_name": "N"}, {"display_name": "M"},
         "technicians"),
    Case("SimpleHelp group", "simplehelp_group", "name", {"max_file_size": 10}, {"max_file_size": 20}, "groups"),
]  # fmt: skip


def _count(sandbox: Sandbox, user: Account, module: str, options: dict[str, Any], changed: bool) -> tuple[int, int]:
    """How many requests a task sends: to read, and to write."""
    with requests_of(sandbox, user.service) as requests:
        result = run_module(user, module, options)
    assert not result.get("failed"), result
    assert result["changed"] is changed, (module, options, result)
    written = len(writes(requests))
    return len(requests) - written, written


def _row(sandbox: Sandbox, user: Account, case: Case) -> list[str]:
    sandbox.set_state(user.service, case.state)
    counts = [
        _count(sandbox, user, case.module, case.one(0), changed=True),
        _count(sandbox, user, case.module, case.one(0), changed=False),
    ]
    if case.update is not None:
        counts.append(_count(sandbox, user, case.module, case.one(0, **case.update), changed=True))
    gone = {key: value for key, value in case.one(0).items() if key in (case.key, "group")}
    deleted = _count(sandbox, user, case.module, {**gone, "state": "absent"}, changed=True)
    config = f"{user.service}_config"
    everything = [case.one(number) for number in range(MANY)]
    run_module(user, config, {case.plural: everything})
    idle = _count(sandbox, user, config, {case.plural: everything}, changed=False)
    some = [case.one(number, **((case.update or {}) if number < CHANGED else {})) for number in range(MANY)]
    few = _count(sandbox, user, config, {case.plural: some}, changed=True) if case.update is not None else None
    cells = [*counts[:2], counts[2] if case.update is not None else None, deleted, idle, few]
    return [case.title, *(f"{cell[0]} + {cell[1]}" if cell else "-" for cell in cells)]


def _page(rows: Sequence[Sequence[str]]) -> str:
    head = ["", "create", "no change", "update", "delete", f"{MANY}, no change", f"{MANY}, {CHANGED} changed"]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"""<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# API calls per task

This page shows how many API calls a task makes. The tests counted them against the sandbox. Each cell shows the number
of read requests plus the number of write requests. The first four columns are for the module that manages one object,
in an account without other objects. The last two columns are for the `_config` module, with {MANY} objects.

- A listing takes one read request per page.
- If the listing does not show a declared option, each object takes an additional read request.
- Pinghome reads and writes through different hosts. Therefore the modules read back what they wrote.
- If the response to a creation does not contain the id of the new object, the account is listed once more.

{table}
"""


def test_requests_are_as_many_as_the_documentation_says(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    users = {user.service: user for user in accounts}
    rows = [_row(sandbox, users[case.module.partition("_")[0]], case) for case in CASES]
    page = _page(rows)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_each_change_among_many_costs_what_a_single_one_does(
    sandbox: Sandbox, accounts: Sequence[Account], case: Case
) -> None:
    """A thousand objects cost no more each than one: writes grow with the changes, reads with the objects."""
    user = next(user for user in accounts if user.service == case.module.partition("_")[0])
    sandbox.set_state(user.service, case.state)
    _reads, single = _count(sandbox, user, case.module, case.one(0), changed=True)
    config = f"{user.service}_config"
    _reads, written = _count(
        sandbox, user, config, {case.plural: [case.one(number) for number in range(MANY)]}, changed=True
    )
    assert written == single * (MANY - 1)
