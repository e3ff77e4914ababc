# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of playbooks in their types, from all types that JSON, YAML and AWX send."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._answers import survey_answers

SHIFTS = [{"sessions": "paused"}]
TIME = datetime.datetime(2026, 3, 2, 18, tzinfo=datetime.UTC)
TAKEN: list[tuple[Any, list[Any], Any]] = [
    # The type, values, and what each of them means.
    ("bool", [True, "true", " Yes ", "on", 1, "1", 1.0], True),
    ("bool", [False, "False", "no", "off", 0, "0", 0.0], False),
    ("int", [7, "7", " 7 ", 7.0], 7),
    ("int", [12345, "12_345"], 12345),
    ("int", [0, "0"], 0),
    ("text", ["Berlin", " Berlin\n"], "Berlin"),
    ("secret", [" p "], " p "),
    ("reference", [4711, "4711", " 4711"], "4711"),
    ("list", ["a, b", "a\n\nb\n", ["a", " b "], ("a", "b"), "[a, b]"], ["a", "b"]),
    ("list", ["[0123, true]"], ["0123", "true"]),
    ("duration", ["10:00", 600], "10:00"),
    ("duration", [90, "01:30"], "01:30"),
    ("duration", ["1:30"], "1:30"),
    ("time", ["2026-03-02T18:00:00+00:00", TIME], "2026-03-02T18:00:00+00:00"),
    ("time", [datetime.date(2026, 3, 2)], "2026-03-02"),
    ("dict", [{"a": 1}, "a: 1", "{a: 1}"], {"a": 1}),
    ("dict", ["# nothing"], {}),
    ("shifts", [SHIFTS], SHIFTS),
    ("shifts", ["[{sessions: paused}]"], "[{sessions: paused}]"),
    (["running", "paused"], ["paused", " paused "], "paused"),
]
REFUSED: list[tuple[Any, list[Any], str]] = [
    ("bool", ["maybe", 2, [], {}], "x must be true or false, not "),
    ("int", [True, 1.5, "1.5", "many", [1], {}], "x must be a whole number, not "),
    ("text", [83, 1.5], "x must be a text, but is a number ("),
    ("text", [True, False], "x must be a text, but is a boolean ("),
    ("text", [TIME, datetime.date(2024, 1, 1)], "x must be a text, but is a date ("),
    ("text", [["a"]], "x must be a text, but is a list ("),
    ("reference", [True, 1.5], "x must be a text, but is a "),
    ("list", [83, True, {"a": 1}], "x must be a list of texts, but is a "),
    ("list", [["a", 7]], "x must be a list of texts, but one is a number (7): put it in quotes"),
    ("list", [[None]], "x must be a list of texts, but one is nothing (None): "),
    ("duration", [2, True, 1.5, ["10:00"]], "x must be hours and minutes as HH:MM, not "),
    ("time", [1.5, []], "x must be a text, but is a "),
    ("dict", ["text", "{", 7, ["a"], False], "x must be a dictionary in YAML."),
    ("shifts", [7, {}, True], "x must be a list of shifts, but is a "),
    (["running", "paused"], ["pause", False, [], 1], "x must be running or paused, not "),
]


@pytest.mark.parametrize(("kind", "values", "expected"), TAKEN, ids=lambda value: str(value)[:30])
def test_what_can_be_converted_without_loss_is(kind: Any, values: list[Any], expected: Any) -> None:
    for value in values:
        assert survey_answers({"x": value}, {"x": kind}, {"x": "default"}) == {
            "answers": {"x": expected},
            "problems": [],
        }


@pytest.mark.parametrize(("kind", "values", "sentence"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_cannot_is_a_problem_and_leaves_the_default(kind: Any, values: list[Any], sentence: str) -> None:
    for value in values:
        found = survey_answers({"x": value}, {"x": kind}, {"x": "default"})
        assert found["answers"] == {"x": "default"}
        (problem,) = found["problems"]
        assert problem.startswith(sentence), value
        assert problem.endswith(".")


@pytest.mark.parametrize("value", [83, 1234.5, True, TIME, ["canary"], {"canary": 1}])
def test_a_secret_that_is_no_text_any_more_is_not_shown(value: Any) -> None:
    (problem,) = survey_answers({"x": value}, {"x": "secret"})["problems"]
    assert problem.startswith("x must be a text, but is a")
    assert "and nothing was set: put it in quotes" in problem
    assert str(value) not in problem
    assert "canary" not in problem


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_null_and_a_blank_text_mean_not_set(value: Any) -> None:
    kinds = {"a": "bool", "b": "text", "c": "list", "d": "dict", "e": "shifts", "f": ["x", "y"], "g": "secret"}
    unset: dict[str, Any] = {"a": True, "b": None, "c": [], "d": {}, "e": [], "f": None, "g": None}
    assert survey_answers(dict.fromkeys(kinds, value), kinds, {"a": True}) == {"answers": unset, "problems": []}
    assert survey_answers({}, kinds, {"a": True})["answers"] == unset
