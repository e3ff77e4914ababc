# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change is rehearsed in a copy of the account: the plan is the same, and so is what it leads to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from integration.harness import Account, account
from integration.test_playbooks_ops import plan_of, play
from integration.test_probe import SWITCHES
from integration.test_roles_config import ACCOUNTS
from sandbox.client import Sandbox
from sandbox.rehearsal import CREDENTIALS, RehearsalError, prepare, read_declarations, read_profile


def test_a_change_has_the_same_plan_in_the_copy_as_in_the_account(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for service, state in ACCOUNTS.items():
        sandbox.set_state(service, state)
        sandbox.switches(service, **SWITCHES[service])
    folder = tmp_path / "declarations"
    for name, variables in (("probe", {"probe_directory": tmp_path}), ("export", {"export_directory": folder})):
        run = play(accounts, name, **{key: str(value) for key, value in variables.items()})
        assert run.code == 0, run.output
    with Sandbox.start() as copy:
        prepare(copy, tmp_path / "profile.json", folder)
        assert copy.switches("alertra")["config_place"] == "HostData"
        users = [account(copy, service, **CREDENTIALS[service]) for service in copy.services]
        run = play(users, "plan", config_directory=str(folder))
        assert run.code == 0, run.output
        path = folder / "alertra.yml"
        path.write_text(path.read_text("utf-8").replace("frequency: 1\n", "frequency: 30\n"), encoding="utf-8")
        plans = [play(one, "plan", config_directory=str(folder)) for one in (accounts, users)]
        assert [run.code for run in plans] == [2, 2]
        assert plan_of(plans[0]) == plan_of(plans[1])
        assert plan_of(plans[0])[-2] == "  ~ device WWW: frequency: 1 -> 30"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not a profile"),
        ("[]", "it must have"),
        ('{"alerta": {}}', "has a service 'alerta'; there are alertra"),
    ],
)
def test_a_file_that_is_no_profile_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RehearsalError, match=sentence):
        read_profile(path)


def test_a_folder_without_declarations_is_named(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError, match="There are no declarations"):
        read_declarations(tmp_path)


def test_text_that_an_export_marks_as_unsafe_is_read(tmp_path: Path) -> None:
    (tmp_path / "alertra.yml").write_text('alertra:\n  tags:\n    - name: !unsafe "{{ x }}"\n', encoding="utf-8")
    assert json.dumps(read_declarations(tmp_path)) == '{"alertra": {"tags": [{"name": "{{ x }}"}]}}'
