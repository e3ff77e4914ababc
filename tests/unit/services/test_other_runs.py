# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is neither created nor listed like other objects: maintenance at Alertra, accounts at Port Monitor."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import MAINTENANCE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import ACCOUNT
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import MACHINE_GROUP
from unit.core.fake import want
from unit.services.account import Account

DEVICES = [
    {"ShortName": name, "Method": "HTTP", "URL": "http://www.example.com", "device_id": letter * 48}
    for name, letter in (("A", "a"), ("B", "b"), ("C", "c"))
]
ALERTRA = {
    "devices": [{**DEVICES[0], "Tags": ["web"]}, {**DEVICES[1], "Tags": ["web"], "in_maintenance": True}, DEVICES[2]],
    "tags": [{"Name": "web", "tag_id": "d" * 48}],
}


def maintained(account: Account) -> list[str]:
    """The devices in maintenance."""
    return [one["ShortName"] for one in account.state()["devices"] if one["in_maintenance"]]


@pytest.mark.parametrize("switches", [{}, {"maint_filter": "ignored"}, {"status_words": "letters"}])
def test_maintenance_is_started_and_stopped_once(monkeypatch: pytest.MonkeyPatch, switches: dict[str, Any]) -> None:
    account = Account(monkeypatch, "alertra", ALERTRA, **switches)
    started = [want(MAINTENANCE, short_name=name, in_maintenance=True, duration="01:30") for name in ("A", "B")]
    assert [one["name"] for one in account.run(*started, check=True).changes()] == ["A"]
    assert maintained(account) == ["B"]
    assert [one["name"] for one in account.run(*started).changes()] == ["A"]
    assert maintained(account) == ["A", "B"]
    assert [call.json() for call in account.calls if call.method == "PUT"] == [{"Duration": "01:30"}]
    assert account.run(*started).changes() == []
    stopped = [want(MAINTENANCE, short_name=name, in_maintenance=False) for name in ("A", "C")]
    assert [one["name"] for one in account.run(*stopped).changes()] == ["A"]
    assert maintained(account) == ["B"]


@pytest.mark.parametrize("tag_devices", ["ids", "objects", "absent"])
def test_the_devices_of_maintenance_are_found_by_name_id_and_tag(
    monkeypatch: pytest.MonkeyPatch, tag_devices: str
) -> None:
    service: Any = Account(monkeypatch, "alertra", ALERTRA, tag_devices=tag_devices).service()
    assert service.device_ids("", ["C", "a" * 48]) == ["c" * 48, "a" * 48]
    assert sorted(service.device_ids("web", [])) == ["a" * 48, "b" * 48]
    assert sorted(service.device_ids("d" * 48, ["C", "A"])) == ["a" * 48, "b" * 48, "c" * 48]
    for tag, devices, words in (
        ("", ["AA"], r"there is no device named AA; did you mean A\?"),
        ("wep", [], r"there is no tag named wep; did you mean web\?"),
    ):
        with pytest.raises(InputError, match=words):
            service.device_ids(tag, devices)


def test_a_name_that_several_devices_have_is_refused_with_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [DEVICES[0], {**DEVICES[1], "ShortName": "A"}, DEVICES[2]]
    service: Any = Account(monkeypatch, "alertra", {"devices": twins}).service()
    words = f"^there are 2 devices named A: use one of the ids {'a' * 48}, {'b' * 48}$"
    with pytest.raises(InputError, match=words):
        service.device_ids("", ["C", "A"])
    assert service.device_ids("", ["C", "b" * 48]) == ["c" * 48, "b" * 48]


def test_an_account_is_made_changed_and_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", {})
    login = {"new_email": "new@example.com", "new_password": "first secret"}

    def run(check: bool = False, **more: Any) -> list[str]:
        report = account.run(want(ACCOUNT, **login, **more), check=check)
        assert report.failures() == []
        assert check or more or report.outcome.ident(0) == "new@example.com"
        return [one["action"] for one in report.changes()]

    assert run(check=True) == ["create"]
    assert run() == ["create"]
    assert account.sandbox.export_state("new@example.com")["user"]["password"] == "first secret"
    assert run() == []
    assert run(state="absent", force=True) == ["delete"]
    assert run(state="absent", force=True) == []


def test_properties_of_a_machine_group_are_set_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {
        "machines": [{"machineID": "SG_1", "name": "db", "groups": ["Lund", "Lab"]}],
        "machine_groups": [{"groups": ["Lund"], "properties": {"City": "Lund", "Site": "1"}}],
    }
    account = Account(monkeypatch, "simplehelp", state)
    declared = want(MACHINE_GROUP, groups=["Lund"], properties={"Site": "2", "Team": 7})
    assert account.run(declared).failures() == []
    (group,) = account.state()["machine_groups"]
    assert group["properties"] == {"City": "Lund", "Site": "2", "Team": "7"}
    assert account.run(declared).changes() == []
