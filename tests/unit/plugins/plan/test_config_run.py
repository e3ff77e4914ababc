# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the action monitoring_config: which modules it runs with what, and what it writes, publishes and refuses.

The play, the task, the files and the templates are those of ansible-core. Only the five modules are not run: what they
would have returned is given.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible import constants, context
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.template import Templar
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars

from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_run import ConfigRun
from ansible_collections.declarative.monitoring.plugins.plugin_utils._host_plans import plans_of, take_result
from ansible_collections.declarative.monitoring.plugins.plugin_utils._plan_file import plan_statistic
from unit.plugins.plan.test_plan import change

Result = Mapping[str, Any]
Answer = Callable[[Mapping[str, Any]], Result]

FILE = {
    "alertra": {"tags": [{"name": "berlin"}], "devices": [{"short_name": "A", "method": "PING", "url": "a.example"}]},
    "pinghome": {"heartbeats": [{"name": "Backup"}]},
    "simplehelp": {"groups": [{"name": "First line"}]},
}
SERVICES = ["simplehelp", "pinghome", "alertra"]
"""The services of the file, in the order in which they are applied."""
NEW_TAG = {**change("create", "berlin"), "kind": "tag"}


def returned(*changes: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """What a module returns."""
    counts = {"create": len(changes), "failed": 0}
    told = {"changed": bool(changes), "changes": list(changes), "summary": counts, "plan_id": f"{len(changes)} changes"}
    return {**told, "undeclared": [], "undo": {}, "undo_notes": [], **values}


CREATES = returned(
    NEW_TAG, undo={"tags": [{"name": "berlin", "state": "absent"}]}, undo_notes=["device B: its history is gone"]
)


@dataclass
class Call:
    """A module that was run."""

    module: str
    options: dict[str, Any]
    check: bool
    shebang: str
    task: Any


@dataclass
class Run:
    """The action on a host, and what it has done.

    :ivar answers: what the modules return, by service; default: nothing to change
    :ivar calls: the modules that were run, in order
    """

    folder: Path
    play: Play = field(default_factory=Play)
    answers: dict[str, Answer | Result] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    module_defaults: list[dict[str, Any]] = field(default_factory=list)
    check: bool = False
    host: str = "localhost"
    task_id: str = "the task"
    calls: list[Call] = field(default_factory=list)
    display: Any = field(default_factory=mock.Mock)

    def __call__(self, **args: Any) -> dict[str, Any]:
        """Run the action with these options, and return the result of its task."""
        task = Task(block=Block(play=self.play))
        task._uuid = self.task_id
        task.args = {"directory": str(self.folder), **args}
        task.check_mode = self.check
        task.module_defaults = self.module_defaults
        variables = {"inventory_hostname": self.host, "groups": {}, **self.variables}
        loader = DataLoader()
        action = SimpleNamespace(
            _task=task,
            _loader=loader,
            _templar=Templar(loader=loader, variables=variables),
            _display=self.display,
            _connection="the connection",
            _play_context="the play context",
            _shared_loader_obj=SimpleNamespace(action_loader=SimpleNamespace(get=self._find_action)),
        )
        return ConfigRun(action, variables).run()

    def _find_action(self, name: str, *, class_only: bool) -> Any:
        assert (name, class_only) == ("declarative.monitoring.direct_execution", True)
        return self._action_of_modules

    def _action_of_modules(self, *, task: Any, connection: str, play_context: str, **shared: Any) -> Any:
        """The action that runs modules."""
        assert (connection, play_context) == ("the connection", "the play context")
        assert shared.keys() == {"loader", "templar", "shared_loader_obj"}
        assert None not in shared.values()
        action = SimpleNamespace(shebang="")

        def run(task_vars: Mapping[str, Any]) -> Result:
            assert task_vars["inventory_hostname"] == self.host
            self.calls.append(Call(task.action, dict(task.args), task.check_mode, action.shebang, task))
            action.shebang = action.shebang or f"#!{len(self.calls)}"
            service = task.action.removeprefix("declarative.monitoring.").removesuffix("_config")
            answer = self.answers.get(service, returned())
            return dict(answer(task.args) if callable(answer) else answer)

        action.run = run
        return action

    @property
    def modules(self) -> list[tuple[str, bool]]:
        """The services whose modules were run, and whether they were in check mode."""
        return [
            (one.module.removeprefix("declarative.monitoring.").removesuffix("_config"), one.check)
            for one in self.calls
        ]

    @property
    def shown(self) -> list[str]:
        """The lines on the screen."""
        return [line for one in self.display.display.call_args_list for line in one.args[0].splitlines()]


def declare(folder: Path, content: Any = None, name: str = "all.yml") -> None:
    """Write a file with declarations, by default those of C(FILE)."""
    folder.mkdir(exist_ok=True)
    content = FILE if content is None else content
    (folder / name).write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The action, with a folder that declares objects at three services."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(constants, "DEFAULT_LOG_PATH", None)
    declare(tmp_path / "files")
    return Run(tmp_path / "files")


def failing(text: str) -> Answer:
    """A module for which ansible-core raises an error."""

    def fail(options: Mapping[str, Any]) -> Result:
        raise AnsibleError(text)

    return fail


# -- which modules are run, and with what ------------------------------------------------------------------------------


def test_the_module_of_each_declared_service_is_run_once_with_what_is_declared_there(run: Run) -> None:
    result = run(connections={"alertra": {"api_key": "k"}}, prune={"alertra": ["tags"]}, prune_limit=3, concurrency=2)
    common = {"prune": [], "prune_limit": 3, "concurrency": 2}
    assert [(one.module, one.options) for one in run.calls] == [
        ("declarative.monitoring.simplehelp_config", {**FILE["simplehelp"], **common}),
        ("declarative.monitoring.pinghome_config", {**FILE["pinghome"], **common}),
        ("declarative.monitoring.alertra_config", {**FILE["alertra"], **common, "api_key": "k", "prune": ["tags"]}),
    ]
    assert (result["changed"], result["problem"], list(result["services"])) == (False, "", SERVICES)
    assert "failed" not in result
    assert "warnings" not in result


@pytest.mark.parametrize("check", [True, False])
def test_the_modules_run_in_check_mode_if_the_task_does(run: Run, check: bool) -> None:
    run.check = check
    run()
    assert run.modules == [(service, check) for service in SERVICES]


def test_only_chosen_services_are_applied(run: Run) -> None:
    result = run(services=["alertra", "portmonitor"], prune={"pinghome": ["heartbeats"]})
    assert [service for service, _check in run.modules] == ["alertra"]
    assert list(result["services"]) == ["alertra"]


def test_module_defaults_of_the_play_apply_and_what_is_declared_wins(run: Run) -> None:
    run.play._action_groups = {"declarative.monitoring.alertra_config": ["declarative.monitoring.alertra"]}
    of_group = {"api_key": "of the group", "validate_certs": False}
    run.module_defaults = [
        {"group/declarative.monitoring.alertra": of_group, "group/declarative.monitoring.pinghome": {"api_token": "x"}},
        {"declarative.monitoring.alertra_config": {"api_key": "of the module", "prune_limit": 99}},
    ]
    run(services=["alertra"], prune_limit=3)
    (call,) = run.calls
    told = {name: call.options.get(name) for name in ("api_key", "validate_certs", "prune_limit", "api_token")}
    assert told == {"api_key": "of the module", "validate_certs": False, "prune_limit": 3, "api_token": None}


def test_the_modules_have_the_keywords_of_the_task_and_do_not_change_it(run: Run) -> None:
    run.check = True
    run()
    first, *others = (one.task for one in run.calls)
    assert all(one is not first for one in others)
    assert {one.check_mode for one in (first, *others)} == {True}
    assert [one.args.keys() & {"directory"} for one in (first, *others)] == [set()] * 3
    # The block, the role and the play around the task are not copied.
    assert {id(one._parent) for one in others} == {id(first._parent)}


def test_the_interpreter_is_found_once_for_all_modules(run: Run) -> None:
    run()
    assert [one.shebang for one in run.calls] == ["", "#!1", "#!1"]


def test_warnings_and_differences_of_all_modules_are_those_of_the_task(run: Run) -> None:
    run.answers = {
        "simplehelp": returned(warnings=["One."], diff=[{"before": "1"}]),
        "alertra": returned(warnings=["Two.", "Three."], diff=[{"before": "2"}]),
    }
    result = run()
    assert (result["warnings"], result["diff"]) == (["One.", "Two.", "Three."], [{"before": "1"}, {"before": "2"}])


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_service_that_fails_holds_up_no_other_and_is_told_with_its_place_in_the_file(run: Run) -> None:
    failure = {"location": "groups[0]", "kind": "group", "name": "First line", "msg": "The name is taken."}
    run.answers = {
        "simplehelp": returned(failed=True, msg="1 object failed", failures=[failure]),
        "pinghome": failing("The module was not found.\nIn two lines."),
        "alertra": returned(NEW_TAG),
    }
    result = run()
    assert [service for service, _check in run.modules] == SERVICES
    place = "all.yml:13 simplehelp.groups[0]"
    assert result["problem"] == f"SimpleHelp: {place}: The name is taken.; The module was not found."
    assert result["changed"] is True
    assert [one["failed"] for one in result["services"].values()] == [True, True, False]
    # The task itself succeeds, or it could publish nothing.
    assert "failed" not in result


def test_a_task_that_is_asked_to_fails_and_leaves_its_result_to_the_next_one(run: Run) -> None:
    run.answers = {"alertra": returned(failed=True, msg="Alertra: no access", summary={}, warnings=["One."])}
    result = run(fail_on_problem=True)
    assert (result["failed"], result["msg"], result["warnings"]) == (True, "Alertra: no access", ["One."])
    kept = take_result("localhost")
    assert (kept["problem"], list(kept["services"])) == ("Alertra: no access", SERVICES)
    assert kept["ansible_stats"]["data"].keys() == {"monitoring_config_result"}


def test_a_task_that_is_asked_to_fail_succeeds_if_nothing_is_wrong(run: Run) -> None:
    assert "failed" not in run(fail_on_problem=True)
    assert take_result("localhost") == {}


def unreachable(options: Mapping[str, Any]) -> Result:
    """A module for which there is no connection."""
    raise AnsibleConnectionFailure("no route")


def test_a_host_that_cannot_be_reached_is_not_tried_for_each_service(run: Run) -> None:
    run.answers = dict.fromkeys(SERVICES, unreachable)
    result = run()
    assert (result["failed"], result["msg"]) == (True, "no route")
    assert [service for service, _check in run.modules] == ["simplehelp"]


def test_a_connection_that_is_lost_hides_nothing_that_was_done_before(run: Run, tmp_path: Path) -> None:
    run.answers = {"simplehelp": CREATES, "pinghome": unreachable}
    result = run(undo_directory=str(tmp_path / "undo"))
    assert [service for service, _check in run.modules] == SERVICES
    assert (result["problem"], result["changed"]) == ("no route", True)
    assert [one["failed"] for one in result["services"].values()] == [False, True, False]
    assert result["undo_file"]


@pytest.mark.parametrize(
    ("msg", "first"), [("MODULE FAILURE\nSee stdout", "MODULE FAILURE"), ("", "The module failed")]
)
def test_a_module_that_could_not_even_begin_points_to_the_interpreter(run: Run, msg: str, first: str) -> None:
    run.answers = {"alertra": {"failed": True, "msg": msg, "module_stderr": "python: not found"}}
    problem = run()["problem"]
    assert problem.startswith(f"{first}; the Python interpreter of this host may not be usable: set ")
    assert "ansible_python_interpreter" in problem


def test_a_module_that_has_failed_by_itself_says_nothing_of_the_interpreter(run: Run) -> None:
    run.answers = {"alertra": {"failed": True, "msg": "Alertra: no access"}}
    assert run()["problem"] == "Alertra: no access"
    run.answers = {"alertra": returned(module_stderr="a warning of Python")}
    assert run()["problem"] == ""


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (("alertra",), "1 of 3 accounts is not as declared: alertra."),
        (("alertra", "simplehelp"), "2 of 3 accounts are not as declared: simplehelp, alertra."),
        ((), ""),
    ],
)
def test_accounts_that_are_not_as_declared_are_a_problem_if_the_user_says_so(
    run: Run, changed: Sequence[str], sentence: str
) -> None:
    run.answers = dict.fromkeys(changed, returned(NEW_TAG))
    assert run()["problem"] == ""
    assert run(fail_on_drift=True)["problem"] == sentence


def test_undeclared_objects_are_a_problem_if_the_user_says_so(run: Run) -> None:
    old = {"kind": "tag", "name": "old", "id": "1"}
    for items, sentence in (
        ([old], "1 object is not declared."),
        ([old, old], "2 objects are not declared."),
        ([], ""),
    ):
        run.answers = {"alertra": returned(undeclared=items)}
        assert run()["problem"] == ""
        assert run(fail_on_undeclared=True)["problem"] == sentence
    run.answers = {"alertra": returned(NEW_TAG, undeclared=[old])}
    found = run(fail_on_undeclared=True, fail_on_drift=True)["problem"]
    assert found == "1 of 3 accounts is not as declared: alertra."


def test_after_a_failure_nobody_is_told_of_drift(run: Run) -> None:
    """What differs is not known as a whole then."""
    old = {"kind": "tag", "name": "old", "id": "1"}
    run.answers = {
        "alertra": returned(failed=True, msg="Alertra: no access", summary={}),
        "simplehelp": returned(NEW_TAG, undeclared=[old]),
    }
    assert run(fail_on_drift=True, fail_on_undeclared=True)["problem"] == "Alertra: no access"


# -- what is refused before any module is run --------------------------------------------------------------------------


def refused(run: Run, **args: Any) -> str:
    """The message of a run that must not begin."""
    result = run(**args)
    assert run.calls == []
    assert (result["failed"], result["changed"]) == (True, False)
    text: str = result["msg"]
    return text


def test_options_and_variables_that_do_not_exist_are_refused(run: Run) -> None:
    assert refused(run, prnue=[]).startswith("there is no option prnue; there are approved_artifact, ")
    run.variables = {"monitoring_config_prune_limt": 1}
    assert "has no variable monitoring_config_prune_limt" in refused(run)


def test_the_variables_that_the_task_names_are_its_options(run: Run) -> None:
    run.variables = {"monitoring_config_services": "alertra", "monitoring_config_prune_limit": 0}
    run(variables=["services", "prune_limit"])
    assert [(one.module, one.options["prune_limit"]) for one in run.calls] == [
        ("declarative.monitoring.alertra_config", 0)
    ]


def test_declarations_that_cannot_be_used_are_refused_with_all_that_is_wrong(run: Run) -> None:
    declare(run.folder, "alertra: [", "bad.yml")
    declare(run.folder, {"alertra": {"tagz": []}}, "worse.yml")
    message = refused(run)
    assert message.startswith(f"The declarations in {run.folder} cannot be used: bad.yml:")
    assert "; worse.yml:2 alertra.tagz: there is no such kind" in message
    (run.folder / "worse.yml").unlink()
    assert "cannot be used: bad.yml:" in refused(run)


def test_a_folder_that_does_not_exist_is_refused(run: Run) -> None:
    shutil.rmtree(run.folder)
    assert refused(run) == f"There is no folder {run.folder}."


@pytest.mark.parametrize(
    ("option", "value", "nothing"),
    [("prune", {"portmonitor": ["targets"]}, []), ("prune_only", {"portmonitor": {"targets": {"name": "x*"}}}, {})],
)
def test_pruning_at_a_service_that_no_file_names_is_refused(run: Run, option: str, value: Any, nothing: Any) -> None:
    """Everything there would be deleted."""
    message = refused(run, **{option: value})
    assert message == f"monitoring_config_{option} names portmonitor, but no file in {run.folder} does."
    # To prune nothing there is harmless, and so is a service that is left out.
    assert "failed" not in run(**{option: {"portmonitor": nothing}})
    assert "failed" not in run(**{option: value}, services=["alertra"])
    run.calls.clear()
    assert "names portmonitor" in refused(run, **{option: value}, services=["alertra", "portmonitor"])


def test_files_that_could_not_be_written_are_refused_by_the_names_of_their_variables(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    message = refused(run, plan_file=str(nowhere / "plan.json"), plan_markdown=str(tmp_path), undo_directory="")
    assert message == (
        f"monitoring_config_plan_file: the folder {nowhere} does not exist. "
        f"monitoring_config_plan_markdown: {tmp_path} is a folder."
    )
    assert refused(run, prefix="config_", plan_markdown=str(tmp_path)) == f"plan_markdown: {tmp_path} is a folder."
    assert not nowhere.exists()


def test_a_plan_must_not_replace_the_one_that_was_approved(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "plan.json")
    run(plan_file=path)
    before = Path(path).read_text(encoding="utf-8")
    run.calls.clear()
    assert refused(run, plan_file=path, approved_plan=path) == "The plan file and the approved plan are the same file."
    assert Path(path).read_text(encoding="utf-8") == before


def test_terminal_sequences_in_a_name_do_not_reach_the_screen(run: Run) -> None:
    declare(run.folder, {"alertra": {"\x1b[2K": []}})
    assert "\x1b" not in refused(run)


# -- plan files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "mode", "verb"), [(True, "plan", "Plan: 1 to create"), (False, "apply", "Applied: 1")]
)
def test_a_plan_is_written_to_its_files_with_when_how_and_from_what_it_was_made(
    run: Run, tmp_path: Path, check: bool, mode: str, verb: str
) -> None:
    run.check = check
    run.answers = {"alertra": CREATES}
    run(plan_file=str(tmp_path / "plan.json"), plan_markdown=str(tmp_path / "plan.md"))
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert (document["mode"], document["drift"], document["failed"]) == (mode, True, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["time"])
    assert document["revision"] is None
    assert list(document["services"]) == SERVICES
    assert document["services"]["alertra"]["changes"] == [NEW_TAG]
    assert (tmp_path / "plan.md").read_text(encoding="utf-8").startswith(f"## {verb}")


@pytest.mark.parametrize("name", ["plan_file", "plan_markdown"])
def test_one_kind_of_plan_file_is_enough(run: Run, tmp_path: Path, name: str) -> None:
    run(**{name: str(tmp_path / "plan")})
    assert (tmp_path / "plan").read_text(encoding="utf-8")


def test_declarations_that_are_refused_are_a_failed_plan_in_the_file(run: Run, tmp_path: Path) -> None:
    """Or the file of an earlier run would be taken for the plan."""
    declare(run.folder, {"alertra": {"tagz": []}})
    message = refused(run, plan_file=str(tmp_path / "plan.json"))
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert (document["failed"], document["failures"], document["services"]) == (True, [message], {})


def test_the_task_after_it_finds_the_plans_that_are_not_shown_yet(run: Run) -> None:
    """It shows them if a host of the play has skipped this task."""
    run.variables = {"ansible_play_batch": ["localhost", "other"]}
    for task in ("one", "two"):
        run.task_id = task
        assert run()["plans"] == task
        with plans_of(task) as plans:
            assert list(plans.take_unseen()) == ["localhost"]
    assert run.shown == []


def test_the_plan_is_on_the_screen_and_in_the_result(run: Run) -> None:
    run.answers = {"alertra": CREATES}
    result = run()
    assert result["report"] == [
        "SimpleHelp: nothing changed",
        "Pinghome: nothing changed",
        "Alertra: 1 created",
        "  + tag berlin",
        "Applied: 1 created, 0 updated, 0 deleted, 0 undeclared.",
    ]
    assert run.shown == result["report"]
    run.check = True
    assert run()["report"][-1] == "Plan: 1 to create, 0 to update, 0 to delete, 0 undeclared."


def test_hosts_of_a_play_share_a_table_and_a_file_after_the_last_of_them(run: Run, tmp_path: Path) -> None:
    run.answers = {"alertra": CREATES}
    hosts = ["a", "b"]
    run.variables = {"ansible_play_batch": hosts, "ansible_play_hosts_all": hosts}
    path = tmp_path / "plan.json"
    for run.host in hosts:
        assert run.shown == []
        run(plan_file=str(path))
    assert run.shown[0] == "Applied on 2 hosts:"
    assert list(json.loads(path.read_text(encoding="utf-8"))["hosts"]) == hosts


def test_the_batches_of_a_play_share_a_file_although_each_has_tasks_of_its_own(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for run.host in ("a", "b"):
        run.task_id = f"the task of {run.host}"
        run.variables = {"ansible_play_batch": [run.host], "ansible_play_hosts_all": ["a", "b"]}
        run(plan_file=str(path))
    assert list(json.loads(path.read_text(encoding="utf-8"))["hosts"]) == ["a", "b"]
    # Another play writes a file of its own.
    run.play = Play()
    run(plan_file=str(path))
    assert "hosts" not in json.loads(path.read_text(encoding="utf-8"))


def test_times_are_in_utc(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        run(plan_file=str(tmp_path / "plan.json"))
    finally:
        monkeypatch.undo()
        time.tzset()
    told = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["time"]
    then = datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - then) < timedelta(hours=1)


# -- approved plans ----------------------------------------------------------------------------------------------------


@pytest.fixture
def approved(run: Run, tmp_path: Path) -> str:
    """The file of a plan that was approved: one new tag."""
    run.answers = {"alertra": CREATES}
    run.check = True
    run(plan_file=str(tmp_path / "plan.json"))
    run.check = False
    run.calls.clear()
    return str(tmp_path / "plan.json")


def test_an_approved_plan_is_made_again_and_each_module_is_held_to_it(run: Run, approved: str) -> None:
    result = run(approved_plan=approved)
    assert run.modules == [*((service, True) for service in SERVICES), *((service, False) for service in SERVICES)]
    assert [one.options.get("expect_plan") for one in run.calls] == [None] * 3 + ["0 changes", "0 changes", "1 changes"]
    assert (result["changed"], result["problem"]) == (True, "")


def test_in_check_mode_an_approved_plan_is_compared_and_nothing_is_done(run: Run, approved: str) -> None:
    run.check = True
    result = run(approved_plan=approved)
    assert run.modules == [(service, True) for service in SERVICES]
    assert (result["changed"], list(result["services"])) == (True, SERVICES)


@pytest.mark.parametrize("check", [True, False])
def test_a_run_that_would_do_anything_else_than_was_approved_does_nothing(run: Run, approved: str, check: bool) -> None:
    run.check = check
    other = {**change("delete", "OLD"), "id": "7"}
    run.answers = {"alertra": returned(NEW_TAG, other), "pinghome": returned(failed=True, msg="no access", plan_id="")}
    result = run(approved_plan=approved)
    assert run.modules == [(service, True) for service in SERVICES]
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["msg"] == (
        "The approved plan is not the plan of this run, so nothing was changed. Pinghome: there is no plan now: no "
        "access. Alertra: delete device OLD: in the plan now, but not approved. Plan again, and approve the new plan."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read: No such file or directory."), (b"\xff", "is not JSON."), (b"[]", "is not a plan file")],
)
def test_an_approved_plan_that_cannot_be_read_is_refused(
    run: Run, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "approved.json"
    if content is not None:
        path.write_bytes(content)
    message = refused(run, approved_plan=str(path))
    assert message.startswith(f"The approved plan {sentence if content else f'{path} {sentence}'}")


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the variables that are given to the command."""
    # ansible-core reads them once.
    monkeypatch.setattr(load_extra_vars, "extra_vars", {}, raising=False)

    def give(**variables: Any) -> None:
        load_extra_vars.extra_vars = {}
        monkeypatch.setattr(context, "CLIARGS", ImmutableDict(extra_vars=(json.dumps(variables),)))

    return give


@pytest.mark.usefixtures("approved")
def test_the_plan_of_an_earlier_job_is_an_approved_one(run: Run, command_line: Callable[..., None]) -> None:
    run.check = True
    published = run(artifact=True)["ansible_stats"]["data"][plan_statistic("localhost")]
    run.check = False
    run.calls.clear()
    # A variable of the inventory is no approval.
    run.variables = {plan_statistic("localhost"): published}
    message = refused(run, approved_artifact=True)
    assert message.startswith("The approved plan is missing: no earlier job of this workflow has published a plan of ")
    assert "the host localhost" in message
    command_line(**{plan_statistic("localhost"): published})
    result = run(approved_artifact=True)
    assert (result["changed"], result["problem"]) == (True, "")
    assert [check for _service, check in run.modules] == [True, True, True, False, False, False]


def test_a_misspelt_variable_of_the_command_is_refused(run: Run, command_line: Callable[..., None]) -> None:
    command_line(aproved_plan="plan.json")
    message = refused(run, prefix="config_")
    assert message == "There is no variable aproved_plan; did you mean approved_plan?"


# -- undo files --------------------------------------------------------------------------------------------------------


def test_what_was_done_is_taken_back_by_a_private_file(run: Run, tmp_path: Path) -> None:
    run.answers = {"alertra": CREATES}
    run.host = "web/1"
    result = run(undo_directory=str(tmp_path / "undo" / "deep"))
    (path,) = (tmp_path / "undo" / "deep").iterdir()
    assert str(path) == result["undo_file"]
    assert re.fullmatch(r"undo-\d{8}T\d{6}Z-web_1\.yml", path.name)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent)] == [0o600, 0o700]
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^# Takes back the run of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC on web/1\.$", text, re.MULTILINE)
    assert "# Alertra: device B: its history is gone" in text
    assert yaml.safe_load(text) == {"alertra": {"tags": [{"name": "berlin", "state": "absent"}]}}
    assert run.shown[-1].startswith(
        f"To take it back: ansible-playbook declarative.monitoring.undo -e undo_file={path}"
    )


def test_there_is_no_undo_file_of_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "undo"
    assert run(undo_directory=str(folder))["undo_file"] is None
    assert list(folder.iterdir()) == []
    run.answers = {"alertra": CREATES}
    assert run()["undo_file"] is None


def test_check_mode_writes_no_undo_file_and_makes_no_folder_for_it(run: Run, tmp_path: Path) -> None:
    run.answers = {"alertra": CREATES}
    run.check = True
    for exists in (False, True):
        result = run(undo_directory=str(tmp_path / "undo"))
        assert (result["undo_file"], result["problem"]) == (None, "")
        assert (tmp_path / "undo").exists() is exists
        (tmp_path / "undo").mkdir(exist_ok=True)
    assert list((tmp_path / "undo").iterdir()) == []
    run.check = False
    # A folder that exists is used.
    assert run(undo_directory=str(tmp_path / "undo"))["undo_file"]


def test_without_a_place_for_the_undo_file_nothing_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    below = tmp_path / "file" / "undo"
    assert refused(run, undo_directory=str(below)) == (
        f"monitoring_config_undo_directory: the folder {below} cannot be created: Not a directory."
    )
    missing = tmp_path / "missing"
    for run.check in (False, True):
        message = refused(run, undo_directory=str(missing), undo_create_directory=False)
        assert f"the folder {missing} does not exist, and monitoring_config_undo_create_directory is false." in message
        assert "In AWX, expose it to jobs" in message
    assert not missing.exists()
    missing.mkdir()
    assert "failed" not in run(undo_directory=str(missing), undo_create_directory=False)


def test_an_undo_file_that_could_not_be_written_is_a_problem_and_all_else_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "undo"

    def lose_folder(options: Mapping[str, Any]) -> Result:
        folder.rmdir()
        return CREATES

    run.answers = {"alertra": lose_folder}
    result = run(undo_directory=str(folder))
    assert result["problem"].startswith("The undo file could not be written: ")
    assert result["problem"].endswith(" The result of the task has its content.")
    assert (result["changed"], result["undo_file"]) == (True, None)
    assert result["services"]["alertra"]["undo"] == CREATES["undo"]


# -- job statistics ----------------------------------------------------------------------------------------------------


def test_the_outcome_is_a_statistic_and_several_hosts_have_one_each(run: Run) -> None:
    run.answers = {"alertra": CREATES}
    result = run()
    assert result["ansible_stats"] == {
        "data": {"monitoring_config_result": result["services"]},
        "per_host": False,
        "aggregate": True,
    }
    assert result["services"]["alertra"]["changes"] == [NEW_TAG]
    # Ansible merges the statistics of all hosts, also of those of other batches.
    run.variables = {"ansible_play_hosts_all": ["localhost", "other"]}
    assert run()["ansible_stats"]["data"] == {"monitoring_config_result": {"localhost": result["services"]}}


def test_the_plan_is_a_statistic_if_the_user_says_so(run: Run) -> None:
    run.answers = {"alertra": CREATES}
    data = run(artifact=True)["ansible_stats"]["data"]
    assert data.keys() == {"monitoring_config_result", plan_statistic("localhost")}
    plan = json.loads(data[plan_statistic("localhost")])
    assert list(plan["hosts"]["localhost"]["services"]) == SERVICES
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", plan["time"])


# -- validation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "batch", "line"),
    [
        (FILE, (), "Valid: 4 objects at SimpleHelp, Pinghome, Alertra."),
        ({"alertra": {"tags": [{"name": "t"}]}}, ("localhost",), "Valid: 1 object at Alertra."),
        ({}, ("localhost", "other"), "localhost: Valid: 0 objects at no service."),
    ],
)
def test_a_validation_counts_the_objects_and_runs_nothing(
    run: Run, content: Any, batch: Sequence[str], line: str
) -> None:
    declare(run.folder, content)
    run.variables = {"ansible_play_batch": batch}
    result = run(validate_only=True)
    assert result == {"changed": False, "problem": "", "report": [line]}
    assert run.shown == [line]
    assert run.calls == []


def test_a_validation_needs_no_variables_and_still_finds_what_is_wrong(run: Run) -> None:
    declare(run.folder, 'alertra: {tags: [{name: "{{ nobody_knows }}"}]}')
    assert run(validate_only=True)["report"] == ["Valid: 1 object at Alertra."]
    assert "nobody_knows" in refused(run)
    run.display.reset_mock()
    declare(run.folder, "alertra: {tags: [{name: [1]}]}")
    assert "all.yml" in refused(run, validate_only=True)
    # The failure says it, and there is no plan.
    assert run.shown == []
    with plans_of("the task") as plans:
        assert plans.take_unseen() == {}


# -- declarations in variables of hosts --------------------------------------------------------------------------------


class HostVariables(dict[str, Any]):
    """The variable hostvars."""

    def raw_get(self, name: str) -> Any:
        """The variables of a host, without resolving templates."""
        return self[name]


def hosts(**variables: Mapping[str, Any]) -> dict[str, Any]:
    """An inventory with these hosts, in the group customers."""
    return {"groups": {"all": [*variables], "customers": [*variables]}, "hostvars": HostVariables(variables)}


def test_hosts_declare_objects_beside_those_of_the_files(run: Run) -> None:
    run.variables = hosts(
        web1={"monitoring": {"alertra": {"tags": [{"name": "of web1"}]}}},
        web2={"monitoring": {"portmonitor": {"groups": [{"name": "of web2"}]}}},
        web3={},
    )
    run(hosts="customers:!web9")
    assert [service for service, _check in run.modules] == ["simplehelp", "portmonitor", "pinghome", "alertra"]
    options = {one.module.rpartition(".")[2]: one.options for one in run.calls}
    assert options["alertra_config"]["tags"] == [{"name": "berlin"}, {"name": "of web1"}]
    assert options["portmonitor_config"]["groups"] == [{"name": "of web2"}]


def test_hosts_alone_may_declare_everything(run: Run) -> None:
    run.variables = hosts(web1={"monitoring": {"alertra": {"tags": [{"name": "of web1"}]}}})
    run(hosts="web1", directory="")
    assert [(one.module, one.options["tags"]) for one in run.calls] == [
        ("declarative.monitoring.alertra_config", [{"name": "of web1"}])
    ]
    run.calls.clear()
    message = refused(run, hosts="web1", directory="", prune={"pinghome": ["heartbeats"]})
    assert message == "monitoring_config_prune names pinghome, but no file in the variables of hosts does."


def test_the_hosts_of_the_inventory_are_not_read_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible warns of an inventory without a source."""
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda display, text, *options, **more: warnings.append(text))
    run.variables = hosts(web1={"monitoring": {"alertra": {"tags": [{"name": "of web1"}]}}})
    run(hosts="web1", directory="")
    assert warnings == []


def test_hosts_that_declare_nothing_are_refused(run: Run) -> None:
    run.variables = hosts(web1={})
    assert refused(run, hosts="web2") == "No host of the inventory matches web2."
    assert refused(run, hosts="web1") == "None of the hosts that match web1 has the variable monitoring."


@pytest.mark.parametrize("validate_only", [True, False])
def test_a_wrong_declaration_of_a_host_is_named(run: Run, validate_only: bool) -> None:
    run.variables = hosts(web1={"monitoring": {"alertra": {"tagz": []}}})
    message = refused(run, hosts="web1", validate_only=validate_only)
    assert "host web1 alertra.tagz: there is no such kind" in message


def loaded(text: str) -> dict[str, Any]:
    """Variables as Ansible reads them from a file, whose templates it evaluates."""
    try:
        from ansible.template import trust_as_template
    except ImportError:  # up to ansible-core 2.18, which trusts every file
        return dict(DataLoader().load(text))
    return dict(DataLoader().load(trust_as_template(text)))


def test_the_variable_of_a_host_may_be_a_template_with_the_variables_of_that_host(run: Run) -> None:
    own = loaded("monitoring: '{{ mine }}'\nmine: {alertra: {tags: [{name: 'of {{ inner }}'}]}}\n")
    run.variables = {**hosts(web1={**own, "inner": "web1"}, web2={**own, "inner": "web2"}), "inner": "localhost"}
    run(hosts="customers", directory="")
    (call,) = run.calls
    assert call.options["tags"] == [{"name": "of web1"}, {"name": "of web2"}]
    run.calls.clear()
    own = loaded("monitoring: {alertra: {tags: [{name: 'of {{ inner }}'}]}}")
    run.variables = {**hosts(web1={**own, "inner": "web1"}), "inner": "localhost"}
    run(hosts="web1", directory="")
    assert [one.options["tags"] for one in run.calls] == [[{"name": "of web1"}]]
    run.calls.clear()
    run.variables = hosts(web1=loaded("monitoring: '{{ gone }}'"))
    message = refused(run, hosts="web1", directory="")
    assert message.startswith("host web1 monitoring: ")
    assert "'gone' is undefined" in message
