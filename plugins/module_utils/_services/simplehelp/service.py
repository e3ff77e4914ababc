# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SimpleHelp: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's "SimpleHelp Integration API", version 1.0. Where that says nothing, every plausible shape of an
answer is accepted; where it contradicts itself, a write counts only once it can be read back.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from ..._core.errors import ApiError, InputError, MonitoringError, Problem, ShapeError
from ..._core.kind import VALUE, Field, Kind
from ..._core.objects import Desired, Record, Step
from ..._core.service import Service
from ..._core.values import Values, join_names
from ..._http.client import Client, Credentials
from ..._http.envelope import extract_list, extract_object, identifier
from ..common import snake_case

_UPDATE_PASSWORD = Field("update_password", choices=("on_create", "always"), default="on_create")


class Nested(Field):
    """A dict of which something is known: its keys are options too, and compared one by one.

    :cvar keys: what is known of the keys; one without a name stands for all others
    """

    keys: ClassVar[tuple[Field, ...]] = ()

    def key_field(self, name: str) -> Field | None:
        """What is known of a key."""
        return next((item for item in self.keys if not item.name or name in (item.name, *item.api_names)), None)

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the server has what is desired; where the keys are merged, of those that are given."""
        have, want = self.decode(observed) or {}, self.decode(desired) or {}
        if not isinstance(have, dict) or not isinstance(want, dict):
            return super().same(observed, desired)
        keys = want.keys() if self.compare == "merge" else have.keys() | want.keys()
        return all((self.key_field(key) or VALUE).same(have.get(key), want.get(key)) for key in keys)

    def decode(self, value: Any) -> Any:
        """The keys as options, each with its value in its own type."""
        value = super().decode(value)
        if not isinstance(value, dict):
            return value
        known = {name: self.key_field(name) for name in value}
        return {
            item.name or name if item else name: item.decode(value[name]) if item else value[name]
            for name, item in known.items()
        }

    def encode(self, value: Any) -> Any:
        """The keys in the vendor's names."""
        if not isinstance(value, dict):
            return super().encode(value)
        known = {name: self.key_field(name) for name in value}
        return {
            item.api_names[0] if item and item.api_names else name: item.encode(value[name]) if item else value[name]
            for name, item in known.items()
        }


_PASSWORD = Field("password", "password", write_only=True, secret=True, subresource="password")

TECHNICIAN = Kind(
    name="technician",
    plural="technicians",
    id_option="unique_id",
    key=("username",),
    id_keys=("uniqueID", "id"),
    fields=(
        Field("username", "username", required=True),
        Field("display_name", "displayName", clear_value="", absent_is_empty_with=("username",)),
        Field("email_address", "emailAddress", compare="nocase", clear_value="", absent_is_empty_with=("username",)),
        Field("allow_locally_authenticated_logins", "allowLocallyAuthenticatedLogins", type="bool"),
        Field("enabled", "enabled", type="bool"),
        Field("groups", "groupIDs", type="list", compare="set", clear_value=[], reference="group", purge=True),
        _PASSWORD,
        Field("reset_totp", type="bool", write_only=True, trigger=True, subresource="totp"),
        Field("is_anonymous", "isAnonymous", type="bool", read_only=True),
        Field("app_profiles_user", "appProfilesUser", type="bool", read_only=True),
    ),
    controls=(_UPDATE_PASSWORD,),
)


class _LdapSettings(Nested):
    keys = (
        Field("enabled", "enabled", type="bool"),
        Field("advanced", "advanced", type="bool"),
        Field("base_dn", "baseDN", clear_value=""),
        Field("filter", "filter", clear_value=""),
        Field("member_of_groups", "memberOfGroups", type="list", compare="set", clear_value=[]),
    )


class _MfaSettings(Nested):
    keys = (
        Field("email", "email", type="bool"),
        Field("app", "app", type="bool"),
        Field("email_code_length", "emailCodeLength", type="int", minimum=1),
        Field("email_subject", "emailSubject", clear_value=""),
        Field("email_body", "emailBody", clear_value=""),
        Field("remember_machine", "rememberMachine", type="bool"),
    )


class _Permissions(Nested):
    keys = (Field("", type="bool"),)


class _Properties(Nested):
    keys = (Field("", clear_value=""),)


class _GroupProperties(Nested):
    keys = (Field(""),)


GROUP = Kind(
    name="group",
    plural="groups",
    id_option="unique_id",
    key=("name",),
    id_keys=("uniqueID", "id"),
    fields=(
        Field("name", "name", required=True),
        Field("allow_anonymous_logins", "allowAnonymousLogins", type="bool"),
        Field("max_group_sh_sessions", "max_groupShSessions", type="int"),
        Field("max_group_sg_sessions", "max_groupSgSessions", type="int"),
        Field("max_user_sh_sessions", "max_userShSessions", type="int"),
        # The document lists max_userShSessions twice, the second time for access sessions.
        Field("max_user_sg_sessions", ("max_userSgSessions", "max_userShSessions"), type="int"),
        Field("max_file_size", "maxFileSize", type="int", minimum=0),
        Field("request_access_timeout", "requestAccessTimeout", type="int", minimum=0),
        Field("group_specific_hostname", "groupSpecificHostname", clear_value="", absent_is_empty_with=("name",)),
        Field("default_sg_service_name", "defaultSgServiceName", clear_value="", absent_is_empty_with=("name",)),
        Field("video_password", "videoPassword", clear_value="", secret=True),
        Field("session_speed_limit_kbps", "sessionSpeedLimitKbps", type="int", minimum=0),
        Field("fps_delay", "fpsDelay", type="int", minimum=0),
        _LdapSettings("ldap_settings", "ldapSettings", type="dict", compare="merge"),
        _MfaSettings("mfa_settings", "mfaSettings", type="dict", compare="merge"),
        # The document never says what is in them.
        Nested("password_settings", "passwordSettings", type="dict", compare="merge"),
        _Permissions("permissions", type="dict", compare="merge", subresource="permissions"),
        _PASSWORD,
    ),
    controls=(_UPDATE_PASSWORD,),
)

MACHINE = Kind(
    name="machine",
    plural="machines",
    id_option="machine_id",
    key=(),
    id_keys=("machineID", "id"),
    fields=(
        Field("name", "name"),
        # Written under one name, read under another.
        Field("monitor", ("monitor", "monitoringEnabled"), type="bool"),
        Field("notes", "notes", clear_value="", subresource="notes"),
        Field("warnings", ("warnings", "warning"), clear_value="", subresource="notes"),
        _Properties("properties", type="dict", clear_value={}, purge=False, subresource="properties"),
        Field("online", "online", type="bool", read_only=True),
        Field("groups", "groups", type="list", read_only=True),
        Field("state", "state", read_only=True),
        Field("protocol", "protocol", read_only=True),
        Field("last_registration_time", "lastRegistrationTime", type="int", read_only=True),
        Field("session_count", "sessionCount", type="int", read_only=True),
        Field("os", "os", read_only=True),
        Field("hostname", "hostname", read_only=True),
        Field("wan_ip", "wanIP", read_only=True),
        Field("ip_addresses", "ipAddresses", type="list", elements="dict", read_only=True),
    ),
    creatable=False,
)

MACHINE_GROUP = Kind(
    name="machine_group",
    plural="machine_groups",
    title="machine group",
    id_option="",
    key=("groups",),
    id_keys=(),
    fields=(
        Field("groups", type="list"),
        _GroupProperties("properties", type="dict", compare="merge", subresource="properties"),
    ),
    creatable=False,
)

SERVER = Kind(
    name="server",
    plural="servers",
    id_option="",
    key=(),
    id_keys=(),
    fields=(
        Field(
            "hostname", "hostname", pattern=r"[^\s/]+", pattern_description="a host name without spaces and slashes",
            subresource="hostname",
        ),
        Field(
            "technician_restrictions",
            type="list",
            compare="set",
            clear_value=[],
            purge=True,
            subresource="restrictions",
        ),
    ),
    creatable=False,
    singleton=True,
)  # fmt: skip

TECHNICIAN_FILTERS = (Field("unique_id"), Field("username"), Field("group"))
GROUP_FILTERS = (Field("unique_id"), Field("name"))
MACHINE_FILTERS = (Field("machine_id"), Field("name"), Field("groups", type="list"), Field("online", type="bool"))
MACHINE_GROUP_FILTERS = (Field("groups", type="list"),)
ALERT_FILTERS = (
    Field("name"),
    Field("active", type="bool"),
    Field("triggered", type="bool"),
    Field("severity", choices=("information", "warning", "severe", "critical")),
)
HISTORY_FILTERS = (
    Field("range_start", "rangeStart", type="int"),
    Field("range_end", "rangeEnd", type="int"),
    Field("range_last_modified", "rangeLastModified", type="bool"),
    Field("max_results", "maxResults", type="int", minimum=1),
    Field("text_filter", "textFilter"),
    Field("technician_name_filters", "technicianNameFilters", type="list"),
    Field("group_filters", "groupFilters", type="list"),
    Field("machine_id_filters", "machineIDFilters", type="list"),
    Field("include_support_sessions", "includeSupportSessions", type="bool"),
    Field("include_access_sessions", "includeAccessSessions", type="bool"),
    Field("include_presentation_sessions", "includePresentationSessions", type="bool"),
    Field("search_until_session_id", "searchUntilSessionID"),
)
MACHINE_INCLUDES = dict.fromkeys(("hardware", "monitoring", "notes", "properties", "inherited_properties"), "")
BACKUP_OPTIONS = (
    Field(
        "query",
        pattern=r"/?\w[\w.-]*(/\w[\w.-]*)*/?",
        pattern_description="a path such as server/backup",
        default="server/backup",
    ),
)
SESSIONS = {
    "history": ("history", "list"),
    "queue": ("support", "queue", "list"),
    "support": ("support", "sessions", "list"),
    "access": ("access", "sessions", "list"),
}
SESSION_OPTIONS = (Field("include", type="list", choices=tuple(SESSIONS), default=list(SESSIONS)), *HISTORY_FILTERS)

_Path = tuple[str, ...]
# Of these writes the document shows the path of the matching read, second here; the first is what its other queries
# suggest. A POST to the second that only reads would look like success.
_SET_GROUP: tuple[_Path, ...] = (("groups", "set"), ("groups", "get"))
_SET_GROUP_PROPERTY: tuple[_Path, ...] = (
    ("machinegroups", "properties", "set"),
    ("machinegroups", "properties", "get"),
)
_SET_HOSTNAME: tuple[_Path, ...] = (("server", "hostname", "set"), ("server", "hostname", "get"))

_ACCESS_LIMIT, _SUPPORT_LIMIT = "max_userSgSessions", "max_userShSessions"
_MACHINES_AT_ONCE = 100
# How long to wait before each look at what was written.
_PAUSES_S = (0.0, 0.2, 0.4, 0.6)


class SimpleHelp(Service):
    """A SimpleHelp server."""

    name = "simplehelp"
    title = "SimpleHelp"
    url = None
    credentials = (Field("api_token", required=True, secret=True),)
    kinds: ClassVar[Mapping[str, Kind]] = {
        kind.name: kind for kind in (GROUP, TECHNICIAN, MACHINE, MACHINE_GROUP, SERVER)
    }
    config = ("technician", "group", "machine", "machine_group", "server")

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        token = options["api_token"]
        credentials = Credentials(path=("api", "v1", token), secrets=(token,))
        self._client = Client(self.title, options, credentials, concurrency)
        self._machines: list[Record] | None = None
        self._paths: dict[tuple[_Path, ...], tuple[_Path, ...]] = {}
        self._futile = threading.local()
        self.redact = self._client.redact.data
        self.write_count = lambda: self._client.writes - self._futile_writes()
        self.warnings = []

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """All objects of a kind; of machine groups, which the service does not list, those that are wanted."""
        if kind is SERVER:
            return [Record(SERVER, SERVER.name, {})]
        if kind is MACHINE_GROUP:
            return self._machine_groups([one for one in desired if one.kind is MACHINE_GROUP])
        rows = self._client.read_list((kind.plural, "list"), kind.envelope_keys, kind.id_keys)
        records = [Record(kind, str(identifier(row, kind.id_keys)), _decode(kind, row), row) for row in rows]
        if kind is MACHINE:
            self._machines = records
        if kind is TECHNICIAN:
            _tell_apart([*records, *(one for one in desired if one.kind is TECHNICIAN)])
        for record in records:
            if record.values.get("is_anonymous") or record.values.get("app_profiles_user"):
                record.protected = "the server made for itself"
        if any("video_password" in record.values for record in records):
            # It is not hidden, so where it is not shown it is empty.
            for record in records:
                record.values.setdefault("video_password", None)
        return records

    def _machine_groups(self, wanted: Sequence[Desired]) -> list[Record]:
        found = {_group_id(one.values["groups"]): {"keys": _given(one, "properties")} for one in wanted}
        paths = {_group_id(one.values["groups"]): one.values["groups"] for one in wanted}
        if not wanted:
            machines = self._machines if self._machines is not None else self.list_objects(MACHINE)
            all_paths = [machine.values.get("groups") or [] for machine in machines]
            paths = {_group_id(path[:n]): path[:n] for path in all_paths for n in range(1, len(path) + 1)}
        return [Record(MACHINE_GROUP, ident, {"groups": path}, found.get(ident, {})) for ident, path in paths.items()]

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """What the listing does not show, by the queries that show the fields in ``missing``."""
        kind = record.kind
        if kind is SERVER:
            shown = (self._hostname() if name == "hostname" else self._restrictions() for name in missing)
            return {name: value for part in shown for name, value in part.items()}
        if kind is MACHINE_GROUP:
            return {"properties": self._group_properties(record.values["groups"], record.raw.get("keys"))}
        subresources = {kind.by_name[name].subresource for name in missing}
        values: Values = {}
        if kind is MACHINE:
            for subresource in subresources:
                values.update(self._machine(subresource, record.id))
            return values
        if "permissions" in subresources:
            values.update(self._permissions(record.id))
        if "" in subresources:
            values.update(self._detail(kind, record.id))
        return values

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """The notes and properties of many machines at once."""
        for subresource in ("notes", "properties"):
            wanted = {
                record.id: record
                for record, missing, _desired in reads
                if record.kind is MACHINE and any(MACHINE.by_name[name].subresource == subresource for name in missing)
            }
            ids = list(wanted)
            for start in range(0, len(ids) if len(ids) > 1 else 0, _MACHINES_AT_ONCE):
                try:
                    rows = self._rows(subresource, ids[start : start + _MACHINES_AT_ONCE])
                    found = {ident: _machine(subresource, row) for ident, row in rows.items() if ident in wanted}
                except (ApiError, ShapeError):
                    continue  # one machine may spoil it for the others, so they are read one by one
                for ident, values in found.items():
                    wanted[ident].values.update(values)

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
        """New names that another object has, even if it is to lose it: the server looks objects up by their names."""
        taken = {
            (r.kind.name, r.kind.normalize_name(r.label)): r
            for kind in (TECHNICIAN, GROUP)
            for r in records.get(kind.name, ())
        }
        problems = []
        for step in steps:
            kind = step.desired.kind
            if step.record is None or step.action != "update" or kind.name_option not in step.fields:
                continue
            other = taken.get((kind.name, kind.normalize_name(step.label)))
            if other is not None and other.id != step.record.id:
                problem = f"{step.record.label} cannot be renamed to {step.label} while {other.id} has that name"
                problems.append(
                    step.desired.with_location(f"{kind.noun} {problem}: rename or delete that one in a run before")
                )
        return problems

    def create(self, kind: Kind, values: Values) -> str | None:
        """Create a technician or a group."""
        body = _encode(kind, values)
        try:
            answer = self._client.request("POST", (kind.plural, "new"), json={kind.name: body})
        except ApiError as exc:
            other = _with_one_limit(body)
            if exc.ambiguous or other is None:
                raise
            try:
                answer = self._client.request("POST", (kind.plural, "new"), json={kind.name: other})
            except ApiError as again:
                raise again if again.ambiguous else exc from None
        try:
            return identifier(extract_object(answer, kind.envelope_keys, kind.id_keys), kind.id_keys)
        except ShapeError:
            return None

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change what one query changes, and where that is in doubt read it back."""
        writers: dict[tuple[str, str], Callable[[Record, Values], None]] = {
            ("technician", ""): self._set_technician,
            ("technician", "password"): self._set_password,
            ("technician", "totp"): self._remove_totp,
            ("group", ""): self._set_group,
            ("group", "password"): self._set_password,
            ("group", "permissions"): self._set_permissions,
            ("machine", ""): self._set_machine,
            ("machine", "notes"): self._set_notes,
            ("machine", "properties"): self._set_properties,
            ("machine_group", "properties"): self._set_group_properties,
            ("server", "hostname"): self._set_hostname,
            ("server", "restrictions"): self._set_restrictions,
        }
        writers[record.kind.name, subresource](record, values)

    def delete(self, record: Record, controls: Values) -> None:
        """Remove a technician or a group."""
        self._write((record.kind.plural, "remove"), {"uniqueID": _number(record.id)})

    # -- technicians and groups ----------------------------------------------------------------------------------

    def _detail(self, kind: Kind, ident: str) -> Values:
        path = (kind.plural, "get")
        row = self._client.read_object(
            path, kind.envelope_keys, kind.id_keys, method="POST", json={"uniqueID": _number(ident)}
        )
        return self._client.parse_answer(path, lambda: _decode(kind, _of(kind, ident, row), complete=True), "POST")

    def _permissions(self, ident: str) -> Values:
        path = ("groups", "permissions", "get")
        answer = self._client.read(path, method="POST", json={"uniqueID": _number(ident)})
        return {"permissions": self._client.parse_answer(path, lambda: _permissions(answer), "POST")}

    def _set_technician(self, record: Record, values: Values) -> None:
        self._write(("technicians", "set"), {"uniqueID": _number(record.id), "technician": _encode(TECHNICIAN, values)})
        if "username" in values:
            # The username also finds the account, so a server may take it for nothing else.
            self._insist(record, {"username": values["username"]}, lambda: self._detail(TECHNICIAN, record.id))

    def _set_password(self, record: Record, values: Values) -> None:
        body = {"uniqueID": _number(record.id), "password": values["password"]}
        self._write((record.kind.plural, "password", "set"), body)

    def _remove_totp(self, record: Record, values: Values) -> None:
        self._write(("technicians", "totp", "remove"), {"uniqueID": _number(record.id)})

    def _set_group(self, record: Record, values: Values) -> None:
        now = self._send_group(record, values)
        # A server may take the given part of nested settings for the whole, and reset the rest.
        whole = {name: _merged(record.values.get(name), value) for name, value in values.items()}
        lost = {name: value for name, value in whole.items() if not _kept(GROUP, name, now, value)}
        if lost:
            self._send_group(record, lost)

    def _send_group(self, record: Record, values: Values) -> Values:
        body = _encode(GROUP, values)
        if _SUPPORT_LIMIT in record.raw and _ACCESS_LIMIT in body and _ACCESS_LIMIT not in record.raw:
            one_limit = _with_one_limit(body)
            if one_limit is None:
                raise InputError(
                    "the server has a single limit for support and access sessions of a technician, so "
                    "max_user_sh_sessions and max_user_sg_sessions must be the same"
                )
            body = one_limit
        return self._prove(
            _SET_GROUP,
            {"uniqueID": _number(record.id), "group": body},
            record,
            values,
            lambda: self._detail(GROUP, record.id),
        )

    def _set_permissions(self, record: Record, values: Values) -> None:
        have = record.values.get("permissions") or {}
        wanted = {name: value for name, value in values["permissions"].items() if have.get(name) is not value}
        ident = _number(record.id)
        # The table has the id beside the group, the example inside of it.
        body = {"uniqueID": ident, "group": {"uniqueID": ident, "permissions": wanted}}
        self._write(("groups", "permissions", "set"), body)
        self._insist(record, {"permissions": wanted}, lambda: self._permissions(record.id))

    # -- machines and their groups -------------------------------------------------------------------------------

    def _rows(self, subresource: str, ids: Sequence[str]) -> dict[str, Values]:
        """What the service answers of machines, by id: an answer may be shorter, or in another order."""
        path = ("machines", *filter(None, [subresource]), "get")
        answer = self._client.read(
            path, method="POST", json={"machineIDs": ids} if len(ids) > 1 else {"machineID": ids[0]}
        )
        rows = self._client.parse_answer(path, lambda: _many_or_one(answer, MACHINE), "POST")
        return {str(identifier(row, MACHINE.id_keys)): row for row in rows}

    def _row(self, subresource: str, ident: str) -> Values:
        path = ("machines", *filter(None, [subresource]), "get")
        rows = self._rows(subresource, [ident])
        return self._client.parse_answer(path, lambda: _of(MACHINE, ident, rows.get(ident, {})), "POST")

    def _machine(self, subresource: str, ident: str) -> Values:
        path = ("machines", *filter(None, [subresource]), "get")
        row = self._row(subresource, ident)
        return self._client.parse_answer(path, lambda: _machine(subresource, row), "POST")

    def _set_machine(self, record: Record, values: Values) -> None:
        self._write(("machines", "set"), {"machineID": record.id, **MACHINE.encode(values)})
        hint = "; SimpleHelp before 5.2.12 ignores monitor" if "monitor" in values else ""
        self._insist(record, values, lambda: self._machine("", record.id), hint)

    def _set_notes(self, record: Record, values: Values) -> None:
        # Both, since a server may take what is left out for empty.
        body = MACHINE.encode({**{name: record.values.get(name) for name in ("notes", "warnings")}, **values})
        self._write(("machines", "notes", "set"), {"machineID": record.id, **body})
        late, _now = self._late(MACHINE, values, lambda: self._machine("notes", record.id))
        if late:
            # The example of the document has "warning" where its table has "warnings".
            body["warning"] = body.pop("warnings")
            self._write(("machines", "notes", "set"), {"machineID": record.id, **body})
            self._insist(record, values, lambda: self._machine("notes", record.id))

    def _set_properties(self, record: Record, values: Values) -> None:
        have, want = record.values.get("properties") or {}, values["properties"] or {}
        for key, value in want.items():
            if value is not None and not VALUE.same(have.get(key), value):
                self._write(("machines", "properties", "set"), {"machineID": record.id, "key": key, "value": value})
        for key in (key for key in have if want.get(key) is None):
            try:
                self._write(("machines", "properties", "remove"), {"machineID": record.id, "key": key})
            except ApiError:
                if key in self._machine("properties", record.id)["properties"]:
                    raise

    def _group_properties(
        self, groups: list[str], only: Collection[str] | None = None, inherited: bool = False
    ) -> Values:
        """The properties of a machine group; the service shows their keys at once, but one value at a time."""
        path, body = ("machinegroups", "properties", "get"), {"groups": groups}
        options = {"includeInherited": True} if inherited else {}
        answer = self._client.read(path, method="POST", json={**body, **options})
        keys = self._client.parse_answer(path, lambda: _keys(answer), "POST")
        return {key: self._group_property(groups, key, options) for key in keys if only is None or key in only}

    def _group_property(self, groups: list[str], key: str, options: Values) -> str | None:
        path = ("machinegroups", "properties", "get")
        answer = self._client.request("POST", path, json={"groups": groups, "key": key, **options}, repeat=True)
        return self._client.parse_answer(path, lambda: _text(answer, "value"), "POST")

    def _set_group_properties(self, record: Record, values: Values) -> None:
        groups, have = record.values["groups"], record.values.get("properties") or {}
        for key, value in values["properties"].items():
            if not VALUE.same(have.get(key), value):
                self._set_group_property(record, groups, key, value)

    def _set_group_property(self, record: Record, groups: list[str], key: str, value: str) -> None:
        def read() -> Values:
            return {"properties": self._group_properties(groups, (key,))}

        body = {"groups": groups, "key": key, "value": value}
        self._prove(_SET_GROUP_PROPERTY, body, record, {"properties": {key: value}}, read)

    # -- the server ----------------------------------------------------------------------------------------------

    def _hostname(self) -> Values:
        path = ("server", "hostname", "get")
        answer = self._client.request("GET", path)
        return {"hostname": self._client.parse_answer(path, lambda: _text(answer, "hostname"))}

    def _restrictions(self) -> Values:
        path = ("server", "tech-restrictions", "get")
        answer = self._client.read(path)
        return {"technician_restrictions": self._client.parse_answer(path, lambda: _texts(answer, "restrictions"))}

    def _set_hostname(self, record: Record, values: Values) -> None:
        self._prove(_SET_HOSTNAME, SERVER.encode(values), record, values, self._hostname)

    def _set_restrictions(self, record: Record, values: Values) -> None:
        have, want = record.values.get("technician_restrictions") or [], values["technician_restrictions"] or []
        # What is added first, so that there is no moment without any restriction.
        for verb, changed in (
            ("new", [item for item in want if item not in have]),
            ("remove", [item for item in have if item not in want]),
        ):
            if changed:
                self._write(("server", "tech-restrictions", verb), {"restrictions": changed})

    def back_up(self, query: str) -> None:
        """Have the server save a backup of its configuration."""
        path = query.strip("/").split("/")
        try:
            self._client.request("GET", path, repeat=False)
        except ApiError as exc:
            if exc.failure.status != 405:
                raise
            self._client.request("POST", path, json={})

    # -- writing where the document is in doubt ------------------------------------------------------------------

    def _write(self, path: _Path, body: Values) -> None:
        """Send what has the same effect when it is sent twice."""
        self._client.request("POST", path, json=body, repeat=True)

    def _late(self, kind: Kind, values: Values, read: Callable[[], Values]) -> tuple[list[str], Values]:
        """What does not read as it was written, even after a moment; and how everything reads."""
        late: list[str] = []
        now: Values = {}
        for pause in _PAUSES_S:
            time.sleep(pause)
            now = read()
            late = [name for name, value in values.items() if not _kept(kind, name, now, value)]
            if not late:
                break
        return late, now

    def _insist(self, record: Record, values: Values, read: Callable[[], Values], hint: str = "") -> None:
        """Make sure that what was written can be read.

        :raises MonitoringError: naming what cannot
        """
        late, now = self._late(record.kind, values, read)
        if late:
            raise _unkept(late, values, now, hint)

    def _futile_writes(self) -> int:
        """How many writes of this thread were answered with success and had no effect."""
        return int(getattr(self._futile, "writes", 0))

    def _prove(
        self, paths: tuple[_Path, ...], body: Values, record: Record, values: Values, read: Callable[[], Values]
    ) -> Values:
        """Write by the first of the paths that has an effect, and remember it; returns what is read then.

        :raises MonitoringError: where none has
        """
        errors: list[MonitoringError] = []
        for path in self._paths.get(paths, paths):
            doubt, before = None, self._client.writes
            try:
                self._write(path, body)
            except ApiError as exc:
                errors.append(exc)
                if not exc.ambiguous:
                    continue
                doubt = exc
            try:
                late, now = self._late(record.kind, values, read)
            except ApiError as exc:
                raise doubt or exc from None
            if not late:
                self._paths[paths] = (path,)
                return now
            self._futile.writes = self._futile_writes() + self._client.writes - before
            errors.append(_unkept(late, values, now))
        # Where both paths refuse, one of them for not being there, the other one has the reason.
        refused = [exc for exc in errors if isinstance(exc, ApiError)]
        raise next((exc for exc in refused if exc.failure.status != 404), (refused or errors)[0])

    # -- information ---------------------------------------------------------------------------------------------

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those whose values are those of the filters; of technicians also those in a group."""
        given = {name: value for name, value in filters.items() if name in kind.by_name and value is not None}
        group = filters.get("group")
        idents = (
            {one.id for one in self.list_objects(GROUP) if group in (one.id, one.label)} if group is not None else set()
        )
        found = [
            record
            for record in records
            if filters.get(kind.id_option) in (None, record.id)
            and all(kind.by_name[name].same(record.values.get(name), value) for name, value in given.items())
            and (group is None or not idents.isdisjoint(record.values.get("groups") or ()))
        ]
        if kind is MACHINE_GROUP and given and not found:
            return self._unlisted(given["groups"])
        return found

    def _unlisted(self, groups: list[str]) -> list[Record]:
        """A machine group that no machine is in, if there is one of that path."""
        record = Record(MACHINE_GROUP, _group_id(groups), {"groups": groups})
        try:
            record.values["properties"] = self._group_properties(groups)
        except ApiError as exc:
            if exc.failure.status in (200, 400, 404):
                return []
            raise
        return [record]

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """The C(hardware) or C(monitoring) data of a machine, or properties with those of the groups above it."""
        if record.kind is MACHINE_GROUP:
            return self._group_properties(record.values["groups"], inherited=True)
        if name in ("hardware", "monitoring"):
            return {key: value for key, value in _told(self._row(name, record.id)).items() if key != "machine_id"}
        path = ("machines", "properties", "get")
        answer = self._client.read(path, method="POST", json={"machineID": record.id, "includeInherited": True})
        rows = self._client.parse_answer(path, lambda: _many_or_one(answer, MACHINE), "POST")
        row = next((row for row in rows if identifier(row, MACHINE.id_keys) == record.id), {})
        return self._client.parse_answer(path, lambda: _machine("properties", _of(MACHINE, record.id, row)), "POST")[
            "properties"
        ]

    def sessions(self, which: str, filters: Values) -> list[Values]:
        """The sessions of one of the lists, of the history those that match the filters."""
        body = {item.api_names[0]: filters[item.name] for item in HISTORY_FILTERS if filters.get(item.name) is not None}
        if body.get("groupFilters"):
            body["groupFilters"] = self._group_numbers(body["groupFilters"])
        question: dict[str, Any] = {"method": "POST", "json": body} if body else {}
        rows = self._client.read_list(SESSIONS[which], ("session", "sessions", which), (), **question)
        return [_told(row) for row in rows]

    def _group_numbers(self, wanted: Sequence[str]) -> list[Any]:
        groups = self.list_objects(GROUP)
        found = {name: [one.id for one in groups if name in (one.id, one.label)] for name in wanted}
        for name, idents in found.items():
            if len(idents) != 1:
                several = (
                    f"{len(idents)} groups of that name or id: {join_names(idents)}" if idents else "no such group"
                )
                raise InputError(f"group_filters names {name}, but there is {several}")
        return [_number(idents[0]) for idents in found.values()]

    def alerts(self, filters: Values) -> list[Values]:
        """The alerts that match the filters."""
        path = ("alerts", "list")
        answer = self._client.read(path)
        rows = self._client.parse_answer(path, lambda: _many_or_one(answer, _ALERT))
        given = [item for item in ALERT_FILTERS if filters.get(item.name) is not None]
        return [
            row for row in map(_told, rows) if all(item.same(row.get(item.name), filters[item.name]) for item in given)
        ]


_ALERT = Kind("alert", "alerts", "", ("name",), ("name",), (Field("name", "name"),))


# -- what is sent ------------------------------------------------------------------------------------------------------


def _number(ident: str) -> Any:
    """An id as it goes over the wire."""
    return int(ident) if ident.isdecimal() else ident


def _encode(kind: Kind, values: Values) -> Values:
    body = kind.encode(values)
    if "groupIDs" in body:
        body["groupIDs"] = [_number(str(ident)) for ident in body["groupIDs"]]
    return body


def _with_one_limit(body: Values) -> Values | None:
    """The body for a server that has the name of the one limit for the other too, as the document has it.

    None where that makes no difference, or where the two limits differ.
    """
    limit = body.get(_ACCESS_LIMIT)
    if limit is None or body.get(_SUPPORT_LIMIT, limit) != limit:
        return None
    return {**{name: value for name, value in body.items() if name != _ACCESS_LIMIT}, _SUPPORT_LIMIT: limit}


def _tell_apart(technicians: Sequence[Record | Desired]) -> None:
    """Check that no username differs from another in case alone, for it is not known whether that makes another person.

    :raises InputError: naming both
    """
    spelled: dict[str, set[str]] = {}
    for technician in technicians:
        spelled.setdefault(technician.label.casefold(), set()).add(technician.label)
    problems = []
    for technician in technicians:
        others = spelled[technician.label.casefold()] - {technician.label}
        if others and isinstance(technician, Desired) and technician.id is None:
            hint = "differ only in upper and lower case: correct the spelling, or set unique_id"
            problems.append(technician.with_location(f"{technician.label} and {join_names(sorted(others))} {hint}"))
    if problems:
        raise InputError(*problems)


def _merged(before: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {**{key: inner for key, inner in (before or {}).items() if inner is not None}, **value}


def _given(wanted: Desired, name: str) -> list[str]:
    return list(wanted.values.get(name) or ())


# -- what is answered --------------------------------------------------------------------------------------------------


def _decode(kind: Kind, row: Mapping[str, Any], complete: bool = False) -> Values:
    values = kind.decode(row, complete)
    if kind is TECHNICIAN and isinstance(values.get("groups"), list):
        members = values["groups"]
        values["groups"] = [str(identifier(one, GROUP.id_keys) if isinstance(one, dict) else one) for one in members]
    return values


def _machine(subresource: str, row: Mapping[str, Any]) -> Values:
    """What an answer says of a machine.

    :raises ShapeError: where properties are of an unknown shape
    """
    if subresource == "properties":
        pairs = row.get("properties")
        if isinstance(pairs, list) and all(isinstance(pair, dict) and "key" in pair for pair in pairs):
            pairs = {str(pair["key"]): pair.get("value") for pair in pairs}
        if not isinstance(pairs, dict):
            raise ShapeError("the answer should hold a list of properties with key and value")
        return {"properties": {key: _text({"value": value}, "value") for key, value in pairs.items()}}
    values = MACHINE.decode(row)
    if subresource == "notes":
        # In an answer about notes, what is not shown is empty.
        return {name: values.get(name) for name in ("notes", "warnings")}
    return values


def _of(kind: Kind, ident: str, row: Values) -> Values:
    """The answer, if it is about that object.

    :raises ShapeError: where it is not
    """
    if identifier(row, kind.id_keys) != ident:
        raise ShapeError(f"the answer should be about {kind.noun} {ident} but is not")
    return row


def _many_or_one(data: Any, kind: Kind) -> list[Values]:
    """The objects in an answer that may leave out the list around a single one.

    :raises ShapeError: where there are none to be told
    """
    try:
        return extract_list(data, kind.envelope_keys)
    except ShapeError:
        row = extract_object(data, kind.envelope_keys, kind.id_keys)
        if identifier(row, kind.id_keys) is None:
            raise
        return [row]


def _permissions(data: Any) -> dict[str, bool]:
    """A map of permissions, bare or inside of the group.

    :raises ShapeError: where anything in it is not true or false
    """
    for name in ("data", "result", "group", "permissions"):
        if isinstance(data, dict) and isinstance(data.get(name), dict):
            data = data[name]
    words = {"true": True, "false": False}
    if not isinstance(data, dict) or not all(str(value).lower() in words for value in data.values()):
        raise ShapeError("the answer should hold permissions that are true or false")
    return {name: words[str(value).lower()] for name, value in data.items()}


def _texts(data: Any, name: str) -> list[str]:
    """A list of strings, bare or under a name.

    :raises ShapeError: for anything else
    """
    if isinstance(data, dict):
        data = next((data[key] for key in (name, "data", "items", "list") if isinstance(data.get(key), list)), None)
    if not isinstance(data, list) or any(isinstance(item, (dict, list)) for item in data):
        raise ShapeError(f"the answer should hold a list of {name}")
    return [str(item) for item in data]


def _keys(data: Any) -> list[str]:
    """The keys of properties, by themselves or with their values.

    :raises ShapeError: for anything else
    """
    rows = (
        next((data[key] for key in ("keys", "properties", "data") if key in data), None)
        if isinstance(data, dict)
        else data
    )
    if isinstance(rows, list):
        rows = [row["key"] if isinstance(row, dict) and "key" in row else row for row in rows]
    return _texts(rows, "keys")


def _text(data: Any, name: str) -> str | None:
    """A string, bare or under a name; None where it is empty.

    :raises ShapeError: for anything else
    """
    bare = not (isinstance(data, dict) and name in data)
    data = data if bare else data[name]
    # What begins as a string of JSON, and is none, has been cut off.
    cut = bare and isinstance(data, str) and data.startswith('"') and not (data.endswith('"') and len(data) > 1)
    if isinstance(data, (dict, list)) or cut:
        raise ShapeError(f"the answer should hold one {name}")
    # A text that was sent as it is, such as 1234 or true, has been taken for JSON.
    return data if isinstance(data, str) or data is None else json.dumps(data)


def _told(data: Any, name: str = "") -> Any:
    """A record with its keys as options would be written; but not those of details, which are words of the customer."""
    if isinstance(data, dict) and name != "details":
        # So that IDs becomes ids.
        return {snake_case(key.replace("IDs", "Ids")): _told(value, key) for key, value in data.items()}
    return [_told(value) for value in data] if isinstance(data, list) else data


def _kept(kind: Kind, name: str, now: Values, value: Any) -> bool:
    """Whether a value reads as it was written, or is not shown."""
    return name not in now or kind.by_name[name].same(now[name], value)


def _unkept(late: Sequence[str], values: Values, now: Values, hint: str = "") -> MonitoringError:
    """The error of a write that was accepted, and came to nothing."""
    what = []
    for name in late:
        keys = values[name] if isinstance(values[name], dict) else {}
        have = now[name] if isinstance(now[name], dict) else {}
        inner = [key for key, value in keys.items() if not VALUE.same(have.get(key), value)]
        what.append(f"{name} ({join_names(inner)})" if inner else name)
    return MonitoringError(f"the server accepts {join_names(what)} but goes on showing the old value{hint}")


def _group_id(groups: Sequence[str]) -> str:
    """What stands for the id of a machine group: its path, in which no two groups can look the same."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in groups)
