# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks for what exists already: export, plan, apply, maintenance and the schedule of agents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from integration.chat import chat
from integration.harness import ROOT, Account, Run, requests_of, run_playbook, writes
from integration.test_any_text import NASTY, SHOWN
from integration.test_roles_config import ACCOUNTS, failure
from sandbox.client import Sandbox

DEMO = str(ROOT / "demo" / "customer.yml")
PRUNE = "alertra.devices, alertra.tags\nsimplehelp.technicians\n"


def play(users: Sequence[Account], name: str, *arguments: str, **variables: Any) -> Run:
    """Run a playbook of the collection by its name, as AWX and people do."""
    return run_playbook(users, Path(f"declarative.monitoring.{name}"), "-e", json.dumps(variables), *arguments)


def report(run: Run) -> list[str]:
    """The lines that a run showed last."""
    shown = [line["result"]["msg"] for line in run.results if line["action"] == "ansible.builtin.debug"]
    return [str(line) for line in shown[-1]]


def plan_of(run: Run) -> list[str]:
    """The lines of the plan, all of which are on the screen."""
    (lines,) = [result["report"] for result in run.of("monitoring_config") if "report" in result]
    assert "\n".join(lines) in run.output
    return [str(line) for line in lines]


def test_an_export_is_planned_as_no_change_and_an_edit_as_that_edit(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for service, state in ACCOUNTS.items():
        sandbox.set_state(service, state)
    before = {service: sandbox.state(service) for service in ACCOUNTS}
    folder = tmp_path / "export"
    exported = play(accounts, "export", export_directory=str(folder), export_services="")
    assert exported.code == 0, exported.output
    assert report(exported) == [
        f"Changed: {', '.join(f'{service}.yml' for service in sorted(ACCOUNTS))}",
        "Unchanged: none",
    ]
    options = {"config_directory": str(folder), "config_prune": PRUNE, "config_prune_limit": 0}
    run = play(accounts, "plan", **options)
    assert run.code == 0, run.output
    assert plan_of(run)[-1] == "Plan: 0 to create, 0 to update, 0 to delete, 0 undeclared."
    assert len(plan_of(run)) == 1 + len(ACCOUNTS)
    path = folder / "alertra.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("frequency: 1\n", "frequency: 30\n"), encoding="utf-8")
    run = play(accounts, "plan", **options)
    assert failure(run) == f"1 of {len(ACCOUNTS)} accounts is not as declared: alertra."
    assert plan_of(run)[-3:] == [
        "Alertra: 1 to update",
        "  ~ device WWW: frequency: 1 -> 30",
        "Plan: 0 to create, 1 to update, 0 to delete, 0 undeclared.",
    ]
    run = play(accounts, "plan", **options, plan_fail_on_drift="false")
    assert run.code == 0, run.output
    assert not writes(sandbox.requests())
    assert {service: sandbox.state(service) for service in ACCOUNTS} == before
    run = play(accounts, "apply", **options)
    assert run.code == 0, run.output
    assert plan_of(run)[-3:] == [
        "Alertra: 1 updated",
        "  ~ device WWW: frequency: 1 -> 30",
        "Applied: 0 created, 1 updated, 0 deleted, 0 undeclared.",
    ]
    assert len(writes(sandbox.requests())) == 1


def test_an_export_into_a_relative_folder_is_made_where_the_user_is(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    sandbox.set_state("alertra", ACCOUNTS["alertra"])
    variables = json.dumps({"export_directory": "declarations", "export_services": "alertra"})
    playbook = Path("declarative.monitoring.export")
    run = run_playbook([alertra], playbook, "-e", variables, cwd=tmp_path, PWD="/")
    assert run.code == 0, run.output
    names = sorted(path.name for path in (tmp_path / "declarations").iterdir())
    assert names == ["alertra.yml", "declarations.schema.json"]


def test_what_a_plan_would_prune_is_drift_too(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "old"}]})
    (tmp_path / "alertra.yml").write_text("alertra: {tags: []}\n", encoding="utf-8")
    options: dict[str, Any] = {"config_directory": str(tmp_path), "config_prune": ["alertra.tags"]}
    run = play([alertra], "plan", **options, config_prune_limit=0)
    assert "prune would delete 1 objects, but prune_limit is 0: tag old (" in failure(run)
    run = play([alertra], "plan", **options, config_prune_limit="")
    assert failure(run) == "1 of 1 accounts is not as declared: alertra."
    assert plan_of(run)[-2:] == ["  - tag old", "Plan: 0 to create, 0 to update, 1 to delete, 1 undeclared."]
    assert not writes(sandbox.requests())


@pytest.mark.parametrize(
    ("name", "variables", "sentence"),
    [
        ("plan", {}, "Set config_directory, the folder with the declarations."),
        ("apply", {"config_directory": ""}, "Set config_directory, the folder with the declarations."),
        ("apply", {"config_directory": ".", "config_prune": "alerta.devices"}, "not alerta.devices."),
        (
            "apply",
            {"config_directory": ".", "config_prune_limt": 1},
            "There is no variable config_prune_limt; there are",
        ),
        (
            "apply",
            {"config_directory": DEMO, "aproved_plan": "plan.json"},
            "There is no variable aproved_plan; did you mean approved_plan?",
        ),
        (
            "apply",
            {"config_directory": DEMO, "approved_plan": "/nowhere.json"},
            "The approved plan /nowhere.json cannot be read: No such file or directory.",
        ),
        (
            "apply",
            {"config_directory": DEMO, "plan_file": "/nowhere/plan.json", "undo_directory": f"{DEMO}/undo"},
            f"plan_file: the folder /nowhere does not exist. undo_directory: the folder {DEMO}/undo cannot be ",
        ),
        ("export", {"export_directory": ""}, "Set export_directory, the folder of the files."),
        ("maintenance", {"maintenance_tag": ""}, "set maintenance_tag or one of maintenance_devices, "),
        ("agent_schedule", {"agent_names": "desk"}, "Set either agent_sessions, to running or paused, or agent_shifts"),
        ("agent_schedule", {"agent_sessions": "pause"}, "agent_sessions must be running or paused, not pause."),
    ],
)
def test_a_variable_that_is_missing_or_wrong_is_named(
    sandbox: Sandbox, accounts: Sequence[Account], name: str, variables: dict[str, Any], sentence: str
) -> None:
    assert sentence in failure(play(accounts, name, **variables))
    assert not sandbox.requests()


def test_a_maintenance_is_started_once_and_stopped(sandbox: Sandbox, alertra: Account) -> None:
    devices = [{"ShortName": name, "Method": "PING", "URL": "a.example.com"} for name in ("A", "B", "C")]
    devices[0]["Tags"] = ["web"]  # type: ignore[assignment]
    sandbox.set_state("alertra", {"tags": [{"Name": "web"}], "devices": devices})
    steps: list[tuple[dict[str, str], str, bool, list[str]]] = [
        ({"maintenance_tag": "web", "maintenance_duration": "02:00"}, "started: device A", True, ["A"]),
        ({"maintenance_tag": "web", "maintenance_devices": "", "maintenance_duration": ""}, "device A", False, ["A"]),
        (
            {"maintenance_devices": "B\nC", "maintenance_state": "started"},
            "maintenance started: device B, device C",
            True,
            ["A", "B", "C"],
        ),
        (
            {"maintenance_tag": "web", "maintenance_devices": "C", "maintenance_state": "stopped"},
            "maintenance ended: device A, device C",
            True,
            ["B"],
        ),
    ]
    for variables, named, changed, maintained in steps:
        run = play([alertra], "maintenance", **variables)
        assert run.code == 0, run.output
        assert [result["changed"] for result in run.ours] == [changed], variables
        assert named in " ".join(report(run))
        state = sandbox.state("alertra")["devices"]
        assert [one["ShortName"] for one in state if one["in_maintenance"]] == maintained, variables


SESSION = {"Status": "Active", "Description": "www.example.com", "IpAddress": "192.0.2.1"}
AGENTS = [{"Name": name, "UniqueId": f"id-{name}", "Sessions": [SESSION]} for name in ("reception", "desk", "night")]


def running(sandbox: Sandbox) -> list[str]:
    """The names of the agents that have active sessions."""
    return [one["Name"] for one in sandbox.state("pingplotter")["agents"] if one["OpenSessions"]]


def test_agents_are_paused_and_resumed_with_one_plan(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [*AGENTS, {"Name": "idle"}]})
    shifts = [
        {"agents": "reception, desk", "start": "08:00", "end": "18:00", "time_zone": "UTC"},
        {"agents": ["night"], "start": "22:00", "end": "06:00", "time_zone": "UTC"},
    ]
    steps: list[tuple[dict[str, Any], bool, list[str]]] = [
        ({"agent_sessions": "paused", "agent_names": "reception\nid-desk"}, True, ["night"]),
        ({"agent_sessions": "paused", "agent_names": "reception\nid-desk"}, False, ["night"]),
        ({"agent_sessions": "running", "agent_names": ""}, True, ["reception", "desk", "night"]),
        ({"agent_shifts": shifts, "agent_time": "2026-05-04T12:00Z"}, True, ["reception", "desk"]),
        ({"agent_shifts": shifts, "agent_time": "2026-05-04T23:00Z"}, True, ["night"]),
    ]
    for variables, changed, expected in steps:
        run = play([pingplotter], "agent_schedule", **variables)
        assert run.code == 0, run.output
        assert "WARNING" not in run.output, run.output
        assert [result["changed"] for result in run.of("pingplotter_config")] == [changed], variables
        assert running(sandbox) == expected, variables


def test_a_schedule_for_unknown_agents_or_without_access_says_so(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": AGENTS})
    run = play([pingplotter], "agent_schedule", agent_sessions="paused", agent_names="recption")
    assert "there is no agent recption" in failure(run)
    assert [one["Name"] for one in sandbox.state("pingplotter")["agents"]] == [one["Name"] for one in AGENTS]
    wrong = Account("pingplotter", {**pingplotter.environment, "PINGPLOTTER_API_KEY": "wrong"})
    with requests_of(sandbox, "pingplotter") as requests:
        said = failure(play([wrong], "agent_schedule", agent_sessions="paused"))
    assert "401" in said
    assert not writes(requests)


# -- playbooks of the rulebooks: texts that strangers may choose -------------------------------------------------------

DEVICE_ID = "d" * 48
FORGED = f"{NASTY}\nMaintenance: yes"
FORGED_SHOWN = rf"{SHOWN}\nMaintenance: yes"


def harmless(run: Run) -> bool:
    """Whether the screen shows no character that a terminal obeys, and no line that a text forged."""
    return not [char for char in run.output if char in "\x1b\u202e\r"] and "\nTASK [done]" not in run.output


def test_a_ticket_has_no_lines_that_a_device_forges(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    device = {"ShortName": "WWW", "FullName": FORGED, "URL": NASTY, "Method": "PING", "Status": "Down"}
    sandbox.set_state("alertra", {"devices": [{"device_id": DEVICE_ID, **device}]})
    run = play([alertra], "device_down", device_id=DEVICE_ID, device_since=FORGED, ticket_folder=str(tmp_path))
    assert run.code == 0, run.output
    (ticket,) = tmp_path.iterdir()
    lines = ticket.read_text(encoding="utf-8").splitlines()
    assert lines == report(run)
    assert len(lines) == 8
    assert lines[3] == f"URL: {SHOWN}"
    assert lines[:5:2] == ["Subject: WWW is down", f"Device: {FORGED_SHOWN}", f"Down since: {FORGED_SHOWN}"]
    assert [line for line in lines if line.startswith("Maintenance: ")] == ["Maintenance: no"]
    assert harmless(run)
    sandbox.set_state("alertra", {"devices": [{"device_id": DEVICE_ID, **device, "Status": "Up"}]})
    run = play([alertra], "device_down", device_id=DEVICE_ID)
    assert "".join(report(run)) == "No ticket: the status of WWW is up now."
    assert harmless(run)


def test_the_name_of_an_agent_forges_no_message(sandbox: Sandbox, pingplotter: Account) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": FORGED, "UniqueId": "a1", "IsOnline": False}]})
    with chat() as (url, messages):
        run = play([pingplotter], "agent_offline", agent_id="a1", message_url=url)
    assert run.code == 0, run.output
    assert messages == [{"text": f"The agent {FORGED_SHOWN} is offline during its shift."}]
    assert harmless(run)


def test_an_alert_forges_no_line(sandbox: Sandbox) -> None:
    run = play([], "alert_on_host", alert_name=NASTY, alert_reason=FORGED)
    assert run.code == 0, run.output
    assert report(run)[0] == f"Alert {SHOWN} on localhost: {FORGED_SHOWN}"
    assert harmless(run)
    run = play([], "alert_on_host", alert_name=None, alert_reason="")
    assert "None" not in report(run)[0]
