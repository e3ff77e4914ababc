# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables in plain text."""

from __future__ import annotations

from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils._tables import text_table

COLUMNS = {"name": "agent", "days": "days"}


def test_the_columns_are_aligned() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "laptop-17", "days": 30, "other": "x"},
        {"name": "a", "days": None},
        {"days": [1, "b"]},
    ]
    assert text_table(rows, COLUMNS) == ["agent      days", "laptop-17  30", "a", "           1, b"]


def test_no_rows_are_no_lines() -> None:
    assert text_table([], COLUMNS) == []


def test_rows_beyond_the_limit_are_counted() -> None:
    rows = [{"name": str(number)} for number in range(5)]
    assert text_table(rows, COLUMNS, 3)[1:] == ["0", "1", "2", "... and 2 more"]
    assert len(text_table(rows, COLUMNS, 5)) == 6
    assert len(text_table(rows, COLUMNS, 0)) == 6


def test_a_name_cannot_forge_a_line() -> None:
    (_head, line) = text_table([{"name": "a\nb\x1b[2K"}], COLUMNS)
    assert line == "a\\nb\\x1b[2K"
