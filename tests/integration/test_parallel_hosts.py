# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several hosts of a play that declare the same objects on one controller: each object is created once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from integration.harness import COLLECTION, Account, Run, requests_of, run_playbook, writes
from sandbox.client import Sandbox

HOSTS = 5
RUNS = int(os.environ.get("PARALLEL_RUNS", "1"))
"""How often each kind is created; more with ``PARALLEL_RUNS``."""


class Declaration(NamedTuple):
    """An object that all hosts declare, and where the sandbox keeps it."""

    module: str
    options: Mapping[str, Any]
    place: str
    key: str

    @property
    def service(self) -> str:
        """The service of the module."""
        return self.module.split("_", maxsplit=1)[0]


KINDS = (
    Declaration("portmonitor_group", {"name": "Production"}, "groups", "name"),
    Declaration("alertra_tag", {"name": "production"}, "tags", "Name"),
    Declaration(
        "alertra_device",
        {"short_name": "PROD", "method": "HTTP", "url": "https://shop.example.com/", "frequency": 1},
        "devices",
        "ShortName",
    ),
    Declaration("pinghome_heartbeat", {"name": "production", "interval": 60}, "heartbeats", "name"),
    Declaration("simplehelp_group", {"name": "Production"}, "groups", "name"),
)


def play_on_hosts(
    folder: Path, accounts: Sequence[Account], tasks: Sequence[Mapping[str, Any]], *arguments: str, **env: str
) -> Run:
    """Run tasks on all hosts at once."""
    inventory, playbook = folder / "hosts.yml", folder / "parallel.yml"
    hosts = {f"host{number}": {"ansible_connection": "local"} for number in range(HOSTS)}
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": interpreter}}), encoding="utf-8")
    play = [{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]
    playbook.write_text(yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
    return run_playbook(accounts, playbook, "-i", str(inventory), "--forks", str(HOSTS), *arguments, **env)


def declare(kinds: Sequence[Declaration], runs: int = RUNS) -> list[dict[str, Any]]:
    """Tasks that declare an object of each kind, several times under another name."""
    tasks = []
    for run in range(runs):
        for kind in kinds:
            name = next(iter(kind.options))
            options = {**kind.options, name: f"{kind.options[name]}{run}"}
            tasks.append({f"{COLLECTION}.{kind.module}": options})
    return tasks


@pytest.mark.parametrize("direct", ["true", "false"], ids=["in forks", "in processes of their own"])
def test_hosts_that_declare_the_same_objects_create_each_once(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, direct: str
) -> None:
    for service in {kind.service for kind in KINDS}:
        # Longer than the hosts are apart, so that without turns each would create its own.
        sandbox.fault(service=service, kind="delay", seconds=0.2, method="POST", path="^(?!.*/(get|list)$)", times=-1)
    # Without turns the task of a host that comes later would fail because of the two objects.
    run = play_on_hosts(tmp_path, accounts, declare(KINDS), DECLARATIVE_MONITORING_DIRECT_EXECUTION=direct)
    assert run.code == 0, run.output
    for kind in KINDS:
        rows = Counter(row[kind.key] for row in sandbox.state(kind.service)[kind.place])
        names = [f"{next(iter(kind.options.values()))}{number}" for number in range(RUNS)]
        assert [rows[name] for name in names] == [1] * RUNS, (kind.module, rows)
        results = run.of(kind.module)
        assert len(results) == HOSTS * RUNS
        assert sum(result["changed"] for result in results) == RUNS, kind.module
        assert not any(result.get("warnings") for result in results), results


def test_hosts_that_find_nothing_to_do_send_no_request_more(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    play_on_hosts(tmp_path, accounts, declare(KINDS), "--limit", "host0")
    requests = []
    for arguments in (("--limit", "host0"), (), ("--check",)):
        before = len(sandbox.requests())
        run = play_on_hosts(tmp_path, accounts, declare(KINDS), *arguments)
        assert run.code == 0, run.output
        requests.append(len(sandbox.requests()) - before)
    assert requests == [requests[0], HOSTS * requests[0], HOSTS * requests[0]]


def test_a_run_without_a_second_writer_sends_no_request_more(
    sandbox: Sandbox, portmonitor: Account, tmp_path: Path
) -> None:
    tasks = [{f"{COLLECTION}.portmonitor_group": {"name": name}} for name in ("New", "New", "Newer")]
    with requests_of(sandbox, "portmonitor") as requests:
        run = play_on_hosts(tmp_path, [portmonitor], tasks, "--limit", "host0")
    assert [result["changed"] for result in run.ours] == [True, False, True]
    assert [one["method"] for one in requests] == ["GET", "POST", "GET", "GET", "POST"]
    assert len(writes(requests)) == 2
