# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches: one for each thing that the vendor documents leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import RefusedError

SwitchValue = str | int | float


@dataclass(frozen=True)
class Choice:
    """A switch with a few named positions; the first one is the default.

    :param pattern: a pattern of further positions
    """

    values: tuple[SwitchValue, ...]
    pattern: str = ""

    @property
    def default(self) -> SwitchValue:
        """Return the position after a start or a reset."""
        return self.values[0]

    def parse(self, value: object) -> SwitchValue | None:
        """Return the position meant by a value (`404` and `"404"` are the same), or None."""
        if self.pattern and isinstance(value, str) and re.fullmatch(self.pattern, value):
            return value
        return next((allowed for allowed in self.values if str(allowed) == str(value)), None)

    @property
    def allowed(self) -> str:
        """Return the positions, for a sentence."""
        return "one of " + ", ".join(str(value) for value in self.values)


@dataclass(frozen=True)
class Number:
    """A switch that takes a number."""

    default: SwitchValue
    minimum: int
    whole: bool = False

    def parse(self, value: object) -> SwitchValue | None:
        """Return the number, or None if it is not allowed."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            return None
        return value if value >= self.minimum else None

    @property
    def allowed(self) -> str:
        """Return the range, for a sentence."""
        return f"{'a whole number' if self.whole else 'a number'}, {self.minimum} or more"


Switch = Choice | Number

COMMON_SWITCHES: Mapping[str, Switch] = {
    "lag": Number(default=0, minimum=0),
    "text_storage": Choice(("as_given", "trim", "collapse", "entities", "nfc", "cut", "lower"), r"cut_\d+"),
}
"""Switches that every service has."""


class Switches:
    """The switches of one service and their positions."""

    def __init__(self, switches: Mapping[str, Switch]) -> None:
        """Start with every switch in its default position."""
        self._switches = {**switches, **COMMON_SWITCHES}
        self._positions: dict[str, SwitchValue] = {}

    def reset(self) -> None:
        """Put every switch back to its default."""
        self._positions.clear()

    def update(self, values: Mapping[str, Any]) -> None:
        """Set some switches: all of them, or none if one is refused."""
        parsed: dict[str, SwitchValue] = {}
        for name, value in values.items():
            switch = self._switches.get(name)
            if switch is None:
                raise RefusedError(
                    f"There is no switch {name!r}; the switches are {', '.join(sorted(self._switches))}."
                )
            position = switch.parse(value)
            if position is None:
                raise RefusedError(f"Switch {name!r} cannot be {value!r}; it takes {switch.allowed}.")
            parsed[name] = position
        self._positions.update(parsed)

    def __getitem__(self, name: str) -> SwitchValue:
        """Return the position of a switch."""
        return self._positions.get(name, self._switches[name].default)

    def number(self, name: str) -> float:
        """Return the position of a switch that holds a number."""
        return float(self[name])

    def as_json(self) -> dict[str, SwitchValue]:
        """Return all positions by name."""
        return {name: self[name] for name in self._switches}
