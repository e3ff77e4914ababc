# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks and roles, in each type that JSON, YAML and AWX may send.

The unit tests of the filter survey_answers try each type. Here, all playbooks and roles run at once, with a host for
each of a few sets of variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import COLLECTION, ROOT, Account, Run, run_playbook, writes
from integration.roles import run_playbooks
from integration.variables import PLAYBOOK_FOLDER, described, of_offboarding, read_yaml
from sandbox.client import Sandbox

Variables = dict[str, Any]
SUCCEEDS = ""
SET_DIRECTORY = "Set config_directory, the folder with the declarations."
# By playbook: variables with which it succeeds, in types that a survey does not have, and why it fails without any.
PLAYBOOKS: dict[str, tuple[Variables, str]] = {
    "agent_from_ticket": (
        {"agent_name": "laptop", "agent_show_link": True, "ticket_reference": 4711},
        "Set agent_name, the name of the agent.",
    ),
    "agent_offline": ({"agent_id": "none", "agent_shifts": []}, "Set agent_id to the id of an agent."),
    "agent_schedule": (
        {"agent_sessions": "paused", "agent_names": ["laptop"]},
        "Set either agent_sessions, to running or paused, or agent_shifts, to a list of shifts.",
    ),
    "alert_on_host": ({"alert_name": 4711, "alert_reason": "Disk full"}, SUCCEEDS),
    "device_down": ({"device_id": "none"}, "Set device_id to the id of a device."),
    "export": (
        {"export_directory": "EXPORT", "export_services": ["alertra"], "export_create_directory": True},
        "Set export_directory, the folder of the files.",
    ),
    "maintenance": (
        {"maintenance_devices": ["A"], "maintenance_duration": 90, "maintenance_extend": True},
        "Nothing was changed: set maintenance_tag or one of maintenance_devices, ",
    ),
    "plan": ({"config_directory": ["FILES"], "plan_fail_on_drift": False, "config_prune_limit": 0}, SET_DIRECTORY),
    "apply": ({"config_directory": ["FILES"], "config_prune": {"alertra": ["tags"]}}, SET_DIRECTORY),
    "undo": ({"undo_file": "FILES"}, "Set undo_file, the file that takes back a run."),
    "validate": ({"config_directory": "FILES"}, SET_DIRECTORY),
    "onboard_site": (
        {
            "site_name": "Berlin",
            "site_urls": ["https://www.example.com"],
            "site_hosts": ["db.example.com"],
            "site_services": ["alertra"],
            "site_definition": {"alertra": {"tags": [{"name": "shop"}]}},
        },
        "Set site_name, the name of the site.",
    ),
    "offboard_site": (
        {"site_name": "web", "site_services": ["alertra"], "site_definition": {"alertra": {}}},
        "Set site_name, the name of the site.",
    ),
    "onboard_technician": (
        {"technician_username": "anna", "technician_services": ["simplehelp"]},
        "Set technician_username for an account at SimpleHelp, or technician_email",
    ),
    "offboard_technician": (
        {"technician_email": "anna@example.com", "offboarding_missing_ok": True},
        "Set technician_username for SimpleHelp, technician_email for PingPlotter Cloud, or both.",
    ),
    "stale_agents": ({"stale_days": 2.0, "stale_limit": 0}, SUCCEEDS),
    "uptime_report": (
        {
            "report_directory": "EXPORT",
            "report_month": "2026-10",
            "report_target": "99.5",
            "report_response_times": ["alertra"],
            "report_create_directory": True,
        },
        "Set report_directory, the folder of the files.",
    ),
    "simplehelp_audit": ({"audit_fail": False, "audit_limit": 0, "audit_ignore": ["no_mfa"]}, SUCCEEDS),
}
# The variables with the hosts of a playbook. They have no type of their own.
HOSTS_VARIABLES = ("monitoring_hosts", "alert_host")
# A value of another type, by type.
OTHER = {
    "bool": 2,
    "dict": 7,
    "duration": True,
    "int": [1],
    "list": [{"canary": 7}],
    "number": "many",
    "reference": True,
    "secret": 342391,
    "shifts": 7,
    "text": 83,
    "time": 1.5,
}
ROLES: dict[str, Variables] = {
    "maintenance": {"maintenance_devices": ["A"]},
    "monitoring_config": {"monitoring_config_directory": "FILES"},
    "monitoring_export": {"monitoring_export_directory": "EXPORT"},
    "onboarding": {"onboarding_agents": [{"name": "laptop"}]},
    "uptime_report": {"uptime_report_directory": "EXPORT"},
    "offboarding": {
        "offboarding_agents": ["laptop"],
        "offboarding_maintenance_duration": 90,
        "offboarding_missing_ok": True,
    },
}
ROLE_VALUES: list[Any] = [83, [7], {"canary": 7}]
# What Ansible says of a number in the place of a dictionary with options, before a role can check it.
ANSIBLES_OWN = (
    "argument of type 'int' is not iterable",
    "Task failed: argument of type '_AnsibleTaggedInt' is not iterable",
)
# What no user can act on.
UNCLEAR = re.compile(
    r"(?i)template|traceback|undefined|unexpected|has no attribute|NoneType|not iterable|no filter|jinja|unsupported "
    r"operand|Error was|exception"
)


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A folder for files, and accounts with a device and an agent."""
    device = {"ShortName": "A", "Method": "PING", "URL": "a.example.com", "Tags": ["web"]}
    sandbox.set_state("alertra", {"tags": [{"Name": "web"}], "devices": [device]})
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "alertra.yml").write_text("alertra: {tags: [{name: web}]}\n", encoding="utf-8")
    return tmp_path


def unset(names: Iterable[str]) -> Variables:
    """No value for each variable: null for one, an empty text for the next."""
    return {name: "" if index % 2 else None for index, name in enumerate(names)}


def wrong(variables: Mapping[str, Any]) -> Variables:
    """A value of another type for each variable."""
    return {name: OTHER.get(variable.get("type"), False) for name, variable in variables.items()}


def run_hosts(
    users: Sequence[Account], plays: list[Any], hosts: Mapping[str, Variables], folder: Path, *arguments: str
) -> tuple[Run, dict[str, str]]:
    """Run plays on hosts with these variables, and return why each host failed; empty if it did not."""
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    text = json.dumps({name: {**common, **variables} for name, variables in hosts.items()})
    for name in ("export", "files"):
        text = text.replace(name.upper(), str(folder / name))
    inventory = {"all": {"hosts": json.loads(text)}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")
    (folder / "play.yml").write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    run = run_playbook(users, folder / "play.yml", "-i", str(folder / "hosts.yml"), *arguments, ANSIBLE_FORKS="8")
    assert run.results, run.output
    messages = [(line["host"], str(line["result"].get("msg"))) for line in run.results if line["failed"]]
    # The playbook apply fails twice.
    failed = {host: text for host, text in messages if text != "The failure above says why."}
    return run, {host: failed.get(host, "") for host in hosts}


def check_refusal(said: str, variables: Iterable[str]) -> None:
    """Check that each variable is named with what is allowed."""
    assert said.startswith("Nothing was changed. ")
    missing = [name for name in variables if not re.search(rf"\b{name} must be [\w :-]+, not ", said)]
    assert missing == [], said
    assert not UNCLEAR.search(said)
    assert "canary" not in said
    assert "342391" not in said


def test_all_playbooks_take_each_type_or_say_what_is_allowed(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path
) -> None:
    hosts: dict[str, Variables] = {}
    for name, (native, _missing) in PLAYBOOKS.items():
        known = described(name)
        hosts |= {
            f"{name}-null": dict.fromkeys(known),
            f"{name}-empty": dict.fromkeys(known, ""),
            f"{name}-set": {**unset(known), **native},
            f"{name}-wrong": wrong(known),
        }
    plays = [
        {"import_playbook": f"{COLLECTION}.{name}", "vars": dict.fromkeys(HOSTS_VARIABLES, f"{name}-*")}
        for name in PLAYBOOKS
    ]
    _run, said = run_hosts(accounts, plays, hosts, folder, "--check")
    for name, (_native, missing) in PLAYBOOKS.items():
        for nothing in (said.pop(f"{name}-null"), said.pop(f"{name}-empty")):
            assert nothing.startswith(missing), (name, nothing)
            assert missing != SUCCEEDS or nothing == "", (name, nothing)
        # The role offboarding checks its own variables, when all others are right.
        check_refusal(said.pop(f"{name}-wrong"), described(name).keys() - of_offboarding().keys())
    assert said == dict.fromkeys(said, "")
    assert not writes(sandbox.requests())


def test_the_playbook_probe_takes_each_type_or_says_what_is_allowed(
    sandbox: Sandbox, alertra: Account, folder: Path
) -> None:
    """It has no host to choose, so that it runs once for each set of variables."""
    variables = described("probe")
    values = [unset(variables), wrong(variables)]
    plays = [{"import_playbook": f"{COLLECTION}.probe", "vars": value} for value in values]
    run, _said = run_hosts([alertra], plays, {"localhost": {}}, folder, "--check")
    (failed,) = [line["result"]["msg"] for line in run.results if line["failed"]]
    check_refusal(failed, variables)
    assert len(run.of("alertra_probe")) == 1


def test_all_roles_take_each_type_or_say_what_is_allowed(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path
) -> None:
    """What is in lists and dictionaries is checked by Ansible, whose messages name the variable, too."""
    hosts: dict[str, Variables] = {}
    plays = []
    for name, needed in ROLES.items():
        variables = read_yaml(ROOT / "roles" / name / "meta" / "argument_specs.yml")["argument_specs"]["main"][
            "options"
        ]
        hosts |= {
            f"{name}-null": {**dict.fromkeys(variables), **needed},
            f"{name}-empty": {**dict.fromkeys(variables, ""), **needed},
            **{f"{name}-{number}": dict.fromkeys(variables, value) for number, value in enumerate(ROLE_VALUES)},
        }
        include = {"ansible.builtin.include_role": {"name": f"{COLLECTION}.{name}"}}
        plays.append({"hosts": f"{name}-*", "gather_facts": False, "tasks": [include]})
    _run, said = run_hosts(accounts, plays, hosts, folder, "--check")
    for name in ROLES:
        assert said.pop(f"{name}-null") == ""
    for host, message in said.items():
        assert re.search(rf"\b{host.partition('-')[0]}_[a-z]+", message) or message in ANSIBLES_OWN
        assert message in ANSIBLES_OWN or not UNCLEAR.search(message), message
    assert not writes(sandbox.requests())


def test_the_role_offboarding_names_each_variable_of_another_type(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path
) -> None:
    variables = of_offboarding()
    hosts = {"wrong": wrong(variables)}
    plays = [{"hosts": "all", "gather_facts": False, "roles": [f"{COLLECTION}.offboarding"]}]
    _run, said = run_hosts(accounts, plays, hosts, folder)
    check_refusal(said["wrong"], variables)
    assert not sandbox.requests()


# -- what the values mean ----------------------------------------------------------------------------------------------


def test_a_duration_that_arrives_as_a_number_is_that_duration(sandbox: Sandbox, alertra: Account, folder: Path) -> None:
    durations = {"A": 90, "B": 600, "C": "01:30", "D": None}
    devices = [{"ShortName": name, "Method": "PING", "URL": name} for name in durations]
    sandbox.set_state("alertra", {"devices": devices})
    hosts = {
        name: {"maintenance_devices": name, "maintenance_duration": duration} for name, duration in durations.items()
    }
    plays = [{"import_playbook": f"{COLLECTION}.maintenance", "vars": {"monitoring_hosts": "all"}}]
    _run, said = run_hosts([alertra], plays, hosts, folder)
    assert said == dict.fromkeys(durations, "")
    puts = [request["body"] for request in sandbox.requests("alertra") if request["method"] == "PUT"]
    assert sorted(str(body.get("Duration")) for body in puts) == ["01:00", "01:30", "01:30", "10:00"]


def test_a_password_that_is_no_longer_text_is_never_set(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path
) -> None:
    values = [342391, True, 1234.5, ["canary"], {"canary": "canary"}]
    hosts = {
        f"host{number}": {"technician_username": "anna", "technician_password": value}
        for number, value in enumerate(values)
    }
    plays = [{"import_playbook": f"{COLLECTION}.onboard_technician", "vars": {"monitoring_hosts": "all"}}]
    run, said = run_hosts(accounts, plays, hosts, folder)
    for message in said.values():
        check_refusal(message, ["technician_password"])
    assert "1234.5" not in run.output
    assert not sandbox.requests()


def test_no_hosts_mean_localhost(sandbox: Sandbox, alertra: Account, folder: Path) -> None:
    calls = [("maintenance", {"monitoring_hosts": value, "maintenance_tag": "web"}) for value in (None, "")]
    run = run_playbooks([alertra], calls, folder)
    assert run.code == 0, run.output
    assert len(run.of("alertra_maintenance")) == 2


def test_drift_fails_no_plan_whose_variable_is_false(sandbox: Sandbox, alertra: Account, folder: Path) -> None:
    sandbox.set_state("alertra", {"tags": []})
    variables = json.dumps({"config_directory": str(folder / "files"), "plan_fail_on_drift": False})
    run = run_playbook([alertra], Path(f"{COLLECTION}.plan"), "-e", variables)
    assert run.code == 0, run.output
    assert run.of("monitoring_config")[0]["changed"]


def test_drift_is_a_failure_by_default(sandbox: Sandbox, alertra: Account, folder: Path) -> None:
    sandbox.set_state("alertra", {"tags": []})
    fails = {"null": None, "empty": "", "blank": " ", "yes": "yes", "one": 1}
    passes = {"false": "false", "zero": 0, "off": "off"}
    hosts = {
        name: {"config_directory": "FILES", "plan_fail_on_drift": value} for name, value in {**fails, **passes}.items()
    }
    plays = [{"import_playbook": f"{COLLECTION}.plan", "vars": {"monitoring_hosts": "all"}}]
    run, said = run_hosts([alertra], plays, hosts, folder)
    assert [name for name, message in said.items() if message] == list(fails), run.output


# -- documentation -----------------------------------------------------------------------------------------------------


def test_every_playbook_is_tried() -> None:
    assert sorted(path.stem for path in PLAYBOOK_FOLDER.glob("*.yml")) == sorted([*PLAYBOOKS, "probe"])


@pytest.mark.parametrize("name", [*PLAYBOOKS, "probe"])
def test_a_playbook_describes_each_variable_that_it_documents(name: str) -> None:
    header = (PLAYBOOK_FOLDER / f"{name}.yml").read_text(encoding="utf-8").partition("- name:")[0]
    documented = set(re.findall(r"^#   ([a-z_]+)(?:  |$)", header, re.MULTILINE)) - {*HOSTS_VARIABLES}
    assert documented
    assert documented <= described(name).keys()
