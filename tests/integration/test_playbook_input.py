# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks and roles, in each type that JSON, YAML and AWX may send.

A run has one host for each variable and value, so that hundreds of cases take a few runs of ansible-playbook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import COLLECTION, Account, Run, run_playbook, writes
from sandbox.client import Sandbox

PLAYBOOKS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    # By playbook: variables with which it succeeds, and all variables that it takes.
    "agent_from_ticket": ({"agent_name": "laptop"}, ("agent_name", "ticket_reference", "agent_show_link")),
    "agent_schedule": ({"agent_sessions": "paused"}, ("agent_sessions", "agent_names", "agent_shifts", "agent_time")),
    "apply": ({"config_directory": "FOLDER"}, ("config_directory", "config_prune", "config_prune_limit")),
    "plan": (
        {"config_directory": "FOLDER"},
        ("config_directory", "config_prune", "config_prune_limit", "plan_fail_on_drift"),
    ),
    "export": (
        {"export_directory": "FOLDER/../export"},
        ("export_directory", "export_services", "export_create_directory"),
    ),
    "maintenance": (
        {"maintenance_tag": "web"},
        ("maintenance_tag", "maintenance_devices", "maintenance_duration", "maintenance_state"),
    ),
    "onboard_site": (
        {"site_name": "Berlin", "site_urls": "https://www.example.com", "site_services": "alertra"},
        ("site_name", "site_urls", "site_hosts", "site_services", "site_definition"),
    ),
    "offboard_site": (
        {"site_name": "Berlin", "site_services": "alertra"},
        ("site_name", "site_urls", "site_services", "site_definition"),
    ),
    "onboard_technician": (
        {"technician_username": "anna", "technician_email": "anna@example.com"},
        (
            *("technician_username", "technician_name", "technician_email", "technician_groups"),
            *("technician_password", "technician_roles", "technician_services"),
        ),
    ),
    "offboard_technician": (
        {"technician_username": "anna", "technician_email": "anna@example.com"},
        ("technician_username", "technician_email", "offboarding_mode", "offboarding_remove"),
    ),
}
ROLES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "monitoring_config": (
        {"monitoring_config_directory": "FOLDER"},
        tuple(f"monitoring_config_{name}" for name in ("prune", "prune_limit", "concurrency", "connections")),
    ),
    "monitoring_export": (
        {"monitoring_export_directory": "FOLDER/../export"},
        ("monitoring_export_services", "monitoring_export_connections", "monitoring_export_create_directory"),
    ),
    "onboarding": (
        {"onboarding_agents": [{"name": "laptop"}]},
        tuple(f"onboarding_{name}" for name in ("technicians", "agents", "sites", "connections", "share_links")),
    ),
    "offboarding": (
        {"offboarding_agents": ["laptop"]},
        tuple(
            f"offboarding_{name}"
            for name in ("mode", "technicians", "agents", "sites", "remove", "maintenance_duration", "connections")
        ),
    ),
}
NULLS = (None, "")
# Each value takes a host. The unit tests of the filter try all types.
VALUES: tuple[Any, ...] = (*NULLS, 83, [7], {"key": 7})
# What no user can act on.
UNCLEAR = re.compile(
    r"(?i)template|traceback|undefined|unexpected|has no attribute|NoneType|not iterable|no filter|jinja|unsupported "
    r"operand|Error was|exception"
)
# In the place of a dictionary or list whose options Ansible checks by itself.
ANSIBLES_OWN = re.compile(r"^(Task failed: argument of type '\w+' is not iterable$|Validation of arguments failed)")
# Variables that must be set: without them, a sentence says so.
REQUIRED = {"agent_name", "agent_sessions", "config_directory", "export_directory", "maintenance_tag", "site_name"}
# Ansible checks these against choices or a default of the role, before the role can.
REQUIRED |= {"offboarding_mode", "monitoring_config_prune_limit", "monitoring_export_services"}


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A folder of declarations, and an account that is about the same."""
    folder = tmp_path / "declarations"
    folder.mkdir()
    (folder / "alertra.yml").write_text("alertra: {tags: [{name: web}]}\n", encoding="utf-8")
    sandbox.set_state("alertra", {"tags": [{"Name": "web"}]})
    sandbox.set_state("pingplotter", {"agents": [{"Name": "laptop"}]})
    return folder


def cases(base: Mapping[str, Any], names: Sequence[str], folder: Path) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each variable with each value, and the variables of its host."""
    filled = json.loads(json.dumps(dict(base)).replace("FOLDER", str(folder)))
    for name in names:
        for value in VALUES:
            yield name, value, {**filled, name: value}


def run_hosts(
    users: Sequence[Account], plays: list[Any], hosts: Sequence[Mapping[str, Any]], folder: Path, *arguments: str
) -> tuple[Run, list[list[str]]]:
    """Run plays on a host for each of these sets of variables, and return the failures of each host."""
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    listed = {f"case{number}": {**common, **variables} for number, variables in enumerate(hosts)}
    inventory = folder.parent / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": listed}}, sort_keys=False), encoding="utf-8")
    play = folder.parent / "play.yml"
    play.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    run = run_playbook(users, play, "-i", str(inventory), *arguments, ANSIBLE_FORKS="8")
    failed: dict[str, list[str]] = {host: [] for host in listed}
    for line in run.results:
        if line["failed"]:
            failed[line["host"]].append(str(line["result"].get("msg")))
    return run, list(failed.values())


def check(found: Sequence[tuple[str, Any]], failures: Sequence[list[str]]) -> None:
    """Check that each case succeeds, or fails with a clear sentence; and that no value is the same as null."""
    said = list(zip(found, failures, strict=True))
    assert not [(case, messages) for case, messages in said if _unclear(messages)]
    unset = [(case, messages) for case, messages in said if case[1] in NULLS and messages]
    assert not [(case, messages) for case, messages in unset if not _may_refuse(*case)]


def _unclear(said: Sequence[str]) -> bool:
    return any(UNCLEAR.search(message) and not ANSIBLES_OWN.search(message) for message in said)


def _may_refuse(name: str, value: Any) -> bool:
    """Whether a variable must be set, or Ansible itself checks its type before the role can."""
    roles = ("monitoring_", "onboarding_", "offboarding_")
    return name in REQUIRED or (value is not None and name.startswith(roles) and name != "offboarding_remove")


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_playbook_takes_each_type_or_says_what_is_allowed(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path, name: str
) -> None:
    base, names = PLAYBOOKS[name]
    found = list(cases(base, names, folder))
    plays = [{"import_playbook": f"{COLLECTION}.{name}", "vars": {"monitoring_hosts": "all"}}]
    _run, failures = run_hosts(accounts, plays, [variables for _name, _value, variables in found], folder, "--check")
    check([(variable, value) for variable, value, _variables in found], failures)
    assert not writes(sandbox.requests())


@pytest.mark.parametrize("name", ROLES)
def test_a_role_takes_each_type_or_says_what_is_allowed(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path, name: str
) -> None:
    base, names = ROLES[name]
    found = list(cases(base, names, folder))
    include = {"ansible.builtin.include_role": {"name": f"{COLLECTION}.{name}"}}
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [include]}]
    _run, failures = run_hosts(accounts, plays, [variables for _name, _value, variables in found], folder, "--check")
    check([(variable, value) for variable, value, _variables in found], failures)
    assert not writes(sandbox.requests())


# -- what the values mean ----------------------------------------------------------------------------------------------


def test_drift_fails_no_plan_whose_variable_is_false(sandbox: Sandbox, alertra: Account, folder: Path) -> None:
    """As extra variables, which are JSON."""
    (folder / "alertra.yml").write_text("alertra: {tags: [{name: new}]}\n", encoding="utf-8")
    variables = json.dumps({"config_directory": str(folder), "plan_fail_on_drift": False})
    run = run_playbook([alertra], Path(f"{COLLECTION}.plan"), "-e", variables)
    assert run.code == 0, run.output
    assert "create tag new" in run.output


def test_values_mean_the_same_in_each_type(sandbox: Sandbox, accounts: Sequence[Account], folder: Path) -> None:
    (folder / "alertra.yml").write_text("alertra: {tags: [{name: new}]}\n", encoding="utf-8")
    base = {"config_directory": str(folder)}
    fails = [None, "", True, "yes", 1, "1", 1.0]
    passes = [False, "false", "False", "no", "off", 0, "0", 0.0]
    wrong = ["maybe", 2, [], {}]
    plays = [{"import_playbook": f"{COLLECTION}.plan", "vars": {"monitoring_hosts": "all"}}]
    hosts = [{**base, "plan_fail_on_drift": value} for value in (*fails, *passes, *wrong)]
    _run, failures = run_hosts(accounts, plays, hosts, folder)
    drift = ["1 of 1 accounts are not as declared: alertra."]
    assert failures[: len(fails)] == [drift] * len(fails)
    assert failures[len(fails) : -len(wrong)] == [[]] * len(passes)
    assert failures[-len(wrong) :] == [[f"plan_fail_on_drift must be true or false, not {value}."] for value in wrong]


UNSAFE = """\
maintenance_devices: ''
maintenance_duration: !unsafe '1:30'
maintenance_tag: !unsafe 'web'
maintenance_state: !unsafe 'started'
"""


@pytest.mark.parametrize("duration", ["!unsafe '1:30'", "!unsafe '10:00'", "1:30", "90", "'01:30'"])
def test_a_duration_that_arrives_as_a_number_is_that_duration(
    sandbox: Sandbox, alertra: Account, folder: Path, duration: str
) -> None:
    state = {"tags": [{"Name": "web"}], "devices": [{"ShortName": "A", "Method": "PING", "URL": "a", "Tags": ["web"]}]}
    sandbox.set_state("alertra", state)
    answers = folder.parent / "answers.yml"
    answers.write_text(UNSAFE.replace("!unsafe '1:30'", duration), encoding="utf-8")
    run = run_playbook([alertra], Path(f"{COLLECTION}.maintenance"), "-e", f"@{answers}")
    assert run.code == 0, run.output
    (put,) = [request for request in sandbox.requests("alertra") if request["method"] == "PUT"]
    assert put["body"]["Duration"] == ("10:00" if "10" in duration else "01:30")


@pytest.mark.parametrize("password", ["83", "true", "1234.5", "2024-01-01", "[secret]"])
def test_a_password_that_is_no_text_any_more_is_never_set(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path, password: str
) -> None:
    answers = folder.parent / "answers.yml"
    answers.write_text(f"technician_username: anna\ntechnician_password: {password}\n", encoding="utf-8")
    run = run_playbook(accounts, Path(f"{COLLECTION}.onboard_technician"), "-e", f"@{answers}")
    (said,) = [line["result"]["msg"] for line in run.results if line["failed"]]
    assert said.startswith("technician_password must be a text, but is a")
    assert "nothing was set: put it in quotes" in said
    assert password not in said
    assert not writes(sandbox.requests())


def test_all_problems_are_named_at_once(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    variables = json.dumps({"site_name": 83, "site_urls": [7], "site_definition": "text"})
    run = run_playbook(accounts, Path(f"{COLLECTION}.onboard_site"), "-e", variables)
    (said,) = [line["result"]["msg"] for line in run.results if line["failed"]]
    assert "site_name must be a text, but is a number (83)" in said
    assert "site_urls must be a list of texts, but one is a number (7)" in said
    assert "site_definition must be a dictionary in YAML." in said
    assert not sandbox.requests()


def test_every_variable_of_every_playbook_is_tried() -> None:
    for name, (_base, names) in PLAYBOOKS.items():
        text = (Path(__file__).parents[2] / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
        header = text.partition("- name:")[0]
        documented = set(re.findall(r"^#   ([a-z_]+)  ", header, re.MULTILINE)) - {"monitoring_hosts"}
        tried = {*names, *PLAYBOOKS["offboard_technician"][1]}
        assert documented, name
        assert documented <= tried, name
