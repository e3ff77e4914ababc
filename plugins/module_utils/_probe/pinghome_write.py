# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write requests of the probe of Pinghome, and the questions that they settle."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .._core.kind import Kind
from .._http.envelope import ApiObject
from .._services.pinghome.bodies import create_body
from .._services.pinghome.kinds import COMMAND, FIXED_FIELDS, HEARTBEAT, PATHS, QUERY, RESOURCE, SERVER_RESOURCE
from .evidence import Call, Evidence, Names, NotSeenError, UnknownFormError
from .question import SILENT, Position, Step, Writing, Written, by_writing
from .scratch import ADDRESS, Scratch
from .written import (
    FIRST,
    STATUSES,
    TEXT,
    accepted,
    body,
    everywhere,
    has,
    has_object,
    has_only,
    is_empty,
    is_list,
    is_object,
    status,
)

_HEARTBEAT = Scratch(HEARTBEAT, "name", TEXT)
_SERVER = Scratch(SERVER_RESOURCE, "name", FIRST)
_RESOURCE = Scratch(RESOURCE, "name", FIRST, {"type": "http"})
_ALL = (_HEARTBEAT, _SERVER, _RESOURCE)
_OTHER_ADDRESS = f"{ADDRESS}/2"
_DESCRIPTION, _INTERVAL_S = "made by a probe", 120
_NO_ID = "00000000-0000-4000-8000-000000000000"
_HEADERS = {"X-Probe": "1"}
# Settings of each kind besides its name, in the order of the document.
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "heartbeat": {"interval": 3600, "enabled": False},
    "server_resource": {"description": _DESCRIPTION, "interval": _INTERVAL_S, "enabled": False},
    "resource": {"type": "http", "url": ADDRESS, "grace_period": 600},
}
_READ_NAMES = {
    "resource": Names.of(RESOURCE),
    "server_resource": Names(
        ("server_resource", "serverResource", "serverResources", "server_resources"), SERVER_RESOURCE.id_keys
    ),
}


def _service(evidence: Evidence) -> str:
    service = evidence.options.get("service_id")
    if not service:
        raise NotSeenError("the option service_id is not set")
    return str(service)


def _body(evidence: Evidence, scratch: Scratch) -> dict[str, Any]:
    """The body of a creation, as the modules send it."""
    kind = scratch.kind
    values = {"service_id": _service(evidence), "name": evidence.name(scratch), **_SETTINGS[kind.name]}
    return create_body(kind, values)


def _create(scratch: Scratch) -> Callable[[Evidence], Call]:
    return lambda evidence: _command("POST", scratch.kind, json_body=_body(evidence, scratch))


def _command(method: str, kind: Kind, *path: str, json_body: Any) -> Call:
    return Call((PATHS[kind.name], *path), json=json_body, host=COMMAND, method=method, writes=True)


def _create_server(evidence: Evidence) -> Call:
    if evidence.reply("create server resource with few fields").is_success:
        raise NotSeenError("few fields are enough")
    return _create(_SERVER)(evidence)


def _few_fields(evidence: Evidence, scratch: Scratch) -> dict[str, Any]:
    return {"service_id": _service(evidence), "name": evidence.name(scratch)}


def _change(scratch: Scratch, make: Callable[[Evidence], dict[str, Any]]) -> Callable[[Evidence], Call]:
    """A PUT for a scratch object."""
    return lambda evidence: _command("PUT", scratch.kind, evidence.record(scratch).id, json_body=make(evidence))


def _whole(scratch: Scratch, *without: str, **others: Any) -> Callable[[Evidence], dict[str, Any]]:
    """All fields of a PUT, as the modules send them, but for some."""

    def make(evidence: Evidence) -> dict[str, Any]:
        left_out = {*FIXED_FIELDS[scratch.kind.name], *without}
        return {**{name: value for name, value in _body(evidence, scratch).items() if name not in left_out}, **others}

    return make


def _read(scratch: Scratch) -> Callable[[Evidence], Call]:
    return lambda evidence: Call((PATHS[scratch.kind.name], evidence.record(scratch).id), host=QUERY)


def _reminder(*path: str) -> Callable[[Evidence], Call]:
    """A POST of a reminder; C({id}) in the path stands for the id of the resource."""

    def make(evidence: Evidence) -> Call:
        ident = evidence.record(_RESOURCE).id
        segments = tuple(ident if segment == "{id}" else segment for segment in path)
        return Call(segments, json={"days_before": [7]}, host=COMMAND, method="POST", writes=True)

    return make


_LIST_FORM = _reminder("resource", "{id}", "ssl", "reminder")
_SAMPLE_FORM = _reminder("ssl", "reminder", "{id}")


def _other_form(evidence: Evidence) -> Call:
    if evidence.reply("create reminder").is_success:
        raise NotSeenError("the first form of the path works")
    return _SAMPLE_FORM(evidence)


def _reminder_again(evidence: Evidence) -> Call:
    return (_LIST_FORM if _reminder_urls(evidence) == "list_form" else _SAMPLE_FORM)(evidence)


def _delete_with_unknown(evidence: Evidence) -> Call:
    idents = [evidence.record(_HEARTBEAT).id, _NO_ID]
    return Call((PATHS["heartbeat"],), {"id": idents}, host=COMMAND, method="DELETE", writes=True)


def _methods(evidence: Evidence) -> dict[str, Any]:
    return {**_whole(_HEARTBEAT)(evidence), "methods": ["GET"]}


WRITING = Writing(
    scratch=_ALL,
    creations=(
        Step("create heartbeat", _create(_HEARTBEAT), creates=_HEARTBEAT),
        Step(
            "create server resource with few fields",
            lambda evidence: _command("POST", SERVER_RESOURCE, json_body=_few_fields(evidence, _SERVER)),
            creates=_SERVER,
        ),
        Step("create server resource", _create_server, creates=_SERVER),
        Step("create resource", _create(_RESOURCE), creates=_RESOURCE),
    ),
    changes=(
        Step("change server resource", _change(_SERVER, _whole(_SERVER))),
        Step(
            "change server resource with few fields", _change(_SERVER, lambda evidence: _few_fields(evidence, _SERVER))
        ),
        Step("read server resource", _read(_SERVER)),
        Step("change resource", _change(_RESOURCE, _whole(_RESOURCE))),
        Step("change resource without url", _change(_RESOURCE, _whole(_RESOURCE, "url"))),
        Step("change url", _change(_RESOURCE, _whole(_RESOURCE, url=_OTHER_ADDRESS))),
        Step("read resource", _read(_RESOURCE)),
        Step("text headers", _change(_RESOURCE, _whole(_RESOURCE, headers=json.dumps(_HEADERS)))),
        Step("object headers", _change(_RESOURCE, _whole(_RESOURCE, headers=_HEADERS))),
        Step("create reminder", _LIST_FORM),
        Step("create reminder in other form", _other_form),
        Step("create reminder again", _reminder_again),
        Step("change heartbeat with methods", _change(_HEARTBEAT, _methods)),
        Step("change heartbeat", _change(_HEARTBEAT, _whole(_HEARTBEAT))),
        Step("create heartbeat again", _create(_HEARTBEAT), creates=_HEARTBEAT),
        Step("delete with unknown id", _delete_with_unknown),
    ),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _required(evidence: Evidence) -> Position:
    if evidence.reply("create server resource with few fields").is_success:
        return "few"
    evidence.success("create server resource")
    return "documented"


def _detail(evidence: Evidence, step: str, scratch: Scratch) -> ApiObject:
    return evidence.object(step, _READ_NAMES[scratch.kind.name])


def _put_semantics(evidence: Evidence) -> Position:
    evidence.success("change server resource")
    if not evidence.reply("change server resource with few fields").is_success:
        return "replace"
    row = _detail(evidence, "read server resource", _SERVER)
    kept = [row.get("description") == _DESCRIPTION, str(row.get("interval")) == str(_INTERVAL_S)]
    return "merge" if any(kept) else "replace"


def _url_on_put(evidence: Evidence) -> Position:
    evidence.success("change resource")
    if not evidence.reply("change resource without url").is_success:
        return "required"
    if not evidence.reply("change url").is_success:
        return "refused_when_changed"
    url = _detail(evidence, "read resource", _RESOURCE).get("url")
    if url is None:
        raise NotSeenError("a resource does not show its URL")
    return "accepted" if str(url).rstrip("/") == _OTHER_ADDRESS else "ignored"


def _headers_type(evidence: Evidence) -> Position:
    text, obj = evidence.reply("text headers").is_success, evidence.reply("object headers").is_success
    if text and obj:
        return "both"
    if not text and not obj:
        raise NotSeenError("the service refused both")
    return "string_only" if text else "object_only"


def _reminder_urls(evidence: Evidence) -> Position:
    if evidence.reply("create reminder").is_success:
        return "list_form"
    evidence.success("create reminder in other form")
    return "sample_form"


def _reminder_post_when_exists(evidence: Evidence) -> Position:
    reply = evidence.reply("create reminder again")
    if reply.is_success:
        return "replaces"
    if reply.status != 409:
        raise UnknownFormError(f"HTTP {reply.status}")
    return 409


WRITTEN = (
    by_writing(
        "create_answer",
        "what the response to a creation contains",
        "a message",
        "message",
        {
            "message": "a message",
            "id": "an object with id",
            "object": "the object",
            "named": "the id in an object under the kind",
            "kind_id": "an object with heartbeat_id",
            "empty": "nothing",
        },
        Written(
            ("create heartbeat",),
            body(
                "create heartbeat",
                {
                    "object": has("name"),
                    "named": has_object("heartbeat"),
                    "id": has_only("id"),
                    "kind_id": has_only("heartbeat_id"),
                    "message": has("message"),
                    "empty": is_empty,
                },
            ),
        ),
    ),
    by_writing(
        "create_status",
        "the HTTP status of a creation",
        "201",
        201,
        STATUSES,
        Written(("create heartbeat",), status("create heartbeat", (200, 201))),
    ),
    by_writing(
        "write_answer",
        "what the response to PUT and DELETE contains",
        "differs by kind",
        "documented",
        {"documented": "what the document says of each kind", "message": "a message", "empty": "nothing"},
        Written(
            ("change resource",),
            body(
                "change resource",
                {
                    "message": has_only("message"),
                    "empty": is_empty,
                    "documented": lambda reply: is_object(reply) or is_list(reply),
                },
            ),
        ),
    ),
    by_writing(
        "required",
        "which fields of a body are required",
        "all that are not optional",
        "documented",
        {"documented": "all that are not optional", "few": "few"},
        Written(("create server resource with few fields", "create server resource"), _required),
    ),
    by_writing(
        "put_semantics",
        "whether PUT replaces the whole object",
        SILENT,
        "replace",
        {"replace": "yes", "merge": "no, it keeps what it does not name"},
        Written(
            ("change server resource", "change server resource with few fields", "read server resource"), _put_semantics
        ),
    ),
    by_writing(
        "url_on_put",
        "whether PUT may contain url, host and port",
        "they are not listed",
        "accepted",
        {
            "accepted": "yes",
            "required": "it must",
            "refused_when_changed": "only the same as before",
            "ignored": "they are ignored",
        },
        Written(("change resource", "change resource without url", "change url", "read resource"), _url_on_put),
    ),
    by_writing(
        "headers_type",
        "the type of headers in a body",
        "a text, and an object",
        "both",
        {"both": "either", "string_only": "only a text", "object_only": "only an object"},
        Written(("text headers", "object headers"), _headers_type),
    ),
    by_writing(
        "reminder_post_when_exists",
        "the response to POST of a reminder that exists",
        SILENT,
        409,
        {409: "409", "replaces": "success"},
        Written(("create reminder again",), _reminder_post_when_exists),
    ),
    by_writing(
        "reminder_urls",
        "the paths of write requests for reminders",
        "two forms",
        "list_form",
        {"list_form": "those of the list", "sample_form": "those of the samples"},
        Written(("create reminder", "create reminder in other form"), _reminder_urls),
    ),
    by_writing(
        "heartbeat_methods_on_put",
        "whether PUT of a heartbeat needs methods",
        "in a sample",
        "optional",
        {"optional": "no", "required": "yes"},
        Written(
            ("change heartbeat", "change heartbeat with methods"),
            accepted("change heartbeat", "optional", "required", "change heartbeat with methods"),
        ),
    ),
    by_writing(
        "duplicate_names",
        "whether two objects may have the same name",
        SILENT,
        "allowed",
        {"allowed": "yes", "refused": "no"},
        Written(
            ("create heartbeat again",), accepted("create heartbeat again", "allowed", "refused", "create heartbeat")
        ),
    ),
    by_writing(
        "bulk_unknown_id",
        "what a bulk DELETE with an unknown id does",
        SILENT,
        "refused",
        {"refused": "it is refused", "ignored": "it deletes the other objects"},
        Written(("delete with unknown id",), accepted("delete with unknown id", "ignored", "refused")),
    ),
    *everywhere(_HEARTBEAT),
)
