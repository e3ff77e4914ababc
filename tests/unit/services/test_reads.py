# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules read of each service: the requests, and each form in which an answer is understood.

The requests and the names are those of the vendor's documents, and of the plausible answers where those say nothing.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, Failure
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from sandbox.service import Call, Reply
from unit.probe.in_process import FakeTime
from unit.services.account import Account, State
from unit.services.test_lookups import STATES as LOOKUP_STATES

UP, WEB = "c" * 48, "a" * 48
SERVICE = "11111111-1111-4111-8111-111111111111"
RESOURCE, SERVER, BEAT = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
STATES: dict[str, State] = copy.deepcopy(dict(LOOKUP_STATES))  # type: ignore[arg-type]
STATES["pinghome"]["resources"][0].update(id=RESOURCE, ssl_reminder=[7], tld_reminder=[14])
STATES["pinghome"]["server_resources"][0]["id"] = SERVER
STATES["pinghome"]["heartbeats"][0]["id"] = BEAT
STATES["simplehelp"].update(
    restrictions=["10.0.0.*"],
    alerts=[{"name": "disk", "triggered": True}, {"name": "cpu"}],
    history=[{"technicianUsername": "anna", "machine": "SG_1", "start": 1748779200000}],
    support_queue=[{"customer": {"username": "carol"}}],
    access_sessions=[{"machine": "SG_1", "technicianUsername": "anna"}],
)
PERIOD = MappingProxyType(
    {"since": "2026-01-01T12:00:00+01:00", "until": "2026-01-03T00:00:00Z", "limit": 2, "interval": "1h"}
)
# The records that the sandbox invents are of that day.
THAT_DAY = {
    **PERIOD,
    "since": "2025-06-01T02:00:00+02:00",
    "until": "2025-06-02T00:00:00Z",
    "type": "disk-usage-unified",
}
Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Read:
    """Something that is read of an account.

    :ivar read: reads it
    :ivar requests: the requests for it, without those that log in
    :ivar names: the names under which the answer to the last of them may hold what it is about
    :ivar ids: the names that the id may have, the one of the sandbox first
    """

    read: Reader
    requests: list[str]
    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def listing(service: str, kind: str) -> Reader:
    """All objects of a kind."""
    return lambda account: account.list_objects(SERVICES[service].kinds[kind])


def detail(service: str, kind: str, ident: str, *options: str, **known: Any) -> Reader:
    """These options of an object, of which no more than some others are known."""
    return lambda account: account.read(Record(SERVICES[service].kinds[kind], ident, known), set(options))


def extra(service: str, kind: str, ident: str, name: str, period: Mapping[str, Any] = PERIOD, **known: Any) -> Reader:
    """What an info module includes on demand."""
    record = Record(SERVICES[service].kinds[kind], ident, known)
    return lambda account: account.fetch_include(record, name, period)


def alertra(name: str) -> Reader:
    """What belongs to a device."""
    return extra("alertra", "device", UP, name, short_name="UP", status="Up")


def sessions(which: str) -> Reader:
    """The sessions in a list."""
    return lambda account: account.sessions(which, {})


def listed_targets(account: Any) -> Any:
    """The targets, which are listed by group."""
    account.list_objects(SERVICES["portmonitor"].kinds["group"])
    return account.list_objects(SERVICES["portmonitor"].kinds["target"])


ALERTRA_EVENTS = [
    f"GET /devices/{UP}/events?Limit=100&Offset={offset}&Timestamp={PERIOD['until']}" for offset in (0, 2)
]
IN_UTC = "end_date=2026-01-03T00:00:00Z&interval=1h&limit=2&start_date=2026-01-01T11:00:00Z"
THAT_DAY_IN_UTC = "end_date=2025-06-02T00:00:00Z&interval=1h&limit=2&start_date=2025-06-01T00:00:00Z"
LOG_NAMES = ("log", "state_changed_logs", "stateChangedLogs", "logs")
DATES = f"date_range[from]={PERIOD['since']}&date_range[to]={PERIOD['until']}"
MONITOR_IDS = ("monitor_id", "uuid")
READS: Mapping[tuple[str, str], Read] = {
    ("alertra", "tags"): Read(listing("alertra", "tag"), ["GET /tags"], ("tag", "tags"), ("tag_id", "id")),
    ("alertra", "devices"): Read(
        listing("alertra", "device"),
        ["GET /devices?Limit=100&Offset=0", "GET /devices?Limit=100&Offset=3"],
        ("device", "devices"),
        ("device_id", "id"),
    ),
    ("alertra", "a tag"): Read(
        detail("alertra", "tag", WEB, "devices"), [f"GET /tags/{WEB}"], ("tag", "tags"), ("tag_id", "id")
    ),
    ("alertra", "a device"): Read(
        detail("alertra", "device", UP, "timeout"),
        [f"GET /devices/{UP}?WithConfig=Y"],
        ("device", "devices"),
        ("device_id", "id"),
    ),
    ("alertra", "checks"): Read(alertra("checks"), [f"GET /devices/{UP}/checks?Limit=100&Offset=0"], ("checks",)),
    ("alertra", "events"): Read(alertra("events"), ALERTRA_EVENTS, ("events",)),
    ("alertra", "history"): Read(alertra("history"), ALERTRA_EVENTS, ("events",)),
    ("alertra", "uptime"): Read(
        alertra("uptime"),
        [f"GET /devices/{UP}/uptime?Timestamp1={PERIOD['since']}&Timestamp2={PERIOD['until']}"],
        ("Uptime",),
    ),
    ("alertra", "maintenance"): Read(
        listing("alertra", "maintenance"),
        [
            *("GET /devices?Limit=100&Offset=0", "GET /devices?Limit=100&Offset=3"),
            *("GET /devices?Filter=Maint&Limit=100&Offset=0", "GET /devices?Filter=Maint&Limit=100&Offset=1"),
        ],
        ("device", "devices"),
        ("device_id", "id"),
    ),
    ("alertra", "the key"): Read(lambda account: account.key(), ["GET /hello"]),
    **{
        ("pinghome", f"{segment}s"): Read(
            listing("pinghome", kind),
            [f"GET /resource-query/v1/service/{SERVICE}/{segment}s?limit=50&page={page}" for page in (1, 2)],
            names,
            ids,
        )
        for kind, segment, names, ids in (
            (
                *("resource", "resource", ("resource", "monitor", "monitors", "resources")),
                ("id", "resource_id", *MONITOR_IDS),
            ),
            (
                *("server_resource", "server-resource"),
                (
                    *("server_resource", "serverResource", "server-resource"),
                    *("server_resources", "serverResources", "server-resources"),
                ),
                ("id", "server_resource_id", "resource_id", *MONITOR_IDS),
            ),
            (
                "heartbeat",
                "heartbeat",
                ("heartbeat", "monitor", "monitors", "heartbeats"),
                ("id", "heartbeat_id", *MONITOR_IDS),
            ),
        )
    },
    ("pinghome", "integrations"): Read(
        extra("pinghome", "resource", RESOURCE, "integrations"),
        [f"GET /resource-query/v1/resource/{RESOURCE}/integrations"],
        ("integration", "integrations"),
        ("integration", "id", "integration_id", "uuid"),
    ),
    ("pinghome", "a resource"): Read(
        detail("pinghome", "resource", RESOURCE, "port", "regions"),
        [f"GET /resource-query/v1/resource/{RESOURCE}"],
        ("resource", "monitor", "monitors", "resources"),
        ("id", "resource_id", *MONITOR_IDS),
    ),
    ("pinghome", "regions"): Read(
        detail("pinghome", "resource", RESOURCE, "regions", grace_period=0),
        [f"GET /resource-query/v1/resource/{RESOURCE}/regions"],
        ("region", "regions"),
    ),
    **{
        ("pinghome", f"the {subject} reminder"): Read(
            detail("pinghome", "resource", RESOURCE, f"{subject}_reminder_days"),
            [f"GET /resource-query/v1/resource/{RESOURCE}/{subject}/reminder"],
            ("reminder",),
        )
        for subject in ("ssl", "tld")
    },
    **{
        ("pinghome", subject): Read(
            extra("pinghome", "resource", RESOURCE, subject),
            [f"GET /resource-query/v1/resource/{RESOURCE}/{subject}"],
            (subject,),
        )
        for subject in ("ssl", "tld")
    },
    ("pinghome", "regions on demand"): Read(
        extra("pinghome", "resource", RESOURCE, "regions"),
        [f"GET /resource-query/v1/resource/{RESOURCE}/regions"],
        ("region", "regions"),
    ),
    ("pinghome", "health"): Read(
        extra("pinghome", "resource", RESOURCE, "health"),
        [f"GET /statistic-query/v1/resource/{RESOURCE}/state-changed-logs?start_date=2026-01-01T11:00:00Z"],
        LOG_NAMES,
    ),
    ("pinghome", "state changes"): Read(
        extra("pinghome", "resource", RESOURCE, "state_changes"),
        [f"GET /statistic-query/v1/resource/{RESOURCE}/state-changed-logs?{IN_UTC.replace('&interval=1h', '')}"],
        LOG_NAMES,
    ),
    ("pinghome", "statistics"): Read(
        extra("pinghome", "resource", RESOURCE, "statistics", THAT_DAY),
        [f"GET /statistic-query/v1/resource/{RESOURCE}/statistic?{THAT_DAY_IN_UTC}"],
        ("statistic", "statistics"),
    ),
    ("pinghome", "statistics of a heartbeat"): Read(
        extra("pinghome", "heartbeat", BEAT, "statistics"),
        [f"GET /statistic-query/v1/heartbeat/{BEAT}/statistic?{IN_UTC.replace('&limit=2', '')}"],
        ("statistic", "statistics"),
    ),
    ("pinghome", "metrics"): Read(
        extra("pinghome", "server_resource", SERVER, "metrics", THAT_DAY),
        [f"GET /statistic-query/v1/server-resource/{SERVER}/metrics?{THAT_DAY_IN_UTC}&type=disk-usage-unified"],
        ("metric", "metrics"),
    ),
    ("pinghome", "events"): Read(
        extra("pinghome", "heartbeat", BEAT, "events"),
        [f"GET /statistic-query/v1/heartbeat/{BEAT}/events?last_received_at=2026-01-03T00:00:00Z&limit=2"],
        ("event", "events"),
    ),
    ("pingplotter", "agents"): Read(
        listing("pingplotter", "agent"),
        ["GET /api/agents?includeDeleted=false&includeTemplates=true"],
        ("agent", "agents"),
        ("UniqueId", "UniqueID", "uniqueId", "Id", "id"),
    ),
    ("pingplotter", "users"): Read(
        listing("pingplotter", "user"), ["GET /api/users"], ("user", "users"), ("Id", "id", "UserId", "userId")
    ),
    ("pingplotter", "the sessions of an agent"): Read(
        detail("pingplotter", "agent", "a1", "sessions"),
        ["GET /api/sessions?agentUniqueId=a1"],
        ("session", "sessions"),
        ("SessionId", "sessionId", "Id", "id"),
    ),
    ("pingplotter", "agents with all that belongs to them"): Read(
        lambda account: account.agents(
            {"unique_id": None, "name": None, "include": ["sessions", "templates", "deleted", "health"]}
        ),
        ["GET /api/agents?includeDeleted=true&includeTemplates=true", "GET /api/sessions"],
        ("session", "sessions"),
    ),
    ("pingplotter", "whether the agents are running"): Read(
        lambda account: [
            one["sessions"] for one in account.agents({"unique_id": None, "name": None, "include": ["sessions"]})
        ],
        ["GET /api/agents?includeDeleted=false&includeTemplates=false", "GET /api/sessions"],
        ids=("AgentUniqueId", "AgentId"),
    ),
    ("pingplotter", "an agent with its sessions"): Read(
        lambda account: account.agents({"unique_id": "a1", "name": None, "include": ["sessions"]}),
        ["GET /api/agents?includeDeleted=false&includeTemplates=false", "GET /api/sessions?agentUniqueId=a1"],
        ("session", "sessions"),
        ("SessionId", "sessionId", "Id", "id"),
    ),
    ("pingplotter", "a user"): Read(
        lambda account: account.users({"user_id": None, "email_address": "a@example.com"}),
        ["GET /api/users?filter=a@example.com"],
        ("user", "users"),
        ("Id", "id", "UserId", "userId"),
    ),
    ("portmonitor", "groups"): Read(
        listing("portmonitor", "group"), ["GET /groups"], ("group", "groups"), ("id", "_id", "group_id")
    ),
    ("portmonitor", "targets"): Read(
        listed_targets,
        ["GET /groups", "GET /groups/1/targets", "GET /groups/2/targets"],
        ("target", "monitor", "target_url", "target_custom_port", "target_ping", "monitors", "targets"),
        ("id", "_id", "target_id", "target_url_id", "target_custom_port_id", "target_ping_id"),
    ),
    ("portmonitor", "the profile"): Read(listing("portmonitor", "profile"), ["GET /profile"], ("profile", "profiles")),
    ("portmonitor", "a group"): Read(
        detail("portmonitor", "group", "1", "name"), ["GET /groups/1"], ("group", "groups"), ("id", "_id", "group_id")
    ),
    ("portmonitor", "a target"): Read(
        detail("portmonitor", "target", "3", "url", group="1", type="url"),
        ["GET /groups/1/targets/3"],
        ("target", "monitor", "target_url", "target_custom_port", "target_ping", "monitors", "targets"),
    ),
    ("portmonitor", "details"): Read(
        extra("portmonitor", "target", "3", "details", group="1"), ["GET /groups/1/targets/3"], ("target", "target_url")
    ),
    ("portmonitor", "events of a target"): Read(
        extra("portmonitor", "target", "3", "events", group="1"),
        [f"GET /events?{DATES}&target_ids=3"],
        ("event", "events"),
    ),
    ("portmonitor", "events"): Read(
        lambda account: account.events(PERIOD["since"]),
        [f"GET /events?date_range[from]={PERIOD['since']}"],
        ("event", "events"),
    ),
    ("portmonitor", "uptime"): Read(
        extra("portmonitor", "target", "3", "uptime", group="1"),
        [f"GET /reports/uptimes?{DATES}&target_ids=3"],
        ("uptime", "reports", "uptimes"),
    ),
    ("portmonitor", "response times"): Read(
        extra("portmonitor", "target", "3", "response_times", group="1"),
        [f"GET /reports/response_times?{DATES}&target_ids=3"],
        ("response_time", "reports", "response_times"),
    ),
    ("portmonitor", "the choices of the profile"): Read(
        lambda account: account.profile(),
        ["GET /profile", "GET /profile/languages", "GET /profile/time_zones"],
        ("time_zones",),
    ),
    ("simplehelp", "technicians"): Read(
        listing("simplehelp", "technician"), ["GET technicians/list"], ("technician", "technicians"), ("uniqueID", "id")
    ),
    ("simplehelp", "groups"): Read(
        listing("simplehelp", "group"), ["GET groups/list"], ("group", "groups"), ("uniqueID", "id")
    ),
    ("simplehelp", "machines"): Read(
        listing("simplehelp", "machine"), ["GET machines/list"], ("machine", "machines"), ("machineID", "id")
    ),
    ("simplehelp", "machine groups"): Read(listing("simplehelp", "machine_group"), ["GET machines/list"]),
    ("simplehelp", "a technician"): Read(
        detail("simplehelp", "technician", "1", "groups"),
        ['POST technicians/get {"uniqueID": 1}'],
        ("technician", "technicians"),
        ("uniqueID", "id"),
    ),
    ("simplehelp", "a group"): Read(
        detail("simplehelp", "group", "7", "name"),
        ['POST groups/get {"uniqueID": 7}'],
        ("group", "groups"),
        ("uniqueID", "id"),
    ),
    ("simplehelp", "permissions"): Read(
        detail("simplehelp", "group", "7", "permissions"),
        ['POST groups/permissions/get {"uniqueID": 7}'],
        ("permissions", "group", "data", "result"),
    ),
    ("simplehelp", "a machine"): Read(
        detail("simplehelp", "machine", "SG_1", "name", "notes", "properties"),
        [f'POST machines/{path}get {{"machineID": "SG_1"}}' for path in ("", "notes/", "properties/")],
        ("machine", "machines"),
        ("machineID", "id"),
    ),
    **{
        ("simplehelp", name): Read(
            extra("simplehelp", "machine", "SG_1", name),
            [f'POST machines/{name}/get {{"machineID": "SG_1"}}'],
            ("machine", "machines"),
        )
        for name in ("hardware", "monitoring")
    },
    ("simplehelp", "inherited properties"): Read(
        extra("simplehelp", "machine", "SG_1", "inherited_properties"),
        ['POST machines/properties/get {"machineID": "SG_1", "includeInherited": true}'],
        ("machine", "machines"),
    ),
    ("simplehelp", "properties of a machine group"): Read(
        detail("simplehelp", "machine_group", "Lund", "properties", groups=["Lund"]),
        [
            'POST machinegroups/properties/get {"groups": ["Lund"]}',
            'POST machinegroups/properties/get {"groups": ["Lund"], "key": "City"}',
        ],
    ),
    ("simplehelp", "inherited properties of a machine group"): Read(
        extra("simplehelp", "machine_group", "Lund/Lab", "inherited_properties", groups=["Lund", "Lab"]),
        [
            'POST machinegroups/properties/get {"groups": ["Lund", "Lab"], "includeInherited": true}',
            'POST machinegroups/properties/get {"groups": ["Lund", "Lab"], "includeInherited": true, "key": "City"}',
        ],
    ),
    ("simplehelp", "the host name"): Read(
        detail("simplehelp", "server", "server", "hostname"), ["GET server/hostname/get"], ("hostname",)
    ),
    ("simplehelp", "the restrictions"): Read(
        detail("simplehelp", "server", "server", "technician_restrictions"),
        ["GET server/tech-restrictions/get"],
        ("restrictions", "data", "items", "list"),
    ),
    ("simplehelp", "alerts"): Read(lambda account: account.alerts({}), ["GET alerts/list"], ("alert", "alerts")),
    ("simplehelp", "the history"): Read(
        lambda account: account.sessions("history", {"max_results": 3, "text_filter": None}),
        ['POST history/list {"maxResults": 3}'],
        ("session", "sessions", "history"),
    ),
    **{
        ("simplehelp", f"sessions: {which}"): Read(sessions(which), [f"GET {path}"], ("session", "sessions", which))
        for which, path in (
            ("queue", "support/queue/list"),
            ("support", "support/sessions/list"),
            ("access", "access/sessions/list"),
        )
    },
}


def plain(call: Call) -> str:
    """A request without what authenticates it."""
    path = call.path.removeprefix("/api/v1/sandbox-token/")
    query = "&".join(
        f"{name}={value}"
        for name, values in sorted(call.query.items())
        if name not in ("app_key", "auth_token")
        for value in values
    )
    body = call.body.decode()
    if "=" in body.partition("{")[0]:
        body = "&".join(f"{name}={value}" for name, value in parse_qsl(body) if name not in ("app_key", "auth_token"))
    return f"{call.method} {path}{query and '?'}{query} {body}".strip()


def requests(account: Account) -> list[str]:
    """The requests so far, besides logins."""
    return [plain(call) for call in account.calls if call.path != "/users/login"]


def result(account: Account, read: Reader, client: Service | None = None) -> Any:
    """What is read, as plain data."""
    found = read(client or account.service())
    if isinstance(found, list):
        return [(one.id, one.values) if isinstance(one, Record) else one for one in found]
    return found


@pytest.mark.parametrize(("service", "what"), list(READS))
def test_each_thing_is_read_by_its_requests(monkeypatch: pytest.MonkeyPatch, service: str, what: str) -> None:
    account = Account(monkeypatch, service, STATES[service])
    result(account, READS[service, what].read)
    assert requests(account) == READS[service, what].requests


def path_of(request: str) -> str:
    """The method and the path of a request."""
    return request.partition("?")[0].partition(" {")[0]


def fail(account: Account, request: str, change: Callable[[Reply], Reply]) -> None:
    """Let requests with this method and path have another answer."""
    account.spoil(lambda call, reply: change(reply) if path_of(plain(call)) == path_of(request) else reply)


def spoiled(account: Account, request: str, change: Callable[[Any], Any]) -> None:
    """Let the answers to requests with this method and path have another form."""
    fail(account, request, lambda reply: Reply.of_json(change(json.loads(reply.body))))


def cases(attribute: str) -> Iterator[Any]:
    """Each of the names that something may have."""
    for (service, what), read in READS.items():
        for name in getattr(read, attribute):
            yield pytest.param(service, what, name, id=f"{service}-{what}-{name}")


@pytest.mark.parametrize(("service", "what", "name"), list(cases("names")))
def test_an_answer_is_understood_under_each_name(
    monkeypatch: pytest.MonkeyPatch, service: str, what: str, name: str
) -> None:
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    expected = result(account, read.read)
    spoiled(account, read.requests[-1], lambda data: {name: data, "message": "Here it is."})
    assert result(account, read.read) == expected


def renamed(data: Any, old: str, new: str) -> Any:
    """Rows in which the id has another name."""
    if isinstance(data, list):
        return [renamed(one, old, new) for one in data]
    if isinstance(data, dict) and old in data:
        return {new if name == old else name: value for name, value in data.items()}
    return data


@pytest.mark.parametrize(("service", "what", "name"), list(cases("ids")))
def test_an_id_is_found_under_each_name(monkeypatch: pytest.MonkeyPatch, service: str, what: str, name: str) -> None:
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    expected = result(account, read.read)
    spoiled(account, read.requests[-1], lambda data: renamed(data, read.ids[0], name))
    assert result(account, read.read) == expected


def names(failure: Failure, request: str) -> bool:
    """Whether a failure names the method and the path of a request."""
    method, path = path_of(request).split()
    end = failure.path.removeprefix("/").removeprefix("v1/")
    return failure.method == method and bool(end) and path.endswith(end)


# What may be a text, such as 7.
TEXTS = {("simplehelp", "the host name"), ("simplehelp", "properties of a machine group")}


@pytest.mark.parametrize(("service", "what"), list(READS))
def test_a_failed_read_is_an_error_that_names_its_request(
    monkeypatch: pytest.MonkeyPatch, service: str, what: str
) -> None:
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    fail(account, read.requests[-1], lambda reply: Reply.of_json({"message": "Too busy."}, 500))
    with pytest.raises(ApiError) as caught:
        result(account, read.read)
    failure = caught.value.failure
    assert (failure.service, failure.status) == (SERVICES[service].title, 500)
    assert names(failure, read.requests[-1])
    assert "Too busy." in str(caught.value)
    assert not caught.value.ambiguous, "a read changes nothing"


@pytest.mark.parametrize("answer", [7, [[]]])
@pytest.mark.parametrize(("service", "what"), [key for key in READS if key not in TEXTS])
def test_an_answer_of_another_form_is_an_error_that_names_its_request(
    monkeypatch: pytest.MonkeyPatch, service: str, what: str, answer: Any
) -> None:
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    fail(account, read.requests[-1], lambda reply: Reply.of_json(answer))
    with pytest.raises(ApiError, match="the ") as caught:
        result(account, read.read)
    assert names(caught.value.failure, read.requests[-1])


# What is requested by its id, so that the answer need not show it.
BY_ID = {("alertra", "a tag"), ("alertra", "a device"), ("portmonitor", "a group")}


@pytest.mark.parametrize(("service", "what"), [key for key, read in READS.items() if read.ids and key not in BY_ID])
def test_an_object_without_an_id_is_an_error_that_names_its_request(
    monkeypatch: pytest.MonkeyPatch, service: str, what: str
) -> None:
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    spoiled(account, read.requests[-1], lambda data: renamed(data, read.ids[0], "number"))
    with pytest.raises(ApiError) as caught:
        result(account, read.read)
    assert names(caught.value.failure, read.requests[-1])


@pytest.mark.parametrize(("service", "what"), list(READS))
def test_a_read_is_repeated_and_counts_as_no_change(monkeypatch: pytest.MonkeyPatch, service: str, what: str) -> None:
    FakeTime(monkeypatch)
    account, read = Account(monkeypatch, service, STATES[service]), READS[service, what]
    expected = result(account, read.read)
    account.forget_requests()
    account.fail_once()
    client = account.service()
    assert result(account, read.read, client) == expected
    assert client.write_count() == 0


def test_each_read_finds_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """What finds nothing would find nothing under any name."""
    nothing = [
        what
        for (service, what), read in READS.items()
        if not result(Account(monkeypatch, service, STATES[service]), read.read)
    ]
    assert nothing == ["checks", "sessions: support"]


SECRETS = [(name, item.name) for name, one in SERVICES.items() for item in one.credentials if item.secret]


@pytest.mark.parametrize(("service", "option"), SECRETS)
def test_each_secret_of_a_connection_is_masked(monkeypatch: pytest.MonkeyPatch, service: str, option: str) -> None:
    account = Account(monkeypatch, service, STATES[service])
    client = account.service(**{option: "a canary that sings"})
    assert "canary" not in client.redact_text("Wrong: a canary that sings.")
    assert client.redact({"notes": "Wrong: a canary that sings."}) != {"notes": "Wrong: a canary that sings."}
