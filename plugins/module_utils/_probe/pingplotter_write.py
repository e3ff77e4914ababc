# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write requests of the probe of PingPlotter Cloud, and the questions that they settle.

They only create users: a deleted agent stays in the account.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.errors import ShapeError
from .._http.envelope import ApiObject, extract_object
from .._services.pingplotter import USER
from .evidence import Call, Evidence, NotSeenError, Reply, UnknownFormError
from .forms import form
from .question import SILENT, Position, Step, Writing, Written, by_writing, unseen
from .scratch import Scratch
from .written import STATUSES, TEXT, accepted, body, everywhere, is_empty, is_list, is_object, is_text, status

_USER = Scratch(USER, "email_address", "{prefix}-made-by-a-probe@example.com")
# The role with the least rights.
_ROLE = "TargetManagement"
_AGENTS_STAY = "only an agent would show this, and a deleted agent stays in the account"


def _new_user(evidence: Evidence) -> Call:
    text = TEXT.replace("{prefix}", evidence.options["prefix"])
    user = {"EmailAddress": evidence.name(_USER), "Name": text, "Roles": []}
    return Call(("users",), json=user, method="POST", writes=True)


def _set_roles(roles: Any) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("users", evidence.record(_USER).id), json={"Roles": roles}, method="PUT", writes=True)


def _new_user_again(evidence: Evidence) -> Call:
    evidence.record(_USER)
    return _new_user(evidence)


def _delete_user(evidence: Evidence) -> Call:
    return Call(("users", evidence.record(_USER).id), method="DELETE", writes=True)


def _created(evidence: Evidence) -> ApiObject:
    data = evidence.success("create user").data
    try:
        return extract_object(data, USER.envelope_keys, USER.id_keys)
    except ShapeError:
        raise UnknownFormError(form(data)) from None


def _created_name(evidence: Evidence) -> Position:
    if _created(evidence).get("Name"):
        return "shown"
    return "null" if evidence.record(_USER).values.get("name") else "never"


def _role_update(evidence: Evidence) -> Position:
    replies = [evidence.reply("set roles"), evidence.reply("set roles as text")]
    statuses = {reply.status for reply in replies}
    if statuses in ({404}, {405}):
        return "missing" if statuses == {404} else "not_allowed"
    if any(reply.is_success for reply in replies):
        return "works"
    raise UnknownFormError(f"HTTP {replies[0].status} with {form(replies[0].data)}")


def _update_of_roles(evidence: Evidence) -> tuple[Position, Reply]:
    for step, position in (("set roles", "array"), ("set roles as text", "comma")):
        reply = evidence.reply(step)
        if reply.is_success:
            return position, reply
    raise NotSeenError("the service did not change the roles of a user")


def _role_update_answer(evidence: Evidence) -> Position:
    _position, reply = _update_of_roles(evidence)
    if not is_list(reply) and not is_object(reply):
        raise UnknownFormError(form(reply.data))
    return "list" if is_list(reply) else "object"


def _empty_status(evidence: Evidence) -> Position:
    if not is_empty(evidence.success("delete user")):
        raise NotSeenError(
            "the response to DELETE is not empty, and the probe sends no other request without a response"
        )
    return status("delete user", (200, 204))(evidence)


WRITING = Writing(
    scratch=(_USER,),
    creations=(Step("create user", _new_user, creates=_USER),),
    changes=(
        Step("set roles", _set_roles([_ROLE])),
        Step("set roles as text", _set_roles(_ROLE)),
        Step("create user again", _new_user_again, creates=_USER),
        Step("delete user", _delete_user),
    ),
)

WRITTEN = (
    unseen("agent_update", "whether an agent can be changed", SILENT, "none", _AGENTS_STAY),
    unseen(
        "agent_delete_body", "whether the body of DELETE arrives", "it has the id of the agent", "kept", _AGENTS_STAY
    ),
    unseen("action_answer", "what the response to Pause and Resume contains", SILENT, "empty", _AGENTS_STAY),
    unseen("missing_flags", "what happens to a body without IsTemplate", SILENT, "refused", _AGENTS_STAY),
    by_writing(
        "create_answer",
        "what the response to a creation contains",
        "an object, and a list",
        "object",
        {"object": "an object", "list": "a list with the object"},
        Written(("create user",), body("create user", {"object": is_object, "list": is_list})),
    ),
    by_writing(
        "create_status",
        "the HTTP status of a creation",
        SILENT,
        200,
        STATUSES,
        Written(("create user",), status("create user", (200, 201))),
    ),
    by_writing(
        "created_name",
        "whether a new user shows the name",
        "null, in the sample",
        "null",
        {"null": "not in the response to the creation", "shown": "yes", "never": "not before the first login"},
        Written(("create user",), _created_name),
    ),
    by_writing(
        "role_update",
        "whether the roles of a user can be changed",
        "yes, in the newer document",
        "works",
        {"works": "yes", "missing": "no, HTTP 404", "not_allowed": "no, HTTP 405"},
        Written(("set roles", "set roles as text"), _role_update),
    ),
    by_writing(
        "role_update_answer",
        "what the response to a change of roles contains",
        "a list",
        "list",
        {"list": "a list with the user", "object": "the user"},
        Written(("set roles", "set roles as text"), _role_update_answer),
    ),
    by_writing(
        "roles_format",
        "how roles are sent",
        "as a list in the sample",
        "array",
        {"array": "as a list", "comma": "as a text with commas"},
        Written(("set roles", "set roles as text"), lambda evidence: _update_of_roles(evidence)[0]),
    ),
    by_writing(
        "delete_answer",
        "what the response to DELETE contains",
        SILENT,
        "empty",
        {"empty": "nothing", "object": "the object", "text": "plain text"},
        Written(("delete user",), body("delete user", {"empty": is_empty, "object": is_object, "text": is_text})),
    ),
    by_writing(
        "empty_status",
        "the HTTP status of an empty response",
        SILENT,
        200,
        {200: "200", 204: "204"},
        Written(("delete user",), _empty_status),
    ),
    by_writing(
        "duplicate_email",
        "what happens to a second user with the same address",
        SILENT,
        "refused",
        {"refused": "it is refused", "allowed": "it is created"},
        Written(("create user again",), accepted("create user again", "allowed", "refused", "create user")),
    ),
    *everywhere(_USER, "name"),
)
