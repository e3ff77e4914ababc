# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a task, from the plan and its outcome."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.describe import labels, show
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report, describe_problems
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    InputError,
    MonitoringError,
    SkippedError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import (
    Desired,
    PendingId,
    Record,
    Step,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.outcome import Outcome, StepResult
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan import Plan
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from unit.core.fake import GROUP, ITEM, TAG, World, run, want

USER = Kind(
    name="user",
    plural="users",
    id_option="user_id",
    key=("name",),
    id_keys=("id",),
    fields=(
        Field("name", "name", required=True),
        Field("size", "size", type="int"),
        Field("note", "note", set_after_create=True),
        Field("code", "code", write_only=True, set_after_create=True),
        Field("password", "password", write_only=True, secret=True, subresource="password"),
        Field("hosts", "hosts", type="list", subresource="hosts"),
        Field("status", "status", read_only=True),
        Field("link", "link", read_only=True, returned_on_create=True),
    ),
)
REFUSED = ApiError("refused", Failure("Example", "PUT", "/users/1", 400))
LOST = ApiError("no answer", Failure("Example", "PUT", "/users/1"), ambiguous=True)
OLD = {"name": "U", "size": 1, "note": "n", "hosts": ["h"], "status": "ok", "link": "l"}


def report(
    *ends: tuple[Step, StepResult], records: dict[str, list[Record]] | None = None, warnings: tuple[str, ...] = ()
) -> Report:
    """The report of steps that ended so."""
    steps = tuple(step for step, _done in ends)
    outcome = Outcome(Plan(steps, tuple(range(len(ends))), records or {}, warnings))
    outcome.results[:] = [done for _step, done in ends]
    return Report(outcome)


def step(action: str, values: Any, kind: Kind = USER, record: Any = None, **known: Any) -> Step:
    """A step of that action for an object of which these values were declared."""
    there = None if record is None else Record(kind, "1", record)
    options: dict[str, Any] = {"after": values, "payload": values, "fields": tuple(values), **known}
    return Step(Desired(kind, values), there, 0, action=action, **options)


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_failure_tells_of_which_object_what_was_tried_and_what_the_server_said() -> None:
    declared = step("update", {"name": "U", "size": 2}, record=OLD)
    declared.desired.location = "users[0]"
    ended = report(
        (declared, StepResult(error=REFUSED)),
        (step("create", {"name": "N"}), StepResult(error=SkippedError("not tried"))),
        (step("unchanged", {"name": "X"}, record=OLD), StepResult()),
    )
    assert ended.failures() == [
        {
            "kind": "user",
            "name": "U",
            "location": "users[0]",
            "action": "update",
            "msg": "cannot update user U: refused",
            "failure": asdict(REFUSED.failure),
        },
        {
            "kind": "user",
            "name": "N",
            "location": None,
            "action": "create",
            "msg": "cannot create user N: not tried",
            "failure": None,
        },
    ]


AGAIN = "; the request may still have been executed; run again"
NOT_YET = "; the object does not exist yet but may still appear; run again"
GONE = "; the old object is deleted, with its size, which the diff shows"
LACKS = "without its code, password: set this in a separate task"
SECRETS = {"name": "U", "note": "n", "code": "c", "password": "p"}


@pytest.mark.parametrize(
    ("action", "values", "done", "told"),
    [
        ("create", {"name": "U"}, StepResult(error=REFUSED), ""),
        ("create", {"name": "U"}, StepResult(error=LOST), NOT_YET),
        (
            "create",
            {"name": "U"},
            StepResult(error=LOST, unknown="no list"),
            "; the object may exist, because looking for it failed: no list; run again",
        ),
        ("create", {"name": "U"}, StepResult(error=SkippedError("not tried")), ""),
        ("create", SECRETS, StepResult(error=REFUSED), ""),
        (
            "create",
            SECRETS,
            StepResult(error=LOST),
            f"{NOT_YET}; if it exists, it lacks its code, password: set this in a separate task",
        ),
        ("create", SECRETS, StepResult(action="create", error=REFUSED), f"; it was created {LACKS}"),
        ("create", SECRETS, StepResult(action="create", error=LOST), f"{AGAIN}; it was created {LACKS}"),
        (
            "create",
            SECRETS,
            StepResult(action="create", error=REFUSED, sent={"name": "U", "code": "c"}),
            "; it was created without its password: set this in a separate task",
        ),
        ("create", {"name": "U", "note": "n"}, StepResult(action="create", error=REFUSED), ""),
        ("update", SECRETS, StepResult(error=REFUSED), ""),
        ("update", SECRETS, StepResult(error=LOST), AGAIN),
        ("update", SECRETS, StepResult(action="update", error=LOST), AGAIN),
        ("delete", {"name": "U"}, StepResult(error=LOST), AGAIN),
        ("delete", {"name": "U"}, StepResult(action="delete", error=LOST), AGAIN),
    ],
)
def test_a_failure_tells_what_it_leaves_open_or_undone(action: str, values: Any, done: StepResult, told: str) -> None:
    record = None if action == "create" else OLD
    (failure,) = report((step(action, values, record=record), done)).failures()
    assert failure["msg"] == f"cannot {action} user U: {done.error}{told}"


@pytest.mark.parametrize(
    ("values", "done", "told"),
    [
        ({}, StepResult(error=REFUSED), ""),
        ({}, StepResult(error=LOST), AGAIN),
        ({"code": "c", "password": "p"}, StepResult(error=LOST), AGAIN),
        ({}, StepResult(action="delete", error=REFUSED), GONE),
        ({"size": 1}, StepResult(action="delete", error=REFUSED), ""),
        ({}, StepResult(action="delete", error=LOST), f"{NOT_YET}{GONE}"),
        (
            {"code": "c", "password": "p"},
            StepResult(action="delete", error=LOST),
            f"{NOT_YET}{GONE}; if it exists, it lacks its code, password: set this in a separate task",
        ),
        ({"code": "c", "password": "p"}, StepResult(action="recreate", error=REFUSED), f"; it was created {LACKS}"),
    ],
)
def test_a_failed_replacement_tells_whether_the_old_object_is_gone_and_what_the_new_one_lacks(
    values: Any, done: StepResult, told: str
) -> None:
    before = {"name": "U", "size": 1}
    wanted = {"name": "U", **values}
    replaced = step("recreate", wanted, record=OLD, before=before, payload={**before, **wanted})
    (failure,) = report((replaced, done)).failures()
    assert failure["msg"] == f"cannot recreate user U: {done.error}{told}"


def test_a_replaced_object_that_lacks_what_nobody_declared_is_told_to_lack_it() -> None:
    before = {"name": "U", "size": 1, "hosts": ["h"]}
    replaced = step("recreate", {"name": "U"}, record=OLD, before=before, payload=before)
    (failure,) = report(
        (replaced, StepResult(action="recreate", error=REFUSED, sent={"name": "U", "size": 1}))
    ).failures()
    assert failure["msg"].endswith(": refused; it was created without its hosts: set this in a separate task")


# -- warnings ----------------------------------------------------------------------------------------------------------


def test_what_could_not_be_compared_is_told_once_for_each_set_of_options() -> None:
    hidden = [("size", "note"), ("size", "note"), ("size",), ()]
    ended = report(
        *((step("unchanged", {"name": "U"}, record=OLD, not_comparable=names), StepResult()) for names in hidden),
        warnings=("Not pruned.",),
    )
    sentence = "The server does not show {} of the users: not compared, and sent only when another option changes."
    assert ended.warnings() == ["Not pruned.", sentence.format("size, note of 2"), sentence.format("size of 1")]


# -- results and diffs -------------------------------------------------------------------------------------------------


def test_the_result_of_a_change_is_the_object_as_it_is_then() -> None:
    ended = report((step("update", {"name": "U", "size": 2, "password": "p"}, record=OLD), StepResult(action="update")))
    assert ended.result(0) == {"user_id": "1", **OLD, "size": 2}


def test_the_result_of_a_failure_is_the_object_as_it_was() -> None:
    ended = report(
        (step("update", {"name": "U", "size": 2}, record=OLD), StepResult(error=MonitoringError("no"))),
        (step("create", {"name": "N"}), StepResult(error=MonitoringError("no"))),
    )
    assert ended.result(0) == {"user_id": "1", **OLD}
    assert ended.result(1) is None


def test_the_result_of_a_replacement_is_what_the_new_object_is_known_to_be() -> None:
    done = StepResult("2", action="recreate", shown={"name": "U", "size": 7, "status": "new", "link": "m"})
    kept = {"name": "U", "size": 1, "note": "n", "hosts": ["h"]}
    ended = report((step("recreate", {"name": "U"}, record=OLD, after=kept), done))
    assert ended.result(0) == {"user_id": "2", **kept, "link": "m"}


def test_options_of_a_recreated_object_that_nobody_knows_are_told() -> None:
    def warnings(ident: str, declared: dict[str, Any]) -> list[str]:
        replaced = step("recreate", declared, record={"name": "U", "note": "n"}, after=declared)
        replaced = replace(replaced, record=Record(USER, ident, {"name": "U", "note": "n"}))
        return report((replaced, StepResult("2", action="recreate"))).warnings()

    lost = "The new user U has the defaults for size, hosts, which the server does not show."
    assert warnings("1", {"name": "U", "code": "c", "password": "p"}) == [lost]
    everything = {"name": "U", "size": 2, "hosts": [], "code": "c", "password": "p"}
    assert warnings("1", everything) == []
    assert warnings("predicted:user:1", {"name": "U"}) == [], "check mode has only predicted the old object"


@pytest.mark.parametrize(("action", "shown"), [("unchanged", {"name": "U"}), ("update", {"name": "U", "size": 2})])
def test_what_could_not_be_compared_is_in_a_result_only_if_it_was_sent(action: str, shown: Any) -> None:
    hidden = step(action, {"name": "U", "size": 2}, record={"name": "U"}, not_comparable=("size",))
    assert report((hidden, StepResult())).result(0) == {"user_id": "1", **shown}


def test_a_result_has_only_what_an_object_of_its_type_has() -> None:
    kind = PortMonitor.kinds["target"]
    old = {"name": "A", "type": "url", "url": "http://x", "host": None}
    ended = report(
        (
            step("recreate", {"name": "A", "type": "ping", "host": "h"}, kind, old, before=old),
            StepResult("2", action="recreate"),
        ),
        (step("unchanged", {"name": "A"}, kind, old), StepResult()),
    )
    assert ended.result(0) == {"target_id": "2", "name": "A", "type": "ping", "host": "h"}
    assert ended.result(1) == {"target_id": "1", "name": "A", "type": "url", "url": "http://x"}
    assert ended.diff(0)["after"] == {"name": "A", "type": "ping", "host": "h"}


def test_a_result_has_what_now_stands_instead_of_another_option() -> None:
    kind = Pinghome.kinds["resource"]
    ended = report((step("update", {"host": "h"}, kind, {"name": "R", "url": "http://x"}), StepResult(action="update")))
    assert ended.result(0) == {"resource_id": "1", "name": "R", "host": "h"}


def test_the_result_of_what_has_no_id_has_none() -> None:
    kind = PortMonitor.kinds["profile"]
    ended = report((step("unchanged", {"language": "en"}, kind, {"language": "en"}), StepResult()))
    assert ended.result(0) == {"language": "en"}


def test_there_is_a_diff_of_each_object_that_changed_and_of_no_other() -> None:
    ended = report(
        (step("unchanged", {"name": "X"}, record=OLD), StepResult()),
        (step("update", {"name": "U", "size": 2}, record=OLD), StepResult(error=REFUSED)),
        (step("create", {"name": "N"}), StepResult(action="create", fields=("name",))),
    )
    assert [diff["before_header"] for diff in ended.diffs()] == ["user N"]


@pytest.mark.parametrize(
    ("action", "before", "after", "shown"),
    [
        ("update", {"token": "old"}, "new", ("********", "******** (changed)")),
        ("recreate", {"token": "old"}, "new", ("********", "******** (changed)")),
        ("update", {}, "new", (None, "********")),
        ("update", {"token": "old"}, None, ("********", None)),
        ("create", {}, "new", (None, "********")),
    ],
)
def test_a_diff_marks_a_secret_that_changed(action: str, before: Any, after: Any, shown: Any) -> None:
    changed = step(action, {"token": after}, kind=ITEM, record=OLD if action != "create" else None, before=before)
    diff = report((changed, StepResult(action=action, fields=("token",)))).diff(0)
    assert (diff["before"].get("token"), diff["after"].get("token")) == shown


def test_a_diff_marks_no_secret_that_stays() -> None:
    changed = step("update", {"token": "same", "name": "N"}, kind=ITEM, record=OLD, before={"token": "same"})
    assert report((changed, StepResult(action="update", fields=("name",)))).diff(0)["after"]["token"] == "********"


# -- how values are shown ----------------------------------------------------------------------------------------------


def test_an_object_is_shown_by_its_name_where_that_means_no_other() -> None:
    records = {
        "group": [Record(GROUP, "1", {"name": "G"}), Record(GROUP, "2", {"name": "1"})],
        "tag": [Record(TAG, ident, {"name": name}) for ident, name in (("1", "T"), ("2", "T"), ("3", "G"))],
    }
    assert labels(records) == {("group", "1"): "G", ("tag", "3"): "G"}


def test_references_are_shown_by_name_in_order_and_unknown_ones_by_id() -> None:
    known = {("tag", "1"): "z", ("tag", "2"): "a", ("group", "1"): "G"}
    tags, group = ITEM.by_name["tags"], ITEM.by_name["group"]
    assert show(tags, ["1", "9", "2", PendingId(0, "new")], known) == ["9", "a", "new", "z"]
    assert show(Field("ordered", type="list", reference="tag"), ["1", "2"], known) == ["z", "a"]
    assert [show(group, value, known) for value in ("1", "2", None, PendingId(0, "new"))] == ["G", "2", None, "new"]
    assert show(ITEM.by_name["labels"], ["y", "x"], known) == ["y", "x"]


def test_a_secret_is_masked_unless_it_is_empty() -> None:
    assert [show(ITEM.by_name["token"], value, {}) for value in ("s", "", None)] == ["********", "", None]


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_each_reason_to_refuse_a_declaration_says_where_it_is() -> None:
    twice = [want(GROUP, name="N", location=f"groups[{index}]") for index in range(2)]
    missing = [want(ITEM, group="gone", name=name, mode="a", location=f"items {name}") for name in ("X", "Y")]
    for declared, expected in (
        (twice, [("groups[1]", ["groups[0]"], "groups[0]")]),
        (missing, [("items X", [], "gone"), ("items Y", [], "gone")]),
    ):
        with pytest.raises(InputError) as caught:
            run(World(), *declared)
        found = describe_problems(caught.value)
        assert [(one["location"], one["other_locations"]) for one in found] == [one[:2] for one in expected]
        assert all(word in one["msg"] for one, (_location, _others, word) in zip(found, expected, strict=True))
    assert describe_problems(InputError("no place")) == [{"location": None, "other_locations": [], "msg": "no place"}]
