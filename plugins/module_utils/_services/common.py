# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services need: times, names in the vendor's spelling, ids of new objects, polling, raw requests."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._core.altered import is_free_text
from .._core.errors import ShapeError
from .._core.kind import Kind
from .._core.objects import Desired, Record
from .._core.raw import RawAnswer, RawRequest
from .._http.client import Client
from .._http.envelope import extract_object, identifier
from .._http.retry import REPEATABLE_METHODS

TIME: Mapping[str, Any] = {
    "pattern": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "pattern_description": "a time in ISO 8601 with its zone, such as 2026-01-31T00:00:00Z",
}


class ListingDoubts:
    """Why listings of a run may lack objects. Each reason is a warning too.

    :param warnings: where warnings are added
    :ivar by_kind: the reasons by the name of the kind
    """

    def __init__(self, warnings: list[str]) -> None:
        self._warnings = warnings
        self.by_kind: dict[str, str] = {}

    def add(self, kind: Kind, doubt: str) -> None:
        """Register that the listing of a kind may lack objects."""
        self.by_kind[kind.name] = doubt
        warning = f"The list of {kind.noun}s may be incomplete: {doubt}."
        if warning not in self._warnings:
            self._warnings.append(warning)


def parse_time(text: str) -> datetime:
    """A time in ISO 8601.

    :raises ValueError: if the text is not such a time
    """
    # Python before 3.11 does not read the Z of ISO 8601.
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))


def is_before(time: Any, limit: str) -> bool:
    """Whether a time in a record is before another one; false if it cannot be read."""
    try:
        return parse_time(str(time)) < parse_time(limit)
    except (TypeError, ValueError):
        return False


def snake_case(name: str) -> str:
    """A vendor's name as an option: C(ShortName) as C(short_name), C(DNSTime) as C(dns_time)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def snake_keys(data: Any) -> Any:
    """A record of the server with its keys in the spelling of options."""
    if isinstance(data, dict):
        return {snake_case(str(key)): snake_keys(value) for key, value in data.items()}
    return [snake_keys(value) for value in data] if isinstance(data, list) else data


def find_named(records: Iterable[Record], desired: Iterable[Desired], names: Collection[Any]) -> list[Record]:
    """The records that have one of these names or ids, and those that are declared to get one of these names."""
    wanted = {str(name) for name in names if name is not None}
    declared = list(desired)
    new_names = {(one.kind.name, one.id): one.label for one in declared if one.id is not None}
    former = {(one.kind.name, name) for one in declared if one.label in wanted for name in one.renamed_from}
    return [
        record
        for record in records
        if wanted & {record.id, record.label, new_names.get((record.kind.name, record.id))}
        or (record.kind.name, record.label) in former
    ]


def created_id(answer: Any, envelope_keys: Sequence[str], id_keys: Sequence[str]) -> str | None:
    """The id in the answer to a creation; None if the answer does not show exactly one object with an id.

    :param envelope_keys: the names under which the answer may hold the object
    :param id_keys: the names under which the object may hold its id
    """
    try:
        created = extract_object(answer, envelope_keys, id_keys)
    except ShapeError:
        return None
    return identifier(created, id_keys)


def created_object(kind: Kind, answer: Any, envelope_keys: Sequence[str]) -> Record | str | None:
    """The new object in the answer to a creation, with its texts; its id alone if the answer shows no name.

    None if the answer does not show exactly one object with an id.

    :param envelope_keys: the names under which the answer may hold the object
    """
    ident = created_id(answer, envelope_keys, kind.id_keys)
    if ident is None:
        return None
    shown = kind.decode(extract_object(answer, envelope_keys, kind.id_keys))
    if shown.get(kind.name_option) is None:
        return ident
    texts = {item.name for item in kind.options if is_free_text(item)}
    return Record(kind, ident, {name: value for name, value in shown.items() if name in {kind.name_option, *texts}})


def send_raw(client: Client, request: RawRequest, **options: Any) -> RawAnswer:
    """The whole answer to a request that a user has written.

    It is repeated if its method allows that. A GET that changes something is not repeated, and a POST is if the user
    says that it changes nothing.

    :param options: more options of the request
    :raises ApiError: if the request fails
    """
    reads = not request.changes
    repeats = reads or (request.method in REPEATABLE_METHODS and request.method != "GET")
    answer: RawAnswer = client.request(
        request.method,
        request.path,
        params=request.query,
        json=request.json,
        form=request.form,
        host=request.host,
        repeat=repeats,
        whole=True,
        **options,
    )
    return answer
