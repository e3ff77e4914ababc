# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception that the control endpoint turns into a sentence."""

from __future__ import annotations


class RefusedError(ValueError):
    """Something asked of the control endpoint that it does not do; the text says what is allowed."""
