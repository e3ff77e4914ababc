# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as text: on the screen, and as Markdown for a merge request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._core.display import visible
from ..module_utils._core.values import join_names
from ._outcome import TITLES

Paint = Callable[[str, str], str]
"""Colours a text with the color of an action."""

_SIGNS = {"create": "+", "update": "~", "delete": "-", "recreate": "-/+"}
_PLANNED = {"create": "to create", "update": "to update", "delete": "to delete", "recreate": "to recreate"}
_DONE = {"create": "created", "update": "updated", "delete": "deleted", "recreate": "recreated"}
_LONGEST_VALUE = 60
_LONGEST_LINE = 240
_NAMED = 3
"""How many undeclared objects are named."""
_MOST_LINES = 6
"""How many lines of details the plan of several hosts may have."""


def _unpainted(text: str, action: str) -> str:
    return text


# -- one change --------------------------------------------------------------------------------------------------------


def describe_change(change: Mapping[str, Any]) -> str:
    """A change with its values, such as C(update device WWW: frequency: 5 -> 10)."""
    return visible(f"{change['action']} {_object(change)}")


def _object(change: Mapping[str, Any]) -> str:
    # The name of a singleton is its kind.
    kind = change["kind"].replace("_", " ")
    label = kind if change["name"] == change["kind"] else f"{kind} {change['name']}"
    values = "" if change["action"] == "delete" else _values(change)
    return f"{label}: {values}" if values else label


def _values(change: Mapping[str, Any]) -> str:
    """The values of a change, as many as a line has room for."""
    before, after = change["before"], change["after"]
    texts = [
        _value_change(name, before, after)
        for name in change["fields"]
        # The name of a new object is there already.
        if change["action"] == "update" or after.get(name) != change["name"]
    ]
    shown: list[str] = []
    for text in texts:
        if shown and sum(map(len, shown)) + len(text) > _LONGEST_LINE:
            return f"{', '.join(shown)}, and {len(texts) - len(shown)} more"
        shown.append(text)
    return ", ".join(shown)


def _value_change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    new = _value(after.get(name))
    return f"{name}: {_value(before[name])} -> {new}" if name in before else f"{name}: {new}"


def _value(value: Any) -> str:
    text = value if _is_masked(value) else json.dumps(value, ensure_ascii=False)
    return f"{text[: _LONGEST_VALUE - 3]}..." if len(text) > _LONGEST_VALUE else text


def _is_masked(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("********")


# -- counts ------------------------------------------------------------------------------------------------------------


def _counts(one: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """What changes at a service, such as C(2 to create)."""
    numbers = {action: sum(change["action"] == action for change in one["changes"]) for action in words}
    found = [f"{number} {words[action]}" for action, number in numbers.items() if number]
    broken = one["summary"].get("failed", 0) + one["summary"].get("skipped", 0)
    return [*found, f"{broken} failed"] if broken else found


def total(plans: Sequence[Mapping[str, Any]], *, check: bool) -> str:
    """The line about all accounts, such as C(Plan: 4 to create, 1 to update, 0 to delete, 1 undeclared.)."""
    words = _PLANNED if check else _DONE
    outcomes = [one for plan in plans for one in plan["services"].values()]
    numbers = {action: sum(c["action"] == action for one in outcomes for c in one["changes"]) for action in words}
    parts = [f"{number} {words[action]}" for action, number in numbers.items() if number or action != "recreate"]
    parts.append(f"{sum(len(plan['undeclared']) for plan in plans)} undeclared")
    failed = sum(len(plan["failures"]) for plan in plans)
    if failed:
        parts.append(f"{failed} failed")
    return f"{'Plan' if check else 'Applied'}: {', '.join(parts)}."


def without_plan(hosts: Sequence[str]) -> list[str]:
    """A sentence about the hosts that have no plan yet; nothing if there are none."""
    if not hosts:
        return []
    return [f"The run has not ended: {len(hosts)} hosts have no plan ({join_names(hosts)})."]


# -- one host ----------------------------------------------------------------------------------------------------------


def plan_lines(plan: Mapping[str, Any], *, check: bool, paint: Paint = _unpainted) -> list[str]:
    """The plan of one host: a line for each service and each change, and one for all."""
    lines = [] if plan["services"] else ["Nothing is declared."]
    for service, one in plan["services"].items():
        lines += _service_lines(service, one, check=check, paint=paint)
    return [*lines, total([plan], check=check)]


def _service_lines(service: str, one: Mapping[str, Any], *, check: bool, paint: Paint) -> Iterator[str]:
    if not one["summary"]:
        yield paint(f"{TITLES[service]}: failed", "failed")
        return
    parts = _counts(one, _PLANNED if check else _DONE) or ["nothing to change" if check else "nothing changed"]
    if one["undeclared"]:
        parts.append(_undeclared(one["undeclared"]))
    yield visible(f"{TITLES[service]}: {', '.join(parts)}")
    yield from (_change_line(change, paint) for change in one["changes"])


def _undeclared(items: Sequence[Mapping[str, Any]]) -> str:
    names = [f"{item['kind'].replace('_', ' ')} {item['name']}" for item in items[:_NAMED]]
    more = [f"{len(items) - _NAMED} more"] if len(items) > _NAMED else []
    return f"{len(items)} undeclared ({', '.join([*names, *more])})"


def _change_line(change: Mapping[str, Any], paint: Paint) -> str:
    return paint(visible(f"  {_SIGNS[change['action']]} {_object(change)}"), change["action"])


# -- several hosts -----------------------------------------------------------------------------------------------------


def table(plans: Mapping[str, Mapping[str, Any]], *, check: bool, paint: Paint = _unpainted) -> list[str]:
    """The plans of several hosts: a row for each, the changes if there are few, and a line for all."""
    columns = ("create", "update", "delete", "recreate")
    width = max(len("host"), *map(len, plans))
    first = f"Plan for {len(plans)} hosts, nothing is changed:" if check else f"Applied on {len(plans)} hosts:"
    lines = [first, " ".join([f"{'host':<{width}}", *(f"{one:>8}" for one in columns), "undeclared", "failed"])]
    for host, plan in plans.items():
        changes = [change for one in plan["services"].values() for change in one["changes"]]
        numbers = [sum(change["action"] == one for change in changes) for one in columns]
        cells = [*(f"{one:>8}" for one in numbers), f"{len(plan['undeclared']):>10}", f"{len(plan['failures']):>6}"]
        lines.append(visible(" ".join([f"{host:<{width}}", *cells])))
    details = [line for host, plan in plans.items() for line in _host_lines(host, plan, paint)]
    if len(details) > _MOST_LINES:
        details = [f"{len(details)} changes are not shown: see one host with --limit, or the plan file."]
    return [*lines, *details, total(list(plans.values()), check=check)]


def _host_lines(host: str, plan: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    for service, one in plan["services"].items():
        for change in one["changes"]:
            text = visible(f"  {_SIGNS[change['action']]} {host}: {TITLES[service]}: {_object(change)}")
            yield paint(text, change["action"])


# -- Markdown ----------------------------------------------------------------------------------------------------------


def markdown(plans: Mapping[str, Mapping[str, Any]], *, check: bool, missing: Sequence[str] = ()) -> str:
    """The plans of all hosts for a merge request.

    :param missing: the hosts that have no plan yet
    """
    lines = [f"## {total(list(plans.values()), check=check)}", ""]
    for host, plan in plans.items():
        if len(plans) + len(missing) > 1:
            lines += [f"### {_escaped(host)}", ""]
        for service, one in plan["services"].items():
            lines += _markdown_service(service, one, check=check)
        lines += [f"- **failed:** {_escaped(text)}" for text in plan["failures"]]
    lines += [f"- **failed:** {_escaped(text)}" for text in without_plan(missing)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _markdown_service(service: str, one: Mapping[str, Any], *, check: bool) -> list[str]:
    counts = ", ".join(_counts(one, _PLANNED if check else _DONE)) or ("no changes" if one["summary"] else "failed")
    lines = [f"**{TITLES[service]}:** {counts}", ""]
    # A block of code, in which nothing is a link or a picture. No line can be its end, because each has a sign.
    changes = [_change_line(change, _unpainted) for change in one["changes"]]
    if changes:
        lines += ["````diff", *(line.lstrip() for line in changes), "````", ""]
    if one["undeclared"]:
        names = ", ".join(_escaped(f"{item['kind']} {item['name']}") for item in one["undeclared"])
        lines += [f"{len(one['undeclared'])} undeclared: {names}", ""]
    return lines


def _escaped(text: str) -> str:
    """A text in which Markdown and HTML have no meaning."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|~@&" else char for char in visible(text))
