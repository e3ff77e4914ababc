# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PingPlotter Cloud: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's pages on "API Access", the older and the newer ones. Where they disagree, both are accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from .._core.clock import poll
from .._core.errors import ApiError, MonitoringError, ShapeError
from .._core.kind import Field, Kind
from .._core.objects import Desired, Record, Step
from .._core.overlay import is_placeholder
from .._core.raw import RawAnswer, RawRequest
from .._core.service import Service, for_kind
from .._core.values import Values, join_names
from .._http.client import Client, Credentials
from .._http.envelope import ApiObject, extract_object, identifier
from .common import send_raw, snake_case, snake_keys
from .health import health_of_word

_Result = TypeVar("_Result")


def _shown(kind: str, *names: str) -> tuple[Field, ...]:
    """Fields that the service shows and nobody can set, by the vendor's names."""
    return tuple(Field(snake_case(name), name, type=kind, read_only=True) for name in names)


AGENT = Kind(
    name="agent",
    plural="agents",
    id_option="unique_id",
    key=("name",),
    id_keys=("UniqueId", "UniqueID", "uniqueId", "Id", "id"),
    fields=(
        Field("name", "Name", required=True, immutable=True),
        Field("is_template", "IsTemplate", type="bool", immutable=True),
        Field("is_sidekick", "IsSidekick", type="bool", immutable=True, write_only=True),
        Field("sessions", choices=("running", "paused"), subresource="sessions", active="running"),
        Field("download_url", "DownloadUrl", read_only=True, returned_on_create=True),
        *_shown("bool", "IsOnline", "Configured", "ServiceRunning", "HasSyncedServers", "OnWifi", "OnVPN"),
        *_shown("bool", "AutoApprove", "IsBorrowed", "Deleted"),
        *_shown("int", "OpenSessions", "TotalSessions"),
        *_shown("str", "LastMessageTime", "MachineID", "MachineName", "Platform", "MostRecentIPAddress"),
        *_shown("str", "ClientDetails", "Notes", "UserAttributesJson", "Servers", "TemplateUniqueId"),
        *_shown("str", "CreationDate", "DeletionDate", "ConnectionType"),
        *_shown("dict", "CurrentNetworkInterface", "ExpectedQuality"),
        Field("custom_fields", ("CustomFieldsJSON", "CustomFields"), type="dict", read_only=True),
    ),
    controls=(Field("should_uninstall", type="bool", default=False),),
)

USER = Kind(
    name="user",
    plural="users",
    id_option="user_id",
    key=("email_address",),
    id_keys=("Id", "id", "UserId", "userId"),
    fields=(
        Field("email_address", "EmailAddress", compare="nocase", required=True, immutable=True),
        Field("name", "Name", immutable=True, write_only=True),
        Field("roles", "Roles", type="list", compare="set", clear_value=[], purge=True),
        *_shown("str", "LastLogin"),
        *_shown("bool", "TwoFactorEnabled"),
    ),
    # A new user with the same address would have neither the login nor the second factor of the old one.
    recreatable=False,
)

AGENT_FILTERS = (
    Field("unique_id"),
    Field("name"),
    Field("include", type="list", choices=("deleted", "health", "sessions", "templates"), default=[]),
)
USER_FILTERS = (Field("user_id"), Field("email_address"))

_SESSION_KEYS = ("session", "sessions")
_SESSION_IDS = ("SessionId", "sessionId", "Id", "id")
# The words of the service for the status of a session. A closed session is neither running nor paused.
_SESSION_STATES = {"active": "running", "running": "running", "paused": "paused", "closed": ""}
_SESSION_ACTIONS = {"running": "Resume", "paused": "Pause"}
# By kind: values that a creation must contain, and that mean the same as leaving the option out.
_CREATE_DEFAULTS: Mapping[str, Values] = {"agent": {"IsTemplate": False, "IsSidekick": False}, "user": {"Roles": []}}
_NEVER = "0001-01-01"
# Marks the record of an agent whose sessions the service does not show.
_UNKNOWN_SESSIONS = "unknown_sessions"
_DELETION_TIMEOUT_S = 5.0
_POLL_INTERVAL_S = 0.5


class PingPlotter(Service):
    """A tenant of PingPlotter Cloud."""

    name = "pingplotter"
    title = "PingPlotter Cloud"
    url = None
    credentials = (Field("api_key", required=True, secret=True),)
    kinds: ClassVar[Mapping[str, Kind]] = {"agent": AGENT, "user": USER}
    account_options = ("api_key",)
    config = ("agent", "user")

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        self._options, self._concurrency = options, concurrency
        self._client = self._connect(options["api_url"])
        self.redact, self.write_count = self._client.redact.objects, lambda: self._client.writes
        self.redact_text = self._client.redact.text
        self.warnings = []
        self._url_is_known = False
        self._lists_sessions = True
        self._roles_as_text = False
        self._sessions: dict[str, list[ApiObject]] | None = None

    # -- connection ----------------------------------------------------------------------------------------------

    @property
    def client(self) -> Client:
        """The client in use."""
        return self._client

    def client_without_prefix(self) -> Client:
        """From now on, the client of a tenant whose API is not below /api, although the URL in the options ends so."""
        if not self._url_is_known:
            self._client = self._connect_without_prefix()
            self._url_is_known = True
        return self._client

    def _connect_without_prefix(self) -> Client:
        client = self._connect(self._options["api_url"].rstrip("/")[: -len("/api")])
        client.share_budget(self._client)
        return client

    def _connect(self, url: str) -> Client:
        key = self._options["api_key"]
        credentials = Credentials(headers={"X-API-KEY": key}, secrets=(key,))
        return Client(self.title, {**self._options, "api_url": url}, credentials, self._concurrency)

    def _list_rows(self, names: tuple[str, str], ids: tuple[str, ...], params: Mapping[str, str]) -> list[ApiObject]:
        """A listing as the service shows it."""
        return self._on_known_url(lambda client: client.read_list((names[-1],), names, ids, params=params))

    def _on_known_url(self, send: Callable[[Client], _Result]) -> _Result:
        """The result of ``send``, which sends one request.

        The first request also finds out whether a tenant's API is below /api, if the URL in the options ends like that.
        """
        url = self._options["api_url"].rstrip("/")
        try:
            result = send(self._client)
        except ApiError as exc:
            if self._url_is_known or exc.failure.status != 404 or not url.endswith("/api"):
                raise
            other = self._connect_without_prefix()
            try:
                result = send(other)
            except ApiError as again:
                raise again if again.failure.status in (401, 403) else exc from None
            self._client = other
        self._url_is_known = True
        return result

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written."""
        return self._on_known_url(lambda client: send_raw(client, request))

    # -- list ----------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        listings: Mapping[str, Callable[[], list[Record]]] = {"agent": self._list_agents, "user": self._list_users}
        return for_kind(listings, kind)()

    def _list_agents(self, templates: bool = True, deleted: bool = False) -> list[Record]:
        """The agents; with templates, and without deleted agents, unless the parameters say otherwise."""
        params = {"includeTemplates": str(templates).lower(), "includeDeleted": str(deleted).lower()}
        records = [_agent(row) for row in self._list_rows(AGENT.envelope_keys, AGENT.id_keys, params)]
        # A server may ignore the parameters.
        if not templates:
            records = [record for record in records if not record.values.get("is_template")]
        if not deleted:
            records = [record for record in records if not record.values.get("deleted")]
        return records

    def _list_users(self, params: Mapping[str, str] = MappingProxyType({})) -> list[Record]:
        return [_user(row) for row in self._list_rows(USER.envelope_keys, USER.id_keys, params)]

    # -- read ----------------------------------------------------------------------------------------------------

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """Read the sessions of all agents by one request, if those of several agents are missing."""
        agents = [(record, desired) for record, missing, desired in reads if "sessions" in missing]
        if sum(_has_sessions(agent) for agent, _desired in agents) > 1:
            self._sessions = self._list_sessions()
        for agent, desired in agents:
            if desired.present and not _has_sessions(agent):
                _mark_as_not_applicable(agent, "sessions", desired)

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """Whether the sessions of an agent are running or paused; of a user there is no more to read."""
        readers: Mapping[str, Callable[[Record], Values]] = {
            "agent": lambda agent: self._read_sessions(agent) if "sessions" in missing else {},
            "user": lambda user: {},
        }
        return for_kind(readers, record.kind)(record)

    def forget(self) -> None:
        """Forget the sessions."""
        self._sessions = None

    def _read_sessions(self, agent: Record) -> Values:
        if not _has_sessions(agent):
            return {}
        found = self._sessions if self._sessions is not None else self._list_sessions(agent.id)
        return _sessions_value(agent, None if found is None else found.get(agent.id, []))

    def _list_sessions(self, agent: str = "") -> dict[str, list[ApiObject]] | None:
        """The sessions of one agent, or of all agents, by agent; None if this deployment does not list them like that.

        :param agent: the id of the agent; empty for all
        """
        if not self._lists_sessions:
            return None
        try:
            rows = self._list_rows(_SESSION_KEYS, _SESSION_IDS, {"agentUniqueId": agent} if agent else {})
        except ApiError as exc:
            if exc.failure.status in (404, 405):
                self._lists_sessions = False
                return None
            # Some deployments only list the sessions of one agent.
            if not agent and exc.failure.status in (400, 422):
                return None
            raise
        return self._client.parse_answer((_SESSION_KEYS[-1],), lambda: _by_agent(rows, agent))

    # -- create, update, delete ----------------------------------------------------------------------------------

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an agent or a user."""
        body = {**for_kind(_CREATE_DEFAULTS, kind), **kind.encode(values)}
        answer = self._client.request("POST", (kind.plural,), json=body)
        try:
            row = extract_object(answer, kind.envelope_keys, kind.id_keys)
        except ShapeError:
            return None
        return for_kind(_RECORDS, kind)(row) if identifier(row, kind.id_keys) else None

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Resume or pause the sessions of an agent, or set the roles of a user."""
        writers: Mapping[str, Callable[[], None]] = {
            "agent": lambda: self._set_sessions(record, values["sessions"]),
            "user": lambda: self._set_roles(record, USER.encode(values)["Roles"]),
        }
        for_kind(writers, record.kind)()

    def _set_sessions(self, agent: Record, state: str) -> None:
        self._client.request("PUT", ("agents", agent.id, "sessions"), params={"action": _SESSION_ACTIONS[state]})

    def _set_roles(self, user: Record, roles: list[str]) -> None:
        """Set the roles of a user: as a list, as in the vendor's sample, else with commas, as in the vendor's text."""
        path, text = ("users", user.id), ",".join(roles)
        try:
            self._client.request("PUT", path, json={"Roles": text if self._roles_as_text else roles})
        except ApiError as exc:
            if exc.failure.status in (404, 405):
                words = "this deployment has no request for roles, or the user is gone: set the roles in its web pages"
                raise ApiError(f"{words}; {exc}", exc.failure) from exc
            if self._roles_as_text or exc.failure.status not in (400, 415, 422):
                raise
            try:
                self._client.request("PUT", path, json={"Roles": text})
            except ApiError:
                raise exc from None
            self._roles_as_text = True

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a user or an agent.

        :raises MonitoringError: if an agent still exists afterwards
        """
        deleters: Mapping[str, Callable[[], None]] = {
            "agent": lambda: self._delete_agent(record, controls),
            "user": lambda: self._delete_user(record),
        }
        for_kind(deleters, record.kind)()

    def _delete_user(self, user: Record) -> None:
        self._client.request("DELETE", ("users", user.id))

    def _delete_agent(self, agent: Record, controls: Values) -> None:
        body = {"UniqueId": agent.id, "ShouldUninstall": bool(controls.get("should_uninstall"))}
        self._client.request("DELETE", ("agents",), json=body)
        if not poll(lambda: self._is_deleted(agent.id), _DELETION_TIMEOUT_S, _POLL_INTERVAL_S):
            raise MonitoringError(
                "the service accepted the request, but the agent still exists; a proxy may have dropped the body "
                "of the DELETE request"
            )

    def _is_deleted(self, ident: str) -> bool:
        try:
            row = self._client.read_object(("agents", ident), AGENT.envelope_keys, AGENT.id_keys)
        except ApiError as exc:
            if exc.failure.status not in (404, 405, 410):
                raise
            # Either the agent is deleted, or this deployment does not show single agents.
            return all(record.id != ident for record in self._list_agents())
        return bool(_agent(row).values.get("deleted"))

    # -- plan ----------------------------------------------------------------------------------------------------

    def values_of_new(self, kind: Kind) -> Values:
        """A new agent is no template and has had no sessions; a new user has no roles."""
        values: Mapping[str, Values] = {"agent": {"is_template": False, "total_sessions": 0}, "user": {"roles": []}}
        return dict(for_kind(values, kind))

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[str]:
        """Find no problems. This only warns of sessions that are set although their state is not known."""
        blind = [step.label for step in steps if step.record is not None and _sets_unknown_sessions(step, step.record)]
        if blind:
            self.warnings.append(
                "The service does not show whether the sessions of these agents are running or paused. The request is "
                f"sent in each run, and counts as a change: {join_names(blind)}."
            )
        return []

    # -- information ---------------------------------------------------------------------------------------------

    def agents(self, filters: Values) -> list[Values]:
        """The agents with an id or a name, with what C(include) names of templates, deleted agents and sessions."""
        include = filters["include"]
        listed = self._list_agents(templates="templates" in include, deleted="deleted" in include)
        records = self.filter_objects(AGENT, self._predicted(AGENT, listed), filters)
        if "sessions" in include and records:
            self._add_sessions(records)
        if "health" in include:
            for record in records:
                record.values["health"] = health_of_word(record.values.get("is_online"))
        return [{"unique_id": record.id, **record.values} for record in records]

    def _predicted(self, kind: Kind, listed: Sequence[Record]) -> list[Record]:
        """The objects of a kind as they would be after the earlier tasks of a run in check mode."""
        records = self.overlay.records(kind, listed)
        for record in records:
            if is_placeholder(record.id):
                record.values = {**self.values_of_new(kind), **record.values}
        return records

    def _add_sessions(self, agents: Sequence[Record]) -> None:
        """Add the list of sessions to the values of these agents, and whether they are running or paused."""
        found = self._list_sessions(agents[0].id if len(agents) == 1 else "")
        for agent in agents:
            rows = None if found is None else found.get(agent.id, [])
            agent.values.update(_sessions_value(agent, rows))
            if rows is not None:
                agent.values["session_list"] = [_session(row) for row in rows]

    def users(self, filters: Values) -> list[Values]:
        """The users with an id or an address."""
        found: list[Record] = []
        if filters["email_address"] and not filters["user_id"]:
            # The filter only saves reading all users: older servers ignore it, and it may be case-sensitive.
            listed = self._list_users({"filter": filters["email_address"]})
            found = self.filter_objects(USER, self._predicted(USER, listed), filters)
        found = found or self.filter_objects(USER, self._predicted(USER, self._list_users()), filters)
        return [{"user_id": record.id, **record.values} for record in found]


def _agent(row: ApiObject) -> Record:
    values = AGENT.decode(row)
    for name in ("current_network_interface", "expected_quality"):
        if name in values:
            values[name] = snake_keys(values[name])
    custom = values.get("custom_fields")
    if isinstance(custom, list):
        values["custom_fields"] = {item.get("Name"): item.get("Value") for item in custom if isinstance(item, dict)}
    return Record(AGENT, str(identifier(row, AGENT.id_keys)), values)


def _user(row: ApiObject) -> Record:
    values = USER.decode(row)
    if str(values.get("last_login")).startswith(_NEVER):
        values["last_login"] = None
    if "roles" in values:
        values["roles"] = values["roles"] or []
    record = Record(USER, str(identifier(row, USER.id_keys)), values)
    if row.get("Roles") is None:
        # The one user that the vendor shows with null has a login, and may be the owner.
        record.protected = "may own the account, since the service does not show its roles"
    return record


_RECORDS: Mapping[str, Callable[[ApiObject], Record]] = {"agent": _agent, "user": _user}


def _mark_as_not_applicable(record: Record, option: str, desired: Desired) -> None:
    """Let the plan see no difference in an option that the object cannot have at present.

    The plan has no notion of such an option. It compares the current value with the desired one, so the desired one is
    entered as the current one.
    """
    record.values[option] = desired.values.get(option)


def _sets_unknown_sessions(step: Step, agent: Record) -> bool:
    return "sessions" in step.fields and _UNKNOWN_SESSIONS in agent.raw


def _has_sessions(agent: Record) -> bool:
    """Whether an agent has sessions; true if the service does not show how many."""
    return agent.values.get("total_sessions") != 0


def _by_agent(rows: Sequence[ApiObject], agent: str) -> dict[str, list[ApiObject]]:
    """Sessions by the id of their agent.

    :param agent: the agent of the sessions that do not show it; empty if that is not known
    :raises ShapeError: if a session shows no agent, and ``agent`` is empty
    """
    found: dict[str, list[ApiObject]] = {}
    for row in rows:
        owner = identifier(row, ("AgentUniqueId", "AgentId")) or agent
        if not owner:
            raise ShapeError("the list of sessions does not say which agents they belong to")
        found.setdefault(owner, []).append(row)
    return found


def _sessions_value(agent: Record, rows: list[ApiObject] | None) -> Values:
    """The option C(sessions). None if the sessions differ, or their states are unknown; no option without sessions.

    The number of open sessions says nothing: paused sessions are open, too.

    :param rows: the sessions; None if the service does not list them
    """
    if not _has_sessions(agent):
        return {}
    states = None if rows is None else _session_states(rows)
    if states is None:
        agent.raw[_UNKNOWN_SESSIONS] = True
        return {"sessions": None}
    if not states:
        return {}
    return {"sessions": states.pop() if len(states) == 1 else None}


def _session_states(rows: Sequence[ApiObject]) -> set[str] | None:
    """The states of these sessions, without closed ones; None if the service uses an unknown word."""
    states = {_SESSION_STATES.get(str(row.get("Status")).casefold()) for row in rows}
    return None if None in states else {state for state in states if state}


def _session(row: ApiObject) -> Values:
    shown = {"session_id": identifier(row, _SESSION_IDS), **snake_keys(row)}
    return {name: value for name, value in shown.items() if name != "id"}
