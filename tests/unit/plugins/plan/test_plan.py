# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of all accounts: its text, plan files and their comparison, undo files, and the options of the action."""

from __future__ import annotations

import copy
import json
import re
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.utils import color

from ansible_collections.declarative.monitoring.plugins.plugin_utils import (
    _failure,
    _git,
    _host_plans,
    _publish,
    _screen,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_options import (
    Options,
    OptionsError,
    given_options,
    parse_options,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._plan_file import (
    PlanFileError,
    differences,
    host_plan,
    plan_document,
    plan_statistic,
    published_plan,
    read_plan,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._plan_text import markdown, plan_lines, table
from ansible_collections.declarative.monitoring.plugins.plugin_utils._undo_file import undo_text, write_undo
from ansible_collections.declarative.monitoring.plugins.plugin_utils._unresolved import is_open


def change(action: str, name: str, before: dict[str, Any] | None = None, **after: Any) -> dict[str, Any]:
    """A change of a device, as modules return it."""
    values = {"kind": "device", "name": name, "id": "1", "action": action, "fields": list(after)}
    return {**values, "before": before or {}, "after": after, "renamed_from": None}


def outcome(plan_id: str, *changes: dict[str, Any], **other: Any) -> dict[str, Any]:
    """The outcome of a service."""
    values = {"changed": bool(changes), "failed": False, "msg": "", "failures": [], "summary": {"failed": 0}}
    values.update(plan_id=plan_id, changes=list(changes), undeclared=[], undo={}, undo_notes=[])
    return {**values, **other}


OLD = [{"kind": "machine_group", "name": f"Old {number}", "id": "9"} for number in range(60)]
OUTCOMES = {
    "simplehelp": outcome("s", undeclared=OLD),
    "alertra": outcome(
        "a",
        change("create", "NEW", short_name="NEW", method="PING", tags=["a", "b"]),
        change("update", "WWW", {"frequency": 5}, frequency=10, password="******** (changed)"),
        change("delete", "OLD", {"url": "x"}),
        change("recreate", "\x1b[2K", {"method": "PING"}, method="HTTP"),
    ),
}


# -- text --------------------------------------------------------------------------------------------------------------


def test_a_plan_has_a_line_for_each_service_and_change() -> None:
    plan = host_plan(OUTCOMES)
    assert plan_lines(plan, check=True) == [
        "SimpleHelp: nothing to change, 60 undeclared (machine group Old 0, machine group Old 1, machine group Old 2, "
        "57 more)",
        "Alertra: 1 to create, 1 to update, 1 to delete, 1 to recreate",
        '  + device NEW: method: "PING", tags: ["a", "b"]',
        "  ~ device WWW: frequency: 5 -> 10, password: ******** (changed)",
        "  - device OLD",
        r'  -/+ device \x1b[2K: method: "PING" -> "HTTP"',
        "Plan: 1 to create, 1 to update, 1 to delete, 1 to recreate, 60 undeclared.",
    ]
    assert plan_lines(plan, check=False)[-1].startswith("Applied: 1 created, 1 updated, 1 deleted, 1 recreated, ")


def test_a_failed_service_is_in_the_plan_without_its_message() -> None:
    failed = outcome("", failed=True, msg="Alertra: no access", summary={})
    plan = host_plan({"alertra": failed, "pinghome": outcome("p")})
    assert (plan["failed"], plan["drift"], plan["failures"]) == (True, False, ["Alertra: no access"])
    assert (host_plan(OUTCOMES)["failed"], host_plan(OUTCOMES)["drift"]) == (False, True)
    # How to take it back is in the undo file, which only its owner can read.
    assert not {"undo", "undo_notes"} & host_plan(OUTCOMES)["services"]["alertra"].keys()
    assert plan_lines(host_plan({"alertra": failed}), check=True) == [
        "Alertra: failed",
        "Plan: 0 to create, 0 to update, 0 to delete, 0 undeclared, 1 failed.",
    ]


def test_what_was_not_reached_counts_as_failed_and_nothing_declared_is_said() -> None:
    partly = outcome("a", change("create", "A"), summary={"failed": 1, "skipped": 2}, failed=True, msg="3 failed")
    assert plan_lines(host_plan({"alertra": partly}), check=False)[0] == "Alertra: 1 created, 3 failed"
    nothing = ["Nothing is declared.", "Plan: 0 to create, 0 to update, 0 to delete, 0 undeclared."]
    assert plan_lines(host_plan({}), check=True) == nothing


def test_a_value_is_cut_after_60_characters() -> None:
    for length, shown in ((58, '"' + "x" * 58 + '"'), (59, '"' + "x" * 56 + "...")):
        (line,) = plan_lines(host_plan({"alertra": outcome("a", change("create", "A", url="x" * length))}), check=True)[
            1:-1
        ]
        assert line == f"  + device A: url: {shown}"


def test_the_markdown_of_a_plan_is_a_page_of_a_merge_request() -> None:
    old = (rf"machine\_group Old {number}" for number in range(60))
    text = markdown({"localhost": host_plan({**OUTCOMES, "pinghome": outcome("p")})}, check=True)
    assert text == (
        "## Plan: 1 to create, 1 to update, 1 to delete, 1 to recreate, 60 undeclared.\n\n"
        f"**SimpleHelp:** no changes\n\n60 undeclared: {', '.join(old)}\n\n"
        "**Alertra:** 1 to create, 1 to update, 1 to delete, 1 to recreate\n\n````diff\n"
        '+ device NEW: method: "PING", tags: ["a", "b"]\n'
        "~ device WWW: frequency: 5 -> 10, password: ******** (changed)\n"
        "- device OLD\n"
        '-/+ device \\x1b[2K: method: "PING" -> "HTTP"\n'
        "````\n\n**Pinghome:** no changes\n"
    )
    failed = outcome("", failed=True, msg="Alertra: no access", summary={})
    plans = {"a": host_plan({"alertra": failed}), "b": host_plan({"pinghome": outcome("p", change("delete", "OLD"))})}
    assert markdown(plans, check=False, missing=["c"]) == (
        "## Applied: 0 created, 0 updated, 1 deleted, 0 undeclared, 1 failed.\n\n"
        "### a\n\n**Alertra:** failed\n\n- **failed:** Alertra: no access\n"
        "### b\n\n**Pinghome:** 1 deleted\n\n````diff\n- device OLD\n````\n\n"
        "- **failed:** The run has not ended: 1 hosts have no plan \\(c\\)\\.\n"
    )


def test_long_values_are_cut() -> None:
    values = {f"option_{number}": "x" * 100 for number in range(9)}
    (line,) = [
        one
        for one in plan_lines(host_plan({"alertra": outcome("a", change("create", "A", {}, **values))}), check=True)
        if "+" in one
    ]
    assert len(line) < 300
    assert line.endswith(", and 6 more")


def test_several_hosts_are_one_table() -> None:
    lines = table({"berlin": host_plan(OUTCOMES), "munich": host_plan({}, "no files")}, check=True)
    assert lines[:4] == [
        "Plan for 2 hosts, nothing is changed:",
        "host     create   update   delete recreate undeclared failed",
        "berlin        1        1        1        1         60      0",
        "munich        0        0        0        0          0      1",
    ]
    assert lines[-1] == "Plan: 1 to create, 1 to update, 1 to delete, 1 to recreate, 60 undeclared, 1 failed."
    assert '  + berlin: Alertra: device NEW: method: "PING", tags: ["a", "b"]' in lines
    many = {f"host{number}": host_plan(OUTCOMES) for number in range(10)}
    assert len(table(many, check=True)) == 14
    assert "40 changes are not shown" in table(many, check=True)[-2]


def test_names_have_no_meaning_in_markdown() -> None:
    bad = outcome(
        "a", change("create", "````\n# <b>", url="x"), undeclared=[{"kind": "tag", "name": "<img>", "id": "1"}]
    )
    text = markdown({"localhost": host_plan({"alertra": bad})}, check=True)
    assert text.startswith("## Plan: 1 to create, 0 to update, 0 to delete, 1 undeclared.\n")
    assert text.count("\n````") == 2
    assert r"\<img\>" in text


# -- the screen --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callback", "stderr"),
    [("default", False), ("community.general.yaml", False), ("awx_display", False), ("ansible.posix.json", True)],
)
def test_what_a_program_reads_is_not_mixed_with_text(
    monkeypatch: pytest.MonkeyPatch, callback: str, stderr: bool
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    monkeypatch.setattr(constants, "DEFAULT_LOG_PATH", None)
    display = mock.Mock()
    _screen.show(display, lambda paint=None: ["a", "b"])
    display.display.assert_called_once_with("a\nb", screen_only=True, stderr=stderr)


def shown(plans: dict[str, _host_plans.HostPlan], *, check: bool) -> list[str]:
    """The lines that plans are shown as."""
    display = mock.Mock()
    _screen.show_plans(display, plans, check=check)
    return [line for call in display.display.call_args_list for line in call.args[0].splitlines()]


def test_one_host_has_a_plan_and_several_have_a_table_and_both_say_how_to_take_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOG_PATH", None)
    plan = host_plan(OUTCOMES)
    command = "To take it back: ansible-playbook declarative.monitoring.undo -e undo_file=/undo/a.yml"
    for host, hint in (("localhost", command), ("a", f"{command} -e monitoring_hosts=a")):
        lines = shown({host: _host_plans.HostPlan(plan, "/undo/a.yml")}, check=False)
        assert lines == [*plan_lines(plan, check=False), hint]
    plans = {host: _host_plans.HostPlan(plan, f"/undo/{host}.yml") for host in ("a", "b")}
    lines = shown(plans, check=False)
    assert lines == [*table({"a": plan, "b": plan}, check=False), "To take it back, see the 2 undo files in /undo."]
    far = {**plans, "c": _host_plans.HostPlan(plan, "/more/c.yml"), "d": _host_plans.HostPlan(plan, None)}
    assert shown(far, check=False)[-1] == "To take it back, see the 3 undo files in /more, /undo."
    assert shown({}, check=True) == []
    assert shown({"a": _host_plans.HostPlan(host_plan({}, "no files"))}, check=True) == []


def test_a_plan_has_the_colors_of_its_actions_and_a_log_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOG_PATH", "ansible.log")
    monkeypatch.setattr(color, "ANSIBLE_COLOR", True)
    display = mock.Mock()
    plans = {"localhost": _host_plans.HostPlan(host_plan({"alertra": OUTCOMES["alertra"]}))}
    _screen.show_plans(display, plans, check=True)
    log, screen = display.display.call_args_list
    assert log == mock.call("\n".join(plan_lines(plans["localhost"].plan, check=True)), log_only=True)
    assert color.stringc("  - device OLD", constants.COLOR_DIFF_REMOVE) in screen.args[0].splitlines()
    assert color.stringc("  - device OLD", constants.COLOR_DIFF_REMOVE) != "  - device OLD"


# -- failures ----------------------------------------------------------------------------------------------------------


class Slotted:
    """A task without the attribute that says where it is in a playbook."""

    __slots__ = ()


@pytest.mark.parametrize(
    "messages",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(ErrorSummary=dict),
        SimpleNamespace(ErrorSummary=dict, Event=lambda text: text),
        SimpleNamespace(ErrorSummary=list, Event=dict),
    ],
    ids=["none", "no summary", "no event", "other event", "other summary"],
)
@pytest.mark.parametrize("task", [Slotted(), SimpleNamespace()], ids=["no origin", "origin"])
def test_a_missing_part_of_ansible_core_costs_only_the_nicer_text(
    monkeypatch: pytest.MonkeyPatch, messages: Any, task: Any
) -> None:
    plain = {"failed": True, "changed": False, "msg": "Alertra: no access"}
    monkeypatch.setattr(_failure, "_messages", messages)
    assert _failure.failure(SimpleNamespace(_task=task), "Alertra: no access") == plain
    whole = SimpleNamespace(ErrorSummary=dict, Event=dict)
    monkeypatch.setattr(_failure, "_messages", whole)
    found = _failure.failure(SimpleNamespace(_task=task), "Alertra: no access")
    assert found == {**plain, "exception": {"event": {"msg": "The reason is in the next line."}}}


# -- plan files --------------------------------------------------------------------------------------------------------


def test_a_plan_file_says_drift_undeclared_and_failures_apart() -> None:
    one = plan_document({"localhost": host_plan(OUTCOMES)}, {"mode": "plan"})
    assert (one["format"], one["drift"], one["failed"], one["failures"]) == (1, True, False, [])
    assert one["undeclared"][0] == {"service": "simplehelp", **OLD[0]}
    assert one["services"].keys() == OUTCOMES.keys()
    two = plan_document({"a": host_plan(OUTCOMES), "b": host_plan({}, "no files")}, {})
    assert (two["drift"], two["failed"], two["failures"]) == (True, True, ["b: no files"])
    assert two["undeclared"][0]["host"] == "a"
    assert two["hosts"].keys() == {"a", "b"}
    assert read_plan(json.dumps(one), "any") == one["services"]
    assert read_plan(json.dumps(two), "a") == one["services"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "^is not JSON$"),
        ("[]", "^is not a plan file of this collection$"),
        ('{"format": 2}', "has the format 2, but"),
        ('{"format": 1, "hosts": {"a": {"services": {}}}}', "has no plan for the host localhost"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PlanFileError, match=sentence):
        read_plan(text, "localhost")


DAMAGE: dict[str, Callable[[Any], object]] = {
    "changes that are no list": lambda plan: plan.update(changes={}),
    "no changes": lambda plan: plan.pop("changes"),
    "changes that are a text": lambda plan: plan.update(changes="x"),
    "a change that is a text": lambda plan: plan["changes"].append("create device A"),
    "a change that is a text with the word id": lambda plan: plan["changes"].append("update the id of device A"),
    "a change that is a number": lambda plan: plan["changes"].append(7),
    "no id": lambda plan: plan["changes"][0].pop("id"),
    "no kind": lambda plan: plan["changes"][0].pop("kind"),
    "no former values": lambda plan: plan["changes"][0].update(before=None),
    "a field that is a list": lambda plan: plan["changes"][0].update(fields=[["frequency"]]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_plan_is_refused(damage: Callable[[Any], object]) -> None:
    plans = copy.deepcopy(OUTCOMES)
    damage(plans["alertra"])
    text = json.dumps(plan_document({"a": host_plan(OUTCOMES)}, {}) | {"services": plans})
    with pytest.raises(PlanFileError, match=r"^is damaged: it has no list of complete changes for alertra$"):
        read_plan(text, "a")


def test_a_service_that_is_no_plan_is_refused() -> None:
    text = json.dumps(plan_document({"a": host_plan(OUTCOMES)}, {}) | {"services": {"alertra": [], "pinghome": None}})
    with pytest.raises(PlanFileError, match=r"changes for alertra, pinghome$"):
        read_plan(text, "a")


def test_a_change_of_other_fields_is_another_change() -> None:
    now = copy.deepcopy(OUTCOMES)
    now["alertra"].update(plan_id="b")
    now["alertra"]["changes"][1]["fields"] = ["frequency"]
    (sentence,) = differences(OUTCOMES, now)
    assert "approved, but the plan is now update device WWW: frequency: 5 -> 10" in sentence
    now = copy.deepcopy(OUTCOMES)
    now["alertra"].update(plan_id="b")
    now["alertra"]["changes"][1]["after"]["frequency"] = 30
    (sentence,) = differences(OUTCOMES, now)
    assert "approved, but the plan is now update device WWW: frequency: 5 -> 30" in sentence
    # The id that a new object will have is not known.
    now = copy.deepcopy(OUTCOMES)
    now["alertra"].update(plan_id="b")
    now["alertra"]["changes"][0]["id"] = "other"
    assert "the changes are the same" in differences(OUTCOMES, now)[0]


def test_each_difference_between_two_plans_is_a_sentence() -> None:
    assert differences(OUTCOMES, copy.deepcopy(OUTCOMES)) == []
    now = copy.deepcopy(OUTCOMES)
    del now["simplehelp"]
    now["pinghome"] = outcome("p")
    now["alertra"].update(plan_id="b")
    changes = now["alertra"]["changes"]
    changes[1]["before"]["frequency"] = 30
    changes[2]["id"] = "2"
    changes[3:] = [change("delete", "MORE")]
    assert differences(OUTCOMES, now) == [
        "SimpleHelp is in the approved plan, but is not declared now",
        "Alertra: update device WWW: frequency: 5 -> 10, password: ******** (changed): approved, but the plan is now "
        "update device WWW: frequency: 30 -> 10, password: ******** (changed)",
        "Alertra: delete device OLD: approved, but the plan is now delete device OLD, with the id 2 instead of 1",
        r'Alertra: recreate device \x1b[2K: method: "PING" -> "HTTP": approved, but not in the plan now',
        "Alertra: delete device MORE: in the plan now, but not approved",
        "Pinghome is declared, but is not in the approved plan",
    ]
    other = {**OUTCOMES, "alertra": {**OUTCOMES["alertra"], "plan_id": "b"}}
    assert "the account is another one" in differences(OUTCOMES, other)[0]
    broken = {**OUTCOMES, "alertra": outcome("", failed=True, msg="no access")}
    assert differences(OUTCOMES, broken) == ["Alertra: there is no plan now: no access"]
    assert differences(broken, OUTCOMES) == ["Alertra: the approved plan has failed"]


@pytest.fixture
def local_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that only this run of Ansible uses."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


PLAN = host_plan(OUTCOMES)


def files_of(folder: Path, name: str = "plan", play: str = "play") -> _host_plans.PlanFiles:
    """The files that the hosts of a play write their plans to."""
    paths = (str(folder / f"{name}.json"), str(folder / f"{name}.md"))
    return _host_plans.PlanFiles(play, *paths, mode="plan", time="now", sources=())


def publish(
    task: str, hosts: Sequence[str], plans: dict[str, _host_plans.HostPlan], *, last: bool = False
) -> list[str]:
    """Add the plans of hosts, one after another, as a task does; C(last) is the task after it."""
    problems: list[str] = []
    for host, one in plans.items():
        with _host_plans.plans_of(task) as found:
            found.add(host, one)
            _publish.begin_files(found, host, one, hosts)
            problems += _publish.publish(mock.Mock(), found, hosts, check=True)
    if last:
        with _host_plans.plans_of(task) as found:
            problems += _publish.publish(mock.Mock(), found, check=True)
    return problems


def written(files: _host_plans.PlanFiles) -> Any:
    """The plan in a file."""
    return json.loads(Path(str(files.plan_file)).read_text(encoding="utf-8"))


def test_the_hosts_of_all_batches_of_a_play_have_a_file_in_common(local_tmp: Path) -> None:
    files = files_of(local_tmp)
    one = _host_plans.HostPlan(PLAN, None, files)
    # An included role has other tasks in each batch.
    for task, hosts, expected in (("1", ("b", "c"), ["b", "c"]), ("2", ("a", "d"), ["a", "b", "c", "d"])):
        assert publish(task, hosts, dict.fromkeys(hosts, one)) == []
        assert list(written(files)["hosts"]) == expected
    text = Path(str(files.plan_markdown)).read_text(encoding="utf-8")
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == ["a", "b", "c", "d"]
    # Another play, and other files.
    for other in (files_of(local_tmp, play="other"), files_of(local_tmp, "e")):
        assert publish("3", ["e"], {"e": _host_plans.HostPlan(PLAN, None, other)}) == []
        assert "services" in written(other)


def test_a_host_without_files_holds_up_no_other(local_tmp: Path) -> None:
    plans = {"a": _host_plans.HostPlan(PLAN, None, files_of(local_tmp)), "b": _host_plans.HostPlan(PLAN, None)}
    assert publish("1", ["a", "b"], {"a": plans["a"]}) == []
    assert publish("1", ["a", "b"], {"b": plans["b"]}) == []
    document = written(files_of(local_tmp))
    assert (document["failed"], document["drift"]) == (False, True)


def test_a_file_is_written_at_the_first_and_after_the_last_of_many_hosts(
    local_tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, int, list[str]]] = []
    write = _host_plans.write_private

    def noted(path: Path, text: str) -> None:
        write(path, text)
        document = json.loads(text) if path.suffix == ".json" else None
        if document:
            seen.append((document["failed"], len(document["hosts"]), document["failures"]))

    monkeypatch.setattr(_publish, "write_private", noted)
    hosts = [f"host{number:02}" for number in range(50)]
    publish("task", hosts, dict.fromkeys(hosts, _host_plans.HostPlan(PLAN, None, files_of(local_tmp))))
    first, last = seen
    assert first[:2] == (True, 1)
    assert first[2] == [f"The run has not ended: 49 hosts have no plan ({', '.join(hosts[1:11])} and 39 more)."]
    assert last == (False, 50, [])


def test_the_next_task_writes_the_plans_if_a_host_has_none(local_tmp: Path) -> None:
    files = files_of(local_tmp)
    one = _host_plans.HostPlan(PLAN, None, files)
    publish("task", "abc", {"a": one, "b": one})
    assert written(files)["failures"] == ["The run has not ended: 2 hosts have no plan (b, c)."]
    assert "2 hosts have no plan" in Path(str(files.plan_markdown)).read_text(encoding="utf-8")
    publish("task", "abc", {}, last=True)
    assert (written(files)["failures"], list(written(files)["hosts"])) == ([], ["a", "b"])


def test_a_plan_that_cannot_be_written_is_said_once(local_tmp: Path) -> None:
    one = _host_plans.HostPlan(PLAN, None, files_of(local_tmp / "nowhere"))
    (problem,) = publish("task", "abc", dict.fromkeys("abc", one))
    assert problem.startswith("The plan could not be written: ")


@pytest.mark.usefixtures("local_tmp")
def test_each_plan_is_shown_once_and_together_with_those_of_all_hosts_that_have_one() -> None:
    with _host_plans.plans_of("task") as plans:
        plans.add("a", _host_plans.HostPlan({"number": 1}, "undo/a.yml"))
        assert plans.take_unseen(["a", "b"]) == {}
        # The host b skips the task. The next task shows what there is.
        assert plans.take_unseen() == {"a": ({"number": 1}, "undo/a.yml", None)}
        assert plans.take_unseen() == {}
        plans.add("a", _host_plans.HostPlan({"number": 2}))
        plans.add("b", _host_plans.HostPlan({"number": 3}))
        assert list(plans.take_unseen(["a", "b"])) == ["a", "b"]
        assert plans.take_unseen() == {}


@pytest.mark.usefixtures("local_tmp")
def test_nobody_waits_for_the_plan_of_a_host_that_has_failed() -> None:
    with _host_plans.plans_without("b") as tasks:
        assert tasks == []
    with _host_plans.plans_of("task") as plans:
        plans.add("a", _host_plans.HostPlan({"number": 1}))
        assert list(plans.take_unseen(["a", "b"])) == ["a"]
        plans.add("c", _host_plans.HostPlan({"number": 2}))
        assert plans.take_unseen(["a", "b", "c", "d"]) == {}
    with _host_plans.plans_without("d") as (plans,):
        # The plan of the host a has been shown.
        assert list(plans.take_unseen(["a", "b", "c", "d"])) == ["c"]


@pytest.mark.usefixtures("local_tmp")
def test_a_result_is_published_once_and_for_its_own_host() -> None:
    _host_plans.keep_result("a", {"changed": True})
    assert [_host_plans.take_result(host) for host in "baa"] == [{}, {"changed": True}, {}]


def test_files_are_private_and_known_to_be_writable_before(tmp_path: Path) -> None:
    _host_plans.write_private(tmp_path / "plan.json", "{}")
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o600
    found = [_host_plans.why_unwritable(path) for path in (tmp_path, tmp_path / "none" / "x", tmp_path / "plan.json")]
    assert found == [f"{tmp_path} is a folder", f"the folder {tmp_path / 'none'} does not exist", ""]


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    user = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    command = ["git", *user, "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_revision_of_files_is_their_commit_and_says_if_they_are_not_committed(tmp_path: Path) -> None:
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        git(folder, "init", "-q")
        (folder / "all.yml").write_text(name, encoding="utf-8")
        (folder / "beside").mkdir()
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", name)
    one, other = (git(tmp_path / name, "rev-parse", "HEAD") for name in ("one", "other"))
    assert _git.revision_of([tmp_path / "one"]) == one
    assert _git.revision_of([tmp_path / "one" / "all.yml", tmp_path / "one"]) == one
    assert one != other
    assert _git.revision_of([tmp_path / "one", tmp_path / "other"]) is None
    (tmp_path / "one" / "new.yml").write_text("x", encoding="utf-8")
    assert _git.revision_of([tmp_path / "one" / "all.yml"]) == f"{one}-dirty"
    # What is changed elsewhere does not matter.
    assert _git.revision_of([tmp_path / "one" / "beside"]) == one


def test_files_outside_of_git_have_no_revision(tmp_path: Path) -> None:
    assert _git.revision_of([tmp_path]) is None
    assert _git.revision_of([]) is None


def test_files_that_nobody_has_committed_have_no_revision(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "all.yml").write_text("x", encoding="utf-8")
    assert _git.revision_of([tmp_path]) is None


def test_without_git_files_have_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _git.revision_of([tmp_path]) is None


# -- undo files --------------------------------------------------------------------------------------------------------


def test_an_undo_file_is_a_declaration_with_what_cannot_come_back_in_comments(tmp_path: Path) -> None:
    undo = {"devices": [{"short_name": "A", "full_name": "{{ 1 }}", "state": "absent"}]}
    outcomes = {
        "alertra": outcome("a", undo=undo, undo_notes=["device B: gone\n  devices: []"]),
        "pinghome": outcome("p"),
    }
    text = undo_text(outcomes, "Takes back.")
    assert text.splitlines()[:3] == ["---", "# Takes back.", r"# Alertra: device B: gone\n  devices: []"]
    assert "full_name: !unsafe" in text
    assert yaml.safe_load(text.replace("!unsafe ", "")) == {"alertra": undo}
    assert undo_text({"pinghome": outcome("p")}, "") == ""
    # What cannot come back is said also if there is nothing else.
    lost = undo_text({"alertra": outcome("a", undo_notes=["gone"])}, "x")
    assert lost.splitlines() == ["---", "# x", "# Alertra: gone", "{}"]
    assert "devices" in undo_text({"alertra": outcome("a", undo=undo)}, "x")
    paths = [write_undo(tmp_path, "web/../1", "20260101T000000Z", text) for _turn in range(2)]
    assert [path.name for path in paths] == [
        "undo-20260101T000000Z-web_.._1.yml",
        "undo-20260101T000000Z-web_.._1-2.yml",
    ]


# -- job statistics ----------------------------------------------------------------------------------------------------


def test_a_published_plan_is_read_for_its_host_alone() -> None:
    text = published_plan("a", "now", OUTCOMES)
    assert differences(read_plan(text, "a"), OUTCOMES) == []
    with pytest.raises(PlanFileError, match="has no plan for the host b"):
        read_plan(text, "b")


def test_a_published_plan_keeps_its_values_in_variables_of_awx() -> None:
    """AWX passes on a text as C(!unsafe), which newer versions of Ansible resolve again as YAML."""
    before = {"url": "{{ 7 }} 01234567", "full_name": "\u0085 \u2028 ü\x00", "tags": ["true", "10:00"]}
    text = published_plan("a", "now", {"alertra": outcome("a", change("update", "0123", before, url="1_2"))})
    assert text.isascii()
    # No type of YAML 1.1 is recognized by a brace at the beginning.
    assert text[0] not in yaml.SafeLoader.yaml_implicit_resolvers
    assert yaml.safe_load(yaml.safe_dump({"x": text})) == {"x": text}
    assert read_plan(text, "a")["alertra"]["changes"][0]["before"] == before
    day = date(2026, 10, 1)
    text = published_plan("a", "now", {"alertra": outcome("a", change("update", "A", {"since": day}, since=None))})
    assert read_plan(text, "a")["alertra"]["changes"][0]["before"] == {"since": "2026-10-01"}


def test_each_host_has_a_statistic_that_can_be_a_variable() -> None:
    names = [plan_statistic(host) for host in ("customer01", "a-b", "a_b", "a.b", "é", "è", "[::1]")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("monitoring_plan_[A-Za-z0-9_]+", name) for name in names)
    # Workflows of users name it.
    assert names[0] == "monitoring_plan_customer01_2f184dbd"


# -- options -----------------------------------------------------------------------------------------------------------


def _given(set_variables: Mapping[str, Any], **args: Any) -> dict[str, Any]:
    """The options that a task takes from these variables; a template is a text that begins with an equals sign."""

    def template(value: Any) -> Any:
        if value == "=undefined":
            raise AnsibleError("'customer' is undefined")
        return value.removeprefix("=") if isinstance(value, str) else value

    return given_options(args, {"omit": "OMIT", **set_variables}, template)


def test_a_variable_replaces_the_option_of_the_task_if_it_is_set() -> None:
    args = {"prefix": "config_", "variables": ["prune_limit", "plan_file", "fail_on_drift"], "fail_on_drift": True}
    assert _given({}, **args) == {"prefix": "config_", "fail_on_drift": True}
    for unset in (None, "", " ", "OMIT"):
        assert _given({"plan_fail_on_drift": unset}, **args)["fail_on_drift"] is True
    given = _given({"plan_fail_on_drift": False, "config_prune_limit": 0, "plan_file": "=plan.json"}, **args)
    assert given == {"prefix": "config_", "fail_on_drift": False, "prune_limit": 0, "plan_file": "plan.json"}
    # A variable that the task does not name has no effect.
    assert "services" not in _given({"config_services": "alertra"}, **args)


def test_parts_of_a_variable_may_be_omitted() -> None:
    connections = {"alertra": {"api_key": "OMIT", "api_url": "http://example.com"}, "pinghome": "OMIT"}
    assert _given({"monitoring_config_services": ["OMIT", ["a", "OMIT"]]}, variables=["services"]) == {
        "services": [["a"]]
    }
    given = _given({"monitoring_config_connections": connections}, variables=["connections"])
    assert given == {"connections": {"alertra": {"api_url": "http://example.com"}}}


def test_each_option_has_its_type() -> None:
    given: dict[str, Any] = {
        "directory": ["a", "b.yml"],
        "services": "alertra, pinghome",
        "hosts": " web* ",
        "prune": {"alertra": "devices, tags", "pinghome": None, "portmonitor": []},
        "prune_only": {"alertra": {"tags": {"name": "b*"}}, "pinghome": None},
        "prune_limit": "3",
        "concurrency": "2",
        "connections": {"alertra": {"api_key": "k"}, "pinghome": None},
        "approved_plan": "~/approved.json",
        "artifact": "yes",
        "plan_file": "plan.json",
        "plan_markdown": "/plan.md",
        "undo_create_directory": "no",
        "undo_directory": "undo",
        "fail_on_drift": "true",
        "fail_on_problem": 1,
        "fail_on_undeclared": "on",
        "validate_only": "1",
    }
    assert parse_options(given, ["monitoring_config_result", "monitoring_config_prune", "config_prunes"]) == Options(
        sources=["a", "b.yml"],
        services=["alertra", "pinghome"],
        hosts="web*",
        prune={"alertra": ["devices", "tags"], "portmonitor": []},
        prune_only={"alertra": {"tags": {"name": "b*"}}},
        prune_limit=3,
        concurrency=2,
        connections={"alertra": {"api_key": "k"}},
        approved_plan=Path.home() / "approved.json",
        artifact=True,
        plan_file=Path.cwd() / "plan.json",
        plan_markdown=Path("/plan.md"),
        undo_create_directory=False,
        undo_directory=Path.cwd() / "undo",
        fail_on_drift=True,
        fail_on_problem=True,
        fail_on_undeclared=True,
        validate_only=True,
    )
    assert parse_options({"hosts": "web1", "approved_artifact": "true"}, []) == Options(
        hosts="web1", approved_artifact=True
    )


def test_a_folder_with_a_comma_in_its_name_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "a, b"
    folder.mkdir()
    assert parse_options({"directory": str(folder)}, []).sources == [str(folder)]
    assert parse_options({"directory": f"{folder}x"}, []).sources == [str(tmp_path / "a"), "bx"]


@pytest.mark.parametrize(
    ("prefix", "given", "message"),
    [
        ("", {"prune": {"alertra": 5}}, "Nothing was changed. monitoring_config_prune.alertra must be a list of texts"),
        ("config_", {"prune": {"alertra": 5}}, "Nothing was changed. config_prune.alertra must be a list of texts"),
        ("config_", {"prune_limit": "x"}, "Nothing was changed. config_prune_limit must be a whole number, not x."),
        ("config_", {"plan_file": {}}, "Nothing was changed. plan_file must be a text, not a dictionary."),
        ("config_", {"concurrency": "x"}, "Nothing was changed. monitoring_config_concurrency must be a whole number"),
        ("undo_", {"directory": 5}, "Nothing was changed. undo_file must be a list of texts, not a number (5)."),
        ("config_", {"services": ["alerta"]}, "config_services names alerta, which is none of "),
        (
            "config_",
            {"prune": ["tags"]},
            "config_prune must name services and kinds, such as alertra.devices, not tags.",
        ),
        ("config_", {"prune": ["alertra."]}, "config_prune must name services and kinds, such as "),
        ("config_", {"prune_only": {"alerta": {}}}, "config_prune_only names alerta, which is none of "),
        ("config_", {"directory": ""}, "Set config_directory, the folder with the declarations."),
    ],
)
def test_an_option_is_refused_by_the_name_of_its_variable(prefix: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionsError) as error:
        parse_options({"directory": "a", "prefix": prefix, **given}, [])
    assert str(error.value).startswith(message)


def test_a_variable_that_cannot_be_evaluated_is_named() -> None:
    with pytest.raises(OptionsError, match=r"^config_directory cannot be evaluated: 'customer' is undefined$"):
        _given({"config_directory": "=undefined"}, prefix="config_", variables=["directory"])
    with pytest.raises(OptionsError, match="variables names prnue, which is none of approved_artifact, "):
        _given({}, variables=["prnue"])


def test_empty_texts_of_a_survey_are_no_values() -> None:
    names = ("services", "hosts", "prune", "prune_only", "prune_limit", "approved_plan", "plan_file", "fail_on_drift")
    options = parse_options({"directory": "a, b.yml", "prefix": "config_", **dict.fromkeys(names, "")}, [])
    assert options == parse_options({"directory": ["a", "b.yml"], "prefix": "config_"}, [])
    assert options.prune_limit == 10
    assert parse_options({"directory": "a", "prune_limit": "0"}, []).prune_limit == 0
    assert parse_options({"directory": "a", "prune": "alertra.devices\nalertra.tags"}, []).prune == {
        "alertra": ["devices", "tags"]
    }


@pytest.mark.parametrize(
    "name", ["aproved_plan", "undo_directry", "plan_files", "config_service", "plan_fail_on_drfit"]
)
def test_a_misspelt_variable_on_the_command_line_is_refused(name: str) -> None:
    with pytest.raises(OptionsError, match=f"^There is no variable {name}; did you mean "):
        parse_options({"directory": "a", "prefix": "config_"}, [], [name])
    parse_options({"directory": "a", "prefix": "config_"}, ["config_prune", "config_prune_limit", "config_prune_only"])
    # Variables of the inventory may have any name, and those of the role are checked otherwise.
    parse_options({"directory": "a", "prefix": "config_"}, [name])
    parse_options({"directory": "a"}, [], [name])
    others = ("customer", "undo_file", "config_directory", "monitoring_hosts", "backup_directory", "plan_markdown")
    for prefix in ("config_", "undo_"):
        parse_options({"directory": "a", "prefix": prefix}, [], others)


@pytest.mark.parametrize(
    ("given", "variables", "sentence"),
    [
        ({"directry": "a"}, (), "there is no option directry"),
        ({}, (), "Set monitoring_config_directory, the folder"),
        (
            {"directory": "a", "approved_plan": "b", "approved_artifact": True},
            (),
            "Set approved_plan or approved_artifact, not both",
        ),
        ({"prefix": "undo_"}, (), "Set undo_file"),
        ({"directory": "a", "services": "alerta"}, (), "which is none of .* did you mean alertra"),
        ({"directory": "a", "prune": ["alertra.device"]}, (), "not alertra.device"),
        ({"directory": "a", "prune_only": "{"}, (), "prune_only must be a dictionary in YAML, not a text"),
        ({"directory": "a", "prune_only": {"alertra": "x"}}, (), "prune_only must be a dictionary of services"),
        ({"directory": "a", "connections": {"alerta": {}}}, (), "connections names alerta"),
        ({"directory": "a", "fail_on_drift": "perhaps"}, (), "plan_fail_on_drift must be true or false, not perhaps"),
        ({"directory": "a"}, ("monitoring_config_prune_limt",), "has no variable monitoring_config_prune_limt"),
        ({"directory": "a", "prefix": "config_"}, ("config_prune_limt",), "no variable config_prune_limt; there are"),
    ],
)
def test_wrong_options_are_refused(given: dict[str, Any], variables: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(OptionsError, match=sentence):
        parse_options(given, variables)


def test_templates_and_vaults_are_not_known() -> None:
    loader = DataLoader()
    vault = "$ANSIBLE_VAULT;1.1;AES256\n  6162"
    text = f'a: "x{{{{ y }}}}"\nb: !unsafe "{{{{ y }}}}"\nc: [{{d: "{{% if %}}"}}]\ne: plain\nf: !vault |\n  {vault}\n'
    try:
        from ansible.template import trust_as_template
    except ImportError:
        data = loader.load(text)
    else:
        data = loader.load(trust_as_template(text))
    assert is_open([]) is is_open(["plain", 1]) is False
    assert {name: is_open(value) for name, value in data.items()} == {
        "a": True,
        "b": False,
        "c": True,
        "e": False,
        "f": True,
    }


def test_a_file_that_cannot_be_written_leaves_no_other_behind(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(OSError, match=r"plan\.json"):
        _host_plans.write_private(tmp_path / "plan.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_file_that_is_being_written_is_none_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Declarations may be read from the folder meanwhile: names that begin with a dot are ignored."""
    replace, names = Path.replace, []

    def noted(path: Path, target: Path) -> Path:
        names.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    _host_plans.write_private(tmp_path / "undo.yml", "---\n")
    assert [name.startswith(".undo.yml.") for name in names] == [True]
    assert (tmp_path / "undo.yml").read_text(encoding="utf-8") == "---\n"
