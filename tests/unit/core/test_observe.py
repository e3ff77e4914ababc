# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of an account, and which of its objects is which."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    InputError,
    MonitoringError,
    ShapeError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.match import match
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Observed, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.observe import observe, read_records
from ansible_collections.declarative.monitoring.plugins.module_utils._core.ownership import Ownership
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import for_kind
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from unit.core.fake import GROUP, ITEM, KINDS, TAG, Fake, Gauge, Quirks, World, run, want

TECHNICIAN = SimpleHelp.kinds["technician"]


def world(**quirks: Any) -> World:
    """The group G (101) that holds A (102), whose tag is T (104), and B (103)."""
    made = World(Quirks(**quirks))
    group = made.add(GROUP, Name="G")
    for name in "AB":
        made.add(ITEM, Name=name, GroupID=group, Mode="a", Size=1, Labels=["x"])
    made.add(TAG, Name="T", Items=["102"])
    return made


def refused(*wanted: Desired, records: Mapping[str, list[Record]] | None = None) -> str:
    """The words in which a declaration is refused."""
    with pytest.raises(InputError) as error:
        match(KINDS, wanted, dict(records or {}))
    return str(error.value)


# -- listings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ([want(TAG, name="T", items=["A", "B"])], set()),
        ([want(ITEM, item_id="102", size=2)], set()),
        ([want(TAG, name="new")], {"tag"}),
        ([want(TAG, name="new", state="absent")], {"tag"}),
        ([want(TAG, name="T", state="absent")], set()),
        ([want(TAG, name="T", items=["A", "gone"])], {"item"}),
        ([want(ITEM, group="G", name="A", parent="gone")], {"item"}),
        ([want(ITEM, group="G", name="A", tags=["T"], parent="B")], set()),
        ([want(ITEM, group="G", name="A", parent="gone", state="absent")], set()),
        ([want(GROUP, name="N"), want(ITEM, group="N", name="C", mode="a")], {"group", "item"}),
    ],
)
def test_a_listing_is_read_to_its_end_only_if_it_lacks_something(wanted: list[Desired], kinds: set[str]) -> None:
    class Short(Fake):
        """Is asked whether there is more than it has listed."""

        asked: ClassVar[list[set[str]]] = []

        def finds_more(self, kinds: Any) -> bool:
            self.asked.append(set(kinds))
            return False

    Short.asked.clear()
    observe(Short({"world": world()}), wanted, [], 1, Ownership())
    assert Short.asked == [kinds]


def test_an_object_that_a_listing_shows_only_when_it_is_read_on_is_not_created_again() -> None:
    class Short(Fake):
        """Lists one object of each kind until somebody asks whether there are more."""

        is_whole = False

        def _list_kind(self, kind: Kind, desired: Any, whole: bool) -> list[Record]:
            records = super()._list_kind(kind, desired, whole)
            return records if self.is_whole else records[:1]

        def finds_more(self, kinds: Any) -> bool:
            self.is_whole = True
            return True

    made = world()
    made.add(TAG, Name="second")
    snapshot = observe(Short({"world": made}), [want(TAG, name="second"), want(TAG, name="new")], [], 1)
    assert [one.record is not None for one in snapshot.objects] == [True, False]


@pytest.mark.parametrize(
    ("wanted", "prune", "reads"),
    [
        ([want(TAG, name="T")], [], ["tags"]),
        ([want(TAG, name="T", items=[])], [], ["groups", "tags", "items"]),
        ([want(TAG, name="T", items=["A"], state="absent")], [], ["tags"]),
        ([want(GROUP, name="G")], [], ["groups"]),
        ([want(GROUP, name="G", state="absent")], [], ["groups", "items"]),
        ([want(ITEM, item_id="102", size=1)], [], ["groups", "items"]),
        ([want(ITEM, item_id="102", tags=["T"])], [], ["groups", "tags", "items"]),
        ([want(ITEM, group="G", name="A", tags=["T"], state="absent")], [], ["groups", "items"]),
        ([], ["tag"], ["tags"]),
        ([], ["group"], ["groups", "items"]),
        ([], [], []),
    ],
)
def test_only_the_lists_are_read_that_a_declaration_is_about(
    wanted: list[Desired], prune: list[str], reads: list[str]
) -> None:
    made = world()
    run(made, *wanted, prune=prune)
    assert [read for read in made.reads if "/" not in read] == reads


@pytest.mark.parametrize(
    ("groups", "reads"), [([], ["technician"]), (None, ["technician"]), (["G"], ["technician", "group"])]
)
def test_what_no_object_refers_to_is_not_listed(groups: Any, reads: list[str]) -> None:
    listed: list[str] = []

    class Lists(Fake):
        """Remembers what it was asked for."""

        kinds: ClassVar[Mapping[str, Kind]] = SimpleHelp.kinds

        def list_objects(self, kind: Any, *args: Any) -> Any:
            listed.append(kind.name)
            return []

    observe(Lists({"world": World()}), [want(TECHNICIAN, username="U", groups=groups)], (), 1)
    assert sorted(listed) == sorted(reads)


@pytest.mark.parametrize("prune", [[], ["item"]])
def test_a_service_is_told_what_is_declared_and_whether_all_is_to_be_listed(prune: list[str]) -> None:
    asked: list[Any] = []

    class Asked(Fake):
        """Remembers what it was asked for."""

        def list_objects(self, kind: Any, desired: Any = (), whole: bool = True) -> Any:
            asked.append((desired, whole))
            return super().list_objects(kind, desired, whole)

    wanted = [want(ITEM, group="G", name="A")]
    observe(Asked({"world": world()}), wanted, prune, 1)
    assert asked == [(wanted, bool(prune))] * 2


def test_all_that_nobody_declared_is_pruned_where_a_list_shows_one_group_at_a_time() -> None:
    made = world(scoped=True)
    other = made.add(GROUP, Name="H")
    made.add(ITEM, Name="C", GroupID=other, Mode="a")
    run(made, want(ITEM, group="G", name="A", size=1), prune=["item"])
    assert [row["Name"] for row in made.state["item"].values()] == ["A"]


# -- details -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({"size": 1}, ["items/102"]),
        ({"url": None}, []),
        ({"password": "p"}, []),
        ({"size": 1, "state": "absent"}, []),
        ({"mode": "a", "recreate": True}, []),
        ({"mode": "b", "recreate": True}, ["items/102"]),
    ],
)
def test_a_detail_is_read_only_for_what_can_be_known_and_is_not_yet(options: Any, reads: list[str]) -> None:
    made = world(thin=True)
    observe(Fake({"world": made}), [want(ITEM, group="G", name="A", **options)], (), 1)
    assert [read for read in made.reads if "/" in read] == reads


def test_no_detail_is_read_for_what_an_object_of_its_type_does_not_have() -> None:
    kinds = PortMonitor.kinds
    old = {"group": "1", "name": "A", "type": "ping", "host": "h", "timeout": 1}
    old |= {"seconds_between_checks": 1, "retries_per_check": 1}

    class Targets(Fake):
        """Has one target, of which it shows all there is."""

        kinds: ClassVar[Mapping[str, Kind]] = PortMonitor.kinds

        def list_objects(self, kind: Any, *args: Any) -> Any:
            return [Record(kind, "1", old if kind is kinds["target"] else {"name": "G"})]

        def read(self, record: Any, missing: Any) -> Any:
            raise AssertionError(missing)

    wanted = want(kinds["target"], group="G", name="A", type="url", url="http://x", recreate=True)
    (step,) = observe(Targets({"world": World()}), [wanted], (), 1).objects
    assert step.needs_replacement


def test_what_was_read_for_several_at_once_is_not_read_for_each() -> None:
    asked: list[Any] = []

    class Batch(Fake):
        """Reads the sizes of all at once."""

        def prefetch(self, reads: Any) -> None:
            asked.extend((record.id, missing, desired) for record, missing, desired in reads)
            for record, missing, _desired in reads:
                record.values.update({"size": 1} if "size" in missing else {})

    made = world(thin=True)
    wanted = [
        want(ITEM, group="G", name="A", size=1, url=None),
        want(ITEM, group="G", name="B", size=1, labels=["x"]),
        want(GROUP, name="G"),
    ]
    observe(Batch({"world": made}), wanted, (), 1)
    assert asked == [("102", {"size"}, wanted[0]), ("103", {"size", "labels"}, wanted[1])]
    assert made.reads == ["groups", "items", "items/103"]


@pytest.mark.parametrize("names", ["AB", "ABCD"])
@pytest.mark.parametrize("options", [{"size": 2}, {"mode": "b", "recreate": True}])
def test_details_are_read_at_the_same_time_but_no_more_than_allowed(options: Any, names: str) -> None:
    gauge = Gauge(2)

    class Slow(Fake):
        """Takes its time to read."""

        def read(self, *args: Any) -> Any:
            with gauge:
                return super().read(*args)

    made = world(thin=True)
    for name in names[2:]:
        made.add(ITEM, Name=name, GroupID="101", Mode="a")
    observe(Slow({"world": made}), [want(ITEM, group="G", name=name, **options) for name in names], (), 2)
    assert gauge.most == 2


def test_an_object_that_cannot_be_read_does_not_keep_the_answer_in_memory() -> None:
    """With thousands of objects, and a server that answers each read with a whole listing, that took gigabytes."""
    answers: list[weakref.ref[Any]] = []

    class Answer(list[int]):
        """A list to which a weak reference can be made."""

    class Broken(Fake):
        """Answers each read with too much."""

        def read(self, *args: Any) -> Any:
            answer = Answer([1])
            answers.append(weakref.ref(answer))
            try:
                raise ShapeError("a list of 1")
            except ShapeError as exc:
                raise ApiError("odd", Failure("Example", "GET", "/")) from exc

    wanted = [want(ITEM, group="G", name=name, size=2) for name in "AB"]
    objects = observe(Broken({"world": world(thin=True)}), wanted, (), 2).objects
    gc.collect()
    assert [str(one.error) for one in objects] == ["odd", "odd"]
    assert [answer() for answer in answers] == [None, None]


# -- which is which ----------------------------------------------------------------------------------------------------


def test_the_only_object_of_its_kind_is_found_without_an_id_or_a_name() -> None:
    kind = PortMonitor.kinds["profile"]
    (step,) = match(PortMonitor.kinds, [want(kind, language="en")], {"profile": [Record(kind, "profile", {})]}).objects
    assert step.record is not None


def test_what_is_pruned_is_neither_what_a_service_spares_nor_what_is_no_part_of_the_account() -> None:
    records = [
        Record(TAG, "1", {"name": "free"}),
        Record(TAG, "2", {"name": "spared"}, protected="is needed"),
        Record(TAG, "3", {"name": "apart"}, out_of_scope=True),
        Record(TAG, "4", {"name": "both"}, protected="is needed", out_of_scope=True),
        Record(TAG, "5", {"name": "too"}, protected="is needed"),
    ]
    snapshot = match(KINDS, [], {"tag": records}, ["tag"])
    assert [step.label for step in snapshot.objects] == ["free"]
    assert [record.label for record in snapshot.protected] == ["spared", "too"]
    assert match(KINDS, [], {"tag": records}).protected == ()


def test_all_that_is_wrong_with_a_declaration_is_told_at_once() -> None:
    records = [Record(TAG, ident, {"name": "T"}) for ident in ("1", "2")]
    wanted = [*(want(TAG, name="N", location=location) for location in "abc"), want(TAG, name="T", location="d")]
    assert refused(*wanted, records={"tag": records}) == (
        "tag N is declared twice: a and b; tag N is declared twice: a and c; "
        "d: there are 2 tags named T: set tag_id to one of 1, 2 "
        "(runs on different machines may have created them at the same moment)"
    )


def test_an_object_declared_by_its_id_and_then_by_its_name_is_declared_twice() -> None:
    there = {"tag": [Record(TAG, "1", {"name": "T"})]}
    message = refused(want(TAG, tag_id="1", location="a"), want(TAG, name="T", location="b"), records=there)
    assert message == "tag T is declared twice: a and b"


def test_two_new_objects_of_one_name_are_one_declared_twice_unless_they_are_in_different_places() -> None:
    new = [
        want(GROUP, name="N"),
        want(ITEM, group="N", name="A", location="a"),
        want(ITEM, group="N", name="A", location="b"),
    ]
    assert refused(*new) == "item A is declared twice: a and b"
    kind = Pinghome.kinds["integration"]
    apart = [want(kind, service_id=part, resource="new", integration="i", location=part) for part in "12"]
    assert [step.record for step in match(Pinghome.kinds, apart, {}).objects] == [None, None]


def test_what_is_to_be_deleted_has_to_be_told_from_others_of_its_name() -> None:
    records = {
        "group": [Record(GROUP, ident, {"name": "G"}) for ident in ("1", "2")],
        "item": [Record(ITEM, "3", {"group": "1", "name": "A"})],
    }
    gone = want(ITEM, group="G", name="A", state="absent", location="a")
    assert refused(gone, records=records) == "a: group G may be any of 1, 2"

    def found(**options: Any) -> Observed:
        return match(KINDS, [want(ITEM, name="A", **options)], records).objects[0]

    assert found(group="G", item_id="3", state="absent").record is not None
    assert found(group="1", state="absent").record is not None
    assert found(group="G").record is None


def test_a_listing_of_objects_of_another_kind_is_refused() -> None:
    """A service that forgets a kind in a branch must not make pruning delete the objects of another."""

    class Forgetful(Fake):
        def _list_kind(self, kind: Any, *args: Any) -> Any:
            return super()._list_kind(GROUP, *args)

    service = Forgetful({"world": world()})
    with pytest.raises(MonitoringError, match=r"^listing every tag returned a group"):
        service.list_objects(TAG)


def test_a_kind_that_a_table_lacks_is_an_error() -> None:
    assert for_kind({"tag": 1, "group": 2}, GROUP) == 2
    with pytest.raises(MonitoringError, match=r"^item is missing in a table of tag, group"):
        for_kind({"tag": 1, "group": 2}, ITEM)


# -- objects that cannot be read ---------------------------------------------------------------------------------------


class _Unreadable(Fake):
    """A service that does not show some objects."""

    unreadable: ClassVar[dict[str, int]] = {}

    def read(self, record: Record, missing: Any) -> dict[str, Any]:
        """The values, unless they cannot be read."""
        if record.id in self.unreadable:
            raise ApiError("no", Failure("Fake", "GET", f"/{record.id}", status=self.unreadable[record.id]))
        return dict.fromkeys(missing, "read")


@pytest.mark.parametrize(
    ("unreadable", "status"), [({"2": 403}, 403), ({"2": 403, "3": 500}, 403), ({"3": 500, "1": 404}, 404)]
)
def test_the_first_object_that_cannot_be_read_is_the_error_of_a_list(
    monkeypatch: pytest.MonkeyPatch, unreadable: dict[str, int], status: int
) -> None:
    monkeypatch.setattr(_Unreadable, "unreadable", unreadable)
    records = [Record(ITEM, ident, {"name": ident}) for ident in "123"]
    with pytest.raises(ApiError) as error:
        read_records(_Unreadable({"world": world()}), records, 2, ["size"])
    assert error.value.failure.status == status


def test_objects_of_a_list_are_completed_with_the_fields_that_they_lack() -> None:
    records = [Record(ITEM, "1", {"name": "a"}), Record(ITEM, "2", {"name": "b", "size": 7})]
    read_records(_Unreadable({"world": world()}), records, 2, ["size"])
    assert [record.values["size"] for record in records] == ["read", 7]
