# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a screen shows of texts that others have written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.display import visible, visible_data


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2K\x1b[1Ab", r"a\x1b[2K\x1b[1Ab"),
        ("a\rb\x00\x07\x08\x7f\x9b", r"a\rb\x00\x07\x08\x7f\x9b"),
        ("one\ntwo\tthree", r"one\ntwo\tthree"),
        ("a\u202eb\u2066c\u2069\u200f\ufeff\u200b", r"a\u202eb\u2066c\u2069\u200f\ufeff\u200b"),
        ("a\u2028b\u2029c\x85", r"a\u2028b\u2029c\x85"),
        ("\ud83d \U000e0041", r"\ud83d \U000e0041"),
    ],
)
def test_what_a_terminal_obeys_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["größe ☃ 監視\u3000支店", "\u0646\u200c\u0645", "\u00a0", "e\u0301", r"C:\x1b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_a_text_is_one_line_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


def test_data_keep_their_shape_and_their_lines() -> None:
    data = {"a\x1b": ["one\ntwo\r", 1, None, True, {"b": ("\u202e",)}]}
    assert visible_data(data) == {r"a\x1b": ["one\ntwo\\r", 1, None, True, {"b": [r"\u202e"]}]}
