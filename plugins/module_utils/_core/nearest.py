# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name that a user may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Comparing takes time, and the first names are as good as any in an account with thousands.
_MOST_NAMES = 5000


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The nearest of the known names as the end of a sentence; empty if none is near."""
    folded: dict[str, str] = {}
    for known in names:
        folded.setdefault(known.casefold(), known)
        if len(folded) >= _MOST_NAMES:
            break
    found = get_close_matches(name.casefold(), folded, n=1)
    return f"; did you mean {folded[found[0]]}?" if found else ""
