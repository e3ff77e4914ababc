# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which shapes of an answer SimpleHelp may return, and which are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ShapeError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import created_id
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp import answers
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import GROUP, MACHINE

ROW = {"machineID": "SG_1", "name": "a"}


def texts(data: Any) -> list[str]:
    """A list of restrictions."""
    return answers.parse_texts(data, "restrictions")


def text(data: Any) -> str | None:
    """The value of a property."""
    return answers.parse_text(data, "value")


def rows(data: Any) -> list[dict[str, Any]]:
    """Machines."""
    return answers.parse_rows(data, MACHINE)


@pytest.mark.parametrize(
    ("parse", "data", "expected"),
    [
        (rows, [ROW], [ROW]),
        (rows, {"machines": [ROW]}, [ROW]),
        (rows, [], []),
        (rows, ROW, [ROW]),
        (rows, {"machine": ROW}, [ROW]),
        (answers.parse_permissions, {}, {}),
        (answers.parse_permissions, {"canFly": True, "canRun": "False"}, {"canFly": True, "canRun": False}),
        (answers.parse_permissions, {"permissions": {"canFly": True}}, {"canFly": True}),
        (answers.parse_permissions, {"data": {"group": {"permissions": {"canFly": "true"}}}}, {"canFly": True}),
        (texts, ["10.0.0.1", 7], ["10.0.0.1", "7"]),
        (texts, {"restrictions": ["a"]}, ["a"]),
        (texts, {"data": ["a"]}, ["a"]),
        (text, "a", "a"),
        (text, '"a"', '"a"'),
        (text, 1234, "1234"),
        (text, True, "true"),
        (text, None, None),
        (text, {"value": "a"}, "a"),
        (text, {"value": '"a'}, '"a'),
        (text, {"value": None}, None),
        (answers.parse_properties, {"properties": [{"key": "a", "value": "1"}, {"key": "b"}]}, {"a": "1", "b": None}),
        (answers.parse_properties, {"properties": {"a": 1}}, {"a": "1"}),
        (answers.parse_properties, {"properties": []}, {}),
        (answers.parse_property_keys, ["a", "b"], ["a", "b"]),
        (answers.parse_property_keys, {"keys": ["a"]}, ["a"]),
        (answers.parse_property_keys, {"properties": [{"key": "a", "value": "1"}]}, ["a"]),
        (answers.parse_property_keys, [], []),
    ],
)
def test_each_plausible_shape_is_accepted(parse: Callable[[Any], Any], data: Any, expected: Any) -> None:
    assert parse(data) == expected


@pytest.mark.parametrize(
    ("parse", "data"),
    [
        (rows, None),
        (rows, {"success": True}),
        (rows, ["SG_1"]),
        (answers.parse_permissions, []),
        (answers.parse_permissions, {"canFly": "perhaps"}),
        (answers.parse_permissions, {"canFly": 1}),
        (texts, {}),
        (texts, "a"),
        (texts, [["a"]]),
        (text, {"other": "a"}),
        (text, {"value": {"a": 1}}),
        (text, ["a"]),
        (text, '"cut o'),
        (text, '"'),
        (answers.parse_properties, {}),
        (answers.parse_properties, {"properties": "a"}),
        (answers.parse_properties, {"properties": [{"name": "a"}]}),
        (answers.parse_property_keys, {}),
        (answers.parse_property_keys, {"success": True}),
        (answers.parse_property_keys, [{"name": "a"}]),
    ],
)
def test_any_other_shape_is_refused(parse: Callable[[Any], Any], data: Any) -> None:
    with pytest.raises(ShapeError, match=r"^the (response should contain|list of machines holds) "):
        parse(data)


@pytest.mark.parametrize("row", [{}, {"machineID": "SG_2"}])
def test_an_answer_about_another_object_is_refused(row: dict[str, Any]) -> None:
    assert answers.require_id(MACHINE, "SG_1", ROW) is ROW
    with pytest.raises(ShapeError, match=r"^the response should be about machine SG_1 but is not$"):
        answers.require_id(MACHINE, "SG_1", row)


def test_a_result_has_keys_in_snake_case_except_inside_details() -> None:
    data = {
        "machineIDs": ["A"],
        "rows": [{"userName": {"fullName": "B"}}],
        "details": {"Customer Name": {"someKey": 1}},
        "list": {"details": [{"someKey": 1}]},
    }
    assert answers.to_result(data) == {
        "machine_ids": ["A"],
        "rows": [{"user_name": {"full_name": "B"}}],
        "details": {"Customer Name": {"someKey": 1}},
        "list": {"details": [{"some_key": 1}]},
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"uniqueID": 7}, "7"),
        ({"group": {"id": "a"}}, "a"),
        ({"success": True}, None),
        (None, None),
        ("created", None),
        ([{"id": 1}, {"id": 2}], None),
    ],
)
def test_the_id_of_a_new_object_is_found_if_the_answer_shows_it(answer: Any, expected: str | None) -> None:
    assert created_id(answer, GROUP.envelope_keys, GROUP.id_keys) == expected
