# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles monitoring_config and monitoring_export: accounts from files, and files from accounts."""

from __future__ import annotations

import difflib
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.parsing.vault import VaultLib, VaultSecret

from integration.harness import ROOT, Account, Run, run_playbook, without_ids, writes
from integration.test_contract import IDS
from sandbox.client import Sandbox

SCENARIOS = ROOT / "extensions" / "molecule"
DECLARATIONS = SCENARIOS / "monitoring_config" / "declarations"
ACCOUNTS: dict[str, Any] = yaml.safe_load(
    (SCENARIOS / "monitoring_export" / "files" / "accounts.yml").read_text(encoding="utf-8")
)
CANARIES = {"web_site_token": "canary-token-7391", "first_password": "canary-password-7391"}


def run_role(users: Sequence[Account], role: str, variables: Mapping[str, Any], *arguments: str, **env: str) -> Run:
    """Run a role of the collection with these variables."""
    include = {"ansible.builtin.include_role": {"name": f"declarative.monitoring.{role}"}, "vars": dict(variables)}
    return run_playbook(users, [include], *arguments, **env)


def fact(run: Run, name: str) -> Any:
    """What a fact was set to."""
    values = [line["result"].get("ansible_facts", {}) for line in run.results]
    return [found[name] for found in values if name in found][-1]


def failure(run: Run) -> str:
    """Why a run failed, which has to have failed. The last task to fail may only refer to the one before."""
    assert run.code == 2, run.output
    messages = [str(line["result"]["msg"]) for line in run.results if line["failed"]]
    return [message for message in messages if message != "The failure above says why."][-1]


def without(user: Account, name: str) -> Account:
    """An account that a variable of the environment is not set for."""
    return Account(user.service, {key: value for key, value in user.environment.items() if key != name})


def declare(folder: Path, **files: Any) -> str:
    """Write files of declarations, by their names without the ending, and return the folder."""
    for name, content in files.items():
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return str(folder)


# -- monitoring_config -------------------------------------------------------------------------------------------------


def test_files_are_applied_to_all_accounts_as_predicted_and_once(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    old = {"ShortName": "OLD", "Method": "PING", "URL": "old.example.com"}
    www = {"ShortName": "BER-WWW", "FullName": "Web", "Method": "HTTP", "URL": "https://berlin.example.com/"}
    sandbox.set_state("alertra", {"devices": [old, www]})
    variables = {
        "monitoring_config_directory": str(DECLARATIONS),
        "monitoring_config_prune": {"alertra": ["devices"]},
        **CANARIES,
    }
    predicted = run_role(accounts, "monitoring_config", variables, "--check", "--diff")
    assert predicted.code == 0, predicted.output
    assert not writes(sandbox.requests())
    done = run_role(accounts, "monitoring_config", variables, "--diff", "-vvv")
    assert done.code == 0, done.output
    result = fact(done, "monitoring_config_result")
    assert without_ids(fact(predicted, "monitoring_config_result"), IDS) == without_ids(result, IDS)
    assert result.keys() == sandbox.services.keys()
    assert all(one["changed"] and not one["failed"] for one in result.values())
    (line,) = [one for one in done.output.splitlines() if one.startswith("  ~ device BER-WWW: ")]
    assert all(f"{name}: " in line for name in ("full_name", "master_device", "tags")), line
    assert '"Web" -> ' in line
    assert "  - device OLD\n" in done.output
    # What the files keep secret shows nowhere, and has arrived; an explicit null clears.
    assert "canary" not in predicted.output + done.output + json.dumps(done.results)
    assert sandbox.state("simplehelp")["technicians"][0]["password"] == CANARIES["first_password"]
    assert CANARIES["web_site_token"] in str(sandbox.state("pinghome")["resources"])
    devices = {one["ShortName"]: one for one in sandbox.state("alertra")["devices"]}
    assert devices.keys() == {"BER-GW", "BER-WWW", "MX"}
    assert not devices["BER-WWW"]["FullName"]
    sandbox.clear_requests()
    again = run_role(accounts, "monitoring_config", variables)
    assert again.code == 0, again.output
    assert [result for result in again.ours if result["changed"]] == []
    assert not writes(sandbox.requests())


def test_what_fails_is_named_with_its_place_and_holds_up_nothing_else(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.set_state("simplehelp", {"groups": [{"name": "{{ 1 + 1 }}"}, {"name": "Second"}]})
    sandbox.fault(
        service="pinghome", method="POST", path="heartbeat", kind="status", status=422, answer={"message": "x"}
    )
    folder = declare(
        tmp_path,
        first={
            "alertra": {"devices": [{"short_name": "A", "method": "PING", "url": "a.example.com"}]},
            "pinghome": {"heartbeats": [{"name": "Backup", "interval": 60}]},
            "portmonitor": {"groups": [{"name": "Web"}]},
            "simplehelp": {"server": {"hostname": "new.example.com"}, "groups": []},
        },
        second="---\nalertra:\n  devices:\n    - short_name: B\n    - short_name: C\n      frequency: 5\n"
        "pingplotter:\n  agents:\n    - name: desk\n",
    )
    variables = {
        "monitoring_config_directory": folder,
        "monitoring_config_prune": {"simplehelp": ["groups"]},
        "monitoring_config_prune_limit": 1,
        "monitoring_config_connections": {"portmonitor": {"auth_token": "wrong"}},
    }
    run = run_role(accounts, "monitoring_config", variables)
    said = failure(run)
    assert (
        "second.yml:5 alertra.devices[1] (C): there is no device C yet, and creating it requires method and url" in said
    )
    assert "Pinghome: first.yml:8 pinghome.heartbeats[0]: cannot create heartbeat Backup: " in said
    assert "Port Monitor: " in said
    assert "SimpleHelp: prune would delete 2 objects, but prune_limit is 1: group Second (" in said
    assert "group {{ 1 + 1 }} (" in said
    result = fact(run, "monitoring_config_result")
    assert [service for service, one in result.items() if not one["failed"]] == ["pingplotter"]
    assert [agent["Name"] for agent in sandbox.state("pingplotter")["agents"]] == ["desk"]
    assert not writes(sandbox.requests("alertra"))
    # After the errors are fixed, the next run applies the rest. Names from a server are never evaluated as templates.
    declare(
        tmp_path, second=(tmp_path / "second.yml").read_text(encoding="utf-8").replace(": 5", ": 5\n      method: PING")
    )
    text = (tmp_path / "second.yml").read_text(encoding="utf-8")
    declare(
        tmp_path, second=text.replace("PING", "PING\n      url: c.example.com").replace("    - short_name: B\n", "")
    )
    run = run_role(
        accounts,
        "monitoring_config",
        {**variables, "monitoring_config_prune_limit": 2, "monitoring_config_connections": {}},
    )
    assert run.code == 0, run.output
    assert "  - group {{ 1 + 1 }}\n" in run.output
    assert fact(run, "monitoring_config_result")["pingplotter"]["changed"] is False
    assert not sandbox.state("simplehelp")["groups"]


def test_files_that_cannot_be_are_refused_before_any_request(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    folder = declare(
        tmp_path,
        one={"alertra": {"devices": [{"short_name": "WWW", "url": "{{ nobody_knows }}"}]}},
        two="alertra:\n  devices:\n    - short_name: A\n    - short_name: A\n  device: []\n",
        three="alertra:\n  - a\n b: c\n",
        four={
            "simplehelp": {"groups": [{"name": "First line"}]},
            "alertra": {"devices": [{"short_name": "B", "frequency": 7}]},
        },
    )
    run = run_role(accounts, "monitoring_config", {"monitoring_config_directory": folder})
    said = failure(run)
    assert said.startswith(f"The declarations in {folder} cannot be used: ")
    # In the words of the collection, without those of Ansible about its templates.
    assert "lookup" not in run.output
    for sentence in (
        "three.yml:3 is not YAML: ",
        "one.yml:3 alertra.devices[0]: 'nobody_knows' is undefined",
        "device A is declared twice: two.yml:3 alertra.devices[0] (A) and two.yml:4 alertra.devices[1] (A)",
        "two.yml:5 alertra.device: there is no such kind; there are devices, tags",
        " alertra.devices[0] (B): frequency must be one of ",
    ):
        assert sentence in said
    assert not sandbox.requests()


@pytest.mark.parametrize("files", [1, 25])
def test_many_problems_of_files_are_ten_and_a_count(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, files: int
) -> None:
    wrong = [{"short_name": f"D{number}", "frequency": 7} for number in range(25)]
    each = len(wrong) // files
    parts = {f"f{number:02}": wrong[number * each : (number + 1) * each] for number in range(files)}
    folder = declare(tmp_path, **{name: {"alertra": {"devices": part}} for name, part in parts.items()})
    said = failure(run_role([alertra], "monitoring_config", {"monitoring_config_directory": folder}))
    assert said.count("frequency must be one of") == 10
    assert said.endswith("; and 15 more problems")


def test_a_password_in_an_object_of_the_wrong_shape_is_not_shown(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    secret = "canary-shape-5512"
    shapes: list[Any] = [
        [[{"username": "anna", "password": secret}]],
        [{"username": "anna", "password": [secret]}, {"username": "anna", "password": {"a": secret}}],
        {"username": "anna", "password": secret},
        f"username: anna, password: {secret}",
        [{"username": "anna", "passwrd": secret}],
        [{"username": {"password": secret}}],
    ]
    for shape in shapes:
        folder = declare(tmp_path, one={"simplehelp": {"technicians": shape}})
        for arguments in ((), ("--check", "--diff", "-vvv")):
            run = run_role(accounts, "monitoring_config", {"monitoring_config_directory": folder}, *arguments)
            assert "simplehelp.technicians" in failure(run)
            assert secret not in run.output + json.dumps(run.results), shape
    assert not sandbox.requests()


def test_what_a_linked_folder_declares_is_not_pruned(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "shared"}, {"Name": "own"}, {"Name": "old"}]})
    for name, tag in (("shared", "shared"), ("customer", "own")):
        (tmp_path / name).mkdir()
        declare(tmp_path / name, tags={"alertra": {"tags": [{"name": tag}]}})
    link = tmp_path / "customer" / "all"
    link.symlink_to(tmp_path / "shared")
    variables = {
        "monitoring_config_directory": str(tmp_path / "customer"),
        "monitoring_config_prune": {"alertra": ["tags"]},
    }
    run = run_role([alertra], "monitoring_config", variables)
    assert run.code == 0, run.output
    assert [tag["Name"] for tag in sandbox.state("alertra")["tags"]] == ["shared", "own"]
    # A link that leads nowhere any more prunes nothing.
    (tmp_path / "shared").rename(tmp_path / "moved")
    sandbox.clear_requests()
    run = run_role([alertra], "monitoring_config", variables)
    assert f"all is a link to {tmp_path / 'shared'}, which does not exist" in failure(run)
    assert not sandbox.requests()


def test_files_without_an_end_are_refused_at_once(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    layers = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    declare(tmp_path, bomb="\n".join(["a0: &a0 [x]", *layers, "alertra: {tags: *a11}"]))
    os.mkfifo(tmp_path / "pipe.yml")
    started = time.monotonic()
    run = run_role([alertra], "monitoring_config", {"monitoring_config_directory": str(tmp_path)})
    assert time.monotonic() - started < 60
    assert "bomb.yml has aliases that repeat more than 200000 values" in failure(run)
    assert "pipe.yml is not a regular file" in failure(run)
    assert not sandbox.requests()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"monitoring_config_prune": {"portmonitor": ["groups"]}},
            "monitoring_config_prune names portmonitor, but no file",
        ),
        (
            {"monitoring_config_prune": {"alertra": ["device"]}},
            "value of alertra must be one or more of: devices, tags",
        ),
        ({"monitoring_config_directory": "nowhere"}, "There is no folder "),
        (
            {"monitoring_config_prune_limt": 1},
            "The role monitoring_config has no variable monitoring_config_prune_limt;",
        ),
        ({"monitoring_config_directory": ""}, "Set monitoring_config_directory, the folder with the declarations."),
    ],
)
def test_wrong_variables_are_refused_before_any_request(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, variables: dict[str, Any], sentence: str
) -> None:
    folder = declare(tmp_path, one={"alertra": {}}, **{".hidden": "no: service"})
    run = run_role(accounts, "monitoring_config", {"monitoring_config_directory": folder, **variables})
    assert run.code == 2
    assert sentence in json.dumps(run.results[-1]["result"])
    assert not sandbox.requests()


def test_encrypted_files_and_values_are_used_and_not_shown(
    sandbox: Sandbox, simplehelp: Account, tmp_path: Path
) -> None:
    vault = VaultLib([(DEFAULT_VAULT_ID_MATCH, VaultSecret(b"vault-password"))])
    secrets = {"avery": "canary-whole-5512", "robin": "canary-value-5512"}
    whole = yaml.safe_dump({"simplehelp": {"technicians": [{"username": "avery", "password": secrets["avery"]}]}})
    value = vault.encrypt(secrets["robin"]).decode().replace("\n", "\n          ").strip()
    folder = tmp_path / "declarations"
    folder.mkdir()
    declare(
        folder,
        whole=vault.encrypt(whole).decode(),
        value=f"simplehelp:\n  technicians:\n    - username: robin\n      password: !vault |\n          {value}\n",
    )
    password = tmp_path / "password"
    password.write_text("vault-password", encoding="utf-8")
    run = run_role(
        [simplehelp],
        "monitoring_config",
        {"monitoring_config_directory": str(folder)},
        "-vvv",
        "--diff",
        "--vault-password-file",
        str(password),
    )
    assert run.code == 0, run.output
    assert {one["username"]: one["password"] for one in sandbox.state("simplehelp")["technicians"]} == secrets
    assert "canary" not in run.output + json.dumps(run.results)


def test_connection_options_of_the_role_add_to_those_of_the_play(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    folder = tmp_path / "declarations"
    folder.mkdir()
    declare(folder, one={"alertra": {"tags": [{"name": "web"}]}})
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {
            "group/declarative.monitoring.alertra": {"api_key": "sandbox-key", "api_url": "http://[::1]:1"}
        },
        "vars": {
            "monitoring_config_directory": "declarations",
            "monitoring_config_connections": {"alertra": {"api_url": sandbox.services["alertra"]}},
        },
        "roles": ["declarative.monitoring.monitoring_config"],
    }
    (tmp_path / "site.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    run = run_playbook([without(alertra, "ALERTRA_API_KEY")], tmp_path / "site.yml")
    assert run.code == 0, run.output
    assert [tag["Name"] for tag in sandbox.state("alertra")["tags"]] == ["web"]


SCHEMA = ROOT / "roles" / "monitoring_export" / "files" / "declarations.schema.json"
MODELINE = "# yaml-language-server: $schema=declarations.schema.json"


# -- monitoring_export -------------------------------------------------------------------------------------------------


def test_accounts_are_exported_as_files_that_stay_as_they_are(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for service, state in ACCOUNTS.items():
        sandbox.set_state(service, state)
    folder = tmp_path / "new" / "export"
    names = [f"{service}.yml" for service in sorted(ACCOUNTS)]
    variables = {"monitoring_export_directory": str(folder)}

    def export(*arguments: str) -> tuple[Run, dict[str, str]]:
        run = run_role(accounts, "monitoring_export", variables, *arguments)
        assert run.code == 0, run.output
        return run, {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}

    run, files = export("--check", "--diff")
    assert fact(run, "monitoring_export_result")["changed"] == names
    assert "+    - short_name: WWW" in run.output
    assert not files
    _run, files = export()
    assert files.pop("declarations.schema.json") == SCHEMA.read_text(encoding="utf-8")
    assert sorted(files) == names
    assert {text.splitlines()[0] for text in files.values()} == {MODELINE}
    everything = "".join(files.values())
    assert not [secret for secret in ("secret-header", "secret-video", "secret-avery") if secret in everything]
    for service, comment in {
        "pinghome": "  # Secret, and left alone unless filled in: headers\n  resources:",
        "simplehelp": "  # Secret, and left alone unless filled in: video_password, password\n  groups:",
    }.items():
        assert comment in files[f"{service}.yml"]
    # Listed in another order, it is the same account; one edit changes its own line, and no other file.
    alertra = sandbox.state("alertra")
    alertra["devices"].reverse()
    sandbox.set_state("alertra", alertra)
    run, again = export("--check")
    assert fact(run, "monitoring_export_result")["unchanged"] == names
    next(one for one in alertra["devices"] if one["ShortName"] == "WWW")["Frequency"] = 10
    sandbox.set_state("alertra", alertra)
    run, edited = export("--diff")
    assert fact(run, "monitoring_export_result")["changed"] == ["alertra.yml"]
    lines = difflib.ndiff(again["alertra.yml"].splitlines(), edited["alertra.yml"].splitlines())
    assert [line for line in lines if line[0] in "+-"] == ["-       frequency: 1", "+       frequency: 10"]
    assert not writes(sandbox.requests())


def test_only_accounts_with_credentials_are_exported(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    url = sandbox.services["portmonitor"]
    connection = {"api_url": url, "app_key": "sandbox-app", "auth_token": "sandbox-auth-token"}
    variables = {
        "monitoring_export_directory": str(tmp_path / "export"),
        "monitoring_export_connections": {"portmonitor": connection},
    }
    run = run_role([alertra], "monitoring_export", variables)
    assert run.code == 0, run.output
    names = sorted(path.name for path in (tmp_path / "export").iterdir())
    assert names == ["alertra.yml", "declarations.schema.json", "portmonitor.yml"]
