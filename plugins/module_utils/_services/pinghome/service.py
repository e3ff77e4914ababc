# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pinghome: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's "Monitoring" pages. Writes and reads go to different hosts, and a read may lag behind a write by
seconds. A PUT replaces the whole object, so it is sent with all that is known of it.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timezone
from typing import Any, ClassVar

from ..._core.errors import ApiError, InputError, MonitoringError, ShapeError
from ..._core.kind import VALUE, Field, Kind
from ..._core.objects import Desired, Record, Step
from ..._core.service import Service
from ..._core.values import Values
from ..._http.client import Client, Credentials, Paging
from ..._http.envelope import extract_list, extract_object, identifier
from ..common import TIME, find_named, is_before, parse_time, snake_keys

_COMMAND, _QUERY, _STATISTIC, _GATEWAY = "resource-cmd", "resource-query", "statistic-query", "data-gateway"
_SERVICE = Field("service_id", "service_id", required=True)
_NAME = Field("name", "name", required=True)
_COUNT: dict[str, Any] = {"type": "int", "minimum": 0}
_SET: dict[str, Any] = {"type": "list", "compare": "set", "purge": True, "clear_value": []}
# A detail that shows the periods shows every other field too, or leaves it out because it is empty.
_OPTIONAL: dict[str, Any] = {"clear_value": "", "absent_is_empty_with": ("grace_period",)}
_DAYS: dict[str, Any] = {**_SET, "elements": "int", "minimum": 0, "subresource": "reminders"}


class Conditions(Field):
    """A list of dicts in any order, of which only the given keys are managed."""

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the server has all that is desired, and no more items."""
        have, want = self.decode(observed) or [], desired or []
        return _alike(have, want, ordered=False) if isinstance(have, list) else super().same(observed, desired)


def _alike(have: Any, want: Any, ordered: bool = True) -> bool:
    """Whether JSON data holds all that is wanted; a number in quotes is that number."""
    if isinstance(have, dict) and isinstance(want, dict):
        return all(_alike(have.get(key), value) for key, value in want.items())
    if not isinstance(have, list) or not isinstance(want, list):
        return VALUE.same(have, want)
    # The most particular first, so that one of which less is said does not take its match away.
    for item in want if ordered else sorted(want, key=lambda item: -len(str(item))):
        found = next((index for index, other in enumerate(have[:1] if ordered else have) if _alike(other, item)), None)
        if found is None:
            return False
        have = have[:found] + have[found + 1 :]
    return not have


RESOURCE = Kind(
    name="resource",
    plural="resources",
    id_option="resource_id",
    key=("service_id", "name"),
    id_keys=("id", "resource_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("type", "type", required=True, immutable=True),
        # Each has exactly one of these two.
        Field("url", "url", compare="url", exclusive_with="host", required=True),
        Field("host", "host", exclusive_with="url"),
        Field("port", "port", **_OPTIONAL),
        Field("data", "data", **_OPTIONAL),
        Field("grace_period", "grace_period", **_COUNT),
        Field("recovery_period", "recovery_period", **_COUNT),
        Field("maintenance_cron_expression", "maintenance_cron_expression", **_OPTIONAL),
        Field("maintenance_duration", "maintenance_duration", **{**_OPTIONAL, **_COUNT, "clear_value": 0}),
        Field("skip_ssl_error", "skip_ssl_error", type="bool"),
        Field("not_follow_redirect", "not_follow_redirect", type="bool"),
        Field("method", "method"),
        Field("body", "body", **_OPTIONAL),
        Field("is_advanced", "is_advanced", type="bool"),
        Field("headers", "headers", type="dict", clear_value="", secret=True),
        Conditions(
            "conditions", "conditions", type="list", elements="dict", clear_value=[], applies_if=("type", ("http",))
        ),
        Field("regions", "regions", **_SET),
        Field("enabled", ("enabled", "is_enabled", "status"), type="bool", subresource="status"),
        Field("ssl_reminder_days", **_DAYS),
        Field("tld_reminder_days", **_DAYS),
    ),
)

SERVER_RESOURCE = Kind(
    name="server_resource",
    plural="server_resources",
    title="server resource",
    id_option="server_resource_id",
    key=("service_id", "name"),
    id_keys=("id", "server_resource_id", "resource_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("description", "description", clear_value="", absent_is_empty_with=("interval",)),
        Field("timezone", "timezone"),
        Field("chart_type_default", "chart_type_default"),
        Field("os", "os", clear_value="", absent_is_empty_with=("interval",)),
        Field("metric_types_basic", "metric_types_basic", **_SET),
        Field("metric_types_advanced", "metric_types_advanced", **_SET),
        Field("metric_types_complex", "metric_types_complex", **_SET),
        Field("interval", "interval", type="int", minimum=1),
        Field("enabled", "enabled", type="bool"),
    ),
)

HEARTBEAT = Kind(
    name="heartbeat",
    plural="heartbeats",
    id_option="heartbeat_id",
    key=("service_id", "name"),
    id_keys=("id", "heartbeat_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("interval", "interval", type="int", minimum=1, required=True),
        Field("methods", "methods", type="list", compare="set", purge=True, set_after_create=True),
        Field("enabled", "enabled", type="bool"),
    ),
)

INTEGRATION = Kind(
    name="integration",
    plural="integrations",
    id_option="",
    key=("resource", "integration"),
    id_keys=("integration", "id", "integration_id", "uuid"),
    scope="service_id",
    recreatable=False,
    fields=(
        Field("resource", reference="resource", required=True),
        # It only says where to look for the resource.
        Field("service_id", write_only=True, immutable=True),
        Field("integration", ("integration", "id", "integration_id", "uuid"), required=True),
        Field("type", "type", required=True, immutable=True),
        Field("name", "name", required=True),
        Field("status", "status", required=True),
        Field("message_text", "message", clear_value="", set_after_create=True, absent_is_empty_with=("name",)),
        Field("items", "items", **_SET),
    ),
)

# What the document wants in every creation, but has a sensible meaning when a user says nothing.
_NEW: Mapping[str, Values] = {
    "resource": {
        "port": "",
        "grace_period": 0,
        "recovery_period": 0,
        "skip_ssl_error": False,
        "not_follow_redirect": False,
        "method": "GET",
        "is_advanced": False,
        "regions": [],
    },
    "server_resource": {
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
    "heartbeat": {"enabled": True},
    "integration": {"items": []},
}
# What is needed to change an object besides, or instead.
_CHANGED: Mapping[str, Values] = {
    **_NEW,
    "heartbeat": {"enabled": True, "methods": ["GET"]},
    "integration": {"message": "", "items": []},
}
# What a PUT without it resets.
_LOST: Mapping[str, str] = {"resource": "headers", "heartbeat": "methods"}
# What a PUT must not hold: the document does not name it there.
_FIXED: Mapping[str, Collection[str]] = {"resource": ("type",), "integration": ("integration", "type")}
_TARGETS = ("url", "host")
_EMPTY_TEXTS = ("port", "data", "maintenance_cron_expression", "maintenance_duration", "body")
# What a listing may wrap the objects in, the documented name last.
_WRAPS: Mapping[str, tuple[str, ...]] = {
    "resource": ("resource", "monitor", "monitors", "resources"),
    "server_resource": (
        *("server_resource", "serverResource", "server-resource"),
        *("serverResources", "server-resources", "server_resources"),
    ),
    "heartbeat": ("heartbeat", "monitor", "monitors", "heartbeats"),
    "integration": ("integration", "integrations"),
}
_PATHS: Mapping[str, str] = {"resource": "resource", "server_resource": "server-resource", "heartbeat": "heartbeat"}
_PAGING = Paging("page", "limit", size=50, numbered=True)
_ENABLED = {"enabled": True, "active": True, "disabled": False, "inactive": False}
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_REGION = ("code", "region", "id", "name")
_EVENTS = 100
_STEP_S = 0.25

_PERIOD = (Field("since", **TIME), Field("until", **TIME), Field("limit", type="int", minimum=1))
_METRICS = (
    *("cpu-total-usage", "memory-usage", "disk-io-unified", "disk-usage-unified"),
    *("system-load-unified", "swap-usage", "network-usage-unified"),
)
RESOURCE_FILTERS = (Field("resource_id"), Field("name"), *_PERIOD, Field("interval"))
SERVER_RESOURCE_FILTERS = (
    *(Field("server_resource_id"), Field("name"), *_PERIOD),
    *(Field("interval"), Field("type", choices=_METRICS)),
)
HEARTBEAT_FILTERS = (
    *(Field("heartbeat_id"), Field("name"), *_PERIOD),
    Field("interval", choices=("1h", "3h", "12h", "1d", "3d", "7d", "30d")),
)
EVENT_OPTIONS = (
    Field("heartbeat_id"),
    Field("name"),
    Field("result", choices=("tick", "run", "complete", "fail"), default="tick"),
    Field("message_text"),
)
# What can be included: the last part of the path, and what the answer may wrap the records in.
_RECORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "statistics": ("statistic", ("statistic", "statistics")),
    "state_changes": ("state-changed-logs", ("log", "state_changed_logs", "stateChangedLogs", "logs")),
    "metrics": ("metrics", ("metric", "metrics")),
}


class Pinghome(Service):
    """Services at Pinghome."""

    name = "pinghome"
    title = "Pinghome"
    url = "https://{host}.api.pinghome.io/v1"
    credentials = (Field("api_token", required=True, secret=True), Field("service_id"))
    kinds: ClassVar[Mapping[str, Kind]] = {
        kind.name: kind for kind in (RESOURCE, SERVER_RESOURCE, HEARTBEAT, INTEGRATION)
    }
    config = ("resource", "server_resource", "heartbeat", "integration")
    read_lag_s = 6.0

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        token = options["api_token"]
        credentials = Credentials(
            headers={"Authorization": f"Bearer {token}"} if token else {}, secrets=(token,) if token else ()
        )
        self._client = Client(self.title, options, credentials, concurrency)
        # The id of a heartbeat is all that the gateway asks for, so it gets no token.
        self._gateway = Client(self.title, options, Credentials(secrets=credentials.secrets))
        self._service_id: str | None = options["service_id"]
        self._concurrency = concurrency
        self._sample_urls = self._plain_headers = False
        self._resources: list[Record] | None = None
        # The objects that are to change, as a PUT has to repeat them.
        self._whole: dict[tuple[str, str], Record] = {}
        # What reads should show in the end, by kind and id; None where that is nothing.
        self._written: dict[tuple[str, str], tuple[Record, Values | None]] = {}
        self.redact, self.write_count = self._client.redact.data, lambda: self._client.writes
        self.warnings = []

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The objects of the services that are asked for, and those asked for by id wherever they are.

        :raises InputError: where it is not said which service is meant
        """
        if kind is INTEGRATION:
            return self._integrations(desired, whole)
        ids: set[str] = set()
        scopes: dict[str | None, None] = {}
        for wanted in desired:
            # What refers to an object may do so by its id; what it takes for an id is never found by a name.
            target = str(wanted.values.get(kind.name)) if kind.name in wanted.kind.by_name else ""
            ident = wanted.id if wanted.kind is kind else target if _UUID.fullmatch(target) else None
            if ident is not None:
                ids.add(ident)
            elif wanted.kind is kind or target:
                scopes[wanted.values.get("service_id") or self._service_id] = None
        if whole or (len(ids) > 1 and self._service_id):
            declared = [one.values["service_id"] for one in desired if one.values.get("service_id")]
            scopes.update(dict.fromkeys([self._service_id] if self._service_id else declared or [None]))
        if None in scopes:
            raise InputError("service_id is missing: set the option or the environment variable PINGHOME_SERVICE_ID")
        records = [record for scope in scopes for record in self._of_service(kind, str(scope))]
        missing = ids.difference(record.id for record in records)
        records += filter(None, self._each(lambda ident: self._by_id(kind, ident), sorted(missing)))
        if kind is RESOURCE:
            self._resources = list(records)
        return records

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """What a detail shows; of a resource also its regions and reminders, which may stand elsewhere."""
        kind, values = record.kind, Values()
        apart = {"regions", "ssl_reminder_days", "tld_reminder_days"} if kind is RESOURCE else set()
        thin = "regions" in missing and "grace_period" not in record.values
        if kind is not INTEGRATION and (thin or not apart.issuperset(missing)) and not record.raw.get("whole"):
            values = self._detail(record)
        if "regions" in missing and "regions" not in values and kind is RESOURCE:
            values["regions"] = self._regions(record.id)
        for subject in ("ssl", "tld"):
            if f"{subject}_reminder_days" in missing:
                values[f"{subject}_reminder_days"] = self._reminder(record.id, subject)
        return values

    def create(self, kind: Kind, values: Values) -> str | None:
        """Create an object, with what the document wants to be said of it."""
        body = {**_NEW[kind.name], **kind.encode(values)}
        if kind is INTEGRATION:
            self._write("POST", ("resource", values["resource"], "integration"), body)
            ident: str | None = _integration_id(values["resource"], values["integration"])
        else:
            if values.get("type") == "http":
                body.setdefault("conditions", [])
            ident = _new_id(kind, self._write("POST", (_PATHS[kind.name],), body))
        if ident is not None:
            record = Record(kind, ident, values)
            self._note(record, values)
            if kind is RESOURCE and self._resources is not None:
                self._resources.append(record)
        return ident

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change an object as a whole, or the status or the reminders of a resource.

        One that has just been created is not read for that: all of it is known, and reads may not show it yet.
        """
        kind, ident = record.kind, record.id
        if subresource == "status":
            self._write("PUT", ("resource", ident, "status"), {"enabled": values["enabled"]})
        elif subresource == "reminders":
            for name, days in values.items():
                self._set_reminder(ident, name[:3], bool(record.values.get(name)), days)
        elif kind is INTEGRATION and values.get("resource", record.values["resource"]) != record.values["resource"]:
            self._move(record, values)
            return
        elif kind is INTEGRATION:
            self._write("PUT", _integration_path(record), self._body(record, values))
        else:
            whole = self._whole.get((kind.name, ident)) or self._completed(record, values)
            answer = self._write("PUT", (_PATHS[kind.name], ident), self._body(whole, values))
            self._verify_target(record, values, answer)
        self._note(record, values)

    def _move(self, record: Record, values: Values) -> None:
        """Make an integration anew at another resource: first without what only a change can set."""
        whole = {**record.values, **values}
        later = {name: whole.pop(name) for name in list(whole) if record.kind.by_name[name].set_after_create}
        ident = self.create(record.kind, whole)
        if ident is not None and any(later.values()):
            self.update(Record(record.kind, ident, whole), later, "")

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[str]:
        """None; but what a PUT has to repeat is read already, so that check mode, too, warns of what that cannot be."""

        def complete(step: Step) -> None:
            if (
                step.record is not None
                and step.action == "update"
                and "" in step.desired.kind.by_subresource(step.payload)
            ):
                with contextlib.suppress(ApiError):  # the change of this one tries again, and says so
                    whole = self._completed(step.record, step.payload)
                    self._whole[whole.kind.name, whole.id] = whole

        self._each(complete, [step for step in steps if step.desired.kind.name in _LOST])
        return []

    def delete(self, record: Record, controls: Values) -> None:
        """Delete one object; where a kind has no call for that, through the one that deletes several."""
        path = _integration_path(record) if record.kind is INTEGRATION else (_PATHS[record.kind.name], record.id)
        if record.kind is SERVER_RESOURCE:
            self._delete_listed(record)
        else:
            try:
                self._client.request("DELETE", path, host=_COMMAND)
            except ApiError as exc:
                if exc.failure.status != 405 or record.kind is INTEGRATION:
                    raise
                self._delete_listed(record)
        self._note(record, None)

    def _delete_listed(self, record: Record) -> None:
        """Delete exactly this object; what the call does without any id is not documented."""
        if record.id:
            self._client.request("DELETE", (_PATHS[record.kind.name],), params={"id": [record.id]}, host=_COMMAND)

    # -- waiting until reads show what was written ---------------------------------------------------------------

    def _note(self, record: Record, values: Values | None) -> None:
        """Remember what was written, all of it where that was done in parts."""
        kind, (_record, before) = record.kind, self._written.get((record.kind.name, record.id), (record, None))
        shown = {name: value for name, value in (values or {}).items() if not kind.by_name[name].write_only}
        written = {**(before or {}), **shown}
        # One that was moved is looked for where it is now.
        moved = replace(record, values={**record.values, **written})
        self._written[kind.name, record.id] = moved, None if values is None else written

    def wait_for_consistency(self) -> None:
        """Repeat reads until they show what was written, for as long as they may lag."""
        deadline = time.monotonic() + self.read_lag_s
        late = list(self._written.values())
        try:
            while late := self._late(late):
                if time.monotonic() > deadline:
                    break
                time.sleep(_STEP_S)
        except MonitoringError as exc:
            self.warnings.append(f"What was written could not be read back: {exc}.")
        else:
            self.warnings += [
                f"After {self.read_lag_s:g} s the service does not show what was written of {record.kind.noun} "
                f"{record.kind.label({**record.values, **(values or {})}, record.id)}: it is late, or has not taken "
                "all of it."
                for record, values in late
            ]

    def _late(self, written: list[tuple[Record, Values | None]]) -> list[tuple[Record, Values | None]]:
        """What reads do not show yet."""
        places = {(record.kind.name, self._place(record)): record for record, _values in written}
        found = {place: {one.id: one for one in self._around(record)} for place, record in places.items()}
        return [
            (record, values)
            for record, values in written
            if not self._shows(found[record.kind.name, self._place(record)].get(record.id), values)
        ]

    def _place(self, record: Record) -> str:
        """In which listing an object is: that of its service, or that of its resource."""
        place = record.values.get("resource" if record.kind is INTEGRATION else "service_id") or self._service_id
        return str(place)

    def _around(self, record: Record) -> list[Record]:
        place = self._place(record)
        if record.kind is INTEGRATION:
            return self._of_resource(Record(RESOURCE, place, {}))
        return self._of_service(record.kind, place)

    def _shows(self, record: Record | None, values: Values | None) -> bool:
        if record is None or values is None:
            return record is None and values is None
        missing = values.keys() - record.values.keys()
        now = {**record.values, **(self.read(record, missing) if missing else {})}
        return all(name not in now or record.kind.by_name[name].same(now[name], values[name]) for name in values)

    # -- information ---------------------------------------------------------------------------------------------

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The one object with the given id, if one is given; it needs no service to be found."""
        ident = filters.get(kind.id_option)
        return [Desired(kind, {}, ident)] if ident else ()

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What belongs to an object: its records from C(since) to C(until), or what else is known of it."""
        if name == "regions":
            return self._regions(record.id)
        if name in ("ssl", "tld"):
            return self._known_of(("resource", record.id, name))
        if name == "integrations":
            integrations = self._of_resource(record)
            return [{key: one.values[key] for key in one.values if key != "resource"} for one in integrations]
        if name == "events":
            return self._events(record.id, filters)
        last, wraps = _RECORDS[name]
        path = (_PATHS[record.kind.name], record.id, last)
        times = {"start_date": _utc(filters.get("since")), "end_date": _utc(filters.get("until"))}
        params = {**times, "interval": filters.get("interval"), "limit": filters.get("limit")}
        if record.kind is HEARTBEAT:
            params.pop("limit")
        if name == "state_changes":
            params.pop("interval")
        if name == "metrics":
            params["type"] = filters["type"]
        data = self._client.read(path, {key: value for key, value in params.items() if value}, _STATISTIC)
        return snake_keys(self._client.parse_answer(path, lambda: _records(data, wraps)))[: filters.get("limit")]

    def heartbeat_id(self, name: str) -> str:
        """The id of the heartbeat of that name.

        :raises InputError: where there is none, or several
        """
        found = [record.id for record in self.list_objects(HEARTBEAT) if record.label == name]
        if not found:
            raise InputError(f"there is no heartbeat named {name} in service {self._service_id}")
        if len(found) > 1:
            raise InputError(
                f"there are {len(found)} heartbeats named {name}: set heartbeat_id to one of {', '.join(found)}"
            )
        return found[0]

    def send(self, heartbeat_id: str, result: str, message: str | None) -> None:
        """Send an event of a heartbeat."""
        params = {"result": result, **({"message": message} if message else {})}
        self._gateway.request("GET", ("heartbeat", heartbeat_id), params=params, host=_GATEWAY, repeat=False)

    # -- reading -------------------------------------------------------------------------------------------------

    def _each(self, work: Any, items: Sequence[Any]) -> list[Any]:
        with ThreadPoolExecutor(self._concurrency) as pool:
            return list(pool.map(work, items))

    def _of_service(self, kind: Kind, service_id: str) -> list[Record]:
        path = ("service", service_id, f"{_PATHS[kind.name]}s")
        rows = self._client.read_list(path, _WRAPS[kind.name], kind.id_keys, _PAGING, host=_QUERY)
        records = [Record(kind, str(identifier(row, kind.id_keys)), self._decode(kind, row)) for row in rows]
        for record in records:
            record.raw["seen"] = True
            record.values["service_id"] = record.values.get("service_id") or service_id
            record.out_of_scope = self._service_id not in (None, record.values["service_id"])
        return records

    def _by_id(self, kind: Kind, ident: str) -> Record | None:
        record = Record(kind, ident, {})
        try:
            record.values = self._detail(record)
        except ApiError as exc:
            if exc.failure.status in (404, 410):
                return None
            raise
        record.out_of_scope = record.values.get("service_id") != self._service_id
        return record

    def _detail(self, record: Record) -> Values:
        kind, path = record.kind, (_PATHS[record.kind.name], record.id)
        row = self._client.read_object(path, _WRAPS[kind.name], kind.id_keys, host=_QUERY)
        if identifier(row, kind.id_keys) is None:
            keys = ", ".join(sorted(row)) or "(none)"
            self._client.parse_answer(path, lambda: _refuse(f"the {kind.noun} has no id, but the keys {keys}"))
        values = self._decode(kind, row, complete=True)
        record.raw.update(seen=True, whole=True)
        return values

    def _decode(self, kind: Kind, row: Mapping[str, Any], complete: bool = False) -> Values:
        values = kind.decode(row, complete)
        if not values.keys().isdisjoint(_TARGETS):
            values = {**dict.fromkeys(_TARGETS), **values}
        if kind is RESOURCE:
            if isinstance(values.get("enabled"), str):
                word = _ENABLED.get(values.pop("enabled").lower())
                values.update({} if word is None else {"enabled": word})
            if "regions" in values:
                values["regions"] = [
                    identifier(one, _REGION) if isinstance(one, dict) else str(one) for one in values["regions"] or ()
                ]
            if isinstance(values.get("conditions"), list):
                # The ids of conditions are the server's: it gives new ones, and takes none.
                values["conditions"] = [
                    {key: value for key, value in one.items() if key != "id"} if isinstance(one, dict) else one
                    for one in values["conditions"]
                ]
            if complete and "headers" not in row and any(name not in row for name in _EMPTY_TEXTS):
                # A server that leaves out what is empty leaves out these too; one that hides them shows the others.
                values["headers"] = None
        return values

    def _completed(self, record: Record, values: Values) -> Record:
        """The object with what a PUT of these values needs to keep, but does not change; the result does not show it.

        One that has just been created has no more than that.
        """
        kind = record.kind
        needed = {item.name for item in kind.options if item.api and not item.subresource} - {"url", "host"}
        missing = needed.difference(record.values) if record.raw else ()
        whole = replace(record, values={**self.read(record, missing), **record.values}) if missing else record
        lost = _LOST.get(kind.name)
        if lost and record.raw and lost not in {**whole.values, **values}:
            self.warnings.append(
                f"The service does not show the {lost} of {kind.noun} {record.label}, so those that it has may be "
                "lost with this change: declare them too."
            )
        return whole

    def _regions(self, ident: str) -> list[str]:
        path = ("resource", ident, "regions")
        data = _objects(self._client.read(path, host=_QUERY))
        rows = self._client.parse_answer(path, lambda: extract_list(data, ("region", "regions")))
        return [str(identifier(row, _REGION)) for row in rows]

    def _known_of(self, path: Sequence[str]) -> Values | None:
        """What is known of the certificate or the domain of a resource; None where nothing is."""
        try:
            data = self._client.request("GET", path, host=_QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return None
            raise
        if data in (None, "", [], {}):
            return None
        found: Values = snake_keys(self._client.parse_answer(path, lambda: extract_object(data, (path[-1],), ("id",))))
        return found

    def _events(self, ident: str, filters: Values) -> list[Values]:
        """The latest events of a heartbeat; with C(since) all since then, over as many requests as that takes."""
        since, limit = filters.get("since"), filters.get("limit")
        params: dict[str, Any] = {"limit": min(limit or _EVENTS, _EVENTS)}
        params.update({"last_received_at": _utc(filters["until"])} if filters.get("until") else {})
        rows: list[dict[str, Any]] = []
        while True:
            page = self._client.read_list(
                ("heartbeat", ident, "events"), ("event", "events"), (), params=params, host=_STATISTIC
            )
            new = [row for row in page if row not in rows[-len(page) :]]
            rows += new
            last = page[-1].get("received_at") if page else None
            enough = since is None or not last or is_before(last, since) or len(rows) >= (limit or len(rows) + 1)
            if not new or enough:
                return [
                    snake_keys(row) for row in rows if since is None or not is_before(row.get("received_at"), since)
                ][:limit]
            params["last_received_at"] = last

    # -- writing -------------------------------------------------------------------------------------------------

    def _write(self, method: str, path: Sequence[str], body: dict[str, Any]) -> Any:
        """Send a body; the document is of two minds whether headers are text or an object, so both are tried."""
        given = body.get("headers")
        if not isinstance(given, dict):
            forms = [given]
        else:
            forms = [given, json.dumps(given)] if self._plain_headers else [json.dumps(given), given]
        if given == "":
            forms = [{}, ""] if self._plain_headers else ["", {}]
        for number, form in enumerate(forms):
            sent = {**body, "headers": form} if "headers" in body else body
            try:
                answer = self._client.request(method, path, json=sent, host=_COMMAND)
            except ApiError as exc:
                if exc.failure.status not in (400, 422) or number + 1 == len(forms):
                    raise
            else:
                self._plain_headers = isinstance(form, dict) if len(forms) > 1 else self._plain_headers
                return answer
        return None

    def _body(self, record: Record, values: Values) -> dict[str, Any]:
        """All that a PUT has to say: what is known, with what is to change, but nothing empty that stays so."""
        kind = record.kind
        known = {item.name: record.values.get(item.name) for item in kind.options if item.api and not item.subresource}
        if not values.keys().isdisjoint(_TARGETS):
            known = {name: value for name, value in known.items() if name not in _TARGETS}
        kept = kind.encode({name: value for name, value in known.items() if value not in (None, "", {})})
        body = {**_CHANGED[kind.name], **kept, **kind.encode(values)}
        if record.values.get("type") == "http":
            body.setdefault("conditions", [])
        return {name: value for name, value in body.items() if name not in _FIXED.get(kind.name, ())}

    @staticmethod
    def _verify_target(record: Record, values: Values, answer: Any) -> None:
        """Notice a server that says yes to another URL, host or port, and keeps the old one.

        :raises MonitoringError: naming it
        """
        try:
            shown = record.kind.decode(extract_object(answer, _WRAPS[record.kind.name], record.kind.id_keys))
        except ShapeError:
            return
        for name in ("url", "host", "port"):
            old = record.values.get(name)
            item = record.kind.by_name.get(name)
            if item and name in values and shown.get(name) and not item.same(shown[name], values[name]):
                raise MonitoringError(
                    f"the service keeps {name} {old} and does not take {values[name]}: delete the resource and create "
                    "it anew"
                )

    # -- reminders -----------------------------------------------------------------------------------------------

    def _reminder(self, ident: str, subject: str) -> list[int] | None:
        """How many days before it reminds; None where there is no reminder."""
        path = ("resource", ident, subject, "reminder")
        try:
            data = self._client.request("GET", path, host=_QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return None
            raise
        return self._client.parse_answer(path, lambda: _days(data))

    def _set_reminder(self, ident: str, subject: str, exists: bool, days: Sequence[int] | None) -> None:
        """Create, change or remove a reminder, whichever of the documented paths the service has it at."""
        if not days and not exists:
            return
        method = "DELETE" if not days else "PUT" if exists else "POST"
        try:
            self._send_reminder(method, ident, subject, days)
        except ApiError as exc:
            status = exc.failure.status
            if method != "DELETE" and status != (409 if method == "POST" else 404):
                raise
            if method == "DELETE" and status not in (404, 410):
                raise
            if method != "DELETE":
                self._send_reminder("PUT" if method == "POST" else "POST", ident, subject, days)

    def _send_reminder(self, method: str, ident: str, subject: str, days: Sequence[int] | None) -> None:
        listed = ("resource", ident, subject, "reminder")
        sample = (subject, "reminder", ident)
        if subject == "tld" and method != "DELETE":
            sample = (ident, subject, "reminder")
        paths = [sample, listed] if self._sample_urls else [listed, sample]
        body = {"days_before": list(days)} if days else None
        for number, path in enumerate(paths):
            try:
                # Sent twice it does no harm: the second one is refused, and then changes what the first has made.
                self._client.request(method, path, json=body, host=_COMMAND, repeat=True)
            except ApiError as exc:
                if exc.failure.status != 404 or number + 1 == len(paths):
                    raise
            else:
                self._sample_urls = path is sample
                return

    # -- integrations --------------------------------------------------------------------------------------------

    def _integrations(self, desired: Sequence[Desired], whole: bool) -> list[Record]:
        resources = self._resources if self._resources is not None else self.list_objects(RESOURCE)
        if not whole:
            own = [one.values.get("resource") for one in desired if one.kind is INTEGRATION]
            resources = find_named(resources, desired, own)
        return [record for found in self._each(self._of_resource, resources) for record in found]

    def _of_resource(self, resource: Record) -> list[Record]:
        path = ("resource", resource.id, "integrations")
        try:
            rows = self._client.read_list(path, _WRAPS["integration"], INTEGRATION.id_keys, host=_QUERY)
        except ApiError as exc:
            if exc.failure.status == 404:
                return []
            raise
        found = []
        for row in rows:
            values = {**INTEGRATION.decode(row, complete=True), "resource": resource.id}
            values["integration"] = identifier(row, INTEGRATION.id_keys)
            ident = _integration_id(resource.id, str(values["integration"]))
            found.append(Record(INTEGRATION, ident, values, out_of_scope=resource.out_of_scope))
        return found


class HeartbeatGateway(Pinghome):
    """The gateway that takes the events of heartbeats, which asks for no token."""

    credentials = (Field("api_token", secret=True), Field("service_id"))


def _integration_id(resource: str, integration: str) -> str:
    return f"{resource}/{integration}"


def _integration_path(record: Record) -> tuple[str, ...]:
    return ("resource", record.values["resource"], "integration", record.values["integration"])


def _new_id(kind: Kind, answer: Any) -> str | None:
    """The id in the answer to a creation, which the document calls a confirmation message or an object."""
    if isinstance(answer, str):
        return answer if _UUID.fullmatch(answer) else None
    try:
        return identifier(extract_object(answer, _WRAPS[kind.name], kind.id_keys), kind.id_keys)
    except ShapeError:
        return None


def _refuse(reason: str) -> None:
    raise ShapeError(reason)


def _days(data: Any) -> list[int] | None:
    """The days of a reminder; None for each of the ways to say that there is none.

    :raises ShapeError: for anything else
    """
    if data in (None, "", [], {}):
        return None
    row = extract_object(data, ("reminder",), ("id",))
    if "days_before" not in row and any(value is not None for value in row.values()):
        raise ShapeError(f"the reminder has no days_before, but the keys {', '.join(sorted(row))}")
    return [int(day) for day in row.get("days_before") or ()] or None


def _objects(data: Any) -> Any:
    """Names in a list as objects, since regions come as either."""
    if isinstance(data, dict):
        return {key: _objects(value) for key, value in data.items()}
    return [{"code": one} if isinstance(one, str) else one for one in data] if isinstance(data, list) else data


def _records(data: Any, wraps: Sequence[str]) -> list[dict[str, Any]]:
    """The records in an answer; one that is not a list is a record by itself."""
    try:
        return extract_list(data, wraps)
    except ShapeError:
        return [extract_object(data, wraps, ())]


def _utc(text: str | None) -> str | None:
    """A time as the service writes it."""
    return None if text is None else parse_time(text).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
