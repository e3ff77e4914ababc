# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that send one request, against a server with a script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.turns import Turns
from integration.canaries import canary, found
from integration.harness import Account, run_module
from sandbox import rehearsal
from tools.endpoints import endpoints
from unit.clock import FakeClock
from unit.http.conftest import clock, serve
from unit.http.scripted import DROP, Answer, Request, Server, ok, status

__all__ = ["clock", "serve"]

# Without the service of Pinghome, which is no secret, and which a request does not need.
CREDENTIALS = {
    service: {name: value for name, value in options.items() if name != "service_id"}
    for service, options in rehearsal.CREDENTIALS.items()
}
# What the path of an endpoint in the list begins with, before the path that a user writes.
PREFIXES = {"pingplotter": "/api", "simplehelp": "/api/v1/***"}
READS = {"changes": False}


def user(service: str, server: Server, **options: str) -> Account:
    """An account whose API is a server with a script."""
    url = server.url + {"pinghome": "/{host}/v1", "pingplotter": "/api"}.get(service, "")
    environment = {"api_url": url, **CREDENTIALS[service], **options}
    return Account(service, {f"{service}_{name}".upper(): value for name, value in environment.items()})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers everything with an empty object."""
    running = Server(by=lambda request: ok({}))
    yield running
    running.stop()


def as_options(service: str, method: str, path: str) -> dict[str, Any]:
    """The options for an endpoint of the list."""
    path = path.replace("{", "").replace("}", "").removeprefix(PREFIXES.get(service, ""))
    if service != "pinghome":
        return {"method": method, "path": path}
    host, path = path.strip("/").split("/v1/")
    return {"method": method, "host": host, "path": path}


@pytest.mark.parametrize("service", CREDENTIALS)
def test_every_endpoint_of_the_documents_can_be_reached(server: Server, service: str) -> None:
    listed = [(method, path) for one, method, path in endpoints() if one == service]
    assert listed
    for method, path in listed:
        done = run_module(user(service, server), f"{service}_request", as_options(service, method, path))
        assert done.get("status") == 200, (method, path, done)
        token = CREDENTIALS[service].get("api_token", "")
        sent = path.replace("{", "").replace("}", "").replace("***", token)
        assert server.calls[-1] == f"{method} {sent}"
    assert len(server.requests) == len(listed)


def turns_in(home: Path) -> list[str | None]:
    """The last turn at each account; None for one that somebody writes to."""
    return [Turns(path.name, 0.0, print).note() for path in (home / ".ansible" / "declarative_monitoring").glob("*")]


def test_a_probe_that_writes_takes_its_turn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    noted: list[list[str | None]] = []

    def answer(request: Request) -> Answer:
        noted.append(turns_in(tmp_path))
        return status(401, {"message": "No."})

    running = Server(by=answer)
    for write, check in ((False, False), (True, True), (True, False)):
        noted.clear()
        run_module(user("alertra", running), "alertra_probe", {"write": write}, check=check)
        expected = [None] if write and not check else []
        assert noted
        assert all(turns == expected for turns in noted), (write, check)
    running.stop()
    assert turns_in(tmp_path) != [None]


def test_a_request_that_changes_something_takes_its_turn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other runs wait meanwhile, and read the account again."""
    monkeypatch.setenv("HOME", str(tmp_path))
    noted: list[list[str | None]] = []

    def answer(request: Request) -> Answer:
        noted.append(turns_in(tmp_path))
        return ok({})

    running = Server(by=answer)
    for method in ("GET", "POST", "GET"):
        done = run_module(user("alertra", running), "alertra_request", {"method": method, "path": "/tags"})
        assert not done.get("failed"), done
    running.stop()
    (after,) = turns_in(tmp_path)
    assert after
    assert noted == [[], [None], [after]]


CHANGES: tuple[tuple[str, dict[str, Any], bool, bool], ...] = (
    # service, options, whether it is sent in check mode, whether it is a change
    ("alertra", {"path": "/hello"}, True, False),
    ("alertra", {"path": "/hello", "changes": True}, False, True),
    ("alertra", {"path": "/tags", "method": "POST", "body": {"Name": "a"}}, False, True),
    ("simplehelp", {"path": "technicians/get", "method": "POST", "body": {}, **READS}, False, False),
    ("simplehelp", {"path": "technicians/list"}, True, False),
    ("simplehelp", {"path": "server/backup"}, False, True),
    ("pinghome", {"host": "data-gateway", "path": "heartbeat/1"}, False, True),
    ("pinghome", {"host": "resource-query", "path": "heartbeat/1"}, True, False),
    ("portmonitor", {"path": "/groups/1", "method": "DELETE"}, False, True),
    ("pingplotter", {"path": "/agents/1", "method": "PATCH"}, False, True),
)


@pytest.mark.parametrize(("service", "options", "sent", "changed"), CHANGES)
def test_check_mode_sends_only_get_requests_that_change_nothing(
    server: Server, service: str, options: dict[str, Any], sent: bool, changed: bool
) -> None:
    done = run_module(user(service, server), f"{service}_request", options, check=True)
    assert (done["sent"], done["changed"], len(server.requests)) == (sent, changed, int(sent)), done
    assert done["status"] == (200 if sent else None)
    done = run_module(user(service, server), f"{service}_request", options)
    assert (done["sent"], done["changed"], done["status"]) == (True, changed, 200), done


@pytest.mark.parametrize(
    ("options", "repeats"),
    [
        ({"method": "GET"}, True),
        ({"method": "PUT", "body": {}}, True),
        ({"method": "DELETE"}, True),
        ({"method": "POST", "body": {}}, False),
        ({"method": "PATCH", "body": {}}, False),
        ({"method": "GET", "changes": True}, False),
        ({"method": "POST", "body": {}, **READS}, True),
    ],
)
@pytest.mark.parametrize("failure", [DROP, status(502)])
def test_a_write_that_is_not_safe_to_repeat_is_sent_once(
    clock: FakeClock, options: Mapping[str, Any], repeats: bool, failure: Answer
) -> None:
    running = Server(failure, *([ok({"a": 1})] if repeats else []))
    done = run_module(user("alertra", running), "alertra_request", {"path": "/x", **options})
    running.stop()
    assert len(running.requests) == 1 + repeats
    if repeats:
        assert done["json"] == {"a": 1}
    else:
        assert done["failed"]
        assert "may still have been executed" in done["msg"]


def test_query_and_bodies_are_sent_in_the_formats_of_the_service(server: Server) -> None:
    query = {"Limit": 5, "all": True, "id": ["a", "b"], "date_range": {"from": "1", "to": "2"}}
    run_module(user("alertra", server), "alertra_request", {"path": "/a b/ü%2F", "query": query})
    assert server.requests[-1].target == (
        "/a%20b/%C3%BC%252F?Limit=5&all=true&id=a&id=b&date_range%5Bfrom%5D=1&date_range%5Bto%5D=2"
    )
    for body in ({"Name": "ü", "on": True}, [1, {"a": None}], '{"Name": "text"}'):
        run_module(user("alertra", server), "alertra_request", {"path": "/x", "method": "POST", "body": body})
        assert json.loads(server.requests[-1].body) == (json.loads(body) if isinstance(body, str) else body)
    form = {"group": {"name": "Büro", "owner": {"id": 1}}, "on": False}
    run_module(user("portmonitor", server), "portmonitor_request", {"path": "/g", "method": "POST", "body": form})
    sent = server.requests[-1].form
    assert sent == {
        "group[name]": "Büro",
        "group[owner][id]": "1",
        "on": "false",
        "app_key": "sandbox-app",
        "auth_token": "sandbox-auth-token",
    }


def test_the_gateway_of_pinghome_gets_no_token_and_a_login_at_port_monitor_none_either(server: Server) -> None:
    for host in ("data-gateway", "resource-query"):
        run_module(user("pinghome", server), "pinghome_request", {"host": host, "path": "/heartbeat/1"})
    assert ["authorization" in {name.lower() for name in one.headers} for one in server.requests] == [False, True]
    for path in ("/users/login", "/users/sign-up"):
        login = {"path": path, "method": "POST", "body": {"user": {"email": "a@example.com", "password": "p"}}}
        run_module(user("portmonitor", server), "portmonitor_request", login)
        assert server.requests[-1].form.keys() == {"app_key", "user[email]", "user[password]"}


@pytest.mark.parametrize("service", CREDENTIALS)
def test_no_secret_of_a_request_or_a_response_is_shown(service: str) -> None:
    credentials = {name: canary("") for name in CREDENTIALS[service]}
    password, token, cookie, header = (canary("") for _name in range(4))
    words = {"message": f"{password} {' '.join(credentials.values())} {header}", "auth_token": token}
    headers = {"Set-Cookie": cookie, "X-Echo": password, "X-Api-Key": token}
    answers = iter([Answer(200, words, headers), Answer(422, words, headers), Answer(200, password.encode(), headers)])
    running = Server(by=lambda request: next(answers))
    options: dict[str, Any] = {
        "path": "/x",
        "method": "POST",
        "query": {"api_key": password},
        "body": {"user": {"password": password}, "headers": {"X-Own": header}, "name": "Berlin office"},
        **({"host": "resource-cmd"} if service == "pinghome" else {}),
    }
    results = [run_module(user(service, running, **credentials), f"{service}_request", options) for _run in range(3)]
    running.stop()
    assert found(*results) == []
    assert [one.get("status") for one in results] == [200, None, 200]
    assert results[1]["failure"]["status"] == 422
    # What is not secret is shown, also as an option.
    assert results[0]["invocation"]["module_args"]["body"]["name"] == "Berlin office"
    assert results[0]["json"]["auth_token"] == "********"


def test_words_that_are_no_secrets_are_not_masked() -> None:
    answer = {"AuthorizationLevel": "UW", "passwordSettings": {"minLength": 8}, "token_required": True, "tokens": 5}
    running = Server(ok(answer))
    done = run_module(user("alertra", running), "alertra_request", {"path": "/x"})
    running.stop()
    assert done["json"] == answer


def test_a_tenant_of_pingplotter_without_api_in_its_path_is_found() -> None:
    running = Server(by=lambda request: status(404) if request.call.startswith("GET /api/") else ok([]))
    done = run_module(user("pingplotter", running), "pingplotter_request", {"path": "/agents"})
    running.stop()
    assert (done["json"], running.calls) == ([], ["GET /api/agents", "GET /agents"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"path": "https://x.example.com/devices"}, "path must be a path below api_url such as /devices, not a URL"),
        ({"path": "/devices?Limit=1"}, "path must not contain ? or #: write parameters into query"),
        (
            {"path": "/devices/../x"},
            "path must be a path such as /devices without empty parts and dots, not '/devices/",
        ),
        ({"path": "/"}, "path must be a path such as /devices without empty parts and dots, not '/'"),
        ({"path": "/x", "body": {"a": 1}}, "body cannot be sent with method GET"),
        ({"path": "/x", "method": "POST", "body": "secret"}, "body must be a dictionary or a list, or JSON with one"),
        ({"path": "/x", "query": {"a": {"b": None}}}, "query.a.b cannot be null: leave it out, or write an empty text"),
        ({"path": "/x", "query": {"a": [[1]]}}, "query.a[0] must be a text, a number or a boolean"),
        ({"path": "/x", "methd": "GET"}, "there is no option methd; did you mean method?"),
        (
            {"path": "/x", "method": "POST", "body": [1], "body_format": "form"},
            "body must be a dictionary if body_format",
        ),
    ],
)
def test_a_wrong_request_is_refused_before_anything_is_sent(
    server: Server, options: dict[str, Any], sentence: str
) -> None:
    done = run_module(user("alertra", server), "alertra_request", options)
    assert done["failed"]
    assert sentence in done["msg"]
    assert "secret" not in done["msg"]
    assert server.requests == []
