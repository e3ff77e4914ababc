# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that are found by a former name, and the hint that one could be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.ownership import Ownership
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from unit.core.fake import GROUP, ITEM, TAG, World, names, run, summary, want

OWNED = Ownership(frozenset({"group", "tag", "item"}))


def renamed(kind: Kind, *former: str, **given: Any) -> Desired:
    """An object that had other names."""
    return replace(want(kind, **given), renamed_from=former)


def test_the_kinds_whose_objects_can_be_renamed_follow_from_their_keys() -> None:
    services = (Alertra, Pinghome, PingPlotter, PortMonitor, SimpleHelp)
    found = {kind.name for service in services for kind in service.kinds.values() if kind.renamable}
    assert found == {
        "device", "tag", "group", "target", "resource", "server_resource", "heartbeat", "technician",
    }  # fmt: skip


# -- renaming ----------------------------------------------------------------------------------------------------------


def test_an_object_with_a_former_name_is_renamed_and_keeps_its_id() -> None:
    world = World()
    ident = world.add(GROUP, Name="old", Note="kept")
    wanted = renamed(GROUP, "older", "old", name="new", note="changed")
    planned = run(world, wanted, check=True, prune=["group"])
    done = run(world, wanted, prune=["group"])
    (change,) = done.changes()
    assert planned.changes() == [change]
    assert (change["action"], change["id"], change["fields"]) == ("update", ident, ["name", "note"])
    assert (change["name"], change["renamed_from"]) == ("new", "old")
    assert (list(world.state["group"]), names(world, GROUP)) == ([ident], {"new": 1})
    assert not done.warnings()
    again = run(world, wanted, prune=["group"])
    assert (again.changed, again.warnings()) == (False, [])


def test_an_object_in_a_renamed_one_stays_and_can_be_renamed_too() -> None:
    world = World()
    group, other = world.add(GROUP, Name="old"), world.add(GROUP, Name="other")
    ident = world.add(ITEM, Name="a", GroupID=group, Mode="a")
    world.add(ITEM, Name="a", GroupID=other, Mode="a")
    wanted = (renamed(ITEM, "a", name="b", group="new"), renamed(GROUP, "old", name="new"))
    assert summary(run(world, *wanted)) == {"update": 2}
    assert world.state["item"][ident]["Name"] == "b"
    assert names(world, ITEM) == {"a": 1, "b": 1}
    assert not run(world, *wanted).changed


def test_an_object_without_a_former_one_is_created() -> None:
    world = World()
    assert summary(run(world, renamed(TAG, "old", name="new"))) == {"create": 1}


@pytest.mark.parametrize("options", [{"state": "absent"}, {"tag_id": "101"}])
def test_former_names_mean_nothing_for_an_object_that_is_absent_or_has_an_id(options: Any) -> None:
    world = World()
    ident = world.add(TAG, Name="other", Items=[])
    world.add(TAG, Name="old", Items=[])
    assert ident == "101"
    done = run(world, renamed(TAG, "old", name="new", **options))
    assert names(world, TAG)["old"] == 1
    assert not done.warnings()


def test_several_objects_with_former_names_are_refused_with_their_ids() -> None:
    world = World()
    first, second = (world.add(TAG, Name=name, Items=[]) for name in ("a", "b"))
    with pytest.raises(InputError) as error:
        run(world, renamed(TAG, "a", "b", name="new"))
    assert all(words in str(error.value) for words in (f"a ({first})", f"b ({second})", "tags new", "tag_id"))
    assert not world.log


def test_a_former_name_beside_the_new_one_is_a_warning_and_never_pruned() -> None:
    world = World()
    kept = world.add(TAG, Name="old", Items=[])
    world.add(TAG, Name="new", Items=[])
    world.add(TAG, Name="stale", Items=[])
    wanted = renamed(TAG, "old", name="new")
    done = run(world, wanted, prune=["tag"], ownership=OWNED)
    assert [change["name"] for change in done.changes()] == ["stale"]
    assert done.warnings() == [
        f"tag old ({kept}) has a former name of tag new, which exists, too: "
        "it is neither renamed nor pruned in this run."
    ]
    assert "old" in [one["name"] for one in done.undeclared()]


def test_a_former_name_that_is_used_again_is_a_warning_and_nothing_is_lost() -> None:
    world = World()
    ident = world.add(TAG, Name="old", Items=[])
    run(world, renamed(TAG, "old", name="new"))
    wanted = (want(TAG, name="old"), renamed(TAG, "old", name="new"))
    first, second = run(world, *wanted, prune=["tag"]), run(world, *wanted, prune=["tag"])
    assert (summary(first), summary(second)) == ({"create": 1, "unchanged": 1}, {"unchanged": 2})
    words = "tag old is declared, and is a former name of tag new: remove it from renamed_from at tags new."
    assert first.warnings() == second.warnings() == [words]
    assert world.state["tag"][ident]["Name"] == "new"


@pytest.mark.parametrize("other", [want(TAG, name="old"), renamed(TAG, "old", name="third")])
def test_an_object_that_two_declarations_mean_is_refused_with_both_places(other: Desired) -> None:
    world = World()
    world.add(TAG, Name="old", Items=[])
    with pytest.raises(InputError) as error:
        run(world, renamed(TAG, "old", name="new", location="tags[1]"), replace(other, location="tags[0]"))
    assert all(words in str(error.value) for words in ("tags[0]", "tags[1]", "declared twice"))
    assert not world.log


# -- hints -------------------------------------------------------------------------------------------------------------


def hints(prune: Any, declared: Any, **stored: Any) -> list[str]:
    """The hints for an item that is declared beside a stored one."""
    world = World()
    group = world.add(GROUP, Name="G")
    world.add(ITEM, **{"Name": "old", "GroupID": group, "Mode": "a", "URL": "http://x", **stored})
    world.add(GROUP, Name="other")
    wanted = want(ITEM, **{"name": "new", "group": "G", "mode": "a", "url": "http://x/", **declared})
    return run(world, wanted, check=True, prune=prune, ownership=OWNED).warnings()


@pytest.mark.parametrize("prune", [[], ["item"]])
def test_a_new_object_that_differs_only_by_name_may_have_been_renamed(prune: Any) -> None:
    (hint,) = hints(prune, {})
    assert hint.startswith("item new is new, and differs only by name from old (102), which is not declared")
    assert "renamed_from: [old] keeps its id and its history" in hint


@pytest.mark.parametrize(
    ("declared", "stored"),
    [({"url": "http://y"}, {}), ({"mode": "b"}, {}), ({"group": "other"}, {}), ({"size": 1}, {"Size": 2})],
)
def test_a_new_object_that_differs_otherwise_gives_no_hint(declared: Any, stored: Any) -> None:
    assert hints([], declared, **stored) == []


def test_secrets_are_not_compared_for_a_hint() -> None:
    assert len(hints([], {"token": "0815"}, Token="4711")) == 1
    assert len(hints([], {"token": "4711"}, Token="4711")) == 1


def test_objects_that_only_have_names_give_no_hint() -> None:
    world = World()
    world.add(GROUP, Name="old")
    assert run(world, want(GROUP, name="new"), check=True, ownership=OWNED).warnings() == []
