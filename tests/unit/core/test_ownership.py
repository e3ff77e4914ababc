# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which undeclared objects a run may prune, and what it refuses as a restriction."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.prune_only import (
    ownership_of,
    prune_only_problems,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.ownership import Ownership
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from unit.core.fake import GROUP, ITEM, TAG, Quirks, World, names, run, want


def pruned(world: World, **patterns: tuple[str, ...]) -> list[str]:
    """The items that are pruned with these patterns."""
    ownership = Ownership(frozenset({"item"}), {"item": patterns})
    before = names(world, ITEM)
    done = run(world, prune=["item"], ownership=ownership)
    found = [change["name"] for change in done.changes()]
    assert [one["name"] for one in done.undeclared()] == found
    assert before - names(world, ITEM) == dict.fromkeys(found, 1)
    return found


def a_world(**quirks: Any) -> World:
    """Items of two groups."""
    world = World(Quirks(**quirks))
    berlin, munich = (world.add(GROUP, Name=name) for name in ("Berlin 1", "Munich"))
    world.add(ITEM, Name="b1", GroupID=berlin, Mode="a", Size=1, Labels=["x", "y"])
    world.add(ITEM, Name="B2", GroupID=berlin, Mode="b", Size=12, Labels=[])
    world.add(ITEM, Name="m1", GroupID=munich, Mode="a", Size=1, Labels=["y"])
    return world


@pytest.mark.parametrize(
    ("patterns", "gone"),
    [
        ({"name": ("b*",)}, ["b1"]),
        ({"name": ("b*", "m*")}, ["b1", "m1"]),
        ({"name": ("[bB]?",)}, ["B2", "b1"]),
        ({"group": ("Berlin*",)}, ["B2", "b1"]),
        ({"group": ("101",)}, []),
        ({"group": ("Berlin*",), "mode": ("a",)}, ["b1"]),
        ({"labels": ("x",)}, ["b1"]),
        ({"labels": ("*",)}, ["b1", "m1"]),
        ({"size": ("1*",)}, ["B2", "b1", "m1"]),
        ({"url": ("*",)}, []),
    ],
)
def test_only_what_matches_every_field_is_pruned(patterns: Any, gone: list[str]) -> None:
    assert pruned(a_world(), **patterns) == gone


def test_links_are_read_from_their_other_end() -> None:
    world = a_world()
    ident = next(one for one, row in world.state["item"].items() if row["Name"] == "m1")
    world.add(TAG, Name="team a", Items=[ident])
    assert pruned(world, tags=("team*",)) == ["m1"]


def test_what_the_server_does_not_show_is_not_pruned_and_a_warning_says_so() -> None:
    world = a_world(thin=True)
    ownership = Ownership(frozenset({"item"}), {"item": {"labels": ("*",)}})
    done = run(world, prune=["item"], ownership=ownership)
    assert not done.changed
    words = "Not pruned: 3 of the items, because prune_only names labels, which the server does not show."
    assert done.warnings() == [words]


def test_the_limit_counts_only_what_matches() -> None:
    ownership = Ownership(frozenset({"item"}), {"item": {"name": ("b1",)}})
    assert run(a_world(), prune=["item"], prune_limit=1, ownership=ownership).changed


@settings(max_examples=60, deadline=None)
@given(
    stored=st.lists(st.text("abAB*[", min_size=1, max_size=3), unique=True, max_size=6),
    patterns=st.lists(st.text("abA*?[]!", min_size=1, max_size=4), min_size=1, max_size=2),
    kept=st.sets(st.sampled_from("ab")),
)
def test_nothing_that_does_not_match_is_ever_pruned(stored: list[str], patterns: list[str], kept: set[str]) -> None:
    world = World()
    group = world.add(GROUP, Name="G")
    for name in stored:
        world.add(ITEM, Name=name, GroupID=group, Mode="a")
    declared = [want(ITEM, name=name, group="G") for name in kept & set(stored)]
    ownership = Ownership(frozenset({"item"}), {"item": {"name": tuple(patterns)}})
    run(world, *declared, prune=["item"], ownership=ownership)
    matching = {name for name in stored if any(fnmatchcase(name, pattern) for pattern in patterns)}
    assert set(names(world, ITEM)) == (set(stored) - matching) | (kept & set(stored))


# -- the option --------------------------------------------------------------------------------------------------------


def test_patterns_are_taken_as_a_text_or_as_a_list() -> None:
    only = {"devices": {"tags": "berlin", "full_name": ["a*", 7]}, "tags": {"name": "*"}}
    ownership = ownership_of(Alertra, {"devices": [], "tags": None, "prune_only": only})
    assert ownership.declared == {"device"}
    assert ownership.only == {"device": {"tags": ("berlin",), "full_name": ("a*", "7")}, "tag": {"name": ("*",)}}


@pytest.mark.parametrize(
    ("service", "prune", "only", "words"),
    [
        (Alertra, ["devices"], {}, "prune_only is empty"),
        (Alertra, ["devices"], ["devices"], "prune_only must be a dictionary"),
        (Alertra, ["devices"], {"device": {"url": "x"}}, "names device, which is none of devices, tags; did you mean"),
        (Alertra, ["devices"], {"tags": {"name": "x"}}, "names tags, but prune does not"),
        (Alertra, ["devices"], {"devices": {}}, "devices must be a dictionary of fields and patterns"),
        (Alertra, ["devices"], {"devices": "x"}, "devices must be a dictionary of fields and patterns"),
        (
            Alertra,
            ["devices"],
            {"devices": {"tag": "x"}},
            "names tag, but a device has no such field; did you mean tags?",
        ),
        (Alertra, ["devices"], {"devices": {"timeout": 5}}, "names timeout, which the list of devices does not show"),
        (Alertra, ["devices"], {"devices": {"url": []}}, "url must be a pattern or a list of patterns, not []"),
        (Alertra, ["devices"], {"devices": {"url": None}}, "url must be a pattern or a list of patterns, not None"),
        (Alertra, ["devices"], {"devices": {"url": ["a", ""]}}, "url must be a pattern or a list of patterns"),
        (Alertra, ["devices"], {"devices": {"url": {"a": 1}}}, "url must be a pattern or a list of patterns"),
        (Pinghome, ["resources"], {"resources": {"headers": "x"}}, "names headers, which the list"),
        (Pinghome, ["resources"], {"resources": {"ssl_reminder_days": "7"}}, "names ssl_reminder_days, which the list"),
        (PortMonitor, ["targets"], {"profile": {"language": "x"}}, "names profile, which is none of groups, targets"),
        (SimpleHelp, ["technicians"], {"technicians": {"password": "x"}}, "names password, which the list"),
    ],
)
def test_a_restriction_that_restricts_nothing_is_refused(service: Any, prune: Any, only: Any, words: str) -> None:
    (problem,) = prune_only_problems(service, {"prune": prune, "prune_only": only})
    assert words in problem.reason
