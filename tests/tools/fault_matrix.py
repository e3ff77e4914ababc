# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/faults.md from what a run of tests/faults with --all-faults has noted, and reads it again."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from faults.ways import FAULTS, ON, ONCE

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "faults.md"
FOLDER = ROOT / "build" / "reports" / "faults"

SUCCEEDS, NOTHING, PART, AGAIN = OUTCOMES = ("succeeds", "nothing", "part", "again")
NONE = "-"
TITLES = {
    "alertra": "Alertra", "pinghome": "Pinghome", "pingplotter": "PingPlotter Cloud", "portmonitor": "Port Monitor",
    "simplehelp": "SimpleHelp",
}  # fmt: skip
HEADINGS = {ONCE: "One request fails", ON: "That request and all later ones fail"}

TEXT = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Faults

What comes of a task when a request fails. `make faults` writes this page: it has each module do what it is for, lets
every request fail in every way, once and for good, and runs the task again when the fault is over.

Whatever fails, the task ends within `api_max_wait` and one `api_timeout`, with success or with one sentence and its
`failure`. What was changed is returned as `changed`, or the sentence says that it may have been. The next run reaches
the declared state, with each object once.

| word | what it means |
| --- | --- |
| succeeds | The request is sent again, or what it did is looked up, or its answer is not needed. |
| nothing | The task fails, and nothing was changed. |
| part | The task fails, and returns what was changed all the same. Run it again for the rest. |
| again | The task fails, and cannot know whether the last change was made. Run it again: that finds out and goes on. |

A cell has a word for each outcome that there was, over all requests of the module. `dropped before` is a connection
that ends before the server acts, `dropped after` one that ends then, or within the answer. `timeout`, the errors of the
server and `HTML`, a web page with status 200, come before the server acts and after it. `endless pages` and
`repeated page` are listings whose pages have no end, or do not go on.

An action that is done each time it is asked for ({actions}) is
not sent twice by one task. Where its answer is lost the task fails, and whether to run it again is yours to decide.

## Interruptions

A `_config` task that is killed after any of its requests, and run again, ends with the same account as one that is not
disturbed.

## Two at once

Where two tasks create the same object at the same moment, neither finds the other's in the listing. What comes of it is
for the service to decide:

{two}

Where the service takes both, the next task finds two objects of one name, changes nothing, and fails with a sentence
that lists their ids. Delete one of the two by its id.

{matrix}"""


@dataclass
class Notes:
    """What came of faults: by module, mode and fault; and of two at once, by kind."""

    cells: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    two: dict[str, str] = field(default_factory=dict)

    @classmethod
    def documented(cls) -> Notes:
        """Those on the page."""
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
        """Note what came of a fault."""
        self.cells.setdefault((module, mode, fault), set()).add(outcome)

    def keep(self, name: str) -> None:
        """Keep them in a file for the page."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        rows = [[*key, sorted(outcomes)] for key, outcomes in sorted(self.cells.items())]
        (FOLDER / f"{name}.json").write_text(json.dumps({"cells": rows, "two": self.two}), encoding="utf-8")

    @classmethod
    def kept(cls) -> Notes:
        """Those that all workers kept."""
        found = cls()
        for path in sorted(FOLDER.glob("*.json")):
            data = json.loads(path.read_text(encoding="utf-8"))
            found.two.update(data["two"])
            for module, mode, fault, outcomes in data["cells"]:
                found.cells.setdefault((module, mode, fault), set()).update(outcomes)
        return found

    def page(self) -> str:
        """The page of the documentation."""
        two = _table(["kind", "what comes of it"], [[kind, self.two[kind]] for kind in sorted(self.two)])
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


BOTH, REFUSED = TWO = ("both are created; the next run lists the ids", "one is created, the other is refused")
ACTIONS = ("pinghome_heartbeat_event", "simplehelp_server_backup")


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def main() -> int:
    """Write the page."""
    found = Notes.kept()
    if not found.cells:
        print("Nothing was noted: run pytest tests/faults --all-faults first.", file=sys.stderr)
        return 1
    PAGE.write_text(found.page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
