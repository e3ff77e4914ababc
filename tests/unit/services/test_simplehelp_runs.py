# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of SimpleHelp: what they send, and what the server then holds."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import (
    MACHINE,
    MACHINE_GROUP,
    TECHNICIAN,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.machine_groups import group_id
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from unit.core.fake import want
from unit.services.account import Account

# Two machine groups: "a/b" at the top, and "b" in "a".
FLAT, NESTED = ["a/b"], ["a", "b"]


@pytest.mark.parametrize("made", ["isAnonymous", "appProfilesUser"])
def test_technicians_that_the_server_made_for_itself_are_not_pruned(monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    technicians = [{"username": "anna"}, {"username": "of-the-server", made: True}, {"username": "old"}]
    account = Account(monkeypatch, "simplehelp", {"technicians": technicians})
    report = account.run(want(TECHNICIAN, username="anna"), prune=["technician"])
    assert [one["username"] for one in account.state()["technicians"]] == ["anna", "of-the-server"]
    assert "of-the-server" in report.warnings()[0]


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
