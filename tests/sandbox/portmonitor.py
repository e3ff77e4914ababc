# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port Monitor REST API: its document names calls and parameters, and leaves every answer open."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, quote_plus

from .errors import RefusedError
from .lag import Store
from .request_log import FORM
from .service import JSON, Call, Paging, Reply, Service
from .shapes import NUMBERS, UNKNOWN_FIELDS, add_unknown_fields, quote_numbers
from .switches import Choice, Number, Switch

UNAUTHORIZED, NOT_FOUND, UNPROCESSABLE = 401, 404, 422

APP_KEY = "sandbox-app"
DEFAULT_USER = ("default", "sandbox@example.com", "sandbox-password", "sandbox-auth-token")
SECRET_PARAMETERS = ("app_key", "auth_token", "user[password]")

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
TIME_ZONES: Mapping[str, str] = {
    "UTC": "(GMT+00:00) UTC",
    "Europe/London": "(GMT+00:00) London",
    "Europe/Madrid": "(GMT+01:00) Madrid",
    "America/New_York": "(GMT-05:00) New York",
}
STATUSES = ("up", "down")

ID = re.compile(r"[0-9]{1,18}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?")

FIRST_IDS: Mapping[str, int] = {"user": 11, "group": 101, "target": 1001, "event": 10001}
"""Far apart, so that an id of one kind is never an id of another by chance."""
FIRST_INVENTED_ID = 900_001
INVENTED_ROWS = 25

Setting = str | int
Row = dict[str, Any]


class ApiError(Exception):
    """An error as the API answers it."""

    def __init__(self, status: int, rule: str, parameter: str = "") -> None:
        """Note the status, the broken rule and the parameter that breaks it."""
        super().__init__(f"{parameter} {rule}".strip())
        self.status = status
        self.rule = rule
        self.parameter = parameter

    @property
    def message(self) -> str:
        """The words for a person."""
        return str(self)

    @property
    def field(self) -> str:
        """The name that errors by field are listed under."""
        return self.parameter.rpartition("[")[2].rstrip("]") or "base"


def invalid(parameter: str, rule: str) -> ApiError:
    """Return the error for a parameter that breaks a rule."""
    return ApiError(UNPROCESSABLE, rule, parameter)


# --- what the document allows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetType:
    """A type of monitors: its word in paths, its word in parameters, and its own fields, which it needs."""

    plural: str
    key: str
    own: tuple[str, ...]

    def word(self, style: str) -> str:
        """Return the type as an answer may spell it."""
        match style:
            case "TargetUrl":
                return "".join(part.capitalize() for part in self.key.split("_"))
            case "target_url":
                return self.key
            case "url":
                return self.key.removeprefix("target_")
        return self.plural


TYPES: Mapping[str, TargetType] = {
    kind.plural: kind
    for kind in (
        TargetType("urls", "target_url", ("url",)),
        TargetType("custom_ports", "target_custom_port", ("host", "port_number")),
        TargetType("pings", "target_ping", ("host",)),
    )
}
TYPED_FIELDS = ("url", "host", "port_number")
"""Fields that only some types have."""


def text_value(name: str, text: str) -> str:
    """Return a text that is not blank."""
    if not text.strip():
        raise invalid(name, "can't be blank")
    return text


def email_value(name: str, text: str) -> str:
    """Return an e-mail address."""
    if not EMAIL.fullmatch(text):
        raise invalid(name, "must be an e-mail address")
    return text


def between(lowest: int, highest: int) -> Callable[[str, str], int]:
    """Return a check for a whole number in a range."""

    def check(name: str, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise invalid(name, f"must be a whole number, {lowest}-{highest}")
        return int(text)

    return check


def one_of(allowed: Iterable[str]) -> Callable[[str, str], str]:
    """Return a check for a few values."""

    def check(name: str, text: str) -> str:
        if text not in allowed:
            raise invalid(name, "must be one of " + ", ".join(allowed))
        return text

    return check


def any_text(name: str, text: str) -> str:
    """Return a text, blank or not."""
    return text


def id_value(name: str, text: str) -> int:
    """Return an id."""
    if not ID.fullmatch(text):
        raise invalid(name, "must be a whole number")
    return int(text)


DAY = 24 * 60 * 60
SETTINGS: Mapping[str, Callable[[str, str], Setting]] = {
    "name": text_value,
    "url": text_value,
    "host": text_value,
    "port_number": between(1, 65535),
    "seconds_between_checks": between(1, DAY),
    "timeout": between(1, DAY),
    "retries_per_check": between(0, 100),
}
"""What can be set on a monitor at any time, and the check of each."""

DEFAULTS: Mapping[str, Setting] = {"seconds_between_checks": 300, "timeout": 30, "retries_per_check": 2}

PROFILE: Mapping[str, Callable[[str, str], str]] = {
    "language": one_of(LANGUAGES),
    "country": any_text,
    "time_zone": one_of(TIME_ZONES),
}
DEFAULT_PROFILE: Mapping[str, str] = {"language": "en", "country": "", "time_zone": "UTC"}

USER: Mapping[str, Callable[[str, str], str]] = {"email": email_value, "password": text_value}

RANGE = ("date_range[from]", "date_range[to]", "target_ids")
"""Parameters of events and reports."""


# --- parameters of a call ----------------------------------------------------------------------------------------


class Parameters:
    """The parameters of a call, wherever they are."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Hold all parameters; the credentials are kept apart from the others."""
        self.app_key = values.get("app_key", "")
        self.auth_token = values.get("auth_token", "")
        self._offers_token = "auth_token" in values
        self.fields = {name: text for name, text in values.items() if name not in ("app_key", "auth_token")}

    def refuse_token(self) -> None:
        """Refuse a token where the document names none."""
        if self._offers_token:
            raise invalid("auth_token", "is no parameter of this call")

    def check(self, allowed: Iterable[str] = (), required: Iterable[str] = ()) -> dict[str, str]:
        """Return the parameters besides the credentials, if the document allows them and none is missing."""
        unknown = sorted(set(self.fields) - set(allowed))
        if unknown:
            raise invalid(unknown[0], "is no parameter of this call")
        for name in required:
            if name not in self.fields:
                raise invalid(name, "is required")
        return self.fields

    def inside(self, key: str, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, str]:
        """Return the parameters `key[…]` without the key; there may be no others."""
        names = {f"{key}[{name}]": name for name in allowed}
        fields = self.check(names, [f"{key}[{name}]" for name in required])
        return {names[name]: text for name, text in fields.items()}


def read_parameters(call: Call, *, accept_json: bool) -> Parameters:
    """Return the parameters in the query and in the body, which may not contradict each other."""
    values: dict[str, str] = {}
    in_query = ((name, text) for name, texts in call.query.items() for text in texts)
    for name, text in (*in_query, *body_pairs(call, accept_json=accept_json)):
        if values.setdefault(name, text) != text:
            raise invalid(name, "is given twice")
    return Parameters(values)


def body_pairs(call: Call, *, accept_json: bool) -> list[tuple[str, str]]:
    """Return the parameters in the body of a call."""
    if not call.body:
        return []
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        try:
            return parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError:
            raise ApiError(UNPROCESSABLE, "The body is not form-encoded UTF-8.") from None
    if kind != JSON or not accept_json:
        raise ApiError(UNPROCESSABLE, f"The body needs the header Content-Type: {FORM}.")
    value = call.json()
    if not isinstance(value, dict):
        raise ApiError(UNPROCESSABLE, "The body is not a JSON object.")
    return list(flatten(value))


def flatten(value: Mapping[str, Any], key: str = "") -> Iterator[tuple[str, str]]:
    """Yield what is inside a JSON object under the names that a form would give it."""
    for name, item in value.items():
        full = f"{key}[{name}]" if key else name
        if isinstance(item, dict):
            yield from flatten(item, full)
        elif item is None:
            yield full, ""
        else:
            yield full, item if isinstance(item, str) else json.dumps(item)


def read_time(name: str, text: str) -> datetime:
    """Return the time in a parameter; without a zone it is in UTC."""
    if not TIMESTAMP.fullmatch(text):
        raise invalid(name, "must be in ISO 8601 format")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "must be in ISO 8601 format") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


# --- what an account holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """A group of monitors."""

    id: int
    name: str


@dataclass(frozen=True)
class Target:
    """A monitor; `settings` are named as in the API and hold only what its type has."""

    id: int
    type: TargetType
    group_id: int
    settings: Mapping[str, Setting]
    status: str = "up"
    reports: Mapping[str, float] = field(default_factory=dict)
    """What the reports say, by `uptime` and `response_time`, where they do not say the values of a sample."""


@dataclass(frozen=True)
class Event:
    """A monitor's going up or down."""

    id: int
    target_id: int
    status: str
    time: datetime


@dataclass
class State:
    """Groups, monitors and events by id, oldest first, and the profile."""

    profile: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_PROFILE))
    groups: dict[int, Group] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)

    def copy(self) -> State:
        """Return an independent copy; what it holds never changes itself."""
        return State(self.profile, dict(self.groups), dict(self.targets), dict(self.events))

    def has(self, kind: str, object_id: int) -> bool:
        """Tell whether an id is in use."""
        objects: Mapping[str, Mapping[int, Any]] = {"group": self.groups, "target": self.targets, "event": self.events}
        return object_id in objects[kind]

    def in_group(self, group_id: int) -> list[Target]:
        """Return the monitors of a group."""
        return [target for target in self.targets.values() if target.group_id == group_id]

    def remove_target(self, target_id: int) -> None:
        """Forget a monitor and its events."""
        del self.targets[target_id]
        self.events = {key: event for key, event in self.events.items() if event.target_id != target_id}


class User:
    """A user: who may call, and what belongs to them."""

    def __init__(self, user_id: int, name: str, email: str, password: str, auth_token: str | None = None) -> None:
        """Start without groups."""
        self.id = user_id
        self.name = name
        self.email = email
        self.password = password
        self.auth_token = auth_token
        """A token that is there without a login, and does not wear out."""
        self.login_tokens: dict[str, int] = {}
        """For each token that a login handed out, how many requests it has let in."""
        self.store = Store(State())

    def revoke(self, token: str) -> None:
        """End a token."""
        self.login_tokens.pop(token, None)
        if token == self.auth_token:
            self.auth_token = None

    def revoke_all(self) -> None:
        """End all tokens."""
        self.login_tokens.clear()
        self.auth_token = None


class Ids:
    """Gives out ids that were never used before."""

    def __init__(self) -> None:
        """Start at the first ids."""
        self._next = dict(FIRST_IDS)

    def new(self, kind: str) -> int:
        """Return a new id."""
        found = self._next[kind]
        self._next[kind] += 1
        return found

    def skip(self, kind: str, used: int) -> None:
        """Give out only ids above one that is in use."""
        self._next[kind] = max(self._next[kind], used + 1)


# --- the service -------------------------------------------------------------------------------------------------


class PortMonitor(Service):
    """The Port Monitor API."""

    name: ClassVar[str] = "portmonitor"
    prefix: ClassVar[str] = "/portmonitor/api"
    own_switches: ClassVar[Mapping[str, Switch]] = {
        "accept_json": Choice(("no", "yes")),
        "list_envelope": Choice(("bare", "named", "data", "element", "unknown")),
        "detail_envelope": Choice(("bare", "named", "typed", "success_data")),
        "create_answer": Choice(("full", "id", "named", "success", "empty")),
        "create_status": Choice((200, 201)),
        "write_answer": Choice(("object", "success", "empty", "null", "no_content")),
        "login_answer": Choice(("auth_token", "authentication_token", "token", "data", "user", "session")),
        "token_requests": Number(default=0, minimum=0, whole=True),
        "logout_kills": Choice(("own", "all")),
        "id_key": Choice(("id", "_id", "kind_id")),
        "type_word": Choice(("TargetUrl", "target_url", "url", "urls", "absent")),
        "numbers": NUMBERS,
        "error_style": Choice(("error", "errors_list", "errors_fields", "message", "success_false_info")),
        "group_delete": Choice(("cascades", "refused")),
        "untyped_listing": Choice(("works", "missing")),
        "other_type_fields": Choice(("ignored", "refused")),
        "options": Choice(("texts", "objects", "pairs")),
        "empty_value": Choice(("null", "empty", "absent")),
        "url_style": Choice(("as_given", "trailing_slash")),
        "unknown_fields": UNKNOWN_FIELDS,
    }

    def __init__(self) -> None:
        """Start with the default account."""
        self._users: list[User] = []
        self._ids = Ids()
        self._invented = count(FIRST_INVENTED_ID)
        super().__init__()

    # --- accounts and state, for the control endpoint

    def reset_accounts(self) -> None:
        """Put the default account in place."""
        self._ids = Ids()
        self._invented = count(FIRST_INVENTED_ID)
        self._users = [User(self._ids.new("user"), *DEFAULT_USER)]

    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add a user: `email` and `password`, and optionally `auth_token` and `name`."""
        allowed = ("email", "password", "auth_token", "name")
        unknown = sorted(set(fields) - set(allowed))
        if unknown:
            raise RefusedError(f"An account takes {', '.join(allowed)}, not {', '.join(unknown)}.")
        if not all(isinstance(value, str) and value for value in fields.values()) or not set(USER) <= set(fields):
            raise RefusedError("An account needs email and password, and its fields are texts that are not empty.")
        user_id = self._ids.new("user")
        name = str(fields.get("name", f"account-{user_id}"))
        token = fields.get("auth_token")
        if any(user.name == name for user in self._users):
            raise RefusedError(f"There is already an account named {name!r}.")
        if token and self._find_user(token):
            raise RefusedError("There is already an account with this auth_token.")
        try:
            email = self._new_email("email", fields["email"])
        except ApiError as error:
            raise RefusedError(error.message) from None
        self._users.append(User(user_id, name, email, fields["password"], token))
        return name

    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return the user, the profile, and all groups, monitors and events."""
        user = self._choose(credential)
        state = user.store.current
        return {
            "user": {"email": user.email, "password": user.password},
            "profile": dict(state.profile),
            "groups": [{"id": group.id, "name": group.name} for group in state.groups.values()],
            "targets": [
                {
                    "id": target.id,
                    "type": target.type.plural,
                    "group_id": target.group_id,
                    **target.settings,
                    "status": target.status,
                    **target.reports,
                }
                for target in state.targets.values()
            ],
            "events": [
                {
                    "id": event.id,
                    "target_id": event.target_id,
                    "status": event.status,
                    "created_at": event.time.isoformat(),
                }
                for event in state.events.values()
            ],
            "login_tokens": len(user.login_tokens),
        }

    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace all that a user holds, or do no more than end the login tokens if only that is asked for."""
        user = self._choose(credential)
        expire = state.get("expire_tokens", False)
        if not isinstance(expire, bool):
            raise RefusedError("expire_tokens must be true or false.")
        if set(state) != {"expire_tokens"}:
            self._replace(user, state)
        if expire:
            user.login_tokens.clear()

    def _replace(self, user: User, description: Mapping[str, Any]) -> None:
        others = [other.store.current for other in self._users if other is not user]

        def taken(kind: str, object_id: int) -> bool:
            return any(state.has(kind, object_id) for state in others)

        try:
            identity = seed_texts(description, "user", USER)
            if "email" in identity:
                self._new_email("email", identity["email"], besides=user)
            state = Seed(self._ids, taken).read(description)
        except ApiError as error:
            raise RefusedError(error.message) from None
        user.email = identity.get("email", user.email)
        user.password = identity.get("password", user.password)
        user.store.replace(state)

    def _choose(self, credential: str | None) -> User:
        for user in self._users:
            if credential is None and user.name == DEFAULT_USER[0]:
                return user
            if credential and credential in (user.email, user.auth_token, *user.login_tokens):
                return user
        raise RefusedError("There is no account with this credential.")

    # --- who calls

    def credentials(self, call: Call) -> Sequence[str]:
        """Return the keys, tokens and passwords in the query and in the body, for any content type."""
        offered = [text for name in SECRET_PARAMETERS for text in call.query.get(name, ())]
        body = call.body.decode(errors="replace")
        value = call.json()
        for name, text in (*parse_qsl(body), *(flatten(value) if isinstance(value, dict) else ())):
            if name in SECRET_PARAMETERS:
                # A form under another type is logged as it came: encoded.
                offered += [text, quote_plus(text), quote(text)]
        return offered

    def account_name(self, call: Call) -> str | None:
        """Return the name of the user that a call is, or is about to be, logged in as."""
        try:
            parameters = self._parameters(call)
            if parameters.app_key != APP_KEY:
                return None
            if (call.method, *call.segments) == ("POST", "users", "login"):
                user = self._by_password(parameters.fields)
            else:
                user = self._find_user(parameters.auth_token)
        except ApiError:
            return None
        return user.name if user else None

    def _parameters(self, call: Call) -> Parameters:
        return read_parameters(call, accept_json=self.switches["accept_json"] == "yes")

    def _find_user(self, token: str) -> User | None:
        limit = self.switches.number("token_requests")
        for user in self._users:
            uses = user.login_tokens.get(token)
            if token == user.auth_token or (uses is not None and (limit == 0 or uses < limit)):
                return user
        return None

    def _by_email(self, email: str) -> User | None:
        return next((user for user in self._users if user.email.lower() == email.lower()), None)

    def _by_password(self, fields: Mapping[str, str]) -> User | None:
        user = self._by_email(fields.get("user[email]", ""))
        return user if user and user.password == fields.get("user[password]") else None

    def _new_email(self, name: str, text: str, besides: User | None = None) -> str:
        if self._by_email(email_value(name, text)) not in (None, besides):
            raise invalid(name, "has already been taken")
        return text

    # --- calls

    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""
        try:
            return self._handle(call, self._parameters(call))
        except ApiError as error:
            return self._error(error)

    def _handle(self, call: Call, parameters: Parameters) -> Reply:
        if parameters.app_key != APP_KEY:
            raise ApiError(UNAUTHORIZED, "is missing or wrong", "app_key")
        match (call.method, *call.segments):
            case ("POST", "users", "sign-up"):
                return self._sign_up(parameters)
            case ("POST", "users", "login"):
                return self._login(parameters)
        user = self._find_user(parameters.auth_token)
        if user is None:
            raise ApiError(UNAUTHORIZED, "is missing, wrong or expired", "auth_token")
        if parameters.auth_token in user.login_tokens:
            user.login_tokens[parameters.auth_token] += 1
        if call.method == "GET":
            return self._read(call, parameters, user.store.read(self.lag))
        return self._write(call, parameters, user)

    def _read(self, call: Call, parameters: Parameters, state: State) -> Reply:
        match call.segments:
            case ("profile",):
                parameters.check()
                return self._detail("profile", "profile", self._object(self._present(state.profile)))
            case ("profile", "languages"):
                return self._options(parameters, "language", LANGUAGES)
            case ("profile", "time_zones"):
                return self._options(parameters, "time_zone", TIME_ZONES)
            case ("groups",):
                return self._list_groups(call, parameters, state)
            case ("groups", group_id):
                parameters.check()
                return self._detail("group", "group", self._group_row(find_group(state, group_id)))
            case ("groups", group_id, "targets") if self.switches["untyped_listing"] == "works":
                return self._list_targets(call, parameters, state, find_group(state, group_id))
            case ("groups", group_id, "target", plural) if plural in TYPES:
                return self._list_targets(call, parameters, state, find_group(state, group_id), TYPES[plural])
            case ("groups", group_id, "targets", target_id):
                parameters.check()
                target = find_target(state, find_group(state, group_id), target_id)
                return self._detail("target", target.type.key, self._target_row(target))
            case ("events",):
                return self._list_events(call, parameters, state)
            case ("reports", "uptimes"):
                return self._report(call, parameters, state, "uptime", lambda up: 99.95 if up else 87.5)
            case ("reports", "response_times"):
                return self._report(call, parameters, state, "response_time", lambda up: 120.5 if up else 0.0)
        raise unknown_path(call)

    def _write(self, call: Call, parameters: Parameters, user: User) -> Reply:
        match (call.method, *call.segments):
            case ("PUT", "users"):
                return self._edit_user(parameters, user)
            case ("DELETE", "users"):
                return self._cancel(parameters, user)
            case ("DELETE", "users", "logout"):
                return self._logout(parameters, user)
            case ("PUT", "profile"):
                return self._edit_profile(parameters, user)
            case ("POST", "groups"):
                return self._create_group(parameters, user)
            case ("PUT", "groups", group_id):
                return self._edit_group(parameters, user, group_id)
            case ("DELETE", "groups", group_id):
                return self._delete_group(parameters, user, group_id)
            case ("POST", "groups", group_id, "target", plural) if plural in TYPES:
                return self._create_target(parameters, user, group_id, TYPES[plural])
            case ("PUT", "groups", group_id, "target", plural, target_id) if plural in TYPES:
                return self._edit_target(parameters, user, group_id, TYPES[plural], target_id)
            case ("DELETE", "groups", group_id, "target", plural, target_id) if plural in TYPES:
                return self._delete_target(parameters, user, group_id, TYPES[plural], target_id)
        raise unknown_path(call)

    # --- users and sessions

    def _sign_up(self, parameters: Parameters) -> Reply:
        parameters.refuse_token()
        fields = parameters.inside("user", USER, required=USER)
        email = self._new_email("user[email]", fields["email"])
        password = text_value("user[password]", fields["password"])
        user_id = self._ids.new("user")
        user = User(user_id, f"account-{user_id}", email, password)
        self._users.append(user)
        return self._created("user", "user", self._user_row(user))

    def _login(self, parameters: Parameters) -> Reply:
        parameters.refuse_token()
        parameters.inside("user", USER, required=USER)
        user = self._by_password(parameters.fields)
        if user is None:
            raise ApiError(UNAUTHORIZED, "Invalid e-mail or password.")
        token = secrets.token_hex(10)
        user.login_tokens[token] = 0
        match self.switches["login_answer"]:
            case "user":
                return self._json({"user": {**self._user_row(user), "auth_token": token}})
            case "data" | "session" as key:
                return self._json({str(key): {"auth_token": token}})
            case key:
                return self._json({str(key): token})

    def _logout(self, parameters: Parameters, user: User) -> Reply:
        parameters.check()
        if self.switches["logout_kills"] == "all":
            user.revoke_all()
        else:
            user.revoke(parameters.auth_token)
        return self._deleted()

    def _edit_user(self, parameters: Parameters, user: User) -> Reply:
        fields = parameters.inside("user", USER)
        email = self._new_email("user[email]", fields.get("email", user.email), besides=user)
        password = text_value("user[password]", fields.get("password", user.password))
        user.email, user.password = email, password
        return self._written("user", "user", self._user_row(user))

    def _cancel(self, parameters: Parameters, user: User) -> Reply:
        parameters.check()
        self._users.remove(user)
        return self._deleted()

    def _edit_profile(self, parameters: Parameters, user: User) -> Reply:
        fields = parameters.inside("profile", PROFILE)
        checked = {name: PROFILE[name](f"profile[{name}]", text) for name, text in fields.items()}
        state = user.store.change(self.lag)
        state.profile = {**state.profile, **checked}
        return self._written("profile", "profile", self._object(self._present(state.profile)))

    def _options(self, parameters: Parameters, kind: str, labels: Mapping[str, str]) -> Reply:
        parameters.check()
        items: list[Any] = list(labels)
        match self.switches["options"]:
            case "objects":
                items = [self._object({"code": code, "name": label}) for code, label in labels.items()]
            case "pairs":
                items = [[label, code] for code, label in labels.items()]
        return self._list(f"{kind}s", [(kind, item) for item in items])

    # --- groups

    def _list_groups(self, call: Call, parameters: Parameters, state: State) -> Reply:
        parameters.check()
        groups = list(state.groups.values())
        if call.paging is Paging.ENDLESS:
            groups = [Group(number, f"Invented {number}") for number in self._invent()]
        return self._list("groups", [("group", self._group_row(group)) for group in groups])

    def _create_group(self, parameters: Parameters, user: User) -> Reply:
        fields = parameters.inside("group", ("name",), required=("name",))
        name = text_value("group[name]", fields["name"])
        group = Group(self._ids.new("group"), name)
        user.store.change(self.lag).groups[group.id] = group
        return self._created("group", "group", self._group_row(group))

    def _edit_group(self, parameters: Parameters, user: User, group_id: str) -> Reply:
        group = find_group(user.store.current, group_id)
        fields = parameters.inside("group", ("name",))
        group = replace(group, name=text_value("group[name]", fields.get("name", group.name)))
        user.store.change(self.lag).groups[group.id] = group
        return self._written("group", "group", self._group_row(group))

    def _delete_group(self, parameters: Parameters, user: User, group_id: str) -> Reply:
        group = find_group(user.store.current, group_id)
        parameters.check()
        members = user.store.current.in_group(group.id)
        if members and self.switches["group_delete"] == "refused":
            raise ApiError(UNPROCESSABLE, "The group has monitors.")
        state = user.store.change(self.lag)
        for target in members:
            state.remove_target(target.id)
        del state.groups[group.id]
        return self._deleted()

    # --- monitors

    def _list_targets(
        self, call: Call, parameters: Parameters, state: State, group: Group, wanted: TargetType | None = None
    ) -> Reply:
        parameters.check()
        targets = [target for target in state.in_group(group.id) if wanted in (None, target.type)]
        if call.paging is Paging.ENDLESS:
            targets = [invented_target(number, group, wanted) for number in self._invent()]
        rows = [(target.type.key, self._target_row(target)) for target in targets]
        return self._list(wanted.plural if wanted else "targets", rows)

    def _create_target(self, parameters: Parameters, user: User, group_id: str, kind: TargetType) -> Reply:
        group = find_group(user.store.current, group_id)
        needed = ("name", "group_id", *kind.own)
        fields = parameters.inside(kind.key, ("group_id", *SETTINGS), required=needed)
        if id_value(f"{kind.key}[group_id]", fields["group_id"]) != group.id:
            raise invalid(f"{kind.key}[group_id]", "must be the group in the path")
        settings = {**DEFAULTS, **self._check_settings(kind, fields)}
        state = user.store.change(self.lag)
        target = Target(self._ids.new("target"), kind, group.id, settings)
        state.targets[target.id] = target
        event = Event(self._ids.new("event"), target.id, target.status, datetime.now(UTC))
        state.events[event.id] = event
        return self._created("target", kind.key, self._target_row(target))

    def _edit_target(
        self, parameters: Parameters, user: User, group_id: str, kind: TargetType, target_id: str
    ) -> Reply:
        state = user.store.current
        target = find_target(state, find_group(state, group_id), target_id, kind)
        fields = parameters.inside(kind.key, ("group_id", *SETTINGS))
        settings = {**target.settings, **self._check_settings(kind, fields)}
        wanted = id_value(f"{kind.key}[group_id]", fields.get("group_id", str(target.group_id)))
        if wanted not in state.groups:
            raise invalid(f"{kind.key}[group_id]", "is not the id of a group")
        target = replace(target, settings=settings, group_id=wanted)
        user.store.change(self.lag).targets[target.id] = target
        return self._written("target", kind.key, self._target_row(target))

    def _delete_target(
        self, parameters: Parameters, user: User, group_id: str, kind: TargetType, target_id: str
    ) -> Reply:
        state = user.store.current
        target = find_target(state, find_group(state, group_id), target_id, kind)
        parameters.check()
        user.store.change(self.lag).remove_target(target.id)
        return self._deleted()

    def _check_settings(self, kind: TargetType, fields: Mapping[str, str]) -> dict[str, Setting]:
        foreign = [name for name in TYPED_FIELDS if name in fields and name not in kind.own]
        if foreign and self.switches["other_type_fields"] == "refused":
            raise invalid(f"{kind.key}[{foreign[0]}]", "is not for monitors of this type")
        return {
            name: check(f"{kind.key}[{name}]", fields[name])
            for name, check in SETTINGS.items()
            if name in fields and name not in foreign
        }

    # --- events and reports

    def _list_events(self, call: Call, parameters: Parameters, state: State) -> Reply:
        begin, end, targets = read_range(parameters, state)
        wanted = {target.id for target in targets}
        events = [event for event in state.events.values() if event.target_id in wanted and begin <= event.time <= end]
        if call.paging is Paging.ENDLESS:
            events = [Event(number, number, "up", begin) for number in self._invent()]
        return self._list("events", [("event", self._event_row(event)) for event in events])

    def _report(
        self, call: Call, parameters: Parameters, state: State, kind: str, value: Callable[[bool], float]
    ) -> Reply:
        begin, end, targets = read_range(parameters, state)
        found = [(target.id, target.reports.get(kind, value(target.status == "up"))) for target in targets]
        if call.paging is Paging.ENDLESS:
            found = [(number, value(True)) for number in self._invent()]
        period = {"from": begin.isoformat(), "to": end.isoformat()}
        rows = [self._object({"target_id": target_id, **period, kind: said}) for target_id, said in found]
        return self._list(f"{kind}s", [(kind, row) for row in rows])

    def _invent(self) -> list[int]:
        return [next(self._invented) for _turn in range(INVENTED_ROWS)]

    # --- how things look

    def _user_row(self, user: User) -> Row:
        return self._object({self._id_key("user"): user.id, "email": user.email})

    def _group_row(self, group: Group) -> Row:
        return self._object({self._id_key("group"): group.id, "name": group.name})

    def _target_row(self, target: Target) -> Row:
        settings = {**dict.fromkeys(SETTINGS, ""), **target.settings}
        if target.type.plural == "urls" and self.switches["url_style"] == "trailing_slash":
            settings["url"] = str(settings["url"]).rstrip("/") + "/"
        row: Row = {
            # Before the monitor's own id, for those who take the first key that ends like one.
            "group_id": target.group_id,
            self._id_key("target"): target.id,
            **self._present(settings),
            "status": target.status,
        }
        if self.switches["type_word"] != "absent":
            row["type"] = target.type.word(str(self.switches["type_word"]))
        return self._object(row)

    def _event_row(self, event: Event) -> Row:
        row = {self._id_key("event"): event.id, "target_id": event.target_id, "status": event.status}
        return self._object({**row, "created_at": event.time.isoformat()})

    def _id_key(self, kind: str) -> str:
        style = str(self.switches["id_key"])
        return f"{kind}_id" if style == "kind_id" else style

    def _present(self, settings: Mapping[str, Setting]) -> Row:
        match self.switches["empty_value"]:
            case "absent":
                return {name: value for name, value in settings.items() if value != ""}
            case "null":
                return {name: None if value == "" else value for name, value in settings.items()}
        return dict(settings)

    def _object(self, row: Row) -> Row:
        return add_unknown_fields(row) if self.switches["unknown_fields"] == "some" else row

    # --- answers

    def _json(self, value: Any, status: int = 200) -> Reply:
        return Reply.of_json(quote_numbers(value) if self.switches["numbers"] == "string" else value, status)

    def _error(self, error: ApiError) -> Reply:
        match self.switches["error_style"]:
            case "errors_list":
                return self._json({"errors": [error.message]}, error.status)
            case "errors_fields":
                return self._json({"errors": {error.field: [error.rule]}}, error.status)
            case "message":
                return self._json({"message": error.message}, error.status)
            case "success_false_info":
                return self._json({"success": False, "info": error.message})
        return self._json({"error": error.message}, error.status)

    def _list(self, name: str, rows: list[tuple[str, Any]]) -> Reply:
        """Answer with a listing; each of its elements comes with its kind."""
        plain = [row for _kind, row in rows]
        match self.switches["list_envelope"]:
            case "named":
                return self._json({name: plain})
            case "data":
                return self._json({"data": plain})
            case "element":
                return self._json([{kind: row} for kind, row in rows])
            case "unknown":
                return self._json({"foo": {"count": len(rows)}})
        return self._json(plain)

    def _detail(self, name: str, kind: str, row: Row, status: int = 200) -> Reply:
        """Answer with one object; a monitor is named `target`, and its kind is that of its type."""
        match self.switches["detail_envelope"]:
            case "named":
                return self._json({name: row}, status)
            case "typed":
                return self._json({kind: row}, status)
            case "success_data":
                return self._json({"success": True, "data": row}, status)
        return self._json(row, status)

    def _created(self, name: str, kind: str, row: Row) -> Reply:
        status = int(self.switches["create_status"])
        match self.switches["create_answer"]:
            case "id":
                key = self._id_key(name)
                return self._json({key: row[key]}, status)
            case "named":
                return self._json({kind: row}, status)
            case "success":
                return self._json({"success": True}, status)
            case "empty":
                return Reply(status)
        return self._detail(name, kind, row, status)

    def _written(self, name: str, kind: str, row: Row) -> Reply:
        return self._short_answer() or self._detail(name, kind, row)

    def _deleted(self) -> Reply:
        return self._short_answer() or self._json({})

    def _short_answer(self) -> Reply | None:
        match self.switches["write_answer"]:
            case "success":
                return self._json({"success": True})
            case "empty":
                return Reply()
            case "null":
                return self._json(None)
            case "no_content":
                return Reply(204)
        return None


# --- looking things up -------------------------------------------------------------------------------------------


def unknown_path(call: Call) -> ApiError:
    """Return the error for a call that the document does not name."""
    return ApiError(NOT_FOUND, f"There is no call {call.method} {call.path}.")


def find_group(state: State, group_id: str) -> Group:
    """Return a group."""
    group = state.groups.get(int(group_id)) if ID.fullmatch(group_id) else None
    if group is None:
        raise ApiError(NOT_FOUND, "There is no such group.")
    return group


def find_target(state: State, group: Group, target_id: str, kind: TargetType | None = None) -> Target:
    """Return a monitor of a group, and of a type."""
    target = state.targets.get(int(target_id)) if ID.fullmatch(target_id) else None
    if target is None or target.group_id != group.id or kind not in (None, target.type):
        raise ApiError(NOT_FOUND, "There is no such monitor in this group.")
    return target


def invented_target(number: int, group: Group, kind: TargetType | None) -> Target:
    """Return a monitor that is not there."""
    own: dict[str, Setting] = {"url": f"http://host-{number}.example.com", "host": f"host-{number}.example.com"}
    own["port_number"] = 443
    kind = kind or TYPES["urls"]
    settings = {"name": f"Invented {number}", **{name: own[name] for name in kind.own}, **DEFAULTS}
    return Target(number, kind, group.id, settings)


def read_range(parameters: Parameters, state: State) -> tuple[datetime, datetime, list[Target]]:
    """Return the range of time and the monitors of a request for events or a report."""
    fields = parameters.check(RANGE)
    now = datetime.now(UTC)
    begin, end = now.replace(hour=0, minute=0, second=0, microsecond=0), now
    if "date_range[from]" in fields:
        begin = read_time("date_range[from]", fields["date_range[from]"])
    if "date_range[to]" in fields:
        end = read_time("date_range[to]", fields["date_range[to]"])
    if end < begin:
        raise invalid("date_range[to]", "must not be before date_range[from]")
    if "target_ids" not in fields:
        return begin, end, list(state.targets.values())
    wanted = [id_value("target_ids", text) for text in fields["target_ids"].split(",")]
    if not set(wanted) <= set(state.targets):
        raise invalid("target_ids", "has the id of no monitor in it")
    return begin, end, [target for target in state.targets.values() if target.id in wanted]


# --- state given by the control endpoint -------------------------------------------------------------------------

SEED = ("user", "profile", "groups", "targets", "events", "login_tokens", "expire_tokens")
SEED_GROUP = ("id", "name")
REPORTS = ("uptime", "response_time")
SEED_TARGET = ("id", "type", "group_id", "group", *SETTINGS, "status", *REPORTS)
SEED_EVENT = ("id", "target_id", "target", "status", "created_at")


class Seed:
    """Makes a state from a description that may leave out ids and defaults, and may refer to things by their names."""

    def __init__(self, ids: Ids, taken: Callable[[str, int], bool]) -> None:
        """Take new ids from a source; `taken` tells of those that are in use elsewhere."""
        self._ids = ids
        self._taken = taken
        self._state = State()

    def read(self, description: Mapping[str, Any]) -> State:
        """Return the described state."""
        check_known(description, SEED)
        self._state.profile = {**DEFAULT_PROFILE, **seed_texts(description, "profile", PROFILE)}
        groups = objects_in(description, "groups", SEED_GROUP)
        targets = objects_in(description, "targets", SEED_TARGET)
        events = objects_in(description, "events", SEED_EVENT)
        for kind, objects in (("group", groups), ("target", targets), ("event", events)):
            self._reserve(kind, objects)
        for fields in groups:
            group = Group(self._id("group", fields), text_value("name", seed_text(fields, "name")))
            self._state.groups[group.id] = group
        for fields in targets:
            self._add_target(fields)
        if "events" not in description:
            events = [{"target_id": target.id, "status": target.status} for target in self._state.targets.values()]
        for fields in events:
            self._add_event(fields)
        return self._state

    def _reserve(self, kind: str, objects: list[Row]) -> None:
        given = [fields["id"] for fields in objects if "id" in fields]
        for number in given:
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise invalid("id", "must be a whole number, 1 or more")
            if given.count(number) > 1 or self._taken(kind, number):
                raise invalid("id", f"{number} is given twice")
        # Only now, so that what is refused leaves no trace.
        for number in given:
            self._ids.skip(kind, number)

    def _id(self, kind: str, fields: Row) -> int:
        return int(fields["id"]) if "id" in fields else self._ids.new(kind)

    def _add_target(self, fields: Row) -> None:
        kind = seed_type(fields)
        known = {name: seed_text(fields, name) for name in SETTINGS if name in fields}
        for name in ("name", *kind.own):
            if name not in known:
                raise invalid(name, "is required")
        foreign = [name for name in TYPED_FIELDS if name in known and name not in kind.own]
        if foreign:
            raise invalid(foreign[0], f"is not for {kind.plural}")
        target = Target(
            id=self._id("target", fields),
            type=kind,
            group_id=self._find(fields, "group", {group.id: group.name for group in self._state.groups.values()}),
            settings={**DEFAULTS, **{name: SETTINGS[name](name, text) for name, text in known.items()}},
            status=one_of(STATUSES)("status", seed_text(fields, "status", "up")),
            reports={name: float(fields[name]) for name in REPORTS if name in fields},
        )
        self._state.targets[target.id] = target

    def _add_event(self, fields: Row) -> None:
        names = {target.id: str(target.settings["name"]) for target in self._state.targets.values()}
        event = Event(
            id=self._id("event", fields),
            target_id=self._find(fields, "target", names),
            status=one_of(STATUSES)("status", seed_text(fields, "status")),
            time=read_time("created_at", seed_text(fields, "created_at", datetime.now(UTC).isoformat())),
        )
        self._state.events[event.id] = event

    def _find(self, fields: Row, kind: str, names: Mapping[int, str]) -> int:
        """Return the id of what an object belongs to, given as `KIND_id`, or as `KIND` by its name."""
        wanted = fields.get(f"{kind}_id", fields.get(kind))
        found = [number for number, name in names.items() if wanted == (number if f"{kind}_id" in fields else name)]
        if len(found) != 1:
            raise invalid(kind, f"{wanted!r} is the id or the name of {len(found)} {kind}s")
        return found[0]


def seed_type(fields: Row) -> TargetType:
    """Return the type of a described monitor, which its fields tell if it is left out."""
    if "type" in fields:
        return TYPES[one_of(TYPES)("type", seed_text(fields, "type"))]
    if "url" in fields:
        return TYPES["urls"]
    return TYPES["custom_ports" if "port_number" in fields else "pings"]


def seed_text(fields: Row, name: str, default: str = "") -> str:
    """Return a text or a number of a description, as a form would hold it."""
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise invalid(name, "must be a text or a number")
    return str(value)


def seed_texts(
    description: Mapping[str, Any], key: str, checks: Mapping[str, Callable[[str, str], str]]
) -> dict[str, str]:
    """Return the checked fields of an object in a description."""
    fields = description.get(key, {})
    if not isinstance(fields, dict):
        raise invalid(key, "must be an object")
    check_known(fields, checks)
    return {name: checks[name](name, seed_text(fields, name)) for name in fields}


def check_known(fields: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse fields that a description does not have."""
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise invalid(unknown[0], "is not known here")


def objects_in(description: Mapping[str, Any], key: str, allowed: Iterable[str]) -> list[Row]:
    """Return a list of objects that have only allowed fields."""
    objects = description.get(key, [])
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise invalid(key, "must be a list of objects")
    for item in objects:
        check_known(item, allowed)
    return objects
