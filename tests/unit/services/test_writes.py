# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules send to each service when they change something, and how a failure of it is survived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.core.fake import want
from unit.probe.in_process import FakeTime
from unit.services.account import Account, State
from unit.services.test_reads import plain

DEVICE, TAG, OTHER = "a" * 48, "b" * 48, "c" * 48
SERVICE = "11111111-1111-4111-8111-111111111111"
RESOURCE, SERVER, BEAT = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")


HELP_API = "/api/v1/sandbox-token/"


@dataclass(frozen=True)
class Write:
    """A task, and the requests with which it changes something.

    :ivar state: the account before
    :ivar kind: of the object that the task declares
    :ivar options: of that object
    :ivar requests: the requests that write
    """

    state: State
    kind: str
    options: Mapping[str, Any]
    requests: list[str]
    switches: Mapping[str, Any] = field(default_factory=dict)


DEVICES: State = {
    "devices": [
        {"device_id": DEVICE, "ShortName": "A", "Method": "HTTP", "URL": "http://a.example.com", "Tags": ["old"]}
    ],
    "tags": [{"tag_id": TAG, "Name": "old"}, {"tag_id": OTHER, "Name": "new"}],
}
MONITORS: State = {
    "services": [SERVICE],
    "resources": [
        {
            "id": RESOURCE,
            "name": "web",
            "type": "icmp",
            "host": "a.example.com",
            "ssl_reminder": [7],
            "integrations": [{"integration": "i1", "name": "Chat", "type": "slack", "status": "active"}],
        }
    ],
    "server_resources": [{"id": SERVER, "name": "db"}],
    "heartbeats": [{"id": BEAT, "name": "backup", "interval": 60}],
}
WEB = {"name": "web", "service_id": SERVICE}
WHOLE_RESOURCE = (
    '{"port": "", "grace_period": 3, "recovery_period": 0, "skip_ssl_error": false, "not_follow_redirect": false, '
    '"method": "GET", "is_advanced": false, "regions": [], "name": "web", '
    f'"service_id": "{SERVICE}", "host": "a.example.com", "conditions": []}}'
)
TENANT: State = {
    "agents": [{"UniqueId": "a1", "Name": "laptop", "Sessions": [{"Status": "Active", "Description": "x"}]}],
    "users": [{"Id": "u1", "EmailAddress": "a@example.com", "Roles": ["TargetManagement"]}],
}
TARGETS: State = {
    "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Old"}],
    "targets": [{"id": 3, "name": "site", "group": "Web", "url": "http://a.example.com"}],
}
HELP: State = {
    "groups": [{"uniqueID": 7, "name": "Desk", "permissions": {"canFly": True, "canRun": False}}],
    "technicians": [{"uniqueID": 1, "username": "anna", "totp": "KEY"}],
    "machines": [
        {"machineID": "SG_1", "name": "db", "groups": ["Lund"], "notes": "N", "properties": {"A": "1", "B": "2"}}
    ],
    "machine_groups": [{"groups": ["Lund"], "properties": {"City": "Lund", "Site": "1"}}],
    "restrictions": ["10.0.0.*", "10.0.1.*"],
}
WRITES: Mapping[tuple[str, str], Write] = {
    ("alertra", "a new tag"): Write(DEVICES, "tag", {"name": "web"}, ['POST /tags {"Name": "web"}']),
    ("alertra", "a changed device"): Write(
        DEVICES, "device", {"short_name": "A", "timeout": 31}, [f'PUT /devices/{DEVICE} {{"Timeout": 31}}']
    ),
    ("alertra", "other tags of a device"): Write(
        DEVICES,
        "device",
        {"short_name": "A", "tags": ["new"]},
        [f"PUT /tags/{OTHER}/devices/{DEVICE}", f"DELETE /tags/{TAG}/devices/{DEVICE}"],
    ),
    ("alertra", "other devices of a tag"): Write(
        DEVICES, "tag", {"name": "old", "devices": []}, [f"DELETE /tags/{TAG}/devices/{DEVICE}"]
    ),
    ("alertra", "a deleted device"): Write(
        DEVICES, "device", {"short_name": "A", "state": "absent"}, [f"DELETE /devices/{DEVICE}"]
    ),
    ("alertra", "a deleted tag"): Write(DEVICES, "tag", {"name": "old", "state": "absent"}, [f"DELETE /tags/{TAG}"]),
    ("alertra", "maintenance"): Write(
        DEVICES,
        "maintenance",
        {"short_name": "A", "in_maintenance": True, "duration": "01:30"},
        [f'PUT /devices/{DEVICE}/start-maintenance {{"Duration": "01:30"}}'],
    ),
    ("alertra", "no more maintenance"): Write(
        {"devices": [{**DEVICES["devices"][0], "Tags": [], "in_maintenance": True}]},
        "maintenance",
        {"short_name": "A", "in_maintenance": False},
        [f"PUT /devices/{DEVICE}/stop-maintenance"],
    ),
    ("pinghome", "a changed resource"): Write(
        MONITORS, "resource", {**WEB, "grace_period": 3}, [f"PUT /resource-cmd/v1/resource/{RESOURCE} {WHOLE_RESOURCE}"]
    ),
    ("pinghome", "a disabled resource"): Write(
        MONITORS,
        "resource",
        {**WEB, "enabled": False},
        [f'PUT /resource-cmd/v1/resource/{RESOURCE}/status {{"enabled": false}}'],
    ),
    ("pinghome", "reminders"): Write(
        MONITORS,
        "resource",
        {**WEB, "ssl_reminder_days": [1], "tld_reminder_days": [30]},
        [
            f'PUT /resource-cmd/v1/resource/{RESOURCE}/ssl/reminder {{"days_before": [1]}}',
            f'POST /resource-cmd/v1/resource/{RESOURCE}/tld/reminder {{"days_before": [30]}}',
        ],
    ),
    ("pinghome", "no more reminder"): Write(
        MONITORS,
        "resource",
        {**WEB, "ssl_reminder_days": []},
        [f"DELETE /resource-cmd/v1/resource/{RESOURCE}/ssl/reminder"],
    ),
    ("pinghome", "a deleted resource"): Write(
        MONITORS, "resource", {**WEB, "state": "absent"}, [f"DELETE /resource-cmd/v1/resource/{RESOURCE}"]
    ),
    ("pinghome", "a deleted server resource"): Write(
        MONITORS,
        "server_resource",
        {"name": "db", "service_id": SERVICE, "state": "absent"},
        [f"DELETE /resource-cmd/v1/server-resource?id={SERVER}"],
    ),
    ("pinghome", "a new heartbeat"): Write(
        MONITORS,
        "heartbeat",
        {"name": "sync", "service_id": SERVICE, "interval": 60},
        [
            'POST /resource-cmd/v1/heartbeat {"enabled": true, "name": "sync", '
            f'"service_id": "{SERVICE}", "interval": 60}}'
        ],
    ),
    ("pinghome", "a changed heartbeat"): Write(
        MONITORS,
        "heartbeat",
        {"name": "backup", "service_id": SERVICE, "interval": 90},
        [
            f'PUT /resource-cmd/v1/heartbeat/{BEAT} {{"enabled": true, "methods": ["GET"], "name": "backup", '
            f'"service_id": "{SERVICE}", "interval": 90}}'
        ],
    ),
    ("pinghome", "a changed integration"): Write(
        MONITORS,
        "integration",
        {"resource": "web", "service_id": SERVICE, "integration": "i1", "name": "Talk"},
        [
            f"PUT /resource-cmd/v1/resource/{RESOURCE}/integration/i1 "
            '{"message": "", "items": [], "name": "Talk", "status": "active"}'
        ],
    ),
    ("pinghome", "a deleted integration"): Write(
        MONITORS,
        "integration",
        {"resource": "web", "service_id": SERVICE, "integration": "i1", "state": "absent"},
        [f"DELETE /resource-cmd/v1/resource/{RESOURCE}/integration/i1"],
    ),
    ("pingplotter", "a new agent"): Write(
        TENANT,
        "agent",
        {"name": "desk"},
        ['POST /api/agents {"IsTemplate": false, "IsSidekick": false, "Name": "desk"}'],
    ),
    ("pingplotter", "paused sessions"): Write(
        TENANT, "agent", {"name": "laptop", "sessions": "paused"}, ["PUT /api/agents/a1/sessions?action=Pause"]
    ),
    ("pingplotter", "a deleted agent"): Write(
        TENANT,
        "agent",
        {"name": "laptop", "state": "absent"},
        ['DELETE /api/agents {"UniqueId": "a1", "ShouldUninstall": false}'],
    ),
    ("pingplotter", "an agent that is uninstalled"): Write(
        TENANT,
        "agent",
        {"name": "laptop", "state": "absent", "should_uninstall": True},
        ['DELETE /api/agents {"UniqueId": "a1", "ShouldUninstall": true}'],
    ),
    ("pingplotter", "a new user"): Write(
        TENANT,
        "user",
        {"email_address": "b@example.com"},
        ['POST /api/users {"Roles": [], "EmailAddress": "b@example.com"}'],
    ),
    ("pingplotter", "other roles"): Write(
        TENANT,
        "user",
        {"email_address": "a@example.com", "roles": ["UserManagement"]},
        ['PUT /api/users/u1 {"Roles": ["UserManagement"]}'],
    ),
    ("pingplotter", "a deleted user"): Write(
        TENANT, "user", {"email_address": "a@example.com", "state": "absent"}, ["DELETE /api/users/u1"]
    ),
    ("portmonitor", "a new group"): Write(TARGETS, "group", {"name": "Mail"}, ["POST /groups group[name]=Mail"]),
    ("portmonitor", "a renamed group"): Write(
        TARGETS, "group", {"group_id": "2", "name": "Mail"}, ["PUT /groups/2 group[name]=Mail"]
    ),
    ("portmonitor", "a deleted group"): Write(
        TARGETS, "group", {"name": "Old", "state": "absent"}, ["DELETE /groups/2"]
    ),
    ("portmonitor", "a new target"): Write(
        TARGETS,
        "target",
        {"group": "Old", "name": "smtp", "type": "custom_port", "host": "a.example.com", "port_number": 25},
        [
            "POST /groups/2/target/custom_ports target_custom_port[group_id]=2&target_custom_port[name]=smtp&"
            "target_custom_port[host]=a.example.com&target_custom_port[port_number]=25"
        ],
    ),
    ("portmonitor", "a target that moves"): Write(
        TARGETS, "target", {"target_id": "3", "group": "Old"}, ["PUT /groups/1/target/urls/3 target_url[group_id]=2"]
    ),
    ("portmonitor", "a deleted target"): Write(
        TARGETS, "target", {"group": "Web", "name": "site", "state": "absent"}, ["DELETE /groups/1/target/urls/3"]
    ),
    ("portmonitor", "a group with its targets"): Write(
        TARGETS,
        "group",
        {"name": "Web", "state": "absent", "force": True},
        ["DELETE /groups/1", "DELETE /groups/1/target/urls/3", "DELETE /groups/1"],
        {"group_delete": "refused"},
    ),
    ("portmonitor", "the profile"): Write(
        TARGETS, "profile", {"language": "es"}, ["PUT /profile profile[language]=es"]
    ),
    ("simplehelp", "a new technician"): Write(
        HELP,
        "technician",
        {"username": "ben", "password": "first secret", "groups": ["Desk"]},
        [
            'POST technicians/new {"technician": {"username": "ben", "groupIDs": [7]}}',
            'POST technicians/password/set {"uniqueID": 1001, "password": "first secret"}',
        ],
    ),
    ("simplehelp", "a changed technician"): Write(
        HELP,
        "technician",
        {"username": "anna", "display_name": "Anna", "groups": ["Desk"]},
        ['POST technicians/set {"uniqueID": 1, "technician": {"displayName": "Anna", "groupIDs": [7]}}'],
    ),
    ("simplehelp", "another password"): Write(
        HELP,
        "technician",
        {"username": "anna", "password": "other secret", "force_send": ["password"]},
        ['POST technicians/password/set {"uniqueID": 1, "password": "other secret"}'],
    ),
    ("simplehelp", "no more second factor"): Write(
        HELP,
        "technician",
        {"username": "anna", "reset_totp": True, "force_send": ["reset_totp"]},
        ['POST technicians/totp/remove {"uniqueID": 1}'],
    ),
    ("simplehelp", "a deleted technician"): Write(
        HELP, "technician", {"username": "anna", "state": "absent"}, ['POST technicians/remove {"uniqueID": 1}']
    ),
    ("simplehelp", "a changed group"): Write(
        HELP,
        "group",
        {"name": "Desk", "max_file_size": 6},
        ['POST groups/set {"uniqueID": 7, "group": {"maxFileSize": 6}}'],
    ),
    ("simplehelp", "permissions"): Write(
        HELP,
        "group",
        {"name": "Desk", "permissions": {"canFly": True, "canRun": True}},
        ['POST groups/permissions/set {"uniqueID": 7, "group": {"uniqueID": 7, "permissions": {"canRun": true}}}'],
    ),
    ("simplehelp", "a changed machine"): Write(
        HELP,
        "machine",
        {"machine_id": "SG_1", "name": "new", "monitor": False},
        ['POST machines/set {"machineID": "SG_1", "name": "new", "monitor": false}'],
    ),
    ("simplehelp", "a warning"): Write(
        HELP,
        "machine",
        {"machine_id": "SG_1", "warnings": "W"},
        ['POST machines/notes/set {"machineID": "SG_1", "notes": "N", "warnings": "W"}'],
    ),
    ("simplehelp", "properties of a machine"): Write(
        HELP,
        "machine",
        {"machine_id": "SG_1", "properties": {"A": "1", "B": "3"}},
        ['POST machines/properties/set {"machineID": "SG_1", "key": "B", "value": "3"}'],
    ),
    ("simplehelp", "a property that is removed"): Write(
        HELP,
        "machine",
        {"machine_id": "SG_1", "properties": {"A": None}, "purge_properties": False},
        ['POST machines/properties/remove {"machineID": "SG_1", "key": "A"}'],
    ),
    ("simplehelp", "no more properties of a machine"): Write(
        HELP,
        "machine",
        {"machine_id": "SG_1", "properties": {"A": "1"}},
        ['POST machines/properties/remove {"machineID": "SG_1", "key": "B"}'],
    ),
    ("simplehelp", "properties of a machine group"): Write(
        HELP,
        "machine_group",
        {"groups": ["Lund"], "properties": {"City": "Lund", "Site": "2"}},
        ['POST machinegroups/properties/set {"groups": ["Lund"], "key": "Site", "value": "2"}'],
    ),
    ("simplehelp", "the host name"): Write(
        HELP, "server", {"hostname": "a.example.com"}, ['POST server/hostname/set {"hostname": "a.example.com"}']
    ),
    ("simplehelp", "other restrictions"): Write(
        HELP,
        "server",
        {"technician_restrictions": ["10.0.1.*", "10.0.2.*"]},
        [
            'POST server/tech-restrictions/new {"restrictions": ["10.0.2.*"]}',
            'POST server/tech-restrictions/remove {"restrictions": ["10.0.0.*"]}',
        ],
    ),
}


def writes(account: Account) -> list[str]:
    """The requests of the last run that write, besides logins."""
    return [
        plain(call)
        for call in account.calls
        if call.method != "GET" and call.path != "/users/login" and not call.path.endswith(("/get", "/list"))
    ]


@pytest.mark.parametrize(("service", "what"), list(WRITES))
def test_each_change_is_made_by_its_requests(monkeypatch: pytest.MonkeyPatch, service: str, what: str) -> None:
    write = WRITES[service, what]
    account = Account(monkeypatch, service, write.state, **write.switches)
    report = account.run(want(SERVICES[service].kinds[write.kind], **write.options))
    assert (report.failures(), report.changed) == ([], True)
    assert writes(account) == write.requests


@pytest.mark.parametrize(
    ("service", "kind"), [(name, kind) for name, service in SERVICES.items() for kind in service.kinds]
)
def test_each_kind_is_written(service: str, kind: str) -> None:
    """A new kind needs an entry in WRITES."""
    # The login of a run decides what an account is, so that it has tests of its own.
    assert (service, kind) == ("portmonitor", "account") or any(
        (name, write.kind) == (service, kind) for (name, _what), write in WRITES.items()
    )


# The requests that create something, and would do so twice.
ONCE = (
    *("POST /tags", "POST /resource-cmd/v1/heartbeat", "POST /api/agents", "POST /api/users", "POST /groups"),
    *("POST /users/login", f"POST {HELP_API}technicians/new"),
)


# A refusal to delete a group that follows a lost answer does not tell whether the group has been deleted meanwhile.
UNCLEAR = ("portmonitor", "a group with its targets")


@pytest.mark.parametrize(("service", "what"), [key for key in WRITES if key != UNCLEAR])
def test_a_change_that_can_be_repeated_survives_a_failure_of_each_request(
    monkeypatch: pytest.MonkeyPatch, service: str, what: str
) -> None:
    FakeTime(monkeypatch)
    write = WRITES[service, what]
    account = Account(monkeypatch, service, write.state, **write.switches)
    account.fail_once(but=ONCE)
    report = account.run(want(SERVICES[service].kinds[write.kind], **write.options))
    assert (report.failures(), report.changed) == ([], True)
