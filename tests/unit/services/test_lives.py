# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of object is created, changed, renamed and deleted, and the account holds exactly that.

What the account must hold is written here by hand: nothing of the collection encodes, decodes or compares it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from properties.worlds import WORLDS
from sandbox.switches import Choice
from unit.core.fake import want
from unit.services.account import Account, State

ONE = "11111111-1111-4111-8111-111111111111"
DEVICE, TAG = "d" * 48, "e" * 48


@dataclass(frozen=True)
class Life:
    """The stages of an object.

    :ivar state: the account before
    :ivar place: the list of the account that holds the object, as the last element
    :ivar new: how the object is declared first, and what the account then holds of it
    :ivar changed: how it is declared then, with its first name
    :ivar name: the option with its name, and a new name with what the account then holds; none if it cannot be renamed
    """

    state: State
    place: str
    new: tuple[dict[str, Any], dict[str, Any]]
    changed: tuple[dict[str, Any], dict[str, Any]]
    name: tuple[str, str, dict[str, Any]] | None = None
    inside: str = ""

    def row(self, account: Account) -> Mapping[str, Any]:
        """The object in the account."""
        row: Mapping[str, Any] = account.state()[self.place][-1]
        return row[self.inside][-1] if self.inside else row

    def count(self, account: Account) -> int:
        """How many objects there are."""
        rows = account.state()[self.place]
        return (
            sum(len(row[self.inside]) for row in rows)
            if self.inside
            else len([r for r in rows if not r.get("Deleted")])
        )


LIVES: Mapping[tuple[str, str], Life] = {
    ("alertra", "device"): Life(
        {"tags": [{"Name": "web", "tag_id": TAG}]},
        "devices",
        (
            {"short_name": "WWW", "method": "HTTP", "url": "http://www.example.com", "timeout": 20, "tags": ["web"]},
            {"ShortName": "WWW", "Method": "HTTP", "URL": "http://www.example.com", "Timeout": 20, "Tags": [TAG]},
        ),
        ({"short_name": "WWW", "timeout": 30, "tags": []}, {"Timeout": 30, "Tags": [], "Method": "HTTP"}),
        ("short_name", "NEW", {"ShortName": "NEW", "Timeout": 30}),
    ),
    ("alertra", "tag"): Life(
        {
            "devices": [
                {"ShortName": "A", "Method": "HTTP", "URL": "http://a.example.com", "device_id": DEVICE},
                {"ShortName": "B", "Method": "HTTP", "URL": "http://b.example.com"},
            ]
        },
        "tags",
        ({"name": "web", "devices": ["A", "B"]}, {"Name": "web"}),
        ({"name": "web", "devices": [DEVICE]}, {"Name": "web"}),
        ("name", "Shop", {"Name": "Shop"}),
    ),
    ("pinghome", "resource"): Life(
        {"services": [ONE]},
        "resources",
        (
            {
                "name": "web",
                "service_id": ONE,
                "type": "http",
                "url": "https://www.example.com",
                "ssl_reminder_days": [7, 30],
                "regions": ["eu-1"],
                "enabled": False,
            },
            {
                "name": "web",
                "service_id": ONE,
                "type": "http",
                "url": "https://www.example.com",
                "ssl_reminder": [7, 30],
                "regions": ["eu-1"],
                "enabled": False,
            },
        ),
        (
            {"name": "web", "service_id": ONE, "ssl_reminder_days": [], "regions": ["us-2"], "enabled": True},
            {"ssl_reminder": None, "regions": ["us-2"], "enabled": True, "url": "https://www.example.com"},
        ),
        ("name", "shop", {"name": "shop", "regions": ["us-2"]}),
    ),
    ("pinghome", "server_resource"): Life(
        {"services": [ONE]},
        "server_resources",
        (
            {"name": "db", "service_id": ONE, "interval": 60, "os": "Linux"},
            {"name": "db", "interval": 60, "os": "Linux"},
        ),
        ({"name": "db", "service_id": ONE, "os": None}, {"name": "db", "interval": 60, "os": ""}),
        ("name", "db2", {"name": "db2", "interval": 60}),
    ),
    ("pinghome", "heartbeat"): Life(
        {"services": [ONE]},
        "heartbeats",
        (
            {"name": "backup", "service_id": ONE, "interval": 300, "methods": ["POST"]},
            {"name": "backup", "service_id": ONE, "interval": 300, "methods": ["POST"]},
        ),
        ({"name": "backup", "service_id": ONE, "interval": 60}, {"interval": 60, "methods": ["POST"]}),
        ("name", "nightly", {"name": "nightly", "interval": 60}),
    ),
    ("pinghome", "integration"): Life(
        {"services": [ONE], "resources": [{"name": "web", "type": "icmp", "host": "a.example", "service_id": ONE}]},
        "resources",
        (
            {
                "resource": "web",
                "service_id": ONE,
                "integration": "i1",
                "type": "slack",
                "name": "Chat",
                "status": "active",
                "message_text": "Down!",
                "items": ["x"],
            },
            {
                "integration": "i1",
                "type": "slack",
                "name": "Chat",
                "status": "active",
                "message": "Down!",
                "items": ["x"],
            },
        ),
        (
            {"resource": "web", "service_id": ONE, "integration": "i1", "name": "Talk", "items": []},
            {"name": "Talk", "items": [], "message": "Down!", "type": "slack"},
        ),
        inside="integrations",
    ),
    ("pingplotter", "agent"): Life(
        {},
        "agents",
        ({"name": "laptop", "is_template": True}, {"Name": "laptop", "IsTemplate": True}),
        ({"name": "laptop"}, {"Name": "laptop", "IsTemplate": True}),
    ),
    ("pingplotter", "user"): Life(
        {},
        "users",
        (
            {"email_address": "a@example.com", "name": "Anna", "roles": ["TargetManagement"]},
            {"EmailAddress": "a@example.com", "Roles": ["TargetManagement"]},
        ),
        (
            {"email_address": "A@example.com", "roles": ["AlertsManagement"]},
            {"EmailAddress": "a@example.com", "Roles": ["AlertsManagement"]},
        ),
    ),
    ("portmonitor", "group"): Life(
        {"groups": [{"id": 1, "name": "First"}]},
        "groups",
        ({"name": "Web"}, {"name": "Web"}),
        ({"name": "Web"}, {"name": "Web"}),
        ("name", "Shop", {"name": "Shop"}),
    ),
    ("portmonitor", "target"): Life(
        {"groups": [{"id": 1, "name": "Web"}]},
        "targets",
        (
            {"group": "Web", "name": "smtp", "type": "custom_port", "host": "mail.example.com", "port_number": 25},
            {"group_id": 1, "name": "smtp", "type": "custom_ports", "host": "mail.example.com", "port_number": 25},
        ),
        ({"group": "Web", "name": "smtp", "port_number": 26, "timeout": 9}, {"port_number": 26, "timeout": 9}),
        ("name", "mail", {"name": "mail", "port_number": 26}),
    ),
    ("simplehelp", "technician"): Life(
        {"groups": [{"uniqueID": 7, "name": "Desk"}]},
        "technicians",
        (
            {"username": "anna", "display_name": "Anna", "groups": ["Desk"], "password": "first secret"},
            {"username": "anna", "displayName": "Anna", "groupIDs": [7], "password": "first secret"},
        ),
        ({"username": "anna", "display_name": None, "groups": []}, {"displayName": "", "groupIDs": []}),
        ("username", "ben", {"username": "ben", "password": "first secret"}),
    ),
    ("simplehelp", "group"): Life(
        {},
        "groups",
        (
            {"name": "Desk", "max_file_size": 5, "permissions": {"canRunTools": True}, "password": "first secret"},
            {"name": "Desk", "maxFileSize": 5, "permissions": {"canRunTools": True}, "password": "first secret"},
        ),
        (
            {"name": "Desk", "max_file_size": 6, "permissions": {"canRunTools": False}},
            {"maxFileSize": 6, "permissions": {"canRunTools": False}},
        ),
        ("name", "Field", {"name": "Field", "maxFileSize": 6}),
    ),
}


def assert_holds(row: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """The object has at least this."""
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in row.items()}
    assert {key: plain.get(key) for key in expected} == expected


def held(account: Account) -> State:
    """What the account holds, besides the logins of the runs."""
    return {name: value for name, value in account.state().items() if name != "login_tokens"}


@pytest.mark.parametrize(("service", "kind_name"), [pytest.param(*subject, id="_".join(subject)) for subject in LIVES])
def test_an_object_is_created_changed_renamed_and_deleted(
    monkeypatch: pytest.MonkeyPatch, service: str, kind_name: str
) -> None:
    live(Account(monkeypatch, service, LIVES[service, kind_name].state), service, kind_name)


def live(account: Account, service: str, kind_name: str) -> None:
    """Create, change, rename and delete an object."""
    life, kind = LIVES[service, kind_name], SERVICES[service].kinds[kind_name]
    before = life.count(account)

    def declare(action: str, expected: Mapping[str, Any], **options: Any) -> str:
        """Declare it in check mode, then for real, then again."""
        state = held(account)
        planned = account.run(want(kind, **options), check=True)
        assert (planned.failures(), held(account)) == ([], state)
        done = account.run(want(kind, **options))
        assert done.failures() == []
        assert [one["action"] for one in planned.changes()] == [one["action"] for one in done.changes()]
        assert {one["action"] for one in done.changes()} <= {action}
        assert_holds(life.row(account), expected)
        again = account.run(want(kind, **options))
        assert (again.failures(), again.changes()) == ([], [])
        return str(done.outcome.ident(0))

    ident = declare("create", life.new[1], **life.new[0])
    assert life.count(account) == before + 1
    declare("update", life.changed[1], **life.changed[0])
    if life.name is not None:
        option, name, expected = life.name
        declare("update", expected, **{kind.id_option: ident, option: name})
    keys = (*kind.key, "service_id")
    key = {kind.id_option: ident} if kind.id_option else {one: life.new[0][one] for one in keys}
    gone = account.run(want(kind, **key, state="absent"))
    assert (gone.failures(), [one["action"] for one in gone.changes()]) == ([], ["delete"])
    assert life.count(account) == before
    assert account.run(want(kind, **key, state="absent")).changes() == []


def positions() -> Iterator[Any]:
    """The positions of each switch of each service, besides the first one, in which the service can be managed."""
    for world in WORLDS:
        for switch, choice in world.sandbox.own_switches.items():
            for position in choice.values[1:] if isinstance(choice, Choice) else ():
                if position not in world.without.get(switch, ()) and (switch, position) not in world.hidden:
                    yield pytest.param(world.name, switch, position, id=f"{world.name}-{switch}-{position}")


@pytest.mark.parametrize(("service", "switch", "position"), list(positions()))
def test_objects_live_in_each_way_in_which_a_service_may_answer(
    monkeypatch: pytest.MonkeyPatch, service: str, switch: str, position: Any
) -> None:
    for name, kind in LIVES:
        if name == service:
            live(Account(monkeypatch, service, LIVES[name, kind].state, **{switch: position}), service, kind)


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        (name, kind.name)
        for name, service in SERVICES.items()
        for kind in service.kinds.values()
        if kind.creatable and kind.name in service.config
    ],
)
def test_each_kind_has_a_life(service: str, kind: str) -> None:
    """A new kind that can be created needs an entry above."""
    assert (service, kind) in LIVES
