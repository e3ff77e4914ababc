# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The open questions about PingPlotter Cloud, and the requests that settle them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._http.envelope import ApiObject
from .._http.rate_limit import parse_retry_after
from .._services.pingplotter import AGENT, USER
from .evidence import Call, Evidence, Names, NotSeenError, Reply, Sent, UnknownFormError, ident_of
from .forms import form
from .pingplotter_write import WRITING, WRITTEN
from .question import SILENT, Position, Probe, Question, Service, Step
from .read import (
    LISTS,
    OBJECTS,
    UNKNOWN_FIELDS,
    error_keys,
    first_key,
    list_envelope,
    object_envelope,
    pick,
    unknown_fields,
    words,
)

_NEWER_FIELDS = ("IsBorrowed", "CreationDate", "ConnectionType", "ExpectedQuality")
_AGENT = Names.of(AGENT, "Sessions")
_USER = Names.of(USER)
_SESSION = Names(
    ("session", "sessions"),
    ("SessionId", "sessionId", "Id", "id"),
    frozenset({"AgentUniqueId", "Description", "IpAddress", "Status", "ExpectedQuality", "TargetName"}),
)
_NO_ID = "zzprobe-no-such-id"
_NO_KEY = "zzprobe-no-such-key"
_NO_ADDRESS = "zzprobe@no-such-host.invalid"
_AGENTS_WITH_SESSIONS = 2
# Requests do not all take the same time.
_JITTER_S = 0.1
# The statuses of responses to requests that count for no account.
_WITHOUT_ACCOUNT = (401, 403)
_WORDS: Mapping[Position, tuple[str, ...]] = {
    "words": ("Active", "Paused", "Closed"),
    "lower": ("active", "paused", "closed"),
    "running": ("Running", "Paused", "Closed"),
}


# -- the connection ----------------------------------------------------------------------------------------------------


def _is_below_root(evidence: Evidence) -> bool:
    """Whether the tenant's API is not below /api, although the URL in the options ends like that."""
    url = str(evidence.options["api_url"]).rstrip("/")
    return url.endswith("/api") and evidence.any_reply("documented base").status == 404


def _client(service: Service, evidence: Evidence) -> Any:
    return service.client_without_prefix() if _is_below_root(evidence) else service.client


def _first_client(service: Service, evidence: Evidence) -> Any:
    """The client with the URL in the options, also after the service has used another URL."""
    return type(service)(evidence.options, 1).client


def _client_with_wrong_key(service: Service, evidence: Evidence) -> Any:
    return _client(type(service)({**evidence.options, "api_key": _NO_KEY}, 1), evidence)


# -- requests ----------------------------------------------------------------------------------------------------------


def _get(*path: str, **params: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(path, params or None)


def _agent(evidence: Evidence) -> Call:
    return Call(("agents", evidence.ident("agents", _AGENT)))


def _deleted_agents(evidence: Evidence) -> list[ApiObject]:
    """The deleted agents; raises NotSeenError if there are none."""
    found = [row for row in evidence.objects(_AGENT, "agents", "all agents") if row.get("Deleted") is True]
    if not found:
        raise NotSeenError("the account has no deleted agent")
    return found


def _deleted_agent(evidence: Evidence) -> Call:
    return Call(("agents", ident_of(_deleted_agents(evidence)[0], _AGENT)))


def _with_sessions(evidence: Evidence) -> list[ApiObject]:
    agents = evidence.some_rows("agents", _AGENT)
    return [row for row in agents if str(row.get("TotalSessions", "0")) != "0"]


def _sessions_of(index: int) -> Callable[[Evidence], Call]:
    def make(evidence: Evidence) -> Call:
        # Without an agent that has sessions, the request still shows whether there is such a listing.
        agents = _with_sessions(evidence) or evidence.some_rows("agents", _AGENT)
        if len(agents) <= index:
            raise NotSeenError("the account has too few agents with sessions")
        return Call(("sessions",), {"agentUniqueId": ident_of(agents[index], _AGENT)})

    return make


def _session(evidence: Evidence) -> Call:
    return Call(("sessions", ident_of(_sessions(evidence)[0], _SESSION)))


def _users_with(change: Callable[[str], str]) -> Callable[[Evidence], Call]:
    """A request for users with a text that is made from the address of one."""

    def make(evidence: Evidence) -> Call:
        address = evidence.some_rows("users", _USER)[0].get("EmailAddress")
        if not isinstance(address, str) or not address:
            raise NotSeenError("a user does not show an EmailAddress")
        return Call(("users",), {"filter": change(address)})

    return make


_SESSION_STEPS = tuple(f"sessions of agent {number}" for number in range(1, _AGENTS_WITH_SESSIONS + 1))
_STEPS = (
    Step("documented base", _get("agents"), _first_client),
    Step("agents", _get("agents", includeTemplates="true", includeDeleted="false"), _client),
    Step("all agents", _get("agents", includeTemplates="true", includeDeleted="true"), _client),
    Step("agent", _agent, _client),
    Step("deleted agent", _deleted_agent, _client),
    Step("no agent", _get("agents", _NO_ID), _client),
    *(Step(name, _sessions_of(index), _client) for index, name in enumerate(_SESSION_STEPS)),
    Step("session", _session, _client),
    Step("users", _get("users"), _client),
    Step("users with address in other case", _users_with(str.swapcase), _client),
    Step("users with part of address", _users_with(lambda address: address[1:-1]), _client),
    Step("no user", _get("users", filter=_NO_ADDRESS), _client),
    Step("wrong key", _get("agents"), _client_with_wrong_key),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _agents(evidence: Evidence) -> list[ApiObject]:
    return evidence.some_rows("agents", _AGENT)


def _users(evidence: Evidence) -> list[ApiObject]:
    return evidence.some_rows("users", _USER)


def _sessions(evidence: Evidence) -> list[ApiObject]:
    return evidence.objects(_SESSION, *_SESSION_STEPS)


def _prefix(evidence: Evidence) -> Position:
    if _is_below_root(evidence):
        evidence.success("agents")
        return "none"
    evidence.success("documented base")
    return "api"


def _bad_key(evidence: Evidence) -> Position:
    reply = evidence.any_reply("wrong key")
    if reply.status in (401, 403):
        return reply.status
    raise UnknownFormError(f"HTTP {reply.status} with {form(reply.data)}")


def _error_style(evidence: Evidence) -> Position:
    # Otherwise the error may be about the path.
    evidence.success("agents")
    keys: Mapping[str, Position] = {"error": "error", "title": "problem_details", "detail": "problem_details"}
    return error_keys("no agent", keys, text="text")(evidence)


def _works(step: str) -> Callable[[Evidence], Position]:
    """Whether the service has a call, by an object that exists."""

    def read(evidence: Evidence) -> Position:
        if evidence.reply(step).status == 404:
            return "missing"
        evidence.success(step)
        return "works"

    return read


def _detail_envelope(evidence: Evidence) -> Position:
    try:
        return object_envelope("agent", _AGENT, _OBJECT_POSITIONS)(evidence)
    except NotSeenError:
        return object_envelope("session", _SESSION, _OBJECT_POSITIONS)(evidence)


def _id_key(evidence: Evidence) -> Position:
    return first_key(_agents(evidence), {"UniqueId": "documented", "id": "lower"}, "the id of an agent is")


def _agent_fields(evidence: Evidence) -> Position:
    return "newer" if any(name in row for row in _agents(evidence) for name in _NEWER_FIELDS) else "documented"


def _custom_fields(evidence: Evidence) -> Position:
    keys: Mapping[str, Position] = {"CustomFieldsJSON": "json", "CustomFields": "list"}
    return first_key(_agents(evidence), keys, "the custom fields of an agent are")


def _deleted_in_listing(evidence: Evidence) -> Position:
    if any(row.get("Deleted") is True for row in _agents(evidence)):
        return "shown"
    _deleted_agents(evidence)
    return "hidden"


def _deleted_by_id(evidence: Evidence) -> Position:
    if _works("agent")(evidence) == "missing":
        raise NotSeenError("the service shows no agent by its id")
    return "missing" if _works("deleted agent")(evidence) == "missing" else "shown"


def _open_sessions(evidence: Evidence) -> Position:
    for index, step in enumerate(_SESSION_STEPS):
        agents = _with_sessions(evidence)
        if len(agents) <= index:
            break
        states = [str(row.get("Status")).lower() for row in evidence.rows(step, _SESSION)]
        running, paused = (sum(state in known for state in states) for known in (("active", "running"), ("paused",)))
        if paused:
            counts: Mapping[str, Position] = {str(running): "running", str(running + paused): "not_closed"}
            count = str(agents[index].get("OpenSessions"))
            if count in counts:
                return counts[count]
            raise UnknownFormError("a count that is neither that of the running sessions nor of those not closed")
    raise NotSeenError("the agents that were read have no paused session")


def _users_filter(evidence: Evidence) -> Position:
    _users(evidence)
    if evidence.rows("no user", _USER):
        return "ignored"
    if evidence.rows("users with part of address", _USER):
        return "contains"
    return "works" if evidence.rows("users with address in other case", _USER) else "case_sensitive"


def _roles(evidence: Evidence) -> list[Any]:
    return [row.get("Roles") for row in _users(evidence)]


def _roles_read(evidence: Evidence) -> Position:
    shown = [roles for roles in _roles(evidence) if roles]
    if not shown:
        raise NotSeenError("no user has a role")
    if all(isinstance(roles, list) for roles in shown):
        return "array"
    if all(isinstance(roles, str) for roles in shown):
        return "comma"
    raise UnknownFormError("roles that are neither a list nor a text")


def _roles_empty(evidence: Evidence) -> Position:
    empty = [roles for roles in _roles(evidence) if not roles]
    if not empty:
        raise NotSeenError("each user has a role")
    return "null" if empty[0] is None else "list"


def _refusals(evidence: Evidence) -> list[Reply]:
    """The responses to requests above the rate limit."""
    found = [one.reply for one in evidence.log if one.reply.status == 429]
    if not found:
        raise NotSeenError("the probe did not reach the rate limit")
    return found


def _rate_headers(evidence: Evidence) -> Position:
    # Only a refused request shows whether there is a Retry-After.
    reply = _refusals(evidence)[0]
    limits, retry_after = "X-RateLimit-Limit" in reply.headers, "Retry-After" in reply.headers
    if limits or retry_after:
        return "yes" if limits and retry_after else "limits" if limits else "retry_after"
    return "no" if isinstance(reply.data, dict) and "retryAfterSeconds" in reply.data else "nothing"


def _rate_limit(evidence: Evidence) -> Position:
    reply = _refusals(evidence)[0]
    limit = reply.data.get("limit") if isinstance(reply.data, dict) else None
    if not isinstance(limit, int):
        raise UnknownFormError(form(reply.data))
    return limit


def _rate_window(evidence: Evidence) -> Position:
    """The length of a window, from those that a request of the probe has begun, because it had waited for that."""
    if all(parse_retry_after(reply.headers, reply.data) is None for reply in _refusals(evidence)):
        raise NotSeenError("a refusal does not say how long to wait")
    lengths = list(_lengths_of_windows(evidence.log))
    if not lengths:
        raise NotSeenError("the probe did not reach the rate limit twice")
    common = set.intersection(*lengths)
    if len(common) != 1:
        raise NotSeenError("the refused requests fit windows of several lengths, or of none")
    return common.pop()


def _lengths_of_windows(log: Iterable[Sent]) -> Iterator[set[int]]:
    """How many seconds the window of each refused request may have had, if the probe had waited for a new one."""
    begins_s = math.inf
    requests_s: list[float] = []
    for sent in log:
        if sent.reply.status == 429:
            pause_s = parse_retry_after(sent.reply.headers, sent.reply.data)
            if requests_s and pause_s is not None:
                yield set(_possible_lengths(requests_s, sent.sent_s + pause_s))
            requests_s = []
            begins_s = math.inf if pause_s is None else sent.sent_s + pause_s - _JITTER_S
        elif sent.sent_s < begins_s:
            # The window of the refused request goes on.
            begins_s = math.inf
        elif sent.reply.status not in _WITHOUT_ACCOUNT:
            requests_s.append(sent.sent_s)


def _possible_lengths(requests_s: Sequence[float], end_s: float) -> Iterator[int]:
    """The possible lengths of a window that ends then: it began with one of these requests.

    The first request began a window. A later one began another one only if the window before it was over by then.
    """
    first_s = requests_s[0]
    for begin_s in requests_s:
        if begin_s == first_s or end_s - begin_s <= begin_s - first_s:
            yield math.floor(end_s - begin_s + _JITTER_S)


_LIST_POSITIONS = pick(LISTS, "bare", "data", "items")
_OBJECT_POSITIONS = pick(OBJECTS, "bare", "list", "named", "data")

PROBE = Probe(
    steps=_STEPS,
    writing=WRITING,
    kinds=((_AGENT, ("agents", "agent")), (_SESSION, _SESSION_STEPS), (_USER, ("users",))),
    questions=(
        Question(
            "prefix",
            "whether the API is below /api",
            "the older document says so, the newer one does not",
            "api",
            {"api": "yes", "none": "no"},
            ("documented base", "agents"),
            _prefix,
        ),
        Question(
            "bad_key",
            "the HTTP status for a wrong key",
            SILENT,
            401,
            {401: "401", 403: "403"},
            ("wrong key",),
            _bad_key,
        ),
        Question(
            "error_style",
            "what an error contains",
            "a text named error, for the rate limit",
            "error",
            {"error": "a text named error", "problem_details": "title and detail", "text": "plain text"},
            ("agents", "no agent"),
            _error_style,
        ),
        Question(
            "list_envelope",
            "the envelope of a listing",
            "nothing",
            "bare",
            _LIST_POSITIONS,
            ("agents",),
            list_envelope("agents", _AGENT, _LIST_POSITIONS),
        ),
        Question(
            "detail_envelope",
            "the envelope of one object",
            SILENT,
            "bare",
            _OBJECT_POSITIONS,
            ("agent", "session"),
            _detail_envelope,
        ),
        Question(
            "id_key",
            "the name of the id of an agent",
            "UniqueId",
            "documented",
            {"documented": "UniqueId", "lower": "id"},
            ("agents",),
            _id_key,
        ),
        Question(
            "agent_fields",
            "which fields an agent has",
            "the newer document has more than the older one",
            "documented",
            {"documented": "those of the older document", "newer": "those of the newer document"},
            ("agents",),
            _agent_fields,
        ),
        Question(
            "custom_fields",
            "how an agent shows its custom fields",
            "the older document as a text with JSON, the newer one as a list",
            "json",
            {"json": "CustomFieldsJSON, a text with JSON", "list": "CustomFields, a list"},
            ("agents",),
            _custom_fields,
        ),
        Question(
            "agent_detail",
            "whether an agent can be read by its id",
            "yes",
            "works",
            {"works": "yes", "missing": "no"},
            ("agent",),
            _works("agent"),
        ),
        Question(
            "deleted_in_listing",
            "whether a listing shows deleted agents without includeDeleted",
            "no",
            "hidden",
            {"hidden": "no", "shown": "yes"},
            ("agents", "all agents"),
            _deleted_in_listing,
        ),
        Question(
            "deleted_by_id",
            "whether a deleted agent can be read by its id",
            SILENT,
            "shown",
            {"shown": "yes", "missing": "no"},
            ("deleted agent",),
            _deleted_by_id,
        ),
        Question(
            "sessions_endpoint",
            "whether sessions can be listed",
            "yes, in the newer document",
            "works",
            {"works": "yes", "missing": "no"},
            _SESSION_STEPS,
            _works(_SESSION_STEPS[0]),
        ),
        Question(
            "open_sessions",
            "what OpenSessions counts",
            SILENT,
            "running",
            {"running": "running sessions", "not_closed": "running and paused sessions"},
            ("agents", *_SESSION_STEPS),
            _open_sessions,
        ),
        Question(
            "session_status",
            "the words for the status of a session",
            "Active, Paused and Closed on the screen, nothing about the API",
            "words",
            {position: ", ".join(known) for position, known in _WORDS.items()},
            _SESSION_STEPS,
            lambda evidence: words((row.get("Status") for row in _sessions(evidence)), _WORDS),
        ),
        Question(
            "users_filter",
            "which users the parameter filter selects",
            "the user with this address",
            "works",
            {
                "works": "the user with this address, in upper or lower case",
                "contains": "users whose address contains the text",
                "case_sensitive": "the user with this address, in the same case",
                "ignored": "all users",
            },
            ("users", "users with address in other case", "users with part of address", "no user"),
            _users_filter,
        ),
        Question(
            "roles_read",
            "how the roles of a user are shown",
            "as a list in the sample, as a text with commas in the description",
            "array",
            {"array": "as a list", "comma": "as a text with commas"},
            ("users",),
            _roles_read,
        ),
        Question(
            "roles_empty",
            "how a user without roles is shown",
            "with null, in the sample",
            "null",
            {"null": "with null", "list": "with an empty list or text"},
            ("users",),
            _roles_empty,
        ),
        Question(
            "rate_headers",
            "which headers tell the rate limit",
            "X-RateLimit-Limit and others with each response, Retry-After with 429",
            "yes",
            {
                "yes": "those of the document",
                "retry_after": "Retry-After alone",
                "limits": "X-RateLimit-Limit and others, but no Retry-After",
                "no": "none",
                "nothing": "none, and the response does not say how long to wait",
            },
            tuple(step.name for step in _STEPS),
            _rate_headers,
        ),
        Question(
            "rate_limit",
            "how many requests are allowed in a window of time; 0 if there is no limit",
            "240 in the sample",
            0,
            {},
            tuple(step.name for step in _STEPS),
            _rate_limit,
        ),
        Question(
            "rate_window",
            "how many seconds a window of the rate limit has",
            "10 in the sample",
            10,
            {},
            tuple(step.name for step in _STEPS),
            _rate_window,
        ),
        Question(
            "unknown_fields",
            "whether agents have undocumented fields",
            SILENT,
            "none",
            UNKNOWN_FIELDS,
            ("agents",),
            lambda evidence: unknown_fields(_agents(evidence), _AGENT),
        ),
        *WRITTEN,
    ),
)
