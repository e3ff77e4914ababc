# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that the modules of a whole account have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Limits of one run."""

    DOCUMENTATION = r"""
options:
  prune_limit:
    description:
      - How many objects O(prune) may delete in one run. If there are more, the task fails before anything is written,
        and names them.
    type: int
    default: 10
  concurrency:
    description:
      - How many requests may be under way at once, from 1 to 32.
    type: int
    default: 4
"""
