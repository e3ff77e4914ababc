# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The write requests of the probe of Alertra, and the questions that they settle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._services.alertra import DEVICE, TAG
from .evidence import Call, Evidence
from .question import SILENT, Position, Step, Writing, Written, by_writing
from .scratch import ADDRESS, Scratch
from .written import (
    FIRST,
    SECOND,
    TEXT,
    accepted,
    body,
    everywhere,
    has,
    has_object,
    has_only,
    is_empty,
    is_json_text,
    is_list,
    is_null,
    is_object,
    is_text,
)

_TAG = Scratch(TAG, "name", TEXT)
_MASTER = Scratch(DEVICE, "full_name", FIRST, {"url": ADDRESS, "method": "HTTP"})
_SLAVE = Scratch(DEVICE, "full_name", SECOND, {"url": ADDRESS, "method": "HTTP"})
_LONGEST_SHORT_NAME = 8
# Checked as rarely as possible, so that the device costs nothing and hardly raises an alarm.
_SETTINGS: Mapping[str, Any] = {"method": "HTTP", "url": ADDRESS, "frequency": 60}


def _new_device(evidence: Evidence, scratch: Scratch, **values: Any) -> Call:
    short_name = evidence.options["prefix"][:_LONGEST_SHORT_NAME]
    settings = {**_SETTINGS, "short_name": short_name, "full_name": evidence.name(scratch), **values}
    return Call(("devices",), json=DEVICE.encode(settings), method="POST", writes=True)


def _tag_call(method: str) -> Any:
    def make(evidence: Evidence) -> Call:
        path = ("tags",) if method == "POST" else ("tags", evidence.record(_TAG).id)
        return Call(path, json=TAG.encode({"name": evidence.name(_TAG)}), method=method, writes=True)

    return make


def _delete_master(evidence: Evidence) -> Call:
    # Without the second device nothing would be seen.
    evidence.record(_SLAVE)
    return Call(("devices", evidence.record(_MASTER).id), method="DELETE", writes=True)


def url_style(evidence: Evidence) -> Position:
    """Whether the URL of a scratch device was stored as it was given."""
    return "as_given" if evidence.record(_MASTER).values.get("url") == ADDRESS else "trailing_slash"


WRITING = Writing(
    scratch=(_SLAVE, _MASTER, _TAG),
    creations=(
        Step("create tag", _tag_call("POST"), creates=_TAG),
        Step("create device", lambda evidence: _new_device(evidence, _MASTER), creates=_MASTER),
        Step(
            "create device with master",
            lambda evidence: _new_device(evidence, _SLAVE, master_device=evidence.record(_MASTER).id),
            creates=_SLAVE,
        ),
    ),
    changes=(Step("change tag", _tag_call("PUT")), Step("delete master", _delete_master)),
)

WRITTEN = (
    by_writing(
        "create_answer",
        "what the response to a creation contains",
        "device_id or tag_id",
        "device_id_object",
        {
            "device_id_object": "an object with device_id or tag_id",
            "id_object": "an object with id",
            "full": "the object",
            "named": "the object under its kind",
            "list": "a list with the object",
            "json_string": "the id as a text in JSON",
            "text": "the id as plain text",
            "empty": "nothing",
            "message": "a message",
        },
        Written(
            ("create tag",),
            body(
                "create tag",
                {
                    "full": has("Name", "name"),
                    "named": has_object("tag"),
                    "device_id_object": has_only("tag_id"),
                    "id_object": has_only("id"),
                    "message": has("message"),
                    "list": is_list,
                    "json_string": is_json_text,
                    "text": is_text,
                    "empty": is_empty,
                },
            ),
        ),
    ),
    by_writing(
        "write_answer",
        "what the response to PUT and DELETE contains",
        SILENT,
        "object",
        {"object": "an object", "empty": "nothing", "null": "null", "text": "plain text"},
        Written(
            ("change tag",),
            body("change tag", {"object": is_object, "empty": is_empty, "null": is_null, "text": is_text}),
        ),
    ),
    by_writing(
        "master_delete",
        "what the deletion of a master device does to the others",
        SILENT,
        "resets",
        {"resets": "they have no master any more", "refused": "it is refused"},
        Written(("delete master",), accepted("delete master", "resets", "refused")),
    ),
    *everywhere(_TAG),
)
