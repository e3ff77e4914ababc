# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks in the README, as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from integration.harness import ROOT, Account, run_playbook
from sandbox.client import Sandbox

VARIABLES = {
    "devices": [{"short_name": "WWW"}],
    "tags": [{"name": "production"}],
    "vault_alertra_api_key": "sandbox-key",
}


def _blocks() -> list[Any]:
    """The YAML in the README: requirements, a play, tasks, and keywords of a play."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [
        yaml.safe_load(dedent(block)) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]


@pytest.mark.usefixtures("no_forks")
def test_the_playbooks_of_the_readme_do_what_it_says(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    install, first, whole, defaults = _blocks()
    assert ["version" in one for one in install["collections"]] == [True]
    # The quick start is followed by `make build`.
    path = tmp_path / "site.yml"
    (device,) = first[0]["tasks"]
    whole_run = run_playbook([alertra], [device, {"ansible.builtin.set_fact": VARIABLES}, *whole])
    assert whole_run.code == 0, whole_run.output
    assert whole_run.ours[0]["changed"]
    assert [result["summary"]["create"] for result in whole_run.ours[1:]] == [1]  # the tag
    without_key = Account("alertra", {**alertra.environment, "ALERTRA_API_KEY": ""})
    play = {"hosts": "localhost", "gather_facts": False, "vars": VARIABLES, **defaults}
    path.write_text(
        yaml.safe_dump([{**play, "tasks": [{"declarative.monitoring.alertra_key_info": {}}]}]), encoding="utf-8"
    )
    run = run_playbook([without_key], path)
    assert run.code == 0, run.output
    assert run.ours[0]["key"]["writable"]
