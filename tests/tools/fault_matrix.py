# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/faults.md from the notes of a run of tests/faults with --all-faults, and reads that page."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from faults.ways import FAULTS, ON, ONCE

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "faults.md"
FOLDER = ROOT / "build" / "reports" / "faults"

SUCCEEDS, UNCHANGED, PARTIAL, UNKNOWN = OUTCOMES = ("succeeds", "unchanged", "partial", "unknown")
NONE = "-"
TITLES = {name: SERVICES[name].title for name in sorted(SERVICES)}
HEADINGS = {ONCE: "One request fails", ON: "One request and all later ones fail"}

TEXT = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Faults

This page shows how each module behaves when a request fails. `make faults` writes it. The tests run each module, let
each of its requests fail in each possible way, and run the task again after the fault is over. A fault affects either
one request, or that request and all later ones.

These rules hold for all faults:

- The task ends within `api_max_wait` plus one `api_timeout`. It succeeds, or it fails with a one-sentence message and
  `failure`.
- The responses take less than 200 MB of memory.
- If an object was changed, the task returns `changed: true`, or the message says that the object may have been changed.
- The next run reaches the declared state. Each object exists only once.

| outcome | meaning |
| --- | --- |
| succeeds | The task succeeds. The request was repeated, or its effect was verified, or its response was not needed. |
| unchanged | The task fails. Nothing was changed. |
| partial | The task fails. It returns the changes that were made. Run it again to make the other changes. |
| unknown | The task fails, and cannot know whether the last change was made. Run it again to find out and continue. |

A cell lists all outcomes that occurred with any request of the module. The faults are:

- `refused`: the server refuses the connection.
- `dropped before`: the connection is closed before the server executes the request.
- `dropped after`: the connection is closed after the server executed the request, or while it sends the response.
- `timeout`, the `500` to `504` errors, and `HTML`: tested before and after the server executes the request. `HTML` is a
  web page with status 200.
- `unreadable`: the server executes the request. Its response has 100,000 levels of JSON, two different lengths, a wrong
  compression, text in an encoding that is none, or an invalid redirect.
- `broken TLS`: the server executes the request. Then it sends a TLS record that cannot be decrypted, or plain text.
- `gzip bomb`: the server executes the request. Its response has 1 MB, and 1 GB after decompression.
- `drip`: the server executes the request. Its response comes byte by byte and does not end in time.
- `endless pages`: the pages of a listing never end.
- `repeated page`: each page of a listing is the same.

These modules execute an action every time they run: {actions}.
A task never sends the action twice. If the response is lost, the task fails. Decide yourself whether to run it again.

## Interruptions

The tests also kill `_config` tasks after each of their requests, and run them again. The account is then the same as
without the interruption.

After `kill -9` of `ansible-playbook`, modules on the controller stop before the next write request, and no process
stays. A request that was already sent may still be executed. A new run that has something to change waits for it, as
long as `api_timeout` of the killed run, but not more than a minute, with Pinghome 6 seconds longer. Then it reads the
account again. It creates nothing twice, unless the server executes the request even later. Exception: asynchronous
tasks and modules on remote targets may continue.

## Concurrent creation

On one controller, runs of the same user write to an account one after another. If two tasks create the same object, the
second one waits and then finds it. A run reads the account again only if another run has written to it in the
meantime. It waits up to an hour for a run that is active, and 60 seconds for a run that has stopped.

Runs on two controllers, in two containers, or as two users do not know of each other. If they create the same object at
the same moment, the result depends on the service:

{two}

If the service creates both objects, the next task finds two objects with the same name. It changes nothing, and fails
with a message that lists both ids. Delete one of the objects by its id.

{matrix}"""


@dataclass
class Notes:
    """The outcomes of faults, by module, mode and fault; and the results of concurrent creation, by kind."""

    cells: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    two: dict[str, str] = field(default_factory=dict)

    @classmethod
    def documented(cls) -> Notes:
        """The notes on the page."""
        found, mode = cls(), ""
        for line in PAGE.read_text(encoding="utf-8").splitlines():
            mode = next((mode for mode, heading in HEADINGS.items() if line == f"### {heading}"), mode)
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if mode and len(cells) == len(FAULTS) + 1 and re.fullmatch(r"[a-z]+_[a-z_]+", cells[0]):
                for fault, cell in zip(FAULTS, cells[1:], strict=True):
                    found.cells[cells[0], mode, fault] = set(cell.split(", ")) - {NONE}
            elif not mode and len(cells) == 2 and cells[1] in TWO:
                found.two[cells[0]] = cells[1]
        return found

    def add(self, module: str, mode: str, fault: str, outcome: str) -> None:
        """Note the outcome of a fault."""
        self.cells.setdefault((module, mode, fault), set()).add(outcome)

    def keep(self, name: str) -> None:
        """Save them in a file, from which the page is written."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        rows = [[*key, sorted(outcomes)] for key, outcomes in sorted(self.cells.items())]
        (FOLDER / f"{name}.json").write_text(json.dumps({"cells": rows, "two": self.two}), encoding="utf-8")

    def replace(self, newer: Notes) -> None:
        """Take over what a run of some of the tests found."""
        self.cells.update(newer.cells)
        self.two.update(newer.two)

    @classmethod
    def kept(cls) -> Notes:
        """The notes that all workers saved."""
        found = cls()
        for path in sorted(FOLDER.glob("*.json")):
            data = json.loads(path.read_text(encoding="utf-8"))
            found.two.update(data["two"])
            for module, mode, fault, outcomes in data["cells"]:
                found.cells.setdefault((module, mode, fault), set()).update(outcomes)
        return found

    def page(self) -> str:
        """The page of the documentation."""
        two = _table(["kind", "result"], [[kind, self.two[kind]] for kind in sorted(self.two)])
        modules = sorted({module for module, _mode, _fault in self.cells})
        parts = []
        for service, title in TITLES.items():
            own = [module for module in modules if module.startswith(f"{service}_")]
            parts.append(f"## {title}\n")
            for mode, heading in HEADINGS.items():
                rows = [[module, *(self._cell(module, mode, fault) for fault in FAULTS)] for module in own]
                parts.append(f"### {heading}\n\n{_table(['module', *FAULTS], rows)}\n")
        return TEXT.format(two=two, matrix="\n".join(parts), actions=", ".join(f"`{one}`" for one in ACTIONS))

    def _cell(self, module: str, mode: str, fault: str) -> str:
        outcomes = self.cells.get((module, mode, fault), set())
        return ", ".join(word for word in OUTCOMES if word in outcomes) or NONE


BOTH, REFUSED = TWO = (
    "both are created; the next run lists the ids",
    "one is created; the other task continues with it",
)
ACTIONS = ("pinghome_heartbeat_event", "simplehelp_server_backup", *(f"{service}_request" for service in TITLES))


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def main(arguments: Sequence[str]) -> int:
    """Write the page, or only what some of the tests found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", action="store_true", help="keep the rest of the page: only some of the tests ran")
    found = Notes.kept()
    if not found.cells:
        print("There are no notes: run pytest tests/faults --all-faults first.", file=sys.stderr)
        return 1
    page = Notes.documented() if parser.parse_args(arguments).part else Notes()
    page.replace(found)
    PAGE.write_text(page.page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
