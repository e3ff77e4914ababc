# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes with their values, the undeclared objects, and the id of the plan."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.ownership import Ownership
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan import Plan
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan_id import PATTERN, plan_id, require_plan
from unit.core.fake import GROUP, ITEM, TAG, Quirks, World, run, want

ITEMS = Ownership(frozenset({"item"}))


def item(world: World, group: str, name: str, **values: Any) -> str:
    """An item that exists."""
    return world.add(ITEM, Name=name, GroupID=group, Mode="a", **values)


def ids(world: World, *wanted: Desired, **options: Any) -> tuple[str, str]:
    """The id of the plan in check mode, and that of the run."""
    return planned_id(world.copy(), *wanted, check=True, **options), planned_id(world.copy(), *wanted, **options)


def planned_id(world: World, *wanted: Desired, redact: Any = lambda value: value, **options: Any) -> str:
    """The id of the plan of a run."""
    found: list[str] = []

    def note(plan: Plan) -> None:
        found.append(plan_id("fake", {"api_url": "http://x"}, plan, redact))

    run(world, *wanted, approve=note, **options)
    return found[-1]


# -- changes -----------------------------------------------------------------------------------------------------------


def test_a_change_shows_the_values_that_change_and_no_others() -> None:
    world = World()
    group = world.add(GROUP, Name="G")
    ident = item(world, group, "I", Size=1, URL="http://x", Labels=["a"])
    wanted = want(ITEM, name="I", group="G", size=2, url="http://x/", labels=["b"])
    for check in (True, False):
        (change,) = run(world, wanted, check=check).changes()
        assert change == {
            "kind": "item",
            "name": "I",
            "id": ident,
            "action": "update",
            "fields": ["size", "labels"],
            "before": {"size": 1, "labels": ["a"]},
            "after": {"size": 2, "labels": ["b"]},
            "renamed_from": None,
        }


def test_a_creation_has_no_former_values_and_a_deletion_no_later_ones() -> None:
    world = World()
    group = world.add(GROUP, Name="G", Note="")
    item(world, group, "old", Size=1)
    new = want(ITEM, name="new", group="G", mode="a", parent=None)
    created, deleted = run(world, new, prune=["item"], check=True).changes()
    assert (created["before"], created["after"]) == ({}, {"name": "new", "group": "G", "mode": "a", "parent": None})
    assert (deleted["before"], deleted["after"]) == ({"group": "G", "name": "old", "mode": "a", "size": 1}, {})


def test_an_object_that_is_renamed_by_its_id_shows_the_former_name() -> None:
    world = World()
    ident = world.add(TAG, Name="old", Items=[])
    (change,) = run(world, want(TAG, tag_id=ident, name="new"), check=True).changes()
    assert (change["name"], change["before"], change["after"]) == ("new", {"name": "old"}, {"name": "new"})
    assert change["renamed_from"] == "old"


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("canary", "canary2", "********", "******** (changed)"),
        ("", "canary2", None, "******** (changed)"),
        ("canary", None, "********", None),
    ],
)
def test_a_secret_that_changes_is_only_shown_to_change(old: str, new: Any, before: Any, after: Any) -> None:
    world = World()
    item(world, world.add(GROUP, Name="G"), "I", Token=old)
    (change,) = run(world, want(ITEM, name="I", group="G", token=new), check=True).changes()
    assert (change["before"], change["after"]) == ({"token": before}, {"token": after})


def test_a_secret_of_a_new_object_and_one_that_is_never_shown_are_masked() -> None:
    world = World()
    item(world, world.add(GROUP, Name="G"), "old")
    sent = want(ITEM, name="old", group="G", password="canary", force_send=["password"])
    new = want(ITEM, name="new", group="G", mode="a", password="canary", token="canary")
    changed, created = run(world, sent, new, check=True).changes()
    assert (changed["before"], changed["after"]) == ({}, {"password": "******** (changed)"})
    assert created["after"] == {"name": "new", "group": "G", "mode": "a", "password": "********", "token": "********"}


# -- undeclared objects ------------------------------------------------------------------------------------------------


def test_undeclared_objects_of_declared_kinds_are_listed_by_name_without_another_request() -> None:
    world = World()
    group = world.add(GROUP, Name="G")
    world.add(TAG, Name="T", Items=[])
    idents = {name: item(world, group, name) for name in ("c", "a", "b")}
    wanted = want(ITEM, name="b", group="G")
    without = run(world, wanted, check=True)
    reads = list(world.reads)
    found = run(world, wanted, check=True, ownership=ITEMS)
    assert (found.undeclared(), found.changed) == (
        [{"kind": "item", "name": name, "id": idents[name]} for name in ("a", "c")],
        False,
    )
    assert (without.undeclared(), world.reads) == ([], reads)


def test_objects_that_are_pruned_are_undeclared_too() -> None:
    world = World()
    item(world, world.add(GROUP, Name="G"), "old")
    found = run(world, prune=["item"], ownership=ITEMS)
    assert [change["action"] for change in found.changes()] == ["delete"]
    assert [one["name"] for one in found.undeclared()] == ["old"]


def test_objects_are_pruned_in_the_order_of_their_names_whatever_the_listing() -> None:
    orders = []
    for backwards in (False, True):
        world = World(Quirks(backwards=backwards))
        group = world.add(GROUP, Name="G")
        for name in ("b", "c", "a"):
            item(world, group, name)
        orders.append([one["name"] for one in run(world, prune=["item"], check=True).changes()])
    assert orders == [["a", "b", "c"]] * 2


# -- the id of a plan --------------------------------------------------------------------------------------------------


def a_world(**values: Any) -> World:
    """A group with two items."""
    world = World()
    group = world.add(GROUP, Name="G")
    item(world, group, "I", **{"Size": 1, "Labels": ["a", "b"], **values})
    item(world, group, "other", Size=3)
    return world


WANTED: dict[str, Any] = {"name": "I", "group": "G", "size": 2, "labels": ["c", "d"]}


def test_check_mode_and_a_run_have_the_same_id_and_another_run_has_another_one() -> None:
    child = want(ITEM, name="new", group="G", mode="a", parent="new2")
    wanted = [want(ITEM, **WANTED), child, want(ITEM, name="new2", group="G", mode="a")]
    check, done = ids(a_world(), *wanted, prune=["item"])
    assert check == done
    assert re.fullmatch(PATTERN, check)
    world = a_world()
    run(world, *wanted, prune=["item"])
    assert planned_id(world, *wanted, prune=["item"]) not in (check, plan_of_nothing("other"))


def plan_of_nothing(url: str) -> str:
    """The id of a plan without a change."""
    return plan_id("fake", {"api_url": url}, Plan((), (), {}), lambda value: value)


def test_the_account_is_a_part_of_the_id() -> None:
    assert plan_of_nothing("http://x") != plan_of_nothing("http://y")
    assert plan_of_nothing("http://x") == planned_id(a_world(), want(ITEM, name="I", group="G", size=1))


@pytest.mark.parametrize("values", [{"Size": 5}, {"Labels": ["a"]}])
def test_somebody_who_changes_what_the_plan_changes_makes_another_plan(values: Any) -> None:
    wanted = want(ITEM, **WANTED)
    assert planned_id(a_world(**values), wanted) != planned_id(a_world(), wanted)


@pytest.mark.parametrize("values", [{"URL": "http://new"}, {"Token": "t"}, {"Labels": ["b", "a"]}])
def test_somebody_who_changes_something_else_does_not_make_another_plan(values: Any) -> None:
    wanted = want(ITEM, **WANTED)
    assert planned_id(a_world(**values), wanted) == planned_id(a_world(), wanted)


def test_the_order_of_lists_that_have_none_does_not_make_another_plan() -> None:
    backwards = a_world()
    backwards.quirks.backwards = True
    for prune in ([], ["item"]):
        wanted = want(ITEM, **WANTED)
        other = want(ITEM, **{**WANTED, "labels": ["d", "c"]})
        assert ids(backwards, other, prune=prune) == ids(a_world(), wanted, prune=prune)


def test_how_an_object_is_deleted_is_a_part_of_the_id() -> None:
    plans = [planned_id(a_world(), want(GROUP, name="G", state="absent", force=force), check=True) for force in (0, 1)]
    assert plans[0] != plans[1]


def test_no_secret_can_be_guessed_from_the_id() -> None:
    def found(pin: str, new: str = "0815") -> set[str]:
        created = want(ITEM, name="new", group="G", mode="a", password=new, token=new)
        changed = want(ITEM, name="I", group="G", size=2, token=new, password=new)
        replaced = want(ITEM, name="other", group="G", mode="b", recreate=True, token=new)
        return {planned_id(a_world(Token=pin), changed, created, replaced, prune=["tag"], check=True)}

    pins = [f"{number:04}" for number in range(0, 10_000, 499)]
    assert len(set().union(*(found(pin) for pin in pins), *(found("4711", pin) for pin in pins))) == 1


def test_a_secret_that_stands_in_another_value_is_masked_before_the_digest() -> None:
    def found(pin: str) -> str:
        def redact(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: redact(one) for name, one in value.items()}
            if isinstance(value, (list, tuple)):
                return [redact(one) for one in value]
            return value.replace(pin, "********") if isinstance(value, str) else value

        return planned_id(a_world(), want(ITEM, name="I", group="G", url=f"http://x/{pin}"), redact=redact)

    assert found("4711") == found("0815")


def test_another_plan_than_the_expected_one_is_refused_before_any_write() -> None:
    world = a_world()
    expected = planned_id(a_world(), want(ITEM, **WANTED), check=True)

    def approve(plan: Plan) -> None:
        require_plan(expected, plan_id("fake", {"api_url": "http://x"}, plan, lambda value: value))

    for check in (True, False):
        with pytest.raises(InputError, match=f"expect_plan is {expected}"):
            run(world, want(ITEM, **{**WANTED, "size": 4}), approve=approve, check=check)
    assert not world.log
    assert run(world, want(ITEM, **WANTED), approve=approve).changed
