# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several tasks in check mode: each says what it would do after the earlier ones, and lookups show what there would be.

The same tasks then run for real on the same account. What they do is what check mode has said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.describe import describe_objects
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.overlay import Overlay, is_placeholder
from ansible_collections.declarative.monitoring.plugins.module_utils._core.predicted import PredictedAccount, predict
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.heartbeat_gateway import (
    HeartbeatGateway,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.core.fake import want
from unit.core.test_predicted import Memory, told
from unit.services.account import Account, State
from unit.services.test_lives import held, positions
from unit.services.test_lookups import FILTERS

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
CONDITIONS = [{"type": "status_code", "operator": "equal", "values": ["200"]}]
# Each says the same of an option.
EMPTY: tuple[Any, ...] = (None, "", [])
Task = list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Play:
    """Some tasks.

    :ivar state: the account before
    :ivar tasks: for each task the objects that it declares: the kind of each, and its options
    """

    state: State
    tasks: Sequence[Task]


WEB = {"name": "web", "service_id": ONE}
HEADERS = {"Authorization": "Bearer canary"}
MOVED = {
    "id": "aaaaaaaa-1111-4111-8111-111111111111",
    "name": "web",
    "type": "http",
    "url": "http://a.example",
    "headers": HEADERS,
    "integrations": [{"integration": "i1", "items": ["a"]}],
}
PLAYS: Mapping[tuple[str, str], Play] = {
    ("alertra", "objects that belong together"): Play(
        {
            "tags": [{"Name": "old"}],
            "devices": [{"ShortName": "A", "Method": "HTTP", "URL": "http://a.example.com", "Tags": ["old"]}],
        },
        [
            [("tag", {"name": "shop", "devices": ["A"]})],
            [("device", {"short_name": "B", "method": "PING", "url": "b.example.com", "tags": ["shop"]})],
            [
                (
                    "device",
                    {"short_name": "B", "timeout": 31, "tags": ["old"], "purge_tags": False, "master_device": "A"},
                )
            ],
            [("device", {"short_name": "B", "timeout": 31, "tags": ["old", "shop"]})],
            [("maintenance", {"short_name": "B", "in_maintenance": False})],
            [("maintenance", {"short_name": name, "in_maintenance": True, "duration": "01:00"}) for name in "AB"],
            [("maintenance", {"short_name": "A", "in_maintenance": False})],
            [("tag", {"name": "old", "devices": ["A"]})],
            [("tag", {"name": "old", "state": "absent"})],
            [("device", {"short_name": "C", "method": "PING", "url": "c.example.com", "tags": []})],
            [("device", {"short_name": "A", "state": "absent"})],
        ],
    ),
    ("pinghome", "objects that belong together"): Play(
        {"services": [ONE], "resources": [{"name": "old", "type": "icmp", "host": "a.example.com"}]},
        [
            [("resource", {**WEB, "type": "http", "url": "http://www.example.com", "conditions": CONDITIONS})],
            [("resource", {**WEB, "url": "https://www.example.com", "ssl_reminder_days": [7], "regions": ["eu-1"]})],
            [("resource", {**WEB, "enabled": False, "regions": ["eu-1"], "ssl_reminder_days": [7]})],
            [
                (
                    "integration",
                    {"resource": "web", "integration": "i1", "type": "slack", "name": "Chat", "status": "active"},
                )
            ],
            [("integration", {"resource": "web", "integration": "i1", "name": "Talk", "items": []})],
            [("server_resource", {"name": "db", "service_id": ONE, "interval": 60})],
            [("heartbeat", {"name": "backup", "service_id": ONE, "interval": 60})],
            [("heartbeat", {"name": "backup", "service_id": ONE, "enabled": False, "methods": ["POST"]})],
            [("integration", {"resource": "web", "integration": "i1", "state": "absent"})],
            [("resource", {"name": "old", "state": "absent"})],
        ],
    ),
    ("pinghome", "a resource that moves to another service"): Play(
        {"services": [ONE, TWO], "resources": [MOVED]},
        [
            [("resource", {"resource_id": MOVED["id"], "service_id": TWO, "headers": HEADERS})],
            [("resource", {"name": "web", "service_id": TWO, "headers": HEADERS})],
            [("resource", {"name": "web", "service_id": TWO, "headers": HEADERS, "grace_period": 5})],
            [("integration", {"resource": "web", "service_id": TWO, "integration": "i1", "items": ["b"]})],
            [("heartbeat", {"name": "far", "service_id": TWO, "interval": 60})],
        ],
    ),
    ("pingplotter", "objects that belong together"): Play(
        {"agents": [{"Name": "old", "Sessions": [{"Status": "Active", "Description": "x"}]}]},
        [
            [("agent", {"name": "new"})],
            [("agent", {"name": "new", "is_template": False, "sessions": "running"})],
            [("agent", {"name": "old", "sessions": "paused"})],
            [("agent", {"name": "old", "sessions": "paused"})],
            [("user", {"email_address": "a@example.com"})],
            [("user", {"email_address": "A@example.com", "roles": []})],
            [("user", {"email_address": "a@example.com", "roles": ["UserManagement"]})],
            [("agent", {"name": "old", "state": "absent"})],
        ],
    ),
    ("portmonitor", "objects that belong together"): Play(
        {
            "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Old"}],
            "targets": [{"id": 3, "name": "site", "group": "Web", "url": "http://www.example.com"}],
        },
        [
            [("group", {"name": "Mail"})],
            [
                (
                    "target",
                    {"group": "Mail", "name": "smtp", "type": "custom_port", "host": "a.example", "port_number": 25},
                )
            ],
            [("target", {"group": "Mail", "name": "smtp", "port_number": 26})],
            [("target", {"target_id": "3", "group": "Mail"})],
            [("target", {"group": "Mail", "name": "site"})],
            [("group", {"name": "Web", "state": "absent"})],
            [("group", {"group_id": "2", "name": "New"})],
            [("target", {"group": "New", "name": "ping", "type": "ping", "host": "a.example"})],
            [("profile", {"language": "es"})],
            [("group", {"name": "Mail", "state": "absent", "force": True})],
        ],
    ),
    ("simplehelp", "objects that belong together"): Play(
        {
            "groups": [{"uniqueID": 7, "name": "Desk", "permissions": {"canRunTools": False}}],
            "machines": [{"machineID": "SG_1", "name": "db", "groups": ["Lund"], "properties": {"License": "1"}}],
        },
        [
            [("group", {"name": "Field", "password": "first secret"})],
            [("technician", {"username": "anna", "password": "first secret", "groups": ["Field"]})],
            [("technician", {"username": "anna", "groups": ["Field", "Desk"], "display_name": "Anna"})],
            [("group", {"name": "Field", "max_file_size": 6})],
            [("group", {"name": "Desk", "permissions": {"canRunTools": True}})],
            [("machine", {"machine_id": "SG_1", "notes": "Main", "properties": {"License": "2"}})],
            [("machine", {"machine_id": "SG_1", "notes": "Main", "properties": {"License": "2"}})],
            [("machine_group", {"groups": ["Lund"], "properties": {"City": "Lund"}})],
            [("machine_group", {"groups": ["Lund"], "properties": {"City": "Lund", "Site": "1"}})],
            [("server", {"hostname": "help.example.com"})],
            [("technician", {"username": "anna", "state": "absent"})],
        ],
    ),
    ("simplehelp", "usernames that differ in case only"): Play(
        {"technicians": [{"uniqueID": 1, "username": "anna"}, {"uniqueID": 2, "username": "ben"}]},
        [
            [("technician", {"username": "anna", "state": "absent"})],
            [("technician", {"username": "Anna", "display_name": "Anna", "password": "first secret"})],
            [("technician", {"username": "ANNA", "password": "first secret"})],
            [("technician", {"unique_id": "2", "username": "berta"})],
            [("technician", {"username": "Ben", "password": "first secret"})],
            [("technician", {"username": "Berta", "password": "first secret"})],
        ],
    ),
}


class CheckMode:
    """A run in check mode, whose tasks know what the earlier ones would have changed."""

    def __init__(self, account: Account) -> None:
        self._account, self._memory = account, Memory()
        self.warnings: list[str] = []

    def run(self, *desired: Desired, prune: Sequence[str] = ()) -> Report:
        """What a task says that it would do."""
        account = PredictedAccount(self._account.service(), Overlay())
        outcome = predict(account, desired, self._memory, is_kept=True, prune=prune, prune_limit=99, concurrency=1)
        self.warnings = account.warnings
        return Report(outcome)

    def overlay(self) -> Overlay:
        """What the tasks so far would have changed."""
        return self._memory.read()

    def service(self) -> Service:
        """The account as it would be."""
        return PredictedAccount(self._account.service(), self.overlay())


def declared(service: str, task: Task) -> list[Desired]:
    """The objects of a task."""
    return [want(SERVICES[service].kinds[kind], **options) for kind, options in task]


def shown(service: Service, name: str) -> dict[str, Any]:
    """What the info modules show of the objects of an account, by kind, without what only the server decides."""
    found = {}
    for kind_name in SERVICES[name].config:
        if (name, kind_name) in FILTERS:
            kind = SERVICES[name].kinds[kind_name]
            filters = dict.fromkeys((item.name for item in FILTERS[name, kind_name]), None)
            options = {item.name for item in kind.options if not item.write_only}
            rows = [
                {key: row[key] for key in row.keys() & options} for row in describe_objects(service, kind, filters, ())
            ]
            found[kind_name] = sorted(rows, key=lambda row: str(kind.key_of(row)))
    return found


def known(found: Any, look: Any) -> Any:
    """Of what is found only the values that check mode can know."""
    if isinstance(look, dict):
        return {name: known(found[name], inner) for name, inner in look.items()}
    if isinstance(look, list) and look and isinstance(look[0], dict):
        return [known(one, inner) for one, inner in zip(found, look, strict=True)]
    return look if look in EMPTY and found in EMPTY else found


def promise(account: Account, service: str, tasks: Sequence[Task]) -> list[tuple[Any, Service]]:
    """What check mode says of each task, and the account as it would be after it; nothing is written."""
    check_mode, before = CheckMode(account), held(account)
    promised = [(or_refused(check_mode.run, declared(service, task)), check_mode.service()) for task in tasks]
    assert held(account) == before
    return promised


def or_refused(run: Callable[..., Report], desired: Sequence[Desired]) -> Any:
    """What a user is told of a task."""
    try:
        report = run(*desired)
    except InputError as exc:
        return str(exc)
    return told(report)


@pytest.mark.parametrize(("service", "name"), list(PLAYS))
def test_check_mode_says_what_each_task_then_does(monkeypatch: pytest.MonkeyPatch, service: str, name: str) -> None:
    play = PLAYS[service, name]
    account = Account(monkeypatch, service, play.state)
    promised = promise(account, service, play.tasks)
    looks = [shown(predicted, service) for _promised, predicted in promised]
    for task, (expected, _predicted), look in zip(play.tasks, promised, looks, strict=True):
        assert or_refused(account.run, declared(service, task)) == expected, task
        assert known(shown(account.service(), service), look) == look, task


@pytest.mark.parametrize(("service", "switch", "position"), list(positions()))
def test_check_mode_says_what_each_task_does_in_each_way_in_which_a_service_may_answer(
    monkeypatch: pytest.MonkeyPatch, service: str, switch: str, position: Any
) -> None:
    for (name, _title), play in PLAYS.items():
        if name == service:
            account = Account(monkeypatch, service, play.state, **{switch: position})
            for task, (expected, _predicted) in zip(play.tasks, promise(account, service, play.tasks), strict=True):
                assert or_refused(account.run, declared(service, task)) == expected, task


@pytest.mark.parametrize(
    ("service", "kind"), [(name, kind) for name, service in SERVICES.items() for kind in service.config]
)
def test_each_kind_is_in_a_play(service: str, kind: str) -> None:
    """A new kind needs a task in PLAYS."""
    plays = [play for (name, _title), play in PLAYS.items() if name == service]
    assert kind in {name for play in plays for task in play.tasks for name, _options in task}


# -- single services ---------------------------------------------------------------------------------------------------


def heartbeat(name: str, service: str, **options: Any) -> Desired:
    """A heartbeat of a service at Pinghome."""
    return want(SERVICES["pinghome"].kinds["heartbeat"], name=name, service_id=service, **options)


def test_a_target_moves_by_its_id_to_a_group_that_an_earlier_task_creates(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"groups": [{"id": 1, "name": "Web"}], "targets": [{"name": "site", "group": "Web", "host": "a.example"}]}
    account = Account(monkeypatch, "portmonitor", state)
    group, target = (SERVICES["portmonitor"].kinds[name] for name in ("group", "target"))
    (ident,) = (one["id"] for one in account.state()["targets"])
    checked = CheckMode(account)
    told_of = []
    for run in (checked.run, account.run):
        created = run(want(group, name="Mail")).outcome.ident(0)
        told_of.append(told(run(want(target, target_id=str(ident), group=created))))
    assert told_of == [[("update", "target", "site", ["group"])]] * 2


def test_pruning_spares_what_an_earlier_task_creates_in_another_service(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", {"services": [ONE, TWO]})
    tasks = [
        ([heartbeat("far", TWO, interval=60)], []),
        ([heartbeat("near", ONE, interval=60)], []),
        ([heartbeat("new", ONE, interval=60), heartbeat("far", TWO)], ["heartbeat"]),
    ]
    check_mode = CheckMode(account)
    promised = [told(check_mode.run(*desired, prune=prune)) for desired, prune in tasks]
    assert [(action, name) for action, _kind, name, _fields in promised[-1]] == [("create", "new"), ("delete", "near")]
    assert [told(account.run(*desired, prune=prune)) for desired, prune in tasks] == promised


def test_pruning_spares_what_an_earlier_task_moves_to_another_service(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", {"services": [ONE, TWO], "resources": [MOVED]})
    resource = SERVICES["pinghome"].kinds["resource"]
    tasks = [
        ([want(resource, resource_id=MOVED["id"], service_id=TWO)], []),
        ([], ["resource", "integration"]),
        ([want(resource, resource_id=MOVED["id"], service_id=ONE)], []),
        ([], ["resource"]),
    ]
    check_mode = CheckMode(account)
    promised = [told(check_mode.run(*desired, prune=prune)) for desired, prune in tasks]
    assert promised[1] == []
    assert promised[-1] == [("delete", "resource", "web", [])]
    assert [told(account.run(*desired, prune=prune)) for desired, prune in tasks] == promised


@pytest.mark.parametrize(("option", "is_warned"), [("headers", True), ("body", False)])
def test_check_mode_warns_that_it_cannot_know_whether_the_first_resource_shows_its_headers(
    monkeypatch: pytest.MonkeyPatch, option: str, is_warned: bool
) -> None:
    account = Account(monkeypatch, "pinghome", {})
    check_mode, kind = CheckMode(account), SERVICES["pinghome"].kinds["resource"]
    value = {"X-Key": "k"} if option == "headers" else "k"
    new = want(kind, **WEB, type="http", url="http://www.example.com", conditions=CONDITIONS, **{option: value})
    changed = want(kind, **WEB, grace_period=3)
    check_mode.run(new)
    assert told(check_mode.run(changed)) == [("update", "resource", "web", ["grace_period"])]
    words = "Check mode does not know whether the service shows the headers of resource web"
    assert [warning.startswith(words) for warning in check_mode.warnings] == [True] * is_warned
    check_mode.run(want(kind, **WEB, grace_period=4, **{option: value}))
    assert check_mode.warnings == []


def test_check_mode_knows_which_options_of_a_new_object_nobody_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change repeats the whole object, so that it is refused if somebody may have set what the service hides."""
    account = Account(monkeypatch, "pinghome", {"resources": [{"name": "old"}]}, headers_shown="hidden")
    kind = SERVICES["pinghome"].kinds["resource"]
    web = {"type": "http", "url": "http://www.example.com", "conditions": CONDITIONS}
    without, with_headers = CheckMode(account), CheckMode(account)
    without.run(want(kind, **WEB, **web))
    with_headers.run(want(kind, **WEB, **web, headers={"X-Key": "k"}))
    assert without.run(want(kind, **WEB, grace_period=3)).changed
    with pytest.raises(InputError, match="declare headers, too"):
        with_headers.run(want(kind, **WEB, grace_period=3))


def test_devices_are_found_by_a_tag_that_an_earlier_task_attaches(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = SERVICES["alertra"].kinds
    device = {"ShortName": "A", "Method": "HTTP", "URL": "http://a.example.com", "device_id": "a" * 48}
    account = Account(monkeypatch, "alertra", {"devices": [device], "tags": [{"Name": "old"}]})
    check_mode = CheckMode(account)
    check_mode.run(want(kinds["tag"], name="new", devices=["A"]), want(kinds["tag"], name="old", devices=["A"]))
    predicted: Any = check_mode.service()
    assert predicted.device_ids("new", []) == predicted.device_ids("old", []) == ["a" * 48]
    for tag in ("new", "old"):
        account.forget_requests()
        found = predicted.filter_objects(kinds["device"], predicted.list_objects(kinds["device"]), {"tag": tag})
        assert [device.label for device in found] == ["A"]
        assert len([call for call in account.calls if "Filter" in call.query]) == (tag == "old")
    check_mode.run(want(kinds["tag"], name="new", devices=[]))
    predicted = check_mode.service()
    assert predicted.device_ids("new", []) == []
    assert predicted.device_ids("old", ["A"]) == ["a" * 48]


def test_agents_and_users_of_an_earlier_task_are_listed_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = SERVICES["pingplotter"].kinds
    account = Account(monkeypatch, "pingplotter", {"agents": [{"Name": "old", "IsTemplate": True}]})
    check_mode = CheckMode(account)
    check_mode.run(want(kinds["agent"], name="new"), want(kinds["user"], email_address="a@example.com"))
    predicted: Any = check_mode.service()
    found = predicted.agents({"unique_id": None, "name": None, "include": ["sessions", "templates"]})
    assert [(one["name"], one["is_template"], one["total_sessions"]) for one in found] == [
        ("old", True, 0),
        ("new", False, 0),
    ]
    assert [
        (one["email_address"], one["roles"]) for one in predicted.users({"user_id": None, "email_address": None})
    ] == [("a@example.com", [])]


def test_a_heartbeat_of_an_earlier_task_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", {})
    check_mode = CheckMode(account)
    check_mode.run(heartbeat("backup", ONE, interval=60))
    gateway = HeartbeatGateway(account.options, 1)
    PredictedAccount(gateway, check_mode.overlay())
    assert is_placeholder(gateway.heartbeat_id("backup"))
