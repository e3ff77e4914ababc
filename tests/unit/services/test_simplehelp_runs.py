# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of SimpleHelp: what they send, and what the server then holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.undo import undo
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import (
    GROUP,
    MACHINE,
    MACHINE_GROUP,
    SERVER,
    TECHNICIAN,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.machine_groups import group_id
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from sandbox.service import Call, Reply
from unit.core.fake import want
from unit.probe.in_process import FakeTime
from unit.services.account import Account
from unit.services.test_plays import CheckMode

# Two machine groups: "a/b" at the top, and "b" in "a".
FLAT, NESTED = ["a/b"], ["a", "b"]


@pytest.mark.parametrize("made", ["isAnonymous", "appProfilesUser"])
def test_technicians_that_the_server_made_for_itself_are_not_pruned(monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    technicians = [{"username": "anna"}, {"username": "of-the-server", made: True}, {"username": "old"}]
    account = Account(monkeypatch, "simplehelp", {"technicians": technicians})
    report = account.run(want(TECHNICIAN, username="anna"), prune=["technician"])
    assert [one["username"] for one in account.state()["technicians"]] == ["anna", "of-the-server"]
    assert "which the server made for itself" in report.warnings()[0]


def test_a_slash_in_the_name_of_a_machine_group_makes_it_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    machines = [{"machineID": "SG_1", "groups": FLAT}, {"machineID": "SG_2", "groups": NESTED}]
    account = Account(monkeypatch, "simplehelp", {"machines": machines})
    declared = [
        Desired(MACHINE_GROUP, {"groups": path, "properties": {"Kind": kind}})
        for path, kind in ((FLAT, "flat"), (NESTED, "nested"))
    ]
    assert account.run(*declared).failures() == []
    properties = {tuple(one["groups"]): one["properties"] for one in account.state()["machine_groups"]}
    assert properties[tuple(FLAT)] == {"Kind": "flat"}
    assert properties[tuple(NESTED)] == {"Kind": "nested"}
    listed = account.service().list_objects(MACHINE_GROUP)
    assert sorted(record.values["groups"] for record in listed) == [["a"], NESTED, FLAT]


def test_machines_in_no_group_belong_to_no_machine_group(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", {})
    account.spoil(
        lambda call, reply: (
            Reply.of_json([{"machineID": "SG_1", "groups": ["a"]}, {"machineID": "SG_2"}])
            if call.segments[-2:] == ("machines", "list")
            else reply
        )
    )
    assert [record.label for record in account.service().list_objects(MACHINE_GROUP)] == ["a"]


@pytest.mark.parametrize("name", ["a/b", "a%b", "a%2Fb", "/", "%"])
def test_the_id_of_a_machine_group_belongs_to_its_path_alone(name: str) -> None:
    others = [[name, "c"], [*name.split("/"), "c"], [name.replace("%2F", "/")], [name.replace("/", "%2F")]]
    assert all(group_id(other) != group_id([name]) for other in others if other != [name])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["Twice"], "^group_filters names Twice, but there are 2 groups of that name or id: 1, 2$"),
        (["Once", "Never"], "^group_filters names Never, but there is no such group$"),
    ],
)
def test_a_filter_by_a_group_that_is_not_one_group_is_refused(
    monkeypatch: pytest.MonkeyPatch, names: list[str], message: str
) -> None:
    groups = [{"uniqueID": 1, "name": "Twice"}, {"uniqueID": 2, "name": "Twice"}, {"uniqueID": 3, "name": "Once"}]
    account = Account(monkeypatch, "simplehelp", {"groups": groups}, group_names="free")
    service = account.service()
    assert isinstance(service, SimpleHelp)
    with pytest.raises(InputError, match=message):
        service.sessions("history", {"group_filters": names})


@pytest.mark.parametrize(
    ("names", "idents"), [(["Once"], [3]), (["1"], [1]), (["Once", "2"], [3, 2]), (["3", "Once"], [3, 3])]
)
def test_a_filter_by_groups_takes_names_and_ids(
    monkeypatch: pytest.MonkeyPatch, names: list[str], idents: list[int]
) -> None:
    groups = [{"uniqueID": 1, "name": "Twice"}, {"uniqueID": 2, "name": "Twice"}, {"uniqueID": 3, "name": "Once"}]
    account = Account(monkeypatch, "simplehelp", {"groups": groups}, group_names="free")
    service = account.service()
    assert isinstance(service, SimpleHelp)
    service.sessions("history", {"group_filters": names})
    assert account.calls[-1].json() == {"groupFilters": idents}


@pytest.mark.parametrize(
    ("number", "queries"), [(1, [1]), (2, [2]), (99, [99]), (100, [100]), (101, [100, 1]), (200, [100, 100])]
)
@pytest.mark.parametrize("option", [{"notes": "n"}, {"warnings": "w"}, {"properties": {"License": "A"}}])
def test_what_many_machines_hold_is_read_a_hundred_at_a_time(
    monkeypatch: pytest.MonkeyPatch, option: dict[str, Any], number: int, queries: list[int]
) -> None:
    machines = [{"machineID": f"SG_{index}", **option} for index in range(number)]
    account = Account(monkeypatch, "simplehelp", {"machines": machines})
    declared = [want(MACHINE, machine_id=f"SG_{index}", **option) for index in range(number)]
    assert account.run(*declared).changes() == []
    bodies = [call.json() for call in account.calls if call.body]
    assert [len(body.get("machineIDs") or [body["machineID"]]) for body in bodies] == queries


# -- properties of machine groups --------------------------------------------------------------------------------------

LUND: Mapping[str, Any] = {
    "machines": [{"machineID": "SG_1", "name": "db", "groups": ["Lund"]}],
    "machine_groups": [{"groups": ["Lund"], "properties": {"City": "Lund", "Site": "1", "Team": "A"}}],
}


def queries(account: Account) -> list[str]:
    """The queries about properties in the last run, each with the key that it is about, and the value that it sets."""
    bodies = [(call.segments[-1], call.json()) for call in account.calls if "properties" in call.segments]
    return [f"{verb} {body.get('key', 'keys')} {body.get('value', '')}".strip() for verb, body in bodies]


def test_only_the_declared_properties_of_a_machine_group_are_read_and_written(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", LUND)
    account.run(want(MACHINE_GROUP, groups=["Lund"], properties={"City": "Lund", "Site": "2"}))
    assert queries(account) == ["get keys", "get City", "get Site", "set Site 2", "get keys", "get Site"]
    account.run(want(MACHINE_GROUP, groups=["Lund"]))
    assert queries(account) == []


@pytest.mark.parametrize("query", ["set", "get"])
def test_settings_are_written_by_the_query_that_has_an_effect(monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    FakeTime(monkeypatch)
    switches = {"machinegroup_set_query": query, "hostname_set_query": query, "group_update_query": f"groups/{query}"}
    account = Account(monkeypatch, "simplehelp", {**LUND, "groups": [{"name": "Desk"}]}, **switches)
    declared = [
        want(MACHINE_GROUP, groups=["Lund"], properties={"Site": "2", "New": "3"}),
        want(SERVER, hostname="new.example.com"),
        want(GROUP, name="Desk", max_file_size=6),
    ]
    assert account.run(*declared).failures() == []
    state = account.state()
    assert state["machine_groups"][0]["properties"] == {"City": "Lund", "Site": "2", "Team": "A", "New": "3"}
    assert (state["hostname"], state["groups"][0]["maxFileSize"]) == ("new.example.com", 6)
    assert account.run(*declared).changes() == []


def test_a_property_that_the_server_does_not_take_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "simplehelp", LUND)
    handle = account.sandbox.handle
    monkeypatch.setattr(
        account.sandbox,
        "handle",
        lambda call: Reply.of_json({"success": True}) if b'"value"' in call.body else handle(call),
    )
    (failure,) = account.run(want(MACHINE_GROUP, groups=["Lund"], properties={"Site": "2"})).failures()
    assert "the server accepts properties (Site) but still shows the old value" in failure["msg"]


@pytest.mark.parametrize("property_answer", ["json_string", "text", "object"])
@pytest.mark.parametrize("value", ["12", "true", "a b", "null"])
def test_a_property_of_a_machine_group_is_read_as_it_is_in_each_form(
    monkeypatch: pytest.MonkeyPatch, property_answer: str, value: str
) -> None:
    state = {**LUND, "machine_groups": [{"groups": ["Lund"], "properties": {"Site": value}}]}
    account = Account(monkeypatch, "simplehelp", state, property_answer=property_answer)
    if (property_answer, value) == ("text", "null"):
        # Nothing tells it from no value.
        return
    assert account.run(want(MACHINE_GROUP, groups=["Lund"], properties={"Site": value})).changes() == []
    account.run(want(MACHINE_GROUP, groups=["Lund"], properties={"Site": "other"}))
    assert account.state()["machine_groups"][0]["properties"] == {"Site": "other"}


@pytest.mark.parametrize(("status", "is_error"), [(200, False), (400, False), (404, False), (403, True), (500, True)])
def test_a_group_of_which_the_server_knows_nothing_is_not_found(
    monkeypatch: pytest.MonkeyPatch, status: int, is_error: bool
) -> None:
    account = Account(monkeypatch, "simplehelp", LUND)
    account.refuse("POST /api/v1/sandbox-token/machinegroups/properties/get", status=status)
    service = account.service()
    if is_error:
        with pytest.raises(ApiError):
            service.filter_objects(MACHINE_GROUP, [], {"groups": ["Rome"]})
    else:
        assert service.filter_objects(MACHINE_GROUP, [], {"groups": ["Rome"]}) == []


# -- groups ------------------------------------------------------------------------------------------------------------

DESK: Mapping[str, Any] = {
    "groups": [{"uniqueID": 7, "name": "Desk", "ldapSettings": {"enabled": True, "baseDN": "a"}}]
}


@pytest.mark.parametrize("nested_settings", ["merge", "replace"])
def test_settings_that_are_not_declared_stay(monkeypatch: pytest.MonkeyPatch, nested_settings: str) -> None:
    account = Account(monkeypatch, "simplehelp", DESK, nested_settings=nested_settings)
    assert account.run(want(GROUP, name="Desk", ldap_settings={"base_dn": "b"})).failures() == []
    settings = account.state()["groups"][0]["ldapSettings"]
    assert (settings["enabled"], settings["baseDN"]) == (True, "b")
    sent = [call.json()["group"] for call in account.calls if call.segments[-1] == "set"]
    whole = {"advanced": False, "baseDN": "b", "enabled": True, "memberOfGroups": []}
    again = [{"ldapSettings": whole}] if nested_settings == "replace" else []
    assert sent == [{"ldapSettings": {"baseDN": "b"}}, *again]


LIMITS = {"max_user_sh_sessions": 4, "max_user_sg_sessions": 4}


@pytest.mark.parametrize("limits", [LIMITS, {"max_user_sg_sessions": 4}])
def test_a_server_with_one_limit_for_both_kinds_of_sessions_gets_that(
    monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    account = Account(monkeypatch, "simplehelp", DESK, access_session_key="max_userShSessions")
    new = want(GROUP, name="New", **limits)
    assert account.run(new).failures() == []
    assert account.run(new).changes() == []
    old = want(GROUP, name="Desk", **limits)
    assert account.run(old).failures() == []
    assert account.run(old).changes() == []
    assert [group["max_userSgSessions"] for group in account.state()["groups"]] == [4, 4]


@pytest.mark.parametrize("name", ["New", "Desk"])
def test_two_limits_are_refused_by_a_server_with_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    account = Account(monkeypatch, "simplehelp", DESK, access_session_key="max_userShSessions")
    (failure,) = account.run(want(GROUP, name=name, max_user_sh_sessions=4, max_user_sg_sessions=5)).failures()
    words = "max_user_sh_sessions and max_user_sg_sessions must be the same" if name == "Desk" else "max_userSgSessions"
    assert words in failure["msg"]
    assert [group["name"] for group in account.state()["groups"]] == ["Desk"]


def test_a_server_that_does_not_show_its_limits_gets_each_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", DESK)
    account.spoil(
        lambda call, reply: (
            Reply.of_json([{"uniqueID": 7, "name": "Desk"}]) if call.segments[-2:] == ("groups", "list") else reply
        )
    )
    account.run(want(GROUP, name="Desk", max_user_sh_sessions=4, max_user_sg_sessions=5))
    (sent,) = [call.json()["group"] for call in account.calls if call.segments[-1] == "set"]
    assert sent == {"max_userShSessions": 4, "max_userSgSessions": 5}


def test_a_group_that_is_refused_with_one_limit_too_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", DESK)
    account.refuse("POST /api/v1/sandbox-token/groups/new", status=400)
    (failure,) = account.run(want(GROUP, name="New", **LIMITS)).failures()
    assert failure["failure"]["status"] == 400
    assert account.requests.count("POST /api/v1/sandbox-token/groups/new") == 2


@pytest.mark.parametrize("settings", ["on", ["on"], 7])
def test_settings_that_the_server_shows_in_another_form_are_set(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    account = Account(monkeypatch, "simplehelp", DESK)
    account.show("list", ldapSettings=settings)
    declared = want(GROUP, name="Desk", ldap_settings={"base_dn": "b"})
    check_mode = CheckMode(account)
    assert [one["fields"] for one in check_mode.run(declared).changes()] == [["ldap_settings"]]
    assert [one.values["name"] for one in check_mode.service().list_objects(GROUP)] == ["Desk"]
    report = account.run(declared)
    assert report.failures() == []
    assert account.state()["groups"][0]["ldapSettings"]["baseDN"] == "b"
    found = undo([GROUP], report.outcome, lambda value: value)
    assert found.declaration == {"groups": [{"unique_id": "7", "name": "Desk"}]}
    assert "ldap_settings cannot be restored" in found.notes[0]


def test_a_username_that_the_server_does_not_change_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "simplehelp", {"technicians": [{"uniqueID": 1, "username": "anna"}]})
    old = {"uniqueID": 1, "username": "anna"}
    account.spoil(lambda call, reply: Reply.of_json(old) if call.segments[-1] == "get" else reply)
    (failure,) = account.run(want(TECHNICIAN, unique_id="1", username="berta")).failures()
    assert "the server accepts username but still shows the old value" in failure["msg"]


# -- names that others have --------------------------------------------------------------------------------------------

PEOPLE: Mapping[str, Any] = {
    "groups": [{"uniqueID": number, "name": name} for number, name in ((7, "Desk"), (8, "Field"))],
    "technicians": [{"uniqueID": number, "username": name} for number, name in ((1, "anna"), (2, "ben"))],
}


@pytest.mark.parametrize(
    ("kind", "first", "second"), [(GROUP, ("7", "Desk"), ("8", "Field")), (TECHNICIAN, ("1", "anna"), ("2", "ben"))]
)
def test_a_name_is_taken_over_only_after_its_owner_has_another_one(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, first: tuple[str, str], second: tuple[str, str]
) -> None:
    account = Account(monkeypatch, "simplehelp", PEOPLE)
    option = kind.name_option
    taken = want(kind, **{"unique_id": first[0], option: second[1]})
    renamed = want(kind, **{"unique_id": second[0], option: "other"})
    gone = want(kind, unique_id=second[0], state="absent")
    message = f"{kind.noun} {first[1]} cannot be renamed to {second[1]} while {second[0]} has that name"
    for others in ([renamed], [gone]):
        with pytest.raises(InputError, match=message):
            account.run(taken, *others)
    assert account.run(want(kind, **{"unique_id": first[0], option: first[1]}), renamed).failures() == []
    assert account.run(taken).summary()["update"] == 1


def test_the_undo_of_a_new_name_leaves_it_if_another_group_has_the_former(monkeypatch: pytest.MonkeyPatch) -> None:
    """People can give groups equal names. The server finds groups by their names, so that no run does it."""
    twins = [{"uniqueID": number, "name": "Desk"} for number in (7, 8)]
    account = Account(monkeypatch, "simplehelp", {"groups": twins})
    done = account.run(want(GROUP, unique_id="7", name="First line", fps_delay=40))
    found = undo([GROUP], done.outcome, lambda value: value)
    assert found.declaration == {"groups": [{"unique_id": "7", "fps_delay": 0}]}
    assert found.notes == (
        "group Desk: its name stays First line, because the former one cannot be restored while another group has it.",
    )
    assert account.run(want(GROUP, unique_id="7", fps_delay=0)).failures() == []
    assert [(one["name"], one["fpsDelay"]) for one in account.state()["groups"]] == [("First line", 0), ("Desk", 0)]


def test_usernames_that_differ_in_case_only_are_refused_unless_the_id_says_which_is_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, "simplehelp", PEOPLE)
    words = "Anna and anna differ only in upper and lower case: correct the spelling, or set unique_id"
    with pytest.raises(InputError, match=words):
        account.run(want(TECHNICIAN, username="Anna"))
    with pytest.raises(InputError, match="cem and Cem differ only"):
        account.run(want(TECHNICIAN, username="cem", password="x"), want(TECHNICIAN, username="Cem", password="x"))
    assert account.run(want(TECHNICIAN, unique_id="1", username="Anna")).failures() == []
    assert [one["username"] for one in account.state()["technicians"]] == ["Anna", "ben"]


@pytest.mark.parametrize("form", ["ids", "objects"])
def test_the_groups_of_a_technician_may_be_ids_or_whole_groups(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    state = {**PEOPLE, "technicians": [{"username": "anna", "groupIDs": [7, 8]}]}
    account = Account(monkeypatch, "simplehelp", state)

    def whole(call: Call, reply: Reply) -> Reply:
        if call.segments[-2:-1] != ("technicians",) or form == "ids" or not reply.body.startswith((b"[", b'{"')):
            return reply
        return replace(reply, body=reply.body.replace(b"[7, 8]", b'[{"uniqueID": 7}, {"id": 8, "name": "Field"}]'))

    account.spoil(whole)
    assert account.run(want(TECHNICIAN, username="anna", groups=["Desk", "Field"])).changes() == []
    assert account.run(want(TECHNICIAN, username="anna", groups=["Field"])).summary()["update"] == 1
    assert account.state()["technicians"][0]["groupIDs"] in ([8], (8,))


# -- machines ----------------------------------------------------------------------------------------------------------

HOST: Mapping[str, Any] = {"machines": [{"machineID": "SG_1", "name": "db", "properties": {"A": "1", "B": "2"}}]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"monitor": False}, "monitor but still shows the old value; SimpleHelp before 5.2.12 ignores monitor"),
        ({"monitor": False, "name": "new"}, "; SimpleHelp before 5.2.12 ignores monitor"),
    ],
)
def test_a_server_that_ignores_monitor_is_too_old(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], words: str
) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "simplehelp", HOST, monitor_supported="silently_ignored")
    (failure,) = account.run(want(MACHINE, machine_id="SG_1", **options)).failures()
    assert words in failure["msg"]


def test_a_property_that_somebody_else_removes_meanwhile_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", HOST)
    handle = account.sandbox.handle

    def too_late(call: Call) -> Reply:
        if call.segments[-1] != "remove":
            return handle(call)
        assert call.json() == {"machineID": "SG_1", "key": "B"}
        handle(call)
        return Reply.of_json({"success": False, "reason": "There is no such property."}, 400)

    monkeypatch.setattr(account.sandbox, "handle", too_late)
    assert account.run(want(MACHINE, machine_id="SG_1", properties={"A": "1"})).failures() == []
    assert account.state()["machines"][0]["properties"] == {"A": "1"}


def test_a_property_that_stays_although_it_is_removed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", HOST)
    account.refuse("POST /api/v1/sandbox-token/machines/properties/remove", status=403)
    (failure,) = account.run(want(MACHINE, machine_id="SG_1", properties={"A": "1"})).failures()
    assert failure["failure"]["status"] == 403


@pytest.mark.parametrize(
    ("properties", "left"),
    [(None, {}), ({}, {}), ({"A": "1", "Z": None}, {"A": "1"}), ({"A": None, "B": "3"}, {"B": "3"})],
)
def test_properties_that_are_not_declared_or_null_are_removed_and_no_others_are_sent(
    monkeypatch: pytest.MonkeyPatch, properties: dict[str, Any] | None, left: dict[str, str]
) -> None:
    account = Account(monkeypatch, "simplehelp", HOST)
    declared = want(MACHINE, machine_id="SG_1", properties=properties)
    assert account.run(declared).failures() == []
    assert account.state()["machines"][0]["properties"] == left
    assert not [call for call in account.calls if call.segments[-1] == "set" and call.json()["value"] is None]
    assert account.run(declared).changes() == []


def test_a_machine_without_properties_gets_some(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", {"machines": [{"machineID": "SG_1"}]})
    declared = want(MACHINE, machine_id="SG_1", properties={"A": 1, "B": ""})
    assert account.run(declared).failures() == []
    assert account.state()["machines"][0]["properties"]["A"] == "1"
    assert account.run(declared).changes() == []


@pytest.mark.parametrize("notes_key", ["warnings", "warning", "both"])
def test_notes_and_warnings_are_changed_each_without_the_other(monkeypatch: pytest.MonkeyPatch, notes_key: str) -> None:
    FakeTime(monkeypatch)
    state = {"machines": [{"machineID": "SG_1", "notes": "N", "warnings": "W"}]}
    account = Account(monkeypatch, "simplehelp", state, notes_key=notes_key)
    for options, expected in (
        ({"warnings": "V"}, ("N", "V")),
        ({"notes": "M"}, ("M", "V")),
        ({"notes": None}, ("", "V")),
    ):
        assert account.run(want(MACHINE, machine_id="SG_1", **options)).failures() == []
        machine = account.state()["machines"][0]
        assert (machine["notes"] or "", machine["warnings"]) == expected


# -- the server --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "query", "requests"),
    [
        ("GET", "server/backup", ["GET server/backup"]),
        ("POST", "/server/backup/", ["GET server/backup", "POST server/backup"]),
    ],
)
def test_a_backup_is_made_once_by_the_method_that_the_server_takes(
    monkeypatch: pytest.MonkeyPatch, method: str, query: str, requests: list[str]
) -> None:
    account = Account(monkeypatch, "simplehelp", {}, backup_method=method)
    service: Any = account.service()
    service.back_up(query)
    assert account.state()["backups"] == 1
    assert [one.replace("/api/v1/sandbox-token/", "") for one in account.requests] == requests
    assert [call.json() for call in account.calls if call.method == "POST"] == [{}] * (method == "POST")


def test_a_backup_that_fails_is_not_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "simplehelp", {})
    account.fail_once()
    service: Any = account.service()
    with pytest.raises(ApiError):
        service.back_up("server/backup")
    assert len(account.requests) == 1
