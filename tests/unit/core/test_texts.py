# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers do with texts before they store them."""

from __future__ import annotations

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.texts import (
    difference,
    is_cut,
    is_stored_form,
    loss,
    may_be_altered,
    name_fault,
)

LONG = "The production web server of the customer in Berlin"


@pytest.mark.parametrize("name", ["ops", "größe ☃ 監視", "a, b / c", "می‌خواهم", "👩‍💻", "a\u00a0b"])
def test_names_that_are_allowed(name: str) -> None:
    assert name_fault(name) == ""


@pytest.mark.parametrize("name", ["ops ", " ops", "ops\u00a0", "\ufeffops", "ops\u3000", "ops\n"])
def test_names_with_blanks_at_their_ends(name: str) -> None:
    assert name_fault(name) == "must not begin or end with a blank"


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x1b[2Jb", "a\x00b", "a\x85b", "a\u2028b", "pc \ud83d"])
def test_names_with_control_characters(name: str) -> None:
    assert name_fault(name) == "must not contain a line break or another control character"


@pytest.mark.parametrize(
    ("one", "other", "aspects"),
    [
        ("ops", "ops", ""),
        ("ops", "opt", ""),
        ("ops", "Ops", "upper and lower case"),
        ("ops", "ops ", "white space"),
        ("R&D", "R&amp;D", "HTML entities"),
        ("Cafe\u0301", "Caf\u00e9", "its Unicode form"),
        ("R&D  x", "r&amp;d x", "HTML entities and white space and upper and lower case"),
        ("STRASSE", "straße", "upper and lower case"),
    ],
)
def test_in_what_names_differ(one: str, other: str, aspects: str) -> None:
    assert difference(one, other) == aspects
    assert difference(other, one) == aspects


@pytest.mark.parametrize(
    ("stored", "given"),
    [
        ("ops", " ops\n"),
        ("", "  "),
        ("a b", "a   b"),
        ("R&amp;D", "R&D"),
        ("a &quot;b&quot; &#39;c&#39;", "a \"b\" 'c'"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("one\r\ntwo", "one\ntwo"),
        ("Caf\u00e9 &amp; bar", " Cafe\u0301  & bar "),
    ],
)
def test_forms_in_which_a_text_may_be_stored(stored: str, given: str) -> None:
    assert is_stored_form(stored, given)
    assert not is_stored_form(given, stored)


@pytest.mark.parametrize(("stored", "given"), [("one two", "one\ntwo"), ("ops", "Ops"), ("a", "a b"), ("", "x")])
def test_other_differences_are_changes(stored: str, given: str) -> None:
    assert not is_stored_form(stored, given)


@pytest.mark.parametrize(
    ("stored", "others", "expected"),
    [
        (LONG[:40], [], True),
        (LONG[:32], [], True),
        (LONG[:20], [], True),
        (LONG[:25], [], True),
        (LONG[:22], [], False),
        (LONG[:39], [], False),
        (LONG[:14], [], False),
        (LONG[:40], ["x" * 41], False),
        (LONG, [], False),
        (LONG[:39] + "x", [], False),
    ],
)
def test_a_name_that_was_cut(stored: str, others: list[str], expected: bool) -> None:
    assert is_cut(LONG, stored, [stored, *others]) is expected


def test_a_name_that_was_cut_at_an_unusual_length() -> None:
    assert is_cut(LONG, LONG[:37], [], at_any_length=True)
    # The blank at the limit was trimmed.
    assert is_cut("x" * 39 + " yz", "x" * 39, [])


def test_names_that_need_no_second_look() -> None:
    assert not may_be_altered("Ops in Berlin, room")
    assert all(map(may_be_altered, ("R&D", "a  b", "Cafe\u0301", LONG)))


@pytest.mark.parametrize(
    ("stored", "others", "how"),
    [
        (LONG[:40], [], "cut after 40 characters"),
        (LONG[:40], [LONG[:40], "x"], "cut after 40 characters"),
        (LONG[:33], [], "cut after 33 characters"),
        (LONG[:20], [], "cut after 20 characters"),
        (LONG[:40], ["x" * 41], ""),
        (LONG[:4], [], ""),
        (LONG.lower(), ["web"], "in lower case"),
        (LONG.upper(), ["WEB", "17"], "in upper case"),
        (LONG.lower(), ["Web"], ""),
        (LONG.swapcase(), [], ""),
        ("another text", [], ""),
        (f"{LONG}!", [], ""),
    ],
)
def test_what_a_server_may_have_done_to_a_text(stored: str, others: list[str], how: str) -> None:
    assert loss(LONG, stored, others) == how


def test_a_lower_case_text_may_also_be_trimmed_and_escaped() -> None:
    assert loss("The R&D web ", "the r&amp;d web", []) == "in lower case"
