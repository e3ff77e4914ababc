# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PUT replaces the whole object. Before one, everything that it must repeat is read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from ..._core.errors import ApiError, MonitoringError, ShapeError
from ..._core.objects import Record
from ..._core.service import for_kind
from ..._core.values import Values
from ..._http.envelope import extract_object
from .kinds import HIDDEN_OPTIONS, TARGETS, WRAPS


class Replacements:
    """Completes objects for PUT requests, and warns of options that a PUT may reset.

    :param read: reads the options of a record that its listing did not show, as C(Service.read)
    :param warnings: where warnings are added
    """

    def __init__(self, read: Callable[[Record, Collection[str]], Values], warnings: list[str]) -> None:
        self._read, self._warnings = read, warnings
        self._prepared: dict[tuple[str, str], Record] = {}

    def prepare(self, record: Record, values: Values) -> None:
        """Complete an object that will change, and warn, before anything is written. Check mode does this too.

        :param values: the options that will change
        """
        # If the object cannot be read, its change fails later and says why.
        with contextlib.suppress(ApiError):
            self._prepared[record.kind.name, record.id] = self._complete(record, values)

    def forget(self) -> None:
        """Forget the objects that were prepared."""
        self._prepared.clear()

    def completed(self, record: Record, values: Values) -> Record:
        """The object with all options that a PUT must repeat. The prepared one, if there is one.

        :raises ApiError: if it cannot be read
        """
        return self._prepared.get((record.kind.name, record.id)) or self._complete(record, values)

    def _complete(self, record: Record, values: Values) -> Record:
        if not record.raw:
            # The task has just created it. All its options are known, and reads may not show it yet.
            return record
        whole = self._complete_for_put(record)
        self._warn_of_hidden(whole, values)
        return whole

    def _complete_for_put(self, record: Record) -> Record:
        """The object with all options that the service shows. The record itself stays as it is."""
        sent = {item.name for item in record.kind.options if item.api and not item.subresource}
        missing = sent.difference(record.values, TARGETS)
        if not missing:
            return record
        return replace(record, values={**self._read(record, missing), **record.values})

    def _warn_of_hidden(self, whole: Record, values: Values) -> None:
        """Warn of options that the service does not show and the user does not set, because a PUT resets them."""
        kind = whole.kind
        for name in for_kind(HIDDEN_OPTIONS, kind):
            if name not in whole.values and name not in values:
                self._warnings.append(
                    f"The service does not show the {name} of {kind.noun} {whole.label}, so those that it has may be "
                    "lost with this change: declare them too."
                )


def verify_target(record: Record, values: Values, answer: Any) -> None:
    """Check that the answer to a PUT shows the new URL, host or port. Some servers accept a new one but ignore it.

    :raises MonitoringError: naming the option that did not change
    """
    try:
        row = extract_object(answer, for_kind(WRAPS, record.kind), record.kind.id_keys)
    except ShapeError:
        # The answer does not show the object.
        return
    shown = record.kind.decode(row)
    for name in (*TARGETS, "port"):
        if name in values and shown.get(name) and not record.kind.by_name[name].same(shown[name], values[name]):
            raise MonitoringError(
                f"the service keeps {name} {record.values.get(name)} and does not take {values[name]}: delete the "
                "resource and create it anew"
            )
