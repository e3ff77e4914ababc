# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings of the audit of a SimpleHelp server."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.declarative.monitoring.plugins.plugin_utils._simplehelp_audit import CHECKS, audit

SAFE_GROUP = {
    "unique_id": "g1",
    "name": "Second line",
    "allow_anonymous_logins": False,
    "mfa_settings": {"email": False, "app": True},
}
OPEN_GROUP = {
    "unique_id": "g2",
    "name": "First line",
    "allow_anonymous_logins": True,
    "mfa_settings": {"email": False, "app": False},
}
SAFE_SERVER = {"hostname": "help.example.com", "technician_restrictions": ["192\\.0\\.2\\.\\d+"]}


def technician(name: str, **values: Any) -> dict[str, Any]:
    """A technician in whom nothing is found, apart from these values."""
    fields = {"unique_id": f"t-{name}", "username": name, "groups": ["Second line"], "enabled": True}
    return {**fields, "is_anonymous": False, **values}


def results(technicians: Any = (), groups: Any = (SAFE_GROUP,), servers: Any = (SAFE_SERVER,)) -> dict[str, Any]:
    """The registered results of the three modules."""
    lists = {"technicians": technicians, "groups": groups, "servers": servers}
    return {name: one if isinstance(one, dict) else {name: list(one)} for name, one in lists.items()}


def found(**lists: Any) -> list[tuple[str, str, str]]:
    """The findings: the check, the name of the object and the text."""
    return [(one["check"], one["name"], one["text"]) for one in audit(results(**lists))["findings"]]


def test_a_safe_server_has_no_findings() -> None:
    assert audit(results([technician("avery")])) == {
        "findings": [],
        "not_checked": [],
        "ignored": 0,
        "summary": dict.fromkeys(CHECKS, 0),
    }


def test_a_finding_names_the_object_and_its_id() -> None:
    (one,) = audit(results([technician("kb2971", is_anonymous=True, groups=[])]))["findings"]
    assert one == {
        "check": "anonymous_technician",
        "kind": "technician",
        "name": "kb2971",
        "id": "t-kb2971",
        "text": "made by a login through a group, in no group, enabled",
    }
    assert audit(results([technician("kb2971", is_anonymous=True, groups=[])]))["summary"] == {
        **dict.fromkeys(CHECKS, 0),
        "anonymous_technician": 1,
    }
    nameless = audit(
        results([technician("", is_anonymous=True)], [{**OPEN_GROUP, "name": "", "allow_anonymous_logins": None}])
    )
    assert {(one["kind"], one["name"]) for one in [*nameless["findings"], *nameless["not_checked"]]} == {
        ("technician", "t-"),
        ("group", "g2"),
    }
    shown = [
        (one["kind"], one["name"], one["id"]) for one in audit(results(groups=[OPEN_GROUP], servers=[{}]))["findings"]
    ]
    assert shown == [("group", "First line", "g2")] * 2
    (unknown,) = audit(results(servers=[{}]))["not_checked"]
    assert unknown == {
        "check": "no_restrictions",
        "kind": "server",
        "name": "server",
        "id": "",
        "text": "the server does not show technician_restrictions",
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"email": True}, []),
        ({"app": True}, []),
        ({"email": False}, ["no_mfa"]),
        ({"app": False}, ["no_mfa"]),
        ({"email": True, "app": False}, []),
        ({"other": True}, []),
        (None, []),
    ],
)
def test_one_of_two_factors_is_enough(settings: Any, expected: list[str]) -> None:
    found = audit(results(groups=[{**SAFE_GROUP, "mfa_settings": settings}]))
    assert [one["check"] for one in found["findings"]] == expected
    assert len(found["not_checked"]) == (settings in (None, {"other": True}))


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"failed": True, "msg": "no access"}, "no access"),
        ({"failed": True}, "the list was not read"),
        ({"msg": "skipped by a condition", "groups": []}, "skipped by a condition"),
        ({"skipped": True}, "the list was not read"),
    ],
)
def test_a_list_that_was_not_read_is_not_taken_for_safe(result: dict[str, Any], reason: str) -> None:
    unread = audit(results(groups=result))["not_checked"]
    assert [(one["check"], one["kind"], one["name"], one["text"]) for one in unread] == [
        ("anonymous_logins", "groups", "all", reason),
        ("no_mfa", "groups", "all", reason),
    ]


def test_technicians_that_logins_have_made_are_found() -> None:
    made = [technician("kb2971", is_anonymous=True), technician("kb2972", is_anonymous=True, groups=[], enabled=False)]
    assert found(technicians=made) == [
        ("anonymous_technician", "kb2971", "made by a login through a group, in Second line, enabled"),
        ("anonymous_technician", "kb2972", "made by a login through a group, in no group, disabled"),
    ]


def test_disabled_technicians_in_groups_are_found() -> None:
    gone = technician("ben", enabled=False, groups=["First line", "Second line"])
    assert found(technicians=[gone, technician("carol", enabled=False, groups=[])]) == [
        ("disabled_in_group", "ben", "disabled, but still in First line, Second line")
    ]


def test_groups_without_a_second_factor_name_those_who_need_none_anywhere() -> None:
    """A technician needs a second factor if any group of the technician requires it."""
    members = [
        technician("avery", groups=["First line"]),
        technician("ben", groups=["First line", "Second line"]),
        technician("carol", groups=["g2"]),
        technician("dora", groups=["First line"], enabled=False),
    ]
    assert found(technicians=members, groups=[SAFE_GROUP, OPEN_GROUP])[:2] == [
        ("anonymous_logins", "First line", "technicians without an account can log in through this group"),
        ("no_mfa", "First line", "no second factor is required: avery, carol"),
    ]
    assert found(technicians=members[1:2], groups=[SAFE_GROUP, OPEN_GROUP])[1] == (
        "no_mfa",
        "First line",
        "no second factor is required, but no enabled technician lacks one",
    )


NUMBERS = "\\d+\\.\\d+\\.\\d+\\.\\d+"


@pytest.mark.parametrize(
    ("restrictions", "check", "text"),
    [
        ([], "no_restrictions", "technicians can log in from every address"),
        (["192\\.0\\.2\\.1", ".*"], "open_restriction", "the restriction .* allows every address"),
        ([NUMBERS], "open_restriction", f"the restriction {NUMBERS} allows every address"),
    ],
)
def test_restrictions_that_restrict_nothing_are_found(restrictions: list[str], check: str, text: str) -> None:
    server = {**SAFE_SERVER, "technician_restrictions": restrictions}
    assert found(servers=[server]) == [(check, "help.example.com", text)]


def test_restrictions_that_allow_some_addresses_are_not_found() -> None:
    server = {**SAFE_SERVER, "technician_restrictions": ["192\\..*"]}
    assert found(servers=[server]) == []


@pytest.mark.parametrize("pattern", ["(?<bad", "a{99999999999}", "(" * 10_000])
def test_a_restriction_that_cannot_be_read_is_said_not_to_be_checked(pattern: str) -> None:
    server = {**SAFE_SERVER, "technician_restrictions": [pattern]}
    audited = audit(results([], [], [server]))
    assert audited["findings"] == []
    assert [(one["check"], one["text"]) for one in audited["not_checked"]] == [
        ("open_restriction", f"the restriction {pattern} cannot be read as a regular expression")
    ]


def test_what_the_server_does_not_show_is_not_checked_and_no_finding() -> None:
    group = {"unique_id": "g3", "name": "Old", "mfa_settings": {"emailSubject": ""}}
    server = {"hostname": "help.example.com"}
    audited = audit(results([{"unique_id": "t1", "username": "x"}], [group], [server]))
    assert audited["findings"] == []
    assert [(one["check"], one["name"], one["text"]) for one in audited["not_checked"]] == [
        ("anonymous_technician", "x", "the server does not show is_anonymous"),
        ("disabled_in_group", "x", "the server does not show enabled"),
        ("anonymous_logins", "Old", "the server does not show allow_anonymous_logins"),
        ("no_mfa", "Old", "the server does not show mfa_settings"),
        ("no_restrictions", "help.example.com", "the server does not show technician_restrictions"),
    ]


def test_a_list_that_could_not_be_read_is_not_checked() -> None:
    refused = {"msg": "SimpleHelp: GET /technicians/list: refused", "failed": False}
    audited = audit(results(refused, [OPEN_GROUP]))
    assert [one["check"] for one in audited["not_checked"]] == ["anonymous_technician", "disabled_in_group"]
    assert audited["not_checked"][0]["text"] == refused["msg"]
    assert [(one["check"], one["text"]) for one in audited["findings"]] == [
        ("anonymous_logins", "technicians without an account can log in through this group"),
        ("no_mfa", "no second factor is required"),
    ]


def test_findings_can_be_left_out_by_check_and_by_object() -> None:
    made = [technician("a", is_anonymous=True), technician("b", is_anonymous=True)]
    audited = audit(results(made, [OPEN_GROUP]), ["no_mfa", "anonymous_technician:a"])
    assert [(one["check"], one["name"]) for one in audited["findings"]] == [
        ("anonymous_technician", "b"),
        ("anonymous_logins", "First line"),
    ]
    assert audited["ignored"] == 2
    with pytest.raises(AnsibleFilterError, match=r"there is no check no_mfs; did you mean no_mfa\?"):
        audit(results(), ["no_mfs:First line"])
