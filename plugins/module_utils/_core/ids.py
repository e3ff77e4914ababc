# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ids of new objects that the server did not say: they are found in a new listing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .errors import MonitoringError
from .objects import Record, Step, by_key
from .values import join_names

_POLL_S = 0.5

Key = tuple[Any, ...]


class NewObjects:
    """The objects of an account that did not exist when it was observed, by kind and natural key.

    :param before: the listings when the account was observed
    :param list_kind: lists a kind, by its name, as it is now
    """

    def __init__(self, before: Mapping[str, Sequence[Record]], list_kind: Callable[[str], Sequence[Record]]) -> None:
        self._known = {(name, record.id) for name, records in before.items() for record in records}
        self._list_kind = list_kind
        # Guards the cache: threads that look for objects of one kind share a listing.
        self._lock = threading.Lock()
        self._cache: dict[str, dict[Key, list[Record]]] = {}

    def find(self, step: Step, key: Key | None) -> Record | None:
        """The new object of a step, in the latest listing of its kind; None if it is not there.

        :raises MonitoringError: if there are several
        """
        return self._find(step, key, refresh=False)

    def wait_for(self, step: Step, key: Key | None, timeout_s: float) -> Record | None:
        """The new object of a step, in new listings, until it is there or the time is over: listings may lag.

        :raises MonitoringError: if there are several
        """
        deadline = time.monotonic() + timeout_s
        while True:
            found = self._find(step, key, refresh=True)
            if found is not None or time.monotonic() >= deadline:
                return found
            time.sleep(_POLL_S)

    def _find(self, step: Step, key: Key | None, *, refresh: bool) -> Record | None:
        kind = step.desired.kind
        with self._lock:
            if refresh or kind.name not in self._cache:
                self._cache[kind.name] = by_key(self._list_new(kind.name))
            found = self._cache[kind.name].get(key, []) if key is not None else []
        if len(found) > 1:
            ids = join_names(record.id for record in found)
            raise MonitoringError(f"there are {len(found)} new {kind.noun}s named {step.label}: {ids}")
        return found[0] if found else None

    def _list_new(self, kind: str) -> list[Record]:
        return [record for record in self._list_kind(kind) if (kind, record.id) not in self._known]
