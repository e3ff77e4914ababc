# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Survey answers as AWX passes them: a file with C(!unsafe) texts, which ansible-core 2.19 and newer read as YAML.

tests/tools/matrix.py runs this file on the oldest and the newest ansible-core, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.release import __version__

from integration.awx_workflow import extra_vars_file
from integration.harness import ROOT, Account, Run
from integration.roles import run_playbooks, writes_in
from integration.variables import described
from sandbox.client import Sandbox

CHANGES_TYPES = tuple(map(int, __version__.split(".")[:2])) >= (2, 19)


def run(
    users: Sequence[Account], folder: Path, answers: Mapping[str, Any], *playbooks: str, check: bool = False
) -> Run:
    """Run playbooks with these answers."""
    text = extra_vars_file({"template_vars": {}, "extra_vars": answers})
    (folder / "answers.yml").write_text(text, encoding="utf-8")
    arguments = ("-e", f"@{folder / 'answers.yml'}", *(["--check"] if check else []))
    return run_playbooks(users, [(name, {}) for name in playbooks], folder, *arguments)


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


# An answer that counts as none. Versions that keep the text do not read it as null.
NULL = "null" if CHANGES_TYPES else ""
SITE = {"site_name": "Berlin", "site_urls": "WWW=https://www.example.com/"}
PRUNE = {
    "config_services": ["alertra"],
    "config_prune": "alertra.tags\n",
    "config_prune_limit": 1,
    "config_prune_only": "alertra: {tags: {name: old*}}",
}
LEFT = {"offboarding_mode": "remove", "offboarding_missing_ok": "true"}
SESSION = {"Status": "Active", "Description": "www.example.com", "IpAddress": "192.0.2.1"}
STATE: dict[str, dict[str, Any]] = {
    "alertra": {
        "tags": [{"Name": "old"}, {"Name": "kept"}],
        "devices": [{"ShortName": "A", "Method": "PING", "URL": "a.example.com", "Tags": ["kept"]}],
    },
    "pinghome": {
        "resources": [{"name": "Shop", "type": "http", "url": "https://shop.example.com/"}],
        "server_resources": [{"name": "Database"}],
        "heartbeats": [{"name": "Backup", "interval": 86400}],
    },
    "pingplotter": {
        "agents": [
            {
                "Name": "laptop",
                "UniqueId": "id-1",
                "LastMessageTime": "2025-01-01T12:00:00+00:00",
                "Sessions": [SESSION],
            }
        ]
    },
    "portmonitor": {
        "groups": [{"name": "Mail"}],
        "targets": [{"name": "SMTP", "group": "Mail", "url": "http://mx.example.com"}],
    },
    "simplehelp": {"groups": [{"name": "Desk"}, {"name": "Night shift"}], "technicians": [{"username": "ben"}]},
}
# What each playbook is asked, all of it, with the types that AWX gives; FOLDER is a folder. Then texts of the output.
COMPLETE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "onboard_technician": (
        {
            "technician_username": "anna",
            "technician_name": "Anna",
            "technician_email": "anna@example.com",
            "technician_groups": "Desk\nNight shift\n",
            "technician_password": "it's: {{ a }} #1",
            "technician_roles": "TargetManagement\nAgentManagement",
        },
        ["would be created: technician anna", "would be created: user anna@example.com"],
    ),
    "offboard_technician": (
        {
            "technician_username": "ben",
            "technician_email": "none@example.com",
            "offboarding_remove": "ben\nnone@example.com",
            "config_directory": NULL,
            **LEFT,
        },
        ["would be deleted: technician ben", "Not found: user none@example.com"],
    ),
    "onboard_site": (
        {
            **SITE,
            "site_hosts": "vpn.example.com:443\nGW=gw.example.com",
            "site_services": ["alertra", "portmonitor"],
            "site_definition": "alertra: {devices: [{short_name: WWW, frequency: 1}]}",
        },
        [
            "Alertra: would be created: tag Berlin, device WWW, ",
            "Port Monitor: would be created: group Berlin, target WWW, target vpn.example.com:443, target GW",
        ],
    ),
    "offboard_site": (
        {
            "site_name": "old",
            "site_urls": "A=https://a.example.com/",
            "site_services": ["alertra"],
            "site_definition": "alertra: {devices: [{short_name: A}]}",
            "offboarding_remove": "old\nA",
            "config_directory": "FOLDER/files",
            **LEFT,
        },
        ["would be deleted: device A, tag old"],
    ),
    "apply": (
        {"config_directory": "FOLDER/files", **PRUNE, "approved_plan": NULL, "undo_directory": "FOLDER/undo"},
        ["+ tag new", "- tag old", "Plan: 1 to create, 0 to update, 1 to delete, 1 undeclared"],
    ),
    "plan": (
        {
            "config_directory": "FOLDER/files",
            **PRUNE,
            "plan_file": "FOLDER/plan.json",
            "plan_fail_on_drift": "false",
            "plan_fail_on_undeclared": "false",
        },
        ["+ tag new", "- tag old", "Plan: 1 to create, 0 to update, 1 to delete, 1 undeclared"],
    ),
    "undo": (
        {
            "undo_file": "FOLDER/files/alertra.yml",
            "plan_file": "FOLDER/plan.json",
            "approved_plan": NULL,
            "undo_directory": "FOLDER/undo",
        },
        ["+ tag new"],
    ),
    "validate": (
        {"config_directory": "FOLDER/files", "config_services": ["alertra", "pinghome"]},
        ["Valid: 1 object at Alertra."],
    ),
    "export": (
        {"export_directory": "FOLDER/export", "export_services": ["alertra", "portmonitor"]},
        ["Changed: alertra.yml, portmonitor.yml"],
    ),
    "maintenance": (
        {
            "maintenance_state": "started",
            "maintenance_tag": "kept",
            "maintenance_devices": NULL,
            "maintenance_duration": "1:30",
            "maintenance_extend": "false",
            "maintenance_resources": "Shop",
            "maintenance_server_resources": "",
            "maintenance_heartbeats": "Backup\n",
            "maintenance_agents": "laptop",
        },
        ["Shop", "Backup", "laptop"],
    ),
    "agent_schedule": ({"agent_sessions": "paused", "agent_names": "laptop\n"}, ["laptop"]),
    "agent_from_ticket": ({"agent_name": "laptop-17", "ticket_reference": "4711"}, ["laptop-17"]),
    "stale_agents": (
        {"stale_days": 30, "stale_names": "laptop\n", "stale_limit": NULL},
        ["1 of 1 agents is stale. 1 would be deleted."],
    ),
    "simplehelp_audit": ({"audit_fail": "false", "audit_ignore": "no_restrictions\nno_mfa:Desk"}, ["findings"]),
    "uptime_report": (
        {
            "report_directory": "FOLDER/reports",
            "report_month": "2026-10",
            "report_time_zone": "Europe/Vienna",
            "report_title": "Berlin",
            "report_tags": "kept",
            "report_groups": "Mail",
            "report_services": "Shop=11111111-1111-4111-8111-111111111111",
            "report_names": "A*\nS*",
        },
        ["of 3 monitors reached"],
    ),
}
# Others are run in check mode.
RUN = ("export",)


@pytest.mark.parametrize("playbook", COMPLETE)
def test_each_playbook_takes_an_answer_to_every_question(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, playbook: str
) -> None:
    for service, state in STATE.items():
        sandbox.set_state(service, state)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "alertra.yml").write_text("alertra: {tags: [{name: new}]}", encoding="utf-8")
    answers, texts = COMPLETE[playbook]
    given = {
        name: value.replace("FOLDER", str(tmp_path)) if isinstance(value, str) else value
        for name, value in answers.items()
    }
    done = run(accounts, tmp_path, given, playbook, check=playbook not in RUN)
    assert done.code == 0, done.output
    assert [text for text in texts if text not in done.output] == [], done.output


def test_every_question_is_answered_and_every_answer_checked() -> None:
    surveys = yaml.safe_load((ROOT / "extensions" / "awx" / "vars" / "surveys.yml").read_text(encoding="utf-8"))
    asked = {playbook: {one["variable"] for one in found} for playbook, found in surveys["awx_surveys"].items()}
    assert {playbook: set(answers) for playbook, (answers, _texts) in COMPLETE.items()} == asked
    for playbook, names in asked.items():
        assert names <= described(playbook).keys(), playbook
    types = {one["variable"]: one["type"] for found in surveys["awx_surveys"].values() for one in found}
    given = {"integer": int, "multiselect": list}
    for answers, _texts in COMPLETE.values():
        for name, value in answers.items():
            assert value == NULL or isinstance(value, given.get(types[name], str)), name
