# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""References between objects: from the names and ids that users write to the ids that the service takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import InputError
from .kind import Field, Kind
from .nearest import did_you_mean
from .objects import Observed, PendingId
from .values import join_names


class ReferenceIndex:
    """All objects that others may refer to, by id, and by the name that they will have after the run."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._by_id: dict[tuple[str, str], Observed] = {}
        self._by_name: dict[tuple[str, Any], list[Observed]] = {}

    def add(self, observed: Observed) -> None:
        """Add an object."""
        kind = observed.desired.kind
        if observed.record is not None:
            self._by_id[kind.name, observed.record.id] = observed
        self._by_name.setdefault((kind.name, kind.normalize_name(observed.label)), []).append(observed)

    def find(self, item: Field, value: Any, referrer: Mapping[str, Any]) -> list[Observed]:
        """The objects that a reference may mean: the object with that id or, without one, those with that name.

        :param item: the field that holds the reference
        :param referrer: the values of the object that refers; a name means an object in the same part of the account
        """
        kind = self._kinds[item.reference]
        by_id = self._by_id.get((kind.name, str(value)))
        if by_id is not None:
            return [by_id]
        named = self._by_name.get((kind.name, kind.normalize_name(str(value))), ())
        return [observed for observed in named if kind.in_same_scope(observed.values, referrer)]

    def resolve(self, item: Field, value: Any, referrer: Mapping[str, Any]) -> Any:
        """The value of a field with the objects that it refers to by id, or by the id that they will get.

        :raises InputError: if there is no such object, or several, or only one that must be deleted
        """
        if not item.reference or value in (None, ""):
            return value
        if isinstance(value, list):
            return list(dict.fromkeys(self.resolve(item, one, referrer) for one in value))
        noun = self._kinds[item.reference].noun
        targets = [observed.target for observed in self.find(item, value, referrer) if observed.desired.present]
        if not targets:
            hint = did_you_mean(str(value), self._names(item, referrer))
            raise InputError(f"{item.name} names {value}, but there is no such {noun}, or it will be deleted{hint}")
        if len(targets) > 1:
            ids = join_names(target.label if isinstance(target, PendingId) else target for target in targets)
            several = f"there are {len(targets)} {noun}s of that name"
            raise InputError(f"{item.name} names {value}, but {several}: use one of the ids {ids}")
        return targets[0]

    def _names(self, item: Field, referrer: Mapping[str, Any]) -> Iterator[str]:
        """The names that a reference may hold."""
        kind = self._kinds[item.reference]
        for (name, _normal), several in self._by_name.items():
            if name == kind.name:
                usable = (one for one in several if one.desired.present)
                yield from (one.label for one in usable if kind.in_same_scope(one.values, referrer))

    def current_targets(self, item: Field, value: Any) -> Any:
        """The value of a field that holds ids, with the result of this run for each object.

        An object that is recreated is replaced by its new one; an object that is deleted is left out.
        """
        return self._after_run(item, value, leave_out_decided=False)

    def targets_of_recreated(self, item: Field, value: Any) -> Any:
        """As C(current_targets), for the field of an object that is recreated.

        A link whose other end is declared with an exact list is left out: that list decides about it.
        """
        return self._after_run(item, value, leave_out_decided=True)

    def _after_run(self, item: Field, value: Any, *, leave_out_decided: bool) -> Any:
        if not item.reference:
            return value
        if isinstance(value, list):
            targets = (self._after_run(item, one, leave_out_decided=leave_out_decided) for one in value)
            return [target for target in targets if target is not None]
        observed = self._by_id.get((item.reference, value))
        if observed is None:
            return value
        if not observed.desired.present:
            return None
        if leave_out_decided and self._decides(observed, item):
            return None
        return observed.target

    @staticmethod
    def _decides(observed: Observed, item: Field) -> bool:
        """Whether the object at the other end of a link is declared with an exact list of its links."""
        desired = observed.desired
        return item.inverse in desired.values and item.inverse not in desired.append_only
