# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects are found in every documented wrapping, and an unknown one is never read as "nothing there"."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ShapeError
from ansible_collections.declarative.monitoring.plugins.module_utils._http.envelope import (
    extract_list,
    extract_object,
    extract_total,
    identifier,
)

NAMES, IDS = ("device", "entry", "devices"), ("device_id", "id")
MANY = ("data", "items", "results", "records", "list")
WRAPPERS = frozenset({*NAMES, *MANY, "result", "item"})
KEYS = st.text(min_size=1, max_size=8).filter(lambda key: key not in WRAPPERS | set(IDS))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.dictionaries(KEYS | st.sampled_from(sorted(WRAPPERS)), VALUES, max_size=4)
IDENTS = st.integers() | st.text(min_size=1, max_size=5)
OBJECTS = st.builds(lambda fields, name, ident: {**fields, name: ident}, FIELDS, st.sampled_from(IDS), IDENTS)
# What may stand beside an envelope: counts, pages, messages.
BESIDE = st.dictionaries(KEYS, VALUES, max_size=3)
ONE = st.sampled_from([*NAMES, "data", "result", "item"])


def _wrap_one(found: dict[str, Any], levels: list[tuple[str, dict[str, Any], bool]], in_list: bool) -> Any:
    data: Any = [found] if in_list else found
    for name, beside, listed in levels:
        data = {**beside, name: data}
        data = [data] if listed else data
    return data


@given(found=OBJECTS, levels=st.lists(st.tuples(ONE, BESIDE, st.booleans()), max_size=2), in_list=st.booleans())
def test_an_object_is_found_in_any_documented_envelope(
    found: dict[str, Any], levels: list[tuple[str, dict[str, Any], bool]], in_list: bool
) -> None:
    assert extract_object(_wrap_one(found, levels, in_list), NAMES, IDS) == found


@given(
    rows=st.lists(OBJECTS, max_size=4),
    beside=BESIDE,
    name=st.sampled_from([None, *NAMES, *MANY]),
    outer=st.sampled_from([None, "data", "result"]),
    each=st.sampled_from([None, *NAMES]),
)
def test_a_list_is_found_in_any_documented_envelope(
    rows: list[dict[str, Any]], beside: dict[str, Any], name: str | None, outer: str | None, each: str | None
) -> None:
    data: Any = [{each: row} for row in rows] if each else rows
    if name:
        data = {**beside, name: data}
        data = {**beside, outer: data} if outer else data
    assert extract_list(data, NAMES) == rows


def test_an_object_that_holds_another_one_is_not_taken_for_its_envelope() -> None:
    rows = [{"id": 1, NAMES[0]: {"id": 2}}]
    assert extract_list(rows, NAMES) == rows


@given(data=st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dictionaries(KEYS, VALUES, max_size=4))
def test_an_answer_without_a_known_list_is_an_error_and_not_an_empty_list(data: Any) -> None:
    with pytest.raises(ShapeError, match="should contain a list of devices but is"):
        extract_list(data, NAMES)


@given(
    rows=st.lists(OBJECTS, max_size=2),
    odd=st.none() | st.integers() | st.text(max_size=5) | st.lists(OBJECTS),
    at=IDENTS,
)
def test_a_list_with_something_else_than_objects_in_it_is_an_error(rows: list[Any], odd: Any, at: Any) -> None:
    place = hash(at) % (len(rows) + 1)
    with pytest.raises(ShapeError, match=r"^the list of devices holds something other than objects"):
        extract_list([*rows[:place], odd, *rows[place:]], NAMES)


@given(data=st.none() | st.integers() | st.text(max_size=9) | st.lists(OBJECTS, min_size=2, max_size=3) | st.just([]))
def test_no_single_object_can_be_told_from_several_none_or_something_else(data: Any) -> None:
    for wrapped in (data, {"data": data}, {"data": {"device": data}}):
        if isinstance(data, list) or wrapped is data:
            with pytest.raises(ShapeError, match="should contain one device but is"):
                extract_object(wrapped, NAMES, IDS)


def test_an_object_deeper_than_two_levels_is_not_searched_for() -> None:
    with pytest.raises(ShapeError, match="an object with the keys data"):
        extract_object({"data": {"result": {"item": {"id": 1}}}}, NAMES, IDS)


def test_an_object_with_an_id_of_its_own_is_not_left_for_one_inside_it() -> None:
    outer = {"id": 1, "device": {"id": 2}, "data": [{"id": 3}]}
    assert extract_object(outer, NAMES, IDS) is outer


def test_an_error_about_a_shape_names_the_keys_but_not_the_values() -> None:
    with pytest.raises(
        ShapeError, match=r"^the response should contain a list of devices but is an object with the keys a, b$"
    ):
        extract_list({"b": "s3cret", "a": "s3cret"}, NAMES)


@pytest.mark.parametrize(
    ("data", "words"), [({}, "an object with the keys (none)"), (None, "nothing"), (5, "a int"), ("x", "a str")]
)
def test_an_error_about_a_shape_says_what_there_was(data: Any, words: str) -> None:
    with pytest.raises(ShapeError, match=f"^the response should contain a list of devices but is {re.escape(words)}$"):
        extract_list(data, NAMES)


def test_an_object_without_an_id_is_an_object() -> None:
    """The caller knows its id, or that it has none."""
    assert extract_object({"data": {"name": "web"}}, NAMES, IDS) == {"name": "web"}


@pytest.mark.parametrize("key", ["total", "total_count", "totalCount", "total_items", "totalItems"])
@pytest.mark.parametrize(
    ("total", "expected"),
    [(3, 3), ("12", 12), (0, 0), (True, None), ("many", None), ("\N{SUPERSCRIPT TWO}", None), (-1, None)],
)
def test_a_total_is_a_whole_number_in_one_of_the_envelopes(key: str, total: Any, expected: int | None) -> None:
    for data in ({key: total}, {"data": {key: total}}, {"result": {key: total}}):
        assert extract_total(data) == expected
    assert extract_total([{key: total}]) is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": 7}, "7"),
        ({"id": 0}, "0"),
        ({"device_id": "a", "id": "b"}, "a"),
        ({"device_id": None, "id": "b"}, "b"),
        ({"device_id": "", "id": {"x": 1}}, None),
        ({"id": True}, None),
        ({"ID": 7}, None),
    ],
)
def test_an_id_is_a_string_under_the_first_name_that_holds_one(row: dict[str, Any], expected: str | None) -> None:
    assert identifier(row, IDS) == expected
