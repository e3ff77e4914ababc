# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, each with a sentence that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

_MOST_REASONS = 10


@dataclass(frozen=True)
class Failure:
    """One request that failed, without headers, parameters or secrets.

    ``path`` is relative to the base URL, ``status`` is None where no answer came, ``code`` and ``message`` are the
    server's own, ``waited_s`` is what failed attempts and the pauses after them took, in seconds.
    """

    service: str
    method: str
    path: str
    status: int | None = None
    code: str | None = None
    message: str = ""
    attempts: int = 1
    waited_s: float = 0.0


class MonitoringError(Exception):
    """The root of all errors of this collection; its text is one sentence for the user."""


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a declaration.

    :param reason: a sentence that names the locations
    :param location: the place of the object in the declaration, such as C(devices[3]); empty if there is none
    :param other_locations: the places of other objects that the sentence names
    :param value: the value that is refused, if the reason is a value
    """

    reason: str
    location: str = ""
    other_locations: tuple[str, ...] = ()
    value: Any = None

    def __str__(self) -> str:
        return self.reason


_Error = TypeVar("_Error", bound=MonitoringError)


def without_trace(error: _Error) -> _Error:
    """An error that is stored, without the frames in which it happened: those hold whole answers of the server."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


class InputError(MonitoringError):
    """The input of the user is invalid. It is refused before anything is written.

    :ivar problems: the reasons; the text of the error consists of the first ten
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(one) if isinstance(one, str) else one for one in problems)
        super().__init__(first_reasons([problem.reason for problem in self.problems]))


def first_reasons(reasons: Sequence[str]) -> str:
    """The first ten of several sentences in one line, and how many others there are."""
    others = len(reasons) - _MOST_REASONS
    shown = "; ".join(reasons[:_MOST_REASONS])
    return f"{shown}; and {others} more problems" if others > 0 else shown


class OptionError(ValueError):
    """The value of an option is invalid.

    :ivar reason: what is allowed, as the end of a sentence
    :ivar value: the part of the value that is invalid
    :ivar location: the place of that part in the value, such as C([2]); empty for the value itself
    """

    def __init__(self, reason: str, value: Any = None, location: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value, self.location = reason, value, location


class ApiError(MonitoringError):
    """A request failed for good.

    :ivar ambiguous: the server may have acted: the answer was lost, or was not an answer
    :ivar refused: the server answered, and the answer says no; false for an answer that cannot be read
    """

    def __init__(self, reason: str, failure: Failure, *, ambiguous: bool = False, refused: bool = False) -> None:
        super().__init__(reason)
        self.failure, self.ambiguous, self.refused = failure, ambiguous, refused


class SkippedError(MonitoringError):
    """A step was not tried, because another one that it needs has failed."""


class ShapeError(MonitoringError):
    """An answer of a shape that nobody has described: never to be read as "nothing there"."""


class MissingLibraryError(MonitoringError):
    """A Python library is not installed where the code runs; ``trace`` is the traceback of its import."""

    def __init__(self, library: str, trace: str) -> None:
        super().__init__(f"the Python library {library} is missing")
        self.library, self.trace = library, trace
