# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode of whole playbooks: each task predicts what it does in the run, after what the tasks before it do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import COLLECTION, Account, Result, Run, run_module, run_playbook
from integration.roles import role, stats, writes_in
from integration.test_examples import MODULES, SCENES, examples
from integration.test_roles_onboarding import EVERYTHING, LEAVING, NAMES
from sandbox.client import Sandbox

Task = dict[str, Any]
SERVICES = ("alertra", "pinghome", "pingplotter", "portmonitor", "simplehelp")
# What no prediction can know. The first one logs in to an account for which an earlier task would only sign up. The
# service refuses that login, and only the service knows what a new account contains: its profile, its limits, whether
# it must be confirmed first. The documentation of the module says so. The second one sends an event to a heartbeat by
# its id alone, without a token, with which nothing about the heartbeat can be read.
NOT_PREDICTED = ("Change the password of the account", "Report progress, without an API token")


def task(module: str, title: str = "", /, **options: Any) -> Task:
    """A task, whose failure does not end the play."""
    return {"name": title or module, f"{COLLECTION}.{module}": options, "ignore_errors": True}


def both(sandbox: Sandbox, accounts: Sequence[Account], tasks: Sequence[Task], *arguments: str) -> tuple[Run, Run]:
    """What tasks predict, and then do."""
    predicted = run_playbook(accounts, tasks, "--check", "--diff", *arguments)
    assert not [write for write in writes_in(sandbox.requests()) if not write.endswith("/users/login")]
    return predicted, run_playbook(accounts, tasks, "--diff", *arguments)


def told(result: Result) -> dict[str, Any]:
    """What a result tells of the changes, without ids and without what only the service knows of new objects."""
    diffs = result.get("diff") or []
    shown = map(_change, diffs if isinstance(diffs, list) else [diffs])
    return {
        "changed": result.get("changed"),
        "failed": bool(result.get("failed")),
        "msg": result.get("msg") if result.get("failed") else None,
        "diff": sorted((one for one in shown if one), key=json.dumps),
        "changes": sorted(
            (change["action"], change["kind"], change["name"], sorted(change["fields"]))
            for change in result.get("changes", ())
        ),
    }


def _change(diff: Mapping[str, Any]) -> list[Any]:
    """The object of a diff, and the options that change, with their new values."""
    before, after = diff["before"], diff["after"]
    changed = {key: _added(before.get(key), value) for key, value in after.items() if before.get(key) != value}
    if not (before or after) or (after and not changed):
        return []
    return [diff["before_header"], "deleted" if not after else changed]


def _added(before: Any, after: Any) -> Any:
    """A new value; of a dictionary the keys that change, because the service may set other keys of a new object."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {key: value for key, value in after.items() if before.get(key) != value}
    return after


def assert_predicted(predicted: Run, done: Run) -> None:
    """Check that each task did what it had predicted, and nothing else."""
    lines = [[line for line in run.results if line["action"].startswith(COLLECTION)] for run in (predicted, done)]
    assert [line["task"] for line in lines[0]] == [line["task"] for line in lines[1]], predicted.output
    compared = [
        (before["task"], told(before["result"]), told(after["result"]))
        for before, after in zip(*lines, strict=True)
        if before["task"] not in NOT_PREDICTED
    ]
    for title, said, did in compared:
        assert said == did, title
    assert any(did["changed"] for _title, _said, did in compared)


ALERTRA: Sequence[Task] = [
    {"name": "tag", f"{COLLECTION}.alertra_tag": {"name": "new"}, "register": "tag"},
    {
        "name": "device with a new tag",
        f"{COLLECTION}.alertra_device": {
            "short_name": "WWW",
            "method": "HTTP",
            "url": "http://a.example.com",
            "tags": ["new"],
        },
        "register": "device",
    },
    task("alertra_device", short_name="SUB", method="PING", url="b.example.com", master_device="WWW"),
    task("alertra_device", "by a registered id", device_id="{{ device.device.device_id }}", frequency=1),
    task("alertra_device", "by its name again", short_name="WWW", frequency=1, tags=["{{ tag.tag.tag_id }}"]),
    task("alertra_device", "a name that nothing has", short_name="SUB", tags=["nothing"]),
    {"name": "tag from its end", f"{COLLECTION}.alertra_tag": {"name": "new", "devices": ["WWW", "SUB"]}},
    task("alertra_device", "the other end", short_name="SUB", tags=["new"]),
    {
        "name": "renamed",
        f"{COLLECTION}.alertra_tag": {"tag_id": "{{ tag.tag.tag_id }}", "name": "newer"},
        "ignore_errors": True,
    },
    task("alertra_maintenance", "maintenance of a new tag", tag="newer"),
    task("alertra_maintenance", "maintenance again", tag="newer"),
    task("alertra_device", "only in check mode", short_name="WWW", state="absent") | {"check_mode": True},
    task("alertra_device", "deleted", short_name="WWW", state="absent"),
    task("alertra_device", "deleted again", short_name="WWW", state="absent"),
    task("alertra_device", "without its master", short_name="SUB", master_device=None),
    task("alertra_config", "all of it", devices=[{"short_name": "SUB", "tags": []}], prune=["tags"]),
    task("alertra_device", "a tag that is pruned", short_name="SUB", tags=["new"]),
]
OTHERS: Sequence[Task] = [
    {"name": "group", f"{COLLECTION}.portmonitor_group": {"name": "Web"}, "register": "group"},
    {
        "name": "targets",
        f"{COLLECTION}.portmonitor_target": {
            "group": "{{ item }}",
            "name": "Shop",
            "type": "url",
            "url": "https://shop.example.com/",
        },
        "loop": ["Web", "{{ group.group.group_id }}"],
        "ignore_errors": True,
    },
    {"name": "rename", f"{COLLECTION}.portmonitor_group": {"group_id": "{{ group.group.group_id }}", "name": "Net"}},
    {"name": "target by the new name", f"{COLLECTION}.portmonitor_target": {"group": "Net", "name": "Shop"}},
    {
        "name": "still used",
        f"{COLLECTION}.portmonitor_group": {"name": "Net", "state": "absent"},
        "ignore_errors": True,
    },
    {"name": "forced", f"{COLLECTION}.portmonitor_group": {"name": "Net", "state": "absent", "force": True}},
    {"name": "gone", f"{COLLECTION}.portmonitor_group": {"name": "Net", "state": "absent"}},
    {"name": "help desk", f"{COLLECTION}.simplehelp_group": {"name": "Desk", "permissions": {"a": True}}},
    task("simplehelp_technician", username="anna", groups=["Desk"], password="canary-password"),
    task("simplehelp_technician", "the same", username="anna", groups=["Desk"]),
    {
        "name": "renamed desk",
        f"{COLLECTION}.simplehelp_config": {"groups": [{"name": "Desk", "permissions": {"b": True}}]},
    },
    {"name": "no desk", f"{COLLECTION}.simplehelp_group": {"name": "Desk", "state": "absent"}},
    task("simplehelp_technician", "without a group", username="anna", groups=[]),
    {
        "name": "resource",
        f"{COLLECTION}.pinghome_resource": {
            "name": "www",
            "type": "http",
            "url": "https://www.example.com",
            "headers": {"Authorization": "Bearer canary-header"},
        },
        "register": "resource",
    },
    {
        "name": "the same resource",
        f"{COLLECTION}.pinghome_resource": {"name": "www", "headers": {"Authorization": "Bearer canary-header"}},
    },
    {
        "name": "other headers",
        f"{COLLECTION}.pinghome_resource": {
            "resource_id": "{{ resource.resource.resource_id }}",
            "headers": {"Authorization": "Bearer canary-other"},
            "grace_period": 0,
        },
    },
    {
        "name": "integration",
        f"{COLLECTION}.pinghome_integration": {
            "resource": "www",
            "integration": "22222222-2222-4222-8222-222222222222",
            "type": "slack",
            "name": "Slack",
            "status": "active",
        },
        "ignore_errors": True,
    },
    {"name": "no resource", f"{COLLECTION}.pinghome_resource": {"name": "www", "state": "absent"}},
    {"name": "agent", f"{COLLECTION}.pingplotter_agent": {"name": "laptop"}, "register": "agent"},
    task("pingplotter_agent", "paused", unique_id="{{ agent.agent.unique_id }}", sessions="paused"),
    {"name": "agents", f"{COLLECTION}.pingplotter_agent_info": {}, "register": "agents"},
    {
        "name": "each agent",
        f"{COLLECTION}.pingplotter_agent": {"unique_id": "{{ item.unique_id }}", "state": "absent"},
        "loop": "{{ agents.agents }}",
        "loop_control": {"label": "{{ item.name }}"},
    },
]


def test_a_chain_of_tasks_at_one_service(sandbox: Sandbox, alertra: Account) -> None:
    predicted, done = both(sandbox, [alertra], ALERTRA)
    assert done.code == predicted.code == 0, predicted.output
    assert_predicted(predicted, done)


def test_a_chain_of_tasks_at_the_other_services(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    search = {
        "name": "Look for secrets in the folder of the run",
        "ansible.builtin.command": f"grep -rl canary {tmp_path} --include=*.json",
        "check_mode": False,
        "register": "found",
        "failed_when": "found.rc == 0",
    }
    count = {
        "name": "Look at the folder of the run",
        "ansible.builtin.shell": f"find {tmp_path} -name '*.json' -perm 600 | wc -l",
        "check_mode": False,
    }
    tasks = [*OTHERS, search, count]
    predicted = run_playbook(accounts, tasks, "--check", "--diff", ANSIBLE_LOCAL_TEMP=str(tmp_path))
    assert not writes_in(sandbox.requests())
    assert predicted.code == 0, predicted.output
    # Nothing is left of it.
    assert list(tmp_path.iterdir()) == [], predicted.output
    done = run_playbook(accounts, tasks, "--diff", ANSIBLE_LOCAL_TEMP=str(tmp_path))
    assert done.code == 0, done.output
    assert_predicted(predicted, done)
    files = [
        line["result"]["stdout"] for run in (predicted, done) for line in run.results if "stdout" in line["result"]
    ]
    # The predictions for four accounts; in the run, what was created at Pinghome.
    assert [int(number or 0) for number in files] == [0, 4, 0, 1]


def at_once(example: Mapping[str, Any]) -> dict[str, Any]:
    """An example that waits for nothing. What it waits for does not come here."""
    return {key: value for key, value in example.items() if key not in ("until", "retries", "delay")}


@pytest.mark.parametrize("state", ["empty", "full"])
@pytest.mark.parametrize("service", SERVICES)
def test_all_examples_of_a_service_in_a_row(
    sandbox: Sandbox, accounts: Sequence[Account], service: str, state: str
) -> None:
    scene: dict[str, Any] = yaml.safe_load((SCENES / f"{service}.yml").read_text(encoding="utf-8"))
    sandbox.set_state(service, scene["state"] if state == "full" else {})
    modules = [module for module in MODULES if module.startswith(f"{service}_")]
    tasks = [{**at_once(one), "ignore_errors": True} for module in modules for one in examples(module)]
    facts = {"ansible.builtin.set_fact": {"check_id": "0", **scene["variables"]}}
    assert_predicted(*both(sandbox, accounts, [facts, *tasks]))


def objects_in(result: Result) -> list[tuple[str, list[str]]]:
    """The objects in each line of a summary. Objects created at the same time may be listed in any order later."""
    lines = [line.replace("would be ", "").rpartition(": ") for line in result["summary"][1:-1]]
    return [(title, sorted(names.split(", "))) for title, _colon, names in lines]


def test_roles_in_a_row(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    technicians = [{"username": "ben", "groupIDs": ["Desk"]}]
    sandbox.set_state("simplehelp", {"groups": [{"name": "Desk"}], "technicians": technicians})
    remove = {**LEAVING, "offboarding_mode": "remove", "offboarding_remove": NAMES}
    tasks = [role("onboarding", EVERYTHING), role("offboarding", LEAVING), role("offboarding", remove)]
    predicted, done = both(sandbox, accounts, tasks)
    assert done.code == predicted.code == 0, predicted.output
    for name in ("onboarding_result", "offboarding_result"):
        for said, did in zip(stats(predicted, name), stats(done, name), strict=True):
            assert said["changed"] == did["changed"]
            assert objects_in(said) == objects_in(did)
    assert [one["changed"] for one in stats(done, "offboarding_result")] == [True, True]
    assert_predicted(predicted, done)


def test_hosts_that_run_at_the_same_time_predict_one_creation(
    sandbox: Sandbox, portmonitor: Account, tmp_path: Path
) -> None:
    hosts = [f"host{number}" for number in range(5)]
    here = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"hosts": dict.fromkeys(hosts), "vars": here}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    tasks = [
        task("portmonitor_group", name="Production"),
        task("portmonitor_target", group="Production", name="{{ inventory_hostname }}", type="ping", host="a"),
    ]
    play = [{"hosts": "all", "gather_facts": False, "strategy": "free", "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
    arguments = ["--check", "--forks", "5", "--inventory", str(tmp_path / "hosts.yml")]
    run = run_playbook([portmonitor], tmp_path / "play.yml", *arguments)
    assert run.code == 0, run.output
    assert sorted(result["changed"] for result in run.of("portmonitor_group")) == [False] * 4 + [True]
    targets = run.of("portmonitor_target")
    assert [result["changed"] for result in targets] == [True] * 5
    assert len({result["target"]["target_id"] for result in targets}) == 5


def test_a_task_that_really_writes_in_check_mode(sandbox: Sandbox, alertra: Account) -> None:
    """It does not see what was only predicted, and what it creates replaces the prediction."""
    tasks = [
        {"name": "predicted", f"{COLLECTION}.alertra_tag": {"name": "new"}, "register": "tag"},
        task("alertra_tag", "by a placeholder", tag_id="{{ tag.tag.tag_id }}", devices=[]) | {"check_mode": False},
        {"name": "really", f"{COLLECTION}.alertra_tag": {"name": "new"}, "check_mode": False},
        {"name": "after it", f"{COLLECTION}.alertra_tag": {"name": "new"}},
    ]
    run = run_playbook([alertra], tasks, "--check")
    assert run.code == 0, run.output
    predicted, refused, really, after = run.ours
    assert predicted["tag"]["tag_id"] == "predicted:tag:1"
    assert refused["msg"] == (
        "tag_id has predicted:tag:1, which stands for an object that a task in check mode would have created: "
        "that object does not exist"
    )
    assert (predicted["changed"], really["changed"], after["changed"]) == (True, True, False)
    assert len(sandbox.state("alertra")["tags"]) == 1


def test_a_task_in_check_mode_in_a_run_tells_later_tasks_nothing(sandbox: Sandbox, alertra: Account) -> None:
    options: Task = {f"{COLLECTION}.alertra_tag": {"name": "new"}}
    tasks = [{**options, "check_mode": True}, {**options, "check_mode": True}, options, {**options, "check_mode": True}]
    run = run_playbook([alertra], tasks)
    assert run.code == 0, run.output
    assert [result["changed"] for result in run.ours] == [True, True, True, False]
    assert run.ours[0]["tag"]["tag_id"] is None


CREATED_AND_CHANGED: Sequence[Task] = [
    task("pinghome_resource", "created", name="web", type="http", url="https://www.example.com"),
    task("pinghome_resource", "changed", name="web", grace_period=4),
    task("pinghome_heartbeat", "created", name="backup", interval=60),
    task("pinghome_heartbeat", "changed", name="backup", interval=5),
]


@pytest.mark.parametrize("answer", ["object", "message"])
def test_what_a_run_has_created_has_no_hidden_settings(sandbox: Sandbox, pinghome: Account, answer: str) -> None:
    """Nobody has set the headers or the methods, so that a change loses nothing, in the run as in check mode."""
    sandbox.switches("pinghome", headers_shown="hidden", heartbeat_methods_shown="no", create_answer=answer)
    predicted, done = both(sandbox, [pinghome], CREATED_AND_CHANGED)
    assert_predicted(predicted, done)
    assert [result["changed"] for result in done.ours] == [True] * 4
    # What another run has created may have got settings since.
    later = [
        task("pinghome_resource", name="web", grace_period=5),
        task("pinghome_heartbeat", name="backup", interval=6),
    ]
    sandbox.clear_requests()
    for run in both(sandbox, [pinghome], later):
        assert all("declare" in result["msg"] for result in run.ours), run.output
    assert sandbox.state("pinghome")["resources"][0]["grace_period"] == 4


def test_an_integration_of_the_same_id_at_another_resource_is_not_new(sandbox: Sandbox, pinghome: Account) -> None:
    hook = {"integration": "abc", "type": "statuspageIo", "name": "Outage", "status": "investigating"}
    web = {"type": "http", "url": "https://www.example.com"}
    resources = [{**web, "name": "web"}, {**web, "name": "shop", "integrations": [{**hook, "items": ["one"]}]}]
    sandbox.set_state("pinghome", {"resources": resources})
    sandbox.switches("pinghome", field_hidden="items")
    tasks = [
        task("pinghome_integration", "created", resource="web", **hook),
        task("pinghome_integration", "changed", resource="web", integration="abc", name="Down"),
        task("pinghome_integration", "another", resource="shop", integration="abc", name="Down"),
    ]
    predicted, done = both(sandbox, [pinghome], tasks)
    assert_predicted(predicted, done)
    assert [result["changed"] for result in done.ours] == [True, True, False], done.output
    assert "does not show the items of integration" in done.ours[2]["msg"]


SET_AND_CHANGED: Sequence[Task] = [
    *CREATED_AND_CHANGED[:2],
    task("pinghome_resource", "headers are set", name="web", headers={"Accept": "text/html"}, recovery_period=1),
    task("pinghome_resource", "without headers", name="web", grace_period=5),
    task("pinghome_resource", "the same headers", name="web", headers={"Accept": "text/html"}),
    task("pinghome_resource", "with a change", name="web", headers={"Accept": "text/html"}, recovery_period=3),
    task("pinghome_resource", "headers are cleared", name="web", headers=None, recovery_period=2),
    task("pinghome_resource", "without headers again", name="web", grace_period=6),
]
OTHER_RESOURCE = {"name": "shop", "type": "http", "url": "https://shop.example.com", "headers": {"A": "b"}}


@pytest.mark.parametrize("shown", ["string", "hidden"])
@pytest.mark.parametrize("listing", ["full", "thin"])
def test_hidden_settings_that_the_run_itself_has_set_are_not_lost(
    sandbox: Sandbox, pinghome: Account, shown: str, listing: str
) -> None:
    """Check mode knows from another object what the service does not show."""
    sandbox.switches("pinghome", headers_shown=shown, listing=listing)
    sandbox.set_state("pinghome", {"resources": [OTHER_RESOURCE]})
    predicted, run = both(sandbox, [pinghome], SET_AND_CHANGED)
    assert_predicted(predicted, run)
    hides = shown == "hidden"
    changed = [True, True, True, not hides, False, True, True, True]
    assert [result["changed"] for result in run.ours] == changed, run.output
    assert ("does not show the headers of resource web" in run.ours[3].get("msg", "")) is hides
    assert sandbox.state("pinghome")["resources"][1]["grace_period"] == 6


@pytest.mark.parametrize(("shown", "changed"), [("string", [True, True]), ("hidden", [True, False])])
def test_a_hidden_setting_of_an_object_that_exists_is_not_lost(
    sandbox: Sandbox, pinghome: Account, shown: str, changed: list[bool]
) -> None:
    sandbox.switches("pinghome", headers_shown=shown)
    sandbox.set_state("pinghome", {"resources": [OTHER_RESOURCE]})
    tasks = [
        task("pinghome_resource", "with headers", name="shop", headers={"A": "c"}, grace_period=1),
        task("pinghome_resource", "without headers", name="shop", grace_period=2),
    ]
    predicted, run = both(sandbox, [pinghome], tasks)
    assert_predicted(predicted, run)
    assert [result["changed"] for result in run.ours] == changed, run.output


def test_without_another_object_check_mode_warns_of_what_the_service_may_hide(
    sandbox: Sandbox, pinghome: Account
) -> None:
    sandbox.switches("pinghome", headers_shown="hidden")
    predicted, run = both(sandbox, [pinghome], SET_AND_CHANGED[:4])
    assert [result["changed"] for result in run.ours] == [True, True, True, False]
    assert [result["changed"] for result in predicted.ours] == [True] * 4
    warned = ["Check mode does not know whether the service shows the headers" in str(one) for one in predicted.ours]
    assert warned == [False, False, False, True], predicted.output


def test_info_shows_the_predicted_state_in_check_mode(sandbox: Sandbox, accounts: Sequence[Account]) -> None:
    tasks = [
        {f"{COLLECTION}.alertra_tag": {"name": "new"}},
        task("alertra_device", short_name="WWW", method="HTTP", url="http://a.example.com", tags=["new"]),
        task("alertra_device_info", tag="new", include=["checks"]),
        task("alertra_config_info"),
        task("alertra_device_info") | {"check_mode": False},
    ]
    run = run_playbook(accounts, tasks, "--check")
    assert run.code == 0, run.output
    (device,) = run.ours[2]["devices"]
    assert (device["device_id"], device["tags"], device["checks"]) == ("predicted:device:1", ["new"], None)
    assert run.ours[3]["config"]["tags"] == [{"name": "new"}]
    assert run.ours[4]["devices"] == []


def test_without_the_changes_of_earlier_tasks_a_reference_to_nothing_is_a_warning(alertra: Account) -> None:
    """A module on another host cannot read the predictions of the run."""
    device = {"short_name": "WWW", "method": "HTTP", "url": "http://a.example.com", "tags": ["new"]}
    elsewhere = {**device, "_declarative_monitoring_run": {"folder": None, "is_check": True, "is_kept": True}}
    result = run_module(alertra, "alertra_device", elsewhere, check=True)
    assert result["changed"]
    assert result["diff"]["after"]["tags"] == ["new"]
    assert "There is no tag new. Check mode assumes that an earlier task creates it" in str(result["warnings"])
    for check in (True, False):
        refused = run_module(alertra, "alertra_device", device, check)
        assert "tags names new, but there is no such tag" in refused["msg"]
