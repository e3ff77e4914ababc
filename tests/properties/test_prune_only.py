# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning with prune_only deletes the undeclared objects that match, and never another one, for random accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.prune_only import listed_fields
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from properties.declarations import Author, Declaration, Known
from properties.machine import MACHINES, REFUSED, Account, Seen
from properties.worlds import WORLDS, World
from sandbox.client import Sandbox

Only = Mapping[str, Mapping[str, list[str]]]
"""Patterns by kind and field."""


@pytest.mark.timeout(0)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_only_what_matches_is_pruned(world: World, sandbox: Sandbox, effort: settings) -> None:
    seen: Seen = Counter()

    @effort
    @given(data=st.data())
    def prove(data: st.DataObject) -> None:
        prune(world, sandbox, seen, data)

    prove()
    tried = {(world.name, what) for what in ("pruned", "kept")}
    assert tried <= set(+seen), ("not tried", sorted(tried - set(+seen)))


def prune(world: World, sandbox: Sandbox, seen: Seen, data: st.DataObject) -> None:
    """Kinds are pruned, restricted by patterns that some objects match."""
    person: Account = MACHINES.get(world.name, Account)(world, sandbox, seen)
    sandbox.reset()
    sandbox.set_state(world.name, dict(world.fresh))
    if data.draw(st.booleans(), "the service has switches"):
        person.change_service(data)
    for kind in [*world.kinds.values()] * 2:
        person.edit(data, kind)
    before = person.known()
    only = data.draw(_only(world, before), "prune_only")
    if not only:
        return
    declaration = data.draw(_whole(person, list(only)), "declared")
    patterns = {world.kinds[name].plural: fields for name, fields in only.items()}
    options = {**declaration.options(), "prune_only": patterns}
    plan = person.run(declaration.module, options, check=True)
    result = person.run(declaration.module, options)
    assert person.told(result) == person.told(plan)
    if result.get("failed"):
        assert any(words in result["msg"] for words in (*REFUSED, "which the service does not show")), result["msg"]
        return
    # Not C(person.known), which would forget what the objects were in.
    after = world.known(person.state())
    gone = {(name, ident) for name in world.kinds for ident in before[name].keys() - after[name].keys()}
    reported = {(one["kind"], one["id"]) for one in result["undeclared"]}
    # With switches, a service may show a value in another form, or not at all.
    exact = not person.switches and "Not pruned" not in str(result.get("warnings", ""))
    for name, fields in only.items():
        kind = world.kinds[name]
        declared = {item.ident for item in declaration.items if item.kind is kind}
        for ident, values in before[name].items():
            if ident in declared:
                continue
            shown = as_shown(values, person.switches)
            owned = all(matches(kind.by_name[one], shown, texts, before, world) for one, texts in fields.items())
            own = ident in world.own(before[name]) if kind.scope else True
            if not owned:
                inside = person.inside(kind, ident, gone)
                assert (name, ident) not in gone or inside, ("not owned, but pruned", name, values, fields)
                assert (name, ident) not in reported, ("not owned, but reported", name, values, fields)
            elif own and exact:
                assert (name, ident) in gone, ("owned, but not pruned", name, values, fields, result)
            seen[world.name, "pruned" if (name, ident) in gone else "kept"] += 1


def as_shown(values: Values, switches: Mapping[str, object]) -> Values:
    """The values as the service shows them: some add a slash to addresses."""
    if switches.get("url_style") != "trailing_slash" or not values.get("url"):
        return values
    return {**values, "url": f"{values['url'].rstrip('/')}/"}


def matches(field: Field, values: Values, patterns: list[str], known: Known, world: World) -> bool:
    """Whether a value has a text that matches a pattern."""
    return any(fnmatchcase(text, one) for text in texts_of(field, values, known, world) for one in patterns)


def texts_of(field: Field, values: Values, known: Known, world: World) -> list[str]:
    """The value of a field as patterns see it."""
    value = values.get(field.name)
    found = [one for one in (value if isinstance(value, list) else [value]) if one is not None]
    if field.reference:
        other: Kind = world.kinds[field.reference]
        found = [known[other.name].get(str(one), {}).get(other.name_option, one) for one in found]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in found]


@st.composite
def _only(draw: st.DrawFn, world: World, known: Known) -> Only:
    """Patterns for some kinds, made from values that objects have."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in world.service.config:
        kind = world.kinds[name]
        texts = {
            one.name: sorted({text for values in known[name].values() for text in texts_of(one, values, known, world)})
            for one in (listed_fields(kind) if kind.creatable else ())
            if not one.read_only
        }
        able = sorted(one for one, several in texts.items() if any(several))
        chosen = draw(st.lists(st.sampled_from(able), unique=True, max_size=2)) if able else []
        if chosen:
            found[name] = {one: draw(_patterns([text for text in texts[one] if text])) for one in chosen}
    return found


@st.composite
def _patterns(draw: st.DrawFn, texts: list[str]) -> list[str]:
    """One or two patterns, most of which match some of these texts."""
    chosen = draw(st.lists(st.sampled_from(texts), min_size=1, max_size=2))
    return [draw(st.sampled_from((text, f"{text[0]}*", f"*{text[-1]}", f"?{text[1:]}", f"{text}?"))) for text in chosen]


@st.composite
def _whole(draw: st.DrawFn, person: Account, kinds: list[str]) -> Declaration:
    """A declaration of a whole account that prunes these kinds."""
    return Author(draw, person.world, person.known(), False, person.switches).account(4, kinds)
