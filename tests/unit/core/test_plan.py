# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning: from desired and current objects to steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.match import declared_twice, match
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import (
    Desired,
    PendingId,
    Record,
    Step,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan import Plan
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from unit.core.fake import GROUP, ITEM, KINDS, TAG, pure_plan, want


def have() -> dict[str, list[Record]]:
    """Groups G (1) and H (2); in G the items A (11) and B (12), whose parent is A; and the tag T (21) of A."""
    item = {"group": "1", "mode": "a", "size": 1, "url": None, "labels": ["x"], "tags": [], "parent": None}
    return {
        "group": [Record(GROUP, "1", {"name": "G", "note": None}), Record(GROUP, "2", {"name": "H", "note": "n"})],
        "tag": [Record(TAG, "21", {"name": "T", "items": ["11"]}), Record(TAG, "22", {"name": "U", "items": []})],
        "item": [
            Record(ITEM, "11", {**item, "name": "A", "tags": ["21"], "status": "ok"}),
            Record(ITEM, "12", {**item, "name": "B", "parent": "11"}),
        ],
    }


def planned(
    *wanted: Desired,
    records: Any = None,
    prune: tuple[str, ...] = (),
    limit: int = 10,
    kinds: Mapping[str, Kind] = KINDS,
) -> Plan:
    """The plan for these objects."""
    records = records or have()
    return pure_plan(kinds, match(kinds, wanted, records, prune), limit)


def step(*wanted: Desired, **options: Any) -> Step:
    """The step for the first of these objects."""
    return planned(*wanted, **options).steps[0]


def refused(*wanted: Desired, **options: Any) -> str:
    """The words in which a declaration is refused."""
    with pytest.raises(InputError) as error:
        planned(*wanted, **options)
    return str(error.value)


# -- one object --------------------------------------------------------------------------------------------------------


def test_only_what_is_declared_and_differs_is_sent() -> None:
    done = step(want(ITEM, group="G", name="A", size="1", labels=["y", "x"]))
    assert (done.action, done.payload, done.fields) == ("update", {"labels": ["y", "x"]}, ("labels",))
    assert step(want(ITEM, group="G", name="A", size="1", labels=["x"], url=None)).action == "unchanged"


def test_the_id_finds_an_object_whatever_else_is_declared_and_the_name_changes() -> None:
    done = step(want(ITEM, item_id="11", name="New", group="H"))
    assert (done.action, done.payload) == ("update", {"name": "New", "group": "2"})
    assert done.label == "New"


def test_an_id_that_is_not_there_is_an_error_and_creates_nothing() -> None:
    message = refused(want(ITEM, item_id="99", name="A", group="G", mode="a"))
    assert message == "items A: there is no item with item_id 99"


def test_null_clears_and_what_is_left_out_is_left_alone() -> None:
    done = step(want(GROUP, name="H", note=None))
    assert (done.payload, done.before, done.after) == (
        {"note": None},
        {"name": "H", "note": "n"},
        {"name": "H", "note": None},
    )
    assert step(want(GROUP, name="G", note=None)).action == "unchanged"
    assert step(want(GROUP, name="H")).action == "unchanged"


def test_null_is_not_sent_to_create_an_object() -> None:
    done = step(want(ITEM, group="G", name="N", mode="a", url=None))
    assert (done.action, done.payload) == ("create", {"group": "1", "name": "N", "mode": "a"})


def test_an_object_cannot_be_created_without_what_it_needs() -> None:
    assert refused(want(ITEM, group="G", name="N")) == (
        "items N: there is no item N yet, and creating it requires mode"
    )


def test_a_reference_to_nothing_is_named_rather_than_what_creating_the_object_would_take() -> None:
    gone = "items N: group names gone, but there is no such group, or it will be deleted"
    assert refused(want(ITEM, group="gone", name="N")) == gone


def test_what_an_object_lacks_is_named_with_what_may_stand_instead() -> None:
    check = want(Pinghome.kinds["resource"], name="N", location="")
    records: dict[str, list[Record]] = {"resource": []}
    assert refused(check, records=records, kinds=Pinghome.kinds) == (
        "there is no resource N yet, and creating it requires service_id and type and url or host"
    )
    target = want(PortMonitor.kinds["target"], group="G", name="N", type="url", location="")
    group = [Record(PortMonitor.kinds["group"], "1", {"name": "G"})]
    assert refused(target, records={"group": group}, kinds=PortMonitor.kinds) == (
        "there is no target N yet, and creating it requires url"
    )


def test_what_registers_by_itself_is_not_created() -> None:
    kind = SimpleHelp.kinds["machine_group"]
    assert refused(want(kind, groups=["a", "b"], location=""), records={kind.name: []}, kinds=SimpleHelp.kinds) == (
        "there is no machine group a / b, and this module cannot create one"
    )


def test_an_option_that_an_object_of_its_type_does_not_have_is_an_error() -> None:
    kinds = PortMonitor.kinds
    records = {
        "group": [Record(kinds["group"], "1", {"name": "G"})],
        "target": [Record(kinds["target"], "2", {"group": "1", "name": "A", "type": "ping", "host": "h"})],
    }
    message = refused(want(kinds["target"], target_id="2", port_number=80, location=""), records=records, kinds=kinds)
    assert message == "a target of type ping has no port_number"


def test_an_empty_list_of_another_endpoint_is_nothing_to_write_for_a_new_object() -> None:
    done = step(want(ITEM, group="G", name="N", mode="a", labels=[], tags=[], regions=[]))
    assert done.payload == {"group": "1", "name": "N", "mode": "a", "labels": []}


def test_deleting_what_is_not_there_is_nothing_to_do() -> None:
    assert step(want(TAG, name="gone", state="absent")).action == "unchanged"


def test_a_field_that_cannot_change_is_named_with_both_values_and_the_way_out() -> None:
    assert refused(want(ITEM, group="G", name="A", mode="b")) == (
        "items A: item A (11): mode is a and cannot become b once it exists; "
        "recreate: true deletes the object and creates it again"
    )


def test_a_replaced_object_keeps_all_that_nobody_declared_otherwise() -> None:
    done = step(want(ITEM, group="G", name="A", mode="b", size=5, recreate=True))
    assert (done.action, done.fields) == ("recreate", ("mode", "size"))
    assert done.payload == {"group": "1", "name": "A", "mode": "b", "size": 5, "labels": ["x"], "tags": ["21"]}
    assert done.before == {"group": "1", "name": "A", "mode": "a", "size": 1, "labels": ["x"], "tags": ["21"]}


def test_what_a_replaced_object_had_empty_is_not_sent_for_the_new_one() -> None:
    records = have()
    records["item"][0].values["url"] = ""
    done = step(want(ITEM, group="G", name="A", mode="b", recreate=True), records=records)
    assert "url" not in done.payload
    assert "url" not in done.before


@pytest.mark.parametrize("kind", [replace(ITEM, recreatable=False), replace(ITEM, creatable=False)])
def test_replacing_an_object_is_no_way_out_where_no_new_one_would_be_a_match(kind: Kind) -> None:
    kinds = {**KINDS, "item": kind}
    records = {**have(), "item": [Record(kind, "11", {"group": "1", "name": "A", "mode": "a"})]}
    message = refused(want(kind, group="G", name="A", mode="b"), records=records, kinds=kinds)
    assert message == "items A: item A (11): mode is a and cannot become b once it exists"


def test_an_object_that_is_as_it_should_be_is_not_replaced() -> None:
    assert step(want(ITEM, group="G", name="A", mode="a", recreate=True)).action == "unchanged"
    assert step(want(ITEM, group="G", name="A", mode="a", size=3, recreate=True)).action == "update"


def test_what_refers_to_a_replaced_object_waits_for_the_new_one() -> None:
    steps = planned(
        want(ITEM, group="G", name="B", parent="A"), want(ITEM, group="G", name="A", mode="b", recreate=True)
    ).steps
    assert steps[0].payload == {"parent": PendingId(1, "A")}
    assert steps[0].depends_on == {1}


def test_an_object_that_is_declared_by_its_id_can_be_replaced() -> None:
    done = step(want(ITEM, item_id="11", mode="b", recreate=True))
    assert (done.action, done.payload["name"], done.payload["mode"]) == ("recreate", "A", "b")


def test_a_replaced_object_keeps_nothing_that_the_new_one_cannot_have() -> None:
    kinds = PortMonitor.kinds
    old = {"group": "1", "name": "A", "type": "url", "url": "http://x", "timeout": 5}
    records = {"group": [Record(kinds["group"], "1", {"name": "G"})], "target": [Record(kinds["target"], "2", old)]}
    wanted = want(kinds["target"], group="G", name="A", type="ping", host="h", recreate=True)
    done = step(wanted, records=records, kinds=kinds)
    assert done.payload == {"group": "1", "name": "A", "type": "ping", "host": "h", "timeout": 5}
    assert done.before == old


def test_a_replaced_object_keeps_what_has_a_structure_where_the_new_one_can_have_it() -> None:
    kind = Pinghome.kinds["resource"]
    old = {"service_id": "1", "name": "A", "type": "http", "url": "http://x", "headers": {"a": "b"}}
    records = {"resource": [Record(kind, "2", {**old, "conditions": [{"c": 1}]})]}
    wanted = want(kind, service_id="1", name="A", type="keyword", recreate=True)
    assert step(wanted, records=records, kinds=Pinghome.kinds).payload == {**old, "type": "keyword"}


def test_what_an_object_cannot_have_may_be_declared_empty() -> None:
    kind = Pinghome.kinds["resource"]
    old = {"service_id": "1", "name": "A", "type": "tcp", "host": "h"}
    wanted = want(kind, **old, conditions=[])
    done = step(wanted, records={"resource": [Record(kind, "2", old)]}, kinds=Pinghome.kinds)
    assert (done.action, done.after, done.not_comparable) == ("unchanged", old, ())
    new = step(wanted, records={}, kinds=Pinghome.kinds)
    assert (new.action, new.payload) == ("create", old)


def test_a_replaced_object_gets_no_link_whose_other_end_excludes_it_or_goes() -> None:
    replaced = want(ITEM, group="G", name="A", mode="b", recreate=True)
    assert "tags" not in step(replaced, want(TAG, name="T", items=[])).payload
    assert "tags" not in step(replaced, want(TAG, name="T", state="absent")).payload
    assert step(replaced, want(TAG, name="T", items=[], purge_items=False)).payload["tags"] == ["21"]


def test_a_replaced_object_that_had_no_links_gets_those_that_are_added() -> None:
    done = step(want(ITEM, group="G", name="B", mode="b", recreate=True, tags=["U"], purge_tags=False))
    assert done.payload["tags"] == ["22"]


def test_a_replaced_object_that_had_a_replaced_object_gets_the_new_one() -> None:
    steps = planned(
        want(ITEM, group="G", name="A", mode="b", recreate=True),
        want(ITEM, group="G", name="B", mode="b", recreate=True),
    ).steps
    assert steps[1].payload["parent"] == PendingId(0, "A")
    assert steps[1].depends_on == {0}


# -- write-only and hidden ---------------------------------------------------------------------------------------------


def test_what_the_server_never_shows_is_sent_only_along_with_a_change() -> None:
    assert step(want(ITEM, group="G", name="A", password="s")).action == "unchanged"
    done = step(want(ITEM, group="G", name="A", password="s", size=2))
    assert (done.payload, done.fields, done.not_comparable) == ({"size": 2, "password": "s"}, ("size",), ())


def test_what_the_server_never_shows_is_always_sent_where_that_is_wanted() -> None:
    done = step(want(ITEM, group="G", name="A", password="s", force_send=["password"]))
    assert (done.action, done.payload, done.fields) == ("update", {"password": "s"}, ("password",))


def test_what_this_server_does_not_show_is_told_and_sent_only_along_with_a_change() -> None:
    records = have()
    del records["item"][0].values["size"]
    done = step(want(ITEM, group="G", name="A", size=2), records=records)
    assert (done.action, done.not_comparable) == ("unchanged", ("size",))
    done = step(want(ITEM, group="G", name="A", size=2, labels=[]), records=records)
    assert (done.payload, done.fields, done.not_comparable) == ({"labels": [], "size": 2}, ("labels",), ("size",))


def test_what_only_adds_to_a_hidden_list_is_kept_back_as_it_would_remove_the_rest() -> None:
    records = have()
    del records["item"][0].values["labels"]
    done = step(want(ITEM, group="G", name="A", size=2, labels=["y"], purge_labels=False), records=records)
    assert (done.payload, done.not_comparable) == ({"size": 2}, ("labels",))
    exact = step(want(ITEM, group="G", name="A", size=2, labels=["y"]), records=records)
    assert exact.payload == {"size": 2, "labels": ["y"]}


def test_what_is_hidden_is_no_reason_to_call_another_endpoint() -> None:
    done = step(want(ITEM, group="G", name="A", size=2, regions=["r"]))
    assert (done.payload, done.not_comparable) == ({"size": 2}, ("regions",))


def test_what_the_server_shows_of_a_secret_is_not_compared() -> None:
    records = have()
    records["item"][0].values["password"] = "a hash"
    assert step(want(ITEM, group="G", name="A", password="s"), records=records).action == "unchanged"


def test_what_cannot_change_is_told_but_not_sent_where_this_server_does_not_show_it() -> None:
    records = have()
    del records["item"][0].values["mode"]
    done = step(want(ITEM, group="G", name="A", mode="a", size=2), records=records)
    assert (done.payload, done.not_comparable) == ({"size": 2}, ("mode",))


def test_no_secret_is_shown_in_an_error() -> None:
    kind = Kind("key", "keys", "key_id", ("name",), ("id",), (Field("name"), Field("pin", immutable=True, secret=True)))
    records = {"key": [Record(kind, "1", {"name": "K", "pin": "s3cret-1"})]}
    message = refused(want(kind, name="K", pin="s3cret-2"), records=records, kinds={"key": kind})
    assert "pin is ******** and cannot become ********" in message


# -- lists and links ---------------------------------------------------------------------------------------------------


def test_a_list_is_exact_unless_it_only_adds() -> None:
    assert step(want(ITEM, group="G", name="A", labels=["y"])).payload == {"labels": ["y"]}
    assert step(want(ITEM, group="G", name="A", labels=["y"], purge_labels=False)).payload == {"labels": ["x", "y"]}
    both = want(ITEM, group="G", name="A", labels=["y", "x"], purge_labels=False)
    assert step(both).payload == {"labels": ["x", "y"]}
    assert step(want(ITEM, group="G", name="A", labels=["x"], purge_labels=False)).action == "unchanged"
    assert step(want(ITEM, group="G", name="A", labels=None, purge_labels=False)).action == "unchanged"
    assert step(want(ITEM, group="G", name="A", labels=[], purge_labels=False)).action == "unchanged"


def test_a_list_that_only_adds_is_the_whole_list_where_there_was_none() -> None:
    records = have()
    records["item"][0].values["labels"] = None
    wanted = {"labels": ["x"], "purge_labels": False}
    assert step(want(ITEM, group="G", name="A", **wanted), records=records).payload == {"labels": ["x"]}
    assert step(want(ITEM, group="G", name="N", mode="a", **wanted)).payload["labels"] == ["x"]


def test_of_settings_that_are_merged_only_the_given_ones_are_sent_and_the_others_stay() -> None:
    kind = SimpleHelp.kinds["group"]

    def settings(have: Any, wanted: Any) -> Step:
        records = {"group": [Record(kind, "1", {"name": "G", "ldap_settings": have})]}
        return step(want(kind, name="G", ldap_settings=wanted), records=records, kinds=SimpleHelp.kinds)

    done = settings({"enabled": False, "base_dn": "x"}, {"enabled": True})
    assert done.payload == {"ldap_settings": {"enabled": True}}
    assert done.after["ldap_settings"] == {"enabled": True, "base_dn": "x"}
    done = settings({"enabled": False, "base_dn": "x"}, {"base_dn": None})
    assert done.payload == {"ldap_settings": {"base_dn": None}}
    assert done.after["ldap_settings"] == {"enabled": False}
    done = settings(None, {"enabled": True})
    assert done.payload == {"ldap_settings": {"enabled": True}}
    assert done.after["ldap_settings"] == {"enabled": True}
    assert settings({"enabled": True, "base_dn": "x"}, {"enabled": True}).action == "unchanged"


@pytest.mark.parametrize("have", [{"a": "1"}, None])
def test_properties_that_are_only_added_leave_the_others(have: Any) -> None:
    kind = SimpleHelp.kinds["machine"]

    def properties(**wanted: Any) -> Step:
        records = {"machine": [Record(kind, "1", {"name": "M", "properties": have})]}
        return step(want(kind, machine_id="1", **wanted), records=records, kinds=SimpleHelp.kinds)

    done = properties(properties={"b": "2"}, purge_properties=False)
    assert done.payload == {"properties": {**(have or {}), "b": "2"}}
    assert properties(properties=None, purge_properties=False).action == "unchanged"


def test_links_are_an_exact_list_unless_it_only_adds() -> None:
    done = step(want(ITEM, group="G", name="A", tags=["U"]))
    assert done.payload == {"tags": ["22"]}
    done = step(want(ITEM, group="G", name="A", tags=["U"], purge_tags=False))
    assert done.payload == {"tags": ["21", "22"]}
    assert step(want(TAG, name="T", items=["A"])).action == "unchanged"


def test_links_that_are_only_added_leave_one_that_its_other_end_removes_to_that_end() -> None:
    done = step(want(ITEM, group="G", name="A", tags=["U"], purge_tags=False), want(TAG, name="T", items=[]))
    assert done.payload == {"tags": ["21", "22"]}


def test_a_link_to_a_replaced_object_is_not_removed_since_it_goes_with_it() -> None:
    done = step(want(TAG, name="T", items=["A"]), want(ITEM, group="G", name="A", mode="b", recreate=True))
    assert done.payload == {"items": [PendingId(1, "A")]}


# -- references --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ["B", "12"])
def test_an_object_is_referred_to_by_name_or_id(parent: str) -> None:
    assert step(want(ITEM, group="G", name="A", parent=parent)).payload == {"parent": "12"}


@pytest.mark.parametrize("empty", [None, ""])
def test_a_reference_that_is_empty_refers_to_nothing(empty: str | None) -> None:
    assert step(want(ITEM, group="G", name="B", parent=empty)).payload == {"parent": empty}
    assert step(want(ITEM, group="G", name="A", parent=empty)).action == "unchanged"


def test_a_name_means_the_object_of_the_same_part_of_the_account() -> None:
    kinds = Pinghome.kinds
    resource, integration = kinds["resource"], kinds["integration"]
    records = {
        "resource": [Record(resource, f"r{part}", {"service_id": part, "name": "R"}) for part in ("1", "2")],
        "integration": [
            Record(integration, "i", {"service_id": "2", "resource": "r2", "integration": "i", "name": "old"})
        ],
    }
    there = want(integration, service_id="2", resource="R", integration="i", name="new")
    assert step(there, records=records, kinds=kinds).payload == {"name": "new"}
    new = {"integration": "i", "type": "t", "name": "n", "status": "s"}
    done = step(want(integration, service_id="1", resource="R", **new), records=records, kinds=kinds)
    assert (done.action, done.payload["resource"]) == ("create", "r1")


def test_an_object_that_is_still_to_be_created_is_referred_to_by_name() -> None:
    done = step(
        want(ITEM, group="new", name="N", mode="a", parent="P"),
        want(GROUP, name="new"),
        want(ITEM, group="H", name="P", mode="a"),
    )
    assert done.payload == {"group": PendingId(1, "new"), "name": "N", "mode": "a", "parent": PendingId(2, "P")}
    assert done.depends_on == {1, 2}


def test_an_object_that_gets_a_new_name_is_referred_to_by_that() -> None:
    rename = want(GROUP, group_id="1", name="New")
    assert step(want(ITEM, item_id="11", group="New"), rename).action == "unchanged"
    assert "group names G, but there is no such group" in refused(want(ITEM, item_id="11", group="G"), rename)


def test_two_objects_may_swap_their_names() -> None:
    swap = [want(GROUP, group_id="1", name="H"), want(GROUP, group_id="2", name="G")]
    steps = planned(*swap, want(ITEM, group="G", name="A", mode="a"), want(ITEM, group="H", name="A", size=1)).steps
    assert [done.action for done in steps] == ["update", "update", "create", "unchanged"]
    assert steps[2].payload["group"] == "2"


@pytest.mark.parametrize("value", ["nothing", "99"])
def test_a_reference_to_nothing_is_an_error(value: str) -> None:
    message = refused(want(ITEM, group="G", name="A", parent=value))
    assert message == f"items A: parent names {value}, but there is no such item, or it will be deleted"


@pytest.mark.parametrize("value", ["B", "12"])
def test_a_reference_to_what_is_to_be_deleted_is_an_error(value: str) -> None:
    gone = want(ITEM, group="G", name="B", state="absent")
    assert "there is no such item, or it will be deleted" in refused(
        want(ITEM, group="G", name="A", parent=value), gone
    )
    assert "it will be deleted" in refused(want(ITEM, group="G", name="A", parent=value), prune=("item",))


def test_a_reference_to_one_of_several_of_that_name_is_an_error_with_their_ids() -> None:
    records = have()
    records["item"].append(Record(ITEM, "13", {"name": "B", "group": "2"}))
    message = refused(want(ITEM, group="G", name="A", parent="B"), records=records)
    assert message == "items A: parent names B, but there are 2 items of that name: use one of the ids 12, 13"


def test_a_new_object_among_several_of_that_name_is_called_by_its_name() -> None:
    new = want(ITEM, group="H", name="B", mode="a")
    message = refused(want(ITEM, group="G", name="A", parent="B"), new)
    assert message == "items A: parent names B, but there are 2 items of that name: use one of the ids B, 12"


# -- one name, several objects -----------------------------------------------------------------------------------------


def test_two_objects_of_one_name_are_an_error_with_their_ids_unless_one_is_given() -> None:
    records = have()
    records["tag"].append(Record(TAG, "23", {"name": "T", "items": []}))
    assert refused(want(TAG, name="T", items=[]), records=records) == (
        "tags T: there are 2 tags named T: set tag_id to one of 21, 23 "
        "(runs on different machines may have created them at the same moment)"
    )
    assert step(want(TAG, tag_id="23", name="T", items=[]), records=records).action == "unchanged"
    both = [want(TAG, tag_id="21", name="T", location="a"), want(TAG, tag_id="23", name="T", location="b")]
    assert [done.action for done in planned(*both, records=records).steps] == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "N"}, {"name": "N"}),
        ({"name": "T"}, {"tag_id": "21"}),
        ({"tag_id": "21"}, {"tag_id": "21", "name": "X"}),
        ({"name": "N"}, {"tag_id": "21", "name": "N"}),
        ({"name": "T"}, {"name": "T", "state": "absent"}),
    ],
)
def test_one_object_declared_twice_is_an_error_that_names_both_places(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    message = refused(want(TAG, **first, location="tags[0]"), want(TAG, **second, location="tags[4]"))
    assert message.endswith("is declared twice: tags[0] and tags[4]")


def test_one_name_in_two_groups_is_two_objects() -> None:
    steps = planned(want(ITEM, group="G", name="A"), want(ITEM, group="H", name="A", mode="a", location="b")).steps
    assert [done.action for done in steps] == ["unchanged", "create"]


def test_all_problems_are_named_at_once() -> None:
    message = refused(want(ITEM, group="G", name="N"), want(ITEM, group="G", name="A", mode="b"))
    lacks, differs = message.split("; ", 1)
    assert lacks == "items N: there is no item N yet, and creating it requires mode"
    assert differs.startswith("items A: item A (11): mode is a")


# -- deleting ----------------------------------------------------------------------------------------------------------


def test_what_nobody_declared_is_pruned_and_a_key_is_enough_to_keep_an_object() -> None:
    steps = planned(want(TAG, name="U"), prune=("tag",)).steps
    assert [(done.action, done.label) for done in steps] == [("unchanged", "U"), ("delete", "T")]
    assert [done.action for done in planned(want(TAG, tag_id="21"), want(TAG, name="U"), prune=("tag",)).steps] == [
        "unchanged",
        "unchanged",
    ]


def test_more_to_prune_than_is_allowed_is_an_error_that_lists_it() -> None:
    assert refused(prune=("tag", "item"), limit=3) == (
        "prune would delete 4 objects, but prune_limit is 3: tag T (21), tag U (22), item A (11), item B (12)"
    )
    assert len(planned(prune=("tag", "item"), limit=4).steps) == 4


def test_what_is_declared_absent_does_not_count_as_pruned() -> None:
    steps = planned(
        want(TAG, name="T", state="absent"), want(TAG, name="U", state="absent"), prune=("tag",), limit=0
    ).steps
    assert [done.action for done in steps] == ["delete", "delete"]


def test_a_deletion_waits_for_whatever_leaves() -> None:
    steps = planned(
        want(GROUP, name="G", state="absent"),
        want(ITEM, item_id="11", group="H"),
        want(ITEM, group="G", name="B", state="absent"),
    ).steps
    assert steps[0].depends_on == {1, 2}


def test_the_deletion_of_what_a_list_refers_to_waits_too() -> None:
    """The members of a group are deleted before the group, and nothing of that at the same time."""
    kinds = SimpleHelp.kinds
    records = {
        "group": [Record(kinds["group"], "g", {"name": "Support"}), Record(kinds["group"], "h", {"name": "Other"})],
        "technician": [
            Record(kinds["technician"], "1", {"username": "ann", "groups": ["g"]}),
            Record(kinds["technician"], "2", {"username": "ben", "groups": ["h", "g"]}),
        ],
    }
    steps = planned(
        want(kinds["group"], name="Support", state="absent"),
        want(kinds["technician"], username="ann", state="absent"),
        want(kinds["technician"], username="ben", groups=["Other"]),
        records=records,
        kinds=kinds,
    ).steps
    assert [done.depends_on for done in steps] == [{1, 2}, set(), set()]


def test_both_ends_of_a_link_can_be_deleted_together() -> None:
    steps = planned(want(TAG, name="T", state="absent"), want(ITEM, group="G", name="A", state="absent")).steps
    assert [done.depends_on for done in steps] == [set(), set()]


def test_each_step_has_its_place_in_the_plan_the_pruned_ones_too() -> None:
    steps = planned(want(TAG, name="new"), prune=("tag",)).steps
    assert [(done.index, done.action) for done in steps] == [(0, "create"), (1, "delete"), (2, "delete")]


def test_what_a_service_spares_is_not_pruned_and_deleted_only_by_its_id() -> None:
    def records() -> dict[str, list[Record]]:
        return {"tag": [Record(TAG, "21", {"name": "T"}, protected="may own the account")]}

    found = planned(records=records(), prune=("tag",), limit=0)
    assert (found.steps, found.warnings) == ((), ("Not pruned: tag T (21), which may own the account.",))
    assert refused(want(TAG, name="T", state="absent"), records=records()) == (
        "tags T: tag T may own the account; tag_id: 21 deletes it anyway"
    )
    assert step(want(TAG, tag_id="21", state="absent"), records=records()).action == "delete"


# -- order -------------------------------------------------------------------------------------------------------------


def test_the_order_is_by_kind_and_need_with_deletions_last_and_reversed() -> None:
    found = planned(
        want(ITEM, group="new", name="child", mode="a", parent="father"),
        want(TAG, name="U", state="absent"),
        want(ITEM, group="G", name="A", state="absent"),
        want(ITEM, group="G", name="B", state="absent"),
        want(ITEM, group="new", name="father", mode="a"),
        want(TAG, name="N"),
        want(GROUP, name="new"),
    )
    assert [found.steps[index].label for index in found.order] == ["new", "N", "father", "child", "B", "A", "U"]


def test_an_object_waits_for_all_that_it_lists() -> None:
    kinds = SimpleHelp.kinds
    new = [want(kinds["technician"], username="T", groups=["A", "B"]), *(want(kinds["group"], name=n) for n in "AB")]
    done = step(*new, records={"group": [], "technician": []}, kinds=kinds)
    assert done.payload["groups"] == [PendingId(1, "A"), PendingId(2, "B")]
    assert done.depends_on == {1, 2}


def test_objects_that_need_each_other_in_a_circle_are_named() -> None:
    message = refused(
        want(ITEM, group="G", name="X", mode="a", parent="Y"), want(ITEM, group="G", name="Y", mode="a", parent="X")
    )
    assert message.startswith("these objects refer to each other in a cycle: ")
    assert {"X", "Y"} <= set(message.replace(",", "").split())


def test_objects_that_refer_to_each_other_can_all_be_deleted() -> None:
    family = (("11", "A", "13"), ("12", "B", "11"), ("13", "C", "12"), ("14", "D", "11"), ("15", "E", "15"))
    items = [Record(ITEM, ident, {"group": "1", "name": name, "parent": parent}) for ident, name, parent in family]
    records = {**have(), "item": items}
    gone = [replace(want(ITEM, group="G", name=name), present=False) for name in "ABCDE"]
    steps = planned(*gone, records=records).steps
    waits = {done.label: sorted(steps[index].label for index in done.depends_on) for done in steps}
    # One of the circle goes first although C, which it does not wait for, refers to it.
    assert waits == {"A": ["B", "D"], "B": ["C"], "C": [], "D": [], "E": []}


def test_objects_that_are_there_may_refer_to_each_other_in_a_circle() -> None:
    steps = planned(want(ITEM, group="G", name="A", parent="B"), want(ITEM, group="G", name="B", parent="A")).steps
    assert [done.action for done in steps] == ["update", "unchanged"]


def test_what_is_declared_twice_is_found_without_the_account() -> None:
    one, other = (replace(want(GROUP, name="G"), location=f"groups[{index}]") for index in range(2))
    (problem,) = declared_twice([one, want(GROUP, name="H"), other])
    assert "groups[0]" in str(problem)
    assert "groups[1]" in str(problem)
    assert declared_twice([one, want(GROUP, name="H")]) == []
