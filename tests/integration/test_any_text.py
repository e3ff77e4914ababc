# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts with any texts are exported as files that change nothing, and no text plays tricks on a screen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from integration.conftest import CREDENTIALS
from integration.harness import Account, Run, account, run_module, run_playbook, writes
from sandbox.client import Sandbox
from unit.http.scripted import Answer, Server

PIECES = (
    *("\n", "\n\n", "\r\n", "\t", " ", "  ", "\u00a0", "\u3000", "\u0085", "\u2028", "\u2029", "\x0b", "\x1c"),
    *("\x00", "\x07", "\x1b[2K", "\x7f", "\u202e", "\u2066", "\ufeff", "\ufffe", "\U000e0041", "\U0010ffff"),
    *("{{ 1 + 1 }}", "{% raw %}", "{#", "#jinja2:variable_start_string:'[%'\n[% 1 + 1 %]", "!unsafe", "!vault |"),
    *("---", "...", "- ", "? ", ": ", " #", "&a", "*a", "<<", "=", "|", ">", "%", "@", "`", "~", "\\", "'", '"'),
    *("yes", "No", "null", "0123", "1e3", "0x1F", "1:30", "1_000", ".inf", "2026-01-01", "größe", "監視", "e\u0301"),
)
SERVICES = ("alertra", "pinghome", "pingplotter", "portmonitor", "simplehelp")
CHARACTERS = [*range(0x20), *range(0x20, 0x7F), *range(0x7F, 0x3000, 7), *range(0xE000, 0x11000, 997)]


def texts(number: int) -> list[str]:
    """Different texts, the same ones each time."""
    chance = random.Random(15)
    found: dict[str, None] = dict.fromkeys(("Call first\n\n", "\u00a0", "one\n\u00a0\ntwo"))
    while len(found) < number:
        parts = [_part(chance) for part in range(chance.randint(1, 5))]
        found[" ".join(parts) if chance.random() < 0.2 else "".join(parts)] = None
    return list(found)


def _part(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(PIECES)
    return "".join(map(chr, chance.choices(CHARACTERS, k=chance.randint(1, 8))))


def exported_and_planned(users: Sequence[Account], folder: Path) -> Run:
    """Export the accounts to a folder, and plan what its files declare."""
    roles: dict[str, dict[str, str]] = {"monitoring_export": {"monitoring_export_directory": str(folder)}}
    roles["monitoring_config"] = {"monitoring_config_directory": str(folder)}
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.include_role": {"name": f"declarative.monitoring.{role}"}, "vars": variables}
        for role, variables in roles.items()
    ]
    for task, check in zip(tasks, (False, True), strict=True):
        task["ansible.builtin.include_role"]["apply"] = {"check_mode": check}
    # Before ansible-core 2.21 the options are always in the result.
    run = run_playbook(users, tasks, "--diff", ANSIBLE_INJECT_INVOCATION="true")
    assert run.code == 0, run.output[-3000:]
    return run


def summaries(run: Run) -> dict[str, dict[str, int]]:
    """What the plan says of each service, without what it has none of."""
    facts = [line["result"].get("ansible_facts", {}) for line in run.results]
    (result,) = [found["monitoring_config_result"] for found in facts if "monitoring_config_result" in found]
    return {name: {key: count for key, count in one["summary"].items() if count} for name, one in result.items()}


def test_two_thousand_texts_are_exported_and_change_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    every = texts(2000)
    parts = [every[start : start + 8] for start in range(0, len(every), 8)]
    machines = [
        {
            "machineID": f"SG_{number}",
            "name": f"m{number}",
            "notes": some[0],
            "warnings": some[1],
            "properties": dict(zip(("one", "two", "three", some[2].strip() or "four"), some[3:7], strict=True)),
        }
        for number, some in enumerate(parts)
    ]
    devices = [
        {"ShortName": f"D{number}", "FullName": some[7], "Method": "PING", "URL": "a.example.com"}
        for number, some in enumerate(parts)
    ]
    sandbox.set_state("simplehelp", {"machines": machines})
    sandbox.set_state("alertra", {"devices": devices})
    users = [account(sandbox, service, **CREDENTIALS[service]) for service in ("alertra", "simplehelp")]
    run = exported_and_planned(users, tmp_path)
    assert summaries(run) == {"alertra": {"unchanged": 250}, "simplehelp": {"unchanged": 251}}
    assert not writes(sandbox.requests())


def accounts_named(names: list[str]) -> dict[str, dict[str, Any]]:
    """An account at each service, in which all objects have these names, and refer to each other."""
    others = [*names[1:], names[0]]
    pairs = list(zip(names, others, strict=True))
    site = {"type": "http", "url": "https://www.example.com"}
    hook = {"type": "statuspageIo", "status": "investigating"}
    return {
        "alertra": {
            "tags": [{"Name": name} for name in names],
            "devices": [
                {"ShortName": f"D{at}", "Method": "PING", "URL": "192.0.2.1", "Tags": [name, other]}
                for at, (name, other) in enumerate(pairs)
            ],
        },
        "pinghome": {
            "resources": [
                {**site, "name": name, "integrations": [{**hook, "integration": "abc", "name": other}]}
                for name, other in pairs
            ],
            "server_resources": [{"name": name} for name in names],
            "heartbeats": [{"name": name} for name in names],
        },
        "pingplotter": {
            "agents": [{"Name": name} for name in names],
            "users": [{"EmailAddress": f"u{at}@example.com", "Name": name} for at, name in enumerate(names)],
        },
        "portmonitor": {
            "groups": [{"name": name} for name in names],
            "targets": [{"name": name, "group": other, "url": "http://www.example.com"} for name, other in pairs],
        },
        "simplehelp": {
            "groups": [{"name": name} for name in names],
            "technicians": [{"username": name, "groupIDs": [other]} for name, other in pairs],
            "machines": [
                {"machineID": f"SG_{at}", "name": name, "groups": [other]} for at, (name, other) in enumerate(pairs)
            ],
        },
    }


def test_objects_of_any_name_are_exported_and_change_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Also where other objects refer to them."""
    names = [name for name in texts(40) if name.strip()]
    for service, state in accounts_named(names).items():
        sandbox.set_state(service, state)
    run = exported_and_planned([account(sandbox, service, **CREDENTIALS[service]) for service in SERVICES], tmp_path)
    # Each account has its settings, too, or has none; at SimpleHelp, the groups of machines have names as well.
    kinds = {"alertra": 2, "pinghome": 4, "pingplotter": 2, "portmonitor": 2, "simplehelp": 4}
    settings = {"portmonitor": 1, "simplehelp": 1}
    assert summaries(run) == {
        service: {"unchanged": count * len(names) + settings.get(service, 0)} for service, count in kinds.items()
    }
    assert not writes(sandbox.requests())


def test_a_password_that_is_a_word_changes_no_name(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_account("portmonitor", email="word@example.com", password="monitor", auth_token="word-token-4711")
    user = account(
        sandbox, "portmonitor", app_key="sandbox-app", login_email="word@example.com", login_password="monitor"
    )
    state: dict[str, Any] = {
        "groups": [{"name": "Monitored web"}, {"name": "monitor"}],
        "targets": [{"name": "Monitor", "group": "Monitored web", "url": "http://monitor.example.com"}],
    }
    sandbox.set_state("portmonitor", state, "word-token-4711")
    run = exported_and_planned([user], tmp_path)
    assert summaries(run) == {"portmonitor": {"unchanged": 4}}
    text = (tmp_path / "portmonitor.yml").read_text(encoding="utf-8")
    assert "name: Monitored web" in text
    assert "http://monitor.example.com" in text
    assert "****" not in text
    assert "VALUE_SPECIFIED" not in text
    # The action that runs the modules for the plan returns no options.
    (exported,) = run.of("portmonitor_config_info")
    assert exported["invocation"]["module_args"]["login_password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_a_password_that_is_a_word_is_masked_in_messages() -> None:
    server = Server(by=lambda request: Answer(401, {"success": False, "reason": "The password Monitor is wrong."}))
    options = {"login_email": "word@example.com", "login_password": "monitor", "app_key": "app", "api_retries": 0}
    try:
        user = Account("portmonitor", {})
        result = run_module(user, "portmonitor_group", {"api_url": server.url, "name": "Monitored", **options})
    finally:
        server.stop()
    assert "The password ******** is wrong." in result["msg"]
    assert "The password ******** is wrong." in result["failure"]["message"]


NASTY = "a\x1b[2K\x1b[1A\u202eb\r\nTASK [done]"
SHOWN = r"a\x1b[2K\x1b[1A\u202eb\r\nTASK [done]"


def test_control_characters_of_a_name_are_shown_and_not_obeyed(sandbox: Sandbox, tmp_path: Path) -> None:
    """In the plan, in diffs, in errors and in the inventory; results keep the name as it is."""
    sandbox.set_state("alertra", {"tags": [{"Name": NASTY}]})
    sandbox.set_state("simplehelp", {"groups": [{"name": NASTY}, {"name": "b"}]})
    sandbox.fault(
        service="simplehelp", path="/remove", kind="status", status=422, times=-1, answer={"message": f"no {NASTY}"}
    )
    users = [account(sandbox, service, **CREDENTIALS[service]) for service in ("alertra", "simplehelp")]
    (tmp_path / "a.yml").write_text("alertra: {tags: []}\nsimplehelp: {groups: []}\n", encoding="utf-8")
    role = {"name": "declarative.monitoring.monitoring_config"}
    variables = {
        "monitoring_config_directory": str(tmp_path),
        "monitoring_config_prune": {"alertra": ["tags"], "simplehelp": ["groups"]},
    }
    run = run_playbook(users, [{"ansible.builtin.include_role": role, "vars": variables}], "--diff")
    assert run.code == 2
    doubled = SHOWN.replace("\\", "\\\\")
    assert f"--- before: tag {SHOWN}\n" in run.output
    assert f"  - tag {SHOWN}\n" in run.output
    assert f"cannot delete group {doubled}: refused: " in run.output
    assert "no a\\\\x1b[2K" in run.output
    # Results are data, and keep the names. Those of a module that fails do not, because Ansible prints them.
    (result,) = run.of("monitoring_config")
    alertra, simplehelp = result["services"]["alertra"], result["services"]["simplehelp"]
    assert [change["name"] for change in alertra["changes"]] == [NASTY]
    assert {failure["name"] for failure in simplehelp["failures"]} == {SHOWN, "b"}
    assert not [char for char in run.output if char in "\x1b\u202e\r"]
    assert "\nTASK [done]" not in run.output


def test_the_result_of_a_module_that_fails_can_be_shown(sandbox: Sandbox, alertra: Account) -> None:
    name = "a\x9b2K\u202eb"
    tags = [{"Name": name}, {"Name": f"{name}c"}]
    sandbox.set_state(
        "alertra",
        {"tags": tags, "devices": [{"ShortName": "D", "FullName": name, "Method": "PING", "URL": "192.0.2.1"}]},
    )
    sandbox.fault(service="alertra", method="DELETE", path="/tags/", kind="status", status=422, times=-1)
    sandbox.fault(service="alertra", method="PUT", path="/devices/", kind="status", status=422, times=-1)
    tasks = [
        {"declarative.monitoring.alertra_config": {"tags": [], "prune": ["tags"]}, "ignore_errors": True},
        {"declarative.monitoring.alertra_device": {"short_name": "D", "frequency": 30}, "ignore_errors": True},
    ]
    run = run_playbook([alertra], tasks, "--diff")
    pruned, device = run.ours
    assert device["changed"] is False, run.output
    assert {failure["name"][:14] for failure in pruned["failures"]} == {r"a\x9b2K\u202eb"}
    shown = [line for line in run.output.splitlines() if line.startswith("fatal: ")]
    assert len(shown) == 2
    assert not [char for char in "".join(shown) if char in "\x9b\u202e"]
