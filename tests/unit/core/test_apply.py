# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written, in which order, and what is told of it when something fails on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core import apply as apply_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import ids as ids_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import progress as progress_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import poll
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    InputError,
    MonitoringError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from unit.clock import FakeClock
from unit.core.fake import GROUP, ITEM, TAG, Fake, Fault, Gauge, Quirks, World, names, run, summary, want


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for lists that lag."""
    monkeypatch.setattr(apply_module, "_LOOKUP_S", 0.2)
    monkeypatch.setattr(ids_module, "_POLL_S", 0.01)


def full(**values: Any) -> dict[str, Any]:
    """What an item needs."""
    return {"group": "G", "mode": "a", **values}


def world(**quirks: Any) -> World:
    """An account with a group G that holds the items I1 and I2, of which T has the first."""
    made = World(Quirks(**quirks))
    group = made.add(GROUP, Name="G", Note="old")
    ids = [made.add(ITEM, Name=n, GroupID=group, Mode="a", Size=1, Labels=["x"], Regions=["r"]) for n in ("I1", "I2")]
    made.add(TAG, Name="T", Items=ids[:1])
    return made


def ident(made: World, name: str) -> str:
    """The id of the object of that name."""
    return next(i for rows in made.state.values() for i, row in rows.items() if row["Name"] == name)


def report(service: Fake, *wanted: Desired, **options: Any) -> Report:
    """What a run with this service does."""
    return Report(reconcile(service, wanted, check=False, **options))


# -- order -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("answers_id", [True, False])
def test_what_is_referred_to_is_created_first_whatever_the_order_of_the_declaration(
    concurrency: int, answers_id: bool
) -> None:
    made = World(Quirks(answers_id=answers_id))
    outcome = run(
        made,
        want(ITEM, name="child", parent="parent", tags=["T"], **full()),
        want(ITEM, name="parent", regions=["r"], **full()),
        want(TAG, name="T"),
        want(GROUP, name="G"),
        concurrency=concurrency,
    )
    assert not outcome.failures()
    kinds = [kind for _what, kind, _ident in made.log]
    assert kinds.index("group") < kinds.index("item")
    assert [change["name"] for change in outcome.changes()] == ["G", "T", "parent", "child"]
    child = made.state["item"][ident(made, "child")]
    assert child["ParentID"] == ident(made, "parent")
    assert made.state["tag"][ident(made, "T")]["Items"] == [ident(made, "child")]
    assert [change["id"] for change in outcome.changes()] == [ident(made, n) for n in ("G", "T", "parent", "child")]


def test_objects_are_deleted_last_and_those_that_refer_to_others_before_them() -> None:
    made = world()
    made.state["item"][ident(made, "I2")]["ParentID"] = ident(made, "I1")
    outcome = run(
        made,
        want(GROUP, name="G", state="absent"),
        want(ITEM, group="G", name="I1", state="absent"),
        want(ITEM, group="G", name="I2", state="absent"),
        want(TAG, name="new"),
    )
    assert [(change["action"], change["name"]) for change in outcome.changes()] == [
        ("create", "new"),
        ("delete", "I2"),
        ("delete", "I1"),
        ("delete", "G"),
    ]
    assert [what for what, _kind, _ident in made.log] == ["create", "delete", "delete", "delete"]


@pytest.mark.parametrize(("number", "allowed"), [(2, 2), (8, 4)])
def test_requests_are_in_flight_at_the_same_time_but_no_more_than_allowed(number: int, allowed: int) -> None:
    made = World()
    gauge = Gauge(allowed)

    class Slow(Fake):
        """Takes its time to create."""

        def create(self, *args: Any) -> Any:
            with gauge:
                return super().create(*args)

    report(Slow({"world": made}), *(want(TAG, name=f"T{n}") for n in range(number)), concurrency=allowed)
    assert (gauge.most, len(made.state["tag"])) == (allowed, number)


@pytest.mark.parametrize(("number", "allowed"), [(5, 1), (1, 8)])
def test_one_after_another_they_need_no_further_thread(number: int, allowed: int) -> None:
    threads = set[int]()

    class Watched(Fake):
        """Notes who creates."""

        def create(self, *args: Any) -> Any:
            threads.add(threading.get_ident())
            return super().create(*args)

    report(Watched({"world": World()}), *(want(TAG, name=f"T{n}") for n in range(number)), concurrency=allowed)
    assert threads == {threading.get_ident()}


def test_an_interrupted_run_begins_nothing_more() -> None:
    made = World()
    main, interrupted = threading.get_ident(), threading.Event()

    class Interrupted(Fake):
        """Is interrupted in its main thread while others wait for their answers."""

        def create(self, *args: Any) -> Any:
            if threading.get_ident() == main:
                interrupted.set()
                raise KeyboardInterrupt
            interrupted.wait(10)
            time.sleep(0.02)
            return super().create(*args)

    with pytest.raises(KeyboardInterrupt):
        report(Interrupted({"world": made}), *(want(TAG, name=f"T{n}") for n in range(200)), concurrency=4)
    # What the three others had begun, and what they may have begun before the news came to them.
    assert len(made.state.get("tag", {})) < 100


def test_the_service_can_wait_for_its_lists_once_all_is_written() -> None:
    settled: list[int] = []

    class Settling(Fake):
        """Counts what was written by then."""

        def wait_for_consistency(self) -> None:
            settled.append(self.write_count())

    made = world()
    report(Settling({"world": made}), want(TAG, name="N", items=["I1"]), want(TAG, name="T", state="absent"))
    assert settled == [len(made.log)] == [3]


def test_who_watches_is_told_what_is_done_of_how_much() -> None:
    told: list[str] = []
    changed = want(ITEM, group="G", name="I1", size=5, regions=["s"])
    try:
        progress_module.watch(told.append, 0.0)
        run(world(thin=True, answers_id=False), changed, want(TAG, name="N"), want(TAG, name="T", state="absent"))
        assert told == [
            "1 of 1 objects read",
            "1 of 2 objects written",
            "2 of 2 objects written",
            "1 of 1 objects completed",
            "1 of 1 objects deleted",
            "1 of 1 objects identified",
        ]
        told.clear()
        run(world(), want(TAG, name="N"))
        assert told == ["1 of 1 objects written"]
    finally:
        progress_module._watches.clear()


# -- requests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thin", [False, True])
def test_a_detail_is_read_only_where_a_declared_option_is_not_in_the_listing(thin: bool) -> None:
    made = world(thin=thin)
    run(made, want(ITEM, group="G", name="I1", url=None), want(ITEM, group="G", name="I2", size=1))
    details = [read for read in made.reads if "/" in read]
    assert details == ([f"items/{ident(made, 'I2')}"] if thin else [])


def test_an_object_is_changed_by_one_request_for_each_endpoint_that_has_to_be_called() -> None:
    made = world()
    one = {"group": "G", "name": "I1"}
    run(made, want(ITEM, **one, size=2, labels=["y"], regions=["r"]))
    assert [what for what, _kind, _ident in made.log] == ["update"]
    run(made, want(ITEM, **one, size=2, regions=["s"], tags=[]))
    assert [what for what, _kind, _ident in made.log] == ["update", "link"]


def test_no_second_listing_is_read_where_the_creation_answers_the_id() -> None:
    made = world()
    run(made, want(ITEM, name="new", regions=["r"], tags=["T"], **full()))
    assert sorted(made.reads) == ["groups", "items", "tags"]


def test_an_id_that_a_creation_does_not_answer_is_looked_up_once_for_many() -> None:
    made = world(answers_id=False)
    run(made, *(want(TAG, name=f"T{number}") for number in range(20)))
    assert made.reads == ["tags", "tags"]


def test_a_link_that_both_ends_declare_is_written_once() -> None:
    made = world()
    run(
        made,
        want(ITEM, group="G", name="I1", tags=[]),
        want(ITEM, group="G", name="I2", tags=["T"]),
        want(TAG, name="T", items=["I2"]),
        concurrency=8,
    )
    assert [what for what, _kind, _ident in made.log] == ["link", "link"]
    assert made.state["tag"][ident(made, "T")]["Items"] == [ident(made, "I2")]


def test_what_a_creation_does_not_take_is_written_right_after_it() -> None:
    class Late(Fake):
        """Takes a note with a change only."""

        kinds: ClassVar[Mapping[str, Kind]] = {
            "group": replace(
                GROUP,
                fields=(
                    *GROUP.fields,
                    Field("late", "Late", set_after_create=True),
                    Field("last", "Last", subresource="last"),
                ),
            )
        }

        def create(self, kind: Any, values: Any) -> Any:
            assert values == {"name": "N"}
            return super().create(kind, values)

        def update(self, record: Any, values: Any, subresource: str) -> None:
            # A service that replaces whole objects repeats what the object has.
            known.append(dict(record.values))
            super().update(record, values, subresource)

    known: list[Any] = []
    made = World()
    outcome = report(Late({"world": made}), want(Late.kinds["group"], name="N", late="a", last="b"))
    assert [row["Name"] + row["Late"] + row["Last"] for row in made.state["group"].values()] == ["Nab"]
    assert [what for what, _kind, _ident in made.log] == ["create", "update", "update"]
    assert known == [{"name": "N"}, {"name": "N", "late": "a"}]
    assert [(change["action"], change["fields"]) for change in outcome.changes()] == [
        ("create", ["name", "late", "last"])
    ]


# -- new objects in new places -----------------------------------------------------------------------------------------


def test_an_object_is_found_in_a_group_that_is_as_new_as_itself() -> None:
    made = World(Quirks(answers_id=False, scoped=True))
    outcome = run(made, want(GROUP, name="G"), want(ITEM, name="I", regions=["r"], **full()))
    assert not outcome.failures()
    assert run(made, want(GROUP, name="G"), want(ITEM, name="I", regions=["r"], **full())).changed is False


def test_an_object_in_a_group_that_gets_a_new_name_is_found_and_not_created_again() -> None:
    made = world()
    outcome = run(
        made, want(GROUP, group_id=ident(made, "G"), name="New"), want(ITEM, name="I1", size=5, group="New", mode="a")
    )
    assert [(change["action"], change["name"]) for change in outcome.changes()] == [("update", "New"), ("update", "I1")]
    assert names(made, ITEM) == {"I1": 1, "I2": 1}


def test_one_object_whose_group_is_given_by_name_and_by_id_is_declared_twice() -> None:
    made = world()
    with pytest.raises(InputError, match="item new is declared twice: a and b"):
        run(
            made,
            want(ITEM, name="new", location="a", **full()),
            want(ITEM, name="new", location="b", mode="a", group=ident(made, "G")),
        )


@pytest.mark.parametrize("tags", [["T"], ["New"]])
def test_a_link_that_is_there_is_not_added_again_though_its_other_end_gets_a_new_name(tags: list[str]) -> None:
    made = world(thin=True)
    tag = want(TAG, tag_id=ident(made, "T"), name=tags[0])
    outcome = run(made, tag, want(ITEM, group="G", name="I1", tags=tags, purge_tags=False))
    assert not outcome.failures()
    assert [what for what, _kind, _ident in made.log] == (["update"] if tags == ["New"] else [])


# -- recreation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thin", [False, True])
@pytest.mark.parametrize("purge", [{}, {"purge_tags": False}])
def test_a_replaced_object_keeps_what_it_had_and_what_is_linked_to_it(thin: bool, purge: dict[str, Any]) -> None:
    made = world(thin=thin)
    old = ident(made, "I1")
    outcome = run(made, want(ITEM, name="I1", group="G", mode="b", recreate=True, **purge))
    assert not outcome.failures()
    new = made.state["item"][ident(made, "I1")]
    assert old not in made.state["item"]
    assert (new["Mode"], new["Size"], new["Labels"], new["Regions"]) == ("b", 1, ["x"], ["r"])
    assert made.state["tag"][ident(made, "T")]["Items"] == [ident(made, "I1")]


def test_a_replaced_object_keeps_its_other_links_where_only_some_are_added() -> None:
    made = world()
    made.add(TAG, Name="T2")
    run(made, want(ITEM, name="I1", group="G", mode="b", recreate=True, tags=["T2"], purge_tags=False))
    assert [len(row["Items"]) for row in made.state["tag"].values()] == [1, 1]


def test_what_refers_to_a_replaced_object_refers_to_the_new_one() -> None:
    made = world()
    made.state["item"][ident(made, "I2")]["ParentID"] = ident(made, "I1")
    wanted = [
        want(TAG, name="T", items=["I1"]),
        want(ITEM, name="I2", group="G", parent="I1"),
        want(ITEM, name="I1", group="G", mode="b", recreate=True),
    ]
    outcome = run(made, *wanted)
    assert not outcome.failures()
    assert made.state["item"][ident(made, "I2")]["ParentID"] == ident(made, "I1")
    assert made.state["tag"][ident(made, "T")]["Items"] == [ident(made, "I1")]
    assert not run(made, *wanted).changed


def test_a_replacement_that_fails_half_way_is_told_as_the_deletion_that_it_was() -> None:
    made = world()
    made.broken = {("POST", "item")}
    outcome = run(made, want(ITEM, name="I1", group="G", mode="b", recreate=True))
    assert [(change["name"], change["action"]) for change in outcome.changes()] == [("I1", "delete")]
    assert summary(outcome) == {"failed": 1}
    assert outcome.diff(0)["after"] == {}


# -- failures ----------------------------------------------------------------------------------------------------------


def test_what_needs_an_object_that_fails_is_skipped_and_all_else_is_done() -> None:
    made = World()
    made.broken = {("POST", "group")}
    outcome = run(
        made,
        want(GROUP, name="G"),
        want(ITEM, name="I", **full()),
        want(ITEM, name="child", parent="I", **full()),
        want(TAG, name="T", items=["I"]),
        want(TAG, name="fine"),
    )
    assert summary(outcome) == {"create": 1, "failed": 1, "skipped": 3}
    assert [change["name"] for change in outcome.changes()] == ["T", "fine"]
    told = {failure["name"]: failure["msg"] for failure in outcome.failures()}
    assert told["G"] == "cannot create group G: POST failed"
    assert told["I"] == "cannot create item I: skipped: group G, which it depends on, failed"
    assert told["child"] == "cannot create item child: skipped: group G, which it depends on, failed"
    assert told["T"] == "cannot create tag T: skipped: item I, which it depends on, failed"


def test_a_failure_tells_the_request_and_a_skipped_object_has_none() -> None:
    made = World()
    made.broken = {("POST", "group")}
    failures = run(made, want(GROUP, name="G"), want(ITEM, name="I", **full())).failures()
    assert [failure["failure"] and failure["failure"]["path"] for failure in failures] == ["/group", None]


def test_a_group_is_not_deleted_when_an_object_that_should_leave_it_could_not() -> None:
    made = world()
    made.add(GROUP, Name="H")
    made.broken = {("PUT", f"item/{ident(made, 'I1')}")}
    outcome = run(
        made,
        want(GROUP, name="G", state="absent"),
        want(ITEM, item_id=ident(made, "I1"), group="H"),
        want(ITEM, item_id=ident(made, "I2"), group="H"),
    )
    assert names(made, ITEM) == {"I1": 1, "I2": 1}
    assert names(made, GROUP) == {"G": 1, "H": 1}
    assert summary(outcome) == {"update": 1, "failed": 1, "skipped": 1}


def test_an_object_that_is_half_written_is_told_as_far_as_it_is() -> None:
    made = world()
    made.add(TAG, Name="T2")
    made.add(TAG, Name="T3")
    one, tags = ident(made, "I1"), [ident(made, name) for name in ("T2", "T3")]
    made.broken = {("LINK", f"{tags[1]}/{one}")}
    outcome = run(made, want(ITEM, group="G", name="I1", size=5, tags=["T", "T2", "T3"]))
    assert made.log == [("update", "item", one), ("link", "tag", tags[0])]
    assert [(change["action"], change["fields"]) for change in outcome.changes()] == [("update", ["size", "tags"])]
    outcome = run(made, want(ITEM, group="G", name="I2", tags=["T2"]), want(ITEM, group="G", name="I1", tags=tags))
    assert (outcome.changed, summary(outcome)) == (True, {"update": 1, "failed": 1})


def test_a_new_object_that_is_half_written_is_told_as_far_as_it_is() -> None:
    made = world()
    made.broken = {("PUT", f"item/{made.next_id}")}
    outcome = run(made, want(ITEM, name="new", regions=["r"], tags=["T"], **full()))
    assert [(change["action"], change["fields"]) for change in outcome.changes()] == [
        ("create", ["name", "group", "mode"])
    ]
    assert summary(outcome) == {"failed": 1}
    assert outcome.diff(0)["after"] == {"name": "new", "group": "G", "mode": "a"}


def test_a_link_that_fails_is_told_at_both_of_its_ends() -> None:
    made = world()
    made.broken = {("LINK", f"{ident(made, 'T')}/{ident(made, 'I2')}")}
    outcome = run(made, want(ITEM, group="G", name="I2", tags=["T"]), want(TAG, name="T", items=["I1", "I2"]))
    assert summary(outcome) == {"failed": 2}
    assert not outcome.changed


def test_what_one_endpoint_took_is_told_and_what_another_refused_is_not() -> None:
    class Half(Fake):
        """Takes no regions."""

        def update(self, record: Any, values: Any, subresource: str) -> None:
            if subresource == "regions":
                raise ApiError("refused", Failure("Fake", "PUT", "/regions", 400))
            super().update(record, values, subresource)

    made = world()
    outcome = report(Half({"world": made}), want(ITEM, group="G", name="I1", size=5, regions=["s"]))
    assert [(change["action"], change["fields"]) for change in outcome.changes()] == [("update", ["size"])]
    assert outcome.diff(0)["after"]["regions"] == ["r"]


def test_only_what_a_new_object_lacks_has_to_be_set_by_itself() -> None:
    class Locked(Fake):
        """Accepts a password for an existing object, but no code."""

        kinds: ClassVar[Mapping[str, Kind]] = {
            "tag": replace(
                TAG,
                fields=(
                    *TAG.fields,
                    Field("password", "Password", write_only=True, subresource="password"),
                    Field("code", "Code", write_only=True, subresource="code"),
                ),
            )
        }

        def update(self, record: Any, values: Any, subresource: str) -> None:
            if subresource == "code":
                raise ApiError("refused", Failure("Fake", "PUT", "/code", 400))
            super().update(record, values, subresource)

    outcome = report(Locked({"world": World()}), want(Locked.kinds["tag"], name="T", password="p", code="c"))
    assert (
        outcome.failures()[0]["msg"]
        == "cannot create tag T: refused; it was created without its code: set this in a separate task"
    )


def test_an_object_that_cannot_be_read_does_not_stop_the_others() -> None:
    made = world(thin=True)
    made.broken = {("GET", f"item/{ident(made, 'I1')}")}
    outcome = run(made, *(want(ITEM, group="G", name=name, size=5) for name in ("I1", "I2")))
    assert summary(outcome) == {"update": 1, "failed": 1}
    assert outcome.failures()[0]["msg"] == "cannot read item I1: GET failed"


def test_an_odd_error_costs_one_object_and_not_the_report() -> None:
    class Odd(Fake):
        """Has a bug."""

        def create(self, kind: Any, values: Any) -> Any:
            if values["name"] == "odd":
                raise KeyError("x")
            return super().create(kind, values)

    made = World()
    outcome = Report(reconcile(Odd({"world": made}), [want(TAG, name="odd"), want(TAG, name="fine")], check=False))
    assert outcome.failures()[0]["msg"] == "cannot create tag odd: an unexpected KeyError: 'x'"
    assert names(made, TAG) == {"fine": 1}


def test_a_refused_creation_is_not_looked_up() -> None:
    made = World()
    made.broken = {("POST", "tag")}
    assert summary(run(made, want(TAG, name="T"))) == {"failed": 1}
    assert made.reads == ["tags"]


# -- where the answer is lost ------------------------------------------------------------------------------------------


def test_an_object_that_was_created_though_the_answer_was_lost_is_not_created_again() -> None:
    made = World()
    made.fault = Fault(1, "after")
    outcome = run(made, want(TAG, name="T"))
    assert (summary(outcome), names(made, TAG)) == ({"create": 1}, {"T": 1})
    assert outcome.outcome.ident(0) == ident(made, "T")


def test_an_object_that_was_not_created_when_the_answer_was_lost_is_a_failure() -> None:
    made = World()
    made.fault = Fault(1, "before")
    outcome = run(made, want(TAG, name="T"))
    assert summary(outcome) == {"failed": 1}
    assert "the object does not exist yet but may still appear; run again" in outcome.failures()[0]["msg"]


def test_a_creation_whose_answer_is_lost_is_what_failed_though_the_list_cannot_be_read_either() -> None:
    class Deaf(Fake):
        """Answers nothing any more."""

        def create(self, kind: Any, values: Any) -> Any:
            made.broken = {("GET", "tag")}
            raise ApiError("no answer", Failure("Fake", "POST", "/tags"), ambiguous=True)

    made = World()
    outcome = report(Deaf({"world": made}), want(TAG, name="T"))
    said = outcome.failures()[0]["msg"]
    assert said.startswith("cannot create tag T: no answer; the object may exist, because looking for it failed: ")
    assert said.endswith("; run again")
    assert "does not exist" not in said


class Strict(Fake):
    """Refuses a second object of a name, which somebody else creates after the account was read."""

    others: Mapping[str, Any] = {}
    refusal = Failure("Fake", "POST", "/items", 409, message="refused")

    def create(self, kind: Any, values: Any) -> Any:
        body = kind.encode(values)
        if not any(row["Name"] == body["Name"] for row in self.world.state[kind.name].values()):
            self.world.add(kind, **{**body, **self.others})
        raise ApiError("refused", self.refusal, refused=True)


def test_an_object_that_somebody_else_has_just_created_is_taken() -> None:
    made = World()
    outcome = report(Strict({"world": made}), want(TAG, name="T", items=[]), want(GROUP, name="G"))
    assert summary(outcome) == {"unchanged": 2}
    assert not outcome.changed
    assert not made.log
    assert outcome.outcome.ident(0) == ident(made, "T")
    result = outcome.result(0)
    assert result is not None
    assert result["name"] == "T"


def test_what_differs_of_an_object_that_somebody_else_has_just_created_is_changed() -> None:
    made = world()
    made.add(GROUP, Name="H")
    service = Strict({"world": made})
    service.others = {"Size": 3}
    outcome = report(service, want(ITEM, name="I7", group="H", mode="a", size=7))
    assert summary(outcome) == {"update": 1}
    (row,) = [row for row in made.state["item"].values() if row["Name"] == "I7"]
    assert row["Size"] == 7
    assert [what for what, _kind, _ident in made.log] == ["update"]
    assert outcome.diff(0)["after"]["size"] == 7


def test_an_object_that_somebody_else_has_just_created_is_not_changed_like_a_new_one() -> None:
    """A service must know what it may lose with an object that others have set up."""
    seen: list[Record] = []

    class Marking(Strict):
        """Marks the objects that it lists."""

        def _list_kind(self, kind: Kind, desired: Any, whole: bool) -> list[Record]:
            return [replace(record, raw={"seen": True}) for record in super()._list_kind(kind, desired, whole)]

        def update(self, record: Record, values: Any, subresource: str) -> None:
            seen.append(record)
            super().update(record, values, subresource)

    made = world()
    outcome = report(Marking({"world": made}), want(ITEM, name="I7", group="G", mode="a", size=7, regions=["x"]))
    assert summary(outcome) == {"update": 1}
    assert [(record.raw, record.values.get("size")) for record in seen] == [({"seen": True}, 7)]


def test_an_object_that_somebody_else_has_just_created_is_read_where_its_listing_shows_less() -> None:
    made = world(thin=True)
    service = Strict({"world": made})
    service.others = {"Size": 3, "Token": "theirs"}
    outcome = report(service, want(ITEM, name="I7", group="G", mode="a", size=3, labels=["x"]))
    assert (summary(outcome), outcome.failures()) == ({"unchanged": 1}, [])
    assert made.reads.count(f"items/{ident(made, 'I7')}") == 1
    result = outcome.result(0)
    assert result is not None
    assert (result["size"], result["labels"], result["group"]) == (3, ["x"], "G")
    outcome = report(service, want(ITEM, name="I8", group="G", mode="a"))
    assert (summary(outcome), made.reads[-1]) == ({"unchanged": 1}, "items")


@pytest.mark.parametrize("message", ["There is already a tag of this name.", "name has been taken", "It exists."])
def test_services_also_say_in_words_that_an_object_exists(message: str) -> None:
    service = Strict({"world": World()})
    service.refusal = Failure("Fake", "POST", "/tags", 422, message=message)
    assert summary(report(service, want(TAG, name="T"))) == {"unchanged": 1}


def test_a_refusal_for_another_reason_stays_one_and_nothing_is_looked_up() -> None:
    made = World()
    service = Strict({"world": made})
    service.refusal = Failure("Fake", "POST", "/tags", 422, message="name is too long")
    assert summary(report(service, want(TAG, name="T"))) == {"failed": 1}
    assert made.reads == ["tags"]


def test_a_refusal_because_of_an_object_of_another_name_stays_one() -> None:
    class Other(Strict):
        """Names a conflict with something that no listing shows."""

        def create(self, kind: Any, values: Any) -> Any:
            raise ApiError("refused", self.refusal, refused=True)

    outcome = report(Other({"world": World()}), want(TAG, name="T"))
    assert summary(outcome) == {"failed": 1}


def test_an_object_of_that_name_that_was_there_before_is_not_taken_for_the_new_one() -> None:
    made = world(answers_id=False)
    made.add(GROUP, Name="H")
    outcome = run(made, want(ITEM, name="I1", group="H", mode="a", regions=["x"]))
    assert not outcome.failures()
    assert sorted(row["Regions"] for row in made.state["item"].values()) == [["r"], ["r"], ["x"]]


@pytest.mark.parametrize("kind", ["after", "before"])
def test_an_object_is_gone_though_the_answer_was_lost_only_if_the_list_says_so(kind: str) -> None:
    made = world()
    made.fault = Fault(1, kind)
    outcome = run(made, want(TAG, name="T", state="absent"))
    assert summary(outcome) == ({"delete": 1} if kind == "after" else {"failed": 1})


@pytest.mark.parametrize("code", [404, 410])
def test_an_object_that_somebody_else_deleted_meanwhile_is_deleted_without_another_listing(code: int) -> None:
    made = world()

    class Busy(Fake):
        """Somebody else is faster."""

        def delete(self, record: Any, controls: Any) -> None:
            raise ApiError("gone", Failure("Fake", "DELETE", "/tags/1", code))

    outcome = Report(reconcile(Busy({"world": made}), [want(TAG, name="T", state="absent")], check=False))
    assert summary(outcome) == {"delete": 1}
    assert made.reads == ["tags"]


@pytest.mark.parametrize(
    ("status", "looked_up"),
    [(200, True), (400, True), (499, True), (401, False), (403, False), (500, False), (None, False)],
)
def test_a_deletion_that_is_refused_is_done_where_the_list_has_no_such_object(
    status: int | None, looked_up: bool
) -> None:
    class Refusing(Fake):
        """Somebody else is faster, which it does not say."""

        def delete(self, record: Any, controls: Any) -> None:
            del made.state["tag"][record.id]
            raise ApiError("refused", Failure("Fake", "DELETE", "/tags/1", status))

    made = world()
    outcome = report(Refusing({"world": made}), want(TAG, name="T", state="absent"))
    assert summary(outcome) == ({"delete": 1} if looked_up else {"failed": 1})
    assert outcome.changed is looked_up
    assert made.reads == ["tags"] * (2 if looked_up else 1)


def test_a_deletion_is_repeated_if_what_referred_to_the_object_is_deleted_after_the_refusal() -> None:
    class Busy(Fake):
        """Refuses to delete a parent. Another thread deletes the last child before this one reads it."""

        def delete(self, record: Any, controls: Any) -> None:
            child = made.state["item"].pop(second, None)
            if child is not None:
                raise ApiError("it has children", Failure("Fake", "DELETE", "/items/1", 400), refused=True)
            super().delete(record, controls)

    made = world(thin=True)
    first, second = ident(made, "I1"), ident(made, "I2")
    made.state["item"][first]["ParentID"], made.state["item"][second]["ParentID"] = second, first
    gone = [want(ITEM, group="G", name=name, state="absent") for name in ("I1", "I2")]
    outcome = report(Busy({"world": made}), *gone)
    assert summary(outcome) == {"delete": 2}
    assert not made.state["item"]


@pytest.mark.parametrize("thin", [True, False])
def test_objects_that_refer_to_each_other_are_deleted_after_a_reference_is_cleared(thin: bool) -> None:
    class Careful(Fake):
        """Refuses to delete a parent."""

        def delete(self, record: Any, controls: Any) -> None:
            if any(row.get("ParentID") == record.id for row in made.state["item"].values()):
                raise ApiError("it has children", Failure("Fake", "DELETE", "/items/1", 400), refused=True)
            super().delete(record, controls)

    made = world(thin=thin)
    first, second = ident(made, "I1"), ident(made, "I2")
    made.add(ITEM, Name="I3", GroupID=ident(made, "G"), Mode="a")
    made.state["item"][first]["ParentID"], made.state["item"][second]["ParentID"] = second, first
    gone = [want(ITEM, group="G", name=name, state="absent") for name in ("I1", "I2", "I3")]
    outcome = report(Careful({"world": made}), *gone)
    assert (summary(outcome), outcome.failures()) == ({"delete": 3}, [])
    assert not made.state["item"]
    cleared = [one for one in made.log if one[0] == "update"]
    assert cleared in ([("update", "item", first)], [("update", "item", second)])


@pytest.mark.parametrize("kind", ["group", "item"])
def test_a_deletion_that_is_refused_for_another_reason_is_not_tried_again(kind: str) -> None:
    tried: list[str] = []

    class Stubborn(Fake):
        """Refuses to delete objects of a kind."""

        def delete(self, record: Any, controls: Any) -> None:
            tried.append(record.id)
            if record.kind.name == kind:
                raise ApiError("never", Failure("Fake", "DELETE", f"/{kind}s/1", 400), refused=True)
            super().delete(record, controls)

    made = world()
    gone = [want(ITEM, group="G", name=name, state="absent") for name in ("I1", "I2")]
    outcome = report(Stubborn({"world": made}), want(GROUP, name="G", state="absent"), *gone)
    assert {one["msg"] for one in outcome.failures()} >= {
        f"cannot delete {kind} {'G' if kind == 'group' else 'I1'}: never"
    }
    assert len(tried) == len(set(tried))
    assert not [one for one in made.log if one[0] == "update"]


def test_a_deletion_whose_answer_is_lost_is_what_failed_though_the_list_cannot_be_read_either() -> None:
    class Deaf(Fake):
        """Answers nothing any more."""

        def delete(self, record: Any, controls: Any) -> None:
            made.broken = {("GET", "tag")}
            raise ApiError("no answer", Failure("Fake", "DELETE", "/tags/1"), ambiguous=True)

    made = world()
    outcome = report(Deaf({"world": made}), want(TAG, name="T", state="absent"))
    assert outcome.failures()[0]["msg"].startswith("cannot delete tag T: no answer; ")
    assert not outcome.changed


@pytest.mark.parametrize(
    ("error", "written", "told"),
    [
        (ApiError("no", Failure("Fake", "DELETE", "/tags/1", 500)), True, ["delete"]),
        (ApiError("no", Failure("Fake", "DELETE", "/tags/1", 500)), False, []),
        # The service has seen that the request had no effect.
        (MonitoringError("no"), True, []),
    ],
)
def test_a_deletion_that_fails_is_told_as_a_change_as_far_as_it_got(
    error: MonitoringError, written: bool, told: list[str]
) -> None:
    class Half(Fake):
        """Stops half way."""

        def delete(self, record: Any, controls: Any) -> None:
            if written:
                made.write("delete", "tag", record.id)
            raise error

    made = world()
    outcome = report(Half({"world": made}), want(TAG, name="T", state="absent"))
    assert [change["action"] for change in outcome.changes()] == told
    assert outcome.failures()[0]["msg"] == "cannot delete tag T: no"


def test_how_to_delete_an_object_is_said_to_the_service() -> None:
    told: list[Any] = []

    class Told(Fake):
        """Remembers how."""

        def delete(self, record: Any, controls: Any) -> None:
            told.append(controls)

    report(Told({"world": world()}), want(GROUP, name="G", state="absent", force=True))
    assert told == [{"force": True}]


# -- where a list lags -------------------------------------------------------------------------------------------------


def test_an_object_that_does_not_show_up_at_once_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = World(Quirks(answers_id=False))
    hidden = 3

    class Lagging(Fake):
        """Lists what it has a little later."""

        def list_objects(self, *args: Any) -> Any:
            nonlocal hidden
            rows = super().list_objects(*args)
            hidden -= bool(rows)
            return [] if hidden > 0 else rows

    monkeypatch.setattr(apply_module, "_LOOKUP_S", 5.0)
    outcome = Report(reconcile(Lagging({"world": made}), [want(TAG, name="T")], check=False))
    assert (summary(outcome), outcome.outcome.ident(0)) == ({"create": 1}, ident(made, "T"))


def test_an_object_that_never_shows_up_is_a_failure_that_says_so() -> None:
    class Silent(Fake):
        """Lists nothing."""

        def list_objects(self, *args: Any) -> Any:
            return []

    made = World(Quirks(answers_id=False))
    outcome = Report(reconcile(Silent({"world": made}), [want(TAG, name="T")], check=False))
    assert outcome.failures()[0]["msg"] == "cannot create tag T: T was created but is not in the list"
    assert outcome.changes()[0]["action"] == "create"


def test_a_part_of_an_object_that_never_shows_up_fails_by_the_name_of_the_object() -> None:
    class Silent(Fake):
        """Lists no items."""

        def list_objects(self, kind: Any, *args: Any) -> Any:
            return [] if kind is ITEM else super().list_objects(kind, *args)

    outcome = report(Silent({"world": world(answers_id=False)}), want(ITEM, name="new", regions=["r"], **full()))
    assert outcome.failures()[0]["msg"] == "cannot create item new: new was created but is not in the list"


def test_an_object_that_its_list_still_shows_after_it_was_replaced_is_not_taken_for_the_new_one() -> None:
    made = world(answers_id=False)
    made.state["item"][ident(made, "I1")]["Regions"] = made.state["tag"][ident(made, "T")]["Items"] = []
    old, lagging = Record(ITEM, ident(made, "I1"), {"group": ident(made, "G"), "name": "I1"}), 2

    class Lagging(Fake):
        """Shows for a while what was deleted, and not what was created."""

        def list_objects(self, kind: Any, *args: Any) -> Any:
            nonlocal lagging
            rows = super().list_objects(kind, *args)
            if kind is not ITEM or not made.log or not lagging:
                return rows
            lagging -= 1
            return [old]

    outcome = report(Lagging({"world": made}), want(ITEM, name="I1", group="G", mode="b", recreate=True))
    assert summary(outcome) == {"recreate": 1}
    assert [(change["action"], change["id"]) for change in outcome.changes()] == [("recreate", ident(made, "I1"))]


def test_two_new_objects_of_one_name_are_a_failure_with_their_ids() -> None:
    class Twice(Fake):
        """Somebody else creates the same at the same time."""

        def create(self, kind: Any, values: Any) -> Any:
            super().create(kind, values)
            return super().create(kind, values)

    made = World(Quirks(answers_id=False))
    outcome = report(Twice({"world": made}), want(TAG, name="T"))
    first, second = made.state["tag"]
    assert outcome.failures()[0]["msg"] == f"cannot create tag T: there are 2 new tags named T: {first}, {second}"


def test_a_new_object_whose_answer_is_lost_is_found_before_what_it_is_linked_to_is_there() -> None:
    class Losing(Fake):
        """Creates tags, and does not say so."""

        def create(self, kind: Any, values: Any) -> Any:
            ident = super().create(kind, values)
            if kind is TAG:
                raise ApiError("no answer", Failure("Fake", "POST", "/tags"), ambiguous=True)
            return ident

    made = world()
    wanted = [want(TAG, name="N", items=["new"]), want(ITEM, name="new", **full())]
    outcome = report(Losing({"world": made}), *wanted, concurrency=1)
    assert summary(outcome) == {"create": 2}
    assert made.state["tag"][ident(made, "N")]["Items"] == [ident(made, "new")]


def test_what_somebody_else_created_before_is_not_taken_for_an_object_whose_answer_is_lost() -> None:
    class Rival(Fake):
        """Somebody else creates the child as soon as its parent is there; then the answer to this one is lost."""

        def list_objects(self, kind: Any, *args: Any) -> Any:
            if kind is ITEM and len(made.log) == 1:
                made.add(ITEM, Name="child", GroupID=ident(made, "G"))
            return super().list_objects(kind, *args)

        def create(self, kind: Any, values: Any) -> Any:
            super().create(kind, values)
            if "parent" in values:
                raise ApiError("no answer", Failure("Fake", "POST", "/items"), ambiguous=True)

    made = world(answers_id=False)
    family = [want(ITEM, name="parent", **full()), want(ITEM, name="child", parent="parent", **full())]
    outcome = report(Rival({"world": made}), *family)
    assert summary(outcome) == {"create": 1, "failed": 1}
    assert "there are 2 new items named child: " in outcome.failures()[0]["msg"]


def test_a_list_from_before_is_read_again_at_once_and_then_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr(ids_module, "poll", partial(poll, clock=clock))
    monkeypatch.setattr(apply_module, "_LOOKUP_S", 0.0)
    made = World(Quirks(answers_id=False))
    family = [want(ITEM, name="parent", **full()), want(ITEM, name="child", parent="parent", **full())]
    assert summary(run(made, want(GROUP, name="G"), *family)) == {"create": 3}
    assert clock.slept == []

    class Silent(Fake):
        """Lists nothing."""

        def list_objects(self, *args: Any) -> Any:
            return []

    monkeypatch.setattr(apply_module, "_LOOKUP_S", 2.0)
    monkeypatch.setattr(ids_module, "_POLL_S", 0.5)
    assert summary(report(Silent({"world": made}), want(TAG, name="T"))) == {"failed": 1}
    assert clock.slept == [0.5] * 4


@pytest.mark.parametrize("prune", [(), ("tag",)])
def test_a_list_is_read_again_for_the_same_objects_as_before(prune: tuple[str, ...]) -> None:
    asked: list[Any] = []

    class Asked(Fake):
        """Remembers what it was asked for."""

        def list_objects(self, kind: Any, *args: Any) -> Any:
            asked.extend([args] if kind is TAG else [])
            return super().list_objects(kind, *args)

    report(Asked({"world": world(answers_id=False)}), want(TAG, name="new"), prune=prune, prune_limit=1)
    first, again = ((list(desired), whole) for desired, whole in asked)
    assert again == first


# -- reports -----------------------------------------------------------------------------------------------------------


def test_check_mode_tells_what_a_run_does_and_writes_nothing() -> None:
    made = world()
    wanted = [
        want(GROUP, name="G", note="new"),
        want(TAG, name="N", items=["I2"]),
        want(TAG, name="T", state="absent"),
        want(ITEM, group="G", name="I1", mode="b", recreate=True),
        want(ITEM, group="G", name="I2", size=1),
    ]
    told = [
        ("update", "G", ["note"]),
        ("create", "N", ["name", "items"]),
        ("recreate", "I1", ["mode", "tags"]),
        ("delete", "T", []),
    ]
    there = {name: ident(made, name) for name in "GT"}
    for check in (True, False):
        outcome = run(made, *wanted, check=check)
        assert [(change["action"], change["name"], change["fields"]) for change in outcome.changes()] == told
        new = {name: None if check else ident(made, name) for name in ("N", "I1")}
        assert {change["name"]: change["id"] for change in outcome.changes()} == {**there, **new}
        assert bool(made.log) is not check


def test_check_mode_tells_no_change_of_an_object_that_cannot_be_read() -> None:
    made = world(thin=True)
    made.broken = {("GET", f"item/{ident(made, 'I1')}")}
    outcome = run(made, want(ITEM, group="G", name="I1", size=5), check=True)
    assert (outcome.changed, summary(outcome)) == (False, {"failed": 1})


def test_what_the_server_made_for_a_new_object_is_in_its_result() -> None:
    class Issuing(Fake):
        """Gives each new group a link, which only the answer to its creation shows."""

        kinds: ClassVar[Mapping[str, Kind]] = {
            "group": replace(
                GROUP, fields=(*GROUP.fields, Field("link", "Link", read_only=True, returned_on_create=True))
            )
        }

        def create(self, kind: Any, values: Any) -> Any:
            ident = str(super().create(kind, values))
            return Record(kind, ident, {**values, "link": f"https://example.com/{ident}"})

    made = World()
    shown = report(Issuing({"world": made}), want(Issuing.kinds["group"], name="N")).result(0)
    assert shown == {"group_id": ident(made, "N"), "name": "N", "link": f"https://example.com/{ident(made, 'N')}"}


def test_no_secret_is_shown_in_a_diff_or_a_result() -> None:
    made = world()
    made.state["item"][ident(made, "I1")]["Token"] = "s3cret-1"
    new = want(ITEM, name="new", token="s3cret-2", password="s3cret-3", **full())
    changed = want(ITEM, group="G", name="I1", token="s3cret-4", password="s3cret-5")
    for check in (True, False):
        outcome = run(made, new, changed, check=check)
        shown = str([outcome.diffs(), outcome.result(0), outcome.result(1), outcome.changes(), outcome.failures()])
        assert "s3cret" not in shown
        assert "********" in shown
    assert {row.get("Token") for row in made.state["item"].values()} == {"s3cret-2", "s3cret-4", None}


def test_a_result_can_be_fed_back_to_the_module() -> None:
    made = world()
    result = run(made, want(ITEM, group="G", name="I1", labels=["b", "a"], tags=["T"])).result(0)
    assert result is not None
    assert (result["group"], result["tags"], result["status"]) == ("G", ["T"], "ok")
    options = {name: value for name, value in result.items() if name != "status" and value is not None}
    assert not run(made, want(ITEM, **options)).changed


def test_a_deleted_object_is_returned_as_it_was_and_one_that_was_not_there_is_nothing() -> None:
    made = world()
    gone = run(made, want(TAG, name="T", state="absent"), want(TAG, name="never", state="absent"))
    shown = gone.result(0)
    assert shown is not None
    assert (shown["tag_id"], shown["name"], len(shown["items"])) == (gone.outcome.ident(0), "T", 1)
    assert gone.result(1) is None
    assert summary(gone) == {"delete": 1, "unchanged": 1}


def test_a_diff_shows_only_what_was_declared_and_what_became_of_it() -> None:
    made = world()
    outcome = run(made, want(GROUP, name="G", note="new"), want(TAG, name="N"))
    assert outcome.diffs() == [
        {
            "before_header": "group G",
            "after_header": "group G",
            "before": {"name": "G", "note": "old"},
            "after": {"name": "G", "note": "new"},
        },
        {"before_header": "tag N", "after_header": "tag N", "before": {}, "after": {"name": "N"}},
    ]
