# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads lag behind writes: what was written, and waiting until listings show it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from ..._core.clock import poll
from ..._core.errors import MonitoringError
from ..._core.kind import Kind
from ..._core.objects import Record
from ..._core.values import Values

_PAUSE_S = 0.25


@dataclass(frozen=True)
class _Written:
    """One object that was written, and the options that reads must show. None after a deletion.

    :param is_new: this run created the object, so that a read that shows it cannot show an older name
    """

    record: Record
    values: Values | None
    is_new: bool = False

    def must_show(self, option: str) -> bool:
        """Whether reads have to show this value. Another name of a new object is final, so waiting is of no use."""
        return not (self.is_new and option == self.record.kind.name_option)


@dataclass(frozen=True)
class Place:
    """The listing that shows an object: that of its service, or that of its resource."""

    kind: Kind
    id: str


class WrittenObjects:
    """Registers what a task has written, and waits until reads show it.

    :param lag_s: for how many seconds reads may lag behind
    :param place_of: the listing that shows an object
    :param list_place: the objects in such a listing
    :param read: reads the options that the listing does not show, as C(Service.read)
    """

    def __init__(
        self,
        lag_s: float,
        place_of: Callable[[Record], Place],
        list_place: Callable[[Place], list[Record]],
        read: Callable[[Record, Collection[str]], Values],
    ) -> None:
        self._lag_s, self._place_of, self._list_place, self._read = lag_s, place_of, list_place, read
        self._written: dict[tuple[str, str], _Written] = {}
        self._found: dict[tuple[str, str], Record] = {}

    def register_new(self, record: Record) -> None:
        """Remember the options with which an object was created."""
        self._written[record.kind.name, record.id] = _Written(record, {}, is_new=True)
        self.register(record, record.values)

    def shown(self, kind: Kind, ident: str) -> Values:
        """What the listing showed of an object while this class waited for it; empty if nothing."""
        found = self._found.get((kind.name, ident))
        return found.values if found is not None else {}

    def register(self, record: Record, values: Values) -> None:
        """Remember the options that were written. They are added to what earlier requests wrote of the object."""
        kind = record.kind
        before = self._written.get((kind.name, record.id))
        written = dict(before.values or {}) if before is not None else {}
        written.update({name: value for name, value in values.items() if not kind.by_name[name].write_only})
        # A monitor that moves to another service is in the listing of that service.
        current = replace(record, values={**record.values, **written})
        is_new = before is not None and before.is_new
        self._written[kind.name, record.id] = _Written(current, written, is_new)

    def register_deletion(self, record: Record) -> None:
        """Remember that an object was deleted. It is expected to disappear from the listing where it was last."""
        before = self._written.get((record.kind.name, record.id))
        moved = (before.values if before is not None else None) or {}
        current = replace(record, values={**record.values, **moved})
        self._written[record.kind.name, record.id] = _Written(current, None)

    def wait(self) -> list[str]:
        """Repeat reads until they show everything that was written, or may no longer lag. Returns warnings."""
        try:
            late = self._wait_until_shown()
        except MonitoringError as exc:
            return [f"What was written could not be read back: {exc}."]
        return [self._warning(one) for one in late]

    def _wait_until_shown(self) -> list[_Written]:
        """What reads do not show in time."""
        late = list(self._written.values())

        def is_shown() -> bool:
            nonlocal late
            late = self._not_shown(late)
            return not late

        poll(is_shown, self._lag_s, _PAUSE_S)
        return late

    def _not_shown(self, written: list[_Written]) -> list[_Written]:
        """What reads do not show yet. Each listing is read once."""
        places = dict.fromkeys(self._place_of(one.record) for one in written)
        found = {place: {record.id: record for record in self._list_place(place)} for place in places}
        self._found.update(
            {(record.kind.name, record.id): record for records in found.values() for record in records.values()}
        )
        return [one for one in written if not self._shows(found[self._place_of(one.record)].get(one.record.id), one)]

    def _shows(self, found: Record | None, written: _Written) -> bool:
        """Whether the object in a listing is as it was written. Options that nothing shows are not compared."""
        if found is None or written.values is None:
            return found is None and written.values is None
        missing = written.values.keys() - found.values.keys()
        shown = {**found.values, **(self._read(found, missing) if missing else {})}
        fields = found.kind.by_name
        compared = {name: value for name, value in written.values.items() if name in shown and written.must_show(name)}
        return all(fields[name].same(shown[name], value) for name, value in compared.items())

    def _warning(self, written: _Written) -> str:
        return (
            f"After {self._lag_s:g} s the service does not show what was written of {written.record.kind.noun} "
            f"{written.record.label}: the change is delayed, or was not accepted completely."
        )
