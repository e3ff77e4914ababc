# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for people on the screen, whatever callback writes the results of tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible import constants
from ansible.utils.color import stringc

_FOR_PEOPLE = ("awx_display", "debug", "default", "dense", "diy", "minimal", "oneline", "selective", "unixy", "yaml")
"""The callbacks that write text to the standard output. Another one may write what a program reads."""

_COLORS = {
    "create": "COLOR_DIFF_ADD",
    "update": "COLOR_CHANGED",
    "delete": "COLOR_DIFF_REMOVE",
    "recreate": "COLOR_CHANGED",
    "failed": "COLOR_ERROR",
}


def paint(text: str, action: str) -> str:
    """A text in the color of an action, if the terminal has colors."""
    painted: str = stringc(text, getattr(constants, _COLORS[action]))
    return painted


def show(display: Any, lines_of: Callable[..., Sequence[str]]) -> None:
    """Show lines, in one piece: several hosts may do so at the same time.

    :param lines_of: makes the lines; takes C(paint)
    """
    callback = str(constants.DEFAULT_STDOUT_CALLBACK).rpartition(".")[2]
    to_stderr = callback not in _FOR_PEOPLE
    if constants.DEFAULT_LOG_PATH:
        display.display("\n".join(lines_of()), log_only=True)
    display.display("\n".join(lines_of(paint=paint)), screen_only=True, stderr=to_stderr)
