# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PingPlotter Cloud: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's pages on "API Access", the older and the newer ones. Where they disagree, both are accepted.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from .._core.errors import ApiError, MonitoringError, ShapeError
from .._core.kind import Field, Kind
from .._core.objects import Desired, Record
from .._core.service import Service
from .._core.values import Values
from .._http.client import Client, Credentials
from .._http.envelope import ApiObject, extract_object, identifier
from .common import snake_case, snake_keys


def _shown(kind: str, *names: str) -> tuple[Field, ...]:
    """Fields that the service shows, under the vendor's names."""
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
        Field("sessions", choices=("running", "paused"), subresource="sessions"),
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
    # A new user of the same address would have neither the login nor the second factor of the old one.
    recreatable=False,
)

AGENT_FILTERS = (
    Field("unique_id"),
    Field("name"),
    Field("include", type="list", choices=("deleted", "sessions", "templates"), default=[]),
)
USER_FILTERS = (Field("user_id"), Field("email_address"))

_SESSION = ("session", "sessions")
_SESSION_IDS = ("SessionId", "sessionId", "Id", "id")
# What the service calls Closed counts as neither.
_STATUS = {"active": "running", "running": "running", "paused": "paused", "closed": ""}
_ACTIONS = {"running": "Resume", "paused": "Pause"}
_NEVER = "0001-01-01"
_PATIENCE_S = 5.0
_STEP_S = 0.5


class PingPlotter(Service):
    """A tenant of PingPlotter Cloud."""

    name = "pingplotter"
    title = "PingPlotter Cloud"
    url = None
    credentials = (Field("api_key", required=True, secret=True),)
    kinds: ClassVar[Mapping[str, Kind]] = {"agent": AGENT, "user": USER}
    config = ("agent", "user")

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        self._options, self._concurrency = options, concurrency
        self._client = self._connect(options["api_url"])
        self.redact, self.write_count = self._client.redact.data, lambda: self._client.writes
        self.warnings = []
        self._reached = self._no_sessions = self._with_commas = False
        self._sessions: dict[str, list[ApiObject]] | None = None

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """All users, or all agents and templates that are not deleted."""
        return self._agents() if kind is AGENT else self._users()

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """The sessions of all agents, where those of several are wanted; and nothing where there are none."""
        if sum("sessions" in missing and _has_sessions(record) for record, missing, _desired in reads) > 1:
            self._sessions = self._sessions_by_agent()
        for record, missing, desired in reads:
            if "sessions" in missing and not _has_sessions(record) and desired.present:
                # Where there is nothing to run or to pause, all is as it should be.
                record.values["sessions"] = desired.values.get("sessions")

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """Whether the sessions of an agent are running or paused; nothing for an agent that has none."""
        if "sessions" not in missing or not _has_sessions(record):
            return {}
        found = self._sessions if self._sessions is not None else self._sessions_by_agent(record.id)
        return _state(record, None if found is None else found.get(record.id, []))

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an agent or a user."""
        # All of these have to be there, and this is what leaving them out means.
        usual: Values = {"IsTemplate": False, "IsSidekick": False} if kind is AGENT else {"Roles": []}
        answer = self._client.request("POST", (kind.plural,), json={**usual, **kind.encode(values)})
        try:
            row = extract_object(answer, kind.envelope_keys, kind.id_keys)
        except ShapeError:
            return None
        return _record(kind, row) if identifier(row, kind.id_keys) else None

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Resume or pause the sessions of an agent, or set the roles of a user."""
        if record.kind is USER:
            self._set_roles(record, USER.encode(values)["Roles"])
        else:
            action = {"action": _ACTIONS[values["sessions"]]}
            self._client.request("PUT", ("agents", record.id, "sessions"), params=action)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a user; or an agent, and see to it that it is gone."""
        if record.kind is USER:
            self._client.request("DELETE", ("users", record.id))
            return
        body = {"UniqueId": record.id, "ShouldUninstall": bool(controls.get("should_uninstall"))}
        self._client.request("DELETE", ("agents",), json=body)
        deadline = time.monotonic() + _PATIENCE_S
        while not self._gone(record.id):
            if time.monotonic() > deadline:
                raise MonitoringError(
                    "the service took the request, but the agent is still there; a proxy on the way may drop the body "
                    "of a DELETE"
                )
            time.sleep(_STEP_S)

    # -- information ---------------------------------------------------------------------------------------------

    def agents(self, filters: Values) -> list[Values]:
        """The agents of an id or a name, with templates, deleted agents and sessions if these are to be included."""
        include = filters["include"]
        records = self.filter_objects(AGENT, self._agents("templates" in include, "deleted" in include), filters)
        if "sessions" in include and records:
            found = self._sessions_by_agent(records[0].id if len(records) == 1 else "")
            for record in records:
                rows = None if found is None else found.get(record.id, [])
                record.values.update(_state(record, rows))
                if rows is not None:
                    record.values["session_list"] = [_session(row) for row in rows]
        return [{"unique_id": record.id, **record.values} for record in records]

    def users(self, filters: Values) -> list[Values]:
        """The users of an id or an address."""
        found: list[Record] = []
        if filters["email_address"] and not filters["user_id"]:
            # Older servers ignore the filter, and it may heed upper and lower case: it only saves reading all users.
            found = self.filter_objects(USER, self._users({"filter": filters["email_address"]}), filters)
        found = found or self.filter_objects(USER, self._users(), filters)
        return [{"user_id": record.id, **record.values} for record in found]

    # -- odds and ends -------------------------------------------------------------------------------------------

    def _connect(self, url: str) -> Client:
        key = self._options["api_key"]
        credentials = Credentials(headers={"X-API-KEY": key}, secrets=(key,))
        return Client(self.title, {**self._options, "api_url": url}, credentials, self._concurrency)

    def _rows(self, names: tuple[str, str], ids: tuple[str, ...], params: Mapping[str, str]) -> list[ApiObject]:
        """A listing; the first one also finds out whether this tenant's API is below /api, where its URL says so."""
        path, url = (names[-1],), self._options["api_url"].rstrip("/")
        try:
            rows = self._client.read_list(path, names, ids, params=params)
        except ApiError as exc:
            if self._reached or exc.failure.status != 404 or not url.endswith("/api"):
                raise
            other = self._connect(url[: -len("/api")])
            try:
                rows = other.read_list(path, names, ids, params=params)
            except ApiError as again:
                raise again if again.failure.status in (401, 403) else exc from None
            self._client = other
        self._reached = True
        return rows

    def _agents(self, templates: bool = True, deleted: bool = False) -> list[Record]:
        params = {"includeTemplates": str(templates).lower(), "includeDeleted": str(deleted).lower()}
        records = [_record(AGENT, row) for row in self._rows(AGENT.envelope_keys, AGENT.id_keys, params)]
        hidden = {name for name, wanted in (("is_template", templates), ("deleted", deleted)) if not wanted}
        return [record for record in records if not any(record.values.get(name) for name in hidden)]

    def _users(self, params: Mapping[str, str] = MappingProxyType({})) -> list[Record]:
        return [_record(USER, row) for row in self._rows(USER.envelope_keys, USER.id_keys, params)]

    def _sessions_by_agent(self, agent: str = "") -> dict[str, list[ApiObject]] | None:
        """The sessions of one agent, or of all, by agent; None where the deployment does not list them so."""
        if self._no_sessions:
            return None
        try:
            rows = self._rows(_SESSION, _SESSION_IDS, {"agentUniqueId": agent} if agent else {})
        except ApiError as exc:
            self._no_sessions = exc.failure.status in (404, 405)
            if not self._no_sessions and (agent or exc.failure.status not in (400, 422)):
                raise
            return None
        found: dict[str, list[ApiObject]] = {}
        for row in rows:
            owner = identifier(row, ("AgentUniqueId", "AgentId")) or agent
            if not owner:
                raise ShapeError("the list of sessions does not say which agents they belong to")
            found.setdefault(owner, []).append(row)
        return found

    def _set_roles(self, record: Record, roles: list[str]) -> None:
        """Set the roles of a user as a list, as the vendor's sample does, or else as its text says: with commas."""
        path, text = ("users", record.id), ",".join(roles)
        try:
            self._client.request("PUT", path, json={"Roles": text if self._with_commas else roles})
        except ApiError as exc:
            if exc.failure.status in (404, 405):
                words = "this deployment has no role update (or the user is gone): change the roles in its web pages"
                raise ApiError(f"{words}; {exc}", exc.failure) from exc
            if self._with_commas or exc.failure.status not in (400, 415, 422):
                raise
            try:
                self._client.request("PUT", path, json={"Roles": text})
            except ApiError:
                raise exc from None
            self._with_commas = True

    def _gone(self, ident: str) -> bool:
        try:
            row = self._client.read_object(("agents", ident), AGENT.envelope_keys, AGENT.id_keys)
        except ApiError as exc:
            if exc.failure.status not in (404, 405, 410):
                raise
            # Either the agent is gone, or this deployment shows no single agents.
            return all(record.id != ident for record in self._agents())
        return bool(_record(AGENT, row).values.get("deleted"))


def _record(kind: Kind, row: ApiObject) -> Record:
    values = kind.decode(row)
    record = Record(kind, str(identifier(row, kind.id_keys)), values)
    if kind is USER:
        if str(values.get("last_login")).startswith(_NEVER):
            values["last_login"] = None
        if row.get("Roles") is None:
            # The one user that the vendor shows with null has a login, and is perhaps the owner.
            record.protected = "may own the account, since the service does not show its roles"
        if "roles" in values:
            values["roles"] = values["roles"] or []
        return record
    for name in ("current_network_interface", "expected_quality"):
        if name in values:
            values[name] = snake_keys(values[name])
    custom = values.get("custom_fields")
    if isinstance(custom, list):
        values["custom_fields"] = {item.get("Name"): item.get("Value") for item in custom if isinstance(item, dict)}
    return record


def _has_sessions(record: Record) -> bool:
    return record.values.get("total_sessions") != 0


def _state(record: Record, rows: list[ApiObject] | None) -> Values:
    """Whether sessions are running or paused; None for some of both, nothing where there are none to tell.

    :param rows: the sessions; None where they are not listed, so that how many are open has to do
    """
    words = {_STATUS.get(str(row.get("Status")).casefold(), "unknown") for row in rows or ()}
    if rows is None or "unknown" in words:
        words = {"paused" if record.values.get("total_sessions") else ""}
        words = {"running"} if record.values.get("open_sessions") else words
    words -= {""}
    return {"sessions": words.pop() if len(words) == 1 else None} if words else {}


def _session(row: ApiObject) -> Values:
    shown = {"session_id": identifier(row, _SESSION_IDS), **snake_keys(row)}
    return {name: value for name, value in shown.items() if name != "id"}
