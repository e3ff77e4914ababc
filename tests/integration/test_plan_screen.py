# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees of a plan: few lines, with values and colors, one table for several hosts, and a picture.

If the environment variable WRITE_DOCS is set, the picture in README.md is written instead of compared.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import Account, Run, run_playbook
from integration.test_playbooks_ops import play
from sandbox.client import Sandbox
from tools import picture

STATE: Mapping[str, Any] = {
    "alertra": {
        "tags": [{"Name": "berlin"}],
        "devices": [
            {"ShortName": "BER-WWW", "Method": "HTTP", "URL": "https://berlin.example.com/", "Frequency": 5},
            {"ShortName": "BER-OLD", "Method": "PING", "URL": "old.berlin.example.com"},
        ],
    },
    "simplehelp": {"groups": [{"name": "First line"}], "technicians": [{"username": "robin"}]},
}
FILES: Mapping[str, Any] = {
    "alertra": {
        "prune": ["devices"],
        "devices": [
            {"short_name": "BER-WWW", "frequency": 1, "tags": ["berlin"]},
            {"short_name": "BER-VPN", "method": "TCP", "url": "vpn.berlin.example.com:443", "tags": ["berlin"]},
        ],
    },
    "pinghome": {"heartbeats": [{"name": "Berlin backup", "interval": 86400}]},
    "simplehelp": {
        "technicians": [{"username": "avery", "display_name": "Avery", "password": "S3cret", "groups": ["First line"]}]
    },
}
COMMAND = "ansible-playbook declarative.monitoring.plan -e config_directory=declarations"
PLAIN = re.compile(r"\x1b\[[0-9;]*m")
INTERPRETER = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


def test_the_picture_of_a_plan_shows_what_a_run_prints(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for service, state in STATE.items():
        sandbox.set_state(service, state)
    (tmp_path / "all.yml").write_text(yaml.safe_dump(FILES), encoding="utf-8")
    variables = {"config_directory": str(tmp_path), "plan_fail_on_drift": False}
    playbook = Path("declarative.monitoring.plan")
    colors = {"ANSIBLE_NOCOLOR": "", "ANSIBLE_FORCE_COLOR": "1"}
    run = run_playbook(accounts, playbook, "-e", json.dumps(variables), **colors)
    assert run.code == 0, run.output
    shown = f"$ {COMMAND}\n{run.output.rstrip()}\n"
    if os.environ.get("WRITE_DOCS"):
        picture.RECORDED.write_text(shown, encoding="utf-8")
        picture.PICTURE.write_text(picture.draw(shown), encoding="utf-8")
    # The rest is ansible-core's, and its versions differ.
    assert plan_in(shown) == plan_in(picture.RECORDED.read_text(encoding="utf-8"))
    assert "S3cret" not in shown
    assert "\x1b[0;32m  + device BER-VPN" in shown
    assert "\x1b[0;31m  - device BER-OLD" in shown


def plan_in(output: str) -> list[str]:
    """The lines of a plan in the output of a run, with their colors."""
    lines = output.splitlines()
    plain = [PLAIN.sub("", line) for line in lines]
    first = next(number for number, line in enumerate(plain) if line.startswith("SimpleHelp: "))
    last = next(number for number, line in enumerate(plain) if line.startswith("Plan: "))
    return lines[first : last + 1]


def test_plan_and_apply_can_be_told_apart_by_their_first_and_last_line(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    (tmp_path / "all.yml").write_text("alertra: {tags: [{name: berlin}]}", encoding="utf-8")
    seen = {
        name: play([alertra], name, config_directory=str(tmp_path), plan_fail_on_drift=False)
        for name in ("plan", "apply")
    }
    for name, first, last in (("plan", "PLAY [Plan]", "Plan: 1 to create"), ("apply", "PLAY [Apply]", "Applied: 1 cr")):
        assert seen[name].code == 0, seen[name].output
        lines = [line for line in seen[name].output.splitlines() if line]
        assert lines[0].startswith(first)
        (report,) = [result["report"] for result in seen[name].of("monitoring_config")]
        assert report[-1].startswith(last)


# -- several hosts -----------------------------------------------------------------------------------------------------


def on_hosts(users: Sequence[Account], folder: Path, hosts: Mapping[str, Any], play_of: Mapping[str, Any]) -> Run:
    """Run a play on hosts with these variables, which also write their plans to a file."""
    inventory, path = folder / "hosts.yml", folder / "play.yml"
    common = {**INTERPRETER, "monitoring_config_plan_file": str(folder / "plan.json")}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": dict(hosts), "vars": common}}), encoding="utf-8")
    path.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, **play_of}]), encoding="utf-8")
    return run_playbook(users, path, "-i", str(inventory), "--check")


ROLE = {"name": "declarative.monitoring.monitoring_config"}
FOUR: Mapping[str, Any] = {
    f"site{number}": {
        "with_role": number != 2,
        "monitoring_config_hosts": f"site{number}",
        "monitoring": {"alertra": {"tags": [{"name": f"tag{number}"}]}},
    }
    for number in range(4)
}


def plan_file(folder: Path) -> dict[str, Any]:
    """The plan file of the last run, which is gone then."""
    path = folder / "plan.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return document


def table_of(run: Run) -> list[str]:
    """The rows of the only table that a run shows."""
    lines = run.output.splitlines()
    (first,) = [number for number, line in enumerate(lines) if line.startswith("Plan for ")]
    last = next(number for number, line in enumerate(lines) if line.startswith("Plan: "))
    return [line.split()[0] for line in lines[first + 2 : last] if not line.startswith(" ")]


def test_hosts_that_skip_the_role_do_not_keep_the_others_from_their_table(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    ways: list[dict[str, Any]] = [
        {"tasks": [{"ansible.builtin.include_role": ROLE, "when": "with_role"}]},
        {"roles": [{"role": ROLE["name"], "when": "with_role"}]},
    ]
    for way in ways:
        run = on_hosts([alertra], tmp_path, FOUR, way)
        assert run.code == 0, run.output
        assert table_of(run) == ["site0", "site1", "site3"], run.output
        assert "Plan: 3 to create, 0 to update, 0 to delete, " in run.output
        document = plan_file(tmp_path)
        assert (document["failed"], list(document["hosts"])) == (False, ["site0", "site1", "site3"])


def test_hosts_in_batches_have_a_table_for_each_batch_and_one_host_has_a_plan(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    tasks = [{"ansible.builtin.include_role": ROLE}]
    run = on_hosts([alertra], tmp_path, FOUR, {"tasks": tasks, "serial": 2})
    assert run.code == 0, run.output
    assert run.output.count("Plan for 2 hosts") == 2
    assert run.output.count("Plan: 2 to create") == 2
    # The file has the plans of all batches.
    assert list(plan_file(tmp_path)["hosts"]) == list(FOUR)
    alone = on_hosts([alertra], tmp_path, FOUR, {"tasks": [{**tasks[0], "when": "inventory_hostname == 'site3'"}]})
    assert alone.code == 0, alone.output
    assert "Plan for" not in alone.output
    assert "  + tag tag3\nPlan: 1 to create, 0 to update, 0 to delete, 0 undeclared." in alone.output
    assert plan_file(tmp_path)["services"]["alertra"]["changes"][0]["name"] == "tag3"


def test_a_host_that_cannot_plan_is_a_row_of_the_table(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    broken: dict[str, dict[str, Any]] = {
        "site1": {"monitoring": {"alertra": {"tgs": []}}},
        "site2": {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        "site3": {"ansible_python_interpreter": "/bin/false"},
    }
    hosts = {name: {**one, **broken.get(name, {})} for name, one in FOUR.items()}
    run = on_hosts([alertra], tmp_path, hosts, {"tasks": [{"ansible.builtin.include_role": ROLE}]})
    assert run.code == 2, run.output
    assert table_of(run) == ["site0", "site1", "site2", "site3"], run.output
    assert re.search(r"^Plan: 1 to create, .* undeclared, 3 failed\.$", run.output, re.MULTILINE), run.output
    refused = "The declarations in the variables of hosts cannot be used: host site1 alertra.tgs: there is no such kind"
    assert run.output.count(refused) == 1, run.output
    document = plan_file(tmp_path)
    assert (document["failed"], list(document["hosts"])) == (True, list(FOUR))
    assert [text.split(":")[0] for text in document["failures"]] == ["site1", "site2", "site3"]
    assert "; the Python interpreter of this host may not be usable: set ansible_python_interpreter, " in run.output


# -- the playbook apply ------------------------------------------------------------------------------------------------


def apply_on(users: Sequence[Account], folder: Path, hosts: Mapping[str, Any], **env: str) -> Run:
    """Run the playbook apply on hosts with these variables, which also write their plans to a file."""
    declarations, inventory = folder / "declarations.yml", folder / "hosts.yml"
    declarations.write_text("alertra: {tags: [{name: berlin}]}\n", encoding="utf-8")
    common = {**INTERPRETER, "config_directory": str(declarations), "plan_file": str(folder / "plan.json")}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": dict(hosts), "vars": common}}), encoding="utf-8")
    arguments = ["-i", str(inventory), "-e", "monitoring_hosts=all"]
    return run_playbook(users, Path("declarative.monitoring.apply"), *arguments, **env)


def fatal(run: Run) -> list[str]:
    """The lines that say why a task has failed, in the order of the hosts."""
    return sorted(line for line in run.output.splitlines() if line.startswith("fatal: "))


BROKEN: Mapping[str, Any] = {"monitoring_config_connections": {"alertra": {"api_key": "wrong"}}}
UNABLE: Mapping[str, Any] = {"ansible_connection": "no_such_plugin"}


def test_a_host_that_does_not_fail_takes_one_task(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    run = apply_on([alertra], tmp_path, {"a": {}, "b": {}, "c": {}})
    assert run.code == 0, run.output
    assert sorted(line["host"] for line in run.results) == ["a", "b", "c"]
    assert "TASK [Publish the result]" not in run.output


def test_a_host_that_fails_says_why_once_and_publishes_its_result(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    run = apply_on([alertra], tmp_path, {"a": {}, "b": BROKEN, "c": {}})
    assert run.code == 2, run.output
    reason, later = fatal(run)
    assert "Alertra: GET /tags: refused" in reason
    assert later == 'fatal: [b]: FAILED! => {"changed": false, "msg": "The failure above says why."}'
    published: dict[str, Any] = {}
    for result in run.ours:
        published |= result.get("ansible_stats", {"data": {"monitoring_config_result": {}}})["data"][
            "monitoring_config_result"
        ]
    assert {host: one["alertra"]["failed"] for host, one in published.items()} == {"a": False, "b": True, "c": False}
    assert re.search(r"^b +: ok=1 +changed=0 +unreachable=0 +failed=1 ", run.output, re.MULTILINE), run.output


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_a_host_that_cannot_begin_does_not_hide_what_was_done_on_the_others(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, strategy: str
) -> None:
    run = apply_on([alertra], tmp_path, {"a": {}, "b": UNABLE, "c": {}}, ANSIBLE_STRATEGY=strategy)
    assert run.code == 2, run.output
    assert "no_such_plugin" in fatal(run)[0] + fatal(run)[1]
    rows = [line.split()[0] for line in run.output.splitlines() if re.match(r"^[abc] +\d", line)]
    assert rows == ["a", "c"], run.output
    assert list(plan_file(tmp_path)["hosts"]) == ["a", "c"]


def test_if_any_failure_is_fatal_all_results_are_published(sandbox: Sandbox, alertra: Account, tmp_path: Path) -> None:
    run = apply_on([alertra], tmp_path, {"a": {}, "b": BROKEN}, ANSIBLE_ANY_ERRORS_FATAL="true")
    assert run.code == 2, run.output
    assert sum("ansible_stats" in result for result in run.ours) == 2
    assert sorted(plan_file(tmp_path)["hosts"]) == ["a", "b"]
