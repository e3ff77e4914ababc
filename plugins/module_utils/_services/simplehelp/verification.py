# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that a write had an effect.

The vendor's document contradicts itself about some writes, and a server may report success for a write that it ignores.
Such a write counts only once the written values can be read back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..._core.errors import MonitoringError
from ..._core.kind import VALUE, Kind
from ..._core.values import Values, join_names

# The pauses before each further reading, if the first one does not show the written values.
_PAUSES_S = (0.2, 0.4, 0.6)


def shows(kind: Kind, current: Values, name: str, value: Any) -> bool:
    """Whether an option has this value in the current state; also true if the server does not return the option."""
    return name not in current or kind.by_name[name].same(current[name], value)


@dataclass(frozen=True)
class ReadBack:
    """What the server returned after a write.

    :param written: the values that were written, by option name
    :param current: the values that were read, by option name
    """

    kind: Kind
    written: Values
    current: Values

    @property
    def unconfirmed(self) -> list[str]:
        """The options that do not have the written value."""
        return [name for name, value in self.written.items() if not shows(self.kind, self.current, name, value)]

    def error(self, hint: str = "") -> MonitoringError:
        """The error that names the unconfirmed options.

        :param hint: added at the end of the sentence
        """
        names = join_names(self._describe(name) for name in self.unconfirmed)
        return MonitoringError(f"the server accepts {names} but still shows the old value{hint}")

    def _describe(self, name: str) -> str:
        """An option; one that is a dict with those of its keys that do not have the written value."""
        written, current = self.written[name], self.current[name]
        if not isinstance(written, dict):
            return name
        values = current if isinstance(current, dict) else {}
        keys = [key for key, value in written.items() if not VALUE.same(values.get(key), value)]
        return f"{name} ({join_names(keys)})" if keys else name


@dataclass(frozen=True)
class Verification:
    """How to check one write.

    :param kind: the kind of the written object
    :param written: the values that were written, by option name
    :param read: reads the current values of the object; may raise ApiError
    """

    kind: Kind
    written: Values
    read: Callable[[], Values]

    def read_back(self) -> ReadBack:
        """Read the object until it has the written values, at most four times within 1.2 seconds.

        :raises ApiError: if it cannot be read
        """
        result = self._read_once()
        for pause in _PAUSES_S:
            if not result.unconfirmed:
                break
            time.sleep(pause)
            result = self._read_once()
        return result

    def _read_once(self) -> ReadBack:
        return ReadBack(self.kind, self.written, self.read())

    def confirm(self, hint: str = "") -> None:
        """Check that the object has the written values.

        :param hint: added at the end of the error's sentence
        :raises ApiError: if the object cannot be read
        :raises MonitoringError: if the object does not have the written values
        """
        result = self.read_back()
        if result.unconfirmed:
            raise result.error(hint)
