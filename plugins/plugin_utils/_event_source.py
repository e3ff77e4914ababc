# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event sources have in common: their options, the polls, and the delivery of events."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, TypeVar

from ..module_utils._ansible.account import account_identity
from ..module_utils._ansible.connection import (
    CONNECTION,
    complete_connection,
    connect_on_controller,
    environment_variable,
)
from ..module_utils._ansible.validate import parse_options, validate_params
from ..module_utils._core.display import visible
from ..module_utils._core.errors import ApiError, InputError, MonitoringError
from ..module_utils._core.kind import Field
from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.objects import Record
from ..module_utils._core.service import CONCURRENCY, Service
from ..module_utils._core.values import Values
from ._event_state import StateFile
from ._events import (
    Memory,
    Origin,
    Reading,
    Sighting,
    Watch,
    after_delivery,
    after_failure,
    after_reading,
    records_since,
)

# How often to look whether the rule engine has taken an event, in seconds.
_TAKEN_INTERVAL_S = 0.01
# Everyone who has the download URL of an agent can use it.
_HIDDEN = frozenset({"download_url"})

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Period:
    """When a poll takes place.

    :ivar since: the time since which records are read
    :ivar now: the time of the poll
    """

    since: datetime
    now: datetime


@dataclass(frozen=True)
class EventKind:
    """A kind of objects that a source can watch.

    :ivar gone: the type of the event of an object that is no longer listed; empty for records
    :ivar read: reads the objects
    """

    name: str
    gone: str
    read: Callable[[Any, Period], Iterable[Sighting]]


@dataclass(frozen=True)
class EventSource:
    """The event source of a service.

    :ivar required: the connection options that it needs besides those that every plugin of the service needs
    """

    service: type[Service]
    kinds: Sequence[EventKind]
    required: tuple[str, ...] = ()

    @property
    def own_options(self) -> tuple[Field, ...]:
        """The options besides the connection options."""
        names = tuple(kind.name for kind in self.kinds)
        return (
            Field("interval", type="float", default=60.0, minimum=1, maximum=86400),
            Field("include", type="list", choices=names, default=list(names)),
            Field("state_file", type="path"),
        )

    @property
    def options(self) -> dict[str, Field]:
        """All options by name."""
        return {item.name: item for item in (*self.own_options, *CONNECTION, *self.service.credentials)}


async def watch(source: EventSource, queue: Any, args: Mapping[str, Any]) -> None:
    """Poll a service, and put an event into the queue for each change, until the task is cancelled.

    :param queue: has the method C(put) of C(asyncio.Queue)
    :param args: the options as the user wrote them
    :raises MonitoringError: for an invalid option, or a state file that cannot be used
    """
    poller = Poller(source, args)
    with poller.state.locked():
        await poller.run(queue)


class Poller:
    """Polls a service, and delivers the events.

    After each poll, the events are stored before the first of them is delivered. After each delivery, it is stored that
    the event was delivered. So a crash loses no event, and repeats at most one, with the same id.

    :raises InputError: for an invalid option
    """

    def __init__(self, source: EventSource, args: Mapping[str, Any]) -> None:
        self._source, self._args = source, args
        own = _own_options(source, args)
        self._interval: float = own["interval"]
        self._kinds = [kind for kind in source.kinds if kind.name in own["include"]]
        self._watches = [Watch(kind.name, kind.gone) for kind in self._kinds]
        self._connection = _connection(source, args)
        client = self._connect()
        self._origin = Origin(source.service.name, account_identity(client, self._connection))
        client.close()
        self._former: Any = None
        self._warned: set[str] = set()
        self._log = logging.getLogger(f"declarative.monitoring.{source.service.name}")
        self.state = StateFile(own["state_file"] or "", self._origin)

    async def run(self, queue: Any) -> None:
        """Deliver what is left from an earlier run, and then poll until the task is cancelled."""
        memory = await self._deliver(self.state.load(), queue)
        while True:
            memory = await self._deliver(await self._poll(memory), queue)
            await asyncio.sleep(self._interval)

    async def _deliver(self, memory: Memory, queue: Any) -> Memory:
        """Put the pending events into the queue, one after the other."""
        while memory.pending:
            await queue.put(_harmless(memory.pending[0]))
            await _taken(queue)
            memory = after_delivery(memory)
            self.state.save(memory)
        return memory

    async def _poll(self, memory: Memory) -> Memory:
        """The memory after one poll. It is stored if it has changed."""
        now = datetime.now(timezone.utc)
        found = await asyncio.to_thread(self._read, Period(records_since(memory, now), now))
        if isinstance(found, Reading):
            new = after_reading(memory, found, self._watches, self._origin, now)
        else:
            new = after_failure(memory, found, self._origin, now)
            if not memory.outage:
                self._log.error("%s", found)
        if new != memory:
            self.state.save(new)
        return new

    def _read(self, period: Period) -> Reading | str:
        """What the service shows, or the sentence that says why it cannot be read.

        Each poll has a new client: the retries of a client have one time limit for its whole life. It knows what the
        one before has learnt about the rate limit.
        """
        title = self._source.service.title
        client = self._connect()
        if self._former is not None:
            client.client.take_over(self._former)
        try:
            sightings = [one for kind in self._kinds for one in kind.read(client, period)]
            self._warn(client)
            masked = [replace(one, object=client.redact(one.object)) for one in sightings]
            return Reading(masked, tuple(client.listing_doubts()))
        except ApiError as exc:
            return visible(client.redact_text(f"{title}: {exc.failure.method} {exc.failure.path}: {exc}"))
        except MonitoringError as exc:
            return visible(client.redact_text(f"{title}: {exc}"))
        finally:
            client.close()
            self._former = client.client

    def _connect(self) -> Service:
        return connect_on_controller(self._source.service, self._connection, self._args)

    def _warn(self, client: Service) -> None:
        """Log each warning of the service once."""
        for warning in client.warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                self._log.warning("%s: %s", self._source.service.title, visible(warning))


# -- options -----------------------------------------------------------------------------------------------------------


def _own_options(source: EventSource, args: Mapping[str, Any]) -> Values:
    """The options besides the connection options, with their defaults.

    :raises InputError: for an invalid option, or one that does not exist
    """
    known = source.options
    for name in args:
        if name not in known:
            raise InputError(f"there is no option {name}{did_you_mean(name, known)}")
    fields = source.own_options
    validate_params(fields, args, args)
    given = {item.name: args[item.name] for item in fields if args.get(item.name) is not None}
    values = {**{item.name: item.default for item in fields}, **parse_options(known, given)}
    if not values["include"]:
        raise InputError(f"include must name at least one of {', '.join(kind.name for kind in source.kinds)}")
    return values


def _connection(source: EventSource, args: Mapping[str, Any]) -> Values:
    """The connection options, from the arguments, from the environment, or their defaults.

    :raises InputError: for an invalid or missing one
    """
    fields = (*CONNECTION, *source.service.credentials)
    validate_params(fields, args, args)
    values = complete_connection(source.service, args)
    missing = next((name for name in source.required if not values[name]), None)
    if missing is not None:
        variable = environment_variable(source.service, missing)
        raise InputError(f"{missing} is missing: set the option or the environment variable {variable}")
    return values


# -- readings ----------------------------------------------------------------------------------------------------------


def describe(record: Record) -> Values:
    """The id and the values of an object, without secrets."""
    kind = record.kind
    ident = {kind.id_option: record.id} if kind.id_option else {}
    hidden = {item.name for item in kind.fields if item.secret} | _HIDDEN
    return {**ident, **{name: value for name, value in record.values.items() if name not in hidden}}


def in_parallel(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """The results of several requests, some of which are sent at the same time."""
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return list(pool.map(work, items))


# -- delivery ----------------------------------------------------------------------------------------------------------


def _harmless(data: Any) -> Any:
    """An event with spaces in what Ansible would evaluate as the beginning of a template.

    ansible-rulebook passes events as extra variables, and Ansible evaluates those. Anybody who can name an object at
    the service could otherwise run commands.
    """
    if isinstance(data, str):
        return re.sub(r"\{(?=[{%#])", "{ ", data)
    if isinstance(data, dict):
        return {_harmless(key): _harmless(value) for key, value in data.items()}
    return [_harmless(one) for one in data] if isinstance(data, (list, tuple)) else data


async def _taken(queue: Any) -> None:
    """Wait until the rule engine has taken the event that was put into the queue just now.

    While many actions wait, it takes none for a long time. Other sources may fill the queue at once, so that it is
    never empty.
    """
    # ansible-rulebook wraps its queue in an object with the event filters.
    waiting = getattr(getattr(queue, "queue", queue), "_queue", ())
    # Filters may copy an event, and make several or none of it. Events leave the queue in the order in which they came.
    last = waiting[-1] if waiting else None
    while any(event is last for event in waiting):
        await asyncio.sleep(_TAKEN_INTERVAL_S)
