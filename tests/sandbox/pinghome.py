# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pinghome: strict where the vendor document speaks, switchable where it does not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

from .accounts import Account, Accounts
from .errors import RefusedError
from .lag import Store
from .service import JSON, Call, Paging, Reply, Service
from .shapes import NUMBERS, UNKNOWN_FIELDS, add_unknown_fields, quote_numbers
from .switches import Choice, Number, Switch

COMMAND, QUERY, STATISTIC, GATEWAY = "resource-cmd", "resource-query", "statistic-query", "data-gateway"

DEFAULT_SERVICES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 100
SUBJECTS = ("tld", "ssl")
"""What a monitor can remind of."""
RESULTS = ("tick", "run", "complete", "fail")
INTERVALS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "12h": timedelta(hours=12),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
METRIC_TYPES = (
    "cpu-total-usage",
    "memory-usage",
    "disk-io-unified",
    "disk-usage-unified",
    "system-load-unified",
    "swap-usage",
    "network-usage-unified",
)

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAMPLE_TIME = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
SAMPLE_RECORDS = 5

Fields = Mapping[str, Any]
Row = dict[str, Any]


class ApiError(Exception):
    """An error as the API answers it."""

    def __init__(self, status: int, message: str, name: str | None = None) -> None:
        """Note the status, the words, and the field or parameter that is wrong."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name


# --- what the document allows ------------------------------------------------------------------------------------


def invalid(name: str, rule: str) -> ApiError:
    """Return the error for a field or parameter that breaks a rule."""
    return ApiError(422, f"Invalid {name}: {rule}.", name)


def text(name: str, value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise invalid(name, "must be a string")
    return value


def filled_text(name: str, value: Any) -> str:
    """Return a text that is not blank."""
    if not text(name, value).strip():
        raise invalid(name, "must not be empty")
    return str(value)


def texts(name: str, value: Any) -> list[str]:
    """Return a list of texts that are not blank."""
    if not isinstance(value, list):
        raise invalid(name, "must be an array of strings")
    return [filled_text(name, item) for item in value]


def some_texts(name: str, value: Any) -> list[str]:
    """Return a list of at least one text."""
    if value == []:
        raise invalid(name, "must not be empty")
    return texts(name, value)


def flag(name: str, value: Any) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise invalid(name, "must be a boolean")
    return value


def whole_number(lowest: int) -> Callable[[str, Any], int]:
    """Return a check for a whole number; one in quotes and a boolean are none."""

    def check(name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
            raise invalid(name, f"must be an integer, {lowest} or more")
        return value

    return check


def headers(name: str, value: Any) -> Row:
    """Return headers that are given as an object, or as a text with an object in it."""
    if value == "":
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise invalid(name, "must be a JSON object") from None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise invalid(name, "must be a JSON object of strings")
    return value


def conditions(name: str, value: Any) -> list[Row]:
    """Return conditions; their vocabulary is not documented, so only their shape is checked."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise invalid(name, "must be an array of objects")
    for item in value:
        check_required(item, ("values", "operator", "type"))
        if not isinstance(item["values"], list):
            raise invalid("values", "must be an array")
        for key in ("operator", "type", "key"):
            filled_text(key, item.get(key, key))
        if "id" in item:
            raise invalid(name, "an id is given by the server")
    return value


def days(name: str, value: Any) -> list[int]:
    """Return a list of numbers of days."""
    if not isinstance(value, list):
        raise invalid(name, "must be an array of integers")
    return [whole_number(0)(name, item) for item in value]


CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "service_id": filled_text,
    "name": filled_text,
    "type": filled_text,
    "url": filled_text,
    "host": filled_text,
    "port": text,
    "data": text,
    "grace_period": whole_number(0),
    "recovery_period": whole_number(0),
    "maintenance_cron_expression": text,
    "maintenance_duration": whole_number(0),
    "skip_ssl_error": flag,
    "not_follow_redirect": flag,
    "method": text,
    "body": text,
    "is_advanced": flag,
    "headers": headers,
    "conditions": conditions,
    "regions": texts,
    "description": text,
    "timezone": text,
    "chart_type_default": text,
    "os": text,
    "metric_types_basic": texts,
    "metric_types_advanced": texts,
    "metric_types_complex": texts,
    "interval": whole_number(1),
    "enabled": flag,
    "methods": some_texts,
    "status": filled_text,
    "integration": filled_text,
    "items": texts,
    "message": text,
    "days_before": days,
}
"""The check of each field; a name means the same wherever it occurs."""

UNSET_IF_EMPTY = ("port", "data", "maintenance_cron_expression", "body", "headers", "message")


def check_fields(fields: Fields, allowed: Iterable[str]) -> Row:
    """Return checked fields, an empty optional one as None; refuse those that the document does not name."""
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise invalid(unknown[0], "there is no such field here")
    checked = {name: CHECKS[name](name, value) for name, value in fields.items()}
    return {name: None if name in UNSET_IF_EMPTY and not value else value for name, value in checked.items()}


def check_required(fields: Fields, required: Iterable[str]) -> None:
    """Refuse an object that lacks a field."""
    for name in required:
        if name not in fields:
            raise invalid(name, "required")


def check_target(fields: Fields, *, needed: bool) -> None:
    """Refuse both a URL and a host, and neither of them if one is needed."""
    if "url" in fields and "host" in fields:
        raise invalid("host", "there is a url already")
    if needed and "url" not in fields and "host" not in fields:
        raise invalid("url", "required")


def check_conditions(fields: Fields) -> None:
    """Refuse conditions of a monitor that is not of the type http."""
    if fields.get("conditions") and fields["type"] != "http":
        raise invalid("conditions", "these are for the type http")


def read_fields(call: Call) -> Row:
    """Return the JSON object in the body of a call."""
    if call.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise ApiError(422, f"A body with the header Content-Type: {JSON} is required.")
    fields = call.json()
    if not isinstance(fields, dict):
        raise ApiError(422, "A JSON object is required.")
    return fields


def check_call(call: Call, *parameters: str) -> None:
    """Refuse parameters that the document does not name, and a body where there is none."""
    unknown = sorted(set(call.query) - set(parameters))
    if unknown:
        raise invalid(unknown[0], "there is no such parameter here")
    if call.method in ("GET", "DELETE") and call.body:
        raise ApiError(422, "There is no body here.")


def read_number(call: Call, name: str, default: int) -> int:
    """Return a positive number given as a parameter."""
    given = call.parameter(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", given) or int(given) < 1:
        raise invalid(name, "must be a positive integer")
    return int(given)


def parse_time(name: str, given: str) -> datetime:
    """Return the time in a text."""
    try:
        return datetime.fromisoformat(given if TIMESTAMP.fullmatch(given) else "")
    except ValueError:
        raise invalid(name, "must be in the format YYYY-MM-DDTHH:mm:ssZ") from None


def read_time(call: Call, name: str, default: datetime) -> datetime:
    """Return the time given as a parameter."""
    given = call.parameter(name)
    return default if given is None else parse_time(name, given)


def read_period(call: Call) -> tuple[datetime, datetime]:
    """Return the first and the last moment that are asked for."""
    begin = read_time(call, "start_date", datetime.min.replace(tzinfo=UTC))
    end = read_time(call, "end_date", datetime.max.replace(tzinfo=UTC))
    if end < begin:
        raise invalid("end_date", "must not be before start_date")
    return begin, end


def show_time(time: datetime) -> str:
    """Write a time as the document does."""
    return time.replace(tzinfo=None).isoformat() + "Z"


# --- what an account holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of monitors: its names, and the fields that create and update take."""

    name: str
    segment: str
    create: tuple[str, ...]
    update: tuple[str, ...]
    optional: tuple[str, ...]
    """Fields that the document calls optional, or shows in a sample only."""
    few_on_create: tuple[str, ...]
    few_on_update: tuple[str, ...]
    """Fields that a service which is not as strict as its document still needs."""
    defaults: Fields

    def needed_on_create(self, strictness: object) -> tuple[str, ...]:
        """Return the fields that a create must have."""
        return self.few_on_create if strictness == "few" else without(self.create, self.optional)

    def needed_on_update(self, strictness: object) -> tuple[str, ...]:
        """Return the fields that an update must have."""
        return (
            self.few_on_update if strictness == "few" else without(self.update, (*self.optional, *UPDATE_SAYS_NOTHING))
        )


def without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are not among others."""
    return tuple(name for name in names if name not in others)


TARGET = ("url", "host", "port")
UPDATE_SAYS_NOTHING = (*TARGET, "not_follow_redirect")
"""What the document has in the create of an uptime monitor, but not in its update."""

RESOURCE_UPDATE = (
    "name",
    "is_advanced",
    "method",
    "grace_period",
    "recovery_period",
    "maintenance_cron_expression",
    "maintenance_duration",
    "skip_ssl_error",
    "not_follow_redirect",
    "body",
    "headers",
    "data",
    "service_id",
    "conditions",
    "regions",
    *TARGET,
)
RESOURCE = Kind(
    name="resource",
    segment="resource",
    create=("type", *RESOURCE_UPDATE),
    update=RESOURCE_UPDATE,
    optional=(
        "data",
        "maintenance_cron_expression",
        "maintenance_duration",
        "body",
        "headers",
        "conditions",
        "url",
        "host",
    ),
    few_on_create=(
        "grace_period",
        "is_advanced",
        "method",
        "name",
        "not_follow_redirect",
        "recovery_period",
        "regions",
        "service_id",
        "skip_ssl_error",
        "type",
    ),
    few_on_update=("name", "method", "service_id", "regions"),
    defaults={
        "port": None,
        "data": None,
        "grace_period": 0,
        "recovery_period": 0,
        "maintenance_cron_expression": None,
        "maintenance_duration": None,
        "skip_ssl_error": False,
        "not_follow_redirect": False,
        "method": "GET",
        "body": None,
        "is_advanced": False,
        "headers": None,
        "conditions": [],
        "regions": [],
        "enabled": True,
    },
)
SERVER_FIELDS = (
    "service_id",
    "name",
    "description",
    "timezone",
    "chart_type_default",
    "os",
    "metric_types_basic",
    "metric_types_advanced",
    "metric_types_complex",
    "interval",
    "enabled",
)
SERVER = Kind(
    name="server_resource",
    segment="server-resource",
    create=SERVER_FIELDS,
    update=SERVER_FIELDS,
    optional=(),
    few_on_create=("service_id", "name"),
    few_on_update=("service_id", "name"),
    defaults={
        "description": "",
        "timezone": "UTC",
        "chart_type_default": "line",
        "os": "",
        "metric_types_basic": [],
        "metric_types_advanced": [],
        "metric_types_complex": [],
        "interval": 60,
        "enabled": True,
    },
)
HEARTBEAT = Kind(
    name="heartbeat",
    segment="heartbeat",
    create=("service_id", "name", "interval", "enabled"),
    update=("service_id", "name", "interval", "enabled", "methods"),
    optional=("methods",),
    few_on_create=("service_id", "name", "interval"),
    few_on_update=("service_id", "name", "interval", "enabled"),
    defaults={"interval": 60, "enabled": True, "methods": ["GET"]},
)
KINDS: Mapping[str, Kind] = {kind.segment: kind for kind in (RESOURCE, SERVER, HEARTBEAT)}

INTEGRATION_CREATE = ("name", "status", "integration", "type", "items")
INTEGRATION_UPDATE = ("name", "status", "message", "items")
INTEGRATION_DEFAULTS: Fields = {
    "name": "Incident",
    "status": "investigating",
    "integration": "",
    "type": "statuspageIo",
    "items": [],
    "message": None,
}


CAN_BE_HIDDEN = tuple(
    sorted({*RESOURCE.defaults, *SERVER.defaults, *HEARTBEAT.defaults, *INTEGRATION_UPDATE} - {"name"})
)
"""The fields that a service may take without showing them."""


@dataclass(frozen=True)
class Event:
    """What a heartbeat has sent."""

    result: str
    message: str | None
    received_at: datetime


@dataclass(frozen=True)
class Monitor:
    """A monitor of any kind; `fields` are named as in the API, and one that is unset is None."""

    kind: Kind
    monitor_id: str
    fields: Fields
    reminders: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Days before, by `tld` or `ssl`."""
    integrations: Mapping[str, Fields] = field(default_factory=dict)
    """Integrations by their `integration`."""
    events: Sequence[Event] = ()
    """Events, oldest first."""
    changes: Sequence[Fields] | None = None
    """Changes of state, newest first; None for samples."""
    statistics: Sequence[Fields] | None = None
    """Records of uptime and performance, newest first; None for samples."""

    @property
    def place(self) -> tuple[str, str]:
        """The service and the name, which two monitors of a kind cannot share if the server refuses that."""
        return self.fields["service_id"], self.fields["name"]


@dataclass
class State:
    """The ids of the services, and the monitors by id, oldest first."""

    services: tuple[str, ...] = DEFAULT_SERVICES
    monitors: dict[str, Monitor] = field(default_factory=dict)

    def copy(self) -> State:
        """Return an independent copy; monitors themselves never change."""
        return State(self.services, dict(self.monitors))

    def of_kind(self, kind: Kind) -> list[Monitor]:
        """Return the monitors of a kind."""
        return [monitor for monitor in self.monitors.values() if monitor.kind is kind]

    def find(self, kind: Kind, monitor_id: str) -> Monitor:
        """Return a monitor."""
        monitor = self.monitors.get(monitor_id)
        if monitor is None or monitor.kind is not kind:
            raise ApiError(404, f"The {kind.name} does not exist.")
        return monitor

    def check_service(self, service_id: str) -> None:
        """Refuse a service that is not there as the value of a field."""
        if service_id not in self.services:
            raise invalid("service_id", "there is no such service")


class DataSet:
    """The data behind one account."""

    def __init__(self, name: str) -> None:
        """Start without monitors; the name makes ids differ between data sets."""
        self.store = Store(State())
        self._name = name
        self._numbers = count(1)

    def new_id(self, kind: Kind, taken: Callable[[str], bool]) -> str:
        """Return an id that is the same in every run with the same history."""
        candidates = (hashed_id(f"{self._name} {kind.name} {number}") for number in self._numbers)
        return next(candidate for candidate in candidates if not taken(candidate))


def hashed_id(words: str) -> str:
    """Return a UUID."""
    return str(UUID(bytes=hashlib.sha256(words.encode()).digest()[:16], version=4))


@dataclass(frozen=True)
class Token(Account):
    """A token and the data that it opens."""

    data: DataSet


# --- the service -------------------------------------------------------------------------------------------------


class Pinghome(Service):
    """The Pinghome API; the first segment of a path is the host that a call is for."""

    name: ClassVar[str] = "pinghome"
    prefix: ClassVar[str] = "/pinghome"
    own_switches: ClassVar[Mapping[str, Switch]] = {
        "list_envelope": Choice(("bare", "named", "camel", "data", "items", "unknown")),
        "detail_envelope": Choice(("bare", "named", "camel", "data", "list")),
        "create_answer": Choice(("message", "id", "object", "named", "kind_id", "empty")),
        "create_status": Choice((201, 200)),
        "write_answer": Choice(("documented", "message", "empty")),
        "error_answer": Choice(("message", "errors", "error", "text")),
        "id_key": Choice(("id", "kind_id", "uuid", "monitor_id")),
        "numbers": NUMBERS,
        "empty_value": Choice(("null", "empty", "absent")),
        "required": Choice(("documented", "few")),
        "put_semantics": Choice(("replace", "merge")),
        "url_on_put": Choice(("accepted", "required", "refused_when_changed", "ignored")),
        "headers_type": Choice(("both", "string_only", "object_only")),
        "headers_shown": Choice(("string", "object", "hidden")),
        "enabled_shown": Choice(("enabled", "is_enabled", "status", "hidden")),
        "regions_shown": Choice(("in_object", "separate_strings", "separate_objects")),
        "conditions_ids": Choice(("none", "added")),
        "reminder_absent": Choice((404, 204, "null", "empty_object", "null_reminder", "empty_days")),
        "reminder_post_when_exists": Choice((409, "replaces")),
        "reminder_urls": Choice(("list_form", "sample_form")),
        "heartbeat_methods_on_put": Choice(("optional", "required")),
        "heartbeat_methods_shown": Choice(("yes", "no")),
        "listing": Choice(("full", "thin")),
        "page_param": Choice(("works", "ignored")),
        "page_cap": Number(default=LARGEST_LIMIT, minimum=1, whole=True),
        "total_shown": Choice(("no", "yes")),
        "duplicate_names": Choice(("allowed", "refused")),
        "bulk_unknown_id": Choice(("refused", "ignored")),
        "field_hidden": Choice(("none", *CAN_BE_HIDDEN)),
        "unknown_fields": UNKNOWN_FIELDS,
    }

    def __init__(self) -> None:
        """Start with the default account."""
        self._accounts: Accounts[Token] = Accounts()
        self._data_sets: list[DataSet] = []
        self._invented = count(1)
        super().__init__()

    @property
    def base(self) -> str:
        """The base path, in which a client puts the name of a host."""
        return self.prefix + "/{host}/v1"

    # --- accounts and state, for the control endpoint

    def reset_accounts(self) -> None:
        """Put the default token in place."""
        self._accounts.clear()
        self._data_sets = []
        self._invented = count(1)
        self._add("default", "sandbox-token")

    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add a token with data of its own: `token`, and optionally `name`."""
        unknown = sorted(set(fields) - {"token", "name"})
        if unknown:
            raise RefusedError(f"An account takes token, name, not {', '.join(unknown)}.")
        if not all(isinstance(value, str) and value for value in fields.values()) or "token" not in fields:
            raise RefusedError("An account needs a token, and its fields are texts that are not empty.")
        return self._add(str(fields.get("name", f"account-{len(self._accounts) + 1}")), fields["token"])

    def _add(self, name: str, token: str) -> str:
        data = DataSet(name)
        self._accounts.add(Token(name, token, data))
        self._data_sets.append(data)
        return name

    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return all services and monitors."""
        state = self._accounts.choose(credential).data.store.current
        shown = {f"{kind.name}s": [export_monitor(item) for item in state.of_kind(kind)] for kind in KINDS.values()}
        return {"services": list(state.services), **shown}

    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace all services and monitors; ids and defaults may be left out."""
        data = self._accounts.choose(credential).data
        try:
            data.store.replace(Seed(data).read(state))
        except ApiError as error:
            raise RefusedError(error.message) from None

    # --- who calls

    def credentials(self, call: Call) -> Sequence[str]:
        """Return what the header offers, after the scheme if there is one."""
        return [call.headers.get("Authorization", "").rpartition(" ")[2]]

    def account_name(self, call: Call) -> str | None:
        """Return the name of the token's account."""
        account = self._authenticate(call)
        return account.name if account else None

    def _authenticate(self, call: Call) -> Token | None:
        scheme, _first, token = call.headers.get("Authorization", "").partition(" ")
        return self._accounts.find(token) if scheme.lower() == "bearer" else None

    # --- calls

    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""
        try:
            return self._handle(call)
        except ApiError as error:
            return self._refuse(error)

    def _handle(self, call: Call) -> Reply:
        match (call.method, *call.segments):
            case ("GET", "data-gateway", "v1", "heartbeat", heartbeat_id):
                return self._submit_event(call, heartbeat_id)
            case (method, "resource-cmd" | "resource-query" | "statistic-query" as host, "v1", *path):
                account = self._authenticate(call)
                if account is None:
                    raise ApiError(401, "Unauthorized.")
                if host == COMMAND:
                    return self._command(call, account.data, path)
                if method == "GET" and host == QUERY:
                    return self._query(call, account.data.store.read(self.lag), path)
                if method == "GET":
                    return self._statistic(call, account.data.store.read(self.lag), path)
        raise unknown_path(call)

    def _command(self, call: Call, data: DataSet, path: Sequence[str]) -> Reply:
        if (call.method, len(path)) == ("DELETE", 1) and path[0] in KINDS:
            return self._delete_many(call, data, KINDS[path[0]])
        check_call(call)
        reminder = self._reminder_in(call.method, path)
        if reminder is not None:
            return self._write_reminder(call, data, *reminder)
        match (call.method, *path):
            case ("POST", "resource" | "server-resource" | "heartbeat" as segment):
                return self._create(call, data, KINDS[segment])
            case ("PUT", "resource" | "server-resource" | "heartbeat" as segment, monitor_id):
                return self._update(call, data, data.store.current.find(KINDS[segment], monitor_id))
            case ("DELETE", "resource" | "heartbeat" as segment, monitor_id):
                return self._delete(data, data.store.current.find(KINDS[segment], monitor_id))
            case ("PUT", "resource", monitor_id, "status"):
                return self._set_enabled(call, data, data.store.current.find(RESOURCE, monitor_id))
            case ("POST", "resource", monitor_id, "integration"):
                return self._create_integration(call, data, data.store.current.find(RESOURCE, monitor_id))
            case ("PUT" | "DELETE", "resource", monitor_id, "integration", integration):
                resource = data.store.current.find(RESOURCE, monitor_id)
                return self._write_integration(call, data, resource, integration)
        raise unknown_path(call)

    def _query(self, call: Call, state: State, path: Sequence[str]) -> Reply:
        match path:
            case ("service", service_id, "resources" | "server-resources" | "heartbeats" as listed):
                return self._list_monitors(call, state, KINDS[listed[:-1]], service_id)
        check_call(call)
        match path:
            case ("resource" | "server-resource" | "heartbeat" as segment, monitor_id):
                monitor = state.find(KINDS[segment], monitor_id)
                return self._detail(monitor.kind.name, self._row(monitor))
            case ("resource", monitor_id, "regions"):
                return self._regions(state.find(RESOURCE, monitor_id))
            case ("resource", monitor_id, "ssl" | "tld" as subject):
                return self._detail(subject, self._object(domain_row(subject, state.find(RESOURCE, monitor_id))))
            case ("resource", monitor_id, "ssl" | "tld" as subject, "reminder"):
                return self._reminder(state.find(RESOURCE, monitor_id), subject)
            case ("resource", monitor_id, "integrations"):
                shown = state.find(RESOURCE, monitor_id).integrations.values()
                return self._list("integration", [self._object(self._shown(self._present(row))) for row in shown])
        raise unknown_path(call)

    def _statistic(self, call: Call, state: State, path: Sequence[str]) -> Reply:
        match path:
            case ("resource", monitor_id, "statistic"):
                return self._resource_statistic(call, state.find(RESOURCE, monitor_id))
            case ("resource", monitor_id, "state-changed-logs"):
                return self._state_changes(call, state.find(RESOURCE, monitor_id))
            case ("server-resource", monitor_id, "metrics"):
                return self._metrics(call, state.find(SERVER, monitor_id))
            case ("heartbeat", monitor_id, "statistic"):
                return self._heartbeat_statistic(call, state.find(HEARTBEAT, monitor_id))
            case ("heartbeat", monitor_id, "events"):
                return self._list_events(call, state.find(HEARTBEAT, monitor_id))
        raise unknown_path(call)

    # --- monitors

    def _list_monitors(self, call: Call, state: State, kind: Kind, service_id: str) -> Reply:
        check_call(call, "page", "limit")
        if service_id not in state.services:
            raise ApiError(404, "The service does not exist.")
        page = read_number(call, "page", 1)
        limit = min(read_number(call, "limit", DEFAULT_LIMIT), int(self.switches["page_cap"]))
        monitors = [monitor for monitor in state.of_kind(kind) if monitor.fields["service_id"] == service_id]
        counts = {"total": len(monitors), "page": page, "limit": limit}
        if call.paging is Paging.ENDLESS:
            shown = [invent(kind, service_id, next(self._invented)) for _turn in range(limit)]
        else:
            first = call.paging is Paging.REPEAT or self.switches["page_param"] == "ignored"
            begin = 0 if first else (page - 1) * limit
            shown = monitors[begin : begin + limit]
        rows = [self._row(monitor) for monitor in shown]
        if self.switches["listing"] == "thin":
            rows = [{key: row[key] for key in (self._id_key(kind), "name", "type") if key in row} for row in rows]
        return self._list(kind.name, rows, counts if self.switches["total_shown"] == "yes" else {})

    def _create(self, call: Call, data: DataSet, kind: Kind) -> Reply:
        fields = self._read_fields(call, kind.create)
        check_required(fields, kind.needed_on_create(self.switches["required"]))
        if kind is RESOURCE:
            check_target(fields, needed=True)
            self._check_conditions(fields, fields)
        monitor = Monitor(kind, "", {**kind.defaults, **fields})
        self._check_place(data.store.current, monitor)
        state = data.store.change(self.lag)
        monitor = replace(monitor, monitor_id=data.new_id(kind, state.monitors.__contains__))
        state.monitors[monitor.monitor_id] = monitor
        return self._created(monitor)

    def _update(self, call: Call, data: DataSet, monitor: Monitor) -> Reply:
        kind, replaces = monitor.kind, self.switches["put_semantics"] == "replace"
        fields = self._read_fields(call, kind.update)
        if replaces:
            check_required(fields, kind.needed_on_update(self.switches["required"]))
        if kind is RESOURCE:
            fields = self._read_target(monitor, fields)
            self._check_conditions(fields if replaces else {**monitor.fields, **fields}, monitor.fields)
        if kind is HEARTBEAT and self.switches["heartbeat_methods_on_put"] == "required":
            check_required(fields, ("methods",))
        updated = dict(monitor.fields)
        if replaces:
            # The document leaves the target out of the update, so an update without it cannot mean to clear it.
            updated.update(
                {name: kind.defaults[name] for name in without(kind.defaults, TARGET) if name in kind.update}
            )
        if "url" in fields or "host" in fields:
            updated = {name: value for name, value in updated.items() if name not in ("url", "host")}
        changed = replace(monitor, fields={**updated, **fields})
        # Names that exist twice already, from the time before the switch, are only refused when they are set.
        if changed.place != monitor.place:
            self._check_place(data.store.current, changed)
        self._put(data, changed)
        if self.switches["write_answer"] == "documented" and kind is RESOURCE:
            return self._detail(kind.name, self._row(changed))
        extra = {self._id_key(kind): monitor.monitor_id} if kind is SERVER else {}
        return self._written(f"The {kind.name} was updated.", extra)

    def _set_enabled(self, call: Call, data: DataSet, monitor: Monitor) -> Reply:
        fields = check_fields(read_fields(call), ("enabled",))
        check_required(fields, ("enabled",))
        self._put(data, replace(monitor, fields={**monitor.fields, **fields}))
        return self._written("The status was updated.")

    def _delete(self, data: DataSet, monitor: Monitor) -> Reply:
        del data.store.change(self.lag).monitors[monitor.monitor_id]
        return self._written(f"The {monitor.kind.name} was deleted.")

    def _delete_many(self, call: Call, data: DataSet, kind: Kind) -> Reply:
        check_call(call, "id")
        wanted = list(dict.fromkeys(call.query.get("id", ())))
        for monitor_id in wanted:
            if not ID.fullmatch(monitor_id):
                raise invalid("id", "must be a UUID")
        there = [monitor.monitor_id for monitor in data.store.current.of_kind(kind)]
        if self.switches["bulk_unknown_id"] == "refused" and not set(wanted) <= set(there):
            raise ApiError(404, f"A {kind.name} does not exist.")
        # What no id does is not documented. The worst is done, so that a test notices.
        deleted = [monitor_id for monitor_id in wanted if monitor_id in there] if wanted else there
        state = data.store.change(self.lag)
        for monitor_id in deleted:
            del state.monitors[monitor_id]
        return self._written(f"The {kind.name}s were deleted.", {} if kind is RESOURCE else {"ids": deleted})

    def _put(self, data: DataSet, monitor: Monitor) -> None:
        data.store.change(self.lag).monitors[monitor.monitor_id] = monitor

    def _read_fields(self, call: Call, allowed: Iterable[str]) -> Row:
        fields = read_fields(call)
        given, wanted = fields.get("headers"), self.switches["headers_type"]
        if wanted == "string_only" and isinstance(given, dict):
            raise invalid("headers", "must be a string")
        if wanted == "object_only" and isinstance(given, str):
            raise invalid("headers", "must be an object")
        return check_fields(fields, allowed)

    def _check_conditions(self, fields: Fields, typed: Fields) -> None:
        if self.switches["required"] == "documented" and typed["type"] == "http":
            check_required(fields, ("conditions",))
        check_conditions({**fields, "type": typed["type"]})

    def _read_target(self, monitor: Monitor, fields: Row) -> Row:
        rule = self.switches["url_on_put"]
        check_target(fields, needed=rule == "required")
        if rule == "refused_when_changed":
            for name in TARGET:
                if name in fields and fields[name] != monitor.fields.get(name):
                    raise invalid(name, "it cannot be changed for an existing monitor")
        return {name: fields[name] for name in without(fields, TARGET)} if rule == "ignored" else fields

    def _check_place(self, state: State, monitor: Monitor) -> None:
        state.check_service(monitor.fields["service_id"])
        if self.switches["duplicate_names"] == "allowed":
            return
        for other in state.of_kind(monitor.kind):
            if other.place == monitor.place and other.monitor_id != monitor.monitor_id:
                raise ApiError(409, f"There is already a {monitor.kind.name} of this name.", "name")

    # --- reminders

    def _reminder_in(self, method: str, path: Sequence[str]) -> tuple[str, str] | None:
        """Return the id of the monitor and what to remind of, if that is what a path is about."""
        if method not in ("POST", "PUT", "DELETE"):
            return None
        if self.switches["reminder_urls"] == "list_form":
            match path:
                case ("resource", monitor_id, "tld" | "ssl" as subject, "reminder"):
                    return monitor_id, subject
            return None
        match (method, *path):
            case ("POST" | "PUT", monitor_id, "tld", "reminder") | ("DELETE", "tld", "reminder", monitor_id):
                return monitor_id, "tld"
            case (_, "ssl", "reminder", monitor_id):
                return monitor_id, "ssl"
        return None

    def _write_reminder(self, call: Call, data: DataSet, monitor_id: str, subject: str) -> Reply:
        monitor = data.store.current.find(RESOURCE, monitor_id)
        reminders, exists = dict(monitor.reminders), subject in monitor.reminders
        if call.method == "POST" and exists and self.switches["reminder_post_when_exists"] != "replaces":
            raise ApiError(409, "There is already a reminder.")
        if call.method != "POST" and not exists:
            raise ApiError(404, "The reminder does not exist.")
        if call.method == "DELETE":
            del reminders[subject]
        else:
            fields = check_fields(read_fields(call), ("days_before",))
            check_required(fields, ("days_before",))
            reminders[subject] = fields["days_before"]
        self._put(data, replace(monitor, reminders=reminders))
        return self._confirmed(call, "reminder")

    def _reminder(self, monitor: Monitor, subject: str) -> Reply:
        if subject in monitor.reminders:
            return self._detail("reminder", self._object({"days_before": list(monitor.reminders[subject])}))
        match self.switches["reminder_absent"]:
            case 204:
                return Reply(204)
            case "null":
                return self._json(None)
            case "empty_object":
                return self._json({})
            case "null_reminder":
                return self._json({"reminder": None})
            case "empty_days":
                return self._detail("reminder", self._object({"days_before": []}))
        raise ApiError(404, "The reminder does not exist.")

    # --- integrations

    def _create_integration(self, call: Call, data: DataSet, monitor: Monitor) -> Reply:
        fields = check_fields(read_fields(call), INTEGRATION_CREATE)
        few = self.switches["required"] == "few"
        check_required(fields, ("name", "integration", "type") if few else INTEGRATION_CREATE)
        if fields["integration"] in monitor.integrations:
            raise ApiError(409, "There is already such an integration.", "integration")
        added = {fields["integration"]: {**INTEGRATION_DEFAULTS, **fields}}
        self._put(data, replace(monitor, integrations={**monitor.integrations, **added}))
        return self._confirmed(call, "integration")

    def _write_integration(self, call: Call, data: DataSet, monitor: Monitor, integration: str) -> Reply:
        integrations = dict(monitor.integrations)
        if integration not in integrations:
            raise ApiError(404, "The integration does not exist.")
        if call.method == "DELETE":
            del integrations[integration]
        else:
            fields = check_fields(read_fields(call), INTEGRATION_UPDATE)
            reset: Fields = {}
            if self.switches["put_semantics"] == "replace":
                check_required(fields, ("name",) if self.switches["required"] == "few" else INTEGRATION_UPDATE)
                reset = {name: INTEGRATION_DEFAULTS[name] for name in INTEGRATION_UPDATE}
            integrations[integration] = {**integrations[integration], **reset, **fields}
        self._put(data, replace(monitor, integrations=integrations))
        return self._confirmed(call, "integration")

    # --- events and statistics

    def _submit_event(self, call: Call, heartbeat_id: str) -> Reply:
        check_call(call, "result", "message")
        result = call.parameter("result") or RESULTS[0]
        if result not in RESULTS:
            raise invalid("result", f"must be one of {', '.join(RESULTS)}")
        for data in self._data_sets:
            monitor = data.store.current.monitors.get(heartbeat_id)
            if monitor is not None and monitor.kind is HEARTBEAT:
                event = Event(result, call.parameter("message"), datetime.now(UTC))
                self._put(data, replace(monitor, events=(*monitor.events, event)))
                return self._json({"message": "The event was received."})
        raise ApiError(404, "The heartbeat does not exist.")

    def _list_events(self, call: Call, monitor: Monitor) -> Reply:
        check_call(call, "limit", "last_received_at")
        limit = min(read_number(call, "limit", DEFAULT_LIMIT), int(self.switches["page_cap"]))
        before = read_time(call, "last_received_at", datetime.max.replace(tzinfo=UTC))
        if call.paging is Paging.REPEAT:
            before = datetime.max.replace(tzinfo=UTC)
        events = [event for event in reversed(monitor.events) if event.received_at < before]
        if call.paging is Paging.ENDLESS:
            times = [SAMPLE_TIME - timedelta(minutes=next(self._invented)) for _turn in range(limit)]
            events = [Event(RESULTS[0], None, time) for time in times]
        return self._list("event", [self._object(self._present(event_row(event))) for event in events[:limit]])

    def _heartbeat_statistic(self, call: Call, monitor: Monitor) -> Reply:
        check_call(call, "interval", "start_date", "end_date")
        interval = INTERVALS.get(call.parameter("interval") or "1d")
        if interval is None:
            raise invalid("interval", f"must be one of {', '.join(INTERVALS)}")
        begin, end = read_period(call)
        counts: dict[datetime, Row] = {}
        for event in monitor.events:
            if begin <= event.received_at <= end:
                time = event.received_at - (event.received_at - EPOCH) % interval
                row = counts.setdefault(time, {f"{result}_count": 0 for result in RESULTS})
                row[f"{event.result}_count"] += 1
        rows = [{**row, "received_at": show_time(time)} for time, row in counts.items()]
        return self._list("statistic", [self._object(row) for row in rows])

    def _resource_statistic(self, call: Call, monitor: Monitor) -> Reply:
        check_call(call, "start_date", "end_date", "interval", "limit")
        if monitor.statistics is not None and call.paging is not Paging.ENDLESS:
            return self._records(call, "statistic", monitor.statistics)
        return self._samples(call, "statistic", lambda number: {"response_time": 120.5 + number, "uptime": 100})

    def _state_changes(self, call: Call, monitor: Monitor) -> Reply:
        check_call(call, "start_date", "end_date", "limit")
        if monitor.changes is not None and call.paging is not Paging.ENDLESS:
            return self._records(call, "log", monitor.changes)
        return self._samples(call, "log", lambda number: {"state": "down" if number % 2 else "up"})

    def _metrics(self, call: Call, monitor: Monitor) -> Reply:
        check_call(call, "type", "start_date", "end_date", "interval", "limit")
        wanted = call.parameter("type")
        if wanted not in METRIC_TYPES:
            raise invalid("type", f"must be one of {', '.join(METRIC_TYPES)}")
        return self._samples(call, "metric", lambda number: {"type": wanted, "value": 12.5 + number})

    def _records(self, call: Call, kind: str, rows: Sequence[Fields]) -> Reply:
        """Answer with the described records of a period. A record without a time is in every period."""
        begin, end = read_period(call)
        times = [str(row.get("created_at", "")) for row in rows]
        found = [
            row
            for row, time in zip(rows, times, strict=True)
            if not TIMESTAMP.fullmatch(time) or begin <= datetime.fromisoformat(time) <= end
        ]
        limit = read_number(call, "limit", DEFAULT_LIMIT)
        return self._list(kind, [self._object(dict(row)) for row in found[:limit]])

    def _samples(self, call: Call, kind: str, sample: Callable[[int], Row]) -> Reply:
        begin, end = read_period(call)
        limit = read_number(call, "limit", DEFAULT_LIMIT)
        if call.parameter("interval") == "":
            raise invalid("interval", "must not be empty")
        times = {number: SAMPLE_TIME - timedelta(minutes=number) for number in range(SAMPLE_RECORDS)}
        rows = [{"created_at": show_time(time), **sample(n)} for n, time in times.items() if begin <= time <= end]
        return self._list(kind, [self._object(row) for row in rows[:limit]])

    # --- how things look

    def _row(self, monitor: Monitor) -> Row:
        row: Row = {self._id_key(monitor.kind): monitor.monitor_id, **monitor.fields}
        if monitor.kind is RESOURCE:
            row["headers"] = row["headers"] and self._headers(row["headers"])
            row["conditions"] = self._conditions(monitor)
            hidden = {"headers": self.switches["headers_shown"] == "hidden"}
            hidden["regions"] = self.switches["regions_shown"] != "in_object"
            row = {name: value for name, value in row.items() if not hidden.get(name)}
            row.update(self._enabled(row.pop("enabled")))
        if monitor.kind is HEARTBEAT and self.switches["heartbeat_methods_shown"] == "no":
            del row["methods"]
        return self._object(self._shown(self._present(row)))

    def _shown(self, row: Row) -> Row:
        return {name: value for name, value in row.items() if name != self.switches["field_hidden"]}

    def _headers(self, value: Row) -> Any:
        # Other spaces than in a request, because a service need not keep the text.
        return value if self.switches["headers_shown"] == "object" else json.dumps(value, separators=(",", ":"))

    def _conditions(self, monitor: Monitor) -> list[Row]:
        shown: list[Row] = monitor.fields["conditions"]
        if self.switches["conditions_ids"] == "none":
            return shown
        return [{"id": hashed_id(f"{monitor.monitor_id} {number}"), **row} for number, row in enumerate(shown)]

    def _enabled(self, value: bool) -> Row:
        match self.switches["enabled_shown"]:
            case "status":
                return {"status": "enabled" if value else "disabled"}
            case "hidden":
                return {}
        return {str(self.switches["enabled_shown"]): value}

    def _regions(self, monitor: Monitor) -> Reply:
        codes: list[str] = monitor.fields["regions"]
        if self.switches["regions_shown"] == "separate_objects":
            return self._list("region", [self._object({"code": code, "name": f"Region {code}"}) for code in codes])
        return self._list("region", codes)

    def _present(self, fields: Fields) -> Row:
        match self.switches["empty_value"]:
            case "absent":
                return {name: value for name, value in fields.items() if value is not None}
            case "empty":
                empty = {"maintenance_duration": 0}
                return {name: empty.get(name, "") if value is None else value for name, value in fields.items()}
        return dict(fields)

    def _id_key(self, kind: Kind) -> str:
        key = str(self.switches["id_key"])
        return f"{kind.name}_id" if key == "kind_id" else key

    def _object(self, row: Row) -> Row:
        return add_unknown_fields(row) if self.switches["unknown_fields"] == "some" else row

    # --- answers

    def _json(self, value: Any, status: int = 200) -> Reply:
        return Reply.of_json(quote_numbers(value) if self.switches["numbers"] == "string" else value, status)

    def _list(self, kind: str, rows: Sequence[Any], counts: Fields | None = None) -> Reply:
        match self.switches["list_envelope"]:
            case "named":
                key = f"{kind}s"
            case "camel":
                key = camel(f"{kind}s")
            case "data" | "items" as key:
                pass
            case "unknown":
                return self._json({"foo": {"count": len(rows)}})
            case _:
                return self._json(rows)
        return self._json({key: rows, **(counts or {})})

    def _detail(self, kind: str, row: Row) -> Reply:
        match self.switches["detail_envelope"]:
            case "named":
                return self._json({kind: row})
            case "camel":
                return self._json({camel(kind): row})
            case "data":
                return self._json({"data": row})
            case "list":
                return self._json([row])
        return self._json(row)

    def _created(self, monitor: Monitor) -> Reply:
        kind, status = monitor.kind.name, int(self.switches["create_status"])
        match self.switches["create_answer"]:
            case "id":
                return self._json({"id": monitor.monitor_id}, status)
            case "object":
                return self._json(self._row(monitor), status)
            case "named":
                return self._json({kind: {"id": monitor.monitor_id}}, status)
            case "kind_id":
                return self._json({f"{kind}_id": monitor.monitor_id}, status)
            case "empty":
                return Reply(status)
        return self._json({"message": f"The {kind} was created."}, status)

    def _confirmed(self, call: Call, what: str) -> Reply:
        """Answer a write of something that has no id of its own."""
        if call.method != "POST":
            return self._written(f"The {what} was {'deleted' if call.method == 'DELETE' else 'updated'}.")
        status = int(self.switches["create_status"])
        if self.switches["create_answer"] == "empty":
            return Reply(status)
        return self._json({"message": f"The {what} was created."}, status)

    def _written(self, message: str, extra: Fields | None = None) -> Reply:
        match self.switches["write_answer"]:
            case "empty":
                return Reply()
            case "message":
                return self._json({"message": message})
        return self._json({"message": message, **(extra or {})})

    def _refuse(self, error: ApiError) -> Reply:
        match self.switches["error_answer"]:
            case "errors":
                details = {"errors": {error.name: [error.message]}} if error.name else {}
                return self._json({"message": "The request was refused.", **details}, error.status)
            case "error":
                return self._json({"error": error.message}, error.status)
            case "text":
                return Reply.of_text(error.message, error.status)
        return self._json({"message": error.message}, error.status)


def unknown_path(call: Call) -> ApiError:
    """Return the error for a call that the document does not name."""
    return ApiError(404, f"There is no {call.method} {call.path}.")


def camel(name: str) -> str:
    """Write a name in camel case."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def invent(kind: Kind, service_id: str, number: int) -> Monitor:
    """Return a monitor that no one has made."""
    fields = {**kind.defaults, "service_id": service_id, "name": f"Invented {number}"}
    if kind is RESOURCE:
        fields |= {"type": "http", "url": f"https://host-{number}.example.com"}
    return Monitor(kind, hashed_id(f"invented {kind.name} {number}"), fields)


def domain_row(subject: str, monitor: Monitor) -> Row:
    """Return what is known about the certificate or the domain of a monitor."""
    common = {"expires_at": show_time(SAMPLE_TIME + timedelta(days=90)), "days_left": 90}
    if subject == "ssl":
        return {"issuer": "Example CA", "issued_at": show_time(SAMPLE_TIME), **common}
    return {"domain": monitor.fields.get("url", monitor.fields.get("host")), "registrar": "Example Registrar", **common}


def event_row(event: Event) -> Row:
    """Return how an event reads."""
    return {"result": event.result, "message": event.message, "received_at": show_time(event.received_at)}


# --- state given by the control endpoint -------------------------------------------------------------------------

SEED_EXTRAS: Mapping[str, tuple[str, ...]] = {
    "resource": ("id", "ssl_reminder", "tld_reminder", "integrations", "state_changes", "statistics"),
    "server_resource": ("id",),
    "heartbeat": ("id", "events"),
}
"""What a described monitor takes besides the fields of its create and its update."""


def export_monitor(monitor: Monitor) -> Row:
    """Return everything about a monitor, as a seed takes it."""
    row: Row = {"id": monitor.monitor_id, **monitor.fields}
    if monitor.kind is RESOURCE:
        for subject in SUBJECTS:
            row[f"{subject}_reminder"] = monitor.reminders.get(subject)
        row["integrations"] = list(monitor.integrations.values())
        if monitor.changes is not None:
            row["state_changes"] = list(monitor.changes)
        if monitor.statistics is not None:
            row["statistics"] = list(monitor.statistics)
    if monitor.kind is HEARTBEAT:
        row["events"] = [event_row(event) for event in monitor.events]
    return row


class Seed:
    """Makes a state from a description that may leave out ids and defaults, or give them as null."""

    def __init__(self, data: DataSet) -> None:
        """Take new ids from a data set."""
        self._data = data
        self._reserved: set[str] = set()

    def read(self, description: Mapping[str, Any]) -> State:
        """Return the described state."""
        lists = {f"{kind.name}s": kind for kind in KINDS.values()}
        unknown = sorted(set(description) - {"services", *lists})
        if unknown:
            raise invalid(unknown[0], "there is no such field here")
        state = State(read_services(description))
        described = {name: objects_in(description, name) for name in lists}
        for fields in (fields for objects in described.values() for fields in objects):
            if "id" in fields:
                self._reserve(fields["id"])
        for name, kind in lists.items():
            for fields in described[name]:
                monitor = self._read_monitor(kind, fields, state)
                state.monitors[monitor.monitor_id] = monitor
        return state

    def _reserve(self, monitor_id: Any) -> None:
        if not isinstance(monitor_id, str) or not ID.fullmatch(monitor_id):
            raise invalid("id", "a UUID in lower case is required")
        if monitor_id in self._reserved:
            raise invalid("id", "it is given twice")
        self._reserved.add(monitor_id)

    def _read_monitor(self, kind: Kind, described: Row, state: State) -> Monitor:
        extras = {name: described[name] for name in SEED_EXTRAS[kind.name] if name in described}
        given = {name: value for name, value in described.items() if name not in extras}
        known = (*kind.create, *kind.update, "enabled")
        fields = {**kind.defaults, "service_id": state.services[0], **check_fields(given, known)}
        check_required(fields, ("name",))
        state.check_service(fields["service_id"])
        if kind is RESOURCE:
            fields.setdefault("type", "http")
            check_target(fields, needed=False)
            check_conditions(fields)
            if "host" not in fields:
                fields.setdefault("url", "https://www.example.com")
        return Monitor(
            kind,
            extras.get("id") or self._data.new_id(kind, self._reserved.__contains__),
            fields,
            {
                name: days(f"{name}_reminder", extras[f"{name}_reminder"])
                for name in SUBJECTS
                if f"{name}_reminder" in extras
            },
            {row["integration"]: row for row in map(read_integration, objects_in(extras, "integrations"))},
            tuple(
                sorted(map(read_event, enumerate(objects_in(extras, "events"))), key=lambda event: event.received_at)
            ),
            *(objects_in(extras, name) if name in extras else None for name in ("state_changes", "statistics")),
        )


def read_services(description: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the described services, else the default ones."""
    services = description.get("services", list(DEFAULT_SERVICES))
    if not isinstance(services, list) or not services:
        raise invalid("services", "must be a list of at least one UUID")
    if not all(isinstance(item, str) and ID.fullmatch(item) for item in services):
        raise invalid("services", "must be a list of UUIDs in lower case")
    return tuple(services)


def objects_in(description: Mapping[str, Any], key: str) -> list[Row]:
    """Return a list of objects, each without what is null in it."""
    objects = description.get(key, [])
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise invalid(key, "must be a list of objects")
    return [{name: value for name, value in item.items() if value is not None} for item in objects]


def read_integration(described: Row) -> Row:
    """Return a described integration."""
    check_required(described, ("integration",))
    return {**INTEGRATION_DEFAULTS, **check_fields(described, INTEGRATION_DEFAULTS)}


def read_event(numbered: tuple[int, Row]) -> Event:
    """Return a described event; without a time it is a minute after the one before."""
    number, described = numbered
    unknown = sorted(set(described) - {"result", "message", "received_at"})
    if unknown:
        raise invalid(unknown[0], "there is no such field here")
    if described.get("result", RESULTS[0]) not in RESULTS:
        raise invalid("result", f"must be one of {', '.join(RESULTS)}")
    time = SAMPLE_TIME + timedelta(minutes=number)
    if "received_at" in described:
        time = parse_time("received_at", text("received_at", described["received_at"]))
    message = described.get("message")
    return Event(described.get("result", RESULTS[0]), None if message is None else text("message", message), time)
