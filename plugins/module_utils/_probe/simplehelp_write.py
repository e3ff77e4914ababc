# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write requests of the probe of SimpleHelp, and the questions that they settle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.errors import ShapeError
from .._http.envelope import ApiObject
from .._services.simplehelp.answers import parse_permissions
from .._services.simplehelp.kinds import GROUP, TECHNICIAN
from .._services.simplehelp.queries import encode_id
from .evidence import Call, Evidence, Names, NotSeenError, Reply, UnknownFormError
from .forms import form
from .question import SILENT, Position, Step, Writing, Written, by_writing, unseen
from .scratch import Scratch
from .written import FIRST, SECOND, TEXT, accepted, body, everywhere, has, has_object, is_empty, is_object, is_text

_TEXT_GROUP = Scratch(GROUP, "name", TEXT)
_GROUP = Scratch(GROUP, "name", FIRST)
_TECHNICIAN = Scratch(TECHNICIAN, "username", FIRST, {"enabled": False})
_RENAMED = Scratch(TECHNICIAN, "username", SECOND, {"enabled": False})
_BASE, _FILTER = "dc=zzprobe", "(cn=zzprobe)"
_UNKNOWN_PERMISSION = "zzprobeNoSuchPermission"
_NO_UNDO = "there is no request that would undo the change"
_NOT_OURS = "only a change of an object that the probe did not make would show this"
_NAMES = Names.of(GROUP)


def _query(path: str, *, writes: bool, **json: Any) -> Call:
    return Call(tuple(path.split("/")), json=json, method="POST", writes=writes)


def _new_group(scratch: Scratch) -> Callable[[Evidence], Call]:
    return lambda evidence: _query("groups/new", writes=True, group={"name": evidence.name(scratch)})


def _new_group_again(evidence: Evidence) -> Call:
    # Without the first one, this one would be the only one of its name.
    evidence.record(_GROUP)
    return _new_group(_GROUP)(evidence)


def _new_technician(evidence: Evidence) -> Call:
    technician = {"username": evidence.name(_TECHNICIAN), "enabled": False}
    return _query("technicians/new", writes=True, technician=technician)


def _change_technician(evidence: Evidence, **values: Any) -> Call:
    ident = encode_id(evidence.record(_TECHNICIAN).id)
    return _query("technicians/set", writes=True, uniqueID=ident, technician=values)


def _rename(evidence: Evidence) -> Call:
    # An undocumented name would make the object unrecognisable, so it is that of another scratch object.
    return _change_technician(evidence, username=evidence.name(_RENAMED))


def _technician(evidence: Evidence) -> Call:
    return _query("technicians/get", writes=False, uniqueID=encode_id(evidence.record(_TECHNICIAN).id))


def _group_id(evidence: Evidence) -> Any:
    return encode_id(evidence.record(_GROUP).id)


def _read_group(evidence: Evidence) -> Call:
    return _query("groups/get", writes=False, uniqueID=_group_id(evidence))


def _update(evidence: Evidence, path: str, **settings: str) -> Call:
    return _query(path, writes=True, uniqueID=_group_id(evidence), group={"ldapSettings": settings})


def _update_by_get(evidence: Evidence) -> Call:
    if _shows(evidence, "group after set", "baseDN", _BASE):
        raise NotSeenError("groups/set works")
    return _update(evidence, "groups/get", baseDN=_BASE)


def _update_more(evidence: Evidence) -> Call:
    return _update(evidence, str(_update_query(evidence)), filter=_FILTER)


def _permissions(evidence: Evidence) -> Call:
    return _query("groups/permissions/get", writes=False, uniqueID=_group_id(evidence))


def _known_permission(evidence: Evidence) -> dict[str, bool]:
    """A permission with its other value."""
    data = evidence.success("permissions").data
    try:
        permissions = parse_permissions(data)
    except ShapeError:
        raise UnknownFormError(form(data)) from None
    if not permissions:
        raise NotSeenError("a new group shows no permissions")
    name = sorted(permissions)[0]
    return {name: not permissions[name]}


def _set_permissions(*, inside: bool, beside: bool) -> Callable[[Evidence], Call]:
    """Set a known permission, with the id inside of the group, or beside it."""

    def make(evidence: Evidence) -> Call:
        group = {**({"uniqueID": _group_id(evidence)} if inside else {}), "permissions": _known_permission(evidence)}
        ident = {"uniqueID": _group_id(evidence)} if beside else {}
        return _query("groups/permissions/set", writes=True, group=group, **ident)

    return make


def _set_unknown_permission(evidence: Evidence) -> Call:
    ident = _group_id(evidence)
    group = {"uniqueID": ident, "permissions": {_UNKNOWN_PERMISSION: True}}
    return _query("groups/permissions/set", writes=True, uniqueID=ident, group=group)


def _remove_group(evidence: Evidence) -> Call:
    return _query("groups/remove", writes=True, uniqueID=encode_id(evidence.record(_TEXT_GROUP).id))


WRITING = Writing(
    scratch=(_TECHNICIAN, _RENAMED, _TEXT_GROUP, _GROUP),
    creations=(
        Step("create group", _new_group(_TEXT_GROUP), creates=_TEXT_GROUP),
        Step("create second group", _new_group(_GROUP), creates=_GROUP),
        Step("create technician", _new_technician, creates=_TECHNICIAN),
    ),
    changes=(
        Step("set group", lambda evidence: _update(evidence, "groups/set", baseDN=_BASE)),
        Step("group after set", _read_group),
        Step("set group by get", _update_by_get),
        Step("group after get", _read_group),
        Step("set group again", _update_more),
        Step("group after second set", _read_group),
        Step("permissions", _permissions),
        Step("set permissions with id inside", _set_permissions(inside=True, beside=False)),
        Step("set permissions with id beside", _set_permissions(inside=False, beside=True)),
        Step("set unknown permission", _set_unknown_permission),
        Step("permissions after that", _permissions),
        Step("create group again", _new_group_again, creates=_GROUP),
        Step("set technician", lambda evidence: _change_technician(evidence, enabled=False)),
        Step("rename technician", _rename),
        Step("technician after that", _technician),
        Step("remove group", _remove_group),
    ),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _read_settings(evidence: Evidence, step: str) -> ApiObject:
    """The LDAP settings of the scratch group."""
    settings = evidence.object(step, _NAMES).get("ldapSettings")
    return settings if isinstance(settings, dict) else {}


def _shows(evidence: Evidence, step: str, name: str, value: str) -> bool:
    return _read_settings(evidence, step).get(name) == value


def _update_query(evidence: Evidence) -> Position:
    if _shows(evidence, "group after set", "baseDN", _BASE):
        return "groups/set"
    if _shows(evidence, "group after get", "baseDN", _BASE):
        return "groups/get"
    raise UnknownFormError("neither groups/set nor groups/get changes a group")


def _nested_settings(evidence: Evidence) -> Position:
    step = "group after second set"
    evidence.success("set group again")
    if not _shows(evidence, step, "filter", _FILTER):
        raise UnknownFormError("a change of a group that has no effect")
    return "merge" if _shows(evidence, step, "baseDN", _BASE) else "replace"


def _permissions_shape(evidence: Evidence) -> Position:
    inside, beside = (evidence.reply(f"set permissions with id {place}").is_success for place in ("inside", "beside"))
    if inside and beside:
        return "both"
    if not inside and not beside:
        raise NotSeenError("the service refused to set permissions")
    return "nested" if inside else "top_level"


def _permissions_answer(evidence: Evidence) -> Position:
    replies = [evidence.reply(f"set permissions with id {place}") for place in ("inside", "beside")]
    accepted_replies = [reply for reply in replies if reply.is_success]
    if not accepted_replies:
        raise NotSeenError("the service refused to set permissions")
    return "map" if _is_map(accepted_replies[0], evidence) else "response"


def _is_map(reply: Reply, evidence: Evidence) -> bool:
    return isinstance(reply.data, dict) and set(_known_permission(evidence)) <= set(reply.data)


def _unknown_permission(evidence: Evidence) -> Position:
    if not evidence.reply("set unknown permission").is_success:
        # Then the service refuses this permission, and not each.
        _permissions_shape(evidence)
        return "refused"
    data = evidence.success("permissions after that").data
    try:
        return "accepted" if _UNKNOWN_PERMISSION in parse_permissions(data) else "ignored"
    except ShapeError:
        raise UnknownFormError(form(data)) from None


def _username_rename(evidence: Evidence) -> Position:
    if not evidence.reply("rename technician").is_success:
        evidence.success("set technician")
        return "refused"
    row = evidence.object("technician after that", Names.of(TECHNICIAN))
    # The server may store the name in another form.
    return "allowed" if evidence.name(_RENAMED).casefold() == str(row.get("username")).casefold() else "refused"


WRITTEN = (
    by_writing(
        "write_answer",
        "what the response to a write request contains",
        "success and reason",
        "response",
        {"response": "success", "empty": "nothing", "text": "plain text"},
        Written(("remove group",), body("remove group", {"response": is_object, "empty": is_empty, "text": is_text})),
    ),
    by_writing(
        "create_answer",
        "whether the response to a creation contains the id",
        "no",
        "no_id",
        {"no_id": "no", "uniqueID": "uniqueID", "id": "id", "nested": "the object under its kind"},
        Written(
            ("create group",),
            body(
                "create group",
                {
                    "nested": has_object("group"),
                    "uniqueID": has("uniqueID"),
                    "id": has("id"),
                    "no_id": lambda reply: True,
                },
            ),
        ),
    ),
    by_writing(
        "group_update_query",
        "the query that updates a group",
        "groups/get in the sample, which is also the query that reads a group",
        "groups/set",
        {"groups/set": "groups/set", "groups/get": "groups/get"},
        Written(("set group", "group after set", "set group by get", "group after get"), _update_query),
    ),
    by_writing(
        "permissions_set_shape",
        "where groups/permissions/set reads the id",
        "at the top in the table, inside of group in the sample",
        "both",
        {"both": "in either place", "nested": "inside of group", "top_level": "at the top"},
        Written(("set permissions with id inside", "set permissions with id beside"), _permissions_shape),
    ),
    by_writing(
        "permissions_set_answer",
        "the response to groups/permissions/set",
        SILENT,
        "response",
        {"response": "that to other write requests", "map": "the permissions"},
        Written(("set permissions with id inside", "set permissions with id beside"), _permissions_answer),
    ),
    by_writing(
        "unknown_permission",
        "what happens to a permission that does not exist",
        SILENT,
        "accepted",
        {"accepted": "it is stored", "ignored": "it is ignored", "refused": "it is refused"},
        Written(("set unknown permission", "permissions after that"), _unknown_permission),
    ),
    by_writing(
        "nested_settings",
        "whether an update keeps the nested settings it does not name",
        SILENT,
        "merge",
        {"merge": "yes", "replace": "no"},
        Written(("set group again", "group after second set"), _nested_settings),
    ),
    by_writing(
        "group_names",
        "whether two groups may have the same name",
        SILENT,
        "unique",
        {"unique": "no", "free": "yes"},
        Written(("create group again",), accepted("create group again", "free", "unique", "create second group")),
    ),
    by_writing(
        "username_rename",
        "whether a username can be changed",
        "it is an attribute",
        "allowed",
        {"allowed": "yes", "refused": "no"},
        Written(("set technician", "rename technician", "technician after that"), _username_rename),
    ),
    unseen(
        "machinegroup_set_query",
        "the query that sets a property of a machine group",
        "machinegroups/properties/get in the sample, which is also the query that reads one",
        "set",
        _NO_UNDO,
    ),
    unseen(
        "hostname_set_query",
        "the query that sets the hostname of the server",
        "server/hostname/get in the sample, which is also the query that reads it",
        "set",
        _NOT_OURS,
    ),
    unseen("backup_query", "the query for a backup", SILENT, "server/backup", _NO_UNDO),
    unseen("backup_method", "the method of the query for a backup", SILENT, "GET", _NO_UNDO),
    unseen(
        "notes_key",
        "the name of the warnings in machines/notes/set",
        "warning in the sample, warnings in the table",
        "warnings",
        _NOT_OURS,
    ),
    unseen("monitor_supported", "whether machines/set takes monitor", "from version 5.2.12 on", "yes", _NOT_OURS),
    *everywhere(_TEXT_GROUP),
)
