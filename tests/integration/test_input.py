# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people write by mistake, what YAML makes of it, and what they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import COLLECTION, Account, run_module, run_playbook
from sandbox.client import Sandbox

QUOTES = "must be a string in quotes, because YAML changes words and numbers without quotes"
DATE = "must be a string in quotes, because YAML reads it as a date"
DEVICE = {"short_name": "WEB", "method": "PING", "url": "192.0.2.1"}


# -- YAML types --------------------------------------------------------------------------------------------------------

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - declarative.monitoring.{module}:
{options}
"""


@pytest.mark.parametrize(
    ("module", "options", "sentence"),
    [
        ("alertra_tag", "name: no", f"name {QUOTES}, not False"),
        ("alertra_tag", "name: NO", f"name {QUOTES}, not False"),
        ("alertra_tag", "name: 0123", f"name {QUOTES}, not 83"),
        ("alertra_tag", "name: 1.10", f"name {QUOTES}, not 1.1"),
        ("alertra_tag", "name: 0x1F", f"name {QUOTES}, not 31"),
        ("portmonitor_group", "name: on", f"name {QUOTES}, not True"),
        ("alertra_config", "tags: [{name: ok}, {name: no}]", f"tags[1] (False): name {QUOTES}, not False"),
        ("alertra_config", "devices: [{short_name: A, tags: [no]}]", f"devices[0] (A): tags[0] {QUOTES}, not False"),
        ("simplehelp_technician", "{username: anna, password: 0123}", f"password {QUOTES}"),
        ("simplehelp_machine", "{machine_id: SG_1, properties: {rack: 1.10}}", f"properties rack {QUOTES}, not 1.1"),
    ],
)  # fmt: skip
def test_what_yaml_changes_is_refused(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, module: str, options: str, sentence: str
) -> None:
    path = tmp_path / "play.yml"
    path.write_text(PLAYBOOK.format(module=module, options=f"        {options}"), encoding="utf-8")
    run = run_playbook(accounts, path)
    (result,) = run.of(module)
    assert result["msg"] == sentence
    assert sandbox.requests() == []


DATES = {
    "alertra_tag: {name: 2024-01-31}": "name",
    "alertra_tag: {name: ok, devices: [A, 2024-01-31 10:00:00]}": "devices[1]",
    "alertra_config: {tags: [{name: ok}, {name: 2024-01-31}]}": "tags[1].name",
    "simplehelp_technician: {username: anna, password: 2024-01-31}": "password",
}


def test_a_date_without_quotes_is_refused(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    tasks = "".join(f"    - {COLLECTION}.{task}\n" for task in DATES)
    play = f"- hosts: localhost\n  gather_facts: false\n  ignore_errors: true\n  tasks:\n{tasks}"
    (tmp_path / "play.yml").write_text(play, encoding="utf-8")
    run = run_playbook(accounts, tmp_path / "play.yml")
    assert [result["msg"] for result in run.ours] == [f"{place} {DATE}" for place in DATES.values()]
    assert sandbox.requests() == []


@pytest.mark.parametrize("name", ["no", "0123", "1.10", "2024-01-31", "12"])
def test_in_quotes_it_is_a_name(sandbox: Sandbox, alertra: Account, name: str) -> None:
    assert run_module(alertra, "alertra_tag", {"name": name})["changed"]
    assert [tag["Name"] for tag in sandbox.state("alertra")["tags"]] == [name]


def test_numbers_are_taken_for_ids_references_and_ports(
    sandbox: Sandbox, portmonitor: Account, pinghome: Account
) -> None:
    sandbox.set_state("portmonitor", {"groups": [{"id": 7, "name": "Web"}]})
    target = {"group": 7, "name": "a", "type": "ping", "host": "192.0.2.1"}
    assert run_module(portmonitor, "portmonitor_target", target)["target"]["group"] == "Web"
    assert run_module(portmonitor, "portmonitor_group", {"group_id": 7, "name": "Shop"})["changed"]
    resource = {"name": "r", "type": "tcp", "host": "192.0.2.1", "port": 443}
    assert run_module(pinghome, "pinghome_resource", resource)["resource"]["port"] == "443"


def test_a_port_with_a_leading_zero_is_the_number_that_yaml_reads(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    """No module can notice that, as the guide says."""
    sandbox.set_state("portmonitor", {"groups": [{"name": "Web"}]})
    tasks = {
        "portmonitor_target": "{group: Web, name: a, type: custom_port, host: 192.0.2.1, port_number: 0443}",
        "pinghome_resource": "{name: a, type: tcp, host: 192.0.2.1, port: 0443}",
    }
    text = "".join(PLAYBOOK.format(module=module, options=f"        {options}") for module, options in tasks.items())
    (tmp_path / "play.yml").write_text(text, encoding="utf-8")
    run = run_playbook(accounts, tmp_path / "play.yml")
    assert run.code == 0, run.output
    assert run.of("portmonitor_target")[0]["target"]["port_number"] == 291
    assert run.of("pinghome_resource")[0]["resource"]["port"] == "291"


def test_a_date_in_a_file_of_declarations_is_no_name(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    (tmp_path / "a.yml").write_text("alertra: {tags: [{name: 2024-01-31}]}\n", encoding="utf-8")
    variables = json.dumps({"config_directory": str(tmp_path)})
    run = run_playbook(accounts, Path("declarative.monitoring.apply"), "-e", variables)
    assert f"a.yml:1 alertra.tags[0] (2024-01-31): name {DATE}" in run.output
    assert sandbox.requests() == []


def test_a_time_without_quotes_is_a_time(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    options = "        {include: [events], since: 2024-01-31T10:00:00Z}"
    (tmp_path / "play.yml").write_text(PLAYBOOK.format(module="alertra_device_info", options=options), encoding="utf-8")
    run = run_playbook([alertra], tmp_path / "play.yml")
    assert run.code == 0, run.output


# -- declared twice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "options", "sentence"),
    [
        (
            "alertra_config",
            {"devices": [DEVICE, {**DEVICE, "short_name": "B"}, DEVICE]},
            "device WEB is declared twice: devices[0] (WEB) and devices[2] (WEB)",
        ),
        (
            "portmonitor_config",
            {"targets": [{"group": "Web", "name": "a"}, {"group": "Web", "name": "a", "timeout": 5}]},
            "target a is declared twice: targets[0] (a) and targets[1] (a)",
        ),
        (
            "pingplotter_config",
            {"users": [{"email_address": "a@example.com"}, {"email_address": "A@example.com"}]},
            "user A@example.com is declared twice: users[0] (a@example.com) and users[1] (A@example.com)",
        ),
        (
            "simplehelp_config",
            {"machines": [{"machine_id": "SG_1"}, {"machine_id": "SG_1"}]},
            "machine SG_1 is declared twice: machines[0] and machines[1]",
        ),
    ],
)
def test_what_is_declared_twice_is_known_without_a_request(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, options: dict[str, Any], sentence: str
) -> None:
    user = next(one for one in accounts if one.service == module.split("_")[0])
    result = run_module(user, module, options)
    assert result["msg"] == sentence
    assert [len(problem["other_locations"]) for problem in result["problems"]] == [1]
    assert sandbox.requests() == []


# -- connection options ------------------------------------------------------------------------------------------------


def with_environment(user: Account, **variables: str) -> Account:
    """An account with other environment variables."""
    return replace(user, environment={**user.environment, **variables})


BLANK = "must not begin or end with a blank"
CONTROL = "must not contain a line break or another control character"
URL_BLANK = "api_url must be a URL without blanks and line breaks"
URL_SCHEME = "api_url must be a URL such as https://host/path"
FROM = "; the value comes from the environment variable ALERTRA_API"


@pytest.mark.parametrize(
    ("variables", "options", "sentence"),
    [
        ({"ALERTRA_API_KEY": "sandbox-key\n"}, {}, f"api_key {BLANK}{FROM}_KEY"),
        ({}, {"api_key": " sandbox-key"}, f"api_key {BLANK}"),
        ({}, {"api_key": "sandbox\r\n-key"}, f"api_key {CONTROL}"),
        ({"ALERTRA_API_URL": " https://h.example.com"}, {}, f"{URL_BLANK}{FROM}_URL"),
        ({}, {"api_url": "https://h example.com/"}, URL_BLANK),
        ({"ALERTRA_API_URL": "h.example.com/v1"}, {}, f"{URL_SCHEME}{FROM}_URL"),
        ({}, {"api_url": "api.example.com"}, URL_SCHEME),
        ({}, {"login_user": "a", "login_password": "line\nbreak"}, f"login_password {CONTROL}"),
    ],
)  # fmt: skip
def test_what_was_pasted_along_with_a_token_or_url(
    sandbox: Sandbox, alertra: Account, variables: Mapping[str, str], options: dict[str, Any], sentence: str
) -> None:
    user = with_environment(alertra, **variables)
    assert run_module(user, "alertra_tag", {"name": "ops", **options})["msg"] == sentence
    assert sandbox.requests() == []


def test_a_password_may_end_with_a_blank(sandbox: Sandbox, alertra: Account) -> None:
    options = {"name": "ops", "api_key": "sandbox-basic", "login_user": "sandbox", "login_password": "wrong "}
    run_module(alertra, "alertra_tag", options)
    assert sandbox.requests() != []


# -- messages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "options", "sentence"),
    [
        (
            "alertra_device",
            {"short_nmae": "WEB", "method": "PING", "url": "192.0.2.1"},
            "there is no option short_nmae; did you mean short_name?",
        ),
        (
            "alertra_config",
            {"devices": [DEVICE, {"short_name": "B", "metod": "PING"}], "tags": [{"nam": "x"}]},
            "devices[1] (B): there is no option metod; did you mean method?; "
            "tags[0]: there is no option nam; did you mean name?",
        ),
        ("alertra_config", {"device": [DEVICE]}, "there is no option device; did you mean devices?"),
        (
            "portmonitor_config",
            {"profile": {"langage": "en"}},
            "profile: there is no option langage; did you mean language?",
        ),
        ("alertra_tag_info", {"nme": "x"}, "there is no option nme; did you mean name?"),
        ("alertra_tag", {"name": "x", "zzz": 1}, "there is no option zzz"),
    ],
)  # fmt: skip
def test_an_unknown_option_comes_first_with_its_place_and_the_nearest(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, options: dict[str, Any], sentence: str
) -> None:
    user = next(one for one in accounts if one.service == module.split("_")[0])
    result = run_module(user, module, options)
    assert result["failed"]
    assert result["msg"] == sentence
    assert sandbox.requests() == []


def test_a_reference_to_nothing_names_the_nearest(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "prod"}, {"Name": "ops"}]})
    result = run_module(alertra, "alertra_device", {**DEVICE, "tags": ["prd"]})
    assert result["msg"] == (
        "Alertra: tags names prd, but there is no such tag, or it will be deleted; did you mean prod?"
    )
    result = run_module(alertra, "alertra_maintenance", {"tag": "Prod", "state": "started"})
    assert result["msg"].endswith("there is no tag named Prod; did you mean prod?")


def test_a_refused_key_and_a_wrong_url_name_the_option(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    alertra, pinghome = (next(one for one in accounts if one.service == name) for name in ("alertra", "pinghome"))
    result = run_module(alertra, "alertra_tag", {"name": "ops", "api_key": "wrong"})
    assert result["msg"] == "Alertra: GET /tags: refused: Access denied. (HTTP 400, code 1002); check api_key"
    result = run_module(alertra, "alertra_tag", {"name": "ops", "api_url": sandbox.services["alertra"] + "/v2"})
    assert result["msg"].endswith("(HTTP 400, code 1005); check api_url")
    result = run_module(pinghome, "pinghome_heartbeat", {"name": "b", "interval": 60, "api_token": "wrong"})
    assert result["msg"].endswith("; check api_token")
    sandbox.switches("alertra", not_found=404)
    result = run_module(alertra, "alertra_tag", {"name": "ops", "api_url": sandbox.services["alertra"] + "/v2"})
    assert result["msg"].endswith("(HTTP 404, code 1005); check api_url")


def test_long_lists_show_a_count_and_ten(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "same"} for _number in range(60)]})
    result = run_module(alertra, "alertra_tag", {"name": "same"})
    assert "there are 60 tags named same" in result["msg"]
    assert " and 50 more" in result["msg"]
    assert result["msg"].count(", ") == 9
    result = run_module(alertra, "alertra_config", {"tags": [{"nam": "x"} for _number in range(60)]})
    assert result["msg"].endswith("; and 50 more problems")
    assert len(result["problems"]) == 60


# -- masks -------------------------------------------------------------------------------------------------------------

MASKED: list[tuple[str, dict[str, Any], str]] = [
    ("simplehelp_technician", {"username": "********"}, "username"),
    ("simplehelp_technician", {"username": "anna", "renamed_from": ["********"]}, "renamed_from"),
    ("simplehelp_technician", {"username": "anna", "renamed_from": "old ******** name"}, "renamed_from"),
    ("simplehelp_technician", {"unique_id": "********", "display_name": "Anna"}, "unique_id"),
    ("simplehelp_config", {"technicians": [{"username": "********"}]}, "technicians[0] (********): username"),
    (
        "simplehelp_config",
        {"technicians": [{"username": "anna"}, {"username": "eva", "renamed_from": "********"}]},
        "technicians[1] (eva): renamed_from",
    ),
    ("simplehelp_technician_info", {"username": "********"}, "username"),
    ("simplehelp_session_info", {"technician_name_filters": ["anna", "********"]}, "technician_name_filters"),
    ("alertra_tag", {"name": "ops", "api_key": "********"}, "api_key"),
]


@pytest.mark.parametrize(("module", "options", "place"), MASKED)
def test_a_mask_that_was_copied_from_a_result_is_refused(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, options: dict[str, Any], place: str
) -> None:
    user = next(one for one in accounts if module.startswith(one.service))
    result = run_module(user, module, options)
    assert result["msg"] == (
        f"{place} must not contain ********, which results show instead of a secret: write the text that the service "
        "has, or leave the option out"
    )
    assert sandbox.requests() == []


@pytest.mark.parametrize("technician", [{"username": "********"}, {"username": "anna", "renamed_from": "********"}])
def test_a_mask_in_a_file_is_refused(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, technician: dict[str, str]
) -> None:
    (tmp_path / "a.yml").write_text(yaml.safe_dump({"simplehelp": {"technicians": [technician]}}), encoding="utf-8")
    role = {"name": "declarative.monitoring.monitoring_config"}
    variables = {"monitoring_config_directory": str(tmp_path)}
    run = run_playbook(accounts, [{"ansible.builtin.include_role": role, "vars": variables}])
    (*_names, option) = technician
    assert f"{option} must not contain ********, which results show" in str(run.results[-1]["result"]["msg"])
    assert sandbox.requests() == []
