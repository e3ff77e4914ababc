# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A single request that a user writes, its answer, and what a service says about such requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RawApi:
    """What a service says about requests that users write.

    :param hosts: the hosts of a service with several hosts, of which a request names one
    :param sends_forms: whether a body is a form by default, and not JSON
    :param changing_gets: GET requests that change something, each as its host and the first segments of its path
    """

    hosts: tuple[str, ...] = ()
    sends_forms: bool = False
    changing_gets: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def changes_by_get(self, host: str, path: tuple[str, ...]) -> bool:
        """Whether a GET request to this path changes something."""
        return any(host == one and path[: len(start)] == start for one, start in self.changing_gets)


@dataclass(frozen=True)
class RawRequest:
    """A request that a user writes.

    :param path: the segments of the path below the base URL
    :param host: the host, at a service with several hosts
    :param query: the parameters in the URL
    :param json: the body as JSON; or ``form``: the body as a form
    :param changes: whether it changes something
    """

    method: str
    path: tuple[str, ...]
    host: str = ""
    query: Mapping[str, Any] | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    changes: bool = True


@dataclass(frozen=True)
class RawAnswer:
    """The answer to a request that a user has written; ``data`` is the body: JSON, text, or None if it is empty."""

    status: int
    headers: Mapping[str, str]
    data: Any
