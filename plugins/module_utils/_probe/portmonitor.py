# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The open questions about Port Monitor, and the requests that settle them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import ShapeError
from .._http.envelope import ApiObject, extract_elements
from .._services.health import UNKNOWN, health_of_word
from .._services.portmonitor.kinds import ENVELOPE_KEYS, GROUP, PROFILE, TARGET, TYPES
from .evidence import Call, Evidence, Names, NotSeenError, Sent, UnknownFormError, ident_of
from .forms import ENVELOPE_WORDS, form, type_of
from .portmonitor_write import WRITING, WRITTEN
from .portmonitor_write import url_style as written_url_style
from .question import SILENT, Position, Probe, Question, Step, Written
from .read import (
    EMPTY,
    KNOWN_WORDS,
    LISTS,
    NUMBERS,
    UNKNOWN_FIELDS,
    empty_value,
    first_key,
    known_words,
    list_envelope,
    numbers,
    pick,
    unknown_fields,
    url_style,
    words,
)

_FORM_KEYS = tuple(one.form_key for one in TYPES.values())
_PLURALS = tuple(one.path for one in TYPES.values())
_GROUP = Names.of(GROUP)
_TARGET = Names((*ENVELOPE_KEYS["target"], *_PLURALS), TARGET.id_keys, Names.of(TARGET, "group_id", "type").fields)
_PROFILE = Names.of(PROFILE)
_NO_ID = "9" * 15
_GROUPS_READ = 3
_LOGIN = ("users", "login")


# -- requests ----------------------------------------------------------------------------------------------------------


def _fixed(*path: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(path)


def _in_group(index: int, *path: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("groups", evidence.ident("groups", _GROUP, index), *path))


def _target(evidence: Evidence) -> Call:
    target = _targets(evidence)[0]
    group = target.get("group_id")
    if group in (None, ""):
        raise NotSeenError("a target does not show its group")
    return Call(("groups", str(group), "targets", ident_of(target, _TARGET)))


_UNTYPED = tuple(f"targets of group {number}" for number in range(1, _GROUPS_READ + 1))
_STEPS = (
    Step("profile", _fixed("profile")),
    Step("groups", _fixed("groups")),
    Step("group", _in_group(0)),
    *(Step(name, _in_group(index, "targets")) for index, name in enumerate(_UNTYPED)),
    *(Step(plural, _in_group(0, "target", plural)) for plural in _PLURALS),
    Step("target", _target),
    Step("no group", _fixed("groups", _NO_ID)),
    Step("languages", _fixed("profile", "languages")),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _groups(evidence: Evidence) -> list[ApiObject]:
    return evidence.some_rows("groups", _GROUP)


def _targets(evidence: Evidence) -> list[ApiObject]:
    return evidence.objects(_TARGET, *_UNTYPED, *_PLURALS)


def _detail_envelope(evidence: Evidence) -> Position:
    try:
        data = evidence.success("target").data
    except NotSeenError:
        data = evidence.success("group").data
    found = _envelope_of(data)
    if not found:
        raise UnknownFormError(form(data, {*ENVELOPE_WORDS, *_TARGET.envelope, *_TARGET.ids, *_GROUP.envelope}))
    if found == "group":
        raise NotSeenError("only a target shows this, and the account has none")
    return found


def _envelope_of(data: Any) -> Position:
    """The position of an envelope; C(group) if only a target would tell, empty if no position has it."""
    if not isinstance(data, dict):
        return ""
    if any(name in data for name in (*_TARGET.ids, *_GROUP.ids)):
        return "bare"
    if "success" in data and isinstance(data.get("data"), dict):
        return "success_data"
    keys = {"target": "named", **dict.fromkeys(_FORM_KEYS, "typed"), "group": "group"}
    return next((keys[key] for key in data if key in keys), "")


def _type_word(evidence: Evidence) -> Position:
    rows = _targets(evidence)
    if not any("type" in row for row in rows):
        return "absent"
    vocabularies: Mapping[Position, tuple[str, ...]] = {
        "TargetUrl": tuple("".join(map(str.capitalize, key.split("_"))) for key in _FORM_KEYS),
        "target_url": _FORM_KEYS,
        "url": tuple(TYPES),
        "urls": _PLURALS,
    }
    return words((row.get("type") for row in rows), vocabularies)


def _status_words(evidence: Evidence) -> Position:
    values = (row.get("status") for row in _targets(evidence))
    return known_words(values, lambda word: health_of_word(word) != UNKNOWN)


def _numbers(evidence: Evidence) -> Position:
    names = ("seconds_between_checks", "timeout", "retries_per_check", "port_number")
    return numbers(row[name] for row in _targets(evidence) for name in names if name in row)


def _empty(evidence: Evidence) -> Position:
    for target in evidence.objects(_TARGET, *_UNTYPED, *_PLURALS, "target"):
        # A target with a URL has no host, and the other way round.
        other = ("host", "port_number") if target.get("url") else ("url",)
        return empty_value([target], other)
    raise NotSeenError("the account has no target")


def _error_style(evidence: Evidence) -> Position:
    reply = evidence.reply("no group")
    if reply.is_success:
        raise NotSeenError("the service accepted a request for a group that does not exist")
    data = reply.data if isinstance(reply.data, dict) else {}
    if isinstance(data.get("errors"), dict):
        return "errors_fields"
    keys = {"error": "error", "errors": "errors_list", "message": "message", "info": "success_false_info"}
    found = next((keys[key] for key in data if key in keys), None)
    if found is None:
        raise UnknownFormError(f"HTTP {reply.status} with {form(reply.data)}")
    return found


def _untyped_listing(evidence: Evidence) -> Position:
    if evidence.reply(_UNTYPED[0]).is_success:
        return "works"
    evidence.success(_PLURALS[0])
    return "missing"


def _options(evidence: Evidence) -> Position:
    data = evidence.success("languages").data
    try:
        rows = extract_elements(data, ("language", "languages"))
    except ShapeError:
        raise UnknownFormError(form(data)) from None
    if not rows:
        raise NotSeenError("the service lists no language")
    row = rows[0]["language"] if isinstance(rows[0], dict) and list(rows[0]) == ["language"] else rows[0]
    for python_type, position in ((str, "texts"), (dict, "objects"), (list, "pairs")):
        if isinstance(row, python_type):
            return position
    raise UnknownFormError(f"a list in which an element is {type_of(row)}")


def _login_answer(evidence: Evidence) -> Position:
    data = next((one.reply.data for one in evidence.log if one.request.path == _LOGIN and one.reply.is_success), None)
    if data is None:
        raise NotSeenError("the probe did not log in; it does with login_email and login_password, without auth_token")
    keys = ("auth_token", "authentication_token", "token", "data", "user", "session")
    found = next((key for key in keys if isinstance(data, dict) and data.get(key)), None)
    if found is None:
        raise UnknownFormError(form(data))
    return found


def _path_of_read(sent: Sent) -> tuple[str, ...] | None:
    """The path of a request that reads, or logs in; None for another one."""
    path = tuple(sent.request.path)
    return path if path == _LOGIN or not sent.request.writes else None


def _token_requests(evidence: Evidence) -> Position:
    # A refused write request may not count.
    reads = itertools.takewhile(lambda path: path is not None, map(_path_of_read, evidence.log))
    logins = [index for index, path in enumerate(reads) if path == _LOGIN]
    if not logins:
        raise NotSeenError("the probe did not log in; it does with login_email and login_password, without auth_token")
    # Two requests of each span do not count: the login that begins it, and the refused request that ends it.
    spans = {second - first - 2 for first, second in zip(logins, logins[1:])}
    if len(logins) < 3 or len(spans) > 1:
        raise NotSeenError("the token of the login did not expire after the same number of requests several times")
    return spans.pop()


_LIST_POSITIONS = pick(LISTS, "bare", "named", "data", "element")

PROBE = Probe(
    steps=_STEPS,
    writing=WRITING,
    kinds=((_GROUP, ("groups", "group")), (_TARGET, (*_UNTYPED, *_PLURALS, "target")), (_PROFILE, ("profile",))),
    questions=(
        Question(
            "list_envelope",
            "the envelope of a listing",
            SILENT,
            "bare",
            _LIST_POSITIONS,
            ("groups",),
            list_envelope("groups", _GROUP, _LIST_POSITIONS),
        ),
        Question(
            "detail_envelope",
            "the envelope of one object",
            SILENT,
            "bare",
            {
                "bare": "the object alone",
                "named": 'the object under "target"',
                "typed": 'the object under the name of its type, such as "target_url"',
                "success_data": 'the object under "data", next to "success"',
            },
            ("target", "group"),
            _detail_envelope,
        ),
        Question(
            "login_answer",
            "where the response to a login contains the token",
            SILENT,
            "auth_token",
            {
                "auth_token": "auth_token",
                "authentication_token": "authentication_token",
                "token": "token",
                "data": "in an object named data",
                "user": "in an object named user",
                "session": "in an object named session",
            },
            ("profile",),
            _login_answer,
        ),
        Question(
            "token_requests",
            "after how many requests the token of a login expires; 0 if it does not",
            SILENT,
            0,
            {},
            tuple(step.name for step in _STEPS),
            _token_requests,
        ),
        Question(
            "id_key",
            "the name of the id of an object",
            SILENT,
            "id",
            {"id": "id", "_id": "_id", "kind_id": "group_id, target_id"},
            ("groups",),
            lambda evidence: first_key(
                _groups(evidence), {"id": "id", "_id": "_id", "group_id": "kind_id"}, "the id of a group is"
            ),
        ),
        Question(
            "type_word",
            "the words for the type of a target",
            SILENT,
            "TargetUrl",
            {
                "TargetUrl": "TargetUrl, TargetCustomPort, TargetPing",
                "target_url": ", ".join(_FORM_KEYS),
                "url": ", ".join(TYPES),
                "urls": ", ".join(_PLURALS),
                "absent": "a target does not show its type",
            },
            (*_UNTYPED, *_PLURALS),
            _type_word,
        ),
        Question("numbers", "how numbers are shown", SILENT, "number", NUMBERS, (*_UNTYPED, *_PLURALS), _numbers),
        Question(
            "error_style",
            "what an error contains",
            SILENT,
            "error",
            {
                "error": "a text named error",
                "errors_list": "a list named errors",
                "errors_fields": "an object named errors, by field",
                "message": "a text named message",
                "success_false_info": "success, which is false, and a text named info",
            },
            ("no group",),
            _error_style,
        ),
        Question(
            "untyped_listing",
            "whether the targets of all types can be listed",
            "yes",
            "works",
            {"works": "yes", "missing": "no"},
            (_UNTYPED[0], _PLURALS[0]),
            _untyped_listing,
        ),
        Question(
            "options",
            "the elements of the list of languages",
            SILENT,
            "texts",
            {"texts": "texts", "objects": "objects", "pairs": "pairs of texts"},
            ("languages",),
            _options,
        ),
        Question(
            "empty_value",
            "how fields that a target does not have are shown",
            SILENT,
            "null",
            EMPTY,
            (*_UNTYPED, *_PLURALS),
            _empty,
        ),
        Question(
            "url_style",
            "whether a URL is returned as it was given",
            SILENT,
            "as_given",
            {"as_given": "yes", "trailing_slash": "no, it ends with a slash"},
            (*_UNTYPED, *_PLURALS),
            lambda evidence: url_style(row.get("url") for row in _targets(evidence)),
            Written(("create target",), written_url_style),
        ),
        Question(
            "unknown_fields",
            "whether groups have undocumented fields",
            SILENT,
            "none",
            UNKNOWN_FIELDS,
            ("groups",),
            lambda evidence: unknown_fields(_groups(evidence), _GROUP),
        ),
        Question(
            "status_words",
            "the words for the status of a target",
            SILENT,
            "known",
            KNOWN_WORDS,
            (*_UNTYPED, *_PLURALS),
            _status_words,
            is_switch=False,
        ),
        *WRITTEN,
    ),
)
