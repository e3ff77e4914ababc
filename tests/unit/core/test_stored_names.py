# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New objects whose names the server stores in another form: a run says so, as the next one would not find them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core import apply as apply_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core import ids as ids_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from unit.core.fake import GROUP, ITEM, TAG, Fake, Quirks, World, run, want

LONG = "The production web server of the customer in Berlin"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for lists that lag."""
    monkeypatch.setattr(apply_module, "_LOOKUP_S", 0.2)
    monkeypatch.setattr(ids_module, "_POLL_S", 0.01)


class Altering(Fake):
    """Stores names in another form.

    :ivar store: makes the stored form of a name
    :ivar shows: whether the answer to a creation shows the object as it is stored
    """

    def __init__(self, world: World, store: Callable[[str], str] = html.escape, *, shows: bool = False) -> None:
        super().__init__({"world": world})
        self.store, self.shows = store, shows

    def create(self, kind: Kind, values: Any) -> Any:
        ident = super().create(kind, values)
        row = list(self.world.state[kind.name].values())[-1]
        row["Name"] = self.store(row["Name"])
        return Record(kind, ident, {"name": row["Name"]}) if self.shows and ident else ident


def report(service: Fake, *wanted: Desired) -> Report:
    """What a run with this service does."""
    return Report(reconcile(service, wanted, check=False))


@pytest.mark.parametrize(
    ("answers_id", "shows", "reads"),
    [(True, True, 0), (True, False, 1), (False, False, 1)],
    ids=["the answer shows it", "the answer shows the id", "the answer shows nothing"],
)
def test_a_name_that_is_stored_in_another_form_is_an_error_with_both_names_and_the_id(
    answers_id: bool, shows: bool, reads: int
) -> None:
    made = World(Quirks(answers_id=answers_id))
    service = Altering(made, shows=shows)
    (failure,) = report(service, want(GROUP, name="R&D"), want(GROUP, name="Ops")).failures()
    (ident,) = [ident for ident, row in made.state["group"].items() if row["Name"] == "R&amp;D"]
    words = f"it was created, but the service stores its name 'R&D' as 'R&amp;D' (group_id: {ident}): declare the name"
    assert words in failure["msg"]
    assert made.reads.count("groups") == 1 + reads
    assert run(made, want(GROUP, name="R&amp;D"), want(GROUP, name="Ops")).changes() == []


@pytest.mark.parametrize("answers_id", [True, False])
def test_what_refers_to_an_object_of_an_altered_name_is_skipped_and_all_else_is_done(answers_id: bool) -> None:
    made = World(Quirks(answers_id=answers_id))
    service = Altering(made, shows=answers_id)
    item = want(ITEM, name="I", group="R&D", mode="a")
    outcome = report(service, want(GROUP, name="R&D"), item, want(TAG, name="T"))
    (altered, skipped) = outcome.failures()
    assert (altered["name"], skipped["name"]) == ("R&D", "I")
    assert "group R&D, which it depends on" in skipped["msg"]
    assert [row["Name"] for row in made.state["tag"].values()] == ["T"]
    assert made.state["item"] == {}


@pytest.mark.parametrize(
    ("name", "stored"), [(LONG, LONG[:40]), (LONG, LONG[:37]), ("a  b", "a b"), ("R&D", "r&amp;d")]
)
def test_an_object_without_an_id_in_its_answer_is_found_by_what_became_of_its_name(name: str, stored: str) -> None:
    made = World(Quirks(answers_id=False))
    service = Altering(made, lambda given: stored)
    (failure,) = report(service, want(GROUP, name=name)).failures()
    assert f"stores its name {name!r} as {stored!r}" in failure["msg"]


def test_another_declared_object_is_not_taken_for_an_altered_one() -> None:
    """Both are new: the one has the name that a server may have made of the other's."""
    made = World(Quirks(answers_id=False))
    both = want(GROUP, name="R&D"), want(GROUP, name="R&amp;D")
    assert report(Fake({"world": made}), *both).failures() == []
    assert sorted(row["Name"] for row in made.state["group"].values()) == ["R&D", "R&amp;D"]


def test_a_name_that_reads_have_shown_anyway_is_compared_at_the_end() -> None:
    class Late(Altering):
        """Shows what it has stored while the run waits for its listings."""

        def read_back(self, kind: Kind, ident: str) -> Any:
            return {"name": self.world.state[kind.name][ident]["Name"]}

    made = World()
    service = Late(made, str.lower)
    (failure,) = report(service, want(GROUP, name="Ops"), want(GROUP, name="web")).failures()
    assert "stores its name 'Ops' as 'ops'" in failure["msg"]


def test_a_name_that_no_server_alters_is_not_read_back() -> None:
    made = World()
    assert report(Fake({"world": made}), want(GROUP, name="Ops")).failures() == []
    assert made.reads == ["groups"]


def test_an_object_that_no_listing_shows_yet_is_not_read_for_ever() -> None:
    class Hiding(Fake):
        """Shows no new object."""

        def _list_kind(self, kind: Kind, desired: Any, whole: bool) -> list[Record]:
            super()._list_kind(kind, desired, whole)
            return []

    made = World()
    assert report(Hiding({"world": made}), want(GROUP, name="R&D")).failures() == []
    assert made.reads.count("groups") == 3


# -- before something is created ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "declared", "differs"),
    [
        ("R&amp;D", "R&D", "differs only in HTML entities"),
        ("ops", "Ops", "differs only in upper and lower case"),
        ("a b", "a  b", "differs only in white space"),
        (LONG[:40], LONG, "is its beginning, as if the service had cut it"),
    ],
)
def test_an_object_is_not_created_while_another_one_may_be_it(stored: str, declared: str, differs: str) -> None:
    made = World()
    ident = made.add(GROUP, Name=stored)
    words = f"{stored!r} ({ident}), whose name {differs}: declare that name, or set group_id: {ident};"
    with pytest.raises(InputError) as caught:
        run(made, want(GROUP, name=declared, location="groups[0]"))
    (problem,) = caught.value.problems
    assert words in problem.reason
    assert problem.location == "groups[0]"
    assert not made.log
    # Whoever declares both means two objects.
    assert run(made, want(GROUP, name=declared), want(GROUP, name=stored)).failures() == []


def test_an_object_that_is_found_is_not_compared_with_similar_ones() -> None:
    made = World()
    for name in ("ops", "Ops"):
        made.add(GROUP, Name=name)
    assert run(made, want(GROUP, name="Ops")).changes() == []
    assert run(made, want(GROUP, name="Web")).summary()["create"] == 1
    assert run(made, want(GROUP, name="OPS", state="absent")).changes() == []


def test_an_object_in_another_group_is_not_taken_for_an_altered_one() -> None:
    made = World()
    for name in ("G", "H"):
        made.add(GROUP, Name=name)
    first = next(iter(made.state["group"]))
    made.add(ITEM, Name="ops", GroupID=first, Mode="a")
    assert run(made, want(ITEM, group="H", name="Ops", mode="a")).failures() == []
    with pytest.raises(InputError, match="whose name differs only in upper and lower case"):
        run(made, want(ITEM, group="G", name="OPS", mode="a"))


def test_what_is_pruned_may_have_been_cut_at_any_length() -> None:
    made = World()
    made.add(GROUP, Name=LONG[:37])
    assert run(made.copy(), want(GROUP, name=LONG)).summary()["create"] == 1
    with pytest.raises(InputError, match="is its beginning"):
        run(made, want(GROUP, name=LONG), prune=["group"])
