# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of the C(_probe) modules as a report in Markdown, and as a profile for the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ._outcome import TITLES

_HEADINGS = {"differs": "Differs", "unknown_shape": "Unknown", "confirmed": "Confirmed", "not_seen": "Not seen"}
"""The headings of the answers, in the order of the report."""

_EXPLANATIONS = {
    "differs": "The account behaves in another way than the collection expects. The modules support this.",
    "unknown_shape": "The collection does not know this behaviour. Modules may fail. Please report it.",
    "confirmed": "The account behaves as the collection expects. The collection expects what is documented, unless the "
    "documentation contradicts itself, or shows what is probably a mistake.",
    "not_seen": "The probe could not find out.",
}

_INTRODUCTION = (
    "This report shows how the accounts behave where the documentation of the vendors is unclear. It contains field",
    "names, types and formats, but no values from an account.",
)

Results = Mapping[str, Mapping[str, Any]]
"""The results of the C(_probe) modules, by service. Skipped tasks count as missing."""


def probe_report(results: Results) -> str:
    """The report in Markdown. The message of a failed probe is left out, because it may contain values."""
    lines = ["# How the accounts behave", "", *_INTRODUCTION]
    for service in sorted(_probed(results)):
        lines += ["", f"## {TITLES[service]}", "", *_describe(results[service])]
    return "\n".join(lines) + "\n"


def probe_profile(results: Results) -> dict[str, Any]:
    """The values of the sandbox switches by service, without those of failed probes."""
    return {
        service: dict(result["profile"]) for service, result in sorted(_probed(results).items()) if "profile" in result
    }


def _probed(results: Results) -> Results:
    return {service: result for service, result in results.items() if not result.get("skipped")}


def _describe(result: Mapping[str, Any]) -> Iterator[str]:
    if "findings" not in result:
        yield "The probe failed. Its message is not in this report, because it may contain values from the account."
        return
    findings = result["findings"]
    yield _summary(findings)
    for answer, heading in _HEADINGS.items():
        found = [one for one in findings if one["answer"] == answer]
        if found:
            yield from ("", f"### {heading}", "", _EXPLANATIONS[answer], "")
            yield from _table(found, "reason" if answer == "not_seen" else "seen")
    if result["unknown_fields"]:
        yield from ("", "### Unknown fields", "", "The documentation does not mention these fields.", "")
        yield from _rows(
            ("kind", "field", "form"), ((one["kind"], one["field"], one["form"]) for one in result["unknown_fields"])
        )
    yield from ("", "### Profile", "", "```json")
    yield json.dumps(result["profile"], indent=2, sort_keys=True, ensure_ascii=False)
    yield "```"


def _summary(findings: Sequence[Mapping[str, Any]]) -> str:
    counts = {answer: sum(one["answer"] == answer for one in findings) for answer in _HEADINGS}
    return (
        f"{len(findings)} questions: {counts['confirmed']} confirmed, {counts['differs']} differ, "
        f"{counts['unknown_shape']} unknown, {counts['not_seen']} not seen."
    )


def _table(findings: Sequence[Mapping[str, Any]], seen: str) -> Iterator[str]:
    return _rows(
        ("question", "document", seen, "switch"),
        ((one["question"], one["document"], one["seen"], _code(one["switch"])) for one in findings),
    )


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _rows(head: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _column in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
