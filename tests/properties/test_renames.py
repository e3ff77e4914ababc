# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that are declared by new names with renamed_from keep their ids, for random accounts and declarations."""

from __future__ import annotations

import contextlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.harness import Result
from properties.declarations import Author, Declaration, Item, Known
from properties.machine import MACHINES, REFUSED, Account, Seen
from properties.worlds import WORLDS, World
from sandbox.client import Sandbox, SandboxError

RENAMING = [world for world in WORLDS if any(kind.renamable for kind in world.kinds.values())]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("world", RENAMING, ids=lambda world: world.name)
def test_a_renamed_object_keeps_its_id(world: World, sandbox: Sandbox, effort: settings) -> None:
    seen: Seen = Counter()

    @effort
    @given(data=st.data())
    def prove(data: st.DataObject) -> None:
        rename(world, sandbox, seen, data)

    prove()
    tried = {(kind.name, what) for kind in world.kinds.values() if kind.renamable for what in ("renamed", "used again")}
    assert tried <= set(+seen), ("not tried", sorted(tried - set(+seen)))


def rename(world: World, sandbox: Sandbox, seen: Seen, data: st.DataObject) -> None:
    """Objects are renamed, and nothing else comes of it; then somebody uses their former names again."""
    person: Account = MACHINES.get(world.name, Account)(world, sandbox, seen)
    sandbox.reset()
    sandbox.set_state(world.name, dict(world.fresh))
    person.change_service(data)
    for kind in world.kinds.values():
        person.edit(data, kind)
    careful = data.draw(st.booleans(), "careful")
    before = person.known()
    declaration = data.draw(_renamed(person, careful), "declared")
    if not declaration.items:
        return
    plan = person.run(declaration.module, declaration.options(), check=True)
    # All that holds for any declaration: the plan comes true, a second run changes nothing, and it can be taken back.
    person.holds(data, declaration, careful)
    if plan.get("failed"):
        return
    names_only(declaration, plan, before)
    state, after = person.state(), person.known()
    for item in declaration.items:
        name = after[item.kind.name][str(item.ident)][item.kind.name_option]
        assert world.same_name(item.kind, name, item.key[item.kind.name_option])
        assert len(after[item.kind.name]) == len(before[item.kind.name])
        seen[item.kind.name, "renamed"] += 1
    if declaration.whole:
        for item in {item.kind.name: item for item in declaration.items}.values():
            use_again(person, declaration, item, before)
            person.restore(state)


def names_only(declaration: Declaration, plan: Result, before: Known) -> None:
    """The plan has an update of each object, from its former name, and nothing that creates or deletes."""
    if not declaration.whole:
        assert plan["changed"]
        return
    changes = {(one["kind"], one["id"]): one for one in plan["changes"]}
    assert len(changes) == len(plan["changes"])
    assert {one["action"] for one in plan["changes"]} == {"update"}, plan["changes"]
    for item in declaration.items:
        change = changes[item.kind.name, str(item.ident)]
        former = before[item.kind.name][str(item.ident)][item.kind.name_option]
        assert item.kind.name_option in change["fields"]
        assert change["renamed_from"] == change["before"][item.kind.name_option] == former


def use_again(person: Account, declaration: Declaration, item: Item, before: Known) -> None:
    """Somebody makes another object with a former name: there is a warning, and pruning loses nothing."""
    world, kind, state = person.world, item.kind, person.state()
    there = person.known()[kind.name]
    world.add(state, kind, {name: one for name, one in before[kind.name][str(item.ident)].items() if one is not None})
    with contextlib.suppress(SandboxError):  # what the service refuses
        person.restore(state)
    made = sorted(person.known()[kind.name].keys() - there.keys())
    if not made:
        return
    options = {**declaration.options(), "prune": [kind.plural], "prune_limit": 1000}
    result = person.run(declaration.module, options)
    if result.get("failed"):
        assert any(words in result["msg"] for words in (*REFUSED, "there is no")), result["msg"]
        return
    assert "has a former name of" in str(result["warnings"]), result
    left = person.known()[kind.name]
    assert {str(item.ident), *made} <= left.keys(), ("lost", item, made, result["changes"])
    person.seen[kind.name, "used again"] += 1


@st.composite
def _renamed(draw: st.DrawFn, person: Account, careful: bool) -> Declaration:
    """Objects that are there, by new names."""
    return Author(draw, person.world, person.known(), careful, person.switches).renamed()
