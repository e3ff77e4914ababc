# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PingPlotter Cloud: every operation, every rule, and every position of every switch."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import sandbox as package
from sandbox.client import Sandbox, SandboxError
from sandbox.pingplotter import NEVER, PERMISSIONS, STATUS_WORDS, PingPlotter
from sandbox.switches import Choice

NAME = "pingplotter"
BODY = {"Name": "laptop", "IsTemplate": False, "IsSidekick": False}
ANNA = {"Name": "Anna", "EmailAddress": "anna@example.com", "Roles": ["TargetManagement", "UserManagement"]}
NOBODY = "u1:nobody"

NEW_AGENT = {
    "Name": "laptop",
    "IsOnline": False,
    "IsTemplate": False,
    "OpenSessions": 0,
    "TotalSessions": 0,
    "Configured": False,
    "LastMessageTime": None,
    "MachineID": None,
    "Platform": "NotSpecified",
    "ServiceRunning": False,
    "MachineName": None,
    "MostRecentIPAddress": None,
    "ClientDetails": None,
    "Deleted": False,
    "DeletionDate": None,
    "Notes": None,
    "UserAttributesJson": None,
    "Servers": None,
    "HasSyncedServers": False,
    "CustomFieldsJSON": None,
    "OnWifi": None,
    "OnVPN": None,
    "CurrentNetworkInterface": None,
    "AutoApprove": None,
    "TemplateUniqueId": None,
}


class Client:
    """Sends requests and returns what came."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Talk to the service with the default key."""
        self.sandbox = sandbox
        self.base = sandbox.services[NAME]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-API-KEY"] = "sandbox-key"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request; a body is sent as JSON."""
        if body is not None:
            options["json"] = body
        return self.session.request(method, self.base + path, timeout=10, allow_redirects=False, **options)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        response = self.call("GET", path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def write(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a write that succeeds."""
        response = self.call(method, path, body)
        assert response.status_code == 200, response.text
        return response

    def error(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Return status and message of a request that is refused."""
        response = self.call(method, path, body, **options)
        answer = response.json()
        assert set(answer) == {"error"}
        return response.status_code, answer["error"]

    def new_agent(self, **fields: Any) -> str:
        """Create an agent and return its id."""
        return str(self.write("POST", "/agents", {**BODY, **fields}).json()["UniqueId"])

    def new_user(self, **fields: Any) -> str:
        """Create a user and return its id."""
        return str(self.write("POST", "/users", {**ANNA, **fields}).json()["Id"])

    def seed(self, *agents: dict[str, Any], users: Any = ()) -> dict[str, Any]:
        """Put agents and users in place."""
        return self.sandbox.set_state(NAME, {"agents": list(agents), "users": list(users)})

    def switch(self, **values: str | float) -> None:
        """Set switches."""
        self.sandbox.switches(NAME, **values)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """Return a client of PingPlotter."""
    found = Client(sandbox)
    with found.session:
        yield found


# --- who may call, and what


def test_base(sandbox: Sandbox) -> None:
    assert sandbox.services[NAME] == f"{sandbox.url}/pingplotter/api"


@pytest.mark.parametrize("key", [None, "", "wrong", '"sandbox-key"'])
def test_keys(client: Client, key: str | None) -> None:
    for method, path in [("GET", "/agents"), ("POST", "/users"), ("GET", "/nothing")]:
        response = client.call(method, path, headers={"X-API-KEY": key})
        assert response.status_code == 401
        assert "X-API-KEY" in response.json()["error"]
    client.switch(bad_key=403)
    assert client.error("GET", "/agents", headers={"X-API-KEY": key})[0] == 403


WRITES: list[tuple[str, str, Any, str]] = [
    ("POST", "/agents", BODY, "AgentManagement"),
    ("DELETE", "/agents", {"UniqueId": "one", "ShouldUninstall": True}, "AgentManagement"),
    ("PUT", "/agents/one/sessions?action=Pause", None, "SessionManagement"),
    ("POST", "/users", ANNA, "UserManagement"),
    ("PUT", "/users/u1:two", {"Roles": ["TargetManagement"]}, "UserManagement"),
    ("DELETE", "/users/u1:two", None, "UserManagement"),
]


@pytest.mark.parametrize(("method", "path", "body", "permission"), WRITES)
def test_permissions(client: Client, method: str, path: str, body: Any, permission: str) -> None:
    state = client.seed(
        {"UniqueId": "one", "Name": "a", "Sessions": [{}]}, users=[{"Id": "u1:two", "EmailAddress": "b@example.com"}]
    )
    others = [name for name in PERMISSIONS if name != permission]
    client.sandbox.add_account(NAME, key="others", permissions=others, same_data_as="sandbox-key")
    client.sandbox.add_account(NAME, key="one", permissions=[permission], same_data_as="sandbox-key")
    for key in ("sandbox-readonly", "others"):
        assert client.error(method, path, body, headers={"X-API-KEY": key}) == (
            403,
            f"The key lacks the permission {permission}.",
        )
    assert client.sandbox.state(NAME) == state
    client.session.headers["X-API-KEY"] = "sandbox-readonly"
    assert len(client.get("/agents")) == len(client.get("/users")) == 1
    client.session.headers["X-API-KEY"] = "one"
    assert client.call(method, path, body).status_code == 200
    assert client.sandbox.state(NAME) != state


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 404),
        ("GET", "/", 404),
        ("GET", "/agents/", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/agents//sessions?action=Resume", 404),
        ("DELETE", "/users/", 404),
        ("DELETE", "/agents/one", 405),
        ("PUT", "/agents/one", 405),
        ("PATCH", "/agents/one", 405),
        ("PUT", "/agents", 405),
        ("GET", "/agents/one/sessions", 405),
        ("PATCH", "/users/u1:x", 405),
        ("POST", "/sessions", 405),
    ],
)
def test_unknown_operations(client: Client, method: str, path: str, status: int) -> None:
    client.seed({"Name": "a", "UniqueId": "one"})
    assert client.error(method, path)[0] == status


def test_allow(client: Client) -> None:
    assert client.call("PUT", "/agents").headers["Allow"] == "GET, POST, DELETE"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/agents/nobody"),
        ("PUT", "/agents/nobody/sessions?action=Pause"),
        ("GET", "/sessions/nobody"),
        ("GET", "/sessions/nobody/status"),
        ("DELETE", f"/users/{NOBODY}"),
    ],
)
def test_unknown_ids(client: Client, method: str, path: str) -> None:
    assert client.error(method, path)[0] == 404


def test_unknown_ids_in_calls_with_a_body(client: Client) -> None:
    assert client.error("DELETE", "/agents", {"UniqueId": "nobody", "ShouldUninstall": False})[0] == 404
    assert client.error("PUT", f"/users/{NOBODY}", {"Roles": []})[0] == 404


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/agents?includedeleted=true", "includedeleted"),
        ("/agents?includeDeleted=yes", "includeDeleted"),
        ("/agents?includeTemplates=1", "includeTemplates"),
        ("/users?email=anna@example.com", "email"),
        ("/sessions?agent=one", "agent"),
        ("/agents/one?x=1", "x"),
    ],
)
def test_parameters(client: Client, path: str, name: str) -> None:
    client.seed({"Name": "a", "UniqueId": "one"})
    status, message = client.error("GET", path)
    assert status == 400
    assert f"Invalid {name}:" in message


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/agents"), ("PUT", "/agents/one/sessions?action=Pause"), ("DELETE", "/users/u1:two")]
)
def test_calls_without_a_body(client: Client, method: str, path: str) -> None:
    client.seed({"UniqueId": "one", "Name": "a"}, users=[{"Id": "u1:two", "EmailAddress": "b@example.com"}])
    assert client.error(method, path, {"x": 1}) == (400, "There is no body here.")
    assert client.call(method, path).status_code == 200


BODIES = [("POST", "/agents"), ("DELETE", "/agents"), ("POST", "/users"), ("PUT", "/users/u1:two")]


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_bodies(client: Client, method: str, path: str) -> None:
    client.seed(users=[{"Id": "u1:two", "EmailAddress": "b@example.com"}])
    header = {"Content-Type": "application/json"}
    assert client.error(method, path) == (400, "A body is required.")
    assert client.error(method, path, data=b"{}", headers={"Content-Type": "text/plain"})[0] == 415
    for data in (b"{", b"[]", b'"x"', b"null"):
        assert client.error(method, path, data=data, headers=header) == (400, "The body must be a JSON object.")
    assert "Invalid Colour:" in client.error(method, path, {"Colour": "red"})[1]


# --- agents


def test_create_agent(client: Client) -> None:
    created = client.write("POST", "/agents", BODY).json()
    unique_id, url = created["UniqueId"], created["DownloadUrl"]
    assert created == {**NEW_AGENT, "UniqueId": unique_id, "DownloadUrl": url}
    assert re.fullmatch("[0-9a-z]{26}", unique_id)
    assert re.fullmatch(r"https://pingplotter\.cloud/monitor\?configLinkId=[0-9a-z]{26}", url)
    assert client.get("/agents") == [created]
    assert client.get(f"/agents/{unique_id}") == created
    assert list(created)[:2] == ["Name", "UniqueId"]


def test_names_of_agents_are_not_unique(client: Client) -> None:
    assert client.new_agent() != client.new_agent()
    assert [agent["Name"] for agent in client.get("/agents")] == ["laptop", "laptop"]


def test_create_agent_without_a_name(client: Client) -> None:
    assert client.write("POST", "/agents", {**BODY, "Name": ""}).json()["Name"] == "New Agent"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"Name": None}, "Name"),
        ({"Name": 5}, "Name"),
        ({"IsTemplate": "true"}, "IsTemplate"),
        ({"IsSidekick": 1}, "IsSidekick"),
        ({"IsSidekick": None}, "IsSidekick"),
        ({"UniqueId": "one"}, "UniqueId"),
    ],
)
def test_refused_agents(client: Client, fields: dict[str, Any], name: str) -> None:
    status, message = client.error("POST", "/agents", {**BODY, **fields})
    assert status == 400
    assert message.startswith(f"Invalid {name}:")
    assert client.get("/agents") == []


def test_missing_flags(client: Client) -> None:
    for name in BODY:
        body = {key: value for key, value in BODY.items() if key != name}
        assert client.error("POST", "/agents", body) == (400, f"Invalid {name}: required.")
    unique_id = client.new_agent()
    assert client.error("DELETE", "/agents", {"UniqueId": unique_id})[1] == "Invalid ShouldUninstall: required."
    client.switch(missing_flags="false")
    assert client.error("POST", "/agents", {"IsTemplate": True})[1] == "Invalid Name: required."
    created = client.write("POST", "/agents", {"Name": "x"}).json()
    assert created["IsTemplate"] is False
    client.write("DELETE", "/agents", {"UniqueId": unique_id})
    assert client.sandbox.state(NAME)["agents"][0]["ShouldUninstall"] is False


def test_delete_agent(client: Client) -> None:
    unique_id, other = client.new_agent(), client.new_agent(Name="other")
    response = client.write("DELETE", "/agents", {"UniqueId": unique_id, "ShouldUninstall": True})
    assert response.content == b""
    assert [agent["UniqueId"] for agent in client.get("/agents")] == [other]
    deleted, kept = client.get("/agents", includeDeleted="true")
    assert (deleted["UniqueId"], deleted["Deleted"]) == (unique_id, True)
    assert deleted["DeletionDate"].endswith("+00:00")
    assert (kept["Deleted"], kept["DeletionDate"]) == (False, None)
    state = client.sandbox.state(NAME)["agents"]
    assert [agent["ShouldUninstall"] for agent in state] == [True, None]
    client.write("DELETE", "/agents", {"UniqueId": unique_id, "ShouldUninstall": False})
    assert client.sandbox.state(NAME)["agents"] == state


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"ShouldUninstall": True}, "UniqueId"),
        ({"UniqueId": "", "ShouldUninstall": True}, "UniqueId"),
        ({"UniqueId": 5, "ShouldUninstall": True}, "UniqueId"),
        ({"UniqueId": "one", "ShouldUninstall": "true"}, "ShouldUninstall"),
        ({"UniqueId": "one", "ShouldUninstall": True, "Name": "a"}, "Name"),
    ],
)
def test_refused_deletions(client: Client, body: dict[str, Any], name: str) -> None:
    state = client.seed({"UniqueId": "one", "Name": "a"})
    status, message = client.error("DELETE", "/agents", body)
    assert status == 400
    assert message.startswith(f"Invalid {name}:")
    assert client.sandbox.state(NAME) == state


def test_listing_of_agents(client: Client) -> None:
    client.seed(
        {"Name": "plain"},
        {"Name": "template", "IsTemplate": True},
        {"Name": "old", "Deleted": True},
        {"Name": "old template", "Deleted": True, "IsTemplate": True},
    )
    for templates, deleted, names in [
        (None, None, ["plain"]),
        ("false", "False", ["plain"]),
        ("true", None, ["plain", "template"]),
        (None, "true", ["plain", "old"]),
        ("True", "true", ["plain", "template", "old", "old template"]),
    ]:
        found = client.get("/agents", includeTemplates=templates, includeDeleted=deleted)
        assert [agent["Name"] for agent in found] == names


def test_details_of_agents(client: Client) -> None:
    interface = {"Name": "", "Type": "Ethernet", "IP": "192.0.2.7", "UsedInConfigs": []}
    details = {"IsOnline": True, "Platform": "Linux", "OnWifi": False, "CurrentNetworkInterface": interface}
    client.seed({"Name": "a", "UniqueId": "one", "DownloadUrl": "https://example.com/x", **details})
    agent = client.get("/agents/one")
    assert agent == {**NEW_AGENT, **details, "Name": "a", "UniqueId": "one", "DownloadUrl": "https://example.com/x"}


# --- sessions


def seed_sessions(client: Client) -> list[dict[str, Any]]:
    state = client.seed(
        {
            "Name": "a",
            "UniqueId": "one",
            "Sessions": [
                {"Status": "Active", "Description": "www.example.com", "SessionId": "s1"},
                {"Status": "Paused", "Description": "db", "TargetName": "db.example.com", "IpAddress": "192.0.2.2"},
                {"Status": "Closed"},
            ],
        },
        {"Name": "b", "UniqueId": "two", "Sessions": [{"ExpectedQuality": {"Id": "q", "Name": "Good"}}]},
    )
    return [session for agent in state["agents"] for session in agent["Sessions"]]


def statuses(client: Client) -> list[str]:
    return [session["Status"] for session in client.get("/sessions")]


def test_sessions(client: Client) -> None:
    ids = [session["SessionId"] for session in seed_sessions(client)]
    rows = client.get("/sessions")
    assert [row["SessionId"] for row in rows] == ids
    assert rows[0] == {
        "AgentUniqueId": "one",
        "SessionId": "s1",
        "Description": "www.example.com",
        "IpAddress": "192.0.2.1",
        "Status": "Active",
        "ExpectedQuality": None,
    }
    assert rows[3]["ExpectedQuality"] == {"Id": "q", "Name": "Good"}
    assert client.get("/sessions/s1") == rows[0]
    assert client.get("/sessions/s1/status") == {
        "SessionId": "s1",
        "Description": "www.example.com",
        "IpAddress": "192.0.2.1",
        "TargetQuality": [],
    }


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, 4),
        ({"agentUniqueId": "one"}, 3),
        ({"agentUniqueId": "nobody"}, 0),
        ({"targetName": "www.example.com"}, 1),
        ({"targetName": "db.example.com"}, 1),
        ({"targetIp": "192.0.2.1"}, 3),
        ({"targetIp": "192.0.2.1", "agentUniqueId": "two"}, 1),
    ],
)
def test_session_filters(client: Client, parameters: dict[str, str], found: int) -> None:
    seed_sessions(client)
    assert len(client.get("/sessions", **parameters)) == found


def test_actions(client: Client) -> None:
    seed_sessions(client)

    def counts() -> tuple[int, int]:
        agent = client.get("/agents/one")
        return agent["OpenSessions"], agent["TotalSessions"]

    assert counts() == (1, 3)
    for _turn in range(2):
        assert client.write("PUT", "/agents/one/sessions?action=Pause").content == b""
        assert statuses(client) == ["Paused", "Paused", "Closed", "Active"]
        assert counts() == (0, 3)
    client.write("PUT", "/agents/one/sessions?action=Resume")
    assert statuses(client) == ["Active", "Active", "Closed", "Active"]
    assert counts() == (2, 3)
    client.write("DELETE", "/agents", {"UniqueId": "one", "ShouldUninstall": True})
    assert statuses(client) == ["Closed", "Closed", "Closed", "Active"]
    assert counts() == (0, 3)


@pytest.mark.parametrize("query", ["", "?action=", "?action=pause", "?action=Stop"])
def test_refused_actions(client: Client, query: str) -> None:
    seed_sessions(client)
    assert client.error("PUT", f"/agents/one/sessions{query}") == (400, "Invalid action: must be Resume or Pause.")


# --- users


def test_create_user(client: Client) -> None:
    created = client.write("POST", "/users", ANNA).json()
    assert created == {
        "Id": created["Id"],
        "LastLogin": NEVER,
        "TwoFactorEnabled": False,
        "Name": None,
        "EmailAddress": "anna@example.com",
        "Roles": ["TargetManagement", "UserManagement"],
    }
    assert re.fullmatch("u1:[0-9A-Za-z]{19}", created["Id"])
    assert client.get("/users") == [{**created, "Name": "Anna"}]


def test_create_user_with_an_address_only(client: Client) -> None:
    created = client.write("POST", "/users", {"EmailAddress": "b@example.com"}).json()
    assert (created["Name"], created["Roles"]) == (None, None)
    assert client.write("POST", "/users", {"EmailAddress": "c@example.com", "Name": None, "Roles": None})


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"EmailAddress": None}, "EmailAddress"),
        ({"EmailAddress": ""}, "EmailAddress"),
        ({"EmailAddress": "anna"}, "EmailAddress"),
        ({"EmailAddress": "an na@example.com"}, "EmailAddress"),
        ({"Name": 5}, "Name"),
        ({"Roles": "TargetManagement"}, "Roles"),
        ({"Roles": ["targetmanagement"]}, "Roles"),
        ({"Roles": [5]}, "Roles"),
        ({"Roles": [[]]}, "Roles"),
        ({"Id": "u1:x"}, "Id"),
    ],
)
def test_refused_users(client: Client, fields: dict[str, Any], name: str) -> None:
    status, message = client.error("POST", "/users", {**ANNA, **fields})
    assert status == 400
    assert message.startswith(f"Invalid {name}:")
    assert client.get("/users") == []
    assert client.error("POST", "/users", {"Name": "Anna"})[1] == "Invalid EmailAddress: required."


@pytest.mark.parametrize("role", PERMISSIONS)
def test_roles(client: Client, role: str) -> None:
    user = f"/users/{client.new_user(Roles=[role, role])}"
    assert client.get("/users")[0]["Roles"] == [role]
    answer = client.write("PUT", user, {"Roles": ["AlertsManagement", role]}).json()
    assert answer == client.get("/users")
    assert set(answer[0]["Roles"]) == {"AlertsManagement", role}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "Roles"),
        ({"Roles": ["Boss"]}, "Roles"),
        ({"Roles": "TargetManagement"}, "Roles"),
        ({"Roles": [], "Name": "Anna"}, "Name"),
    ],
)
def test_refused_role_updates(client: Client, body: dict[str, Any], name: str) -> None:
    status, message = client.error("PUT", f"/users/{client.new_user()}", body)
    assert status == 400
    assert message.startswith(f"Invalid {name}:")
    assert client.get("/users")[0]["Roles"] == ANNA["Roles"]


@pytest.mark.parametrize("quoted", [False, True])
def test_delete_user(client: Client, quoted: bool) -> None:
    user = client.new_user()
    path = "/users/" + (user.replace(":", "%3A") if quoted else user)
    assert client.write("DELETE", path).content == b""
    assert client.get("/users") == []
    assert client.error("DELETE", path)[0] == 404


# --- switches


def test_prefix(client: Client) -> None:
    other = client.sandbox.url + "/pingplotter"
    assert requests.get(f"{other}/agents", headers={"X-API-KEY": "sandbox-key"}, timeout=10).status_code == 404
    client.switch(prefix="none")
    assert client.call("GET", "/agents").status_code == 404
    assert client.call("GET", "").status_code == 404
    client.base = other
    assert client.get("/agents") == []
    client.new_agent()
    requested = [(request["path"], request["status"]) for request in client.sandbox.requests(NAME)]
    assert requested == [("/agents", 404), ("/api/agents", 404), ("/api", 404), ("/agents", 200), ("/agents", 200)]


def test_error_style(client: Client) -> None:
    client.switch(error_style="problem_details")
    response = client.call("POST", "/agents", {**BODY, "Name": 5})
    message = "Invalid Name: a text is required."
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.status_code == 400
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": message,
        "errors": {"Name": [message]},
    }
    assert set(client.call("GET", "/agents/x").json()) == {"type", "title", "status", "detail"}
    client.switch(error_style="text")
    response = client.call("POST", "/agents", {**BODY, "Name": 5})
    assert (response.status_code, response.text) == (400, message)
    assert response.headers["Content-Type"].startswith("text/plain")
    client.switch(error_style="error")
    assert client.error("POST", "/agents", {**BODY, "Name": 5}) == (400, message)


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda rows: rows),
        ("data", lambda rows: {"data": rows}),
        ("items", lambda rows: {"items": rows}),
        ("unknown", lambda rows: {"foo": {"count": len(rows)}}),
    ],
)
def test_list_envelope(client: Client, envelope: str, wrap: Any) -> None:
    seed_sessions(client)
    client.new_user()
    rows = {path: client.get(path) for path in ("/agents", "/sessions", "/users")}
    client.switch(list_envelope=envelope)
    for path, found in rows.items():
        assert client.get(path) == wrap(found)


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda row, kind: row),
        ("list", lambda row, kind: [row]),
        ("named", lambda row, kind: {kind: row}),
        ("data", lambda row, kind: {"data": row}),
    ],
)
def test_detail_envelope(client: Client, envelope: str, wrap: Any) -> None:
    seed_sessions(client)
    paths = {"/agents/one": "agent", "/sessions/s1": "session", "/sessions/s1/status": "session"}
    rows = {path: client.get(path) for path in paths}
    client.switch(detail_envelope=envelope)
    for path, kind in paths.items():
        assert client.get(path) == wrap(rows[path], kind)


@pytest.mark.parametrize(("answer", "kind"), [("object", dict), ("list", list)])
def test_create_answer(client: Client, answer: str, kind: type) -> None:
    client.switch(create_answer=answer)
    for path, body in [("/agents", BODY), ("/users", {"EmailAddress": "b@example.com"})]:
        found = client.write("POST", path, body).json()
        assert isinstance(found, kind)
        assert (found if kind is list else [found]) == client.get(path)


@pytest.mark.parametrize("status", [200, 201])
def test_create_status(client: Client, status: int) -> None:
    client.switch(create_status=status)
    assert client.call("POST", "/agents", BODY).status_code == status
    assert client.call("POST", "/users", ANNA).status_code == status


def test_role_update_answer(client: Client) -> None:
    user = f"/users/{client.new_user()}"
    assert client.write("PUT", user, {"Roles": []}).json() == client.get("/users")
    client.switch(role_update_answer="object")
    assert client.write("PUT", user, {"Roles": []}).json() == client.get("/users")[0]


def test_action_answer(client: Client) -> None:
    seed_sessions(client)
    client.switch(action_answer="object")
    assert client.write("PUT", "/agents/one/sessions?action=Pause").json() == client.get("/agents/one")


def test_delete_answer(client: Client) -> None:
    for answer in ("object", "text", "empty"):
        client.switch(delete_answer=answer)
        agent, user = client.new_agent(), client.new_user()
        rows = client.get("/users")
        agent_answer = client.write("DELETE", "/agents", {"UniqueId": agent, "ShouldUninstall": False})
        user_answer = client.write("DELETE", f"/users/{user}")
        if answer == "object":
            assert agent_answer.json() == client.get(f"/agents/{agent}")
            assert [user_answer.json()] == rows
        else:
            assert agent_answer.content == user_answer.content == (b"OK" if answer == "text" else b"")
    assert client.get("/agents") == client.get("/users") == []


def test_empty_status(client: Client) -> None:
    client.switch(empty_status=204)
    agent = client.new_agent()
    for method, path, body in [
        ("PUT", f"/agents/{agent}/sessions?action=Pause", None),
        ("DELETE", "/agents", {"UniqueId": agent, "ShouldUninstall": False}),
        ("DELETE", f"/users/{client.new_user()}", None),
    ]:
        response = client.call(method, path, body)
        assert (response.status_code, response.content) == (204, b"")


def test_id_key(client: Client) -> None:
    seed_sessions(client)
    user = client.new_user()
    client.switch(id_key="lower")
    for path, key, value in [("/agents", "UniqueId", "one"), ("/sessions", "SessionId", "s1"), ("/users", "Id", user)]:
        row = client.get(path)[0]
        assert row["id"] == value
        assert key not in row
    assert client.get("/sessions/s1/status")["id"] == "s1"
    assert client.get("/sessions")[0]["AgentUniqueId"] == "one"
    client.write("DELETE", "/agents", {"UniqueId": "one", "ShouldUninstall": False})


def test_unknown_fields(client: Client) -> None:
    seed_sessions(client)
    client.new_user()
    paths = ("/agents", "/sessions", "/users")
    before = {path: client.get(path)[0] for path in paths}
    client.switch(unknown_fields="some")
    for path in paths:
        row = client.get(path)[0]
        assert set(row) - set(before[path]) == {"x_größe", "x_flag", "x_nested"}
        assert row.items() >= {name: row[name] for name in before[path]}.items()


def test_agent_fields(client: Client) -> None:
    client.seed({"Name": "a", "UniqueId": "one", "CurrentNetworkInterface": {"IP": "192.0.2.7", "Type": "Ethernet"}})
    before = client.get("/agents/one")
    client.switch(agent_fields="newer")
    row = client.get("/agents/one")
    assert set(row) - set(before) == {"IsBorrowed", "CreationDate", "ConnectionType", "ExpectedQuality"}
    assert row["CurrentNetworkInterface"] == {"Type": "Ethernet", "GatewayIP": "", "AdapterIP": "192.0.2.7"}
    assert client.get(f"/agents/{client.new_agent()}")["CurrentNetworkInterface"] is None


def test_custom_fields(client: Client) -> None:
    text = '{"Region": "North", "Custom1": ""}'
    client.seed({"Name": "a", "UniqueId": "one", "CustomFieldsJSON": text}, {"Name": "b", "UniqueId": "two"})
    assert client.get("/agents/one")["CustomFieldsJSON"] == text
    client.switch(custom_fields="list")
    row = client.get("/agents/one")
    assert row["CustomFields"] == [{"Name": "Region", "Value": "North"}, {"Name": "Custom1", "Value": ""}]
    assert "CustomFieldsJSON" not in row
    assert client.get("/agents/two")["CustomFields"] == []


def test_agent_detail_and_update(client: Client) -> None:
    path = f"/agents/{client.new_agent()}"
    client.switch(agent_update="none")
    assert client.error("PUT", path, BODY)[0] == 405
    client.switch(agent_detail="missing")
    assert client.error("GET", path) == (404, "There is no such path.")
    assert client.error("PUT", path, BODY)[0] == 404
    client.write("PUT", f"{path}/sessions?action=Pause")


def test_agent_delete_body(client: Client) -> None:
    body = {"UniqueId": client.new_agent(), "ShouldUninstall": True}
    client.switch(agent_delete_body="dropped")
    assert client.error("DELETE", "/agents", body) == (400, "A body is required.")
    assert len(client.get("/agents")) == 1
    client.switch(agent_delete_body="kept")
    client.write("DELETE", "/agents", body)


def test_deleted_in_listing(client: Client) -> None:
    client.seed({"Name": "old", "Deleted": True}, {"Name": "old template", "Deleted": True, "IsTemplate": True})
    assert client.get("/agents") == []
    client.switch(deleted_in_listing="shown")
    assert [agent["Name"] for agent in client.get("/agents")] == ["old"]
    assert [agent["Name"] for agent in client.get("/agents", includeDeleted="false")] == ["old"]


def test_deleted_by_id(client: Client) -> None:
    client.seed({"Name": "old", "UniqueId": "one", "Deleted": True})
    assert client.get("/agents/one")["Deleted"] is True
    client.switch(deleted_by_id="missing")
    assert client.error("GET", "/agents/one")[0] == 404
    assert client.error("PUT", "/agents/one/sessions?action=Pause")[0] == 404
    assert client.error("DELETE", "/agents", {"UniqueId": "one", "ShouldUninstall": True})[0] == 404
    assert len(client.get("/agents", includeDeleted="true")) == 1


def test_open_sessions(client: Client) -> None:
    seed_sessions(client)
    client.write("PUT", "/agents/one/sessions?action=Pause")
    counts = []
    for reading in ("running", "not_closed"):
        client.switch(open_sessions=reading)
        counts.append(client.get("/agents")[0]["OpenSessions"])
    assert counts[0] == 0
    assert counts[1] > 0


def test_sessions_endpoint(client: Client) -> None:
    seed_sessions(client)
    client.switch(sessions_endpoint="missing")
    for path in ("/sessions", "/sessions/s1", "/sessions/s1/status"):
        assert client.error("GET", path) == (404, "There is no such path.")
    client.write("PUT", "/agents/one/sessions?action=Pause")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("words", ["Active", "Paused", "Closed"]),
        ("lower", ["active", "paused", "closed"]),
        ("running", ["Running", "Paused", "Closed"]),
    ],
)
def test_session_status(client: Client, words: str, expected: list[str]) -> None:
    assert words in STATUS_WORDS
    seed_sessions(client)
    client.switch(session_status=words)
    assert statuses(client)[:3] == expected
    assert client.get("/sessions/s1")["Status"] == expected[0]


@pytest.mark.parametrize(
    ("position", "wanted", "found"),
    [
        ("works", "ANNA@example.com", 1),
        ("works", "anna", 0),
        ("works", "", 2),
        ("contains", "Example", 2),
        ("contains", "NN", 1),
        ("case_sensitive", "anna@example.com", 1),
        ("case_sensitive", "ANNA@example.com", 0),
        ("ignored", "nobody", 2),
    ],
)
def test_users_filter(client: Client, position: str, wanted: str, found: int) -> None:
    client.new_user()
    client.new_user(EmailAddress="bob@example.com")
    client.switch(users_filter=position)
    assert len(client.get("/users", filter=wanted)) == found


def test_duplicate_email(client: Client) -> None:
    client.new_user()
    assert client.error("POST", "/users", {**ANNA, "EmailAddress": "ANNA@example.com"})[0] == 409
    client.switch(duplicate_email="allowed")
    client.new_user()
    assert len(client.get("/users")) == 2


@pytest.mark.parametrize(
    ("position", "created", "listed"), [("null", None, "Anna"), ("shown", "Anna", "Anna"), ("never", None, None)]
)
def test_created_name(client: Client, position: str, created: str | None, listed: str | None) -> None:
    client.seed(users=[{"EmailAddress": "b@example.com", "Name": "Bob", "LastLogin": "2025-06-01T12:00:00+00:00"}])
    client.switch(created_name=position)
    assert client.write("POST", "/users", ANNA).json()["Name"] == created
    assert [user["Name"] for user in client.get("/users")] == ["Bob", listed]


@pytest.mark.parametrize(("position", "status"), [("missing", 404), ("not_allowed", 405)])
def test_role_update(client: Client, position: str, status: int) -> None:
    user = f"/users/{client.new_user()}"
    client.switch(role_update=position)
    assert client.error("PUT", user, {"Roles": []})[0] == status
    assert client.get("/users")[0]["Roles"] == ANNA["Roles"]
    client.switch(role_update="works")
    client.write("PUT", user, {"Roles": []})


def test_roles_format(client: Client) -> None:
    user = f"/users/{client.new_user()}"
    client.switch(roles_format="comma")
    for roles in (["TargetManagement"], None, "TargetManagement,Boss", "TargetManagement,"):
        assert client.error("PUT", user, {"Roles": roles})[0] == 400
    for text, roles in [("AlertsManagement, TargetManagement", ["AlertsManagement", "TargetManagement"]), ("", None)]:
        assert client.write("PUT", user, {"Roles": text}).json()[0]["Roles"] == roles


@pytest.mark.parametrize(
    ("read", "empty", "expected"),
    [
        ("array", "null", [ANNA["Roles"], None]),
        ("array", "list", [ANNA["Roles"], []]),
        ("comma", "null", ["TargetManagement,UserManagement", None]),
        ("comma", "list", ["TargetManagement,UserManagement", ""]),
    ],
)
def test_how_roles_read(client: Client, read: str, empty: str, expected: Any) -> None:
    client.new_user()
    client.new_user(EmailAddress="b@example.com", Roles=[])
    client.switch(roles_read=read, roles_empty=empty)
    assert [user["Roles"] for user in client.get("/users")] == expected


# --- rate limit


def test_rate_limit(client: Client) -> None:
    client.switch(rate_limit=3, rate_window=60)
    first = client.call("GET", "/agents")
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("3", "2")
    assert 55 < int(first.headers["X-RateLimit-Reset"]) - time.time() < 62
    assert "Retry-After" not in first.headers
    assert client.call("GET", "/agents/nobody").headers["X-RateLimit-Remaining"] == "1"
    refused = client.call("GET", "/sessions")
    assert refused.status_code == 429
    seconds = refused.json()["retryAfterSeconds"]
    assert refused.json() == {
        "error": "Rate limit exceeded",
        "limit": 3,
        "remaining": 1,
        "cost": 2,
        "retryAfterSeconds": seconds,
    }
    assert 55 < seconds <= 60
    assert refused.headers["Retry-After"] == str(seconds)
    assert refused.headers["X-RateLimit-Remaining"] == "1"
    client.write("POST", "/agents", BODY)
    state = client.sandbox.state(NAME)
    assert client.call("POST", "/agents", BODY).status_code == 429
    assert client.sandbox.state(NAME) == state
    # The limit is that of the account, not of the key.
    assert client.call("GET", "/agents", headers={"X-API-KEY": "sandbox-readonly"}).status_code == 429
    client.sandbox.add_account(NAME, key="other")
    assert client.call("GET", "/agents", headers={"X-API-KEY": "other"}).status_code == 200


def test_rate_window(client: Client) -> None:
    client.switch(rate_limit=1, rate_window=0.2)
    assert client.get("/sessions") == []
    refused = client.call("GET", "/sessions")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    time.sleep(0.25)
    assert client.get("/sessions") == []


def test_rate_headers_without_a_limit(client: Client) -> None:
    headers = client.call("GET", "/agents").headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("240", "240")


@pytest.mark.parametrize(
    ("shown", "limits", "retry_after", "seconds"),
    [
        ("yes", True, True, True),
        ("retry_after", False, True, True),
        ("limits", True, False, False),
        ("no", False, False, True),
        ("nothing", False, False, False),
    ],
)
def test_rate_headers(client: Client, shown: str, limits: bool, retry_after: bool, seconds: bool) -> None:
    client.switch(rate_headers=shown, rate_limit=1)
    taken, refused = (client.call("GET", "/agents") for _turn in range(2))
    assert (taken.status_code, refused.status_code) == (200, 429)
    for answer in (taken, refused):
        assert any(name.startswith("X-RateLimit") for name in answer.headers) is limits
    assert ("Retry-After" in taken.headers, "Retry-After" in refused.headers) == (False, retry_after)
    assert ("retryAfterSeconds" in refused.json()) is seconds


# --- lag, faults, log


def test_lag(client: Client) -> None:
    client.switch(lag=0.2)
    agent, user = client.new_agent(), client.new_user()
    assert client.get("/agents") == client.get("/users") == client.get("/sessions") == []
    assert client.error("GET", f"/agents/{agent}")[0] == 404
    time.sleep(0.25)
    assert [row["UniqueId"] for row in client.get("/agents")] == [agent]
    assert [row["Id"] for row in client.get("/users")] == [user]


@pytest.mark.parametrize("path", ["/agents", "/sessions", "/users"])
def test_endless_listing(client: Client, path: str) -> None:
    client.sandbox.fault(service=NAME, path=f"{path}$", kind="endless_page", times=-1)
    key = {"/agents": "UniqueId", "/sessions": "SessionId", "/users": "Id"}[path]
    ids = [row[key] for _turn in range(2) for row in client.get(path)]
    assert len(set(ids)) == len(ids) == 50


def test_log_hides_the_key(client: Client) -> None:
    client.call("POST", "/agents", {**BODY, "Name": "my sandbox-key"})
    (request,) = client.sandbox.requests(NAME)
    assert (request["path"], request["account"], request["body"]["Name"]) == ("/api/agents", "default", "my ***")


# --- state and accounts


def test_state_can_be_put_back(client: Client) -> None:
    seed_sessions(client)
    client.new_agent()
    client.new_user()
    client.write("DELETE", "/agents", {"UniqueId": "one", "ShouldUninstall": True})
    state = client.sandbox.state(NAME)
    agent = state["agents"][0]
    assert {name: agent[name] for name in ("Deleted", "ShouldUninstall", "IsSidekick", "OpenSessions")} == {
        "Deleted": True,
        "ShouldUninstall": True,
        "IsSidekick": False,
        "OpenSessions": 0,
    }
    assert client.sandbox.set_state(NAME, {}) == {"agents": [], "users": []}
    assert client.sandbox.set_state(NAME, state) == state
    assert client.sandbox.state(NAME) == state


def test_small_state(client: Client) -> None:
    state = client.seed({"Name": "a", "Sessions": [{}]}, users=[{"EmailAddress": "b@example.com"}])
    session = state["agents"][0]["Sessions"][0]
    assert session == {
        "SessionId": session["SessionId"],
        "Status": "Active",
        "Description": "",
        "TargetName": "",
        "IpAddress": "192.0.2.1",
        "ExpectedQuality": None,
    }
    assert state["users"] == [
        {
            "Id": state["users"][0]["Id"],
            "Name": None,
            "EmailAddress": "b@example.com",
            "Roles": [],
            "LastLogin": NEVER,
            "TwoFactorEnabled": False,
        }
    ]


def test_example_of_the_readme(client: Client) -> None:
    text = Path(next(iter(package.__path__)), "README.md").read_text(encoding="utf-8")
    section = text.partition("## PingPlotter Cloud")[2]
    example = section.partition("```json\n")[2].partition("```")[0]
    state = requests.put(f"{client.sandbox.url}/_control/state/{NAME}", data=example.encode(), timeout=10).json()
    assert (len(state["agents"]), len(state["users"])) == (3, 1)
    for name, switch in PingPlotter.own_switches.items():
        values = ", ".join(str(value) for value in switch.values) if isinstance(switch, Choice) else str(switch.default)
        assert f"| `{name}` | {values}" in section


A = {"Name": "a"}
B = {"EmailAddress": "b@example.com"}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"agent": []}, "agent"),
        ({"agents": {}}, "agents"),
        ({"agents": [{}]}, "Name"),
        ({"agents": [{"Name": ""}]}, "Name"),
        ({"agents": [{**A, "name": "a"}]}, "name"),
        ({"agents": [{**A, "UniqueId": ""}]}, "UniqueId"),
        ({"agents": [{**A, "UniqueId": "one"}] * 2}, "twice"),
        ({"agents": [{**A, "IsOnline": None}]}, "IsOnline"),
        ({"agents": [{**A, "OnVPN": 1}]}, "OnVPN"),
        ({"agents": [{**A, "CurrentNetworkInterface": "eth0"}]}, "CurrentNetworkInterface"),
        ({"agents": [{**A, "CustomFieldsJSON": "[]"}]}, "CustomFieldsJSON"),
        ({"agents": [{**A, "CustomFieldsJSON": "{"}]}, "CustomFieldsJSON"),
        ({"agents": [{**A, "Notes": 5}]}, "Notes"),
        ({"agents": [{**A, "DownloadUrl": None}]}, "DownloadUrl"),
        ({"agents": [{**A, "Deleted": False, "DeletionDate": "2025-06-01T12:00:00+00:00"}]}, "DeletionDate"),
        ({"agents": [{**A, "OpenSessions": 1}]}, "OpenSessions"),
        ({"agents": [{**A, "TotalSessions": 1}]}, "TotalSessions"),
        ({"agents": [{**A, "Sessions": None}]}, "Sessions"),
        ({"agents": [{**A, "Sessions": [{"Status": "active"}]}]}, "Status"),
        ({"agents": [{**A, "Sessions": [{"AgentUniqueId": "one"}]}]}, "AgentUniqueId"),
        ({"agents": [{**A, "Sessions": [{"SessionId": "s"}, {"SessionId": "s"}]}]}, "twice"),
        ({"users": [{}]}, "EmailAddress"),
        ({"users": [{"EmailAddress": "b"}]}, "EmailAddress"),
        ({"users": [{**B, "Roles": ["Boss"]}]}, "Boss"),
        ({"users": [{**B, "TwoFactorEnabled": "no"}]}, "TwoFactorEnabled"),
        ({"users": [{**B, "LastLogin": None}]}, "LastLogin"),
    ],
)
def test_refused_states(client: Client, state: dict[str, Any], word: str) -> None:
    before = client.seed(A)
    with pytest.raises(SandboxError, match=word):
        client.sandbox.set_state(NAME, state)
    assert client.sandbox.state(NAME) == before


def test_accounts(client: Client) -> None:
    assert client.sandbox.add_account(NAME, key="own") == "account-3"
    assert client.sandbox.add_account(NAME, key="twin", name="reader", permissions=[], same_data_as="own") == "reader"
    client.session.headers["X-API-KEY"] = "own"
    agent = client.new_agent()
    client.session.headers["X-API-KEY"] = "twin"
    assert [row["UniqueId"] for row in client.get("/agents")] == [agent]
    assert client.error("POST", "/agents", BODY)[0] == 403
    assert client.sandbox.state(NAME)["agents"] == []
    assert len(client.sandbox.state(NAME, account="own")["agents"]) == 1


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "key"),
        ({"key": 5}, "key"),
        ({"key": "new", "level": "UW"}, "level"),
        ({"key": "new", "permissions": ["Boss"]}, "Boss"),
        ({"key": "new", "permissions": "UserManagement"}, "permissions"),
        ({"key": "new", "same_data_as": "other"}, "no account"),
        ({"key": "sandbox-key"}, "already"),
    ],
)
def test_refused_accounts(client: Client, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(SandboxError, match=word):
        client.sandbox.add_account(NAME, **fields)


def test_reset(client: Client) -> None:
    client.sandbox.add_account(NAME, key="own")
    client.switch(rate_limit=1, rate_window=60)
    client.new_agent()
    client.sandbox.reset()
    assert client.get("/agents") == []
    client.switch(rate_limit=1, rate_window=60)
    assert client.get("/users") == []
    assert client.call("GET", "/agents", headers={"X-API-KEY": "own"}).status_code == 401
