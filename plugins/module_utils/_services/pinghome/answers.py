# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer says about an object: the fields of a row as values by option name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._core.kind import Kind
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from ..._http.envelope import identifier
from ..common import created_object
from .kinds import CREATE_DEFAULTS, INTEGRATION, TARGETS, UUID, WRAPS

_STATUS_WORDS = {"enabled": True, "active": True, "disabled": False, "inactive": False}
_EMPTY_TEXTS = frozenset(("port", "data", "maintenance_cron_expression", "maintenance_duration", "body"))
_REGION_KEYS = ("code", "region", "id", "name")

Row = Mapping[str, Any]


def decode(kind: Kind, row: Row, *, complete: bool = False) -> Values:
    """The values of an object by option name. An option that the row does not show is left out.

    :param complete: the row is an answer about one object. It may leave out fields that are empty.
    """
    leaves_out_empty = complete and not _shows_empty_fields(kind, row)
    values = kind.decode(row, leaves_out_empty)
    for_kind(_ADJUST, kind)(values, row, leaves_out_empty)
    return values


def region_name(region: Any) -> str | None:
    """The code of a region, which the service returns as text or as an object."""
    return identifier(region, _REGION_KEYS) if isinstance(region, dict) else str(region)


def new_object(kind: Kind, answer: Any) -> Record | str | None:
    """The object in the answer to a POST with its name, or its id: the answer itself, or in an object. None if none."""
    if isinstance(answer, str) and UUID.fullmatch(answer):
        return answer
    return created_object(kind, answer, for_kind(WRAPS, kind))


def _shows_empty_fields(kind: Kind, row: Row) -> bool:
    """Whether an answer shows a field that is empty. Then a field that it does not show is hidden, not empty.

    An empty text that each creation sends says nothing: a server may store what it gets, and leave out all else.
    """
    names = [item.api_names[0] for item in kind.options if item.absent_is_empty_with]
    sent = for_kind(CREATE_DEFAULTS, kind)
    return any(name in row and (row[name] is None or (row[name] == "" and name not in sent)) for name in names)


def _adjust_nothing(values: Values, row: Row, leaves_out_empty: bool) -> None:
    """The fields of this kind need no adjustment."""


def _adjust_resource(values: Values, row: Row, leaves_out_empty: bool) -> None:
    _complete_target(values)
    _read_status_word(values)
    if "regions" in values:
        values["regions"] = [region_name(one) for one in values["regions"] or ()]
    if isinstance(values.get("conditions"), list):
        values["conditions"] = [_without_id(one) for one in values["conditions"]]
    if leaves_out_empty and not _EMPTY_TEXTS.issubset(row):
        # A server that hides the headers because they may be secret shows the other fields.
        values.setdefault("headers", None)


def _adjust_integration(values: Values, row: Row, leaves_out_empty: bool) -> None:
    # The id may stand under another of the names. It is always text.
    values["integration"] = identifier(row, INTEGRATION.id_keys)


_ADJUST: Mapping[str, Callable[[Values, Row, bool], None]] = {
    "resource": _adjust_resource,
    "server_resource": _adjust_nothing,
    "heartbeat": _adjust_nothing,
    "integration": _adjust_integration,
}


def _complete_target(values: Values) -> None:
    """A row with a URL says that there is no host, and the other way round."""
    if any(name in values for name in TARGETS):
        for name in TARGETS:
            values.setdefault(name, None)


def _read_status_word(values: Values) -> None:
    """Turn a status such as C(active) into true or false. An unknown status is the same as none."""
    if isinstance(values.get("enabled"), str):
        enabled = _STATUS_WORDS.get(values.pop("enabled").lower())
        if enabled is not None:
            values["enabled"] = enabled


def _without_id(condition: Any) -> Any:
    """A condition without its id. The server assigns a new one with each change."""
    if not isinstance(condition, dict):
        return condition
    return {key: value for key, value in condition.items() if key != "id"}
