# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of accounts, from the results of modules: a dictionary, a table, lines for a ticket.

Ansible imports filters anew in the worker of each task: this knows the services by their names alone, as importing them
takes longer than all else in such a task.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

TITLES = {
    "simplehelp": "SimpleHelp",
    "pingplotter": "PingPlotter Cloud",
    "portmonitor": "Port Monitor",
    "pinghome": "Pinghome",
    "alertra": "Alertra",
}
"""The services as people call them, in the order in which roles bring them to their state."""

Places = dict[str, list[dict[str, str]]]
"""By service: the ``place`` that a module names (C(devices[3])), ``where`` that is, its ``kind`` and its ``name``."""

_ENDS = ("create", "update", "delete", "recreate", "unchanged", "failed", "skipped")
_DONE = {"create": "created", "update": "changed", "delete": "deleted", "recreate": "recreated"}


def outcome(results: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """What the C(_config) modules reported, by service, with the places in the declaration as places in its files."""
    return {
        service: _outcome(result, places.get(service, []))
        for service, result in results.items()
        if not result.get("skipped")
    }


def _outcome(result: Mapping[str, Any], places: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    wheres = {one["place"]: one["where"] for one in places}
    named: dict[tuple[str, str], list[str]] = {}
    for one in places:
        named.setdefault((one["kind"], one["name"]), []).append(one["where"])
    # An object of which there is only one has its bare name as its place, which begins a sentence.
    single = "|".join(map(re.escape, (place for place in wheres if "[" not in place))) or "(?!)"
    pattern = re.compile(rf"\b[a-z_]+\[\d+\]|(?:^|(?<=: )|(?<=; ))(?:{single})(?=: )")

    def located(text: Any) -> str:
        return pattern.sub(lambda found: wheres.get(found.group(), found.group()), str(text))

    failures = []
    for failure in result.get("failures", ()):
        candidates = named.get((failure["kind"], failure["name"]), [])
        where = candidates[0] if len(candidates) == 1 else None
        failures.append({**failure, "msg": located(failure["msg"]), "where": where})
    failed = bool(result.get("failed"))
    return {
        "changed": bool(result.get("changed")),
        "failed": failed,
        "msg": located(result.get("msg", "")) if failed else "",
        "changes": result.get("changes", []),
        "summary": result.get("summary", {}),
        "failures": failures,
    }


def report(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What became of the accounts, for people: a table, and a line for each change and for each failure."""
    width = max((len(TITLES[service]) for service in outcomes), default=0)
    lines = [" ".join([" " * width, *(f"{end:>9}" for end in _ENDS)])] if outcomes else ["nothing is declared"]
    for service, one in outcomes.items():
        counts = [f"{one['summary'].get(end, 0):>9}" for end in _ENDS] if one["summary"] else ["failed, see below"]
        lines.append(" ".join([f"{TITLES[service]:<{width}}", *counts]))
    for service, one in outcomes.items():
        title = TITLES[service]
        for change in one["changes"]:
            fields = f": {', '.join(change['fields'])}" if change["action"] != "delete" and change["fields"] else ""
            what = " ".join(dict.fromkeys((change["kind"], change["name"])))
            lines.append(f"{title}: {change['action']} {what}{fields}")
        lines += errors({service: one})
    return lines


def errors(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What went wrong, a sentence for each object, or for the service where it is not about objects."""
    found = []
    for service, one in outcomes.items():
        title = TITLES[service]
        if one["failures"]:
            for failure in one["failures"]:
                where = f"{failure['where']}: " if failure["where"] else ""
                found.append(f"{title}: {where}{failure['msg']}")
        elif one["failed"]:
            found.append(one["msg"])
    return found


def ticket(
    results: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, Any],
    title: str,
    check: bool = False,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """What became of a role, with a summary in lines of text that a person can paste into a ticket.

    :param results: the results of the modules by service
    :param places: where what they were given stands in the variables of the role
    :param notes: more lines
    """
    ordered = {name: results[name] for name in TITLES if results.get(name)}
    outcomes = outcome({name: _uniform(result) for name, result in ordered.items()}, dict(places))
    changed = any(one["changed"] for one in outcomes.values())
    failures = [re.sub(r"\s*\n\s*", " ", text) for text in errors(outcomes)]
    if failures:
        end = "not finished; run it again once the reasons are gone"
    elif check:
        end = "a plan, nothing was changed"
    else:
        end = "done" if changed else "nothing to do"
    lines = [f"{title}: {end}"]
    for name, one in outcomes.items():
        words = _words(one, check)
        if words:
            lines.append(f"{TITLES[name]}: {words}")
    return {
        "changed": changed,
        "failed": bool(failures),
        "services": outcomes,
        "failures": failures,
        "summary": [*lines, *notes, *(f"Failed: {text}" for text in failures)],
    }


def _uniform(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result with C(changes): that of maintenance names the devices and shows the diffs of those that changed."""
    if "devices" not in result:
        return result
    changed = {diff["after_header"] for diff in result.get("diff") or ()}
    titles = {f"device {one['short_name']}": one for one in result["devices"]}
    changes = [
        {"kind": "device", "name": one["short_name"], "id": one["device_id"], "action": "update", "fields": fields}
        for title, one in titles.items()
        for fields in [["in_maintenance"]]
        if title in changed
    ]
    return {**result, "changes": changes, "summary": {"unchanged": len(titles) - len(changes)}}


def _words(one: Mapping[str, Any], check: bool) -> str:
    """What happened at one service."""
    by_action: dict[str, list[str]] = {}
    for change in one["changes"]:
        what = f"{change['kind'].replace('_', ' ')} {change['name']}"
        by_action.setdefault(change["action"], []).append(what)
    words = [
        f"{f'would be {_DONE[action]}' if check else _DONE[action]}: {', '.join(whats)}"
        for action, whats in by_action.items()
    ]
    unchanged = one["summary"].get("unchanged")
    return "; ".join([*words, *([f"{unchanged} unchanged"] if unchanged else [])])
