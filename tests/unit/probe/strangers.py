# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that are not the sandbox: each answers in forms that no switch has, and that nobody has documented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.service import Call, Reply

_DEVICE = "d" * 48
TEAPOT = 418


@dataclass(frozen=True)
class Stranger:
    """A server with fixed answers.

    :param answers: the JSON of an answer by the path; any other path answers with an error of its own
    :param unknown: the questions whose answers have unknown forms, each with a part of the form that the report names
    :param kind: a kind of objects whose listing cannot be read
    :param values: options of a new object of this kind
    :param credentials: other options than usual
    :param accepts: whether write requests succeed; nothing changes then
    """

    answers: Mapping[str, Any]
    unknown: Mapping[str, str]
    kind: str
    values: Mapping[str, Any]
    credentials: Mapping[str, Any] = field(default_factory=dict)
    accepts: bool = False
    prefix: str = "/stranger"
    base: str = "/stranger/api"
    switches: Mapping[str, str] = field(default_factory=lambda: {"text_storage": "as_given"})

    def handle(self, call: Call) -> Reply:
        """Answer a request."""
        is_read = call.method == "GET" or call.path.endswith("/get")
        for ending, answer in self.answers.items():
            if is_read and call.path.endswith(ending):
                return Reply.of_json(answer)
        if self.accepts and not is_read:
            return Reply.of_json({"success": True})
        return Reply(TEAPOT, json.dumps({"fault": {"canary": "canary"}}).encode(), "application/json")


STRANGERS: Mapping[str, Stranger] = {
    "alertra": Stranger(
        answers={
            "/devices": [{"device_id": _DEVICE, "Status": "CANARY", "Frequency": "canary", "FullName": "canary"}],
            f"/devices/{_DEVICE}": {"device_id": _DEVICE, "limits": {"Timeout": 30, "Retries": 2}},
            "/tags": {"labels": {"canary": {"color": "red"}}},
        },
        unknown={
            "status_words": "a word of 6 letters in capitals",
            "numbers": "a text",
            "config_place": "inside another object of the device",
            "not_found": "HTTP 418",
            "tag_name_key": "an object",
        },
        kind="tag",
        values={"name": "new"},
    ),
    "pinghome": Stranger(
        answers={
            "/resources": {"data": [{"id": "1", "name": "canary", "type": "http", "status": "canary"}]},
            "/resource/1": {
                "id": "1",
                "name": "canary",
                "headers": [["canary", "canary"]],
                "grace_period": "canary",
                "regions": {"canary": True},
                "data": None,
            },
            "/server-resources": {"hits": {"count": 1, "canary": "canary"}},
            "/heartbeats": [],
        },
        unknown={
            "list_envelope": "one other field",
            "error_answer": "HTTP 418",
            "headers_shown": "a list",
            "numbers": "a text",
        },
        kind="server_resource",
        values={"name": "new", "service_id": "11111111-1111-4111-8111-111111111111"},
    ),
    "pingplotter": Stranger(
        answers={
            "/agents": {"fleet": {"canary": {"online": True}}},
            "/users": [{"Id": "1", "EmailAddress": "canary@example.com", "Roles": {"canary": True}}],
        },
        unknown={
            "list_envelope": "an object with one other field",
            "error_style": "an object",
            "roles_read": "neither a list nor a text",
        },
        kind="agent",
        values={"name": "new"},
    ),
    "portmonitor": Stranger(
        answers={
            "/profile": {"language": "en"},
            "/groups": [{"id": 1, "name": "canary"}],
            "/groups/1": {"cluster": {"label": "canary"}},
            "/groups/1/targets": [{"id": 7, "type": "CANARY", "timeout": "canary"}],
            "/target/urls": {"checks": {"canary": 1}},
            "/target/custom_ports": {"checks": {}},
            "/target/pings": {"checks": {}},
            "/profile/languages": {"spoken": {"canary": "canary"}},
        },
        unknown={
            "detail_envelope": "one other field",
            "type_word": "a word of 6 letters in capitals",
            "numbers": "a text",
            "error_style": "HTTP 418",
            "options": "one other field",
        },
        kind="target",
        values={"name": "new", "group": "canary", "type": "url", "url": "https://www.example.com/"},
        credentials={"auth_token": "sandbox-auth-token", "login_email": None, "login_password": None},
    ),
    "simplehelp": Stranger(
        answers={
            "/technicians/list": {"people": {"canary": "canary"}},
            "/groups/list": [{"uniqueID": 1, "name": "canary", "fpsDelay": "canary"}],
            "/groups/get": [{"uniqueID": 1}, {"uniqueID": 2}],
            "/machines/list": [],
            "/server/hostname/get": 7,
            "/tech-restrictions/get": {"deny": {"canary": True}},
            "/alerts/list": [],
        },
        unknown={
            "detail_envelope": "a list of several",
            "failure_style": "HTTP 418",
            "numbers": "a text",
            "hostname_answer": "a number",
            "restrictions_answer": "one other field",
        },
        kind="technician",
        values={"username": "new"},
    ),
}

_SERVICE = "11111111-1111-4111-8111-111111111111"
_STRANGE_DEVICE = {
    "device_id": _DEVICE,
    "ShortName": "WWW",
    "FullName": ["strange"],
    "URL": {"scheme": "https", "host": "www.example.com"},
    "Method": 7,
    "Frequency": {"every": 5, "unit": "minute"},
    "Timeout": "soon",
    "Retries": [2],
    "Status": {"strange": True},
}
_STRANGE_RESOURCE = {
    "id": "1",
    "service_id": _SERVICE,
    "name": "www",
    "type": "http",
    "url": ["https://www.example.com"],
    "grace_period": {"seconds": 60},
    "recovery_period": "soon",
    "regions": {"eu": True},
    "headers": [["Strange-Header", "strange"]],
    "conditions": "strange",
    "is_advanced": "maybe",
    "method": ["GET"],
    "skip_ssl_error": {"strange": 1},
    "not_follow_redirect": "strange",
    "body": ["strange"],
}
_STRANGE_TARGET = {
    "id": 7,
    "group_id": 1,
    "type": "TargetUrl",
    "name": "Shop",
    "url": {"strange": "https://shop.example.com/"},
    "timeout": ["soon"],
    "retries_per_check": "few",
}
_STRANGE_GROUP = {
    "uniqueID": 1,
    "name": "First line",
    "fpsDelay": "slow",
    "maxFileSize": {"value": 5},
    "mfaSettings": ["email"],
    "ldapSettings": "strange",
}

# Servers with an object whose values are in forms that nobody has documented, and a change of it.
CHANGED: Mapping[str, Stranger] = {
    "alertra": Stranger(
        answers={
            "/devices": [_STRANGE_DEVICE],
            f"/devices/{_DEVICE}": _STRANGE_DEVICE,
            "/tags": [{"tag_id": "e" * 48, "Name": "vienna", "Devices": {"strange": 1}}],
        },
        unknown={},
        kind="device",
        values={"short_name": "WWW", "frequency": 10},
        accepts=True,
    ),
    "pinghome": Stranger(
        answers={
            "/resources": [_STRANGE_RESOURCE],
            "/resource/1": _STRANGE_RESOURCE,
            "/resource/1/regions": {"eu": True},
            "/integrations": [],
        },
        unknown={},
        kind="resource",
        values={"name": "www", "service_id": _SERVICE, "grace_period": 30},
        accepts=True,
    ),
    "pingplotter": Stranger(
        answers={
            "/users": [{"Id": "1", "EmailAddress": "a@example.com", "Name": ["strange"], "Roles": {"strange": 1}}]
        },
        unknown={},
        kind="user",
        values={"email_address": "a@example.com", "roles": ["TargetManagement"]},
        accepts=True,
    ),
    "portmonitor": Stranger(
        answers={
            "/groups": [{"id": 1, "name": "Web"}],
            "/groups/1/targets": [_STRANGE_TARGET],
            "/groups/1/targets/7": _STRANGE_TARGET,
            "/target/urls": [_STRANGE_TARGET],
            "/target/custom_ports": [],
            "/target/pings": [],
        },
        unknown={},
        kind="target",
        values={"name": "Shop", "group": "Web", "timeout": 5},
        credentials={"auth_token": "sandbox-auth-token", "login_email": None, "login_password": None},
        accepts=True,
    ),
    "simplehelp": Stranger(
        answers={
            "/groups/list": [_STRANGE_GROUP],
            "/groups/get": _STRANGE_GROUP,
            "/permissions/get": {"all": "strange"},
        },
        unknown={},
        kind="group",
        values={"name": "First line", "fps_delay": 40},
        accepts=True,
    ),
}
