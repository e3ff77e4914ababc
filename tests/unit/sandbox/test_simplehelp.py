# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SimpleHelp as its document has it, and every position of every switch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.client import Sandbox, SandboxError
from sandbox.simplehelp import (
    DEFAULT_STATE,
    GROUP_DEFAULTS,
    HARDWARE,
    MACHINE,
    MONITORING,
    SAMPLE_TIME,
    TECHNICIAN,
    SimpleHelp,
)

TOKEN = "sandbox-token-/+1"
LONDON = ["United Kingdom", "London"]
MINUTE = 60_000

GET_QUERIES = [
    "technicians/list",
    "groups/list",
    "machines/list",
    "server/tech-restrictions/get",
    "server/backup",
    "alerts/list",
    "support/queue/list",
    "support/sessions/list",
    "access/sessions/list",
]
EITHER_QUERIES = ["server/hostname/get", "history/list"]
POST_QUERIES = [
    "technicians/new",
    "technicians/get",
    "technicians/set",
    "technicians/remove",
    "technicians/password/set",
    "technicians/totp/remove",
    "groups/new",
    "groups/get",
    "groups/set",
    "groups/remove",
    "groups/password/set",
    "groups/permissions/get",
    "groups/permissions/set",
    "machines/get",
    "machines/set",
    "machines/hardware/get",
    "machines/monitoring/get",
    "machines/notes/get",
    "machines/notes/set",
    "machines/properties/get",
    "machines/properties/set",
    "machines/properties/remove",
    "machinegroups/properties/get",
    "machinegroups/properties/set",
    "server/tech-restrictions/new",
    "server/tech-restrictions/remove",
    "server/hostname/set",
]


class Help:
    """A bare client of the sandbox's SimpleHelp."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Talk to the service with the default token."""
        self.sandbox = sandbox
        self.root = sandbox.services["simplehelp"]
        self.token = TOKEN
        self.session = requests.Session()
        self.session.trust_env = False

    def url(self, query: str) -> str:
        """Return the URL of a query; the token is one segment."""
        return f"{self.root}/api/v1/{quote(self.token, safe='')}/{query}"

    def call(self, query: str, body: Any = None, method: str | None = None, **options: Any) -> requests.Response:
        """Send a GET, or a POST if there is a body."""
        if body is not None:
            options["json"] = body
        return self.session.request(method or ("GET" if body is None else "POST"), self.url(query), **options)

    def get(self, query: str, body: Any = None) -> Any:
        """Return the JSON of a query that succeeds."""
        response = self.call(query, body)
        assert response.status_code == 200, response.text
        return response.json()

    def write(self, query: str, body: Any) -> None:
        """Send a write that succeeds, as documented."""
        assert self.get(query, body) == {"success": True}

    def failure(self, query: str, body: Any = None, status: int = 400, **options: Any) -> str:
        """Return the reason why a query is refused."""
        response = self.call(query, body, **options)
        assert response.status_code == status, response.text
        answer = response.json()
        assert set(answer) == {"success", "reason"}
        assert answer["success"] is False
        return str(answer["reason"])

    def switch(self, **values: str | float) -> None:
        """Set switches."""
        self.sandbox.switches("simplehelp", **values)

    @property
    def state(self) -> dict[str, Any]:
        """All that the server holds."""
        return self.sandbox.state("simplehelp")

    def seed(self, **state: Any) -> dict[str, Any]:
        """Replace all that the server holds."""
        return self.sandbox.set_state("simplehelp", state)

    def new_technician(self, **attributes: Any) -> int:
        """Create a technician and return its id."""
        self.write("technicians/new", {"technician": {"username": "anna", **attributes}})
        return int(self.get("technicians/list")[-1]["uniqueID"])

    def new_group(self, **attributes: Any) -> int:
        """Create a group and return its id."""
        self.write("groups/new", {"group": {"name": "Desk", **attributes}})
        return int(self.get("groups/list")[-1]["uniqueID"])


@pytest.fixture
def helper(sandbox: Sandbox) -> Iterator[Help]:
    """Return a client of SimpleHelp."""
    client = Help(sandbox)
    with client.session:
        yield client


# --- access and form


def test_base_url(sandbox: Sandbox) -> None:
    assert sandbox.services["simplehelp"] == f"{sandbox.url}/simplehelp"


def test_both_tokens_open_the_same_server(helper: Help) -> None:
    unique_id = helper.new_technician()
    helper.token = "sandbox-token"
    assert [row["uniqueID"] for row in helper.get("technicians/list")] == [unique_id]
    assert [request["account"] for request in helper.sandbox.requests()] == ["default", "default", "plain"]


@pytest.mark.parametrize("token", ["wrong", "", "sandbox-token-", "sandbox-token-/ 1"])
def test_wrong_token(helper: Help, token: str) -> None:
    helper.token = token
    assert helper.failure("technicians/list", status=403) == "The API token is not valid."
    assert helper.sandbox.requests()[0]["account"] is None


def test_token_that_is_not_quoted(helper: Help) -> None:
    response = helper.session.get(f"{helper.root}/api/v1/{TOKEN}/technicians/list")
    assert response.status_code == 403
    assert helper.sandbox.requests()[0]["path"] == "/api/v1/***/technicians/list"


def test_tokens_and_passwords_are_not_logged(helper: Help) -> None:
    unique_id = helper.new_technician()
    helper.write("technicians/password/set", {"uniqueID": unique_id, "password": "s3cret-one"})
    helper.new_group(videoPassword="s3cret-two", passwordSettings={"adminPassword": "s3cret-three"})
    helper.call("groups/set", method="POST", data="{group: {videoPassword: 's3cret-four'}}")
    helper.call("technicians/list", method="POST", json=[{"password": "s3cret-five"}])
    helper.token = "not-a-token"
    helper.call("technicians/list")
    log = helper.sandbox.requests("simplehelp")
    assert log[2]["path"] == "/api/v1/***/technicians/password/set"
    assert log[2]["body"] == {"uniqueID": unique_id, "password": "***"}
    assert "s3cret" not in str(log)
    assert "token" not in str(log)


def test_faults_see_the_masked_path(helper: Help) -> None:
    path = r"^/api/v1/\*\*\*/technicians/list$"
    helper.sandbox.fault(service="simplehelp", path=path, kind="status", status=503)
    assert helper.call("technicians/list").status_code == 503
    assert helper.get("technicians/list") == []


@pytest.mark.parametrize("query", ["", "nothing", "technicians", "technicians/list/", "machinegroups/list"])
def test_unknown_query(helper: Help, query: str) -> None:
    assert helper.failure(query, status=404) == "Unknown query."


@pytest.mark.parametrize("path", ["", "/", "/api", "/api/v2/sandbox-token/technicians/list"])
def test_unknown_path(helper: Help, path: str) -> None:
    assert helper.session.get(helper.root + path).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_no_token(helper: Help, path: str) -> None:
    assert helper.session.get(helper.root + path).status_code == 403


def test_methods(helper: Help) -> None:
    for query in GET_QUERIES:
        assert helper.failure(query, {}, 405) == "The method is GET."
    for query in POST_QUERIES:
        assert helper.failure(query, None, 405) == "The method is POST."
    for query in [*GET_QUERIES, *POST_QUERIES, *EITHER_QUERIES]:
        assert helper.call(query, method="PUT").status_code == 405
        assert helper.call(query, method="DELETE").status_code == 405
    for query in [*GET_QUERIES, *EITHER_QUERIES]:
        assert helper.call(query).status_code == 200


@pytest.mark.parametrize(
    "body", ["", "{uniqueID: 1}", "{'uniqueID': 1}", '{"uniqueID": NaN}', "[]", "null", '"text"', '{"uniqueID": 1,}']
)
def test_only_strict_json_objects(helper: Help, body: str) -> None:
    for query in POST_QUERIES:
        headers = {"Content-Type": "application/json"}
        assert "JSON" in helper.failure(query, method="POST", data=body, headers=headers)


def test_content_type_is_needed_with_a_body(helper: Help) -> None:
    assert "Content-Type" in helper.failure("technicians/get", method="POST", data='{"uniqueID": 1}')


def test_unknown_attributes_are_refused(helper: Help) -> None:
    for query in [*POST_QUERIES, *EITHER_QUERIES]:
        assert helper.failure(query, {"nothing": 1}) == "Invalid nothing: there is no such attribute here."


def test_get_with_a_body_and_url_parameters(helper: Help) -> None:
    assert "POST data" in helper.failure("technicians/list", {}, method="GET")
    assert "parameters" in helper.failure("technicians/list?page=1")


# --- technicians


def test_technicians(helper: Help) -> None:
    assert helper.get("technicians/list") == []
    unique_id = helper.new_technician()
    row = {
        "uniqueID": unique_id,
        "username": "anna",
        "isAnonymous": False,
        "allowLocallyAuthenticatedLogins": True,
        "enabled": True,
        "appProfilesUser": False,
        "groupIDs": [],
    }
    assert helper.get("technicians/list") == [row]
    changes = {"displayName": "Anna", "emailAddress": "anna@example.com", "enabled": False}
    helper.write("technicians/set", {"technician": {"username": "anna", **changes}})
    lookups: list[dict[str, Any]] = [
        {"uniqueID": unique_id},
        {"username": "anna"},
        {"technician": {"username": "anna"}},
    ]
    for lookup in lookups:
        assert helper.get("technicians/get", lookup) == {**row, **changes}
        helper.write("technicians/set", {"technician": {}, **lookup})
        helper.write("technicians/password/set", {"password": "abcd1234", **lookup})
        helper.write("technicians/totp/remove", lookup)
    assert set(TECHNICIAN) == {*row, *changes}
    helper.write("technicians/remove", {"uniqueID": unique_id})
    assert helper.get("technicians/list") == []


def test_technician_lookup_order(helper: Help) -> None:
    anna, bob = helper.new_technician(), helper.new_technician(username="bob")
    lookup = {"uniqueID": bob, "username": "anna", "technician": {"username": "nobody"}}
    assert helper.get("technicians/get", lookup)["uniqueID"] == bob
    del lookup["uniqueID"]
    assert helper.get("technicians/get", lookup)["uniqueID"] == anna


def test_rename_of_a_technician(helper: Help) -> None:
    unique_id = helper.new_technician()
    helper.write("technicians/set", {"uniqueID": unique_id, "technician": {"username": "anna2"}})
    helper.write("technicians/set", {"username": "anna2", "technician": {"username": "Anna"}})
    assert helper.get("technicians/get", {"username": "Anna"})["uniqueID"] == unique_id
    helper.failure("technicians/get", {"username": "anna"})


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({}, "username"),
        ({"username": ""}, "username"),
        ({"username": 5}, "username"),
        ({"username": None}, "username"),
        ({"username": "taken"}, "username"),
        ({"username": "x", "displayName": None}, "displayName"),
        ({"username": "x", "emailAddress": "nobody"}, "emailAddress"),
        ({"username": "x", "enabled": "true"}, "enabled"),
        ({"username": "x", "allowLocallyAuthenticatedLogins": 1}, "allowLocallyAuthenticatedLogins"),
        ({"username": "x", "groupIDs": 1}, "groupIDs"),
        ({"username": "x", "groupIDs": ["1"]}, "groupIDs[0]"),
        ({"username": "x", "groupIDs": [True]}, "groupIDs[0]"),
        ({"username": "x", "groupIDs": [99]}, "groupIDs"),
        ({"username": "x", "uniqueID": 7}, "uniqueID"),
        ({"username": "x", "isAnonymous": False}, "isAnonymous"),
        ({"username": "x", "appProfilesUser": False}, "appProfilesUser"),
        ({"username": "x", "password": "abcd1234"}, "password"),
    ],
)
def test_new_technician_is_refused(helper: Help, attributes: Any, name: str) -> None:
    helper.new_technician(username="taken")
    reason = helper.failure("technicians/new", {"technician": attributes})
    assert reason.startswith(f"Invalid technician.{name}: ")
    assert len(helper.get("technicians/list")) == 1


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("technicians/new", {}),
        ("technicians/new", {"technician": "anna"}),
        ("technicians/get", {}),
        ("technicians/get", {"technician": {}}),
        ("technicians/get", {"uniqueID": "1"}),
        ("technicians/get", {"uniqueID": 2**31}),
        ("technicians/get", {"username": "nobody"}),
        ("technicians/get", {"username": "ANNA"}),
        ("technicians/set", {"username": "anna"}),
        ("technicians/set", {"username": "nobody", "technician": {"enabled": True}}),
        ("technicians/set", {"username": "anna", "technician": {"username": "bob"}}),
        ("technicians/set", {"username": "anna", "technician": {"uniqueID": 1}}),
        ("technicians/set", {"username": "anna", "technician": {"isAnonymous": True}}),
        ("technicians/set", {"username": "anna", "technician": {"groupIDs": [99]}}),
        ("technicians/set", {"username": "anna", "technician": {"nothing": 1}}),
        ("technicians/remove", {}),
        ("technicians/remove", {"uniqueID": 1}),
        ("technicians/password/set", {"username": "anna"}),
        ("technicians/password/set", {"username": "anna", "password": ""}),
        ("technicians/password/set", {"username": "anna", "password": 1234}),
        ("technicians/password/set", {"username": "nobody", "password": "abcd1234"}),
        ("technicians/totp/remove", {"username": "nobody"}),
    ],
)
def test_technician_call_is_refused(helper: Help, query: str, body: Any) -> None:
    helper.new_technician()
    helper.new_technician(username="bob")
    before = helper.state
    helper.failure(query, body)
    assert helper.state == before


def test_a_technician_can_be_sent_back_as_it_was_read(helper: Help) -> None:
    unique_id = helper.new_technician(displayName="Anna")
    row = helper.get("technicians/list")[0]
    helper.write("technicians/set", {"uniqueID": unique_id, "technician": row})
    assert helper.get("technicians/list") == [row]


def test_passwords_and_totp_are_stored_and_never_shown(helper: Help) -> None:
    helper.seed(
        technicians=[{"username": "anna", "password": "old", "totp": "KEY"}], groups=[{"name": "Desk"}], machines=[]
    )
    helper.write("technicians/password/set", {"technician": {"username": "anna"}, "password": "abcd1234"})
    helper.write("groups/password/set", {"group": {"name": "Desk"}, "password": "abcd5678"})
    assert helper.state["technicians"][0]["password"] == "abcd1234"
    assert helper.state["technicians"][0]["totp"] == "KEY"
    assert helper.state["groups"][0]["password"] == "abcd5678"
    shown = [helper.call("technicians/list").text, helper.call("technicians/get", {"username": "anna"}).text]
    shown += [helper.call("groups/list").text, helper.call("groups/get", {"group": {"name": "Desk"}}).text]
    assert not any(secret in text for secret in ("abcd", "KEY", "totp", '"password"') for text in shown)
    helper.write("technicians/totp/remove", {"username": "anna"})
    assert helper.state["technicians"][0]["totp"] is None
    helper.write("technicians/totp/remove", {"username": "anna"})


# --- technician groups


def test_groups(helper: Help) -> None:
    helper.switch(empty_value="empty")
    assert helper.get("groups/list") == []
    unique_id = helper.new_group()
    row = {"uniqueID": unique_id, **GROUP_DEFAULTS, "name": "Desk"}
    assert helper.get("groups/list") == [row]
    changes = {
        "allowAnonymousLogins": True,
        "max_groupShSessions": 1,
        "max_groupSgSessions": 2,
        "max_userShSessions": 3,
        "max_userSgSessions": -1,
        "maxFileSize": 2**40,
        "requestAccessTimeout": 30_000,
        "groupSpecificHostname": "desk.example.com",
        "defaultSgServiceName": "Service",
        "videoPassword": "video",
        "sessionSpeedLimitKbps": 500,
        "fpsDelay": 40,
        "ldapSettings": {
            "enabled": True,
            "advanced": True,
            "baseDN": "dc=example,dc=com",
            "filter": "(uid=*)",
            "memberOfGroups": ["cn=desk"],
        },
        "mfaSettings": {
            "email": True,
            "app": True,
            "emailCodeLength": 8,
            "emailSubject": "Code",
            "emailBody": "Your code",
            "rememberMachine": True,
        },
        "passwordSettings": {"enabled": True, "minimum": 12},
    }
    assert set(changes) == set(GROUP_DEFAULTS) - {"name"}
    helper.write("groups/set", {"group": {"name": "Desk", **changes}})
    for lookup in [{"uniqueID": unique_id}, {"group": {"name": "Desk"}}]:
        assert helper.get("groups/get", lookup) == {**row, **changes}
        assert helper.get("groups/permissions/get", lookup) == {"canRunTools": False}
    helper.write("groups/set", {"uniqueID": unique_id, "group": {"name": "Bureau"}})
    assert helper.get("groups/get", {"group": {"name": "Bureau"}}) == {**row, **changes, "name": "Bureau"}
    helper.write("groups/remove", {"group": {"name": "Bureau"}})
    assert helper.get("groups/list") == []


def test_removing_a_group_ends_memberships(helper: Help) -> None:
    desk, night = helper.new_group(), helper.new_group(name="Night")
    helper.new_technician(groupIDs=[desk, night])
    helper.write("groups/remove", {"uniqueID": desk})
    assert helper.get("technicians/list")[0]["groupIDs"] == [night]


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "taken"}, "name"),
        ({"name": "x", "uniqueID": 5}, "uniqueID"),
        ({"name": "x", "max_groupShSessions": "5"}, "max_groupShSessions"),
        ({"name": "x", "max_userSgSessions": 2**31}, "max_userSgSessions"),
        ({"name": "x", "maxFileSize": 2**63}, "maxFileSize"),
        ({"name": "x", "maxFileSize": 1.5}, "maxFileSize"),
        ({"name": "x", "requestAccessTimeout": -1}, "requestAccessTimeout"),
        ({"name": "x", "sessionSpeedLimitKbps": -1}, "sessionSpeedLimitKbps"),
        ({"name": "x", "groupSpecificHostname": "two words"}, "groupSpecificHostname"),
        ({"name": "x", "ldapSettings": True}, "ldapSettings"),
        ({"name": "x", "ldapSettings": {"nothing": 1}}, "ldapSettings.nothing"),
        ({"name": "x", "ldapSettings": {"memberOfGroups": [1]}}, "ldapSettings.memberOfGroups[0]"),
        ({"name": "x", "mfaSettings": {"emailCodeLength": "6"}}, "mfaSettings.emailCodeLength"),
        ({"name": "x", "passwordSettings": []}, "passwordSettings"),
        ({"name": "x", "permissions": {"canRunTools": True}}, "permissions"),
        ({"name": "x", "password": "abcd1234"}, "password"),
    ],
)
def test_new_group_is_refused(helper: Help, attributes: Any, name: str) -> None:
    helper.new_group(name="taken")
    assert helper.failure("groups/new", {"group": attributes}).startswith(f"Invalid group.{name}: ")
    assert len(helper.get("groups/list")) == 1


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("groups/new", {}),
        ("groups/get", {}),
        ("groups/get", {"group": {}}),
        ("groups/get", {"name": "Desk"}),
        ("groups/get", {"uniqueID": 1}),
        ("groups/get", {"group": {"name": "desk"}}),
        ("groups/set", {"group": {"name": "Nobody", "fpsDelay": 40}}),
        ("groups/set", {"group": {"fpsDelay": 40}}),
        ("groups/set", {"uniqueID": 1, "group": {"fpsDelay": 40}}),
        ("groups/set", {"group": {"name": "Desk", "uniqueID": 1}}),
        ("groups/remove", {}),
        ("groups/remove", {"group": {"name": "Nobody"}}),
        ("groups/password/set", {"group": {"name": "Desk"}}),
        ("groups/password/set", {"group": {"name": "Nobody"}, "password": "abcd1234"}),
        ("groups/permissions/get", {"uniqueID": 1}),
        ("groups/permissions/set", {"group": {"name": "Desk"}}),
        ("groups/permissions/set", {"group": {"name": "Desk", "permissions": {"canRunTools": "true"}}}),
        ("groups/permissions/set", {"group": {"name": "Desk", "permissions": ["canRunTools"]}}),
        ("groups/permissions/set", {"group": {"permissions": {"canRunTools": True}}}),
        ("groups/permissions/set", {"group": {"name": "Nobody", "permissions": {"canRunTools": True}}}),
        ("groups/permissions/set", {"group": {"name": "Desk"}, "permissions": {"canRunTools": True}}),
    ],
)
def test_group_call_is_refused(helper: Help, query: str, body: Any) -> None:
    helper.new_group()
    before = helper.state
    helper.failure(query, body)
    assert helper.state == before


def test_group_name_that_is_taken(helper: Help) -> None:
    unique_id = helper.new_group()
    helper.new_group(name="Night")
    assert "of this name" in helper.failure("groups/set", {"uniqueID": unique_id, "group": {"name": "Night"}})


def test_permissions_are_merged(helper: Help) -> None:
    helper.seed(groups=[{"name": "Desk", "permissions": {"canTransfer": True}}])
    helper.write("groups/permissions/set", {"group": {"name": "Desk", "permissions": {"canRunTools": True}}})
    helper.write("groups/permissions/set", {"group": {"name": "Desk", "permissions": {"canTransfer": False}}})
    permissions = {"canRunTools": True, "canTransfer": False}
    assert helper.get("groups/permissions/get", {"group": {"name": "Desk"}}) == permissions


# --- machines


def test_machines(helper: Help) -> None:
    helper.switch(empty_value="empty")
    machines = helper.get("machines/list")
    assert [(machine["machineID"], machine["groups"]) for machine in machines] == [
        ("SG_1234", LONDON),
        ("SG_1235", LONDON),
        ("SG_1236", []),
    ]
    assert all(set(machine) == set(MACHINE) for machine in machines)
    assert helper.get("machines/get", {"machineID": "SG_1235"}) == [machines[1]]
    wanted = {"machineIDs": ["SG_1236", "SG_1234", "SG_1236"]}
    assert helper.get("machines/get", wanted) == [machines[2], machines[0]]
    assert helper.get("machines/get", {"machineID": "SG_1234", **wanted}) == [machines[0], machines[2]]
    assert helper.get("machines/get", {"machineIDs": []}) == []
    for query, schema in [("hardware", HARDWARE), ("monitoring", MONITORING)]:
        rows = helper.get(f"machines/{query}/get", wanted)
        assert [row["machineID"] for row in rows] == ["SG_1236", "SG_1234"]
        assert all(set(row) == set(schema) for row in rows)
    assert isinstance(helper.get("machines/hardware/get", wanted)[0]["processors"][0]["speedHz"], str)


def test_machine_settings(helper: Help) -> None:
    helper.write("machines/set", {"machineID": "SG_1234", "name": "New Name"})
    helper.write("machines/set", {"machineIDs": ["SG_1234", "SG_1235"], "monitor": False})
    first, second, _rest = helper.get("machines/list")
    assert (first["name"], first["monitoringEnabled"]) == ("New Name", False)
    assert (second["name"], second["monitoringEnabled"]) == ("London desk", False)


def test_machine_notes(helper: Help) -> None:
    note = {"machineID": "SG_1234", "notes": "Behind the load balancer", "warnings": "Ask before a restart"}
    assert helper.get("machines/notes/get", {"machineID": "SG_1234"}) == [note]
    helper.write("machines/notes/set", {"machineID": "SG_1234", "notes": "Some notes"})
    helper.write("machines/notes/set", {"machineID": "SG_1235", "warnings": "A warning"})
    assert helper.get("machines/notes/get", {"machineIDs": ["SG_1234", "SG_1235"]}) == [
        {**note, "notes": "Some notes"},
        {"machineID": "SG_1235", "warnings": "A warning"},
    ]


def test_machine_properties(helper: Help) -> None:
    helper.write("machines/properties/set", {"machineID": "SG_1234", "key": "exampleKey", "value": ""})
    own = [{"key": "License", "value": "License Value"}, {"key": "exampleKey", "value": ""}]
    query = "machines/properties/get"
    assert helper.get(query, {"machineID": "SG_1234"}) == [{"machineID": "SG_1234", "properties": own}]
    wanted = {"machineIDs": ["SG_1234", "SG_1235"], "includeInherited": True}
    shown = [
        {row["machineID"]: {item["key"]: item["value"] for item in row["properties"]}}
        for row in helper.get(query, wanted)
    ]
    inherited = {"country": "GB", "exampleKey": "exampleValue", "city": "London"}
    assert shown == [{"SG_1234": {**inherited, "exampleKey": "", "License": "License Value"}}, {"SG_1235": inherited}]
    wanted["key"] = "License"
    assert helper.get(query, wanted) == [
        {"machineID": "SG_1234", "properties": own[:1]},
        {"machineID": "SG_1235", "properties": []},
    ]
    helper.write("machines/properties/remove", {"machineID": "SG_1234", "key": "License"})
    assert helper.state["machines"][0]["properties"] == {"exampleKey": ""}


@pytest.mark.parametrize(
    ("query", "body"),
    [
        *[
            (query, body)
            for query in ("get", "hardware/get", "monitoring/get", "notes/get", "properties/get")
            for body in ({}, {"machineID": 1234}, {"machineIDs": "SG_1234"}, {"machineIDs": ["SG_1234", "SG_9"]})
        ],
        ("properties/get", {"machineID": "SG_1234", "includeInherited": "yes"}),
        ("set", {"machineID": "SG_1234"}),
        ("set", {"name": "New Name"}),
        ("set", {"machineID": "SG_1234", "name": ""}),
        ("set", {"machineID": "SG_1234", "monitor": "true"}),
        ("set", {"machineID": "SG_1234", "monitoringEnabled": True}),
        ("set", {"machineIDs": ["SG_1234", "SG_9"], "name": "New Name"}),
        ("notes/set", {"machineID": "SG_1234"}),
        ("notes/set", {"notes": "Some notes"}),
        ("notes/set", {"machineIDs": ["SG_1234"], "notes": "Some notes"}),
        ("notes/set", {"machineID": "SG_1234", "notes": None}),
        ("notes/set", {"machineID": "SG_9", "notes": "Some notes"}),
        ("properties/set", {"machineID": "SG_1234", "key": "License"}),
        ("properties/set", {"machineID": "SG_1234", "value": "x"}),
        ("properties/set", {"key": "License", "value": "x"}),
        ("properties/set", {"machineID": "SG_1234", "key": "", "value": "x"}),
        ("properties/set", {"machineID": "SG_1234", "key": "License", "value": 1}),
        ("properties/set", {"machineIDs": ["SG_1234"], "key": "License", "value": "x"}),
        ("properties/set", {"machineID": "SG_9", "key": "License", "value": "x"}),
        ("properties/remove", {"machineID": "SG_1234"}),
        ("properties/remove", {"machineID": "SG_1235", "key": "License"}),
        ("properties/remove", {"machineID": "SG_9", "key": "License"}),
    ],
)
def test_machine_call_is_refused(helper: Help, query: str, body: Any) -> None:
    before = helper.state
    helper.failure(f"machines/{query}", body)
    assert helper.state == before


def test_machine_group_properties(helper: Help) -> None:
    query = "machinegroups/properties/get"
    assert helper.get(query, {"groups": LONDON}) == ["exampleKey", "city"]
    assert helper.get(query, {"groups": LONDON, "includeInherited": True}) == ["country", "exampleKey", "city"]
    assert helper.get(query, {"groups": LONDON, "key": "exampleKey"}) == "exampleValue"
    assert helper.get(query, {"groups": LONDON[:1], "key": "exampleKey"}) == "of the country"
    assert helper.get(query, {"groups": LONDON, "key": "country"}) is None
    assert helper.get(query, {"groups": LONDON, "key": "country", "includeInherited": True}) == "GB"
    helper.write("machinegroups/properties/set", {"groups": LONDON, "key": "city", "value": "The City"})
    assert helper.get(query, {"groups": LONDON, "key": "city"}) == "The City"


def test_machine_group_without_properties(helper: Help) -> None:
    helper.seed(machines=[{"groups": ["A", "B"]}])
    for path in (["A"], ["A", "B"]):
        assert helper.get("machinegroups/properties/get", {"groups": path}) == []
    helper.write("machinegroups/properties/set", {"groups": ["A"], "key": "k", "value": "v"})
    assert helper.get("machinegroups/properties/get", {"groups": ["A", "B"], "includeInherited": True}) == ["k"]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("get", {}),
        ("get", {"groups": []}),
        ("get", {"groups": "London"}),
        ("get", {"groups": ["London"]}),
        ("get", {"groups": ["United Kingdon", "London"]}),
        ("get", {"groups": [*LONDON, "Soho"]}),
        ("set", {"groups": LONDON, "key": "k"}),
        ("set", {"groups": LONDON, "value": "v"}),
        ("set", {"key": "k", "value": "v"}),
        ("set", {"groups": LONDON, "key": "k", "value": 1}),
        ("set", {"groups": ["Nowhere"], "key": "k", "value": "v"}),
    ],
)
def test_machine_group_call_is_refused(helper: Help, query: str, body: Any) -> None:
    before = helper.state
    helper.failure(f"machinegroups/properties/{query}", body)
    assert helper.state == before


# --- the server


def test_restrictions(helper: Help) -> None:
    assert helper.get("server/tech-restrictions/get") == []
    helper.write("server/tech-restrictions/new", {"restrictions": [r"192\.0\.2\..*", "198.51.100.1"]})
    helper.write("server/tech-restrictions/new", {"restrictions": ["198.51.100.1", "203.0.113.1"]})
    assert helper.get("server/tech-restrictions/get") == [r"192\.0\.2\..*", "198.51.100.1", "203.0.113.1"]
    helper.write("server/tech-restrictions/remove", {"restrictions": ["198.51.100.1", "203.0.113.2"]})
    assert helper.get("server/tech-restrictions/get") == [r"192\.0\.2\..*", "203.0.113.1"]


@pytest.mark.parametrize("restrictions", [None, "192.0.2.1", [""], [1], ["("]])
def test_restrictions_are_refused(helper: Help, restrictions: Any) -> None:
    helper.failure("server/tech-restrictions/new", {"restrictions": restrictions})
    assert helper.state["restrictions"] == []


def test_restrictions_are_required(helper: Help) -> None:
    for query in ("new", "remove"):
        assert helper.failure(f"server/tech-restrictions/{query}", {}) == "Invalid restrictions: required."


def test_backup(helper: Help) -> None:
    assert helper.get("server/backup") == {"success": True}
    assert helper.state["backups"] == 1


def test_hostname(helper: Help) -> None:
    assert helper.get("server/hostname/get") == "help.example.com"
    helper.write("server/hostname/set", {"hostname": "support.example.com"})
    assert helper.get("server/hostname/get") == "support.example.com"
    for body in ({}, {"hostname": None}, {"hostname": "two words"}, {"hostname": "https://help.example.com/"}):
        helper.failure("server/hostname/set", body)
    assert helper.state["hostname"] == "support.example.com"


# --- history, alerts, sessions


def test_history(helper: Help) -> None:
    rows = helper.get("history/list")
    assert rows == helper.get("history/list", {})
    assert [row["sessionID"] for row in rows] == ["history-3", "history-2", "history-1"]
    assert rows[2]["machine"] == helper.get("machines/get", {"machineID": "SG_1234"})[0]
    assert rows[2]["lastModified"] == rows[2]["start"] + rows[2]["duration"]
    assert rows[1]["customer"]["customerID"] == "customer-1"
    assert rows[1]["customer"]["details"] == {"Name": "Carol"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"rangeStart": SAMPLE_TIME + 10 * MINUTE}, [3, 2]),
        ({"rangeEnd": SAMPLE_TIME + 10 * MINUTE}, [1]),
        ({"rangeStart": SAMPLE_TIME + 1, "rangeEnd": SAMPLE_TIME + 20 * MINUTE}, [2]),
        ({"rangeStart": SAMPLE_TIME + 11 * MINUTE, "rangeLastModified": True}, [3, 2]),
        ({"maxResults": 1}, [3]),
        ({"textFilter": "PRINTER"}, [2]),
        ({"textFilter": "sg_1234"}, [1]),
        ({"textFilter": ""}, [3, 2, 1]),
        ({"technicianNameFilters": ["ali", "nobody"]}, [3, 1]),
        ({"technicianNameFilters": []}, [3, 2, 1]),
        ({"machineIDFilters": ["SG_1234"]}, [1]),
        ({"includeSupportSessions": False}, [3, 1]),
        ({"includeAccessSessions": False}, [3, 2]),
        ({"includePresentationSessions": False}, [2, 1]),
        ({"searchUntilSessionID": "history-2"}, [3]),
        ({"groupFilters": [5]}, [2]),
        ({"groupFilters": [6]}, []),
    ],
)
def test_history_filters(helper: Help, filters: Any, expected: list[int]) -> None:
    state = {**helper.state, "groups": [{"uniqueID": 5, "name": "Desk"}]}
    helper.seed(**{**state, "technicians": [{"username": "bob", "groupIDs": [5]}]})
    assert [row["sessionID"] for row in helper.get("history/list", filters)] == [f"history-{n}" for n in expected]


def test_history_returns_50_by_default(helper: Help) -> None:
    helper.seed(history=[{"start": number} for number in range(60)])
    assert [row["start"] for row in helper.get("history/list")] == list(range(59, 9, -1))
    assert len(helper.get("history/list", {"maxResults": 100})) == 60


@pytest.mark.parametrize(
    "filters", [{"maxResults": 0}, {"maxResults": "5"}, {"rangeStart": "now"}, {"groupFilters": ["Desk"]}]
)
def test_history_filters_are_refused(helper: Help, filters: Any) -> None:
    helper.failure("history/list", filters)


def test_alerts(helper: Help) -> None:
    assert helper.get("alerts/list") == [
        {
            "name": "Disk almost full",
            "active": True,
            "triggered": True,
            "triggeredMachineIDs": ["SG_1234"],
            "reason": "Disk C: is 91% full",
            "shortReason": "91%",
            "lastReportMS": SAMPLE_TIME,
            "stateAgeMS": MINUTE,
            "severity": "critical",
        }
    ]


def test_sessions(helper: Help) -> None:
    (waiting,) = helper.get("support/queue/list")
    assert set(waiting) == {"customer", "sessionID", "elapsedTime", "startTime"}
    (support,) = helper.get("support/sessions/list")
    (access,) = helper.get("access/sessions/list")
    common = {"technicianDisplayName", "technicianUsername", "technicianID", "sessionID", "elapsedTime", "startTime"}
    assert set(support) == {"customer", *common}
    assert set(access) == {"machine", *common}
    assert access["machine"]["machineID"] == "SG_1235"


# --- switches


def test_every_switch_is_tested() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for name, switch in SimpleHelp.own_switches.items():
        assert f"{name}=" in text, name
        assert switch.default is not None


@pytest.mark.parametrize(("answer", "text"), [("response", '{"success": true}'), ("empty", ""), ("text", "OK")])
def test_write_answer(helper: Help, answer: str, text: str) -> None:
    helper.switch(write_answer=answer)
    calls = [
        ("technicians/new", {"technician": {"username": "anna"}}),
        ("technicians/set", {"technician": {"username": "anna", "enabled": False}}),
        ("technicians/remove", {"username": "anna"}),
        ("groups/new", {"group": {"name": "Desk"}}),
        ("groups/permissions/set", {"group": {"name": "Desk", "permissions": {"canRunTools": True}}}),
        ("machines/set", {"machineID": "SG_1234", "name": "x"}),
        ("machinegroups/properties/set", {"groups": LONDON, "key": "k", "value": "v"}),
        ("server/hostname/set", {"hostname": "support.example.com"}),
        ("server/backup", None),
    ]
    for query, body in calls:
        response = helper.call(query, body)
        assert (response.status_code, response.text) == (200, text)


@pytest.mark.parametrize(
    ("style", "status", "kind"),
    [
        ("reason", 400, "application/json"),
        ("success_false", 200, "application/json"),
        ("html", 400, "text/html"),
        ("text", 400, "text/plain"),
    ],
)
def test_failure_style(helper: Help, style: str, status: int, kind: str) -> None:
    helper.switch(failure_style=style)
    response = helper.call("groups/remove", {"group": {"name": "Nobody"}})
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith(kind)
    if kind == "application/json":
        assert response.json() == {"success": False, "reason": "There is no such group."}
    else:
        assert "There is no such group." in response.text
        assert (TOKEN if style == "html" else quote(TOKEN, safe="")) in response.text
    assert helper.call("nothing").status_code == (200 if style == "success_false" else 404)
    assert helper.call("groups/list", {}).status_code == 405
    helper.token = "wrong"
    assert helper.call("groups/list").status_code == 403


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("no_id", lambda kind, row: {}),
        ("uniqueID", lambda kind, row: {"uniqueID": row["uniqueID"]}),
        ("id", lambda kind, row: {"id": row["uniqueID"]}),
        ("nested", lambda kind, row: {kind: row}),
    ],
)
def test_create_answer(helper: Help, answer: str, expected: Any) -> None:
    helper.switch(create_answer=answer)
    for kind, attributes in [("technician", {"username": "anna"}), ("group", {"name": "Desk"})]:
        created = helper.get(f"{kind}s/new", {kind: attributes})
        row = helper.get(f"{kind}s/list")[0]
        assert created == {"success": True, **expected(kind, row)}


def test_group_update_query(helper: Help) -> None:
    unique_id = helper.new_group()
    update = {"uniqueID": unique_id, "group": {"name": "Bureau", "fpsDelay": 40}}
    assert helper.get("groups/get", update)["name"] == "Desk"
    helper.switch(group_update_query="groups/get")
    assert helper.failure("groups/set", update, 404) == "Unknown query."
    for lookup in [{"uniqueID": unique_id}, {"group": {"name": "Desk"}}, {"group": {"name": "Desk", "uniqueID": 5}}]:
        assert helper.get("groups/get", lookup)["uniqueID"] == unique_id
    helper.write("groups/get", update)
    helper.write("groups/get", {"group": {"name": "Bureau", "maxFileSize": 5}})
    row = helper.get("groups/list")[0]
    assert (row["name"], row["fpsDelay"], row["maxFileSize"]) == ("Bureau", 40, 5)
    helper.failure("groups/get", {"group": {"fpsDelay": 40}})
    helper.failure("groups/get", {"group": {"name": "Nobody", "fpsDelay": 40}})


def test_machinegroup_set_query(helper: Help) -> None:
    change = {"groups": LONDON, "key": "city", "value": "The City"}
    query = "machinegroups/properties/get"
    assert helper.get(query, change) == "London"
    helper.switch(machinegroup_set_query="get")
    assert helper.failure("machinegroups/properties/set", change, 404) == "Unknown query."
    helper.write(query, change)
    assert helper.get(query, {"groups": LONDON, "key": "city"}) == "The City"
    assert helper.get(query, {"groups": LONDON}) == ["exampleKey", "city"]
    helper.failure(query, {"groups": LONDON, "value": "The City"})


def test_hostname_set_query(helper: Help) -> None:
    change = {"hostname": "support.example.com"}
    assert helper.get("server/hostname/get", change) == "help.example.com"
    helper.switch(hostname_set_query="get")
    assert helper.failure("server/hostname/set", change, 404) == "Unknown query."
    helper.write("server/hostname/get", change)
    assert helper.get("server/hostname/get") == "support.example.com"


def test_backup_query(helper: Help) -> None:
    helper.switch(backup_query="server/configuration/backup")
    assert helper.failure("server/backup", status=404) == "Unknown query."
    assert helper.get("server/configuration/backup") == {"success": True}


def test_backup_method(helper: Help) -> None:
    helper.switch(backup_method="POST")
    helper.failure("server/backup", status=405)
    helper.write("server/backup", {})
    assert helper.call("server/backup", method="POST").json() == {"success": True}
    helper.failure("server/backup", {"nothing": 1})
    assert helper.state["backups"] == 2


@pytest.mark.parametrize(
    ("key", "warnings", "warning", "together"),
    [("warnings", "A", "old", "A"), ("warning", "old", "A", "B"), ("both", "A", "A", "A")],
)
def test_notes_key(helper: Help, key: str, warnings: str, warning: str, together: str) -> None:
    helper.switch(notes_key=key)
    for fields, expected in [
        ({"warnings": "A"}, warnings),
        ({"warning": "A"}, warning),
        ({"warnings": "A", "warning": "B"}, together),
    ]:
        helper.seed(machines=[{"machineID": "SG_1234", "warnings": "old"}])
        helper.write("machines/notes/set", {"machineID": "SG_1234", **fields})
        assert helper.get("machines/notes/get", {"machineID": "SG_1234"})[0]["warnings"] == expected


@pytest.mark.parametrize(
    ("shape", "nested", "top_level"), [("both", True, True), ("nested", True, False), ("top_level", False, True)]
)
def test_permissions_set_shape(helper: Help, shape: str, nested: bool, top_level: bool) -> None:
    helper.switch(permissions_set_shape=shape)
    unique_id = helper.new_group()
    group = {"permissions": {"canRunTools": True}}
    bodies = [
        ({"group": {"uniqueID": unique_id, **group}}, nested),
        ({"uniqueID": unique_id, "group": group}, top_level),
        ({"uniqueID": unique_id, "group": {"uniqueID": unique_id, **group}}, True),
        ({"group": {"name": "Desk", **group}}, True),
    ]
    for body, works in bodies:
        assert helper.call("groups/permissions/set", body).status_code == (200 if works else 400)


def test_permissions_set_answer(helper: Help) -> None:
    helper.switch(permissions_set_answer="map")
    helper.new_group()
    body = {"group": {"name": "Desk", "permissions": {"canRunTools": True}}}
    assert helper.get("groups/permissions/set", body) == {"canRunTools": True}


@pytest.mark.parametrize(
    ("unknown", "status", "expected"),
    [
        ("accepted", 200, {"canRunTools": True, "canFly": True}),
        ("ignored", 200, {"canRunTools": True}),
        ("refused", 400, {"canRunTools": False}),
    ],
)
def test_unknown_permission(helper: Help, unknown: str, status: int, expected: Any) -> None:
    helper.switch(unknown_permission=unknown)
    helper.new_group()
    body = {"group": {"name": "Desk", "permissions": {"canRunTools": True, "canFly": True}}}
    assert helper.call("groups/permissions/set", body).status_code == status
    assert helper.get("groups/permissions/get", {"group": {"name": "Desk"}}) == expected


@pytest.mark.parametrize(("way", "base"), [("merge", "dc=example,dc=com"), ("replace", "")])
def test_nested_settings(helper: Help, way: str, base: str) -> None:
    helper.switch(nested_settings=way, empty_value="empty")
    helper.new_group(ldapSettings={"baseDN": "dc=example,dc=com"}, fpsDelay=40)
    helper.write("groups/set", {"group": {"name": "Desk", "ldapSettings": {"enabled": True}}})
    row = helper.get("groups/list")[0]
    assert row["fpsDelay"] == 40
    assert row["ldapSettings"] == {**GROUP_DEFAULTS["ldapSettings"], "enabled": True, "baseDN": base}


def test_group_names(helper: Help) -> None:
    first = helper.new_group()
    helper.switch(group_names="free")
    second = helper.new_group()
    assert first != second
    assert helper.get("groups/get", {"group": {"name": "Desk"}})["uniqueID"] == first


def test_username_rename(helper: Help) -> None:
    helper.switch(username_rename="refused")
    unique_id = helper.new_technician()
    change = {"uniqueID": unique_id, "technician": {"username": "bob", "displayName": "Bob"}}
    assert helper.failure("technicians/set", change) == "Invalid technician.username: it cannot be changed."
    change["technician"] = {"username": "anna", "displayName": "Anna"}
    helper.write("technicians/set", change)


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda rows, kind: rows),
        ("named", lambda rows, kind: {kind + "s": rows}),
        ("data", lambda rows, kind: {"data": rows}),
        ("results", lambda rows, kind: {"results": rows}),
        ("element", lambda rows, kind: [{kind: row} for row in rows]),
        ("unknown", lambda rows, kind: {"foo": {"count": len(rows)}}),
    ],
)
def test_list_envelope(helper: Help, envelope: str, wrap: Any) -> None:
    helper.new_technician()
    helper.new_group()
    machine = {"machineID": "SG_1234"}
    calls: list[tuple[str, Any, str]] = [
        ("technicians/list", None, "technician"),
        ("groups/list", None, "group"),
        ("machines/list", None, "machine"),
        *[(f"machines/{q}get", machine, "machine") for q in ("", "hardware/", "monitoring/", "notes/", "properties/")],
        ("history/list", None, "session"),
        ("alerts/list", None, "alert"),
        ("support/queue/list", None, "session"),
        ("support/sessions/list", None, "session"),
        ("access/sessions/list", None, "session"),
    ]
    rows = [helper.get(query, body) for query, body, _rest in calls]
    helper.switch(list_envelope=envelope)
    for (query, body, kind), expected in zip(calls, rows, strict=True):
        assert expected
        assert helper.get(query, body) == wrap(expected, kind)


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda row, kind: row),
        ("list", lambda row, kind: [row]),
        ("named", lambda row, kind: {kind: row}),
        ("data", lambda row, kind: {"data": row}),
    ],
)
def test_detail_envelope(helper: Help, envelope: str, wrap: Any) -> None:
    ids = {"technician": helper.new_technician(), "group": helper.new_group()}
    helper.switch(detail_envelope=envelope)
    for kind, unique_id in ids.items():
        row = helper.get(f"{kind}s/list")[0]
        assert helper.get(f"{kind}s/get", {"uniqueID": unique_id}) == wrap(row, kind)


@pytest.mark.parametrize(
    ("answer", "status", "text"), [(400, 400, None), ("empty", 200, ""), ("object", 200, "{}"), ("null", 200, "null")]
)
def test_get_missing(helper: Help, answer: str | int, status: int, text: str | None) -> None:
    helper.switch(get_missing=answer)
    for query in ("technicians/get", "groups/get"):
        response = helper.call(query, {"uniqueID": 1})
        assert response.status_code == status
        assert text in (None, response.text)
        helper.failure(query, {})


@pytest.mark.parametrize(
    ("answer", "expected"), [(400, None), ("empty_list", []), ("shorter_list", ["SG_1234", "SG_1235"])]
)
def test_unknown_machine(helper: Help, answer: str | int, expected: list[str] | None) -> None:
    helper.switch(unknown_machine=answer)
    for query in ("", "hardware/", "monitoring/", "notes/", "properties/"):
        wanted = {"machineIDs": ["SG_1234", "SG_9", "SG_1235"]}
        if expected is None:
            assert "SG_9" in helper.failure(f"machines/{query}get", wanted)
        else:
            assert [row["machineID"] for row in helper.get(f"machines/{query}get", wanted)] == expected
            assert helper.get(f"machines/{query}get", {"machineID": "SG_9"}) == []
    helper.failure("machines/set", {"machineID": "SG_9", "name": "x"})


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("json_string", '"help.example.com"'),
        ("text", "help.example.com"),
        ("object", '{"hostname": "help.example.com"}'),
    ],
)
def test_hostname_answer(helper: Help, answer: str, text: str) -> None:
    helper.switch(hostname_answer=answer)
    assert helper.call("server/hostname/get").text == text


@pytest.mark.parametrize(
    ("answer", "text", "missing"),
    [("json_string", '"London"', "null"), ("text", "London", ""), ("object", '{"value": "London"}', '{"value": null}')],
)
def test_property_answer(helper: Help, answer: str, text: str, missing: str) -> None:
    helper.switch(property_answer=answer)
    assert helper.call("machinegroups/properties/get", {"groups": LONDON, "key": "city"}).text == text
    assert helper.call("machinegroups/properties/get", {"groups": LONDON, "key": "none"}).text == missing
    assert helper.get("machinegroups/properties/get", {"groups": LONDON}) == ["exampleKey", "city"]


@pytest.mark.parametrize(("answer", "status", "text"), [("null", 200, "null"), ("empty", 200, '""'), (400, 400, None)])
def test_property_missing(helper: Help, answer: str | int, status: int, text: str | None) -> None:
    helper.switch(property_missing=answer)
    response = helper.call("machinegroups/properties/get", {"groups": LONDON, "key": "none"})
    assert response.status_code == status
    assert text in (None, response.text)


def test_restrictions_answer(helper: Help) -> None:
    helper.switch(restrictions_answer="object")
    assert helper.get("server/tech-restrictions/get") == {"restrictions": []}


def test_alerts_answer(helper: Help) -> None:
    helper.switch(alerts_answer="single")
    assert helper.get("alerts/list")["name"] == "Disk almost full"
    helper.seed(alerts=[{"name": "one"}, {"name": "two"}])
    assert [alert["name"] for alert in helper.get("alerts/list")] == ["one", "two"]
    helper.seed()
    assert helper.get("alerts/list") == []


def test_monitor_supported(helper: Help) -> None:
    helper.switch(monitor_supported="silently_ignored")
    helper.write("machines/set", {"machineID": "SG_1234", "monitor": False, "name": "New Name"})
    machine = helper.get("machines/get", {"machineID": "SG_1234"})[0]
    assert (machine["name"], machine["monitoringEnabled"]) == ("New Name", True)


def test_access_session_key(helper: Help) -> None:
    helper.new_group(max_userShSessions=3, max_userSgSessions=5)
    helper.switch(access_session_key="max_userShSessions")
    row = helper.get("groups/list")[0]
    assert row["max_userShSessions"] == 5
    assert "max_userSgSessions" not in row
    reason = helper.failure("groups/set", {"group": {"name": "Desk", "max_userSgSessions": 7}})
    assert reason == "Invalid group.max_userSgSessions: there is no such attribute."
    helper.write("groups/set", {"group": {"name": "Desk", "max_userShSessions": 7}})
    group = helper.state["groups"][0]
    assert (group["max_userShSessions"], group["max_userSgSessions"]) == (7, 7)


def test_video_password(helper: Help) -> None:
    helper.new_group(videoPassword="video")
    assert helper.get("groups/list")[0]["videoPassword"] == "video"
    helper.switch(video_password="hidden")
    assert "videoPassword" not in helper.get("groups/list")[0]
    assert "videoPassword" not in helper.get("groups/get", {"group": {"name": "Desk"}})


def test_numbers(helper: Help) -> None:
    group = helper.new_group(fpsDelay=40)
    helper.new_technician(groupIDs=[group])
    helper.switch(numbers="string", create_answer="uniqueID")
    assert helper.get("groups/list")[0]["fpsDelay"] == "40"
    technician = helper.get("technicians/get", {"username": "anna"})
    assert (technician["groupIDs"], technician["enabled"]) == ([str(group)], True)
    assert isinstance(helper.get("groups/new", {"group": {"name": "Night"}})["uniqueID"], str)
    assert helper.get("machines/monitoring/get", {"machineID": "SG_1234"})[0]["cpuLoadAverages"][0] == "12"
    helper.failure("groups/get", {"uniqueID": str(group)})


@pytest.mark.parametrize(("value", "shown"), [("absent", []), ("null", [None]), ("empty", [""])])
def test_empty_value(helper: Help, value: str, shown: list[Any]) -> None:
    helper.switch(empty_value=value)
    helper.new_technician()
    helper.new_group()
    row, group = helper.get("technicians/list")[0], helper.get("groups/list")[0]
    places = [
        (row, "displayName"),
        (row, "emailAddress"),
        (group, "videoPassword"),
        (group["ldapSettings"], "baseDN"),
        (helper.get("machines/notes/get", {"machineID": "SG_1235"})[0], "notes"),
        (helper.get("support/queue/list")[0], "technicianUsername"),
    ]
    for place, name in places:
        assert [place[key] for key in place if key == name] == shown
    assert row["groupIDs"] == []


def test_unknown_fields(helper: Help) -> None:
    helper.new_technician()
    helper.switch(unknown_fields="some")
    for query in ("technicians/list", "machines/list", "history/list", "alerts/list"):
        assert all(row["x_flag"] is True for row in helper.get(query))
    assert helper.get("machines/properties/get", {"machineID": "SG_1234"})[0]["x_flag"] is True


def test_lag(helper: Help) -> None:
    helper.switch(lag=0.2)
    helper.write("technicians/new", {"technician": {"username": "anna"}})
    helper.write("server/hostname/set", {"hostname": "support.example.com"})
    helper.write("machines/set", {"machineID": "SG_1234", "name": "New Name"})
    assert helper.get("technicians/list") == []
    assert helper.get("server/hostname/get") == "help.example.com"
    assert helper.get("machines/list")[0]["name"] == "London web server"
    assert "of this name" in helper.failure("technicians/new", {"technician": {"username": "anna"}})
    time.sleep(0.25)
    assert len(helper.get("technicians/list")) == 1
    assert helper.get("server/hostname/get") == "support.example.com"
    assert helper.get("machines/list")[0]["name"] == "New Name"


# --- faults, state, accounts


def test_endless_page(helper: Help) -> None:
    helper.new_technician()
    for query in [
        "technicians/list",
        "groups/list",
        "machines/list",
        "history/list",
        "alerts/list",
        "support/queue/list",
    ]:
        helper.sandbox.fault(service="simplehelp", kind="endless_page", times=2)
        first, second = helper.get(query), helper.get(query)
        assert first
        assert not any(row in second for row in first)


def test_start_and_reset(helper: Help) -> None:
    start = helper.state
    assert (start["technicians"], start["groups"], start["restrictions"], start["backups"]) == ([], [], [], 0)
    assert [machine["machineID"] for machine in start["machines"]] == ["SG_1234", "SG_1235", "SG_1236"]
    assert start["machine_groups"] == DEFAULT_STATE["machine_groups"]
    helper.seed()
    helper.sandbox.reset()
    assert helper.state == start


def test_minimal_seeds(helper: Help) -> None:
    state = helper.seed(
        technicians=[{"username": "anna", "groupIDs": ["Desk", 5]}, {"username": "bob", "uniqueID": 0}],
        groups=[{"name": "Desk", "permissions": {"canFly": True}}, {"name": "Night", "uniqueID": 5}],
        machines=[{}, {"machineID": "SG_1", "name": "db", "hardware": {"serial": "A1"}, "monitoring": {"disks": []}}],
        machine_groups=[{"groups": ["A", "B"]}],
        history=[{"machine": "SG_1"}, {"machine": {"machineID": "SG_GONE"}}],
        alerts=[{"name": "Disk"}],
        support_queue=[{}],
        support_sessions=[{"customer": {"username": "carol"}}],
        access_sessions=[{"machine": "SG_1"}],
        restrictions=["192.0.2.1"],
    )
    anna, bob = state["technicians"]
    desk = state["groups"][0]
    assert anna["groupIDs"] == [desk["uniqueID"], 5]
    assert bob["uniqueID"] == 0
    assert desk["permissions"] == {"canRunTools": False, "canFly": True}
    made, given = state["machines"]
    assert made["machineID"] == made["name"]
    assert made["machineID"].startswith("SG_")
    assert (given["hostname"], given["hardware"]["serial"], given["monitoring"]["disks"]) == ("db", "A1", [])
    assert [row["machine"]["machineID"] for row in state["history"]] == ["SG_1", "SG_GONE"]
    assert state["access_sessions"][0]["sessionID"] == "access_sessions-1"
    assert state["hostname"] == "help.example.com"
    assert helper.seed(**state) == state


def test_the_start_can_be_put_back(helper: Help) -> None:
    start = helper.state
    assert helper.seed(**start) == start
    assert helper.seed(**DEFAULT_STATE) == start


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"nothing": []}, "state.nothing"),
        ({"technicians": {}}, "state.technicians"),
        ({"technicians": [{}]}, "username"),
        ({"technicians": [{"username": "a"}, {"username": "a"}]}, "username"),
        ({"technicians": [{"username": "a", "nothing": 1}]}, "nothing"),
        ({"technicians": [{"username": "a", "groupIDs": ["Desk"]}]}, "'Desk' is the id or the name of 0 groups"),
        ({"groups": [{}]}, "name"),
        ({"groups": [{"name": "a", "uniqueID": 1}, {"name": "b", "uniqueID": 1}]}, "given twice"),
        ({"machines": [{"machineID": "SG_1"}, {"machineID": "SG_1"}]}, "given twice"),
        ({"machines": [{"state": "Asleep"}]}, "state"),
        ({"machine_groups": [{"properties": {}}]}, "groups"),
        ({"machine_groups": [{"groups": []}]}, "groups"),
        ({"history": [{"machine": "SG_1"}]}, "SG_1"),
        ({"history": [{"mode": "Telepathy"}]}, "mode"),
        ({"alerts": [{"name": "a", "severity": "mild"}]}, "severity"),
        ({"hostname": 5}, "hostname"),
        ({"restrictions": ["("]}, "restrictions"),
    ],
)
def test_seeds_that_are_refused(helper: Help, state: Any, words: str) -> None:
    before = helper.state
    with pytest.raises(SandboxError, match=words.replace("[", r"\[")):
        helper.seed(**state)
    assert helper.state == before


def test_two_groups_of_one_name_can_be_seeded(helper: Help) -> None:
    helper.seed(groups=[{"name": "Desk"}, {"name": "Desk"}])
    assert len({row["uniqueID"] for row in helper.get("groups/list")}) == 2


def test_accounts(helper: Help) -> None:
    helper.new_technician()
    assert helper.sandbox.add_account("simplehelp", token="other token?") == "account-3"
    assert helper.sandbox.add_account("simplehelp", token="twin", name="twin", same_data_as=TOKEN) == "twin"
    helper.token = "other token?"
    assert helper.get("technicians/list") == []
    assert len(helper.get("machines/list")) == 3
    helper.token = "twin"
    assert len(helper.get("technicians/list")) == 1
    assert helper.sandbox.state("simplehelp", "other token?")["technicians"] == []


@pytest.mark.parametrize(
    "fields", [{}, {"token": ""}, {"token": 5}, {"token": "x", "level": "all"}, {"token": "sandbox-token"}]
)
def test_accounts_that_are_refused(helper: Help, fields: Any) -> None:
    with pytest.raises(SandboxError):
        helper.sandbox.add_account("simplehelp", **fields)
