# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the integration tests called every endpoint of the vendors' documents, through some module.

Each worker of the tests notes what the sandbox got in a file of its own below build/reports/endpoints.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections import Counter

from tools.checkout import ROOT

LIST = ROOT / "tests" / "integration" / "endpoints.txt"
SEEN = ROOT / "build" / "reports" / "endpoints"


def endpoints() -> list[tuple[str, str, str]]:
    """Service, method and path of each endpoint of the documents."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    fields = [shlex.split(line) for line in lines if line.strip() and not line.startswith("#")]
    return [(service, method, path) for service, method, path, _document in fields]


def pattern(service: str, method: str, path: str) -> re.Pattern[str]:
    """What a line of a worker's notes looks like for this endpoint."""
    literal = re.escape(f"{service} {method} {path}")
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", literal))


def main() -> int:
    """Compare the list with what was called, and name what was not."""
    seen = {line for file in SEEN.glob("*.txt") for line in file.read_text(encoding="utf-8").splitlines()}
    covered: Counter[str] = Counter()
    missing = []
    for endpoint in endpoints():
        if any(map(pattern(*endpoint).fullmatch, seen)):
            covered[endpoint[0]] += 1
        else:
            missing.append(" ".join(endpoint))
    print("Endpoints called:", ", ".join(f"{service} {count}" for service, count in sorted(covered.items())))
    for line in missing:
        print(f"Never called: {line}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
