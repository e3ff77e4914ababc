# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pinghome: every endpoint, every rule of its document, and every position of every switch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import sandbox as package
from sandbox.client import Sandbox, SandboxError
from sandbox.pinghome import DEFAULT_SERVICES, HEARTBEAT, KINDS, METRIC_TYPES, RESOURCE, SERVER, Kind, Pinghome
from sandbox.switches import COMMON_SWITCHES, Choice

ONE, TWO = DEFAULT_SERVICES
NOBODY = "99999999-9999-4999-8999-999999999999"

HTTP: dict[str, Any] = {
    "name": "web",
    "type": "http",
    "port": "",
    "grace_period": 0,
    "recovery_period": 0,
    "skip_ssl_error": False,
    "not_follow_redirect": False,
    "method": "GET",
    "is_advanced": True,
    "service_id": ONE,
    "url": "https://www.example.com",
    "conditions": [{"values": ["ok"], "operator": "equal", "type": "response-json-check", "key": "status"}],
    "regions": ["eu-central-1"],
}
HTTP_PUT = {name: value for name, value in HTTP.items() if name not in ("type", "port", "url", "not_follow_redirect")}
TCP = {**{name: value for name, value in HTTP.items() if name not in ("url", "conditions")}, "type": "tcp"}
TCP |= {"host": "db.example.com", "port": "5432"}
HOST: dict[str, Any] = {
    "service_id": ONE,
    "name": "db",
    "description": "a database",
    "timezone": "Europe/Berlin",
    "chart_type_default": "line",
    "os": "ubuntu",
    "metric_types_basic": ["cpu-total-usage"],
    "metric_types_advanced": ["disk-io-unified"],
    "metric_types_complex": ["processes-unified"],
    "interval": 60,
    "enabled": True,
}
BEAT: dict[str, Any] = {"service_id": ONE, "name": "backup", "interval": 300, "enabled": True}
BODIES: dict[str, dict[str, Any]] = {"resource": HTTP, "server-resource": HOST, "heartbeat": BEAT}
PUTS: dict[str, dict[str, Any]] = {**BODIES, "resource": HTTP_PUT}
LINK: dict[str, Any] = {
    "name": "Incident",
    "status": "identified",
    "integration": "abc123",
    "type": "statuspageIo",
    "items": ["item1"],
}
LINK_PUT = {"name": "Other", "status": "resolved", "message": "done", "items": []}
SEGMENTS = list(KINDS)
UNSET = dict.fromkeys(("data", "body", "headers", "maintenance_cron_expression", "maintenance_duration"))


class Ping:
    """Sends requests to the hosts of Pinghome and returns what came."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Use the default token."""
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = "Bearer sandbox-token"

    def call(self, host: str, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request to a host; a body is sent as JSON."""
        if body is not None:
            options["json"] = body
        url = self.sandbox.services["pinghome"].replace("{host}", host) + path
        return self.session.request(method, url, timeout=10, **options)

    def get(self, path: str, host: str = "resource-query", **parameters: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        response = self.call(host, "GET", path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def statistic(self, path: str, **parameters: Any) -> Any:
        """Return statistics."""
        return self.get(path, "statistic-query", **parameters)

    def write(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Return the answer to a write, or None if it is empty."""
        response = self.call("resource-cmd", method, path, body)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def refused(self, method: str, path: str, body: Any = None, status: int = 422) -> str:
        """Return the message about a write that is refused."""
        return str(self.write(method, path, body, status)["message"])

    def new(self, segment: str = "resource", **fields: Any) -> str:
        """Create a monitor and return its id."""
        self.write("POST", f"/{segment}", {**BODIES[segment], **fields}, 201)
        created: str = self.sandbox.state("pinghome")[f"{KINDS[segment].name}s"][-1]["id"]
        return created

    def names(self, segment: str = "resource", service: str = ONE, **parameters: Any) -> list[str]:
        """Return the names in a listing."""
        return [row["name"] for row in self.get(f"/service/{service}/{segment}s", **parameters)]

    def switch(self, **values: str | int) -> None:
        """Set switches."""
        self.sandbox.switches("pinghome", **values)


@pytest.fixture
def ping(sandbox: Sandbox) -> Iterator[Ping]:
    """Return a client."""
    client = Ping(sandbox)
    with client.session:
        yield client


def path_of(segment: str, monitor_id: str) -> str:
    return f"/{segment}/{monitor_id}"


# --- access, hosts and paths


def test_base_url(sandbox: Sandbox) -> None:
    assert sandbox.services["pinghome"] == sandbox.url + "/pinghome/{host}/v1"


@pytest.mark.parametrize("header", [None, "", "sandbox-token", "Bearer", "Bearer wrong", "Basic sandbox-token"])
@pytest.mark.parametrize("host", ["resource-cmd", "resource-query", "statistic-query"])
def test_wrong_token(ping: Ping, host: str, header: str | None) -> None:
    response = ping.call(host, "GET", f"/service/{ONE}/resources", headers={"Authorization": header})
    assert (response.status_code, response.json()) == (401, {"message": "Unauthorized."})


@pytest.mark.parametrize("token", ["sandbox-token", "secret"])
def test_the_log_has_no_token(ping: Ping, token: str) -> None:
    ping.session.headers["Authorization"] = f"Bearer {token}"
    ping.call("resource-cmd", "POST", f"/{token}?x={token}", {"name": token})
    entry = ping.sandbox.requests("pinghome")[0]
    assert token not in str(entry)
    assert entry["path"] == "/resource-cmd/v1/***"
    assert entry["account"] == ("default" if token == "sandbox-token" else None)


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("other", "GET", "/resource/{id}"),
        ("resource-cmd", "GET", "/resource/{id}"),
        ("resource-cmd", "GET", "/resource/{id}/ssl/reminder"),
        ("resource-cmd", "PATCH", "/resource/{id}"),
        ("resource-cmd", "DELETE", "/server-resource/{id}"),
        ("resource-cmd", "PUT", "/server-resource/{id}/status"),
        ("resource-cmd", "POST", "/resource/{id}/integration/x"),
        ("resource-query", "POST", "/resource"),
        ("resource-query", "GET", "/resource/{id}/statistic"),
        ("resource-query", "GET", "/resources"),
        ("resource-query", "GET", "/service/{id}/integrations"),
        ("statistic-query", "GET", "/resource/{id}"),
        ("statistic-query", "POST", "/resource/{id}/statistic"),
        ("data-gateway", "GET", "/resource/{id}"),
        ("data-gateway", "POST", "/heartbeat/{id}"),
        ("resource-query", "GET", ""),
        ("resource-query", "GET", "/"),
        ("resource-query", "GET", "/resource/{id}/"),
    ],
)
def test_unknown_path(ping: Ping, host: str, method: str, path: str) -> None:
    monitor_id = ping.new()
    response = ping.call(host, method, path.format(id=monitor_id))
    assert response.status_code == 404
    assert response.json()["message"].startswith(f"There is no {method} /{host}/v1")


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        *(("resource-query", "GET", f"/service/{NOBODY}/{segment}s") for segment in SEGMENTS),
        *(("resource-query", "GET", f"/{segment}/{NOBODY}") for segment in SEGMENTS),
        *(("resource-cmd", "PUT", f"/{segment}/{NOBODY}") for segment in SEGMENTS),
        *(("resource-cmd", "DELETE", f"/{segment}?id={NOBODY}") for segment in SEGMENTS),
        *(("resource-cmd", "DELETE", f"/{segment}/{NOBODY}") for segment in ("resource", "heartbeat")),
        *(("resource-cmd", method, f"/resource/{NOBODY}/tld/reminder") for method in ("POST", "PUT", "DELETE")),
        *(("resource-cmd", method, f"/resource/{NOBODY}/integration/x") for method in ("PUT", "DELETE")),
        *(
            ("resource-query", "GET", f"/resource/{NOBODY}/{what}")
            for what in ("regions", "ssl", "tld", "integrations")
        ),
        *(("resource-query", "GET", f"/resource/{NOBODY}/{what}/reminder") for what in ("ssl", "tld")),
        *(("statistic-query", "GET", f"/resource/{NOBODY}/{what}") for what in ("statistic", "state-changed-logs")),
        *(("statistic-query", "GET", f"/heartbeat/{NOBODY}/{what}") for what in ("statistic", "events")),
        ("statistic-query", "GET", f"/server-resource/{NOBODY}/metrics?type=swap-usage"),
        ("resource-cmd", "PUT", f"/resource/{NOBODY}/status"),
        ("resource-cmd", "POST", f"/resource/{NOBODY}/integration"),
        ("data-gateway", "GET", f"/heartbeat/{NOBODY}"),
    ],
)
def test_unknown_id(ping: Ping, host: str, method: str, path: str) -> None:
    response = ping.call(host, method, path, {} if method in ("POST", "PUT") else None)
    assert response.status_code == 404
    assert "does not exist" in response.json()["message"]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_ids_of_other_kinds(ping: Ping, segment: str) -> None:
    other = next(name for name in SEGMENTS if name != segment)
    path = path_of(segment, ping.new(other))
    assert ping.call("resource-query", "GET", path).status_code == 404
    assert ping.refused("PUT", path, PUTS[segment], 404) == f"The {KINDS[segment].name} does not exist."


def test_bodies(ping: Ping) -> None:
    typed = {"Content-Type": "application/json"}
    bodies: list[dict[str, Any]] = [{"data": b"{}"}, {"json": []}, {"data": b"{", "headers": typed}]
    for options in bodies:
        assert ping.call("resource-cmd", "POST", "/heartbeat", **options).status_code == 422
    path = path_of("heartbeat", ping.new("heartbeat"))
    assert ping.call("resource-query", "GET", path, {}).status_code == 422
    assert ping.refused("DELETE", path, {}) == "There is no body here."


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("resource-query", "/heartbeat/{id}"),
        ("resource-query", f"/service/{ONE}/heartbeats"),
        ("statistic-query", "/heartbeat/{id}/statistic"),
        ("statistic-query", "/heartbeat/{id}/events"),
        ("data-gateway", "/heartbeat/{id}"),
    ],
)
def test_unknown_parameters(ping: Ping, host: str, path: str) -> None:
    response = ping.call(host, "GET", path.format(id=ping.new("heartbeat")) + "?colour=red")
    assert response.status_code == 422
    assert "colour" in response.json()["message"]


# --- monitors


@pytest.mark.parametrize(
    ("segment", "body", "shown"),
    [
        ("resource", HTTP, {**UNSET, "port": None, "enabled": True}),
        ("resource", TCP, {**UNSET, "conditions": [], "enabled": True}),
        ("server-resource", HOST, {}),
        ("heartbeat", BEAT, {"methods": ["GET"]}),
    ],
)
def test_create_and_get(ping: Ping, segment: str, body: dict[str, Any], shown: dict[str, Any]) -> None:
    answer = ping.write("POST", f"/{segment}", body, 201)
    assert answer == {"message": f"The {KINDS[segment].name} was created."}
    (row,) = ping.get(f"/service/{ONE}/{segment}s")
    found = ping.get(path_of(segment, row["id"]))
    assert found == row
    assert found == {**body, **shown, "id": row["id"]}
    assert ping.get(f"/service/{TWO}/{segment}s") == []


def test_ids_are_the_same_in_every_run(ping: Ping) -> None:
    first = [ping.new(), ping.new("heartbeat")]
    ping.sandbox.reset()
    assert [ping.new(), ping.new("heartbeat")] == first


def test_optional_fields(ping: Ping) -> None:
    given: dict[str, Any] = {
        "data": "pinghome",
        "body": "a=b&c=d",
        "maintenance_cron_expression": "*/8 * * * *",
        "maintenance_duration": 5,
    }
    path = path_of("resource", ping.new(headers={"A": "b"}, **given))
    assert {**given, "headers": '{"A":"b"}'}.items() <= ping.get(path).items()
    ping.write("PUT", path, {**HTTP_PUT, "headers": '{"B": "c"}', "data": ""})
    found = ping.get(path)
    assert (found["headers"], found["data"], found["body"]) == ('{"B":"c"}', None, None)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_needed_fields(ping: Ping, segment: str) -> None:
    kind = KINDS[segment]
    path = path_of(segment, ping.new(segment))
    for name in BODIES[segment]:
        assert name in ping.refused("POST", f"/{segment}", without(BODIES[segment], name))
    for name in PUTS[segment]:
        assert name in ping.refused("PUT", path, without(PUTS[segment], name))
    assert len(ping.sandbox.state("pinghome")[f"{kind.name}s"]) == 1


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


TEXT_FIELDS = ("port", "data", "body", "method", "maintenance_cron_expression")


@pytest.mark.parametrize(
    ("segment", "name", "values"),
    [
        *(("resource", name, [None, 5]) for name in TEXT_FIELDS),
        *(("resource", name, [None, "", " ", 5]) for name in ("name", "type", "url")),
        *(("resource", name, [None, -1, "1", 1.5, True]) for name in ("grace_period", "recovery_period")),
        ("resource", "maintenance_duration", [None, -1, "1"]),
        *(("resource", name, [None, 0, "false"]) for name in ("skip_ssl_error", "is_advanced", "not_follow_redirect")),
        ("resource", "headers", [None, "no JSON", "[]", {"a": 1}, 5]),
        ("resource", "regions", [None, "eu-central-1", [5], [""]]),
        ("resource", "service_id", [None, NOBODY, "x", 5]),
        (
            "resource",
            "conditions",
            [
                None,
                {},
                ["x"],
                [{}],
                [{"values": "x", "operator": "equal", "type": "x"}],
                [{"values": [], "operator": 5, "type": "x"}],
                [{"values": [], "operator": "equal", "type": "x", "key": ""}],
                [{"values": [], "operator": "equal", "type": "x", "id": "1"}],
            ],
        ),
        *(("resource", name, ["x"]) for name in ("host", "id", "enabled", "colour", "ssl_reminder")),
        *(("server-resource", name, [None, 5]) for name in ("description", "timezone", "chart_type_default", "os")),
        *(
            ("server-resource", f"metric_types_{level}", [None, "x", [None]])
            for level in ("basic", "advanced", "complex")
        ),
        *((segment, "interval", [None, 0, "60", 1.5]) for segment in ("server-resource", "heartbeat")),
        *((segment, "enabled", [None, "true", 1]) for segment in ("server-resource", "heartbeat")),
        *((segment, "name", [None, "", 5]) for segment in ("server-resource", "heartbeat")),
        *((segment, "service_id", [None, NOBODY]) for segment in ("server-resource", "heartbeat")),
        ("server-resource", "methods", [["GET"]]),
        ("heartbeat", "methods", [["GET"]]),
        ("heartbeat", "url", ["x"]),
    ],
)
def test_refused_values(ping: Ping, segment: str, name: str, values: list[Any]) -> None:
    for value in values:
        ping.refused("POST", f"/{segment}", {**BODIES[segment], name: value})
    path = path_of(segment, ping.new(segment))
    before = ping.sandbox.state("pinghome")
    for value in values:
        if (segment, name) != ("heartbeat", "methods") and name != "host":
            ping.refused("PUT", path, {**PUTS[segment], name: value})
    assert ping.sandbox.state("pinghome") == before


def test_more_refused_values(ping: Ping) -> None:
    assert "conditions" in ping.refused("POST", "/resource", {**TCP, "conditions": HTTP["conditions"]})
    ping.write("POST", "/resource", {**TCP, "conditions": []}, 201)
    assert "url" in ping.refused("POST", "/resource", without(HTTP, "url"))
    path = path_of("resource", ping.new())
    assert "type" in ping.refused("PUT", path, {**HTTP_PUT, "type": "http"})
    assert "host" in ping.refused("PUT", path, {**HTTP_PUT, "url": "x", "host": "y"})
    path = path_of("heartbeat", ping.new("heartbeat"))
    wrong: list[Any] = [[], "GET", None]
    for methods in wrong:
        assert "methods" in ping.refused("PUT", path, {**BEAT, "methods": methods})


def test_update_of_an_uptime_monitor(ping: Ping) -> None:
    path = path_of("resource", ping.new(not_follow_redirect=True, port="8443"))
    answer = ping.write("PUT", path, {**HTTP_PUT, "name": "site", "service_id": TWO})
    assert answer == ping.get(path)
    assert (answer["name"], answer["service_id"], answer["not_follow_redirect"]) == ("site", TWO, False)
    assert (answer["type"], answer["url"], answer["port"]) == ("http", HTTP["url"], "8443")
    assert (ping.names(), ping.names(service=TWO)) == ([], ["site"])


def test_updates_of_the_others(ping: Ping) -> None:
    server_id = ping.new("server-resource")
    answer = ping.write("PUT", path_of("server-resource", server_id), {**HOST, "enabled": False})
    assert answer == {"message": "The server_resource was updated.", "id": server_id}
    assert ping.get(path_of("server-resource", server_id)) == {**HOST, "enabled": False, "id": server_id}
    beat_id = ping.new("heartbeat")
    path = path_of("heartbeat", beat_id)
    assert ping.write("PUT", path, {**BEAT, "methods": ["POST"]}) == {"message": "The heartbeat was updated."}
    assert ping.get(path)["methods"] == ["POST"]
    ping.write("PUT", path, BEAT)
    assert ping.get(path) == {**BEAT, "methods": ["GET"], "id": beat_id}


def test_status(ping: Ping) -> None:
    path = path_of("resource", ping.new())
    for body in ({}, {"enabled": "true"}, {"enabled": None}, {"enabled": True, "x": 1}):
        ping.refused("PUT", f"{path}/status", body)
    assert ping.write("PUT", f"{path}/status", {"enabled": False}) == {"message": "The status was updated."}
    ping.write("PUT", path, HTTP_PUT)
    assert ping.get(path)["enabled"] is False


@pytest.mark.parametrize("segment", ["resource", "heartbeat"])
def test_delete(ping: Ping, segment: str) -> None:
    path = path_of(segment, ping.new(segment))
    ping.new(segment, name="other")
    assert ping.write("DELETE", path) == {"message": f"The {segment} was deleted."}
    ping.refused("DELETE", path, status=404)
    assert ping.names(segment) == ["other"]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_bulk_delete(ping: Ping, segment: str) -> None:
    ids = [ping.new(segment, name=name) for name in "abcd"]
    answer = ping.write("DELETE", f"/{segment}?id={ids[2]}&id={ids[0]}&id={ids[2]}")
    message = f"The {KINDS[segment].name}s were deleted."
    assert answer == ({"message": message} if segment == "resource" else {"message": message, "ids": [ids[2], ids[0]]})
    assert ping.names(segment) == ["b", "d"]
    for wrong in ("", "x", f"{ids[1]},{ids[3]}"):
        ping.refused("DELETE", f"/{segment}?id={wrong}")
    ping.refused("DELETE", f"/{segment}?id={ids[1]}&id={ids[0]}", status=404)
    assert ping.names(segment) == ["b", "d"]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_bulk_delete_without_ids_deletes_everything_of_a_kind(ping: Ping, segment: str) -> None:
    for kind in SEGMENTS:
        for service in DEFAULT_SERVICES:
            ping.new(kind, service_id=service)
    ping.write("DELETE", f"/{segment}")
    for kind in SEGMENTS:
        for service in DEFAULT_SERVICES:
            assert len(ping.names(kind, service)) == (kind != segment)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_pages(ping: Ping, segment: str) -> None:
    names = [f"m{number:02}" for number in range(55)]
    ping.sandbox.set_state("pinghome", {f"{KINDS[segment].name}s": [{"name": name} for name in names]})
    assert ping.names(segment) == ping.names(segment, page=1, limit=50) == names[:50]
    assert ping.names(segment, page=2) == names[50:]
    assert ping.names(segment, page=3) == []
    assert ping.names(segment, page=4, limit=10) == names[30:40]
    for parameter in ("page", "limit"):
        for wrong in ("0", "-1", "x", ""):
            response = ping.call("resource-query", "GET", f"/service/{ONE}/{segment}s?{parameter}={wrong}")
            assert response.status_code == 422


def test_page_faults(ping: Ping) -> None:
    ping.sandbox.set_state("pinghome", {"resources": [{"name": name} for name in "abc"]})
    ping.sandbox.fault(service="pinghome", path="/resources$", kind="repeat_page")
    assert ping.names(page=2, limit=2) == ["a", "b"]
    ping.sandbox.fault(service="pinghome", path="^/resource-query/", kind="endless_page", times=2)
    assert ping.names(page=8, limit=2) == ["Invented 1", "Invented 2"]
    assert ping.names(limit=1) == ["Invented 3"]


# --- what belongs to uptime monitors


def test_regions_certificate_and_domain(ping: Ping) -> None:
    path = path_of("resource", ping.new(regions=["eu-central-1", "us-east-1"]))
    assert ping.get(f"{path}/regions") == ["eu-central-1", "us-east-1"]
    assert ping.get(f"{path}/ssl")["issuer"] == "Example CA"
    assert ping.get(f"{path}/tld")["domain"] == HTTP["url"]
    ping.write("POST", "/resource", TCP, 201)
    path = path_of("resource", ping.get(f"/service/{ONE}/resources")[1]["id"])
    assert ping.get(f"{path}/tld")["domain"] == "db.example.com"


@pytest.mark.parametrize("subject", ["tld", "ssl"])
def test_reminders(ping: Ping, subject: str) -> None:
    resource = path_of("resource", ping.new())
    path = f"{resource}/{subject}/reminder"
    other = f"{resource}/{'ssl' if subject == 'tld' else 'tld'}/reminder"
    assert ping.call("resource-query", "GET", path).status_code == 404
    assert ping.refused("PUT", path, {"days_before": [1]}, 404) == "The reminder does not exist."
    ping.refused("DELETE", path, status=404)
    for body in ({}, {"days_before": 1}, {"days_before": ["1"]}, {"days_before": [-1]}, {"days_before": [True]}):
        ping.refused("POST", path, body)
    ping.refused("POST", path, {"days_before": [1], "x": 1})
    assert ping.write("POST", path, {"days_before": [1]}, 201) == {"message": "The reminder was created."}
    assert ping.get(path) == {"days_before": [1]}
    ping.refused("POST", path, {"days_before": [3]}, 409)
    assert ping.write("PUT", path, {"days_before": [7, 3]}) == {"message": "The reminder was updated."}
    assert ping.get(path) == {"days_before": [7, 3]}
    ping.write("PUT", path, {"days_before": []})
    assert ping.get(path) == {"days_before": []}
    assert ping.call("resource-query", "GET", other).status_code == 404
    ping.write("PUT", resource, HTTP_PUT)
    assert ping.write("DELETE", path) == {"message": "The reminder was deleted."}
    assert ping.call("resource-query", "GET", path).status_code == 404


def test_integrations(ping: Ping) -> None:
    resource = path_of("resource", ping.new())
    assert ping.get(f"{resource}/integrations") == []
    for name in LINK:
        assert name in ping.refused("POST", f"{resource}/integration", without(LINK, name))
    for name, value in [("name", ""), ("items", "x"), ("message", "x"), ("status", 5), ("type", None)]:
        assert name in ping.refused("POST", f"{resource}/integration", {**LINK, name: value})
    ping.write("POST", f"{resource}/integration", LINK, 201)
    ping.refused("POST", f"{resource}/integration", LINK, 409)
    ping.write("POST", f"{resource}/integration", {**LINK, "integration": "other"}, 201)
    assert ping.get(f"{resource}/integrations")[0] == {**LINK, "message": None}
    path = f"{resource}/integration/abc123"
    for name in LINK_PUT:
        assert name in ping.refused("PUT", path, without(LINK_PUT, name))
    for name in ("integration", "type"):
        assert name in ping.refused("PUT", path, {**LINK_PUT, name: LINK[name]})
    assert ping.write("PUT", path, LINK_PUT) == {"message": "The integration was updated."}
    assert ping.get(f"{resource}/integrations")[0] == {**LINK, **LINK_PUT}
    assert ping.write("DELETE", path) == {"message": "The integration was deleted."}
    ping.refused("DELETE", path, status=404)
    ping.refused("PUT", path, LINK_PUT, 404)
    assert [row["integration"] for row in ping.get(f"{resource}/integrations")] == ["other"]


# --- events and statistics


def test_submit_events(ping: Ping) -> None:
    beat = path_of("heartbeat", ping.new("heartbeat"))
    for parameters in ({}, {"result": "fail", "message": "disk full"}):
        response = ping.call("data-gateway", "GET", beat, params=parameters, headers={"Authorization": None})
        assert response.status_code == 200
        assert response.json() == {"message": "The event was received."}
    assert ping.call("data-gateway", "GET", f"{beat}?result=success").status_code == 422
    events = ping.statistic(f"{beat}/events")
    assert [(event["result"], event["message"]) for event in events] == [("fail", "disk full"), ("tick", None)]


def test_events_belong_to_their_account(ping: Ping) -> None:
    ping.sandbox.add_account("pinghome", token="own")
    ping.session.headers["Authorization"] = "Bearer own"
    ping.write("POST", "/heartbeat", BEAT, 201)
    beat = path_of("heartbeat", ping.get(f"/service/{ONE}/heartbeats")[0]["id"])
    assert ping.call("data-gateway", "GET", beat).status_code == 200
    assert len(ping.statistic(f"{beat}/events")) == 1
    assert ping.sandbox.state("pinghome")["heartbeats"] == []


EVENTS = [
    {"result": result, "received_at": f"2025-06-0{day}T12:00:00Z"}
    for day, result in enumerate(["run", "tick", "tick", "complete", "fail"], start=1)
]


def test_events(ping: Ping) -> None:
    ping.sandbox.set_state("pinghome", {"heartbeats": [{"name": "backup", "events": EVENTS[::-1]}]})
    beat = path_of("heartbeat", ping.sandbox.state("pinghome")["heartbeats"][0]["id"])
    times = [event["received_at"] for event in reversed(EVENTS)]

    def read(**parameters: Any) -> list[str]:
        return [event["received_at"] for event in ping.statistic(f"{beat}/events", **parameters)]

    assert read() == times
    assert read(limit=2) == times[:2]
    assert read(limit=2, last_received_at=times[1]) == times[2:4]
    for wrong in ({"limit": "0"}, {"last_received_at": "yesterday"}, {"last_received_at": "2025-13-01T00:00:00Z"}):
        assert ping.call("statistic-query", "GET", f"{beat}/events", params=wrong).status_code == 422
    ping.sandbox.fault(service="pinghome", kind="repeat_page")
    assert read(limit=2, last_received_at=times[1]) == times[:2]
    ping.sandbox.fault(service="pinghome", kind="endless_page")
    assert len(read(limit=3)) == 3


def test_heartbeat_statistic(ping: Ping) -> None:
    ping.sandbox.set_state("pinghome", {"heartbeats": [{"name": "backup", "events": EVENTS}]})
    path = path_of("heartbeat", ping.sandbox.state("pinghome")["heartbeats"][0]["id"]) + "/statistic"
    zero = {"tick_count": 0, "run_count": 0, "complete_count": 0, "fail_count": 0}
    assert len(ping.statistic(path)) == len(ping.statistic(path, interval="1h")) == 5
    assert ping.statistic(path, interval="30d")[-1]["tick_count"] == 2
    day = {"start_date": "2025-06-01T00:00:00Z", "end_date": "2025-06-01T23:00:00Z"}
    assert ping.statistic(path, **day) == [{**zero, "run_count": 1, "received_at": "2025-06-01T00:00:00Z"}]
    backwards = {"start_date": day["end_date"], "end_date": day["start_date"]}
    for wrong in ({"interval": "2h"}, {"start_date": "x"}, backwards):
        assert ping.call("statistic-query", "GET", path, params=wrong).status_code == 422


@pytest.mark.parametrize(
    ("segment", "what", "parameters", "fields"),
    [
        ("resource", "statistic", {"interval": "minute"}, {"created_at", "response_time", "uptime"}),
        ("resource", "state-changed-logs", {}, {"created_at", "state"}),
        *(
            ("server-resource", "metrics", {"type": kind, "interval": "on-demand"}, {"created_at", "type", "value"})
            for kind in METRIC_TYPES
        ),
    ],
)
def test_statistics(ping: Ping, segment: str, what: str, parameters: dict[str, str], fields: set[str]) -> None:
    path = f"{path_of(segment, ping.new(segment))}/{what}"
    rows = ping.statistic(path, **parameters)
    assert len(rows) == 5
    assert set(rows[0]) == fields
    assert ping.statistic(path, **parameters, limit=2) == rows[:2]
    period = {"start_date": rows[3]["created_at"], "end_date": rows[1]["created_at"]}
    assert ping.statistic(path, **parameters, **period) == rows[1:4]
    wrong = [{"limit": "0"}, {"start_date": "x"}, {"start_date": period["end_date"], "end_date": period["start_date"]}]
    for more in wrong:
        assert ping.call("statistic-query", "GET", path, params={**parameters, **more}).status_code == 422


def test_parameters_of_statistics(ping: Ping) -> None:
    server = path_of("server-resource", ping.new("server-resource"))
    for query in ("", "?type=", "?type=processes-unified", "?type=swap-usage&interval="):
        assert ping.call("statistic-query", "GET", f"{server}/metrics{query}").status_code == 422
    resource = path_of("resource", ping.new())
    assert ping.call("statistic-query", "GET", f"{resource}/state-changed-logs?interval=7d").status_code == 422


# --- switches


NAMED = {"resource": "resources", "server-resource": "server_resources", "heartbeat": "heartbeats"}
CAMEL = {**NAMED, "server-resource": "serverResources"}


@pytest.mark.parametrize("envelope", ["bare", "named", "camel", "data", "items", "unknown"])
@pytest.mark.parametrize("total", ["no", "yes"])
def test_list_envelope_and_total(ping: Ping, envelope: str, total: str) -> None:
    paths = {segment: path_of(segment, ping.new(segment)) for segment in SEGMENTS}
    ping.write("POST", f"{paths['resource']}/integration", LINK, 201)
    resource, beat = paths["resource"], paths["heartbeat"]
    ping.call("data-gateway", "GET", beat)
    keys = {f"/service/{ONE}/{segment}s": segment for segment in SEGMENTS}
    plain = {path: ping.get(path) for path in keys}
    small = {"integrations": f"{resource}/integrations", "regions": f"{resource}/regions"}
    small_rows = {name: ping.get(path) for name, path in small.items()}
    events = ping.statistic(f"{beat}/events")
    ping.switch(list_envelope=envelope, total_shown=total)

    def wrap(rows: Any, named: str, camel: str, **counts: int) -> Any:
        if envelope == "bare":
            return rows
        if envelope == "unknown":
            return {"foo": {"count": len(rows)}}
        return {{"named": named, "camel": camel}.get(envelope, envelope): rows, **counts}

    counts = {"total": 1, "page": 1, "limit": 50} if total == "yes" else {}
    for path, segment in keys.items():
        assert len(plain[path]) == 1
        assert ping.get(path) == wrap(plain[path], NAMED[segment], CAMEL[segment], **counts)
    for name, path in small.items():
        assert ping.get(path) == wrap(small_rows[name], name, name)
    assert ping.statistic(f"{beat}/events") == wrap(events, "events", "events")


@pytest.mark.parametrize("envelope", ["bare", "named", "camel", "data", "list"])
def test_detail_envelope(ping: Ping, envelope: str) -> None:
    paths = {KINDS[segment].name: path_of(segment, ping.new(segment)) for segment in SEGMENTS}
    resource = paths["resource"]
    ping.write("POST", f"{resource}/ssl/reminder", {"days_before": [1]}, 201)
    paths |= {"reminder": f"{resource}/ssl/reminder", "ssl": f"{resource}/ssl", "tld": f"{resource}/tld"}
    plain = {name: ping.get(path) for name, path in paths.items()}
    ping.switch(detail_envelope=envelope)

    def wrap(name: str) -> Any:
        camel = "serverResource" if name == "server_resource" else name
        keys = {"named": name, "camel": camel, "data": "data"}
        if envelope in keys:
            return {keys[envelope]: plain[name]}
        return [plain[name]] if envelope == "list" else plain[name]

    for name, path in paths.items():
        assert ping.get(path) == wrap(name)
    assert ping.write("PUT", resource, HTTP_PUT) == wrap("resource")


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("answer", ["message", "id", "object", "named", "kind_id", "empty"])
@pytest.mark.parametrize("status", [201, 200])
def test_create_answer_and_status(ping: Ping, segment: str, answer: str, status: int) -> None:
    ping.switch(create_answer=answer, create_status=status)
    found = ping.write("POST", f"/{segment}", BODIES[segment], status)
    (row,) = ping.get(f"/service/{ONE}/{segment}s")
    name = KINDS[segment].name
    expected = {
        "message": {"message": f"The {name} was created."},
        "id": {"id": row["id"]},
        "object": row,
        "named": {name: {"id": row["id"]}},
        "kind_id": {f"{name}_id": row["id"]},
        "empty": None,
    }
    assert found == expected[answer]
    if segment == "resource":
        path, nothing = path_of(segment, row["id"]), answer == "empty"
        found = ping.write("POST", f"{path}/integration", LINK, status)
        assert found == (None if nothing else {"message": "The integration was created."})
        found = ping.write("POST", f"{path}/tld/reminder", {"days_before": [1]}, status)
        assert found == (None if nothing else {"message": "The reminder was created."})


@pytest.mark.parametrize("answer", ["documented", "message", "empty"])
def test_write_answer(ping: Ping, answer: str) -> None:
    ping.switch(write_answer=answer)
    ids = {segment: ping.new(segment) for segment in SEGMENTS}
    answers = {segment: ping.write("PUT", path_of(segment, ids[segment]), PUTS[segment]) for segment in SEGMENTS}
    row = ping.get(path_of("resource", ids["resource"]))
    gone = {segment: ping.write("DELETE", f"/{segment}?id={ids[segment]}") for segment in SEGMENTS}
    if answer == "empty":
        assert set(answers.values()) | set(gone.values()) == {None}
        return
    extras: dict[str, dict[str, Any]] = {segment: {} for segment in SEGMENTS}
    if answer == "documented":
        assert answers.pop("resource") == row
        extras["server-resource"] = {"id": ids["server-resource"]}
    for segment, found in answers.items():
        assert found == {"message": f"The {KINDS[segment].name} was updated.", **extras[segment]}
    for segment, found in gone.items():
        more = {"ids": [ids[segment]]} if answer == "documented" and segment != "resource" else {}
        assert found == {"message": f"The {KINDS[segment].name}s were deleted.", **more}


@pytest.mark.parametrize(
    ("shape", "invalid", "missing"),
    [
        ("message", {"message": "Invalid name: required."}, {"message": "The service does not exist."}),
        (
            "errors",
            {"message": "The request was refused.", "errors": {"name": ["Invalid name: required."]}},
            {"message": "The request was refused."},
        ),
        ("error", {"error": "Invalid name: required."}, {"error": "The service does not exist."}),
        ("text", "Invalid name: required.", "The service does not exist."),
    ],
)
def test_error_answer(ping: Ping, shape: str, invalid: Any, missing: Any) -> None:
    ping.switch(error_answer=shape)
    answers = [
        ping.call("resource-cmd", "POST", "/heartbeat", without(BEAT, "name")),
        ping.call("resource-query", "GET", f"/service/{NOBODY}/heartbeats"),
    ]
    assert [answer.status_code for answer in answers] == [422, 404]
    found = [answer.text if shape == "text" else answer.json() for answer in answers]
    assert found == [invalid, missing]


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("key", ["id", "kind_id", "uuid", "monitor_id"])
@pytest.mark.parametrize("listing", ["full", "thin"])
def test_id_key_and_listing(ping: Ping, segment: str, key: str, listing: str) -> None:
    monitor_id = ping.new(segment)
    ping.switch(id_key=key, listing=listing)
    shown = f"{KINDS[segment].name}_id" if key == "kind_id" else key
    (row,) = ping.get(f"/service/{ONE}/{segment}s")
    detail = ping.get(path_of(segment, monitor_id))
    assert row[shown] == detail[shown] == monitor_id
    assert sum(value == monitor_id for value in detail.values()) == 1
    if listing == "full":
        assert row == detail
    else:
        assert set(row) == {shown, "name", *(["type"] if segment == "resource" else [])}


def test_numbers(ping: Ping) -> None:
    path = path_of("heartbeat", ping.new("heartbeat"))
    ping.switch(numbers="string")
    assert (ping.get(path)["interval"], ping.get(path)["enabled"]) == ("300", True)


@pytest.mark.parametrize(
    ("value", "text", "number"), [("null", [None], [None]), ("empty", [""], [0]), ("absent", [], [])]
)
def test_empty_value(ping: Ping, value: str, text: list[Any], number: list[Any]) -> None:
    resource = path_of("resource", ping.new())
    ping.write("POST", f"{resource}/integration", LINK, 201)
    ping.switch(empty_value=value)
    found = ping.get(resource)
    for name in ("port", "headers", "data", "body", "maintenance_cron_expression"):
        assert ([found[name]] if name in found else []) == text
    assert ([found["maintenance_duration"]] if "maintenance_duration" in found else []) == number
    (link,) = ping.get(f"{resource}/integrations")
    assert ([link["message"]] if "message" in link else []) == text


@pytest.mark.parametrize("kind", [RESOURCE, SERVER, HEARTBEAT])
def test_few_required_fields(ping: Ping, kind: Kind) -> None:
    ping.switch(required="few")
    known = {**BODIES[kind.segment], "type": "http", "url": "https://www.example.com"}
    few = {name: known[name] for name in kind.few_on_create}
    extra = {"url": known["url"]} if kind is RESOURCE else {}
    for name in few:
        assert name in ping.refused("POST", f"/{kind.segment}", {**without(few, name), **extra})
    ping.write("POST", f"/{kind.segment}", {**few, **extra}, 201)
    path = path_of(kind.segment, ping.get(f"/service/{ONE}/{kind.segment}s")[0]["id"])
    few = {name: known[name] for name in kind.few_on_update}
    for name in few:
        assert name in ping.refused("PUT", path, without(few, name))
    ping.write("PUT", path, few)


def test_few_required_fields_of_integrations(ping: Ping) -> None:
    ping.switch(required="few")
    resource = path_of("resource", ping.new())
    few = {name: LINK[name] for name in ("name", "integration", "type")}
    ping.write("POST", f"{resource}/integration", few, 201)
    ping.write("PUT", f"{resource}/integration/abc123", {"name": "Other"})
    assert ping.get(f"{resource}/integrations")[0]["name"] == "Other"


def test_put_merges(ping: Ping) -> None:
    ping.switch(put_semantics="merge")
    resource = path_of("resource", ping.new(data="x", not_follow_redirect=True))
    before = ping.get(resource)
    assert ping.write("PUT", resource, {"name": "site"}) == {**before, "name": "site"}
    ping.write("PUT", resource, {"data": ""})
    assert ping.get(resource) == {**before, "name": "site", "data": None}
    beat = path_of("heartbeat", ping.new("heartbeat"))
    ping.write("PUT", beat, {"methods": ["POST"]})
    ping.write("PUT", beat, {"interval": 60})
    assert (ping.get(beat)["methods"], ping.get(beat)["interval"]) == (["POST"], 60)
    ping.write("POST", f"{resource}/integration", LINK, 201)
    ping.write("PUT", f"{resource}/integration/abc123", {"message": "m"})
    assert ping.get(f"{resource}/integrations") == [{**LINK, "message": "m"}]


@pytest.mark.parametrize("rule", ["accepted", "required", "refused_when_changed", "ignored"])
def test_url_on_put(ping: Ping, rule: str) -> None:
    path = path_of("resource", ping.new())
    ping.switch(url_on_put=rule)
    old, new = HTTP["url"], "https://other.example.com"

    def put(**fields: str) -> tuple[int, str]:
        response = ping.call("resource-cmd", "PUT", path, {**HTTP_PUT, **fields})
        found = ping.get(path)
        return response.status_code, found.get("url", found.get("host"))

    assert put() == ((422 if rule == "required" else 200), old)
    assert put(url=old, port="") == (200, old)
    changed = {"refused_when_changed": (422, old), "ignored": (200, old)}
    assert put(url=new) == changed.get(rule, (200, new))
    assert put(host="h.example.com") == changed.get(rule, (200, "h.example.com"))
    assert (
        put(port="99", **({"host": "h.example.com"} if rule == "required" else {}))[0] == changed.get(rule, (200,))[0]
    )
    shown = ping.get(path)
    assert shown["port"] == (None if rule in changed else "99")
    assert ("url" in shown, "host" in shown) == ((True, False) if rule in changed else (False, True))


@pytest.mark.parametrize(
    ("wanted", "statuses"), [("both", [201, 201]), ("string_only", [201, 422]), ("object_only", [422, 201])]
)
def test_headers_type(ping: Ping, wanted: str, statuses: list[int]) -> None:
    ping.switch(headers_type=wanted)
    bodies: list[Any] = ['{"A": "b"}', {"A": "b"}]
    found = [ping.call("resource-cmd", "POST", "/resource", {**HTTP, "headers": value}) for value in bodies]
    assert [response.status_code for response in found] == statuses


@pytest.mark.parametrize(("wanted", "shown"), [("string", ['{"A":"b"}']), ("object", [{"A": "b"}]), ("hidden", [])])
def test_headers_shown(ping: Ping, wanted: str, shown: list[Any]) -> None:
    path = path_of("resource", ping.new(headers='{"A": "b"}'))
    ping.switch(headers_shown=wanted)
    assert [value for name, value in ping.get(path).items() if name == "headers"] == shown


@pytest.mark.parametrize(
    ("wanted", "key", "values"),
    [
        ("enabled", "enabled", [True, False]),
        ("is_enabled", "is_enabled", [True, False]),
        ("status", "status", ["enabled", "disabled"]),
        ("hidden", "none", [None, None]),
    ],
)
def test_enabled_shown(ping: Ping, wanted: str, key: str, values: list[Any]) -> None:
    path = path_of("resource", ping.new())
    ping.switch(enabled_shown=wanted)
    for enabled, value in zip([True, False], values, strict=True):
        ping.write("PUT", f"{path}/status", {"enabled": enabled})
        found = ping.get(path)
        assert found.get(key) == value
        assert set(found) & {"enabled", "is_enabled", "status"} <= {key}


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("in_object", ["eu-central-1"]),
        ("separate_strings", ["eu-central-1"]),
        ("separate_objects", [{"code": "eu-central-1", "name": "Region eu-central-1"}]),
    ],
)
def test_regions_shown(ping: Ping, wanted: str, shown: list[Any]) -> None:
    path = path_of("resource", ping.new())
    ping.switch(regions_shown=wanted)
    assert ("regions" in ping.get(path)) == (wanted == "in_object")
    assert ping.get(f"{path}/regions") == shown


def test_conditions_ids(ping: Ping) -> None:
    path = path_of("resource", ping.new())
    assert ping.get(path)["conditions"] == HTTP["conditions"]
    ping.switch(conditions_ids="added")
    (condition,) = ping.get(path)["conditions"]
    assert condition == {**HTTP["conditions"][0], "id": condition["id"]}


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (404, 404, {"message": "The reminder does not exist."}),
        (204, 204, None),
        ("null", 200, None),
        ("empty_object", 200, {}),
        ("null_reminder", 200, {"reminder": None}),
        ("empty_days", 200, {"days_before": []}),
    ],
)
def test_reminder_absent(ping: Ping, answer: str | int, status: int, body: Any) -> None:
    path = path_of("resource", ping.new()) + "/ssl/reminder"
    ping.switch(reminder_absent=answer)
    response = ping.call("resource-query", "GET", path)
    assert response.status_code == status
    assert (response.json() if response.content else None) == body
    ping.write("POST", path, {"days_before": [1]}, 201)
    assert ping.get(path) == {"days_before": [1]}


def test_reminder_post_replaces(ping: Ping) -> None:
    path = path_of("resource", ping.new()) + "/ssl/reminder"
    ping.switch(reminder_post_when_exists="replaces")
    for days in ([1], [3]):
        ping.write("POST", path, {"days_before": days}, 201)
    assert ping.get(path) == {"days_before": [3]}


@pytest.mark.parametrize("subject", ["tld", "ssl"])
@pytest.mark.parametrize("form", ["list_form", "sample_form"])
def test_reminder_urls(ping: Ping, subject: str, form: str) -> None:
    monitor_id = ping.new()
    ping.switch(reminder_urls=form)
    listed = f"/resource/{monitor_id}/{subject}/reminder"
    first, last = f"/{monitor_id}/tld/reminder", f"/{subject}/reminder/{monitor_id}"
    sample = (
        {"POST": first, "PUT": first, "DELETE": last}
        if subject == "tld"
        else dict.fromkeys(("POST", "PUT", "DELETE"), last)
    )
    right, wrong = dict.fromkeys(sample, listed), sample
    if form == "sample_form":
        right, wrong = wrong, right
    for method, status in (("POST", 201), ("PUT", 200), ("DELETE", 200)):
        body = None if method == "DELETE" else {"days_before": [1]}
        assert "There is no" in ping.refused(method, wrong[method], body, 404)
        ping.write(method, right[method], body, status)
        assert ping.call("resource-query", "GET", listed).status_code == (404 if method == "DELETE" else 200)
    if (subject, form) == ("tld", "sample_form"):
        ping.refused("DELETE", first, status=404)
        ping.refused("PUT", last, {"days_before": [1]}, 404)


def test_heartbeat_methods(ping: Ping) -> None:
    path = path_of("heartbeat", ping.new("heartbeat"))
    ping.switch(heartbeat_methods_on_put="required", heartbeat_methods_shown="no")
    assert "methods" in ping.refused("PUT", path, BEAT)
    ping.write("PUT", path, {**BEAT, "methods": ["POST"]})
    assert "methods" not in ping.get(path)
    ping.switch(heartbeat_methods_shown="yes")
    assert ping.get(path)["methods"] == ["POST"]


def test_page_param_and_page_cap(ping: Ping) -> None:
    ping.sandbox.set_state("pinghome", {"resources": [{"name": name} for name in "abc"]})
    ping.switch(page_cap=2)
    assert (ping.names(limit=50), ping.names(limit=50, page=2)) == (["a", "b"], ["c"])
    ping.switch(page_param="ignored")
    assert ping.names(page=2) == ["a", "b"]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_duplicate_names(ping: Ping, segment: str) -> None:
    ping.new(segment)
    other = path_of(segment, ping.new(segment))
    ping.switch(duplicate_names="refused")
    assert "already" in ping.refused("POST", f"/{segment}", BODIES[segment], 409)
    # The two that exist can be changed.
    ping.write("PUT", other, PUTS[segment])
    ping.write("PUT", other, {**PUTS[segment], "name": "other"})
    assert "already" in ping.refused("PUT", other, PUTS[segment], 409)
    ping.write("PUT", other, {**PUTS[segment], "name": "other"})
    ping.new(segment, service_id=TWO)


def test_bulk_unknown_id(ping: Ping) -> None:
    beat_id = ping.new("heartbeat")
    ping.switch(bulk_unknown_id="ignored")
    assert ping.write("DELETE", f"/heartbeat?id={NOBODY}&id={beat_id}")["ids"] == [beat_id]
    ping.new("heartbeat")
    assert ping.write("DELETE", f"/heartbeat?id={NOBODY}")["ids"] == []
    assert len(ping.names("heartbeat")) == 1


def test_unknown_fields(ping: Ping) -> None:
    resource = path_of("resource", ping.new())
    ping.write("POST", f"{resource}/integration", LINK, 201)
    ping.switch(unknown_fields="some")
    for row in (ping.get(resource), *ping.get(f"{resource}/integrations"), *ping.statistic(f"{resource}/statistic")):
        assert row["x_flag"] is True


def test_lag(ping: Ping) -> None:
    path = path_of("heartbeat", ping.new("heartbeat"))
    ping.switch(lag=60)
    ping.write("PUT", path, {**BEAT, "interval": 60})
    other = path_of("heartbeat", ping.new("heartbeat", name="other"))
    ping.call("data-gateway", "GET", other)
    assert ping.get(path)["interval"] == 300
    assert ping.names("heartbeat") == ["backup"]
    assert ping.call("resource-query", "GET", other).status_code == 404
    assert ping.call("statistic-query", "GET", f"{other}/events").status_code == 404
    ping.write("PUT", other, BEAT)
    ping.write("DELETE", other)
    ping.sandbox.switches("pinghome", lag=0.1)
    time.sleep(0.15)
    assert [row["interval"] for row in ping.get(f"/service/{ONE}/heartbeats")] == [60]


def test_defaults_are_the_first_values(sandbox: Sandbox) -> None:
    positions = sandbox.switches("pinghome")
    for name, switch in Pinghome.own_switches.items():
        assert positions.pop(name) == (switch.values[0] if isinstance(switch, Choice) else 100)
    assert positions == {"lag": 0, "text_storage": "as_given"}


def test_readme_names_every_switch() -> None:
    text = Path(next(iter(package.__path__)), "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Pinghome\n")[2].partition("\n## ")[0]
    assert not COMMON_SWITCHES.keys() & Pinghome.own_switches.keys()
    for name, switch in Pinghome.own_switches.items():
        values = ", ".join(str(value) for value in switch.values) if isinstance(switch, Choice) else str(switch.default)
        assert f"| `{name}` | {values}" in section


# --- state and accounts


def test_state_can_be_put_back(ping: Ping) -> None:
    seed = {
        "services": [TWO, NOBODY],
        "resources": [
            {"name": "web", "enabled": False, "headers": {"A": "b"}, "ssl_reminder": [7], "tld_reminder": None}
            | {"integrations": [{"integration": "abc"}]},
            {"name": "db", "id": ONE, "type": "tcp", "host": "db.example.com", "port": "1", "service_id": NOBODY},
        ],
        "server_resources": [{"name": "host"}],
        "heartbeats": [{"name": "beat", "methods": ["POST"], "events": [{}, {"result": "fail", "message": "m"}]}],
    }
    state = ping.sandbox.set_state("pinghome", seed)
    assert ping.sandbox.state("pinghome") == state
    assert ping.sandbox.set_state("pinghome", state) == state
    web, db = state["resources"]
    assert (web["service_id"], web["url"], web["enabled"]) == (TWO, "https://www.example.com", False)
    assert web["integrations"][0]["type"] == "statuspageIo"
    assert (web["ssl_reminder"], web["tld_reminder"]) == ([7], None)
    assert (db["id"], db["host"], db["service_id"], "url" in db) == (ONE, "db.example.com", NOBODY, False)
    assert [event["received_at"] for event in state["heartbeats"][0]["events"]] == [
        "2025-06-01T12:00:00Z",
        "2025-06-01T12:01:00Z",
    ]
    assert (ping.names(service=TWO), ping.names(service=NOBODY)) == (["web"], ["db"])
    assert ping.call("resource-query", "GET", f"/service/{ONE}/resources").status_code == 404
    assert ping.get(path_of("resource", web["id"]) + "/ssl/reminder") == {"days_before": [7]}
    empty = {"services": [ONE, TWO], "resources": [], "server_resources": [], "heartbeats": []}
    assert ping.sandbox.set_state("pinghome", {}) == empty


@pytest.mark.parametrize(
    ("seed", "word"),
    [
        ({"monitors": []}, "monitors"),
        ({"services": []}, "services"),
        ({"services": ["x"]}, "services"),
        ({"resources": {}}, "resources"),
        ({"resources": [{}]}, "name"),
        ({"resources": [{"name": "x", "colour": "red"}]}, "colour"),
        ({"resources": [{"name": "x", "grace_period": -1}]}, "grace_period"),
        ({"resources": [{"name": "x", "service_id": NOBODY}]}, "service_id"),
        ({"resources": [{"name": "x", "url": "y", "host": "z"}]}, "host"),
        ({"resources": [{"name": "x", "type": "tcp", "conditions": HTTP["conditions"]}]}, "conditions"),
        ({"resources": [{"name": "x", "id": "y"}]}, "id"),
        ({"resources": [{"name": "x", "id": ONE}], "heartbeats": [{"name": "x", "id": ONE}]}, "twice"),
        ({"resources": [{"name": "x", "ssl_reminder": 5}]}, "ssl_reminder"),
        ({"resources": [{"name": "x", "integrations": [{}]}]}, "integration"),
        ({"heartbeats": [{"name": "x", "events": [{"result": "success"}]}]}, "result"),
        ({"heartbeats": [{"name": "x", "events": [{"received_at": "x"}]}]}, "received_at"),
        ({"heartbeats": [{"name": "x", "events": [{"when": "x"}]}]}, "when"),
    ],
)
def test_refused_states(ping: Ping, seed: dict[str, Any], word: str) -> None:
    ping.new()
    before = ping.sandbox.state("pinghome")
    with pytest.raises(SandboxError, match=word):
        ping.sandbox.set_state("pinghome", seed)
    assert ping.sandbox.state("pinghome") == before


def test_accounts(ping: Ping) -> None:
    assert ping.sandbox.add_account("pinghome", token="own") == "account-2"
    assert ping.sandbox.add_account("pinghome", token="third", name="third") == "third"
    ping.new()
    ping.session.headers["Authorization"] = "bearer own"
    assert ping.names() == []
    ping.sandbox.set_state("pinghome", {"resources": [{"name": "mine"}]}, account="own")
    assert ping.names() == ["mine"]
    assert len(ping.sandbox.state("pinghome")["resources"]) == 1
    ping.sandbox.reset()
    assert ping.call("resource-query", "GET", f"/service/{ONE}/resources").status_code == 401


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "token"),
        ({"token": ""}, "token"),
        ({"token": 5}, "token"),
        ({"token": "new", "level": "UW"}, "level"),
        ({"token": "sandbox-token"}, "already"),
        ({"token": "new", "name": "default"}, "already"),
    ],
)
def test_refused_accounts(sandbox: Sandbox, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(SandboxError, match=word):
        sandbox.add_account("pinghome", **fields)
