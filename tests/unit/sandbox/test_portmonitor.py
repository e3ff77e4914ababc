# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port Monitor: every call, every rule, every position of every switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests

import sandbox as package
from sandbox.client import Sandbox, SandboxError
from sandbox.portmonitor import PortMonitor
from sandbox.switches import Choice

SERVICE = "portmonitor"
APP = {"app_key": "sandbox-app"}
CREDENTIALS = {**APP, "auth_token": "sandbox-auth-token"}
EMAIL, PASSWORD = "sandbox@example.com", "sandbox-password"
LOGIN = {"user[email]": EMAIL, "user[password]": PASSWORD}

KEYS = {"urls": "target_url", "custom_ports": "target_custom_port", "pings": "target_ping"}
OWN: dict[str, dict[str, Any]] = {
    "urls": {"url": "http://www.example.com"},
    "custom_ports": {"host": "db.example.com", "port_number": 5432},
    "pings": {"host": "www.example.com"},
}
DEFAULTS = {"seconds_between_checks": 300, "timeout": 30, "retries_per_check": 2}
NONE = {"url": None, "host": None, "port_number": None}
WORDS = {"urls": "TargetUrl", "custom_ports": "TargetCustomPort", "pings": "TargetPing"}


class Api:
    """Sends requests and returns what came."""

    def __init__(self, base: str) -> None:
        """Talk to the service as the default user."""
        self.base = base
        self.credentials = dict(CREDENTIALS)
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, fields: dict[str, Any] | None = None, **options: Any) -> requests.Response:
        """Send the parameters in the body of POST and PUT, and in the query of the others."""
        place = "data" if method in ("POST", "PUT") else "params"
        options = {place: {**self.credentials, **(fields or {})}, **options}
        return self.session.request(method, self.base + path, timeout=10, allow_redirects=False, **options)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        response = self.call("GET", path, parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def write(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        """Return the JSON of a write that succeeds."""
        response = self.call(method, path, fields)
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"] == "application/json"
        return response.json()

    def error(self, method: str, path: str, fields: dict[str, Any] | None = None, **options: Any) -> tuple[int, str]:
        """Return status and message of a request that is refused."""
        response = self.call(method, path, fields, **options)
        assert response.status_code >= 400, response.text
        answer = response.json()
        assert list(answer) == ["error"]
        return response.status_code, answer["error"]

    def login(self, **fields: str) -> str:
        """Log in and return the token."""
        response = self.session.post(f"{self.base}/users/login", {**APP, **LOGIN, **fields}, timeout=10)
        assert response.status_code == 200, response.text
        return str(response.json()["auth_token"])

    def new_group(self, name: str = "Web") -> int:
        """Create a group and return its id."""
        found: int = self.write("POST", "/groups", {"group[name]": name})["id"]
        return found

    def new_target(self, group_id: int, kind: str = "urls", **fields: Any) -> int:
        """Create a monitor and return its id."""
        found: int = self.write("POST", f"/groups/{group_id}/target/{kind}", target(kind, group_id, **fields))["id"]
        return found


def named(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a monitor under their names in a form."""
    return {f"{KEYS[kind]}[{name}]": value for name, value in fields.items()}


def target(kind: str, group_id: int, /, **fields: Any) -> dict[str, Any]:
    """Return the parameters that create a monitor."""
    return named(kind, {"name": "Shop", "group_id": group_id, **OWN[kind], **fields})


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Api]:
    """Return a client of Port Monitor."""
    client = Api(sandbox.services[SERVICE])
    with client.session:
        yield client


def set_switches(sandbox: Sandbox, **values: str | int) -> None:
    sandbox.switches(SERVICE, **values)


# --- access


def test_base(sandbox: Sandbox) -> None:
    assert sandbox.services[SERVICE] == f"{sandbox.url}/portmonitor/api"


@pytest.mark.parametrize("place", ["params", "data"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_credentials_in_query_or_body(api: Api, method: str, place: str) -> None:
    group_id = api.new_group()
    path = "/groups" if method == "POST" else f"/groups/{group_id}"
    fields = {"group[name]": "Mail"} if method in ("POST", "PUT") else {}
    options: dict[str, Any] = {"params": None, "data": fields}
    options[place] = {**CREDENTIALS, **(fields if place == "data" else {})}
    assert api.call(method, path, **options).status_code == 200


CALLS = [
    ("PUT", "/users"),
    ("DELETE", "/users"),
    ("DELETE", "/users/logout"),
    ("GET", "/profile"),
    ("GET", "/profile/languages"),
    ("GET", "/profile/time_zones"),
    ("PUT", "/profile"),
    ("GET", "/groups"),
    ("GET", "/groups/101"),
    ("POST", "/groups"),
    ("PUT", "/groups/101"),
    ("DELETE", "/groups/101"),
    ("GET", "/groups/101/targets"),
    ("GET", "/groups/101/target/urls"),
    ("GET", "/groups/101/targets/1001"),
    ("POST", "/groups/101/target/urls"),
    ("PUT", "/groups/101/target/urls/1001"),
    ("DELETE", "/groups/101/target/urls/1001"),
    ("GET", "/events"),
    ("GET", "/reports/uptimes"),
    ("GET", "/reports/response_times"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_needs_both_credentials_and_no_other_parameters(api: Api, method: str, path: str) -> None:
    api.new_target(api.new_group())
    for name in CREDENTIALS:
        for value in (None, "", "wrong"):
            status, message = api.error(method, path, {name: value})
            assert (status, name in message) == (401, True)
    for name in ("colour", "group", "group[id]", "target_ping[name]", "[target_url][name]"):
        status, message = api.error(method, path, {name: "x"})
        assert (status, name in message) == (422, True)


@pytest.mark.parametrize("path", ["/users/sign-up", "/users/login"])
def test_calls_without_a_token(api: Api, path: str) -> None:
    status, message = api.error("POST", path, LOGIN)
    assert (status, "auth_token" in message) == (422, True)
    del api.credentials["auth_token"]
    for value in (None, "", "wrong"):
        status, message = api.error("POST", path, {**LOGIN, "app_key": value})
        assert (status, "app_key" in message) == (401, True)
    for name in LOGIN:
        status, message = api.error("POST", path, {**LOGIN, name: None})
        assert (status, name in message) == (422, True)
    assert api.error("POST", path, {**LOGIN, "user[name]": "x"})[0] == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/groups/"),
        ("PATCH", "/groups/101"),
        ("GET", "/users/login"),
        ("POST", "/users/logout"),
        ("GET", "/users"),
        ("POST", "/profile"),
        ("PUT", "/groups"),
        ("POST", "/groups/101/targets"),
        ("PUT", "/groups/101/targets/1001"),
        ("DELETE", "/groups/101/targets/1001"),
        ("GET", "/groups/101/target/urls/1001"),
        ("GET", "/groups/101/target/url"),
        ("GET", "/groups/101/target/target_url"),
        ("POST", "/groups/101/target/dns"),
        ("POST", "/events"),
        ("GET", "/reports"),
    ],
)
def test_unknown_calls(api: Api, method: str, path: str) -> None:
    api.new_target(api.new_group())
    assert api.error(method, path)[0] == 404


@pytest.mark.parametrize(("method", "path"), [call for call in CALLS if "101" in call[1]])
def test_unknown_ids(sandbox: Sandbox, api: Api, method: str, path: str) -> None:
    sandbox.add_account(SERVICE, email="other@example.com", password="x", auth_token="other")
    sandbox.set_state(
        SERVICE, {"groups": [{"name": "Theirs", "id": 7}], "targets": [ping(group="Theirs", id=8)]}, account="other"
    )
    mine = api.new_group()
    api.new_target(mine)
    pings = {"groups/101/target/urls/1001": "groups/101/target/pings/1001"}
    wrong = [path.replace("101", number, 1) for number in ("7", "999", "x", "٣")]
    if path.endswith("1001"):
        wrong += [path.replace("1001", number) for number in ("8", "101", "x")]
        wrong += [pings.get(path[1:], "groups/999/targets/1001")]
    for one in wrong:
        assert api.error(method, "/" + quote(one.lstrip("/")))[0] == 404
    assert len(api.get(f"/groups/{mine}/targets")) == 1
    assert len(sandbox.state(SERVICE, account="other")["targets"]) == 1


def test_parameters_given_twice(api: Api) -> None:
    assert api.call("POST", "/groups", {"group[name]": "Web"}, params={"app_key": "sandbox-app"}).status_code == 200
    for name in ("app_key", "group[name]"):
        status, message = api.error("POST", "/groups", {"group[name]": "Web"}, params={name: "x"})
        assert (status, name in message) == (422, True)


@pytest.mark.parametrize("body", [b"app_key", b"group%5Bname%5D=%ff", b"group[name]=\xff"])
def test_bodies_that_are_no_forms(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, message = api.error("POST", "/groups", data=body, params=CREDENTIALS, headers=headers)
    assert (status, "UTF-8" in message) == (422, True)


@pytest.mark.parametrize("content_type", [None, "text/plain", "multipart/form-data; boundary=x", "application/json"])
def test_form_needs_its_content_type(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = urlencode({"group[name]": "Web"}).encode()
    status, message = api.error("POST", "/groups", data=body, params=CREDENTIALS, headers=headers)
    assert (status, "Content-Type" in message) == (422, True)


def test_form_with_a_charset_and_utf8(api: Api) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    body = urlencode({**CREDENTIALS, "group[name]": "Größe 監視"}).encode()
    assert api.call("POST", "/groups", data=body, headers=headers).json()["name"] == "Größe 監視"


def test_log_names_accounts_and_hides_secrets(sandbox: Sandbox, api: Api) -> None:
    token = api.login()
    api.call("GET", "/groups", {"auth_token": token})
    api.call("PUT", "/users", {"user[password]": "p&ss wörd"})
    api.call("GET", "/groups", {"auth_token": "wrong"})
    api.call("POST", "/groups", data=urlencode({**CREDENTIALS, "user[password]": "p&ss wörd"}), headers={})
    api.call("POST", "/groups", json={"user": {"password": "p&ss wörd"}, **CREDENTIALS}, data=None)
    login = {**LOGIN, "user[password]": "wrong"}
    api.session.post(f"{api.base}/users/login", {**APP, **login}, timeout=10)
    api.session.get(f"{api.base}/groups", params={**CREDENTIALS, "app_key": "wrong"}, timeout=10)
    found = sandbox.requests(SERVICE)
    assert [request["account"] for request in found] == ["default", "default", "default", *[None] * 5]
    assert found[0]["body"] == {"app_key": ["***"], "user[email]": [EMAIL], "user[password]": ["***"]}
    text = str(found)
    for secret in (token, PASSWORD, "sandbox-app", "sandbox-auth-token", "wörd", "w%C3%B6rd", "wrong"):
        assert secret not in text


# --- users and sessions


def test_login_and_logout(sandbox: Sandbox, api: Api) -> None:
    first, second = api.login(), api.login(**{"user[email]": EMAIL.upper()})
    assert len({first, second, "sandbox-auth-token"}) == 3
    assert sandbox.state(SERVICE)["login_tokens"] == 2
    for token in (first, second):
        assert api.get("/groups", auth_token=token) == []
    assert api.write("DELETE", "/users/logout", {"auth_token": first}) == {}
    assert api.error("GET", "/groups", {"auth_token": first})[0] == 401
    for token in (second, "sandbox-auth-token"):
        assert api.get("/groups", auth_token=token) == []
    api.write("DELETE", "/users/logout")
    assert api.error("GET", "/groups")[0] == 401
    sandbox.reset()
    assert api.get("/groups") == []
    assert api.error("GET", "/groups", {"auth_token": second})[0] == 401


@pytest.mark.parametrize("wrong", [{"user[email]": "other@example.com"}, {"user[password]": "x"}])
def test_wrong_logins(api: Api, wrong: dict[str, str]) -> None:
    assert api.error("POST", "/users/login", {**LOGIN, **wrong, "auth_token": None})[0] == 401


def test_sign_up(sandbox: Sandbox, api: Api) -> None:
    api.new_group()
    new = {"user[email]": "new@example.com", "user[password]": "secret"}
    answer = api.write("POST", "/users/sign-up", {**new, "auth_token": None})
    assert answer == {"id": answer["id"], "email": "new@example.com"}
    assert isinstance(answer["id"], int)
    api.credentials["auth_token"] = api.login(**new)
    assert api.get("/groups") == []
    api.new_group("Mine")
    assert [group["name"] for group in sandbox.state(SERVICE)["groups"]] == ["Web"]
    assert [group["name"] for group in sandbox.state(SERVICE, account="new@example.com")["groups"]] == ["Mine"]


BAD_USERS = [
    *[("user[email]", value) for value in ("", "x", "a b@example.com", "SANDBOX@example.com", "other@example.com")],
    *[("user[password]", value) for value in ("", " ")],
]


@pytest.mark.parametrize(("name", "value"), BAD_USERS)
def test_refused_users(sandbox: Sandbox, api: Api, name: str, value: str) -> None:
    sandbox.add_account(SERVICE, email="other@example.com", password="x")
    before = sandbox.state(SERVICE)
    new = {"user[email]": "new@example.com", "user[password]": "secret", name: value}
    status, message = api.error("POST", "/users/sign-up", {**new, "auth_token": None})
    assert (status, name in message) == (422, True)
    if value != "SANDBOX@example.com":
        status, message = api.error("PUT", "/users", new)
        assert (status, name in message) == (422, True)
    assert sandbox.state(SERVICE) == before


def test_edit_user(api: Api) -> None:
    first = api.write("PUT", "/users")
    assert first == {"id": first["id"], "email": EMAIL}
    assert api.write("PUT", "/users", {"user[password]": "changed"}) == first
    assert api.error("POST", "/users/login", {**LOGIN, "auth_token": None})[0] == 401
    assert api.write("PUT", "/users", {"user[email]": "new@example.com"})["email"] == "new@example.com"
    assert api.login(**{"user[email]": "new@example.com", "user[password]": "changed"})


def test_cancel_account(sandbox: Sandbox, api: Api) -> None:
    token = api.login()
    sandbox.add_account(SERVICE, email="other@example.com", password="x")
    assert api.write("DELETE", "/users") == {}
    for dead in (token, "sandbox-auth-token"):
        assert api.error("GET", "/groups", {"auth_token": dead})[0] == 401
    assert api.error("POST", "/users/login", {**LOGIN, "auth_token": None})[0] == 401
    with pytest.raises(SandboxError, match="no account"):
        sandbox.state(SERVICE)
    api.write("POST", "/users/sign-up", {**LOGIN, "auth_token": None})
    assert api.get("/groups", auth_token=api.login()) == []


# --- profile


def test_profile(api: Api) -> None:
    profile = {"language": "en", "country": None, "time_zone": "UTC"}
    assert api.get("/profile") == api.write("PUT", "/profile") == profile
    changed = {"language": "es", "country": "ES", "time_zone": "Europe/Madrid"}
    fields = {f"profile[{name}]": value for name, value in changed.items()}
    assert api.write("PUT", "/profile", fields) == changed
    assert api.write("PUT", "/profile", {"profile[country]": ""}) == {**changed, "country": None}
    assert api.get("/profile") == {**changed, "country": None}


def test_options(api: Api) -> None:
    assert api.get("/profile/languages") == ["en", "es"]
    assert api.get("/profile/time_zones") == ["UTC", "Europe/London", "Europe/Madrid", "America/New_York"]


@pytest.mark.parametrize("name", ["profile[language]", "profile[time_zone]"])
@pytest.mark.parametrize("value", ["", "xx"])
def test_refused_profiles(api: Api, name: str, value: str) -> None:
    status, message = api.error("PUT", "/profile", {"profile[country]": "ES", name: value})
    assert (status, name in message) == (422, True)
    assert api.get("/profile")["country"] is None


# --- groups


def test_groups(api: Api) -> None:
    group_id, twin = api.new_group(), api.new_group()
    group = {"id": group_id, "name": "Web"}
    assert api.get("/groups") == [group, {"id": twin, "name": "Web"}]
    assert api.get(f"/groups/{group_id}") == group
    assert api.write("PUT", f"/groups/{group_id}") == group
    assert api.write("PUT", f"/groups/{group_id}", {"group[name]": "Mail"}) == {"id": group_id, "name": "Mail"}
    assert api.get(f"/groups/{group_id}")["name"] == "Mail"
    assert api.write("DELETE", f"/groups/{group_id}") == {}
    assert [row["id"] for row in api.get("/groups")] == [twin]
    assert api.new_group() not in (group_id, twin)


@pytest.mark.parametrize("name", [None, "", " "])
def test_refused_groups(api: Api, name: str | None) -> None:
    status, message = api.error("POST", "/groups", {"group[name]": name})
    assert (status, "group[name]" in message) == (422, True)
    if name is not None:
        assert api.error("PUT", f"/groups/{api.new_group()}", {"group[name]": name})[0] == 422


def test_ids_repeat_from_run_to_run(sandbox: Sandbox, api: Api) -> None:
    first = [api.new_group(), api.new_target(101), api.new_target(101)]
    sandbox.reset()
    assert [api.new_group(), api.new_target(101), api.new_target(101)] == first == [101, 1001, 1002]


# --- monitors


@pytest.mark.parametrize("kind", KEYS)
def test_create_and_read(api: Api, kind: str) -> None:
    group_id = api.new_group()
    path = f"/groups/{group_id}/target/{kind}"
    created = api.write("POST", path, target(kind, group_id))
    assert created == {
        "id": created["id"],
        "group_id": group_id,
        "name": "Shop",
        **NONE,
        **OWN[kind],
        **DEFAULTS,
        "status": "up",
        "type": WORDS[kind],
    }
    assert api.get(f"/groups/{group_id}/targets/{created['id']}") == created
    assert api.get(path) == api.get(f"/groups/{group_id}/targets") == [created]
    for other in set(KEYS) - {kind}:
        assert api.get(f"/groups/{group_id}/target/{other}") == []
    assert api.get(f"/groups/{api.new_group()}/targets") == []


@pytest.mark.parametrize("kind", KEYS)
def test_update_and_delete(api: Api, kind: str) -> None:
    group_id = api.new_group()
    target_id = api.new_target(group_id, kind)
    path = f"/groups/{group_id}/target/{kind}/{target_id}"
    before = api.get(f"/groups/{group_id}/targets/{target_id}")
    assert api.write("PUT", path) == before
    own = {name: 443 if name == "port_number" else "http://new.example.com" for name in OWN[kind]}
    changed = {"name": "New", "seconds_between_checks": 60, "timeout": 5, "retries_per_check": 0, **own}
    assert api.write("PUT", path, named(kind, changed)) == {**before, **changed}
    assert api.write("PUT", path, named(kind, {"timeout": 6})) == {**before, **changed, "timeout": 6}
    assert api.write("DELETE", path) == {}
    assert api.get(f"/groups/{group_id}/targets") == []
    assert api.error("DELETE", path)[0] == 404


def test_update_moves_to_another_group(api: Api) -> None:
    old, new = api.new_group(), api.new_group()
    target_id = api.new_target(old)
    path = f"target/urls/{target_id}"
    fields = {"target_url[group_id]": new}
    assert api.error("PUT", f"/groups/{new}/{path}", fields)[0] == 404
    assert api.write("PUT", f"/groups/{old}/{path}", fields)["group_id"] == new
    assert api.get(f"/groups/{old}/targets") == []
    assert [row["id"] for row in api.get(f"/groups/{new}/targets")] == [target_id]
    assert api.error("PUT", f"/groups/{old}/{path}", fields)[0] == 404
    assert api.write("PUT", f"/groups/{new}/{path}", fields)["group_id"] == new


@pytest.mark.parametrize("kind", KEYS)
def test_required_parameters(api: Api, kind: str) -> None:
    group_id = api.new_group()
    for name in ("name", "group_id", *OWN[kind]):
        full = f"{KEYS[kind]}[{name}]"
        status, message = api.error("POST", f"/groups/{group_id}/target/{kind}", target(kind, group_id, **{name: None}))
        assert (status, full in message) == (422, True)
    assert api.get(f"/groups/{group_id}/targets") == []


BAD: list[tuple[str, str, Any]] = [
    *[(kind, "name", value) for kind in KEYS for value in ("", " ")],
    *[("urls", "url", value) for value in ("", " ")],
    *[(kind, "host", value) for kind in ("custom_ports", "pings") for value in ("", " ")],
    *[("custom_ports", "port_number", value) for value in ("", 0, -1, 65536, 1.5, "https", "٣")],
    *[("urls", "seconds_between_checks", value) for value in ("", 0, -1, 86401, "x")],
    *[("pings", "timeout", value) for value in ("", 0, 0.5, 86401)],
    *[("pings", "retries_per_check", value) for value in ("", -1, 101)],
    *[("urls", "group_id", value) for value in ("", "x", 999)],
    *[("urls", name, "x") for name in ("id", "type", "status", "colour")],
]


@pytest.mark.parametrize(("kind", "name", "value"), BAD)
def test_refused_settings(sandbox: Sandbox, api: Api, kind: str, name: str, value: Any) -> None:
    group_id = api.new_group()
    target_id = api.new_target(group_id, kind)
    before = sandbox.state(SERVICE)
    path, full = f"/groups/{group_id}/target/{kind}", f"{KEYS[kind]}[{name}]"
    status, message = api.error("POST", path, target(kind, group_id, **{name: value}))
    assert (status, full in message) == (422, True)
    status, message = api.error("PUT", f"{path}/{target_id}", named(kind, {"timeout": 7, name: value}))
    assert (status, full in message) == (422, True)
    assert sandbox.state(SERVICE) == before


def test_group_of_body_and_path_must_match(api: Api) -> None:
    first, second = api.new_group(), api.new_group()
    status, message = api.error("POST", f"/groups/{first}/target/urls", target("urls", second))
    assert (status, "target_url[group_id]" in message) == (422, True)


def test_type_of_body_and_path_must_match(api: Api) -> None:
    group_id = api.new_group()
    target_id = api.new_target(group_id)
    path = f"/groups/{group_id}/target"
    assert api.error("POST", f"{path}/pings", target("urls", group_id))[0] == 422
    assert api.error("PUT", f"{path}/urls/{target_id}", named("pings", {"name": "x"}))[0] == 422
    assert api.error("PUT", f"{path}/pings/{target_id}", named("pings", {"name": "x"}))[0] == 404


# --- events and reports


def ping(**fields: Any) -> dict[str, Any]:
    return {"name": "Router", "host": "router.example.com", "group": "Web", **fields}


@pytest.fixture
def history(sandbox: Sandbox) -> dict[str, Any]:
    """Two monitors with an event each in the past, and one event today."""
    return sandbox.set_state(
        SERVICE,
        {
            "groups": [{"name": "Web"}],
            "targets": [ping(name="A"), ping(name="B", status="down")],
            "events": [
                {"target": "A", "status": "down", "created_at": "2025-01-31T00:00:00+02:00"},
                {"target": "B", "status": "up", "created_at": "2025-02-01"},
                {"target": "B", "status": "down"},
            ],
        },
    )


def test_events(api: Api, history: dict[str, Any]) -> None:
    events = history["events"]
    year = {"date_range[from]": "2025-01-01T00:00:00Z", "date_range[to]": "2025-12-31T00:00:00Z"}
    assert api.get("/events") == events[2:]
    assert api.get("/events", **year) == events[:2]
    assert api.get("/events", **{"date_range[from]": "2025-01-31T00:00:00+02:00"}) == events
    assert api.get("/events", **{"date_range[from]": "2025-01-31"}) == events[1:]
    assert api.get("/events", **{**year, "date_range[to]": "2025-01-31T00:00:00"}) == events[:1]
    a, b = (row["id"] for row in history["targets"])
    assert api.get("/events", **year, target_ids=b) == events[1:2]
    assert api.get("/events", **year, target_ids=f"{b},{a}") == events[:2]


def test_creation_is_an_event(api: Api) -> None:
    target_id = api.new_target(api.new_group())
    (event,) = api.get("/events")
    assert list(event) == ["id", "target_id", "status", "created_at"]
    assert (event["target_id"], event["status"]) == (target_id, "up")
    assert datetime.now(UTC) - datetime.fromisoformat(event["created_at"]) < timedelta(minutes=1)
    api.write("DELETE", f"/groups/101/target/urls/{target_id}")
    assert api.get("/events") == []


@pytest.mark.parametrize(
    ("path", "key", "up", "down"), [("uptimes", "uptime", 99.95, 87.5), ("response_times", "response_time", 120.5, 0.0)]
)
def test_reports(api: Api, history: dict[str, Any], path: str, key: str, up: float, down: float) -> None:
    a, b = (row["id"] for row in history["targets"])
    period = {"date_range[from]": "2025-01-01T00:00:00+02:00", "date_range[to]": "2025-02-01T00:00:00Z"}
    times = {"from": "2025-01-01T00:00:00+02:00", "to": "2025-02-01T00:00:00+00:00"}
    rows = [{"target_id": a, **times, key: up}, {"target_id": b, **times, key: down}]
    assert api.get(f"/reports/{path}", **period) == rows
    assert api.get(f"/reports/{path}", **period, target_ids=b) == rows[1:]
    today = api.get(f"/reports/{path}")[0]
    assert today["from"] == f"{datetime.now(UTC):%Y-%m-%d}T00:00:00+00:00"
    assert today["from"] < today["to"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            ("date_range[from]", value)
            for value in ("", "yesterday", "2025-01-01 00:00:00", "2025-13-01", "01/31/2013")
        ],
        ("date_range[from]", "2013-01-31T00:00:00 02:00"),
        ("date_range[from]", "2999-01-01"),
        *[("date_range[to]", value) for value in ("", "now", "2025-01-01")],
        *[("target_ids", value) for value in ("", "1001,", "1001, 1002", "x", "999", "101")],
        ("target_ids[]", "1001"),
        ("date_range", "2025-01-01"),
    ],
)
@pytest.mark.parametrize("path", ["/events", "/reports/uptimes", "/reports/response_times"])
def test_refused_ranges(api: Api, history: dict[str, Any], path: str, name: str, value: str) -> None:
    status, message = api.error("GET", path, {name: value})
    assert (status, name.partition("[")[0] in message) == (422, True)


# --- state and accounts, by the control endpoint


def test_state_can_be_put_back(sandbox: Sandbox, api: Api) -> None:
    seed = {
        "profile": {"language": "es"},
        "groups": [{"name": "Web"}, {"name": "Mail", "id": 7}],
        "targets": [
            {"name": "Shop", "url": "http://www.example.com", "group": "Web", "timeout": 5},
            {"name": "SMTP", "host": "mx.example.com", "port_number": "25", "group_id": 7, "status": "down"},
            ping(id=1001, type="pings"),
        ],
    }
    state = sandbox.set_state(SERVICE, seed)
    assert sandbox.state(SERVICE) == state
    assert state["user"] == {"email": EMAIL, "password": PASSWORD}
    assert state["profile"] == {"language": "es", "country": "", "time_zone": "UTC"}
    assert state["groups"] == [{"name": "Web", "id": 101}, {"name": "Mail", "id": 7}]
    assert state["targets"][1] == {
        **DEFAULTS,
        "id": 1003,
        "type": "custom_ports",
        "group_id": 7,
        "name": "SMTP",
        "host": "mx.example.com",
        "port_number": 25,
        "status": "down",
    }
    assert [row["id"] for row in state["targets"]] == [1002, 1003, 1001]
    assert [event["status"] for event in state["events"]] == ["up", "down", "up"]
    assert [event["target_id"] for event in api.get("/events")] == [1002, 1003, 1001]
    assert sandbox.set_state(SERVICE, state) == state
    assert [row["type"] for row in api.get("/groups/101/targets")] == ["TargetUrl", "TargetPing"]
    empty = sandbox.set_state(SERVICE, {})
    assert empty["groups"] == empty["targets"] == empty["events"] == []
    assert empty["profile"]["language"] == "en"
    assert empty["user"] == {"email": EMAIL, "password": PASSWORD}


@pytest.mark.parametrize(
    ("seed", "word"),
    [
        ({"group": []}, "group"),
        ({"groups": {}}, "groups"),
        ({"groups": [5]}, "groups"),
        ({"groups": [{}]}, "name"),
        ({"groups": [{"name": "Web", "colour": "red"}]}, "colour"),
        ({"groups": [{"name": "Web", "id": "x"}]}, "id"),
        ({"groups": [{"name": "Web", "id": 0}]}, "id"),
        ({"groups": [{"name": "Web", "id": 7}] * 2}, "twice"),
        ({"groups": [{"name": "Web", "id": 9}]}, "twice"),
        ({"targets": [ping()]}, "0 groups"),
        ({"groups": [{"name": "Web"}] * 2, "targets": [ping()]}, "2 groups"),
        ({"groups": [{"name": "Web"}], "targets": [ping(group_id="Web")]}, "0 groups"),
        ({"groups": [{"name": "Web"}], "targets": [ping(type="ping")]}, "type"),
        ({"groups": [{"name": "Web"}], "targets": [ping(type="urls")]}, "url"),
        ({"groups": [{"name": "Web"}], "targets": [ping(type="pings", port_number=5)]}, "port_number"),
        ({"groups": [{"name": "Web"}], "targets": [ping(timeout=0)]}, "timeout"),
        ({"groups": [{"name": "Web"}], "targets": [ping(timeout=True)]}, "timeout"),
        ({"groups": [{"name": "Web"}], "targets": [ping(status="Up")]}, "status"),
        ({"groups": [{"name": "Web"}], "targets": [{"name": "x", "group": "Web"}]}, "host"),
        ({"events": [{"target": "x", "status": "up"}]}, "0 targets"),
        ({"groups": [{"name": "Web"}], "targets": [ping()], "events": [{"target": "Router"}]}, "status"),
        ({"profile": []}, "profile"),
        ({"profile": {"language": "xx"}}, "language"),
        ({"user": {"email": "x"}}, "email"),
        ({"user": {"email": "other@example.com"}}, "taken"),
        ({"expire_tokens": "yes"}, "expire_tokens"),
    ],
)
def test_refused_states(sandbox: Sandbox, api: Api, seed: dict[str, Any], word: str) -> None:
    sandbox.add_account(SERVICE, email="other@example.com", password="x", auth_token="other")
    sandbox.set_state(SERVICE, {"groups": [{"name": "Theirs", "id": 9}]}, account="other")
    api.new_group()
    before = sandbox.state(SERVICE)
    with pytest.raises(SandboxError, match=word):
        sandbox.set_state(SERVICE, seed)
    assert sandbox.state(SERVICE) == before


def test_user_of_the_state(sandbox: Sandbox, api: Api) -> None:
    user = {"email": "new@example.com", "password": "new"}
    assert sandbox.set_state(SERVICE, {"user": user})["user"] == user
    api.login(**{"user[email]": "new@example.com", "user[password]": "new"})
    assert sandbox.state(SERVICE, account="new@example.com") == sandbox.state(SERVICE, account="sandbox-auth-token")


def test_expire_tokens(sandbox: Sandbox, api: Api) -> None:
    api.new_group()
    token = api.login()
    state = sandbox.set_state(SERVICE, {"expire_tokens": False})
    assert api.get("/groups", auth_token=token)
    assert sandbox.set_state(SERVICE, {"expire_tokens": True}) == {**state, "login_tokens": 0}
    assert api.error("GET", "/groups", {"auth_token": token})[0] == 401
    assert len(api.get("/groups")) == 1
    assert len(api.get("/groups", auth_token=api.login())) == 1
    assert sandbox.set_state(SERVICE, {"expire_tokens": True, "groups": []})["groups"] == []
    assert sandbox.state(SERVICE)["login_tokens"] == 0


def test_accounts(sandbox: Sandbox, api: Api) -> None:
    assert sandbox.add_account(SERVICE, email="a@example.com", password="x").startswith("account-")
    added = sandbox.add_account(SERVICE, email="b@example.com", password="x", auth_token="own", name="second")
    assert added == "second"
    assert api.get("/groups", auth_token="own") == []
    token = api.login(**{"user[email]": "a@example.com", "user[password]": "x"})
    api.write("POST", "/groups", {"group[name]": "Web", "auth_token": token})
    assert len(sandbox.state(SERVICE, account=token)["groups"]) == 1
    assert sandbox.state(SERVICE)["groups"] == sandbox.state(SERVICE, account="own")["groups"] == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"email": "a@example.com"}, "password"),
        ({"email": "a@example.com", "password": ""}, "password"),
        ({"email": "a@example.com", "password": 5}, "password"),
        ({"email": "a", "password": "x"}, "e-mail"),
        ({"email": EMAIL, "password": "x"}, "taken"),
        ({"email": "a@example.com", "password": "x", "auth_token": "sandbox-auth-token"}, "already"),
        ({"email": "a@example.com", "password": "x", "name": "default"}, "already"),
        ({"email": "a@example.com", "password": "x", "key": "y"}, "key"),
    ],
)
def test_refused_accounts(sandbox: Sandbox, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(SandboxError, match=word):
        sandbox.add_account(SERVICE, **fields)


def test_readme_names_every_switch() -> None:
    text = Path(next(iter(package.__path__)), "README.md").read_text(encoding="utf-8")
    text = text.partition("| switch of `portmonitor`")[2].partition("\n\n")[0]
    assert text
    for name, switch in PortMonitor.own_switches.items():
        values = ", ".join(str(value) for value in switch.values) if isinstance(switch, Choice) else str(switch.default)
        assert f"| `{name}` | {values}" in text


# --- switches


@pytest.fixture
def ids(api: Api) -> dict[str, int]:
    """Return the ids of a group and of a monitor of each type in it."""
    group_id = api.new_group()
    return {"group": group_id, **{kind: api.new_target(group_id, kind) for kind in KEYS}}


LISTS = {
    "/groups": ("groups", ["group"]),
    "/groups/101/targets": ("targets", list(KEYS.values())),
    "/groups/101/target/urls": ("urls", ["target_url"]),
    "/groups/101/target/custom_ports": ("custom_ports", ["target_custom_port"]),
    "/groups/101/target/pings": ("pings", ["target_ping"]),
    "/events": ("events", ["event"] * 3),
    "/reports/uptimes": ("uptimes", ["uptime"] * 3),
    "/reports/response_times": ("response_times", ["response_time"] * 3),
    "/profile/languages": ("languages", ["language"] * 2),
    "/profile/time_zones": ("time_zones", ["time_zone"] * 4),
}
RANGE = {"date_range[from]": "2025-01-01T00:00:00Z", "date_range[to]": "2999-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda rows, name, kinds: rows),
        ("named", lambda rows, name, kinds: {name: rows}),
        ("data", lambda rows, name, kinds: {"data": rows}),
        ("element", lambda rows, name, kinds: [{kind: row} for kind, row in zip(kinds, rows, strict=True)]),
        ("unknown", lambda rows, name, kinds: {"foo": {"count": len(rows)}}),
    ],
)
def test_list_envelope(
    sandbox: Sandbox, api: Api, ids: dict[str, int], envelope: str, wrap: Callable[..., Any]
) -> None:
    def answers() -> dict[str, Any]:
        return {path: api.get(path, **(RANGE if "/reports" in path else {})) for path in LISTS}

    rows = answers()
    set_switches(sandbox, list_envelope=envelope)
    assert answers() == {path: wrap(rows[path], *names) for path, names in LISTS.items()}


@pytest.mark.parametrize(
    ("envelope", "wrap"),
    [
        ("bare", lambda row, name, kind: row),
        ("named", lambda row, name, kind: {name: row}),
        ("typed", lambda row, name, kind: {kind: row}),
        ("success_data", lambda row, name, kind: {"success": True, "data": row}),
    ],
)
def test_detail_envelope(
    sandbox: Sandbox, api: Api, ids: dict[str, int], envelope: str, wrap: Callable[..., Any]
) -> None:
    details = {"/profile": ("profile", "profile"), "/groups/101": ("group", "group")}
    details |= {f"/groups/101/targets/{ids[kind]}": ("target", key) for kind, key in KEYS.items()}
    rows = {path: api.get(path) for path in details}
    set_switches(sandbox, detail_envelope=envelope)
    assert {path: api.get(path) for path in details} == {path: wrap(rows[path], *details[path]) for path in details}
    group = wrap(rows["/groups/101"], "group", "group")
    assert api.write("PUT", "/groups/101") == group
    path = f"/groups/101/target/urls/{ids['urls']}"
    assert api.write("PUT", path) == api.get(path.replace("target/urls", "targets"))
    created = api.write("POST", "/groups", {"group[name]": "Web"})
    assert created == wrap({"id": 102, "name": "Web"}, "group", "group")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("full", lambda kind, row: row),
        ("id", lambda kind, row: {"id": row["id"]}),
        ("named", lambda kind, row: {kind: row}),
        ("success", lambda kind, row: {"success": True}),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_create_answer(sandbox: Sandbox, api: Api, answer: str, expected: Callable[..., Any], status: int) -> None:
    set_switches(sandbox, create_answer=answer, create_status=status)
    response = api.call("POST", "/groups", {"group[name]": "Web"})
    assert (response.status_code, response.json()) == (status, expected("group", api.get("/groups/101")))
    for number, (kind, key) in enumerate(KEYS.items(), 1001):
        response = api.call("POST", f"/groups/101/target/{kind}", target(kind, 101))
        row = api.get(f"/groups/101/targets/{number}")
        assert (response.status_code, response.json()) == (status, expected(key, row))
    response = api.call("POST", "/users/sign-up", {**LOGIN, "user[email]": "new@example.com", "auth_token": None})
    assert response.json() == expected("user", {"id": 12, "email": "new@example.com"})


def test_create_answer_empty(sandbox: Sandbox, api: Api) -> None:
    set_switches(sandbox, create_answer="empty")
    response = api.call("POST", "/groups", {"group[name]": "Web"})
    assert (response.status_code, response.content) == (200, b"")
    assert len(api.get("/groups")) == 1


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [("success", 200, b'{"success": true}'), ("empty", 200, b""), ("null", 200, b"null"), ("no_content", 204, b"")],
)
def test_write_answer(sandbox: Sandbox, api: Api, ids: dict[str, int], answer: str, status: int, body: bytes) -> None:
    set_switches(sandbox, write_answer=answer)
    for method, path, fields in [
        ("PUT", "/users", {}),
        ("PUT", "/profile", {"profile[country]": "ES"}),
        ("PUT", "/groups/101", {"group[name]": "New"}),
        ("PUT", f"/groups/101/target/urls/{ids['urls']}", {"target_url[name]": "New"}),
        ("DELETE", f"/groups/101/target/pings/{ids['pings']}", {}),
    ]:
        response = api.call(method, path, fields)
        assert (response.status_code, response.content) == (status, body)
    assert api.get("/groups")[0]["name"] == api.get("/groups/101/target/urls")[0]["name"] == "New"
    assert api.get("/groups/101/target/pings") == []
    for path in ("/groups/101", "/users/logout"):
        assert api.call("DELETE", path).content == body


@pytest.mark.parametrize(
    ("answer", "keys"),
    [
        ("auth_token", ["auth_token"]),
        ("authentication_token", ["authentication_token"]),
        ("token", ["token"]),
        ("data", ["data", "auth_token"]),
        ("user", ["user", "auth_token"]),
        ("session", ["session", "auth_token"]),
    ],
)
def test_login_answer(sandbox: Sandbox, api: Api, answer: str, keys: list[str]) -> None:
    set_switches(sandbox, login_answer=answer)
    found = api.write("POST", "/users/login", {**LOGIN, "auth_token": None})
    for key in keys:
        assert list(found)[-1] == key
        found = found[key]
    assert api.get("/groups", auth_token=found) == []


def test_token_requests(sandbox: Sandbox, api: Api) -> None:
    set_switches(sandbox, token_requests=2)
    for _turn in range(2):
        token = api.login()
        api.get("/groups", auth_token=token)
        assert api.error("GET", "/nothing", {"auth_token": token})[0] == 404
        assert api.error("GET", "/groups", {"auth_token": token})[0] == 401
    assert [request["account"] for request in sandbox.requests()[1:4]] == ["default", "default", None]
    for _turn in range(3):
        api.get("/groups")
    set_switches(sandbox, token_requests=0)
    assert api.get("/groups", auth_token=token) == []


def test_logout_kills(sandbox: Sandbox, api: Api) -> None:
    set_switches(sandbox, logout_kills="all")
    tokens = [api.login(), api.login(), "sandbox-auth-token"]
    api.write("DELETE", "/users/logout", {"auth_token": tokens[0]})
    for token in tokens:
        assert api.error("GET", "/groups", {"auth_token": token})[0] == 401
    assert api.get("/groups", auth_token=api.login()) == []


@pytest.mark.parametrize("style", ["_id", "kind_id"])
def test_id_key(sandbox: Sandbox, api: Api, ids: dict[str, int], style: str) -> None:
    set_switches(sandbox, id_key=style)
    keys = {kind: f"{kind}_id" if style == "kind_id" else style for kind in ("group", "target", "event", "user")}
    assert api.get("/groups") == [{keys["group"]: 101, "name": "Web"}]
    for row in (api.get("/groups/101/target/urls")[0], api.get(f"/groups/101/targets/{ids['urls']}")):
        assert (row[keys["target"]], row["group_id"], "id" in row) == (ids["urls"], 101, False)
    event = api.get("/events")[0]
    assert (event["target_id"], "id" in event, keys["event"] in event) == (ids["urls"], False, True)
    assert api.write("PUT", "/users") == {keys["user"]: 11, "email": EMAIL}
    set_switches(sandbox, create_answer="id")
    assert api.write("POST", "/groups", {"group[name]": "Web"}) == {keys["group"]: 102}
    assert list(api.write("POST", "/groups/101/target/urls", target("urls", 101))) == [keys["target"]]


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("TargetUrl", ["TargetUrl", "TargetCustomPort", "TargetPing"]),
        ("target_url", ["target_url", "target_custom_port", "target_ping"]),
        ("url", ["url", "custom_port", "ping"]),
        ("urls", ["urls", "custom_ports", "pings"]),
        ("absent", [None] * 3),
    ],
)
def test_type_word(sandbox: Sandbox, api: Api, ids: dict[str, int], style: str, words: list[str | None]) -> None:
    set_switches(sandbox, type_word=style)
    rows = api.get("/groups/101/targets")
    assert [row.get("type") for row in rows] == words
    assert ["type" in row for row in rows] == [style != "absent"] * 3
    assert [api.get(f"/groups/101/targets/{row['id']}") for row in rows] == rows


def test_numbers(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, numbers="string")
    assert api.get("/groups")[0]["id"] == "101"
    row = api.get("/groups/101/target/custom_ports")[0]
    names = ("id", "group_id", "port_number", *DEFAULTS)
    assert [row[name] for name in names] == ["1002", "101", "5432", "300", "30", "2"]
    assert api.get("/reports/uptimes")[0]["uptime"] == "99.95"
    assert api.write("POST", "/groups", {"group[name]": "Web"})["id"] == "102"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("error", lambda name, rule: {"error": f"group[{name}] {rule}"}),
        ("errors_list", lambda name, rule: {"errors": [f"group[{name}] {rule}"]}),
        ("errors_fields", lambda name, rule: {"errors": {name: [rule]}}),
        ("message", lambda name, rule: {"message": f"group[{name}] {rule}"}),
        ("success_false_info", lambda name, rule: {"success": False, "info": f"group[{name}] {rule}"}),
    ],
)
def test_error_style(sandbox: Sandbox, api: Api, style: str, expected: Callable[..., Any]) -> None:
    set_switches(sandbox, error_style=style)
    fine = style == "success_false_info"
    blank = api.call("POST", "/groups", {"group[name]": ""})
    assert (blank.status_code, blank.json()) == (200 if fine else 422, expected("name", "can't be blank"))
    denied = api.call("GET", "/groups", {"auth_token": "wrong"})
    assert (denied.status_code, list(denied.json())) == (200 if fine else 401, list(expected("", "")))
    absent = api.call("GET", "/groups/7")
    assert (absent.status_code, list(absent.json())) == (200 if fine else 404, list(expected("", "")))
    if style == "errors_fields":
        assert absent.json() == {"errors": {"base": ["There is no such group."]}}
        assert list(denied.json()["errors"]) == ["auth_token"]


def test_group_delete_cascades(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    other = api.new_group()
    target_id = api.new_target(other)
    api.write("DELETE", "/groups/101")
    state = sandbox.state(SERVICE)
    assert [group["id"] for group in state["groups"]] == [other]
    assert [row["id"] for row in state["targets"]] == [event["target_id"] for event in state["events"]] == [target_id]


def test_group_delete_refused(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, group_delete="refused")
    assert api.error("DELETE", "/groups/101") == (422, "The group has monitors.")
    for kind in KEYS:
        api.write("DELETE", f"/groups/101/target/{kind}/{ids[kind]}")
    api.write("DELETE", "/groups/101")
    assert api.get("/groups") == []


def test_untyped_listing(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, untyped_listing="missing")
    assert api.error("GET", "/groups/101/targets")[0] == 404
    assert api.get(f"/groups/101/targets/{ids['pings']}")["id"] == ids["pings"]
    assert len(api.get("/groups/101/target/pings")) == 1


@pytest.mark.parametrize("kind", KEYS)
def test_other_type_fields(sandbox: Sandbox, api: Api, kind: str) -> None:
    group_id = api.new_group()
    foreign = {"url": "http://x.example.com", "host": "x.example.com", "port_number": "x"}
    foreign = {name: value for name, value in foreign.items() if name not in OWN[kind]}
    target_id = api.new_target(group_id, kind, **foreign)
    path = f"/groups/{group_id}/target/{kind}"
    row = api.write("PUT", f"{path}/{target_id}", named(kind, foreign))
    assert {name: row[name] for name in foreign} == dict.fromkeys(foreign)
    set_switches(sandbox, other_type_fields="refused")
    for name, value in foreign.items():
        for method, one, fields in [
            ("POST", path, target(kind, group_id, **{name: value})),
            ("PUT", f"{path}/{target_id}", named(kind, {name: value})),
        ]:
            status, message = api.error(method, one, fields)
            assert (status, f"{KEYS[kind]}[{name}]" in message) == (422, True)


def test_options_switch(sandbox: Sandbox, api: Api) -> None:
    set_switches(sandbox, options="objects")
    assert api.get("/profile/languages") == [{"code": "en", "name": "English"}, {"code": "es", "name": "Español"}]
    set_switches(sandbox, options="pairs")
    assert api.get("/profile/languages") == [["English", "en"], ["Español", "es"]]
    assert api.get("/profile/time_zones")[0] == ["(GMT+00:00) UTC", "UTC"]


def test_empty_value(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, empty_value="empty")
    row = api.get("/groups/101/target/pings")[0]
    assert (row["url"], row["port_number"], api.get("/profile")["country"]) == ("", "", "")
    set_switches(sandbox, empty_value="absent")
    row = api.get("/groups/101/target/pings")[0]
    assert not {"url", "port_number"} & set(row)
    assert row["host"] == "www.example.com"
    assert "country" not in api.get("/profile")


def test_url_style(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, url_style="trailing_slash")
    assert api.get("/groups/101/target/urls")[0]["url"] == "http://www.example.com/"
    assert api.get("/groups/101/target/pings")[0]["url"] is None
    assert sandbox.state(SERVICE)["targets"][0]["url"] == "http://www.example.com"


def test_unknown_fields(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    set_switches(sandbox, unknown_fields="some", options="objects")
    for path, (_name, kinds) in LISTS.items():
        rows = api.get(path)
        assert ["x_nested" in row for row in rows] == [True] * len(kinds)
    for path in ("/profile", "/groups/101", f"/groups/101/targets/{ids['urls']}"):
        assert "x_nested" in api.get(path)


def test_accept_json(sandbox: Sandbox, api: Api) -> None:
    body = {**CREDENTIALS, "group": {"name": "Web"}}
    assert api.error("POST", "/groups", data=None, json=body)[0] == 422
    set_switches(sandbox, accept_json="yes")
    assert api.call("POST", "/groups", data=None, json=body).json() == {"id": 101, "name": "Web"}
    port = {"name": "SMTP", "group_id": 101, "host": "mx.example.com", "port_number": 25}
    body = {**CREDENTIALS, "target_custom_port": port}
    response = api.call("POST", "/groups/101/target/custom_ports", data=None, json=body)
    assert response.json()["port_number"] == 25
    wrong_bodies: list[Any] = [[], *[{**CREDENTIALS, "group": group} for group in ({"name": None}, {"names": ["x"]})]]
    for wrong in wrong_bodies:
        assert api.error("POST", "/groups", data=None, json=wrong)[0] == 422
    assert api.new_group() == 102


def test_lag(sandbox: Sandbox, api: Api, ids: dict[str, int]) -> None:
    before = [api.get(path) for path in ("/groups", "/groups/101/targets", "/events", "/profile")]
    set_switches(sandbox, lag=60)
    api.new_group()
    api.write("PUT", f"/groups/101/target/urls/{ids['urls']}", {"target_url[name]": "New"})
    api.write("DELETE", f"/groups/101/target/pings/{ids['pings']}")
    api.write("PUT", "/profile", {"profile[language]": "es"})
    assert [api.get(path) for path in ("/groups", "/groups/101/targets", "/events", "/profile")] == before
    api.write("DELETE", "/groups/101")
    set_switches(sandbox, lag=0)
    assert [row["id"] for row in api.get("/groups")] == [102]
    assert api.get("/profile")["language"] == "es"


# --- faults


@pytest.mark.parametrize("path", [path for path in LISTS if not path.startswith("/profile")])
def test_endless_listing(sandbox: Sandbox, api: Api, ids: dict[str, int], path: str) -> None:
    before = api.get(path)
    sandbox.fault(service=SERVICE, kind="endless_page", times=2)
    first, second = api.get(path), api.get(path)
    assert [set(row) for row in first] == [set(before[0])] * len(first)
    known = [row.get("id", row.get("target_id")) for row in (*first, *second)]
    assert len(set(known)) == len(known) == 50


def test_fault_after_acting(sandbox: Sandbox, api: Api) -> None:
    sandbox.fault(service=SERVICE, method="POST", path="^/groups$", kind="drop_after")
    with pytest.raises(requests.ConnectionError):
        api.new_group()
    assert len(api.get("/groups")) == 1
