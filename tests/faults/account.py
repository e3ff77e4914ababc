# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an account of the sandbox holds, in a form that two runs can be compared by: names for ids, and no times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, config_kinds

Things = dict[tuple[str, tuple[str, ...]], list[str]]
"""What there is, by its kind and its names, of which a link has two. Two objects of one name are two in a list."""

_KINDS = [kind for service in SERVICES for kind in config_kinds(service).values()]
# The documented key of each kind. Sessions are none of the collection.
_IDS = (*dict.fromkeys(kind.id_keys[0] for kind in _KINDS if kind.id_option and kind.id_keys), "SessionId")
_NAMES = ("integration", "ShortName", "machineID", "username", "EmailAddress", "Name", "name", "Description")
_REFERENCES = frozenset({*_IDS, "Tags", "groupIDs", "group_id", "target_id", "device_master_id"})
_MOMENTS = frozenset({"CreationDate", "DeletionDate", "DownloadUrl", "maintenance_until", "received_at"})
_INSIDE = {"devices": "Tags", "technicians": "groupIDs", "resources": "integrations"}
"""What the sandbox keeps inside of an object, though it is declared and reported by itself."""
_FOLLOWS = frozenset({"services", "events", "login_tokens"})
"""What is none of a module's doing."""


def things(state: Mapping[str, Any]) -> Things:
    """Everything in the state of an account."""
    known: dict[str, str] = {}
    _learn(state, known)
    found: Things = {}

    def add(kind: str, names: tuple[str, ...], value: Any) -> None:
        found.setdefault((kind, names), []).append(json.dumps(value, sort_keys=True))

    for kind, value in state.items():
        if kind in _FOLLOWS:
            continue
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            add(kind, ("account",) if kind == "user" else ("profile",) if kind == "profile" else ("server",), value)
            continue
        for row in value:
            shown = _named(row, known)
            inside = shown.pop(_INSIDE.get(kind, ""), ())
            name = _name(row) or " / ".join(row.get("groups", ()))
            add(kind, (name,), shown)
            for one in inside:
                add(f"{kind} {_INSIDE[kind]}", (name, one if isinstance(one, str) else str(_name(one))), one)
    return {key: sorted(values) for key, values in found.items()}


def changed(before: Things, after: Things) -> set[tuple[str, tuple[str, ...]]]:
    """What is not as it was."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def without_passwords(found: Things) -> Things:
    """The same but for passwords: one that was not set right after the creation is not set by the next run either."""

    def strip(text: str) -> str:
        value = json.loads(text)
        shown = {name: one for name, one in value.items() if name != "password"} if isinstance(value, dict) else value
        return json.dumps(shown, sort_keys=True)

    return {key: sorted(map(strip, values)) for key, values in found.items()}


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in _NAMES if row.get(key)), "")


def _learn(value: Any, known: dict[str, str]) -> None:
    """Note the names of all that has an id."""
    if isinstance(value, dict):
        known.update({str(value[key]): _name(value) for key in _IDS if value.get(key) and _name(value)})
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _learn(inner, known)


def _named(value: Any, known: Mapping[str, str], key: str = "") -> Any:
    """The value with names for ids, and without moments."""
    if isinstance(value, dict):
        return {name: _named(inner, known, name) for name, inner in value.items() if name not in _MOMENTS}
    if isinstance(value, list):
        rows = [_named(inner, known, key) for inner in value]
        return sorted(rows, key=str) if key in _REFERENCES else rows
    return known.get(str(value), value) if key in _REFERENCES else value
