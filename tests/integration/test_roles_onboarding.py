# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Technicians, agents and sites come and go, by the roles and by the playbooks."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._survey import survey_list
from integration.harness import Account, Result, without_ids
from integration.roles import answers, control, role, run_playbooks, run_tasks, sentences, stats, writes_in
from sandbox.client import Sandbox

PASSWORD = 'First "canary" 7/+ü'
TECHNICIAN = {
    "name": "Anna",
    "email_address": "anna@example.com",
    "simplehelp": {"username": "anna", "groups": ["Desk"], "password": PASSWORD},
    "pingplotter": {"roles": ["TargetManagement"]},
}
SITE = {
    "name": "Berlin",
    "portmonitor": {
        "targets": [
            {"name": "Shop", "type": "url", "url": "https://shop.example.com/"},
            {"name": "VPN", "type": "custom_port", "host": "vpn.example.com", "port_number": 443},
        ]
    },
    "pinghome": {
        "resources": [{"name": "Berlin shop", "type": "http", "url": "https://shop.example.com/"}],
        "heartbeats": [{"name": "Berlin backup", "interval": 86400}],
        "server_resources": [{"name": "Berlin database"}],
    },
    "alertra": {
        "devices": [
            {"short_name": "WWW", "method": "HTTP", "url": "https://www.example.com/", "tags": ["Berlin web"]},
            {"short_name": "SHOP", "method": "HTTP", "url": "https://shop.example.com/"},
        ],
        "tags": [{"name": "Berlin web"}],
    },
}
EVERYTHING = {
    "onboarding_technicians": [TECHNICIAN],
    "onboarding_agents": [{"name": "laptop-17"}],
    "onboarding_sites": [SITE],
}
LEAVING = {
    "offboarding_technicians": [{"username": "anna", "email_address": "Anna@Example.com"}],
    "offboarding_agents": ["laptop-17"],
    "offboarding_sites": [{**SITE, "portmonitor": {}, "alertra": {"tags": [{"name": "Berlin web"}]}}],
}
NAMES = ["anna", "anna@example.com", "laptop-17", "Shop", "VPN", "Berlin", "Berlin shop", "Berlin backup"]
MISSING_OK = {"offboarding_missing_ok": True}
NAMES += ["Berlin database", "SHOP", "WWW", "Berlin web"]
CREATED = {"simplehelp": 1, "pingplotter": 2, "portmonitor": 3, "pinghome": 3, "alertra": 4}


@pytest.fixture
def desk(sandbox: Sandbox) -> None:
    """A SimpleHelp server with a group for technicians, in which somebody is."""
    technicians = [{"username": "ben", "groupIDs": ["Desk"]}]
    sandbox.set_state("simplehelp", {"groups": [{"name": "Desk"}], "technicians": technicians})


def done(result: Result) -> dict[str, list[tuple[str, str]]]:
    """What was done at each service, as actions and names."""
    return {
        service: [(change["action"], change["name"]) for change in one["changes"]]
        for service, one in result["services"].items()
    }


def hidden(text: str, secret: str) -> bool:
    """Whether a secret is nowhere in a text, in no encoding."""
    forms = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe="")}
    forms |= {repr(secret)[1:-1], repr(secret.encode())[2:-1], base64.b64encode(secret.encode()).decode()}
    return not any(form in text for form in forms)


@pytest.mark.usefixtures("desk")
def test_an_onboarding_is_predicted_then_made_then_found_made(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    before = {service: sandbox.state(service) for service in sandbox.services}
    plan = run_tasks(accounts, [role("onboarding", EVERYTHING)], tmp_path, "--check", "--diff")
    assert plan.code == 0, plan.output
    assert not sentences(plan)
    assert not writes_in(sandbox.requests())
    assert {service: sandbox.state(service) for service in sandbox.services} == before

    again = [role("onboarding", EVERYTHING), control(sandbox, "requests", "DELETE"), role("onboarding", EVERYTHING)]
    run = run_tasks(accounts, again, tmp_path, "--diff", "-vvv")
    assert run.code == 0, run.output
    assert not sentences(run)
    (predicted,), (made, found) = stats(plan, "onboarding_result"), stats(run, "onboarding_result")
    assert [one["changed"] for one in (predicted, made, found)] == [True, True, False]
    assert without_ids(predicted["services"], ["id"]) == without_ids(made["services"], ["id"])
    diffs = [[result["diff"] for result in one.ours[:6] if result.get("diff")] for one in (plan, run)]
    assert len(diffs[0]) == 5
    assert diffs[0] == diffs[1]
    assert {service: len(changes) for service, changes in done(made).items()} == CREATED

    assert made["summary"] == [
        "Onboarding: done",
        "SimpleHelp: created: technician anna",
        "PingPlotter Cloud: created: agent laptop-17, user anna@example.com",
        "Port Monitor: created: group Berlin, target Shop, target VPN",
        "Pinghome: created: resource Berlin shop, server resource Berlin database, heartbeat Berlin backup",
        "Alertra: created: tag Berlin, tag Berlin web, device WWW, device SHOP",
        "The download links of the agents are in onboarding_result. Treat them like passwords.",
    ]
    assert found["summary"][0] == "Onboarding: nothing to do"
    assert predicted["summary"][0] == "Onboarding: a plan, nothing was changed"

    # The second run: listings, one more of agents for the links, and details where only these show what is compared.
    assert not writes_in(sandbox.requests())
    assert Counter(one["service"] for one in sandbox.requests()) == {
        "simplehelp": 2,  # technicians and groups
        "pingplotter": 3,  # users, and agents twice
        "portmonitor": 2,  # groups, and the targets of one
        "pinghome": 6,  # resources, server resources and heartbeats, each with an empty second page
        "alertra": 5,  # devices with an empty second page, tags, and the devices of two tags
    }

    technician = next(one for one in sandbox.state("simplehelp")["technicians"] if one["username"] == "anna")
    assert (technician["password"], technician["displayName"]) == (PASSWORD, "Anna")
    tags = {one["ShortName"]: sorted(one["Tags"]) for one in sandbox.state("alertra")["devices"]}
    names = {one["tag_id"]: one["Name"] for one in sandbox.state("alertra")["tags"]}
    assert {name: sorted(names.get(tag, tag) for tag in found) for name, found in tags.items()} == {
        "WWW": ["Berlin", "Berlin web"],
        "SHOP": ["Berlin"],
    }

    link = sandbox.state("pingplotter")["agents"][0]["DownloadUrl"]
    assert [agent.keys() for agent in made["agents"]] == [{"name", "unique_id"}]
    assert hidden(run.output + plan.output, PASSWORD)
    assert hidden(run.output + plan.output, link)


@pytest.mark.usefixtures("desk")
def test_what_was_onboarded_is_disabled_then_removed_each_once(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    remove = {**LEAVING, "offboarding_mode": "remove"}
    states = [control(sandbox, f"state/{service}") for service in ("simplehelp", "pingplotter", "pinghome", "alertra")]
    count, forget = control(sandbox, "requests"), control(sandbox, "requests", "DELETE")
    tasks = [
        role("onboarding", EVERYTHING),
        forget,
        role("offboarding", LEAVING, check=True),
        count,
        role("offboarding", LEAVING),
        *states,
    ]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    predicted, disabled = stats(run, "offboarding_result")
    _first, planning, simplehelp, pingplotter, pinghome, alertra = answers(run)
    tasks = [
        forget,
        role("offboarding", LEAVING),
        role("offboarding", remove),
        count,
        role("offboarding", {**remove, "offboarding_remove": NAMES}),
        forget,
        role("offboarding", remove),
        role("offboarding", {**remove, "offboarding_missing_ok": True}),
        count,
    ]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    again, removed, gone = stats(run, "offboarding_result")
    _first, before_removal, _removal, at_the_end = answers(run)

    assert not writes_in(planning)
    assert predicted["services"] == disabled["services"]
    assert done(disabled) == {
        "simplehelp": [("update", "anna")],
        "pingplotter": [("update", "anna@example.com")],
        "pinghome": [("update", "Berlin shop"), ("update", "Berlin database"), ("update", "Berlin backup")],
        "alertra": [("update", "SHOP"), ("update", "WWW")],
    }
    assert disabled["summary"] == [
        "Offboarding (disable): done",
        "SimpleHelp: disabled: technician anna",
        "PingPlotter Cloud: roles removed: user anna@example.com; 1 unchanged",
        "Pinghome: disabled: resource Berlin shop, server resource Berlin database, heartbeat Berlin backup",
        "Alertra: maintenance started: device SHOP, device WWW",
        "Does not last: in maintenance at Alertra for 23:59 hours, then checked again: SHOP, WWW",
        "Still checked by Port Monitor, which cannot pause: Shop, VPN",
        "PingPlotter Cloud cannot disable users. Without roles they can still log in and read: anna@example.com",
    ]
    assert {one["username"]: one["enabled"] for one in simplehelp["technicians"]} == {"anna": False, "ben": True}
    assert not pingplotter["users"][0]["Roles"]
    monitors = [one for kind in ("resources", "server_resources", "heartbeats") for one in pinghome[kind]]
    assert [one["enabled"] for one in monitors] == [False] * 3
    assert all(one["in_maintenance"] for one in alertra["devices"])
    # Objects that are created at the same time may be listed in any order later.
    assert {one["name"] for one in disabled["lasting"]} == {
        "anna",
        "anna@example.com",
        "laptop-17",
        "Berlin shop",
        "Berlin database",
        "Berlin backup",
    }
    assert [one["name"] for one in disabled["temporary"]] == ["SHOP", "WWW"]
    assert {name: predicted[name] for name in ("lasting", "temporary")} == {
        name: disabled[name] for name in ("lasting", "temporary")
    }
    assert not again["changed"]
    assert "Already in maintenance before, which may end earlier: SHOP, WWW" in again["summary"]

    refusal, missing = sentences(run)
    assert missing.startswith("Nothing was changed. Not found: technician anna, ")
    assert missing.endswith("because these were removed before, set offboarding_missing_ok: true.")
    assert refusal.startswith("offboarding_remove must name everything that would be deleted; missing: anna,")
    pasted = refusal.partition("set offboarding_remove: ")[2]
    assert set(survey_list(pasted)) == set(yaml.safe_load(pasted)) == set(NAMES)
    assert not writes_in(before_removal)

    assert {service: len(changes) for service, changes in done(removed).items()} == CREATED
    assert {action for changes in done(removed).values() for action, _name in changes} == {"delete"}
    assert not gone["changed"]
    assert {"technician anna", "targets of the group Berlin", "devices with the tag Berlin"} <= set(gone["not_found"])
    assert not writes_in(at_the_end)
    assert [one["username"] for one in sandbox.state("simplehelp")["technicians"]] == ["ben"]
    assert [one["Name"] for one in sandbox.state("pingplotter")["agents"] if not one["Deleted"]] == []
    left = {name: found for name, found in sandbox.state("alertra").items() if name in ("devices", "tags")}
    assert left == {"devices": [], "tags": []}
    assert sandbox.state("portmonitor")["groups"] == []


TEAM = """
simplehelp:
  technicians:
    - username: ben
    - username: anna
      display_name: Anna
pingplotter:
  users:
    - email_address: ANNA@example.com
      roles: [TargetManagement]
"""
TEAM_WITHOUT_ANNA = TEAM.replace("Anna\n", "Anna\n      enabled: false\n").replace("[TargetManagement]", "[]")


@pytest.mark.usefixtures("desk")
def test_an_offboarding_and_the_declarations_in_git_agree(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for name, text in {"old": TEAM, "new": TEAM_WITHOUT_ANNA, "broken": "simplehelp: []"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "team.yml").write_text(text, encoding="utf-8")

    def leaving(folder: str, **more: Any) -> dict[str, Any]:
        technicians = {"offboarding_technicians": [{"username": "anna", "email_address": "anna@example.com"}]}
        return {**technicians, "offboarding_config_directory": str(tmp_path / folder), **more}

    misspelt = {**leaving("new"), "offboarding_technicians": [{"username": "ana"}]}
    refused = [
        role("offboarding", leaving("broken")),
        role("offboarding", leaving("old")),
        role("offboarding", leaving("new", offboarding_mode="remove", offboarding_remove=["anna", "anna@example.com"])),
        role("offboarding", misspelt),
    ]
    tasks = [
        role("monitoring_config", {"monitoring_config_directory": str(tmp_path / "old")}),
        control(sandbox, "requests", "DELETE"),
        *refused,
        control(sandbox, "requests"),
        role("offboarding", leaving("old", offboarding_config_mode="print"), check=True),
        role("offboarding", leaving("new")),
        role("monitoring_config", {"monitoring_config_directory": str(tmp_path / "new")}),
    ]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    broken, active, removal, unknown = sentences(run)
    assert "team.yml:1 simplehelp: must be a dictionary of kinds, not a list" in broken
    changes = [
        "team.yml:5 simplehelp.technicians[1] (anna): set enabled: false",
        "team.yml:9 pingplotter.users[0] (ANNA@example.com): set roles: []",
    ]
    assert active == (
        f"Nothing was changed, because applying the files in {tmp_path}/old would take the offboarding back. "
        f"Change the files first: {'; '.join(changes)}."
    )
    assert "team.yml:5 simplehelp.technicians[1] (anna): delete it, or set state: absent" in removal
    assert unknown.startswith("Nothing was changed. Not found: technician ana. Check the spelling.")
    assert not writes_in(answers(run)[1])
    planned, made = stats(run, "offboarding_result")
    assert planned["config_changes"] == changes
    assert f"To change in the files: {changes[0]}" in planned["summary"]
    assert made["config_changes"] == []
    assert made["changed"]
    assert [one["changed"] for one in stats(run, "monitoring_config_result")[-1].values()] == [False, False]


@pytest.mark.usefixtures("desk")
def test_exported_files_do_not_take_an_offboarding_back(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.set_state("pinghome", {"heartbeats": [{"name": "Backup", "interval": 60, "enabled": True}]})
    (ben,) = sandbox.state("simplehelp")["technicians"]
    assert ben["enabled"]
    folder, services = str(tmp_path / "export"), ["simplehelp", "pinghome"]
    site = {"name": "Berlin", "pinghome": {"heartbeats": [{"name": "Backup"}]}}
    tasks = [
        role("monitoring_export", {"monitoring_export_directory": folder, "monitoring_export_services": services}),
        role("offboarding", {"offboarding_technicians": [{"username": "ben"}], "offboarding_sites": [site]}),
        role("monitoring_config", {"monitoring_config_directory": folder}),
    ]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    assert sentences(run) == []
    (offboarded,) = stats(run, "offboarding_result")
    assert done(offboarded) == {"simplehelp": [("update", "ben")], "pinghome": [("update", "Backup")]}
    (applied,) = stats(run, "monitoring_config_result")
    assert {service: one["changed"] for service, one in applied.items()} == dict.fromkeys(services, False)
    assert [one["enabled"] for one in sandbox.state("simplehelp")["technicians"]] == [False]
    assert [one["enabled"] for one in sandbox.state("pinghome")["heartbeats"]] == [False]


@pytest.mark.usefixtures("desk")
def test_a_second_run_finishes_what_failed_half_way(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.fault(
        service="portmonitor", method="POST", path="target/custom_ports", kind="status", status=422, times=-1,
        answer={"error": "no more targets in this plan"},
    )  # fmt: skip
    sandbox.fault(service="alertra", kind="status", status=400, times=-1, answer={"code": 1002, "message": "No."})
    tasks = [role("onboarding", EVERYTHING), control(sandbox, "faults", "DELETE"), role("onboarding", EVERYTHING)]
    run = run_tasks(accounts, tasks, tmp_path)
    assert run.code == 0, run.output
    first, second = stats(run, "onboarding_result")
    assert (first["failed"], first["changed"]) == (True, True)
    assert first["summary"][0] == "Onboarding: not finished; correct the reported errors and run it again"
    assert done(first)["portmonitor"] == [("create", "Berlin"), ("create", "Shop")]
    (sentence,) = sentences(run)
    assert "onboarding_sites[0].portmonitor.targets[1]: cannot create target VPN: refused: no more targets" in sentence
    assert "Alertra: GET /" in sentence
    assert not second["failed"]
    assert {service: names for service, names in done(second).items() if names} == {
        "portmonitor": [("create", "VPN")],
        "alertra": [("create", "Berlin"), ("create", "Berlin web"), ("create", "WWW"), ("create", "SHOP")],
    }

    sandbox.fault(service="pingplotter", kind="status", status=403, times=-1)
    tasks = [role("offboarding", LEAVING), control(sandbox, "faults", "DELETE"), role("offboarding", LEAVING)]
    run = run_tasks(accounts, tasks, tmp_path)
    first, second = stats(run, "offboarding_result")
    assert first["failed"]
    assert {service for service, names in done(first).items() if names} == {"simplehelp", "pinghome", "alertra"}
    assert not second["failed"]
    assert {service for service, names in done(second).items() if names} == {"pingplotter"}


def test_wrong_input_is_one_sentence_before_any_request(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    device = {"short_name": "WWW", "method": "HTTP", "url": "https://www.example.com/"}
    site = {"name": "Berlin", "alertra": {"devices": [device, {**device, "short_name": "SHOP", "frequency": 7}]}}
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("onboarding", {"onboarding_technicians": [{"name": "Anna"}]}, "onboarding_technicians[0] has no account"),
        (
            "onboarding",
            {"onboarding_technicians": [{"pingplotter": {}}]},
            "onboarding_technicians[0].pingplotter: needs email_address, or user_id",
        ),
        (
            "onboarding",
            {"onboarding_technicians": [{"simplehelp": {"username": "anna", "pasword": "x"}}]},
            "onboarding_technicians[0].simplehelp (anna): there is no option pasword",
        ),
        ("onboarding", {"onboarding_technicians": [{"user": "anna"}]}, "user. Supported parameters include"),
        ("onboarding", {"onboarding_sites": [{"alertra": {}}]}, "missing required arguments: name"),
        (
            "onboarding",
            {"onboarding_sites": [site]},
            "onboarding_sites[0].alertra.devices[1] (SHOP): frequency must be one of 1, 2, 5, 10, 20, 30, 60, not 7",
        ),
        (
            "onboarding",
            {"onboarding_sites": [{"name": "Berlin", "alertra": {"devices": [device, device]}}]},
            "device WWW is declared twice: onboarding_sites[0].alertra.devices[0] and "
            "onboarding_sites[0].alertra.devices[1]",
        ),
        ("onboarding", {"onboarding_sites": [{"name": "Berlin"}]}, "has none of portmonitor, pinghome and alertra"),
        ("offboarding", {"offboarding_mode": "delete"}, "offboarding_mode must be disable or remove, not delete."),
        ("offboarding", {"offboarding_technicians": [{}]}, "offboarding_technicians[0] needs username, for SimpleHelp"),
        (
            "offboarding",
            {"offboarding_sites": [{"name": "Berlin", "pinghome": {}}]},
            "offboarding_sites[0].pinghome lists no monitors",
        ),
        ("offboarding", {"offboarding_agents": [{"uninstall": True}]}, "offboarding_agents[0]: needs name"),
        (
            "offboarding",
            {"offboarding_maintenance_duration": 30, "offboarding_agents": ["laptop-17"]},
            "offboarding_maintenance_duration must be hours and minutes as HH:MM, not a number (30).",
        ),
        (
            "offboarding",
            {"offboarding_maintenance_duration": "90", "offboarding_agents": ["laptop-17"]},
            "offboarding_maintenance_duration must be hours and minutes in quotes",
        ),
    ]
    run = run_tasks(accounts, [role(name, variables) for name, variables, _sentence in cases], tmp_path)
    assert run.code == 0, run.output
    said = sentences(run)
    assert len(said) == len(cases), said
    for (_name, _variables, expected), sentence in zip(cases, said, strict=True):
        assert expected in sentence
        # Ansible's own words about arguments stand below a heading.
        assert "\n" not in sentence.removeprefix("Validation of arguments failed:\n")
    assert sandbox.requests() == []


def test_what_others_still_use_is_not_removed(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    sandbox.set_state(
        "simplehelp",
        {
            "groups": [{"name": "Desk"}],
            "technicians": [{"username": name, "groupIDs": ["Desk"]} for name in ("anna", "ben")],
        },
    )
    device = {"Method": "PING", "URL": "www.example.com"}
    sandbox.set_state(
        "alertra",
        {
            "tags": [{"Name": "Berlin"}, {"Name": "web"}],
            "devices": [
                {**device, "ShortName": "BER", "Tags": ["Berlin", "web"]},
                {**device, "ShortName": "VIE", "Tags": ["web"]},
            ],
        },
    )
    targets = [{"name": name, "group": "Berlin", "type": "pings", "host": "www.example.com"} for name in ("A", "B")]
    sandbox.set_state("portmonitor", {"groups": [{"name": "Berlin"}], "targets": targets})
    before = {service: sandbox.state(service) for service in sandbox.services}
    everything = ["anna", "Desk", "Berlin", "web", "BER", "A", "B"]
    common = {"offboarding_mode": "remove", "offboarding_remove": everything}
    berlin = {"name": "Berlin"}
    tasks = [
        role("offboarding", {**common, "offboarding_technicians": [{"username": "anna", "groups": ["Desk"]}]}),
        role("offboarding", {**common, "offboarding_sites": [{**berlin, "alertra": {"tags": [{"name": "web"}]}}]}),
        role("offboarding", {**common, "offboarding_sites": [{**berlin, "portmonitor": {"targets": [{"name": "A"}]}}]}),
    ]
    run = run_tasks(accounts, tasks, tmp_path)
    assert sentences(run) == [
        "the group Desk of SimpleHelp is still used by ben",
        "the tag web of Alertra is still used by VIE",
        "offboarding_sites[0].portmonitor: the group Berlin is still used by targets that are not listed: B",
    ]
    assert not writes_in(sandbox.requests())
    assert {service: sandbox.state(service) for service in sandbox.services} == before


def test_connections_come_from_the_role_or_the_play(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    sites = [{"name": "Berlin", "alertra": {}}]
    url = sandbox.services["alertra"]
    other = sandbox.add_account("alertra", key="another-key")
    own = {"alertra": {"api_url": url, "api_key": "another-key"}}
    run = run_tasks(
        [],
        [
            role("onboarding", {"onboarding_sites": sites}),
            role("onboarding", {"onboarding_sites": sites, "onboarding_connections": own}),
            role("offboarding", {"offboarding_sites": sites, "offboarding_connections": own}),
        ],
        tmp_path,
        module_defaults={"group/declarative.monitoring.alertra": {"api_url": url, "api_key": "sandbox-key"}},
    )
    assert run.code == 0, run.output
    assert not sentences(run)
    names = [request["account"] for request in sandbox.requests("alertra")]
    assert set(names) == {*names[:1], other}
    assert names[0] != other
    assert [one["Name"] for one in sandbox.state("alertra", "another-key")["tags"]] == ["Berlin"]


def test_links_are_shared_only_if_that_is_wanted(sandbox: Sandbox, pingplotter: Account, tmp_path: Path) -> None:
    variables = {"onboarding_agents": [{"name": "laptop-17"}], "onboarding_share_links": True}
    check_fact = {"ansible.builtin.assert": {"that": "onboarding_result.agents[0].download_url is match('https://')"}}
    tasks = [
        role("onboarding", {**variables, "onboarding_share_links": False}),
        check_fact,
        role("onboarding", variables),
    ]
    run = run_tasks([pingplotter], tasks, tmp_path, "-v")
    assert run.code == 0, run.output
    link = sandbox.state("pingplotter")["agents"][0]["DownloadUrl"]
    # Links that are returned do not appear in the log either.
    assert [result["agents"][0].get("download_url") for result in stats(run, "onboarding_result")] == [None]
    assert hidden(run.output, link)


def test_the_playbooks_take_the_answers_of_surveys(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.set_state("simplehelp", {"groups": [{"name": "Desk"}, {"name": "Night shift"}]})
    technician = {
        # What people type and paste into a form has blanks at its ends.
        "technician_username": " anna ",
        "technician_name": "Anna\t",
        "technician_email": "anna@example.com ",
        "technician_groups": "Desk, Night shift",
        "technician_password": PASSWORD,
        "technician_roles": "TargetManagement\nAgentManagement\n",
    }
    site = {
        "site_name": "Berlin ",
        "site_urls": "WWW=https://www.example.com/\nhttps://shop.example.com/?a=b",
        "site_hosts": ["GW=gw.example.com", "vpn.example.com:443"],
        "site_services": "",
        "site_definition": "alertra: {devices: [{short_name: WWW, frequency: 1}]}",
    }
    ticket = {"agent_name": " laptop-17", "ticket_reference": "REQ-17"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("onboard_technician", technician),
        ("onboard_site", site),
        ("agent_from_ticket", ticket),
    ]
    run = run_playbooks(accounts, [*calls, *calls], tmp_path)
    assert run.code == 0, run.output
    made = stats(run, "onboarding_result")
    assert [one["changed"] for one in made] == [True, True, True, False, False, False]
    anna = sandbox.state("simplehelp")["technicians"][0]
    assert (anna["displayName"], len(anna["groupIDs"]), anna["password"]) == ("Anna", 2, PASSWORD)
    users = {one["EmailAddress"]: sorted(one["Roles"]) for one in sandbox.state("pingplotter")["users"]}
    assert users == {"anna@example.com": ["AgentManagement", "TargetManagement"]}
    devices = {one["FullName"]: (one["Method"], one["URL"]) for one in sandbox.state("alertra")["devices"]}
    assert devices == {
        "Berlin WWW": ("HTTP", "https://www.example.com/"),
        "Berlin https://shop.example.com/?a=b": ("HTTP", "https://shop.example.com/?a=b"),
        "Berlin GW": ("PING", "gw.example.com"),
        "Berlin vpn.example.com:443": ("TCP", "vpn.example.com:443"),
    }
    assert [one["Frequency"] for one in sandbox.state("alertra")["devices"] if one["ShortName"] == "WWW"] == [1]
    targets = {one["name"]: one.get("url") or one["host"] for one in sandbox.state("portmonitor")["targets"]}
    assert targets["vpn.example.com:443"] == "vpn.example.com"
    assert len(targets) == 4
    assert len(sandbox.state("pinghome")["resources"]) == 2
    assert hidden(run.output, PASSWORD)

    (agent,) = [one for one in sandbox.state("pingplotter")["agents"] if one["Name"] == "laptop-17"]
    assert hidden(run.output, agent["DownloadUrl"])

    leaving = {key: technician[key] for key in ("technician_username", "technician_email")}
    closing = {key: site[key] for key in ("site_name", "site_urls", "site_services")}
    remove = {"offboarding_mode": "remove", "offboarding_remove": "anna, anna@example.com\nBerlin"}
    names = [*targets, *(one["ShortName"] for one in sandbox.state("alertra")["devices"])]
    names += [one["name"] for one in sandbox.state("pinghome")["resources"]]
    calls = [
        ("offboard_technician", leaving),
        ("offboard_technician", {**leaving, **remove}),
        ("offboard_site", closing),
        ("offboard_site", {**closing, **remove, "offboarding_remove": ["Berlin", *names]}),
    ]
    run = run_playbooks(accounts, calls, tmp_path)
    assert run.code == 0, run.output
    assert [one["changed"] for one in stats(run, "offboarding_result")] == [True] * 4
    assert sandbox.state("simplehelp")["technicians"] == []
    assert sandbox.state("alertra")["devices"] == sandbox.state("alertra")["tags"] == []
    assert sandbox.state("portmonitor")["groups"] == sandbox.state("pinghome")["resources"] == []


@pytest.mark.parametrize(
    ("playbook", "variables", "sentence"),
    [
        ("onboard_technician", {"technician_username": ""}, "Set technician_username for an account at SimpleHelp"),
        (
            "onboard_technician",
            {"technician_username": "anna", "technician_services": "simplhelp"},
            "technician_services must be some of pingplotter and simplehelp, not simplhelp.",
        ),
        ("onboard_site", {"site_name": " "}, "Set site_name, the name of the site."),
        (
            "offboard_site",
            {"site_name": "Berlin", "site_services": "pingdom, alertra"},
            "site_services must be some of alertra, pinghome and portmonitor, not pingdom.",
        ),
        (
            "onboard_site",
            {"site_name": "Berlin", "site_urls": "www.example.com, https://www.example.com"},
            "site_urls must be URLs that begin with http:// or https://, or NAME=URL with a name of 1 to 8 letters, "
            "digits or hyphens, not www.example.com.",
        ),
        (
            "onboard_site",
            {"site_name": "Berlin", "site_urls": "BERLIN-WWW=https://www.example.com"},
            "1 to 8 letters, digits or hyphens, not BERLIN-WWW=https://www.example.com.",
        ),
        (
            "onboard_site",
            {
                "site_name": "Berlin",
                "site_hosts": "gw:port, vpn.example.com:443, GW=192.0.2.1, 2001:db8::1, [2001:db8::1]:22",
            },
            "site_hosts must be hosts, optionally with a port number, or NAME=HOST with a name of 1 to 8 letters, "
            "digits or hyphens, not gw:port.",
        ),
        (
            "onboard_site",
            {"site_name": "Berlin", "site_definition": "{a"},
            "site_definition must be a dictionary in YAML",
        ),
        ("agent_from_ticket", {"agent_name": ""}, "Set agent_name, the name of the agent."),
    ],
)
def test_a_survey_without_its_answers_is_one_sentence(
    sandbox: Sandbox,
    accounts: Sequence[Account],
    tmp_path: Path,
    playbook: str,
    variables: dict[str, Any],
    sentence: str,
) -> None:
    run = run_playbooks(accounts, [(playbook, variables)], tmp_path)
    assert run.code == 2, run.output
    assert sentence in run.output
    assert sandbox.requests() == []


def test_an_agent_is_answered_with_its_link(sandbox: Sandbox, pingplotter: Account, tmp_path: Path) -> None:
    variables = {"agent_name": "laptop-17", "ticket_reference": "REQ-17", "agent_show_link": True}
    run = run_playbooks([pingplotter], [("agent_from_ticket", variables)], tmp_path)
    assert run.code == 0, run.output
    (agent,) = sandbox.state("pingplotter")["agents"]
    (shown,) = [line["result"]["agent_result"] for line in run.results if "agent_result" in line["result"]]
    assert shown == {
        "name": "laptop-17",
        "unique_id": agent["UniqueId"],
        "download_url": agent["DownloadUrl"],
        "ticket_reference": "REQ-17",
    }


def test_several_hosts_publish_a_result_each(sandbox: Sandbox, pingplotter: Account, tmp_path: Path) -> None:
    """Ansible and AWX keep one dictionary for all hosts of a play."""
    agent = "laptop-{{ inventory_hostname }}"
    calls: list[tuple[str, dict[str, Any]]] = [
        ("agent_from_ticket", {"agent_name": agent}),
        ("offboard_technician", {"technician_email": "{{ inventory_hostname }}@example.com", **MISSING_OK}),
        ("export", {"export_directory": str(tmp_path / "{{ inventory_hostname }}"), "export_services": "pingplotter"}),
    ]
    hosts = ["berlin", "vienna"]
    here = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"hosts": dict.fromkeys(hosts), "vars": here}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    arguments = ["--inventory", str(tmp_path / "hosts.yml"), "--extra-vars", "monitoring_hosts=all"]
    run = run_playbooks([pingplotter], calls, tmp_path, *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")
    assert run.code == 0, run.output
    kept = json.loads(run.output.partition("\tRUN: ")[2].partition("\n")[0])
    assert kept.keys() == {"agent_result", "onboarding_result", "offboarding_result", "monitoring_export_result"}
    for results in kept.values():
        assert sorted(results) == hosts
    ids = {one["Name"]: one["UniqueId"] for one in sandbox.state("pingplotter")["agents"]}
    for host in hosts:
        assert kept["agent_result"][host]["unique_id"] == ids[f"laptop-{host}"]
        assert done(kept["onboarding_result"][host]) == {"pingplotter": [("create", f"laptop-{host}")]}
        assert kept["offboarding_result"][host]["not_found"] == [f"user {host}@example.com"]
        assert kept["monitoring_export_result"][host]["directory"] == str(tmp_path / host)
