# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several tasks in check mode predict what the same tasks do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.predictions import account_file
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.overlay import Overlay, is_placeholder
from ansible_collections.declarative.monitoring.plugins.module_utils._core.ownership import Ownership
from ansible_collections.declarative.monitoring.plugins.module_utils._core.predicted import PredictedAccount, predict
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from unit.core.fake import GROUP, ITEM, TAG, Fake, World, run, want
from unit.core.test_properties import declarations, worlds


def test_the_predictions_of_an_account_do_not_depend_on_the_spelling_of_its_url() -> None:
    urls = ("https://api.example.com/v1", "https://API.example.com/v1/", "https://api.example.com/v2")
    one, same, another = (account_file(Alertra, {"api_url": url, "api_key": "k"}, "run") for url in urls)
    assert one == same
    assert one != another
    assert account_file(Alertra, {"api_url": urls[0], "api_key": "other"}, "run") != one


class Memory:
    """Predictions that are kept in memory, in the form in which a file would have them."""

    def __init__(self) -> None:
        self.text = json.dumps(Overlay(salt="salt").to_data())
        self.overlay = Overlay()

    def read(self) -> Overlay:
        """What earlier tasks would change."""
        return Overlay(json.loads(self.text))

    @contextmanager
    def lock(self) -> Iterator[Memory]:
        """The latest predictions."""
        self.overlay = self.read()
        yield self

    def save(self) -> None:
        """Keep the overlay."""
        self.text = json.dumps(self.overlay.to_data())


class Twins:
    """An account on which tasks run, and its twin on which the same tasks run in check mode."""

    def __init__(self, world: World) -> None:
        self.real, self.checked = world, world.copy()
        self.memory = Memory()
        # The placeholders of objects that the check mode has not created.
        self.placeholders: dict[str, str] = {}

    def check(self, *wanted: Desired, is_kept: bool = True, **options: Any) -> Report:
        """What check mode says of a task."""
        account = PredictedAccount(Fake({"world": self.checked}), Overlay())
        self.checked.log = []
        outcome = predict(
            account, wanted, self.memory, is_kept=is_kept, concurrency=1, **{"prune_limit": 99, **options}
        )
        assert not self.checked.log
        return Report(outcome)

    def run(self, *wanted: Desired, **options: Any) -> tuple[Report | None, Report | None]:
        """What check mode says of a task, and what the task does; None for a task that is refused."""
        predicted = _or_none(lambda: self.check(*map(self._translated, wanted), **options))
        done = _or_none(lambda: run(self.real, *wanted, **options))
        if predicted is not None and done is not None:
            for index in range(len(predicted.outcome.results)):
                placeholder, ident = predicted.outcome.ident(index), done.outcome.ident(index)
                if placeholder != ident:
                    self.placeholders[str(ident)] = str(placeholder)
        return predicted, done

    def _translated(self, wanted: Desired) -> Desired:
        """A declaration with placeholders instead of ids that check mode does not know."""
        values = {
            name: self._placeholder(value) if wanted.kind.by_name[name].reference else value
            for name, value in wanted.values.items()
        }
        return replace(wanted, values=values, id=self._placeholder(wanted.id))

    def _placeholder(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._placeholder(one) for one in value]
        return self.placeholders.get(value, value)


def _or_none(work: Any) -> Report | None:
    try:
        report: Report = work()
    except InputError:
        return None
    return report


def told(report: Report | None) -> Any:
    """What a user is told of the changes, ids aside. The order of pruned objects is that of the listing."""
    if report is None:
        return "refused"
    return sorted(
        (change["action"], change["kind"], change["name"], sorted(change["fields"])) for change in report.changes()
    )


@settings(max_examples=60, deadline=None, phases=[Phase.generate], report_multiple_bugs=False)
@given(st.data())
def test_tasks_in_turn_do_what_check_mode_says(data: st.DataObject) -> None:
    world = data.draw(worlds())
    # A server that does not show an empty size would not show a new object's, which check mode cannot know.
    world.quirks.empty = world.quirks.empty.replace("absent", "null")
    twins = Twins(world)
    for _task in range(3):
        wanted = data.draw(declarations(twins.real))
        prune = data.draw(st.sampled_from([[], [], ["tag"], ["item"]]))
        predicted, done = twins.run(*wanted, prune=prune)
        assert told(predicted) == told(done), [(one.kind.name, one.id, one.values, one.present) for one in wanted]


ITEM_A = {"group": "G", "name": "A", "mode": "a"}
CHAINS: Mapping[str, Sequence[Desired]] = {
    "a reference to what an earlier task creates": [want(GROUP, name="G"), want(ITEM, **ITEM_A)],
    "the same twice": [want(GROUP, name="G"), want(GROUP, name="G")],
    "a change, and the same again": [want(GROUP, name="old", note="x"), want(GROUP, name="old", note="x")],
    "deleted, and created again": [
        want(GROUP, name="old", state="absent"),
        want(GROUP, name="old", state="absent"),
        want(GROUP, name="old"),
        want(ITEM, group="old", name="B", mode="a"),
    ],
    "what was inside of what was deleted": [
        want(GROUP, name="old", state="absent"),
        want(GROUP, name="old"),
        want(ITEM, group="old", name="inside", mode="b"),
    ],
    "links from both ends": [
        want(TAG, name="T"),
        want(ITEM, group="old", name="inside", tags=["T"]),
        want(TAG, name="T", items=["inside"]),
        want(TAG, name="T", items=[]),
        want(ITEM, group="old", name="inside", tags=[]),
    ],
    "a secret": [
        want(GROUP, name="G"),
        want(ITEM, **ITEM_A, token="first"),
        want(ITEM, **ITEM_A, token="first"),
        want(ITEM, **ITEM_A, token="second"),
        want(ITEM, group="old", name="inside", token="second"),
        want(ITEM, group="old", name="inside", token="second"),
    ],
    "recreated": [
        want(TAG, name="T", items=["inside"]),
        want(ITEM, group="old", name="inside", mode="b", recreate=True),
        want(TAG, name="T", items=["inside"]),
        want(ITEM, group="old", name="inside", mode="b"),
    ],
    "a secret that a new object keeps from the one that it replaces": [
        want(GROUP, name="G"),
        want(ITEM, **ITEM_A, token="first"),
        want(ITEM, group="G", name="A", mode="b", recreate=True),
        want(ITEM, group="G", name="A", token="first"),
        want(ITEM, group="G", name="A", token="second"),
    ],
    "a refusal": [want(ITEM, **ITEM_A), want(GROUP, name="G"), want(ITEM, **ITEM_A)],
}


@pytest.mark.parametrize("title", CHAINS)
def test_a_chain_of_tasks_is_predicted(title: str) -> None:
    world = World()
    group = world.add(GROUP, Name="old")
    world.add(ITEM, Name="inside", GroupID=group, Mode="a")
    twins = Twins(world)
    for wanted in CHAINS[title]:
        predicted, done = twins.run(wanted)
        assert told(predicted) == told(done), wanted.label


def test_a_renamed_object_is_found_by_its_new_name_only() -> None:
    world = World()
    ident = world.add(GROUP, Name="old")
    world.quirks.scoped = True
    world.add(ITEM, Name="inside", GroupID=ident, Mode="a")
    twins = Twins(world)
    for wanted in (
        want(GROUP, group_id=ident, name="new"),
        want(GROUP, name="new"),
        want(ITEM, group="new", name="inside", mode="a"),
        want(ITEM, group="old", name="inside", mode="a"),
        want(GROUP, name="old"),
    ):
        predicted, done = twins.run(wanted)
        assert told(predicted) == told(done), wanted.label


def test_a_moved_object_is_found_where_it_would_be() -> None:
    world = World()
    first, second = world.add(GROUP, Name="first"), world.add(GROUP, Name="second")
    world.quirks.scoped = True
    item = world.add(ITEM, Name="inside", GroupID=first, Mode="a", Size=1)
    twins = Twins(world)
    for wanted in (
        want(ITEM, item_id=item, group=second),
        want(ITEM, group="second", name="inside", size=1),
        want(ITEM, group="second", name="inside", size=2),
        want(ITEM, group="first", name="inside", mode="a"),
    ):
        predicted, done = twins.run(wanted)
        assert told(predicted) == told(done), wanted.label


def test_the_secret_of_a_moved_object_is_compared() -> None:
    world = World()
    world.quirks.scoped = True
    first, second = world.add(GROUP, Name="first"), world.add(GROUP, Name="second")
    item = world.add(ITEM, Name="inside", GroupID=first, Mode="a", Size=1, Token="canary")
    twins = Twins(world)
    twins.run(want(ITEM, item_id=item, group=second, token="canary"))
    for options, fields in (({}, None), ({"size": 2}, ["size"]), ({"token": "other"}, ["token"])):
        predicted, done = twins.run(want(ITEM, group="second", name="inside", **{"token": "canary", **options}))
        assert told(predicted) == told(done) == ([("update", "item", "inside", fields)] if fields else [])


def test_an_object_moves_by_its_id_to_a_group_that_an_earlier_task_creates() -> None:
    world = World()
    world.quirks.scoped = True
    item = world.add(ITEM, Name="inside", GroupID=world.add(GROUP, Name="old"), Mode="a")
    twins = Twins(world)
    _predicted, created = twins.run(want(GROUP, name="new"))
    assert created is not None
    for group in (created.outcome.ident(0), "new"):
        predicted, done = twins.run(want(ITEM, item_id=item, group=group))
        assert predicted is not None
        assert told(predicted) == told(done)


def test_objects_that_the_service_would_not_list_do_not_count_as_undeclared() -> None:
    world = World()
    for name in ("first", "second"):
        world.add(GROUP, Name=name)
    world.quirks.scoped = True
    twins = Twins(world)
    undeclared = {"A": ["second"], "B": ["A", "second"], "C": ["first"], "D": ["first", "second"]}
    groups = {"A": "first", "B": "first", "C": "second", "D": "new"}
    for name, names in undeclared.items():
        wanted = [want(GROUP, name=groups[name]), want(ITEM, group=groups[name], name=name, mode="a")]
        reports = twins.run(*wanted, ownership=Ownership(frozenset({"group", "item"})))
        assert [sorted(one["name"] for one in report.undeclared()) for report in reports if report] == [names, names]


def test_new_objects_have_placeholders_that_later_tasks_take() -> None:
    twins = Twins(World())
    created = twins.check(want(GROUP, name="G")).result(0)
    assert created == {"group_id": "predicted:group:1", "name": "G"}
    assert is_placeholder(created["group_id"])
    item = twins.check(want(ITEM, group=created["group_id"], name="A", mode="a"))
    assert item.diff(0)["after"]["group"] == "G"
    renamed = twins.check(want(GROUP, group_id=created["group_id"], name="new"))
    assert renamed.changes()[0]["action"] == "update"
    assert twins.check(want(GROUP, name="new")).changes() == []


def test_what_a_task_would_not_do_in_a_run_is_not_kept() -> None:
    twins = Twins(World())
    assert twins.check(want(GROUP, name="G"), is_kept=False).changes()[0]["id"] is None
    assert twins.check(want(GROUP, name="G")).changed


def test_an_unknown_value_of_a_new_object_is_a_change_that_is_explained() -> None:
    world = World()
    world.add(GROUP, Name="old")
    twins = Twins(world)
    twins.check(want(ITEM, group="old", name="A", mode="a"))
    account = PredictedAccount(Fake({"world": world}), Overlay())
    outcome = predict(
        account, [want(ITEM, group="old", name="A", size=3)], twins.memory, is_kept=True, concurrency=1, prune_limit=0
    )
    assert Report(outcome).diff(0)["before"]["size"] == "(known after creation)"
    assert account.warnings == [
        "item A does not exist yet, so that check mode cannot compare its size and reports a change."
    ]


def test_an_overlay_has_no_secret() -> None:
    world = World()
    world.add(GROUP, Name="old")
    twins = Twins(world)
    twins.check(want(ITEM, group="old", name="A", mode="a", token="canary", password="canary"))
    assert "canary" not in twins.memory.text


def test_a_task_of_another_host_that_was_faster_is_seen() -> None:
    twins = Twins(World())

    class Late(Memory):
        """Another host creates the object between the reading and the locking."""

        @contextmanager
        def lock(self) -> Iterator[Memory]:
            if not json.loads(self.text)["generation"]:
                other = Twins(World())
                other.check(want(GROUP, name="G"))
                self.text = other.memory.text
            with super().lock() as draft:
                yield draft

    twins.memory = Late()
    assert not twins.check(want(GROUP, name="G")).changed


def test_without_an_overlay_a_reference_to_nothing_is_a_warning() -> None:
    world = World()
    account = PredictedAccount(Fake({"world": world}), Overlay(), assume_references=True)
    wanted = want(ITEM, **ITEM_A, tags=["T"])
    from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile

    report = Report(reconcile(account, [wanted], check=True))
    assert report.diff(0)["after"]["group"] == "G"
    assert report.diff(0)["after"]["tags"] == ["T"]
    assert [warning.split(".")[0] for warning in account.warnings] == ["There is no group G", "There is no tag T"]
