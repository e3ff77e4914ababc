# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies of POST and PUT requests. Both must hold more than the user has set."""

from __future__ import annotations

from typing import Any

from ..._core.kind import Kind
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from .kinds import CREATE_DEFAULTS, FIXED_FIELDS, RESOURCE, TARGETS, UPDATE_DEFAULTS

_EMPTY: tuple[Any, ...] = (None, "", {})


def create_body(kind: Kind, values: Values) -> dict[str, Any]:
    """The body of a POST: the options, and defaults for what the API requires besides."""
    body = {**for_kind(CREATE_DEFAULTS, kind), **kind.encode(values)}
    _require_conditions(kind, values, body)
    return body


def put_body(record: Record, values: Values) -> dict[str, Any]:
    """The body of a PUT, which replaces the whole object.

    :param record: the object with everything that is known about it
    :param values: the options that change
    """
    kind = record.kind
    body = {**for_kind(UPDATE_DEFAULTS, kind), **kind.encode(_kept(record, values)), **kind.encode(values)}
    _require_conditions(kind, record.values, body)
    fixed = for_kind(FIXED_FIELDS, kind)
    return {name: value for name, value in body.items() if name not in fixed}


def _kept(record: Record, values: Values) -> Values:
    """The known options that a PUT repeats. Empty ones are left out: they stay empty without it."""
    names = [item.name for item in record.kind.options if item.api and not item.subresource]
    if any(target in values for target in TARGETS):
        # A resource that changes from a URL to a host must not keep the URL.
        names = [name for name in names if name not in TARGETS]
    known = {name: record.values.get(name) for name in names}
    return {name: value for name, value in known.items() if value not in _EMPTY}


def _require_conditions(kind: Kind, values: Values, body: dict[str, Any]) -> None:
    """Add conditions to the body of an HTTP resource, which must have them."""
    if kind is RESOURCE and values.get("type") == "http":
        body.setdefault("conditions", [])
