# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Port Monitor: its kinds of objects, and how each is listed, read, created, changed and deleted.

Source: the vendor's "REST API". It names calls and parameters but shows no answer, so every plausible one is accepted.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

from .._core.errors import ApiError, InputError, ShapeError
from .._core.kind import Field, Kind
from .._core.objects import Desired, Record, Step
from .._core.service import Service
from .._core.values import Values, join_names
from .._http.client import Client, Credentials
from .._http.envelope import extract_elements, extract_object, identifier
from .common import TIME, find_named, snake_keys

# The types of targets: what the service calls one in a path, and in parameters.
_TYPES = {
    "url": ("urls", "target_url"),
    "custom_port": ("custom_ports", "target_custom_port"),
    "ping": ("pings", "target_ping"),
}

GROUP = Kind(
    name="group",
    plural="groups",
    id_option="group_id",
    key=("name",),
    id_keys=("id", "_id", "group_id"),
    child_kind="target",
    fields=(Field("name", "name", required=True),),
    controls=(Field("force", type="bool", default=False),),
)

TARGET = Kind(
    name="target",
    plural="targets",
    id_option="target_id",
    key=("group", "name"),
    # A group_id is in every target, too, and is not its id.
    id_keys=("id", "_id", "target_id", *(f"{key}_id" for _path, key in _TYPES.values())),
    fields=(
        Field("group", "group_id", reference="group", required=True),
        Field("name", "name", required=True),
        Field("type", choices=tuple(_TYPES), required=True, immutable=True),
        Field("url", "url", compare="url", applies_if=("type", ("url",)), required=True),
        Field("host", "host", applies_if=("type", ("custom_port", "ping")), required=True),
        Field(
            "port_number",
            "port_number",
            type="int",
            minimum=1,
            maximum=65535,
            applies_if=("type", ("custom_port",)),
            required=True,
        ),
        Field("seconds_between_checks", "seconds_between_checks", type="int", minimum=1),
        Field("timeout", "timeout", type="int", minimum=1),
        Field("retries_per_check", "retries_per_check", type="int", minimum=0),
        Field("status", "status", read_only=True),
    ),
)

PROFILE = Kind(
    name="profile",
    plural="profiles",
    id_option="",
    key=(),
    id_keys=("id", "_id", "profile_id"),
    fields=(
        Field("language", "language"),
        Field("country", "country", clear_value="", absent_is_empty_with=("language", "time_zone")),
        Field("time_zone", "time_zone"),
    ),
    creatable=False,
    singleton=True,
)

ACCOUNT = Kind(
    name="account",
    plural="accounts",
    id_option="",
    key=("new_email",),
    id_keys=("id", "_id", "user_id"),
    fields=(
        Field(
            "new_email",
            "email",
            compare="nocase",
            pattern=r"[^@\s]+@[^@\s]+",
            pattern_description="an e-mail address",
            required=True,
        ),
        # The service shows no password, but whoever has logged in knows it.
        Field("new_password", "password", required=True, secret=True),
    ),
    singleton=True,
    controls=(Field("change_login", type="bool", default=False), Field("force", type="bool", default=False)),
)

GROUP_FILTERS = (Field("group_id"), Field("name"))
TARGET_FILTERS = (
    Field("target_id"),
    Field("name"),
    Field("group"),
    Field("type", choices=tuple(_TYPES)),
    Field("since", **TIME),
    Field("until", **TIME),
)

# Under which names an answer may hold an object of a kind, the plural last. A list of one type only is never taken for
# the list of all: the others would seem to be missing.
_NAMES = {
    GROUP: ("group", "groups"),
    TARGET: ("target", "monitor", *(key for _path, key in _TYPES.values()), "monitors", "targets"),
    PROFILE: ("profile", "profiles"),
    ACCOUNT: ("user", "account", "users"),
}
_REPORTS = {"uptime": "uptimes", "response_times": "response_times"}
_TOKEN_WORDS = re.compile(r"token|session|expired|unauth|(log|sign)(ged)? ?in", re.IGNORECASE)
_WORDS = {"url": "url", "customport": "custom_port", "ping": "ping"}
# What a server may answer to a login, a path or a parameter that it does not take; 200 comes with success: false.
_REFUSED = frozenset({200, 400, 401, 403, 404, 405, 422})


class Session(Client):
    """Requests with the key and a token as parameters, in the form if there is one and else in the query.

    The token is fetched when the first request needs it, and once more when the server takes it no longer.

    :param log_in: answers the parameters that carry the token
    """

    def __init__(
        self,
        service: str,
        options: Mapping[str, Any],
        secrets: Sequence[str],
        concurrency: int,
        parameters: Mapping[str, str],
        log_in: Callable[[], Mapping[str, str]],
    ) -> None:
        super().__init__(service, options, Credentials(secrets=tuple(secrets)), concurrency)
        self._parameters, self._log_in = parameters, log_in
        self._login_lock = threading.Lock()
        self._token: Mapping[str, str] | None = None
        self._refused: ApiError | None = None

    def request(
        self,
        method: str,
        path: Sequence[str],
        *,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        anonymous: bool = False,
        **options: Any,
    ) -> Any:
        """The answer to a request.

        :param anonymous: leave out the token
        """

        def send(token: Mapping[str, str]) -> Any:
            own = {**self._parameters, **token}
            places = (
                {"params": params, "form": {**form, **own}}
                if form is not None
                else {"params": {**(params or {}), **own}}
            )
            return super(Session, self).request(method, path, **places, **options)

        if anonymous:
            return send({})
        token = self._fetch()
        try:
            return send(token)
        except ApiError as exc:
            # Some say so in words alone, with a status of success.
            words = exc.failure.status == 200 and _TOKEN_WORDS.search(exc.failure.message)
            if not (exc.failure.status == 401 or words) or self._fetch(token) == token:
                raise
        return send(self._fetch())

    def _fetch(self, expired: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """The token, fetched where there is none yet, or where it is the expired one."""
        with self._login_lock:
            if self._token is None or self._token is expired:
                self._token = None
                if self._refused is not None:
                    # Asked again and again with what it does not take, a service may lock the account.
                    raise self._refused
                try:
                    self._token = self._log_in()
                except ApiError as exc:
                    self._refused = exc
                    raise
                for secret in self._token.values():
                    self.redact.add(secret)
            return self._token


class PortMonitor(Service):
    """An account at Port Monitor."""

    name = "portmonitor"
    title = "Port Monitor"
    url = "https://www.port-monitor.com/api"
    credentials = (
        Field("app_key", required=True, secret=True),
        Field("auth_token", secret=True),
        Field("login_email"),
        Field("login_password", secret=True),
        Field("log_out", type="bool", default=False),
    )
    kinds: ClassVar[Mapping[str, Kind]] = {"group": GROUP, "target": TARGET, "profile": PROFILE, "account": ACCOUNT}
    config = ("group", "target", "profile")

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        self._options, self._concurrency = options, concurrency
        self._tokens: list[str] = []
        secrets = (options["app_key"], options["auth_token"], options["login_password"], options.get("new_password"))
        self._client = Session(
            self.title,
            options,
            [secret for secret in secrets if secret],
            concurrency,
            {"app_key": options["app_key"]},
            self._authenticate,
        )
        self._given_was_tried, self._lists_all_types = False, True
        self._groups: dict[str, Record] = {}
        self.redact, self.write_count = self._client.redact.data, lambda: self._client.writes
        self.warnings = []

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The groups, the targets of the groups that are asked for, the profile, or the account if it is there."""
        if kind is GROUP:
            rows = self._client.read_list(("groups",), _NAMES[GROUP], GROUP.id_keys)
            found = [Record(GROUP, str(identifier(row, GROUP.id_keys)), GROUP.decode(row)) for row in rows]
            self._groups = {record.id: record for record in found}
            return found
        if kind is TARGET:
            return self._targets(desired, whole)
        if kind is PROFILE:
            row = self._client.read_object(("profile",), _NAMES[PROFILE], PROFILE.id_keys)
            return [Record(PROFILE, PROFILE.noun, PROFILE.decode(row, complete=True))]
        return self._accounts(desired[0])

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """All that the service shows of a group or target; of the profile there is no more to see."""
        if record.kind not in (GROUP, TARGET):
            return {}
        values, fields = record.kind.decode(self._detail(record)), record.kind.by_name
        return {name: value for name, value in values.items() if fields[name].applies_to(record.values)}

    def create(self, kind: Kind, values: Values) -> str | None:
        """Create a group or a target, or sign up."""
        if kind is TARGET:
            return _new_id(kind, self._write("POST", _typed_path(values), _TYPES[values["type"]][1], kind, values))
        if kind is GROUP:
            ident = _new_id(kind, self._write("POST", ("groups",), "group", kind, values))
            if ident is not None:
                self._groups[ident] = Record(GROUP, ident, values)
            return ident
        self._write("POST", ("users", "sign-up"), "user", kind, values, anonymous=True)
        return str(values["new_email"])

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change an object; another group moves a target, which is still to be found in its old one."""
        kind = record.kind
        if kind is TARGET:
            path, key = (*_typed_path(record.values), record.id), _TYPES[record.values["type"]][1]
        elif kind is GROUP:
            path, key = ("groups", record.id), "group"
        else:
            path, key = (("profile",), "profile") if kind is PROFILE else (("users",), "user")
        self._write("PUT", path, key, kind, values)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a group, a target or the account."""
        if record.kind is ACCOUNT:
            self._client.request("DELETE", ("users",), params=record.raw, anonymous=True)
        elif record.kind is TARGET:
            self._client.request("DELETE", (*_typed_path(record.values), record.id))
        else:
            self._delete_group(record, controls)

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[str]:
        """Deletions, not forced, of groups that still hold targets."""
        leaving = {
            step.record.id
            for step in steps
            if step.record is not None and step.record.kind is TARGET
            if step.action == "delete" or "group" in step.fields
        }
        problems = []
        for step in steps:
            if step.action == "delete" and step.desired.kind is GROUP and not step.desired.controls.get("force"):
                inside = [one for one in records["target"] if step.record and one.values["group"] == step.record.id]
                held = [one.label for one in inside if one.id not in leaving]
                if held:
                    # What is pruned is not declared, and so cannot be told to be forced.
                    pruned = step.desired.pruned
                    way = (
                        "prune targets, too, or declare the group" if pruned else "force: true deletes it all the same"
                    )
                    problems.append(f"{step.title} still holds {join_names(held)}; {way}")
        return problems

    # -- information ---------------------------------------------------------------------------------------------

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """Of targets only those of the given group, or those of the groups up to where the given id is found."""
        if kind is not TARGET or not (filters["group"] or filters["target_id"]):
            return ()
        return [Desired(TARGET, {"group": filters["group"]}, filters["target_id"])]

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those with the given id and name; of targets also those of a group and of a type."""
        found = super().filter_objects(kind, records, filters)
        if kind is TARGET and filters["type"]:
            found = [record for record in found if record.values["type"] == filters["type"]]
        if kind is TARGET and filters["group"]:
            found = [record for record in found if filters["group"] in record.raw["group"]]
        return found

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """All C(details) of a group or target as the service shows them; C(events) or reports of a target."""
        if name == "details":
            return snake_keys(self._detail(record))
        params = {"target_ids": record.id}
        for option, key in (("since", "date_range[from]"), ("until", "date_range[to]")):
            if filters[option]:
                params[key] = filters[option]
        if name == "events":
            return snake_keys(self._client.read_list(("events",), ("event", "events"), (), None, params))
        report = _REPORTS[name]
        rows = self._client.read_list(("reports", report), (report[:-1], "reports", report), (), None, params)
        return snake_keys(rows)

    def profile(self) -> Values:
        """The profile, and what its language and its time zone may be."""
        (profile,) = self.list_objects(PROFILE)
        return {
            "profile": profile.values,
            "languages": self._choices("language"),
            "time_zones": self._choices("time_zone"),
        }

    def close(self) -> None:
        """Log out of what this run has logged in to, if that is wanted."""
        for token in self._tokens if self._options["log_out"] else ():
            # It may have expired, or its account may be gone: then there is nothing to do.
            with contextlib.suppress(ApiError):
                self._client.request("DELETE", ("users", "logout"), params={"auth_token": token}, anonymous=True)

    # -- sessions and accounts -----------------------------------------------------------------------------------

    def _authenticate(self) -> Mapping[str, str]:
        """What goes along with each request: the token that was given, and once the service refuses it, a login's.

        :raises InputError: where there is neither
        """
        email, password = self._options["login_email"], self._options["login_password"]
        given = self._options["auth_token"]
        if given and (not self._given_was_tried or not (email and password)):
            self._given_was_tried = True
            return {"auth_token": given}
        if email and password:
            return {"auth_token": self._log_in(email, password)}
        lacking = "login_password" if email else "login_email" if password else "auth_token"
        others = "" if email or password else ", or log in with login_email and login_password"
        variable = f"{self.name}_{lacking}".upper()
        raise InputError(f"{lacking} is missing: set the option or the environment variable {variable}{others}")

    def _log_in(self, email: str, password: str) -> str:
        """A new token.

        :raises ApiError: where the service takes no such e-mail address or password
        """
        path, form = ("users", "login"), {"user[email]": email, "user[password]": password}
        answer = self._client.request("POST", path, form=form, read=True, repeat=True, anonymous=True)
        token = self._client.parse_answer(path, lambda: _token(answer), "POST")
        self._client.redact.add(token)
        self._tokens.append(token)
        return token

    def _accounts(self, wanted: Desired) -> list[Record]:
        """The account that can be logged in to as wanted; else, if its login is to change, the one of this run.

        :raises InputError: for options that do not go together
        """
        change, current = wanted.controls["change_login"], {}
        if change:
            current = {"new_email": self._options["login_email"], "new_password": self._options["login_password"]}
        login = {**current, **wanted.values}
        lacking = [name for name in ACCOUNT.by_name if not login.get(name)]
        if lacking:
            raise InputError(f"an account needs {' and '.join(lacking)}")
        if not wanted.present and not wanted.controls["force"]:
            raise InputError(f"deleting account {login['new_email']} with all that it holds takes force: true")
        try:
            token = self._log_in(login["new_email"], login["new_password"])
            return [Record(ACCOUNT, login["new_email"], login, {"auth_token": token})]
        except ApiError as exc:
            # An answer that cannot be read refuses nothing.
            if not exc.refused or exc.failure.status not in _REFUSED - {404, 405}:
                raise
        if not change or not wanted.present:
            return []
        # Before anything is promised, find out whether the present login is any good. What is given together with the
        # new one counts, not a token that may come from the environment and belong to another account.
        self._given_was_tried = all(current.values())
        self._client.read(("profile",))
        return [Record(ACCOUNT, login["new_email"], current)]

    # -- targets -------------------------------------------------------------------------------------------------

    def _targets(self, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The targets of the groups that matter to the declaration, or of all.

        The service lists the targets of one group at a time, so that one that is known by its id alone, or that has
        moved, is looked for in the other groups too. A group that is to be deleted may hold targets.
        """
        groups = list(self._groups.values())
        own = [one for one in desired if one.kind is TARGET]
        going = [one.id or one.label for one in desired if one.kind is GROUP and not one.present]
        first = find_named(groups, desired, [*going, *(one.values.get("group") for one in own)])
        found = self._inside(groups if whole else first)
        if not whole and {one.id for one in own} - {None, *(record.id for record in found)}:
            found += self._inside([group for group in groups if group not in first])
        return found

    def _inside(self, groups: Sequence[Record]) -> list[Record]:
        with ThreadPoolExecutor(self._concurrency) as pool:
            return [record for records in pool.map(self._in_group, groups) for record in records]

    def _in_group(self, group: Record) -> list[Record]:
        """The targets of a group, by the one listing of all types if there is one that tells the types."""
        path = ("groups", group.id)
        if self._lists_all_types:
            try:
                rows = self._client.read_list((*path, "targets"), _NAMES[TARGET], TARGET.id_keys)
            except ApiError as exc:
                if exc.failure.status not in _REFUSED - {401, 403}:
                    raise
            else:
                typed = [_target(group, kind, row) for row in rows if (kind := _type_of(row))]
                if len(typed) == len(rows):
                    return typed
        found = [
            _target(group, kind, row)
            for kind, (word, key) in _TYPES.items()
            for row in self._client.read_list((*path, "target", word), (key, *_NAMES[TARGET], word), TARGET.id_keys)
        ]
        self._lists_all_types = False
        return found

    def _delete_group(self, group: Record, controls: Values) -> None:
        """Delete a group; by force with its targets one by one, where the service does not do that by itself."""
        path = ("groups", group.id)
        try:
            self._client.request("DELETE", path)
        except ApiError as exc:
            refused = not exc.ambiguous and exc.failure.status in (_REFUSED | {409}) - {401, 404}
            held = self._in_group(group) if refused and controls.get("force") else []
            if not held:
                raise
            for target in held:
                try:
                    self.delete(target, controls)
                except ApiError as gone:
                    if gone.failure.status not in (404, 410):
                        raise
            self._client.request("DELETE", path)

    # -- odds and ends -------------------------------------------------------------------------------------------

    def _write(
        self, method: str, path: Sequence[str], key: str, kind: Kind, values: Values, anonymous: bool = False
    ) -> Any:
        form = {f"{key}[{name}]": value for name, value in kind.encode(values).items()}
        return self._client.request(method, path, form=form, anonymous=anonymous)

    def _detail(self, record: Record) -> dict[str, Any]:
        path: tuple[str, ...] = ("groups", record.id)
        if record.kind is TARGET:
            path = ("groups", record.values["group"], "targets", record.id)
        return self._client.read_object(path, _NAMES[record.kind], record.kind.id_keys)

    def _choices(self, option: str) -> list[Values]:
        """What an option of the profile may be: the codes, with their names as far as the service tells them."""
        path = ("profile", f"{option}s")
        answer = self._client.read(path)
        return self._client.parse_answer(
            path, lambda: [_choice(option, row) for row in extract_elements(answer, path[-1:])]
        )


def _typed_path(values: Values) -> tuple[str, ...]:
    """Where targets of a group and a type are written."""
    return "groups", values["group"], "target", _TYPES[values["type"]][0]


def _type_of(row: Mapping[str, Any]) -> str | None:
    """The type of a target, by its word for it or else by the fields that only that type has; None if neither tells."""
    word = re.sub(r"^target|_|s$", "", str(row.get("type")).lower())
    own = (("url", "url"), ("port_number", "custom_port"), ("host", "ping"))
    return _WORDS.get(word) or next((kind for name, kind in own if row.get(name)), None)


def _target(group: Record, kind: str, row: Mapping[str, Any]) -> Record:
    values = {**TARGET.decode(row), "group": group.id, "type": kind}
    values = {name: value for name, value in values.items() if TARGET.by_name[name].applies_to(values)}
    return Record(TARGET, str(identifier(row, TARGET.id_keys)), values, {"group": (group.id, group.label)})


def _new_id(kind: Kind, answer: Any) -> str | None:
    """The id in the answer to a creation; None where it shows none."""
    try:
        return identifier(extract_object(answer, _NAMES[kind], kind.id_keys), kind.id_keys)
    except ShapeError:
        return None


_TOKENS = ("auth_token", "authentication_token", "token")


def _token(answer: Any) -> str:
    """The token in the answer to a login.

    :raises ShapeError: where there is none
    """
    inside = [answer.get(name) for name in ("data", "user", "session")] if isinstance(answer, dict) else []
    for place in (answer, *inside):
        for name in _TOKENS if isinstance(place, dict) else ():
            if place.get(name) and isinstance(place[name], (str, int)):
                return str(place[name])
    found = join_names(answer) if isinstance(answer, dict) else "no object"
    raise ShapeError(f"the answer to the login should hold a token but has {found}")


def _choice(option: str, row: Any) -> Values:
    """One of the values that an option may have: a text, a pair of name and code, or an object with both.

    :raises ShapeError: for anything else
    """
    if isinstance(row, dict) and list(row) == [option]:
        row = row[option]
    if isinstance(row, list) and len(row) == 2:
        return {"code": row[1], "name": row[0]}
    if isinstance(row, dict):
        code = next((row[key] for key in ("code", option, "value", "key", "id") if row.get(key)), None)
        name = next((row[key] for key in ("name", "label", "title") if row.get(key)), None)
        if code or name:
            return {"code": code or name, "name": name}
    if not isinstance(row, str):
        raise ShapeError(f"one of the {option}s is neither a text nor an object with a code or a name")
    return {"code": row, "name": None}
