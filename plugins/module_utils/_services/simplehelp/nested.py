# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dict option whose keys are options themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._core.kind import VALUE, Field


@dataclass(frozen=True)
class Nested(Field):
    """A dict option whose keys are options: each has its own type and vendor's name, and is compared by itself.

    :param keys: the fields of the keys; a field without a name describes all keys that no other field names
    """

    keys: tuple[Field, ...] = ()

    def key_field(self, name: str) -> Field | None:
        """The field of a key, by option name or vendor's name; None for an unknown key."""
        return next((item for item in self.keys if not item.name or name in (item.name, *item.api_names)), None)

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether each desired key has the desired value; without C(merge), there must be no other keys."""
        current, wanted = self.decode(observed) or {}, self.decode(desired) or {}
        if not isinstance(current, dict) or not isinstance(wanted, dict):
            return super().same(observed, desired)
        names = wanted.keys() if self.compare == "merge" else current.keys() | wanted.keys()
        return all((self.key_field(name) or VALUE).same(current.get(name), wanted.get(name)) for name in names)

    def decode(self, value: Any) -> Any:
        """A value from the server by option name, each key in its own type."""
        value = super().decode(value)
        if not isinstance(value, dict):
            return value
        return dict(self._decode_key(name, inner) for name, inner in value.items())

    def _decode_key(self, name: str, value: Any) -> tuple[str, Any]:
        item = self.key_field(name)
        if item is None:
            return name, value
        return item.name or name, item.decode(value)

    def encode(self, value: Any) -> Any:
        """The value as it is sent, by vendor's name."""
        if not isinstance(value, dict):
            return super().encode(value)
        return dict(self._encode_key(name, inner) for name, inner in value.items())

    def _encode_key(self, name: str, value: Any) -> tuple[str, Any]:
        item = self.key_field(name)
        if item is None:
            return name, value
        return (item.api_names or (name,))[0], item.encode(value)
