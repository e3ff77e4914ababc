# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode of all playbooks and roles in a row: each predicts what it then does, and changes nothing the second time.

They run one after the other on the same accounts, so that each is predicted after what those before it would change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from integration import test_check_mode
from integration.harness import COLLECTION, ROOT, Account, Run, run_playbook
from integration.roles import writes_in
from integration.test_contract import IDS
from integration.test_roles_onboarding import MISSING_OK
from integration.variables import PLAYBOOK_FOLDER
from sandbox.client import Sandbox

ROLES = {path.name for path in (ROOT / "roles").iterdir()}
ONCE = {
    "agent_offline": "It reads, and sends a message.",
    "alert_on_host": "It reads the facts of a host.",
    "device_down": "It reads, and writes a ticket.",
    "export": "It writes files.",
    "plan": "It changes nothing, and shows the same changes again.",
    "probe": "It reads, and writes a report.",
    "simplehelp_audit": "It reads.",
    "uptime_report": "It writes files.",
    "validate": "It sends no request.",
}
"""Which playbooks are not run a second time, and why."""
UNKNOWN = (*IDS, "before", "plan_id", "plans", "undo", "undo_notes", "platform", "last_message_time", "until")
"""The results that depend on values which the service gives to new objects."""

HEADING = re.compile(
    r"^((?:On|Off)boarding.*|Start of the maintenance): (a plan, nothing was changed|done|nothing to do)$"
)
"""How a summary begins. Whether anything changes is compared by itself."""


class Case(NamedTuple):
    """A playbook or role, and its variables; ``FOLDER`` in them is the folder of the test."""

    name: str
    variables: Mapping[str, Any]


BERLIN = {"site_name": "Berlin", "site_services": "alertra, pinghome, portmonitor"}
URLS = {"site_urls": "WWW=https://www.example.com/"}
ANNA = {"technician_username": "anna", "technician_email": "anna@example.com"}
REMOVE = {"offboarding_mode": "remove", **MISSING_OK}
NAMES = ["Berlin", "WWW", "Berlin WWW", "VPN"]
CASES = (
    Case("probe", {"probe_directory": "FOLDER"}),
    # Of new monitors it would say that they have no data.
    Case("uptime_report", {"uptime_report_directory": "FOLDER/reports", "uptime_report_month": "2025-06"}),
    # Of new technicians and groups it would say in check mode that it cannot check what the server sets.
    Case("simplehelp_audit", {}),
    Case("validate", {"config_directory": "FOLDER/declared"}),
    Case("plan", {"config_directory": "FOLDER/declared", "plan_fail_on_drift": False}),
    Case(
        "apply",
        {
            "config_directory": "FOLDER/declared",
            "config_prune": ["simplehelp.groups", "alertra.devices"],
            "undo_directory": "FOLDER/undo",
            "plan_file": "FOLDER/plan.json",
        },
    ),
    Case("monitoring_config", {"monitoring_config_directory": "FOLDER/more"}),
    Case("onboard_site", {**BERLIN, **URLS, "site_hosts": "VPN=vpn.example.com:443"}),
    Case("onboard_technician", {**ANNA, "technician_name": "Anna", "technician_groups": "Desk"}),
    Case("agent_from_ticket", {"agent_name": "laptop", "ticket_reference": "REQ-17"}),
    Case("agent_schedule", {"agent_sessions": "paused"}),
    Case(
        "maintenance",
        {"maintenance_tag": "Berlin", "maintenance_resources": "Berlin WWW, Shop", "maintenance_agents": "laptop"},
    ),
    Case("export", {"export_directory": "FOLDER/export", "export_services": "alertra, simplehelp"}),
    Case("device_down", {"device_id": "none"}),
    Case("agent_offline", {"agent_id": "none"}),
    Case("alert_on_host", {"alert_host": "{{ monitoring_hosts }}", "alert_name": "Disk full"}),
    Case("stale_agents", {"stale_limit": 5, "stale_time": "2026-03-02T18:00:00Z"}),
    Case("offboard_technician", ANNA),
    Case("offboard_site", {**BERLIN, **URLS, **REMOVE, "offboarding_remove": NAMES}),
    Case("undo", {"undo_file": "FOLDER/undo.yml"}),
)
DECLARATIONS: Mapping[str, Any] = {
    "declared/all.yml": {
        "alertra": {
            "tags": [{"name": "shop"}],
            "devices": [
                {"short_name": "GW", "method": "PING", "url": "gw.example.com", "tags": ["shop"]},
                {"short_name": "DB", "method": "PING", "url": "db.example.com", "master_device": "GW"},
            ],
        },
        "pinghome": {
            "resources": [{"name": "Shop", "type": "http", "url": "https://shop.example.com/"}],
            "heartbeats": [{"name": "Nightly backup", "interval": 86400}],
        },
        "pingplotter": {
            "agents": [{"name": "desk"}],
            "users": [{"email_address": "ops@example.com", "roles": ["TargetManagement"]}],
        },
        "portmonitor": {
            "groups": [{"name": "Mail"}],
            "targets": [
                {"name": "SMTP", "group": "Mail", "type": "custom_port", "host": "mx.example.com", "port_number": 25}
            ],
        },
        "simplehelp": {
            "groups": [{"name": "Desk", "permissions": {"canRunTools": True}}],
            "technicians": [{"username": "ben", "groups": ["Desk"]}],
        },
    },
    "more/all.yml": {
        "alertra": {"devices": [{"short_name": "DB", "frequency": 1, "tags": ["shop"]}]},
        "pinghome": {
            "integrations": [
                {"resource": "Shop", "integration": "first", "type": "slack", "name": "Slack", "status": "active"}
            ]
        },
        "portmonitor": {"targets": [{"group": "Mail", "name": "SMTP", "timeout": 5}]},
        "simplehelp": {"technicians": [{"username": "ben", "display_name": "Ben"}]},
    },
    "undo.yml": {
        "alertra": {
            "devices": [{"short_name": "DB", "state": "absent"}, {"short_name": "GW", "frequency": 30, "tags": []}],
            "tags": [{"name": "shop", "state": "absent"}],
        },
        "portmonitor": {"targets": [{"group": "Mail", "name": "SMTP", "timeout": 10}]},
    },
}
SESSION = {"Status": "Active", "Description": "www.example.com", "IpAddress": "192.0.2.1"}
FULL: Mapping[str, Any] = {
    "alertra": {
        "tags": [{"Name": "Berlin"}, {"Name": "shop"}],
        "devices": [
            {"ShortName": "GW", "Method": "PING", "URL": "old.example.com", "Frequency": 30},
            {"ShortName": "OLD", "Method": "PING", "URL": "old.example.com", "Tags": ["shop"]},
        ],
    },
    "pinghome": {
        "resources": [{"name": "Shop", "url": "https://shop.example.com/", "regions": ["eu-central-1"]}],
        "heartbeats": [{"name": "Nightly backup", "interval": 60}],
    },
    "pingplotter": {
        "agents": [
            {"Name": "laptop", "Sessions": [SESSION], "LastMessageTime": "2026-03-02T17:00:00Z"},
            {"Name": "forgotten", "LastMessageTime": "2025-06-01T12:00:00Z"},
        ],
        "users": [{"EmailAddress": "anna@example.com", "Roles": ["SummaryManagement"]}],
    },
    "portmonitor": {
        "groups": [{"name": "Berlin"}],
        "targets": [{"name": "WWW", "group": "Berlin", "url": "https://old.example.com/"}],
    },
    "simplehelp": {
        "groups": [{"name": "Desk"}, {"name": "Old"}],
        "technicians": [{"username": "anna", "displayName": "A"}, {"username": "ben"}],
    },
}


def steps() -> dict[str, Case]:
    """The cases by the hosts on which they run: all twice, except those that are run once."""
    found = {}
    for number, case in enumerate(CASES, 1):
        host = "localhost" if case.name == "probe" else f"{number:02}_{case.name}"
        found[host] = case
        if case.name not in ONCE:
            found[f"{host}_again"] = case
    return found


def write_plays(folder: Path) -> list[str]:
    """Write the files of a test, and return the arguments for ansible-playbook that come after the playbook."""
    for name, content in DECLARATIONS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    here = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"hosts": dict.fromkeys(steps()), "vars": here}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    plays = json.dumps([_play(host, case) for host, case in steps().items()]).replace("FOLDER", str(folder))
    (folder / "play.yml").write_text(plays, encoding="utf-8")
    return ["--inventory", str(folder / "hosts.yml")]


def _play(host: str, case: Case) -> dict[str, Any]:
    if case.name not in ROLES:
        playbook = f"{COLLECTION}.{case.name}"
        return {"import_playbook": playbook, "vars": {**case.variables, "monitoring_hosts": host}}
    include = {"ansible.builtin.include_role": {"name": f"{COLLECTION}.{case.name}"}, "vars": dict(case.variables)}
    return {"hosts": host, "gather_facts": False, "tasks": [include]}


def told(line: Mapping[str, Any]) -> dict[str, Any]:
    """What the result of a task tells: what changes, and what it publishes."""
    result = line["result"]
    ours = test_check_mode.told(result) if line["action"].startswith(COLLECTION) else {}
    shown = {name: result.get(name) for name in ("summary", "services", "plans", "problem")}
    published = result.get("ansible_stats", {}).get("data", {})
    outcome = {"changed": bool(result.get("changed")), "failed": line["failed"]}
    return {"task": line["task"], **ours, **outcome, "shown": plain({**shown, **published})}


def plain(value: Any) -> Any:
    """What does not depend on whether it is predicted or done."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in UNKNOWN}
    if isinstance(value, list):
        # New objects that are created at the same time may be listed in any order later.
        return sorted(map(plain, value), key=lambda one: json.dumps(one, sort_keys=True))
    if isinstance(value, str):
        return sorted(re.split(": |, ", HEADING.sub(r"\1", value.replace("would be ", ""))))
    return value


def of_host(run: Run, host: str) -> list[dict[str, Any]]:
    """What the tasks on a host told."""
    return [told(line) for line in run.results if line["host"] == host]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("state", "again"), [({}, False), (FULL, True)], ids=["empty", "full"])
def test_what_is_predicted_is_done_and_not_done_again(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path, state: Mapping[str, Any], again: bool
) -> None:
    for service in sandbox.services:
        sandbox.set_state(service, state.get(service, {}))
    arguments, once = write_plays(tmp_path), ["--limit", "all:!*_again"]
    files = sorted(tmp_path.rglob("*"))
    predicted = run_playbook(accounts, tmp_path / "play.yml", *arguments, *once, "--check")
    assert predicted.code == 0, predicted.output
    assert not writes_in(sandbox.requests())
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in files] == [tmp_path / "plan.json"]
    done = run_playbook(accounts, tmp_path / "play.yml", *arguments, *(() if again else once))
    assert done.code == 0, done.output
    for host in steps():
        if host.endswith("_again"):
            assert not [line["task"] for line in of_host(done, host) if line["changed"]], host
        else:
            assert of_host(predicted, host) == of_host(done, host), host
    ran = {line["host"] for line in done.results}
    assert ran == {host for host in steps() if again or not host.endswith("_again")}


def test_no_playbook_or_role_is_forgotten() -> None:
    playbooks = {path.stem for path in PLAYBOOK_FOLDER.glob("*.yml")}
    included = re.findall(rf"name: {COLLECTION}\.([a-z_]+)$", "".join(map(_text_of, playbooks)), re.MULTILINE)
    assert {case.name for case in CASES} | set(included) == playbooks | ROLES
    assert ONCE.keys() <= playbooks


def _text_of(playbook: str) -> str:
    return (PLAYBOOK_FOLDER / f"{playbook}.yml").read_text(encoding="utf-8")
