# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of the C(_config) modules, summarized as a dictionary, as a report, and as text for a ticket.

Ansible imports filters again in the worker process of each task. This module therefore does not import the services,
which would take longer than everything else in such a task. It knows their names only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._core.display import visible

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
    files = {one["place"]: one["where"] for one in places}
    failed = bool(result.get("failed"))
    failures = [{**failure, "where": files.get(failure["location"])} for failure in result.get("failures", ())]
    return {
        "changed": bool(result.get("changed")),
        "failed": failed,
        "msg": _message(result, files) if failed else "",
        "changes": result.get("changes", []),
        "summary": result.get("summary", {}),
        "failures": failures,
    }


def _message(result: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """The message of a module, with the locations in the files.

    :param files: the location in a file of each place in the declaration
    """
    message = str(result.get("msg", ""))
    for problem in result.get("problems") or ():
        message = message.replace(problem["msg"], _with_files(problem, files), 1)
    return message


def _with_files(problem: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """The sentence of a problem, with each of its places replaced by the location in a file."""
    sentence: str = problem["msg"]
    places = [place for place in (problem["location"], *problem["other_locations"]) if place and place in sentence]
    located = ""
    # From left to right, because a location in a file may contain a place, too.
    for place in sorted(places, key=sentence.index):
        before, _place, sentence = sentence.partition(place)
        located += before + files.get(place, place)
    return located + sentence


# -- report ------------------------------------------------------------------------------------------------------------


def report(outcomes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The outcome as lines of text: a table, then a line for each change and each failure."""
    lines = _table(outcomes) if outcomes else ["nothing is declared"]
    for service, one in outcomes.items():
        lines += [visible(f"{TITLES[service]}: {_change(change)}") for change in one["changes"]]
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
    # Modules escape line breaks. Those that are left are in messages of Ansible.
    return [visible(re.sub(r"\s*\n\s*", " ", text)) for text in found]


# -- ticket ------------------------------------------------------------------------------------------------------------


def ticket(
    results: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, Any],
    title: str,
    check: bool = False,
    notes: Sequence[str] = (),
    verbs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The outcome of a role, with a summary as lines of text that can be pasted into a ticket.

    :param results: the results of the modules, by service
    :param places: the locations of the objects in the variables of the role
    :param check: whether the role ran in check mode
    :param notes: more lines
    :param verbs: by the kind of an object, the words instead of "changed"; the last word is a participle
    """
    ordered = {name: results[name] for name in TITLES if results.get(name)}
    outcomes = outcome(ordered, dict(places))
    changed = any(one["changed"] for one in outcomes.values())
    failures = errors(outcomes)
    status = _status(failed=bool(failures), check=check, changed=changed)
    changes = {TITLES[name]: _changes(one, verbs or {}, check=check) for name, one in outcomes.items()}
    return {
        "changed": changed,
        "failed": bool(failures),
        "services": outcomes,
        "failures": failures,
        "summary": [
            visible(f"{title}: {status}"),
            *(visible(f"{service}: {text}") for service, text in changes.items() if text),
            *map(visible, notes),
            *(f"Failed: {text}" for text in failures),
        ],
    }


def _status(*, failed: bool, check: bool, changed: bool) -> str:
    if failed:
        return "not finished; correct the reported errors and run it again"
    if check:
        return "a plan, nothing was changed"
    return "done" if changed else "nothing to do"


def _changes(one: Mapping[str, Any], verbs: Mapping[str, str], *, check: bool) -> str:
    """The changes at one service, grouped by what was done."""
    by_verb: dict[str, list[str]] = {}
    for change in one["changes"]:
        label = f"{change['kind'].replace('_', ' ')} {change['name']}"
        verb = _PAST_TENSE[change["action"]]
        if change["action"] == "update":
            verb = verbs.get(change["kind"], verb)
        by_verb.setdefault(verb, []).append(label)
    parts = [f"{_planned(verb) if check else verb}: {', '.join(labels)}" for verb, labels in by_verb.items()]
    if one["summary"].get("unchanged"):
        parts.append(f"{one['summary']['unchanged']} unchanged")
    return "; ".join(parts)


def _planned(verb: str) -> str:
    """A verb for what is not done yet: C(would be changed), C(roles would be removed)."""
    *words, participle = verb.split()
    return " ".join([*words, "would be", participle])
