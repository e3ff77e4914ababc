# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of a service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from .created import CreatedObjects
from .errors import MonitoringError, Problem
from .kind import Field, Kind
from .objects import Desired, Record, Step
from .overlay import Overlay
from .raw import RawAnswer, RawApi, RawRequest
from .values import Values

CONCURRENCY = 4
"""The default number of requests in flight."""

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
    """An account at a service. Several threads call the methods, which raise ApiError if a request fails.

    :cvar name: the prefix of its modules
    :cvar title: its name in messages
    :cvar url: the default of C(api_url); None if each customer has another one
    :cvar credentials: the options that hold the credentials
    :cvar kinds: the kinds of objects by name, in the order in which they are created
    :cvar config: the names of the kinds of the C(_config) module, in the order of its documentation
    :cvar denied_codes: the error codes with which the service refuses the credentials, besides the status 401
    :cvar unknown_path_codes: the error codes with which the service says that it has no such path
    :cvar read_lag_s: the seconds by which a listing may lag behind a write
    :cvar raw: what it says about requests that users write
    :cvar needs_created: whether it has a use for C(created)
    :cvar account_options: the options besides C(api_url) that tell accounts apart; none of them is a password
    :ivar client: sends the requests; for what no kind of object describes, such as a probe
    :ivar account: a name for the account, the same in each run; empty if no other run can write to it
    :ivar request_timeout_s: for how many seconds a request may wait for its answer
    :ivar redact: masks the secrets of this run in objects, except for those that may be a part of any name
    :ivar redact_text: masks all secrets of this run in a message
    :ivar write_count: returns how many write requests of this thread have succeeded so far
    :ivar warnings: warnings for the user
    :ivar overlay: in check mode, what earlier tasks of the run would have changed; C(predicted.py) puts it on top of
        C(list_objects) and C(read), so that a service uses it only for what its other methods list
    :ivar created: what earlier tasks of the run have created
    """

    name: ClassVar[str]
    title: ClassVar[str]
    url: ClassVar[str | None]
    credentials: ClassVar[tuple[Field, ...]]
    kinds: ClassVar[Mapping[str, Kind]]
    config: ClassVar[tuple[str, ...]]
    denied_codes: ClassVar[Collection[str]] = frozenset()
    unknown_path_codes: ClassVar[Collection[str]] = frozenset()
    read_lag_s: ClassVar[float] = 0.0
    needs_created: ClassVar[bool] = False
    account_options: ClassVar[tuple[str, ...]] = ()
    raw: ClassVar[RawApi] = RawApi()
    client: Any
    account: str = ""
    request_timeout_s: float = 0.0
    redact: Callable[[Any], Any]
    redact_text: Callable[[str], str]
    write_count: Callable[[], int]
    warnings: list[str]
    overlay: Overlay = Overlay()
    created: CreatedObjects = CreatedObjects()

    @abstractmethod
    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        """Prepare a run with these connection options. This sends no request."""

    def list_objects(self, kind: Kind, desired: Sequence[Desired] = (), whole: bool = True) -> list[Record]:
        """The objects of a kind, as the listing shows them. Kinds are listed in the order of C(kinds).

        :param desired: the declaration; a service that lists its objects in parts lists only the parts that it is about
        :param whole: list all objects, not only those that the declaration is about
        :raises MonitoringError: if the service returns objects of another kind, which pruning would delete
        """
        records = self._list_kind(kind, desired, whole)
        foreign = next((record for record in records if record.kind is not kind), None)
        if foreign is not None:
            raise MonitoringError(f"listing every {kind.noun} returned a {foreign.kind.noun}; this is a bug, report it")
        return records

    @abstractmethod
    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """The objects of a kind; parameters as of C(list_objects). C(for_kind) chooses by the kind."""

    def listing_doubts(self) -> Mapping[str, str]:
        """Why listings of this run may lack objects, by the name of the kind; empty if all of them are whole."""
        return {}

    def finds_more(self, kinds: Collection[str]) -> bool:
        """Read on in listings of which it is only assumed that they are whole, and return whether there is more.

        If there is, the next C(list_objects) shows it. The engine calls this if an object is missing in a listing, or
        will be pruned.

        :param kinds: the names of the kinds whose listings must be whole
        """
        return False

    @abstractmethod
    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields in ``missing`` that the server shows; others may be included."""

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:  # noqa: B027
        """Read several objects with one request, if the service can do that. The other objects are read one by one.

        :param reads: records, the fields that they lack, and the desired objects
        """

    @abstractmethod
    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an object; its subresources are written later.

        :returns: the new object, or its id; None if the answer shows no id
        """

    @abstractmethod
    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change options of an object; all of them belong to this subresource."""

    @abstractmethod
    def delete(self, record: Record, controls: Values) -> None:
        """Delete an object."""

    def validate_names(  # noqa: B027
        self, kind: Kind, records: Sequence[Record], desired: Sequence[Desired]
    ) -> None:
        """Check the declared names of a kind against the current ones, in check mode against the predicted ones.

        :param records: the listing of the kind
        :param desired: the declaration
        :raises InputError: if it is not clear which object a name belongs to
        """

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> Sequence[Problem | str]:
        """The reasons to refuse a plan.

        :param records: the listings, by the name of the kind
        """
        return []

    def values_of_new(self, kind: Kind) -> Values:
        """The known defaults of a new object, by option name."""
        return {}

    def hidden_options(self, kind: Kind, records: Sequence[Record]) -> Collection[str]:
        """The options that the service does not show of objects of a kind, for the objects that check mode predicts.

        :param records: the objects of this kind that exist
        """
        return ()

    def is_managed(self, record: Record) -> bool:
        """Whether an object is in the part of the account that the task manages, so that it may be pruned."""
        return True

    def listed_parts(
        self, kind: Kind, records: Mapping[str, Sequence[Record]], desired: Sequence[Desired]
    ) -> Collection[str] | None:
        """The ids of the objects whose contents a listing shows that is not of the whole account; None if it shows all.

        :param records: the objects that such listings may show, by the name of the kind
        """
        return None

    def wait_for_consistency(self) -> None:  # noqa: B027
        """Wait until all writes can be read, at a service whose reads lag; raises nothing."""

    def forget(self) -> None:  # noqa: B027
        """Forget what was read, because somebody has written since. The account is then read again."""

    def read_back(self, kind: Kind, ident: str) -> Values:
        """What reads showed of a new object during C(wait_for_consistency); empty if nothing. This sends no request."""
        return {}

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """The listed objects that match the filters of an info module. By default the filters are id and name."""
        ident, name = filters.get(kind.id_option), filters.get(kind.name_option)
        if ident is not None:
            records = [record for record in records if record.id == ident]
        if name is not None:
            item = kind.by_name[kind.name_option]
            records = [record for record in records if item.same(record.values.get(item.name), name)]
        return records

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The C(desired) for C(list_objects) with which an info module lists a part; empty if it lists all objects."""
        return ()

    def close(self) -> None:  # noqa: B027
        """Called at the end of a run; raises nothing."""

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What the option C(include) of an info module adds to an object, such as the checks of a device."""
        raise NotImplementedError

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written, and return the whole answer.

        :raises ApiError: if the request fails
        """
        raise NotImplementedError
