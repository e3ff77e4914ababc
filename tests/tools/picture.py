# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw what a run printed on a terminal with colors, as an SVG file: the picture of a plan in README.md.

`tests/integration/test_plan_screen.py` runs the playbook, and compares its output with the recorded one. If the
environment variable WRITE_DOCS is set, it records the output and writes the picture instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from tools.checkout import ROOT

RECORDED = Path(__file__).with_name("plan_on_screen.txt")
PICTURE = ROOT / "docs" / "docsite" / "rst" / "images" / "plan.svg"
TITLE = "What the playbook plan prints: three services, their changes with the values, and the number of changes"

_COLUMNS = 116
_LINE, _CHARACTER, _MARGIN = 18.0, 7.83, 16.0
_BACKGROUND, _FOREGROUND = "#161b22", "#d7dde4"
# The colors that Ansible uses, on a dark terminal.
_COLORS = {"30": "#6e7681", "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff"}
_COLORS |= {"36": "#76e3ea", "37": "#f0f6fc"}
_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
_HEADER = """\
<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
Written by tests/tools/picture.py.
-->
"""

Cell = tuple[str, str]
"""A character, and its color."""


def draw(recorded: str) -> str:
    """The picture of what a program printed, with escape sequences for colors."""
    rows = [row for line in recorded.rstrip("\n").splitlines() for row in _wrapped(list(_cells(line)))]
    width, height = 2 * _MARGIN + _COLUMNS * _CHARACTER, 2 * _MARGIN + len(rows) * _LINE
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    font = "13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
    texts = [_text(row, _MARGIN + (number + 0.75) * _LINE) for number, row in enumerate(rows)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"  <title>{escape(TITLE)}</title>",
        f"  <style>text {{ font: {font}; fill: {_FOREGROUND}; white-space: pre }}</style>",
        f'  <rect width="100%" height="100%" rx="8" fill="{_BACKGROUND}"/>',
        *(f"  {text}" for text in texts if text),
        "</svg>",
    ]
    return _HEADER + "\n".join(lines) + "\n"


def _cells(line: str) -> Iterator[Cell]:
    """The characters of a line with their colors."""
    color = _FOREGROUND
    # Every second part is the numbers of an escape sequence.
    for number, part in enumerate(_SEQUENCE.split(line)):
        if number % 2:
            color = _color_of(part)
        else:
            yield from ((character, color) for character in part)


def _color_of(numbers: str) -> str:
    found = [_COLORS[one] for one in numbers.split(";") if one in _COLORS]
    return found[-1] if found else _FOREGROUND


def _wrapped(cells: list[Cell]) -> list[list[Cell]]:
    """The rows of a line, as a terminal wraps it."""
    return [cells[start : start + _COLUMNS] for start in range(0, max(len(cells), 1), _COLUMNS)]


def _text(row: list[Cell], y: float) -> str:
    """A row as an element of the picture; empty if there is nothing in it."""
    parts: list[list[str]] = []
    for character, color in row:
        if not parts or parts[-1][1] != color:
            parts.append(["", color])
        parts[-1][0] += character
    spans = "".join(_span(text, color) for text, color in parts)
    return f'<text x="{_MARGIN:.0f}" y="{y:.1f}" xml:space="preserve">{spans}</text>' if spans else ""


def _span(text: str, color: str) -> str:
    return escape(text) if color == _FOREGROUND else f'<tspan fill="{color}">{escape(text)}</tspan>'
