# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alertra: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's "Alertra API v1.1". Where that says nothing, every plausible shape of an answer is accepted.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar

from .._core.errors import ApiError, InputError, Problem, ShapeError
from .._core.kind import Field, Kind
from .._core.objects import Desired, Record, Step
from .._core.service import Service
from .._core.values import Values, join_names
from .._http.client import Client, Credentials, Paging
from .._http.envelope import extract_object, identifier
from .common import TIME, is_before, snake_keys

_METHODS = ("HTTP", "PING", "SMTP", "POP3", "MySQL", "IMAP4", "FTP", "TELNET", "SSH", "NNTP", "TCP", "DNS", "Script")
_SETTINGS = ("timeout", "retries", "retry_delay")
_LINKS: dict[str, Any] = {"type": "list", "compare": "set", "clear_value": [], "purge": True}

DEVICE = Kind(
    name="device",
    plural="devices",
    id_option="device_id",
    key=("short_name",),
    id_keys=("device_id", "id"),
    # One client reads settings at the top of a detail, another finds HostData there: the document shows neither.
    containers=("HostData", "Config", "Settings"),
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
)

DEVICE_FILTERS = (
    Field("device_id"),
    Field("short_name"),
    Field("status", pattern="(?i)ok|down|maint", pattern_description="ok, down or maint"),
    Field("tag"),
    Field("since", **TIME),
    Field("until", **TIME),
)
TAG_FILTERS = (Field("tag_id"), Field("name"))
CHECK_FILTERS = (Field("check_id", required=True), Field("extended", type="bool", default=False))

_PAGING = Paging("Offset", "Limit", size=100, floor=25)
_STATUS = {"up": "ok", "u": "ok", "ok": "ok", "down": "down", "d": "down"} | dict.fromkeys(
    ("maint", "m", "maintenance"), "maint"
)


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
    config = ("device", "tag")

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        user, password = options["login_user"], options["login_password"]
        credentials = Credentials(
            headers={"Alertra-API-Key": options["api_key"]},
            basic=(user or "", password or "") if user or password else None,
            secrets=tuple(filter(None, (options["api_key"], password))),
        )
        self._client = Client(self.title, options, credentials, concurrency)
        self._concurrency = concurrency
        self._tags: list[Record] | None = None
        self._unread: ApiError | None = None
        self._deleted: set[str] = set()
        self._links: dict[tuple[str, str], Future[None]] = {}
        self._lock = threading.Lock()
        self.redact, self.write_count = self._client.redact.data, lambda: self._client.writes
        self.warnings = []

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """All devices or tags, or whether each device is in maintenance."""
        if kind is TAG:
            rows = self._client.read_list(("tags",), TAG.envelope_keys, TAG.id_keys)
            self._tags = [self._record(TAG, row) for row in rows]
            return self._tags
        rows = self._devices()
        if kind is DEVICE:
            return [self._record(DEVICE, row) for row in rows]
        busy = self._in_maintenance(rows)
        records = [self._record(MAINTENANCE, row) for row in rows]
        for record in records:
            record.values["in_maintenance"] = record.id in busy
        return records

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """The tags of devices, which only the tags know: all of them, or where tags are just added, those."""
        wanting = [(record, desired) for record, missing, desired in reads if "tags" in missing]
        if not wanting:
            return
        listed = self._tags if self._tags is not None else self.list_objects(TAG)
        added = {str(tag) for _record, desired in wanting for tag in desired.values.get("tags") or ()}
        some = all("tags" in desired.append_only and not desired.recreate for _record, desired in wanting)
        known = {name for tag in listed for name in (tag.id, tag.label)}
        tags = [tag for tag in listed if not (some and added <= known) or added & {tag.id, tag.label}]
        unread = [tag for tag in tags if "devices" not in tag.values]
        try:
            with ThreadPoolExecutor(self._concurrency) as pool:
                for tag, values in zip(unread, pool.map(lambda tag: self.read(tag, ("devices",)), unread)):
                    tag.values.update(values)
        except ApiError as exc:
            self._unread = exc
            return
        found: dict[str, list[str]] = {}
        for tag in tags:
            for device in tag.values.get("devices") or ():
                found.setdefault(device, []).append(tag.id)
        for record, _desired in wanting:
            record.values["tags"] = found.get(record.id, [])

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The settings of a device, or the devices of a tag."""
        if self._unread is not None and "tags" in missing:
            raise self._unread
        kind, path = record.kind, (record.kind.plural, record.id)
        # One client asks for the settings with WithConfig; a server that does not know the parameter ignores it.
        params = {"WithConfig": "Y"} if kind is DEVICE else {}
        values = self._decode(
            kind, self._client.read_object(path, kind.envelope_keys, kind.id_keys, params=params), complete=True
        )
        if kind is TAG and "devices" not in values:
            values["devices"] = [_ident(row) for row in self._devices(record.id)]
        return values

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
        """Links that one end wants and the other, in an exact list of its own, does not; and to oneself."""
        ends = {(step.desired.kind.name, step.target): step for step in steps if step.desired.present}
        problems = [
            step.desired.with_location(f"device {step.label} cannot be its own master_device")
            for step in steps
            if step.record is not None and step.after.get("master_device") == step.record.id
        ]
        for (_kind, target), step in ends.items():
            for item in map(step.desired.kind.by_name.__getitem__, step.desired.values):
                linked = step.after.get(item.name) or () if item.inverse else ()
                for other in filter(None, (ends.get((item.reference, far)) for far in linked)):
                    exact = item.inverse in other.desired.values and item.inverse not in other.desired.append_only
                    if exact and target not in (other.after.get(item.inverse) or ()):
                        sentence = (
                            f"{step.desired.described_location} wants to be linked with {other.label}, but "
                            f"{other.desired.described_location} does not have {step.label} among its {item.inverse}"
                        )
                        problems.append(Problem(sentence, step.desired.location, (other.desired.location,)))
        return problems

    def create(self, kind: Kind, values: Values) -> str | None:
        """Create a device or a tag."""
        return _new_id(kind, self._client.request("POST", (kind.plural,), json=kind.encode(values)))

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change the settings or links of a device or tag, or start or stop the maintenance of a device."""
        if subresource:
            self._relink(record, subresource, values[subresource] or [])
            return
        path = [record.kind.plural, record.id]
        body = record.kind.encode(values)
        if record.kind is MAINTENANCE:
            stop = values.get("in_maintenance") is False
            path.append("stop-maintenance" if stop else "start-maintenance")
            body = {} if stop else {"Duration": body["Duration"]}
        self._client.request("PUT", path, json=body or None)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a device or a tag."""
        self._client.request("DELETE", (record.kind.plural, record.id))
        self._deleted.add(record.id)

    def _relink(self, record: Record, name: str, wanted: Sequence[str]) -> None:
        """Attach tags to devices, and remove them; a link that both of its ends declare is written once."""
        have = [other for other in record.values.get(name) or () if other not in self._deleted]
        changes = [(other, True) for other in wanted if other not in have]
        changes += [(other, False) for other in have if other not in wanted]
        for other, present in changes:
            tag, device = (other, record.id) if record.kind is DEVICE else (record.id, other)
            with self._lock:
                first = (tag, device) not in self._links
                written = self._links.setdefault((tag, device), Future())
            try:
                if first:
                    self._client.request("PUT" if present else "DELETE", ("tags", tag, "devices", device))
                    written.set_result(None)
                written.result()
            except BaseException as exc:  # whatever it is, another thread may wait for this link
                if first:
                    written.set_exception(exc)
                raise

    # -- information ---------------------------------------------------------------------------------------------

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those with the given id and name; of devices also those with a status and a tag."""
        found = super().filter_objects(kind, records, filters)
        if filters.get("status"):
            found = self._with_status(found, filters["status"].lower())
        if filters.get("tag"):
            found = self._with_tag(found, filters["tag"])
        return found

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """The recent C(checks) or C(events) of a device, newest first, or its C(uptime)."""
        path = (*("devices", record.id), name)
        since, until = filters.get("since"), filters.get("until")
        if name == "uptime":
            params = {key: value for key, value in (("Timestamp1", since), ("Timestamp2", until)) if value}
            return snake_keys(self._client.read_object(path, ("Uptime",), (), params=params))
        # Only events can be asked for by time, and by their end alone.
        params = {"Timestamp": until} if until and name == "events" else {}

        def enough(page: list[dict[str, Any]]) -> bool:
            return since is None or any(is_before(row.get("Timestamp"), since) for row in page)

        rows = self._client.read_list(path, (name,), (), _PAGING, params, enough=enough)
        rows = [row for row in rows if not (since and is_before(row.get("Timestamp"), since))]
        return [snake_keys(row) for row in rows if not (until and not is_before(row.get("Timestamp"), until))]

    def checks(self, check_id: str, extended: bool) -> list[Values]:
        """The check of that id, with what the service calls extra data if that is wanted; nothing if there is none."""
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
        """What the service says of the key in use; None for what it does not say."""
        text = str(self._client.request("GET", ("hello",)) or "")
        said = dict(re.findall(r"^(Key type|Auth level|HTTP Auth):[ \t]*(\S+)", text, re.MULTILINE))
        if not said:
            self._client.parse_answer(("hello",), lambda: _refuse("the answer says nothing of the key"))
        level, basic = said.get("Auth level"), said.get("HTTP Auth")
        return {
            "type": said.get("Key type"),
            "authorization_level": level,
            "http_auth": basic.lower() in ("yes", "true") if basic else None,
            "writable": level == "UW" if level else None,
        }

    def device_ids(self, tag: str, devices: Collection[str]) -> list[str]:
        """The ids of the devices of a tag and of those named, each once; a tag or device may be named by its id.

        :raises InputError: where there is no such tag or device, or several
        """
        found: dict[str, None] = {}
        if tag:
            record = _the_one(TAG, tag, self.list_objects(TAG))
            found.update(dict.fromkeys(self.read(record, {"devices"})["devices"] or ()))
        if devices:
            records = self.list_objects(DEVICE)
            found.update((_the_one(DEVICE, device, records).id, None) for device in devices)
        return list(found)

    # -- odds and ends -------------------------------------------------------------------------------------------

    def _devices(self, only: str = "") -> list[dict[str, Any]]:
        """The device listing; ``only`` is a status word or the id of a tag."""
        return self._client.read_list(
            ("devices",), DEVICE.envelope_keys, DEVICE.id_keys, _PAGING, {"Filter": only} if only else None
        )

    def _in_maintenance(self, rows: list[dict[str, Any]]) -> set[str]:
        """The ids of the devices in maintenance, by the documented filter and by their status.

        A filter that returns every device may have been ignored; then the status decides, if it is in known words.
        """
        by_status = {_ident(row) for row in rows if _status(row) == "maint"}
        by_filter = {_ident(row) for row in self._devices("Maint")}
        if by_filter == {_ident(row) for row in rows} and all(map(_status, rows)):
            return by_status
        return by_status | by_filter

    def _with_status(self, records: list[Record], status: str) -> list[Record]:
        rows = self._devices()
        if status == "maint":
            busy = self._in_maintenance(rows)
            return [record for record in records if record.id in busy]
        ids = {_ident(row) for row in self._devices(status.capitalize())}
        # A server that ignores the filter returns all devices, but their status words tell.
        words = {record.id: _STATUS.get(str(record.values.get("status")).lower(), status) for record in records}
        return [record for record in records if record.id in ids and words[record.id] == status]

    def _with_tag(self, records: list[Record], tag: str) -> list[Record]:
        tags = [found.id for found in self.list_objects(TAG) if tag in (found.id, found.label)]
        ids = {_ident(row) for ident in tags for row in self._devices(ident)}
        return [record for record in records if record.id in ids]

    def _record(self, kind: Kind, row: Mapping[str, Any]) -> Record:
        return Record(kind, str(identifier(row, kind.id_keys)), self._decode(kind, row))

    @staticmethod
    def _decode(kind: Kind, row: Mapping[str, Any], complete: bool = False) -> Values:
        values = kind.decode(row, complete)
        if kind is TAG and "devices" in values:
            members = values.pop("devices")
            if members is None or isinstance(members, list):
                values["devices"] = [_ident(one) if isinstance(one, dict) else str(one) for one in members or ()]
        return values


def _refuse(reason: str) -> None:
    raise ShapeError(reason)


def _ident(row: Mapping[str, Any]) -> str:
    return str(identifier(row, DEVICE.id_keys))


def _the_one(kind: Kind, name: str, records: Collection[Record]) -> Record:
    """The record of that id, else of that name.

    :raises InputError: where there is none, or several
    """
    found = [record for record in records if record.id == name]
    found = found or [record for record in records if record.label == name]
    if not found:
        raise InputError(f"there is no {kind.noun} named {name}")
    if len(found) > 1:
        ids = join_names(record.id for record in found)
        raise InputError(f"there are {len(found)} {kind.plural} named {name}: use one of the ids {ids}")
    return found[0]


def _status(row: Mapping[str, Any]) -> str | None:
    """The status of a device as the filter of the listing calls it; None for a word that is not known."""
    return _STATUS.get(str(row.get("Status")).lower())


def _new_id(kind: Kind, answer: Any) -> str | None:
    """The id in the answer to a creation; the document says that there is one, not where."""
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, str):
        return answer if re.fullmatch(r"[0-9A-Fa-f]{32,}", answer) else None
    try:
        return identifier(extract_object(answer, kind.envelope_keys, kind.id_keys), kind.id_keys)
    except ShapeError:
        return None
