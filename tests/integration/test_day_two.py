# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Day-two operations, as a user sees them: the lookup plugin, waiting, requests, stale agents, the audit."""

from __future__ import annotations

import json
import re
import textwrap
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from integration.canaries import canary, found
from integration.harness import ROOT, Account, Run, run_module, run_playbook, writes
from integration.roles import stats
from integration.test_playbooks_ops import play
from integration.test_roles_config import failure
from sandbox.client import Sandbox

FIRST = "11111111-1111-4111-8111-111111111111"
STATES: Mapping[str, dict[str, Any]] = {
    "alertra": {
        "tags": [{"Name": "web"}],
        "devices": [
            {"ShortName": "WWW", "Method": "HTTP", "URL": "http://a.example.com", "Tags": ["web"], "FullName": "{{1}}"},
            {"ShortName": "MAIL", "Method": "SMTP", "URL": "b.example.com", "Status": "Down"},
            {"ShortName": "DB", "Method": "PING", "URL": "c.example.com", "in_maintenance": True},
            {"ShortName": "DB", "Method": "PING", "URL": "d.example.com"},
        ],
    },
    "pinghome": {
        "resources": [
            {
                "name": "www",
                "type": "http",
                "url": "https://www.example.com/",
                "headers": {"Authorization": "canary-header"},
                "integrations": [{"integration": "first", "name": "Outage"}],
            }
        ]
    },
    "pingplotter": {"agents": [{"Name": "laptop", "IsOnline": True}, {"Name": "desk"}]},
    "portmonitor": {
        "groups": [{"name": "Web"}, {"name": "Mail"}],
        "targets": [
            {"name": "Shop", "group": "Web", "url": "http://www.example.com/"},
            {"name": "Shop", "group": "Mail", "host": "mail.example.com", "port_number": 25},
        ],
    },
    "simplehelp": {
        "groups": [{"name": "First line", "videoPassword": "canary-video"}],
        "technicians": [{"username": "ben", "groupIDs": ["First line"]}],
        "machines": [{"machineID": "SG_1", "name": "db", "groups": ["Sweden", "Lund"], "properties": {"Rack": "1"}}],
        "machine_groups": [{"groups": ["Sweden", "Lund"], "properties": {"city": "Lund"}}],
    },
}  # fmt: skip


@pytest.fixture
def seeded(sandbox: Sandbox) -> Sandbox:
    """A sandbox with an account at each service."""
    for service, state in STATES.items():
        sandbox.set_state(service, state)
    return sandbox


# -- the lookup plugin -------------------------------------------------------------------------------------------------


def look_up(users: Sequence[Account], *expressions: str, **environment: str) -> Run:
    """Evaluate lookups in a playbook; each of them ends with C(service='...', kind='...')."""
    tasks = [
        {"ansible.builtin.set_fact": {"value": f"{{{{ query('declarative.monitoring.object', {one}) }}}}"}}
        for one in expressions
    ]
    return run_playbook(users, tasks, **environment)


def values(run: Run) -> list[Any]:
    """What the lookups returned."""
    assert run.code == 0, run.output
    return [line["result"]["ansible_facts"]["value"] for line in run.results]


FIELDS: Mapping[str, Any] = {
    "'WWW', service='alertra', kind='device', field='url'": ["http://a.example.com"],
    "'WWW', 'MAIL', service='alertra', kind='device', field='status'": ["Up", "Down"],
    "'WWW', service='alertra', kind='device', field='tags'": [["web"]],
    "'WWW', service='alertra', kind='device', field='full_name'": ["{{1}}"],
    "'web', service='alertra', kind='tag', field='devices'": [["WWW"]],
    "'www', service='pinghome', kind='resource', field='type'": ["http"],
    "'first', within='www', service='pinghome', kind='integration', field='name'": ["Outage"],
    "'laptop', service='pingplotter', kind='agent', field='is_online'": [True],
    "'Shop', within='Web', service='portmonitor', kind='target', field='type'": ["url"],
    "'Shop', within='Mail', service='portmonitor', kind='target', field='group'": ["Mail"],
    "service='portmonitor', kind='profile', field='language'": ["en"],
    "'ben', service='simplehelp', kind='technician', field='groups'": [["First line"]],
    "'db', service='simplehelp', kind='machine', field='machine_id'": ["SG_1"],
    "'SG_1', service='simplehelp', kind='machine', field='properties'": [{"Rack": "1"}],
    "'Sweden/Lund', service='simplehelp', kind='machine_group', field='properties'": [{"city": "Lund"}],
}


def test_the_lookup_returns_fields_of_objects_of_every_service(seeded: Sandbox, accounts: Sequence[Account]) -> None:
    run = look_up(accounts, *FIELDS)
    assert dict(zip(FIELDS, values(run), strict=True)) == FIELDS
    assert not writes(seeded.requests())


def test_an_object_is_returned_as_the_info_module_returns_it_but_without_secrets(
    seeded: Sandbox, accounts: Sequence[Account], portmonitor: Account, simplehelp: Account
) -> None:
    whole = [
        "'WWW', service='alertra', kind='device'",
        "'www', service='pinghome', kind='resource'",
        "'laptop', service='pingplotter', kind='agent'",
        "'First line', service='simplehelp', kind='group'",
    ]
    run = look_up(accounts, *whole)
    device, resource, agent, group = (one[0] for one in values(run))
    users = {one.service: one for one in accounts}
    (expected,) = run_module(users["alertra"], "alertra_device_info", {"short_name": "WWW"})["devices"]
    assert device == expected
    assert resource["url"] == "https://www.example.com/"
    assert "headers" not in resource
    assert agent.keys() >= {"unique_id", "name"}
    assert "download_url" not in agent
    assert "video_password" not in group
    assert "canary" not in run.output + json.dumps(run.results)


ERRORS: Sequence[tuple[str, str]] = (
    ("'WWX', service='alertra', kind='device'", "Alertra: there is no device WWX; did you mean WWW?"),
    ("'DB', service='alertra', kind='device'", "Alertra: there are 2 devices named DB: use one of their ids, "),
    ("'Shop', service='portmonitor', kind='target'", "there are 2 targets named Shop: use one of their ids, "),
    ("'Shop', within='Wb', service='portmonitor', kind='target'", "there is no target Shop in Wb"),
    ("'x', service='alerta', kind='device'", "simplehelp, not 'alerta'; did you mean alertra?"),
    ("'x', kind='device'", "service is missing: set it to one of "),
    ("'x', service='alertra', kind='devices'", "kind must be one of device, tag, not 'devices'; did you mean device?"),
    ("'x', service='alertra', kind='device', field='ur'", "a device has no field ur; did you mean url?"),
    ("'x', service='pinghome', kind='resource', field='headers'", "field headers is a secret"),
    ("'x', service='pingplotter', kind='agent', field='download_url'", "field download_url is a secret"),
    ("'x', service='alertra', kind='device', within='web'", "within cannot be set for kind device"),
    ("'x', service='alertra', kind='device', api_kye='canary'", "there is no option api_kye; did you mean api_key?"),
    ("'x', service='alertra', kind='device', api_key=['canary']", "api_key must be a string"),
    ("'x', service='alertra', kind='device', api_key=' canary'", "api_key must not begin or end with a blank"),
    ("'x', service='alertra', kind='device', api_retries='many'", "api_retries must be a whole number, not 'many'"),
    ("service='alertra', kind='device'", "the name or the id of the device is missing"),
    ("'x', service='portmonitor', kind='profile'", "kind profile has one object without a name, so leave out x"),
    ("'WWW', service='alertra', kind='device', api_key='wrong'", "Alertra: GET /"),
)  # fmt: skip


def test_an_error_of_the_lookup_is_one_sentence(seeded: Sandbox, accounts: Sequence[Account]) -> None:
    tasks: list[dict[str, Any]] = []
    for one, _sentence in ERRORS:
        expression = f"{{{{ query('declarative.monitoring.object', {json.dumps(one)[1:-1]}) }}}}"
        tasks.append({"ansible.builtin.set_fact": {"value": expression}, "ignore_errors": True})
    run = run_playbook(accounts, tasks)
    assert run.code == 0, run.output
    for (one, sentence), line in zip(ERRORS, run.results, strict=True):
        assert sentence in line["result"].get("msg", ""), (one, line["result"])
        assert "Traceback" not in line["result"]["msg"]
        assert "canary" not in line["result"]["msg"].partition("failed:")[2], one


def test_the_lookup_needs_credentials_and_says_where_from(seeded: Sandbox, alertra: Account) -> None:
    environment = {"ALERTRA_API_KEY": "", "ALERTRA_API_URL": alertra.environment["ALERTRA_API_URL"]}
    run = look_up([], "'WWW', service='alertra', kind='device'", **environment)
    assert run.code == 2
    assert "api_key is missing: set the option or the environment variable ALERTRA_API_KEY" in run.output
    named = "'WWW', service='alertra', kind='device', api_key='sandbox-key', field='short_name'"
    assert values(look_up([], named, **environment)) == [["WWW"]]


def test_the_key_of_the_lookup_may_be_encrypted_by_vault(seeded: Sandbox, alertra: Account, tmp_path: Path) -> None:
    password, variables = tmp_path / "password", tmp_path / "variables.yml"
    password.write_text("password", encoding="utf-8")
    encrypted = VaultLib([("default", VaultSecret(b"password"))]).encrypt("sandbox-key").decode()
    variables.write_text(f"key: !vault |\n{textwrap.indent(encrypted, '  ')}", encoding="utf-8")
    expression = "query('declarative.monitoring.object', 'WWW', service='alertra', kind='device', api_key=key)"
    run = run_playbook(
        [],
        [{"ansible.builtin.set_fact": {"value": f"{{{{ {expression} }}}}"}}],
        *("--vault-password-file", str(password), "--extra-vars", f"@{variables}"),
        ALERTRA_API_URL=alertra.environment["ALERTRA_API_URL"],
    )
    assert [device["short_name"] for (device,) in values(run)] == ["WWW"]


# -- waiting -----------------------------------------------------------------------------------------------------------


def test_the_health_is_the_same_word_for_all_services(
    seeded: Sandbox, alertra: Account, pinghome: Account, pingplotter: Account
) -> None:
    include = {"include": ["health"]}
    devices = run_module(alertra, "alertra_device_info", include)["devices"]
    assert [(one["short_name"], one["health"]) for one in devices] == [
        ("WWW", "up"),
        ("MAIL", "down"),
        ("DB", "maintenance"),
        ("DB", "up"),
    ]
    assert devices[1]["status"] == "Down"
    agents = run_module(pingplotter, "pingplotter_agent_info", include)["agents"]
    assert [(one["name"], one["health"]) for one in agents] == [("laptop", "up"), ("desk", "down")]
    (resource,) = run_module(pinghome, "pinghome_resource_info", include)["resources"]
    assert resource["health"] == "up"
    run_module(pinghome, "pinghome_resource", {"name": "www", "service_id": FIRST, "enabled": False})
    (resource,) = run_module(pinghome, "pinghome_resource_info", include)["resources"]
    assert resource["health"] == "disabled"


def test_check_mode_knows_the_maintenance_that_an_earlier_task_would_start(seeded: Sandbox, alertra: Account) -> None:
    tasks: list[dict[str, Any]] = [
        {"declarative.monitoring.alertra_maintenance": {"devices": ["WWW"]}},
        {"declarative.monitoring.alertra_device_info": {"short_name": "WWW", "include": ["health"]}},
    ]
    run = run_playbook([alertra], tasks, "--check")
    assert run.code == 0, run.output
    assert run.of("alertra_device_info")[0]["devices"][0]["health"] == "maintenance"


def guide_file(name: str) -> str:
    """A file in the guide."""
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_day_two.rst").read_text(encoding="utf-8")
    body = re.search(rf":caption: {re.escape(name)}\n\n((?:    .*\n|\n)+)", text)
    assert body
    return "".join(line.removeprefix("    ") for line in body[1].splitlines(keepends=True))


def test_the_example_waits_until_the_device_is_up(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    device = {"ShortName": "WWW", "Method": "HTTP", "URL": "http://a.example.com", "Status": "Down"}
    sandbox.set_state("alertra", {"devices": [device]})
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(guide_file("deploy.yml").replace("delay: 15", "delay: 1"), encoding="utf-8")

    def come_up() -> None:
        """Bring the device up after the first two looks at it."""
        deadline = time.monotonic() + 60
        while len(sandbox.requests("alertra")) < 4 and time.monotonic() < deadline:
            time.sleep(0.1)
        sandbox.set_state("alertra", {"devices": [{**device, "Status": "Up"}]})

    thread = threading.Thread(target=come_up)
    thread.start()
    run = run_playbook([alertra], playbook)
    thread.join()
    assert run.code == 0, run.output
    assert run.of("alertra_device_info")[-1]["attempts"] > 1
    sandbox.set_state("alertra", {"devices": [device]})
    assert run_playbook([alertra], playbook, "--check").code == 0


# -- requests ----------------------------------------------------------------------------------------------------------


def test_a_request_that_writes_is_not_sent_in_check_mode(seeded: Sandbox, alertra: Account) -> None:
    options = {"method": "POST", "path": "/tags", "body": {"Name": "new", "password": canary("")}}
    tasks = [{"declarative.monitoring.alertra_request": one} for one in (options, {"path": "/tags"})]
    run = run_playbook([alertra], tasks, "--check", "-vvv")
    assert run.code == 0, run.output
    assert [(one["sent"], one["changed"]) for one in run.of("alertra_request")] == [(False, True), (True, False)]
    assert not writes(seeded.requests())
    assert found(run.output, run.results) == []


# -- stale agents ------------------------------------------------------------------------------------------------------

AGENTS: list[dict[str, Any]] = [
    {"Name": "a", "UniqueId": "id-a", "LastMessageTime": "2026-01-01T12:00:00+00:00"},
    {"Name": "b", "UniqueId": "id-b", "LastMessageTime": "2026-02-01T12:00:00+00:00"},
    {"Name": "{{ 1 + 1 }}", "UniqueId": "id-c", "LastMessageTime": "2026-02-27T12:00:00+00:00"},
    {"Name": "on", "UniqueId": "id-on", "LastMessageTime": "2026-01-01T12:00:00+00:00", "IsOnline": True},
]
TIME = {"stale_time": "2026-03-01T12:00:00+00:00"}


def remaining(sandbox: Sandbox) -> list[str]:
    """The ids of the agents that are not deleted."""
    return [one["UniqueId"] for one in sandbox.state("pingplotter")["agents"] if not one["Deleted"]]


STALE_RUNS: Sequence[tuple[dict[str, Any], list[str]]] = (
    ({}, []),
    ({"stale_names": "", "stale_limit": "", "stale_days": ""}, []),
    ({"stale_names": "a"}, ["id-a"]),
    ({"stale_days": 28, "stale_names": ["id-b", "a"]}, ["id-b", "id-a"]),
    ({"stale_days": 28, "stale_limit": 2}, ["id-a", "id-b"]),
    ({"stale_days": "2", "stale_names": "id-c"}, ["id-c"]),
)


@pytest.mark.parametrize(("variables", "deleted"), STALE_RUNS)
def test_stale_agents_are_listed_and_only_the_chosen_ones_deleted(
    sandbox: Sandbox, pingplotter: Account, variables: dict[str, Any], deleted: list[str]
) -> None:
    sandbox.set_state("pingplotter", {"agents": AGENTS})
    for arguments, expected in ((["--check"], []), ([], deleted)):
        run = play([pingplotter], "stale_agents", *arguments, **TIME, **variables)
        assert run.code == 0, run.output
        assert sorted(set(remaining(sandbox))) == sorted({one["UniqueId"] for one in AGENTS} - set(expected))
        assert sorted(stats(run, "stale_agents_result")[0]["deleted"]) == sorted(deleted)
        verb = "would be" if arguments else "was" if len(deleted) == 1 else "were"
        assert f"{len(deleted)} {verb} deleted." in run.output
        assert "configLinkId" not in run.output + json.dumps(run.results)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"stale_limit": 1}, "2 agents would be deleted, but the limit is 1: a, b"),
        ({"stale_limit": 0}, "2 agents would be deleted, but the limit is 0: a, b"),
        ({"stale_names": "on"}, "agent on is not stale, so it is not deleted"),
        ({"stale_names": "b2"}, "there is no agent b2; did you mean b?"),
        ({"stale_names": "a", "stale_limit": 1}, "Set either stale_names, the agents to delete, or stale_limit"),
        ({"stale_days": 0}, "stale_days must be at least 1, not 0."),
        ({"stale_days": "soon"}, "stale_days must be a whole number, not soon."),
        ({"stale_limit": "-1"}, "stale_limit must be at least 0, not -1."),
        ({"stale_names": 83}, "stale_names must be a list of texts, not a number (83)."),
    ],
)
def test_agents_that_must_not_be_deleted_are_not(
    sandbox: Sandbox, pingplotter: Account, variables: dict[str, Any], sentence: str
) -> None:
    sandbox.set_state("pingplotter", {"agents": AGENTS})
    run = play([pingplotter], "stale_agents", **{**TIME, "stale_days": 20, **variables})
    assert sentence in failure(run)
    assert not writes(sandbox.requests())


def test_agents_that_cannot_be_read_are_no_stale_agents(sandbox: Sandbox, pingplotter: Account) -> None:
    wrong = Account("pingplotter", {**pingplotter.environment, "PINGPLOTTER_API_KEY": "wrong"})
    assert "401" in failure(play([wrong], "stale_agents"))


# -- audit of a SimpleHelp server --------------------------------------------------------------------------------------

WEAK: dict[str, Any] = {
    "groups": [
        {"name": "First line", "allowAnonymousLogins": True},
        {"name": "Second line", "mfaSettings": {"email": True, "app": False}},
    ],
    "technicians": [
        {"username": "kb2971", "isAnonymous": True, "groupIDs": ["First line"]},
        {"username": "avery", "groupIDs": ["First line"]},
        {"username": "ben", "groupIDs": ["First line", "Second line"]},
        {"username": "gone", "enabled": False, "groupIDs": ["Second line"]},
    ],
}
WEAKNESSES = [
    ("anonymous_technician", "kb2971", "made by a login through a group, in First line, enabled"),
    ("anonymous_logins", "First line", "technicians without an account can log in through this group"),
    ("no_restrictions", "support.example.com", "technicians can log in from every address"),
    ("no_mfa", "First line", "no second factor is required: avery, kb2971"),
    ("disabled_in_group", "gone", "disabled, but still in Second line"),
]


def test_the_audit_lists_weaknesses_and_fails_only_if_told(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", {**WEAK, "hostname": "support.example.com"})
    run = play([simplehelp], "simplehelp_audit", "--check")
    assert run.code == 0, run.output
    (result,) = stats(run, "simplehelp_audit_result")
    assert [(one["check"], one["name"], one["text"]) for one in result["findings"]] == WEAKNESSES
    assert result["not_checked"] == []
    table = next(line["result"]["msg"] for line in run.results if line["task"] == "Show the findings")
    assert table[1].split("  ")[0] == "anonymous_technician"
    assert len(table) == 1 + len(WEAKNESSES)
    run = play([simplehelp], "simplehelp_audit", audit_fail="true", audit_limit=2, audit_ignore="no_mfa\ngone")
    assert "there is no check gone" in failure(run)
    run = play([simplehelp], "simplehelp_audit", audit_fail="true", audit_limit=2, audit_ignore="no_mfa")
    assert failure(run) == "The audit has 4 findings, and could not check 0 others."
    assert '"... and 2 more"' in run.output
    accepted = [f"{check}:{name}" for check, name, _text in WEAKNESSES]
    run = play([simplehelp], "simplehelp_audit", audit_fail=True, audit_ignore=accepted)
    assert run.code == 0, run.output
    assert "0 findings, 0 not checked, 5 ignored." in run.output
    assert not writes(sandbox.requests())


def test_an_audit_says_what_it_could_not_read(sandbox: Sandbox, simplehelp: Account) -> None:
    sandbox.set_state("simplehelp", WEAK)
    sandbox.fault(service="simplehelp", kind="status", status=403, times=1)
    run = play([simplehelp], "simplehelp_audit", audit_fail="yes")
    (result,) = stats(run, "simplehelp_audit_result")
    assert {one["check"] for one in result["not_checked"]} == {"anonymous_technician", "disabled_in_group"}
    assert "403" in result["not_checked"][0]["text"]
    assert failure(run) == "The audit has 3 findings, and could not check 2 others."
    wrong = Account("simplehelp", {**simplehelp.environment, "SIMPLEHELP_API_TOKEN": "wrong-token"})
    run = play([wrong], "simplehelp_audit")
    assert failure(run).startswith("SimpleHelp: GET /")
    assert "wrong-token" not in run.output


# -- what the rulebooks run --------------------------------------------------------------------------------------------


def messages(run: Run) -> list[str]:
    """What a playbook shows."""
    assert run.code == 0, run.output
    shown = [line["result"]["msg"] for line in run.results if line["action"] == "ansible.builtin.debug"]
    return [one if isinstance(one, str) else "\n".join(one) for one in shown]


def test_there_is_a_ticket_only_for_a_device_that_is_down_and_not_in_maintenance(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    device = {"Method": "HTTP", "URL": "http://www.example.com", "Status": "Down"}
    states: dict[str, dict[str, Any]] = {"DOWN": {}, "MAINT": {"in_maintenance": True}, "UP": {"Status": "Up"}}
    sandbox.set_state("alertra", {"devices": [{"ShortName": name, **device, **more} for name, more in states.items()]})
    idents = {one["ShortName"]: one["device_id"] for one in sandbox.state("alertra")["devices"]}

    def look(device_id: str) -> str:
        event = {"device_id": device_id, "ticket_folder": str(tmp_path), "ticket_id": device_id}
        return messages(play([alertra], "device_down", **event))[0]

    assert look(idents["MAINT"]) == "No ticket: MAINT is in maintenance."
    assert look(idents["UP"]) == "No ticket: the status of UP is up now."
    assert look("0" * 48) == f"No ticket: there is no device with the id {'0' * 48} any more."
    assert list(tmp_path.iterdir()) == []
    assert look(idents["DOWN"]).startswith("Subject: DOWN is down\n")
    assert [path.stem for path in tmp_path.iterdir()] == [idents["DOWN"]]
    assert not writes(sandbox.requests())


def test_there_is_a_message_only_for_an_agent_that_is_still_offline_in_its_shift(
    sandbox: Sandbox, pingplotter: Account
) -> None:
    sandbox.set_state("pingplotter", {"agents": [{"Name": "off"}, {"Name": "on", "IsOnline": True}]})
    idents = {one["Name"]: one["UniqueId"] for one in sandbox.state("pingplotter")["agents"]}
    shift = {"days": ["mon"], "start": "08:00", "end": "17:00", "time_zone": "UTC"}
    shifts = [{"agents": [name], **shift} for name in idents]

    def look(name: str, time: str) -> list[str]:
        event = {"agent_id": idents[name], "agent_shifts": shifts, "agent_time": time}
        return messages(play([pingplotter], "agent_offline", **event))

    monday, sunday = "2026-03-02T12:00:00Z", "2026-03-01T12:00:00Z"
    assert look("on", monday) == ["No message: on is not offline now."]
    assert look("off", sunday) == ["No message: off is not in its shift."]
    assert look("off", monday) == ["The agent off is offline during its shift."]
