# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of the C(_config) modules, summarized as a dictionary, as a report, and as text for a ticket.

Ansible imports filters again in the worker process of each task. This module therefore does not import the services,
which would take longer than everything else in such a task. It knows their names only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TITLES = {
    "simplehelp": "SimpleHelp",
    "pingplotter": "PingPlotter Cloud",
    "portmonitor": "Port Monitor",
    "pinghome": "Pinghome",
    "alertra": "Alertra",
}
"""The titles of the services, in the order in which the roles process them."""

Places = dict[str, list[dict[str, str]]]
"""The locations of declared objects, by service.

Each has the C(place) that modules name, such as C(devices[3]), C(where) that is in a file or in the variables of a
role, and the C(kind) and the C(name) of the object.
"""

_COLUMNS = ("create", "update", "delete", "recreate", "unchanged", "failed", "skipped")
_PAST_TENSE = {"create": "created", "update": "changed", "delete": "deleted", "recreate": "recreated"}


def outcome(results: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The results of C(_config) modules, by service, without those of skipped tasks.

    Messages name the locations in the files instead of those in the options of the module.
    """
    return {
        service: _service_outcome(result, places.get(service, []))
        for service, result in results.items()
        if not result.get("skipped")
    }


def _service_outcome(result: Mapping[str, Any], places: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    locate = _locator(places)
    locations = _unique_locations(places)
    failed = bool(result.get("failed"))
    failures = [
        {**failure, "msg": locate(failure["msg"]), "where": locations.get((failure["kind"], failure["name"]))}
        for failure in result.get("failures", ())
    ]
    return {
        "changed": bool(result.get("changed")),
        "failed": failed,
        "msg": locate(result.get("msg", "")) if failed else "",
        "changes": result.get("changes", []),
        "summary": result.get("summary", {}),
        "failures": failures,
    }


def _locator(places: Sequence[Mapping[str, str]]) -> Callable[[Any], str]:
    """A function that replaces the places in a message by their locations."""
    locations = {one["place"]: one["where"] for one in places}
    # The place of a singleton is a bare word. It is a place only at the beginning of a sentence, in front of a colon.
    singletons = "|".join(re.escape(place) for place in locations if "[" not in place) or "(?!)"
    pattern = re.compile(rf"\b[a-z_]+\[\d+\]|(?:^|(?<=: )|(?<=; ))(?:{singletons})(?=: )")

    def locate(message: Any) -> str:
        return pattern.sub(lambda found: locations.get(found.group(), found.group()), str(message))

    return locate


def _unique_locations(places: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], str | None]:
    """The location of each object by its kind and name; None if several objects share them."""
    locations: dict[tuple[str, str], str | None] = {}
    for one in places:
        ident = (one["kind"], one["name"])
        locations[ident] = None if ident in locations else one["where"]
    return locations


# -- report ------------------------------------------------------------------------------------------------------------


def report(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The outcome as lines of text: a table, then a line for each change and each failure."""
    lines = _table(outcomes) if outcomes else ["nothing is declared"]
    for service, one in outcomes.items():
        lines += [f"{TITLES[service]}: {_change(change)}" for change in one["changes"]]
        lines += errors({service: one})
    return lines


def _table(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The number of objects per outcome, with a row for each service."""
    width = max(len(TITLES[service]) for service in outcomes)
    rows = [" ".join([" " * width, *(f"{column:>9}" for column in _COLUMNS)])]
    for service, one in outcomes.items():
        counts = [f"{one['summary'].get(column, 0):>9}" for column in _COLUMNS]
        rows.append(" ".join([f"{TITLES[service]:<{width}}", *(counts if one["summary"] else ["failed, see below"])]))
    return rows


def _change(change: Mapping[str, Any]) -> str:
    # The name of a singleton is its kind.
    name = change["kind"] if change["name"] == change["kind"] else f"{change['kind']} {change['name']}"
    if change["action"] == "delete" or not change["fields"]:
        return f"{change['action']} {name}"
    return f"{change['action']} {name}: {', '.join(change['fields'])}"


def errors(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The failures as sentences: one for each object, or one for the service if the failure is not about an object."""
    found = []
    for service, one in outcomes.items():
        for failure in one["failures"]:
            location = f"{failure['where']}: " if failure["where"] else ""
            found.append(f"{TITLES[service]}: {location}{failure['msg']}")
        if one["failed"] and not one["failures"]:
            found.append(one["msg"])
    return found


# -- ticket ------------------------------------------------------------------------------------------------------------


def ticket(
    results: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, Any],
    title: str,
    check: bool = False,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The outcome of a role, with a summary as lines of text that can be pasted into a ticket.

    :param results: the results of the modules, by service
    :param places: the locations of the objects in the variables of the role
    :param check: whether the role ran in check mode
    :param notes: more lines
    """
    ordered = {name: _with_changes(results[name]) for name in TITLES if results.get(name)}
    outcomes = outcome(ordered, dict(places))
    changed = any(one["changed"] for one in outcomes.values())
    failures = [re.sub(r"\s*\n\s*", " ", text) for text in errors(outcomes)]
    status = _status(failed=bool(failures), check=check, changed=changed)
    changes = {TITLES[name]: _changes(one, check=check) for name, one in outcomes.items()}
    return {
        "changed": changed,
        "failed": bool(failures),
        "services": outcomes,
        "failures": failures,
        "summary": [
            f"{title}: {status}",
            *(f"{service}: {text}" for service, text in changes.items() if text),
            *notes,
            *(f"Failed: {text}" for text in failures),
        ],
    }


def _status(*, failed: bool, check: bool, changed: bool) -> str:
    if failed:
        return "not finished; run it again once the reasons are gone"
    if check:
        return "a plan, nothing was changed"
    return "done" if changed else "nothing to do"


def _with_changes(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result with C(changes) and C(summary).

    That of C(alertra_maintenance) lists the devices instead, and has a diff of each device that changed.
    """
    if "devices" not in result:
        return result
    changed = {diff["after_header"] for diff in result.get("diff") or ()}
    devices = {f"device {device['short_name']}": device for device in result["devices"]}
    changes = [
        {
            "kind": "device",
            "name": device["short_name"],
            "id": device["device_id"],
            "action": "update",
            "fields": ["in_maintenance"],
        }
        for label, device in devices.items()
        if label in changed
    ]
    return {**result, "changes": changes, "summary": {"unchanged": len(devices) - len(changes)}}


def _changes(one: Mapping[str, Any], *, check: bool) -> str:
    """The changes at one service, grouped by action."""
    by_action: dict[str, list[str]] = {}
    for change in one["changes"]:
        label = f"{change['kind'].replace('_', ' ')} {change['name']}"
        by_action.setdefault(change["action"], []).append(label)
    parts = []
    for action, labels in by_action.items():
        verb = f"would be {_PAST_TENSE[action]}" if check else _PAST_TENSE[action]
        parts.append(f"{verb}: {', '.join(labels)}")
    if one["summary"].get("unchanged"):
        parts.append(f"{one['summary']['unchanged']} unchanged")
    return "; ".join(parts)
