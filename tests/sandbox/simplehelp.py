# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SimpleHelp Integration API 1.0: strict where the vendor document speaks, switchable where it does not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, ClassVar
from urllib.parse import quote

from .accounts import Account, Accounts
from .errors import RefusedError
from .lag import Store
from .service import HTML, JSON, Call, Paging, Reply, Service
from .shapes import (
    DETAIL_ENVELOPE,
    LIST_ENVELOPE,
    NUMBERS,
    UNKNOWN_FIELDS,
    add_unknown_fields,
    quote_numbers,
    wrap_list,
    wrap_object,
)
from .switches import Choice, Switch, SwitchValue

FAILED, FORBIDDEN, UNKNOWN_QUERY, WRONG_METHOD = 400, 403, 404, 405
ROOT = ("api", "v1")

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
HOSTNAME = re.compile(r"[^\s/]*")
PASSWORD_IN_TEXT = re.compile(r"""password["']?\s*[:=]\s*(?:"([^"]*)|'([^']*)|([^\s"',&{}]+))""", re.IGNORECASE)

SAMPLE_TIME = 1748779200000
MINUTE = 60_000
DEFAULT_RESULTS = 50
INVENTED_ROWS = 25

Row = dict[str, Any]
GroupPath = tuple[str, ...]
Check = Callable[[str, Any], Any]
Schema = Mapping[str, Check]


class ApiError(Exception):
    """A failure as the API answers it."""

    def __init__(self, reason: str, status: int = FAILED) -> None:
        """Note the words and the status."""
        super().__init__(reason)
        self.reason = reason
        self.status = status


class MissingError(ApiError):
    """No object is the one that a call looks up."""


# --- what an account holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Technician:
    """A technician account; `attributes` are named as in the API, and an unset text is empty."""

    unique_id: int
    attributes: Mapping[str, Any]
    password: str | None = field(default=None, repr=False)
    totp: str | None = field(default=None, repr=False)

    @property
    def row(self) -> Row:
        """The Technician Object."""
        return {"uniqueID": self.unique_id, **self.attributes}


@dataclass(frozen=True)
class Group:
    """A technician group."""

    unique_id: int
    attributes: Mapping[str, Any]
    permissions: Mapping[str, bool]
    password: str | None = field(default=None, repr=False)

    @property
    def row(self) -> Row:
        """The Technician Group Object."""
        return {"uniqueID": self.unique_id, **self.attributes}


@dataclass(frozen=True)
class Machine:
    """A remote access service."""

    machine_id: str
    attributes: Mapping[str, Any]
    hardware: Mapping[str, Any]
    monitoring: Mapping[str, Any]
    notes: str = ""
    warnings: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> GroupPath:
        """The path of the machine group that it is in."""
        return tuple(self.attributes["groups"])

    @property
    def row(self) -> Row:
        """The Machine Object."""
        return {"machineID": self.machine_id, **self.attributes}


@dataclass
class State:
    """All that a server holds, oldest first."""

    technicians: dict[int, Technician] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    machine_groups: dict[GroupPath, Mapping[str, str]] = field(default_factory=dict)
    """The machine groups that have properties, or that no machine is in."""
    hostname: str = ""
    restrictions: tuple[str, ...] = ()
    backups: int = 0
    records: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """What can only be listed: history, alerts and sessions."""

    def copy(self) -> State:
        """Return an independent copy; what the dictionaries hold never changes."""
        return replace(
            self,
            technicians=dict(self.technicians),
            groups=dict(self.groups),
            machines=dict(self.machines),
            machine_groups=dict(self.machine_groups),
        )

    def has_machine_group(self, path: GroupPath) -> bool:
        """Tell whether a machine group is there: it has properties, or there is a machine or a group in it."""
        known = [*self.machine_groups, *(machine.path for machine in self.machines.values())]
        return any(other[: len(path)] == path for other in known)

    def group_properties(self, path: GroupPath, *, inherited: bool) -> dict[str, str]:
        """Return the properties of a machine group, and those of its ancestors that it does not override."""
        lengths = range(1, len(path) + 1) if inherited else (len(path),)
        return {key: text for n in lengths for key, text in self.machine_groups.get(path[:n], {}).items()}


class DataSet:
    """The server behind one token, or behind several."""

    def __init__(self) -> None:
        """Start with the default state."""
        self.store = Store(State())
        self._numbers = count(1001)
        self.store.replace(Seed(self).read(DEFAULT_STATE))

    def new_id(self, taken: Container[int]) -> int:
        """Return an id that is the same in every run with the same history."""
        return next(number for number in self._numbers if number not in taken)

    def new_machine_id(self, taken: Container[str]) -> str:
        """Return the id of a machine."""
        return next(name for name in (f"SG_{number}" for number in self._numbers) if name not in taken)


@dataclass(frozen=True)
class Token(Account):
    """A token to a server."""

    data: DataSet


# --- what the document allows ------------------------------------------------------------------------------------


def invalid(name: str, rule: str) -> ApiError:
    """Return the error for an attribute that breaks a rule."""
    return ApiError(f"Invalid {name}: {rule}.")


def anything(_name: str, value: Any) -> Any:
    """Take any value."""
    return value


def text(name: str, value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise invalid(name, "a text is required")
    return value


def word(name: str, value: Any) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise invalid(name, "a text that is not empty is required")
    return value


def matching(pattern: re.Pattern[str], what: str) -> Check:
    """Return a check for a text of a form."""

    def check(name: str, value: Any) -> str:
        if not pattern.fullmatch(text(name, value)):
            raise invalid(name, f"{what} is required")
        return str(value)

    return check


def email(name: str, value: Any) -> str:
    """Return an e-mail address; an empty one clears it."""
    if value != "" and not EMAIL.fullmatch(text(name, value)):
        raise invalid(name, "an e-mail address is required")
    return str(value)


def one_of(*allowed: str) -> Check:
    """Return a check for a few words."""

    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise invalid(name, "must be one of " + ", ".join(allowed))
        return str(value)

    return check


def flag(name: str, value: Any) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise invalid(name, "true or false is required")
    return value


def whole(bits: int, *, lowest: int | None = None) -> Check:
    """Return a check for a whole number; a number in quotes and a boolean are none."""
    smallest = -(2 ** (bits - 1)) if lowest is None else lowest

    def check(name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not smallest <= value < 2 ** (bits - 1):
            raise invalid(name, f"a whole number of {bits} bits is required, {smallest} or more")
        return value

    return check


def double(name: str, value: Any) -> float:
    """Return a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid(name, "a number is required")
    return value


def nullable(check: Check) -> Check:
    """Return a check that takes null too."""
    return lambda name, value: None if value is None else check(name, value)


def list_of(check: Check, *, lowest: int = 0) -> Check:
    """Return a check for a list."""

    def check_all(name: str, value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) < lowest:
            raise invalid(name, "a list is required" if lowest == 0 else "a list that is not empty is required")
        return [check(f"{name}[{number}]", item) for number, item in enumerate(value)]

    return check_all


def map_of(check: Check) -> Check:
    """Return a check for an object with any keys."""

    def check_all(name: str, value: Any) -> Row:
        if not isinstance(value, dict):
            raise invalid(name, "an object is required")
        return {key: check(f"{name}.{key}", item) for key, item in value.items()}

    return check_all


def object_of(schema: Schema) -> Check:
    """Return a check for an object of which any part may be given."""

    def check_all(name: str, value: Any) -> Row:
        if not isinstance(value, dict):
            raise invalid(name, "an object is required")
        for key in value:
            if key not in schema:
                raise invalid(f"{name}.{key}", "there is no such attribute")
        return {key: schema[key](f"{name}.{key}", item) for key, item in value.items()}

    return check_all


def regular_expression(name: str, value: Any) -> str:
    """Return a restriction."""
    try:
        re.compile(word(name, value))
    except re.error:
        raise invalid(name, "a regular expression is required") from None
    return str(value)


integer, long, natural, natural_long = whole(32), whole(64), whole(32, lowest=0), whole(64, lowest=0)
hostname_text = matching(HOSTNAME, "a hostname")

TECHNICIAN: Schema = {
    "uniqueID": integer,
    "displayName": text,
    "username": word,
    "emailAddress": email,
    "isAnonymous": flag,
    "allowLocallyAuthenticatedLogins": flag,
    "enabled": flag,
    "appProfilesUser": flag,
    "groupIDs": list_of(integer),
}
TECHNICIAN_DEFAULTS: Row = {
    "displayName": "",
    "username": "",
    "emailAddress": "",
    "isAnonymous": False,
    "allowLocallyAuthenticatedLogins": True,
    "enabled": True,
    "appProfilesUser": False,
    "groupIDs": [],
}
MADE_BY_THE_SERVER = ("uniqueID", "isAnonymous", "appProfilesUser")
"""Attributes that nobody can set."""

LDAP_SETTINGS: Schema = {
    "enabled": flag,
    "advanced": flag,
    "baseDN": text,
    "filter": text,
    "memberOfGroups": list_of(text),
}
MFA_SETTINGS: Schema = {
    "email": flag,
    "app": flag,
    "emailCodeLength": natural,
    "emailSubject": text,
    "emailBody": text,
    "rememberMachine": flag,
}
GROUP: Schema = {
    "uniqueID": integer,
    "name": word,
    "allowAnonymousLogins": flag,
    "max_groupShSessions": integer,
    "max_groupSgSessions": integer,
    "max_userShSessions": integer,
    "max_userSgSessions": integer,
    "maxFileSize": long,
    "requestAccessTimeout": natural_long,
    "groupSpecificHostname": hostname_text,
    "defaultSgServiceName": text,
    "videoPassword": text,
    "sessionSpeedLimitKbps": natural,
    "fpsDelay": natural_long,
    "ldapSettings": object_of(LDAP_SETTINGS),
    "mfaSettings": object_of(MFA_SETTINGS),
    # The document never says what is in it.
    "passwordSettings": map_of(anything),
}
GROUP_DEFAULTS: Row = {
    "name": "",
    "allowAnonymousLogins": False,
    "max_groupShSessions": 0,
    "max_groupSgSessions": 0,
    "max_userShSessions": 0,
    "max_userSgSessions": 0,
    "maxFileSize": 0,
    "requestAccessTimeout": 0,
    "groupSpecificHostname": "",
    "defaultSgServiceName": "",
    "videoPassword": "",
    "sessionSpeedLimitKbps": 0,
    "fpsDelay": 0,
    "ldapSettings": {"enabled": False, "advanced": False, "baseDN": "", "filter": "", "memberOfGroups": []},
    "mfaSettings": {
        "email": False,
        "app": False,
        "emailCodeLength": 6,
        "emailSubject": "",
        "emailBody": "",
        "rememberMachine": False,
    },
    "passwordSettings": {"enabled": False},
}
PERMISSION_DEFAULTS: Mapping[str, bool] = {"canRunTools": False}
SUPPORT_KEY, ACCESS_KEY = "max_userShSessions", "max_userSgSessions"

NETWORK_ADAPTER: Schema = {"ip": text, "mac": text, "name": text}
MACHINE: Schema = {
    "machineID": word,
    "online": flag,
    "groups": list_of(word),
    "name": word,
    "state": one_of("In Use", "Not In Use", "Headless", "Unknown"),
    "protocol": text,
    "lastRegistrationTime": long,
    "sessionCount": natural,
    "monitoringEnabled": flag,
    "os": text,
    "hostname": text,
    "wanIP": text,
    "ipAddresses": list_of(object_of(NETWORK_ADAPTER)),
}
HARDWARE: Schema = {
    "machineID": word,
    "totalMemory": long,
    "modelName": text,
    "modelIdentifier": text,
    "manufacturer": text,
    "serial": text,
    "eccMemory": flag,
    "memory": list_of(
        object_of({"capacity": long, "type": text, "speedHz": long, "status": text, "manufacturer": text})
    ),
    "disks": list_of(
        object_of(
            {
                "disk": text,
                "deviceName": text,
                "mediaName": text,
                "capacity": long,
                "type": text,
                "protocol": text,
                "internal": flag,
            }
        )
    ),
    "processors": list_of(object_of({"name": text, "speedHz": text, "cores": integer, "is64bit": flag})),
}
USAGE: Schema = {"name": text, "usedPercentage": double}
MONITORING: Schema = {
    "machineID": word,
    "cpuLoadAverages": list_of(integer),
    "memoryLoadAverages": list_of(integer),
    "is64bit": flag,
    "os": text,
    "hostname": text,
    "wanIP": text,
    "lastRestarted": long,
    "disks": list_of(object_of(USAGE)),
    "cpuOffenders": list_of(object_of(USAGE)),
    "networkAdapters": list_of(object_of(NETWORK_ADAPTER)),
}

CUSTOMER: Schema = {
    "customerID": text,
    "timeInQueue": long,
    "username": text,
    "country": text,
    "domain": text,
    "url": text,
    "os": text,
    "hostname": text,
    "wanIP": text,
    "ipAddresses": list_of(text),
    "details": map_of(text),
}
HISTORY: Schema = {
    "sessionID": word,
    "type": one_of("Access", "Support", "Presentation"),
    "technicianName": text,
    "technicianUsername": text,
    "start": long,
    "duration": long,
    "lastModified": long,
    "hasRecording": flag,
    "chat": text,
    "comments": text,
    "mode": one_of("", "Mobile", "File Transfer", "Diagnostics", "App Tunnel", "VNC", "Terminal"),
    "appTunnelTarget": text,
    "machine": anything,
    "customer": object_of(CUSTOMER),
}
ALERT: Schema = {
    "name": word,
    "active": flag,
    "triggered": flag,
    "triggeredMachineIDs": list_of(text),
    "reason": text,
    "shortReason": text,
    "lastReportMS": long,
    "stateAgeMS": long,
    "severity": one_of("information", "severe", "critical", "warning"),
}
SESSION: Schema = {
    "technicianDisplayName": text,
    "technicianUsername": text,
    "technicianID": integer,
    "sessionID": word,
    "elapsedTime": long,
    "startTime": long,
}
SUPPORT_SESSION: Schema = {"customer": object_of(CUSTOMER), **SESSION}
ACCESS_SESSION: Schema = {"machine": anything, **SESSION}

TECHNICIAN_LOOKUP: Schema = {"uniqueID": integer, "username": text, "technician": object_of(TECHNICIAN)}
GROUP_LOOKUP: Schema = {"uniqueID": integer, "group": object_of(GROUP)}
MACHINE_LOOKUP: Schema = {"machineID": text, "machineIDs": list_of(text)}
MACHINE_GROUP_LOOKUP: Schema = {"groups": list_of(text, lowest=1)}
HISTORY_FILTER: Schema = {
    "rangeStart": long,
    "rangeEnd": long,
    "rangeLastModified": flag,
    "maxResults": whole(32, lowest=1),
    "textFilter": text,
    "technicianNameFilters": list_of(text),
    "groupFilters": list_of(integer),
    "machineIDFilters": list_of(text),
    "includeSupportSessions": flag,
    "includeAccessSessions": flag,
    "includePresentationSessions": flag,
    "searchUntilSessionID": text,
}


def read_fields(call: Call, schema: Schema, required: Iterable[str] = ()) -> Row:
    """Return the checked JSON object in the body of a call."""
    if call.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise ApiError(f"The header Content-Type: {JSON} is required.")
    try:
        value = json.loads(call.body, parse_constant=refuse_constant)
    except ValueError:
        raise ApiError("The POST data is not JSON.") from None
    if not isinstance(value, dict):
        raise ApiError("The POST data is not a JSON object.")
    for name in value:
        if name not in schema:
            raise invalid(name, "there is no such attribute here")
    for name in required:
        if name not in value:
            raise invalid(name, "required")
    return {name: schema[name](name, item) for name, item in value.items()}


def refuse_constant(constant: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(constant)


def passwords_in(value: Any) -> Iterator[str]:
    """Find the passwords in a JSON value."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and "password" in key.lower():
                yield item
            yield from passwords_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from passwords_in(item)


def passwords_in_body(call: Call) -> Iterator[str]:
    """Find the passwords in a body, which may be anything."""
    value = call.json()
    if value is not None:
        yield from passwords_in(value)
        return
    for groups in PASSWORD_IN_TEXT.findall(call.body.decode(errors="replace")):
        yield from groups


# --- the service -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Query:
    """What a query does, and the methods that it is called with."""

    methods: tuple[str, ...]
    act: Callable[[Call, DataSet], Reply]


class SimpleHelp(Service):
    """The SimpleHelp Integration API."""

    name: ClassVar[str] = "simplehelp"
    prefix: ClassVar[str] = "/simplehelp"
    own_switches: ClassVar[Mapping[str, Switch]] = {
        "write_answer": Choice(("response", "empty", "text")),
        "failure_style": Choice(("reason", "success_false", "html", "text")),
        "create_answer": Choice(("no_id", "uniqueID", "id", "nested")),
        "group_update_query": Choice(("groups/set", "groups/get")),
        "machinegroup_set_query": Choice(("set", "get")),
        "hostname_set_query": Choice(("set", "get")),
        "backup_query": Choice(("server/backup", "server/configuration/backup")),
        "backup_method": Choice(("GET", "POST")),
        "notes_key": Choice(("warnings", "warning", "both")),
        "permissions_set_shape": Choice(("both", "nested", "top_level")),
        "permissions_set_answer": Choice(("response", "map")),
        "unknown_permission": Choice(("accepted", "ignored", "refused")),
        "nested_settings": Choice(("merge", "replace")),
        "group_names": Choice(("unique", "free")),
        "username_rename": Choice(("allowed", "refused")),
        "list_envelope": LIST_ENVELOPE,
        "detail_envelope": DETAIL_ENVELOPE,
        "get_missing": Choice((400, "empty", "object", "null")),
        "unknown_machine": Choice((400, "empty_list", "shorter_list")),
        "hostname_answer": Choice(("json_string", "text", "object")),
        "property_answer": Choice(("json_string", "text", "object")),
        "property_missing": Choice(("null", "empty", 400)),
        "restrictions_answer": Choice(("bare", "object")),
        "alerts_answer": Choice(("list", "single")),
        "monitor_supported": Choice(("yes", "silently_ignored")),
        "access_session_key": Choice((ACCESS_KEY, SUPPORT_KEY)),
        "video_password": Choice(("shown", "hidden")),
        "numbers": NUMBERS,
        "empty_value": Choice(("absent", "null", "empty")),
        "unknown_fields": UNKNOWN_FIELDS,
    }

    def __init__(self) -> None:
        """Start with the default accounts."""
        self._accounts: Accounts[Token] = Accounts()
        self._tokens: list[str] = []
        self._invented = count(1)
        self._queries = self._all_queries()
        super().__init__()

    def _all_queries(self) -> Mapping[str, Query]:
        get, post = ("GET",), ("POST",)
        return {
            "technicians/list": Query(get, self._list_technicians),
            "technicians/new": Query(post, self._new_technician),
            "technicians/get": Query(post, self._get_technician),
            "technicians/set": Query(post, self._set_technician),
            "technicians/remove": Query(post, self._remove_technician),
            "technicians/password/set": Query(post, self._set_technician_password),
            "technicians/totp/remove": Query(post, self._remove_totp),
            "groups/list": Query(get, self._list_groups),
            "groups/new": Query(post, self._new_group),
            "groups/get": Query(post, self._get_group),
            "groups/set": Query(post, self._set_group),
            "groups/remove": Query(post, self._remove_group),
            "groups/password/set": Query(post, self._set_group_password),
            "groups/permissions/get": Query(post, self._get_permissions),
            "groups/permissions/set": Query(post, self._set_permissions),
            "machines/list": Query(get, self._list_machines),
            "machines/get": Query(post, self._get_machines),
            "machines/set": Query(post, self._set_machines),
            "machines/hardware/get": Query(post, self._get_hardware),
            "machines/monitoring/get": Query(post, self._get_monitoring),
            "machines/notes/get": Query(post, self._get_notes),
            "machines/notes/set": Query(post, self._set_notes),
            "machines/properties/get": Query(post, self._get_properties),
            "machines/properties/set": Query(post, self._set_property),
            "machines/properties/remove": Query(post, self._remove_property),
            "machinegroups/properties/get": Query(post, self._get_group_properties),
            "machinegroups/properties/set": Query(post, self._set_group_property),
            "server/tech-restrictions/get": Query(get, self._get_restrictions),
            "server/tech-restrictions/new": Query(post, self._add_restrictions),
            "server/tech-restrictions/remove": Query(post, self._remove_restrictions),
            "server/hostname/get": Query(("GET", "POST"), self._get_hostname),
            "server/hostname/set": Query(post, self._set_hostname),
            "history/list": Query(("GET", "POST"), self._list_history),
            "alerts/list": Query(get, self._list_alerts),
            "support/queue/list": Query(get, self._listing_of("support_queue")),
            "support/sessions/list": Query(get, self._listing_of("support_sessions")),
            "access/sessions/list": Query(get, self._listing_of("access_sessions")),
        }

    def _find_query(self, path: str) -> Query:
        absent = {
            "groups/set": self.switches["group_update_query"] != "groups/set",
            "machinegroups/properties/set": self.switches["machinegroup_set_query"] != "set",
            "server/hostname/set": self.switches["hostname_set_query"] != "set",
        }
        if path == self.switches["backup_query"]:
            return Query((str(self.switches["backup_method"]),), self._back_up)
        if path not in self._queries or absent.get(path):
            raise ApiError("Unknown query.", UNKNOWN_QUERY)
        return self._queries[path]

    # --- accounts and state, for the control endpoint

    def reset_accounts(self) -> None:
        """Put the two default tokens in place; they open the same server."""
        self._accounts.clear()
        self._tokens = []
        self._invented = count(1)
        data = DataSet()
        self._add_token(Token("default", "sandbox-token-/+1", data))
        self._add_token(Token("plain", "sandbox-token", data))

    def _add_token(self, token: Token) -> None:
        self._accounts.add(token)
        self._tokens.append(token.credential)

    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add a token: `token`, and optionally `name` and `same_data_as` another token."""
        allowed = ("token", "name", "same_data_as")
        unknown = sorted(set(fields) - set(allowed))
        if unknown:
            raise RefusedError(f"An account takes {', '.join(allowed)}, not {', '.join(unknown)}.")
        if not all(isinstance(value, str) and value for value in fields.values()) or "token" not in fields:
            raise RefusedError("An account needs a token, and its fields are texts that are not empty.")
        name = str(fields.get("name", f"account-{len(self._accounts) + 1}"))
        twin = fields.get("same_data_as")
        data = self._accounts.choose(twin).data if twin else DataSet()
        self._add_token(Token(name, fields["token"], data))
        return name

    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return all that a server holds, with the passwords that its API never shows."""
        state = self._accounts.choose(credential).data.store.current
        return {
            "technicians": [
                {**technician.row, "password": technician.password, "totp": technician.totp}
                for technician in state.technicians.values()
            ],
            "groups": [
                {**group.row, "permissions": dict(group.permissions), "password": group.password}
                for group in state.groups.values()
            ],
            "machines": [
                {
                    **machine.row,
                    "hardware": dict(machine.hardware),
                    "monitoring": dict(machine.monitoring),
                    "notes": machine.notes,
                    "warnings": machine.warnings,
                    "properties": dict(machine.properties),
                }
                for machine in state.machines.values()
            ],
            "machine_groups": [
                {"groups": list(path), "properties": dict(properties)}
                for path, properties in state.machine_groups.items()
            ],
            "hostname": state.hostname,
            "restrictions": list(state.restrictions),
            "backups": state.backups,
            **{name: list(rows) for name, rows in state.records.items()},
        }

    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace all that a server holds; ids, defaults and what can be derived may be left out."""
        data = self._accounts.choose(credential).data
        try:
            data.store.replace(Seed(data).read(state))
        except ApiError as error:
            raise RefusedError(error.reason) from None

    # --- who calls

    def credentials(self, call: Call) -> Sequence[str]:
        """Return the token in the path, the passwords in the body, and the known tokens."""
        # A token that was not quoted falls apart into segments, and is only known as a whole.
        secrets = {*call.segments[2:3], *passwords_in_body(call), *self._tokens}
        # The longest first, since one token may be the beginning of another.
        return sorted(filter(None, secrets), key=lambda secret: (-len(secret), secret))

    def account_name(self, call: Call) -> str | None:
        """Return the name of the token's account."""
        account = self._authenticate(call)
        return account.name if account else None

    def _authenticate(self, call: Call) -> Token | None:
        if call.segments[:2] != ROOT or len(call.segments) < 3:
            return None
        return self._accounts.find(call.segments[2])

    # --- calls

    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""
        try:
            return self._handle(call)
        except ApiError as error:
            return self._failure(call, error)

    def _handle(self, call: Call) -> Reply:
        if call.segments[:2] != ROOT:
            raise ApiError("Unknown path.", UNKNOWN_QUERY)
        account = self._authenticate(call)
        if account is None:
            raise ApiError("The API token is not valid.", FORBIDDEN)
        query = self._find_query("/".join(call.segments[3:]))
        if call.method not in query.methods:
            raise ApiError(f"The method is {' or '.join(query.methods)}.", WRONG_METHOD)
        if call.query:
            raise ApiError("A query takes POST data, not parameters.")
        if call.method == "GET" and call.body:
            raise ApiError("A GET has no POST data.")
        return query.act(call, account.data)

    # --- technicians

    def _list_technicians(self, call: Call, data: DataSet) -> Reply:
        def invent(number: int) -> Row:
            return {"uniqueID": 10**6 + number, **TECHNICIAN_DEFAULTS, "username": f"invented-{number}"}

        rows = [technician.row for technician in self._read(data).technicians.values()]
        return self._list(call, "technician", rows, invent)

    def _new_technician(self, call: Call, data: DataSet) -> Reply:
        schema = {"technician": object_of(TECHNICIAN)}
        attributes = read_fields(call, schema, ["technician"])["technician"]
        for name in MADE_BY_THE_SERVER:
            if name in attributes:
                raise invalid(f"technician.{name}", "it cannot be set")
        check_technician(data.store.current, attributes, None)
        state = data.store.change(self.lag)
        technician = Technician(data.new_id(state.technicians), {**TECHNICIAN_DEFAULTS, **attributes})
        state.technicians[technician.unique_id] = technician
        return self._created("technician", technician.row)

    def _get_technician(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, TECHNICIAN_LOOKUP)
        try:
            technician = find_technician(self._read(data), fields)
        except MissingError as error:
            return self._missing(error)
        return self._detail("technician", technician.row)

    def _set_technician(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, TECHNICIAN_LOOKUP, ["technician"])
        technician = find_technician(data.store.current, fields)
        changes = fields["technician"]
        for name in MADE_BY_THE_SERVER:
            if name in changes and changes.pop(name) != technician.row[name]:
                raise invalid(f"technician.{name}", "it cannot be set")
        check_technician(data.store.current, {**technician.attributes, **changes}, technician.unique_id)
        renamed = changes.get("username", technician.attributes["username"]) != technician.attributes["username"]
        if renamed and self.switches["username_rename"] == "refused":
            raise invalid("technician.username", "it cannot be changed")
        return self._put_technician(data, replace(technician, attributes={**technician.attributes, **changes}))

    def _remove_technician(self, call: Call, data: DataSet) -> Reply:
        technician = find_technician(data.store.current, read_fields(call, TECHNICIAN_LOOKUP))
        del data.store.change(self.lag).technicians[technician.unique_id]
        return self._written()

    def _set_technician_password(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {**TECHNICIAN_LOOKUP, "password": word}, ["password"])
        technician = find_technician(data.store.current, fields)
        return self._put_technician(data, replace(technician, password=fields["password"]))

    def _remove_totp(self, call: Call, data: DataSet) -> Reply:
        technician = find_technician(data.store.current, read_fields(call, TECHNICIAN_LOOKUP))
        return self._put_technician(data, replace(technician, totp=None))

    def _put_technician(self, data: DataSet, technician: Technician) -> Reply:
        data.store.change(self.lag).technicians[technician.unique_id] = technician
        return self._written()

    # --- technician groups

    def _list_groups(self, call: Call, data: DataSet) -> Reply:
        def invent(number: int) -> Row:
            return self._group_row({"uniqueID": 10**6 + number, **GROUP_DEFAULTS, "name": f"invented-{number}"})

        rows = [self._group_row(group.row) for group in self._read(data).groups.values()]
        return self._list(call, "group", rows, invent)

    def _new_group(self, call: Call, data: DataSet) -> Reply:
        fields = self._group_fields(call, {"group": object_of(GROUP)}, ["group"])
        attributes = fields["group"]
        if "name" not in attributes:
            raise invalid("group.name", "required")
        if "uniqueID" in attributes:
            raise invalid("group.uniqueID", "it cannot be set")
        self._check_group_name(data.store.current, attributes["name"], None)
        state = data.store.change(self.lag)
        group = Group(data.new_id(state.groups), with_defaults(attributes), PERMISSION_DEFAULTS)
        state.groups[group.unique_id] = group
        return self._created("group", self._group_row(group.row))

    def _get_group(self, call: Call, data: DataSet) -> Reply:
        fields = self._group_fields(call, GROUP_LOOKUP)
        if self.switches["group_update_query"] == "groups/get":
            for_lookup = {"uniqueID"} if "uniqueID" in fields else {"uniqueID", "name"}
            if set(fields.get("group", {})) - for_lookup:
                return self._update_group(fields, data)
        try:
            group = find_group(self._read(data), fields)
        except MissingError as error:
            return self._missing(error)
        return self._detail("group", self._group_row(group.row))

    def _set_group(self, call: Call, data: DataSet) -> Reply:
        return self._update_group(self._group_fields(call, GROUP_LOOKUP, ["group"]), data)

    def _update_group(self, fields: Row, data: DataSet) -> Reply:
        group = find_group(data.store.current, fields)
        changes = fields["group"]
        if changes.pop("uniqueID", group.unique_id) != group.unique_id:
            raise invalid("group.uniqueID", "it cannot be set")
        if "name" in changes:
            self._check_group_name(data.store.current, changes["name"], group.unique_id)
        kept: Mapping[str, Any] = group.attributes
        if self.switches["nested_settings"] == "replace":
            kept = {**kept, **{name: GROUP_DEFAULTS[name] for name in changes}}
        return self._put_group(data, replace(group, attributes=merged(kept, changes)))

    def _remove_group(self, call: Call, data: DataSet) -> Reply:
        group = find_group(data.store.current, self._group_fields(call, GROUP_LOOKUP))
        state = data.store.change(self.lag)
        del state.groups[group.unique_id]
        for technician in list(state.technicians.values()):
            members = [number for number in technician.attributes["groupIDs"] if number != group.unique_id]
            attributes = {**technician.attributes, "groupIDs": members}
            state.technicians[technician.unique_id] = replace(technician, attributes=attributes)
        return self._written()

    def _set_group_password(self, call: Call, data: DataSet) -> Reply:
        fields = self._group_fields(call, {**GROUP_LOOKUP, "password": word}, ["password"])
        return self._put_group(data, replace(find_group(data.store.current, fields), password=fields["password"]))

    def _get_permissions(self, call: Call, data: DataSet) -> Reply:
        group = find_group(self._read(data), self._group_fields(call, GROUP_LOOKUP))
        return Reply.of_json(dict(group.permissions))

    def _set_permissions(self, call: Call, data: DataSet) -> Reply:
        schema = {"uniqueID": integer, "group": object_of({**GROUP, "permissions": map_of(flag)})}
        fields = self._group_fields(call, schema, ["group"])
        nested = fields["group"]
        if "permissions" not in nested:
            raise invalid("group.permissions", "required")
        shape = self.switches["permissions_set_shape"]
        top_id = fields.get("uniqueID") if shape != "nested" else None
        nested_id = nested.get("uniqueID") if shape != "top_level" else None
        unique_id = nested_id if top_id is None else top_id
        lookup = {"group": nested} if unique_id is None else {"uniqueID": unique_id}
        group = find_group(data.store.current, lookup)
        changes = nested["permissions"]
        unknown = sorted(set(changes) - set(group.permissions))
        if unknown and self.switches["unknown_permission"] == "refused":
            raise invalid(f"group.permissions.{unknown[0]}", "there is no such permission")
        if self.switches["unknown_permission"] == "ignored":
            changes = {name: value for name, value in changes.items() if name not in unknown}
        permissions = {**group.permissions, **changes}
        answer = self._put_group(data, replace(group, permissions=permissions))
        return Reply.of_json(permissions) if self.switches["permissions_set_answer"] == "map" else answer

    def _put_group(self, data: DataSet, group: Group) -> Reply:
        data.store.change(self.lag).groups[group.unique_id] = group
        return self._written()

    def _group_fields(self, call: Call, schema: Schema, required: Iterable[str] = ()) -> Row:
        fields = read_fields(call, schema, required)
        attributes = fields.get("group", {})
        if self.switches["access_session_key"] == SUPPORT_KEY:
            if ACCESS_KEY in attributes:
                raise invalid(f"group.{ACCESS_KEY}", "there is no such attribute")
            if SUPPORT_KEY in attributes:
                attributes[ACCESS_KEY] = attributes[SUPPORT_KEY]
        return fields

    def _group_row(self, row: Row) -> Row:
        row = dict(row)
        if self.switches["access_session_key"] == SUPPORT_KEY:
            row[SUPPORT_KEY] = row.pop(ACCESS_KEY)
        if self.switches["video_password"] == "hidden":
            del row["videoPassword"]
        return row

    def _check_group_name(self, state: State, name: str, unique_id: int | None) -> None:
        if self.switches["group_names"] == "free":
            return
        if any(group.attributes["name"] == name and group.unique_id != unique_id for group in state.groups.values()):
            raise invalid("group.name", "there is already a group of this name")

    # --- machines

    def _list_machines(self, call: Call, data: DataSet) -> Reply:
        def invent(number: int) -> Row:
            return make_machine(f"SG_INVENTED_{number}", {"name": f"invented-{number}"}).row

        rows = [machine.row for machine in self._read(data).machines.values()]
        return self._list(call, "machine", rows, invent)

    def _get_machines(self, call: Call, data: DataSet) -> Reply:
        machines = self._wanted(self._read(data), read_fields(call, MACHINE_LOOKUP))
        return self._rows("machine", [machine.row for machine in machines])

    def _get_hardware(self, call: Call, data: DataSet) -> Reply:
        machines = self._wanted(self._read(data), read_fields(call, MACHINE_LOOKUP))
        return self._rows("machine", [{"machineID": machine.machine_id, **machine.hardware} for machine in machines])

    def _get_monitoring(self, call: Call, data: DataSet) -> Reply:
        machines = self._wanted(self._read(data), read_fields(call, MACHINE_LOOKUP))
        return self._rows("machine", [{"machineID": machine.machine_id, **machine.monitoring} for machine in machines])

    def _get_notes(self, call: Call, data: DataSet) -> Reply:
        machines = self._wanted(self._read(data), read_fields(call, MACHINE_LOOKUP))
        rows = [
            {"machineID": machine.machine_id, "notes": machine.notes, "warnings": machine.warnings}
            for machine in machines
        ]
        return self._rows("machine", rows)

    def _get_properties(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {**MACHINE_LOOKUP, "includeInherited": flag, "key": text})
        state = self._read(data)
        rows = []
        for machine in self._wanted(state, fields):
            properties = dict(machine.properties)
            if fields.get("includeInherited", False):
                properties = {**state.group_properties(machine.path, inherited=True), **properties}
            shown = [
                {"key": key, "value": value} for key, value in properties.items() if fields.get("key") in (None, key)
            ]
            rows.append(self._object({"machineID": machine.machine_id, "properties": shown}))
        return self._json(wrap_list(rows, "machine", self.switches["list_envelope"]))

    def _wanted(self, state: State, fields: Row) -> list[Machine]:
        wanted = wanted_ids(fields)
        unknown = [machine_id for machine_id in wanted if machine_id not in state.machines]
        if unknown and self.switches["unknown_machine"] == 400:
            raise unknown_machine(unknown[0])
        if unknown and self.switches["unknown_machine"] == "empty_list":
            return []
        return [state.machines[machine_id] for machine_id in wanted if machine_id in state.machines]

    def _set_machines(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {**MACHINE_LOOKUP, "name": word, "monitor": flag})
        require_one_of(fields, ("name", "monitor"))
        machines = [find_machine(data.store.current, machine_id) for machine_id in wanted_ids(fields)]
        changes: Row = {}
        if "name" in fields:
            changes["name"] = fields["name"]
        if "monitor" in fields and self.switches["monitor_supported"] == "yes":
            changes["monitoringEnabled"] = fields["monitor"]
        return self._put_machines(
            data, [replace(machine, attributes={**machine.attributes, **changes}) for machine in machines]
        )

    def _set_notes(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {"machineID": text, "notes": text, "warnings": text, "warning": text}, ["machineID"])
        require_one_of(fields, ("notes", "warnings", "warning"))
        machine = find_machine(data.store.current, fields["machineID"])
        key = self.switches["notes_key"]
        keys = ("warnings", "warning") if key == "both" else (str(key),)
        warnings = next((fields[name] for name in keys if name in fields), machine.warnings)
        return self._put_machines(data, [replace(machine, notes=fields.get("notes", machine.notes), warnings=warnings)])

    def _set_property(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {"machineID": text, "key": word, "value": text}, ["machineID", "key", "value"])
        machine = find_machine(data.store.current, fields["machineID"])
        properties = {**machine.properties, fields["key"]: fields["value"]}
        return self._put_machines(data, [replace(machine, properties=properties)])

    def _remove_property(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, {"machineID": text, "key": word}, ["machineID", "key"])
        machine = find_machine(data.store.current, fields["machineID"])
        if fields["key"] not in machine.properties:
            raise invalid("key", "the machine has no such property")
        properties = {key: value for key, value in machine.properties.items() if key != fields["key"]}
        return self._put_machines(data, [replace(machine, properties=properties)])

    def _put_machines(self, data: DataSet, machines: list[Machine]) -> Reply:
        state = data.store.change(self.lag)
        state.machines.update({machine.machine_id: machine for machine in machines})
        return self._written()

    # --- machine groups

    def _get_group_properties(self, call: Call, data: DataSet) -> Reply:
        schema = {**MACHINE_GROUP_LOOKUP, "includeInherited": flag, "key": word, "value": text}
        fields = read_fields(call, schema, ["groups"])
        if "value" in fields and self.switches["machinegroup_set_query"] == "get":
            return self._put_group_property(fields, data)
        state = self._read(data)
        path = find_machine_group(state, fields)
        properties = state.group_properties(path, inherited=fields.get("includeInherited", False))
        if "key" not in fields:
            return Reply.of_json(list(properties))
        value = properties.get(fields["key"])
        missing = self.switches["property_missing"]
        if value is None and missing == 400:
            raise invalid("key", "the group has no such property")
        if value is None and missing == "empty":
            value = ""
        return self._string("value", value, self.switches["property_answer"])

    def _set_group_property(self, call: Call, data: DataSet) -> Reply:
        return self._put_group_property(read_fields(call, {**MACHINE_GROUP_LOOKUP, "key": word, "value": text}), data)

    def _put_group_property(self, fields: Row, data: DataSet) -> Reply:
        for name in ("groups", "key", "value"):
            if name not in fields:
                raise invalid(name, "required")
        path = find_machine_group(data.store.current, fields)
        state = data.store.change(self.lag)
        state.machine_groups[path] = {**state.machine_groups.get(path, {}), fields["key"]: fields["value"]}
        return self._written()

    # --- the server

    def _get_restrictions(self, call: Call, data: DataSet) -> Reply:
        restrictions = list(self._read(data).restrictions)
        named = self.switches["restrictions_answer"] == "object"
        return Reply.of_json({"restrictions": restrictions} if named else restrictions)

    def _add_restrictions(self, call: Call, data: DataSet) -> Reply:
        schema = {"restrictions": list_of(regular_expression)}
        added = read_fields(call, schema, ["restrictions"])["restrictions"]
        state = data.store.change(self.lag)
        state.restrictions = tuple(dict.fromkeys([*state.restrictions, *added]))
        return self._written()

    def _remove_restrictions(self, call: Call, data: DataSet) -> Reply:
        removed = read_fields(call, {"restrictions": list_of(word)}, ["restrictions"])["restrictions"]
        state = data.store.change(self.lag)
        state.restrictions = tuple(restriction for restriction in state.restrictions if restriction not in removed)
        return self._written()

    def _back_up(self, call: Call, data: DataSet) -> Reply:
        if call.body:
            read_fields(call, {})
        data.store.change(self.lag).backups += 1
        return self._written()

    def _get_hostname(self, call: Call, data: DataSet) -> Reply:
        if call.method == "POST":
            hostname = read_fields(call, {"hostname": hostname_text}, ["hostname"])["hostname"]
            if self.switches["hostname_set_query"] == "get":
                return self._put_hostname(data, hostname)
        return self._string("hostname", self._read(data).hostname, self.switches["hostname_answer"])

    def _set_hostname(self, call: Call, data: DataSet) -> Reply:
        return self._put_hostname(data, read_fields(call, {"hostname": hostname_text}, ["hostname"])["hostname"])

    def _put_hostname(self, data: DataSet, hostname: str) -> Reply:
        data.store.change(self.lag).hostname = hostname
        return self._written()

    # --- history, alerts, sessions

    def _list_history(self, call: Call, data: DataSet) -> Reply:
        filters = read_fields(call, HISTORY_FILTER) if call.method == "POST" else {}
        state = self._read(data)
        sessions = sorted(state.records["history"], key=lambda session: int(session["start"]), reverse=True)
        found: list[Row] = []
        for session in sessions:
            if session["sessionID"] == filters.get("searchUntilSessionID"):
                break
            if is_wanted(session, filters, state):
                found.append(session)
        return self._list(call, "session", found[: filters.get("maxResults", DEFAULT_RESULTS)], invented_session)

    def _list_alerts(self, call: Call, data: DataSet) -> Reply:
        alerts = list(self._read(data).records["alerts"])
        if self.switches["alerts_answer"] == "single" and len(alerts) == 1:
            return self._detail("alert", alerts[0])
        return self._list(call, "alert", alerts, lambda number: {**ALERT_DEFAULTS, "name": f"invented-{number}"})

    def _listing_of(self, name: str) -> Callable[[Call, DataSet], Reply]:
        def act(call: Call, data: DataSet) -> Reply:
            return self._list(call, "session", list(self._read(data).records[name]), invented_session)

        return act

    # --- how things look

    def _read(self, data: DataSet) -> State:
        return data.store.read(self.lag)

    def _object(self, row: Row) -> Row:
        return add_unknown_fields(row) if self.switches["unknown_fields"] == "some" else row

    def _shown(self, row: Row) -> Row:
        return self._object(present(row, str(self.switches["empty_value"])))

    def _json(self, value: Any, status: int = 200) -> Reply:
        return Reply.of_json(quote_numbers(value) if self.switches["numbers"] == "string" else value, status)

    def _list(self, call: Call, kind: str, rows: list[Row], invent: Callable[[int], Row]) -> Reply:
        if call.paging is Paging.ENDLESS:
            rows = [invent(next(self._invented)) for _turn in range(INVENTED_ROWS)]
        return self._rows(kind, rows)

    def _rows(self, kind: str, rows: list[Row]) -> Reply:
        return self._json(wrap_list([self._shown(row) for row in rows], kind, self.switches["list_envelope"]))

    def _detail(self, kind: str, row: Row) -> Reply:
        return self._json(wrap_object(self._shown(row), kind, self.switches["detail_envelope"]))

    def _string(self, name: str, value: str | None, shape: SwitchValue) -> Reply:
        match shape:
            case "text":
                return Reply.of_text(value or "")
            case "object":
                return Reply.of_json({name: value})
        return Reply.of_json(value)

    # --- answers

    def _created(self, kind: str, row: Row) -> Reply:
        match self.switches["create_answer"]:
            case "uniqueID" | "id" as key:
                return self._json({"success": True, str(key): row["uniqueID"]})
            case "nested":
                return self._json({"success": True, kind: self._shown(row)})
        return self._written()

    def _written(self) -> Reply:
        match self.switches["write_answer"]:
            case "empty":
                return Reply()
            case "text":
                return Reply.of_text("OK")
        return Reply.of_json({"success": True})

    def _missing(self, error: MissingError) -> Reply:
        match self.switches["get_missing"]:
            case "empty":
                return Reply()
            case "object":
                return Reply.of_json({})
            case "null":
                return Reply.of_json(None)
        raise error

    def _failure(self, call: Call, error: ApiError) -> Reply:
        # As the error pages of web servers do, the page and the text repeat the path, and so the token.
        match self.switches["failure_style"]:
            case "html":
                words = f"<h1>Error {error.status}</h1><p>{html.escape(f'{call.path}: {error.reason}')}</p>"
                page = f"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>{words}</body></html>\n"
                return Reply(error.status, page.encode(), HTML)
            case "text":
                path = "".join("/" + quote(segment, safe="") for segment in call.segments)
                return Reply.of_text(f"{error.reason} ({path})\n", error.status)
            case "success_false" if error.status not in (FORBIDDEN, WRONG_METHOD):
                return Reply.of_json({"success": False, "reason": error.reason})
        return Reply.of_json({"success": False, "reason": error.reason}, error.status)


def present(value: Any, empty_value: str) -> Any:
    """Show unset texts as wanted, at any depth."""
    if isinstance(value, list):
        return [present(item, empty_value) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if item != "" or empty_value != "absent"}
    return {
        key: None if item == "" and empty_value == "null" else present(item, empty_value) for key, item in kept.items()
    }


# --- looking things up -------------------------------------------------------------------------------------------


def require_one_of(fields: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse an object that has none of some attributes."""
    if not any(name in fields for name in names):
        raise ApiError(f"One of {', '.join(names)} is required.")


def find_technician(state: State, fields: Row) -> Technician:
    """Return a technician by `uniqueID`, else `username`, else the username of `technician`."""
    if "uniqueID" in fields:
        technician = state.technicians.get(fields["uniqueID"])
    else:
        username = fields.get("username", fields.get("technician", {}).get("username"))
        if username is None:
            raise ApiError("A uniqueID or a username is required.")
        known = state.technicians.values()
        technician = next((item for item in known if item.attributes["username"] == username), None)
    if technician is None:
        raise MissingError("There is no such technician.")
    return technician


def check_technician(state: State, attributes: Row, unique_id: int | None) -> None:
    """Refuse a username that is taken, and groups that are not there."""
    if "username" not in attributes:
        raise invalid("technician.username", "required")
    for other in state.technicians.values():
        if other.attributes["username"] == attributes["username"] and other.unique_id != unique_id:
            raise invalid("technician.username", "there is already a technician of this name")
    for number in attributes.get("groupIDs", ()):
        if number not in state.groups:
            raise invalid("technician.groupIDs", f"there is no group {number}")


def find_group(state: State, fields: Row) -> Group:
    """Return a group by `uniqueID`, else by the name of `group`."""
    if "uniqueID" in fields:
        group = state.groups.get(fields["uniqueID"])
    else:
        name = fields.get("group", {}).get("name")
        if name is None:
            raise ApiError("A uniqueID or the name of a group is required.")
        group = next((item for item in state.groups.values() if item.attributes["name"] == name), None)
    if group is None:
        raise MissingError("There is no such group.")
    return group


def with_defaults(attributes: Row) -> Row:
    """Return all attributes of a group, of which some are given."""
    return merged(GROUP_DEFAULTS, attributes)


def merged(attributes: Mapping[str, Any], changes: Row) -> Row:
    """Change attributes of a group; of nested settings, only the keys that are given."""
    nested = {name: {**attributes[name], **value} for name, value in changes.items() if isinstance(value, dict)}
    return {**attributes, **changes, **nested}


def unknown_machine(machine_id: str) -> ApiError:
    """Return the error for an id of no machine."""
    return ApiError(f"There is no machine {machine_id!r}.")


def find_machine(state: State, machine_id: str) -> Machine:
    """Return a machine."""
    if machine_id not in state.machines:
        raise unknown_machine(machine_id)
    return state.machines[machine_id]


def wanted_ids(fields: Row) -> list[str]:
    """Return the ids in `machineID` and `machineIDs`, each once."""
    require_one_of(fields, ("machineID", "machineIDs"))
    single = [fields["machineID"]] if "machineID" in fields else []
    return list(dict.fromkeys([*single, *fields.get("machineIDs", ())]))


def find_machine_group(state: State, fields: Row) -> GroupPath:
    """Return the path of a machine group that is there."""
    path = tuple(fields["groups"])
    if not state.has_machine_group(path):
        raise ApiError("There is no machine group " + " / ".join(path) + ".")
    return path


def is_wanted(session: Row, filters: Row, state: State) -> bool:
    """Tell whether a session passes all filters."""
    time = session["lastModified" if filters.get("rangeLastModified", False) else "start"]
    if not filters.get("rangeStart", time) <= time < filters.get("rangeEnd", time + 1):
        return False
    if not filters.get(f"include{session['type']}Sessions", True):
        return False
    if not any(filters.get("textFilter", "").lower() in words.lower() for words in texts_in(session)):
        return False
    names = [session["technicianName"].lower(), session["technicianUsername"].lower()]
    wanted_names = [wanted.lower() for wanted in filters.get("technicianNameFilters", ())]
    if wanted_names and not any(wanted in name for wanted in wanted_names for name in names):
        return False
    groups = {
        number
        for technician in state.technicians.values()
        if technician.attributes["username"] == session["technicianUsername"]
        for number in technician.attributes["groupIDs"]
    }
    if filters.get("groupFilters") and groups.isdisjoint(filters["groupFilters"]):
        return False
    machine_ids = filters.get("machineIDFilters")
    return not machine_ids or session.get("machine", {}).get("machineID") in machine_ids


def texts_in(value: Any) -> Iterator[str]:
    """Find all texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def invented_session(number: int) -> Row:
    """Return a session that is not there."""
    return {"sessionID": f"invented-{number}"}


# --- state given by the control endpoint -------------------------------------------------------------------------

ALERT_DEFAULTS: Row = {
    "name": "",
    "active": True,
    "triggered": False,
    "triggeredMachineIDs": [],
    "reason": "",
    "shortReason": "",
    "lastReportMS": SAMPLE_TIME,
    "stateAgeMS": MINUTE,
    "severity": "warning",
}
HISTORY_DEFAULTS: Row = {
    "type": "Access",
    "technicianName": "",
    "technicianUsername": "",
    "start": SAMPLE_TIME,
    "duration": MINUTE,
    "hasRecording": False,
    "chat": "",
    "comments": "",
    "mode": "VNC",
    "appTunnelTarget": "",
}
SESSION_DEFAULTS: Row = {
    "technicianDisplayName": "",
    "technicianUsername": "",
    "elapsedTime": MINUTE,
    "startTime": SAMPLE_TIME,
}
CUSTOMER_DEFAULTS: Row = {
    "customerID": "customer",
    "timeInQueue": MINUTE,
    "username": "customer",
    "country": "United Kingdom",
    "domain": "help.example.com",
    "url": "https://help.example.com/",
    "os": "Windows 11",
    "hostname": "laptop",
    "wanIP": "203.0.113.200",
    "ipAddresses": ["192.168.1.20"],
    "details": {},
}
RECORDS: Mapping[str, tuple[Schema, Row]] = {
    "history": (HISTORY, HISTORY_DEFAULTS),
    "alerts": (ALERT, ALERT_DEFAULTS),
    "support_queue": (SUPPORT_SESSION, SESSION_DEFAULTS),
    "support_sessions": (SUPPORT_SESSION, SESSION_DEFAULTS),
    "access_sessions": (ACCESS_SESSION, SESSION_DEFAULTS),
}

SEED_TECHNICIAN: Schema = {
    **TECHNICIAN,
    "groupIDs": list_of(anything),
    "password": nullable(text),
    "totp": nullable(text),
}
SEED_GROUP: Schema = {**GROUP, "permissions": map_of(flag), "password": nullable(text)}
SEED_MACHINE: Schema = {
    **MACHINE,
    "hardware": object_of(HARDWARE),
    "monitoring": object_of(MONITORING),
    "notes": text,
    "warnings": text,
    "properties": map_of(text),
}
SEED: Schema = {
    "technicians": list_of(object_of(SEED_TECHNICIAN)),
    "groups": list_of(object_of(SEED_GROUP)),
    "machines": list_of(object_of(SEED_MACHINE)),
    "machine_groups": list_of(object_of({"groups": list_of(word, lowest=1), "properties": map_of(text)})),
    "hostname": hostname_text,
    "restrictions": list_of(regular_expression),
    "backups": natural,
    **{name: list_of(object_of(schema)) for name, (schema, _list) in RECORDS.items()},
}

DEFAULT_HOSTNAME = "help.example.com"
DEFAULT_STATE: Row = {
    "machines": [
        {
            "machineID": "SG_1234",
            "name": "London web server",
            "groups": ["United Kingdom", "London"],
            "hostname": "web-1.example.com",
            "notes": "Behind the load balancer",
            "warnings": "Ask before a restart",
            "properties": {"License": "License Value"},
        },
        {"machineID": "SG_1235", "name": "London desk", "groups": ["United Kingdom", "London"], "os": "Windows 11"},
        {"machineID": "SG_1236", "name": "Spare", "groups": [], "online": False, "monitoringEnabled": False},
    ],
    "machine_groups": [
        {"groups": ["United Kingdom"], "properties": {"country": "GB", "exampleKey": "of the country"}},
        {"groups": ["United Kingdom", "London"], "properties": {"exampleKey": "exampleValue", "city": "London"}},
    ],
    "history": [
        {"sessionID": "history-1", "technicianName": "Alice", "technicianUsername": "alice", "machine": "SG_1234"},
        {
            "sessionID": "history-2",
            "type": "Support",
            "technicianName": "Bob",
            "technicianUsername": "bob",
            "start": SAMPLE_TIME + 10 * MINUTE,
            "comments": "Replaced the printer driver",
            "customer": {"customerID": "customer-1", "details": {"Name": "Carol"}},
        },
        {
            "sessionID": "history-3",
            "type": "Presentation",
            "technicianName": "Alice",
            "technicianUsername": "alice",
            "start": SAMPLE_TIME + 20 * MINUTE,
            "mode": "",
        },
    ],
    "alerts": [
        {
            "name": "Disk almost full",
            "triggered": True,
            "triggeredMachineIDs": ["SG_1234"],
            "reason": "Disk C: is 91% full",
            "shortReason": "91%",
            "severity": "critical",
        }
    ],
    "support_queue": [{"sessionID": "queue-1", "customer": {"customerID": "customer-2"}}],
    "support_sessions": [
        {
            "sessionID": "support-1",
            "technicianDisplayName": "Bob",
            "technicianUsername": "bob",
            "technicianID": 2,
            "customer": {"customerID": "customer-3"},
        }
    ],
    "access_sessions": [
        {
            "sessionID": "access-1",
            "technicianDisplayName": "Alice",
            "technicianUsername": "alice",
            "technicianID": 1,
            "machine": "SG_1235",
        }
    ],
}


class Seed:
    """Makes a state from a description that may leave out ids and defaults, and may name groups by their names."""

    def __init__(self, data: DataSet) -> None:
        """Take new ids from a data set."""
        self._data = data
        self._state = State(hostname=DEFAULT_HOSTNAME)

    def read(self, description: Mapping[str, Any]) -> State:
        """Return the described state."""
        seed = object_of(SEED)("state", dict(description))
        state = self._state
        state.hostname = seed.get("hostname", DEFAULT_HOSTNAME)
        state.restrictions = tuple(dict.fromkeys(seed.get("restrictions", ())))
        state.backups = seed.get("backups", 0)
        taken = unique(seed.get("groups", ()), "uniqueID")
        for fields in seed.get("groups", ()):
            self._add_group(fields, taken)
        taken = unique(seed.get("technicians", ()), "uniqueID")
        for fields in seed.get("technicians", ()):
            self._add_technician(fields, taken)
        taken = unique(seed.get("machines", ()), "machineID")
        for fields in seed.get("machines", ()):
            machine = make_machine(fields.get("machineID") or self._data.new_machine_id(taken), fields)
            state.machines[machine.machine_id] = machine
        for fields in seed.get("machine_groups", ()):
            if "groups" not in fields:
                raise invalid("groups", "a machine group needs its path")
            state.machine_groups[tuple(fields["groups"])] = fields.get("properties", {})
        state.records = {name: self._records(name, seed.get(name, ())) for name in RECORDS}
        return state

    def _add_group(self, fields: Row, taken: set[Any]) -> None:
        if "name" not in fields:
            raise invalid("name", "a group needs one")
        unique_id = fields.pop("uniqueID") if "uniqueID" in fields else self._data.new_id(taken)
        permissions = {**PERMISSION_DEFAULTS, **fields.pop("permissions", {})}
        password = fields.pop("password", None)
        self._state.groups[unique_id] = Group(unique_id, with_defaults(fields), permissions, password)

    def _add_technician(self, fields: Row, taken: set[Any]) -> None:
        fields["groupIDs"] = [self._find_group(wanted) for wanted in fields.get("groupIDs", ())]
        check_technician(self._state, fields, None)
        unique_id = fields.pop("uniqueID") if "uniqueID" in fields else self._data.new_id(taken)
        password, totp = fields.pop("password", None), fields.pop("totp", None)
        technician = Technician(unique_id, {**TECHNICIAN_DEFAULTS, **fields}, password, totp)
        self._state.technicians[unique_id] = technician

    def _find_group(self, wanted: Any) -> int:
        groups = self._state.groups.values()
        found = [group.unique_id for group in groups if wanted in (group.unique_id, group.attributes["name"])]
        if len(found) != 1:
            raise invalid("groupIDs", f"{wanted!r} is the id or the name of {len(found)} groups")
        return found[0]

    def _records(self, name: str, described: Iterable[Row]) -> tuple[Row, ...]:
        rows = []
        for number, fields in enumerate(described, start=1):
            row = {**RECORDS[name][1], **fields}
            if "sessionID" in RECORDS[name][0]:
                row.setdefault("sessionID", f"{name}-{number}")
            if name == "history":
                row.setdefault("lastModified", row["start"] + row["duration"])
            if "machine" in row:
                row["machine"] = self._machine_row(row["machine"])
            if "customer" in row:
                row["customer"] = {**CUSTOMER_DEFAULTS, **row["customer"]}
            rows.append(row)
        unique(rows, "sessionID")
        return tuple(rows)

    def _machine_row(self, machine: Any) -> Row:
        if isinstance(machine, str):
            return find_machine(self._state, machine).row
        return dict(object_of(MACHINE)("machine", machine))


def unique(objects: Iterable[Row], key: str) -> set[Any]:
    """Return the given ids; refuse one that is given twice."""
    found: set[Any] = set()
    for object_id in (fields[key] for fields in objects if key in fields):
        if object_id in found:
            raise invalid(key, "it is given twice")
        found.add(object_id)
    return found


def make_machine(machine_id: str, fields: Row) -> Machine:
    """Return a machine; what is not given is derived."""
    # Different machines have different addresses, the same in every run.
    number = sum(machine_id.encode()) % 250 + 1
    name = fields.get("name", machine_id)
    online = fields.get("online", True)
    attributes: Row = {
        "online": online,
        "groups": [],
        "name": name,
        "state": "Not In Use" if online else "Unknown",
        "protocol": "UDP",
        "lastRegistrationTime": SAMPLE_TIME,
        "sessionCount": 0,
        "monitoringEnabled": True,
        "os": "Linux",
        "hostname": name.lower().replace(" ", "-"),
        "wanIP": f"203.0.113.{number}",
        "ipAddresses": [{"ip": f"192.168.0.{number}", "mac": f"02:00:00:00:00:{number:02x}", "name": "eth0"}],
        **{key: value for key, value in fields.items() if key in MACHINE and key != "machineID"},
    }
    hardware: Row = {
        "totalMemory": 17179869184,
        "modelName": "Example",
        "modelIdentifier": "EX-1",
        "manufacturer": "Example Ltd",
        "serial": f"EX{number:06}",
        "eccMemory": False,
        "memory": [
            {
                "capacity": 17179869184,
                "type": "DDR4",
                "speedHz": 3200000000,
                "status": "OK",
                "manufacturer": "Example Ltd",
            }
        ],
        "disks": [
            {
                "disk": "disk0",
                "deviceName": "Example SSD",
                "mediaName": "Example media",
                "capacity": 512000000000,
                "type": "SSD",
                "protocol": "NVMe",
                "internal": True,
            }
        ],
        "processors": [{"name": "Example CPU", "speedHz": "2400000000", "cores": 8, "is64bit": True}],
        **fields.get("hardware", {}),
    }
    monitoring: Row = {
        "cpuLoadAverages": [12, 10, 8],
        "memoryLoadAverages": [45, 44, 43],
        "is64bit": True,
        "os": attributes["os"],
        "hostname": attributes["hostname"],
        "wanIP": attributes["wanIP"],
        "lastRestarted": SAMPLE_TIME - 1440 * MINUTE,
        "disks": [{"name": "disk0", "usedPercentage": 41.5}],
        "cpuOffenders": [{"name": "indexer", "usedPercentage": 7.25}],
        "networkAdapters": attributes["ipAddresses"],
        **fields.get("monitoring", {}),
    }
    return Machine(
        machine_id=machine_id,
        attributes=attributes,
        hardware={key: value for key, value in hardware.items() if key != "machineID"},
        monitoring={key: value for key, value in monitoring.items() if key != "machineID"},
        notes=fields.get("notes", ""),
        warnings=fields.get("warnings", ""),
        properties=fields.get("properties", {}),
    )
