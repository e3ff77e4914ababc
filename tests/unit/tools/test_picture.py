# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of a plan is what the script draws of the recorded output."""

from __future__ import annotations

from xml.etree import ElementTree

from tools.picture import PICTURE, RECORDED, draw

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    """The rows of a picture."""
    return ["".join(one.itertext()) for one in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_the_picture_is_drawn_from_the_recorded_output() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(RECORDED.read_text(encoding="utf-8"))


def test_a_picture_has_the_text_and_the_colors_and_wraps_long_lines() -> None:
    picture = draw(f"$ <plan>\n\n\x1b[0;32m  + a & b\x1b[0m\n\x1b[0;31mred\x1b[0m plain\n{'x' * 120}\n")
    assert texts(picture) == ["$ <plan>", "  + a & b", "red plain", "x" * 116, "x" * 4]
    colored = {one.text: one.get("fill") for one in ElementTree.fromstring(picture).iter(f"{SVG}tspan")}
    assert colored == {"  + a & b": "#7ee787", "red": "#ff7b72"}


def test_the_picture_of_the_plan_has_no_escape_sequences_and_loads_nothing() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert "\x1b" not in picture
    assert "url(" not in picture
    assert "href" not in picture
