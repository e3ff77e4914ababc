# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a monitored object is, in the same words for all services. The words of the services stay beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UP, DOWN, IN_MAINTENANCE, DISABLED, UNKNOWN = "up", "down", "maintenance", "disabled", "unknown"

_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("up", "u", "ok", "online", "healthy", "success", "resolved", "true"), UP),
    **dict.fromkeys(("down", "d", "offline", "unhealthy", "error", "fail", "failed", "failure", "false"), DOWN),
    **dict.fromkeys(("maint", "m", "maintenance"), IN_MAINTENANCE),
}


def health_of_word(word: Any) -> str:
    """The health that a word of a service stands for; unknown for a word that nobody has described."""
    return _WORDS.get(str(word).casefold(), UNKNOWN)
