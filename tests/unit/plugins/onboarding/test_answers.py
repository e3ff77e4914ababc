# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of playbooks in their types, from all types that JSON, YAML and AWX send."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._answers import survey_answers

SHIFTS = [{"sessions": "paused"}]
TIME = datetime.datetime(2026, 3, 2, 18, tzinfo=datetime.UTC)
CHOICES = ["running", "paused"]
TAKEN: list[tuple[Any, list[Any], Any]] = [
    # The type or choices, values, and what each of them means.
    ("bool", [True, "true", " Yes ", "on", 1, "1", 1.0], True),
    ("bool", [False, "False", "no", "off", 0, "0", 0.0], False),
    ("int", [7, "7", " 7 ", 7.0], 7),
    ("int", [12345, "12_345"], 12345),
    ("int", [0, "0"], 0),
    ("number", [99.9, "99.9", " 99.9 "], 99.9),
    ("number", [100, "100", "1e2"], 100.0),
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
    ("dict", [{"a": TIME.date()}, "a: 2026-03-02"], {"a": "2026-03-02"}),
    ("shifts", ["[{sessions: paused}]"], "[{sessions: paused}]"),
    (CHOICES, ["paused", " paused "], "paused"),
]
LAYERS = [f"&a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
BOMB = "\n".join(["a0: &a0 [canary]", *(f"a{n}: {layer}" for n, layer in enumerate(LAYERS, 1))])
BOMB_ITEMS = ", ".join(["&a0 [canary]", *LAYERS])
REFUSED: list[tuple[Any, list[Any], str]] = [
    ("bool", ["maybe"], "x must be true or false, not maybe."),
    ("bool", [2], "x must be true or false, not a number (2)."),
    ("bool", [["canary"]], "x must be true or false, not a list."),
    ("bool", [{"a": "canary"}], "x must be true or false, not a dictionary."),
    ("int", ["1.5", "many"], "x must be a whole number, not "),
    ("int", [True], "x must be a whole number, not true."),
    ("int", [1.5], "x must be a whole number, not a number (1.5)."),
    ("int", [float("inf"), float("nan"), ["canary"], {"a": "canary"}], "x must be a whole number, not a "),
    ("number", ["many", "99,9"], "x must be a number, not "),
    ("number", ["many"], "x must be a number, not many."),
    ("secret", [1234], "x must be a text, not a number. Ansible has read"),
    ("number", [True, ["canary"], float("nan"), "inf", "1" * 400], "x must be a number, not "),
    ("text", [83], "x must be a text, not a number (83). Ansible has read"),
    ("text", [1.5], "x must be a text, not a number (1.5). Ansible has read"),
    ("text", [True], "x must be a text, not true. Ansible has read"),
    ("text", [TIME, datetime.date(2024, 1, 1)], "x must be a text, not a date (20"),
    ("text", [["canary"]], "x must be a text, not a list."),
    ("text", [{"a": "canary"}], "x must be a text, not a dictionary."),
    ("reference", [True, 1.5], "x must be a text, not "),
    ("list", [83, True], "x must be a list of texts, not "),
    ("list", [{"a": "canary"}], "x must be a list of texts, not a dictionary."),
    ("list", [["a", 7]], "x must be a list of texts, not a list with a number (7). Ansible has read"),
    ("list", [["a", None]], "x must be a list of texts, not a list with null."),
    ("duration", [2, 1.5], "x must be hours and minutes as HH:MM, not a number ("),
    ("duration", [True], "x must be hours and minutes as HH:MM, not true."),
    ("duration", [["10:00"]], "x must be hours and minutes as HH:MM, not a list."),
    ("time", [1.5, []], "x must be a text, not a "),
    ("dict", ["canary", "{", 7, ["canary"], False], "x must be a dictionary in YAML, not a "),
    ("dict", [BOMB], "x has aliases that repeat more than 200000 values."),
    ("dict", ["{a: " * 2000 + "}" * 2000], "x is nested too deeply."),
    ("dict", ["a: &a {b: *a}"], "x must be a dictionary in YAML, not one that contains itself."),
    ("list", [f"[{BOMB_ITEMS}]"], "x has aliases that repeat more than 200000 values."),
    ("shifts", [7, {"a": "canary"}, True], "x must be a list of shifts, not "),
    (CHOICES, ["pause"], "x must be running or paused, not pause."),
    (CHOICES, [False], "x must be running or paused, not false."),
    (CHOICES, [1, []], "x must be running or paused, not a "),
]


def described(kind: Any, **default: Any) -> dict[str, dict[str, Any]]:
    """The description of a variable x with a type, or with choices."""
    return {"x": {"type" if isinstance(kind, str) else "choices": kind, **default}}


@pytest.mark.parametrize(("kind", "values", "expected"), TAKEN, ids=lambda value: str(value)[:30])
def test_what_can_be_converted_without_loss_is(kind: Any, values: list[Any], expected: Any) -> None:
    for value in values:
        found = survey_answers({"x": value}, described(kind, default="default"))
        # As JSON, because 1 equals True.
        assert json.dumps(found) == json.dumps({"answers": {"x": expected}, "problems": []})


@pytest.mark.parametrize(("kind", "values", "sentence"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_cannot_is_a_problem_and_leaves_the_default(kind: Any, values: list[Any], sentence: str) -> None:
    for value in values:
        found = survey_answers({"x": value}, described(kind, default="default"))
        assert found["answers"] == {"x": "default"}
        said = " ".join(found["problems"])
        assert said.startswith(sentence), (value, said)
        assert said.endswith(".")
        # What is inside of lists and dictionaries, or a text that is no dictionary, may be secret.
        assert "canary" not in said


@pytest.mark.parametrize("value", [83, 1234.5, True, TIME, ["canary"], {"canary": 1}])
def test_a_secret_that_is_no_longer_text_is_not_shown(value: Any) -> None:
    said = " ".join(survey_answers({"x": value}, described("secret"))["problems"])
    assert said.startswith("x must be a text, not a ")
    assert str(value) not in said
    assert "canary" not in said


@pytest.mark.parametrize("text", ["0123", "01234567", "true", "1234.50", "12_345", "10:00", "2024-01-01", "0x53"])
def test_lost_texts_are_named_one_by_one_and_the_advice_comes_once(text: str) -> None:
    changed = yaml.safe_load(text)
    variables = {"name": {"type": "text"}, "names": {"type": "list"}, "password": {"type": "secret"}}
    problems = survey_answers(dict.fromkeys(variables, changed), variables)["problems"]
    assert [problem.split()[0] for problem in problems] == ["name", "names", "password", "Ansible"]
    assert "ansible-core 2.18" in problems[-1]
    assert str(changed) not in problems[2]


def test_the_items_of_a_list_are_compared_with_the_choices() -> None:
    variables: dict[str, dict[str, Any]] = {"services": {"type": "list", "choices": ["a", "b", "c"]}}
    assert survey_answers({"services": "a, c"}, variables)["answers"] == {"services": ["a", "c"]}
    problems = survey_answers({"services": ["a", "x", "y"]}, variables)["problems"]
    assert problems == ["services must be some of a, b and c, not x, y."]


def test_a_value_that_was_no_text_gets_no_advice_about_quotes() -> None:
    variables: dict[str, dict[str, Any]] = {"name": {"type": "text"}, "state": {"choices": CHOICES}}
    problems = survey_answers({"name": ["a"], "state": "pause"}, variables)["problems"]
    assert problems == ["name must be a text, not a list.", "state must be running or paused, not pause."]


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_null_and_a_blank_text_mean_not_set(value: Any) -> None:
    unset: dict[str, Any] = {
        "bool": None,
        "dict": {},
        "duration": None,
        "int": None,
        "list": [],
        "reference": "",
        "secret": "",
        "shifts": [],
        "text": "",
        "time": None,
    }
    variables: dict[str, dict[str, Any]] = {name: {"type": name} for name in unset}
    variables |= {"choice": {"choices": CHOICES}, "default": {"type": "bool", "default": True}}
    expected = {"answers": {**unset, "choice": None, "default": True}, "problems": []}
    assert survey_answers(dict.fromkeys(variables, value), variables) == expected
    assert survey_answers({}, variables) == expected
