# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services need: times, and names in the vendor's spelling."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._core.errors import ShapeError
from .._core.objects import Desired, Record
from .._http.envelope import extract_object, identifier

TIME: Mapping[str, Any] = {
    "pattern": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "pattern_description": "a time in ISO 8601 with its zone, such as 2026-01-31T00:00:00Z",
}


def parse_time(text: str) -> datetime:
    """A time in ISO 8601.

    :raises ValueError: where it is none
    """
    # Python before 3.11 does not read the Z of ISO 8601.
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))


def is_before(time: Any, limit: str) -> bool:
    """Whether a time in a record is before another; false where it cannot be read."""
    try:
        return parse_time(str(time)) < parse_time(limit)
    except (TypeError, ValueError):
        return False


def snake_case(name: str) -> str:
    """A vendor's name as an option: C(ShortName) as C(short_name), C(DNSTime) as C(dns_time)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def snake_keys(data: Any) -> Any:
    """A record of the server with its keys as options would be written."""
    if isinstance(data, dict):
        return {snake_case(str(key)): snake_keys(value) for key, value in data.items()}
    return [snake_keys(value) for value in data] if isinstance(data, list) else data


def find_named(records: Iterable[Record], desired: Iterable[Desired], called: Collection[Any]) -> list[Record]:
    """The records that go by one of these names or ids, or that are declared to get such a name."""
    wanted = {str(name) for name in called if name is not None}
    new = {(one.kind.name, one.id): one.label for one in desired if one.id is not None}
    return [one for one in records if wanted & {one.id, one.label, new.get((one.kind.name, one.id))}]


def created_id(answer: Any, envelope_keys: Sequence[str], id_keys: Sequence[str]) -> str | None:
    """The id in the answer to the creation of an object. None where the answer does not hold one.

    :param envelope_keys: the names under which the answer may wrap the object
    :param id_keys: the names under which the id may stand, the documented one first
    """
    try:
        return identifier(extract_object(answer, envelope_keys, id_keys), id_keys)
    except ShapeError:
        return None
