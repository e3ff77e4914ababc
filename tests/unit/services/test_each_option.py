# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each option reaches the account in the vendor's name and form, and is found there again.

What the account must hold is written here by hand: nothing of the collection encodes, decodes or compares it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.core.fake import want
from unit.services.account import Account, State
from unit.services.test_lives import positions

SERVICE = "11111111-1111-4111-8111-111111111111"
TAG, MASTER = "a" * 48, "b" * 48
URL = "https://www.example.com/status?a=1&b=2"
CONDITION = {"type": "status_code", "operator": "equal", "values": ["200"], "key": "$.a"}


@dataclass(frozen=True)
class Subject:
    """An object of a kind, and what its options become.

    :ivar state: the account before
    :ivar place: the list of the account that holds the object as its first element; empty for the account itself
    :ivar names: the options that identify the object
    :ivar options: for each other option a new value, and the keys of the object that show it with their values
    :ivar fixed: the options that only a new object takes, which have tests of their own
    """

    state: State
    place: str
    names: Mapping[str, Any]
    options: Mapping[str, tuple[Any, Mapping[str, Any]]]
    fixed: frozenset[str] = field(default_factory=frozenset)


DEVICE = {"ShortName": "WWW", "Method": "HTTP", "URL": "http://old.example.com"}
HTTP_RESOURCE = {"name": "web", "type": "http", "url": "https://old.example.com"}
SUBJECTS: Mapping[tuple[str, str], Subject] = {
    ("alertra", "device"): Subject(
        {
            "devices": [DEVICE, {**DEVICE, "ShortName": "MASTER", "device_id": MASTER}],
            "tags": [{"tag_id": TAG, "Name": "web"}],
        },
        "devices",
        {"short_name": "WWW"},
        {
            "full_name": ("Größe & Co", {"FullName": "Größe & Co"}),
            "url": (URL, {"URL": URL}),
            "frequency": ("30", {"Frequency": 30}),
            "timeout": ("31", {"Timeout": 31}),
            "retries": (3, {"Retries": 3}),
            "retry_delay": (7, {"RetryDelay": 7}),
            "nschedule_id": ("n1", {"nschedule_id": "n1"}),
            "mschedule_id": (17, {"mschedule_id": "17"}),
            "master_device": ("MASTER", {"device_master_id": MASTER}),
            "tags": (["web"], {"Tags": [TAG]}),
        },
        frozenset({"method"}),
    ),
    ("pinghome", "resource"): Subject(
        {"resources": [HTTP_RESOURCE]},
        "resources",
        {"name": "web", "service_id": SERVICE},
        {
            "url": (URL, {"url": URL}),
            "port": (8443, {"port": "8443"}),
            "data": ("ping", {"data": "ping"}),
            "grace_period": ("2", {"grace_period": 2}),
            "recovery_period": (3, {"recovery_period": 3}),
            "maintenance_cron_expression": ("0 1 * * *", {"maintenance_cron_expression": "0 1 * * *"}),
            "maintenance_duration": (60, {"maintenance_duration": 60}),
            "skip_ssl_error": ("yes", {"skip_ssl_error": True}),
            "not_follow_redirect": (True, {"not_follow_redirect": True}),
            "method": ("POST", {"method": "POST"}),
            "body": ("a=1", {"body": "a=1"}),
            "is_advanced": (True, {"is_advanced": True}),
            "headers": ({"X-Key": "k", "X-Version": 5}, {"headers": {"X-Key": "k", "X-Version": "5"}}),
            "conditions": ([CONDITION], {"conditions": [CONDITION]}),
            "regions": (["eu-1", "us-2"], {"regions": ["eu-1", "us-2"]}),
            "enabled": (False, {"enabled": False}),
            "ssl_reminder_days": (["7", 30], {"ssl_reminder": [7, 30]}),
            "tld_reminder_days": ([14], {"tld_reminder": [14]}),
        },
        frozenset({"type", "host"}),
    ),
    ("pinghome", "server_resource"): Subject(
        {"server_resources": [{"name": "db"}]},
        "server_resources",
        {"name": "db", "service_id": SERVICE},
        {
            "description": ("Main", {"description": "Main"}),
            "timezone": ("Europe/Berlin", {"timezone": "Europe/Berlin"}),
            "chart_type_default": ("bar", {"chart_type_default": "bar"}),
            "os": ("Linux", {"os": "Linux"}),
            "metric_types_basic": (["cpu"], {"metric_types_basic": ["cpu"]}),
            "metric_types_advanced": (["disk"], {"metric_types_advanced": ["disk"]}),
            "metric_types_complex": (["net"], {"metric_types_complex": ["net"]}),
            "interval": ("120", {"interval": 120}),
            "enabled": ("no", {"enabled": False}),
        },
    ),
    ("pinghome", "heartbeat"): Subject(
        {"heartbeats": [{"name": "backup", "interval": 60}]},
        "heartbeats",
        {"name": "backup", "service_id": SERVICE},
        {
            "interval": ("300", {"interval": 300}),
            "methods": (["POST"], {"methods": ["POST"]}),
            "enabled": (False, {"enabled": False}),
        },
    ),
    ("pingplotter", "agent"): Subject(
        {"agents": [{"Name": "laptop", "Sessions": [{"Status": "Active", "Description": "x"}]}]},
        "agents",
        {"name": "laptop"},
        {"sessions": ("paused", {"Sessions[0].Status": "Paused"})},
        frozenset({"is_template", "is_sidekick"}),
    ),
    ("pingplotter", "user"): Subject(
        {"users": [{"EmailAddress": "a@example.com", "Roles": ["TargetManagement"]}]},
        "users",
        {"email_address": "A@example.com"},
        {"roles": (["UserManagement"], {"Roles": ["UserManagement"]})},
        frozenset({"name"}),
    ),
    ("portmonitor", "target"): Subject(
        {
            "groups": [{"id": 1, "name": "Web"}],
            "targets": [{"name": "Mail", "group": "Web", "host": "old.example.com", "port_number": 26}],
        },
        "targets",
        {"group": "Web", "name": "Mail"},
        {
            "host": ("mail.example.com", {"host": "mail.example.com"}),
            "port_number": ("25", {"port_number": 25}),
            "seconds_between_checks": ("60", {"seconds_between_checks": 60}),
            "timeout": (5, {"timeout": 5}),
            "retries_per_check": (0, {"retries_per_check": 0}),
        },
        frozenset({"type", "url"}),
    ),
    ("portmonitor", "profile"): Subject(
        {},
        "profile",
        {},
        {
            "language": ("es", {"language": "es"}),
            "country": ("Côte d'Ivoire", {"country": "Côte d'Ivoire"}),
            "time_zone": ("Europe/Madrid", {"time_zone": "Europe/Madrid"}),
        },
    ),
    ("simplehelp", "technician"): Subject(
        {"technicians": [{"username": "anna"}], "groups": [{"uniqueID": 7, "name": "Desk"}]},
        "technicians",
        {"username": "anna"},
        {
            "display_name": ("Anna Ö", {"displayName": "Anna Ö"}),
            "email_address": ("a@example.com", {"emailAddress": "a@example.com"}),
            "allow_locally_authenticated_logins": ("no", {"allowLocallyAuthenticatedLogins": False}),
            "enabled": (False, {"enabled": False}),
            "groups": (["Desk"], {"groupIDs": [7]}),
        },
        frozenset({"password", "reset_totp"}),
    ),
    ("simplehelp", "group"): Subject(
        {"groups": [{"name": "Desk", "videoPassword": "old"}]},
        "groups",
        {"name": "Desk"},
        {
            "allow_anonymous_logins": (True, {"allowAnonymousLogins": True}),
            "max_group_sh_sessions": ("4", {"max_groupShSessions": 4}),
            "max_group_sg_sessions": (5, {"max_groupSgSessions": 5}),
            "max_user_sh_sessions": (6, {"max_userShSessions": 6}),
            "max_user_sg_sessions": (6, {"max_userSgSessions": 6}),
            "max_file_size": (8, {"maxFileSize": 8}),
            "request_access_timeout": (9, {"requestAccessTimeout": 9}),
            "group_specific_hostname": ("help.example.com", {"groupSpecificHostname": "help.example.com"}),
            "default_sg_service_name": ("Help", {"defaultSgServiceName": "Help"}),
            "video_password": ("secret", {"videoPassword": "secret"}),
            "session_speed_limit_kbps": (10, {"sessionSpeedLimitKbps": 10}),
            "fps_delay": (11, {"fpsDelay": 11}),
            "ldap_settings": ({"base_dn": "dc=example"}, {"ldapSettings.baseDN": "dc=example"}),
            "mfa_settings": ({"email_code_length": "8"}, {"mfaSettings.emailCodeLength": 8}),
            "password_settings": ({"enabled": True}, {"passwordSettings.enabled": True}),
            "permissions": ({"canRunTools": True}, {"permissions.canRunTools": True}),
        },
        frozenset({"password"}),
    ),
    ("simplehelp", "machine"): Subject(
        {"machines": [{"machineID": "SG_1", "name": "old"}]},
        "machines",
        {"machine_id": "SG_1"},
        {
            "name": ("new", {"name": "new"}),
            "monitor": (False, {"monitoringEnabled": False}),
            "notes": ("Line\nÖ", {"notes": "Line\nÖ"}),
            "warnings": ("Ask", {"warnings": "Ask"}),
            "properties": ({"License": 12}, {"properties": {"License": "12"}}),
        },
    ),
    ("simplehelp", "server"): Subject(
        {"hostname": "old.example.com"},
        "",
        {},
        {
            "hostname": ("help.example.com", {"hostname": "help.example.com"}),
            "technician_restrictions": (["10.0.0.*"], {"restrictions": ["10.0.0.*"]}),
        },
    ),
}
# Kinds without an option that can be changed, besides their names and links.
OTHERS = {
    ("alertra", "tag"),
    ("alertra", "maintenance"),
    ("pinghome", "integration"),
    ("portmonitor", "group"),
    ("portmonitor", "account"),
    ("simplehelp", "machine_group"),
}


def cases() -> Iterator[Any]:
    """Each option of each kind."""
    for (service, kind), subject in SUBJECTS.items():
        for option in subject.options:
            yield pytest.param(service, kind, option, id=f"{service}_{kind}-{option}")


def held(account: Account) -> State:
    """What an account holds, besides the logins of the runs."""
    return {name: value for name, value in account.state().items() if name != "login_tokens"}


def shown(state: State, place: str, path: str) -> Any:
    """A value in the account, by its path inside the object."""
    found: Any = state[place] if place else state
    found = found[0] if isinstance(found, list) else found
    for step in path.replace("[0]", ".0").split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    return list(found) if isinstance(found, tuple) else found


@pytest.mark.parametrize(("service", "kind", "option"), list(cases()))
def test_an_option_reaches_the_account_and_is_found_there_again(
    monkeypatch: pytest.MonkeyPatch, service: str, kind: str, option: str
) -> None:
    subject = SUBJECTS[service, kind]
    value, expected = subject.options[option]
    account = Account(monkeypatch, service, subject.state)
    declared = want(SERVICES[service].kinds[kind], **subject.names, **{option: value})
    before = held(account)
    planned = account.run(declared, check=True)
    assert held(account) == before
    done = account.run(declared)
    assert done.failures() == []
    after = held(account)
    assert {path: shown(after, subject.place, path) for path in expected} == expected
    for report in (planned, done):
        assert [change["fields"] for change in report.changes()] == [[option]]
    assert account.run(declared).changes() == []
    assert held(account) == after


@pytest.mark.parametrize(("service", "switch", "position"), list(positions()))
def test_all_options_reach_the_account_in_each_way_in_which_a_service_may_answer(
    monkeypatch: pytest.MonkeyPatch, service: str, switch: str, position: Any
) -> None:
    for (name, kind), subject in SUBJECTS.items():
        if name != service:
            continue
        account = Account(monkeypatch, service, subject.state, **{switch: position})
        values = {option: value for option, (value, _expected) in subject.options.items()}
        declared = want(SERVICES[service].kinds[kind], **subject.names, **values)
        assert account.run(declared).failures() == []
        state = held(account)
        for _value, expected in subject.options.values():
            assert {path: shown(state, subject.place, path) for path in expected} == expected
        assert account.run(declared).changes() == []
        assert held(account) == state


@pytest.mark.parametrize(
    ("service", "kind"), [(name, kind) for name, service in SERVICES.items() for kind in service.kinds]
)
def test_each_option_of_each_kind_is_tested(service: str, kind: str) -> None:
    """A new option needs a line above."""
    if (service, kind) in OTHERS:
        return
    subject = SUBJECTS[service, kind]
    known: Kind = SERVICES[service].kinds[kind]
    listed = {*subject.names, *subject.options, *subject.fixed} - {known.id_option}
    assert listed == {item.name for item in known.options}
