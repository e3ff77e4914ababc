# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write requests of the probe of Port Monitor, and the questions that they settle."""

from __future__ import annotations

from collections.abc import Callable

from .._services.portmonitor.kinds import GROUP, TARGET, TYPES
from .evidence import Call, Evidence, NotSeenError, Reply
from .question import SILENT, Position, Step, Writing, Written, by_writing, unseen
from .scratch import ADDRESS, Scratch
from .written import (
    FIRST,
    SECOND,
    STATUSES,
    TEXT,
    accepted,
    body,
    everywhere,
    has,
    has_object,
    has_only,
    is_empty,
    is_null,
    is_object,
    status,
)

_GROUP = Scratch(GROUP, "name", TEXT)
_SECOND_GROUP = Scratch(GROUP, "name", FIRST)
_JSON_GROUP = Scratch(GROUP, "name", SECOND)
_TARGET = Scratch(TARGET, "name", FIRST, {"url": ADDRESS}, inside=_SECOND_GROUP)
_ODD_TARGET = Scratch(TARGET, "name", SECOND, {"url": ADDRESS}, inside=_SECOND_GROUP)
_URL = TYPES["url"]
_LOGOUT = "a logout might end other logins of this user"


def _new_group(scratch: Scratch) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("groups",), form={"group[name]": evidence.name(scratch)}, method="POST", writes=True)


def _new_json_group(evidence: Evidence) -> Call:
    return Call(("groups",), json={"group": {"name": evidence.name(_JSON_GROUP)}}, method="POST", writes=True)


def _change_group(evidence: Evidence) -> Call:
    path = ("groups", evidence.record(_GROUP).id)
    return Call(path, form={"group[name]": evidence.name(_GROUP)}, method="PUT", writes=True)


def _new_target(evidence: Evidence, scratch: Scratch, **others: str) -> Call:
    group = evidence.record(_SECOND_GROUP).id
    values = {"name": evidence.name(scratch), "group_id": group, "url": ADDRESS, **others}
    fields = {f"{_URL.form_key}[{name}]": value for name, value in values.items()}
    return Call(("groups", group, "target", _URL.path), form=fields, method="POST", writes=True)


def _delete_group(evidence: Evidence) -> Call:
    evidence.record(_TARGET)
    return Call(("groups", evidence.record(_SECOND_GROUP).id), method="DELETE", writes=True)


def url_style(evidence: Evidence) -> Position:
    """Whether the URL of a scratch target was stored as it was given."""
    shown = evidence.record(_TARGET).values.get("url")
    if shown is None:
        raise NotSeenError("a target does not show its URL")
    return "as_given" if shown == ADDRESS else "trailing_slash"


def _is_message_of_success(reply: Reply) -> bool:
    return is_object(reply) and set(reply.data) == {"success"}


def _has_status_204(reply: Reply) -> bool:
    return reply.status == 204


WRITING = Writing(
    scratch=(_TARGET, _ODD_TARGET, _GROUP, _SECOND_GROUP, _JSON_GROUP),
    creations=(
        Step("create group", _new_group(_GROUP), creates=_GROUP),
        Step("create second group", _new_group(_SECOND_GROUP), creates=_SECOND_GROUP),
        Step("create target", lambda evidence: _new_target(evidence, _TARGET), creates=_TARGET),
    ),
    changes=(
        Step("change group", _change_group),
        Step("create group by JSON", _new_json_group, creates=_JSON_GROUP),
        Step(
            "create target with odd field",
            lambda evidence: _new_target(evidence, _ODD_TARGET, port_number="80"),
            creates=_ODD_TARGET,
        ),
        Step("delete group", _delete_group),
    ),
)

WRITTEN = (
    by_writing(
        "create_answer",
        "what the response to a creation contains",
        SILENT,
        "full",
        {
            "full": "the same as that to reading",
            "id": "the id",
            "named": 'the object under the name of its type, such as "target_url"',
            "success": "success",
            "empty": "nothing",
        },
        Written(
            ("create target",),
            body(
                "create target",
                {
                    "success": _is_message_of_success,
                    "full": has("name", "success", "target"),
                    "named": has_object(_URL.form_key),
                    "id": has_only("id", "_id", "target_id"),
                    "empty": is_empty,
                },
            ),
        ),
    ),
    by_writing(
        "create_status",
        "the HTTP status of a creation",
        SILENT,
        200,
        STATUSES,
        Written(("create group",), status("create group", (200, 201))),
    ),
    by_writing(
        "write_answer",
        "what the response to PUT and DELETE contains",
        SILENT,
        "object",
        {
            "object": "an object",
            "success": "success",
            "empty": "nothing",
            "null": "null",
            "no_content": "nothing, with HTTP 204",
        },
        Written(
            ("change group",),
            body(
                "change group",
                {
                    "success": _is_message_of_success,
                    "object": is_object,
                    "null": is_null,
                    "no_content": _has_status_204,
                    "empty": is_empty,
                },
            ),
        ),
    ),
    by_writing(
        "accept_json",
        "whether requests may have a JSON body",
        "the parameters are those of a form",
        "no",
        {"no": "no", "yes": "yes"},
        Written(("create group by JSON",), accepted("create group by JSON", "yes", "no", "create group")),
    ),
    by_writing(
        "group_delete",
        "what happens to the targets of a group that is deleted",
        SILENT,
        "cascades",
        {"cascades": "they are deleted, too", "refused": "the deletion is refused"},
        Written(("delete group",), accepted("delete group", "cascades", "refused")),
    ),
    by_writing(
        "other_type_fields",
        "what happens to a field that a type does not have",
        SILENT,
        "ignored",
        {"ignored": "it is ignored", "refused": "it is refused"},
        Written(
            ("create target with odd field",),
            accepted("create target with odd field", "ignored", "refused", "create target"),
        ),
    ),
    unseen("logout_kills", "whether a logout ends other logins, too", SILENT, "own", _LOGOUT),
    *everywhere(_GROUP),
)
