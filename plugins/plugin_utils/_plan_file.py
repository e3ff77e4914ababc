# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of all accounts of a host: what is written to a plan file or published, and what differs between two plans.

A plan contains no secrets: the modules have masked them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ._outcome import TITLES, errors, outcome
from ._plan_text import describe_change, without_plan

Outcomes = Mapping[str, Mapping[str, Any]]
"""The results of the C(_config) modules, by service, with the locations in the files."""

FORMAT = 1
"""The format of plan files. A file with another format is refused."""

_CHANGE = {"kind": str, "name": str, "action": str, "fields": list, "before": dict, "after": dict}
"""What a change in a plan file has, beside its id."""

_KEPT = ("plan_id", "undeclared", "undo", "undo_notes")


class PlanFileError(Exception):
    """A file is no plan; the text is a sentence."""


def outcomes_of(results: Mapping[str, Any], places: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The results of the modules, by service, in the order of the services."""
    ordered = {service: results[service] for service in TITLES if service in results}
    empty: dict[str, Any] = {"plan_id": None, "undeclared": [], "undo": {}, "undo_notes": []}
    return {
        service: {**one, **{name: ordered[service].get(name, empty[name]) for name in _KEPT}}
        for service, one in outcome(ordered, dict(places)).items()
    }


# -- plan files --------------------------------------------------------------------------------------------------------


def host_plan(outcomes: Outcomes, problem: str = "") -> dict[str, Any]:
    """The plan of one host.

    :param problem: why there is no plan
    """
    return {
        "drift": any(one["changed"] for one in outcomes.values()),
        "failed": bool(problem) or any(one["failed"] for one in outcomes.values()),
        "failures": [problem] if problem else errors(outcomes),
        "undeclared": [{"service": service, **item} for service, one in outcomes.items() for item in one["undeclared"]],
        "services": {
            service: {name: value for name, value in one.items() if name not in ("undo", "undo_notes")}
            for service, one in outcomes.items()
        },
    }


def plan_document(
    plans: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any], missing: Sequence[str] = ()
) -> dict[str, Any]:
    """The content of a plan file: C(services) of one host, or C(hosts) with the plan of each.

    :param plans: the plans by host
    :param about: when and from what it was made
    :param missing: the hosts that have no plan yet
    """
    several = len(plans) + len(missing) > 1
    failures = [_of_host(host, text, several) for host, plan in plans.items() for text in plan["failures"]]
    document: dict[str, Any] = {
        "format": FORMAT,
        **about,
        "drift": any(plan["drift"] for plan in plans.values()),
        "failed": bool(missing) or any(plan["failed"] for plan in plans.values()),
        "failures": [*failures, *without_plan(missing)],
        "undeclared": [
            {"host": host, **item} if several else item for host, plan in plans.items() for item in plan["undeclared"]
        ],
    }
    if several:
        return {**document, "hosts": dict(plans)}
    (plan,) = plans.values()
    return {**document, "services": plan["services"]}


def _of_host(host: str, text: str, several: bool) -> str:
    return f"{host}: {text}" if several else text


def read_plan(text: str, host: str) -> dict[str, dict[str, Any]]:
    """The plan of a host in a plan file, by service. A plan of one host is good for any host.

    :raises PlanFileError: if it is no plan file, or has no plan for the host
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise PlanFileError("is not JSON") from None
    if not isinstance(document, dict) or "format" not in document:
        raise PlanFileError("is not a plan file of this collection")
    if document["format"] != FORMAT:
        raise PlanFileError(f"has the format {document['format']}, but this version of the collection reads {FORMAT}")
    hosts = document.get("hosts")
    plan = document if hosts is None else hosts.get(host)
    if not isinstance(plan, dict) or not isinstance(plan.get("services"), dict):
        raise PlanFileError(f"has no plan for the host {host}")
    found: dict[str, dict[str, Any]] = plan["services"]
    damaged = [service for service, one in found.items() if not _is_service_plan(one)]
    if damaged:
        raise PlanFileError(f"is damaged: it has no list of complete changes for {', '.join(damaged)}")
    return found


def _is_service_plan(plan: Any) -> bool:
    changes = plan.get("changes") if isinstance(plan, dict) else None
    return isinstance(changes, list) and all(map(_is_change, changes))


def _is_change(change: Any) -> bool:
    """Whether something is a change with all that a comparison and its sentences need."""
    if not isinstance(change, dict) or "id" not in change:
        return False
    if not all(isinstance(change.get(name), kind) for name, kind in _CHANGE.items()):
        return False
    return all(isinstance(name, str) for name in change["fields"])


# -- job statistics ----------------------------------------------------------------------------------------------------


def plan_statistic(host: str) -> str:
    """The name of the job statistic with the plan of a host.

    Each host has one of its own, because AWX merges the statistics of slices by their names only. The name is also a
    variable of later jobs, so it has letters, digits and underscores only.
    """
    readable = re.sub(r"[^A-Za-z0-9]", "_", host)
    return f"monitoring_plan_{readable}_{hashlib.sha256(host.encode()).hexdigest()[:8]}"


def published_plan(host: str, time: str, outcomes: Outcomes) -> str:
    """The plan of a host as a job statistic, for C(read_plan).

    It is a text, because AWX passes on statistics as variables, and newer versions of Ansible read each text in them as
    YAML. A text that starts with a brace stays the same. Everything that a comparison does not need is left out.
    """
    services = {service: {"plan_id": one["plan_id"], "changes": one["changes"]} for service, one in outcomes.items()}
    document = {"format": FORMAT, "time": time, "hosts": {host: {"services": services}}}
    return json.dumps(document, separators=(",", ":"), default=str)


# -- comparison --------------------------------------------------------------------------------------------------------


def differences(approved: Outcomes, current: Outcomes) -> list[str]:
    """What differs between an approved plan and the current one, in sentences; nothing if they do the same."""
    found: list[str] = []
    for service in [*approved, *(one for one in current if one not in approved)]:
        title = TITLES.get(service, service)
        if service not in current:
            found.append(f"{title} is in the approved plan, but is not declared now")
        elif service not in approved:
            found.append(f"{title} is declared, but is not in the approved plan")
        else:
            found += [f"{title}: {text}" for text in _service_differences(approved[service], current[service])]
    return found


def _service_differences(approved: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    if not approved.get("plan_id"):
        yield "the approved plan has failed"
    elif not current["plan_id"]:
        yield f"there is no plan now: {current['msg']}"
    elif approved["plan_id"] != current["plan_id"]:
        changes = list(_change_differences(approved["changes"], current["changes"]))
        yield from changes or [
            "the changes are the same, but the account is another one, or an option that only deletions use differs"
        ]


def _change_differences(approved: Sequence[Any], current: Sequence[Any]) -> Iterator[str]:
    before = {(one["kind"], one["name"]): one for one in approved}
    now = {(one["kind"], one["name"]): one for one in current}
    for key, one in before.items():
        other = now.get(key)
        if other is None:
            yield f"{describe_change(one)}: approved, but not in the plan now"
        elif _comparable(one) != _comparable(other):
            yield f"{describe_change(one)}: approved, but the plan is now {describe_change(other)}{_ids(one, other)}"
    for key, one in now.items():
        if key not in before:
            yield f"{describe_change(one)}: in the plan now, but not approved"


def _comparable(change: Mapping[str, Any]) -> tuple[Any, ...]:
    ident = None if change["action"] == "create" else change["id"]
    return (ident, change["action"], change["fields"], change["before"], change["after"])


def _ids(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    if describe_change(one) != describe_change(other):
        return ""
    return f", with the id {other['id']} instead of {one['id']}" if one["id"] != other["id"] else ", with other values"
