# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows of the AWX kit that wait for an approval, with the jobs that they start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.awx_server import Awx, ForbiddenError, Object
from integration.awx_workflow import WorkflowJob, extra_vars_file
from integration.conftest import CREDENTIALS
from integration.harness import ROOT, Account, Run, run_playbook, writes
from integration.roles import statistics
from sandbox.client import Sandbox

PROJECT = ROOT / "extensions" / "awx" / "project"
# A text that newer versions of Ansible would read as another value, or as a template, if it were a variable of its own.
NAME = "{{ 7 }} 01234567"


class _Jobs:
    """Runs jobs with the variables that AWX gives them, and keeps the runs."""

    def __init__(self, folder: Path, users: Sequence[Account] = (), inventory: Path | None = None) -> None:
        self._folder, self._users, self._inventory = folder, users, inventory
        self.runs: list[Run] = []

    def run(self, job: Object) -> tuple[bool, Object]:
        """Run the playbook of a job on the hosts of its slice; returns whether it succeeded, and its artifacts."""
        path = self._folder / "extra_vars.yml"
        path.write_text(extra_vars_file(job), encoding="utf-8")
        arguments = ["-e", f"@{path}"]
        if self._inventory is not None:
            arguments += ["-i", str(self._inventory), "--limit", ",".join(job["hosts"])]
        run = run_playbook(self._users, PROJECT / job["playbook"], *arguments)
        self.runs.append(run)
        return run.code == 0, statistics(run)


def check_approval(awx: Awx, sandbox: Sandbox, folder: Path) -> None:
    """The job after the approval does what the plan says, for the accounts of the credentials."""
    service = Account(
        "alertra",
        {"ALERTRA_API_KEY": CREDENTIALS["alertra"]["api_key"], "ALERTRA_API_URL": sandbox.services["alertra"]},
    )
    path = folder / "approved.yml"
    path.write_text(yaml.safe_dump({"alertra": {"tags": [{"name": "old"}]}}), encoding="utf-8")
    jobs = _Jobs(folder, [service])
    workflow = WorkflowJob(awx, "Apply the declarations with approval", jobs.run, {"config_directory": str(path)})
    assert workflow.status == "running"
    assert "+ tag old" in jobs.runs[0].output
    assert not writes(sandbox.requests())
    with pytest.raises(ForbiddenError):
        workflow.decide("Operations", approve=True)
    workflow.decide("Approvers", approve=True)
    assert workflow.status == "successful", jobs.runs[-1].output
    assert [one["Name"] for one in sandbox.state("alertra")["tags"]] == ["old"]
    # Launched alone, the job has no plan.
    alone = awx.launch("Apply an approved plan")["job"]
    alone["extra_vars"]["config_directory"] = str(path)
    assert not jobs.run({**alone, "slice": (1, 1)})[0]
    assert "The approved plan is missing: no earlier job of this workflow has published a plan" in jobs.runs[-1].output
    # Nothing is applied that was denied.
    denied = WorkflowJob(awx, "Apply the declarations with approval", lambda job: (True, {}))
    denied.decide("Approvers", approve=False)
    assert denied.status == "failed"


def check_approval_of_customers(awx: Awx, sandbox: Sandbox, folder: Path) -> None:
    """Each customer gets what the approved plan says, or nothing, although slices divide the customers otherwise."""
    names = ["customer-01", "customer.02", "customer03"]
    inventory = folder / "customers.yml"
    inventory.write_text(
        yaml.safe_dump({"customers": {"hosts": {name: _customer(sandbox, folder, name) for name in names}}}),
        encoding="utf-8",
    )
    awx.imported["Customers"] = names[:2]
    awx.update_source("Customers")
    jobs = _Jobs(folder, inventory=inventory)
    workflow = WorkflowJob(awx, "Apply the declarations of all customers with approval", jobs.run)
    assert len(jobs.runs) == 2
    # Meanwhile, somebody creates the tag of one customer, and there is a new customer.
    sandbox.set_state("alertra", {"tags": [{"Name": NAME}]}, "key-of-customer.02")
    awx.imported["Customers"] = names
    sandbox.clear_requests()
    workflow.decide("Approvers", approve=True)
    assert workflow.status == "failed"
    output = "".join(run.output for run in jobs.runs[2:])
    assert len(jobs.runs) == 4
    assert "The approved plan is not the plan of this run, so nothing was changed." in output
    assert (
        "The approved plan is missing: no earlier job of this workflow has published a plan of the host customer03"
        in output
    )
    assert [one["account"] for one in sandbox.requests("alertra") if one["method"] != "GET"] == ["customer-01"]


def _customer(sandbox: Sandbox, folder: Path, name: str) -> dict[str, Any]:
    """The variables of a customer with an account of its own."""
    sandbox.add_account("alertra", key=f"key-of-{name}", name=name)
    path = folder / f"declarations-{name}.yml"
    path.write_text(
        yaml.safe_dump({"alertra": {"tags": [{"name": "{% raw %}" + NAME + "{% endraw %}"}]}}), encoding="utf-8"
    )
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "config_directory": str(path),
        "monitoring_config_connections": {
            "alertra": {"api_url": sandbox.services["alertra"], "api_key": f"key-of-{name}"}
        },
    }
