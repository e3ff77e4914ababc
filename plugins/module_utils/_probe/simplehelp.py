# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The open questions about SimpleHelp, and the requests that settle them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import ShapeError
from .._http.envelope import ApiObject, extract_list
from .._services.simplehelp.answers import parse_permissions, parse_rows
from .._services.simplehelp.kinds import ALERT, ALERT_FILTERS, GROUP, MACHINE, TECHNICIAN
from .._services.simplehelp.queries import encode_id
from .evidence import Call, Evidence, Names, NotSeenError, UnknownFormError
from .forms import ENVELOPE_WORDS, form
from .question import SILENT, Position, Probe, Question, Step
from .read import (
    EMPTY,
    KNOWN_WORDS,
    LISTS,
    NUMBERS,
    OBJECTS,
    UNKNOWN_FIELDS,
    empty_value,
    known_words,
    list_envelope,
    numbers,
    object_envelope,
    pick,
    position_of_list,
    unknown_fields,
)
from .simplehelp_write import WRITING, WRITTEN

_TECHNICIAN = Names.of(TECHNICIAN)
_GROUP = Names.of(GROUP)
_MACHINE = Names.of(MACHINE)
_ALERT = Names.of(ALERT)
_PERMISSION = Names(("permission", "permissions"), (), frozenset({"canRunTools"}))
_SEVERITIES = tuple(choice for item in ALERT_FILTERS if item.name == "severity" for choice in item.choices)
_NO_NAME = "zzprobe-no-such-name"
_PATHS_READ = 3


# -- requests ----------------------------------------------------------------------------------------------------------


def _get(*path: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(path)


def _post(path: str, **body: Any) -> Call:
    return Call(tuple(path.split("/")), json=body, method="POST")


def _by_id(kind: str, names: Names) -> Callable[[Evidence], Call]:
    return lambda evidence: _post(f"{kind}/get", uniqueID=encode_id(evidence.ident(kind, names)))


def _permissions(evidence: Evidence) -> Call:
    return _post("groups/permissions/get", uniqueID=encode_id(evidence.ident("groups", _GROUP)))


def _machines(*others: str) -> Callable[[Evidence], Call]:
    return lambda evidence: _post("machines/get", machineIDs=[evidence.ident("machines", _MACHINE), *others])


def _path(evidence: Evidence, index: int) -> list[str]:
    """The path of a machine group in which there are machines."""
    paths: list[list[str]] = []
    for row in evidence.some_rows("machines", _MACHINE):
        path = row.get("groups")
        if isinstance(path, list) and path and path not in paths:
            paths.append(path)
    if len(paths) <= index:
        raise NotSeenError("the account has too few machine groups")
    return paths[index]


def _property_keys(index: int) -> Callable[[Evidence], Call]:
    return lambda evidence: _post("machinegroups/properties/get", groups=_path(evidence, index))


def _property(evidence: Evidence) -> Call:
    for index, step in enumerate(_KEYS):
        keys = evidence.success(step).data
        if isinstance(keys, list) and keys and isinstance(keys[0], str):
            return _post("machinegroups/properties/get", groups=_path(evidence, index), key=keys[0])
    raise NotSeenError("the machine groups that were read have no properties")


def _no_property(evidence: Evidence) -> Call:
    return _post("machinegroups/properties/get", groups=_path(evidence, 0), key=_NO_NAME)


_KEYS = tuple(f"properties of machine group {number}" for number in range(1, _PATHS_READ + 1))
_STEPS = (
    Step("technicians", _get("technicians", "list")),
    Step("groups", _get("groups", "list")),
    Step("machines", _get("machines", "list")),
    Step("technician", _by_id("technicians", _TECHNICIAN)),
    Step("group", _by_id("groups", _GROUP)),
    Step("permissions of group", _permissions),
    Step("no technician", lambda evidence: _post("technicians/get", username=_NO_NAME)),
    Step("no query", _get(_NO_NAME, "list")),
    Step("machine", _machines()),
    Step("machine and none", _machines(_NO_NAME)),
    *(Step(name, _property_keys(index)) for index, name in enumerate(_KEYS)),
    Step("property", _property),
    Step("no property", _no_property),
    Step("hostname", _get("server", "hostname", "get")),
    Step("restrictions", _get("server", "tech-restrictions", "get")),
    Step("alerts", _get("alerts", "list")),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _detail_envelope(evidence: Evidence) -> Position:
    try:
        return object_envelope("technician", _TECHNICIAN, _OBJECT_POSITIONS)(evidence)
    except NotSeenError:
        return object_envelope("group", _GROUP, _OBJECT_POSITIONS)(evidence)


def _get_missing(evidence: Evidence) -> Position:
    reply = evidence.reply("no technician")
    if not reply.is_success:
        # A token may lack the permission for single queries.
        evidence.success("technician")
        return 400
    if reply.data is None:
        return "null" if reply.is_json else "empty"
    if reply.data == {}:
        return "object"
    raise UnknownFormError(form(reply.data))


def _failure_style(evidence: Evidence) -> Position:
    reply = evidence.reply("no query")
    if reply.is_success:
        raise NotSeenError("the service accepted a query that does not exist")
    if isinstance(reply.data, dict) and "reason" in reply.data:
        return "success_false" if reply.status < 300 else "reason"
    if isinstance(reply.data, str):
        return "html" if reply.data.startswith("<") else "text"
    raise UnknownFormError(f"HTTP {reply.status} with {form(reply.data)}")


def _unknown_machine(evidence: Evidence) -> Position:
    if not evidence.reply("machine and none").is_success:
        evidence.success("machine")
        return 400
    count = len(evidence.rows("machine and none", _MACHINE))
    if count > 1:
        raise UnknownFormError("a list with an object for a machine that does not exist")
    return "shorter_list" if count else "empty_list"


def _text_answer(step: str, name: str) -> Callable[[Evidence], Position]:
    """How a single text is returned."""

    def read(evidence: Evidence) -> Position:
        reply = evidence.success(step)
        if isinstance(reply.data, dict) and name in reply.data:
            return "object"
        if isinstance(reply.data, str):
            return "json_string" if reply.is_json else "text"
        if reply.data is None:
            raise NotSeenError("the text is empty")
        raise UnknownFormError(form(reply.data, {*ENVELOPE_WORDS, name}))

    return read


def _property_missing(evidence: Evidence) -> Position:
    reply = evidence.reply("no property")
    if not reply.is_success:
        evidence.success(_KEYS[0])
        return 400
    value = reply.data.get("value") if isinstance(reply.data, dict) else reply.data
    if value is None and not reply.is_json:
        raise NotSeenError("the response is empty, which may mean an empty text or no text")
    if value in (None, ""):
        return "null" if value is None else "empty"
    raise UnknownFormError(form(reply.data))


def _restrictions(evidence: Evidence) -> Position:
    data = evidence.success("restrictions").data
    if isinstance(data, list):
        return "bare"
    if isinstance(data, dict) and isinstance(data.get("restrictions"), list):
        return "object"
    raise UnknownFormError(form(data))


def _alerts(evidence: Evidence) -> Position:
    try:
        alerts = extract_list(evidence.success("alerts").data, _ALERT.envelope)
    except ShapeError:
        evidence.object("alerts", _ALERT)
        return "single"
    if len(alerts) != 1:
        raise NotSeenError("the account has not exactly one alert")
    return "single" if _is_wrapped_as_object(evidence) else "list"


def _is_wrapped_as_object(evidence: Evidence) -> bool:
    """Whether the only alert is in a list because each single object is, while listings look different."""
    try:
        listing, single = _list_envelope(evidence), _detail_envelope(evidence)
    except (NotSeenError, UnknownFormError):
        return False
    return single == "list" and position_of_list(evidence.success("alerts").data, _ALERT) != listing


def _severities(evidence: Evidence) -> Position:
    data = evidence.success("alerts").data
    try:
        alerts = parse_rows(data, ALERT)
    except ShapeError:
        raise UnknownFormError(form(data)) from None
    return known_words((alert.get("severity") for alert in alerts), _SEVERITIES.__contains__)


def _permission_names(evidence: Evidence) -> Position:
    data = evidence.success("permissions of group").data
    try:
        permissions = parse_permissions(data)
    except ShapeError:
        raise UnknownFormError(form(data)) from None
    if not permissions:
        raise NotSeenError("the group that was read has no permissions")
    return "known" if set(permissions) <= _PERMISSION.fields else "others"


def _group(evidence: Evidence) -> ApiObject:
    evidence.some_rows("groups", _GROUP)
    return evidence.object("group", _GROUP)


def _access_session_key(evidence: Evidence) -> Position:
    group = _group(evidence)
    for name in ("max_userSgSessions", "max_userShSessions"):
        if name in group:
            return name
    raise UnknownFormError("a group that shows neither max_userSgSessions nor max_userShSessions")


def _video_password(evidence: Evidence) -> Position:
    if "videoPassword" in _group(evidence):
        return "shown"
    if _empty(evidence) == "absent":
        raise NotSeenError("the group that was read may have no videoPassword")
    return "hidden"


def _numbers(evidence: Evidence) -> Position:
    names = ("uniqueID", "fpsDelay", "maxFileSize", "sessionCount")
    rows = [row for step, kind in _LISTINGS for row in _rows(evidence, step, kind)]
    return numbers(row[name] for row in rows for name in names if name in row)


def _empty(evidence: Evidence) -> Position:
    for step, kind, fields in (
        ("technicians", _TECHNICIAN, ("displayName", "emailAddress")),
        ("groups", _GROUP, ("groupSpecificHostname", "defaultSgServiceName")),
    ):
        rows = _rows(evidence, step, kind)
        try:
            return empty_value(rows, fields)
        except NotSeenError:
            continue
    raise NotSeenError("all optional texts of technicians and groups are set")


def _rows(evidence: Evidence, step: str, kind: Names) -> list[ApiObject]:
    """The objects of a listing; none if it cannot be read."""
    try:
        return evidence.rows(step, kind)
    except (NotSeenError, UnknownFormError):
        return []


def _list_envelope(evidence: Evidence) -> Position:
    """By the first listing that contains objects, because an empty list does not show the envelope of each object."""
    chosen = next(((step, kind) for step, kind in _LISTINGS if _rows(evidence, step, kind)), _LISTINGS[0])
    return list_envelope(*chosen, _LIST_POSITIONS)(evidence)


_LISTINGS = (("machines", _MACHINE), ("technicians", _TECHNICIAN), ("groups", _GROUP))
_LIST_POSITIONS = pick(LISTS, "bare", "named", "data", "results", "element")
_OBJECT_POSITIONS = pick(OBJECTS, "bare", "list", "named", "data")
_TEXTS: Mapping[Position, str] = {"json_string": "as a text in JSON", "text": "as plain text", "object": "in an object"}

PROBE = Probe(
    steps=_STEPS,
    writing=WRITING,
    kinds=(
        (_TECHNICIAN, ("technicians", "technician")),
        (_GROUP, ("groups", "group")),
        (_MACHINE, ("machines",)),
        (_PERMISSION, ("permissions of group",)),
    ),
    questions=(
        Question(
            "list_envelope",
            "the envelope of a listing",
            "none, it is an array of objects",
            "bare",
            _LIST_POSITIONS,
            ("machines", "technicians", "groups"),
            _list_envelope,
        ),
        Question(
            "detail_envelope",
            "the envelope of one object",
            "none",
            "bare",
            _OBJECT_POSITIONS,
            ("technician", "group"),
            _detail_envelope,
        ),
        Question(
            "get_missing",
            "the response about a technician who does not exist",
            "a status of 400 or above",
            400,
            {400: "an error", "empty": "an empty body", "object": "an empty object", "null": "null"},
            ("technician", "no technician"),
            _get_missing,
        ),
        Question(
            "failure_style",
            "what a failure contains",
            "success and reason, for some failures",
            "reason",
            {
                "reason": "success, which is false, and reason",
                "success_false": "the same, with the HTTP status of a success",
                "html": "a web page",
                "text": "plain text",
            },
            ("no query",),
            _failure_style,
        ),
        Question(
            "unknown_machine",
            "what happens to a request for several machines if one does not exist",
            SILENT,
            400,
            {400: "it fails", "empty_list": "an empty list", "shorter_list": "a list of the others"},
            ("machine", "machine and none"),
            _unknown_machine,
        ),
        Question(
            "hostname_answer",
            "how the hostname of the server is returned",
            "as a string",
            "json_string",
            _TEXTS,
            ("hostname",),
            _text_answer("hostname", "hostname"),
        ),
        Question(
            "property_answer",
            "how a property of a machine group is returned",
            "as a string",
            "json_string",
            _TEXTS,
            ("property",),
            _text_answer("property", "value"),
        ),
        Question(
            "property_missing",
            "the response about a property that does not exist",
            SILENT,
            "null",
            {"null": "null", "empty": "an empty text", 400: "an error"},
            (_KEYS[0], "no property"),
            _property_missing,
        ),
        Question(
            "restrictions_answer",
            "the envelope of the restrictions of technicians",
            "none, it is an array of strings",
            "bare",
            {"bare": "a list", "object": 'an object with the list under "restrictions"'},
            ("restrictions",),
            _restrictions,
        ),
        Question(
            "alerts_answer",
            "how a single alert is listed",
            "a list in one place, an object in another one",
            "list",
            {"list": "in a list", "single": "alone"},
            ("alerts",),
            _alerts,
        ),
        Question(
            "access_session_key",
            "the name of the limit of access sessions of a user",
            "max_userShSessions, which it also names for support sessions",
            "max_userSgSessions",
            {name: name for name in ("max_userSgSessions", "max_userShSessions")},
            ("group",),
            _access_session_key,
        ),
        Question(
            "video_password",
            "whether a group shows videoPassword",
            "yes",
            "shown",
            {"shown": "yes", "hidden": "no"},
            ("group",),
            _video_password,
        ),
        Question(
            "numbers",
            "how numbers are shown",
            "as numbers, except for some",
            "number",
            NUMBERS,
            ("technicians", "groups", "machines"),
            _numbers,
        ),
        Question(
            "empty_value",
            "how texts that are not set are shown",
            SILENT,
            "absent",
            EMPTY,
            ("technicians", "groups"),
            _empty,
        ),
        Question(
            "unknown_fields",
            "whether groups have undocumented fields",
            SILENT,
            "none",
            UNKNOWN_FIELDS,
            ("groups", "group"),
            lambda evidence: unknown_fields(evidence.objects(_GROUP, "groups", "group"), _GROUP),
        ),
        Question(
            "permission_names",
            "the names of permissions",
            "canRunTools, in a sample",
            "known",
            {"known": "canRunTools alone", "others": "others, too, see the unknown fields"},
            ("permissions of group",),
            _permission_names,
            is_switch=False,
        ),
        Question(
            "severities",
            "the words for the severity of an alert",
            ", ".join(_SEVERITIES),
            "known",
            KNOWN_WORDS,
            ("alerts",),
            _severities,
            is_switch=False,
        ),
        *WRITTEN,
    ),
)
