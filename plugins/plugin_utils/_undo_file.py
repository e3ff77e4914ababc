# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that take back a run: declarations of what was there before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..module_utils._core.display import visible
from ._declarations import as_yaml
from ._host_plans import write_private
from ._outcome import TITLES


def undo_text(outcomes: Mapping[str, Mapping[str, Any]], about: str) -> str:
    """The declaration that takes back what a run has done; empty if it has done nothing.

    What cannot be restored is in comments.

    :param about: a line about the run
    """
    services = {service: one["undo"] for service, one in outcomes.items() if one["undo"]}
    if not services and not any(one["undo_notes"] for one in outcomes.values()):
        return ""
    notes = [f"# {TITLES[service]}: {visible(note)}" for service, one in outcomes.items() for note in one["undo_notes"]]
    return "\n".join(["---", f"# {visible(about)}", *notes, as_yaml(services)])


def write_undo(folder: Path, host: str, time: str, text: str) -> Path:
    """Write an undo file with the time and the host in its name, and return its path.

    :param time: the time, as in a name of a file
    :raises OSError: if it cannot be written
    """
    stem = f"undo-{time}-{re.sub(r'[^A-Za-z0-9._-]', '_', host)}"
    path, number = folder / f"{stem}.yml", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.yml"
    write_private(path, text)
    return path
