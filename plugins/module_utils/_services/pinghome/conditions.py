# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of a resource, and how two lists of them are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core.kind import VALUE, Field


class Conditions(Field):
    """A list of dicts. The order is ignored, and only the keys that the user sets are compared."""

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether each desired item has a match of its own on the server, and the server has no other items."""
        have = self.decode(observed) or []
        if not isinstance(have, list):
            return super().same(observed, desired)
        return _same_items(have, desired or [])


def _same_items(have: Sequence[Any], want: Sequence[Any]) -> bool:
    """Whether the items match one to one, in any order."""
    left = list(have)
    # The items with most keys come first: an item with few keys could take the only match of another.
    for item in sorted(want, key=_length, reverse=True):
        match = next((index for index, other in enumerate(left) if _holds(other, item)), None)
        if match is None:
            return False
        del left[match]
    return not left


def _length(item: Any) -> int:
    return len(str(item))


def _holds(have: Any, want: Any) -> bool:
    """Whether JSON data holds everything in C(want). Lists inside an item are ordered; a quoted number is a number."""
    if isinstance(have, dict) and isinstance(want, dict):
        return all(_holds(have.get(key), value) for key, value in want.items())
    if isinstance(have, list) and isinstance(want, list):
        return len(have) == len(want) and all(map(_holds, have, want))
    return VALUE.same(have, want)
