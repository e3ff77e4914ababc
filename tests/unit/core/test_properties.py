# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties that hold for all accounts, declarations and failures."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.export import export
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core import apply as apply_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import ids as ids_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import reconcile as reconcile_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from unit.core.fake import GROUP, ITEM, KINDS, TAG, Fake, Fault, Quirks, World, pure_plan, run, summary, want

GROUPS, TAGS, ITEMS = ("G1", "G2", "G3"), ("T1", "T2", "T3"), ("I1", "I2", "I3", "I4")
BUDGET = settings(max_examples=60, deadline=None, phases=[Phase.generate, Phase.shrink], print_blob=False)


@pytest.fixture(autouse=True, scope="module")
def no_pauses_and_pure_plan() -> Iterator[None]:
    """Do not wait for lists that lag, and check that each plan leaves its input alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apply_module, "_LOOKUP_S", 0.0)
        patch.setattr(ids_module, "_POLL_S", 0.0)
        patch.setattr(reconcile_module, "plan", pure_plan)
        yield


QUIRKS = st.builds(
    Quirks,
    answers_id=st.booleans(),
    strings=st.booleans(),
    empty=st.sampled_from(["null", "empty", "absent"]),
    backwards=st.booleans(),
    thin=st.booleans(),
    scoped=st.booleans(),
    in_section=st.booleans(),
)
NOTES = st.sampled_from(["", "note", "ü"])
URLS = st.sampled_from(["http://x", "http://x/", "http://y/z"])
SIZES = st.integers(0, 3)
WORDS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True)


@st.composite
def worlds(draw: Any, groups: Sequence[str] = GROUPS) -> World:
    """An account with some objects in it."""
    world = World(draw(QUIRKS))
    homes = {name: world.add(GROUP, Name=name, Note=draw(NOTES)) for name in draw(st.sets(st.sampled_from(groups)))}
    items: dict[str, str] = {}
    for name in sorted(draw(st.sets(st.sampled_from([*ITEMS, "other"])))) if homes else ():
        items[name] = world.add(
            ITEM,
            Name=name,
            GroupID=homes[draw(st.sampled_from(sorted(homes)))],
            Mode=draw(st.sampled_from("ab")),
            Size=draw(SIZES),
            URL=draw(URLS),
            Labels=draw(WORDS),
            Regions=draw(WORDS),
            Token=draw(st.sampled_from(["", "t"])),
            ParentID=draw(st.sampled_from([None, *items.values()])),
        )
    for name in draw(st.sets(st.sampled_from(TAGS))):
        world.add(
            TAG,
            Name=name,
            Items=sorted(draw(st.sets(st.sampled_from(sorted(items.values()) or [""])))) if items else [],
        )
    return world


def _ident(world: World, kind: Kind, name: str) -> str | None:
    return next((ident for ident, row in world.state[kind.name].items() if row["Name"] == name), None)


@st.composite
def declarations(draw: Any, world: World) -> list[Desired]:
    """Objects that can be had together: what is referred to is declared or there, and not to be deleted."""
    wanted: list[Desired] = []
    called: dict[str, list[str]] = {"group": [], "tag": [], "item": []}

    def declare(kind: Kind, name: str, **values: Any) -> None:
        """By name; or if it is there perhaps by its id, perhaps under a new name."""
        ident = _ident(world, kind, name)
        key: dict[str, Any] = {"name": name}
        if ident is not None and draw(st.booleans()):
            key = {kind.id_option: ident, "name": draw(st.sampled_from([name, f"new {name}"]))}
        if key["name"] != name or ident is None:
            called[kind.name].append(key["name"])
        else:
            called[kind.name].append(draw(st.sampled_from([name, ident])))
        wanted.append(want(kind, **{**key, **values}))

    def some(values: dict[str, Any]) -> dict[str, Any]:
        kept = draw(st.sets(st.sampled_from(sorted(values))))
        return {name: value for name, value in values.items() if name in kept}

    absent = draw(st.sets(st.sampled_from([*ITEMS, *TAGS]), max_size=2))
    for name in draw(st.permutations(GROUPS)):
        if draw(st.booleans()):
            declare(GROUP, name, **some({"note": draw(NOTES) or None}))
    moved: dict[str, str] = {}
    for name in ITEMS:
        there = _ident(world, ITEM, name)
        home = world.state["item"][there]["GroupID"] if there else ""
        renamed = next((w.label for w in wanted if w.id == home), world.state["group"][home]["Name"] if there else "")
        if name in absent:
            # An absent object is found by the key that it has, whose group may have a new name.
            key = {"item_id": there} if there else {"group": "G3", "name": name}
            if there or "G3" in called["group"]:
                wanted.append(want(ITEM, state="absent", location=f"items {name}", **key))
            continue
        if not draw(st.booleans()):
            continue
        own = {
            "size": draw(SIZES),
            "url": draw(URLS | st.none()),
            "labels": draw(WORDS),
            "regions": draw(WORDS | st.none()),
            "token": draw(st.sampled_from([None, "t", "u"])),
            "password": "secret",
            "parent": draw(st.sampled_from([None, *called["item"]])),
        }
        if there:
            here = next((w for w in wanted if w.kind is GROUP and (w.id == home or w.label == renamed)), None)
            group = here.label if here else draw(st.sampled_from([home, renamed]))
            values = {**some(own), "group": group}
            if draw(st.booleans()):
                # Replaced, it has another id: one declared by its id would not be there in the second run.
                values |= {"mode": draw(st.sampled_from("ab")), "recreate": True}
            if draw(st.booleans()):
                values["purge_labels"] = False
            declare(ITEM, name, **values)
            wanted[-1].recreate &= wanted[-1].id is None
            if wanted[-1].recreate:
                called["item"][-1] = name
            if wanted[-1].id:
                wanted[-1].values.pop("mode", None)
            if wanted[-1].id and called["group"] and draw(st.booleans()):
                wanted[-1].values["group"] = moved[name] = draw(st.sampled_from(called["group"]))
        elif called["group"]:
            new = {"group": draw(st.sampled_from(called["group"])), "mode": draw(st.sampled_from("ab"))}
            declare(ITEM, name, **some(own), **new)
    for name in TAGS:
        if name in absent:
            wanted.append(want(TAG, name=name, state="absent"))
        elif draw(st.booleans()):
            members = draw(st.lists(st.sampled_from(called["item"]), unique=True)) if called["item"] else []
            replaces = any(one.recreate for one in wanted)
            values = {"items": members, "purge_items": draw(st.just(False) if replaces else st.booleans())}
            values = values if draw(st.booleans()) else {}
            declare(TAG, name, **values)
    # One end of the links is enough; both ends are the matter of a test of its own.
    if not any("items" in w.values for w in wanted) and called["tag"]:
        for w in wanted:
            if w.kind is ITEM and w.present and draw(st.booleans()):
                w.values["tags"] = draw(st.lists(st.sampled_from(called["tag"]), unique=True))
                w.append_only |= {"tags"} if draw(st.booleans()) else set()
    return wanted


class Case:
    """An account, a declaration for it, and what to prune."""

    def __init__(self, world: World, wanted: list[Desired], prune: list[str]) -> None:
        self.world, self.wanted, self.prune = world, wanted, prune

    def __repr__(self) -> str:
        """What matters of it, as kinds are long."""
        controls = [
            (one.kind.name, one.id, one.values, one.present, one.recreate, set(one.append_only)) for one in self.wanted
        ]
        return f"{self.world.quirks}\n{self.world.state}\n{controls}\n{self.prune}"


@st.composite
def cases(draw: Any) -> Case:
    """A case."""
    world = draw(worlds())
    return Case(world, draw(declarations(world)), draw(st.sampled_from([[], [], ["tag"]])))


CASES = cases()


def report(outcome: Report) -> Any:
    """All that a user sees, ids aside."""
    changes = [{key: value for key, value in change.items() if key != "id"} for change in outcome.changes()]
    options = {kind.id_option for kind in KINDS.values()}
    results = [outcome.result(index) for index in range(len(outcome.outcome.results))]
    shown = [r and {key: value for key, value in r.items() if key not in options} for r in results]
    return outcome.changed, changes, outcome.summary(), outcome.diffs(), shown, outcome.failures(), outcome.warnings()


@BUDGET
@given(case=CASES)
def test_a_second_run_writes_nothing(case: Case) -> None:
    world, wanted, prune = case.world, case.wanted, case.prune
    outcome = run(world, *wanted, prune=prune)
    assert not outcome.failures()
    view = world.view()
    again = run(world, *wanted, prune=prune)
    assert (again.changed, again.changes(), world.log, world.view()) == (False, [], [], view)
    assert set(summary(again)) <= {"unchanged"}


@BUDGET
@given(case=CASES, concurrency=st.sampled_from([1, 8]))
def test_check_mode_writes_nothing_and_reports_what_the_run_reports(case: Case, concurrency: int) -> None:
    world, wanted, prune = case.world, case.wanted, case.prune
    before = world.view()
    predicted = report(run(world, *wanted, prune=prune, check=True))
    assert (world.log, world.view()) == ([], before)
    done = run(world, *wanted, prune=prune, concurrency=concurrency)
    assert report(done) == predicted
    assert done.changed is bool(world.log)


@BUDGET
@given(case=CASES)
def test_what_is_declared_is_so_and_what_is_not_is_as_it_was(case: Case) -> None:
    world, wanted, prune = case.world, case.wanted, case.prune
    before = world.copy()
    outcome = run(world, *wanted, prune=prune)
    declared = set()
    for index, one in enumerate(wanted):
        ident = outcome.outcome.ident(index)
        row = world.state[one.kind.name].get(ident or "")
        declared.add((one.kind.name, ident))
        assert (row is not None) is one.present
        for name, value in one.values.items() if row is not None else ():
            assert row is not None
            item = one.kind.by_name[name]
            if item.api_names and not item.reference and not item.write_only and name not in one.append_only:
                assert _plain(name, row.get(item.api_names[0])) == _plain(name, value), (name, value, row)
            elif name in one.append_only and not item.reference:
                assert set(value) <= set(row[item.api_names[0]])
    for name, rows in before.state.items():
        for ident, row in rows.items():
            if (name, ident) in declared or ident not in world.state[name]:
                # An object is gone because it was declared to be, was replaced, or was pruned.
                assert (name, ident) in declared or name in prune or _replaced(before, wanted, name, ident)
                continue
            now = {**world.state[name][ident]}
            for key in ("Items", "ParentID"):
                # Links and references end with the object at their other end.
                now.pop(key, None)
            assert now == {key: value for key, value in row.items() if key not in ("Items", "ParentID")}


def _plain(option: str, value: Any) -> Any:
    """A value in a form that is equal for equal values, without the comparison of the engine."""
    if value in (None, "", []):
        return None
    if option in ("labels", "regions"):
        return sorted(value)
    return value.rstrip("/") if option == "url" else value


def _replaced(before: World, wanted: list[Desired], kind: str, ident: str) -> bool:
    name = before.state[kind][ident]["Name"]
    return any(one.kind.name == kind and one.recreate and (one.id == ident or one.label == name) for one in wanted)


@BUDGET
@given(case=CASES, seed=st.randoms(use_true_random=False), concurrency=st.sampled_from([1, 8]))
def test_neither_the_order_of_a_declaration_nor_concurrency_matters(
    case: Case, seed: random.Random, concurrency: int
) -> None:
    world, wanted, prune = case.world, case.wanted, case.prune
    other = world.copy()
    one = run(world, *wanted, prune=prune)
    shuffled = list(wanted)
    seed.shuffle(shuffled)
    two = run(other, *shuffled, prune=prune, concurrency=concurrency)
    assert other.view() == world.view()
    assert two.summary() == one.summary()


@settings(max_examples=150, deadline=None, phases=[Phase.generate, Phase.shrink])
@given(
    case=CASES,
    at=st.integers(0, 25),
    kind=st.sampled_from(["refused", "before", "after", "dead"]),
    concurrency=st.sampled_from([1, 8]),
)
def test_after_any_failure_the_next_run_does_the_rest_and_nothing_twice(
    case: Case, at: int, kind: str, concurrency: int
) -> None:
    world, wanted, prune = case.world, case.wanted, case.prune
    for one in wanted:
        # What a replaced object had, and nobody declared, is lost when its creation fails.
        one.recreate = False
        # What is never shown goes along with a change; one that has come about by itself takes it not along.
        one.values.pop("password", None)
        if one.kind is ITEM:
            one.values.pop("mode", None) if _find(world, one) else None
    ideal = world.copy()
    run(ideal, *wanted, prune=prune)
    assume(at < ideal.calls)
    world.fault = Fault(at, kind)
    try:
        broken = run(world, *wanted, prune=prune, concurrency=concurrency)
    except ApiError:
        # The account could not be read.
        assert not world.log
    else:
        written = {(name, ident) for _what, name, ident in world.log}
        told = {(change["kind"], change["id"]) for change in broken.changes()}
        assert broken.changed is bool(broken.changes())
        if kind != "after" and world.quirks.answers_id:
            # A link is told of at the end that declared it.
            ends = {change["kind"] for change in broken.changes() if {"tags", "items"} & set(change["fields"])}
            assert {one for one in written if one[0] != "tag" or not ends} <= told
            assert bool(world.log) is broken.changed
        if not broken.failures():
            assert world.view() == ideal.view()
    world.fault = None
    run(world, *wanted, prune=prune)
    assert world.view() == ideal.view()
    again = run(world, *wanted, prune=prune)
    assert not again.changed


def _find(world: World, one: Desired) -> bool:
    return one.id is not None or any(row["Name"] == one.label for row in world.state[one.kind.name].values())


@BUDGET
# A name may look like the id of another object.
@given(world=worlds(["G1", "101", "102"]), concurrency=st.sampled_from([1, 8]), twins=st.booleans())
def test_an_exported_account_applied_again_changes_nothing(world: World, concurrency: int, twins: bool) -> None:
    if twins and world.state["group"]:
        first = next(iter(world.state["group"].values()))
        world.add(GROUP, **first)
        world.add(TAG, Name=next(iter(world.state["item"]), "T1"))
    view = world.view()
    account = export(Fake({"world": world}), concurrency)
    wanted = [want(kind, **values) for kind in KINDS.values() for values in account[kind.plural]]
    assert len(wanted) == sum(map(len, world.state.values()))
    assert not [values for values in account["items"] if {"token", "password", "status"} & values.keys()]
    outcome = run(world, *wanted, prune=list(KINDS), concurrency=concurrency)
    assert (outcome.changes(), outcome.failures(), world.log, world.view()) == ([], [], [], view)


@BUDGET
@given(world=worlds())
def test_an_exported_account_makes_the_same_account_again(world: World) -> None:
    for row in world.state["item"].values():
        # A secret is not exported.
        row.pop("Token")
    account = export(Fake({"world": world}), 4)
    assume(not any(kind.id_option in values for kind in KINDS.values() for values in account[kind.plural]))
    new = World(world.quirks)
    wanted = [want(kind, **values) for kind in KINDS.values() for values in account[kind.plural]]
    run(new, *wanted)
    assert new.view() == world.view()
