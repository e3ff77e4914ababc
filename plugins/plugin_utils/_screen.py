# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for people on the screen, whatever callback writes the results of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.utils.color import stringc

from ._host_plans import HostPlan
from ._plan_text import plan_lines, table

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


def show_plans(display: Any, plans: Mapping[str, HostPlan], *, check: bool) -> None:
    """Show the plan of one host, or those of several hosts as one table.

    :param plans: by host; nothing is shown if there are none
    """
    found = {host: one.plan for host, one in plans.items()}
    hints = _undo_hints(plans)
    if len(found) > 1:
        show(display, lambda **options: [*table(found, check=check, **options), *hints])
    elif found:
        (plan,) = found.values()
        # If there is no plan, the message of the failure says why.
        if plan["services"] or not plan["failed"]:
            show(display, lambda **options: [*plan_lines(plan, check=check, **options), *hints])


def _undo_hints(plans: Mapping[str, HostPlan]) -> list[str]:
    """How to take back what was done."""
    files = {host: one.undo_file for host, one in plans.items() if one.undo_file}
    if len(files) > 1:
        folders = sorted({str(Path(file).parent) for file in files.values()})
        return [f"To take it back, see the {len(files)} undo files in {', '.join(folders)}."]
    hosts = {host: "" if host == "localhost" else f" -e monitoring_hosts={host}" for host in files}
    command = "ansible-playbook declarative.monitoring.undo"
    return [f"To take it back: {command} -e undo_file={file}{hosts[host]}" for host, file in files.items()]
