# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alertra: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's "Alertra API v1.1". Where that says nothing, every plausible shape of an answer is accepted.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar

from .._core.errors import ApiError, InputError, Problem, ShapeError
from .._core.kind import Field, Kind
from .._core.nearest import did_you_mean
from .._core.objects import Desired, PendingId, Record, Step
from .._core.overlay import is_placeholder
from .._core.raw import RawAnswer, RawRequest
from .._core.service import Service, for_kind
from .._core.values import Values, join_names
from .._http.client import Client, Credentials, Paging
from .._http.envelope import ApiObject, identifier
from .common import TIME, ListingDoubts, created_object, is_before, parse_time, send_raw, snake_keys
from .health import IN_MAINTENANCE, UNKNOWN, health_of_word

_METHODS = ("HTTP", "PING", "SMTP", "POP3", "MySQL", "IMAP4", "FTP", "TELNET", "SSH", "NNTP", "TCP", "DNS", "Script")
_SETTINGS = ("timeout", "retries", "retry_delay")
_LINKS: dict[str, Any] = {"type": "list", "compare": "set", "clear_value": [], "purge": True}

DEVICE = Kind(
    name="device",
    plural="devices",
    id_option="device_id",
    key=("short_name",),
    id_keys=("device_id", "id"),
    # One known client reads settings at the top of a detail, another one in HostData. The document shows neither.
    containers=("HostData", "Config", "Settings"),
    details=(*_SETTINGS, "nschedule_id", "mschedule_id", "master_device"),
    fields=(
        Field(
            "short_name",
            "ShortName",
            pattern="[A-Za-z0-9-]{1,8}",
            pattern_description="1 to 8 letters, digits or hyphens",
            required=True,
        ),
        Field("full_name", "FullName", clear_value="", absent_is_empty_with=("short_name",)),
        Field("method", "Method", choices=_METHODS, required=True, immutable=True),
        Field("url", "URL", compare="url", required=True),
        Field("frequency", "Frequency", type="int", choices=(1, 2, 5, 10, 20, 30, 60)),
        Field("timeout", "Timeout", type="int", minimum=1, maximum=120),
        Field("retries", "Retries", type="int", minimum=2, maximum=10),
        Field("retry_delay", "RetryDelay", type="int", minimum=1, maximum=300),
        Field("nschedule_id", "nschedule_id", clear_value=None, absent_is_empty_with=_SETTINGS),
        Field("mschedule_id", "mschedule_id", clear_value=None, absent_is_empty_with=_SETTINGS),
        Field(
            "master_device", "device_master_id", clear_value=None, absent_is_empty_with=_SETTINGS, reference="device"
        ),
        Field("tags", **_LINKS, reference="tag", inverse="devices", subresource="tags"),
        Field("status", "Status", read_only=True),
        Field("status_since", "StatusSince", read_only=True),
        Field("last_check_result", "LastCheckResult", read_only=True),
    ),
)

TAG = Kind(
    name="tag",
    plural="tags",
    id_option="tag_id",
    key=("name",),
    id_keys=("tag_id", "id"),
    fields=(
        Field("name", ("Name", "name"), required=True),
        Field(
            "devices",
            ("Devices", "devices", "device_ids"),
            **_LINKS,
            reference="device",
            inverse="tags",
            subresource="devices",
        ),
    ),
)

MAINTENANCE = Kind(
    name="maintenance",
    plural="devices",
    title="device",
    id_option="device_id",
    key=("short_name",),
    id_keys=DEVICE.id_keys,
    fields=(
        Field("short_name", "ShortName"),
        Field("in_maintenance", type="bool"),
        Field(
            "duration",
            "Duration",
            pattern=r"(?!00?:00)\d{1,2}:[0-5]\d",
            pattern_description=(
                "hours and minutes in quotes, such as '01:30' (YAML reads 1:30 without quotes as the number 90)"
            ),
            write_only=True,
        ),
    ),
    creatable=False,
    view_of="device",
)

DEVICE_FILTERS = (
    Field("device_id"),
    Field("short_name"),
    Field("status", pattern="(?i)ok|down|maint", pattern_description="ok, down or maint"),
    Field("tag", takes_digits=True),
    Field("since", **TIME),
    Field("until", **TIME),
)
TAG_FILTERS = (Field("tag_id"), Field("name"))
CHECK_FILTERS = (Field("check_id", required=True), Field("extended", type="bool", default=False))

_PAGING = Paging("Offset", "Limit", size=100)
# The vendor's default is 25 devices a page, so that a shorter page is hardly ever followed by another one.
_HASTY_PAGING = replace(_PAGING, floor=25)
# By kind: the path of the objects.
_PATHS: Mapping[str, str] = {"tag": "tags", "device": "devices", "maintenance": "devices"}
# By kind: the path of the objects that can be created and deleted. Maintenance is a state of a device.
_OWN_PATHS: Mapping[str, str] = {"tag": "tags", "device": "devices"}
# The words of the service for a status, as the filter of the listing calls it.
_STATUS_WORDS: Mapping[str, str] = {
    "up": "ok",
    "u": "ok",
    "ok": "ok",
    "down": "down",
    "d": "down",
    "maint": "maint",
    "m": "maint",
    "maintenance": "maint",
}


class Alertra(Service):
    """An account at Alertra."""

    name = "alertra"
    title = "Alertra"
    url = "https://api.alertra.com/v1.1"
    credentials = (
        Field("api_key", required=True, secret=True),
        Field("login_user"),
        Field("login_password", secret=True),
    )
    kinds: ClassVar[Mapping[str, Kind]] = {"tag": TAG, "device": DEVICE, "maintenance": MAINTENANCE}
    account_options = ("api_key",)
    config = ("device", "tag")
    denied_codes = frozenset({"1002"})
    unknown_path_codes = frozenset({"1005"})

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        user, password = options["login_user"], options["login_password"]
        credentials = Credentials(
            headers={"Alertra-API-Key": options["api_key"]},
            basic=(user or "", password or "") if user or password else None,
            secrets=tuple(filter(None, (options["api_key"], password))),
        )
        self._client = self.client = Client(self.title, options, credentials, concurrency)
        self._concurrency = concurrency
        self._tags: list[Record] | None = None
        self._tags_error: ApiError | None = None
        self._deleted: set[str] = set()
        self._maintained: set[str] | None = None
        self._maintained_lock = threading.Lock()
        self._links = _Links(self._client)
        self.redact, self.write_count = self._client.redact.objects, lambda: self._client.writes
        self.redact_text = self._client.redact.text
        self.warnings = []
        self._doubts = ListingDoubts(self.warnings)
        # The devices of a listing of which it is only assumed that it is whole, and whether such a listing will do.
        self._assumed_whole: list[ApiObject] = []
        self._may_assume = True

    # -- list ----------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        listings: Mapping[str, Callable[[], list[Record]]] = {
            "tag": self._list_tags,
            "device": lambda: self._list_devices(whole=whole),
            "maintenance": lambda: self._list_maintenance(whole=whole),
        }
        return for_kind(listings, kind)()

    def _list_tags(self) -> list[Record]:
        rows = self._client.read_list(("tags",), TAG.envelope_keys, TAG.id_keys)
        self._tags = [Record(TAG, str(identifier(row, TAG.id_keys)), _decode_tag(row)) for row in rows]
        return self._tags

    def _list_devices(self, *, whole: bool) -> list[Record]:
        return [Record(DEVICE, _device_id(row), DEVICE.decode(row)) for row in self._device_rows(whole=whole)]

    def _list_maintenance(self, *, whole: bool) -> list[Record]:
        """All devices, and whether each is in maintenance."""
        rows = self._device_rows(whole=whole)
        in_maintenance = self._in_maintenance(rows)
        records = [Record(MAINTENANCE, _device_id(row), MAINTENANCE.decode(row)) for row in rows]
        for record in records:
            record.values["in_maintenance"] = record.id in in_maintenance
        return records

    def _device_rows(
        self, only: str = "", *, whole: bool = True, first_page: Sequence[ApiObject] = ()
    ) -> list[ApiObject]:
        """The listing of devices as the service shows it.

        :param only: a status, or the id of a tag
        :param whole: read it to its end; else a short first page may be taken for the only one
        :param first_page: the first page if it has been read
        """
        return self._client.read_list(
            ("devices",),
            DEVICE.envelope_keys,
            DEVICE.id_keys,
            _PAGING if whole or not self._may_assume else _HASTY_PAGING,
            {"Filter": only} if only else None,
            on_doubt=self._add_doubt,
            on_assumption=self._note_assumption,
            first_page=first_page,
        )

    def _note_assumption(self, rows: list[ApiObject]) -> None:
        self._assumed_whole = rows

    def finds_more(self, kinds: Collection[str]) -> bool:
        """Read the page after a short first page of devices. A server whose pages are that short may have more."""
        rows, self._assumed_whole = self._assumed_whole, []
        if not rows or not {DEVICE.name, MAINTENANCE.name}.intersection(kinds):
            return False
        # What this run creates may be on another page, too.
        self._may_assume = False
        return len(self._device_rows(first_page=rows)) > len(rows)

    def _add_doubt(self, doubt: str) -> None:
        """Register that the listing of devices may lack some."""
        for kind in (DEVICE, MAINTENANCE):
            self._doubts.add(kind, doubt)

    def listing_doubts(self) -> Mapping[str, str]:
        """Why the listing of devices may lack some."""
        return self._doubts.by_kind

    def _in_maintenance(self, rows: Iterable[ApiObject]) -> set[str]:
        """The ids of the devices in maintenance, by the documented filter and by their status.

        :param rows: all devices
        """
        by_status = {_device_id(row) for row in rows if _status(row) == "maint"}
        by_filter = {_device_id(row) for row in self._device_rows("Maint")}
        # A filter that returns every device may have been ignored. Then the status decides, if all are known words.
        all_ids = {_device_id(row) for row in rows}
        if by_filter == all_ids and all(_status(row) is not None for row in rows):
            return by_status
        return by_status | by_filter

    def forget(self) -> None:
        """Forget the tags and their devices."""
        self._tags, self._tags_error, self._maintained = None, None, None

    # -- read ----------------------------------------------------------------------------------------------------

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """Read the tags of devices, which only the tags show. They are entered as the overlay has them.

        If a tag cannot be read, ``read`` raises its error for each of the devices.
        """
        devices = [(record, desired) for record, missing, desired in reads if "tags" in missing]
        if not devices:
            return
        tags = self._relevant_tags([desired for _record, desired in devices])
        try:
            self._read_devices_of_tags(tags)
        except ApiError as exc:
            self._tags_error = exc
            return
        tags_of: dict[str, list[str]] = {}
        for tag in tags:
            for device in self.overlay.values(TAG, tag.id, tag.values).get("devices") or ():
                tags_of.setdefault(device, []).append(tag.id)
        for record, _desired in devices:
            record.values["tags"] = tags_of.get(record.id, [])

    def _relevant_tags(self, desired: Sequence[Desired]) -> list[Record]:
        """The tags whose devices must be known: all, or if these declarations only add tags, the tags to add."""
        tags = self.overlay.records(TAG, self._tags if self._tags is not None else self.list_objects(TAG))
        if any(one.recreate or "tags" not in one.append_only for one in desired):
            return tags
        added = {str(tag) for one in desired for tag in one.values.get("tags") or ()}
        known = {name for tag in tags for name in (tag.id, tag.label)}
        if not added <= known:
            return tags
        return [tag for tag in tags if added & {tag.id, tag.label}]

    def _read_devices_of_tags(self, tags: Sequence[Record]) -> None:
        """Read the tags whose devices the listing does not show.

        :raises ApiError: if one of them cannot be read
        """
        for tag in tags:
            if is_placeholder(tag.id):
                tag.values.setdefault("devices", [])
        unread = [tag for tag in tags if "devices" not in tag.values]
        with ThreadPoolExecutor(self._concurrency) as pool:
            for tag, values in zip(unread, pool.map(self._read_tag, unread)):
                tag.values.update(values)

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The settings of a device, or the devices of a tag; of maintenance there is no more to read."""
        if self._tags_error is not None and "tags" in missing:
            raise self._tags_error
        readers: Mapping[str, Callable[[Record], Values]] = {
            "tag": self._read_tag,
            "device": self._read_device,
            "maintenance": lambda device: {},
        }
        return for_kind(readers, record.kind)(record)

    def _read_tag(self, tag: Record) -> Values:
        row = self._client.read_object(("tags", tag.id), TAG.envelope_keys, TAG.id_keys)
        values = _decode_tag(row)
        if "devices" not in values:
            values["devices"] = [_device_id(device) for device in self._device_rows(tag.id)]
        return values

    def _read_device(self, device: Record) -> Values:
        # One known client asks for the settings by WithConfig. A server that does not know the parameter ignores it.
        row = self._client.read_object(
            ("devices", device.id), DEVICE.envelope_keys, DEVICE.id_keys, params={"WithConfig": "Y"}
        )
        return DEVICE.decode(row, complete=True)

    # -- create, update, delete ----------------------------------------------------------------------------------

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create a device or a tag."""
        answer = self._client.request("POST", (for_kind(_OWN_PATHS, kind),), json=kind.encode(values))
        return _created(answer, kind)

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change the settings or links of a device or tag, or start or stop the maintenance of a device."""
        if subresource:
            self._update_links(record, subresource, values[subresource] or [])
            return
        writers: Mapping[str, Callable[[Record, Values], None]] = {
            "tag": self._update_settings,
            "device": self._update_settings,
            "maintenance": self._switch_maintenance,
        }
        for_kind(writers, record.kind)(record, values)

    def _update_settings(self, record: Record, values: Values) -> None:
        path = (for_kind(_PATHS, record.kind), record.id)
        self._client.request("PUT", path, json=record.kind.encode(values) or None)

    def _switch_maintenance(self, device: Record, values: Values) -> None:
        path = ("devices", device.id)
        if values.get("in_maintenance") is False:
            self._client.request("PUT", (*path, "stop-maintenance"))
        else:
            duration = {"Duration": MAINTENANCE.encode(values)["Duration"]}
            self._client.request("PUT", (*path, "start-maintenance"), json=duration)

    def _update_links(self, record: Record, option: str, desired: Sequence[str]) -> None:
        """Attach tags to devices, and detach them."""
        current = [other for other in record.values.get(option) or () if other not in self._deleted]
        for other in desired:
            if other not in current:
                self._links.write(*_link(record, other), present=True)
        for other in current:
            if other not in desired:
                self._links.write(*_link(record, other), present=False)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a device or a tag."""
        self._client.request("DELETE", (for_kind(_OWN_PATHS, record.kind), record.id))
        self._deleted.add(record.id)

    # -- plan ----------------------------------------------------------------------------------------------------

    def values_of_new(self, kind: Kind) -> Values:
        """A new device is not in maintenance."""
        return {"in_maintenance": False} if kind is MAINTENANCE else {}

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
        """Devices that are their own master, and links that only one of two exact lists contains."""
        return [*_own_masters(steps), *_contradicting_links(steps)]

    # -- information ---------------------------------------------------------------------------------------------

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those with the given id and name; of devices also those with a status and a tag."""
        found = super().filter_objects(kind, records, filters)
        if filters.get("status"):
            found = self._with_status(found, filters["status"].lower())
        if filters.get("tag"):
            found = self._with_tag(found, filters["tag"])
        return found

    def _with_status(self, devices: list[Record], status: str) -> list[Record]:
        if status == "maint":
            ids = self._in_maintenance(self._device_rows())
            return [device for device in devices if device.id in ids]
        ids = {_device_id(row) for row in self._device_rows(status.capitalize())}
        # A server that ignores the filter returns all devices, but their status words tell.
        return [device for device in devices if device.id in ids and _may_have_status(device, status)]

    def _with_tag(self, devices: list[Record], name: str) -> list[Record]:
        tags = [tag for tag in self._predicted_tags() if name in (tag.id, tag.label)]
        ids = {ident for tag in tags for ident in self._ids_by_filter(tag)}
        return [device for device in devices if device.id in ids]

    def _predicted_tags(self) -> list[Record]:
        return self.overlay.records(TAG, self.list_objects(TAG))

    def _ids_by_filter(self, tag: Record) -> list[str]:
        """The ids of the devices of a tag, by the filter of the listing."""
        rows = [] if is_placeholder(tag.id) else self._device_rows(tag.id)
        listed = {"devices": [_device_id(row) for row in rows]}
        found: list[str] = self.overlay.values(TAG, tag.id, listed)["devices"]
        return found

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """The recent C(checks) or C(events) of a device, newest first, its C(history) or its C(uptime)."""
        includes: Mapping[str, Callable[[], Any]] = {
            "checks": lambda: self._fetch_rows(record, "checks", filters, {}),
            # Only events can be requested by time, and only by the end of the period.
            "events": lambda: self._fetch_rows(record, "events", filters, _parameters(Timestamp=filters.get("until"))),
            "history": lambda: self._fetch_history(record, filters),
            "uptime": lambda: self._fetch_uptime(record, filters),
            "health": lambda: self._health(record),
        }
        return includes[name]()

    def _health(self, device: Record) -> str:
        """Whether a device is up. The filter of the listing is the only documented way to see its maintenance."""
        listed = {"in_maintenance": device.id in self._maintained_devices()}
        if self.overlay.values(MAINTENANCE, device.id, listed)["in_maintenance"]:
            return IN_MAINTENANCE
        health = health_of_word(device.values.get("status"))
        return UNKNOWN if health == IN_MAINTENANCE else health

    def _maintained_devices(self) -> set[str]:
        """The ids of the devices in maintenance, read once."""
        with self._maintained_lock:
            if self._maintained is None:
                self._maintained = self._in_maintenance(self._device_rows())
            return self._maintained

    def _fetch_uptime(self, device: Record, filters: Values) -> Any:
        params = _parameters(Timestamp1=filters.get("since"), Timestamp2=filters.get("until"))
        return snake_keys(self._client.read_object(("devices", device.id, "uptime"), ("Uptime",), (), params=params))

    def _fetch_rows(self, device: Record, name: str, filters: Values, params: Mapping[str, str]) -> list[Any]:
        """The checks or events from C(since), inclusive, to C(until), exclusive."""
        since = filters.get("since")
        rows = self._read_rows(device, name, filters, params)
        return [snake_keys(row) for row in rows if not (since and is_before(row.get("Timestamp"), since))]

    def _fetch_history(self, device: Record, filters: Values) -> list[Any]:
        """The events from C(since) to C(until), and the last one before, which tells the status at the beginning."""
        rows = self._read_rows(device, "events", filters, _parameters(Timestamp=filters.get("until")))
        earlier = [row for row in rows if is_before(row.get("Timestamp"), filters["since"])]
        last = max(earlier, key=lambda row: parse_time(str(row["Timestamp"])), default=None)
        return [snake_keys(row) for row in rows if row is last or not is_before(row.get("Timestamp"), filters["since"])]

    def _read_rows(self, device: Record, name: str, filters: Values, params: Mapping[str, str]) -> list[ApiObject]:
        """The checks or events before C(until), back to C(since), and those that are on the same page as the last."""
        since, until = filters.get("since"), filters.get("until")

        def enough(page: list[ApiObject]) -> bool:
            return since is None or any(is_before(row.get("Timestamp"), since) for row in page)

        def warn(doubt: str) -> None:
            self.warnings.append(f"The list of {name} of device {device.label} may be incomplete: {doubt}.")

        rows: list[ApiObject] = self._client.read_list(
            ("devices", device.id, name), (name,), (), _PAGING, params, enough=enough, on_doubt=warn
        )
        return [row for row in rows if not until or is_before(row.get("Timestamp"), until)]

    def checks(self, check_id: str, extended: bool) -> list[Values]:
        """The check with this id, with what the service calls extra data if ``extended``; an empty list if none."""
        path = ("checks", check_id)
        try:
            found: Values = snake_keys(self._client.read_object(path, ("check", "checks"), ("check_id", "id")))
            if extended:
                found["extended"] = snake_keys(self._client.read((*path, "extended")))
        except ApiError as exc:
            if exc.failure.status == 404:
                return []
            raise
        return [found]

    def key(self) -> Values:
        """The data about the key in use; None for values that the service does not show."""
        path = ("hello",)
        answer = self._client.request("GET", path)
        facts = self._client.parse_answer(path, lambda: _key_facts(str(answer or "")))
        level, basic = facts.get("Auth level"), facts.get("HTTP Auth")
        return {
            "type": facts.get("Key type"),
            "authorization_level": level,
            "http_auth": basic.lower() in ("yes", "true") if basic else None,
            "writable": level == "UW" if level else None,
        }

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written."""
        return send_raw(self._client, request)

    def device_ids(self, tag: str, devices: Collection[str]) -> list[str]:
        """The ids of the devices of a tag and of the named devices, each once.

        :param tag: the name or id of a tag; empty for none
        :param devices: names or ids
        :raises InputError: if there is no such tag or device, or several
        """
        found: dict[str, None] = {}
        if tag:
            found.update(dict.fromkeys(self._ids_by_tag(_the_one(TAG, tag, self._predicted_tags()))))
        if devices:
            records = self.overlay.records(DEVICE, self.list_objects(DEVICE))
            found.update((_the_one(DEVICE, device, records).id, None) for device in devices)
        return list(found)

    def _ids_by_tag(self, tag: Record) -> list[str]:
        """The ids of the devices of a tag, as the tag shows them."""
        read: Values = {"devices": []} if is_placeholder(tag.id) else self.read(tag, {"devices"})
        found: list[str] = self.overlay.values(TAG, tag.id, read)["devices"] or []
        return found


class _Links:
    """The links between tags and devices that a run writes. A link that both of its ends declare is written once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._written: dict[tuple[str, str], Future[None]] = {}

    def write(self, tag: str, device: str, *, present: bool) -> None:
        """Attach a tag to a device, or detach it; if another thread does that already, wait for it.

        :raises ApiError: if the request fails, in each of these threads
        """
        with self._lock:
            is_first = (tag, device) not in self._written
            written = self._written.setdefault((tag, device), Future())
        if is_first:
            try:
                self._client.request("PUT" if present else "DELETE", ("tags", tag, "devices", device))
            except BaseException as exc:  # also KeyboardInterrupt: another thread may wait for this link
                written.set_exception(exc)
                raise
            written.set_result(None)
        written.result()


def _link(record: Record, other: str) -> tuple[str, str]:
    """The ids of the tag and the device of a link between an object and another one."""
    return for_kind({"device": (other, record.id), "tag": (record.id, other)}, record.kind)


def _decode_tag(row: ApiObject) -> Values:
    """The values of a tag. Its devices may be ids or objects; what is no list shows no devices."""
    values = TAG.decode(row)
    if "devices" in values:
        devices = values.pop("devices")
        if devices is None or isinstance(devices, list):
            values["devices"] = [_device_id(one) if isinstance(one, dict) else str(one) for one in devices or ()]
    return values


def _device_id(row: ApiObject) -> str:
    return str(identifier(row, DEVICE.id_keys))


def _status(row: ApiObject) -> str | None:
    """The status of a device as the filter of the listing calls it; None for an unknown word."""
    return _STATUS_WORDS.get(str(row.get("Status")).lower())


def _may_have_status(device: Record, status: str) -> bool:
    """Whether the status of a device is this one, or an unknown word."""
    return _STATUS_WORDS.get(str(device.values.get("status")).lower(), status) == status


def _parameters(**parameters: str | None) -> dict[str, str]:
    """The parameters that have a value."""
    return {name: value for name, value in parameters.items() if value}


def _created(answer: Any, kind: Kind) -> Record | str | None:
    """The new object in the answer to a creation, or its id.

    The vendor's document says that there is an id, but not where.
    """
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, str):
        return answer if re.fullmatch(r"[0-9A-Fa-f]{32,}", answer) else None
    return created_object(kind, answer, kind.envelope_keys)


def _key_facts(text: str) -> dict[str, str]:
    """The lines about the key in use, such as C(Auth level: UW).

    :raises ShapeError: if there are none
    """
    facts = dict(re.findall(r"^(Key type|Auth level|HTTP Auth):[ \t]*(\S+)", text, re.MULTILINE))
    if not facts:
        raise ShapeError("the response does not describe the key")
    return facts


def _the_one(kind: Kind, name: str, records: Collection[Record]) -> Record:
    """The record with this id, else the one with this name.

    :raises InputError: if there is none, or several
    """
    found = [record for record in records if record.id == name]
    found = found or [record for record in records if record.label == name]
    if not found:
        hint = did_you_mean(name, (record.label for record in records))
        raise InputError(f"there is no {kind.noun} named {name}{hint}")
    if len(found) > 1:
        ids = join_names(record.id for record in found)
        raise InputError(f"there are {len(found)} {kind.plural} named {name}: use one of the ids {ids}")
    return found[0]


def _own_masters(steps: Sequence[Step]) -> list[Problem]:
    """The problems of devices that are their own master."""
    return [
        step.desired.with_location(f"device {step.label} cannot be its own master_device")
        for step in steps
        if step.record is not None and step.after.get("master_device") == step.record.id
    ]


_Ends = Mapping[tuple[str, Any], Step]


def _contradicting_links(steps: Sequence[Step]) -> list[Problem]:
    """The problems of links that one end declares, while the other end has an exact list without it."""
    ends = {(step.desired.kind.name, step.target): step for step in steps if step.desired.present}
    problems = []
    for step in ends.values():
        for name in step.desired.values:
            item = step.desired.kind.by_name[name]
            if item.inverse:
                problems += [_contradiction(step, item, other) for other in _refusing_ends(step, item, ends)]
    return problems


def _refusing_ends(step: Step, item: Field, ends: _Ends) -> list[Step]:
    """The declared objects that an object links to, and whose own list excludes this object."""
    found = []
    for target in step.after.get(item.name) or ():
        other = ends.get((item.reference, target))
        if other is not None and _excludes(other, item.inverse, step.target):
            found.append(other)
    return found


def _excludes(step: Step, option: str, target: str | PendingId) -> bool:
    """Whether an object declares a list of links that is exact and does not contain this one."""
    if option not in step.desired.values or option in step.desired.append_only:
        return False
    return target not in (step.after.get(option) or ())


def _contradiction(step: Step, item: Field, other: Step) -> Problem:
    sentence = (
        f"{step.desired.described_location} refers to {other.label}, but "
        f"{other.desired.described_location} does not list {step.label} in {item.inverse}"
    )
    return Problem(sentence, step.desired.location, (other.desired.location,))
