# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A probe as data: the requests, and the open questions that their answers settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from .evidence import Call, Evidence, Names, NotSeenError

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
    """

    name: str
    make: Callable[[Evidence], Call]
    connect: Callable[[Service, Evidence], Any] | None = None


@dataclass(frozen=True)
class Question:
    """What the documents leave open.

    :param switch: the switch of the sandbox that decides it
    :param text: the question, as one clause without a question mark
    :param document: what the document says, as one clause
    :param expected: the documented position or, without one, the position that the collection expects
    :param positions: all positions with their meaning; empty if a position is a number
    :param steps: the requests that show the answer
    :param read: finds the position; raises NotSeenError or UnknownFormError
    """

    switch: str
    text: str
    document: str
    expected: Position
    positions: Mapping[Position, str]
    steps: tuple[str, ...]
    read: Callable[[Evidence], Position]


@dataclass(frozen=True)
class Probe:
    """The probe of a service.

    :param steps: the requests in their order; at most MAX_REQUESTS
    :param questions: what reading can settle
    :param kinds: the objects whose unknown fields are listed: the names of a kind, and the steps that show objects
    """

    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    kinds: tuple[tuple[Names, tuple[str, ...]], ...]


SILENT = "the document does not say"
NEEDS_WRITE = "only write requests show this, which the probe does not send"


def unseen(switch: str, text: str, document: str, expected: Position, reason: str = NEEDS_WRITE) -> Question:
    """A question that reading cannot settle.

    :param reason: why, as one clause
    """

    def read(evidence: Evidence) -> Position:
        raise NotSeenError(reason)

    return Question(switch, text, document, expected, {}, (), read)


UNSEEN_EVERYWHERE = (
    unseen("text_storage", "whether texts are stored as they were sent", SILENT, "as_given"),
    unseen("lag", "whether a read shows the state from before a write", SILENT, 0),
)
"""The questions about each service that reading cannot settle."""
