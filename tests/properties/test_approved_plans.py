# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An approved plan is refused if somebody changed the account so that the plan is another one, and applied if not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from integration.harness import Result
from properties.declarations import Author, Declaration
from properties.machine import MACHINES, Account, Seen
from properties.worlds import WORLDS, World
from sandbox.client import Sandbox


@pytest.mark.timeout(0)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_an_approved_plan_is_applied_exactly_or_not(world: World, sandbox: Sandbox, effort: settings) -> None:
    seen: Seen = Counter()

    @effort
    @given(data=st.data())
    def prove(data: st.DataObject) -> None:
        approve(world, sandbox, seen, data)

    prove()
    tried = {(world.name, what) for what in ("applied", "refused")}
    assert tried <= set(+seen), ("not tried", sorted(tried - set(+seen)))


def approve(world: World, sandbox: Sandbox, seen: Seen, data: st.DataObject) -> None:
    """A plan is approved, somebody changes the account, and then exactly that plan is applied, or nothing."""
    person: Account = MACHINES.get(world.name, Account)(world, sandbox, seen)
    sandbox.reset()
    sandbox.set_state(world.name, dict(world.fresh))
    person.change_service(data)
    for kind in world.kinds.values():
        person.edit(data, kind)
    declaration = data.draw(_whole(person), "declared")
    plan, approved = planned(person, declaration)
    if plan.get("failed") or not plan["changed"]:
        return
    if data.draw(st.booleans(), "somebody else applies it first"):
        person.run(declaration.module, declaration.options())
    else:
        person.edit(data, world.kinds[data.draw(st.sampled_from(sorted(world.kinds)), "kind")])
    before = person.state()
    now, current = planned(person, declaration)
    result = person.run(declaration.module, {**declaration.options(), "expect_plan": plan["plan_id"]})
    if not now.get("failed") and current == approved:
        assert not result.get("failed"), ("refused, although the plan is the same", result["msg"], plan, now)
        assert (result["plan_id"], result["summary"]) == (plan["plan_id"], now["summary"])
        seen[world.name, "applied"] += 1
        return
    assert result.get("failed"), ("applied, although the plan is another one", plan, now)
    assert not person.writes(), ("refused, it writes", person.writes())
    assert person.state() == before
    seen[world.name, "refused"] += not now.get("failed")


def planned(person: Account, declaration: Declaration) -> tuple[Result, list[Any]]:
    """The result of check mode, and its changes; references as ids, because a rename elsewhere is no difference."""
    result = person.run(declaration.module, declaration.options(), check=True)
    return result, [_comparable(person, change) for change in result.get("changes", ())]


def _comparable(person: Account, change: Result) -> Any:
    kind = person.service_kinds[change["kind"]]
    ident = None if change["action"] == "create" else change["id"]
    values = [
        {name: _sorted(_by_id(person, kind, name, value)) for name, value in change[side].items()}
        for side in ("before", "after")
    ]
    return (*(change[name] for name in ("kind", "name", "action", "fields", "renamed_from")), ident, values)


def _by_id(person: Account, kind: Kind, name: str, value: Any) -> Any:
    """A value; what names exactly one object that is there is its id."""
    reference = kind.by_name[name].reference
    if not reference:
        return value
    other = person.service_kinds[reference]
    idents: dict[Any, list[str]] = {}
    for ident, values in person.known()[reference].items():
        idents.setdefault(values.get(other.name_option), []).append(ident)
    names = {text: found[0] for text, found in idents.items() if len(found) == 1}
    return [names.get(one, one) for one in value] if isinstance(value, list) else names.get(value, value)


@st.composite
def _whole(draw: Any, person: Account) -> Declaration:
    """A declaration of a whole account."""
    return Author(draw, person.world, person.known(), False, person.switches).account(4)


def _sorted(value: Any) -> Any:
    """A value with its lists in the order of their texts: services list sets in any order."""
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in value.items()}
    return sorted(map(_sorted, value), key=str) if isinstance(value, list) else value
