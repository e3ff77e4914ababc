# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a monitor was up and down: properties of random histories, compared with counting second by second."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_history import (
    Change,
    find_outages,
    find_spans,
    find_totals,
    percentage,
)

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
LENGTH = 40
END = BEGIN + timedelta(seconds=LENGTH)
HEALTHS = ("up", "down", "maintenance", "unknown")
HISTORIES = st.lists(st.tuples(st.integers(-10, LENGTH + 10), st.sampled_from(HEALTHS)), max_size=12)


def changes(history: list[tuple[int, str]]) -> list[Change]:
    """Changes at seconds after the beginning, in the order of time."""
    return [Change(BEGIN + timedelta(seconds=at), health) for at, health in sorted(history, key=lambda one: one[0])]


def each_second(history: list[tuple[int, str]]) -> list[str]:
    """The health in each second, counted plainly."""
    found = ["unknown"] * LENGTH
    for at, health in sorted(history, key=lambda one: one[0]):
        for second in range(max(at, 0), LENGTH):
            found[second] = health
    return found


@settings(max_examples=300)
@given(HISTORIES)
def test_the_figures_are_those_of_each_second(history: list[tuple[int, str]]) -> None:
    plain = each_second(history)
    spans = find_spans(changes(history), BEGIN, END)
    totals = find_totals(spans, BEGIN, END)
    assert {health: totals.seconds(health) for health in HEALTHS} == {one: plain.count(one) for one in HEALTHS}
    up, down = plain.count("up"), plain.count("down")
    assert (totals.availability() is None) == (up + down == 0)
    if up + down:
        assert 0 <= Fraction(100 * up, up + down) - Fraction(str(totals.availability())) < Fraction(1, 1_000_000)
    assert totals.is_known == (set(plain) != {"unknown"})


@given(HISTORIES)
def test_spans_cover_the_period_without_gaps(history: list[tuple[int, str]]) -> None:
    spans = find_spans(changes(history), BEGIN, END)
    assert (spans[0].begin, spans[-1].end) == (BEGIN, END)
    for one, following in itertools.pairwise(spans):
        assert one.end == following.begin
        assert one.health != following.health


@given(HISTORIES)
def test_outages_are_the_stretches_of_seconds_that_are_down(history: list[tuple[int, str]]) -> None:
    plain = each_second(history)
    begins = [at for at in range(LENGTH) if plain[at] == "down" and (at == 0 or plain[at - 1] != "down")]
    ends = [at + 1 for at in range(LENGTH) if plain[at] == "down" and (at + 1 == LENGTH or plain[at + 1] != "down")]
    outages = find_outages(find_spans(changes(history), BEGIN, END))
    assert [(one.begin, one.end) for one in outages] == [
        (BEGIN + timedelta(seconds=first), BEGIN + timedelta(seconds=last))
        for first, last in zip(begins, ends, strict=True)
    ]
    for one, first, last in zip(outages, begins, ends, strict=True):
        assert one.began_before == (first == 0 or plain[first - 1] == "unknown")
        assert one.lasted_on == (last == LENGTH)


@given(HISTORIES, st.integers(0, LENGTH))
def test_the_parts_of_a_period_add_up(history: list[tuple[int, str]], middle: int) -> None:
    spans = find_spans(changes(history), BEGIN, END)
    between = BEGIN + timedelta(seconds=middle)
    parts = (find_totals(spans, BEGIN, between), find_totals(spans, between, END))
    whole = find_totals(spans, BEGIN, END)
    for health in HEALTHS:
        assert sum(part.seconds(health) for part in parts) == whole.seconds(health)


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        (3600941, 386, 99.989281),
        (0, 10, 0.0),
        (10, 0, 100.0),
        (0, 0, None),
        # Rounding would make 100 % of a second down in a year, and meet a target that was missed.
        (31535999, 1, 99.999996),
        (9989999, 10001, 99.89999),
    ],
)
def test_a_percentage_is_rounded_down(up: int, down: int, expected: float | None) -> None:
    assert percentage(up, down) == expected


def test_fractions_of_seconds_count() -> None:
    half = [Change(BEGIN, "up"), Change(BEGIN + timedelta(seconds=20, milliseconds=500), "down")]
    totals = find_totals(find_spans(half, BEGIN, END), BEGIN, END)
    assert (totals.seconds("up"), totals.seconds("down")) == (20.5, 19.5)
