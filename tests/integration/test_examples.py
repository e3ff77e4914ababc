# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example of every module's documentation, run as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import ROOT, Account, run_module, run_playbook
from sandbox.client import Sandbox
from tools import checkout

MODULES = checkout.modules()
SCENES = Path(__file__).parent / "examples"


def examples(module: str) -> list[dict[str, Any]]:
    """The tasks in the EXAMPLES of a module."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    found = re.search(r'^EXAMPLES = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    assert found, f"{module} has no EXAMPLES"
    tasks: list[dict[str, Any]] = yaml.safe_load(found[1])
    return tasks


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run_as_they_stand(sandbox: Sandbox, accounts: Sequence[Account], module: str) -> None:
    service = module.partition("_")[0]
    scene: dict[str, Any] = yaml.safe_load((SCENES / f"{service}.yml").read_text(encoding="utf-8"))
    sandbox.set_state(service, scene["state"])
    variables = {**scene["variables"]}
    if service == "alertra":
        # The id of a check is what the service makes it.
        user = next(account for account in accounts if account.service == "alertra")
        device = run_module(user, "alertra_device_info", {"include": ["checks"]})["devices"][0]
        variables["check_id"] = device["checks"][0]["check_id"]
    tasks = examples(module)
    run = run_playbook(accounts, [{"ansible.builtin.set_fact": variables, "no_log": False}, *tasks])
    assert run.code == 0, run.output
    used = [name for task in tasks for name in task if name.startswith("declarative.monitoring.")]
    assert f"declarative.monitoring.{module}" in used
    assert len(run.ours) == len(used)
