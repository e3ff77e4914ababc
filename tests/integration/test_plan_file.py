# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One change from the plan to the undo: plan files, approved plans, undo files, validation, and several hosts."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import yaml

from integration.harness import Account, run_playbook, writes
from integration.test_playbooks_ops import play
from integration.test_roles_config import failure
from sandbox.client import Sandbox

SECRET = "canary-7713"
FILES = {
    "alertra": {
        "defaults": {"devices": {"method": "PING", "frequency": 5}},
        "tags": [{"name": "berlin"}],
        "devices": [{"short_name": name, "url": f"{name.lower()}.example.com"} for name in ("A", "B", "C")],
    },
    "pinghome": {"heartbeats": [{"name": "Backup", "interval": 60}]},
    "simplehelp": {
        "groups": [{"name": "First line"}],
        "technicians": [{"username": "avery", "password": SECRET}, {"username": "robin"}],
    },
}


def test_an_approved_plan_is_applied_and_taken_back_and_a_stale_one_refused(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.set_state(
        "alertra", {"devices": [{"ShortName": "A", "Method": "PING", "URL": "a.example.com", "Frequency": 1}]}
    )
    before = {service: sandbox.state(service) for service in FILES}
    (tmp_path / "all.yml").write_text(yaml.safe_dump(FILES), encoding="utf-8")
    plan, undo = tmp_path / "plan.json", tmp_path / "undo"
    options = {"config_directory": str(tmp_path / "all.yml")}
    planned = play(accounts, "plan", **options, plan_file=str(plan), plan_markdown=str(tmp_path / "plan.md"))
    assert "3 of 3 accounts are not as declared" in failure(planned)
    # Eight changes at three services, with their values.
    assert "Plan: 7 to create, 1 to update, 0 to delete, 0 undeclared." in planned.output
    assert len(planned.output.splitlines()) <= 25, planned.output
    assert planned.output.count("are not as declared") == 1
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    document = json.loads(plan.read_text(encoding="utf-8"))
    assert (document["drift"], document["failed"], document["undeclared"]) == (True, False, [])
    # Somebody changes the account meanwhile.
    state = sandbox.state("alertra")
    state["devices"][0]["Frequency"] = 30
    sandbox.set_state("alertra", state)
    sandbox.clear_requests()
    stale = play(accounts, "apply", **options, approved_plan=str(plan))
    assert "approved, but the plan is now update device A: frequency: 30 -> 5" in failure(stale)
    assert not writes(sandbox.requests())
    sandbox.set_state("alertra", before["alertra"])
    applied = play(accounts, "apply", **options, approved_plan=str(plan), undo_directory=str(undo))
    assert applied.code == 0, applied.output
    assert "Applied: 7 created, 1 updated, 0 deleted, 0 undeclared." in applied.output
    (path,) = undo.iterdir()
    for text in (path.read_text(encoding="utf-8"), plan.read_text(encoding="utf-8"), applied.output):
        assert SECRET not in text
    undone = play(accounts, "undo", undo_file=str(path))
    assert undone.code == 0, undone.output
    after = {service: sandbox.state(service) for service in FILES}
    assert [one["ShortName"] for one in after["alertra"]["devices"]] == ["A"]
    assert after["alertra"]["devices"][0]["Frequency"] == before["alertra"]["devices"][0]["Frequency"]
    assert after["simplehelp"]["technicians"] == before["simplehelp"]["technicians"]


def test_a_file_that_cannot_be_written_in_the_end_hides_nothing_that_was_done(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    (tmp_path / "all.yml").write_text("alertra: {tags: [{name: web}]}\n", encoding="utf-8")
    # The temporary file, which replaces it, has a name that is too long for the file system.
    plan, undo = tmp_path / f"{'p' * 245}.json", tmp_path / "undo"
    options = {"config_directory": str(tmp_path / "all.yml"), "undo_directory": str(undo)}
    applied = play(accounts, "apply", **options, plan_file=str(plan))
    assert "The plan could not be written: " in failure(applied)
    assert "Applied: 1 created, 0 updated, 0 deleted, 0 undeclared." in applied.output
    # The task that failed shows only why.
    assert applied.of("monitoring_config")[0].keys().isdisjoint({"services", "report"})
    published = applied.of("monitoring_config_end")[0]
    assert published["services"]["alertra"]["changes"][0]["name"] == "web"
    assert len(list(undo.iterdir())) == 1
    assert [one["Name"] for one in sandbox.state("alertra")["tags"]] == ["web"]


def test_files_are_validated_without_credentials_and_templates(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text('alertra: {devices: [{short_name: A, url: "{{ nobody_knows }}"}]}\n', encoding="utf-8")
    run = play([], "validate", config_directory=str(path))
    assert run.code == 0, run.output
    assert "Valid: 1 object at Alertra." in run.output
    path.write_text('alertra: {devices: [{short_name: A, url: "{{ x }}", frequency: 7}]}\n', encoding="utf-8")
    assert "frequency must be one of" in failure(play([], "validate", config_directory=str(path)))
    assert not sandbox.requests()


def test_ten_hosts_end_with_one_table_and_declare_what_their_variables_say(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    hosts = {
        f"site{number}": {"ansible_connection": "local", "monitoring": {"alertra": {"tags": [{"name": "{{ tag }}"}]}}}
        for number in range(10)
    }
    for number, host in enumerate(hosts.values()):
        host["tag"] = f"tag{number}"
    inventory = tmp_path / "hosts.yml"
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": interpreter}}), encoding="utf-8")
    variables = {"monitoring_hosts": "all", "config_hosts": "site1:site2", "plan_file": str(tmp_path / "plan.json")}
    playbook = Path("declarative.monitoring.plan")
    run = run_playbook([alertra], playbook, "-i", str(inventory), "-e", json.dumps(variables))
    assert run.code == 2
    assert len(run.output.splitlines()) <= 60, run.output
    assert run.output.count("Plan for 10 hosts") == 1
    assert "Plan: 20 to create, 0 to update, 0 to delete, 0 undeclared." in run.output
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert document["hosts"].keys() == hosts.keys()
    changes = document["hosts"]["site3"]["services"]["alertra"]["changes"]
    assert [change["name"] for change in changes] == ["tag1", "tag2"]
