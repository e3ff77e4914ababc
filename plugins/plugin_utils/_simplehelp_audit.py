# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit of a SimpleHelp server: who can log in who should not be able to, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.values import join_names

Object = Mapping[str, Any]

CHECKS = (
    "anonymous_technician",
    "anonymous_logins",
    "no_restrictions",
    "open_restriction",
    "no_mfa",
    "disabled_in_group",
)
"""The names of the checks, the most serious ones first."""

# Addresses of documentation, of different networks. A restriction that all of them match restricts nothing.
_ADDRESSES = ("192.0.2.1", "198.51.100.77", "203.0.113.254")
_LISTS = ("technicians", "groups", "servers")


@dataclass(frozen=True)
class _Finding:
    """A result of a check.

    :ivar check: its name
    :ivar kind: the kind of the object
    :ivar name: the name of the object
    :ivar id: the id of the object; empty for the server
    :ivar text: what was found, as a part of a sentence
    :ivar checked: false if the check was not possible, and ``text`` is the reason
    """

    check: str
    kind: str
    name: str
    id: str
    text: str
    checked: bool = True

    def shown(self) -> dict[str, str]:
        """The finding in a result."""
        return {"check": self.check, "kind": self.kind, "name": self.name, "id": self.id, "text": self.text}


def audit(results: Mapping[str, Any], ignored: Sequence[str] = ()) -> dict[str, Any]:
    """The findings, and what could not be checked.

    :param results: the registered results of the C(_info) modules; the keys are technicians, groups and servers
    :param ignored: findings to leave out: names of checks, or checks with the name of an object, as C(no_mfa:Admins)
    :raises AnsibleFilterError: for a check that does not exist
    """
    for entry in ignored:
        _check_name(str(entry))
    lists = {name: results[name].get(name) if not _failed(results[name]) else None for name in _LISTS}
    found = [
        *_audit_list("technicians", lists, results, _technician_checks),
        *_audit_list("groups", lists, results, _group_checks),
        *_audit_list("servers", lists, results, _server_checks),
    ]
    kept = [one for one in found if not _is_ignored(one, ignored)]
    findings = [one.shown() for check in CHECKS for one in kept if one.checked and one.check == check]
    return {
        "findings": findings,
        "not_checked": [one.shown() for one in kept if not one.checked],
        "ignored": len(found) - len(kept),
        "summary": {check: sum(one["check"] == check for one in findings) for check in CHECKS},
    }


def _check_name(entry: str) -> None:
    check = entry.partition(":")[0]
    if check not in CHECKS:
        raise AnsibleFilterError(f"there is no check {check}{did_you_mean(check, CHECKS)}")


def _is_ignored(finding: _Finding, ignored: Sequence[str]) -> bool:
    return finding.check in ignored or f"{finding.check}:{finding.name}" in ignored


def _failed(result: Mapping[str, Any]) -> bool:
    return bool(result.get("failed")) or "msg" in result


# -- checks ------------------------------------------------------------------------------------------------------------

Checks = Callable[[Object, Mapping[str, Any]], Iterator[_Finding]]
# The checks that need each list.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "technicians": ("anonymous_technician", "disabled_in_group"),
    "groups": ("anonymous_logins", "no_mfa"),
    "servers": ("no_restrictions", "open_restriction"),
}


def _audit_list(name: str, lists: Mapping[str, Any], results: Mapping[str, Any], checks: Checks) -> Iterator[_Finding]:
    """The findings about the objects of a list, or that the list could not be read."""
    if lists[name] is None:
        reason = str(results[name].get("msg") or "the list was not read")
        yield from (_Finding(check, name, "all", "", reason, checked=False) for check in _NEEDED[name])
        return
    for one in lists[name]:
        yield from checks(one, lists)


def _technician_checks(technician: Object, lists: Mapping[str, Any]) -> Iterator[_Finding]:
    about = ("technician", str(technician.get("username") or technician.get("unique_id")), str(technician["unique_id"]))
    groups = technician.get("groups") or []
    inside = f"in {join_names(groups)}" if groups else "in no group"
    anonymous, enabled = technician.get("is_anonymous"), technician.get("enabled")
    if anonymous is None:
        yield _unknown("anonymous_technician", about, "is_anonymous")
    elif anonymous:
        state = "disabled" if enabled is False else "enabled"
        yield _Finding("anonymous_technician", *about, f"made by a login through a group, {inside}, {state}")
    if enabled is None:
        yield _unknown("disabled_in_group", about, "enabled")
    elif not enabled and groups:
        yield _Finding("disabled_in_group", *about, f"disabled, but still {inside}")


def _group_checks(group: Object, lists: Mapping[str, Any]) -> Iterator[_Finding]:
    about = ("group", str(group.get("name") or group["unique_id"]), str(group["unique_id"]))
    anonymous = group.get("allow_anonymous_logins")
    if anonymous is None:
        yield _unknown("anonymous_logins", about, "allow_anonymous_logins")
    elif anonymous:
        yield _Finding("anonymous_logins", *about, "technicians without an account can log in through this group")
    required = _requires_factor(group)
    if required is None:
        yield _unknown("no_mfa", about, "mfa_settings")
    elif not required:
        yield _Finding("no_mfa", *about, _without_factor(group, lists))


def _server_checks(server: Object, lists: Mapping[str, Any]) -> Iterator[_Finding]:
    about = ("server", str(server.get("hostname") or "server"), "")
    restrictions = server.get("technician_restrictions")
    if restrictions is None:
        yield _unknown("no_restrictions", about, "technician_restrictions")
        return
    if not restrictions:
        yield _Finding("no_restrictions", *about, "technicians can log in from every address")
    for pattern in map(str, restrictions):
        is_open = _allows_everything(pattern)
        if is_open is None:
            reason = f"the restriction {pattern} cannot be read as a regular expression"
            yield _Finding("open_restriction", *about, reason, checked=False)
        elif is_open:
            yield _Finding("open_restriction", *about, f"the restriction {pattern} allows every address")


def _unknown(check: str, about: tuple[str, str, str], field: str) -> _Finding:
    return _Finding(check, *about, f"the server does not show {field}", checked=False)


# -- second factor -----------------------------------------------------------------------------------------------------


def _requires_factor(group: Object) -> bool | None:
    """Whether logins of a group need a second factor; None if the server does not show that."""
    settings = group.get("mfa_settings")
    if not isinstance(settings, Mapping) or not {"email", "app"} & settings.keys():
        return None
    return bool(settings.get("email") or settings.get("app"))


def _without_factor(group: Object, lists: Mapping[str, Any]) -> str:
    """The text of a finding about a group that needs no second factor. A technician needs one if any group does."""
    text = "no second factor is required"
    if lists["technicians"] is None:
        return text
    protected = {name for one in lists["groups"] if _requires_factor(one) for name in _names(one)}
    members = [one for one in lists["technicians"] if _names(group) & set(map(str, one.get("groups") or ()))]
    exposed = [
        str(one.get("username"))
        for one in members
        if one.get("enabled") is not False and not protected & set(map(str, one["groups"]))
    ]
    if not exposed:
        return f"{text}, but no enabled technician lacks one"
    return f"{text}: {join_names(sorted(exposed))}"


def _names(group: Object) -> set[str]:
    """How technicians refer to a group."""
    return {str(group["unique_id"]), str(group.get("name"))}


def _allows_everything(pattern: str) -> bool | None:
    """Whether a regular expression matches all kinds of addresses; None if Python cannot read it."""
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    return all(found.fullmatch(address) for address in _ADDRESSES)
