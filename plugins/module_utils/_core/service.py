# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of a service: what the engine needs of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from .errors import MonitoringError, Problem
from .kind import Field, Kind
from .objects import Desired, Record, Step
from .values import Values

CONCURRENCY = 4
"""How many requests may be in flight, unless a user says otherwise."""

_Entry = TypeVar("_Entry")


def for_kind(table: Mapping[str, _Entry], kind: Kind) -> _Entry:
    """The entry of a kind in a table by the names of the kinds.

    A table instead of branches: a branch that ends in "else" would treat a new kind as another one.

    :raises MonitoringError: for a kind that nobody has added to the table
    """
    if kind.name not in table:
        raise MonitoringError(f"{kind.name} is missing in a table of {', '.join(table)}; this is a bug, report it")
    return table[kind.name]


class Service(ABC):
    """An account at a service, as the engine needs it. The calls are used by several threads and raise ApiError.

    :cvar name: the prefix of its modules; ``title`` what a sentence calls it
    :cvar url: the base URL by default; None where each customer has one
    :cvar credentials: the options that hold them
    :cvar kinds: the kinds of objects, in the order in which they are created; ``config`` those of a whole account's
        declaration, in the order in which a person writes them
    :cvar read_lag_s: for how many seconds a listing may lag behind a write
    :ivar redact: masks the secrets of this run in any value
    :ivar write_count: how many writes of this thread have succeeded so far
    :ivar warnings: what the user should be warned of
    """

    name: ClassVar[str]
    title: ClassVar[str]
    url: ClassVar[str | None]
    credentials: ClassVar[tuple[Field, ...]]
    kinds: ClassVar[Mapping[str, Kind]]
    config: ClassVar[tuple[str, ...]]
    read_lag_s: ClassVar[float] = 0.0
    redact: Callable[[Any], Any]
    write_count: Callable[[], int]
    warnings: list[str]

    @abstractmethod
    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        """Prepare a run with these connection options; sends nothing yet."""

    def list_objects(self, kind: Kind, desired: Sequence[Desired] = (), whole: bool = True) -> list[Record]:
        """The objects of a kind, as the listing shows them. Kinds are listed in the order of C(kinds).

        :param desired: all that is declared, of any kind, for a service that lists only a part of the objects at a time
        :param whole: all objects that exist, besides those that the declaration is about
        :raises MonitoringError: where the service returns objects of another kind, which pruning would delete
        """
        records = self._list_kind(kind, desired, whole)
        foreign = next((record for record in records if record.kind is not kind), None)
        if foreign is not None:
            raise MonitoringError(f"listing every {kind.noun} returned a {foreign.kind.noun}; this is a bug, report it")
        return records

    @abstractmethod
    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The objects of a kind; parameters as of C(list_objects). C(for_kind) chooses by the kind."""

    @abstractmethod
    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields in ``missing``, and any others that come along, as far as the server shows them."""

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:  # noqa: B027
        """Read several objects at once, where the service can; what this leaves out is read one by one.

        :param reads: objects, the fields that they lack, and what is desired of them
        """

    @abstractmethod
    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an object and return its id, or what the answer shows of it; the subresources are written later.

        None stands for an answer without an id.
        """

    @abstractmethod
    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change these options of an object, all of one subresource."""

    @abstractmethod
    def delete(self, record: Record, controls: Values) -> None:
        """Delete an object."""

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> Sequence[Problem | str]:
        """The reasons to refuse a plan.

        :param records: the listings, by the name of the kind
        """
        return []

    def wait_for_consistency(self) -> None:  # noqa: B027
        """Wait until what was written can be read, where the service is not quick about it; raises nothing."""

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those of the listed objects that match the filters of an info module; here those by id and by name."""
        ident, option = filters.get(kind.id_option), kind.name_option
        name = filters.get(option)
        found = [record for record in records if ident in (None, record.id)]
        return [r for r in found if name is None or kind.by_name[option].same(r.values.get(option), name)]

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """What an info module with these filters is to list, where that is only a part; nothing for all there is."""
        return ()

    def close(self) -> None:  # noqa: B027
        """End the run; raises nothing."""

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What an info module includes on demand, such as the checks of a device."""
        raise NotImplementedError
