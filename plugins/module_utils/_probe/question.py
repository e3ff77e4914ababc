# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A probe as data: the requests, and the open questions that their answers settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from .evidence import Call, Evidence, Names, NotSeenError
from .scratch import Scratch

Position = Union[str, int]
"""A possible answer to a question, as the switch of the sandbox calls it."""

Service = Any
"""A service of C(_services), whose attribute C(client) is the client that sends its requests."""


@dataclass(frozen=True)
class Step:
    """A request.

    :param name: the name under which the answer is found
    :param make: makes the request from the answers so far; raises NotSeenError if there is nothing to request
    :param connect: the client to send it with, from the service and the answers so far; None for that of the service
    :param creates: the object that it creates
    """

    name: str
    make: Callable[[Evidence], Call]
    connect: Callable[[Service, Evidence], Any] | None = None
    creates: Scratch | None = None


@dataclass(frozen=True)
class Written:
    """How write requests answer a question.

    :param steps: the requests that show the answer
    :param read: finds the position; raises NotSeenError or UnknownFormError
    """

    steps: tuple[str, ...]
    read: Callable[[Evidence], Position]


@dataclass(frozen=True)
class Question:
    """What the documents leave open.

    :param switch: the switch of the sandbox that decides it; without one, the name of the question
    :param text: the question, as one clause without a question mark
    :param document: what the document says, as one clause
    :param expected: the position that the collection expects: the documented one, unless the document says nothing,
        contradicts itself, or is probably wrong
    :param positions: all positions with their meaning; empty if a position is a number
    :param steps: the requests that show the answer
    :param read: finds the position; raises NotSeenError or UnknownFormError
    :param written: how write requests answer it if reading cannot; None if they cannot either
    :param is_switch: whether the sandbox has such a switch; without one, the answer is in the report only
    """

    switch: str
    text: str
    document: str
    expected: Position
    positions: Mapping[Position, str]
    steps: tuple[str, ...]
    read: Callable[[Evidence], Position]
    written: Written | None = None
    is_switch: bool = True


@dataclass(frozen=True)
class Writing:
    """The write requests of a probe.

    :param scratch: the objects that it creates, in the order in which they are deleted
    :param creations: the requests that create most of them; after these, the probe reads again
    :param changes: all other requests
    """

    scratch: tuple[Scratch, ...] = ()
    creations: tuple[Step, ...] = ()
    changes: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All requests."""
        return (*self.creations, *self.changes)


@dataclass(frozen=True)
class Probe:
    """The probe of a service.

    :param steps: the requests that read, in their order; at most MAX_REQUESTS
    :param questions: what the documents leave open
    :param kinds: the objects whose unknown fields are listed: the names of a kind, and the steps that show objects
    :param writing: the write requests
    """

    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    kinds: tuple[tuple[Names, tuple[str, ...]], ...]
    writing: Writing = field(default_factory=Writing)


SILENT = "the document does not say"
WRITE = "write: true"
NEEDS_WRITE = f"only write requests show this; {WRITE} sends them"


def unseen(switch: str, text: str, document: str, expected: Position, reason: str) -> Question:
    """A question that no request of a probe settles.

    :param reason: why, as one clause
    """

    def read(evidence: Evidence) -> Position:
        raise NotSeenError(reason)

    return Question(switch, text, document, expected, {}, (), read)


def by_writing(
    switch: str, text: str, document: str, expected: Position, positions: Mapping[Position, str], written: Written
) -> Question:
    """A question that only write requests settle."""
    question = unseen(switch, text, document, expected, NEEDS_WRITE)
    return Question(switch, text, document, expected, positions, (), question.read, written)
