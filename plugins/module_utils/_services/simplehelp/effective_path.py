# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out which of several paths a write needs.

For some writes the vendor's document shows the path of the query that reads: C(groups/get) instead of C(groups/set). A
server may answer a write to the wrong path with success and ignore it, so only reading back tells which one works.
"""

from __future__ import annotations

import threading

from ..._core.errors import ApiError, MonitoringError
from ..._core.values import Values
from ..._http.client import Client
from .queries import Path, write
from .verification import ReadBack, Verification


class EffectivePaths:
    """Sends writes by the path that has an effect, and remembers that path. May be used by several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._effective: dict[tuple[Path, ...], Path] = {}
        self._thread = threading.local()

    @property
    def ineffective_writes(self) -> int:
        """How many writes of this thread the server has reported as successful although they had no effect."""
        return int(getattr(self._thread, "ineffective_writes", 0))

    def write(self, paths: tuple[Path, ...], body: Values, verification: Verification) -> Values:
        """Send a write by each of these paths until one has an effect; return the values that were read back.

        :raises ApiError: if the server refuses the write, or the object cannot be read
        :raises MonitoringError: if no path has an effect
        """
        errors: list[MonitoringError] = []
        for path in self._candidates(paths):
            lost_answer: ApiError | None = None
            writes_before = self._client.writes
            try:
                write(self._client, path, body)
            except ApiError as exc:
                errors.append(exc)
                if not exc.ambiguous:
                    continue
                lost_answer = exc
            result = _read_back(verification, lost_answer)
            if not result.unconfirmed:
                self._effective[paths] = path
                return result.current
            self._add_ineffective(self._client.writes - writes_before)
            errors.append(result.error())
        raise _most_useful(errors)

    def _candidates(self, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        if paths in self._effective:
            return (self._effective[paths],)
        return paths

    def _add_ineffective(self, writes: int) -> None:
        self._thread.ineffective_writes = self.ineffective_writes + writes


def _read_back(verification: Verification, lost_answer: ApiError | None) -> ReadBack:
    """What the server shows after a write.

    :param lost_answer: the error of the write, if the server may have executed it
    :raises ApiError: if the object cannot be read: the error of the write, which matters more, or that of reading
    """
    try:
        return verification.read_back()
    except ApiError as exc:
        raise lost_answer or exc from None


def _most_useful(errors: list[MonitoringError]) -> MonitoringError:
    """The error to report when no path has an effect: a refusal with a reason, before "not found" and "no effect"."""
    refusals = [error for error in errors if isinstance(error, ApiError)]
    with_reason = [error for error in refusals if error.failure.status != 404]
    return [*with_reason, *refusals, *errors][0]
