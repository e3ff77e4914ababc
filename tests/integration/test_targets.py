# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of tasks, each through ansible-playbook in check mode and for real, twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import Account, Run, run_playbook, without_ids, writes
from sandbox.client import Sandbox

TARGETS = Path(__file__).parent / "four_runs"
# What a prediction cannot know of objects that do not exist yet.
IDS = ("id", "device_id", "tag_id", "unique_id", "user_id", "group_id", "target_id", "resource_id", "heartbeat_id")
UNKNOWN = (*IDS, "server_resource_id", "download_url")


def _run(accounts: Sequence[Account], target: str, *arguments: str) -> Run:
    tasks = yaml.safe_load((TARGETS / target / "tasks" / "main.yml").read_text(encoding="utf-8"))
    run = run_playbook(accounts, tasks, "--diff", *arguments)
    assert run.code == 0, run.output
    assert "WARNING" not in run.output, run.output
    return run


@pytest.mark.parametrize("target", sorted(path.parent.name for path in TARGETS.glob("*/seed.yml")))
def test_a_target_does_what_it_predicts_and_nothing_the_second_time(
    sandbox: Sandbox, accounts: Sequence[Account], target: str
) -> None:
    seed: dict[str, Any] = yaml.safe_load((TARGETS / target / "seed.yml").read_text(encoding="utf-8"))
    for service, state in seed.items():
        sandbox.set_state(service, state)
    predicted = _run(accounts, target, "--check")
    assert not writes(sandbox.requests())
    done = _run(accounts, target)
    # What a later task sees depends on what earlier ones did, so only tasks that write are compared.
    for prediction, fact in zip(_written(predicted), _written(done), strict=True):
        assert without_ids(prediction, UNKNOWN) == without_ids(fact, UNKNOWN)
    sandbox.clear_requests()
    for again in (_run(accounts, target), _run(accounts, target, "--check")):
        assert [result for result in again.ours if result["changed"]] == []
    assert not writes(sandbox.requests())


def _written(run: Run) -> list[dict[str, Any]]:
    """The results of the tasks that may write, without what Ansible adds to them."""
    return [
        {key: value for key, value in line["result"].items() if key != "invocation" and not key.startswith("_ansible")}
        for line in run.results
        if line["action"].startswith("declarative.monitoring.") and not line["action"].endswith("_info")
        if "once more" not in line["task"]
    ]
