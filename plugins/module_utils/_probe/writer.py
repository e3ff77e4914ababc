# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends the write requests of a probe, and deletes all that they have created, also after errors and signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._core.apply import says_that_it_exists
from .._core.clock import Clock
from .._core.errors import ApiError, MonitoringError
from .._core.objects import Record
from .evidence import NotSeenError
from .interruption import Interruptions
from .question import Service, Step, Writing
from .scratch import Scratch
from .sender import Sender

MAX_WRITING_REQUESTS = 150
"""How many requests the writing part of a probe sends, besides those that clean up."""
_CLEANING_REQUESTS = 300
_WAIT_S = 10.0
"""How long a listing may take to show a new object, or to hide a deleted one."""
_PAUSE_S = 0.5
_CLEANING_PAUSE_S = 2.0

Found = tuple[Scratch, Record]


class _Look(NamedTuple):
    """A look at the listing of a new object.

    :param record: the object; None if the listing does not show it
    :param first_s: when the first request of the listing was sent
    :param last_s: when the last one was sent
    """

    record: Record | None
    first_s: float
    last_s: float


class Writer:
    """Creates the scratch objects of a probe, changes them, and deletes them.

    :param service: the account
    :ivar is_changed: whether scratch objects of an earlier run are deleted, or new ones are left
    """

    def __init__(self, writing: Writing, service: Service, sender: Sender, clock: Clock | None = None) -> None:
        self._writing, self._service, self._sender = writing, service, sender
        self._evidence = sender.evidence
        self._prefix: str = self._evidence.options["prefix"]
        self._clock = clock or Clock()
        # What this run may have created, and of that, what no listing has shown yet.
        self._made: set[Scratch] = set()
        self._in_doubt: set[Scratch] = set()
        # What a listing has shown, and the ids of that.
        self._shown: set[Scratch] = set()
        self._seen: set[str] = set()
        self._fresh: Service | None = None
        self._is_lost = False
        # Whether a listing could not be read while the probe waited for an object.
        self._has_failed = False
        self.is_changed = False

    # -- the whole -------------------------------------------------------------------------------------------------

    def find_old(self) -> list[Found]:
        """The scratch objects of an earlier run. C(is_changed) is then whether some of them can be deleted.

        :raises NotSeenError: if listings cannot be read, so that the probe would not find its own objects again
        """
        try:
            found = self._list_all()
        except MonitoringError:
            raise NotSeenError("no object was created, because a listing cannot be read") from None
        self.is_changed = not all(self._contains_others(*one) for one in found)
        if set(self._service.listing_doubts()) & {scratch.kind.name for scratch in self._writing.scratch}:
            raise NotSeenError("no object was created, because a listing may lack objects")
        return found

    def write(self, reread: Sequence[Step]) -> list[str]:
        """Send the write requests, and delete all scratch objects.

        :param reread: the requests to send again while scratch objects exist
        :returns: the scratch objects that are left, by kind and name
        :raises NotSeenError: if no write request can be sent
        :raises MonitoringError: if a signal interrupted it; what is left is in the message
        """
        if not self._writing.steps:
            raise NotSeenError("no request shows this")
        self._sender.allow(MAX_WRITING_REQUESTS)
        old = self.find_old()
        interruptions = Interruptions()
        with interruptions.held():
            try:
                interruptions.run(lambda: self._send_all(reread, has_old=bool(old)))
            finally:
                if interruptions.seen:
                    # The signal may have left the client in the middle of a request.
                    self._connect_again()
                left = self._clean()
        if interruptions.seen:
            raise MonitoringError(f"interrupted; {_sentence(left)}")
        names_of_old = {self._described(scratch, record.label) for scratch, record in old}
        self.is_changed = self.is_changed or not names_of_old.issuperset(left)
        return left

    def close(self) -> None:
        """End the connections that were made to clean up."""
        if self._fresh is not None:
            self._fresh.close()
            self._fresh = None

    def _send_all(self, reread: Sequence[Step], *, has_old: bool) -> None:
        if has_old and self._clean():
            self._evidence.no_writes = "no object was created, because those of an earlier run cannot be deleted"
            return
        for step in self._writing.creations:
            self._send(step)
        for step in reread:
            self._sender.send(step)
        for step in self._writing.changes:
            self._send(step)

    # -- creating and changing -------------------------------------------------------------------------------------

    def _send(self, step: Step) -> None:
        if self._is_lost:
            self._evidence.skip(step.name, "a listing does not show an object that the probe has created")
            return
        if step.creates is None:
            self._sender.send(step)
            # A read that follows must show the change.
            self._clock.sleep(self._evidence.lag.pause_s)
            return
        was_in_doubt = step.creates in self._in_doubt
        # Before the request, because a signal may interrupt it.
        self._made.add(step.creates)
        self._in_doubt.add(step.creates)
        log = len(self._evidence.log)
        error = self._sender.send(step)
        was_sent = len(self._evidence.log) > log or error is not None
        if was_sent and (error is None or error.ambiguous):
            self._wait_for(step.creates, is_certain=error is None)
        elif not was_in_doubt and not self._is_hidden(step.creates, error):
            # The server refused it, or it was not sent.
            self._in_doubt.discard(step.creates)

    def _is_hidden(self, scratch: Scratch, error: ApiError | None) -> bool:
        """Whether a server refuses to create an object because of one that no listing shows yet.

        A run that was killed a moment ago may have created it.
        """
        if error is None or scratch in self._shown or not says_that_it_exists(error):
            return False
        try:
            neighbours = scratch.neighbours(self._service, self._prefix)
        except MonitoringError:
            return True
        return not any(scratch.is_named(one, self._prefix) for one in neighbours)

    def _wait_for(self, scratch: Scratch, *, is_certain: bool) -> None:
        """Wait until a listing shows a new object. It stays in doubt if none does.

        :param is_certain: whether the service said that it has created it
        """
        started = self._clock.now()
        self._has_failed = False
        look, hidden_s = self._look(scratch), None
        while look.record is None and look.last_s - started < _WAIT_S:
            hidden_s = look.first_s - started
            self._clock.sleep(_PAUSE_S)
            look = self._look(scratch)
        self._is_lost = look.record is None and is_certain
        if look.record is not None:
            self._evidence.add_record(scratch, look.record)
            if is_certain and not self._has_failed:
                self._evidence.lag.add(hidden_s, look.last_s - started)

    def _look(self, scratch: Scratch) -> _Look:
        """Look whether a listing shows a new object. The rate limit may delay its requests."""
        log = self._evidence.log
        before = len(log)
        record = self._new_record(scratch)
        sent = [one.sent_s for one in log[before:]] or [self._clock.now()]
        return _Look(record, sent[0], sent[-1])

    def _new_record(self, scratch: Scratch) -> Record | None:
        """An object that no listing has shown before; None if there is none, or the listing cannot be read."""
        try:
            found = scratch.find(self._service, self._prefix)
        except MonitoringError:
            self._has_failed = True
            return None
        return self._note(scratch, found)

    def _note(self, scratch: Scratch, found: Sequence[Record]) -> Record | None:
        """Note which objects a listing has shown, and return one that is new; None if none is."""
        new = [record for record in found if record.id not in self._seen]
        self._seen.update(record.id for record in new)
        if not new:
            return None
        self._in_doubt.discard(scratch)
        self._shown.add(scratch)
        return new[-1]

    # -- cleaning --------------------------------------------------------------------------------------------------

    def _clean(self) -> list[str]:
        """Delete all scratch objects, and wait until no listing shows one.

        :returns: what is left, by kind and name
        """
        deadline = None
        while True:
            self._sender.allow(_CLEANING_REQUESTS)
            left = self._delete_found()
            if not left:
                return []
            now = self._clock.now()
            # The rate limit may have delayed the first deletions.
            deadline = now + _WAIT_S if deadline is None else deadline
            if now > deadline:
                return left
            self._clock.sleep(_CLEANING_PAUSE_S)

    def _delete_found(self) -> list[str]:
        """Delete the scratch objects that listings show.

        :returns: what may still be there, by kind and name
        """
        try:
            for found in self._list_all():
                self._delete(*found)
            left = [self._described(scratch, record.label) for scratch, record in self._list_all()]
        except MonitoringError:
            self._connect_again()
            return self._may_exist()
        return left or [self._described(scratch) for scratch in self._in_doubt]

    def _list_all(self) -> list[Found]:
        """All scratch objects, in the order in which they are deleted.

        :raises MonitoringError: if a listing cannot be read
        """
        self._sender.watch(self._service.client)
        all_found: list[Found] = []
        for scratch in self._writing.scratch:
            found = scratch.find(self._service, self._prefix)
            self._note(scratch, found)
            all_found += ((scratch, record) for record in found)
        return all_found

    def _delete(self, scratch: Scratch, record: Record) -> None:
        """Delete an object. If that fails, the next listing shows it."""
        if self._contains_others(scratch, record):
            return
        try:
            self._service.delete(record, {})
        except MonitoringError:
            return

    def _contains_others(self, scratch: Scratch, record: Record) -> bool:
        """Whether an object contains an object that the probe has not made."""
        for inner in (one for one in self._writing.scratch if one.inside is scratch):
            for neighbour in inner.neighbours(self._service, self._prefix):
                is_here = neighbour.values.get(scratch.kind.name) == record.id
                if is_here and not self._is_made(neighbour):
                    return True
        return False

    def _is_made(self, record: Record) -> bool:
        """Whether the probe has made an object."""
        return any(one.kind is record.kind and one.is_made(record, self._prefix) for one in self._writing.scratch)

    def _connect_again(self) -> None:
        """Use a new client, because failures may have used up the retry budget of the last one."""
        self.close()
        self._fresh = self._service = type(self._service)(self._evidence.options, 1)

    def _may_exist(self) -> list[str]:
        """What this run may have created."""
        return [self._described(scratch) for scratch in self._writing.scratch if scratch in self._made]

    def _described(self, scratch: Scratch, name: str = "") -> str:
        return f"{scratch.kind.noun} {name or scratch.full_name(self._prefix)}"


def _sentence(left: Sequence[str]) -> str:
    """What is left, as a clause."""
    if not left:
        return "all scratch objects are deleted"
    return f"scratch objects are left, which the next run deletes: {', '.join(left)}"
