# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declaration that takes a run back, and what it says cannot come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.parse import parse_config
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.undo import Undo, undo
from ansible_collections.declarative.monitoring.plugins.module_utils._core import apply as apply_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import ids as ids_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from unit.core.fake import GROUP, ITEM, KINDS, TAG, Fake, Fault, Quirks, World, run, want
from unit.core.test_properties import CASES, Case
from unit.core.test_renames import renamed

BUDGET = settings(max_examples=60, deadline=None, phases=[Phase.generate], print_blob=False)
OPTIONS = {item.api_names[0]: item.name for kind in KINDS.values() for item in kind.fields if item.api_names}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for lists that lag."""
    monkeypatch.setattr(apply_module, "_LOOKUP_S", 0.0)
    monkeypatch.setattr(ids_module, "_POLL_S", 0.0)


def taken_back(done: Report, redact: Any = lambda value: value) -> Undo:
    """How to take back a run."""
    return undo([KINDS[name] for name in Fake.config], done.outcome, redact)


def take_back(world: World, done: Report) -> Undo:
    """Take back a run."""
    found = taken_back(done)
    declaration = json.loads(json.dumps(found.declaration))
    result = run(world, *parse_config(Fake, declaration, declaration))
    assert not result.failures(), result.failures()
    return found


def known(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """All objects by kind and name, with the options that are set; other objects by name."""
    tags = {name: called for name, _row, called in world.view()["item"]}
    found = {}
    for kind, rows in world.view().items():
        for name, row, _tags in rows:
            values = {OPTIONS[key]: value for key, value in row if key in OPTIONS and key != "Status"}
            found[kind, name] = {**values, **({"tags": tags[name]} if kind == "item" and tags[name] else {})}
    return found


def unexplained(before: Mapping[Any, Any], after: Mapping[Any, Any], notes: tuple[str, ...]) -> list[Any]:
    """What differs, and no note says so."""
    found: list[Any] = []
    for kind, name in before.keys() | after.keys():
        old, new = before.get((kind, name)), after.get((kind, name))
        mine = " ".join(note for note in notes if note.startswith(f"{kind} {name}:"))
        if old is None or new is None:
            if "cannot be created again" not in mine:
                found.append((kind, name, old, new))
            continue
        for option in old.keys() | new.keys():
            linked = " ".join(notes) if option in ("tags", "parent") else ""
            if old.get(option) != new.get(option) and option not in mine and f"in {option}" not in linked:
                found.append((kind, name, option, old.get(option), new.get(option)))
    return found


# -- properties --------------------------------------------------------------------------------------------------------


def restores(case: Case, fault: Fault | None = None) -> None:
    """Run, take it back, and compare."""
    world = case.world
    # Two items of one name in different groups are two objects; here they are told apart by name.
    assume(all(len(rows) == len({row["Name"] for row in rows.values()}) for rows in world.state.values()))
    # No service lists a part of the objects that a list of links refers to.
    world.quirks.scoped = False
    before = known(world)
    world.fault = fault
    try:
        done = run(world, *case.wanted, prune=case.prune)
    except ApiError:
        return
    world.fault = None
    found = take_back(world, done)
    ambiguous = any("although it failed" in note for note in found.notes)
    assert ambiguous or not unexplained(before, known(world), found.notes), (found, before, known(world))
    assert "secret" not in json.dumps(found.declaration)
    second = json.loads(json.dumps(found.declaration))
    if not any(item.get("recreate") for items in second.values() for item in items):
        assert not run(world, *parse_config(Fake, second, second)).failures()


@BUDGET
@given(case=CASES)
def test_a_run_that_is_taken_back_leaves_what_was_there_but_for_what_the_notes_name(case: Case) -> None:
    restores(case)


@BUDGET
@given(case=CASES, at=st.integers(0, 25), kind=st.sampled_from(["refused", "before", "after", "dead"]))
def test_of_a_run_that_failed_only_what_was_done_is_taken_back(case: Case, at: int, kind: str) -> None:
    restores(case, Fault(at, kind))


# -- what an undo consists of ------------------------------------------------------------------------------------------


def a_world(**quirks: Any) -> World:
    """A group with an item, and a tag."""
    world = World(Quirks(**quirks))
    group = world.add(GROUP, Name="G", Note="n")
    item = world.add(ITEM, Name="I", GroupID=group, Mode="a", Size=1, Labels=["x"], Token="canary", ParentID=None)
    world.add(TAG, Name="T", Items=[item])
    return world


def test_former_values_come_back_and_a_new_object_is_absent() -> None:
    world = a_world()
    wanted = (want(ITEM, name="I", group="G", size=2, labels=[], url="http://x"), want(TAG, name="new"))
    done = run(world, *wanted)
    assert taken_back(done).declaration == {
        "items": [{"item_id": "102", "group": "G", "name": "I", "size": 1, "labels": ["x"], "url": None}],
        "tags": [{"tag_id": "104", "name": "new", "state": "absent"}],
    }
    assert taken_back(done).notes == ()


def test_a_renamed_object_gets_its_former_name_also_as_a_reference() -> None:
    world = a_world()
    done = run(world, renamed(GROUP, "G", name="H"), want(ITEM, name="I", group="H", size=2))
    assert taken_back(done).declaration == {
        "groups": [{"group_id": "101", "name": "G"}],
        "items": [{"item_id": "102", "group": "G", "name": "I", "size": 1}],
    }
    take_back(world, done)
    assert world.state["group"]["101"]["Name"] == "G"


def test_a_deleted_object_comes_back_whole_with_what_was_in_it_and_where_it_was() -> None:
    world = a_world()
    before = known(world)
    done = run(world, want(GROUP, name="G", state="absent"), want(TAG, name="T"))
    found = take_back(world, done)
    assert found.declaration["groups"] == [{"name": "G", "note": "n"}]
    assert found.declaration["items"] == [{"group": "G", "name": "I", "mode": "a", "size": 1, "labels": ["x"]}]
    assert found.notes[0] == "group G: it gets a new id, and its history is lost (the id was 101)."
    assert "password, token must be set again (secret)" in found.notes[1]
    del before["item", "I"]["token"]
    assert {**known(world), ("item", "I"): {**known(world)["item", "I"], "tags": ["T"]}} == before


def test_secrets_and_what_was_never_shown_are_notes() -> None:
    world = a_world()
    wanted = want(ITEM, name="I", group="G", token="canary2", password="canary3", force_send=["password"])
    found = taken_back(run(world, wanted))
    assert found.declaration == {"items": [{"item_id": "102", "group": "G", "name": "I"}]}
    assert found.notes == ("item I: token, password must be set again (secret).",)
    assert "canary" not in json.dumps([found.declaration, found.notes])


def test_a_value_that_holds_a_secret_of_the_run_is_a_note() -> None:
    world = a_world()
    wanted = want(GROUP, name="G", note="changed")
    found = taken_back(run(world, wanted), lambda value: "********" if value == "n" else value)
    assert found.declaration == {"groups": [{"group_id": "101", "name": "G"}]}
    assert found.notes == ("group G: note cannot be restored (its former value contains a secret).",)


def test_a_former_value_that_the_module_does_not_accept_is_a_note() -> None:
    world = a_world()
    world.state["item"]["102"]["Size"] = 77
    found = taken_back(run(world, want(ITEM, name="I", group="G", size=2)))
    assert "size cannot be restored (its former value is not one that this module accepts)" in found.notes[0]


def test_an_object_whose_name_another_one_has_is_not_created_again() -> None:
    world = a_world()
    twin = world.add(TAG, Name="T", Items=[])
    found = take_back(world, run(world, want(TAG, tag_id=twin, state="absent")))
    assert found.declaration == {}
    assert "it cannot be created again while another object has its name" in found.notes[0]


def test_an_object_comes_back_beside_one_with_nearly_its_name() -> None:
    world = a_world()
    other = world.add(TAG, Name="t", Items=[])
    found = take_back(world, run(world, want(TAG, name="T", state="absent")))
    assert {"tag_id": other} in found.declaration["tags"]
    assert sorted(one["Name"] for one in world.state["tag"].values()) == ["T", "t"]


@pytest.mark.parametrize("kind", [GROUP, TAG, ITEM])
def test_check_mode_shows_how_the_run_would_be_taken_back(kind: Kind) -> None:
    values = {"group": "G", "mode": "a"} if kind is ITEM else {}
    wanted = (want(kind, name="new", **values), want(ITEM, name="I", group="G", size=3))
    check = taken_back(run(a_world(), *wanted, check=True))
    done = taken_back(run(a_world(), *wanted))
    new = next(item for item in done.declaration[kind.plural] if item.get("state") == "absent")
    assert new.pop(kind.id_option)
    assert (check.declaration, check.notes) == (done.declaration, done.notes)
