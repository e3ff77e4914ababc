# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the plans of the hosts of a task, and writes them to files, once all of them are known."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ._git import revision_of
from ._host_plans import HostPlan, HostPlans, PlanFiles, write_private
from ._plan_file import plan_document
from ._plan_text import markdown
from ._screen import show_plans


def publish(display: Any, plans: HostPlans, hosts: Collection[str] = (), *, check: bool) -> list[str]:
    """Write and show the plans that have not been shown yet.

    :param hosts: if one of these has no plan yet, nothing is done
    :return: a sentence for each file that cannot be written
    """
    taken = plans.take_unseen(hosts)
    # Hosts usually have the same files, but a variable of the host may be in their names.
    written_to = {one.files.key: one.files for one in taken.values() if one.files is not None}
    found: list[str] = []
    for key, files in written_to.items():
        new = {host: one.plan for host, one in taken.items() if one.files is not None and one.files.key == key}
        found += _complete(plans, files, new)
    show_plans(display, taken, check=check)
    return found


def begin_files(plans: HostPlans, host: str, one: HostPlan, hosts: Collection[str]) -> None:
    """Write the plan of the first host, with a failure that says which hosts are missing.

    So the files of an earlier run are not taken for those of a run that was stopped.

    :param hosts: all hosts that plan
    """
    if one.files is None or plans.has_written(one.files):
        return
    missing = [name for name in hosts if name != host]
    if not missing:
        return
    plans.remember(one.files, {})
    # If that is not possible, the last host says so.
    with contextlib.suppress(OSError):
        _write(one.files, {host: one.plan}, missing)


def _complete(plans: HostPlans, files: PlanFiles, new: Mapping[str, Any]) -> list[str]:
    """Write plans to files, together with those of earlier batches of hosts."""
    found = dict(sorted({**plans.written(files), **new}.items()))
    plans.remember(files, found)
    try:
        _write(files, found)
    except OSError as exc:
        return [f"The plan could not be written: {exc}."]
    return []


def _write(files: PlanFiles, plans: Mapping[str, Any], missing: Sequence[str] = ()) -> None:
    if files.plan_file is not None:
        revision = revision_of([Path(source) for source in files.sources])
        about = {"mode": files.mode, "time": files.time, "revision": revision}
        write_private(Path(files.plan_file), as_json(plan_document(plans, about, missing)))
    if files.plan_markdown is not None:
        write_private(Path(files.plan_markdown), markdown(plans, check=files.mode == "plan", missing=missing))


def as_json(document: Mapping[str, Any]) -> str:
    """A plan as the text of a file."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"
