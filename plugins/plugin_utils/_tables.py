# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables in plain text, for a screen and for a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._core.display import visible

_GAP = "  "


def text_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], limit: int = 0) -> list[str]:
    """The lines of a table: its headings, and a line for each row. No lines without rows.

    :param columns: the headings by key, in the order of the columns; a value that a row lacks is empty
    :param limit: how many rows are shown; 0 for all. A last line says how many others there are
    """
    if not rows:
        return []
    shown = rows[:limit] if limit > 0 else rows
    cells = [list(columns.values()), *([one_line(row.get(key)) for key in columns] for row in shown)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = [_GAP.join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells]
    others = len(rows) - len(shown)
    return [*lines, f"... and {others} more"] if others else lines


def one_line(value: Any) -> str:
    """A value in one line, a list with commas. A name may contain what a terminal obeys, or a line break."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(one_line, value))
    return "" if value is None else visible(str(value))
