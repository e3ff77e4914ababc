# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PingPlotter Cloud API: strict where the vendor documents speak, switchable where they do not."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from typing import Any, ClassVar

from .accounts import Account, Accounts
from .errors import RefusedError
from .lag import Store
from .service import JSON, Call, Paging, Reply, Service
from .shapes import DETAIL_ENVELOPE, UNKNOWN_FIELDS, add_unknown_fields, wrap_list, wrap_object
from .switches import Choice, Number, Switch

PERMISSIONS = (
    "TargetManagement",
    "SummaryManagement",
    "UserManagement",
    "SettingsManagement",
    "AlertsManagement",
    "AgentManagement",
    "SessionManagement",
    "LiveShareManagement",
    "SidekickManagement",
)
"""The roles of a user, and the permissions of a key; without any, all can be read and nothing changed."""

ACTIVE, PAUSED, CLOSED = "Active", "Paused", "Closed"
STATUS_WORDS: Mapping[str, Mapping[str, str]] = {
    "words": {ACTIVE: ACTIVE, PAUSED: PAUSED, CLOSED: CLOSED},
    "lower": {ACTIVE: "active", PAUSED: "paused", CLOSED: "closed"},
    "running": {ACTIVE: "Running", PAUSED: PAUSED, CLOSED: CLOSED},
}
ACTIONS: Mapping[str, tuple[str, str]] = {"Resume": (PAUSED, ACTIVE), "Pause": (ACTIVE, PAUSED)}

NEVER = "0001-01-01T00:00:00+00:00"
UNNAMED_AGENT = "New Agent"
DOWNLOAD_URL = "https://pingplotter.cloud/monitor?configLinkId="
SHOWN_LIMIT = 240
INVENTED_ROWS = 25

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
MIXED = LOWER + LOWER[10:].upper()

Row = dict[str, Any]
Check = Callable[[str, Any], Any]
Handler = Callable[..., Reply]


class ApiError(Exception):
    """An error as the API answers it."""

    def __init__(
        self, status: int, message: str, name: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Note the status and the words, and the field that they are about."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name
        self.headers = headers or {}


# --- what an account holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Session:
    """A trace of an agent."""

    session_id: str
    status: str
    description: str
    target_name: str
    ip_address: str
    expected_quality: Row | None = None


@dataclass(frozen=True)
class Agent:
    """An agent or a template; `details` are what the API shows and nobody can set."""

    unique_id: str
    name: str
    is_template: bool
    is_sidekick: bool
    details: Mapping[str, Any]
    sessions: tuple[Session, ...] = ()
    deletion_date: str | None = None
    should_uninstall: bool | None = None

    @property
    def deleted(self) -> bool:
        """Whether the agent has been deleted; deleted agents are kept."""
        return self.deletion_date is not None

    @property
    def open_sessions(self) -> int:
        """How many sessions are running."""
        return sum(session.status == ACTIVE for session in self.sessions)

    @property
    def sessions_not_closed(self) -> int:
        """How many sessions are running or paused."""
        return sum(session.status != CLOSED for session in self.sessions)


@dataclass(frozen=True)
class User:
    """A user."""

    user_id: str
    name: str | None
    email: str
    roles: tuple[str, ...] = ()
    last_login: str = NEVER
    two_factor: bool = False


@dataclass
class State:
    """Agents and users by id, oldest first."""

    agents: dict[str, Agent] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def copy(self) -> State:
        """Return an independent copy; agents and users themselves never change."""
        return State(dict(self.agents), dict(self.users))

    def has(self, object_id: str) -> bool:
        """Tell whether an id is in use."""
        return object_id in self.agents or object_id in self.users


class Meter:
    """Counts what an account spends in a window of time."""

    def __init__(self) -> None:
        """Start with the window closed."""
        self._end = 0.0
        self.used = 0

    def spend(self, cost: int, limit: int, seconds: float) -> bool:
        """Note a cost, unless it would pass the limit of the window."""
        now = time.monotonic()
        if now >= self._end:
            self._end, self.used = now + seconds, 0
        if self.used + cost > limit:
            return False
        self.used += cost
        return True

    @property
    def seconds_left(self) -> int:
        """For how many whole seconds the window stays open."""
        return max(math.ceil(self._end - time.monotonic()), 0)


class DataSet:
    """The data behind one account, or behind several keys to it."""

    def __init__(self, name: str) -> None:
        """Start empty; the name makes ids differ between data sets."""
        self.store = Store(State())
        self.meter = Meter()
        self._name = name
        self._numbers = count(1)

    def new_id(self, kind: str, taken: Callable[[str], bool]) -> str:
        """Return an id that is the same in every run with the same history."""
        make = user_id if kind == "user" else hashed_id
        candidates = (make(f"{self._name} {kind} {number}") for number in self._numbers)
        return next(candidate for candidate in candidates if not taken(candidate))


def hashed_id(text: str, letters: str = LOWER, length: int = 26) -> str:
    """Return an id that looks like those of agents."""
    number, characters = int(hashlib.sha256(text.encode()).hexdigest(), 16), []
    for _turn in range(length):
        number, rest = divmod(number, len(letters))
        characters.append(letters[rest])
    return "".join(characters)


def user_id(text: str) -> str:
    """Return an id that looks like those of users."""
    return "u1:" + hashed_id(text, MIXED, 19)


def now() -> str:
    """Return the time as the API writes it."""
    return datetime.now(UTC).isoformat()


@dataclass(frozen=True)
class ApiKey(Account):
    """A key to a data set."""

    permissions: frozenset[str]
    data: DataSet


# --- what the documents allow ------------------------------------------------------------------------------------


def invalid(name: str, rule: str) -> ApiError:
    """Return the error for a field or parameter that breaks a rule."""
    return ApiError(400, f"Invalid {name}: {rule}.", name)


def any_text(name: str, value: Any) -> str:
    """Return a text, which may be empty."""
    if not isinstance(value, str):
        raise invalid(name, "a text is required")
    return value


def text_value(name: str, value: Any) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise invalid(name, "a text that is not empty is required")
    return value


def optional_text(name: str, value: Any) -> str | None:
    """Return a text or null."""
    return None if value is None else any_text(name, value)


def flag(name: str, value: Any) -> bool:
    """Return a boolean; a text or a number is none."""
    if not isinstance(value, bool):
        raise invalid(name, "must be true or false")
    return value


def optional_flag(name: str, value: Any) -> bool | None:
    """Return a boolean or null."""
    return None if value is None else flag(name, value)


def optional_object(name: str, value: Any) -> Row | None:
    """Return an object or null."""
    if value is not None and not isinstance(value, dict):
        raise invalid(name, "must be an object or null")
    return value


def optional_json(name: str, value: Any) -> str | None:
    """Return a text that holds a JSON object, or null."""
    if value is None:
        return None
    try:
        found = json.loads(any_text(name, value))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid(name, "must be a text with a JSON object in it, or null")
    return str(value)


def email_address(name: str, value: Any) -> str:
    """Return an e-mail address."""
    if not isinstance(value, str) or not EMAIL.fullmatch(value):
        raise invalid(name, "an e-mail address is required")
    return value


def role_list(name: str, value: Any) -> tuple[str, ...]:
    """Return roles, each once; null means no roles."""
    wanted = [] if value is None else value
    if not isinstance(wanted, list):
        raise invalid(name, "must be a list of roles")
    for role in wanted:
        if role not in PERMISSIONS:
            raise invalid(name, f"{role!r} is none of {', '.join(PERMISSIONS)}")
    return tuple(dict.fromkeys(wanted))


def role_text(name: str, value: Any) -> tuple[str, ...]:
    """Return roles from a text with commas."""
    if not isinstance(value, str):
        raise invalid(name, "must be a comma-delimited text")
    return role_list(name, [role.strip() for role in value.split(",")] if value else [])


DETAILS: Mapping[str, tuple[Check, Any]] = {
    "IsOnline": (flag, False),
    "Configured": (flag, False),
    "LastMessageTime": (optional_text, None),
    "MachineID": (optional_text, None),
    "Platform": (any_text, "NotSpecified"),
    "ServiceRunning": (flag, False),
    "MachineName": (optional_text, None),
    "MostRecentIPAddress": (optional_text, None),
    "ClientDetails": (optional_text, None),
    "Notes": (optional_text, None),
    "UserAttributesJson": (optional_text, None),
    "Servers": (optional_text, None),
    "HasSyncedServers": (flag, False),
    "CustomFieldsJSON": (optional_json, None),
    "OnWifi": (optional_flag, None),
    "OnVPN": (optional_flag, None),
    "CurrentNetworkInterface": (optional_object, None),
    "AutoApprove": (optional_flag, None),
    "TemplateUniqueId": (optional_text, None),
    "IsBorrowed": (flag, False),
    "ConnectionType": (optional_text, None),
    "ExpectedQuality": (optional_object, None),
}
"""What an agent shows and nobody can set: the check of each for the state, and its value for a new agent."""

MADE_DETAILS = ("CreationDate", "DownloadUrl")
"""Details that are made for each new agent."""

AGENT_ROW = (
    *("Name", "UniqueId", "IsOnline", "IsTemplate", "OpenSessions", "TotalSessions", "Configured", "LastMessageTime"),
    *("MachineID", "Platform", "ServiceRunning", "MachineName", "MostRecentIPAddress", "ClientDetails", "Deleted"),
    *("DeletionDate", "Notes", "UserAttributesJson", "Servers", "HasSyncedServers", "CustomFieldsJSON", "OnWifi"),
    *("OnVPN", "CurrentNetworkInterface", "AutoApprove", "TemplateUniqueId", "DownloadUrl"),
)
"""The fields of an agent in the document, in its order."""

NEWER_FIELDS = ("IsBorrowed", "CreationDate", "ConnectionType", "ExpectedQuality")
"""Further fields on the vendor's newer page."""


def new_details(unique_id: str) -> Row:
    """Return the details of a new agent."""
    defaults = {name: default for name, (_first, default) in DETAILS.items()}
    return {**defaults, "CreationDate": now(), "DownloadUrl": DOWNLOAD_URL + hashed_id(f"link {unique_id}")}


def agent_fields(agent: Agent) -> Row:
    """Return all that is known of an agent, its sessions aside."""
    return {
        "Name": agent.name,
        "UniqueId": agent.unique_id,
        "IsTemplate": agent.is_template,
        "OpenSessions": agent.open_sessions,
        "TotalSessions": len(agent.sessions),
        "Deleted": agent.deleted,
        "DeletionDate": agent.deletion_date,
        **agent.details,
    }


def check_known(fields: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse fields or parameters that the documents do not name."""
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise invalid(unknown[0], "there is no such field or parameter here")


def check_required(fields: Mapping[str, Any], required: Iterable[str]) -> None:
    """Refuse an object that lacks a field."""
    for name in required:
        if name not in fields:
            raise invalid(name, "required")


def read_fields(call: Call, allowed: Iterable[str]) -> Row:
    """Return the JSON object in the body of a call."""
    if not call.body:
        raise ApiError(400, "A body is required.")
    if call.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise ApiError(415, f"The header Content-Type: {JSON} is required.")
    fields = call.json()
    if not isinstance(fields, dict):
        raise ApiError(400, "The body must be a JSON object.")
    check_known(fields, allowed)
    return fields


def read_flag(call: Call, name: str) -> bool:
    """Return a boolean given as a parameter."""
    text = (call.parameter(name) or "false").lower()
    if text not in ("true", "false"):
        raise invalid(name, "must be true or false")
    return text == "true"


# --- the service -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """An operation on a path; `*` in the path stands for an id."""

    method: str
    path: str
    handler: Handler
    parameters: tuple[str, ...] = ()
    permission: str | None = None
    body: bool = False

    def ids(self, segments: Sequence[str]) -> list[str] | None:
        """Return the ids in a path, or None if the path is another."""
        wanted = self.path.split("/")[1:]
        if len(wanted) != len(segments):
            return None
        pairs = list(zip(wanted, segments, strict=True))
        if not all(given != "" and want in ("*", given) for want, given in pairs):
            return None
        return [given for want, given in pairs if want == "*"]


class PingPlotter(Service):
    """The PingPlotter Cloud API of one tenant."""

    name: ClassVar[str] = "pingplotter"
    # The whole host of the tenant, because it is in doubt whether the API is below `/api`.
    prefix: ClassVar[str] = "/pingplotter"
    own_switches: ClassVar[Mapping[str, Switch]] = {
        "prefix": Choice(("api", "none")),
        "bad_key": Choice((401, 403)),
        "error_style": Choice(("error", "problem_details", "text")),
        "list_envelope": Choice(("bare", "data", "items", "unknown")),
        "detail_envelope": DETAIL_ENVELOPE,
        "create_answer": Choice(("object", "list")),
        "create_status": Choice((200, 201)),
        "role_update_answer": Choice(("list", "object")),
        "action_answer": Choice(("empty", "object")),
        "delete_answer": Choice(("empty", "object", "text")),
        "empty_status": Choice((200, 204)),
        "id_key": Choice(("documented", "lower")),
        "unknown_fields": UNKNOWN_FIELDS,
        "agent_fields": Choice(("documented", "newer")),
        "custom_fields": Choice(("json", "list")),
        "agent_detail": Choice(("works", "missing")),
        "agent_update": Choice(("none",)),
        "agent_delete_body": Choice(("kept", "dropped")),
        "missing_flags": Choice(("refused", "false")),
        "deleted_in_listing": Choice(("hidden", "shown")),
        "deleted_by_id": Choice(("shown", "missing")),
        "sessions_endpoint": Choice(("works", "missing")),
        "open_sessions": Choice(("running", "not_closed")),
        "session_status": Choice(tuple(STATUS_WORDS)),
        "users_filter": Choice(("works", "contains", "case_sensitive", "ignored")),
        "duplicate_email": Choice(("refused", "allowed")),
        "created_name": Choice(("null", "shown", "never")),
        "role_update": Choice(("works", "missing", "not_allowed")),
        "roles_format": Choice(("array", "comma")),
        "roles_read": Choice(("array", "comma")),
        "roles_empty": Choice(("null", "list")),
        "rate_limit": Number(default=0, minimum=0, whole=True),
        "rate_window": Number(default=10, minimum=0),
        "rate_headers": Choice(("yes", "retry_after", "limits", "no", "nothing")),
    }

    def __init__(self) -> None:
        """Start with the default accounts."""
        self._accounts: Accounts[ApiKey] = Accounts()
        self._invented = count(1)
        super().__init__()

    @property
    def base(self) -> str:
        """The base path that the vendor document shows."""
        return self.prefix + "/api"

    # --- accounts and state, for the control endpoint

    def reset_accounts(self) -> None:
        """Put the two default keys in place; both open the same data."""
        self._accounts.clear()
        self._invented = count(1)
        shared = DataSet("default")
        self._accounts.add(ApiKey("default", "sandbox-key", frozenset(PERMISSIONS), shared))
        self._accounts.add(ApiKey("readonly", "sandbox-readonly", frozenset(), shared))

    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add a key: `key`, and optionally `name`, `permissions` (else all), and `same_data_as` another key."""
        allowed = ("key", "name", "permissions", "same_data_as")
        unknown = sorted(set(fields) - set(allowed))
        if unknown:
            raise RefusedError(f"An account takes {', '.join(allowed)}, not {', '.join(unknown)}.")
        texts = [value for name, value in fields.items() if name != "permissions"]
        if not all(isinstance(value, str) and value for value in texts) or "key" not in fields:
            raise RefusedError("An account needs a key, and its other fields are texts that are not empty.")
        try:
            permissions = role_list("permissions", fields.get("permissions", list(PERMISSIONS)))
        except ApiError as error:
            raise RefusedError(error.message) from None
        name = str(fields.get("name", f"account-{len(self._accounts) + 1}"))
        twin = fields.get("same_data_as")
        data = self._accounts.choose(twin).data if twin else DataSet(name)
        self._accounts.add(ApiKey(name, fields["key"], frozenset(permissions), data))
        return name

    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return all agents with their sessions, and all users."""
        state = self._accounts.choose(credential).data.store.current
        return {
            "agents": [
                {
                    **agent_fields(agent),
                    "IsSidekick": agent.is_sidekick,
                    "ShouldUninstall": agent.should_uninstall,
                    "Sessions": [
                        {
                            "SessionId": session.session_id,
                            "Status": session.status,
                            "Description": session.description,
                            "TargetName": session.target_name,
                            "IpAddress": session.ip_address,
                            "ExpectedQuality": session.expected_quality,
                        }
                        for session in agent.sessions
                    ],
                }
                for agent in state.agents.values()
            ],
            "users": [
                {
                    "Id": user.user_id,
                    "Name": user.name,
                    "EmailAddress": user.email,
                    "Roles": list(user.roles),
                    "LastLogin": user.last_login,
                    "TwoFactorEnabled": user.two_factor,
                }
                for user in state.users.values()
            ],
        }

    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace all agents and users; ids, defaults and what follows from the rest may be left out."""
        data = self._accounts.choose(credential).data
        try:
            data.store.replace(Seed(data).read(state))
        except ApiError as error:
            raise RefusedError(error.message) from None

    # --- who calls

    def credentials(self, call: Call) -> Sequence[str]:
        """Return the key in the header."""
        return [*filter(None, [call.headers.get("X-API-KEY")])]

    def account_name(self, call: Call) -> str | None:
        """Return the name of the key's account."""
        account = self._authenticate(call)
        return account.name if account else None

    def _authenticate(self, call: Call) -> ApiKey | None:
        return self._accounts.find(next(iter(self.credentials(call)), ""))

    # --- calls

    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""
        segments = self._below_base(call.segments)
        if segments is None:
            return Reply.of_text("Not Found", 404)
        account = self._authenticate(call)
        if account is None:
            return self._error(ApiError(int(self.switches["bad_key"]), "The header X-API-KEY holds no valid key."))
        try:
            self._charge(call, segments, account.data)
            reply = self._handle(call, segments, account)
        except RateLimitError as error:
            reply = error.reply
        except ApiError as error:
            reply = self._error(error)
        return replace(reply, headers={**reply.headers, **self._rate_headers(reply, account.data)})

    def _below_base(self, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        if self.switches["prefix"] == "none":
            return segments if segments[:1] != ("api",) else None
        return segments[1:] if segments[:1] == ("api",) else None

    def _handle(self, call: Call, segments: tuple[str, ...], account: ApiKey) -> Reply:
        found = [(route, ids) for route in self._routes() if (ids := route.ids(segments)) is not None]
        if not found:
            raise ApiError(404, "There is no such path.")
        fitting = [(route, ids) for route, ids in found if route.method == call.method]
        if not fitting:
            allowed = {"Allow": ", ".join(route.method for route, _rest in found)}
            raise ApiError(405, f"{call.method} is not allowed here.", headers=allowed)
        route, ids = fitting[0]
        if route.permission and route.permission not in account.permissions:
            raise ApiError(403, f"The key lacks the permission {route.permission}.")
        check_known(call.query, route.parameters)
        if call.body and not route.body:
            raise ApiError(400, "There is no body here.")
        return route.handler(call, account.data, *ids)

    def _routes(self) -> list[Route]:
        agents, users, sessions = "AgentManagement", "UserManagement", "SessionManagement"
        routes = [
            Route("GET", "/agents", self._list_agents, ("includeTemplates", "includeDeleted")),
            Route("POST", "/agents", self._create_agent, permission=agents, body=True),
            Route("DELETE", "/agents", self._delete_agent, permission=agents, body=True),
            Route("PUT", "/agents/*/sessions", self._act_on_sessions, ("action",), permission=sessions),
            Route("GET", "/users", self._list_users, ("filter",)),
            Route("POST", "/users", self._create_user, permission=users, body=True),
            Route("DELETE", "/users/*", self._delete_user, permission=users),
        ]
        if self.switches["agent_detail"] == "works":
            routes.append(Route("GET", "/agents/*", self._show_agent))
        if self.switches["sessions_endpoint"] == "works":
            routes += [
                Route("GET", "/sessions", self._list_sessions, ("agentUniqueId", "targetName", "targetIp")),
                Route("GET", "/sessions/*", self._show_session),
                Route("GET", "/sessions/*/status", self._show_quality),
            ]
        if self.switches["role_update"] != "not_allowed":
            routes.append(Route("PUT", "/users/*", self._update_roles, permission=users, body=True))
        return routes

    # --- rate limit

    def _charge(self, call: Call, segments: tuple[str, ...], data: DataSet) -> None:
        limit = int(self.switches["rate_limit"])
        if not limit:
            return
        # What returns live session data costs more, but the smallest limit still lets it through.
        cost = min(2 if segments[:1] == ("sessions",) else 1, limit)
        if data.meter.spend(cost, limit, self.switches.number("rate_window")):
            return
        body = {"error": "Rate limit exceeded", "limit": limit, "remaining": limit - data.meter.used, "cost": cost}
        if self.switches["rate_headers"] not in ("limits", "nothing"):
            body["retryAfterSeconds"] = max(data.meter.seconds_left, 1)
        raise RateLimitError(body)

    def _rate_headers(self, reply: Reply, data: DataSet) -> dict[str, str]:
        limit, shown = int(self.switches["rate_limit"]), self.switches["rate_headers"]
        seconds = data.meter.seconds_left
        headers = {}
        if shown in ("yes", "limits"):
            headers = {
                "X-RateLimit-Limit": str(limit or SHOWN_LIMIT),
                "X-RateLimit-Remaining": str(limit - data.meter.used if limit else SHOWN_LIMIT),
                "X-RateLimit-Reset": str(math.ceil(time.time()) + seconds),
            }
        if shown in ("yes", "retry_after") and reply.status == 429:
            headers["Retry-After"] = str(max(seconds, 1))
        return headers

    # --- agents

    def _list_agents(self, call: Call, data: DataSet) -> Reply:
        templates, deleted = read_flag(call, "includeTemplates"), read_flag(call, "includeDeleted")
        deleted = deleted or self.switches["deleted_in_listing"] == "shown"
        agents: Iterable[Agent] = data.store.read(self.lag).agents.values()
        if call.paging is Paging.ENDLESS:
            ids = [(number, hashed_id(f"invented agent {number}")) for number in self._invent()]
            agents = [Agent(new, f"invented-{number}", False, False, new_details(new)) for number, new in ids]
        wanted = [agent for agent in agents if (templates or not agent.is_template) and (deleted or not agent.deleted)]
        return self._list("agent", [self._agent_row(agent) for agent in wanted])

    def _show_agent(self, call: Call, data: DataSet, unique_id: str) -> Reply:
        agent = self._find_agent(data.store.read(self.lag), unique_id)
        return self._detail("agent", self._agent_row(agent))

    def _create_agent(self, call: Call, data: DataSet) -> Reply:
        fields = self._read_flags(call, ("Name",), ("IsTemplate", "IsSidekick"))
        name = any_text("Name", fields["Name"])
        state = data.store.change(self.lag)
        unique_id = data.new_id("agent", state.has)
        # The document's example sends an empty name and gets this one.
        agent = Agent(
            unique_id, name or UNNAMED_AGENT, fields["IsTemplate"], fields["IsSidekick"], new_details(unique_id)
        )
        state.agents[unique_id] = agent
        return self._created(self._agent_row(agent))

    def _delete_agent(self, call: Call, data: DataSet) -> Reply:
        if self.switches["agent_delete_body"] == "dropped":
            call = replace(call, body=b"")
        fields = self._read_flags(call, ("UniqueId",), ("ShouldUninstall",))
        agent = self._find_agent(data.store.current, text_value("UniqueId", fields["UniqueId"]))
        if not agent.deleted:
            closed = tuple(replace(session, status=CLOSED) for session in agent.sessions)
            agent = replace(agent, deletion_date=now(), should_uninstall=fields["ShouldUninstall"], sessions=closed)
            data.store.change(self.lag).agents[agent.unique_id] = agent
        return self._deleted(self._agent_row(agent))

    def _act_on_sessions(self, call: Call, data: DataSet, unique_id: str) -> Reply:
        agent = self._find_agent(data.store.current, unique_id)
        action = call.parameter("action") or ""
        if action not in ACTIONS:
            raise invalid("action", "must be Resume or Pause")
        before, after = ACTIONS[action]
        sessions = tuple(
            replace(session, status=after) if session.status == before else session for session in agent.sessions
        )
        agent = replace(agent, sessions=sessions)
        data.store.change(self.lag).agents[unique_id] = agent
        if self.switches["action_answer"] == "object":
            return Reply.of_json(self._agent_row(agent))
        return self._empty()

    def _find_agent(self, state: State, unique_id: str) -> Agent:
        agent = state.agents.get(unique_id)
        if agent is None or (agent.deleted and self.switches["deleted_by_id"] == "missing"):
            raise ApiError(404, "There is no such agent.")
        return agent

    def _read_flags(self, call: Call, required: tuple[str, ...], flags: tuple[str, ...]) -> Row:
        fields = read_fields(call, (*required, *flags))
        if self.switches["missing_flags"] == "false":
            fields = {**dict.fromkeys(flags, False), **fields}
        check_required(fields, (*required, *flags))
        return {**fields, **{name: flag(name, fields[name]) for name in flags}}

    # --- sessions

    def _list_sessions(self, call: Call, data: DataSet) -> Reply:
        found: Iterable[tuple[Agent, Session]] = all_sessions(data.store.read(self.lag))
        if call.paging is Paging.ENDLESS:
            agent = Agent(hashed_id("invented agent"), "invented", False, False, {})
            found = [(agent, invented_session(number)) for number in self._invent()]
        wanted = {name: call.parameter(name) for name in ("agentUniqueId", "targetName", "targetIp")}
        rows = [
            self._session_row(agent, session)
            for agent, session in found
            if wanted["agentUniqueId"] in (None, agent.unique_id)
            and wanted["targetName"] in (None, session.target_name)
            and wanted["targetIp"] in (None, session.ip_address)
        ]
        return self._list("session", rows)

    def _show_session(self, call: Call, data: DataSet, session_id: str) -> Reply:
        agent, session = find_session(data.store.read(self.lag), session_id)
        return self._detail("session", self._session_row(agent, session))

    def _show_quality(self, call: Call, data: DataSet, session_id: str) -> Reply:
        _first, session = find_session(data.store.read(self.lag), session_id)
        row = {
            self._id_key("SessionId"): session.session_id,
            "Description": session.description,
            "IpAddress": session.ip_address,
            "TargetQuality": [],
        }
        return self._detail("session", self._object(row))

    # --- users

    def _list_users(self, call: Call, data: DataSet) -> Reply:
        users: Iterable[User] = data.store.read(self.lag).users.values()
        if call.paging is Paging.ENDLESS:
            users = [
                User(user_id(f"invented user {number}"), None, f"invented-{number}@example.com")
                for number in self._invent()
            ]
        wanted = call.parameter("filter")
        found = [user for user in users if not wanted or self._passes(user, wanted)]
        return self._list("user", [self._user_row(user) for user in found])

    def _passes(self, user: User, wanted: str) -> bool:
        match self.switches["users_filter"]:
            case "ignored":
                return True
            case "contains":
                return wanted.lower() in user.email.lower()
            case "case_sensitive":
                return wanted == user.email
        return wanted.lower() == user.email.lower()

    def _create_user(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, ("Name", "EmailAddress", "Roles"))
        check_required(fields, ("EmailAddress",))
        name, email = optional_text("Name", fields.get("Name")), email_address("EmailAddress", fields["EmailAddress"])
        roles = role_list("Roles", fields.get("Roles"))
        users = data.store.current.users.values()
        if self.switches["duplicate_email"] == "refused" and email.lower() in [user.email.lower() for user in users]:
            raise ApiError(409, "There is already a user with this EmailAddress.", "EmailAddress")
        state = data.store.change(self.lag)
        user = User(data.new_id("user", state.has), name, email, roles)
        state.users[user.user_id] = user
        row = self._user_row(user)
        return self._created(row if self.switches["created_name"] == "shown" else {**row, "Name": None})

    def _update_roles(self, call: Call, data: DataSet, wanted: str) -> Reply:
        if self.switches["role_update"] == "missing":
            raise ApiError(404, "There is no such path.")
        user = find_user(data.store.current, wanted)
        fields = read_fields(call, ("Roles",))
        check_required(fields, ("Roles",))
        read_roles = role_text if self.switches["roles_format"] == "comma" else role_list
        user = replace(user, roles=read_roles("Roles", fields["Roles"]))
        data.store.change(self.lag).users[user.user_id] = user
        row = self._user_row(user)
        return Reply.of_json([row] if self.switches["role_update_answer"] == "list" else row)

    def _delete_user(self, call: Call, data: DataSet, wanted: str) -> Reply:
        user = find_user(data.store.current, wanted)
        del data.store.change(self.lag).users[user.user_id]
        return self._deleted(self._user_row(user))

    # --- how things look

    def _agent_row(self, agent: Agent) -> Row:
        newer = self.switches["agent_fields"] == "newer"
        fields = agent_fields(agent)
        if self.switches["open_sessions"] == "not_closed":
            fields["OpenSessions"] = agent.sessions_not_closed
        row = {name: fields[name] for name in (*AGENT_ROW, *(NEWER_FIELDS if newer else ()))}
        if newer and row["CurrentNetworkInterface"]:
            interface = dict(row["CurrentNetworkInterface"])
            address = interface.pop("IP", "")
            row["CurrentNetworkInterface"] = {**interface, "GatewayIP": "", "AdapterIP": address}
        if self.switches["custom_fields"] == "list":
            custom = json.loads(row.pop("CustomFieldsJSON") or "{}")
            row["CustomFields"] = [{"Name": name, "Value": value} for name, value in custom.items()]
        return self._object({self._id_key(name) if name == "UniqueId" else name: row[name] for name in row})

    def _session_row(self, agent: Agent, session: Session) -> Row:
        return self._object(
            {
                "AgentUniqueId": agent.unique_id,
                self._id_key("SessionId"): session.session_id,
                "Description": session.description,
                "IpAddress": session.ip_address,
                "Status": STATUS_WORDS[str(self.switches["session_status"])][session.status],
                "ExpectedQuality": session.expected_quality,
            }
        )

    def _user_row(self, user: User) -> Row:
        nameless = self.switches["created_name"] == "never" and user.last_login == NEVER
        return self._object(
            {
                self._id_key("Id"): user.user_id,
                "LastLogin": user.last_login,
                "TwoFactorEnabled": user.two_factor,
                "Name": None if nameless else user.name,
                "EmailAddress": user.email,
                "Roles": self._roles(user.roles),
            }
        )

    def _roles(self, roles: tuple[str, ...]) -> list[str] | str | None:
        if not roles and self.switches["roles_empty"] == "null":
            return None
        return ",".join(roles) if self.switches["roles_read"] == "comma" else list(roles)

    def _id_key(self, documented: str) -> str:
        return documented if self.switches["id_key"] == "documented" else "id"

    def _object(self, row: Row) -> Row:
        return add_unknown_fields(row) if self.switches["unknown_fields"] == "some" else row

    # --- answers

    def _list(self, kind: str, rows: list[Row]) -> Reply:
        return Reply.of_json(wrap_list(rows, kind, self.switches["list_envelope"]))

    def _detail(self, kind: str, row: Row) -> Reply:
        return Reply.of_json(wrap_object(row, kind, self.switches["detail_envelope"]))

    def _created(self, row: Row) -> Reply:
        answer = [row] if self.switches["create_answer"] == "list" else row
        return Reply.of_json(answer, int(self.switches["create_status"]))

    def _deleted(self, row: Row) -> Reply:
        match self.switches["delete_answer"]:
            case "object":
                return Reply.of_json(row)
            case "text":
                return Reply.of_text("OK")
        return self._empty()

    def _empty(self) -> Reply:
        return Reply(int(self.switches["empty_status"]))

    def _error(self, error: ApiError) -> Reply:
        match self.switches["error_style"]:
            case "text":
                reply = Reply.of_text(error.message, error.status)
            case "problem_details":
                problem: Row = {
                    "type": "about:blank",
                    "title": HTTPStatus(error.status).phrase,
                    "status": error.status,
                    "detail": error.message,
                }
                if error.name:
                    problem["errors"] = {error.name: [error.message]}
                reply = replace(Reply.of_json(problem, error.status), content_type="application/problem+json")
            case _:
                reply = Reply.of_json({"error": error.message}, error.status)
        return replace(reply, headers=error.headers)

    def _invent(self) -> list[int]:
        return [next(self._invented) for _turn in range(INVENTED_ROWS)]


class RateLimitError(Exception):
    """More calls than the limit allows; its body is documented, so no switch changes it."""

    def __init__(self, body: Row) -> None:
        """Note the answer."""
        super().__init__(body["error"])
        self.reply = Reply.of_json(body, 429)


# --- looking things up -------------------------------------------------------------------------------------------


def all_sessions(state: State) -> list[tuple[Agent, Session]]:
    """Return every session with its agent."""
    return [(agent, session) for agent in state.agents.values() for session in agent.sessions]


def find_session(state: State, session_id: str) -> tuple[Agent, Session]:
    """Return a session and its agent."""
    found = next((pair for pair in all_sessions(state) if pair[1].session_id == session_id), None)
    if found is None:
        raise ApiError(404, "There is no such session.")
    return found


def find_user(state: State, wanted: str) -> User:
    """Return a user."""
    if wanted not in state.users:
        raise ApiError(404, "There is no such user.")
    return state.users[wanted]


def invented_session(number: int) -> Session:
    """Return a session for a listing without end."""
    host = f"host-{number}.example.com"
    return Session(hashed_id(f"invented session {number}"), ACTIVE, host, host, "192.0.2.1")


# --- state given by the control endpoint -------------------------------------------------------------------------

SEED_AGENT = (
    *("UniqueId", "Name", "IsTemplate", "IsSidekick", "Sessions", "OpenSessions", "TotalSessions"),
    *("Deleted", "DeletionDate", "ShouldUninstall", *DETAILS, *MADE_DETAILS),
)
SEED_SESSION = ("SessionId", "Status", "Description", "TargetName", "IpAddress", "ExpectedQuality")
SEED_USER = ("Id", "Name", "EmailAddress", "Roles", "LastLogin", "TwoFactorEnabled")


class Seed:
    """Makes a state from a description that may leave out ids, defaults, and what follows from the rest."""

    def __init__(self, data: DataSet) -> None:
        """Take new ids from a data set."""
        self._data = data
        self._taken: set[str] = set()

    def read(self, description: Mapping[str, Any]) -> State:
        """Return the described state."""
        check_known(description, ("agents", "users"))
        agents = objects_in(description, "agents", SEED_AGENT)
        sessions = [session for fields in agents for session in objects_in(fields, "Sessions", SEED_SESSION)]
        users = objects_in(description, "users", SEED_USER)
        for key, objects in (("UniqueId", agents), ("SessionId", sessions), ("Id", users)):
            self._reserve(objects, key)
        state = State()
        for fields in agents:
            agent = self._agent(fields)
            state.agents[agent.unique_id] = agent
        for fields in users:
            user = self._user(fields)
            state.users[user.user_id] = user
        return state

    def _reserve(self, objects: list[Row], key: str) -> None:
        for object_id in (fields[key] for fields in objects if key in fields):
            if text_value(key, object_id) in self._taken:
                raise invalid(key, "it is given twice")
            self._taken.add(object_id)

    def _id(self, kind: str, given: Any) -> str:
        if given is not None:
            return str(given)
        new = self._data.new_id(kind, self._taken.__contains__)
        self._taken.add(new)
        return new

    def _agent(self, fields: Row) -> Agent:
        check_required(fields, ("Name",))
        unique_id = self._id("agent", fields.get("UniqueId"))
        details = new_details(unique_id)
        details.update({name: check(name, fields[name]) for name, (check, _shape) in DETAILS.items() if name in fields})
        details.update({name: text_value(name, fields[name]) for name in MADE_DETAILS if name in fields})
        agent = Agent(
            unique_id=unique_id,
            name=text_value("Name", fields["Name"]),
            is_template=flag("IsTemplate", fields.get("IsTemplate", False)),
            is_sidekick=flag("IsSidekick", fields.get("IsSidekick", False)),
            details=details,
            sessions=tuple(self._session(session) for session in fields.get("Sessions", [])),
            deletion_date=seed_deletion(fields),
            should_uninstall=optional_flag("ShouldUninstall", fields.get("ShouldUninstall")),
        )
        for name, value in (("OpenSessions", agent.open_sessions), ("TotalSessions", len(agent.sessions))):
            if fields.get(name, value) != value:
                raise invalid(name, f"it follows from Sessions, and is {value}")
        return agent

    def _session(self, fields: Row) -> Session:
        status = fields.get("Status", ACTIVE)
        if status not in (ACTIVE, PAUSED, CLOSED):
            raise invalid("Status", f"must be {ACTIVE}, {PAUSED} or {CLOSED}")
        description = any_text("Description", fields.get("Description", ""))
        return Session(
            session_id=self._id("session", fields.get("SessionId")),
            status=status,
            description=description,
            target_name=any_text("TargetName", fields.get("TargetName", description)),
            ip_address=any_text("IpAddress", fields.get("IpAddress", "192.0.2.1")),
            expected_quality=optional_object("ExpectedQuality", fields.get("ExpectedQuality")),
        )

    def _user(self, fields: Row) -> User:
        check_required(fields, ("EmailAddress",))
        return User(
            user_id=self._id("user", fields.get("Id")),
            name=optional_text("Name", fields.get("Name")),
            email=email_address("EmailAddress", fields["EmailAddress"]),
            roles=role_list("Roles", fields.get("Roles")),
            last_login=text_value("LastLogin", fields.get("LastLogin", NEVER)),
            two_factor=flag("TwoFactorEnabled", fields.get("TwoFactorEnabled", False)),
        )


def objects_in(description: Mapping[str, Any], key: str, allowed: Iterable[str]) -> list[Row]:
    """Return a list of objects that have only allowed fields."""
    objects = description.get(key, [])
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise invalid(key, "must be a list of objects")
    for item in objects:
        check_known(item, allowed)
    return objects


def seed_deletion(fields: Row) -> str | None:
    """Return when a described agent was deleted."""
    date = optional_text("DeletionDate", fields.get("DeletionDate"))
    deleted = flag("Deleted", fields.get("Deleted", date is not None))
    if not deleted and date is not None:
        raise invalid("DeletionDate", "the agent is not deleted")
    return (date or now()) if deleted else None
