# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ids of new objects that the server did not say: they are found in a new listing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from .clock import poll
from .errors import MonitoringError
from .objects import Record, Step, by_key
from .similar import SimilarNames
from .values import join_names

_POLL_S = 0.5

Key = tuple[Any, ...]


class NewObjects:
    """The objects of an account that did not exist when it was observed, by kind and natural key.

    :param before: the listings when the account was observed
    :param list_kind: lists a kind, by its name, as it is now
    :param declared: the declared names, each with its kind: a new object with one of them is not another one
    """

    def __init__(
        self,
        before: Mapping[str, Sequence[Record]],
        list_kind: Callable[[str], Sequence[Record]],
        declared: Collection[tuple[str, Any]] = (),
    ) -> None:
        self._known = {(name, record.id) for name, records in before.items() for record in records}
        self._list_kind, self._declared = list_kind, declared
        # Guards the cache: threads that look for objects of one kind share a listing.
        self._lock = threading.Lock()
        self._cache: dict[str, _NewOfKind] = {}

    def find(self, step: Step, key: Key | None) -> Record | None:
        """The new object of a step, in the latest listing of its kind; None if it is not there.

        :raises MonitoringError: if there are several
        """
        return self._find(step, key, refresh=False)

    def wait_for(self, step: Step, key: Key | None, timeout_s: float) -> Record | None:
        """The new object of a step, in new listings, until it is there or the time is over: listings may lag.

        :raises MonitoringError: if there are several
        """
        return poll(lambda: self._find(step, key, refresh=True), timeout_s, _POLL_S)

    def wait_for_id(self, kind: str, ident: str, timeout_s: float) -> Record | None:
        """The new object with this id, in the latest listing or in new ones until it is there or the time is over."""
        known = self._list_new(kind, refresh=False).by_id.get(ident)
        return known or poll(lambda: self._list_new(kind, refresh=True).by_id.get(ident), timeout_s, _POLL_S)

    def _find(self, step: Step, key: Key | None, *, refresh: bool) -> Record | None:
        kind = step.desired.kind
        listed = self._list_new(kind.name, refresh=refresh)
        found = listed.by_key.get(key, []) if key is not None else []
        if not found and key is not None:
            found = self._find_altered(step, key, listed)
        if len(found) > 1:
            ids = join_names(record.id for record in found)
            raise MonitoringError(f"there are {len(found)} new {kind.noun}s named {step.label}: {ids}")
        return found[0] if found else None

    def _find_altered(self, step: Step, key: Key, listed: _NewOfKind) -> list[Record]:
        """The new objects whose names may be the name of a step's object, altered by the server."""
        kind, name = step.desired.kind, step.after.get(step.desired.kind.name_option)
        if not isinstance(name, str):
            return []
        others = [one for one in listed.records if (kind.name, kind.normalize_name(one.label)) not in self._declared]
        return SimilarNames(kind, listed.records, others).find(key, name, cut_at_any_length=True)

    def _list_new(self, kind: str, *, refresh: bool) -> _NewOfKind:
        """The new objects of a kind, in the latest listing or in another one."""
        with self._lock:
            if refresh or kind not in self._cache:
                listed = self._list_kind(kind)
                self._cache[kind] = _NewOfKind([one for one in listed if (kind, one.id) not in self._known])
            return self._cache[kind]


class _NewOfKind:
    """The new objects in a listing of a kind, by key and by id."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.by_key: Mapping[Key, list[Record]] = by_key(records)
        self.by_id = {record.id: record for record in records}
