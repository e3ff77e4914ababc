# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Survey answers as AWX passes them: a file with C(!unsafe) texts, which ansible-core 2.19 and newer read as YAML.

tests/tools/matrix.py runs this file on the oldest and the newest ansible-core, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from ansible.release import __version__

from integration.harness import ROOT, Account, Run
from integration.roles import run_playbooks, writes_in
from integration.variables import described
from sandbox.client import Sandbox

CHANGES_TYPES = tuple(map(int, __version__.split(".")[:2])) >= (2, 19)


def run(users: Sequence[Account], folder: Path, answers: dict[str, str], *playbooks: str) -> Run:
    """Run playbooks with these answers."""
    lines = ["---", *(f"{name}: !unsafe {_quoted(text)}" for name, text in answers.items())]
    (folder / "answers.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run_playbooks(users, [(name, {}) for name in playbooks], folder, "-e", f"@{folder / 'answers.yml'}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# What each playbook is asked, and the answers that ansible-core 2.19 makes something else of.
CHANGED: list[tuple[str, dict[str, str], list[str]]] = [
    (
        "onboard_technician",
        {
            "technician_username": "0123",
            "technician_password": "01234567",
            "technician_email": "",
            "technician_name": "1_2",
        },
        ["technician_name", "technician_password", "technician_username"],
    ),
    ("onboard_site", {"site_name": "2024-01-01", "site_services": "alertra", "site_urls": ""}, ["site_name"]),
    ("agent_from_ticket", {"agent_name": "true", "ticket_reference": "1234.50"}, ["agent_name", "ticket_reference"]),
]


@pytest.mark.parametrize(("playbook", "answers", "names"), CHANGED, ids=[case[0] for case in CHANGED])
def test_a_name_or_password_that_is_no_longer_text_is_never_set(
    sandbox: Sandbox,
    accounts: Sequence[Account],
    tmp_path: Path,
    playbook: str,
    answers: dict[str, str],
    names: list[str],
) -> None:
    done = run(accounts, tmp_path, answers, playbook)
    if CHANGES_TYPES:
        assert done.code == 2, done.output
        for name in names:
            assert re.search(rf"{name} must be a text, not (a number|a date|true)", done.output)
        assert "Nothing was changed." in done.output
        assert "ansible-core 2.18" in done.output
        assert "342391" not in done.output
        assert not writes_in(sandbox.requests())
        return
    assert done.code == 0, done.output
    technicians = {one["username"]: one["password"] for one in sandbox.state("simplehelp")["technicians"]}
    assert technicians.get("0123") == answers.get("technician_password")
    assert [one["Name"] for one in sandbox.state("alertra")["tags"]] == [
        answers[name] for name in names if "site" in name
    ]
    assert [one["Name"] for one in sandbox.state("pingplotter")["agents"]] == [
        answers[name] for name in names if name == "agent_name"
    ]


FILES = {"plan_file": "1_2", "approved_plan": "0x53", "undo_directory": "01234567"}
FOLDERS: list[tuple[str, dict[str, str]]] = [
    ("plan", {"config_directory": "0123", "config_prune": "2024-01-01", "plan_file": "1_2"}),
    ("apply", {"config_directory": "true", "config_services": "12", "config_hosts": "1:23", **FILES}),
    ("undo", {"undo_file": "2024-01-01", **FILES}),
    ("validate", {"config_directory": "1_2", "config_hosts": "1.50"}),
]


@pytest.mark.parametrize(("playbook", "answers"), FOLDERS, ids=[case[0] for case in FOLDERS])
def test_a_folder_or_file_that_is_no_longer_text_is_never_looked_for(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, playbook: str, answers: dict[str, str]
) -> None:
    done = run([alertra], tmp_path, answers, playbook)
    assert done.code == 2, done.output
    if CHANGES_TYPES:
        assert "Nothing was changed." in done.output
        for name in answers:
            assert re.search(rf"{name} must be a (text|list of texts), not (a number|a date|true)", done.output)
    else:
        # These versions look for what the user has written.
        assert any(text in done.output for text in answers.values())
    assert not sandbox.requests()


def test_an_answer_that_is_neither_true_nor_false_is_refused(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    (tmp_path / "alertra.yml").write_text("alertra: {tags: [{name: new}]}", encoding="utf-8")
    for name in ("plan_fail_on_drift", "plan_fail_on_undeclared"):
        answers = {"config_directory": str(tmp_path / "alertra.yml"), name: "perhaps"}
        done = run([alertra], tmp_path, answers, "plan")
        assert done.code == 2, done.output
        assert f"{name} must be true or false, not perhaps." in done.output
    assert not sandbox.requests()


def test_durations_truth_values_lists_and_empty_answers_are_understood(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    device = {"ShortName": "WWW", "Method": "PING", "URL": "www.example.com"}
    sandbox.set_state("alertra", {"devices": [device]})
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "alertra.yml").write_text("alertra: {tags: [{name: new}]}", encoding="utf-8")
    answers = {
        "maintenance_duration": "10:00",
        "maintenance_devices": "WWW",
        "maintenance_tag": "",
        "maintenance_state": "",
        "config_directory": str(tmp_path / "files"),
        "config_prune": "",
        "config_prune_limit": "",
        "plan_fail_on_drift": "false",
        "export_directory": str(tmp_path / "export"),
        "export_services": "",
    }
    done = run([alertra], tmp_path, answers, "maintenance", "plan", "export")
    assert done.code == 0, done.output
    (request,) = [one for one in sandbox.requests("alertra") if one["method"] != "GET"]
    assert "10:00" in str(request)
    assert (
        "Alertra: 1 to create\n  + tag new\nPlan: 1 to create, 0 to update, 0 to delete, 0 undeclared." in done.output
    )
    assert (tmp_path / "export" / "alertra.yml").is_file()


def test_every_answer_is_checked() -> None:
    surveys = yaml.safe_load((ROOT / "extensions" / "awx" / "vars" / "surveys.yml").read_text(encoding="utf-8"))
    for playbook, questions in surveys["awx_surveys"].items():
        assert {one["variable"] for one in questions} <= described(playbook).keys(), playbook
