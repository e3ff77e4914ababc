# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alertra API v1.1: strict where the vendor document speaks, switchable where it does not."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from .accounts import Account, Accounts
from .errors import RefusedError
from .lag import Store
from .service import JSON, Call, Paging, Reply, Service
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
from .switches import Choice, Number, Switch

ACCESS_DENIED, INVALID, UNKNOWN_ID, UNKNOWN_PATH = 1002, 1003, 1004, 1005

METHODS = ("HTTP", "PING", "SMTP", "POP3", "MySQL", "IMAP4", "FTP", "TELNET", "SSH", "NNTP", "TCP", "DNS", "Script")
DEFAULT_LIMIT, LARGEST_LIMIT = 25, 100
DEFAULT_DURATION = "01:00"
REFUSED_PARAMETERS = ("fmt", "filename")

ID = re.compile(r"[0-9a-f]{48}")
SHORT_NAME = re.compile(r"[A-Za-z0-9-]{1,8}")
DURATION = re.compile(r"\d{1,2}:[0-5]\d")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")

SAMPLE_TIME = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
SAMPLE_CHECKS = 5
SAMPLE_EVENTS = 4
LOCATIONS = ("Stockholm SWE", "Dallas USA", "London GBR")

Setting = str | int
Row = dict[str, Any]


class ApiError(Exception):
    """An error as the API answers it."""

    def __init__(self, code: int, message: str) -> None:
        """Note the code and the words."""
        super().__init__(message)
        self.code = code
        self.message = message


# --- what an account holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Device:
    """A monitored device; `settings` are named as in the API, and an unset optional text is empty."""

    device_id: str
    method: str
    settings: Mapping[str, Setting]
    status: str = "Up"
    maintenance_until: datetime | None = None
    history: tuple[tuple[datetime, str], ...] | None = None
    """The events, oldest first: a time and a word. Without it, there are sample events."""

    @property
    def in_maintenance(self) -> bool:
        """Whether the device is in maintenance now."""
        return self.maintenance_until is not None and self.maintenance_until > datetime.now(UTC)


@dataclass(frozen=True)
class Tag:
    """A tag and the devices that it is attached to."""

    tag_id: str
    name: str
    device_ids: tuple[str, ...] = ()


@dataclass
class State:
    """Devices and tags by id, oldest first."""

    devices: dict[str, Device] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def copy(self) -> State:
        """Return an independent copy; devices and tags themselves never change."""
        return State(dict(self.devices), dict(self.tags))

    def has(self, object_id: str) -> bool:
        """Tell whether an id is in use."""
        return object_id in self.devices or object_id in self.tags


class DataSet:
    """The data behind one account, or behind several keys to it."""

    def __init__(self, name: str) -> None:
        """Start empty; the name makes ids differ between data sets."""
        self.store = Store(State())
        self._name = name
        self._numbers = count(1)

    def new_id(self, kind: str, taken: Callable[[str], bool]) -> str:
        """Return an id that is the same in every run with the same history."""
        candidates = (hashed_id(f"{self._name} {kind} {number}") for number in self._numbers)
        return next(candidate for candidate in candidates if not taken(candidate))


def hashed_id(text: str) -> str:
    """Return 48 lower-case hex characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:48]


@dataclass(frozen=True)
class ApiKey(Account):
    """A key to a data set."""

    level: str
    data: DataSet
    basic: str | None = field(default=None, repr=False)
    """`user:password`, if the key asks for HTTP Basic too."""


# --- what the document allows ------------------------------------------------------------------------------------


def invalid(name: str, rule: str) -> ApiError:
    """Return the error for a field or parameter that breaks a rule."""
    return ApiError(INVALID, f"Invalid {name}: {rule}.")


def text_value(name: str, value: Any) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise invalid(name, "a text that is not empty is required")
    return value


def optional_text(name: str, value: Any) -> str:
    """Return a text; null clears it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(name, "must be a text or null")
    return value


def short_name(name: str, value: Any) -> str:
    """Return a short name."""
    if not isinstance(value, str) or not SHORT_NAME.fullmatch(value):
        raise invalid(name, "up to 8 letters, digits or '-' are required")
    return value


def one_of(*allowed: Setting) -> Callable[[str, Any], Setting]:
    """Return a check for a few values; a number in quotes and a boolean are no numbers."""

    def check(name: str, value: Any) -> Setting:
        found = next(
            (
                item
                for item in allowed
                if isinstance(value, item.__class__) and not isinstance(value, bool) and item == value
            ),
            None,
        )
        if found is None:
            raise invalid(name, "must be one of " + ", ".join(str(item) for item in allowed))
        return found

    return check


def between(lowest: int, highest: int) -> Callable[[str, Any], int]:
    """Return a check for a whole number in a range."""

    def check(name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise invalid(name, f"must be a number, {lowest}-{highest}")
        return value

    return check


SETTINGS: Mapping[str, Callable[[str, Any], Setting]] = {
    "URL": text_value,
    "ShortName": short_name,
    "FullName": optional_text,
    "Frequency": one_of(1, 2, 5, 10, 20, 30, 60),
    "Timeout": between(1, 120),
    "Retries": between(2, 10),
    "RetryDelay": between(1, 300),
    "nschedule_id": optional_text,
    "mschedule_id": optional_text,
    "device_master_id": optional_text,
}
"""What can be set on a device at any time, and the check of each."""

DEFAULTS: Mapping[str, Setting] = {
    "FullName": "",
    "Frequency": 5,
    "Timeout": 30,
    "Retries": 2,
    "RetryDelay": 1,
    "nschedule_id": "",
    "mschedule_id": "",
    "device_master_id": "",
}
REQUIRED = ("Method", "URL", "ShortName")
DETAIL_ONLY = ("Timeout", "Retries", "RetryDelay", "nschedule_id", "mschedule_id", "device_master_id")
"""Settings that the known sample of a listing does not show."""

check_method = one_of(*METHODS)


def check_settings(fields: Mapping[str, Any]) -> dict[str, Setting]:
    """Return checked settings; fields that are no settings are left out."""
    return {name: check(name, fields[name]) for name, check in SETTINGS.items() if name in fields}


def check_known(fields: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse fields that the document does not name."""
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise invalid(unknown[0], "there is no such field here")


def check_required(fields: Mapping[str, Any], required: Iterable[str]) -> None:
    """Refuse an object that lacks a field."""
    for name in required:
        if name not in fields:
            raise invalid(name, "required")


def check_master(devices: Mapping[str, Device], device_id: str, master: Setting) -> None:
    """Refuse a master that is not there, or that is the device itself."""
    if not master:
        return
    if master == device_id:
        raise invalid("device_master_id", "a device cannot be its own master")
    if master not in devices:
        raise invalid("device_master_id", "there is no such device")


def check_no_master(devices: Mapping[str, Device], device_id: str) -> None:
    """Refuse a device that is the master of another one."""
    if any(
        other.settings["device_master_id"] == device_id for other in devices.values() if other.device_id != device_id
    ):
        raise ApiError(INVALID, "Other devices depend on this device.")


def read_fields(call: Call, allowed: Iterable[str] = (), *, needed: bool = False) -> dict[str, Any]:
    """Return the JSON object in the body of a call, which may be left out unless it is needed."""
    if not call.body and not needed:
        return {}
    if call.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise ApiError(INVALID, f"Invalid Content-Type: a body with the header Content-Type: {JSON} is required.")
    fields = call.json()
    if not isinstance(fields, dict):
        raise ApiError(INVALID, "Invalid body: a JSON object is required.")
    check_known(fields, allowed)
    return fields


def read_timestamp(name: str, text: str | None) -> datetime | None:
    """Return the time in a parameter; without a zone it is in the account's, which is UTC here."""
    if text is None:
        return None
    if not TIMESTAMP.fullmatch(text):
        raise invalid(name, "must be in ISO 8601 format")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "must be in ISO 8601 format") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def read_count(call: Call, name: str, default: int, lowest: int) -> int:
    """Return a number given as a parameter."""
    text = call.parameter(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < lowest:
        raise invalid(name, f"must be a number, {lowest} or more")
    return int(text)


# --- the service -------------------------------------------------------------------------------------------------


class Alertra(Service):
    """The Alertra API."""

    name: ClassVar[str] = "alertra"
    prefix: ClassVar[str] = "/alertra/v1.1"
    own_switches: ClassVar[Mapping[str, Switch]] = {
        "list_envelope": LIST_ENVELOPE,
        "detail_envelope": DETAIL_ENVELOPE,
        "create_answer": Choice(
            ("device_id_object", "id_object", "full", "named", "list", "json_string", "text", "empty", "message")
        ),
        "write_answer": Choice(("object", "empty", "null", "text")),
        "id_key": Choice(("named", "id")),
        "tag_name_key": Choice(("Name", "name")),
        "tag_devices": Choice(("ids", "objects", "absent")),
        "tag_devices_key": Choice(("Devices", "devices", "device_ids")),
        "listing": Choice(("thin", "full")),
        "numbers": NUMBERS,
        "config_place": Choice(("top", "HostData", "Config", "Settings", "hidden")),
        "empty_value": Choice(("null", "empty", "absent")),
        "page_cap": Number(default=LARGEST_LIMIT, minimum=1, whole=True),
        "over_limit": Choice(("cap", "refuse")),
        "not_found": Choice((400, 404)),
        "status_words": Choice(("words", "letters")),
        "maint_filter": Choice(("works", "ignored")),
        "master_delete": Choice(("resets", "refused")),
        "url_style": Choice(("as_given", "trailing_slash")),
        "unknown_fields": UNKNOWN_FIELDS,
    }

    def __init__(self) -> None:
        """Start with the default accounts."""
        self._accounts: Accounts[ApiKey] = Accounts()
        self._invented = count(1)
        super().__init__()

    # --- accounts and state, for the control endpoint

    def reset_accounts(self) -> None:
        """Put the three default keys in place; the first two open the same data."""
        self._accounts.clear()
        self._invented = count(1)
        shared = DataSet("default")
        self._accounts.add(ApiKey("default", "sandbox-key", "UW", shared))
        self._accounts.add(ApiKey("readonly", "sandbox-readonly", "UR", shared))
        self._accounts.add(ApiKey("basic", "sandbox-basic", "UW", DataSet("basic"), "sandbox:sandbox-password"))

    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add a key: `key`, and optionally `level`, `name`, `user` with `password`, and `same_data_as` another key."""
        allowed = ("key", "level", "name", "user", "password", "same_data_as")
        unknown = sorted(set(fields) - set(allowed))
        if unknown:
            raise RefusedError(f"An account takes {', '.join(allowed)}, not {', '.join(unknown)}.")
        if not all(isinstance(value, str) and value for value in fields.values()) or "key" not in fields:
            raise RefusedError("An account needs a key, and its fields are texts that are not empty.")
        if ("user" in fields) != ("password" in fields):
            raise RefusedError("An account has both a user and a password, or neither.")
        level = fields.get("level", "UW")
        if level not in ("UW", "UR"):
            raise RefusedError(f"The level of an account cannot be {level!r}; it is one of UW, UR.")
        name = str(fields.get("name", f"account-{len(self._accounts) + 1}"))
        twin = fields.get("same_data_as")
        data = self._accounts.choose(twin).data if twin else DataSet(name)
        basic = f"{fields['user']}:{fields['password']}" if "user" in fields else None
        self._accounts.add(ApiKey(name, fields["key"], level, data, basic))
        return name

    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return all devices with their tags, and all tags."""
        state = self._accounts.choose(credential).data.store.current
        return {
            "devices": [
                {
                    "device_id": device.device_id,
                    "Method": device.method,
                    **device.settings,
                    "Status": device.status,
                    "Tags": [tag.tag_id for tag in state.tags.values() if device.device_id in tag.device_ids],
                    "in_maintenance": device.in_maintenance,
                    "maintenance_until": device.maintenance_until and device.maintenance_until.isoformat(),
                    **export_history(device),
                }
                for device in state.devices.values()
            ],
            "tags": [{"tag_id": tag.tag_id, "Name": tag.name} for tag in state.tags.values()],
        }

    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace all devices and tags; ids and defaults may be left out."""
        data = self._accounts.choose(credential).data
        try:
            data.store.replace(Seed(data).read(state))
        except ApiError as error:
            raise RefusedError(error.message) from None

    # --- who calls

    def credentials(self, call: Call) -> Sequence[str]:
        """Return the keys in the header and in the query."""
        return [*filter(None, [call.headers.get("Alertra-API-Key")]), *call.query.get("api_key", ())]

    def account_name(self, call: Call) -> str | None:
        """Return the name of the key's account."""
        account = self._authenticate(call)
        return account.name if account else None

    def _authenticate(self, call: Call) -> ApiKey | None:
        offered = next(iter(self.credentials(call)), "")
        account = self._accounts.find(offered)
        if account is None or account.basic is None:
            return account
        expected = "Basic " + base64.b64encode(account.basic.encode()).decode()
        return account if call.headers.get("Authorization") == expected else None

    # --- calls

    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""
        try:
            return self._handle(call)
        except ApiError as error:
            missing = error.code in (UNKNOWN_ID, UNKNOWN_PATH)
            status = int(self.switches["not_found"]) if missing else 400
            return self._json({"code": error.code, "message": error.message}, status)

    def _handle(self, call: Call) -> Reply:
        account = self._authenticate(call)
        hello = (call.method, *call.segments) == ("GET", "hello")
        if account is None and not (hello and not self.credentials(call)):
            raise ApiError(ACCESS_DENIED, "Access denied.")
        for name in REFUSED_PARAMETERS:
            if name in call.query:
                raise invalid(name, "the sandbox answers in JSON only")
        if hello or account is None:
            return self._hello(call, account)
        if "" in call.segments:
            raise unknown_path(call)
        if call.method == "GET":
            return self._read(call, account.data.store.read(self.lag))
        if account.level != "UW":
            raise ApiError(ACCESS_DENIED, "Access denied.")
        return self._write(call, account.data)

    def _read(self, call: Call, state: State) -> Reply:
        read_fields(call)
        match call.segments:
            case ("devices",):
                return self._list_devices(call, state)
            case ("devices", device_id):
                return self._detail("device", self._device_row(find_device(state, device_id), full=True))
            case ("devices", device_id, "checks"):
                return self._list_checks(call, find_device(state, device_id))
            case ("devices", device_id, "events"):
                return self._list_events(call, find_device(state, device_id))
            case ("devices", device_id, "uptime"):
                return self._uptime(call, find_device(state, device_id))
            case ("tags",):
                return self._list_tags(call, state)
            case ("tags", tag_id):
                return self._detail("tag", self._tag_row(state, find_tag(state, tag_id), full=True))
            case ("checks", check_id):
                return self._detail("check", self._object(find_check(state, check_id)))
            case ("checks", check_id, "extended"):
                find_check(state, check_id)
                extra = {"check_id": check_id, "ExtraData": "HTTP/1.1 200 OK"}
                return self._detail("check", self._object(extra))
        raise unknown_path(call)

    def _write(self, call: Call, data: DataSet) -> Reply:
        match (call.method, *call.segments):
            case ("POST", "devices"):
                return self._create_device(call, data)
            case ("PUT", "devices", device_id):
                return self._update_device(call, data, device_id)
            case ("DELETE", "devices", device_id):
                return self._delete_device(call, data, device_id)
            case ("PUT", "devices", device_id, "start-maintenance"):
                return self._start_maintenance(call, data, device_id)
            case ("PUT", "devices", device_id, "stop-maintenance"):
                return self._stop_maintenance(call, data, device_id)
            case ("POST", "tags"):
                return self._create_tag(call, data)
            case ("PUT", "tags", tag_id):
                return self._rename_tag(call, data, tag_id)
            case ("DELETE", "tags", tag_id):
                return self._delete_tag(call, data, tag_id)
            case ("PUT" | "DELETE", "tags", tag_id, "devices", device_id):
                return self._attach_tag(call, data, tag_id, device_id)
        raise unknown_path(call)

    def _hello(self, call: Call, account: ApiKey | None) -> Reply:
        lines = [
            f"Hello {call.peer}",
            "",
            f"Using key:  {account.credential if account else 'none'}",
            "Key type:   API",
            f"Auth level: {account.level if account else 'none'}",
            f"HTTP Auth:  {'Yes' if account and account.basic else 'No'}",
            "",
            f"The time is {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC.",
            "Have a splendid day.",
        ]
        return Reply.of_text("\n".join(lines) + "\n")

    # --- devices

    def _list_devices(self, call: Call, state: State) -> Reply:
        devices = self._filter(call.parameter("Filter"), state)
        full = self.switches["listing"] == "full"

        def invent(number: int) -> Device:
            settings = {**DEFAULTS, "URL": f"http://host-{number}.example.com", "ShortName": f"X-{number % 10**6}"}
            return Device(hashed_id(f"invented device {number}"), "HTTP", settings)

        page = self._page(call, devices, invent)
        return self._list("device", [self._device_row(device, full=full) for device in page])

    def _filter(self, wanted: str | None, state: State) -> list[Device]:
        devices = list(state.devices.values())
        if wanted == "Ok":
            return [device for device in devices if device.status == "Up" and not device.in_maintenance]
        if wanted == "Down":
            return [device for device in devices if device.status == "Down" and not device.in_maintenance]
        if wanted == "Maint" and self.switches["maint_filter"] == "works":
            return [device for device in devices if device.in_maintenance]
        if wanted in state.tags:
            members = set(state.tags[wanted].device_ids)
            return [device for device in devices if device.device_id in members]
        if wanted not in (None, "All", "Maint"):
            raise invalid("Filter", "must be All, Ok, Down, Maint or the id of a tag")
        return devices

    def _create_device(self, call: Call, data: DataSet) -> Reply:
        fields = read_fields(call, ("Method", *SETTINGS), needed=True)
        check_required(fields, REQUIRED)
        method = str(check_method("Method", fields["Method"]))
        settings = {**DEFAULTS, **check_settings(fields)}
        check_master(data.store.current.devices, "", settings["device_master_id"])
        state = data.store.change(self.lag)
        device = Device(data.new_id("device", state.has), method, settings)
        state.devices[device.device_id] = device
        return self._created("device", device.device_id, self._device_row(device, full=True))

    def _update_device(self, call: Call, data: DataSet, device_id: str) -> Reply:
        device = find_device(data.store.current, device_id)
        fields = read_fields(call, ("Method", *SETTINGS), needed=True)
        if "Method" in fields:
            raise invalid("Method", "it cannot be changed for an existing device")
        settings = {**device.settings, **check_settings(fields)}
        check_master(data.store.current.devices, device_id, settings["device_master_id"])
        return self._put_device(data, replace(device, settings=settings))

    def _delete_device(self, call: Call, data: DataSet, device_id: str) -> Reply:
        read_fields(call)
        find_device(data.store.current, device_id)
        if self.switches["master_delete"] == "refused":
            check_no_master(data.store.current.devices, device_id)
        state = data.store.change(self.lag)
        del state.devices[device_id]
        for other in list(state.devices.values()):
            if other.settings["device_master_id"] == device_id:
                settings = {**other.settings, "device_master_id": ""}
                state.devices[other.device_id] = replace(other, settings=settings)
        for tag in list(state.tags.values()):
            state.tags[tag.tag_id] = without(tag, device_id)
        return self._written({})

    def _start_maintenance(self, call: Call, data: DataSet, device_id: str) -> Reply:
        device = find_device(data.store.current, device_id)
        duration = read_fields(call, ("Duration",)).get("Duration", DEFAULT_DURATION)
        if not isinstance(duration, str) or not DURATION.fullmatch(duration):
            raise invalid("Duration", "must be HH:MM")
        hours, minutes = duration.split(":")
        until = datetime.now(UTC) + timedelta(hours=int(hours), minutes=int(minutes))
        if device.maintenance_until is not None:
            until = max(until, device.maintenance_until)
        return self._put_device(data, replace(device, maintenance_until=until))

    def _stop_maintenance(self, call: Call, data: DataSet, device_id: str) -> Reply:
        device = find_device(data.store.current, device_id)
        read_fields(call)
        return self._put_device(data, replace(device, maintenance_until=None))

    def _put_device(self, data: DataSet, device: Device) -> Reply:
        data.store.change(self.lag).devices[device.device_id] = device
        return self._written(self._device_row(device, full=True))

    # --- tags

    def _list_tags(self, call: Call, state: State) -> Reply:
        tags = list(state.tags.values())
        if call.paging is Paging.ENDLESS:
            numbers = (next(self._invented) for _turn in range(DEFAULT_LIMIT))
            tags = [Tag(hashed_id(f"invented tag {number}"), f"invented-{number}") for number in numbers]
        full = self.switches["listing"] == "full"
        return self._list("tag", [self._tag_row(state, tag, full=full) for tag in tags])

    def _create_tag(self, call: Call, data: DataSet) -> Reply:
        name = read_tag_name(call)
        state = data.store.change(self.lag)
        tag = Tag(data.new_id("tag", state.has), name)
        state.tags[tag.tag_id] = tag
        return self._created("tag", tag.tag_id, self._tag_row(state, tag, full=True))

    def _rename_tag(self, call: Call, data: DataSet, tag_id: str) -> Reply:
        tag = find_tag(data.store.current, tag_id)
        return self._put_tag(data, replace(tag, name=read_tag_name(call)))

    def _delete_tag(self, call: Call, data: DataSet, tag_id: str) -> Reply:
        read_fields(call)
        find_tag(data.store.current, tag_id)
        del data.store.change(self.lag).tags[tag_id]
        return self._written({})

    def _attach_tag(self, call: Call, data: DataSet, tag_id: str, device_id: str) -> Reply:
        read_fields(call)
        tag = find_tag(data.store.current, tag_id)
        find_device(data.store.current, device_id)
        tag = without(tag, device_id)
        if call.method == "PUT":
            return self._put_tag(data, replace(tag, device_ids=(*tag.device_ids, device_id)))
        self._put_tag(data, tag)
        return self._written({})

    def _put_tag(self, data: DataSet, tag: Tag) -> Reply:
        state = data.store.change(self.lag)
        state.tags[tag.tag_id] = tag
        return self._written(self._tag_row(state, tag, full=True))

    # --- checks, events, uptime

    def _list_checks(self, call: Call, device: Device) -> Reply:
        rows = [check_row(device, number) for number in range(SAMPLE_CHECKS)]
        page = self._page(call, rows, lambda number: {**check_row(device, number), "check_id": f"{number:050x}"})
        # The document shows this listing, so it has no envelope to guess.
        return self._json([self._object(row) for row in page])

    def _list_events(self, call: Call, device: Device) -> Reply:
        before = read_timestamp("Timestamp", call.parameter("Timestamp")) or datetime.now(UTC)
        if device.history is None:
            rows = [event_row(device, number) for number in range(SAMPLE_EVENTS) if event_time(number) < before]
        else:
            rows = [history_row(device, *one) for one in reversed(device.history) if one[0] < before]
        page = self._page(call, rows, lambda number: event_row(device, SAMPLE_EVENTS + number))
        return self._list("event", [self._object(row) for row in page])

    def _uptime(self, call: Call, device: Device) -> Reply:
        begin = read_timestamp("Timestamp1", call.parameter("Timestamp1"))
        end = read_timestamp("Timestamp2", call.parameter("Timestamp2")) or datetime.now(UTC)
        if begin is None:
            raise invalid("Timestamp1", "required")
        if end < begin:
            raise invalid("Timestamp2", "must not be before Timestamp1")
        if device.history is not None:
            return self._json({"Uptime": count_seconds(device.history, begin, end)})
        down = 386 if device.status == "Up" else 3860
        seconds = {"UpSeconds": 3600941, "DownSeconds": down, "MaintenanceSeconds": 0, "Outages": 1}
        return self._json({"Uptime": seconds})

    def _page(self, call: Call, rows: list[Any], invent: Callable[[int], Any]) -> list[Any]:
        offset = read_count(call, "Offset", 0, lowest=0)
        limit = read_count(call, "Limit", DEFAULT_LIMIT, lowest=1)
        if limit > LARGEST_LIMIT and self.switches["over_limit"] == "refuse":
            raise invalid("Limit", f"must be {LARGEST_LIMIT} or less")
        limit = min(limit, LARGEST_LIMIT, int(self.switches["page_cap"]))
        if call.paging is Paging.ENDLESS:
            return [invent(next(self._invented)) for _turn in range(limit)]
        if call.paging is Paging.REPEAT:
            offset = 0
        return rows[offset : offset + limit]

    # --- how things look

    def _device_row(self, device: Device, *, full: bool) -> Row:
        settings = device.settings
        url = str(settings["URL"])
        if self.switches["url_style"] == "trailing_slash":
            url = url.rstrip("/") + "/"
        row: Row = {
            "Status": self._status_word(device),
            "URL": url,
            "Method": device.method,
            "Frequency": settings["Frequency"],
            "LastCheckResult": "200 OK" if device.status == "Up" else "Timeout",
            "StatusSince": (device.history[-1][0] if device.history else SAMPLE_TIME).isoformat(),
            "ShortName": settings["ShortName"],
            **self._present({"FullName": settings["FullName"]}),
            self._id_key("device"): device.device_id,
        }
        if full:
            row["HostData"] = {"headers": {}}
            self._place(row, self._present({name: settings[name] for name in DETAIL_ONLY}))
        return self._object(row)

    def _status_word(self, device: Device) -> str:
        word = "Maint" if device.in_maintenance else device.status
        return word[0] if self.switches["status_words"] == "letters" else word

    def _present(self, settings: Mapping[str, Setting]) -> Row:
        match self.switches["empty_value"]:
            case "absent":
                return {name: value for name, value in settings.items() if value != ""}
            case "null":
                return {name: None if value == "" else value for name, value in settings.items()}
        return dict(settings)

    def _place(self, row: Row, settings: Row) -> None:
        place = str(self.switches["config_place"])
        if place == "top":
            row.update(settings)
        elif place != "hidden":
            row.setdefault(place, {}).update(settings)

    def _tag_row(self, state: State, tag: Tag, *, full: bool) -> Row:
        row: Row = {self._id_key("tag"): tag.tag_id, str(self.switches["tag_name_key"]): tag.name}
        shape = self.switches["tag_devices"]
        if full and shape != "absent":
            members = list(tag.device_ids)
            objects = [self._device_row(state.devices[member], full=False) for member in members]
            row[str(self.switches["tag_devices_key"])] = objects if shape == "objects" else members
        return self._object(row)

    def _id_key(self, kind: str) -> str:
        return f"{kind}_id" if self.switches["id_key"] == "named" else "id"

    def _object(self, row: Row) -> Row:
        return add_unknown_fields(row) if self.switches["unknown_fields"] == "some" else row

    # --- answers

    def _json(self, value: Any, status: int = 200) -> Reply:
        return Reply.of_json(quote_numbers(value) if self.switches["numbers"] == "string" else value, status)

    def _list(self, kind: str, rows: list[Row]) -> Reply:
        return self._json(wrap_list(rows, kind, self.switches["list_envelope"]))

    def _detail(self, kind: str, row: Row) -> Reply:
        return self._json(wrap_object(row, kind, self.switches["detail_envelope"]))

    def _created(self, kind: str, object_id: str, row: Row) -> Reply:
        match self.switches["create_answer"]:
            case "id_object":
                return self._json({"id": object_id})
            case "full":
                return self._json(row)
            case "named":
                return self._json({kind: row})
            case "list":
                return self._json([row])
            case "json_string":
                return self._json(object_id)
            case "text":
                return Reply.of_text(object_id)
            case "empty":
                return Reply()
            case "message":
                return self._json({"message": "created"})
        return self._json({f"{kind}_id": object_id})

    def _written(self, row: Row) -> Reply:
        match self.switches["write_answer"]:
            case "empty":
                return Reply()
            case "null":
                return self._json(None)
            case "text":
                return Reply.of_text("OK")
        return self._json(row)


# --- looking things up -------------------------------------------------------------------------------------------


def unknown_path(call: Call) -> ApiError:
    """Return the error for a call that the document does not name."""
    return ApiError(UNKNOWN_PATH, f"Unknown path: {call.method} {call.path}.")


def find_device(state: State, device_id: str) -> Device:
    """Return a device."""
    if device_id not in state.devices:
        raise ApiError(UNKNOWN_ID, "Unknown device_id.")
    return state.devices[device_id]


def find_tag(state: State, tag_id: str) -> Tag:
    """Return a tag."""
    if tag_id not in state.tags:
        raise ApiError(UNKNOWN_ID, "Unknown tag_id.")
    return state.tags[tag_id]


def find_check(state: State, check_id: str) -> Row:
    """Return a check; its id is that of the device and two more digits."""
    device = state.devices.get(check_id[:48])
    rows = [check_row(device, number) for number in range(SAMPLE_CHECKS)] if device else []
    row = next((row for row in rows if row["check_id"] == check_id), None)
    if row is None:
        raise ApiError(UNKNOWN_ID, "Unknown check_id.")
    return row


def read_tag_name(call: Call) -> str:
    """Return the name in the body of a call."""
    fields = read_fields(call, ("Name",), needed=True)
    return text_value("Name", fields.get("Name"))


def without(tag: Tag, device_id: str) -> Tag:
    """Return a tag that is not attached to a device."""
    return replace(tag, device_ids=tuple(member for member in tag.device_ids if member != device_id))


# --- sample records ----------------------------------------------------------------------------------------------


def check_row(device: Device, number: int) -> Row:
    """Return a check, with the fields of the document's sample; 0 is the newest."""
    time = SAMPLE_TIME - timedelta(minutes=int(device.settings["Frequency"]) * number)
    return {
        "check_id": f"{device.device_id}{number:02x}",
        "Location": LOCATIONS[number % len(LOCATIONS)],
        "Timestamp": time.isoformat(),
        "BlockTime": 0,
        "ConnectTime": 0,
        "DNSTime": 0,
        "SSLTime": 0,
        "TTFB": 0,
        "TTLB": 120.5 + number,
        "RequestTime": 120.53125 + number,
        "Kbps": 0,
        "PerfStat": "Ok",
        "ResultCode": 1,
        "DataSize": 0,
    }


def event_time(number: int) -> datetime:
    """Return when an event was; 0 is the newest."""
    return SAMPLE_TIME - timedelta(hours=number)


def event_row(device: Device, number: int) -> Row:
    """Return an event; the newest is the device's coming up."""
    came_up = number % 2 == 0
    return {
        "event_id": hashed_id(f"event {device.device_id} {number}"),
        "Timestamp": event_time(number).isoformat(),
        "Event": "Up" if came_up else "Down",
        "Description": "200 OK" if came_up else "Timeout",
    }


def history_row(device: Device, time: datetime, word: str) -> Row:
    """Return an event of a described history."""
    event_id = hashed_id(f"event {device.device_id} {time.isoformat()}")
    return {"event_id": event_id, "Timestamp": time.isoformat(), "Event": word, "Description": ""}


def count_seconds(history: Iterable[tuple[datetime, str]], begin: datetime, end: datetime) -> dict[str, int]:
    """Return how long a device had each status in a period. What is before its first event does not count."""
    seconds = {"Up": 0, "Down": 0, "Maint": 0}
    outages = 0
    events = sorted(history)
    # An event with the word of the one before it changes nothing.
    changes = [
        one for before, one in zip([None, *events], events, strict=False) if before is None or before[1] != one[1]
    ]
    for (time, word), following in zip(changes, [*(time for time, _word in changes[1:]), end], strict=False):
        length = int((min(following, end) - max(time, begin)).total_seconds())
        if length > 0:
            seconds[word] += length
            outages += word == "Down"
    return {
        "UpSeconds": seconds["Up"],
        "DownSeconds": seconds["Down"],
        "MaintenanceSeconds": seconds["Maint"],
        "Outages": outages,
    }


# --- state given by the control endpoint -------------------------------------------------------------------------

SEED_DEVICE = ("device_id", "Method", *SETTINGS, "Status", "Tags", "in_maintenance", "maintenance_until", "Events")
SEED_TAG = ("tag_id", "Name")


class Seed:
    """Makes a state from a description that may leave out ids and defaults, and may name tags by their names."""

    def __init__(self, data: DataSet) -> None:
        """Take new ids from a data set."""
        self._data = data
        self._state = State()
        self._reserved: set[str] = set()

    def read(self, description: Mapping[str, Any]) -> State:
        """Return the described state."""
        check_known(description, ("devices", "tags"))
        devices = objects_in(description, "devices", SEED_DEVICE)
        tags = objects_in(description, "tags", SEED_TAG)
        self._reserve(devices, "device_id")
        self._reserve(tags, "tag_id")
        for fields in tags:
            tag = Tag(self._id("tag", fields), text_value("Name", fields.get("Name")))
            self._state.tags[tag.tag_id] = tag
        for fields in devices:
            self._add_device(fields)
        for device in self._state.devices.values():
            check_master(self._state.devices, device.device_id, device.settings["device_master_id"])
        return self._state

    def _reserve(self, objects: list[Row], key: str) -> None:
        for object_id in (fields[key] for fields in objects if key in fields):
            if not isinstance(object_id, str) or not ID.fullmatch(object_id):
                raise invalid(key, "48 lower-case hex characters are required")
            if object_id in self._reserved:
                raise invalid(key, "it is given twice")
            self._reserved.add(object_id)

    def _id(self, kind: str, fields: Row) -> str:
        return fields.get(f"{kind}_id") or self._data.new_id(kind, self._reserved.__contains__)

    def _add_device(self, fields: Row) -> None:
        check_required(fields, REQUIRED)
        device = Device(
            device_id=self._id("device", fields),
            method=str(check_method("Method", fields["Method"])),
            settings={**DEFAULTS, **check_settings(fields)},
            status=str(one_of("Up", "Down")("Status", fields.get("Status", "Up"))),
            maintenance_until=seed_maintenance(fields),
            history=seed_history(fields),
        )
        self._state.devices[device.device_id] = device
        wanted = fields.get("Tags", [])
        if not isinstance(wanted, list):
            raise invalid("Tags", "must be a list of ids or names of tags")
        for tag in [self._find_tag(text) for text in wanted]:
            member_ids = (*without(tag, device.device_id).device_ids, device.device_id)
            self._state.tags[tag.tag_id] = replace(tag, device_ids=member_ids)

    def _find_tag(self, wanted: Any) -> Tag:
        found = [tag for tag in self._state.tags.values() if wanted in (tag.tag_id, tag.name)]
        if len(found) != 1:
            raise invalid("Tags", f"{wanted!r} is the id or the name of {len(found)} tags")
        return found[0]


def objects_in(description: Mapping[str, Any], key: str, allowed: Iterable[str]) -> list[Row]:
    """Return a list of objects that have only allowed fields."""
    objects = description.get(key, [])
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise invalid(key, "must be a list of objects")
    for item in objects:
        check_known(item, allowed)
    return objects


def seed_maintenance(fields: Row) -> datetime | None:
    """Return until when a described device is in maintenance."""
    active = fields.get("in_maintenance", False)
    if not isinstance(active, bool):
        raise invalid("in_maintenance", "must be true or false")
    if not active:
        return None
    until = fields.get("maintenance_until")
    if until is None:
        return datetime.now(UTC) + timedelta(hours=1)
    if not isinstance(until, str):
        raise invalid("maintenance_until", "must be in ISO 8601 format")
    return read_timestamp("maintenance_until", until)


def export_history(device: Device) -> Row:
    """Return the events of a device as a seed takes them."""
    if device.history is None:
        return {}
    return {"Events": [{"Timestamp": time.isoformat(), "Event": word} for time, word in device.history]}


def seed_history(fields: Row) -> tuple[tuple[datetime, str], ...] | None:
    """Return the events of a described device, oldest first; none if it has sample events."""
    if "Events" not in fields:
        return None
    events = objects_in(fields, "Events", ("Timestamp", "Event"))
    found = []
    for event in events:
        time = read_timestamp("Timestamp", str(event.get("Timestamp")))
        word = str(one_of("Up", "Down", "Maint")("Event", event.get("Event")))
        found.append((time or SAMPLE_TIME, word))
    return tuple(sorted(found))
