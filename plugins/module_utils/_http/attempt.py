# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request, its answer, and an attempt to send it that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Request(NamedTuple):
    """A request to a service.

    :param path: the segments of the path below the base URL
    :param json: the body as JSON; or ``form``: the body as a form
    :param host: replaces ``{host}`` in the base URL of a service with several hosts
    :param read: the request only reads, and the answer must be JSON
    :param text: with C(read), the answer may also be a plain text
    :param repeat: it does no harm to send the request twice
    :param whole: return the whole answer as a RawAnswer, not only its data
    """

    method: str
    path: Sequence[str]
    params: Mapping[str, Any] | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    host: str = ""
    read: bool = False
    text: bool = False
    repeat: bool = False
    whole: bool = False

    @property
    def writes(self) -> bool:
        """Whether the request changes something on the server."""
        return not self.read and (self.method != "GET" or not self.repeat)


class Answer(NamedTuple):
    """What a server answered: the status with its words, the headers, and the decompressed body."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class AttemptError:
    """Why one attempt to send a request failed.

    :param reason: one clause for the user; it may still contain secrets
    :param retryable: the request may be sent again
    :param ambiguous: the server may have executed the request
    :param refused: the server answered, and the answer is a refusal
    :param status: the HTTP status; None if no answer came
    :param code: the server's own error code
    :param retry_after_s: the pause in seconds that the server asks for
    """

    reason: str
    retryable: bool = False
    ambiguous: bool = False
    refused: bool = False
    status: int | None = None
    code: str | None = None
    retry_after_s: float | None = None

    @property
    def postponed(self) -> bool:
        """Whether the server only asks to send the request later. Such an attempt does not count as a failed one."""
        return self.status == 429 and bool(self.retry_after_s)
